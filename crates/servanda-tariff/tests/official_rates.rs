//! The rates of the official tariff databases, read from their texts and compared with their own columns.

use servanda_core::Exact;
use servanda_tariff::{Book, Duty};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;

type Row = BTreeMap<String, String>;

/// The rows of a table of the shared folder; `None`: it is not at hand.
fn table(name: &str) -> Option<Vec<Row>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/tariffs");
    let Ok(file) = std::fs::File::open(root.join(name)) else {
        eprintln!("skipped: {name} is not at hand");
        return None;
    };
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    Some(reader.deserialize().map(|row| row.unwrap()).collect())
}

fn number(text: &str) -> Exact {
    let (digits, power) = text.split_once('e').unwrap_or((text, "0"));
    let digits = Exact::parse(if digits.is_empty() { "0" } else { digits }).unwrap();
    &digits * &Exact::power_of_ten(power.parse().unwrap())
}

/// The same but for a float's tail.
fn near(a: &Exact, b: &Exact) -> bool {
    (a - b).abs() < Exact::scaled(1, 9)
}

/// The columns of 2017 mostly hold two digits behind the point, the others cut off: 6.8% stands there as 0.06.
fn cut(official: &Exact, read: &Exact) -> bool {
    let rest = read - official;
    near(official, read) || (!rest.is_negative() && rest < Exact::scaled(1, 2))
}

/// What a duty came to, in a word.
fn kind(duty: &Duty) -> &'static str {
    match duty {
        Duty::Missing => "missing",
        Duty::Unparsed(_) => "unparsed",
        Duty::Between { .. } => "between",
        Duty::Formula { percent, specific } => match (percent.is_zero(), specific.is_empty()) {
            (true, true) => "free",
            (false, true) => "ad valorem",
            (true, false) => "specific",
            (false, false) => "compound",
        },
    }
}

#[test]
fn rates_of_2017_agree_with_the_official_columns() {
    let Some(rows) = table("us_mfn_hts8_2017.csv.gz") else { return };
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut differ: Vec<String> = Vec::new();
    for row in &rows {
        let duty = Duty::parse(&row["mfn_text_rate"]);
        let code = row["mfn_rate_type_code"].as_str();
        *counts.entry((code, kind(&duty))).or_default() += 1;
        let Duty::Formula { percent, specific } = &duty else { continue };
        let ad_valorem = number(&row["mfn_ad_val_rate"]);
        let fraction = percent * &Exact::scaled(1, 2);
        let dollars: Vec<Exact> =
            [&row["mfn_specific_rate"], &row["mfn_other_rate"]].map(|t| number(t)).to_vec();
        let amount = |index: usize| specific.get(index).map_or_else(Exact::zero, |s| s.dollars.clone());
        let amounts = dollars.iter().enumerate().all(|(index, d)| cut(d, &amount(index)));
        if !cut(&ad_valorem, &fraction) || !amounts {
            differ.push(format!(
                "{} {} type {code} {ad_valorem} {dollars:?}",
                row["hts8"], row["mfn_text_rate"]
            ));
        }
    }
    // For goods by the thousand the columns give dollars for one; in these two lines the columns themselves are off.
    let thousands = differ.iter().filter(|line| line.contains("/1000 ")).count();
    differ.retain(|line| !line.contains("/1000 "));
    println!("2017, by official type and what was read: {counts:#?}");
    println!("{} differ:\n{}", differ.len(), differ.join("\n"));
    assert_eq!(rows.len(), 12_861);
    assert_eq!(thousands, 7);
    let lines: Vec<&str> = differ.iter().filter_map(|line| line.split(' ').next()).collect();
    // 14 cents/liter is 0.01 there; 13.5 cents/kg and 1.9 cents/article stand in each other's column.
    assert_eq!(lines, ["22042260", "65050008"]);
    let count = |kind: &str| counts.iter().filter(|((_, k), _)| *k == kind).map(|(_, n)| n).sum::<usize>();
    let all = ["free", "ad valorem", "specific", "compound", "unparsed", "missing"].map(count);
    assert_eq!(all, [4202, 5913, 1105, 349, 375, 917]);
}

#[test]
fn rates_of_2025_agree_with_the_official_columns() {
    let Some(rows) = table("us_mfn_hts8_2025.csv.gz") else { return };
    let hundred = Exact::integer(100);
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut differ: Vec<String> = Vec::new();
    for row in &rows {
        let duty = Duty::parse(&row["rate_raw"]);
        let code = row["rate_type"].as_str();
        *counts.entry((code, kind(&duty))).or_default() += 1;
        let Duty::Formula { percent, specific } = &duty else { continue };
        if row["mfn_rate"].is_empty() {
            continue;
        }
        // The table has no column for amounts by quantity: it only says whether there are any.
        let amounts = matches!(code, "specific" | "compound");
        if !near(percent, &(&number(&row["mfn_rate"]) * &hundred)) || specific.is_empty() == amounts {
            differ.push(format!("{} {} {code} {}", row["hs8"], row["rate_raw"], row["mfn_rate"]));
        }
    }
    println!("2025, by official type and what was read: {counts:#?}");
    println!("{} differ:\n{}", differ.len(), differ.join("\n"));
    assert_eq!(rows.len(), 13_073);
    assert_eq!(differ, Vec::<String>::new());
    let count = |kind: &str| counts.iter().filter(|((_, k), _)| *k == kind).map(|(_, n)| n).sum::<usize>();
    let all = ["free", "ad valorem", "specific", "compound", "unparsed", "missing"].map(count);
    assert_eq!(all, [5825, 5917, 638, 289, 404, 0]);
}

#[test]
fn the_whole_table_of_2017_loads_as_a_schedule() {
    let Some(rows) = table("us_mfn_hts8_2017.csv.gz") else { return };
    let mut lines = String::from("line,rate,from\n");
    for row in &rows {
        let rate = row["mfn_text_rate"].replace('"', "\"\"");
        lines += &format!("{},\"{rate}\",{}\n", row["hts8"], day(&row["begin_effect_date"]));
    }
    let head = "id = \"usa\"\ntitle = \"US\"\nimporter = \"USA\"\nzone = \"America/New_York\"\nkind = \"mfn-applied\"\n\
        classification = \"HTS2017\"\nfrom = 2017-01-01\nlines = \"usa.csv\"\ncertainty = \"primary\"\ncite = \"USITC\"\n";
    let files: BTreeMap<String, Vec<u8>> = [
        ("schedules/usa.toml".to_owned(), head.as_bytes().to_vec()),
        ("schedules/usa.csv".to_owned(), lines.into_bytes()),
    ]
    .into();
    let start = std::time::Instant::now();
    let book = Book::load(&files).unwrap_or_else(|e| panic!("{e}"));
    println!("loaded in {:?}", start.elapsed());
    let schedule = &book.schedules[0];
    assert_eq!(schedule.rows.len(), rows.len());
    let unparsed = |duty: &Duty| matches!(duty, Duty::Unparsed(_));
    assert_eq!(schedule.rows.iter().filter(|r| unparsed(&r.duty)).count(), 375);
    assert_eq!(schedule.through, None);
}

/// `9/3/1995 0:00:00` as `1995-09-03`.
fn day(text: &str) -> String {
    let date = text.split(' ').next().unwrap();
    let parts: Vec<u16> = date.split('/').map(|p| p.parse().unwrap()).collect();
    format!("{:04}-{:02}-{:02}", parts[2], parts[0], parts[1])
}
