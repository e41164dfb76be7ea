//! `texts.toml`: the texts of an agreement in their editions; and where commitments stand in them.

use super::reader::{At, Reader, good_name};
use super::tree;
use super::{Files, Place, TEXTS, keys};
use crate::texts::{Gone, InText, Text, TextEdition, TextKind, Texts};
use servanda_core::{Certainty, Date, Party};
use servanda_files::did_you_mean;
use std::collections::BTreeMap;

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
    let tree = tree::parse(TEXTS, text, items);
    let mut r = Reader { file: TEXTS, items };
    let whole = 0..0;
    let top = At { table: &tree, span: &whole, name: TEXTS };
    r.known(top, keys::TEXTS);
    let read_through = r.required_date(top, "read_through");
    let mut all: Vec<Text> = Vec::new();
    for (table, span) in r.listed_tables(top, "text") {
        let at = At { table, span, name: "[[text]]" };
        r.known(at, keys::TEXT);
        let found = one(&mut r, at, parties, read_through);
        if let (Some(id), Some(node)) = (r.optional_text(at, "id"), table.get("id")) {
            let place = Place { file: TEXTS.to_owned(), span: node.span.clone() };
            if places.insert(format!("text.{id}"), place).is_some() {
                let message = format!("there are two texts `{id}`");
                r.error("twice", &node.span, message, "give one of them another id");
            }
        }
        all.extend(found);
    }
    Some(Texts { read_through: read_through?, all })
}

fn one(r: &mut Reader<'_>, at: At<'_>, parties: &[Party], read_through: Option<Date>) -> Option<Text> {
    let table = at.table;
    let id = r.required_text(at, "id", "\"us-sheet\"");
    if let (Some(id), Some(node)) = (&id, table.get("id"))
        && !good_name(id)
    {
        let help = "ids are lower case letters, digits and hyphens: us-sheet";
        r.error("bad-name", &node.span, format!("`{id}` is not the id of a text"), help);
    }
    let words: Vec<&str> = TextKind::ALL.iter().map(|k| k.as_str()).collect();
    if table.get("kind").is_none() {
        r.missing(at, "kind", "\"fact-sheet\"");
    }
    let kind = table.get("kind").and_then(|n| r.word(n, &words)).and_then(TextKind::parse);
    let side = table.get("side").and_then(|n| r.party(n, parties));
    let title = r.required_text(at, "title", "\"Fact sheet of 1 November 2025\"");
    let publisher = r.required_text(at, "publisher", "\"The White House\"");
    let address = r.optional_text(at, "address");
    let dated = r.required_date(at, "dated");
    if table.get("certainty").is_none() {
        r.missing(at, "certainty", "\"primary\" (read in the text itself)");
    }
    let certainty = table.get("certainty").and_then(|n| super::agreement::certainty(r, n));
    let told_by = r.optional_text(at, "told_by");
    if let (Some((key, _)), Some(Certainty::Primary)) = (table.entry("told_by"), certainty) {
        let message = "a text that was read itself is known by nobody's account";
        r.error(
            "misplaced-key",
            &key.span,
            message,
            "take `told_by` away, or write certainty = \"secondary\"",
        );
    }
    let editions = editions(r, at, dated, read_through);
    if editions.is_empty() {
        r.missing(at, "[[text.edition]]", "a table with `id` and `seen`, one for each edition");
        return None;
    }
    Some(Text {
        id: id?,
        kind: kind?,
        side,
        title: title?,
        publisher: publisher?,
        address,
        dated: dated?,
        certainty: certainty?,
        told_by,
        editions,
    })
}

