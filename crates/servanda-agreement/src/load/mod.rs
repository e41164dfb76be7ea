//! An agreement's folder: read once, checked in every state that its amendments give it, and shown as of a day.

mod agreement;
mod amend;
mod beside;
mod codes;
mod commitment;
mod conditions;
mod csvs;
mod ledgers;
pub(crate) mod raw;
pub(crate) mod reader;
mod string_places;
pub(crate) mod texts;

use crate::cases::Case;
use crate::model::{Agreement, Amendment};
use servanda_core::Date;
use servanda_files::{Diagnostic, Diagnostics, form};
use servanda_files::{Files as FolderFiles, MAX_FILE_BYTES, check_path};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::ops::Range;
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

/// The agreement's own file.
pub(crate) const FILE: &str = "agreement.toml";
/// Its texts in their editions.
pub(crate) const TEXTS: &str = "texts.toml";
/// Its worked cases.
pub(crate) const CASES: &str = "cases.toml";

/// Where something is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, relative to the folder.
    pub file: String,
    /// Where in it, in bytes.
    pub span: Range<usize>,
}

/// An agreement's folder, read and checked.
#[derive(Debug, Clone)]
pub struct AgreementFolder {
    id: String,
    texts: BTreeMap<String, Arc<str>>,
    /// The agreement as first written.
    first: Agreement,
    /// The agreement as each amendment leaves it, from its day on.
    amended: Vec<(Date, Agreement)>,
    /// The text of its worked cases, or why it cannot be read.
    cases: Option<Result<Arc<str>, String>>,
    places: BTreeMap<String, Place>,
    /// Whether the file names no definition.
    no_definition: bool,
}

/// The files that an agreement names, as text.
pub(crate) struct Files {
    /// The text of `agreement.toml`.
    agreement: Arc<str>,
    texts: BTreeMap<String, Result<Arc<str>, String>>,
    replaced: BTreeMap<String, String>,
}

impl Files {
    /// The text of a file, with the path that an amendment may have put in its place.
    pub(crate) fn get(&self, path: &str) -> Result<(String, &str), String> {
        let mut actual = path;
        // A replaced file may be replaced again, never endlessly.
        for _ in 0..=self.replaced.len() {
            match self.replaced.get(actual) {
                Some(to) if to != actual => actual = to,
                _ => break,
            }
        }
        match self.texts.get(actual) {
            Some(Ok(text)) => Ok((actual.to_owned(), text)),
            Some(Err(problem)) => Err(problem.clone()),
            None => Err("there is no such file".to_owned()),
        }
    }

    /// The texts that could be read.
    fn into_texts(self) -> BTreeMap<String, Arc<str>> {
        self.texts.into_iter().filter_map(|(path, text)| Some((path, text.ok()?))).collect()
    }
}

/// What loading one state gives besides the agreement.
#[derive(Default)]
struct Loaded {
    items: Vec<Diagnostic>,
    places: BTreeMap<String, Place>,
}

fn read_text(files: &dyn FolderFiles, path: &str) -> Result<Arc<str>, String> {
    read_text_if_there(files, path)?.ok_or_else(|| "there is no such file".to_owned())
}

fn read_text_if_there(files: &dyn FolderFiles, path: &str) -> Result<Option<Arc<str>>, String> {
    check_path(path).map_err(|e| e.to_string())?;
    let bytes = match files.read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(format!("it has {} bytes, more than the {MAX_FILE_BYTES} that are read", bytes.len()));
    }
    if bytes.starts_with(&[0xEF, 0xBB, 0xBF]) {
        return Err("it begins with a byte order mark: save it as UTF-8 without one".to_owned());
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text.into())),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let line = error.as_bytes().iter().take(valid).filter(|b| **b == b'\n').count() + 1;
            Err(format!("line {line} is not UTF-8: save the file as UTF-8"))
        }
    }
}

