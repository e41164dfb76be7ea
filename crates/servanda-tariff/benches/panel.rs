//! The whole panel: every line of ten digits x 240 origins x every day of two years, five authorities.
//! `cargo bench -p servanda-tariff --bench panel [-- FOLDER ORIGINS ...]`; see benches/README.md in the repository's root.
//!
//! With a folder the tariffs are also written there as CSV, for `benches/tariff_cube.py`. Checksums, for so many first
//! origins and for all, are the sum of the least rate of every line, origin and day, in hundredths of a percent.

mod generated;

use generated::{FROM, Numbers, ORIGINS, UNTIL, book, csv, party, plan};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use servanda_agreement::DirFiles;
use servanda_core::Exact;
use servanda_tariff::{Book, Moment, RateTable, Scope, Stretch, Weights, average};
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

fn main() {
    let plan = plan();
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let folder = arguments.iter().find(|a| a.parse::<usize>().is_err());
    let mut counts: Vec<usize> = arguments.iter().filter_map(|a| a.parse().ok()).collect();
    counts.retain(|count| (1..ORIGINS).contains(count));
    counts.push(ORIGINS);
    if let Some(folder) = folder {
        csv::write(&plan, Path::new(folder)).unwrap();
    }
    let book = book::book(&plan);
    println!("memory before\t{}", memory("VmRSS"));

    let stretch = Stretch { from: Moment::start_of(FROM), until: Some(Moment::start_of(UNTIL)) };
    let days = whole_days(stretch);
    let start = Instant::now();
    let panel = book.panel(party("USA"), None).unwrap();
    let panel_ms = ms(start);
    let start = Instant::now();
    let first = panel.rates_on(&plan.rows[0].line, plan.origins[0], date(2025, 6, 1), None).unwrap();
    println!("first point query of a new panel\t{:.1} ms\t{}", ms(start), first.len());
    let start = Instant::now();
    let table = panel.table(&plan.origins, stretch).unwrap();
    let table_ms = ms(start);
    println!("panel\t{panel_ms:.0} ms");
    println!("table\t{table_ms:.0} ms");
    println!("memory, peak\t{}", memory("VmHWM"));
    let (lines, origins) = (table.lines().len(), table.origins().len());
    println!("lines\t{lines}\norigins\t{origins}\nacts\t{}", panel.acts().len());
    println!("classes\t{}\nintervals written out\t{}", table.classes(), table.intervals());
    println!("line-origin-days\t{}", (lines * origins) as i64 * days);

    let mut numbers = Numbers::new();
    let mut asked = || {
        let line = table.lines()[numbers.below(lines)];
        (line, plan.origins[numbers.below(origins)], FROM.saturating_add((numbers.below(730) as i64).days()))
    };
    let (median, most) = times(20_000, &mut asked, |(line, origin, day)| {
        black_box(table.at(line, origin, Moment::start_of(day)));
    });
    println!("point query of the table, with rates\t{median:.2} us, slowest {most:.0}");
    let (median, most) = times(5_000, &mut asked, |(line, origin, day)| {
        black_box(panel.rates_on(line, origin, day, None).unwrap());
    });
    println!("point query of the panel, with acts\t{median:.2} us, slowest {most:.0}");

    for count in counts {
        let start = Instant::now();
        let sum = checksum(&table, count);
        println!("checksum of {count}\t{sum}\t{:.0} ms", ms(start));
    }
    shipped();
}

fn ms(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}

fn whole_days(stretch: Stretch) -> i64 {
    let until = stretch.until.unwrap_or(stretch.from);
    assert_eq!(stretch.from.minute() + until.minute(), 0, "every act here changes at the start of a day");
    i64::from((until.day() - stretch.from.day()).get_days())
}

/// Median and slowest, in microseconds.
fn times<Q>(count: usize, asked: &mut impl FnMut() -> Q, mut answer: impl FnMut(Q)) -> (f64, f64) {
    let mut out: Vec<f64> = Vec::with_capacity(count);
    for _ in 0..count {
        let question = asked();
        let start = Instant::now();
        answer(question);
        out.push(ms(start) * 1000.0);
    }
    out.sort_by(f64::total_cmp);
    (out[count / 2], out[count - 1])
}

/// Over the first origins, all lines and days.
fn checksum(table: &RateTable<'_>, origins: usize) -> String {
    let mut sum = Exact::zero();
    for origin in &table.origins()[..origins] {
        for line in table.lines() {
            for charged in table.rates(line, *origin) {
                let days = Exact::integer(i128::from(whole_days(charged.stretch)));
                sum = &sum + &(&charged.total.low * &days);
            }
        }
    }
    (&sum * &Exact::integer(100)).plain()
}

/// One average over the tariffs that ship.
fn shipped() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let start = Instant::now();
    let book = Book::load(&DirFiles::new(root)).unwrap();
    println!("shipped tariffs read\t{:.0} ms", ms(start));
    let day: Date = date(2019, 6, 1);
    for (importer, origin) in [("CHN", "USA"), ("USA", "CHN")] {
        let start = Instant::now();
        let panel = book.panel(party(importer), None).unwrap();
        let built = ms(start);
        let start = Instant::now();
        let first = average(&panel, party(origin), Scope(None), day, None, Weights::Simple).unwrap();
        let once = ms(start);
        let start = Instant::now();
        let again = average(&panel, party(origin), Scope(None), day, None, Weights::Simple).unwrap();
        assert_eq!(first, again);
        let value = first.value.map_or_else(|| "none".to_owned(), |v| v.round_to(4));
        println!(
            "average, {importer} on {origin}, {day}\tpanel {built:.0} ms, average {once:.0} ms, again {:.0} ms\t{value}",
            ms(start)
        );
    }
}

/// A figure of the process, where the system tells it.
fn memory(name: &str) -> String {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else {
        return "not told by this system (it is read on Linux only)".to_owned();
    };
    let kib = status.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(':')?.split_whitespace().next());
    match kib.and_then(|k| k.parse::<f64>().ok()) {
        Some(kib) => format!("{:.0} MiB", kib / 1024.0),
        None => "not told by this system".to_owned(),
    }
}
