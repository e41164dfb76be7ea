//! Threats, conditions and what waits for what, as of a day: armed, postponed, fired, lapsed.
//!
//! A row's state is read from the acts that it is matched with; without any, from its own date and from what is recorded of
//! its fate. What none of these tells is said to be unknown.

use super::model::{Claim, Record, Target};
use super::words::{FateWord, Kind, Standing};
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::Date;
use servanda_core::words;
use servanda_tariff::{Standing as ActStanding, Trigger};

words! {
    /// How a threat or a condition stands.
    State {
        /// Said, with no date, and no act was made known.
        Threatened = "threatened",
        /// Waits for a date that is ahead.
        Armed = "armed",
        /// Its date was put off.
        Postponed = "postponed",
        /// It has no date any more, and may get one again.
        Suspended = "suspended",
        /// It is in force, or was done.
        Fired = "fired",
        /// Acts that cover a part of it are in force.
        FiredInPart = "fired-in-part",
        /// It is over, was withdrawn, or never came into force.
        Lapsed = "lapsed",
        /// A condition that waits for other rows.
        Waits = "waits",
        /// Nothing that is held tells.
        CannotTell = "cannot-tell",
    }
}

/// The threats and conditions of a record, as of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Triggers {
    /// The record's id.
    pub record: String,
    /// The record's title.
    pub title: String,
    /// What was published and made known later is left out.
    pub as_of: Date,
    /// One for each row, in the order of the record.
    pub items: Vec<Waiting>,
}

/// A row that waits for a date, an act or another row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Waiting {
    /// The row.
    pub claim: Claim,
    /// Whose position it can be.
    pub standing: Standing,
    /// How it stands: of several acts, the state of the one that is furthest on.
    pub state: State,
    /// From what the state is read.
    pub why: String,
    /// Each act that it is matched with.
    pub acts: Vec<ActState>,
    /// What follows if nothing is done.
    pub follows: Vec<String>,
    /// The rows that it waits for.
    pub waits_for: Vec<Awaited>,
}

/// An act as it stood at the end of the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ActState {
    /// `MEASURE/ACT`.
    pub act: String,
    /// How it stands; none where nothing of it had been made known.
    pub state: Option<State>,
    /// When it is to begin, or since when it applies, on the clocks of the importer.
    pub date: Option<String>,
    /// Dates for which it was armed before.
    pub past_dates: Vec<String>,
    /// What happens if nothing is done.
    pub follows: Option<String>,
    /// How sure it is.
    pub certainty: Option<&'static str>,
    /// Whether it and the row's other acts together cover only a part of what the row says.
    pub part: bool,
    /// How well it fits the row.
    pub note: Option<String>,
}

/// A row that another waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Awaited {
    /// Its id.
    pub row: String,
    /// How it stands.
    pub state: State,
    /// Whether it waits, directly, for the one that waits for it.
    pub circle: bool,
}

/// The threats and conditions of a record, and every row that waits for another. `acts` are those of the
/// workspace as they stood at the end of the day.
pub fn triggers(record: &Record, acts: &[Trigger], as_of: Date) -> Triggers {
    let waits = |c: &&Claim| matches!(c.kind, Kind::Threat | Kind::Condition) || !c.waits_for.is_empty();
    let known = |c: &&Claim| c.known_by(as_of);
    let asked = Asked { record, acts, as_of };
    Triggers {
        record: record.id.clone(),
        title: record.title.clone(),
        as_of,
        items: record.claims.iter().filter(waits).filter(known).map(|c| asked.waiting(c)).collect(),
    }
}

struct Asked<'a> {
    record: &'a Record,
    acts: &'a [Trigger],
    as_of: Date,
}

