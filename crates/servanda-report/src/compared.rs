//! The figures of a rule's comparisons as people read them, of one or of several that are joined.

use crate::number::{figure_nb, pair_nb};
use servanda_agreement::ast::{CompareOp, Comparison, Condition, ExprKind};
use servanda_agreement::{Commitment, Duty};
use servanda_verdict::{Figure, Part, Reading, SubReading};

/// What stands between held and required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Between {
    /// `of` for a floor, what the rule says for anything else.
    pub word: &'static str,
    /// Whether the rule writes what is required as a number, which is then never rounded.
    pub literal: bool,
}

impl From<&'static str> for Between {
    fn from(word: &'static str) -> Self {
        Self { word, literal: false }
    }
}

impl From<&Comparison> for Between {
    fn from(comparison: &Comparison) -> Self {
        let word = match comparison.op {
            CompareOp::Ge => "of",
            CompareOp::Gt => "of more than",
            CompareOp::Le => "against at most",
            CompareOp::Lt => "against less than",
            CompareOp::Eq => "against exactly",
        };
        let literal = matches!(comparison.right.kind, ExprKind::Quantity(..) | ExprKind::Param(_));
        Self { word, literal }
    }
}

fn condition(commitment: Option<&Commitment>) -> Option<&Condition> {
    match &commitment?.duty {
        Duty::Rule { rule, .. } => Some(&rule.condition),
        Duty::Act(_) | Duty::Refrain(_) => None,
    }
}

fn of(condition: Option<&Condition>) -> Between {
    match condition {
        Some(Condition::Compare(comparison)) => comparison.into(),
        _ => "against".into(),
    }
}

/// What stands between held and required of a commitment whose rule is one comparison.
pub(crate) fn between(commitment: Option<&Commitment>) -> Between {
    of(condition(commitment))
}

/// `27.335 of 33.470 bn USD`; of joined comparisons `60 of more than 70 USD and 5 against at most 6 t`. `None` if nothing is
/// held of any.
pub(crate) fn reading_text(commitment: Option<&Commitment>, reading: &Reading) -> Option<String> {
    text(condition(commitment), &reading.actual, &reading.required, &reading.parts)
}

/// The same of one year, line or run of days. What is not held is told too.
pub(crate) fn instance_text(commitment: Option<&Commitment>, one: &SubReading) -> Option<String> {
    let condition = condition(commitment);
    match (&one.part.actual, &one.part.required) {
        (Some(a), Some(r)) => Some(pair_nb(a, r, of(condition))),
        (a, r) => text(condition, a, r, &one.part.parts),
    }
}

fn text(
    condition: Option<&Condition>,
    actual: &Option<Figure>,
    required: &Option<Figure>,
    parts: &[Part],
) -> Option<String> {
    if parts.is_empty() {
        let actual = actual.as_ref().filter(|f| f.bounds.value.is_some())?;
        return Some(match required {
            Some(required) => pair_nb(actual, required, of(condition)),
            None => figure_nb(actual),
        });
    }
    let (word, inner): (&str, Vec<Option<&Condition>>) = match condition {
        Some(Condition::And(all)) => (" and ", all.iter().map(Some).collect()),
        Some(Condition::Or(all)) => (" or ", all.iter().map(Some).collect()),
        Some(Condition::Not(one)) => ("not ", vec![Some(&**one)]),
        _ => (", ", vec![None; parts.len()]),
    };
    let texts: Vec<Option<String>> = parts
        .iter()
        .zip(inner)
        .map(|(p, c)| {
            let one = text(c, &p.actual, &p.required, &p.parts)?;
            Some(if p.parts.is_empty() { one } else { format!("({one})") })
        })
        .collect();
    if texts.iter().all(Option::is_none) {
        return None;
    }
    let texts: Vec<String> = texts.into_iter().map(|t| t.unwrap_or_else(|| "not held".into())).collect();
    Some(match condition {
        Some(Condition::Not(_)) => format!("{word}({})", texts.join(", ")),
        _ => texts.join(word),
    })
}
