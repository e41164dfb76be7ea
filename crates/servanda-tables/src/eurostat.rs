//! Eurostat's tab-separated form: the first column has all dimensions, `freq,unit,geo\TIME_PERIOD`, the others a period each.

use crate::container::Packed;
use crate::dialect::{Dialect, Separator};
use crate::error::TableError;
use crate::form::Raw;
use crate::table::Rows;
use servanda_files::csv::Record;

pub(crate) fn rows(packed: Packed, dialect: &Dialect) -> Result<Raw, TableError> {
    let tabs = Dialect { separator: Separator::Tab, ..dialect.clone() };
    let raw = crate::delimited::rows(packed, &tabs)?;
    Ok(Raw { rows: Box::new(Keys { rows: raw.rows, dimensions: 0, raw: Record::default() }), ..raw })
}

struct Keys {
    rows: Box<dyn Rows>,
    dimensions: usize,
    raw: Record,
}

impl Rows for Keys {
    fn next(&mut self, row: &mut Record) -> Result<bool, TableError> {
        if !self.rows.next(&mut self.raw)? {
            return Ok(false);
        }
        let line = self.raw.line();
        if self.raw.iter().all(|cell| cell.trim().is_empty()) {
            row.fill(line, std::iter::empty());
            return Ok(true);
        }
        let first = self.raw.get(0).unwrap_or_default();
        let keys: Vec<&str> = if self.dimensions == 0 {
            let Some((names, _)) = first.split_once('\\') else {
                return Err(TableError::line(
                    line,
                    "the first column does not name dimensions and, behind a backslash, what the others are",
                    "check that it is Eurostat's tab-separated form: `freq,unit,geo\\TIME_PERIOD`",
                ));
            };
            let names: Vec<&str> = names.split(',').map(str::trim).collect();
            self.dimensions = names.len();
            names
        } else {
            first.split(',').map(str::trim).collect()
        };
        if keys.len() != self.dimensions {
            return Err(TableError::line(
                line,
                format!(
                    "the first column has {} values, and there are {} dimensions",
                    keys.len(),
                    self.dimensions
                ),
                "download it again",
            ));
        }
        row.fill(line, keys.into_iter().chain(self.raw.iter().skip(1).map(str::trim)));
        Ok(true)
    }

    fn ends_a_line(&self) -> bool {
        self.rows.ends_a_line()
    }
}
