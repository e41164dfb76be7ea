//! TOML as a type: what the type's schema says is what a file may hold, so that reader, schema and list of keys are one.
//!
//! A file that fits is read at once. Of one that does not, the schema is walked beside the text, and all that is wrong with its form is
//! said in one run: what stands in place of what is wrong claims nothing, so that the meaning of the rest can be checked as well.

use crate::diag::{Diagnostic, NOWHERE, did_you_mean, listed, nearest};
use crate::spanned::{BARE, in_calendar};
use schemars::{JsonSchema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

/// The most mistakes of one file that are reported: one more than others show, who then say that there are more.
const MOST: usize = 101;

/// What schemas are nested at most.
const DEEPEST: usize = 60;

type Node<'t> = Spanned<DeValue<'t>>;

/// Reads a file's text. What is wrong is added to `out`; then the value, if there is one, has something that claims nothing in the
/// place of what is wrong, and serves to find more mistakes and for nothing else.
pub fn read<T: DeserializeOwned + JsonSchema>(
    file: &str,
    text: &str,
    out: &mut Vec<Diagnostic>,
) -> Option<T> {
    read_with(file, text, out, |_| ())
}

/// [`read`], of a table that `before` has changed.
pub fn read_with<T: DeserializeOwned + JsonSchema>(
    file: &str,
    text: &str,
    out: &mut Vec<Diagnostic>,
    before: impl Fn(&mut DeTable<'_>),
) -> Option<T> {
    let (mut table, broken) = DeTable::parse_recoverable(text);
    before(table.get_mut());
    if broken.is_empty() {
        return of_table(file, text, &table, out);
    }
    let mut items = Vec::new();
    of_table::<T>(file, text, &table, &mut items);
    // Of a text that is no TOML only keys and words are known that are wrong whatever follows.
    items.retain(|d| matches!(d.code, "unknown-key" | "unknown-word"));
    items.extend(broken.iter().map(|error| not_toml(file, error)));
    out.extend(items.into_iter().take(MOST));
    None
}

/// A text as a table, with what is said of it where it is no TOML; as much of it is there as could be read.
pub fn table<'t>(file: &str, text: &'t str, out: &mut Vec<Diagnostic>) -> Spanned<DeTable<'t>> {
    let (table, broken) = DeTable::parse_recoverable(text);
    out.extend(broken.iter().map(|error| not_toml(file, error)));
    table
}

/// [`read`], of a table of the file that may have been changed since.
pub fn of_table<T: DeserializeOwned + JsonSchema>(
    file: &str,
    text: &str,
    table: &Spanned<DeTable<'_>>,
    out: &mut Vec<Diagnostic>,
) -> Option<T> {
    if let Ok(found) = T::deserialize(Deserializer::from(table.clone())) {
        return Some(found);
    }
    let root = SchemaGenerator::default().into_root_schema_for::<T>().to_value();
    let mut table = table.clone();
    let mut walk = Walk { file, text, root: &root, out: Vec::new() };
    let place = table.get_ref().keys().map(Spanned::span).min_by_key(|s| s.start).unwrap_or(0..0);
    walk.table(&root, table.get_mut(), &place, "this file", 0);
    let found = walk.value(&mut table);
    out.extend(walk.out.into_iter().take(MOST));
    found
}

/// What is said of a text that is no TOML.
pub fn not_toml(file: &str, error: &toml::de::Error) -> Diagnostic {
    let message = error.message().trim_end().replace('\n', "; ");
    Diagnostic::error("toml", file, error.span(), format!("this is not TOML: {message}"))
        .with_help("texts stand in quotes, dates and numbers without; lists in [ ], tables in { }")
}

/// A file beside the schema of what it may hold.
struct Walk<'w> {
    file: &'w str,
    text: &'w str,
    root: &'w Json,
    out: Vec<Diagnostic>,
}

impl<'w> Walk<'w> {
    fn error(
        &mut self,
        code: &'static str,
        span: &Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        if self.out.len() < MOST {
            self.out.push(Diagnostic::error(code, self.file, span.clone(), message).with_help(help));
        }
    }

