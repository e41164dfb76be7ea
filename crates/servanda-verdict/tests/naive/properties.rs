//! What holds of every answer: later publications change none, order plays no part, bounds hold what comes.

use crate::common;
use crate::world::World;
use crate::{cases, choices};
use proptest::prelude::*;
use servanda_agreement::Agreement;
use servanda_core::{Bounds, Date, Exact, Point};
use servanda_verdict::{
    Checked, Figure, InlineEvidence, InlineFigure, Memory, Question, Run, check, check_run,
};
use std::num::NonZeroUsize;

fn load(world: &World) -> Option<Agreement> {
    common::agreement(&world.files(), world.as_of).ok()
}

fn ask(world: &World, agreement: &Agreement, figures: Vec<InlineFigure>, date: Date) -> Checked {
    let evidence = InlineEvidence::new(world.sources.clone(), figures);
    check(agreement, &evidence, &Question::on_day(date)).unwrap()
}

/// Each sub-period by the first publication that has final figures of it, and nothing else.
fn without_revisions(world: &World) -> Vec<InlineFigure> {
    let same = |a: &InlineFigure, b: &InlineFigure| {
        a.source == b.source && a.stage == b.stage && a.period == b.period && !b.preliminary
    };
    let all = &world.figures;
    let first = |f: &InlineFigure| all.iter().filter(|g| same(f, g)).map(|g| g.published).min();
    all.iter().filter(|f| !f.preliminary && first(f) == Some(f.published)).cloned().collect()
}

fn within(later: &Bounds, earlier: &Bounds) -> bool {
    let low = |b: &Bounds| b.low.clone();
    let high = |b: &Bounds| b.high.clone();
    let below = |a: Option<Exact>, b: Option<Exact>| match (a, b) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(a), Some(b)) => a <= b,
    };
    below(low(earlier), low(later)) && below(high(earlier).map(|h| -&h), high(later).map(|h| -&h))
}

