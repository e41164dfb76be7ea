//! The request for a list that matches a harm.

use super::{choice, needs, request};
use servanda_core::problem::{Field, Problem};
use servanda_core::{Date, Party};
use std::path::PathBuf;

/// For how many months duties may be charged.
const MONTHS: std::ops::RangeInclusive<u32> = 1..=600;

fn all_lines() -> String {
    "all".to_owned()
}

fn rate_max() -> String {
    "25%".to_owned()
}

fn tolerance() -> String {
    "5%".to_owned()
}

fn smart() -> ModelWord {
    ModelWord::Smart
}

request! {
    /// A list of tariff lines whose duties match a stated harm: an illustration
    Remedy = Remedy, r#"{"agreement": "us-china-phase-one", "commitment": "total.2020", "harm": "16.4 bn USD", "per": "year", "duration": 12, "match": "revenue"}"# {
        /// An agreement's id in the workspace, or its folder
        pub agreement: String,
        /// The commitment's id
        pub commitment: String,
        /// The harm: a value with its unit ("16.4 bn USD"), or the word shortfall: what the commitment's finding lacks
        #[arg(long, value_name = "VALUE|shortfall", allow_hyphen_values = true)]
        pub harm: String,
        /// Of a shortfall: of this source
        #[arg(long, value_name = "SOURCE")]
        pub source: Option<String>,
        /// Of a shortfall: under this definition
        #[arg(long, value_name = "ID")]
        pub definition: Option<String>,
        /// How effects are worked out
        #[arg(long, value_enum, default_value_t = ModelWord::Smart)]
        #[serde(default = "smart")]
        pub model: ModelWord,
        /// In the model ge: the scenario that names the base, its closure, and the duties in force as `[[measures]]`
        #[arg(long, value_name = "FILE")]
        pub scenario: Option<PathBuf>,
        /// In the model ge: the base's folder; without it, bases/ID of the workspace
        #[arg(long, value_name = "FOLDER")]
        pub base: Option<PathBuf>,
        /// Whether the harm is done once, or in each year
        #[arg(long, value_enum)]
        pub per: PerWord,
        /// For how many months duties are charged
        #[arg(long, value_name = "MONTHS", value_parser = clap::value_parser!(u32).range(1..=600))]
        #[schemars(range(min = 1, max = 600))]
        pub duration: u32,
        /// Who complains, where the text does not say to whom it is owed
        #[arg(long, value_name = "PARTY", value_parser = super::party)]
        pub complainant: Option<Party>,
        /// The lines that may be chosen: all, codes with commas between them, or a CSV file with a column line or code
        #[arg(long, value_name = "all|CODES|FILE", default_value = "all")]
        #[serde(default = "all_lines")]
        pub lines: String,
        /// Lines that may not be chosen, likewise; a chapter is a code of two digits
        #[arg(long, value_name = "CODES|FILE")]
        pub exclude: Option<String>,
        /// The highest added duty
        #[arg(long, value_name = "PERCENT", default_value = "25%")]
        #[serde(default = "rate_max")]
        pub rate_max: String,
        /// The step between rates; 5% without it
        #[arg(long, value_name = "PERCENT")]
        pub step: Option<String>,
        /// What is to equal the target
        #[arg(id = "match", long = "match", value_enum)]
        #[serde(rename = "match")]
        pub by: MatchWord,
        /// How far it may miss the target
        #[arg(long, value_name = "PERCENT", default_value = "5%")]
        #[serde(default = "tolerance")]
        pub tolerance: String,
        /// How much of the target a chapter may bear: 20% for each, 85=10% for one; may be given several times
        #[arg(long, value_name = "[CHAPTER=]PERCENT", value_delimiter = ',')]
        #[serde(default)]
        pub cap_chapter: Vec<String>,
        /// Use figures published, and acts known, by the end of this day; today's figures and all acts without it
        #[arg(long, value_name = "DATE")]
        pub as_of: Option<Date>,
        /// The day whose duties are in force, and on which the list would begin; the day as of which is asked, without it
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
        #[serde(default)]
        pub judge: Vec<String>,
        /// With a measure to judge: the day; without it the day whose duties are in force
        #[arg(long, value_name = "DATE", requires = "judge")]
        pub judge_on: Option<Date>,
        /// With a measure to judge: imports by line of the side that charges
        #[arg(long, value_name = "YEAR:SOURCE", requires = "judge")]
        pub judge_weights: Option<String>,
    }
    where |own| {
        let judge = (Field::Judge, !own.judge.is_empty());
        needs((Field::JudgeOn, own.judge_on.is_some()), judge)?;
        needs((Field::JudgeWeights, own.judge_weights.is_some()), judge)?;
        match MONTHS.contains(&own.duration) {
            true => Ok(()),
            false => Err(Problem::bad_value(Field::Duration, "it is not 1 to 600 months")),
        }
    }
}

choice! {
    /// Whether the harm is done once.
    PerWord {
        /// In each year
        Year,
        /// Once: it is spread over the duration
        Once,
    }
}

choice! {
    /// What is to equal the target.
    MatchWord {
        /// Duty collected on the other side's goods, after less before
        Revenue,
        /// Imports from the other side, before less after
        TradeEffect,
        /// In the model ge: what the other side loses in real income, in money at the prices of before
        Harm,
    }
}

choice! {
    /// How effects are worked out.
    ModelWord {
        /// Line by line, in partial equilibrium
        Smart,
        /// By sector, in general equilibrium
        Ge,
    }
}
