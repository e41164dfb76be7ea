//! What an added duty on a line does, as any model gives it.

use super::Rate;
use super::elasticities::ByCase;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::fmt;
use std::ops::AddAssign;

/// Where the supplier's share comes from.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Share {
    /// Of all imports, between 0 and 1.
    pub value: f64,
    /// Of what.
    pub of: ShareOf,
}

/// Whose imports a share is of: `chapter 85, 2024`, `code 8517, 2024`, or `assumed`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShareOf {
    /// All imports under a code in a year.
    Code {
        /// The code; a chapter has two digits.
        code: String,
        /// The year.
        year: i16,
    },
    /// Nothing that is held: the table of elasticities assumes it.
    Assumed,
}

impl ShareOf {
    /// Whether it is known by chapter only.
    pub fn is_by_chapter(&self) -> bool {
        matches!(self, Self::Code { code, .. } if code.len() == 2)
    }
}

impl fmt::Display for ShareOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code { code, year } => {
                let what = if self.is_by_chapter() { "chapter" } else { "code" };
                write!(f, "{what} {code}, {year}")
            }
            Self::Assumed => f.write_str("assumed"),
        }
    }
}

impl Serialize for ShareOf {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

servanda_core::text_schema!(ShareOf, "Of what a share is: a code or chapter and a year, or assumed");

/// A line that can be charged, with all that its effects are worked out from. Money is a year's, in US dollars.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Line {
    /// The line; or a code of trade that is coarser.
    pub code: String,
    /// What the schedule calls it.
    pub description: String,
    /// Imports from the respondent.
    pub trade: f64,
    /// The duty in force, as a fraction of value.
    pub duty: f64,
    /// The base alone: what goods of other suppliers are taken to pay. None: it is not held, and nothing is counted for it.
    pub base: Option<f64>,
    /// The respondent's share in imports.
    pub share: Share,
    /// How far these are goods for consumers, between 0 and 1.
    pub consumer: f64,
    /// Price elasticity of demand for the goods, whoever supplies them; above zero.
    pub demand: ByCase,
    /// Elasticity of substitution between suppliers; not below zero.
    pub substitution: ByCase,
}

impl Line {
    /// The chapter: the first two digits.
    pub fn chapter(&self) -> &str {
        self.code.get(..2).unwrap_or(&self.code)
    }
}

/// Which assumptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Case {
    /// Low elasticities, the whole duty paid by buyers.
    Low,
    /// Central elasticities, the whole duty paid by buyers. Lists are made with these.
    Central,
    /// High elasticities, the whole duty paid by buyers.
    High,
    /// Central elasticities, suppliers bear a part of the duty.
    FiniteSupply,
}

/// All of them.
pub const CASES: [Case; 4] = [Case::Low, Case::Central, Case::High, Case::FiniteSupply];

impl Case {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Central => "central",
            Self::High => "high",
            Self::FiniteSupply => "finite-supply",
        }
    }
}

/// What an added duty does in a year, in US dollars. Sums of lines are added part by part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
pub struct Effect {
    /// Imports from the respondent that are no longer bought from anybody, at the prices of before.
    pub not_bought: f64,
    /// Imports that move to other suppliers, at the prices of before.
    pub switched: f64,
    /// Imports from the respondent that remain, at the price that it then gets.
    pub imports_after: f64,
    /// Imports from the respondent before less after.
    pub trade_effect: f64,
    /// Duty collected on the respondent's goods after less before.
    pub revenue: f64,
    /// What buyers pay more or forgo: the area left of demand between the two prices.
    pub buyers_cost: f64,
    /// Part of own harm: half the rise of the price on what is no longer bought.
    pub loss_not_bought: f64,
    /// Part of own harm: half the rise of the price on what is bought elsewhere at a higher cost.
    pub loss_switched: f64,
    /// Part of own harm: the old duty on what no longer comes from the respondent.
    pub old_duty_lost: f64,
    /// Taken off own harm: the base duty on what others supply instead.
    pub duty_regained: f64,
    /// Taken off own harm: what suppliers bear by lower prices.
    pub price_gain: f64,
    /// Part of own harm: the weight of dependence x the supplier's share x the buyers' cost.
    pub dependence: f64,
    /// Part of own harm: the weight of consumer goods x how far they are x the buyers' cost.
    pub consumer: f64,
    /// The sum of the parts less what is taken off.
    pub own_harm: f64,
}

impl AddAssign<&Effect> for Effect {
    fn add_assign(&mut self, other: &Effect) {
        self.not_bought += other.not_bought;
        self.switched += other.switched;
        self.imports_after += other.imports_after;
        self.trade_effect += other.trade_effect;
        self.revenue += other.revenue;
        self.buyers_cost += other.buyers_cost;
        self.loss_not_bought += other.loss_not_bought;
        self.loss_switched += other.loss_switched;
        self.old_duty_lost += other.old_duty_lost;
        self.duty_regained += other.duty_regained;
        self.price_gain += other.price_gain;
        self.dependence += other.dependence;
        self.consumer += other.consumer;
        self.own_harm += other.own_harm;
    }
}

impl Effect {
    /// Every part times a factor: what a year's flows come to over a number of months.
    #[must_use]
    pub fn times(&self, factor: f64) -> Self {
        let mut out = *self;
        for part in [
            &mut out.not_bought,
            &mut out.switched,
            &mut out.imports_after,
            &mut out.trade_effect,
            &mut out.revenue,
            &mut out.buyers_cost,
            &mut out.loss_not_bought,
            &mut out.loss_switched,
            &mut out.old_duty_lost,
            &mut out.duty_regained,
            &mut out.price_gain,
            &mut out.dependence,
            &mut out.consumer,
            &mut out.own_harm,
        ] {
            *part *= factor;
        }
        out
    }
}

/// The least and the most over all cases.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Range {
    /// The least.
    pub low: f64,
    /// The most.
    pub high: f64,
}

impl Range {
    /// Of some figures; zero of none.
    pub fn of(figures: impl IntoIterator<Item = f64>) -> Self {
        let mut figures = figures.into_iter();
        let first = figures.next().unwrap_or_default();
        figures.fold(Self { low: first, high: first }, |r, x| Self { low: r.low.min(x), high: r.high.max(x) })
    }
}

/// What works out effects. A model of one line at a time; one that joins lines can be evaluated beforehand and looked up.
pub trait EffectModel {
    /// What it is, in a line.
    fn title(&self) -> String;

    /// What an added duty, as a fraction of value, does on a line in a year. An added duty of zero does nothing.
    fn effect(&self, line: &Line, added: f64, case: Case) -> Effect;

    /// The same at a whole rate.
    fn at(&self, line: &Line, rate: Rate, case: Case) -> Effect {
        self.effect(line, rate.fraction(), case)
    }
}
