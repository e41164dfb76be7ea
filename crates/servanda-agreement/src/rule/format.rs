//! From the tree back to text, in the one spacing that `fmt` writes.

use super::MAX_DECIMALS;
use crate::ast::{
    BinaryOp, CompareOp, Condition, DateExpr, Each, EachRange, Expr, ExprKind, FlowTerm, LedgerTerm, Pair,
    PeriodExpr, PointExpr, Relation, Rule, ScopeExpr, ScopeItem, StageRef, TariffTerm, Trader, Traders, Var,
    Weights,
};
use servanda_core::{Dimension, Exact, Party, Unit};
use std::fmt;

/// The rule as `fmt` writes it: reading it again gives the same tree.
pub fn format_rule(rule: &Rule) -> String {
    rule.to_string()
}

/// All digits of a number that came from decimal text.
pub(crate) fn decimal(value: &Exact) -> String {
    for places in [0u32, 1, 2, 3, 6] {
        let text = value.round_to(places);
        if Exact::parse(&text).as_ref() == Ok(value) {
            return text;
        }
    }
    let text = value.round_to(MAX_DECIMALS as u32);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for each in self.each.iter().chain(&self.more) {
            write!(f, "{each}: ")?;
        }
        write!(f, "{}", self.condition)
    }
}

impl fmt::Display for Each {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "each {} in ", self.var)?;
        match &self.over {
            EachRange::Scope(scope) => write!(f, "{scope}"),
            EachRange::Period(period) => write!(f, "{period}"),
            EachRange::Ledger(ledger) => write!(f, "{ledger}"),
        }
    }
}

impl fmt::Display for Var {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |f: &mut fmt::Formatter<'_>, parts: &[Condition], word: &str| {
            for (index, part) in parts.iter().enumerate() {
                if index > 0 {
                    write!(f, " {word} ")?;
                }
                let bare = match part {
                    Self::Compare(_) | Self::Not(_) => true,
                    Self::And(_) => word == "or",
                    Self::Or(_) => false,
                };
                if bare {
                    write!(f, "{part}")?;
                } else {
                    write!(f, "({part})")?;
                }
            }
            Ok(())
        };
        match self {
            Self::Or(parts) => join(f, parts, "or"),
            Self::And(parts) => join(f, parts, "and"),
            Self::Not(inner) => match &**inner {
                Self::Compare(_) => write!(f, "not {inner}"),
                _ => write!(f, "not ({inner})"),
            },
            Self::Compare(c) => write!(f, "{} {} {}", c.left, c.op, c.right),
        }
    }
}

impl fmt::Display for CompareOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ge => ">=",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Lt => "<",
            Self::Eq => "=",
        })
    }
}

impl BinaryOp {
    fn binds(self) -> u8 {
        match self {
            Self::Add | Self::Sub => 1,
            Self::Mul | Self::Div => 2,
        }
    }
}

impl fmt::Display for BinaryOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
        })
    }
}

fn quantity(f: &mut fmt::Formatter<'_>, value: &Exact, unit: Option<Unit>) -> fmt::Result {
    f.write_str(&decimal(value))?;
    match unit {
        None => Ok(()),
        Some(Unit { dimension: Dimension::Percent, .. }) => f.write_str("%"),
        Some(unit) => write!(f, " {unit}"),
    }
}

fn figures(f: &mut fmt::Formatter<'_>, name: &str, parts: &[Expr]) -> fmt::Result {
    write!(f, "{name}(")?;
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{part}")?;
    }
    f.write_str(")")
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::Quantity(value, unit) => quantity(f, value, *unit),
            ExprKind::Flow(flow) => write!(f, "{flow}"),
            ExprKind::Tariff(tariff) => write!(f, "{tariff}"),
            ExprKind::Ledger(ledger) => write!(f, "{ledger}"),
            ExprKind::Param(name) => write!(f, "${name}"),
            ExprKind::Field(name) => write!(f, "entry.{name}"),
            ExprKind::Rate(term) => write!(f, "rate({}, {})", term.name, term.period),
            ExprKind::Length(period, of) => write!(f, "length({period}, {})", of.plural()),
            ExprKind::Min(parts) => figures(f, "min", parts),
            ExprKind::Max(parts) => figures(f, "max", parts),
            ExprKind::Binary(op, left, right) => {
                let inner = |e: &Expr| match &e.kind {
                    ExprKind::Binary(op, ..) => op.binds(),
                    _ => 3,
                };
                if inner(left) < op.binds() {
                    write!(f, "({left}) {op} ")?;
                } else {
                    write!(f, "{left} {op} ")?;
                }
                if inner(right) <= op.binds() { write!(f, "({right})") } else { write!(f, "{right}") }
            }
        }
    }
}

