//! Tables in JSON: an array of arrays whose first names the columns, or an array of records.
//!
//! Numbers stay the text that they are, since a figure must not pass through a binary number.

use crate::container::Packed;
use crate::dialect::{Dialect, Encoding};
use crate::encoding::decode;
use crate::error::TableError;
use crate::form::{Kept, Raw};
use std::collections::HashMap;
use std::fmt::Write;

/// Levels that JSON may have.
pub const DEPTH: usize = 64;

/// Columns that records may have together.
const MOST_COLUMNS: usize = 4_096;

/// A value with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    Text(String),
    Array(Vec<(u64, Value)>),
    Object(Vec<(String, Value)>),
}

impl Value {
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// By names with points between.
    pub fn at(&self, path: &str) -> Option<&Self> {
        path.split('.').filter(|p| !p.is_empty()).try_fold(self, |value, key| value.get(key))
    }

    /// What is said in it, if that is text or a number.
    pub fn said(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            _ => None,
        }
    }

    fn cell(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Bool(b) => b.to_string(),
            Self::Number(text) | Self::Text(text) => text.clone(),
            Self::Array(items) => {
                let mut out = String::from("[");
                for (number, (_, item)) in items.iter().enumerate() {
                    let _ = write!(out, "{}{}", if number == 0 { "" } else { "," }, item.cell());
                }
                out + "]"
            }
            Self::Object(_) => "{...}".to_owned(),
        }
    }

    /// The paths of arrays of arrays or of records in it, with their lengths.
    pub fn tables(&self) -> Vec<(String, usize)> {
        let mut found = Vec::new();
        self.look("", 0, &mut found);
        found
    }

    fn look(&self, path: &str, depth: usize, found: &mut Vec<(String, usize)>) {
        match self {
            Self::Array(items) => {
                let rows = |v: &(u64, Self)| matches!(v.1, Self::Array(_) | Self::Object(_));
                if items.iter().all(rows) {
                    found.push((path.to_owned(), items.len()));
                }
            }
            Self::Object(members) if depth < 6 => {
                for (name, value) in members {
                    let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    value.look(&below, depth + 1, found);
                }
            }
            _ => {}
        }
    }
}

/// Text of a packed file, in UTF-8 or, by its byte order mark, in UTF-16.
pub(crate) fn text(packed: Packed, dialect: &Dialect) -> Result<(String, Option<String>), TableError> {
    let (bytes, member) = packed.whole(dialect.member.as_deref())?;
    Ok((as_text(bytes, dialect.encoding)?, member))
}

pub(crate) fn as_text(bytes: Vec<u8>, declared: Encoding) -> Result<String, TableError> {
    let encoding = match bytes.get(..2) {
        Some([0xff, 0xfe] | [0xfe, 0xff]) if declared == Encoding::Utf8 => Encoding::Utf16,
        _ => declared,
    };
    let mut decoded = decode(Box::new(std::io::Cursor::new(bytes)), encoding)?;
    let mut out = Vec::new();
    std::io::Read::read_to_end(&mut decoded.inner, &mut out).map_err(|e| TableError::read(None, &e))?;
    String::from_utf8(out).map_err(|e| {
        let line = e.as_bytes().iter().take(e.utf8_error().valid_up_to()).filter(|b| **b == b'\n').count();
        TableError::line(
            line as u64 + 1,
            "the text is not UTF-8",
            "declare the encoding in [file.dialect], or save it in UTF-8",
        )
    })
}

pub(crate) fn rows(packed: Packed, dialect: &Dialect) -> Result<Raw, TableError> {
    let (text, member) = text(packed, dialect)?;
    let value = parse(&text)?;
    if let Some(answer) = crate::sniff::answer_of_json(&value) {
        return Err(answer.refusal());
    }
    let path = dialect.path.as_deref().unwrap_or_default();
    let list = || {
        let paths: Vec<String> = value
            .tables()
            .iter()
            .map(
                |(path, n)| {
                    if path.is_empty() { format!("the whole ({n})") } else { format!("`{path}` ({n})") }
                },
            )
            .collect();
        if paths.is_empty() { "there is none in it".to_owned() } else { paths.join(", ") }
    };
    let Some(Value::Array(items)) = value.at(path) else {
        let problem = if path.is_empty() {
            "the JSON is no array of rows".to_owned()
        } else {
            format!("there is no array at `{path}`")
        };
        return Err(TableError::file(
            problem,
            format!("say where the rows are in [file.dialect]: path = ...; arrays of rows: {}", list()),
        ));
    };
    let rows = table(items)?;
    let mut remarks = Vec::new();
    let above = path.rsplit_once('.').map_or("", |(above, _)| above);
    let beside = value.at(above).unwrap_or(&value);
    let number = |key: &str| beside.get(key).and_then(Value::said).and_then(|t| t.parse::<usize>().ok());
    if let Some(count) = number("count").filter(|n| *n != items.len()) {
        return Err(TableError::file(
            format!("the reply says that it has {count} rows, and {} are here", items.len()),
            "download it again: it was cut, or put together",
        ));
    }
    if let Some(total) = number("total").filter(|n| *n > items.len()) {
        remarks.push(format!(
            "the publisher has {total} rows of this request, and {} are in this reply",
            items.len()
        ));
    }
    for warnings in [beside.get("warnings"), value.get("warnings")].into_iter().flatten() {
        if let Value::Array(all) = warnings {
            for (_, warning) in all {
                let said = warning.get("description").or(warning.get("warning")).unwrap_or(warning);
                remarks.push(format!("the reply warns: {}", said.cell()));
            }
        }
    }
    let about = member.map(|m| format!("member `{m}`"));
    Ok(Raw { about, remarks, ..Raw::grid(Kept::dense(rows)) })
}

