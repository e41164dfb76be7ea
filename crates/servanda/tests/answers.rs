//! Every command's JSON is what its own schema says, key by key.

mod common;

use common::{json, servanda, servanda_in, text};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What is asked at the root of the repository, one line or more for each command.
const ASKED: &str = "
check us-china-phase-one --as-of 2021-03-25
check us-japan-2025 --as-of 2025-12-01
check us-china-truce-2025 --as-of 2026-01-15
explain us-china-phase-one purchases.energy.2020 --as-of 2021-03-25
explain us-eu-framework-2025 usa.cars --as-of 2025-12-01
history us-china-phase-one purchases.energy.2020 --as-of 2021-03-25
compare us-china-phase-one --from 2021-02-23 --to 2021-03-25
due us-china-truce-2025 us-japan-2025 --as-of 2026-11-29
brief us-china-truce-2025 --as-of 2026-11-29
bundle us-china-phase-one purchases.energy.2020 --as-of 2021-03-25
bundle us-japan-2025 jpn.mou.total.selected --as-of 2026-11-29
claim 59% --agreement us-china-phase-one --commitment purchases.goods.2020 --as-of 2021-03-25
claim 99% --agreement us-china-phase-one --commitment purchases.energy.2020 --period 2020-06 --as-of 2021-03-25
search soybeans --as-of 2026-11-29
mirror --flow imports(CHN\tfrom\tUSA,code\t\"120190\",2017) --as-of 2026-11-29
mirror --flow imports(CHN\tfrom\tUSA,code\t\"120190\",2017) --by hs4 --as-of 2026-11-29
lint us-china-phase-one --as-of 2021-03-25
lint us-china-phase-one --text
lint us-zte-2018 --cases
sources --as-of 2021-03-25
coverage --as-of 2021-03-25
tariff rate --importer USA --origin CHN --line 9403.60.80 --on 2019-05-20
tariff rate --importer USA --origin CHN --line 0202.30 --on 2019-05-20 --exported 2019-05-01
tariff average --importer USA --origin CHN --on 2019-09-01 --lines 0202.30,9403.60.80
tariff average --importer USA --origin CHN --on 2025-06-01 --weights 2024:usa-census-imports-china-hts10
tariff coverage --importer USA --origin CHN --on 2019-09-01 --lines 9403
tariff parity --importer CHN --against USA --digits 8 --on 2020-01-01 --lines 0202.30
tariff ceiling --importer USA --origin DEU --ceiling 15 --on 2025-12-01 --lines 0202.30,8703
tariff diff --importer USA --origin CHN --from 2018-07-01 --to 2018-07-07
tariff timeline --importer USA --origin CHN --line 9403.60.80
tariff timeline --importer USA --origin CHN
tariff triggers --importer USA --on 2019-12-20
talks table us-china-2018-2019
talks conflicts --as-of 2019-05-10
talks check us-japan-2025 --as-of 2026-05-10
talks timeline us-china-2018-2019 --as-of 2019-05-10
talks triggers us-china-2018-2019 --as-of 2019-05-10
simulate examples/what-if/penalty.toml
case list
case ladder us-china-phase-one
case assessments --as-of 2026-01-01
remedy us-china-phase-one purchases.energy.2020 --harm shortfall --source usa-census-exports --per once --duration 12 --lines all --rate-max 25% --match revenue --on 2025-01-01
";

/// What is asked of a workspace of its own.
const OWN: &str = "
ingest cust cust.csv --published 2021-03-25
export us-zte-2018 --as-of 2021-03-25 --out out
case status c1 --as-of 2020-10-15
case calendar c1 --as-of 2020-10-15
case verify
";

/// A source to ingest into.
const SOURCE: &str = r#"
id = "cust"
title = "Customs table"
publisher = "Customs"
reporter = "CHN"
zone = "Etc/UTC"
frequency = "annual"
lag_days = 30
revision = "never"
depth = 4
basis = { covers = "goods", side = "importer", trade = "general imports", valuation = "CIF", accounting = "census", seasonal = "not adjusted", partner = "origin", territory = "x", currency = "USD", secrecy = "none known" }
absence = { default = "zero" }
[[flow]]
stage = "imports"
non_negative = true
dimensions = ["USD"]
[[edition]]
name = "HS2017"
from = 2012-01-01
[[file]]
coverage = "full"
period = { column = "period" }
partner = { constant = "USA" }
code = { column = "hs", pattern = "digits", lengths = [4] }
value = [{ column = "value", unit = "USD" }]
"#;

/// The schema of a command's answer, as the program prints it.
fn schema(name: &str) -> Option<Value> {
    let printed = servanda(&["schema", name, "--of", "answer"]);
    (printed.status.code() == Some(0)).then(|| json(&printed))
}

/// The name of the schema for a line.
fn name(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let groups = ["tariff", "talks", "case", "store"];
    let length = if words.first().is_some_and(|w| groups.contains(w)) { 2 } else { 1 };
    words[..length].join("-")
}

/// A workspace with the examples, a case, and a file to ingest.
fn own() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    text(&servanda_in(dir.path(), &["init", "ws"]), 0);
    let open = "case open c1 --agreement us-china-phase-one --commitment purchases.energy.2020 --complainant USA --respondent CHN \
                --date 2020-09-25 --filed 2020-09-25";
    let ws = dir.path().join("ws");
    text(&servanda_in(&ws, &open.split(' ').collect::<Vec<_>>()), 0);
    std::fs::write(ws.join("sources/cust.toml"), SOURCE).unwrap();
    std::fs::write(ws.join("cust.csv"), "period,hs,value\n2020,0808,60\n").unwrap();
    dir
}

/// Answers by the names of their schemas.
fn answers() -> BTreeMap<String, Vec<(String, Value)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let own = own();
    let ws = own.path().join("ws");
    let mut found: BTreeMap<String, Vec<(String, Value)>> = BTreeMap::new();
    for (dir, lines) in [(root.as_path(), ASKED), (ws.as_path(), OWN)] {
        for line in lines.lines().filter(|l| !l.is_empty()) {
            let mut args: Vec<&str> = line.split(' ').collect();
            match line {
                "case verify" => args.push("--json"),
                _ => args.extend(["--format", "json"]),
            }
            let document = json(&servanda_in(dir, &args));
            found.entry(name(line)).or_default().push((line.to_owned(), document));
        }
    }
    found
}

