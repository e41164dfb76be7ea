//! Figures of a rule: constants, parameters, flows and arithmetic on them.

use crate::attribute::{Addend, Attributed, Below};
use crate::results::{Figure, NodeTrace, VerdictError};
use crate::signature::Signature;
use crate::term::{At, Evaluator, Gap, Place, TermValue, common, made_one, term_label};
use servanda_agreement::Definition;
use servanda_agreement::ast::{BinaryOp, Expr, ExprKind};
use servanda_agreement::rule::length;
use servanda_core::{Bounds, Dimension, Exact, Unit};

/// One side of a comparison, or a part of one.
pub(crate) struct Side {
    pub value: TermValue,
    pub trace: NodeTrace,
    /// Whether any flow or ledger was read.
    pub has_terms: bool,
}

impl<'a> Evaluator<'a> {
    /// A figure on one place under one definition.
    pub fn expr(
        &self,
        definition: &Definition,
        place: &Place<'a>,
        expr: &Expr,
        at: At<'_>,
    ) -> Result<Side, VerdictError> {
        match &expr.kind {
            ExprKind::Quantity(value, unit) => Ok(constant(value, *unit)),
            ExprKind::Param(name) => Ok(match self.agreement.quantity(definition, name) {
                Some((value, unit)) => constant(&value, unit),
                None => blocked(Gap::Undefined(format!("undefined: ${name} is no quantity"))),
            }),
            ExprKind::Flow(term) => {
                let period = match self.period(definition, &term.period, at) {
                    Ok(period) => period,
                    Err(reason) => return Ok(blocked(Gap::Undefined(reason))),
                };
                let value = self.flow(definition, place, term, &period, at)?;
                let trace = NodeTrace {
                    figure: Some(value.figure.clone()),
                    terms: value.traces.clone(),
                    ..leaf(term_label(term, &period))
                };
                let mut side = Side { value, trace, has_terms: true };
                if !at.beside.is_empty() {
                    self.count_once(definition, &mut side, at)?;
                }
                Ok(side)
            }
            ExprKind::Ledger(term) => self.ledger(definition, place, term, at),
            ExprKind::Tariff(term) => self.tariff(definition, term, at),
            ExprKind::Field(name) => Ok(self.field(name, at)),
            ExprKind::Rate(term) => Ok(self.rate(definition, term, at)),
            ExprKind::Length(period, of) => Ok(match self.period(definition, period, at) {
                Ok(found) => match length(&found, *of) {
                    Some(count) => {
                        let mut side = constant(&Exact::integer(i128::from(count)), None);
                        side.trace.label = format!("{expr} [{found}]: {count}");
                        side
                    }
                    None => blocked(Gap::Undefined(format!(
                        "undefined: {found} is no whole number of {}",
                        of.plural()
                    ))),
                },
                Err(reason) => blocked(Gap::Undefined(reason)),
            }),
            ExprKind::Min(items) | ExprKind::Max(items) => {
                let smaller = matches!(expr.kind, ExprKind::Min(_));
                let word = if smaller { "min" } else { "max" };
                let mut sides = Vec::with_capacity(items.len());
                for item in items {
                    sides.push(self.expr(definition, place, item, at)?);
                }
                let op = if smaller { Bounds::min } else { Bounds::max };
                Ok(sides
                    .into_iter()
                    .reduce(|a, b| join(word, a, b, op, |a, b| (a == b).then_some(a)))
                    .unwrap_or_else(|| blocked(Gap::Undefined(format!("undefined: {word} of nothing")))))
            }
            ExprKind::Binary(op, a, b) => {
                let mut left = self.expr(definition, place, a, at)?;
                let mut right = self.expr(definition, place, b, at)?;
                let addends = addends(*op, &left, &right);
                turn(*op, &mut left, &mut right);
                let mut side = match op {
                    BinaryOp::Add => join("+", left, right, Bounds::add, Dimension::plus),
                    BinaryOp::Sub => join("-", left, right, Bounds::sub, Dimension::minus),
                    BinaryOp::Mul => join("*", left, right, Bounds::mul, Dimension::times),
                    BinaryOp::Div => divide(left, right),
                };
                if side.value.no_number {
                    return Ok(side);
                }
                side.value.addends = addends;
                self.count_once(definition, &mut side, at)?;
                Ok(side)
            }
        }
    }

