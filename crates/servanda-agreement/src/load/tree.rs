//! A TOML file as an owned tree with the place of each key and value, in the order of the file.

use servanda_core::Date;
use servanda_files::Diagnostic;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A key with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) span: Range<usize>,
}

/// A value with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    Integer(String),
    Date(Date),
    /// A day that is not in the calendar, which is said where it is read.
    NoDay,
    Boolean(bool),
    /// A float, a time of day, or anything else that no key takes.
    Other(&'static str),
    Array(Vec<Node>),
    Table(Table),
}

impl Value {
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Integer(_) => "a whole number",
            Self::Date(_) | Self::NoDay => "a date",
            Self::Boolean(_) => "true or false",
            Self::Other(what) => what,
            Self::Array(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// Keys and values in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) entries: Vec<(Key, Node)>,
}

impl Table {
    pub(crate) fn get(&self, name: &str) -> Option<&Node> {
        self.entry(name).map(|(_, node)| node)
    }

    pub(crate) fn entry(&self, name: &str) -> Option<(&Key, &Node)> {
        self.entries.iter().find(|(key, _)| key.name == name).map(|(k, n)| (k, n))
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|(key, _)| key.name == name).map(|(_, node)| node)
    }

    pub(crate) fn set(&mut self, key: Key, node: Node) {
        match self.get_mut(&key.name) {
            Some(old) => *old = node,
            None => self.entries.push((key, node)),
        }
    }
}

/// Reads a file; every mistake of its form is reported, and what could be read is given.
pub(crate) fn parse(file: &str, text: &str, out: &mut Vec<Diagnostic>) -> Table {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let message = error.message().trim_end().replace('\n', "; ");
        out.push(
            Diagnostic::error("toml", file, error.span(), format!("this is not TOML: {message}"))
                .with_help("texts stand in quotes, dates and numbers without; lists in [ ], tables in { }"),
        );
    }
    convert_table(table.get_ref(), file, out)
}

fn convert_table(table: &DeTable<'_>, file: &str, out: &mut Vec<Diagnostic>) -> Table {
    let mut entries: Vec<(Key, Node)> = table
        .iter()
        .map(|(key, value)| {
            let key = Key { name: key.get_ref().to_string(), span: key.span() };
            let mut node = convert(value, file, out);
            // A table that a dotted key or a header made is placed at its key.
            if matches!(node.value, Value::Table(_)) && node.span.is_empty() {
                node.span = key.span.clone();
            }
            (key, node)
        })
        .collect();
    entries.sort_by_key(|(key, _)| key.span.start);
    Table { entries }
}

fn convert(value: &Spanned<DeValue<'_>>, file: &str, out: &mut Vec<Diagnostic>) -> Node {
    let span = value.span();
    let converted = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => {
            if number.radix() == 10 {
                Value::Integer(number.as_str().to_owned())
            } else {
                Value::Other("a number that is not decimal")
            }
        }
        DeValue::Float(_) => Value::Other("a number with a point"),
        DeValue::Boolean(b) => Value::Boolean(*b),
        DeValue::Datetime(at) => match (at.date, at.time) {
            (Some(date), None) => {
                let date = i16::try_from(date.year)
                    .ok()
                    .zip(i8::try_from(date.month).ok())
                    .zip(i8::try_from(date.day).ok())
                    .and_then(|((y, m), d)| Date::new(y, m, d).ok())
                    .filter(|d| (1000..=9000).contains(&d.year()));
                match date {
                    Some(date) => Value::Date(date),
                    None => {
                        out.push(
                            Diagnostic::error(
                                "bad-date",
                                file,
                                span.clone(),
                                "this day is not in the calendar",
                            )
                            .with_help("years run from 1000 to 9000, and a month has its own last day"),
                        );
                        Value::NoDay
                    }
                }
            }
            _ => Value::Other("a time of day"),
        },
        DeValue::Array(array) => Value::Array(array.iter().map(|v| convert(v, file, out)).collect()),
        DeValue::Table(table) => Value::Table(convert_table(table, file, out)),
    };
    Node { value: converted, span }
}

