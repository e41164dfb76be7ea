//! What a store holds, from results made by hand.

use crate::fixture::{document, party};
use servanda_core::problem::Plain;
use servanda_core::{Absence, Period, Stage};
use servanda_evidence::{
    Counts, Finding, FlowCoverage, IngestReport, Original, ReportVintage, SourceCoverage, SourceFile,
    UnknownRange, VerifyReport,
};
use servanda_report::{
    Layout, coverage_csv, coverage_text, ingest_text, sources_csv, sources_text, verify_text,
};
use servanda_workspace::answer::{CoverageAnswer, SourcesAnswer};
use servanda_workspace::request::{Coverage, Sources};
use unicode_width::UnicodeWidthStr;

fn layout(width: usize, all: bool) -> Layout {
    Layout { width, all, ..Layout::default() }
}

const FILE: &str = r#"
id = "usa-exports"
title = "US goods exports by HS6 and month"
publisher = "US Census Bureau"
reporter = "USA"
zone = "America/New_York"
frequency = "monthly"
lag_days = 40
depth = 6
parent = "usa-exports-hs2"
notes = ["The files come through a public archive, which kept only some lines of four headings."]

[revision]
months_after_year = 43
note = "inferred from what is held"

[basis]
covers = "goods"
side = "exporter"
trade = "total exports (domestic and foreign)"
valuation = "FAS"
accounting = "census"
seasonal = "not adjusted"
partner = "last known destination"
territory = "USA with Puerto Rico; China without Hong Kong and Macao"
currency = "USD"
secrecy = "suppressed lines are moved to other lines of the chapter"

[absence]
default = "zero"
unknown = ["2710", "2905"]
zero = ["290511"]
note = "the archive kept only some lines"

[[flow]]
stage = "exports"
non_negative = true
dimensions = ["USD", "t"]

[[edition]]
name = "HS2017"
from = 2017-01-01

[[mark]]
before = 2020-07-09
note = "another mapping"

[[file]]
name = "HS6 by month"
coverage = "full"
period = { column = "month", format = "month" }
partner = { constant = "CHN" }
code = { column = "hs6", pattern = "digits", lengths = [6] }

[[file.value]]
column = "value_usd"
unit = "USD"
"#;

fn months(from: &str, to: &str) -> Period {
    Period::parse(&format!("{from}..{to}")).unwrap()
}

fn coverage(vintages: usize) -> SourceCoverage {
    SourceCoverage {
        joined: 0,
        without_figure: 0,
        source: "usa-exports".into(),
        title: "US goods exports by HS6 and month".into(),
        vintages,
        withdrawn: 1,
        first_vintage: (vintages > 0).then(|| "2021-02-23".into()),
        last_vintage: (vintages > 0).then(|| "2021-04-07".into()),
        flows: if vintages == 0 {
            Vec::new()
        } else {
            vec![FlowCoverage {
                flow: Stage::Exports,
                partner: party("CHN"),
                vintages,
                from: Some(months("2017-01", "2017-01")),
                to: Some(months("2021-02", "2021-02")),
                all_codes: vec![months("2017-01", "2019-12"), months("2020-03", "2021-01")],
                listed_codes: Vec::new(),
                preliminary: vec![months("2021-02", "2021-02")],
                missing: vec![months("2020-01", "2020-02")],
            }]
        },
        flows_not_held: if vintages == 0 { vec![Stage::Exports, Stage::Entered] } else { Vec::new() },
        absence: Absence::Zero,
        unknown: vec![
            UnknownRange { prefix: "2710".into(), except: Vec::new() },
            UnknownRange { prefix: "2905".into(), except: vec!["290511".into()] },
        ],
        parent: Some("usa-exports-hs2".into()),
        notes: vec![
            "The files come through a public archive, which kept only some lines of four headings.".into(),
        ],
    }
}

