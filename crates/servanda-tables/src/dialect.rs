//! `[file.dialect]`: what a file looks like. Everything is said; nothing is found out.

use crate::form::Form;
use crate::pattern::Pattern;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a file looks like. Without any key it is CSV in UTF-8 with commas, whose first line names the columns.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Dialect {
    /// csv, xlsx, xls, html, json, sdmx-csv, sdmx-ml or eurostat-tsv
    #[serde(skip_serializing_if = "is_default")]
    pub form: Form,
    /// The member of a ZIP archive. Not needed if there is only one
    #[serde(skip_serializing_if = "is_default")]
    pub member: Option<String>,
    /// utf-8, utf-16 (with a byte order mark), utf-16le, utf-16be, windows-1250, windows-1251, windows-1252, gb18030, big5, shift_jis
    /// or euc-kr
    #[serde(skip_serializing_if = "is_default")]
    pub encoding: Encoding,
    /// What stands between fields: "," ";" "\t" or "|"
    #[serde(skip_serializing_if = "is_default")]
    pub separator: Separator,
    /// Whether spaces around cells are no part of them
    #[serde(skip_serializing_if = "is_default")]
    pub trim: bool,
    /// The sheet of a workbook. Not needed if only one has rows
    #[serde(skip_serializing_if = "is_default")]
    pub sheet: Option<String>,
    /// Which table of a page, from 1. Not needed if there is only one
    #[serde(skip_serializing_if = "is_default")]
    pub table: Option<u32>,
    /// Where the array of rows is in JSON: names with points between, "response.data"
    #[serde(skip_serializing_if = "is_default")]
    pub path: Option<String>,
    /// Title rows above the header that are passed over; those without anything in them are not counted
    #[serde(skip_serializing_if = "is_default")]
    pub skip: u32,
    /// Rows are passed over until one has these cells: the header
    #[serde(skip_serializing_if = "is_default")]
    pub header: Vec<String>,
    /// How the title begins that says how many rows the table has: "Data Row Count". Another number of rows is refused
    #[serde(skip_serializing_if = "is_default")]
    pub row_count: Option<String>,
    /// How many rows name the columns; their names are joined with a space. 1 if absent
    #[serde(skip_serializing_if = "is_default")]
    pub header_rows: Option<u8>,
    /// Whether an empty cell in all but the last header row means what stands to its left: a merged cell
    #[serde(skip_serializing_if = "is_default")]
    pub merged: bool,
    /// Whether a name that stands again in the header is the name with its number: `CTY (2)`
    #[serde(skip_serializing_if = "is_default")]
    pub repeated: bool,
    /// Whether rows may lack cells at their end, or have empty ones too many
    #[serde(skip_serializing_if = "is_default")]
    pub ragged: bool,
    /// Columns in which an empty cell means what stands above it
    #[serde(skip_serializing_if = "is_default")]
    pub fill_down: Vec<String>,
    /// Rows that are headings of those below them
    #[serde(skip_serializing_if = "is_default")]
    pub sections: Option<Sections>,
    /// Where the table ends before the file does: "after-blank", or the beginnings of the first row below it
    #[serde(skip_serializing_if = "is_default")]
    pub footnotes: Option<Footnotes>,
    /// Columns that are one column: months, years, partners
    #[serde(skip_serializing_if = "is_default")]
    pub wide: Option<Wide>,
    /// The mark before decimals: "." or ","
    #[serde(skip_serializing_if = "is_default")]
    pub decimal: DecimalMark,
    /// What stands between thousands: "," "." "'" or " " (any kind of space)
    #[serde(skip_serializing_if = "is_default")]
    pub thousands: Option<Thousands>,
    /// Whether figures may be written with an exponent, as 3.2853e+010
    #[serde(skip_serializing_if = "is_default")]
    pub exponents: bool,
    /// Rows that are totals of others: left out, and held against the sum of their parts
    #[serde(skip_serializing_if = "is_default")]
    pub totals: Vec<Totals>,
    /// Columns joined into one, from `period.columns`.
    #[serde(skip_deserializing, skip_serializing_if = "is_default")]
    #[schemars(skip)]
    pub joins: Vec<Join>,
    /// Columns of periods, from `period.format`.
    #[serde(skip_deserializing, skip_serializing_if = "is_default")]
    #[schemars(skip)]
    pub periods: Vec<PeriodIn>,
}

/// Several columns that say one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Join {
    /// The name of the column that they become.
    pub name: String,
    /// Their names. One space comes between their cells.
    pub columns: Vec<String>,
}

