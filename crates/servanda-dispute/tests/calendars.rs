//! Working days and due dates against counts by packages that share nothing with ours: `calendars/independent.py`.

mod common;

use common::{calendars, day, party, root};
use servanda_core::calendar::{Calendar, Capitals, Count, DayKind, Kind, count};
use servanda_core::{Date, Party};
use std::collections::BTreeMap;

const TODAY: &str = "2026-11-22";

fn rows(file: &str) -> Vec<BTreeMap<String, String>> {
    let path = root().join("crates/servanda-dispute/tests/data").join(file);
    let mut reader = csv::Reader::from_path(path).unwrap();
    let head = reader.headers().unwrap().clone();
    let row =
        |r: csv::StringRecord| head.iter().zip(r.iter()).map(|(h, v)| (h.to_owned(), v.to_owned())).collect();
    reader.records().map(|r| row(r.unwrap())).collect()
}

fn of_capital<'c>(all: &'c BTreeMap<Party, Calendar>, capital: &str) -> &'c Calendar {
    all.values().find(|c| c.capital == capital).unwrap()
}

#[test]
fn every_day_of_every_year_is_what_the_packages_count() {
    let all = calendars();
    let (mut days, mut years) = (0, BTreeMap::<String, Vec<i16>>::new());
    for row in rows("working-days.csv") {
        let calendar = of_capital(&all, &row["capital"]);
        let year: i16 = row["year"].parse().unwrap();
        years.entry(row["capital"].clone()).or_default().push(year);
        let mut date = Date::new(year, 1, 1).unwrap();
        for works in row["days"].chars() {
            let ours = calendar.day(date, day(TODAY));
            assert_eq!(
                matches!(ours, DayKind::Working(_)),
                works == '1',
                "{} {date}: {ours:?}",
                row["capital"]
            );
            assert!(!matches!(ours, DayKind::Unknown(_)));
            days += 1;
            date = date.tomorrow().unwrap();
        }
        assert_eq!(date, Date::new(year + 1, 1, 1).unwrap());
    }
    assert_eq!(days, 14 * 365 + 3 + 10 * 365 + 2);
    assert_eq!(years["Washington"], (2017..=2030).collect::<Vec<_>>());
    assert_eq!(years["Beijing"], (2017..=2026).collect::<Vec<_>>());
    for (capital, years) in years {
        assert_eq!(of_capital(&all, &capital).years(day(TODAY)), years, "no year that nobody counted");
    }
}

#[test]
fn every_due_date_is_the_one_counted_elsewhere() {
    let all = calendars();
    let rows = rows("due-dates.csv");
    assert_eq!(rows.len(), 606);
    for row in rows {
        let what = Count {
            start: day(&row["start"]),
            days: row["days"].parse().unwrap(),
            kind: if row["kind"] == "working" { Kind::Working } else { Kind::Calendar },
            start_counts: row["start_counts"] == "yes",
        };
        let ours = count(what, &Capitals::of(&[of_capital(&all, &row["capital"]).party], &all), day(TODAY));
        assert_eq!(ours.day(), Some(day(&row["due"])), "{row:?}: {ours:?}");
    }
}

#[test]
fn golden_week_is_passed_over_and_make_up_days_are_counted() {
    let all = calendars();
    let what = Count { start: day("2020-09-25"), days: 10, kind: Kind::Working, start_counts: false };
    let ours = count(what, &Capitals::of(&[party("CHN")], &all), day(TODAY));
    assert_eq!(ours.day(), Some(day("2020-10-15")));
    let passed: Vec<(String, String, bool)> =
        ours.passed.iter().map(|p| (p.from.to_string(), p.to.to_string(), p.counted)).collect();
    let row = |a: &str, b: &str, c| (a.to_owned(), b.to_owned(), c);
    assert_eq!(
        passed,
        [
            row("2020-09-26", "2020-09-26", false),
            row("2020-09-27", "2020-09-27", true),
            row("2020-10-01", "2020-10-08", false),
            row("2020-10-10", "2020-10-10", true),
            row("2020-10-11", "2020-10-11", false),
        ]
    );
    // Without make-up days it would be the 16th and, without Golden Week, the 9th.
    let washington = count(what, &Capitals::of(&[party("USA")], &all), day(TODAY));
    assert_eq!(washington.day(), Some(day("2020-10-09")));
}

#[test]
fn a_year_that_nobody_published_is_unknown() {
    let all = calendars();
    let what = |start: &str| Count { start: day(start), days: 10, kind: Kind::Working, start_counts: false };
    let beijing = Capitals::of(&[party("CHN")], &all);
    let ours = count(what("2026-12-28"), &beijing, day(TODAY));
    assert_eq!((ours.day(), ours.latest), (None, None));
    // Three working days of 2026 are left; every day of 2027 might be one.
    assert_eq!(ours.earliest, day("2027-01-07"));
    assert!(
        ours.unknown.as_deref().unwrap().contains("calendar of Beijing for 2027 is not published"),
        "{ours:?}"
    );
    // As of a day before the notice for 2026, that year was unknown too.
    let before = count(what("2025-12-29"), &beijing, day("2025-11-03"));
    assert_eq!(before.latest, None);
    assert!(before.unknown.unwrap().contains("was not published by 2025-11-03"));
    assert!(count(what("2025-12-29"), &beijing, day("2025-11-04")).day().is_some());
    // A capital of which nothing is held.
    let nothing = count(what("2020-09-25"), &Capitals::of(&[party("JPN")], &all), day(TODAY));
    assert_eq!((nothing.latest, nothing.earliest), (None, day("2020-10-05")));
}

