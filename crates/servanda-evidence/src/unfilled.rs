//! `"CHECK"` in a source file: what only a person can know, and nobody has said yet.
//!
//! A source with such keys can be ingested and looked at, and counts in no finding. While it is read, something stands for each of
//! them that claims the least: a figure is of no currency, an absent code is not known, a file covers its rows alone.

use std::borrow::Cow;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The word.
const CHECK: &str = "CHECK";

/// What stands for a key while it is not filled in: text, or, as TOML, another kind of value; none where the word itself does.
fn stand_in(key: &str) -> Option<DeValue<'static>> {
    let text = |word: &'static str| Some(DeValue::String(Cow::Borrowed(word)));
    let other = |toml: &'static str| {
        let table = DeTable::parse(toml).ok()?.into_inner();
        table.into_iter().next().map(|(_, value)| value.into_inner())
    };
    match key {
        "reporter" | "file.partner.constant" => text("ZZZ"),
        "zone" => text("UTC"),
        "lag_days" => other("days = 365"),
        "revision" => text("never"),
        "basis.covers" => text("goods"),
        "basis.side" => text("both"),
        "basis.seasonal" => text("not adjusted"),
        "basis.currency" | "flow.dimensions" | "file.value.unit" => text("XXX"),
        "absence.default" => text("unknown"),
        "flow.stage" => text("imports"),
        "edition.from" => other("from = 1900-01-01"),
        "file.coverage" => text("rows"),
        _ if key.starts_with("file.partner.map.") => text("ZZZ"),
        _ => None,
    }
}

/// Puts something in the place of each key that is not filled in; gives the names of those keys.
pub(crate) fn fill(table: &mut DeTable<'_>) -> Vec<String> {
    let mut found = Vec::new();
    in_table(table, "", &mut found);
    found.dedup();
    found
}

fn in_table(table: &mut DeTable<'_>, prefix: &str, found: &mut Vec<String>) {
    for (key, value) in table.iter_mut() {
        let key = key.get_ref();
        let name = if prefix.is_empty() { key.to_string() } else { format!("{prefix}.{key}") };
        in_value(value, &name, found);
    }
}

fn in_value(value: &mut Spanned<DeValue<'_>>, name: &str, found: &mut Vec<String>) {
    match value.get_mut() {
        DeValue::String(text) if text.trim() == CHECK => {
            found.push(name.to_owned());
            if let Some(instead) = stand_in(name) {
                *value.get_mut() = instead;
            }
        }
        DeValue::Table(table) => in_table(table, name, found),
        DeValue::Array(items) => {
            for item in items.iter_mut() {
                in_value(item, name, found);
            }
        }
        _ => {}
    }
}
