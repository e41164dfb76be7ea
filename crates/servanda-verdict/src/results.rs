//! What comes out: readings, findings and their derivations.

use crate::acts::ActFinding;
use serde::Serialize;
use servanda_agreement::{Agreement, Defence, Definition};
use servanda_core::{
    AsOf, Bounds, Dimension, EvidenceError, Exact, Finality, Frequency, Held, Observation, PaceStatus,
    Period, Point, Series, Stage, Status, VintageRef,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// Whose knowledge counts, for statuses and figures.
    pub as_of: AsOf,
    /// Cuts observations after this point, for pace only, never for a status.
    pub through: Option<Point>,
    /// Scores on one source alone.
    pub on: Option<String>,
    /// Whether derivations go down to lines and observations.
    pub detail: bool,
}

impl Question {
    /// What was known at the end of a day.
    pub fn on_day(date: servanda_core::Date) -> Self {
        Self { as_of: AsOf { date, known_at: None }, through: None, on: None, detail: false }
    }
}

/// Why nothing could be worked out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerdictError {
    /// No such commitment.
    #[error("`{agreement}` has no commitment `{id}`")]
    UnknownCommitment {
        /// The agreement.
        agreement: String,
        /// What was asked for.
        id: String,
    },
    /// A source that counts is not described.
    #[error(
        "commitment `{commitment}` counts `{source_id}`, which no file under sources/ describes; describe it there (`servanda ingest --guess` writes a start), or correct the name"
    )]
    UnknownSource {
        /// Whose.
        commitment: String,
        /// The source's id.
        source_id: String,
    },
    /// `--on` names a source that does not count for any commitment.
    #[error("no commitment counts or shows `{0}`")]
    NotCounted(String),
    /// The store is damaged, or a sum is too large.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
}

/// A number with its unit, for JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NumberOut {
    /// The number, exact.
    pub value: String,
    /// Its unit.
    pub unit: String,
}

/// A figure of one dimension with its bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What is held, and the bounds.
    pub bounds: Bounds,
    /// What it measures.
    pub dimension: Dimension,
}

impl Serialize for Figure {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut s = serializer.serialize_struct("Figure", 4)?;
        s.serialize_field("value", &self.bounds.value)?;
        s.serialize_field("low", &self.bounds.low)?;
        s.serialize_field("high", &self.bounds.high)?;
        s.serialize_field("unit", &self.dimension.base_unit())?;
        s.end()
    }
}

/// A pace by one method. Advisory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaceOut {
    /// `flat`, `seasonal(2017)`, `parts(seasonal(2017))`.
    pub method: String,
    /// The last sub-period counted.
    pub through: Option<String>,
    /// What is held through it.
    pub actual: Option<NumberOut>,
    /// What the method asks for through it.
    pub required: Option<NumberOut>,
    /// Actual over required, four decimals.
    pub share: Option<String>,
    /// Why there is none, or what to know (a preliminary month counted).
    pub note: Option<String>,
    /// The exact numbers behind `actual` and `required`.
    #[serde(skip)]
    pub exact: Option<(Exact, Exact)>,
    /// What decides between on-pace and behind-pace: the same, or, where a preliminary period lacks lines and falls short,
    /// what was whole before it.
    #[serde(skip)]
    pub standing: Option<(Exact, Exact)>,
}

/// The largest past revision among the publications of a source that are held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RevisionOut {
    /// The sub-period that was revised; none if nothing was.
    pub period: Option<String>,
    /// The publication before.
    pub from: Option<String>,
    /// The publication that revised it.
    pub to: Option<String>,
    /// By how much.
    pub amount: Option<NumberOut>,
    /// Relative to the figure before, four decimals.
    pub relative: Option<String>,
    /// How many pairs of publications were compared.
    pub compared: usize,
}

/// A rule worked out for one year of `each year`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SubReading {
    /// The year.
    pub period: String,
    /// Its status.
    pub status: Status,
    /// The left side.
    pub actual: Option<Figure>,
    /// The right side.
    pub required: Option<Figure>,
    /// Why it cannot be told, if it cannot.
    pub reason: Option<String>,
}

/// What the lines and days of a quantified rule come to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Instances {
    /// What was counted: `lines`, `lines and runs of days`, or `entries, one of them for what is not entered`.
    pub what: String,
    /// How many came out how, in the order in which each was first met.
    pub counts: Vec<InstanceCount>,
    /// Those that are not kept, the first two thousand of them.
    pub listed: Vec<SubReading>,
}

/// How many instances came out one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InstanceCount {
    /// How.
    pub status: Status,
    /// How many.
    pub count: usize,
}

impl Instances {
    /// How many there are.
    pub fn tested(&self) -> usize {
        self.counts.iter().map(|c| c.count).sum()
    }

    /// `5358 lines: 3406 not-reached, 791 reached, 1161 cannot-tell`.
    pub fn summary(&self) -> String {
        let counts: Vec<String> = self.counts.iter().map(|c| format!("{} {}", c.count, c.status)).collect();
        format!("{} {}: {}", self.tested(), self.what, counts.join(", "))
    }
}

