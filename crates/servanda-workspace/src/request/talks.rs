//! Requests about records of talks.

use super::{party, request};
use servanda_core::{Date, Party};
use std::path::PathBuf;

request! {
    /// Keep a record: every field of every row of a CSV file
    TalksImport = TalksImport, r#"{"file": "rows.csv", "id": "us-china-2018-2019", "parties": ["USA", "CHN"]}"# {
        /// The rows, a CSV file in the columns of the book's page on talks
        pub file: PathBuf,
        /// The record's id: lower case, digits and hyphens
        #[arg(long)]
        pub id: String,
        /// Its title; the id without it
        #[arg(long, value_name = "TEXT")]
        pub title: Option<String>,
        /// Who talks with whom: three capital letters each, with commas between them
        #[arg(long, value_name = "PARTY,...", value_delimiter = ',', value_parser = party)]
        #[serde(default)]
        pub parties: Vec<Party>,
        /// Who wrote the rows
        #[arg(long, value_name = "TEXT")]
        pub encoder: Option<String>,
    }
}

macro_rules! asked_of_records {
    ($(#[$doc:meta])* $name:ident, #[doc = $day:literal]) => {
        request! {
            $(#[$doc])*
            $name = $name, r#"{"id": "us-china-2018-2019", "as_of": "2019-05-10"}"# {
                /// The record's id; every record without it
                pub id: Option<String>,
                #[doc = $day]
                #[arg(long, value_name = "DATE")]
                pub as_of: Option<Date>,
            }
        }
    };
}

asked_of_records! {
    /// Item by item: who asks what of whom, who answers, and what became of it
    TalksTable,
    /// Leave out what was published after this day; today without it
}

asked_of_records! {
    /// Claims that contradict each other, beside each other
    TalksConflicts,
    /// Leave out what was published after this day; today without it
}

asked_of_records! {
    /// What statistics and documents that are held say of each row that they can settle
    TalksCheck,
    /// Use what had been published by the end of this day; today without it
}

asked_of_records! {
    /// What was said, takes effect and falls due, by date
    TalksTimeline,
    /// Leave out what was published after this day; today without it
}

asked_of_records! {
    /// Threats, conditions and what waits for what: armed, postponed, fired or lapsed, and what follows if nothing is done
    TalksTriggers,
    /// As it stood at the end of this day; today without it
}

request! {
    /// The rows as a CSV file, every field as it was imported
    TalksExport = TalksExport, r#"{"id": "us-china-2018-2019"}"# {
        /// The record's id; may be left out where there is one only
        pub id: Option<String>,
        /// Only the rows that had been published by the end of this day; all of them without it
        #[arg(long, value_name = "DATE")]
        pub as_of: Option<Date>,
    }
}
