//! Reading single values of a TOML file, with what is wrong at their place.

use super::inbox::Inbox;
use super::raw::{Instant, RawProvenance};
use crate::{Moment, Provenance, parse_moment};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use servanda_core::Party;
use servanda_files::{Day, OneOrMore, Spanned, Text, did_you_mean};
use std::ops::Range;

/// Years in which instants lie.
const YEARS: std::ops::RangeInclusive<i16> = 1000..=9000;

/// A value; none where it stands for one that is missing or wrong, which was reported.
pub(super) fn got<T: Copy>(value: &Spanned<T>) -> Option<T> {
    value.given().copied()
}

/// A day.
pub(super) fn day(value: &Spanned<Day>) -> Option<Date> {
    got(value).map(|day| day.0)
}

/// A day that may be absent; `None` outside: it is wrong.
pub(super) fn day_if(value: Option<&Spanned<Day>>) -> Option<Option<Date>> {
    value.map_or(Some(None), |value| day(value).map(Some))
}

/// One TOML file that is being read.
pub(super) struct Form<'a, 'f> {
    pub(super) inbox: &'a mut Inbox<'f>,
    pub(super) file: &'a str,
    pub(super) text: &'a str,
}

impl Form<'_, '_> {
    pub(super) fn error(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.inbox.error(code, self.file, Some(span), message, help);
    }

    /// A text that says something.
    pub(super) fn say(&mut self, text: &Text) -> Option<String> {
        if text.get_ref().trim().is_empty() {
            self.error(
                "empty-text",
                text.span(),
                "this text is empty",
                "write it, or leave an optional key out",
            );
            return None;
        }
        Some(text.get_ref().clone())
    }

    /// A text that may be absent; `None` outside: it is wrong.
    pub(super) fn say_if(&mut self, text: Option<&Text>) -> Option<Option<String>> {
        text.map_or(Some(None), |text| self.say(text).map(Some))
    }

    /// An id: lower case, digits, hyphens and dots.
    pub(super) fn id(&mut self, text: &Text) -> Option<String> {
        let part = |p: &str| {
            let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            !p.is_empty() && !p.starts_with('-') && !p.ends_with('-') && p.bytes().all(good)
        };
        let id = text.get_ref();
        if id.len() <= 100 && id.split('.').all(part) {
            return Some(id.clone());
        }
        self.error(
            "bad-id",
            text.span(),
            format!("`{id}` is not an id"),
            "write lower case letters and digits, with hyphens and dots between them, such as list-3.10",
        );
        None
    }

    /// An id that is the name of its file too.
    pub(super) fn file_id(&mut self, text: &Text) -> Option<String> {
        let id = self.id(text)?;
        let name = self.file.rsplit('/').next().unwrap_or_default();
        if name == format!("{id}.toml") {
            return Some(id);
        }
        self.error(
            "file-name",
            text.span(),
            format!("the id is `{id}`, and the file is called {name}"),
            format!("call the file {id}.toml, or correct the id"),
        );
        None
    }

    pub(super) fn party(&mut self, text: &Text) -> Option<Party> {
        let found = Party::new(text.get_ref());
        if found.is_none() {
            let message = format!("`{}` is not a party", text.get_ref());
            self.error(
                "unknown-party",
                text.span(),
                message,
                "write the three capital letters of ISO 3166, such as USA",
            );
        }
        found
    }

    /// Parties, each once.
    pub(super) fn parties(&mut self, texts: &[Text]) -> Option<Vec<Party>> {
        let mut all = Vec::with_capacity(texts.len());
        let mut good = true;
        for text in texts {
            match self.party(text) {
                Some(party) if all.contains(&party) => {
                    good = false;
                    self.error(
                        "party-twice",
                        text.span(),
                        format!("{party} stands twice here"),
                        "keep one of the two",
                    );
                }
                Some(party) => all.push(party),
                None => good = false,
            }
            if self.inbox.full(self.file) {
                return None;
            }
        }
        good.then_some(all)
    }

    pub(super) fn zone(&mut self, text: &Text) -> Option<TimeZone> {
        let found = TimeZone::get(text.get_ref()).ok();
        if found.is_none() {
            let message = format!("`{}` is not a time zone", text.get_ref());
            self.error("unknown-zone", text.span(), message, "write its name, such as America/New_York");
        }
        found
    }

    /// An instant.
    pub(super) fn moment(&mut self, value: &Spanned<Instant>, zone: &TimeZone) -> Option<Moment> {
        let help = "write a clock time in quotes, such as \"2018-07-06T00:01\"";
        let Instant(text) = value.given()?;
        // A clock time with an offset from UTC and without a zone is not read as a time of this zone.
        let offset = !text.contains('[')
            && text.split_once('T').is_some_and(|(_, t)| t.contains(['+', '-', 'Z', 'z']));
        let read = (text.len() <= 100 && !offset).then(|| parse_moment(text, zone));
        match read {
            Some(Ok(moment)) if YEARS.contains(&moment.day().year()) => return Some(moment),
            Some(Err(error)) => self.error("bad-instant", value.span(), error.to_string(), help),
            _ => self.error("bad-instant", value.span(), "this is not an instant", help),
        }
        None
    }

