//! The narrow trait through which evidence is read. `servanda-evidence` implements it on Parquet files; tests
//! implement it on plain vectors; `servanda-verdict` knows nothing else.

use crate::{Date, Dimension, LineSet, Party, Source, Stage};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Whose knowledge is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AsOf {
    /// What had been published by the end of this day, in the publisher's zone.
    pub date: Date,
    /// And what this store had recorded by this instant, if given.
    pub known_at: Option<Timestamp>,
}

/// One publication of a source, as results refer to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct VintageRef {
    /// The source.
    pub source: String,
    /// Its id: the publication date, `.2` for the second of a day.
    pub id: String,
    /// The day of publication in the publisher's zone.
    pub date: Date,
    /// As printed: an instant, a date, or `at-the-latest DATE` where only a copy's date is known.
    pub published: String,
    /// Whether only a copy's date is known: it was published on that day at the latest, and nobody knows how much earlier.
    pub at_the_latest: bool,
    /// When this store learned it.
    pub recorded: Timestamp,
    /// SHA-256 of the original bytes, in hexadecimal.
    pub sha256: String,
    /// The name of the original file.
    pub original: String,
    /// Why it was withdrawn from use, if it was.
    pub withdrawn: Option<String>,
    /// Remarks that stand beside every figure from it.
    pub marks: Vec<String>,
}

/// Which figures are asked for.
#[derive(Debug, Clone, Copy)]
pub struct SeriesRequest<'a> {
    /// Source id.
    pub source: &'a str,
    /// The flow.
    pub stage: Stage,
    /// The partner of the source's reporter.
    pub partner: Party,
    /// Money or a quantity.
    pub dimension: Dimension,
    /// The lines to sum by.
    pub lines: &'a LineSet,
    /// The first sub-period, by `Frequency::ordinal` of the source.
    pub first: i32,
    /// The last sub-period, included.
    pub last: i32,
    /// Whose knowledge.
    pub as_of: AsOf,
}

/// How much of a line is held in one sub-period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Held {
    /// No vintage covers it; rows that happen to be there count in `value` and `low`.
    No,
    /// Only preliminary figures cover it: those that the source calls so, and all that were published before the sub-period
    /// had ended, which cannot be of the whole of it.
    Preliminary,
    /// Final figures cover it, but the source says that it does not show all of the line's codes.
    Part,
    /// Final figures cover all of it.
    Whole,
}

/// One line in one sub-period.
///
/// `value` is what is held: final rows where they cover the line, else preliminary rows that cover it, else
/// whatever final rows there are. Preliminary and final rows never both count. `low..=high` is what the *held and
/// covered* codes can amount to given codes that are coarser or finer than the list; what is not held comes on top of it
/// and is said by `held`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// What is held.
    pub value: i128,
    /// The least that the held rows prove for this line: of preliminary figures nothing, unless they are the sum so far of a
    /// flow that cannot be negative.
    pub low: i128,
    /// The most that the held rows mean for this line.
    pub high: i128,
    /// How many rows were summed.
    pub rows: u32,
    /// How much of the line is held.
    pub held: Held,
    /// The newest vintage used or covering, as an index into `Series::vintages`.
    pub vintage: Option<u32>,
    /// Whether any row lacked the dimension that was asked for (a mass, say), so that `value` is short of it.
    pub lacking: bool,
}

/// Figures of one line whose sub-periods lie only partly in those asked for: how much of them lies there is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The line of the request.
    pub line: usize,
    /// The first sub-period of the figures.
    pub first: i32,
    /// Their last one.
    pub last: i32,
    /// What they come to in all.
    pub cell: Cell,
}

/// The answer to a request: one cell for each line and sub-period, line by line.
#[derive(Debug, Clone)]
pub struct Series {
    /// The first sub-period.
    pub first: i32,
    /// How many sub-periods.
    pub periods: usize,
    /// Figures are integers of `10^-scale` of the dimension's base unit.
    pub scale: u32,
    /// `lines.len() * periods` cells.
    pub cells: Vec<Cell>,
    /// Figures of a week or the like that lie only partly in the sub-periods asked for. No cell has them.
    pub edges: Vec<Edge>,
    /// First and last of the sub-periods of which some line has one figure together, all of them among those asked for, in order:
    /// two months told as one, a week of days. It stands in the cell of the last; the cells of the others do not have it.
    pub joint: Vec<(i32, i32)>,
    /// Every vintage of this source that the answer rests on.
    pub vintages: Vec<VintageRef>,
    /// For each of these the unit in which it tells the figures, in the same integers: 1000000 for whole dollars told in millions.
    /// A figure is right to half of it.
    pub units: Vec<i128>,
    /// Of a source of sums since the beginning of a year: codes without the sum that they had before, on which the answer rests.
    /// They are in no cell's `high`; nothing bounds what they come to.
    pub missing: Vec<Missing>,
}

