//! `search`: agreements and commitments that have some words.

use crate::request::Search;
use crate::{Workspace, WorkspaceError};
use schemars::JsonSchema;
use serde::Serialize;
use servanda_agreement::{Agreement, Commitment, Duty};
use servanda_core::problem::{Field, Problem};
use servanda_core::{Date, Party};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SearchAnswer {
    /// How many agreements and commitments have all of the words
    pub found: usize,
    /// Them, agreements before their commitments; so many at most as were asked for
    pub rows: Vec<FoundRow>,
    /// Agreements that do not read, with the reason: nothing of them was searched
    pub unread: Vec<String>,
}

/// An agreement, or a commitment of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FoundRow {
    /// The agreement's id
    pub agreement: String,
    /// Its title
    pub title: String,
    /// The commitment; null: it is the agreement itself
    pub commitment: Option<String>,
    /// Who owes it
    pub by: Option<Party>,
    /// To whom
    pub to: Option<Party>,
    /// What is owed: the rule, or what is to be done or not to be done
    pub owed: Option<String>,
    /// Where it stands in the text
    pub cite: Option<String>,
}

/// So many rows are given where nothing else is asked.
const ROWS: usize = 50;

impl Workspace {
    /// The agreements and commitments that have all words of a text, as known on a day, whatever case they are written in. A word is found
    /// inside of longer ones.
    ///
    /// # Errors
    /// If no word is given.
    pub fn search(&self, request: &Search, today: Date) -> Result<SearchAnswer, WorkspaceError> {
        let day = request.as_of.unwrap_or(today);
        let words: Vec<String> = request.words.to_lowercase().split_whitespace().map(str::to_owned).collect();
        if words.is_empty() {
            let said = "there is no word to look for";
            return Err(Problem::bad_value(Field::Words, said).set(Field::Words, "soybeans").into());
        }
        let has = |texts: &[&str]| {
            let text = texts.join("\n").to_lowercase();
            words.iter().all(|word| text.contains(word.as_str()))
        };
        let mut answer = SearchAnswer { found: 0, rows: Vec::new(), unread: Vec::new() };
        for id in self.agreements()? {
            let agreement = match self.agreement_on(&id, day) {
                Ok(agreement) => agreement,
                Err(WorkspaceError::NotYet { .. }) => continue,
                Err(problem) => {
                    answer.unread.push(format!("{id}: {problem}"));
                    continue;
                }
            };
            let parties: Vec<&str> = agreement.parties.iter().map(Party::as_str).collect();
            let names = parties.join(" ");
            let head = [id.as_str(), &agreement.title, &names, agreement.instrument.as_str()];
            if has(&head) {
                answer.rows.push(row(&agreement, None));
            }
            for commitment in &agreement.commitments {
                let own = [
                    commitment.id.as_str(),
                    commitment.title.as_deref().unwrap_or_default(),
                    owed(commitment),
                    &commitment.cite,
                    commitment.interpretation.as_deref().unwrap_or_default(),
                ];
                if has(&[&own[..], &head[..]].concat()) && !has(&head) {
                    answer.rows.push(row(&agreement, Some(commitment)));
                }
            }
        }
        answer.found = answer.rows.len();
        answer.rows.truncate(request.limit.map_or(ROWS, |n| usize::try_from(n).unwrap_or(usize::MAX)));
        Ok(answer)
    }
}

fn owed(commitment: &Commitment) -> &str {
    match &commitment.duty {
        Duty::Rule { text, .. } | Duty::Act(text) | Duty::Refrain(text) => text,
    }
}

fn row(agreement: &Agreement, commitment: Option<&Commitment>) -> FoundRow {
    FoundRow {
        agreement: agreement.id.clone(),
        title: commitment.and_then(|c| c.title.clone()).unwrap_or_else(|| agreement.title.clone()),
        commitment: commitment.map(|c| c.id.clone()),
        by: commitment.map(|c| c.by),
        to: commitment.and_then(|c| c.to),
        owed: commitment.map(|c| owed(c).to_owned()),
        cite: commitment.map(|c| c.cite.clone()),
    }
}
