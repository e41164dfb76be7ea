//! Remedies through the program: the shortfall of 2020 and the imports of 2024 that ship, worked out here again from what it prints.

mod common;

use common::{json, servanda, servanda_in, text};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Output;

/// The shortfall in energy of 2020, over a year, with the duties of the first day of 2025.
const ENERGY: [&str; 12] = [
    "remedy",
    "us-china-phase-one",
    "purchases.energy.2020",
    "--harm",
    "shortfall",
    "--per",
    "once",
    "--duration",
    "12",
    "--on",
    "2025-01-01",
    "--as-of=2026-11-21",
];

fn energy(more: &[&str]) -> Output {
    servanda(&[ENERGY.as_slice(), more].concat())
}

fn answer(more: &[&str]) -> Value {
    json(&energy(&[more, &["--format", "json"]].concat()))["answer"].clone()
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("no number: {value}"))
}

/// Revenue, imports lost and own harm of a line, by the formulas of the book's page, from what the program says it used.
fn by_hand(own: &Value) -> [f64; 3] {
    let line = &own["line"];
    let of = |key: &str| number(&line[key]);
    let (trade, duty, share) = (of("trade"), of("duty"), number(&line["share"]["value"]));
    let (demand, substitution) =
        (number(&line["demand"]["central"]), number(&line["substitution"]["central"]));
    let added: f64 = own["rate"].as_str().unwrap().trim_end_matches('%').parse::<f64>().unwrap() / 100.0;
    let price = added / (1.0 + duty);
    let lost = trade * demand * price;
    let moved = trade * (1.0 - share) * substitution * price;
    assert!(lost + moved < trade, "the test's formulas hold below that only");
    let left = trade - lost - moved;
    let buyers = added * (trade + left) / 2.0;
    let base = line["base"].as_f64().unwrap_or(0.0);
    let harm = added * (lost + moved) / 2.0 + duty * (lost + moved) - base * moved
        + 0.25 * share * buyers
        + 0.25 * of("consumer") * buyers;
    [(duty + added) * left - duty * trade, trade - left, harm]
}

