//! What a check asks for, before anything is asked.

use crate::asks::own_source;
use crate::listed::{Listed, SeriesKey};
use crate::results::{Question, VerdictError};
use crate::run::Run;
use crate::term::{At, Evaluator, Memory, Place, Wanted, Worth, at_line, scopes, stage_of};
use serde::{Deserialize, Serialize};
use servanda_agreement::ast::{Condition, ExprKind, FlowTerm, Rule};
use servanda_agreement::{Agreement, Commitment, Definition, Duty, Pace};
use servanda_core::{AsOf, AskedSeries, Batch, Evidence, Period, SeriesRequest, Stage};
use std::collections::HashMap;

/// The series that a check asks for, as far as they are known before any figure is: those of its rules and paces. What follows from
/// figures (the parents that bound what is not shown, past revisions), from overlaps between terms, and the series of a rule that
/// stands at more than 1,000 years, lines or days are asked for on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The version of this form: [`Plan::VERSION`].
    pub version: u32,
    /// The agreement.
    pub agreement: String,
    /// Whose knowledge counts.
    pub as_of: AsOf,
    /// The commitments whose rules read statistics, in the agreement's order.
    pub commitments: Vec<PlannedCommitment>,
    /// The requests, each once.
    pub batch: Batch,
}

/// What the finding of one commitment asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedCommitment {
    /// The commitment.
    pub id: String,
    /// The numbers of its requests in the batch, from 0, in the order in which they come up.
    pub asked: Vec<usize>,
}

impl Plan {
    /// The version of this form.
    pub const VERSION: u32 = 1;
}

/// What a check of an agreement, or of one commitment, asks for. Of the evidence only the descriptions of sources are read.
///
/// # Errors
/// If there is no such commitment, or a source that counts is not described.
pub fn plan(
    memory: &Memory,
    agreement: &Agreement,
    evidence: &dyn Evidence,
    question: &Question,
    commitment: Option<&str>,
) -> Result<Plan, VerdictError> {
    let run = Run::default();
    let evaluator = Evaluator::new(agreement, evidence, question, memory, &run);
    let chosen: Vec<&Commitment> = match commitment {
        Some(id) => vec![evaluator.commitment(id)?],
        None => agreement.commitments.iter().collect(),
    };
    let mut planned = Planned::default();
    let mut commitments = Vec::new();
    for commitment in chosen {
        let asked = planned.commitment(&evaluator, commitment)?;
        if !asked.is_empty() {
            commitments.push(PlannedCommitment { id: commitment.id.clone(), asked });
        }
    }
    Ok(Plan {
        version: Plan::VERSION,
        agreement: agreement.id.clone(),
        as_of: question.as_of,
        commitments,
        batch: planned.batch(),
    })
}

/// A rule that stands at more places than this is not planned: its lists would fill the memory.
const STANDS: usize = 1_000;

/// A plan that is being made.
#[derive(Default)]
pub(crate) struct Planned<'a> {
    /// What is asked for, each once.
    wanted: Vec<Wanted<'a>>,
    numbers: HashMap<(SeriesKey, AsOf), usize>,
    /// The numbers of what the commitment at hand asks for.
    asked: Vec<usize>,
}

/// What series of a commitment are planned under.
struct Under<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    definition: &'a Definition,
    place: &'e Place<'a>,
}

impl<'a> Planned<'a> {
    /// The requests, with their lines as keys.
    pub fn requests(&self) -> Vec<(SeriesRequest<'_>, Listed)> {
        self.wanted.iter().filter_map(|w| Some((w.request()?.0, w.resolved.listed.clone()))).collect()
    }

