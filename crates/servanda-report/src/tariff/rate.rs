//! What is charged on a line on a day.

use super::{foot, high_cell, known_by, low_cell};
use crate::Layout;
use crate::columns::{Col, col, csv, csv_figure};
use crate::sheet::{Cell, Sheet};
use crate::text::Column::{Left, Text};
use crate::text::{Tree, finish};
use servanda_tariff::{Grounds, Outcome, RateAct, RateAnswer, RateLine, RateRow, Transit};

/// A unit value with which amounts by quantity were turned into percent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitValueNote {
    /// The line.
    pub line: String,
    /// `4.5 USD/kg`.
    pub value: String,
    /// The year that it is of.
    pub year: String,
    /// Who says so.
    pub source: String,
}

fn question(answer: &RateAnswer) -> String {
    let goods = match answer.exported {
        Some(day) => format!("exported on {day} and entered on {}", answer.on),
        None => format!("on {}", answer.on),
    };
    let (importer, origin, code) = (answer.importer, answer.origin, &answer.code);
    format!("{importer} on goods of {origin}, {code}, {goods}; {}", known_by(answer.as_of))
}

/// The base as it is written, and what acts do to it: `Free + 25`.
fn made_of(row: &RateRow) -> String {
    let base = match row.base_text.as_deref() {
        None => "base not held",
        Some("") => "no rate written",
        Some(text) => text,
    };
    let mut out = base.to_owned();
    if row.equivalent {
        out.push_str(&format!(" (= {} with the unit value stated)", row.base));
    }
    // Where acts may not be held, what those that are do to it.
    let additional = row.by_held.as_ref().map_or(&row.additional, |held| &held.additional);
    match additional.exact() {
        Some(more) if more.is_zero() => {}
        Some(more) if more.is_negative() => out.push_str(&format!(" - {}", more.abs().plain())),
        Some(more) => out.push_str(&format!(" + {}", more.plain())),
        None => out.push_str(&format!(", acts {additional}")),
    }
    out
}

fn acts(row: &RateRow) -> String {
    let text = |a: &RateAct| match a.outcome {
        Outcome::Counts => Some(format!("{} ({})", a.act, a.cite)),
        Outcome::Undecided => Some(format!("{} ({}), undecided", a.act, a.cite)),
        _ => None,
    };
    row.acts.iter().filter_map(text).collect::<Vec<_>>().join("; ")
}

fn transit_text(transit: &Transit) -> String {
    let rates: Vec<&str> = transit.rates.iter().map(|r| r.rate.as_str()).collect();
    let cite = transit.cite.as_ref().map(|c| format!(" ({c})")).unwrap_or_default();
    format!("{} if {}{cite}", rates.join(", then "), transit.condition)
}

/// A rate of a line, and how goods on their way are treated where that is told.
#[derive(Clone, Copy)]
pub(super) struct Rated<'a> {
    answer: &'a RateAnswer,
    line: &'a RateLine,
    row: &'a RateRow,
    transit: Option<&'a Transit>,
}

pub(super) fn columns<'a>() -> Vec<Col<Rated<'a>>> {
    vec![
        col("line", "line", Left, "The tariff line", |r| Cell::from(&r.line.line)),
        col("rate", "rate", Text, "All that is charged, as it is written", |r| Cell::from(&r.row.rate)),
        csv_figure("low", "The least that is charged, in percent of customs value", |r| {
            low_cell(&r.row.total)
        }),
        csv_figure("high", "The most that is charged; empty: no bound", |r| high_cell(&r.row.total)),
        col("base + acts", "made_of", Text, "The base rate as it is written, and what acts do to it", |r| {
            made_of(r.row).into()
        }),
        col("acts", "acts", Text, "The acts that count, with where they stand", |r| {
            Cell::new(super::name(&acts(r.row)), acts(r.row))
        }),
        col("since", "from", Left, "Since when, on the importer's clock", |r| {
            r.row.from.as_deref().unwrap_or_default().into()
        }),
        col("until", "until", Left, "Until when", |r| r.row.until.as_deref().unwrap_or_default().into()),
        csv("exported_before", "The rate is for goods exported before this", |r| {
            r.transit.map_or("", |t| &t.exported_before).into()
        }),
        csv("entered_before", "And entered before this", |r| {
            r.transit.map_or("", |t| &t.entered_before).into()
        }),
        csv("schedule", "The schedule that the base is from", |r| {
            r.row.schedule.as_deref().unwrap_or_default().into()
        }),
        csv("read_on", "Why a schedule is read beyond the day through which it speaks", |r| {
            r.row.read_on.as_deref().unwrap_or_default().into()
        }),
        csv("equivalent", "Whether a rate by quantity was turned into percent", |r| {
            if r.row.equivalent { "yes" } else { "no" }.into()
        }),
        csv("explain", "How the rate arose, step by step", |r| r.row.explain.join("; ").into()),
        csv("importer", "Who charges", |r| r.answer.importer.into()),
        csv("origin", "Whose goods", |r| r.answer.origin.into()),
        csv("on", "The day of entry", |r| r.answer.on.into()),
        csv("exported", "The day of export that was asked about", |r| {
            r.answer.exported.map(|d| d.to_string()).unwrap_or_default().into()
        }),
        csv("as_of", "Acts known by the end of this day; empty: all that is written", |r| {
            r.answer.as_of.map(|d| d.to_string()).unwrap_or_default().into()
        }),
        csv_figure("by_held_low", "The least by the acts that are held alone, where not all are", |r| {
            r.row.by_held.as_ref().map(|held| low_cell(&held.total)).unwrap_or_default()
        }),
        csv_figure("by_held_high", "The most by them", |r| {
            r.row.by_held.as_ref().map(|held| high_cell(&held.total)).unwrap_or_default()
        }),
    ]
}

