//! A trade war without talks: tariffs at which no player gains by setting others (Nash).

use super::Field;
use super::climb::incomes;
use super::optimum::optimum;
use crate::newton::SolveError;
use crate::ossa::{Limits, Start};

/// Where the war ended. The field is left there.
#[derive(Debug, Clone, PartialEq)]
pub struct Nash {
    /// What each player could still gain by its best answer to the others, in percentage points of its real income in the base,
    /// over every start of [`regrets`].
    pub regret: Vec<f64>,
    /// Rounds in which each player answered once.
    pub rounds: usize,
    /// Equilibria solved, those for `regret` among them.
    pub solves: usize,
}

/// A war has ended when no answer gains more, in percentage points of real income.
pub const ENOUGH: f64 = 1e-9;

const MOST_ROUNDS: usize = 200;

/// Lets the players answer each other in turn, each with the tariffs of its own cells and from its last ones, until no answer gains
/// more than [`ENOUGH`]. The field's tariffs are where it begins.
///
/// Another end may be reached from other tariffs; where all trade has stopped nobody gains by a lower tariff of its own, and that
/// end is not looked for.
///
/// # Errors
/// If an equilibrium is not found, or the rounds run out; the residual is then the last gain as a share of real income.
pub fn nash(
    field: &mut Field<'_>,
    players: &[usize],
    own: &[Vec<usize>],
    limits: Limits,
) -> Result<Nash, SolveError> {
    let before = field.solves();
    for at in own.iter().flatten() {
        let tariff = (field.power(*at) - 1.0).clamp(limits.low, limits.high);
        field.set(*at, 1.0 + tariff);
    }
    let mut most = f64::INFINITY;
    for round in 1..=MOST_ROUNDS {
        most = 0.0;
        for (player, cells) in players.iter().zip(own) {
            let had = incomes(field)?[*player].exp();
            let kept = field.shock().tariff_power.clone();
            let best = optimum(field, *player, cells, limits, Start::Current)?;
            let gain = 100.0 * (best.welfare.exp() - had);
            if gain < 0.0 {
                // Rounding only: the search begins where the player stands.
                field.set_all(&kept);
            }
            most = most.max(gain);
        }
        if most <= ENOUGH {
            let starts = [Start::Current, Start::Formula, Start::Flat(limits.low)];
            let (regret, better) = regrets(field, players, own, limits, &starts)?;
            match better {
                // From another start an answer gains: the war goes on from there.
                Some(tariffs) if round < MOST_ROUNDS => field.set_all(&tariffs),
                _ => {
                    field.solve()?;
                    return Ok(Nash { regret, rounds: round, solves: field.solves() - before });
                }
            }
        }
    }
    Err(SolveError::NoConvergence { residual: most / 100.0, steps: MOST_ROUNDS })
}

/// What each player could gain by its best answer to the tariffs as they stand, in percentage points of its real income in the
/// base: the most over searches from every start; and the tariffs with the answer that gains most, if one gains more than
/// [`ENOUGH`]. The field's tariffs stay.
///
/// # Errors
/// If an equilibrium is not found.
pub fn regrets(
    field: &mut Field<'_>,
    players: &[usize],
    own: &[Vec<usize>],
    limits: Limits,
    starts: &[Start],
) -> Result<(Vec<f64>, Option<Vec<f64>>), SolveError> {
    let kept = field.shock().tariff_power.clone();
    let all = incomes(field)?;
    let mut regret = vec![0.0_f64; players.len()];
    let mut better: Option<(f64, Vec<f64>)> = None;
    for ((player, cells), most) in players.iter().zip(own).zip(&mut regret) {
        for start in starts {
            let best = optimum(field, *player, cells, limits, *start)?;
            let gain = 100.0 * (best.welfare.exp() - all[*player].exp());
            *most = most.max(gain);
            if gain > better.as_ref().map_or(ENOUGH, |(gain, _)| *gain) {
                better = Some((gain, field.shock().tariff_power.clone()));
            }
            field.set_all(&kept);
        }
    }
    Ok((regret, better.map(|(_, tariffs)| tariffs)))
}
