//! Commands over HTTP: a request as JSON or as a query becomes the command that a terminal would give, so that whatever asks gets the
//! same answer.

use crate::args::{Cli, Command as Line};
use crate::serve::address::Shape;
use clap::FromArgMatches;
use schemars::Schema;
use serde_json::{Map, Value, json};
use servanda_agreement::is_id;
use servanda_core::problem::{Code, Command, Field, Problem};
use servanda_workspace::answer;
use servanda_workspace::request::{self, Listed};
use std::collections::BTreeMap;

/// Whether a command is served: those that only read, and ask for no file.
pub fn served(command: Command) -> bool {
    match command {
        Command::Check
        | Command::Explain
        | Command::History
        | Command::Compare
        | Command::Due
        | Command::Brief
        | Command::Bundle
        | Command::Claim
        | Command::Search
        | Command::Mirror
        | Command::Lint
        | Command::Sources
        | Command::Coverage
        | Command::TariffRate
        | Command::TariffAverage
        | Command::TariffCoverage
        | Command::TariffParity
        | Command::TariffCeiling
        | Command::TariffDiff
        | Command::TariffTimeline
        | Command::TariffTriggers
        | Command::TalksTable
        | Command::TalksConflicts
        | Command::TalksCheck
        | Command::TalksTimeline
        | Command::TalksTriggers
        | Command::CaseStatus
        | Command::CaseCalendar
        | Command::CaseList
        | Command::CaseLadder
        | Command::CaseAssessments
        | Command::Remedy => true,
        // They write, or they read a file that a request names.
        Command::Init
        | Command::New
        | Command::Fmt
        | Command::Schema
        | Command::Ingest
        | Command::Withdraw
        | Command::TalksImport
        | Command::TalksExport
        | Command::Export
        | Command::Simulate
        | Command::CaseOpen
        | Command::CaseFile
        | Command::CaseDossier
        | Command::CaseVerify
        | Command::CasePersonAdd
        | Command::CaseKeyNew
        | Command::CaseAssess
        | Command::CaseApprove
        | Command::CaseSetAside
        | Command::CaseReply
        | Command::StoreVerify
        | Command::StoreUpgrade => false,
    }
}

/// Fields that name a file or folder of the machine that answers.
const FILES: &[Field] =
    &[Field::Against, Field::Base, Field::Elasticities, Field::People, Field::Scenario, Field::UnitValues];
/// Fields that name what is in the workspace, where a command line may give a path.
const IDS: &[Field] = &[Field::Agreement, Field::Case, Field::Folder, Field::Id, Field::Source];
/// Fields with codes, where a command line may give a file of them.
const CODES: &[Field] = &[Field::Exclude, Field::Lines];

/// Where a command is had.
pub fn path(command: Command) -> String {
    format!("/api/v1/{}", command.as_str().replace(' ', "/"))
}

/// The schema of what a command is asked over any face but the command line: without fields that name a file of the machine.
pub fn fields_known(command: Command) -> Value {
    let mut schema = request::of(command).schema.to_value();
    if let Some(fields) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        fields.retain(|key, _| !FILES.iter().any(|f| f.as_str() == key));
    }
    schema
}

/// What is asked by a query, as JSON: lists where the request has lists, and words that are only set or not.
pub fn of_query(
    command: Command,
    asked: &BTreeMap<String, Vec<String>>,
) -> Result<Map<String, Value>, Problem> {
    let listed = request::of(command);
    let mut found = Map::new();
    for (name, values) in asked {
        let kind = property(&listed.schema, name).map(kind).unwrap_or(Kind::Text);
        let value = match (kind, values.as_slice()) {
            (Kind::List, all) => json!(all),
            (_, [_, _, ..]) => {
                return Err(Problem::new(Code::Conflict, format!("`{name}` is given more than once")));
            }
            (Kind::Flag, [word]) => match word.as_str() {
                "" | "true" | "1" => json!(true),
                "false" | "0" => json!(false),
                other => {
                    return Err(Problem::new(
                        Code::BadValue,
                        format!("`{name}` is true or false, not `{other}`"),
                    ));
                }
            },
            (Kind::Number, [text]) => match text.parse::<u64>() {
                Ok(number) => json!(number),
                Err(_) => {
                    return Err(Problem::new(
                        Code::BadValue,
                        format!("`{name}` is a whole number, not `{text}`"),
                    ));
                }
            },
            (Kind::Text, [text]) => json!(text),
            (_, []) => continue,
        };
        found.insert(name.clone(), value);
    }
    Ok(found)
}

