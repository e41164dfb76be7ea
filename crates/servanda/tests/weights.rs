//! Trade that ships as weights of tariff averages: what is held of it, and that its total is the published one.

mod common;

use common::{bn, json, servanda, text};
use std::io::Read;
use std::path::Path;

const SOURCE: &str = "usa-census-imports-china-hts10";
const ORIGINAL: &str = "../shared/data/trade_totals/us_imports_china_hs10_annual_2024.csv.gz";

/// The trade of an average of US rates on goods of China, weighted by this source as of a day.
fn weighed(as_of: &str) -> Vec<String> {
    let weights = format!("2024:{SOURCE}");
    let args =
        ["tariff", "average", "--importer", "USA", "--origin", "CHN", "--on", "2018-01-01", "--weights"];
    let rest = [weights.as_str(), "--as-of", as_of, "--format", "json"];
    [args.as_slice(), rest.as_slice()].concat().into_iter().map(str::to_owned).collect()
}

fn run(args: &[String]) -> std::process::Output {
    servanda(&args.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn imports_of_2024_are_held_whole_and_say_what_they_are() {
    let held = json(&servanda(&["coverage", SOURCE, "--format", "json"]));
    let source = &held["sources"][0];
    assert_eq!((&source["source"], &source["vintages"]), (&SOURCE.into(), &1.into()));
    assert_eq!(source["last_vintage"], "2026-11-21");
    let flow = &source["flows"][0];
    assert_eq!((&flow["flow"], &flow["partner"]), (&"imports".into(), &"CHN".into()));
    assert_eq!(flow["all_codes"], serde_json::json!(["2024"]));
    let listed = text(&servanda(&["sources"]), 0);
    let own = listed.split("\n\n").find(|s| s.starts_with(SOURCE)).expect("listed");
    let own = own.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(own.contains("1 vintage, 2026-11-21"), "{own}");
    assert!(own.contains("imports for consumption, customs value, census basis"), "{own}");
}

#[test]
fn the_weights_add_up_to_the_published_total() {
    let found = json(&run(&weighed("2026-11-21")));
    let trade = &found["answer"][0]["trade"];
    let amount = |key: &str| trade[key].as_str().unwrap().parse::<u64>().unwrap();
    // The same total stands in the series by industry (NAICS). Outside are chapters 98 and 99, which no schedule here has.
    assert_eq!(amount("total") + amount("outside"), 429_425_828_419);
    assert_eq!(bn(&trade["outside"]), "11.439");
    let left_out = trade["left_out"].as_object().unwrap().values();
    let left_out: u64 = left_out.map(|v| v.as_str().unwrap().parse::<u64>().unwrap()).sum();
    assert_eq!(amount("counted") + amount("unmatched") + left_out, amount("total"));
}

#[test]
fn before_the_copy_was_at_hand_nothing_is_held() {
    let output = run(&weighed("2026-11-20"));
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.contains(SOURCE) && message.contains("2024"), "{message}");
}

#[test]
fn the_original_is_the_file_that_was_copied() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let Ok(copied) = std::fs::read(root.join(ORIGINAL)) else {
        println!("skipped: {ORIGINAL} is not here");
        return;
    };
    let folder = root.join("evidence").join(SOURCE).join("originals");
    let kept = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    assert!(std::fs::read(kept).unwrap() == copied, "the original differs from the copy");
    let mut plain = String::new();
    flate2::read::GzDecoder::new(copied.as_slice()).read_to_string(&mut plain).unwrap();
    let mut rows = csv::Reader::from_reader(plain.as_bytes());
    let sums = rows.records().fold((0_u64, 0_u64), |(value, duty), row| {
        let row = row.unwrap();
        (value + row[1].parse::<u64>().unwrap(), duty + row[2].parse::<u64>().unwrap())
    });
    assert_eq!(sums, (429_425_828_419, 46_661_215_871));
}

/// Imports of 2024 by partner, as the raw file has them: all, and those of chapters 98 and 99.
const PARTNERS: [(&str, u64, u64); 6] = [
    ("CHN", 429_425_828_419, 11_439_108_292),
    ("EUN", 597_473_236_377, 35_047_771_714),
    ("JPN", 151_340_030_810, 6_476_678_335),
    ("KOR", 130_458_735_626, 2_025_887_860),
    ("CHE", 60_919_464_587, 3_445_935_162),
    ("CAN", 411_693_824_741, 19_228_709_123),
];

#[test]
fn the_weights_of_each_partner_are_those_of_the_raw_file() {
    for (partner, total, outside) in PARTNERS {
        let head = ["tariff", "average", "--importer", "USA", "--origin", partner, "--on", "2025-06-01"];
        let rest = ["--weights", "2024:usa-census-imports-hts10", "--format", "json"];
        let found = json(&servanda(&[head.as_slice(), rest.as_slice()].concat()));
        let trade = &found["answer"][0]["trade"];
        let amount = |key: &str| trade[key].as_str().unwrap().parse::<u64>().unwrap();
        assert_eq!((amount("total") + amount("outside"), amount("outside")), (total, outside), "{partner}");
    }
}
