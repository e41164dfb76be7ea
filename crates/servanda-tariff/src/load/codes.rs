//! Whether the codes of lists exist in their edition, where a schedule of that edition is in the book.

use super::inbox::Inbox;
use super::schedule::short;
use crate::{Book, Measure, ProductList, ScheduleKind};
use servanda_core::Party;
use std::collections::BTreeMap;
use std::ops::Range;

/// A code of a list that its edition does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownCode {
    /// The measure.
    pub measure: String,
    /// The list.
    pub list: String,
    /// The file in which the code stands, relative to the workspace.
    pub file: String,
    /// The code.
    pub code: String,
    /// Its line in that file, from 1.
    pub row: usize,
    /// The edition.
    pub classification: String,
}

impl Book {
    /// Codes of lists that are no line of their edition, nor the beginning of one, nor part of one. An edition is checked
    /// where the book has an MFN schedule of that importer in it.
    pub fn unknown_codes(&self) -> Vec<UnknownCode> {
        let mut found = Vec::new();
        let mut editions: BTreeMap<(Party, &str), Option<Edition<'_>>> = BTreeMap::new();
        for measure in &self.measures {
            for list in &measure.lists {
                let name = (measure.importer, list.classification.as_str());
                let edition = editions.entry(name).or_insert_with(|| self.edition(name.0, name.1));
                let Some(edition) = edition else { continue };
                let unknown = list.lines.iter().flatten().filter(|line| !edition.has(&line.code));
                found.extend(unknown.map(|line| unknown_code(measure, list, &line.code, line.row)));
            }
        }
        found
    }

    fn edition(&self, importer: Party, classification: &str) -> Option<Edition<'_>> {
        let of = |kinds: fn(ScheduleKind) -> bool| {
            self.schedules.iter().filter(move |s| {
                s.importer == importer && s.classification == classification && kinds(s.kind)
            })
        };
        of(|kind| matches!(kind, ScheduleKind::MfnApplied | ScheduleKind::MfnBound)).next()?;
        let mut lines: Vec<&str> =
            of(|_| true).flat_map(|s| s.rows.iter().map(|r| r.line.as_str())).collect();
        lines.sort_unstable();
        lines.dedup();
        Some(Edition(lines))
    }
}

/// The lines of an edition, sorted.
struct Edition<'a>(Vec<&'a str>);

impl Edition<'_> {
    fn has(&self, code: &str) -> bool {
        let at = self.0.partition_point(|line| *line < code);
        let begins = self.0.get(at).is_some_and(|line| line.starts_with(code));
        let extends =
            || (2..code.len()).filter_map(|n| code.get(..n)).any(|c| self.0.binary_search(&c).is_ok());
        begins || extends()
    }
}

fn unknown_code(measure: &Measure, list: &ProductList, code: &str, row: usize) -> UnknownCode {
    UnknownCode {
        measure: measure.id.clone(),
        list: list.id.clone(),
        file: list.file.clone().unwrap_or_else(|| format!("measures/{}.toml", measure.id)),
        code: code.to_owned(),
        row,
        classification: list.classification.clone(),
    }
}

/// Reports them at their places.
pub(super) fn report(inbox: &mut Inbox<'_>, book: &Book) {
    for unknown in book.unknown_codes() {
        if inbox.full(&unknown.file) {
            continue;
        }
        let span = inbox.text(&unknown.file).ok().and_then(|text| place(&text, unknown.row, &unknown.code));
        let message = format!(
            "{} has no line {}, none below it and none above it (list `{}`)",
            short(&unknown.classification),
            unknown.code,
            unknown.list
        );
        let help = "correct the code, or name the edition that the list is in";
        inbox.error("unknown-code", &unknown.file, span, message, help);
    }
}

/// A code in a line of a text.
fn place(text: &str, row: usize, code: &str) -> Option<Range<usize>> {
    let before = row.checked_sub(1)?;
    let start: usize = text.split_inclusive('\n').take(before).map(str::len).sum();
    let line = text.get(start..)?.lines().next()?;
    let found = line.find(code).map_or(0..line.len(), |at| at..at + code.len());
    Some(start + found.start..start + found.end)
}
