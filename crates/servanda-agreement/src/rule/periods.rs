//! Periods of a rule: what an expression means under a definition, and whether two sides of a comparison are as long.

use super::RuleError;
use crate::ast::{BinaryOp, Comparison, Expr, ExprKind, OpenPeriod, PeriodExpr, PointExpr, Rule, Span, Var};
use crate::model::OwnYear;
use crate::walk::Part;
use jiff::ToSpan;
use servanda_core::{Date, Exact, Period, Point};
use std::collections::BTreeMap;

/// What the variables of quantifiers stand for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Vars {
    spans: [Option<Period>; Var::SPANS.len()],
    /// The day of `each day`.
    pub day: Option<Date>,
}

impl Vars {
    /// As these, and `var` stands for a period. What is no period of months is left as it is.
    #[must_use]
    pub fn with(mut self, var: Var, period: Period) -> Self {
        for (at, of) in Var::SPANS.into_iter().enumerate() {
            if let Some(place) = self.spans.get_mut(at).filter(|_| of == var) {
                *place = Some(period);
            }
        }
        self
    }

    /// As these, on a day of `each day`.
    #[must_use]
    pub fn on(mut self, day: Date) -> Self {
        self.day = Some(day);
        self
    }

    /// What a variable stands for.
    pub fn get(&self, var: Var) -> Option<Period> {
        if var == Var::Day {
            return self.day.map(|d| Period::point(Point::Day(d)));
        }
        let at = Var::SPANS.into_iter().position(|of| of == var)?;
        self.spans.get(at).copied().flatten()
    }
}

/// What a period's words mean in an agreement under one definition; each part absent makes what needs it an error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PeriodContext<'a> {
    pub(crate) definition: &'a str,
    pub(crate) parameters: &'a BTreeMap<String, String>,
    pub(crate) years: &'a BTreeMap<String, OwnYear>,
    pub(crate) vars: Vars,
    pub(crate) as_of: Option<Date>,
}

/// The period that an expression means.
pub(crate) fn period_of(expr: &PeriodExpr, context: &PeriodContext<'_>) -> Result<Period, String> {
    match expr {
        PeriodExpr::Fixed(period, _) => Ok(*period),
        PeriodExpr::Open(open) => {
            let own = open.own.as_deref().map(|name| context.own(name)).transpose()?;
            let from = context.point(&open.from, own)?;
            let to = open.to.as_ref().map_or(Ok(from), |to| context.point(to, own))?;
            if own.is_some() {
                return spanning(from.start(), to.end());
            }
            Period::range(from.from, to.to)
                .or_else(|_| spanning(from.start(), to.end()))
                .map_err(|e| e.to_string())
        }
        PeriodExpr::Last(count, of, _) => context.last(*count, *of),
    }
}

/// The instances of a quantifier over times, days apart: each such part of a period, one after the other. `Err` says why there
/// are none: years, quarters and their like are those of the calendar, unless the agreement declares other years.
pub fn instances(var: Var, range: &PeriodExpr, period: &Period) -> Result<Vec<Period>, String> {
    let Some(months) = var.months() else { return Ok(Vec::new()) };
    let own = matches!(range, PeriodExpr::Open(OpenPeriod { own: Some(_), .. }));
    let start = period.start();
    let begins = own || (start.day() == 1 && (start.month() - 1) % i8::try_from(months).unwrap_or(1) == 0);
    let parts = period.split(months).filter(|parts| begins && !parts.is_empty());
    let of = if own { var.plural().to_owned() } else { format!("calendar {}", var.plural()) };
    parts.ok_or_else(|| format!("`each {var}` runs over whole {of}, and {period} is not made of them"))
}

/// How many years, months, days and so on a period has; `None` if no whole number of them.
pub fn length(period: &Period, of: Var) -> Option<i32> {
    match of.months() {
        Some(months) => {
            let (whole, step) = (period.months()?, i32::from(months));
            (whole % step == 0).then_some(whole / step)
        }
        None => Some((period.end() - period.start()).get_days() + 1),
    }
}

fn spanning(start: Date, end: Date) -> Result<Period, String> {
    Period::spanning(start, end).map_err(|e| e.to_string())
}

