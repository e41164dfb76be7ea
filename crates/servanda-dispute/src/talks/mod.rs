//! The record of talks: claims of both sides, matched item by item, none silently picked.
//!
//! A record is two files: `talks/ID.csv` has one row for each claim, in the columns of [`COLUMNS`]; `talks/ID.toml` has the
//! head: title, parties, reports, provenance, and what rows are matched with. [`Record::load`] reads both and says all that
//! is wrong at once; [`Record::to_csv`] gives every field of every row back. [`table`], [`conflicts`] and [`timeline`] are
//! answers as data. What a figure or a document says of a row is asked by the workspace; [`checkable`] says of which rows.

mod checkable;
mod conflicts;
mod head;
mod load;
mod model;
mod new_head;
mod references;
mod rows;
mod table;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod timeline;
mod triggers;
mod words;
mod write;

pub use checkable::{CheckRow, Outcome, checkable};
pub use conflicts::{Conflict, Conflicts, Difference, conflicts};
pub use head::talks_schema;
pub use model::{
    Claim, ConflictNote, Fate, Figure, Match, Parties, Provenance, Record, Report, Target, Value, When,
};
pub use new_head::head_text;
pub use rows::COLUMNS;
pub use table::{Reply, Table, Thread, table};
pub use timeline::{Moment, Timeline, What, timeline};
pub use triggers::{ActState, Awaited, State, Triggers, Waiting, triggers};
pub use words::{Authority, Certainty, Checkable, FateWord, Flow, Kind, Standing};
