//! The linear program, solved by Clarabel.

use super::RemedyError;
use super::problem::{Problem, Step};
use clarabel::algebra::CscMatrix;
use clarabel::solver::SupportedConeT::{NonnegativeConeT, ZeroConeT};
use clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver, SolverStatus};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The most steps that the solver takes.
const MOST_ITERATIONS: u32 = 200;

/// What the solver found: prices of the constraints. From these alone a bound follows that holds for every list.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Prices {
    /// Own harm of one more dollar of effect.
    pub effect: f64,
    /// What a dollar of a chapter's cap is worth; not below zero.
    pub chapters: BTreeMap<String, f64>,
    /// How the solver ended.
    pub status: String,
    /// How many steps it took.
    pub iterations: u32,
    /// Own harm of the fractional list that it found.
    pub relaxed_harm: f64,
    /// How many variables the program had.
    pub variables: usize,
}

/// Least harm such that effects add up to `aim`: each step taken to a fraction between 0 and 1, each chapter that has a cap
/// within its room.
pub(super) fn prices(
    problem: &Problem,
    steps: &[Step],
    aim: f64,
    room: &BTreeMap<String, f64>,
) -> Result<Prices, RemedyError> {
    let chapter_of = |step: &Step| problem.lines().get(step.line).map_or("", |l| l.chapter());
    let mut capped: BTreeMap<&str, f64> = BTreeMap::new();
    for step in steps {
        if let Some(room) = room.get(chapter_of(step)) {
            capped.insert(chapter_of(step), room.max(0.0));
        }
    }
    let rows_of: BTreeMap<&str, usize> = capped.keys().enumerate().map(|(n, c)| (*c, n + 1)).collect();
    let (count, caps) = (steps.len(), capped.len());
    // Effects are counted in targets and harm in the harm of an average way to the target, so that numbers are near 1.
    let all_effects: f64 = steps.iter().map(|s| s.effect).sum();
    let all_harm: f64 = steps.iter().map(|s| s.harm.abs()).sum();
    let unit_of_harm = (all_harm * aim / all_effects).max(f64::MIN_POSITIVE);
    let (mut starts, mut rows, mut values) = (vec![0], Vec::new(), Vec::new());
    let mut costs = Vec::with_capacity(count);
    for (n, step) in steps.iter().enumerate() {
        let effect = step.effect / aim;
        rows.push(0);
        values.push(effect);
        if let Some(row) = rows_of.get(chapter_of(step)) {
            rows.push(*row);
            values.push(effect);
        }
        rows.extend([1 + caps + n, 1 + caps + count + n]);
        values.extend([1.0, -1.0]);
        starts.push(rows.len());
        costs.push(step.harm / unit_of_harm);
    }
    let mut right = vec![1.0];
    right.extend(capped.values().map(|cap| cap / aim));
    right.extend(std::iter::repeat_n(1.0, count));
    right.extend(std::iter::repeat_n(0.0, count));
    let matrix = CscMatrix::new(right.len(), count, starts, rows, values);
    let none = CscMatrix::<f64>::zeros((count, count));
    let cones = [ZeroConeT(1), NonnegativeConeT(caps + 2 * count)];
    let settings =
        DefaultSettings { verbose: false, max_iter: MOST_ITERATIONS, ..DefaultSettings::default() };
    let mut solver = DefaultSolver::new(&none, &costs, &matrix, &right, &cones, settings)
        .map_err(|e| RemedyError::NotSolved { status: e.to_string(), iterations: 0 })?;
    solver.solve();
    let found = &solver.solution;
    let price = |row: usize| found.z.get(row).copied().filter(|z| z.is_finite());
    let scale = unit_of_harm / aim;
    let solved = matches!(found.status, SolverStatus::Solved | SolverStatus::AlmostSolved);
    let refused =
        || RemedyError::NotSolved { status: format!("{:?}", found.status), iterations: found.iterations };
    let first = price(0).filter(|_| solved).ok_or_else(refused)?;
    let chapters = rows_of.iter().map(|(chapter, row)| {
        let price = price(*row).map(|z| z.max(0.0) * scale);
        price.map(|price| ((*chapter).to_owned(), price)).ok_or_else(refused)
    });
    Ok(Prices {
        effect: -first * scale,
        chapters: chapters.collect::<Result<_, _>>()?,
        status: format!("{:?}", found.status),
        iterations: found.iterations,
        relaxed_harm: found.obj_val * unit_of_harm,
        variables: count,
    })
}
