//! What a file looks like, for whoever describes it. Nothing here decides how a file is read: a dialect does, which a person has
//! seen.

use crate::container::{Magic, Packed};
use crate::dialect::{Dialect, Encoding, Separator};
use crate::error::TableError;
use crate::form::{Form, cells};
use crate::json::Value;
use crate::{html, json, sdmx_ml, sheet};
use servanda_files::csv::{Reader, Record};
use std::fs::File;
use std::io::Read;

/// Bytes that are looked at.
const LOOK: u64 = 8 << 20;

/// What a publisher answers instead of figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It refused the request, or puts it off.
    Refused {
        /// Which element or key says so.
        by: String,
        /// The number that it gives.
        code: Option<String>,
        /// What it says.
        says: String,
    },
    /// It has no row. That there was no trade is not said by it.
    Empty {
        /// What is empty.
        what: String,
    },
    /// It takes figures away, and states none.
    Deletes,
    /// SDMX-JSON, which is not read.
    SdmxJson,
}

impl Answer {
    /// As a refusal.
    pub fn refusal(&self) -> TableError {
        match self {
            Self::Refused { by, code, says } => {
                let code = code.as_ref().map(|c| format!(" {c}")).unwrap_or_default();
                TableError::file(
                    format!("it is no table but the publisher's answer ({by}{code}): {says}"),
                    "ask the publisher again as the answer says",
                )
            }
            Self::Empty { what } => TableError::file(
                format!("an empty reply: {what}"),
                "check what was asked of the publisher; that there was no trade is not said by it",
            ),
            Self::Deletes => TableError::file(
                "the message takes figures away (action Delete), and states none",
                "withdraw the vintage that it is about, or ask for the figures themselves",
            ),
            Self::SdmxJson => TableError::file(
                "it is SDMX-JSON, which is not read",
                "ask the publisher for the same data as SDMX-CSV (format=csvdata) or SDMX-ML",
            ),
        }
    }
}

/// What JSON says instead of rows.
pub(crate) fn answer_of_json(value: &Value) -> Option<Answer> {
    if value.get("dataSets").is_some() && (value.get("structure").is_some() || value.get("header").is_some())
    {
        return Some(Answer::SdmxJson);
    }
    if let Some(data) = value.get("data").filter(|d| d.get("dataSets").is_some()) {
        let _ = data;
        return Some(Answer::SdmxJson);
    }
    let mut looked = vec![(String::new(), value)];
    let mut at = 0;
    while let Some((path, here)) = looked.get(at).cloned() {
        at += 1;
        let Value::Object(members) = here else { continue };
        for (name, member) in members {
            let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let lower = name.to_ascii_lowercase();
            let full = |v: &Value| match v {
                Value::Text(t) => !t.trim().is_empty(),
                Value::Object(m) => !m.is_empty(),
                Value::Array(a) => !a.is_empty(),
                _ => false,
            };
            if matches!(lower.as_str(), "error" | "errors" | "error_message" | "fault") && full(member) {
                return Some(refused(below, here, member));
            }
            if path.split('.').count() < 3 && matches!(member, Value::Object(_)) {
                looked.push((below, member));
            }
        }
        let status =
            ["statusCode", "status", "code"].iter().find_map(|k| here.get(k)?.said()?.parse::<u32>().ok());
        if let (Some(400..), Some(message)) = (status, here.get("message").or(here.get("detail"))) {
            return Some(refused("message".to_owned(), here, message));
        }
    }
    let tables = value.tables();
    match (value, tables.as_slice()) {
        (_, []) => None,
        (_, all) if all.iter().all(|(_, n)| *n == 0) => {
            let names: Vec<String> = all
                .iter()
                .map(|(p, _)| if p.is_empty() { "the array".to_owned() } else { format!("`{p}`") })
                .collect();
            Some(Answer::Empty { what: format!("{} has no rows", names.join(", ")) })
        }
        _ => None,
    }
}

fn refused(by: String, beside: &Value, said: &Value) -> Answer {
    let mut words = Vec::new();
    let mut code =
        ["code", "status", "statusCode"].iter().find_map(|k| beside.get(k)?.said().map(str::to_owned));
    collect(said, 0, &mut |name, text| {
        if name.to_ascii_lowercase().ends_with("code") {
            code = Some(text.to_owned())
        } else {
            words.push(text.to_owned())
        }
    });
    Answer::Refused { by, code, says: words.join(" ") }
}

