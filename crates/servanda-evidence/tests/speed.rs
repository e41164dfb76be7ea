//! How long a scan takes. Run with `cargo test --release -p servanda-evidence --test speed -- --ignored --nocapture`.

mod common;
use common::*;
use servanda_core::Evidence;
use servanda_evidence::{Folder, Input, Store, ingest};
use std::sync::Arc;
use std::time::Instant;

#[test]
#[ignore = "writes 20 million rows"]
fn sums_over_twenty_million_rows() {
    let source = large_source();
    // SERVANDA_LARGE names a folder in which the store is kept from one run to the next.
    let own = scratch();
    let folder =
        std::env::var_os("SERVANDA_LARGE").map_or_else(|| own.path().to_owned(), std::path::PathBuf::from);
    if !folder.join("large").exists() {
        let csv = write_large();
        let start = Instant::now();
        let input = Input::Bytes { name: "large.csv".into(), bytes: csv.into_bytes() };
        let report =
            ingest(&folder, &source, &input, &options(Some("2020-01-01")), NOW.parse().unwrap()).unwrap();
        println!("ingest of {} rows: {:?}", report.counts.kept, start.elapsed());
    }
    let labels = heading_list();
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
