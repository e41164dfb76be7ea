//! A system that gives no thread, does not confirm what was written, or ends the program at any call, and a large file of which a byte
//! was changed, through the built program. Linux alone has the tools; what is not there is said on one line.

#![cfg(target_os = "linux")]

mod common;

use common::{json, servanda_in, text};
use std::path::Path;
use std::process::{Command, Output};

const SOURCE: &str = r#"
id = "cust"
title = "Customs table"
publisher = "Customs"
reporter = "XNA"
zone = "Etc/UTC"
frequency = "annual"
lag_days = 30
revision = "never"
depth = 6
basis = { covers = "goods", side = "importer", trade = "general imports", valuation = "CIF", accounting = "census", seasonal = "not adjusted", partner = "origin", territory = "x", currency = "USD", secrecy = "none known" }
absence = { default = "zero" }
[[flow]]
stage = "imports"
non_negative = true
dimensions = ["USD"]
[[edition]]
name = "HS2017"
from = 2000-01-01
[[file]]
coverage = "full"
period = { column = "period" }
partner = { constant = "XSA" }
code = { column = "hs", pattern = "digits", lengths = [6] }
value = [{ column = "value", unit = "USD" }]
"#;

const AGREEMENT: &str = r#"
id = "deal"
title = "Made-up protocol"
parties = ["XNA", "XSA"]
instrument = "binding-agreement"
in_force = 2020-01-01
statistics = { sources = ["cust"], counts_from = 2020-01-01 }
[scope.list]
codes = ["01", "02"]
classification = "HS2017"
[[commitment]]
id = "buy"
by = "XNA"
to = "XSA"
cite = "3"
force = "shall"
rule = "imports(XNA from XSA, list, 2020) >= 100 USD"
[[commitment]]
id = "publish"
by = "XNA"
cite = "1"
force = "shall"
act = "Publish the list."
due = 2020-06-30
"#;

const LADDER: &str = r#"
id = "deal"
title = "Steps"
cite = "Article 8"
start = ["appeal"]
[counting]
start_day = "not-counted"
end_day = "included"
off_day = "stays"
certainty = "primary"
source = "x"
[[step]]
id = "appeal"
title = "Appeal"
cite = "8"
by = "complainant"
next = ["answer"]
certainty = "primary"
source = "x"
[[step]]
id = "answer"
title = "Answer"
cite = "8"
by = "respondent"
next = ["settled"]
certainty = "primary"
source = "x"
[[end]]
id = "settled"
title = "Settled"
by = "both"
certainty = "primary"
source = "x"
"#;

const DRAFT: &str = r#"
as_of = 2020-09-01
rubric = "acts-v1"
conclusion = "kept"
grounds = "It is out."
[[item]]
grade = "applied"
date = 2020-08-30
says = "It is out."
publisher = "p"
cite = "c"
certainty = "primary"
document = "a.csv"
"#;

/// A workspace that anybody may write in, with a file of `rows` figures beside it.
fn workspace(rows: usize) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, content: &str| {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    };
    put("servanda.toml", "format = 1\n");
    put("sources/cust.toml", SOURCE);
    put("agreements/deal/agreement.toml", AGREEMENT);
    let mut table = "period,hs,value\n".to_owned();
    for n in 0..rows {
        table.push_str(&format!("{},{:06},{}\n", 2020 - n / 90_000, 10_000 + n % 90_000, n % 7));
    }
    put("a.csv", &table);
    dir
}

/// Whether a tool is there and does its work.
fn has(tool: &str, args: &[&str]) -> bool {
    let works = Command::new(tool).args(args).output().is_ok_and(|o| o.status.success());
    if !works {
        eprintln!("skipped: {tool} is not there, or may not do this");
    }
    works
}

/// Runs the program as a user who may have one process and no further thread.
fn without_threads(dir: &Path, args: &[&str]) -> Output {
    let program = assert_cmd::cargo::cargo_bin("servanda");
    let user = ["--reuid=64999", "--regid=64999", "--clear-groups", "prlimit", "--nproc=1"];
    Command::new("setpriv").args(user).arg(program).args(args).current_dir(dir).output().unwrap()
}