enum Kind {
    Text,
    List,
    Flag,
    Number,
}

fn property<'s>(schema: &'s Schema, name: &str) -> Option<&'s Value> {
    schema.as_value().get("properties").and_then(|p| p.get(name))
}

fn kind(property: &Value) -> Kind {
    let said = property.get("type").map(ToString::to_string).unwrap_or_default();
    match said {
        said if said.contains("array") => Kind::List,
        said if said.contains("boolean") => Kind::Flag,
        said if said.contains("integer") => Kind::Number,
        _ => Kind::Text,
    }
}

/// The command that a terminal would give for a request.
///
/// # Errors
/// If it is not served, has an unknown field or value, or names a file.
pub fn line(command: Command, fields: &Map<String, Value>, shape: Shape) -> Result<Line, Problem> {
    if !served(command) {
        return Err(Problem::new(
            Code::NotAllowed,
            format!("`{command}` is not served: the server only reads"),
        ));
    }
    if let Some(field) = FILES.iter().find(|field| fields.contains_key(field.as_str())) {
        return Err(Problem::of(
            Code::NotAllowed,
            *field,
            "a request names no file of the machine that answers",
        ));
    }
    let texts = |field: &Field| match fields.get(field.as_str()) {
        Some(Value::Array(all)) => all.iter().map(plain).collect(),
        Some(Value::Null) | None => Vec::new(),
        Some(one) => vec![plain(one)],
    };
    let is_code = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ');
    for (among, good, what) in [
        (IDS, &is_id as &dyn Fn(&str) -> bool, "an id: small letters, digits and hyphens"),
        (CODES, &|text: &str| text == "all" || text.chars().all(is_code), "codes with commas between them"),
    ] {
        for field in among {
            if let Some(bad) = texts(field).iter().find(|text| !good(text)) {
                return Err(Problem::bad_value(*field, format!("`{bad}` is not {what}")));
            }
        }
    }
    let listed = request::of(command);
    (listed.read)(&Value::Object(fields.clone()).to_string())?;
    let words = words(command, &listed, fields, shape)?;
    let cli = Cli::command_of(&words).map_err(|e| {
        // The first line says what is wrong; the rest is for a terminal.
        let said = e.to_string();
        let said = said.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Problem::new(Code::BadValue, said)
    })?;
    Ok(cli)
}

