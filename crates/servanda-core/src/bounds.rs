//! A figure with what is held of it and what it can still be.

use crate::Exact;

/// What is held of a figure (`value`, none if nothing is), and its bounds (`None`: unbounded on that side).
///
/// Arithmetic on bounds is outward: the true figure, wherever it lies within its operands' bounds,
/// lies within the bounds of the result.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bounds {
    /// What is held.
    pub value: Option<Exact>,
    /// The least that it can be.
    pub low: Option<Exact>,
    /// The most that it can be.
    pub high: Option<Exact>,
}

impl Bounds {
    /// A figure that is known.
    pub fn exactly(value: Exact) -> Self {
        Self { value: Some(value.clone()), low: Some(value.clone()), high: Some(value) }
    }

    /// A figure of which nothing is known.
    pub fn unknown() -> Self {
        Self { value: None, low: None, high: None }
    }

    /// Whether both bounds are there and equal.
    pub fn is_exact(&self) -> bool {
        self.low.is_some() && self.low == self.high
    }

    /// Whether it is bounded on both sides.
    pub fn is_bounded(&self) -> bool {
        self.low.is_some() && self.high.is_some()
    }

    fn zip(a: &Option<Exact>, b: &Option<Exact>, f: impl Fn(&Exact, &Exact) -> Exact) -> Option<Exact> {
        Some(f(a.as_ref()?, b.as_ref()?))
    }

    /// The sum of two figures.
    pub fn add(&self, other: &Self) -> Self {
        Self {
            value: Self::zip(&self.value, &other.value, |a, b| a + b),
            low: Self::zip(&self.low, &other.low, |a, b| a + b),
            high: Self::zip(&self.high, &other.high, |a, b| a + b),
        }
    }

    /// The figure with its sign turned.
    pub fn neg(&self) -> Self {
        Self {
            value: self.value.as_ref().map(|v| -v),
            low: self.high.as_ref().map(|v| -v),
            high: self.low.as_ref().map(|v| -v),
        }
    }

    /// The difference of two figures.
    pub fn sub(&self, other: &Self) -> Self {
        self.add(&other.neg())
    }

    /// The product of two figures. A side is unbounded unless every product of ends that could
    /// reach it is known; a factor that is exactly zero makes zero.
    pub fn mul(&self, other: &Self) -> Self {
        let value = Self::zip(&self.value, &other.value, |a, b| a * b);
        let zero = |x: &Self| x.is_exact() && x.low.as_ref().is_some_and(Exact::is_zero);
        if zero(self) || zero(other) {
            return Self { value, low: Some(Exact::zero()), high: Some(Exact::zero()) };
        }
        let (mut low, mut high) = (End::Max, End::Min);
        for a in [End::low(self), End::high(self)] {
            for b in [End::low(other), End::high(other)] {
                let product = a.times(&b);
                low = low.min(product.clone());
                high = high.max(product);
            }
        }
        Self { value, low: low.finite(), high: high.finite() }
    }

    /// The quotient, or `None` if the divisor's bounds contain zero (or are unbounded on both sides).
    pub fn div(&self, other: &Self) -> Option<Self> {
        let positive = other.low.as_ref().is_some_and(|l| !l.is_negative() && !l.is_zero());
        let negative = other.high.as_ref().is_some_and(Exact::is_negative);
        if !positive && !negative {
            return None;
        }
        let one = Exact::integer(1);
        let invert = |x: &Option<Exact>| match x {
            Some(x) => one.checked_div(x),
            None => Some(Exact::zero()),
        };
        let inverse = Self {
            value: other.value.as_ref().and_then(|v| one.checked_div(v)),
            low: invert(&other.high),
            high: invert(&other.low),
        };
        Some(self.mul(&inverse))
    }

    /// The smaller of two figures.
    pub fn min(&self, other: &Self) -> Self {
        Self {
            value: Self::zip(&self.value, &other.value, |a, b| a.min(b).clone()),
            low: Self::zip(&self.low, &other.low, |a, b| a.min(b).clone()),
            high: match (&self.high, &other.high) {
                (Some(a), Some(b)) => Some(a.min(b).clone()),
                (a, b) => a.clone().or_else(|| b.clone()),
            },
        }
    }

    /// The larger of two figures.
    pub fn max(&self, other: &Self) -> Self {
        self.neg().min(&other.neg()).neg()
    }

    /// Whether `x` is within the bounds.
    pub fn contains(&self, x: &Exact) -> bool {
        self.low.as_ref().is_none_or(|l| l <= x) && self.high.as_ref().is_none_or(|h| x <= h)
    }
}

/// One end of a range on the extended line, for products.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Min,
    Finite(Exact),
    Max,
}

impl End {
    fn low(b: &Bounds) -> Self {
        b.low.clone().map_or(Self::Min, Self::Finite)
    }

    fn high(b: &Bounds) -> Self {
        b.high.clone().map_or(Self::Max, Self::Finite)
    }

    fn sign(&self) -> i8 {
        match self {
            Self::Min => -1,
            Self::Max => 1,
            Self::Finite(x) if x.is_zero() => 0,
            Self::Finite(x) => {
                if x.is_negative() {
                    -1
                } else {
                    1
                }
            }
        }
    }

    fn times(&self, other: &Self) -> Self {
        if let (Self::Finite(a), Self::Finite(b)) = (self, other) {
            return Self::Finite(a * b);
        }
        match self.sign() * other.sign() {
            0 => Self::Finite(Exact::zero()),
            s if s > 0 => Self::Max,
            _ => Self::Min,
        }
    }

    fn finite(self) -> Option<Exact> {
        match self {
            Self::Finite(x) => Some(x),
            Self::Min | Self::Max => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range(low: Option<i128>, high: Option<i128>) -> Bounds {
        Bounds { value: None, low: low.map(Exact::integer), high: high.map(Exact::integer) }
    }

    #[test]
    fn half_unbounded_products_and_quotients() {
        let floor = range(Some(2), None);
        assert_eq!(floor.mul(&range(Some(3), Some(4))).low, Some(Exact::integer(6)));
        assert_eq!(floor.mul(&range(Some(3), Some(4))).high, None);
        assert_eq!(range(Some(-1), Some(1)).mul(&floor), range(None, None));
        assert_eq!(floor.div(&range(Some(0), Some(4))), None);
        let q = range(Some(6), Some(6)).div(&floor).unwrap();
        assert_eq!((q.low, q.high), (Some(Exact::zero()), Some(Exact::integer(3))));
    }

    prop_compose! {
        fn bounds_with_point()(a in -50i128..50, b in -50i128..50, t in 0u8..=10, open in 0u8..4) -> (Bounds, Exact) {
            let (low, high) = (a.min(b), a.max(b));
            let point = low + (high - low) * i128::from(t) / 10;
            let bounds = range((open & 1 == 0).then_some(low), (open & 2 == 0).then_some(high));
            (bounds, Exact::integer(point))
        }
    }

    proptest! {
        #[test]
        fn results_contain_every_point((a, x) in bounds_with_point(), (b, y) in bounds_with_point()) {
            prop_assert!(a.add(&b).contains(&(&x + &y)));
            prop_assert!(a.sub(&b).contains(&(&x - &y)));
            prop_assert!(a.mul(&b).contains(&(&x * &y)));
            prop_assert!(a.min(&b).contains((&x).min(&y)));
            prop_assert!(a.max(&b).contains((&x).max(&y)));
            if let Some(q) = a.div(&b) {
                prop_assert!(q.contains(&x.checked_div(&y).unwrap()));
            }
        }
    }
}
