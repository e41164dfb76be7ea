//! How a list that matches a harm is shown.

use crate::args::Format;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct RemedyShown {
    /// Write the list as a measure, and the arithmetic of every line, into this folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// With --out: the authority of the measure, one of measures/authorities.toml
    #[arg(long, value_name = "ID", requires = "out")]
    pub authority: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Print every line
    #[arg(long)]
    pub all: bool,
}
