//! Reads a case's folder, and says what is broken in it.

use super::event::{Event, Opening};
use super::filing::{steps_in_order, walk};
use crate::assessment::SetAside;
use crate::ladder::Ladder;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_agreement::FolderFiles;
use servanda_files::{TEMPORARY, sha256};
use std::collections::BTreeSet;
use std::fmt;
use std::io::ErrorKind;

/// An event with the SHA-256 of its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Filed {
    /// What was filed.
    #[serde(flatten)]
    pub event: Event,
    /// The SHA-256 of its file, in hexadecimal.
    pub sha256: String,
}

/// A case as it stands on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRecord {
    /// Its id.
    pub id: String,
    /// What the first event says of it.
    pub opening: Opening,
    /// The ladder as it was when the case was opened.
    pub ladder: Ladder,
    /// In the order of filing; never empty.
    pub events: Vec<Filed>,
}

/// What is broken in a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Problem {
    /// The file.
    pub path: String,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.what)
    }
}

/// The path of an event's file in a workspace.
pub fn event_path(case: &str, number: u32) -> String {
    format!("cases/{case}/events/{number:04}.toml")
}

/// Collects what is broken.
struct Reader<'f> {
    files: &'f dyn FolderFiles,
    id: &'f str,
    problems: Vec<Problem>,
    /// The hashes of files that were set aside.
    set_aside: BTreeSet<String>,
}

impl<'f> Reader<'f> {
    fn new(files: &'f dyn FolderFiles, id: &'f str) -> Self {
        let set_aside = SetAside::load(files).records.into_keys().collect();
        Self { files, id, problems: Vec::new(), set_aside }
    }

    fn problem(&mut self, path: impl Into<String>, what: impl Into<String>) {
        self.problems.push(Problem { path: path.into(), what: what.into() });
    }

