//! Worked cases: what an analyst worked out by hand, against what the engine says.

use crate::{Workspace, WorkspaceError};
use servanda_agreement::{Agreement, Case, CaseConclusion, CaseCoverage, CaseObservation};
use servanda_core::{AsOf, Assessed, Frequency, RubricRef, SecondReading, Signer, Source, Timestamp};
use servanda_verdict::{InlineEvidence, InlineFigure, Memory, Question, check_one_with};

/// How one case came out for one commitment.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct CaseOutcome {
    /// The case.
    pub name: String,
    /// The commitment.
    pub commitment: String,
    /// Where the engine says something else; empty if it agrees.
    pub problems: Vec<String>,
}

impl Workspace {
    /// Runs the worked cases of an agreement.
    pub fn cases(&self, name: &str) -> Result<Vec<CaseOutcome>, WorkspaceError> {
        let folder = self.agreement(name)?;
        let sources = self.sources();
        let mut outcomes = Vec::new();
        let cases = folder.cases()?;
        folder.check_case_codes(&cases, &sources)?;
        for case in &cases {
            let agreement = folder.as_of(case.as_of)?;
            let mut memory = self.memory(&agreement)?;
            if !case.concluded.is_empty() {
                memory = memory.with_assessments(case.concluded.iter().map(assessed).collect());
            }
            outcomes.extend(run_case(case, &agreement, &sources, &memory));
        }
        Ok(outcomes)
    }
}

/// Runs one case on the evidence that it writes out, and on the schedules and measures of the workspace in `memory`.
pub fn run_case(case: &Case, agreement: &Agreement, sources: &[Source], memory: &Memory) -> Vec<CaseOutcome> {
    let mut trouble = Vec::new();
    let figures: Vec<InlineFigure> = case
        .observations
        .iter()
        .filter_map(|o| match figure(o, agreement, sources) {
            Ok(figure) => Some(figure),
            Err(problem) => {
                trouble.push(problem);
                None
            }
        })
        .collect();
    let evidence = if case.covers == CaseCoverage::All {
        InlineEvidence::spanning(sources.to_vec(), figures)
    } else {
        InlineEvidence::new(sources.to_vec(), figures)
    };
    let question = Question {
        as_of: AsOf { date: case.as_of, known_at: None },
        through: None,
        on: case.on.clone(),
        detail: false,
    };
    case.commitments
        .iter()
        .map(|id| {
            let mut problems = trouble.clone();
            if problems.is_empty() {
                problems = outcome(case, agreement, &evidence, (&question, memory), id);
            }
            CaseOutcome { name: case.name.clone(), commitment: id.clone(), problems }
        })
        .collect()
}

