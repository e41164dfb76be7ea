//! Sums in which terms share a figure of a source: their bounds hold whatever the figure is made of.

mod common;

use common::{day, figure, files, source};
use proptest::collection::vec;
use proptest::prelude::*;
use servanda_core::{Bounds, Exact, Frequency, Stage};
use servanda_verdict::{InlineEvidence, InlineFigure, Question, check_one};

/// The left side of a rule on one daily or annual source of US exports, as of the end of 2021.
fn bounds(rule: &str, frequency: Frequency, figures: &[(&str, i128, i32)], crosswalk: &str) -> Bounds {
    let mut usa = source("usa", "USA", &[Stage::Exports]);
    usa.frequency = frequency;
    let rule = format!("{rule} >= 0 USD");
    let text = format!(
        r#"
id = "small"
title = "Small"
parties = ["CHN", "USA"]
instrument = "binding-agreement"
[statistics]
sources = ["usa"]
counts_from = 2020-01-01
[scope.aa]
codes = ["8802"]
classification = "HS2017"
[scope.bb]
codes = ["8803"]
classification = "HS2017"
[scope.both]
codes = ["8802", "8803"]
classification = "HS2017"
[definition.w]
title = "w"
crosswalks = {{ "usa" = "cross.csv" }}
[[commitment]]
id = "c"
by = "USA"
cite = "x"
force = "shall"
rule = "{rule}"
"#
    );
    let cross = format!("list_code,source_code,relation\n{crosswalk}");
    let files = files(&[("agreement.toml", &text), ("cross.csv", &cross)]);
    let agreement = common::agreement(&files, day("2021-12-31")).unwrap_or_else(|e| panic!("{e:?}"));
    let figures: Vec<InlineFigure> = figures
        .iter()
        .map(|(period, value, length)| {
            let one = figure(&usa, Stage::Exports, "8800", period, *value, "2021-06-01");
            InlineFigure { length: *length, ..one }
        })
        .collect();
    let evidence = InlineEvidence::new(vec![usa], figures);
    let checked = check_one(&agreement, &evidence, &Question::on_day(day("2021-12-31")), "c").unwrap();
    checked.findings[0].readings[0].actual.clone().unwrap().bounds
}

fn term(factor: i128, scope: &str, window: &str) -> String {
    format!("{factor} * exports(USA to CHN, {scope}, {window})")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_code_shared_by_lines_is_split_between_them_in_any_way(
        shares in vec(0i128..20, 3),
        terms in vec((-3i128..4, 0usize..3), 1..4),
    ) {
        // What 8800 is made of: 8802, 8803 and something else. A source shows their sum alone.
        let whole: i128 = shares.iter().sum();
        let scopes = [("aa", shares[0]), ("bb", shares[1]), ("both", shares[0] + shares[1])];
        let rule: Vec<String> = terms.iter().map(|(k, s)| term(*k, scopes[*s].0, "2020")).collect();
        let got = bounds(&rule.join(" + "), Frequency::Annual, &[("2020", whole, 1)], "8802,8800,wider\n8803,8800,wider\n");
        let truth: i128 = terms.iter().map(|(k, s)| k * scopes[*s].1).sum();
        let alike = terms.iter().all(|(_, s)| *s == terms[0].1);
        if alike {
            // One scope alone reads the wider code whole, as its definition says.
            let sum: i128 = terms.iter().map(|(k, _)| k * whole).sum();
            prop_assert_eq!(got, Bounds::exactly(Exact::integer(sum)));
        } else {
            prop_assert!(got.contains(&Exact::integer(truth)), "{rule:?}: {got:?} without {truth}");
            prop_assert!(got.low.is_some() && got.high.is_some());
        }
    }

    #[test]
    fn weeks_cut_by_windows_hold_the_days_in_any_way(
        days in vec(0i128..9, 35),
        windows in vec((0usize..30, 0usize..20, -2i128..3), 1..4),
    ) {
        let name = |n: usize| format!("2020-03-{:02}", n + 1).replace("2020-03-32", "2020-04-01")
            .replace("2020-03-33", "2020-04-02").replace("2020-03-34", "2020-04-03").replace("2020-03-35", "2020-04-04");
        let weeks: Vec<(String, i128)> =
            days.chunks(7).enumerate().map(|(n, w)| (name(n * 7 + 6), w.iter().sum())).collect();
        let figures: Vec<(&str, i128, i32)> = weeks.iter().map(|(d, v)| (d.as_str(), *v, 7)).collect();
        let windows: Vec<(usize, usize, i128)> =
            windows.into_iter().map(|(from, more, k)| (from, (from + more).min(34), k)).collect();
        let rule: Vec<String> =
            windows.iter().map(|(a, b, k)| term(*k, "aa", &format!("{}..{}", name(*a), name(*b)))).collect();
        let got = bounds(&rule.join(" + "), Frequency::Daily, &figures, "8802,8800,wider\n");
        let truth: i128 = windows.iter().map(|(a, b, k)| k * days[*a..=*b].iter().sum::<i128>()).sum();
        prop_assert!(got.contains(&Exact::integer(truth)), "{rule:?}: {got:?} without {truth}");
        prop_assert!(got.low.is_some() && got.high.is_some());
    }

    #[test]
    fn two_windows_side_by_side_take_a_week_once(days in vec(0i128..9, 28), at in 0usize..27) {
        let name = |n: usize| format!("2020-03-{:02}", n + 1);
        let weeks: Vec<(String, i128)> =
            days.chunks(7).enumerate().map(|(n, w)| (name(n * 7 + 6), w.iter().sum())).collect();
        let figures: Vec<(&str, i128, i32)> = weeks.iter().map(|(d, v)| (d.as_str(), *v, 7)).collect();
        let (a, b) = (format!("{}..{}", name(0), name(at)), format!("{}..{}", name(at + 1), name(27)));
        let rule = format!("{} + {}", term(1, "aa", &a), term(1, "aa", &b));
        let got = bounds(&rule, Frequency::Daily, &figures, "8802,8800,wider\n");
        prop_assert_eq!(got, Bounds::exactly(Exact::integer(days.iter().sum())));
    }
}
