//! The record of talks through the program: what ships, what was found in it, and bad input.

mod common;

use common::{json, servanda, servanda_in, text};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

const ID: &str = "us-china-2018-2019";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn talks(args: &[&str]) -> Value {
    of(ID, args)
}

/// What is answered about one record.
fn of(record: &str, args: &[&str]) -> Value {
    let mut all = vec!["talks", args[0], record];
    all.extend(&args[1..]);
    all.extend(["--format", "json"]);
    let document = json(&servanda(&all));
    assert!(document["engine"].as_str().unwrap().starts_with("servanda "));
    document["answer"].clone()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().unwrap()
}

/// A workspace with nothing in it.
fn empty() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("servanda.toml"), "").unwrap();
    dir
}

fn records(text: &[u8]) -> Vec<csv::StringRecord> {
    csv::ReaderBuilder::new().has_headers(false).from_reader(text).records().map(Result::unwrap).collect()
}

/// Imports a copy of a file, deletes the copy, and holds the export against the file, field by field.
fn round_trip(original: &Path) {
    let dir = empty();
    let copy = dir.path().join("copy.csv");
    std::fs::copy(original, &copy).unwrap();
    let said = text(&servanda_in(dir.path(), &["talks", "import", "copy.csv", "--id", "again"]), 0);
    assert!(said.contains("101 rows of 5 reports"), "{said}");
    std::fs::remove_file(&copy).unwrap();
    let exported = text(&servanda_in(dir.path(), &["talks", "export", "again"]), 0);
    let (theirs, ours) = (records(&std::fs::read(original).unwrap()), records(exported.as_bytes()));
    assert_eq!((ours.len(), ours[0].len()), (102, 22));
    assert_eq!(ours, theirs);
}

#[test]
fn every_field_of_every_row_survives() {
    round_trip(&root().join("talks").join(format!("{ID}.csv")));
    let shared = root().join("../shared/talks").join(format!("{ID}.csv"));
    if shared.is_file() {
        round_trip(&shared);
    } else {
        eprintln!("skipped: {} is not there", shared.display());
    }
}

#[test]
fn the_record_that_ships_has_the_bytes_of_its_original() {
    let exported = text(&servanda(&["talks", "export", ID]), 0);
    let sha: String = Sha256::digest(exported.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    let head = std::fs::read_to_string(root().join("talks").join(format!("{ID}.toml"))).unwrap();
    assert!(head.contains(&format!("sha256   = \"{sha}\"")), "{sha}");
}

fn pair<'v>(found: &'v Value, one: &str, other: &str) -> &'v Value {
    let pair = |c: &&Value| c["one"]["id"] == one && c["other"]["id"] == other;
    list(found, "conflicts").iter().find(pair).unwrap_or_else(|| panic!("no conflict of {one} and {other}"))
}

#[test]
fn conflicts_are_shown_beside_each_other() {
    let found = talks(&["conflicts"]);
    // The cut of the deficit: 100 against 200, declared by one row and worked out for another.
    let deficit = pair(&found, "S0-07", "S3-02");
    assert_eq!(deficit["declared"], true);
    assert_eq!(
        (&deficit["differ"][0]["one"], &deficit["differ"][0]["other"]),
        (&"100 bn USD".into(), &"200 bn USD".into())
    );
    assert_eq!(deficit["differ"][1]["one"], "none named");
    assert_eq!(deficit["differ"][1]["other"], "2020-12-31");
    assert_eq!(deficit["one"]["publisher"], "WSWS");
    assert_eq!(deficit["other"]["authority"], "official document");
    assert_eq!(pair(&found, "S2-01", "S3-02")["declared"], false);
    // The first tariffs: imposed against threatened, and what settles it.
    for other in ["S2-04", "S3-11"] {
        let tariffs = pair(&found, "S0-02", other);
        assert_eq!(tariffs["over"], "the tariffs imposed against threatened");
        assert_eq!(tariffs["matches"][0]["target"]["act"], "usa-section-301-china/list-1");
        assert_eq!((&tariffs["one"]["kind"], &tariffs["other"]["kind"]), (&"claim".into(), &"threat".into()));
    }
    assert_eq!(list(&found, "conflicts").len(), 7);
    // 375 for 2017, three times, and 323.32 for 2018: four figures, no two of which contradict each other.
    let figures = ["S0-08", "S2-02", "S3-03", "S4-04"];
    assert!(
        !list(&found, "conflicts")
            .iter()
            .any(|c| figures.iter().any(|f| c["one"]["id"] == *f || c["other"]["id"] == *f))
    );
}

