//! What the program can be asked about cases.

use crate::args::{Ask, Formatted, Shown};
use crate::assessments_args::AssessmentCommand;
use clap::{Args, Subcommand, ValueEnum};
use servanda_workspace::request::{
    CaseCalendar, CaseDossier, CaseFile, CaseLadder, CaseList, CaseOpen, CaseStatus, CaseVerify,
};
use std::path::PathBuf;

/// Commands on cases.
#[derive(Debug, Subcommand)]
pub enum CaseCommand {
    Open(Box<CaseOpen>),
    File(Box<CaseFile>),
    Status(Ask<CaseStatus, Shown>),
    Calendar(Ask<CaseCalendar, CalendarShown>),
    Dossier(Ask<CaseDossier, DossierShown>),
    List(Ask<CaseList, Formatted>),
    Verify(Ask<CaseVerify, VerifyShown>),
    #[command(flatten)]
    Assessment(AssessmentCommand),
    Ladder(Ask<CaseLadder, Formatted>),
}

/// How a dossier is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DossierFormat {
    /// Markdown
    Markdown,
    /// One HTML page
    Html,
}

#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct DossierShown {
    /// How to write it
    #[arg(long, value_enum, default_value_t = DossierFormat::Markdown)]
    pub format: DossierFormat,
}

#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct CalendarShown {
    #[command(flatten)]
    pub output: Formatted,
    /// Write the dates to this file as iCalendar
    #[arg(long, value_name = "FILE")]
    pub ics: Option<PathBuf>,
}

#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct VerifyShown {
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}
