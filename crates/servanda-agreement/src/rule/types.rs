//! The type of a figure: what it measures.

use servanda_core::{Amount, Currency, Dimension, Unit};

/// The type of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    /// Something that was reported, or a column whose unit nobody declared.
    Any,
    Number,
    /// Money; of a currency if one is said.
    Money(Option<Currency>),
    Other(Dimension),
    /// So much of one for one of the other.
    Per(Kind, Kind),
}

/// A type of which there can be so much for one of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Money(Option<Currency>),
    Other(Amount),
}

impl Kind {
    fn of(amount: Amount) -> Self {
        match amount {
            Amount::Money(currency) => Self::Money(Some(currency)),
            other => Self::Other(other),
        }
    }

    fn join(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Money(Some(a)), Self::Money(Some(b))) => (a == b).then_some(self),
            (Self::Money(a), Self::Money(b)) => Some(Self::Money(a.or(b))),
            (a, b) => (a == b).then_some(a),
        }
    }

    fn say(self) -> String {
        match self {
            Self::Money(None) => "money".to_owned(),
            Self::Money(Some(currency)) => currency.to_string(),
            Self::Other(amount) => Dimension::from(amount).base_unit(),
        }
    }
}

impl From<Kind> for Type {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Money(currency) => Self::Money(currency),
            Kind::Other(amount) => Self::Other(amount.into()),
        }
    }
}

impl Type {
    pub(super) fn of(unit: Option<Unit>) -> Self {
        match unit.map(|u| u.dimension) {
            None | Some(Dimension::Number) => Self::Number,
            Some(Dimension::Money(currency)) => Self::Money(Some(currency)),
            Some(Dimension::Per(of, per)) => Self::Per(Kind::of(of), Kind::of(per)),
            Some(other) => Self::Other(other),
        }
    }

    fn kind(self) -> Option<Kind> {
        match self {
            Self::Money(currency) => Some(Kind::Money(currency)),
            Self::Other(dimension) => dimension.amount().map(Kind::of),
            Self::Any | Self::Number | Self::Per(..) => None,
        }
    }

    /// The type of a product; none where the two are not multiplied.
    pub(super) fn times(self, other: Self) -> Option<Self> {
        let by = |of: Kind, per: Kind, t: Self| t.kind()?.join(per).map(|_| Self::from(of));
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => Some(Self::Any),
            (Self::Number, t) | (t, Self::Number) => Some(t),
            (Self::Per(of, per), t) | (t, Self::Per(of, per)) => by(of, per, t),
            _ => None,
        }
    }

    /// The type of a quotient; none where one is not divided by the other.
    pub(super) fn over(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => Some(Self::Any),
            (t, Self::Number) => Some(t),
            (a, b) if a.join(b).is_some() => Some(Self::Number),
            (t, Self::Per(of, per)) => t.kind()?.join(of).map(|_| Self::from(per)),
            (a, b) => Some(Self::Per(a.kind()?, b.kind()?)),
        }
    }

    pub(super) fn say(self) -> String {
        match self {
            Self::Any => "a figure".to_owned(),
            Self::Number => "a plain number".to_owned(),
            Self::Money(None) => "money".to_owned(),
            Self::Money(Some(currency)) => format!("money in {currency}"),
            Self::Per(of, per) => format!("a figure in {}/{}", of.say(), per.say()),
            Self::Other(dimension) => match dimension {
                Dimension::Mass => "a mass in tonnes".to_owned(),
                Dimension::Barrels => "barrels".to_owned(),
                Dimension::CubicMetres => "cubic metres".to_owned(),
                Dimension::Units => "a number of units".to_owned(),
                Dimension::Energy => "energy".to_owned(),
                Dimension::Percent => "a percentage".to_owned(),
                Dimension::PercentagePoints => "percentage points".to_owned(),
                Dimension::Number | Dimension::Money(_) | Dimension::Per(..) => "a figure".to_owned(),
            },
        }
    }

    /// The type of both, if they are figures of one kind.
    pub(super) fn join(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Any, t) | (t, Self::Any) => Some(t),
            (Self::Money(a), Self::Money(b)) => match (a, b) {
                (Some(a), Some(b)) if a != b => None,
                (a, b) => Some(Self::Money(a.or(b))),
            },
            (Self::Per(a, b), Self::Per(c, d)) => Some(Self::Per(a.join(c)?, b.join(d)?)),
            (a, b) if a == b => Some(a),
            _ => None,
        }
    }
}

/// What to do about two figures of different kinds.
pub(super) fn unlike_help(a: Type, b: Type) -> String {
    let pair = |x: Type, y: Type| (a == x && b == y) || (a == y && b == x);
    let is = |f: fn(Type) -> bool| f(a) || f(b);
    if pair(Type::Other(Dimension::Percent), Type::Other(Dimension::PercentagePoints)) {
        "a rate is in %, a difference of two rates is in pp".to_owned()
    } else if is(|t| matches!(t, Type::Other(Dimension::Energy)))
        && is(|t| matches!(t, Type::Other(Dimension::Mass | Dimension::CubicMetres | Dimension::Barrels)))
    {
        "energy in fuel hangs on its heating value: multiply by one that is agreed, as in * 14.5 MWh/t"
            .to_owned()
    } else if is(|t| t == Type::Number) {
        "write a unit behind the number: 12.5 bn USD, 25 Mt".to_owned()
    } else if matches!((a, b), (Type::Money(_), Type::Money(_))) {
        "nothing is converted between currencies; take figures of one currency".to_owned()
    } else if is(|t| matches!(t, Type::Money(_))) && is(|t| matches!(t, Type::Other(Dimension::Mass))) {
        "a flow is money unless it says `in Mt`; nothing is converted between money and mass".to_owned()
    } else {
        "take figures of one unit; nothing is converted without a declared factor".to_owned()
    }
}
