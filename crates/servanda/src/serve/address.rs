//! What an address means: `/a/AGREEMENT[/COMMITMENT][.SUFFIX]?as_of=...`, lists, and `/api/v1/COMMAND[.SUFFIX]`.

use percent_encoding::percent_decode_str;
use servanda_core::problem::Command;
use std::collections::BTreeMap;

/// How what is asked for is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// A page.
    Html,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
    /// For documents.
    Markdown,
    /// For calendars.
    Ics,
    /// A chart.
    Svg,
}

impl Shape {
    /// Those that an address ends with.
    pub const SUFFIXES: &'static [(&'static str, Self)] = &[
        (".json", Self::Json),
        (".csv", Self::Csv),
        (".md", Self::Markdown),
        (".ics", Self::Ics),
        (".svg", Self::Svg),
    ];

    /// Its type, for a browser.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Ics => "text/calendar; charset=utf-8",
            Self::Svg => "image/svg+xml",
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// All agreements.
    Home,
    /// One agreement.
    Agreement(String),
    /// One commitment of it.
    Commitment(String, String),
    /// What falls due.
    Due,
    /// How a rate arose.
    Tariffs,
    /// Claims that differ.
    Claims,
    /// What is held.
    Evidence,
    /// The commands that are served.
    Api,
    /// Their description for programs.
    OpenApi,
    /// A command.
    Command(Command),
}

/// An address, read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// What is asked for.
    pub subject: Subject,
    /// How it is to be written.
    pub shape: Shape,
    /// What is asked of it, by name; each has one value or several.
    pub asked: BTreeMap<String, Vec<String>>,
}

/// An address that means nothing here, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// There is no such page.
    NoPage,
    /// It is not UTF-8.
    NotText,
}

impl Address {
    /// Reads a path and a query.
    pub fn read(path: &str, query: &str) -> Result<Self, Unread> {
        let decoded: Vec<String> = path
            .strip_prefix('/')
            .unwrap_or(path)
            .split('/')
            .map(|part| {
                percent_decode_str(part).decode_utf8().map(|t| t.into_owned()).map_err(|_| Unread::NotText)
            })
            .collect::<Result<_, _>>()?;
        let mut parts: Vec<&str> = decoded.iter().map(String::as_str).collect();
        let mut shape = Shape::Html;
        if let Some(last) = parts.last_mut() {
            for (suffix, own) in Shape::SUFFIXES {
                if let Some(rest) = last.strip_suffix(suffix) {
                    (*last, shape) = (rest, *own);
                    break;
                }
            }
        }
        let subject = match parts.as_slice() {
            [""] => Subject::Home,
            ["a", agreement] if !agreement.is_empty() => Subject::Agreement((*agreement).to_owned()),
            ["a", agreement, commitment] if !commitment.is_empty() => {
                Subject::Commitment((*agreement).to_owned(), (*commitment).to_owned())
            }
            ["due"] => Subject::Due,
            ["tariffs"] => Subject::Tariffs,
            ["claims"] => Subject::Claims,
            ["evidence"] => Subject::Evidence,
            ["api"] => Subject::Api,
            ["api", "v1", "openapi"] if shape == Shape::Json => Subject::OpenApi,
            ["api", "v1", words @ ..] => {
                if shape == Shape::Html {
                    shape = Shape::Json;
                }
                Subject::Command(Command::parse(&words.join(" ")).ok_or(Unread::NoPage)?)
            }
            _ => return Err(Unread::NoPage),
        };
        let mut asked: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            asked.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        Ok(Self { subject, shape, asked })
    }

    /// The one value of a name.
    pub fn one(&self, name: &str) -> Option<&str> {
        self.asked.get(name).and_then(|values| values.last()).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str) -> Result<(Subject, Shape), Unread> {
        Address::read(path, "").map(|a| (a.subject, a.shape))
    }

    #[test]
    fn an_address_is_one_grammar() {
        let agreement = || Subject::Agreement("us-china-phase-one".into());
        assert_eq!(read("/"), Ok((Subject::Home, Shape::Html)));
        assert_eq!(read("/a/us-china-phase-one"), Ok((agreement(), Shape::Html)));
        assert_eq!(read("/a/us-china-phase-one.csv"), Ok((agreement(), Shape::Csv)));
        let energy = Subject::Commitment("us-china-phase-one".into(), "purchases.energy.2020".into());
        assert_eq!(read("/a/us-china-phase-one/purchases.energy.2020"), Ok((energy.clone(), Shape::Html)));
        assert_eq!(read("/a/us-china-phase-one/purchases.energy.2020.svg"), Ok((energy, Shape::Svg)));
        assert_eq!(read("/api/v1/tariff/rate"), Ok((Subject::Command(Command::TariffRate), Shape::Json)));
        assert_eq!(read("/api/v1/openapi.json"), Ok((Subject::OpenApi, Shape::Json)));
        for nothing in
            ["/a", "/a/", "/a/x/", "/b", "/api/v1", "/api/v1/drop", "/a/x/y/z", "//", "/../etc/passwd"]
        {
            assert_eq!(read(nothing), Err(Unread::NoPage), "{nothing}");
        }
        assert_eq!(read("/a/%ff"), Err(Unread::NotText));
    }

    #[test]
    fn what_is_asked_is_kept_by_name() {
        let address = Address::read("/due", "as_of=2026-12-01&agreement=a&agreement=b%20c").unwrap();
        assert_eq!(address.one("as_of"), Some("2026-12-01"));
        assert_eq!(address.asked["agreement"], ["a", "b c"]);
    }
}
