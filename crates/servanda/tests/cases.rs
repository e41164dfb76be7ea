//! Cases through the program: a Phase One case before Golden Week, its views, its files, and bad input.

mod common;

use common::{json, servanda_in, text};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A workspace with the agreements, calendars and sources that ship, and no evidence.
fn workspace() -> tempfile::TempDir {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("servanda.toml"), "").unwrap();
    for name in ["agreements", "calendars", "sources"] {
        copy(&root.join(name), &dir.path().join(name));
    }
    std::fs::write(dir.path().join("appeal.txt"), "An appeal.\n").unwrap();
    dir
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// Every file of a folder with its bytes.
fn tree(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten().map(Result::unwrap) {
        match entry.file_type().unwrap().is_dir() {
            true => found.extend(tree(&entry.path())),
            false => drop(found.insert(entry.path(), std::fs::read(entry.path()).unwrap())),
        }
    }
    found
}

fn run(dir: &tempfile::TempDir, line: &str) -> std::process::Output {
    let args: Vec<&str> = line.split(' ').collect();
    servanda_in(dir.path(), &args)
}

const OPEN: &str = "case open energy-2020 --agreement us-china-phase-one --commitment purchases.energy.2020 --complainant USA \
                    --respondent CHN --date 2020-09-25 --filed 2020-09-25 --document appeal.txt";

fn opened() -> tempfile::TempDir {
    let dir = workspace();
    let said = text(&run(&dir, OPEN), 0);
    assert!(said.starts_with("energy-2020: opened on the ladder of us-china-phase-one; 1 events"), "{said}");
    dir
}

fn file(dir: &tempfile::TempDir, event: &str, date: &str, by: &str) -> String {
    text(
        &run(dir, &format!("case file energy-2020 --event {event} --date {date} --filed {date} --by {by}")),
        0,
    )
}

fn clock<'v>(answer: &'v Value, step: &str) -> &'v Value {
    answer["view"]["clocks"].as_array().unwrap().iter().find(|c| c["step"] == step).unwrap()
}

#[test]
fn a_case_before_golden_week() {
    let dir = opened();
    let status =
        json(&run(&dir, "case status energy-2020 --as-of 2020-10-15 --format json"))["answer"].clone();
    assert_eq!(status["view"]["state"]["step"], "appeal");
    for (step, last, certainty) in [
        ("assessment", "2020-10-15", "unconfirmed"),
        ("designated-officials", "2020-10-16", "unconfirmed"),
        ("deputies", "2020-11-09", "unconfirmed"),
        ("principals", "2020-12-09", "secondary"),
    ] {
        let row = clock(&status, step);
        assert_eq!((&row["end"]["earliest"], &row["end"]["latest"]), (&last.into(), &last.into()), "{step}");
        assert_eq!(row["clock"]["certainty"], certainty, "{step}");
    }
    let table = text(&run(&dir, "case status energy-2020 --as-of 2020-10-16"), 0);
    assert!(table.contains("overdue: assessment"), "{table}");
    assert!(table.matches("unconfirmed").count() >= 4, "{table}");
    let calendar = text(&run(&dir, "case calendar energy-2020 --as-of 2020-10-16 --format csv"), 0);
    assert!(
        calendar.contains("2020-10-01 to 2020-10-08 (National Day and Mid-Autumn Festival)"),
        "{calendar}"
    );
    assert!(calendar.contains("2020-09-27 (make-up day"), "{calendar}");

    // A party's good faith is its claim; the engine takes no branch by itself.
    for (event, date, by) in [
        ("assessment", "2020-10-15", "CHN"),
        ("designated-officials", "2020-10-16", "both"),
        ("deputies", "2020-11-09", "both"),
        ("principals", "2020-12-09", "both"),
    ] {
        file(&dir, event, date, by);
    }
    let table = text(&run(&dir, "case status energy-2020 --as-of 2020-12-20"), 0);
    assert!(table.contains("right: the complainant, USA: suspend an obligation"), "{table}");
    assert!(table.contains("arisen"), "{table}");
    file(&dir, "remedial-measure", "2020-12-28", "USA");
    file(&dir, "accepted", "2021-01-04", "CHN");
    let table = text(&run(&dir, "case status energy-2020 --as-of 2021-01-05"), 0);
    assert!(table.contains("claim of CHN, 2021-01-04: the measure was taken in good faith"), "{table}");
    assert!(table.contains("forbidden: counter-measure"), "{table}");
    let sound = text(&run(&dir, "case verify"), 0);
    assert!(sound.starts_with("energy-2020: sound, 7 events"), "{sound}");
    // What was filed later changes no earlier view.
    let again =
        json(&run(&dir, "case status energy-2020 --as-of 2020-10-15 --format json"))["answer"]["view"]
            .clone();
    let (mut then, mut now) = (status["view"].clone(), again);
    // The assessment was filed that very day, after the first look.
    assert_eq!(now["state"]["step"], "assessment");
    for view in [&mut then, &mut now] {
        view["clocks"] = Value::Null;
    }
    let before =
        json(&run(&dir, "case status energy-2020 --as-of 2020-10-14 --format json"))["answer"]["view"]
            .clone();
    assert_eq!(before["state"]["step"], "appeal");
    assert_eq!(before["events"].as_array().unwrap().len(), 1);
}

