//! Files as publishers gave them, ingested as they are, or refused with what they are.

mod common;

use common::{NOW, as_of, options, party, repository, scratch};
use servanda_core::{Evidence, LineSet, Period, SeriesRequest, Stage, Unit};
use servanda_evidence::{Folder, IngestError, IngestReport, Input, NoteCode, SourceFile, Store, ingest};
use std::path::PathBuf;
use std::sync::Arc;

/// The folder of published files, if it is here.
fn published(file: &str) -> Option<PathBuf> {
    Some(common::data()?.join("published").join(file))
}

/// A source of one reporter with a body of flows, editions and files.
fn source(id: &str, head: &str, body: &str) -> SourceFile {
    let text = format!(
        "id = \"{id}\"\ntitle = \"t\"\npublisher = \"p\"\nzone = \"UTC\"\nlag_days = 60\nrevision = \"never\"\n{head}\n\
         [absence]\ndefault = \"unknown\"\n{body}"
    );
    SourceFile::parse(&format!("sources/{id}.toml"), &text).unwrap_or_else(|e| panic!("{e}"))
}

fn head(reporter: &str, frequency: &str, currency: &str, more: &str) -> String {
    format!(
        "reporter = \"{reporter}\"\nfrequency = \"{frequency}\"\n{more}\n[basis]\ncovers = \"goods\"\nside = \"importer\"\n\
         trade = \"t\"\nvaluation = \"CIF\"\naccounting = \"census\"\nseasonal = \"not adjusted\"\npartner = \"origin\"\n\
         territory = \"t\"\ncurrency = \"{currency}\"\nsecrecy = \"none\""
    )
}

const EDITION: &str = "[[edition]]\nname = \"HS2022\"\nfrom = 1990-01-01\n";

fn flow(stage: &str, dimensions: &str) -> String {
    format!("[[flow]]\nstage = \"{stage}\"\nnon_negative = true\ndimensions = [{dimensions}]\n")
}

fn read(source: &SourceFile, path: PathBuf) -> Result<IngestReport, IngestError> {
    let folder = scratch();
    ingest(folder.path(), source, &Input::Path(path), &options(Some("2026-11-01")), NOW.parse().unwrap())
}

fn read_well(source: &SourceFile, path: PathBuf) -> IngestReport {
    read(source, path).unwrap_or_else(|e| panic!("{e}"))
}

fn kept(report: &IngestReport) -> (u64, String) {
    let vintage = report.vintages.first().unwrap();
    (report.counts.kept, format!("{}..{}", vintage.periods.0, vintage.periods.1))
}

#[test]
fn semicolons_decimal_commas_codes_with_points_and_a_flow_column() {
    let Some(path) = published("forms/swiss_impex.csv") else { return };
    let body = flow("imports", "\"CHF\", \"t\"")
        + &flow("exports", "\"CHF\", \"t\"")
        + EDITION
        + "[[file]]\ncoverage = \"rows\"\ndialect = { separator = \";\", decimal = \",\" }\n\
           flow = { column = \"Verkehrsrichtung\", map = { Import = \"imports\", Export = \"exports\" } }\n\
           period = { column = \"Periode\", format = \"{MM}.{YYYY}\" }\n\
           partner = { column = \"Land\", map = { \"Vereinigte Staaten\" = \"USA\" } }\n\
           code = { column = \"Tarifnummer\", pattern = \"digits\", lengths = [8], drop = \".\" }\n\
           [[file.value]]\ncolumn = \"Wert (CHF)\"\nunit = \"CHF\"\n\
           [[file.quantity]]\ncolumn = \"Menge (kg)\"\nunit = \"kg\"\n";
    let head = head("CHE", "monthly", "CHF", "depth = 8\ndecimals = 2\nquantity_decimals = 6");
    let report = read_well(&source("swiss", &head, &body), path.clone());
    assert_eq!(kept(&report), (264, "2024-01..2026-09".to_owned()));
    assert_eq!(report.description, "file 1 (imports) + file 1 (exports)");
    // Without finer quantities half a kilogram is refused, and not rounded.
    let coarse = head.replace("quantity_decimals = 6", "");
    let error = read(&source("swiss", &coarse, &body), path).unwrap_err().to_string();
    assert!(error.contains("finer than 3 decimals"), "{error}");
}

#[test]
fn a_title_thousands_months_in_columns_and_a_total_that_is_not_one() {
    let Some(path) = published("forms/kita_wide.csv") else { return };
    let body = flow("imports", "\"USD\"")
        + EDITION
        + "[[file]]\ncoverage = \"rows\"\nignore = [\"Item\"]\nperiod = { column = \"month\" }\n\
           partner = { constant = \"USA\" }\n\
           code = { column = \"HS Code\", pattern = \"digits\", lengths = [4] }\n\
           [file.dialect]\nheader = [\"HS Code\", \"Item\"]\nthousands = \",\"\n\
           wide = { key = \"month\", values = { value = \"{YYYY}.{MM}\" } }\n\
           totals = [{ column = \"HS Code\", is = [\"Total\"], over = [\"Item\"] }]\n\
           [[file.value]]\ncolumn = \"value\"\nunit = \"thousand USD\"\n";
    let source = source("kita", &head("KOR", "monthly", "USD", "depth = 4"), &body);
    let report = read_well(&source, path);
    assert_eq!(kept(&report), (132, "2024-01..2026-09".to_owned()));
    let note = report.notes.iter().find(|n| n.text.contains("not the sum of")).unwrap();
    assert!(note.text.contains("the total is 9999999, its 4 parts come to 1986830"), "{}", note.text);
}

