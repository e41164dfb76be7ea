//! Clocks that count working days, of one capital and of several, and clocks that entries of a ledger start: worked by hand on
//! two made-up calendars, and what must always hold.

mod common;

use common::{day, files, party};
use proptest::prelude::*;
use servanda_agreement::Agreement;
use servanda_core::calendar::{Calendar, Notice, Off};
use servanda_core::{
    Assessed, Certainty, Conclusion, Date, Party, RubricRef, SecondReading, Signer, Status, Timestamp,
};
use servanda_verdict::{Finding, InlineEvidence, Memory, Question, check_one_with};
use std::collections::BTreeMap;

use Status::{CannotTell, Met, Missed, NotYetTestable, Open};

fn off(from: &str, to: &str, why: &str) -> Off {
    Off { from: day(from), to: day(to), why: why.to_owned() }
}

fn notice(year: i16, published: &str, off: Vec<Off>, work: &[&str]) -> Notice {
    Notice {
        year: Some(year),
        published: day(published),
        source: format!("notice of {year}"),
        certainty: Certainty::Primary,
        off,
        work: work.iter().map(|d| day(d)).collect(),
    }
}

fn calendar(of: &str, capital: &str, notices: Vec<Notice>) -> Calendar {
    Calendar {
        id: capital.to_lowercase(),
        party: party(of),
        capital: capital.to_owned(),
        title: "made up".to_owned(),
        weekend: vec![6, 7],
        notices,
    }
}

/// Washington knows 2020 and 2021; Beijing 2020, and 2021 from 2020-11-25, with a week off in October and a make-up Saturday.
fn calendars() -> BTreeMap<Party, Calendar> {
    let washington = vec![
        notice(2020, "2019-01-01", vec![off("2020-09-07", "2020-09-07", "Labor Day")], &[]),
        notice(2021, "2019-01-01", Vec::new(), &[]),
    ];
    let week = off("2020-10-01", "2020-10-08", "National Day");
    let beijing = vec![
        notice(2020, "2019-11-21", vec![week], &["2020-10-10"]),
        notice(2021, "2020-11-25", Vec::new(), &[]),
    ];
    [calendar("USA", "Washington", washington), calendar("CHN", "Beijing", beijing)]
        .map(|c| (c.party, c))
        .into()
}

fn agreement(keys: &str, entries: &str, ledger: &str) -> Agreement {
    let text = format!(
        "id = \"small\"\ntitle = \"Small\"\nparties = [\"CHN\", \"USA\"]\ninstrument = \"binding-agreement\"\n\
         signed = 2020-01-15\nin_force = 2020-09-25\n\
         [ledger.selections]\ntitle = \"Selections\"\nfile = \"selections.csv\"\nunit = \"USD\"\ncertainty = \"secondary\"\n{ledger}\n\
         [[commitment]]\nid = \"c\"\nby = \"CHN\"\ncite = \"1\"\nforce = \"shall\"\nact = \"pay\"\n{keys}\n"
    );
    let entries = format!("period,published,value,document\n{entries}");
    let all = files(&[("agreement.toml", &text), ("selections.csv", &entries)]);
    common::agreement(&all, day("2021-12-31")).unwrap_or_else(|e| panic!("{e:?}"))
}

fn finding(agreement: &Agreement, assessed: &[Assessed], as_of: Date) -> Finding {
    let memory = Memory::of(agreement).with_assessments(assessed.to_vec()).with_calendars(calendars());
    let nothing = InlineEvidence::new(Vec::new(), Vec::new());
    check_one_with(&memory, agreement, &nothing, &Question::on_day(as_of), "c").unwrap().findings.remove(0)
}

#[track_caller]
fn says(agreement: &Agreement, assessed: &[Assessed], rows: &[(&str, Status, &str)]) {
    for (as_of, status, reason) in rows {
        let found = finding(agreement, assessed, day(as_of));
        let got = found.reason.clone().unwrap_or_default();
        assert_eq!(found.status, *status, "as of {as_of}: {got}");
        assert!(got.contains(reason), "as of {as_of}: {got}");
    }
}

fn within(length: &str, calendar: &str, of: &str) -> String {
    format!("due = {{ within = \"{length}\", calendar = {calendar}, of = \"{of}\" }}")
}