    fn bytes(&mut self, path: &str) -> Option<Vec<u8>> {
        match self.files.read(path) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.problem(path, "it is not there");
                None
            }
            Err(error) => {
                self.problem(path, format!("it cannot be read: {error}"));
                None
            }
        }
    }

    /// The names in a folder; one that cannot be listed is a problem.
    fn names(&mut self, dir: &str) -> Vec<String> {
        self.files.list_if_there(dir).unwrap_or_else(|error| {
            self.problem(dir, format!("it cannot be listed: {error}"));
            Vec::new()
        })
    }

    /// How many events there are: the files are 0001.toml and so on, without a gap.
    fn count(&mut self) -> u32 {
        let dir = format!("cases/{}/events", self.id);
        let names = self.names(&dir);
        let mut numbers: BTreeSet<u32> = BTreeSet::new();
        for name in names.into_iter().filter(|n| !n.starts_with('.')) {
            let path = format!("{dir}/{name}");
            if !self.set_aside.is_empty()
                && self.files.read(&path).is_ok_and(|bytes| self.set_aside.contains(&sha256(&bytes)))
            {
                continue;
            }
            let number = name.strip_suffix(".toml").and_then(|n| n.parse::<u32>().ok());
            match number.filter(|n| *n > 0 && format!("{n:04}.toml") == name) {
                Some(number) => {
                    numbers.insert(number);
                }
                None => self.problem(path, "it is no event's file: set aside, it is kept and read no more"),
            }
        }
        let last = numbers.last().copied().unwrap_or(0);
        for number in 1..=last {
            if !numbers.contains(&number) {
                self.problem(event_path(self.id, number), "it is not there, and later events are");
                // What comes after a gap cannot be held against anything.
                return number - 1;
            }
        }
        last
    }

    fn event(&mut self, number: u32) -> Option<Filed> {
        let path = event_path(self.id, number);
        let bytes = self.bytes(&path)?;
        let hash = sha256(&bytes);
        let Ok(text) = String::from_utf8(bytes) else {
            self.problem(path, "it is not UTF-8 text");
            return None;
        };
        match toml::from_str::<Event>(&text) {
            Ok(event) => Some(Filed { event, sha256: hash }),
            Err(error) => {
                let line = error.span().map_or(1, |s| servanda_files::line_column(&text, s.start).0);
                let message = error.message().trim_end().replace('\n', "; ");
                self.problem(path, format!("line {line}: it is no event: {message}"));
                None
            }
        }
    }

    /// Holds an event against the one before it.
    fn link(&mut self, filed: &Filed, number: u32, before: Option<&Filed>, first: Option<&Filed>) {
        let path = event_path(self.id, number);
        let event = &filed.event;
        let mut wrong: Vec<String> = Vec::new();
        if event.case != self.id {
            wrong.push(format!("it is an event of the case `{}`", event.case));
        }
        if event.number != number {
            wrong.push(format!("it is event {}, and its file is that of event {number}", event.number));
        }
        match (&event.previous, before) {
            (None, None) => {}
            (Some(_), None) => wrong.push("the first event names one before it".into()),
            (None, Some(_)) => wrong.push("it does not name the event before it".into()),
            (Some(named), Some(before)) if *named != before.sha256 => wrong.push(format!(
                "it names the SHA-256 {named} as the event before it, and that file has {}: one of the two was changed",
                before.sha256
            )),
            _ => {}
        }
        if event.opening.is_some() != before.is_none() {
            wrong.push("the first event, and only that, opens the case".into());
        }
        if event.filed < event.date {
            wrong.push(format!("it was filed on {}, before it happened on {}", event.filed, event.date));
        }
        if let Some(before) = before.filter(|b| event.filed < b.event.filed) {
            wrong.push(format!(
                "it was filed on {}, before the one before it on {}",
                event.filed, before.event.filed
            ));
        }
        if let Some(first) = first.filter(|f| event.date < f.event.date) {
            wrong.push(format!("it happened on {}, before the case on {}", event.date, first.event.date));
        }
        for what in wrong {
            self.problem(path.clone(), what);
        }
    }

    fn record(&mut self) -> Option<CaseRecord> {
        let count = self.count();
        let mut events: Vec<Filed> = Vec::new();
        for number in 1..=count {
            let Some(filed) = self.event(number) else { break };
            self.link(&filed, number, events.last(), events.first());
            events.push(filed);
        }
        let Some(opening) = events.first().and_then(|f| f.event.opening.clone()) else {
            if self.problems.is_empty() {
                self.problem(event_path(self.id, 1), "it is not there: the case has no opening");
            }
            return None;
        };
        let path = format!("cases/{}/ladder.toml", self.id);
        let bytes = self.bytes(&path)?;
        if sha256(&bytes) != opening.ladder_sha256 {
            self.problem(
                &path,
                format!(
                    "it has the SHA-256 {}, and the opening names {}",
                    sha256(&bytes),
                    opening.ladder_sha256
                ),
            );
        }
        let ladder =
            match String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned()).and_then(|text| {
                Ladder::parse(&path, &text, &opening.agreement).map_err(|e| e.to_string().replace('\n', "; "))
            }) {
                Ok(ladder) => ladder,
                Err(what) => {
                    self.problem(path, what);
                    return None;
                }
            };
        if self.problems.is_empty()
            && let Err((number, refusal)) = walk(&ladder, &opening, &events)
        {
            self.problem(event_path(self.id, number), refusal.to_string());
        }
        Some(CaseRecord { id: self.id.to_owned(), opening, ladder, events })
    }

    /// Papers: each that is kept has its hash, and none is there that no event names.
    fn documents(&mut self, events: &[Filed]) {
        let dir = format!("cases/{}/documents", self.id);
        let kept: BTreeSet<&str> = events
            .iter()
            .filter_map(|f| f.event.document.as_ref())
            .filter(|d| d.kept)
            .filter_map(|d| d.sha256.as_deref())
            .collect();
        for hash in &kept {
            let path = format!("{dir}/{hash}");
            if !hash.bytes().all(|b| b.is_ascii_hexdigit()) || hash.len() != 64 {
                self.problem(path, "its name is no SHA-256");
            } else if let Some(bytes) = self.bytes(&path)
                && sha256(&bytes) != **hash
            {
                self.problem(path, format!("it was changed: its SHA-256 is {}", sha256(&bytes)));
            }
        }
        let begun = begun(self.files, self.id);
        for name in self.names(&dir) {
            if !kept.contains(name.as_str()) && !begun.contains(&name) && !name.starts_with('.') {
                self.problem(format!("{dir}/{name}"), "no event names it: an event is gone");
            }
        }
    }
}

