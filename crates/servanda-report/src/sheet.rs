//! One table with what stands above and below it, as text, CSV or Markdown.

use crate::columns::Col;
use crate::flat;
use crate::text::{self, BREAK, Column, Grid, Layout};
use servanda_core::{End, Exact};
use std::borrow::Borrow;

/// At most this many rows are printed on a terminal or in a document, unless all are asked for.
const SHOWN: usize = 40;

/// A column.
#[derive(Debug, Clone)]
struct Title {
    /// For people; empty: the column stands in CSV only.
    shown: String,
    /// For programs; empty: the column stands on paper only.
    key: &'static str,
    kind: Column,
}

/// A cell: what people read, and what programs do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    shown: String,
    exact: String,
    /// The figure that programs get, where it is one: its decimals depend on the column, and may not be all.
    number: Option<Exact>,
}

impl Cell {
    /// Two texts: a rounded figure and the exact one.
    pub fn new(shown: impl Into<String>, exact: impl Into<String>) -> Self {
        Self { shown: shown.into(), exact: exact.into(), number: None }
    }

    /// A figure, and how people read it.
    pub fn number(shown: impl Into<String>, number: Exact) -> Self {
        Self { shown: shown.into(), exact: String::new(), number: Some(number) }
    }

    /// What programs read in a column: a decimal, whole where it ends, else rounded outward in columns of bounds.
    pub(crate) fn decimal(&self, key: &str) -> String {
        self.number.as_ref().map_or_else(|| self.exact.clone(), |n| End::of(key).text(n))
    }

    fn fraction(&self) -> Option<String> {
        self.number.as_ref().and_then(Exact::fraction)
    }
}

impl<T: std::fmt::Display> From<T> for Cell {
    /// The same for both.
    fn from(text: T) -> Self {
        let text = text.to_string();
        Self { shown: text.clone(), exact: text, number: None }
    }
}

#[derive(Debug, Clone)]
struct Row {
    cells: Vec<Cell>,
    /// Whether people see it; what says the same in a note does not stand in the table again.
    shown: bool,
}

/// A table with its head and foot.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    head: Vec<String>,
    titles: Vec<Title>,
    rows: Vec<Row>,
    notes: Vec<String>,
    foot: Vec<String>,
    /// What a row is, in the plural: `lines`.
    what: &'static str,
}

impl Sheet {
    pub(crate) fn new(what: &'static str) -> Self {
        Self { what, ..Self::default() }
    }

    /// A line above the table.
    pub(crate) fn head(&mut self, line: impl Into<String>) {
        self.head.push(line.into());
    }

    /// A line right below the table.
    pub(crate) fn note(&mut self, line: impl Into<String>) {
        self.notes.push(line.into());
    }

    /// A line at the end: what figures are of, and how sure.
    pub(crate) fn foot(&mut self, line: impl Into<String>) {
        self.foot.push(line.into());
    }

    /// A column for everybody. An empty title: in CSV only. An empty key: not in CSV.
    pub(crate) fn column(&mut self, shown: impl Into<String>, key: &'static str, kind: Column) {
        self.titles.push(Title { shown: shown.into(), key, kind });
    }