fn kept(as_of: &str, conclusion: Conclusion) -> Assessed {
    let signed = Timestamp::from_second(1_600_000_000).unwrap();
    let signer =
        |id: &str| Signer { id: id.into(), name: id.into(), affiliation: "desk".into(), key: id.into() };
    Assessed {
        id: format!("{as_of}-{conclusion}"),
        commitment: "c".into(),
        as_of: day(as_of),
        conclusion,
        grounds: "because".into(),
        items: Vec::new(),
        rubric: RubricRef { id: "acts".into(), version: 1, sha256: "00".into() },
        author: signer("ann"),
        fingerprint: "aa".into(),
        signed,
        second: Some(SecondReading {
            reader: signer("bo"),
            fingerprint: "bb".into(),
            conclusion,
            blind: false,
            grounds: None,
            signed,
        }),
        replies: Vec::new(),
        other_text: false,
        trouble: None,
    }
}

#[test]
fn working_days_of_a_capital_decide_what_is_due() {
    // From Friday 25 September: Monday to Wednesday, the 9th and the made-up Saturday, Monday 12 October.
    let six = agreement(&within("6 working-days", "[\"CHN\"]", "in_force"), "", "");
    says(
        &six,
        &[],
        &[
            ("2020-09-24", NotYetTestable, "it starts on 2020-09-25"),
            ("2020-10-12", Open, "due by 2020-10-12"),
            ("2020-10-13", CannotTell, "not assessed; it was due by 2020-10-12"),
        ],
    );
    says(&six, &[kept("2020-10-09", Conclusion::Kept)], &[("2020-10-13", Met, "concluded kept")]);
    // In Washington nothing is passed over but weekends.
    let there = agreement(&within("6 working-days", "[\"USA\"]", "in_force"), "", "");
    says(&there, &[], &[("2020-10-05", Open, "due by 2020-10-05"), ("2020-10-06", CannotTell, "2020-10-05")]);
    let act = finding(&six, &[], day("2020-10-01")).act.unwrap();
    assert_eq!(act.due.as_deref(), Some("2020-10-12"));
    let passed: Vec<(String, bool)> =
        act.clocks[0].passed.iter().map(|p| (p.from.to_string(), p.counted)).collect();
    let expected = [
        ("2020-09-26", false),
        ("2020-09-27", false),
        ("2020-10-01", false),
        ("2020-10-10", true),
        ("2020-10-11", false),
    ];
    assert_eq!(passed, expected.map(|(d, c)| (d.to_owned(), c)));
}

#[test]
fn days_of_both_capitals_count_together() {
    // 28, 29, 30 September, then 9 October, Monday 12 and 13: the made-up Saturday is a day off in Washington.
    let both = agreement(&within("6 working-days", "[\"USA\", \"CHN\"]", "in_force"), "", "");
    says(
        &both,
        &[],
        &[("2020-10-13", Open, "due by 2020-10-13"), ("2020-10-14", CannotTell, "it was due by 2020-10-13")],
    );
    let turned = agreement(&within("6 working-days", "[\"CHN\", \"USA\"]", "in_force"), "", "");
    assert_eq!(
        finding(&both, &[], day("2020-10-13")).status,
        finding(&turned, &[], day("2020-10-13")).status
    );
}

#[test]
fn a_year_that_is_not_known_bounds_the_day() {
    // From 28 December: three working days of 2020 are left, and in 2021 every day might be one.
    let ten = agreement(&within("10 working-days", "[\"CHN\"]", "2020-12-28"), "", "");
    says(
        &ten,
        &[],
        &[
            // The notice for 2021 is of 25 November 2020.
            ("2020-11-24", NotYetTestable, "it starts"),
            ("2020-12-28", Open, "due by 2021-01-11"),
            ("2021-01-12", CannotTell, "it was due by 2021-01-11"),
        ],
    );
    let late = agreement(&within("10 working-days", "[\"CHN\"]", "2021-12-28"), "", "");
    says(
        &late,
        &[],
        &[
            (
                "2022-01-07",
                Open,
                "due by 2022-01-07 at the earliest (the calendar of Beijing for 2022 is not published",
            ),
            (
                "2022-01-08",
                CannotTell,
                "whether it is overdue is not known: it was due by 2022-01-07 at the earliest",
            ),
            ("2023-06-01", CannotTell, "whether it is overdue is not known"),
        ],
    );
    let act = finding(&late, &[], day("2022-01-08")).act.unwrap();
    assert_eq!((act.due, act.due_bounds.as_ref().unwrap().latest), (None, None));
    // A calendar that is not held, beside one that is: Washington's weekends are known not to count.
    let tokyo = agreement(&within("6 working-days", "[\"USA\", \"JPN\"]", "in_force"), "", "");
    says(
        &tokyo,
        &[],
        &[
            ("2020-10-05", Open, "2020-10-05 at the earliest (no calendar of JPN is held)"),
            ("2020-10-06", CannotTell, "no calendar of JPN is held"),
        ],
    );
}

