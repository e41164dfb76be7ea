//! The store and evidence written out, on the same random figures: one series, and one finding, whatever the order in
//! which files were ingested and whatever was published later.

use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use servanda_agreement::{Agreement, AgreementFolder};
use servanda_core::{
    AsOf, Date, Dimension, Evidence, Exact, Held, LineSet, Party, SeriesRequest, Source, Stage,
};
use servanda_evidence::{Folder, IngestOptions, Input, PublishedArg, SourceFile, Store, ingest, withdraw};
use servanda_verdict::{Checked, InlineEvidence, InlineFigure, Question, check};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

const FIRST: i32 = 2020 * 12;
const DEPTH: usize = 4;

/// A source of codes of up to six digits that publishes four; absence is unknown below `unknown`.
fn source_file(id: &str, unknown: &[String]) -> SourceFile {
    let unknown: Vec<String> = unknown.iter().map(|u| format!("\"{u}\"")).collect();
    let text = format!(
        r#"
id = "{id}"
title = "t"
publisher = "p"
reporter = "USA"
zone = "America/New_York"
frequency = "monthly"
lag_days = 40
depth = {DEPTH}
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
unknown = [{}]
[[flow]]
stage = "exports"
non_negative = true
dimensions = ["USD"]
[[edition]]
name = "HS2017"
from = 2017-01-01
[[file]]
coverage = "full"
duplicates = "sum-all"
period = {{ column = "month" }}
partner = {{ constant = "CHN" }}
code = {{ column = "code", pattern = "digits", lengths = [2, 4, 6] }}
finality = {{ column = "stage", final = ["f"], preliminary = ["p"] }}
[[file.value]]
column = "value"
unit = "USD"
empty = "no-figure"
"#,
        unknown.join(", ")
    );
    SourceFile::parse("small.toml", &text).unwrap_or_else(|e| panic!("{e}"))
}

#[derive(Debug, Clone, PartialEq)]
struct Row {
    period: i32,
    code: String,
    value: i64,
    preliminary: bool,
}

#[derive(Debug, Clone)]
struct Release {
    day: u8,
    /// Covers its own rows only.
    partial: bool,
    rows: Vec<Row>,
}

impl Release {
    fn date(&self) -> Date {
        Date::constant(2020, 7, self.day as i8)
    }

    fn csv(&self) -> Vec<u8> {
        let mut text = "month,code,value,stage\n".to_owned();
        for row in &self.rows {
            let stage = if row.preliminary { "p" } else { "f" };
            writeln!(text, "2020-{:02},{},{},{stage}", row.period - FIRST + 1, row.code, row.value).unwrap();
        }
        text.into_bytes()
    }

    /// The same written out. Beside a preliminary figure, a publication covers its own codes only, so that a partial one
    /// has a preliminary figure of a code that nobody asks for in each of its months.
    fn figures(&self, source: &str) -> Vec<InlineFigure> {
        let one = |row: &Row| InlineFigure {
            source: source.to_owned(),
            stage: Stage::Exports,
            partner: Party::new("CHN").unwrap(),
            code: row.code.clone(),
            period: row.period,
            length: 1,
            money: Some(Exact::integer(i128::from(row.value))),
            quantity: None,
            published: self.date(),
            preliminary: row.preliminary,
        };
        let mut out: Vec<InlineFigure> = self.rows.iter().map(one).collect();
        if self.partial {
            for period in FIRST..FIRST + 3 {
                out.push(one(&Row { period, code: "99".into(), value: 0, preliminary: true }));
            }
        }
        out
    }
}

/// No code of one release is the beginning of another of the same month.
fn without_nested(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by(|a, b| (a.code.len(), &a.code).cmp(&(b.code.len(), &b.code)));
    let mut kept: Vec<Row> = Vec::new();
    for row in rows {
        let clash = |k: &Row| k.period == row.period && (row.code.starts_with(&k.code));
        if !kept.iter().any(clash) {
            kept.push(row);
        }
    }
    kept
}

/// Releases of codes of four digits, or also of two.
fn releases(coarse: bool) -> impl Strategy<Value = Vec<Release>> {
    let code = if coarse { "(11|12|1[12]0[123])" } else { "[12][12]0[123]" };
    let row = (0i32..3, code, 0i64..10, proptest::bool::weighted(0.2));
    let row = row.prop_map(|(period, code, value, preliminary)| Row {
        period: FIRST + period,
        code,
        value,
        preliminary,
    });
    btree_map(1u8..28, (proptest::bool::weighted(0.3), vec(row, 1..14)), 1..5).prop_map(|map| {
        map.into_iter()
            .map(|(day, (partial, rows))| Release { day, partial, rows: without_nested(rows) })
            .collect()
    })
}

