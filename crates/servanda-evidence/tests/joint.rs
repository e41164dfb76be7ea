//! Joint figures of several months against a plain model: what counts, once, whatever stands beside it in older and newer releases.

mod common;
use common::*;
use proptest::prelude::*;
use servanda_core::{Evidence, Held, LineSet, Series, SeriesRequest, Stage};
use servanda_evidence::{
    Folder, IngestError, IngestOptions, Input, NoteCode, PublishedArg, SourceFile, Store, ingest, verify,
};
use std::path::Path;
use std::sync::Arc;

fn text(period: &str, coverage: &str) -> String {
    format!(
        r#"
id = "small"
title = "t"
publisher = "p"
reporter = "USA"
zone = "Etc/UTC"
frequency = "monthly"
lag_days = 10
depth = 4
revision = "never"
[basis]
covers = "goods"
side = "exporter"
trade = "total exports"
valuation = "FAS"
accounting = "census"
seasonal = "not adjusted"
partner = "last known destination"
territory = "x"
currency = "USD"
secrecy = "x"
[absence]
default = "zero"
[[flow]]
stage = "exports"
non_negative = true
dimensions = ["USD"]
[[edition]]
name = "x"
from = 2017-01-01
[[file]]
coverage = "{coverage}"
period = {{ column = "month", {period} }}
partner = {{ constant = "CHN" }}
code = {{ column = "code", pattern = "digits", lengths = [4] }}
[[file.value]]
column = "value"
unit = "USD"
"#
    )
}

const LABELS: &str = r#"labels = { "JF" = "2020-01..2020-02", "2020-AS" = "2020-08..2020-10" }"#;

fn parse(period: &str, coverage: &str) -> Result<SourceFile, String> {
    SourceFile::parse("small.toml", &text(period, coverage)).map_err(|e| e.to_string())
}

fn source(coverage: &str) -> SourceFile {
    parse(LABELS, coverage).unwrap()
}

fn keep(
    folder: &Path,
    source: &SourceFile,
    rows: &str,
    day: &str,
) -> Result<servanda_evidence::IngestReport, IngestError> {
    let options =
        IngestOptions { published: Some(PublishedArg::parse(day).unwrap()), ..IngestOptions::default() };
    let input =
        Input::Bytes { name: "rows.csv".into(), bytes: format!("month,code,value\n{rows}").into_bytes() };
    ingest(folder, source, &input, &options, NOW.parse().unwrap())
}

fn asked(folder: &Path, source: &SourceFile, from: &str, to: &str) -> Series {
    let store = Store::open(Arc::new(Folder::new(folder)), [source.clone()]);
    let mut lines = LineSet::new();
    lines.add("1101", &["1101".to_owned()]).unwrap();
    store
        .series(&SeriesRequest {
            source: "small",
            stage: Stage::Exports,
            partner: party("CHN"),
            dimension: usd(),
            lines: &lines,
            first: month(from),
            last: month(to),
            as_of: as_of("2021-06-01"),
        })
        .unwrap()
}

