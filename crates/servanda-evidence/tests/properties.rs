//! Properties of random small stores: agreement with plain loops over all rows, independence from the order of
//! ingests, answers that later publications do not change, and bounds that hold the truth.

mod common;
use common::*;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use servanda_core::{Absence, AbsenceRules, Cell, Evidence, Held, LineSet, Series, SeriesRequest, Stage};
use servanda_evidence::{Folder, IngestOptions, Input, PublishedArg, SourceFile, Store, ingest, withdraw};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

const FIRST: &str = "2020-05";
/// All is published in the course of this month, so that no figure of it is final.
const UNFINISHED: &str = "2020-07";
const DEPTH: usize = 2;

fn source_file(non_negative: bool) -> SourceFile {
    source_file_of(non_negative, "")
}

fn source_file_of(non_negative: bool, more: &str) -> SourceFile {
    let text = format!(
        r#"
id = "small"
title = "t"
publisher = "p"
reporter = "USA"
zone = "America/New_York"
frequency = "monthly"
lag_days = 40
depth = {DEPTH}
revision = "never"
{more}
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
unknown = ["12", "2"]
zero = ["121", "22"]
[[flow]]
stage = "exports"
non_negative = {non_negative}
dimensions = ["USD"]
[[edition]]
name = "x"
from = 2017-01-01
[[file]]
coverage = "full"
duplicates = "sum-all"
period = {{ column = "month" }}
partner = {{ constant = "CHN" }}
code = {{ column = "code", pattern = "digits", lengths = [1, 2, 3] }}
finality = {{ column = "stage", final = ["f"], preliminary = ["p"] }}
[[file.value]]
column = "value"
unit = "USD"
empty = "no-figure"
"#
    );
    SourceFile::parse("small.toml", &text).unwrap_or_else(|e| panic!("{e}"))
}

fn absence() -> AbsenceRules {
    let unknown = ["12", "2"].map(|p| (p.to_owned(), Absence::Unknown));
    let zero = ["121", "22"].map(|p| (p.to_owned(), Absence::Zero));
    AbsenceRules { default: Absence::Zero, ranges: unknown.into_iter().chain(zero).collect() }
}

#[derive(Debug, Clone, PartialEq)]
struct Row {
    period: i32,
    code: String,
    value: Option<i64>,
    preliminary: bool,
}

#[derive(Debug, Clone)]
struct Release {
    day: u8,
    partial: bool,
    rows: Vec<Row>,
}

impl Release {
    fn date(&self) -> String {
        format!("2020-07-{:02}", self.day)
    }

    fn csv(&self) -> Vec<u8> {
        let mut text = "month,code,value,stage\n".to_owned();
        for row in &self.rows {
            let value = row.value.map(|v| v.to_string()).unwrap_or_default();
            let stage = if row.preliminary { "p" } else { "f" };
            writeln!(text, "2020-{:02},{},{value},{stage}", row.period - month("2020-01") + 1, row.code)
                .unwrap();
        }
        text.into_bytes()
    }

    fn all(&self, period: i32) -> bool {
        let some = |preliminary| self.rows.iter().any(|r| r.period == period && r.preliminary == preliminary);
        !self.partial && some(false) && !some(true)
    }
}

/// No code of one period and finality is the beginning of another.
fn without_nested(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by_key(|r| r.code.len());
    let mut kept: Vec<Row> = Vec::new();
    for row in rows {
        let nested = kept.iter().any(|k| {
            k.period == row.period
                && k.preliminary == row.preliminary
                && k.code != row.code
                && row.code.starts_with(&k.code)
        });
        if !nested {
            kept.push(row);
        }
    }
    kept
}

fn releases(signed: bool) -> impl Strategy<Value = Vec<Release>> {
    let low = if signed { -9i64 } else { 0 };
    let row = (0i32..3, "[12]{1,3}", proptest::option::weighted(0.9, low..10), proptest::bool::weighted(0.3));
    let row = row.prop_map(|(period, code, value, preliminary)| Row {
        period: month(FIRST) + period,
        code,
        value,
        preliminary,
    });
    btree_map(1u8..28, (any::<bool>(), vec(row, 1..10)), 1..5).prop_map(|map| {
        map.into_iter()
            .map(|(day, (partial, rows))| Release { day, partial, rows: without_nested(rows) })
            .collect()
    })
}

