//! An agreement as it stood on a day: what the folder's files say, resolved, checked and amended.

use crate::ast::Rule;
use crate::due::Due;
use crate::ledger::Ledger;
use crate::rates::RateSeries;
use crate::texts::{InText, Text, Texts};
pub use servanda_core::Certainty;
use servanda_core::{Date, Exact, Instrument, LineSet, Origin, Party, Period, Point};
use std::collections::BTreeMap;
use std::fmt;

/// An agreement on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// Its id, the folder's name.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Who agreed, or was asked.
    pub parties: Vec<Party>,
    /// Other countries that its rules speak of.
    pub third_countries: Vec<Party>,
    /// Groups of countries by name.
    pub groups: BTreeMap<String, Group>,
    /// What parties are called that have no country's code: a company that an order binds.
    pub party_names: BTreeMap<Party, String>,
    /// What kind of paper it is.
    pub instrument: Instrument,
    /// When it was made known, where that was before it was signed.
    pub announced: Option<Date>,
    /// When it was signed.
    pub signed: Option<Date>,
    /// When it took effect.
    pub in_force: Option<Date>,
    /// A line that stands beside every outcome (for a demand: that it was never accepted).
    pub note: Option<String>,
    /// What is said of it, each from its day on.
    pub notes: Vec<DatedNote>,
    /// When it was encoded: the day of every reading that names no other.
    pub encoded_on: Option<Date>,
    /// Its texts in their editions, where its folder names them.
    pub texts: Option<Texts>,
    /// How codes are read in other editions than that of their list, where that is declared.
    pub concordance: Option<Concordance>,
    /// Which statistics count.
    pub statistics: Statistics,
    /// Sides made of several sources, by name.
    pub sides: BTreeMap<String, Side>,
    /// Years that begin on another day than 1 January, by name.
    pub years: BTreeMap<String, OwnYear>,
    /// Scopes by name.
    pub scopes: BTreeMap<String, Scope>,
    /// Admissible definitions, at least one (`as-written` where the file names none).
    pub definitions: Vec<Definition>,
    /// Commitments in the order of the file.
    pub commitments: Vec<Commitment>,
    /// Waivers.
    pub waivers: Vec<Waiver>,
    /// Amendments that had taken effect.
    pub amendments: Vec<Amendment>,
    /// What parties invoke.
    pub defences: Vec<Defence>,
    /// What parties ask that only a model can answer.
    pub questions: Vec<Question>,
    /// Ledgers by name.
    pub ledgers: BTreeMap<String, Ledger>,
    /// Series of rates by name.
    pub rates: BTreeMap<String, RateSeries>,
}

/// The id of the definition that stands in where an agreement names none.
pub(crate) const AS_WRITTEN: &str = "as-written";

impl Definition {
    /// The one that stands in where an agreement names none: nothing is read otherwise than it is written.
    pub(crate) fn as_written() -> Self {
        Self {
            id: AS_WRITTEN.to_owned(),
            title: "As written".to_owned(),
            crosswalks: BTreeMap::new(),
            baseline: Baseline::AsOf,
            parameters: BTreeMap::new(),
        }
    }
}

impl Agreement {
    /// One that says nothing: for flows between countries that stand in no agreement.
    pub fn bare(parties: Vec<Party>) -> Self {
        Self {
            id: String::new(),
            title: String::new(),
            parties,
            third_countries: Vec::new(),
            groups: BTreeMap::new(),
            party_names: BTreeMap::new(),
            instrument: Instrument::Announcement,
            announced: None,
            signed: None,
            in_force: None,
            note: None,
            notes: Vec::new(),
            encoded_on: None,
            texts: None,
            concordance: None,
            statistics: Statistics::default(),
            sides: BTreeMap::new(),
            years: BTreeMap::new(),
            scopes: BTreeMap::new(),
            definitions: vec![Definition::as_written()],
            commitments: Vec::new(),
            waivers: Vec::new(),
            amendments: Vec::new(),
            defences: Vec::new(),
            questions: Vec::new(),
            ledgers: BTreeMap::new(),
            rates: BTreeMap::new(),
        }
    }
}

