//! Exact numbers. Whatever decides a finding is a ratio of integers of any size, never a float.

use num_bigint::{BigInt, Sign};
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};
use serde::Serialize;
use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Mul, Neg, Sub};

/// An exact number: a ratio of two integers of any size.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Exact(Ratio);

/// In lowest terms, with a divisor above zero. `Small` wherever both parts fit, so that equal numbers are written alike.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Ratio {
    Small(i64, i64),
    Big(Box<BigRational>),
}

/// Digits behind the point of a number whose decimal expansion does not end.
const PLACES: u32 = 30;

#[derive(Clone, Copy)]
enum Rounding {
    HalfEven,
    Down,
    Up,
}

impl Rounding {
    /// Whether the next integer above stands for a number: `whole` if it is its own floor, `half` how what is beyond the
    /// floor compares with a half.
    fn up(self, whole: bool, half: Ordering, floor_is_odd: bool) -> bool {
        match self {
            Self::HalfEven => half == Ordering::Greater || (half == Ordering::Equal && floor_is_odd),
            Self::Down => false,
            Self::Up => !whole,
        }
    }
}

fn trimmed(decimal: &str) -> String {
    match decimal.contains('.') {
        true => decimal.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => decimal.to_owned(),
    }
}

/// Why a text is not a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExactError {
    /// Not digits with at most one point and a sign before them.
    #[error("`{text}` is not a decimal number: {help}", text = .0, help = meant(.0))]
    NotDecimal(String),
}

/// What to write in place of a text, where the number that it means is sure.
fn meant(text: &str) -> String {
    let digits = text.trim().trim_start_matches('-');
    let minus = if text.trim().starts_with('-') { "-" } else { "" };
    match crate::foreign_numeral(digits) {
        Some((length, readings)) if length == digits.len() && !readings.is_empty() => {
            let readings: Vec<String> = readings.iter().map(|r| format!("{minus}{r}")).collect();
            crate::write_instead(&readings)
        }
        _ => "write digits with at most one point".to_owned(),
    }
}

/// The greatest common divisor; of nothing and a number, the number.
fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        if let (Ok(mut x), Ok(mut y)) = (u64::try_from(a), u64::try_from(b)) {
            while y != 0 {
                (x, y) = (y, x % y);
            }
            return u128::from(x);
        }
        (a, b) = (b, a % b);
    }
    a
}

/// `10^power`, where that fits.
fn ten_to(power: u32) -> Option<i64> {
    10i64.checked_pow(power)
}

impl Exact {
    /// A ratio of integers; the divisor is above zero.
    fn ratio(numerator: i128, divisor: i128) -> Self {
        let common = if divisor == 1 { 1 } else { gcd(numerator.unsigned_abs(), divisor.unsigned_abs()) };
        let (numerator, divisor) = match i128::try_from(common) {
            Ok(common) if common > 1 => (numerator / common, divisor / common),
            _ => (numerator, divisor),
        };
        match (i64::try_from(numerator), i64::try_from(divisor)) {
            (Ok(n), Ok(d)) => Self(Ratio::Small(n, d)),
            _ => Self(Ratio::Big(Box::new(BigRational::new(numerator.into(), divisor.into())))),
        }
    }

    fn from_big(value: BigRational) -> Self {
        match (i64::try_from(value.numer()), i64::try_from(value.denom())) {
            (Ok(n), Ok(d)) => Self(Ratio::Small(n, d)),
            _ => Self(Ratio::Big(Box::new(value))),
        }
    }

    fn big(&self) -> BigRational {
        match &self.0 {
            Ratio::Small(n, d) => BigRational::new_raw(BigInt::from(*n), BigInt::from(*d)),
            Ratio::Big(value) => BigRational::clone(value),
        }
    }

    /// The parts of two numbers, where all of them are small: products of them fit.
    fn both(&self, other: &Self) -> Option<(i128, i128, i128, i128)> {
        match (&self.0, &other.0) {
            (Ratio::Small(a, b), Ratio::Small(c, d)) => {
                Some((i128::from(*a), i128::from(*b), i128::from(*c), i128::from(*d)))
            }
            _ => None,
        }
    }

    /// Zero.
    pub fn zero() -> Self {
        Self(Ratio::Small(0, 1))
    }

    /// An integer.
    pub fn integer(value: i128) -> Self {
        Self::ratio(value, 1)
    }

    /// `value / 10^scale`: how statistics are stored, as integers of the smallest published unit.
    pub fn scaled(value: i128, scale: u32) -> Self {
        match ten_to(scale) {
            Some(divisor) => Self::ratio(value, divisor.into()),
            None => Self::from_big(BigRational::new(BigInt::from(value), BigInt::from(10).pow(scale))),
        }
    }