    /// Opens the left side of a comparison by what it has in common with the right one: a figure that stands on both sides would,
    /// with all terms on one of them, count more than once, and whether it does is as open as in a sum.
    pub fn across(
        &self,
        definition: &Definition,
        left: &mut Side,
        right: &Side,
        at: At<'_>,
    ) -> Result<(), VerdictError> {
        let alike = left.value.figure.dimension == right.value.figure.dimension;
        let shares = |a: &Below| right.value.below.iter().any(|b| a.basis.overlaps(&b.basis));
        if !alike || !left.value.below.iter().any(shares) {
            return Ok(());
        }
        let Some(once) = self.attributed(definition, &addends(BinaryOp::Sub, left, right), at.beside)? else {
            return Ok(());
        };
        if once.shared.is_empty() {
            return Ok(());
        }
        let own = &mut left.value.figure.bounds;
        let apart = own.sub(&right.value.figure.bounds);
        // Where an end of the difference is open, how far the side opens is not known, and nothing is decided by that end. What is
        // taken out of flows that cannot be negative leaves none.
        let by = |once: Option<Exact>, apart: Option<Exact>| once.zip(apart).map(|(a, b)| &a - &b);
        let none = || left.value.non_negative.then(Exact::zero);
        own.low = match (own.low.take(), by(once.bounds.low, apart.low)) {
            (Some(low), Some(by)) if by.is_negative() => Some(&low + &by),
            (low, Some(_)) => low,
            (_, None) => none(),
        };
        own.high = match (own.high.take(), by(once.bounds.high, apart.high)) {
            (Some(high), Some(by)) if !by.is_negative() => Some(&high + &by),
            (high, by) => high.filter(|_| by.is_some()),
        };
        left.trace.figure = Some(left.value.figure.clone());
        for said in once.shared {
            let gap = Gap::Bounded(said.clone());
            if !left.value.gaps.contains(&gap) {
                left.value.gaps.push(gap);
                left.trace.notes.push(said);
            }
        }
        Ok(())
    }

    /// Lets each figure count once in a sum, or as often as is meant, whichever terms have it. What was made of a part of the sum
    /// before does not count any more.
    fn count_once(&self, definition: &Definition, side: &mut Side, at: At<'_>) -> Result<(), VerdictError> {
        let once = self.attributed(definition, &side.value.addends, at.beside)?;
        let inner: Vec<String> = side.trace.children.iter().flat_map(|c| c.notes.iter().cloned()).collect();
        if once.is_none() && (inner.is_empty() || side.value.addends.is_empty()) {
            return Ok(());
        }
        let once = once.unwrap_or_else(|| Attributed::plain(&side.value.addends));
        side.value.figure.bounds = once.bounds;
        side.trace.figure = Some(side.value.figure.clone());
        let gone = |said: &String| {
            once.settled.contains(said) || inner.contains(said) && !once.shared.contains(said)
        };
        side.value.gaps.retain(|g| !matches!(g, Gap::Bounded(said) | Gap::Ledger(said) if gone(said)));
        for said in &once.shared {
            let gap = Gap::Bounded(said.clone());
            if !side.value.gaps.contains(&gap) {
                side.value.gaps.push(gap);
            }
        }
        for child in &mut side.trace.children {
            keep_notes(child, &once.shared);
        }
        side.trace.notes = once.shared;
        Ok(())
    }
}

/// Leaves of the notes of sums within a sum those that are its own.
fn keep_notes(node: &mut NodeTrace, own: &[String]) {
    if !node.notes.is_empty() {
        node.notes.retain(|note| own.contains(note));
        node.children.iter_mut().for_each(|child| keep_notes(child, own));
    }
}

/// The terms of a sum, or of a multiple of one.
fn addends(op: BinaryOp, a: &Side, b: &Side) -> Vec<Addend> {
    let of = |side: &Side, factor: &Exact| -> Vec<Addend> {
        match side.value.addends.as_slice() {
            [] => {
                let (bounds, loose) = (side.value.figure.bounds.clone(), side.value.below.clone());
                vec![Addend { factor: factor.clone(), bounds, basis: None, loose }]
            }
            some => some.iter().map(|addend| addend.scaled(factor)).collect(),
        }
    };
    let one = Exact::integer(1);
    match op {
        BinaryOp::Add | BinaryOp::Sub if a.value.figure.dimension != b.value.figure.dimension => Vec::new(),
        BinaryOp::Add => [of(a, &one), of(b, &one)].concat(),
        BinaryOp::Sub => [of(a, &one), of(b, &Exact::integer(-1))].concat(),
        BinaryOp::Mul => match (number(a), number(b)) {
            (Some(factor), _) => of(b, &factor),
            (_, Some(factor)) => of(a, &factor),
            (None, None) => Vec::new(),
        },
        BinaryOp::Div => {
            number(b).and_then(|n| one.checked_div(&n)).map_or_else(Vec::new, |factor| of(a, &factor))
        }
    }
}

/// The number that a side is, where it is one.
fn number(side: &Side) -> Option<Exact> {
    side.value.figure.bounds.value.clone().filter(|_| !side.has_terms)
}