#[test]
fn a_refraining_runs_until_its_last_working_day() {
    let keys = within("6 working-days", "[\"CHN\"]", "in_force");
    let mut refrain = agreement(&keys, "", "");
    refrain.commitments[0].duty = servanda_agreement::Duty::Refrain("levy".to_owned());
    says(
        &refrain,
        &[],
        &[
            ("2020-10-12", Open, "it runs until 2020-10-12"),
            ("2020-10-13", CannotTell, "it ran until 2020-10-12"),
        ],
    );
    let all = [kept("2020-10-12", Conclusion::Kept)];
    says(&refrain, &all, &[("2020-10-13", Met, "it ran until 2020-10-12")]);
}

const ENTRIES: &str =
    "2020-09-25,2020-09-28,5,first\n2020-10-09,2020-10-20,7,second\n2020-12-28,2020-12-29,9,third\n";

#[test]
fn each_entry_of_a_ledger_starts_a_clock() {
    let keys = within("6 working-days", "[\"CHN\"]", "ledger(selections)");
    let some = agreement(&keys, ENTRIES, "");
    says(
        &some,
        &[],
        &[
            ("2020-09-27", CannotTell, "not assessed; no entry of the ledger is held that starts a clock"),
            (
                "2020-10-12",
                Open,
                "due for each entry, the first by 2020-10-12, of the entry 2020-09-25 (first)",
            ),
            ("2020-10-13", CannotTell, "1 clock of 1 ended, the first by 2020-10-12"),
            // The second entry is known from its publication, and runs to the 16th: 10, 12, 13, 14, 15, 16.
            ("2020-10-20", CannotTell, "2 clocks of 2 ended"),
        ],
    );
    // What was kept as of a day was kept for the entries of that day; a later one stands on its own.
    let conclusion = [kept("2020-10-21", Conclusion::Kept)];
    says(
        &some,
        &conclusion,
        &[
            (
                "2020-12-01",
                Open,
                "concluded kept so far, as of 2020-10-21; each further entry starts a clock",
            ),
            (
                "2021-01-05",
                Open,
                "kept as of 2020-10-21 so far; since then due for each entry, the first by 2021-01-05",
            ),
            ("2021-01-06", CannotTell, "kept as of 2020-10-21 only; since then 1 clock of 1 ended"),
        ],
    );
    let broken = [kept("2020-10-21", Conclusion::NotKept)];
    says(&some, &broken, &[("2020-12-01", Missed, "not-kept")]);
    // Nothing is owed where somebody vouches that there is no entry.
    let vouched = agreement(&keys, "", "complete_through = 2020-12-31\nsaid = 2020-12-31");
    says(
        &vouched,
        &[],
        &[
            ("2020-12-31", NotYetTestable, "the ledger has no entry that starts a clock"),
            ("2021-01-01", CannotTell, "no entry of the ledger is held"),
        ],
    );
    let act = finding(&some, &[], day("2020-12-30")).act.unwrap();
    let ends: Vec<String> = act.clocks.iter().map(|c| c.last.to_string()).collect();
    assert_eq!(ends, ["2020-10-12", "2020-10-16", "2021-01-05"]);
}

#[test]
fn an_entry_of_a_month_bounds_its_day() {
    let keys = within("30 days", "[]", "ledger(selections)");
    let month = agreement(&keys, "2020-10,2020-10-15,5,minutes\n", "");
    says(
        &month,
        &[],
        &[
            ("2020-10-31", Open, "the first by a day from 2020-10-31 to 2020-11-30"),
            ("2020-11-15", CannotTell, "whether 1 clock of 1 ended is not known"),
            ("2020-12-01", CannotTell, "1 clock of 1 ended"),
        ],
    );
}