    /// `10^power`.
    pub fn power_of_ten(power: i32) -> Self {
        match (ten_to(power.unsigned_abs()), power < 0) {
            (Some(ten), false) => Self(Ratio::Small(ten, 1)),
            (Some(ten), true) => Self(Ratio::Small(1, ten)),
            (None, _) => {
                let ten = BigRational::from_integer(BigInt::from(10));
                Self::from_big(num_traits::pow::Pow::pow(ten, power))
            }
        }
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
        let scale = u32::try_from(fraction.len()).map_err(|_| bad())?;
        if let (Ok(value), Some(divisor)) = (joined.parse::<i64>(), ten_to(scale)) {
            let value = i128::from(value);
            return Ok(Self::ratio(if sign == Sign::Minus { -value } else { value }, divisor.into()));
        }
        let magnitude = BigInt::parse_bytes(joined.as_bytes(), 10).ok_or_else(bad)?;
        let signed = if sign == Sign::Minus { -magnitude } else { magnitude };
        Ok(Self::from_big(BigRational::new(signed, BigInt::from(10).pow(scale))))
    }

    /// `self / other`, or `None` if `other` is zero.
    pub fn checked_div(&self, other: &Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        Some(match self.both(other) {
            Some((a, b, c, d)) if c < 0 => Self::ratio(-(a * d), b * -c),
            Some((a, b, c, d)) => Self::ratio(a * d, b * c),
            None => Self::from_big(self.big() / other.big()),
        })
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Ratio::Small(0, _))
    }

    /// Whether it is below zero.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Ratio::Small(n, _) => *n < 0,
            Ratio::Big(value) => value.is_negative(),
        }
    }

    /// The value without its sign.
    pub fn abs(&self) -> Self {
        if self.is_negative() { -self } else { self.clone() }
    }

    /// The value with `decimals` digits behind the point, half to even, trailing zeros kept.
    pub fn round_to(&self, decimals: u32) -> String {
        self.rounded(decimals, Rounding::HalfEven)
    }

    fn rounded(&self, decimals: u32, rounding: Rounding) -> String {
        let small = match (&self.0, ten_to(decimals)) {
            (Ratio::Small(n, d), Some(ten)) => {
                let (scaled, divisor) = (i128::from(*n) * i128::from(ten), i128::from(*d));
                let (floor, rest) = (scaled.div_euclid(divisor), scaled.rem_euclid(divisor));
                Some(floor + i128::from(rounding.up(rest == 0, (rest * 2).cmp(&divisor), floor % 2 != 0)))
            }
            _ => None,
        };
        let (negative, mut digits) = match small {
            Some(rounded) => (rounded < 0, rounded.unsigned_abs().to_string()),
            None => {
                let scaled = self.big() * BigRational::from_integer(BigInt::from(10).pow(decimals));
                let floor = scaled.floor().to_integer();
                let rest = &scaled - BigRational::from_integer(floor.clone());
                let half = BigRational::new(BigInt::one(), BigInt::from(2));
                let odd = (&floor % BigInt::from(2)) != BigInt::zero();
                let rounded =
                    if rounding.up(rest.is_zero(), rest.cmp(&half), odd) { floor + 1 } else { floor };
                (rounded.is_negative(), rounded.abs().to_string())
            }
        };
        let places = decimals as usize;
        if digits.len() <= places {
            digits = format!("{}{digits}", "0".repeat(places + 1 - digits.len()));
        }
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let sign = if negative { "-" } else { "" };
        if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }

    /// How many digits behind the point the decimal expansion has, if it ends: the divisor has no factor but 2 and 5.
    fn places(&self) -> Option<u32> {
        let divisor = match &self.0 {
            Ratio::Small(_, d) => {
                let twos = d.trailing_zeros();
                let (mut rest, mut fives) = (d >> twos, 0);
                while rest % 5 == 0 {
                    rest /= 5;
                    fives += 1;
                }
                return (rest == 1).then(|| twos.max(fives));
            }
            Ratio::Big(value) => value.denom().clone(),
        };
        let twos = divisor.trailing_zeros().unwrap_or(0);
        let (mut rest, five, mut fives) = (divisor >> twos, BigInt::from(5), 0u64);
        while (&rest % &five).is_zero() {
            rest /= &five;
            fives += 1;
        }
        if rest.is_one() { u32::try_from(twos.max(fives)).ok() } else { None }
    }

    fn text(&self, rounding: Rounding) -> String {
        match self.places() {
            Some(places) => self.round_to(places),
            None => trimmed(&self.rounded(PLACES, rounding)),
        }
    }

    /// The whole decimal expansion if it ends, else thirty digits behind the point, half to even; no trailing zeros.
    pub fn plain(&self) -> String {
        self.text(Rounding::HalfEven)
    }

    /// As [`Exact::plain`], but never above the value: the text of a lower bound.
    pub fn plain_down(&self) -> String {
        self.text(Rounding::Down)
    }

    /// As [`Exact::plain`], but never below the value: the text of an upper bound.
    pub fn plain_up(&self) -> String {
        self.text(Rounding::Up)
    }

    /// The value with `decimals` digits behind the point, rounded towards minus infinity.
    pub fn round_down_to(&self, decimals: u32) -> String {
        self.rounded(decimals, Rounding::Down)
    }

    /// The value with `decimals` digits behind the point, rounded towards infinity.
    pub fn round_up_to(&self, decimals: u32) -> String {
        self.rounded(decimals, Rounding::Up)
    }

    /// `n/d` in lowest terms where no decimal expansion ends; `None` where [`Exact::plain`] says all.
    pub fn fraction(&self) -> Option<String> {
        match self.places() {
            Some(_) => None,
            None => Some(self.big().to_string()),
        }
    }

    /// The key under which a number whose expansion does not end is serialized.
    pub const FRACTION: &str = "servanda::n/d";

    /// Reads `n/d`.
    pub fn parse_fraction(text: &str) -> Result<Self, ExactError> {
        let bad = || ExactError::NotDecimal(text.to_owned());
        let (n, d) = text.split_once('/').ok_or_else(bad)?;
        Self::parse(n)?.checked_div(&Self::parse(d)?).ok_or_else(bad)
    }

    /// For people: the whole expansion where it ends within twelve digits behind the point, else six, half to even.
    pub fn brief(&self) -> String {
        match self.places() {
            Some(places) if places <= 12 => self.round_to(places),
            _ => trimmed(&self.round_to(6)),
        }
    }

    /// For charts and models only; never in what decides.
    pub fn to_f64(&self) -> f64 {
        num_traits::ToPrimitive::to_f64(&self.big()).unwrap_or(f64::NAN)
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        match self.both(other) {
            Some((a, b, c, d)) if b == d => a.cmp(&c),
            Some((a, b, c, d)) => (a * d).cmp(&(c * b)),
            None => self.big().cmp(&other.big()),
        }
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Add for &Exact {
    type Output = Exact;
    fn add(self, other: &Exact) -> Exact {
        match self.both(other) {
            Some((a, b, c, d)) if b == d => Exact::ratio(a + c, b),
            Some((a, b, c, d)) => Exact::ratio(a * d + c * b, b * d),
            None => Exact::from_big(self.big() + other.big()),
        }
    }
}

impl Sub for &Exact {
    type Output = Exact;
    fn sub(self, other: &Exact) -> Exact {
        match self.both(other) {
            Some((a, b, c, d)) if b == d => Exact::ratio(a - c, b),
            Some((a, b, c, d)) => Exact::ratio(a * d - c * b, b * d),
            None => Exact::from_big(self.big() - other.big()),
        }
    }
}

impl Mul for &Exact {
    type Output = Exact;
    fn mul(self, other: &Exact) -> Exact {
        match self.both(other) {
            Some((a, b, c, d)) => Exact::ratio(a * c, b * d),
            None => Exact::from_big(self.big() * other.big()),
        }
    }
}

impl Neg for &Exact {
    type Output = Exact;
    fn neg(self) -> Exact {
        match &self.0 {
            Ratio::Small(n, d) => Exact::ratio(-i128::from(*n), i128::from(*d)),
            Ratio::Big(value) => Exact::from_big(-BigRational::clone(value)),
        }
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.plain())
    }
}

