//! Collects all that is wrong in files that people write, each with its place.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use servanda_agreement::{FolderFiles, MAX_FILE_BYTES};
use servanda_files::{Diagnostic, Diagnostics, NOWHERE, Text, did_you_mean, form};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// The most mistakes that are reported.
const MAX_MISTAKES: usize = 100;

/// Collects what is wrong.
#[derive(Default)]
pub(crate) struct Inbox {
    items: Vec<Diagnostic>,
    texts: BTreeMap<String, Arc<str>>,
}

impl Inbox {
    pub(crate) fn error(
        &mut self,
        code: &'static str,
        file: &str,
        span: impl Into<Option<Range<usize>>>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let span = span.into();
        if !self.full() && span != Some(NOWHERE) {
            self.items.push(Diagnostic::error(code, file, span, message).with_help(help));
        }
    }

    /// The text of a file as a type; none, with the reason reported, where it is too far from it.
    pub(crate) fn form<T: DeserializeOwned + JsonSchema>(&mut self, file: &str, text: &str) -> Option<T> {
        form::read(file, text, &mut self.items)
    }

    /// A word of a closed set.
    pub(crate) fn word<T: Copy>(
        &mut self,
        file: &str,
        text: &Text,
        all: &[T],
        as_str: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let found = all.iter().find(|x| as_str(**x) == text.get_ref().as_str()).copied();
        if found.is_none() {
            let known: Vec<&str> = all.iter().map(|x| as_str(*x)).collect();
            let help = did_you_mean(text.get_ref(), known.iter().copied())
                .unwrap_or_else(|| format!("the words are {}", known.join(", ")));
            let message = format!("`{}` is no word that stands here", text.get_ref());
            self.error("unknown-word", file, text.span(), message, help);
        }
        found
    }

    pub(crate) fn full(&self) -> bool {
        self.items.len() >= MAX_MISTAKES
    }

    pub(crate) fn has_errors(&self) -> bool {
        !self.items.is_empty()
    }

    /// Bytes as text, kept for messages; none, with the reason reported, where they are no text.
    pub(crate) fn text(&mut self, file: &str, mut bytes: Vec<u8>) -> Option<Arc<str>> {
        if bytes.len() as u64 > MAX_FILE_BYTES {
            let message =
                format!("the file has {} bytes, more than the {MAX_FILE_BYTES} that are read", bytes.len());
            self.error("too-large", file, None, message, "split the record");
            return None;
        }
        if bytes.starts_with(&[0xEF, 0xBB, 0xBF]) {
            bytes.drain(..3);
        }
        match String::from_utf8(bytes) {
            Ok(text) => {
                let text: Arc<str> = text.into();
                self.texts.insert(file.to_owned(), text.clone());
                Some(text)
            }
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let start = error.as_bytes().get(..valid).unwrap_or_default();
                self.texts.insert(file.to_owned(), String::from_utf8_lossy(start).into());
                self.error(
                    "not-utf8",
                    file,
                    valid..valid,
                    "this is not UTF-8 text",
                    "save the file as UTF-8",
                );
                None
            }
        }
    }

    /// A file of a folder as text; `help` says what it should be.
    pub(crate) fn read(&mut self, files: &dyn FolderFiles, path: &str, help: &str) -> Option<Arc<str>> {
        match files.read(path) {
            Ok(bytes) => self.text(path, bytes),
            Err(error) => {
                self.error("unreadable", path, None, format!("this file cannot be read: {error}"), help);
                None
            }
        }
    }

    /// The value, or all that is wrong.
    pub(crate) fn end<T>(self, value: Option<T>) -> Result<T, Diagnostics> {
        match value {
            Some(value) if self.items.is_empty() => Ok(value),
            _ => {
                let mut out = Diagnostics { items: self.items, texts: self.texts };
                out.tidy();
                Err(out)
            }
        }
    }
}