#[test]
fn nothing_filed_yet_says_how_to_enter_a_past_case() {
    let dir = workspace();
    let line = OPEN.replace(" --filed 2020-09-25", "");
    text(&run(&dir, &line), 0);
    let table = text(&run(&dir, "case status energy-2020 --as-of 2020-10-01"), 0);
    assert!(table.contains("nothing had been filed by 2020-10-01"), "{table}");
    assert!(table.contains("`filed`"), "{table}");
}

#[test]
fn the_calendar_file_is_read_back() {
    let dir = opened();
    let said = run(&dir, "case calendar energy-2020 --as-of 2020-10-16 --ics out.ics");
    text(&said, 0);
    let ics = std::fs::read_to_string(dir.path().join("out.ics")).unwrap();
    assert!(ics.ends_with("END:VCALENDAR\r\n"));
    assert!(ics.split("\r\n").all(|l| l.len() <= 75 && !l.contains(['\n', '\r'])), "{ics}");
    let unfolded = ics.replace("\r\n ", "");
    let dates: Vec<&str> =
        unfolded.split("\r\n").filter_map(|l| l.strip_prefix("DTSTART;VALUE=DATE:")).collect();
    assert_eq!(dates, ["20201015", "20201016", "20201109", "20201209", "20201209", "20201224"]);
    assert_eq!(unfolded.matches("[unconfirmed]").count(), 4, "{unfolded}");
    let uids: std::collections::BTreeSet<&str> =
        unfolded.split("\r\n").filter(|l| l.starts_with("UID:")).collect();
    assert_eq!(uids.len(), dates.len());
    assert!(unfolded.contains("UID:energy-2020.assessment.due.appeal.1@servanda"));
}

#[cfg(unix)]
#[test]
fn the_calendar_file_is_new_and_written_through_no_link() {
    let dir = opened();
    std::fs::write(dir.path().join("mine.txt"), "precious").unwrap();
    std::os::unix::fs::symlink("mine.txt", dir.path().join("link.ics")).unwrap();
    std::os::unix::fs::symlink("new.txt", dir.path().join("dangling.ics")).unwrap();
    for name in ["mine.txt", "link.ics", "dangling.ics"] {
        let said = run(&dir, &format!("case calendar energy-2020 --as-of 2020-10-16 --ics {name}"));
        let error = String::from_utf8_lossy(&said.stderr).into_owned();
        assert_eq!(said.status.code(), Some(2), "{name}: {error}");
        assert!(error.contains("never written over"), "{error}");
    }
    assert_eq!(std::fs::read_to_string(dir.path().join("mine.txt")).unwrap(), "precious");
    assert!(!dir.path().join("new.txt").exists());
    let said = run(&dir, "case calendar energy-2020 --as-of 2020-10-16 --ics no/such/folder.ics");
    assert_eq!(said.status.code(), Some(1));
}

