//! `due`: what falls due, day by day.

use crate::columns::{Col, col, csv};
use crate::ics::{Entry, ics};
use crate::sheet::{Cell, Sheet};
use crate::text::Column::Left;
use crate::text::{self, Layout};
use servanda_core::{Date, Instrument, Party, Status, Timestamp};
use servanda_verdict::{DueAnswer, DueRow, Moved, Tested};

/// Releases name at most so many commitments each on a terminal, unless all are asked for.
const NAMED: usize = 3;

/// The day, or its bounds with the reason.
fn day_of(row: &DueRow) -> String {
    let why = row.unknown.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
    match row.latest {
        Some(latest) if latest == row.day => row.day.to_string(),
        Some(latest) => format!("a day from {} to {latest}{why}", row.day),
        None => format!("{} at the earliest{why}", row.day),
    }
}

/// The longest reason that stands in a row.
const REASON: usize = 240;

fn tested(test: &Tested) -> String {
    let out = test.out_by.map(|day| format!(", figures out by {day}")).unwrap_or_default();
    // That figures are not out yet is said already.
    let waits = test.out_by.is_some() && matches!(test.status, Status::Open | Status::NotYetTestable);
    let why = test.reason.as_ref().filter(|_| !waits);
    let why = why.map(|why| format!(" ({})", text::cut(&text::one_line(why), REASON))).unwrap_or_default();
    format!("{} ({}){out}: {}{why}", test.source, test.publishers.join(", "), test.status)
}

fn moved(moved: &Moved) -> String {
    format!("{} {} ({})", moved.agreement, moved.commitment, moved.status)
}

fn joined<T>(all: &[T], each: impl Fn(&T) -> String, by: &str) -> String {
    all.iter().map(each).collect::<Vec<_>>().join(by)
}

/// What kind of paper it is in, how strongly it is said there, and how sure that is: `joint-statement, intends, secondary`.
fn weight(row: &DueRow) -> String {
    let instrument = row.instrument.map(Instrument::as_str);
    let words: Vec<&str> = [instrument, row.force, row.certainty].into_iter().flatten().collect();
    words.join(", ")
}

fn by(row: &DueRow) -> String {
    row.by.as_ref().map(Party::to_string).unwrap_or_default()
}

/// One line for a page on one agreement.
pub(crate) fn line(row: &DueRow) -> String {
    let by = row.by.map(|party| format!(", {party}")).unwrap_or_default();
    let status = row.status.map(|s| format!(" ({})", text::word(s))).unwrap_or_default();
    format!("{}: {} {}{by}: {}{status}", day_of(row), row.kind, row.name, row.what)
}

/// What follows the dates: acts without a day, how far texts were read, and what could not be dated.
fn foot(answer: &DueAnswer) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for act in &answer.armed {
        let follows = act.follows.as_ref().map(|f| format!("; {f}")).unwrap_or_default();
        let next = act.next.as_ref().map(|next| format!(", next on {}", next.clock.date()));
        lines.push(format!(
            "{}{}: {} of {} for goods of {}, {}{follows}",
            act.standing,
            next.unwrap_or_else(|| ", without a day".to_owned()),
            act.name,
            act.importer,
            act.origins,
            act.title
        ));
    }
    for texts in &answer.texts {
        lines.push(match texts.through {
            Some(day) => format!(
                "{}: its texts were read to {day}; what was agreed later is not known",
                texts.agreement
            ),
            None => format!(
                "{}: no texts with editions are named; to what day they were read is not known",
                texts.agreement
            ),
        });
    }
    lines.extend(answer.undated.iter().map(|line| format!("not dated: {line}")));
    lines
}

/// For a terminal: under each day what falls on it.
pub fn due_text(answer: &DueAnswer, layout: &Layout) -> String {
    let columns = layout.columns();
    let mut out = String::new();
    let put = |out: &mut String, line: &str, first: &str, rest: &str| {
        text::paragraph(out, &text::one_line_nb(line), columns, first, rest);
    };
    put(&mut out, &format!("due from {} to {}", answer.as_of, answer.until), "", "  ");
    if answer.rows.is_empty() {
        out.push_str("\nnothing that is known falls due\n");
    }
    let mut day = None;
    for row in &answer.rows {
        let on = day_of(row);
        if day.as_ref() != Some(&on) {
            out.push('\n');
            put(&mut out, &on, "", "  ");
            day = Some(on);
        }
        let whose = row.agreement.as_ref().map(|a| format!("{a} ")).unwrap_or_default();
        let by = row.by.map(|party| format!(", {party}")).unwrap_or_default();
        let status = row.status.map(|s| format!(" {}", text::word(s))).unwrap_or_default();
        put(&mut out, &format!("{}: {whose}{}{by}{status}", row.kind, row.name), "  ", "    ");
        let weight = Some(weight(row)).filter(|w| !w.is_empty()).map(|w| format!(" ({w})"));
        put(&mut out, &format!("{}{}", row.what, weight.unwrap_or_default()), "    ", "      ");
        if !row.definitions.is_empty() {
            put(&mut out, &format!("this day under: {}", row.definitions.join(", ")), "    ", "      ");
        }
        for test in &row.tested_on {
            put(&mut out, &format!("tested on {}", tested(test)), "    ", "      ");
        }
        if let Some(evidence) = row.evidence.as_ref() {
            put(&mut out, &format!("evidence: {evidence}"), "    ", "      ");
        }
        if !row.moves.is_empty() {
            let shown = if layout.all { row.moves.len() } else { NAMED.min(row.moves.len()) };
            let more = match row.moves.len() - shown {
                0 => String::new(),
                left => format!(" and {left} more; {} names them", layout.ask_all()),
            };
            let named = joined(row.moves.get(..shown).unwrap_or_default(), moved, ", ");
            put(&mut out, &format!("may move {named}{more}"), "    ", "      ");
        }
    }
    let foot = foot(answer);
    if !foot.is_empty() {
        out.push('\n');
        foot.iter().for_each(|line| put(&mut out, line, "", "  "));
    }
    text::finish(&out, layout.colour)
}