/// A column of periods that are not written as ours are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodIn {
    /// The column.
    pub column: String,
    /// How they are written.
    pub pattern: Pattern,
    /// Texts that stay as they are: labels of several periods together.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub labels: Vec<String>,
}

/// Rows that are headings: their first cell is one of these, and the others are empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sections {
    /// The name of the column that has the heading of each row
    pub column: String,
    /// The headings
    pub rows: Vec<String>,
}

/// What stands below a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Footnotes {
    /// The table ends at the first row without anything in it
    Word(AfterBlank),
    /// The table ends before the first row whose first filled cell begins with one of these
    From(Vec<String>),
}

/// `after-blank`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AfterBlank {
    /// The table ends at the first row without anything in it
    AfterBlank,
}

/// Columns that are one: each row becomes as many as there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wide {
    /// The name of the new column that says which of them it was: "month"
    pub key: String,
    /// For each new column of figures its columns in the file: a list of names, or how they are written, `{YYYY}.{MM}`
    pub values: BTreeMap<String, Columns>,
}

/// Which columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, try_from = "TextOrNames")]
#[schemars(with = "TextOrNames")]
pub enum Columns {
    /// Those whose names are periods so written
    Pattern(Pattern),
    /// These
    Named(Vec<String>),
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum TextOrNames {
    /// How they are written: "{YYYY}.{MM}"
    Text(String),
    /// Their names
    Names(Vec<String>),
}

impl TryFrom<TextOrNames> for Columns {
    type Error = crate::pattern::PatternError;

    fn try_from(raw: TextOrNames) -> Result<Self, Self::Error> {
        Ok(match raw {
            TextOrNames::Text(text) => Self::Pattern(Pattern::parse(&text)?),
            TextOrNames::Names(names) => Self::Named(names),
        })
    }
}

/// Rows that are totals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// The column that tells them
    pub column: String,
    /// What stands in it, but for space around it
    pub is: Vec<String>,
    /// Further columns in which parts differ from each other: names of products beside their codes
    #[serde(default)]
    pub over: Vec<String>,
    /// Whether a total that is not the sum of its parts is an error. It is said otherwise
    #[serde(default)]
    pub refuse: bool,
}

impl Totals {
    /// Whether a cell of its column says that the row is a total.
    pub fn tells(&self, cell: &str) -> bool {
        self.is.iter().any(|word| word.trim() == cell.trim())
    }
}

/// How text is written in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum Encoding {
    /// UTF-8, with a byte order mark or without
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16; a byte order mark says which
    #[serde(rename = "utf-16")]
    Utf16,
    /// UTF-16, the low byte first
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, the high byte first
    #[serde(rename = "utf-16be")]
    Utf16Be,
    /// Windows-1252, and with it Latin-1
    #[serde(rename = "windows-1252")]
    Windows1252,
    /// Windows-1250: Polish, Czech, Hungarian and their neighbours
    #[serde(rename = "windows-1250")]
    Windows1250,
    /// Windows-1251: Cyrillic
    #[serde(rename = "windows-1251")]
    Windows1251,
    /// GB 18030, and with it GBK and GB 2312
    #[serde(rename = "gb18030")]
    Gb18030,
    /// Big5
    #[serde(rename = "big5")]
    Big5,
    /// Shift JIS
    #[serde(rename = "shift_jis")]
    ShiftJis,
    /// EUC-KR, and with it code page 949
    #[serde(rename = "euc-kr")]
    EucKr,
}

/// What stands between fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum Separator {
    /// A comma
    #[default]
    #[serde(rename = ",")]
    Comma,
    /// A semicolon
    #[serde(rename = ";")]
    Semicolon,
    /// A tab
    #[serde(rename = "\t")]
    Tab,
    /// A vertical bar
    #[serde(rename = "|")]
    Bar,
}

impl Encoding {
    /// Those that are none of Unicode's.
    pub(crate) const LEGACY: [Self; 7] = [
        Self::Windows1252,
        Self::Windows1250,
        Self::Windows1251,
        Self::Gb18030,
        Self::Big5,
        Self::ShiftJis,
        Self::EucKr,
    ];

    /// What reads it, where it is none of Unicode's.
    pub(crate) fn legacy(self) -> Option<&'static encoding_rs::Encoding> {
        Some(match self {
            Self::Utf8 | Self::Utf16 | Self::Utf16Le | Self::Utf16Be => return None,
            Self::Windows1252 => encoding_rs::WINDOWS_1252,
            Self::Windows1250 => encoding_rs::WINDOWS_1250,
            Self::Windows1251 => encoding_rs::WINDOWS_1251,
            Self::Gb18030 => encoding_rs::GB18030,
            Self::Big5 => encoding_rs::BIG5,
            Self::ShiftJis => encoding_rs::SHIFT_JIS,
            Self::EucKr => encoding_rs::EUC_KR,
        })
    }
}