/// The words of a command line. Each value stands in one word with its option, so that none can be taken for another option.
fn words(
    command: Command,
    listed: &Listed,
    fields: &Map<String, Value>,
    shape: Shape,
) -> Result<Vec<String>, Problem> {
    let mut words: Vec<String> =
        ["servanda"].into_iter().chain(command.as_str().split(' ')).map(str::to_owned).collect();
    let format = match shape {
        Shape::Json => "json",
        Shape::Csv => "csv",
        Shape::Markdown => "markdown",
        Shape::Ics => "ics",
        Shape::Html => "table",
        Shape::Svg => return Err(Problem::new(Code::BadValue, "there is no chart of it")),
    };
    words.push(format!("--format={format}"));
    let args = (listed.args)();
    let mut named = Vec::new();
    let mut unnamed = Vec::new();
    for (name, value) in fields {
        let Some(arg) = args.get_arguments().find(|a| a.get_id() == name.as_str()) else { continue };
        let values: Vec<String> = match value {
            Value::Array(all) => all.iter().map(plain).collect(),
            Value::Null => continue,
            Value::Bool(false) => continue,
            Value::Bool(true) => vec![String::new()],
            other => vec![plain(other)],
        };
        for text in values {
            match arg.get_long() {
                None => unnamed.push((arg.get_index().unwrap_or(usize::MAX), text)),
                Some(long) if value.is_boolean() => named.push(format!("--{long}")),
                Some(long) => named.push(format!("--{long}={text}")),
            }
        }
    }
    words.append(&mut named);
    words.push("--".to_owned());
    unnamed.sort_by_key(|(at, _)| *at);
    words.extend(unnamed.into_iter().map(|(_, text)| text));
    Ok(words)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl Cli {
    fn command_of(words: &[String]) -> Result<Line, clap::Error> {
        let matches = <Self as clap::CommandFactory>::command().try_get_matches_from(words)?;
        Ok(Self::from_arg_matches(&matches)?.command)
    }
}

/// The description of the API, OpenAPI 3.1, from the schemas of requests and answers.
pub fn openapi(engine: &str) -> Value {
    let mut schemas = Map::new();
    let mut paths = Map::new();
    schemas.insert("Problem".to_owned(), problem_schema());
    for command in Command::ALL.iter().copied().filter(|c| served(*c)) {
        let listed = request::of(command);
        let name = command.as_str().replace([' ', '-'], "_");
        let request = hoisted(listed.schema.clone().to_value(), &format!("{name}_request"), &mut schemas);
        let answer = answer::schema(command).map(|s| hoisted(s, &format!("{name}_answer"), &mut schemas));
        let example: Value = serde_json::from_str(listed.example).unwrap_or(Value::Null);
        let said = listed.schema.as_value().get("description").cloned().unwrap_or(Value::Null);
        let answers = json!({
            "200": { "description": "The answer", "content": { "application/json": { "schema": answer } } },
            "default": { "description": "Why there is none, as RFC 9457 says it", "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } },
        });
        let fields = listed
            .schema
            .as_value()
            .get("properties")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        let required: Vec<Value> =
            listed.schema.as_value().get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        let is_file = |key: &str| FILES.iter().any(|f| f.as_str() == key);
        let parameters: Vec<Value> = fields
            .iter()
            .filter(|(key, _)| !is_file(key))
            .map(|(key, property)| {
                let schema = references(property.clone(), &format!("{name}_request"));
                let what = property.get("description").cloned().unwrap_or(Value::Null);
                json!({ "name": key, "in": "query", "required": required.contains(&json!(key)), "description": what, "schema": schema })
            })
            .collect();
        paths.insert(
            path(command),
            json!({
                "get": { "operationId": format!("{name}_get"), "summary": said, "parameters": parameters, "responses": answers },
                "post": {
                    "operationId": name,
                    "summary": said,
                    "requestBody": { "required": true, "content": { "application/json": { "schema": request, "example": example } } },
                    "responses": answers,
                },
            }),
        );
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Servanda",
            "version": "1",
            "description": format!("What the commands of {engine} answer. Keys may be added to answers; none is renamed or removed within version 1."),
        },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": {
            "type": { "type": "string" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string" },
            "code": { "type": "string", "description": "What is wrong, in a closed set of words" },
            "field": { "type": ["string", "null"], "description": "The field of the request that it speaks of" },
            "remedies": { "type": "array" },
            "mistakes": { "type": "array" },
        },
    })
}

