//! Diagnostics: what is wrong in which place of which file, and what to do about it.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// How grave a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file can't be used as it is.
    Error,
    /// It can be used, and something in it asks for attention.
    Warning,
}

impl Severity {
    /// The word.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// The place of what stands for a value that is missing or wrong. What is said of it is left out: the value itself was complained of.
pub const NOWHERE: Range<usize> = usize::MAX / 2..usize::MAX / 2;

/// One thing that is wrong in a file that the user wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How grave it is.
    pub severity: Severity,
    /// A short stable name of its kind: `unknown-key`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The file, as messages name it.
    pub file: String,
    /// Where in that file, in bytes, end excluded; `None` where it is about the whole file.
    pub span: Option<Range<usize>>,
    /// A word or two to print at the place.
    pub label: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(
        code: &'static str,
        file: &str,
        span: impl Into<Option<Range<usize>>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            help: None,
            file: file.to_owned(),
            span: span.into(),
            label: None,
        }
    }

    /// With what to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With a help that may be absent.
    #[must_use]
    pub fn with_help_if(mut self, help: Option<String>) -> Self {
        if help.is_some() {
            self.help = help;
        }
        self
    }

    /// With a label at its place.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }
}

/// All that is wrong in some files, with the text of those that are concerned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics {
    /// In the order of files and places.
    pub items: Vec<Diagnostic>,
    /// The text of each file that an item names, as far as it could be read.
    pub texts: BTreeMap<String, Arc<str>>,
}

impl Diagnostics {
    /// What is wrong in one file.
    pub fn of_file(file: &str, text: &str, items: Vec<Diagnostic>) -> Self {
        let mut found = Self { items, texts: BTreeMap::from([(file.to_owned(), text.into())]) };
        found.tidy();
        found
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The text of a file.
    pub fn text(&self, file: &str) -> Option<&str> {
        self.texts.get(file).map(AsRef::as_ref)
    }

    /// Puts items in the order of files and places, each once; a missing key is said behind what stands there and is wrong.
    pub fn tidy(&mut self) {
        self.items.retain(|d| d.span != Some(NOWHERE));
        let start = |d: &Diagnostic| (d.code == "missing-key", d.span.as_ref().map_or(0, |s| s.start));
        self.items.sort_by(|a, b| (&a.file, start(a)).cmp(&(&b.file, start(b))));
        let mut kept: Vec<Diagnostic> = Vec::with_capacity(self.items.len());
        for item in self.items.drain(..) {
            if !kept.contains(&item) {
                kept.push(item);
            }
        }
        self.items = kept;
    }
}

/// Line and column (both from 1, columns in characters) of a byte of a text.
pub fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = text.get(..end).unwrap_or_default();
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

impl fmt::Display for Diagnostics {
    /// Plain text, one block for each item; a program renders them better from their spans.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, item) in self.items.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            let place = match (&item.span, self.text(&item.file)) {
                (Some(span), Some(text)) => {
                    let (line, column) = line_column(text, span.start);
                    format!("{}:{line}:{column}", item.file)
                }
                _ => item.file.clone(),
            };
            write!(f, "{place}: {}: {}", item.severity.as_str(), item.message)?;
            if let (Some(span), Some(text)) = (&item.span, self.text(&item.file))
                && let Some(part) = text.get(span.clone())
                && !part.is_empty()
                && part.len() <= 120
                && !part.contains('\n')
            {
                write!(f, "\n  at: {part}")?;
            }
            if let Some(label) = &item.label {
                write!(f, "\n  here: {label}")?;
            }
            if let Some(help) = &item.help {
                write!(f, "\n  help: {help}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// The nearest of some known words, as a sentence; `None` if none is near.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, known).map(|k| format!("did you mean `{k}`?"))
}

/// Of so many known words the nearest is looked for: a hint is not worth more time than that.
const MOST_KNOWN: usize = 5_000;

/// The nearest of some known words, of which the first 5,000 are looked at.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > 100 {
        return None;
    }
    let lower = word.to_lowercase();
    let count = |text: &str| if text.is_ascii() { text.len() } else { text.chars().count() };
    let length = count(word);
    known
        .into_iter()
        .take(MOST_KNOWN)
        .filter(|k| k.len() <= 100)
        .filter_map(|k| {
            let own = count(k);
            let most = (own.max(length) / 3).max(1);
            // Words that differ more in length than that are not near, whatever they say.
            if own.abs_diff(length) > most {
                return None;
            }
            let other = k.to_lowercase();
            if most < letters_apart(&lower, &other) {
                return None;
            }
            let distance = strsim::damerau_levenshtein(&lower, &other);
            (distance <= most).then_some((distance, k))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, k)| k)
}

/// At least so many edits lie between two words: letters of the one that the other has not. 0 beyond ASCII.
fn letters_apart(a: &str, b: &str) -> usize {
    if !a.is_ascii() || !b.is_ascii() {
        return 0;
    }
    let mut count = [0i16; 128];
    for (text, one) in [(a, 1), (b, -1)] {
        for byte in text.bytes() {
            if let Some(n) = count.get_mut(usize::from(byte)) {
                *n += one;
            }
        }
    }
    let over: i16 = count.iter().filter(|n| **n > 0).sum();
    let under: i16 = count.iter().filter(|n| **n < 0).sum();
    usize::try_from(over.max(-under)).unwrap_or(0)
}

/// `a, b and c`, each in backquotes.
pub fn listed<S: AsRef<str>>(words: &[S]) -> String {
    let quoted: Vec<String> = words.iter().map(|w| format!("`{}`", w.as_ref())).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_told_apart_by_letters_is_told_apart_by_edits(a in "[a-d-]{0,8}", b in "[a-e-]{0,8}") {
            prop_assert!(letters_apart(&a, &b) <= strsim::damerau_levenshtein(&a, &b));
        }
    }

    #[test]
    fn the_nearest_of_many_words_is_found() {
        let known: Vec<String> = (0..200_000).map(|n| format!("code-{n}")).collect();
        let known = || known.iter().map(String::as_str);
        assert_eq!(nearest("cod-12", known()), Some("code-12"));
        assert_eq!(nearest("unknown-7", known()), None);
    }
}
