//! What the program can be asked: requests, and what belongs to a terminal. A command's help is what its request says, so that
//! what stands here has no comments for help but those of options.

pub use crate::case_args::CaseCommand;
pub use crate::remedy_args::RemedyShown;
pub use crate::serve::Serve;
pub use crate::simulate_args::SimulateShown;
pub use crate::talks_args::TalksCommand;
pub use crate::tariff_args::TariffCommand;
use clap::{Args, Parser, Subcommand, ValueEnum};
use servanda_core::Status;
use servanda_workspace::request::{
    Brief, Bundle, Check, Claim, Compare, Coverage, Due, Explain, Export, Fmt, History, Ingest, Init, Lint,
    Mirror, New, Remedy, SchemaOf, Search, Simulate, Sources, StoreUpgrade, StoreVerify, Withdraw,
};
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
    Init(Init),
    New(New),
    Check(Ask<Check, CheckShown>),
    Explain(Ask<Explain, ExplainShown>),
    History(Ask<History, HistoryShown>),
    Compare(Ask<Compare, CompareShown>),
    Due(Ask<Due, DueShown>),
    Brief(Ask<Brief, BriefShown>),
    Bundle(Ask<Bundle, BundleShown>),
    Claim(Ask<Claim, Shown>),
    Search(Ask<Search, Shown>),
    Export(Ask<Export, ExportShown>),
    Mirror(Ask<Mirror, Shown>),
    Lint(Ask<Lint, LintShown>),
    Fmt(Fmt),
    Schema(SchemaOf),
    Ingest(Ask<Ingest, Formatted>),
    Withdraw(Withdraw),
    Sources(Ask<Sources, Formatted>),
    Coverage(Ask<Coverage, Formatted>),
    /// What each side charges the other: rates by line and day, averages, coverage, parity, ceilings, triggers
    #[command(subcommand)]
    Tariff(TariffCommand),
    /// What was demanded, offered, refused and threatened, by whom, and what became of it
    #[command(subcommand)]
    Talks(TalksCommand),
    Remedy(Box<Ask<Remedy, RemedyShown>>),
    Simulate(Ask<Simulate, SimulateShown>),
    /// Disputes on an agreement's ladder, and what people concluded of acts
    #[command(subcommand)]
    Case(CaseCommand),
    /// Look after the store
    #[command(subcommand)]
    Store(StoreCommand),
    /// Show pages, charts and an API over HTTP, on this machine unless told otherwise. It only reads
    Serve(Serve),
    /// Offer the commands that only read as tools to an assistant: the Model Context Protocol over standard input and output
    Mcp,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Commands on the store.
#[derive(Debug, Subcommand)]
pub enum StoreCommand {
    Verify(StoreVerify),
    Upgrade(StoreUpgrade),
}

// A request, and how its answer is shown.
#[derive(Debug, Args)]
#[group(skip)]
pub struct Ask<R: Args, O: Args> {
    #[command(flatten)]
    pub request: R,
    #[command(flatten)]
    pub output: O,
}

#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct Formatted {
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct Shown {
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Print every row
    #[arg(long)]
    pub all: bool,
}

/// What a comparison can fail on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Changed {
    /// Anything that differs: a status, or a figure of a reading
    Change,
    /// A finding's status alone
    Flip,
}

#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct CompareShown {
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Exit with 3 if anything changed, or if a status did
    #[arg(long, value_enum)]
    pub fail_on: Option<Changed>,
}

/// How to print a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BriefFormat {
    /// For people, on a terminal
    Table,
    /// For programs
    Json,
    /// For documents
    Markdown,
}

#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct BriefShown {
    /// How to print
    #[arg(long, value_enum, default_value_t = BriefFormat::Table)]
    pub format: BriefFormat,
}

/// How to say what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// For people: a line for each file
    Table,
    /// For programs: each file with its columns
    Json,
}

#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct ExportShown {
    /// The folder to write into; files that are there are never written over
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// How to say what was written
    #[arg(long, value_enum, default_value_t = ExportFormat::Table)]
    pub format: ExportFormat,
}

