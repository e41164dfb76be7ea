//! Answers over the tariffs that ship, weighed with trade and compared with published figures of the shared folder.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use servanda_agreement::{Certainty, DirFiles};
use servanda_core::{Exact, LineSet, Party};
use servanda_tariff::{
    Basis, Book, Coverage, Covered, Duty, Parity, Schedule, ScheduleKind, ScheduleRow, Scope, Side, Trade,
    Weights, average, ceiling, coverage, diff, parity,
};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

type Row = BTreeMap<String, String>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The rows of a table of the shared folder; `None`: it is not at hand.
fn table(name: &str) -> Option<Vec<Row>> {
    let path = root().join("../shared/data").join(name);
    let Ok(bytes) = std::fs::read(path) else {
        eprintln!("skipped: {name} is not at hand");
        return None;
    };
    let mut text = String::new();
    if name.ends_with(".gz") {
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    Some(reader.deserialize().map(|row| row.unwrap()).collect())
}

fn shipped() -> Book {
    Book::load(&DirFiles::new(root()))
        .unwrap_or_else(|e| panic!("the tariffs that ship cannot be read: {e:?}"))
}

fn chn() -> Party {
    Party::new("CHN").unwrap()
}

fn usa() -> Party {
    Party::new("USA").unwrap()
}

fn exact(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}

/// A float as text: `5.0e-03`.
fn number(text: &str) -> Exact {
    let (digits, power) = text.split_once('e').unwrap_or((text, "0"));
    &exact(digits) * &Exact::power_of_ten(power.parse().unwrap())
}

/// China's imports from the United States in 2017, in USD, with the sector of each code.
fn imports() -> Option<(Trade, BTreeMap<String, String>)> {
    let rows = table("china_imports_us/china_imports_from_us_2017_hs8.csv.gz")?;
    let thousand = Exact::integer(1000);
    let value = |r: &Row| (r["hs8"].clone(), &exact(&r["value_kusd"]) * &thousand);
    let trade = Trade {
        title: "Imports of China from the United States".into(),
        source: "ITC Trade Map".into(),
        year: 2017,
        unit: "USD".into(),
        values: rows.iter().map(value).collect(),
    };
    Some((
        trade,
        rows.into_iter().map(|mut r| (r.remove("hs8").unwrap(), r.remove("sector").unwrap())).collect(),
    ))
}

fn covered_by_china(book: &Book, trade: &Trade, day: Date) -> Coverage {
    let panel = book.panel(chn(), None).unwrap();
    // Chapters 98 and 99 of the statistic are in the published total.
    let mut chapters = LineSet::new();
    for chapter in (1..=99).map(|n| format!("{n:02}")) {
        chapters.add(&chapter, std::slice::from_ref(&chapter)).unwrap();
    }
    coverage(&panel, usa(), Scope(Some(&chapters)), day, None, Weights::Trade(trade), None).unwrap()
}

/// Bown, Jung and Zhang (2019), figure 2: 87.137 of 154.840 bn USD, and 12 sectors.
#[test]
fn chinas_retaliation_covers_what_was_published() {
    let Some((trade, sectors)) = imports() else { return };
    let Some(published) = table("oracles/bown_jung_zhang_fig2_coverage_by_sector.csv") else { return };
    let found = covered_by_china(&shipped(), &trade, date(2019, 6, 1));
    assert_eq!(found.covered, exact("87137151000"));
    assert_eq!(found.total, exact("154839651000"));
    assert_eq!(found.low, found.covered, "no code is covered in part");
    assert_eq!(found.unmatched, exact("6035074000"));
    assert_eq!(found.high, &found.covered + &found.unmatched);
    assert_eq!(found.share.unwrap().round_to(3), "56.276");
    let mut by_sector: BTreeMap<&str, (Exact, Exact)> = BTreeMap::new();
    for row in &found.rows {
        let (covered, all) =
            by_sector.entry(sectors[&row.code].as_str()).or_insert_with(|| (Exact::zero(), Exact::zero()));
        *all = &*all + &row.trade;
        if matches!(row.state, Covered::Covered | Covered::Partly) {
            *covered = &*covered + &row.trade;
        }
    }
    assert_eq!((by_sector.len(), published.len()), (12, 12));
    let billion = Exact::power_of_ten(9);
    let noise = Exact::integer(1);
    let mut apart = Vec::new();
    for row in &published {
        let cell = |head: &str| {
            let (_, text) = row.iter().find(|(key, _)| key.starts_with(head)).unwrap();
            &exact(text) * &billion
        };
        let (covered, all) = &by_sector[row["Sectors"].as_str()];
        assert!((all - &cell("Total")).abs() < noise, "{row:?}");
        let off = (covered - &cell("Covered")).abs();
        if off > noise {
            apart.push((row["Sectors"].as_str(), off.round_to(0)));
        }
    }
    // Published: 14.292625 bn covered; its own lines give 14.292627.
    assert_eq!(apart, [("Wood, paper, and metal products", "2000".to_owned())]);
}

fn china_against_us(one: &Book, other: &Book, trade: Option<&Trade>) -> Parity {
    let (one, other) = (one.panel(chn(), None).unwrap(), other.panel(usa(), None).unwrap());
    let one = Side { panel: &one, origin: usa(), day: date(2018, 1, 1) };
    let other = Side { panel: &other, origin: chn(), day: date(2017, 1, 1) };
    parity(one, other, Basis::Mfn, 6, trade, Scope(None)).unwrap()
}

fn mfn(id: &str, importer: Party, from: Date, lines: BTreeMap<String, Duty>) -> Book {
    let row = |(line, duty): (String, Duty)| ScheduleRow {
        line,
        duty,
        text: "as the table has it".into(),
        from,
        through: None,
        description: String::new(),
        row: 0,
    };
    let schedule = Schedule {
        id: id.into(),
        title: id.into(),
        importer,
        zone: TimeZone::UTC,
        kind: ScheduleKind::MfnApplied,
        origins: Vec::new(),
        classification: "HS".into(),
        published: None,
        from,
        through: None,
        read_on: None,
        rows: lines.into_iter().map(row).collect(),
        leaves_out: Vec::new(),
        certainty: Certainty::Secondary,
        cite: String::new(),
        note: None,
        provenance: None,
    };
    Book { schedules: vec![Arc::new(schedule)], ..Book::default() }
}

/// What the workbook and the USITC column of ad valorem rates give: China is higher on 4,209 of 5,358 shared codes. That
/// column cuts most rates off at whole percents (6.8% is 0.06 there), so it makes China look higher than the texts do.
#[test]
fn parity_by_the_columns_of_the_tables() {
    let Some(chinese) = table("tariffs/china_tariffs_hs10_bown_jung_zhang_2019-06-12.csv.gz") else { return };
    let Some(american) = table("tariffs/us_mfn_hts8_2017.csv.gz") else { return };
    // The workbook's 14.000000000000002 is 14.
    let clean = |text: &str| exact(&number(text).round_to(6));
    let cn = chinese.iter().map(|r| {
        let text = r["mfn_2018_01_01"].as_str();
        (r["hs10"].clone(), if text.is_empty() { Duty::Missing } else { Duty::percent(clean(text)) })
    });
    let us =
        american.iter().filter(|r| !r["hts8"].starts_with("98") && !r["hts8"].starts_with("99")).map(|r| {
            let duty = match r["mfn_rate_type_code"].as_str() {
                "0" | "7" => Duty::percent(&number(&r["mfn_ad_val_rate"]) * &Exact::integer(100)),
                _ => Duty::Unparsed(r["mfn_text_rate"].clone()),
            };
            (r["hts8"].clone(), duty)
        });
    let one = mfn("cn", chn(), date(2018, 1, 1), cn.collect());
    let other = mfn("us", usa(), date(2017, 1, 1), us.collect());
    let found = china_against_us(&one, &other, None);
    assert_eq!((found.shared, found.only_one, found.only_other), (5358, 29, 8));
    let means = &found.by_mean;
    assert_eq!((means.higher, means.lower, means.equal, means.no_mean), (4209, 456, 340, 353));
    let ranges = &found.by_range;
    assert_eq!((ranges.kept, ranges.broken, ranges.overlap, ranges.specific), (664, 3671, 424, 599));
    assert_eq!(ranges.kept_whatever, 24);
}

/// The same by rates as they are written, in the schedules that ship.
#[test]
fn parity_by_the_schedules_that_ship() {
    let book = shipped();
    let trade = imports();
    let found = china_against_us(&book, &book, trade.as_ref().map(|(trade, _)| trade));
    assert_eq!((found.shared, found.only_one, found.only_other), (5358, 29, 8));
    let means = &found.by_mean;
    assert_eq!((means.higher, means.lower, means.equal, means.no_mean), (4066, 499, 432, 361));
    let ranges = &found.by_range;
    assert_eq!((ranges.kept, ranges.broken, ranges.overlap, ranges.specific), (791, 3406, 549, 612));
    assert_eq!(ranges.kept_whatever, 25);
    if let Some(trade) = found.trade {
        let parts =
            [&trade.by_range.kept, &trade.by_range.broken, &trade.by_range.overlap, &trade.by_range.specific];
        assert_eq!(parts.into_iter().fold(Exact::zero(), |sum, x| &sum + x), trade.shared);
    }
}

/// Averages and the step of list 3, against sums made apart from this program.
#[test]
fn averages_by_day() {
    let book = shipped();
    let (cn, us) = (book.panel(chn(), None).unwrap(), book.panel(usa(), None).unwrap());
    let simple = |day| average(&cn, usa(), Scope(None), day, None, Weights::Simple).unwrap();
    let (before, after) = (simple(date(2018, 1, 1)), simple(date(2019, 6, 1)));
    assert_eq!((before.lines, before.counted), (11790, 11747));
    assert_eq!((before.left_out.unparsed, before.left_out.not_written), (29, 14));
    assert_eq!((before.high.clone(), before.read_on), (None, 0));
    assert_eq!(before.value.unwrap().round_to(3), "9.096");
    assert_eq!(after.value.unwrap().round_to(3), "21.039");
    assert_eq!(after.additional_mean.unwrap().round_to(3), "13.952");
    if let Some((trade, _)) = imports() {
        let weighed =
            average(&cn, usa(), Scope(None), date(2019, 6, 1), None, Weights::Trade(&trade)).unwrap();
        assert_eq!(weighed.value.unwrap().round_to(3), "15.577");
        let trade = weighed.trade.unwrap();
        assert_eq!(&trade.total + &trade.outside, exact("154839651000"));
        assert_eq!(
            &(&trade.counted + &trade.unmatched) + &trade.left_out.unparsed,
            &trade.total - &trade.left_out.not_written
        );
    }
    let step = diff(&us, chn(), Scope(None), date(2019, 5, 9), date(2019, 5, 10), None).unwrap();
    assert_eq!((step.appear.len(), step.disappear.len()), (0, 0));
    assert!(step.changed.iter().all(|l| l.begin == ["usa-section-301-china/list-3.25"] && !l.base_changed));
    assert!(step.changed.iter().filter_map(|l| l.change.as_ref()).all(|change| *change == exact("15")));
    assert_eq!(step.changed.len() + step.unchanged + step.not_told, 11083);
    let over = ceiling(&us, chn(), Scope(None), date(2018, 1, 1), None, &exact("15"), None).unwrap();
    assert_eq!(over.breach + over.kept + over.undecided, over.lines.len());
    let simple_us = average(&us, chn(), Scope(None), date(2018, 1, 1), None, Weights::Simple).unwrap();
    assert_eq!((simple_us.lines, simple_us.read_on, over.lines.len()), (11083, 11083, 11083));
    assert_eq!(simple_us.value.unwrap().round_to(3), "4.304");
}
