//! Tariffs through the program, on the schedules and measures that ship: the figures that are asked of it, and bad input.

mod common;

use common::{json, number, servanda, text};
use serde_json::Value;

/// A line of list 3.
const LIST_3: &str = "94036080";
/// A line of list 4A.
const LIST_4A: &str = "01013000";
/// A line of list 4B.
const LIST_4B: &str = "85171200";

fn tariff(args: &[&str]) -> Value {
    let mut all = vec!["tariff"];
    all.extend(args);
    all.extend(["--format", "json"]);
    let document = json(&servanda(&all));
    assert!(document["engine"].as_str().unwrap().starts_with("servanda "));
    document["answer"].clone()
}

fn rate(line: &str, more: &[&str]) -> Value {
    let mut args = vec!["rate", "--importer", "USA", "--origin", "CHN", "--line", line];
    args.extend(more);
    tariff(&args)["lines"][0].clone()
}

/// What is charged on goods of China at the end of a day by the acts that are held, and by what acts.
fn charged(line: &str, more: &[&str]) -> (String, Vec<String>) {
    let found = rate(line, more);
    let last = found["rates"].as_array().unwrap().last().unwrap();
    let total = by_held(last, "total");
    assert_eq!(total["low"], total["high"], "{found}");
    let acts = last["acts"].as_array().unwrap().iter().filter(|a| a["fate"] == "counts");
    let acts =
        acts.map(|a| a["act"].as_str().unwrap().trim_start_matches("usa-section-301-china/").to_owned());
    (total["low"].as_str().unwrap().to_owned(), acts.collect())
}

/// A figure of a rate by the acts that are held. Where exclusions may be missing, the rate itself lies between the base and it.
fn by_held<'v>(row: &'v Value, key: &str) -> &'v Value {
    if row["by_held"].is_null() {
        return &row[key];
    }
    let bounds = (&row["total"]["low"], &row["total"]["high"]);
    assert_eq!(bounds, (&row["base"]["low"], &row["by_held"]["total"]["high"]), "{row}");
    &row["by_held"][key]
}

fn by(rate: &str, act: &str) -> (String, Vec<String>) {
    (rate.to_owned(), vec![act.to_owned()])
}

#[test]
fn list_3_is_10_then_25_with_relief_for_goods_on_their_way() {
    assert_eq!(charged(LIST_3, &["--on", "2018-10-01"]), by("10", "list-3.10"));
    assert_eq!(charged("9403.60.80", &["--on", "2019-05-20"]), by("25", "list-3.25"));
    let shipped = ["--exported", "2019-05-08", "--entered", "2019-05-20"];
    assert_eq!(charged(LIST_3, &shipped), by("10", "list-3.10"));
    assert_eq!(charged(LIST_3, &["--exported", "2019-05-10", "--on", "2019-05-20"]), by("25", "list-3.25"));
    assert_eq!(charged(LIST_3, &["--exported", "2019-05-08", "--on", "2019-06-15"]), by("25", "list-3.25"));
    assert_eq!(charged(LIST_3, &["--on", "2019-07-01"]), by("25", "list-3.25"));
    let found = rate(LIST_3, &["--on", "2019-05-20"]);
    assert_eq!(found["rates"][0]["from"], "2019-05-10");
    assert_eq!(by_held(&found["in_transit"][0]["rates"][0], "total")["high"], "10");
    assert_eq!(found["in_transit"][0]["entered_before"], "2019-06-15");
    assert_eq!(rate(LIST_3, &["--on", "2019-07-01"])["in_transit"], Value::Array(Vec::new()));
}

#[test]
fn a_rate_can_be_read_without_a_manual() {
    let args =
        ["tariff", "rate", "--importer", "USA", "--origin", "CHN", "--line", LIST_3, "--on", "2019-05-20"];
    // However wide the columns of the table are.
    let table = text(&servanda(&args), 0).split_whitespace().collect::<Vec<_>>().join(" ");
    for wanted in [
        "percent of customs value",
        "Free + 25",
        "2019-05-10",
        "goods on their way: 0% to 10% (10% by the acts that are held) if exported before",
        "read on: 1 line rests on usa-mfn-2017",
        "secondary: usa-section-301-china/list-3.25",
    ] {
        assert!(table.contains(wanted), "{wanted}: {table}");
    }
    let tree = text(&servanda(&[args.as_slice(), &["--explain"]].concat()), 0);
    assert!(tree.contains("base: Free, mfn-applied (usa-mfn-2017, line 94036080)"), "{tree}");
    assert!(tree.contains("adds 25 (84 FR 20459, secondary)"), "{tree}");
}

