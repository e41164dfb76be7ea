//! What the program can be asked about cases.

use crate::assessments_args::AssessmentCommand;
use clap::Subcommand;
use std::path::PathBuf;

/// Commands on what is kept under `cases/`.
#[derive(Debug, Subcommand)]
pub enum CaseCommand {
    #[command(flatten)]
    Assessment(AssessmentCommand),
    /// Check all that is kept under cases/: names, hashes, signatures, and that nobody approves of themselves
    Verify {
        /// A list of people that is kept elsewhere, to hold the register against
        #[arg(long, value_name = "FILE")]
        people: Option<PathBuf>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
}
