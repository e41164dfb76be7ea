//! What comes out: readings, findings and their derivations.

use crate::acts::ActFinding;
use crate::signature::Signature;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_agreement::ast::CompareOp;
use servanda_agreement::{Agreement, Decide, Defence, Definition};
use servanda_core::{
    AsOf, Bounds, Date, Dimension, EvidenceError, Exact, Finality, Frequency, Held, Observation, PaceStatus,
    Period, Point, Series, Stage, Status, Stopped, VintageRef,
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
        "commitment `{commitment}` counts `{source_id}`, which no file under sources/ describes; describe it there, or correct the name"
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
    /// It was to stop before it had finished.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// Its series are larger than it may ask for.
    #[error("its series have {cells} figures, and it may ask for {limit}; ask for a part of its commitments")]
    TooMuch {
        /// How many there are.
        cells: u64,
        /// How many there may be.
        limit: u64,
    },
}

/// A number with its unit, for JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NumberOut {
    /// The number as [`Exact::plain`] writes it.
    pub value: String,
    /// The number as `n/d`, where its decimal expansion does not end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exact: Option<String>,
    /// Its unit.
    pub unit: String,
}

/// A figure of one dimension with its bounds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Figure {
    /// What is held, and the bounds.
    pub bounds: Bounds,
    /// What it measures.
    pub dimension: Dimension,
}

/// A figure as it is printed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Figure")]
struct Printed<'f> {
    /// What is held; none where nothing is, or not whole.
    value: &'f Option<Exact>,
    /// The least that it can be; none: no bound.
    low: &'f Option<Exact>,
    /// The most that it can be; none: no bound.
    high: &'f Option<Exact>,
    /// The unit.
    unit: String,
}

impl Serialize for Figure {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Bounds { value, low, high } = &self.bounds;
        Printed { value, low, high, unit: self.dimension.base_unit() }.serialize(serializer)
    }
}

impl JsonSchema for Figure {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Printed::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Printed::json_schema(generator)
    }
}

/// A pace by one method. Advisory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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

servanda_core::words! {
    /// How the two sides of a comparison are compared, or the parts of a rule joined.
    Operator {
        /// At least.
        Ge = ">=",
        /// At most.
        Le = "<=",
        /// More than.
        Gt = ">",
        /// Less than.
        Lt = "<",
        /// Exactly.
        Eq = "=",
        /// All parts hold.
        And = "and",
        /// One part holds.
        Or = "or",
        /// The one part does not hold.
        Not = "not",
    }
}

impl From<CompareOp> for Operator {
    fn from(op: CompareOp) -> Self {
        match op {
            CompareOp::Ge => Self::Ge,
            CompareOp::Le => Self::Le,
            CompareOp::Gt => Self::Gt,
            CompareOp::Lt => Self::Lt,
            CompareOp::Eq => Self::Eq,
        }
    }
}

/// What a comparison, or several that are joined, come to: all that their status is worked out from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, JsonSchema)]
pub struct Part {
    /// The text of a comparison; empty where the part is joined of others.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// How its sides are compared or its parts joined.
    pub comparison: Option<Operator>,
    /// What it says, taken as a rule of its own.
    pub status: Status,
    /// The left side of a comparison.
    pub actual: Option<Figure>,
    /// The right side.
    pub required: Option<Figure>,
    /// Whether a term is undefined, so that nothing can come out at any date.
    pub undefined: bool,
    /// Whether a term cannot be worked out yet.
    pub unsupported: bool,
    /// Whether it is of an entry of a ledger that lies partly in the period and may be none of those meant: then that it fails
    /// decides nothing.
    pub partly: bool,
    /// The day by which its first figures are out; none if nothing in it is dated.
    pub first_out: Option<Date>,
    /// The day by which all of them are.
    pub all_out: Option<Date>,
    /// What it is joined of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

impl Part {
    /// Every comparison in it, from left to right.
    pub fn comparisons(&self) -> Vec<&Part> {
        match self.parts.is_empty() {
            true => vec![self],
            false => self.parts.iter().flat_map(Self::comparisons).collect(),
        }
    }

    /// Without the texts of its comparisons.
    #[must_use]
    pub fn untitled(&self) -> Self {
        let parts = self.parts.iter().map(Self::untitled).collect();
        Self { text: String::new(), parts, ..self.clone() }
    }
}

/// A rule worked out for one year, line or run of days of a quantified rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SubReading {
    /// The year, line or days.
    pub period: String,
    /// What it comes to.
    #[serde(flatten)]
    pub part: Part,
    /// Why it cannot be told, if it cannot.
    pub reason: Option<String>,
}

