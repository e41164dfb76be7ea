//! A list by sector, sized in general equilibrium: what a question with `--model ge` yields.

use super::{LeftOutLines, Rate, Stated};
use jiff::ToSpan;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::Date;
use servanda_model::policy::penalty;
use servanda_model::run::{SizedList, SizedSector};
use servanda_tariff::{Grounds, TradeOf};
use std::collections::BTreeMap;

/// What is to equal the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured(pub penalty::Target);

impl Measured {
    /// In words.
    pub fn words(self) -> &'static str {
        match self.0 {
            penalty::Target::Harm => "harm to the respondent",
            penalty::Target::LostTrade => "trade effect",
            penalty::Target::Revenue => "revenue",
        }
    }
}

impl Serialize for Measured {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self.0 {
            penalty::Target::Harm => "harm",
            penalty::Target::LostTrade => "trade-effect",
            penalty::Target::Revenue => "revenue",
        })
    }
}

servanda_core::text_schema!(Measured, "What is to equal the harm: harm, trade-effect or revenue");

/// A line of the list: its code and the added rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GeLine {
    /// The code.
    pub code: String,
    /// Its sector.
    pub sector: String,
    /// The added rate.
    pub rate: Rate,
}

/// A list by sector that matches a harm, with all that it stands on. Flows are a year's, in the base's money.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GeRemedyAnswer {
    /// What it starts from.
    #[serde(flatten)]
    pub stated: Stated,
    /// What is to equal it.
    pub match_by: Measured,
    /// The last day whose duties are those before the list.
    pub on: Date,
    /// Trade by line: what weighs duties, and how much of a sector may be taxed.
    pub trade: TradeOf,
    /// Which code belongs to which sector.
    pub concordance: String,
    /// The scenario's title.
    pub scenario: String,
    /// The unit of the base's money.
    pub unit: String,
    /// The target in it.
    pub target_in_base: f64,
    /// The trade that may be taxed, in the unit of the trade.
    pub candidate_trade: f64,
    /// What may not, by why.
    pub left_out: Vec<LeftOutLines>,
    /// The list by sector.
    pub list: SizedList,
    /// What the sectors are called, where the concordance says so.
    pub titles: BTreeMap<String, String>,
    /// The list by line.
    pub lines: Vec<GeLine>,
    /// Base, files with their hashes, closure, rates.
    pub facts: Vec<(String, String)>,
    /// What must be said beside it.
    pub notes: Vec<String>,
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

impl GeRemedyAnswer {
    /// The first day on which the duties would be charged: the one after those before.
    pub fn from(&self) -> Option<Date> {
        self.on.checked_add(1.days()).ok()
    }

    /// The first day on which they are not charged any more.
    pub fn until(&self) -> Option<Date> {
        self.from()?.checked_add(i64::from(self.stated.target.months).months()).ok()
    }

    /// The sectors with a rate, the largest imports first.
    pub fn charged(&self) -> Vec<&SizedSector> {
        let mut charged: Vec<&SizedSector> = self.list.sectors.iter().filter(|s| s.rate > 0).collect();
        charged.sort_by(|a, b| b.imports[0].total_cmp(&a.imports[0]).then(a.sector.cmp(&b.sector)));
        charged
    }
}