    /// The value of a table that the schema allows; what its type refuses beyond is said, one after the other.
    fn value<T: DeserializeOwned>(&mut self, table: &mut Spanned<DeTable<'_>>) -> Option<T> {
        for _ in 0..MOST {
            let error = match T::deserialize(Deserializer::from(table.clone())) {
                Ok(found) => return Some(found),
                Err(error) => error,
            };
            let span = error.span().filter(|s| *s != NOWHERE);
            if span.is_some() || self.out.is_empty() {
                let message = error.message().trim_end().replace('\n', "; ");
                let said = Diagnostic::error("bad-value", self.file, span.clone(), message);
                self.out.push(said.with_help("write what this key takes"));
            }
            let root = self.root;
            if !span.is_some_and(|span| self.replace(root, table.get_mut(), &span, 0)) {
                return None;
            }
        }
        None
    }

    /// Replaces the value at a place; false where there is none.
    fn replace(&self, schema: &'w Json, table: &mut DeTable<'_>, at: &Range<usize>, depth: usize) -> bool {
        let Some(schema) = self.one_of(schema, table) else { return false };
        table.iter_mut().any(|(key, node)| match self.key(schema, key.get_ref()) {
            Some(inner) => self.replace_in(inner, node, at, depth + 1),
            None => false,
        })
    }

    fn replace_in(&self, schema: &'w Json, node: &mut Node<'_>, at: &Range<usize>, depth: usize) -> bool {
        if depth > DEEPEST {
            return false;
        }
        if node.span() == *at {
            *node = self.placeholder(schema, 0);
            return true;
        }
        match node.get_mut() {
            DeValue::Table(table) => self.replace(schema, table, at, depth),
            DeValue::Array(items) => {
                let inner = self.choices(schema).into_iter().find_map(|s| s.get("items"));
                inner.is_some_and(|s| items.iter_mut().any(|i| self.replace_in(s, i, at, depth + 1)))
            }
            _ => false,
        }
    }