/// Countries under one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What they are called.
    pub title: String,
    /// Each once.
    pub members: Vec<Party>,
}

/// Which statistics count, and how several decide.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statistics {
    /// Source ids, or `side.NAME`.
    pub sources: Vec<String>,
    /// How counted sources make a finding.
    pub decide: Decide,
    /// A term whose period ends before this day is a baseline.
    pub counts_from: Option<Date>,
    /// Sources that are shown as readings and never count (derived series).
    pub shown: Vec<String>,
}

/// How counted sources make a finding.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Decide {
    /// Met if met on all.
    #[default]
    All,
    /// Met if met on one.
    Any,
}

/// One side's statistics where goods and services have two publishers; it counts as one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// Source id for goods.
    pub goods: String,
    /// Source id for services.
    pub services: String,
    /// How their bases differ.
    pub note: String,
}

/// Years that an agreement counts from a day of its own: marketing, fiscal and treaty years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnYear {
    /// What they are called.
    pub title: String,
    /// The month and the day of the month on which each begins; every year has that day.
    pub starts: (i8, i8),
    /// Which calendar year names one.
    pub named: NamedBy,
}

servanda_core::words! {
    /// The calendar year that names a year of another beginning.
    NamedBy {
        /// That of its first day: the marketing year 2025 begins in 2025.
        Start = "start",
        /// That of its last day: the fiscal year 2026 ends in 2026.
        End = "end",
    }
}

impl OwnYear {
    /// The days of one such year, or of a quarter of it. `Err` says what else was asked for.
    pub fn period(&self, point: Point) -> Result<Period, String> {
        let (year, quarter) = match point {
            Point::Year(year) => (year, None),
            Point::Quarter(year, quarter) => (year, Some(quarter)),
            Point::Month(..) | Point::Day(_) => {
                return Err(format!(
                    "`{point}` is no year and no quarter of one; {} are counted in these",
                    self.title
                ));
            }
        };
        let outside = || format!("{} of {point} are outside of the calendar", self.title);
        let (month, day) = self.starts;
        let first = |year: i16| Date::new(year, month, day).ok();
        let start = match self.named {
            NamedBy::End if self.starts != (1, 1) => year - 1,
            NamedBy::End | NamedBy::Start => year,
        };
        let end = first(start + 1).and_then(|d| d.yesterday().ok());
        let whole = first(start).zip(end).and_then(|(start, end)| Period::spanning(start, end).ok());
        let whole = whole.ok_or_else(outside)?;
        let Some(quarter) = quarter else { return Ok(whole) };
        let quarters = whole.split(3).unwrap_or_default();
        usize::try_from(quarter - 1).ok().and_then(|at| quarters.get(at).copied()).ok_or_else(outside)
    }
}

/// A set of products under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// The text does not say what it is.
    Undefined {
        /// What is missing.
        reason: String,
    },
    /// Lines of a list.
    List(ListScope),
}

/// A scope that selects lines of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListScope {
    /// The file, relative to the folder; `None` for codes written into the agreement.
    pub file: Option<String>,
    /// The classification and edition of its codes: `HS2017`.
    pub classification: String,
    /// Every line of the list, selected or not: a code belongs to the longest of them all.
    pub lines: Vec<ListLine>,
    /// For each line, whether `where` selects it.
    pub selected: Vec<bool>,
}

/// A line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListLine {
    /// The code as the text has it, digits only.
    pub code: String,
    /// The other columns, by name.
    pub columns: BTreeMap<String, String>,
}

/// One admissible way to read an agreement's terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Rows by source id.
    pub crosswalks: BTreeMap<String, Vec<CrosswalkRow>>,
    /// Which publication baselines are taken from.
    pub baseline: Baseline,
    /// `$name` and its text, read as what the place asks for.
    pub parameters: BTreeMap<String, String>,
}