    /// How many cells their answers have.
    pub fn cells(&self) -> u64 {
        let of = |w: &Wanted<'_>| {
            let periods = (i64::from(w.last) - i64::from(w.first) + 1).max(0).unsigned_abs();
            periods.saturating_mul(w.resolved.listed.labels().len() as u64)
        };
        self.wanted.iter().fold(0, |sum: u64, w| sum.saturating_add(of(w)))
    }

    /// The same as they travel.
    fn batch(&self) -> Batch {
        let mut batch = Batch::default();
        let mut lists: HashMap<Listed, usize> = HashMap::new();
        for (request, listed) in self.requests() {
            let list = *lists.entry(listed).or_insert_with(|| {
                batch.lists.push(request.lines.clone());
                batch.lists.len() - 1
            });
            batch.asked.push(AskedSeries {
                source: request.source.to_owned(),
                stage: request.stage,
                partner: request.partner,
                dimension: request.dimension,
                list,
                first: request.first,
                last: request.last,
                as_of: request.as_of,
            });
        }
        batch
    }

    /// Adds what a commitment asks for; gives the numbers of its requests.
    pub fn commitment(
        &mut self,
        evaluator: &Evaluator<'a>,
        commitment: &'a Commitment,
    ) -> Result<Vec<usize>, VerdictError> {
        if let Duty::Rule { rule, .. } = &commitment.duty
            && own_source(commitment).is_none()
        {
            for name in evaluator.sources(commitment).all() {
                let place = evaluator.place(&commitment.id, name)?;
                for definition in &evaluator.agreement.definitions {
                    let under = Under { evaluator, definition, place: &place };
                    self.rule(&under, rule);
                    commitment.pace.iter().for_each(|pace| self.pace(&under, commitment, rule, pace));
                }
            }
        }
        Ok(std::mem::take(&mut self.asked))
    }

    /// Adds the series of a rule's flows wherever its quantifiers can stand.
    fn rule(&mut self, under: &Under<'_, 'a>, rule: &Rule) {
        let Under { evaluator, definition, place } = *under;
        evaluator.stands(definition, place, rule, STANDS, &mut |at| {
            for figure in rule.figures() {
                if let ExprKind::Flow(term) = &figure.kind
                    && let Ok(period) = evaluator.period(definition, &term.period, at)
                {
                    self.flow(under, &at_line(term, &at), &period);
                }
            }
        });
    }

    fn flow(&mut self, under: &Under<'_, 'a>, term: &FlowTerm, period: &Period) {
        let Under { evaluator, definition, place } = *under;
        let Ok(worth) = stage_of(definition, term) else { return };
        if evaluator.undefined_in(&term.scope).is_some() {
            return;
        }
        let stages: &[Stage] = match &worth {
            Worth::Stage(stage) => std::slice::from_ref(stage),
            Worth::Balance | Worth::Deficit => &[Stage::Exports, Stage::Imports],
        };
        for pair in evaluator.agreement.traders(&term.pair) {
            for stage in stages {
                for (scope, source) in scopes(term, place) {
                    self.add(evaluator.wanted(definition, source, term, &scope, *stage, pair, period).ok());
                }
            }
        }
    }

    /// Adds the series of a pace beside those of its rule: those of the season, and of the rules of parts.
    fn pace(&mut self, under: &Under<'_, 'a>, commitment: &Commitment, rule: &Rule, pace: &Pace) {
        let Under { evaluator, definition, place } = *under;
        if let Condition::Compare(comparison) = &rule.condition
            && let ExprKind::Flow(term) = &comparison.left.kind
        {
            if let Ok(period) = evaluator.period(definition, &term.period, At::default()) {
                let as_of = evaluator.as_of_for(definition, false);
                self.add(evaluator.paced(definition, place, term, &period, as_of));
            }
            if let Pace::Seasonal(base) = pace {
                let as_of = evaluator.as_of_for(definition, true);
                self.add(evaluator.paced(definition, place, term, base, as_of));
            }
        }
        if let Pace::Parts(inner) = pace {
            for part in commitment.parts.iter().filter_map(|id| evaluator.agreement.commitment(id)) {
                if let Duty::Rule { rule, .. } = &part.duty {
                    self.rule(under, rule);
                    self.pace(under, part, rule, inner);
                }
            }
        }
    }

    fn add(&mut self, wanted: Option<Wanted<'a>>) {
        let Some(wanted) = wanted else { return };
        let parts: Vec<Wanted<'a>> = wanted.parts().into_iter().map(|(part, _)| part).collect();
        for one in std::iter::once(wanted).chain(parts) {
            self.one(one);
        }
    }

    fn one(&mut self, wanted: Wanted<'a>) {
        let Some((request, _)) = wanted.request() else { return };
        let key = (SeriesKey::of(&request, &wanted.resolved.listed), request.as_of);
        let number = match self.numbers.get(&key) {
            Some(number) => *number,
            None => {
                self.numbers.insert(key, self.wanted.len());
                self.wanted.push(wanted);
                self.wanted.len() - 1
            }
        };
        if !self.asked.contains(&number) {
            self.asked.push(number);
        }
    }
}
