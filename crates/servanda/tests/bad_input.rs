//! Bad input: one clear error with its place and what to do, exit status 2, and the store as it was.

mod common;

use common::servanda_in;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

const SOURCE: &str = r#"
id        = "my-table"
title     = "A table of one's own"
publisher = "Somebody"
reporter  = "CHN"
zone      = "Asia/Shanghai"
frequency = "monthly"
lag_days  = 25
depth     = 8

[revision]
months_after_year = 12

[basis]
covers     = "goods"
side       = "importer"
trade      = "general imports"
valuation  = "CIF"
accounting = "census"
seasonal   = "not adjusted"
partner    = "origin"
territory  = "mainland China; USA"
currency   = "USD"
secrecy    = "not stated"

[absence]
default = "zero"

[[flow]]
stage        = "imports"
non_negative = true
dimensions   = ["USD", "t"]

[[edition]]
name = "HS2017"
from = 2017-01-01

[[file]]
name     = "plain table"
coverage = "full"
period   = { column = "month", format = "month" }
partner  = { constant = "USA" }
code     = { column = "hs8", pattern = "digits", lengths = [8] }

[[file.value]]
column = "value_usd"
unit   = "USD"

[[file.quantity]]
column      = "quantity"
unit_column = "unit"
none        = ["-", ""]
units       = { t = "t" }
"#;

const GOOD: &str =
    "month,hs8,value_usd,quantity,unit\n2020-01,01012100,1000,1.5,t\n2020-02,12019010,2000,,-\n";

fn workspace() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("servanda.toml"), "format = 1\n").unwrap();
    std::fs::create_dir(dir.path().join("sources")).unwrap();
    std::fs::write(dir.path().join("sources/my-table.toml"), SOURCE).unwrap();
    std::fs::write(dir.path().join("good.csv"), GOOD).unwrap();
    let done = servanda_in(dir.path(), &["ingest", "my-table", "good.csv", "--published", "2020-03-20"]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    dir
}

/// Every file of the store with its bytes.
fn store(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(dir: &Path, into: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(dir).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, into);
            } else {
                into.insert(path.display().to_string(), std::fs::read(&path).unwrap());
            }
        }
    }
    let mut files = BTreeMap::new();
    walk(&dir.join("evidence"), &mut files);
    files
}

/// Ingests bytes that must be refused with every one of these words in the message.
fn refused(bytes: &[u8], published: &str, words: &[&str]) {
    let dir = workspace();
    let before = store(dir.path());
    std::fs::write(dir.path().join("bad.csv"), bytes).unwrap();
    let output = servanda_in(dir.path(), &["ingest", "my-table", "bad.csv", "--published", published]);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(output.stdout.is_empty());
    for word in words {
        assert!(message.contains(word), "`{word}` is not in: {message}");
    }
    assert_eq!(store(dir.path()), before, "the store changed");
}

#[test]
fn a_wrong_column() {
    refused(
        b"month,hs8,valeu_usd,quantity,unit\n2020-01,01012100,1,1,t\n",
        "2020-04-20",
        &["bad.csv", "valeu_usd", "value_usd"],
    );
}

#[test]
fn a_wrong_unit() {
    refused(
        b"month,hs8,value_usd,quantity,unit\n2020-01,01012100,1,1,kg\n",
        "2020-04-20",
        &["bad.csv", "line 2", "unit", "kg"],
    );
}

#[test]
fn a_code_that_lost_its_leading_zero() {
    refused(
        b"month,hs8,value_usd,quantity,unit\n2020-01,1012100,1,1,t\n",
        "2020-04-20",
        &["line 2", "hs8", "1012100", "zero"],
    );
}

#[test]
fn mixed_encodings() {
    refused(
        b"month,hs8,value_usd,quantity,unit\n2020-01,0101\xe4100,1,1,t\n",
        "2020-04-20",
        &["line 2", "UTF-8"],
    );
    refused(b"\xff\xfem\0o\0n\0t\0h\0\n\0", "2020-04-20", &["bad.csv", "UTF-16"]);
}

