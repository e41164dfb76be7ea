//! Opens a case and files an event. Nothing is written unless all is right; nothing that is there is rewritten.

use crate::keep::stay_within;
use crate::request::{CaseFile, CaseOpen, PaperNamed};
use crate::{Workspace, WorkspaceError};
use servanda_agreement::MAX_FILE_BYTES;
use servanda_core::calendar::{Calendar, Kind};
use servanda_core::problem::{Code, Field, Problem};
use servanda_core::{Date, Party};
use servanda_dispute::assessment::SetAside;
use servanda_dispute::case::{
    Actor, CaseRecord, Document, Event, Filed, Opening, STAGED, is_case_id, unfinished,
};
use servanda_dispute::ladder::Ladder;
use servanda_evidence::{Lock, put};
use servanda_files::{TEMPORARY, sha256, unconfirmed, visible};
use std::collections::BTreeMap;
use std::path::Path;

/// The longest text of a title, a note or a paper's name, in bytes.
const MAX_TEXT: usize = 100_000;

fn refuse<T>(code: Code, field: Field, message: impl Into<String>) -> Result<T, WorkspaceError> {
    Err(Problem::of(code, field, message).into())
}

const BAD: Code = Code::BadValue;

/// A paper as an event names it, with its bytes where they are kept.
type Named = (Document, Option<Vec<u8>>);

/// The paper that is named, read and hashed.
fn document(paper: &PaperNamed) -> Result<Option<Named>, WorkspaceError> {
    let (document, kept) = match (&paper.document, &paper.sha256, paper.document_name.clone()) {
        (None, None, None) => return Ok(None),
        (Some(path), _, name) => {
            let bytes = bytes_of(path)?;
            let own = || path.file_name().and_then(|n| n.to_str()).unwrap_or("document").to_owned();
            let name = name.unwrap_or_else(own);
            let kept = !paper.hash_only;
            (Document { name, sha256: Some(sha256(&bytes)), kept }, kept.then_some(bytes))
        }
        (None, Some(hash), name) => {
            let hash = hash.to_ascii_lowercase();
            if hash.len() != 64 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
                return refuse(
                    BAD,
                    Field::Sha256,
                    format!("`{hash}` is no SHA-256; write its 64 hexadecimal digits"),
                );
            }
            let Some(name) = name else {
                return refuse(
                    Code::MissingValue,
                    Field::DocumentName,
                    "of which paper is the SHA-256? it has no name",
                );
            };
            (Document { name, sha256: Some(hash), kept: false }, None)
        }
        (None, None, Some(name)) => (Document { name, sha256: None, kept: false }, None),
    };
    if document.name.trim().is_empty() {
        return refuse(Code::MissingValue, Field::DocumentName, "the paper has no name");
    }
    Ok(Some((document, kept)))
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, WorkspaceError> {
    let about = std::fs::metadata(path).map_err(|e| {
        Problem::of(Code::BadFile, Field::Document, format!("{}: it cannot be read: {e}", path.display()))
    })?;
    if !about.is_file() || about.len() > MAX_FILE_BYTES {
        return refuse(
            Code::BadFile,
            Field::Document,
            format!("{}: a paper is a file of at most {MAX_FILE_BYTES} bytes", path.display()),
        );
    }
    std::fs::read(path).map_err(|e| WorkspaceError::io(path, &e))
}

fn short(texts: &[&Option<String>]) -> Result<(), WorkspaceError> {
    match texts.iter().filter_map(|t| t.as_ref()).find(|t| t.len() > MAX_TEXT) {
        Some(text) => Err(Problem::new(
            BAD,
            format!("a text of {} bytes is too long for an event; file it as a document", text.len()),
        )
        .into()),
        None => Ok(()),
    }
}

