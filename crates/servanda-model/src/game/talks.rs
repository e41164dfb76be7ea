//! Trade talks: tariffs of all players together at which the product of their gains over a threat point is highest (Nash
//! bargaining), or at which all gain the same and as much as can be.

use super::climb::{Aim, Way, climb};
use super::{Game, Limits};
use crate::newton::SolveError;

/// Where the talks end. The game is left there.
#[derive(Debug, Clone, PartialEq)]
pub struct Talks {
    /// Each player's gain over the threat point, in percent of its real income there.
    pub gain: Vec<f64>,
    /// What a further step promised in the sum of the logarithms of gains.
    pub promised: f64,
    /// Equilibria solved.
    pub solves: usize,
}

/// What came of talks.
#[derive(Debug, Clone, PartialEq)]
pub enum Talked {
    /// All players gain.
    Agreed(Talks),
    /// No tariffs were found with which each of them gains: the least gain of the best ones, in percent.
    NoDeal {
        /// The least gain, in percent of real income at the threat point.
        least: f64,
    },
}

/// A step that promises less of the sum of logarithms is none. Gains are small differences: their logarithms are known to about
/// this.
const GAIN: f64 = 1e-8;
/// A smaller gain, as a share of real income, is none.
const NOTHING: f64 = 1e-9;
/// A step that promises more of it shows that the search has not ended.
const SETTLED: f64 = 1e-5;
/// How much of what stands is kept, in the tariffs that talks begin from.
const BEGIN: [f64; 3] = [0.0, 0.5, 0.9];
/// How sharply the least gain is singled out while one player does not gain, against the size of gains.
const SHARP: [f64; 4] = [3.0, 10.0, 40.0, 160.0];

/// Searches for the common tariffs in `cells` from several starts, the game's tariffs being the threat point.
///
/// # Errors
/// If there is no equilibrium at the threat point, or the product of gains has not stopped rising; the residual is then what a
/// further step promises.
pub fn cooperate(
    game: &mut impl Game,
    players: &[usize],
    cells: &[usize],
    limits: Limits,
) -> Result<Talked, SolveError> {
    let before = game.solves();
    let threat = game.welfare()?;
    let at_threat = game.powers();
    let mean = mean_income(game, players);
    let way = |gain: f64, size: f64| Way { limits, reach: mean * size, gain };
    let gains =
        |all: &[f64]| -> Vec<f64> { players.iter().map(|c| (all[*c] - threat[*c]).exp_m1()).collect() };
    let least = |gains: &[f64]| gains.iter().fold(f64::INFINITY, |a: f64, b| a.min(*b));
    let mut nearest = f64::NEG_INFINITY;
    let mut best: Option<(f64, f64, Vec<f64>)> = None;
    for kept in BEGIN {
        game.set_powers(&at_threat);
        for at in cells {
            game.set_power(*at, limits.within(1.0 + kept * (game.power(*at) - 1.0)));
        }
        let Ok(mut all) = game.welfare() else { continue };
        for sharp in SHARP {
            if least(&gains(&all)) > NOTHING {
                break;
            }
            let size = gains(&all).iter().fold(1e-6, |a: f64, b| a.max(b.abs()));
            let aim = Least { players, threat: &threat, sharp: sharp / size };
            if climb(game, cells, &aim, way(1e-9 * size, 1.0 / sharp.max(1.0))).is_err() {
                break;
            }
            all = game.welfare()?;
        }
        nearest = nearest.max(least(&gains(&all)));
        if least(&gains(&all)) <= NOTHING {
            continue;
        }
        let size = least(&gains(&all));
        let Ok(top) = climb(game, cells, &Product { players, threat: &threat }, way(GAIN, size)) else {
            continue;
        };
        if best.as_ref().is_none_or(|(value, ..)| top.value > *value) {
            best = Some((top.value, top.promised, game.powers()));
        }
    }
    let Some((_, promised, powers)) = best else {
        game.set_powers(&at_threat);
        return Ok(Talked::NoDeal { least: 100.0 * nearest });
    };
    if promised > SETTLED {
        return Err(SolveError::NoConvergence { residual: promised, steps: game.solves() - before });
    }
    game.set_powers(&powers);
    let gain = gains(&game.welfare()?).iter().map(|gain| 100.0 * gain).collect();
    Ok(Talked::Agreed(Talks { gain, promised, solves: game.solves() - before }))
}

fn mean_income(game: &impl Game, players: &[usize]) -> f64 {
    players.iter().map(|player| game.income(*player)).sum::<f64>() / players.len() as f64
}