/// `c` is due thirty days after `first` is done.
fn after_another(keys: &str) -> Agreement {
    let text = format!(
        "id = \"small\"\ntitle = \"Small\"\nparties = [\"CHN\", \"USA\"]\ninstrument = \"binding-agreement\"\n\
         signed = 2020-01-15\nin_force = 2020-09-25\n\
         [[commitment]]\nid = \"first\"\nby = \"CHN\"\ncite = \"1\"\nforce = \"shall\"\nact = \"notify\"\n{keys}\n\
         [[commitment]]\nid = \"c\"\nby = \"CHN\"\ncite = \"2\"\nforce = \"shall\"\nact = \"pay\"\n{}\n",
        within("30 days", "[]", "first")
    );
    common::agreement(&files(&[("agreement.toml", &text)]), day("2021-12-31"))
        .unwrap_or_else(|e| panic!("{e:?}"))
}

/// A conclusion on `first`.
fn of_first(as_of: &str, conclusion: Conclusion) -> Assessed {
    Assessed { commitment: "first".into(), ..kept(as_of, conclusion) }
}

#[test]
fn a_clock_starts_with_another_act_within_the_days_on_which_it_can_have_been_done() {
    let agreement = after_another("");
    let unclear =
        |assessed: &[Assessed], as_of: &str| finding(&agreement, assessed, day(as_of)).act.unwrap().unclear;
    // Nobody has said that it was done.
    says(&agreement, &[], &[("2020-12-01", CannotTell, "not assessed")]);
    for assessed in [vec![], vec![of_first("2020-10-10", Conclusion::Open)]] {
        let why = unclear(&assessed, "2020-12-01").unwrap();
        assert!(why.contains("`first`, and no accepted conclusion says that it was kept"), "{why}");
    }
    // Done between the 11th and the 20th of October: due between 10 and 19 November.
    let done = [of_first("2020-10-10", Conclusion::Open), of_first("2020-10-20", Conclusion::Kept)];
    says(
        &agreement,
        &done,
        &[
            ("2020-10-20", Open, "due by a day from 2020-11-10 to 2020-11-19"),
            ("2020-11-10", Open, "due by a day"),
            ("2020-11-15", CannotTell, "whether it is overdue is not known"),
            ("2020-11-20", CannotTell, "not assessed; it was due by a day from 2020-11-10 to 2020-11-19"),
        ],
    );
    // What is concluded later changes nothing before.
    assert!(unclear(&done, "2020-10-19").is_some());
    let act = finding(&agreement, &done, day("2020-10-20")).act.unwrap();
    assert_eq!(act.due, None);
    assert_eq!(act.clocks.len(), 1);
    assert_eq!((act.clocks[0].start, act.clocks[0].start_latest), (day("2020-10-11"), day("2020-10-20")));
    // Said again it is as old; taken back, nothing is known; without a first word it can be as old as the signature.
    let again = [done.to_vec(), vec![of_first("2020-11-01", Conclusion::Kept)]].concat();
    says(&agreement, &again, &[("2020-11-02", Open, "from 2020-11-10 to 2020-11-19")]);
    let back = [done.to_vec(), vec![of_first("2020-11-01", Conclusion::Withdrawn)]].concat();
    assert!(unclear(&back, "2020-11-02").is_some());
    says(&agreement, &done[1..], &[("2020-10-25", CannotTell, "from 2020-02-14 to 2020-11-19")]);
    // Of a conclusion that is not accepted nothing follows.
    let alone = Assessed { second: None, ..of_first("2020-10-20", Conclusion::Kept) };
    assert!(unclear(&[alone], "2020-10-25").is_some());
    let weak = after_another("evidence = \"applied\"");
    assert!(finding(&weak, &done, day("2020-10-25")).act.unwrap().unclear.is_some());
}

#[test]
fn months_end_with_the_last_day_of_a_month_that_has_no_such_day() {
    let agreement = agreement(&within("1 month", "[]", "2020-01-31"), "", "");
    says(
        &agreement,
        &[],
        &[("2020-02-29", Open, "due by 2020-02-29"), ("2020-03-01", CannotTell, "2020-02-29")],
    );
}

