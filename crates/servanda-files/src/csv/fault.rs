//! What may be wrong in a table, each with its place.

use super::RECORD_LIMIT;
use std::io;
use std::ops::Range;

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// A quotation mark opens a field and none ends it before the file ends.
    OpenQuote,
    /// Text follows the quotation mark that ends a field.
    AfterQuote {
        /// The line on which the field's first quotation mark stands.
        opened_on: u64,
    },
    /// A quotation mark stands in a field that does not begin with one.
    BareQuote,
    /// A quotation mark stands beside a character that other tables put between fields.
    OtherSeparator {
        /// The character's name, in the plural.
        found: &'static str,
    },
    /// A field in quotation marks holds a whole row of the table.
    Swallowed {
        /// The line of that row.
        line: u64,
    },
    /// The record has more or fewer fields than there are columns.
    Width {
        /// Its fields.
        found: usize,
        /// The columns.
        expected: usize,
    },
    /// Two columns have one name.
    ColumnTwice {
        /// The name.
        name: String,
        /// The number of the first of the two, from 1.
        first: usize,
    },
    /// The names of the columns stand again among the rows.
    HeaderAgain,
    /// A byte of value zero.
    Nul,
    /// Bytes that are not UTF-8.
    NotUtf8 {
        /// The first of them in the field, from 1.
        byte: usize,
    },
    /// A record is longer than [`RECORD_LIMIT`].
    TooLong {
        /// Whether a quotation mark is open there.
        quoted: bool,
    },
    /// A line ends otherwise than the first: one with `\r` alone among others, or the other way round.
    OtherLineEnd,
}

/// A fault of a table and its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {}; {}", self.problem(), self.remedy())]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// The line, from 1: that on which the quotation mark stands, the field, or the record.
    pub line: u64,
    /// The field's number in its record, from 1; 0 where the whole record is meant.
    pub field: usize,
    /// The bytes of the file that it is about.
    pub span: Range<u64>,
}

impl Fault {
    /// What is wrong, in words; the line is not among them.
    #[must_use]
    pub fn problem(&self) -> String {
        let field = self.field;
        match &self.kind {
            FaultKind::OpenQuote => format!("a quotation mark opens in field {field} and is never closed"),
            FaultKind::AfterQuote { opened_on } if *opened_on == self.line => {
                format!("text follows the quotation mark that closes field {field}")
            }
            FaultKind::AfterQuote { opened_on } => format!(
                "text follows the quotation mark that closes field {field}; the field's first mark is on line {opened_on}"
            ),
            FaultKind::BareQuote => {
                format!("a quotation mark stands inside field {field}, which does not begin with one")
            }
            FaultKind::OtherSeparator { found } => format!("the columns are separated by {found}"),
            FaultKind::Swallowed { line } => {
                format!(
                    "field {field} is in quotation marks and takes in line {line}, which reads as a row of its own"
                )
            }
            FaultKind::Width { found, expected } => format!(
                "there {} {found} field{}, and the first line names {expected} column{}",
                if *found == 1 { "is" } else { "are" },
                if *found == 1 { "" } else { "s" },
                if *expected == 1 { "" } else { "s" }
            ),
            FaultKind::ColumnTwice { name, first } => {
                format!("the column `{name}` is there twice, as number {first} and as number {field}")
            }
            FaultKind::HeaderAgain => "the names of the columns stand here again".to_owned(),
            FaultKind::Nul => format!("field {field} has a byte of value zero"),
            FaultKind::NotUtf8 { byte } => format!("byte {byte} of field {field} is not UTF-8"),
            FaultKind::TooLong { quoted: true } => format!(
                "a quotation mark opens in field {field} and is not closed: a record is longer than {} KiB",
                RECORD_LIMIT >> 10
            ),
            FaultKind::TooLong { quoted: false } => {
                format!("a record is longer than {} KiB", RECORD_LIMIT >> 10)
            }
            FaultKind::OtherLineEnd => {
                "the line ends otherwise than the first: one of the two has a carriage return alone"
                    .to_owned()
            }
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self.kind {
            FaultKind::OpenQuote | FaultKind::TooLong { quoted: true } => {
                "close it; if it belongs to the text, put the whole field in quotation marks and double it: \"7\"\" pipe\""
            }
            FaultKind::AfterQuote { .. } => {
                "put the whole field in quotation marks and double those inside it: \"7\"\" pipe\""
            }
            FaultKind::BareQuote => {
                "put the whole field in quotation marks, right after the comma, and double those inside it: \"7\"\" pipe\""
            }
            FaultKind::OtherSeparator { .. } => "save it as CSV with commas",
            FaultKind::Swallowed { .. } => {
                "take out the quotation mark that does not belong there; if the text is meant, write it on one line"
            }
            FaultKind::Width { .. } => {
                "put quotation marks around a field that contains a comma, and check that the line is whole"
            }
            FaultKind::ColumnTwice { .. } => "give each column a name of its own",
            FaultKind::HeaderAgain => "take the line out",
            FaultKind::Nul | FaultKind::NotUtf8 { .. } => "save the file as CSV in UTF-8",
            FaultKind::TooLong { quoted: false } => "check that lines end with a line break",
            FaultKind::OtherLineEnd => "save the file with one kind of line end",
        }
    }

    /// Whether the records after it can still be told apart, so that more can be looked for.
    #[must_use]
    pub fn can_be_passed(&self) -> bool {
        matches!(
            self.kind,
            FaultKind::Width { .. }
                | FaultKind::HeaderAgain
                | FaultKind::NotUtf8 { .. }
                | FaultKind::Swallowed { .. }
        )
    }

    /// [`Self::span`] as a place in the text that was read.
    #[must_use]
    pub fn place_in(&self, text: &str) -> Range<usize> {
        let within = |n: u64| usize::try_from(n).unwrap_or(usize::MAX).min(text.len());
        let (mut from, mut to) = (within(self.span.start), within(self.span.end));
        while !text.is_char_boundary(from) {
            from -= 1;
        }
        while !text.is_char_boundary(to) {
            to += 1;
        }
        from..to.max(from)
    }
}

/// Why a table could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CsvError {
    /// The bytes could not be read.
    #[error("line {line}: {error}")]
    Io {
        /// The line that was being read.
        line: u64,
        /// What the system says.
        error: io::Error,
    },
    /// They are not CSV.
    #[error(transparent)]
    Fault(#[from] Fault),
}
