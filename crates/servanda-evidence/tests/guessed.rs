//! `guess` over every published file: the column of its figures, or refused with the reason.

mod common;
#[path = "guessed/forms.rs"]
mod forms;

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
    ("sdmx-csv/example-01.csv", "OBS_VALUE"),
    ("sdmx-csv/example-02.csv", "OBS_VALUE1"),
    ("sdmx-csv/example-03.csv", "OBS_VALUE1"),
    ("sdmx-csv/example-04.csv", "OBS_VALUE"),
    ("sdmx-csv/example-09A.csv", "OBS_VALUE"),
    ("sdmx-csv/example-10.csv", "OBS_VALUE"),
    ("sdmx-csv/example-15.csv", "OBS_VALUE"),
    ("sdmx-ecb/ecb-M.USD.EUR.SP00.A.generic.xml", "OBS_VALUE"),
    ("usda-esr/exports-104-1220-2024.json", "weeklyExports"),
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

/// What is refused, and why.
const REFUSED: &[(&str, &str)] = &[
    ("wto/data-HS_P_0070.json", "`Unit` says `Percent`): a table of rates is not trade"),
    ("raw/wto-ttd-C156_C840-first-39-rows.csv", "every figure of its column `imports` is 0"),
    ("sdmx-ecb/ng-ts-structurespecific.xml", "have several units (`CURRENCY` says `CHF`, `GBP`, `JPY`)"),
    ("raw/usda-psd-table07-soybeans.csv", "years that span two"),
    ("raw/usda-ers-exportcmd2019.xls", "`2017 (2)` is the second"),
    ("comtrade/bulk-v1-get-C-A-HS.json", "no column of it is named as figures of trade"),
    ("usda-esr/datareleasedates.json", "no column of it is named as figures of trade"),
    ("usda-esr/unitsOfMeasure.json", "no column says of which period a row is"),
];

#[test]
fn what_is_no_table_of_trade_is_refused_as_what_it_is() {
    let Some(data) = common::data() else { return };
    for (file, why) in REFUSED {
        let path = data.join("published").join(file);
        let error = guess(&Input::Path(path), "guessed", NOW.parse().unwrap()).unwrap_err().to_string();
        assert!(error.contains(why), "{file}: {error}");
    }
}

/// A table by month, code and partner, as text: its columns, and what one row is made of.
fn table(columns: &str, row: impl Fn(u32, &str, &str) -> String) -> String {
    let mut text = format!("{columns}\n");
    for month in 1..=4 {
        for code in ["0201", "1005", "1201"] {
            for partner in ["China", "Japan"] {
                text += &row(month, code, partner);
                text.push('\n');
            }
        }
    }
    text
}