fn triggers(on: &str, more: &[&str]) -> Vec<Value> {
    let mut args = vec!["triggers", "--on", on];
    args.extend(more);
    tariff(&args).as_array().unwrap().clone()
}

fn trigger<'v>(all: &'v [Value], act: &str) -> &'v Value {
    let name = format!("usa-section-301-china/{act}");
    all.iter().find(|t| t["name"] == name).unwrap_or_else(|| panic!("no act {act}"))
}

#[test]
fn the_step_up_of_list_3_is_armed_then_postponed() {
    let armed = triggers("2018-10-01", &[]);
    let step_up = trigger(&armed, "list-3.25");
    assert_eq!(step_up["standing"], "armed");
    assert_eq!(step_up["next"]["clock"], "2019-01-01T00:00:00");
    assert_eq!(step_up["past_dates"], Value::Array(Vec::new()));
    // What was said of it only later.
    assert_eq!([&step_up["popular"], &step_up["condition"]], [&Value::Null, &Value::Null]);
    let later = triggers("2019-02-10", &["--importer", "USA"]);
    let step_up = trigger(&later, "list-3.25");
    assert_eq!(step_up["standing"], "postponed");
    assert_eq!(step_up["next"]["clock"], "2019-03-02T00:00:00");
    assert_eq!(step_up["next"]["zone"], "America/New_York");
    assert_eq!(step_up["popular"], "after 1 March 2019");
    assert_eq!(step_up["past_dates"][0]["begins"]["clock"], "2019-01-01T00:00:00");
    let table = text(&servanda(&["tariff", "triggers", "--on", "2019-02-10"]), 0);
    let words = table.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("postponed") && words.contains("list-3.25: hangs on: unless the talks end"),
        "{table}"
    );
    let fired = triggers("2019-05-10", &["--all"]);
    assert_eq!(trigger(&fired, "list-3.25")["standing"], "in force");
    assert!(!triggers("2019-05-10", &[]).iter().any(|t| t["name"].as_str().unwrap().ends_with("list-3.25")));
}

#[test]
fn list_4a_is_15_then_halved() {
    let base = charged(LIST_4A, &["--on", "2019-08-31"]);
    assert_eq!(base, ("6.8".to_owned(), Vec::new()));
    assert_eq!(charged(LIST_4A, &["--on", "2019-09-01"]), by("21.8", "list-4a.15"));
    assert_eq!(charged(LIST_4A, &["--on", "2019-10-01"]), by("21.8", "list-4a.15"));
    assert_eq!(charged(LIST_4A, &["--on", "2020-02-13"]), by("21.8", "list-4a.15"));
    assert_eq!(charged(LIST_4A, &["--on", "2020-02-14"]), by("14.3", "list-4a.7.5"));
}

#[test]
fn list_4b_is_never_above_its_base() {
    for day in ["2019-12-15", "2019-12-16", "2019-12-17", "2019-12-18", "2019-12-19", "2019-12-20"] {
        let found = rate(LIST_4B, &["--on", day]);
        for row in found["rates"].as_array().unwrap() {
            assert_eq!(by_held(row, "total"), &row["base"], "{day}: {row}");
            assert_eq!(by_held(row, "additional")["high"], "0", "{day}");
        }
    }
    assert_eq!(trigger(&triggers("2019-12-20", &["--all"]), "list-4b.15")["standing"], "void");
    assert_eq!(trigger(&triggers("2019-10-01", &[]), "list-4b.15")["standing"], "armed");
    // Whoever asked on 1 December 2019 was told that it would begin.
    let told = rate(LIST_4B, &["--on", "2019-12-16", "--as-of", "2019-12-01"]);
    assert_eq!(by_held(&told["rates"][0], "additional")["high"], "15");
}

