//! Commitments: their keys, their rules, and the conditions that tie them together.

use super::agreement::source_list;
use super::beside::commitments;
use super::raw;
use super::reader::{Reader, good_id};
use super::string_places::string_places;
use super::{FILE, Files, Place};
use crate::ast::Rule;
use crate::due::{Due, Length, Start};
use crate::model::{Agreement, Certainty, Commitment, ConditionRef, Duty, Force, Pace, TriggerRef};
use crate::rule::{LedgerFacts, RuleContext, check_rule, parse_rule};
use crate::texts::InText;
use servanda_core::{Date, Dimension, Origin, Period};
use servanda_files::{DayOr, Diagnostic, Spanned, Text, TextOr, did_you_mean, listed};
use std::collections::BTreeMap;
use std::ops::Range;

pub(super) fn load(
    r: &mut Reader<'_>,
    all: &[Spanned<raw::Commitment>],
    files: &Files,
    agreement: &mut Agreement,
    places: &mut BTreeMap<String, Place>,
) {
    let known: Vec<String> =
        all.iter().filter_map(|own| own.get_ref().id.given()).map(|id| id.to_owned()).collect();
    let mut found = Vec::new();
    for own in all {
        let raw = own.get_ref();
        let place = raw.id.span();
        if let (Some(id), true) = (r.say(&raw.id), raw.id.given().is_some()) {
            if !good_id(&id) {
                let help = "ids are names in lower case with points between them: purchases.agriculture.2020";
                r.error("bad-name", &place, format!("`{id}` is not the id of a commitment"), help);
            }
            if places.contains_key(&format!("commitment.{id}")) {
                let message = format!("there are two commitments `{id}`");
                r.error("twice", &place, message, "give one of them another id");
            }
            places.insert(format!("commitment.{id}"), Place { file: FILE.to_owned(), span: place });
        }
        found.extend(one(r, raw, &own.span(), files, agreement, &known));
    }
    super::conditions::check(r, &found, places);
    super::conditions::known_in_order(r, &found, places);
    agreement.commitments = found;
}

fn one(
    r: &mut Reader<'_>,
    raw: &raw::Commitment,
    at: &Range<usize>,
    files: &Files,
    agreement: &Agreement,
    known: &[String],
) -> Option<Commitment> {
    let name = match raw.id.given().filter(|id| !id.is_empty()) {
        Some(id) => format!("commitment `{id}`"),
        None => "[[commitment]]".to_owned(),
    };
    let by = r.party(&raw.by, &agreement.parties);
    let to = raw.to.as_ref().and_then(|to| r.party(to, &agreement.parties));
    if let (Some(a), Some(b), Some(place)) = (by, to, &raw.to)
        && a == b
    {
        let help = "name the other party, or leave `to` out";
        r.error("one-party", &place.span(), "nobody owes a duty to themselves", help);
    }
    let cite = r.say(&raw.cite);
    let text = super::texts::stands(r, raw, agreement.texts.as_ref());
    let origin = raw.origin;
    let force = force(r, raw, &name, at);
    let sources = raw.sources.as_ref().map(|ids| source_list(r, ids.get_ref(), &agreement.sides));
    let decide = raw.decide.as_ref().map(|word| *word.get_ref());
    let parts = raw.parts.as_ref().map(|ids| commitments(r, ids.get_ref(), known)).unwrap_or_default();
    let pace = raw.pace.as_ref().map(|all| pace(r, all.get_ref(), &parts)).unwrap_or_default();
    let evidence = raw.evidence.as_ref().map(|word| word.get_ref().as_str().to_owned());
    let due = raw.due.as_ref().and_then(|own| due(r, own, agreement, known));
    let after = after(r, raw, known);
    let mut one_condition =
        |own: &Option<raw::Condition>| own.as_ref().and_then(|own| condition(r, own, known));
    let (unless, while_) = (one_condition(&raw.unless), one_condition(&raw.while_));
    let confirmed_by = r.parties(&raw.confirmed_by, &agreement.parties);
    let certainty = how_sure(r, raw, agreement, text.as_ref());
    let title = r.say_if(raw.title.as_ref());
    let (encoded_by, checked_by) = (r.say_if(raw.encoded_by.as_ref()), r.say_if(raw.checked_by.as_ref()));
    let interpretation = r.say_if(raw.interpretation.as_ref());
    let encoded_on = raw.encoded_on.map(|day| day.0).or(agreement.encoded_on);
    let notes = super::beside::notes(r, &raw.notes);
    let duty = duty(r, raw, &name, at, files, agreement)?;
    misplaced(r, raw, &duty);
    if let (Duty::Refrain(_), Some(Due::Within { not_before: Some(_), .. }), Some(own)) =
        (&duty, &due, &raw.due)
    {
        let message = "`not_before` is of an act, and this is a refraining";
        let help = "a refraining is owed until then: write `within`";
        r.error("misplaced-key", &own.span(), message, help);
    }
    Some(Commitment {
        id: raw.id.given()?.clone(),
        title,
        by: by?,
        to,
        cite: cite?,
        text,
        force,
        origin,
        duty,
        sources,
        decide,
        pace,
        parts,
        evidence,
        due,
        after,
        unless,
        while_,
        encoded_by,
        checked_by,
        interpretation,
        encoded_on,
        notes,
        confirmed_by,
        certainty,
    })
}

