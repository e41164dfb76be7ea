//! A rule's conditions: three-valued, with everything that kept them undecided.

use crate::attribute::Below;
use crate::expr::leaf;
use crate::results::{Figure, NodeTrace, Operator, Part, VerdictError};
use crate::signature::{Signature, Signer};
use crate::term::{At, Evaluator, Gap, Place, Tested, Window, common, timeless, unit_name};
use servanda_agreement::Definition;
use servanda_agreement::ast::{CompareOp, Comparison, Condition};
use servanda_core::{Bounds, Date, Dimension, Exact, Status, VintageRef};
use std::hash::Hash;

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
    pub signature: Signature,
    /// The figures that it rests on.
    pub below: Vec<Below>,
    pub actual: Option<Figure>,
    pub required: Option<Figure>,
    /// How the sides are compared or the parts joined.
    pub operator: Option<Operator>,
    /// What it is joined of.
    pub parts: Vec<Worked>,
    /// Whether it is of an entry that may be none of those meant: then that it fails decides nothing.
    pub partly: bool,
    /// A floor whose left side is a non-negative flow.
    pub floor: bool,
    pub trace: NodeTrace,
}

impl Worked {
    /// Whether a term is undefined.
    pub fn undefined(&self) -> bool {
        self.gaps.iter().any(|g| matches!(g, Gap::Undefined(_)))
    }

    /// Whether a term cannot be worked out yet.
    pub fn unsupported(&self) -> bool {
        self.gaps.iter().any(|g| matches!(g, Gap::Unsupported(_)))
    }

    /// The days by which the first and the last figures are out.
    pub fn days(&self) -> (Option<Date>, Option<Date>) {
        let first = self.tested.iter().map(|t| t.first_out).min();
        (first, self.tested.iter().map(|t| t.all_out).max())
    }
}

impl<'a> Evaluator<'a> {
    /// What a worked rule comes to, part by part.
    pub fn part(&self, worked: &Worked, place: &Place<'a>, words: &impl Fn(bool) -> Status) -> Part {
        let (first_out, all_out) = worked.days();
        let single = worked.parts.is_empty();
        Part {
            text: if single { worked.trace.label.clone() } else { String::new() },
            comparison: worked.operator,
            status: self.status(worked, place, words).0,
            actual: worked.actual.clone(),
            required: worked.required.clone(),
            undefined: worked.undefined(),
            unsupported: worked.unsupported(),
            partly: worked.partly,
            first_out,
            all_out,
            parts: worked.parts.iter().map(|p| self.part(p, place, words)).collect(),
        }
    }

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
                let worked = self.condition(definition, place, inner, at)?;
                let outcome = worked.outcome.not();
                Ok(join(Operator::Not, outcome, vec![worked]))
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
                Ok(join(if all { Operator::And } else { Operator::Or }, outcome, worked))
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
        let mut left = self.expr(definition, place, &comparison.left, at)?;
        let right = self.expr(definition, place, &comparison.right, at)?;
        self.across(definition, &mut left, &right, at)?;
        let mut gaps = left.value.gaps.clone();
        gaps.extend(right.value.gaps.clone());
        let (a, b) = (&left.value.figure, &right.value.figure);
        // A side of which nothing is known has no unit either; why is said already.
        let nothing = |side: &crate::expr::Side| {
            side.value.figure.bounds == Bounds::unknown() && !side.value.gaps.is_empty()
        };
        let blocked = gaps.iter().any(|g| matches!(g, Gap::Undefined(_) | Gap::Unsupported(_)))
            || [&left, &right].iter().any(|s| s.value.figure.dimension == Dimension::Number && nothing(s));
        let outcome = if common(a, b).is_none() {
            if !blocked {
                gaps.push(Gap::NoRate(format!(
                    "{} and {} are not compared without a declared rate",
                    unit_name(a.dimension),
                    unit_name(b.dimension)
                )));
            }
            Outcome::Undecided
        } else {
            decide(comparison.op, &a.bounds, &b.bounds)
        };
        let op = Operator::from(comparison.op);
        let label = format!("{} {op} {}", left.trace.label, right.trace.label);
        let signature = Signature::of((left.value.signature, op.as_str(), right.value.signature));
        let mut tested = left.value.tested.clone();
        tested.extend(right.value.tested.clone());
        let mut windows = left.value.windows.clone();
        windows.extend(right.value.windows.clone());
        if tested.is_empty() {
            // A rule about nothing but baselines is tested on them.
            for side in [&left, &right] {
                tested.extend(side.value.traces.iter().filter_map(|t| {
                    let source = self.evidence.source(&t.source)?;
                    let all_out = timeless(source, &t.period).all_out;
                    Some(Tested {
                        first_out: all_out,
                        all_out,
                        complete_through: t.figure.bounds.value.as_ref().map(|_| t.period.to),
                        complete: t.figure.bounds.low.is_some() && t.figure.bounds.high.is_some(),
                    })
                }));
            }
        }
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
            signature,
            below: [left.value.below, right.value.below].concat(),
            actual: Some(a.clone()),
            required: Some(b.clone()),
            operator: Some(op),
            parts: Vec::new(),
            partly: false,
            floor,
            trace: NodeTrace {
                outcome: Some(outcome.word().into()),
                children: vec![left.trace, right.trace],
                ..leaf(label)
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
        signature: Signature::default(),
        below: Vec::new(),
        actual: None,
        required: None,
        operator: None,
        parts: Vec::new(),
        partly: false,
        floor: false,
        trace,
    }
}

/// Parts joined to one; each of them stays as it is.
fn join(operator: Operator, outcome: Outcome, parts: Vec<Worked>) -> Worked {
    let word = operator.as_str();
    let mut all = empty(leaf(word.to_owned()));
    let mut signer = Signer::default();
    word.hash(&mut signer);
    for part in &parts {
        part.signature.hash(&mut signer);
        all.gaps.extend(part.gaps.iter().cloned());
        all.tested.extend(part.tested.iter().cloned());
        all.windows.extend(part.windows.iter().copied());
        all.proxy |= part.proxy;
        all.used.extend(part.used.iter().cloned());
        all.below.extend(part.below.iter().cloned());
        all.trace.children.push(part.trace.clone());
    }
    all.operator = Some(operator);
    all.outcome = outcome;
    all.trace.outcome = Some(outcome.word().into());
    all.signature = signer.signature();
    all.parts = parts;
    all
}
