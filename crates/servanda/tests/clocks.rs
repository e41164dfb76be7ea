//! Due days on the calendars that ship, chains of conditions, and what lint says of both, through the program.

mod common;

use common::{commitment, json, servanda_in, text};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};

/// A workspace with the calendars that ship and one agreement, `pact`.
fn workspace(agreement: &str, files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("servanda.toml"), "").unwrap();
    for folder in ["calendars", "agreements/pact"] {
        std::fs::create_dir_all(dir.path().join(folder)).unwrap();
    }
    for name in ["beijing.toml", "washington.toml"] {
        std::fs::copy(root.join("calendars").join(name), dir.path().join("calendars").join(name)).unwrap();
    }
    let head = "id = \"pact\"\ntitle = \"Pact\"\nparties = [\"CHN\", \"USA\"]\ninstrument = \"binding-agreement\"\n\
                signed = 2020-01-15\nin_force = 2020-02-14\n";
    std::fs::write(dir.path().join("agreements/pact/agreement.toml"), format!("{head}{agreement}")).unwrap();
    for (name, text) in files {
        std::fs::write(dir.path().join("agreements/pact").join(name), text).unwrap();
    }
    dir
}

fn act(id: &str, keys: &str) -> String {
    format!(
        "[[commitment]]\nid = \"{id}\"\nby = \"CHN\"\ncite = \"1\"\nforce = \"shall\"\nact = \"publish\"\n{keys}\n"
    )
}

fn check(dir: &tempfile::TempDir, day: &str) -> Value {
    json(&servanda_in(dir.path(), &["check", "pact", "--as-of", day, "--format", "json"]))
}

#[test]
fn due_days_are_those_counted_elsewhere() {
    // From due-dates.csv of the calendars, and by hand for both capitals together: Columbus Day is passed over as well.
    let one = |id: &str, capitals: &str, start: &str| {
        act(
            id,
            &format!("due = {{ within = \"10 working-days\", calendar = [{capitals}], of = \"{start}\" }}"),
        )
    };
    let all = one("beijing", "\"CHN\"", "2020-09-25")
        + &one("washington", "\"USA\"", "2020-09-25")
        + &one("both", "\"USA\", \"CHN\"", "2020-09-25")
        + &one("later", "\"CHN\"", "2026-12-28")
        + &one("tokyo", "\"USA\", \"JPN\"", "2020-09-25");
    let dir = workspace(&all, &[]);
    let document = check(&dir, "2020-10-12");
    let due = |id: &str| commitment(&document, id)["assessment"]["due"].clone();
    assert_eq!(due("beijing"), "2020-10-15");
    assert_eq!(due("washington"), "2020-10-09");
    assert_eq!(due("both"), "2020-10-20");
    assert_eq!(due("tokyo"), Value::Null);
    let status = |id: &str, day: &str| commitment(&check(&dir, day), id)["status"].clone();
    assert_eq!(status("beijing", "2020-10-15"), "open");
    assert_eq!(status("beijing", "2020-10-16"), "cannot-tell");
    let document = check(&dir, "2027-01-20");
    let later = commitment(&document, "later");
    assert_eq!(later["status"], "cannot-tell");
    assert_eq!(later["assessment"]["due_bounds"]["earliest"], "2027-01-07");
    assert_eq!(later["assessment"]["due_bounds"]["latest"], Value::Null);
    assert!(later["reason"].as_str().unwrap().contains("calendar of Beijing for 2027"), "{later}");
    // The derivation has the days that were passed over, and lint what no calendar knows.
    let shown = text(&servanda_in(dir.path(), &["explain", "pact", "beijing", "--as-of", "2020-10-12"]), 0);
    let shown = shown.replace(['│', '├', '└', '─', '\n'], " ");
    let shown: Vec<&str> = shown.split_whitespace().collect();
    let shown = shown.join(" ");
    assert!(shown.contains("clock: from 2020-09-25, that day not counted, to 2020-10-15"), "{shown}");
    assert!(shown.contains("2020-10-01 to 2020-10-08 (National Day and Mid-Autumn Festival)"), "{shown}");
    let lints = json(&servanda_in(dir.path(), &["lint", "agreements/pact", "--format", "json"]));
    let of = |kind: &str| -> Vec<String> {
        let all = lints["lints"].as_array().unwrap().iter().filter(|l| l["kind"] == kind);
        all.map(|l| format!("{} {}", l["message"], l["line"])).collect()
    };
    let missing = of("no-calendar");
    assert!(
        missing.iter().any(|m| m.contains("no calendar of JPN is held") && m.contains("tokyo")),
        "{missing:?}"
    );
    assert!(missing.iter().any(|m| m.contains("Beijing for 2027") && m.contains("later")), "{missing:?}");
    assert_eq!(missing.len(), 2, "{missing:?}");
}

#[test]
fn entries_of_a_ledger_start_clocks_from_their_publication() {
    let ledger = "[ledger.selections]\ntitle = \"Selections\"\nfile = \"selections.csv\"\nunit = \"USD\"\ncertainty = \"secondary\"\n";
    let keys =
        "due = { within = \"45 working-days\", calendar = [\"USA\", \"CHN\"], of = \"ledger(selections)\" }";
    let entries =
        "period,published,value,document\n2020-03-02,2020-03-10,5,minutes\n2020-08-03,2020-09-30,7,letter\n";
    let dir = workspace(&format!("{ledger}{}", act("pay", keys)), &[("selections.csv", entries)]);
    let clocks = |day: &str| {
        let document = check(&dir, day);
        let found = commitment(&document, "pay")["assessment"]["clocks"].clone();
        found.as_array().unwrap().iter().map(|c| c["latest"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(clocks("2020-03-09").is_empty());
    assert_eq!(clocks("2020-03-10").len(), 1);
    assert_eq!(clocks("2020-09-29"), clocks("2020-03-10"));
    assert_eq!(clocks("2020-09-30").len(), 2);
    let document = check(&dir, "2020-03-10");
    assert_eq!(commitment(&document, "pay")["status"], "open");
    assert_eq!(commitment(&document, "pay")["assessment"]["kind"], "each-entry");
}

#[test]
fn a_chain_of_2500_conditions_is_answered() {
    for word in ["after", "while"] {
        let mut all = act("c0", "");
        for n in 1..2_500 {
            all += &format!(
                "[[commitment]]\nid = \"c{n}\"\nby = \"CHN\"\ncite = \"1\"\nforce = \"shall\"\n\
                 rule = \"1 USD >= 1 USD\"\n{word} = \"c{}\"\n",
                n - 1
            );
        }
        let dir = workspace(&format!("[statistics]\nsources = []\n{all}"), &[]);
        let started = Instant::now();
        let output = servanda_in(dir.path(), &["check", "pact", "--as-of", "2021-03-01", "--format", "json"]);
        assert!(matches!(output.status.code(), Some(0 | 2)), "{:?}", output.status);
        assert!(started.elapsed() < Duration::from_secs(20), "{word}: {:?}", started.elapsed());
    }
}
