//! Measures: `measures/ID.toml` with its lists, acts and exclusions.

use super::act::{self, Names};
use super::authority::shown;
use super::cycle::cycles;
use super::form::{Form, day, day_if, got};
use super::inbox::Inbox;
use super::lists::{self, Codes};
use super::raw::{RawExclusion, RawList, RawMeasure};
use super::{Once, Wanted};
use crate::{Authority, Exclusion, Measure, Origins, ProductList};
use jiff::tz::TimeZone;
use servanda_core::{CodeLengths, Party};
use servanda_files::{Text, TextOr};
use std::collections::BTreeMap;
use std::ops::Range;

/// The most cycles of `instead_of` that are reported.
const MOST_CYCLES: usize = 10;

/// Reads one file, with the place of its zone. `authorities` are those of the book, if they could be read.
pub(super) fn read(
    inbox: &mut Inbox<'_>,
    file: &str,
    text: &str,
    authorities: Option<&[Authority]>,
    wanted: Wanted<'_>,
) -> Option<(Measure, Range<usize>)> {
    let raw: RawMeasure = inbox.toml(file, text)?;
    let mut form = Form { inbox, file, text };
    let id = form.file_id(&raw.id);
    let title = form.say(&raw.title);
    let importer = form.party(&raw.importer);
    let zone = form.zone(&raw.zone);
    let origins = origins(&mut form, &raw);
    let authority = authority(&mut form, &raw.authority, importer, authorities);
    let note = form.say_if(raw.note.as_ref());
    let provenance = form.provenances(raw.provenance.as_ref());
    let open = importer.is_some_and(|importer| wanted.has(importer));
    // Instants are checked even where the zone is wrong; the measure is then not given.
    let clock = zone.clone().unwrap_or(TimeZone::UTC);

    let mut list_ids = BTreeMap::new();
    let mut by_line = Vec::with_capacity(raw.list.len());
    let mut lists = Vec::with_capacity(raw.list.len());
    for (index, (name, raw)) in raw.list.iter().enumerate() {
        list_ids.insert(name.get_ref().clone(), index);
        let (list, rates) = match list(&mut form, name, raw, open) {
            Some((list, rates)) => (Some(list), rates),
            None => (None, None),
        };
        by_line.push(rates);
        lists.push(list);
    }
    let act_ids: BTreeMap<String, usize> =
        raw.act.iter().enumerate().map(|(i, a)| (a.get_ref().id.get_ref().clone(), i)).collect();
    let names = Names { lists: &list_ids, by_line: &by_line, acts: &act_ids, zone: &clock };
    let mut once = Once::new();
    let mut places = act::Places::new(text);
    let mut acts = Vec::with_capacity(raw.act.len());
    for raw in &raw.act {
        if form.inbox.full(file) {
            return None;
        }
        twice(&mut form, &mut once, &raw.get_ref().id, "act");
        let place = places.of(raw.span().start);
        acts.push(act::read(&mut form, raw.get_ref(), &names, place));
    }
    circles(&mut form, &raw, &acts);
    // An exclusion is of goods in the classifications of the measure's lists.
    let named = raw.list.values().filter(|l| l.all.is_none());
    let classifications: Vec<&str> = named.filter_map(|l| Some(l.classification.given()?.as_str())).collect();
    let mut once = Once::new();
    let mut exclusions = Vec::with_capacity(raw.exclusion.len());
    for raw in &raw.exclusion {
        if form.inbox.full(file) {
            return None;
        }
        twice(&mut form, &mut once, &raw.id, "exclusion");
        exclusions.push(exclusion(&mut form, raw, &names, &classifications, open));
    }
    let measure = Measure {
        id: id?,
        title: title?,
        importer: importer?,
        zone: zone?,
        origins: origins?,
        authority: authority?,
        lists: lists.into_iter().collect::<Option<_>>()?,
        acts: acts.into_iter().collect::<Option<_>>()?,
        exclusions: exclusions.into_iter().collect::<Option<_>>()?,
        note: note?,
        provenance: provenance?,
    };
    Some((measure, raw.zone.span()))
}

fn twice<'r>(form: &mut Form<'_, '_>, once: &mut Once<&'r str>, id: &'r Text, what: &str) {
    if !once.first(id.get_ref()) {
        let message = format!("{what} `{}` stands twice", id.get_ref());
        form.error("id-twice", id.span(), message, "give each an id of its own");
    }
}

/// `"all"` with `except`, or some parties.
fn origins(form: &mut Form<'_, '_>, raw: &RawMeasure) -> Option<Origins> {
    let except = raw.except.as_ref().map_or(&[][..], |e| e.get_ref());
    let help = "write origins = [\"CHN\"], or origins = \"all\"";
    match raw.origins.get_ref() {
        TextOr::Text(all) if all == "all" => form.parties(except).map(Origins::AllBut),
        TextOr::Other(some) if !some.is_empty() => {
            if let Some(except) = &raw.except {
                let help = "name the origins that are meant, or write origins = \"all\"";
                form.error(
                    "stray-except",
                    except.span(),
                    "`except` stands only beside origins = \"all\"",
                    help,
                );
                return None;
            }
            form.parties(some).map(Origins::Only)
        }
        _ => {
            form.error("bad-origins", raw.origins.span(), "this does not say whose goods are meant", help);
            None
        }
    }
}