/// Every text of the file that may name a file; keys too, since amendments name files in keys.
fn file_names(table: &DeTable<'_>, found: &mut Vec<String>) {
    let looks = |text: &str| text.ends_with(".csv") && text.len() <= 500;
    for (key, node) in table {
        let name = &**key.get_ref();
        if looks(name) {
            found.push(name.to_owned());
        }
        match node.get_ref() {
            DeValue::String(text) if looks(text) || ["list", "file"].contains(&name) => {
                found.push(text.to_string());
            }
            DeValue::Table(inner) => {
                file_names(inner, found);
                if name == "crosswalks" {
                    found.extend(inner.values().filter_map(|n| n.get_ref().as_str()).map(str::to_owned));
                }
            }
            DeValue::Array(items) => {
                items.iter().filter_map(|i| i.get_ref().as_table()).for_each(|t| file_names(t, found));
            }
            _ => {}
        }
    }
}

/// The paragraphs' files and their coverage.
fn text_files(files: &dyn FolderFiles, texts: &mut BTreeMap<String, Result<Arc<str>, String>>) {
    let names = match files.list_if_there("text") {
        Ok(names) => names,
        Err(error) => {
            texts.insert("text/".to_owned(), Err(error.to_string()));
            return;
        }
    };
    for name in names.into_iter().filter(|n| n.ends_with(".md") || n == "coverage.toml").take(1_000) {
        let path = format!("text/{name}");
        let text = read_text(files, &path);
        texts.insert(path, text);
    }
}

impl AgreementFolder {
    /// Reads an agreement's folder and checks it, in every state that its amendments give it.
    /// All that is wrong is said at once, what is wrong in its worked cases too.
    pub fn open(files: &dyn FolderFiles, id: &str) -> Result<Self, Diagnostics> {
        Self::load(files, id, true)
    }

    /// As [`AgreementFolder::open`]; its worked cases are checked only when they are asked for.
    pub fn open_lazily(files: &dyn FolderFiles, id: &str) -> Result<Self, Diagnostics> {
        Self::load(files, id, false)
    }

    fn load(files: &dyn FolderFiles, id: &str, with_cases: bool) -> Result<Self, Diagnostics> {
        let text = match read_text(files, FILE) {
            Ok(text) => text,
            Err(problem) => {
                let item = Diagnostic::error("file", FILE, None, format!("{FILE}: {problem}"))
                    .with_help("an agreement is a folder with an agreement.toml in it");
                return Err(Diagnostics { items: vec![item], texts: BTreeMap::new() });
            }
        };
        let mut items = Vec::new();
        let mut tree = form::table(FILE, &text, &mut items);
        let mut names = Vec::new();
        file_names(tree.get_ref(), &mut names);
        let mut texts: BTreeMap<String, Result<Arc<str>, String>> = BTreeMap::new();
        for path in names {
            texts.entry(path).or_insert_with_key(|path| read_text(files, path));
        }
        text_files(files, &mut texts);
        texts.insert(FILE.to_owned(), Ok(text.clone()));
        if let Some(read) = read_text_if_there(files, TEXTS).transpose() {
            texts.insert(TEXTS.to_owned(), read);
        }
        let cases = read_text_if_there(files, CASES).transpose();
        if let Some(Ok(text)) = &cases {
            texts.insert(CASES.to_owned(), Ok(text.clone()));
        }
        if let (Some(Err(problem)), true) = (&cases, with_cases) {
            items.push(unreadable_cases(problem));
        }
        for (path, text) in texts.iter().filter(|(path, _)| path.starts_with("text/")) {
            if let Err(problem) = text {
                items.push(
                    Diagnostic::error("file", path, None, format!("{path}: {problem}"))
                        .with_help("correct the file, or take it away"),
                );
            }
        }

        let mut store = Files { agreement: text.clone(), texts, replaced: BTreeMap::new() };
        let mut places = BTreeMap::new();
        let Some(file) = form::of_table::<raw::AgreementFile>(FILE, &text, &tree, &mut items) else {
            return Err(refusal(items, store.into_texts()));
        };
        let amendments = amend::read(&file.amendment, &mut items);
        let first = state(id, &file, &store, None, &[], &mut places, &mut items);
        let no_definition = file.definition.is_empty();
        let mut states: Vec<(Date, Agreement)> = Vec::with_capacity(amendments.len());
        let mut applied: Vec<Amendment> = Vec::new();
        for amendment in &amendments {
            let changed = amend::apply(amendment, tree.get_mut(), &mut store.replaced, &mut items);
            applied.push(Amendment {
                date: amendment.date,
                citation: amendment.citation.clone(),
                supersedes: amendment.supersedes.clone(),
                changes: changed.commitments,
                sets: changed.sets,
            });
            // What is wrong in a state was wrong before, or is at the place where the amendment says it.
            let mut wrong = Vec::new();
            let file = form::of_table::<raw::AgreementFile>(FILE, &text, &tree, &mut wrong);
            add(&mut items, wrong);
            let Some(file) = file else { break };
            let before = states.last().map_or(&first, |(_, agreement)| agreement);
            let next = state(id, &file, &store, Some(before), &applied, &mut places, &mut items);
            states.push((amendment.known, next));
        }
        if let (Some(Ok(text)), true) = (&cases, with_cases) {
            let known: Vec<&Agreement> =
                std::iter::once(&first).chain(states.iter().map(|(_, a)| a)).collect();
            crate::cases::load(text, &known, &mut items);
        }
        let texts = store.into_texts();
        if items.is_empty() {
            return Ok(Self {
                id: id.to_owned(),
                texts,
                first,
                amended: states,
                cases,
                places,
                no_definition,
            });
        }
        Err(refusal(items, texts))
    }

