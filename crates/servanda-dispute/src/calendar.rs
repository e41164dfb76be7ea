//! Reads `calendars/ID.toml`.

use crate::inbox::Inbox;
use crate::toml_form::Form;
use jiff::civil::Weekday;
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_agreement::FolderFiles;
use servanda_core::calendar::{Calendar, Notice, Off};
use servanda_core::{Certainty, Party};
use servanda_files::{Day, Diagnostics, Spanned, Text};
use std::collections::BTreeMap;

/// The working days of a capital
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawCalendar {
    id: Text,
    party: Text,
    capital: String,
    title: String,
    weekend: Vec<Text>,
    #[serde(default)]
    notice: Vec<RawNotice>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawNotice {
    year: Option<Spanned<i16>>,
    published: Day,
    source: String,
    certainty: Certainty,
    #[serde(default)]
    off: Vec<RawOff>,
    #[serde(default)]
    work: Vec<Spanned<Day>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawOff {
    from: Day,
    to: Option<Spanned<Day>>,
    why: String,
}

/// The JSON Schema of `calendars/ID.toml`, from the types that read it.
pub fn calendar_schema() -> serde_json::Value {
    schemars::schema_for!(RawCalendar).to_value()
}

const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// The day of the week in a file.
fn key(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "monday",
        Weekday::Tuesday => "tuesday",
        Weekday::Wednesday => "wednesday",
        Weekday::Thursday => "thursday",
        Weekday::Friday => "friday",
        Weekday::Saturday => "saturday",
        Weekday::Sunday => "sunday",
    }
}

const HELP: &str = "calendars/ID.toml holds the working days of a capital; docs/cases.md shows all keys";

/// The calendar of an id: `calendars/ID.toml` of a workspace's files.
pub fn load(files: &dyn FolderFiles, id: &str) -> Result<Calendar, Diagnostics> {
    let mut inbox = Inbox::default();
    let file = format!("calendars/{id}.toml");
    let text = inbox.read(files, &file, HELP);
    let calendar = text.and_then(|text| read(&mut inbox, &file, &text, id));
    inbox.end(calendar)
}

/// All calendars among a workspace's files, by party. Two of one party are an error.
pub fn all(files: &dyn FolderFiles) -> Result<BTreeMap<Party, Calendar>, Diagnostics> {
    let names = match files.list_if_there("calendars") {
        Ok(names) => names,
        Err(error) => {
            let mut inbox = Inbox::default();
            let message = format!("the folder calendars cannot be listed: {error}");
            inbox.error("unreadable", "calendars", None, message, HELP);
            return inbox.end(None);
        }
    };
    let mut found: BTreeMap<Party, Calendar> = BTreeMap::new();
    for id in names.iter().filter_map(|n| n.strip_suffix(".toml")) {
        let calendar = load(files, id)?;
        if let Some(other) = found.get(&calendar.party) {
            let mut inbox = Inbox::default();
            let message = format!("{} is the calendar of {} too", other.id, calendar.party);
            let file = format!("calendars/{id}.toml");
            inbox.error("two-calendars", &file, None, message, "keep one of them");
            return inbox.end(None);
        }
        found.insert(calendar.party, calendar);
    }
    Ok(found)
}

fn read(inbox: &mut Inbox, file: &str, text: &str, id: &str) -> Option<Calendar> {
    let (mut form, raw) = Form::parse::<RawCalendar>(inbox, file, text)?;
    if raw.id.get_ref() != id {
        let message = format!("the id is `{}`, and the file is {id}.toml", raw.id.get_ref());
        form.error("other-id", raw.id.span(), message, "give both one name");
    }
    let party = form.party(&raw.party);
    let weekend = raw.weekend.iter().filter_map(|w| form.word(w, &WEEK, key));
    let weekend = weekend.map(Weekday::to_monday_one_offset).collect();
    let mut years: Vec<i16> = Vec::new();
    let mut notices: Vec<Notice> = Vec::new();
    for raw in &raw.notice {
        if let Some(year) = &raw.year {
            let known = *year.get_ref();
            if !(1900..=2200).contains(&known) {
                form.error(
                    "not-a-year",
                    year.span(),
                    format!("`{known}` is no year of a calendar"),
                    "years run from 1900 to 2200",
                );
            } else if years.contains(&known) {
                let help = "let a later notice only change days: leave its year out";
                form.error("year-twice", year.span(), format!("the year {known} is made known twice"), help);
            }
            years.push(known);
        }
        notices.extend(notice(&mut form, raw));
    }
    notices.sort_by_key(|n| n.published);
    Some(Calendar {
        id: id.to_owned(),
        party: party?,
        capital: raw.capital,
        title: raw.title,
        weekend,
        notices,
    })
}

fn notice(form: &mut Form<'_>, raw: &RawNotice) -> Option<Notice> {
    let mut off = Vec::new();
    for days in &raw.off {
        let from = days.from.0;
        let to = days.to.as_ref().map_or(from, |to| to.get_ref().0);
        if to < from {
            let at = days.to.as_ref().map(Spanned::span);
            form.error("backwards", at, "these days end before they begin", "write the first day in `from`");
        }
        off.push(Off { from, to, why: days.why.clone() });
    }
    let mut work = Vec::new();
    for at in &raw.work {
        let day = at.get_ref().0;
        if off.iter().any(|o| o.from <= day && day <= o.to) || work.contains(&day) {
            let help = "name each day once";
            form.error("day-twice", at.span(), format!("this notice says two things of {day}"), help);
        }
        work.push(day);
    }
    Some(Notice {
        year: raw.year.as_ref().map(|y| *y.get_ref()),
        published: raw.published.0,
        source: raw.source.clone(),
        certainty: raw.certainty,
        off,
        work,
    })
}