    pub(crate) fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(Row { cells, shown: true });
    }

    /// The columns, and a row for each of what they are of.
    pub(crate) fn fill<R>(&mut self, columns: &[Col<R>], rows: impl IntoIterator<Item = impl Borrow<R>>) {
        self.declare(columns);
        for row in rows {
            self.add(columns, row.borrow(), true);
        }
    }

    /// The columns alone.
    pub(crate) fn declare<R>(&mut self, columns: &[Col<R>]) {
        self.titles =
            columns.iter().map(|c| Title { shown: c.title.clone(), key: c.key, kind: c.kind }).collect();
    }

    /// A row; one that is not shown is for programs, and people read it in a note.
    pub(crate) fn add<R>(&mut self, columns: &[Col<R>], row: &R, shown: bool) {
        self.rows.push(Row { cells: columns.iter().map(|c| (c.cell)(row)).collect(), shown });
    }

    fn on_paper(&self, all: bool) -> (Vec<Vec<String>>, usize) {
        let shown: Vec<&Row> = self.rows.iter().filter(|r| r.shown).collect();
        let count = if all { shown.len() } else { shown.len().min(SHOWN) };
        let rows = shown.iter().take(count).map(|row| {
            let cells = self.titles.iter().zip(&row.cells).filter(|(t, _)| !t.shown.is_empty());
            cells.map(|(_, cell)| text::one_line_nb(&cell.shown)).collect()
        });
        (rows.collect(), shown.len() - count)
    }

    fn more(&self, left: usize, layout: &Layout) -> String {
        format!("and {left} more {}; {} prints them", self.what, layout.ask_all())
    }

    /// For a terminal.
    pub fn text(&self, layout: &Layout) -> String {
        let columns = layout.columns();
        let mut out = String::new();
        let lines = |lines: &[String], out: &mut String| {
            for line in lines {
                text::paragraph(out, &text::one_line_nb(line), columns, "", "  ");
            }
        };
        lines(&self.head, &mut out);
        let titles: Vec<&Title> = self.titles.iter().filter(|t| !t.shown.is_empty()).collect();
        let (rows, left) = self.on_paper(layout.all);
        if rows.is_empty() {
            out.push_str(&format!("\nno {}\n", self.what));
        } else {
            let mut grid = Grid::new(&titles.iter().map(|t| t.kind).collect::<Vec<_>>());
            grid.row(titles.iter().map(|t| t.shown.clone()).collect());
            rows.iter().for_each(|row| grid.row(row.clone()));
            out.push('\n');
            if grid.stands(columns) {
                out.push_str(&grid.render(columns, ""));
            } else {
                for row in &rows {
                    let cells = titles.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
                    let cells: Vec<String> = cells.map(|(t, cell)| format!("{}: {cell}", t.shown)).collect();
                    text::paragraph(&mut out, &cells.join("; "), columns, "", "    ");
                }
            }
        }
        if left > 0 {
            out.push_str(&format!("{}\n", self.more(left, layout)));
        }
        for part in [&self.notes, &self.foot] {
            if !part.is_empty() {
                out.push('\n');
                lines(part, &mut out);
            }
        }
        text::finish(&out, layout.colour)
    }

    /// Every row with exact figures, below a heading row. A column `KEY_exact` at the end has figures as `n/d`, for each column
    /// in which the decimals of one do not end.
    pub fn csv(&self) -> String {
        let keyed = |n: &usize| self.titles.get(*n).is_some_and(|t| !t.key.is_empty());
        let columns: Vec<usize> = (0..self.titles.len()).filter(keyed).collect();
        let key = |n: usize| self.titles.get(n).map_or("", |t| t.key);
        let endless =
            |n: &usize| self.rows.iter().any(|r| r.cells.get(*n).and_then(Cell::fraction).is_some());
        let exact: Vec<usize> = columns.iter().copied().filter(endless).collect();
        let mut head: Vec<String> = columns.iter().map(|n| key(*n).to_owned()).collect();
        head.extend(exact.iter().map(|n| format!("{}_exact", key(*n))));
        let mut rows = vec![head];
        rows.extend(self.rows.iter().map(|row| {
            let cell = |n: &usize| row.cells.get(*n);
            let decimals = columns.iter().map(|n| cell(n).map(|c| c.decimal(key(*n))).unwrap_or_default());
            let fractions = exact.iter().map(|n| cell(n).and_then(Cell::fraction).unwrap_or_default());
            decimals.chain(fractions).collect::<Vec<_>>()
        }));
        flat::csv_of(rows)
    }

    /// For documents.
    pub fn markdown(&self, layout: &Layout) -> String {
        let paragraphs = |lines: &[String]| -> String {
            lines.iter().map(|line| format!("{}\n\n", flat::cell(&line.replace(BREAK, "")))).collect()
        };
        let mut out = paragraphs(&self.head);
        let titles: Vec<&Title> = self.titles.iter().filter(|t| !t.shown.is_empty()).collect();
        let head: Vec<&str> = titles.iter().map(|t| t.shown.as_str()).collect();
        let right: Vec<usize> =
            titles.iter().enumerate().filter(|(_, t)| t.kind == Column::Right).map(|(n, _)| n).collect();
        let (mut rows, left) = self.on_paper(layout.all);
        // A document's reader breaks lines where it likes.
        rows.iter_mut().flatten().for_each(|cell| *cell = cell.replace(BREAK, ""));
        if rows.is_empty() {
            out.push_str(&format!("No {}.\n\n", self.what));
        } else {
            out.push_str(&flat::markdown(&head, &right, &rows));
            out.push('\n');
        }
        if left > 0 {
            out.push_str(&format!("{}\n\n", self.more(left, layout)));
        }
        out.push_str(&paragraphs(&self.notes));
        out.push_str(&paragraphs(&self.foot));
        out.trim_end().to_owned() + "\n"
    }
}