#[test]
fn averages_by_day_with_their_denominators() {
    let ours =
        ["average", "--importer", "USA", "--origin", "CHN", "--from", "2018-06-01", "--to", "2020-03-01"];
    let days = tariff(&ours);
    let days = days.as_array().unwrap();
    let on = |day: &str| days.iter().find(|a| a["day"] == day).unwrap_or_else(|| panic!("no row on {day}"));
    assert!(number(&on("2018-06-01")["value"]) < 5.0);
    assert!(number(&on("2019-09-01")["value"]) > number(&on("2019-05-10")["value"]));
    assert!(number(&on("2020-02-14")["value"]) < number(&on("2019-09-01")["value"]));
    for row in days {
        let left = row["left_out"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum::<u64>();
        assert_eq!(row["lines"].as_u64().unwrap(), row["counted"].as_u64().unwrap() + left, "{row}");
    }
    let weighed = ["tariff", "average", "--importer", "CHN", "--origin", "USA", "--on", "2019-06-01"];
    let weighed = [weighed.as_slice(), &["--weights", "2017:usa-census-exports"]].concat();
    let table = text(&servanda(&weighed), 0);
    assert!(table.contains("(usa-census-exports, 2017)") && table.contains("bn USD counted"), "{table}");
    let csv = text(&servanda(&[weighed.as_slice(), &["--format", "csv"]].concat()), 0);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let head = reader.headers().unwrap().clone();
    let row = reader.records().next().unwrap().unwrap();
    let cell = |name: &str| row.get(head.iter().position(|h| h == name).unwrap()).unwrap().to_owned();
    assert_eq!((cell("weights_source"), cell("weights_year")), ("usa-census-exports".into(), "2017".into()));
    assert!(cell("trade_counted").parse::<f64>().unwrap() < cell("trade_total").parse::<f64>().unwrap());
}

#[test]
fn coverage_parity_ceiling_and_diff_add_up() {
    let covered = tariff(&["coverage", "--importer", "USA", "--origin", "CHN", "--on", "2019-10-01"]);
    let covered = &covered[0];
    assert!(number(&covered["low"]) <= number(&covered["covered"]), "{}", covered["low"]);
    assert!(number(&covered["covered"]) <= number(&covered["high"]));
    let only = ["coverage", "--importer", "USA", "--origin", "CHN", "--on", "2019-10-01", "--only"];
    let list_3 = tariff(&[only.as_slice(), &["usa-section-301-china/list-3.25"]].concat());
    assert!(number(&list_3[0]["covered"]) < number(&covered["covered"]));

    let parity = tariff(&["parity", "--importer", "CHN", "--against", "USA", "--on", "2018-01-01"]);
    assert_eq!(parity["shared"], 5358);
    let sum = ["kept", "broken", "overlap", "specific"].map(|k| parity["by_range"][k].as_u64().unwrap());
    assert_eq!(sum.iter().sum::<u64>(), 5358);

    let ceiling =
        ["ceiling", "--importer", "USA", "--origin", "CHN", "--ceiling", "15", "--on", "2019-10-01"];
    let found = tariff(&ceiling);
    let lines = found["lines"].as_array().unwrap();
    let counts = ["breach", "kept", "undecided"].map(|k| found[k].as_u64().unwrap());
    assert_eq!(counts.iter().sum::<u64>(), lines.len() as u64);
    let on = |code: &str| lines.iter().find(|l| l["line"] == code).unwrap();
    assert_eq!(
        (on("64029160")["state"].as_str(), on("64029160")["excess"]["low"].as_str()),
        (Some("breach"), Some("33"))
    );
    // Exclusions from list 3 are not held; what was never charged stays below.
    assert_eq!((&on(LIST_3)["state"], &on(LIST_3)["why"]), (&"undecided".into(), &"acts_not_held".into()));
    assert_eq!((on(LIST_4B)["state"].as_str(), found["kept"].as_u64()), (Some("kept"), Some(1585)));

    let diff = ["diff", "--importer", "USA", "--origin", "CHN", "--from", "2019-05-09", "--to", "2019-05-10"];
    let found = tariff(&[diff.as_slice(), &["--lines", "9403.60"]].concat());
    let changed = found["changed"].as_array().unwrap();
    let own = changed.iter().find(|l| l["line"] == LIST_3).unwrap();
    assert_eq!(
        (own["new"].as_str(), own["begin"][0].as_str()),
        (Some("0% to 25% (25% by the acts that are held)"), Some("usa-section-301-china/list-3.25"))
    );
    assert_eq!(own["change"], Value::Null);
    assert!(changed.iter().all(|l| l["line"].as_str().unwrap().starts_with("940360")));
}

#[test]
fn a_line_through_time() {
    let asked = ["timeline", "--importer", "USA", "--origin", "CHN", "--line", LIST_3, "--to", "2020-12-31"];
    let spans = tariff(&asked);
    let rates: Vec<&str> = spans.as_array().unwrap().iter().map(|s| s["rate"].as_str().unwrap()).collect();
    let held = ["10%", "25%"].map(|rate| format!("0% to {rate} ({rate} by the acts that are held)"));
    assert_eq!(rates.last_chunk::<3>(), Some(&["0%", held[0].as_str(), held[1].as_str()]));
    let totals: Vec<&str> = spans.as_array().unwrap().iter().map(|s| s["total"].as_str().unwrap()).collect();
    assert_eq!(totals.last_chunk::<3>(), Some(&["0", "0 to 10", "0 to 25"]));
    let events = tariff(&[
        "timeline",
        "--measure",
        "usa-section-301-china",
        "--from",
        "2018-12-01",
        "--to",
        "2019-03-01",
    ]);
    let kinds: Vec<&str> = events.as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"postponed") && kinds.contains(&"suspended"), "{kinds:?}");
}