/// Keys that belong to a duty of another kind.
fn misplaced(r: &mut Reader<'_>, raw: &raw::Commitment, duty: &Duty) {
    let is_rule = matches!(duty, Duty::Rule { .. });
    let found = if is_rule {
        vec![
            ("evidence", raw.evidence.as_ref().map(Spanned::span)),
            ("due", raw.due.as_ref().map(Spanned::span)),
        ]
    } else {
        vec![
            ("pace", raw.pace.as_ref().map(Spanned::span)),
            ("parts", raw.parts.as_ref().map(Spanned::span)),
            ("sources", raw.sources.as_ref().map(Spanned::span)),
            ("decide", raw.decide.as_ref().map(Spanned::span)),
        ]
    };
    for (key, place) in found {
        let Some(place) = place else { continue };
        let message = if is_rule {
            format!("`{key}` belongs to an act or refraining, and this commitment has a rule")
        } else {
            format!("`{key}` belongs to a rule, and this commitment is an act or refraining")
        };
        r.error("misplaced-key", &place, message, "take it away");
    }
}

/// What must come first: one thing, or all of several.
fn after(r: &mut Reader<'_>, raw: &raw::Commitment, known: &[String]) -> Vec<ConditionRef> {
    let Some(own) = &raw.after else { return Vec::new() };
    let one = |value: DayOr<String>| raw::Condition::new(own.span(), value);
    match own.get_ref() {
        DayOr::Day(day) => condition(r, &one(DayOr::Day(*day)), known).into_iter().collect(),
        DayOr::Other(TextOr::Text(text)) => {
            condition(r, &one(DayOr::Other(text.clone())), known).into_iter().collect()
        }
        DayOr::Other(TextOr::Other(all)) => {
            if all.is_empty() {
                let help = "name what must come first, or take `after` away";
                r.error("empty", &own.span(), "`after` names nothing", help);
            }
            all.iter().filter_map(|one| condition(r, one, known)).collect()
        }
    }
}

/// How sure a commitment is: as it says, or as its text is; never surer than its text.
fn how_sure(
    r: &mut Reader<'_>,
    raw: &raw::Commitment,
    agreement: &Agreement,
    text: Option<&InText>,
) -> Option<Certainty> {
    let own = raw.certainty.as_ref().map(|word| *word.get_ref());
    let of_text = text.and_then(|t| agreement.texts.as_ref()?.get(&t.text)).map(|t| t.certainty);
    if let (Some(own), Some(of_text), Some(place)) = (own, of_text, &raw.certainty)
        && own < of_text
    {
        let message = format!("this is {}, and its text is {}", own.as_str(), of_text.as_str());
        let help = format!("write certainty = \"{}\"", of_text.as_str());
        r.error("too-sure", &place.span(), message, help);
    }
    own.or(of_text)
}

