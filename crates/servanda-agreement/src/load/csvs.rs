//! Lists and crosswalks: CSV files of the folder, and the reader that ledgers have too.

use crate::model::{CrosswalkOf, CrosswalkRelation, CrosswalkRow, ListLine, Share};
use crate::rule::good_code;
use servanda_core::{CodeForm, CodeLengths, Exact};
use servanda_files::csv::{FaultKind, Record, Table};
use servanda_files::{Diagnostic, did_you_mean, listed};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

/// The most rows of a list, crosswalk or ledger.
const MAX_ROWS: usize = 200_000;

/// A CSV file, read whole.
pub(super) struct Sheet {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
    /// The place of each column: there may be many.
    places: HashMap<String, usize>,
}

pub(super) struct Row {
    pub(super) line: u64,
    pub(super) span: Range<usize>,
    record: Record,
}

pub(super) struct Csv<'a> {
    file: &'a str,
    text: &'a str,
    items: &'a mut Vec<Diagnostic>,
    /// How many mistakes were reported.
    mistakes: usize,
}

/// The most mistakes of one file that are reported.
const MAX_MISTAKES: usize = 100;

impl<'a> Csv<'a> {
    pub(super) fn new(file: &'a str, text: &'a str, items: &'a mut Vec<Diagnostic>) -> Self {
        Self { file, text, items, mistakes: 0 }
    }

    pub(super) fn error(&mut self, code: &'static str, span: Range<usize>, message: String, help: &str) {
        self.mistakes += 1;
        if self.mistakes < MAX_MISTAKES {
            self.items.push(Diagnostic::error(code, self.file, span, message).with_help(help));
        } else if self.mistakes == MAX_MISTAKES {
            let message = "there are more mistakes in this file than are listed".to_owned();
            let help = "check that it is the file that is meant, and correct the first ones";
            self.items.push(Diagnostic::error("too-many", self.file, span, message).with_help(help));
        }
    }

    /// Whether no more mistakes are listed, so that looking for more serves nobody.
    pub(super) fn is_full(&self) -> bool {
        self.mistakes > MAX_MISTAKES
    }

    pub(super) fn read(&mut self, needed: &[&str], known: Option<&[&str]>) -> Option<Sheet> {
        let start = 0..self.text.lines().next().map_or(0, str::len);
        if self.text.trim().is_empty() {
            self.error(
                "empty-file",
                start,
                format!("the file is empty; it needs the columns {}", listed(needed)),
                "write a first line with the names of the columns",
            );
            return None;
        }
        let text = self.text;
        let table = Table::read_with(text, MAX_ROWS, |fault| {
            let message = format!("line {}: {}", fault.line, fault.problem());
            let twice = matches!(fault.kind, FaultKind::ColumnTwice { .. });
            let code = if twice { "bad-column" } else { "csv" };
            self.error(code, fault.place_in(text), message, fault.remedy());
            !self.is_full()
        })?;
        let columns: Vec<String> = table.columns().map(str::to_owned).collect();
        let mut good = true;
        for (index, column) in columns.iter().enumerate() {
            if column.is_empty() {
                good = false;
                let message = format!("column {} has no name", index + 1);
                self.error("bad-column", start.clone(), message, "give each column a name of its own");
            } else if let Some(known) = known
                && !known.contains(&column.as_str())
            {
                good = false;
                let help = did_you_mean(column, known.iter().copied())
                    .unwrap_or_else(|| format!("its columns are {}", listed(known)));
                self.error("bad-column", start.clone(), format!("there is no column `{column}` here"), &help);
            }
        }
        for need in needed.iter().filter(|n| !columns.iter().any(|c| c == *n)) {
            good = false;
            let help = did_you_mean(need, columns.iter().map(String::as_str)).map_or_else(
                || "add it to the first line".to_owned(),
                |_| format!("rename the column that is meant to `{need}`"),
            );
            self.error("missing-column", start.clone(), format!("the column `{need}` is missing"), &help);
        }
        if !good {
            return None;
        }
        if table.rows.len() > MAX_ROWS {
            let message = format!("the file has more than {MAX_ROWS} rows");
            self.error("too-many", start, message, "check that it is the file that is meant");
            return None;
        }
        let rows = table.rows.into_iter();
        let rows = rows.map(|record| Row { line: record.line(), span: record.span(), record }).collect();
        let places = columns.iter().enumerate().map(|(at, name)| (name.clone(), at)).collect();
        Some(Sheet { columns, rows, places })
    }
}

impl Sheet {
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }
}

impl Row {
    pub(super) fn get(&self, column: Option<usize>) -> &str {
        column.and_then(|c| self.record.get(c)).unwrap_or_default().trim()
    }

    /// Where a cell stands.
    pub(super) fn cell(&self, column: Option<usize>) -> Range<usize> {
        column.map_or_else(|| self.span.clone(), |c| self.record.span_of(c))
    }
}

