//! How periods are written: `{YYYY}M{MM}`, `{MM}/{YYYY}`, `{MON}-{YY}`, `{YYYY}-{MM}-01`.
//!
//! What stands in braces is a part of the period; everything else stands there as it is.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A part of a period as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// Text that stands there.
    Text(String),
    /// Four digits of a year.
    Year,
    /// Two digits of a year: 70 to 99 are of the last century.
    ShortYear,
    /// The year after the one before, with four digits or two: `2023/24`.
    NextYear { short: bool },
    /// Two digits of a month.
    Month,
    /// A month in one digit or two.
    ShortMonth,
    /// An English name of a month, in three letters or in full.
    MonthName,
    /// A quarter, 1 to 4.
    Quarter,
    /// Two digits of a day.
    Day,
    /// A day in one digit or two.
    ShortDay,
}

/// How periods are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    parts: Vec<Part>,
}

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError(String);

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PatternError {}

/// What a period is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Read {
    year: Option<u16>,
    month: Option<u8>,
    quarter: Option<u8>,
    day: Option<u8>,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const WORDS: &str =
    "{YYYY}, {YY}, {MM}, {M}, {MON}, {Q}, {DD}, {D}, and {YYYY+1} or {YY+1} for the second year of a span";

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// If a word in braces is unknown, there is no year, or a part is there twice.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let bad = |why: String| Err(PatternError(format!("`{text}` is no form of periods: {why}")));
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (before, after) = match rest.split_once('{') {
                Some((before, after)) => (before, Some(after)),
                None => (rest, None),
            };
            if before.contains('}') {
                return bad("a brace closes that was not opened".to_owned());
            }
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            let Some(after) = after else { break };
            let Some((word, next)) = after.split_once('}') else {
                return bad("a brace is not closed".to_owned());
            };
            parts.push(match word {
                "YYYY" => Part::Year,
                "YY" => Part::ShortYear,
                "YYYY+1" => Part::NextYear { short: false },
                "YY+1" => Part::NextYear { short: true },
                "MM" => Part::Month,
                "M" => Part::ShortMonth,
                "MON" => Part::MonthName,
                "Q" => Part::Quarter,
                "DD" => Part::Day,
                "D" => Part::ShortDay,
                other => return bad(format!("`{{{other}}}` is none of {WORDS}")),
            });
            rest = next;
        }
        let count = |test: fn(&Part) -> bool| parts.iter().filter(|p| test(p)).count();
        let years = count(|p| matches!(p, Part::Year | Part::ShortYear));
        let months = count(|p| matches!(p, Part::Month | Part::ShortMonth | Part::MonthName));
        let quarters = count(|p| *p == Part::Quarter);
        let days = count(|p| matches!(p, Part::Day | Part::ShortDay));
        if years != 1 {
            return bad(format!("it needs one year; its words are {WORDS}"));
        }
        if months + quarters > 1 || days > 1 || (days == 1 && months != 1) {
            return bad("a period is a year, a quarter, a month or a day".to_owned());
        }
        Ok(Self { text: text.to_owned(), parts })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether its years span two calendar years: `2023/24`.
    pub fn spans_two_years(&self) -> bool {
        self.parts.iter().any(|p| matches!(p, Part::NextYear { .. }))
    }

    /// The kind of its periods.
    pub fn kind(&self) -> &'static str {
        let has = |test: fn(&Part) -> bool| self.parts.iter().any(test);
        if has(|p| matches!(p, Part::Day | Part::ShortDay)) {
            "day"
        } else if has(|p| matches!(p, Part::Month | Part::ShortMonth | Part::MonthName)) {
            "month"
        } else if has(|p| *p == Part::Quarter) {
            "quarter"
        } else {
            "year"
        }
    }

    /// A period as ours are written: `2024`, `2024-Q1`, `2024-01`, `2024-01-05`; none if the text is not so written.
    pub fn read(&self, text: &str) -> Option<String> {
        let mut found = Read::default();
        let mut rest = text.trim();
        for (at, part) in self.parts.iter().enumerate() {
            // A point that the pattern has is not one that a short name may have.
            let point = matches!(self.parts.get(at + 1), Some(Part::Text(next)) if next.starts_with('.'));
            rest = take(part, rest, point, &mut found)?;
        }
        if !rest.is_empty() {
            return None;
        }
        let year = found.year?;
        Some(match (found.quarter, found.month, found.day) {
            (Some(q), None, None) => format!("{year:04}-Q{q}"),
            (None, Some(m), None) => format!("{year:04}-{m:02}"),
            (None, Some(m), Some(d)) => format!("{year:04}-{m:02}-{d:02}"),
            (None, None, None) => format!("{year:04}"),
            _ => return None,
        })
    }
}

fn digits(text: &str, most: usize, least: usize) -> Option<(u16, &str)> {
    let length = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if length < least {
        return None;
    }
    let (number, rest) = text.split_at(length);
    Some((number.parse().ok()?, rest))
}

fn full(short: u16) -> u16 {
    if short >= 70 { 1900 + short } else { 2000 + short }
}