#[test]
fn a_census_table_with_two_titles_and_its_own_balance() {
    let Some(path) = published("raw/census-usa-trade-online-china-year.csv") else { return };
    let file = |flow: &str, column: &str, ignore: &str| {
        format!(
            "[[file]]\nname = \"{flow}\"\ncoverage = \"rows\"\nignore = [\"Balance ($US)\", \"{ignore}\"]\n\
             period = {{ column = \"Time\" }}\npartner = {{ column = \"Country\", map = {{ China = \"CHN\" }} }}\n\
             code = {{ constant = \"all\", pattern = \"name\" }}\n\
             [file.dialect]\nskip = 2\nragged = true\nthousands = \",\"\n\
             [[file.value]]\ncolumn = \"{column}\"\nflow = \"{flow}\"\nunit = \"USD\"\n"
        )
    };
    let (exports, imports) = ("Total Exports Value ($US)", "Customs Import Value (Gen) ($US)");
    let body = flow("imports", "\"USD\"")
        + &flow("exports", "\"USD\"")
        + EDITION
        + &file("exports", exports, imports)
        + &file("imports", imports, exports);
    let report = read_well(&source("usa-trade-online", &head("USA", "annual", "USD", ""), &body), path);
    assert_eq!(kept(&report), (36, "2002..2019".to_owned()));
}

/// A source of exports in dollars with one description.
fn simple(head_more: &str, frequency: &str, stage: &str, dimensions: &str, file: &str) -> SourceFile {
    let body = flow(stage, dimensions) + EDITION + "[[file]]\ncoverage = \"rows\"\n" + file;
    source("simple", &head("USA", frequency, "USD", head_more), &body)
}

#[test]
fn comtrade_csv_with_a_comma_at_the_end_and_a_flow_column() {
    let Some(path) = published("raw/comtrade-TradeData-2023-04-16.csv") else { return };
    let text = std::fs::read_to_string(&path).unwrap();
    let used = ["Period", "PartnerISO", "CmdCode", "FlowCode", "PrimaryValue"];
    let ignore: Vec<String> = text
        .lines()
        .next()
        .unwrap()
        .trim_end_matches(',')
        .split(',')
        .map(|c| c.trim_matches('"'))
        .filter(|c| !used.contains(c))
        .map(|c| format!("\"{c}\""))
        .collect();
    let body = flow("imports", "\"USD\"")
        + &flow("exports", "\"USD\"")
        + EDITION
        + &format!(
            "[[file]]\ncoverage = \"rows\"\nignore = [{}]\ndialect = {{ ragged = true }}\n\
             flow = {{ column = \"FlowCode\", map = {{ M = \"imports\", X = \"exports\" }} }}\n\
             period = {{ column = \"Period\", format = \"month-compact\" }}\n\
             partner = {{ column = \"PartnerISO\", map = {{ CHN = \"CHN\" }} }}\n\
             code = {{ column = \"CmdCode\", pattern = \"name\" }}\n[[file.value]]\ncolumn = \"PrimaryValue\"\nunit = \"USD\"\n",
            ignore.join(", ")
        );
    let report =
        read_well(&source("comtrade", &head("USA", "monthly", "USD", "total = \"TOTAL\""), &body), path);
    assert_eq!(kept(&report), (24, "2022-01..2022-12".to_owned()));
}

#[test]
fn sheets_with_chinese_headers_and_with_an_empty_first_sheet() {
    let Some(path) = published("raw/gacc-online-query-2015-soybeans.xlsx") else { return };
    let gacc = simple(
        "depth = 8",
        "monthly",
        "imports",
        "\"USD\", \"t\"",
        "ignore = [\"商品名称\", \"贸易伙伴编码\", \"第一计量单位\", \"第二数量\", \"第二计量单位\"]\ndialect = { form = \"xlsx\" }\n\
         period = { column = \"数据年月\", format = \"month-compact\" }\n\
         partner = { column = \"贸易伙伴名称\", map = { \"美国\" = \"USA\", \"巴西\" = \"BRA\" }, others = \"skip\" }\n\
         code = { column = \"商品编码\", pattern = \"digits\", lengths = [8] }\n[[file.value]]\ncolumn = \"美元\"\nunit = \"USD\"\n\
         [[file.quantity]]\ncolumn = \"第一数量\"\nunit = \"kg\"\n",
    );
    let report = read_well(&gacc, path);
    assert_eq!(report.counts.read, 35);
    assert_eq!(kept(&report).1, "2015-01..2015-12");
    let wits = simple(
        "depth = 6\ndecimals = 2",
        "annual",
        "imports",
        "\"USD\", \"t\"",
        "ignore = [\"Reporter\", \"Product Description\", \"Quantity Unit\"]\n\
         where = { TradeFlow = \"Import\" }\nperiod = { column = \"Year\" }\n\
         partner = { column = \"Partner\", map = { \"United States\" = \"USA\", Brazil = \"BRA\" }, others = \"skip\" }\n\
         code = { column = \"ProductCode\", pattern = \"digits\", lengths = [6] }\n\
         [file.dialect]\nform = \"xlsx\"\ntrim = true\nexponents = true\ntotals = [{ column = \"Partner\", is = [\"World\"] }]\n\
         [[file.value]]\ncolumn = \"Trade Value 1000USD\"\nunit = \"thousand USD\"\n\
         [[file.quantity]]\ncolumn = \"Quantity\"\nunit = \"kg\"\n",
    );
    let report = read_well(&wits, published("raw/wits-by-hs6product-2017-china-soybeans.xlsx").unwrap());
    assert_eq!(kept(&report), (2, "2017..2017".to_owned()));
    // The publisher's own World row is the sum of its partners.
    assert!(report.notes.iter().all(|n| !n.text.contains("not the sum")), "{:?}", report.notes);
}

