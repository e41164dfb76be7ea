//! A second evaluator, by plain loops over all figures, against the engine on random agreements and evidence.

#[path = "../common/mod.rs"]
mod common;
mod finding;
mod flow;
mod loops;
mod num;
mod properties;
mod region;
mod text;
mod world;

use proptest::prelude::*;
use servanda_verdict::{InlineEvidence, Part, Question, check};
use std::fmt::Write;
use world::World;

/// Compares the engine's findings with those of the loops; what differs, in words. `None` where the loader refuses.
fn differences(world: &World) -> Option<Vec<String>> {
    let files = world.files();
    let agreement = match common::agreement(&files, world.as_of) {
        Ok(agreement) => agreement,
        Err(errors) => {
            let lengths = errors.iter().all(|e| e.starts_with("period-length"));
            return if lengths { None } else { Some(errors) };
        }
    };
    let evidence = InlineEvidence::new(world.sources.clone(), world.figures.clone());
    let checked = check(&agreement, &evidence, &Question::on_day(world.as_of)).unwrap();
    let mut out = Vec::new();
    // The loops add term by term. Sums in which a figure counts once are tested by themselves.
    if checked.findings.iter().flat_map(|f| &f.readings).any(|r| shares(&r.notes)) {
        return Some(out);
    }
    for (n, got) in checked.findings.iter().enumerate() {
        let expected = finding::finding(world, n);
        let mut differ = |what: String, expected: String, got: String| {
            if expected != got {
                out.push(format!("c{n} {what}: expected {expected}, got {got}"));
            }
        };
        for (said, reading) in expected.said.iter().zip(&got.readings) {
            let source = world.sources.get(said.source).map_or("ledger.orders", |s| s.id.as_str());
            let name = format!("d{} on {source}", said.definition);
            differ(
                format!("reading {name}"),
                name.clone(),
                format!("{} on {}", reading.definition, reading.source),
            );
            differ(format!("status of {name}"), said.status.to_string(), reading.status.to_string());
            let years: Vec<_> = reading.years.iter().map(|y| y.part.status).collect();
            differ(format!("years of {name}"), format!("{:?}", said.years), format!("{years:?}"));
            let parts: Vec<_> = reading.parts.iter().flat_map(Part::comparisons).collect();
            let shown: Vec<_> = match (&reading.actual, parts.is_empty()) {
                (Some(_), true) => vec![(&reading.actual, &reading.required)],
                _ => parts.iter().map(|p| (&p.actual, &p.required)).collect(),
            };
            differ(format!("comparisons of {name}"), said.sides.len().to_string(), shown.len().to_string());
            for ((a, b), (actual, required)) in said.sides.iter().zip(shown) {
                for (what, side, figure) in [("actual", a, actual), ("required", b, required)] {
                    let text =
                        |v: &Option<servanda_core::Exact>| v.as_ref().map_or("-".into(), |v| v.to_string());
                    let expected =
                        format!("{} in {}..{}", text(&side.value), text(&side.low), text(&side.high));
                    let got = figure.as_ref().map(|f| &f.bounds);
                    let got = got.map_or("nothing".into(), |f| {
                        format!("{} in {}..{}", text(&f.value), text(&f.low), text(&f.high))
                    });
                    differ(format!("{what} of {name}"), expected, got);
                }
            }
        }
        differ("readings".into(), expected.said.len().to_string(), got.readings.len().to_string());
        differ("status".into(), expected.status.to_string(), got.status.to_string());
        differ("tested".into(), expected.tested.to_string(), got.tested.to_string());
        differ("counted".into(), expected.counted.to_string(), got.counted.to_string());
        if !expected.said.iter().any(|s| s.refused) {
            differ("possible".into(), format!("{:?}", expected.possible), format!("{:?}", got.possible));
        }
        let overlay = got.overlay.as_ref().map(|o| o.kind.as_str());
        differ("overlay".into(), format!("{:?}", expected.overlay), format!("{overlay:?}"));
    }
    Some(out)
}

/// Whether two terms have one figure: a code that they mean differently, a sub-period that two windows cut, or scopes, windows
/// and selections that overlap.
fn shares(notes: &[String]) -> bool {
    let partly = notes.iter().filter_map(|n| n.split_once(" lies only partly in "));
    let mut windows: std::collections::BTreeMap<&str, &str> = std::collections::BTreeMap::new();
    let cut = partly.into_iter().any(|(figure, window)| *windows.entry(figure).or_insert(window) != window);
    let once = [
        "counts at most once for all of them",
        "counts once or as often as written",
        "may count more than once",
    ];
    cut || notes.iter().any(|n| once.iter().any(|said| n.contains(said)))
}

fn show(world: &World) -> String {
    let mut text = String::new();
    for (path, bytes) in world.files() {
        writeln!(text, "--- {path}\n{}", String::from_utf8_lossy(&bytes)).unwrap();
    }
    for s in &world.sources {
        writeln!(
            text,
            "{} {:?} lag {} depth {:?} flows {:?} absence {:?} parent {:?}",
            s.id, s.frequency, s.lag_days, s.depth, s.flows, s.absence, s.parent
        )
        .unwrap();
    }
    for f in &world.figures {
        let frequency = world.sources.iter().find(|s| s.id == f.source).unwrap().frequency;
        writeln!(
            text,
            "{} {} {} {} = {:?} {:?} published {}{}",
            f.source,
            f.stage,
            f.code,
            frequency.point(f.period),
            f.money,
            f.quantity,
            f.published,
            if f.preliminary { " preliminary" } else { "" }
        )
        .unwrap();
    }
    writeln!(text, "as of {}", world.as_of).unwrap();
    text
}

/// Leaves out figures as long as the difference stays.
fn smaller(mut world: World) -> World {
    let mut at = 0;
    while at < world.figures.len() {
        let mut less = world.clone();
        less.figures.remove(at);
        if differences(&less).is_some_and(|d| !d.is_empty()) {
            world = less;
        } else {
            at += 1;
        }
    }
    world
}

/// What a world is drawn from; of a failure the world is shown and not these.
struct Choices(Vec<u8>);

impl std::fmt::Debug for Choices {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} choices", self.0.len())
    }
}

fn choices() -> impl Strategy<Value = Choices> {
    proptest::collection::vec(any::<u8>(), 100..1_200).prop_map(Choices)
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(3_000)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases(), failure_persistence: None, max_shrink_iters: 60, ..ProptestConfig::default()
    })]

    #[test]
    fn the_engine_agrees_with_plain_loops(choices in choices()) {
        let world = World::draw(&choices.0);
        if let Some(different) = differences(&world) && !different.is_empty() {
            let world = smaller(world);
            let different = differences(&world).unwrap_or_default();
            prop_assert!(false, "{}\n{}", different.join("\n"), show(&world));
        }
    }
}