/// How to write a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BundleFormat {
    /// The form of docs/bundle.md
    Json,
}

#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct BundleShown {
    /// Write it to this new file, and print what is in it
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = BundleFormat::Json)]
    pub format: BundleFormat,
}

/// How to print what falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DueFormat {
    /// For people, on a terminal
    Table,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
    /// For documents
    Markdown,
    /// For calendars: an iCalendar file
    Ics,
}

#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct DueShown {
    /// How to print
    #[arg(long, value_enum, default_value_t = DueFormat::Table)]
    pub format: DueFormat,
    /// Name every commitment that a release may move
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct CheckShown {
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// List acts and refrainings one by one, and every vintage and note
    #[arg(long)]
    pub all: bool,
    /// Exit with 3 if any finding has one of these statuses
    #[arg(long, value_name = "STATUS,...", value_delimiter = ',', value_parser = status)]
    pub fail_on: Vec<Status>,
}

#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct ExplainShown {
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Print every line and every observation
    #[arg(long)]
    pub all: bool,
    /// Exit with 3 if the finding has one of these statuses
    #[arg(long, value_name = "STATUS,...", value_delimiter = ',', value_parser = status)]
    pub fail_on: Vec<Status>,
}

#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct HistoryShown {
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Print every release, not only those at which something changed
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct LintShown {
    /// Print everything
    #[arg(long)]
    pub all: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

fn status(text: &str) -> Result<Status, String> {
    Status::parse(text).ok_or_else(|| {
        let words: Vec<&str> = Status::ALL.iter().map(Status::as_str).collect();
        format!("no such status; there are {}", words.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use servanda_core::problem::Field;
    use servanda_workspace::request;
    use std::collections::BTreeSet;

    /// Every command that does something, by its words, with what it takes.
    fn leaves(command: &clap::Command, words: &[&str], into: &mut Vec<(String, clap::Command)>) {
        if command.get_subcommands().next().is_none() {
            into.push((words.join(" "), command.clone()));
        }
        for below in command.get_subcommands() {
            let words: Vec<&str> = words.iter().copied().chain([below.get_name()]).collect();
            leaves(below, &words, into);
        }
    }

    #[test]
    fn every_command_has_its_request_and_takes_its_fields() {
        let mut found = Vec::new();
        leaves(&Cli::command(), &[], &mut found);
        // They ask for nothing that another face could answer.
        found.retain(|(name, _)| !["completions", "mcp", "serve"].contains(&name.as_str()));
        let names: BTreeSet<String> = found.iter().map(|(name, _)| name.clone()).collect();
        let requests = request::all();
        let listed: BTreeSet<String> = requests.iter().map(|r| r.command.to_string()).collect();
        assert_eq!(names, listed);
        // What belongs to a terminal.
        let own =
            ["format", "all", "fail_on", "out", "authority", "table", "explain", "by_code", "ics", "json"];
        for (name, command) in &found {
            let request = requests.iter().find(|r| r.command.as_str() == name).unwrap();
            let schema = request.schema.as_value();
            let keys: BTreeSet<&str> =
                schema["properties"].as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect();
            let taken: BTreeSet<&str> = command.get_arguments().map(|a| a.get_id().as_str()).collect();
            assert!(keys.is_subset(&taken), "{name}: {keys:?} and {taken:?}");
            for rest in taken.difference(&keys) {
                assert!(own.contains(rest), "{name}: {rest}");
            }
            // An option's name is its field's, so that a problem's field is an option.
            for arg in command.get_arguments().filter(|a| keys.contains(a.get_id().as_str())) {
                let field = Field::parse(arg.get_id().as_str()).unwrap();
                let long = arg.get_long().map(|long| long.replace('-', "_"));
                assert!(long.is_none_or(|long| long == field.as_str()), "{name}: {field}");
            }
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            let said = schema["description"].as_str().unwrap_or_default().replace('\n', " ");
            assert_eq!(about, said, "{name}");
        }
    }
}