/// The rows with their columns, for CSV and Markdown.
pub fn due_sheet(answer: &DueAnswer) -> Sheet {
    let mut sheet = Sheet::new("days");
    sheet.head(format!("due from {} to {}", answer.as_of, answer.until));
    sheet.fill(&columns(), &answer.rows);
    foot(answer).into_iter().for_each(|line| sheet.foot(line));
    sheet
}

pub(crate) fn columns<'a>() -> Vec<Col<&'a DueRow>> {
    vec![
        col("day", "day", Left, "The day; the earliest, where it is within bounds only", |row| {
            Cell::new(day_of(row), row.day.to_string())
        }),
        csv("latest", "The latest day that it can be; empty where nothing bounds it", |row| {
            row.latest.as_ref().map(Date::to_string).unwrap_or_default().into()
        }),
        col("kind", "kind", Left, "What happens: due, begins, ends, tariff, clock or release", |row| {
            row.kind.into()
        }),
        col("agreement", "agreement", Left, "The agreement's id", |row| {
            row.agreement.clone().unwrap_or_default().into()
        }),
        col(
            "name",
            "name",
            Left,
            "The commitment's id; of a clock the case's, of a release the source's",
            |row| row.name.as_str().into(),
        ),
        col("by", "by", Left, "Who owes it", |row| by(row).into()),
        col("what", "what", Left, "What is owed, begins or comes", |row| row.what.as_str().into()),
        col(
            "weight",
            "weight",
            Left,
            "What kind of paper it is in, how strongly it says it, and how sure that is",
            |row| weight(row).into(),
        ),
        col(
            "under",
            "definitions",
            Left,
            "The definitions under which it is this day, where others say another",
            |row| row.definitions.join(", ").into(),
        ),
        col("status", "status", Left, "How it stands now", |row| {
            row.status.map(|s| s.to_string()).unwrap_or_default().into()
        }),
        col(
            "tested on",
            "tested_on",
            Left,
            "What tests a rule, when its figures are out, and how it stands there",
            |row| joined(&row.tested_on, tested, "; ").into(),
        ),
        col("evidence", "evidence", Left, "What would count as evidence of an act", |row| {
            row.evidence.clone().unwrap_or_default().into()
        }),
        col(
            "may move",
            "moves",
            Left,
            "The commitments that a release may move, and how they stand",
            |row| joined(&row.moves, moved, "; ").into(),
        ),
    ]
}

/// An iCalendar file: one all-day entry for each row. What has no day stands in its description.
pub fn due_ics(answer: &DueAnswer, stamp: Timestamp) -> String {
    let mut seen: Vec<String> = Vec::new();
    let entries: Vec<Entry> = answer
        .rows
        .iter()
        .map(|row| {
            let whose = row.agreement.as_deref().unwrap_or("servanda");
            // The same thing keeps its identifier in every file, whatever else falls due.
            let own = format!("due.{whose}.{}.{}.{}", row.name.replace('/', "."), row.kind, row.day);
            let again = seen.iter().filter(|n| **n == own).count() + 1;
            seen.push(own.clone());
            let status = row.status.map(|s| format!(" ({s})")).unwrap_or_default();
            let mut lines = vec![row.what.clone()];
            lines.extend(Some(weight(row)).filter(|w| !w.is_empty()));
            lines.extend(row.tested_on.iter().map(|t| format!("tested on {}", tested(t))));
            lines.extend(row.evidence.iter().map(|e| format!("evidence: {e}")));
            lines.extend(row.moves.iter().map(|m| format!("may move {}", moved(m))));
            Entry {
                uid: format!("{own}.{again}"),
                from: row.day,
                to: row.latest.unwrap_or(row.day),
                summary: format!("{}: {} {}{status}", row.kind, whose, row.name),
                description: lines.join("\n"),
            }
        })
        .collect();
    ics("due", "Servanda: what falls due", &entries, &foot(answer), stamp)
}
