//! SDMX-ML: a row for each observation, a column for each dimension and attribute.
//!
//! Of a structure-specific message they are the attributes of `Series` (and `Group`-less `Obs`); of a generic one the values of its
//! key, its attributes and its observation. Nothing outside the message is read, and no entity is expanded.

use crate::container::Packed;
use crate::dialect::Dialect;
use crate::error::TableError;
use crate::form::{Kept, Raw};
use crate::json::text;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// Columns that a message may have.
const MOST_COLUMNS: usize = 1_024;

/// Levels of elements.
const DEPTH: usize = 64;

pub(crate) fn rows(packed: Packed, dialect: &Dialect) -> Result<Raw, TableError> {
    let (text, member) = text(packed, dialect)?;
    let message = read(&text)?;
    if let Some(answer) = &message.answer {
        return Err(answer.refusal());
    }
    let about = member.map(|m| format!("member `{m}`"));
    Ok(Raw { about, ..Raw::grid(Kept::new(message.rows)) })
}

/// What a message says.
pub(crate) struct Message {
    /// The names of columns first.
    pub rows: Vec<crate::form::Sparse>,
    /// What it is instead of figures.
    pub answer: Option<crate::sniff::Answer>,
}

/// Reads lines as it goes.
struct Lines<'t> {
    text: &'t [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn to(&mut self, position: u64) -> u64 {
        let position = usize::try_from(position).unwrap_or(usize::MAX).min(self.text.len());
        let passed = self.text.get(self.at..position).unwrap_or_default();
        self.line += passed.iter().filter(|b| **b == b'\n').count() as u64;
        self.at = self.at.max(position);
        self.line
    }
}

#[derive(Default)]
struct Columns {
    names: Vec<String>,
}

impl Columns {
    fn place(&mut self, name: &str) -> u32 {
        let found = self.names.iter().position(|n| n == name);
        let place = found.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        u32::try_from(place).unwrap_or(u32::MAX)
    }
}

fn attributes(element: &BytesStart<'_>, line: u64) -> Result<Vec<(String, String)>, TableError> {
    let mut found = Vec::new();
    for attribute in element.attributes() {
        let wrong = |e: &dyn std::fmt::Display| {
            TableError::line(line, format!("an attribute cannot be read: {e}"), "download it again")
        };
        let attribute = attribute.map_err(|e| wrong(&e))?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|e| wrong(&e))?;
        found.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(found)
}

fn of<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
}