#[test]
fn every_answer_is_what_its_schema_says() {
    let found = answers();
    let all = text(&servanda(&["schema"]), 0);
    let answered: BTreeSet<&str> =
        all.lines().chain(["coverage"]).filter(|name| schema(name).is_some()).collect();
    assert_eq!(answered, found.keys().map(String::as_str).collect());
    for (name, documents) in &found {
        let schema = schema(name).unwrap();
        let valid = jsonschema::validator_for(&schema).unwrap();
        for (line, document) in documents {
            let wrong: Vec<String> = valid
                .iter_errors(document)
                .take(3)
                .map(|e| format!("{}: {e:.300}", e.instance_path()))
                .collect();
            assert_eq!(wrong, Vec::<String>::new(), "{line}");
            assert_eq!(document["command"], name.replace('-', " "), "{line}");
            // What is told by the first key needs no large document.
            if document.to_string().len() > 300_000 {
                continue;
            }
            for key in document.as_object().unwrap().keys().filter(|key| *key != "as_of") {
                let mut less = document.clone();
                less.as_object_mut().unwrap().remove(key);
                assert!(key == "grounds" || !valid.is_valid(&less), "{line}: without {key}");
            }
            let mut more = document.clone();
            more["no_such_key"] = 1.into();
            assert!(!valid.is_valid(&more), "{line}");
        }
    }
}

#[test]
fn every_heading_of_csv_is_declared() {
    let own = own();
    let ws = own.path().join("ws");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut headings = 0;
    for (dir, lines) in [(root.as_path(), ASKED), (ws.as_path(), OWN)] {
        for line in lines.lines().filter(|l| !l.is_empty()) {
            let by_code = line.replace("coverage --importer", "coverage --by-code --importer");
            for line in BTreeSet::from([line, by_code.as_str()]) {
                // A scenario's tables name their columns themselves, and these print no CSV.
                if ["simulate", "ingest", "brief", "bundle", "export", "lint", "case verify"]
                    .iter()
                    .any(|c| line.starts_with(c))
                {
                    continue;
                }
                // Of one record at a time.
                let line = line.replace("talks conflicts", "talks conflicts us-china-2018-2019");
                let mut args: Vec<&str> = line.split(' ').collect();
                args.extend(["--format", "csv"]);
                let printed = text(&servanda_in(dir, &args), 0);
                let schema = schema(&name(&line)).unwrap();
                let declared: BTreeMap<&str, bool> = schema["csv"]
                    .as_array()
                    .unwrap_or_else(|| panic!("{line}: no columns"))
                    .iter()
                    .map(|c| (c["column"].as_str().unwrap(), c["exact"].as_bool().unwrap()))
                    .collect();
                for heading in printed.lines().next().unwrap().split(',') {
                    let exact = heading.strip_suffix("_exact").and_then(|own| declared.get(own));
                    assert!(declared.contains_key(heading) || exact == Some(&true), "{line}: {heading}");
                    headings += 1;
                }
                for column in schema["csv"].as_array().unwrap() {
                    assert!(column["means"].as_str().is_some_and(|m| m.len() > 3), "{line}: {column}");
                }
            }
        }
    }
    assert!(headings > 300, "{headings}");
}
