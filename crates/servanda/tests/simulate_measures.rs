//! Measures as of two dates in a scenario of many countries and sectors, through the program.

mod common;

use common::{servanda_in, text, undrawn};
use std::collections::BTreeMap;
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
codes = ["72", "84", "85"]
"#;

const MEASURES: &str = r#"
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

fn scenario(rest: &str) -> String {
    format!(
        "model = \"caliendo-parro\"\ntitle = \"t\"\nbase = \"synthetic-4x3\"\nclosure = \"nominal\"\n[elasticities]\nband = [1.0, 1.0]\n{rest}"
    )
}

fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let names = reader.headers().unwrap().clone();
    let of = |r: csv::StringRecord| names.iter().zip(&r).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    reader.records().map(|r| of(r.unwrap())).collect()
}

fn ask(dir: &Path, name: &str, text_of: &str, status: i32) -> String {
    std::fs::write(dir.join("mine.toml"), CONCORDANCE).unwrap();
    std::fs::write(dir.join(format!("{name}.toml")), text_of).unwrap();
    let out = servanda_in(dir, &["simulate", &format!("{name}.toml"), "--out", name]);
    match status {
        0 => text(&out, 0),
        _ => {
            assert_eq!(out.status.code(), Some(status), "{}", String::from_utf8_lossy(&out.stderr));
            undrawn(&String::from_utf8(out.stderr).unwrap())
        }
    }
}

#[test]
fn rates_of_two_dates_by_sector() {
    let dir = tempfile::tempdir().unwrap();
    let printed = ask(dir.path(), "acts", &scenario(MEASURES), 0);
    // What the rates stand for is said, and so is when their weights are from.
    assert!(printed.contains("percent of trade); left out"), "{printed}");
    assert!(printed.contains("trade of 2024 weighs rates, after they changed"), "{printed}");
    assert!(printed.contains("in no sector of the concordance"), "{printed}");
    // Missing acts of held.toml are in no rate, and are named.
    let words = printed.split_whitespace().collect::<Vec<_>>().join(" ");
    let missing = "not all acts of USA on goods of CHN are held, so that rates can be higher than those used";
    assert!(
        words.contains(missing) && words.contains("Section 232 duties on steel and aluminium"),
        "{words}"
    );
    let sectors = rows(&dir.path().join("acts/measures.csv"));
    assert_eq!(
        sectors.iter().map(|r| r["sector"].as_str()).collect::<Vec<_>>(),
        ["farm goods", "manufactures"]
    );
    let of = |row: &BTreeMap<String, String>, key: &str| -> f64 { row[key].parse().unwrap() };
    for row in &sectors {
        assert!(of(row, "covered_pct") > 50.0 && of(row, "covered_pct") < 100.0, "{row:?}");
        assert!(of(row, "after_pct") > of(row, "before_pct") + 5.0, "{row:?}");
    }
    // The same by hand: one plus the rate after over one plus the rate before, on what the base charges.
    let by_hand: String = sectors
        .iter()
        .map(|row| {
            format!(
                "[[change]]\nimporters = [\"North\"]\nexporters = [\"East\"]\nsectors = [\"{}\"]\nfrom = {}\nto = {}\n",
                row["sector"], row["before_pct"], row["after_pct"]
            )
        })
        .collect();
    ask(dir.path(), "hand", &scenario(&by_hand), 0);
    let [acts, hand] = ["acts", "hand"].map(|d| rows(&dir.path().join(d).join("countries.csv")));
    for (a, b) in acts.iter().zip(&hand) {
        for key in ["wage_hat", "welfare_exact_pct"] {
            assert!((of(a, key) - of(b, key)).abs() < 1e-11, "{a:?} {b:?}");
        }
    }
    // Other means of the rates are in the range: no change at all on what is not covered gives less trade away.
    let flows = rows(&dir.path().join("acts/flows.csv"));
    let hit = flows
        .iter()
        .find(|r| r["sector"] == "manufactures" && r["importer"] == "North" && r["exporter"] == "East")
        .unwrap();
    assert!(of(hit, "low") < of(hit, "value") && of(hit, "value") < of(hit, "high"), "{hit:?}");
    assert!(of(hit, "high") < of(hit, "base"), "{hit:?}");
}

#[test]
fn what_is_wrong_has_a_place() {
    let dir = tempfile::tempdir().unwrap();
    let wrong = |from: &str, to: &str| ask(dir.path(), "bad", &scenario(&MEASURES.replace(from, to)), 2);
    let twice = ask(dir.path(), "bad", &scenario(&format!("{MEASURES}{MEASURES}")), 2);
    assert!(twice.contains("bad.toml:19:1: measures of this importer on this origin stand twice"), "{twice}");
    for (from, to, says) in [
        (
            "\"North\"",
            "\"Nord\"",
            "bad.toml:11:20: the base has no country `Nord`; it has North, South, East, West; name it with `importer_in_base`",
        ),
        (
            "to               = \"2019-12-31\"",
            "to = \"2019-12-30\"",
            "`from`, 2019-12-31, is after `to`, 2019-12-30",
        ),
        ("2024:usa-census", "2024-usa-census", "is not YEAR:SOURCE"),
        ("2024:usa-census-imports-china-hts10", "1990:usa-census-imports-china-hts10", "1990"),
        ("\"mine.toml\"", "\"other.toml\"", "neither the id of a concordance nor a file that is there"),
        ("\"mine.toml\"", "\"mine\"", "there is none of this id; there are hs-icio22"),
        (
            "\"mine.toml\"",
            "\"hs-icio22\"",
            "the concordance names the sector `1`, which the base synthetic-4x3 does not have",
        ),
        ("origin           = \"CHN\"", "origin = \"USA\"", "a country does not charge its own goods"),
        (
            "\"2017-12-31\"",
            "\"1990-01-01\"",
            "bad.toml:8:1: no rate of USA on goods of CHN is held for 1990-01-01",
        ),
        ("\"2017-12-31\"", "\"2020-01-01\"", "`before`, 2020-01-01, is after `from`, 2019-12-31"),
        ("weights  ", "weight  ", "has no key `weight`"),
        ("\"2017-12-31\"", "\"2017-13-31\"", "bad.toml:13"),
    ] {
        let found = wrong(from, to);
        assert!(found.contains(says), "{from} -> {to}: {found}");
    }
}

