//! What stands above a table and below it: titles, one or several rows of names, headings between rows, footnotes.

use crate::dialect::{Dialect, Footnotes, Sections};
use crate::error::TableError;
use crate::table::Rows;
use servanda_files::csv::Record;
use std::collections::HashMap;

/// Rows among which a header is looked for.
const MOST_TITLES: u64 = 1_000;

/// Rows of a table alone: first the names of its columns, then rows with a cell for each.
pub(crate) fn under(rows: Box<dyn Rows>, dialect: &Dialect, grid: bool) -> Result<Box<dyn Rows>, TableError> {
    Ok(Box::new(Under {
        rows,
        dialect: dialect.clone(),
        ragged: grid || dialect.ragged,
        header: Vec::new(),
        raw_header: Record::default(),
        started: false,
        ended: false,
        counted: None,
        seen: 0,
        section: String::new(),
        above: Vec::new(),
        below: 0,
        raw: Record::default(),
    }))
}

struct Under {
    rows: Box<dyn Rows>,
    dialect: Dialect,
    ragged: bool,
    header: Vec<String>,
    /// The last row of names, as it stands.
    raw_header: Record,
    started: bool,
    ended: bool,
    /// The rows that a title says there are, with its line.
    counted: Option<(u64, u64)>,
    /// Rows of the table so far.
    seen: u64,
    section: String,
    /// What stood last in each column to fill down.
    above: Vec<(usize, String)>,
    /// Rows below the table.
    below: u64,
    raw: Record,
}

fn blank(record: &Record) -> bool {
    record.iter().all(|cell| cell.trim().is_empty())
}

