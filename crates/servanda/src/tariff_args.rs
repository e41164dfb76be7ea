//! What the program can be asked about tariffs.

use crate::args::Format;
use clap::{Args, Subcommand, ValueEnum};
use servanda_core::Date;
use std::path::PathBuf;

/// Commands on tariffs.
#[derive(Debug, Subcommand)]
pub enum TariffCommand {
    /// What a line is charged on a day, since when, and under which act
    Rate {
        #[command(flatten)]
        pair: PairArgs,
        /// The tariff line, with or without dots: 9403.60.80
        #[arg(long, value_name = "CODE")]
        line: String,
        /// The day of entry; today without it
        #[arg(long, value_name = "DATE")]
        on: Option<Date>,
        /// The day of export, where goods on their way are treated otherwise
        #[arg(long, value_name = "DATE")]
        exported: Option<Date>,
        /// The day of entry: the same as --on
        #[arg(long, value_name = "DATE")]
        entered: Option<Date>,
        /// Print how the rate arose, step by step
        #[arg(long)]
        explain: bool,
        /// What a unit of a line is worth, as CSV: line,unit,usd_per_unit,year,source. Rates by quantity become ad valorem
        /// equivalents and are marked
        #[arg(long, value_name = "FILE")]
        unit_values: Option<PathBuf>,
        #[command(flatten)]
        output: TariffOutput,
    },
    /// The average rate on a day, or on each day on which it can change
    Average {
        #[command(flatten)]
        pair: PairArgs,
        #[command(flatten)]
        days: DayArgs,
        #[command(flatten)]
        scope: ScopeArgs,
        #[command(flatten)]
        output: TariffOutput,
    },
    /// The share of lines, or of trade, under additional duties
    Coverage {
        #[command(flatten)]
        pair: PairArgs,
        #[command(flatten)]
        days: DayArgs,
        #[command(flatten)]
        scope: ScopeArgs,
        /// Only duties of these measures, authorities or acts
        #[arg(long, value_name = "MEASURE[/ACT],...", value_delimiter = ',')]
        only: Vec<String>,
        /// One row for each code of a day, instead of one for each day
        #[arg(long, conflicts_with = "from")]
        by_code: bool,
        #[command(flatten)]
        output: TariffOutput,
    },
    /// Whether one side's rates are not above the other's, code by code
    Parity {
        /// Whose rates are to be not above the other's
        #[arg(long, value_name = "PARTY")]
        importer: String,
        /// The other side
        #[arg(long, value_name = "PARTY")]
        against: String,
        /// Which rates
        #[arg(long, value_enum, default_value_t = BasisArg::Mfn)]
        basis: BasisArg,
        /// The day of the first side's rates; today without it
        #[arg(long, value_name = "DATE")]
        on: Option<Date>,
        /// The day of the other side's; the same without it
        #[arg(long, value_name = "DATE")]
        against_on: Option<Date>,
        /// At how many digits codes are compared
        #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u8).range(2..=12))]
        digits: u8,
        /// Acts known by the end of this day; all that is written without it
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
        #[command(flatten)]
        scope: ScopeArgs,
        #[command(flatten)]
        output: TariffOutput,
    },
    /// Which lines are charged more than a ceiling
    Ceiling {
        #[command(flatten)]
        pair: PairArgs,
        /// The ceiling, in percent of value
        #[arg(long, value_name = "PERCENT")]
        ceiling: String,
        /// The day; today without it
        #[arg(long, value_name = "DATE")]
        on: Option<Date>,
        #[command(flatten)]
        scope: ScopeArgs,
        #[command(flatten)]
        output: TariffOutput,
    },
    /// Which lines are charged otherwise on a later day, and under which acts
    Diff {
        #[command(flatten)]
        pair: PairArgs,
        /// The earlier day
        #[arg(long, value_name = "DATE")]
        from: Date,
        /// The later day
        #[arg(long, value_name = "DATE")]
        to: Date,
        /// Only these lines: codes with commas between them, or a CSV file with a column line or code
        #[arg(long, value_name = "CODES|FILE")]
        lines: Option<String>,
        #[command(flatten)]
        output: TariffOutput,
    },
    /// What happened, in order; or the rates of one line through time
    Timeline {
        /// Who charges; all without it
        #[arg(long, value_name = "PARTY")]
        importer: Option<String>,
        /// Whose goods; all without it
        #[arg(long, value_name = "PARTY")]
        origin: Option<String>,
        /// One measure
        #[arg(long, value_name = "ID", conflicts_with = "line")]
        measure: Option<String>,
        /// The rates of this line through time
        #[arg(long, value_name = "CODE", requires_all = ["importer", "origin"])]
        line: Option<String>,
        /// The first day
        #[arg(long, value_name = "DATE")]
        from: Option<Date>,
        /// The last day
        #[arg(long, value_name = "DATE")]
        to: Option<Date>,
        /// What was known by the end of this day; all that is written without it
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
        #[command(flatten)]
        output: TariffOutput,
    },
    /// What is armed, postponed or suspended, and what comes next
    Triggers {
        /// Who charges; all without it
        #[arg(long, value_name = "PARTY")]
        importer: Option<String>,
        /// As they stood at the end of this day; today without it
        #[arg(long, value_name = "DATE")]
        on: Option<Date>,
        /// By what was known at the end of this day; the same day without it
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
        #[command(flatten)]
        output: TariffOutput,
    },
}

/// Who charges whose goods.
#[derive(Debug, Clone, Args)]
pub struct PairArgs {
    /// Who charges: three capital letters
    #[arg(long, value_name = "PARTY")]
    pub importer: String,
    /// Whose goods: three capital letters
    #[arg(long, value_name = "PARTY")]
    pub origin: String,
    /// Acts known by the end of this day; all that is written without it
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
}

/// Which days.
#[derive(Debug, Clone, Args)]
pub struct DayArgs {
    /// The day; today without it
    #[arg(long, value_name = "DATE", conflicts_with_all = ["from", "to"])]
    pub on: Option<Date>,
    /// The first of several days: one row for each on which a rate can change
    #[arg(long, value_name = "DATE", requires = "to")]
    pub from: Option<Date>,
    /// The last of them
    #[arg(long, value_name = "DATE", requires = "from")]
    pub to: Option<Date>,
}

/// Which lines, and how much each counts.
#[derive(Debug, Clone, Args)]
pub struct ScopeArgs {
    /// By trade of a year as a source has it; each line once without it
    #[arg(long, value_name = "YEAR:SOURCE")]
    pub weights: Option<String>,
    /// Only these lines: codes with commas between them, or a CSV file with a column line or code
    #[arg(long, value_name = "CODES|FILE")]
    pub lines: Option<String>,
}

/// How to answer.
#[derive(Debug, Clone, Args)]
pub struct TariffOutput {
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Print every row; of triggers, also acts in force, replaced, lapsed and void
    #[arg(long)]
    pub all: bool,
}

/// Which rates are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BasisArg {
    /// MFN as applied, whoever's goods they are
    Mfn,
    /// All that is charged
    Charged,
}