fn collect(value: &Value, depth: usize, put: &mut impl FnMut(&str, &str)) {
    match value {
        Value::Object(members) if depth < 4 => {
            for (name, member) in members {
                match member.said() {
                    Some(text) => put(name, text),
                    None => collect(member, depth + 1, put),
                }
            }
        }
        Value::Array(items) if depth < 4 => {
            for (_, item) in items.iter().take(5) {
                match item.said() {
                    Some(text) => put("", text),
                    None => collect(item, depth + 1, put),
                }
            }
        }
        other => {
            if let Some(text) = other.said() {
                put("", text);
            }
        }
    }
}

/// A table of a file as it stands, titles and footnotes among its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// What a dialect says to find it: form, encoding, separator, and sheet, table or path.
    pub dialect: Dialect,
    /// Its rows with their lines.
    pub rows: Vec<(u64, Vec<String>)>,
    /// Whether these are all of them.
    pub whole: bool,
}

/// What a file looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its tables.
    pub grids: Vec<Grid>,
    /// What it is instead of a table.
    pub answer: Option<Answer>,
    /// What is not certain: the encoding.
    pub doubts: Vec<String>,
}

/// Looks at a file. Of each table no more than `most_rows` rows are read.
///
/// # Errors
/// If nothing can be made of it, with what it seems to be.
pub fn sniff(file: File, bytes: u64, most_rows: usize) -> Result<Found, TableError> {
    let mut packed = Packed::new(file, bytes)?;
    let mut member = None;
    match packed.magic {
        Magic::Compound => return workbook(packed, Form::Xls, most_rows),
        Magic::Zip => {
            let names = packed.members()?;
            if names.iter().any(|n| n == "xl/workbook.xml") {
                return workbook(packed, Form::Xlsx, most_rows);
            }
            member = one_of(&names)?;
        }
        _ => {}
    }
    let (inner, name) = packed.unpacked(member.as_deref())?;
    let mut look = Vec::new();
    inner.take(LOOK).read_to_end(&mut look).map_err(|e| TableError::read(None, &e))?;
    let whole = (look.len() as u64) < LOOK;
    let mut found = of_text(look, whole, most_rows)?;
    for grid in &mut found.grids {
        grid.dialect.member.clone_from(&name);
    }
    Ok(found)
}

/// The member of an archive that is a table, if only one can be.
fn one_of(names: &[String]) -> Result<Option<String>, TableError> {
    let tables: Vec<&String> = names
        .iter()
        .filter(|n| {
            let lower = n.to_ascii_lowercase();
            let beside = ["readme", "metadata", "license", "licence"].iter().any(|w| lower.contains(w));
            !beside
                && [".csv", ".tsv", ".txt", ".json", ".xml", ".html", ".htm"]
                    .iter()
                    .any(|e| lower.ends_with(e))
        })
        .collect();
    match (names, tables.as_slice()) {
        ([only], _) => Ok(Some(only.clone())),
        (_, [only]) => Ok(Some((*only).clone())),
        _ => {
            let list: Vec<String> = names.iter().take(10).map(|n| format!("`{n}`")).collect();
            Err(TableError::file(
                format!("it is a ZIP archive with {} files", names.len()),
                format!("unpack it and name one of them: {}", list.join(", ")),
            ))
        }
    }
}

fn workbook(packed: Packed, form: Form, most_rows: usize) -> Result<Found, TableError> {
    let sheets = sheet::sheets(packed, most_rows)?;
    let several = sheets.len() > 1;
    let grids = sheets
        .into_iter()
        .map(|(name, rows)| Grid {
            dialect: Dialect { form, sheet: several.then_some(name), ..Dialect::default() },
            whole: rows.len() < most_rows,
            rows: rows.iter().map(|(line, row)| (*line, cells(row).map(str::to_owned).collect())).collect(),
        })
        .collect();
    Ok(Found { grids, answer: None, doubts: Vec::new() })
}