#[test]
fn a_sheet_a_commodity_with_a_total_row_and_a_total_column() {
    let Some(path) = published("raw/fgis-inspections-pivot-2026-03-11.xlsx") else { return };
    let one = |sheet: &str, code: &str| {
        format!(
            "[[file]]\nname = \"{sheet}\"\ncoverage = \"rows\"\nignore = [\"TOTAL\"]\nperiod = {{ column = \"month\" }}\n\
             partner = {{ column = \"Destination\", map = {{ CHINA = \"CHN\", MEXICO = \"MEX\" }}, others = \"skip\" }}\n\
             code = {{ constant = \"{code}\", pattern = \"name\" }}\n\
             [file.dialect]\nform = \"xlsx\"\nsheet = \"{sheet}\"\nheader = [\"Destination\"]\n\
             wide = {{ key = \"month\", values = {{ tonnes = \"{{YYYY}}-{{MM}}\" }} }}\n\
             totals = [{{ column = \"Destination\", is = [\"TOTAL\"], refuse = true }}]\n\
             [[file.value]]\ncolumn = \"tonnes\"\nunit = \"t\"\nempty = \"no-figure\"\n"
        )
    };
    let body = flow("shipped", "\"t\"") + EDITION + &one("Soybeans", "soybeans") + &one("Corn", "corn");
    let report = read_well(&source("fgis", &head("USA", "monthly", "USD", ""), &body), path);
    assert_eq!(report.description, "Soybeans + Corn");
    assert!(
        report.remarks.iter().filter(|r| r.contains("3 equal to the sum")).count() == 2,
        "{:?}",
        report.remarks
    );
}

#[test]
fn columns_side_by_side_and_ten_thousands_in_a_sheet_of_many() {
    let Some(path) = published("raw/gacc-summary-2025-08.xlsx") else { return };
    let rest = [
        "进出口_当月",
        "进出口_当月同比",
        "进出口_年初至今",
        "进出口_年初至今同比",
        "进口_当月同比",
        "进口_年初至今",
        "进口_年初至今同比",
        "出口_当月",
        "出口_当月同比",
        "出口_年初至今",
        "出口_年初至今同比",
    ];
    let ignore: Vec<String> = rest.iter().map(|c| format!("\"{c}\"")).collect();
    let body = flow("imports", "\"CNY\"")
        + EDITION
        + &format!(
            "[[file]]\ncoverage = \"rows\"\nignore = [{}]\ndialect = {{ form = \"xlsx\", sheet = \"全国\" }}\n\
             period = {{ column = \"时间\" }}\npartner = {{ constant = \"USA\" }}\ncode = {{ constant = \"all\", pattern = \"name\" }}\n\
             [[file.value]]\ncolumn = \"进口_当月\"\nunit = \"CNY\"\nfactor = \"10000\"\n",
            ignore.join(", ")
        );
    let report = read_well(&source("gacc-summary", &head("CHN", "monthly", "CNY", ""), &body), path);
    assert_eq!(kept(&report), (18, "2024-01..2025-06".to_owned()));
}

#[test]
fn arrays_under_a_header_and_records_in_json() {
    let Some(path) = published("census/imports-hs-2025-06-CHN.json") else { return };
    let census = simple(
        "depth = 6",
        "monthly",
        "imports",
        "\"USD\"",
        "ignore = [\"CON_VAL_MO\", \"CAL_DUT_MO\", \"DUT_VAL_MO\", \"COMM_LVL\"]\ndialect = { form = \"json\" }\n\
         period = { column = \"time\" }\npartner = { column = \"CTY_CODE\", map = { \"5700\" = \"CHN\" } }\n\
         code = { column = \"I_COMMODITY\", pattern = \"digits\", lengths = [6] }\n[[file.value]]\ncolumn = \"GEN_VAL_MO\"\nunit = \"USD\"\n",
    );
    assert_eq!(kept(&read_well(&census, path)), (2, "2025-06..2025-06".to_owned()));
    let exports = |repeated: &str| {
        simple(
            "depth = 6",
            "monthly",
            "exports",
            "\"USD\"",
            &format!(
                "ignore = [\"CTY_CODE (2)\", \"COMM_LVL\"]\ndialect = {{ form = \"json\"{repeated} }}\n\
                 period = {{ column = \"time\" }}\npartner = {{ column = \"CTY_CODE\", map = {{ \"-\" = \"CHN\" }}, others = \"skip\" }}\n\
                 code = {{ column = \"E_COMMODITY\", pattern = \"digits\", lengths = [6] }}\n[[file.value]]\ncolumn = \"ALL_VAL_MO\"\nunit = \"USD\"\n"
            ),
        )
    };
    let twice = published("census/exports-hs-2026-07-duplicate-header.json").unwrap();
    let error = read(&exports(""), twice.clone()).unwrap_err().to_string();
    assert!(error.contains("`CTY_CODE` is there twice") && error.contains("repeated = true"), "{error}");
    assert_eq!(read_well(&exports(", repeated = true"), twice).counts.kept, 1);
    let weekly = simple(
        "",
        "daily",
        "shipped",
        "\"t\"",
        "ignore = [\"accumulatedExports\", \"outstandingSales\", \"grossNewSales\", \"currentMYNetSales\", \"currentMYTotalCommitment\", \
         \"nextMYOutstandingSales\", \"nextMYNetSales\", \"unitId\"]\ndialect = { form = \"json\" }\n\
         period = { column = \"weekEndingDate\", format = \"{YYYY}-{MM}-{DD}T00:00:00\", days = 7 }\n\
         partner = { column = \"countryCode\", map = { \"1220\" = \"CAN\" } }\ncode = { column = \"commodityCode\", pattern = \"name\" }\n\
         [[file.value]]\ncolumn = \"weeklyExports\"\nunit = \"t\"\n",
    );
    let report = read_well(&weekly, published("usda-esr/exports-104-1220-2024.json").unwrap());
    assert_eq!(report.counts.kept, 3);
}

