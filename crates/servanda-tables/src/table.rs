//! A table: the names of its columns and its rows, however they came to be.

use crate::container::Packed;
use crate::delimited;
use crate::dialect::Dialect;
use crate::error::TableError;
use crate::form::{Form, Raw};
use crate::{head, reshape};
use servanda_files::csv::Record;
use std::fs::File;

/// Rows of text, one by one. The first that a whole table gives names its columns.
pub trait Rows {
    /// Reads the next row into `row`; false if there is none.
    ///
    /// # Errors
    /// If what stands there is no row; nothing is read after that.
    fn next(&mut self, row: &mut Record) -> Result<bool, TableError>;

    /// Whether the last line that was read has a line end; true for what has no lines.
    fn ends_a_line(&self) -> bool {
        true
    }

    /// The place and name in the file of a column of the last row, where the row was made of part of one of the file; columns
    /// are counted from 0.
    fn origin(&self, column: usize) -> Option<(usize, String)> {
        let _ = column;
        None
    }

    /// What else to know of what was read so far.
    fn remarks(&self) -> Vec<String> {
        Vec::new()
    }
}

impl Rows for Box<dyn Rows> {
    fn next(&mut self, row: &mut Record) -> Result<bool, TableError> {
        (**self).next(row)
    }

    fn ends_a_line(&self) -> bool {
        (**self).ends_a_line()
    }

    fn origin(&self, column: usize) -> Option<(usize, String)> {
        (**self).origin(column)
    }

    fn remarks(&self) -> Vec<String> {
        (**self).remarks()
    }
}

/// A table whose header was read.
pub struct Table {
    /// The names of the columns.
    pub header: Vec<String>,
    /// What distinguishes it in its file: "sheet `Exports`".
    pub about: Option<String>,
    /// Whether the file begins with a byte order mark.
    pub byte_order_mark: bool,
    remarks: Vec<String>,
    rows: Box<dyn Rows>,
}

impl Table {
    /// Reads the next row into `row`; false if there is none. Each row has a cell for each column.
    ///
    /// # Errors
    /// If what stands there is no row; nothing is read after that.
    pub fn next(&mut self, row: &mut Record) -> Result<bool, TableError> {
        self.rows.next(row)
    }

    /// Whether the last line that was read has a line end.
    pub fn ends_a_line(&self) -> bool {
        self.rows.ends_a_line()
    }

    /// As [`Rows::origin`].
    pub fn origin(&self, column: usize) -> Option<(usize, String)> {
        self.rows.origin(column)
    }

    /// What the file says of itself that is no figure, and what was passed over.
    pub fn remarks(&self) -> Vec<String> {
        let mut all = self.remarks.clone();
        all.extend(self.rows.remarks());
        all
    }
}

/// Opens a table by its dialect. `bytes` is the length of the file, which is read from its beginning.
///
/// # Errors
/// If it is not what the dialect says, with the row and what to do.
pub fn open(file: File, bytes: u64, dialect: &Dialect) -> Result<Table, TableError> {
    let packed = Packed::new(file, bytes)?;
    if dialect.form == Form::Csv && dialect.is_plain() {
        let (mut rows, byte_order_mark) = delimited::strict(packed)?;
        let header = rows.header()?;
        return Ok(Table { header, about: None, byte_order_mark, remarks: Vec::new(), rows: Box::new(rows) });
    }
    let Raw { rows, about, remarks, grid, byte_order_mark } = dialect.form.rows(packed, dialect)?;
    let rows = head::under(rows, dialect, grid)?;
    let mut rows = reshape::reshaped(rows, dialect)?;
    let mut record = Record::default();
    if !rows.next(&mut record)? {
        return Err(TableError::file("there is no table in it", "check the file, and [file.dialect]"));
    }
    let header = record.iter().map(str::to_owned).collect();
    Ok(Table { header, about, byte_order_mark, remarks, rows })
}
