//! What stands beside commitments: waivers, defences, and questions to a model.

use super::raw;
use super::reader::{Reader, good_id};
use crate::model::{Agreement, DatedNote, Defence, Question, Waiver};
use servanda_files::{Text, did_you_mean};

/// The commitments that a list names; an id that ends with `.*` names all that begin so.
pub(super) fn commitments(r: &mut Reader<'_>, ids: &[raw::CommitmentId], known: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for own in r.texts(ids.iter().map(|id| &**id)) {
        let text = own.get_ref().as_str();
        if let Some(prefix) = text.strip_suffix('*').filter(|p| p.ends_with('.')) {
            let before = found.len();
            found.extend(known.iter().filter(|id| id.starts_with(prefix)).cloned());
            if found.len() == before {
                let message = format!("no commitment begins with `{prefix}`");
                r.error("unknown-commitment", &own.span(), message, "write an id");
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
            r.error("unknown-commitment", &own.span(), message, help);
        }
    }
    found.dedup();
    found
}

/// Statements with the day from which each could be made.
pub(super) fn notes(r: &mut Reader<'_>, all: &[raw::Note]) -> Vec<DatedNote> {
    let note = |note: &raw::Note| Some(DatedNote { on: note.on.0, text: r.say(&note.text)? });
    let mut notes: Vec<DatedNote> = all.iter().filter_map(note).collect();
    notes.sort_by_key(|n| n.on);
    notes
}

fn ids(agreement: &Agreement) -> Vec<String> {
    agreement.commitments.iter().map(|c| c.id.clone()).collect()
}

pub(super) fn waivers(r: &mut Reader<'_>, all: &[raw::Waiver], agreement: &Agreement) -> Vec<Waiver> {
    let known = ids(agreement);
    let mut waivers = Vec::new();
    for raw in all {
        let commitments = commitments(r, &raw.commitments, &known);
        let citation = r.say(&raw.citation);
        if let (Some(from), Some(until)) = (raw.from.given(), &raw.until)
            && *until.get_ref() < *from
        {
            let help = "both days are included; turn them";
            r.error("backwards", &until.span(), "`until` lies before `from`", help);
        }
        if let Some(citation) = citation {
            waivers.push(Waiver {
                commitments,
                from: raw.from.get_ref().0,
                until: raw.until.as_ref().map(|day| day.get_ref().0),
                citation,
                known_from: raw.known_from.map(|day| day.0),
            });
        }
    }
    waivers
}

pub(super) fn defences(r: &mut Reader<'_>, all: &[raw::Defence], agreement: &Agreement) -> Vec<Defence> {
    let known = ids(agreement);
    let mut defences = Vec::new();
    for raw in all {
        let commitments = commitments(r, &raw.commitments, &known);
        let party = r.party(&raw.party, &agreement.parties);
        let (article, document) = (r.say(&raw.article), r.say(&raw.document));
        let reply = r.say_if(raw.reply.as_ref());
        let (date, replied) = (raw.date.0, raw.replied.map(|day| day.0));
        if let (Some(party), Some(article), Some(document)) = (party, article, document) {
            defences.push(Defence { commitments, party, article, date, document, reply, replied });
        }
    }
    defences
}

pub(super) fn questions(r: &mut Reader<'_>, all: &[raw::Question], agreement: &Agreement) -> Vec<Question> {
    let mut questions: Vec<Question> = Vec::new();
    for raw in all {
        let id = r.say(&raw.id);
        if let Some(id) = &id {
            if !good_id(id) {
                let help = "ids are lower case letters, digits, hyphens and dots: balance.saving";
                r.error("bad-name", &raw.id.span(), format!("`{id}` is not the id of a question"), help);
            } else if questions.iter().any(|q| q.id == *id) {
                let message = format!("the question `{id}` stands twice");
                r.error("twice", &raw.id.span(), message, "give it another id");
            }
        }
        let by = r.party(&raw.by, &agreement.parties);
        let (cite, text) = (r.say(&raw.cite), r.say(&raw.text));
        let scenarios = r.texts(raw.scenarios.get_ref());
        let scenarios: Vec<String> = scenarios.into_iter().map(Text::get_ref).cloned().collect();
        if raw.scenarios.get_ref().is_empty() {
            let help = "write for example [\"examples/what-if/threat-and-answer.toml\"]";
            r.error("empty", &raw.scenarios.span(), "this question names no scenario", help);
        }
        let base = r.say_if(raw.base.as_ref());
        let asked = raw.asked.map(|day| day.0);
        if let (Some(id), Some(by), Some(cite), Some(text)) = (id, by, cite, text) {
            questions.push(Question { id, by, cite, text, asked, scenarios, base });
        }
    }
    questions
}