/// `point`: whether the pattern has a point behind the part.
fn take<'t>(part: &Part, text: &'t str, point: bool, found: &mut Read) -> Option<&'t str> {
    let within = |n: u16, most: u8| u8::try_from(n).ok().filter(|n| (1..=most).contains(n));
    match part {
        Part::Text(fixed) => text.strip_prefix(fixed.as_str()),
        Part::Year => {
            let (year, rest) = digits(text, 4, 4)?;
            found.year = Some(year);
            Some(rest)
        }
        Part::ShortYear => {
            let (year, rest) = digits(text, 2, 2)?;
            found.year = Some(full(year));
            Some(rest)
        }
        Part::NextYear { short } => {
            let (year, rest) = if *short { digits(text, 2, 2)? } else { digits(text, 4, 4)? };
            let expected = found.year? + 1;
            let right = if *short { year == expected % 100 } else { year == expected };
            right.then_some(rest)
        }
        Part::Month | Part::ShortMonth => {
            let (month, rest) = digits(text, 2, if *part == Part::Month { 2 } else { 1 })?;
            found.month = Some(within(month, 12)?);
            Some(rest)
        }
        Part::MonthName => {
            let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
            let (name, rest) = text.split_at(length);
            let name = name.to_ascii_lowercase();
            let place = MONTHS.iter().position(|month| {
                *month == name
                    || (name.len() == 3 && month.starts_with(&name))
                    || (name == "sept" && *month == "september")
            })?;
            found.month = u8::try_from(place + 1).ok();
            Some(rest.strip_prefix('.').filter(|_| name.len() < 5 && !point).unwrap_or(rest))
        }
        Part::Quarter => {
            let (quarter, rest) = digits(text, 1, 1)?;
            found.quarter = Some(within(quarter, 4)?);
            Some(rest)
        }
        Part::Day | Part::ShortDay => {
            let (day, rest) = digits(text, 2, if *part == Part::Day { 2 } else { 1 })?;
            found.day = Some(within(day, 31)?);
            Some(rest)
        }
    }
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Pattern {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Pattern".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "How periods are written: {YYYY}M{MM}, {MM}/{YYYY}, {MON}-{YY}" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_as_they_are_written() {
        for (pattern, text, period) in [
            ("{YYYY}M{MM}", "2024M01", "2024-01"),
            ("{YYYY}Q{Q}", "2024Q1", "2024-Q1"),
            ("{YYYY}-Q{Q}", "2024-Q4", "2024-Q4"),
            ("{MM}/{YYYY}", "01/2024", "2024-01"),
            ("{MM}.{YYYY}", "09.2026", "2026-09"),
            ("{YYYY}.{MM}", "2024.01", "2024-01"),
            ("{YYYY}{MM}", "202401", "2024-01"),
            ("{MON}-{YY}", "Jan-24", "2024-01"),
            ("{MON} {YYYY}", "September 2019", "2019-09"),
            ("{MON} {YYYY}", "Sept. 2019", "2019-09"),
            ("{MON}. {YYYY}", "Jan. 2024", "2024-01"),
            ("{MON}.{YY}", "Sept.24", "2024-09"),
            ("{MON}.-{YY}", "May.-24", "2024-05"),
            ("{YYYY} {MON}.", "2024 Dec.", "2024-12"),
            ("{MON}-{YY}", "Dec-99", "1999-12"),
            ("{YYYY}/{YY+1}", "2023/24", "2023"),
            ("{YYYY}/{YY+1}", "1999/00", "1999"),
            ("{YYYY}-{MM}-01", "2024-03-01", "2024-03"),
            ("{YYYY}-{MM}-{DD}T00:00:00", "2023-06-01T00:00:00", "2023-06-01"),
            ("{YYYY}\u{5e74}{M}\u{6708}", "2015\u{5e74}1\u{6708}", "2015-01"),
            ("{D}/{M}/{YYYY}", "5/11/2024", "2024-11-05"),
            ("{YYYY}", " 2024 ", "2024"),
        ] {
            assert_eq!(
                Pattern::parse(pattern).unwrap().read(text).as_deref(),
                Some(period),
                "{pattern} {text}"
            );
        }
        for (pattern, text) in [
            ("{YYYY}M{MM}", "2024M13"),
            ("{YYYY}M{MM}", "2024M1"),
            ("{YYYY}M{MM}", "2024M011"),
            ("{YYYY}/{YY+1}", "2023/25"),
            ("{YYYY}-{MM}-01", "2024-03-02"),
            ("{MON}-{YY}", "Jun-2024"),
            ("{MON}-{YY}", "Ja-24"),
            ("{MON}. {YYYY}", "Jan 2024"),
            ("{MON}. {YYYY}", "Jan.. 2024"),
            ("{YYYY}", "24"),
        ] {
            assert_eq!(Pattern::parse(pattern).unwrap().read(text), None, "{pattern} {text}");
        }
        for bad in ["", "{MM}", "{YYYY}{YY}", "{YYYY}{Q}{MM}", "{YYYY", "YYYY}", "{year}", "{YYYY}{DD}"] {
            assert!(Pattern::parse(bad).is_err(), "{bad}");
        }
    }
}
