//! The schemas hold for every file that ships, and refuse a key that nobody reads.

use servanda_workspace::{schema, schema_names};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A TOML file as an editor checks it: days and instants are texts.
fn as_json(value: toml::Value) -> serde_json::Value {
    match value {
        toml::Value::Datetime(at) => at.to_string().into(),
        toml::Value::Array(all) => all.into_iter().map(as_json).collect(),
        toml::Value::Table(table) => {
            table.into_iter().map(|(k, v)| (k, as_json(v))).collect::<serde_json::Map<_, _>>().into()
        }
        other => serde_json::to_value(other).unwrap(),
    }
}

fn tomls(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap();
    let mut paths: Vec<_> = entries.map(|e| e.unwrap().path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "toml"));
    assert!(!paths.is_empty(), "{folder}");
    paths
}

fn problems(name: &str, text: &str) -> Vec<String> {
    let validator = jsonschema::validator_for(&schema(name).unwrap()).unwrap();
    let json = as_json(toml::from_str(text).unwrap());
    validator.iter_errors(&json).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

#[test]
fn files_that_ship_are_valid_and_a_wrong_key_is_not() {
    let mut checked = 0;
    for (name, paths) in [
        ("source", tomls("sources")),
        ("schedule", tomls("schedules")),
        ("measure", tomls("measures")),
        ("authorities", vec![root().join("measures/authorities.toml")]),
        ("held", vec![root().join("measures/held.toml")]),
        ("talks", tomls("talks")),
        ("calendar", tomls("calendars")),
        ("mirrors", tomls("mirrors")),
        ("rubric", tomls("rubrics")),
        ("person", tomls("cases/people")),
        ("sectors", tomls("concordances")),
        ("elasticities", vec![root().join("remedies/elasticities.toml")]),
        ("workspace", vec![root().join("servanda.toml")]),
    ] {
        for path in paths {
            let special = ["authorities.toml", "held.toml"].iter().any(|f| path.ends_with(f));
            if name == "measure" && special {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            assert_eq!(problems(name, &text), Vec::<String>::new(), "{}", path.display());
            assert!(!problems(name, &format!("no_such_key = 1\n{text}")).is_empty(), "{name}");
            checked += 1;
        }
    }
    assert!(checked > 20, "{checked}");
}

#[test]
fn every_name_has_a_schema_with_a_description() {
    for name in schema_names() {
        let schema = schema(name).unwrap();
        assert!(schema["description"].is_string(), "{name}");
        assert_eq!(schema["additionalProperties"], false, "{name}");
    }
    assert_eq!(schema("nothing"), None);
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// A type that is only ever turned into a schema, beside one that reads, would be a second list of keys; and a library that names
/// an option or a command would speak of a terminal to a browser.
#[test]
fn a_schema_is_that_of_a_reader_and_no_library_speaks_of_options() {
    let mut checked = 0;
    for entry in std::fs::read_dir(root().join("crates")).unwrap() {
        let own = entry.unwrap().path();
        let mut files = Vec::new();
        sources(&own.join("src"), &mut files);
        for path in files {
            let text = std::fs::read_to_string(&path).unwrap();
            let code: Vec<&str> = text.lines().filter(|l| !l.trim_start().starts_with("//")).collect();
            let name = path.display();
            for line in &code {
                assert!(!(line.contains("dead_code") && line.contains("schema")), "{name}: {line}");
            }
            // Tests stand at the end of a file, and the program itself has options.
            let product = code.iter().take_while(|l| !l.contains("#[cfg(test)]"));
            if own.ends_with("servanda") || name.to_string().contains("test") {
                continue;
            }
            for line in product {
                let quoted = line.split('"').skip(1).step_by(2);
                for text in quoted {
                    let option = text.split([' ', '`', '(']).any(|word| {
                        let rest = word.strip_prefix("--").unwrap_or_default();
                        rest.starts_with(|c: char| c.is_ascii_lowercase())
                    });
                    assert!(!option && !text.contains("servanda check"), "{name}: {line}");
                }
            }
            checked += 1;
        }
    }
    assert!(checked > 200, "{checked}");
}
