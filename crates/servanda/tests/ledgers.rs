//! Ledgers through the built program: checked, explained, replayed, worked cases run, in a workspace without any statistic.

mod common;

use common::{commitment, json, servanda_in, text};
use std::path::Path;
use tempfile::TempDir;

const AGREEMENT: &str = r#"id = "deal"
title = "Made-up protocol on investments"
parties = ["XNA", "XSA"]
instrument = "binding-agreement"
signed = 2019-11-30
in_force = 2020-01-01

[ledger.calls]
title = "Capital calls"
file = "ledgers/investments.csv"
unit = "m USD"
certainty = "secondary"
non_negative = true
keeper = "Secretariat"
where = { stage = "called" }
words = { project = ["harbour", "railway"] }
complete = [{ through = 2020-12-31, said = 2021-02-01, document = "Annual report" }]

[ledger.harbour]
title = "Transfers for the harbour"
file = "ledgers/investments.csv"
unit = "m USD"
certainty = "secondary"
non_negative = true
where = { stage = "transferred", project = "harbour" }
words = { project = ["harbour", "railway"] }
figures = { jobs = "units" }

[[commitment]]
id = "calls.cap"
by = "XNA"
cite = "Article 3"
force = "shall"
rule = "each year in 2020..2021: ledger(calls, year) <= 20 m USD"

[[commitment]]
id = "calls.number"
by = "XNA"
cite = "Article 4"
force = "shall"
rule = "count(calls, 2020) >= 2"

[[commitment]]
id = "transfers.each"
by = "XSA"
cite = "Article 5"
force = "shall"
rule = "each entry in ledger(harbour): entry.value >= 5 m USD and entry.jobs >= 100 units"
"#;

const ROWS: &str = "id,stage,project,period,published,value,document,publisher,jobs\n\
    c1,called,harbour,2020-02,2020-03-02,12,Notice 1,Treasury,\n\
    c2,called,railway,2020-08,2020-09-02,7,Notice 2,Treasury,\n\
    c2,called,railway,2020-08,2020-10-02,9,Notice 2 corrected,Treasury,\n\
    t1,transferred,harbour,2020-04,2020-05-02,12,Statement 1,Bank,150\n\
    t2,transferred,harbour,2020-11,2020-12-02,4,Statement 2,Bank,120\n";

const CASES: &str = r#"
[[case]]
name = "two calls of 12 and 9 pass the cap on the day of the correction"
commitment = "calls.cap"
as_of = 2020-10-02
expect = { status = "missed" }
why = "12 and 7 are 19; the corrected 9 makes 21."

[[case]]
name = "two calls are two"
commitment = "calls.number"
as_of = 2020-09-02
expect = { status = "met", source = "ledger.calls", actual = "2", required = "2" }
why = "a correction is no third call, and nothing takes a call away."

[[case]]
name = "a transfer below 5"
commitment = "transfers.each"
as_of = 2020-12-02
expect = { status = "missed" }
why = "the second transfer is 4 m USD."

[[case]]
name = "a transfer that is not known yet"
commitment = "transfers.each"
as_of = 2020-12-01
expect = { status = "cannot-tell", reason = "nobody says that no entry is missing" }
why = "the first keeps it, and nobody says that there is no other."
"#;

fn workspace() -> TempDir {
    let dir = TempDir::new().unwrap();
    let put = |path: &str, text: &str| {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    put("servanda.toml", "format = 1\n");
    put("agreements/deal/agreement.toml", AGREEMENT);
    put("agreements/deal/ledgers/investments.csv", ROWS);
    put("agreements/deal/cases.toml", CASES);
    dir
}

fn statuses(dir: &Path, day: &str) -> Vec<String> {
    let document = json(&servanda_in(dir, &["check", "deal", "--as-of", day, "--format", "json"]));
    let of = |id: &str| commitment(&document, id)["status"].as_str().unwrap().to_owned();
    ["calls.cap", "calls.number", "transfers.each"].map(of).to_vec()
}

#[test]
fn worked_cases_hold_and_the_files_stay_as_they_are() {
    let dir = workspace();
    let said = text(&servanda_in(dir.path(), &["lint", "agreements/deal", "--cases"]), 0);
    assert!(said.contains("4 of 4") || !said.contains("expected"), "{said}");
    text(&servanda_in(dir.path(), &["fmt", "agreements/deal"]), 0);
    let after = std::fs::read_to_string(dir.path().join("agreements/deal/agreement.toml")).unwrap();
    assert_eq!(after, AGREEMENT);
}

#[test]
fn each_answer_stands_from_the_day_on_which_it_was_known() {
    let dir = workspace();
    for (day, expected) in [
        ("2020-03-02", ["open", "open", "cannot-tell"]),
        ("2020-09-02", ["open", "met", "cannot-tell"]),
        ("2020-10-02", ["missed", "met", "cannot-tell"]),
        ("2020-12-02", ["missed", "met", "missed"]),
    ] {
        assert_eq!(statuses(dir.path(), day), expected, "{day}");
    }
}

#[test]
fn a_ledger_is_printed_under_its_own_name_with_publisher_keeper_and_documents() {
    let dir = workspace();
    let document =
        json(&servanda_in(dir.path(), &["check", "deal", "--as-of", "2021-03-01", "--format", "json"]));
    let reading = &commitment(&document, "calls.number")["readings"][0];
    assert_eq!(reading["source"], "ledger.calls");
    assert_eq!(reading["ledgers"][0]["publishers"], serde_json::json!(["Treasury"]));
    assert_eq!(reading["ledgers"][0]["keeper"], "Secretariat");
    assert_eq!(reading["ledgers"][0]["stage"], "called");
    assert_eq!(reading["ledgers"][0]["said"], "2021-02-01");
    assert_eq!(reading["vintages"], serde_json::json!([]));
    let each = &commitment(&document, "transfers.each")["readings"][0];
    assert_eq!(each["source"], "ledger.harbour");
    assert_eq!(each["instances"]["what"], "entries, one of them for what is not entered");
    assert_eq!(each["breaches"], serde_json::json!(["entry t2 of 2020-11"]));
    let args = ["explain", "deal", "calls.number", "--as-of", "2021-03-01"];
    let explained = json(&servanda_in(dir.path(), &[&args[..], &["--format", "json"]].concat()));
    let entries = explained["commitment"]["readings"][0]["trace"]["children"][0]["ledger"]["entries"].clone();
    assert_eq!(entries[1]["document"], "Notice 2 corrected");
    assert_eq!(entries[1]["publisher"], "Treasury");
    for command in [
        &args[..],
        &["check", "deal", "--as-of", "2021-03-01"],
        &["check", "deal", "--as-of", "2021-03-01", "--all"],
    ] {
        let printed = text(&servanda_in(dir.path(), command), 0).replace("\u{a0}", " ");
        let words = printed.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            words.contains("ledger.calls: Capital calls, entered by hand, called, kept by Secretariat"),
            "{printed}"
        );
        assert!(words.contains("2 entries published by 2020-10-02 (Treasury)"), "{printed}");
        assert!(!words.contains("nothing is held"), "{printed}");
    }
}