/// Lets what lies below the sides say which way it moves the result.
fn turn(op: BinaryOp, a: &mut Side, b: &mut Side) {
    let turned = |side: &mut Side| {
        side.value.below = std::mem::take(&mut side.value.below).into_iter().map(Below::turned).collect();
    };
    let negative = |side: &Side| number(side).is_some_and(|n| n.is_negative());
    match op {
        BinaryOp::Add => {}
        BinaryOp::Sub => turned(b),
        BinaryOp::Mul | BinaryOp::Div if negative(b) => turned(a),
        BinaryOp::Mul if negative(a) => turned(b),
        BinaryOp::Mul => {}
        BinaryOp::Div => {
            b.value.below = std::mem::take(&mut b.value.below).into_iter().map(Below::divides).collect();
        }
    }
}

fn constant(value: &Exact, unit: Option<Unit>) -> Side {
    let (dimension, factor) = match unit {
        Some(unit) => (unit.dimension, unit.factor()),
        None => (Dimension::Number, Exact::integer(1)),
    };
    let label = match unit {
        Some(unit) => format!("{} {unit}", value.plain()),
        None => value.plain(),
    };
    let figure = Figure { bounds: Bounds::exactly(value * &factor), dimension };
    let signature = Signature::of((&label, "constant"));
    let trace = NodeTrace { figure: Some(figure.clone()), ..leaf(label) };
    Side { value: plain_value(figure, signature), trace, has_terms: false }
}

pub(crate) fn plain_value(figure: Figure, signature: Signature) -> TermValue {
    TermValue {
        figure,
        gaps: Vec::new(),
        proxy: false,
        non_negative: true,
        no_number: false,
        baseline: false,
        tested: Vec::new(),
        windows: Vec::new(),
        traces: Vec::new(),
        used: Vec::new(),
        signature,
        addends: Vec::new(),
        below: Vec::new(),
    }
}

pub(crate) fn blocked(gap: Gap) -> Side {
    let label = match &gap {
        Gap::Undefined(reason)
        | Gap::Unsupported(reason)
        | Gap::NoRate(reason)
        | Gap::NotPublished(reason) => reason.clone(),
        _ => String::new(),
    };
    let figure = Figure { bounds: Bounds::unknown(), dimension: Dimension::Number };
    let mut value = plain_value(figure, Signature::of(&label));
    value.gaps.push(gap);
    value.non_negative = false;
    Side { value, trace: leaf(label), has_terms: true }
}

/// Two figures made one; `measures` says what it is a figure of, if it is one.
fn join(
    word: &str,
    a: Side,
    b: Side,
    op: impl Fn(&Bounds, &Bounds) -> Bounds,
    measures: impl Fn(Dimension, Dimension) -> Option<Dimension>,
) -> Side {
    let bounds = op(&a.value.figure.bounds, &b.value.figure.bounds);
    let non_negative = a.value.non_negative && b.value.non_negative && word != "-";
    let has_terms = a.has_terms || b.has_terms;
    let label = format!("{} {word} {}", a.trace.label, b.trace.label);
    // Zero is zero in every currency, and nothing else is taken for what it is not.
    let dimension = measures(a.value.figure.dimension, b.value.figure.dimension)
        .or_else(|| common(&a.value.figure, &b.value.figure).filter(|_| !matches!(word, "*" | "/")));
    let mut value = made_one(a.value, b.value, word, dimension, bounds);
    value.signature = Signature::of((word, value.signature));
    value.non_negative = non_negative;
    let trace =
        NodeTrace { figure: Some(value.figure.clone()), children: vec![a.trace, b.trace], ..leaf(label) };
    Side { value, trace, has_terms }
}

fn divide(a: Side, b: Side) -> Side {
    let quotient = a.value.figure.bounds.div(&b.value.figure.bounds);
    let no_number = quotient.is_none();
    let divisor = &b.value;
    let (label, zero) = (b.trace.label.clone(), divisor.figure.bounds.is_exact());
    // Of a divisor that is not held yet, that is why.
    let said = divisor.no_number || divisor.gaps.iter().any(|g| matches!(g, Gap::NotHeld { .. }));
    let quotient = move |_: &Bounds, _: &Bounds| quotient.clone().unwrap_or_else(Bounds::unknown);
    let mut joined = join("/", a, b, quotient, Dimension::over);
    joined.value.no_number |= no_number;
    if no_number && (zero || !said) {
        let is = if zero { "is" } else { "can be" };
        joined.value.gaps.push(Gap::Divisor(format!("{label} {is} zero, and nothing is divided by zero")));
    }
    joined
}

pub(crate) fn leaf(label: String) -> NodeTrace {
    NodeTrace {
        label,
        figure: None,
        outcome: None,
        notes: Vec::new(),
        terms: Vec::new(),
        ledger: None,
        children: Vec::new(),
    }
}
