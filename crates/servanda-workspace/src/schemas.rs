//! JSON Schemas: of the files that people write, each from where the file is read, and of what commands ask and answer.

use crate::mirror::RawMirror;
use crate::request::{SchemaOf, SchemaWord};
use crate::root::Marker;
use crate::{WorkspaceError, answer, request};
use serde_json::Value;
use servanda_core::problem::{Command, Field, Problem};
use std::collections::BTreeSet;

/// The names of the kinds of file, in order.
pub fn schema_names() -> Vec<&'static str> {
    let mut names = vec![
        "assessment",
        "calendar",
        "elasticities",
        "ladder",
        "mirrors",
        "person",
        "rubric",
        "sectors",
        "source",
        "talks",
        "workspace",
    ];
    names.extend(servanda_agreement::schema_names());
    names.extend(servanda_tariff::schema_names());
    names.sort_unstable();
    names
}

/// The JSON Schema of a kind of file; `None` for a name that is not among [`schema_names`].
pub fn schema(name: &str) -> Option<Value> {
    match name {
        "assessment" => Some(servanda_dispute::assessment::assessment_schema()),
        "calendar" => Some(servanda_dispute::calendar::calendar_schema()),
        "elasticities" => Some(servanda_remedy::elasticities_schema().to_value()),
        "ladder" => Some(servanda_dispute::ladder::ladder_schema()),
        "mirrors" => Some(schemars::schema_for!(RawMirror).to_value()),
        "person" => Some(servanda_dispute::assessment::person_schema()),
        "rubric" => Some(servanda_dispute::assessment::rubric_schema()),
        "sectors" => Some(servanda_model::concordance::sectors_schema()),
        "source" => Some(servanda_evidence::source_schema()),
        "talks" => Some(servanda_dispute::talks::talks_schema()),
        "workspace" => Some(schemars::schema_for!(Marker).to_value()),
        other => servanda_agreement::schema(other).or_else(|| servanda_tariff::schema(other)),
    }
}

/// The name of a command among schemas: `tariff-rate`.
fn name_of(command: Command) -> String {
    command.as_str().replace(' ', "-")
}

/// All that has a schema: kinds of file, then commands.
pub fn all_schema_names() -> Vec<String> {
    let files = schema_names();
    let commands = Command::ALL.iter().map(|c| name_of(*c)).filter(|name| !files.contains(&name.as_str()));
    let mut commands: Vec<String> = commands.collect::<BTreeSet<_>>().into_iter().collect();
    commands.splice(0..0, files.iter().map(|name| (*name).to_owned()));
    commands
}

/// The schema that is asked for, with the command whose answer it describes.
pub fn schema_asked(asked: &SchemaOf) -> Result<(Value, Option<Command>), WorkspaceError> {
    let name = asked.name.as_deref().unwrap_or_default();
    let command = Command::ALL.iter().copied().find(|c| name_of(*c) == name || c.as_str() == name);
    let file = || schema(name).map(|schema| (schema, None));
    let answer = || command.and_then(|c| Some((answer::schema(c)?, Some(c))));
    let request = || command.map(|c| (request::of(c).schema.to_value(), None));
    let found = match asked.of {
        Some(SchemaWord::File) => file(),
        Some(SchemaWord::Answer) => answer(),
        Some(SchemaWord::Request) => request(),
        None => file().or_else(answer).or_else(request),
    };
    found.ok_or_else(|| match (asked.of, command) {
        (Some(SchemaWord::Answer), Some(_)) => {
            Problem::unknown(Field::Of, format!("`{name}` answers with no JSON")).into()
        }
        _ => {
            let known = all_schema_names().join(", ");
            Problem::unknown(Field::Name, format!("there is no schema `{name}`; there are {known}")).into()
        }
    })
}
