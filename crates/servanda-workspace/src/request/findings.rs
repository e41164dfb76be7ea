//! Requests about agreements and their findings.

use super::{choice, one_of, part, request};
use servanda_core::problem::{Code, Field, Problem};
use servanda_core::{AsOf, Date, Period, Point, Timestamp};
use servanda_verdict::Question;
use std::path::PathBuf;

part! {
    /// What findings are asked by.
    QuestionAsked {
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
}

impl QuestionAsked {
    /// The question, with today for a day that is not named; whether derivations go down to observations.
    pub fn question(&self, today: Date, detail: bool) -> Question {
        Question {
            as_of: AsOf { date: self.as_of.unwrap_or(today), known_at: self.known_at },
            through: self.through,
            on: self.on.clone(),
            detail,
        }
    }
}

fn period(text: &str) -> Result<Period, String> {
    Period::parse(text).map_err(|e| e.to_string())
}

fn point(text: &str) -> Result<Point, String> {
    Point::parse(text).map_err(|e| e.to_string())
}

request! {
    /// Make a workspace from the examples inside the program
    Init = Init, r#"{"dir": "my-workspace"}"# {
        /// The folder to make; it must be new or empty
        pub dir: PathBuf,
        /// Without the examples: servanda.toml and empty folders
        #[arg(long)]
        #[serde(default)]
        pub empty: bool,
    }
}

request! {
    /// Start an agreement from a commented skeleton
    New = New, r#"{"agreement": "us-japan-2025"}"# {
        /// Its id: lower case, digits and hyphens
        pub agreement: String,
    }
}

request! {
    /// Each commitment's finding as of a date
    Check = Check, r#"{"agreement": "us-china-phase-one", "as_of": "2021-03-25"}"# {
        /// An agreement's id in the workspace, or its folder
        pub agreement: String,
        #[command(flatten)]
        #[serde(flatten)]
        #[allow(missing_docs)]
        pub question: QuestionAsked,
    }
}

request! {
    /// How one finding comes about, down to observations and their vintages
    Explain = Explain, r#"{"agreement": "us-china-phase-one", "commitment": "mfg.2020", "as_of": "2021-03-25"}"# {
        /// An agreement's id in the workspace, or its folder
        pub agreement: String,
        /// The commitment's id
        pub commitment: String,
        #[command(flatten)]
        #[serde(flatten)]
        #[allow(missing_docs)]
        pub question: QuestionAsked,
    }
}

request! {
    /// Each finding as it would have stood at every release
    History = History, r#"{"agreement": "us-china-phase-one", "through": "2020-06"}"# {
        /// An agreement's id in the workspace, or its folder
        pub agreement: String,
        /// One commitment; all without it
        pub commitment: Option<String>,
        #[command(flatten)]
        #[serde(flatten)]
        #[allow(missing_docs)]
        pub question: QuestionAsked,
    }
}

request! {
    /// What changed between two dates or two versions of an agreement, and why
    Compare = Compare, r#"{"agreement": "us-china-phase-one", "from": "2021-02-23", "to": "2021-03-25"}"# {
        /// An agreement's id in the workspace, or its folder
        pub agreement: String,
        /// The earlier day
        #[arg(long, value_name = "DATE", required_unless_present = "against")]
        pub from: Option<Date>,
        /// The later day
        #[arg(long, value_name = "DATE", required_unless_present = "against")]
        pub to: Option<Date>,
        /// Another version of the agreement's folder: what it would change
        #[arg(long, value_name = "FOLDER", conflicts_with_all = ["from", "to"])]
        pub against: Option<PathBuf>,
        /// With another version: the day asked for
        #[arg(long, value_name = "DATE", requires = "against")]
        pub as_of: Option<Date>,
    }
    where |own| {
        let against = (Field::Against, own.against.is_some());
        one_of((Field::From, own.from.is_some()), against)?;
        one_of((Field::To, own.to.is_some()), against)?;
        super::needs((Field::AsOf, own.as_of.is_some()), against)?;
        if own.against.is_some() || (own.from.is_some() && own.to.is_some()) {
            return Ok(());
        }
        Err(Problem::new(Code::MissingValue, "nothing says what is compared")
            .set(Field::From, "a day, and the later one too")
            .set(Field::Against, "a folder"))
    }
}

request! {
    /// What cannot be verified, and why, ranked by what is at stake
    Lint = Lint, r#"{"folder": "us-china-phase-one"}"# {
        /// An agreement's folder, or its id in the workspace
        pub folder: String,
        /// List the paragraphs of the text and how each is encoded
        #[arg(long)]
        #[serde(default)]
        pub text: bool,
        /// Run the worked cases
        #[arg(long)]
        #[serde(default)]
        pub cases: bool,
        /// Use what was known at the end of this day; all amendments and the figures of today without it
        #[arg(long, value_name = "DATE", conflicts_with_all = ["text", "cases"])]
        pub as_of: Option<Date>,
    }
    where |own| {
        let as_of = (Field::AsOf, own.as_of.is_some());
        one_of(as_of, (Field::Text, own.text))?;
        one_of(as_of, (Field::Cases, own.cases))
    }
}

request! {
    /// Write an agreement's files in the canonical form
    Fmt = Fmt, r#"{"folder": "us-china-phase-one", "check": true}"# {
        /// An agreement's folder, or its id in the workspace
        pub folder: String,
        /// Change nothing; exit with 1 if anything would change
        #[arg(long)]
        #[serde(default)]
        pub check: bool,
    }
}

request! {
    /// Print the JSON Schema of a kind of file, or of what a command answers or asks; without a name, the names
    SchemaOf = Schema, r#"{"name": "tariff-rate", "of": "answer"}"# {
        /// Which: a kind of file, or a command with hyphens between its words
        pub name: Option<String>,
        /// Of what; without it of the file of that name, else of the command's answer, else of its request
        #[arg(long, value_enum)]
        pub of: Option<SchemaWord>,
    }
}

