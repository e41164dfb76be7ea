//! The book of a workspace from its folders `schedules/` and `measures/`, with all that is wrong in them at once.

mod act;
mod authority;
mod codes;
mod concordance;
mod cycle;
mod form;
mod held;
mod inbox;
mod lists;
mod measure;
mod raw;
mod schedule;
mod schema;
mod sheet;
mod zones;

pub use codes::UnknownCode;
pub use schema::{schema, schema_names};

use crate::{Authority, Book};
use inbox::Inbox;
use servanda_agreement::FolderFiles;
use servanda_core::Party;
use servanda_files::Diagnostics;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Whose schedules and measures are read whole.
#[derive(Clone, Copy)]
enum Wanted<'p> {
    All,
    Of(&'p [Party]),
}

impl Wanted<'_> {
    fn has(self, importer: Party) -> bool {
        match self {
            Self::All => true,
            Self::Of(some) => some.contains(&importer),
        }
    }
}

impl Book {
    /// Reads all tariffs of a workspace. `files` is the workspace's folder; without `schedules/` and `measures/` in it the
    /// book is empty. A schedule without `through` keeps none: the next of its kind ends it.
    pub fn load(files: &dyn FolderFiles) -> Result<Self, Diagnostics> {
        load(files, Wanted::All)
    }

    /// As [`Book::load`], with the schedules and measures of some importers only. The TOML files of all are checked; the
    /// CSV files of others are not opened. Authorities are all in the book.
    pub fn load_for(files: &dyn FolderFiles, importers: &[Party]) -> Result<Self, Diagnostics> {
        load(files, Wanted::Of(importers))
    }
}

fn load(files: &dyn FolderFiles, wanted: Wanted<'_>) -> Result<Book, Diagnostics> {
    let mut inbox = Inbox::new(files);
    let mut schedules = Vec::new();
    for file in inbox.toml_files("schedules") {
        if let Some(text) = inbox.toml_text(&file) {
            schedules.extend(schedule::read(&mut inbox, &file, &text, wanted));
        }
    }
    schedule::no_overlaps(&mut inbox, &schedules);
    let measure_files = inbox.toml_files("measures");
    let authorities = authorities(&mut inbox, &measure_files);
    let mut measures = Vec::new();
    for file in measure_files.iter().filter(|f| ![authority::FILE, held::FILE].contains(&f.as_str())) {
        if let Some(text) = inbox.toml_text(file) {
            measures.extend(measure::read(&mut inbox, file, &text, authorities.as_deref(), wanted));
        }
    }
    let mut concordances = Vec::new();
    for file in inbox.toml_files(concordance::FOLDER) {
        if let Some(text) = inbox.toml_text(&file) {
            concordances.extend(concordance::read(&mut inbox, &file, &text).map(|c| (file, c)));
        }
    }
    concordance::once(&mut inbox, &concordances);
    zones::report(&mut inbox, &schedules, &measures);
    let kept = |importer: Party| wanted.has(importer);
    let mut book = Book {
        schedules: schedules.into_iter().map(|s| Arc::new(s.schedule)).filter(|s| kept(s.importer)).collect(),
        measures: measures.into_iter().map(|(m, _)| Arc::new(m)).filter(|m| kept(m.importer)).collect(),
        authorities: authorities.unwrap_or_default(),
        held: Vec::new(),
        concordances: concordances.into_iter().map(|(_, c)| Arc::new(c)).collect(),
        memo: crate::Memo::default(),
    };
    book.schedules.sort_by(|a, b| a.id.cmp(&b.id));
    book.measures.sort_by(|a, b| a.id.cmp(&b.id));
    book.authorities.sort_by(|a, b| a.id.cmp(&b.id));
    codes::report(&mut inbox, &book);
    if measure_files.iter().any(|f| f == held::FILE)
        && let Some(text) = inbox.toml_text(held::FILE)
    {
        // Its codes are those of the schedules and lists, and it names acts.
        book.held = held::read(&mut inbox, &text, &book, wanted);
    }
    if inbox.is_clean() { Ok(book) } else { Err(inbox.close()) }
}

/// The authorities; `None`: they could not be read, and it was reported.
fn authorities(inbox: &mut Inbox<'_>, measure_files: &[String]) -> Option<Vec<Authority>> {
    if !measure_files.iter().any(|f| f == authority::FILE) {
        return Some(Vec::new());
    }
    let text = inbox.toml_text(authority::FILE)?;
    authority::read(inbox, &text)
}

/// Names that stand twice in a list of names.
struct Once<T>(BTreeSet<T>);

impl<T: Ord> Once<T> {
    fn new() -> Self {
        Self(BTreeSet::new())
    }

    fn first(&mut self, name: T) -> bool {
        self.0.insert(name)
    }
}
