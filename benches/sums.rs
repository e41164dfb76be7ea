//! Sums by month over 20 million generated rows. `cargo bench -p servanda-evidence --bench sums`; see benches/README.md.
//!
//! The store is written once and kept under the target folder. Each run asks a store that was just opened, as a first
//! query does; prints a line that `benches/compare.py` reads beside DuckDB's and Polars' on the same files.

#[path = "../crates/servanda-evidence/tests/common/mod.rs"]
mod common;

use common::{NOW, exports, heading_list, large_source, options, write_large};
use servanda_core::{Evidence, Series};
use servanda_evidence::{Folder, Input, Store, ingest};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

fn main() {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| common::repository().join("target"), PathBuf::from);
    let folder = target.join("bench-20m");
    let source = large_source();
    if !folder.join("large").exists() {
        eprintln!("writing 20 million rows to {}", folder.display());
        let input = Input::Bytes { name: "large.csv".into(), bytes: write_large().into_bytes() };
        if let Err(e) = ingest(&folder, &source, &input, &options(Some("2020-01-01")), NOW.parse().unwrap()) {
            eprintln!("{e}");
            std::process::exit(1);
        }
    }
    let labels = heading_list();
    let list: Vec<(&str, [&str; 1])> = labels.iter().map(|l| (l.as_str(), [l.as_str()])).collect();
    let set = common::lines(&list.iter().map(|(l, p)| (*l, p.as_slice())).collect::<Vec<_>>());
    let mut times = Vec::new();
    let mut checksum = 0i128;
    for _ in 0..10 {
        let start = Instant::now();
        let store = Store::open(Arc::new(Folder::new(&folder)), [source.clone()]);
        let ask = exports("large", &set, "1990-01", "2017-01", "2020-01-01");
        let series: Series = store.series(&ask.request()).unwrap();
        checksum = series.cells.iter().map(|c| c.value).sum();
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    let best = times.iter().copied().fold(f64::INFINITY, f64::min);
    println!("servanda\t{:.1}\t{best:.1}\t{checksum}", times.first().copied().unwrap_or_default());
    println!("files\t{}", folder.join("large").join("data").display());
}