    /// A schema behind its references.
    fn resolve(&self, schema: &'w Json) -> &'w Json {
        let mut found = schema;
        for _ in 0..DEEPEST {
            let Some(name) = found.get("$ref").and_then(Json::as_str) else { break };
            let Some(next) = name.strip_prefix('#').and_then(|at| self.root.pointer(at)) else { break };
            found = next;
        }
        found
    }

    /// What a value may be, each in a schema of its own.
    fn choices(&self, schema: &'w Json) -> Vec<&'w Json> {
        let schema = self.resolve(schema);
        let Some(many) = ["anyOf", "oneOf"].iter().find_map(|k| schema.get(k)?.as_array()) else {
            return vec![schema];
        };
        let real = many.iter().filter(|s| s.get("type").and_then(Json::as_str) != Some("null"));
        real.flat_map(|s| self.choices(s)).collect()
    }

    /// The schema that a table is meant by: the one that knows most of its keys.
    fn one_of(&self, schema: &'w Json, table: &DeTable<'_>) -> Option<&'w Json> {
        // Of several that know as many, the first.
        let tables = self.choices(schema).into_iter().rev().filter(|s| has_type(s, "object"));
        let known = |schema: &&Json| {
            let keys = table.iter().filter(|(key, node)| {
                let Some(inner) = key_of(schema, key.get_ref()) else { return false };
                let word = self.resolve(inner).get("const").and_then(Json::as_str);
                word.is_none_or(|word| node.get_ref().as_str() == Some(word))
            });
            keys.count()
        };
        tables.max_by_key(known)
    }

    fn key(&self, schema: &'w Json, name: &str) -> Option<&'w Json> {
        key_of(schema, name).or_else(|| rest_of(schema))
    }

    /// The name of a table for messages: its header as written and its id, or the key that it is the value of.
    fn name(&self, span: &Range<usize>, table: &DeTable<'_>, under: &str) -> String {
        let written = self.text.get(span.clone()).filter(|t| t.starts_with('[') && !t.contains('\n'));
        let Some(header) = written else { return under.to_owned() };
        match table.get("id").and_then(|id| id.get_ref().as_str()) {
            Some(id) if header.starts_with("[[") && id.len() <= 100 => format!("{header} `{id}`"),
            _ => header.to_owned(),
        }
    }

    fn table(
        &mut self,
        schema: &'w Json,
        table: &mut DeTable<'_>,
        place: &Range<usize>,
        name: &str,
        depth: usize,
    ) {
        if depth > DEEPEST {
            return;
        }
        let Some(schema) = self.one_of(schema, table) else { return };
        let keys: Vec<&str> = schema
            .get("properties")
            .and_then(Json::as_object)
            .map(|p| p.keys().map(String::as_str).collect())
            .unwrap_or_default();
        let mut unknown: Vec<(Range<usize>, String)> = Vec::new();
        let missing: Vec<&str> = needed_of(schema).filter(|key| !table.contains_key(*key)).collect();
        let strict = schema.get("additionalProperties") == Some(&Json::Bool(false));
        let strange = table.keys().filter(|k| {
            // A type that lets keys through that it does not know is still without one of its own.
            let near = || nearest(k.get_ref(), missing.iter().copied()).is_some();
            !keys.contains(&k.get_ref().as_ref()) && (strict || near())
        });
        unknown.extend(strange.map(|k| (k.span(), k.get_ref().to_string())));
        unknown.sort_by_key(|(span, _)| span.start);
        for (span, key) in unknown {
            if self.out.len() >= MOST {
                table.remove(key.as_str());
                continue;
            }
            let help = did_you_mean(&key, keys.iter().copied())
                .unwrap_or_else(|| format!("its keys are {}", listed(&keys)));
            self.error("unknown-key", &span, format!("{name} has no key `{key}`"), help);
            let node = table.remove(key.as_str());
            // What is written under a misspelt key is meant for the one that is near, if that takes such a value.
            let free = keys.iter().copied().filter(|k| !table.contains_key(*k));
            let takes = |near: &str, node: &Node<'_>| {
                let inner = self.key(schema, near).unwrap_or(&Json::Bool(true));
                missing.contains(&near) || self.choices(inner).iter().any(|s| fits(s, node.get_ref()))
            };
            if let (Some(node), Some(near)) = (node, nearest(&key, free))
                && takes(near, &node)
            {
                table.insert(Spanned::new(span, Cow::Owned(near.to_owned())), node);
            }
        }
        for (key, node) in table.iter_mut() {
            if let Some(inner) = self.key(schema, key.get_ref()) {
                let name = format!("`{}`", key.get_ref());
                self.node(inner, node, &key.span(), &name, depth + 1);
            }
        }
        for key in needed_of(schema) {
            if table.contains_key(key) {
                continue;
            }
            let inner = self.key(schema, key).unwrap_or(&Json::Bool(true));
            let example = self.example(inner);
            self.error(
                "missing-key",
                place,
                format!("{name} needs `{key}`"),
                format!("add {key} = {example}"),
            );
            table.insert(Spanned::new(NOWHERE, Cow::Owned(key.to_owned())), self.placeholder(inner, 0));
        }
    }

    /// A value that stands under a key, or in the list that does.
    fn node(&mut self, schema: &'w Json, node: &mut Node<'_>, key: &Range<usize>, under: &str, depth: usize) {
        if depth > DEEPEST || node.span() == NOWHERE {
            return;
        }
        let span = if node.span().is_empty() { key.clone() } else { node.span() };
        let choices = self.choices(schema);
        let fitting: Vec<&Json> = choices.iter().copied().filter(|s| fits(s, node.get_ref())).collect();
        let Some(first) = fitting.first().copied() else {
            self.wrong_kind(schema, node, &span);
            *node = self.placeholder(schema, 0);
            return;
        };
        match node.get_mut() {
            DeValue::Table(table) => {
                let name = self.name(&span, table, under);
                self.table(schema, table, &span, &name, depth + 1);
            }
            DeValue::Array(items) => {
                if let Some(inner) = first.get("items") {
                    let one = if under.starts_with("an entry") {
                        under.to_owned()
                    } else {
                        format!("an entry of {under}")
                    };
                    for item in items.iter_mut() {
                        self.node(inner, item, &span, &one, depth + 1);
                    }
                }
            }
            DeValue::String(text) => {
                let words: Option<Vec<&str>> =
                    fitting.iter().map(|s| words_of(s)).collect::<Option<Vec<_>>>().map(|w| w.concat());
                if let Some(words) = words.filter(|w| !w.contains(&text.as_ref())) {
                    let help = did_you_mean(text, words.iter().copied())
                        .unwrap_or_else(|| format!("write one of {}", listed(&words)));
                    self.error(
                        "unknown-word",
                        &span,
                        format!("`{text}` is not a word that stands here"),
                        help,
                    );
                    *node = self.placeholder(schema, 0);
                }
            }
            DeValue::Datetime(at) if is_date(first) && in_calendar(at).is_none() => {
                self.error(
                    "bad-date",
                    &span,
                    "this day is not in the calendar",
                    "years run from 1000 to 9000, and a month has its own last day",
                );
                *node = self.placeholder(schema, 0);
            }
            _ => {}
        }
    }

    fn wrong_kind(&mut self, schema: &'w Json, node: &Node<'_>, span: &Range<usize>) {
        let kinds = self.kinds(schema);
        if let DeValue::String(text) = node.get_ref()
            && kinds.contains(&DATE)
            && text.parse::<servanda_core::Date>().is_ok()
        {
            self.error("wrong-kind", span, "a date is written without quotes", format!("write {text}"));
            return;
        }
        let takes = |word: &str| kinds.iter().any(|k| k.word == word);
        if let (DeValue::Float(number), true) = (node.get_ref(), takes("string") && takes("integer")) {
            let message = "a number with a point is written in quotes, so that it stays exact";
            self.error("wrong-kind", span, message, format!("write \"{}\"", number.as_str()));
            return;
        }
        let names: Vec<&str> = kinds.iter().map(|k| k.name).collect();
        let example = self.example(schema);
        self.error(
            "wrong-kind",
            span,
            format!("{} is needed here, and this is {}", names.join(" or "), kind_of(node.get_ref())),
            format!("write for example {example}"),
        );
    }

    /// A value as the schema's own example has it.
    fn written(&self, schema: &'w Json) -> Option<String> {
        let example = |schema: &'w Json| schema.get("examples")?.as_array()?.first();
        let resolved = self.resolve(schema);
        if let Some(found) = example(schema).or_else(|| example(resolved)) {
            return Some(as_toml(found));
        }
        let many = ["anyOf", "oneOf"].iter().find_map(|k| resolved.get(k)?.as_array())?;
        many.iter().find_map(|one| self.written(one))
    }

    /// A value as it could be written.
    fn example(&self, schema: &'w Json) -> String {
        if let Some(written) = self.written(schema) {
            return written;
        }
        let words = self.choices(schema).into_iter().map(words_of).collect::<Option<Vec<_>>>();
        let quoted: Vec<String> =
            words.unwrap_or_default().concat().iter().map(|word| format!("\"{word}\"")).collect();
        let words = quoted.split_last().map(|(last, rest)| match rest {
            [] => last.clone(),
            rest => format!("{} or {last}", rest.join(", ")),
        });
        words
            .or_else(|| self.kinds(schema).first().map(|k| k.example.to_owned()))
            .unwrap_or_else(|| "...".to_owned())
    }

    /// The kinds of value that a schema takes, each once.
    fn kinds(&self, schema: &'w Json) -> Vec<Kind> {
        let mut found: Vec<Kind> = Vec::new();
        for choice in self.choices(schema) {
            for kind in KINDS {
                let taken = if kind == DATE {
                    is_date(choice)
                } else {
                    has_type(choice, kind.word) && !is_date(choice)
                };
                if taken && !found.contains(&kind) {
                    found.push(kind);
                }
            }
        }
        found
    }

    /// A value that a schema takes and that claims nothing.
    fn placeholder(&self, schema: &'w Json, depth: usize) -> Node<'static> {
        let choices = self.choices(schema);
        let schema = choices.first().copied().unwrap_or(&Json::Null);
        let parsed = |toml: &'static str| {
            let table = DeTable::parse(toml).ok()?.into_inner();
            table.into_iter().next().map(|(_, value)| value.into_inner())
        };
        let empty = || DeValue::String(Cow::Borrowed(""));
        let value = if let Some(word) = words_of(schema).and_then(|w| w.first().copied()) {
            DeValue::String(Cow::Owned(word.to_owned()))
        } else if is_date(schema) {
            parsed("x = 2000-01-01").unwrap_or_else(empty)
        } else if has_type(schema, "string") {
            empty()
        } else if has_type(schema, "array") {
            DeValue::Array(Default::default())
        } else if has_type(schema, "object") {
            let mut table = DeTable::new();
            if depth < DEEPEST {
                for key in needed_of(schema) {
                    let inner = self.key(schema, key).unwrap_or(&Json::Bool(true));
                    table.insert(
                        Spanned::new(NOWHERE, Cow::Owned(key.to_owned())),
                        self.placeholder(inner, depth + 1),
                    );
                }
            }
            DeValue::Table(table)
        } else if has_type(schema, "boolean") {
            DeValue::Boolean(false)
        } else if has_type(schema, "integer") || has_type(schema, "number") {
            parsed("x = 1").unwrap_or_else(empty)
        } else {
            empty()
        };
        Spanned::new(NOWHERE, value)
    }
}

/// A kind of value.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Kind {
    /// Its type in a schema.
    word: &'static str,
    /// In a message.
    name: &'static str,
    example: &'static str,
}

