//! What stretches of time a rule is about: the windows in which a promise is to be kept.

use crate::ast::{EachRange, OpenPeriod, PeriodExpr, PointExpr, Rule, Var};
use crate::model::{Agreement, Commitment, Definition, Duty};
use crate::rule::{Vars, instances};
use crate::walk::Part;
use servanda_core::{Date, Period};
use std::collections::BTreeSet;

/// A stretch of time that a rule is about, under one definition: of a rule over years or the like, of one of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// Its last day.
    pub last: Date,
    /// Its first day.
    pub first: Date,
    /// The definition's id.
    pub definition: String,
}

impl Agreement {
    /// The windows of a commitment, by their last days: what its rule compares, without baselines and without what moves with
    /// the day asked for (`as-of`, `last 12 months`), which ends on no day. An act has none. `Err` says which period of the
    /// rule cannot be worked out.
    pub fn windows(&self, commitment: &Commitment) -> Result<Vec<Window>, String> {
        let Duty::Rule { rule, .. } = &commitment.duty else { return Ok(Vec::new()) };
        let mut found = BTreeSet::new();
        for definition in &self.definitions {
            for vars in self.each_time(definition, rule)? {
                found.extend(self.window(definition, rule, vars)?);
            }
        }
        Ok(found.into_iter().collect())
    }

    /// What the quantifiers over years, quarters and the like stand at, each with each.
    fn each_time(&self, definition: &Definition, rule: &Rule) -> Result<Vec<Vars>, String> {
        let mut all = vec![Vars::default()];
        for each in rule.each.iter().chain(&rule.more) {
            let EachRange::Period(range) = &each.over else { continue };
            if each.var.months().is_none() {
                continue;
            }
            let mut next = Vec::new();
            for vars in all {
                let period = self.period(definition, range, vars, None)?;
                next.extend(instances(each.var, range, &period)?.into_iter().map(|p| vars.with(each.var, p)));
            }
            all = next;
        }
        Ok(all)
    }

    /// What all periods of a rule but those of its quantifiers over years and the like span together; the days of `each day`
    /// are a period of the rule.
    fn window(&self, definition: &Definition, rule: &Rule, vars: Vars) -> Result<Option<Window>, String> {
        let quantified: Vec<&PeriodExpr> = rule
            .each
            .iter()
            .chain(&rule.more)
            .filter(|each| each.var != Var::Day)
            .filter_map(|each| match &each.over {
                EachRange::Period(period) => Some(period),
                EachRange::Scope(_) | EachRange::Ledger(_) => None,
            })
            .collect();
        let mut periods: Vec<&PeriodExpr> = Vec::new();
        rule.each_part(|part| {
            if let Part::Period(period) = part
                && !quantified.iter().any(|q| std::ptr::eq(*q, period))
                && !moves(period)
            {
                periods.push(period);
            }
        });
        let mut window: Option<Window> = None;
        for period in periods {
            let period: Period = self.period(definition, period, vars, None)?;
            if self.statistics.counts_from.is_some_and(|from| period.end() < from) {
                continue;
            }
            let (first, last) = (period.start(), period.end());
            let own = window.get_or_insert(Window { last, first, definition: definition.id.clone() });
            own.first = own.first.min(first);
            own.last = own.last.max(last);
        }
        Ok(window)
    }
}

/// Whether a period is another one on each day on which it is asked for, or on each of `each day`.
fn moves(period: &PeriodExpr) -> bool {
    match period {
        PeriodExpr::Fixed(..) => false,
        PeriodExpr::Last(..) => true,
        PeriodExpr::Open(OpenPeriod { from, to, .. }) => {
            [Some(from), to.as_ref()].into_iter().flatten().any(|point| match point {
                PointExpr::AsOf | PointExpr::Var(Var::Day, _) => true,
                PointExpr::Fixed(_) | PointExpr::Var(..) | PointExpr::Param(_) => false,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{AGREEMENT, open};

    #[test]
    fn windows_are_what_a_rule_compares() {
        for (rule, expected) in [
            ("exports(USA to CHN, agriculture, 2026) >= 5 bn USD", vec!["2026-01-01..2026-12-31"]),
            // A baseline is no window.
            (
                "exports(USA to CHN, agriculture, 2026) >= exports(USA to CHN, agriculture, 2017)",
                vec!["2026-01-01..2026-12-31"],
            ),
            (
                "each year in 2026..2027: exports(USA to CHN, agriculture, year) >= 5 bn USD",
                vec!["2026-01-01..2026-12-31", "2027-01-01..2027-12-31"],
            ),
            (
                "each quarter in 2026-Q3..2026-Q4: exports(USA to CHN, agriculture, quarter) >= 5 bn USD",
                vec!["2026-07-01..2026-09-30", "2026-10-01..2026-12-31"],
            ),
            // What moves with the day asked for ends on no day.
            ("exports(USA to CHN, agriculture, last 12 months) >= 5 bn USD", vec![]),
        ] {
            let own = AGREEMENT.lines().find(|l| l.starts_with("rule = ")).unwrap();
            let folder = open(&AGREEMENT.replace(own, &format!("rule = \"{rule}\""))).unwrap();
            let agreement = folder.newest();
            let found = agreement.windows(&agreement.commitments[0]).unwrap();
            for definition in ["with-8800", "as-printed"] {
                let own = found.iter().filter(|w| w.definition == definition);
                let own: Vec<String> = own.map(|w| format!("{}..{}", w.first, w.last)).collect();
                assert_eq!(own, expected, "{rule}");
            }
        }
    }
}