fn store_of(folder: &Path, source: &SourceFile, releases: &[&Release]) -> Store {
    for release in releases {
        let options = IngestOptions {
            published: Some(PublishedArg::parse(&release.date().to_string()).unwrap()),
            partial: release.partial,
            ..IngestOptions::default()
        };
        let input = Input::Bytes { name: "rows.csv".into(), bytes: release.csv() };
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        ingest(folder, source, &input, &options, now).unwrap_or_else(|e| panic!("{e}"));
    }
    Store::open(Arc::new(Folder::new(folder)), [source.clone()])
}

fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}

/// Lines of chapters, of the source's own codes and of deeper ones. A deeper code that its line has already is left out:
/// evidence written out would take its heading for a bound.
fn line_sets() -> impl Strategy<Value = LineSet> {
    let code = "(11|12|21|22|[12][12]0[12]|[12][12]0[12]55)";
    btree_map(code, proptest::option::weighted(0.8, 0usize..3), 1..7).prop_map(|mut prefixes| {
        let all = prefixes.clone();
        let above = |code: &str| (1..code.len()).rev().find_map(|end| all.get(&code[..end]));
        prefixes.retain(|code, line| code.len() <= DEPTH || above(code) != Some(line));
        let mut set = LineSet::new();
        for line in 0..3 {
            let own: Vec<String> =
                prefixes.iter().filter(|(_, l)| **l == Some(line)).map(|(p, _)| p.clone()).collect();
            if !own.is_empty() {
                set.add(&line.to_string(), &own).unwrap();
            }
        }
        for (prefix, _) in prefixes.iter().filter(|(_, l)| l.is_none()) {
            set.exclude(prefix);
        }
        set
    })
}

/// Ranges in which absence is unknown: chapters, or codes that no figure has.
fn unknown() -> impl Strategy<Value = Vec<String>> {
    btree_set("(11|12|22|1104|2204)", 0..3).prop_map(|s| s.into_iter().collect())
}

fn request<'a>(lines: &'a LineSet, day: u8) -> SeriesRequest<'a> {
    SeriesRequest {
        source: "small",
        stage: Stage::Exports,
        partner: Party::new("CHN").unwrap(),
        dimension: Dimension::Money(servanda_core::Currency::new("USD").unwrap()),
        lines,
        first: FIRST,
        last: FIRST + 2,
        as_of: AsOf { date: Date::constant(2020, 7, day as i8), known_at: None },
    }
}

/// Value, low, high and how much is held, of each line and month. Of a line with a code below the source's depth it is not
/// told whether it is held whole or in part: the store takes absence at its word, evidence written out does not.
fn cells(evidence: &dyn Evidence, request: &SeriesRequest<'_>) -> Vec<String> {
    let series = evidence.series(request).unwrap();
    let exact = |v: i128| Exact::scaled(v, series.scale).to_string();
    series
        .cells
        .iter()
        .enumerate()
        .map(|(n, c)| {
            let (line, month) = (n / series.periods, n % series.periods);
            let deep = request.lines.prefixes_of(line).any(|p| p.len() > DEPTH);
            let held = if deep && c.held == Held::Part { Held::Whole } else { c.held };
            format!(
                "line {line} month {month}: {} in {}..{} {held:?}",
                exact(c.value),
                exact(c.low),
                exact(c.high)
            )
        })
        .collect()
}

const AGREEMENT: &str = r#"
id = "small"
title = "Small"
parties = ["CHN", "USA"]
instrument = "binding-agreement"
[statistics]
sources = ["small"]
counts_from = 2020-02-01
[scope.alpha]
codes = ["11", "1202"]
classification = "HS2017"
[scope.beta]
codes = ["12", "2201", "220255"]
classification = "HS2017"
[definition.now]
title = "now"
[definition.frozen]
title = "frozen"
baseline = { frozen = 2020-07-10 }
[[commitment]]
id = "floor"
by = "CHN"
cite = "x"
force = "shall"
rule = "imports(CHN from USA, alpha, 2020-02..2020-03) >= 2 * imports(CHN from USA, alpha, 2020-01)"
pace = ["flat", "seasonal(2020-01)"]
[[commitment]]
id = "cap"
by = "CHN"
cite = "x"
force = "shall"
rule = "imports(CHN from USA, alpha + beta, 2020-02) <= 12 USD"
[[commitment]]
id = "ratio"
by = "CHN"
cite = "x"
force = "intends"
rule = "imports(CHN from USA, beta, 2020-03) / imports(CHN from USA, goods, 2020-03) >= 0.4"
"#;

