//! The one page on an agreement, as data.

use crate::due::DueRow;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::{Date, Party, Status};

/// The one page on an agreement.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BriefAnswer {
    /// The agreement's id.
    pub agreement: String,
    /// What it is called.
    pub title: String,
    /// What kind of text it is, and since when it is signed and in force.
    pub weight: String,
    /// The day asked for.
    pub as_of: Date,
    /// The day to which its texts were read; what was agreed later is not known. None where no texts are named.
    pub read_through: Option<Date>,
    /// What stands beside every outcome.
    pub note: Option<String>,
    /// What each party promises.
    pub promised: Vec<Promised>,
    /// Where what is tested, or open with figures, stands.
    pub standing: Vec<Standing>,
    /// What is contested.
    pub contested: Vec<Contested>,
    /// What comes next.
    pub next: Vec<DueRow>,
    /// What is open, cannot be tested yet or cannot be told, by its reason.
    pub untold: Vec<Untold>,
}

/// What one party promises, by force.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Promised {
    /// The party.
    pub party: Party,
    /// How many duties of each force it has, and how many of them are decided; none where the texts that were read name none.
    pub duties: Vec<Duties>,
}

/// Duties of one force.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Duties {
    /// The force.
    pub force: String,
    /// How many there are.
    pub count: usize,
    /// How many of them are decided.
    pub decided: usize,
}

/// How one commitment stands.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Standing {
    /// The commitment's id.
    pub commitment: String,
    /// Who owes it.
    pub by: Option<Party>,
    /// What is owed, for people.
    pub what: String,
    /// The status.
    pub status: Status,
    /// What lies over it.
    pub overlay: Option<String>,
    /// What each source says.
    pub lines: Vec<String>,
}

/// What is contested of one matter.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Contested {
    /// The commitment's id, or the subject of the claims.
    pub about: String,
    /// The commitments that the claims are matched with in the record of talks.
    pub commitments: Vec<String>,
    /// The status, where definitions or sources disagree.
    pub status: Option<Status>,
    /// Who said what, where and when.
    pub claims: Vec<String>,
}

/// What cannot be told for one reason, or is not over.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Untold {
    /// The reason.
    pub reason: String,
    /// The commitments.
    pub commitments: Vec<String>,
}
