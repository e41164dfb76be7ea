//! What the program can be asked about scenarios.

use crate::args::Format;
use clap::Args;
use std::path::PathBuf;

/// Which scenario, on which base, and how to answer.
#[derive(Debug, Clone, Args)]
pub struct SimulateArgs {
    /// The scenario, a TOML file
    pub scenario: PathBuf,
    /// The base's folder; without it, bases/ID of the workspace or inside the program
    #[arg(long, value_name = "FOLDER")]
    pub base: Option<PathBuf>,
    /// Write every table as CSV, and certificate.json, into this folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// The table to print; the first one without it
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Print every row
    #[arg(long)]
    pub all: bool,
}