fn line_sets() -> impl Strategy<Value = LineSet> {
    btree_map("[12]{0,3}", proptest::option::of(0usize..3), 1..7).prop_map(|prefixes| {
        let mut set = LineSet::new();
        for line in 0..3 {
            let own: Vec<String> =
                prefixes.iter().filter(|(_, l)| **l == Some(line)).map(|(p, _)| p.clone()).collect();
            set.add(&line.to_string(), &own).unwrap();
        }
        for (prefix, _) in prefixes.iter().filter(|(_, l)| l.is_none()) {
            set.exclude(prefix);
        }
        set
    })
}

fn store_of(folder: &Path, source: &SourceFile, releases: &[&Release]) -> Store {
    for release in releases {
        let options = IngestOptions {
            published: Some(PublishedArg::parse(&release.date()).unwrap()),
            partial: release.partial,
            ..IngestOptions::default()
        };
        let input = Input::Bytes { name: "rows.csv".into(), bytes: release.csv() };
        ingest(folder, source, &input, &options, NOW.parse().unwrap()).unwrap_or_else(|e| panic!("{e}"));
    }
    Store::open(Arc::new(Folder::new(folder)), [source.clone()])
}

fn request<'a>(lines: &'a LineSet, day: u8) -> SeriesRequest<'a> {
    let day = format!("2020-07-{day:02}");
    SeriesRequest {
        source: "small",
        stage: Stage::Exports,
        partner: party("CHN"),
        dimension: usd(),
        lines,
        first: month(FIRST),
        last: month(FIRST) + 2,
        as_of: as_of(&day),
    }
}

/// The parts of a series that an answer consists of.
fn answer(series: &Series) -> Vec<(Cell, Option<String>)> {
    series
        .cells
        .iter()
        .map(|c| {
            let id = c.vintage.map(|v| series.vintages[v as usize].id.clone());
            (Cell { vintage: None, ..*c }, id)
        })
        .collect()
}

/// One cell by plain loops over all rows: the same words, none of the same code.
fn naive(
    releases: &[Release],
    lines: &LineSet,
    line: usize,
    period: i32,
    day: u8,
    non_negative: bool,
    so_far: bool,
) -> (Cell, Option<String>) {
    let mut newest_first: Vec<&Release> = releases.iter().filter(|r| r.day <= day).collect();
    newest_first.sort_by_key(|r| std::cmp::Reverse(r.day));
    let prefixes: Vec<&str> = lines.prefixes_of(line).collect();
    let mut worlds = Vec::new();
    for preliminary in [false, true] {
        // Of each release the rows that are not called preliminary, then those that are.
        let kinds: &[bool] = match (preliminary, period >= month(UNFINISHED)) {
            (false, false) => &[false],
            (false, true) => &[],
            (true, false) => &[true],
            (true, true) => &[false, true],
        };
        let layers: Vec<(&Release, bool)> =
            newest_first.iter().flat_map(|r| kinds.iter().map(move |called| (*r, *called))).collect();
        let base = layers.iter().position(|(r, called)| !called && r.all(period));
        let relevant = &layers[..base.map_or(layers.len(), |b| b + 1)];
        let rows_of = |r: &Release, called: bool| -> Vec<Row> {
            r.rows.iter().filter(|x| x.period == period && x.preliminary == called).cloned().collect()
        };
        let mut newer: Vec<Row> = Vec::new();
        let mut cell =
            Cell { value: 0, low: 0, high: 0, rows: 0, held: Held::No, vintage: None, lacking: false };
        let (mut part, mut newest) = (false, None);
        let mut covered: BTreeSet<&str> = BTreeSet::new();
        let mut present: Vec<Row> = Vec::new();
        for (number, (release, called)) in relevant.iter().enumerate() {
            let own = rows_of(release, *called);
            let proves = !preliminary || so_far && non_negative && !called;
            for row in &own {
                let class = lines.classify(&row.code);
                let mine = class.line == Some(line);
                let deeper = class.deeper.contains(&line) && !mine;
                if newer.iter().any(|n| row.code.starts_with(&n.code)) {
                    continue;
                }
                if newer.iter().any(|n| n.code.starts_with(&row.code)) {
                    part |= mine || deeper;
                    continue;
                }
                if Some(number) != base {
                    covered.extend(prefixes.iter().filter(|p| {
                        p.starts_with(&row.code) || (p.len() > DEPTH && row.code.starts_with(**p))
                    }));
                }
                if row.value.is_some() {
                    present.push(row.clone());
                }
                if !mine && !deeper {
                    continue;
                }
                newest = newest.or(Some(release.date()));
                let Some(value) = row.value.map(i128::from) else {
                    part = true;
                    cell.lacking = true;
                    continue;
                };
                let shared = mine
                    && lines.prefixes().any(|(p, l)| {
                        p.len() > row.code.len() && p.starts_with(&row.code) && l != Some(line)
                    });
                if mine {
                    cell.value += value;
                    cell.rows += 1;
                }
                if deeper || shared {
                    cell.low += if proves { value.min(0) } else { 0 };
                    cell.high += value.max(0);
                    part |= deeper || !non_negative;
                } else {
                    cell.low += if proves { value } else { 0 };
                    cell.high += value;
                }
            }
            newer.extend(own);
        }
        let by_base = base.map(|b| layers[b].0.date());
        let covers =
            !prefixes.is_empty() && prefixes.iter().all(|p| by_base.is_some() || covered.contains(p));
        let rules = absence();
        for p in &prefixes {
            let own = (rules.of(p) == Absence::Unknown).then_some(*p);
            for region in own.into_iter().chain(rules.unknown_below(p)) {
                if lines.classify(region).line == Some(line) {
                    part |= !present.iter().any(|r| {
                        region.starts_with(&r.code) || (region.len() > DEPTH && r.code.starts_with(region))
                    });
                }
            }
        }
        // The base counts as a vintage wherever the line is covered, being older than all others.
        worlds.push((cell, part, covers, newest.clone(), newest.or(by_base)));
    }
    let (finals, preliminary) = (&worlds[0], &worlds[1]);
    if finals.2 {
        (Cell { held: if finals.1 { Held::Part } else { Held::Whole }, ..finals.0 }, finals.4.clone())
    } else if preliminary.2 {
        (Cell { held: Held::Preliminary, ..preliminary.0 }, preliminary.4.clone())
    } else {
        (finals.0, finals.3.clone())
    }
}