#[test]
fn texts_of_events_are_not_obeyed_where_they_are_written() {
    let dir = opened();
    let title = "Taken \u{202e}back\u{1b}[8m";
    let args = [
        "--event",
        "outside",
        "--by",
        "USA",
        "--date",
        "2020-10-01",
        "--filed",
        "2020-10-01",
        "--title",
        title,
    ];
    text(&servanda_in(dir.path(), &[&["case", "file", "energy-2020"][..], &args].concat()), 0);
    let event = std::fs::read_to_string(dir.path().join("cases/energy-2020/events/0002.toml")).unwrap();
    assert!(event.contains("\\u202e") && !event.contains(['\u{202e}', '\u{1b}']), "{event}");
    let told = json(&run(&dir, "case status energy-2020 --as-of 2020-10-16 --format json"));
    assert!(told.to_string().contains(&serde_json::to_string(title).unwrap()), "{told}");
    text(&run(&dir, "case verify"), 0);
    // Between marks of its own kind it could not be written so, and is refused.
    let args = [
        "--event",
        "note",
        "--by",
        "USA",
        "--date",
        "2020-10-02",
        "--filed",
        "2020-10-02",
        "--title",
        "a \"b\" \u{202e}",
    ];
    let said = servanda_in(dir.path(), &[&["case", "file", "energy-2020"][..], &args].concat());
    match said.status.code() {
        Some(0) => {
            let event =
                std::fs::read_to_string(dir.path().join("cases/energy-2020/events/0003.toml")).unwrap();
            assert!(!event.contains('\u{202e}'), "{event}");
        }
        code => assert_eq!(code, Some(2), "{}", String::from_utf8_lossy(&said.stderr)),
    }
}

#[test]
fn a_dossier_stands_by_itself_and_is_escaped() {
    let dir = opened();
    let args = [
        "case",
        "file",
        "energy-2020",
        "--event",
        "outside",
        "--date",
        "2020-10-01",
        "--filed",
        "2020-10-01",
        "--by",
        "USA",
        "--title",
        "<script>alert(1)</script> [x](javascript:alert(1)) | *y*",
    ];
    text(&servanda_in(dir.path(), &args), 0);
    let markdown = text(&run(&dir, "case dossier energy-2020 --as-of 2020-10-20"), 0);
    for part in [
        "# Case energy-2020",
        "## The agreement",
        "### purchases.energy.2020",
        "## What was filed",
        "## Clocks",
        "## Routes outside the agreement",
        "## What is not held",
        "not held",
    ] {
        assert!(markdown.contains(part), "{part}: {markdown}");
    }
    let html = text(&run(&dir, "case dossier energy-2020 --as-of 2020-10-20 --format html"), 0);
    assert!(html.starts_with("<!DOCTYPE html>"));
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
    for bad in ["<script", "<a ", "href=", "<img", "<em>y</em>"] {
        assert!(!html.contains(bad), "{bad}");
    }
    let own = &tree(&dir.path().join("cases"))
        .keys()
        .find(|p| p.parent().unwrap().ends_with("documents"))
        .unwrap()
        .file_name()
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    assert_eq!(own.len(), 64);
    assert!(html.contains(own.as_str()), "the document's hash");
}

