//! What falls due: the last days of duties, the days on which they begin and end, and what tests them.

use crate::clock::LastDay;
use crate::results::{Finding, Reading};
use schemars::JsonSchema;
use serde::Serialize;
use servanda_agreement::{Agreement, Commitment, ConditionRef, Duty, Window};
use servanda_core::{Date, Instrument, Party, Period, Status, words};
use servanda_tariff::Trigger;
use std::collections::{BTreeMap, BTreeSet};

words! {
    /// What happens on a day.
    DueKind {
        /// The last day on which what is promised can be done: a rule's period ends, or an act's time.
        Due = "due",
        /// A duty begins.
        Begins = "begins",
        /// A duty ends, this day included.
        Ends = "ends",
        /// An act of a measure is to begin, to end or to change rates, by what is known.
        Tariff = "tariff",
        /// A clock of a case runs out.
        Clock = "clock",
        /// The day by which figures are out that a finding waits for.
        Release = "release",
    }
}

/// What tests a commitment, and how it stands there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Tested {
    /// The source, and the ledgers read beside it.
    pub source: String,
    /// Who publishes it.
    pub publishers: Vec<String>,
    /// The day by which its figures of the period are out; none where nothing in it is dated.
    pub out_by: Option<Date>,
    /// How the commitment stands on it now.
    pub status: Status,
    /// Why that is not decided.
    pub reason: Option<String>,
}

/// A commitment that a release may move.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Moved {
    /// The agreement's id.
    pub agreement: String,
    /// The commitment's id.
    pub commitment: String,
    /// How it stands now.
    pub status: Status,
}

/// One thing on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DueRow {
    /// The day; the earliest, where it is within bounds only.
    pub day: Date,
    /// The latest day that it can be: the same where the day is known, none where nothing bounds it.
    pub latest: Option<Date>,
    /// Why the day is within bounds only.
    pub unknown: Option<String>,
    /// What happens.
    pub kind: DueKind,
    /// The agreement's id.
    pub agreement: Option<String>,
    /// The commitment's id; of a clock, the case's.
    pub name: String,
    /// Who owes it.
    pub by: Option<Party>,
    /// What is owed, begins or comes, for people.
    pub what: String,
    /// What kind of paper the agreement is.
    pub instrument: Option<Instrument>,
    /// How strongly the text says it; none where it says nothing, or analysts name the target.
    pub force: Option<&'static str>,
    /// How sure the text or the step is.
    pub certainty: Option<&'static str>,
    /// The definitions under which it is this day, where others say another.
    pub definitions: Vec<String>,
    /// How it stands now.
    pub status: Option<Status>,
    /// What would test a rule.
    pub tested_on: Vec<Tested>,
    /// What would count as evidence of an act.
    pub evidence: Option<String>,
    /// What a release may move.
    pub moves: Vec<Moved>,
}

impl DueRow {
    /// A row of which nothing is known but its day, its kind and its name.
    pub fn new(day: Date, kind: DueKind, name: impl Into<String>) -> Self {
        Self {
            day,
            latest: Some(day),
            unknown: None,
            kind,
            agreement: None,
            name: name.into(),
            by: None,
            what: String::new(),
            instrument: None,
            force: None,
            certainty: None,
            definitions: Vec::new(),
            status: None,
            tested_on: Vec::new(),
            evidence: None,
            moves: Vec::new(),
        }
    }

    /// The same on a last day that may be within bounds only.
    #[must_use]
    pub fn at(self, last: &LastDay) -> Self {
        Self { day: last.earliest, latest: last.latest, unknown: last.unknown.clone(), ..self }
    }
}

/// To what day an agreement's texts were read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TextsRead {
    /// The agreement's id.
    pub agreement: String,
    /// The day; what came later is not known. None where no texts are named.
    pub through: Option<Date>,
}

/// What falls due between two days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DueAnswer {
    /// The day asked for, and the first looked at.
    pub as_of: Date,
    /// The last day looked at, included.
    pub until: Date,
    /// By day, then by kind, agreement and name.
    pub rows: Vec<DueRow>,
    /// Acts of measures that may still begin, and have no day in the time looked at.
    pub armed: Vec<Trigger>,
    /// To what day the texts of each agreement were read that has a row.
    pub texts: Vec<TextsRead>,
    /// What could not be looked at or dated: an agreement, case or commitment, and why.
    pub undated: Vec<String>,
}

/// The days looked at, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ahead {
    /// The first.
    pub from: Date,
    /// The last.
    pub until: Date,
}

impl Ahead {
    /// Whether a day is among them.
    pub fn has(&self, day: Date) -> bool {
        self.from <= day && day <= self.until
    }