/// What is written of tables that could be read in two ways: the text that stands in it, or the reason for refusing it.
#[test]
fn what_can_be_read_in_two_ways_is_said_or_refused() {
    let plain = |value: &str| {
        let value = value.to_owned();
        table("Month,HS4,Partner,Value USD", move |m, c, p| format!("2024-{m:02},{c},{p},{value}"))
    };
    let with = |more: &str, own: &'static str| {
        table(&format!("Month,HS4,Partner,Value USD,{more}"), move |m, c, p| {
            let word = own.split('/').nth(m as usize % own.split('/').count()).unwrap();
            format!("2024-{m:02},{c},{p},{m}{c},{word}")
        })
    };
    let before = |first: &str| {
        table(&format!("Month,HS4,Partner,{first},Trade value"), |m, c, p| {
            format!("2024-{m:02},{c},{p},7,{m}{c}")
        })
    };
    let period = |name: &str| {
        table(&format!("{name},HS4,Partner,Value USD"), |m, c, p| format!("202{m},{c},{p},{m}{c}"))
    };
    let wide = |columns: &str| format!("HS Code,Item,{columns}\n2701,Coal,11,12,13\n2709,Crude,21,22,23\n");
    let said: Vec<(String, &str)> = vec![
        // Thousands or decimals: three digits behind one mark.
        (plain("15.231"), "decimal = \".\"   # CHECK: or what stands before three digits parts thousands"),
        (plain("\"15,231\""), "thousands = \",\"   # CHECK"),
        (
            table("Month,HS4,Partner,Value USD", |m, c, p| {
                format!("2024-{m:02},{c},{p},{}", if m == 2 { "9124" } else { "\"15,231\"" })
            }),
            "decimal = \",\"   # CHECK",
        ),
        // The column that is of the period itself, and others by their names.
        (before("Value USD cumulative"), "column = \"Trade value\""),
        (before("Value previous year"), "column = \"Trade value\""),
        (before("Unit value USD/kg"), "column = \"Trade value\""),
        (before("Value index"), "column = \"Trade value\""),
        (before("Exports value"), "figures stand in columns that are not read: `Trade value`"),
        // Another column's currency is not this one's.
        (before("Value"), "unit   = \"CHECK\""),
        // Powers of ten beside the figures, flags beside them.
        (with("UNIT_MULT", "6"), "unit   = \"m USD\""),
        (with("Scale", "Thousands"), "unit   = \"thousand USD\""),
        (with("Flag", "c/"), "flags    = { column = \"Flag\", map = { \"c\" = \"unknown\" } }"),
        (with("Type", "Import/Export/Balance"), "skip = [\"Balance\"]"),
        // Periods in columns, and what stands beside them.
        (wide("2022,2023,2024/2023"), "figures stand in columns that are not read: `2024/2023`"),
        (wide("2023 Value,2024 Value,2024 Qty"), "figures stand in columns that are not read: `2024 Qty`"),
        (
            "Year,Month,HS4,Value USD\n2024,3,1201,5\n2024,3,1005,6\n".to_owned(),
            "columns = [\"Year\", \"Month\"]",
        ),
        (
            "Date,HS4,Value USD\n01.03.2024,1201,5\n01.04.2024,1201,6\n".to_owned(),
            "format = \"01.{MM}.{YYYY}\"",
        ),
        (
            ",Month,HS4,Value USD\n1,2024-03,1201,5\n2,2024-04,1201,6\n".to_owned(),
            "ignore   = [\"column 1\"]",
        ),
        // Two names of one country.
        (
            table("Month,HS4,Country,Value USD", |m, c, p| {
                let name = match p {
                    "Japan" => "China",
                    _ if m > 2 => "United States",
                    _ => "USA",
                };
                format!("2024-{m:02},{c},{name},{m}{c}")
            }),
            "\"USA\" = \"USA\", \"United States\" = \"USA\"",
        ),
        ("HS4,Item,2023,2024\n1201,Soya,5,6\n1005,Mais,7,8\nGesamt,,12,14\n".to_owned(), "is = [\"Gesamt\"]"),
    ];
    let refused: Vec<(String, &str)> = vec![
        (plain("+15"), "`+15` in it is none"),
        (plain("(1512)"), "`(1512)` in it is none"),
        (
            // Another column of figures is no reason to pass over the one that has an odd cell.
            table("Month,HS4,Partner,PrimaryValue,FobValue", |m, c, p| {
                format!("2024-{m:02},{c},{p},{}{c},0", if m == 3 { "+" } else { "" })
            }),
            "its column `PrimaryValue` is named as figures, and `+0201` in it is none",
        ),
        (with("Unit", "USD/t"), "have several units"),
        (with("Unit", "%"), "a table of rates is not trade"),
        (with("Flow", "1/2"), "names flows that are not known: `1`, `2`"),
        (with("UNIT_MULT", "3/6"), "several powers of ten"),
        (plain("0"), "every figure of its column `Value USD` is 0"),
        (period("Fiscal year"), "no calendar years or months by their name, `Fiscal year`"),
        (period("Year ended June"), "no calendar years"),
        (wide("ene-24,feb-24,mar-24"), "`ene-24` is perhaps another"),
        (wide("jan 2024,feb 2024,mrt 2024"), "`mrt 2024` is perhaps another"),
        (wide("2022,2023,2024*"), "`2024*` is perhaps another"),
        ("Month,HS4,Value USD\n2024-03,201.0,5\n2024-04,1201.0,6\n".to_owned(), "zeros before them are lost"),
    ];
    let write = |text: &str| {
        let input = Input::Bytes { name: "rows.csv".to_owned(), bytes: text.as_bytes().to_vec() };
        guess(&input, "guessed", NOW.parse().unwrap())
    };
    for (text, part) in said {
        let guess = write(&text).unwrap_or_else(|e| panic!("{part}: {e}"));
        assert!(guess.ingests && guess.text.contains(part), "{part} is not in\n{}", guess.text);
    }
    for (text, why) in refused {
        let error = write(&text).map(|g| g.text).unwrap_err().to_string();
        assert!(error.contains(why), "{why}: {error}");
    }
}

