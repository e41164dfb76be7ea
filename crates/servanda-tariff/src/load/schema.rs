//! JSON Schemas of schedules and measures, from the types that read them.

use super::concordance::RawConcordance;
use super::held::RawHeldFile;
use super::raw::{RawAuthorities, RawMeasure, RawSchedule};
use schemars::schema_for;

/// The names of the schemas of this crate's files.
pub fn schema_names() -> &'static [&'static str] {
    &["authorities", "concordance", "held", "measure", "schedule"]
}

/// The JSON Schema of a kind of file: `schedule` (`schedules/ID.toml`), `measure` (`measures/ID.toml`), `concordance`
/// (`schedules/concordances/ID.toml`), `authorities` (`measures/authorities.toml`) or `held` (`measures/held.toml`).
pub fn schema(name: &str) -> Option<serde_json::Value> {
    let schema = match name {
        "authorities" => schema_for!(RawAuthorities),
        "concordance" => schema_for!(RawConcordance),
        "held" => schema_for!(RawHeldFile),
        "measure" => schema_for!(RawMeasure),
        "schedule" => schema_for!(RawSchedule),
        _ => return None,
    };
    Some(schema.to_value())
}
