//! Answers about tariffs, made by hand.

use crate::fixture::{document, n, party};
use jiff::civil::{Date, DateTime};
use servanda_core::Exact;
use servanda_report::{
    Layout, Sheet, UnitValueNote, average_sheet, ceiling_sheet, coverage_codes_sheet, coverage_sheet,
    diff_sheet, line_sheet, parity_sheet, rate_sheet, rate_tree, timeline_sheet, triggers_sheet,
};
use servanda_tariff::{
    Average, Basis, ByMean, ByRange, Ceiling, CeilingLine, CeilingState, CeilingTrade, Coverage, CoverageRow,
    Covered, Diff, DiffLine, DiffPerhaps, Event, GroundAct, GroundSchedule, GroundUndecided, Grounds,
    Instant, LastStep, LeftOut, LineText, LinesChanged, LostCode, NoNumber, OtherEdition, Outcome, Parity,
    ParityMean, ParityRow, ParityState, ParityTrade, PastDate, Points, RateAct, RateAnswer, RateLine,
    RateRow, RateSpan, ReadOnLines, ReplacedBy, Says, SideRange, Standing, TradeOf, TradeWeighed, Transit,
    Trigger,
};
use servanda_workspace::answer::Grounded;
use servanda_workspace::request::TariffAverage;
use unicode_width::UnicodeWidthStr;

const STEP_UP: &str = "usa-section-301-china/list-3.25";
const FIRST: &str = "usa-section-301-china/list-3.10";

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn instant(text: &str) -> Instant {
    Instant { clock: text.parse::<DateTime>().unwrap(), zone: "America/New_York".into() }
}

fn points(value: &str) -> Points {
    Points::exactly(n(value))
}

fn open_end(value: &str) -> Points {
    Points { low: n(value), high: None }
}

fn layout(width: usize, all: bool) -> Layout {
    Layout { width, all, ..Layout::default() }
}

fn of() -> TradeOf {
    let title = "imports of USA from CHN in 2017, customs value".into();
    TradeOf { title, source: "usa-trade".into(), year: 2017, unit: "USD".into() }
}

fn grounds() -> Vec<Grounds> {
    let act =
        |act: &str, certainty| GroundAct { act: act.into(), cite: "84 FR 20459".into(), certainty, lines: 1 };
    vec![Grounds {
        importer: party("USA"),
        origin: party("CHN"),
        as_of: Some(day("2019-06-01")),
        lines: 12_345,
        schedules: vec![GroundSchedule {
            id: "usa-mfn-2017".into(),
            kind: "mfn-applied",
            cite: "USITC".into(),
            certainty: "primary",
            lines: 12_345,
        }],
        leaves_out: vec!["quota fill".into(), "drawback".into()],
        read_on: vec![ReadOnLines {
            schedule: "usa-mfn-2017".into(),
            through: Some(day("2017-12-31")),
            why: "later editions are not held".into(),
            lines: 12_000,
        }],
        acts: vec![act(STEP_UP, "secondary"), act("usa-a/b", "primary"), act("usa-a/c", "unconfirmed")],
        other_editions: vec![OtherEdition {
            list: "usa-a/list-1".into(),
            classification: "HTS2018".into(),
            read_in: "HTS2017".into(),
            without_line: 97,
        }],
        undecided: vec![GroundUndecided {
            act: "usa-a/b".into(),
            lines: 2,
            codes: vec![LostCode {
                list: "usa-a/list-1".into(),
                code: "85414060".into(),
                classification: "HTS2018".into(),
            }],
        }],
        unmapped: vec!["85249100".into()],
        not_held: vec!["duties of another act".into()],
        lacking: 3,
        may_be_higher: 2,
        may_be_lower: 3,
    }]
}

/// Everything that a sheet gives: on a wide and a narrow terminal, as CSV and as Markdown. No line is wider than asked, and
/// every row of the CSV has as many fields as its head.
fn whole(sheet: &Sheet) -> String {
    let (wide, narrow, csv) = (sheet.text(&layout(100, false)), sheet.text(&layout(60, false)), sheet.csv());
    assert!(wide.lines().all(|l| l.width() <= 100), "{wide}");
    assert!(narrow.lines().all(|l| l.width() <= 60), "{narrow}");
    let head = csv.lines().next().unwrap().split(',').count();
    let keys: std::collections::BTreeSet<&str> = csv.lines().next().unwrap().split(',').collect();
    assert_eq!(keys.len(), head, "a name stands twice: {csv}");
    let markdown = sheet.markdown(&layout(100, false));
    assert!(![&markdown, &csv, &wide, &narrow].iter().any(|text| text.contains(servanda_files::is_obeyed)));
    format!("{wide}\n=== 60 columns\n{narrow}\n=== CSV\n{csv}\n=== Markdown\n{markdown}")
}

