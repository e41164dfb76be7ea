//! Figures of a rule: constants, parameters, flows, ledgers and arithmetic on them.

use crate::results::{Figure, LedgerTrace, NodeTrace, VerdictError};
use crate::term::At;
use crate::term::{Evaluator, Gap, Place, TermValue, Tested, combine};
use servanda_agreement::Definition;
use servanda_agreement::ast::{BinaryOp, Expr, ExprKind, FlowTerm, LedgerTerm, PeriodExpr};
use servanda_core::{Bounds, Dimension, Exact, Period, Unit};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

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
                    label: term_label(term, &period),
                    figure: Some(value.figure.clone()),
                    outcome: None,
                    terms: value.traces.clone(),
                    ledger: None,
                    children: Vec::new(),
                };
                Ok(Side { value, trace, has_terms: true })
            }
            ExprKind::Ledger(term) => self.ledger(definition, term, at),
            ExprKind::Tariff(term) => self.tariff(definition, term, at),
            ExprKind::Field(name) => {
                Ok(blocked(Gap::Unsupported(format!("not supported yet: entry.{name}"))))
            }
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
                    .reduce(|a, b| join(word, a, b, op, true))
                    .unwrap_or_else(|| blocked(Gap::Undefined(format!("undefined: {word} of nothing")))))
            }
            ExprKind::Binary(op, a, b) => {
                let left = self.expr(definition, place, a, at)?;
                let right = self.expr(definition, place, b, at)?;
                Ok(match op {
                    BinaryOp::Add => join("+", left, right, Bounds::add, true),
                    BinaryOp::Sub => join("-", left, right, Bounds::sub, true),
                    BinaryOp::Mul => join("*", left, right, Bounds::mul, false),
                    BinaryOp::Div => divide(left, right),
                })
            }
        }
    }

    fn ledger(&self, definition: &Definition, term: &LedgerTerm, at: At<'_>) -> Result<Side, VerdictError> {
        let Some(ledger) = self.agreement.ledgers.get(&term.name) else {
            return Ok(blocked(Gap::Undefined(format!("undefined: there is no ledger {}", term.name))));
        };
        let period = match &term.period {
            None => None,
            Some(p) => match self.period(definition, p, at) {
                Ok(period) => Some(period),
                Err(reason) => return Ok(blocked(Gap::Undefined(reason))),
            },
        };
        let baseline = period.is_some_and(|p| self.is_baseline(&p));
        let today = self.as_of_for(definition, baseline).date;
        let mut sum = Exact::zero();
        let asked = self.question.as_of.date;
        let mut to_come = false;
        let mut entries = Vec::new();
        for entry in &ledger.entries {
            let inside =
                period.is_none_or(|p| p.start() <= entry.period.start() && entry.period.end() <= p.end());
            if !inside {
                continue;
            }
            if entry.published > today {
                // A frozen baseline leaves out what came later; what nobody has published yet is still missing.
                to_come |= entry.published > asked;
                continue;
            }
            sum = &sum + &entry.value;
            entries.push(BTreeMap::from([
                ("period".to_owned(), entry.period.to_string()),
                ("published".to_owned(), entry.published.to_string()),
                ("value".to_owned(), entry.value.plain()),
                ("document".to_owned(), entry.document.clone()),
            ]));
        }
        let scaled = &sum * &ledger.unit.factor();
        let end = period.map(|p| p.end());
        let complete = match (ledger.complete_through, end) {
            (Some(through), Some(end)) => through >= end && asked >= end,
            (Some(through), None) => through >= today,
            (None, _) => false,
        } && !to_come;
        let held = !entries.is_empty() || complete;
        let bounds = if complete {
            Bounds::exactly(scaled)
        } else {
            Bounds { value: held.then_some(scaled), low: None, high: None }
        };
        let figure = Figure { bounds, dimension: ledger.unit.dimension };
        let after = ledger.entries.iter().filter(|e| e.published <= today).map(|e| e.period.end()).max();
        let mut gaps = Vec::new();
        if !complete {
            gaps.push(Gap::NotHeld {
                source: format!("ledger({})", ledger.name),
                after: after.filter(|_| held).map(|d| d.to_string()),
                preliminary: Vec::new(),
                baseline: period.filter(|_| baseline).map(|p| p.to_string()),
                hole: None,
            });
        }
        let tested = match period {
            Some(p) if !baseline => vec![Tested {
                first_out: p.start(),
                all_out: p.end(),
                complete_through: complete.then_some(p.to),
                complete,
            }],
            _ => Vec::new(),
        };
        let mut hasher = DefaultHasher::new();
        ("ledger", &term.name, period.map(|p| p.to_string())).hash(&mut hasher);
        let note = if ledger.entries.is_empty() {
            "the ledger stands empty".to_owned()
        } else if complete {
            "complete by the word of its keeper".to_owned()
        } else {
            "what is not entered is unknown".to_owned()
        };
        let label = match period {
            Some(p) => format!("ledger({}, {p})", ledger.name),
            None => format!("ledger({})", ledger.name),
        };
        let trace = NodeTrace {
            label,
            figure: Some(figure.clone()),
            outcome: None,
            terms: Vec::new(),
            ledger: Some(LedgerTrace {
                name: ledger.name.clone(),
                certainty: ledger.certainty.as_str().to_owned(),
                entries,
                note,
            }),
            children: Vec::new(),
        };
        let value = TermValue {
            figure,
            gaps,
            proxy: false,
            non_negative: false,
            baseline,
            tested,
            windows: Vec::new(),
            traces: Vec::new(),
            used: Vec::new(),
            signature: hasher.finish(),
        };
        Ok(Side { value, trace, has_terms: true })
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
    let mut hasher = DefaultHasher::new();
    (&label, "constant").hash(&mut hasher);
    let trace = NodeTrace { figure: Some(figure.clone()), ..leaf(label) };
    Side { value: plain_value(figure, hasher.finish()), trace, has_terms: false }
}

