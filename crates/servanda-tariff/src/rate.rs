//! Rates of duty: what a schedule or an act writes, and what follows from it in percent of value.

use schemars::JsonSchema;
use servanda_core::Exact;
use std::fmt;

/// A duty by quantity: `1.4¢/kg`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Specific {
    /// US dollars for one unit (cents are turned to dollars; other currencies stay unparsed).
    pub dollars: Exact,
    /// The unit as written, without a dot: `kg`, `each`, `pf.liter`.
    pub unit: String,
}

/// A rate as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Duty {
    /// Percent of value plus amounts by quantity; `Free` is nothing of either.
    Formula {
        /// Percent of value.
        percent: Exact,
        /// Amounts by quantity, each on top.
        specific: Vec<Specific>,
    },
    /// Percent of value, known within bounds only, both included.
    Between {
        /// The least.
        low: Exact,
        /// The most.
        high: Exact,
    },
    /// A text that is none of these.
    Unparsed(String),
    /// A line for which no rate is written.
    Missing,
}

impl Duty {
    /// Percent of value and nothing else.
    pub fn percent(percent: Exact) -> Self {
        Self::Formula { percent, specific: Vec::new() }
    }

    /// In percent of value; the high end is open where an amount by quantity or an unparsed text is in it.
    pub fn points(&self) -> Points {
        match self {
            Self::Formula { percent, specific } if specific.is_empty() => Points::exactly(percent.clone()),
            Self::Formula { percent, .. } => Points { low: percent.clone(), high: None },
            Self::Between { low, high } => Points { low: low.clone(), high: Some(high.clone()) },
            Self::Unparsed(_) | Self::Missing => Points { low: Exact::zero(), high: None },
        }
    }
}

/// A rate in percent of value, within bounds. No rate is below zero.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, JsonSchema)]
pub struct Points {
    /// The least that it can be.
    pub low: Exact,
    /// The most; `None`: no bound is known.
    pub high: Option<Exact>,
}

impl Points {
    /// One figure.
    pub fn exactly(value: Exact) -> Self {
        Self { low: value.clone(), high: Some(value) }
    }

    /// Nothing is known.
    pub fn unknown() -> Self {
        Self { low: Exact::zero(), high: None }
    }

    /// The figure, if it is one.
    pub fn exact(&self) -> Option<&Exact> {
        self.high.as_ref().filter(|high| **high == self.low)
    }

    /// The sum of two.
    pub fn add(&self, other: &Self) -> Self {
        let high = self.high.as_ref().zip(other.high.as_ref()).map(|(a, b)| a + b);
        Self { low: &self.low + &other.low, high }
    }

    /// The smaller of two.
    pub fn min(&self, other: &Self) -> Self {
        let high = match (&self.high, &other.high) {
            (Some(a), Some(b)) => Some(a.min(b).clone()),
            (a, b) => a.clone().or_else(|| b.clone()),
        };
        Self { low: (&self.low).min(&other.low).clone(), high }
    }

    /// The larger of two.
    pub fn max(&self, other: &Self) -> Self {
        let high = self.high.as_ref().zip(other.high.as_ref()).map(|(a, b)| a.max(b).clone());
        Self { low: (&self.low).max(&other.low).clone(), high }
    }

    /// What this exceeds another by, and nothing where it does not: a top-up of `other` to `self`.
    pub fn above(&self, other: &Self) -> Self {
        let less = |a: &Exact, b: &Exact| {
            let rest = a - b;
            if rest.is_negative() { Exact::zero() } else { rest }
        };
        let low = other.high.as_ref().map_or_else(Exact::zero, |base| less(&self.low, base));
        Self { low, high: self.high.as_ref().map(|high| less(high, &other.low)) }
    }

    /// Anything between the two: nothing is known but that it is one, the other, or a mixture.
    pub fn or(&self, other: &Self) -> Self {
        let high = self.high.as_ref().zip(other.high.as_ref()).map(|(a, b)| a.max(b).clone());
        Self { low: (&self.low).min(&other.low).clone(), high }
    }
}

impl fmt::Display for Points {
    /// `25`, `0 to 25`, `5 or more`, `unknown`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.low, &self.high) {
            (low, Some(high)) if low == high => f.write_str(&low.brief()),
            (low, Some(high)) => write!(f, "{} to {}", low.brief(), high.brief()),
            (low, None) if low.is_zero() => f.write_str("unknown"),
            (low, None) => write!(f, "{} or more", low.brief()),
        }
    }
}
