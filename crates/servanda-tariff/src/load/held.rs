//! How far acts are held: `measures/held.toml`.

use super::form::Form;
use super::inbox::Inbox;
use super::lists;
use super::raw::{Any, Text};
use crate::{HeldActs, Missing, Moment, Origins};
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_core::{CodeForm, CodeLengths, Party};
use toml::{Spanned, Value};

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
    #[schemars(with = "String")]
    importer: Text,
    /// None: everybody's.
    #[schemars(with = "Option<Vec<String>>")]
    origins: Option<Vec<Text>>,
    #[schemars(with = "serde_json::Value")]
    from: Any,
    #[schemars(with = "Option<serde_json::Value>")]
    through: Option<Any>,
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    except: Vec<Text>,
    /// How many digits codes have, in place of what the importer's schedules and lists say
    #[schemars(with = "Option<Vec<u8>>")]
    lengths: Option<Spanned<Vec<u8>>>,
    /// Each a text, or a table with `text` and `said`, the day from which it could be said.
    #[schemars(with = "Vec<RawMissing>")]
    missing: Vec<Any>,
    /// The day on which this was said; it counts from then on. None: it is the encoder's reading, at any date.
    #[schemars(with = "Option<serde_json::Value>")]
    said: Option<Any>,
    #[serde(default, rename = "note")]
    #[schemars(with = "Option<String>")]
    _note: Option<Text>,
}

/// An entry of `missing`, as a schema says it.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "turned into a schema, never built")]
enum RawMissing {
    Text(String),
    Dated { text: String, said: serde_json::Value },
}

/// Reads the file; `lengths_of` says how long the codes of an importer are.
pub(super) fn read(
    inbox: &mut Inbox<'_>,
    text: &str,
    lengths_of: impl Fn(Party) -> CodeLengths,
) -> Vec<HeldActs> {
    let Some(raw) = inbox.toml::<RawHeldFile>(FILE, text) else { return Vec::new() };
    let mut form = Form { inbox, file: FILE, text };
    raw.held.iter().filter_map(|raw| one(&mut form, raw, &lengths_of)).collect()
}

fn one(
    form: &mut Form<'_, '_>,
    raw: &RawHeld,
    lengths_of: &dyn Fn(Party) -> CodeLengths,
) -> Option<HeldActs> {
    let importer = form.party(&raw.importer);
    let origins = match &raw.origins {
        None => Some(Origins::AllBut(Vec::new())),
        Some(some) => form.parties(some).map(Origins::Only),
    };
    let (from, through) = (form.day(&raw.from), form.day_if(raw.through.as_ref()));
    let lengths = match (lists::declared(form, raw.lengths.as_ref()), importer) {
        (Some(declared), _) => CodeLengths::declared(&declared),
        (None, Some(importer)) => lengths_of(importer),
        (None, None) => CodeLengths::of(""),
    };
    let mut except = Vec::with_capacity(raw.except.len());
    for code in &raw.except {
        match lengths.admit(CodeForm::TARIFF, code.get_ref()) {
            Ok(()) => except.push(code.get_ref().clone()),
            Err(bad) => form.error(bad.kind(), code.span(), bad.to_string(), bad.help(lists::DECLARE)),
        }
    }
    let said = form.day_if(raw.said.as_ref());
    let missing: Vec<Missing> = raw.missing.iter().filter_map(|entry| missing(form, entry)).collect();
    if missing.is_empty() {
        let message =
            "this does not say which acts are not held outside these days and on the codes excepted";
        form.error(
            "empty-text",
            raw.importer.span(),
            message,
            "write missing = [\"...\"], one text for each",
        );
        return None;
    }
    let (from, through) = (from?, through?);
    if let (Some(through), Some(value)) = (through, &raw.through)
        && Moment::end_of(through) <= Moment::start_of(from)
    {
        form.error(
            "backwards",
            value.span(),
            "this ends before it begins",
            "put the earlier day into `from`",
        );
        return None;
    }
    Some(HeldActs { importer: importer?, origins: origins?, from, through, except, missing, said: said? })
}

/// One entry of `missing`.
fn missing(form: &mut Form<'_, '_>, entry: &Any) -> Option<Missing> {
    let spanned = |value: &Value| Spanned::new(entry.span(), value.clone());
    let wrong = |form: &mut Form<'_, '_>| {
        let message = "this is neither a text nor a table of `text` and `said`";
        let help = "write \"...\", or { text = \"...\", said = 2018-03-08 }";
        form.error("bad-missing", entry.span(), message, help);
        None
    };
    let (text, said) = match entry.get_ref() {
        Value::String(text) => (text.clone(), None),
        Value::Table(table) if table.keys().all(|key| key == "text" || key == "said") => {
            let Some(Value::String(text)) = table.get("text") else { return wrong(form) };
            (text.clone(), table.get("said").map(spanned))
        }
        _ => return wrong(form),
    };
    let text = form.say(&Spanned::new(entry.span(), text))?;
    let said = form.day_if(said.as_ref())?;
    Some(Missing { text, said })
}
