//! The file in which an author writes an assessment, before it is signed.

use crate::inbox::Inbox;
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_agreement::{Certainty, is_id};
use servanda_core::{Conclusion, Date, EvidenceItem, Grade};
use servanda_files::{Day, Diagnostic, Diagnostics, Spanned, Text};
use std::collections::BTreeMap;
use std::sync::Arc;

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

/// An assessment of one act or refraining, before it is signed
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Raw {
    /// Evidence was considered up to this day, included
    as_of: Spanned<Day>,
    /// The rubric with its version: acts-v1
    #[schemars(regex(pattern = r"^[a-z0-9][a-z0-9-]*-v[1-9][0-9]*$"))]
    rubric: Text,
    /// What the author concludes
    conclusion: Spanned<Conclusion>,
    /// Why
    grounds: Text,
    /// The evidence; needed for kept, partly-kept and not-kept
    #[serde(default)]
    item: Vec<Spanned<RawItem>>,
}

/// One item of evidence, with one of document, held and no_document
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawItem {
    /// How far the act has come by it
    grade: Grade,
    /// The day of what it tells, not later than as_of
    date: Spanned<Day>,
    /// What it says, in own words
    says: Text,
    /// Who published it
    publisher: Text,
    /// Where it stands
    cite: Text,
    /// How sure it is
    certainty: Certainty,
    /// A file that will be kept, relative to this one
    document: Option<Text>,
    /// The SHA-256 of a document that the workspace holds
    #[schemars(regex(pattern = r"^[0-9a-fA-F]{64}$"))]
    held: Option<Text>,
    /// The SHA-256 of the document: checked beside document, noted beside no_document
    #[schemars(regex(pattern = r"^[0-9a-fA-F]{64}$"))]
    sha256: Option<Text>,
    /// Why there is no document
    no_document: Option<Text>,
}

/// The JSON Schema of an assessment's file, from the types that read it.
pub fn assessment_schema() -> serde_json::Value {
    schemars::schema_for!(Raw).to_value()
}

impl Draft {
    /// Reads an author's file and says all that is wrong with it at once.
    pub fn read(path: &str, bytes: Vec<u8>, limits: &Limits<'_>) -> Result<Self, Diagnostics> {
        let mut inbox = Inbox::default();
        let draft = inbox.text(path, bytes).and_then(|text| {
            let raw: Raw = inbox.form(path, &text)?;
            draft(&mut Form { inbox: &mut inbox, path, limits }, &raw, &text)
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

    fn line(&mut self, what: &str, text: &Text) -> String {
        if text.get_ref().trim().is_empty() {
            self.error("empty", text, format!("{what} is empty"), "say it in your own words");
        }
        text.get_ref().trim().to_owned()
    }

    fn hash(&mut self, text: &Text) -> Option<String> {
        let hash = text.get_ref().to_ascii_lowercase();
        if hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Some(hash);
        }
        self.error("not-a-hash", text, format!("`{hash}` is no SHA-256"), "write its 64 hexadecimal digits");
        None
    }
}

fn draft(form: &mut Form<'_>, raw: &Raw, text: &Arc<str>) -> Option<Draft> {
    let as_of = raw.as_of.get_ref().0;
    if as_of > form.limits.today {
        let message = format!("{as_of} is still to come: evidence is considered up to today at most");
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
    let conclusion = *raw.conclusion.get_ref();
    let grounds = form.line("grounds", &raw.grounds);
    let rests = matches!(conclusion, Conclusion::Kept | Conclusion::PartlyKept | Conclusion::NotKept);
    if rests && raw.item.is_empty() {
        let message = format!("`{conclusion}` rests on no evidence");
        form.error(
            "no-evidence",
            &raw.conclusion,
            message,
            "add an [[item]] for each thing that it rests on",
        );
    }
    let items: Vec<Option<DraftItem>> = raw.item.iter().map(|i| item(form, i, as_of)).collect();
    Some(Draft {
        as_of,
        rubric: rubric.clone(),
        conclusion,
        grounds,
        items: items.into_iter().flatten().collect(),
        file: form.path.to_owned(),
        text: text.clone(),
        concluded_at: raw.conclusion.span(),
    })
}

fn item(form: &mut Form<'_>, at: &Spanned<RawItem>, as_of: Date) -> Option<DraftItem> {
    let raw = at.get_ref();
    let date = raw.date.get_ref().0;
    if date > as_of {
        let message = format!("this is of {date}, and evidence is considered up to {as_of} only");
        form.error("after-as-of", &raw.date, message, "leave it out, or move as_of");
    }
    let says = form.line("what it says", &raw.says);
    let publisher = form.line("the publisher", &raw.publisher);
    let cite = form.line("the citation", &raw.cite);
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
        grade: raw.grade,
        date,
        says,
        publisher,
        cite,
        certainty: raw.certainty.as_str().to_owned(),
        held: document != DraftDocument::None,
        sha256,
        no_document: reason,
    };
    Some(DraftItem { item, document })
}

fn held(form: &mut Form<'_>, document: &DraftDocument, at: &Text) -> Option<String> {
    match (form.limits.document)(document) {
        Ok(sha) => Some(sha),
        Err(problem) => {
            let help = "name a document that is there, or say with no_document why there is none";
            form.error("missing-evidence", at, problem, help);
            None
        }
    }
}
