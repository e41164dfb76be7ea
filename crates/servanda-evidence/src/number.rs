//! Figures of files, read exactly into integers of the smallest stored unit.

use servanda_core::{Dimension, Unit};
use std::fmt;

/// Quantities are stored in thousandths of their dimension's base unit, unless a source declares finer ones.
pub const QUANTITY_SCALE: u32 = 3;

/// `digits / 10^scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// All digits as one integer.
    pub digits: i128,
    /// How many of them are behind the point.
    pub scale: u32,
}

/// What a figure's unit makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// What it measures.
    pub dimension: Dimension,
    /// `thousand USD` is 3.
    pub power: u32,
    /// A declared factor besides, such as 0.001 for litres in cubic metres.
    pub factor: Decimal,
}

impl Decimal {
    /// Reads digits with at most one point and a minus before them: no exponent, no separators. `.306` is 0.306, as some publishers
    /// write it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let bad = || {
            let why = if text.contains(',') {
                ": it has separators"
            } else if text.contains(['e', 'E']) {
                ": it has an exponent, so digits may be lost"
            } else {
                ""
            };
            format!("`{text}` is not a number{why}")
        };
        let (sign, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let (whole, fraction) = match unsigned.split_once('.') {
            Some((w, f)) if !f.is_empty() => (w, f.trim_end_matches('0')),
            Some(_) => return Err(bad()),
            None => (unsigned, ""),
        };
        let written = unsigned.len() - usize::from(unsigned.contains('.'));
        if written == 0 || whole.len() + fraction.len() > 30 {
            return Err(bad());
        }
        let mut digits: i128 = 0;
        for byte in whole.bytes().chain(fraction.bytes()) {
            if !byte.is_ascii_digit() {
                return Err(bad());
            }
            digits = digits * 10 + i128::from(byte - b'0');
        }
        Ok(Self { digits: digits * sign, scale: u32::try_from(fraction.len()).unwrap_or(0) })
    }
}

/// `USD x 10^3`, `t x 4/10^4`: as it is kept with what is read by it. [`Measure::parse`] reads it.
impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.dimension.base_unit())?;
        match self.factor {
            Decimal { digits: 1, scale: 0 } => {}
            Decimal { digits, scale: 0 } => write!(f, " x {digits}")?,
            Decimal { digits, scale } => write!(f, " x {digits}/10^{scale}")?,
        }
        if self.power == 0 { Ok(()) } else { write!(f, " x 10^{}", self.power) }
    }
}

impl Measure {
    /// Reads a measure as it is kept; none of another form.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(" x ");
        let dimension = Unit::parse(parts.next()?).ok().filter(Unit::is_base)?.dimension;
        let mut measure = Self { dimension, power: 0, factor: Decimal { digits: 1, scale: 0 } };
        let mut rest = parts.peekable();
        if let Some(factor) = rest.next_if(|part| !part.starts_with("10^")) {
            let (digits, scale) = factor.split_once("/10^").unwrap_or((factor, "0"));
            measure.factor = Decimal { digits: digits.parse().ok()?, scale: scale.parse().ok()? };
        }
        if let Some(power) = rest.next() {
            measure.power = power.strip_prefix("10^")?.parse().ok()?;
        }
        rest.next().is_none().then_some(measure)
    }

    /// One in this unit, in integers of `10^-scale` of the base unit; 1 where it is finer than those.
    pub fn one(&self, scale: u32) -> i128 {
        let power = (self.power + scale).checked_sub(self.factor.scale);
        let one = power.and_then(|p| 10i128.checked_pow(p)).and_then(|p| p.checked_mul(self.factor.digits));
        one.unwrap_or(1).max(1)
    }

    /// A figure in integers of `10^-scale` of the base unit, or why not: finer than that, or too large.
    pub fn store(&self, figure: Decimal, scale: u32) -> Result<i64, String> {
        let too_large = || "the figure is too large to be stored: check its unit".to_owned();
        let up = self.power + scale;
        let down = figure.scale + self.factor.scale;
        let product = figure.digits.checked_mul(self.factor.digits).ok_or_else(too_large)?;
        let exact = if up >= down {
            10i128.checked_pow(up - down).and_then(|p| product.checked_mul(p)).ok_or_else(too_large)?
        } else {
            let divisor = 10i128.checked_pow(down - up).ok_or_else(too_large)?;
            if product % divisor != 0 {
                return Err(format!("the figure is finer than {scale} decimals, which is what is stored"));
            }
            product / divisor
        };
        i64::try_from(exact).map_err(|_| too_large())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(text: &str, power: u32, factor: &str, scale: u32) -> Result<i64, String> {
        let factor = Decimal::parse(factor).unwrap();
        Measure { dimension: Dimension::Mass, power, factor }.store(Decimal::parse(text).unwrap(), scale)
    }

    #[test]
    fn one_in_a_unit() {
        let unit = |power, factor| Measure {
            dimension: Dimension::Mass,
            power,
            factor: Decimal::parse(factor).unwrap(),
        };
        assert_eq!([unit(6, "1").one(0), unit(0, "0.001").one(3), unit(0, "1").one(3)], [1_000_000, 1, 1000]);
        assert_eq!([unit(0, "0.0001").one(3), unit(300, "1").one(3)], [1, 1]);
    }

    proptest::proptest! {
        #[test]
        fn measures_read_as_they_are_kept(
            unit in proptest::sample::select(vec!["USD", "CNY", "t", "bbl", "m3", "units"]),
            power in 0u32..20,
            (digits, scale) in (1i128..1_000_000, 0u32..9),
        ) {
            let dimension = Unit::parse(unit).unwrap().dimension;
            let measure = Measure { dimension, power, factor: Decimal { digits, scale } };
            proptest::prop_assert_eq!(Measure::parse(&measure.to_string()), Some(measure));
        }
    }

    #[test]
    fn figures_are_exact_or_refused() {
        assert_eq!(stored("897315.0", 0, "1", 3), Ok(897_315_000));
        assert_eq!(stored("29958", 0, "0.001", 3), Ok(29_958));
        assert_eq!(stored("1.5", 3, "1", 0), Ok(1500));
        assert_eq!(stored("-7", 0, "1", 0), Ok(-7));
        assert_eq!(
            [stored(".306", 0, "1", 3), stored("-.5", 0, "1", 3), stored(".0", 0, "1", 3)],
            [Ok(306), Ok(-500), Ok(0)]
        );
        assert!(stored("0.5", 0, "1", 0).unwrap_err().contains("finer than 0 decimals"));
        assert!(stored("99999999999999999999", 0, "1", 0).unwrap_err().contains("too large"));
        for bad in ["1,000", "1e6", "", "-", "1.", ".", "-.", "+1", "nan", "1 000"] {
            assert!(Decimal::parse(bad).is_err(), "{bad}");
        }
    }
}
