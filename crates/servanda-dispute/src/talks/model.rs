//! A record and its claims.

use super::words::{Authority, Certainty, Checkable, FateWord, Flow, Kind, Standing};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use servanda_core::{Date, Exact, Party, Point};
use std::fmt;

/// A day, month or year as written; `~` before it: worked out from a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    /// As written.
    pub text: String,
    /// Whether it is approximate.
    pub about: bool,
    /// The day, month, quarter or year.
    pub point: Point,
}

impl When {
    /// Reads `2018-05-03`, `2018-05`, `2018`, or one of these after `~`.
    pub fn parse(text: &str) -> Option<Self> {
        let (about, rest) = text.strip_prefix('~').map_or((false, text), |rest| (true, rest));
        Some(Self { text: text.to_owned(), about, point: Point::parse(rest).ok()? })
    }

    /// The first day of it.
    pub fn start(&self) -> Date {
        self.point.start()
    }

    /// The last day of it.
    pub fn end(&self) -> Date {
        self.point.end()
    }
}

impl Serialize for When {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&self.text)
    }
}

servanda_core::text_schema!(When, "A day, a month or a year as written; ~ before it: worked out from a text");

/// A quantity as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Value {
    /// As written: `323.32`.
    #[serde(rename = "value")]
    pub text: String,
    /// The number.
    #[serde(skip)]
    pub number: Exact,
    /// Of what: `bn_usd`, `percent`, `days`.
    pub unit: String,
}

impl Value {
    /// The unit as people write it: `bn USD`.
    pub fn unit_words(&self) -> String {
        self.unit.replace("_usd", " USD").replace('_', " ")
    }

    /// How many decimals it is written with.
    pub fn decimals(&self) -> u32 {
        let digits = self.text.split_once('.').map_or(0, |(_, d)| d.len());
        u32::try_from(digits).unwrap_or(u32::MAX)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.text, self.unit_words())
    }
}

/// Whose position or act a claim is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parties {
    /// Of these.
    Of(Vec<Party>),
    /// Of nobody: the speaker binds nobody.
    Nobody,
}

impl Parties {
    /// The parties; none if the speaker binds nobody.
    pub fn list(&self) -> &[Party] {
        match self {
            Self::Of(list) => list,
            Self::Nobody => &[],
        }
    }
}

impl fmt::Display for Parties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Of(list) => f.write_str(&list.iter().map(Party::to_string).collect::<Vec<_>>().join("|")),
            Self::Nobody => f.write_str("other"),
        }
    }
}

impl Serialize for Parties {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

servanda_core::text_schema!(Parties, "Parties with | between them, or other: the speaker binds nobody");

/// What somebody said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Claim {
    /// Its id.
    pub id: String,
    /// The report that has it.
    pub report: String,
    /// Who published that report.
    pub publisher: String,
    /// When.
    pub published: When,
    /// Who said it.
    pub speaker: String,
    /// With what standing.
    pub authority: Authority,
    /// The outlet that the report itself cites; empty where it cites none.
    pub via: String,
    /// Whose position or act it is.
    pub party: Parties,
    /// What kind.
    pub kind: Kind,
    /// An id that rows on the same act or dispute share; empty where there is none.
    pub about: String,
    /// What it is about.
    pub subject: String,
    /// What was said, in plain words.
    pub statement: String,
    /// How the row has it.
    pub certainty: Certainty,
    /// The quantity.
    pub value: Option<Value>,
    /// What the quantity is of: `2017`, `2018-06..2019-05`.
    pub period: String,
    /// Until when something is asked.
    pub deadline: Option<When>,
    /// When it takes place or has effect.
    pub effective: Option<When>,
    /// Ids of claims that it answers.
    pub answers: Vec<String>,
    /// Ids of claims that it contradicts.
    pub contradicts: Vec<String>,
    /// Ids of claims that it waits for.
    pub waits_for: Vec<String>,
    /// What can settle it.
    pub checkable: Checkable,
}

impl Claim {
    /// Whether it was published by the end of a day. Of a report of which the month or the year alone is known that is sure from
    /// the last day of it on.
    pub fn known_by(&self, day: Date) -> bool {
        self.published.end() <= day
    }

    /// Whose position it can be.
    pub fn standing(&self) -> Standing {
        match self.party {
            Parties::Nobody => Standing::BindsNobody,
            Parties::Of(_) if self.authority.speaks_for_party() => Standing::Position,
            Parties::Of(_) if self.authority.tells_of_party() => Standing::Told,
            Parties::Of(_) => Standing::BindsNobody,
        }
    }

    /// What it is compared under: the id of its act or dispute, else its subject.
    pub fn item(&self) -> &str {
        if self.about.is_empty() { &self.subject } else { &self.about }
    }