fn outcome(
    case: &Case,
    agreement: &Agreement,
    evidence: &InlineEvidence,
    (question, memory): (&Question, &Memory),
    id: &str,
) -> Vec<String> {
    let checked = match check_one_with(memory, agreement, evidence, question, id) {
        Ok(checked) => checked,
        Err(e) => return vec![e.to_string()],
    };
    let Some(finding) = checked.findings.first() else { return vec!["there is no finding".into()] };
    let expect = &case.expect;
    let mut problems = Vec::new();
    if finding.status != expect.status {
        let reason = finding.reason.as_deref().map(|r| format!(" ({r})")).unwrap_or_default();
        problems.push(format!("expected {}, got {}{reason}", expect.status, finding.status));
    }
    if let Some(possible) = &expect.possible
        && *possible != finding.possible
    {
        let words = |s: &[servanda_core::Status]| s.iter().map(|s| s.as_str()).collect::<Vec<_>>().join(", ");
        problems.push(format!("expected possible {}, got {}", words(possible), words(&finding.possible)));
    }
    let due = finding.act.as_ref().and_then(|act| act.due.clone());
    if let Some(day) = expect.due.map(|day| day.to_string())
        && due.as_ref() != Some(&day)
    {
        problems.push(format!("expected due by {day}, got {}", due.as_deref().unwrap_or("no day")));
    }
    if let Some(reason) = &expect.reason
        && !finding.reason.as_ref().is_some_and(|r| r.contains(reason.as_str()))
    {
        let got = finding.reason.as_deref().unwrap_or("none");
        problems.push(format!("expected a reason with `{reason}`, got {got}"));
    }
    if expect.actual.is_none() && expect.required.is_none() {
        return problems;
    }
    let readings = finding.readings.iter().filter(|r| {
        expect.source.as_ref().is_none_or(|s| *s == r.source)
            && expect.definition.as_ref().is_none_or(|d| *d == r.definition)
            && r.counts
    });
    let Some(reading) = readings.clone().next() else {
        problems.push("there is no such reading".into());
        return problems;
    };
    for (side, expected, figure) in
        [("actual", &expect.actual, &reading.actual), ("required", &expect.required, &reading.required)]
    {
        let got = figure.as_ref().and_then(|f| f.bounds.value.as_ref()).map(|v| v.plain());
        if let Some(expected) = expected
            && got.as_ref() != Some(expected)
        {
            let got = got.unwrap_or_else(|| "nothing".into());
            problems.push(format!("expected {side} {expected}, got {got} on {}", reading.source));
        }
    }
    problems
}

/// A conclusion as if two people who are nobody had signed it.
fn assessed(of: &CaseConclusion) -> Assessed {
    let nobody = || Signer {
        id: "worked-case".to_owned(),
        name: "a worked case".to_owned(),
        affiliation: String::new(),
        key: String::new(),
    };
    Assessed {
        id: format!("worked case as of {}", of.as_of),
        commitment: of.commitment.clone(),
        as_of: of.as_of,
        conclusion: of.conclusion,
        grounds: String::new(),
        items: Vec::new(),
        rubric: RubricRef { id: String::new(), version: 1, sha256: String::new() },
        author: nobody(),
        fingerprint: String::new(),
        signed: Timestamp::UNIX_EPOCH,
        second: Some(SecondReading {
            reader: nobody(),
            fingerprint: String::new(),
            conclusion: of.conclusion,
            blind: false,
            grounds: None,
            signed: Timestamp::UNIX_EPOCH,
        }),
        replies: Vec::new(),
        other_text: false,
        trouble: None,
    }
}

fn figure(o: &CaseObservation, agreement: &Agreement, sources: &[Source]) -> Result<InlineFigure, String> {
    let source = sources
        .iter()
        .find(|s| s.id == o.source)
        .ok_or_else(|| format!("no file under sources/ describes `{}`", o.source))?;
    if source.cumulative.is_some() {
        return Err(format!(
            "{} publishes sums since the beginning of a year, and a case does not take them apart: write the observation for a source \
             that publishes each period by itself",
            o.source
        ));
    }
    let partner = match o.partner {
        Some(partner) => partner,
        None => {
            let mut others = agreement.parties.iter().filter(|p| **p != source.reporter);
            match (others.next(), others.next()) {
                (Some(one), None) => *one,
                _ => return Err(format!("an observation of {} needs a partner", o.source)),
            }
        }
    };
    let (first, last) = source
        .frequency
        .split(&o.period)
        .ok_or_else(|| format!("{} does not publish by such periods as {}", o.source, o.period))?;
    // A daily source may have figures of a week or so; of any other, one that is of several periods is a mistake.
    let length = last - first + 1;
    if length > 1 && (source.frequency != Frequency::Daily || length > 31) {
        return Err(format!("{} is more than one period of {}", o.period, o.source));
    }
    Ok(InlineFigure {
        source: o.source.clone(),
        stage: o.stage,
        partner,
        code: o.code.clone(),
        period: last,
        length,
        money: o.value.clone(),
        quantity: o.quantity.as_ref().map(|(v, unit)| (unit.dimension, v * &unit.factor())),
        published: o.published,
        preliminary: o.preliminary,
    })
}
