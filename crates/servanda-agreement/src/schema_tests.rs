use super::*;
use crate::load::keys;
use crate::load::tree::{self, Node, Table, Value};
use crate::testing::AGREEMENT;
use serde_json::json;

fn keys_of(schema: &serde_json::Value, name: &str) -> Vec<String> {
    let at = if name.is_empty() { schema } else { &schema["$defs"][name] };
    let mut keys: Vec<String> = at["properties"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(at["additionalProperties"], json!(false), "{name}");
    keys.sort();
    keys
}

#[test]
fn schemas_and_loader_know_the_same_keys() {
    let [agreement, cases, coverage, texts] =
        ["agreement", "cases", "coverage", "texts"].map(|name| schema(name).unwrap());
    for (schema, name, known) in [
        (&agreement, "", keys::AGREEMENT),
        (&agreement, "PartyName", keys::PARTY),
        (&agreement, "Group", keys::GROUP),
        (&agreement, "Rate", keys::RATE),
        (&agreement, "Concordance", keys::CONCORDANCE),
        (&agreement, "Statistics", keys::STATISTICS),
        (&agreement, "OwnYear", keys::YEAR),
        (&agreement, "Side", keys::SIDE),
        (&agreement, "Scope", keys::SCOPE),
        (&agreement, "Definition", keys::DEFINITION),
        (&agreement, "Frozen", keys::BASELINE),
        (&agreement, "Ledger", keys::LEDGER),
        (&agreement, "Complete", keys::COMPLETE),
        (&agreement, "Commitment", keys::COMMITMENT),
        (&agreement, "Clock", keys::DUE),
        (&agreement, "Amendment", keys::AMENDMENT),
        (&agreement, "Waiver", keys::WAIVER),
        (&agreement, "Defence", keys::DEFENCE),
        (&agreement, "Question", keys::QUESTION),
        (&cases, "", keys::CASES),
        (&cases, "Case", keys::CASE),
        (&cases, "Expect", keys::EXPECT),
        (&cases, "Observation", keys::OBSERVATION),
        (&cases, "Concluded", keys::CONCLUDED),
        (&agreement, "Several", keys::STARTS),
        (&coverage, "", keys::COVERAGE),
        (&coverage, "Paragraph", keys::PARAGRAPH),
        (&texts, "", keys::TEXTS),
        (&texts, "Text", keys::TEXT),
        (&texts, "Edition", keys::EDITION),
    ] {
        let mut known: Vec<String> = known.iter().map(|k| (*k).to_owned()).collect();
        known.sort();
        assert_eq!(keys_of(schema, name), known, "{name}");
    }
    let words = |schema: &serde_json::Value, name: &str| -> Vec<String> {
        let at = &schema["$defs"][name];
        let one = |v: &serde_json::Value| v.as_str().unwrap().to_owned();
        match at["enum"].as_array() {
            Some(all) => all.iter().map(one).collect(),
            None => at["oneOf"].as_array().unwrap().iter().map(|v| one(&v["const"])).collect(),
        }
    };
    assert_eq!(words(&agreement, "Instrument"), keys::INSTRUMENTS);
    assert_eq!(words(&agreement, "Force"), keys::FORCES);
    assert_eq!(words(&agreement, "Origin"), keys::ORIGINS);
    assert_eq!(words(&agreement, "Evidence"), keys::EVIDENCE);
    assert_eq!(words(&agreement, "Certainty"), keys::CERTAINTIES);
    assert_eq!(words(&agreement, "Decide"), keys::DECIDE);
    assert_eq!(words(&agreement, "LedgerStage"), crate::LedgerStage::ALL.map(|s| s.as_str().to_owned()));
    assert_eq!(words(&coverage, "Kind"), keys::KINDS);
    assert_eq!(
        words(&texts, "TextKind"),
        crate::TextKind::ALL.iter().map(|k| k.as_str()).collect::<Vec<_>>()
    );
    assert_eq!(words(&cases, "Status"), servanda_core::Status::ALL.map(|s| s.as_str().to_owned()));
}

fn to_json(table: &Table) -> serde_json::Value {
    fn node(n: &Node) -> serde_json::Value {
        match &n.value {
            Value::Text(t) => json!(t),
            Value::Integer(i) => json!(i.parse::<i64>().unwrap()),
            Value::Date(d) => json!(d.to_string()),
            Value::Boolean(b) => json!(b),
            Value::NoDay => panic!("no day"),
            Value::Other(what) => panic!("{what}"),
            Value::Array(all) => all.iter().map(node).collect(),
            Value::Table(t) => to_json(t),
        }
    }
    table.entries.iter().map(|(k, n)| (k.name.clone(), node(n))).collect::<serde_json::Map<_, _>>().into()
}

fn errors(name: &str, text: &str) -> Vec<String> {
    let validator = jsonschema::validator_for(&schema(name).unwrap()).unwrap();
    let mut items = Vec::new();
    let tree = tree::parse("x.toml", text, &mut items);
    assert_eq!(items, [], "{text}");
    validator.iter_errors(&to_json(&tree)).map(|e| format!("{}: {e}", e.instance_path())).collect()
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
