//! What differs between two days.

use super::{count, foot, head, high_cell, low_cell};
use crate::columns::{Col, col, csv, csv_figure, figure};
use crate::sheet::{Cell, Sheet};
use crate::text::Column::{Left, Text};
use servanda_core::Exact;
use servanda_tariff::{Diff, DiffLine, DiffPerhaps, Grounds, LineText, Points};

/// A change in points, with its sign.
fn signed(change: &Exact) -> String {
    if change.is_negative() { change.brief() } else { format!("+{}", change.brief()) }
}

/// One row for each line that differs.
pub fn diff_sheet(d: &Diff, grounds: &[Grounds], no_line: &[String]) -> Sheet {
    let mut sheet = Sheet::new("lines that differ");
    let question = format!("{} on goods of {}: rates on {} against {}", d.importer, d.origin, d.from, d.to);
    head(&mut sheet, question, "rates at the end of each day", grounds);
    let changed = d.changed.iter().map(Differs::Rate);
    let perhaps = d.perhaps.iter().map(Differs::Perhaps);
    let one_day = [
        (&d.appear, "new line", [Some(""), None]),
        (&d.disappear, "line gone", [None, Some("")]),
        (&d.old_not_held, "rate", [Some(NOT_HELD), None]),
        (&d.new_not_held, "rate", [None, Some(NOT_HELD)]),
    ];
    let one_day = one_day
        .into_iter()
        .flat_map(|(lines, what, texts)| lines.iter().map(move |line| Differs::OneDay { line, what, texts }));
    sheet.fill(&columns(), changed.chain(perhaps).chain(one_day).map(|row| (d, row)));
    let up = d
        .changed
        .iter()
        .filter(|l| l.change.as_ref().is_some_and(|c| !c.is_negative() && !c.is_zero()))
        .count();
    let down = d.changed.iter().filter(|l| l.change.as_ref().is_some_and(Exact::is_negative)).count();
    sheet.note(format!(
        "{} lines differ: {} up, {} down, {} not told by one number; {} are the same; {} stand on the second day only, {} on the first only",
        count(d.changed.len()),
        count(up),
        count(down),
        count(d.changed.len() - up - down),
        count(d.unchanged),
        count(d.appear.len()),
        count(d.disappear.len())
    ));
    if !d.perhaps.is_empty() {
        let editions = match d.from_edition == d.to_edition {
            true => format!("within {}", d.from_edition),
            false => format!("from {} to {}", d.from_edition, d.to_edition),
        };
        sheet.note(format!(
            "goods of {} may be under other lines ({editions}), and no concordance says which",
            super::lines(d.perhaps.len())
        ));
    }
    if d.not_told > 0 {
        sheet.note(format!(
            "{} are the same by the acts that are held, and not all are",
            super::lines(d.not_told)
        ));
    }
    for (lines, day) in [(&d.old_not_held, d.from), (&d.new_not_held, d.to)] {
        if !lines.is_empty() {
            let text = "no schedule that is held speaks for it";
            sheet.note(format!("{} without a base on {day}: {text}", super::lines(lines.len())));
        }
    }
    foot(&mut sheet, grounds, no_line);
    sheet
}

const NOT_HELD: &str = "base not held";