#[test]
fn sdmx_in_its_forms() {
    let Some(path) = published("eurostat/NAMA_10_GDP-structurespecific.xml") else { return };
    let body = flow("announced", "\"EUR\"")
        + EDITION
        + "[[file]]\ncoverage = \"rows\"\nignore = [\"unit\", \"freq\"]\ndialect = { form = \"sdmx-ml\" }\n\
           period = { column = \"TIME_PERIOD\" }\npartner = { column = \"geo\", map = { LU = \"LUX\" } }\n\
           code = { column = \"na_item\", pattern = \"name\" }\n[[file.value]]\ncolumn = \"OBS_VALUE\"\nunit = \"m EUR\"\n";
    let gdp = source("gdp", &head("LUX", "annual", "EUR", ""), &body);
    let rates = |form: &str, ignore: &str, format: &str| {
        format!(
            "ignore = [{ignore}]\ndialect = {{ form = \"{form}\" }}\nperiod = {{ column = \"TIME_PERIOD\"{format} }}\n\
             partner = {{ constant = \"USA\" }}\ncode = {{ column = \"CURRENCY\", pattern = \"name\" }}\n\
             [[file.value]]\ncolumn = \"OBS_VALUE\"\nunit = \"USD\"\n"
        )
    };
    let report = read_well(&gdp, path);
    assert_eq!(kept(&report), (4, "2012..2015".to_owned()));
    let daily = simple(
        "decimals = 4",
        "daily",
        "announced",
        "\"USD\"",
        &rates(
            "sdmx-csv",
            "\"KEY\", \"FREQ\", \"CURRENCY_DENOM\", \"EXR_TYPE\", \"EXR_SUFFIX\", \"OBS_STATUS\"",
            "",
        ),
    );
    assert_eq!(read_well(&daily, published("ecb-csv/exr-daily.csv").unwrap()).counts.kept, 2);
    let error = read(&daily, published("ecb-csv/exr-missing-M.csv").unwrap()).unwrap_err().to_string();
    assert!(error.contains("there is no figure"), "{error}");
    let generic = published("sdmx-ecb/ecb-M.USD.EUR.SP00.A.generic.xml").unwrap();
    let columns = "\"FREQ\", \"CURRENCY_DENOM\", \"EXR_TYPE\", \"EXR_SUFFIX\", \"DECIMALS\", \"TIME_FORMAT\", \"SOURCE_AGENCY\"";
    let monthly = simple("decimals = 4", "monthly", "announced", "\"USD\"", &rates("sdmx-ml", columns, ""));
    // The message has more attributes than the description knows: they are named.
    let error = read(&monthly, generic).unwrap_err().to_string();
    assert!(error.contains("knows no column `TITLE_COMPL`"), "{error}");
}

#[test]
fn replies_that_are_no_tables_are_refused_as_what_they_are() {
    if published("").is_none() {
        return;
    }
    let any = |form: &str| {
        simple(
            "",
            "annual",
            "announced",
            "\"USD\"",
            &format!(
                "dialect = {{ form = \"{form}\" }}\nperiod = {{ column = \"a\" }}\npartner = {{ constant = \"USA\" }}\n\
                 code = {{ constant = \"all\", pattern = \"name\" }}\n[[file.value]]\ncolumn = \"b\"\nunit = \"USD\"\n"
            ),
        )
    };
    for (file, form, says) in [
        ("bea/error-200-bad-key.json", "json", "Invalid Request - Invalid API UserId."),
        ("eia/error-400.json", "json", "Invalid frequency 'yearly' provided"),
        ("comtrade/bulk-empty-200.json", "json", "an empty reply"),
        ("census/no-data-204-empty-body", "json", "the file is empty"),
        ("eurostat/fault-413-too-big.xml", "sdmx-ml", "EXTRACTION_TOO_BIG"),
        ("eurostat/footer-413-async.xml", "sdmx-ml", "Due to the large query"),
        ("eurostat/footer2.xml", "sdmx-ml", "Due to the large query"),
        ("sdmx-ecb/flat.json", "json", "SDMX-JSON"),
        ("sdmx-ecb/action-delete.json", "json", "SDMX-JSON"),
        ("raw/korea-motie-eiec-release.html", "html", "the page has no table"),
    ] {
        let error = read(&any(form), published(file).unwrap()).unwrap_err().to_string();
        assert!(error.contains(says), "{file}: {error}");
    }
}

/// A description in `tests/published`, of a file that was written down as its publisher gives it.
fn written(id: &str) -> String {
    let path = repository().join(format!("crates/servanda-evidence/tests/published/{id}.toml"));
    std::fs::read_to_string(path).unwrap()
}

