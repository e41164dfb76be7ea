use super::*;
use crate::testing::AGREEMENT;
use serde_json::json;

fn to_json(value: &toml::Value) -> serde_json::Value {
    match value {
        toml::Value::Array(all) => all.iter().map(to_json).collect(),
        toml::Value::Table(all) => {
            all.iter().map(|(k, v)| (k.clone(), to_json(v))).collect::<serde_json::Map<_, _>>().into()
        }
        toml::Value::Datetime(day) => json!(day.to_string()),
        other => serde_json::to_value(other).unwrap(),
    }
}

fn errors(name: &str, text: &str) -> Vec<String> {
    let validator = jsonschema::validator_for(&schema(name).unwrap()).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let json = to_json(&toml::Value::Table(table));
    validator.iter_errors(&json).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

#[test]
fn what_loads_is_valid_and_what_does_not_is_not() {
    assert_eq!(errors("agreement", AGREEMENT), Vec::<String>::new());
    for (path, text) in crate::new_skeleton("my-agreement") {
        let name = match path.as_str() {
            "agreement.toml" => "agreement",
            "cases.toml" => "cases",
            "text/coverage.toml" => "coverage",
            _ => continue,
        };
        assert_eq!(errors(name, &text), Vec::<String>::new(), "{path}");
    }
    assert!(!errors("agreement", &AGREEMENT.replace("pace =", "paces =")).is_empty());
    assert!(!errors("agreement", &AGREEMENT.replace("\"shall\"", "\"must\"")).is_empty());
    assert!(!errors("agreement", &AGREEMENT.replace("by = \"CHN\"", "by = \"China\"")).is_empty());
    assert_eq!(schema("nothing"), None);
    assert!(schema_names().iter().all(|n| schema(n).is_some()));
}

#[test]
fn the_agreements_that_ship_are_valid() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../agreements");
    let Ok(entries) = std::fs::read_dir(root) else { return };
    for entry in entries {
        let folder = entry.unwrap().path();
        for (file, name) in [
            ("agreement.toml", "agreement"),
            ("cases.toml", "cases"),
            ("texts.toml", "texts"),
            ("text/coverage.toml", "coverage"),
        ] {
            if let Ok(text) = std::fs::read_to_string(folder.join(file)) {
                assert_eq!(errors(name, &text), Vec::<String>::new(), "{}/{file}", folder.display());
            }
        }
    }
}
