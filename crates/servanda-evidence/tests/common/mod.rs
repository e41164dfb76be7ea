//! What the integration tests share.
#![allow(dead_code, reason = "each test file uses a part of it")]

use servanda_core::{AsOf, Date, Dimension, Evidence, Held, LineSet, Party, Series, SeriesRequest, Stage};
use servanda_evidence::{
    Folder, IngestOptions, IngestReport, Input, PublishedArg, SourceFile, Store, ingest,
};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub const NOW: &str = "2026-11-21T12:00:00Z";

/// A folder for one test, in memory where there is such a place, since each ingest waits for the disk.
pub fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}

pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder of real files, if it is here.
pub fn data() -> Option<PathBuf> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if data.is_dir() {
        Some(data)
    } else {
        println!("skipped: the folder with the published files is not here");
        None
    }
}

pub fn source(id: &str) -> SourceFile {
    let path = repository().join("sources").join(format!("{id}.toml"));
    let text = std::fs::read_to_string(&path).unwrap();
    SourceFile::parse(&format!("sources/{id}.toml"), &text).unwrap_or_else(|e| panic!("{e}"))
}

pub fn all_sources() -> Vec<SourceFile> {
    let mut ids: Vec<String> = std::fs::read_dir(repository().join("sources"))
        .unwrap()
        .flatten()
        .filter_map(|e| e.file_name().to_str()?.strip_suffix(".toml").map(str::to_owned))
        .collect();
    ids.sort();
    ids.iter().map(|id| source(id)).collect()
}

pub fn date(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn as_of(text: &str) -> AsOf {
    AsOf { date: date(text), known_at: None }
}

pub fn party(text: &str) -> Party {
    Party::new(text).unwrap()
}

pub fn usd() -> Dimension {
    Dimension::Money(servanda_core::Currency::new("USD").unwrap())
}

pub fn options(published: Option<&str>) -> IngestOptions {
    IngestOptions {
        published: published.map(|p| PublishedArg::parse(p).unwrap()),
        ..IngestOptions::default()
    }
}

pub const SHIPPED: [(&str, &str, Option<&str>); 6] = [
    (
        "usa-census-exports",
        "us_exports_china/hs6_monthly_vintage_2021-02-23.csv.gz",
        Some("at-the-latest 2021-02-23"),
    ),
    (
        "usa-census-exports",
        "us_exports_china/hs6_monthly_vintage_2021-03-25.csv.gz",
        Some("at-the-latest 2021-03-25"),
    ),
    (
        "usa-census-exports",
        "us_exports_china/energy_products_quantities_monthly_vintage_2021-04-07.csv.gz",
        Some("at-the-latest 2021-04-07"),
    ),
    ("usa-census-exports-hs2", "trade_hs2/us_exports_china_hs2_revision_log.csv.gz", None),
    (
        "usa-census-totals",
        "trade_totals/us_goods_trade_by_partner_monthly_2013_2024.csv.gz",
        Some("at-the-latest 2025-10-18"),
    ),
    ("waugh-covered-exports", "phase_one/us_exports_covered_monthly_vintages.csv.gz", None),
];

/// Ingests every file that ships.
pub fn ship(data: &Path, evidence: &Path) -> Vec<IngestReport> {
    SHIPPED
        .iter()
        .map(|(id, file, published)| {
            let input = Input::Path(data.join(file));
            ingest(evidence, &source(id), &input, &options(*published), NOW.parse().unwrap())
                .unwrap_or_else(|e| panic!("{e}"))
        })
        .collect()
}

pub fn open(evidence: &Path) -> Store {
    Store::open(Arc::new(Folder::new(evidence)), all_sources())
}

pub fn month(text: &str) -> i32 {
    let (year, month) = text.split_once('-').unwrap();
    year.parse::<i32>().unwrap() * 12 + month.parse::<i32>().unwrap() - 1
}

/// Lines by label and prefixes.
pub fn lines(list: &[(&str, &[&str])]) -> LineSet {
    let mut set = LineSet::new();
    for (label, prefixes) in list {
        let prefixes: Vec<String> = prefixes.iter().map(|p| (*p).to_owned()).collect();
        set.add(label, &prefixes).unwrap();
    }
    set
}

pub struct Ask<'a> {
    pub source: &'a str,
    pub stage: Stage,
    pub dimension: Dimension,
    pub lines: &'a LineSet,
    pub from: &'a str,
    pub to: &'a str,
    pub as_of: AsOf,
}

