//! What a rule asks of tariffs: whose, and of which days.

use servanda_agreement::ast::{DateExpr, ExprKind, Rule, TariffTerm};
use servanda_agreement::{Agreement, Commitment, ConditionRef, Duty};
use servanda_core::Party;
use std::collections::BTreeSet;

/// Whether a rule reads schedules and measures, and no figures of trade or ledgers.
pub(crate) fn asks_only_tariffs(rule: &Rule) -> bool {
    let found = Asked::of(rule);
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
    Asked::of(rule).tariffs.iter().map(|(importer, _)| *importer).collect()
}

/// Importer and origin of each tariff term of a rule.
pub(crate) fn pairs(rule: &Rule) -> BTreeSet<(Party, Party)> {
    Asked::of(rule).tariffs
}

/// The days that a rule's tariff terms are about, as written.
pub(crate) fn dates(rule: &Rule) -> Vec<&DateExpr> {
    Asked::of(rule).dates
}

/// What a rule reads.
#[derive(Default)]
struct Asked<'r> {
    tariffs: BTreeSet<(Party, Party)>,
    dates: Vec<&'r DateExpr>,
    others: bool,
}

impl<'r> Asked<'r> {
    fn of(rule: &'r Rule) -> Self {
        let mut found = Self::default();
        for figure in rule.figures() {
            match &figure.kind {
                ExprKind::Flow(_) | ExprKind::Ledger(_) | ExprKind::Field(_) => found.others = true,
                ExprKind::Tariff(TariffTerm::Mfn(party, _, date)) => {
                    found.tariffs.insert((*party, Party::UNNAMED));
                    found.dates.push(date);
                }
                ExprKind::Tariff(
                    TariffTerm::Rate(pair, _, date)
                    | TariffTerm::Average(pair, _, date, _)
                    | TariffTerm::Coverage(pair, _, date, _),
                ) => {
                    found.tariffs.insert((pair.first, pair.second));
                    found.dates.push(date);
                }
                ExprKind::Quantity(..)
                | ExprKind::Param(_)
                | ExprKind::Min(_)
                | ExprKind::Max(_)
                | ExprKind::Binary(..) => {}
            }
        }
        found
    }
}
