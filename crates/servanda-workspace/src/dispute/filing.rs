//! Opens a case and files an event. Nothing is written unless all is right; nothing that is there is rewritten.

use crate::{Workspace, WorkspaceError};
use servanda_agreement::MAX_FILE_BYTES;
use servanda_core::{Date, Party};
use servanda_dispute::case::{Actor, CaseRecord, Document, Event, Opening, is_case_id};
use servanda_evidence::{put, sha256};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Where the paper of an event is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaperFrom {
    /// A file, which is kept in the case.
    File(PathBuf),
    /// A file, of which only the SHA-256 is kept.
    HashOf(PathBuf),
    /// Its SHA-256.
    Sha256(String),
    /// Only its name is known.
    Nowhere,
}

/// The paper that an event rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// Its name or citation; the file's name without it.
    pub name: Option<String>,
    /// Where it is.
    pub from: PaperFrom,
}

/// A case to open.
#[derive(Debug, Clone)]
pub struct OpenRequest {
    /// Its id.
    pub case: String,
    /// The agreement's id in the workspace.
    pub agreement: String,
    /// The commitments that it is about.
    pub commitments: Vec<String>,
    /// Who complains.
    pub complainant: Party,
    /// Who is complained against.
    pub respondent: Party,
    /// The step with which it begins; the ladder's first without it.
    pub step: Option<String>,
    /// Who takes that step; the complainant without it.
    pub by: Option<Actor>,
    /// The day on which it was taken.
    pub date: Date,
    /// The day on which it is filed; today without it.
    pub filed: Option<Date>,
    /// Anything else.
    pub note: Option<String>,
    /// Its paper.
    pub paper: Option<Paper>,
}

/// An event to file.
#[derive(Debug, Clone)]
pub struct EventRequest {
    /// The case's id.
    pub case: String,
    /// A step of its ladder, or `outside`, `note`, `claim`.
    pub event: String,
    /// The day on which it happened.
    pub date: Date,
    /// The day on which it is filed; today without it.
    pub filed: Option<Date>,
    /// Who did it.
    pub by: Actor,
    /// What it is, for what is no step.
    pub title: Option<String>,
    /// Anything else.
    pub note: Option<String>,
    /// Its paper.
    pub paper: Option<Paper>,
}

/// The longest text of a title, a note or a paper's name, in bytes.
const MAX_TEXT: usize = 100_000;

fn usage<T>(message: String) -> Result<T, WorkspaceError> {
    Err(WorkspaceError::Usage(message))
}

/// A paper as an event names it, with its bytes where they are kept.
type Named = (Document, Option<Vec<u8>>);

/// The paper that is named, read and hashed.
fn document(paper: Option<&Paper>) -> Result<Option<Named>, WorkspaceError> {
    let Some(paper) = paper else { return Ok(None) };
    let name = |path: &Path| {
        let own = path.file_name().and_then(|n| n.to_str()).unwrap_or("document").to_owned();
        paper.name.clone().unwrap_or(own)
    };
    let (document, kept) = match &paper.from {
        PaperFrom::File(path) => {
            let bytes = bytes_of(path)?;
            (Document { name: name(path), sha256: Some(sha256(&bytes)), kept: true }, Some(bytes))
        }
        PaperFrom::HashOf(path) => {
            let hash = sha256(&bytes_of(path)?);
            (Document { name: name(path), sha256: Some(hash), kept: false }, None)
        }
        PaperFrom::Sha256(hash) => {
            let hash = hash.to_ascii_lowercase();
            if hash.len() != 64 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
                return usage(format!("--sha256: `{hash}` is no SHA-256; write its 64 hexadecimal digits"));
            }
            let Some(name) = paper.name.clone() else {
                return usage("--sha256 needs --document-name TEXT: of which paper?".into());
            };
            (Document { name, sha256: Some(hash), kept: false }, None)
        }
        PaperFrom::Nowhere => {
            (Document { name: paper.name.clone().unwrap_or_default(), sha256: None, kept: false }, None)
        }
    };
    if document.name.trim().is_empty() {
        return usage("the paper has no name: say --document-name TEXT".into());
    }
    Ok(Some((document, kept)))
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, WorkspaceError> {
    let about = std::fs::metadata(path)
        .map_err(|e| WorkspaceError::Usage(format!("{}: it cannot be read: {e}", path.display())))?;
    if !about.is_file() || about.len() > MAX_FILE_BYTES {
        return usage(format!("{}: a paper is a file of at most {MAX_FILE_BYTES} bytes", path.display()));
    }
    std::fs::read(path).map_err(|e| WorkspaceError::io(path, &e))
}

