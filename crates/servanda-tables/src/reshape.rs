//! Columns that are one column, and columns whose cells are written otherwise than ours.

use crate::dialect::{Columns, Dialect, Join, PeriodIn, Totals};
use crate::error::TableError;
use crate::table::Rows;
use servanda_files::csv::Record;
use std::collections::HashMap;

/// Rows with the shape that is declared.
pub(crate) fn reshaped(mut rows: Box<dyn Rows>, dialect: &Dialect) -> Result<Box<dyn Rows>, TableError> {
    if dialect.wide.is_some() {
        rows = Box::new(Long::new(rows, dialect));
    }
    if !dialect.joins.is_empty() || !dialect.periods.is_empty() {
        rows = Box::new(Joined {
            rows,
            joins: dialect.joins.clone(),
            periods: dialect.periods.clone(),
            totals: dialect.totals.clone(),
            tells: Vec::new(),
            places: Vec::new(),
            read: Vec::new(),
            seen: HashMap::new(),
            started: false,
            raw: Record::default(),
        });
    }
    Ok(rows)
}

fn missing(line: u64, name: &str, what: &str, header: &Record) -> TableError {
    let names: Vec<String> = header.iter().take(40).map(|n| format!("`{n}`")).collect();
    TableError::line(
        line,
        format!("there is no column `{name}`, which {what} names"),
        format!("the columns are {}", names.join(", ")),
    )
}

/// One of the rows that a row becomes: its key, and for each new column the place of its cell.
struct Slice {
    key: String,
    cells: Vec<Option<usize>>,
}

struct Long {
    rows: Box<dyn Rows>,
    key: String,
    values: Vec<(String, Columns)>,
    /// Places of columns that stay.
    stay: Vec<usize>,
    slices: Vec<Slice>,
    header: Vec<String>,
    started: bool,
    raw: Record,
    /// The slice of `raw` that comes next.
    at: usize,
}

impl Long {
    fn new(rows: Box<dyn Rows>, dialect: &Dialect) -> Self {
        let (key, values) = match &dialect.wide {
            Some(wide) => {
                (wide.key.clone(), wide.values.iter().map(|(n, c)| (n.clone(), c.clone())).collect())
            }
            None => (String::new(), Vec::new()),
        };
        Self {
            rows,
            key,
            values,
            stay: Vec::new(),
            slices: Vec::new(),
            header: Vec::new(),
            started: false,
            raw: Record::default(),
            at: 0,
        }
    }

    fn place(&mut self, header: &Record) -> Result<(), TableError> {
        let line = header.line();
        let mut taken = vec![false; header.len()];
        let mut slices: Vec<Slice> = Vec::new();
        let mut add = |key: String, value: usize, column: usize| -> Result<(), TableError> {
            let name = header.get(column).unwrap_or_default();
            let again = |what: String| {
                Err(TableError::cell(line, (column, name), what, "check `wide` in [file.dialect]"))
            };
            match taken.get_mut(column) {
                Some(taken) if *taken => return again("the column is two of `wide`".to_owned()),
                Some(taken) => *taken = true,
                None => {}
            }
            let number = slices.iter().position(|s| s.key == key).unwrap_or_else(|| {
                slices.push(Slice { key: key.clone(), cells: vec![None; self.values.len()] });
                slices.len() - 1
            });
            let cell = slices.get_mut(number).and_then(|s| s.cells.get_mut(value));
            match cell {
                Some(Some(_)) => again(format!("`{key}` is there twice")),
                Some(empty) => {
                    *empty = Some(column);
                    Ok(())
                }
                None => Ok(()),
            }
        };
        for (value, (name, columns)) in self.values.iter().enumerate() {
            match columns {
                Columns::Named(names) => {
                    for asked in names {
                        let column = header.iter().position(|h| h.trim() == asked.trim());
                        let column = column.ok_or_else(|| missing(line, asked, "`wide`", header))?;
                        add(asked.trim().to_owned(), value, column)?;
                    }
                }
                Columns::Pattern(pattern) => {
                    let mut some = false;
                    for (column, text) in header.iter().enumerate() {
                        if let Some(period) = pattern.read(text) {
                            some = true;
                            add(period, value, column)?;
                        }
                    }
                    if !some {
                        return Err(missing(line, pattern.as_str(), &format!("`wide` for `{name}`"), header));
                    }
                }
            }
        }
        self.slices = slices;
        self.stay = (0..header.len()).filter(|c| taken.get(*c) == Some(&false)).collect();
        let staying = self.stay.iter().map(|c| header.get(*c).unwrap_or_default().to_owned());
        self.header =
            staying.chain([self.key.clone()]).chain(self.values.iter().map(|(n, _)| n.clone())).collect();
        self.raw = header.clone();
        let twice = (0..self.header.len()).find(|n| {
            self.header
                .iter()
                .take(*n)
                .any(|h| self.header.get(*n).is_some_and(|name| h.trim() == name.trim()))
        });
        if let Some(column) = twice {
            let name = self.header.get(column).map_or("", String::as_str);
            return Err(TableError::line(
                line,
                format!("the file has a column `{name}` already"),
                "give the column of `wide` another name",
            ));
        }
        Ok(())
    }
}

impl Rows for Long {
    fn next(&mut self, row: &mut Record) -> Result<bool, TableError> {
        if !self.started {
            self.started = true;
            let mut header = Record::default();
            if !self.rows.next(&mut header)? {
                return Ok(false);
            }
            self.place(&header)?;
            row.fill(header.line(), self.header.iter().map(String::as_str));
            self.at = self.slices.len();
            return Ok(true);
        }
        if self.at >= self.slices.len() {
            if !self.rows.next(&mut self.raw)? {
                return Ok(false);
            }
            self.at = 0;
        }
        let Some(slice) = self.slices.get(self.at) else { return Ok(false) };
        self.at += 1;
        let raw = &self.raw;
        let cell = |c: usize| raw.get(c).unwrap_or_default();
        let staying = self.stay.iter().map(|c| cell(*c));
        let values = slice.cells.iter().map(|c| c.map_or("", cell));
        row.fill(raw.line(), staying.chain([slice.key.as_str()]).chain(values));
        Ok(true)
    }

