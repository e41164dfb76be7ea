//! What a declared series of rates says of a period.

use crate::expr::{Side, blocked, leaf, plain_value};
use crate::ledger::{Lies, never_closed, told};
use crate::results::{Figure, LedgerTrace, NodeTrace};
use crate::signature::Signature;
use crate::term::{At, Evaluator, Gap, TermValue, Tested};
use servanda_agreement::Definition;
use servanda_agreement::ast::RateTerm;
use servanda_core::Bounds;

impl Evaluator<'_> {
    /// The rate of a period; unknown where no entry that was known says it.
    pub fn rate(&self, definition: &Definition, term: &RateTerm, at: At<'_>) -> Side {
        let Some(series) = self.agreement.rates.get(&term.name) else {
            return blocked(Gap::Undefined(format!("undefined: there is no series of rates {}", term.name)));
        };
        let period = match self.period(definition, &term.period, at) {
            Ok(period) => period,
            Err(reason) => return blocked(Gap::Undefined(reason)),
        };
        let baseline = self.is_baseline(&period);
        let day = self.as_of_for(definition, baseline).date;
        let (bounds, used, gaps) = match series.rate(&period, day) {
            Ok((rate, used)) => (Bounds::exactly(rate), used, Vec::new()),
            Err(why) => {
                (Bounds::unknown(), Vec::new(), vec![Gap::Ledger(format!("{}: {why}", series.source()))])
            }
        };
        let ledger = &series.ledger;
        let complete = gaps.is_empty();
        let figure = Figure { bounds, dimension: ledger.unit.dimension };
        let trace = NodeTrace {
            figure: Some(figure.clone()),
            ledger: Some(LedgerTrace {
                name: ledger.name.clone(),
                certainty: ledger.certainty.as_str().to_owned(),
                unit: ledger.unit.to_string(),
                entries: used.iter().map(|entry| told(entry, Lies::Within)).collect(),
                amounts: Vec::new(),
                note: format!("{}, by {}", ledger.title, series.method),
            }),
            ..leaf(format!("rate({}, {period})", term.name))
        };
        let tested = (!baseline).then_some(Tested {
            first_out: period.start(),
            all_out: period.end(),
            complete_through: complete.then_some(period.to),
            complete,
        });
        let signature = Signature::of(("rate", &term.name, period.to_string()));
        let value = TermValue {
            gaps,
            baseline,
            non_negative: complete && figure.bounds.low.as_ref().is_some_and(|low| !low.is_negative()),
            tested: tested.into_iter().collect(),
            windows: vec![never_closed(day)],
            ..plain_value(figure, signature)
        };
        Side { value, trace, has_terms: true }
    }
}
