//! `texts.toml`: the texts of an agreement in their editions; and where commitments stand in them.

use super::raw::{self, PartyText};
use super::reader::{Reader, good_name};
use super::{Files, Place, TEXTS};
use crate::texts::{Gone, InText, Text, TextEdition, TextKind, Texts};
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_core::{Certainty, Date, Party};
use servanda_files::{Day, Spanned, did_you_mean, form};
use std::collections::BTreeMap;

/// The texts of an agreement that were read, in their editions
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextsFile {
    /// The last day to which texts were read; later acts are unknown
    read_through: Spanned<Day>,
    #[serde(default)]
    text: Vec<Spanned<OneText>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OneText {
    /// us-sheet
    #[schemars(regex(pattern = r"^[a-z][a-z0-9_-]*$"), example = &"us-sheet")]
    id: servanda_files::Text,
    /// What kind of paper it is: the weight of each duty in it
    #[schemars(example = &"fact-sheet")]
    kind: TextKind,
    /// Whose text it is; of all parties together where none is named
    side: Option<PartyText>,
    /// What it is called
    title: servanda_files::Text,
    publisher: servanda_files::Text,
    address: Option<servanda_files::Text>,
    /// The day that it bears
    dated: Spanned<Day>,
    /// primary: read in the text itself
    certainty: Spanned<Certainty>,
    /// By whose account it is known, where it was not read itself
    told_by: Option<servanda_files::Text>,
    /// The oldest first
    #[schemars(length(min = 1))]
    #[serde(default)]
    edition: Vec<Edition>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Edition {
    #[schemars(example = &"1")]
    id: servanda_files::Text,
    /// The first day on which it is known to have been there
    seen: Spanned<Day>,
    /// Of the bytes that were read
    #[schemars(regex(pattern = r"^[0-9a-f]{64}$"))]
    sha256: Option<servanda_files::Text>,
    /// What it changed; absent for the first
    note: Option<servanda_files::Text>,
}

/// Reads the file, if the folder has one.
pub(super) fn load(
    items: &mut Vec<servanda_files::Diagnostic>,
    files: &Files,
    parties: &[Party],
    places: &mut BTreeMap<String, Place>,
) -> Option<Texts> {
    let text = match files.texts.get(TEXTS)? {
        Ok(text) => text,
        Err(problem) => {
            let item = servanda_files::Diagnostic::error("file", TEXTS, None, format!("{TEXTS}: {problem}"));
            items.push(item.with_help("correct the file, or take it away"));
            return None;
        }
    };
    // What could be read of a broken file is there for the commitments that name its texts.
    let table = form::table(TEXTS, text, items);
    let file: TextsFile = form::of_table(TEXTS, text, &table, items)?;
    let mut r = Reader { file: TEXTS, items };
    let read_through = file.read_through.given().map(|day| day.0);
    let mut all: Vec<Text> = Vec::new();
    for own in &file.text {
        let found = one(&mut r, own, parties, read_through);
        let id = &own.get_ref().id;
        if id.given().is_some() {
            let place = Place { file: TEXTS.to_owned(), span: id.span() };
            if places.insert(format!("text.{}", id.get_ref()), place).is_some() {
                let message = format!("there are two texts `{}`", id.get_ref());
                r.error("twice", &id.span(), message, "give one of them another id");
            }
        }
        all.extend(found);
    }
    Some(Texts { read_through: read_through?, all })
}

fn one(
    r: &mut Reader<'_>,
    own: &Spanned<OneText>,
    parties: &[Party],
    read_through: Option<Date>,
) -> Option<Text> {
    let raw = own.get_ref();
    let id = r.say(&raw.id);
    if let Some(id) = id.as_ref().filter(|id| !good_name(id)) {
        let help = "ids are lower case letters, digits and hyphens: us-sheet";
        r.error("bad-name", &raw.id.span(), format!("`{id}` is not the id of a text"), help);
    }
    let side = raw.side.as_ref().and_then(|side| r.party(side, parties));
    let (title, publisher) = (r.say(&raw.title), r.say(&raw.publisher));
    let address = r.say_if(raw.address.as_ref());
    let dated = raw.dated.given().map(|day| day.0);
    let told_by = r.say_if(raw.told_by.as_ref());
    if let (Some(told), Some(Certainty::Primary)) = (&raw.told_by, raw.certainty.given()) {
        let message = "a text that was read itself is known by nobody's account";
        let help = "take `told_by` away, or write certainty = \"secondary\"";
        r.error("misplaced-key", &told.span(), message, help);
    }
    let editions = editions(r, &raw.edition, dated, read_through);
    if raw.edition.is_empty() {
        let example = &"a table with `id` and `seen`, one for each edition";
        r.missing("[[text]]", &own.span(), "[[text.edition]]", example);
    }
    if editions.is_empty() {
        return None;
    }
    Some(Text {
        id: id?,
        kind: raw.kind,
        side,
        title: title?,
        publisher: publisher?,
        address,
        dated: dated?,
        certainty: *raw.certainty.get_ref(),
        told_by,
        editions,
    })
}

fn editions(
    r: &mut Reader<'_>,
    all: &[Edition],
    dated: Option<Date>,
    read_through: Option<Date>,
) -> Vec<TextEdition> {
    let mut editions: Vec<TextEdition> = Vec::new();
    for raw in all {
        let id = r.say(&raw.id);
        if let Some(id) = &id
            && editions.iter().any(|e| e.id == *id)
        {
            let message = format!("the edition `{id}` stands twice in this text");
            r.error("twice", &raw.id.span(), message, "give one of them another id");
        }
        let seen = raw.seen.given().map(|day| day.0);
        if let Some(seen) = seen {
            let before = editions.last().map(|e| (e.seen, "the edition above it was seen on"));
            let dated = dated.map(|d| (d, "the text is dated"));
            if let Some((day, what)) = before.or(dated).filter(|(day, _)| seen < *day) {
                let message = format!("this edition was seen on {seen}, and {what} {day}");
                let help = "put the oldest edition first, and correct the days";
                r.error("backwards", &raw.seen.span(), message, help);
            }
            if let Some(last) = read_through.filter(|last| seen > *last) {
                let message = format!("this edition was seen on {seen}, and texts were read to {last} only");
                let help = format!("write read_through = {seen}, or later");
                r.error("backwards", &raw.seen.span(), message, help);
            }
        }
        let sha256 = r.say_if(raw.sha256.as_ref());
        if let (Some(hash), Some(own)) = (&sha256, &raw.sha256)
            && !(hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
        {
            let help = "write the 64 digits that sha256sum prints, in lower case";
            r.error("bad-hash", &own.span(), "this is not a SHA-256", help);
        }
        let note = r.say_if(raw.note.as_ref());
        if let (Some(id), Some(seen)) = (id, seen) {
            editions.push(TextEdition { id, seen, sha256, note });
        }
    }
    editions
}

/// Where a commitment stands, by its keys `text`, `edition` and `until_edition`.
pub(super) fn stands(r: &mut Reader<'_>, raw: &raw::Commitment, texts: Option<&Texts>) -> Option<InText> {
    let editions = [("edition", &raw.edition), ("until_edition", &raw.until_edition)];
    let Some(own) = &raw.text else {
        for (key, place) in editions {
            if let Some(place) = place {
                let message = format!("`{key}` is an edition of a text, and none is named");
                let help = "add text = \"...\", the id of a text of texts.toml";
                r.error("misplaced-key", &place.span(), message, help);
            }
        }
        return None;
    };
    let id = r.text(own)?;
    let Some(text) = texts.and_then(|t| t.get(id)) else {
        let known = texts.iter().flat_map(|t| &t.all).map(|t| t.id.as_str());
        let help = did_you_mean(id, known)
            .unwrap_or_else(|| format!("add a [[text]] with id = \"{id}\" to {TEXTS}"));
        r.error("unknown-text", &own.span(), format!("there is no text `{id}`"), help);
        return None;
    };
    let [first, until] = editions.map(|(_, own)| {
        let own = own.as_ref()?;
        let id = r.text(own)?;
        let found = text.editions.iter().position(|e| e.id == id);
        if found.is_none() {
            let help = did_you_mean(id, text.editions.iter().map(|e| e.id.as_str()))
                .unwrap_or_else(|| "write the id of one of its editions".to_owned());
            let message = format!("the text `{}` has no edition `{id}`", text.id);
            r.error("unknown-edition", &own.span(), message, help);
        }
        found
    });
    let (start, last) = (first.unwrap_or(0), text.editions.len() - 1);
    if let (Some(until), Some(own)) = (until, &raw.until_edition) {
        if until < start {
            let message = "the last edition that has it is older than the first";
            r.error("backwards", &own.span(), message, "both editions are included; turn them");
        } else if until == last {
            let message =
                format!("`{}` is the newest edition, and nothing took it away", text.editions.get(last)?.id);
            let help = "take `until_edition` away, or add the edition that no longer has it";
            r.error("backwards", &own.span(), message, help);
        }
    }
    let from = text.editions.get(start)?;
    let gone = until.and_then(|u| text.editions.get(u + 1));
    Some(InText {
        text: text.id.clone(),
        edition: from.id.clone(),
        from: from.seen,
        gone: gone.map(|e| Gone { edition: e.id.clone(), on: e.seen }),
    })
}
