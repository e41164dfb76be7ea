use super::*;
use crate::small_books::{act, day, list_3, step};
use crate::{Duty, Exclusion, ScheduleRow};
use servanda_agreement::Certainty;
use servanda_core::Exact;
use std::sync::Arc;

fn party(code: &str) -> Party {
    Party::new(code).unwrap()
}

fn with_schedule() -> Book {
    let mut book = list_3();
    let row = |line: &str, percent: i128, from: &str, row: usize| ScheduleRow {
        line: line.into(),
        duty: Duty::percent(Exact::integer(percent)),
        text: format!("{percent}%"),
        from: day(from),
        through: None,
        description: String::new(),
        row,
    };
    book.schedules.push(Arc::new(Schedule {
        id: "mfn".into(),
        title: "MFN".into(),
        importer: party("USA"),
        zone: TimeZone::get("America/New_York").unwrap(),
        kind: ScheduleKind::MfnApplied,
        origins: Vec::new(),
        classification: "HTS2018".into(),
        published: None,
        from: day("2018-01-01"),
        through: Some(day("2019-12-31")),
        read_on: None,
        rows: vec![
            row("01010000", 5, "2018-01-01", 2),
            row("01010000", 4, "2019-01-01", 3),
            row("01020000", 5, "2018-01-01", 4),
            row("01020000", 6, "2019-01-01", 5),
            row("01030000", 5, "2018-01-01", 6),
            row("01030000", 5, "2019-01-01", 7),
            row("94036080", 1, "2018-01-01", 8),
            row("94036080", 0, "2019-01-01", 9),
        ],
        leaves_out: Vec::new(),
        certainty: Certainty::Primary,
        cite: "a schedule".into(),
        note: None,
        provenance: None,
    }));
    book
}

fn lines(events: &[Event]) -> Vec<String> {
    events.iter().map(|e| format!("{} {} {}", e.at.clock.date(), e.kind, e.name)).collect()
}

#[test]
fn the_history_of_list_3_in_order() {
    let events = timeline(&list_3(), None, None, None, None, None, None);
    assert_eq!(
        lines(&events),
        [
            "2018-07-10 announced usa-301/list-3.10",
            "2018-09-17 armed usa-301/list-3.10",
            "2018-09-17 armed usa-301/list-3.25",
            "2018-09-24 begins usa-301/list-3.10",
            "2018-12-19 postponed usa-301/list-3.25",
            "2019-03-05 suspended usa-301/list-3.25",
            "2019-05-09 armed usa-301/list-3.25",
            "2019-05-10 begins usa-301/list-3.25",
        ]
    );
    assert_eq!(events[4].text, "list-3.25 to 2019-03-02");
    assert_eq!(events[4].certainty, "unconfirmed");
    assert_eq!(events[3].text, "list-3.10: add 10 percent on list-3");
}

#[test]
fn limits_leave_out_what_they_should() {
    let book = with_schedule();
    let of = |importer, origin, measure, from, to| timeline(&book, importer, origin, measure, from, to, None);
    assert_eq!(of(Some(party("CHN")), None, None, None, None), []);
    let korea = of(None, Some(party("KOR")), None, None, None);
    assert_eq!(
        lines(&korea),
        ["2018-01-01 schedule begins mfn", "2019-01-01 rates change mfn", "2020-01-01 schedule ends mfn"]
    );
    let spring = of(None, None, Some("usa-301"), Some(day("2019-03-05")), Some(day("2019-05-09")));
    assert_eq!(
        lines(&spring),
        ["2019-03-05 suspended usa-301/list-3.25", "2019-05-09 armed usa-301/list-3.25"]
    );
}

#[test]
fn lines_that_change_on_a_day_are_counted() {
    let events = timeline(&with_schedule(), None, Some(party("KOR")), None, None, None, None);
    assert_eq!(events[1].lines, Some(LinesChanged { up: 1, down: 2, unclear: 0 }));
    assert_eq!(events[1].text, "1 lines up, 2 down");
}

#[test]
fn exclusions_begin_and_end() {
    let mut book = list_3();
    let mut measure = book.measures[0].as_ref().clone();
    measure.exclusions.push(Exclusion {
        id: "some".into(),
        title: "Some goods".into(),
        of: vec![0],
        codes: Vec::new(),
        file: None,
        below_line: true,
        published: day("2019-01-02"),
        from: Moment::start_of(day("2019-01-01")),
        until: Some(Moment::start_of(day("2019-04-01"))),
        cite: "a notice".into(),
        certainty: Certainty::Secondary,
    });
    book.measures[0] = Arc::new(measure);
    let events = timeline(&book, None, None, None, Some(day("2019-01-01")), Some(day("2019-04-01")), None);
    assert_eq!(
        lines(&events),
        [
            "2019-01-01 exclusion begins usa-301/some",
            "2019-01-02 exclusion made known usa-301/some",
            "2019-03-05 suspended usa-301/list-3.25",
            "2019-04-01 exclusion ends usa-301/some",
        ]
    );
    assert_eq!((events[0].cite.as_deref(), events[0].certainty), (Some("a notice"), "secondary"));
}

#[test]
fn the_rates_of_one_line_through_time() {
    let book = with_schedule();
    let panel = book.panel(party("USA"), None).unwrap();
    let rows =
        |from: &str, to: &str| rate_timeline(&panel, "94036080", party("CHN"), day(from), day(to)).unwrap();
    let text: Vec<String> = rows("2018-09-01", "2019-06-30")
        .iter()
        .map(|r| format!("{} {} on {}: {:?}", r.from.clock.date(), r.rate, r.base, r.acts))
        .collect();
    assert_eq!(
        text,
        [
            "2018-09-01 1% on 1: []",
            "2018-09-24 11% on 1: [(\"usa-301/list-3.10\", \"10\")]",
            "2019-01-01 10% on 0: [(\"usa-301/list-3.10\", \"10\")]",
            "2019-05-10 25% on 0: [(\"usa-301/list-3.25\", \"25\")]",
        ]
    );
    assert_eq!(rows("2019-06-30", "2019-06-01"), []);
}

/// As of a day, only what was known by its end: an act announced after its effect, and its end made known later still.
#[test]
fn events_are_told_as_they_were_known() {
    let mut late = act(
        "late",
        vec![step("2019-06-04", Does::Arm, "2019-05-01"), step("2019-08-01", Does::End, "2019-09-01")],
    );
    late.announced = Some(day("2019-06-04"));
    let book = crate::small_books::book(vec![late]);
    let kinds = |as_of: &str| {
        let events = timeline(&book, None, None, None, None, None, Some(day(as_of)));
        events.iter().map(|e| format!("{} {}", e.at.clock.date(), e.kind)).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(kinds("2019-06-03"), "");
    assert_eq!(kinds("2019-06-04"), "2019-05-01 begins, 2019-06-04 announced, 2019-06-04 armed");
    assert!(kinds("2019-08-01").ends_with("2019-08-01 end made known, 2019-09-01 ends"));
    // `triggers` agrees, on whatever day it is asked about.
    let standing = |on: &str, as_of: &str| {
        crate::triggers(&book, &[], day(on), day(as_of)).first().map(|t| t.standing.as_str())
    };
    assert_eq!(standing("2019-05-20", "2019-06-03"), None);
    assert_eq!(standing("2019-05-20", "2019-06-04"), Some("in force"));
    assert_eq!(standing("2019-09-02", "2019-07-31"), Some("in force"));
    assert_eq!(standing("2019-09-02", "2019-08-01"), Some("lapsed"));
}
