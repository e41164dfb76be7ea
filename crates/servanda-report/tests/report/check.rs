use crate::fixture::{US, agreement, bounded, checked, document, figure, finding, reading, with};
use proptest::prelude::*;
use serde_json::Value;
use servanda_core::Status;
use servanda_core::problem::Plain;
use servanda_report::{Layout, check_csv, check_markdown, check_table};
use servanda_verdict::Checked;
use servanda_workspace::answer::CheckAnswer;
use servanda_workspace::request::Check;
use unicode_width::UnicodeWidthStr;

fn layout(width: usize) -> Layout {
    Layout { width, ..Layout::default() }
}

#[test]
fn table_at_80() {
    insta::assert_snapshot!(check_table(&agreement(), "2021-03-25", &checked(), None, &layout(80)));
}

#[test]
fn table_at_100() {
    let text = check_table(&agreement(), "2021-03-25", &checked(), None, &layout(100));
    // A heading, a pace, and a line for each source that counts; what a party invokes stands beside it.
    for finding in checked().findings.iter().filter(|f| !f.readings.is_empty()) {
        let lines = text.lines().skip_while(|l| !l.starts_with(&finding.id)).skip(1);
        let below =
            lines.take_while(|l| l.starts_with("  ")).filter(|l| !l.contains("alters nothing")).count();
        assert!((1..=1 + finding.counted).contains(&below), "{}: {below}\n{text}", finding.id);
    }
    insta::assert_snapshot!(text);
}

#[test]
fn derived_series_are_counted_and_left_out() {
    let text = check_table(&agreement(), "2021-03-25", &checked(), None, &layout(100));
    let naming: Vec<&str> = text.lines().filter(|l| l.contains(crate::fixture::ANNEX)).collect();
    assert_eq!(
        naming,
        [
            "1 reading of derived series, which never count, are printed whole only with `all`: usa-annex-tracker"
        ]
    );
}

#[test]
fn table_at_120_with_everything() {
    let layout = Layout { all: true, ..layout(120) };
    insta::assert_snapshot!(check_table(&agreement(), "2021-03-25", &checked(), Some(US), &layout));
}

#[test]
fn table_at_60() {
    insta::assert_snapshot!(check_table(&agreement(), "2021-03-25", &checked(), None, &layout(60)));
}

#[test]
fn a_table_without_evidence_says_so() {
    let text = check_table(
        &agreement(),
        "2021-03-25",
        &Checked { findings: Vec::new(), evidence: Vec::new() },
        None,
        &layout(80),
    );
    assert!(text.contains("nothing is held"), "{text}");
}

#[test]
fn colour_stands_on_status_words_alone() {
    let plain = check_table(&agreement(), "2021-03-25", &checked(), None, &layout(80));
    assert!(!plain.contains('\u{1b}'));
    let coloured =
        check_table(&agreement(), "2021-03-25", &checked(), None, &Layout { colour: true, ..layout(80) });
    let mut rest = coloured.as_str();
    let mut n = 0;
    while let Some((_, after)) = rest.split_once("\u{1b}[") {
        let (code, after) = after.split_once('m').unwrap();
        let (word, after) = after.split_once("\u{1b}[0m").unwrap();
        let status = Status::parse(word).unwrap();
        assert!(matches!((status, code), (Status::Missed | Status::NotReached, "31") | (Status::Open, "33")));
        rest = after;
        n += 1;
    }
    assert!(n > 5);
    let mut stripped = coloured.replace("\u{1b}[0m", "");
    for code in ["31", "33"] {
        stripped = stripped.replace(&format!("\u{1b}[{code}m"), "");
    }
    assert_eq!(stripped, plain);
}

#[test]
fn no_number_is_broken_over_lines() {
    for width in 60..=140 {
        let text = check_table(&agreement(), "2021-03-25", &checked(), None, &layout(width));
        for amount in ["27.335 of", "26.149 bn USD", "158.935 bn USD", "307.967", "81.7 %", "2 of 2"] {
            assert!(text.contains(amount), "{width}: {amount}\n{text}");
        }
    }
}