fn parsed(id: &str, text: &str) -> SourceFile {
    SourceFile::parse(&format!("sources/{id}.toml"), text).unwrap_or_else(|e| panic!("{id}: {e}"))
}

/// Flow, partner, unit, the beginning of codes, period, and the figure in the smallest unit that is kept, as worked out from the raw
/// file by other means.
type Figure = (Stage, &'static str, &'static str, &'static str, &'static str, i128);

/// Ingests a published file and compares figures of it.
fn figures(source: &SourceFile, file: &str, expected: &[Figure]) -> Option<IngestReport> {
    Some(figures_of(source, &Input::Path(published(file)?), file, expected))
}

fn figures_of(source: &SourceFile, input: &Input, file: &str, expected: &[Figure]) -> IngestReport {
    let folder = scratch();
    let mut with = options(Some("2026-11-01"));
    with.no_final_newline = true;
    let report = ingest(folder.path(), source, input, &with, NOW.parse().unwrap());
    let report = report.unwrap_or_else(|e| panic!("{file}: {e}"));
    let store = Store::open(Arc::new(Folder::new(folder.path())), [source.clone()]);
    for (stage, partner, unit, code, period, expected) in expected {
        let mut lines = LineSet::new();
        let any = ('0'..='9').chain('a'..='z').chain('A'..='Z').map(String::from);
        let prefixes: Vec<String> = if code.is_empty() { any.collect() } else { vec![(*code).to_owned()] };
        lines.add("all", &prefixes).unwrap();
        let (first, last) = source.source.frequency.split(&Period::parse(period).unwrap()).unwrap();
        let request = SeriesRequest {
            source: &source.source.id,
            stage: *stage,
            partner: party(partner),
            dimension: Unit::parse(unit).unwrap().dimension,
            lines: &lines,
            first,
            last,
            as_of: as_of("2026-11-20"),
        };
        let series = store.series(&request).unwrap_or_else(|e| panic!("{file}: {e}"));
        assert_eq!(common::total(&series), *expected, "{file}: {partner} {code} {period}");
    }
    report
}

#[test]
fn figures_of_each_publisher_are_those_of_the_file() {
    use Stage::{Announced, Exports, Imports};
    // Description, file, figures that are kept, and figures of it.
    let cases: &[(&str, &str, u64, &[Figure])] = &[
        (
            "psd-soybeans",
            "raw/usda-psd-table07-soybeans.csv",
            5,
            &[
                (Exports, "WLD", "XXX", "soybeans", "2023-09..2024-08", 46_266),
                (Exports, "WLD", "XXX", "soybeans", "2021-09..2026-08", 254_226),
            ],
        ),
        (
            "gats-bico",
            "raw/usda-gats-us-annual-exports-2019-02-21.csv",
            1_632,
            &[
                (Exports, "CHN", "USD", "soybeans", "2017", 12_252_668_000),
                (Exports, "CHN", "USD", "", "2001..2017", 266_758_499_000),
                (Exports, "WLD", "USD", "", "2001..2017", 1_990_514_469_000),
            ],
        ),
        (
            "usitc-exports-fas",
            "raw/usitc-dataweb-export-fas-first-400-lines.csv",
            36,
            &[
                (Exports, "CHN", "USD", "02", "2021", 397_057_142_100),
                (Exports, "CHN", "USD", "", "2020..2025", 2_203_550_757_600),
            ],
        ),
        (
            "usitc-imports-customs",
            "raw/usitc-dataweb-taiwan-excerpt.csv",
            43,
            &[
                (Imports, "ZZZ", "USD", "250900", "2024", 11_215_300),
                (Imports, "ZZZ", "USD", "", "2015..2025", 1_341_516_700),
            ],
        ),
        (
            "fred-impch",
            "raw/fred-IMPCH.xls",
            417,
            &[
                (Imports, "CHN", "USD", "goods", "2019-09", 40_220_142_151),
                (Imports, "CHN", "USD", "goods", "1985-01..2019-09", 7_073_025_122_032),
            ],
        ),
        (
            "eia-power",
            "eia/v2-data-shape.json",
            2,
            &[
                (Announced, "ZZZ", "XXX", "WAS", "2021-03", 30_600),
                (Announced, "ZZZ", "XXX", "", "2021-03", 6_968_963),
            ],
        ),
        (
            "comtrade-api",
            "comtrade/data-v1-get-C-A-HS.json",
            4,
            &[
                (Imports, "ARG", "USD", "TOTAL", "2010", 6_804_128_143),
                (Imports, "DEU", "USD", "TOTAL", "2010", 74_251_272_075),
                (Exports, "ARG", "USD", "TOTAL", "2010", 6_115_764_185),
                (Exports, "DEU", "USD", "TOTAL", "2010", 68_047_133_397),
            ],
        ),
        (
            "ecb-exchange-rates",
            "sdmx-ecb/ng-ts-structurespecific.xml",
            3,
            &[(Announced, "USA", "USD", "USD", "2010-08..2010-10", 39_859)],
        ),
    ];
    for (id, file, kept, expected) in cases {
        let source = parsed(id, &written(id));
        assert!(!source.source.unfilled.is_empty(), "{id}: what the file does not say is CHECK");
        let Some(report) = figures(&source, file, expected) else { return };
        assert_eq!(report.counts.kept, *kept, "{file}");
        println!("{file}: {} of {} rows, {:?}", report.counts.kept, report.counts.read, report.remarks);
        let says = |words: &str| {
            report.remarks.iter().chain(report.notes.iter().map(|n| &n.text)).any(|r| r.contains(words))
        };
        match *id {
            "psd-soybeans" => assert!(says("25 equal to the sum of the parts"), "{:?}", report.remarks),
            // The publisher's grand total has China twice: it is the world and China.
            "gats-bico" => assert!(says("2 equal to the sum of the parts, 15 equal but for rounding")),
            "usitc-exports-fas" => assert!(says("all 6 exports of 2025 are 0"), "{:?}", report.notes),
            "eia-power" => {
                assert!(says("the reply warns: The API can only return 5000 rows"), "{:?}", report.remarks)
            }
            _ => {}
        }
    }
}