#[test]
fn conflicts_as_a_document() {
    insta::assert_snapshot!(text(&servanda(&["talks", "conflicts", ID, "--format", "markdown"]), 0));
}

#[test]
fn who_binds_nobody_has_no_position() {
    let table = talks(&["table"]);
    let threads = list(&table, "threads");
    let demand = threads.iter().find(|t| t["claim"]["id"] == "S3-02").unwrap();
    assert_eq!((&demand["standing"], &demand["to"][0]), (&"own words".into(), &"CHN".into()));
    let reply = |id: &str| list(demand, "replies").iter().find(|r| r["claim"]["id"] == id).unwrap();
    assert_eq!(reply("S3-12")["standing"], "binds nobody");
    assert_eq!(demand["fates"][0]["fate"], "not in the deal");
    let outright = threads.iter().find(|t| t["claim"]["id"] == "S3-19").unwrap();
    assert_eq!((&outright["standing"], &outright["to"]), (&"binds nobody".into(), &Value::Array(Vec::new())));
    // In the table, such a speaker stands in no other column.
    let csv = text(&servanda(&["talks", "table", ID, "--format", "csv"]), 0);
    let rows = records(csv.as_bytes());
    let column = |name: &str| rows[0].iter().position(|t| t == name).unwrap();
    let (position, told, answers, nobody) =
        (column("position"), column("as_told"), column("answers"), column("binds_nobody"));
    let free = ["Wei Jianguo", "Lu Xiang", "Ruan Zongze", "Global Times", "Rosen and Kennedy", "lawmakers"];
    let mut seen = 0;
    for row in &rows[1..] {
        for name in free {
            assert!(![position, told, answers].iter().any(|c| row[*c].contains(name)), "{row:?}");
            seen += usize::from(row[nobody].contains(name));
        }
    }
    assert!(seen >= 4, "{seen}");
    // Each demand, offer, refusal and threat of the record is in some exchange.
    let record = records(text(&servanda(&["talks", "export", ID]), 0).as_bytes());
    let kinds = ["demand", "offer", "refusal", "denial", "reply", "condition", "threat", "proposal"];
    for row in record.iter().skip(1).filter(|r| kinds.contains(&&r[8])) {
        let own = |t: &Value| {
            t["claim"]["id"] == row[0] || list(t, "replies").iter().any(|r| r["claim"]["id"] == row[0])
        };
        assert!(threads.iter().any(own), "{}", &row[0]);
    }
}

fn outcomes<'v>(found: &'v Value, id: &str) -> &'v [Value] {
    list(found, "rows").iter().find(|r| r["claim"]["id"] == id).map(|r| list(r, "outcomes")).unwrap()
}

#[test]
fn figures_and_documents_are_asked_for() {
    let found = talks(&["check", "--as-of", "2026-01-31"]);
    let rows = list(&found, "rows");
    assert_eq!(rows.len(), 53);
    for row in rows {
        let told = list(row, "outcomes")
            .iter()
            .all(|o| !o["result"].as_str().unwrap().is_empty() && !o["reason"].as_str().unwrap().is_empty());
        assert!(told && !list(row, "outcomes").is_empty(), "{row}");
    }
    for id in ["S0-08", "S2-02", "S3-03"] {
        let own = &outcomes(&found, id)[0];
        assert_eq!((&own["result"], &own["ours"]), (&"agrees".into(), &"375".into()), "{id}");
        assert!(own["then"].as_str().unwrap().contains("not held"), "{own}");
    }
    let china = outcomes(&found, "S4-04");
    assert_eq!((&china[0]["result"], &china[0]["ours"]), (&"differs".into(), &"418.23".into()));
    assert!(china[0]["reason"].as_str().unwrap().ends_with("the row's figure is another"), "{china:?}");
    assert_eq!(china[1]["result"], "not held");
    let tariffs = &outcomes(&found, "S0-02")[0];
    assert_eq!(tariffs["result"], "in force");
    assert_eq!(tariffs["then"], "nothing held as of 2018-05-03");
    assert_eq!(outcomes(&found, "S1-02")[0]["then"], "postponed as of 2019-01-29");
    assert_eq!(outcomes(&found, "S3-02")[0]["result"], "not-reached");
    assert_eq!(outcomes(&found, "S4-12")[0]["reason"], "no such document is held");
    // Before the source was published, nothing is held of it.
    let before = talks(&["check", "--as-of", "2019-03-01"]);
    assert_eq!(outcomes(&before, "S0-08")[0]["result"], "not held");
    assert_eq!(outcomes(&before, "S1-02")[0]["result"], "suspended");
}

