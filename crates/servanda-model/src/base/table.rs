//! CSV files of a base, plain or gzipped, read into full arrays: every cell once, and no cell that is unknown.

use super::{BaseFiles, bytes_of};
use crate::ModelError;
use servanda_files::csv::{Record, Table};
use std::collections::BTreeMap;
use std::io::Read;

/// No unpacked file may be larger.
const MOST: u64 = 1 << 30;

/// The rows of a file.
pub(crate) struct Rows {
    pub file: String,
    columns: Vec<String>,
    rows: Vec<Record>,
}

impl Rows {
    /// Reads a file; a name that ends with `.gz` is unpacked.
    pub fn read(files: &dyn BaseFiles, name: &str) -> Result<Self, ModelError> {
        let mut bytes = bytes_of(files, name)?;
        let file = format!("{}/{name}", files.id());
        let problem = |problem: String| ModelError::File { file: file.clone(), problem };
        if name.ends_with(".gz") {
            let mut plain = Vec::new();
            let mut packed = flate2::read::MultiGzDecoder::new(&bytes[..]).take(MOST + 1);
            packed.read_to_end(&mut plain).map_err(|e| problem(format!("it cannot be unpacked: {e}")))?;
            if plain.len() as u64 > MOST {
                return Err(problem(format!("it unpacks to more than {MOST} bytes")));
            }
            bytes = plain;
        }
        let text = String::from_utf8(bytes).map_err(|_| problem("it is not UTF-8".into()))?;
        let table = Table::read(&text).map_err(|fault| ModelError::Place {
            file: file.clone(),
            line: usize::try_from(fault.line).unwrap_or(usize::MAX),
            column: fault.field,
            problem: format!("{}; {}", fault.problem(), fault.remedy()),
        })?;
        let columns = table.header.iter().map(str::to_owned).collect();
        Ok(Self { file, columns, rows: table.rows })
    }

    /// The names of the columns, in the file's order.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The rows in the file's order, each with its line.
    pub fn records(&self) -> impl Iterator<Item = (usize, &Record)> {
        self.rows.iter().map(|record| (usize::try_from(record.line()).unwrap_or(usize::MAX), record))
    }

    fn column(&self, name: &str) -> Result<usize, ModelError> {
        self.columns.iter().position(|c| c == name).ok_or_else(|| ModelError::Place {
            file: self.file.clone(),
            line: 1,
            column: 0,
            problem: format!("there is no column `{name}`; there are {}", self.columns.join(", ")),
        })
    }

    /// Refuses columns that are not among those named.
    pub fn only(&self, known: &[&str]) -> Result<(), ModelError> {
        match self.columns.iter().find(|c| !known.contains(&c.as_str())) {
            Some(odd) => Err(ModelError::Place {
                file: self.file.clone(),
                line: 1,
                column: 0,
                problem: format!("there is an unknown column `{odd}`; the columns are {}", known.join(", ")),
            }),
            None => Ok(()),
        }
    }
}

/// The cells that a file fills: every one of them.
pub(crate) fn fill(rows: &Rows, axes: &[(&str, &[String])], column: &str) -> Result<Vec<f64>, ModelError> {
    let cells = sparse(rows, axes, column)?;
    let mut out = Vec::with_capacity(cells.len());
    for (at, cell) in cells.iter().enumerate() {
        out.push(cell.ok_or_else(|| ModelError::File {
            file: rows.file.clone(),
            problem: format!("there is no row for {}", place(axes, at)),
        })?);
    }
    Ok(out)
}

/// The cells that a file fills; the rest is `empty`.
pub(crate) fn fill_or(
    rows: &Rows,
    axes: &[(&str, &[String])],
    column: &str,
    empty: f64,
) -> Result<Vec<f64>, ModelError> {
    Ok(sparse(rows, axes, column)?.into_iter().map(|cell| cell.unwrap_or(empty)).collect())
}

fn place(axes: &[(&str, &[String])], mut at: usize) -> String {
    let mut words = Vec::new();
    for (name, values) in axes.iter().rev() {
        words.push(format!("{name} {}", values[at % values.len()]));
        at /= values.len();
    }
    words.reverse();
    words.join(", ")
}

fn sparse(rows: &Rows, axes: &[(&str, &[String])], column: &str) -> Result<Vec<Option<f64>>, ModelError> {
    let mut known = Vec::new();
    for (name, values) in axes {
        let places: BTreeMap<&str, usize> =
            values.iter().enumerate().map(|(at, v)| (v.as_str(), at)).collect();
        known.push((*name, rows.column(name)?, places));
    }
    let figure = rows.column(column)?;
    let size = axes.iter().map(|(_, values)| values.len()).product();
    let mut cells = vec![None; size];
    for (line, record) in rows.records() {
        let wrong = |problem: String| ModelError::Place { file: rows.file.clone(), line, column: 0, problem };
        let mut at = 0;
        for (name, index, places) in &known {
            let word = record.get(*index).unwrap_or_default();
            let found = places.get(word).ok_or_else(|| wrong(format!("`{word}` is no known {name}")))?;
            at = at * places.len() + found;
        }
        let text = record.get(figure).unwrap_or_default();
        let value: f64 =
            text.trim().parse().map_err(|_| wrong(format!("{column}: `{text}` is no number")))?;
        if !value.is_finite() {
            return Err(wrong(format!("{column}: `{text}` is no finite number")));
        }
        let cell = &mut cells[at];
        if cell.is_some() {
            return Err(wrong(format!("{} stands twice", place(axes, at))));
        }
        *cell = Some(value);
    }
    Ok(cells)
}
