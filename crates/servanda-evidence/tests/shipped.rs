//! The evidence that ships, from the published files to the figures that must come out.

mod common;
use common::*;
use servanda_core::{Absence, Dimension, Evidence, Held, LineSet, Stage};
use servanda_evidence::{Folder, coverage, verify};
use std::path::Path;

/// The annex by category: the lines of the categories wanted, all others excluded.
fn annex(data: &Path, categories: &[&str], with_8800: bool) -> LineSet {
    let mut set = LineSet::new();
    let mut reader = csv::Reader::from_path(data.join("phase_one/annex_6_1_products.csv")).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    for row in &rows {
        let (code, category) = (&row[0], &row[3]);
        if categories.contains(&category) {
            let mut prefixes = vec![code.to_owned()];
            if code == "8802" && with_8800 {
                prefixes.push("8800".to_owned());
            }
            set.add(code, &prefixes).unwrap();
        } else {
            set.exclude(code);
        }
    }
    set
}

fn bn(value: i128) -> String {
    let thousandths = (value + 500_000).div_euclid(1_000_000);
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}

#[test]
fn the_shipped_evidence() {
    let Some(data) = data() else { return };
    let folder = scratch();
    let start = std::time::Instant::now();
    let reports = ship(&data, folder.path());
    println!("ingest of all: {:?}", start.elapsed());
    for report in &reports {
        println!("{}: {:?} {:?}", report.source, report.counts, report.remarks);
    }
    let store = open(folder.path());
    let source = "usa-census-exports";

    // Covered exports by category.
    let start = std::time::Instant::now();
    for (category, expected) in [("agriculture", "20.970"), ("manufactures", "66.416"), ("energy", "7.649")] {
        let set = annex(&data, &[category], true);
        let series = ask(&store, &exports(source, &set, "2017-01", "2017-12", "2021-03-25"));
        assert_eq!(bn(total(&series)), expected, "{category} 2017");
        println!("{category} 2017: {:?}, {} vintages", held(&series), series.vintages.len());
    }
    println!("three sums, first: {:?}", start.elapsed());
    let all = ["agriculture", "manufactures", "energy"];
    for (with_8800, expected) in [(true, "95.035"), (false, "78.770")] {
        let set = annex(&data, &all, with_8800);
        assert_eq!(
            bn(total(&ask(&store, &exports(source, &set, "2017-01", "2017-12", "2021-03-25")))),
            expected
        );
    }
    for (category, expected) in
        [("agriculture", 27_335_339_028), ("manufactures", 56_578_000_000), ("energy", 9_738_000_000_i128)]
    {
        let set = annex(&data, &[category], true);
        let series = ask(&store, &exports(source, &set, "2020-01", "2020-12", "2021-03-25"));
        assert_eq!(bn(total(&series)), bn(expected), "{category} 2020");
    }

    // December 2020 counts once as of the earlier vintage, and aircraft are not known in it.
    let energy = annex(&data, &["energy"], true);
    let early = ask(&store, &exports(source, &energy, "2020-01", "2020-12", "2021-02-23"));
    println!("energy 2020 as of 2021-02-23: {} {:?}", total(&early), held(&early));
    assert!(bn(total(&early)).starts_with("9.73"), "{}", total(&early));
    let manufactures = annex(&data, &["manufactures"], true);
    let december = ask(&store, &exports(source, &manufactures, "2020-12", "2020-12", "2021-02-23"));
    println!("manufactures 2020-12 as of 2021-02-23: {} {:?}", bn(total(&december)), held(&december));
    let line = |label: &str| manufactures.labels().iter().position(|l| l == label).unwrap();
    assert_eq!(december.cell(line("8802"), month("2020-12")).unwrap().held, Held::No);
    assert_eq!(december.cell(line("2905"), month("2020-12")).unwrap().held, Held::No);
    let november = ask(&store, &exports(source, &manufactures, "2020-11", "2020-11", "2021-02-23"));
    assert_eq!(november.cell(line("8802"), month("2020-11")).unwrap().held, Held::Whole);
    assert_eq!(november.cell(line("2905"), month("2020-11")).unwrap().held, Held::Part);
    assert_eq!(held(&november).get(&Held::No), None);
    // 27111990 is finer than what is published, in a heading of which absence says nothing.
    let line = |label: &str| energy.labels().iter().position(|l| l == label).unwrap();
    let cell = early.cell(line("27111990"), month("2020-06")).unwrap();
    assert_eq!((cell.held, cell.value), (Held::Part, 0));
    let cell = early.cell(line("290511"), month("2020-06")).unwrap();
    assert_eq!(cell.held, Held::Whole);
    let nothing = ask(&store, &exports(source, &energy, "2020-01", "2020-12", "2021-02-22"));
    assert_eq!(held(&nothing).keys().copied().collect::<Vec<_>>(), [Held::No]);
    assert!(nothing.vintages.is_empty());

    // What the chapters hold beyond their codes.
    for (chapter, year, residual) in [
        ("27", 2017, 692_497_948_i128),
        ("27", 2020, 136_037_302),
        ("29", 2017, 269_561_870),
        ("29", 2020, 385_312_266),
    ] {
        let set = lines(&[(chapter, &[chapter])]);
        let (from, to) = (format!("{year}-01"), format!("{year}-12"));
        let of = |source| ask(&store, &exports(source, &set, &from, &to, "2021-03-25"));
        let (parent, child) = (of("usa-census-exports-hs2"), of(source));
        assert_eq!(total(&parent) - total(&child), residual, "{chapter} {year}");
        assert!(parent.cells.iter().all(|c| c.held == Held::Whole));
        assert!(child.cells.iter().all(|c| c.held == Held::Part));
    }

    // The deficit.
    let goods = lines(&[("goods", &[""])]);
    for (year, expected) in [(2017, "375.168"), (2018, "418.233"), (2020, "307.967")] {
        let (from, to) = (format!("{year}-01"), format!("{year}-12"));
        let of = |stage| {
            let ask_for = Ask { stage, ..exports("usa-census-totals", &goods, &from, &to, "2026-01-01") };
            let series = ask(&store, &ask_for);
            assert!(series.cells.iter().all(|c| c.held == Held::Whole && c.low == c.high));
            total(&series)
        };
        assert_eq!(bn(of(Stage::Imports) - of(Stage::Exports)), expected);
    }
    let before = ask(&store, &exports("usa-census-totals", &goods, "2017-01", "2017-12", "2025-10-17"));
    assert!(before.cells.iter().all(|c| c.held == Held::No));
    // Another line than the total is not known from totals.
    let soy = lines(&[("1201", &["1201"])]);
    let series = ask(&store, &exports("usa-census-totals", &soy, "2017-01", "2017-12", "2026-01-01"));
    assert!(series.cells.iter().all(|c| c.held == Held::No));

    // The tracker's vintages.
    let vintages = store.vintages("waugh-covered-exports").unwrap();
    assert_eq!(vintages.len(), 19);
    let second = vintages.iter().position(|v| v.id == "2020-07-27.2").unwrap();
    assert_eq!(vintages[second - 1].id, "2020-07-27");
    assert_eq!(store.publication_dates("waugh-covered-exports").unwrap().len(), 18);
    assert!(vintages[0].marks.iter().any(|m| m.contains("another mapping")));
    assert!(!vintages[10].marks.iter().any(|m| m.contains("another mapping")));
    assert_eq!(vintages[0].published, "2020-05-26T11:22:22-04:00");
    let june = lines(&[("coal", &["energy.coal"])]);
    let series = ask(&store, &exports("waugh-covered-exports", &june, "2020-06", "2020-06", "2020-07-27"));
    assert_eq!(series.vintages.last().map(|v| v.id.as_str()), Some("2020-07-27.2"));
    let by_name = lines(&[
        ("coal", &["energy.coal"]),
        ("lng", &["energy.liquefied-natural-gas"]),
        ("cereals", &["agriculture.cereals"]),
        ("aircraft", &["manufactures.aircraft"]),
    ]);
    let november =
        ask(&store, &exports("waugh-covered-exports", &by_name, "2020-11", "2020-12", "2021-01-27"));
    let kinds: Vec<Held> = november.cells.iter().map(|c| c.held).collect();
    use Held::{No, Part, Preliminary, Whole};
    assert_eq!(kinds, [Part, Preliminary, Whole, Preliminary, Whole, Preliminary, No, No]);

    // HS2: two vintages on one day, by instant; the ids of its days.
    let chapters = store.vintages("usa-census-exports-hs2").unwrap();
    assert_eq!(chapters.len(), 25);
    assert!(chapters.iter().any(|v| v.id == "2021-08-05.2"));
    let set = lines(&[("all", &[""])]);
    let series = ask(&store, &exports("usa-census-exports-hs2", &set, "2017-01", "2017-12", "2021-03-25"));
    assert!(
        series.cells.iter().all(|c| c.held == No),
        "a vintage that covers only its rows does not cover all goods"
    );
    assert_eq!(bn(total(&series)), "129.997");

    // Quantities: exact, apart by dimension, and said where they lack.
    let lng = lines(&[("lng", &["271111"]), ("coal", &["2701"]), ("soy", &["1201"])]);
    let ask_for = |dimension| Ask { dimension, ..exports(source, &lng, "2020-01", "2020-12", "2021-04-07") };
    let volume = ask(&store, &ask_for(Dimension::CubicMetres));
    assert_eq!(volume.scale, 3);
    let of_line = |line: usize, series: &servanda_core::Series| -> i128 {
        series.cells[line * 12..line * 12 + 12].iter().map(|c| c.value).sum()
    };
    assert!(of_line(0, &volume) > 0);
    assert!(volume.cells[24..].iter().all(|c| c.lacking && c.value == 0));
    assert!(!volume.cells[..12].iter().any(|c| c.lacking));
    assert!(of_line(1, &ask(&store, &ask_for(Dimension::Mass))) > 0);

    // What is not held, as data.
    let report = coverage(&store, source, as_of("2026-11-21")).unwrap();
    assert!(report.unknown.iter().any(|u| u.prefix == "2905" && u.except == ["290511"]));
    assert_eq!(report.absence, Absence::Zero);
    let flow = &report.flows[0];
    assert_eq!(flow.all_codes[0].to_string(), "2013-01..2021-01");
    assert_eq!(flow.preliminary[0].to_string(), "2021-02");
    assert_eq!(coverage(&store, "chn-gacc-imports", as_of("2026-11-21")).unwrap().flows_not_held.len(), 2);

    // All of it once more changes nothing.
    let before = contents(folder.path());
    for report in ship(&data, folder.path()) {
        assert!(report.vintages.iter().all(|v| v.already_held), "{}", report.source);
    }
    assert_eq!(contents(folder.path()), before);
    let report = verify(&Folder::new(folder.path()), &all_sources());
    assert!(report.is_sound(), "{:?}", report.findings);
    assert!(report.unfinished.is_empty() && report.originals_not_in_this_copy.is_empty());
    let bytes: usize = before.values().map(Vec::len).sum();
    println!("store: {bytes} bytes, {} checked", report.checked);
}

#[test]
fn every_source_that_ships_reads() {
    for source in all_sources() {
        assert!(!source.source.title.is_empty());
        assert!(!source.files.is_empty(), "{}", source.source.id);
    }
}