/// Reads a message.
pub(crate) fn read(text: &str) -> Result<Message, TableError> {
    let mut reader = Reader::from_str(text);
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    let mut columns = Columns::default();
    let mut rows: Vec<crate::form::Sparse> = vec![(1, Vec::new())];
    let mut open: Vec<String> = Vec::new();
    let mut series: Vec<(u32, String)> = Vec::new();
    let mut observation: Vec<(u32, String)> = Vec::new();
    let mut obs_line = 1;
    let mut time = "TIME_PERIOD".to_owned();
    let (mut words, mut code) = (Vec::new(), None);
    let (mut root, mut deletes) = (String::new(), false);
    // What series say stands in each of their rows; together that may not be more than the file could unpack to.
    let mut left = text.len().saturating_mul(100).max(16 << 20);
    loop {
        let event = reader.read_event().map_err(|e| {
            let line = lines.to(reader.error_position());
            TableError::line(line, format!("it is not XML: {e}"), "download it again")
        })?;
        let line = lines.to(reader.buffer_position());
        let (element, empty) = match &event {
            Event::DocType(_) => {
                return Err(TableError::line(
                    line,
                    "it declares a document type, by which entities could be made",
                    "no publisher of SDMX does: check where the file comes from",
                ));
            }
            Event::Eof => break,
            Event::Text(said) => {
                let inside = |name: &str| open.iter().any(|o| o == name);
                if (inside("Footer") && inside("Text")) || inside("faultstring") || inside("ErrorMessage") {
                    words.push(said.xml_content(XmlVersion::Implicit1_0).trim().to_owned());
                }
                if inside("faultcode") {
                    code = Some(said.trim().to_owned());
                }
                continue;
            }
            Event::End(end) => {
                open.pop();
                match end.local_name().into_inner() {
                    "Obs" if !observation.is_empty() => {
                        push(&mut rows, obs_line, &series, std::mem::take(&mut observation), &mut left)?;
                    }
                    "Series" => series.clear(),
                    _ => {}
                }
                continue;
            }
            Event::Start(element) => (element, false),
            Event::Empty(element) => (element, true),
            _ => continue,
        };
        let name = element.local_name().into_inner().to_owned();
        if root.is_empty() {
            root.clone_from(&name);
        }
        let has = attributes(element, line)?;
        let parent = open.last().map(String::as_str).unwrap_or_default();
        match name.as_str() {
            "Structure" => {
                if let Some(id) = of(&has, "dimensionAtObservation").filter(|id| *id != "AllDimensions") {
                    id.clone_into(&mut time);
                }
            }
            "DataSet" => deletes |= of(&has, "action").is_some_and(|a| a == "Delete"),
            "Message" if open.iter().any(|o| o == "Footer") => {
                code = of(&has, "code").map(str::to_owned);
            }
            // Structure-specific: what an element has is what it says.
            "Series" => {
                series.clear();
                for (name, value) in own(&has) {
                    series.push((columns.place(name), value.to_owned()));
                }
            }
            "Obs" => {
                observation.clear();
                obs_line = line;
                for (name, value) in own(&has) {
                    observation.push((columns.place(name), value.to_owned()));
                }
                if empty && !observation.is_empty() {
                    push(&mut rows, line, &series, std::mem::take(&mut observation), &mut left)?;
                }
            }
            // Generic: the values of keys and attributes, and the observation.
            "Value" => {
                if let (Some(id), Some(value)) = (of(&has, "id").or(of(&has, "concept")), of(&has, "value")) {
                    let cell = (columns.place(id), value.to_owned());
                    if open.iter().any(|o| o == "Obs") {
                        observation.push(cell);
                    } else if parent == "SeriesKey" || parent == "Attributes" {
                        series.push(cell);
                    }
                }
            }
            "ObsDimension" | "ObsValue" => {
                if let Some(value) = of(&has, "value") {
                    let id = of(&has, "id").unwrap_or(if name == "ObsValue" { "OBS_VALUE" } else { &time });
                    observation.push((columns.place(id), value.to_owned()));
                }
            }
            _ => {}
        }
        if columns.names.len() > MOST_COLUMNS {
            return Err(TableError::line(
                line,
                format!("it has more than {MOST_COLUMNS} columns"),
                "check the file",
            ));
        }
        if !empty {
            open.push(name);
            if open.len() > DEPTH {
                return Err(TableError::line(
                    line,
                    "elements stand too deep in each other",
                    "check the file",
                ));
            }
        }
    }
    if let Some(left) = open.last() {
        return Err(TableError::line(
            lines.line,
            format!("the element `{left}` does not end: the file was cut"),
            "download it again",
        ));
    }
    let none = rows.len() == 1;
    let answer = if none && (!words.is_empty() || code.is_some()) {
        words.dedup();
        Some(crate::sniff::Answer::Refused { by: root, code, says: words.join(" ") })
    } else if deletes {
        Some(crate::sniff::Answer::Deletes)
    } else if none {
        Some(crate::sniff::Answer::Empty { what: format!("the message ({root}) has no observation") })
    } else {
        None
    };
    if let Some((_, header)) = rows.first_mut() {
        *header = (0u32..).zip(columns.names).collect();
    }
    Ok(Message { rows, answer })
}

/// What an element says of its data, and not of XML.
fn own(attributes: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    attributes
        .iter()
        .filter(|(name, _)| !name.contains(':') && name != "xmlns")
        .map(|(n, v)| (n.as_str(), v.as_str()))
}

fn push(
    rows: &mut Vec<crate::form::Sparse>,
    line: u64,
    series: &[(u32, String)],
    observation: Vec<(u32, String)>,
    left: &mut usize,
) -> Result<(), TableError> {
    let mut cells: Vec<(u32, String)> = series.to_vec();
    cells.extend(observation);
    cells.sort_by_key(|(column, _)| *column);
    let size: usize = cells.iter().map(|(_, text)| text.len() + 40).sum();
    *left = left.checked_sub(size).ok_or_else(|| {
        TableError::line(
            line,
            "what series say, repeated in each row, comes to too much",
            "ask for fewer attributes",
        )
    })?;
    let twice = cells.windows(2).any(|pair| matches!(pair, [a, b] if a.0 == b.0));
    if twice {
        return Err(TableError::line(line, "an observation says one thing twice", "download it again"));
    }
    rows.push((line, cells));
    Ok(())
}
