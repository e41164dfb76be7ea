//! `simulate` through the program: the world that ships, a published table, ranges, threads, and bad input.

mod common;

use common::{servanda_in, text, undrawn};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;

const THREAT: &str = "examples/what-if/threat-and-answer.toml";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A folder that is no workspace: the program answers from what is inside it.
fn simulate(dir: &Path, args: &[&str]) -> Output {
    let mut all = vec!["simulate"];
    all.extend(args);
    servanda_in(dir, &all)
}

fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let names = reader.headers().unwrap().clone();
    let of = |r: csv::StringRecord| names.iter().zip(&r).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    reader.records().map(|r| of(r.unwrap())).collect()
}

fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

fn certificate(dir: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(dir.join("certificate.json")).unwrap()).unwrap()
}

#[test]
fn the_world_inside_the_program() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let printed = text(&simulate(dir.path(), &[THREAT, "--out", "out"]), 0);
    assert!(
        printed.contains("no status rests on it") && printed.contains("certificate: worked out again"),
        "{printed}"
    );
    assert!(printed.contains("a made-up world") || printed.contains("made-up world"), "{printed}");
    let certificate = certificate(&out);
    assert_eq!(certificate["converged"], true);
    assert!(certificate["largest_residual"].as_f64().unwrap() < 1e-11);
    assert_eq!(certificate["parts"].as_array().unwrap().len(), 10);

    // Every figure lies within its range, and a range has a width where elasticities matter.
    let mut wide = 0;
    for table in ["ranges", "flows", "balances", "revenue", "decomposition"] {
        let rows = rows(&out.join(format!("{table}.csv")));
        assert!(!rows.is_empty());
        for row in rows {
            let [low, value, high] = ["low", "value", "high"].map(|k| number(&row[k]));
            assert!(low <= value && value <= high, "{table}: {row:?}");
            wide += usize::from(high > low);
        }
    }
    assert!(wide > 100);

    // Balances are the flows, pair by pair; revenue is tariffs on them; the parts of welfare are the whole.
    let flows = rows(&out.join("flows.csv"));
    for row in rows(&out.join("balances.csv")) {
        let sum = |importer: &str, exporter: &str| -> f64 {
            let of = flows.iter().filter(|f| f["importer"] == importer && f["exporter"] == exporter);
            of.map(|f| number(&f["value"])).sum()
        };
        let (country, partner) = (&row["country"], &row["partner"]);
        assert!(
            (number(&row["value"]) - sum(partner, country) + sum(country, partner)).abs() < 1e-9,
            "{row:?}"
        );
    }
    let prices = rows(&out.join("prices.csv"));
    for row in rows(&out.join("revenue.csv")) {
        let sum: f64 = flows
            .iter()
            .zip(&prices)
            .filter(|(flow, _)| flow["importer"] == row["country"])
            .map(|(flow, price)| number(&flow["value"]) * number(&price["tariff_after_pct"]) / 100.0)
            .sum();
        assert!((number(&row["value"]) - sum).abs() < 1e-9, "{row:?}");
    }
    let parts = rows(&out.join("decomposition.csv"));
    for country in parts.chunks(4) {
        let [whole, terms, volume, transfer] = [0, 1, 2, 3].map(|at| number(&country[at]["value"]));
        assert!((whole - terms - volume - transfer).abs() < 1e-8, "{country:?}");
    }
    // The tax falls on the buyer and, a little, on the exporter.
    let taxed = prices
        .iter()
        .find(|p| p["importer"] == "North" && p["exporter"] == "East" && p["sector"] == "manufactures")
        .unwrap();
    assert_eq!(
        (taxed["tariff_before_pct"].as_str(), &taxed["tariff_after_pct"][..4]),
        ("3.499999999999992", "28.4")
    );
    let passed = number(&taxed["pass_through"]);
    assert!(number(&taxed["exporter_price_hat"]) < 1.0 && passed > 0.5 && passed < 1.0, "{taxed:?}");
    let untouched = prices.iter().find(|p| p["importer"] == "South").unwrap();
    assert_eq!(untouched["pass_through"], "");
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let run = |threads: &str| {
        assert_cmd::Command::cargo_bin("servanda")
            .unwrap()
            .current_dir(dir.path())
            .env("RAYON_NUM_THREADS", threads)
            .args(["simulate", THREAT, "--out", threads])
            .assert()
            .success();
    };
    run("1");
    run("3");
    let mut files = 0;
    for entry in std::fs::read_dir(dir.path().join("1")).unwrap() {
        let name = entry.unwrap().file_name();
        let [one, other] = ["1", "3"].map(|t| std::fs::read(dir.path().join(t).join(&name)).unwrap());
        assert!(one == other, "{}", name.display());
        files += 1;
    }
    assert_eq!(files, 8);
}

