//! The steps of an agreement's dispute, as data: who acts, by when, what may follow, and how sure each number is.
//!
//! A ladder is `ladder.toml` of an agreement's folder. It may have no clock at all. [`Ladder::parse`] reads it and says all
//! that is wrong in it, each with its place: a step that does not exist, one that cannot be reached, a clock without a start.

mod lint;
mod load;

pub use load::ladder_schema;

use schemars::JsonSchema;
use serde::Serialize;
use servanda_agreement::Certainty;
use servanda_core::calendar::Kind;
use servanda_core::words;
use servanda_core::{Date, Party};
use std::collections::BTreeSet;

words! {
    /// Who takes a step.
    Who {
        /// The party that complains.
        Complainant = "complainant",
        /// The party complained against.
        Respondent = "respondent",
        /// One of the two.
        Either = "either",
        /// Both together.
        Both = "both",
        /// The principal of either side.
        EitherPrincipal = "either principal",
        /// A body that neither party is.
        Body = "body",
    }
}

words! {
    /// What the end of a clock means.
    Meaning {
        /// The step is due by the end of that day.
        Due = "due",
        /// The step's own level ends with that day.
        Ends = "ends",
        /// The step may be taken from the day after.
        NotBefore = "not-before",
        /// What was done at the step takes effect with the end of that day.
        TakesEffect = "takes-effect",
    }
}

words! {
    /// What happens where calendar days end on a day that is no working day.
    OffDay {
        /// Nothing: the end stays.
        Stays = "stays",
        /// The end is the next working day of the capital concerned.
        NextWorkingDay = "next-working-day",
        /// The agreement does not say, or what it says was not read.
        Unsaid = "unsaid",
    }
}

words! {
    /// Whose capital's working days count.
    Whose {
        /// The complaining party's.
        Complainant = "complainant",
        /// That of the party complained against.
        Respondent = "respondent",
    }
}

/// The working days that a clock counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum CapitalOf {
    /// Of one of the two sides of a case.
    Side(Whose),
    /// Of a party by name.
    Party(Party),
}

/// A clock of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Clock {
    /// How many days.
    pub days: u32,
    /// Which days.
    pub kind: Kind,
    /// Whose working days.
    pub calendar: Option<CapitalOf>,
    /// The step whose day is the start.
    pub from: String,
    /// It runs only where the case comes to this step from that one.
    pub after: Option<String>,
    /// What its end means.
    pub meaning: Meaning,
    /// Whether the number is only about right.
    pub about: bool,
    /// Whether the day of the start is day 1.
    pub start_counts: bool,
    /// Whether the last day still belongs to it.
    pub end_included: bool,
    /// What happens where it ends on a day off.
    pub off_day: OffDay,
    /// How sure the number is.
    pub certainty: Certainty,
    /// Where it is from.
    pub source: String,
}

/// How days are counted where a clock does not say otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counting {
    /// Whether the day of the start is day 1.
    pub start_counts: bool,
    /// Whether the last day still belongs to it.
    pub end_included: bool,
    /// What happens where calendar days end on a day off.
    pub off_day: OffDay,
    /// How sure this is.
    pub certainty: Certainty,
    /// Where it is from.
    pub source: String,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Step {
    /// Its name in files.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Article and paragraph.
    pub cite: String,
    /// Who takes it.
    pub by: Who,
    /// When it may be taken, in words.
    pub when: Option<String>,
    /// Its clocks.
    pub clocks: Vec<Clock>,
    /// What it must have.
    pub needs: Vec<String>,
    /// What it may leave out.
    pub may_omit: Vec<String>,
    /// The answer that is owed, in words.
    pub answer: Option<String>,
    /// The right that this step is the use of.
    pub right: Option<String>,
    /// What the party that takes it says of the matter: its own claim, which nothing here judges.
    pub claim: Option<String>,
    /// Acts that are forbidden from it on, until the next step.
    pub forbidden: Vec<String>,
    /// What may follow.
    pub next: Vec<String>,
    /// Whether a case ends with it.
    pub end: bool,
    /// How sure the step itself is.
    pub certainty: Certainty,
    /// Where it is from.
    pub source: String,
}

/// A regular meeting that the agreement sets up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Meeting {
    /// Who meets.
    pub level: String,
    /// How often, in words.
    pub every: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// Where it is from.
    pub source: String,
}

/// A route outside the agreement that a party took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Outside {
    /// What it is.
    pub title: String,
    /// Who took it.
    pub by: Party,
    /// When.
    pub date: Date,
    /// How sure it is.
    pub certainty: Certainty,
    /// Where it is from.
    pub source: String,
}

/// An agreement's ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Ladder {
    /// The agreement's id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Where it stands.
    pub cite: String,
    /// What must be said beside every answer.
    pub note: Option<String>,
    /// The steps with which a case can begin; the first without a word.
    pub start: Vec<String>,
    /// How days are counted; none in a ladder without clocks.
    pub counting: Option<Counting>,
    /// Regular meetings.
    pub meetings: Vec<Meeting>,
    /// Steps and ends.
    pub steps: Vec<Step>,
    /// Routes outside the agreement.
    pub outside: Vec<Outside>,
}

impl Ladder {
    /// A step.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|s| s.id == id)
    }

    /// Whether any step has a clock.
    pub fn has_clocks(&self) -> bool {
        self.steps.iter().any(|s| !s.clocks.is_empty())
    }

    /// The steps that can still come after one, itself left out unless it can come again.
    pub fn reachable(&self, from: &str) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut open: Vec<&str> = vec![from];
        while let Some(step) = open.pop().and_then(|id| self.step(id)) {
            for next in &step.next {
                if found.insert(next.as_str()) {
                    open.push(next);
                }
            }
        }
        found
    }
}
