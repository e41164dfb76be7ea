//! The record of talks of a workspace: read, import, and what statistics and documents say of its rows.

use crate::keep::{csv_text, write_together};
use crate::request::TalksImport;
use crate::root::Examples;
use crate::{Root, Workspace, WorkspaceError};
use servanda_agreement::{DirFiles, FolderFiles, MAX_FILE_BYTES, is_id};
use servanda_core::Date;
use servanda_core::problem::{Code, Field, Problem};
use servanda_dispute::talks::{Match, Record, Target, head_text};
use servanda_files::Doubt;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

mod ask;

pub use ask::Checked;

impl Workspace {
    pub(crate) fn with_records<A>(&self, ask: impl Fn(&dyn FolderFiles) -> A) -> A {
        match self.root() {
            Root::Examples => ask(&Examples::whole()),
            Root::Folder(dir) => ask(&DirFiles::new(dir)),
        }
    }

    /// The ids of the records of talks.
    ///
    /// # Errors
    /// If the folder of talks is there and cannot be listed.
    pub fn talks_ids(&self) -> Result<Vec<String>, WorkspaceError> {
        self.with_records(Record::ids).map_err(|e| WorkspaceError::io("talks".as_ref(), &e))
    }

    /// A record of talks; without an id, the only one that there is.
    pub fn talks(&self, id: Option<&str>) -> Result<Record, WorkspaceError> {
        let known = self.talks_ids()?;
        let found = match (id, known.as_slice()) {
            (Some(id), _) => known.iter().find(|k| k.as_str() == id).cloned(),
            (None, [only]) => Some(only.clone()),
            (None, _) => None,
        };
        let Some(id) = found else {
            let there = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(WorkspaceError::from(Problem::unknown(
                Field::Id,
                match id {
                    Some(id) => format!("there is no record of talks `{id}`; there are {there}"),
                    None => format!("name a record of talks; there are {there}"),
                },
            )));
        };
        Ok(self.with_records(|files| Record::load(files, &id))?)
    }

    /// A record as it was known at the end of a day, matched only with agreements that were known by then.
    pub fn talks_on(&self, record: &Record, day: Date) -> Result<Record, WorkspaceError> {
        let mut known = record.known_on(day);
        let mut later: BTreeSet<(String, String)> = BTreeSet::new();
        for name in self.agreements()? {
            let of = |m: &Match| match &m.target {
                Target::Commitment { agreement, commitment } if *agreement == name => {
                    Some(commitment.clone())
                }
                _ => None,
            };
            let named: BTreeSet<String> = known.matches.iter().filter_map(of).collect();
            if named.is_empty() {
                continue;
            }
            let then = match self.agreement_on(&name, day) {
                Ok(agreement) => Some(agreement),
                Err(WorkspaceError::NotYet { .. }) => None,
                Err(other) => return Err(other),
            };
            let newest = self.agreement_lazily(&name)?;
            // A commitment that there is on no day is told as such on every day.
            let comes_later = |id: &String| match &then {
                Some(then) => then.commitment(id).is_none() && newest.newest().commitment(id).is_some(),
                None => true,
            };
            later.extend(named.into_iter().filter(comes_later).map(|id| (name.clone(), id)));
        }
        known.matches.retain(|m| match &m.target {
            Target::Commitment { agreement, commitment } => {
                !later.contains(&(agreement.clone(), commitment.clone()))
            }
            Target::Figure(_) | Target::Act(_) | Target::NotHeld(_) => true,
        });
        Ok(known)
    }

    /// The record that is named, or every one of which something had been said by the end of a day: the title of one tells what
    /// it is of, so that before its first claim there is no such record.
    ///
    /// # Errors
    /// If there is no such record, or none on that day.
    pub fn talks_known(&self, id: Option<&str>, day: Date) -> Result<Vec<Record>, WorkspaceError> {
        let asked = match (id, self.talks_ids()?.as_slice()) {
            // The error says that there is none.
            (Some(_), _) | (None, []) => vec![self.talks(id)?],
            (None, ids) => ids.iter().map(|id| self.talks(Some(id))).collect::<Result<_, _>>()?,
        };
        let first = asked.iter().filter_map(Record::first_known).min();
        let later = |record: &Record| record.first_known().is_some_and(|first| first > day);
        let known: Vec<Record> = asked.into_iter().filter(|record| !later(record)).collect();
        match (first, known.is_empty()) {
            (Some(first), true) => {
                let said = format!(
                    "as of {day} nothing had been said that is on record; the first claim is known from {first} on"
                );
                Err(Problem::of(Code::NotYet, Field::AsOf, said).set(Field::AsOf, first.to_string()).into())
            }
            _ => Ok(known),
        }
    }

    /// Keeps a record of talks: `talks/ID.csv` with every field of every row, and `talks/ID.toml`. Gives both paths, and what
    /// the system did not confirm. Nothing is written unless all rows are right, and nothing that is there is replaced.
    pub fn import_talks(
        &self,
        request: &TalksImport,
        guard_formulas: bool,
    ) -> Result<(Record, [PathBuf; 2], Doubt), WorkspaceError> {
        let root = self.root().folder()?;
        let id = request.id.as_str();
        if !is_id(id) {
            return Err(WorkspaceError::from(Problem::bad_value(
                Field::Id,
                format!(
                    "`{id}` cannot be a record's id: use lower-case letters, digits and hyphens, such as us-china-2018-2019"
                ),
            )));
        }
        let bytes = original(&request.file)?;
        let sha256 = servanda_files::sha256(&bytes);
        let name = request.file.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
        let claims = Record::claims_of(&request.file.display().to_string(), bytes)?;
        let title = request.title.as_deref().unwrap_or(id);
        let head =
            head_text(id, title, &request.parties, request.encoder.as_deref(), &name, &sha256, &claims);
        let csv = csv_text(&Record::csv_of(&claims), guard_formulas);
        // The rows stand under the head's name: a record is there once its head is.
        let files = [(format!("talks/{id}.csv"), csv), (format!("talks/{id}.toml"), head)];
        // What is written is read first, so that a record in the workspace can always be opened.
        let held = files.clone().map(|(path, text)| (path, text.into_bytes()));
        let record = Record::load(&std::collections::BTreeMap::from(held), id)?;
        let doubt = write_together(root, &files.clone().map(|(path, text)| (path.into(), text)))?;
        Ok((record, files.map(|(path, _)| root.join(path)), doubt))
    }
}

/// The bytes of a file that the user names.
fn original(path: &Path) -> Result<Vec<u8>, WorkspaceError> {
    let about = std::fs::metadata(path).map_err(|e| {
        WorkspaceError::from(Problem::of(
            Code::BadFile,
            Field::File,
            format!("{}: it cannot be read: {e}", path.display()),
        ))
    })?;
    if !about.is_file() || about.len() > MAX_FILE_BYTES {
        return Err(WorkspaceError::from(Problem::of(
            Code::BadFile,
            Field::File,
            format!("{}: rows stand in a CSV file of at most {MAX_FILE_BYTES} bytes", path.display()),
        )));
    }
    std::fs::read(path).map_err(|e| WorkspaceError::io(path, &e))
}