/// A rule worked out on one source under one definition.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The source, or `side.NAME`.
    pub source: String,
    /// Whether the figures are the other side's record of the trade that the rule names.
    pub proxy: bool,
    /// Whether it counts for the finding.
    pub counts: bool,
    /// The definition's id.
    pub definition: String,
    /// The definition's fingerprint.
    pub definition_sha256: String,
    /// What it says.
    pub status: Status,
    /// Whether it can change.
    pub finality: Finality,
    /// The left side of a comparison.
    pub actual: Option<Figure>,
    /// The right side of a comparison.
    pub required: Option<Figure>,
    /// Value over value, four decimals, for a floor on a non-negative flow.
    pub share: Option<String>,
    /// The least that it can be.
    pub share_low: Option<String>,
    /// The most that it can be.
    pub share_high: Option<String>,
    /// Actual less required, by what is held.
    pub margin: Option<NumberOut>,
    /// How far the source's figures were revised before; in detail only.
    pub largest_revision: Option<RevisionOut>,
    /// The last sub-period up to which all final figures are held.
    pub complete_through: Option<String>,
    /// Paces.
    pub pace: Vec<PaceOut>,
    /// By the first named method, while it is open.
    pub pace_status: Option<PaceStatus>,
    /// The ids of the source's vintages used.
    pub vintages: Vec<String>,
    /// Why it is what it is.
    pub reason: Option<String>,
    /// What to know about the figures.
    pub notes: Vec<String>,
    /// The source's basis, in one line for each source used.
    pub basis: Vec<(String, String)>,
    /// The ledgers that it rests on, each a source of its own.
    pub ledgers: Vec<LedgerRead>,
    /// Years, lines, days or entries on which a quantified rule is broken.
    pub breaches: Vec<String>,
    /// Runs of days on which it is broken.
    pub spells: Vec<String>,
    /// The years of `each year`.
    pub years: Vec<SubReading>,
    /// The lines and days of `each line` and `each day`.
    pub instances: Option<Instances>,
    /// What makes two readings of one source the same: the series asked for.
    pub signature: u64,
    /// Whether a term is undefined, so that nothing can come out at any date.
    pub undefined: bool,
    /// Every vintage used, of the source and of what bounds it.
    pub used: Vec<VintageRef>,
    /// How it came about.
    pub trace: NodeTrace,
}

impl Reading {
    /// Everything that it was read on: the source, and the ledgers that its rule reads beside it.
    pub fn read_on(&self) -> String {
        let mut name = self.source.clone();
        for ledger in self.ledgers.iter().filter(|l| !self.source.split(" + ").any(|s| s == l.source)) {
            name.push_str(&format!(" + {}", ledger.source));
        }
        name
    }
}

/// What lies over a status between two dates, and never hides it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overlay {
    /// `excused` or `superseded`.
    pub kind: String,
    /// First day.
    pub from: Option<String>,
    /// Last day, included.
    pub until: Option<String>,
    /// Where it is written.
    pub citation: String,
}

/// What the readings of a commitment yield together.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The commitment's id.
    pub id: String,
    /// The status.
    pub status: Status,
    /// Each status that can still come out.
    pub possible: Vec<Status>,
    /// How many sources count.
    pub counted: usize,
    /// How many of them have a decided status.
    pub tested: usize,
    /// Why it is undecided.
    pub reason: Option<String>,
    /// Lines that stand beside it (why its words are reached and not-reached).
    pub notes: Vec<String>,
    /// What lies over it.
    pub overlay: Option<Overlay>,
    /// What parties invoke.
    pub defences: Vec<Defence>,
    /// Every reading, those not held and those that do not count included.
    pub readings: Vec<Reading>,
    /// Of an act or a refraining: when it is owed, and what people concluded of it.
    pub act: Option<ActFinding>,
}

/// All findings of an agreement as of a date.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// One for each commitment.
    pub findings: Vec<Finding>,
    /// Every vintage that any reading rests on, by source and id.
    pub evidence: Vec<VintageRef>,
}

/// A node of a derivation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NodeTrace {
    /// What it is: the text of the rule's part.
    pub label: String,
    /// Its figure, if it is one.
    pub figure: Option<Figure>,
    /// How it came out, if it is a condition.
    pub outcome: Option<String>,
    /// The trade behind it, if it is a flow term.
    pub terms: Vec<TermTrace>,
    /// The entries behind it, if it is a ledger term.
    pub ledger: Option<LedgerTrace>,
    /// What it is made of.
    pub children: Vec<NodeTrace>,
}