fn editions(
    r: &mut Reader<'_>,
    at: At<'_>,
    dated: Option<Date>,
    read_through: Option<Date>,
) -> Vec<TextEdition> {
    let mut editions: Vec<TextEdition> = Vec::new();
    for (table, span) in r.listed_tables(at, "edition") {
        let at = At { table, span, name: "[[text.edition]]" };
        r.known(at, keys::EDITION);
        let id = r.required_text(at, "id", "\"1\"");
        if let (Some(id), Some(node)) = (&id, table.get("id"))
            && editions.iter().any(|e| e.id == *id)
        {
            let message = format!("the edition `{id}` stands twice in this text");
            r.error("twice", &node.span, message, "give one of them another id");
        }
        let seen = r.required_date(at, "seen");
        if let (Some(seen), Some(node)) = (seen, table.get("seen")) {
            let before = editions.last().map(|e| (e.seen, "the edition above it was seen on"));
            let dated = dated.map(|d| (d, "the text is dated"));
            if let Some((day, what)) = before.or(dated).filter(|(day, _)| seen < *day) {
                let message = format!("this edition was seen on {seen}, and {what} {day}");
                r.error(
                    "backwards",
                    &node.span,
                    message,
                    "put the oldest edition first, and correct the days",
                );
            }
            if let Some(last) = read_through.filter(|last| seen > *last) {
                let message = format!("this edition was seen on {seen}, and texts were read to {last} only");
                r.error("backwards", &node.span, message, format!("write read_through = {seen}, or later"));
            }
        }
        let sha256 = r.optional_text(at, "sha256");
        if let (Some(hash), Some(node)) = (&sha256, table.get("sha256"))
            && !(hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
        {
            let help = "write the 64 digits that sha256sum prints, in lower case";
            r.error("bad-hash", &node.span, "this is not a SHA-256", help);
        }
        let note = r.optional_text(at, "note");
        if let (Some(id), Some(seen)) = (id, seen) {
            editions.push(TextEdition { id, seen, sha256, note });
        }
    }
    editions
}

/// Where a commitment stands, by its keys `text`, `edition` and `until_edition`.
pub(super) fn stands(r: &mut Reader<'_>, at: At<'_>, texts: Option<&Texts>) -> Option<InText> {
    let Some(node) = at.table.get("text") else {
        for key in ["edition", "until_edition"] {
            if let Some((key, _)) = at.table.entry(key) {
                let message = format!("`{}` is an edition of a text, and none is named", key.name);
                r.error(
                    "misplaced-key",
                    &key.span,
                    message,
                    "add text = \"...\", the id of a text of texts.toml",
                );
            }
        }
        return None;
    };
    let id = r.text(node)?;
    let Some(text) = texts.and_then(|t| t.get(id)) else {
        let known = texts.iter().flat_map(|t| &t.all).map(|t| t.id.as_str());
        let help = did_you_mean(id, known)
            .unwrap_or_else(|| format!("add a [[text]] with id = \"{id}\" to {TEXTS}"));
        r.error("unknown-text", &node.span, format!("there is no text `{id}`"), help);
        return None;
    };
    let mut edition = |key: &str| {
        let node = at.table.get(key)?;
        let id = r.text(node)?;
        let found = text.editions.iter().position(|e| e.id == id);
        if found.is_none() {
            let help = did_you_mean(id, text.editions.iter().map(|e| e.id.as_str()))
                .unwrap_or_else(|| "write the id of one of its editions".to_owned());
            let message = format!("the text `{}` has no edition `{id}`", text.id);
            r.error("unknown-edition", &node.span, message, help);
        }
        found
    };
    let (first, until) = (edition("edition"), edition("until_edition"));
    let (start, last) = (first.unwrap_or(0), text.editions.len() - 1);
    if let (Some(until), Some(node)) = (until, at.table.get("until_edition")) {
        if until < start {
            let message = "the last edition that has it is older than the first";
            r.error("backwards", &node.span, message, "both editions are included; turn them");
        } else if until == last {
            let message =
                format!("`{}` is the newest edition, and nothing took it away", text.editions.get(last)?.id);
            r.error(
                "backwards",
                &node.span,
                message,
                "take `until_edition` away, or add the edition that no longer has it",
            );
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
