//! What happened, and the rates of one line through time.

use super::{foot, head};
use crate::columns::{Col, col, csv};
use crate::sheet::{Cell, Sheet};
use crate::text::Column::{Left, Right, Text};
use servanda_tariff::{Event, Grounds, Instant, LinesChanged, RateSpan};

/// `2019-05-10`, or with the clock time where it is not the start of a day.
pub(super) fn clock(at: &Instant) -> String {
    let time = at.clock.time();
    if time.hour() == 0 && time.minute() == 0 {
        at.clock.date().to_string()
    } else {
        format!("{} {:02}:{:02}", at.clock.date(), time.hour(), time.minute())
    }
}

/// One row for each event.
pub fn timeline_sheet(events: &[Event], asked: &str) -> Sheet {
    let mut sheet = Sheet::new("events");
    sheet.head(format!("timeline of schedules and measures: {asked}"));
    sheet.head("times are those of the importer's clocks; rates in percent of customs value");
    sheet.fill(&event_columns(), events);
    sheet
}

/// One row for each stretch in which a line has one rate.
pub fn line_sheet(line: &str, spans: &[RateSpan], grounds: &[Grounds]) -> Sheet {
    let mut sheet = Sheet::new("rates");
    if let Some(own) = grounds.first() {
        let question = format!("{} on goods of {}, line {line}, through time", own.importer, own.origin);
        head(
            &mut sheet,
            question,
            "each rate until an instant that it does not hold at any more, cut to the days asked for",
            grounds,
        );
    }
    sheet.fill(&line_columns(), spans.iter().map(|span| (line, span)));
    foot(&mut sheet, grounds, &[]);
    sheet
}

pub(super) fn event_columns() -> Vec<Col<Event>> {
    vec![
        col("when", "at", Left, "When, on the importer's clock", |e| clock(&e.at).into()),
        csv("zone", "The importer's time zone", |e| Cell::from(&e.at.zone)),
        col("importer", "importer", Left, "Who charges", |e| e.importer.into()),
        col("origins", "origins", Left, "Whose goods", |e| Cell::from(&e.origins)),
        col("what", "kind", Left, "What happened", |e| e.kind.into()),
        csv("name", "The schedule, or the measure and act", |e| Cell::from(&e.name)),
        col("which", "text", Text, "In words", |e| {
            Cell::new(format!("{}: {}", super::name(&e.name), e.text), &e.text)
        }),
        col("stands in", "cite", Text, "Where it is written", |e| {
            e.cite.as_deref().unwrap_or_default().into()
        }),
        col("certainty", "certainty", Left, "How sure it is", |e| e.certainty.into()),
        csv("lines_up", "How many lines are charged more from then on", |e| lines(e, |l| l.up)),
        csv("lines_down", "How many are charged less", |e| lines(e, |l| l.down)),
        csv("lines_unclear", "How many are charged otherwise, and no one number says how", |e| {
            lines(e, |l| l.unclear)
        }),
    ]
}

/// How many lines an event changed; nothing where it changes none by itself.
fn lines(event: &Event, of: fn(&LinesChanged) -> usize) -> Cell {
    event.lines.as_ref().map(|l| Cell::new("", of(l).to_string())).unwrap_or_default()
}

pub(super) fn line_columns<'a>() -> Vec<Col<(&'a str, &'a RateSpan)>> {
    vec![
        col("from", "from", Left, "Since when, on the importer's clock", |(_, s)| clock(&s.from).into()),
        col("until", "until", Left, "Until when; empty: no end is known", |(_, s)| {
            s.until.as_ref().map(clock).unwrap_or_default().into()
        }),
        col("rate", "rate", Text, "All that is charged, as it is written", |(_, s)| Cell::from(&s.rate)),
        csv("total", "All that is charged in percent of customs value, or its bounds", |(_, s)| {
            Cell::from(&s.total)
        }),
        col("base %", "base", Right, "The base rate in percent, or its bounds", |(_, s)| Cell::from(&s.base)),
        col("acts", "acts", Text, "The acts that count, each with its points", |(_, s)| {
            let acts = acts(s);
            Cell::new(super::name(&acts), acts)
        }),
        csv("zone", "The importer's time zone", |(_, s)| Cell::from(&s.from.zone)),
        csv("line", "The tariff line", |(line, _)| (*line).into()),
    ]
}

/// The acts of a span, each with its points.
fn acts(span: &RateSpan) -> String {
    span.acts.iter().map(|(act, points)| format!("{act} {points}")).collect::<Vec<_>>().join("; ")
}