#[test]
fn bad_input_leaves_the_record_as_it_is() {
    let dir = opened();
    file(&dir, "assessment", "2020-10-15", "CHN");
    let before = tree(dir.path());
    let d = "--date 2020-10-16 --filed 2020-10-16";
    for (line, says) in [
        (OPEN.to_owned(), "there is a case `energy-2020` already"),
        (OPEN.replace("energy-2020 --agreement", "../x --agreement"), "cannot be a case's id"),
        (OPEN.replace("energy-2020 --agreement", "a/b --agreement"), "cannot be a case's id"),
        (OPEN.replace("energy-2020 --agreement", ".. --agreement"), "cannot be a case's id"),
        (OPEN.replace("energy-2020 --agreement", "X --agreement"), "cannot be a case's id"),
        (OPEN.replace("open energy-2020", "open y").replace("us-china-phase-one", "nafta"), "no agreement `nafta`"),
        (OPEN.replace("open energy-2020", "open y").replace("us-china-phase-one", "us-demands-2018"), "has no ladder.toml"),
        (OPEN.replace("open energy-2020", "open y").replace("purchases.energy.2020", "purchases.gold"), "no commitment `purchases.gold`"),
        (OPEN.replace("open energy-2020", "open y").replace("--complainant USA --respondent CHN", "--complainant CHN --respondent USA"), "is a duty of CHN"),
        (OPEN.replace("open energy-2020", "open y").replace("--complainant USA", "--complainant MEX"), "MEX is no party"),
        (OPEN.replace("open energy-2020", "open y").replace("--complainant USA", "--complainant CHN"), "against itself"),
        (OPEN.replace("open energy-2020", "open y").replace("appeal.txt", "none.txt"), "none.txt: it cannot be read"),
        (format!("{} --event deputies", OPEN.replace("open energy-2020", "open y")), "a case cannot begin with `deputies`"),
        (OPEN.replace("open energy-2020", "open y").replace("--filed 2020-09-25", "--filed 2020-09-24"), "nothing is filed before it happens"),
        (OPEN.replace("open energy-2020", "open y").replace("2020-09-25", "2999-09-25"), "today is"),
        (format!("case file nobody --event note {d} --by USA"), "there is no case `nobody`"),
        (format!("case file ../energy-2020 --event note {d} --by USA"), "there is no case"),
        ("case file energy-2020 --event designated-officials --date 2020-09-01 --filed 2020-10-16 --by both".into(), "cannot come before its case"),
        ("case file energy-2020 --event designated-officials --date 2020-10-01 --filed 2020-10-14 --by both".into(), "filings come in order"),
        (format!("case file energy-2020 --event withdrawal {d} --by CHN"), "`withdrawal` does not follow `assessment`"),
        (format!("case file energy-2020 --event urgent {d} --by MEX"), "MEX has no right to `urgent`"),
        (format!("case file energy-2020 --event note {d} --by USA"), "set --title to"),
        (format!("case file energy-2020 --event outside {d} --by usa --title x"), "names nobody"),
        (format!("case file energy-2020 --event urgent {d} --by USA --sha256 12 --document-name x"), "no SHA-256"),
        (format!("case file energy-2020 --event urgent {d} --by USA --sha256 12"), "no SHA-256"),
    ] {
        let output = run(&dir, &line);
        let error = String::from_utf8(output.stderr.clone()).unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}: {error}");
        let flat = error.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(says), "{line}: {error}");
        assert_eq!(tree(dir.path()), before, "{line}");
    }
    // A corrupt event: nothing is answered, nothing is filed, and the file is named.
    let path = dir.path().join("cases/energy-2020/events/0002.toml");
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let broken = tree(dir.path());
    for line in
        ["case status energy-2020".to_owned(), format!("case file energy-2020 --event urgent {d} --by USA")]
    {
        let output = run(&dir, &line);
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8(output.stderr).unwrap().contains("events/0002.toml: line"));
        assert_eq!(tree(dir.path()), broken);
    }
    assert!(text(&run(&dir, "case verify energy-2020"), 1).contains("BROKEN"));
    assert!(text(&run(&dir, "case list"), 0).contains("events/0002.toml"));
    std::fs::write(&path, &whole).unwrap();
    assert_eq!(tree(dir.path()), before);
    // A record cut off at its end shows only to who wrote the newest hash down.
    let sound = text(&run(&dir, "case verify energy-2020"), 0);
    let head = sound.trim().rsplit(' ').next().unwrap().to_owned();
    std::fs::remove_file(&path).unwrap();
    text(&run(&dir, "case verify energy-2020"), 0);
    let cut = text(&run(&dir, &format!("case verify energy-2020 --head {head}")), 1);
    assert!(cut.contains("the record was cut off, or is another"), "{cut}");
}

