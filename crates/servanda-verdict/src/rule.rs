//! A rule's conditions: three-valued, with everything that kept them undecided.

use crate::expr::leaf;
use crate::results::{Figure, NodeTrace, VerdictError};
use crate::term::{At, Evaluator, Gap, Place, Tested, Window};
use servanda_agreement::Definition;
use servanda_agreement::ast::{CompareOp, Comparison, Condition};
use servanda_core::{Bounds, Exact, VintageRef};
use std::hash::{DefaultHasher, Hash, Hasher};

/// How a condition came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Holds,
    Fails,
    Undecided,
}

impl Outcome {
    fn not(self) -> Self {
        match self {
            Self::Holds => Self::Fails,
            Self::Fails => Self::Holds,
            Self::Undecided => Self::Undecided,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Fails => "fails",
            Self::Undecided => "undecided",
        }
    }
}

/// A rule (or one year of it) worked out, before it becomes a status.
#[derive(Debug, Clone)]
pub(crate) struct Worked {
    pub outcome: Outcome,
    pub gaps: Vec<Gap>,
    pub tested: Vec<Tested>,
    pub windows: Vec<Window>,
    pub proxy: bool,
    pub used: Vec<VintageRef>,
    pub signature: u64,
    pub actual: Option<Figure>,
    pub required: Option<Figure>,
    /// A floor whose left side is a non-negative flow.
    pub floor: bool,
    pub trace: NodeTrace,
}

impl<'a> Evaluator<'a> {
    /// A condition on one place under one definition.
    pub fn condition(
        &self,
        definition: &Definition,
        place: &Place<'a>,
        condition: &Condition,
        at: At<'_>,
    ) -> Result<Worked, VerdictError> {
        match condition {
            Condition::Compare(comparison) => self.compare(definition, place, comparison, at),
            Condition::Not(inner) => {
                let mut worked = self.condition(definition, place, inner, at)?;
                worked.outcome = worked.outcome.not();
                worked.floor = false;
                Ok(wrap("not", vec![worked]))
            }
            Condition::And(parts) | Condition::Or(parts) => {
                let all = matches!(condition, Condition::And(_));
                let mut worked = Vec::with_capacity(parts.len());
                for part in parts {
                    worked.push(self.condition(definition, place, part, at)?);
                }
                let (decisive, other) =
                    if all { (Outcome::Fails, Outcome::Holds) } else { (Outcome::Holds, Outcome::Fails) };
                let outcome = if worked.iter().any(|w| w.outcome == decisive) {
                    decisive
                } else if worked.iter().all(|w| w.outcome == other) {
                    other
                } else {
                    Outcome::Undecided
                };
                let mut joined = wrap(if all { "and" } else { "or" }, worked);
                joined.outcome = outcome;
                joined.trace.outcome = Some(outcome.word().into());
                Ok(joined)
            }
        }
    }