#[test]
fn sources() {
    let file = SourceFile::parse("usa-exports.toml", FILE).unwrap();
    let held = [(&file, coverage(3)), (&file, coverage(0))];
    insta::assert_snapshot!(sources_text(&held, &layout(80, false)));
    insta::assert_snapshot!(sources_text(&held[..1], &layout(80, true)));
    let document = document::<Sources>(SourcesAnswer::of(&held));
    assert_eq!(document["sources"][0]["vintages"], 3);
    assert_eq!(document["sources"][1]["first_vintage"], serde_json::Value::Null);
    assert!(
        document["sources"][0]["basis_line"]
            .as_str()
            .is_some_and(|l| l.starts_with("goods, exporter's side"))
    );
    assert_eq!(sources_csv(&held).lines().count(), 3);
    for width in 60..130 {
        assert!(sources_text(&held, &layout(width, true)).lines().all(|l| l.width() <= width));
    }
}

#[test]
fn what_is_covered_and_what_is_not() {
    let held = [coverage(3), coverage(0)];
    insta::assert_snapshot!(coverage_text(&held, &layout(80, false)));
    assert_eq!(
        document::<Coverage>(CoverageAnswer { sources: &held })["sources"][0]["flows"][0]["partner"],
        "CHN"
    );
    assert_eq!(coverage_csv(&held).lines().count(), 4);
    for width in 60..130 {
        assert!(coverage_text(&held, &layout(width, false)).lines().all(|l| l.width() <= width));
    }
}

#[test]
fn an_ingest() {
    let vintage = |id: &str, preliminary, already_held| ReportVintage {
        id: id.into(),
        published: format!("at-the-latest {id}"),
        rows: 48_213,
        preliminary,
        periods: ("2017-01".into(), "2021-01".into()),
        already_held,
    };
    let mut report = IngestReport {
        notes: Vec::new(),
        source: "usa-exports".into(),
        description: "HS6 by month".into(),
        original: Original {
            name: "hs6-2021-03-25.csv.gz".into(),
            sha256: "3f2a9c0d1e4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1".into(),
            bytes: 1_234_567,
            byte_order_mark: false,
        },
        counts: Counts {
            read: 51_000,
            filtered: 2_700,
            other_partners: 87,
            empty: 0,
            kept: 48_213,
            ..Counts::default()
        },
        dry_run: false,
        vintages: vec![vintage("2021-02-23", 0, true), vintage("2021-03-25", 312, false)],
        remarks: Vec::new(),
    };
    let kept = ingest_text(&report);
    report.dry_run = true;
    report.vintages.truncate(2);
    report.vintages.remove(0);
    if let Some(v) = report.vintages.first_mut() {
        (v.rows, v.preliminary, v.periods) = (1, 0, ("2021-01".into(), "2021-01".into()));
    }
    report.counts = Counts { read: 1, kept: 1, ..Counts::default() };
    insta::assert_snapshot!(format!("{kept}\n{}", ingest_text(&report)));
}

#[test]
fn a_verification() {
    let sound = VerifyReport {
        sources: vec!["usa-exports".into()],
        checked: 1,
        originals_not_in_this_copy: vec!["usa-exports/originals/a.csv.gz".into()],
        ..VerifyReport::default()
    };
    let damaged = VerifyReport {
        sources: vec!["usa-exports".into(), "usa-totals".into()],
        checked: 12,
        findings: vec![Finding {
            path: "usa-exports/2021-03-25.parquet".into(),
            problem: "its SHA-256 is not the one that the manifest names".into(),
        }],
        unfinished: vec!["usa-totals/data/.tmp-left".into()],
        read_again: 3,
        without_meaning: vec!["usa-totals/manifests/a.json".into()],
        assumed: vec!["usa-exports/manifests/b.json".into(), "usa-exports/manifests/c.json".into()],
        ..VerifyReport::default()
    };
    insta::assert_snapshot!(format!(
        "{}\n{}",
        verify_text(&sound, "5e1f", &Plain),
        verify_text(&damaged, "0d2a", &Plain)
    ));
}
