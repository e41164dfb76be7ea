//! What keeps a command from being answered.

use servanda_agreement::Diagnostics;
use servanda_dispute::assessment::CasesProblem;
use servanda_dispute::case::{Problem, Refusal};
use servanda_evidence::{IngestError, SourceFileError, StoreError};
use servanda_model::ModelError;
use servanda_remedy::RemedyError;
use servanda_verdict::VerdictError;

/// What keeps a command from being answered. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// `--workspace` names no workspace.
    #[error("{path} is no workspace: it has no servanda.toml; `servanda init {path}` makes one")]
    NoWorkspace {
        /// The folder.
        path: String,
    },
    /// Something would have to be written into the examples.
    #[error(
        "the examples inside the program are read-only: `servanda init DIR` unpacks them into a workspace; run the command there"
    )]
    ReadOnly,
    /// The folder for a new workspace or agreement is in use, or a file is there already.
    #[error("{path} is there already, and nothing is written over it; name another")]
    InUse {
        /// The folder, or the file.
        path: String,
    },
    /// No such agreement.
    #[error("there is no agreement `{name}`{}", hint(.known))]
    UnknownAgreement {
        /// What was asked for.
        name: String,
        /// The ids that are there.
        known: Vec<String>,
    },
    /// It was made known only later.
    #[error(
        "as of {day} there is no {what}: it was made known on {from}; ask as of that day or a later one, or write `announced` if it was known before"
    )]
    NotYet {
        /// What was asked for.
        what: String,
        /// The day asked about.
        day: servanda_core::Date,
        /// The first day on which it was known.
        from: servanda_core::Date,
    },
    /// No such source.
    #[error("there is no source `{name}`{}", hint(.known))]
    UnknownSource {
        /// What was asked for.
        name: String,
        /// The ids that are there.
        known: Vec<String>,
    },
    /// A word that is not what it should be.
    #[error("{0}")]
    Usage(String),
    /// The agreement's files are wrong.
    #[error("{0}")]
    Agreement(Box<Diagnostics>),
    /// A source's file is wrong.
    #[error(transparent)]
    Source(Box<SourceFileError>),
    /// A file was not ingested.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The store is damaged.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Assessments or the register were changed, or do not hold together.
    #[error("{}", cases_problems(.0))]
    Cases(Vec<CasesProblem>),
    /// Nothing could be worked out.
    #[error(transparent)]
    Verdict(#[from] VerdictError),
    /// There is no list that matches a harm.
    #[error(transparent)]
    Remedy(#[from] RemedyError),
    /// A scenario or a base is wrong.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// An event was not filed; the record is as it was.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// A case's record is broken.
    #[error("the record of the case `{case}` is broken, and nothing rests on it:\n{}", lines(.problems))]
    BrokenCase {
        /// The case.
        case: String,
        /// All that is broken.
        problems: Vec<Problem>,
    },
    /// A file could not be read or written.
    #[error("{path}: {problem}")]
    Io {
        /// The file.
        path: String,
        /// What the system says.
        problem: String,
    },
}

fn lines(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(|p| format!("  {p}")).collect();
    lines.join("\n")
}

fn hint(known: &[String]) -> String {
    if known.is_empty() { String::new() } else { format!("; there are {}", known.join(", ")) }
}

/// The first problems, and where all of them are said.
fn cases_problems(problems: &[CasesProblem]) -> String {
    let mut text =
        String::from("assessments under cases/ do not hold together, so nothing that rests on them is said:");
    for p in problems.iter().take(3) {
        text.push_str(&format!("\n  {}: {}", p.path, p.problem));
    }
    text.push_str("\n`servanda case verify` says all that is wrong");
    text
}

impl WorkspaceError {
    /// Whether the user's input is wrong (exit status 2) rather than the machine or the store (1).
    pub fn is_users(&self) -> bool {
        use servanda_core::EvidenceError;
        match self {
            Self::Remedy(e) => !matches!(e, RemedyError::NotSolved { .. } | RemedyError::Unproved(_)),
            Self::Io { .. } | Self::Cases(_) | Self::BrokenCase { .. } => false,
            Self::Store(e) | Self::Ingest(IngestError::Store(e)) => {
                !matches!(e, StoreError::Io { .. } | StoreError::Damaged { .. } | StoreError::Busy { .. })
            }
            Self::Verdict(VerdictError::Evidence(e)) => {
                matches!(e, EvidenceError::UnknownSource(_) | EvidenceError::OtherMeaning(_))
            }
            _ => true,
        }
    }

    pub(crate) fn io(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::Io { path: path.display().to_string(), problem: error.to_string() }
    }
}

impl From<Refusal> for WorkspaceError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<SourceFileError> for WorkspaceError {
    fn from(error: SourceFileError) -> Self {
        Self::Source(Box::new(error))
    }
}

impl From<Diagnostics> for WorkspaceError {
    fn from(error: Diagnostics) -> Self {
        Self::Agreement(Box::new(error))
    }
}
