//! A rule without places, so that two can be compared by what they say.

use crate::ast::{OpenPeriod, PeriodExpr, Rule};
use crate::walk::PartMut;

impl Rule {
    /// The same rule with every span empty: equal to another if the two say the same, however they are spaced.
    #[must_use]
    pub fn without_spans(mut self) -> Self {
        self.each_part_mut(|part| match part {
            PartMut::Each(each) => each.span = 0..0,
            PartMut::Comparison(comparison) => comparison.span = 0..0,
            PartMut::Figure(figure) => figure.span = 0..0,
            PartMut::Scope(scope) => scope.span = 0..0,
            PartMut::Ledger(ledger) => ledger.span = 0..0,
            PartMut::Date(_) => {}
            PartMut::Period(
                PeriodExpr::Fixed(_, span)
                | PeriodExpr::Open(OpenPeriod { span, .. })
                | PeriodExpr::Last(_, _, span),
            ) => *span = 0..0,
        });
        self
    }
}