fn force(r: &mut Reader<'_>, raw: &raw::Commitment, name: &str, at: &Range<usize>) -> Option<Force> {
    match (&raw.force, raw.origin) {
        (Some(own), Origin::Analyst) => {
            let message = "a target that only analysts quote has no force";
            let help = "take `force` away, or origin = \"analyst\"";
            r.error("misplaced-key", &own.span(), message, help);
            None
        }
        (None, Origin::Analyst) => None,
        (None, Origin::Text) => {
            r.missing(name, at, "force", "\"shall\" (the verb of the text)");
            None
        }
        (Some(own), Origin::Text) => Some(*own.get_ref()),
    }
}

fn duty(
    r: &mut Reader<'_>,
    raw: &raw::Commitment,
    name: &str,
    at: &Range<usize>,
    files: &Files,
    agreement: &Agreement,
) -> Option<Duty> {
    match (&raw.rule, &raw.act, &raw.refrain) {
        (Some(text), None, None) => {
            let written = r.text(text)?;
            let rule = rule(r, text, files, agreement)?;
            Some(Duty::Rule { text: written.to_owned(), rule })
        }
        (None, Some(text), None) => r.say(text).map(Duty::Act),
        (None, None, Some(text)) => r.say(text).map(Duty::Refrain),
        (None, None, None) => {
            r.missing(name, at, "rule", "\"...\", or act = \"...\", or refrain = \"...\"");
            None
        }
        (rule, act, refrain) => {
            let all = [("rule", rule), ("act", act), ("refrain", refrain)];
            let several: Vec<&str> = all.iter().filter_map(|(key, own)| own.as_ref().map(|_| *key)).collect();
            let message = format!("{name} has {}", listed(&several));
            let help = "a commitment has one of rule, act and refrain; split it";
            r.error("several-duties", at, message, help);
            None
        }
    }
}

/// Reads and checks a rule; places are those of the file.
fn rule(r: &mut Reader<'_>, written: &Text, files: &Files, agreement: &Agreement) -> Option<Rule> {
    let (text, place) = (written.get_ref().as_str(), written.span());
    let (rule, errors) = match parse_rule(text) {
        Err(errors) => (None, errors),
        Ok(rule) => {
            let context = RuleContext {
                text,
                parties: &agreement.parties,
                third_countries: &agreement.third_countries,
                groups: agreement.groups.iter().map(|(k, g)| (k.as_str(), g.members.as_slice())).collect(),
                scopes: agreement.scopes.keys().map(String::as_str).collect(),
                rates: agreement.rates.iter().map(|(name, r)| (name.as_str(), r.ledger.unit)).collect(),
                ledgers: agreement.ledgers.iter().map(|(name, l)| (name.as_str(), facts(l))).collect(),
                definitions: &agreement.definitions,
                years: agreement.years.clone(),
            };
            let errors = check_rule(&rule, &context);
            (Some(rule), errors)
        }
    };
    if errors.is_empty() {
        return rule;
    }
    let raw = files.agreement.get(place.clone()).unwrap_or_default();
    let places = string_places(raw, place.start);
    let exact = places.len() == text.len() + 1;
    for error in errors {
        let at = |offset: usize| places.get(offset).copied();
        let span = match (at(error.span.start), at(error.span.end)) {
            (Some(start), Some(end)) if exact && start <= end => start..end,
            _ => place.clone(),
        };
        r.items.push(Diagnostic::error(error.code, FILE, span, error.message).with_help_if(error.help));
    }
    rule
}

fn facts(ledger: &crate::ledger::Ledger) -> LedgerFacts<'_> {
    let unread = ledger.unit.dimension == Dimension::Number;
    LedgerFacts {
        unit: (!unread).then_some(ledger.unit),
        columns: (!ledger.columns.is_empty() || !ledger.entries.is_empty())
            .then_some(ledger.columns.as_slice()),
        figures: &ledger.figures,
    }
}

