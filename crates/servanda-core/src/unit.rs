//! Units as the rule language writes them. No unit is converted into another without a declared factor,
//! except within one dimension (t, kt, Mt; m, bn, tn of one currency; MWh and MMBtu, whose joules are defined).

use crate::{Currency, Exact};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What kind of thing a figure measures. Figures of two dimensions are never added or compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
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
    /// Energy in megajoules.
    Energy,
    /// So much of one thing for one of another: a price (`USD/t`), a heating value (`MWh/t`), an exchange rate (`CNY/USD`).
    Per(Amount, Amount),
}

/// A dimension of which there can be so much for one of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Amount {
    /// Money of one currency.
    Money(Currency),
    /// Mass.
    Mass,
    /// Barrels.
    Barrels,
    /// Cubic metres.
    CubicMetres,
    /// Pieces.
    Units,
    /// Energy.
    Energy,
}

impl From<Amount> for Dimension {
    fn from(amount: Amount) -> Self {
        match amount {
            Amount::Money(currency) => Self::Money(currency),
            Amount::Mass => Self::Mass,
            Amount::Barrels => Self::Barrels,
            Amount::CubicMetres => Self::CubicMetres,
            Amount::Units => Self::Units,
            Amount::Energy => Self::Energy,
        }
    }
}

/// A unit: its dimension, and how many of the dimension's base unit it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Unit {
    /// What it measures.
    pub dimension: Dimension,
    size: Size,
    /// Of what it is for one of, where it is that; else 1.
    per: Size,
}

/// `times` by ten to the `power`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
struct Size {
    times: u64,
    power: i8,
}

const ONE: Size = Size { times: 1, power: 0 };

/// Every unit that has a name of its own. A British thermal unit is that of the international table, 1,055.05585262 J.
const NAMED: &[(&str, Dimension, u64, i8)] = &[
    ("t", Dimension::Mass, 1, 0),
    ("kt", Dimension::Mass, 1, 3),
    ("Mt", Dimension::Mass, 1, 6),
    ("kg", Dimension::Mass, 1, -3),
    ("bbl", Dimension::Barrels, 1, 0),
    ("m3", Dimension::CubicMetres, 1, 0),
    ("l", Dimension::CubicMetres, 1, -3),
    ("bcm", Dimension::CubicMetres, 1, 9),
    ("units", Dimension::Units, 1, 0),
    ("%", Dimension::Percent, 1, 0),
    ("pp", Dimension::PercentagePoints, 1, 0),
    ("MJ", Dimension::Energy, 1, 0),
    ("GJ", Dimension::Energy, 1, 3),
    ("TJ", Dimension::Energy, 1, 6),
    ("PJ", Dimension::Energy, 1, 9),
    ("kWh", Dimension::Energy, 36, -1),
    ("MWh", Dimension::Energy, 36, 2),
    ("GWh", Dimension::Energy, 36, 5),
    ("TWh", Dimension::Energy, 36, 8),
    ("MMBtu", Dimension::Energy, 105_505_585_262, -8),
];

/// What stands before a currency.
const MAGNITUDES: &[(&str, i8)] = &[("m ", 6), ("bn ", 9), ("tn ", 12)];

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
        "`{0}` is not a unit: write a currency with m, bn or tn before it (`bn USD`), or kg, t, kt, Mt, bbl, l, m3, bcm, units, \
         MJ, GJ, TJ, PJ, kWh, MWh, GWh, TWh, MMBtu, %, pp, or one for one of another (`USD/t`)"
    )]
    Unknown(String),
}

impl Dimension {
    /// The name of its base unit: `USD`, `t`, `bbl`, `m3`, `units`, `MJ`, `%`, `pp`, `USD/t`; empty for a plain number.
    pub fn base_unit(&self) -> String {
        Unit::base(*self).to_string()
    }