choice! {
    /// Of what a schema is.
    SchemaWord {
        /// A kind of file that people write
        File,
        /// The JSON with which a command answers
        Answer,
        /// The JSON with which a command is asked
        Request,
    }
}

request! {
    /// What falls due over all agreements, and what may move a finding
    Due = Due, r#"{"as_of": "2026-11-29", "within": "60d"}"# {
        /// Agreements, by id or folder; all without any
        #[serde(default)]
        pub agreement: Vec<String>,
        /// From this day on, with what was known at its end; today without it
        #[arg(long, value_name = "DATE")]
        pub as_of: Option<Date>,
        /// How far to look: "60d", "3 months", "1 year"; 60 days without it
        #[arg(long, value_name = "LENGTH")]
        pub within: Option<String>,
    }
}

impl Due {
    /// How far it looks where that is not said.
    pub const WITHIN: &'static str = "60d";
}

request! {
    /// One file with everything that a finding rests on, for somebody without this program to work out again
    Bundle = Bundle, r#"{"agreement": "us-china-phase-one", "commitment": "purchases.energy.2020", "as_of": "2021-03-25"}"# {
        /// An agreement's id in the workspace, or its folder
        pub agreement: String,
        /// The commitment's id
        pub commitment: String,
        /// Use what had been published by the end of this day; today without it
        #[arg(long, value_name = "DATE")]
        pub as_of: Option<Date>,
        /// And only what this store had recorded by this instant
        #[arg(long, value_name = "INSTANT")]
        pub known_at: Option<Timestamp>,
    }
}

request! {
    /// Which readings give a figure that somebody quoted, how many give any other, and what it leaves out
    Claim = Claim, r#"{"figure": "59 percent", "agreement": "us-china-phase-one", "period": "2020", "as_of": "2021-03-25"}"# {
        /// What was quoted, with as many digits: "59 percent", "93.7 bn USD", "12 Mt"
        pub figure: String,
        /// An agreement's id in the workspace, or its folder
        #[arg(long, value_name = "AGREEMENT")]
        pub agreement: String,
        /// One commitment; all whose rules are of the period without it
        #[arg(long, value_name = "COMMITMENT")]
        pub commitment: Option<String>,
        /// The period that is spoken of; where it ends before that of a rule, paces through its end. All without it
        #[arg(long, value_name = "PERIOD", value_parser = period)]
        pub period: Option<Period>,
        /// Use what had been published by the end of this day; today without it
        #[arg(long, value_name = "DATE")]
        pub as_of: Option<Date>,
    }
}

request! {
    /// The agreements and commitments that have all of some words
    Search = Search, r#"{"words": "soybeans", "as_of": "2026-11-29"}"# {
        /// The words, in any case: in titles, rules, acts, citations and interpretations
        pub words: String,
        /// As known at the end of this day; today without it
        #[arg(long, value_name = "DATE")]
        pub as_of: Option<Date>,
        /// So many rows at most; 50 without it
        #[arg(long, value_name = "N")]
        pub limit: Option<u32>,
    }
}

request! {
    /// Findings, the evidence behind them and the rates between the parties, as CSV and Parquet for other tools
    Export = Export, r#"{"agreement": "us-china-phase-one", "as_of": "2021-03-25"}"# {
        /// An agreement's id in the workspace, or its folder
        pub agreement: String,
        /// Use what had been published by the end of this day; today without it
        #[arg(long, value_name = "DATE")]
        pub as_of: Option<Date>,
    }
}

request! {
    /// One page on an agreement: what is promised, where it stands, what is contested, what comes next, what cannot be told
    Brief = Brief, r#"{"agreement": "us-china-truce-2025", "as_of": "2026-11-29"}"# {
        /// The agreement, by id or folder
        pub agreement: String,
        /// Use what had been published by the end of this day; today without it
        #[arg(long, value_name = "DATE")]
        pub as_of: Option<Date>,
        /// How far to look for what comes next: "60d", "3 months", "1 year"; 60 days without it
        #[arg(long, value_name = "LENGTH")]
        pub within: Option<String>,
    }
}

request! {
    /// One flow as both sides record it: the gap, what explains it, and by which codes it comes about
    Mirror = Mirror, r#"{"flow": "imports(CHN from USA, goods, 2017)", "by": "hs2", "as_of": "2026-11-29"}"# {
        /// The flow as a rule writes it
        #[arg(long)]
        pub flow: String,
        /// Row by row: the whole scope, or so many digits of the codes of both sides
        #[arg(long, value_enum, default_value_t = ByWord::Scope)]
        #[serde(default)]
        pub by: ByWord,
        /// The sources to read, one of each side; those that suit best without them
        #[arg(long, value_name = "SOURCE,...", value_delimiter = ',')]
        #[serde(default)]
        pub on: Vec<String>,
        /// The agreement whose scopes the flow names, by id or folder
        #[arg(long)]
        pub agreement: Option<String>,
        /// Use what had been published by the end of this day; today without it
        #[arg(long, value_name = "DATE")]
        pub as_of: Option<Date>,
    }
    where |own| {
        if own.on.len() > 2 {
            return Err(Problem::bad_value(Field::On, "there are two sides, and so two sources at most"));
        }
        Ok(())
    }
}

choice! {
    /// What the rows of a mirror are.
    #[derive(Default)]
    ByWord {
        /// The whole scope
        #[default]
        Scope,
        /// Chapters
        Hs2,
        /// Headings
        Hs4,
        /// Subheadings
        Hs6,
    }
}
