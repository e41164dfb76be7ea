//! `claim`: a quoted figure beside the figures of readings, as of every day on which a publication came out.

use crate::findings::ledger_days;
use crate::request::Claim;
use crate::{Workspace, WorkspaceError};
use servanda_agreement::{Agreement, Commitment, Duty};
use servanda_core::problem::{Code, Field, Problem};
use servanda_core::{AsOf, Date, Period};
use servanda_verdict::{
    ClaimAnswer, ClaimReading, Finding, LeftOut, Memory, Question, Quoted, Run, Stood, check_one_run,
    figures_of,
};
use std::collections::BTreeSet;

/// How a period that was asked for lies to those of a commitment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lies {
    /// It is one of them, or none was asked for.
    Is,
    /// It ends within one of them.
    Within,
    Apart,
}

impl Workspace {
    /// What of an agreement's readings gives a quoted figure, or is nearest to it.
    ///
    /// # Errors
    /// If the figure cannot be read, nothing is of the period, or the agreement or the evidence cannot be read.
    pub fn claim(&self, request: &Claim, today: Date) -> Result<ClaimAnswer, WorkspaceError> {
        let quoted = Quoted::parse(&request.figure)
            .map_err(|why| Problem::bad_value(Field::Figure, why).set(Field::Figure, "\"59 percent\""))?;
        let last = request.as_of.unwrap_or(today);
        let agreement = self.agreement_on(&request.agreement, last)?;
        let chosen = chosen(&agreement, request)?;
        let mut days: BTreeSet<Date> = BTreeSet::from([last]);
        for id in &chosen {
            for source in self.sources_used(&agreement, Some(id)) {
                let named = self.store().source_file(&source).is_some();
                let dates = if named { self.store().publication_dates(&source) } else { Ok(Vec::new()) };
                days.extend(dates.map_err(servanda_verdict::VerdictError::Evidence)?);
            }
            days.extend(ledger_days(&agreement, Some(id)).into_keys());
        }
        let known_from = self.agreement_lazily(&request.agreement)?.known_from();
        days.retain(|day| *day <= last && known_from.is_none_or(|from| from <= *day));
        let (mut figures, mut newest) = (Vec::new(), Vec::new());
        let mut kept: Option<(Agreement, Memory)> = None;
        for day in &days {
            let state = self.agreement_on(&request.agreement, *day)?;
            if kept.as_ref().is_none_or(|(known, _)| *known != state) {
                let memory = self.memory(&state)?;
                kept = Some((state, memory));
            }
            let Some((state, memory)) = &kept else { continue };
            newest.clear();
            for id in chosen.iter().filter(|id| state.commitment(id).is_some()) {
                let (found, finding) = self.tried(&quoted, request, (state, memory), id, *day)?;
                figures.extend(found);
                newest.push(finding);
            }
        }
        let mut answer = ClaimAnswer::of(quoted, days.into_iter().collect(), figures);
        answer.leaves_out = leaves_out(&agreement, &answer, &newest);
        Ok(answer)
    }

    /// The figures of one commitment's readings as of a day, and its finding.
    fn tried(
        &self,
        quoted: &Quoted,
        request: &Claim,
        (agreement, memory): (&Agreement, &Memory),
        id: &str,
        day: Date,
    ) -> Result<(Vec<ClaimReading>, Finding), WorkspaceError> {
        let as_of = AsOf { date: day, known_at: None };
        self.as_read(agreement, Some(id), as_of)?;
        let lies = agreement.commitment(id).map_or(Lies::Apart, |c| lies(agreement, c, request.period));
        let through = request.period.map(|p| p.to);
        let paces_only = lies == Lies::Within;
        let question = Question { as_of, through, ..Question::on_day(day) };
        let checked = check_one_run(&Run::default(), memory, agreement, self.store(), &question, id)?;
        let finding = checked.findings.into_iter().next();
        let none = || Problem::new(Code::NotSolved, format!("`{id}` has no finding"));
        let finding = finding.ok_or_else(none)?;
        let stood = Stood { commitment: id, as_of: day, paces_only };
        let found = finding.readings.iter().flat_map(|r| figures_of(quoted, &stood, r)).collect();
        Ok((found, finding))
    }
}