fn authority(
    form: &mut Form<'_, '_>,
    name: &Text,
    importer: Option<Party>,
    known: Option<&[Authority]>,
) -> Option<String> {
    let known = known?;
    let Some(found) = known.iter().find(|a| a.id == *name.get_ref()) else {
        let ids = known.iter().map(|a| a.id.as_str());
        form.unknown(name, ids, "unknown-authority", "authority in measures/authorities.toml:");
        return None;
    };
    if importer.is_some_and(|importer| importer != found.importer) {
        let message = format!("authority `{}` is one of {}, not of this importer", found.id, found.importer);
        form.error("other-importer", name.span(), message, "name an authority of the measure's importer");
        return None;
    }
    Some(found.id.clone())
}

/// A list, with whether it has a rate for each line; `None` there: its file was not opened.
fn list(
    form: &mut Form<'_, '_>,
    name: &Text,
    raw: &RawList,
    open: bool,
) -> Option<(ProductList, Option<bool>)> {
    let id = form.id(name);
    let title = form.say(&raw.title);
    let classification = form.say(&raw.classification);
    let published = day_if(raw.published.as_ref());
    let certainty = got(&raw.certainty);
    let cite = form.say(&raw.cite);
    let note = form.say_if(raw.note.as_ref());
    if let Some(all) = raw.all.as_ref().filter(|all| !all.get_ref()) {
        let help = "name `lines` or `codes`, or write all = true";
        form.error("bad-list", all.span(), "`all` is true or absent", help);
        return None;
    }
    let declared = lists::declared(form, raw.lengths.as_ref());
    let lengths = CodeLengths::of_or_declared(raw.classification.get_ref(), declared.as_deref());
    let mut file = None;
    let (lines, by_line) = match (&raw.lines, &raw.codes, &raw.all) {
        (Some(name), None, None) if open => {
            let (path, text) = lists::named_text(form, "measures", name)?;
            let codes = lists::file(form.inbox, &path, &text, &lengths)?;
            file = Some(path);
            (Some(codes.lines), Some(codes.by_line))
        }
        (Some(name), None, None) => {
            file = Some(format!("measures/{}", name.get_ref()));
            (Some(Vec::new()), None)
        }
        (None, Some(codes), None) => (Some(lists::inline(form, codes, &lengths)?.lines), Some(false)),
        (None, None, Some(_)) => (None, Some(false)),
        _ => {
            let help = "write one of lines = \"file.csv\", codes = [\"8802\"] and all = true";
            let message = format!("list `{}` needs one of `lines`, `codes` and `all`", name.get_ref());
            form.error("bad-list", name.span(), message, help);
            return None;
        }
    };
    let list = ProductList {
        id: id?,
        title: title?,
        classification: classification?,
        published: published?,
        lines,
        file,
        certainty: certainty?,
        cite: cite?,
        note: note?,
    };
    Some((list, by_line))
}

/// No act stands in place of itself, directly or by others.
fn circles(form: &mut Form<'_, '_>, raw: &RawMeasure, acts: &[Option<crate::Act>]) {
    let next: Vec<Vec<usize>> =
        acts.iter().map(|act| act.as_ref().map_or_else(Vec::new, |a| a.instead_of.clone())).collect();
    for cycle in cycles(&next, MOST_CYCLES) {
        let act = |i: &usize| raw.act.get(*i).map(|a| a.get_ref());
        let names: Vec<&str> =
            cycle.iter().chain(cycle.first()).filter_map(act).map(|a| a.id.get_ref().as_str()).collect();
        let Some(first) = cycle.first().and_then(act) else { continue };
        let span = first.instead_of.first().map_or(first.id.span(), Text::span);
        let message = format!("acts stand in place of each other in a circle: {}", shown(&names));
        form.error("cycle", span, message, "take one `instead_of` of the circle away");
    }
}

fn exclusion(
    form: &mut Form<'_, '_>,
    raw: &RawExclusion,
    names: &Names<'_>,
    classifications: &[&str],
    open: bool,
) -> Option<Exclusion> {
    let id = form.id(&raw.id);
    let title = form.say(&raw.title);
    let of = form.references(raw.of.get_ref(), names.acts, "unknown-act", "act");
    if raw.of.get_ref().is_empty() {
        form.error(
            "empty-list",
            raw.of.span(),
            "this exclusion is of no act",
            "name the acts: of = [\"list-1\"]",
        );
    }
    let file = raw.lines.as_ref().map(|name| format!("measures/{}", name.get_ref()));
    let lengths = match lists::declared(form, raw.lengths.as_ref()) {
        Some(declared) => CodeLengths::declared(&declared),
        None => CodeLengths::of_known(classifications),
    };
    let codes = match (&raw.codes, &raw.lines) {
        (Some(codes), None) => lists::inline(form, codes, &lengths),
        (None, Some(name)) if open => lists::named_text(form, "measures", name)
            .and_then(|(path, text)| lists::file(form.inbox, &path, &text, &lengths)),
        (None, Some(_)) => Some(Codes { lines: Vec::new(), by_line: false }),
        _ => {
            let message = format!("exclusion `{}` needs one of `codes` and `lines`", raw.id.get_ref());
            form.error(
                "bad-list",
                raw.id.span(),
                message,
                "write codes = [\"8703\"], or lines = \"file.csv\"",
            );
            None
        }
    };
    let published = day(&raw.published);
    let from = form.moment(&raw.effective, names.zone);
    let end = form.end(raw.until.as_ref(), raw.through.as_ref(), names.zone);
    if let (Some(from), Some(end)) = (from, &end) {
        form.ordered(from, end.as_ref());
    }
    let (cite, certainty) = (form.say(&raw.cite), got(&raw.certainty));
    Some(Exclusion {
        id: id?,
        title: title?,
        of: of?,
        codes: codes?.lines,
        file,
        below_line: raw.below_line,
        published: published?,
        from: from?,
        until: end?.map(|(until, _)| until),
        cite: cite?,
        certainty: certainty?,
    })
}
