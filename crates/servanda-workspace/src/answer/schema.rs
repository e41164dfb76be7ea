//! The JSON Schema of every answer, as strict as its type.

use super::{Answered, Envelope, written};
use schemars::Schema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use servanda_core::problem::Command;

/// The JSON Schema of the document with which a command answers; `None` for a command that answers with none.
pub fn schema(command: Command) -> Option<Value> {
    written(command).map(Schema::to_value)
}

/// As the types give it, and closed: a key that is not described is not valid.
pub(super) fn of<R: Answered>() -> Schema {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<Envelope<'static, R, R::Answer<'static>>>();
    let name = R::COMMAND.as_str();
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".into(), name.into());
        root.insert("description".into(), format!("The answer of {name}").into());
        if let Some(command) = root.get_mut("properties").and_then(|p| p.get_mut("command")) {
            *command = json!({ "const": name, "description": "The command" });
        }
        // What was not given is not in the request.
        if let Some(request) = root.get_mut("$defs").and_then(|d| d.get_mut(R::schema_name().as_ref())) {
            leave_out_null(request);
        }
        for part in ["properties", "$defs", "anyOf", "oneOf"] {
            root.get_mut(part).into_iter().for_each(close_each);
        }
        root.insert("unevaluatedProperties".into(), false.into());
    }
    schema
}

fn leave_out_null(request: &mut Value) {
    let nullable = |property: &Value| property.to_string().contains("\"null\"");
    let names: Vec<String> = request
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter(|(_, property)| nullable(property))
        .map(|(name, _)| name.clone())
        .collect();
    if let Some(required) = request.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| !names.iter().any(|n| name == n));
    }
}

/// Closes what stands in a list or under the keys of an object.
fn close_each(parts: &mut Value) {
    match parts {
        Value::Array(all) => all.iter_mut().for_each(close_parts),
        Value::Object(map) => map.values_mut().for_each(close),
        _ => {}
    }
}

/// Closes the parts of one of several forms of the document, not the form itself, which stands beside other keys.
fn close_parts(form: &mut Value) {
    if let Some(properties) = form.get_mut("properties") {
        close_each(properties);
    }
}

fn close(schema: &mut Value) {
    match schema {
        Value::Array(all) => all.iter_mut().for_each(close),
        Value::Object(map) => {
            map.values_mut().for_each(close);
            close_object(map);
        }
        _ => {}
    }
}

/// Whether a schema is that of a figure.
fn figure(schema: &Value) -> bool {
    let is = |s: &Value| s.get("$ref").is_some_and(|r| r == "#/$defs/Exact");
    is(schema) || schema.get("anyOf").and_then(Value::as_array).is_some_and(|all| all.iter().any(is))
}

/// An object has the keys that are described, and `exact` where one of them is a figure.
fn close_object(map: &mut Map<String, Value>) {
    let exact = || {
        json!({
            "type": "object",
            "additionalProperties": { "type": "string" },
            "description": "Figures whose decimal expansion does not end, as n/d, by key"
        })
    };
    if map.get("additionalProperties").is_some_and(figure) {
        map.insert("properties".into(), json!({ "exact": exact() }));
        return;
    }
    let Some(properties) = map.get_mut("properties").and_then(Value::as_object_mut) else { return };
    if properties.values().any(figure) && !properties.contains_key("exact") {
        properties.insert("exact".into(), exact());
    }
    if !map.contains_key("additionalProperties") {
        map.insert("unevaluatedProperties".into(), false.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_has_a_schema_that_describes_its_keys() {
        let mut found = 0;
        for command in Command::ALL {
            let Some(schema) = schema(*command) else { continue };
            found += 1;
            let keys = schema["properties"].as_object().unwrap();
            for key in ["engine", "command", "request", "notes", "rests_on"] {
                assert!(keys.contains_key(key), "{command}: {key}");
            }
            for (key, of) in keys {
                assert!(of.get("description").is_some(), "{command}: {key}: {of}");
            }
            jsonschema::validator_for(&schema).unwrap();
        }
        assert!(found > 25, "{found}");
    }
}
