//! What cannot be read is refused with its place and a remedy, and the store stays as it was, byte by byte.

mod common;
use common::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use servanda_core::{Evidence, Held};
use servanda_evidence::{
    Folder, IngestError, IngestOptions, Input, PublishedArg, SourceFile, Store, StoreError, guess, ingest,
    verify, withdraw,
};
use std::io::Write;
use std::sync::Arc;

/// Totals told by a column that is not there would all be counted as parts.
#[test]
fn totals_told_by_a_column_that_is_not_there_are_refused() {
    let text = SOURCE.replace(
        "[[file.value]]",
        "[file.dialect]\ntotals = [{ column = \"Moonth\", is = [\"Total\"] }]\n[[file.value]]",
    );
    let source = SourceFile::parse("sources/mine.toml", &text).unwrap();
    let rows = "month,partner,code,value,qty,unit,note\n2020-01,China,1201,5,1,t,\n";
    let input = Input::Bytes { name: "rows.csv".to_owned(), bytes: rows.as_bytes().to_vec() };
    let folder = scratch();
    let error = ingest(folder.path(), &source, &input, &options(Some("2020-03-01")), NOW.parse().unwrap());
    let error = error.unwrap_err().to_string();
    assert!(error.contains("its column `Moonth`") && error.contains("sources/mine.toml"), "{error}");
}

/// Among names of its own a source's total looks like any other.
#[test]
fn a_name_that_is_the_sum_of_all_others_is_refused_until_it_is_called_the_total() {
    let named = SOURCE
        .replace("depth = 6\n", "")
        .replace("pattern = \"digits\", lengths = [4, 6]", "pattern = \"name\"");
    let tried = |text: &str, rows: &str| {
        let source = SourceFile::parse("sources/mine.toml", text).unwrap();
        let rows = format!("{HEADER}{rows}");
        let input = Input::Bytes { name: "rows.csv".to_owned(), bytes: rows.into_bytes() };
        let folder = scratch();
        ingest(folder.path(), &source, &input, &options(Some("2020-06-01")), NOW.parse().unwrap())
            .map(|_| ())
            .map_err(|e| e.to_string())
    };
    let of = |month: u8, all: u8| {
        [("Steinobst", 60), ("Kernobst", 70), ("Alle", all)]
            .map(|(name, value)| format!("2020-{month:02},China,{name},{value},1,t,\n"))
            .concat()
    };
    for rows in [of(1, 130), [of(1, 130), of(2, 130)].concat()] {
        let said = tried(&named, &rows).unwrap_err();
        assert!(
            said.contains("`Alle` is the sum of all other names") && said.contains("total = \"Alle\""),
            "{said}"
        );
    }
    let whole = named.replace("id = \"mine\"", "id = \"mine\"\ntotal = \"Alle\"");
    let parts = named.replace("coverage = \"full\"", "coverage = \"full\"\nduplicates = \"sum-all\"");
    for (text, rows) in [
        (&whole, of(1, 130)),
        (&parts, of(1, 130)),
        (&named, of(1, 131)),
        (&named, [of(1, 130), of(2, 131)].concat()),
    ] {
        assert_eq!(tried(text, &rows), Ok(()), "{rows}");
    }
}

const SOURCE: &str = r#"
id = "mine"
title = "t"
publisher = "p"
reporter = "USA"
zone = "America/New_York"
frequency = "monthly"
lag_days = 40
depth = 6
decimals = 2
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
name = "x"
from = 2017-01-01
[[file]]
name = "plain"
coverage = "full"
ignore = ["note"]
period = { column = "month" }
partner = { column = "partner", map = { China = "CHN" } }
code = { column = "code", pattern = "digits", lengths = [4, 6] }
[[file.value]]
column = "value"
unit = "USD"
[[file.quantity]]
column = "qty"
unit_column = "unit"
units = { t = "t" }
none = ["-"]
"#;

const HEADER: &str = "month,partner,code,value,qty,unit,note\n";

fn mine() -> SourceFile {
    SourceFile::parse("mine.toml", SOURCE).unwrap_or_else(|e| panic!("{e}"))
}

