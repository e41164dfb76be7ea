//! Files as publishers gave them, ingested as they are, or refused with what they are.

mod common;

use common::{NOW, options, scratch};
use servanda_evidence::{IngestError, IngestReport, Input, SourceFile, ingest};
use std::path::PathBuf;

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
