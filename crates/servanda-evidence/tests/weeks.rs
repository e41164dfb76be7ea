//! Figures of several days against plain loops: what lies whole in a window, what only partly, and what was not over when it was
//! published.

mod common;
use common::*;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use servanda_core::{Evidence, Held, LineSet, SeriesRequest, Stage};
use servanda_evidence::{Folder, IngestOptions, Input, PublishedArg, SourceFile, Store, ingest};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

/// A daily source with figures of seven days, which stand on the last of them.
fn weekly() -> SourceFile {
    let text = r#"
id = "small"
title = "t"
publisher = "p"
reporter = "USA"
zone = "Etc/UTC"
frequency = "daily"
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
coverage = "full"
period = { column = "week", format = "day", days = 7 }
partner = { constant = "CHN" }
code = { column = "code", pattern = "digits", lengths = [4] }
[[file.value]]
column = "value"
unit = "USD"
"#;
    SourceFile::parse("small.toml", text).unwrap_or_else(|e| panic!("{e}"))
}

/// The last day of week `n`, counted from 1: 7, 14, 21 and 28 August, and so on.
fn end(n: i32) -> i32 {
    servanda_core::Frequency::Daily.ordinal(date("2020-07-31")) + 7 * n
}

fn name(ordinal: i32) -> String {
    servanda_core::Frequency::Daily.point(ordinal).to_string()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn weeks_agree_with_plain_loops(
        // By day of publication after the end of July: the weeks that it states, each with some codes.
        releases in btree_map(8i32..40, (btree_set(1i32..6, 1..5), vec(0i64..50, 12)), 1..4),
        (first, length) in (-3i32..30, 1i32..25),
        day in 8i32..45,
    ) {
        let zero = end(0);
        let mut kept: BTreeMap<i32, BTreeMap<(i32, &str), i64>> = BTreeMap::new();
        let folder = scratch();
        let source = weekly();
        for (published, (weeks, values)) in &releases {
            let mut rows = BTreeMap::new();
            let mut text = "week,code,value\n".to_owned();
            for week in weeks.iter().filter(|w| end(**w) - 6 <= zero + published) {
                for (n, code) in ["1101", "1102"].into_iter().enumerate() {
                    let value = values[*week as usize * 2 + n];
                    writeln!(text, "{},{code},{value}", name(end(*week))).unwrap();
                    rows.insert((end(*week), code), value);
                }
            }
            if rows.is_empty() {
                continue;
            }
            let options = IngestOptions {
                published: Some(PublishedArg::parse(&name(zero + published)).unwrap()),
                ..IngestOptions::default()
            };
            let input = Input::Bytes { name: "rows.csv".into(), bytes: text.into_bytes() };
            ingest(folder.path(), &source, &input, &options, NOW.parse().unwrap()).unwrap();
            kept.insert(zero + published, rows);
        }
        let store = Store::open(Arc::new(Folder::new(folder.path())), [source]);
        let mut lines = LineSet::new();
        lines.add("1101", &["1101".to_owned()]).unwrap();
        let (first, last) = (zero + first, zero + first + length - 1);
        let series = store.series(&SeriesRequest {
            source: "small",
            stage: Stage::Exports,
            partner: party("CHN"),
            dimension: usd(),
            lines: &lines,
            first,
            last,
            as_of: as_of(&name(zero + day)),
        }).unwrap();
        let known: Vec<_> = kept.iter().rev().filter(|(p, _)| **p <= zero + day).collect();
        // A day is held by the newest publication that has a week with it in it and came after that week's end.
        let weeks_of = |day: i32| (1i32..6).map(end).find(|e| e - 6 <= day && day <= *e);
        let states = |rows: &BTreeMap<(i32, &str), i64>, e: i32| rows.contains_key(&(e, "1101"));
        for day in first..=last {
            let cell = series.cell(0, day).unwrap();
            let week = weeks_of(day);
            let of = |over: bool| known.iter().find(|(p, rows)| {
                week.is_some_and(|e| (**p > e) == over && states(rows, e))
            });
            let expected = match (of(true), of(false)) {
                (Some(_), _) => Held::Whole,
                (None, Some(_)) => Held::Preliminary,
                (None, None) => Held::No,
            };
            prop_assert_eq!(cell.held, expected, "{}", name(day));
            let inside = week.filter(|e| *e == day && first <= e - 6);
            let value = inside.and_then(|e| of(true).or(of(false)).map(|(_, rows)| rows[&(e, "1101")]));
            prop_assert_eq!(cell.value, i128::from(value.unwrap_or(0)), "{}", name(day));
        }
        let mut edges = BTreeSet::new();
        for e in (1i32..6).map(end) {
            let cut = e - 6 <= last && first <= e && !(first <= e - 6 && e <= last);
            let newest = |over: bool| known.iter().find(|(p, rows)| (**p > e) == over && states(rows, e));
            if let Some((p, rows)) = newest(true).or(newest(false)).filter(|_| cut) {
                let held = if **p > e { Held::Whole } else { Held::Preliminary };
                edges.insert((e - 6, e, i128::from(rows[&(e, "1101")]), held));
            }
        }
        let got: BTreeSet<_> =
            series.edges.iter().map(|x| (x.first, x.last, x.cell.value, x.cell.held)).collect();
        prop_assert_eq!(got, edges);
    }
}
