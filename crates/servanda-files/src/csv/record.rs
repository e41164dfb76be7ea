//! One record: its fields and where they stand.

use super::fault::{Fault, FaultKind};
use std::ops::Range;

/// A record of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// The fields, one after the other.
    text: String,
    /// Where each ends in `text`.
    ends: Vec<usize>,
    /// Where each begins in the file, counted from where the record does.
    starts: Vec<usize>,
    line: u64,
    offset: u64,
    length: usize,
    /// Whether lines end with `\r` alone.
    returns: bool,
}

impl Record {
    /// How many fields it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A field, counted from 0. Quotation marks around it are no part of it; space is.
    #[must_use]
    pub fn get(&self, field: usize) -> Option<&str> {
        let end = *self.ends.get(field)?;
        self.text.get(self.begin(field)..end)
    }

    /// The fields in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|field| self.get(field).unwrap_or_default())
    }

    /// The line on which it begins, from 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The line on which a field begins, from 1: later than the record's where a field before it has line breaks.
    #[must_use]
    pub fn line_of(&self, field: usize) -> u64 {
        let before = self.text.get(..self.begin(field)).unwrap_or_default();
        let end = if self.returns { b'\r' } else { b'\n' };
        self.line + before.bytes().filter(|b| *b == end).count() as u64
    }

    /// The bytes of the file in which it stands, without its line end.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        let start = self.start();
        start..start + self.length
    }

    /// The bytes of the file in which a field stands, with its quotation marks.
    #[must_use]
    pub fn span_of(&self, field: usize) -> Range<usize> {
        let Some(start) = self.starts.get(field) else { return self.span() };
        let end = self.starts.get(field + 1).map_or(self.length, |next| next.saturating_sub(1));
        self.start() + start..self.start() + end.max(*start)
    }

    fn start(&self) -> usize {
        usize::try_from(self.offset).unwrap_or(usize::MAX / 2)
    }

    fn begin(&self, field: usize) -> usize {
        field.checked_sub(1).map_or(0, |before| self.ends.get(before).copied().unwrap_or(self.text.len()))
    }

    /// Takes cells that something else than the reader of CSV found, on a line of a file or a row of a sheet. Their spans are empty.
    pub fn fill<'c>(&mut self, line: u64, cells: impl IntoIterator<Item = &'c str>) {
        self.text.clear();
        self.ends.clear();
        self.starts.clear();
        (self.line, self.offset, self.length, self.returns) = (line, 0, 0, false);
        for cell in cells {
            self.text.push_str(cell);
            self.ends.push(self.text.len());
        }
    }

    /// A field with line breaks that takes in a row of the table, and that row's line, in a table with this separator. Two stray
    /// quotation marks make such a field.
    #[must_use]
    pub fn takes_in_a_row(&self, separator: u8) -> Option<(usize, u64)> {
        self.swallowed(separator)
    }

    /// Whether the fields are the same, wherever they stand.
    pub fn same_fields(&self, other: &Self) -> bool {
        self.text == other.text && self.ends == other.ends
    }

    /// A fault of a field.
    pub(super) fn fault(&self, field: usize, kind: FaultKind) -> Fault {
        let span = self.span_of(field);
        let span = span.start as u64..span.end as u64;
        Fault { kind, line: self.line_of(field), field: field + 1, span }
    }

    /// A fault of the whole record.
    pub(super) fn fault_of_all(&self, kind: FaultKind) -> Fault {
        let span = self.span();
        Fault { kind, line: self.line, field: 0, span: span.start as u64..span.end as u64 }
    }

    /// A field with line breaks that takes in a row of the table, and that row's line.
    ///
    /// Two stray quotation marks, rows apart, make one field of all that is between them, and the standard allows it. But each line
    /// so swallowed has a cell for each column, with numbers where this record has numbers.
    pub(super) fn swallowed(&self, separator: u8) -> Option<(usize, u64)> {
        let separator = char::from(separator);
        let broken = |text: &str| text.bytes().any(|b| matches!(b, b'\n' | b'\r'));
        if !broken(&self.text) {
            return None;
        }
        let numbers: Vec<usize> = (0..self.len()).filter(|at| self.get(*at).is_some_and(is_number)).collect();
        if numbers.is_empty() {
            return None;
        }
        let whole = self
            .iter()
            .collect::<Vec<_>>()
            .join(separator.encode_utf8(&mut [0; 4]))
            .replace("\r\n", "\n")
            .replace('\r', "\n");
        let is_row = |line: &str| {
            let cells: Vec<&str> = line.split(separator).collect();
            cells.len() == self.len() && numbers.iter().all(|at| cells.get(*at).is_some_and(|c| is_number(c)))
        };
        let (_, line) = whole.lines().zip(self.line..).skip(1).find(|(line, _)| is_row(line))?;
        let field = (0..self.len()).find(|at| self.get(*at).is_some_and(broken))?;
        Some((field, line))
    }

    /// Empties it for the next record; gives the buffer for its text.
    pub(super) fn restart(&mut self, line: u64, offset: u64) -> Vec<u8> {
        let mut text = std::mem::take(&mut self.text).into_bytes();
        text.clear();
        self.ends.clear();
        self.starts.clear();
        (self.line, self.offset, self.length) = (line, offset, 0);
        text
    }

    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Fields that were begun.
    pub(super) fn begun(&self) -> usize {
        self.starts.len()
    }

    pub(super) fn begin_field(&mut self, offset: u64) {
        self.starts.push(usize::try_from(offset - self.offset).unwrap_or(usize::MAX / 2));
    }

    pub(super) fn end_field(&mut self, end: usize) {
        self.ends.push(end);
    }

    /// Takes the text of the fields; the record ends in the file at `end`.
    pub(super) fn finish(&mut self, text: Vec<u8>, end: u64, returns: bool) -> Result<(), Fault> {
        self.returns = returns;
        self.length = usize::try_from(end - self.offset).unwrap_or(usize::MAX / 2);
        let wrong = match String::from_utf8(text) {
            Ok(text) => {
                self.text = text;
                // Halves of a character on both sides of a comma.
                let split = self.ends.iter().find(|end| !self.text.is_char_boundary(**end));
                split.map(|end| end.saturating_sub(1))
            }
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                // What stands before is kept, so that its lines can be counted.
                let mut bytes = error.into_bytes();
                bytes.truncate(at);
                self.text = String::from_utf8(bytes).unwrap_or_default();
                Some(at)
            }
        };
        let Some(at) = wrong else { return Ok(()) };
        let field = self.ends.iter().position(|end| *end > at).unwrap_or(self.ends.len());
        let byte = at.saturating_sub(self.begin(field)) + 1;
        Err(self.fault(field, FaultKind::NotUtf8 { byte }))
    }
}

fn is_number(text: &str) -> bool {
    let text = text.trim_matches([' ', '\t']);
    text.bytes().any(|b| b.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+'))
}