/// The start of the name of an event's file that has not its own yet. It is written before the paper that it names, and takes its own
/// name last, so that a paper which no event names is never what an interrupted filing left.
pub const STAGED: &str = ".new-";

/// The papers of filings that were not finished.
fn begun(files: &dyn FolderFiles, id: &str) -> BTreeSet<String> {
    let dir = format!("cases/{id}");
    let names = files.list(&dir).unwrap_or_default();
    let events = names.iter().filter(|n| n.starts_with(STAGED)).filter_map(|name| {
        let text = String::from_utf8(files.read(&format!("{dir}/{name}")).ok()?).ok()?;
        toml::from_str::<Event>(&text).ok()?.document?.sha256
    });
    events.collect()
}

/// What filings that were not finished left in a case's folder. None of it is part of the record.
pub fn unfinished(files: &dyn FolderFiles, record: &CaseRecord) -> Vec<String> {
    let id = &record.id;
    let begun = begun(files, id);
    let named = |name: &str| {
        record
            .events
            .iter()
            .filter_map(|f| f.event.document.as_ref()?.sha256.as_deref())
            .any(|sha| sha == name)
    };
    let mut found = Vec::new();
    for dir in [format!("cases/{id}"), format!("cases/{id}/events"), format!("cases/{id}/documents")] {
        for name in files.list(&dir).unwrap_or_default() {
            let paper = dir.ends_with("/documents") && begun.contains(&name) && !named(&name);
            if paper || name.starts_with(STAGED) || name.starts_with(TEMPORARY) {
                found.push(format!("{dir}/{name}"));
            }
        }
    }
    found
}

impl CaseRecord {
    /// Reads the case of an id: `cases/ID/` of a workspace's files. A broken record is refused with all that is broken in it.
    pub fn load(files: &dyn FolderFiles, id: &str) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader::new(files, id);
        let record = reader.record();
        match record {
            Some(record) if reader.problems.is_empty() => Ok(record),
            _ => Err(reader.problems),
        }
    }

    /// The ids of the cases among a workspace's files.
    ///
    /// # Errors
    /// If the folder is there and cannot be listed.
    pub fn ids(files: &dyn FolderFiles) -> std::io::Result<Vec<String>> {
        let names = files.list_if_there("cases")?;
        let ids = names.iter().filter_map(|n| n.strip_suffix('/')).filter(|id| super::is_case_id(id));
        Ok(ids.map(str::to_owned).collect())
    }

    /// Folders beside the cases whose names keep them from being read: one may be a case that was renamed.
    ///
    /// # Errors
    /// If the folder is there and cannot be listed.
    pub fn unread(files: &dyn FolderFiles) -> std::io::Result<Vec<String>> {
        let names = files.list_if_there("cases")?;
        let known = |id: &str| {
            super::is_case_id(id)
                || super::is_of_assessments(id)
                || id.starts_with(STAGED)
                || id.starts_with(TEMPORARY)
        };
        let unread = names.iter().filter_map(|n| n.strip_suffix('/')).filter(|id| !known(id));
        Ok(unread.map(str::to_owned).collect())
    }

    /// The step taken last, by what is filed.
    pub fn last_step(&self) -> Option<&str> {
        steps_in_order(&self.events).last().map(|f| f.event.event.as_str())
    }

    /// The SHA-256 of the newest event's file among those filed by the end of a day; empty if there was none.
    pub fn head_as_of(&self, day: servanda_core::Date) -> &str {
        self.events.iter().rev().find(|f| f.event.filed <= day).map_or("", |f| &f.sha256)
    }

    /// The SHA-256 of the newest event's file: with it written down elsewhere, a record cut off at its end shows.
    pub fn head(&self) -> &str {
        self.events.last().map_or("", |f| &f.sha256)
    }
}

/// All that is broken in a case: its chain, its order, its ladder, its papers.
pub fn verify(files: &dyn FolderFiles, id: &str) -> (Option<CaseRecord>, Vec<Problem>) {
    let mut reader = Reader::new(files, id);
    let record = reader.record();
    if let Some(record) = &record {
        reader.documents(&record.events);
    }
    (record, reader.problems)
}