#[test]
fn a_pact_with_its_gradient_in_every_format() {
    let dir = tempfile::tempdir().unwrap();
    let ask = |args: &[&str]| {
        let mut all = vec!["examples/what-if/pact.toml"];
        all.extend(args);
        text(&simulate(dir.path(), &all), 0)
    };
    let gradient = ask(&["--table", "gradient", "--format", "csv"]);
    assert!(gradient.starts_with("country,sector,importer,exporter,tariff_pct,welfare_pct_per_point\n"));
    // What others charge on North's exports harms North.
    let harm = gradient.lines().find(|l| l.starts_with("North,manufactures,East,North,8.")).unwrap();
    assert!(number(harm.rsplit(',').next().unwrap()) < 0.0, "{harm}");
    let document: Value = serde_json::from_str(&ask(&["--format", "json"])).unwrap();
    assert_eq!(document["command"], "simulate");
    assert_eq!(document["answer"]["tables"][0]["name"], "countries");
    assert!(ask(&["--format", "markdown"]).contains("| country | wage hat |"));
    let wrong = simulate(dir.path(), &["examples/what-if/pact.toml", "--table", "nonsense"]);
    assert!(text(&wrong, 2).is_empty());
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("it has countries, ranges, flows"));
}

/// Compared with figures that are printed in the paper (Table 2) and with the paper's own program.
#[test]
fn nafta_comes_out_as_printed() {
    let base = root().join("../shared/data/ge/caliendo-parro-2015");
    if !base.is_dir() {
        println!("skipped: {} is not there", base.display());
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    // The folder itself, and the folder that holds it.
    for (folder, out) in [(base.clone(), "a"), (base.parent().unwrap().to_owned(), "b")] {
        let args =
            ["examples/replication/cp2015-nafta.toml", "--base", folder.to_str().unwrap(), "--out", out];
        text(&simulate(dir.path(), &args), 0);
    }
    let [one, other] =
        ["a", "b"].map(|o| std::fs::read_to_string(dir.path().join(o).join("countries.csv")).unwrap());
    assert_eq!(one, other);
    assert!(
        one.starts_with("country,wage_hat,welfare_pct,tot_pct,vot_pct,real_wage_pct,welfare_exact_pct\n")
    );
    let rows = rows(&dir.path().join("a/countries.csv"));
    assert_eq!(rows.len(), 31);
    let mexico = rows.iter().find(|r| r["country"] == "Mexico").unwrap();
    for (key, figure) in [("welfare_pct", 1.312114), ("tot_pct", -0.411771), ("real_wage_pct", 1.715323)] {
        assert!((number(&mexico[key]) - figure).abs() < 1e-6, "{mexico:?}");
    }
    assert!((number(&mexico["welfare_exact_pct"]) - 0.0073).abs() < 5e-5, "{mexico:?}");
    assert!(certificate(&dir.path().join("a"))["largest_residual"].as_f64().unwrap() < 1e-12);
}

/// What the program says of a scenario; it must end with 2.
fn refused(scenario: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("s.toml"), scenario).unwrap();
    let output = simulate(dir.path(), &["s.toml"]);
    assert_eq!(text(&output, 2), "");
    undrawn(&String::from_utf8(output.stderr).unwrap())
}

const HEAD: &str =
    "model = \"caliendo-parro\"\ntitle = \"t\"\nbase = \"synthetic-4x3\"\nclosure = \"nominal\"\n";

fn change(keys: &str) -> String {
    format!(
        "{HEAD}[[change]]\nimporters = [\"North\"]\nexporters = [\"East\"]\nsectors = [\"all\"]\n{keys}\n"
    )
}

