//! Units as the rule language writes them. No unit is converted into another without a declared factor,
//! except within one dimension (t, kt, Mt; m, bn, tn of one currency).

use crate::{Currency, Exact};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What kind of thing a figure measures. Figures of two dimensions are never added or compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dimension {
    /// A plain number.
    Number,
    /// Money of one currency, in its main unit.
    Money(Currency),
    /// Mass in metric tonnes.
    Mass,
    /// Barrels.
    Barrels,
    /// Cubic metres.
    CubicMetres,
    /// Pieces.
    Units,
    /// A rate or share in percent.
    Percent,
    /// A difference of two percentages, in percentage points.
    PercentagePoints,
}

/// A unit: its dimension and the power of ten by which it differs from the dimension's base unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Unit {
    /// What it measures.
    pub dimension: Dimension,
    /// `bn` is 9, `Mt` is 6.
    pub power: u8,
}

/// Why a text is not a unit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// `MT` reads as megatonnes or metric tons, `MMT` as million metric tons.
    #[error(
        "`{0}` is ambiguous: write `t` for metric tonnes, `kt` for thousands and `Mt` for millions of them"
    )]
    AmbiguousTonnes(String),
    /// Anything else.
    #[error(
        "`{0}` is not a unit: write a currency with m, bn or tn before it (`bn USD`), or t, kt, Mt, bbl, m3, units, %, pp"
    )]
    Unknown(String),
}

impl Dimension {
    /// The name of its base unit: `USD`, `t`, `bbl`, `m3`, `units`, `%`, `pp`; empty for a plain number.
    pub fn base_unit(&self) -> String {
        match self {
            Self::Number => String::new(),
            Self::Money(c) => c.to_string(),
            Self::Mass => "t".into(),
            Self::Barrels => "bbl".into(),
            Self::CubicMetres => "m3".into(),
            Self::Units => "units".into(),
            Self::Percent => "%".into(),
            Self::PercentagePoints => "pp".into(),
        }
    }
}

impl Unit {
    /// Reads a unit as the rule language writes it, with one space between a magnitude and its currency.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        let unit = |dimension, power| Ok(Self { dimension, power });
        match text {
            "t" => return unit(Dimension::Mass, 0),
            "kt" => return unit(Dimension::Mass, 3),
            "Mt" => return unit(Dimension::Mass, 6),
            "bbl" => return unit(Dimension::Barrels, 0),
            "m3" => return unit(Dimension::CubicMetres, 0),
            "units" => return unit(Dimension::Units, 0),
            "%" => return unit(Dimension::Percent, 0),
            "pp" => return unit(Dimension::PercentagePoints, 0),
            "MT" | "MMT" | "mmt" | "mt" | "Mmt" => {
                return Err(UnitError::AmbiguousTonnes(text.to_owned()));
            }
            _ => {}
        }
        let (power, currency) = match text.split_once(' ') {
            Some(("m", c)) => (6, c),
            Some(("bn", c)) => (9, c),
            Some(("tn", c)) => (12, c),
            Some(_) => return Err(UnitError::Unknown(text.to_owned())),
            None => (0, text),
        };
        match Currency::new(currency) {
            Some(c) => unit(Dimension::Money(c), power),
            None => Err(UnitError::Unknown(text.to_owned())),
        }
    }

    /// How many base units one of these is.
    pub fn factor(&self) -> Exact {
        Exact::power_of_ten(i32::from(self.power))
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = match (self.dimension, self.power) {
            (Dimension::Money(_), 6) => "m ",
            (Dimension::Money(_), 9) => "bn ",
            (Dimension::Money(_), 12) => "tn ",
            (Dimension::Mass, 3) => "k",
            (Dimension::Mass, 6) => "M",
            _ => "",
        };
        write!(f, "{prefix}{}", self.dimension.base_unit())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_read_back_as_written() {
        for text in ["USD", "m USD", "bn USD", "tn CNY", "t", "kt", "Mt", "bbl", "m3", "units", "%", "pp"] {
            assert_eq!(Unit::parse(text).unwrap().to_string(), text);
        }
        assert!(matches!(Unit::parse("MMT"), Err(UnitError::AmbiguousTonnes(_))));
        for bad in ["usd", "bnUSD", "k USD", "bn  USD", "kg", "T", ""] {
            assert!(matches!(Unit::parse(bad), Err(UnitError::Unknown(_))), "{bad}");
        }
    }
}
