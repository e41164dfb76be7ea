//! What acts are armed and what comes next.

use super::timeline::clock;
use crate::columns::{Col, col, csv};
use crate::sheet::{Cell, Sheet};
use crate::text::Column::{Left, Text};
use crate::text::Layout;
use servanda_core::Date;
use servanda_tariff::{Instant, Standing, Trigger};

fn with_zone(at: &Instant) -> String {
    format!("{} {}", clock(at), at.zone)
}

/// One row for each act.
pub fn triggers_sheet(
    triggers: &[Trigger],
    (on, as_of): (Date, Date),
    whose: &str,
    layout: &Layout,
) -> Sheet {
    let all = layout.all;
    let mut sheet = Sheet::new(if all { "acts" } else { "acts that may still begin" });
    let then = if as_of == on { "then".to_owned() } else { format!("at the end of {as_of}") };
    sheet.head(format!("acts of {whose} as they stood at the end of {on}, by what was known {then}"));
    sheet.head(if all {
        "all of them: armed, postponed, suspended, in force (or in part), replaced, lapsed and void".to_owned()
    } else {
        format!("those that may still begin: armed, postponed or suspended; {} adds those in force, replaced, lapsed and void", layout.ask_all())
    });
    sheet.fill(&columns(), triggers.iter().map(|t| (t, on, as_of)));
    for t in triggers {
        let mut said: Vec<String> = Vec::new();
        said.extend(t.condition.as_ref().map(|c| format!("hangs on: {c}")));
        if t.open && t.next.is_none() {
            let last = &t.last_step;
            let cite = last.cite.as_ref().map(|c| format!(" ({c})")).unwrap_or_default();
            said.push(format!("no date: {} on {}{cite}", last.does, last.on));
        }
        said.extend(t.replaced_by.as_ref().map(|r| {
            let part = if t.standing == Standing::InPart { " on a part of its list" } else { "" };
            format!("{} stands in its place{part} since {}", r.name, clock(&r.from))
        }));
        if !said.is_empty() {
            sheet.note(format!("{}: {}", t.name, said.join("; ")));
        }
    }
    sheet
}

/// The dates on which it was to begin before, in order.
fn was(t: &Trigger) -> Vec<String> {
    t.past_dates.iter().map(|p| clock(&p.begins)).collect()
}

/// Its next date in words, and those that it had before.
fn next(t: &Trigger) -> String {
    let mut next = match (&t.next, &t.since) {
        (Some(next), _) => {
            let popular = t.popular.as_ref().map(|p| format!(", \"{p}\"")).unwrap_or_default();
            format!("{}{popular}", with_zone(next))
        }
        (None, Some(since)) => format!("since {}", clock(since)),
        (None, None) if t.open => "no date".to_owned(),
        (None, None) => "none".to_owned(),
    };
    let was = was(t);
    if !was.is_empty() {
        next.push_str(&format!(" (was {})", was.join(", then ")));
    }
    next
}

fn codes(t: &Trigger) -> String {
    t.codes.map(|n| n.to_string()).unwrap_or_else(|| "all".to_owned())
}

/// An act, the day at whose end it stood so, and the day by whose end it was known.
type Stood<'a> = (&'a Trigger, Date, Date);

pub(super) fn columns<'a>() -> Vec<Col<Stood<'a>>> {
    vec![
        col("next date", "", Text, "When it begins next, or since when", |(t, ..)| next(t).into()),
        csv("next", "When it begins next, on the importer's clock", |(t, ..)| {
            t.next.as_ref().map(clock).unwrap_or_default().into()
        }),
        csv("zone", "The importer's time zone", |(t, ..)| {
            t.next.as_ref().or(t.since.as_ref()).map_or("", |i| &i.zone).into()
        }),
        csv("popular", "What people call that date", |(t, ..)| text(&t.popular)),
        col("act", "act", Text, "The measure and act", |(t, ..)| Cell::new(super::name(&t.name), &t.name)),
        col("standing", "standing", Left, "How it stands", |(t, ..)| t.standing.into()),
        col("rate and list", "", Text, "The rate, the list and how many codes it has", |(t, ..)| {
            format!("{} on {} ({} codes)", t.rate, t.list, codes(t)).into()
        }),
        csv("rate", "The rate, as it is written", |(t, ..)| Cell::from(&t.rate)),
        csv("list", "The list that it is on", |(t, ..)| Cell::from(&t.list)),
        col("if nothing is done", "follows", Text, "What follows if nothing is done", |(t, ..)| {
            text(&t.follows)
        }),
        csv("was", "Dates that it had before", |(t, ..)| was(t).join(" ").into()),
        col("certainty", "certainty", Left, "How sure it is", |(t, ..)| t.certainty.into()),
        csv("condition", "What it hangs on", |(t, ..)| text(&t.condition)),
        csv("since", "Since when it is in force", |(t, ..)| {
            t.since.as_ref().map(clock).unwrap_or_default().into()
        }),
        csv("importer", "Who charges", |(t, ..)| t.importer.into()),
        csv("origins", "Whose goods", |(t, ..)| Cell::from(&t.origins)),
        csv("authority", "The authority that it is under", |(t, ..)| Cell::from(&t.authority)),
        csv("codes", "How many codes its list has", |(t, ..)| codes(t).into()),
        csv("last_step", "What was done last", |(t, ..)| t.last_step.does.into()),
        csv("last_step_on", "When", |(t, ..)| t.last_step.on.into()),
        csv("last_step_cite", "Where that is written", |(t, ..)| text(&t.last_step.cite)),
        csv("replaced_by", "The act that stands in its place", |(t, ..)| {
            t.replaced_by.as_ref().map_or("", |r| &r.name).into()
        }),
        csv("on", "It stood so at the end of this day", |(_, on, _)| (*on).into()),
        csv("as_of", "By what was known at the end of this day", |(.., as_of)| (*as_of).into()),
    ]
}

fn text(text: &Option<String>) -> Cell {
    text.as_deref().unwrap_or_default().into()
}