/// The encoding that bytes are in, and whether that is certain.
fn encoding(look: &[u8], whole: bool) -> Result<(Encoding, bool), TableError> {
    match look {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Ok((Encoding::Utf16, true)),
        _ => {}
    }
    let nul = |odd: usize| look.iter().take(2_000).skip(odd).step_by(2).filter(|b| **b == 0).count();
    let half = look.len().min(2_000) / 4;
    if nul(1) > half && nul(0) == 0 {
        return Ok((Encoding::Utf16Le, true));
    }
    if nul(0) > half && nul(1) == 0 {
        return Ok((Encoding::Utf16Be, true));
    }
    match std::str::from_utf8(look) {
        Ok(_) => Ok((Encoding::Utf8, true)),
        Err(e) if e.error_len().is_none() && !whole => Ok((Encoding::Utf8, true)),
        Err(_) => by_letters(look, whole).map(|found| (found, false)),
    }
}

/// The encoding in which text that is not Unicode has letters that stand together in some language.
fn by_letters(look: &[u8], whole: bool) -> Result<Encoding, TableError> {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(look, whole);
    let likely = detector.guess(None, chardetng::Utf8Detection::Deny);
    // GBK is the part of GB 18030 that is written.
    let likely = if likely == encoding_rs::GBK { encoding_rs::GB18030 } else { likely };
    let known = Encoding::LEGACY.into_iter().find(|e| e.legacy() == Some(likely));
    known.ok_or_else(|| {
        TableError::file(
            format!("its text is in {}, it seems, which is not read", likely.name()),
            "save it in UTF-8, or declare `encoding` in [file.dialect] if it is another one",
        )
    })
}

fn of_text(mut look: Vec<u8>, whole: bool, most_rows: usize) -> Result<Found, TableError> {
    if look.is_empty() {
        return Ok(Found {
            grids: Vec::new(),
            answer: Some(Answer::Empty { what: "the file has no bytes in it".to_owned() }),
            doubts: Vec::new(),
        });
    }
    let (encoding, sure) = encoding(&look, whole)?;
    if !whole && !matches!(encoding, Encoding::Utf16 | Encoding::Utf16Le | Encoding::Utf16Be) {
        let end = look.iter().rposition(|b| *b == b'\n').map_or(look.len(), |n| n + 1);
        look.truncate(end);
    }
    let doubts = if sure { Vec::new() } else { vec!["encoding".to_owned()] };
    let text = json::as_text(look, encoding)?;
    let first = text.trim_start().chars().next();
    let lower: String = text.trim_start().chars().take(4_000).collect::<String>().to_ascii_lowercase();
    let found = |grids, answer| Ok(Found { grids, answer, doubts: doubts.clone() });
    match first {
        None => {
            found(Vec::new(), Some(Answer::Empty { what: "the file has nothing but space in it".to_owned() }))
        }
        Some('{' | '[') => {
            let value = json::parse(&text)?;
            if let Some(answer) = answer_of_json(&value) {
                return found(Vec::new(), Some(answer));
            }
            let mut grids = Vec::new();
            for (path, _) in value.tables().iter().filter(|(_, n)| *n > 0) {
                if let Some(Value::Array(items)) = value.at(path) {
                    let mut rows = json::table(items)?;
                    let whole = rows.len() <= most_rows;
                    rows.truncate(most_rows);
                    let path = (!path.is_empty()).then(|| path.clone());
                    grids.push(Grid {
                        dialect: Dialect { form: Form::Json, path, ..Dialect::default() },
                        rows,
                        whole,
                    });
                }
            }
            found(grids, None)
        }
        Some('<')
            if lower.contains("<html")
                || lower.starts_with("<!doctype html")
                || lower.starts_with("<table") =>
        {
            let tables: Vec<html::Lines> =
                html::tables(&text)?.into_iter().filter(|t| !t.is_empty()).collect();
            let several = tables.len() > 1;
            let grids = (1..).zip(tables).map(|(number, mut rows)| {
                rows.truncate(most_rows);
                let table = several.then_some(number);
                Grid {
                    dialect: Dialect { form: Form::Html, encoding, table, ..Dialect::default() },
                    rows,
                    whole: true,
                }
            });
            let grids: Vec<Grid> = grids.collect();
            if grids.is_empty() {
                let what =
                    "the page has text and no table: figures that stand in its text are not read".to_owned();
                return found(grids, Some(Answer::Empty { what }));
            }
            found(grids, None)
        }
        Some('<') => {
            let message = sdmx_ml::read(&text)?;
            if message.answer.is_some() {
                return found(Vec::new(), message.answer);
            }
            let dialect = Dialect { form: Form::SdmxMl, ..Dialect::default() };
            let rows = message.rows.iter().take(most_rows);
            let rows = rows.map(|(line, row)| (*line, cells(row).map(str::to_owned).collect())).collect();
            found(vec![Grid { dialect, rows, whole: true }], None)
        }
        Some(_) => found(vec![delimited(&text, encoding, whole, most_rows)?], None),
    }
}

