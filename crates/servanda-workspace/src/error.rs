//! What keeps a command from being answered.

use servanda_agreement::{Diagnostics, Severity};
use servanda_core::EvidenceError;
use servanda_core::problem::{Code, Command, Field, Kind, Mistake, Problem as Said};
use servanda_dispute::assessment::CasesProblem;
use servanda_dispute::case::{Problem, Refusal};
use servanda_evidence::{IngestError, SourceFileError, StoreError};
use servanda_model::ModelError;
use servanda_remedy::RemedyError;
use servanda_verdict::VerdictError;
use std::fmt;

/// What keeps a command from being answered; [`WorkspaceError::problem`] says it as data.
#[derive(Debug)]
pub enum WorkspaceError {
    /// What is said of a request.
    Said(Box<Said>),
    /// A folder that was named is no workspace.
    NoWorkspace {
        /// The folder.
        path: String,
    },
    /// Something would have to be written into the examples.
    ReadOnly,
    /// The folder for a new workspace or agreement is in use, or a file is there already.
    InUse {
        /// The folder, or the file.
        path: String,
    },
    /// No such agreement.
    UnknownAgreement {
        /// What was asked for.
        name: String,
        /// The ids that are there.
        known: Vec<String>,
    },
    /// It was made known only later.
    NotYet {
        /// What was asked for.
        what: String,
        /// The day asked about.
        day: servanda_core::Date,
        /// The first day on which it was known.
        from: servanda_core::Date,
    },
    /// No such source.
    UnknownSource {
        /// What was asked for.
        name: String,
        /// The ids that are there.
        known: Vec<String>,
    },
    /// Files that people write are wrong.
    Agreement(Box<Diagnostics>),
    /// A source's file is wrong.
    Source(Box<SourceFileError>),
    /// A file was not ingested.
    Ingest(IngestError),
    /// The store is damaged.
    Store(StoreError),
    /// Assessments or the register were changed, or do not hold together.
    Cases(Vec<CasesProblem>),
    /// Nothing could be worked out.
    Verdict(VerdictError),
    /// There is no list that matches a harm.
    Remedy(RemedyError),
    /// A scenario or a base is wrong.
    Model(ModelError),
    /// An event was not filed; the record is as it was.
    Refused(Box<Refusal>),
    /// A case's record is broken.
    BrokenCase {
        /// The case.
        case: String,
        /// All that is broken.
        problems: Vec<Problem>,
    },
    /// A file could not be read or written.
    Io {
        /// The file.
        path: String,
        /// What the system says.
        problem: String,
    },
}

fn known(text: String, known: &[String]) -> String {
    if known.is_empty() { text } else { format!("{text}; there are {}", known.join(", ")) }
}

/// The first problems of assessments.
fn cases_problems(problems: &[CasesProblem]) -> String {
    let mut text =
        String::from("assessments under cases/ do not hold together, so nothing that rests on them is said:");
    for p in problems.iter().take(3) {
        text.push_str(&format!("\n  {}: {}", p.path, p.problem));
    }
    text
}

fn mistakes(found: &Diagnostics) -> Vec<Mistake> {
    let errors = found.items.iter().filter(|d| d.severity == Severity::Error);
    errors
        .map(|d| {
            let before = d.span.as_ref().and_then(|s| found.text(&d.file)?.get(..s.start));
            Mistake {
                file: d.file.clone(),
                line: before.map(|text| text.matches('\n').count() + 1),
                code: d.code.to_owned(),
                message: d.message.clone(),
                help: d.help.clone(),
            }
        })
        .collect()
}

