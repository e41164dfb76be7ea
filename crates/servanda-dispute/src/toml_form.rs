//! Reads the keys of a TOML file one by one: words of closed sets, parties, days, each with its place.

use crate::inbox::Inbox;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use servanda_agreement::is_id;
use servanda_core::Party;
use servanda_files::Text;
use std::ops::Range;

/// One file being read.
pub(crate) struct Form<'i> {
    pub(crate) inbox: &'i mut Inbox,
    pub(crate) file: &'i str,
}

impl<'i> Form<'i> {
    /// The file's keys; none, with the reason reported, where it is no such file.
    pub(crate) fn parse<T: DeserializeOwned + JsonSchema>(
        inbox: &'i mut Inbox,
        file: &'i str,
        text: &str,
    ) -> Option<(Self, T)> {
        let raw = inbox.form(file, text)?;
        Some((Self { inbox, file }, raw))
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

    pub(crate) fn party(&mut self, text: &Text) -> Option<Party> {
        let party = Party::new(text.get_ref());
        if party.is_none() {
            let message = format!("`{}` is no party", text.get_ref());
            self.error("unknown-party", text.span(), message, "write three capital letters as in ISO 3166");
        }
        party
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
