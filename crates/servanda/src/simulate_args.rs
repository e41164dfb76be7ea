//! How the answer to a scenario is shown.

use crate::args::Format;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct SimulateShown {
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