const DATE: Kind = Kind { word: "date", name: "a date", example: "2020-02-14 (without quotes)" };
const KINDS: [Kind; 7] = [
    DATE,
    Kind { word: "string", name: "a text in quotes", example: "\"...\"" },
    Kind { word: "integer", name: "a whole number", example: "1" },
    Kind { word: "number", name: "a number", example: "0.5" },
    Kind { word: "boolean", name: "true or false", example: "true" },
    Kind { word: "array", name: "a list", example: "[\"...\"]" },
    Kind { word: "object", name: "a table", example: "{ ... }" },
];

fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(at) if at.date.is_some() && at.time.is_none() => "a date",
        DeValue::Datetime(_) => "a time of day",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Whether a schema takes a value of a kind, whatever it says.
fn fits(schema: &Json, value: &DeValue<'_>) -> bool {
    match value {
        DeValue::String(_) => has_type(schema, "string") && !is_date(schema),
        DeValue::Integer(_) => has_type(schema, "integer") || has_type(schema, "number"),
        DeValue::Float(_) => has_type(schema, "number"),
        DeValue::Boolean(_) => has_type(schema, "boolean"),
        DeValue::Datetime(_) => is_date(schema) || is_any(schema),
        DeValue::Array(_) => has_type(schema, "array"),
        DeValue::Table(_) => has_type(schema, "object"),
    }
}

