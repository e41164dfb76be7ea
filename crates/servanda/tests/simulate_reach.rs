//! Aims of a scenario through the program: a purchase, a balance, what is out of reach, and the question of 2018.

mod common;

use common::{servanda_in, text, undrawn};
use std::collections::BTreeMap;
use std::path::Path;

fn scenario(rest: &str) -> String {
    format!(
        "model = \"caliendo-parro\"\ntitle = \"t\"\nbase = \"synthetic-4x3\"\nclosure = \"nominal\"\n{rest}"
    )
}

type Row = BTreeMap<String, String>;

fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let names = reader.headers().unwrap().clone();
    let of = |r: csv::StringRecord| names.iter().zip(&r).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    reader.records().map(|r| of(r.unwrap())).collect()
}

fn of(row: &Row, key: &str) -> f64 {
    row[key].parse().unwrap_or_else(|_| panic!("{key}: {row:?}"))
}

/// Answers a scenario; its tables lie in the folder `out`.
fn ask(dir: &Path, rest: &str, status: i32) -> String {
    std::fs::write(dir.join("s.toml"), scenario(rest)).unwrap();
    let out = servanda_in(dir, &["simulate", "s.toml", "--out", "out"]);
    assert_eq!(out.status.code(), Some(status), "{}", String::from_utf8_lossy(&out.stderr));
    let said = String::from_utf8(if status == 2 { out.stderr } else { out.stdout }).unwrap();
    if status == 2 { undrawn(&said) } else { said }
}

const PURCHASE: &str = r#"
[[reach]]
importer = "East"
exporter = "North"
sectors  = ["farm goods", "manufactures"]
imports  = 10
"#;

#[test]
fn a_purchase_moves_one_balance_and_no_whole_one() {
    let dir = tempfile::tempdir().unwrap();
    let printed = ask(dir.path(), PURCHASE, 0);
    assert!(printed.contains("aims: met but for"), "{printed}");
    let out = dir.path().join("out");
    let flows = rows(&out.join("flows.csv"));
    let bought = |key: &str| -> f64 {
        let named =
            |r: &&Row| r["importer"] == "East" && r["exporter"] == "North" && r["sector"] != "services";
        flows.iter().filter(named).map(|r| of(r, key)).sum()
    };
    assert!((bought("value") - bought("base") - 10.0).abs() < 1e-5, "{} {}", bought("base"), bought("value"));
    // The aim is met under every closure and elasticity, so that the sum has no width though its parts have.
    let reach = &rows(&out.join("reach.csv"))[0];
    assert!((of(reach, "value") - of(reach, "base") - 10.0).abs() < 1e-5, "{reach:?}");
    assert!(of(reach, "price_wedge_pct") < 0.0 && of(reach, "treasury") < 0.0, "{reach:?}");
    // Nobody's whole balance moves; that with the other does, and others make up for it.
    let ranges = rows(&out.join("ranges.csv"));
    for row in ranges.iter().filter(|r| r["measure"] == "balance_change") {
        assert!(of(row, "value").abs() < 1e-9, "{row:?}");
    }
    let balances = rows(&out.join("balances.csv"));
    let pair = |country: &str, partner: &str| -> f64 {
        of(balances.iter().find(|r| r["country"] == country && r["partner"] == partner).unwrap(), "change")
    };
    assert!(pair("North", "East") > 1.0, "{balances:?}");
    let others: f64 = ["South", "West"].iter().map(|p| pair("North", p)).sum();
    assert!((pair("North", "East") + others).abs() < 1e-9);
}

#[test]
fn a_balance_by_a_tariff_and_what_is_out_of_reach() {
    let dir = tempfile::tempdir().unwrap();
    let tariff = |change: f64| {
        format!(
            "[[reach]]\nimporter = \"North\"\nexporter = \"East\"\nsectors = [\"all\"]\nbalance = {change}\n"
        )
    };
    ask(dir.path(), &tariff(5.0), 0);
    let reach = &rows(&dir.path().join("out/reach.csv"))[0];
    assert!((of(reach, "value") - of(reach, "base") - 5.0).abs() < 1e-5, "{reach:?}");
    assert!(of(reach, "price_wedge_pct") > 0.0 && of(reach, "treasury") > 0.0, "{reach:?}");
    // The wedge is an ad valorem tariff: the same by hand.
    let by_hand = format!(
        "[[change]]\nimporters = [\"North\"]\nexporters = [\"East\"]\nsectors = [\"all\"]\nfrom = 0\nto = {}\n",
        of(reach, "price_wedge_pct")
    );
    let wages = |dir: &Path| -> Vec<f64> {
        rows(&dir.join("out/countries.csv")).iter().map(|r| of(r, "wage_hat")).collect()
    };
    let aimed = wages(dir.path());
    ask(dir.path(), &by_hand, 0);
    for (a, b) in aimed.iter().zip(wages(dir.path())) {
        assert!((a - b).abs() < 1e-10, "{a} {b}");
    }
    // More than all trade: no figures, and how far it goes.
    let printed = ask(dir.path(), &tariff(1e6), 1);
    assert!(
        printed.contains("out of reach; the furthest that was found: balance of North from East"),
        "{printed}"
    );
    assert!(rows(&dir.path().join("out/countries.csv")).is_empty());
}