/// Where codes of other lengths than those of the classification can be declared.
pub(crate) const DECLARE: &str = "if the text has it so, declare `lengths = [4, 6, 9]` beside `classification`, or give a list file a column `digits`";

/// A product list: a `code` column, an optional `digits` column, and others of any name.
pub(crate) fn list(
    file: &str,
    text: &str,
    lengths: &CodeLengths,
    items: &mut Vec<Diagnostic>,
) -> Vec<ListLine> {
    let mut csv = Csv::new(file, text, items);
    let Some(sheet) = csv.read(&["code"], None) else { return Vec::new() };
    let code = sheet.column("code");
    let digits = sheet.column("digits");
    let odd = |c: &str| c.len() % 2 == 1;
    let all_odd = sheet.rows.iter().all(|r| odd(r.get(code)));
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let mut lines = Vec::with_capacity(sheet.rows.len());
    for row in &sheet.rows {
        if csv.is_full() {
            break;
        }
        let text = row.get(code);
        let place = row.cell(code);
        let declared = row.get(digits);
        // Its own length, where the column `digits` says it.
        let own = digits.map(|_| CodeLengths::declared(&[text.len()]));
        if let Err(bad) = own.as_ref().unwrap_or(lengths).admit(CodeForm::LISTED, text) {
            csv.error(bad.kind(), place, format!("line {}: {bad}", row.line), &bad.help(DECLARE));
            continue;
        }
        if digits.is_some() {
            if declared != text.len().to_string() {
                csv.error(
                    "lost-zero",
                    place,
                    format!(
                        "line {}: code `{text}` has {} digits, and its column `digits` says `{declared}`",
                        row.line,
                        text.len()
                    ),
                    "a spreadsheet may have dropped a leading zero; keep the column as text",
                );
                continue;
            }
        } else if lengths.is_any() && odd(text) && !all_odd {
            csv.error(
                "lost-zero",
                place,
                format!("line {}: code `{text}` has an odd number of digits, unlike others of the list", row.line),
                "if a spreadsheet dropped its leading zero, write it again; if the list has it so, add a column `digits`",
            );
            continue;
        }
        if let Some(first) = seen.insert(text.to_owned(), row.line) {
            csv.error(
                "code-twice",
                place,
                format!("line {}: code `{text}` stands already in line {first}", row.line),
                "keep one of the two lines",
            );
            continue;
        }
        let columns = sheet
            .columns
            .iter()
            .zip(row.record.iter())
            .filter(|(name, _)| *name != "code")
            .map(|(name, cell)| (name.clone(), cell.trim().to_owned()))
            .collect();
        lines.push(ListLine { code: text.to_owned(), columns });
    }
    if sheet.rows.is_empty() {
        csv.error("empty-file", 0..text.len().min(1), "the list has no lines".to_owned(), "add its codes");
    }
    lines
}

/// What a crosswalk may speak of.
pub(crate) struct CrosswalkNames<'a> {
    /// Every code of every list.
    pub(crate) codes: BTreeSet<&'a str>,
    /// Every scope.
    pub(crate) scopes: Vec<&'a str>,
}

/// A crosswalk: `list_code` or `scope`, `source_code`, `relation`, `note`.
/// The shares of codes of other editions that scopes mean.
pub(crate) fn shares(file: &str, text: &str, scopes: &[&str], items: &mut Vec<Diagnostic>) -> Vec<Share> {
    const KNOWN: &[&str] = &["scope", "edition", "code", "share", "because"];
    let mut csv = Csv::new(file, text, items);
    let Some(sheet) = csv.read(KNOWN, Some(KNOWN)) else { return Vec::new() };
    let [scope, edition, code, share, because] =
        ["scope", "edition", "code", "share", "because"].map(|name| sheet.column(name));
    let mut rows: Vec<Share> = Vec::new();
    for row in &sheet.rows {
        if csv.is_full() {
            break;
        }
        let line = row.line;
        let mut wrong = |column, name: &'static str, what: String, help: &str| {
            csv.error(name, row.cell(column), format!("line {line}: {what}"), help);
        };
        let (of, name, digits) = (row.get(scope), row.get(edition), row.get(code));
        if !scopes.contains(&of) {
            let help = did_you_mean(of, scopes.iter().copied())
                .unwrap_or_else(|| format!("the scopes are {}", listed(scopes)));
            wrong(scope, "unknown-scope", format!("there is no scope `{of}`"), &help);
            continue;
        }
        if servanda_core::hs::hs_edition(name).is_none() {
            let what = format!("`{name}` is no edition of a classification");
            wrong(
                edition,
                "unknown-word",
                what,
                "write the edition of the source as its file names it: HS2022",
            );
            continue;
        }
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            let what = format!("`{digits}` is no code of six digits");
            wrong(code, "bad-code", what, "write the code of that edition, six digits");
            continue;
        }
        let part = Exact::parse(row.get(share)).ok().filter(|s| !s.is_negative() && *s <= Exact::integer(1));
        let Some(part) = part else {
            let what = format!("`{}` is no share", row.get(share));
            wrong(share, "bad-number", what, "write a number from 0 to 1");
            continue;
        };
        if row.get(because).is_empty() {
            let what = "why it is this share is not said".to_owned();
            wrong(because, "empty-text", what, "say where the share comes from");
            continue;
        }
        if rows.iter().any(|r| (r.scope.as_str(), r.edition.as_str(), r.code.as_str()) == (of, name, digits))
        {
            wrong(code, "twice", "this code has a share already above".to_owned(), "keep one of the two");
            continue;
        }
        rows.push(Share {
            scope: of.to_owned(),
            edition: name.to_owned(),
            code: digits.to_owned(),
            share: part,
            because: row.get(because).to_owned(),
        });
    }
    rows
}