#[test]
fn a_timeline_is_as_of_a_day() {
    let found = talks(&["timeline", "--as-of", "2018-05-03"]);
    let moments = list(&found, "moments");
    assert!(
        moments
            .iter()
            .all(|m| m["claim"]["published"].as_str().unwrap().trim_start_matches('~') <= "2018-05-03")
    );
    assert!(found["later"].is_null(), "what came later is not counted: a count would change with it");
    let early = talks(&["timeline", "--as-of", "2019-02-10"]);
    let deadline = |v: &Value| {
        let all = list(v, "moments").to_vec();
        all.into_iter().find(|m| m["what"] == "deadline" && m["claim"]["id"] == "S1-02").unwrap()
    };
    assert_eq!((&deadline(&early)["when"], &deadline(&early)["ahead"]), (&"2019-03-01".into(), &true.into()));
    assert_eq!(deadline(&talks(&["timeline", "--as-of", "2019-03-02"]))["ahead"], false);
}

#[test]
fn bad_input_is_refused_with_its_line_and_nothing_is_written() {
    let dir = empty();
    let rows = std::fs::read_to_string(root().join("talks").join(format!("{ID}.csv"))).unwrap();
    let bad = rows
        .replacen(",state media,,other,refusal", ",state press,,other,refusal", 1)
        .replacen("S2-04|S3-11", "S2-04|S9-99", 1)
        .replacen(",375,bn_usd,2017", ",,bn_usd,2017", 1)
        .replacen(",statistic\nS1-11", ",maybe\nS1-11", 1);
    std::fs::write(dir.path().join("bad.csv"), bad).unwrap();
    let output = servanda_in(dir.path(), &["talks", "import", "bad.csv", "--id", "bad"]);
    text(&output, 2);
    let said = String::from_utf8(output.stderr).unwrap();
    for wanted in [
        "`state press` is no word of the column `authority`",
        "bad.csv:5:1",
        "`S9-99` in `contradicts` is no row",
        "bad.csv:3:1",
        "the unit `bn_usd` has no value",
        "`maybe` is no word",
        "4 mistakes",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    assert!(!dir.path().join("talks").exists());
    for (args, wanted) in [
        (vec!["talks", "import", "none.csv", "--id", "x"], "none.csv"),
        (vec!["talks", "import", "bad.csv", "--id", "X Y"], "cannot be a record's id"),
        (vec!["talks", "import", "bad.csv", "--id", "x", "--parties", "us"], "`us` is not a party"),
        (vec!["talks", "table"], "there are none"),
        (vec!["talks", "table", "x"], "there is no record of talks `x`"),
    ] {
        let output = servanda_in(dir.path(), &args);
        text(&output, 2);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}

#[test]
fn a_record_that_is_there_is_not_replaced() {
    let dir = empty();
    let file = root().join("talks").join(format!("{ID}.csv"));
    let args = ["talks", "import", file.to_str().unwrap(), "--id", "once"];
    text(&servanda_in(dir.path(), &args), 0);
    let output = servanda_in(dir.path(), &args);
    text(&output, 2);
    assert!(String::from_utf8(output.stderr).unwrap().contains("is there already"));
}

#[test]
fn the_examples_inside_the_program_have_it() {
    let dir = tempfile::tempdir().unwrap();
    let table = text(&servanda_in(dir.path(), &["talks", "conflicts", ID, "--format", "markdown"]), 0);
    assert!(table.contains("100 bn USD against 200 bn USD"), "{table}");
    let output = servanda_in(dir.path(), &["talks", "import", "x.csv", "--id", "x"]);
    text(&output, 2);
    assert!(String::from_utf8(output.stderr).unwrap().contains("read-only"));
    text(&servanda_in(dir.path(), &["init", "w"]), 0);
    assert!(dir.path().join("w/talks").join(format!("{ID}.toml")).is_file());
}

#[test]
fn what_a_workspace_does_not_have_is_a_reason_and_no_error() {
    let dir = empty();
    std::fs::create_dir(dir.path().join("talks")).unwrap();
    for ending in ["csv", "toml"] {
        let name = format!("talks/{ID}.{ending}");
        std::fs::copy(root().join(&name), dir.path().join(&name)).unwrap();
    }
    let found = json(&servanda_in(dir.path(), &["talks", "check", "--format", "json"]));
    let found = &found["answer"];
    let reason = |id: &str| outcomes(found, id)[0]["reason"].as_str().unwrap().to_owned();
    assert!(reason("S3-03").contains("there is no source `usa-census-totals`"), "{}", reason("S3-03"));
    assert!(
        reason("S1-03").contains("there is no act `usa-section-301-china/list-3.10`"),
        "{}",
        reason("S1-03")
    );
    assert!(reason("S3-02").contains("there is no agreement `us-demands-2018`"), "{}", reason("S3-02"));
    assert!(
        list(found, "rows").iter().all(|r| list(r, "outcomes").iter().all(|o| o["result"] == "not held"))
    );
}

#[test]
fn a_head_that_is_wrong_is_refused_with_its_line() {
    let dir = empty();
    std::fs::create_dir(dir.path().join("talks")).unwrap();
    std::fs::copy(root().join(format!("talks/{ID}.csv")), dir.path().join(format!("talks/{ID}.csv")))
        .unwrap();
    let head = std::fs::read_to_string(root().join(format!("talks/{ID}.toml"))).unwrap();
    let head = head.replacen("publisher = \"Asia Times\"", "publisher = \"Asian Times\"", 1);
    let head = head.replacen("row     = \"S4-04\"", "row     = \"S4-40\"", 1);
    std::fs::write(dir.path().join(format!("talks/{ID}.toml")), head).unwrap();
    let output = servanda_in(dir.path(), &["talks", "table"]);
    text(&output, 2);
    let said = String::from_utf8(output.stderr).unwrap();
    for wanted in [
        "`S4-40` is no row",
        "row `S4-01` has Asia Times, ~2019-02-08 for this report",
        "2 mistakes in these files",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}

#[test]
fn threats_and_conditions_stand_as_they_did() {
    let item = |day: &str, row: &str| {
        let found = talks(&["triggers", "--as-of", day]);
        list(&found, "items").iter().find(|i| i["claim"]["id"] == row).cloned()
    };
    // Not said yet; then put off, with the date that it had before; then in force.
    assert_eq!(item("2019-01-28", "S1-02"), None);
    let step_up = item("2019-02-10", "S1-02").unwrap();
    assert_eq!([&step_up["state"], &step_up["acts"][0]["past_dates"][0]], ["postponed", "2019-01-01"]);
    assert_eq!(step_up["follows"][0], "25 percent on list-3 instead of list-3.10 from 2019-03-02");
    assert_eq!(step_up["waits_for"][0]["circle"], true);
    assert_eq!(item("2019-03-05", "S1-02").unwrap()["state"], "suspended");
    assert_eq!(item("2019-05-10", "S1-02").unwrap()["state"], "fired");
    // China's condition waits for the threat, which was only words, then armed, then fired.
    let sequence = |day: &str| {
        let condition = item(day, "S2-06").unwrap();
        assert_eq!(condition["state"], "waits");
        condition["waits_for"][0].clone()
    };
    assert_eq!(sequence("2018-05-04")["row"], "S2-04");
    let states = ["2018-05-04", "2018-06-20", "2018-07-06"].map(|day| sequence(day)["state"].clone());
    assert_eq!(states, ["threatened", "armed", "fired-in-part"]);
}

#[test]
fn ten_conflicting_claims_stand_beside_each_other() {
    const DEALS: &str = "deals-conflicting-claims";
    let found = of(DEALS, &["conflicts"]);
    let conflicts = list(&found, "conflicts");
    let items: std::collections::BTreeSet<&str> =
        conflicts.iter().map(|c| c["item"].as_str().unwrap()).collect();
    assert_eq!((items.len(), conflicts.len()), (10, 16));
    assert!(conflicts.iter().all(|c| c["settles"].is_string()), "{conflicts:#?}");
    let rows = of(DEALS, &["check", "--as-of", "2026-11-22"]);
    assert_eq!(list(&rows, "rows").len(), 23);
    for row in list(&rows, "rows") {
        assert!(row["outcomes"][0]["reason"].as_str().unwrap().len() > 10, "{row}");
    }
}

#[test]
fn without_an_id_every_record_is_asked() {
    let all = json(&servanda(&["talks", "conflicts", "--format", "json"]));
    let records: Vec<&str> =
        all["answer"].as_array().unwrap().iter().map(|a| a["record"].as_str().unwrap()).collect();
    let talks = std::fs::read_dir(root().join("talks")).unwrap().map(|e| e.unwrap().path());
    let heads = talks.filter(|p| p.extension().is_some_and(|e| e == "toml"));
    let mut ships: Vec<String> =
        heads.map(|p| p.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    ships.sort();
    assert_eq!(records, ships);
    let error = servanda(&["talks", "conflicts", "--format", "csv"]);
    assert_eq!(error.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&error.stderr).contains("name a record of talks"));
}

/// A file of one row, whose statement and subject are as given.
fn one_row(dir: &Path, statement: &str) {
    let header = std::fs::read_to_string(root().join("talks").join(format!("{ID}.csv"))).unwrap();
    let header = header.lines().next().unwrap();
    let row = format!(
        "C1,R1,News,2019-01-05,report,reporter,,USA,claim,,subject,{statement},paraphrased,,,,,,,,,document"
    );
    std::fs::write(dir.join("rows.csv"), format!("{header}\n{row}\n")).unwrap();
}

#[test]
fn an_import_that_was_stopped_is_done_by_the_next() {
    let dir = empty();
    let file = root().join("talks").join(format!("{ID}.csv"));
    let args = ["talks", "import", file.to_str().unwrap(), "--id", "again"];
    text(&servanda_in(dir.path(), &args), 0);
    let head = dir.path().join("talks/again.toml");
    let whole = std::fs::read(&head).unwrap();
    // As it stands when the program is killed between the two files.
    std::fs::remove_file(&head).unwrap();
    text(&servanda_in(dir.path(), &args), 0);
    assert_eq!(std::fs::read(&head).unwrap(), whole);
    let twice = servanda_in(dir.path(), &args);
    assert_eq!(twice.status.code(), Some(2));
    // Rows of something else are nobody's to replace.
    std::fs::remove_file(&head).unwrap();
    std::fs::write(dir.path().join("talks/again.csv"), "mine\n").unwrap();
    let said = servanda_in(dir.path(), &args);
    assert_eq!(said.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&said.stderr).contains("again.csv is there already"));
    assert!(!head.exists());
}

#[test]
fn a_record_is_written_guarded_and_visible() {
    let dir = empty();
    one_row(dir.path(), "=cmd|' /C calc'!A0 \u{202e}x");
    let import = |id: &str, more: &[&str]| {
        let args = ["talks", "import", "rows.csv", "--id", id, "--parties", "USA,CHN"];
        text(&servanda_in(dir.path(), &[&args[..], more].concat()), 0);
        std::fs::read_to_string(dir.path().join(format!("talks/{id}.csv"))).unwrap()
    };
    let plain = import("plain", &[]);
    assert!(plain.contains(",=cmd|") && plain.contains("\\u202ex") && !plain.contains('\u{202e}'), "{plain}");
    let guarded = import("guarded", &["--guard-formulas"]);
    assert!(guarded.contains(",'=cmd|") && !guarded.contains(",=cmd|"), "{guarded}");
    text(&servanda_in(dir.path(), &["talks", "table", "guarded"]), 0);
}