#[test]
fn where_no_thread_can_be_made_one_does_the_work() {
    let user = ["--reuid=64999", "--regid=64999", "--clear-groups"];
    // The user must reach the program, and the limit must hold for them.
    let program = assert_cmd::cargo::cargo_bin("servanda");
    let reach: Vec<&str> = user.iter().copied().chain(["test", "-x", program.to_str().unwrap()]).collect();
    let limit: Vec<&str> =
        user.iter().copied().chain(["prlimit", "--nproc=1", "sh", "-c", "! (true &) 2>/dev/null"]).collect();
    if !has("setpriv", &reach) || !has("setpriv", &limit) {
        return;
    }
    let dir = workspace(150_000);
    assert!(Command::new("chmod").args(["-R", "a+rwX"]).arg(dir.path()).status().unwrap().success());
    let silent = |output: Output, what: &str| {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!said.contains("panicked"), "{what}: {said}");
        text(&output, 0)
    };
    // One thread reads what two would have: 150,000 rows are parted between them.
    let ingest = ["ingest", "cust", "a.csv", "--published", "2021-01-20"];
    silent(without_threads(dir.path(), &ingest), "ingest");
    for args in [
        &["check", "deal", "--as-of", "2022-01-01", "--format", "json"][..],
        &["store", "verify"],
        &["simulate", "examples/what-if/threat-and-answer.toml", "--format", "json"],
    ] {
        let alone = silent(without_threads(dir.path(), args), args[0]);
        assert_eq!(alone, text(&servanda_in(dir.path(), args), 0), "{args:?}");
    }
    assert!(text(&servanda_in(dir.path(), &["check", "deal", "--as-of", "2022-01-01"]), 0).contains("met"));
}

#[test]
fn a_folder_that_may_not_be_listed_is_an_error_and_not_an_empty_one() {
    use std::os::unix::fs::PermissionsExt;
    let program = assert_cmd::cargo::cargo_bin("servanda");
    let user = ["--reuid=64999", "--regid=64999", "--clear-groups"];
    let reach: Vec<&str> = user.iter().copied().chain(["test", "-x", program.to_str().unwrap()]).collect();
    if !has("setpriv", &reach) {
        return;
    }
    let dir = workspace(3);
    let repository = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    text(&servanda_in(dir.path(), &["ingest", "cust", "a.csv", "--published", "2021-01-20"]), 0);
    for folder in ["talks", "cases/people", "measures"] {
        std::fs::create_dir_all(dir.path().join(folder)).unwrap();
    }
    for name in ["talks/us-china-2018-2019.toml", "talks/us-china-2018-2019.csv"] {
        std::fs::copy(Path::new(repository).join(name), dir.path().join(name)).unwrap();
    }
    assert!(Command::new("chmod").args(["-R", "a+rwX"]).arg(dir.path()).status().unwrap().success());
    let other = |args: &[&str]| {
        Command::new("setpriv").args(user).arg(&program).args(args).current_dir(dir.path()).output().unwrap()
    };
    let check = &["check", "deal", "--as-of", "2022-01-01"][..];
    for (folder, args) in [
        ("sources", check),
        ("evidence/cust/manifests", check),
        ("evidence/cust", check),
        ("evidence", &["store", "verify"]),
        ("agreements", check),
        ("agreements/deal", check),
        ("talks", &["talks", "table"]),
        ("cases", &["case", "verify"]),
        ("cases/people", &["case", "verify"]),
        ("measures", &["tariff", "triggers"]),
    ] {
        text(&other(args), 0);
        let path = dir.path().join(folder);
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o0)).unwrap();
        let output = other(args);
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o777)).unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && !said.contains("panicked"), "{folder}: {said}");
        assert!(said.contains("ermission denied"), "{folder}: {said}");
    }
}