#[test]
fn a_flow_is_read_from_the_column_that_is_named_so() {
    let write = |text: &str| {
        let input = Input::Bytes { name: "rows.csv".to_owned(), bytes: text.as_bytes().to_vec() };
        guess(&input, "guessed", NOW.parse().unwrap()).unwrap().text
    };
    let text = write(
        "FreqCode,Period,FlowCode,FlowDesc,PartnerISO,CmdCode,PrimaryValue\n\
         M,202201,X,Export,CHN,1201,100\nM,202202,X,Export,CHN,1201,7\n",
    );
    assert!(text.contains("flow     = { column = \"FlowCode\", map = { \"X\" = \"exports\" } }"), "{text}");
    // A letter in a column of another name is no flow, and a word is; a name of something else never is one.
    for (name, cell, flow) in [
        ("Frequency", "M", false),
        ("Sex", "M", false),
        ("Unit", "X", false),
        ("Kind", "X", false),
        ("Kind", "Import", true),
        ("Frequency", "Import", false),
        ("TRADE_FLOW", "M", true),
    ] {
        let text =
            write(&format!("{name},Period,PartnerISO,CmdCode,PrimaryValue\n{cell},202201,CHN,1201,100\n"));
        assert_eq!(text.contains("flow     = {"), flow, "{name}, {cell}: {text}");
        assert_eq!(text.contains("stage        = \"CHECK\""), !flow, "{name}, {cell}: {text}");
    }
    let Some(data) = common::data() else { return };
    let path = data.join("published/raw/comtrade-TradeData-2023-04-16.csv");
    let text = guess(&Input::Path(path), "guessed", NOW.parse().unwrap()).unwrap().text;
    let part = "flow     = { column = \"FlowCode\", map = { \"M\" = \"imports\", \"X\" = \"exports\" }";
    assert!(text.contains(part), "{text}");
}

#[test]
fn what_parts_a_year_is_read_with_it_or_refused() {
    let write = |text: &str| {
        let input = Input::Bytes { name: "rows.csv".to_owned(), bytes: text.as_bytes().to_vec() };
        guess(&input, "guessed", NOW.parse().unwrap())
    };
    for (name, cells, format) in [
        ("Quarter", ["Q1", "Q1"], "{YYYY} Q{Q}"),
        ("Quarter", ["Q1", "Q2"], "{YYYY} Q{Q}"),
        ("Qtr", ["4", "3"], "{YYYY} {Q}"),
        ("Quartal", ["1", "2"], "{YYYY} {Q}"),
        ("Month", ["Jan", "Mar"], "{YYYY} {MON}"),
    ] {
        let [a, b] = cells;
        let read = write(&format!(
            "Year,{name},HS Code,Country,Value (USD)\n2024,{a},1201,China,5\n2024,{b},1005,China,6\n"
        ));
        let read = read.unwrap_or_else(|e| panic!("{name}, {a}: {e}"));
        let part = format!("period   = {{ columns = [\"Year\", \"{name}\"], format = \"{format}\" }}");
        assert!(read.ingests && read.text.contains(&part), "{}", read.text);
        let sure = if a == b { "frequency = \"quarterly\"         # CHECK" } else { "" };
        assert!(read.text.contains(sure), "{}", read.text);
    }
    for (name, cell) in [
        ("Month", "Mai"),
        ("Month", "Jan-Mar"),
        ("Mth", "M03"),
        ("Monat", "M\u{e4}rz"),
        ("Export month", "Mai"),
        ("Quarter", "First"),
        ("Quartal", "I"),
        ("Period", "H1"),
        ("Ref period", "20240201"),
        ("Half-year", "1"),
        ("Week", "12"),
    ] {
        for text in [
            format!(
                "Year,{name},HS Code,Country,Value (USD)\n2024,{cell},1201,China,5\n2024,{cell},1005,China,6\n"
            ),
            format!(
                "HS Code,Country,{name},2023,2024\n1201,China,{cell},500,600\n1005,China,{cell},700,800\n"
            ),
        ] {
            let error = write(&text).map(|g| g.text).unwrap_err().to_string();
            assert!(
                error.contains(&format!("its column `{name}` (`{cell}`) parts the period")),
                "{text}{error}"
            );
        }
    }
    // What says that the year is whole, and figures of a month beside those of a year, part nothing.
    for (name, cell) in
        [("refMonth", "52"), ("Period", "2024"), ("RefPeriodId", "20240101"), ("Value of last month", "170")]
    {
        let read = write(&format!(
            "Year,{name},HS Code,Country,Value (USD)\n2024,{cell},1201,China,5\n2024,{cell},1005,China,6\n"
        ));
        let read = read.unwrap_or_else(|e| panic!("{name}, {cell}: {e}"));
        assert!(read.ingests && read.text.contains("frequency = \"annual\""), "{}", read.text);
    }
}

