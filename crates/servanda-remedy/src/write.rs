//! A list as files that the tariff part can load.

use super::Rate;
use servanda_core::{Date, Party};
use servanda_files::{toml_string, visible};
use std::fmt::Write;

/// What stands above a list that is written as a measure.
#[derive(Debug, Clone)]
pub struct MeasureHead {
    /// The measure's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Who charges.
    pub importer: Party,
    /// Whose goods.
    pub origin: Party,
    /// The importer's time zone.
    pub zone: String,
    /// The authority.
    pub authority: String,
    /// The classification of the lines.
    pub classification: String,
    /// The first day.
    pub from: Date,
    /// The day on which it ends; not charged any more on it.
    pub until: Date,
    /// How it was made, in lines for the comment above.
    pub comment: Vec<String>,
}

/// The list: line, rate and what the line is called.
pub fn list_csv<'a>(lines: impl Iterator<Item = (&'a str, Rate, &'a str)>) -> String {
    let mut out = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = out.write_record(["line", "rate", "description"]);
    for (code, rate, description) in lines {
        let _ = out.write_record([code, &rate.to_string(), description]);
    }
    String::from_utf8(out.into_inner().unwrap_or_default()).unwrap_or_default()
}

fn quoted(text: &str) -> String {
    toml_string(&text.replace(['\n', '\r'], " "))
}

/// The measure, in the form of `measures/ID.toml`. It is `unconfirmed`, so that no finding rests on it.
pub fn measure_toml(head: &MeasureHead) -> String {
    let mut out = String::new();
    for line in &head.comment {
        let _ = writeln!(out, "# {}", visible(&line.replace(['\n', '\r'], " ")));
    }
    let _ = write!(
        out,
        r#"id        = {id}
title     = {title}
importer  = "{importer}"
zone      = {zone}
origins   = ["{origin}"]
authority = {authority}
note      = "an illustration; no government has said this"

[list.list]
title          = "Lines that were chosen"
classification = {classification}
lines          = {lines}
certainty      = "unconfirmed"
cite           = "an illustration by Servanda; nothing is enacted"

[[act]]
id        = "duty"
title     = {title}
list      = "list"
effect    = "add"
rate      = "by-line"
effective = "{from}T00:01"
until     = "{until}T00:01"
cite      = "an illustration by Servanda; nothing is enacted"
certainty = "unconfirmed"
"#,
        id = quoted(&head.id),
        title = quoted(&head.title),
        importer = head.importer,
        origin = head.origin,
        zone = quoted(&head.zone),
        authority = quoted(&head.authority),
        classification = quoted(&head.classification),
        lines = quoted(&format!("{}/list.csv", head.id)),
        from = head.from,
        until = head.until,
    );
    out
}