#[test]
fn a_later_ladder_changes_no_case() {
    let dir = opened();
    let status = "case status energy-2020 --as-of 2020-10-01 --format json";
    let before = json(&run(&dir, status))["answer"].clone();
    let path = dir.path().join("agreements/us-china-phase-one/ladder.toml");
    let ladder = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, ladder.replace("\"21 days\"", "\"30 days\"")).unwrap();
    let after = json(&run(&dir, status))["answer"].clone();
    assert_eq!(before["view"], after["view"]);
    assert_eq!(before["notes"], Value::Array(Vec::new()));
    assert!(after["notes"][0].as_str().unwrap().contains("has changed since the case was opened"));
    // A ladder that is wrong is an error of lint, with its place.
    std::fs::write(&path, ladder.replace("\"21 days\"", "\"21 moons\"")).unwrap();
    let output = run(&dir, "lint us-china-phase-one");
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("`21 moons` is no number of days") && error.contains("ladder.toml:"), "{error}");
}

#[test]
fn ladders_inside_the_program() {
    let nowhere = tempfile::tempdir().unwrap();
    let sheet = |agreement: &str| text(&run(&nowhere, &format!("case ladder {agreement} --format csv")), 0);
    assert!(
        sheet("us-china-phase-one").contains("due: 10 working-days of the respondent's capital from appeal")
    );
    assert!(sheet("wto-dispute-settlement").contains("right arises after: 10 calendar-days"));
    let malaysia = text(&run(&nowhere, "case ladder us-malaysia-reciprocal-2025"), 0);
    assert!(malaysia.contains("this ladder has no clock"), "{malaysia}");
    let output = run(&nowhere, OPEN);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("read-only"));
    assert_eq!(text(&run(&nowhere, "case list"), 0).trim(), "no cases");
}

/// `UPDATE_BOOK=1 cargo test -p servanda --test cases` writes the page anew.
#[test]
fn the_walk_through_in_the_book_is_the_programs() {
    let dir = workspace();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cases.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (mut new, mut rest, mut shown) = (String::new(), page.as_str(), 0);
    while let Some(at) = rest.find("<!-- output: servanda ") {
        let (before, after) = rest.split_at(at);
        let (head, block) = after.split_once("```text\n").expect("a block after the command");
        let command = head.trim_start_matches("<!-- output: servanda ").split(" -->").next().unwrap();
        let (_, behind) = block.split_once("\n```").expect("the end of the block");
        let said = text(&run(&dir, command), 0);
        // The hash over the workspace is another whenever any of its files is.
        let said =
            said.lines().map(|l| if l.starts_with("workspace: ") { "workspace: [64 digits]" } else { l });
        let said = said.collect::<Vec<_>>().join("\n");
        new.push_str(&format!(
            "{before}<!-- output: servanda {command} -->\n```text\n{}\n```",
            said.trim_end()
        ));
        (rest, shown) = (behind, shown + 1);
    }
    new.push_str(rest);
    assert!(shown >= 7, "{shown} outputs");
    if std::env::var_os("UPDATE_BOOK").is_some() {
        std::fs::write(&path, new).unwrap();
    } else if new != page {
        let differs = new.lines().zip(page.lines()).find(|(a, b)| a != b);
        panic!("docs/cases.md differs from the program: {differs:?}; UPDATE_BOOK=1 writes it anew");
    }
}
