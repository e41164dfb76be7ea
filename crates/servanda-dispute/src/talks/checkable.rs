//! Rows that statistics or documents can settle, and what they say.

use super::model::{Claim, Record, Target};
use super::words::{Checkable, Standing};
use schemars::JsonSchema;
use serde::Serialize;

/// A row and what was found of it. The pure part says which rows; the workspace asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CheckRow {
    /// The claim.
    pub claim: Claim,
    /// Whose position it can be.
    pub standing: Standing,
    /// Each thing that it is matched with, and what that says; one at least.
    pub outcomes: Vec<Outcome>,
}

/// What one match says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Outcome {
    /// What with; none where the record matches the row with nothing.
    pub target: Option<Target>,
    /// In a word: `agrees`, `differs`, `not held`, or how an act or a finding stands.
    pub result: String,
    /// Ours, in the unit of the claim, rounded to its decimals; of figures that are held.
    pub ours: Option<String>,
    /// What could be said on the claim's own day; of figures and acts.
    pub then: Option<String>,
    /// In words.
    pub reason: String,
}

/// The rows that statistics or documents can settle, each with its matches.
pub fn checkable(record: &Record) -> impl Iterator<Item = (&Claim, Vec<&super::Match>)> {
    let rows = record.claims.iter();
    rows.filter(|c| matches!(c.checkable, Checkable::Statistic | Checkable::Document))
        .map(|c| (c, record.matches_of(&c.id).collect()))
}
