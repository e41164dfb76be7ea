//! A rule without places, so that two can be compared by what they say.

use crate::ast::{
    Condition, Each, EachRange, Expr, ExprKind, LedgerTerm, PeriodExpr, Rule, ScopeExpr, TariffTerm,
};

impl Rule {
    /// The same rule with every span empty: equal to another if the two say the same, however they are spaced.
    #[must_use]
    pub fn without_spans(mut self) -> Self {
        for each in self.each.iter_mut().chain(&mut self.more) {
            bare_each(each);
        }
        condition(&mut self.condition);
        self
    }
}

fn bare_each(each: &mut Each) {
    each.span = 0..0;
    match &mut each.over {
        EachRange::Scope(s) => scope(s),
        EachRange::Period(p) => period(p),
        EachRange::Ledger(l) => ledger(l),
    }
}

fn condition(condition_: &mut Condition) {
    match condition_ {
        Condition::Or(parts) | Condition::And(parts) => parts.iter_mut().for_each(condition),
        Condition::Not(inner) => condition(inner),
        Condition::Compare(c) => {
            c.span = 0..0;
            expr(&mut c.left);
            expr(&mut c.right);
        }
    }
}

fn expr(e: &mut Expr) {
    e.span = 0..0;
    match &mut e.kind {
        ExprKind::Quantity(..) | ExprKind::Param(_) | ExprKind::Field(_) => {}
        ExprKind::Flow(flow) => {
            scope(&mut flow.scope);
            period(&mut flow.period);
        }
        ExprKind::Tariff(
            TariffTerm::Rate(_, s, _)
            | TariffTerm::Mfn(_, s, _)
            | TariffTerm::Average(_, s, ..)
            | TariffTerm::Coverage(_, s, ..),
        ) => scope(s),
        ExprKind::Ledger(l) => ledger(l),
        ExprKind::Min(parts) | ExprKind::Max(parts) => parts.iter_mut().for_each(expr),
        ExprKind::Binary(_, a, b) => {
            expr(a);
            expr(b);
        }
    }
}

fn scope(s: &mut ScopeExpr) {
    s.span = 0..0;
}

fn ledger(l: &mut LedgerTerm) {
    l.span = 0..0;
    if let Some(p) = &mut l.period {
        period(p);
    }
}

fn period(p: &mut PeriodExpr) {
    match p {
        PeriodExpr::Fixed(_, span)
        | PeriodExpr::Year(span)
        | PeriodExpr::Day(span)
        | PeriodExpr::Param(_, span)
        | PeriodExpr::Between(_, _, span) => *span = 0..0,
    }
}