#[test]
fn a_list_of_lines_says_all_that_changes() {
    let dir = tempfile::tempdir().unwrap();
    let days = [
        "before           = \"2017-12-31\"\n",
        "from             = \"2019-12-31\"\n",
        "to               = \"2019-12-31\"\n",
    ];
    let listed = days.iter().fold(MEASURES.to_owned(), |text, day| text.replace(day, ""));
    let listed = format!("{listed}list = \"mine.csv\"\n");
    let write = |text: &str| std::fs::write(dir.path().join("mine.csv"), text).unwrap();
    // Phones to 30 percent, all other machines of chapter 85 from 2 to 12; a line that nothing is traded on.
    write("line,old,new\n8517,0,30\n85,2%,12 %\n8599,0,10\n");
    let printed = ask(dir.path(), "list", &scenario(&listed), 0);
    assert!(
        printed.contains("3 lines of mine.csv meet") && printed.contains("lines that meet none: 1"),
        "{printed}"
    );
    let row = rows(&dir.path().join("list/measures.csv"))
        .into_iter()
        .find(|r| r["sector"] == "manufactures")
        .unwrap();
    let of = |key: &str| -> f64 { row[key].parse().unwrap() };
    let (before, after) = (of("before_pct"), of("after_pct"));
    // A mean of 0 and 2 before; of 1.30 and 1.12 / 1.02 as changes.
    assert!(0.0 < before && before < 2.0, "{row:?}");
    let change = (100.0 + after) / (100.0 + before);
    let phones = 1.0 - before / 2.0;
    assert!((change - (phones * 1.3 + (1.0 - phones) * 1.12 / 1.02)).abs() < 1e-12, "{row:?}");
    // What is not listed keeps its tariffs: the same by hand.
    let to = of("covered_pct") * (change - 1.0);
    let by_hand = format!(
        "[[change]]\nimporters = [\"North\"]\nexporters = [\"East\"]\nsectors = [\"manufactures\"]\nfrom = 0\nto = {to}\n"
    );
    ask(dir.path(), "hand", &scenario(&by_hand), 0);
    let wage = |name: &str| -> Vec<f64> {
        let rows = rows(&dir.path().join(name).join("countries.csv"));
        rows.iter().map(|r| r["wage_hat"].parse().unwrap()).collect()
    };
    for (a, b) in wage("list").iter().zip(wage("hand")) {
        assert!((a - b).abs() < 1e-12);
    }
    for (text, says) in [
        ("line,old\n85,1\n", "it has no column new"),
        ("line,old,new\n85,1,x\n", "mine.csv:2: new: `x` is no rate in percent"),
        ("line,old,new\n85,nan,1\n", "mine.csv:2: old: `nan` is no rate in percent"),
        ("line,old,new\n85,-1,1\n", "mine.csv:2: old: `-1` is no rate in percent"),
        ("line,old,new\n85,1,2\n85,1,2\n", "mine.csv:3: line 85 stands twice"),
        ("line,old,new\n8,1,2\n", "is not a tariff line"),
        ("line,old,new\n85,1,2\n8081000,1,2\n", "if a leading zero was lost, write 08081000"),
        ("line,old,new\n", "mine.csv: it has no line"),
        ("line,old,new\n8599,0,10\n", "no line of mine.csv meets any trade"),
    ] {
        write(text);
        let told = ask(dir.path(), "bad", &scenario(&listed), 2);
        assert!(told.contains(says), "{text}: {told}");
    }
    let both = ask(dir.path(), "bad", &scenario(&format!("{MEASURES}list = \"mine.csv\"\n")), 2);
    assert!(
        both.contains("bad.toml:8:1: write `before`, `from` and `to`, or a `list` in their place"),
        "{both}"
    );
}

/// Both sides' duties on the base of 2017 that is not shipped.
#[test]
fn both_sides_on_a_base_of_2017() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let base = root.join("../shared/data/ge/us-china-2018-7x44");
    if !base.is_dir() {
        println!("skipped: ../shared/data/ge is not there");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let base = base.display().to_string();
    let args = ["simulate", "examples/what-if/us-china-measures.toml", "--base", &base, "--out", "out"];
    text(&servanda_in(dir.path(), &args), 0);
    let countries = rows(&dir.path().join("out/countries.csv"));
    let of = |name: &str| -> f64 {
        let row = countries.iter().find(|r| r["country"] == name).unwrap();
        row["welfare_exact_pct"].parse().unwrap()
    };
    // Both sides lose, China more; published figures for these years are of that order.
    assert!((-0.10..0.0).contains(&of("USA")), "{countries:?}");
    assert!((-0.30..-0.05).contains(&of("CHN")), "{countries:?}");
}
