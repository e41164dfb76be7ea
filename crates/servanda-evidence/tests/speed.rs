//! How long a scan takes. Run with `cargo test --release -p servanda-evidence --test speed -- --ignored --nocapture`.

mod common;
use common::*;
use servanda_core::Evidence;
use servanda_evidence::{Folder, Input, SourceFile, Store, ingest};
use std::fmt::Write;
use std::sync::Arc;
use std::time::Instant;

/// 1,230 headings of 4 digits, five subheadings each, 10 partners, 325 months: 20 million rows.
const HEADINGS: u32 = 1230;
const PARTNERS: [&str; 10] = ["AUS", "BRA", "CAN", "CHN", "DEU", "FRA", "JPN", "KOR", "MEX", "USA"];

fn heading(n: u32) -> String {
    format!("{:02}{:02}", n / 30 + 1, n % 30 + 1)
}

#[test]
#[ignore = "writes 20 million rows"]
fn sums_over_twenty_million_rows() {
    let text = std::fs::read_to_string(repository().join("sources/usa-census-totals.toml")).unwrap();
    let start = text.find("[[file]]").unwrap();
    let map: Vec<String> = PARTNERS.iter().map(|p| format!("{p} = \"{p}\"")).collect();
    let text = format!(
        "{}[[file]]\ncoverage = \"full\"\nperiod = {{ column = \"month\" }}\npartner = {{ column = \"partner\", map = {{ {} }} }}\n\
         code = {{ column = \"code\", pattern = \"digits\", lengths = [6] }}\n[[file.value]]\ncolumn = \"value\"\nflow = \"exports\"\nunit = \"USD\"\n",
        text[..start].replace("total     = \"goods\"", "depth = 6").replace("usa-census-totals", "large"),
        map.join(", ")
    );
    let source = SourceFile::parse("large.toml", &text).unwrap_or_else(|e| panic!("{e}"));
    // SERVANDA_LARGE names a folder in which the store is kept from one run to the next.
    let own = scratch();
    let folder =
        std::env::var_os("SERVANDA_LARGE").map_or_else(|| own.path().to_owned(), std::path::PathBuf::from);
    if !folder.join("large").exists() {
        let mut csv = "month,partner,code,value\n".to_owned();
        let mut seed = 1u64;
        for month in 0..325u32 {
            for partner in PARTNERS {
                for n in 0..HEADINGS {
                    for sub in 0..5 {
                        seed = seed
                            .wrapping_mul(6_364_136_223_846_793_005)
                            .wrapping_add(1_442_695_040_888_963_407);
                        let value = seed >> 40;
                        writeln!(
                            csv,
                            "{}-{:02},{partner},{}{sub}0,{value}",
                            1990 + month / 12,
                            month % 12 + 1,
                            heading(n)
                        )
                        .unwrap();
                    }
                }
            }
        }
        let start = Instant::now();
        let input = Input::Bytes { name: "large.csv".into(), bytes: csv.into_bytes() };
        let report =
            ingest(&folder, &source, &input, &options(Some("2020-01-01")), NOW.parse().unwrap()).unwrap();
        println!("ingest of {} rows: {:?}", report.counts.kept, start.elapsed());
    }
    let labels: Vec<String> = (0..545).map(|n| heading(n * 2 + 1)).collect();
    let list: Vec<(&str, Vec<&str>)> = labels.iter().map(|l| (l.as_str(), vec![l.as_str()])).collect();
    let set = lines(&list.iter().map(|(l, p)| (*l, p.as_slice())).collect::<Vec<_>>());
    for _ in 0..5 {
        let store = Store::open(Arc::new(Folder::new(&folder)), [source.clone()]);
        let start = Instant::now();
        let series = ask(&store, &exports("large", &set, "1990-01", "2017-01", "2020-01-01"));
        let first = start.elapsed();
        let start = Instant::now();
        let year = ask(&store, &exports("large", &set, "2016-01", "2016-12", "2020-01-01"));
        println!(
            "545 headings by month: {first:?}, checksum {}; then one year {:?}, {}",
            total(&series),
            start.elapsed(),
            total(&year)
        );
    }
}

#[test]
#[ignore = "for its times"]
fn sums_over_the_shipped_evidence() {
    let Some(data) = data() else { return };
    let folder = scratch();
    ship(&data, folder.path());
    let mut reader = csv::Reader::from_path(data.join("phase_one/annex_6_1_products.csv")).unwrap();
    let codes: Vec<String> = reader.records().map(|r| r.unwrap()[0].to_owned()).collect();
    let list: Vec<(&str, Vec<&str>)> = codes.iter().map(|l| (l.as_str(), vec![l.as_str()])).collect();
    let set = lines(&list.iter().map(|(l, p)| (*l, p.as_slice())).collect::<Vec<_>>());
    for _ in 0..3 {
        let start = Instant::now();
        let store = open(folder.path());
        let opened = start.elapsed();
        let start = Instant::now();
        ask(&store, &exports("usa-census-exports", &set, "2017-01", "2017-12", "2021-03-25"));
        let first = start.elapsed();
        let start = Instant::now();
        ask(&store, &exports("usa-census-exports", &set, "2020-01", "2020-12", "2021-03-25"));
        let second = start.elapsed();
        let mut days = Vec::new();
        for source in store.sources() {
            days.extend(store.publication_dates(&source.id).unwrap());
        }
        days.sort();
        days.dedup();
        let start = Instant::now();
        for day in &days {
            for source in ["usa-census-exports", "usa-census-exports-hs2", "waugh-covered-exports"] {
                for year in ["2017", "2020", "2021"] {
                    let (from, to) = (format!("{year}-01"), format!("{year}-12"));
                    ask(&store, &exports(source, &set, &from, &to, &day.to_string()));
                }
            }
        }
        println!(
            "open {opened:?} (sources read from their files too), first year {first:?}, second {second:?}, {} days of history {:?}",
            days.len(),
            start.elapsed()
        );
    }
}
