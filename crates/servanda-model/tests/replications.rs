//! The scenario files of the published models that stand under `examples/replication`, run as a user runs them.

use servanda_model::{DirBase, Outcome, Scenario, Value, simulate};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/replication");
const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/ge");

fn scenario(name: &str) -> Scenario {
    let path = Path::new(EXAMPLES).join(format!("{name}.toml"));
    let text = std::fs::read_to_string(&path).unwrap();
    Scenario::parse(&path.display().to_string(), &text).unwrap()
}

/// The answer on the published data, or nothing with one line printed where they are not at hand.
fn answer(name: &str) -> Option<Outcome> {
    let scenario = scenario(name);
    let folder: PathBuf = Path::new(SHARED).join(&scenario.base);
    if !folder.is_dir() {
        println!("skipped: {} is not there", folder.display());
        return None;
    }
    let outcome = simulate(&scenario, &DirBase::new(folder)).unwrap();
    assert!(outcome.certificate.converged, "{:?}", outcome.notes);
    assert!(outcome.certificate.largest_residual < 1e-10, "{:?}", outcome.certificate);
    assert!(
        outcome.certificate.facts.iter().any(|(key, sha)| key.starts_with("sha256 of ") && sha.len() == 64)
    );
    assert_eq!(outcome.tables[0].name, "countries");
    Some(outcome)
}

fn figure(value: &Value) -> f64 {
    if let Value::Number(figure) = value { *figure } else { panic!("{value:?} is no figure") }
}

#[test]
fn every_scenario_file_is_read() {
    for name in [
        "gsim-4x4",
        "liberation-day-no-retaliation",
        "liberation-day-optimal-retaliation",
        "ossa2014-optimal",
        "ossa2014-nash",
        "ossa2014-talks-from-data",
        "ossa2014-talks-from-free-trade",
        "ossa2014-talks-from-nash",
    ] {
        assert!(!scenario(name).title.is_empty());
    }
}

#[test]
fn gsim_writes_four_price_changes() {
    let Some(outcome) = answer("gsim-4x4") else { return };
    let text = outcome.tables[0].to_csv().unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("region,price_change"));
    let published = [("US", "0.0792"), ("JP", "-0.0316"), ("EU", "0.0480"), ("RW", "-0.0184")];
    for (line, (region, price)) in lines.zip(published) {
        let (found, change) = line.split_once(',').unwrap();
        assert_eq!((found, format!("{:.4}", change.parse::<f64>().unwrap()).as_str()), (region, price));
    }
}

#[test]
fn liberation_day_writes_194_countries_with_all_digits() {
    for (name, welfare) in
        [("liberation-day-no-retaliation", 1.1307), ("liberation-day-optimal-retaliation", -0.745)]
    {
        let Some(outcome) = answer(name) else { return };
        let text = outcome.tables[0].to_csv().unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            "iso3,welfare_pct,deficit_pct,exports_to_gdp_pct,imports_to_gdp_pct,employment_pct,cpi_pct,tariff_rev_share_of_E"
        );
        assert_eq!(lines.len(), 195);
        assert!(lines.iter().all(|line| line.split(',').count() == 8 && !line.contains(",,")));
        let us = outcome.tables[0].rows.iter().find(|row| row[0] == Value::from("USA")).unwrap();
        assert!((figure(&us[1]) - welfare).abs() < 5e-4, "{us:?}");
        assert!(us[1].to_string().len() >= 14, "{us:?}");
        // Nothing depends on what ran before.
        assert_eq!(answer(name).unwrap().tables[0].to_csv().unwrap(), text);
    }
}

#[test]
fn ossa_writes_optima_and_a_war_that_nobody_regrets() {
    for (name, published) in [
        ("ossa2014-optimal", [1.1, 1.8, 1.9, 1.7, 4.0, 2.9, 2.3]),
        ("ossa2014-nash", [-1.9, -2.2, -2.6, -2.2, -0.8, -5.0, -2.2]),
    ] {
        let Some(outcome) = answer(name) else { return };
        let text = outcome.tables[0].to_csv().unwrap();
        assert_eq!(text.lines().next(), Some("region,welfare_pct,best_response_gain_pp"));
        assert_eq!(outcome.tables[0].rows.len(), 7);
        for (row, printed) in outcome.tables[0].rows.iter().zip(published) {
            assert!((figure(&row[1]) - printed).abs() <= 0.05, "{name} {row:?}");
            assert!((0.0..1e-9).contains(&figure(&row[2])), "{name} {row:?}");
        }
        assert_eq!(answer(name).unwrap().tables[0].to_csv().unwrap(), text);
    }
}

/// The table `ranges` of an outcome: what is within, and how many ranges have a width.
fn ranges(outcome: &Outcome) -> (Vec<Vec<Value>>, usize) {
    let table = outcome.tables.iter().find(|table| table.name == "ranges").unwrap();
    assert_eq!(table.columns[1..], ["measure", "value", "low", "high"]);
    let mut wide = 0;
    for row in &table.rows {
        if row[2..] == [Value::None, Value::None, Value::None] {
            continue;
        }
        let [value, low, high] = [2, 3, 4].map(|at| figure(&row[at]));
        assert!(low <= value && value <= high, "{row:?}");
        wide += usize::from(low < high);
    }
    let facts = &outcome.certificate.facts;
    assert!(facts.iter().any(|(key, fact)| key == "ranges" && fact.contains("; 0 without")), "{facts:?}");
    (table.rows.clone(), wide)
}