#[test]
fn the_standards_examples_of_sdmx_csv() {
    let Some(folder) = published("sdmx-csv") else { return };
    // What each has besides, its column of figures, separator and decimal mark; figures of 2014-01, and all of them, in tenths.
    let cases = [
        ("01", "ATTR_2 ATTR_3 ATTR_1 UPDATED", "OBS_VALUE", "", 124, 232),
        ("02", "OBS_VALUE2 ATTR_3 ATTR_1", "OBS_VALUE1", "", 124, 232),
        ("03", "SERIES_KEY OBS_VALUE2 ATTR_3 ATTR_1", "OBS_VALUE1", "", 124, 232),
        (
            "04",
            "SERIES_KEY OBS_KEY ATTR_2 ATTR_3 ATTR_1",
            "OBS_VALUE",
            "separator = \";\"\ndecimal = \",\"",
            124,
            232,
        ),
        ("09A", "ATTR_1", "OBS_VALUE", "", 124, 344),
        ("10", "ATTR_1", "OBS_VALUE", "", 124, 232),
        ("15", "ATTR_1", "OBS_VALUE", "", 124, 232),
    ];
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), cases.len() + 1, "each example, and FROM.txt");
    for (number, besides, value, dialect, first, all) in cases {
        let ignore: Vec<String> = "STRUCTURE STRUCTURE_ID ACTION"
            .split(' ')
            .chain(besides.split(' '))
            .map(|c| format!("\"{c}\""))
            .collect();
        let text = written("sdmx-csv")
            .replace("IGNORE", &ignore.join(", "))
            .replace("OBS_VALUE", value)
            .replace(&format!("{value}2"), "OBS_VALUE2")
            .replace("form = \"sdmx-csv\"", &format!("form = \"sdmx-csv\"\n{dialect}"));
        let expected = [
            (Stage::Announced, "ZZZ", "XXX", "a.b", "2014-01", first),
            (Stage::Announced, "ZZZ", "XXX", "", "2014-01..2014-03", all),
        ];
        figures(&parsed("sdmx-csv", &text), &format!("sdmx-csv/example-{number}.csv"), &expected);
    }
}

/// The sheets of a workbook of export markets: name, the months so far, and the first of its two years.
const SHEETS_2019: [(&str, &str, u16); 12] = [
    ("February update", "Jan.-Nov.", 2017),
    ("March update", "Jan.-Dec.", 2017),
    ("March 28th update", "Oct.-Jan.", 2018),
    ("April update", "Oct.-Feb.", 2018),
    ("May update", "Oct.-Mar.", 2018),
    ("June update", "Oct.-Apr.", 2018),
    ("July update", "Oct.-May", 2018),
    ("August update", "Oct.-Jun.", 2018),
    ("September update", "Oct.-Jul.", 2018),
    ("October update", "Oct.-Aug.", 2018),
    ("November update", "Oct.-Sep.", 2018),
    ("December update", "Jan.-Oct.", 2018),
];

fn markets(sheets: &[(&str, &str, u16)]) -> SourceFile {
    let text = written("ers-export-markets");
    let (head, file) = text.split_once("[[file]]").unwrap();
    let files = sheets.iter().map(|(sheet, months, year)| {
        let file = file.replace("SHEET", sheet).replace("PATTERN", "{MON} {YYYY}");
        let file = file.replace("SO FAR, YEAR BEFORE", &format!("{months} {year}"));
        format!("[[file]]{}", file.replace("SO FAR", &format!("{months} {}", year + 1)))
    });
    parsed("ers-export-markets", &(head.to_owned() + &files.collect::<String>()))
}