fn row(rate: &str, total: Points, act: &str, cite: &str, additional: &str) -> RateRow {
    let fate =
        |own: &str| if own == act { "counts".to_owned() } else { format!("{act} stands in its place") };
    let rate_act = |own: &str, cite: &str| RateAct {
        act: own.into(),
        title: own.into(),
        authority: "usa.section-301".into(),
        cite: cite.into(),
        certainty: "secondary",
        effect: "add",
        rate: points("25"),
        part: false,
        may_be_excluded: false,
        outcome: if own == act { Outcome::Counts } else { Outcome::Replaced },
        fate: fate(own),
        lost_codes: Vec::new(),
        list_classification: "HTS2018".into(),
    };
    RateRow {
        from: Some("2019-05-10".into()),
        until: None,
        rate: rate.into(),
        total,
        by_held: None,
        base: points("0"),
        base_text: Some("Free".into()),
        schedule: Some("usa-mfn-2017".into()),
        read_on: None,
        equivalent: false,
        additional: points(additional),
        acts: vec![rate_act(FIRST, "83 FR 47974"), rate_act(act, cite)],
        explain: vec!["base: Free".into(), format!("{act}: adds {additional}"), format!("total: {rate}")],
    }
}

fn rate_answer() -> RateAnswer {
    RateAnswer {
        importer: party("USA"),
        origin: party("CHN"),
        code: "94036080".into(),
        on: day("2019-05-20"),
        as_of: None,
        exported: None,
        lines: vec![RateLine {
            line: "94036080".into(),
            description: Some("Wooden furniture".into()),
            rates: vec![row("25%", points("25"), STEP_UP, "84 FR 20459", "25")],
            in_transit: vec![Transit {
                condition: "exported before 2019-05-10 and entered before 2019-06-15".into(),
                exported_before: "2019-05-10".into(),
                entered_before: "2019-06-15".into(),
                act: STEP_UP.into(),
                cite: Some("84 FR 26930".into()),
                rates: vec![RateRow {
                    acts: Vec::new(),
                    ..row("10%", points("10"), FIRST, "83 FR 47974", "10")
                }],
            }],
        }],
        kind: "statutory rate, percent of customs value",
        leaves_out: vec!["quota fill".into()],
    }
}

#[test]
fn a_rate_with_relief_for_goods_on_their_way() {
    let sheet = rate_sheet(&rate_answer(), &grounds(), &[]);
    let text = sheet.text(&layout(100, false));
    assert!(text.contains(
        "goods on their way: 10% if exported before 2019-05-10 and entered before 2019-06-15 (84 FR"
    ));
    assert!(text.contains("Free + 25"));
    insta::assert_snapshot!(whole(&sheet));
}

#[test]
fn the_steps_of_a_rate() {
    insta::assert_snapshot!(rate_tree(&rate_answer(), &layout(80, false)));
}

#[test]
fn an_ad_valorem_equivalent_is_marked() {
    let mut answer = rate_answer();
    answer.exported = Some(day("2019-05-08"));
    let line = &mut answer.lines[0];
    line.in_transit.clear();
    line.rates[0].equivalent = true;
    line.rates[0].base_text = Some("4.4¢/kg".into());
    line.rates[0].base = points("0.9");
    let note = UnitValueNote {
        line: "94036080".into(),
        value: "4.5 USD/kg".into(),
        year: "2017".into(),
        source: "customs".into(),
    };
    let text = rate_sheet(&answer, &[], &[note]).text(&layout(100, false));
    assert!(text.contains("4.4¢/kg (= 0.9 with the unit"), "{text}");
    assert!(
        text.contains("ad valorem equivalent on 94036080: unit value 4.5 USD/kg, 2017, customs"),
        "{text}"
    );
    assert!(text.contains("exported on 2019-05-08 and entered on 2019-05-20"), "{text}");
}

fn left<T: Clone>(some: T, none: T) -> LeftOut<T> {
    LeftOut {
        by_quantity: some.clone(),
        unparsed: none.clone(),
        not_written: none.clone(),
        base_not_held: none,
        within_bounds: some,
    }
}