/// How a line of a list, or a whole scope, reads in one source's codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrosswalkRow {
    /// The line of the list; or, where it is a scope's name, all of that scope.
    pub of: CrosswalkOf,
    /// The source's code (a prefix of the codes that it publishes).
    pub source_code: String,
    /// Whether the source's code is the same, wider or narrower; a wider one is counted whole, and said so.
    pub relation: CrosswalkRelation,
    /// Why.
    pub note: String,
    /// Its line in the file, from 1.
    pub line: u64,
}

/// What a crosswalk row is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum CrosswalkOf {
    /// A line of the list: the row's code is added to the line's own.
    Line(String),
    /// A scope: the rows replace its list for that source.
    Scope(String),
}

/// How a source's code stands to what it is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrosswalkRelation {
    /// The same products.
    Equal,
    /// More products.
    Wider,
    /// Fewer products.
    Narrower,
}

/// Which publication baselines are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Baseline {
    /// The newest as of the day asked for.
    #[default]
    AsOf,
    /// The newest as of this day, whatever is asked.
    Frozen(Date),
}

/// One obligation of one party that can be tested by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Commitment {
    /// Its id.
    pub id: String,
    /// What it is called, where that helps a reader.
    pub title: Option<String>,
    /// Who owes it.
    pub by: Party,
    /// To whom, where the text says.
    pub to: Option<Party>,
    /// Article and paragraph, or the place in the text.
    pub cite: String,
    /// In which of the agreement's texts, and of their editions, it stands.
    pub text: Option<InText>,
    /// How strongly; `None` with `origin = "analyst"`.
    pub force: Option<Force>,
    /// Whether the text or its analysts name the target.
    pub origin: Origin,
    /// What is owed.
    pub duty: Duty,
    /// Sources that count instead of the agreement's.
    pub sources: Option<Vec<String>>,
    /// How they decide instead.
    pub decide: Option<Decide>,
    /// Pace methods; the first gives the pace status.
    pub pace: Vec<Pace>,
    /// The commitments that a total is made of.
    pub parts: Vec<String>,
    /// What counts as evidence of an act.
    pub evidence: Option<String>,
    /// When an act is due.
    pub due: Option<Due>,
    /// It is owed only after all of these.
    pub after: Vec<ConditionRef>,
    /// It is not owed once this holds.
    pub unless: Option<ConditionRef>,
    /// It is owed while this holds.
    pub while_: Option<ConditionRef>,
    /// Who wrote it as data.
    pub encoded_by: Option<String>,
    /// Who checked it.
    pub checked_by: Option<String>,
    /// What was chosen and what was rejected.
    pub interpretation: Option<String>,
    /// The day of that reading, where it is not the agreement's. A reading answers at any date: this says what it could know.
    pub encoded_on: Option<Date>,
    /// What is said of it, each from its day on.
    pub notes: Vec<DatedNote>,
    /// Which sides confirmed it.
    pub confirmed_by: Vec<Party>,
    /// How sure it is; that of its text where it says nothing itself.
    pub certainty: Option<Certainty>,
}

/// A statement about the world, and the day from which it could be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedNote {
    /// The day.
    pub on: Date,
    /// What is said.
    pub text: String,
}

