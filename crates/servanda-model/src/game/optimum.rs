//! The tariffs that are best for one player while all others keep theirs.

use super::climb::{Own, Way, climb};
use super::{Game, Limits, Start};
use crate::newton::SolveError;

/// The best tariffs found. The game is left at them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Best {
    /// The logarithm of the player's real income against the base.
    pub welfare: f64,
    /// What a further step promised in that logarithm.
    pub promised: f64,
    /// Equilibria solved.
    pub solves: usize,
}

/// A step that promises less of the logarithm of real income is none: a hundredth of what ends a war.
fn gain<G: Game>() -> f64 {
    1e-4 * G::ENOUGH
}

/// A step that promises more shows that the search has not ended: 1e-7 percentage points.
const SETTLED: f64 = 1e-9;

/// Searches for the player's best tariffs in `cells`. The game is left at them.
///
/// # Errors
/// If there is no equilibrium at the start.
pub fn optimum<G: Game>(
    game: &mut G,
    player: usize,
    cells: &[usize],
    limits: Limits,
    start: Start,
) -> Result<Best, SolveError> {
    let before = game.solves();
    for at in cells {
        match start {
            Start::Formula => game.set_power(*at, 1.0 + 1.0 / game.theta(*at)),
            Start::Flat(tariff) => game.set_power(*at, 1.0 + tariff),
            Start::Current => {}
        }
    }
    let reach = game.income(player);
    let top = climb(game, cells, &Own(player), Way { limits, reach, gain: gain::<G>() })?;
    Ok(Best { welfare: top.value, promised: top.promised, solves: game.solves() - before })
}

/// As [`optimum`], the best of several starts, the earliest of those that are equal.
///
/// # Errors
/// If no start has an equilibrium: what the first one said. If real income has not stopped rising; the residual is then what a
/// further step promises.
pub fn best_of(
    game: &mut impl Game,
    player: usize,
    cells: &[usize],
    limits: Limits,
    starts: &[Start],
) -> Result<Best, SolveError> {
    let begin = game.powers();
    let mut best: Option<(Best, Vec<f64>)> = None;
    let mut problem = None;
    let before = game.solves();
    for start in starts {
        game.set_powers(&begin);
        match optimum(game, player, cells, limits, *start) {
            Ok(found) => {
                if best.as_ref().is_none_or(|(best, _)| found.welfare > best.welfare) {
                    best = Some((found, game.powers()));
                }
            }
            Err(why) => problem = problem.or(Some(why)),
        }
    }
    let Some((mut found, powers)) = best else {
        let none = SolveError::NoEquilibrium("no start was given".to_owned());
        return Err(problem.unwrap_or(none));
    };
    if found.promised > SETTLED {
        return Err(SolveError::NoConvergence { residual: found.promised, steps: game.solves() - before });
    }
    game.set_powers(&powers);
    // Last solved elsewhere: the same tariffs give the same figures whatever was tried in between.
    found.welfare = game.welfare()?[player];
    found.solves = game.solves() - before;
    Ok(found)
}
