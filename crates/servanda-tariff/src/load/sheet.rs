//! A CSV file as rows with their places.

use super::inbox::Inbox;
use servanda_agreement::did_you_mean;
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
    cells: Vec<String>,
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
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let columns: Vec<String> = match reader.headers() {
            Ok(headers) => headers.iter().map(str::to_owned).collect(),
            Err(error) => {
                inbox.error(
                    "csv",
                    file,
                    Some(head),
                    format!("this is not CSV: {error}"),
                    "save it as CSV with commas",
                );
                return None;
            }
        };
        if !good_columns(inbox, file, &columns, needed, known, &head) {
            return None;
        }
        let mut sheet = Self { columns, rows: Vec::new() };
        let mut lines = Lines { text, at: 0, line: 1 };
        let mut record = csv::StringRecord::new();
        let mut good = true;
        loop {
            match reader.read_record(&mut record) {
                Ok(false) => break,
                Ok(true) => {
                    let span = row_span(text, record.position(), reader.position());
                    let cells = record.iter().map(str::to_owned).collect();
                    sheet.rows.push(Row { line: lines.of(span.start), span, cells });
                }
                Err(error) => {
                    good = false;
                    let span = row_span(text, error.position(), reader.position());
                    let message = match error.kind() {
                        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                            format!(
                                "this row has {len} fields, and the first line names {expected_len} columns"
                            )
                        }
                        _ => format!("this is not CSV: {error}"),
                    };
                    inbox.error(
                        "csv",
                        file,
                        Some(span),
                        message,
                        "put quotes around a field that contains a comma",
                    );
                    // The reader goes on at the next row after a wrong number of fields.
                    if !matches!(error.kind(), csv::ErrorKind::UnequalLengths { .. }) || inbox.full(file) {
                        return None;
                    }
                }
            }
            if sheet.rows.len() > MAX_ROWS {
                let message = format!("this file has more than {MAX_ROWS} rows");
                inbox.error("too-many", file, Some(head), message, "check that it is the file that is meant");
                return None;
            }
        }
        if good && sheet.rows.is_empty() {
            inbox.error(
                "empty-file",
                file,
                Some(head),
                "this file has no rows",
                "add them below its first line",
            );
            return None;
        }
        good.then_some(sheet)
    }

    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c == name)
    }
}

impl Row {
    pub(super) fn get(&self, column: Option<usize>) -> &str {
        column.and_then(|c| self.cells.get(c)).map(String::as_str).unwrap_or_default()
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
    let mut seen = std::collections::BTreeSet::new();
    for (index, column) in columns.iter().enumerate() {
        if column.is_empty() && columns.len() != 1 {
            let message = format!("column {} has no name", index + 1);
            wrong(inbox, "bad-column", message, "give each column a name of its own".to_owned());
        } else if !seen.insert(column) {
            let message = format!("column `{column}` stands twice");
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

/// The place of a row, without the line ends around it.
fn row_span(text: &str, from: Option<&csv::Position>, to: &csv::Position) -> Range<usize> {
    let offset = |p: &csv::Position| usize::try_from(p.byte()).unwrap_or(usize::MAX).min(text.len());
    let start = from.map_or(0, offset);
    let slice = text.get(start..offset(to).max(start)).unwrap_or_default();
    let begin = start + (slice.len() - slice.trim_start_matches(['\r', '\n']).len());
    begin..begin + slice.trim_matches(['\r', '\n']).len()
}

/// Lines of places that only go forward.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn of(&mut self, place: usize) -> usize {
        let passed = self.text.as_bytes().get(self.at..place).unwrap_or_default();
        self.line += passed.iter().filter(|b| **b == b'\n').count();
        self.at = self.at.max(place);
        self.line
    }
}