impl WorkspaceError {
    /// It as data.
    pub fn problem(&self) -> Said {
        match self {
            Self::Said(said) => said.as_ref().clone(),
            Self::NoWorkspace { path } => {
                let said = format!("{path} is no workspace: it has no servanda.toml");
                Said::new(Code::NoWorkspace, said).run(Command::Init, &[(Field::Dir, path)], "makes one")
            }
            Self::ReadOnly => {
                let unpacks = "unpacks them into a workspace; make the request there";
                Said::new(Code::ReadOnly, "the examples inside the program are read-only").run(
                    Command::Init,
                    &[(Field::Dir, "DIR")],
                    unpacks,
                )
            }
            Self::InUse { path } => Said::new(
                Code::InUse,
                format!("{path} is there already, and nothing is written over it; name another"),
            ),
            Self::UnknownAgreement { name, known: there } => {
                Said::unknown(Field::Agreement, known(format!("there is no agreement `{name}`"), there))
            }
            Self::UnknownSource { name, known: there } => {
                Said::new(Code::Unknown, known(format!("there is no source `{name}`"), there))
            }
            Self::NotYet { what, day, from } => Said::new(
                Code::NotYet,
                format!(
                    "as of {day} there is no {what}: it was made known on {from}; ask as of that day or a later one, or write `announced` if it was known before"
                ),
            ),
            Self::Agreement(found) => {
                let mistakes = mistakes(found);
                let said = format!(
                    "{} in these files",
                    if mistakes.len() == 1 {
                        "1 mistake".to_owned()
                    } else {
                        format!("{} mistakes", mistakes.len())
                    }
                );
                Said { mistakes, ..Said::bad_file(said) }
            }
            Self::Source(e) => Said::bad_file(e.to_string()),
            Self::Ingest(IngestError::Store(e)) | Self::Store(e) => Said::new(
                match e {
                    StoreError::Io { .. } => Code::Io,
                    StoreError::Damaged { .. } => Code::Damaged,
                    StoreError::Busy { .. } => Code::Busy,
                    StoreError::UnknownSource { .. } | StoreError::UnknownVintage { .. } => Code::Unknown,
                    StoreError::AlreadyWithdrawn { .. } => Code::NotAllowed,
                    StoreError::ReadsDifferently { .. } | StoreError::OtherMeaning { .. } => Code::BadFile,
                    StoreError::NoReason => Code::MissingValue,
                },
                e.to_string(),
            ),
            Self::Ingest(e @ IngestError::Input { .. }) => Said::bad_file(e.to_string()),
            Self::Ingest(e @ IngestError::Published { .. }) => Said::new(Code::BadValue, e.to_string()),
            Self::Ingest(e @ IngestError::ReadsDifferently { .. }) => {
                Said::new(Code::Conflict, e.to_string())
            }
            Self::Cases(problems) => Said::new(Code::Damaged, cases_problems(problems)).run(
                Command::CaseVerify,
                &[],
                "says all that is wrong",
            ),
            Self::Verdict(e) => Said::new(
                match e {
                    VerdictError::Evidence(
                        EvidenceError::UnknownSource(_) | EvidenceError::OtherMeaning(_),
                    ) => Code::BadFile,
                    VerdictError::Evidence(
                        EvidenceError::Damaged { .. }
                        | EvidenceError::NotPublished { .. }
                        | EvidenceError::Overflow(_),
                    ) => Code::Damaged,
                    VerdictError::UnknownCommitment { .. } | VerdictError::NotCounted(_) => Code::Unknown,
                    VerdictError::UnknownSource { .. } => Code::BadFile,
                },
                e.to_string(),
            ),
            Self::Remedy(e) => Said::new(
                match e {
                    RemedyError::NotSolved { .. } | RemedyError::Unproved(_) => Code::NotSolved,
                    RemedyError::OutOfReach { .. }
                    | RemedyError::NoLines(_)
                    | RemedyError::NoWholeList { .. } => Code::NoAnswer,
                    RemedyError::Input(_) => Code::BadValue,
                },
                e.to_string(),
            ),
            Self::Model(e) => Said::bad_file(e.to_string()),
            Self::Refused(e) => Said::new(Code::NotAllowed, e.to_string()),
            Self::BrokenCase { case, problems } => {
                let lines: Vec<String> = problems.iter().map(|p| format!("  {p}")).collect();
                Said::new(
                    Code::Damaged,
                    format!(
                        "the record of the case `{case}` is broken, and nothing rests on it:\n{}",
                        lines.join("\n")
                    ),
                )
            }
            Self::Io { path, problem } => Said::new(Code::Io, format!("{path}: {problem}")),
        }
    }

    /// Whose matter it is.
    pub fn kind(&self) -> Kind {
        self.problem().kind()
    }

    /// The same, of a field of the request, where what it says of none or of another was asked by that field.
    pub(crate) fn at(self, field: Field) -> Self {
        match self {
            Self::Said(said) => Self::from(said.at(field)),
            other => other,
        }
    }

    pub(crate) fn io(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::Io { path: path.display().to_string(), problem: error.to_string() }
    }
}

impl fmt::Display for WorkspaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem().fmt(f)
    }
}

impl std::error::Error for WorkspaceError {}

/// An error of a library, kept whole.
macro_rules! kept {
    ($($from:ty => $make:expr,)+) => {
        $(impl From<$from> for WorkspaceError {
            fn from(error: $from) -> Self {
                $make(error)
            }
        })+
    };
}

kept! {
    Said => |e| Self::Said(Box::new(e)),
    Diagnostics => |e| Self::Agreement(Box::new(e)),
    SourceFileError => |e| Self::Source(Box::new(e)),
    IngestError => Self::Ingest,
    StoreError => Self::Store,
    VerdictError => Self::Verdict,
    RemedyError => Self::Remedy,
    ModelError => Self::Model,
    Refusal => |e| Self::Refused(Box::new(e)),
}
