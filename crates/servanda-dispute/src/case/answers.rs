//! What commands on cases answer, as data.

use super::chain::Problem;
use super::event::Opening;
use super::view::View;
use crate::ladder::Ladder;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::{Date, Party};

/// A case as of a day, with what must be said beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CaseAnswer {
    /// The case's id.
    pub case: String,
    /// What the first event says of it.
    pub opening: Opening,
    /// The SHA-256 of the newest event's file.
    pub head: String,
    /// The ladder as it was when the case was opened.
    pub ladder: Ladder,
    /// The case as of the day.
    pub view: View,
    /// What must be said beside it: a ladder that changed since, nothing filed yet.
    pub notes: Vec<String>,
}

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CaseListRow {
    /// The case's id.
    pub case: String,
    /// The agreement's id; none where the record is broken.
    pub agreement: Option<String>,
    /// Who complains.
    pub complainant: Option<Party>,
    /// Who is complained against.
    pub respondent: Option<Party>,
    /// The day on which it was opened.
    pub opened: Option<Date>,
    /// How many events are filed.
    pub events: usize,
    /// The step taken last.
    pub state: Option<String>,
    /// What is broken, if anything is.
    pub problems: Vec<Problem>,
}

/// What `case verify` found in one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CheckedCase {
    /// The case's id.
    pub case: String,
    /// How many events could be read.
    pub events: usize,
    /// The SHA-256 of the newest event's file; none where nothing could be read.
    pub head: Option<String>,
    /// What is broken; empty if the record is sound.
    pub problems: Vec<Problem>,
    /// What a filing left that was not finished; it is no part of the record, and the next filing takes it away.
    pub unfinished: Vec<String>,
}