/// A code of a flow that cannot be negative, with a sum since the beginning of a year and none in a later period of that year.
/// A sum does not fall to nothing, so what the code came to is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The line of the request.
    pub line: usize,
    /// The source's code.
    pub code: String,
    /// The sub-period in which it has no sum.
    pub period: i32,
    /// The last one before in which it has one.
    pub last: i32,
    /// That sum, in the series' scale.
    pub sum: i128,
    /// The id of the vintage that it is of.
    pub vintage: String,
}

impl Series {
    /// First and last sub-period of a joint figure that is of a sub-period, among others.
    pub fn joint_of(&self, period: i32) -> Option<(i32, i32)> {
        self.joint.iter().copied().find(|(first, last)| *first <= period && period <= *last)
    }

    /// The unit in which a vintage tells the figures, from 1.
    pub fn unit(&self, vintage: u32) -> i128 {
        self.units.get(vintage as usize).copied().unwrap_or(1).max(1)
    }

    /// The cell of a line and sub-period; `None` outside the request.
    pub fn cell(&self, line: usize, period: i32) -> Option<&Cell> {
        let offset = usize::try_from(period.checked_sub(self.first)?).ok().filter(|o| *o < self.periods)?;
        self.cells.get(line.checked_mul(self.periods)?.checked_add(offset)?)
    }
}

/// One figure as published, for derivations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Observation {
    /// The line of the request that takes it.
    pub line: usize,
    /// The source's code.
    pub code: String,
    /// The sub-period's ordinal; the last one, where the figure is of several.
    pub period: i32,
    /// The first sub-period that it is of.
    pub first: i32,
    /// What the publisher calls the period of a joint figure.
    pub label: Option<String>,
    /// The figure in the series' scale; `None` where the source gives none in this dimension.
    pub value: Option<i128>,
    /// The least that it adds to what is asked for; none where nothing bounds it.
    pub low: Option<i128>,
    /// The most that it adds; none where nothing bounds it.
    pub high: Option<i128>,
    /// Whether it is preliminary.
    pub preliminary: bool,
    /// The id of the vintage that says so.
    pub vintage: String,
}

/// Why evidence could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// No such source.
    #[error("there is no source `{0}`")]
    UnknownSource(String),
    /// The source has no such flow or dimension. Verdict turns this into `cannot-tell: not published`.
    #[error("{source_id} publishes no {what}")]
    NotPublished {
        /// Source id.
        source_id: String,
        /// What was asked of it.
        what: String,
    },
    /// A file of the store is damaged or missing.
    #[error("{path}: {problem}")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong and what to do.
        problem: String,
    },
    /// A source is described otherwise now than when its figures were read.
    #[error("{0}")]
    OtherMeaning(String),
    /// A sum is beyond 128 bits.
    #[error("a sum of {0} is too large to be right: check its unit")]
    Overflow(String),
}

/// Published statistics with their vintages.
///
/// An answer depends on what had been *published* by `as_of.date` and recorded by `as_of.known_at`, never on the order in
/// which publications were recorded. Many threads may ask at once.
pub trait Evidence: Send + Sync {
    /// Every source that is described, held or not, by id.
    fn sources(&self) -> Vec<&Source>;

    /// One source.
    fn source(&self, id: &str) -> Option<&Source>;

    /// Every vintage of a source, withdrawn ones too, oldest publication first.
    fn vintages(&self, source: &str) -> Result<Vec<VintageRef>, EvidenceError>;

    /// Sums by line and sub-period. For each code and sub-period the newest vintage that covers it counts.
    fn series(&self, request: &SeriesRequest<'_>) -> Result<Series, EvidenceError>;

    /// As [`Evidence::series`], for an answer that is kept: the same `Arc` is the same answer to the same lines.
    fn shared_series(&self, request: &SeriesRequest<'_>) -> Result<Arc<Series>, EvidenceError> {
        self.series(request).map(Arc::new)
    }

    /// The answers to many requests, in their order, each by itself: one that fails keeps no other from being answered. Who holds
    /// evidence far away answers them together; here they are asked one by one.
    fn series_many(&self, requests: &[SeriesRequest<'_>]) -> Vec<Result<Arc<Series>, EvidenceError>> {
        requests.iter().map(|request| self.shared_series(request)).collect()
    }

    /// The single figures behind `series`, in order of line, period and code; those of which only a part may lie in a line or in the
    /// sub-periods asked for too.
    fn observations(&self, request: &SeriesRequest<'_>) -> Result<Vec<Observation>, EvidenceError>;
}