impl<'a> Ask<'a> {
    pub fn request(&self) -> SeriesRequest<'a> {
        SeriesRequest {
            source: self.source,
            stage: self.stage,
            partner: party("CHN"),
            dimension: self.dimension,
            lines: self.lines,
            first: month(self.from),
            last: month(self.to),
            as_of: self.as_of,
        }
    }
}

pub fn exports<'a>(source: &'a str, lines: &'a LineSet, from: &'a str, to: &'a str, day: &str) -> Ask<'a> {
    Ask { source, stage: Stage::Exports, dimension: usd(), lines, from, to, as_of: as_of(day) }
}

pub fn ask(store: &Store, ask: &Ask<'_>) -> Series {
    store.series(&ask.request()).unwrap()
}

pub fn total(series: &Series) -> i128 {
    series.cells.iter().map(|c| c.value).sum()
}

pub fn held(series: &Series) -> BTreeMap<Held, usize> {
    let mut counts = BTreeMap::new();
    for cell in &series.cells {
        *counts.entry(cell.held).or_insert(0) += 1;
    }
    counts
}

/// Every file of a folder with its bytes.
pub fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    fn walk(folder: &Path, out: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                out.insert(path.clone(), Vec::new());
                walk(&path, out);
            } else {
                out.insert(path.clone(), std::fs::read(&path).unwrap());
            }
        }
    }
    let mut out = BTreeMap::new();
    walk(folder, &mut out);
    out
}

/// 1,230 headings of 4 digits, five subheadings each, 10 partners, 325 months: 20 million rows.
pub const HEADINGS: u32 = 1230;
const PARTNERS: [&str; 10] = ["AUS", "BRA", "CAN", "CHN", "DEU", "FRA", "JPN", "KOR", "MEX", "USA"];

fn heading(n: u32) -> String {
    format!("{:02}{:02}", n / 30 + 1, n % 30 + 1)
}

/// The source of the generated rows.
pub fn large_source() -> SourceFile {
    let text = std::fs::read_to_string(repository().join("sources/usa-census-totals.toml")).unwrap();
    let start = text.find("[[file]]").unwrap();
    let map: Vec<String> = PARTNERS.iter().map(|p| format!("{p} = \"{p}\"")).collect();
    let text = format!(
        "{}[[file]]\ncoverage = \"full\"\nperiod = {{ column = \"month\" }}\npartner = {{ column = \"partner\", map = {{ {} }} }}\n\
         code = {{ column = \"code\", pattern = \"digits\", lengths = [6] }}\n[[file.value]]\ncolumn = \"value\"\nflow = \"exports\"\nunit = \"USD\"\n",
        text[..start].replace("total     = \"goods\"", "depth = 6").replace("usa-census-totals", "large"),
        map.join(", ")
    );
    SourceFile::parse("large.toml", &text).unwrap_or_else(|e| panic!("{e}"))
}

/// The generated rows as CSV.
pub fn write_large() -> String {
    let mut csv = "month,partner,code,value\n".to_owned();
    let mut seed = 1u64;
    for month in 0..325u32 {
        for partner in PARTNERS {
            for n in 0..HEADINGS {
                for sub in 0..5 {
                    seed =
                        seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    let value = seed >> 40;
                    writeln!(
                        csv,
                        "{}-{:02},{partner},{}{sub}0,{value}",
                        1990 + month / 12,
                        month % 12 + 1,
                        heading(n)
                    )
                    .unwrap();
                }
            }
        }
    }
    csv
}

/// Every second heading, 545 of them.
pub fn heading_list() -> Vec<String> {
    (0..545).map(|n| heading(n * 2 + 1)).collect()
}
