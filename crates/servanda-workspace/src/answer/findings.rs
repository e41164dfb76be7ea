//! Findings: the documents of `check`, `explain`, `history` and `compare`.

use crate::Compared;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_agreement::{Agreement, Commitment, Duty, DutyKind, Force, Question as ModelQuestion};
use servanda_core::{Certainty, Date, Instrument, Origin, Party, Status, VintageRef};
use servanda_verdict::{
    Checked, Finding, HistoryRow, InstanceCount, InstanceGroup, Instances, NodeTrace, Reading, ReadingChange,
};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The findings of an agreement as of a date.
#[derive(Serialize, JsonSchema)]
pub struct CheckAnswer<'a> {
    /// The agreement's id
    pub agreement: &'a str,
    /// Its title
    pub title: &'a str,
    /// What kind of paper it is
    pub instrument: Instrument,
    /// The one source that was scored on; none: all that count
    pub on: Option<&'a str>,
    /// What parties are called, by their codes
    pub party_names: &'a BTreeMap<Party, String>,
    /// One for each commitment, in the order of the file
    pub commitments: Vec<CommitmentAnswer<'a>>,
    /// What parties ask that only a model can answer
    pub questions: &'a [ModelQuestion],
    /// Every vintage that any reading rests on
    pub evidence: Vec<VintageAnswer<'a>>,
}

impl<'a> CheckAnswer<'a> {
    /// What was found of an agreement, scored on one source if `on` names it.
    pub fn of(agreement: &'a Agreement, checked: &'a Checked, on: Option<&'a str>) -> Self {
        let of = |f: &'a Finding| CommitmentAnswer::of(agreement.commitment(&f.id), f, on, ReadingAnswer::of);
        Self {
            agreement: &agreement.id,
            title: &agreement.title,
            instrument: agreement.instrument,
            on,
            party_names: &agreement.party_names,
            commitments: checked.findings.iter().map(of).collect(),
            questions: &agreement.questions,
            evidence: checked.evidence.iter().map(VintageAnswer::of).collect(),
        }
    }
}

/// A vintage that a reading rests on.
#[derive(Serialize, JsonSchema)]
pub struct VintageAnswer<'a> {
    /// The source
    pub source: &'a str,
    /// Its id: the publication date, .2 for the second of a day
    pub vintage: &'a str,
    /// When it was published: an instant, a date, or at-the-latest DATE where only a copy's date is known
    pub published: &'a str,
    /// The SHA-256 of the original file
    pub sha256: &'a str,
    /// Remarks that stand beside every figure from it
    pub marks: &'a [String],
    /// The name of the original file
    pub original: &'a str,
}

impl<'a> VintageAnswer<'a> {
    fn of(vintage: &'a VintageRef) -> Self {
        Self {
            source: &vintage.source,
            vintage: &vintage.id,
            published: &vintage.published,
            sha256: &vintage.sha256,
            marks: &vintage.marks,
            original: &vintage.original,
        }
    }
}

/// One commitment with its finding. What is of the commitment itself is null where the agreement does not have it on the day.
#[derive(Serialize, JsonSchema)]
pub struct CommitmentAnswer<'a, R = ReadingAnswer<'a>> {
    /// The finding.
    #[serde(flatten)]
    pub finding: &'a Finding,
    /// Where it stands in the text
    pub cite: Option<&'a str>,
    /// How strongly it binds; null for what only analysts name
    pub force: Option<Force>,
    /// Whether the text or only its analysts name it
    pub origin: Option<Origin>,
    /// Who owes it
    pub by: Option<Party>,
    /// To whom
    pub to: Option<Party>,
    /// Its title
    pub title: Option<&'a str>,
    /// How sure its text is
    pub certainty: Option<Certainty>,
    /// What kind of thing is owed
    pub duty: Option<DutyKind>,
    /// The rule, as it is written
    pub rule: Option<&'a str>,
    /// What is to be done, or not to be done
    pub act: Option<&'a str>,
    /// The one source that was scored on
    pub on: Option<&'a str>,
    /// One for each source and definition, those not held included
    pub readings: Vec<R>,
}