impl Workspace {
    /// Opens a case: its ladder as it is now, and its first event. Gives the record, and what the system did not confirm once
    /// it was written.
    pub fn open_case(
        &self,
        request: &CaseOpen,
        today: Date,
    ) -> Result<(CaseRecord, Option<String>), WorkspaceError> {
        let root = self.root().folder()?;
        let id = request.case.as_str();
        if !is_case_id(id) {
            return refuse(
                BAD,
                Field::Case,
                format!(
                    "`{id}` cannot be a case's id: use lower-case letters, digits and hyphens, such as energy-2020, and no name that assessments use below cases/"
                ),
            );
        }
        let dir = root.join("cases").join(id);
        if dir.exists() {
            return refuse(
                Code::InUse,
                Field::Case,
                format!("there is a case `{id}` already; give this one another id"),
            );
        }
        short(&[&request.note])?;
        let known = self.agreements()?;
        if !known.contains(&request.agreement) {
            return Err(WorkspaceError::UnknownAgreement { name: request.agreement.clone(), known });
        }
        let Some((ladder, ladder_bytes)) = self.ladder(&request.agreement)? else {
            return refuse(
                Code::NotAllowed,
                Field::Agreement,
                format!("{} has no ladder.toml: without a ladder there is no case", request.agreement),
            );
        };
        let agreement = self.agreement_on(&request.agreement, request.date)?;
        if let Some(first) = agreement.in_force.filter(|first| request.date < *first) {
            return refuse(
                Code::NotAllowed,
                Field::Date,
                format!(
                    "{} is in force since {first}, and the case is of {}: no case comes before its agreement",
                    request.agreement, request.date
                ),
            );
        }
        if request.commitment.is_empty() {
            return refuse(
                Code::MissingValue,
                Field::Commitment,
                "name the commitments that the case is about",
            );
        }
        for name in &request.commitment {
            let Some(commitment) = agreement.commitment(name) else {
                return refuse(
                    Code::Unknown,
                    Field::Commitment,
                    format!("{} has no commitment `{name}`", request.agreement),
                );
            };
            if commitment.by != request.respondent {
                return refuse(
                    Code::NotAllowed,
                    Field::Commitment,
                    format!(
                        "`{name}` is a duty of {}, and the respondent is {}: a case is about the respondent's duties",
                        commitment.by, request.respondent
                    ),
                );
            }
        }
        let document = document(&request.paper)?;
        let opening = Opening {
            agreement: request.agreement.clone(),
            commitments: request.commitment.clone(),
            complainant: request.complainant,
            respondent: request.respondent,
            ladder_sha256: sha256(&ladder_bytes),
        };
        let first = ladder.start.first().cloned().unwrap_or_default();
        let event = Event {
            case: id.to_owned(),
            number: 1,
            previous: None,
            event: request.event.clone().unwrap_or(first),
            date: request.date,
            filed: request.paper.filed.unwrap_or(today),
            by: request.by.unwrap_or(Actor::Party(request.complainant)),
            title: None,
            note: request.note.clone(),
            document: document.as_ref().map(|(d, _)| d.clone()),
            opening: Some(opening.clone()),
            calendars: counted_by(
                &ladder,
                &opening,
                &self.calendars()?,
                request.paper.filed.unwrap_or(today),
            ),
        };
        CaseRecord::check_opening(&ladder, &event, &opening, &agreement.parties, today)?;
        let text = text_of(&event)?;
        // All of it is written beside its place, and takes it by one rename.
        let cases = root.join("cases");
        let _lock = self.cases_lock()?;
        if dir.exists() {
            return refuse(
                Code::InUse,
                Field::Case,
                format!("there is a case `{id}` already; give this one another id"),
            );
        }
        clear_unopened(&cases)?;
        let beside = tempfile::Builder::new().prefix(STAGED).tempdir_in(&cases);
        let beside = beside.map_err(|e| WorkspaceError::io(&cases, &e))?;
        put(beside.path(), "ladder.toml", &mut ladder_bytes.as_slice())?;
        if let Some((Document { sha256: Some(hash), .. }, Some(bytes))) = &document {
            put(beside.path(), &format!("documents/{hash}"), &mut bytes.as_slice())?;
        }
        put(beside.path(), "events/0001.toml", &mut text.as_bytes())?;
        readable(beside.path())?;
        std::fs::rename(beside.path(), &dir).map_err(|e| WorkspaceError::io(&dir, &e))?;
        // It is no longer where it was made, so there is nothing left to take away.
        let _ = beside.keep();
        let filed = Filed { event, sha256: sha256(text.as_bytes()) };
        let record = CaseRecord { id: id.to_owned(), opening, ladder, events: vec![filed] };
        Ok((record, unconfirmed(&cases)))
    }

    /// Files an event. Gives the record with it, and what the system did not confirm once it was written; after an error the
    /// record is as it was.
    pub fn file_event(
        &self,
        request: &CaseFile,
        today: Date,
    ) -> Result<(CaseRecord, Option<String>), WorkspaceError> {
        let root = self.root().folder()?;
        short(&[&request.title, &request.note])?;
        let document = document(&request.paper)?;
        let _lock = self.cases_lock()?;
        let mut case = self.case(&request.case)?;
        let calendars = self.calendars()?;
        let last = case.events.last().map_or(0, |f| f.event.number);
        let filed = request.paper.filed.unwrap_or(today);
        let event = Event {
            case: case.id.clone(),
            number: last.saturating_add(1),
            previous: Some(case.head().to_owned()),
            event: request.event.clone(),
            date: request.date,
            filed,
            by: request.by,
            title: request.title.clone(),
            note: request.note.clone(),
            document: document.as_ref().map(|(d, _)| d.clone()),
            opening: None,
            calendars: counted_by(&case.ladder, &case.opening, &calendars, filed),
        };
        case.check(&event, &calendars, today)?;
        let text = text_of(&event)?;
        let dir = root.join("cases").join(&case.id);
        let name = format!("{:04}.toml", event.number);
        for below in [format!("events/{name}"), "documents".to_owned()] {
            stay_within(root, &Path::new("cases").join(&case.id).join(below))?;
        }
        self.clear_unfinished(root, &case)?;
        let target = dir.join("events").join(&name);
        if target.exists() {
            return Err(Problem::new(
                Code::InUse,
                format!("{}: there is such a file already; look at the case", target.display()),
            )
            .into());
        }
        // Named by its event before it is there, a paper is never one that no event names.
        let staged = format!("{STAGED}{name}");
        put(&dir, &staged, &mut text.as_bytes())?;
        if let Some((Document { sha256: Some(hash), .. }, Some(bytes))) = &document {
            put(&dir, &format!("documents/{hash}"), &mut bytes.as_slice())?;
        }
        std::fs::rename(dir.join(&staged), &target).map_err(|e| WorkspaceError::io(&target, &e))?;
        case.events.push(Filed { event, sha256: sha256(text.as_bytes()) });
        Ok((case, unconfirmed(&dir.join("events"))))
    }