/// A text with the notes that were known by a day behind it, each with its day.
fn with_notes(text: Option<String>, notes: &[DatedNote], day: Date) -> Option<String> {
    let known = notes.iter().filter(|n| n.on <= day).map(|n| format!("{}: {}", n.on, n.text));
    let all: Vec<String> = text.into_iter().chain(known).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

impl Agreement {
    /// The day from which it could be known: that of the first of its announcement, its signature and its effect; none where
    /// none of these is told.
    pub fn known_from(&self) -> Option<Date> {
        [self.announced, self.signed, self.in_force].into_iter().flatten().min()
    }

    /// As it was known on a day: without what was said or invoked later. Notes known by then stand behind the texts that they
    /// are notes on.
    #[must_use]
    pub fn known_on(mut self, day: Date) -> Self {
        self.note = with_notes(self.note.take(), &self.notes, day);
        self.notes.retain(|n| n.on <= day);
        if let Some(texts) = &mut self.texts {
            texts.known_on(day);
        }
        self.commitments.retain(|c| c.text.as_ref().is_none_or(|t| t.from <= day));
        for commitment in &mut self.commitments {
            commitment.interpretation = with_notes(commitment.interpretation.take(), &commitment.notes, day);
            commitment.notes.retain(|n| n.on <= day);
            if let Some(text) = &mut commitment.text {
                text.gone = text.gone.take().filter(|gone| gone.on <= day);
            }
        }
        self.waivers.retain(|w| w.known_from.unwrap_or(w.from) <= day);
        self.defences.retain(|d| d.date <= day);
        for defence in self.defences.iter_mut().filter(|d| d.replied.is_some_and(|on| on > day)) {
            defence.reply = None;
        }
        self.questions.retain(|q| q.asked.is_none_or(|on| on <= day));
        for ledger in self.ledgers.values_mut() {
            *ledger = ledger.known_by(day);
        }
        self
    }

    /// Whether outcomes are met and missed, rather than reached and not-reached.
    pub fn binds(&self, commitment: &Commitment) -> bool {
        self.instrument == Instrument::BindingAgreement
            && commitment.origin == Origin::Text
            && commitment.force == Some(Force::Shall)
    }

    /// The text that a commitment stands in, where one is named and known.
    pub fn text_of(&self, commitment: &Commitment) -> Option<&Text> {
        self.texts.as_ref()?.get(&commitment.text.as_ref()?.text)
    }

    /// A commitment by id.
    pub fn commitment(&self, id: &str) -> Option<&Commitment> {
        self.commitments.iter().find(|c| c.id == id)
    }
}

servanda_core::words! {
    /// How strongly a commitment binds.
    Force {
        /// shall
        Shall = "shall",
        /// shall endeavour
        ShallEndeavour = "shall-endeavour",
        /// intends
        Intends = "intends",
        /// expects
        Expects = "expects",
        /// projects
        Projects = "projects",
        /// acknowledges
        Acknowledges = "acknowledges",
    }
}

/// What is owed.
#[allow(clippy::large_enum_variant, reason = "an agreement has a few hundred at most")]
#[derive(Debug, Clone, PartialEq)]
pub enum Duty {
    /// A rule over figures.
    Rule {
        /// As written.
        text: String,
        /// Its tree.
        rule: Rule,
    },
    /// To do something.
    Act(String),
    /// Not to do something.
    Refrain(String),
}

servanda_core::words! {
    /// What kind of thing is owed.
    DutyKind {
        /// Figures that a rule compares.
        Rule = "rule",
        /// To do something.
        Act = "act",
        /// Not to do something.
        Refrain = "refrain",
    }
}

impl Duty {
    /// What kind it is.
    pub fn kind(&self) -> DutyKind {
        match self {
            Self::Rule { .. } => DutyKind::Rule,
            Self::Act(_) => DutyKind::Act,
            Self::Refrain(_) => DutyKind::Refrain,
        }
    }
}

/// A pace method.
#[derive(Debug, Clone, PartialEq)]
pub enum Pace {
    /// Elapsed share of the period.
    Flat,
    /// The seasonal pattern of a past period.
    Seasonal(Period),
    /// The sum of the parts' own paces.
    Parts(Box<Pace>),
}

impl std::fmt::Display for Pace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flat => f.write_str("flat"),
            Self::Seasonal(p) => write!(f, "seasonal({p})"),
            Self::Parts(inner) => write!(f, "parts({inner})"),
        }
    }
}

/// What a condition names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConditionRef {
    /// Another commitment of this agreement.
    Commitment(String),
    /// A trigger: an act of a measure.
    Trigger(TriggerRef),
    /// A day.
    Date(Date),
}

