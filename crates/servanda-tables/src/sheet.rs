//! Sheets of workbooks, as rows of text.
//!
//! A number is what a spreadsheet shows of it: at most fifteen digits, since what lies beyond is an artefact of binary numbers. A
//! date is a day, `2024-01-05`, or an instant.

use crate::container::{Magic, Packed};
use crate::dialect::Dialect;
use crate::error::TableError;
use crate::form::{Kept, Raw, Sparse};
use calamine::{Data, DataRef, Reader, Xls, XlsOptions, Xlsx};
use std::fmt::Display;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Columns that a sheet may have: months of more than a hundred years.
const MOST_COLUMNS: u32 = 4_096;

/// Rows of text with their numbers.
type Lines = Vec<Sparse>;

/// What a workbook gives: its sheets with the rows of each that was asked for.
struct Book {
    sheets: Vec<(String, Option<Lines>)>,
}

pub(crate) fn xlsx(packed: Packed, dialect: &Dialect) -> Result<Raw, TableError> {
    if packed.magic != Magic::Zip {
        return Err(other_form(packed.magic, "an Office Open XML workbook"));
    }
    let bytes = packed.workbook()?;
    let asked = dialect.sheet.clone();
    let book = guarded(move || {
        let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
        let names = book.sheet_names();
        let mut sheets = Vec::new();
        for name in names {
            let rows = if asked.as_ref().is_none_or(|a| *a == name) {
                Some(xlsx_rows(&mut book, &name)?)
            } else {
                None
            };
            sheets.push((name, rows));
        }
        Ok(Book { sheets })
    })?;
    chosen(book, dialect)
}

fn xlsx_rows(book: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> Result<Lines, TableError> {
    let mut reader = book.worksheet_cells_reader(name).map_err(|e| damaged(&e))?;
    let mut rows: Lines = Vec::new();
    while let Some(cell) = reader.next_cell().map_err(|e| damaged(&e))? {
        let (row, column) = cell.get_position();
        let line = u64::from(row) + 1;
        let text = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::String(text) => text.clone(),
            DataRef::SharedString(text) => (*text).to_owned(),
            DataRef::Int(n) => n.to_string(),
            DataRef::Float(n) => number(*n),
            DataRef::Bool(b) => b.to_string(),
            DataRef::DateTime(instant) => day(instant),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
            DataRef::Error(error) => error.to_string(),
        };
        put(&mut rows, line, column, text)?;
    }
    Ok(rows)
}

pub(crate) fn xls(packed: Packed, dialect: &Dialect) -> Result<Raw, TableError> {
    if packed.magic != Magic::Compound {
        return Err(other_form(packed.magic, "a workbook of the older kind"));
    }
    let bytes = packed.unchanged()?;
    let asked = dialect.sheet.clone();
    let book = guarded(move || {
        let book =
            Xls::new_with_options(Cursor::new(bytes), XlsOptions::default()).map_err(|e| damaged(&e))?;
        xls_sheets(book, asked.as_deref())
    })?;
    chosen(book, dialect)
}

fn xls_sheets(mut book: Xls<Cursor<Vec<u8>>>, asked: Option<&str>) -> Result<Book, TableError> {
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        if asked.is_some_and(|a| a != name) {
            sheets.push((name, None));
            continue;
        }
        let range = book.worksheet_range(&name).map_err(|e| damaged(&e))?;
        let mut rows: Lines = Vec::new();
        let (first_row, first_column) = range.start().unwrap_or((0, 0));
        for (row, column, value) in range.used_cells() {
            let line = u64::from(first_row) + row as u64 + 1;
            let column = first_column.saturating_add(u32::try_from(column).unwrap_or(u32::MAX));
            let text = match value {
                Data::Empty => continue,
                Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
                Data::Int(n) => n.to_string(),
                Data::Float(n) => number(*n),
                Data::Bool(b) => b.to_string(),
                Data::DateTime(instant) => day(instant),
                Data::Error(error) => error.to_string(),
            };
            put(&mut rows, line, column, text)?;
        }
        sheets.push((name, Some(rows)));
    }
    Ok(Book { sheets })
}

fn put(rows: &mut Lines, line: u64, column: u32, text: String) -> Result<(), TableError> {
    if column >= MOST_COLUMNS {
        return Err(TableError::line(
            line,
            format!("a cell stands in column {}: a sheet may have {MOST_COLUMNS}", column + 1),
            "take it out, or save the table as a sheet of its own",
        ));
    }
    if rows.last().is_none_or(|(last, _)| *last != line) {
        rows.push((line, Vec::new()));
    }
    if let Some((_, cells)) = rows.last_mut() {
        if cells.last().is_some_and(|(last, _)| *last >= column) {
            return Err(TableError::line(
                line,
                "the cells of the row are out of order",
                "open the workbook, and save it again",
            ));
        }
        cells.push((column, text));
    }
    Ok(())
}

