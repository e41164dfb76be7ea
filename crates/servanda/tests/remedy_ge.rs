//! `remedy --model ge` through the program: a list by sector, worked out again, and what is refused.

mod common;

use common::servanda_in;
use serde_json::Value;
use std::path::Path;

const CONCORDANCE: &str = r#"
id             = "mine"
title          = "Chapters to the sectors of the made-up world"
classification = "HS"
source         = "a test"
certainty      = "assumption"

[[sector]]
name  = "farm goods"
codes = ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"]

[[sector]]
name  = "manufactures"
title = "Machines and metals"
codes = ["72", "84", "85"]
"#;

/// The USA is North and China is East; the duties of 2019 stand before.
const SCENARIO: &str = r#"
model   = "caliendo-parro"
title   = "A made-up world with real duties"
base    = "world"
closure = "nominal"

[[measures]]
importer         = "USA"
origin           = "CHN"
importer_in_base = "North"
origin_in_base   = "East"
before           = "2017-12-31"
from             = "2019-12-31"
to               = "2019-12-31"
weights          = "2024:usa-census-imports-china-hts10"
concordance      = "mine.toml"
"#;

fn prepare(dir: &Path, unit: &str) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bases/synthetic-4x3");
    let to = dir.join("world");
    std::fs::create_dir_all(&to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text
            .replace("id        = \"synthetic-4x3\"", "id        = \"world\"")
            .replace("unit      = \"bn\" ", &format!("unit      = \"{unit}\" "));
        std::fs::write(to.join(path.file_name().unwrap()), text).unwrap();
    }
    std::fs::write(dir.join("mine.toml"), CONCORDANCE).unwrap();
    std::fs::write(dir.join("s.toml"), SCENARIO).unwrap();
}

/// Status, standard output and error.
fn remedy(dir: &Path, more: &[&str]) -> (i32, String, String) {
    let mut args =
        vec!["remedy", "us-china-phase-one", "purchases.energy.2020", "--per", "year", "--duration", "12"];
    args.extend(["--model", "ge", "--scenario", "s.toml", "--base", "world"]);
    args.extend(more);
    let out = servanda_in(dir, &args);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (out.status.code().unwrap(), text(out.stdout), text(out.stderr))
}

#[test]
fn a_list_by_sector_does_what_it_says() {
    let dir = tempfile::tempdir().unwrap();
    prepare(dir.path(), "bn USD");
    for (by, key, value) in
        [("trade-effect", "lost_trade", 10.0), ("revenue", "revenue", 2.0), ("harm", "harm", 0.5)]
    {
        let harm = format!("{value} bn USD");
        let (status, json, told) =
            remedy(dir.path(), &["--harm", &harm, "--match", by, "--rate-max", "100%", "--format", "json"]);
        assert_eq!(status, 0, "{told}");
        let document: Value = serde_json::from_str(&json).unwrap();
        let found = &document["answer"];
        let does = &found["list"]["does"];
        let of = |at: &Value, key: &str| at[key].as_f64().unwrap();
        assert!((of(does, key) / value - 1.0).abs() < 0.05, "{by}: {does}");
        for part in ["lost_trade", "revenue", "harm", "own_harm"] {
            let (low, high) = (of(&found["list"]["low"], part), of(&found["list"]["high"], part));
            assert!(low <= of(does, part) && of(does, part) <= high && low < high, "{by}, {part}: {found}");
        }
        assert!(of(&found["list"], "residual") < 1e-10);
        // No naive list that reaches the target hurts less.
        let naive = found["list"]["naive"].as_array().unwrap();
        assert!(!naive.is_empty());
        for list in naive.iter().filter(|l| l["enough"] == true) {
            assert!(of(list, "own_harm") >= of(does, "own_harm") - 1e-3 * value, "{by}: {found}");
        }
        // The same by a scenario: the duties before, and the list on top of them.
        let flows = |change: &str| -> Vec<(String, f64)> {
            std::fs::write(dir.path().join("again.toml"), format!("{SCENARIO}{change}")).unwrap();
            let args = ["simulate", "again.toml", "--base", "world", "--out", "again"];
            assert!(servanda_in(dir.path(), &args).status.success());
            let mut reader = csv::Reader::from_path(dir.path().join("again/flows.csv")).unwrap();
            let rows = reader.records().map(Result::unwrap);
            rows.filter(|r| &r[1] == "North" && &r[2] == "East")
                .map(|r| (r[0].to_owned(), r[4].parse().unwrap()))
                .collect()
        };
        let sectors = found["list"]["sectors"].as_array().unwrap();
        let change: String = sectors
            .iter()
            .filter(|s| s["added_pct"] != 0.0)
            .map(|s| {
                let added = s["added_pct"].as_f64().unwrap() * of(s, "part");
                let sector = s["sector"].as_str().unwrap();
                format!("\n[[change]]\nimporters = [\"North\"]\nexporters = [\"East\"]\nsectors = [\"{sector}\"]\nadd = {added}\n")
            })
            .collect();
        assert!(!change.is_empty());
        let (before, after) = (flows(""), flows(&change));
        let all = |flows: &[(String, f64)]| flows.iter().map(|(_, v)| v).sum::<f64>();
        assert!((all(&before) - all(&after) - of(does, "lost_trade")).abs() < 1e-6, "{by}: {does}");
        for sector in sectors {
            for (n, flows) in [&before, &after].into_iter().enumerate() {
                let flow = flows.iter().find(|(name, _)| sector["sector"] == **name).unwrap().1;
                assert!((sector["imports"][n].as_f64().unwrap() - flow).abs() < 1e-6, "{sector}");
            }
        }
    }
}