#[test]
fn a_workbook_with_a_sheet_for_each_update() {
    use Stage::Exports;
    let file = "raw/usda-ers-exportcmd2019.xls";
    let expected = [
        (Exports, "CHN", "t", "soybeans", "2019-10", 1_761_648_000),
        (Exports, "CHN", "t", "", "2017-11..2019-10", 35_204_847_300),
        (Exports, "MEX", "t", "", "2017-11..2019-10", 47_751_112_100),
        (Exports, "WLD", "t", "", "2017-11..2019-10", 269_428_063_200),
    ];
    let Some(report) = figures(&markets(&SHEETS_2019), file, &expected) else { return };
    assert_eq!(kept(&report), (240, "2017-11..2019-10".to_owned()));
    assert!(report.notes.iter().all(|n| n.code != NoteCode::NotRead), "{:?}", report.notes);
    // A sheet that is described and has other columns is said, and so is one that is not there.
    let mut other = SHEETS_2019;
    (other[3].1, other[7].0) = ("Jan.-Feb.", "Update of August");
    let report = read_well(&markets(&other), published(file).unwrap());
    let not_read: Vec<&str> =
        report.notes.iter().filter(|n| n.code == NoteCode::NotRead).map(|n| n.text.as_str()).collect();
    assert_eq!((report.counts.kept, not_read.len()), (200, 2), "{not_read:?}");
    assert!(not_read.iter().any(|n| n.contains("`April update` is described, and nothing of it was read")));
    assert!(not_read.iter().any(|n| n.contains("`Update of August`")), "{not_read:?}");
    // In the workbook of 2020 two sheets have one month: they are two publications, and no one can say which counts.
    let file = published("raw/usda-ers-exportcmd2020.xls").unwrap();
    let twice = [
        ("Dec. update of Oct. 2019 data", "Jan.-Oct.", 2018),
        ("Dec. update of Oct. 2020 data", "Jan.-Oct.", 2019),
    ];
    let error = read(&markets(&twice), file.clone()).unwrap_err().to_string();
    assert!(error.contains("one figure would count twice"), "{error}");
    let last = [("Feb. update of Dec. 2021 data", "Jan.-Dec.", 2019)];
    let expected = [(Exports, "CHN", "t", "soybeans", "2020-12", 6_824_014_000)];
    figures(&markets(&last), "raw/usda-ers-exportcmd2020.xls", &expected);
    // One of its sheets calls January 2019 and 2020 those of 2018 and 2019. Against what is held, that is a revision of all of them.
    let folder = scratch();
    let keep = |sheets: &[(&str, &str, u16)], path: PathBuf, day: &str| {
        let now = NOW.parse().unwrap();
        ingest(folder.path(), &markets(sheets), &Input::Path(path), &options(Some(day)), now).unwrap()
    };
    keep(&SHEETS_2019, published("raw/usda-ers-exportcmd2019.xls").unwrap(), "2019-12-10");
    let report = keep(&[("Mar. update of Jan. 2020 data", "Oct.-Jan.", 2019)], file, "2020-03-10");
    assert!(report.notes.iter().any(|n| n.code == NoteCode::Revised), "{:?}", report.notes);
}

#[test]
fn a_flag_beside_a_zero_and_a_rate_finer_than_what_is_kept() {
    let Some(path) = published("bea/getdata-regional-200.json") else { return };
    let source = parsed("bea-regional", &written("bea-regional"));
    let report = read_well(&source, path);
    assert_eq!((report.counts.kept, report.counts.empty), (0, 1), "a 0 with the note (D) is no 0");
    let source = parsed("ecb-exchange-rate", &written("ecb-exchange-rate"));
    let generic = published("sdmx-ecb/ecb-M.USD.EUR.SP00.A.generic.xml").unwrap();
    let error = read(&source, generic).unwrap_err().to_string();
    assert!(
        error.contains("finer than 6 decimals") && error.contains("`decimals` of money up to 6"),
        "{error}"
    );
}

/// A ZIP archive whose members are stored as they are.
fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in members {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        let (size, at) = (u32::try_from(bytes.len()).unwrap(), u32::try_from(out.len()).unwrap());
        let mut entry = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        entry.extend(crc.sum().to_le_bytes());
        entry.extend([size.to_le_bytes(), size.to_le_bytes()].concat());
        entry.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        entry.extend([0, 0]);
        out.extend([b"PK\x03\x04", entry.as_slice(), name.as_bytes(), bytes].concat());
        directory.extend([b"PK\x01\x02\x14\x00", entry.as_slice(), &[0; 10]].concat());
        directory.extend([at.to_le_bytes().as_slice(), name.as_bytes()].concat());
    }
    let (at, size) = (u32::try_from(out.len()).unwrap(), u32::try_from(directory.len()).unwrap());
    let count = u16::try_from(members.len()).unwrap().to_le_bytes();
    out.extend(directory);
    out.extend(
        [
            b"PK\x05\x06\x00\x00\x00\x00".as_slice(),
            &count,
            &count,
            &size.to_le_bytes(),
            &at.to_le_bytes(),
            &[0, 0],
        ]
        .concat(),
    );
    out
}

