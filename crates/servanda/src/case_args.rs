//! What the program can be asked about cases.

use crate::args::OutputArgs;
use crate::assessments_args::AssessmentCommand;
use clap::{Args, Subcommand, ValueEnum};
use servanda_core::{Date, Party};
use servanda_dispute::case::Actor;
use std::path::PathBuf;

/// Commands on cases.
#[derive(Debug, Subcommand)]
pub enum CaseCommand {
    /// Open a case on an agreement's ladder
    Open(Box<OpenArgs>),
    /// File an event: a step of the ladder, or what happened beside it
    File(Box<FileArgs>),
    /// Where a case stands: what is due, overdue, allowed next and forbidden, and which right arises when
    Status {
        #[command(flatten)]
        which: WhichCase,
        #[command(flatten)]
        output: OutputArgs,
        /// Print every row
        #[arg(long)]
        all: bool,
    },
    /// Every due date with its arithmetic; with --ics as a file for a calendar program
    Calendar {
        #[command(flatten)]
        which: WhichCase,
        #[command(flatten)]
        output: OutputArgs,
        /// Write the dates to this file as iCalendar
        #[arg(long, value_name = "FILE")]
        ics: Option<PathBuf>,
    },
    /// A document that stands by itself: agreement, findings, events with hashes, clocks, rights, what is not held
    Dossier {
        #[command(flatten)]
        which: WhichCase,
        /// How to write it
        #[arg(long, value_enum, default_value_t = DossierFormat::Markdown)]
        format: DossierFormat,
    },
    /// The cases of the workspace
    List {
        /// Only what had been filed by the end of this day; all of it without this
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Check all that is kept under cases/: chains, order, ladders, papers, signatures, and that nobody approves of themselves;
    /// exit with 1 if anything is broken
    Verify {
        /// One case; all of them, and all assessments, without it
        case: Option<String>,
        /// The SHA-256 of an event that was written down: a record cut off before it shows
        #[arg(long, value_name = "SHA256", requires = "case")]
        head: Option<String>,
        /// A list of people that is kept elsewhere, to hold the register against
        #[arg(long, value_name = "FILE", conflicts_with = "case")]
        people: Option<PathBuf>,
        /// The hash over the workspace as it was written down elsewhere; another one ends with status 1
        #[arg(long, value_name = "HEX")]
        digest: Option<String>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    #[command(flatten)]
    Assessment(AssessmentCommand),
    /// An agreement's ladder: steps, clocks, and how sure each number is
    Ladder {
        /// An agreement's id in the workspace, or its folder
        agreement: String,
        /// Ask as of this day: an agreement that was made known later has no ladder yet
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
        #[command(flatten)]
        output: OutputArgs,
    },
}

/// How a dossier is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DossierFormat {
    /// Markdown
    Markdown,
    /// One HTML page
    Html,
}

/// Which case, and as of when.
#[derive(Debug, Clone, Args)]
pub struct WhichCase {
    /// The case's id
    pub case: String,
    /// Use only what had been filed by the end of this day; today without it
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
    /// Look at the clocks on this day, and leave out what happened after it; the day of --as-of without it
    #[arg(long, value_name = "DATE")]
    pub on: Option<Date>,
}

/// A case to open.
#[derive(Debug, Args)]
pub struct OpenArgs {
    /// Its id: lower case, digits and hyphens
    pub case: String,
    /// The agreement's id in the workspace
    #[arg(long, value_name = "AGREEMENT")]
    pub agreement: String,
    /// The commitments that it is about
    #[arg(long, value_name = "ID,...", value_delimiter = ',', required = true)]
    pub commitment: Vec<String>,
    /// Who complains
    #[arg(long, value_name = "PARTY", value_parser = party)]
    pub complainant: Party,
    /// Who is complained against
    #[arg(long, value_name = "PARTY", value_parser = party)]
    pub respondent: Party,
    /// The step with which it begins; the ladder's first without it
    #[arg(long, value_name = "STEP")]
    pub event: Option<String>,
    /// Who took that step; the complainant without it
    #[arg(long, value_name = "PARTY", value_parser = actor)]
    pub by: Option<Actor>,
    /// The day on which the step was taken
    #[arg(long, value_name = "DATE")]
    pub date: Date,
    /// Anything else
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    #[command(flatten)]
    pub paper: PaperArgs,
}

/// An event to file.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// The case's id
    pub case: String,
    /// A step of its ladder; or outside (a route outside the agreement), note (a fact), claim (what a side says)
    #[arg(long, value_name = "STEP")]
    pub event: String,
    /// The day on which it happened
    #[arg(long, value_name = "DATE")]
    pub date: Date,
    /// Who did it: a party, `both`, or `body` for one that is neither side
    #[arg(long, value_name = "PARTY", value_parser = actor)]
    pub by: Actor,
    /// What it is, for what is no step
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Anything else
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    #[command(flatten)]
    pub paper: PaperArgs,
}

/// When an event is filed, and on what it rests.
#[derive(Debug, Args)]
pub struct PaperArgs {
    /// The day on which it is filed, for a past case entered in order; today without it
    #[arg(long, value_name = "DATE")]
    pub filed: Option<Date>,
    /// The paper, which is kept in the case under its SHA-256
    #[arg(long, value_name = "FILE")]
    pub document: Option<PathBuf>,
    /// Keep only the SHA-256 of the paper
    #[arg(long, requires = "document")]
    pub hash_only: bool,
    /// The SHA-256 of a paper that is not at hand
    #[arg(long, value_name = "SHA256", conflicts_with = "document")]
    pub sha256: Option<String>,
    /// The paper's name or citation; the file's name without it
    #[arg(long, value_name = "TEXT")]
    pub document_name: Option<String>,
}

impl WhichCase {
    /// The days, with today for what is not named.
    pub fn days(&self, today: Date) -> (Date, Date) {
        let as_of = self.as_of.unwrap_or(today);
        (as_of, self.on.unwrap_or(as_of))
    }
}

fn party(text: &str) -> Result<Party, String> {
    Party::new(text).ok_or_else(|| "write three capital letters as in ISO 3166".to_owned())
}

fn actor(text: &str) -> Result<Actor, String> {
    Actor::parse(text).map_err(|e| e.to_string())
}
