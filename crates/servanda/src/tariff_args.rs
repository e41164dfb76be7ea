//! What the program can be asked about tariffs.

use crate::args::{Ask, Shown};
use clap::{Args, Subcommand};
use servanda_workspace::request::{
    TariffAverage, TariffCeiling, TariffCoverage, TariffDiff, TariffParity, TariffRate, TariffTimeline,
    TariffTriggers,
};

/// Commands on tariffs.
#[derive(Debug, Subcommand)]
pub enum TariffCommand {
    Rate(Ask<TariffRate, RateShown>),
    Average(Ask<TariffAverage, Shown>),
    Coverage(Ask<TariffCoverage, CoverageShown>),
    Parity(Ask<TariffParity, Shown>),
    Ceiling(Ask<TariffCeiling, Shown>),
    Diff(Ask<TariffDiff, Shown>),
    Timeline(Ask<TariffTimeline, Shown>),
    Triggers(Ask<TariffTriggers, Shown>),
}

#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct RateShown {
    /// Print how the rate arose, step by step
    #[arg(long)]
    pub explain: bool,
    #[command(flatten)]
    pub shown: Shown,
}

#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct CoverageShown {
    /// One row for each code of a day, instead of one for each day
    #[arg(long, conflicts_with = "from")]
    pub by_code: bool,
    #[command(flatten)]
    pub shown: Shown,
}