#[test]
fn history_has_a_row_on_each_day_on_which_something_became_known() {
    let dir = workspace();
    let days = |more: &[&str]| -> Vec<String> {
        let args = ["history", "deal", "calls.number", "--as-of", "2021-03-01", "--format", "json"];
        let told = json(&servanda_in(dir.path(), &[&args[..], more].concat()));
        let rows = told["rows"].as_array().unwrap_or_else(|| panic!("{told}")).clone();
        rows.iter().map(|r| r["date"].as_str().unwrap().to_owned()).collect()
    };
    // Transfers are no calls. A correction changes nothing in how many there are.
    let told = ["2020-03-02", "2020-09-02", "2020-10-02", "2021-02-01"];
    // Before: when the agreement was signed, and when the year of the rule began.
    let all = days(&["--all"]);
    assert_eq!(
        (&all[..2], &all[2..]),
        (&["2019-11-30", "2020-01-01"].map(String::from)[..], &told.map(String::from)[..])
    );
    let days = days(&[]);
    assert!(days.ends_with(&["2020-03-02", "2020-09-02", "2021-02-01"].map(String::from)), "{days:?}");
    let args = ["compare", "deal", "--from", "2020-09-15", "--to", "2020-10-15"];
    let told = text(&servanda_in(dir.path(), &args), 0).replace('\u{a0}', " ");
    assert!(told.contains("revised") && told.contains("ledger.calls: c2"), "{told}");
    assert!(!told.contains("no figure moved"), "{told}");
}

#[test]
fn what_is_added_with_a_later_day_changes_no_earlier_answer() {
    let dir = workspace();
    let days =
        ["2020-03-02", "2020-09-02", "2020-10-02", "2020-12-02", "2021-01-31", "2021-02-01", "2021-03-01"];
    let answers = |dir: &Path| {
        days.map(|d| text(&servanda_in(dir, &["check", "deal", "--as-of", d, "--format", "json"]), 0))
    };
    let before = answers(dir.path());
    let file = dir.path().join("agreements/deal/ledgers/investments.csv");
    let more = "c3,called,harbour,2020-06,2021-04-01,3,Notice 3,Audit office,\n\
        c1,called,harbour,2020-02,2021-05-01,2,Notice 1 corrected,Treasury,\n\
        t3,transferred,harbour,2020-11,2021-04-01,1,Statement 3,Bank,1\n";
    std::fs::write(&file, format!("{ROWS}{more}")).unwrap();
    let agreement = AGREEMENT.replace(
        "document = \"Annual report\" }]",
        "document = \"Annual report\" }, { through = 2021-12-31, said = 2022-02-01 }]",
    );
    std::fs::write(dir.path().join("agreements/deal/agreement.toml"), agreement).unwrap();
    for (day, (old, new)) in days.iter().zip(before.iter().zip(answers(dir.path()))) {
        assert_eq!(*old, new, "{day}");
    }
    assert_eq!(statuses(dir.path(), "2022-03-01"), ["met", "met", "missed"]);
}

#[test]
fn two_lines_that_say_the_same_are_refused_with_both_places() {
    let dir = workspace();
    let file = dir.path().join("agreements/deal/ledgers/investments.csv");
    let more = ",called,harbour,2020-06,2020-07-01,3,Notice 3,Treasury,\n".repeat(2);
    std::fs::write(&file, format!("{ROWS}{more}")).unwrap();
    let refused = servanda_in(dir.path(), &["check", "deal", "--as-of", "2021-03-01"]);
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        said.contains("line 8 is the same entry as line 7") && said.contains("investments.csv"),
        "{said}"
    );
}