impl<'a, R> CommitmentAnswer<'a, R> {
    fn of(
        own: Option<&'a Commitment>,
        finding: &'a Finding,
        on: Option<&'a str>,
        reading: fn(&'a Reading) -> R,
    ) -> Self {
        let (rule, act) = match own.map(|c| &c.duty) {
            Some(Duty::Rule { text, .. }) => (Some(text.as_str()), None),
            Some(Duty::Act(text) | Duty::Refrain(text)) => (None, Some(text.as_str())),
            None => (None, None),
        };
        Self {
            finding,
            cite: own.map(|c| c.cite.as_str()),
            force: own.and_then(|c| c.force),
            origin: own.map(|c| c.origin),
            by: own.map(|c| c.by),
            to: own.and_then(|c| c.to),
            title: own.and_then(|c| c.title.as_deref()),
            certainty: own.and_then(|c| c.certainty),
            duty: own.map(|c| c.duty.kind()),
            rule,
            act,
            on,
            readings: finding.readings.iter().map(reading).collect(),
        }
    }
}

/// A definition, as a reading names it.
#[derive(Serialize, JsonSchema)]
pub struct DefinitionAnswer<'a> {
    /// Its id
    pub id: &'a str,
    /// Its fingerprint
    pub sha256: &'a str,
}

/// A rule worked out on one source under one definition.
#[derive(Serialize, JsonSchema)]
pub struct ReadingAnswer<'a> {
    /// The reading.
    #[serde(flatten)]
    pub reading: &'a Reading,
    /// Who publishes the source
    pub publisher: String,
    /// The definition
    pub definition: DefinitionAnswer<'a>,
    /// Of a rule over each year, line, day or entry: how many came out how
    pub instances: Option<Cow<'a, Instances>>,
}

impl<'a> ReadingAnswer<'a> {
    fn of(reading: &'a Reading) -> Self {
        Self {
            reading,
            publisher: reading.publishers.join(" and "),
            definition: DefinitionAnswer { id: &reading.definition, sha256: &reading.definition_sha256 },
            instances: instances(reading),
        }
    }
}

/// What lines and days come to; of a rule over each year, what the years do.
fn instances(reading: &Reading) -> Option<Cow<'_, Instances>> {
    if let Some(own) = &reading.instances {
        return Some(Cow::Borrowed(own));
    }
    if reading.years.is_empty() {
        return None;
    }
    let mut all = Instances { what: "years".to_owned(), ..Instances::default() };
    for year in &reading.years {
        let part = year.part.untitled();
        match all.groups.iter_mut().find(|g| g.part == part) {
            Some(group) => {
                group.count += 1;
                group.names.push(year.period.clone());
            }
            None => all.groups.push(InstanceGroup { count: 1, names: vec![year.period.clone()], part }),
        }
        let status = year.part.status;
        match all.counts.iter_mut().find(|c| c.status == status) {
            Some(count) => count.count += 1,
            None => all.counts.push(InstanceCount { status, count: 1 }),
        }
        if !matches!(status, Status::Met | Status::Reached) {
            all.listed.push(year.clone());
        }
    }
    Some(Cow::Owned(all))
}

/// How one finding came about.
#[derive(Serialize, JsonSchema)]
pub struct ExplainAnswer<'a> {
    /// The agreement's id
    pub agreement: &'a str,
    /// The one source that was scored on; null: all that count
    pub on: Option<&'a str>,
    /// The commitment as in check, with what it rests on
    pub commitment: ExplainedCommitment<'a>,
}

/// A commitment with what its finding rests on.
#[derive(Serialize, JsonSchema)]
pub struct ExplainedCommitment<'a> {
    /// As in check.
    #[serde(flatten)]
    pub commitment: CommitmentAnswer<'a, ExplainedReading<'a>>,
    /// Each source that counts, with what all definitions make of it
    pub sources: Vec<SourceStatus<'a>>,
    /// How its words were read
    pub interpretation: Option<&'a str>,
    /// Who encoded it
    pub encoded_by: Option<&'a str>,
    /// When
    pub encoded_on: Option<Date>,
    /// Who checked that
    pub checked_by: Option<&'a str>,
    /// The parties that confirmed the reading
    pub confirmed_by: &'a [Party],
}

/// What all definitions make of a source.
#[derive(Serialize, JsonSchema)]
pub struct SourceStatus<'a> {
    /// The source
    pub source: &'a str,
    /// Its status
    pub status: Status,
}

