//! Concordances between editions: `schedules/concordances/ID.toml` and its rows.

use super::form::{Form, day_if, got};
use super::inbox::Inbox;
use super::lists;
use super::schedule::short;
use super::sheet::Sheet;
use crate::{Concordance, ConcordanceRow, Relation};
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_core::{Certainty, CodeForm, CodeLengths};
use servanda_files::{Day, Spanned, Text};
use std::collections::BTreeSet;

/// The folder.
pub(super) const FOLDER: &str = "schedules/concordances";

const COLUMNS: &[&str] = &["from", "to", "relation"];

/// What codes of one edition are in another: `schedules/concordances/ID.toml`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawConcordance {
    id: Text,
    title: Text,
    /// None: for everybody's schedules.
    importer: Option<Text>,
    from: Text,
    to: Text,
    published: Option<Spanned<Day>>,
    lines: Text,
    /// How many digits codes have, in place of what the editions say
    lengths: Option<Spanned<Vec<u8>>>,
    certainty: Spanned<Certainty>,
    cite: Text,
    #[serde(default, rename = "note")]
    _note: Option<Text>,
}

/// Reads one file.
pub(super) fn read(inbox: &mut Inbox<'_>, file: &str, text: &str) -> Option<Concordance> {
    let raw: RawConcordance = inbox.toml(file, text)?;
    let mut form = Form { inbox, file, text };
    let id = form.file_id(&raw.id);
    let title = form.say(&raw.title);
    let importer = match &raw.importer {
        Some(text) => form.party(text).map(Some),
        None => Some(None),
    };
    let (from, to) = (form.say(&raw.from), form.say(&raw.to));
    if from.is_some() && from == to {
        let message = "this leads from an edition to itself";
        form.error("same-edition", raw.to.span(), message, "name the edition in which the codes are read");
    }
    let published = day_if(raw.published.as_ref());
    let (certainty, cite) = (got(&raw.certainty), form.say(&raw.cite));
    let declared = lists::declared(&mut form, raw.lengths.as_ref());
    let lengths = [&raw.from, &raw.to]
        .map(|edition| CodeLengths::of_or_declared(edition.get_ref(), declared.as_deref()));
    let named = lists::named_text(&mut form, FOLDER, &raw.lines);
    let rows = named.and_then(|(path, text)| rows(form.inbox, &path, &text, &lengths));
    Some(Concordance {
        id: id?,
        title: title?,
        importer: importer?,
        from: from?,
        to: to?,
        published: published?,
        rows: rows?,
        certainty: certainty?,
        cite: cite?,
    })
}

fn rows(
    inbox: &mut Inbox<'_>,
    file: &str,
    text: &str,
    lengths: &[CodeLengths; 2],
) -> Option<Vec<ConcordanceRow>> {
    let sheet = Sheet::read(inbox, file, text, COLUMNS, Some(COLUMNS))?;
    let [from, to, relation] = ["from", "to", "relation"].map(|c| sheet.column(c));
    let mut rows = Vec::with_capacity(sheet.rows.len());
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    let [before, after] = lengths.clone();
    let lengths = &[
        before.settled_by(sheet.rows.iter().map(|row| row.get(from))),
        after.settled_by(sheet.rows.iter().map(|row| row.get(to))),
    ];
    let mut good = true;
    for row in &sheet.rows {
        if inbox.full(file) {
            return None;
        }
        let mut wrong = |code, message: String, help: &str| {
            good = false;
            inbox.error(code, file, Some(row.span.clone()), message, help);
        };
        let (a, b) = (row.get(from), row.get(to));
        let mut sides = lengths.iter().zip([a, b]);
        if let Some(bad) = sides.find_map(|(lengths, code)| lengths.admit(CodeForm::TARIFF, code).err()) {
            wrong(bad.kind(), format!("line {}: {bad}", row.line), &bad.help(lists::DECLARE));
            continue;
        }
        let Some(relation) = Relation::parse(row.get(relation)) else {
            let message = format!("`{}` does not stand in the column `relation`", short(row.get(relation)));
            let help = "write same, split (the second code is a part of the first), merge (the first is a part of the second) or part (they share some goods)";
            wrong("unknown-word", message, help);
            continue;
        };
        if !seen.insert((a.to_owned(), b.to_owned())) {
            wrong("row-twice", format!("{a} and {b} stand together twice"), "keep one of the two rows");
            continue;
        }
        rows.push(ConcordanceRow { from: a.to_owned(), to: b.to_owned(), relation });
    }
    rows.sort_by(|a, b| (&a.from, &a.to).cmp(&(&b.from, &b.to)));
    good.then_some(rows)
}

/// No two of them lead from one edition to the same other, for the same importer.
pub(super) fn once(inbox: &mut Inbox<'_>, all: &[(String, Concordance)]) {
    for (index, (file, own)) in all.iter().enumerate() {
        let mut before = all.iter().take(index).map(|(_, c)| c);
        let same = |other: &&Concordance| {
            let shared = other.importer.is_none() || own.importer.is_none() || other.importer == own.importer;
            (&other.from, &other.to) == (&own.from, &own.to) && shared
        };
        if let Some(other) = before.find(same) {
            let message = format!("`{}` leads from {} to {} too", other.id, own.from, own.to);
            inbox.error("concordance-twice", file, None, message, "put their rows into one file");
        }
    }
}