    /// Whether a last day may be among them.
    pub fn may_have(&self, last: &LastDay) -> bool {
        last.earliest <= self.until && last.latest.is_none_or(|latest| self.from <= latest)
    }

    /// What of a commitment falls on them: the ends of a rule's periods, the last days of an act, and the days on which the duty
    /// begins and ends. `windows` are its [`Agreement::windows`], and `finding` is that of the first day.
    pub fn rows(
        &self,
        agreement: &Agreement,
        commitment: &Commitment,
        windows: &[Window],
        finding: &Finding,
    ) -> Vec<DueRow> {
        let row = |day: Date, kind: DueKind| {
            of(agreement, commitment, finding, DueRow::new(day, kind, &commitment.id))
        };
        let mut rows: Vec<DueRow> = Vec::new();
        for (day, ending) in self.ends(windows) {
            let counts = |r: &&Reading| r.counts && ending.contains(r.definition.as_str());
            let tested_on: BTreeSet<Tested> =
                finding.readings.iter().filter(counts).map(|r| tested(r, day)).collect();
            let some = windows.iter().any(|w| !ending.contains(w.definition.as_str()));
            rows.push(DueRow {
                definitions: ending.iter().filter(|_| some).map(|d| (*d).to_owned()).collect(),
                tested_on: tested_on.into_iter().collect(),
                ..row(day, DueKind::Due)
            });
        }
        if let Some(act) = &finding.act {
            // Of several clocks each has its own last day.
            let clocks = act.clocks.iter().map(|c| (&c.last, c.entry.as_deref()));
            let own = act.due_bounds.iter().filter(|_| act.clocks.is_empty()).map(|last| (last, None));
            for (last, entry) in clocks.chain(own).filter(|(last, _)| self.may_have(last)) {
                let mut row = row(last.earliest, DueKind::Due).at(last);
                row.what.extend(entry.into_iter().flat_map(|entry| [" (", entry, ")"]));
                rows.push(row);
            }
        }
        let dated = |condition: &ConditionRef| match condition {
            ConditionRef::Date(day) => Some(*day),
            ConditionRef::Commitment(_) | ConditionRef::Trigger(_) => None,
        };
        let begins = commitment.after.iter().filter_map(dated).max().map(|day| (day, DueKind::Begins));
        // With `while` the day is the last one; from that of `unless` on nothing is owed.
        let lasts = commitment.while_.iter().filter_map(dated);
        let lifted = commitment.unless.iter().filter_map(dated).filter_map(|day| day.yesterday().ok());
        let ends = lasts.chain(lifted).map(|day| (day, DueKind::Ends));
        rows.extend(
            begins
                .into_iter()
                .chain(ends)
                .filter(|(day, _)| self.has(*day))
                .map(|(day, kind)| row(day, kind)),
        );
        rows
    }

    /// The days on which windows end, each with the definitions under which one does.
    fn ends<'w>(&self, windows: &'w [Window]) -> BTreeMap<Date, BTreeSet<&'w str>> {
        let mut by_day: BTreeMap<Date, BTreeSet<&str>> = BTreeMap::new();
        for window in windows.iter().filter(|w| self.has(w.last)) {
            by_day.entry(window.last).or_default().insert(&window.definition);
        }
        by_day
    }
}

/// A row with what is known of a commitment.
fn of(agreement: &Agreement, commitment: &Commitment, finding: &Finding, row: DueRow) -> DueRow {
    let duty = match &commitment.duty {
        Duty::Rule { text, .. } | Duty::Act(text) => text.clone(),
        Duty::Refrain(text) => format!("not: {text}"),
    };
    DueRow {
        agreement: Some(agreement.id.clone()),
        by: Some(commitment.by),
        what: commitment.title.clone().unwrap_or(duty),
        instrument: Some(agreement.instrument),
        force: commitment.force.map(|force| force.as_str()),
        certainty: commitment.certainty.map(|c| c.as_str()),
        status: Some(finding.status),
        evidence: commitment.evidence.clone(),
        ..row
    }
}

/// How a commitment stands on a reading; of a rule over years or the like, in that which ends on the day.
fn tested(reading: &Reading, day: Date) -> Tested {
    let ending = |period: &str| Period::parse(period).is_ok_and(|p| p.end() == day);
    let year = reading.years.iter().find(|y| ending(&y.period));
    let (status, out_by, reason) = match year {
        Some(year) => (year.part.status, year.part.all_out, year.reason.clone()),
        None => (reading.status, reading.all_out, reading.reason.clone()),
    };
    Tested {
        source: reading.read_on(),
        publishers: reading.publishers.clone(),
        out_by,
        status,
        reason: reason.filter(|_| !status.is_decided()),
    }
}