/// Gains count as equal within this share of real income.
const EQUAL: f64 = 1e-8;
const MOST_ROUNDS: usize = 40;
/// A step that promises less of the mean gain is none.
const MEAN_GAIN: f64 = 1e-13;

/// Searches for the common tariffs in `cells` at which every player gains by the same share of real income over `threat`
/// (logarithms of real incomes, `N`), which is as high as can be. The game's tariffs are where it begins.
///
/// Many tariffs act as transfers, so tariffs are not told apart by their welfare; compare gains.
///
/// # Errors
/// If there is no equilibrium at the start, or gains do not become equal.
pub fn equal_gains(
    game: &mut impl Game,
    players: &[usize],
    cells: &[usize],
    limits: Limits,
    threat: &[f64],
) -> Result<Talks, SolveError> {
    let before = game.solves();
    let way = Way { limits, reach: mean_income(game, players), gain: MEAN_GAIN };
    let mut prices = vec![0.0; players.len()];
    let mut force = 10.0;
    let mut apart = f64::INFINITY;
    for _ in 0..MOST_ROUNDS {
        let top = climb(game, cells, &Equal { players, threat, prices: &prices, force }, way)?;
        let all = game.welfare()?;
        let gains: Vec<f64> = players.iter().map(|c| all[*c] - threat[*c]).collect();
        let mean = gains.iter().sum::<f64>() / gains.len() as f64;
        let spread = gains.iter().map(|gain| (gain - mean).abs()).fold(0.0, f64::max);
        if spread <= EQUAL {
            let gain = gains.iter().map(|gain| 100.0 * gain.exp_m1()).collect();
            return Ok(Talks { gain, promised: top.promised, solves: game.solves() - before });
        }
        for (price, gain) in prices.iter_mut().zip(&gains) {
            *price += force * (gain - mean);
        }
        if spread > 0.25 * apart {
            force *= 4.0;
        }
        apart = spread;
    }
    Err(SolveError::NoConvergence { residual: apart, steps: MOST_ROUNDS })
}

/// The mean gain, with a price and a force on what departs from it.
struct Equal<'a> {
    players: &'a [usize],
    threat: &'a [f64],
    /// By player.
    prices: &'a [f64],
    force: f64,
}

impl Aim for Equal<'_> {
    fn of(&self, welfare: &[f64]) -> Result<(f64, Vec<f64>), SolveError> {
        let n = self.players.len() as f64;
        let gains: Vec<f64> = self.players.iter().map(|c| welfare[*c] - self.threat[*c]).collect();
        let (mean, price) = (gains.iter().sum::<f64>() / n, self.prices.iter().sum::<f64>() / n);
        let mut value = mean;
        let mut weights = vec![0.0; welfare.len()];
        for ((player, gain), own) in self.players.iter().zip(&gains).zip(self.prices) {
            let off = gain - mean;
            value -= own * off + 0.5 * self.force * off * off;
            weights[*player] = 1.0 / n - (own - price) - self.force * off;
        }
        Ok((value, weights))
    }
}

/// The logarithm of the product of gains.
pub(crate) struct Product<'a> {
    pub players: &'a [usize],
    /// Logarithms of real incomes at the threat point, `N`.
    pub threat: &'a [f64],
}

impl Aim for Product<'_> {
    fn of(&self, welfare: &[f64]) -> Result<(f64, Vec<f64>), SolveError> {
        let mut value = 0.0;
        let mut weights = vec![0.0; welfare.len()];
        for player in self.players {
            let gain = (welfare[*player] - self.threat[*player]).exp_m1();
            if gain <= 0.0 {
                return Err(SolveError::NoEquilibrium("a player does not gain".to_owned()));
            }
            value += gain.ln();
            weights[*player] = (1.0 + gain) / gain;
        }
        Ok((value, weights))
    }
}

/// About the least gain: a mean in which the least counts most.
struct Least<'a> {
    players: &'a [usize],
    threat: &'a [f64],
    sharp: f64,
}

impl Aim for Least<'_> {
    fn of(&self, welfare: &[f64]) -> Result<(f64, Vec<f64>), SolveError> {
        let gains: Vec<f64> = self.players.iter().map(|c| welfare[*c] - self.threat[*c]).collect();
        let least = gains.iter().fold(f64::INFINITY, |a: f64, b| a.min(*b));
        let parts: Vec<f64> = gains.iter().map(|gain| (-self.sharp * (gain - least)).exp()).collect();
        let sum: f64 = parts.iter().sum();
        let mut weights = vec![0.0; welfare.len()];
        for (player, part) in self.players.iter().zip(&parts) {
            weights[*player] = part / sum;
        }
        Ok((least - sum.ln() / self.sharp, weights))
    }
}