#[test]
fn mistakes_in_a_scenario_have_a_place() {
    let cases = [
        (HEAD.replace("title", "titel"), "has no key `titel`"),
        (
            HEAD.replace("caliendo-parro", "gravity"),
            "s.toml:1:9: there is no model `gravity`; there are caliendo-parro",
        ),
        (
            HEAD.replace("nominal", "open"),
            "s.toml:4:11: there is no closure `open`; there are balanced, nominal",
        ),
        (
            HEAD.replace("synthetic-4x3", "nowhere"),
            "there is no bases/nowhere here; set --base to its folder",
        ),
        (HEAD.replace("synthetic-4x3", "../x"), "`base = \"../x\"` is no id"),
        (change("rate = 5\nadd = 5"), "a change needs exactly one of `schedule`, `rate`"),
        (change("rate = -100"), "s.toml:9:8: a rate is in percent and above -100"),
        (change("rate = nan"), "s.toml:9:8: a rate is in percent"),
        (change("schedule = \"2005\""), "s.toml:9:12: the base has no schedule `2005`; it has pact"),
        (change("rate = 5").replace("North", "Nort"), "the base has no country `Nort`; it has North, South"),
        (
            format!("{HEAD}outputs = [\"all\"]\n"),
            "s.toml:5:12: there is no output `all`; there are countries, ranges",
        ),
        (format!("{HEAD}[elasticities]\nband = [2, 3]\n"), "a band is two factors around one"),
        (format!("{HEAD}[elasticities]\ndraws = 5\n"), "draws need a `seed`"),
        (
            format!("{HEAD}[elasticities]\ntheta = -1\n"),
            "s.toml:6:9: trade elasticity, farm goods: -1 must be above zero",
        ),
        ("model = ".into(), "s.toml:1:"),
    ];
    for (scenario, must) in cases {
        let said = refused(&scenario);
        assert!(said.contains(must), "{must}\n{said}");
    }
    let dir = tempfile::tempdir().unwrap();
    let said = simulate(dir.path(), &["missing.toml"]);
    assert!(
        String::from_utf8_lossy(&said.stderr).contains("there is no such file; inside the program there are")
    );
}

#[test]
fn a_prohibitive_tariff_is_answered_and_one_on_all_sides_refused() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("s.toml"), change("prohibitive = true")).unwrap();
    text(&simulate(dir.path(), &["s.toml", "--out", "out"]), 0);
    let flows = rows(&dir.path().join("out/flows.csv"));
    let cut = flows.iter().find(|f| f["importer"] == "North" && f["exporter"] == "East").unwrap();
    assert_eq!((cut["value"].as_str(), cut["high"].as_str()), ("0", "0"));
    let prices = std::fs::read_to_string(dir.path().join("out/prices.csv")).unwrap();
    assert!(prices.contains("farm goods,North,East,6.000000000000005,prohibitive,,,,"), "{prices}");
    let notes = certificate(&dir.path().join("out"))["notes"].to_string();
    assert!(notes.contains("welfare is not taken apart: trade that there was is forbidden"), "{notes}");
    let everywhere = change("prohibitive = true").replace("[\"East\"]", "[\"all\"]");
    let said = refused(&everywhere);
    assert!(said.contains("trade balance, North: it has exports and no imports"), "{said}");
}

/// Elasticities so high that rounding alone moves everything: no figures, and what stood there before is gone.
#[test]
fn no_convergence_is_an_answer_without_figures() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(
        dir.path().join("s.toml"),
        format!("{}[elasticities]\ntheta = 1e9\n", change("rate = 30")),
    )
    .unwrap();
    std::fs::create_dir(dir.path().join("out")).unwrap();
    std::fs::write(dir.path().join("out/countries.csv"), "older\n1\n").unwrap();
    let printed = text(&simulate(dir.path(), &["s.toml", "--out", "out"]), 1);
    assert!(printed.contains("no equilibrium was found: the least residual is"), "{printed}");
    let countries = std::fs::read_to_string(dir.path().join("out/countries.csv")).unwrap();
    assert_eq!(countries.lines().count(), 1);
    let certificate = certificate(&dir.path().join("out"));
    assert_eq!(certificate["converged"], false);
    assert!(certificate["largest_residual"].as_f64().is_none_or(|r| r > 1e-10), "{certificate}");
}