/// An act of a measure that a condition names, as `trigger.MEASURE.ACT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriggerRef {
    /// `MEASURE.ACT`.
    pub name: String,
    /// Whether an act that stands in its place on the same list counts for it: `trigger.MEASURE.ACT or its replacement`.
    pub follow: bool,
}

impl TriggerRef {
    /// What is written behind a trigger whose replacements count for it.
    pub const FOLLOW: &str = " or its replacement";
}

impl fmt::Display for TriggerRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "trigger.{}{}", self.name, if self.follow { Self::FOLLOW } else { "" })
    }
}

/// What lifts a commitment for a time. Both days included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// Which commitments.
    pub commitments: Vec<String>,
    /// First day.
    pub from: Date,
    /// Last day; open if none.
    pub until: Option<Date>,
    /// Where it is written.
    pub citation: String,
    /// The day from which it could be known; its first day without it.
    pub known_from: Option<Date>,
}

/// A change of the agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// The first day on which it holds.
    pub date: Date,
    /// Where it is written.
    pub citation: String,
    /// Commitments that it replaces by others; they stay visible as superseded.
    pub supersedes: Vec<String>,
    /// Commitments whose keys it changed.
    pub changes: Vec<String>,
    /// Every dotted key that it set, and every file that it replaced.
    pub sets: Vec<String>,
}

/// What a party invokes; shown beside a finding, never altering it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Defence {
    /// For which commitments.
    #[serde(skip)]
    pub commitments: Vec<String>,
    /// Who invokes it.
    pub party: Party,
    /// Under which article.
    pub article: String,
    /// When.
    pub date: Date,
    /// In which document.
    pub document: String,
    /// What the other side answered.
    pub reply: Option<String>,
    /// When it did; the day of the defence without it.
    #[serde(skip)]
    pub replied: Option<Date>,
}

/// What a party asks that only a model can answer. It is no commitment, and no status rests on its answer.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Question {
    /// Its id: `balance.saving`.
    pub id: String,
    /// Who asks.
    pub by: Party,
    /// Where it is told.
    pub cite: String,
    /// What is asked.
    pub text: String,
    /// When it was asked; the question stands at any date without it.
    #[serde(skip)]
    pub asked: Option<Date>,
    /// Scenarios that `simulate` answers, at least one.
    pub scenarios: Vec<String>,
    /// The base that they need, where none ships: the folder's name.
    pub base: Option<String>,
}

/// How codes are read in other editions of the HS than that of their list: by the correlation tables of the United Nations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Concordance {
    /// Which parts of codes are declared to be meant.
    pub shares: Vec<Share>,
}

/// A declared share: how much of a code of another edition is meant by a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The scope.
    pub scope: String,
    /// The edition of the code: `HS2022`.
    pub edition: String,
    /// The code, six digits.
    pub code: String,
    /// Between 0 and 1.
    pub share: Exact,
    /// Why.
    pub because: String,
}

/// A code of a source of which only a part is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartlyMeant {
    /// The code, six digits.
    pub code: String,
    /// Its edition.
    pub edition: String,
    /// How much of it is declared to be meant; between nothing and all of it where nothing is.
    pub share: Option<Exact>,
}

/// A scope in the codes of one source under one definition, for one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResolvedScope {
    /// A term is undefined: `cannot-tell` at any date.
    Undefined(String),
    /// The source cannot speak of it at all: goods statistics asked for services, a 2022 code asked of a 2017 list
    /// without a concordance, an own classification without a crosswalk. `cannot-tell: not published`.
    NotPublished(String),
    /// Lines to sum.
    Lines {
        /// The lines.
        lines: LineSet,
        /// What to know about them (a wider code counted whole, a code that the source does not publish at this depth).
        notes: Vec<String>,
        /// Codes of the source of which only a part is meant, since goods moved between editions.
        partly: Vec<PartlyMeant>,
    },
}
