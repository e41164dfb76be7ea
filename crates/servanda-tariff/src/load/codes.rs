//! Whether the codes of lists and exclusions exist in their edition, where a schedule of that edition is in the book.

use super::inbox::Inbox;
use super::schedule::short;
use crate::{Book, Exclusion, Measure, ProductList, Schedule, ScheduleKind};
use servanda_core::Party;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// A code of a list or an exclusion that its edition does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownCode {
    /// The measure.
    pub measure: String,
    /// The list or the exclusion: `list-1`, `exclusion autos`.
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
    /// where the book has an MFN schedule of that importer in it. The edition of an exclusion is that of the lists of its
    /// acts; where they have several, a code stands in one of them.
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
            for exclusion in &measure.exclusions {
                let names = editions_of(measure, exclusion);
                for name in &names {
                    let key = (measure.importer, *name);
                    editions.entry(key).or_insert_with(|| self.edition(measure.importer, name));
                }
                // Where one of the editions is not held, a code may stand there.
                let held = names.iter().map(|name| editions.get(&(measure.importer, *name))?.as_ref());
                let Some(held) = held.collect::<Option<Vec<_>>>() else { continue };
                if held.is_empty() {
                    continue;
                }
                let unknown = exclusion.codes.iter().filter(|line| !held.iter().any(|e| e.has(&line.code)));
                found.extend(unknown.map(|line| UnknownCode {
                    measure: measure.id.clone(),
                    list: format!("exclusion {}", exclusion.id),
                    file: exclusion.file.clone().unwrap_or_else(|| format!("measures/{}.toml", measure.id)),
                    code: line.code.clone(),
                    row: line.row,
                    classification: names.iter().copied().collect::<Vec<_>>().join(" or "),
                }));
            }
        }
        found
    }

    /// How many codes of a list have no line in the schedules of an edition, at any time.
    pub(crate) fn codes_without_line(&self, importer: Party, list: &ProductList, edition: &str) -> usize {
        let of = |s: &&Arc<Schedule>| s.importer == importer && s.classification == edition;
        let edition = Edition::of(self.schedules.iter().filter(of));
        list.lines.iter().flatten().filter(|line| !edition.has(&line.code)).count()
    }

    fn edition(&self, importer: Party, classification: &str) -> Option<Edition<'_>> {
        let of = |kinds: fn(ScheduleKind) -> bool| {
            self.schedules.iter().filter(move |s| {
                s.importer == importer && s.classification == classification && kinds(s.kind)
            })
        };
        of(|kind| matches!(kind, ScheduleKind::MfnApplied | ScheduleKind::MfnBound)).next()?;
        Some(Edition::of(of(|_| true)))
    }
}

/// The editions of the lists of an exclusion's acts.
fn editions_of<'m>(measure: &'m Measure, exclusion: &Exclusion) -> BTreeSet<&'m str> {
    let acts = exclusion.of.iter().filter_map(|act| measure.acts.get(*act));
    let lists = acts.filter_map(|act| measure.lists.get(act.list));
    lists.map(|list| list.classification.as_str()).collect()
}

/// The lines of an edition, sorted.
struct Edition<'a>(Vec<&'a str>);

impl<'a> Edition<'a> {
    /// Of the schedules that are in it.
    fn of(schedules: impl Iterator<Item = &'a Arc<Schedule>>) -> Self {
        let mut lines: Vec<&str> = schedules.flat_map(|s| s.rows.iter().map(|r| r.line.as_str())).collect();
        lines.sort_unstable();
        lines.dedup();
        Self(lines)
    }

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
            "{} has no line {}, none below it and none above it (`{}`)",
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
