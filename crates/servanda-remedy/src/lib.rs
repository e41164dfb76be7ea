//! Candidate lists of tariff lines that match a stated harm, at the least harm to the side that charges them.
//!
//! [`Harm`] and [`Target`] are exact. What a list does is worked out in floating point by an [`EffectModel`] with stated
//! [`Elasticities`]: results are illustrations, carry ranges, and never set a status. [`find_list`] poses a linear program over
//! lines and rates, has it solved, makes a list of whole rates, and proves it again with other code ([`prove`]).

mod answer;
mod effects;
mod elasticities;
mod error;
mod ge;
mod harm;
mod judge;
mod list;
mod naive;
mod problem;
mod proof;
mod rate;
mod smart;
mod solve;
mod stated;
#[cfg(test)]
mod tests;
mod whole;
mod write;

pub use answer::{JudgedMeasure, LeftOutLines, RemedyAnswer, SharesFrom};
pub use effects::{CASES, Case, Effect, EffectModel, Line, Range, Share, ShareOf};
pub use elasticities::{ByCase, Elasticities, Elasticity, Supply, Weights, elasticities_schema};
pub use error::RemedyError;
pub use ge::{GeLine, GeRemedyAnswer, Measured};
pub use harm::{Harm, Per, Shortfall, Target, shortfalls};
pub use judge::{Judged, judge};
pub use list::{Found, ListTotals, ListedLine, find_list};
pub use naive::{Naive, naive_lists};
pub use problem::{Caps, MatchBy, Problem};
pub use proof::{ChapterBears, Proof, bound_at, prove};
pub use rate::Rate;
pub use smart::Smart;
pub use solve::Prices;
pub use stated::Stated;
pub use write::{MeasureHead, list_csv, measure_toml};

/// What was not assessed. Printed with every answer.
pub const BARS_NOT_ASSESSED: [&str; 8] = [
    "whether the agreement allows a remedy at this point, its steps and time limits kept",
    "proportionality, which the agreement may leave to the complaining side",
    "authorisation, where another agreement asks for one (in the WTO: a level set by arbitration)",
    "bindings: bound rates and the MFN rule of GATT Articles I and II",
    "a domestic legal basis for the duty, and its procedure",
    "measures that are in force and not held here, and exclusions from those that are",
    "what else is owed on these goods: anti-dumping and countervailing duties, quotas, other agreements",
    "what the other side does in answer",
];

/// What heads every answer.
pub const ILLUSTRATION: &str =
    "an illustration, not advice and not a finding: what a list of duties might do under stated assumptions";