fn some_entries() -> impl Strategy<Value = Vec<(u16, u16, u16)>> {
    proptest::collection::vec((0u16..300, 0u16..40, 0u16..60), 0..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Entries and calendars that are published later change no answer of an earlier day; and each due day is the one that
    /// stepping from day to day gives.
    #[test]
    fn later_knowledge_changes_no_earlier_answer(
        entries in some_entries(), asked in 0u16..330, both in any::<bool>(), length in 1u16..50,
    ) {
        let at = |n: u16| day("2020-02-03").checked_add(jiff::Span::new().days(i64::from(n))).unwrap();
        let capitals = if both { "[\"USA\", \"CHN\"]" } else { "[\"CHN\"]" };
        let keys = within(&format!("{length} working-days"), capitals, "ledger(selections)");
        let rows = |all: &[(u16, u16, u16)]| -> String {
            all.iter().enumerate().map(|(n, (on, late, _))| format!("{},{},1,d{n}\n", at(*on), at(on + late))).collect()
        };
        let today = at(asked);
        let known: Vec<_> = entries.iter().copied().filter(|(on, late, _)| at(on + late) <= today).collect();
        let whole = finding(&agreement(&keys, &rows(&entries), ""), &[], today);
        let part = finding(&agreement(&keys, &rows(&known), ""), &[], today);
        prop_assert_eq!(whole.status, part.status);
        let clocks = &whole.act.as_ref().unwrap().clocks;
        prop_assert_eq!(clocks.len(), known.len());
        for clock in clocks {
            let (mut date, mut left) = (clock.start, length);
            while left > 0 {
                date = date.tomorrow().unwrap();
                let weekend = date.weekday().to_monday_one_offset() >= 6;
                let text = date.to_string();
                let golden = ("2020-10-01"..="2020-10-08").contains(&text.as_str());
                let beijing = text == "2020-10-10" || !weekend && !golden;
                let washington = !weekend && text != "2020-09-07";
                let unknown = date.year() == 2021 && today < day("2020-11-25");
                left -= u16::from((beijing || unknown) && (!both || washington));
            }
            prop_assert_eq!(clock.last.earliest, date);
            prop_assert_eq!(clock.last.latest.is_some(), date.year() == 2020 || today >= day("2020-11-25"));
        }
    }
}

#[test]
fn not_kept_before_the_first_day_is_no_breach_yet() {
    let keys = "due = { not_before = \"30 days\", within = \"60 days\", of = \"in_force\" }";
    let agreement = agreement(keys, "", "");
    // In force on 2020-09-25: owed from 2020-10-25 to 2020-11-24.
    let early = [kept("2020-10-01", Conclusion::NotKept)];
    says(
        &agreement,
        &early,
        &[
            (
                "2020-10-02",
                Status::CannotTell,
                "not-kept as of 2020-10-01, and it is owed not before 2020-10-25",
            ),
            ("2021-06-01", Status::CannotTell, "assess it again on that day or later"),
        ],
    );
    let again = [kept("2020-10-01", Conclusion::NotKept), kept("2020-10-25", Conclusion::NotKept)];
    says(
        &agreement,
        &again,
        &[
            ("2020-10-24", Status::CannotTell, "not-kept as of 2020-10-01"),
            ("2020-10-25", Status::Missed, "concluded not-kept as of 2020-10-25"),
        ],
    );
}

#[test]
fn a_clock_without_a_day_in_time_is_undecided() {
    // Thirty days from the end of January are more than a month, and from the end of March not.
    let keys = "due = { not_before = \"30 days\", within = \"1 month\", of = \"ledger(selections)\" }";
    let entries = "2021-02-01,2021-02-02,1,a\n";
    let without = agreement(keys, entries, "complete_through = 2021-12-31");
    for all in
        [vec![], vec![kept("2021-03-10", Conclusion::Kept)], vec![kept("2021-03-10", Conclusion::NotKept)]]
    {
        let row = (
            "2021-06-01",
            Status::CannotTell,
            "from 2021-02-01 on it is owed not before 2021-03-03, and due by 2021-03-01",
        );
        says(&without, &all, &[row]);
    }
    let with = agreement(keys, "2021-03-31,2021-04-01,1,a\n", "complete_through = 2021-12-31");
    says(
        &with,
        &[kept("2021-05-30", Conclusion::NotKept)],
        &[("2021-06-01", Status::Missed, "concluded not-kept")],
    );
}