/// A copy of the base that ships, with one file changed; its hash is brought up to date unless that is the point.
fn with_base(file: &str, from: &str, to: &str, rehash: bool) -> String {
    use sha2::{Digest, Sha256};
    let dir = tempfile::tempdir().unwrap();
    let base = dir.path().join("synthetic-4x3");
    std::fs::create_dir(&base).unwrap();
    for entry in std::fs::read_dir(root().join("bases/synthetic-4x3")).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), base.join(entry.file_name())).unwrap();
    }
    let path = base.join(file);
    let old = std::fs::read_to_string(&path).unwrap();
    assert!(old.contains(from), "{file} lacks {from}");
    let new = old.replacen(from, to, 1);
    std::fs::write(&path, &new).unwrap();
    if rehash {
        let hash = |text: &str| -> String {
            Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
        };
        let manifest = std::fs::read_to_string(base.join("manifest.toml")).unwrap();
        std::fs::write(base.join("manifest.toml"), manifest.replace(&hash(&old), &hash(&new))).unwrap();
    }
    std::fs::write(dir.path().join("s.toml"), change("rate = 30")).unwrap();
    let output = simulate(dir.path(), &["s.toml", "--base", "synthetic-4x3"]);
    assert_eq!(text(&output, 2), "");
    undrawn(&String::from_utf8(output.stderr).unwrap())
}

#[test]
fn mistakes_in_a_base_name_their_cell() {
    let flow = "farm goods,North,South,22";
    let cases = [
        (
            "flows.csv",
            flow,
            "farm goods,North,South,-22",
            true,
            "flow, North from South, farm goods: -22 must not be below zero",
        ),
        (
            "flows.csv",
            flow,
            "farm goods,North,South,NaN",
            true,
            "synthetic-4x3/flows.csv:3: value: `NaN` is no finite number",
        ),
        ("flows.csv", flow, "farm goods,North,Suth,22", true, "flows.csv:3: `Suth` is no known exporter"),
        (
            "flows.csv",
            flow,
            "farm goods,North,North,22",
            true,
            "flows.csv:3: sector farm goods, importer North, exporter North stands twice",
        ),
        ("flows.csv", flow, "farm goods,North,South,23", true, "is no equilibrium: without any shock"),
        (
            "flows.csv",
            flow,
            "farm goods,North,South,23",
            false,
            "the file was changed, or the manifest is wrong",
        ),
        (
            "inputs.csv",
            "North,farm goods,farm goods,0.35",
            "North,farm goods,farm goods,0.45",
            true,
            "input shares, North, farm goods: they sum to 1.1",
        ),
        (
            "production.csv",
            "farm goods,North,0.45",
            "farm goods,North,1.45",
            true,
            "value-added share, North, farm goods: 1.45 must be between 0 and 1",
        ),
        (
            "production.csv",
            "farm goods,South,0.6,",
            "farm goods,South,,",
            true,
            "production.csv:3: value_added_share: `` is no number",
        ),
        ("sectors.csv", "sector,theta", "sector,theta,more", true, "sectors.csv"),
        (
            "tariffs.csv",
            "percent,pact",
            "percent,pakt",
            true,
            "tariffs.csv:1: there is an unknown column `pakt`",
        ),
        (
            "tariffs.csv",
            "North,South,6,",
            "North,South,-100,",
            true,
            "tariff, North from South, farm goods: one plus the tariff is 0",
        ),
        ("manifest.toml", "unit ", "units ", true, "has no key `units`"),
        (
            "manifest.toml",
            "\"synthetic\"",
            "\"guess\"",
            true,
            "manifest.toml:4:13: a base is `official` or `synthetic`",
        ),
        ("manifest.toml", "\"North\", \"South\"", "\"South\"", true, "`North` is no known importer"),
    ];
    for (file, from, to, rehash, must) in cases {
        let said = with_base(file, from, to, rehash);
        assert!(said.contains(must), "{must}\n{said}");
    }
}
