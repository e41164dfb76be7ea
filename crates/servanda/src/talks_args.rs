//! What the program can be asked about talks.

use crate::args::Format;
use clap::{Args, Subcommand};
use servanda_core::Date;
use std::path::PathBuf;

/// Commands on the record of talks.
#[derive(Debug, Subcommand)]
pub enum TalksCommand {
    /// Keep a record: every field of every row of a CSV file
    Import {
        /// The rows, a CSV file in the columns of the book's page on talks
        file: PathBuf,
        /// The record's id: lower case, digits and hyphens
        #[arg(long)]
        id: String,
        /// Its title; the id without it
        #[arg(long, value_name = "TEXT")]
        title: Option<String>,
        /// Who talks with whom: three capital letters each, with commas between them
        #[arg(long, value_name = "PARTY,...", value_delimiter = ',')]
        parties: Vec<String>,
        /// Who wrote the rows
        #[arg(long, value_name = "TEXT")]
        encoder: Option<String>,
    },
    /// Item by item: who asks what of whom, who answers, and what became of it
    Table {
        #[command(flatten)]
        which: WhichRecord,
        /// Leave out what was published after this day; today without it
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
    },
    /// Claims that contradict each other, beside each other
    Conflicts {
        #[command(flatten)]
        which: WhichRecord,
        /// Leave out what was published after this day; today without it
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
    },
    /// What statistics and documents that are held say of each row that they can settle
    Check {
        #[command(flatten)]
        which: WhichRecord,
        /// Use what had been published by the end of this day; today without it
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
    },
    /// What was said, takes effect and falls due, by date
    Timeline {
        #[command(flatten)]
        which: WhichRecord,
        /// Leave out what was published after this day; today without it
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
    },
    /// Threats, conditions and what waits for what: armed, postponed, fired or lapsed, and what follows if nothing is done
    Triggers {
        #[command(flatten)]
        which: WhichRecord,
        /// As it stood at the end of this day; today without it
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
    },
    /// The rows as a CSV file, every field as it was imported
    Export {
        /// The record's id; may be left out where there is one only
        id: Option<String>,
        /// Only the rows that had been published by the end of this day; all of them without it
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
    },
}

/// Which record, and how to answer.
#[derive(Debug, Clone, Args)]
pub struct WhichRecord {
    /// The record's id; every record without it
    pub id: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Print every row
    #[arg(long)]
    pub all: bool,
}
