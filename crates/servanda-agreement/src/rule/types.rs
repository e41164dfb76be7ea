//! The type of a figure: what it measures.

use servanda_core::{Currency, Dimension, Unit};

/// The type of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    /// Something that was reported, or a column whose unit nobody declared.
    Any,
    Number,
    /// Money; of a currency if one is said.
    Money(Option<Currency>),
    Other(Dimension),
}

impl Type {
    pub(super) fn of(unit: Option<Unit>) -> Self {
        match unit.map(|u| u.dimension) {
            None | Some(Dimension::Number) => Self::Number,
            Some(Dimension::Money(currency)) => Self::Money(Some(currency)),
            Some(other) => Self::Other(other),
        }
    }

    pub(super) fn say(self) -> String {
        match self {
            Self::Any => "a figure".to_owned(),
            Self::Number => "a plain number".to_owned(),
            Self::Money(None) => "money".to_owned(),
            Self::Money(Some(currency)) => format!("money in {currency}"),
            Self::Other(dimension) => match dimension {
                Dimension::Mass => "a mass in tonnes".to_owned(),
                Dimension::Barrels => "barrels".to_owned(),
                Dimension::CubicMetres => "cubic metres".to_owned(),
                Dimension::Units => "a number of units".to_owned(),
                Dimension::Percent => "a percentage".to_owned(),
                Dimension::PercentagePoints => "percentage points".to_owned(),
                Dimension::Number | Dimension::Money(_) => "a figure".to_owned(),
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
