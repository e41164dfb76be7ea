//! All that a question about a remedy yields.

use super::{Caps, Elasticities, Found, Judged, MatchBy, Naive, Rate, Stated};
use jiff::ToSpan;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::{Date, Party};
use servanda_tariff::{Grounds, TradeOf};

/// Lines that cannot be charged, for one reason.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LeftOutLines {
    /// Why.
    pub why: String,
    /// How many lines or codes.
    pub lines: usize,
    /// The trade on them.
    pub trade: f64,
}

/// Where shares of the supplier are from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SharesFrom {
    /// The source.
    pub source: String,
    /// The year.
    pub year: i16,
    /// What is divided by what.
    pub title: String,
}

/// What a measure does by the same yardstick.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct JudgedMeasure {
    /// What is judged.
    pub names: Vec<String>,
    /// Who charges: own harm is that side's.
    pub importer: Party,
    /// Whose goods.
    pub origin: Party,
    /// The day.
    pub on: Date,
    /// Imports by line.
    pub trade: TradeOf,
    /// Where shares are from; none: all are assumed.
    pub shares: Option<SharesFrom>,
    /// Codes of which the effect could not be worked out.
    pub left_out: Vec<LeftOutLines>,
    /// Lines whose share of the supplier is assumed.
    pub assumed_shares: usize,
    /// The sums, a year.
    pub sums: Judged,
    /// What duties stand on.
    #[serde(skip)]
    pub grounds: Grounds,
}

/// A list that matches a harm, with all that it stands on. Flows are a year's unless they say otherwise.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RemedyAnswer {
    /// What it starts from.
    #[serde(flatten)]
    pub stated: Stated,
    /// What is to equal it.
    pub match_by: MatchBy,
    /// The step between rates.
    pub step: Rate,
    /// The day whose duties are in force.
    pub on: Date,
    /// Imports by line.
    pub trade: TradeOf,
    /// Where shares are from; none: all are assumed.
    pub shares: Option<SharesFrom>,
    /// The model.
    pub model: String,
    /// What it assumes.
    pub elasticities: Elasticities,
    /// How many lines could be chosen.
    pub candidates: usize,
    /// The trade on them.
    pub candidate_trade: f64,
    /// Lines that could not, and the trade on them.
    pub left_out: Vec<LeftOutLines>,
    /// Trade on codes that are not asked about.
    pub not_asked: f64,
    /// Lines whose share of the supplier is assumed.
    pub assumed_shares: usize,
    /// Caps per chapter.
    pub caps: Caps,
    /// The list.
    pub list: Found,
    /// Three others that match the same target.
    pub naive: Vec<Naive>,
    /// A measure by the same yardstick.
    pub judged: Option<JudgedMeasure>,
    /// What duties stand on.
    #[serde(skip)]
    pub grounds: Vec<Grounds>,
    /// What is needed to write the list as a measure.
    #[serde(skip)]
    pub classification: String,
    /// The importer's time zone.
    #[serde(skip)]
    pub zone: String,
}

impl RemedyAnswer {
    /// The first day on which the duties are not charged any more; none where there is no such day in the calendar.
    pub fn until(&self) -> Option<Date> {
        self.on.checked_add(i64::from(self.stated.target.months).months()).ok()
    }

    /// What a year's flow comes to over the duration.
    pub fn over_duration(&self, a_year: f64) -> f64 {
        a_year * f64::from(self.stated.target.months) / 12.0
    }
}
