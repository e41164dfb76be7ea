//! Requests for series that travel together.

use crate::{AsOf, Dimension, LineSet, Party, SeriesRequest, Stage};
use serde::{Deserialize, Serialize};

/// Requests for series, each list of lines written once: what is sent to an engine that holds evidence elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// The version of this form: [`Batch::VERSION`].
    pub version: u32,
    /// The lists.
    pub lists: Vec<LineSet>,
    /// The requests.
    pub asked: Vec<AskedSeries>,
}

/// A request for a series; [`SeriesRequest`] says what its parts mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "each is described where the request is")]
pub struct AskedSeries {
    pub source: String,
    pub stage: Stage,
    pub partner: Party,
    pub dimension: Dimension,
    /// The number of its list in the batch, from 0.
    pub list: usize,
    pub first: i32,
    pub last: i32,
    pub as_of: AsOf,
}

/// Why a batch cannot be answered as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// It was written by another version.
    #[error("the batch has version {0}, and this program reads {version}", version = Batch::VERSION)]
    Version(u32),
    /// A request names a list that is not there.
    #[error("request {request} names list {list}, and there are {lists}")]
    NoList {
        /// The number of the request, from 0.
        request: usize,
        /// What it names.
        list: usize,
        /// How many there are.
        lists: usize,
    },
}

impl Default for Batch {
    fn default() -> Self {
        Self { version: Self::VERSION, lists: Vec::new(), asked: Vec::new() }
    }
}

impl Batch {
    /// The version of this form.
    pub const VERSION: u32 = 1;

    /// The requests, as evidence is asked.
    ///
    /// # Errors
    /// If it was written by another version, or names a list that is not in it.
    pub fn requests(&self) -> Result<Vec<SeriesRequest<'_>>, BatchError> {
        if self.version != Self::VERSION {
            return Err(BatchError::Version(self.version));
        }
        let mut found = Vec::with_capacity(self.asked.len());
        for (request, asked) in self.asked.iter().enumerate() {
            let (list, lists) = (asked.list, self.lists.len());
            let lines = self.lists.get(list).ok_or(BatchError::NoList { request, list, lists })?;
            found.push(asked.on(lines));
        }
        Ok(found)
    }

    /// How many cells the answers have together; what is beyond counting counts as the most.
    pub fn cells(&self) -> u64 {
        let of = |asked: &AskedSeries| {
            let periods = (i64::from(asked.last) - i64::from(asked.first) + 1).max(0).unsigned_abs();
            periods.saturating_mul(self.lists.get(asked.list).map_or(0, |lines| lines.len() as u64))
        };
        self.asked.iter().fold(0, |sum: u64, asked| sum.saturating_add(of(asked)))
    }
}

impl AskedSeries {
    fn on<'a>(&'a self, lines: &'a LineSet) -> SeriesRequest<'a> {
        SeriesRequest {
            source: &self.source,
            stage: self.stage,
            partner: self.partner,
            dimension: self.dimension,
            lines,
            first: self.first,
            last: self.last,
            as_of: self.as_of,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;

    fn batch() -> Batch {
        let mut lines = LineSet::new();
        lines.add("2905", &["2905".into()]).unwrap();
        lines.exclude("290511");
        let asked = AskedSeries {
            source: "s".into(),
            stage: Stage::Imports,
            partner: Party::new("CHN").unwrap(),
            dimension: Dimension::Money(Currency::new("USD").unwrap()),
            list: 0,
            first: 24_000,
            last: 24_011,
            as_of: AsOf { date: crate::Date::constant(2021, 3, 25), known_at: None },
        };
        Batch { lists: vec![lines], asked: vec![asked], ..Batch::default() }
    }

    #[test]
    fn a_batch_comes_back_as_it_was_sent() {
        let sent = batch();
        let text = serde_json::to_string(&sent).unwrap();
        let back: Batch = serde_json::from_str(&text).unwrap();
        assert_eq!(back, sent);
        assert_eq!(back.requests().unwrap().first().unwrap().lines.classify("290599").line, Some(0));
        assert_eq!(sent.cells(), 12);
    }

    #[test]
    fn another_version_and_a_list_that_is_not_there_are_refused() {
        let other = Batch { version: 2, ..batch() };
        assert_eq!(other.requests().unwrap_err(), BatchError::Version(2));
        let none = Batch { lists: Vec::new(), ..batch() };
        assert_eq!(none.requests().unwrap_err(), BatchError::NoList { request: 0, list: 0, lists: 0 });
        let text = serde_json::to_string(&batch()).unwrap().replace("\"2905\":0", "\"2905\":1");
        let error = serde_json::from_str::<Batch>(&text).unwrap_err().to_string();
        assert!(error.contains("line 1"), "{error}");
    }
}