#[test]
fn what_a_label_stands_for_is_checked() {
    for (period, says) in [
        (r#"labels = { "x" = "2020-01" }"#, "is not two months or more"),
        (r#"labels = { "x" = "2020..2060" }"#, "is not two months or more, at most 366"),
        (r#"labels = { "x" = "2020-01-05..2020-02-29" }"#, "is not two months or more"),
        (
            r#"labels = { "x" = "2020-01..2020-02", "y" = "2020-02..2020-03" }"#,
            "`x` and `y` both stand for figures of 2020-02",
        ),
    ] {
        let error = parse(period, "full").unwrap_err();
        assert!(error.contains(says), "{error}");
    }
    let twice = text(LABELS, "full").replace("revision =", "cumulative = { restarts = \"01\" }\nrevision =");
    let error = SourceFile::parse("small.toml", &twice).unwrap_err().to_string();
    assert!(error.contains("have no joint figures"), "{error}");
    // Two labels of the same months are two ways to write them.
    parse(
        r#"labels = { "x" = "2020-01..2020-02", "y" = "2020-Q1..2020-Q1", "z" = "2021-01..2021-02" }"#,
        "full",
    )
    .unwrap_err();
    parse(r#"labels = { "x" = "2020-01..2020-02", "y" = "2020-01..2020-02" }"#, "full").unwrap();
}

#[test]
fn one_release_has_no_joint_figure_and_a_single_one_on_the_same_month() {
    let folder = scratch();
    let error =
        keep(folder.path(), &source("full"), "JF,1101,5\n2020-02,1102,7\n", "2020-04-10").unwrap_err();
    let error = error.to_string();
    assert!(error.contains("1101 is a joint figure that ends with 2020-02, and 1102 on line 3"), "{error}");
    // Where both months stand there too, the joint figure is left out, and a difference is said.
    let rows = "JF,1101,5\n2020-01,1101,2\n2020-02,1101,4\n";
    let report = keep(folder.path(), &source("full"), rows, "2020-04-10").unwrap();
    let note = report.notes.iter().find(|n| n.code == NoteCode::JointBesideParts).unwrap();
    assert!(note.text.contains("1 of them differ"), "{}", note.text);
    let series = asked(folder.path(), &source("full"), "2020-01", "2020-02");
    assert_eq!((total(&series), series.joint.len()), (6, 0));
}

#[test]
fn stored_joint_figures_verify_and_outlive_their_label() {
    let folder = scratch();
    let report = keep(folder.path(), &source("full"), "JF,1101,5\n2020-03,1101,1\n", "2020-04-10").unwrap();
    assert_eq!(report.vintages[0].periods, ("2020-01".to_owned(), "2020-03".to_owned()));
    let sound = |source: &SourceFile| verify(&Folder::new(folder.path()), std::slice::from_ref(source));
    assert!(sound(&source("full")).is_sound(), "{:?}", sound(&source("full")));
    let without = parse(r#"format = "month""#, "full").unwrap();
    let series = asked(folder.path(), &without, "2020-01", "2020-03");
    assert_eq!((total(&series), series.joint), (6, vec![(month("2020-01"), month("2020-02"))]));
    let part = asked(folder.path(), &without, "2020-02", "2020-03");
    assert_eq!((total(&part), part.edges.len(), part.edges[0].cell.value), (1, 1, 5));
    assert!(!sound(&without).is_sound(), "its original does not read without the label");
}

#[test]
fn a_guess_leaves_what_a_label_stands_for_to_a_person() {
    let guessed = |rows: &str| {
        let text = format!("period,hs_code,value\n{rows}");
        let input = Input::Bytes { name: "rows.csv".into(), bytes: text.into_bytes() };
        servanda_evidence::guess(&input, "small", NOW.parse().unwrap()).map(|g| g.text)
    };
    let joint = guessed("2026-01-02,0101,5\n2026-03,0101,5\n2026-04,0101,5\n").unwrap();
    assert!(joint.contains("frequency = \"monthly\""), "{joint}");
    let period =
        "period   = { column = \"period\", format = \"month\", labels = { \"2026-01-02\" = \"CHECK\" } }";
    assert!(joint.contains(period), "{joint}");
    // Nothing is offered where all are periods, or hardly any is.
    assert!(!guessed("2026-03,0101,5\n2026-04,0101,5\n").unwrap().contains("labels"));
    assert!(guessed("spring,0101,5\nsummer,0101,5\n2026-04,0101,5\n").is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Releases each state some of: the joint figure of January and February, January, February, March. A window counts the newest
    /// of what it holds whole, and never one month twice.
    #[test]
    fn nothing_counts_twice_and_nothing_is_lost(
        releases in proptest::collection::vec((any::<[bool; 4]>(), 1i64..1000), 1..4),
        full in any::<bool>(),
        (from, to) in (0usize..3).prop_flat_map(|a| (Just(a), a..3)),
    ) {
        let months = ["2020-01", "2020-02", "2020-03"];
        let source = source(if full { "full" } else { "rows" });
        let folder = scratch();
        // By release: the joint figure, and the single ones, that are kept.
        let mut kept: Vec<(Option<i64>, [Option<i64>; 3])> = Vec::new();
        for (n, (states, seed)) in releases.iter().enumerate() {
            let [mut joint, january, february, march] = *states;
            // A joint figure and February alone, without January, are refused.
            joint &= january == february || !february;
            if ![joint, january, february, march].contains(&true) {
                continue;
            }
            let value = |k: i64| seed * 4 + k;
            let mut rows = String::new();
            let singles = [(january, 0), (february, 1), (march, 2)].map(|(is, k)| is.then(|| value(k)));
            if joint {
                rows += &format!("JF,1101,{}\n", value(3));
            }
            for (month, single) in months.iter().zip(singles) {
                if let Some(single) = single {
                    rows += &format!("{month},1101,{single}\n");
                }
            }
            keep(folder.path(), &source, &rows, &format!("2020-0{}-20", n + 4)).unwrap();
            kept.push(((joint && !(january && february)).then(|| value(3)), singles));
        }
        prop_assume!(!kept.is_empty());
        let series = asked(folder.path(), &source, months[from], months[to]);
        kept.reverse();
        // What is newest of each month: a single figure, or that it is in a joint one.
        let joint = kept.iter().position(|(joint, _)| joint.is_some());
        let single = |m: usize| {
            let at = kept.iter().position(|(_, singles)| singles[m].is_some())?;
            // An older one counts no more once it is in a joint figure.
            (m == 2 || joint.is_none_or(|j| at <= j)).then(|| kept[at].1[m].unwrap())
        };
        let inside: Vec<usize> = (from..=to).filter(|m| *m < 2).collect();
        let whole = inside.len() == 2;
        let of_joint = joint.filter(|_| inside.iter().any(|m| single(*m).is_none()) && !inside.is_empty());
        let (mut value, mut edge) = (0, None);
        match of_joint {
            Some(j) if whole => value += kept[j].0.unwrap(),
            Some(j) => edge = kept[j].0,
            None => value += inside.iter().filter_map(|m| single(*m)).sum::<i64>(),
        }
        if to == 2 {
            value += single(2).unwrap_or(0);
        }
        prop_assert_eq!(total(&series), i128::from(value), "{:?}", kept);
        let edges: Vec<i128> = series.edges.iter().map(|e| e.cell.value).collect();
        prop_assert_eq!(edges, edge.map(i128::from).into_iter().collect::<Vec<_>>(), "{:?}", kept);
        for (m, name) in months.iter().enumerate().take(to + 1).skip(from) {
            let known = single(m).is_some() || (m < 2 && joint.is_some());
            let held = series.cell(0, month(name)).unwrap().held;
            prop_assert_eq!(held == Held::Whole, known, "{} {:?} {:?}", name, held, kept);
        }
    }
}