/// Against the days that the packages count for each capital: a day counts where it is a working day in both.
#[test]
fn days_of_two_capitals_together_are_those_of_both() {
    let all = calendars();
    let mut strings = BTreeMap::<(String, i16), Vec<bool>>::new();
    for row in rows("working-days.csv") {
        let days = row["days"].chars().map(|c| c == '1').collect();
        strings.insert((row["capital"].clone(), row["year"].parse().unwrap()), days);
    }
    let works = |capital: &str, date: Date| {
        strings[&(capital.to_owned(), date.year())][usize::try_from(date.day_of_year()).unwrap() - 1]
    };
    let both = Capitals::of(&[party("USA"), party("CHN")], &all);
    let mut apart = 0;
    for start in ["2018-01-31", "2019-09-20", "2020-01-15", "2020-09-25", "2021-12-20", "2024-04-30"] {
        for days in [1, 5, 10, 30, 45] {
            let (mut date, mut left) = (day(start), days);
            while left > 0 {
                date = date.tomorrow().unwrap();
                left -= u32::from(works("Washington", date) && works("Beijing", date));
            }
            let what = Count { start: day(start), days, kind: Kind::Working, start_counts: false };
            let ours = count(what, &both, day(TODAY));
            assert_eq!(ours.day(), Some(date), "{days} days from {start}: {ours:?}");
            let one = count(what, &Capitals::of(&[party("USA")], &all), day(TODAY));
            apart += u32::from(one.day() != ours.day());
        }
    }
    assert!(apart > 10, "{apart}");
    // A day off in Washington does not count, whatever is not known of Tokyo.
    let with_tokyo = Capitals::of(&[party("USA"), party("JPN")], &all);
    assert_eq!(with_tokyo.day(day("2020-07-04"), day(TODAY)), DayKind::Off("Saturday in Washington".into()));
    assert!(
        matches!(with_tokyo.day(day("2020-07-06"), day(TODAY)), DayKind::Unknown(why) if why.contains("JPN"))
    );
    let what = Count { start: day("2020-07-02"), days: 3, kind: Kind::Working, start_counts: false };
    let ours = count(what, &with_tokyo, day(TODAY));
    // Friday the 3rd was a holiday in Washington.
    assert_eq!((ours.earliest, ours.latest), (day("2020-07-08"), None));
}

#[test]
fn a_later_notice_changes_no_earlier_answer() {
    let all = calendars();
    let beijing = &all[&party("CHN")];
    let works = |on: &str, known: &str| matches!(beijing.day(day(on), day(known)), DayKind::Working(_));
    // The longer Spring Festival of 2020, and Labour Day of 2019.
    assert!(works("2020-01-31", "2020-01-25") && !works("2020-01-31", "2020-01-26"));
    assert!(works("2020-02-01", "2020-01-25") && !works("2020-02-01", "2020-01-26"));
    assert!(works("2019-05-02", "2019-03-21") && !works("2019-05-02", "2019-03-22"));
    let washington = &all[&party("USA")];
    let works = |on: &str, known: &str| matches!(washington.day(day(on), day(known)), DayKind::Working(_));
    assert!(works("2021-06-18", "2021-06-16") && !works("2021-06-18", "2021-06-17"));
    assert!(works("2025-01-09", "2024-12-29") && !works("2025-01-09", "2024-12-30"));
}

#[test]
fn a_calendar_that_is_wrong_says_where() {
    let file = |text: &str| BTreeMap::from([("calendars/x.toml".to_owned(), text.as_bytes().to_vec())]);
    let head = "id = \"x\"\nparty = \"CHN\"\ncapital = \"X\"\ntitle = \"t\"\nweekend = [\"sunday\"]\n";
    let notice =
        "[[notice]]\nyear = 2020\npublished = 2019-11-21\nsource = \"s\"\ncertainty = \"secondary\"\n";
    for (text, says) in [
        (head.replace("sunday", "sonntag"), "`sonntag` is no word"),
        (head.replace("\"x\"", "\"y\""), "the id is `y`"),
        (format!("{head}{notice}colour = 1\n"), "has no key `colour`"),
        (format!("{head}{notice}{notice}"), "2020 is made known twice"),
        (
            format!("{head}{notice}off = [{{ from = 2020-02-02, to = 2020-02-01, why = \"w\" }}]\n"),
            "end before they begin",
        ),
        (
            format!("{head}{notice}off = [{{ from = 2020-02-02, why = \"w\" }}]\nwork = [2020-02-02]\n"),
            "two things of 2020-02-02",
        ),
        (format!("{head}{notice}work = [2021-02-29]\n"), ":11:"),
        (head.replace("\"CHN\"", "\"china\""), "`china` is no party"),
    ] {
        let error = servanda_dispute::calendar::load(&file(&text), "x").unwrap_err().to_string();
        assert!(error.contains(says), "{says}: {error}");
        assert!(error.contains("calendars/x.toml:"), "{error}");
    }
}
