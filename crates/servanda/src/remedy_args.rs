//! What the program can be asked about remedies.

use crate::args::Format;
use clap::{Args, ValueEnum};
use servanda_core::Date;
use std::path::PathBuf;

/// A list that matches a harm.
#[derive(Debug, Args)]
pub struct RemedyArgs {
    /// An agreement's id in the workspace, or its folder
    pub agreement: String,
    /// The commitment's id
    pub commitment: String,
    /// The harm: a value with its unit ("16.4 bn USD"), or the word shortfall: what the commitment's finding lacks
    #[arg(long, value_name = "VALUE|shortfall", allow_hyphen_values = true)]
    pub harm: String,
    /// With --harm shortfall: of this source
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
    /// With --harm shortfall: under this definition
    #[arg(long, value_name = "ID")]
    pub definition: Option<String>,
    /// How effects are worked out
    #[arg(long, value_enum, default_value_t = ModelArg::Smart)]
    pub model: ModelArg,
    /// With --model ge: the scenario that names the base, its closure, and the duties in force as `[[measures]]`
    #[arg(long, value_name = "FILE")]
    pub scenario: Option<PathBuf>,
    /// With --model ge: the base's folder; without it, bases/ID of the workspace
    #[arg(long, value_name = "FOLDER")]
    pub base: Option<PathBuf>,
    /// Whether the harm is done once, or in each year
    #[arg(long, value_enum)]
    pub per: PerArg,
    /// For how many months duties are charged
    #[arg(long, value_name = "MONTHS", value_parser = clap::value_parser!(u32).range(1..=600))]
    pub duration: u32,
    /// Who complains, where the text does not say to whom it is owed
    #[arg(long, value_name = "PARTY")]
    pub complainant: Option<String>,
    /// The lines that may be chosen: all, codes with commas between them, or a CSV file with a column line or code
    #[arg(long, value_name = "all|CODES|FILE", default_value = "all")]
    pub lines: String,
    /// Lines that may not be chosen, likewise; a chapter is a code of two digits
    #[arg(long, value_name = "CODES|FILE")]
    pub exclude: Option<String>,
    /// The highest added duty
    #[arg(long, value_name = "PERCENT", default_value = "25%")]
    pub rate_max: String,
    /// The step between rates; 5% without it
    #[arg(long, value_name = "PERCENT")]
    pub step: Option<String>,
    /// What is to equal the target
    #[arg(id = "match", long = "match", value_enum)]
    pub by: MatchArg,
    /// How far it may miss the target
    #[arg(long, value_name = "PERCENT", default_value = "5%")]
    pub tolerance: String,
    /// How much of the target a chapter may bear: 20% for each, 85=10% for one; may be given several times
    #[arg(long, value_name = "[CHAPTER=]PERCENT", value_delimiter = ',')]
    pub cap_chapter: Vec<String>,
    /// Use figures published, and acts known, by the end of this day; today's figures and all acts without it
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
    /// The day whose duties are in force, and on which the list would begin; that of --as-of without it
    #[arg(long, value_name = "DATE")]
    pub on: Option<Date>,
    /// Imports by line; without it the finest that are held whole, of the last such year
    #[arg(long, value_name = "YEAR:SOURCE")]
    pub weights: Option<String>,
    /// Imports from everywhere, for the supplier's share; without it the finest that are held, of the nearest year
    #[arg(long, value_name = "YEAR:SOURCE")]
    pub shares: Option<String>,
    /// A table of elasticities and weights; the workspace's remedies/elasticities.toml without it
    #[arg(long, value_name = "FILE")]
    pub elasticities: Option<PathBuf>,
    /// Hold a measure beside the harm, by the same yardstick
    #[arg(long, value_name = "MEASURE[/ACT],...", value_delimiter = ',')]
    pub judge: Vec<String>,
    /// With --judge: the day; that of --on without it
    #[arg(long, value_name = "DATE", requires = "judge")]
    pub judge_on: Option<Date>,
    /// With --judge: imports by line of the side that charges
    #[arg(long, value_name = "YEAR:SOURCE", requires = "judge")]
    pub judge_weights: Option<String>,
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

/// Whether the harm is done once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PerArg {
    /// In each year
    Year,
    /// Once: it is spread over the duration
    Once,
}

/// What is to equal the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MatchArg {
    /// Duty collected on the other side's goods, after less before
    Revenue,
    /// Imports from the other side, before less after
    TradeEffect,
    /// With --model ge: what the other side loses in real income, in money at the prices of before
    Harm,
}

/// How effects are worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ModelArg {
    /// Line by line, in partial equilibrium
    Smart,
    /// By sector, in general equilibrium
    Ge,
}
