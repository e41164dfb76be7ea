//! Figures with bounds, a second time: ends that may be missing, and nothing else.

use servanda_core::{Date, Exact};

/// A figure: what is held of it, and between what it lies.
#[derive(Debug, Clone, Default)]
pub struct Num {
    pub value: Option<Exact>,
    pub low: Option<Exact>,
    pub high: Option<Exact>,
    pub undefined: bool,
    /// Whether it may be none, since a divisor in it may be zero; then it has no ends, whatever was made of it.
    pub none: bool,
    pub refused: bool,
    /// The day by which the first sub-period is out, and the day by which the last is; of what is tested, and of baselines.
    pub tested: Vec<(Date, Date)>,
    pub baselines: Vec<(Date, Date)>,
    /// What makes two figures of one source the same.
    pub name: String,
}

pub fn both(a: &Option<Exact>, b: &Option<Exact>, f: impl Fn(&Exact, &Exact) -> Exact) -> Option<Exact> {
    Some(f(a.as_ref()?, b.as_ref()?))
}

impl Num {
    pub fn plain(n: i64) -> Self {
        let n = Exact::integer(i128::from(n));
        Self {
            value: Some(n.clone()),
            low: Some(n.clone()),
            high: Some(n.clone()),
            name: n.to_string(),
            ..Self::default()
        }
    }

    /// Takes everything but the numbers from two others.
    pub fn from(word: &str, a: Self, b: Self) -> Self {
        let mut out = Self {
            undefined: a.undefined || b.undefined,
            none: a.none || b.none,
            refused: a.refused || b.refused,
            ..Self::default()
        };
        out.name = format!("({}{word}{})", a.name, b.name);
        for n in [a, b] {
            out.tested.extend(n.tested);
            out.baselines.extend(n.baselines);
        }
        out
    }

    /// Without ends where it may be none.
    pub fn or_none(self) -> Self {
        if self.none { Self { value: None, low: None, high: None, ..self } } else { self }
    }

    pub fn add(a: Self, b: Self) -> Self {
        let sum = |x: &Option<Exact>, y: &Option<Exact>| both(x, y, |x, y| x + y);
        let (value, low, high) = (sum(&a.value, &b.value), sum(&a.low, &b.low), sum(&a.high, &b.high));
        Self { value, low, high, ..Self::from("+", a, b) }
    }

    pub fn negative(self) -> Self {
        let turn = |x: &Option<Exact>| x.as_ref().map(|x| -x);
        Self {
            value: turn(&self.value),
            low: turn(&self.high),
            high: turn(&self.low),
            name: format!("-{}", self.name),
            ..self
        }
    }

    pub fn times(self, n: i64) -> Self {
        let k = Exact::integer(i128::from(n));
        let by = |x: &Option<Exact>| x.as_ref().map(|x| x * &k);
        let zero = n == 0;
        let end = |x: &Option<Exact>| if zero { Some(Exact::zero()) } else { by(x) };
        Self {
            value: by(&self.value),
            low: end(&self.low),
            high: end(&self.high),
            name: format!("{n}*{}", self.name),
            ..self
        }
    }

    pub fn least(a: Self, b: Self) -> Self {
        let less = |x: &Exact, y: &Exact| if x <= y { x.clone() } else { y.clone() };
        let (value, low) = (both(&a.value, &b.value, less), both(&a.low, &b.low, less));
        let high = match (&a.high, &b.high) {
            (Some(x), Some(y)) => Some(less(x, y)),
            (x, y) => x.clone().or(y.clone()),
        };
        Self { value, low, high, ..Self::from("min", a, b) }
    }

    /// `None` in all three where the divisor may be zero.
    pub fn over(a: Self, b: Self) -> Self {
        let above = |x: &Option<Exact>| x.as_ref().is_some_and(|x| *x > Exact::zero());
        if b.high.as_ref().is_some_and(|h| *h < Exact::zero()) {
            return Self::over(a.negative(), b.negative());
        }
        if !above(&b.low) {
            return Self { none: true, ..Self::from("/", a, b) };
        }
        let value = match (&a.value, &b.value) {
            (Some(x), Some(y)) => x.checked_div(y),
            _ => None,
        };
        // x / y with y between two positive ends is least and greatest at an end of y; y without an end tends to zero.
        let quotients = |x: &Exact| {
            let far = match &b.high {
                Some(h) => x.checked_div(h).unwrap(),
                None => Exact::zero(),
            };
            let near = x.checked_div(b.low.as_ref().unwrap()).unwrap();
            if far <= near { (far, near) } else { (near, far) }
        };
        let low = a.low.as_ref().map(|x| quotients(x).0);
        let high = a.high.as_ref().map(|x| quotients(x).1);
        Self { value, low, high, ..Self::from("/", a, b) }
    }
}
