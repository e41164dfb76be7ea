//! A case: one dispute on an agreement's ladder, as an append-only record whose state on any day is a replay of it.
//!
//! A case is the folder `cases/ID/`: `ladder.toml` is the ladder as it was when the case was opened, `events/0001.toml` and so
//! on what happened, each naming the SHA-256 of the file before it, `documents/SHA256` the papers. [`CaseRecord::load`] reads
//! it and refuses a broken record, [`verify`] says all that is broken, [`CaseRecord::check`] says whether an event may be
//! filed, and [`view`] gives the state as of a day with every clock.

mod answers;
mod chain;
mod clocks;
mod event;
mod filing;
mod view;

use crate::assessment::{APPROVALS, ASSESSMENTS, DOCUMENTS, PEOPLE, REPLIES, SET_ASIDE};

pub use answers::{CaseAnswer, CaseListRow, CheckedCase};
pub use chain::{CaseRecord, Filed, Problem, STAGED, event_path, unfinished, verify};
pub use clocks::{ClockRow, End, Standing};
pub use event::{Actor, Document, Event, Opening, WordError};
pub use filing::{Refusal, walk};
pub use view::{ClaimRow, NextRow, OutsideRow, RightRow, State, View, view};

/// Whether a text can be a case's id: lower-case letters, digits and hyphens, at most 100, no hyphen first, and no
/// folder in which assessments are kept.
pub fn is_case_id(id: &str) -> bool {
    servanda_agreement::is_id(id) && !is_of_assessments(id)
}

/// Whether a folder below `cases/` is one in which assessments are kept.
fn is_of_assessments(name: &str) -> bool {
    let folders = [PEOPLE, ASSESSMENTS, APPROVALS, REPLIES, DOCUMENTS, SET_ASIDE];
    folders.iter().any(|folder| folder.strip_prefix("cases/") == Some(name))
}
