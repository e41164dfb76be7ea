//! Commitments: their keys, their rules, and the conditions that tie them together.

use super::agreement::{certainty, decide, source_list};
use super::beside::commitments;
use super::keys;
use super::reader::{At, Reader, good_id};
use super::tree::{Node, Value, string_places};
use super::{FILE, Files, Place};
use crate::ast::Rule;
use crate::due::{Due, Length, Start};
use crate::model::{Agreement, Certainty, Commitment, ConditionRef, Duty, Force, Pace, TriggerRef};
use crate::rule::{LedgerFacts, RuleContext, check_rule, parse_rule};
use crate::texts::InText;
use servanda_core::{Date, Dimension, Origin, Period};
use servanda_files::{Diagnostic, did_you_mean, listed};
use std::collections::BTreeMap;
use std::ops::Range;

pub(super) fn load(
    r: &mut Reader<'_>,
    at: At<'_>,
    files: &Files,
    agreement: &mut Agreement,
    places: &mut BTreeMap<String, Place>,
) {
    let tables = r.listed_tables(at, "commitment");
    let known: Vec<String> = tables
        .iter()
        .filter_map(|(t, _)| match t.get("id").map(|n| &n.value) {
            Some(Value::Text(id)) => Some(id.clone()),
            _ => None,
        })
        .collect();
    let mut found = Vec::new();
    for (table, span) in tables {
        let id = match table.get("id").map(|n| &n.value) {
            Some(Value::Text(id)) => id.clone(),
            _ => String::new(),
        };
        let name = if id.is_empty() { "[[commitment]]".to_owned() } else { format!("commitment `{id}`") };
        let at = At { table, span, name: &name };
        r.known(at, keys::COMMITMENT);
        let place = table.get("id").map_or(span, |n| &n.span);
        if let Some(id) = r.required_text(at, "id", "\"purchases.agriculture.2020\"") {
            if !good_id(&id) {
                let help = "ids are names in lower case with points between them: purchases.agriculture.2020";
                r.error("bad-name", place, format!("`{id}` is not the id of a commitment"), help);
            }
            if places.contains_key(&format!("commitment.{id}")) {
                r.error(
                    "twice",
                    place,
                    format!("there are two commitments `{id}`"),
                    "give one of them another id",
                );
            }
            places.insert(format!("commitment.{id}"), Place { file: FILE.to_owned(), span: place.clone() });
        }
        if let Some(commitment) = one(r, at, files, agreement, &known) {
            found.push(commitment);
        }
    }
    super::conditions::check(r, &found, places);
    super::conditions::known_in_order(r, &found, places);
    agreement.commitments = found;
}