#[test]
fn the_energy_shortfall_is_matched_both_ways() {
    for (by, key, most_gap) in [("revenue", 0, 0.1), ("trade-effect", 1, 0.1)] {
        let found = answer(&["--match", by, "--lines", "all", "--rate-max", "25%"]);
        // Exact, from the finding.
        assert_eq!(found["harm"]["value"], "16410839468");
        assert_eq!(found["target"]["per_year"], "16410839468");
        assert_eq!(found["harm"]["shortfall"]["source"], "usa-census-exports");
        assert!(found["harm_note"].as_str().unwrap().contains("at most an upper bound of harm"));
        let target = 16_410_839_468.0;

        // Worked out again, line by line, from nothing but the inputs that are printed.
        let list = found["list"]["lines"].as_array().unwrap();
        let mut sums = [0.0; 3];
        for own in list {
            let hand = by_hand(own);
            for (n, key) in ["revenue", "trade_effect", "own_harm"].into_iter().enumerate() {
                let said = number(&own["effect"][key]);
                assert!((said - hand[n]).abs() <= 1e-9 * number(&own["line"]["trade"]), "{own}");
                sums[n] += hand[n];
            }
            let rate = own["rate"].as_str().unwrap();
            assert!(["5%", "10%", "15%", "20%", "25%"].contains(&rate), "{rate}");
        }
        let proof = &found["list"]["proof"];
        assert!((sums[key] / target - 1.0).abs() < 0.05, "{by}: {}", sums[key]);
        assert!((sums[key] / number(&proof["effect"]) - 1.0).abs() < 1e-9);
        assert!((sums[2] / number(&proof["own_harm"]) - 1.0).abs() < 1e-9);

        // No list can be much better, and the naive ones are worse.
        let gap = number(&found["list"]["gap_percent"]);
        assert!((0.0..most_gap).contains(&gap), "{by}: gap {gap}");
        assert!(number(&found["list"]["bound"]) <= sums[2]);
        let naive = found["naive"].as_array().unwrap();
        let names: Vec<_> = naive.iter().map(|n| n["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["largest lines first", "pro rata", "all lines at a flat rate"]);
        for own in naive {
            assert_eq!(own["matches"], true, "{own}");
            assert!((number(&own["effect"]) / target - 1.0).abs() < 1e-6, "{own}");
            assert!(number(&own["own_harm"]) > sums[2], "{by}: {own}");
        }

        // Every case has its figures, and what misses the target says so.
        let cases = found["list"]["cases"].as_array().unwrap();
        assert_eq!(cases.len(), 4);
        for case in cases {
            let off = (number(&case["percent_of_target"]) - 100.0).abs();
            assert_eq!(case["within_tolerance"], off <= 5.0, "{case}");
        }

        // Where the trade is: nothing is lost between what can be charged and what cannot.
        let left: f64 = found["left_out"].as_array().unwrap().iter().map(|l| number(&l["trade"])).sum();
        let all = number(&found["candidate_trade"]) + left + number(&found["not_asked"]);
        assert!((all - 429_425_828_419.0).abs() < 1.0, "{all}");
    }
}

#[test]
fn it_is_headed_as_an_illustration_and_lists_what_was_not_assessed() {
    for format in ["table", "markdown"] {
        let table = text(&energy(&["--match", "revenue", "--lines", "84,85,94,95", "--format", format]), 0);
        let words = table.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.starts_with("AN ILLUSTRATION, NOT ADVICE AND NOT A FINDING"), "{words}");
        for part in [
            "at most an upper bound of harm: exports divert",
            "16410839468 USD once x 12 / 12 months = 16410839468.00 USD a year",
            "not assessed: whether the agreement allows a remedy",
            "the MFN rule of GATT",
            "low elasticities: revenue",
            "suppliers bear a part: revenue",
            "not all acts of USA on goods of CHN are held",
            "unconfirmed: Central: Fajgelbaum",
        ] {
            assert!(words.contains(part), "{part}: {words}");
        }
        assert!(!words.contains("equivalent"), "{words}");
    }
}

#[test]
fn a_stated_harm_is_spread_and_the_shortfall_stands_beside_it() {
    let args =
        ["remedy", "us-china-phase-one", "purchases.energy.2020", "--harm", "3 bn USD", "--per", "once"];
    let more = [
        "--duration",
        "18",
        "--match",
        "revenue",
        "--on",
        "2025-01-01",
        "--lines",
        "84,85",
        "--format",
        "json",
    ];
    let found = json(&servanda(&[args.as_slice(), more.as_slice()].concat()))["answer"].clone();
    assert_eq!(found["target"]["per_year"], "2000000000");
    assert_eq!(
        found["target"]["arithmetic"],
        "3000000000 USD once x 12 / 18 months = 2000000000.00 USD a year"
    );
    assert_eq!((&found["harm"]["shortfall"], &found["harm_note"]), (&Value::Null, &Value::Null));
    assert_eq!(found["shortfalls"][0]["value"], "16410839468");
    let lines = found["list"]["lines"].as_array().unwrap();
    assert!(lines.iter().all(|l| ["84", "85"].contains(&&l["line"]["code"].as_str().unwrap()[..2])));
}

#[test]
fn caps_and_exclusions_are_kept() {
    let found = answer(&[
        "--match",
        "revenue",
        "--cap-chapter",
        "25%,84=5%",
        "--exclude",
        "95,851713",
        "--tolerance",
        "1%",
    ]);
    let mut chapters: BTreeMap<String, f64> = BTreeMap::new();
    for own in found["list"]["lines"].as_array().unwrap() {
        let code = own["line"]["code"].as_str().unwrap();
        assert!(!code.starts_with("95") && !code.starts_with("851713"), "{code}");
        *chapters.entry(code[..2].to_owned()).or_default() += number(&own["effect"]["revenue"]);
    }
    for (chapter, sum) in &chapters {
        let cap = if chapter == "84" { 0.05 } else { 0.25 };
        assert!(*sum <= cap * 16_410_839_468.0 * (1.0 + 1e-9), "{chapter}: {sum}");
    }
    let sum: f64 = chapters.values().sum();
    assert!((sum / 16_410_839_468.0 - 1.0).abs() < 0.01, "{sum}");
    let gap = number(&found["list"]["gap_percent"]);
    assert!((0.0..3.0).contains(&gap), "{gap}");
    let excluded =
        found["left_out"].as_array().unwrap().iter().find(|l| l["why"] == "excluded by the request").unwrap();
    assert!(number(&excluded["trade"]) > 60e9, "{excluded}");
}

#[test]
fn lines_that_cannot_reach_say_how_far_they_reach() {
    let said = refused(&energy(&["--match", "revenue", "--lines", "61,62"]));
    assert!(said.contains("cannot reach the target of 16410839468 USD a year as revenue"), "{said}");
    assert!(
        said.contains("added duties of up to 25% they reach") && said.contains("5.0 percent of it"),
        "{said}"
    );
}

#[test]
fn bad_input_is_said_with_what_to_do() {
    let base = ["remedy", "us-china-phase-one"];
    let run = |more: &[&str]| refused(&servanda(&[base.as_slice(), more].concat()));
    let of = |commitment: &'static str, harm: &'static str| {
        [
            commitment,
            "--harm",
            harm,
            "--per",
            "once",
            "--duration",
            "12",
            "--match",
            "revenue",
            "--on",
            "2025-01-01",
        ]
    };
    for (commitment, harm, part) in [
        ("purchases.energy.2020", "16.4", "it has no unit"),
        ("purchases.energy.2020", "16.4 bn", "is not a unit"),
        ("purchases.energy.2020", "5 Mt", "that is no money"),
        ("purchases.energy.2020", "-1 bn USD", "not above zero"),
        ("purchases.energy.2020", "5 bn EUR", "nothing is converted"),
        ("purchases.steel.2020", "5 bn USD", "has no commitment `purchases.steel.2020`"),
        ("purchases.manufactures.2020", "shortfall", "none is picked"),
        ("agriculture.tariff-rate-quotas", "shortfall", "no reading that counts"),
    ] {
        let said = run(&of(commitment, harm));
        assert!(said.contains(part), "{part}: {said}");
    }
    for (more, part) in [
        (["--rate-max", "0%"], "not a percentage"),
        (["--step", "0.01"], "more than 100 rates"),
        (["--tolerance", "100%"], "less than 100%"),
        (["--cap-chapter", "851=5%"], "a chapter is two digits"),
        (["--lines", "nowhere.csv"], "--lines: `nowhere.csv` is neither"),
        (["--exclude", "x"], "--exclude: `x` is neither"),
        (["--exclude", "84,808"], "if a leading zero was lost, write 0808"),
        (["--lines", "8081000"], "if a leading zero was lost, write 08081000"),
        (["--judge", "no-measure"], "there is no measure `no-measure`"),
        (["--weights", "2031:usa-census-imports-china-hts10"], "2031 is not held whole"),
        (["--complainant", "EUN"], "EUN cannot complain"),
        (["--elasticities", "Cargo.toml"], "has no key"),
    ] {
        let args = [of("purchases.energy.2020", "3 bn USD").as_slice(), more.as_slice()].concat();
        let said = run(&args);
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn measures_of_both_sides_are_judged_by_the_same_yardstick() {
    let judge = |names: &str, more: &[&str]| {
        let lines = ["--match", "revenue", "--lines", "84,85,94,95"];
        let args = [lines.as_slice(), &["--judge", names, "--judge-on", "2019-06-15"]].concat();
        answer(&[args.as_slice(), more].concat())["judged"].clone()
    };
    let acts = "usa-section-301-china.list-3.10,usa-section-301-china/list-3.25";
    let list_3 = judge(acts, &[]);
    assert_eq!((&list_3["importer"], &list_3["origin"]), (&"USA".into(), &"CHN".into()));
    assert!((number(&list_3["sums"]["mean_added_percent"]) - 25.0).abs() < 1e-9, "{list_3}");
    let central =
        list_3["sums"]["cases"].as_array().unwrap().iter().find(|c| c["case"] == "central").unwrap();
    let trade = number(&list_3["sums"]["trade"]);
    assert!(trade > 80e9 && number(&central["effect"]["trade_effect"]) < trade, "{central}");
    assert!(number(&central["effect"]["own_harm"]) > 0.0);

    let answer = judge("chn-retaliation-301", &["--judge-weights", "2017:usa-census-exports"]);
    assert_eq!((&answer["importer"], &answer["origin"]), (&"CHN".into(), &"USA".into()));
    assert_eq!(answer["trade"]["year"], 2017);
    assert_eq!(answer["assumed_shares"], answer["sums"]["lines"]);
    assert!(number(&answer["sums"]["lines"]) > 1000.0 && number(&answer["sums"]["trade"]) > 50e9, "{answer}");
    // Before it began it adds nothing.
    let args = ["--match", "revenue", "--lines", "84,85,94,95", "--judge", "chn-retaliation-301"];
    let early = text(&energy(&[args.as_slice(), &["--judge-on", "2018-07-01"]].concat()), 0);
    assert!(early.contains("it adds nothing on that day"), "{early}");
}

const AGREEMENT: &str = r#"
id         = "small-promise"
title      = "A promise on one line"
parties    = ["USA", "CHN"]
instrument = "joint-statement"

[statistics]
sources = ["usa-census-totals"]
decide  = "all"

[scope.phones]
classification = "HS2022"
codes          = ["851713"]

[[commitment]]
id     = "usa.phones"
title  = "No duty above 3 percent on telephones"
by     = "USA"
to     = "CHN"
cite   = "point 1"
force  = "shall"
origin = "text"
rule   = "each line in phones: tariff(USA on CHN, line, 2025-02-01) <= 3%"
"#;

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            assert!(!target.exists(), "{}", target.display());
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn a_list_is_written_loaded_and_asked_about() {
    let dir = tempfile::tempdir().unwrap();
    text(&servanda_in(dir.path(), &["init", "w"]), 0);
    let workspace = dir.path().join("w");
    std::fs::create_dir(workspace.join("agreements/small-promise")).unwrap();
    std::fs::write(workspace.join("agreements/small-promise/agreement.toml"), AGREEMENT).unwrap();
    // A workspace without it is taken at its word: what is entered is all there is.
    std::fs::remove_file(workspace.join("measures/held.toml")).unwrap();
    let run = |args: &[&str]| servanda_in(&workspace, args);
    let rate = |on: &str| {
        let args =
            ["tariff", "rate", "--importer", "USA", "--origin", "CHN", "--line", "85171300", "--on", on];
        let found = json(&run(&[args.as_slice(), &["--format", "json"]].concat()));
        found["answer"]["lines"][0]["rates"].as_array().unwrap().last().unwrap()["total"]["high"].clone()
    };
    let check = || {
        let found = json(&run(&["check", "small-promise", "--as-of", "2026-11-21", "--format", "json"]));
        found["commitments"][0]["status"].as_str().unwrap().to_owned()
    };
    assert_eq!((rate("2025-02-01"), check()), ("0".into(), "reached".to_owned()));

    let args = [ENERGY.as_slice(), &["--match", "revenue", "--lines", "84,85,95", "--out", "out"]].concat();
    let output = run(&args);
    text(&output, 0);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("remedy-purchases-energy-2020-revenue.toml: written"), "{said}");
    let out = workspace.join("out");
    let document: Value = serde_json::from_slice(&std::fs::read(out.join("remedy.json")).unwrap()).unwrap();
    let listed = document["answer"]["list"]["lines"].as_array().unwrap();
    let phones = listed.iter().find(|l| l["line"]["code"] == "85171300").expect("listed");
    let added = phones["rate"].as_str().unwrap().trim_end_matches('%').to_owned();
    let measure =
        std::fs::read_to_string(out.join("measures/remedy-purchases-energy-2020-revenue.toml")).unwrap();
    assert!(measure.starts_with("# An illustration") && measure.contains("\"unconfirmed\""), "{measure}");
    let list =
        std::fs::read_to_string(out.join("measures/remedy-purchases-energy-2020-revenue/list.csv")).unwrap();
    assert_eq!(list.lines().count(), 1 + listed.len());

    copy(&out.join("measures"), &workspace.join("measures"));
    assert_eq!(rate("2025-01-01"), Value::String(added.clone()));
    // On its last day the list stands on top of the duties of 2025 that ship, and on the day after they stand alone.
    let with: i64 = rate("2025-12-31").as_str().unwrap().parse().unwrap();
    assert_eq!((with - added.parse::<i64>().unwrap(), rate("2026-01-01")), (10, "10".into()));
    // An illustration decides no finding, and the finding sees it.
    assert_eq!(check(), "cannot-tell");
    let path = workspace.join("measures/remedy-purchases-energy-2020-revenue.toml");
    std::fs::write(&path, measure.replace("\"unconfirmed\"", "\"primary\"")).unwrap();
    assert_eq!(check(), "not-reached");
    // A list that is loaded is a duty in force for the next question: there is less to take.
    assert!(refused(&run(&args)).contains("cannot reach"));
    std::fs::remove_file(&path).unwrap();
    // Nothing that is there is replaced.
    let again = refused(&run(&args));
    assert!(again.contains("is there already"), "{again}");
    let other =
        [ENERGY.as_slice(), &["--match", "revenue", "--out", "other", "--authority", "usa.none"]].concat();
    assert!(refused(&run(&other)).contains("has no `usa.none`"));
    assert!(!workspace.join("other").exists());
    // A workspace without a table says so.
    std::fs::remove_file(workspace.join("remedies/elasticities.toml")).unwrap();
    let said = refused(&run(&[ENERGY.as_slice(), &["--match", "revenue"]].concat()));
    assert!(said.contains("set --elasticities to"), "{said}");
}

#[test]
fn the_examples_inside_the_program_have_it() {
    let dir = tempfile::tempdir().unwrap();
    let more = ["--match", "trade-effect", "--lines", "84,85", "--format", "csv"];
    let csv = text(&servanda_in(dir.path(), &[ENERGY.as_slice(), more.as_slice()].concat()), 0);
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let header = rows.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|h| h == name).unwrap_or_else(|| panic!("{name}"));
    let (effect, own) = (at("trade_effect"), at("own_harm"));
    let sums = rows.records().map(Result::unwrap).fold([0.0, 0.0], |[a, b], row| {
        [a + row[effect].parse::<f64>().unwrap(), b + row[own].parse::<f64>().unwrap()]
    });
    assert!((sums[0] / 16_410_839_468.0 - 1.0).abs() < 0.05 && sums[1] > 0.0, "{sums:?}");
}