    /// The day from which the agreement could be known, if its files tell one. An amendment that puts a day off changes nothing
    /// in that.
    pub fn known_from(&self) -> Option<Date> {
        std::iter::once(&self.first)
            .chain(self.amended.iter().map(|(_, a)| a))
            .filter_map(Agreement::known_from)
            .min()
    }

    /// The agreement as amended and known by the end of a day.
    pub fn as_of(&self, date: Date) -> Result<Agreement, Diagnostics> {
        let amended = self.amended.iter().rev().find(|(from, _)| *from <= date);
        Ok(amended.map_or(&self.first, |(_, agreement)| agreement).clone().known_on(date))
    }

    /// Each day, up to one, on which something of the agreement or of some of its commitments (without any: of all) became known or
    /// began, with what: the agreement itself, editions of texts, amendments, waivers, notes, and what a party invokes or answers.
    pub fn days(&self, of: Option<&[&str]>, through: Date) -> BTreeMap<Date, Vec<String>> {
        let mut all: Vec<(Date, String)> =
            self.amended.iter().map(|(day, _)| (*day, "amendment".to_owned())).collect();
        let last = self.amended.iter().rev().find(|(from, _)| *from <= through);
        let agreement = last.map_or(&self.first, |(_, agreement)| agreement);
        let asked = |id: &String| of.is_none_or(|asked| asked.contains(&id.as_str()));
        all.extend(self.known_from().map(|day| (day, "agreement".to_owned())));
        let texts =
            agreement.commitments.iter().filter(|own| asked(&own.id)).filter_map(|own| own.text.as_ref());
        let seen = texts.flat_map(|text| [Some(text.from), text.gone.as_ref().map(|gone| gone.on)]);
        all.extend(seen.flatten().map(|day| (day, "text".to_owned())));
        all.extend(agreement.notes.iter().map(|note| (note.on, "note".to_owned())));
        for own in agreement.commitments.iter().filter(|own| asked(&own.id)) {
            all.extend(own.notes.iter().map(|note| (note.on, format!("note on {}", own.id))));
        }
        for waiver in agreement.waivers.iter().filter(|w| w.commitments.iter().any(asked)) {
            // Nothing of it is told before it was known.
            let known = waiver.known_from.unwrap_or(waiver.from);
            let over = waiver.until.and_then(|until| until.tomorrow().ok());
            let days = [Some(known), Some(waiver.from), over].into_iter().flatten();
            let days = days.filter(|day| known <= through && known <= *day);
            all.extend(days.map(|day| (day, format!("waiver ({})", waiver.citation))));
        }
        for defence in agreement.defences.iter().filter(|d| d.commitments.iter().any(asked)) {
            let days = [Some(defence.date), defence.replied.filter(|_| defence.reply.is_some())];
            let days = days.into_iter().flatten();
            all.extend(days.map(|day| (day, format!("{} under {}", defence.party, defence.article))));
        }
        let mut days: BTreeMap<Date, Vec<String>> = BTreeMap::new();
        for (day, name) in all.into_iter().filter(|(day, _)| *day <= through) {
            let names = days.entry(day).or_default();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        days
    }

    /// The agreement with all its amendments.
    pub fn newest(&self) -> &Agreement {
        self.amended.last().map_or(&self.first, |(_, agreement)| agreement)
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its worked cases, read and checked now.
    pub fn cases(&self) -> Result<Vec<Case>, Diagnostics> {
        let mut items = Vec::new();
        let cases = match &self.cases {
            None => Vec::new(),
            Some(Err(problem)) => {
                items.push(unreadable_cases(problem));
                Vec::new()
            }
            Some(Ok(text)) => {
                let known: Vec<&Agreement> =
                    std::iter::once(&self.first).chain(self.amended.iter().map(|(_, a)| a)).collect();
                crate::cases::load(text, &known, &mut items)
            }
        };
        if items.is_empty() { Ok(cases) } else { Err(refusal(items, self.texts.clone())) }
    }

    /// The text of a file of the folder, as far as it was read.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(AsRef::as_ref)
    }

    /// The texts of all files that were read, by path.
    pub fn texts(&self) -> &BTreeMap<String, Arc<str>> {
        &self.texts
    }

    /// Where something is written: `commitment.ID`, `scope.NAME`, `definition.NAME`, `ledger.NAME`, `text.ID`.
    pub fn place(&self, what: &str) -> Option<&Place> {
        self.places.get(what)
    }

    /// Whether the file names no definition of its own.
    pub(crate) fn has_no_definition(&self) -> bool {
        self.no_definition
    }
}

fn unreadable_cases(problem: &str) -> Diagnostic {
    Diagnostic::error("file", CASES, None, format!("{CASES}: {problem}"))
        .with_help("correct the file, or take it away")
}

fn refusal(items: Vec<Diagnostic>, texts: BTreeMap<String, Arc<str>>) -> Diagnostics {
    let mut items = without_echoes(items, &texts);
    let more = items.len().saturating_sub(MOST_SHOWN);
    items.truncate(MOST_SHOWN);
    let mut diagnostics = Diagnostics { items, texts };
    diagnostics.tidy();
    if more > 0 {
        let message = "there are more mistakes in these files than are listed";
        let item = Diagnostic::error("too-many", FILE, None, message);
        diagnostics.items.push(item.with_help("correct the first ones, and look again"));
    }
    diagnostics
}

/// The most mistakes of a folder that are shown.
const MOST_SHOWN: usize = 100;

/// Leaves out what only follows from a line that is not TOML.
fn without_echoes(items: Vec<Diagnostic>, texts: &BTreeMap<String, Arc<str>>) -> Vec<Diagnostic> {
    let line = |d: &Diagnostic| {
        let span = d.span.as_ref()?;
        let before = texts.get(&d.file)?.get(..span.start)?;
        Some((d.file.clone(), before.bytes().filter(|b| *b == b'\n').count()))
    };
    let broken: Vec<_> = items.iter().filter(|d| d.code == "toml").filter_map(&line).collect();
    if broken.is_empty() {
        return items;
    }
    items
        .into_iter()
        .filter(|d| d.code == "toml" || !line(d).is_some_and(|at| broken.contains(&at)))
        .collect()
}

/// Adds what was not said yet.
fn add(items: &mut Vec<Diagnostic>, more: Vec<Diagnostic>) {
    for item in more {
        if !items.contains(&item) {
            items.push(item);
        }
    }
}

/// Loads one state; what is wrong in it is added to `items`.
fn state(
    id: &str,
    file: &raw::AgreementFile,
    files: &Files,
    before: Option<&Agreement>,
    applied: &[Amendment],
    places: &mut BTreeMap<String, Place>,
    items: &mut Vec<Diagnostic>,
) -> Agreement {
    let mut loaded = Loaded::default();
    let order: Vec<String> = before.iter().flat_map(|a| &a.definitions).map(|d| d.id.clone()).collect();
    let mut agreement = agreement::load(file, id, files, &order, &mut loaded);
    agreement.amendments = applied.to_vec();
    if let Some(last) = applied.last() {
        for id in last.supersedes.iter().filter(|id| agreement.commitment(id).is_none()) {
            let message =
                format!("the amendment of {} supersedes `{id}`, and there is no such commitment", last.date);
            let help = "write the id of a commitment; it stays in the file and is shown as superseded";
            loaded.items.push(Diagnostic::error("unknown-commitment", FILE, None, message).with_help(help));
        }
    }
    add(items, loaded.items);
    places.extend(loaded.places);
    agreement
}