impl fmt::Debug for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.big())
    }
}

/// A text as [`Exact::plain`] where the expansion ends; else an object with the key [`Exact::FRACTION`] alone, which what prints
/// documents turns into a decimal that is rounded as its place asks for, with `n/d` beside it.
impl Serialize for Exact {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.fraction() {
            None => serializer.serialize_str(&self.plain()),
            Some(fraction) => serializer.collect_map([(Self::FRACTION, fraction)]),
        }
    }
}

/// How a figure is rounded whose decimal expansion does not end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// A lower bound: down.
    Low,
    /// An upper bound: up.
    High,
    /// Neither: to the nearest.
    Value,
}

impl End {
    /// What a key or column names: `low`, `share_high`, `at_most`.
    pub fn of(key: &str) -> Self {
        let is =
            |word: &str| key.strip_suffix(word).is_some_and(|rest| rest.is_empty() || rest.ends_with('_'));
        match (is("low"), is("high") || is("at_most")) {
            (true, _) => Self::Low,
            (_, true) => Self::High,
            _ => Self::Value,
        }
    }

    /// The decimal.
    pub fn text(self, value: &Exact) -> String {
        match self {
            Self::Low => value.plain_down(),
            Self::High => value.plain_up(),
            Self::Value => value.plain(),
        }
    }
}

