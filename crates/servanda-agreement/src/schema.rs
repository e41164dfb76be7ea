//! JSON Schemas of the files that people write, so that editors complete and check them: those of the types that read them.

use crate::cases::CasesFile;
use crate::lint::CoverageFile;
use crate::load::raw::AgreementFile;
use crate::load::texts::TextsFile;
use schemars::schema_for;

/// The names of the schemas.
pub fn schema_names() -> &'static [&'static str] {
    &["agreement", "cases", "coverage", "texts"]
}

/// The JSON Schema of a kind of file: `agreement` (`agreement.toml`), `cases` (`cases.toml`), `coverage`
/// (`text/coverage.toml`) or `texts` (`texts.toml`).
pub fn schema(name: &str) -> Option<serde_json::Value> {
    let schema = match name {
        "agreement" => schema_for!(AgreementFile),
        "cases" => schema_for!(CasesFile),
        "coverage" => schema_for!(CoverageFile),
        "texts" => schema_for!(TextsFile),
        _ => return None,
    };
    Some(schema.to_value())
}

#[cfg(test)]
#[path = "schema_tests.rs"]
mod tests;
