//! Text with a separator between fields.

use crate::container::Packed;
use crate::dialect::{Dialect, Separator};
use crate::encoding::{Text, decode};
use crate::error::TableError;
use crate::form::Raw;
use crate::table::Rows;
use servanda_files::csv::{FaultKind, Reader, Record};
use std::io::Read;

/// CSV by the standard, read as fast as it can be.
pub(crate) struct Strict {
    reader: Reader<Box<dyn Read>>,
    header: Vec<String>,
}

/// CSV by the standard, before its header was read, and whether a byte order mark stands before it.
pub(crate) fn strict(packed: Packed) -> Result<(Strict, bool), TableError> {
    let (inner, _) = packed.unpacked(None)?;
    let Text { inner, byte_order_mark } = decode(inner, crate::dialect::Encoding::Utf8)?;
    Ok((Strict { reader: Reader::new(inner), header: Vec::new() }, byte_order_mark))
}

impl Strict {
    pub fn header(&mut self) -> Result<Vec<String>, TableError> {
        let record = self.reader.header().map_err(|e| TableError::csv(e, &[]))?;
        let Some(record) = record else {
            return Err(TableError::file("the file is empty", "download it again"));
        };
        self.header = record.iter().map(str::to_owned).collect();
        Ok(self.header.clone())
    }
}

impl Rows for Strict {
    fn next(&mut self, row: &mut Record) -> Result<bool, TableError> {
        self.reader.read(row).map_err(|e| TableError::csv(e, &self.header))
    }

    fn ends_a_line(&self) -> bool {
        self.reader.ended_with_line_end()
    }
}

/// Records of any width. An empty line is a row without anything in it.
struct Any {
    reader: Reader<Box<dyn Read>>,
    separator: Separator,
    /// The record below an empty line, which stands for a row of its own.
    below: Option<Record>,
}

impl Rows for Any {
    fn next(&mut self, row: &mut Record) -> Result<bool, TableError> {
        if let Some(below) = self.below.take() {
            *row = below;
            return Ok(true);
        }
        if !self.record(row)? {
            return Ok(false);
        }
        if self.reader.below_a_blank_line() {
            let line = row.line();
            self.below = Some(std::mem::take(row));
            row.fill(line.saturating_sub(1), std::iter::empty());
        }
        Ok(true)
    }

    fn ends_a_line(&self) -> bool {
        self.reader.ended_with_line_end()
    }
}

impl Any {
    /// The next record.
    fn record(&mut self, row: &mut Record) -> Result<bool, TableError> {
        if !self.reader.any(row).map_err(|e| TableError::csv(e, &[]))? {
            return Ok(false);
        }
        if let Some((field, line)) = row.takes_in_a_row(self.separator.byte()) {
            let fault = servanda_files::csv::Fault {
                kind: FaultKind::Swallowed { line },
                line: row.line_of(field),
                field: field + 1,
                span: 0..0,
            };
            return Err(TableError::fault(&fault, &[]));
        }
        Ok(true)
    }
}

pub(crate) fn rows(packed: Packed, dialect: &Dialect) -> Result<Raw, TableError> {
    let (inner, member) = packed.unpacked(dialect.member.as_deref())?;
    let Text { inner, byte_order_mark } = decode(inner, dialect.encoding)?;
    let reader = Reader::with_separator(inner, dialect.separator.byte());
    Ok(Raw {
        rows: Box::new(Any { reader, separator: dialect.separator, below: None }),
        about: member.map(|m| format!("member `{m}`")),
        remarks: Vec::new(),
        grid: false,
        byte_order_mark,
    })
}