#[test]
fn a_byte_order_mark_is_left_out_and_said() {
    let dir = workspace();
    std::fs::write(dir.path().join("bom.csv"), [b"\xef\xbb\xbf".as_slice(), GOOD.as_bytes()].concat())
        .unwrap();
    let output = servanda_in(dir.path(), &["ingest", "my-table", "bom.csv", "--published", "2020-04-20"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stderr).contains("byte order mark"));
}

#[test]
fn a_truncated_gzip() {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writeln!(gz, "month,hs8,value_usd,quantity,unit").unwrap();
    for n in 0..20_000 {
        writeln!(gz, "2020-01,{:08},1,1,t", 1_000_000 + n * 7919 % 90_000_000).unwrap();
    }
    let bytes = gz.finish().unwrap();
    refused(&bytes[..bytes.len() / 2], "2020-04-20", &["bad.csv", "gzip"]);
}

#[test]
fn an_empty_file_and_one_with_only_a_header() {
    refused(b"", "2020-04-20", &["bad.csv", "empty"]);
    refused(b"month,hs8,value_usd,quantity,unit\n", "2020-04-20", &["bad.csv"]);
}

#[test]
fn a_line_without_an_end() {
    let mut bytes = b"month,hs8,value_usd,quantity,unit\n2020-01,01012100,1,1,".to_vec();
    bytes.resize(40 << 20, b'x');
    refused(&bytes, "2020-04-20", &["bad.csv", "line 2"]);
}

#[test]
fn a_publication_date_in_the_future() {
    refused(GOOD.as_bytes(), "2999-01-01", &["publication date", "future"]);
}

#[test]
fn a_duplicate_key() {
    refused(
        b"month,hs8,value_usd,quantity,unit\n2020-01,01012100,1,1,t\n2020-01,01012100,2,1,t\n",
        "2020-04-20",
        &["line 3", "line 2"],
    );
}

#[test]
fn a_thirteenth_month() {
    refused(
        b"month,hs8,value_usd,quantity,unit\n2020-13,01012100,1,1,t\n",
        "2020-04-20",
        &["line 2", "2020-13"],
    );
}

#[test]
fn the_same_bytes_twice_are_one_vintage() {
    let dir = workspace();
    let before = store(dir.path());
    let again = servanda_in(dir.path(), &["ingest", "my-table", "good.csv", "--published", "2020-03-20"]);
    assert_eq!(again.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&again.stdout).contains("held already"));
    assert_eq!(store(dir.path()), before);
}

fn agreement(rules: &str) -> tempfile::TempDir {
    let dir = workspace();
    let folder = dir.path().join("agreements/mine");
    std::fs::create_dir_all(&folder).unwrap();
    let text = format!(
        "id = \"mine\"\ntitle = \"Mine\"\nparties = [\"CHN\", \"USA\"]\ninstrument = \"binding-agreement\"\n\
         signed = 2020-01-15\nin_force = 2020-02-14\n\n[statistics]\nsources = [\"my-table\"]\n\
         counts_from = 2020-01-01\n\n[scope.soy]\ncodes = [\"1201\"]\nclassification = \"HS2017\"\n\n{rules}"
    );
    std::fs::write(folder.join("agreement.toml"), text).unwrap();
    dir
}

fn commitment(id: &str, more: &str) -> String {
    format!(
        "[[commitment]]\nid = \"{id}\"\nby = \"CHN\"\ncite = \"Article 1\"\nforce = \"shall\"\n{more}\n\n"
    )
}

#[test]
fn same_day_recursion_of_conditions() {
    let rule = "rule = \"imports(CHN from USA, soy, 2020) >= 1 bn USD\"";
    let dir = agreement(&format!(
        "{}{}",
        commitment("a", &format!("{rule}\nwhile = \"b\"")),
        commitment("b", &format!("{rule}\nwhile = \"a\""))
    ));
    let output = servanda_in(dir.path(), &["check", "mine"]);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains("agreement.toml") && message.contains("same"), "{message}");
}

#[test]
fn tonnes_compared_with_dollars() {
    let dir = agreement(&commitment("a", "rule = \"imports(CHN from USA, soy, 2020, in Mt) >= 1 bn USD\""));
    let output = servanda_in(dir.path(), &["check", "mine"]);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains("agreement.toml"), "{message}");
}

