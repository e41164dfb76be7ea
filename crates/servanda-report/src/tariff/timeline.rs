//! What happened, and the rates of one line through time.

use super::{foot, head};
use crate::sheet::{Cell, Sheet};
use crate::text::Column;
use servanda_tariff::{Event, Grounds, Instant, RateSpan};

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
    for (shown, key, kind) in [
        ("when", "at", Column::Left),
        ("", "zone", Column::Left),
        ("importer", "importer", Column::Left),
        ("origins", "origins", Column::Left),
        ("what", "kind", Column::Left),
        ("", "name", Column::Left),
        ("which", "text", Column::Text),
        ("stands in", "cite", Column::Text),
        ("certainty", "certainty", Column::Left),
        ("", "lines_up", Column::Right),
        ("", "lines_down", Column::Right),
        ("", "lines_unclear", Column::Right),
    ] {
        sheet.column(shown, key, kind);
    }
    for event in events {
        let changed =
            event.lines.map(|l| [l.up, l.down, l.unclear].map(|n| n.to_string())).unwrap_or_default();
        let mut cells = vec![
            Cell::from(clock(&event.at)),
            Cell::from(&event.at.zone),
            Cell::from(event.importer),
            Cell::from(&event.origins),
            Cell::from(event.kind),
            Cell::from(&event.name),
            Cell::new(format!("{}: {}", super::name(&event.name), event.text), &event.text),
            Cell::from(event.cite.as_deref().unwrap_or_default()),
            Cell::from(event.certainty),
        ];
        cells.extend(changed.map(|n| Cell::new("", n)));
        sheet.row(cells);
    }
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
    for (shown, key, kind) in [
        ("from", "from", Column::Left),
        ("until", "until", Column::Left),
        ("rate", "rate", Column::Text),
        ("", "total", Column::Left),
        ("base %", "base", Column::Right),
        ("acts", "acts", Column::Text),
        ("", "zone", Column::Left),
        ("", "line", Column::Left),
    ] {
        sheet.column(shown, key, kind);
    }
    for span in spans {
        let acts: Vec<String> = span.acts.iter().map(|(act, points)| format!("{act} {points}")).collect();
        sheet.row(vec![
            Cell::from(clock(&span.from)),
            Cell::from(span.until.as_ref().map(clock).unwrap_or_default()),
            Cell::from(&span.rate),
            Cell::from(&span.total),
            Cell::from(&span.base),
            Cell::new(super::name(&acts.join("; ")), acts.join("; ")),
            Cell::from(&span.from.zone),
            Cell::from(line),
        ]);
    }
    foot(&mut sheet, grounds, &[]);
    sheet
}
