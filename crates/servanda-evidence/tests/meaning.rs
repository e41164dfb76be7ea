//! What integers mean is kept with them: a source file that is edited later changes no answer, and an older store says what it
//! does not know.

mod common;
use common::*;
use servanda_core::{Evidence, EvidenceError, Series};
use servanda_evidence::{
    Folder, IngestError, Input, Manifest, Meaning, SourceFile, Store, StoreError, VerifyReport, ingest,
    ingest_all, upgrade, verify, withdraw,
};
use servanda_files::{canonical_json, sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const SOURCE: &str = r#"
id = "mine"
title = "t"
publisher = "p"
reporter = "USA"
zone = "America/New_York"
frequency = "monthly"
lag_days = 40
depth = 4
decimals = 0
revision = "never"
[basis]
covers = "goods"
side = "exporter"
trade = "total exports"
valuation = "FAS"
accounting = "census"
seasonal = "not adjusted"
partner = "last known destination"
territory = "x"
currency = "USD"
secrecy = "x"
[absence]
default = "zero"
[[flow]]
stage = "exports"
non_negative = true
dimensions = ["USD", "t"]
[[edition]]
name = "HS2012"
from = 2012-01-01
[[edition]]
name = "HS2017"
from = 2017-01-01
[[file]]
name = "plain"
coverage = "full"
period = { column = "month" }
partner = { constant = "CHN" }
code = { column = "code", pattern = "digits", lengths = [4] }
[[file.value]]
column = "value"
unit = "USD"
[[file.quantity]]
column = "qty"
unit_column = "unit"
units = { t = "t", lb = { unit = "t", factor = "0.0004" } }
"#;

const FIRST: &str = "month,code,value,qty,unit\n2017-01,1201,300,40,t\n2017-02,1201,500,5000,lb\n";
const SECOND: &str = "month,code,value,qty,unit\n2017-03,1201,700.25,1,t\n";

fn source(edits: &[(&str, &str)]) -> SourceFile {
    let mut text = SOURCE.to_owned();
    for (old, new) in edits {
        assert!(text.contains(old), "{old}");
        text = text.replace(old, new);
    }
    SourceFile::parse("sources/mine.toml", &text).unwrap_or_else(|e| panic!("{e}"))
}

fn input(name: &str, text: &str) -> Input {
    Input::Bytes { name: name.into(), bytes: text.as_bytes().to_vec() }
}

fn keep(folder: &Path, source: &SourceFile, text: &str, day: &str) {
    ingest(folder, source, &input("f.csv", text), &options(Some(day)), NOW.parse().unwrap())
        .unwrap_or_else(|e| panic!("{e}"));
}

fn series(folder: &Path, source: &SourceFile) -> Result<Series, EvidenceError> {
    let store = Store::open(Arc::new(Folder::new(folder)), [source.clone()]);
    let soy = lines(&[("1201", &["1201"])]);
    store.series(&exports("mine", &soy, "2017-01", "2017-03", "2018-01-01").request())
}

/// Values as decimals of the base unit.
fn values(series: &Series) -> Vec<String> {
    let unit = 10i128.pow(series.scale);
    series.cells.iter().map(|c| format!("{}.{:02}", c.value / unit, c.value % unit * 100 / unit)).collect()
}

fn checked(folder: &Path, source: &SourceFile) -> VerifyReport {
    verify(&Folder::new(folder), std::slice::from_ref(source))
}

#[test]
fn another_scale_in_the_source_file_rescales_nothing() {
    let folder = scratch();
    keep(folder.path(), &source(&[]), FIRST, "2017-04-10");
    let before = values(&series(folder.path(), &source(&[])).unwrap());
    assert_eq!(before, ["300.00", "500.00", "0.00"]);
    let finer = source(&[("decimals = 0", "decimals = 2")]);
    assert_eq!(values(&series(folder.path(), &finer).unwrap()), before);
    let report = checked(folder.path(), &finer);
    assert!(report.findings[0].problem.contains("decimals is 2, and it was read by 0"), "{report:?}");
    // A publisher that prints cents from now on: both scales stand in one answer.
    keep(folder.path(), &finer, SECOND, "2017-05-10");
    assert_eq!(values(&series(folder.path(), &finer).unwrap()), ["300.00", "500.00", "700.25"]);
}

#[test]
fn what_would_take_figures_for_others_is_refused_with_both() {
    for (edits, says) in [
        (vec![("\"monthly\"", "\"quarterly\"")], "frequency is quarterly, and they were read by monthly"),
        (vec![("\"monthly\"", "\"annual\"")], "frequency is annual, and they were read by monthly"),
        (
            vec![
                ("currency = \"USD\"", "currency = \"CHF\""),
                ("dimensions = [\"USD\"", "dimensions = [\"CHF\""),
                ("unit = \"USD\"", "unit = \"CHF\""),
            ],
            "the currency is CHF, and they were read by USD",
        ),
        (vec![("reporter = \"USA\"", "reporter = \"CAN\"")], "reporter is CAN, and they were read by USA"),
        (vec![("non_negative = true", "non_negative = false")], "non_negative of exports is false"),
        (vec![("name = \"HS2017\"", "name = \"HS2022\"")], "are of HS2022, and they were read by HS2017"),
        (
            vec![("revision =", "total = \"TOTAL\"\nrevision =")],
            "total is `TOTAL`, and they were read by none",
        ),
        (
            vec![("revision =", "cumulative = { restarts = \"01\" }\nrevision =")],
            "cumulative is sums since 01-01 of each year, and they were read by none",
        ),
    ] {
        let folder = scratch();
        keep(folder.path(), &source(&[]), FIRST, "2017-04-10");
        let edited = source(&edits);
        let error = series(folder.path(), &edited).unwrap_err().to_string();
        assert!(error.contains(says) && error.contains("mine@2017-04-10"), "{error}");
        assert!(checked(folder.path(), &edited).findings.iter().any(|f| f.problem.contains(says)), "{says}");
        // What is added would stand beside it under one name; taken out, it stands in nobody's way.
        let text = "month,code,value,qty,unit\n2017-03,1201,7,1,t\n";
        let (now, later) = (NOW.parse().unwrap(), "2026-11-22T12:00:00Z".parse().unwrap());
        if edits[0].0 != "\"monthly\"" {
            let refused =
                ingest(folder.path(), &edited, &input("g.csv", text), &options(Some("2017-06-01")), now);
            assert!(matches!(refused, Err(IngestError::Store(StoreError::OtherMeaning { .. }))), "{says}");
        }
        withdraw(folder.path(), &edited, "2017-04-10", "the source file was wrong", later).unwrap();
        let store = Store::open(Arc::new(Folder::new(folder.path())), [edited.clone()]);
        assert!(store.as_read("mine", as_of("2018-01-01")).is_ok());
    }
}

#[test]
fn a_key_that_bears_on_nothing_held_is_free() {
    let folder = scratch();
    keep(folder.path(), &source(&[]), FIRST, "2017-04-10");
    let before = values(&series(folder.path(), &source(&[])).unwrap());
    for edits in [
        vec![("title = \"t\"", "title = \"another\"")],
        vec![("lag_days = 40", "lag_days = 60")],
        // An edition of later periods, another kind of file beside the old one.
        vec![("[[file]]\n", "[[edition]]\nname = \"HS2022\"\nfrom = 2022-01-01\n[[file]]\n")],
        vec![("name = \"HS2012\"\nfrom = 2012", "name = \"HS2007\"\nfrom = 2012")],
    ] {
        let edited = source(&edits);
        assert_eq!(values(&series(folder.path(), &edited).unwrap()), before);
        assert!(checked(folder.path(), &edited).is_sound(), "{edits:?}");
    }
}

#[test]
fn another_reading_of_columns_leaves_what_is_held_and_verify_says_so() {
    // Where the original reads alike by both, only a store without it cannot tell.
    for (edits, says, alike) in [
        (vec![("unit = \"USD\"", "unit = \"thousand USD\"")], "value.value is exports in USD x 10^3", false),
        (vec![("factor = \"0.0004\"", "factor = \"0.0005\"")], "quantity.qty.units.lb is t x 5/10^4", false),
        (vec![("constant = \"CHN\"", "constant = \"JPN\"")], "partner is constant JPN", false),
        (
            vec![("coverage = \"full\"", "coverage = \"rows\"")],
            "coverage is rows, and it was read by full",
            false,
        ),
        (
            vec![("units = {", "zero = \"zero\"\nunits = {")],
            "quantity.qty.zero is zero, and it was read by unknown",
            true,
        ),
        (
            vec![("coverage = \"full\"", "coverage = \"full\"\nduplicates = \"sum-all\"")],
            "duplicates is sum-all, and it was read by refuse",
            true,
        ),
        (
            vec![("coverage = \"full\"", "coverage = \"full\"\nnone = [\":\"]")],
            "none is :, and it was read by not there",
            true,
        ),
    ] {
        let folder = scratch();
        keep(folder.path(), &source(&[]), FIRST, "2017-04-10");
        let before = values(&series(folder.path(), &source(&[])).unwrap());
        let edited = source(&edits);
        assert_eq!(values(&series(folder.path(), &edited).unwrap()), before);
        for original_is_here in [true, false] {
            let report = checked(folder.path(), &edited);
            if alike && original_is_here {
                assert!(report.is_sound(), "{says}: {report:?}");
            } else {
                assert!(report.findings.iter().any(|f| f.problem.contains(says)), "{says}: {report:?}");
            }
            if original_is_here {
                std::fs::remove_dir_all(folder.path().join("mine/originals")).unwrap();
            }
        }
        assert!(checked(folder.path(), &source(&[])).is_sound());
    }
}

/// Writes a manifest as the first layout had it.
fn as_of_old(folder: &Path) -> PathBuf {
    let dir = folder.join("mine/manifests");
    let path = std::fs::read_dir(&dir).unwrap().next().unwrap().unwrap().path();
    let mut manifest: Manifest = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    manifest.format = 1;
    manifest.meaning = None;
    let bytes = canonical_json(&manifest).unwrap();
    std::fs::remove_file(&path).unwrap();
    let path = dir.join(format!("{}.json", sha256(&bytes)));
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn an_older_store_answers_with_a_word_and_is_upgraded_by_a_command() {
    let folder = scratch();
    let mine = source(&[]);
    keep(folder.path(), &mine, FIRST, "2017-04-10");
    let manifest = as_of_old(folder.path());
    let bytes = std::fs::read(&manifest).unwrap();
    let now = NOW.parse().unwrap();
    let found = series(folder.path(), &mine).unwrap();
    assert!(found.vintages[0].marks.iter().any(|m| m.contains("an upgrade of the store")));
    assert_eq!(checked(folder.path(), &mine).without_meaning.len(), 1);
    // An original that reads otherwise is no ground to record anything.
    let error = upgrade(folder.path(), &source(&[("decimals = 0", "decimals = 2")]), now).unwrap_err();
    assert!(matches!(error, StoreError::ReadsDifferently { .. }), "{error}");
    assert!(!folder.path().join("mine/meanings").exists());
    let done = upgrade(folder.path(), &mine, now).unwrap();
    assert_eq!((done.recorded.len(), done.assumed.len()), (1, 0));
    assert_eq!(std::fs::read(&manifest).unwrap(), bytes);
    assert!(series(folder.path(), &mine).unwrap().vintages[0].marks.is_empty());
    let report = checked(folder.path(), &mine);
    assert!(report.is_sound() && report.without_meaning.is_empty(), "{report:?}");
    let finer = source(&[("decimals = 0", "decimals = 2")]);
    assert_eq!(values(&series(folder.path(), &finer).unwrap()), ["300.00", "500.00", "0.00"]);
    // A second upgrade has nothing to do, and the record says that the manifest was there.
    assert_eq!(upgrade(folder.path(), &mine, now).unwrap(), Default::default());
    std::fs::remove_file(&manifest).unwrap();
    assert!(checked(folder.path(), &mine).findings.iter().any(|f| f.problem.contains("says that it was")));
}

#[test]
fn without_an_original_the_meaning_is_assumed_and_said_to_be() {
    let folder = scratch();
    let mine = source(&[]);
    keep(folder.path(), &mine, FIRST, "2017-04-10");
    as_of_old(folder.path());
    std::fs::remove_dir_all(folder.path().join("mine/originals")).unwrap();
    let done = upgrade(folder.path(), &mine, NOW.parse().unwrap()).unwrap();
    assert_eq!((done.recorded.len(), done.assumed.len()), (0, 1));
    assert!(series(folder.path(), &mine).unwrap().vintages[0].marks.iter().any(|m| m.contains("assumed")));
    let report = checked(folder.path(), &mine);
    assert!(report.is_sound() && report.assumed.len() == 1);
}

#[test]
fn several_files_are_kept_all_or_none() {
    let folder = scratch();
    let mine = source(&[("decimals = 0", "decimals = 2")]);
    let now = NOW.parse().unwrap();
    let both = |second: &str| [input("a.csv", FIRST), input("b.csv", second)];
    let day = options(Some("2017-05-10"));
    // The same code and month in both, of one day.
    let clash = "month,code,value,qty,unit\n2017-01,1201,301,40,t\n";
    for bad in [clash, "month,code,value,qty,unit\n2017-03,121,7,1,t\n"] {
        assert!(ingest_all(folder.path(), &mine, &both(bad), &day, now).is_err());
        assert!(!folder.path().join("mine").exists(), "{bad}");
    }
    let done = ingest_all(folder.path(), &mine, &both(SECOND), &day, now).unwrap();
    assert_eq!(done.iter().map(|d| d.vintages.len()).sum::<usize>(), 2);
    assert_eq!(values(&series(folder.path(), &mine).unwrap()), ["300.00", "500.00", "700.25"]);
    assert!(checked(folder.path(), &mine).is_sound());
    // One of the two manifests alone counts for nothing, and is never half an answer.
    let dir = folder.path().join("mine/manifests");
    let one = std::fs::read_dir(&dir).unwrap().next().unwrap().unwrap().path();
    let staged = dir.join(format!(".new-{}", one.file_name().unwrap().to_str().unwrap()));
    std::fs::rename(&one, &staged).unwrap();
    assert!(series(folder.path(), &mine).unwrap().vintages.is_empty());
    let report = checked(folder.path(), &mine);
    assert!(report.is_sound() && report.unfinished.len() == 3, "{report:?}");
    // The next one finishes it.
    let third = "month,code,value,qty,unit\n2017-04,1201,1,1,t\n";
    keep(folder.path(), &mine, third, "2017-06-10");
    assert_eq!(values(&series(folder.path(), &mine).unwrap()), ["300.00", "500.00", "700.25"]);
    assert!(checked(folder.path(), &mine).unfinished.is_empty());
    std::fs::remove_file(&one).unwrap();
    assert!(series(folder.path(), &mine).is_err());
}

#[test]
fn what_an_interrupted_ingest_leaves_is_named_and_taken_away() {
    let folder = scratch();
    let mine = source(&[]);
    keep(folder.path(), &mine, FIRST, "2017-04-10");
    let dir = folder.path().join("mine/manifests");
    let one = std::fs::read_dir(&dir).unwrap().next().unwrap().unwrap().path();
    std::fs::rename(&one, dir.join(format!(".new-{}", one.file_name().unwrap().to_str().unwrap()))).unwrap();
    std::fs::write(folder.path().join("mine/data/.tmp-x"), "half").unwrap();
    let report = checked(folder.path(), &mine);
    assert!(report.is_sound() && report.unfinished.len() == 4, "{report:?}");
    keep(folder.path(), &mine, "month,code,value,qty,unit\n2017-03,1201,7,1,t\n", "2017-05-10");
    let report = checked(folder.path(), &mine);
    assert!(report.is_sound() && report.unfinished.is_empty() && report.checked == 3, "{report:?}");
    assert_eq!(values(&series(folder.path(), &mine).unwrap()), ["0.00", "0.00", "7.00"]);
}

/// Rewrites a manifest, under the name that its bytes then have.
fn forge(folder: &Path, change: impl FnOnce(&mut Manifest)) {
    let dir = folder.join("mine/manifests");
    let path = std::fs::read_dir(&dir).unwrap().next().unwrap().unwrap().path();
    let mut manifest: Manifest = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    change(&mut manifest);
    let bytes = canonical_json(&manifest).unwrap();
    std::fs::remove_file(&path).unwrap();
    std::fs::write(dir.join(format!("{}.json", sha256(&bytes))), bytes).unwrap();
}

#[test]
fn what_is_forged_in_a_manifest_is_found_from_inside() {
    type Change = fn(&mut Manifest);
    let forgeries: [(&str, Change); 18] = [
        ("rows", |m| m.vintages[0].rows = 7),
        ("content", |m| m.vintages[0].content_sha256 = "0".repeat(64)),
        ("coverage", |m| {
            m.vintages[0].coverage[0].final_all =
                vec![servanda_core::Period::parse("2017-01..2017-03").unwrap()]
        }),
        ("the day", |m| m.vintages[0].date = date("2017-04-09")),
        ("published after it was recorded", |m| {
            m.vintages[0].published = "2026-12-24".into();
            m.vintages[0].date = date("2026-12-24");
        }),
        ("an earlier publication, day and all", |m| {
            m.vintages[0].published = "2017-03-31".into();
            m.vintages[0].date = date("2017-03-31");
        }),
        ("rows of the original", |m| m.counts.read = 7),
        ("another order", |m| m.vintages[0].order = "2".into()),
        ("the scale", |m: &mut Manifest| {
            let meaning: &mut Meaning = m.meaning.as_mut().unwrap();
            meaning.decimals = 1;
        }),
        ("a newer format", |m| m.format = 3),
        ("another source", |m| m.source = "other".into()),
        ("figures kept", |m| m.counts.kept = 7),
        ("rows left out", |m| m.counts.filtered = 1),
        ("the byte order mark", |m| m.original.byte_order_mark = true),
        ("a partial release", |m| m.partial = true),
        ("no meaning", |m| m.meaning = None),
        ("an older format", |m| m.format = 1),
        ("one publication twice", |m| m.vintages.push(m.vintages[0].clone())),
    ];
    for (what, change) in forgeries {
        let folder = scratch();
        keep(folder.path(), &source(&[]), FIRST, "2017-04-10");
        forge(folder.path(), change);
        let report = checked(folder.path(), &source(&[]));
        assert!(!report.is_sound(), "{what}");
    }
    // An original that has nothing to do with it, under its own true name.
    let folder = scratch();
    keep(folder.path(), &source(&[]), FIRST, "2017-04-10");
    let other = b"month,code,value,qty,unit\n2017-01,1201,9,40,t\n2017-02,1201,9,5000,lb\n";
    std::fs::write(folder.path().join("mine/originals").join(sha256(other)), other).unwrap();
    forge(folder.path(), |m| (m.original.sha256, m.original.bytes) = (sha256(other), other.len() as u64));
    let problems = checked(folder.path(), &source(&[])).findings;
    assert!(problems.iter().any(|f| f.problem.contains("has other figures")), "{problems:?}");
}

#[test]
fn records_that_do_not_fit_each_other_are_found() {
    let second = "month,code,value,qty,unit\n2017-03,1201,7,1,t\n";
    let unsound = |folder: &Path, wanted: &str| {
        let report = checked(folder, &source(&[]));
        assert!(report.findings.iter().any(|f| f.problem.contains(wanted)), "{wanted}: {report:?}");
    };
    // Recorded before what was there already.
    let folder = scratch();
    keep(folder.path(), &source(&[]), FIRST, "2017-04-10");
    let now = "2026-11-25T12:00:00Z".parse().unwrap();
    let add = ingest(folder.path(), &source(&[]), &input("g.csv", second), &options(Some("2017-05-10")), now);
    add.unwrap();
    let manifests = folder.path().join("mine/manifests");
    let paths: Vec<PathBuf> = std::fs::read_dir(&manifests).unwrap().map(|e| e.unwrap().path()).collect();
    let newest = paths.iter().find(|p| std::fs::read_to_string(p).unwrap().contains("2026-11-25")).unwrap();
    let mut manifest: Manifest = serde_json::from_slice(&std::fs::read(newest).unwrap()).unwrap();
    manifest.recorded = "2018-01-01T00:00:00Z".parse().unwrap();
    let bytes = canonical_json(&manifest).unwrap();
    std::fs::remove_file(newest).unwrap();
    std::fs::write(manifests.join(format!("{}.json", sha256(&bytes))), bytes).unwrap();
    unsound(folder.path(), "it says that it was recorded 2018-01-01T00:00:00Z, and manifests/");
    // A withdrawal whose words are of another day, and one of a folder that is not read any more.
    let folder = scratch();
    keep(folder.path(), &source(&[]), FIRST, "2017-04-10");
    withdraw(folder.path(), &source(&[]), "2017-04-10", "wrong", now).unwrap();
    let withdrawals = folder.path().join("mine/withdrawals");
    let path = std::fs::read_dir(&withdrawals).unwrap().next().unwrap().unwrap().path();
    let text = std::fs::read_to_string(&path)
        .unwrap()
        .replace("\"vintage\":\"2017-04-10\"", "\"vintage\":\"2017-05-10\"");
    std::fs::remove_file(path).unwrap();
    std::fs::write(withdrawals.join(format!("{}.json", sha256(text.as_bytes()))), text).unwrap();
    unsound(folder.path(), "it withdraws 2017-05-10, and what it names was published 2017-04-10");
    std::fs::rename(&withdrawals, folder.path().join("mine/withdrawn")).unwrap();
    unsound(folder.path(), "it is no part of a store");
    std::fs::rename(folder.path().join("mine"), folder.path().join(".mine")).unwrap();
    unsound(folder.path(), "a name that begins with a point is not read");
}

#[test]
fn a_publication_that_its_original_states_and_no_manifest_does_is_missed() {
    let folder = scratch();
    let many =
        source(&[("coverage = \"full\"\nperiod", "vintage = { column = \"out\", kind = \"full\" }\nperiod")]);
    let text =
        "month,code,value,qty,unit,out\n2017-01,1201,300,40,t,2017-04-10\n2017-01,1201,310,40,t,2017-06-10\n";
    ingest(folder.path(), &many, &input("f.csv", text), &options(None), NOW.parse().unwrap()).unwrap();
    assert!(checked(folder.path(), &many).is_sound());
    let mut gone = String::new();
    forge(folder.path(), |m| gone = m.vintages.pop().unwrap().data_sha256);
    std::fs::remove_file(folder.path().join(format!("mine/data/{gone}.parquet"))).unwrap();
    let report = checked(folder.path(), &many);
    let wanted = "its original states what was published 2017-06-10, and no manifest does";
    assert!(report.findings.iter().any(|f| f.problem == wanted), "{report:?}");
}

#[test]
fn a_manifest_that_is_gone_is_missed_by_whatever_it_leaves() {
    let name = |dir: &Path| std::fs::read_dir(dir).unwrap().next().unwrap().unwrap().path();
    // Lost, and renamed so that it is not read.
    for renamed in [false, true] {
        let folder = scratch();
        keep(folder.path(), &source(&[]), FIRST, "2017-04-10");
        let path = name(&folder.path().join("mine/manifests"));
        if renamed {
            std::fs::rename(&path, path.with_extension("bak"))
        } else {
            std::fs::remove_file(&path)
        }
        .unwrap();
        let report = checked(folder.path(), &source(&[]));
        let lost = report.findings.iter().filter(|f| f.problem.contains("a manifest is lost")).count();
        assert_eq!(lost, 2, "{report:?}");
    }
    // With its rows and its original: the next manifest, or a withdrawal, says that it was there.
    let folder = scratch();
    keep(folder.path(), &source(&[]), FIRST, "2017-04-10");
    let first: Vec<PathBuf> = ["manifests", "data", "originals"]
        .iter()
        .map(|d| name(&folder.path().join("mine").join(d)))
        .collect();
    keep(folder.path(), &source(&[]), "month,code,value,qty,unit\n2017-03,1201,7,1,t\n", "2017-05-10");
    first.iter().for_each(|p| std::fs::remove_file(p).unwrap());
    let report = checked(folder.path(), &source(&[]));
    assert!(report.findings.iter().any(|f| f.problem.contains("says that it was")), "{report:?}");
    // A withdrawal that is gone would bring a mistake back.
    let folder = scratch();
    let later = "2026-11-22T12:00:00Z".parse().unwrap();
    keep(folder.path(), &source(&[]), FIRST, "2017-04-10");
    withdraw(folder.path(), &source(&[]), "2017-04-10", "wrong", later).unwrap();
    keep(folder.path(), &source(&[]), "month,code,value,qty,unit\n2017-03,1201,7,1,t\n", "2017-05-10");
    std::fs::remove_file(name(&folder.path().join("mine/withdrawals"))).unwrap();
    assert!(!checked(folder.path(), &source(&[])).is_sound());
}

#[test]
fn each_publication_rounds_by_the_unit_that_it_was_read_by() {
    use servanda_core::Dimension;
    let folder = scratch();
    let millions = source(&[("unit = \"USD\"", "unit = \"m USD\"")]);
    keep(folder.path(), &millions, "month,code,value,qty,unit\n2017-01,1201,3,40,t\n", "2017-04-10");
    let cents = source(&[("decimals = 0", "decimals = 2")]);
    keep(folder.path(), &cents, SECOND, "2017-05-10");
    // Whatever the source file says now.
    let thousands =
        source(&[("decimals = 0", "decimals = 2"), ("unit = \"USD\"", "unit = \"thousand USD\"")]);
    for now in [&millions, &cents, &thousands] {
        let series = series(folder.path(), now).unwrap();
        let told: Vec<(&str, i128)> =
            series.vintages.iter().map(|v| v.id.as_str()).zip(series.units.iter().copied()).collect();
        assert_eq!(series.scale, 2);
        assert_eq!(told, [("2017-04-10", 100_000_000), ("2017-05-10", 100)]);
        assert_eq!([series.unit(0), series.unit(1), series.unit(7)], [100_000_000, 100, 1]);
    }
    let store = Store::open(Arc::new(Folder::new(folder.path())), [thousands]);
    let soy = lines(&[("1201", &["1201"])]);
    let asked = exports("mine", &soy, "2017-01", "2017-03", "2018-01-01");
    let tonnes = store.series(&Ask { dimension: Dimension::Mass, ..asked }.request()).unwrap();
    // A pound is told finer than a thousandth of a tonne, a tonne is not.
    assert_eq!((tonnes.scale, tonnes.units), (3, vec![1000, 1000]));
}
