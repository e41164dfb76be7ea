//! Periods of a rule: what an expression means under a definition, and whether two sides of a comparison are as long.

use super::RuleError;
use crate::ast::{BinaryOp, Comparison, Expr, ExprKind, PeriodExpr, PointExpr, Rule, Span};
use crate::walk::Part;
use servanda_core::{Date, Exact, Period, Point};
use std::collections::BTreeMap;

/// What the variables and `as-of` stand for; each absent one makes what needs it an error.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PeriodContext {
    pub(crate) year: Option<i16>,
    pub(crate) day: Option<Date>,
    pub(crate) as_of: Option<Date>,
}

/// The period that an expression means.
pub(crate) fn period_of(
    expr: &PeriodExpr,
    definition: &str,
    parameters: &BTreeMap<String, String>,
    context: &PeriodContext,
) -> Result<Period, String> {
    let outside = |word: &str| format!("`{word}` has a meaning only inside `each {word} in ...`");
    let parameter = |name: &String| match parameters.get(name) {
        None => Err(format!("definition `{definition}` sets no parameter `{name}`")),
        Some(text) => Period::parse(text.trim())
            .map_err(|e| format!("parameter `{name}` of definition `{definition}`: {e}")),
    };
    let point = |point: &PointExpr| -> Result<Period, String> {
        match point {
            PointExpr::Fixed(point) => Ok(Period::point(*point)),
            PointExpr::AsOf => context
                .as_of
                .map(|d| Period::point(Point::Day(d)))
                .ok_or_else(|| "`as-of` as an end of a period is not supported yet".to_owned()),
            PointExpr::Day => context.day.map(|d| Period::point(Point::Day(d))).ok_or_else(|| outside("day")),
            PointExpr::Param(name) => parameter(name),
        }
    };
    match expr {
        PeriodExpr::Fixed(period, _) => Ok(*period),
        PeriodExpr::Year(_) => {
            context.year.map(|y| Period::point(Point::Year(y))).ok_or_else(|| outside("year"))
        }
        PeriodExpr::Day(_) => point(&PointExpr::Day),
        PeriodExpr::Param(name, _) => parameter(name),
        PeriodExpr::Between(from, to, _) => {
            let (a, b) = (point(from)?, point(to)?);
            Period::range(a.from, b.to)
                .or_else(|_| Period::range(Point::Day(a.start()), Point::Day(b.end())))
                .map_err(|e| e.to_string())
        }
    }
}

/// How long a period is: whole months, or days where its ends lie within months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    Months(i32),
    Days(i32),
}

impl Length {
    fn of(period: &Period) -> Self {
        let (start, end) = (period.start(), period.end());
        if start.day() == 1 && end == end.last_of_month() {
            let months = |d: Date| i32::from(d.year()) * 12 + i32::from(d.month());
            Self::Months(months(end) - months(start) + 1)
        } else {
            Self::Days((end - start).get_days().saturating_add(1))
        }
    }

    /// In days; a month counts for the twelfth part of 365.25.
    fn days(self) -> Exact {
        match self {
            Self::Months(m) => Exact::scaled(i128::from(m) * 304_375, 4),
            Self::Days(d) => Exact::integer(i128::from(d)),
        }
    }

    fn whole_years(self) -> bool {
        matches!(self, Self::Months(m) if m % 12 == 0)
    }

    fn say(self) -> String {
        match self {
            Self::Months(12) => "a year".to_owned(),
            Self::Months(m) if m % 12 == 0 => format!("{} years", m / 12),
            Self::Months(1) => "a month".to_owned(),
            Self::Months(m) => format!("{m} months"),
            Self::Days(1) => "a day".to_owned(),
            Self::Days(d) => format!("{d} days"),
        }
    }
}

/// A term with a period, for comparing lengths.
struct Timed {
    /// What is measured, period aside: terms of one key on one side add up.
    key: String,
    length: Length,
    /// `None` where it is multiplied or divided by something that is no plain number.
    factor: Option<Exact>,
    span: Span,
}

fn number(expr: &Expr) -> Option<Exact> {
    match &expr.kind {
        ExprKind::Quantity(value, None) => Some(value.clone()),
        ExprKind::Binary(op, a, b) => {
            let (a, b) = (number(a)?, number(b)?);
            match op {
                BinaryOp::Add => Some(&a + &b),
                BinaryOp::Sub => Some(&a - &b),
                BinaryOp::Mul => Some(&a * &b),
                BinaryOp::Div => a.checked_div(&b),
            }
        }
        _ => None,
    }
}

