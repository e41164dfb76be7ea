//! What the program can be asked.

pub use crate::case_args::CaseCommand;
pub use crate::remedy_args::RemedyArgs;
pub use crate::simulate_args::SimulateArgs;
pub use crate::talks_args::TalksCommand;
pub use crate::tariff_args::TariffCommand;
use clap::{Args, Parser, Subcommand, ValueEnum};
use servanda_core::{Date, Point, Status, Timestamp};
use std::path::PathBuf;

/// Shows whether the parties to a trade agreement follow through on what they promised, from official evidence.
#[derive(Debug, Parser)]
#[command(name = "servanda", version, max_term_width = 100, arg_required_else_help = true)]
pub struct Cli {
    /// The workspace: a folder with servanda.toml. Without it, the nearest one upwards; where there is none, the
    /// examples inside the program, read-only
    #[arg(long, global = true, value_name = "DIR")]
    pub workspace: Option<PathBuf>,
    /// Whether to colour status words
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto)]
    pub color: Colour,
    /// In CSV, put an apostrophe before cells that a spreadsheet would take for a formula; numbers stay as they are
    #[arg(long, global = true)]
    pub guard_formulas: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, on a terminal
    Table,
    /// For programs, with exact figures
    Json,
    /// For spreadsheets
    Csv,
    /// For documents
    Markdown,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a workspace from the examples inside the program
    Init {
        /// The folder to make; it must be new or empty
        dir: PathBuf,
        /// Without the examples: servanda.toml and empty folders
        #[arg(long)]
        empty: bool,
    },
    /// Start an agreement from a commented skeleton
    New {
        /// Its id: lower case, digits and hyphens
        agreement: String,
    },
    /// Each commitment's finding as of a date
    Check {
        /// An agreement's id in the workspace, or its folder
        agreement: String,
        #[command(flatten)]
        question: QuestionArgs,
        #[command(flatten)]
        output: OutputArgs,
        /// List acts and refrainings one by one, and every vintage and note
        #[arg(long)]
        all: bool,
        /// Exit with 3 if any finding has one of these statuses
        #[arg(long, value_name = "STATUS,...", value_delimiter = ',', value_parser = status)]
        fail_on: Vec<Status>,
    },
    /// How one finding comes about, down to observations and their vintages
    Explain {
        /// An agreement's id in the workspace, or its folder
        agreement: String,
        /// The commitment's id
        commitment: String,
        #[command(flatten)]
        question: QuestionArgs,
        #[command(flatten)]
        output: OutputArgs,
        /// Print every line and every observation
        #[arg(long)]
        all: bool,
        /// Exit with 3 if the finding has one of these statuses
        #[arg(long, value_name = "STATUS,...", value_delimiter = ',', value_parser = status)]
        fail_on: Vec<Status>,
    },
    /// Each finding as it would have stood at every release
    History {
        /// An agreement's id in the workspace, or its folder
        agreement: String,
        /// One commitment; all without it
        commitment: Option<String>,
        #[command(flatten)]
        question: QuestionArgs,
        #[command(flatten)]
        output: OutputArgs,
        /// Print every release, not only those at which something changed
        #[arg(long)]
        all: bool,
    },
    /// What changed between two dates or two versions of an agreement, and why
    Compare {
        /// An agreement's id in the workspace, or its folder
        agreement: String,
        /// The earlier day
        #[arg(long, value_name = "DATE", required_unless_present = "against")]
        from: Option<Date>,
        /// The later day
        #[arg(long, value_name = "DATE", required_unless_present = "against")]
        to: Option<Date>,
        /// Another version of the agreement's folder: what it would change
        #[arg(long, value_name = "FOLDER", conflicts_with_all = ["from", "to"])]
        against: Option<PathBuf>,
        /// With --against: the day asked for
        #[arg(long, value_name = "DATE", requires = "against")]
        as_of: Option<Date>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// What cannot be verified, and why, ranked by what is at stake
    Lint {
        /// An agreement's folder, or its id in the workspace
        folder: String,
        /// List the paragraphs of the text and how each is encoded
        #[arg(long)]
        text: bool,
        /// Run the worked cases
        #[arg(long)]
        cases: bool,
        /// Use what was known at the end of this day; all amendments and the figures of today without it
        #[arg(long, value_name = "DATE", conflicts_with_all = ["text", "cases"])]
        as_of: Option<Date>,
        /// Print everything
        #[arg(long)]
        all: bool,
        /// How to print
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Write an agreement's files in the canonical form
    Fmt {
        /// An agreement's folder, or its id in the workspace
        folder: String,
        /// Change nothing; exit with 1 if anything would change
        #[arg(long)]
        check: bool,
    },
    /// Print a JSON Schema; without a name, the names
    Schema {
        /// Which schema
        name: Option<String>,
    },
    /// Keep a publication of a source as a vintage
    Ingest(IngestArgs),
    /// Record that a vintage was ingested by mistake; nothing is deleted
    Withdraw {
        /// SOURCE@VINTAGE
        vintage: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
    /// The sources, their basis and what is held of each
    Sources {
        /// One source; all without it
        source: Option<String>,
        /// Use what had been published by the end of this day; today without it
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// What is held of each source, and what is not
    Coverage {
        /// One source; all without it
        source: Option<String>,
        /// Use what had been published by the end of this day; today without it
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// What each side charges the other: rates by line and day, averages, coverage, parity, ceilings, triggers
    #[command(subcommand)]
    Tariff(TariffCommand),
    /// What was demanded, offered, refused and threatened, by whom, and what became of it
    #[command(subcommand)]
    Talks(TalksCommand),
    /// A list of tariff lines whose duties match a stated harm: an illustration
    Remedy(Box<RemedyArgs>),
    /// What a tariff list or a deal would do: trade, prices, revenue, balances and real income, in a model
    Simulate(SimulateArgs),
    /// Disputes on an agreement's ladder, and what people concluded of acts
    #[command(subcommand)]
    Case(CaseCommand),
    /// Look after the store
    #[command(subcommand)]
    Store(StoreCommand),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Commands on the store.
#[derive(Debug, Subcommand)]
pub enum StoreCommand {
    /// Hold all of it against its manifests, its originals and the files of its sources
    Verify {
        /// The hash over the workspace as it was written down elsewhere; another one ends with status 1
        #[arg(long, value_name = "HEX")]
        digest: Option<String>,
    },
    /// Record what the integers of an older store mean; no manifest is changed
    Upgrade {
        /// One source; all without it
        source: Option<String>,
    },
}

/// What is asked.
#[derive(Debug, Clone, Args)]
pub struct QuestionArgs {
    /// Use what had been published by the end of this day; today without it
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
    /// And only what this store had recorded by this instant
    #[arg(long, value_name = "INSTANT")]
    pub known_at: Option<Timestamp>,
    /// Cut observations after this month, quarter or year, for pace only
    #[arg(long, value_name = "PERIOD", value_parser = point)]
    pub through: Option<Point>,
    /// Score on one source alone
    #[arg(long, value_name = "SOURCE")]
    pub on: Option<String>,
}

/// How to answer.
#[derive(Debug, Clone, Args)]
pub struct OutputArgs {
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// What to ingest.
#[derive(Debug, Args)]
pub struct IngestArgs {
    /// The source's id
    pub source: String,
    /// The files as published: CSV or gzipped CSV
    pub files: Vec<PathBuf>,
    /// When the publisher published them: an instant, a day, or "at-the-latest DAY" where only a copy's date is known
    #[arg(long, value_name = "INSTANT")]
    pub published: Option<String>,
    /// Where the files come from, kept with the vintage
    #[arg(long, value_name = "TEXT")]
    pub provenance: Option<String>,
    /// Write a description of the file for you to correct, instead of ingesting it
    #[arg(long)]
    pub guess: bool,
    /// Read and check everything, and keep nothing
    #[arg(long)]
    pub dry_run: bool,
    /// The publisher's file ends without a line end; a download that was cut ends so too
    #[arg(long)]
    pub no_final_newline: bool,
    #[command(flatten)]
    pub output: OutputArgs,
}

fn status(text: &str) -> Result<Status, String> {
    Status::parse(text).ok_or_else(|| {
        let words: Vec<&str> = Status::ALL.iter().map(Status::as_str).collect();
        format!("no such status; there are {}", words.join(", "))
    })
}

fn point(text: &str) -> Result<Point, String> {
    Point::parse(text).map_err(|e| e.to_string())
}
