//! What must always hold of a replay, on random events.

mod common;

use common::{Case, Files, day};
use jiff::ToSpan;
use proptest::prelude::*;
use servanda_agreement::FolderFiles;
use servanda_core::Date;
use servanda_dispute::case::{Actor, CaseRecord, view};
use std::io;

const STEPS: [&str; 14] = [
    "assessment",
    "designated-officials",
    "deputies",
    "principals",
    "urgent",
    "remedial-measure",
    "urgent-meeting",
    "accepted",
    "withdrawal",
    "settled",
    "ended",
    "outside",
    "note",
    "claim",
];

/// Files whose folders are listed backwards.
struct Backwards(Files);

impl FolderFiles for Backwards {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.0.read(path)
    }

    fn list(&self, dir: &str) -> io::Result<Vec<String>> {
        let mut names = self.0.list(dir)?;
        names.reverse();
        Ok(names)
    }
}

fn plus(date: Date, days: i64) -> Date {
    date.checked_add(days.days()).unwrap()
}

/// Day by day, event by event: the step that the case has come to.
fn plain_state(record: &CaseRecord, as_of: Date, on: Date) -> Option<String> {
    let mut state = None;
    let mut today = record.events[0].event.date;
    while today <= on {
        for filed in &record.events {
            let e = &filed.event;
            if e.date == today
                && e.filed <= as_of
                && !["outside", "note", "claim"].contains(&e.event.as_str())
            {
                state = Some(e.event.clone());
            }
        }
        today = plus(today, 1);
    }
    state
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn each_day_is_what_a_plain_replay_says_and_later_filings_change_nothing(
        tries in prop::collection::vec((0usize..STEPS.len(), 0i64..30, 0i64..20, 0usize..3), 1..25)
    ) {
        let opened = day("2020-09-25");
        let mut case = Case::open("us-china-phase-one", "appeal", "2020-09-25");
        let mut seen = Vec::new();
        let mut last_filed = opened;
        let mut at = opened;
        for (step, ahead, late, who) in tries {
            // Dates go forth and back, filings only forth.
            let date = plus(at, ahead - 8).max(opened);
            let filed = plus(date, late).max(last_filed);
            let by = ["USA", "CHN", "both"].map(|w| Actor::parse(w).unwrap())[who];
            let before = case.files.clone();
            match case.file(STEPS[step], date, filed, by) {
                Ok(()) => {
                    (at, last_filed) = (date.max(at), filed);
                    // What is settled once the day is over: nothing can be filed on an earlier day any more.
                    let record = case.record();
                    let past = plus(last_filed, -1);
                    if past >= opened {
                        seen.push((past, view(&record, &case.calendars, past, past)));
                    }
                }
                Err(_) => prop_assert_eq!(&before, &case.files),
            }
        }
        let record = case.record();
        for (as_of, then) in seen {
            prop_assert_eq!(&view(&record, &case.calendars, as_of, as_of), &then);
        }
        let end = plus(last_filed, 3);
        let mut on = opened;
        while on <= end {
            let now = view(&record, &case.calendars, on, on);
            prop_assert_eq!(now.state.map(|s| s.step), plain_state(&record, on, on));
            let whole = view(&record, &case.calendars, end, on);
            prop_assert_eq!(whole.state.map(|s| s.step), plain_state(&record, end, on));
            on = plus(on, 1);
        }
        let backwards = CaseRecord::load(&Backwards(case.files.clone()), "x");
        prop_assert_eq!(backwards, Ok(record));
    }

    #[test]
    fn no_bytes_make_a_record_panic(place in 0usize..3, bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut case = Case::open("us-china-phase-one", "appeal", "2020-09-25");
        let path = ["cases/x/events/0001.toml", "cases/x/events/0002.toml", "cases/x/ladder.toml"][place];
        case.files.insert(path.to_owned(), bytes);
        prop_assert!(CaseRecord::load(&case.files, "x").is_err());
    }
}