#[test]
fn every_command_has_every_format() {
    let pair = ["--importer", "USA", "--origin", "CHN"];
    let on = ["--on", "2019-05-20", "--lines", "9403"];
    let commands: [Vec<&str>; 8] = [
        [["rate"].as_slice(), &pair, &["--line", LIST_3, "--on", "2019-05-20"]].concat(),
        [["average"].as_slice(), &pair, &on].concat(),
        [["coverage"].as_slice(), &pair, &on].concat(),
        [["parity", "--importer", "CHN", "--against", "USA"].as_slice(), &on].concat(),
        [["ceiling", "--ceiling", "15"].as_slice(), &pair, &on].concat(),
        [["diff", "--from", "2019-05-09", "--to", "2019-05-10", "--lines", "9403"].as_slice(), &pair]
            .concat(),
        vec!["timeline", "--measure", "usa-section-301-china"],
        vec!["triggers", "--on", "2019-02-10"],
    ];
    for command in commands {
        for (format, wanted) in
            [("table", "2019"), ("json", "\"engine\""), ("csv", ","), ("markdown", "| --- |")]
        {
            let args = [["tariff"].as_slice(), &command, &["--format", format]].concat();
            let out = text(&servanda(&args), 0);
            assert!(out.contains(wanted), "{args:?}: {out}");
            if format == "csv" {
                let rows =
                    csv::Reader::from_reader(out.as_bytes()).into_records().map(Result::unwrap).count();
                assert!(rows > 0, "{args:?}");
            }
        }
    }
}