/// Figures of each month of a year that are the sums of those before.
fn growing(columns: &str, more: &str) -> String {
    let rows = (1..=8).map(|m| format!("2024-{m:02},1201,China,{}{more}\n", m * 100));
    format!("{columns}\n{}", rows.collect::<String>())
}

#[test]
fn sums_since_january_are_refused_where_words_say_so_and_checked_where_figures_do() {
    let write = |name: &str, text: &str| {
        let input = Input::Bytes { name: name.to_owned(), bytes: text.as_bytes().to_vec() };
        guess(&input, "guessed", NOW.parse().unwrap())
    };
    let plain = growing("Month,HS Code,Country,Value (USD)", "");
    let read = write("rows.csv", &plain).unwrap();
    assert!(read.ingests, "{}", read.text);
    assert!(
        read.text.contains("CHECK: ") && read.text.contains("sums since the beginning of a year?"),
        "{}",
        read.text
    );
    for title in [
        "Exports, cumulative",
        "Exports (Year-to-date)",
        "Exports since January",
        "Exports, January to month",
        "Exports, Jan-Aug 2024",
        "Exports, January through August 2024",
        "Running total of exports",
        "Ausfuhr, kumuliert",
        "Ausfuhr Januar bis August",
        "\u{51fa}\u{53e3}\u{7d2f}\u{8ba1}",
        "\u{51fa}\u{53e3}_\u{5e74}\u{521d}\u{81f3}\u{4eca}",
    ] {
        let error =
            write("rows.csv", &format!("{title}\n\n{plain}")).map(|g| g.text).unwrap_err().to_string();
        assert!(error.contains("are sums since the beginning of a year, it seems"), "{title}: {error}");
    }
    for title in [
        "Exports, not cumulative",
        "Exports, January to December 2024",
        "Exports, January 2024 to August 2024",
        "Accumulators",
    ] {
        assert!(write("rows.csv", &format!("{title}\n\n{plain}")).unwrap().ingests, "{title}");
    }
    let error = write("exports-ytd-2024.csv", &plain).map(|g| g.text).unwrap_err().to_string();
    assert!(error.contains("exports-ytd-2024.csv"), "{error}");
    let beside = growing("Month,HS Code,Country,Value (USD),Measure", ",Cumulative");
    let error = write("rows.csv", &beside).map(|g| g.text).unwrap_err().to_string();
    assert!(error.contains("it seems (`Cumulative`)"), "{error}");
    for column in ["Value (USD) since January", "Value (USD) Jan-Aug", "Running total USD"] {
        let text = growing(&format!("Month,HS Code,Country,{column}"), "");
        let error = write("rows.csv", &text).map(|g| g.text).unwrap_err().to_string();
        assert!(error.contains("a sum so far"), "{error}");
    }
}

