//! How far a source's figures were revised before, beside the margin of a reading.

use crate::results::{RevisionOut, VerdictError, number};
use crate::series::PaceSeries;
use crate::term::{At, Evaluator, Place};
use servanda_agreement::Definition;
use servanda_agreement::ast::{Condition, ExprKind, Rule};
use servanda_core::{AsOf, Exact, Held};

/// More publications than this are not compared with each other.
const PUBLICATIONS: usize = 48;

impl<'a> Evaluator<'a> {
    /// The largest change, relative to the figure before, of any sub-period of the rule's left side that was held whole in
    /// two publications one after the other. `None` where there is nothing to compare: a rule of several terms, or fewer
    /// than two publications.
    pub fn largest_revision(
        &self,
        definition: &Definition,
        place: &Place<'a>,
        rule: &Rule,
    ) -> Result<Option<RevisionOut>, VerdictError> {
        let Condition::Compare(comparison) = &rule.condition else { return Ok(None) };
        let ExprKind::Flow(term) = &comparison.left.kind else { return Ok(None) };
        let Ok(period) = self.period(definition, &term.period, At::default()) else { return Ok(None) };
        let asked = self.question.as_of;
        let mut vintages: Vec<_> = self
            .evidence
            .vintages(&place.goods.id)?
            .into_iter()
            .filter(|v| v.date <= asked.date && v.withdrawn.is_none())
            .collect();
        // Of several publications on one day the last is what the end of that day knows.
        vintages.reverse();
        vintages.dedup_by_key(|v| v.date);
        vintages.truncate(PUBLICATIONS);
        vintages.reverse();
        let mut largest: Option<(Exact, RevisionOut)> = None;
        let mut compared = 0usize;
        let mut before: Option<(String, PaceSeries<'a>)> = None;
        for vintage in vintages {
            let as_of = AsOf { date: vintage.date, ..asked };
            let Some(now) = self.sums_as_of(definition, place, term, &period, as_of)? else {
                return Ok(None);
            };
            if let Some((from, old)) = &before {
                compared += 1;
                for ((x, y), n) in old.sums.by_period.iter().zip(&now.sums.by_period).zip(now.sums.first..) {
                    let whole = |held: Held| matches!(held, Held::Part | Held::Whole);
                    let alike = old.sums.series.joint_of(n) == now.sums.series.joint_of(n);
                    if !whole(x.held) || !whole(y.held) || !alike {
                        continue;
                    }
                    let (x, y) =
                        (Exact::scaled(x.value, old.sums.scale), Exact::scaled(y.value, now.sums.scale));
                    let change = &y - &x;
                    let Some(relative) = change.checked_div(&x).filter(|r| !r.is_zero()) else { continue };
                    if largest.as_ref().is_none_or(|(most, _)| relative.abs() > *most) {
                        let out = RevisionOut {
                            period: Some(now.source.frequency.point(n).to_string()),
                            from: Some(from.clone()),
                            to: Some(vintage.id.clone()),
                            amount: Some(number(&change, now.dimension)),
                            relative: Some(relative.round_to(4)),
                            compared,
                        };
                        largest = Some((relative.abs(), out));
                    }
                }
            }
            before = Some((vintage.id, now));
        }
        Ok(match largest {
            Some((_, out)) => Some(RevisionOut { compared, ..out }),
            None if compared > 0 => Some(RevisionOut {
                period: None,
                from: None,
                to: None,
                amount: None,
                relative: None,
                compared,
            }),
            None => None,
        })
    }
}
