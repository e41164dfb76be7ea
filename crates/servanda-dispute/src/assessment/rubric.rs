//! Rubrics: what each grade and each conclusion means, and what a reader asks. A version never changes; a new one has a file of
//! its own, `rubrics/ID-vN.toml`.

use crate::inbox::Inbox;
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_agreement::is_id;
use servanda_core::{Conclusion, Grade, RubricRef};
use servanda_files::{Diagnostics, Spanned, Text, sha256};
use std::collections::BTreeMap;

/// A rubric as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rubric {
    /// Its id, version and hash.
    pub is: RubricRef,
    /// What it is called.
    pub title: String,
    /// Who wrote it.
    pub author: String,
    /// What each grade means.
    pub grades: BTreeMap<Grade, String>,
    /// What each conclusion means.
    pub conclusions: BTreeMap<Conclusion, String>,
    /// What a reader asks, in order.
    pub questions: Vec<String>,
    /// The file, as it was hashed.
    pub text: String,
}

/// How acts and refrainings are assessed, in one version: `rubrics/ID-vN.toml`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Raw {
    id: Text,
    /// It never changes: a new version has a file of its own
    version: Spanned<u32>,
    title: String,
    author: String,
    /// What each grade means
    grade: Spanned<BTreeMap<Text, String>>,
    /// What each conclusion means
    conclusion: Spanned<BTreeMap<Text, String>>,
    /// What a reader asks, in order
    questions: Vec<String>,
}

/// The JSON Schema of a rubric, from the type that reads it.
pub fn rubric_schema() -> serde_json::Value {
    schemars::schema_for!(Raw).to_value()
}

const KEYS: &str = "a rubric has id, version, title, author, questions, a [grade] with a line for each grade and a [conclusion] \
                    with a line for each conclusion";

impl Rubric {
    /// Reads a rubric's file; `name` is `ID-vN`.
    pub fn read(path: &str, name: &str, bytes: Vec<u8>) -> Result<Self, Diagnostics> {
        let mut inbox = Inbox::default();
        let sha = sha256(&bytes);
        let rubric = inbox.text(path, bytes).and_then(|text| {
            let raw: Raw = inbox.form(path, &text)?;
            let (id, version) = (raw.id.get_ref(), *raw.version.get_ref());
            let said = format!("{id}-v{version}");
            if said != name || !is_id(id) || version == 0 {
                let message = format!("this is `{said}`, and the file is {name}.toml");
                inbox.error("other-id", path, raw.id.span(), message, "name the file ID-vN.toml, N from 1");
            }
            let grades = meanings(&mut inbox, path, &raw.grade, Grade::ALL, Grade::as_str);
            let conclusions =
                meanings(&mut inbox, path, &raw.conclusion, Conclusion::ALL, Conclusion::as_str);
            Some(Self {
                is: RubricRef { id: id.clone(), version, sha256: sha },
                title: raw.title,
                author: raw.author,
                grades,
                conclusions,
                questions: raw.questions,
                text: text.to_string(),
            })
        });
        inbox.end(rubric)
    }
}

fn meanings<T: Copy + Ord>(
    inbox: &mut Inbox,
    path: &str,
    table: &Spanned<BTreeMap<Text, String>>,
    all: &[T],
    word: fn(T) -> &'static str,
) -> BTreeMap<T, String> {
    let known: Vec<&str> = all.iter().map(|x| word(*x)).collect();
    let mut found = BTreeMap::new();
    for (key, meaning) in table.get_ref() {
        match all.iter().find(|x| word(**x) == key.get_ref().as_str()) {
            Some(x) => {
                found.insert(*x, meaning.clone());
            }
            None => {
                let message = format!("`{}` is no word that stands here", key.get_ref());
                inbox.error(
                    "unknown-word",
                    path,
                    key.span(),
                    message,
                    format!("the words are {}", known.join(", ")),
                );
            }
        }
    }
    for missing in all.iter().filter(|x| !found.contains_key(x)) {
        let message = format!("what `{}` means is not said", word(*missing));
        inbox.error("missing-word", path, table.span(), message, KEYS);
    }
    found
}
