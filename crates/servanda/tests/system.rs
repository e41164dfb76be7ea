//! A system that gives no thread, or does not confirm what was written, through the built program. Linux alone has the tools; what is
//! not there is said on one line.

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
