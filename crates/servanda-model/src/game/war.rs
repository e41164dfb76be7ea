//! A trade war without talks: tariffs at which no player gains by setting others (Nash).

use super::{Game, Limits, Start, optimum};
use crate::newton::SolveError;

/// Where the war ended. The game is left there.
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

const MOST_ROUNDS: usize = 200;

/// Lets the players answer each other in turn, each with the tariffs of its own cells and from its last ones, until no answer gains
/// more than [`Game::ENOUGH`]. The game's tariffs are where it begins.
///
/// Another end may be reached from other tariffs; where all trade has stopped nobody gains by a lower tariff of its own, and that
/// end is not looked for.
///
/// # Errors
/// If an equilibrium is not found, or the rounds run out; the residual is then the last gain as a share of real income.
pub fn nash<G: Game>(
    game: &mut G,
    players: &[usize],
    own: &[Vec<usize>],
    limits: Limits,
) -> Result<Nash, SolveError> {
    let before = game.solves();
    for at in own.iter().flatten() {
        game.set_power(*at, limits.within(game.power(*at)));
    }
    let mut most = f64::INFINITY;
    for round in 1..=MOST_ROUNDS {
        most = 0.0;
        for (player, cells) in players.iter().zip(own) {
            let had = game.welfare()?[*player].exp();
            let kept = game.powers();
            let best = optimum(game, *player, cells, limits, Start::Current)?;
            let gain = 100.0 * (best.welfare.exp() - had);
            if gain < 0.0 {
                // Rounding only: the search begins where the player stands.
                game.set_powers(&kept);
            }
            most = most.max(gain);
        }
        if most <= G::ENOUGH {
            let starts = [Start::Current, Start::Formula, Start::Flat(0.0)];
            let (regret, better) = regrets(game, players, own, limits, &starts)?;
            match better {
                // From another start an answer gains: the war goes on from there.
                Some(tariffs) if round < MOST_ROUNDS => game.set_powers(&tariffs),
                _ => {
                    game.welfare()?;
                    return Ok(Nash { regret, rounds: round, solves: game.solves() - before });
                }
            }
        }
    }
    Err(SolveError::NoConvergence { residual: most / 100.0, steps: MOST_ROUNDS })
}

/// What each player could gain by its best answer to the tariffs as they stand, in percentage points of its real income in the
/// base: the most over searches from every start; and the tariffs with the answer that gains most, if one gains more than
/// [`Game::ENOUGH`]. The game's tariffs stay.
///
/// # Errors
/// If an equilibrium is not found.
pub fn regrets<G: Game>(
    game: &mut G,
    players: &[usize],
    own: &[Vec<usize>],
    limits: Limits,
    starts: &[Start],
) -> Result<(Vec<f64>, Option<Vec<f64>>), SolveError> {
    let kept = game.powers();
    let all = game.welfare()?;
    let mut regret = vec![0.0_f64; players.len()];
    let mut better: Option<(f64, Vec<f64>)> = None;
    for ((player, cells), most) in players.iter().zip(own).zip(&mut regret) {
        for start in starts {
            let best = optimum(game, *player, cells, limits, *start)?;
            let gain = 100.0 * (best.welfare.exp() - all[*player].exp());
            *most = most.max(gain);
            if gain > better.as_ref().map_or(G::ENOUGH, |(gain, _)| *gain) {
                better = Some((gain, game.powers()));
            }
            game.set_powers(&kept);
        }
    }
    Ok((regret, better.map(|(_, tariffs)| tariffs)))
}
