//! Cases in memory, on the ladders and calendars of the repository.

#![allow(dead_code)]

use servanda_agreement::{DirFiles, FolderFiles};
use servanda_core::calendar::Calendar;
use servanda_core::{Date, Party};
use servanda_dispute::case::{Actor, CaseRecord, Event, Opening, Refusal, event_path};
use servanda_files::sha256;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub type Files = BTreeMap<String, Vec<u8>>;

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn party(text: &str) -> Party {
    Party::new(text).unwrap()
}

pub fn calendars() -> BTreeMap<Party, Calendar> {
    servanda_dispute::calendar::all(&DirFiles::new(root())).unwrap()
}

pub fn ladder_bytes(agreement: &str) -> Vec<u8> {
    DirFiles::new(root().join("agreements").join(agreement)).read("ladder.toml").unwrap()
}

/// A case `x` of the USA against China, in memory.
pub struct Case {
    pub files: Files,
    pub today: Date,
    pub calendars: BTreeMap<Party, Calendar>,
}

impl Case {
    pub fn open(agreement: &str, step: &str, date: &str) -> Self {
        let bytes = ladder_bytes(agreement);
        let opening = Opening {
            agreement: agreement.to_owned(),
            commitments: vec!["purchases.energy.2020".into()],
            complainant: party("USA"),
            respondent: party("CHN"),
            ladder_sha256: sha256(&bytes),
        };
        let event = Event {
            case: "x".into(),
            number: 1,
            previous: None,
            event: step.into(),
            date: day(date),
            filed: day(date),
            by: Actor::Party(party("USA")),
            title: None,
            note: None,
            document: None,
            opening: Some(opening),
            calendars: Default::default(),
        };
        let files = Files::from([
            ("cases/x/ladder.toml".to_owned(), bytes),
            (event_path("x", 1), event.to_text().unwrap().into_bytes()),
        ]);
        Self { files, today: day("2030-01-01"), calendars: calendars() }
    }

    pub fn record(&self) -> CaseRecord {
        CaseRecord::load(&self.files, "x").unwrap()
    }

    /// Files an event as a workspace does.
    pub fn file(&mut self, event: &str, date: Date, filed: Date, by: Actor) -> Result<(), Refusal> {
        let record = self.record();
        let event = Event {
            case: "x".into(),
            number: record.events.len() as u32 + 1,
            previous: Some(record.head().to_owned()),
            event: event.into(),
            date,
            filed,
            by,
            title: (event == "outside" || event == "note" || event == "claim").then(|| "something".into()),
            note: None,
            document: None,
            opening: None,
            calendars: Default::default(),
        };
        record.check(&event, &self.calendars, self.today)?;
        self.files.insert(event_path("x", event.number), event.to_text().unwrap().into_bytes());
        Ok(())
    }
}
