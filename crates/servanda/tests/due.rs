//! `due` and `brief` through the program: what falls due, day by day, and the one page on an agreement.

mod common;
use common::{json, servanda, text};
use serde_json::Value;

fn ok(args: &[&str]) -> String {
    text(&servanda(args), 0)
}

/// What is said of a request that is refused.
fn refused(args: &[&str]) -> String {
    let output = servanda(args);
    assert_eq!(output.status.code(), Some(2));
    String::from_utf8(output.stderr).unwrap()
}

/// The rows of `due` as of a day.
fn rows(args: &[&str]) -> Vec<Value> {
    let all: Vec<&str> = ["due", "--format", "json"].iter().chain(args).copied().collect();
    let answer = json(&servanda(&all));
    answer["answer"]["rows"].as_array().unwrap().clone()
}

fn on<'r>(rows: &'r [Value], day: &str, kind: &str) -> Vec<&'r str> {
    let own = rows.iter().filter(|r| r["day"] == day && r["kind"] == kind);
    own.map(|r| r["name"].as_str().unwrap()).collect()
}

#[test]
fn what_falls_due_at_the_end_of_2026_is_named_with_what_tests_it() {
    let rows = rows(&["--as-of", "2026-11-29", "--within", "60d"]);
    let due = on(&rows, "2026-12-31", "due");
    for name in
        ["chn.agriculture.2026", "chn.soybeans.2026.entered", "usa.call-cap-20", "jpn.farm-8bn", "idn.wheat"]
    {
        assert!(due.contains(&name), "{name}: {due:?}");
    }
    let beans = rows.iter().find(|r| r["name"] == "chn.soybeans.2026.entered").unwrap();
    // By marketing years it is another day, and that is another definition.
    assert!(beans["definitions"].as_array().unwrap().len() > 1, "{beans}");
    assert_eq!(beans["tested_on"][0]["source"], "chn-gacc-imports");
    assert_eq!(beans["tested_on"][0]["out_by"], "2027-01-25");
    assert_eq!(
        (&beans["by"], &beans["force"], &beans["certainty"]),
        (&"CHN".into(), &"expects".into(), &"primary".into())
    );
    // The truce is told to end on 10 January; what the orders say ended on 10 November, and is not repeated as to come.
    assert_eq!(on(&rows, "2027-01-10", "ends"), ["both.truce-2027-01-10.chn", "both.truce-2027-01-10.usa"]);
    assert!(on(&rows, "2027-01-10", "tariff").contains(&"chn-reciprocal-2025/truce.34"));
    // A release names what it may move.
    let release = rows.iter().find(|r| r["kind"] == "release" && r["name"] == "chn-gacc-imports").unwrap();
    let moves: Vec<&str> =
        release["moves"].as_array().unwrap().iter().map(|m| m["commitment"].as_str().unwrap()).collect();
    assert!(moves.contains(&"chn.soybeans.2026.entered"), "{moves:?}");
    // Nothing lies outside of the time asked for, and days come in order.
    let days: Vec<&str> = rows.iter().map(|r| r["day"].as_str().unwrap()).collect();
    assert!(days.iter().all(|d| ("2026-11-29"..="2027-01-28").contains(d)) && days.is_sorted(), "{days:?}");
}

#[test]
fn both_ends_of_the_truce_stand_before_the_first() {
    let rows = rows(&["us-china-truce-2025", "--as-of", "2026-10-12", "--within", "4 months"]);
    assert!(
        on(&rows, "2026-11-10", "ends").contains(&"chn.24-suspended.3"),
        "{:?}",
        on(&rows, "2026-11-10", "ends")
    );
    assert!(on(&rows, "2027-01-10", "ends").contains(&"both.truce-2027-01-10.usa"));
    // Before it was told nobody knew of the second.
    let before = self::rows(&["us-china-truce-2025", "--as-of", "2026-09-01", "--within", "6 months"]);
    assert!(on(&before, "2027-01-10", "ends").is_empty());
    assert!(!on(&before, "2026-11-10", "ends").is_empty());
}

#[test]
fn an_agreement_that_is_not_known_yet_has_no_row_and_a_named_one_is_refused() {
    let rows = rows(&["--as-of", "2020-01-20", "--within", "60 days"]);
    assert!(
        rows.iter().all(|r| r["agreement"].is_null() || r["agreement"] == "us-china-phase-one"),
        "{rows:?}"
    );
    assert!(on(&rows, "2020-02-21", "due").len() >= 2);
    let said = refused(&["due", "us-korea-2025", "--as-of", "2025-01-01"]);
    assert!(said.contains("there is no agreement `us-korea-2025`"), "{said}");
    for wrong in ["30x", "5 working-days", "0d", "9000 years"] {
        let said = refused(&["due", "--within", wrong]);
        assert!(said.contains("set --within to 60d"), "{said}");
    }
}

#[test]
fn the_calendar_file_has_an_entry_for_each_row_and_the_table_a_line() {
    let args = ["due", "us-korea-2025", "us-japan-2025", "--as-of", "2026-11-29"];
    let with = |format: &str| ok(&args.iter().copied().chain(["--format", format]).collect::<Vec<_>>());
    let rows = rows(&args[1..]);
    let ics = with("ics");
    assert!(ics.lines().count() > 20 && ics.split("\r\n").all(|line| line.len() <= 75));
    assert_eq!(ics.matches("BEGIN:VEVENT").count(), rows.len());
    let uids: std::collections::BTreeSet<&str> = ics.lines().filter(|l| l.starts_with("UID:")).collect();
    assert_eq!(uids.len(), rows.len());
    assert_eq!(with("csv").lines().count(), rows.len() + 1);
    let table = with("table");
    for row in &rows {
        let name = row["name"].as_str().unwrap();
        assert!(table.contains(name), "{name}");
    }
    assert!(table.contains("its texts were read to 2026-10-12; what was agreed later is not known"));
}

#[test]
fn a_page_on_the_truce() {
    let page = ok(&["brief", "us-china-truce-2025", "--as-of", "2026-11-29"]);
    insta::assert_snapshot!(page);
    let markdown = ok(&["brief", "us-china-truce-2025", "--as-of", "2026-11-29", "--format", "markdown"]);
    for heading in ["What is promised", "Where it stands", "What is contested", "What comes next"] {
        assert!(
            markdown.contains(&format!("## {heading}\n")) && page.contains(&format!("\n{heading}\n")),
            "{heading}"
        );
    }
    // As of a day before the order of May 2026 nobody had promised 17 bn.
    let before = ok(&["brief", "us-china-truce-2025", "--as-of", "2026-05-01"]);
    assert!(!before.contains("17 bn") && page.contains("17 bn"));
}
