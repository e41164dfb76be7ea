//! What the values of a file mean, with what is wrong at their place. Their form was checked by the types that read them.

use super::raw::PartyText;
use servanda_core::{Party, Period};
use servanda_files::{Diagnostic, NOWHERE, Text, listed};
use std::collections::HashSet;
use std::ops::Range;

/// Reads one file's values and collects what is wrong.
pub(crate) struct Reader<'a> {
    pub(crate) file: &'a str,
    pub(crate) items: &'a mut Vec<Diagnostic>,
}

/// A name: lower case, digits, hyphens and underscores, beginning with a letter.
pub(crate) fn good_name(text: &str) -> bool {
    text.len() <= 100
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
}

/// A commitment's id: names and numbers with points between them.
pub(crate) fn good_id(text: &str) -> bool {
    let part = |p: &str| {
        !p.is_empty()
            && p.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
    };
    text.len() <= 200 && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.split('.').all(part)
}

/// The most mistakes of a state of an agreement that are looked for: each is shown with its place, and nobody reads more.
const MOST_MISTAKES: usize = 200;

impl Reader<'_> {
    pub(crate) fn error(
        &mut self,
        code: &'static str,
        span: &Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        // Of what stands for a value that is missing or wrong nothing more is said.
        if *span != NOWHERE && self.items.len() < MOST_MISTAKES {
            self.items.push(Diagnostic::error(code, self.file, span.clone(), message).with_help(help));
        }
    }

    /// A key that a table needs for what else is in it; `example` is a value that it could have.
    pub(crate) fn missing(&mut self, table: &str, place: &Range<usize>, key: &str, example: &str) {
        self.error("missing-key", place, format!("{table} needs `{key}`"), format!("add {key} = {example}"));
    }

    /// A text that says something.
    pub(crate) fn text<'t>(&mut self, text: &'t Text) -> Option<&'t str> {
        if text.get_ref().trim().is_empty() {
            self.error("empty-text", &text.span(), "this text is empty", "write it, or leave the key out");
            return None;
        }
        Some(text.get_ref())
    }

    /// Such a text for the model.
    pub(crate) fn say(&mut self, text: &Text) -> Option<String> {
        self.text(text).map(str::to_owned)
    }

    /// Such a text, which may be absent.
    pub(crate) fn say_if(&mut self, text: Option<&Text>) -> Option<String> {
        text.and_then(|text| self.say(text))
    }

    pub(crate) fn party(&mut self, text: &Text, parties: &[Party]) -> Option<Party> {
        let place = text.span();
        let text = self.text(text)?;
        match Party::new(text) {
            Some(party) if parties.is_empty() || parties.contains(&party) => Some(party),
            Some(party) => {
                let names: Vec<String> = parties.iter().map(ToString::to_string).collect();
                let message = format!("`{party}` is no party of the agreement");
                self.error("unknown-party", &place, message, format!("its parties are {}", listed(&names)));
                None
            }
            None => {
                let message = format!("`{text}` is not a party");
                self.error("unknown-party", &place, message, "write three capital letters: CHN, USA");
                None
            }
        }
    }

    pub(crate) fn period(&mut self, text: &Text) -> Option<Period> {
        match Period::parse(self.text(text)?) {
            Ok(period) => Some(period),
            Err(error) => {
                let help = "write for example \"2020\" or \"2020-01\"";
                self.error("bad-period", &text.span(), error.to_string(), help);
                None
            }
        }
    }

    /// The texts of a list, each once.
    pub(crate) fn texts<'t>(&mut self, all: impl IntoIterator<Item = &'t Text>) -> Vec<&'t Text> {
        let mut texts: Vec<&Text> = Vec::new();
        let mut seen: HashSet<&str> = HashSet::new();
        for text in all {
            if self.text(text).is_some() {
                if seen.insert(text.get_ref()) {
                    texts.push(text);
                } else {
                    let message = format!("`{}` stands twice in this list", text.get_ref());
                    self.error("twice", &text.span(), message, "take one away");
                }
            }
        }
        texts
    }

    pub(crate) fn parties(&mut self, all: &[PartyText], parties: &[Party]) -> Vec<Party> {
        let texts = self.texts(all.iter().map(|text| &**text));
        texts.into_iter().filter_map(|text| self.party(text, parties)).collect()
    }

    /// Whether the name of a `[kind.NAME]` is one; what is wrong with it is said.
    pub(crate) fn name(&mut self, kind: &str, name: &Text) {
        let text = name.get_ref();
        if !good_name(text) {
            let help = "names are lower case letters, digits, - and _, beginning with a letter";
            self.error("bad-name", &name.span(), format!("`{text}` is not a name"), help);
        } else if crate::rule::RESERVED.contains(&text.as_str()) && matches!(kind, "scope" | "ledger") {
            let message = format!("`{text}` is a word of the rule language");
            self.error("reserved-name", &name.span(), message, "choose another name");
        }
    }
}
