//! Reads the keys of a TOML file one by one: words of closed sets, parties, days, each with its place.

use crate::inbox::Inbox;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use servanda_agreement::{Certainty, is_id};
use servanda_core::{Date, Party};
use std::ops::Range;
use toml::Spanned;
use toml::value::Datetime;

/// A text with its place.
pub(crate) type Text = Spanned<String>;
/// A day with its place.
pub(crate) type Day = Spanned<Datetime>;

/// A day, in TOML without quotes: 2018-07-13
#[derive(JsonSchema)]
#[schemars(extend("format" = "date"))]
#[allow(dead_code, reason = "turned into a schema, never built")]
pub(crate) struct DayForm(String);

/// One file being read.
pub(crate) struct Form<'i> {
    pub(crate) inbox: &'i mut Inbox,
    pub(crate) file: &'i str,
}

impl<'i> Form<'i> {
    /// The file's keys; none, with the reason reported, where it is no such file. `shown_in` names the page with all keys.
    pub(crate) fn parse<T: DeserializeOwned>(
        inbox: &'i mut Inbox,
        file: &'i str,
        text: &str,
        shown_in: &str,
    ) -> Option<(Self, T)> {
        match toml::from_str(text) {
            Ok(raw) => Some((Self { inbox, file }, raw)),
            Err(error) => {
                inbox.not_toml(file, &error, format!("{shown_in} shows all keys"));
                None
            }
        }
    }

    pub(crate) fn error(
        &mut self,
        code: &'static str,
        at: impl Into<Option<Range<usize>>>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.inbox.error(code, self.file, at, message, help);
    }

    /// A word of a closed set.
    pub(crate) fn word<T: Copy>(
        &mut self,
        text: &Text,
        all: &[T],
        as_str: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        self.inbox.word(self.file, text, all, as_str)
    }

    pub(crate) fn certainty(&mut self, text: &Text) -> Option<Certainty> {
        let all = [Certainty::Primary, Certainty::Secondary, Certainty::Unconfirmed];
        self.word(text, &all, |c| c.as_str())
    }

    pub(crate) fn party(&mut self, text: &Text) -> Option<Party> {
        let party = Party::new(text.get_ref());
        if party.is_none() {
            let message = format!("`{}` is no party", text.get_ref());
            self.error("not-a-party", text.span(), message, "write three capital letters as in ISO 3166");
        }
        party
    }

    /// A day without a time, in the years that are understood.
    pub(crate) fn day(&mut self, at: &Day) -> Option<Date> {
        let raw = at.get_ref();
        let date = match (raw.date, raw.time) {
            (Some(date), None) => i16::try_from(date.year)
                .ok()
                .zip(i8::try_from(date.month).ok())
                .zip(i8::try_from(date.day).ok())
                .and_then(|((y, m), d)| Date::new(y, m, d).ok())
                .filter(|d| (1000..=9000).contains(&d.year())),
            _ => None,
        };
        if date.is_none() {
            let help = "write a day without quotes, such as 2020-09-25";
            self.error("not-a-day", at.span(), format!("`{raw}` is no day of the calendar"), help);
        }
        date
    }

    /// An id: lower-case letters, digits, hyphens.
    pub(crate) fn id(&mut self, text: &Text) -> String {
        let id = text.get_ref();
        if !is_id(id) {
            let help = "use lower-case letters, digits and hyphens";
            self.error("not-an-id", text.span(), format!("`{id}` cannot be an id"), help);
        }
        id.clone()
    }
}
