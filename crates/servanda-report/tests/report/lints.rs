//! Lints, paragraphs and worked cases, made by hand.

use crate::fixture::{document, n, party};
use proptest::prelude::*;
use servanda_agreement::lint::{ParagraphKind, TextParagraph, TextReport};
use servanda_agreement::{Lint, LintKind};
use servanda_core::Currency;
use servanda_report::{CaseRow, Layout, Texts, cases_text, lints_text, paragraphs_text};
use servanda_workspace::answer::LintAnswer;
use servanda_workspace::{CaseOutcome, request};
use unicode_width::UnicodeWidthStr;

fn layout(width: usize, all: bool) -> Layout {
    Layout { width, all, ..Layout::default() }
}

fn lint(kind: LintKind, message: &str, stake: Option<&str>) -> Lint {
    Lint {
        kind,
        message: message.into(),
        details: Vec::new(),
        help: None,
        file: "agreement.toml".into(),
        span: None,
        commitments: vec!["purchases.manufactures.2020".into()],
        stake: stake.map(|s| (n(s), Currency::new("USD").unwrap())),
    }
}

fn lints() -> Vec<Lint> {
    let mut aircraft = lint(
        LintKind::NoBaseYearTrade,
        "category `Aircraft` of scope `manufactures` has no trade at all in 2017 on usa-census-exports",
        Some("16264000000"),
    );
    aircraft.details = vec!["outside the list, chapter 88: 8800 (16.264 bn USD)".into()];
    aircraft.help = Some("add a definition that reads the category in the source's codes".into());
    aircraft.file = "scopes/annex-6-1.csv".into();
    aircraft.span = Some(30..40);
    let mut all = vec![aircraft];
    for n in 1..=12 {
        all.push(lint(LintKind::NoDeadline, &format!("act {n} is to be done by no day"), None));
    }
    all
}

fn texts() -> Texts {
    [("scopes/annex-6-1.csv".to_owned(), "line,digits\n8802,4\n8803,4\n8804,4\n8805,4\n".into())].into()
}

#[test]
fn ten_lints_then_how_many_more() {
    insta::assert_snapshot!(lints_text(&lints(), &texts(), &layout(80, false)));
    let all = lints_text(&lints(), &texts(), &layout(100, true));
    assert!(all.contains("\n13. act 12 is") && !all.contains("`all`"), "{all}");
    assert!(lints_text(&[], &texts(), &layout(80, false)).starts_with("nothing was found"));
    let document = document::<request::Lint>(LintAnswer::lints(&lints(), &texts()));
    assert_eq!(document["lints"].as_array().map(Vec::len), Some(13));
    assert_eq!(document["lints"][0]["kind"], "no-base-year-trade");
    assert_eq!(document["lints"][0]["line"], 4);
    assert_eq!(document["lints"][0]["stake"]["value"], "16264000000");
    assert_eq!(document["lints"][1]["line"], serde_json::Value::Null);
}

fn text_paragraph(number: &str, kind: ParagraphKind, by: &[&str], commitments: &[&str]) -> TextParagraph {
    TextParagraph {
        file: "text/chapter-6.md".into(),
        number: number.into(),
        opening: "China shall ensure that purchases and imports into China from the United States exceed"
            .into(),
        kind,
        by: by.iter().map(|p| party(p)).collect(),
        commitments: commitments.iter().map(|c| (*c).to_owned()).collect(),
        declared: false,
        span: 0..1,
    }
}

fn paragraphs() -> TextReport {
    let five = ["purchases.a", "purchases.b", "purchases.c", "purchases.d", "purchases.e"];
    let mut paragraphs = vec![
        text_paragraph("6.1", ParagraphKind::Preamble, &[], &[]),
        text_paragraph("6.2.1", ParagraphKind::Duty, &["CHN"], &five),
        text_paragraph("6.2.2", ParagraphKind::Definition, &[], &[]),
        text_paragraph("6.2.3", ParagraphKind::Duty, &["CHN", "USA"], &[]),
        text_paragraph("6.2.4", ParagraphKind::Procedure, &[], &[]),
        text_paragraph("7.1", ParagraphKind::Undecided, &[], &[]),
    ];
    if let Some(last) = paragraphs.last_mut() {
        last.file = "text/chapter-7.md".into();
        last.opening = String::new();
    }
    TextReport { paragraphs }
}

#[test]
fn what_each_paragraph_does() {
    insta::assert_snapshot!(paragraphs_text(&paragraphs(), &layout(80, false)));
    assert!(paragraphs_text(&paragraphs(), &layout(80, true)).contains("purchases.e"));
    assert!(paragraphs_text(&TextReport::default(), &layout(80, false)).contains("no numbered paragraph"));
    let document = document::<request::Lint>(LintAnswer::text(&paragraphs()));
    assert_eq!(document["counts"]["duty"], 2);
    assert_eq!(document["not_encoded"], 1);
    assert_eq!(document["paragraphs"][3]["by"][1], "USA");
}

#[test]
fn cases_that_differ() {
    let row = |name: &str, problems: &[&str]| CaseRow {
        name: name.into(),
        commitment: "purchases.agriculture.2020".into(),
        problems: problems.iter().map(|p| (*p).to_owned()).collect(),
    };
    let rows = [
        row("whole year, above", &[]),
        row(
            "a month is missing",
            &["status: expected open, got cannot-tell", "actual: expected 5 bn USD, got 4.9 bn USD"],
        ),
        row("whole year, below", &[]),
    ];
    insta::assert_snapshot!(cases_text(&rows, &layout(80, false)));
    assert!(
        cases_text(&rows, &layout(80, true))
            .contains("whole year, below (purchases.agriculture.2020): agrees")
    );
    assert_eq!(cases_text(&rows[..1], &layout(80, false)), "1 case agrees, 0 differ\n");
    let outcome = |r: &CaseRow| CaseOutcome {
        name: r.name.clone(),
        commitment: r.commitment.clone(),
        problems: r.problems.clone(),
    };
    let outcomes: Vec<CaseOutcome> = rows.iter().map(outcome).collect();
    let document = document::<request::Lint>(LintAnswer::cases(&outcomes));
    assert_eq!((document["agree"].as_u64(), document["differ"].as_u64()), (Some(2), Some(1)));
    assert_eq!(document["cases"][1]["agrees"], false);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_line_is_wider_than_the_terminal(
        words in "[ -~漢字]{0,200}",
        number in "[0-9a-z.]{1,80}",
        width in 60usize..140,
        all in any::<bool>(),
    ) {
        let layout = layout(width, all);
        let mut lints = lints();
        let mut report = paragraphs();
        for lint in &mut lints {
            lint.message.clone_from(&words);
            lint.details.push(words.clone());
            lint.help = Some(words.clone());
        }
        for p in &mut report.paragraphs {
            (p.opening, p.number, p.file) = (words.clone(), number.clone(), words.clone());
        }
        let rows = [CaseRow { name: words.clone(), commitment: number, problems: vec![words] }];
        let text = [
            lints_text(&lints, &texts(), &layout),
            paragraphs_text(&report, &layout),
            cases_text(&rows, &layout),
        ];
        for line in text.iter().flat_map(|t| t.lines()) {
            prop_assert!(line.width() <= width, "{width}: {line}");
        }
    }
}