fn agreement() -> Agreement {
    let files: BTreeMap<String, Vec<u8>> =
        BTreeMap::from([("agreement.toml".into(), AGREEMENT.as_bytes().to_vec())]);
    AgreementFolder::open(&files, "small").unwrap_or_else(|d| panic!("{:?}", d.items)).newest().clone()
}

fn answer(evidence: &dyn Evidence, day: u8) -> Checked {
    let mut question = Question::on_day(Date::constant(2020, 7, day as i8));
    question.detail = true;
    check(&agreement(), evidence, &question).unwrap()
}

/// What findings say, without what tells one file from another.
fn said(checked: &Checked) -> Vec<String> {
    let mut out = Vec::new();
    for f in &checked.findings {
        out.push(format!("{} {} {:?} {} of {}", f.id, f.status, f.possible, f.tested, f.counted));
        for r in &f.readings {
            let figure =
                |f: &Option<servanda_verdict::Figure>| format!("{:?}", f.as_ref().map(|f| &f.bounds));
            out.push(format!("{} {} {} {}", r.definition, r.status, figure(&r.actual), figure(&r.required)));
            out.push(format!("{:?} {:?} {:?}", r.complete_through, r.share, r.pace));
        }
    }
    out
}

fn written_out(source: &Source, releases: &[Release]) -> InlineEvidence {
    let figures = releases.iter().flat_map(|r| r.figures("small")).collect();
    InlineEvidence::new(vec![source.clone()], figures)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_store_and_evidence_written_out_give_the_same_series(
        releases in releases(false), lines in line_sets(), unknown in unknown(), days in vec(1u8..28, 2),
    ) {
        let folder = scratch();
        let file = source_file("small", &unknown);
        let store = store_of(folder.path(), &file, &releases.iter().collect::<Vec<_>>());
        let inline = written_out(&file.source, &releases);
        for day in days.into_iter().chain([28]) {
            let request = request(&lines, day);
            prop_assert_eq!(cells(&store, &request), cells(&inline, &request), "as of day {}, {:?}", day, lines);
        }
    }

    #[test]
    fn the_store_and_evidence_written_out_give_the_same_findings(
        releases in releases(false), unknown in unknown(), day in 1u8..29,
    ) {
        let folder = scratch();
        let file = source_file("small", &unknown);
        let store = store_of(folder.path(), &file, &releases.iter().collect::<Vec<_>>());
        prop_assert_eq!(said(&answer(&store, day)), said(&answer(&written_out(&file.source, &releases), day)));
    }

    #[test]
    fn findings_do_not_depend_on_the_order_of_ingests(releases in releases(true), turn in 0usize..5, day in 1u8..29) {
        let (one, two) = (scratch(), scratch());
        let file = source_file("small", &["12".to_owned()]);
        let mut turned: Vec<&Release> = releases.iter().rev().collect();
        turned.rotate_left(turn % releases.len());
        let a = store_of(one.path(), &file, &releases.iter().collect::<Vec<_>>());
        let b = store_of(two.path(), &file, &turned);
        prop_assert_eq!(answer(&a, day), answer(&b, day));
    }

    #[test]
    fn findings_of_a_day_stand_whatever_is_published_later(releases in releases(true), day in 1u8..28) {
        let (one, two) = (scratch(), scratch());
        let file = source_file("small", &["12".to_owned()]);
        let early: Vec<&Release> = releases.iter().filter(|r| r.day <= day).collect();
        let a = store_of(one.path(), &file, &early);
        let b = store_of(two.path(), &file, &releases.iter().rev().collect::<Vec<_>>());
        prop_assert_eq!(answer(&a, day), answer(&b, day));
    }

    #[test]
    fn a_withdrawn_vintage_counts_for_no_finding(releases in releases(true), which in 0usize..5, day in 1u8..29) {
        let (one, two) = (scratch(), scratch());
        let file = source_file("small", &["12".to_owned()]);
        drop(store_of(one.path(), &file, &releases.iter().collect::<Vec<_>>()));
        let gone = &releases[which % releases.len()];
        let later = "2026-11-22T00:00:00Z".parse().unwrap();
        withdraw(one.path(), &file, &gone.date().to_string(), "a mistake", later).unwrap();
        let a = Store::open(Arc::new(Folder::new(one.path())), [file.clone()]);
        let others: Vec<&Release> = releases.iter().filter(|r| r.day != gone.day).collect();
        let b = store_of(two.path(), &file, &others);
        prop_assert_eq!(answer(&a, day), answer(&b, day));
    }

    /// What is published says, at some depth, what is true; some of it may be left out by partial releases and where
    /// absence says nothing. What findings take for possible holds the truth.
    #[test]
    fn the_truth_lies_within_the_bounds_of_every_reading(
        truth in btree_map("[12][12]0[123]", 0i64..9, 6..12),
        views in btree_map(1u8..28, (any::<bool>(), any::<u16>(), 0u8..3), 1..4),
    ) {
        let folder = scratch();
        let file = source_file("small", &["12".to_owned()]);
        // A heading of which a later partial release states a part is a case of its own, below.
        let some_partial = views.values().any(|(partial, ..)| *partial);
        let releases: Vec<Release> = views
            .iter()
            .map(|(day, (partial, left_out, coarse))| {
                let mut rows = Vec::new();
                for period in FIRST..FIRST + 3 {
                    for (n, (code, value)) in truth.iter().enumerate() {
                        let out = left_out >> (n % 16) & 1 == 1 && (*partial || code.starts_with("12"));
                        if !out {
                            rows.push(Row { period, code: code.clone(), value: *value, preliminary: false });
                        }
                    }
                    // A chapter as a whole in place of its codes.
                    let chapter = if some_partial { "" } else { ["", "11", "22"][usize::from(*coarse)] };
                    if !chapter.is_empty() && truth.keys().any(|c| c.starts_with(chapter)) {
                        rows.retain(|r| r.period != period || !r.code.starts_with(chapter));
                        let value = truth.iter().filter(|(c, _)| c.starts_with(chapter)).map(|(_, v)| *v).sum();
                        rows.push(Row { period, code: chapter.to_owned(), value, preliminary: false });
                    }
                }
                Release { day: *day, partial: *partial, rows }
            })
            .filter(|r| !r.rows.is_empty())
            .collect();
        prop_assume!(!releases.is_empty());
        let store = store_of(folder.path(), &file, &releases.iter().collect::<Vec<_>>());
        let alpha = |c: &str| c.starts_with("11") || c.starts_with("1202");
        let beta = |c: &str| c.starts_with("12") && !alpha(c) || c.starts_with("2201");
        let sum = |of: &dyn Fn(&str) -> bool| {
            Exact::integer(truth.iter().filter(|(c, _)| of(c)).map(|(_, v)| i128::from(*v)).sum())
        };
        let (a, b) = (sum(&alpha), sum(&beta));
        for day in [5, 15, 28] {
            let checked = answer(&store, day);
            for f in &checked.findings {
                for r in &f.readings {
                    let bounds = |f: &Option<servanda_verdict::Figure>| f.as_ref().unwrap().bounds.clone();
                    match f.id.as_str() {
                        "floor" => {
                            let twice = &a + &a;
                            prop_assert!(bounds(&r.actual).contains(&twice), "{a}: {:?}", r.actual);
                            prop_assert!(bounds(&r.required).contains(&twice), "{a}: {:?}", r.required);
                        }
                        // Code 220255 lies below 2202, and may be any part of it.
                        "cap" if !truth.contains_key("2202") => {
                            let all = &a + &b;
                            prop_assert!(bounds(&r.actual).contains(&all), "{all}: {:?}", r.actual);
                        }
                        _ => {}
                    }
                }
            }
        }
    }
}

/// Code 1101 and code 1102 make up chapter 11; a full release gives the chapter, a later partial one the part 1102 of it.
#[test]
fn what_is_left_of_a_heading_is_not_nothing() {
    let folder = scratch();
    let file = source_file("small", &[]);
    let one = |code: &str, value| {
        let row = |period| Row { period, code: code.to_owned(), value, preliminary: false };
        (FIRST..FIRST + 3).map(row).collect::<Vec<_>>()
    };
    let full = Release { day: 1, partial: false, rows: one("11", 100) };
    let partial = Release { day: 2, partial: true, rows: one("1102", 30) };
    let store = store_of(folder.path(), &file, &[&full, &partial]);
    let reading = |day| answer(&store, day).findings[0].readings[0].actual.clone().unwrap().bounds;
    let two_months = Exact::integer(200);
    assert!(reading(1).contains(&two_months), "{:?}", reading(1));
    assert!(reading(2).contains(&two_months), "{:?}", reading(2));
}