impl PeriodContext<'_> {
    fn own(&self, name: &str) -> Result<&OwnYear, String> {
        self.years.get(name).ok_or_else(|| format!("the agreement declares no years `{name}`"))
    }

    fn point(&self, point: &PointExpr, own: Option<&OwnYear>) -> Result<Period, String> {
        match point {
            PointExpr::Fixed(fixed) => match own {
                None => Ok(Period::point(*fixed)),
                Some(own) => own.period(*fixed),
            },
            PointExpr::AsOf => self
                .as_of
                .map(|d| Period::point(Point::Day(d)))
                .ok_or_else(|| "`as-of` is known only where a day is asked for".to_owned()),
            PointExpr::Var(var, steps) => {
                let here = self.vars.get(*var);
                let here =
                    here.ok_or_else(|| format!("`{var}` has a meaning only inside `each {var} in ...`"))?;
                let moved = match var.months() {
                    Some(months) => here.moved(i32::from(*steps) * i32::from(months)),
                    None => here
                        .start()
                        .checked_add(i64::from(*steps).days())
                        .map(|d| Period::point(Point::Day(d)))
                        .ok(),
                };
                moved.ok_or_else(|| format!("{point} of {here} is outside of the calendar"))
            }
            PointExpr::Param(name) => match (self.parameters.get(name), own) {
                (None, _) => Err(format!("definition `{}` sets no parameter `{name}`", self.definition)),
                (Some(text), own) => {
                    let wrong =
                        |e: String| format!("parameter `{name}` of definition `{}`: {e}", self.definition);
                    let period = Period::parse(text.trim()).map_err(|e| wrong(e.to_string()))?;
                    let Some(own) = own else { return Ok(period) };
                    let (from, to) =
                        (own.period(period.from).map_err(wrong)?, own.period(period.to).map_err(wrong)?);
                    spanning(from.start(), to.end())
                }
            },
        }
    }

    /// The last whole periods of the calendar that ended by the day asked for.
    fn last(&self, count: u16, of: Var) -> Result<Period, String> {
        let day = self.as_of.ok_or("`last` is known only where a day is asked for")?;
        let outside = || format!("the last {count} {} of {day} are outside of the calendar", of.plural());
        let Some(months) = of.months() else {
            let first = day.checked_sub(i64::from(count - 1).days()).map_err(|_| outside())?;
            return spanning(first, day);
        };
        let step = i32::from(months);
        let month = i32::from(day.year()) * 12 + i32::from(day.month()) - 1;
        // The month after the last whole one, and the step that begins no later.
        let after = if day == day.last_of_month() { month + 1 } else { month };
        let end = after.div_euclid(step) * step;
        let first_of = |month: i32| {
            let year = i16::try_from(month.div_euclid(12)).ok()?;
            Date::new(year, i8::try_from(month.rem_euclid(12) + 1).ok()?, 1).ok()
        };
        let (start, end) =
            (first_of(end - step * i32::from(count)), first_of(end).and_then(|d| d.yesterday().ok()));
        spanning(start.ok_or_else(outside)?, end.ok_or_else(outside)?)
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
        match period.months() {
            Some(months) => Self::Months(months),
            None => Self::Days((period.end() - period.start()).get_days().saturating_add(1)),
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
        ExprKind::Quantity(..)
        | ExprKind::Tariff(_)
        | ExprKind::Param(_)
        | ExprKind::Field(_)
        | ExprKind::Rate(_)
        | ExprKind::Length(..) => {}
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

fn all_mismatches(rule: &Rule, context: &PeriodContext<'_>) -> Vec<Mismatch> {
    let length_of = |expr: &PeriodExpr| match expr {
        PeriodExpr::Open(OpenPeriod { from: PointExpr::Var(var, _), to: None, .. }) => {
            Some(var.months().map_or(Length::Days(1), |months| Length::Months(i32::from(months))))
        }
        PeriodExpr::Last(count, of, _) => {
            let count = i32::from(*count);
            Some(of.months().map_or(Length::Days(count), |months| Length::Months(count * i32::from(months))))
        }
        _ => period_of(expr, context).ok().map(|p| Length::of(&p)),
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
pub(super) fn check_lengths(rule: &Rule, context: &PeriodContext<'_>) -> Vec<RuleError> {
    all_mismatches(rule, context)
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
pub(crate) fn single_baselines(rule: &Rule, context: &PeriodContext<'_>) -> Vec<(Span, String)> {
    all_mismatches(rule, context)
        .into_iter()
        .filter(|m| m.left.whole_years() && m.right.whole_years())
        .map(|m| (m.span, format!("{} is set against {}", m.left.say(), m.right.say())))
        .collect()
}