crate::text_schema!(
    Exact,
    "A decimal: the whole expansion where it ends; else thirty digits behind the point, and the same figure as n/d under `exact` of the object that it stands in"
);

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
    fn whole_where_it_ends_else_thirty_places_outward() {
        let third = n("-10").checked_div(&n("11")).unwrap();
        assert_eq!(third.plain_down(), "-0.909090909090909090909090909091");
        assert_eq!(third.plain_up(), "-0.90909090909090909090909090909");
        assert_eq!(third.fraction().as_deref(), Some("-10/11"));
        assert_eq!(n("0.92299999123").plain(), "0.92299999123");
        assert_eq!(n("0.0000001").plain(), "0.0000001");
        assert_eq!(n("1200.50").plain(), "1200.5");
        assert_eq!(n("1").checked_div(&n("64")).unwrap().plain(), "0.015625");
        assert_eq!(n("1").checked_div(&n("3")).unwrap().brief(), "0.333333");
        assert_eq!(n("100").brief(), "100");
    }

    #[test]
    fn refuses_what_is_not_a_decimal() {
        for bad in ["", "-", ".5", "5.", "1e3", "1,000", "NaN", "+1", "1.2.3", "−1"] {
            assert!(Exact::parse(bad).is_err(), "{bad}");
        }
    }

    fn big(n: i128, d: i64) -> BigRational {
        BigRational::new(BigInt::from(n), BigInt::from(d))
    }

    proptest! {
        #[test]
        fn small_and_large_numbers_work_alike(
            a in prop_oneof![-1000i128..1000, any::<i64>().prop_map(i128::from), any::<i128>()],
            b in prop_oneof![-1000i128..1000, any::<i64>().prop_map(i128::from), any::<i128>()],
            c in prop_oneof![1i64..100, 1i64..i64::MAX],
            d in prop_oneof![1i64..100, 1i64..i64::MAX],
        ) {
            let (x, y) = (Exact::from_big(big(a, c)), Exact::from_big(big(b, d)));
            prop_assert_eq!((&x + &y).big(), big(a, c) + big(b, d));
            prop_assert_eq!((&x - &y).big(), big(a, c) - big(b, d));
            prop_assert_eq!((&x * &y).big(), big(a, c) * big(b, d));
            prop_assert_eq!((-&x).big(), -big(a, c));
            prop_assert_eq!(x.abs().big(), big(a, c).abs());
            prop_assert_eq!(x.cmp(&y), big(a, c).cmp(&big(b, d)));
            prop_assert_eq!(&(&x + &y) - &y, x.clone());
            match x.checked_div(&y) {
                Some(q) => {
                    prop_assert_eq!(q.big(), big(a, c) / big(b, d));
                    prop_assert_eq!(&q * &y, x.clone());
                }
                None => prop_assert!(y.is_zero()),
            }
            // The same number, far from where small ones end.
            let far = Exact::from_big(BigRational::from_integer(BigInt::from(1u8) << 200usize));
            let near = &(&x + &far) - &far;
            prop_assert_eq!(near.round_to(3), x.round_to(3));
            prop_assert_eq!(near, x);
        }

        #[test]
        fn an_expansion_that_ends_is_whole_and_reads_back(value in any::<i128>(), scale in 0u32..=40) {
            let number = Exact::scaled(value, scale);
            for text in [number.plain(), number.plain_down(), number.plain_up()] {
                prop_assert_eq!(Exact::parse(&text).unwrap(), number.clone());
            }
            prop_assert_eq!(number.fraction(), None);
            prop_assert_eq!(serde_json::to_value(&number).unwrap(), number.plain());
        }

        #[test]
        fn bounds_as_text_hold_the_number(n in any::<i64>(), d in 1i64..i64::MAX, wide in any::<bool>()) {
            let wide = if wide { BigInt::from(3u8).pow(90) } else { BigInt::one() };
            let number = Exact::from_big(BigRational::new(BigInt::from(n), BigInt::from(d) * wide));
            let read = |text: String| Exact::parse(&text).unwrap();
            let (low, high) = (read(number.plain_down()), read(number.plain_up()));
            prop_assert!(low <= number && number <= high);
            prop_assert!(&high - &low <= Exact::power_of_ten(-30));
            prop_assert!((&read(number.plain()) - &number).abs() <= Exact::power_of_ten(-30));
            match number.fraction() {
                Some(text) => {
                    let (n, d) = text.split_once('/').unwrap();
                    prop_assert_eq!(read(n.into()).checked_div(&read(d.into())).unwrap(), number.clone());
                    prop_assert!(low < high);
                    prop_assert_eq!(Exact::parse_fraction(&text).unwrap(), number.clone());
                    prop_assert_eq!(&serde_json::to_value(&number).unwrap()[Exact::FRACTION], &text);
                }
                None => prop_assert_eq!(low, high),
            }
        }
    }
}