fn an_average(on: &str, trade: bool) -> Average {
    Average {
        importer: party("USA"),
        origin: party("CHN"),
        day: day(on),
        weights: if trade { "trade" } else { "simple" }.into(),
        value: n("62").checked_div(&n("3")),
        low: Some(n("18.5")),
        high: None,
        held_low: Some(n("18.5")),
        held_high: None,
        base_mean: Some(n("3.125")),
        additional_mean: Some(n("17.5")),
        lines: 12_345,
        counted: 12_301,
        equivalents: 2,
        left_out: left(22, 0),
        lacking: 0,
        read_on: 12_000,
        trade: trade.then(|| TradeWeighed {
            of: of(),
            total: n("505220000000"),
            counted: n("500000000000"),
            unmatched: n("20000000"),
            left_out: left(n("2600000000"), n("0")),
            mixed: n("1000000"),
            partly_asked: n("0"),
            outside: n("7"),
        }),
        says: Says {
            kind: "statutory".into(),
            base: "MFN applied".into(),
            leaves_out: Vec::new(),
            read_on: Vec::new(),
        },
    }
}

#[test]
fn averages_name_their_denominators() {
    let days = [an_average("2019-05-09", false), an_average("2019-05-10", false)];
    insta::assert_snapshot!("average_simple", whole(&average_sheet(&days, &grounds(), &["9999".into()])));
    insta::assert_snapshot!(
        "average_trade",
        whole(&average_sheet(&[an_average("2019-05-10", true)], &grounds(), &[]))
    );
}

fn a_coverage() -> Coverage {
    let row = |code: &str, trade: &str, lines, lines_covered, state| CoverageRow {
        code: code.into(),
        trade: n(trade),
        lines,
        lines_covered,
        state,
    };
    Coverage {
        importer: party("USA"),
        origin: party("CHN"),
        day: day("2019-05-10"),
        weights: "trade".into(),
        trade: Some(of()),
        only: Some(vec!["usa-section-301-china".into()]),
        covered: n("80"),
        low: n("50"),
        high: n("95"),
        total: n("100"),
        share: Some(n("80")),
        share_low: Some(n("50")),
        share_high: Some(n("95")),
        unmatched: n("5"),
        partly_asked: n("3"),
        outside: n("0"),
        rows: vec![
            row("940360", "30", 2, 1, Covered::Partly),
            row("940161", "10", 1, 1, Covered::Covered),
            row("850440", "40", 3, 3, Covered::Covered),
            row("010121", "15", 1, 0, Covered::Not),
            row("999999", "5", 0, 0, Covered::Unknown),
        ],
    }
}

#[test]
fn coverage_by_day_and_by_code() {
    insta::assert_snapshot!("coverage", whole(&coverage_sheet(&[a_coverage()], &grounds(), &[])));
    insta::assert_snapshot!("coverage_codes", whole(&coverage_codes_sheet(&a_coverage(), &grounds(), &[])));
}

#[test]
fn parity_puts_broken_codes_first() {
    let side = |low: &str, high: Option<&str>, mean: Option<&str>| SideRange {
        lines: 2,
        numbered: 2,
        low: n(low),
        high: high.map(n),
        mean: mean.map(n),
    };
    let row = |code: &str, state, mean, one, other| ParityRow {
        code: code.into(),
        state,
        why: None,
        mean,
        kept_whatever: false,
        one,
        other,
        trade: Some(n("1000000")),
    };
    let range = |kept: &str| ByRange {
        kept: n(kept),
        broken: n("1000000"),
        overlap: n("0"),
        specific: n("1000000"),
        undecided: n("0"),
        kept_whatever: n("0"),
    };
    let parity = Parity {
        one: party("CHN"),
        one_origin: party("USA"),
        one_day: day("2018-01-01"),
        other: party("USA"),
        other_origin: party("CHN"),
        other_day: day("2018-01-01"),
        basis: Basis::Mfn,
        digits: 6,
        one_edition: "CN2018".into(),
        other_edition: "HTS2017".into(),
        may_differ: 0,
        shared: 3,
        only_one: 29,
        only_other: 8,
        too_short: 0,
        by_range: ByRange { kept: 1, broken: 1, overlap: 0, specific: 1, undecided: 0, kept_whatever: 0 },
        by_mean: ByMean { higher: 1, lower: 1, equal: 0, no_mean: 1 },
        trade: Some(ParityTrade {
            of: of(),
            shared: n("3000000"),
            by_range: range("1000000"),
            by_mean: ByMean {
                higher: n("1000000"),
                lower: n("1000000"),
                equal: n("0"),
                no_mean: n("1000000"),
            },
            elsewhere: n("5"),
            too_short: n("0"),
        }),
        rows: vec![
            row(
                "010121",
                ParityState::Kept,
                ParityMean::Lower,
                side("0", Some("5"), Some("2.5")),
                side("5", Some("6"), Some("5.5")),
            ),
            row(
                "010129",
                ParityState::Specific,
                ParityMean::NoMean,
                side("0", None, None),
                side("5", Some("6"), Some("5.5")),
            ),
            row(
                "010190",
                ParityState::Broken,
                ParityMean::Higher,
                side("10", Some("10"), Some("10")),
                side("0", Some("4.5"), Some("2.25")),
            ),
        ],
    };
    let text = whole(&parity_sheet(&parity, &grounds(), &[]));
    assert!(text.find("010190") < text.find("010129") && text.find("010129") < text.find("010121"));
    insta::assert_snapshot!(text);
}

