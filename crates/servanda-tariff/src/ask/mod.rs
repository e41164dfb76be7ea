//! Questions about a panel, answered as data: averages, coverage, parity, ceilings and differences.
//!
//! Nothing here prints. A figure that rests on lines without a number says how many they are and how far it could move.

mod average;
mod ceiling;
mod coverage;
mod diff;
mod duties;
mod joins;
mod lines;
mod matching;
mod parity;
mod parity_data;
mod rate;
mod trade;
mod weights;

pub use average::{Average, LeftOut, Says, TradeWeighed, average};
pub use ceiling::{Ceiling, CeilingLine, CeilingState, CeilingTrade, ceiling};
pub use coverage::{Coverage, CoverageRow, Covered, coverage};
pub use diff::{Diff, DiffLine, DiffPerhaps, LineText, diff};
pub use duties::{Duties, DutyRow, duties};
pub use lines::NoNumber;
pub use parity::{Side, parity};
pub use parity_data::{
    Basis, ByMean, ByRange, Parity, ParityMean, ParityRow, ParityState, ParityTrade, ParityWhy, SideRange,
};
pub use rate::{ByHeld, Outcome, RateAct, RateAnswer, RateLine, RateRow, Transit, rate};
pub use trade::{Trade, TradeError, TradeOf};
pub use weights::Weights;

use servanda_core::LineSet;

/// Which lines are asked about.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scope<'s>(
    /// A list; `None`: every line in chapters 01 to 97.
    pub Option<&'s LineSet>,
);

impl Scope<'_> {
    /// Whether a line belongs.
    pub fn has(&self, line: &str) -> bool {
        match self.0 {
            Some(set) => set.classify(line).line.is_some(),
            None => line.get(..2).is_some_and(|chapter| ("01"..="97").contains(&chapter)),
        }
    }

    /// Whether a code of trade, of which no line is held, may belong: in whole, or with a part.
    pub(crate) fn touches(&self, code: &str) -> bool {
        match self.0 {
            Some(set) => {
                let found = set.classify(code);
                found.line.is_some() || !found.deeper.is_empty()
            }
            None => self.has(code),
        }
    }
}
