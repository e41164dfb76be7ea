//! The JSON Schema of the file in which an author writes an assessment.

#![allow(dead_code, reason = "turned into a schema, never built")]

use schemars::{JsonSchema, schema_for};

/// An assessment of one act or refraining, before it is signed
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct AssessmentFile {
    /// Evidence was considered up to this day, included
    as_of: Day,
    /// The rubric with its version: acts-v1
    #[schemars(regex(pattern = r"^[a-z0-9][a-z0-9-]*-v[1-9][0-9]*$"))]
    rubric: String,
    /// What the author concludes
    conclusion: Conclusion,
    /// Why
    grounds: String,
    /// The evidence; needed for kept, partly-kept and not-kept
    #[serde(default)]
    item: Vec<Item>,
}

/// A day, in TOML without quotes: 2018-07-13
#[derive(JsonSchema)]
#[schemars(extend("format" = "date"))]
struct Day(String);

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Conclusion {
    Kept,
    PartlyKept,
    NotKept,
    Open,
    Withdrawn,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Grade {
    Announced,
    Enacted,
    InForce,
    Applied,
    EffectSeen,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Certainty {
    Primary,
    Secondary,
    Unconfirmed,
}

/// One item of evidence, with one of document, held and no_document
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Item {
    /// How far the act has come by it
    grade: Grade,
    /// The day of what it tells, not later than as_of
    date: Day,
    /// What it says, in own words
    says: String,
    /// Who published it
    publisher: String,
    /// Where it stands
    cite: String,
    /// How sure it is
    certainty: Certainty,
    /// A file that will be kept, relative to this one
    document: Option<String>,
    /// The SHA-256 of a document that the workspace holds
    held: Option<Sha256>,
    /// The SHA-256 of the document: checked beside document, noted beside no_document
    sha256: Option<Sha256>,
    /// Why there is no document
    no_document: Option<String>,
}

#[derive(JsonSchema)]
struct Sha256(#[schemars(regex(pattern = r"^[0-9a-fA-F]{64}$"))] String);

/// The JSON Schema of an assessment's file.
pub fn assessment_schema() -> serde_json::Value {
    schema_for!(AssessmentFile).to_value()
}