/// The rates of a code on a day.
pub fn rate_sheet(answer: &RateAnswer, grounds: &[Grounds], unit_values: &[UnitValueNote]) -> Sheet {
    let mut sheet = Sheet::new("lines");
    sheet.head(question(answer));
    sheet.head(answer.kind);
    if !answer.leaves_out.is_empty() {
        sheet.head(format!("left out of rates: {}", answer.leaves_out.join(", ")));
    }
    let columns = columns();
    sheet.declare(&columns);
    let several = answer.lines.len() > 1;
    for line in &answer.lines {
        let of = if several { format!("{}: ", line.line) } else { String::new() };
        for row in &line.rates {
            sheet.add(&columns, &Rated { answer, line, row, transit: None }, true);
        }
        // Several acts may say the same of goods on their way; each has its rows, and it is told once.
        let mut told: Vec<String> = Vec::new();
        for transit in &line.in_transit {
            let text = transit_text(transit);
            if !told.contains(&text) {
                sheet.note(format!("{of}goods on their way: {text}"));
                told.push(text);
            }
            for row in &transit.rates {
                sheet.add(&columns, &Rated { answer, line, row, transit: Some(transit) }, false);
            }
        }
        for act in line.rates.iter().flat_map(|r| &r.acts).filter(|a| a.outcome != Outcome::Counts) {
            let lead = if act.outcome == Outcome::Undecided { "" } else { "does not count: " };
            sheet.note(format!("{of}{lead}{} ({}): {}", act.act, act.cite, act.fate));
        }
        if line.line != answer.code && !several {
            sheet.note(format!("{} is a part of line {}", answer.code, line.line));
        }
        if let Some(description) = line.description.as_ref().filter(|_| !several) {
            sheet.note(format!("{}: {description}", line.line));
        }
    }
    for stated in unit_values {
        sheet.foot(format!(
            "ad valorem equivalent on {}: unit value {}, {}, {}",
            stated.line, stated.value, stated.year, stated.source
        ));
    }
    foot(&mut sheet, grounds, &[]);
    sheet
}

/// How each rate arose, step by step.
pub fn rate_tree(answer: &RateAnswer, layout: &Layout) -> String {
    let mut root = Tree::leaf(question(answer));
    let steps = |row: &RateRow, lead: &str| {
        let since = row.from.as_ref().map(|d| format!(" since {d}")).unwrap_or_default();
        let until = row.until.as_ref().map(|d| format!(" until {d}")).unwrap_or_default();
        let mut tree = Tree::leaf(format!("{lead}{}{since}{until}", row.rate));
        row.explain.iter().for_each(|step| tree.push(step));
        tree
    };
    for line in &answer.lines {
        let description = line.description.as_ref().map(|d| format!(", {d}")).unwrap_or_default();
        let mut tree = Tree::leaf(format!("line {}{description}", line.line));
        tree.children.extend(line.rates.iter().map(|row| steps(row, "")));
        for transit in &line.in_transit {
            let lead = format!("goods on their way, {}: ", transit.condition);
            tree.children.extend(transit.rates.iter().map(|row| steps(row, &lead)));
        }
        root.children.push(tree);
    }
    root.push(answer.kind);
    if !answer.leaves_out.is_empty() {
        root.push(format!("left out of rates: {}", answer.leaves_out.join(", ")));
    }
    finish(&root.render(layout.columns()), layout.colour)
}