/// The commitments whose rules are of the period, or the one that is named.
fn chosen(agreement: &Agreement, request: &Claim) -> Result<Vec<String>, WorkspaceError> {
    if let Some(id) = &request.commitment
        && agreement.commitment(id).is_none()
    {
        let said = format!("`{}` has no commitment `{id}`", agreement.id);
        return Err(Problem::unknown(Field::Commitment, said).into());
    }
    let named = |c: &&Commitment| request.commitment.as_ref().is_none_or(|id| *id == c.id);
    let is_rule = |c: &&Commitment| matches!(c.duty, Duty::Rule { .. });
    let of = |c: &&Commitment| lies(agreement, c, request.period) != Lies::Apart;
    let rules: Vec<&Commitment> = agreement.commitments.iter().filter(named).filter(is_rule).collect();
    let chosen: Vec<String> = rules.iter().copied().filter(of).map(|c| c.id.clone()).collect();
    if !chosen.is_empty() {
        return Ok(chosen);
    }
    let problem = match (rules.is_empty(), request.period) {
        (false, Some(period)) => {
            Problem::of(Code::NoAnswer, Field::Period, format!("no rule is about {period}"))
                .leave(Field::Period)
        }
        _ => Problem::of(Code::NoAnswer, Field::Commitment, "no rule is meant: acts have no figures"),
    };
    Err(problem.into())
}

/// How a period lies to the windows of a commitment's rule; of a rule without any, such as one of a whole ledger, it is apart.
fn lies(agreement: &Agreement, commitment: &Commitment, period: Option<Period>) -> Lies {
    let Some(period) = period else { return Lies::Is };
    let windows = agreement.windows(commitment).unwrap_or_default();
    let (start, end) = (period.start(), period.end());
    if windows.iter().any(|w| (w.first, w.last) == (start, end)) {
        Lies::Is
    } else if windows.iter().any(|w| w.first <= start && end <= w.last) {
        Lies::Within
    } else {
        Lies::Apart
    }
}

/// What a figure of the commitments named leaves out: the other readings, sources that are not held, and of what they are a part.
fn leaves_out(agreement: &Agreement, answer: &ClaimAnswer, findings: &[Finding]) -> Vec<LeftOut> {
    let mut out: Vec<LeftOut> = Vec::new();
    let named: Vec<&ClaimReading> = answer.readings.iter().chain(&answer.nearest).collect();
    for finding in findings.iter().filter(|f| named.iter().any(|r| r.commitment == f.id)) {
        let mut add = |source: Option<(&str, &str)>, value, says: String| {
            out.push(LeftOut {
                commitment: finding.id.clone(),
                source: source.map(|(s, _)| s.to_owned()),
                definition: source.map(|(_, d)| d.to_owned()),
                value,
                says,
            });
        };
        add(None, None, format!("{} of {} sources that count are decided", finding.tested, finding.counted));
        let whole = agreement.commitments.iter().filter(|c| c.parts.contains(&finding.id));
        for total in whole {
            add(None, None, format!("it is a part of {}, of which it says nothing", total.id));
        }
        for reading in &finding.readings {
            let is = |r: &&&ClaimReading| {
                (&r.commitment, &r.source, &r.definition)
                    == (&finding.id, &reading.source, &reading.definition)
            };
            let at = Some((reading.source.as_str(), reading.definition.as_str()));
            if let Some(own) = named.iter().find(is) {
                if own.proxy {
                    add(at, None, "it is the other side's record of the same trade".to_owned());
                }
                if !own.counts {
                    add(at, None, "it is shown, and counts for no finding".to_owned());
                }
                continue;
            }
            // The same kind of figure by another reading.
            let kind = named.iter().find(|r| r.commitment == finding.id).map(|r| r.kind);
            let stood = Stood {
                commitment: &finding.id,
                as_of: named.first().map_or(Date::MIN, |r| r.until),
                paces_only: false,
            };
            let other =
                figures_of(&answer.quoted, &stood, reading).into_iter().find(|f| Some(f.kind) == kind);
            match (other, &reading.reason) {
                (Some(figure), _) => {
                    add(at, Some(figure.value), format!("another reading: {}", reading.status))
                }
                (None, Some(why)) => add(at, None, format!("{}: {why}", reading.status)),
                (None, None) => add(at, None, reading.status.to_string()),
            }
        }
    }
    out
}
