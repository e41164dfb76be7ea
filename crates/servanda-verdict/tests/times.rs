//! Rules over quarters, months, running sums and declared years, each met once and missed once, worked by hand.

mod common;

use common::{day, figure, files, source};
use servanda_core::{Stage, Status};
use servanda_verdict::{Finding, InlineEvidence, Question, check};

/// US exports of code 1201 by month: 1 USD in each month of 2020, 2 in each of 2021, 4 in each of 2022, all out by 2023-02-01.
fn told(rule: &str, as_of: &str) -> (Status, Vec<String>) {
    let finding = found(rule, as_of);
    let years = finding.readings[0].years.iter();
    (finding.status, years.map(|y| format!("{} {}", y.period, y.part.status)).collect())
}

/// The same, with the reason.
fn reasoned(rule: &str, as_of: &str) -> (Status, String) {
    let finding = found(rule, as_of);
    (finding.status, finding.reason.unwrap_or_default())
}

fn found(rule: &str, as_of: &str) -> Finding {
    let text = format!(
        "id = \"small\"\ntitle = \"Small\"\nparties = [\"CHN\", \"USA\"]\ninstrument = \"binding-agreement\"\n\
         [statistics]\nsources = [\"usa\"]\ncounts_from = 2020-01-01\n\
         [year.soy]\ntitle = \"Marketing years\"\nstarts = \"09-01\"\nnamed = \"start\"\n\
         [year.fiscal]\ntitle = \"Fiscal years\"\nstarts = \"10-01\"\nnamed = \"end\"\n\
         [year.treaty]\ntitle = \"Years of the treaty\"\nstarts = \"02-14\"\nnamed = \"start\"\n\
         [[commitment]]\nid = \"c\"\nby = \"CHN\"\ncite = \"1\"\nforce = \"shall\"\nrule = '{rule}'\n"
    );
    let agreement = common::agreement(&files(&[("agreement.toml", &text)]), day(as_of))
        .unwrap_or_else(|e| panic!("{rule}: {e:?}"));
    let usa = source("usa", "USA", &[Stage::Exports]);
    let figures = [(2020, 1), (2021, 2), (2022, 4)].into_iter().flat_map(|(year, value)| {
        let usa = &usa;
        (1..=12).map(move |month| {
            let published = if month == 12 {
                format!("{}-01-20", year + 1)
            } else {
                format!("{year}-{:02}-20", month + 1)
            };
            figure(usa, Stage::Exports, "1201", &format!("{year}-{month:02}"), value, &published)
        })
    });
    let evidence = InlineEvidence::new(vec![usa.clone()], figures.collect::<Vec<_>>());
    let mut checked = check(&agreement, &evidence, &Question::on_day(day(as_of))).unwrap();
    checked.findings.remove(0)
}

#[test]
fn each_kind_of_time_is_met_once_and_missed_once() {
    use Status::{Met, Missed};
    let flow = |period: &str| format!("exports(USA to CHN, code \"1201\", {period})");
    let here = |var: &str| flow(var);
    for (rule, status) in [
        (format!("each quarter in 2021: {} >= 6 USD", here("quarter")), Met),
        (format!("each quarter in 2020..2021: {} >= 6 USD", here("quarter")), Missed),
        (format!("each half-year in 2022: {} = 24 USD", here("half-year")), Met),
        (format!("each half-year in 2021..2022: {} = 24 USD", here("half-year")), Missed),
        (format!("each month in 2021-Q2: {} <= 2 USD", here("month")), Met),
        (format!("each month in 2021-11..2022-02: {} <= 2 USD", here("month")), Missed),
        // A glide path: twice the year before.
        (format!("each year in 2021..2022: {} >= 2 * {}", here("year"), flow("year - 1")), Met),
        (format!("each year in 2021..2022: {} > 2 * {}", here("year"), flow("year - 1")), Missed),
        (format!("each quarter in 2021: {} > {}", here("quarter"), flow("quarter - 4")), Met),
        (format!("each quarter in 2021: {} > {}", here("quarter"), flow("quarter - 1")), Missed),
        // Sums that run on carry a surplus over, and 12, 36 and 84 USD stand against 12, 24 and 36, or 30, 60 and 90.
        (
            format!("each year in 2020..2022: {} >= 12 USD * length(2020..year, years)", flow("2020..year")),
            Met,
        ),
        (
            format!("each year in 2020..2022: {} >= 30 USD * length(2020..year, years)", flow("2020..year")),
            Missed,
        ),
        // What a year fell short of is owed in the next.
        (
            format!(
                "each year in 2021..2022: {} >= 20 USD + max(0 USD, 20 USD - {})",
                here("year"),
                flow("year - 1")
            ),
            Missed,
        ),
        (
            format!(
                "each year in 2021..2022: {} >= 12 USD + max(0 USD, 24 USD - {})",
                here("year"),
                flow("year - 1")
            ),
            Met,
        ),
        // September 2020 to August 2021: 4 at 1 USD and 8 at 2 USD.
        (format!("{} = 20 USD", flow("soy 2020")), Met),
        (format!("{} = 20 USD", flow("soy 2021")), Missed),
        (format!("each year in soy 2020..2021: {} >= 20 USD", here("year")), Met),
        (format!("each year in soy 2020..2021: {} > 20 USD", here("year")), Missed),
        (format!("each year in soy 2020..2021: {} >= {}", here("year"), flow("soy 2020")), Met),
        // October 2020 to September 2021, and its first quarter.
        (format!("{} = 21 USD", flow("fiscal 2021")), Met),
        (format!("{} = 3 USD", flow("fiscal 2022-Q1")), Missed),
        (format!("{} = 6 USD", flow("fiscal 2022-Q1")), Met),
    ] {
        assert_eq!(told(&rule, "2023-02-01").0, status, "{rule}");
    }
}