impl Separator {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Bar];

    /// Its byte.
    pub fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Bar => b'|',
        }
    }
}

/// The mark before decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum DecimalMark {
    /// A point
    #[default]
    #[serde(rename = ".")]
    Point,
    /// A comma
    #[serde(rename = ",")]
    Comma,
}

/// What stands between thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Thousands {
    /// A comma
    #[serde(rename = ",")]
    Comma,
    /// A point
    #[serde(rename = ".")]
    Point,
    /// An apostrophe, straight or curved
    #[serde(rename = "'")]
    Apostrophe,
    /// A space, of any width
    #[serde(rename = " ")]
    Space,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Dialect {
    /// Whether it is CSV in UTF-8 with commas, the first line of which names the columns.
    pub fn is_plain(&self) -> bool {
        *self
            == Self {
                thousands: self.thousands,
                decimal: self.decimal,
                exponents: self.exponents,
                totals: self.totals.clone(),
                ..Self::default()
            }
    }

    /// Columns that were joined into one and stand beside it too, since `totals` may name them.
    pub fn joined_columns(&self) -> impl Iterator<Item = &str> {
        let of = if self.totals.is_empty() { [].as_slice() } else { self.joins.as_slice() };
        of.iter().flat_map(|join| join.columns.iter().map(String::as_str))
    }

    /// Each key that is said, and what is said, in the order of keys.
    pub fn words(&self) -> Vec<(String, String)> {
        let Ok(serde_json::Value::Object(keys)) = serde_json::to_value(self) else { return Vec::new() };
        keys.into_iter()
            .map(|(key, value)| match value {
                serde_json::Value::String(text) => (key, text),
                other => (key, other.to_string()),
            })
            .collect()
    }

    /// What cannot be meant: keys that do not go together. Gives the problem and what to do.
    pub fn contradiction(&self) -> Option<(String, &'static str)> {
        let says = |problem: &str, remedy| Some((problem.to_owned(), remedy));
        let text = matches!(self.form, Form::Csv | Form::SdmxCsv);
        if !text && self.separator != Separator::Comma {
            return says("only CSV has a separator", "take `separator` out");
        }
        if self.encoding != Encoding::Utf8
            && matches!(self.form, Form::Xlsx | Form::Xls | Form::SdmxMl | Form::Json)
        {
            return says("this form says its encoding itself", "take `encoding` out");
        }
        if self.sheet.is_some() && !matches!(self.form, Form::Xlsx | Form::Xls) {
            return says(
                "only a workbook has sheets",
                "take `sheet` out, or declare form = \"xlsx\" or \"xls\"",
            );
        }
        if self.table.is_some() && self.form != Form::Html {
            return says("`table` counts the tables of a page", "take it out, or declare form = \"html\"");
        }
        if self.path.is_some() && self.form != Form::Json {
            return says("`path` is of JSON", "take it out, or declare form = \"json\"");
        }
        if self.table == Some(0) {
            return says("tables are counted from 1", "write table = 1");
        }
        if matches!(self.footnotes, Some(Footnotes::Word(_)))
            && matches!(self.form, Form::Json | Form::SdmxMl)
        {
            return says(
                "this form has no rows without anything in them",
                "take `footnotes` out, or say how the first row below the table begins",
            );
        }
        if self.skip > 0 && !self.header.is_empty() {
            return says("the header is found by a count and by its cells", "keep `skip` or `header`");
        }
        if self.header_rows.is_some_and(|n| !(1..=5).contains(&n)) {
            return says("no table has so many header rows", "write 1 to 5");
        }
        if self.merged && self.header_rows.unwrap_or(1) < 2 {
            return says(
                "merged cells are those of several header rows",
                "take `merged` out, or declare `header_rows`",
            );
        }
        let same = matches!(
            (self.decimal, self.thousands),
            (DecimalMark::Point, Some(Thousands::Point)) | (DecimalMark::Comma, Some(Thousands::Comma))
        );
        if same {
            return says(
                "decimals and thousands have one mark",
                "declare the decimal mark too: decimal = \",\"",
            );
        }
        if let Some(wide) = &self.wide {
            if wide.values.is_empty() {
                return says("`wide` names no columns", "add values = { value = \"{YYYY}-{MM}\" }");
            }
            if wide.values.contains_key(&wide.key) {
                return says(
                    "`wide` gives two columns one name",
                    "give the key and the figures names of their own",
                );
            }
        }
        None
    }
}
