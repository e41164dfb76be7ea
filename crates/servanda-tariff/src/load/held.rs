//! How far acts are held: `measures/held.toml`.

use super::Wanted;
use super::form::{Form, day, day_if, got};
use super::inbox::Inbox;
use super::lists;
use crate::{Bears, Book, HeldActs, Measure, Missing, MissingEffect, Origins};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_core::{CodeForm, CodeLengths};
use servanda_files::{Day, Spanned, Text, TextOr};
use std::sync::Arc;

/// The file.
pub(super) const FILE: &str = "measures/held.toml";

/// How far acts are held: `measures/held.toml`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHeldFile {
    #[serde(default)]
    held: Vec<RawHeld>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawHeld {
    importer: Text,
    /// None: everybody's.
    origins: Option<Vec<Text>>,
    from: Spanned<Day>,
    through: Option<Spanned<Day>>,
    #[serde(default)]
    except: Vec<Text>,
    /// How many digits codes have, in place of what the importer's schedules and lists say
    lengths: Option<Spanned<Vec<u8>>>,
    /// Each a text, or a table.
    missing: Spanned<Vec<Spanned<TextOr<Box<RawLack>>>>>,
    /// The day on which this was said; it counts from then on. None: it is the encoder's reading, at any date.
    said: Option<Spanned<Day>>,
    #[serde(default, rename = "note")]
    _note: Option<Text>,
}

/// An entry of `missing` that is a table.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawLack {
    text: Text,
    /// The day from which it could be said; it counts from then on. None: at any date.
    said: Option<Spanned<Day>>,
    /// `adds`, `takes-away` or `either`. None: it is missing outside the days and lines of the declaration.
    effect: Option<Spanned<MissingEffect>>,
    /// Beginnings of the codes of lines on which it may bear. None: any line.
    lines: Option<Vec<Text>>,
    from: Option<Spanned<Day>>,
    through: Option<Spanned<Day>>,
    /// What it may take away: measures, or MEASURE/NAME of an act or of a list. None: any act.
    of: Option<Vec<Text>>,
}

/// Reads the file; codes are those of the book's schedules and lists, and acts are those of its measures.
pub(super) fn read(inbox: &mut Inbox<'_>, text: &str, book: &Book, wanted: Wanted<'_>) -> Vec<HeldActs> {
    // Names cannot be looked up among measures that could not be read, or that nobody asked for.
    let clean = inbox.is_clean();
    let Some(raw) = inbox.toml::<RawHeldFile>(FILE, text) else { return Vec::new() };
    let mut form = Form { inbox, file: FILE, text };
    raw.held.iter().filter_map(|raw| one(&mut form, raw, book, clean.then_some(wanted))).collect()
}

fn one(form: &mut Form<'_, '_>, raw: &RawHeld, book: &Book, wanted: Option<Wanted<'_>>) -> Option<HeldActs> {
    let importer = form.party(&raw.importer);
    let origins = match &raw.origins {
        None => Some(Origins::AllBut(Vec::new())),
        Some(some) => form.parties(some).map(Origins::Only),
    };
    let (from, through) = (day(&raw.from), day_if(raw.through.as_ref()));
    let lengths = match (lists::declared(form, raw.lengths.as_ref()), importer) {
        (Some(declared), _) => CodeLengths::declared(&declared),
        (None, Some(importer)) => book.code_lengths(importer),
        (None, None) => CodeLengths::of(""),
    };
    let except = codes(form, &raw.except, &lengths);
    let said = day_if(raw.said.as_ref());
    let named = importer.filter(|importer| wanted.is_some_and(|w| w.has(*importer)));
    let ours =
        named.map(|importer| book.measures.iter().filter(|m| m.importer == importer).collect::<Vec<_>>());
    let missing: Vec<Missing> = raw
        .missing
        .get_ref()
        .iter()
        .filter_map(|entry| missing(form, entry, ours.as_deref(), &lengths))
        .collect();
    if raw.missing.get_ref().is_empty() {
        let message = "this does not say which acts are not held";
        let help = "write missing = [\"...\"], one text for each";
        form.error("empty-text", raw.missing.span(), message, help);
        return None;
    }
    let (from, through) = (from?, through?);
    forwards(form, Some(from), through, raw.through.as_ref())?;
    Some(HeldActs { importer: importer?, origins: origins?, from, through, except, missing, said: said? })
}

