//! What a remedy starts from: the harm that is stated, by whom, and what a year of duties is to come to.

use super::{Harm, Rate, Shortfall, Target};
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::{Date, Party};

/// What is stated. Every answer begins with it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Stated {
    /// What the answer is.
    pub illustration: &'static str,
    /// What was not assessed.
    pub not_assessed: [&'static str; 8],
    /// The agreement.
    pub agreement: String,
    /// The commitment.
    pub commitment: String,
    /// Where it stands.
    pub cite: String,
    /// Who would charge.
    pub complainant: Party,
    /// Whose goods.
    pub respondent: Party,
    /// The harm.
    pub harm: Harm,
    /// What to know of it.
    pub harm_note: Option<String>,
    /// Every shortfall of the finding, by source and definition.
    pub shortfalls: Vec<Shortfall>,
    /// What a year is to come to.
    pub target: Target,
    /// How far a list may miss it.
    pub tolerance: Rate,
    /// The highest added rate.
    pub rate_max: Rate,
    /// The day as of which figures are used.
    pub as_of: Date,
}