/// A schema among the others: its definitions stand beside it, under its name.
fn hoisted(mut schema: Value, name: &str, into: &mut Map<String, Value>) -> Value {
    if let Some(Value::Object(definitions)) = schema.as_object_mut().and_then(|s| s.remove("$defs")) {
        for (key, definition) in definitions {
            into.insert(format!("{name}.{key}"), references(definition, name));
        }
    }
    if let Some(map) = schema.as_object_mut() {
        map.remove("$schema");
    }
    into.insert(name.to_owned(), references(schema, name));
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn references(mut value: Value, name: &str) -> Value {
    match &mut value {
        Value::Object(map) => {
            if let Some(Value::String(target)) = map.get_mut("$ref")
                && let Some(key) = target.strip_prefix("#/$defs/")
            {
                *target = format!("#/components/schemas/{name}.{key}");
            }
            for own in map.values_mut() {
                *own = references(own.take(), name);
            }
        }
        Value::Array(all) => {
            for own in all {
                *own = references(own.take(), name);
            }
        }
        _ => {}
    }
    value
}

/// A problem as RFC 9457 writes it, and the status of HTTP that goes with it.
pub fn problem(problem: &Problem, detail: &str) -> (u16, Value) {
    let status = status(problem);
    let document = json!({
        "type": format!("/api#problem-{}", problem.code),
        "title": problem.code.to_string().replace('-', " "),
        "status": status,
        "detail": detail,
        "code": problem.code,
        "field": problem.field,
        "remedies": problem.remedies,
        "mistakes": problem.mistakes,
    });
    (status, document)
}

/// The status of HTTP for a problem.
pub fn status(problem: &Problem) -> u16 {
    match problem.code {
        Code::Unknown | Code::NotYet => 404,
        Code::NotAllowed | Code::ReadOnly => 403,
        Code::NotHeld => 422,
        Code::Busy | Code::Stopped => 503,
        Code::TooMuch => 413,
        Code::Damaged | Code::Io | Code::NotSolved => 500,
        Code::BadValue
        | Code::MissingValue
        | Code::Conflict
        | Code::BadFile
        | Code::InUse
        | Code::NoWorkspace
        | Code::NoAnswer => 400,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_is_taken_for_an_option() {
        let fields = json!({ "agreement": "--workspace=/etc", "on": "--help" });
        let listed = request::of(Command::Check);
        let words = words(Command::Check, &listed, fields.as_object().unwrap(), Shape::Json).unwrap();
        assert_eq!(words, ["servanda", "check", "--format=json", "--on=--help", "--", "--workspace=/etc"]);
        let Line::Check(ask) = Cli::command_of(&words).unwrap() else { panic!() };
        assert_eq!(ask.request.agreement, "--workspace=/etc");
    }

    #[test]
    fn what_writes_or_reads_a_file_is_not_served() {
        for command in Command::ALL.iter().filter(|c| !served(**c)) {
            assert_eq!(
                line(*command, &Map::new(), Shape::Json).unwrap_err().code,
                Code::NotAllowed,
                "{command}"
            );
        }
        let fields = json!({ "agreement": "a", "against": "/etc" });
        let error = line(Command::Compare, fields.as_object().unwrap(), Shape::Json).unwrap_err();
        assert_eq!((error.code, error.field), (Code::NotAllowed, Some(Field::Against)));
        // A field of a served command that takes a path is one of those.
        for command in Command::ALL.iter().copied().filter(|c| served(*c)) {
            let args = (request::of(command).args)();
            for arg in args.get_arguments() {
                let path = arg
                    .get_value_names()
                    .unwrap_or_default()
                    .iter()
                    .any(|n| n.contains("FILE") || n.contains("FOLDER") || n.contains("DIR"));
                let known = FILES.iter().chain(CODES).chain(IDS).any(|f| arg.get_id() == f.as_str());
                assert!(!path || known, "{command}: {}", arg.get_id());
            }
        }
    }

    #[test]
    fn every_served_command_has_its_example_as_a_line() {
        for command in Command::ALL.iter().copied().filter(|c| served(*c)) {
            let listed = request::of(command);
            let Value::Object(mut fields) = serde_json::from_str(listed.example).unwrap() else { panic!() };
            fields.retain(|key, _| !FILES.iter().any(|f| f.as_str() == key));
            if (listed.read)(&Value::Object(fields.clone()).to_string()).is_ok() {
                line(command, &fields, Shape::Json).unwrap();
            }
        }
    }

    #[test]
    fn every_reference_of_the_description_leads_somewhere() {
        let document = openapi("servanda");
        let schemas = document["components"]["schemas"].as_object().unwrap();
        let text = document.to_string();
        let mut found = 0;
        for part in text.split("\"$ref\":\"").skip(1) {
            let target = part.split('"').next().unwrap();
            let name = target.strip_prefix("#/components/schemas/").unwrap();
            assert!(schemas.contains_key(name), "{target}");
            found += 1;
        }
        assert!(found > 200, "{found}");
    }
}