impl fmt::Display for StageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stage(stage) => f.write_str(stage.as_str()),
            Self::Balance => f.write_str("balance"),
            Self::Deficit => f.write_str("deficit"),
            Self::Param(name) => write!(f, "${name}"),
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::From => "from",
            Self::To => "to",
            Self::With => "with",
            Self::On => "on",
        })
    }
}

impl fmt::Display for Trader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Party(Party::WORLD) => f.write_str("world"),
            Self::Party(party) => write!(f, "{party}"),
            Self::Group(name) => f.write_str(name),
        }
    }
}

impl fmt::Display for Traders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.first, self.relation, self.second)
    }
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.first, self.relation, self.second)
    }
}

impl fmt::Display for FlowTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({}, {}, {}", self.stage, self.pair, self.scope, self.period)?;
        if let Some(unit) = self.unit {
            write!(f, ", in {unit}")?;
        }
        if let Some(basis) = &self.basis {
            write!(f, ", basis {basis}")?;
        }
        f.write_str(")")
    }
}

impl fmt::Display for ScopeExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (away, item)) in self.items.iter().enumerate() {
            if index > 0 {
                f.write_str(if *away { " - " } else { " + " })?;
            }
            write!(f, "{item}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ScopeItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::All => f.write_str("all"),
            Self::Goods => f.write_str("goods"),
            Self::Services => f.write_str("services"),
            Self::Line => f.write_str("line"),
            Self::Code(code) | Self::LineOf(_, code) => write!(f, "code \"{code}\""),
        }
    }
}

impl fmt::Display for PeriodExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(period, _) => write!(f, "{period}"),
            Self::Open(open) => {
                if let Some(own) = &open.own {
                    write!(f, "{own} ")?;
                }
                write!(f, "{}", open.from)?;
                open.to.as_ref().map_or(Ok(()), |to| write!(f, "..{to}"))
            }
            Self::Last(count, of, _) => write!(f, "last {count} {}", of.plural()),
        }
    }
}

impl fmt::Display for PointExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(point) => write!(f, "{point}"),
            Self::AsOf => f.write_str("as-of"),
            Self::Var(var, 0) => write!(f, "{var}"),
            Self::Var(var, by) if *by < 0 => write!(f, "{var} - {}", by.unsigned_abs()),
            Self::Var(var, by) => write!(f, "{var} + {by}"),
            Self::Param(name) => write!(f, "${name}"),
        }
    }
}

impl fmt::Display for DateExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(day) => write!(f, "{day}"),
            Self::AsOf => f.write_str("as-of"),
            Self::Day => f.write_str("day"),
            Self::Param(name) => write!(f, "${name}"),
        }
    }
}

impl fmt::Display for Weights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Simple => f.write_str("simple"),
            Self::Trade(year, source) => write!(f, "weights {year} of {source}"),
        }
    }
}

impl fmt::Display for TariffTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rate(pair, scope, date) => write!(f, "tariff({pair}, {scope}, {date})"),
            Self::Mfn(party, scope, date) => write!(f, "mfn({party}, {scope}, {date})"),
            Self::Average(pair, scope, date, weights) => {
                write!(f, "average_tariff({pair}, {scope}, {date}, {weights})")
            }
            Self::Coverage(pair, scope, date, weights) => {
                write!(f, "coverage({pair}, {scope}, {date}, {weights})")
            }
        }
    }
}

impl fmt::Display for LedgerTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.count { "count" } else { "ledger" };
        match &self.period {
            None => write!(f, "{word}({})", self.name),
            Some(period) => write!(f, "{word}({}, {period})", self.name),
        }
    }
}
