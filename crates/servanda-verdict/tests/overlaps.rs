//! Sums of terms that overlap against plain loops over their figures: each counts once, or as often as it is written.

mod common;
use common::{agreement, day, party, source};
use proptest::collection::vec;
use proptest::prelude::*;
use servanda_core::{Exact, Frequency, Stage};
use servanda_verdict::{Figure, InlineEvidence, InlineFigure, Question, check};
use std::collections::{BTreeMap, BTreeSet};

/// Scopes of the rule language, and their codes among those of the source.
const SCOPES: [(&str, &[usize]); 7] = [
    ("code \"11\"", &[0, 1]),
    ("code \"1101\"", &[0]),
    ("alpha", &[0, 1]),
    ("beta", &[1, 2]),
    ("alpha + beta", &[0, 1, 2]),
    ("beta + alpha", &[0, 1, 2]),
    ("goods", &[0, 1, 2]),
];
const CODES: [&str; 3] = ["1101", "1102", "2201"];

/// A term: scope, first and last month, factor.
type Term = (usize, usize, usize, i64);

/// The figure of a rule's left side, of which the right is nothing.
fn left(terms: &[Term], values: &[i64]) -> Figure {
    let text: Vec<String> = terms
        .iter()
        .map(|(scope, first, last, factor)| {
            let (from, to) = (first + 1, last + 1);
            format!("{factor} * imports(CHN from USA, {}, 2020-{from:02}..2020-{to:02})", SCOPES[*scope].0)
        })
        .collect();
    let rule = format!("{} >= 0 USD", text.join(" + ")).replace('"', "\\\"");
    let list =
        |name: &str, codes: &str| format!("[scope.{name}]\ncodes = [{codes}]\nclassification = \"HS2017\"\n");
    let toml = format!(
        "id = \"small\"\ntitle = \"t\"\nparties = [\"CHN\", \"USA\"]\ninstrument = \"binding-agreement\"\n[statistics]\n\
         sources = [\"chn\"]\ncounts_from = 2020-01-01\n{}{}[[commitment]]\nid = \"c\"\nby = \"CHN\"\ncite = \"x\"\n\
         force = \"shall\"\nrule = \"{rule}\"\n",
        list("alpha", "\"1101\", \"1102\""),
        list("beta", "\"1102\", \"2201\"")
    );
    let files = common::files(&[("agreement.toml", &toml)]);
    let agreement = agreement(&files, day("2021-06-01")).unwrap();
    let month = Frequency::Monthly.ordinal(day("2020-01-01"));
    let figures = values.iter().enumerate().map(|(n, value)| InlineFigure {
        source: "chn".to_owned(),
        stage: Stage::Imports,
        partner: party("USA"),
        code: CODES[n % 3].to_owned(),
        period: month + i32::try_from(n / 3).unwrap(),
        length: 1,
        money: Some(Exact::integer(i128::from(*value))),
        quantity: None,
        published: day("2021-01-20"),
        preliminary: false,
    });
    let evidence = InlineEvidence::new(vec![source("chn", "CHN", &[Stage::Imports])], figures.collect());
    let checked = check(&agreement, &evidence, &Question::on_day(day("2021-06-01"))).unwrap();
    checked.findings[0].readings[0].actual.clone().unwrap()
}

/// What tells terms apart: the scopes as written, in any order, and the months.
fn distinct(terms: &[Term]) -> BTreeMap<(BTreeSet<&str>, usize, usize), i64> {
    let mut out = BTreeMap::new();
    for (scope, first, last, factor) in terms {
        let names = SCOPES[*scope].0.split(" + ").collect();
        *out.entry((names, *first, *last)).or_default() += factor;
    }
    out
}