#[test]
fn tonnes_of_a_source_without_mass() {
    let dir = agreement(&commitment("a", "rule = \"imports(CHN from USA, soy, 2020, in Mt) >= 1 Mt\""));
    let path = dir.path().join("sources/my-table.toml");
    let text = std::fs::read_to_string(&path).unwrap().replace(r#"["USD", "t"]"#, r#"["USD"]"#);
    let (head, _) = text.split_once("[[file.quantity]]").unwrap();
    std::fs::write(&path, head).unwrap();
    let output = servanda_in(dir.path(), &["check", "mine", "--as-of", "2021-06-30", "--format", "json"]);
    let document = common::json(&output);
    let c = common::commitment(&document, "a");
    assert_eq!(c["status"], "cannot-tell");
    let reason = c["reason"].as_str().unwrap();
    assert!(reason.contains("my-table") && reason.contains("1201"), "{reason}");
}

#[test]
fn unknown_names_are_answered_with_those_that_are_there() {
    let dir = agreement(&commitment("a", "rule = \"imports(CHN from USA, soy, 2020) >= 1 bn USD\""));
    for (args, word) in [
        (vec!["check", "nowhere"], "mine"),
        (vec!["check", "mine", "--on", "nobody"], "nobody"),
        (vec!["explain", "mine", "z"], "z"),
        (vec!["ingest", "my-tabel", "good.csv"], "my-table"),
        (vec!["check", "mine", "--fail-on", "broken"], "missed"),
        (vec!["check", "mine", "--through", "2020-13"], "2020-13"),
        (vec!["withdraw", "my-table@1999-01-01", "--why", "x"], "1999-01-01"),
        (vec!["compare", "mine", "--from", "2021-01-01", "--to", "2020-01-01"], "2020-01-01"),
        (vec!["schema", "nothing"], "agreement"),
        (vec!["--workspace", "nowhere", "sources"], "nowhere"),
    ] {
        let output = servanda_in(dir.path(), &args);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {message}");
        assert!(message.contains(word), "{args:?}: {message}");
        assert!(output.stdout.is_empty(), "{args:?}");
    }
}

#[test]
fn a_named_finding_ends_with_three() {
    let dir = agreement(&commitment("a", "rule = \"imports(CHN from USA, soy, 2020) >= 1 bn USD\""));
    let output = servanda_in(
        dir.path(),
        &["check", "mine", "--as-of", "2021-06-30", "--fail-on", "missed,cannot-tell"],
    );
    assert_eq!(output.status.code(), Some(3));
    let output = servanda_in(dir.path(), &["check", "mine", "--as-of", "2021-06-30", "--fail-on", "met"]);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn evidence_that_was_changed_is_refused_and_never_read_as_another_figure() {
    let dir = agreement(&commitment("a", "rule = \"imports(CHN from USA, soy, 2020) >= 1 bn USD\""));
    let data = dir.path().join("evidence/my-table/data");
    let file = std::fs::read_dir(&data).unwrap().flatten().next().unwrap().path();
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 3;
    bytes[middle] ^= 4;
    std::fs::write(&file, &bytes).unwrap();
    let output = servanda_in(dir.path(), &["check", "mine", "--as-of", "2021-06-30"]);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("SHA-256") && message.contains("store verify"), "{message}");
    let output = servanda_in(dir.path(), &["store", "verify"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn of_several_files_all_are_kept_or_none() {
    let dir = workspace();
    let before = store(dir.path());
    std::fs::write(dir.path().join("next.csv"), GOOD.replace("2020-0", "2020-1")).unwrap();
    std::fs::write(dir.path().join("bad.csv"), "month,hs8\n").unwrap();
    let output =
        servanda_in(dir.path(), &["ingest", "my-table", "next.csv", "bad.csv", "--published", "2021-03-20"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(store(dir.path()), before);
}

#[test]
fn a_workspace_file_with_a_key_that_nobody_reads() {
    let dir = workspace();
    for (text, words) in [
        ("format = 1\nevidence = \"elsewhere\"\n", ["servanda.toml:2", "evidence"]),
        ("format = 2\n", ["servanda.toml", "newer version"]),
    ] {
        std::fs::write(dir.path().join("servanda.toml"), text).unwrap();
        let output = servanda_in(dir.path(), &["sources"]);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(words.iter().all(|w| message.contains(w)), "{message}");
    }
}
