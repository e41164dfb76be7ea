//! What keeps a command from being answered.

use servanda_core::EvidenceError;
use servanda_core::problem::{Code, Command, Field, Kind, Mistake, Problem as Said};
use servanda_dispute::assessment::CasesProblem;
use servanda_dispute::case::{Problem, Refusal};
use servanda_evidence::{IngestError, StoreError};
use servanda_files::{Diagnostics, Severity};
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

fn of_store(error: &StoreError) -> Said {
    let said = |code| Said::new(code, error.to_string());
    match error {
        StoreError::Io { .. } => said(Code::Io),
        StoreError::Damaged { .. } => said(Code::Damaged).run(Command::StoreVerify, &[], VERIFIES),
        StoreError::Busy { .. } => said(Code::Busy),
        StoreError::UnknownSource { .. } | StoreError::UnknownVintage { .. } => said(Code::Unknown),
        StoreError::AlreadyWithdrawn { .. } => said(Code::NotAllowed),
        StoreError::ReadsDifferently { .. } => said(Code::BadFile),
        StoreError::OtherMeaning { source_id, vintage, .. } => {
            withdrawn(said(Code::BadFile), source_id, vintage)
        }
        StoreError::NoReason => said(Code::MissingValue).set(Field::Why, "what was wrong with it"),
    }
}

fn of_ingest(error: &IngestError) -> Said {
    let said = |code| Said::new(code, error.to_string());
    match error {
        IngestError::Store(e) => of_store(e),
        IngestError::Input { .. } => said(Code::BadFile),
        IngestError::NotDescribed { source_id, .. } => guessed(said(Code::BadFile), source_id),
        IngestError::NoLineEnd { .. } => said(Code::BadFile).set(Field::NoFinalNewline, ""),
        IngestError::Published { .. } => said(Code::BadValue),
        IngestError::NotDated { .. } => said(Code::MissingValue)
            .set(Field::Published, "that day or instant")
            .set(Field::Published, "\"at-the-latest DATE\" where only a copy's date is known"),
        IngestError::DatedTwice { .. } => said(Code::Conflict).leave(Field::Published),
        IngestError::SameTime { source_id, vintage, .. }
        | IngestError::ReadsDifferently { source_id, vintage } => {
            withdrawn(said(Code::Conflict), source_id, vintage)
        }
    }
}

fn of_verdict(error: &VerdictError) -> Said {
    let said = |code| Said::new(code, error.to_string());
    match error {
        VerdictError::Evidence(EvidenceError::UnknownSource(_) | EvidenceError::OtherMeaning(_)) => {
            said(Code::BadFile)
        }
        VerdictError::Evidence(EvidenceError::Damaged { .. }) => {
            said(Code::Damaged).run(Command::StoreVerify, &[], VERIFIES)
        }
        VerdictError::Evidence(EvidenceError::NotPublished { .. } | EvidenceError::Overflow(_)) => {
            said(Code::Damaged)
        }
        VerdictError::Stopped(_) => said(Code::Stopped),
        VerdictError::TooMuch { .. } => said(Code::TooMuch).at(Field::Commitment),
        VerdictError::UnknownCommitment { .. } => said(Code::Unknown).at(Field::Commitment),
        VerdictError::NotCounted(_) => said(Code::Unknown).at(Field::On),
        VerdictError::UnknownSource { source_id, .. } => guessed(said(Code::BadFile), source_id),
    }
}

fn of_remedy(error: &RemedyError) -> Said {
    let said = |code| Said::new(code, error.to_string());
    match error {
        RemedyError::OutOfReach { .. } => said(Code::NoAnswer)
            .set(Field::Lines, "more lines")
            .set(Field::RateMax, "a higher rate")
            .set(Field::Duration, "a longer time")
            .set(Field::CapChapter, "wider caps"),
        RemedyError::NoLines(_) => said(Code::NoAnswer).set(Field::Lines, "others"),
        RemedyError::NoWholeList { .. } => {
            said(Code::NoAnswer).set(Field::Step, "a smaller one").set(Field::Tolerance, "a wider one")
        }
        RemedyError::NotSolved { .. } => said(Code::NotSolved)
            .set(Field::CapChapter, "other caps")
            .set(Field::Lines, "other lines")
            .set(Field::RateMax, "a lower rate"),
        RemedyError::Unproved(_) => said(Code::NotSolved),
        RemedyError::Input(_) => said(Code::BadValue),
    }
}

fn of_refusal(error: &Refusal) -> Said {
    let said = Said::new(Code::NotAllowed, error.to_string());
    match error {
        Refusal::NotNext { .. } | Refusal::TooEarly { .. } | Refusal::Forbidden { .. } => {
            said.set(Field::Event, "outside")
        }
        Refusal::NoTitle(_) => said.set(Field::Title, "what happened"),
        Refusal::BeforeCase { .. }
        | Refusal::FiledWhen { .. }
        | Refusal::NoSuchStep { .. }
        | Refusal::NotAStart { .. }
        | Refusal::NoRight { .. }
        | Refusal::Breaks { .. }
        | Refusal::Sides(_) => said,
    }
}

const VERIFIES: &str = "says what is wrong with the store";

fn withdrawn(said: Said, source: &str, vintage: &str) -> Said {
    let fields = [(Field::Vintage, &*format!("{source}@{vintage}")), (Field::Why, "TEXT")];
    said.run(Command::Withdraw, &fields, "takes it out")
}

fn guessed(said: Said, source: &str) -> Said {
    let fields = [(Field::Source, source), (Field::Files, "FILE"), (Field::Guess, "")];
    said.run(Command::Ingest, &fields, "writes a start")
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
            Self::Ingest(e) => of_ingest(e),
            Self::Store(e) => of_store(e),
            Self::Cases(problems) => Said::new(Code::Damaged, cases_problems(problems)).run(
                Command::CaseVerify,
                &[],
                "says all that is wrong",
            ),
            Self::Verdict(e) => of_verdict(e),
            Self::Remedy(e) => of_remedy(e),
            Self::Model(e) => Said::bad_file(e.to_string()),
            Self::Refused(e) => of_refusal(e),
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
    IngestError => Self::Ingest,
    StoreError => Self::Store,
    VerdictError => Self::Verdict,
    RemedyError => Self::Remedy,
    ModelError => |e| match e {
        ModelError::Written(found) => Self::Agreement(found),
        other => Self::Model(other),
    },
    Refusal => |e| Self::Refused(Box::new(e)),
}