/// Where each byte of a decoded string stands in the file: one more entry than the string has bytes.
/// `raw` is the string as written, with its quotes, at `start` of the file.
pub(crate) fn string_places(raw: &str, start: usize) -> Vec<usize> {
    let (mut inner, mut at, escapes) = if let Some(rest) = raw.strip_prefix("\"\"\"") {
        (rest.strip_suffix("\"\"\"").unwrap_or(rest), start + 3, true)
    } else if let Some(rest) = raw.strip_prefix("'''") {
        (rest.strip_suffix("'''").unwrap_or(rest), start + 3, false)
    } else if let Some(rest) = raw.strip_prefix('"') {
        (rest.strip_suffix('"').unwrap_or(rest), start + 1, true)
    } else if let Some(rest) = raw.strip_prefix('\'') {
        (rest.strip_suffix('\'').unwrap_or(rest), start + 1, false)
    } else {
        (raw, start, false)
    };
    let multiline = raw.starts_with("\"\"\"") || raw.starts_with("'''");
    if multiline {
        for newline in ["\r\n", "\n"] {
            if let Some(rest) = inner.strip_prefix(newline) {
                at += newline.len();
                inner = rest;
                break;
            }
        }
    }
    let mut places = Vec::with_capacity(inner.len() + 1);
    let mut chars = inner.char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        let here = at + offset;
        if c != '\\' || !escapes {
            places.extend((0..c.len_utf8()).map(|i| here + i));
            continue;
        }
        let decoded = match chars.next() {
            Some((_, kind @ ('u' | 'U' | 'x'))) => {
                let digits = match kind {
                    'u' => 4,
                    'U' => 8,
                    _ => 2,
                };
                let mut code = 0u32;
                for _ in 0..digits {
                    if let Some((_, d)) = chars.next() {
                        code = code.wrapping_mul(16).wrapping_add(d.to_digit(16).unwrap_or(0));
                    }
                }
                char::from_u32(code).map_or(1, char::len_utf8)
            }
            Some((_, c)) if c.is_whitespace() => {
                while chars.next_if(|(_, c)| c.is_whitespace()).is_some() {}
                0
            }
            _ => 1,
        };
        places.extend(std::iter::repeat_n(here, decoded));
    }
    places.push(at + inner.len());
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str) {
        let text = format!("x = {raw}\n");
        let mut errors = Vec::new();
        let table = parse("x.toml", &text, &mut errors);
        assert_eq!(errors, []);
        let node = table.get("x").unwrap();
        let Value::Text(decoded) = &node.value else { panic!("{node:?}") };
        let places = string_places(&text[node.span.clone()], node.span.start);
        assert_eq!(places.len(), decoded.len() + 1, "{raw}");
        for (index, byte) in decoded.bytes().enumerate().filter(|(_, b)| b.is_ascii_lowercase()) {
            assert_eq!(text.as_bytes()[places[index]], byte, "{raw} at {index}");
        }
    }

    #[test]
    fn places_inside_strings_of_every_kind() {
        check("\"abc def\"");
        check("'code \"2905\" x'");
        check("\"code \\\"2905\\\" x\"");
        check("\"\"\"\nabc \\\n   def\"\"\"");
        check("'''\nabc\ndef'''");
        check("\"\\u2265 abc ≥ x\"");
        check("\"\"");
    }

    #[test]
    fn places_of_tables() {
        let text = "[scope.x]\nlist = \"a\"\n[[commitment]]\nid = \"y\"\n";
        let table = parse("x.toml", text, &mut Vec::new());
        let Some(Node { value: Value::Array(all), .. }) = table.get("commitment") else { panic!() };
        assert_eq!(&text[all[0].span.clone()], "[[commitment]]");
    }
}
