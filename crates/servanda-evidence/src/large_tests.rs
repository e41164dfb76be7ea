//! Files that are too large to be read whole: nothing that was changed in them is used.

use crate::{
    Folder, IngestOptions, Input, Manifest, PublishedArg, SourceFile, Store, ingest, parquet_file, verify,
};
use servanda_core::{AsOf, Date, Dimension, Evidence, LineSet, Party, SeriesRequest, Stage, Unit};
use servanda_files::{canonical_json, sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const SOURCE: &str = r#"
id = "mine"
title = "t"
publisher = "p"
reporter = "USA"
zone = "Etc/UTC"
frequency = "annual"
lag_days = 40
depth = 4
revision = "never"
basis = { covers = "goods", side = "exporter", trade = "total exports", valuation = "FAS", accounting = "census", seasonal = "not adjusted", partner = "x", territory = "x", currency = "USD", secrecy = "x" }
absence = { default = "zero" }
[[flow]]
stage = "exports"
non_negative = true
dimensions = ["USD", "t"]
[[edition]]
name = "HS2017"
from = 2000-01-01
[[file]]
coverage = "full"
period = { column = "year" }
partner = { constant = "CHN" }
code = { column = "code", pattern = "digits", lengths = [4] }
value = [{ column = "value", unit = "USD" }]
quantity = [{ column = "tonnes", unit = "t" }]
"#;

/// A store with one vintage of 30,000 figures, and the path of its Parquet file.
fn kept(dir: &Path) -> (SourceFile, PathBuf) {
    let source = SourceFile::parse("sources/mine.toml", SOURCE).unwrap_or_else(|e| panic!("{e}"));
    let mut table = "year,code,value,tonnes\n".to_owned();
    let mut random = 1u64;
    for n in 0..30_000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (value, tonnes) = (random >> 34, (random >> 20) % 100_000 + 1);
        table.push_str(&format!("{},{:04},{value},{tonnes}\n", 2000 + n % 15, 1000 + n / 15));
    }
    let published = Some(PublishedArg::parse("2021-01-20").unwrap());
    let options = IngestOptions { published, ..IngestOptions::default() };
    let input = Input::Bytes { name: "f.csv".into(), bytes: table.into_bytes() };
    ingest(dir, &source, &input, &options, "2026-11-21T12:00:00Z".parse().unwrap()).unwrap();
    let data = std::fs::read_dir(dir.join("mine/data")).unwrap().next().unwrap().unwrap().path();
    (source, data)
}

fn total(dir: &Path, source: &SourceFile) -> Result<i128, servanda_core::EvidenceError> {
    let mut lines = LineSet::new();
    lines.add("all", &["12".to_owned(), "2".to_owned()]).unwrap();
    let store = Store::open(Arc::new(Folder::new(dir)), [source.clone()]);
    let Dimension::Money(usd) = Unit::parse("USD").unwrap().dimension else { panic!() };
    let request = SeriesRequest {
        source: "mine",
        stage: Stage::Exports,
        partner: Party::new("CHN").unwrap(),
        dimension: Dimension::Money(usd),
        lines: &lines,
        first: source.source.frequency.ordinal(Date::constant(2003, 1, 1)),
        last: source.source.frequency.ordinal(Date::constant(2012, 1, 1)),
        as_of: AsOf { date: Date::constant(2022, 1, 1), known_at: None },
    };
    Ok(store.series(&request)?.cells.iter().map(|c| c.value).sum())
}

fn manifest(dir: &Path) -> (PathBuf, Manifest) {
    let path = std::fs::read_dir(dir.join("mine/manifests")).unwrap().next().unwrap().unwrap().path();
    let manifest = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    (path, manifest)
}

/// Changes one byte of a file at many places, one after the other; how often the answer was refused.
fn refusals(dir: &Path, source: &SourceFile, data: &Path, right: i128) -> (usize, usize) {
    let whole = std::fs::read(data).unwrap();
    let (mut refused, mut tried) = (0, 0);
    for place in (0..whole.len()).step_by(whole.len() / 60) {
        let mut changed = whole.clone();
        changed[place] ^= 0x10;
        std::fs::write(data, &changed).unwrap();
        match total(dir, source) {
            Ok(sum) => assert_eq!(sum, right, "byte {place}"),
            Err(e) => {
                assert!(e.to_string().contains("SHA-256"), "byte {place}: {e}");
                refused += 1;
            }
        }
        assert!(!verify(&Folder::new(dir), std::slice::from_ref(source)).is_sound(), "byte {place}");
        tried += 1;
    }
    std::fs::write(data, whole).unwrap();
    (refused, tried)
}

#[test]
fn a_changed_byte_of_a_large_file_is_an_error_or_has_no_bearing() {
    let dir = tempfile::tempdir().unwrap();
    let (source, data) = kept(dir.path());
    let length = std::fs::metadata(&data).unwrap().len();
    let (_, stated) = manifest(dir.path());
    assert!(parquet_file::is_large(length) && stated.vintages[0].data_blocks.len() > 20, "{length}");
    let right = total(dir.path(), &source).unwrap();
    let (refused, tried) = refusals(dir.path(), &source, &data, right);
    assert!(refused > tried / 3, "{refused} of {tried}");
    assert!(refused < tried, "blocks of columns that nobody asked for are not read");
}

#[test]
fn a_large_file_of_an_older_manifest_is_hashed_whole() {
    let dir = tempfile::tempdir().unwrap();
    let (source, data) = kept(dir.path());
    let right = total(dir.path(), &source).unwrap();
    let (path, mut stated) = manifest(dir.path());
    std::fs::remove_file(path).unwrap();
    let mut write = |blocks: Vec<String>| {
        stated.vintages[0].data_blocks = blocks;
        let bytes = canonical_json(&stated).unwrap();
        let path = dir.path().join("mine/manifests").join(format!("{}.json", sha256(&bytes)));
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let older = write(Vec::new());
    assert_eq!(total(dir.path(), &source).unwrap(), right);
    assert!(verify(&Folder::new(dir.path()), std::slice::from_ref(&source)).is_sound());
    let (refused, tried) = refusals(dir.path(), &source, &data, right);
    assert_eq!(refused, tried);
    // Hashes that are not of its blocks, or not as many.
    std::fs::remove_file(older).unwrap();
    let forged = write(vec!["0".repeat(64)]);
    let said = total(dir.path(), &source).unwrap_err().to_string();
    assert!(said.contains("one hash for each block"), "{said}");
    assert!(!verify(&Folder::new(dir.path()), std::slice::from_ref(&source)).is_sound());
    std::fs::remove_file(forged).unwrap();
}