/// What the lines and days of a quantified rule come to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Instances {
    /// What was counted: `lines`, `lines and runs of days`, or `entries, one of them for what is not entered`.
    pub what: String,
    /// How many came out how, in the order in which each was first met.
    pub counts: Vec<InstanceCount>,
    /// Those that are not kept, the first two thousand of them.
    pub listed: Vec<SubReading>,
    /// All of them, those with equal status and figures together.
    pub groups: Vec<InstanceGroup>,
}

/// Instances with equal status and figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InstanceGroup {
    /// How many.
    pub count: usize,
    /// The first twenty of them.
    pub names: Vec<String>,
    /// What each comes to.
    #[serde(flatten)]
    pub part: Part,
}

/// How many instances came out one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
}

/// A source that was read, and what its figures are figures of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SourceBasis {
    /// The source.
    pub source: String,
    /// Who publishes it.
    pub publisher: String,
    /// Its basis in one line.
    pub basis: String,
    /// As far as its accounting, for short tables.
    #[serde(skip)]
    pub brief: String,
    /// What a sentence calls its figures: `US exports`; else those of its publisher.
    #[serde(skip)]
    pub short: String,
}

/// A rule worked out on one source under one definition.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Reading {
    /// The source, or `side.NAME`.
    pub source: String,
    /// Whether the figures are the other side's record of the trade that the rule names.
    pub proxy: bool,
    /// Whether it counts for the finding.
    pub counts: bool,
    /// The definition's id.
    #[serde(skip)]
    pub definition: String,
    /// The definition's fingerprint.
    #[serde(skip)]
    pub definition_sha256: String,
    /// What it says.
    pub status: Status,
    /// Whether it can change.
    pub finality: Finality,
    /// The left side of a comparison.
    pub actual: Option<Figure>,
    /// The right side of a comparison.
    pub required: Option<Figure>,
    /// How they are compared, or how the parts of the rule are joined.
    pub comparison: Option<Operator>,
    /// The parts of a rule that is joined by `and`, `or` or `not`.
    pub parts: Vec<Part>,
    /// Value over value, four decimals, half to even, for a floor on a non-negative flow.
    pub share: Option<String>,
    /// The least that it can be, rounded down.
    pub share_low: Option<String>,
    /// The most that it can be, rounded up.
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
    /// Why it is what it is: [`Reading::reasons`] in one text.
    pub reason: Option<String>,
    /// Each thing that keeps it from being decided.
    pub reasons: Vec<String>,
    /// What to know about the figures.
    pub notes: Vec<String>,
    /// The publisher of the source; of a side, each publisher.
    #[serde(skip)]
    pub publishers: Vec<String>,
    /// Each source used, and what its figures are figures of.
    pub basis: Vec<SourceBasis>,
    /// The ledgers that it rests on, each a source of its own.
    pub ledgers: Vec<LedgerRead>,
    /// Years, lines, days or entries on which a quantified rule is broken.
    pub breaches: Vec<String>,
    /// Runs of days on which it is broken.
    pub spells: Vec<String>,
    /// The years of `each year`.
    pub years: Vec<SubReading>,
    /// The lines and days of `each line` and `each day`.
    #[serde(skip)]
    pub instances: Option<Instances>,
    /// What makes two readings of one source the same: the series asked for.
    #[serde(skip)]
    pub signature: Signature,
    /// Whether a term is undefined, so that nothing can come out at any date.
    pub undefined: bool,
    /// Whether a term cannot be worked out yet.
    pub unsupported: bool,
    /// The day by which the first figures of the rule are out; none if nothing in it is dated.
    pub first_out: Option<Date>,
    /// The day by which all of them are.
    pub all_out: Option<Date>,
    /// Every vintage used, of the source and of what bounds it.
    #[serde(skip)]
    pub used: Vec<VintageRef>,
    /// How it came about.
    #[serde(skip)]
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

    /// Whether anything is held of any comparison of the rule.
    pub fn holds_any(&self) -> bool {
        let held = |f: &Option<Figure>| f.as_ref().is_some_and(|f| f.bounds.value.is_some());
        held(&self.actual) || self.parts.iter().flat_map(Part::comparisons).any(|p| held(&p.actual))
    }
}

/// What lies over a status between two dates, and never hides it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
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
    /// Why it is undecided: [`Finding::reasons`] in one text, or what stands in their place.
    pub reason: Option<String>,
    /// Why each counted source is undecided, where that makes the finding.
    pub reasons: Vec<SourceReason>,
    /// How the sources that count are joined.
    pub decide: Decide,
    /// A status that stands in place of the figures' own, since a condition keeps the commitment from being owed yet.
    pub waiting: Option<Status>,
    /// Lines that stand beside it (why its words are reached and not-reached).
    pub notes: Vec<String>,
    /// What lies over it.
    pub overlay: Option<Overlay>,
    /// What parties invoke.
    pub defences: Vec<Defence>,
    /// Every reading, those not held and those that do not count included.
    #[serde(skip)]
    pub readings: Vec<Reading>,
    /// Of an act or a refraining: when it is owed, and what people concluded of it.
    #[serde(rename = "assessment")]
    pub act: Option<ActFinding>,
}

