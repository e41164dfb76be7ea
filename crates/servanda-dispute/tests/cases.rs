//! Cases on the ladders that ship: a worked case, what is refused, and what a broken record looks like.

mod common;

use common::{Case, day, ladder_bytes, root};
use serde::Deserialize;
use servanda_dispute::case::{Actor, CaseRecord, Refusal, Standing, verify, view};
use servanda_dispute::ladder::Ladder;
use toml::value::Datetime;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Worked {
    agreement: String,
    opened: Datetime,
    as_of: Datetime,
    event: Vec<WorkedEvent>,
    expect: Vec<Expected>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkedEvent {
    event: String,
    date: Datetime,
    by: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    step: String,
    meaning: String,
    last_day: Datetime,
    standing: String,
    certainty: String,
    why: String,
}

const USA: &str = "USA";
const CHN: &str = "CHN";

fn by(text: &str) -> Actor {
    Actor::parse(text).unwrap()
}

#[test]
fn an_appeal_before_golden_week() {
    let text =
        std::fs::read_to_string(root().join("crates/servanda-dispute/tests/data/golden-week.toml")).unwrap();
    let worked: Worked = toml::from_str(&text).unwrap();
    let mut case = Case::open(&worked.agreement, "appeal", &worked.opened.to_string());
    for e in &worked.event {
        let date = day(&e.date.to_string());
        case.file(&e.event, date, date, by(&e.by)).unwrap();
    }
    let as_of = day(&worked.as_of.to_string());
    let seen = view(&case.record(), &case.calendars, as_of, as_of);
    assert_eq!(seen.clocks.len(), worked.expect.len());
    for e in &worked.expect {
        let row = seen
            .clocks
            .iter()
            .find(|r| r.step == e.step && r.clock.meaning.as_str() == e.meaning)
            .unwrap_or_else(|| panic!("no clock {} {}", e.step, e.meaning));
        let end = row.end.as_ref().unwrap();
        assert_eq!(end.earliest, day(&e.last_day.to_string()), "{}: {}", e.step, e.why);
        assert_eq!(row.standing.as_str(), e.standing, "{}: {}", e.step, e.why);
        assert_eq!(row.clock.certainty.as_str(), e.certainty, "{}", e.step);
    }
    // Both views of the other's good faith are on record as claims, each by who made it.
    let claims: Vec<String> = seen.claims.iter().map(|c| format!("{} {}", c.by, c.claim)).collect();
    assert_eq!(claims, ["USA the measure is proportionate", "CHN the measure was taken in bad faith"]);
    // The notice takes effect with the end of 5 March.
    let record = case.record();
    for (on, standing) in [
        ("2021-03-04", Standing::Running),
        ("2021-03-05", Standing::InEffect),
        ("2021-03-06", Standing::InEffect),
    ] {
        let seen = view(&record, &case.calendars, day("2021-03-10"), day(on));
        let row = seen.clocks.iter().find(|r| r.step == "withdrawal").unwrap();
        assert_eq!(row.standing, standing, "{on}");
    }
}

#[test]
fn overdue_begins_after_the_last_day() {
    let case = Case::open("us-china-phase-one", "appeal", "2020-09-25");
    let standing = |on: &str| {
        let seen = view(&case.record(), &case.calendars, day("2020-12-31"), day(on));
        seen.clocks.iter().find(|r| r.step == "assessment").unwrap().standing
    };
    assert_eq!(standing("2020-10-15"), Standing::Due);
    assert_eq!(standing("2020-10-16"), Standing::Overdue);
    let seen = view(&case.record(), &case.calendars, day("2020-12-31"), day("2020-12-31"));
    let about = seen.clocks.iter().find(|r| r.clock.about).unwrap();
    // A number that is only about right makes nothing overdue.
    assert_eq!(about.standing, Standing::Past);
}

#[test]
fn an_end_on_a_day_off_has_two_last_days_where_nothing_is_said() {
    // Day 21 of an appeal of 19 September 2020 is 10 October: a Saturday in Washington, a make-up day in Beijing.
    let case = Case::open("us-china-phase-one", "appeal", "2020-09-19");
    let seen = view(&case.record(), &case.calendars, day("2020-10-31"), day("2020-10-12"));
    let row = seen.clocks.iter().find(|r| r.step == "designated-officials").unwrap();
    let end = row.end.as_ref().unwrap();
    // Monday 12 October is Columbus Day.
    assert_eq!((end.earliest, end.latest), (day("2020-10-10"), Some(day("2020-10-13"))));
    assert!(end.off.as_deref().unwrap().contains("no working day in Washington (Saturday)"), "{:?}", end.off);
    assert_eq!(row.standing, Standing::CannotTell);
}

#[test]
fn a_clock_over_an_unpublished_year_is_bounded_below_only() {
    let mut case = Case::open("us-china-phase-one", "appeal", "2026-12-28");
    case.today = day("2027-03-01");
    let seen = view(&case.record(), &case.calendars, day("2027-02-01"), day("2027-02-01"));
    let row = seen.clocks.iter().find(|r| r.step == "assessment").unwrap();
    let end = row.end.as_ref().unwrap();
    assert_eq!((end.earliest, end.latest), (day("2027-01-07"), None));
    assert_eq!(row.standing, Standing::CannotTell);
    assert!(end.unknown.as_deref().unwrap().contains("calendar of Beijing for 2027 is not published"));
}

#[test]
fn what_may_not_be_filed() {
    let mut case = Case::open("us-china-phase-one", "appeal", "2020-09-25");
    let mut refused = |event: &str, date: &str, filed: &str, who: &str| {
        case.file(event, day(date), day(filed), by(who)).unwrap_err()
    };
    let d = "2020-10-12";
    assert!(matches!(refused("assessment", "2020-09-24", d, CHN), Refusal::BeforeCase { .. }));
    assert!(matches!(refused("assessment", d, "2020-10-11", CHN), Refusal::FiledWhen { .. }));
    assert!(matches!(refused("assessment", d, "2031-01-01", CHN), Refusal::FiledWhen { .. }));
    assert!(matches!(refused("assessment", d, d, USA), Refusal::NoRight { .. }));
    assert!(matches!(refused("assessment", d, d, "both"), Refusal::NoRight { .. }));
    assert!(matches!(refused("assessment", d, d, "MEX"), Refusal::NoRight { .. }));
    let error = refused("remedial-measure", d, d, USA);
    assert!(matches!(error, Refusal::NotNext { .. }));
    assert!(error.to_string().contains("`outside`"), "{error}");
    let error = refused("assesment", d, d, CHN);
    assert!(error.to_string().contains("did you mean `assessment`?"), "{error}");
    // An assessment that the case went past is a fact, not forgotten.
    let mut other = Case::open("us-china-phase-one", "appeal", "2020-09-25");
    other.file("designated-officials", day(d), day(d), by("both")).unwrap();
    let seen = view(&other.record(), &other.calendars, day(d), day(d));
    assert_eq!(seen.clocks[0].standing, Standing::NotTaken);
    // Outside the agreement everything can be recorded, and moves nothing.
    case.file("outside", day(d), day(d), by(USA)).unwrap();
    let seen = view(&case.record(), &case.calendars, day(d), day(d));
    assert_eq!(seen.state.unwrap().step, "appeal");
    assert_eq!(seen.outside.len(), 1);
}

#[test]
fn what_was_accepted_forbids_a_counter_measure() {
    let mut case = Case::open("us-china-phase-one", "appeal", "2020-09-25");
    for (event, date, who) in [
        ("urgent", "2020-10-01", USA),
        ("remedial-measure", "2020-12-10", USA),
        ("accepted", "2020-12-12", CHN),
    ] {
        case.file(event, day(date), day(date), by(who)).unwrap();
    }
    let d = day("2020-12-20");
    assert!(matches!(case.file("counter-measure", d, d, by(CHN)), Err(Refusal::Forbidden { .. })));
    let seen = view(&case.record(), &case.calendars, d, d);
    assert_eq!(seen.forbidden, ["counter-measure", "challenge in any forum"]);
    case.file("outside", d, d, by(CHN)).unwrap();
}

#[test]
fn a_notice_ends_the_agreement_only_once_it_has_effect() {
    let mut case = Case::open("us-china-phase-one", "appeal", "2020-09-25");
    for (event, date, who) in [
        ("urgent", "2020-10-01", USA),
        ("remedial-measure", "2020-12-10", USA),
        ("withdrawal", "2021-01-04", CHN),
    ] {
        case.file(event, day(date), day(date), by(who)).unwrap();
    }
    // 60 days from 4 January: with the end of 5 March.
    for early in ["2021-01-05", "2021-03-05"] {
        let error = case.file("ended", day(early), day(early), by(CHN)).unwrap_err();
        assert!(matches!(error, Refusal::TooEarly { arises, .. } if arises == day("2021-03-06")), "{error}");
    }
    let d = day("2021-03-06");
    case.file("ended", d, d, by(CHN)).unwrap();
    assert!(view(&case.record(), &case.calendars, d, d).state.unwrap().ended);
}

#[test]
fn both_sides_settle_at_any_time() {
    let mut case = Case::open("us-china-phase-one", "appeal", "2020-09-25");
    for (event, date, who) in [
        ("urgent", "2020-10-01", USA),
        ("remedial-measure", "2020-12-10", USA),
        ("withdrawal", "2021-01-04", CHN),
        ("settled", "2021-01-05", "both"),
    ] {
        case.file(event, day(date), day(date), by(who)).unwrap();
    }
}

#[test]
fn the_wto_ladder_lets_a_panel_be_asked_for_after_ten_days_of_silence() {
    let mut case = Case::open("wto-dispute-settlement", "consultations-request", "2020-11-02");
    let d = day("2020-11-12");
    let error = case.file("panel-request", d, d, by(USA)).unwrap_err();
    assert!(matches!(error, Refusal::TooEarly { arises, .. } if arises == day("2020-11-13")), "{error}");
    let seen = view(&case.record(), &case.calendars, d, d);
    let right =
        seen.rights.iter().find(|r| r.step == "panel-request" && r.from == Some(day("2020-11-13"))).unwrap();
    assert_eq!((right.arisen, right.certainty), (Some(false), "secondary"));
    let d = day("2020-11-13");
    let seen = view(&case.record(), &case.calendars, d, d);
    assert_eq!(seen.rights.iter().find(|r| r.from == Some(d)).unwrap().arisen, Some(true));
    case.file("panel-request", d, d, by(USA)).unwrap();
    // A panel is no party's to establish.
    assert!(matches!(case.file("panel-established", d, d, by(USA)), Err(Refusal::NoRight { .. })));
    case.file("panel-established", d, d, by("body")).unwrap();
}

#[test]
fn a_ladder_without_clocks_is_never_due() {
    let mut case = Case::open("us-malaysia-reciprocal-2025", "notice", "2026-03-02");
    let d = day("2026-04-01");
    case.file("consultation", d, d, by("both")).unwrap();
    case.file("own-action", d, d, by(USA)).unwrap();
    assert!(!case.record().ladder.has_clocks());
    let seen = view(&case.record(), &case.calendars, day("2029-01-01"), day("2029-01-01"));
    assert!(seen.clocks.is_empty());
    assert_eq!(seen.state.unwrap().step, "own-action");
}

#[test]
fn whatever_is_changed_in_a_record_shows() {
    let mut case = Case::open("us-china-phase-one", "appeal", "2020-09-25");
    for (event, date, who) in [
        ("assessment", "2020-10-15", CHN),
        ("designated-officials", "2020-10-16", "both"),
        ("note", "2020-10-17", USA),
    ] {
        case.file(event, day(date), day(date), by(who)).unwrap();
    }
    assert_eq!(verify(&case.files, "x").1, []);
    let broken = |change: &dyn Fn(&mut common::Files), says: &str| {
        let mut files = case.files.clone();
        change(&mut files);
        let (_, problems) = verify(&files, "x");
        let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(all.iter().any(|p| p.contains(says)), "{says}: {all:?}");
        assert!(CaseRecord::load(&files, "x").is_err() || says.contains("no event names it"), "{says}");
    };
    let path = |n: u32| format!("cases/x/events/000{n}.toml");
    let edit = |files: &mut common::Files, n: u32, from: &str, to: &str| {
        let text = String::from_utf8(files[&path(n)].clone()).unwrap();
        assert!(text.contains(from), "{text}");
        files.insert(path(n), text.replace(from, to).into_bytes());
    };
    broken(&|f| edit(f, 2, "2020-10-15", "2020-10-14"), "0003.toml: it names the SHA-256");
    broken(&|f| drop(f.remove(&path(3))), "0003.toml: it is not there, and later events are");
    broken(&|f| drop(f.remove(&path(1))), "0001.toml: it is not there");
    broken(&|f| edit(f, 4, "number = 4", "number = 5"), "it is event 5");
    broken(&|f| edit(f, 4, "\nfiled = \"2020-10-17\"", "\nfiled = \"2020-10-16\""), "before it happened");
    broken(&|f| edit(f, 4, "case = \"x\"", "case = \"y\""), "of the case `y`");
    broken(&|f| edit(f, 4, "by = \"USA\"", "by = \"usa\""), "names nobody");
    broken(&|f| drop(f.insert(path(4), b"garbage".to_vec())), "it is no event");
    broken(&|f| drop(f.insert(path(4), vec![0xFF, 0xFE])), "it is not UTF-8 text");
    broken(&|f| drop(f.insert("cases/x/events/5.toml".into(), Vec::new())), "it is no event's file");
    broken(&|f| drop(f.insert("cases/x/documents/aa".into(), Vec::new())), "no event names it");
    broken(&|f| f.get_mut("cases/x/ladder.toml").unwrap().extend(b"\n# later\n"), "the opening names");
    broken(
        &|f| {
            let (two, three) = (f[&path(2)].clone(), f[&path(3)].clone());
            f.insert(path(2), three);
            f.insert(path(3), two);
        },
        "it is event 3, and its file is that of event 2",
    );
}

#[test]
fn a_ladder_that_is_wrong_says_where() {
    let text = String::from_utf8(ladder_bytes("us-china-phase-one")).unwrap();
    let wrong = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        Ladder::parse("ladder.toml", &text.replacen(from, to, 1), "us-china-phase-one")
            .unwrap_err()
            .to_string()
    };
    for (from, to, says) in [
        (
            "next      = [\"deputies\", \"urgent\", \"settled\"]",
            "next      = [\"deputees\", \"urgent\", \"settled\"]",
            "did you mean `deputies`?",
        ),
        (
            "next      = [\"urgent-meeting\", \"accepted\", \"withdrawal\", \"settled\"]",
            "next      = [\"accepted\", \"withdrawal\", \"settled\"]",
            "no case can come to `urgent-meeting`",
        ),
        ("from      = \"appeal\"\n", "", "needs `from`"),
        ("calendar  = \"respondent\"\n", "", "working days of which capital?"),
        ("calendar  = \"respondent\"\n", "calendar  = \"defendant\"\n", "`defendant` is no word"),
        ("10 working-days", "10 business-days", "`10 business-days` is no number of days"),
        ("10 working-days", "0 working-days", "a clock counts 1 to"),
        ("10 working-days", "99999999999 days", "is no number of days"),
        ("from      = \"appeal\"", "from      = \"apeal\"", "there is no step `apeal`"),
        (
            "start   = [\"appeal\", \"information-request\"]",
            "start   = []",
            "with which step does a case begin?",
        ),
        ("next      = [\"ended\", \"settled\"]", "next      = []", "nothing follows the step `withdrawal`"),
        (
            "[counting]\nstart_day = \"not-counted\"\nend_day   = \"included\"\noff_day   = \"unsaid\"\ncertainty = \"unconfirmed\"\nsource    = \"the usual way to count days from an event; what Chapter 7 says of it was not read\"\n",
            "",
            "how are its days counted?",
        ),
        ("start_day = \"not-counted\"", "start_day = \"maybe\"", "`maybe` is not a word"),
        ("id        = \"deputies\"", "id        = \"outside\"", "`outside` is a kind of event"),
        ("id        = \"urgent-meeting\"", "id        = \"urgent\"", "the step `urgent` stands twice"),
        ("by        = \"either principal\"", "by        = \"principal\"", "`principal` is not a word"),
        ("date      = 2025-10-24", "date      = 2025-10-32", "ladder.toml:"),
        ("meaning   = \"takes-effect\"", "meaning   = \"takes-effect\"\ncolour = 1", "has no key `colour`"),
    ] {
        let error = wrong(from, to);
        assert!(error.contains(says), "{says}: {error}");
        assert!(error.contains("ladder.toml:"), "{error}");
    }
    assert!(
        Ladder::parse("ladder.toml", &text, "other")
            .unwrap_err()
            .to_string()
            .contains("the agreement is `other`")
    );
}