#[test]
fn what_was_done_is_not_said_to_have_failed_where_the_disk_does_not_confirm_it() {
    if !has(
        "strace",
        &["-o", "/dev/null", "-e", "trace=fsync", "-e", "inject=fsync:error=EIO:when=1", "true"],
    ) {
        return;
    }
    let program = assert_cmd::cargo::cargo_bin("servanda");
    let (mut kept, mut failed) = (0, 0);
    for number in 1..40 {
        let dir = workspace(3);
        let fault = format!("inject=fsync:error=EIO:when={number}");
        let output = Command::new("strace")
            .args(["-f", "-o", "/dev/null", "-e", "trace=fsync", "-e", &fault])
            .arg(&program)
            .args(["ingest", "cust", "a.csv", "--published", "2021-01-20"])
            .current_dir(dir.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let held = json(&servanda_in(dir.path(), &["coverage", "cust", "--format", "json"]));
        let held = held["sources"][0]["vintages"] == 1;
        assert_eq!(output.status.success(), held, "fsync {number}: {said}");
        text(&servanda_in(dir.path(), &["store", "verify"]), 0);
        match (held, said.is_empty()) {
            (true, true) => {
                // No call was left in which a fault could come up.
                assert!(kept > 0 && failed > 0, "{kept} kept, {failed} failed");
                return;
            }
            (true, false) => {
                assert!(said.contains("the system did not confirm that it is on disk"), "{said}");
                kept += 1;
            }
            (false, _) => {
                assert!(said.contains("Input/output error"), "{said}");
                failed += 1;
            }
        }
    }
    panic!("more calls than were thought of");
}

/// The calls by which files come to be what they are; each kind is counted by itself. `checks/faults.py` tries all others too.
const CALLS: [&str; 4] = ["write", "rename", "renameat", "linkat"];

/// What the workspace answers of all that a command may change, without what a second run makes anew.
fn answers(dir: &Path) -> Vec<String> {
    let questions: [&[&str]; 4] = [
        &["check", "deal", "--as-of", "2022-12-31", "--format", "json"],
        &["case", "list", "--format", "json"],
        &["case", "assessments", "--format", "json"],
        &["coverage", "cust"],
    ];
    let mut all: Vec<String> = Vec::new();
    for question in questions {
        let said = text(&servanda_in(dir, question), 0);
        // Hashes and instants are made anew by a second run.
        let plain = |piece: &str| {
            let hash = piece.len() > 11 && piece.bytes().all(|b| b.is_ascii_hexdigit());
            let instant = piece.len() > 15 && piece.ends_with('Z') && piece.contains('T');
            if hash || instant { "#".to_owned() } else { piece.to_owned() }
        };
        all.push(said.split('"').map(plain).collect::<Vec<_>>().join("\""));
    }
    let people = std::fs::read_dir(dir.join("cases/people")).into_iter().flatten();
    let names = people.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort();
    all.extend(names);
    all
}

fn copied(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    let all = Command::new("cp").args(["-a", "--", "."]).arg(to.path()).current_dir(from).status().unwrap();
    assert!(all.success());
    to
}

#[test]
fn a_kill_at_any_call_leaves_what_was_before_or_after() {
    if !has(
        "strace",
        &["-o", "/dev/null", "-e", "trace=write", "-e", "inject=write:signal=KILL:when=99", "true"],
    ) {
        return;
    }
    let program = assert_cmd::cargo::cargo_bin("servanda");
    let first = workspace(3);
    let path = first.path();
    let rubric = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rubrics/acts-v1.toml");
    std::fs::create_dir(path.join("rubrics")).unwrap();
    std::fs::copy(rubric, path.join("rubrics/acts-v1.toml")).unwrap();
    std::fs::write(path.join("agreements/deal/ladder.toml"), LADDER).unwrap();
    std::fs::write(path.join("draft.toml"), DRAFT).unwrap();
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let run = |dir: &Path, line: &str| {
        let args = words(line);
        text(&servanda_in(dir, &args.iter().map(String::as_str).collect::<Vec<_>>()), 0).trim().to_owned()
    };
    let keys = tempfile::tempdir().unwrap();
    let key = |who: &str| keys.path().join(who).display().to_string();
    let public = run(path, &format!("case key new --out {}", key("ann")));
    run(path, &format!("case person add ann --name Ann --affiliation desk --key {public}"));
    let other = run(path, &format!("case key new --out {}", key("bo")));
    run(
        path,
        "case open k --agreement deal --commitment buy --complainant XSA --respondent XNA --date 2020-02-28 --filed 2020-02-28 --document-name D",
    );
    let before = answers(path);
    for command in [
        "ingest cust a.csv --published 2021-01-20".to_owned(),
        "case file k --event answer --date 2020-05-04 --filed 2020-07-01 --by XNA --document-name E"
            .to_owned(),
        format!("case person add bo --name Bo --affiliation desk --key {other}"),
        format!("case assess deal publish --from draft.toml --by ann --key {}", key("ann")),
    ] {
        let done = copied(path);
        run(done.path(), &command);
        let after = answers(done.path());
        assert_ne!(before, after, "{command}");
        let (mut killed, mut found_before) = (0, 0);
        for call in CALLS {
            for number in 1..100 {
                let dir = copied(path);
                let fault = format!("inject={call}:signal=KILL:when={number}");
                let ended = Command::new("strace")
                    .args(["-f", "-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &fault])
                    .arg(&program)
                    .args(words(&command))
                    .current_dir(dir.path())
                    .output()
                    .unwrap();
                if ended.status.success() {
                    break;
                }
                killed += 1;
                let found = answers(dir.path());
                assert!(found == before || found == after, "{command}, killed at {call} {number}: {found:?}");
                text(&servanda_in(dir.path(), &["store", "verify"]), 0);
                text(&servanda_in(dir.path(), &["case", "verify"]), 0);
                if found == before {
                    found_before += 1;
                    run(dir.path(), &command);
                    assert_eq!(answers(dir.path()), after, "{command} again, after {call} {number}");
                }
            }
        }
        assert!(killed > 2 && found_before > 0, "{command}: {killed} calls, {found_before} before");
    }
}

#[test]
fn a_large_file_of_which_a_byte_was_changed_gives_no_figure() {
    let dir = workspace(0);
    // Names that are long and alike in nothing make a file of more than 32 MB soon.
    let named = SOURCE.replace("depth = 6\n", "").replace(
        "code = { column = \"hs\", pattern = \"digits\", lengths = [6] }",
        "code = { column = \"hs\", pattern = \"name\" }",
    );
    std::fs::write(dir.path().join("sources/cust.toml"), named).unwrap();
    let rule = AGREEMENT.replace("list, 2020)", "goods, 2020)");
    std::fs::write(dir.path().join("agreements/deal/agreement.toml"), rule).unwrap();
    let mut table = "period,hs,value\n".to_owned();
    let mut dice = 0x2545_f491_4f6c_dd1d_u64;
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789ab";
    for _ in 0..26_000 {
        table.push_str("2020,");
        for _ in 0..190 {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            table.extend((0..10).map(|n| char::from(LETTERS[(dice >> (6 * n)) as usize % 64])));
        }
        table.push_str(",1\n");
    }
    std::fs::write(dir.path().join("a.csv"), table).unwrap();
    text(&servanda_in(dir.path(), &["ingest", "cust", "a.csv", "--published", "2021-01-20"]), 0);
    let check = || servanda_in(dir.path(), &["check", "deal", "--as-of", "2021-03-01", "--format", "json"]);
    let actual = |output: &Output| {
        json(output)["commitments"][0]["readings"][0]["actual"]["value"].as_str().map(str::to_owned)
    };
    assert_eq!(actual(&check()).as_deref(), Some("26000"));
    let data = std::fs::read_dir(dir.path().join("evidence/cust/data")).unwrap();
    let file = data
        .map(|entry| entry.unwrap().path())
        .find(|p| p.extension().is_some_and(|e| e == "parquet"))
        .unwrap();
    let whole = std::fs::read(&file).unwrap();
    assert!(whole.len() > 32 << 20, "{} bytes are read whole", whole.len());
    let mut permissions = std::fs::metadata(&file).unwrap().permissions();
    #[allow(clippy::permissions_set_readonly_false, reason = "a copy in a folder that is thrown away")]
    permissions.set_readonly(false);
    std::fs::set_permissions(&file, permissions).unwrap();
    // In the first block, in the middle, in the last blocks, where the footer is.
    for at in [2_000, whole.len() / 2, whole.len() - (3 << 20), whole.len() - 40] {
        let mut other = whole.clone();
        other[at] ^= 1;
        std::fs::write(&file, &other).unwrap();
        let found = check();
        let said = String::from_utf8_lossy(&found.stderr).into_owned();
        assert_eq!(found.status.code(), Some(1), "byte {at}: {said}");
        assert!(found.stdout.is_empty() && said.contains("SHA-256"), "byte {at}: {said}");
        assert_eq!(servanda_in(dir.path(), &["store", "verify"]).status.code(), Some(1), "byte {at}");
    }
    std::fs::write(&file, &whole).unwrap();
    assert_eq!(actual(&check()).as_deref(), Some("26000"));
}