#[test]
fn one_file_in_every_encoding_and_archive() {
    let Some(path) = published("raw/usitc-dataweb-taiwan-excerpt.csv") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.trim_start_matches('\u{feff}').replace("CHALK", "CRAIE \u{e0} \u{e9}crire");
    let utf16 = |be: bool| -> Vec<u8> {
        let marked: Vec<u16> = std::iter::once(0xfeff).chain(text.encode_utf16()).collect();
        marked.iter().flat_map(|u| if be { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    };
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, text.as_bytes()).unwrap();
    let notes = ("read-me.pdf", b"Notes\n".as_slice());
    for (name, bytes, dialect) in [
        ("utf-8.csv", text.clone().into_bytes(), ""),
        ("utf-16le.csv", utf16(false), "encoding = \"utf-16\""),
        ("utf-16be.csv", utf16(true), "encoding = \"utf-16\""),
        ("windows-1252.csv", latin, "encoding = \"windows-1252\""),
        ("packed.csv.gz", packed.finish().unwrap(), ""),
        ("one.zip", zipped(&[("imports.csv", text.as_bytes())]), ""),
        ("two.zip", zipped(&[("imports.csv", text.as_bytes()), notes]), "member = \"imports.csv\""),
    ] {
        let dialect = format!("\n[file.dialect]\n{dialect}\n\n[[file.value]]");
        let source = parsed(
            "usitc-imports-customs",
            &written("usitc-imports-customs").replace("\n[[file.value]]", &dialect),
        );
        let expected = [
            (Stage::Imports, "ZZZ", "USD", "250900", "2024", 11_215_300),
            (Stage::Imports, "ZZZ", "USD", "", "2015..2025", 1_341_516_700),
        ];
        let input = Input::Bytes { name: name.to_owned(), bytes: bytes.clone() };
        assert_eq!(figures_of(&source, &input, name, &expected).counts.kept, 43, "{name}");
        // What is guessed reads the same figures, whatever they are packed in.
        let guess = servanda_evidence::guess(&input, "usitc", NOW.parse().unwrap());
        let guess = guess.unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(guess.ingests && guess.says.contains("43 figures"), "{name}: {}", guess.says);
        let guessed = parsed("usitc", &guess.text);
        figures_of(&guessed, &input, name, &expected.map(|e| (e.0, e.1, "XXX", e.3, e.4, e.5 / 100)));
    }
}

#[test]
fn two_flows_under_merged_names() {
    let text = "Trade with Ruritania\nCommodity,,Imports,,Exports,\nCode,Name,2023,2024,2023,2024\n\
                1201,Soya,1,2,3,4\n1005,Maize,5,6,7,8\n";
    let body = flow("imports", "\"USD\"")
        + &flow("exports", "\"USD\"")
        + EDITION
        + "[[file]]\ncoverage = \"rows\"\nignore = [\"Commodity Name\"]\nperiod = { column = \"year\" }\n\
           partner = { constant = \"CHN\" }\ncode = { column = \"Commodity Code\", pattern = \"digits\", lengths = [4] }\n\
           [file.dialect]\nskip = 1\nheader_rows = 2\nmerged = true\n\
           wide = { key = \"year\", values = { in = \"Imports {YYYY}\", out = \"Exports {YYYY}\" } }\n\
           [[file.value]]\ncolumn = \"in\"\nflow = \"imports\"\nunit = \"USD\"\n\
           [[file.value]]\ncolumn = \"out\"\nflow = \"exports\"\nunit = \"USD\"\n";
    let source = source("merged", &head("USA", "annual", "USD", "depth = 4"), &body);
    let input = Input::Bytes { name: "merged.csv".to_owned(), bytes: text.as_bytes().to_vec() };
    let expected = [
        (Stage::Imports, "CHN", "USD", "1201", "2024", 2),
        (Stage::Exports, "CHN", "USD", "1201", "2023", 3),
        (Stage::Imports, "CHN", "USD", "", "2023..2024", 14),
        (Stage::Exports, "CHN", "USD", "", "2023..2024", 22),
    ];
    assert_eq!(figures_of(&source, &input, "merged.csv", &expected).counts.kept, 8);
}

/// A source of dollars by year and month in two columns.
fn by_year_and_month(totals: &str) -> SourceFile {
    simple(
        "depth = 4",
        "monthly",
        "exports",
        "\"USD\"",
        &format!(
            "period = {{ columns = [\"Year\", \"Month\"], format = \"{{YYYY}} {{MON}}\" }}\npartner = {{ constant = \"CHN\" }}\n\
             code = {{ column = \"HS\", pattern = \"digits\", lengths = [4] }}\n[file.dialect]\ntotals = [{totals}]\n\
             [[file.value]]\ncolumn = \"Value\"\nunit = \"USD\"\n"
        ),
    )
}

#[test]
fn totals_of_years_stand_among_months_in_two_columns() {
    let file = |total: &str| {
        Input::Bytes {
        name: "months.csv".to_owned(),
        bytes: format!(
            "Year,Month,HS,Value\n2024,Jan,1201,5\n2024,Feb.,1201,6\n2024,Total,1201,{total}\n2024,Jan,1005,1\n2024,Feb.,1005,2\n\
             2024,Total,1005,3\n2025,Jan,1201,7\n2025,Total,1201,7\n"
        )
        .into_bytes(),
    }
    };
    let read = |source: &SourceFile, total: &str| {
        let folder = scratch();
        ingest(folder.path(), source, &file(total), &options(Some("2026-11-01")), NOW.parse().unwrap())
    };
    let source = by_year_and_month("{ column = \"Month\", is = [\"Total\"] }");
    let report = read(&source, "11").unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(kept(&report), (5, "2024-01..2025-01".to_owned()));
    assert!(
        report.remarks.iter().any(|r| r.contains("3 equal to the sum of the parts")),
        "{:?}",
        report.remarks
    );
    let report = read(&source, "20").unwrap();
    let note = report.notes.iter().find(|n| n.code == NoteCode::TotalDiffers).unwrap();
    assert!(
        note.text.contains("line 4, `Value` of 1201, 2024: the total is 20, its 2 parts come to 11"),
        "{}",
        note.text
    );
    let refused = by_year_and_month("{ column = \"Month\", is = [\"Total\"], refuse = true }");
    assert!(read(&refused, "20").unwrap_err().to_string().contains("its 2 parts come to 11"));
    // A total that is told by another column has the year alone; what it is made of differs in the month.
    let text = "Year,Month,HS,Value\n2024,Jan,1201,5\n2024,Feb,1201,6\n2024,,Total,11\n";
    let input = Input::Bytes { name: "months.csv".to_owned(), bytes: text.as_bytes().to_vec() };
    let source = by_year_and_month("{ column = \"HS\", is = [\"Total\"], over = [\"Month\"] }");
    let folder = scratch();
    let report =
        ingest(folder.path(), &source, &input, &options(Some("2026-11-01")), NOW.parse().unwrap()).unwrap();
    assert!(
        report.remarks.iter().any(|r| r.contains("1 equal to the sum of the parts")),
        "{:?}",
        report.remarks
    );
}