/// A flow term on one source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TermTrace {
    /// The source.
    pub source: String,
    /// The flow that was read.
    pub stage: Stage,
    /// Whether it is the other side's record.
    pub proxy: bool,
    /// The source's basis.
    pub basis: String,
    /// The period.
    #[serde(serialize_with = "as_text")]
    pub period: Period,
    /// Whose knowledge.
    pub as_of: String,
    /// What it comes to.
    pub figure: Figure,
    /// What to know about it.
    pub notes: Vec<String>,
    /// Sums by sub-period.
    pub periods: Vec<PeriodTrace>,
    /// What lies only partly in the period, and so adds between nothing and all of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub partly: Vec<PeriodTrace>,
    /// Sums by line, in detail only.
    pub lines: Vec<LineTrace>,
    /// Line by line and sub-period by sub-period, for comparisons: the lines' names and the series.
    #[serde(skip)]
    pub cells: Option<Cells>,
    /// What the source does not show, bounded by its parent.
    pub residuals: Vec<ResidualTrace>,
    /// For a proxy, the months after the period, which may hold what was still at sea.
    pub after: Vec<PeriodTrace>,
    /// The vintages.
    pub vintages: Vec<VintageRef>,
    /// The single figures, in detail only.
    pub observations: Vec<ObservationOut>,
}

fn as_text<S: serde::Serializer>(period: &Period, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(period)
}

/// A figure as published, with names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ObservationOut {
    /// The line that takes it.
    pub line: String,
    /// The source's code.
    pub code: String,
    /// The sub-period.
    pub period: String,
    /// The figure.
    pub value: Option<String>,
    /// Whether it is preliminary.
    pub preliminary: bool,
    /// Its vintage.
    pub vintage: String,
}

impl ObservationOut {
    pub(crate) fn new(o: Observation, labels: &[String], point: String, scale: u32) -> Self {
        Self {
            line: labels.get(o.line).cloned().unwrap_or_default(),
            code: o.code,
            period: point,
            value: o.value.map(|v| Exact::scaled(v, scale).plain()),
            preliminary: o.preliminary,
            vintage: o.vintage,
        }
    }
}

/// The cells behind a term.
#[derive(Debug, Clone)]
pub struct Cells {
    /// The lines as the list has them, in the order of the series.
    pub lines: Arc<[String]>,
    /// The series.
    pub series: Arc<Series>,
    /// How its sub-periods are counted.
    pub frequency: Frequency,
}

impl PartialEq for Cells {
    fn eq(&self, other: &Self) -> bool {
        self.lines == other.lines && self.series.cells == other.series.cells
    }
}

/// A sum over one sub-period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PeriodTrace {
    /// The sub-period.
    pub period: String,
    /// What is held.
    pub value: Option<Exact>,
    /// How much of it.
    pub held: Held,
}

/// A sum over one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineTrace {
    /// The line as the list has it.
    pub line: String,
    /// The source's codes that it takes.
    pub codes: Vec<String>,
    /// What is held.
    pub value: Exact,
    /// The least held in any sub-period.
    pub held: Held,
    /// How many figures were summed.
    pub rows: u64,
}

/// What a source does not show, bounded by a coarser source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResidualTrace {
    /// The parent's code.
    pub code: String,
    /// The parent.
    pub parent: String,
    /// Its vintages.
    pub vintages: Vec<String>,
    /// The parent's figure less all that is held below it; `None` where the parent is not held, or the two do not fit.
    pub at_most: Option<Exact>,
    /// Sub-periods in which more is shown below the parent's figure than it has: nothing is bounded by such a pair.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub misfits: Vec<Misfit>,
}

/// Two publications of which one shows more of a code than the other has in all, by more than rounding explains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Misfit {
    /// The sub-period.
    pub period: String,
    /// What the source shows.
    pub shown: Exact,
    /// The vintage that shows it.
    pub vintage: String,
    /// The parent's figure.
    pub whole: Exact,
    /// The parent's vintage.
    pub parent_vintage: String,
}

/// Entries of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LedgerTrace {
    /// The ledger.
    pub name: String,
    /// How sure its figures are.
    pub certainty: String,
    /// Period, value and document of each entry counted.
    pub entries: Vec<BTreeMap<String, String>>,
    /// What each entry within the period adds to the figure, for comparisons: its name and document, and how much.
    #[serde(skip)]
    pub amounts: Vec<(String, Exact)>,
    /// What to know.
    pub note: String,
}

/// A ledger that a reading rests on, as known on the day asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LedgerRead {
    /// `ledger.NAME`.
    pub source: String,
    /// What its figures are.
    pub title: String,
    /// The same in one line with stage, keeper and certainty, as a source has its basis.
    pub basis: String,
    /// Who keeps it.
    pub keeper: Option<String>,
    /// Who published its entries.
    pub publishers: Vec<String>,
    /// How far its entries have come.
    pub stage: Option<String>,
    /// How sure its figures are.
    pub certainty: String,
    /// Whether no entry can be below zero.
    pub non_negative: bool,
    /// How many entries are known.
    pub entries: usize,
    /// The last day on which one was published.
    pub last_published: Option<String>,
    /// Until when somebody says that nothing is missing.
    pub complete_through: Option<String>,
    /// The day on which that was said.
    pub said: Option<String>,
}

pub(crate) fn number(value: &Exact, dimension: Dimension) -> NumberOut {
    NumberOut { value: value.plain(), unit: dimension.base_unit() }
}

/// The fingerprint of a definition, worked out once.
pub(crate) fn fingerprints(agreement: &Agreement) -> BTreeMap<String, String> {
    agreement.definitions.iter().map(|d: &Definition| (d.id.clone(), agreement.fingerprint(d))).collect()
}