/// Codes of tables of sums since January.
const CODES: [&str; 4] = ["111", "112", "221", "222"];

/// Releases of sums since January, which leave out some that the same release or the newest one of an earlier month has.
fn sums_with_gaps(
    views: &BTreeMap<u8, (BTreeSet<usize>, u32)>,
    added: &dyn Fn(usize, usize, usize) -> i64,
) -> Vec<Release> {
    // By code the releases and months that tell a sum above 0, filled month by month.
    let mut told: BTreeSet<(usize, u8, usize)> = BTreeSet::new();
    let mut rows: BTreeMap<u8, Vec<Row>> = BTreeMap::new();
    for m in 0..5usize {
        let newest =
            |m: usize| views.iter().rev().find(|(_, (months, _))| months.contains(&m)).map(|(day, _)| *day);
        for (day, (_, dropped)) in views.iter().filter(|(_, (months, _))| months.contains(&m)) {
            for (c, code) in CODES.iter().enumerate() {
                let had = (0..m).any(|m| {
                    told.contains(&(c, *day, m)) || newest(m).is_some_and(|d| told.contains(&(c, d, m)))
                });
                let sum = added(c, 0, m);
                // The first code is always there, so that the release speaks of the month.
                if c > 0 && (sum == 0 || had && dropped >> (c * 5 + m) & 1 == 1) {
                    continue;
                }
                if sum > 0 {
                    told.insert((c, *day, m));
                }
                rows.entry(*day).or_default().push(Row {
                    period: month("2020-01") + m as i32,
                    code: (*code).to_owned(),
                    value: Some(sum),
                    preliminary: false,
                });
            }
        }
    }
    rows.into_iter().map(|(day, rows)| Release { day, partial: false, rows }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_plain_loops(
        (signed, releases) in any::<bool>().prop_flat_map(|s| (Just(s), releases(s))),
        so_far in any::<bool>(),
        lines in line_sets(),
        days in vec(1u8..28, 3),
    ) {
        let folder = scratch();
        let more = if so_far { "unfinished = \"so-far\"" } else { "" };
        let source = source_file_of(!signed, more);
        let store = store_of(folder.path(), &source, &releases.iter().collect::<Vec<_>>());
        for day in days.into_iter().chain([28]) {
            let request = request(&lines, day);
            let series = store.series(&request).unwrap();
            let cells = answer(&series);
            for line in 0..lines.len() {
                for offset in 0..3usize {
                    let period = request.first + offset as i32;
                    let expected = naive(&releases, &lines, line, period, day, !signed, so_far);
                    prop_assert_eq!(&cells[line * 3 + offset], &expected, "line {} period {} day {}", line, offset, day);
                }
            }
            // The single figures make up the sums, and their bounds, where they have any, the bounds of the sums.
            let single = store.observations(&request).unwrap();
            for line in 0..lines.len() {
                for offset in 0..3usize {
                    let cell = &cells[line * 3 + offset].0;
                    let taken = || single.iter().filter(|o| o.line == line && o.period == request.first + offset as i32);
                    let mine = taken().filter(|o| lines.classify(&o.code).line == Some(line));
                    let values: Vec<i128> = mine.filter_map(|o| o.value).collect();
                    prop_assert_eq!(values.iter().sum::<i128>(), cell.value);
                    prop_assert_eq!(values.len(), cell.rows as usize);
                    if let Some(low) = taken().map(|o| o.low).sum::<Option<i128>>() {
                        prop_assert_eq!(low, cell.low);
                    }
                    if let Some(high) = taken().map(|o| o.high).sum::<Option<i128>>() {
                        prop_assert_eq!(high, cell.high);
                    }
                }
            }
        }
    }

    #[test]
    fn order_of_ingest_plays_no_part(releases in releases(false), lines in line_sets(), turn in 0usize..5, day in 1u8..29) {
        let (one, two) = (scratch(), scratch());
        let source = source_file(true);
        let mut turned: Vec<&Release> = releases.iter().rev().collect();
        turned.rotate_left(turn % releases.len());
        let a = store_of(one.path(), &source, &releases.iter().collect::<Vec<_>>());
        let b = store_of(two.path(), &source, &turned);
        prop_assert_eq!(answer(&a.series(&request(&lines, day)).unwrap()), answer(&b.series(&request(&lines, day)).unwrap()));
        let ids = |s: &Store| s.vintages("small").unwrap().into_iter().map(|v| (v.id, v.sha256)).collect::<Vec<_>>();
        prop_assert_eq!(ids(&a), ids(&b));
    }

    #[test]
    fn later_publications_change_no_earlier_answer(releases in releases(false), lines in line_sets(), day in 1u8..28) {
        let (one, two) = (scratch(), scratch());
        let source = source_file(true);
        let early: Vec<&Release> = releases.iter().filter(|r| r.day <= day).collect();
        let a = store_of(one.path(), &source, &early);
        let b = store_of(two.path(), &source, &releases.iter().rev().collect::<Vec<_>>());
        prop_assert_eq!(answer(&a.series(&request(&lines, day)).unwrap()), answer(&b.series(&request(&lines, day)).unwrap()));
    }

    #[test]
    fn a_withdrawn_vintage_counts_no_more(releases in releases(false), lines in line_sets(), which in 0usize..5) {
        let (one, two) = (scratch(), scratch());
        let source = source_file(true);
        let all: Vec<&Release> = releases.iter().collect();
        drop(store_of(one.path(), &source, &all));
        let gone = which % releases.len();
        let later = "2026-11-22T00:00:00Z".parse().unwrap();
        withdraw(one.path(), &source, &releases[gone].date(), "a mistake", later).unwrap();
        let a = Store::open(Arc::new(Folder::new(one.path())), [source.clone()]);
        let others: Vec<&Release> = releases.iter().filter(|r| r.day != releases[gone].day).collect();
        let b = store_of(two.path(), &source, &others);
        prop_assert_eq!(answer(&a.series(&request(&lines, 28)).unwrap()), answer(&b.series(&request(&lines, 28)).unwrap()));
        // What was known before the withdrawal still rests on it.
        let three = scratch();
        let c = store_of(three.path(), &source, &all);
        let mut known = request(&lines, 28);
        known.as_of.known_at = Some(NOW.parse().unwrap());
        prop_assert_eq!(answer(&a.series(&known).unwrap()), answer(&c.series(&known).unwrap()));
    }

    #[test]
    fn bounds_hold_the_truth(
        figures in vec(0i64..10, 8),
        views in btree_map(1u8..28, (any::<bool>(), btree_set("[12]{1,3}", 1..6), any::<u8>()), 1..4),
        lines in line_sets(),
    ) {
        let codes = ["111", "112", "121", "122", "211", "212", "221", "222"];
        let truth: BTreeMap<String, i64> = codes.map(str::to_owned).into_iter().zip(figures).collect();
        // Each release states, at some mixture of levels, what is true; partial ones a part of it; in the ranges of
        // which absence says nothing, full ones too.
        let rules = absence();
        let releases: Vec<Release> = views
            .into_iter()
            .map(|(day, (partial, levels, dropped))| {
                let mut rows: Vec<Row> = levels
                    .iter()
                    .map(String::as_str)
                    .chain(truth.keys().map(String::as_str))
                    .map(|code| Row {
                        period: month(FIRST),
                        code: code.to_owned(),
                        value: Some(truth.iter().filter(|(k, _)| k.starts_with(code)).map(|(_, v)| *v).sum()),
                        preliminary: false,
                    })
                    .collect();
                rows.sort_by(|a, b| a.code.cmp(&b.code));
                rows.dedup();
                let mut rows = without_nested(rows);
                let mut bit = 0u32;
                rows.retain(|r| {
                    bit += 1;
                    let drop = dropped >> (bit % 8) & 1 == 1;
                    !drop || !(partial || rules.of(&r.code) == Absence::Unknown && r.code.len() == 3)
                });
                Release { day, partial, rows }
            })
            .filter(|r| !r.rows.is_empty())
            .collect();
        prop_assume!(!releases.is_empty());
        let folder = scratch();
        let store = store_of(folder.path(), &source_file(true), &releases.iter().collect::<Vec<_>>());
        for day in [10, 20, 28] {
            let series = store.series(&request(&lines, day)).unwrap();
            for line in 0..lines.len() {
                let cell = series.cell(line, month(FIRST)).unwrap();
                let real: i128 = truth
                    .iter()
                    .filter(|(code, _)| lines.classify(code).line == Some(line))
                    .map(|(_, v)| i128::from(*v))
                    .sum();
                prop_assert!(cell.low <= real, "line {line}: {cell:?}, truth {real}");
                if cell.held == Held::Whole {
                    prop_assert!(real <= cell.high, "line {line}: {cell:?}, truth {real}");
                }
            }
        }
    }

    #[test]
    fn bounds_of_sums_since_january_hold_the_truth(
        // By code what each of five months adds; by release the months that it speaks of, and what it leaves out.
        truth in vec(vec(0i64..4, 5), CODES.len()),
        views in btree_map(1u8..28, (btree_set(0usize..5, 1..5), any::<u32>()), 1..4),
        lines in line_sets(),
    ) {
        let added = |code: usize, from: usize, to: usize| truth[code][from..=to].iter().sum::<i64>();
        let releases = sums_with_gaps(&views, &added);
        let folder = scratch();
        let source = source_file_of(true, "cumulative = { restarts = \"01\" }");
        let store = store_of(folder.path(), &source, &releases.iter().collect::<Vec<_>>());
        for (from, to) in (0..5).flat_map(|from| (from..5).map(move |to| (from, to))) {
            let first = month("2020-01") + from as i32;
            let request = SeriesRequest { first, last: first + (to - from) as i32, ..request(&lines, 28) };
            let series = store.series(&request).unwrap();
            for line in 0..lines.len() {
                let own = (0..CODES.len()).filter(|c| lines.classify(CODES[*c]).line == Some(line));
                let real: i128 = own.map(|c| i128::from(added(c, from, to))).sum();
                let cells: Vec<Cell> = (request.first..=request.last).map(|p| *series.cell(line, p).unwrap()).collect();
                let said = format!("line {line}, months {from} to {to}: {cells:?}, truth {real}");
                prop_assert!(cells.iter().all(|c| c.value >= 0 && c.low >= 0), "{said}");
                prop_assert!(cells.iter().map(|c| c.low).sum::<i128>() <= real, "{said}");
                if cells.iter().all(|c| c.held == Held::Whole) {
                    prop_assert!(real <= cells.iter().map(|c| c.high).sum::<i128>(), "{said}");
                }
            }
        }
    }
}