#[test]
fn what_is_wrong_has_a_place() {
    let dir = tempfile::tempdir().unwrap();
    for (from, to, says) in [
        ("imports  = 10", "", "s.toml:6:1: an aim has exactly one of `imports` and `balance`"),
        ("imports  = 10", "imports = 10\nbalance = 1", "s.toml:6:1: an aim has exactly one"),
        ("imports  = 10", "imports = 0", "s.toml:10:11: a change is a number that is not zero"),
        ("imports  = 10", "imports = nan", "s.toml:10:11: a change is a number that is not zero"),
        ("\"farm goods\", ", "\"manufactures\", ", "s.toml:6:1: a sector stands twice"),
        ("\"farm goods\", \"manufactures\"", "", "s.toml:6:1: an aim needs at least one sector"),
        ("\"North\"", "\"East\"", "s.toml:8:12: a country does not import from itself"),
        ("\"North\"", "\"Nord\"", "the base has no country `Nord`"),
        ("\"farm goods\"", "\"farms\"", "the base has no sector `farms`"),
        ("imports  = 10", "import = 10", "has no key `import`"),
    ] {
        let found = ask(dir.path(), &PURCHASE.replace(from, to), 2);
        assert!(found.contains(says), "{from} -> {to}: {found}");
    }
    let all = ask(dir.path(), &PURCHASE.replace("imports  = 10", "imports = -1e9"), 1);
    assert!(all.contains("they cannot fall by all of that or more"), "{all}");
    // What it would cost is more than the country earns: no figures.
    let ruin = ask(dir.path(), &PURCHASE.replace("imports  = 10", "imports = 1500"), 1);
    assert!(ruin.contains("out of reach; the furthest that was found"), "{ruin}");
    let change =
        "[[change]]\nimporters = [\"East\"]\nexporters = [\"all\"]\nsectors = [\"all\"]\nrate = -80\n";
    let ruin = ask(dir.path(), change, 2);
    assert!(ruin.contains("income, East: it would be -"), "{ruin}");
    let twice = ask(dir.path(), &format!("{PURCHASE}{PURCHASE}"), 2);
    assert!(twice.contains("s.toml:12:1: two aims stand on the same imports"), "{twice}");
}

#[test]
fn the_question_of_2018_stands_below_the_demands() {
    let dir = tempfile::tempdir().unwrap();
    let printed = text(&servanda_in(dir.path(), &["check", "us-demands-2018", "--as-of", "2021-06-01"]), 0);
    assert!(
        printed.contains("Questions to a model: no commitments, and no status rests on an answer"),
        "{printed}"
    );
    assert!(printed.contains("servanda simulate examples/what-if/us-demands-2018-tariff.toml"), "{printed}");
    let json = ["check", "us-demands-2018", "--as-of", "2021-06-01", "--format", "json"];
    let found: serde_json::Value = serde_json::from_str(&text(&servanda_in(dir.path(), &json), 0)).unwrap();
    assert_eq!(found["questions"][0]["id"], "balance.saving");
    assert_eq!(found["questions"][0]["by"], "CHN");

    // Every scenario named is inside the program, and says which base it needs.
    for scenario in found["questions"][0]["scenarios"].as_array().unwrap() {
        let out = servanda_in(dir.path(), &["simulate", scenario.as_str().unwrap()]);
        let told = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(told.contains("the scenario needs the base us-china-2018-7x44"), "{told}");
    }

    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ge/us-china-2018-7x44");
    if !base.is_dir() {
        println!("skipped: ../shared/data/ge is not there");
        return;
    }
    let base = base.display().to_string();
    for (name, wedge, partner) in [("purchases", -18.95, 158.90), ("tariff", 31.98, 200.00)] {
        let scenario = format!("examples/what-if/us-demands-2018-{name}.toml");
        text(&servanda_in(dir.path(), &["simulate", &scenario, "--base", &base, "--out", name]), 0);
        let dir = dir.path().join(name);
        assert!((of(&rows(&dir.join("reach.csv"))[0], "price_wedge_pct") - wedge).abs() < 0.01);
        let change = |row: &Row| of(row, "change") / 1000.0;
        let balances = rows(&dir.join("balances.csv"));
        let with_china = balances.iter().find(|r| r["country"] == "USA" && r["partner"] == "CHN").unwrap();
        assert!((change(with_china) - partner).abs() < 0.01, "{with_china:?}");
        let whole: f64 = balances.iter().filter(|r| r["country"] == "USA").map(change).sum();
        assert!(whole.abs() < 1e-6, "{whole}");
    }
}