impl Asked<'_> {
    fn waiting(&self, claim: &Claim) -> Waiting {
        let acts = self.acts_of(claim);
        let (state, why) = self.state(claim, &acts);
        let mut follows: Vec<String> = acts.iter().filter_map(|a| a.follows.clone()).collect();
        let ahead = claim.deadline.as_ref().filter(|d| self.as_of <= d.end());
        if let (true, Some(deadline)) = (follows.is_empty() && state == State::Armed, ahead) {
            follows.push(format!("after {}, as said: {}", deadline.text, claim.statement));
        }
        let waits_for = claim.waits_for.iter().filter_map(|id| {
            let other = self.record.claim(id)?;
            let state = match other.known_by(self.as_of) {
                true => self.state(other, &self.acts_of(other)).0,
                false => State::CannotTell,
            };
            Some(Awaited { row: id.clone(), state, circle: other.waits_for.contains(&claim.id) })
        });
        Waiting {
            standing: claim.standing(),
            state,
            why,
            follows,
            waits_for: waits_for.collect(),
            acts,
            claim: claim.clone(),
        }
    }

    fn acts_of(&self, claim: &Claim) -> Vec<ActState> {
        let matches = self.record.matches_of(&claim.id);
        matches
            .filter_map(|m| match &m.target {
                Target::Act(name) => Some(self.act(name, m.part, m.note.clone())),
                _ => None,
            })
            .collect()
    }

    fn act(&self, name: &str, part: bool, note: Option<String>) -> ActState {
        let act = name.to_owned();
        let Some(found) = self.acts.iter().find(|t| t.name == name) else {
            let none = ActState {
                act,
                state: None,
                date: None,
                past_dates: Vec::new(),
                follows: None,
                certainty: None,
                part,
                note,
            };
            return none;
        };
        let date = match (&found.next, &found.since) {
            (Some(next), _) => Some(format!("to begin on {}", next.clock.date())),
            (None, Some(since)) => Some(format!("since {}", since.clock.date())),
            (None, None) => None,
        };
        ActState {
            act,
            state: Some(state_of(found.standing)),
            date,
            past_dates: found.past_dates.iter().map(|p| p.begins.clock.date().to_string()).collect(),
            follows: found.follows.clone(),
            certainty: Some(found.certainty),
            part,
            note,
        }
    }

    fn state(&self, claim: &Claim, acts: &[ActState]) -> (State, String) {
        if let Some(state) = acts.iter().filter_map(|a| a.state).max_by_key(|s| further(*s)) {
            let whole = acts.iter().any(|a| a.state == Some(State::Fired) && !a.part);
            let state = match state {
                State::Fired | State::FiredInPart if whole => State::Fired,
                State::Fired => State::FiredInPart,
                other => other,
            };
            return (state, "the acts that it is matched with".to_owned());
        }
        let none_known =
            if acts.is_empty() { "no act is matched with it" } else { "no act of that day is held" };
        let fates = self.record.fates.iter().filter(|f| f.row == claim.id);
        if let Some(fate) = fates.filter(|f| f.on.is_some_and(|on| on <= self.as_of)).max_by_key(|f| f.on) {
            let state = match fate.fate {
                FateWord::Done | FateWord::InDeal | FateWord::PartlyInDeal => State::Fired,
                FateWord::PutOff => State::Postponed,
                FateWord::Withdrawn | FateWord::NotInDeal => State::Lapsed,
            };
            return (state, format!("{}: {} ({none_known})", fate.fate, fate.cite));
        }
        if let Some(deadline) = &claim.deadline {
            return match self.as_of <= deadline.end() {
                true => (State::Armed, format!("its own date, {}; {none_known}", deadline.text)),
                false => {
                    (State::CannotTell, format!("its date, {}, is past, and {none_known}", deadline.text))
                }
            };
        }
        match (claim.kind, claim.waits_for.is_empty()) {
            (_, false) => (State::Waits, format!("for {}", claim.waits_for.join(" and "))),
            (Kind::Threat, true) => (State::Threatened, format!("no date was named; {none_known}")),
            _ => (State::CannotTell, format!("it names neither a date nor another row; {none_known}")),
        }
    }
}

/// Which of two acts is further on: one in force says more than one that is armed.
fn further(state: State) -> u8 {
    match state {
        State::Fired | State::FiredInPart => 6,
        State::Armed => 5,
        State::Postponed => 4,
        State::Suspended => 3,
        State::Lapsed => 2,
        State::Threatened | State::Waits | State::CannotTell => 1,
    }
}

/// The state of an act that stands so.
fn state_of(standing: ActStanding) -> State {
    match standing {
        ActStanding::Armed => State::Armed,
        ActStanding::Postponed => State::Postponed,
        ActStanding::Suspended => State::Suspended,
        ActStanding::InForce => State::Fired,
        ActStanding::InPart => State::FiredInPart,
        ActStanding::Replaced | ActStanding::Lapsed | ActStanding::Void => State::Lapsed,
    }
}
