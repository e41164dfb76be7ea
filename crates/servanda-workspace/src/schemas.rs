//! JSON Schemas of the files that people write, each from where the file is read.

use crate::root::Marker;

/// The names of all schemas, in order.
pub fn schema_names() -> Vec<&'static str> {
    let mut names = vec!["assessment", "calendar", "source", "talks", "workspace"];
    names.extend(servanda_agreement::schema_names());
    names.extend(servanda_tariff::schema_names());
    names.sort_unstable();
    names
}

/// The JSON Schema of a kind of file; `None` for a name that is not among [`schema_names`].
pub fn schema(name: &str) -> Option<serde_json::Value> {
    match name {
        "assessment" => Some(servanda_dispute::assessment::assessment_schema()),
        "calendar" => Some(servanda_dispute::calendar::calendar_schema()),
        "source" => Some(servanda_evidence::source_schema()),
        "talks" => Some(servanda_dispute::talks::talks_schema()),
        "workspace" => Some(schemars::schema_for!(Marker).to_value()),
        other => servanda_agreement::schema(other).or_else(|| servanda_tariff::schema(other)),
    }
}