fn short(texts: &[&Option<String>]) -> Result<(), WorkspaceError> {
    match texts.iter().filter_map(|t| t.as_ref()).find(|t| t.len() > MAX_TEXT) {
        Some(text) => {
            usage(format!("a text of {} bytes is too long for an event; file it as a document", text.len()))
        }
        None => Ok(()),
    }
}

impl Workspace {
    /// Opens a case: its ladder as it is now, and its first event. Gives the record.
    pub fn open_case(&self, request: &OpenRequest, today: Date) -> Result<CaseRecord, WorkspaceError> {
        let root = self.root().folder()?;
        let id = request.case.as_str();
        if !is_case_id(id) {
            return usage(format!(
                "`{id}` cannot be a case's id: use lower-case letters, digits and hyphens, such as energy-2020, and no name that assessments use below cases/"
            ));
        }
        let dir = root.join("cases").join(id);
        if dir.exists() {
            return usage(format!("there is a case `{id}` already; give this one another id"));
        }
        short(&[&request.note])?;
        let known = self.agreements()?;
        if !known.contains(&request.agreement) {
            return Err(WorkspaceError::UnknownAgreement { name: request.agreement.clone(), known });
        }
        let Some((ladder, ladder_bytes)) = self.ladder(&request.agreement)? else {
            return usage(format!(
                "{} has no ladder.toml: without a ladder there is no case",
                request.agreement
            ));
        };
        let agreement = self.agreement_on(&request.agreement, request.date)?;
        if let Some(first) = agreement.in_force.filter(|first| request.date < *first) {
            return usage(format!(
                "{} is in force since {first}, and the case is of {}: no case comes before its agreement",
                request.agreement, request.date
            ));
        }
        if request.commitments.is_empty() {
            return usage("name the commitments that the case is about: --commitment ID,...".into());
        }
        for name in &request.commitments {
            let Some(commitment) = agreement.commitment(name) else {
                return usage(format!("{} has no commitment `{name}`", request.agreement));
            };
            if commitment.by != request.respondent {
                return usage(format!(
                    "`{name}` is a duty of {}, and the respondent is {}: a case is about the respondent's duties",
                    commitment.by, request.respondent
                ));
            }
        }
        let document = document(request.paper.as_ref())?;
        let opening = Opening {
            agreement: request.agreement.clone(),
            commitments: request.commitments.clone(),
            complainant: request.complainant,
            respondent: request.respondent,
            ladder_sha256: sha256(&ladder_bytes),
        };
        let first = ladder.start.first().cloned().unwrap_or_default();
        let event = Event {
            case: id.to_owned(),
            number: 1,
            previous: None,
            event: request.step.clone().unwrap_or(first),
            date: request.date,
            filed: request.filed.unwrap_or(today),
            by: request.by.unwrap_or(Actor::Party(request.complainant)),
            title: None,
            note: request.note.clone(),
            document: document.as_ref().map(|(d, _)| d.clone()),
            opening: Some(opening.clone()),
        };
        CaseRecord::check_opening(&ladder, &event, &opening, &agreement.parties, today)?;
        let text = text_of(&event)?;
        // All of it is written beside its place, and takes it by one rename.
        let cases = root.join("cases");
        std::fs::create_dir_all(&cases).map_err(|e| WorkspaceError::io(&cases, &e))?;
        let beside = tempfile::Builder::new().prefix(".new-").tempdir_in(&cases);
        let beside = beside.map_err(|e| WorkspaceError::io(&cases, &e))?;
        put(beside.path(), "ladder.toml", &mut ladder_bytes.as_slice())?;
        if let Some((Document { sha256: Some(hash), .. }, Some(bytes))) = &document {
            put(beside.path(), &format!("documents/{hash}"), &mut bytes.as_slice())?;
        }
        put(beside.path(), "events/0001.toml", &mut text.as_bytes())?;
        readable(beside.path())?;
        if dir.exists() {
            return usage(format!("there is a case `{id}` already; give this one another id"));
        }
        std::fs::rename(beside.path(), &dir).map_err(|e| WorkspaceError::io(&dir, &e))?;
        // It is no longer where it was made, so there is nothing left to take away.
        let _ = beside.keep();
        self.case(id)
    }