/// Beginnings of codes, in order.
fn codes(form: &mut Form<'_, '_>, raw: &[Text], lengths: &CodeLengths) -> Vec<String> {
    let lengths = lengths.clone().settled_by(raw.iter().map(|code| code.get_ref().as_str()));
    let mut out = Vec::with_capacity(raw.len());
    for code in raw {
        match lengths.admit(CodeForm::TARIFF, code.get_ref()) {
            Ok(()) => out.push(code.get_ref().clone()),
            Err(bad) => form.error(bad.kind(), code.span(), bad.to_string(), bad.help(lists::DECLARE)),
        }
    }
    out.sort_unstable();
    out
}

/// That a last day is not before a first one.
fn forwards(
    form: &mut Form<'_, '_>,
    from: Option<Date>,
    through: Option<Date>,
    at: Option<&Spanned<Day>>,
) -> Option<()> {
    if let (Some(from), Some(through), Some(at)) = (from, through, at)
        && through < from
    {
        let help = "put the earlier day into `from`";
        form.error("backwards", at.span(), "this ends before it begins", help);
        return None;
    }
    Some(())
}

/// One entry of `missing`.
fn missing(
    form: &mut Form<'_, '_>,
    entry: &Spanned<TextOr<Box<RawLack>>>,
    measures: Option<&[&Arc<Measure>]>,
    lengths: &CodeLengths,
) -> Option<Missing> {
    let raw = match entry.get_ref() {
        TextOr::Text(text) => {
            let text = form.say(&Text::new(entry.span(), text.clone()))?;
            return Some(Missing { text, said: None, bears: None });
        }
        TextOr::Other(raw) => raw,
    };
    let (text, said) = (form.say(&raw.text)?, day_if(raw.said.as_ref())?);
    let Some(effect) = &raw.effect else {
        if raw.lines.is_some() || raw.from.is_some() || raw.through.is_some() || raw.of.is_some() {
            let help = "write effect = \"adds\", \"takes-away\" or \"either\"";
            form.error("missing-key", entry.span(), "this does not say what the missing acts do", help);
            return None;
        }
        return Some(Missing { text, said, bears: None });
    };
    let effect = got(effect)?;
    let lines = raw.lines.as_ref().map(|lines| codes(form, lines, lengths));
    if raw.lines.as_ref().is_some_and(Vec::is_empty) {
        let help = "write beginnings of codes, or leave `lines` out where any line may be meant";
        form.error("empty-list", entry.span(), "no line is named here", help);
        return None;
    }
    let (from, through) = (day_if(raw.from.as_ref())?, day_if(raw.through.as_ref())?);
    forwards(form, from, through, raw.through.as_ref())?;
    let of =
        raw.of.iter().flatten().map(|name| named(form, name, effect, measures)).collect::<Option<_>>()?;
    Some(Missing { text, said, bears: Some(Bears { effect, lines, from, through, of }) })
}

/// A measure, or an act or a list of one, that may be taken away.
fn named(
    form: &mut Form<'_, '_>,
    name: &Text,
    effect: MissingEffect,
    measures: Option<&[&Arc<Measure>]>,
) -> Option<String> {
    if effect != MissingEffect::TakesAway {
        let help = "leave `of` out, or write effect = \"takes-away\"";
        form.error("misplaced-key", name.span(), "`of` names what exclusions take away", help);
        return None;
    }
    let (id, part) =
        name.get_ref().split_once('/').map_or((name.get_ref().as_str(), None), |(id, part)| (id, Some(part)));
    let has = |m: &&Arc<Measure>| {
        let part_is =
            |part: &str| m.acts.iter().any(|a| a.id == part) || m.lists.iter().any(|l| l.id == part);
        m.id == id && part.is_none_or(part_is)
    };
    if measures.is_some_and(|all| !all.iter().any(has)) {
        let message = format!("there is no measure, act or list `{}` of this importer", name.get_ref());
        form.error("unknown-act", name.span(), message, "write MEASURE, MEASURE/ACT or MEASURE/LIST");
        return None;
    }
    Some(name.get_ref().clone())
}
