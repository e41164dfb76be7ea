//! Authorities: `measures/authorities.toml`.

use super::Once;
use super::cycle::cycles;
use super::form::{Form, got};
use super::inbox::Inbox;
use super::raw::{RawAuthorities, RawAuthority};
use crate::Authority;
use servanda_files::Text;
use std::collections::BTreeMap;

/// The file.
pub(super) const FILE: &str = "measures/authorities.toml";

/// The most cycles that are reported.
const MOST_CYCLES: usize = 10;

/// Reads the file; `None` where something in it is wrong.
pub(super) fn read(inbox: &mut Inbox<'_>, text: &str) -> Option<Vec<Authority>> {
    let raw: RawAuthorities = inbox.toml(FILE, text)?;
    let mut form = Form { inbox, file: FILE, text };
    let mut ids = Once::new();
    let mut all = Vec::with_capacity(raw.authority.len());
    for raw in &raw.authority {
        if form.inbox.full(FILE) {
            return None;
        }
        if !ids.first(raw.id.get_ref().as_str()) {
            let message = format!("authority `{}` stands twice", raw.id.get_ref());
            form.error("id-twice", raw.id.span(), message, "give each an id of its own");
            all.push(None);
        } else {
            all.push(one(&mut form, raw));
        }
    }
    if !all.iter().all(Option::is_some) {
        return None;
    }
    let all: Vec<Authority> = all.into_iter().flatten().collect();
    let known: BTreeMap<String, usize> = all.iter().enumerate().map(|(i, a)| (a.id.clone(), i)).collect();
    let mut next = Vec::with_capacity(all.len());
    for (raw, authority) in raw.authority.iter().zip(&all) {
        let found = form.references(&raw.yields_to, &known, "unknown-authority", "authority")?;
        if form.inbox.full(FILE) {
            return None;
        }
        for other in found.iter().filter_map(|i| all.get(*i)).filter(|o| o.importer != authority.importer) {
            let place = raw.yields_to.iter().find(|t| *t.get_ref() == other.id);
            let message = format!(
                "`{}` is an authority of {}, and `{}` one of {}",
                other.id, other.importer, authority.id, authority.importer
            );
            let span = place.map_or(raw.id.span(), Text::span);
            form.error("other-importer", span, message, "name authorities of the same importer");
        }
        next.push(found);
    }
    for cycle in cycles(&next, MOST_CYCLES) {
        let names: Vec<&str> =
            cycle.iter().chain(cycle.first()).filter_map(|i| all.get(*i)).map(|a| a.id.as_str()).collect();
        let Some(raw) = cycle.first().and_then(|i| raw.authority.get(*i)) else { continue };
        let span = raw.yields_to.first().map_or(raw.id.span(), Text::span);
        let message = format!("authorities yield to each other in a circle: {}", shown(&names));
        form.error("cycle", span, message, "take one `yields_to` of the circle away");
    }
    Some(all)
}

/// `a -> b -> a`, shortened where it is long.
pub(super) fn shown(names: &[&str]) -> String {
    match (names.get(..10), names.last()) {
        (Some(start), Some(last)) if names.len() > 11 => format!("{} -> ... -> {last}", start.join(" -> ")),
        _ => names.join(" -> "),
    }
}

fn one(form: &mut Form<'_, '_>, raw: &RawAuthority) -> Option<Authority> {
    let id = form.id(&raw.id);
    let title = form.say(&raw.title);
    let importer = form.party(&raw.importer);
    let within = got(&raw.within);
    let group = form.say_if(raw.group.as_ref());
    let (cite, note) = (form.say_if(raw.cite.as_ref()), form.say_if(raw.note.as_ref()));
    Some(Authority {
        id: id?,
        title: title?,
        importer: importer?,
        within: within?,
        group: group?,
        yields_to: raw.yields_to.iter().map(|t| t.get_ref().clone()).collect(),
        cite: cite?,
        note: note?,
    })
}