fn pace(r: &mut Reader<'_>, all: &[Text], parts: &[String]) -> Vec<Pace> {
    let mut methods = Vec::new();
    for text in r.texts(all) {
        match read_pace(text.get_ref(), 0) {
            Ok(method) => {
                if matches!(method, Pace::Parts(_)) && parts.is_empty() {
                    let message = format!(
                        "`{}` adds up the paces of parts, and the commitment names none",
                        text.get_ref()
                    );
                    r.error("pace-without-parts", &text.span(), message, "add parts = [\"id\", ...]");
                }
                methods.push(method);
            }
            Err(problem) => {
                let help = "write \"flat\", \"seasonal(2017)\" or \"parts(seasonal(2017))\"";
                r.error("unknown-pace", &text.span(), problem, help);
            }
        }
    }
    methods
}

fn read_pace(text: &str, depth: usize) -> Result<Pace, String> {
    let text = text.trim();
    if text == "flat" {
        return Ok(Pace::Flat);
    }
    let inside = |word: &str| text.strip_prefix(word)?.strip_prefix('(')?.strip_suffix(')');
    if let Some(period) = inside("seasonal") {
        return Period::parse(period.trim()).map(Pace::Seasonal).map_err(|e| e.to_string());
    }
    if let (Some(inner), 0) = (inside("parts"), depth) {
        return read_pace(inner, 1).map(|p| Pace::Parts(Box::new(p)));
    }
    Err(format!("`{text}` is not a pace method"))
}

fn due(
    r: &mut Reader<'_>,
    own: &Spanned<DayOr<raw::Clock>>,
    agreement: &Agreement,
    known: &[String],
) -> Option<Due> {
    let clock = match own.get_ref() {
        DayOr::Day(day) => return Some(Due::By(*day)),
        DayOr::Other(clock) => clock,
    };
    if let Some(by) = clock.by {
        let others = [
            ("within", clock.within.as_ref().map(Spanned::span)),
            ("not_before", clock.not_before.as_ref().map(Spanned::span)),
            ("calendar", clock.calendar.as_ref().map(Spanned::span)),
            ("of", clock.of.as_ref().map(Spanned::span)),
        ];
        for (key, place) in others {
            if let Some(place) = place {
                let message = format!("`by` names a day, and `{key}` counts to one");
                r.error("misplaced-key", &place, message, "keep one of the two");
            }
        }
        return Some(Due::By(by.0));
    }
    let calendar = clock.calendar.as_ref().map(|all| r.parties(all.get_ref(), &[])).unwrap_or_default();
    let mut length = |text: &Option<Text>| {
        let text = text.as_ref()?;
        let length = Length::parse(r.text(text)?);
        length.map_err(|(message, help)| r.error("bad-clock", &text.span(), message, help)).ok()
    };
    let (within, not_before) = (length(&clock.within), length(&clock.not_before));
    if clock.within.is_none() && clock.not_before.is_none() {
        r.missing("due", &own.span(), "within", "\"45 working-days\", or not_before = \"45 working-days\"");
    }
    let of = match &clock.of {
        None => {
            r.missing("due", &own.span(), "of", "\"ledger(selections)\"");
            None
        }
        Some(of) => starts(r, of, agreement, known),
    };
    if within.is_none() && not_before.is_none() {
        return None;
    }
    let from = match &of {
        Some(Start::Signed) => agreement.signed,
        Some(Start::InForce) => agreement.in_force,
        Some(Start::Day(day)) => Some(*day),
        _ => None,
    };
    if let (Some(least), Some(most), Some(own)) = (&not_before, &within, &clock.not_before)
        && least.outlasts(most, from)
    {
        let message = format!("not before {least}, and within {most}: its first day lies after its last");
        r.error("bad-clock", &own.span(), message, "let `not_before` be the shorter of the two");
    }
    Some(Due::Within { within, not_before, calendar, of: of? })
}

const STARTS_HELP: &str = "write of = \"in_force\", or of = { later = [\"notify.usa\", \"notify.chn\"] }";

