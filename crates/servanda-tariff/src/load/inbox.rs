//! The files as text, and what is wrong in them.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use servanda_agreement::{FolderFiles, MAX_FILE_BYTES, check_path};
use servanda_files::{Diagnostic, Diagnostics, NOWHERE, form};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::ops::Range;
use std::sync::Arc;

/// The most mistakes of one file that are reported.
const MAX_MISTAKES: usize = 100;

/// Reads files and collects what is wrong.
pub(super) struct Inbox<'f> {
    files: &'f dyn FolderFiles,
    items: Vec<Diagnostic>,
    texts: BTreeMap<String, Arc<str>>,
    counts: BTreeMap<String, usize>,
}

/// Why a file has no text.
pub(super) enum Unread {
    /// It is not there.
    Missing,
    /// It is there and cannot be read.
    Refused(String),
    /// It is not UTF-8, which was reported at its place.
    Reported,
}

impl<'f> Inbox<'f> {
    pub(super) fn new(files: &'f dyn FolderFiles) -> Self {
        Self { files, items: Vec::new(), texts: BTreeMap::new(), counts: BTreeMap::new() }
    }

    /// The TOML files of a folder, by name; none where there is no such folder.
    pub(super) fn toml_files(&mut self, dir: &str) -> Vec<String> {
        match self.files.list(dir) {
            Ok(mut names) => {
                names.sort();
                names.into_iter().filter(|n| n.ends_with(".toml")).map(|n| format!("{dir}/{n}")).collect()
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => {
                let message = format!("the folder {dir} cannot be read: {error}");
                self.error("unreadable", dir, None, message, "check that it is a folder that may be read");
                Vec::new()
            }
        }
    }

    /// The text of a file, without a byte order mark.
    pub(super) fn text(&mut self, path: &str) -> Result<Arc<str>, Unread> {
        if let Some(text) = self.texts.get(path) {
            return Ok(text.clone());
        }
        check_path(path).map_err(|_| Unread::Refused("its path leads out of the folder".to_owned()))?;
        let mut bytes = self.files.read(path).map_err(|e| match e.kind() {
            ErrorKind::NotFound => Unread::Missing,
            _ => Unread::Refused(e.to_string()),
        })?;
        if bytes.len() as u64 > MAX_FILE_BYTES {
            let length = bytes.len();
            return Err(Unread::Refused(format!(
                "it has {length} bytes, more than the {MAX_FILE_BYTES} that are read"
            )));
        }
        if bytes.starts_with(&[0xEF, 0xBB, 0xBF]) {
            bytes.drain(..3);
        }
        match String::from_utf8(bytes) {
            Ok(text) => {
                let text: Arc<str> = text.into();
                self.texts.insert(path.to_owned(), text.clone());
                Ok(text)
            }
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let start = error.as_bytes().get(..valid).unwrap_or_default();
                self.texts.insert(path.to_owned(), String::from_utf8_lossy(start).into());
                let message = "this is not UTF-8 text";
                self.error("not-utf8", path, Some(valid..valid), message, "save the file as UTF-8");
                Err(Unread::Reported)
            }
        }
    }

    /// The text of a TOML file; why it has none is reported.
    pub(super) fn toml_text(&mut self, path: &str) -> Option<Arc<str>> {
        match self.text(path) {
            Ok(text) => Some(text),
            Err(Unread::Reported) => None,
            Err(Unread::Missing) => {
                self.error("unreadable", path, None, "there is no such file", "check the folder");
                None
            }
            Err(Unread::Refused(why)) => {
                let help = "check that the file may be read and is the one that is meant";
                self.error("unreadable", path, None, format!("this file cannot be read: {why}"), help);
                None
            }
        }
    }

    /// Reads a TOML file; what is wrong in its form is reported.
    pub(super) fn toml<T: DeserializeOwned + JsonSchema>(&mut self, path: &str, text: &str) -> Option<T> {
        let mut found = Vec::new();
        let value = form::read(path, text, &mut found);
        found.into_iter().for_each(|item| self.add(item));
        value
    }

    /// Reports a mistake.
    pub(super) fn error(
        &mut self,
        code: &'static str,
        file: &str,
        span: Option<Range<usize>>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(Diagnostic::error(code, file, span, message).with_help(help));
    }

    /// Reports a mistake, up to a number in each file.
    fn add(&mut self, item: Diagnostic) {
        if item.span == Some(NOWHERE) {
            return;
        }
        let count = self.counts.entry(item.file.clone()).or_default();
        *count += 1;
        if *count < MAX_MISTAKES {
            self.items.push(item);
        } else if *count == MAX_MISTAKES {
            let message = "there are more mistakes in this file than are listed";
            let help = "check that it is the file that is meant, and correct the first ones";
            self.items.push(Diagnostic::error("too-many", &item.file, item.span, message).with_help(help));
        }
    }

    /// Whether no more mistakes of a file are listed.
    pub(super) fn full(&self, file: &str) -> bool {
        self.counts.get(file).is_some_and(|count| *count >= MAX_MISTAKES)
    }

    /// Whether nothing is wrong so far.
    pub(super) fn is_clean(&self) -> bool {
        self.counts.is_empty()
    }

    /// What is wrong, in order, with the texts that it speaks of.
    pub(super) fn close(self) -> Diagnostics {
        let mut found = Diagnostics { items: self.items, texts: self.texts };
        found.tidy();
        let Diagnostics { items, texts } = &mut found;
        texts.retain(|file, _| items.iter().any(|item| item.file == *file));
        found
    }
}