    /// Files an event. Gives the record with it; after an error the record is as it was.
    pub fn file_event(&self, request: &EventRequest, today: Date) -> Result<CaseRecord, WorkspaceError> {
        let root = self.root().folder()?;
        short(&[&request.title, &request.note])?;
        let case = self.case(&request.case)?;
        let document = document(request.paper.as_ref())?;
        let last = case.events.last().map_or(0, |f| f.event.number);
        let event = Event {
            case: case.id.clone(),
            number: last.saturating_add(1),
            previous: Some(case.head().to_owned()),
            event: request.event.clone(),
            date: request.date,
            filed: request.filed.unwrap_or(today),
            by: request.by,
            title: request.title.clone(),
            note: request.note.clone(),
            document: document.as_ref().map(|(d, _)| d.clone()),
            opening: None,
        };
        case.check(&event, &self.calendars()?, today)?;
        let text = text_of(&event)?;
        let dir = root.join("cases").join(&case.id);
        let mut added = None;
        if let Some((Document { sha256: Some(hash), .. }, Some(bytes))) = &document {
            let path = dir.join("documents").join(hash);
            if !path.exists() {
                put(&dir, &format!("documents/{hash}"), &mut bytes.as_slice())?;
                added = Some(path);
            }
        }
        if let Err(error) = write_event(&dir, event.number, &text) {
            // A paper that no event names would be in the way of `case verify`.
            if let Some(path) = added {
                let _ = std::fs::remove_file(path);
            }
            return Err(error);
        }
        self.case(&case.id)
    }
}

fn text_of(event: &Event) -> Result<String, WorkspaceError> {
    event.to_text().map_err(|e| WorkspaceError::Usage(format!("this event cannot be written: {e}")))
}

/// Writes an event's file by a temporary one and a rename that replaces nothing.
fn write_event(dir: &Path, number: u32, text: &str) -> Result<(), WorkspaceError> {
    let target = dir.join("events").join(format!("{number:04}.toml"));
    let fail = |e: &std::io::Error| WorkspaceError::io(&target, e);
    // Beside the events, so that a leftover is none of them.
    let mut temporary = tempfile::Builder::new().prefix(".tmp-").tempfile_in(dir).map_err(|e| fail(&e))?;
    temporary
        .write_all(text.as_bytes())
        .and_then(|()| temporary.as_file().sync_all())
        .map_err(|e| fail(&e))?;
    readable(temporary.path())?;
    match temporary.persist_noclobber(&target) {
        Ok(_) => Ok(()),
        Err(e) if e.error.kind() == ErrorKind::AlreadyExists => usage(format!(
            "{}: another event was filed meanwhile; look at the case and file again",
            target.display()
        )),
        Err(e) => Err(fail(&e.error)),
    }
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
