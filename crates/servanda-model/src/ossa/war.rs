//! A trade war without talks: tariffs at which no region gains by setting others (Nash).

use super::optimum::{Limits, Start, optimum};
use super::{Engine, Equilibrium};
use crate::newton::SolveError;

/// Where the war ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Nash {
    /// The equilibrium at the last tariffs.
    pub equilibrium: Equilibrium,
    /// What each region could still gain by its best answer to the others, in percentage points of its real income in the
    /// data, over every start of [`regrets`].
    pub regret: Vec<f64>,
    /// Rounds in which each region answered once.
    pub rounds: usize,
    /// Equilibria solved, those for `regret` among them.
    pub solves: usize,
}

const MOST_ROUNDS: usize = 200;

/// Lets the regions answer each other in turn, each from its last tariffs, until no answer gains more than `enough`
/// (percentage points of real income). The engine's tariffs are where it begins; it is left at the last.
///
/// Where all trade has stopped nobody gains by a lower tariff of one's own: autarky is always such an end too, and is not
/// looked for.
///
/// # Errors
/// If an equilibrium is not found, or the rounds run out; the residual is then the last gain.
pub fn nash(engine: &mut Engine<'_>, limits: Limits, enough: f64) -> Result<Nash, SolveError> {
    let before = engine.solves();
    let (n, _) = engine.world().size();
    let mut most = f64::INFINITY;
    for round in 1..=MOST_ROUNDS {
        most = 0.0;
        for importer in 0..n {
            let had = engine.solve()?[importer].exp();
            let kept = engine.tariffs();
            let best = optimum(engine, importer, limits, Start::Current)?;
            let gain = 100.0 * (best.welfare.exp() - had);
            if gain < 0.0 {
                // Rounding only: the search begins where the region stands.
                engine.set_all(&kept);
            }
            most = most.max(gain);
        }
        if most <= enough {
            let regret = regrets(engine, limits, &[Start::Current, Start::Formula, Start::Flat(0.0)])?;
            let equilibrium = engine.equilibrium()?;
            return Ok(Nash { equilibrium, regret, rounds: round, solves: engine.solves() - before });
        }
    }
    Err(SolveError::NoConvergence { residual: most / 100.0, steps: MOST_ROUNDS })
}

/// What each region could gain by its best answer to the tariffs set, in percentage points of its real income in the data:
/// the most over searches from every start. The engine's tariffs stay.
///
/// # Errors
/// If an equilibrium is not found.
pub fn regrets(engine: &mut Engine<'_>, limits: Limits, starts: &[Start]) -> Result<Vec<f64>, SolveError> {
    let (n, _) = engine.world().size();
    (0..n).map(|importer| regret(engine, importer, limits, starts)).collect()
}

/// As [`regrets`], of one region.
///
/// # Errors
/// If an equilibrium is not found.
pub fn regret(
    engine: &mut Engine<'_>,
    importer: usize,
    limits: Limits,
    starts: &[Start],
) -> Result<f64, SolveError> {
    let kept = engine.tariffs();
    let had = engine.solve()?[importer].exp();
    let mut most: f64 = 0.0;
    for start in starts {
        let best = optimum(engine, importer, limits, *start)?;
        most = most.max(100.0 * (best.welfare.exp() - had));
        engine.set_all(&kept);
    }
    engine.solve()?;
    Ok(most)
}