/// Design section 7: every key with its JSON type. `?` may be null.
const CONTRACT: &[(&str, &str)] = &[
    ("/agreement", "string"),
    ("/as_of", "string"),
    ("/engine", "string"),
    ("/commitments", "array"),
    ("/commitments/0/id", "string"),
    ("/commitments/0/cite", "string"),
    ("/commitments/0/force", "string?"),
    ("/commitments/0/origin", "string"),
    ("/commitments/0/status", "string"),
    ("/commitments/0/possible", "array"),
    ("/commitments/0/possible/0", "string"),
    ("/commitments/0/counted", "number"),
    ("/commitments/0/tested", "number"),
    ("/commitments/0/reason", "string?"),
    ("/commitments/0/overlay", "object?"),
    ("/commitments/0/defences", "array"),
    ("/commitments/0/readings", "array"),
    ("/commitments/0/readings/2/source", "string"),
    ("/commitments/0/readings/2/proxy", "bool"),
    ("/commitments/0/readings/2/counts", "bool"),
    ("/commitments/0/readings/2/definition/id", "string"),
    ("/commitments/0/readings/2/definition/sha256", "string"),
    ("/commitments/0/readings/2/status", "string"),
    ("/commitments/0/readings/2/finality", "string"),
    ("/commitments/0/readings/2/actual/value", "string"),
    ("/commitments/0/readings/2/actual/low", "string"),
    ("/commitments/0/readings/2/actual/high", "string"),
    ("/commitments/0/readings/2/actual/unit", "string"),
    ("/commitments/0/readings/2/required/value", "string"),
    ("/commitments/0/readings/2/required/low", "string"),
    ("/commitments/0/readings/2/required/high", "string"),
    ("/commitments/0/readings/2/required/unit", "string"),
    ("/commitments/0/readings/2/share", "string"),
    ("/commitments/0/readings/2/share_low", "string"),
    ("/commitments/0/readings/2/share_high", "string"),
    ("/commitments/0/readings/2/complete_through", "string"),
    ("/commitments/0/readings/2/pace", "array"),
    ("/commitments/0/readings/2/pace/0/method", "string"),
    ("/commitments/0/readings/2/pace/0/through", "string"),
    ("/commitments/0/readings/2/pace/0/required/value", "string"),
    ("/commitments/0/readings/2/pace/0/required/unit", "string"),
    ("/commitments/0/readings/2/pace/0/share", "string"),
    ("/commitments/0/readings/2/pace_status", "string?"),
    ("/commitments/0/readings/2/vintages", "array"),
    ("/commitments/0/readings/2/vintages/0", "string"),
    ("/commitments/0/readings/2/reason", "string?"),
    ("/commitments/0/readings/2/breaches", "array"),
    ("/commitments/0/readings/2/spells", "array"),
    ("/evidence", "array"),
    ("/evidence/0/source", "string"),
    ("/evidence/0/vintage", "string"),
    ("/evidence/0/published", "string"),
    ("/evidence/0/sha256", "string"),
];

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[test]
fn the_document_keeps_the_contract() {
    let (agreement, checked) = (agreement(), checked());
    let document = document::<Check>(CheckAnswer::of(&agreement, &checked, None));
    for (path, kind) in CONTRACT {
        let value = document.pointer(path).unwrap_or_else(|| panic!("{path} is missing"));
        let found = type_of(value);
        let allowed = found == kind.trim_end_matches('?') || (kind.ends_with('?') && found == "null");
        assert!(allowed, "{path}: {found}, not {kind}");
    }
    // Every commitment and reading has every key, held or not.
    let keys = |at: &str| -> Vec<String> {
        document.pointer(at).and_then(Value::as_object).unwrap().keys().cloned().collect()
    };
    for (n, commitment) in document["commitments"].as_array().unwrap().iter().enumerate() {
        assert_eq!(keys(&format!("/commitments/{n}")), keys("/commitments/0"));
        for m in 0..commitment["readings"].as_array().unwrap().len() {
            assert_eq!(keys(&format!("/commitments/{n}/readings/{m}")), keys("/commitments/0/readings/2"));
        }
    }
    let example = &document["commitments"][0];
    assert_eq!(example["possible"], serde_json::json!(["missed", "sources-disagree"]));
    assert_eq!(example["readings"][0]["actual"], Value::Null);
    assert_eq!(example["readings"][2]["share"], "0.8167");
    assert_eq!(example["readings"][2]["actual"]["value"], "27335339028");
    assert_eq!(document["commitments"][3]["force"], Value::Null);
}

#[test]
fn document_of_one_commitment() {
    let mut one = checked();
    one.findings.truncate(1);
    one.evidence.truncate(1);
    insta::assert_json_snapshot!(document::<Check>(CheckAnswer::of(&agreement(), &one, None)));
}

#[test]
fn rows() {
    let csv = check_csv(&agreement(), "2021-03-25", &checked(), None);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let width = reader.headers().unwrap().len();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let readings: usize = checked().findings.iter().map(|f| f.readings.len().max(1)).sum();
    let part = reader.headers().unwrap().iter().position(|h| h == "part").unwrap();
    assert_eq!(rows.iter().filter(|r| r[part].is_empty()).count(), readings);
    assert!(rows.iter().all(|r| r.len() == width));
    insta::assert_snapshot!(csv.lines().take(4).collect::<Vec<_>>().join("\n"));
    insta::assert_snapshot!(check_markdown(&agreement(), "2021-03-25", &checked(), None, &Plain));
}

prop_compose! {
    fn any_reading()(
        source in "[a-z-]{1,40}",
        definition in "[a-z-]{1,40}",
        value in any::<i64>(),
        low in proptest::option::of(any::<u32>()),
        required in any::<i64>(),
        status in 0usize..9,
        reason in proptest::option::of("[ -~漢]{0,120}"),
        note in "[ -~]{0,90}",
        counts in any::<bool>(),
    ) -> servanda_verdict::Reading {
        let low = low.map(|l| (i128::from(value) - i128::from(l)).to_string());
        let actual = bounded(Some(&value.to_string()), low.as_deref(), None);
        let mut r = with(reading(US, &definition, Status::ALL[status]), actual, figure(&required.to_string()), "2020-12");
        (r.source, r.reason, r.counts) = (source, reason, counts);
        r.notes.push(note);
        r
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_line_is_wider_than_the_terminal(
        readings in proptest::collection::vec(any_reading(), 0..5),
        title in "[ -~漢字]{0,200}",
        width in 60usize..160,
        all in any::<bool>(),
    ) {
        let mut agreement = agreement();
        agreement.title = title.clone();
        agreement.note = Some(title.clone());
        let mut checked = checked();
        checked.findings.push(finding("purchases.agriculture.2020", Status::CannotTell, readings));
        checked.findings.push(finding(&"x".repeat(width), Status::Met, Vec::new()));
        let layout = Layout { width, all, ..Layout::default() };
        let text = check_table(&agreement, "2021-03-25", &checked, None, &layout);
        for finding in &checked.findings {
            let Some(commitment) = agreement.commitment(&finding.id) else { continue };
            let tree = servanda_report::explain_text(&agreement, "2021-03-25", commitment, finding, None, &layout);
            for line in text.lines().chain(tree.lines()) {
                prop_assert!(line.width() <= width, "{width}: {line}");
            }
        }
    }
}