pub(crate) fn crosswalk(
    file: &str,
    text: &str,
    names: &CrosswalkNames<'_>,
    items: &mut Vec<Diagnostic>,
) -> Vec<CrosswalkRow> {
    const KNOWN: &[&str] = &["list_code", "scope", "source_code", "relation", "note"];
    let mut csv = Csv::new(file, text, items);
    let Some(sheet) = csv.read(&["source_code", "relation"], Some(KNOWN)) else { return Vec::new() };
    let column = |name: &str| sheet.column(name);
    let (list_code, scope, source_code, relation, note) =
        (column("list_code"), column("scope"), column("source_code"), column("relation"), column("note"));
    if list_code.is_none() && scope.is_none() {
        let span = 0..text.lines().next().map_or(0, str::len);
        let message = "the column `list_code` or `scope` is missing".to_owned();
        csv.error(
            "missing-column",
            span,
            message,
            "say of which line of the list, or of which scope, each row speaks",
        );
        return Vec::new();
    }
    let mut rows: Vec<CrosswalkRow> = Vec::new();
    let mut seen: BTreeSet<(CrosswalkOf, String)> = BTreeSet::new();
    for row in &sheet.rows {
        if csv.is_full() {
            break;
        }
        let line = row.line;
        let of = match (row.get(list_code), row.get(scope)) {
            ("", "") => {
                let message = format!("line {line}: neither `list_code` nor `scope` is filled");
                csv.error("bad-crosswalk", row.span.clone(), message, "fill one of the two");
                continue;
            }
            (code, "") => {
                if !names.codes.contains(code) {
                    let place = row.cell(list_code);
                    let help = did_you_mean(code, names.codes.iter().copied())
                        .unwrap_or_else(|| "write a code as the list has it".to_owned());
                    csv.error(
                        "unknown-code",
                        place,
                        format!("line {line}: no list has the code `{code}`"),
                        &help,
                    );
                    continue;
                }
                CrosswalkOf::Line(code.to_owned())
            }
            ("", name) => {
                if !names.scopes.contains(&name) {
                    let place = row.cell(scope);
                    let help = did_you_mean(name, names.scopes.iter().copied())
                        .unwrap_or_else(|| format!("the scopes are {}", listed(&names.scopes)));
                    csv.error(
                        "unknown-scope",
                        place,
                        format!("line {line}: there is no scope `{name}`"),
                        &help,
                    );
                    continue;
                }
                CrosswalkOf::Scope(name.to_owned())
            }
            _ => {
                let message = format!("line {line}: both `list_code` and `scope` are filled");
                csv.error("bad-crosswalk", row.span.clone(), message, "fill one of the two");
                continue;
            }
        };
        let source = row.get(source_code);
        if !good_code(source) {
            let place = row.cell(source_code);
            csv.error(
                "bad-code",
                place,
                format!("line {line}: `{source}` is not a code"),
                "a code is digits, or a source's own name in lower case",
            );
            continue;
        }
        if matches!(&of, CrosswalkOf::Line(_)) && names.codes.contains(source) {
            let place = row.cell(source_code);
            csv.error(
                "bad-crosswalk",
                place,
                format!("line {line}: `{source}` is a line of the list itself"),
                "a crosswalk adds codes that the list does not have; take the row away",
            );
            continue;
        }
        let relation = match row.get(relation) {
            "equal" => CrosswalkRelation::Equal,
            "wider" => CrosswalkRelation::Wider,
            "narrower" => CrosswalkRelation::Narrower,
            other => {
                let place = row.cell(sheet.column("relation"));
                let help = did_you_mean(other, ["equal", "wider", "narrower"]).unwrap_or_else(|| {
                    "write equal, wider (the source's code holds more) or narrower".to_owned()
                });
                csv.error("unknown-word", place, format!("line {line}: `{other}` is not a relation"), &help);
                continue;
            }
        };
        if !seen.insert((of.clone(), source.to_owned())) {
            let message = format!("line {line}: this row stands already above");
            csv.error("twice", row.span.clone(), message, "keep one of the two");
            continue;
        }
        rows.push(CrosswalkRow {
            of,
            source_code: source.to_owned(),
            relation,
            note: row.get(note).to_owned(),
            line,
        });
    }
    rows
}