/// The separator that gives the most rows of one width, and those rows.
fn delimited(text: &str, encoding: Encoding, whole: bool, most_rows: usize) -> Result<Grid, TableError> {
    let mut best: Option<(usize, Separator, html::Lines, bool)> = None;
    let mut wrong = None;
    // Eurostat's dimensions stand in one column, with commas between them: `freq,unit,geo\TIME_PERIOD`.
    let first = text.lines().next().and_then(|line| line.split_once('\t'));
    let dimensions = first.is_some_and(|(first, _)| first.contains(',') && first.contains('\\'));
    let separators: &[Separator] = if dimensions { &[Separator::Tab] } else { &Separator::ALL };
    for separator in separators.iter().copied() {
        let mut reader = Reader::with_separator(text.as_bytes(), separator.byte());
        let mut record = Record::default();
        let mut rows: Vec<(u64, Vec<String>)> = Vec::new();
        let mut widths: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
        let mut ended = false;
        while rows.len() < most_rows {
            match reader.any(&mut record) {
                Ok(true) => {
                    *widths.entry(record.len()).or_insert(0) += 1;
                    rows.push((record.line(), record.iter().map(str::to_owned).collect()));
                }
                Ok(false) => {
                    ended = true;
                    break;
                }
                Err(error) => {
                    let error = TableError::csv(error, &[]);
                    if separator == Separator::Comma || wrong.is_none() {
                        wrong = Some(error);
                    }
                    rows.clear();
                    break;
                }
            }
        }
        let score =
            widths.iter().filter(|(w, _)| **w > 1).map(|(w, n)| n * (w - 1).min(50)).max().unwrap_or(0);
        if !rows.is_empty() && best.as_ref().is_none_or(|b| score > b.0) {
            best = Some((score, separator, rows, ended));
        }
    }
    let Some((_, separator, rows, ended)) = best else {
        return Err(wrong
            .unwrap_or_else(|| TableError::file("there is no table in it", "name a table with a header")));
    };
    let first = rows.first().and_then(|(_, r)| r.first()).map(String::as_str).unwrap_or_default();
    let mut dialect = Dialect { encoding, separator, ..Dialect::default() };
    let mut rows = rows.clone();
    if first == "STRUCTURE" || first.starts_with("STRUCTURE[") {
        dialect.form = Form::SdmxCsv;
    } else if separator == Separator::Tab && first.contains('\\') && first.contains(',') {
        dialect.form = Form::EurostatTsv;
        dialect.separator = Separator::Comma;
    }
    if dialect.form != Form::Csv {
        rows = reread(text, &dialect, most_rows)?;
    }
    Ok(Grid { dialect, rows, whole: whole && ended })
}

/// The rows of a form that stands on text.
fn reread(text: &str, dialect: &Dialect, most_rows: usize) -> Result<Vec<(u64, Vec<String>)>, TableError> {
    let io = |e: std::io::Error| TableError::read(None, &e);
    let mut file = tempfile::tempfile().map_err(io)?;
    std::io::Write::write_all(&mut file, text.as_bytes()).map_err(io)?;
    let packed = Packed::new(file, text.len() as u64)?;
    let plain = Dialect { encoding: Encoding::Utf8, ..dialect.clone() };
    let mut raw = dialect.form.rows(packed, &plain)?;
    let mut record = Record::default();
    let mut rows = Vec::new();
    while rows.len() < most_rows && raw.rows.next(&mut record)? {
        rows.push((record.line(), record.iter().map(str::to_owned).collect()));
    }
    Ok(rows)
}
