//! Lists of codes: in a CSV file, or in the TOML file itself.

use super::form::Form;
use super::inbox::{Inbox, Unread};
use super::schedule::short;
use super::sheet::Sheet;
use crate::{Duty, DutyError, ListLine};
use servanda_core::{CodeForm, CodeLengths};
use servanda_files::{Spanned, Text};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Codes with whether a rate stands beside each.
pub(super) struct Codes {
    pub(super) lines: Vec<ListLine>,
    pub(super) by_line: bool,
}

/// The text of a CSV file that a TOML file names, with its path in the workspace.
pub(super) fn named_text(form: &mut Form<'_, '_>, folder: &str, name: &Text) -> Option<(String, Arc<str>)> {
    let path = format!("{folder}/{}", name.get_ref());
    let why = match form.inbox.text(&path) {
        Ok(text) => return Some((path, text)),
        Err(Unread::Reported) => return None,
        Err(Unread::Missing) => "there is no such file".to_owned(),
        Err(Unread::Refused(why)) => why,
    };
    let help = format!("the name is that of a file in {folder}/, such as us-list/list-1.csv");
    form.error("no-file", name.span(), format!("{}: {why}", short(&path)), help);
    None
}

/// Where codes of other lengths than those of the classification can be declared.
pub(super) const DECLARE: &str = "where the codes have other lengths, declare them: lengths = [4, 6, 9]";

/// Lengths that a file declares, each from 1 to 12; none where it declares none.
pub(super) fn declared(form: &mut Form<'_, '_>, lengths: Option<&Spanned<Vec<u8>>>) -> Option<Vec<usize>> {
    let lengths = lengths?;
    let found: Vec<usize> = lengths.get_ref().iter().map(|n| usize::from(*n)).collect();
    if found.is_empty() || found.iter().any(|n| !(1..=12).contains(n)) {
        let help = "write the numbers of digits that codes have: lengths = [4, 6, 9]";
        form.error("bad-lengths", lengths.span(), "these are not lengths of codes", help);
    }
    Some(found)
}

/// Codes that stand in the TOML file.
pub(super) fn inline(
    form: &mut Form<'_, '_>,
    codes: &Spanned<Vec<Text>>,
    lengths: &CodeLengths,
) -> Option<Codes> {
    if codes.get_ref().is_empty() {
        form.error(
            "empty-list",
            codes.span(),
            "this list has no codes",
            "write them, or all = true for every line",
        );
        return None;
    }
    let given = codes.get_ref().iter().filter_map(|text| text.given().map(String::as_str));
    let lengths = &lengths.clone().settled_by(given);
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut lines = Vec::with_capacity(codes.get_ref().len());
    let mut good = true;
    // Codes stand in the order of the file: lines are counted on from one to the next.
    let (mut at, mut line) = (0, 1);
    for text in codes.get_ref() {
        if form.inbox.full(form.file) {
            return None;
        }
        let Some(code) = text.given() else { continue };
        let span = text.span();
        line +=
            form.text.as_bytes().get(at..span.start).map_or(0, |b| b.iter().filter(|b| **b == b'\n').count());
        at = at.max(span.start);
        if let Err(bad) = lengths.admit(CodeForm::TARIFF, code) {
            good = false;
            form.error(bad.kind(), span, bad.to_string(), bad.help(DECLARE));
        } else if let Some(other) = seen.insert(code, line) {
            good = false;
            let message = format!("code {code} stands here and in line {other}");
            form.error("code-twice", span, message, "keep one of the two");
        } else {
            lines.push(ListLine { code: code.to_owned(), duty: None, part: false, row: line });
        }
    }
    lines.sort_by(|a, b| a.code.cmp(&b.code));
    good.then_some(Codes { lines, by_line: false })
}

/// Codes of a CSV file.
pub(super) fn file(inbox: &mut Inbox<'_>, path: &str, text: &str, lengths: &CodeLengths) -> Option<Codes> {
    let sheet = Sheet::read(inbox, path, text, &["line"], None)?;
    let [column, rate, part] = ["line", "rate", "part"].map(|c| sheet.column(c));
    let lengths = &lengths.clone().settled_by(sheet.rows.iter().map(|row| row.get(column)));
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut lines = Vec::with_capacity(sheet.rows.len());
    let mut good = true;
    for row in &sheet.rows {
        if inbox.full(path) {
            return None;
        }
        let mut wrong = |code, message: String, help: &str| {
            good = false;
            inbox.error(code, path, Some(row.span.clone()), message, help);
        };
        let code = row.get(column);
        if let Err(bad) = lengths.admit(CodeForm::TARIFF, code) {
            wrong(bad.kind(), format!("line {}: {bad}", row.line), &bad.help(DECLARE));
            continue;
        }
        if let Some(other) = seen.insert(code, row.line) {
            let message = format!("code {code} stands here and in row {other}");
            wrong("code-twice", message, "keep one of the two rows");
            continue;
        }
        let duty = match rate.map(|_| Duty::parse_strict(row.get(rate))).transpose() {
            Ok(duty) => duty,
            Err(error) => {
                let (code, message) = duty_error(&error);
                wrong(code, message, RATE_HELP);
                continue;
            }
        };
        let part = match row.get(part) {
            "yes" => true,
            "" | "no" => false,
            other => {
                let message = format!("`{}` does not stand in the column `part`", short(other));
                wrong(
                    "unknown-word",
                    message,
                    "write yes where only a part of the goods is meant, else nothing",
                );
                continue;
            }
        };
        lines.push(ListLine { code: code.to_owned(), duty, part, row: row.line });
    }
    lines.sort_by(|a, b| a.code.cmp(&b.code));
    good.then_some(Codes { lines, by_line: rate.is_some() })
}

/// How to write a rate.
pub(super) const RATE_HELP: &str = "write the unit beside the number: 25% is percent of value";

/// The kind and the message of a rate that is wrong.
pub(super) fn duty_error(error: &DutyError) -> (&'static str, String) {
    let code = match error {
        DutyError::Empty => "empty-rate",
        DutyError::WithoutUnit { .. } => "rate-without-unit",
        DutyError::NotUnderstood { .. } => "bad-rate",
    };
    (code, error.to_string())
}