/// A reading with its derivation.
#[derive(Serialize, JsonSchema)]
pub struct ExplainedReading<'a> {
    /// As in check.
    #[serde(flatten)]
    pub reading: ReadingAnswer<'a>,
    /// How it came about
    pub trace: &'a NodeTrace,
    /// Every vintage used, of the source and of what bounds it
    pub used: &'a [VintageRef],
}

impl<'a> ExplainAnswer<'a> {
    /// How a finding came about.
    pub fn of(
        agreement: &'a Agreement,
        commitment: &'a Commitment,
        finding: &'a Finding,
        on: Option<&'a str>,
    ) -> Self {
        let reading = |own: &'a Reading| ExplainedReading {
            reading: ReadingAnswer::of(own),
            trace: &own.trace,
            used: &own.used,
        };
        let sources =
            finding.by_source().into_iter().map(|(source, status, _)| SourceStatus { source, status });
        Self {
            agreement: &agreement.id,
            on,
            commitment: ExplainedCommitment {
                commitment: CommitmentAnswer::of(Some(commitment), finding, on, reading),
                sources: sources.collect(),
                interpretation: commitment.interpretation.as_deref(),
                encoded_by: commitment.encoded_by.as_deref(),
                encoded_on: commitment.encoded_on,
                checked_by: commitment.checked_by.as_deref(),
                confirmed_by: &commitment.confirmed_by,
            },
        }
    }
}

/// Findings release by release.
#[derive(Serialize, JsonSchema)]
pub struct HistoryAnswer<'a> {
    /// The agreement's id
    pub agreement: &'a str,
    /// The one source that was scored on; null: all that count
    pub on: Option<&'a str>,
    /// By day, then in the order of the commitments; those on which nothing changed only where they are asked for
    pub rows: Vec<HistoryEntry<'a>>,
}

/// One commitment on one release date.
#[derive(Serialize, JsonSchema)]
pub struct HistoryEntry<'a> {
    /// The day
    pub date: Date,
    /// What was published on it, as source@vintage
    pub releases: &'a [String],
    /// The status before, where it differs
    pub flipped_from: Option<Status>,
    /// The finding as of the end of that day
    pub finding: CommitmentAnswer<'a>,
}

impl<'a> HistoryAnswer<'a> {
    /// The rows to show.
    pub fn of(agreement: &'a Agreement, rows: &[&'a HistoryRow], on: Option<&'a str>) -> Self {
        let entry = |row: &&'a HistoryRow| {
            let commitment = agreement.commitment(&row.finding.id);
            HistoryEntry {
                date: row.date,
                releases: &row.releases,
                flipped_from: row.flipped_from,
                finding: CommitmentAnswer::of(commitment, &row.finding, on, ReadingAnswer::of),
            }
        };
        Self { agreement: &agreement.id, on, rows: rows.iter().map(entry).collect() }
    }
}

/// What changed between two answers, and why.
#[derive(Serialize, JsonSchema)]
pub struct CompareAnswer<'a> {
    /// The agreement's id
    pub agreement: &'a str,
    /// The earlier answer: a day, or an agreement
    pub from: &'a str,
    /// The later answer: a day, or a folder
    pub to: &'a str,
    /// Findings whose status differs
    pub flips: Vec<FlipAnswer<'a>>,
    /// Readings that differ
    pub readings: &'a [ReadingChange],
}

/// A finding whose status differs.
#[derive(Serialize, JsonSchema)]
pub struct FlipAnswer<'a> {
    /// The commitment's id
    pub id: &'a str,
    /// Its status before; null where there was no such commitment
    pub from: Option<Status>,
    /// Its status after; null where there is none
    pub to: Option<Status>,
}

impl<'a> CompareAnswer<'a> {
    /// What was compared, of an agreement.
    pub fn of(agreement: &'a Agreement, compared: &'a Compared) -> Self {
        let comparison = &compared.comparison;
        let flip = |(id, from, to): &'a (String, Option<Status>, Option<Status>)| FlipAnswer {
            id,
            from: *from,
            to: *to,
        };
        Self {
            agreement: &agreement.id,
            from: &compared.from,
            to: &compared.to,
            flips: comparison.flips.iter().map(flip).collect(),
            readings: &comparison.readings,
        }
    }
}