    fn compare(
        &self,
        definition: &Definition,
        place: &Place<'a>,
        comparison: &Comparison,
        at: At<'_>,
    ) -> Result<Worked, VerdictError> {
        let left = self.expr(definition, place, &comparison.left, at)?;
        let right = self.expr(definition, place, &comparison.right, at)?;
        let mut gaps = left.value.gaps.clone();
        gaps.extend(right.value.gaps.clone());
        let (a, b) = (&left.value.figure, &right.value.figure);
        let blocked = gaps.iter().any(|g| matches!(g, Gap::Undefined(_) | Gap::Unsupported(_)));
        let outcome = if a.dimension != b.dimension {
            if !blocked {
                gaps.push(Gap::NoRate(format!(
                    "{} and {} are not compared without a declared rate",
                    a.dimension.base_unit(),
                    b.dimension.base_unit()
                )));
            }
            Outcome::Undecided
        } else {
            decide(comparison.op, &a.bounds, &b.bounds)
        };
        let op = op_word(comparison.op);
        let mut hasher = DefaultHasher::new();
        (left.value.signature, op, right.value.signature).hash(&mut hasher);
        let mut tested = left.value.tested.clone();
        tested.extend(right.value.tested.clone());
        let mut windows = left.value.windows.clone();
        windows.extend(right.value.windows.clone());
        if tested.is_empty() {
            // A rule about nothing but baselines is tested on them.
            for side in [&left, &right] {
                tested.extend(side.value.traces.iter().filter_map(|t| {
                    let source = self.evidence.source(&t.source)?;
                    Some(Tested {
                        first_out: source.published_by(t.period.end()),
                        all_out: source.published_by(t.period.end()),
                        complete_through: t.figure.bounds.value.as_ref().map(|_| t.period.to),
                        complete: t.figure.bounds.low.is_some() && t.figure.bounds.high.is_some(),
                    })
                }));
            }
        }
        let sized = matches!(comparison.op, CompareOp::Ge | CompareOp::Le);
        let floor = comparison.op == CompareOp::Ge && left.has_terms && left.value.non_negative;
        let mut used = left.value.used.clone();
        used.extend(right.value.used.clone());
        Ok(Worked {
            outcome,
            gaps,
            tested,
            windows,
            proxy: left.value.proxy || right.value.proxy,
            used,
            signature: hasher.finish(),
            actual: sized.then(|| a.clone()),
            required: sized.then(|| b.clone()),
            floor,
            trace: NodeTrace {
                label: format!("{} {op} {}", left.trace.label, right.trace.label),
                figure: None,
                outcome: Some(outcome.word().into()),
                terms: Vec::new(),
                ledger: None,
                children: vec![left.trace, right.trace],
            },
        })
    }
}

fn decide(op: CompareOp, a: &Bounds, b: &Bounds) -> Outcome {
    let at_least =
        |x: &Option<Exact>, y: &Option<Exact>| x.as_ref().zip(y.as_ref()).is_some_and(|(x, y)| x >= y);
    let above = |x: &Option<Exact>, y: &Option<Exact>| x.as_ref().zip(y.as_ref()).is_some_and(|(x, y)| x > y);
    let (holds, fails) = match op {
        CompareOp::Ge => (at_least(&a.low, &b.high), above(&b.low, &a.high)),
        CompareOp::Gt => (above(&a.low, &b.high), at_least(&b.low, &a.high)),
        CompareOp::Le => (at_least(&b.low, &a.high), above(&a.low, &b.high)),
        CompareOp::Lt => (above(&b.low, &a.high), at_least(&a.low, &b.high)),
        CompareOp::Eq => {
            let complete = a.is_exact() && b.is_exact();
            (complete && a.low == b.low, complete && a.low != b.low)
        }
    };
    match (holds, fails) {
        (true, _) => Outcome::Holds,
        (_, true) => Outcome::Fails,
        _ => Outcome::Undecided,
    }
}

pub(crate) fn empty(trace: NodeTrace) -> Worked {
    Worked {
        outcome: Outcome::Undecided,
        gaps: Vec::new(),
        tested: Vec::new(),
        windows: Vec::new(),
        proxy: false,
        used: Vec::new(),
        signature: 0,
        actual: None,
        required: None,
        floor: false,
        trace,
    }
}

fn wrap(word: &str, parts: Vec<Worked>) -> Worked {
    let mut all = empty(leaf(word.to_owned()));
    let mut hasher = DefaultHasher::new();
    word.hash(&mut hasher);
    for part in parts {
        part.signature.hash(&mut hasher);
        all.outcome = part.outcome;
        all.gaps.extend(part.gaps);
        all.tested.extend(part.tested);
        all.windows.extend(part.windows);
        all.proxy |= part.proxy;
        all.used.extend(part.used);
        all.trace.children.push(part.trace);
    }
    all.trace.outcome = Some(all.outcome.word().into());
    all.signature = hasher.finish();
    all
}

fn op_word(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Ge => ">=",
        CompareOp::Le => "<=",
        CompareOp::Gt => ">",
        CompareOp::Lt => "<",
        CompareOp::Eq => "=",
    }
}
