//! What statistics, acts and agreements say of the rows of a record.

use crate::{Workspace, WorkspaceError};
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::{AsOf, Date, Dimension, Evidence, Exact, Held, LineSet, Period, SeriesRequest, Stage};
use servanda_dispute::talks::{CheckRow, Checkable, Claim, Figure, Flow, Outcome, Record, Target, checkable};
use servanda_tariff::Trigger;
use servanda_verdict::Question;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Each row that statistics or documents can settle, with what they say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Checked {
    /// The record's id.
    pub record: String,
    /// The record's title.
    pub title: String,
    /// What had been published by the end of this day is used.
    pub as_of: Date,
    /// The rows that had been published by that day.
    pub rows: Vec<CheckRow>,
}

/// What a source says of a figure.
enum Said {
    /// A number, in the currency's units, and the vintages that it is from.
    Number(Exact, Vec<String>),
    /// Why there is none.
    None(String),
}

/// Acts as they stood on days that were asked about.
type Standings = BTreeMap<Date, Vec<Trigger>>;

impl Workspace {
    /// Asks statistics, acts and agreements about the rows of a record, as of a day and, where that can be, as of the day on
    /// which each row was said.
    pub fn talks_check(&self, record: &Record, as_of: Date) -> Result<Checked, WorkspaceError> {
        let mut standings = Standings::new();
        let mut rows = Vec::new();
        for (claim, matches) in checkable(record) {
            if !claim.known_by(as_of) {
                continue;
            }
            let mut outcomes = Vec::new();
            for m in &matches {
                let mut outcome = match &m.target {
                    Target::Figure(figure) => self.figure_outcome(claim, figure, as_of)?,
                    Target::Act(act) => self.act_outcome(claim, act, as_of, &mut standings)?,
                    Target::Commitment { agreement, commitment } => {
                        self.commitment_outcome(agreement, commitment, as_of)?
                    }
                    Target::NotHeld(what) => outcome("not held", format!("not held: {what}")),
                };
                outcome.target = Some(m.target.clone());
                if let Some(note) = &m.note {
                    outcome.reason = format!("{}; {note}", outcome.reason);
                }
                outcomes.push(outcome);
            }
            if outcomes.is_empty() {
                outcomes.push(outcome("not held", unmatched(claim).to_owned()));
            }
            rows.push(CheckRow { claim: claim.clone(), standing: claim.standing(), outcomes });
        }
        Ok(Checked { record: record.id.clone(), title: record.title.clone(), as_of, rows })
    }

    fn figure_outcome(&self, claim: &Claim, figure: &Figure, as_of: Date) -> Result<Outcome, WorkspaceError> {
        let now = self.figure(figure, as_of)?;
        let (number, vintages) = match now {
            Said::None(why) => return Ok(outcome("not held", why)),
            Said::Number(number, vintages) => (number, vintages),
        };
        let Some((value, scale)) =
            claim.value.as_ref().zip(claim.value.as_ref().and_then(|v| scale(&v.unit)))
        else {
            return Ok(outcome("cannot tell", "the row gives no amount of money to compare".to_owned()));
        };
        let rounded = |number: &Exact| {
            let in_unit = number.checked_div(&Exact::power_of_ten(scale)).unwrap_or_else(Exact::zero);
            in_unit.round_to(value.decimals().min(12))
        };
        let ours = rounded(&number);
        let agrees = Exact::parse(&ours).is_ok_and(|n| n == value.number);
        let said_on = claim.published.end().min(as_of);
        let then = match self.figure(figure, said_on)? {
            Said::Number(then, _) => format!("{} as of {said_on}", rounded(&then)),
            Said::None(why) => format!("as of {said_on}: {why}"),
        };
        let rounding = match value.decimals() {
            0 => "to whole numbers, as the row has it".to_owned(),
            n => format!("to the {n} decimals of the row"),
        };
        let verdict = if agrees { "" } else { "; the row's figure is another" };
        Ok(Outcome {
            target: None,
            result: if agrees { "agrees" } else { "differs" }.to_owned(),
            ours: Some(ours.clone()),
            then: Some(then),
            reason: format!(
                "{} has a {} with {} of {ours} {} for {}, rounded {rounding} (vintages {}){verdict}",
                figure.source,
                figure.flow,
                figure.partner,
                value.unit_words(),
                figure.period,
                vintages.join(", ")
            ),
        })
    }

