//! The stated harm and what is to be matched: exact.

use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::{Dimension, Exact};
use servanda_verdict::Finding;
use std::fmt;

/// Whether a harm is done once, or in each year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// Once: it is spread over the duration.
    Once,
    /// In each year.
    Year,
}

impl fmt::Display for Per {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Once => "once",
            Self::Year => "a year",
        })
    }
}

/// By how much a finding's figure stays below what is required, by one source under one definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Shortfall {
    /// The source.
    pub source: String,
    /// The definition.
    pub definition: String,
    /// What is held.
    pub actual: Exact,
    /// What is required.
    pub required: Exact,
    /// Required less actual.
    pub value: Exact,
    /// The least that it can be; none where the actual figure has no upper bound.
    pub low: Option<Exact>,
    /// The most that it can be.
    pub high: Option<Exact>,
    /// The unit.
    pub unit: String,
    /// The vintages that the figure rests on.
    pub vintages: Vec<String>,
    /// Whether the figures can still change.
    pub provisional: bool,
}

/// The shortfalls of a finding whose rule is a floor on trade in money: one for each reading that counts and is held. Figures
/// that are not below what is required are left out.
pub fn shortfalls(finding: &Finding) -> Vec<Shortfall> {
    let held = finding.readings.iter().filter(|r| r.counts && r.share.is_some());
    held.filter_map(|reading| {
        let (actual, required) = (reading.actual.as_ref()?, reading.required.as_ref()?);
        let Dimension::Money(currency) = actual.dimension else { return None };
        let (have, want) = (actual.bounds.value.as_ref()?, required.bounds.value.as_ref()?);
        let value = want - have;
        if value.is_negative() || value.is_zero() {
            return None;
        }
        let less = |want: &Option<Exact>, have: &Option<Exact>| Some(want.as_ref()? - have.as_ref()?);
        Some(Shortfall {
            source: reading.source.clone(),
            definition: reading.definition.clone(),
            low: less(&required.bounds.low, &actual.bounds.high),
            high: less(&required.bounds.high, &actual.bounds.low),
            actual: have.clone(),
            required: want.clone(),
            value,
            unit: currency.to_string(),
            vintages: reading.vintages.clone(),
            provisional: reading.finality != servanda_core::Finality::Closed,
        })
    })
    .collect()
}

/// A stated harm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Harm {
    /// How much, in the main unit of its currency.
    pub value: Exact,
    /// The currency.
    pub unit: String,
    /// Once, or in each year.
    pub per: Per,
    /// Where it comes from, if it is a shortfall.
    pub shortfall: Option<Shortfall>,
}

/// What is to be matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Target {
    /// For how many months duties are charged.
    pub months: u32,
    /// In a year.
    pub per_year: Exact,
    /// Over all months.
    pub over_duration: Exact,
    /// How it was worked out.
    pub arithmetic: String,
}

impl Harm {
    /// What a year of duties is to come to: a harm that is done once is spread over the months. `None` without months.
    pub fn target(&self, months: u32) -> Option<Target> {
        let (twelve, over) = (Exact::integer(12), Exact::integer(i128::from(months)));
        let value = self.value.plain();
        let unit = &self.unit;
        Some(match self.per {
            Per::Once => {
                let per_year = (&self.value * &twelve).checked_div(&over)?;
                let arithmetic = format!(
                    "{value} {unit} once x 12 / {months} months = {} {unit} a year",
                    per_year.round_to(2)
                );
                Target { months, per_year, over_duration: self.value.clone(), arithmetic }
            }
            Per::Year => {
                over.checked_div(&over)?;
                let all = (&self.value * &over).checked_div(&twelve)?;
                let arithmetic = format!(
                    "{value} {unit} a year; x {months} / 12 months = {} {unit} over the duration",
                    all.round_to(2)
                );
                Target { months, per_year: self.value.clone(), over_duration: all, arithmetic }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_harm_done_once_is_spread() {
        let harm = |per| Harm { value: Exact::integer(900), unit: "USD".into(), per, shortfall: None };
        let once = harm(Per::Once).target(18).unwrap();
        assert_eq!((once.per_year, once.over_duration), (Exact::integer(600), Exact::integer(900)));
        assert_eq!(once.arithmetic, "900 USD once x 12 / 18 months = 600.00 USD a year");
        let year = harm(Per::Year).target(18).unwrap();
        assert_eq!((year.per_year, year.over_duration), (Exact::integer(900), Exact::integer(1350)));
        assert_eq!(harm(Per::Once).target(0), None);
        assert_eq!(harm(Per::Year).target(0), None);
    }
}