fn bytes(bytes: impl Into<Vec<u8>>) -> Input {
    Input::Bytes { name: "mine.csv".into(), bytes: bytes.into() }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn good() -> Vec<u8> {
    format!("{HEADER}2017-01,China,120190,10.50,3,t,x\n2017-02,China,120190,11,0,-,x\n").into_bytes()
}

/// The message for a file, after checking that a store with one vintage is unchanged by it.
fn refused_with(input: &Input, options: &IngestOptions) -> String {
    let folder = scratch();
    let now = NOW.parse().unwrap();
    ingest(folder.path(), &mine(), &bytes(good()), &common::options(Some("2017-05-01")), now).unwrap();
    let before = contents(folder.path());
    let error = ingest(folder.path(), &mine(), input, options, now).unwrap_err().to_string();
    assert_eq!(contents(folder.path()), before, "the store changed: {error}");
    let empty = scratch();
    ingest(&empty.path().join("evidence"), &mine(), input, options, now).unwrap_err();
    assert!(contents(empty.path()).is_empty(), "something was left behind");
    error
}

fn refused(input: impl Into<Vec<u8>>) -> String {
    refused_with(&bytes(input), &options(Some("2017-06-01")))
}

fn row(text: &str) -> Vec<u8> {
    format!("{HEADER}2017-01,China,120190,10,3,t,x\n{text}\n").into_bytes()
}

#[test]
fn each_kind_of_bad_input() {
    for (text, parts) in [
        // Columns.
        (
            "month,partner,code,valu,qty,unit,note\n2017-01,China,120190,10,3,t,x\n".as_bytes().to_vec(),
            vec!["line 1, column 4 (`valu`)", "did you mean `value`?", "mine.toml"],
        ),
        (
            b"month,partner,code,value,qty,unit\n2017-01,China,120190,10,3,t\n".to_vec(),
            vec!["mine.csv, line 1", "`note` is missing"],
        ),
        (b"month,month,code,value,qty,unit,note\n".to_vec(), vec!["line 1, column 2 (`month`)", "twice"]),
        (
            b"month;partner;code;value;qty;unit;note\n2017-01;China;120190;10;3;t;x\n".to_vec(),
            vec!["separated by semicolons"],
        ),
        // Cells.
        (
            row("2017-02,China,120190,10,3,kg,x"),
            vec!["line 3, column 6 (`unit`)", "the unit `kg` is not declared"],
        ),
        (
            row("2017-02,China,20190,10,3,t,x"),
            vec!["line 3, column 3 (`code`)", "it has lost a leading zero", "never added silently"],
        ),
        (row("2017-02,China,12019,10,3,t,x"), vec!["`12019` has 5 digits, declared are 4, 6"]),
        (row("2017-02,China,1201.90,10,3,t,x"), vec!["not a code of digits"]),
        (
            row("2017-13,China,120190,10,3,t,x"),
            vec!["line 3, column 1 (`month`)", "a year has months 01 to 12"],
        ),
        (row("2017-2,China,120190,10,3,t,x"), vec!["line 3, column 1 (`month`)", "is not a period"]),
        (row("2017-02,Chile,120190,10,3,t,x"), vec!["line 3, column 2 (`partner`)", "`Chile` is not mapped"]),
        (
            row("2017-02,China,120190,\"1,000\",3,t,x"),
            vec!["line 3, column 4 (`value`)", "it has separators"],
        ),
        (row("2017-02,China,120190,1e6,3,t,x"), vec!["it has an exponent"]),
        (row("2017-02,China,120190,1.234,3,t,x"), vec!["finer than 2 decimals"]),
        (row("2017-02,China,120190,99999999999999999999,3,t,x"), vec!["too large"]),
        (row("2017-02,China,120190,-1,3,t,x"), vec!["below zero"]),
        (
            row("2017-02,China,120190,,3,t,x"),
            vec!["line 3, column 4 (`value`)", "there is no figure", "never taken for zero"],
        ),
        (
            row("2017-02,China,120190,10,3,t"),
            vec!["line 3", "there are 6 fields, and the first line names 7 columns"],
        ),
        (row("2017-08,China,120190,10,3,t,x"), vec!["line 3", "2017-08 had not begun when it was published"]),
        // Keys.
        (row("2017-01,China,120190,11,3,t,x"), vec!["line 3", "it is on line 2 too"]),
        (row("2017-01,China,1201,11,3,t,x"), vec!["line 3", "`1201` on line 3 contains `120190` on line 2"]),
        // Quotation marks.
        (
            row("2017-02,China,120190,10,3,t,\"7 inch\n2017-03,China,120190,12,3,t,y"),
            vec!["line 3, column 7 (`note`)", "a quotation mark opens in field 7 and is never closed"],
        ),
        (
            row("2017-02,China,120190,10,3,t,\"7 inch\n2017-03,China,120190,12,3,t,8 inch\""),
            vec!["line 3, column 7 (`note`)", "takes in line 4, which reads as a row of its own"],
        ),
        (
            row("2017-02,China,120190,10,3,t,7\" pipe"),
            vec!["line 3, column 7 (`note`)", "stands inside field 7"],
        ),
        // Encodings.
        (
            [row("2017-02,China,120190,10,3,t,caf").as_slice().strip_suffix(b"\n").unwrap(), b"\xe9\n"]
                .concat(),
            vec!["line 3, column 7 (`note`)", "byte 4 of field 7 is not UTF-8"],
        ),
        (good().iter().flat_map(|b| [*b, 0]).collect(), vec!["UTF-16"]),
        ([vec![0xff, 0xfe], good().iter().flat_map(|b| [*b, 0]).collect()].concat(), vec!["UTF-16"]),
        (b"PK\x03\x04rest".to_vec(), vec!["the ZIP archive cannot be read"]),
        // Files.
        (Vec::new(), vec!["mine.csv", "the file is empty"]),
        (gzip(b""), vec!["empty once unpacked"]),
        (HEADER.as_bytes().to_vec(), vec!["line 1", "a header and nothing below it"]),
        (
            {
                let g = gzip(&good());
                g[..g.len() - 12].to_vec()
            },
            vec!["truncated", "download it again"],
        ),
        (
            {
                let mut g = gzip(&good());
                let at = g.len() - 6;
                g[at] ^= 0xff;
                g
            },
            vec!["gzip data"],
        ),
    ] {
        let message = refused(text);
        for part in parts {
            assert!(message.contains(part), "`{part}` is not in: {message}");
        }
    }
}

#[test]
fn a_line_of_many_gigabytes_is_refused_without_holding_it() {
    let mut text = good();
    text.extend_from_slice(b"2017-03,China,");
    text.resize(text.len() + (64 << 20), b'7');
    let message = refused(gzip(&text));
    assert!(message.contains("longer than 1024 KiB"), "{message}");
    let mut text = good();
    text.extend_from_slice(b"2017-03,China,\"");
    text.extend("a line inside a quotation mark that is never closed\n".repeat(60_000).bytes());
    let message = refused(text);
    assert!(message.contains("line 4, column 3") && message.contains("is not closed"), "{message}");
}

#[test]
fn dates_of_publication() {
    for (published, part) in [
        (Some("2026-11-22"), "is in the future"),
        (Some("at-the-latest 2030-01-01"), "is in the future"),
        (Some("2026-11-21T12:00:01Z"), "is in the future"),
        (None, "nothing says when mine.csv was published"),
    ] {
        let message = refused_with(&bytes(good()), &options(published));
        assert!(message.contains(part), "{message}");
    }
    // Late in the day in New York it is tomorrow in UTC; its own day counts.
    let folder = scratch();
    let now = "2026-11-21T02:00:00Z".parse().unwrap();
    let error =
        ingest(folder.path(), &mine(), &bytes(good()), &options(Some("2026-11-21")), now).unwrap_err();
    assert!(matches!(error, IngestError::Published { .. }));
}

#[test]
fn a_byte_order_mark_is_left_out_and_said() {
    let folder = scratch();
    let marked = [b"\xef\xbb\xbf".to_vec(), good()].concat();
    let now = NOW.parse().unwrap();
    let report = ingest(folder.path(), &mine(), &bytes(marked), &options(Some("2017-06-01")), now).unwrap();
    assert!(report.original.byte_order_mark);
    assert!(report.remarks[0].contains("byte order mark"));
}

#[test]
fn a_file_that_changes_while_it_is_read_is_refused() {
    // A pipe has no stable length, and a file that grows has another one afterwards.
    let folder = scratch();
    let path = folder.path().join("mine.csv");
    std::fs::write(&path, [good(), b"2017-03,China,120190,1,1,t,x\n".repeat(2_000_000)].concat()).unwrap();
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let (writer, flag) = (path.clone(), Arc::clone(&stop));
    let thread = std::thread::spawn(move || {
        let mut file = std::fs::OpenOptions::new().append(true).open(writer).unwrap();
        while !flag.load(std::sync::atomic::Ordering::Relaxed) {
            file.write_all(b"2017-03,China,120190,1,1,t,x\n").unwrap();
        }
    });
    let evidence = folder.path().join("evidence");
    let error =
        ingest(&evidence, &mine(), &Input::Path(path), &options(Some("2017-06-01")), NOW.parse().unwrap())
            .unwrap_err();
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    thread.join().unwrap();
    assert!(error.to_string().contains("changed while it was read"), "{error}");
    assert!(!evidence.exists());
}

#[test]
fn ingest_is_idempotent_and_can_be_tried() {
    let folder = scratch();
    let evidence = folder.path().join("evidence");
    let now = NOW.parse().unwrap();
    let tried = IngestOptions { dry_run: true, ..options(Some("2017-06-01")) };
    let report = ingest(&evidence, &mine(), &bytes(good()), &tried, now).unwrap();
    assert_eq!((report.vintages[0].id.as_str(), report.dry_run), ("2017-06-01", true));
    assert!(!evidence.exists());
    ingest(&evidence, &mine(), &bytes(good()), &options(Some("2017-06-01")), now).unwrap();
    let before = contents(&evidence);
    let later = "2026-11-22T12:00:00Z".parse().unwrap();
    let report = ingest(&evidence, &mine(), &bytes(good()), &options(Some("2017-06-01")), later).unwrap();
    assert!(report.vintages[0].already_held);
    assert_eq!(contents(&evidence), before);
    // The same bytes read differently are not added silently.
    let text = SOURCE.replace("unit = \"USD\"", "unit = \"thousand USD\"");
    let other = SourceFile::parse("mine.toml", &text).unwrap();
    let error = ingest(&evidence, &other, &bytes(good()), &options(Some("2017-06-01")), later).unwrap_err();
    assert!(matches!(error, IngestError::ReadsDifferently { .. }), "{error}");
    assert_eq!(contents(&evidence), before);
    // Once it is withdrawn, they are.
    withdraw(&evidence, &mine(), "2017-06-01", "the unit was wrong", later).unwrap();
    let report = ingest(&evidence, &other, &bytes(good()), &options(Some("2017-06-01")), later).unwrap();
    assert!(!report.vintages[0].already_held);
    let store = Store::open(Arc::new(Folder::new(&evidence)), [other]);
    assert_eq!(store.vintages("mine").unwrap().len(), 2);
    let soy = lines(&[("1201", &["1201"])]);
    let series = ask(&store, &exports("mine", &soy, "2017-01", "2017-03", "2018-01-01"));
    assert_eq!((series.scale, series.cells[0].value), (2, 1_050_000));
    assert_eq!(series.cells.iter().map(|c| c.held).collect::<Vec<_>>(), [Held::Whole, Held::Whole, Held::No]);
}

#[test]
fn concurrent_ingests_do_not_lose_each_other() {
    let folder = scratch();
    std::thread::scope(|scope| {
        for day in 1..=8 {
            let path = folder.path();
            scope.spawn(move || {
                let published = format!("2017-06-{day:02}");
                ingest(path, &mine(), &bytes(good()), &options(Some(&published)), NOW.parse().unwrap())
                    .unwrap();
            });
        }
    });
    let store = Store::open(Arc::new(Folder::new(folder.path())), [mine()]);
    assert_eq!(store.publication_dates("mine").unwrap().len(), 8);
    assert!(verify(&Folder::new(folder.path()), &[mine()]).is_sound());
}

#[test]
fn withdrawals_need_a_vintage_and_a_reason() {
    let folder = scratch();
    let now = NOW.parse().unwrap();
    ingest(folder.path(), &mine(), &bytes(good()), &options(Some("2017-06-01")), now).unwrap();
    assert_eq!(withdraw(folder.path(), &mine(), "2017-06-01", " ", now), Err(StoreError::NoReason));
    let error = withdraw(folder.path(), &mine(), "2017-06-02", "x", now).unwrap_err();
    assert!(error.to_string().contains("held are: 2017-06-01"), "{error}");
    withdraw(folder.path(), &mine(), "2017-06-01", "x", now).unwrap();
    let error = withdraw(folder.path(), &mine(), "2017-06-01", "y", now).unwrap_err();
    assert!(matches!(error, StoreError::AlreadyWithdrawn { .. }));
    let store = Store::open(Arc::new(Folder::new(folder.path())), [mine()]);
    assert_eq!(store.vintages("mine").unwrap()[0].withdrawn.as_deref(), Some("x"));
}

#[test]
fn damage_is_found() {
    let folder = scratch();
    let now = NOW.parse().unwrap();
    ingest(folder.path(), &mine(), &bytes(good()), &options(Some("2017-06-01")), now).unwrap();
    assert!(verify(&Folder::new(folder.path()), &[mine()]).is_sound());
    let files: Vec<_> = contents(folder.path()).into_iter().filter(|(p, _)| p.is_file()).collect();
    let mut damaged = 0;
    for (path, original) in files.iter().filter(|(p, _)| !p.ends_with(".lock")) {
        let mut bytes = original.clone();
        let at = bytes.len() / 2;
        bytes[at] ^= 1;
        std::fs::write(path, &bytes).unwrap();
        let report = verify(&Folder::new(folder.path()), &[mine()]);
        assert!(!report.is_sound(), "{}", path.display());
        std::fs::write(path, original).unwrap();
        damaged += 1;
    }
    assert_eq!(damaged, 3);
    // A copy may leave originals out.
    std::fs::remove_dir_all(folder.path().join("mine/originals")).unwrap();
    let report = verify(&Folder::new(folder.path()), &[mine()]);
    assert!(report.is_sound());
    assert_eq!(report.originals_not_in_this_copy.len(), 1);
    // Evidence that is missing is an error, never a zero.
    std::fs::remove_dir_all(folder.path().join("mine/data")).unwrap();
    let store = Store::open(Arc::new(Folder::new(folder.path())), [mine()]);
    let soy = lines(&[("1201", &["1201"])]);
    assert!(store.series(&exports("mine", &soy, "2017-01", "2017-03", "2018-01-01").request()).is_err());
}

#[test]
fn source_files_are_strict() {
    for (from, to, parts) in [
        ("seasonal = \"not adjusted\"\n", "", vec!["needs `seasonal`", "add seasonal = "]),
        ("seasonal =", "seasonl =", vec!["mine.toml:18:1", "did you mean `seasonal`?"]),
        ("secrecy = \"x\"", "secrecy = \"?\"", vec!["`basis.secrecy` is still \"?\""]),
        ("zone = \"America/New_York\"", "zone = \"America/NewYork\"", vec!["mine.toml:6:8", "no time zone"]),
        ("id = \"mine\"", "id = \"other\"", vec!["give both the same name"]),
        ("unit = \"USD\"", "unit = \"MT\"", vec!["ambiguous"]),
        ("unit = \"USD\"", "unit = \"CNY\"", vec!["not published in CNY"]),
        ("lengths = [4, 6] }", "}", vec!["the lengths of codes are not declared"]),
        ("coverage = \"full\"\n", "", vec!["does not say what it covers"]),
        ("ignore = [\"note\"]", "ignore = [\"note\", \"value\"]", vec!["both used and ignored"]),
        ("frequency = \"monthly\"", "frequency = \"montly\"", vec!["did you mean `monthly`?"]),
        ("revision = \"never\"\n", "", vec!["needs `revision`"]),
        ("reporter = \"USA\"", "reporter = \"usa\"", vec!["three capital letters"]),
        (
            "covers = \"goods\"",
            "covers = \"everything but goods\"",
            vec!["everything but goods", "write one of `goods`, `services` and `goods and services`"],
        ),
        ("covers = \"goods\"", "covers = \"Goods\"", vec!["did you mean `goods`?"]),
        (
            "side = \"exporter\"",
            "side = \"not the exporter\"",
            vec!["write one of `importer`, `exporter` and `both`"],
        ),
        ("seasonal = \"not adjusted\"", "seasonal = \"unadjusted\"", vec!["did you mean `adjusted`?"]),
    ] {
        assert!(SOURCE.contains(from), "{from}");
        let message = SourceFile::parse("mine.toml", &SOURCE.replacen(from, to, 1)).unwrap_err().to_string();
        for part in parts {
            assert!(message.contains(part), "`{part}` is not in: {message}");
        }
    }
}

#[test]
fn a_guess_ingests_and_counts_for_nothing_until_it_is_filled_in() {
    let table = "Period,Country,HS Code,Exports (USD),Quantity,Unit,Description\n\
                 2020-01,CHINA,120190,1000,5,T,Soybeans\n2020-02,CHINA,120190,2000,7,T,Soybeans\n";
    let input = Input::Bytes { name: "my table.csv".into(), bytes: table.into() };
    let guess = guess(&input, "My Table", NOW.parse().unwrap()).unwrap();
    let text = guess.text.clone();
    for part in [
        "id        = \"my-table\"",
        "column = \"Period\", format = \"month\"",
        "column = \"HS Code\", pattern = \"digits\", lengths = [6]",
        "column = \"Exports (USD)\"   # CHECK",
        "map = { \"CHINA\" = \"CHN\" }",
        "unit_column = \"Unit\"",
        "ignore   = [\"Description\"]",
        "# On this file, ingest would keep 2 figures of 1 code, 2020-01..2020-02",
    ] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
    // As it is, it ingests, and says what is not filled in.
    let source = SourceFile::parse("my-table.toml", &text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    for key in ["reporter", "basis.side", "absence.default", "edition.name", "file.coverage"] {
        assert!(source.source.unfilled.iter().any(|k| k == key), "{key}: {:?}", source.source.unfilled);
    }
    let folder = scratch();
    let report =
        ingest(folder.path(), &source, &input, &options(Some("2020-04-01")), NOW.parse().unwrap()).unwrap();
    assert_eq!(report.counts.kept, 2);
    // A question mark is refused as ever; filled in, nothing is left over.
    let message = SourceFile::parse("my-table.toml", &text.replace("CHECK", "?")).unwrap_err().to_string();
    assert!(message.contains("is still \"?\""), "{message}");
    let mut filled = text.clone();
    for (from, to) in [
        ("reporter  = \"CHECK\"", "reporter = \"USA\""),
        ("zone      = \"CHECK\"", "zone = \"America/New_York\""),
        ("lag_days  = \"CHECK\"", "lag_days = 40"),
        ("revision  = \"CHECK\"", "revision = \"never\""),
        ("covers     = \"CHECK\"", "covers = \"goods\""),
        ("side       = \"CHECK\"", "side = \"exporter\""),
        ("seasonal   = \"CHECK\"", "seasonal = \"not adjusted\""),
        ("default = \"CHECK\"", "default = \"zero\""),
        ("coverage = \"CHECK\"", "coverage = \"full\""),
        ("= \"CHECK\"", "= \"x\""),
    ] {
        filled = filled.replace(from, to);
    }
    let source = SourceFile::parse("my-table.toml", &filled).unwrap_or_else(|e| panic!("{e}\n{filled}"));
    assert!(source.source.unfilled.is_empty());
    let folder = scratch();
    let report =
        ingest(folder.path(), &source, &input, &options(Some("2020-04-01")), NOW.parse().unwrap()).unwrap();
    assert_eq!(report.counts.kept, 2);
}

#[test]
fn arguments_are_read_or_refused() {
    assert!(PublishedArg::parse("2021-03-05T10:23:48-05:00").is_ok());
    assert!(PublishedArg::parse("last week").is_err());
}

/// A few kilobytes that unpack to very many: refused once they are beyond what a table can be, not after all are read.
#[test]
fn a_gzip_that_unpacks_without_end() {
    let line = b"2017-01,China,120190,10.50,3,t,x\n".repeat(1 << 15);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(HEADER.as_bytes()).unwrap();
    for _ in 0..20 {
        encoder.write_all(&line).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < 80_000, "{}", bomb.len());
    let message = refused(bomb);
    for part in ["mine.csv, line", "more than 100 times", "unpack it first"] {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

/// Two publications of one day that speak of the same figures: whichever counted would count by chance.
#[test]
fn two_publications_of_one_day_without_an_order() {
    let (now, folder) = (NOW.parse().unwrap(), scratch());
    let ingested = |text: &str, published: &str, partial| {
        let options = IngestOptions { partial, ..common::options(Some(published)) };
        ingest(folder.path(), &mine(), &bytes(text), &options, now)
    };
    let file = |rows: &str| format!("{HEADER}{rows}");
    ingested(&file("2017-01,China,120190,10,3,t,x\n"), "2017-05-01", false).unwrap();
    let before = contents(folder.path());
    for (rows, partial) in [
        ("2017-01,China,120190,11,3,t,x\n", false),
        ("2017-01,China,120190,11,3,t,x\n", true),
        ("2017-01,China,120110,11,3,t,x\n", true),
    ] {
        let error = ingested(&file(rows), "2017-05-01", partial).unwrap_err().to_string();
        for part in ["mine@2017-05-01 is held", "nothing says which", "withdraw the held one"] {
            assert!(error.contains(part), "`{part}` is not in: {error}");
        }
        assert_eq!(contents(folder.path()), before);
    }
    // Another month is no matter of which is newer; nor are other codes of a partial release.
    ingested(&file("2017-02,China,120190,11,3,t,x\n"), "2017-05-01", true).unwrap();
    ingested(&file("2017-02,China,120110,5,3,t,x\n"), "2017-05-01", true).unwrap();
    let error = ingested(&file("2017-02,China,120110,6,3,t,x\n"), "2017-05-01", true).unwrap_err();
    assert!(error.to_string().contains("nothing says which"), "{error}");
    // With instants there is an order; and what was withdrawn is in nobody's way.
    withdraw(folder.path(), &mine(), "2017-05-01", "a mistake", now).unwrap();
    ingested(&file("2017-01,China,120190,11,3,t,x\n"), "2017-05-01T08:30:00-04:00", false).unwrap();
    ingested(&file("2017-01,China,120190,12,3,t,x\n"), "2017-05-01T10:30:00-04:00", false).unwrap();
    // What was withdrawn keeps the id under which it was, and none of the others has it.
    let store = Store::open(Arc::new(Folder::new(folder.path())), [mine()]);
    let ids: Vec<(String, bool)> =
        store.vintages("mine").unwrap().into_iter().map(|v| (v.id, v.withdrawn.is_some())).collect();
    let gone: Vec<&str> = ids.iter().filter(|(_, w)| *w).map(|(id, _)| id.as_str()).collect();
    assert_eq!(gone, ["2017-05-01"]);
    let mut all: Vec<&str> = ids.iter().map(|(id, _)| id.as_str()).collect();
    all.sort_unstable();
    assert_eq!(all, ["2017-05-01", "2017-05-01.2", "2017-05-01.3", "2017-05-01.4", "2017-05-01.5"]);
}
