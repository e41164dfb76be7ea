//! Exact numbers. Whatever decides a finding is a ratio of integers of any size, never a float.

use num_bigint::{BigInt, Sign};
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Add, Mul, Neg, Sub};

/// An exact number: a ratio of two integers of any size.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exact(BigRational);

/// Why a text is not a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExactError {
    /// Not digits with at most one point and a sign before them.
    #[error("`{0}` is not a decimal number: write digits with at most one point, such as 12.5")]
    NotDecimal(String),
}

impl Exact {
    /// Zero.
    pub fn zero() -> Self {
        Self(BigRational::zero())
    }

    /// An integer.
    pub fn integer(value: i128) -> Self {
        Self(BigRational::from_integer(BigInt::from(value)))
    }

    /// `value / 10^scale`: how statistics are stored, as integers of the smallest published unit.
    pub fn scaled(value: i128, scale: u32) -> Self {
        Self(BigRational::new(BigInt::from(value), BigInt::from(10).pow(scale)))
    }

    /// `10^power`.
    pub fn power_of_ten(power: i32) -> Self {
        let ten = BigRational::from_integer(BigInt::from(10));
        Self(num_traits::pow::Pow::pow(ten, power))
    }

    /// Reads a decimal such as `-12.50`. No exponent, no separators, no infinities.
    pub fn parse(text: &str) -> Result<Self, ExactError> {
        let bad = || ExactError::NotDecimal(text.to_owned());
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (Sign::Minus, rest),
            None => (Sign::Plus, text),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((w, f)) if !f.is_empty() => (w, f),
            Some(_) => return Err(bad()),
            None => (digits, ""),
        };
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return Err(bad());
        }
        let joined = format!("{whole}{fraction}");
        let magnitude = BigInt::parse_bytes(joined.as_bytes(), 10).ok_or_else(bad)?;
        let signed = if sign == Sign::Minus { -magnitude } else { magnitude };
        let scale = u32::try_from(fraction.len()).map_err(|_| bad())?;
        Ok(Self(BigRational::new(signed, BigInt::from(10).pow(scale))))
    }

    /// `self / other`, or `None` if `other` is zero.
    pub fn checked_div(&self, other: &Self) -> Option<Self> {
        (!other.0.is_zero()).then(|| Self(&self.0 / &other.0))
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// Whether it is below zero.
    pub fn is_negative(&self) -> bool {
        self.0.is_negative()
    }

    /// The value without its sign.
    pub fn abs(&self) -> Self {
        Self(self.0.abs())
    }

    /// The value with `decimals` digits behind the point, half to even, trailing zeros kept.
    pub fn round_to(&self, decimals: u32) -> String {
        let scaled = &self.0 * BigRational::from_integer(BigInt::from(10).pow(decimals));
        let floor = scaled.floor().to_integer();
        let rest = &scaled - BigRational::from_integer(floor.clone());
        let half = BigRational::new(BigInt::one(), BigInt::from(2));
        let odd = (&floor % BigInt::from(2)) != BigInt::zero();
        let up = rest > half || (rest == half && odd);
        let rounded = if up { floor + 1 } else { floor };
        let negative = rounded.is_negative();
        let mut digits = rounded.abs().to_string();
        let places = decimals as usize;
        if digits.len() <= places {
            digits = format!("{}{digits}", "0".repeat(places + 1 - digits.len()));
        }
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let sign = if negative { "-" } else { "" };
        if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }

    /// The whole decimal expansion if it ends within six digits, else rounded to six; no trailing zeros.
    pub fn plain(&self) -> String {
        let text = self.round_to(6);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// For charts and models only; never in what decides.
    pub fn to_f64(&self) -> f64 {
        num_traits::ToPrimitive::to_f64(&self.0).unwrap_or(f64::NAN)
    }
}

impl Add for &Exact {
    type Output = Exact;
    fn add(self, other: &Exact) -> Exact {
        Exact(&self.0 + &other.0)
    }
}

impl Sub for &Exact {
    type Output = Exact;
    fn sub(self, other: &Exact) -> Exact {
        Exact(&self.0 - &other.0)
    }
}

impl Mul for &Exact {
    type Output = Exact;
    fn mul(self, other: &Exact) -> Exact {
        Exact(&self.0 * &other.0)
    }
}

impl Neg for &Exact {
    type Output = Exact;
    fn neg(self) -> Exact {
        Exact(-&self.0)
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.plain())
    }
}

impl fmt::Debug for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl Serialize for Exact {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.plain())
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn n(text: &str) -> Exact {
        Exact::parse(text).unwrap()
    }

    #[test]
    fn rounds_half_to_even() {
        assert_eq!(n("0.00005").round_to(4), "0.0000");
        assert_eq!(n("0.00015").round_to(4), "0.0002");
        assert_eq!(n("-0.00015").round_to(4), "-0.0002");
        assert_eq!(n("2.5").round_to(0), "2");
        assert_eq!(n("-0.4").round_to(0), "0");
        assert_eq!(n("27335339028").checked_div(&n("33469792856")).unwrap().round_to(4), "0.8167");
    }

    #[test]
    fn refuses_what_is_not_a_decimal() {
        for bad in ["", "-", ".5", "5.", "1e3", "1,000", "NaN", "+1", "1.2.3", "−1"] {
            assert!(Exact::parse(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn plain_text_reads_back(value in any::<i64>(), scale in 0u32..=6) {
            let number = Exact::scaled(i128::from(value), scale);
            prop_assert_eq!(Exact::parse(&number.plain()).unwrap(), number);
        }
    }
}
