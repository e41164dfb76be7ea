//! Strict reading of tables: every key is known, every value has the kind that its key takes.

use super::tree::{Node, Table, Value};
use serde::de::DeserializeOwned;
use servanda_core::{Date, Party, Period};
use servanda_files::{Diagnostic, did_you_mean, listed, nearest};
use std::collections::HashSet;
use std::ops::Range;

/// Reads one file's tables and collects what is wrong.
pub(crate) struct Reader<'a> {
    pub(crate) file: &'a str,
    pub(crate) items: &'a mut Vec<Diagnostic>,
}

/// A table with its place and its name for messages: `[scope.energy]`.
#[derive(Clone, Copy)]
pub(crate) struct At<'t> {
    pub(crate) table: &'t Table,
    pub(crate) span: &'t Range<usize>,
    pub(crate) name: &'t str,
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
        if self.items.len() < MOST_MISTAKES {
            self.items.push(Diagnostic::error(code, self.file, span.clone(), message).with_help(help));
        }
    }

    /// Reports every key that is not known.
    pub(crate) fn known(&mut self, at: At<'_>, keys: &[&str]) {
        for (key, _) in &at.table.entries {
            if !keys.contains(&key.name.as_str()) {
                let help = did_you_mean(&key.name, keys.iter().copied())
                    .unwrap_or_else(|| format!("its keys are {}", listed(keys)));
                self.error("unknown-key", &key.span, format!("{} has no key `{}`", at.name, key.name), help);
            }
        }
    }

    /// Reports a key that is not there, unless it is there misspelt, which was said.
    pub(crate) fn missing(&mut self, at: At<'_>, key: &str, example: &str) {
        let misspelt = at.table.entries.iter().any(|(own, _)| {
            let said = |d: &Diagnostic| d.code == "unknown-key" && d.span.as_ref() == Some(&own.span);
            nearest(&own.name, [key]).is_some() && self.items.iter().any(said)
        });
        if misspelt {
            return;
        }
        self.error(
            "missing-key",
            at.span,
            format!("{} needs `{key}`", at.name),
            format!("add {key} = {example}"),
        );
    }

    pub(crate) fn wrong_kind(&mut self, node: &Node, what: &str, example: &str) {
        self.error(
            "wrong-kind",
            &node.span,
            format!("{what} is needed here, and this is {}", node.value.kind()),
            format!("write for example {example}"),
        );
    }

    /// A text that says something.
    pub(crate) fn text<'t>(&mut self, node: &'t Node) -> Option<&'t str> {
        match &node.value {
            Value::Text(text) if !text.trim().is_empty() => Some(text),
            Value::Text(_) => {
                self.error("empty-text", &node.span, "this text is empty", "write it, or leave the key out");
                None
            }
            _ => {
                self.wrong_kind(node, "a text in quotes", "\"...\"");
                None
            }
        }
    }

    pub(crate) fn optional_text(&mut self, at: At<'_>, key: &str) -> Option<String> {
        let node = at.table.get(key)?;
        self.text(node).map(str::to_owned)
    }

    pub(crate) fn required_text(&mut self, at: At<'_>, key: &str, example: &str) -> Option<String> {
        match at.table.get(key) {
            Some(node) => self.text(node).map(str::to_owned),
            None => {
                self.missing(at, key, example);
                None
            }
        }
    }

    pub(crate) fn date(&mut self, node: &Node) -> Option<Date> {
        match &node.value {
            Value::Date(date) => Some(*date),
            Value::NoDay => None,
            Value::Text(text) if text.parse::<Date>().is_ok() => {
                self.error(
                    "wrong-kind",
                    &node.span,
                    "a date is written without quotes",
                    format!("write {text}"),
                );
                None
            }
            _ => {
                self.wrong_kind(node, "a date", "2020-02-14 (without quotes)");
                None
            }
        }
    }

    pub(crate) fn optional_date(&mut self, at: At<'_>, key: &str) -> Option<Date> {
        let node = at.table.get(key)?;
        self.date(node)
    }

    pub(crate) fn required_date(&mut self, at: At<'_>, key: &str) -> Option<Date> {
        if at.table.get(key).is_none() {
            self.missing(at, key, "2020-02-14");
        }
        self.optional_date(at, key)
    }

    /// A word out of a few.
    pub(crate) fn word<'w>(&mut self, node: &Node, words: &[&'w str]) -> Option<&'w str> {
        let text = self.text(node)?;
        let found = words.iter().find(|w| **w == text);
        if found.is_none() {
            let help = did_you_mean(text, words.iter().copied())
                .unwrap_or_else(|| format!("write one of {}", listed(words)));
            self.error("unknown-word", &node.span, format!("`{text}` is not a word that stands here"), help);
        }
        found.copied()
    }

    /// A word out of a few, as the type that reads it.
    pub(crate) fn word_as<T: DeserializeOwned>(&mut self, node: &Node, words: &[&str]) -> Option<T> {
        let word = self.word(node, words)?;
        serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
    }

    pub(crate) fn party(&mut self, node: &Node, parties: &[Party]) -> Option<Party> {
        let text = self.text(node)?;
        match Party::new(text) {
            Some(party) if parties.is_empty() || parties.contains(&party) => Some(party),
            Some(party) => {
                let names: Vec<String> = parties.iter().map(ToString::to_string).collect();
                self.error(
                    "unknown-party",
                    &node.span,
                    format!("`{party}` is no party of the agreement"),
                    format!("its parties are {}", listed(&names)),
                );
                None
            }
            None => {
                self.error(
                    "unknown-party",
                    &node.span,
                    format!("`{text}` is not a party"),
                    "write three capital letters: CHN, USA",
                );
                None
            }
        }
    }

    pub(crate) fn period(&mut self, node: &Node) -> Option<Period> {
        let text = self.text(node)?;
        match Period::parse(text) {
            Ok(period) => Some(period),
            Err(error) => {
                self.error(
                    "bad-period",
                    &node.span,
                    error.to_string(),
                    "write for example \"2020\" or \"2020-01\"",
                );
                None
            }
        }
    }

    pub(crate) fn array<'t>(&mut self, node: &'t Node, example: &str) -> &'t [Node] {
        match &node.value {
            Value::Array(items) => items,
            _ => {
                self.wrong_kind(node, "a list", example);
                &[]
            }
        }
    }

    /// A list of texts, each with its place.
    pub(crate) fn texts<'t>(&mut self, at: At<'t>, key: &str) -> Vec<(&'t str, &'t Node)> {
        let Some(node) = at.table.get(key) else { return Vec::new() };
        let items = self.array(node, "[\"...\"]");
        let mut texts: Vec<(&str, &Node)> = Vec::new();
        let mut seen: HashSet<&str> = HashSet::new();
        for item in items {
            if let Some(text) = self.text(item) {
                if !seen.insert(text) {
                    let message = format!("`{text}` stands twice in this list");
                    self.error("twice", &item.span, message, "take one away");
                } else {
                    texts.push((text, item));
                }
            }
        }
        texts
    }

    pub(crate) fn parties(&mut self, at: At<'_>, key: &str, parties: &[Party]) -> Vec<Party> {
        self.texts(at, key).into_iter().filter_map(|(_, node)| self.party(node, parties)).collect()
    }

    /// The table of a key, if it is one.
    pub(crate) fn table<'t>(&mut self, node: &'t Node, example: &str) -> Option<&'t Table> {
        match &node.value {
            Value::Table(table) => Some(table),
            _ => {
                self.wrong_kind(node, "a table", example);
                None
            }
        }
    }

    /// `[kind.NAME]` tables, with names checked.
    pub(crate) fn named<'t>(
        &mut self,
        at: At<'t>,
        kind: &str,
    ) -> Vec<(&'t str, &'t Table, &'t Range<usize>)> {
        let Some(node) = at.table.get(kind) else { return Vec::new() };
        let Some(table) = self.table(node, &format!("[{kind}.name]")) else { return Vec::new() };
        let mut found = Vec::new();
        for (key, node) in &table.entries {
            if !good_name(&key.name) {
                self.error(
                    "bad-name",
                    &key.span,
                    format!("`{}` is not a name", key.name),
                    "names are lower case letters, digits, - and _, beginning with a letter",
                );
            } else if crate::rule::RESERVED.contains(&key.name.as_str()) && matches!(kind, "scope" | "ledger")
            {
                self.error(
                    "reserved-name",
                    &key.span,
                    format!("`{}` is a word of the rule language", key.name),
                    "choose another name",
                );
            }
            if let Some(table) = self.table(node, &format!("[{kind}.{}]", key.name)) {
                found.push((key.name.as_str(), table, &key.span));
            }
        }
        found
    }

    /// `[[kind]]` tables.
    pub(crate) fn listed_tables<'t>(&mut self, at: At<'t>, kind: &str) -> Vec<(&'t Table, &'t Range<usize>)> {
        let Some(node) = at.table.get(kind) else { return Vec::new() };
        let mut found = Vec::new();
        for item in self.array(node, &format!("[[{kind}]]")) {
            if let Some(table) = self.table(item, &format!("[[{kind}]]")) {
                found.push((table, &item.span));
            }
        }
        found
    }
}
