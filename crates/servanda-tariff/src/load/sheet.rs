//! A CSV file as rows with their places.

use super::inbox::Inbox;
use servanda_files::csv::{FaultKind, Record, Table};
use servanda_files::did_you_mean;
use std::ops::Range;

/// The most rows of a file.
const MAX_ROWS: usize = 1_000_000;

/// A CSV file, read whole.
pub(super) struct Sheet {
    columns: Vec<String>,
    pub(super) rows: Vec<Row>,
}

/// One row of it.
pub(super) struct Row {
    /// Its line in the file, from 1.
    pub(super) line: usize,
    /// Its place.
    pub(super) span: Range<usize>,
    record: Record,
}

impl Sheet {
    /// Reads a CSV with a header. `known` are all columns that may stand there; `None`: others may stand there too.
    pub(super) fn read(
        inbox: &mut Inbox<'_>,
        file: &str,
        text: &str,
        needed: &[&str],
        known: Option<&[&str]>,
    ) -> Option<Self> {
        let head = 0..text.lines().next().map_or(0, str::len);
        let mut good = true;
        let table = Table::read_with(text, MAX_ROWS, |fault| {
            good = false;
            let code = if matches!(fault.kind, FaultKind::ColumnTwice { .. }) { "bad-column" } else { "csv" };
            let message = format!("line {}: {}", fault.line, fault.problem());
            inbox.error(code, file, Some(fault.place_in(text)), message, fault.remedy());
            !inbox.full(file)
        });
        if !good && table.is_none() {
            return None;
        }
        let Table { header, rows } = table.unwrap_or_default();
        let columns: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
        if !good_columns(inbox, file, &columns, needed, known, &head) || !good {
            return None;
        }
        if rows.len() > MAX_ROWS {
            let message = format!("this file has more than {MAX_ROWS} rows");
            inbox.error("too-many", file, Some(head), message, "check that it is the file that is meant");
            return None;
        }
        if rows.is_empty() {
            inbox.error(
                "empty-file",
                file,
                Some(head),
                "this file has no rows",
                "add them below its first line",
            );
            return None;
        }
        let row = |record: Record| Row {
            line: usize::try_from(record.line()).unwrap_or(usize::MAX),
            span: record.span(),
            record,
        };
        Some(Self { columns, rows: rows.into_iter().map(row).collect() })
    }

    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c == name)
    }
}

impl Row {
    pub(super) fn get(&self, column: Option<usize>) -> &str {
        column.and_then(|c| self.record.get(c)).unwrap_or_default().trim()
    }
}

fn good_columns(
    inbox: &mut Inbox<'_>,
    file: &str,
    columns: &[String],
    needed: &[&str],
    known: Option<&[&str]>,
    head: &Range<usize>,
) -> bool {
    let mut good = true;
    let mut wrong = |inbox: &mut Inbox<'_>, code, message: String, help: String| {
        good = false;
        inbox.error(code, file, Some(head.clone()), message, help);
    };
    for (index, column) in columns.iter().enumerate() {
        if column.is_empty() && columns.len() != 1 {
            let message = format!("column {} has no name", index + 1);
            wrong(inbox, "bad-column", message, "give each column a name of its own".to_owned());
        } else if let Some(known) = known
            && !column.is_empty()
            && !known.contains(&column.as_str())
        {
            let help = did_you_mean(column, known.iter().copied())
                .unwrap_or_else(|| format!("the columns are {}", known.join(", ")));
            wrong(inbox, "bad-column", format!("there is no column `{column}` here"), help);
        }
        if inbox.full(file) {
            return false;
        }
    }
    for need in needed.iter().filter(|n| !columns.iter().any(|c| c == *n)) {
        let help = "name it in the first line of the file".to_owned();
        wrong(inbox, "missing-column", format!("the column `{need}` is missing"), help);
    }
    good
}