fn collect(
    expr: &Expr,
    factor: Option<&Exact>,
    length_of: &dyn Fn(&PeriodExpr) -> Option<Length>,
    out: &mut Vec<Timed>,
) {
    let mut push = |key: String, period: &PeriodExpr| {
        if let Some(length) = length_of(period) {
            out.push(Timed { key, length, factor: factor.cloned(), span: expr.span.clone() });
        }
    };
    match &expr.kind {
        ExprKind::Flow(flow) => {
            push(format!("{}({}, {})", flow.stage, flow.pair, flow.scope), &flow.period);
        }
        ExprKind::Ledger(ledger) => {
            if let Some(period) = &ledger.period {
                let word = if ledger.count { "count" } else { "ledger" };
                push(format!("{word}({})", ledger.name), period);
            }
        }
        ExprKind::Binary(BinaryOp::Add | BinaryOp::Sub, a, b) => {
            collect(a, factor, length_of, out);
            collect(b, factor, length_of, out);
        }
        ExprKind::Binary(BinaryOp::Mul, a, b) => {
            let scaled = |by: Option<Exact>| factor.zip(by).map(|(f, by)| f * &by);
            collect(a, scaled(number(b)).as_ref(), length_of, out);
            collect(b, scaled(number(a)).as_ref(), length_of, out);
        }
        ExprKind::Binary(BinaryOp::Div, a, b) => {
            let scaled = factor.zip(number(b)).and_then(|(f, by)| f.checked_div(&by));
            collect(a, scaled.as_ref(), length_of, out);
            collect(b, None, length_of, out);
        }
        ExprKind::Min(parts) | ExprKind::Max(parts) => {
            for part in parts {
                collect(part, factor, length_of, out);
            }
        }
        ExprKind::Quantity(..) | ExprKind::Tariff(_) | ExprKind::Param(_) | ExprKind::Field(_) => {}
    }
}

/// Two sides of a comparison that are not as long, with no factor that says so.
struct Mismatch {
    left: Length,
    right: Length,
    span: Span,
}

fn mismatches(comparison: &Comparison, length_of: &dyn Fn(&PeriodExpr) -> Option<Length>) -> Vec<Mismatch> {
    let one = Exact::integer(1);
    let side = |expr: &Expr| {
        let mut timed = Vec::new();
        collect(expr, Some(&one), length_of, &mut timed);
        let mut groups: BTreeMap<String, Vec<Timed>> = BTreeMap::new();
        for term in timed {
            groups.entry(term.key.clone()).or_default().push(term);
        }
        groups.into_values().collect::<Vec<_>>()
    };
    let plain = |group: &[Timed]| group.iter().all(|t| t.factor.as_ref().is_some_and(|f| f.abs() == one));
    let total = |group: &[Timed]| group.iter().fold(Exact::zero(), |sum, t| &sum + &t.length.days());
    let (left, right) = (side(&comparison.left), side(&comparison.right));
    let mut found = Vec::new();
    for a in left.iter().filter(|g| plain(g)) {
        for b in right.iter().filter(|g| plain(g)) {
            let apart = (&total(a) - &total(b)).abs();
            if let (true, Some(x), Some(y)) = (apart > Exact::integer(3), a.first(), b.first()) {
                found.push(Mismatch { left: x.length, right: y.length, span: y.span.clone() });
            }
        }
    }
    found
}

fn all_mismatches(rule: &Rule, definition: &str, parameters: &BTreeMap<String, String>) -> Vec<Mismatch> {
    let length_of = |expr: &PeriodExpr| match expr {
        PeriodExpr::Year(_) => Some(Length::Months(12)),
        PeriodExpr::Day(_) => Some(Length::Days(1)),
        _ => period_of(expr, definition, parameters, &PeriodContext::default()).ok().map(|p| Length::of(&p)),
    };
    let mut all = Vec::new();
    rule.each_part(|part| {
        if let Part::Comparison(comparison) = part {
            all.extend(mismatches(comparison, &length_of));
        }
    });
    all
}

/// A year set against a month, and the like: errors.
pub(super) fn check_lengths(
    rule: &Rule,
    definition: &str,
    parameters: &BTreeMap<String, String>,
) -> Vec<RuleError> {
    all_mismatches(rule, definition, parameters)
        .into_iter()
        .filter(|m| !(m.left.whole_years() && m.right.whole_years()))
        .map(|m| {
            RuleError::new(
                "period-length",
                m.span,
                format!("{} is set against {}", m.left.say(), m.right.say()),
                "use periods of one length, or say the factor: 12 * imports(...)".to_owned(),
            )
        })
        .collect()
}

/// Several years set against a single one without a factor, with what to say of it.
pub(crate) fn single_baselines(
    rule: &Rule,
    definition: &str,
    parameters: &BTreeMap<String, String>,
) -> Vec<(Span, String)> {
    all_mismatches(rule, definition, parameters)
        .into_iter()
        .filter(|m| m.left.whole_years() && m.right.whole_years())
        .map(|m| (m.span, format!("{} is set against {}", m.left.say(), m.right.say())))
        .collect()
}
