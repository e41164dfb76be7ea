//! What a rule is read on: tariffs, whose and of which days; ledgers; statistics of trade.

use crate::tariff::TARIFFS;
use servanda_agreement::ast::{DateExpr, ExprKind, Rule, TariffTerm};
use servanda_agreement::{Agreement, Commitment, ConditionRef, Due, Duty, Start};
use servanda_core::Party;
use std::collections::BTreeSet;

/// How the name of a ledger begins where sources are named.
const LEDGER: &str = "ledger.";

/// What a commitment's rule is read on where no statistic of trade answers it, whatever statistics count: its ledgers
/// (`ledger.NAME`), schedules and measures (`tariffs`), or several of them joined by ` + `.
pub fn own_source(commitment: &Commitment) -> Option<String> {
    let Duty::Rule { rule, .. } = &commitment.duty else { return None };
    let found = Asked::of(rule);
    let ledgers: BTreeSet<&str> = rule.ledgers().into_iter().collect();
    let mut names: Vec<String> = ledgers.iter().map(|name| format!("{LEDGER}{name}")).collect();
    names.extend((!found.tariffs.is_empty()).then(|| TARIFFS.to_owned()));
    (!found.flows && !names.is_empty()).then(|| names.join(" + "))
}

/// Whether a clock of an agreement counts working days, so that calendars are read.
pub fn counts_working_days(agreement: &Agreement) -> bool {
    agreement.commitments.iter().any(|c| c.due.as_ref().is_some_and(Due::counts_working_days))
}

/// The importers whose tariffs an agreement's rules read, and its parties where a condition or a clock names a trigger; none
/// where nothing does.
pub fn reads_tariffs(agreement: &Agreement) -> Option<Vec<Party>> {
    let mut found: BTreeSet<Party> = BTreeSet::new();
    for commitment in &agreement.commitments {
        if let Duty::Rule { rule, .. } = &commitment.duty {
            found.extend(importers(rule));
        }
        let mut conditions = commitment.after.iter().chain(&commitment.unless).chain(&commitment.while_);
        let mut starts = commitment.due.iter().flat_map(Due::starts);
        let started = starts.any(|start| matches!(start, Start::Trigger(_)));
        if started || conditions.any(|c| matches!(c, ConditionRef::Trigger(_))) {
            found.extend(agreement.parties.iter().copied());
        }
    }
    (!found.is_empty()).then(|| found.into_iter().collect())
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
    flows: bool,
}

impl<'r> Asked<'r> {
    fn of(rule: &'r Rule) -> Self {
        let mut found = Self::default();
        for figure in rule.figures() {
            match &figure.kind {
                ExprKind::Flow(_) => found.flows = true,
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
                ExprKind::Ledger(_)
                | ExprKind::Field(_)
                | ExprKind::Rate(_)
                | ExprKind::Length(..)
                | ExprKind::Quantity(..)
                | ExprKind::Param(_)
                | ExprKind::Min(_)
                | ExprKind::Max(_)
                | ExprKind::Binary(..) => {}
            }
        }
        found
    }
}