    /// A statistic of all goods as of a day.
    fn figure(&self, figure: &Figure, as_of: Date) -> Result<Said, WorkspaceError> {
        let Some(file) = self.source_files().iter().find(|s| s.source.id == figure.source) else {
            return Ok(Said::None(format!("there is no source `{}` in sources/", figure.source)));
        };
        let source = &file.source;
        let Some(total) = &source.total else {
            return Ok(Said::None(format!("{} has no total over all goods", source.id)));
        };
        let split = Period::parse(&figure.period).ok().and_then(|p| source.frequency.split(&p));
        let Some((first, last)) = split else {
            return Ok(Said::None(format!("{} has no figures of {}", source.id, figure.period)));
        };
        let mut lines = LineSet::new();
        // One line: its code cannot be there already.
        let _ = lines.add(total, std::slice::from_ref(total));
        let mut sum = Exact::zero();
        let mut vintages = Vec::new();
        let parts: &[(Stage, bool)] = match figure.flow {
            Flow::Exports => &[(Stage::Exports, false)],
            Flow::Imports => &[(Stage::Imports, false)],
            Flow::Deficit => &[(Stage::Imports, false), (Stage::Exports, true)],
        };
        for (stage, less) in parts {
            let request = SeriesRequest {
                source: &source.id,
                stage: *stage,
                partner: figure.partner,
                dimension: Dimension::Money(source.basis.currency),
                lines: &lines,
                first,
                last,
                as_of: AsOf { date: as_of, known_at: None },
            };
            let series = match self.store().series(&request) {
                Ok(series) => series,
                Err(servanda_core::EvidenceError::NotPublished { what, .. }) => {
                    return Ok(Said::None(format!("{} does not publish {what}", source.id)));
                }
                Err(other) => return Err(servanda_verdict::VerdictError::from(other).into()),
            };
            if !series.edges.is_empty() || series.cells.iter().any(|c| c.held != Held::Whole) {
                return Ok(Said::None(format!("{}: {} is not held whole", source.id, figure.period)));
            }
            for cell in &series.cells {
                let value = Exact::scaled(cell.value, series.scale);
                sum = if *less { &sum - &value } else { &sum + &value };
            }
            for vintage in &series.vintages {
                if !vintages.contains(&vintage.id) {
                    vintages.push(vintage.id.clone());
                }
            }
        }
        Ok(Said::Number(sum, vintages))
    }

    fn act_outcome(
        &self,
        claim: &Claim,
        act: &str,
        as_of: Date,
        standings: &mut Standings,
    ) -> Result<Outcome, WorkspaceError> {
        let said_on = claim.published.end().min(as_of);
        for day in [as_of, said_on] {
            if let Entry::Vacant(unasked) = standings.entry(day) {
                unasked.insert(self.triggers_on(None, day, day, true)?);
            }
        }
        let find = |day: Date| standings.get(&day).and_then(|all| all.iter().find(|t| t.name == *act));
        let then = find(said_on).map_or("nothing held", |t| t.standing.as_str());
        let then = Some(format!("{then} as of {said_on}"));
        let Some(found) = find(as_of) else {
            let known = self.tariffs(&[])?;
            let is_there = known
                .measures
                .iter()
                .any(|m| m.acts.iter().any(|a| act.split_once('/') == Some((m.id.as_str(), a.id.as_str()))));
            if !is_there {
                return Ok(outcome("not held", format!("there is no act `{act}` in measures/")));
            }
            return Ok(Outcome {
                then,
                ..outcome("not yet known", format!("the act {act} was made known after {as_of}"))
            });
        };
        let since = found.since.as_ref().map(|i| format!(" since {}", i.clock.date())).unwrap_or_default();
        let cite = found.last_step.cite.as_deref().map(|c| format!(" ({c})")).unwrap_or_default();
        let reason = format!("{act}, {}: {}{since}{cite}, {}", found.title, found.standing, found.certainty);
        Ok(Outcome { then, ..outcome(found.standing.as_str(), reason) })
    }

    fn commitment_outcome(&self, name: &str, id: &str, as_of: Date) -> Result<Outcome, WorkspaceError> {
        if !self.agreements()?.iter().any(|a| a == name) {
            return Ok(outcome("not held", format!("there is no agreement `{name}`")));
        }
        let agreement = match self.agreement_on(name, as_of) {
            Ok(agreement) => agreement,
            Err(WorkspaceError::NotYet { .. }) => {
                return Ok(outcome(
                    "not yet known",
                    format!("the agreement {name} was made known after {as_of}"),
                ));
            }
            Err(other) => return Err(other),
        };
        let Some(commitment) = agreement.commitment(id) else {
            return Ok(outcome("not held", format!("{name} has no commitment `{id}`")));
        };
        let title = commitment.title.as_ref().map(|t| format!(" ({t})")).unwrap_or_default();
        let question =
            Question { as_of: AsOf { date: as_of, known_at: None }, through: None, on: None, detail: false };
        let found = self.check(name, Some(id), &question)?;
        let Some(finding) = found.checked.findings.first() else {
            return Ok(outcome("cannot-tell", format!("{name}, {id}{title}: no finding")));
        };
        let why = finding.reason.as_ref().map(|r| format!(" ({r})")).unwrap_or_default();
        let status = finding.status.to_string();
        let reason = format!("{name}, {id}{title}: {status}{why} as of {as_of}");
        Ok(outcome(&status, reason))
    }
}

/// Why a row that is matched with nothing has no result.
fn unmatched(claim: &Claim) -> &'static str {
    match (claim.checkable, &claim.value) {
        (Checkable::Statistic, None) => "the row names no figure, and no source is named for it",
        (Checkable::Statistic, Some(_)) => "no source of the workspace is named for it",
        _ => "no such document is held",
    }
}

fn outcome(result: &str, reason: String) -> Outcome {
    Outcome { target: None, result: result.to_owned(), ours: None, then: None, reason }
}

/// The power of ten of a unit of money in dollars.
fn scale(unit: &str) -> Option<i32> {
    match unit {
        "usd" => Some(0),
        "mn_usd" => Some(6),
        "bn_usd" => Some(9),
        "tn_usd" => Some(12),
        _ => None,
    }
}
