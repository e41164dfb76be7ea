//! Tariffs that a scenario asks to be found, through the program: the examples that ship, threads, and bad input.

mod common;

use common::{servanda_in, text, undrawn};
use std::collections::BTreeMap;
use std::path::Path;

type Row = BTreeMap<String, String>;

fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let names = reader.headers().unwrap().clone();
    let of = |r: csv::StringRecord| names.iter().zip(&r).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    reader.records().map(|r| of(r.unwrap())).collect()
}

fn number(row: &Row, key: &str) -> f64 {
    row[key].parse().unwrap_or_else(|_| panic!("{key}: {row:?}"))
}

/// Runs an example that ships, in a folder that is no workspace; gives what is printed and the folder of tables.
fn example(name: &str, status: i32) -> (String, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let scenario = format!("examples/what-if/{name}.toml");
    let printed = text(&servanda_in(dir.path(), &["simulate", &scenario, "--out", "out"]), status);
    (printed, dir)
}

fn table(dir: &tempfile::TempDir, name: &str) -> Vec<Row> {
    rows(&dir.path().join("out").join(format!("{name}.csv")))
}

fn certificate(dir: &tempfile::TempDir) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(dir.path().join("out/certificate.json")).unwrap()).unwrap()
}

#[test]
fn a_penalty_reaches_its_target_and_hurts_less_than_plain_lists() {
    let (printed, dir) = example("penalty", 0);
    assert!(
        printed.contains("penalty: lost-trade of 90 (bn)") && printed.contains("no status rests on it"),
        "{printed}"
    );
    // The target, from the flows of the answer.
    let lost: f64 = table(&dir, "flows")
        .iter()
        .filter(|f| f["importer"] == "North" && f["exporter"] == "East")
        .map(|f| number(f, "base") - number(f, "value"))
        .sum();
    assert!((lost - 90.0).abs() < 1e-6, "{lost}");
    let tariffs = table(&dir, "policy");
    assert_eq!(tariffs.len(), 2);
    let prices = table(&dir, "prices");
    for row in &tariffs {
        let added = number(row, "tariff_after_pct") - number(row, "tariff_before_pct");
        assert!((0.0..=100.0).contains(&added), "{row:?}");
        let price = prices
            .iter()
            .find(|p| ["sector", "importer", "exporter"].iter().all(|key| p[*key] == row[*key]))
            .unwrap();
        assert_eq!(price["tariff_after_pct"], row["tariff_after_pct"]);
    }
    let inside: Vec<f64> = tariffs.iter().map(|row| number(row, "marginal")).collect();
    assert!(
        (inside[0] - inside[1]).abs() < 1e-4 * inside[0].abs(),
        "both cost the same at the margin: {inside:?}"
    );
    let lists = table(&dir, "lists");
    let own = number(&lists[0], "own_harm");
    // What North loses of its equivalent variation.
    let ranges = table(&dir, "ranges");
    let worth =
        ranges.iter().find(|r| r["country"] == "North" && r["measure"] == "equivalent_variation").unwrap();
    assert!((own + number(worth, "value")).abs() < 1e-9, "{worth:?}");
    for list in &lists[1..] {
        assert!(list["enough"] == "yes" && number(list, "own_harm") > own, "{list:?}");
    }
    assert_eq!(certificate(&dir)["converged"], true);
}

fn income(rows: &[Row], country: &str, key: &str) -> f64 {
    number(rows.iter().find(|r| r["country"] == country).unwrap(), key)
}

#[test]
fn best_tariffs_a_war_and_the_talks_that_end_it() {
    let (_, best) = example("optimum", 0);
    let players = table(&best, "players");
    let gain = income(&players, "North", "welfare_after_pct");
    assert!(gain > 0.1 && income(&players, "East", "welfare_after_pct") < 0.0, "{players:?}");
    assert!((gain - income(&table(&best, "countries"), "North", "welfare_exact_pct")).abs() < 1e-9);
    for row in table(&best, "policy") {
        let rate = number(&row, "tariff_after_pct");
        assert!(rate > 5.0 && rate < 60.0 && number(&row, "marginal").abs() < 1e-6, "{row:?}");
    }

    let (printed, war) = example("tariff-war", 0);
    assert!(printed.contains("no player gains more than"), "{printed}");
    let fought = table(&war, "players");
    for player in ["North", "East"] {
        assert!(income(&fought, player, "best_response_gain_pp") < 1e-9, "{fought:?}");
    }

    let (printed, talks) = example("talks", 0);
    assert!(printed.contains("Nash bargaining"), "{printed}");
    let agreed = table(&talks, "players");
    for player in ["North", "East"] {
        let threat = income(&agreed, player, "welfare_threat_pct");
        assert!((threat - income(&fought, player, "welfare_after_pct")).abs() < 1e-9, "{agreed:?}");
        assert!(income(&agreed, player, "welfare_after_pct") > threat, "{agreed:?}");
    }
    assert_eq!(certificate(&talks)["converged"], true);
}

#[test]
fn any_number_of_threads_finds_the_same_tariffs() {
    for name in ["penalty", "talks"] {
        let dir = tempfile::tempdir().unwrap();
        let scenario = format!("examples/what-if/{name}.toml");
        for threads in ["1", "3"] {
            assert_cmd::Command::cargo_bin("servanda")
                .unwrap()
                .current_dir(dir.path())
                .env("RAYON_NUM_THREADS", threads)
                .args(["simulate", &scenario, "--out", threads])
                .assert()
                .success();
        }
        for file in ["policy.csv", "ranges.csv", "certificate.json"] {
            let [one, other] = ["1", "3"].map(|t| std::fs::read(dir.path().join(t).join(file)).unwrap());
            assert!(one == other, "{name} {file}");
        }
    }
}

