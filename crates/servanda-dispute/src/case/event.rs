//! An event of a case, and its file.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use servanda_core::{Date, Party};
use std::collections::BTreeMap;
use std::fmt;

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub enum Actor {
    /// A party.
    Party(Party),
    /// Both sides of the case together.
    Both,
    /// A body that neither side is, such as a panel.
    Body,
}

/// A word that names nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names nobody: write a party's three capital letters, `both`, or `body`")]
pub struct WordError(pub String);

impl Actor {
    /// Reads `USA`, `both` or `body`.
    pub fn parse(text: &str) -> Result<Self, WordError> {
        match text {
            "both" => Ok(Self::Both),
            "body" => Ok(Self::Body),
            _ => Party::new(text).map(Self::Party).ok_or_else(|| WordError(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Actor {
    type Error = WordError;
    fn try_from(text: String) -> Result<Self, WordError> {
        Self::parse(&text)
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> Self {
        actor.to_string()
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Party(party) => write!(f, "{party}"),
            Self::Both => f.write_str("both"),
            Self::Body => f.write_str("body"),
        }
    }
}

/// A paper that an event rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Its name or citation.
    pub name: String,
    /// The SHA-256 of its bytes, in hexadecimal; none where only its citation is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Whether its bytes are kept in the case's `documents/`.
    pub kept: bool,
}

/// What the first event says of the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// The agreement's id.
    pub agreement: String,
    /// The commitments that it is about.
    pub commitments: Vec<String>,
    /// Who complains.
    pub complainant: Party,
    /// Who is complained against.
    pub respondent: Party,
    /// The SHA-256 of `ladder.toml` as it was then.
    pub ladder_sha256: String,
}

/// What happened, as it was filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The case's id.
    pub case: String,
    /// 1 for the opening, then one more each.
    pub number: u32,
    /// The SHA-256 of the file of the event before; none in the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    /// A step of the ladder, or `outside`, `note`, `claim`.
    pub event: String,
    /// The day on which it happened.
    pub date: Date,
    /// The day on which it entered the record; no event is filed before the one before it.
    pub filed: Date,
    /// Who did it.
    pub by: Actor,
    /// What it is, for what is no step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The paper that it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
    /// In the first event only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<Opening>,
    /// The calendars that the ladder counts by, each with the SHA-256 of what had been made known of it by the
    /// day of filing; none in events of older versions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub calendars: BTreeMap<String, String>,
}

impl Event {
    /// The words that are no steps: a route outside the agreement, a fact, what a party says of the matter.
    pub const WORDS: [&'static str; 3] = ["outside", "note", "claim"];

    /// Whether it moves the case along its ladder.
    pub fn is_step(&self) -> bool {
        !Self::WORDS.contains(&self.event.as_str())
    }

    /// The text of its file.
    pub fn to_text(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }
}
