//! What was said, takes effect or falls due, by date.

use super::model::{Claim, Record, When};
use super::words::Standing;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::Date;

/// The record by date, as of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Timeline {
    /// The record's id.
    pub record: String,
    /// The record's title.
    pub title: String,
    /// What is published later is left out.
    pub as_of: Date,
    /// In order.
    pub moments: Vec<Moment>,
}

/// What happens on a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Moment {
    /// The date as written, `~` where it is approximate.
    pub when: When,
    /// What of the claim.
    pub what: What,
    /// Whether the date is after the day asked for.
    pub ahead: bool,
    /// The claim.
    pub claim: Claim,
    /// Whose position it can be.
    pub standing: Standing,
}

/// Which of a claim's dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// It takes place or has effect.
    Effective,
    /// It is published.
    Said,
    /// What it asks for falls due.
    Deadline,
}

impl What {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Effective => "effective",
            Self::Said => "said",
            Self::Deadline => "deadline",
        }
    }
}

/// The record by date; claims published after `as_of` are left out. A month or a year stands at its first day; a deadline
/// is ahead until its last day is past.
pub fn timeline(record: &Record, as_of: Date) -> Timeline {
    let known = |c: &&Claim| c.known_by(as_of);
    let mut moments: Vec<Moment> = Vec::new();
    for claim in record.claims.iter().filter(known) {
        let dates = [
            (What::Effective, claim.effective.as_ref()),
            (What::Said, Some(&claim.published)),
            (What::Deadline, claim.deadline.as_ref()),
        ];
        for (what, when) in dates {
            let Some(when) = when.cloned() else { continue };
            let turn = if what == What::Deadline { when.end() } else { when.start() };
            let ahead = if what == What::Deadline { turn >= as_of } else { turn > as_of };
            moments.push(Moment { when, what, ahead, claim: claim.clone(), standing: claim.standing() });
        }
    }
    // Stable: what is of one day stays in the order of the record.
    moments.sort_by_key(|m| (m.when.start(), m.what));
    Timeline { record: record.id.clone(), title: record.title.clone(), as_of, moments }
}
