//! What acts are armed and what comes next.

use super::timeline::clock;
use crate::sheet::{Cell, Sheet};
use crate::text::{Column, Layout};
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
    for (shown, key, kind) in [
        ("next date", "", Column::Text),
        ("", "next", Column::Left),
        ("", "zone", Column::Left),
        ("", "popular", Column::Left),
        ("act", "act", Column::Text),
        ("standing", "standing", Column::Left),
        ("rate and list", "", Column::Text),
        ("", "rate", Column::Left),
        ("", "list", Column::Left),
        ("if nothing is done", "follows", Column::Text),
        ("", "was", Column::Left),
        ("certainty", "certainty", Column::Left),
        ("", "condition", Column::Left),
        ("", "since", Column::Left),
        ("", "importer", Column::Left),
        ("", "origins", Column::Left),
        ("", "authority", Column::Left),
        ("", "codes", Column::Right),
        ("", "last_step", Column::Left),
        ("", "last_step_on", Column::Left),
        ("", "last_step_cite", Column::Left),
        ("", "replaced_by", Column::Left),
        ("", "on", Column::Left),
        ("", "as_of", Column::Left),
    ] {
        sheet.column(shown, key, kind);
    }
    for t in triggers {
        sheet.row(row(t, on, as_of));
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

fn row(t: &Trigger, on: Date, as_of: Date) -> Vec<Cell> {
    let was: Vec<String> = t.past_dates.iter().map(|p| clock(&p.begins)).collect();
    let mut next = match (&t.next, &t.since) {
        (Some(next), _) => {
            let popular = t.popular.as_ref().map(|p| format!(", \"{p}\"")).unwrap_or_default();
            format!("{}{popular}", with_zone(next))
        }
        (None, Some(since)) => format!("since {}", clock(since)),
        (None, None) if t.open => "no date".to_owned(),
        (None, None) => "none".to_owned(),
    };
    if !was.is_empty() {
        next.push_str(&format!(" (was {})", was.join(", then ")));
    }
    let hidden = |text: String| Cell::new("", text);
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    let codes = t.codes.map(|n| n.to_string()).unwrap_or_else(|| "all".to_owned());
    vec![
        Cell::new(next, ""),
        hidden(t.next.as_ref().map(clock).unwrap_or_default()),
        hidden(t.next.as_ref().or(t.since.as_ref()).map(|i| i.zone.clone()).unwrap_or_default()),
        hidden(or_empty(&t.popular)),
        Cell::new(super::name(&t.name), &t.name),
        Cell::from(t.standing),
        Cell::new(format!("{} on {} ({codes} codes)", t.rate, t.list), ""),
        hidden(t.rate.clone()),
        hidden(t.list.clone()),
        Cell::from(or_empty(&t.follows)),
        hidden(was.join(" ")),
        Cell::from(t.certainty),
        hidden(or_empty(&t.condition)),
        hidden(t.since.as_ref().map(clock).unwrap_or_default()),
        hidden(t.importer.to_string()),
        hidden(t.origins.clone()),
        hidden(t.authority.clone()),
        hidden(codes.clone()),
        hidden(t.last_step.does.to_owned()),
        hidden(t.last_step.on.to_string()),
        hidden(or_empty(&t.last_step.cite)),
        hidden(t.replaced_by.as_ref().map(|r| r.name.clone()).unwrap_or_default()),
        hidden(on.to_string()),
        hidden(as_of.to_string()),
    ]
}
