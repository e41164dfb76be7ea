//! A list that matches the target, with what it does under every case.

use super::effects::{CASES, Case, Effect, EffectModel, Line, Range};
use super::problem::Problem;
use super::proof::{Proof, bound_at, prove};
use super::solve::{Prices, prices};
use super::whole::whole_rates;
use super::{Rate, RemedyError};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// A line of a list.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ListedLine {
    /// The line.
    pub line: Line,
    /// The added duty.
    pub rate: Rate,
    /// What it does in a year, with central elasticities.
    pub effect: Effect,
    /// The effect that counts, over all cases.
    pub counts: Range,
    /// Own harm, over all cases.
    pub own_harm: Range,
}

/// What a list does in a year under one case.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ListTotals {
    /// The case.
    pub case: Case,
    /// The sum over all lines.
    pub effect: Effect,
    /// The effect that counts, in percent of the target.
    pub percent_of_target: f64,
    /// Whether that is within the tolerance.
    pub within_tolerance: bool,
}

/// A list with its proof.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Found {
    /// The lines, by code.
    pub lines: Vec<ListedLine>,
    /// What it does in a year, by case.
    pub cases: Vec<ListTotals>,
    /// The effect that counts, over all cases.
    pub effect_range: Range,
    /// Own harm, over all cases.
    pub own_harm_range: Range,
    /// The second computation.
    pub proof: Proof,
    /// No list with the same effect can have less own harm than this, in a year.
    pub bound: f64,
    /// Nor can one at the lower end of the tolerance have less than this.
    pub bound_at_lower_end: f64,
    /// How far own harm lies above the bound, in percent of it.
    pub gap_percent: f64,
    /// The solver's prices.
    pub prices: Prices,
    /// The most that all lines together could come to, a year, within the caps.
    pub reach: f64,
}

/// The largest program that is solved: some ten seconds.
const MOST_VARIABLES: usize = 250_000;

/// The list of whole rates that matches the target with the least own harm that is found, and how far better one could be.
pub fn find_list(problem: &Problem, model: &dyn EffectModel) -> Result<Found, RemedyError> {
    let choices = problem.choices(model);
    let usable = choices.iter().filter(|own| !own.is_empty()).count();
    if usable == 0 {
        let more = if problem.lines().is_empty() {
            "name others".to_owned()
        } else {
            format!(
                "{} lines have trade, and no rate on them yields a {} above zero",
                problem.lines().len(),
                problem.by
            )
        };
        return Err(RemedyError::NoLines(more));
    }
    let reach = problem.reach(&choices);
    // A hair below all that there is, so that the solver has room.
    let aim = problem.target.min(reach * (1.0 - 1e-6));
    if aim < problem.target * (1.0 - problem.tolerance) {
        return Err(RemedyError::OutOfReach {
            lines: usable,
            target: problem.target,
            unit: problem.unit.clone(),
            by: problem.by,
            most: problem.most(),
            reach,
            share: 100.0 * reach / problem.target,
        });
    }
    let steps = problem.steps(&choices);
    if steps.len() > MOST_VARIABLES {
        return Err(RemedyError::Input(format!(
            "{} choices of lines and rates are more than the {MOST_VARIABLES} that are solved; take a larger step, or fewer lines",
            steps.len()
        )));
    }
    let prices = prices(problem, &steps, aim, &problem.room())?;
    let rates = whole_rates(problem, &steps, &prices, aim)?;
    let listed: Vec<(&Line, Rate)> =
        rates.iter().filter_map(|(at, rate)| Some((problem.lines().get(*at)?, *rate))).collect();
    let by_code: BTreeMap<String, Rate> = listed.iter().map(|(l, rate)| (l.code.clone(), *rate)).collect();
    let proof = prove(problem, model, &by_code)?;
    let bound = bound_at(problem, model, &prices, proof.effect);
    let bound_at_lower_end = bound_at(problem, model, &prices, problem.target * (1.0 - problem.tolerance));
    let gap_percent =
        if proof.own_harm == 0.0 { 0.0 } else { 100.0 * (proof.own_harm - bound) / proof.own_harm.abs() };
    let cases: Vec<ListTotals> = CASES.map(|case| totals(problem, model, &listed, case)).into();
    let effect_range = Range::of(cases.iter().map(|c| problem.by.of(&c.effect)));
    let own_harm_range = Range::of(cases.iter().map(|c| c.effect.own_harm));
    let line = |(line, rate): &(&Line, Rate)| {
        let of = |case| model.at(line, *rate, case);
        ListedLine {
            line: (*line).clone(),
            rate: *rate,
            effect: of(Case::Central),
            counts: Range::of(CASES.map(|case| problem.by.of(&of(case)))),
            own_harm: Range::of(CASES.map(|case| of(case).own_harm)),
        }
    };
    let lines = listed.iter().map(line).collect();
    Ok(Found {
        lines,
        cases,
        effect_range,
        own_harm_range,
        proof,
        bound,
        bound_at_lower_end,
        gap_percent,
        prices,
        reach,
    })
}

fn totals(problem: &Problem, model: &dyn EffectModel, listed: &[(&Line, Rate)], case: Case) -> ListTotals {
    let mut effect = Effect::default();
    for (line, rate) in listed {
        effect += &model.at(line, *rate, case);
    }
    let share = problem.by.of(&effect) / problem.target;
    ListTotals {
        case,
        effect,
        percent_of_target: share * 100.0,
        within_tolerance: (share - 1.0).abs() <= problem.tolerance + 1e-12,
    }
}