    /// The lock that whoever adds to `cases/` holds. A folder of cases that is a link out of the workspace is refused.
    pub(crate) fn cases_lock(&self) -> Result<Lock, WorkspaceError> {
        let root = self.root().folder()?;
        stay_within(root, "cases/.lock".as_ref())?;
        Ok(Lock::take(&root.join("cases"))?)
    }

    /// Takes away what filings left that were not finished, and event files that were set aside. The lock is held.
    fn clear_unfinished(&self, root: &Path, case: &CaseRecord) -> Result<(), WorkspaceError> {
        let (mut left, aside) = self.with_records(|files| {
            let set_aside = SetAside::load(files);
            let dir = format!("cases/{}/events", case.id);
            let names = files.list(&dir).unwrap_or_default();
            let paths = names.into_iter().map(|name| format!("{dir}/{name}"));
            let aside = paths.filter(|p| files.read(p).is_ok_and(|bytes| set_aside.holds(&bytes)));
            (unfinished(files, case), aside.collect::<Vec<_>>())
        });
        // The event goes last, since it says which paper was left.
        left.sort_by_key(|path| path.contains(&format!("/{STAGED}")));
        for path in left.iter().chain(&aside).filter(|p| !p.ends_with('/')) {
            remove(&root.join(path))?;
        }
        Ok(())
    }
}

/// The calendars that a ladder counts working days by, as they were made known by a day.
fn counted_by(
    ladder: &Ladder,
    opening: &Opening,
    calendars: &BTreeMap<Party, Calendar>,
    known_by: Date,
) -> BTreeMap<String, String> {
    if !ladder.steps.iter().flat_map(|s| &s.clocks).any(|c| c.kind == Kind::Working) {
        return BTreeMap::new();
    }
    let sides = [opening.complainant, opening.respondent];
    let of_sides = sides.iter().filter_map(|side| calendars.get(side));
    of_sides.map(|c| (c.id.clone(), sha256(c.known(known_by).as_bytes()))).collect()
}

/// Takes away the folders of cases whose opening was not finished. The lock is held.
fn clear_unopened(cases: &Path) -> Result<(), WorkspaceError> {
    let fail = |e: &std::io::Error| WorkspaceError::io(cases, e);
    for entry in std::fs::read_dir(cases).map_err(|e| fail(&e))? {
        let entry = entry.map_err(|e| fail(&e))?;
        let name = entry.file_name();
        let left = name.to_str().is_some_and(|n| n.starts_with(STAGED) || n.starts_with(TEMPORARY));
        if left && entry.file_type().map_err(|e| fail(&e))?.is_dir() {
            std::fs::remove_dir_all(entry.path()).map_err(|e| WorkspaceError::io(&entry.path(), &e))?;
        }
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), WorkspaceError> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(WorkspaceError::io(path, &e)),
        _ => Ok(()),
    }
}

fn text_of(event: &Event) -> Result<String, WorkspaceError> {
    let text =
        event.to_text().map_err(|e| Problem::new(BAD, format!("this event cannot be written: {e}")))?;
    // Nothing in the file is obeyed where it is looked at, and it still says the same.
    let text = visible(&text).into_owned();
    if toml::from_str::<Event>(&text).is_ok_and(|read| read == *event) {
        return Ok(text);
    }
    let said = "a text of this event has control characters, or marks that turn the direction of writing: leave them out";
    Err(Problem::new(BAD, said).into())
}

/// Temporary files and folders are the owner's alone; a record is for all who may read the workspace.
#[cfg(unix)]
fn readable(path: &Path) -> Result<(), WorkspaceError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = if path.is_dir() { 0o755 } else { 0o644 };
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
        .map_err(|e| WorkspaceError::io(path, &e))
}

#[cfg(not(unix))]
fn readable(_: &Path) -> Result<(), WorkspaceError> {
    Ok(())
}