    /// The same as an amount, of which there can be so much for one of another.
    pub fn amount(self) -> Option<Amount> {
        match self {
            Self::Money(currency) => Some(Amount::Money(currency)),
            Self::Mass => Some(Amount::Mass),
            Self::Barrels => Some(Amount::Barrels),
            Self::CubicMetres => Some(Amount::CubicMetres),
            Self::Units => Some(Amount::Units),
            Self::Energy => Some(Amount::Energy),
            Self::Number | Self::Percent | Self::PercentagePoints | Self::Per(..) => None,
        }
    }

    /// What the sum of two figures measures; none where they are not added.
    pub fn plus(self, other: Self) -> Option<Self> {
        use Dimension::{Percent, PercentagePoints};
        match (self, other) {
            (a, b) if a == b => Some(a),
            (Percent, PercentagePoints) | (PercentagePoints, Percent) => Some(Percent),
            _ => None,
        }
    }

    /// What the difference of two figures measures; none where one is not taken from the other.
    pub fn minus(self, other: Self) -> Option<Self> {
        use Dimension::{Percent, PercentagePoints};
        match (self, other) {
            (Percent, Percent) => Some(PercentagePoints),
            (Percent, PercentagePoints) => Some(Percent),
            (a, b) if a == b => Some(a),
            _ => None,
        }
    }

    /// What the product of two figures measures; none where they are not multiplied.
    pub fn times(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Number, d) | (d, Self::Number) => Some(d),
            (Self::Per(of, per), d) | (d, Self::Per(of, per)) if d.amount() == Some(per) => Some(of.into()),
            _ => None,
        }
    }

    /// What one figure divided by another measures; none where it is not divided by it.
    pub fn over(self, other: Self) -> Option<Self> {
        match (self, other) {
            (a, b) if a == b => Some(Self::Number),
            (a, Self::Number) => Some(a),
            (a, Self::Per(of, per)) if a.amount() == Some(of) => Some(per.into()),
            (a, b) => Some(Self::Per(a.amount()?, b.amount()?)),
        }
    }
}

impl Unit {
    /// The base unit of a dimension.
    pub fn base(dimension: Dimension) -> Self {
        Self { dimension, size: ONE, per: ONE }
    }

    /// Whether it is the base unit of its dimension.
    pub fn is_base(&self) -> bool {
        *self == Self::base(self.dimension)
    }

    /// Reads a unit as the rule language writes it, with one space between a magnitude and its currency.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        let unknown = || UnitError::Unknown(text.to_owned());
        if let Some((of, per)) = text.split_once('/') {
            return Self::parse(of)?.per(Self::parse(per)?).ok_or_else(unknown);
        }
        if let Some((_, dimension, times, power)) = NAMED.iter().find(|(name, ..)| *name == text) {
            return Ok(Self { dimension: *dimension, size: Size { times: *times, power: *power }, per: ONE });
        }
        if ["MT", "MMT", "mmt", "mt", "Mmt"].contains(&text) {
            return Err(UnitError::AmbiguousTonnes(text.to_owned()));
        }
        let magnitude = MAGNITUDES.iter().find_map(|(word, power)| Some((*power, text.strip_prefix(word)?)));
        let (power, currency) = magnitude.unwrap_or((0, text));
        let currency = Currency::new(currency).ok_or_else(unknown)?;
        Ok(Self { dimension: Dimension::Money(currency), size: Size { times: 1, power }, per: ONE })
    }

    /// So much of this unit for one of another: `USD/t`. None where that is no price, heating value or rate of exchange.
    pub fn per(self, other: Self) -> Option<Self> {
        let (of, per) = (self.dimension.amount()?, other.dimension.amount()?);
        (of != per).then_some(Self { dimension: Dimension::Per(of, per), size: self.size, per: other.size })
    }

    /// How many base units one of these is.
    pub fn factor(&self) -> Exact {
        let exact = |s: Size| &Exact::integer(i128::from(s.times)) * &Exact::power_of_ten(i32::from(s.power));
        let size = exact(self.size);
        // A size is never zero.
        if self.per == ONE { size } else { size.checked_div(&exact(self.per)).unwrap_or(size) }
    }

    /// The same as a decimal, digits by ten to a power, for a unit that is not one for one of another.
    pub fn decimal(&self) -> Option<(u64, i8)> {
        (self.per == ONE && !matches!(self.dimension, Dimension::Per(..)))
            .then_some((self.size.times, self.size.power))
    }
}

