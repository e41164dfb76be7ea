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