fn is_any(schema: &Json) -> bool {
    schema == &Json::Bool(true) || ["type", "const", "enum"].iter().all(|k| schema.get(k).is_none())
}

/// Whether a schema takes a type; one that names none takes all.
fn has_type(schema: &Json, word: &str) -> bool {
    match schema.get("type") {
        Some(Json::String(own)) => own == word,
        Some(Json::Array(many)) => many.iter().any(|own| own == word),
        _ => is_any(schema) || (word == "string" && words_of(schema).is_some()),
    }
}

/// Whether it is a day without quotes; a date that is read from a text is a text here.
fn is_date(schema: &Json) -> bool {
    schema.get(BARE).is_some()
}

/// The words of a closed set; none where any text will do.
fn words_of(schema: &Json) -> Option<Vec<&str>> {
    if let Some(word) = schema.get("const") {
        return word.as_str().map(|w| vec![w]);
    }
    Some(schema.get("enum")?.as_array()?.iter().filter_map(Json::as_str).collect())
}

/// A value of JSON as TOML writes it on one line.
fn as_toml(value: &Json) -> String {
    match value {
        Json::Array(all) => format!("[{}]", all.iter().map(as_toml).collect::<Vec<_>>().join(", ")),
        Json::Object(all) => {
            let pairs: Vec<String> = all.iter().map(|(k, v)| format!("{k} = {}", as_toml(v))).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        other => other.to_string(),
    }
}

fn key_of<'w>(schema: &'w Json, name: &str) -> Option<&'w Json> {
    schema.get("properties")?.get(name)
}

/// What keys take that have no name of their own.
fn rest_of(schema: &Json) -> Option<&Json> {
    let named = schema.get("patternProperties").and_then(Json::as_object).and_then(|all| all.values().next());
    named.or_else(|| schema.get("additionalProperties")).filter(|s| s.as_bool().is_none())
}

/// The keys that a table must have.
fn needed_of(schema: &Json) -> impl Iterator<Item = &str> {
    schema.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str)
}