    /// An instant that may be absent; `None` outside: it is wrong.
    pub(super) fn moment_if(
        &mut self,
        value: Option<&Spanned<Instant>>,
        zone: &TimeZone,
    ) -> Option<Option<Moment>> {
        value.map_or(Some(None), |value| self.moment(value, zone).map(Some))
    }

    /// An end, exclusive, out of `until` (an instant) and `through` (a day, inclusive).
    pub(super) fn end(
        &mut self,
        until: Option<&Spanned<Instant>>,
        through: Option<&Spanned<Day>>,
        zone: &TimeZone,
    ) -> Option<Option<(Moment, Range<usize>)>> {
        match (until, through) {
            (None, None) => Some(None),
            (Some(until), None) => self.moment(until, zone).map(|m| Some((m, until.span()))),
            (None, Some(through)) => day(through).map(|d| Some((Moment::end_of(d), through.span()))),
            (Some(_), Some(through)) => {
                let help = "keep until (an instant, exclusive) or through (a day, inclusive)";
                self.error(
                    "until-and-through",
                    through.span(),
                    "both `until` and `through` stand here",
                    help,
                );
                None
            }
        }
    }

    /// Whether an interval has a length; an error at its end otherwise.
    pub(super) fn ordered(&mut self, from: Moment, end: Option<&(Moment, Range<usize>)>) -> bool {
        match end {
            Some((until, span)) if *until <= from => {
                self.error(
                    "ends-before-it-begins",
                    span.clone(),
                    format!("this ends at {until}, and it begins at {from}"),
                    "correct one of the two; `until` is exclusive, `through` is inclusive",
                );
                false
            }
            _ => true,
        }
    }

    pub(super) fn provenance(&mut self, raw: &RawProvenance) -> Option<Provenance> {
        let sha = raw.sha256.get_ref();
        let good = sha.len() == 64 && sha.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if !good {
            let help = "write its 64 digits in lower case, as sha256sum prints them";
            self.error("bad-hash", raw.sha256.span(), "this is not a SHA-256", help);
        }
        let (original, via, licence) = (self.say(&raw.original), self.say(&raw.via), self.say(&raw.licence));
        let provenance =
            Provenance { original: original?, sha256: sha.clone(), via: via?, licence: licence? };
        good.then_some(provenance)
    }

    pub(super) fn provenances(&mut self, raw: Option<&OneOrMore<RawProvenance>>) -> Option<Vec<Provenance>> {
        let all: Vec<_> = raw.map_or(&[][..], |r| &r.0).iter().map(|p| self.provenance(p)).collect();
        all.into_iter().collect()
    }

    /// Names of things of this file, each once; an unknown one is an error with the nearest known one.
    pub(super) fn references(
        &mut self,
        texts: &[Text],
        known: &std::collections::BTreeMap<String, usize>,
        code: &'static str,
        what: &str,
    ) -> Option<Vec<usize>> {
        let mut all = Vec::with_capacity(texts.len());
        let mut seen = std::collections::BTreeSet::new();
        let mut good = true;
        for text in texts {
            match known.get(text.get_ref()) {
                Some(index) => {
                    if seen.insert(*index) {
                        all.push(*index);
                    }
                }
                None => {
                    good = false;
                    self.unknown(text, known.keys().map(String::as_str), code, what);
                }
            }
            if self.inbox.full(self.file) {
                return None;
            }
        }
        good.then_some(all)
    }

    /// Reports a name that nothing has.
    pub(super) fn unknown<'k>(
        &mut self,
        text: &Text,
        known: impl Iterator<Item = &'k str>,
        code: &'static str,
        what: &str,
    ) {
        if self.inbox.full(self.file) {
            return;
        }
        let known: Vec<&str> = known.take(1000).collect();
        let help = did_you_mean(text.get_ref(), known.iter().copied()).unwrap_or_else(|| {
            if known.is_empty() {
                format!("there is no {what} yet: add it")
            } else {
                format!("known are {}", few(&known))
            }
        });
        self.error(code, text.span(), format!("there is no {what} `{}`", text.get_ref()), help);
    }
}

/// Some of many names.
fn few(names: &[&str]) -> String {
    let shown: Vec<&str> = names.iter().copied().take(10).collect();
    let more = if names.len() > shown.len() { " and more" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// The place of a spanned value that may be absent, else that of another.
pub(super) fn place_of<T>(value: Option<&Spanned<T>>, other: Range<usize>) -> Range<usize> {
    value.map_or(other, Spanned::span)
}