/// The name of so many base units of a dimension.
fn name(f: &mut fmt::Formatter<'_>, dimension: Dimension, size: Size) -> fmt::Result {
    if let Dimension::Money(currency) = dimension {
        let magnitude = MAGNITUDES.iter().find(|(_, power)| *power == size.power);
        return write!(f, "{}{currency}", magnitude.map_or("", |(word, _)| word));
    }
    let known =
        NAMED.iter().find(|(_, d, times, power)| (*d, *times, *power) == (dimension, size.times, size.power));
    f.write_str(known.map_or("", |(name, ..)| name))
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.dimension {
            Dimension::Per(of, per) => {
                name(f, of.into(), self.size)?;
                f.write_str("/")?;
                name(f, per.into(), self.per)
            }
            dimension => name(f, dimension, self.size),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_read_back_as_written() {
        let named = NAMED.iter().map(|(name, ..)| (*name).to_owned());
        let money = ["USD", "m USD", "bn USD", "tn CNY"].map(str::to_owned);
        let all: Vec<String> = named.chain(money).collect();
        for text in &all {
            assert_eq!(Unit::parse(text).unwrap().to_string(), *text);
            for other in &all {
                let ratio = format!("{text}/{other}");
                if let Ok(unit) = Unit::parse(&ratio) {
                    assert_eq!(unit.to_string(), ratio);
                }
            }
        }
        assert!(matches!(Unit::parse("MMT"), Err(UnitError::AmbiguousTonnes(_))));
        for bad in
            ["usd", "bnUSD", "k USD", "bn  USD", "T", "", "Kwh", "USD/", "t/kt", "%/t", "USD/t/t", "USD/USD"]
        {
            assert!(matches!(Unit::parse(bad), Err(UnitError::Unknown(_))), "{bad}");
        }
    }

    #[test]
    fn energy_is_converted_exactly_and_gas_by_volume_is_none() {
        let of = |text: &str| Unit::parse(text).unwrap();
        let times = |n: &str, unit: &str| &Exact::parse(n).unwrap() * &of(unit).factor();
        assert_eq!(times("1000", "MWh"), times("3600", "GJ"));
        assert_eq!(times("1", "TWh"), times("3.6", "PJ"));
        assert_eq!(times("1", "MMBtu"), times("1055.05585262", "MJ"));
        assert_eq!(times("500", "USD/t"), times("0.5", "USD/kg"));
        assert_eq!(times("1", "bn USD/Mt"), times("1000", "USD/t"));
        assert_ne!(of("bcm").dimension, of("TWh").dimension);
        assert_eq!(of("bcm").factor(), Exact::power_of_ten(9));
        assert!(of("t").is_base() && of("USD/t").is_base() && !of("kg").is_base());
    }

    #[test]
    fn what_is_divided_and_multiplied_back_is_what_it_was() {
        let all: Vec<Dimension> = NAMED
            .iter()
            .map(|(_, d, ..)| *d)
            .chain([Dimension::Money(Currency::USD), Dimension::Number])
            .collect();
        for a in &all {
            for b in &all {
                let Some(ratio) = a.over(*b) else { continue };
                assert_eq!(ratio.times(*b), Some(*a), "{a:?} / {b:?} * {b:?}");
                if let Dimension::Per(..) = ratio {
                    assert_eq!(a.over(ratio), Some(*b), "{a:?} / ({a:?} / {b:?})");
                    assert_eq!(ratio.plus(ratio), Some(ratio));
                    assert_eq!(ratio.over(ratio), Some(Dimension::Number));
                }
            }
        }
        let (rate, points) = (Dimension::Percent, Dimension::PercentagePoints);
        assert_eq!([rate.minus(rate), rate.plus(points)], [Some(points), Some(rate)]);
        assert_eq!([points.minus(rate), rate.times(rate), rate.over(points)], [None, None, None]);
    }
}
