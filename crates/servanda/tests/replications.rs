//! The published models through the program: files that are written, and folders that are refused.

mod common;

use common::{servanda_in, text};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What `--out` writes for a scenario of `examples/replication`, or nothing with one line printed where its base is not at hand.
fn written(name: &str, base: &str) -> Option<(String, serde_json::Value)> {
    let folder = root().join("../shared/data/ge").join(base);
    if !folder.is_dir() {
        println!("skipped: {} is not there", folder.display());
        return None;
    }
    let out = tempfile::tempdir().unwrap();
    let scenario = format!("examples/replication/{name}.toml");
    let (folder, to) = (folder.display().to_string(), out.path().display().to_string());
    text(&servanda_in(&root(), &["simulate", &scenario, "--base", &folder, "--out", &to]), 0);
    let countries = std::fs::read_to_string(out.path().join("countries.csv")).unwrap();
    let certificate = std::fs::read(out.path().join("certificate.json")).unwrap();
    Some((countries, serde_json::from_slice(&certificate).unwrap()))
}

#[test]
fn each_published_model_writes_its_countries_and_a_certificate() {
    for (name, base, header, rows) in [
        ("gsim-4x4", "gsim-4x4", "region,price_change", 4),
        (
            "liberation-day-no-retaliation",
            "liberation-day-2025",
            "iso3,welfare_pct,deficit_pct,exports_to_gdp_pct,imports_to_gdp_pct,employment_pct,cpi_pct,tariff_rev_share_of_E",
            194,
        ),
        ("ossa2014-optimal", "ossa-2014", "region,welfare_pct,best_response_gain_pp", 7),
    ] {
        let Some((countries, certificate)) = written(name, base) else { continue };
        assert_eq!(countries.lines().next(), Some(header));
        assert_eq!(countries.lines().count(), rows + 1);
        assert_eq!(certificate["converged"], true);
        assert!(certificate["largest_residual"].as_f64().unwrap() < 1e-10, "{certificate}");
    }
}

#[test]
fn a_wrong_cell_is_named_and_a_market_without_an_answer_ends_with_one() {
    let dir = tempfile::tempdir().unwrap();
    let base = dir.path().join("market");
    std::fs::create_dir(&base).unwrap();
    let scenario = "model = \"gsim\"\ntitle = \"two regions\"\nbase = \"market\"\n";
    std::fs::write(dir.path().join("s.toml"), scenario).unwrap();
    std::fs::write(base.join("params.json"), r#"{"Em": -1, "Ex": 1, "Es": 3}"#).unwrap();
    let flows = |last: &str| {
        let text = format!(
            "exporter,importer,value_world_prices,t0_power,t1_power\nA,A,1,1,1\nA,B,1,1,1\nB,A,1,1,{last}\nB,B,0,1,1\n"
        );
        std::fs::write(base.join("flows.csv"), text).unwrap();
    };
    let run = || servanda_in(dir.path(), &["simulate", "s.toml", "--base", "market"]);

    flows("-1");
    let output = run();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("line 4, column `t1_power`"), "{said}");

    flows("prohibitive");
    let said = text(&run(), 1);
    assert!(said.contains("every market of B is closed"), "{said}");

    flows("1.5");
    assert!(text(&run(), 0).contains("price change"));
}
