//! The US lists of 2018 and 2019 against what then happened, through the program, from what is inside it.

mod common;

use common::{servanda_in, text, undrawn};
use std::collections::BTreeMap;
use std::path::Path;

const LISTS: &str = "examples/us-lists-2018-2019.toml";

fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let names = reader.headers().unwrap().clone();
    let of = |r: csv::StringRecord| names.iter().zip(&r).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    reader.records().map(|r| of(r.unwrap())).collect()
}

fn number(row: &BTreeMap<String, String>, key: &str) -> f64 {
    row[key].parse().unwrap_or_else(|_| panic!("{key} of {row:?}"))
}

#[test]
fn the_miss_is_printed() {
    let dir = tempfile::tempdir().unwrap();
    let printed = text(&servanda_in(dir.path(), &["simulate", LISTS, "--out", "out"]), 0);
    let flat = printed.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "no status rests on it",
        "imports: 503.65 bn USD in 2017 and 455.35 bn USD in 2019, a change of -48.30 bn USD",
        "the miss, observed less predicted: 57.32 bn USD (11.5 points)",
        "of 95 chapters within their range",
        "nothing was tuned to what happened; growth, exchange rates, buying ahead of duties, exclusions",
        "weighed by trade of 2024 (after the event",
        "with changes on 2019-01-01, 2019-05-10, 2019-09-01",
        "charged by quantity",
        "a text that is not understood",
        "without a prediction, for want of a rate, a share, elasticities or imports: chapters 04, 98, 99",
    ] {
        assert!(flat.contains(said), "{said}: {flat}");
    }

    let chapters = rows(&dir.path().join("out/chapters.csv"));
    assert_eq!(chapters.len(), 98, "01 to 99 without 77");
    let sum = |key: &str| chapters.iter().map(|c| number(c, key)).sum::<f64>();
    assert!((sum("base_bn") - 503.651580046).abs() < 1e-6);
    assert!((sum("observed_bn") + 48.300018412).abs() < 1e-6);
    let tariffs = rows(&dir.path().join("out/tariffs.csv"));
    let mut within = 0;
    let mut miss = 0.0;
    for (own, tariff) in chapters.iter().zip(&tariffs) {
        if own["predicted_pct"].is_empty() {
            assert!(own["miss_bn"].is_empty() && own["in_range"].is_empty(), "{own:?}");
            continue;
        }
        // By hand, with the flat table: demand 1.53, substitution 1.00 with the others' share.
        let (before, after) = (number(tariff, "before_pct"), number(tariff, "after_pct"));
        let others = 1.0 - number(tariff, "share_of_origin_pct") / 100.0;
        let by_hand = -100.0 * (1.53 + others) * (after - before) / (100.0 + before);
        let predicted = number(own, "predicted_pct");
        assert!((predicted - by_hand).abs() < 1e-9, "{own:?}: {by_hand}");
        assert!(number(own, "low_pct") <= predicted && predicted <= number(own, "high_pct"));
        let gap = number(own, "observed_pct") - predicted;
        assert!((number(own, "miss_points") - gap).abs() < 1e-9);
        assert!((number(own, "miss_bn") - gap * number(own, "base_bn") / 100.0).abs() < 1e-9);
        miss += number(own, "miss_bn");
        within += usize::from(own["in_range"] == "yes");
    }
    assert!((miss - 57.32190693425035).abs() < 1e-6, "{miss}");
    assert!(flat.contains(&format!("{within} of 95 chapters")), "{within}");
    // List 1 and 2 since 2018 at 25, list 3 at 10 to 9 May and 25 then, list 4A at 15 from 1 September: a chapter that is wholly on
    // list 3 has (129 x 10 + 236 x 25) / 365 points, and one on list 4A 122 x 15 / 365.
    let of = |chapter: &str| tariffs.iter().find(|t| t["chapter"] == chapter).unwrap();
    assert!((number(of("31"), "added_points") - 7190.0 / 365.0).abs() < 1e-9);
    assert!((number(of("06"), "added_points") - 1830.0 / 365.0).abs() < 1e-9);
}

#[test]
fn what_cannot_be_answered_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let scenario = std::fs::read_to_string(root.join(LISTS)).unwrap();
    let cases = [
        (scenario.replace("observed = 2019", "observed = 2031"), "`imports.observed`: "),
        (
            scenario.replace("origin   = \"CHN\"", "origin   = \"CHN\"\nas_of = \"2019-06-30\""),
            "`imports.before`: usa-census-imports-china-hs2: 2017 is not held whole",
        ),
        (scenario.replace("2019-01-01", "2020-01-01"), "`measures.from`: 2020-01-01 is after `to`"),
        (
            scenario.replace("2024:usa-census-imports-hs2", "2024"),
            "`imports.shares`: `2024` is not YEAR:SOURCE",
        ),
        (scenario.replace("before  = ", "befor = "), "has no key `befor`"),
        (scenario.replace("\"CHN\"", "\"USA\""), "`origin`: goods come from another country"),
        (scenario.replace("china-hs2", "mars"), "no source `usa-census-imports-mars` is described"),
    ];
    for (text, said) in cases {
        assert_ne!(text, scenario, "{said}");
        std::fs::write(dir.path().join("s.toml"), text).unwrap();
        let output = servanda_in(dir.path(), &["simulate", "s.toml"]);
        let error = undrawn(&String::from_utf8(output.stderr.clone()).unwrap());
        let flat = error.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(output.status.code(), Some(2), "{said}: {error}");
        assert!(flat.contains(said) && output.stdout.is_empty(), "{said}: {error}");
    }
    let output = servanda_in(dir.path(), &["simulate", LISTS, "--base", "."]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("leave --base out"));
}
