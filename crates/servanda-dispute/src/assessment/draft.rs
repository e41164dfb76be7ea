//! The file in which an author writes an assessment, before it is signed.

use crate::inbox::Inbox;
use serde::Deserialize;
use servanda_agreement::{Certainty, is_id};
use servanda_core::{Conclusion, Date, EvidenceItem, Grade};
use servanda_files::{Diagnostic, Diagnostics};
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::Spanned;
use toml::value::Datetime;

/// An assessment as its author wrote it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Evidence was considered up to this day, included.
    pub as_of: Date,
    /// The rubric's name, `ID-vN`.
    pub rubric: String,
    /// The conclusion.
    pub conclusion: Conclusion,
    /// Why.
    pub grounds: String,
    /// The evidence.
    pub items: Vec<DraftItem>,
    file: String,
    text: Arc<str>,
    concluded_at: std::ops::Range<usize>,
}

/// An item with where its document is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftItem {
    /// The item, its document's hash filled in.
    pub item: EvidenceItem,
    /// The document.
    pub document: DraftDocument,
}

/// Where the document of an item is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftDocument {
    /// A file to be kept: its path as written, and its SHA-256 if the author says it.
    File {
        /// The path.
        path: String,
        /// What the SHA-256 should be.
        sha256: Option<String>,
    },
    /// A document that the workspace holds already, by its SHA-256.
    Held(String),
    /// None, and why.
    None,
}

/// What a draft is held against.
pub struct Limits<'a> {
    /// The day on which it is signed.
    pub today: Date,
    /// The SHA-256 of a document, or why there is no such document. Asked for [`DraftDocument::File`] and
    /// [`DraftDocument::Held`] only.
    pub document: &'a dyn Fn(&DraftDocument) -> Result<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    as_of: Spanned<Datetime>,
    rubric: Spanned<String>,
    conclusion: Spanned<String>,
    grounds: Spanned<String>,
    #[serde(default)]
    item: Vec<Spanned<RawItem>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawItem {
    grade: Spanned<String>,
    date: Spanned<Datetime>,
    says: Spanned<String>,
    publisher: Spanned<String>,
    cite: Spanned<String>,
    certainty: Spanned<String>,
    document: Option<Spanned<String>>,
    held: Option<Spanned<String>>,
    sha256: Option<Spanned<String>>,
    no_document: Option<Spanned<String>>,
}

const KEYS: &str = "docs/assessments.md shows all keys, and so does the schema `assessment`";

impl Draft {
    /// Reads an author's file and says all that is wrong with it at once.
    pub fn read(path: &str, bytes: Vec<u8>, limits: &Limits<'_>) -> Result<Self, Diagnostics> {
        let mut inbox = Inbox::default();
        let draft = inbox.text(path, bytes).and_then(|text| match toml::from_str::<Raw>(&text) {
            Ok(raw) => draft(&mut Form { inbox: &mut inbox, path, limits }, &raw, &text),
            Err(error) => {
                inbox.not_toml(path, &error, KEYS);
                None
            }
        });
        inbox.end(draft)
    }

    /// Refuses `kept` where no item has the grade that the agreement's word `evidence` asks for.
    pub fn enough(&self, evidence: &str, least: Grade) -> Result<(), Diagnostics> {
        let highest = self.items.iter().map(|i| i.item.grade).max();
        if self.conclusion != Conclusion::Kept || highest.is_some_and(|h| h >= least) {
            return Ok(());
        }
        let highest = highest.map_or("nothing", Grade::as_str);
        let message = format!(
            "the agreement asks for evidence = \"{evidence}\", so `kept` needs an item that is {least} or more; the highest here is {highest}"
        );
        let item = Diagnostic::error("too-low", &self.file, self.concluded_at.clone(), message)
            .with_help("add such an item, or conclude open or partly-kept");
        let texts = BTreeMap::from([(self.file.clone(), self.text.clone())]);
        Err(Diagnostics { items: vec![item], texts })
    }
}

struct Form<'i> {
    inbox: &'i mut Inbox,
    path: &'i str,
    limits: &'i Limits<'i>,
}

impl Form<'_> {
    fn error<T>(&mut self, code: &'static str, at: &Spanned<T>, message: String, help: &str) {
        self.inbox.error(code, self.path, at.span(), message, help);
    }

    fn word<T: Copy>(
        &mut self,
        text: &Spanned<String>,
        all: &[T],
        as_str: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        self.inbox.word(self.path, text, all, as_str)
    }

    fn line(&mut self, what: &str, text: &Spanned<String>) -> String {
        if text.get_ref().trim().is_empty() {
            self.error("empty", text, format!("{what} is empty"), "say it in your own words");
        }
        text.get_ref().trim().to_owned()
    }

    fn day(&mut self, what: &str, at: &Spanned<Datetime>) -> Option<Date> {
        let day = at.get_ref();
        let date = if day.time.is_some() { None } else { day.to_string().parse::<Date>().ok() };
        if date.is_none() {
            self.error(
                "not-a-day",
                at,
                format!("{what}: `{day}` is no day"),
                "write a day without quotes: 2018-07-13",
            );
        }
        date
    }

    fn hash(&mut self, text: &Spanned<String>) -> Option<String> {
        let hash = text.get_ref().to_ascii_lowercase();
        if hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Some(hash);
        }
        self.error("not-a-hash", text, format!("`{hash}` is no SHA-256"), "write its 64 hexadecimal digits");
        None
    }
}

