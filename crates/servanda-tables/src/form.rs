//! The forms of files. A form that is added is a file with a reader, and a line in each of the three lists here.

use crate::container::Packed;
use crate::dialect::Dialect;
use crate::error::TableError;
use crate::table::Rows;
use crate::{delimited, eurostat, html, json, sdmx_csv, sdmx_ml, sheet};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// Text with a separator between fields: CSV, TSV and their kin.
    #[default]
    Csv,
    /// A sheet of a workbook, Office Open XML.
    Xlsx,
    /// A sheet of a workbook of the older kind, BIFF.
    Xls,
    /// A table of a page.
    Html,
    /// An array of arrays under a header, or of records.
    Json,
    /// SDMX-CSV: CSV whose names may have labels behind a colon.
    SdmxCsv,
    /// SDMX-ML, structure-specific or generic: a row for each observation.
    SdmxMl,
    /// Eurostat's tab-separated form: all dimensions in the first column.
    EurostatTsv,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Csv,
        Self::Xlsx,
        Self::Xls,
        Self::Html,
        Self::Json,
        Self::SdmxCsv,
        Self::SdmxMl,
        Self::EurostatTsv,
    ];

    /// Its word in a source file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
            Self::Html => "html",
            Self::Json => "json",
            Self::SdmxCsv => "sdmx-csv",
            Self::SdmxMl => "sdmx-ml",
            Self::EurostatTsv => "eurostat-tsv",
        }
    }

    /// The rows of a file of this form as they stand, titles and footnotes among them, with what it says of itself.
    pub(crate) fn rows(self, packed: Packed, dialect: &Dialect) -> Result<Raw, TableError> {
        match self {
            Self::Csv => delimited::rows(packed, dialect),
            Self::Xlsx => sheet::xlsx(packed, dialect),
            Self::Xls => sheet::xls(packed, dialect),
            Self::Html => html::rows(packed, dialect),
            Self::Json => json::rows(packed, dialect),
            Self::SdmxCsv => sdmx_csv::rows(packed, dialect),
            Self::SdmxMl => sdmx_ml::rows(packed, dialect),
            Self::EurostatTsv => eurostat::rows(packed, dialect),
        }
    }
}

/// Rows as a form has them.
pub(crate) struct Raw {
    pub rows: Box<dyn Rows>,
    /// What distinguishes the table in its file: a sheet, a member of an archive.
    pub about: Option<String>,
    /// What else to know.
    pub remarks: Vec<String>,
    /// Whether rows stand on a grid, so that missing cells at their ends are empty ones.
    pub grid: bool,
    pub byte_order_mark: bool,
}

impl Raw {
    pub fn grid(rows: impl Rows + 'static) -> Self {
        Self { rows: Box::new(rows), about: None, remarks: Vec::new(), grid: true, byte_order_mark: false }
    }
}

/// A row in memory: its line, and its cells that have something in them with their places, in order.
pub(crate) type Sparse = (u64, Vec<(u32, String)>);

/// Rows that are in memory.
pub(crate) struct Kept {
    rows: std::vec::IntoIter<Sparse>,
}

impl Kept {
    pub fn new(rows: Vec<Sparse>) -> Self {
        Self { rows: rows.into_iter() }
    }

    /// Of rows that have each of their cells.
    pub fn dense(rows: Vec<(u64, Vec<String>)>) -> Self {
        let sparse = |(line, cells): (u64, Vec<String>)| (line, (0u32..).zip(cells).collect());
        Self::new(rows.into_iter().map(sparse).collect())
    }
}

/// The cells of a row, empty ones between them.
pub(crate) fn cells(sparse: &[(u32, String)]) -> impl Iterator<Item = &str> {
    let mut next = 0;
    sparse.iter().flat_map(move |(column, text)| {
        let gap = column.saturating_sub(next) as usize;
        next = column.saturating_add(1);
        std::iter::repeat_n("", gap).chain([text.as_str()])
    })
}

impl Rows for Kept {
    fn next(&mut self, row: &mut servanda_files::csv::Record) -> Result<bool, TableError> {
        let Some((line, cells)) = self.rows.next() else { return Ok(false) };
        row.fill(line, self::cells(&cells));
        Ok(true)
    }
}