/// The next row with anything in it.
fn next_filled(rows: &mut dyn Rows, record: &mut Record) -> Result<bool, TableError> {
    while rows.next(record)? {
        if !blank(record) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn first_filled(record: &Record) -> &str {
    record.iter().map(str::trim).find(|cell| !cell.is_empty()).unwrap_or_default()
}

impl Under {
    /// Passes over titles and reads the names of the columns.
    fn names(&mut self) -> Result<Vec<String>, TableError> {
        let mut record = std::mem::take(&mut self.raw);
        let none = || TableError::file("there is no table in it", "check the file, and [file.dialect]");
        if self.dialect.header.is_empty() {
            for title in 0..=self.dialect.skip {
                if !next_filled(&mut self.rows, &mut record)? {
                    return Err(none());
                }
                if title < self.dialect.skip {
                    self.count(&record);
                }
            }
        } else {
            let wanted: Vec<String> = self.dialect.header.iter().map(|c| c.trim().to_owned()).collect();
            let mut passed = 0;
            loop {
                if passed > MOST_TITLES || !next_filled(&mut self.rows, &mut record)? {
                    let names: Vec<String> = wanted.iter().map(|w| format!("`{w}`")).collect();
                    return Err(TableError::file(
                        format!("no row has the cells {}, by which its header is told", names.join(", ")),
                        "check that it is the right file, or change `header` in [file.dialect]",
                    ));
                }
                if wanted.iter().all(|w| record.iter().any(|cell| cell.trim() == *w)) {
                    break;
                }
                self.count(&record);
                passed += 1;
            }
        }
        if let Some(label) = self.dialect.row_count.as_ref().filter(|_| self.counted.is_none()) {
            return Err(TableError::line(
                record.line(),
                format!("no title above the table is `{label}` with a number of rows beside it"),
                "check `row_count` in [file.dialect]",
            ));
        }
        let mut rows = vec![record.clone()];
        for _ in 1..self.dialect.header_rows.unwrap_or(1) {
            if !next_filled(&mut self.rows, &mut record)? {
                return Err(none());
            }
            rows.push(record.clone());
        }
        self.raw_header = record;
        self.joined(&rows)
    }

    /// Reads how many rows there are, if a title says it.
    fn count(&mut self, title: &Record) {
        let Some(label) = &self.dialect.row_count else { return };
        let mut cells = title.iter().map(str::trim).filter(|cell| !cell.is_empty());
        let told = cells.next().and_then(|first| first.strip_prefix(label.trim()));
        let Some(rest) = told.map(|rest| rest.trim_start_matches(':').trim()) else { return };
        let number = if rest.is_empty() { cells.next().unwrap_or_default() } else { rest };
        let digits: String = number.chars().filter(|c| !matches!(c, ',' | '.' | '\'' | ' ')).collect();
        if let Ok(rows) = digits.parse() {
            self.counted = Some((title.line(), rows));
        }
    }

    /// Refuses a table of another number of rows than its title says.
    fn all_there(&self) -> Result<(), TableError> {
        match self.counted {
            Some((line, rows)) if rows != self.seen => Err(TableError::line(
                line,
                format!("the file says that it has {rows} rows, and {} stand in it", self.seen),
                "download it again; of an excerpt take `row_count` out of [file.dialect]",
            )),
            _ => Ok(()),
        }
    }

    fn joined(&self, rows: &[Record]) -> Result<Vec<String>, TableError> {
        let width = rows.iter().map(Record::len).max().unwrap_or(0);
        let last = rows.len().saturating_sub(1);
        let mut names: Vec<Vec<String>> = vec![Vec::new(); width];
        for (number, row) in rows.iter().enumerate() {
            let mut left = String::new();
            for (column, name) in names.iter_mut().enumerate() {
                let cell = row.get(column).unwrap_or_default();
                let cell = if rows.len() > 1 || self.dialect.trim { cell.trim() } else { cell };
                let merged = self.dialect.merged && number < last && cell.is_empty();
                let cell = if merged { left.clone() } else { cell.to_owned() };
                if !cell.is_empty() && name.last() != Some(&cell) {
                    name.push(cell.clone());
                }
                left = cell;
            }
        }
        let mut names: Vec<String> = names.into_iter().map(|parts| parts.join(" ")).collect();
        if self.ragged {
            while names.last().is_some_and(|n| n.trim().is_empty()) {
                names.pop();
            }
        }
        let mut seen: HashMap<String, usize> = HashMap::new();
        let line = self.raw_header.line();
        for (column, name) in names.iter_mut().enumerate() {
            if name.trim().is_empty() {
                *name = format!("column {}", column + 1);
            }
            let times = seen.entry(name.trim().to_owned()).or_insert(0);
            *times += 1;
            if *times > 1 {
                if !self.dialect.repeated {
                    return Err(TableError::cell(
                        line,
                        (column, name),
                        format!("the column `{name}` is there twice"),
                        "declare repeated = true in [file.dialect]: the second is then `NAME (2)`",
                    ));
                }
                *name = format!("{name} ({times})");
            }
        }
        if names.is_empty() {
            return Err(TableError::line(
                line,
                "the header names no column",
                "check `skip` in [file.dialect]",
            ));
        }
        Ok(names)
    }

    /// Whether the table ends before this row.
    fn ends(&self, record: &Record) -> bool {
        match &self.dialect.footnotes {
            Some(Footnotes::Word(_)) => blank(record),
            Some(Footnotes::From(beginnings)) => {
                let first = first_filled(record);
                !first.is_empty() && beginnings.iter().any(|b| first.starts_with(b.trim()))
            }
            None => false,
        }
    }

    /// Reads what stands below the table. What reads as a row of it is refused.
    fn rest(&mut self, record: &mut Record) -> Result<(), TableError> {
        loop {
            if !blank(record) {
                self.below += 1;
                let filled = record.iter().filter(|c| !c.trim().is_empty()).count();
                let figures = record.iter().filter(|c| is_figure(c)).count();
                let width = self.header.len();
                if width > 1 && figures > 0 && filled * 2 > width && record.len() >= width.saturating_sub(1) {
                    return Err(TableError::line(
                        record.line(),
                        "the table has ended above, and this reads as a row of it",
                        "check `footnotes` in [file.dialect]; a second table needs a description of its own",
                    ));
                }
            }
            if !self.rows.next(record)? {
                return Ok(());
            }
        }
    }

    /// Whether a row is a heading of those below it.
    fn heading(&self, record: &Record) -> Option<String> {
        let Sections { rows, .. } = self.dialect.sections.as_ref()?;
        let first = record.get(0)?.trim();
        let alone = record.iter().skip(1).all(|cell| cell.trim().is_empty());
        (alone && rows.iter().any(|r| r.trim() == first)).then(|| first.to_owned())
    }

    fn checked(&mut self, record: &Record, row: &mut Record) -> Result<(), TableError> {
        let (found, expected) = (record.len(), self.header.len());
        let line = record.line();
        if record.same_fields(&self.raw_header) {
            return Err(TableError::line(
                line,
                "the names of the columns stand here again",
                "take the line out",
            ));
        }
        let too_many = record.iter().enumerate().skip(expected).find(|(_, cell)| !cell.trim().is_empty());
        if let Some((column, cell)) = too_many.filter(|_| self.ragged) {
            return Err(TableError::cell(
                line,
                (column, ""),
                format!("`{cell}` stands right of the table's {expected} columns"),
                "check that the row is whole, and that the header is the right one",
            ));
        }
        if found != expected && !self.ragged {
            let s = |n: usize| if n == 1 { "" } else { "s" };
            return Err(TableError::line(
                line,
                format!(
                    "there {} {found} field{}, and the header names {expected} column{}",
                    if found == 1 { "is" } else { "are" },
                    s(found),
                    s(expected)
                ),
                "put quotation marks around a field that contains the separator, and check that the line is whole; \
                 declare ragged = true in [file.dialect] where empty cells may be missing, and `footnotes` for what \
                 stands below the table",
            ));
        }
        let trim = self.dialect.trim;
        for (column, kept) in &mut self.above {
            let cell = record.get(*column).unwrap_or_default();
            if cell.trim().is_empty() {
                if kept.is_empty() {
                    return Err(TableError::cell(
                        line,
                        (*column, self.header.get(*column).map_or("", String::as_str)),
                        "the cell is empty, and nothing stands above it",
                        "check `fill_down` in [file.dialect]",
                    ));
                }
            } else {
                cell.clone_into(kept);
            }
        }
        let cell = |column: usize| {
            let filled = self.above.iter().find(|(c, _)| *c == column).map(|(_, kept)| kept.as_str());
            let cell = filled.unwrap_or_else(|| record.get(column).unwrap_or_default());
            if trim { cell.trim() } else { cell }
        };
        let section = self.dialect.sections.iter().map(|_| self.section.as_str());
        row.fill(line, section.chain((0..expected).map(cell)));
        Ok(())
    }
}

/// Whether a cell is digits with marks about them.
fn is_figure(cell: &str) -> bool {
    let cell = cell.trim();
    let figure =
        |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '-' | ' ' | '\u{a0}' | '\u{202f}');
    cell.len() <= 40 && cell.chars().any(|c| c.is_ascii_digit()) && cell.chars().all(figure)
}

impl Rows for Under {
    fn next(&mut self, row: &mut Record) -> Result<bool, TableError> {
        if !self.started {
            self.started = true;
            self.header = self.names()?;
            for name in &self.dialect.fill_down {
                let Some(column) = self.header.iter().position(|h| h == name) else {
                    return Err(TableError::line(
                        self.raw_header.line(),
                        format!("there is no column `{name}` to fill down"),
                        "check `fill_down` in [file.dialect]",
                    ));
                };
                self.above.push((column, String::new()));
            }
            let section = self.dialect.sections.iter().map(|s| s.column.as_str());
            row.fill(self.raw_header.line(), section.chain(self.header.iter().map(String::as_str)));
            return Ok(true);
        }
        if self.ended {
            return Ok(false);
        }
        let mut record = std::mem::take(&mut self.raw);
        loop {
            if !self.rows.next(&mut record)? {
                self.ended = true;
                self.all_there()?;
                return Ok(false);
            }
            if self.ends(&record) {
                self.ended = true;
                self.rest(&mut record)?;
                self.all_there()?;
                return Ok(false);
            }
            if blank(&record) {
                continue;
            }
            if let Some(heading) = self.heading(&record) {
                self.section = heading;
                self.above.iter_mut().for_each(|(_, kept)| kept.clear());
                continue;
            }
            break;
        }
        self.checked(&record, row)?;
        self.seen += 1;
        self.raw = record;
        Ok(true)
    }

    fn ends_a_line(&self) -> bool {
        self.rows.ends_a_line()
    }

    fn remarks(&self) -> Vec<String> {
        let mut all = self.rows.remarks();
        if self.below > 0 {
            let rows = if self.below == 1 { "1 row".to_owned() } else { format!("{} rows", self.below) };
            all.push(format!("{rows} below the table passed over as footnotes"));
        }
        all
    }
}
