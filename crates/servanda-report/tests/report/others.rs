use crate::fixture::{agreement, agriculture, document};
use crate::sequences::{comparison, history};
use servanda_report::{
    Layout, compare_csv, compare_markdown, compare_text, explain_text, history_csv, history_markdown,
    history_table,
};
use servanda_workspace::Compared;
use servanda_workspace::answer::{CompareAnswer, ExplainAnswer, HistoryAnswer};
use servanda_workspace::request::{Compare, Explain, History};
use unicode_width::UnicodeWidthStr;

fn layout(width: usize, all: bool) -> Layout {
    Layout { width, all, ..Layout::default() }
}

fn explained(layout: &Layout) -> String {
    let agreement = agreement();
    let commitment = agreement.commitment("purchases.agriculture.2020").unwrap();
    explain_text(&agreement, "2021-03-25", commitment, &agriculture(), None, layout)
}

#[test]
fn a_derivation_at_80() {
    insta::assert_snapshot!(explained(&layout(80, false)));
}

#[test]
fn a_derivation_at_120_with_everything() {
    let text = explained(&layout(120, true));
    assert!(!text.contains("more lines"));
    assert!(text.contains("3f2a9c0d1e4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1"));
    assert!(text.lines().all(|l| l.width() <= 120));
}

#[test]
fn a_derivation_as_json() {
    let agreement = agreement();
    let commitment = agreement.commitment("purchases.agriculture.2020").unwrap();
    let finding = agriculture();
    let document = document::<Explain>(ExplainAnswer::of(&agreement, commitment, &finding, None));
    let one = &document["commitment"];
    assert_eq!(one["decide"], "all");
    assert_eq!(one["sources"][1]["status"], "missed");
    assert_eq!(one["readings"][2]["trace"]["outcome"], "fails");
    assert_eq!(one["readings"][2]["used"][0]["sha256"].as_str().map(str::len), Some(64));
    assert_eq!(one["readings"][2]["trace"]["children"][0]["terms"][0]["period"], "2020");
}

#[test]
fn a_history() {
    insta::assert_snapshot!(history_table(&agreement(), &history(), None, &layout(80, false)));
    insta::assert_snapshot!(history_table(&agreement(), &history(), None, &layout(120, true)));
    insta::assert_snapshot!(history_markdown(&agreement(), &history(), false));
    insta::assert_snapshot!(history_csv(&history(), false));
    let (agreement, history) = (agreement(), history());
    let document = document::<History>(HistoryAnswer::of(&agreement, &history.changed(false), None));
    assert_eq!(document["rows"].as_array().map(Vec::len), Some(3));
    assert_eq!(document["rows"][1]["flipped_from"], "not-yet-testable");
    for width in 60..130 {
        let text = history_table(&agreement, &history, None, &layout(width, true));
        assert!(text.lines().all(|l| l.width() <= width), "{text}");
    }
}

#[test]
fn a_comparison() {
    let (a, b) = ("as of 2021-02-23", "as of 2021-03-25");
    insta::assert_snapshot!(compare_text(&agreement(), a, b, &comparison(), &layout(80, false)));
    insta::assert_snapshot!(compare_markdown(&agreement(), a, b, &comparison()));
    insta::assert_snapshot!(compare_csv(&comparison()));
    let compared = Compared { from: a.into(), to: b.into(), comparison: comparison(), resolved: Vec::new() };
    let agreement = &agreement();
    let document = document::<Compare>(CompareAnswer::of(agreement, &compared));
    assert_eq!(document["flips"][0]["to"], "missed");
    assert_eq!(document["readings"][0]["changes"][0]["kind"], "revised");
    for width in 60..130 {
        let text = compare_text(agreement, a, b, &comparison(), &layout(width, false));
        assert!(text.lines().all(|l| l.width() <= width), "{text}");
    }
}
