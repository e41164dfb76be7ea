//! A table that is read whole.

use super::{CsvError, Fault, Reader, Record};

/// The names of the columns and the rows below them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// The first record.
    pub header: Record,
    /// The others.
    pub rows: Vec<Record>,
}

impl Table {
    /// Reads a text with a header; none if it is empty or has no good header.
    ///
    /// Each fault goes to `on_fault`, which says whether to look for more; a row with a fault is not among [`Self::rows`]. No row is
    /// read after `most_rows` and one more.
    pub fn read_with(text: &str, most_rows: usize, mut on_fault: impl FnMut(Fault) -> bool) -> Option<Self> {
        let mut reader = Reader::new(text.as_bytes());
        let mut goes_on = |error: CsvError| match error {
            CsvError::Fault(fault) => {
                let can = fault.can_be_passed();
                on_fault(fault) && can
            }
            // Text in memory can always be read.
            CsvError::Io { .. } => false,
        };
        let header = match reader.header() {
            Ok(header) => header?,
            Err(error) => {
                goes_on(error);
                return None;
            }
        };
        let mut rows = Vec::new();
        let mut record = Record::default();
        while rows.len() <= most_rows {
            match reader.read(&mut record) {
                Ok(true) => rows.push(record.clone()),
                Ok(false) => break,
                Err(error) => {
                    if !goes_on(error) {
                        break;
                    }
                }
            }
        }
        Some(Self { header, rows })
    }

    /// Reads a text with a header; an empty one is a table without columns.
    ///
    /// # Errors
    /// The first fault.
    pub fn read(text: &str) -> Result<Self, Fault> {
        let mut first = None;
        let table = Self::read_with(text, usize::MAX - 1, |fault| {
            first = Some(fault);
            false
        });
        first.map_or_else(|| Ok(table.unwrap_or_default()), Err)
    }

    /// The names of the columns, without the space around them.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.header.iter().map(str::trim)
    }

    /// The place of a column, from 0.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns().position(|c| c == name)
    }
}