/// A line that differs.
pub(super) enum Differs<'a> {
    /// It is charged otherwise.
    Rate(&'a DiffLine),
    /// Its goods may be under other lines.
    Perhaps(&'a DiffPerhaps),
    /// It stands, or has a base, on one of the days only; a text in place of its own on the first and the second day.
    OneDay { line: &'a LineText, what: &'static str, texts: [Option<&'static str>; 2] },
}

impl Differs<'_> {
    fn line(&self) -> &str {
        match self {
            Self::Rate(own) => &own.line,
            Self::Perhaps(own) => &own.line,
            Self::OneDay { line, .. } => &line.line,
        }
    }

    /// Lines of the second day in its place.
    fn to(&self) -> Vec<&str> {
        match self {
            Self::Rate(own) => own.to.as_deref().into_iter().collect(),
            Self::Perhaps(own) => own.to.iter().map(String::as_str).collect(),
            Self::OneDay { .. } => Vec::new(),
        }
    }

    fn named(&self) -> String {
        match self.to().as_slice() {
            [] => self.line().to_owned(),
            [first, second, third, more @ ..] if !more.is_empty() => {
                format!("{} to {first} {second} {third} and {} more", self.line(), more.len())
            }
            to => format!("{} to {}", self.line(), to.join(" ")),
        }
    }

    fn rate(&self) -> Option<&DiffLine> {
        match self {
            Self::Rate(own) => Some(own),
            Self::Perhaps(_) | Self::OneDay { .. } => None,
        }
    }

    /// All that is charged on the two days, where it is worked out.
    fn totals(&self) -> Option<[&Points; 2]> {
        match self {
            Self::Rate(own) => Some([&own.old_total, &own.new_total]),
            Self::Perhaps(own) => Some([&own.old_total, &own.new_total]),
            Self::OneDay { .. } => None,
        }
    }

    fn new_text(&self) -> Cell {
        match self {
            Self::Rate(own) => Cell::from(&own.new),
            Self::Perhaps(own) => Cell::new(format!("{} %", own.new_total), ""),
            Self::OneDay { line, texts: [_, new], .. } => Cell::from(new.unwrap_or(&line.text)),
        }
    }
}

/// Acts by name: for people, they may be broken at their parts.
fn names(acts: Option<&Vec<String>>) -> Cell {
    acts.map(|acts| Cell::new(super::name(&acts.join(", ")), acts.join(" "))).unwrap_or_default()
}

pub(super) fn columns<'a>() -> Vec<Col<(&'a Diff, Differs<'a>)>> {
    vec![
        col("line", "line", Left, "The tariff line on the first day", |(_, l)| {
            Cell::new(l.named(), l.line())
        }),
        col("what", "what", Left, "What differs: rate, new line, line gone, or perhaps", |(_, l)| {
            Cell::from(match l {
                Differs::Rate(_) => "rate",
                Differs::Perhaps(_) => "perhaps",
                Differs::OneDay { what, .. } => what,
            })
        }),
        col("first day", "old", Text, "The rate on the first day, as it is written", |(_, l)| {
            Cell::from(match l {
                Differs::Rate(own) => own.old.as_str(),
                Differs::Perhaps(own) => &own.old,
                Differs::OneDay { line, texts: [old, _], .. } => old.unwrap_or(&line.text),
            })
        }),
        col("second day", "new", Text, "The rate on the second day, as it is written", |(_, l)| l.new_text()),
        figure("points", "change", "By how much it changes, in percentage points", |(_, l)| {
            let change = l.rate().and_then(|l| l.change.as_ref());
            change.map(|c| Cell::number(signed(c), c.clone())).unwrap_or_default()
        }),
        col("base", "base_changed", Left, "Whether the base rate differs", |(_, l)| match l.rate() {
            Some(own) if own.base_changed => Cell::new("changed", "yes"),
            Some(_) => Cell::new("", "no"),
            None => Cell::default(),
        }),
        col("begins", "begin", Text, "Acts that count on the second day only", |(_, l)| {
            names(l.rate().map(|l| &l.begin))
        }),
        col("ends", "end", Text, "Acts that count on the first day only", |(_, l)| {
            names(l.rate().map(|l| &l.end))
        }),
        csv_figure("old_low", "The least charged on the first day, in percent", |(_, l)| {
            l.totals().map(|[old, _]| low_cell(old)).unwrap_or_default()
        }),
        csv_figure("old_high", "The most; empty: no bound", |(_, l)| {
            l.totals().map(|[old, _]| high_cell(old)).unwrap_or_default()
        }),
        csv_figure("new_low", "The least charged on the second day, in percent", |(_, l)| {
            l.totals().map(|[_, new]| low_cell(new)).unwrap_or_default()
        }),
        csv_figure("new_high", "The most; empty: no bound", |(_, l)| {
            l.totals().map(|[_, new]| high_cell(new)).unwrap_or_default()
        }),
        csv("from", "The first day", |(d, _)| d.from.into()),
        csv("to", "The second day", |(d, _)| d.to.into()),
        csv("importer", "Who charges", |(d, _)| d.importer.into()),
        csv("origin", "Whose goods", |(d, _)| d.origin.into()),
        csv("new_line", "The lines of the second day under which its goods are, or may be", |(_, l)| {
            l.to().join(" ").into()
        }),
    ]
}