pub(crate) fn plain_value(figure: Figure, signature: u64) -> TermValue {
    TermValue {
        figure,
        gaps: Vec::new(),
        proxy: false,
        non_negative: true,
        baseline: false,
        tested: Vec::new(),
        windows: Vec::new(),
        traces: Vec::new(),
        used: Vec::new(),
        signature,
    }
}

pub(crate) fn blocked(gap: Gap) -> Side {
    let label = match &gap {
        Gap::Undefined(reason) | Gap::Unsupported(reason) | Gap::NotPublished(reason) => reason.clone(),
        _ => String::new(),
    };
    let figure = Figure { bounds: Bounds::unknown(), dimension: Dimension::Number };
    let mut hasher = DefaultHasher::new();
    label.hash(&mut hasher);
    let mut value = plain_value(figure, hasher.finish());
    value.gaps.push(gap);
    value.non_negative = false;
    Side { value, trace: leaf(label), has_terms: true }
}

fn join(word: &str, a: Side, b: Side, op: impl Fn(&Bounds, &Bounds) -> Bounds, same: bool) -> Side {
    let (da, db) = (a.value.figure.dimension, b.value.figure.dimension);
    let bounds = op(&a.value.figure.bounds, &b.value.figure.bounds);
    let dimension = if same || db == Dimension::Number { da } else { db };
    let non_negative = a.value.non_negative && b.value.non_negative && word != "-";
    let has_terms = a.has_terms || b.has_terms;
    let terms_below = Vec::new();
    let mut value = if same {
        combine(a.value, b.value, |_, _| bounds.clone(), false)
    } else {
        let mut b_value = b.value;
        b_value.figure.dimension = da;
        combine(a.value, b_value, |_, _| bounds.clone(), false)
    };
    let mut hasher = DefaultHasher::new();
    (word, value.signature).hash(&mut hasher);
    value.signature = hasher.finish();
    value.non_negative = non_negative;
    if !same {
        value.figure.dimension = dimension;
    }
    let trace = NodeTrace {
        label: format!("{} {word} {}", a.trace.label, b.trace.label),
        figure: Some(value.figure.clone()),
        outcome: None,
        terms: terms_below,
        ledger: None,
        children: vec![a.trace, b.trace],
    };
    Side { value, trace, has_terms }
}

fn divide(a: Side, b: Side) -> Side {
    let (da, db) = (a.value.figure.dimension, b.value.figure.dimension);
    let quotient = a.value.figure.bounds.div(&b.value.figure.bounds);
    let zero = quotient.is_none();
    let label = b.trace.label.clone();
    let mut joined = join("/", a, b, move |_, _| quotient.clone().unwrap_or_else(Bounds::unknown), false);
    joined.value.figure.dimension = if da == db { Dimension::Number } else { da };
    joined.trace.figure = Some(joined.value.figure.clone());
    if zero && joined.value.gaps.is_empty() {
        joined.value.gaps.push(Gap::Bounded(format!("{label} can be zero, and nothing is divided by zero")));
    }
    joined
}

pub(crate) fn leaf(label: String) -> NodeTrace {
    NodeTrace { label, figure: None, outcome: None, terms: Vec::new(), ledger: None, children: Vec::new() }
}

fn term_label(term: &FlowTerm, period: &Period) -> String {
    let text = term.to_string();
    // The year of `each year` and parameters are printed as what they stand for.
    match &term.period {
        PeriodExpr::Fixed(..) => text,
        _ => format!("{text} [{period}]"),
    }
}