/// The figures in the page on policy are those of the examples.
#[test]
fn the_page_shows_what_the_examples_give() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = std::fs::read_to_string(root.join("docs/policy.md")).unwrap();
    let holds = |line: String| assert!(page.contains(&line), "docs/policy.md lacks: {line}");
    let (_, penalty) = example("penalty", 0);
    for row in table(&penalty, "policy") {
        let [before, after, marginal] =
            ["tariff_before_pct", "tariff_after_pct", "marginal"].map(|key| number(&row, key));
        holds(format!("| {} | {before:.1} | {after:.1} | {marginal:.3} |", row["sector"]));
    }
    for row in table(&penalty, "lists") {
        holds(format!("| {} | {:.3} |", row["list"], number(&row, "own_harm")));
    }
    let games = ["optimum", "tariff-war", "talks"].map(|name| table(&example(name, 0).1, "players"));
    for country in ["North", "South", "East", "West"] {
        let [best, war, talks] = [0, 1, 2].map(|at: usize| income(&games[at], country, "welfare_after_pct"));
        holds(format!("| {country} | {best:.2} | {war:.2} | {talks:.2} |"));
    }
}

const HEAD: &str =
    "model = \"caliendo-parro\"\ntitle = \"t\"\nbase = \"synthetic-4x3\"\nclosure = \"nominal\"\n";
const PENALTY: &str = "[penalty]\nby = \"North\"\non = \"East\"\nsectors = [\"farm goods\", \"manufactures\"]\nmost = 50\n\
                       target = \"harm\"\nvalue = 1\n";

/// Runs a scenario of its own text.
fn run(scenario: &str, status: i32) -> (String, String) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("s.toml"), scenario).unwrap();
    let output = servanda_in(dir.path(), &["simulate", "s.toml"]);
    (text(&output, status), undrawn(&String::from_utf8(output.stderr).unwrap()))
}

#[test]
fn a_target_out_of_reach_is_an_answer_without_a_list() {
    let (printed, _) = run(&format!("{HEAD}{}", PENALTY.replace("value = 1", "value = 500")), 1);
    assert!(
        printed.contains("out of reach: harm of 500 (bn) by North on East; the most that was found"),
        "{printed}"
    );
    let (printed, _) = run(
        &format!(
            "{HEAD}{}",
            PENALTY.replace("[\"farm goods\", \"manufactures\"]\nmost = 50", "[\"farm goods\"]\nmost = [0]")
        ),
        1,
    );
    assert!(printed.contains("is 0.000000"), "{printed}");
}

/// Elasticities so high that rounding alone moves everything.
#[test]
fn no_convergence_is_an_answer_without_a_list() {
    for wish in [PENALTY, "[optimum]\ncountry = \"North\"\n"] {
        let change =
            "[[change]]\nimporters = [\"North\"]\nexporters = [\"East\"]\nsectors = [\"all\"]\nrate = 30\n";
        let (printed, _) = run(&format!("{HEAD}{change}{wish}[elasticities]\ntheta = 1e9\n"), 1);
        assert!(printed.contains("no equilibrium was found before the"), "{printed}");
    }
}

#[test]
fn mistakes_in_what_is_asked_have_a_place() {
    let penalty = |from: &str, to: &str| format!("{HEAD}{}", PENALTY.replace(from, to));
    let cases = [
        (
            penalty("target = \"harm\"", "target = \"hurt\""),
            "s.toml:10:10: there is no target `hurt`; there are harm, lost-trade, revenue",
        ),
        (penalty("on = \"East\"", "on = \"North\""), "s.toml:7:6: a penalty needs two countries"),
        (
            penalty("most = 50", "most = [50]"),
            "s.toml:9:8: `most` is percentage points, zero or more: one number for all sectors, or 2",
        ),
        (penalty("most = 50", "most = \"high\""), "s.toml:9:8: "),
        (penalty("value = 1", "value = -1"), "s.toml:11:9: a sum of money above zero"),
        (penalty("value = 1", "value = 1\nunit = \"bn\""), "has no key `unit`"),
        (
            penalty("farm goods\", \"manufactures", "farm goods\", \"farm goods"),
            "needs at least one sector, each once",
        ),
        (
            format!("{HEAD}{PENALTY}[optimum]\ncountry = \"North\"\n"),
            "at most one of `[penalty]`, `[optimum]`",
        ),
        (format!("{HEAD}[optimum]\ncountry = \"Nort\"\n"), "s.toml:6:11: the base has no country `Nort`"),
        (
            format!("{HEAD}[optimum]\ncountry = \"North\"\nleast = -100\n"),
            "s.toml:7:9: a rate is in percent and above -100",
        ),
        (format!("{HEAD}[optimum]\ncountry = \"North\"\nmost = -1\n"), "must not be below `least`"),
        (
            format!("{HEAD}[nash]\nplayers = [\"North\"]\n"),
            "`players` needs at least two countries, each once",
        ),
        (
            format!("{HEAD}[cooperation]\nplayers = [\"North\", \"East\"]\nfrom = \"peace\"\n"),
            "s.toml:7:8: talks start from `nash` or from `base`, and not from `peace`",
        ),
    ];
    for (scenario, must) in cases {
        let (_, said) = run(&scenario, 2);
        assert!(said.contains(must), "{must}\n{said}");
    }
}
