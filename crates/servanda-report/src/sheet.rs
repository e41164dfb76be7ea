//! One table with what stands above and below it, as text, CSV or Markdown.

use crate::flat;
use crate::text::{self, BREAK, Column, Grid, Layout};

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
}

impl Cell {
    /// Two texts: a rounded figure and the exact one.
    pub fn new(shown: impl Into<String>, exact: impl Into<String>) -> Self {
        Self { shown: shown.into(), exact: exact.into() }
    }
}

impl<T: std::fmt::Display> From<T> for Cell {
    /// The same for both.
    fn from(text: T) -> Self {
        let text = text.to_string();
        Self { shown: text.clone(), exact: text }
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

    /// A row for programs; people read it in a note.
    pub(crate) fn hidden_row(&mut self, cells: Vec<Cell>) {
        self.rows.push(Row { cells, shown: false });
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

    fn more(&self, left: usize) -> String {
        format!("and {left} more {}; --all prints them", self.what)
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
            out.push_str(&format!("{}\n", self.more(left)));
        }
        for part in [&self.notes, &self.foot] {
            if !part.is_empty() {
                out.push('\n');
                lines(part, &mut out);
            }
        }
        text::finish(&out, layout.colour)
    }

    /// Every row with exact figures, below a heading row.
    pub fn csv(&self) -> String {
        let keyed = |n: &usize| self.titles.get(*n).is_some_and(|t| !t.key.is_empty());
        let columns: Vec<usize> = (0..self.titles.len()).filter(keyed).collect();
        let mut rows = vec![self.titles.iter().map(|t| t.key.to_owned()).filter(|k| !k.is_empty()).collect()];
        rows.extend(self.rows.iter().map(|row| {
            columns
                .iter()
                .map(|n| row.cells.get(*n).map_or(String::new(), |c| c.exact.clone()))
                .collect::<Vec<_>>()
        }));
        flat::csv(rows)
    }

    /// For documents.
    pub fn markdown(&self, all: bool) -> String {
        let paragraphs = |lines: &[String]| -> String {
            lines.iter().map(|line| format!("{}\n\n", flat::cell(&line.replace(BREAK, "")))).collect()
        };
        let mut out = paragraphs(&self.head);
        let titles: Vec<&Title> = self.titles.iter().filter(|t| !t.shown.is_empty()).collect();
        let head: Vec<&str> = titles.iter().map(|t| t.shown.as_str()).collect();
        let right: Vec<usize> =
            titles.iter().enumerate().filter(|(_, t)| t.kind == Column::Right).map(|(n, _)| n).collect();
        let (mut rows, left) = self.on_paper(all);
        // A document's reader breaks lines where it likes.
        rows.iter_mut().flatten().for_each(|cell| *cell = cell.replace(BREAK, ""));
        if rows.is_empty() {
            out.push_str(&format!("No {}.\n\n", self.what));
        } else {
            out.push_str(&flat::markdown(&head, &right, &rows));
            out.push('\n');
        }
        if left > 0 {
            out.push_str(&format!("{}\n\n", self.more(left)));
        }
        out.push_str(&paragraphs(&self.notes));
        out.push_str(&paragraphs(&self.foot));
        out.trim_end().to_owned() + "\n"
    }
}
