//! What a rule asks of tariffs: whose, and of which days.

use servanda_agreement::ast::{Condition, DateExpr, Expr, ExprKind, FlowTerm, LedgerTerm, Rule, TariffTerm};
use servanda_agreement::{Agreement, Commitment, ConditionRef, Duty};
use servanda_core::Party;
use std::collections::BTreeSet;

/// Whether a rule reads schedules and measures, and no figures of trade or ledgers.
pub(crate) fn asks_only_tariffs(rule: &Rule) -> bool {
    let mut found = Asked::default();
    found.condition(&rule.condition);
    !found.tariffs.is_empty() && !found.others
}

/// The importers whose tariffs an agreement's rules read, and its parties where a condition names a trigger; none where
/// nothing does.
pub fn reads_tariffs(agreement: &Agreement) -> Option<Vec<Party>> {
    let mut found: BTreeSet<Party> = BTreeSet::new();
    for commitment in &agreement.commitments {
        if let Duty::Rule { rule, .. } = &commitment.duty {
            found.extend(importers(rule));
        }
        let mut conditions = commitment.after.iter().chain(&commitment.unless).chain(&commitment.while_);
        if conditions.any(|c| matches!(c, ConditionRef::Trigger(_))) {
            found.extend(agreement.parties.iter().copied());
        }
    }
    (!found.is_empty()).then(|| found.into_iter().collect())
}

/// Whether a commitment has a rule that reads schedules and measures, and no figures of trade or ledgers.
pub fn reads_only_tariffs(commitment: &Commitment) -> bool {
    matches!(&commitment.duty, Duty::Rule { rule, .. } if asks_only_tariffs(rule))
}

/// The importers whose tariffs a rule reads.
pub(crate) fn importers(rule: &Rule) -> BTreeSet<Party> {
    let mut found = Asked::default();
    found.condition(&rule.condition);
    found.tariffs.iter().map(|(importer, _)| *importer).collect()
}

/// Importer and origin of each tariff term of a rule.
pub(crate) fn pairs(rule: &Rule) -> BTreeSet<(Party, Party)> {
    let mut found = Asked::default();
    found.condition(&rule.condition);
    found.tariffs
}

/// The days that a rule's tariff terms are about, as written.
pub(crate) fn dates(rule: &Rule) -> Vec<&DateExpr> {
    let mut found = Asked::default();
    found.condition(&rule.condition);
    found.dates
}

/// What a rule reads.
#[derive(Default)]
struct Asked<'r> {
    tariffs: BTreeSet<(Party, Party)>,
    dates: Vec<&'r DateExpr>,
    others: bool,
}

impl<'r> Asked<'r> {
    fn condition(&mut self, condition: &'r Condition) {
        match condition {
            Condition::Or(parts) | Condition::And(parts) => parts.iter().for_each(|p| self.condition(p)),
            Condition::Not(inner) => self.condition(inner),
            Condition::Compare(c) => {
                self.expr(&c.left);
                self.expr(&c.right);
            }
        }
    }

    fn expr(&mut self, expr: &'r Expr) {
        match &expr.kind {
            ExprKind::Quantity(..) | ExprKind::Param(_) => {}
            ExprKind::Flow(FlowTerm { .. }) | ExprKind::Ledger(LedgerTerm { .. }) | ExprKind::Field(_) => {
                self.others = true;
            }
            ExprKind::Tariff(TariffTerm::Mfn(party, _, date)) => {
                self.tariffs.insert((*party, Party::UNNAMED));
                self.dates.push(date);
            }
            ExprKind::Tariff(
                TariffTerm::Rate(pair, _, date)
                | TariffTerm::Average(pair, _, date, _)
                | TariffTerm::Coverage(pair, _, date, _),
            ) => {
                self.tariffs.insert((pair.first, pair.second));
                self.dates.push(date);
            }
            ExprKind::Min(items) | ExprKind::Max(items) => items.iter().for_each(|i| self.expr(i)),
            ExprKind::Binary(_, a, b) => {
                self.expr(a);
                self.expr(b);
            }
        }
    }
}