/// The rows of an array, the names of their columns first.
pub(crate) fn table(items: &[(u64, Value)]) -> Result<Vec<(u64, Vec<String>)>, TableError> {
    if items.is_empty() {
        return Err(TableError::file(
            "an empty reply: the array of rows has none",
            "check what was asked of the publisher; that there was no trade is not said by it",
        ));
    }
    if items.iter().all(|(_, row)| matches!(row, Value::Array(_))) {
        let width = items.first().map_or(0, |(_, row)| if let Value::Array(c) = row { c.len() } else { 0 });
        return items
            .iter()
            .map(|(line, row)| {
                let Value::Array(cells) = row else { return Ok((*line, Vec::new())) };
                if cells.len() != width {
                    return Err(TableError::line(
                        *line,
                        format!("the row has {} cells, and the first names {width} columns", cells.len()),
                        "download it again",
                    ));
                }
                Ok((*line, cells.iter().map(|(_, c)| c.cell()).collect()))
            })
            .collect();
    }
    let mut names: Vec<String> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut rows = vec![(items.first().map_or(1, |(line, _)| *line), Vec::new())];
    for (line, row) in items {
        let Value::Object(_) = row else {
            return Err(TableError::line(
                *line,
                "among records stands something that is none",
                "check `path` in [file.dialect]",
            ));
        };
        let mut cells: Vec<String> = Vec::new();
        flatten("", row, &mut |name, cell| {
            let place = *places.entry(name.clone()).or_insert_with(|| {
                names.push(name);
                names.len() - 1
            });
            if cells.len() <= place {
                cells.resize(place + 1, String::new());
            }
            if let Some(to) = cells.get_mut(place) {
                *to = cell;
            }
        });
        if names.len() > MOST_COLUMNS {
            return Err(TableError::line(
                *line,
                format!("the records have more than {MOST_COLUMNS} different names"),
                "check `path` in [file.dialect]",
            ));
        }
        rows.push((*line, cells));
    }
    if let Some((_, header)) = rows.first_mut() {
        *header = names;
    }
    Ok(rows)
}

fn flatten(prefix: &str, value: &Value, put: &mut impl FnMut(String, String)) {
    let Value::Object(members) = value else { return };
    for (name, member) in members {
        let name = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match member {
            Value::Object(_) => flatten(&name, member, put),
            other => put(name, other.cell()),
        }
    }
}

/// Reads JSON.
pub(crate) fn parse(text: &str) -> Result<Value, TableError> {
    let mut parser = Parser { rest: text, line: 1 };
    let value = parser.value(0)?;
    parser.space();
    if !parser.rest.is_empty() {
        return Err(parser.wrong("something follows the JSON"));
    }
    Ok(value)
}

struct Parser<'t> {
    rest: &'t str,
    line: u64,
}

impl<'t> Parser<'t> {
    fn wrong(&self, problem: &str) -> TableError {
        TableError::line(self.line, format!("it is not JSON: {problem}"), "download it again")
    }

    fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.line += taken.bytes().filter(|b| *b == b'\n').count() as u64;
        self.rest = rest;
        taken
    }

    fn space(&mut self) {
        let blank = self.rest.bytes().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.take(blank);
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.rest.starts_with(c);
        if found {
            self.take(c.len_utf8());
        }
        found
    }

    fn value(&mut self, depth: usize) -> Result<Value, TableError> {
        if depth > DEPTH {
            return Err(self.wrong("it has too many levels"));
        }
        self.space();
        match self.rest.chars().next() {
            None => Err(self.wrong("it ends before it should")),
            Some('{') => self.object(depth),
            Some('[') => {
                self.take(1);
                let mut items = Vec::new();
                self.space();
                if self.eat(']') {
                    return Ok(Value::Array(items));
                }
                loop {
                    self.space();
                    let line = self.line;
                    items.push((line, self.value(depth + 1)?));
                    self.space();
                    if self.eat(']') {
                        return Ok(Value::Array(items));
                    }
                    if !self.eat(',') {
                        return Err(self.wrong("an array goes on without a comma, or ends before it should"));
                    }
                }
            }
            Some('"') => Ok(Value::Text(self.string()?)),
            Some('-' | '0'..='9') => {
                let length = self
                    .rest
                    .bytes()
                    .take_while(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'))
                    .count();
                let number = self.take(length);
                if number.parse::<f64>().is_ok_and(f64::is_finite) {
                    Ok(Value::Number(number.to_owned()))
                } else {
                    Err(self.wrong(&format!("`{number}` is no number")))
                }
            }
            Some(_) => {
                for (word, value) in
                    [("null", Value::Null), ("true", Value::Bool(true)), ("false", Value::Bool(false))]
                {
                    if self.rest.starts_with(word) {
                        self.take(word.len());
                        return Ok(value);
                    }
                }
                Err(self.wrong("a value is none"))
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, TableError> {
        self.take(1);
        let mut members: Vec<(String, Value)> = Vec::new();
        let mut names = std::collections::HashSet::new();
        self.space();
        if self.eat('}') {
            return Ok(Value::Object(members));
        }
        loop {
            self.space();
            if !self.rest.starts_with('"') {
                return Err(self.wrong("a name is missing"));
            }
            let name = self.string()?;
            if !names.insert(name.clone()) {
                return Err(self.wrong(&format!("`{name}` is there twice in one record")));
            }
            self.space();
            if !self.eat(':') {
                return Err(self.wrong("a colon is missing"));
            }
            members.push((name, self.value(depth + 1)?));
            self.space();
            if self.eat('}') {
                return Ok(Value::Object(members));
            }
            if !self.eat(',') {
                return Err(self.wrong("a record goes on without a comma, or ends before it should"));
            }
        }
    }

    fn string(&mut self) -> Result<String, TableError> {
        self.take(1);
        let mut out = String::new();
        loop {
            let plain = self.rest.bytes().position(|b| matches!(b, b'"' | b'\\')).unwrap_or(self.rest.len());
            out.push_str(self.take(plain));
            if self.eat('"') {
                return Ok(out);
            }
            if !self.eat('\\') {
                return Err(self.wrong("a text does not end"));
            }
            let Some(c) = self.rest.chars().next() else { return Err(self.wrong("a text does not end")) };
            self.take(c.len_utf8());
            match c {
                '"' | '\\' | '/' => out.push(c),
                'b' => out.push('\u{8}'),
                'f' => out.push('\u{c}'),
                'n' => out.push('\n'),
                'r' => out.push('\r'),
                't' => out.push('\t'),
                'u' => {
                    let first = self.unit()?;
                    let code = if (0xd800..0xdc00).contains(&first) && self.rest.starts_with("\\u") {
                        self.take(2);
                        let second = self.unit()?;
                        0x10000 + ((first - 0xd800) << 10) + (second.wrapping_sub(0xdc00) & 0x3ff)
                    } else {
                        first
                    };
                    out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
                }
                _ => return Err(self.wrong("a text has a mark that JSON does not know")),
            }
        }
    }

    fn unit(&mut self) -> Result<u32, TableError> {
        let digits = self.rest.get(..4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let unit = digits.and_then(|d| u32::from_str_radix(d, 16).ok());
        let unit = unit.ok_or_else(|| self.wrong("a character's number is none"))?;
        self.take(4);
        Ok(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_read_with_its_lines_and_its_numbers_as_they_are() {
        let value =
            parse("{\"a\": [\n{\"b\": 6804128143.0, \"c\": \"x\\u00e9\\ud83d\\ude00\"},\n{\"b\": null}]}")
                .unwrap();
        let Some(Value::Array(items)) = value.at("a") else { panic!() };
        let rows = table(items).unwrap();
        assert_eq!(rows[0].1, ["b", "c"]);
        assert_eq!(rows[1], (2, vec!["6804128143.0".to_owned(), "x\u{e9}\u{1f600}".to_owned()]));
        assert_eq!(rows[2], (3, vec![String::new()]));
        assert_eq!(value.tables(), [("a".to_owned(), 2)]);
        let deep = "[".repeat(100_000);
        for bad in [
            "",
            "[",
            "[1,]",
            "{\"a\":1,\"a\":2}",
            "{\"a\" 1}",
            "\"a",
            "[1] 2",
            "nul",
            "01x",
            "\"\\u12\"",
            &deep,
        ] {
            assert!(parse(bad).is_err(), "{}", &bad[..bad.len().min(20)]);
        }
    }
}