#[test]
fn the_last_twelve_months_move_with_the_day() {
    let rule = "exports(USA to CHN, code \"1201\", last 12 months) >= 30 USD";
    // In October the last month is not out yet, but eleven come to enough; in April they do not, and in February all twelve fall short.
    for (day, status) in
        [("2022-10-05", Status::Met), ("2022-04-05", Status::Open), ("2022-02-25", Status::Missed)]
    {
        assert_eq!(told(rule, day).0, status, "{day}");
    }
}

#[test]
fn instances_are_named_as_the_periods_that_they_are() {
    let rule = "each quarter in soy 2021: exports(USA to CHN, code \"1201\", quarter) >= 9 USD";
    let (status, quarters) = told(rule, "2023-02-01");
    assert_eq!(status, Status::Missed);
    assert_eq!(
        quarters,
        ["2021-09..2021-11 missed", "2021-12..2022-02 met", "2022-03..2022-05 met", "2022-06..2022-08 met"]
    );
    // A year of days cuts a month at each end: both may be anything from nothing to the month.
    let (status, _) = told("exports(USA to CHN, code \"1201\", treaty 2021) >= 25 USD", "2023-02-01");
    assert_eq!(status, Status::CannotTell);
    let (status, _) = told("exports(USA to CHN, code \"1201\", treaty 2021) >= 24 USD", "2023-02-01");
    assert_eq!(status, Status::Met);
}

#[test]
fn years_that_are_not_declared_or_have_no_day_of_every_year_are_refused() {
    for (year, code) in [
        ("starts = \"02-29\"\nnamed = \"start\"", "bad-day"),
        ("starts = \"9-1\"\nnamed = \"start\"", "bad-day"),
        ("starts = \"09-01\"", "missing-key"),
        ("starts = \"09-01\"\nnamed = \"first\"", "unknown-word"),
    ] {
        let text = format!(
            "id = \"small\"\ntitle = \"Small\"\nparties = [\"CHN\", \"USA\"]\ninstrument = \"binding-agreement\"\n\
             [year.soy]\ntitle = \"Marketing years\"\n{year}\n"
        );
        let errors = common::agreement(&files(&[("agreement.toml", &text)]), day("2023-02-01")).unwrap_err();
        assert!(format!("{errors:?}").contains(code), "{year}: {errors:?}");
    }
}

/// Nobody has trade in 2203: a flow over it is zero and held.
#[test]
fn what_is_divided_by_zero_is_no_number_whatever_is_made_of_it() {
    let some = |period: &str| format!("exports(USA to CHN, code \"1201\", {period})");
    let none = |period: &str| format!("exports(USA to CHN, code \"2203\", {period})");
    let zero = "and nothing is divided by zero";
    for rule in [
        format!("{} / {} >= 0.1", none("2020"), none("2020")),
        format!("max(0.1, {} / {}) >= 0.1", none("2020"), none("2020")),
        format!("max(0.1, 1 + 2 * ({} / {})) >= 0.1", none("2020"), none("2020")),
        format!("min(0.1, {} / {}) <= 0.1", some("2020"), none("2020")),
        format!("0 * ({} / {}) = 0", some("2020"), none("2020")),
        format!("{} >= 0 * ({} / {}) * 1 USD", some("2020"), some("2020"), none("2020")),
        // The divisor of a divisor.
        format!("max(0.1, 1 / ({} / {})) >= 0.1", some("2020"), none("2020")),
        format!("not max(0.1, {} / {}) < 0.1", none("2020"), none("2020")),
        format!("max(0.1, {} / {}) >= 0.1 or {} >= 13 USD", none("2020"), none("2020"), some("2020")),
        format!("max(0.1, {} / {}) >= 0.1 and {} >= 12 USD", none("2020"), none("2020"), some("2020")),
    ] {
        let (status, reason) = reasoned(&rule, "2023-03-01");
        assert_eq!(status, Status::CannotTell, "{rule}");
        assert!(reason.contains(zero), "{rule}: {reason}");
    }
    // What decides without it is decided, so that a rule can say what holds where there is no divisor.
    for (rule, status) in [
        (format!("{} = 0 USD or {} / {} >= 3", none("2020"), some("2020"), none("2020")), Status::Met),
        (format!("{} > 0 USD and {} / {} >= 3", none("2020"), some("2020"), none("2020")), Status::Missed),
        (format!("max(0.1, {} / {}) >= 0.1", none("2020"), some("2020")), Status::Met),
    ] {
        assert_eq!(reasoned(&rule, "2023-03-01").0, status, "{rule}");
    }
    // Of each month the true reason, and not that its figures are not held.
    let rule = format!("each month in 2020: max(0.1, {} / {}) >= 0.1", some("month"), none("month"));
    let (status, reason) = reasoned(&rule, "2023-03-01");
    assert_eq!(status, Status::CannotTell);
    assert!(
        reason.contains("2020-01: ") && reason.contains(zero) && !reason.contains("not held"),
        "{reason}"
    );
    // A divisor that is not held can be zero too, and that it is not held is why.
    let rule = format!("max(0.1, {} / {}) >= 0.1", some("2020"), some("2023"));
    let (status, reason) = reasoned(&rule, "2024-06-01");
    assert_eq!((status, reason.as_str()), (Status::CannotTell, "usa: not held"));
}
