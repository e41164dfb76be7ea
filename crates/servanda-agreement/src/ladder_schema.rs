//! The JSON Schema of `ladder.toml`. The file itself is read by the crate that knows disputes; a test there holds the two to
//! the same keys.

#![allow(dead_code, reason = "turned into schemas, never built")]

use crate::schema::{Certainty, Day, Party};
use schemars::JsonSchema;

/// The steps of an agreement's dispute: who acts, by when, what may follow, and how sure each number is
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LadderFile {
    /// The agreement's id
    id: String,
    /// What it is called
    title: String,
    /// Where it stands in the agreement
    cite: String,
    /// A line that stands beside every answer
    note: Option<String>,
    /// The steps with which a case can begin; the first without a word
    start: Vec<String>,
    /// How days are counted where a clock does not say otherwise
    counting: Option<LadderCounting>,
    /// Regular meetings
    #[serde(default)]
    meeting: Vec<LadderMeeting>,
    #[serde(default)]
    step: Vec<LadderStep>,
    /// Steps with which a case ends
    #[serde(default)]
    end: Vec<LadderEnd>,
    /// Routes outside the agreement that a party took
    #[serde(default)]
    outside: Vec<LadderOutside>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum StartDay {
    Counted,
    NotCounted,
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
enum EndDay {
    Included,
    Excluded,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum OffDay {
    Stays,
    NextWorkingDay,
    Unsaid,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct LadderCounting {
    /// Whether the day of the event is day 1
    start_day: StartDay,
    /// Whether the last day still belongs to the clock
    end_day: EndDay,
    /// What happens where calendar days end on a day that is no working day
    off_day: OffDay,
    certainty: Certainty,
    source: String,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct LadderMeeting {
    level: String,
    every: String,
    certainty: Certainty,
    source: String,
}

#[derive(JsonSchema)]
enum Who {
    #[serde(rename = "complainant")]
    Complainant,
    #[serde(rename = "respondent")]
    Respondent,
    #[serde(rename = "either")]
    Either,
    #[serde(rename = "both")]
    Both,
    #[serde(rename = "either principal")]
    EitherPrincipal,
    /// A body that neither side is
    #[serde(rename = "body")]
    Body,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct LadderStep {
    /// Lower case, digits and hyphens
    id: String,
    title: String,
    cite: String,
    /// Who takes it
    by: Who,
    /// When it may be taken, in words
    when: Option<String>,
    #[serde(default)]
    clock: Vec<LadderClock>,
    /// What it must have
    #[serde(default)]
    needs: Vec<String>,
    /// What it may leave out
    #[serde(default)]
    may_omit: Vec<String>,
    /// The answer that is owed, in words
    answer: Option<String>,
    /// The right that it is the use of
    right: Option<String>,
    /// What the party that takes it says of the matter: its own claim
    claim: Option<String>,
    /// Acts that are forbidden from it on, until the next step
    #[serde(default)]
    forbidden: Vec<String>,
    /// What may follow
    next: Vec<String>,
    certainty: Certainty,
    source: String,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Meaning {
    /// The step is due by the end of that day
    Due,
    /// The step's own level ends with that day
    Ends,
    /// The step may be taken from the day after
    NotBefore,
    /// What was done at the step takes effect with the end of that day
    TakesEffect,
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Side {
    Complainant,
    Respondent,
}

#[derive(JsonSchema)]
#[serde(untagged)]
enum Capital {
    Side(Side),
    Party(Party),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct LadderClock {
    /// 10 working-days, 21 days
    within: String,
    /// Whose working days
    calendar: Option<Capital>,
    /// The step whose day is the start
    from: String,
    /// It runs only where the case comes to this step from that one
    after: Option<String>,
    /// What its end means
    meaning: Meaning,
    /// Whether the number is only about right
    #[serde(default)]
    about: bool,
    start_day: Option<StartDay>,
    end_day: Option<EndDay>,
    off_day: Option<OffDay>,
    certainty: Certainty,
    source: String,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct LadderEnd {
    id: String,
    title: String,
    by: Who,
    certainty: Certainty,
    source: String,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct LadderOutside {
    title: String,
    by: Party,
    date: Day,
    certainty: Certainty,
    source: String,
}