    fn ends_a_line(&self) -> bool {
        self.rows.ends_a_line()
    }

    fn origin(&self, column: usize) -> Option<(usize, String)> {
        let slice = self.slices.get(self.at.checked_sub(1)?)?;
        let (stay, key) = (self.stay.len(), self.stay.len());
        let place = if column < stay {
            *self.stay.get(column)?
        } else if column == key {
            slice.cells.iter().flatten().next().copied()?
        } else {
            (*slice.cells.get(column - stay - 1)?)?
        };
        self.rows.origin(place).or_else(|| {
            let name = if column < stay { self.header.get(column)?.clone() } else { slice.key.clone() };
            Some((place, name))
        })
    }

    fn remarks(&self) -> Vec<String> {
        self.rows.remarks()
    }
}

/// Different texts of periods that are kept in mind.
const MOST_SEEN: usize = 100_000;

struct Joined {
    rows: Box<dyn Rows>,
    joins: Vec<Join>,
    periods: Vec<PeriodIn>,
    totals: Vec<Totals>,
    /// Columns of the rows under this that tell totals, and which rule.
    tells: Vec<(usize, usize)>,
    /// For each column of the rows given: the columns that it is made of.
    places: Vec<Vec<usize>>,
    /// Columns of the rows given that are periods, and which pattern.
    read: Vec<(usize, usize)>,
    seen: HashMap<String, String>,
    started: bool,
    raw: Record,
}

impl Joined {
    fn place(&mut self, header: &Record) -> Result<Vec<String>, TableError> {
        let line = header.line();
        let find = |name: &str| header.iter().position(|h| h == name);
        let mut names = Vec::new();
        let mut joined = Vec::new();
        for join in &self.joins {
            let mut places = Vec::new();
            for column in &join.columns {
                places.push(find(column).ok_or_else(|| missing(line, column, "`period`", header))?);
            }
            joined.push((join.name.clone(), places));
        }
        // What `totals` may name stays beside what it is joined to.
        let stay = !self.totals.is_empty();
        for (column, name) in header.iter().enumerate() {
            if stay || !joined.iter().any(|(_, places)| places.contains(&column)) {
                names.push(name.to_owned());
                self.places.push(vec![column]);
            }
        }
        for (name, places) in joined {
            names.push(name);
            self.places.push(places);
        }
        for (number, totals) in self.totals.iter().enumerate() {
            if let Some(column) = find(&totals.column) {
                self.tells.push((column, number));
            }
        }
        for (number, period) in self.periods.iter().enumerate() {
            // A description that does not fit this header is found out where descriptions are chosen.
            if let Some(column) = names.iter().position(|n| *n == period.column) {
                self.read.push((column, number));
            }
        }
        Ok(names)
    }

    /// Whether a row is a total of others. Its period may be written otherwise, or be none.
    fn is_total(&self) -> bool {
        self.tells.iter().any(|(column, number)| {
            let cell = self.raw.get(*column).unwrap_or_default();
            self.totals.get(*number).is_some_and(|totals| totals.tells(cell))
        })
    }
}

impl Rows for Joined {
    fn next(&mut self, row: &mut Record) -> Result<bool, TableError> {
        if !self.started {
            self.started = true;
            let mut header = Record::default();
            if !self.rows.next(&mut header)? {
                return Ok(false);
            }
            let names = self.place(&header)?;
            row.fill(header.line(), names.iter().map(String::as_str));
            return Ok(true);
        }
        if !self.rows.next(&mut self.raw)? {
            return Ok(false);
        }
        let line = self.raw.line();
        let mut cells: Vec<String> = Vec::with_capacity(self.places.len());
        for places in &self.places {
            let of = |column: &usize| self.raw.get(*column).unwrap_or_default();
            cells.push(match places.as_slice() {
                [one] => of(one).to_owned(),
                several => several.iter().map(|c| of(c).trim()).collect::<Vec<_>>().join(" "),
            });
        }
        let total = self.is_total();
        for (column, number) in &self.read {
            let Some((cell, period)) = cells.get_mut(*column).zip(self.periods.get(*number)) else {
                continue;
            };
            if let Some(known) = self.seen.get(cell.as_str()) {
                known.clone_into(cell);
                continue;
            }
            if period.labels.iter().any(|label| label == cell) {
                continue;
            }
            let Some(read) = period.pattern.read(cell) else {
                if total {
                    continue;
                }
                let first = self.places.get(*column).and_then(|p| p.first()).copied().unwrap_or(0);
                return Err(TableError::cell(
                    line,
                    (first, &period.column),
                    format!("`{cell}` is no period as this file writes them, `{}`", period.pattern.as_str()),
                    "check the row; a total or a note among rows is declared under `totals`, `footnotes` or `where`",
                ));
            };
            if self.seen.len() < MOST_SEEN && self.periods.len() == 1 {
                self.seen.insert(cell.clone(), read.clone());
            }
            *cell = read;
        }
        row.fill(line, cells.iter().map(String::as_str));
        Ok(true)
    }

    fn ends_a_line(&self) -> bool {
        self.rows.ends_a_line()
    }

    fn origin(&self, column: usize) -> Option<(usize, String)> {
        let place = *self.places.get(column)?.first()?;
        self.rows.origin(place)
    }

    fn remarks(&self) -> Vec<String> {
        self.rows.remarks()
    }
}