#[test]
fn a_ceiling_puts_lines_above_it_first() {
    let line = |line: &str, state, total: Points, excess: Points, text: &str, why| CeilingLine {
        line: line.into(),
        state,
        total,
        base: points("3"),
        excess,
        text: text.into(),
        why,
        trade: Some(n("2000000")),
    };
    let ceiling = Ceiling {
        importer: party("USA"),
        origin: party("CHN"),
        day: day("2019-10-01"),
        ceiling: n("15"),
        breach: 1,
        kept: 1,
        undecided: 1,
        trade: Some(CeilingTrade {
            of: of(),
            total: n("7000000"),
            breach: n("2000000"),
            kept: n("2000000"),
            undecided: n("2000000"),
            mixed: n("1000000"),
            unmatched: n("0"),
            outside: n("4"),
        }),
        lines: vec![
            line("01012100", CeilingState::Kept, points("15"), points("0"), "15%", None),
            line(
                "02011010",
                CeilingState::Undecided,
                open_end("10"),
                open_end("0"),
                "0.044 USD/kg + 10%",
                Some(NoNumber::ByQuantity),
            ),
            line("94036080", CeilingState::Breach, points("28"), points("13"), "28%", None),
        ],
    };
    insta::assert_snapshot!(whole(&ceiling_sheet(&ceiling, &grounds(), &[])));
}

#[test]
fn a_difference_says_which_acts_begin_and_end() {
    let diff = Diff {
        importer: party("USA"),
        origin: party("CHN"),
        from: day("2019-05-09"),
        to: day("2019-05-10"),
        from_edition: "HTS2017".into(),
        to_edition: "HTS2018".into(),
        unchanged: 10_000,
        not_told: 0,
        changed: vec![DiffLine {
            line: "94036080".into(),
            to: None,
            old: "10%".into(),
            new: "25%".into(),
            old_total: points("10"),
            new_total: points("25"),
            change: Some(n("15")),
            base_changed: true,
            begin: vec![STEP_UP.into()],
            end: vec![FIRST.into()],
        }],
        perhaps: vec![DiffPerhaps {
            line: "01019000".into(),
            to: vec!["01013000".into(), "01019010".into()],
            old: "5%".into(),
            old_total: points("5"),
            new_total: points("5").or(&points("7")),
        }],
        appear: vec![LineText { line: "01012900".into(), text: "6%".into() }],
        disappear: vec![LineText { line: "01019900".into(), text: "Free".into() }],
        old_not_held: Vec::new(),
        new_not_held: vec![LineText { line: "01022900".into(), text: "5%".into() }],
    };
    insta::assert_snapshot!(whole(&diff_sheet(&diff, &grounds(), &[])));
}

