//! How far acts are held: `measures/held.toml`.

use super::form::Form;
use super::inbox::Inbox;
use super::is_code;
use super::raw::{Any, Text};
use crate::{HeldActs, Moment, Origins};
use schemars::JsonSchema;
use serde::Deserialize;

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
    #[schemars(with = "Vec<String>")]
    missing: Vec<Text>,
    #[serde(default, rename = "note")]
    #[schemars(with = "Option<String>")]
    _note: Option<Text>,
}

/// Reads the file.
pub(super) fn read(inbox: &mut Inbox<'_>, text: &str) -> Vec<HeldActs> {
    let Some(raw) = inbox.toml::<RawHeldFile>(FILE, text) else { return Vec::new() };
    let mut form = Form { inbox, file: FILE, text };
    raw.held.iter().filter_map(|raw| one(&mut form, raw)).collect()
}

fn one(form: &mut Form<'_, '_>, raw: &RawHeld) -> Option<HeldActs> {
    let importer = form.party(&raw.importer);
    let origins = match &raw.origins {
        None => Some(Origins::AllBut(Vec::new())),
        Some(some) => form.parties(some).map(Origins::Only),
    };
    let (from, through) = (form.day(&raw.from), form.day_if(raw.through.as_ref()));
    let mut except = Vec::with_capacity(raw.except.len());
    for code in &raw.except {
        if is_code(code.get_ref(), 2) {
            except.push(code.get_ref().clone());
        } else {
            let message = format!("`{}` is not a code", code.get_ref());
            form.error("bad-code", code.span(), message, "write 2 to 12 digits in quotes");
        }
    }
    let missing: Vec<String> = raw.missing.iter().filter_map(|text| form.say(text)).collect();
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
    Some(HeldActs { importer: importer?, origins: origins?, from, through, except, missing })
}