/// Rows with one without anything in it where some are missing between them.
fn with_blanks(rows: Lines) -> Lines {
    let mut out = Lines::with_capacity(rows.len());
    for row in rows {
        if out.last().is_some_and(|(last, _)| last + 1 < row.0) {
            out.push((row.0 - 1, Vec::new()));
        }
        out.push(row);
    }
    out
}

/// The sheet that is asked for, or the only one with rows.
fn chosen(book: Book, dialect: &Dialect) -> Result<Raw, TableError> {
    let names: Vec<String> = book.sheets.iter().map(|(n, _)| format!("`{n}`")).collect();
    let filled: Vec<(String, Lines)> = book
        .sheets
        .into_iter()
        .filter_map(|(name, rows)| rows.map(|r| (name, r)))
        .filter(|(_, rows)| !rows.is_empty())
        .collect();
    let list = || names.join(", ");
    match (&dialect.sheet, filled.len()) {
        (Some(asked), 0) if names.contains(&format!("`{asked}`")) => Err(TableError::file(
            format!("the sheet `{asked}` is empty"),
            format!("the sheets are {}", list()),
        )),
        (Some(asked), 0) => Err(TableError::file(
            format!("the workbook has no sheet `{asked}`"),
            format!("the sheets are {}", list()),
        )),
        (None, 0) => Err(TableError::file("the workbook has no sheet with anything in it", "check the file")),
        (None, 2..) => Err(TableError::file(
            format!("the workbook has {} sheets", filled.len()),
            format!("say which in [file.dialect]: sheet = ...; the sheets are {}", list()),
        )),
        _ => {
            let Some((name, rows)) = filled.into_iter().next() else {
                return Err(TableError::file("the workbook has no sheet", "check the file"));
            };
            Ok(Raw { about: Some(format!("sheet `{name}`")), ..Raw::grid(Kept::new(with_blanks(rows))) })
        }
    }
}

/// The names of a workbook's sheets that have rows, with the first of them.
pub(crate) fn sheets(packed: Packed, most_rows: usize) -> Result<Vec<(String, Lines)>, TableError> {
    let magic = packed.magic;
    let bytes = if magic == Magic::Zip { packed.workbook()? } else { packed.unchanged()? };
    let book = guarded(move || {
        if magic == Magic::Zip {
            let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
            let mut sheets = Vec::new();
            for name in book.sheet_names() {
                let rows = xlsx_rows(&mut book, &name)?;
                sheets.push((name, Some(rows)));
            }
            Ok(Book { sheets })
        } else {
            let book =
                Xls::new_with_options(Cursor::new(bytes), XlsOptions::default()).map_err(|e| damaged(&e))?;
            xls_sheets(book, None)
        }
    })?;
    Ok(book
        .sheets
        .into_iter()
        .filter_map(|(name, rows)| {
            rows.map(|mut r| {
                r.truncate(most_rows);
                (name, r)
            })
        })
        .filter(|(_, rows)| !rows.is_empty())
        .collect())
}

/// A workbook that is damaged in a way that its reader did not foresee is refused like any other.
fn guarded(read: impl FnOnce() -> Result<Book, TableError>) -> Result<Book, TableError> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(TableError::file("the workbook is damaged", "open it, and save it again")))
}

fn damaged(error: &impl Display) -> TableError {
    TableError::file(
        format!("the workbook cannot be read: {error}"),
        "open it, and save it again; if it has a password, take that off",
    )
}

fn other_form(magic: Magic, wanted: &str) -> TableError {
    let is = match magic {
        Magic::Zip => "it is a ZIP archive, perhaps form = \"xlsx\"",
        Magic::Compound => "it is a workbook of the older kind, form = \"xls\"",
        _ => "it is none: many pages are called .xls and are HTML or CSV",
    };
    TableError::file(
        format!("the source declares {wanted}, and {is}"),
        "declare in [file.dialect] what it is",
    )
}

/// A number with at most fifteen digits, which is what a spreadsheet keeps and shows.
fn number(n: f64) -> String {
    let shortest = n.to_string();
    let digits = shortest.bytes().filter(u8::is_ascii_digit).count();
    if digits <= 15 || !n.is_finite() || (n.fract() == 0.0 && n.abs() < 1e15) {
        return shortest;
    }
    format!("{n:.14e}").parse::<f64>().map_or(shortest, |r| r.to_string())
}

/// A date, with its time if it has one.
fn day(instant: &calamine::ExcelDateTime) -> String {
    if !instant.is_datetime() {
        return number(instant.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = instant.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) {
        date
    } else {
        format!("{date}T{hour:02}:{minute:02}:{second:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_have_the_digits_that_a_spreadsheet_shows() {
        for (n, text) in [
            (12_019_010.0, "12019010"),
            (0.1 + 0.2, "0.3"),
            (23_644.5, "23644.5"),
            (0.020_543_440_535_550_61, "0.0205434405355506"),
            (-103_064_674_758.0, "-103064674758"),
            (0.0, "0"),
        ] {
            assert_eq!(number(n), text);
        }
    }
}