#[test]
fn people_see_sectors_and_a_measure_that_loads() {
    let dir = tempfile::tempdir().unwrap();
    prepare(dir.path(), "bn USD");
    let harm = ["--harm", "10 bn USD", "--match", "trade-effect", "--rate-max", "100%"];
    let (status, text, told) =
        remedy(dir.path(), &[&harm[..], &["--out", "list", "--exclude", "8517"]].concat());
    assert_eq!(status, 0, "{told}");
    assert!(text.starts_with("AN ILLUSTRATION, NOT ADVICE AND NOT A FINDING"), "{text}");
    assert!(text.contains("Machines and metals") && text.contains("excluded by the request"), "{text}");
    let list = std::fs::read_dir(dir.path().join("list/measures")).unwrap();
    let folder = list.map(|e| e.unwrap().path()).find(|p| p.is_dir()).unwrap();
    let mut reader = csv::Reader::from_path(folder.join("list.csv")).unwrap();
    let codes: Vec<String> = reader.records().map(|r| r.unwrap()[0].to_owned()).collect();
    assert!(codes.len() > 100 && codes.iter().all(|c| !c.starts_with("8517")));

    // It loads as a measure of a workspace.
    let made = dir.path().join("w");
    assert!(servanda_in(dir.path(), &["init", "w"]).status.success());
    let measures = made.join("measures");
    let id = folder.file_name().unwrap().to_str().unwrap().to_owned();
    std::fs::create_dir_all(measures.join(&id)).unwrap();
    std::fs::copy(folder.join("list.csv"), measures.join(&id).join("list.csv")).unwrap();
    std::fs::copy(folder.with_extension("toml"), measures.join(format!("{id}.toml"))).unwrap();
    let authorities = measures.join("authorities.toml");
    let more = "\n[[authority]]\nid = \"usa.illustration\"\nimporter = \"USA\"\nwithin = \"sum\"\ntitle = \"Illustrations\"\ncite = \"a test\"\n";
    let text = std::fs::read_to_string(&authorities).unwrap();
    if !text.contains("usa.illustration") {
        std::fs::write(&authorities, text + more).unwrap();
    }
    let out = servanda_in(
        &made,
        &[
            "tariff",
            "rate",
            "--importer",
            "USA",
            "--origin",
            "CHN",
            "--line",
            &codes[0],
            "--on",
            "2020-06-01",
        ],
    );
    let told = String::from_utf8(out.stdout).unwrap();
    assert!(told.contains(&id), "{told}{}", String::from_utf8_lossy(&out.stderr));
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    prepare(dir.path(), "bn USD");
    let harm = |value: &str| {
        vec!["--harm".to_owned(), format!("{value} bn USD"), "--match".to_owned(), "trade-effect".to_owned()]
    };
    let ask = |value: &str, more: &[&str]| -> String {
        let harm = harm(value);
        let args: Vec<&str> = harm.iter().map(String::as_str).chain(more.iter().copied()).collect();
        let (status, _, told) = remedy(dir.path(), &args);
        assert_eq!(status, 2, "{told}");
        told
    };
    let told = ask("100000", &[]);
    assert!(
        told.contains("no list: 2 sectors cannot reach the target of 100000 bn USD a year as trade effect"),
        "{told}"
    );
    for (more, says) in [
        (["--step", "5%"], "--step: the model `ge` takes no such thing"),
        (["--cap-chapter", "20%"], "--cap-chapter: the model `ge` takes no such thing"),
        (["--on", "2020-01-01"], "--on: the model `ge` takes no such thing"),
        (["--lines", "99"], "none of the lines asked about has trade on a line of a held schedule"),
    ] {
        assert!(ask("10", &more).contains(says), "{more:?}");
    }
    let change = |from: &str, to: &str| {
        std::fs::write(dir.path().join("s.toml"), SCENARIO.replace(from, to)).unwrap();
        ask("10", &[])
    };
    assert!(
        change("origin           = \"CHN\"", "origin = \"JPN\"")
            .contains("it has no [[measures]] of USA on CHN")
    );
    assert!(change("model   = \"caliendo-parro\"", "model = \"gsim\"").contains("s.toml"));
    let aims = "closure = \"nominal\"\n[[reach]]\nimporter = \"North\"\nexporter = \"East\"\nsectors = [\"all\"]\nimports = 1";
    assert!(change("closure = \"nominal\"", aims).contains("take [[reach]]"));
    std::fs::write(dir.path().join("s.toml"), SCENARIO).unwrap();
    prepare(dir.path(), "bn");
    assert!(ask("10", &[]).contains("the base world is in `bn` and the harm in USD"));
    // Options of one model are refused by the other.
    let smart =
        ["remedy", "us-china-phase-one", "purchases.energy.2020", "--per", "year", "--duration", "12"];
    for (more, says) in [
        (
            vec!["--harm", "1 bn USD", "--match", "revenue", "--scenario", "s.toml"],
            "it belongs to the model `ge`",
        ),
        (vec!["--harm", "1 bn USD", "--match", "harm"], "real income is worked out in the model `ge` only"),
    ] {
        let out = servanda_in(dir.path(), &[&smart[..], &more].concat());
        assert_eq!(out.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&out.stderr).contains(says));
    }
}