    /// Who says it and where: `Ross (minister), CNBC, in WSWS, 2019-01-29`.
    pub fn said_by(&self) -> String {
        let via = if self.via.is_empty() { String::new() } else { format!(", {}, in", self.via) };
        let comma = if self.via.is_empty() { "," } else { "" };
        format!(
            "{} ({}){via}{comma} {}, {}",
            self.speaker, self.authority, self.publisher, self.published.text
        )
    }
}

/// A report that rows are from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Report {
    /// Its name in the rows.
    pub id: String,
    /// Who published it.
    pub publisher: String,
    /// When, as written.
    pub published: String,
}

/// Where the rows come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Provenance {
    /// The original's name.
    pub original: String,
    /// The SHA-256 of its bytes.
    pub sha256: String,
    /// More about it.
    pub note: Option<String>,
}

/// A statistic that settles a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Figure {
    /// The source's id.
    pub source: String,
    /// Which flow, seen from the party whose statistics it is.
    pub flow: Flow,
    /// With whom.
    pub partner: Party,
    /// Of when.
    pub period: String,
}

/// What a row is matched with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A statistic of a source.
    Figure(Figure),
    /// An act of a measure: `MEASURE/ACT`.
    Act(String),
    /// A commitment of an agreement.
    Commitment {
        /// The agreement's id.
        agreement: String,
        /// The commitment's id.
        commitment: String,
    },
    /// What would settle it, and is not held.
    NotHeld(String),
}

/// A row and what can settle it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Match {
    /// The row's id.
    pub row: String,
    /// What with.
    pub target: Target,
    /// Whether it and the row's other matches together cover only a part of what the row says.
    pub part: bool,
    /// How well it fits.
    pub note: Option<String>,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Fate {
    /// The row's id.
    pub row: String,
    /// What became of it.
    pub fate: FateWord,
    /// The day from which that could be known; none where it is not said.
    pub on: Option<Date>,
    /// Where that stands.
    pub cite: String,
    /// More about it.
    pub note: Option<String>,
}

/// What rows differ over, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConflictNote {
    /// The ids of the rows, two or more.
    pub rows: Vec<String>,
    /// What they differ over: `imposed against threatened`.
    pub over: String,
    /// What could settle it.
    pub settles: Option<String>,
    /// The day from which that could be said; none where it stands at any date.
    pub said: Option<Date>,
    /// The day from which that which settles it could be said.
    pub settled: Option<Date>,
}

/// A record of talks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Record {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Who talks with whom.
    pub parties: Vec<Party>,
    /// Who wrote the rows.
    pub encoder: Option<String>,
    /// A remark.
    pub note: Option<String>,
    /// What the words of the column `certainty` mean here.
    pub certainty: Vec<(Certainty, String)>,
    /// Where the rows come from.
    pub provenance: Provenance,
    /// The reports.
    pub reports: Vec<Report>,
    /// The rows, as they stand.
    pub claims: Vec<Claim>,
    /// What can settle rows.
    pub matches: Vec<Match>,
    /// What became of rows.
    pub fates: Vec<Fate>,
    /// What rows differ over.
    pub conflict_notes: Vec<ConflictNote>,
}

impl Record {
    /// The day at whose end its first claim is known; none where it has none.
    pub fn first_known(&self) -> Option<Date> {
        self.claims.iter().map(|claim| claim.published.end()).min()
    }

    /// As it was known at the end of a day: the rows published by then, what became of them by then, and what is said of two
    /// rows that were both there. What a row is matched with is the encoder's work, and stays.
    #[must_use]
    pub fn known_on(&self, day: Date) -> Self {
        let mut known = self.clone();
        known.claims.retain(|c| c.known_by(day));
        let there = |row: &String| known.claims.iter().any(|c| c.id == *row);
        known.matches.retain(|m| there(&m.row));
        known.fates.retain(|f| there(&f.row) && f.on.is_none_or(|on| on <= day));
        known.conflict_notes.retain(|n| n.rows.iter().all(there) && n.said.is_none_or(|on| on <= day));
        for note in known.conflict_notes.iter_mut().filter(|n| n.settled.is_some_and(|on| on > day)) {
            note.settles = None;
        }
        known.reports.retain(|r| known.claims.iter().any(|c| c.report == r.id));
        // What answers, contradicts or waits for a row that was not there yet is not said of it.
        let ids: std::collections::BTreeSet<String> = known.claims.iter().map(|c| c.id.clone()).collect();
        for claim in &mut known.claims {
            claim.answers.retain(|id| ids.contains(id));
            claim.contradicts.retain(|id| ids.contains(id));
            claim.waits_for.retain(|id| ids.contains(id));
        }
        known
    }

    /// A row.
    pub fn claim(&self, id: &str) -> Option<&Claim> {
        self.claims.iter().find(|c| c.id == id)
    }

    /// What can settle a row.
    pub fn matches_of<'r>(&'r self, row: &'r str) -> impl Iterator<Item = &'r Match> {
        self.matches.iter().filter(move |m| m.row == row)
    }
}
