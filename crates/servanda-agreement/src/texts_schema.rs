//! The JSON Schema of `texts.toml`. The types are only ever turned into a schema; [`crate::load`] reads the file.

#![allow(dead_code, reason = "turned into a schema, never built")]

use crate::schema::{Certainty, Day, Party};
use schemars::JsonSchema;

/// The texts of an agreement that were read, in their editions
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextsFile {
    /// The last day to which texts were read; later acts are unknown
    read_through: Day,
    #[serde(default)]
    text: Vec<Text>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Text {
    /// us-sheet
    #[schemars(regex(pattern = r"^[a-z][a-z0-9_-]*$"))]
    id: String,
    /// What kind of paper it is: the weight of each duty in it
    kind: TextKind,
    /// Whose text it is; of all parties together where none is named
    side: Option<Party>,
    /// What it is called
    title: String,
    publisher: String,
    address: Option<String>,
    /// The day that it bears
    dated: Day,
    /// primary: read in the text itself
    certainty: Certainty,
    /// By whose account it is known, where it was not read itself
    told_by: Option<String>,
    /// The oldest first
    #[schemars(length(min = 1))]
    edition: Vec<Edition>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum TextKind {
    JointStatement,
    FactSheet,
    Account,
    ExecutiveOrder,
    Proclamation,
    Memorandum,
    Regulation,
    Statute,
    Notice,
    CourtOrder,
    Mou,
    Contract,
    BindingAgreement,
    Announcement,
    Report,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Edition {
    id: String,
    /// The first day on which it is known to have been there
    seen: Day,
    /// Of the bytes that were read
    #[schemars(regex(pattern = r"^[0-9a-f]{64}$"))]
    sha256: Option<String>,
    /// What it changed; absent for the first
    note: Option<String>,
}
