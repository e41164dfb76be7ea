//! `guess` over every published file: the column of its figures, or refused with the reason.

mod common;

use common::{NOW, options, scratch};
use servanda_evidence::{Input, SourceFile, guess, ingest};
use std::path::Path;

/// Each published file, what stands in what is written of it (none where it is refused), and what is said.
const FILES: &[(&str, &[&str], &str)] = &[
    (
        "forms/swiss_impex.csv",
        &[
            "column = \"Wert (CHF)\"",
            "drop = \".\"",
            "separator = \";\"",
            "\"{MM}.{YYYY}\"",
            "\"Export\" = \"exports\"",
        ],
        "264 figures",
    ),
    ("forms/kita_wide.csv", &["thousands = \",\"", "\"thousand USD\"", "is = [\"Total\"]"], "132 figures"),
];

/// The column of figures of each published file, as a person reads it. Every other one is refused.
const VALUES: &[(&str, &str)] = &[
    ("bea/getdata-regional-200.json", "DataValue"),
    ("census/exports-hs-2026-07-duplicate-header.json", "ALL_VAL_MO"),
    ("census/imports-hs-2025-06-CHN.json", "GEN_VAL_MO"),
    ("comtrade/data-v1-get-C-A-HS.json", "primaryValue"),
    ("ecb-csv/exr-daily.csv", "OBS_VALUE"),
    ("eia/v2-data-shape.json", "generation"),
    ("eurostat/NAMA_10_GDP-structurespecific.xml", "OBS_VALUE"),
    ("forms/kita_wide.csv", "value"),
    ("forms/swiss_impex.csv", "Wert (CHF)"),
    ("raw/census-usa-trade-online-china-year.csv", "Total Exports Value ($US)"),
    ("raw/comtrade-TradeData-2023-04-16.csv", "PrimaryValue"),
    ("raw/fgis-inspections-pivot-2026-03-11.xlsx", "value"),
    ("raw/fred-IMPCH.xls", "Imports"),
    ("raw/gacc-online-query-2015-soybeans.xlsx", "美元"),
    ("raw/gacc-summary-2025-08.xlsx", "进口_当月"),
    ("raw/usda-gats-us-annual-exports-2019-02-21.csv", "value"),
    ("raw/usitc-dataweb-export-fas-first-400-lines.csv", "value"),
    ("raw/usitc-dataweb-taiwan-excerpt.csv", "Customs Value"),
    ("raw/wits-by-hs6product-2017-china-soybeans.xlsx", "Trade Value 1000USD"),
    ("raw/wto-ttd-C156_C840-first-39-rows.csv", "imports"),
    ("sdmx-csv/example-01.csv", "OBS_VALUE"),
    ("sdmx-csv/example-02.csv", "OBS_VALUE1"),
    ("sdmx-csv/example-03.csv", "OBS_VALUE1"),
    ("sdmx-csv/example-04.csv", "OBS_VALUE"),
    ("sdmx-csv/example-09A.csv", "OBS_VALUE"),
    ("sdmx-csv/example-10.csv", "OBS_VALUE"),
    ("sdmx-csv/example-15.csv", "OBS_VALUE"),
    ("sdmx-ecb/ecb-M.USD.EUR.SP00.A.generic.xml", "OBS_VALUE"),
    ("sdmx-ecb/ng-ts-structurespecific.xml", "OBS_VALUE"),
    ("usda-esr/exports-104-1220-2024.json", "weeklyExports"),
    ("wto/data-HS_P_0070.json", "Value"),
];

#[test]
fn published_files_are_described_or_refused() {
    let Some(data) = common::data() else { return };
    let published = data.join("published");
    let mut all: Vec<_> = Vec::new();
    for folder in std::fs::read_dir(&published).unwrap().flatten() {
        for file in std::fs::read_dir(folder.path()).unwrap().flatten() {
            if file.file_name() != "FROM.txt" {
                all.push(file.path());
            }
        }
    }
    all.sort();
    for path in &all {
        let name = path.strip_prefix(&published).unwrap().display().to_string();
        let input = Input::Path(path.clone());
        match guess(&input, "guessed", NOW.parse().unwrap()) {
            Ok(guess) => {
                let own = VALUES.iter().find(|(file, _)| *file == name);
                let (_, column) =
                    own.unwrap_or_else(|| panic!("{name} is no table of figures:\n{}", guess.text));
                let from = guess.text.find("[[file.value]]").unwrap();
                assert!(
                    guess.text[from..].contains(&format!("column = \"{column}\"")),
                    "{name}\n{}",
                    guess.text
                );
                let read = SourceFile::parse("guessed.toml", &guess.text);
                println!("== {name}: {}", guess.says);
                if std::env::var_os("SHOW").is_some() {
                    let from = guess.text.find("[[flow]]").unwrap_or(0);
                    println!("{}", &guess.text[from..]);
                }
                if guess.ingests {
                    let source = read.unwrap_or_else(|e| panic!("{name}: {e}\n{}", guess.text));
                    let mut with = options(Some("2026-11-20"));
                    with.no_final_newline = true;
                    let folder = scratch();
                    let done = ingest(folder.path(), &source, &input, &with, NOW.parse().unwrap());
                    done.unwrap_or_else(|e| panic!("{name}: {e}"));
                }
            }
            Err(error) => {
                assert!(!VALUES.iter().any(|(file, _)| *file == name), "{name}: {error}");
                println!("== {name}: refused: {error}");
            }
        }
    }
    for (file, parts, says) in FILES {
        let path = published.join(Path::new(file));
        let guess = guess(&Input::Path(path), "guessed", NOW.parse().unwrap())
            .unwrap_or_else(|e| panic!("{file}: {e}"));
        for part in *parts {
            assert!(guess.text.contains(part), "{file}: {part} is not in\n{}", guess.text);
        }
        assert!(guess.ingests && guess.says.contains(says), "{file}: {}", guess.says);
    }
}

#[test]
fn what_nobody_names_a_figure_is_none_and_letters_inside_a_word_are_no_unit() {
    let written = |name: &str, text: &str| {
        let input = Input::Bytes { name: name.to_owned(), bytes: text.as_bytes().to_vec() };
        guess(&input, "guessed", NOW.parse().unwrap())
    };
    // A list of files: keys in digits, and `fileUrl` with `eur` in it.
    let list =
        "{\"data\": [{\"fileUrl\": \"b07f\", \"period\": 1962, \"partitionKey\": \"32\", \"shelf\": \"7\"}]}";
    let error = written("list.json", list).unwrap_err().to_string();
    assert!(error.contains("named as figures of trade") && error.contains("`partitionKey`"), "{error}");
    // Its unit stands beside it.
    let power = "period,sectorid,generation,generation-units\n2021-03,6,69.5,thousand megawatthours\n";
    let guess = written("power.csv", power).unwrap();
    assert!(guess.text.contains("column = \"generation\""), "{}", guess.text);
    let europe = written("europe.csv", "month,hs4,partner,value\n2021-03,1201,Eurasia,5\n").unwrap();
    assert!(!europe.text.contains("EUR"), "{}", europe.text);
}