#[test]
fn codes_that_are_in_no_column_that_is_named_so_are_not_lost() {
    let write = |text: &str| {
        let input = Input::Bytes { name: "rows.csv".to_owned(), bytes: text.as_bytes().to_vec() };
        guess(&input, "guessed", NOW.parse().unwrap())
    };
    for code in ["1201", "120190", "12019000", "1201900095"] {
        for rows in [
            format!("Month,Position,Country,Value (USD)\n2024-01,{code},China,5\n2024-02,{code},China,6\n"),
            // Names would tell the rows apart.
            format!(
                "Month,Position,Wording,Country,Value (USD)\n2024-01,{code},Soya,China,5\n2024-01,{code},Maize,China,6\n"
            ),
        ] {
            let error = write(&rows).map(|g| g.text).unwrap_err().to_string();
            assert!(error.contains(&format!("`Position` may be the product codes (`{code}`)")), "{error}");
        }
    }
    for (name, cell) in [("Country code", "5700"), ("Base", "2015"), ("Position", "5"), ("Position", "Soya")]
    {
        let rows =
            format!("Month,{name},Country,Value (USD)\n2024-01,{cell},China,5\n2024-02,{cell},China,6\n");
        let text = write(&rows).unwrap_or_else(|e| panic!("{name}: {e}")).text;
        assert!(text.contains("code     = { constant = \"all\""), "{text}");
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

#[test]
fn the_usual_forms_of_statistical_offices_are_described_or_refused() {
    for (name, text, encoding, comes) in forms::forms() {
        // What is not written by the library that reads it: UTF-16, with its byte order mark.
        let bytes: Vec<u8> = if encoding == encoding_rs::UTF_16LE {
            std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
        } else {
            encoding.encode(text).0.into_owned()
        };
        let input = Input::Bytes { name: name.to_owned(), bytes };
        match (guess(&input, "guessed", NOW.parse().unwrap()), comes) {
            (Ok(guess), forms::Comes::Says(parts)) => {
                for part in parts {
                    assert!(guess.text.contains(part), "{name}: {part} is not in\n{}", guess.text);
                }
                assert!(guess.ingests, "{name}: {}", guess.says);
                let source =
                    SourceFile::parse("guessed.toml", &guess.text).unwrap_or_else(|e| panic!("{name}: {e}"));
                let folder = scratch();
                let done = ingest(
                    folder.path(),
                    &source,
                    &input,
                    &options(Some("2026-11-20")),
                    NOW.parse().unwrap(),
                );
                done.unwrap_or_else(|e| panic!("{name}: {e}"));
            }
            (Err(error), forms::Comes::Refused(why)) => {
                assert!(error.to_string().contains(why), "{name}: {error}")
            }
            (Ok(guess), forms::Comes::Refused(_)) => panic!("{name} is described:\n{}", guess.text),
            (Err(error), forms::Comes::Says(_)) => panic!("{name} is refused: {error}"),
        }
    }
}

/// What is written of every file of the folder that `GUESS` names, for whoever tries others.
#[test]
fn files_of_a_folder_that_is_named() {
    let Some(folder) = std::env::var_os("GUESS") else { return };
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().flatten().map(|f| f.path()).collect();
    paths.sort();
    for path in paths.into_iter().filter(|p| p.is_file()) {
        println!("== {}", path.display());
        match guess(&Input::Path(path.clone()), "guessed", NOW.parse().unwrap()) {
            Ok(guess) => {
                println!("{}", guess.text);
                if guess.ingests {
                    let source =
                        SourceFile::parse("guessed.toml", &guess.text).unwrap_or_else(|e| panic!("{e}"));
                    let mut with = options(Some("2026-11-20"));
                    with.no_final_newline = true;
                    let folder = scratch();
                    let done =
                        ingest(folder.path(), &source, &Input::Path(path), &with, NOW.parse().unwrap());
                    done.unwrap_or_else(|e| panic!("{e}"));
                }
            }
            Err(error) => println!("refused: {error}"),
        }
    }
}
