//! What the program can be asked about assessments and the people who make them.

use crate::args::Format;
use clap::{Subcommand, ValueEnum};
use servanda_core::{Conclusion, Date};
use std::path::PathBuf;

/// Commands on assessments; they stand among those on cases.
#[derive(Debug, Subcommand)]
pub enum AssessmentCommand {
    /// Enter people in the register
    #[command(subcommand)]
    Person(PersonCommand),
    /// Make keys to sign with
    #[command(subcommand)]
    Key(KeyCommand),
    /// File an assessment of an act or a refraining, signed by its author
    Assess {
        /// The agreement's id, or its folder
        agreement: String,
        /// The id of the act or the refraining
        commitment: String,
        /// The assessment as its author wrote it, a TOML file
        #[arg(long, value_name = "FILE")]
        from: PathBuf,
        /// The author's id in the register
        #[arg(long, value_name = "PERSON")]
        by: String,
        /// The file with the author's private key
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// File a second reading, signed by a reader who is not the author
    Approve {
        /// The first digits of the assessment's name, six or more
        assessment: String,
        /// The reader's id in the register
        #[arg(long, value_name = "PERSON")]
        by: String,
        /// The file with the reader's private key
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// The reader's own conclusion
        #[arg(long, value_enum)]
        conclusion: ConclusionArg,
        /// The reader means to differ from the author
        #[arg(long, requires = "grounds")]
        disagree: bool,
        /// Why
        #[arg(long, value_name = "TEXT")]
        grounds: Option<String>,
        /// The reader states to have concluded before seeing the author's conclusion
        #[arg(long)]
        blind: bool,
    },
    /// Set a record aside that does not hold together with others, as after a merge of two branches: it is kept, and read no more
    SetAside {
        /// Its path in the workspace, such as cases/approvals/SHA.json
        record: String,
        /// The signer's id in the register
        #[arg(long, value_name = "PERSON")]
        by: String,
        /// The file with the signer's private key
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// Why
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
    /// File what the other party answers; it is shown and alters nothing
    Reply {
        /// The first digits of the assessment's name, six or more
        assessment: String,
        /// Which party answers: three capital letters
        #[arg(long, value_name = "PARTY")]
        party: String,
        /// The document, a file that will be kept
        #[arg(long, value_name = "FILE")]
        document: Option<PathBuf>,
        /// Where the reply stands; needed where there is no file
        #[arg(long, value_name = "TEXT")]
        cite: Option<String>,
        /// What it says, in short
        #[arg(long)]
        text: String,
    },
    /// List assessments, and how often author and second reader conclude the same
    Assessments {
        /// The agreement's id, or its folder; all without it
        agreement: Option<String>,
        /// Up to this day; today without it
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
        /// How to print
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
        /// Print every row
        #[arg(long)]
        all: bool,
    },
}

/// Commands on the register of people.
#[derive(Debug, Subcommand)]
pub enum PersonCommand {
    /// Enter a person with a public key
    Add {
        /// The person's id: lower case, digits and hyphens
        id: String,
        /// The person's name
        #[arg(long)]
        name: String,
        /// For whom the person works
        #[arg(long)]
        affiliation: String,
        /// The public key: the 64 hexadecimal digits that `case key new` prints
        #[arg(long, value_name = "PUBLIC")]
        key: String,
    },
}

/// Commands on keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a key: the private half into a file outside of every workspace, the public half on standard output
    New {
        /// Where to write the private key; nothing is written over
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

/// A conclusion on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ConclusionArg {
    /// Done, or so far not broken
    Kept,
    /// Some of it is done
    PartlyKept,
    /// Not done, or broken
    NotKept,
    /// Cannot be concluded yet
    Open,
    /// An earlier conclusion is taken back
    Withdrawn,
}

impl From<ConclusionArg> for Conclusion {
    fn from(arg: ConclusionArg) -> Self {
        match arg {
            ConclusionArg::Kept => Self::Kept,
            ConclusionArg::PartlyKept => Self::PartlyKept,
            ConclusionArg::NotKept => Self::NotKept,
            ConclusionArg::Open => Self::Open,
            ConclusionArg::Withdrawn => Self::Withdrawn,
        }
    }
}
