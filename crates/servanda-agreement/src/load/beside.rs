//! What stands beside commitments: waivers, defences, and questions to a model.

use super::keys;
use super::reader::{At, Reader, good_id};
use crate::model::{Agreement, DatedNote, Defence, Question, Waiver};
use servanda_core::Date;
use servanda_files::did_you_mean;

/// The commitments that a list names; an id that ends with `.*` names all that begin so.
pub(super) fn commitments(r: &mut Reader<'_>, at: At<'_>, key: &str, known: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (text, node) in r.texts(at, key) {
        if let Some(prefix) = text.strip_suffix('*').filter(|p| p.ends_with('.')) {
            let before = found.len();
            found.extend(known.iter().filter(|id| id.starts_with(prefix)).cloned());
            if found.len() == before {
                r.error(
                    "unknown-commitment",
                    &node.span,
                    format!("no commitment begins with `{prefix}`"),
                    "write an id",
                );
            }
        } else if known.iter().any(|id| id == text) {
            found.push(text.to_owned());
        } else {
            let help = did_you_mean(text, known.iter().map(String::as_str))
                .unwrap_or_else(|| "write the id of a commitment of this agreement".to_owned());
            let message = if good_id(text) {
                format!("there is no commitment `{text}`")
            } else {
                format!("`{text}` is not the id of a commitment")
            };
            r.error("unknown-commitment", &node.span, message, help);
        }
    }
    found.dedup();
    found
}

/// Statements with the day from which each could be made.
pub(super) fn notes(r: &mut Reader<'_>, at: At<'_>) -> Vec<DatedNote> {
    let mut notes = Vec::new();
    for (table, span) in r.listed_tables(at, "notes") {
        let at = At { table, span, name: "a note" };
        r.known(at, keys::NOTE);
        if let (Some(on), Some(text)) = (r.required_date(at, "on"), r.required_text(at, "text", "\"...\"")) {
            notes.push(DatedNote { on, text });
        }
    }
    notes.sort_by_key(|n| n.on);
    notes
}

fn ids(agreement: &Agreement) -> Vec<String> {
    agreement.commitments.iter().map(|c| c.id.clone()).collect()
}

fn some_commitments(r: &mut Reader<'_>, at: At<'_>, known: &[String]) -> Vec<String> {
    if at.table.get("commitments").is_none() {
        r.missing(at, "commitments", "[\"id\"]");
    }
    commitments(r, at, "commitments", known)
}

pub(super) fn waivers(r: &mut Reader<'_>, at: At<'_>, agreement: &Agreement) -> Vec<Waiver> {
    let known = ids(agreement);
    let mut waivers = Vec::new();
    for (table, span) in r.listed_tables(at, "waiver") {
        let at = At { table, span, name: "[[waiver]]" };
        r.known(at, keys::WAIVER);
        let commitments = some_commitments(r, at, &known);
        let (from, until) = (r.required_date(at, "from"), r.optional_date(at, "until"));
        let citation = r.required_text(at, "citation", "\"...\"");
        let known_from = r.optional_date(at, "known_from");
        backwards(r, at, from, until);
        if let (Some(from), Some(citation)) = (from, citation) {
            waivers.push(Waiver { commitments, from, until, citation, known_from });
        }
    }
    waivers
}

fn backwards(r: &mut Reader<'_>, at: At<'_>, from: Option<Date>, until: Option<Date>) {
    if let (Some(from), Some(until), Some(node)) = (from, until, at.table.get("until"))
        && until < from
    {
        r.error("backwards", &node.span, "`until` lies before `from`", "both days are included; turn them");
    }
}

pub(super) fn defences(r: &mut Reader<'_>, at: At<'_>, agreement: &Agreement) -> Vec<Defence> {
    let known = ids(agreement);
    let mut defences = Vec::new();
    for (table, span) in r.listed_tables(at, "defence") {
        let at = At { table, span, name: "[[defence]]" };
        r.known(at, keys::DEFENCE);
        let commitments = some_commitments(r, at, &known);
        if table.get("party").is_none() {
            r.missing(at, "party", "\"CHN\"");
        }
        let party = table.get("party").and_then(|n| r.party(n, &agreement.parties));
        let article = r.required_text(at, "article", "\"Article 7.6\"");
        let date = r.required_date(at, "date");
        let document = r.required_text(at, "document", "\"...\"");
        let reply = r.optional_text(at, "reply");
        let replied = r.optional_date(at, "replied");
        if let (Some(party), Some(article), Some(date), Some(document)) = (party, article, date, document) {
            defences.push(Defence { commitments, party, article, date, document, reply, replied });
        }
    }
    defences
}

pub(super) fn questions(r: &mut Reader<'_>, at: At<'_>, agreement: &Agreement) -> Vec<Question> {
    let mut questions: Vec<Question> = Vec::new();
    for (table, span) in r.listed_tables(at, "question") {
        let at = At { table, span, name: "[[question]]" };
        r.known(at, keys::QUESTION);
        let id = r.required_text(at, "id", "\"balance.saving\"");
        if let (Some(id), Some(node)) = (&id, table.get("id")) {
            if !good_id(id) {
                let help = "ids are lower case letters, digits, hyphens and dots: balance.saving";
                r.error("bad-name", &node.span, format!("`{id}` is not the id of a question"), help);
            } else if questions.iter().any(|q| q.id == *id) {
                r.error(
                    "twice",
                    &node.span,
                    format!("the question `{id}` stands twice"),
                    "give it another id",
                );
            }
        }
        if table.get("by").is_none() {
            r.missing(at, "by", "\"CHN\"");
        }
        let by = table.get("by").and_then(|n| r.party(n, &agreement.parties));
        let cite = r.required_text(at, "cite", "\"...\"");
        let text = r.required_text(at, "text", "\"What moves when nobody saves more or less?\"");
        let scenarios: Vec<String> =
            r.texts(at, "scenarios").iter().map(|(text, _)| (*text).to_owned()).collect();
        if scenarios.is_empty() {
            r.missing(at, "scenarios", "[\"examples/what-if/threat-and-answer.toml\"]");
        }
        let base = r.optional_text(at, "base");
        let asked = r.optional_date(at, "asked");
        if let (Some(id), Some(by), Some(cite), Some(text)) = (id, by, cite, text) {
            questions.push(Question { id, by, cite, text, asked, scenarios, base });
        }
    }
    questions
}