impl Finding {
    /// Counted sources in order, each with what all definitions make of it, and its readings.
    pub fn by_source(&self) -> Vec<(&str, Status, Vec<&Reading>)> {
        let mut all: Vec<(&str, Status, Vec<&Reading>)> = Vec::new();
        for reading in self.readings.iter().filter(|r| r.counts) {
            match all.iter_mut().find(|(source, ..)| *source == reading.source) {
                Some((.., of)) => of.push(reading),
                None => all.push((&reading.source, reading.status, vec![reading])),
            }
        }
        for (_, status, of) in &mut all {
            let statuses: Vec<Status> = of.iter().map(|r| r.status).collect();
            *status = crate::finding::over_definitions(&statuses);
        }
        all
    }

    /// Whether another finding says the same: status, reason, sources tested, what lies over it, and the figures of each reading.
    pub fn says(&self, other: &Self) -> bool {
        let alike = |(a, b): (&Reading, &Reading)| {
            a.source == b.source
                && a.definition == b.definition
                && a.status == b.status
                && a.actual == b.actual
                && a.required == b.required
                && a.complete_through == b.complete_through
                && a.finality == b.finality
                && a.pace_status == b.pace_status
                && a.parts == b.parts
                && a.years == b.years
                && a.instances == b.instances
        };
        self.status == other.status
            && self.reason == other.reason
            && self.tested == other.tested
            && self.overlay == other.overlay
            && self.readings.len() == other.readings.len()
            && self.readings.iter().zip(&other.readings).all(alike)
    }
}

/// Why a counted source is undecided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SourceReason {
    /// The source.
    pub source: String,
    /// The reason of each undecided reading, each once.
    pub readings: Vec<String>,
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
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct NodeTrace {
    /// What it is: the text of the rule's part.
    pub label: String,
    /// Its figure, if it is one.
    pub figure: Option<Figure>,
    /// How it came out, if it is a condition.
    pub outcome: Option<String>,
    /// What to know of a sum: figures that several of its terms have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The trade behind it, if it is a flow term.
    pub terms: Vec<TermTrace>,
    /// The entries behind it, if it is a ledger term.
    pub ledger: Option<LedgerTrace>,
    /// What it is made of.
    pub children: Vec<NodeTrace>,
}

/// A flow term on one source.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
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

/// A figure as published, with names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ObservationOut {
    /// The line that takes it.
    pub line: String,
    /// The source's code.
    pub code: String,
    /// The sub-period, or the first and the last of those that the figure is of.
    pub period: String,
    /// What the publisher calls the period of a joint figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The figure.
    pub value: Option<String>,
    /// The least that it adds to the term; none where nothing bounds it.
    pub low: Option<String>,
    /// The most that it adds; none where nothing bounds it.
    pub high: Option<String>,
    /// Whether it is preliminary.
    pub preliminary: bool,
    /// Its vintage.
    pub vintage: String,
}

impl ObservationOut {
    pub(crate) fn new(o: Observation, labels: &[String], frequency: Frequency, scale: u32) -> Self {
        let plain = |v: i128| Exact::scaled(v, scale).plain();
        let of = Period { from: frequency.point(o.first), to: frequency.point(o.period) };
        Self {
            line: labels.get(o.line).cloned().unwrap_or_default(),
            code: o.code,
            period: of.to_string(),
            label: o.label,
            value: o.value.map(plain),
            low: o.low.map(plain),
            high: o.high.map(plain),
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PeriodTrace {
    /// The sub-period.
    pub period: String,
    /// What is held.
    pub value: Option<Exact>,
    /// How much of it.
    pub held: Held,
}

/// A sum over one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LedgerTrace {
    /// The ledger.
    pub name: String,
    /// How sure its figures are.
    pub certainty: String,
    /// The unit of the entries' values.
    pub unit: String,
    /// Period, value and document of each entry counted.
    pub entries: Vec<BTreeMap<String, String>>,
    /// What each entry within the period adds to the figure, for comparisons: its name and document, and how much.
    #[serde(skip)]
    pub amounts: Vec<(String, Exact)>,
    /// What to know.
    pub note: String,
}

/// A ledger that a reading rests on, as known on the day asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
    NumberOut { value: value.plain(), exact: value.fraction(), unit: dimension.base_unit() }
}

/// The fingerprint of a definition, worked out once.
pub(crate) fn fingerprints(agreement: &Agreement) -> BTreeMap<String, String> {
    agreement.definitions.iter().map(|d: &Definition| (d.id.clone(), agreement.fingerprint(d))).collect()
}