fn one(
    r: &mut Reader<'_>,
    at: At<'_>,
    files: &Files,
    agreement: &Agreement,
    known: &[String],
) -> Option<Commitment> {
    let table = at.table;
    let by = match table.get("by") {
        Some(node) => r.party(node, &agreement.parties),
        None => {
            r.missing(at, "by", "\"CHN\"");
            None
        }
    };
    let to = table.get("to").and_then(|n| r.party(n, &agreement.parties));
    if let (Some(a), Some(b), Some(node)) = (by, to, table.get("to"))
        && a == b
    {
        r.error(
            "one-party",
            &node.span,
            "nobody owes a duty to themselves",
            "name the other party, or leave `to` out",
        );
    }
    let cite = r.required_text(at, "cite", "\"Article 6.2.1(b)\"");
    let text = super::texts::stands(r, at, agreement.texts.as_ref());
    let origin = match table.get("origin").map(|n| r.word(n, keys::ORIGINS)) {
        Some(Some("analyst")) => Origin::Analyst,
        _ => Origin::Text,
    };
    let force = force(r, at, origin);
    let sources = table.get("sources").map(|_| source_list(r, at, "sources", &agreement.sides));
    let decide = table.get("decide").and_then(|n| decide(r, n));
    let parts = commitments(r, at, "parts", known);
    let pace = pace(r, at, &parts);
    let evidence = table.get("evidence").and_then(|n| r.word(n, keys::EVIDENCE)).map(str::to_owned);
    let due = table.get("due").and_then(|n| due(r, n, agreement, known));
    let after = match table.get("after").map(|n| (n, &n.value)) {
        None => Vec::new(),
        Some((node, Value::Array(all))) => {
            if all.is_empty() {
                r.error(
                    "empty",
                    &node.span,
                    "`after` names nothing",
                    "name what must come first, or take `after` away",
                );
            }
            all.iter().filter_map(|n| condition(r, n, known)).collect()
        }
        Some((node, _)) => condition(r, node, known).into_iter().collect(),
    };
    let mut one_condition = |key: &str| table.get(key).and_then(|n| condition(r, n, known));
    let (unless, while_) = (one_condition("unless"), one_condition("while"));
    let confirmed_by = r.parties(at, "confirmed_by", &agreement.parties);
    let certainty = how_sure(r, at, agreement, text.as_ref());
    let title = r.optional_text(at, "title");
    let (encoded_by, checked_by) = (r.optional_text(at, "encoded_by"), r.optional_text(at, "checked_by"));
    let interpretation = r.optional_text(at, "interpretation");
    let encoded_on = r.optional_date(at, "encoded_on").or(agreement.encoded_on);
    let notes = super::beside::notes(r, at);
    let duty = duty(r, at, files, agreement)?;
    let is_rule = matches!(duty, Duty::Rule { .. });
    let misplaced: &[&str] =
        if is_rule { &["evidence", "due"] } else { &["pace", "parts", "sources", "decide"] };
    for key in misplaced {
        if let Some((key, _)) = table.entry(key) {
            let message = if is_rule {
                format!("`{}` belongs to an act or refraining, and this commitment has a rule", key.name)
            } else {
                format!("`{}` belongs to a rule, and this commitment is an act or refraining", key.name)
            };
            r.error("misplaced-key", &key.span, message, "take it away");
        }
    }
    if let (Duty::Refrain(_), Some(Due::Within { not_before: Some(_), .. }), Some(node)) =
        (&duty, &due, table.get("due"))
    {
        let message = "`not_before` is of an act, and this is a refraining";
        r.error("misplaced-key", &node.span, message, "a refraining is owed until then: write `within`");
    }
    let id = match table.get("id").map(|n| &n.value) {
        Some(Value::Text(id)) => id.clone(),
        _ => return None,
    };
    Some(Commitment {
        id,
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

/// How sure a commitment is: as it says, or as its text is; never surer than its text.
fn how_sure(
    r: &mut Reader<'_>,
    at: At<'_>,
    agreement: &Agreement,
    text: Option<&InText>,
) -> Option<Certainty> {
    let own = at.table.get("certainty").and_then(|n| certainty(r, n));
    let of_text = text.and_then(|t| agreement.texts.as_ref()?.get(&t.text)).map(|t| t.certainty);
    if let (Some(own), Some(of_text), Some(node)) = (own, of_text, at.table.get("certainty"))
        && own < of_text
    {
        let message = format!("this is {}, and its text is {}", own.as_str(), of_text.as_str());
        r.error("too-sure", &node.span, message, format!("write certainty = \"{}\"", of_text.as_str()));
    }
    own.or(of_text)
}

fn force(r: &mut Reader<'_>, at: At<'_>, origin: Origin) -> Option<Force> {
    match (at.table.entry("force"), origin) {
        (Some((key, _)), Origin::Analyst) => {
            let message = "a target that only analysts quote has no force";
            r.error("misplaced-key", &key.span, message, "take `force` away, or origin = \"analyst\"");
            None
        }
        (None, Origin::Analyst) => None,
        (None, Origin::Text) => {
            r.missing(at, "force", "\"shall\" (the verb of the text)");
            None
        }
        (Some((_, node)), Origin::Text) => r.word(node, keys::FORCES).map(|word| match word {
            "shall" => Force::Shall,
            "shall-endeavour" => Force::ShallEndeavour,
            "intends" => Force::Intends,
            "expects" => Force::Expects,
            "projects" => Force::Projects,
            _ => Force::Acknowledges,
        }),
    }
}

fn duty(r: &mut Reader<'_>, at: At<'_>, files: &Files, agreement: &Agreement) -> Option<Duty> {
    let kinds: Vec<&str> =
        ["rule", "act", "refrain"].into_iter().filter(|k| at.table.get(k).is_some()).collect();
    match kinds.as_slice() {
        ["rule"] => {
            let node = at.table.get("rule")?;
            let text = r.text(node)?;
            let rule = rule(r, node, text, files, agreement)?;
            Some(Duty::Rule { text: text.to_owned(), rule })
        }
        [one] => {
            let text = r.text(at.table.get(one)?)?.to_owned();
            Some(if *one == "act" { Duty::Act(text) } else { Duty::Refrain(text) })
        }
        [] => {
            r.missing(at, "rule", "\"...\", or act = \"...\", or refrain = \"...\"");
            None
        }
        several => {
            let message = format!("{} has {}", at.name, listed(several));
            r.error(
                "several-duties",
                at.span,
                message,
                "a commitment has one of rule, act and refrain; split it",
            );
            None
        }
    }
}

/// Reads and checks a rule; places are those of the file.
fn rule(r: &mut Reader<'_>, node: &Node, text: &str, files: &Files, agreement: &Agreement) -> Option<Rule> {
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
    let raw = files.agreement.get(node.span.clone()).unwrap_or_default();
    let places = string_places(raw, node.span.start);
    let exact = places.len() == text.len() + 1;
    for error in errors {
        let at = |offset: usize| places.get(offset).copied();
        let span = match (at(error.span.start), at(error.span.end)) {
            (Some(start), Some(end)) if exact && start <= end => start..end,
            _ => node.span.clone(),
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

fn pace(r: &mut Reader<'_>, at: At<'_>, parts: &[String]) -> Vec<Pace> {
    let mut methods = Vec::new();
    for (text, node) in r.texts(at, "pace") {
        match read_pace(text, 0) {
            Ok(method) => {
                if matches!(method, Pace::Parts(_)) && parts.is_empty() {
                    let message =
                        format!("`{text}` adds up the paces of parts, and the commitment names none");
                    r.error("pace-without-parts", &node.span, message, "add parts = [\"id\", ...]");
                }
                methods.push(method);
            }
            Err(problem) => {
                let help = "write \"flat\", \"seasonal(2017)\" or \"parts(seasonal(2017))\"";
                r.error("unknown-pace", &node.span, problem, help);
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

const DUE_HELP: &str = "due = 2020-04-01, or due = { within = \"45 working-days\", calendar = [\"USA\"], of = \"ledger(selections)\" }";

fn due(r: &mut Reader<'_>, node: &Node, agreement: &Agreement, known: &[String]) -> Option<Due> {
    let table = match &node.value {
        Value::Table(table) => table,
        Value::Date(date) => return Some(Due::By(*date)),
        _ => {
            r.wrong_kind(node, "a date or a clock", DUE_HELP);
            return None;
        }
    };
    let at = At { table, span: &node.span, name: "due" };
    r.known(at, keys::DUE);
    if table.get("by").is_some() {
        for key in ["within", "not_before", "calendar", "of"] {
            if let Some((key, _)) = table.entry(key) {
                let message = format!("`by` names a day, and `{}` counts to one", key.name);
                r.error("misplaced-key", &key.span, message, "keep one of the two");
            }
        }
        return r.optional_date(at, "by").map(Due::By);
    }
    let calendar = r.parties(at, "calendar", &[]);
    let mut length = |key: &str| {
        let text = r.optional_text(at, key)?;
        let node = table.get(key)?;
        Length::parse(&text).map_err(|(message, help)| r.error("bad-clock", &node.span, message, help)).ok()
    };
    let (within, not_before) = (length("within"), length("not_before"));
    if table.get("within").is_none() && table.get("not_before").is_none() {
        r.missing(at, "within", "\"45 working-days\", or not_before = \"45 working-days\"");
    }
    let of = match table.get("of") {
        None => {
            r.missing(at, "of", "\"ledger(selections)\"");
            None
        }
        Some(node) => starts(r, node, agreement, known),
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
    if let (Some(least), Some(most), Some(node)) = (&not_before, &within, table.get("not_before"))
        && least.outlasts(most, from)
    {
        let message = format!("not before {least}, and within {most}: its first day lies after its last");
        r.error("bad-clock", &node.span, message, "let `not_before` be the shorter of the two");
    }
    Some(Due::Within { within, not_before, calendar, of: of? })
}

const STARTS_HELP: &str = "write of = \"in_force\", or of = { later = [\"notify.usa\", \"notify.chn\"] }";

/// What a clock starts with: one thing, or the later or earlier of several.
fn starts(r: &mut Reader<'_>, node: &Node, agreement: &Agreement, known: &[String]) -> Option<Start> {
    let Value::Table(table) = &node.value else {
        let text = r.text(node)?;
        return start(r, text, &node.span, agreement, known);
    };
    let at = At { table, span: &node.span, name: "of" };
    r.known(at, keys::STARTS);
    let key = match (table.get("later"), table.get("earlier")) {
        (Some(_), None) => "later",
        (None, Some(_)) => "earlier",
        _ => {
            let message = "a clock starts with the later or with the earlier of several things";
            r.error("bad-clock", &node.span, message, STARTS_HELP);
            return None;
        }
    };
    let texts: Vec<(String, Range<usize>)> =
        r.texts(at, key).into_iter().map(|(text, node)| (text.to_owned(), node.span.clone())).collect();
    if texts.len() < 2 {
        r.error("bad-clock", &node.span, format!("the {key} of fewer than two things"), STARTS_HELP);
        return None;
    }
    let mut all = Vec::with_capacity(texts.len());
    for (text, span) in &texts {
        let one = start(r, text, span, agreement, known);
        if let Some(Start::Ledger(_)) = one {
            let message = "each entry of a ledger starts a clock of its own, and is none of several things";
            r.error("bad-clock", span, message, "name a day, signed, in_force, a trigger or a commitment");
        }
        all.extend(one);
    }
    if all.len() < texts.len() {
        return None;
    }
    Some(if key == "later" { Start::Later(all) } else { Start::Earlier(all) })
}

/// What a clock starts with, where there is such a thing.
fn start(
    r: &mut Reader<'_>,
    text: &str,
    span: &Range<usize>,
    agreement: &Agreement,
    known: &[String],
) -> Option<Start> {
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
    r.error(code, span, message, help);
    None
}

fn condition(r: &mut Reader<'_>, node: &Node, known: &[String]) -> Option<ConditionRef> {
    if let Value::Date(date) = &node.value {
        return Some(ConditionRef::Date(*date));
    }
    let text = r.text(node)?;
    if let Ok(date) = text.parse::<Date>() {
        return Some(ConditionRef::Date(date));
    }
    if let Some(name) = text.strip_prefix("trigger.") {
        let (name, follow) = match name.strip_suffix(TriggerRef::FOLLOW) {
            Some(name) => (name, true),
            None => (name, false),
        };
        if super::reader::good_id(name) {
            return Some(ConditionRef::Trigger(TriggerRef { name: name.to_owned(), follow }));
        }
        r.error(
            "bad-name",
            &node.span,
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
    r.error("unknown-condition", &node.span, format!("there is no commitment `{text}`"), help);
    None
}
