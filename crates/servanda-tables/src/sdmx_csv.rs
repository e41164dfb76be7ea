//! SDMX-CSV: CSV whose names and values may have labels behind a colon, and whose first column names the structure.

use crate::container::Packed;
use crate::delimited;
use crate::dialect::Dialect;
use crate::error::TableError;
use crate::form::Raw;
use crate::table::Rows;
use servanda_files::csv::Record;

pub(crate) fn rows(packed: Packed, dialect: &Dialect) -> Result<Raw, TableError> {
    let raw = delimited::rows(packed, dialect)?;
    let rows = Box::new(Plain {
        rows: raw.rows,
        labelled: Vec::new(),
        action: None,
        started: false,
        raw: Record::default(),
    });
    Ok(Raw { rows, ..raw })
}

struct Plain {
    rows: Box<dyn Rows>,
    /// Columns whose names, and so whose values, have labels.
    labelled: Vec<bool>,
    /// The column that says what is done with a row.
    action: Option<usize>,
    started: bool,
    raw: Record,
}

/// `ID: label` without its label.
fn id(text: &str) -> &str {
    text.split_once(": ").map_or(text, |(id, _)| id)
}

impl Rows for Plain {
    fn next(&mut self, row: &mut Record) -> Result<bool, TableError> {
        if !self.rows.next(&mut self.raw)? {
            return Ok(false);
        }
        let line = self.raw.line();
        if !self.started {
            self.started = true;
            self.labelled = self.raw.iter().map(|name| name.contains(": ")).collect();
            // `STRUCTURE[;]` says what stands between several values of one cell, `ATTR[]` that it may have several.
            let names: Vec<&str> =
                self.raw.iter().map(|name| id(name).split('[').next().unwrap_or_default()).collect();
            self.action = names.iter().position(|n| *n == "ACTION");
            row.fill(line, names);
            return Ok(true);
        }
        // A row of another width is none of the table: a note.
        if self.raw.len() == self.labelled.len()
            && let Some(action) = self.action.and_then(|a| self.raw.get(a))
            && !matches!(action, "" | "I" | "A" | "R" | "M")
        {
            return Err(TableError::line(
                line,
                format!("the row's action is `{action}`: it takes figures away, and states none"),
                "ask the publisher for the figures themselves (detail=full, no update)",
            ));
        }
        let labelled = &self.labelled;
        let cells = self.raw.iter().enumerate();
        row.fill(line, cells.map(|(c, cell)| if labelled.get(c) == Some(&true) { id(cell) } else { cell }));
        Ok(true)
    }

    fn ends_a_line(&self) -> bool {
        self.rows.ends_a_line()
    }
}