#[test]
fn every_published_model_gives_ranges_for_the_figures_of_its_main_table() {
    // Where nobody answers, 193 countries have no revenue whatever the elasticities.
    for (name, rows, without_width, measure) in [
        ("gsim-4x4", 24, 0, "price_change"),
        ("liberation-day-no-retaliation", 194 * 7, 193, "welfare_pct"),
        ("liberation-day-optimal-retaliation", 194 * 7, 0, "welfare_pct"),
        ("ossa2014-optimal", 14, 0, "welfare_pct"),
        ("ossa2014-nash", 14, 0, "welfare_pct"),
        ("ossa2014-talks-from-nash", 14, 0, "welfare_pct"),
    ] {
        let Some(outcome) = answer(name) else { return };
        let (found, wide) = ranges(&outcome);
        assert_eq!((found.len(), wide), (rows, rows - without_width), "{name}");
        let of = found.iter().filter(|row| row[1] == Value::from(measure));
        for (row, main) in of.zip(&outcome.tables[0].rows) {
            assert_eq!((&row[0], &row[2]), (&main[0], &main[1]), "{name}");
        }
    }
}

/// The paper's own other closures and elasticities lie at the ends: its lump-sum rebate, and the band as its Table 9.
#[test]
fn the_ends_of_a_range_are_answers_of_their_own() {
    let text = "model = \"liberation\"\ntitle = \"t\"\nbase = \"liberation-day-2025\"\n";
    let folder = Path::new(SHARED).join("liberation-day-2025");
    if !folder.is_dir() {
        println!("skipped: {} is not there", folder.display());
        return;
    }
    let us = |keys: &str, threads: usize| -> [f64; 3] {
        let scenario = Scenario::parse("s.toml", &format!("{text}{keys}")).unwrap();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let outcome = pool.install(|| simulate(&scenario, &DirBase::new(&folder))).unwrap();
        let rows = ranges(&outcome).0;
        let row =
            rows.iter().find(|row| row[0] == Value::from("USA") && row[1] == Value::from("welfare_pct"));
        [2, 3, 4].map(|at| figure(&row.unwrap()[at]))
    };
    let only = |closures: &str, band: &str| {
        us(&format!("[elasticities]\nband = {band}\n[ranges]\nclosures = [{closures}]\n"), 2)
    };
    let [value, low, high] = only("\"lump-sum\"", "[1, 1]");
    assert!((value - 1.1307).abs() < 5e-5 && high == value && (low + 0.01).abs() < 5e-3, "{low} {high}");
    let [_, low, high] = only("", "[1, 2]");
    assert!(high == value && (low - 0.33).abs() < 5e-3, "{low}");
    // Deficits that stay in money are another world, and so is work that does not answer.
    for closure in ["\"fixed-deficits\"", "\"fixed-labour\""] {
        let [_, low, high] = only(closure, "[1, 1]");
        assert!(high - low > 1e-3, "{closure} {low} {high}");
    }
    assert_eq!(only("\"income-tax\", \"proportional-deficits\"", "[1, 1]"), [value; 3]);
    let keys = "[elasticities]\nband = [0.5, 1.5]\n";
    assert_eq!(us(keys, 1).map(f64::to_bits), us(keys, 3).map(f64::to_bits));
}

/// With other elasticities a war ends elsewhere; ranges say either, and each holds the answer.
#[test]
fn the_tariffs_of_a_range_are_held_or_looked_for_again() {
    let folder = Path::new(SHARED).join("ossa-2014");
    if !folder.is_dir() {
        println!("skipped: {} is not there", folder.display());
        return;
    }
    let text = "model = \"ossa\"\ntitle = \"t\"\nbase = \"ossa-2014\"\nask = \"optimal\"\n";
    let run = |keys: &str| {
        let scenario = Scenario::parse("s.toml", &format!("{text}{keys}")).unwrap();
        ranges(&simulate(&scenario, &DirBase::new(&folder)).unwrap()).0
    };
    let (held, best) = (run(""), run("[ranges]\ntariffs = \"best\"\n"));
    for (held, best) in held.iter().zip(&best).filter(|(row, _)| row[1] == Value::from("welfare_pct")) {
        assert_eq!(held[..3], best[..3]);
        // What is best at other elasticities is at least what tariffs held give there.
        for end in [3, 4] {
            assert!(figure(&best[end]) >= figure(&held[end]) - 1e-9, "{held:?} {best:?}");
        }
    }
}

#[test]
fn a_band_that_is_none_has_a_place() {
    for (model, rest) in [
        ("gsim", ""),
        ("liberation", ""),
        ("ossa", "ask = \"nash\"\n"),
        ("smart", "demand = -1\nsubstitution = 2\n"),
    ] {
        let head = format!("model = \"{model}\"\ntitle = \"t\"\nbase = \"b\"\n{rest}[elasticities]\n");
        let said = Scenario::parse("s.toml", &format!("{head}band = [1.5, 2]\n")).unwrap_err().to_string();
        assert!(said.contains(":8: error: a band is two factors around one"), "{said}");
        let said = Scenario::parse("s.toml", &format!("{head}bend = [0.5, 2]\n")).unwrap_err().to_string();
        assert!(said.contains("has no key `bend`"), "{said}");
    }
}