fn figures_of(checked: &Checked) -> Vec<(String, &Figure)> {
    let mut out = Vec::new();
    for finding in &checked.findings {
        for reading in &finding.readings {
            let name =
                |what: &str| format!("{} {} {} {what}", finding.id, reading.definition, reading.source);
            out.extend(reading.actual.as_ref().map(|f| (name("actual"), f)));
            out.extend(reading.required.as_ref().map(|f| (name("required"), f)));
            for year in &reading.years {
                out.extend(year.part.actual.as_ref().map(|f| (name(&format!("{} actual", year.period)), f)));
                out.extend(
                    year.part.required.as_ref().map(|f| (name(&format!("{} required", year.period)), f)),
                );
            }
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases() / 4, failure_persistence: None, max_shrink_iters: 60, ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_published_later_changes_no_earlier_answer(choices in choices()) {
        let world = World::draw(&choices.0);
        let Some(agreement) = load(&world) else { return Ok(()) };
        let early = world.figures.iter().filter(|f| f.published <= world.as_of).cloned().collect();
        let (all, early) = (
            ask(&world, &agreement, world.figures.clone(), world.as_of),
            ask(&world, &agreement, early, world.as_of),
        );
        prop_assert_eq!(all, early, "{}", crate::show(&world));
    }

    #[test]
    fn what_a_ledger_says_later_changes_no_earlier_answer(choices in choices()) {
        let world = World::draw(&choices.0);
        let mut early = world.clone();
        early.ledger.entries.retain(|e| e.published <= world.as_of);
        early.ledger.vouches.retain(|(_, said)| said.is_none_or(|s| s <= world.as_of));
        let (Some(all), Some(early)) = (load(&world), load(&early)) else { return Ok(()) };
        // The line on which an entry stands is no part of an answer; the signature of a reading is none either.
        let answer = |agreement| {
            let mut checked = ask(&world, agreement, world.figures.clone(), world.as_of);
            for reading in checked.findings.iter_mut().flat_map(|f| &mut f.readings) {
                reading.signature = Default::default();
            }
            checked
        };
        prop_assert_eq!(answer(&all), answer(&early), "{}", crate::show(&world));
    }

    #[test]
    fn the_order_of_figures_plays_no_part(choices in choices(), turn in any::<usize>()) {
        let world = World::draw(&choices.0);
        let Some(agreement) = load(&world) else { return Ok(()) };
        let mut turned: Vec<InlineFigure> = world.figures.iter().rev().cloned().collect();
        let turn = turn % turned.len().max(1);
        turned.rotate_left(turn);
        let straight = ask(&world, &agreement, world.figures.clone(), world.as_of);
        prop_assert_eq!(straight, ask(&world, &agreement, turned, world.as_of));
    }

    #[test]
    fn how_many_threads_work_plays_no_part(choices in choices(), threads in 2usize..6) {
        let world = World::draw(&choices.0);
        let Some(agreement) = load(&world) else { return Ok(()) };
        let evidence = InlineEvidence::new(world.sources.clone(), world.figures.clone());
        let ask = |threads: usize| {
            let run = Run { threads: NonZeroUsize::new(threads).unwrap(), ..Run::default() };
            check_run(&run, &Memory::of(&agreement), &agreement, &evidence, &Question::on_day(world.as_of)).unwrap()
        };
        prop_assert_eq!(ask(1), ask(threads), "{}", crate::show(&world));
    }

    #[test]
    fn through_is_for_pace_only(choices in choices(), month in 1i8..=12, year in 2019i16..2021) {
        let world = World::draw(&choices.0);
        let Some(mut agreement) = load(&world) else { return Ok(()) };
        for commitment in &mut agreement.commitments {
            commitment.pace = vec![servanda_agreement::Pace::Flat];
        }
        let evidence = InlineEvidence::new(world.sources.clone(), world.figures.clone());
        let whole = Question::on_day(world.as_of);
        let cut = Question { through: Some(Point::Month(year, month)), ..whole.clone() };
        let strip = |mut checked: Checked| {
            for reading in checked.findings.iter_mut().flat_map(|f| &mut f.readings) {
                reading.pace.clear();
                reading.pace_status = None;
            }
            checked
        };
        let (whole, cut) = (check(&agreement, &evidence, &whole).unwrap(), check(&agreement, &evidence, &cut).unwrap());
        prop_assert_eq!(strip(whole), strip(cut));
    }

    #[test]
    fn without_revisions_bounds_narrow_and_nothing_decided_flips(choices in choices()) {
        let mut world = World::draw(&choices.0);
        // A ledger is not vintaged by sub-period: the word of its keeper holds or not.
        world.ledger = crate::world::Ledger::default();
        // Nor are rates: another is another answer.
        world.rates.clear();
        let Some(mut agreement) = load(&world) else { return Ok(()) };
        // A window that moves with the day is another question on each.
        agreement.commitments.retain(|c| !format!("{:?}", c.duty).contains("Last("));
        for commitment in &mut agreement.commitments {
            commitment.after.clear();
            (commitment.unless, commitment.while_) = (None, None);
        }
        for definition in &mut agreement.definitions {
            definition.baseline = servanda_agreement::Baseline::AsOf;
        }
        let figures = without_revisions(&world);
        let mut days: Vec<Date> = figures.iter().map(|f| f.published).collect();
        days.extend([world.as_of, common::day("2030-01-01")]);
        days.sort();
        days.dedup();
        let answers: Vec<Checked> = days.iter().map(|d| ask(&world, &agreement, figures.clone(), *d)).collect();
        for pair in answers.windows(2) {
            for ((name, before), (_, after)) in figures_of(&pair[0]).into_iter().zip(figures_of(&pair[1])) {
                let narrower = within(&after.bounds, &before.bounds);
                prop_assert!(narrower, "{name}: {before:?} then {after:?}\n{}", crate::show(&world));
            }
            for (before, after) in pair[0].findings.iter().zip(&pair[1].findings) {
                for (b, a) in before.readings.iter().zip(&after.readings) {
                    let flipped = b.status.is_decided() && a.status != b.status;
                    prop_assert!(!flipped, "{}: {} then {}\n{}", before.id, b.status, a.status, crate::show(&world));
                }
                let flipped = before.status.is_decided() && after.status != before.status;
                prop_assert!(!flipped, "{}: {} then {}\n{}", before.id, before.status, after.status, crate::show(&world));
                let possible = before.possible.contains(&after.status) || !after.status.is_decided();
                prop_assert!(possible, "{}: {:?} then {}\n{}", before.id, before.possible, after.status, crate::show(&world));
            }
        }
    }
}
