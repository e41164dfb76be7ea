//! Why there is no list.

use super::{MatchBy, Rate};

/// Why there is no list. Amounts are in US dollars a year.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RemedyError {
    /// The lines do not get there.
    #[error(
        "no list: {lines} lines cannot reach the target of {target:.0} {unit} a year as {by}; with added duties of up to {most} they reach {reach:.0} {unit}, {share:.1} percent of it"
    )]
    OutOfReach {
        /// How many lines can be charged.
        lines: usize,
        /// What is asked for.
        target: f64,
        /// The unit.
        unit: String,
        /// What counts.
        by: MatchBy,
        /// The highest rate.
        most: Rate,
        /// The most that they come to.
        reach: f64,
        /// The same in percent of the target.
        share: f64,
    },
    /// No line can be charged.
    #[error(
        "no list: none of the lines asked about has trade, a duty in percent and a share of the supplier; {0}"
    )]
    NoLines(String),
    /// Whole rates do not come near enough.
    #[error(
        "no list of whole rates comes within {tolerance:.2} percent of the target of {target:.0} a year: the nearest comes to {nearest:.0}"
    )]
    NoWholeList {
        /// In percent.
        tolerance: f64,
        /// What is asked for.
        target: f64,
        /// What the nearest list comes to.
        nearest: f64,
    },
    /// The solver did not end with a solution.
    #[error(
        "the solver did not settle after {iterations} steps ({status}); no list is given rather than one that is not known to be good"
    )]
    NotSolved {
        /// What the solver says.
        status: String,
        /// How far it went.
        iterations: u32,
    },
    /// A number that does not make sense.
    #[error("{0}")]
    Input(String),
    /// The second computation does not agree with the first.
    #[error("the list failed its proof and is not given: {0}")]
    Unproved(String),
}