#[test]
fn events_and_the_rates_of_a_line() {
    let event = |kind, name: &str, lines| Event {
        at: instant("2020-02-14T13:01"),
        kind,
        name: name.into(),
        importer: party("CHN"),
        origins: "USA".into(),
        text: "5 percent on a list".into(),
        lines,
        cite: Some("notice 2020-1".into()),
        certainty: "secondary",
    };
    let changed = LinesChanged { up: 1, down: 20, unclear: 0 };
    let events = [
        event("begins", "chn-retaliation-301/halved", None),
        event("rates change", "chn-mfn-2018", Some(changed)),
    ];
    insta::assert_snapshot!("timeline", whole(&timeline_sheet(&events, "CHN, to 2020-12-31")));
    let span = |from: &str, until: Option<&str>, rate: &str, act: &str| RateSpan {
        from: instant(from),
        until: until.map(instant),
        rate: format!("{rate}%"),
        total: rate.into(),
        base: "0".into(),
        acts: vec![(act.into(), rate.into())],
    };
    let spans = [
        span("2018-09-24T00:00", Some("2019-05-10T00:00"), "10", FIRST),
        span("2019-05-10T00:00", None, "25", STEP_UP),
    ];
    insta::assert_snapshot!("line", whole(&line_sheet("94036080", &spans, &grounds())));
}

fn a_trigger(name: &str, standing: &str, open: bool, next: Option<&str>) -> Trigger {
    Trigger {
        name: name.into(),
        title: "25 percent on list 3".into(),
        importer: party("USA"),
        origins: "CHN".into(),
        authority: "usa.section-301".into(),
        standing: Standing::parse(standing).unwrap(),
        open,
        list: "List 3".into(),
        codes: Some(5767),
        rate: "25 percent".into(),
        next: next.map(instant),
        since: None,
        popular: next.map(|_| "after 1 March 2019".into()),
        condition: Some("unless the talks end with a deal".into()),
        past_dates: vec![PastDate {
            begins: instant("2019-01-01T00:00"),
            known_on: day("2018-09-17"),
            does: "arm",
            cite: None,
        }],
        last_step: LastStep {
            on: day("2018-12-19"),
            does: "postpone",
            cite: Some("83 FR 65198".into()),
            certainty: "secondary",
            note: None,
        },
        certainty: "secondary",
        follows: next.map(|_| "25 percent on list-3 instead of list-3.10 from 2019-03-02".into()),
        replaced_by: None,
    }
}

#[test]
fn triggers_say_what_comes_next_and_what_was_put_off() {
    let mut lapsed = a_trigger(FIRST, "lapsed", false, None);
    lapsed.replaced_by = Some(ReplacedBy { name: STEP_UP.into(), from: instant("2019-05-10T00:00") });
    let all = [
        a_trigger(STEP_UP, "postponed", true, Some("2019-03-02T00:00")),
        a_trigger("usa-section-301-china/list-3.30", "suspended", true, None),
        lapsed,
    ];
    insta::assert_snapshot!(whole(&triggers_sheet(
        &all,
        (day("2019-02-10"), day("2019-02-10")),
        "USA",
        &layout(100, true)
    )));
    let none = triggers_sheet(&[], (day("2019-02-10"), day("2019-02-10")), "USA", &layout(100, false))
        .text(&layout(100, false));
    assert!(none.contains("no acts that may still begin"), "{none}");
}

#[test]
fn forty_rows_then_how_many_more() {
    let mut days: Vec<Average> = (1..=43).map(|_| an_average("2019-05-10", false)).collect();
    let text = |days: &[Average], all| average_sheet(days, &[], &[]).text(&layout(100, all));
    let rows = |text: &str| text.lines().filter(|l| l.starts_with("2019-05-10")).count();
    assert!(text(&days, false).contains("and 3 more days; `all` prints them"));
    assert_eq!((rows(&text(&days, false)), rows(&text(&days, true))), (40, 43));
    assert_eq!(average_sheet(&days, &[], &[]).csv().lines().count(), 44);
    days.truncate(40);
    assert!(!text(&days, false).contains("more days"));
}

#[test]
fn the_document_has_the_engine_and_exact_figures() {
    let answer = &[an_average("2019-05-10", true)][..];
    let value = document::<TariffAverage>(Grounded { answer, grounds: &grounds() });
    assert_eq!(
        (value["engine"].as_str(), value["command"].as_str()),
        (Some("servanda 0.1.0"), Some("tariff average"))
    );
    assert_eq!(value["request"]["importer"], "USA");
    assert_eq!(value["answer"][0]["trade"]["counted"], "500000000000");
    assert_eq!(value["grounds"][0]["read_on"][0]["lines"], 12_000);
    let exact = Exact::parse(value["answer"][0]["low"].as_str().unwrap()).unwrap();
    assert_eq!(exact, n("18.5"));
}