fn terms(most: i64) -> impl Strategy<Value = Vec<Term>> {
    let term = (0..SCOPES.len(), 0usize..4, 0usize..4, 1..=most);
    vec(term.prop_map(|(scope, a, b, factor)| (scope, a.min(b), a.max(b), factor)), 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_sum_counts_each_figure_once_or_as_written(terms in terms(3), values in vec(0i64..20, 12)) {
        let told = distinct(&terms);
        let (mut low, mut high) = (0, 0);
        for (n, value) in values.iter().enumerate() {
            let (code, month) = (n % 3, n / 3);
            let has = |((names, first, last), _): &(&(BTreeSet<&str>, usize, usize), &i64)| {
                let of = |name: &&str| SCOPES.iter().any(|(s, codes)| s == name && codes.contains(&code));
                names.iter().any(of) && *first <= month && month <= *last
            };
            let factors: Vec<i64> = told.iter().filter(has).map(|(_, f)| *f).collect();
            low += value * factors.iter().min().copied().unwrap_or(0);
            high += value * factors.iter().sum::<i64>();
        }
        let figure = left(&terms, &values);
        let of = |x: i64| Some(Exact::integer(i128::from(x)));
        prop_assert_eq!((figure.bounds.low, figure.bounds.high), (of(low), of(high)), "{:?}", terms);
        prop_assert_eq!(figure.bounds.value, of(low));
    }

    #[test]
    fn a_difference_holds_what_is_written_and_what_counts_once(
        (plus, minus) in (terms(1), terms(1)),
        values in vec(0i64..20, 12),
    ) {
        let turned = minus.iter().map(|(s, a, b, f)| (*s, *a, *b, -f));
        let all: Vec<Term> = plus.iter().copied().chain(turned).collect();
        let written: i64 = all
            .iter()
            .flat_map(|(scope, first, last, factor)| {
                let inside = move |n: usize| {
                    SCOPES[*scope].1.contains(&(n % 3)) && *first <= n / 3 && n / 3 <= *last
                };
                values.iter().enumerate().filter(move |(n, _)| inside(*n)).map(move |(_, v)| v * factor)
            })
            .sum();
        let figure = left(&all, &values);
        prop_assert!(figure.bounds.contains(&Exact::integer(i128::from(written))), "{written}: {:?}", figure.bounds);
        // A larger term less one within it is exact.
        if let ([(_, a, b, _)], [(_, c, d, _)]) = (plus.as_slice(), minus.as_slice())
            && a <= c && d <= b
        {
            prop_assert!(figure.bounds.is_exact());
        }
    }
}

/// The left side of a rule over figures of a month with several partners, by partner, code and value.
fn with_partners(left: &str, figures: &[(&str, &str, i64)]) -> (Figure, String) {
    let right = if left.contains(">=") { "" } else { " >= 0 USD" };
    let rule = format!("{left}{right}").replace('"', "\\\"");
    let toml = format!(
        "id = \"small\"\ntitle = \"t\"\nparties = [\"CHN\", \"USA\", \"BRA\"]\ninstrument = \"binding-agreement\"\n\
         [statistics]\nsources = [\"chn\"]\ncounts_from = 2020-01-01\n[group.both]\ntitle = \"b\"\n\
         members = [\"USA\", \"BRA\"]\n[group.others]\ntitle = \"o\"\nmembers = [\"BRA\", \"JPN\"]\n\
         [[commitment]]\nid = \"c\"\nby = \"CHN\"\ncite = \"x\"\n\
         force = \"shall\"\nrule = \"{rule}\"\n"
    );
    let agreement = agreement(&common::files(&[("agreement.toml", &toml)]), day("2021-06-01")).unwrap();
    let figures = figures.iter().map(|(partner, code, value)| InlineFigure {
        source: "chn".to_owned(),
        stage: Stage::Imports,
        partner: party(partner),
        code: (*code).to_owned(),
        period: Frequency::Monthly.ordinal(day("2020-01-01")),
        length: 1,
        money: Some(Exact::integer(i128::from(*value))),
        quantity: None,
        published: day("2021-01-20"),
        preliminary: false,
    });
    let evidence = InlineEvidence::new(vec![source("chn", "CHN", &[Stage::Imports])], figures.collect());
    let checked = check(&agreement, &evidence, &Question::on_day(day("2021-06-01"))).unwrap();
    let reading = &checked.findings[0].readings[0];
    (reading.actual.clone().unwrap(), format!("{:?} {:?}", reading.trace, reading.notes))
}

#[test]
fn all_partners_together_have_each_single_one() {
    let of = |partner: &str, code: &str| format!("imports(CHN from {partner}, code \"{code}\", 2020-01)");
    let held = [
        ("WLD", "1101", 100),
        ("WLD", "1102", 50),
        ("USA", "1101", 30),
        ("BRA", "1101", 20),
        ("USA", "1102", 5),
    ];
    let says = |left: &str| {
        let (figure, trace) = with_partners(left, &held);
        let text = |x: Option<Exact>| x.map_or("-".to_owned(), |x| x.plain());
        let bounds = figure.bounds;
        let said = trace.contains("since WLD is all partners together");
        format!("{} in {}..{} {said}", text(bounds.value), text(bounds.low), text(bounds.high))
    };
    let (world, usa, brazil) = (of("world", "1101"), of("USA", "1101"), of("BRA", "1101"));
    assert_eq!(says(&format!("{world} + {usa}")), "100 in 100..130 true");
    assert_eq!(says(&format!("{world} + {usa} + {brazil}")), "100 in 100..150 true");
    assert_eq!(says(&format!("2 * {world} + {usa}")), "170 in 170..230 true");
    assert_eq!(says(&format!("{} + {usa}", of("world", "11"))), "150 in 150..180 true");
    assert_eq!(says(&format!("{world} + {}", of("USA", "11"))), "105 in 105..135 true");
    // Another code, two single partners, and what is taken away are no double count.
    assert_eq!(says(&format!("{world} + {}", of("USA", "1102"))), "105 in 105..105 false");
    assert_eq!(says(&format!("{usa} + {brazil}")), "50 in 50..50 false");
    assert_eq!(says(&format!("{world} - {usa}")), "70 in 70..70 false");
    // Of a partner that is not held its part of the whole counts within the whole.
    let (figure, _) = with_partners(&format!("{world} + {usa}"), &[("WLD", "1101", 100)]);
    assert_eq!((figure.bounds.low, figure.bounds.high), (Some(Exact::integer(100)), None));
}

#[test]
fn a_group_has_what_each_of_its_members_has() {
    let of = |partner: &str, code: &str| format!("imports(CHN from {partner}, code \"{code}\", 2020-01)");
    let held = [("USA", "1101", 30), ("BRA", "1101", 20), ("JPN", "1101", 7), ("USA", "1102", 5)];
    let says = |left: &str| {
        let (figure, trace) = with_partners(left, &held);
        let text = |x: Option<Exact>| x.map_or("-".to_owned(), |x| x.plain());
        let bounds = figure.bounds;
        let said = trace.contains("counts once or as often as written");
        format!("{} in {}..{} {said}", text(bounds.value), text(bounds.low), text(bounds.high))
    };
    let (both, others, usa) = (of("both", "1101"), of("others", "1101"), of("USA", "1101"));
    assert_eq!(says(&both), "50 in 50..50 false");
    assert_eq!(says(&format!("{both} + {usa}")), "50 in 50..80 true");
    assert_eq!(says(&format!("{both} + {others}")), "57 in 57..77 true");
    // The same term twice is meant; what is taken away, and other goods, are no double count.
    assert_eq!(says(&format!("{both} + {both}")), "100 in 100..100 false");
    assert_eq!(says(&format!("{both} - {usa}")), "20 in 20..20 false");
    assert_eq!(says(&format!("{both} + {}", of("USA", "1102"))), "55 in 55..55 false");
}

#[test]
fn terms_on_both_sides_are_held_against_each_other() {
    let of = |code: &str| format!("imports(CHN from USA, code \"{code}\", 2020-01)");
    let held = [("USA", "1101", 30), ("USA", "1102", 5)];
    let bounds = |rule: &str| {
        let (figure, _) = with_partners(rule, &held);
        let text = |x: Option<Exact>| x.map_or("-".to_owned(), |x| x.plain());
        format!("{}..{}", text(figure.bounds.low), text(figure.bounds.high))
    };
    let (part, whole) = (of("1101"), of("11"));
    // Moved to one side it is a sum that has 1101 twice.
    assert_eq!(bounds(&format!("{part} >= 60 USD - {whole}")), "0..30");
    assert_eq!(bounds(&format!("{whole} >= 60 USD - {part}")), "5..35");
    // A share, a difference, the same term, and other goods are no double count.
    assert_eq!(bounds(&format!("{part} >= 0.5 * {whole}")), "30..30");
    assert_eq!(bounds(&format!("{part} >= 60 USD - {part}")), "30..30");
    assert_eq!(bounds(&format!("{part} >= 60 USD - {}", of("1102"))), "30..30");
    assert_eq!(bounds(&format!("{whole} - {part} >= 1 USD")), "5..5");
}

#[test]
fn of_a_scope_that_is_taken_away_whole_nothing_is_known() {
    let (figure, _) = with_partners(
        "imports(CHN from USA, code \"11\" - code \"1101\" - code \"11\", 2020-01) >= 1 USD",
        &[("USA", "1101", 30)],
    );
    assert_eq!((figure.bounds.low, figure.bounds.high), (None, None));
}