#[test]
fn bad_input_ends_with_2_and_says_what_to_do() {
    let pair = ["--importer", "USA", "--origin", "CHN"];
    let dir = tempfile::tempdir().unwrap();
    let list = dir.path().join("list.csv");
    std::fs::write(&list, "hs,name\n9403,x\n").unwrap();
    let list = list.to_str().unwrap();
    let values = dir.path().join("values.csv");
    std::fs::write(&values, "line,unit,usd_per_unit,year,source\n02011010,kg,cheap,2017,customs\n").unwrap();
    let values = values.to_str().unwrap();
    let average = |more: &[&'static str]| [["average"].as_slice(), &pair, more].concat();
    let rate = |more: &[&'static str]| [["rate"].as_slice(), &pair, more].concat();
    let cases: Vec<(Vec<&str>, &str)> = vec![
        (vec!["average", "--importer", "usa", "--origin", "CHN"], "three capital letters"),
        (vec!["average", "--importer", "usa", "--origin", "CHN"], "importers held: CAN, CHN, EUN, USA"),
        (vec!["average", "--importer", "XXX", "--origin", "CHN"], "importers held: CAN, CHN, EUN, USA"),
        (vec!["average", "--importer", "USA", "--origin", "USA"], "name two parties"),
        (vec!["triggers", "--importer", "XXX"], "no schedule or measure of XXX"),
        (rate(&["--line", "9403.6O.80"]), "is not a tariff line"),
        (
            rate(&["--line", "94036080", "--on", "2019-05-20", "--entered", "2019-05-21"]),
            "both are the day of entry",
        ),
        (
            rate(&["--line", "94036080", "--on", "2019-05-20", "--exported", "2019-05-21"]),
            "leave before they enter",
        ),
        (rate(&["--line", "94036080", "--on", "2019-05-32"]), "--on"),
        (average(&["--from", "2019-05-20", "--to", "2019-05-19"]), "is after 2019-05-19"),
        (average(&["--from", "2019-05-20"]), "--to"),
        (average(&["--weights", "2017"]), "YEAR:SOURCE"),
        (average(&["--weights", "2017:nobody"]), "no source `nobody` is described; there are"),
        (average(&["--lines", "furniture"]), "neither codes with commas between them nor a CSV file"),
        (average(&["--on", "2019-05-20", "--lines", "0000"]), "no line of USA that is asked about"),
        ([["average"].as_slice(), &pair, &["--lines", list]].concat(), "no column line or code"),
        (
            [["rate"].as_slice(), &pair, &["--line", "02011010", "--unit-values", values]].concat(),
            "values.csv:2: usd_per_unit",
        ),
        (
            [["coverage"].as_slice(), &pair, &["--only", "nothing"]].concat(),
            "no measure, authority or act `nothing`",
        ),
        ([["ceiling"].as_slice(), &pair, &["--ceiling", "much"]].concat(), "is not a percentage"),
        (
            [["diff"].as_slice(), &pair, &["--from", "2019-05-20", "--to", "2019-05-19"]].concat(),
            "is after 2019-05-19",
        ),
        ([["timeline"].as_slice(), &pair, &["--line", "0000"]].concat(), "has a line 0000"),
        ([["timeline"].as_slice(), &pair, &["--line", "9403"]].concat(), "name one"),
        (vec!["timeline", "--measure", "nothing"], "there is no measure `nothing`; there are can-"),
        (vec!["timeline", "--line", "94036080"], "--importer"),
    ];
    for (case, wanted) in cases {
        let output = servanda(&[["tariff"].as_slice(), &case].concat());
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{case:?}: {said}");
        assert!(said.contains(wanted), "{case:?}: {said}");
        assert!(output.stdout.is_empty(), "{case:?}");
    }
}

#[test]
fn a_unit_value_makes_an_equivalent_that_is_marked() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("values.csv");
    std::fs::write(&file, "line,unit,usd_per_unit,year,source\n0201.10.10,kg,4.4,2017,made up\n").unwrap();
    let plain = rate("02011010", &["--on", "2017-06-01"]);
    assert_eq!(plain["rates"][0]["total"]["high"], Value::Null);
    let found = rate("02011010", &["--on", "2017-06-01", "--unit-values", file.to_str().unwrap()]);
    assert_eq!(
        (&found["rates"][0]["equivalent"], &found["rates"][0]["total"]["high"]),
        (&Value::Bool(true), &"1".into())
    );
}

/// No source publishes a tariff: a rule that reads tariffs is replayed on the days on which one changed.
#[test]
fn history_of_a_rule_on_tariffs_has_the_days_of_its_acts() {
    let args =
        ["history", "us-demands-2018", "parity.all-lines.mfn", "--as-of", "2018-08-22", "--format", "json"];
    let found = json(&servanda(&args));
    let rows = found["rows"].as_array().unwrap();
    let told: Vec<(&str, &str)> = rows
        .iter()
        .map(|r| (r["date"].as_str().unwrap(), r["finding"]["status"].as_str().unwrap()))
        .collect();
    // The first is that of the demands themselves.
    let days =
        ["2018-05-03", "2018-06-15", "2018-06-16", "2018-07-01", "2018-07-06", "2018-08-07", "2018-08-08"];
    assert_eq!(told, days.map(|day| (day, "not-reached")));
}