fn draft(form: &mut Form<'_>, raw: &Raw, text: &Arc<str>) -> Option<Draft> {
    let as_of = form.day("as_of", &raw.as_of);
    if let Some(day) = as_of
        && day > form.limits.today
    {
        let message = format!("{day} is still to come: evidence is considered up to today at most");
        form.error("in-future", &raw.as_of, message, "write the last day of which you read the evidence");
    }
    let rubric = raw.rubric.get_ref();
    let named = rubric.rsplit_once("-v").is_some_and(|(id, n)| {
        is_id(id) && n.parse::<u32>().is_ok_and(|n| n > 0) && !n.starts_with(['0', '+'])
    });
    if !named {
        let message = format!("`{rubric}` is no rubric with a version");
        form.error("bad-name", &raw.rubric, message, "write the name of a file in rubrics/: acts-v1");
    }
    let conclusion = form.word(&raw.conclusion, Conclusion::ALL, Conclusion::as_str);
    let grounds = form.line("grounds", &raw.grounds);
    let rests = matches!(conclusion, Some(Conclusion::Kept | Conclusion::PartlyKept | Conclusion::NotKept));
    if rests && raw.item.is_empty() {
        let message = format!("`{}` rests on no evidence", raw.conclusion.get_ref());
        form.error(
            "no-evidence",
            &raw.conclusion,
            message,
            "add an [[item]] for each thing that it rests on",
        );
    }
    let items: Vec<Option<DraftItem>> = raw.item.iter().map(|i| item(form, i, as_of)).collect();
    Some(Draft {
        as_of: as_of?,
        rubric: rubric.clone(),
        conclusion: conclusion?,
        grounds,
        items: items.into_iter().flatten().collect(),
        file: form.path.to_owned(),
        text: text.clone(),
        concluded_at: raw.conclusion.span(),
    })
}

fn item(form: &mut Form<'_>, at: &Spanned<RawItem>, as_of: Option<Date>) -> Option<DraftItem> {
    let raw = at.get_ref();
    let grade = form.word(&raw.grade, Grade::ALL, Grade::as_str);
    let date = form.day("date", &raw.date);
    if let (Some(date), Some(as_of)) = (date, as_of)
        && date > as_of
    {
        let message = format!("this is of {date}, and evidence is considered up to {as_of} only");
        form.error("after-as-of", &raw.date, message, "leave it out, or move as_of");
    }
    let says = form.line("what it says", &raw.says);
    let publisher = form.line("the publisher", &raw.publisher);
    let cite = form.line("the citation", &raw.cite);
    let all = [Certainty::Primary, Certainty::Secondary, Certainty::Unconfirmed];
    let certainty = form.word(&raw.certainty, &all, |c| c.as_str());
    let said = raw.sha256.as_ref().and_then(|text| form.hash(text));
    let (document, sha256, reason) = match (&raw.document, &raw.held, &raw.no_document) {
        (Some(path), None, None) => {
            let document = DraftDocument::File { path: path.get_ref().clone(), sha256: said };
            let sha = held(form, &document, path);
            (document, sha, None)
        }
        (None, Some(text), None) if raw.sha256.is_none() => {
            let document = DraftDocument::Held(form.hash(text)?);
            let sha = held(form, &document, text);
            (document, sha, None)
        }
        (None, None, Some(reason)) => {
            let reason = form.line("the reason", reason);
            (DraftDocument::None, said, Some(reason))
        }
        _ => {
            let message =
                "an item has one of document (a file), held (a SHA-256) and no_document (why there is none)";
            form.error("not-one-document", at, message.to_owned(), "keep one of the three");
            return None;
        }
    };
    let item = EvidenceItem {
        grade: grade?,
        date: date?,
        says,
        publisher,
        cite,
        certainty: certainty?.as_str().to_owned(),
        held: document != DraftDocument::None,
        sha256,
        no_document: reason,
    };
    Some(DraftItem { item, document })
}

fn held(form: &mut Form<'_>, document: &DraftDocument, at: &Spanned<String>) -> Option<String> {
    match (form.limits.document)(document) {
        Ok(sha) => Some(sha),
        Err(problem) => {
            let help = "name a document that is there, or say with no_document why there is none";
            form.error("missing-evidence", at, problem, help);
            None
        }
    }
}