/// The energy shortfall of 2020 on the base of 2017 that is not shipped.
#[test]
fn the_energy_shortfall_on_a_base_of_2017() {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ge/us-china-2018-7x44");
    if !base.is_dir() {
        println!("skipped: ../shared/data/ge is not there");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let base = base.display().to_string();
    let args = [
        "remedy",
        "us-china-phase-one",
        "purchases.energy.2020",
        "--harm",
        "shortfall",
        "--source",
        "usa-census-exports",
        "--per",
        "once",
        "--duration",
        "12",
        "--match",
        "trade-effect",
        "--model",
        "ge",
        "--scenario",
        "examples/what-if/us-china-measures.toml",
        "--base",
        &base,
        "--format",
        "json",
    ];
    let out = servanda_in(dir.path(), &args);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let document: Value = serde_json::from_slice(&out.stdout).unwrap();
    let found = &document["answer"];
    let of = |key: &str| found["list"]["does"][key].as_f64().unwrap();
    // Rates in hundredths of a point come within a tenth of a percent.
    assert!((of("lost_trade") - 16_410.839).abs() < 16.0, "{}", found["list"]["does"]);
    // What is charged costs the same at the margin, and less than what anybody would write down first.
    let charged: Vec<f64> = found["list"]["sectors"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|s| s["added_pct"] != 0.0)
        .map(|s| s["marginal"].as_f64().unwrap())
        .collect();
    assert!(charged.iter().all(|m| (m - charged[0]).abs() < 2e-3), "{charged:?}");
    for naive in found["list"]["naive"].as_array().unwrap() {
        assert!(naive["own_harm"].as_f64().unwrap() > 1.5 * of("own_harm"), "{found}");
    }
}