/// What a clock starts with: one thing, or the later or earlier of several.
fn starts(
    r: &mut Reader<'_>,
    of: &Spanned<TextOr<raw::Several>>,
    agreement: &Agreement,
    known: &[String],
) -> Option<Start> {
    let several = match of.get_ref() {
        TextOr::Text(text) => {
            let text = Text::new(of.span(), text.clone());
            r.text(&text)?;
            return start(r, &text, agreement, known);
        }
        TextOr::Other(several) => several,
    };
    let (key, texts) = match (&several.later, &several.earlier) {
        (Some(all), None) => ("later", all),
        (None, Some(all)) => ("earlier", all),
        _ => {
            let message = "a clock starts with the later or with the earlier of several things";
            r.error("bad-clock", &of.span(), message, STARTS_HELP);
            return None;
        }
    };
    let texts = r.texts(texts);
    if texts.len() < 2 {
        r.error("bad-clock", &of.span(), format!("the {key} of fewer than two things"), STARTS_HELP);
        return None;
    }
    let mut all = Vec::with_capacity(texts.len());
    for text in &texts {
        let one = start(r, text, agreement, known);
        if let Some(Start::Ledger(_)) = one {
            let message = "each entry of a ledger starts a clock of its own, and is none of several things";
            let help = "name a day, signed, in_force, a trigger or a commitment";
            r.error("bad-clock", &text.span(), message, help);
        }
        all.extend(one);
    }
    if all.len() < texts.len() {
        return None;
    }
    Some(if key == "later" { Start::Later(all) } else { Start::Earlier(all) })
}

/// What a clock starts with, where there is such a thing.
fn start(r: &mut Reader<'_>, own: &Text, agreement: &Agreement, known: &[String]) -> Option<Start> {
    let text = own.get_ref().as_str();
    let start = Start::parse(text);
    let (code, message, help) = match &start {
        Start::Signed | Start::InForce | Start::Day(_) => return Some(start),
        Start::Ledger(name) if agreement.ledgers.contains_key(name) => return Some(start),
        Start::Ledger(name) => (
            "unknown-ledger",
            format!("there is no ledger `{name}`"),
            did_you_mean(name, agreement.ledgers.keys().map(String::as_str))
                .unwrap_or_else(|| format!("add [ledger.{name}]")),
        ),
        Start::Trigger(name) if good_id(name) => return Some(start),
        Start::Commitment(id) if known.contains(id) => return Some(start),
        // A text is no several things.
        Start::Later(_) | Start::Earlier(_) => return Some(start),
        Start::Trigger(_) | Start::Commitment(_) => (
            "unknown-start",
            format!("`{text}` starts no clock"),
            did_you_mean(text, known.iter().map(String::as_str)).unwrap_or_else(|| {
                "a clock starts with ledger(name), a day in quotes, signed, in_force, trigger.NAME or a commitment"
                    .to_owned()
            }),
        ),
    };
    r.error(code, &own.span(), message, help);
    None
}

fn condition(r: &mut Reader<'_>, own: &raw::Condition, known: &[String]) -> Option<ConditionRef> {
    let text = match own.get_ref() {
        DayOr::Day(day) => return Some(ConditionRef::Date(*day)),
        DayOr::Other(text) => Text::new(own.span(), text.clone()),
    };
    let text = r.text(&text)?;
    if let Ok(date) = text.parse::<Date>() {
        return Some(ConditionRef::Date(date));
    }
    if let Some(name) = text.strip_prefix("trigger.") {
        let (name, follow) = match name.strip_suffix(TriggerRef::FOLLOW) {
            Some(name) => (name, true),
            None => (name, false),
        };
        if good_id(name) {
            return Some(ConditionRef::Trigger(TriggerRef { name: name.to_owned(), follow }));
        }
        r.error(
            "bad-name",
            &own.span(),
            format!("`{name}` is not the name of a trigger"),
            "write trigger.MEASURE.ACT, the ids of a measure and of an act of it (\"trigger.MEASURE.ACT or its replacement\" where an act that stands in its place on the same list counts too)",
        );
        return None;
    }
    if known.iter().any(|id| id == text) {
        return Some(ConditionRef::Commitment(text.to_owned()));
    }
    let help = did_you_mean(text, known.iter().map(String::as_str))
        .unwrap_or_else(|| "name a commitment of this agreement, trigger.NAME, or a date".to_owned());
    r.error("unknown-condition", &own.span(), format!("there is no commitment `{text}`"), help);
    None
}
