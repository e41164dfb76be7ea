//! Trade talks: tariffs of all players together at which the product of their gains over a threat point is highest (Nash
//! bargaining).

use super::Field;
use super::climb::{Aim, Way, climb, incomes};
use crate::newton::SolveError;
use crate::ossa::Limits;

/// Where the talks end. The field is left there.
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

/// Searches for the common tariffs in `cells` from several starts, the field's tariffs being the threat point.
///
/// # Errors
/// If there is no equilibrium at the threat point, or the product of gains has not stopped rising; the residual is then what a
/// further step promises.
pub fn cooperate(
    field: &mut Field<'_>,
    players: &[usize],
    cells: &[usize],
    limits: Limits,
) -> Result<Talked, SolveError> {
    let before = field.solves();
    let threat = incomes(field)?;
    let at_threat = field.shock().tariff_power.clone();
    let income = field.economy().income();
    let mean = players.iter().map(|player| income[*player]).sum::<f64>() / players.len() as f64;
    let way = |gain: f64, size: f64| Way { limits, reach: mean * size, gain };
    let gains =
        |all: &[f64]| -> Vec<f64> { players.iter().map(|c| (all[*c] - threat[*c]).exp_m1()).collect() };
    let least = |gains: &[f64]| gains.iter().fold(f64::INFINITY, |a: f64, b| a.min(*b));
    let mut nearest = f64::NEG_INFINITY;
    let mut best: Option<(f64, f64, Vec<f64>)> = None;
    for kept in BEGIN {
        field.set_all(&at_threat);
        for at in cells {
            let tariff = (kept * (field.power(*at) - 1.0)).clamp(limits.low, limits.high);
            field.set(*at, 1.0 + tariff);
        }
        let Ok(mut all) = incomes(field) else { continue };
        for sharp in SHARP {
            if least(&gains(&all)) > NOTHING {
                break;
            }
            let size = gains(&all).iter().fold(1e-6, |a: f64, b| a.max(b.abs()));
            let aim = Least { players, threat: &threat, sharp: sharp / size };
            if climb(field, cells, &aim, way(1e-9 * size, 1.0 / sharp.max(1.0))).is_err() {
                break;
            }
            all = incomes(field)?;
        }
        nearest = nearest.max(least(&gains(&all)));
        if least(&gains(&all)) <= NOTHING {
            continue;
        }
        let size = least(&gains(&all));
        let Ok(top) = climb(field, cells, &Product { players, threat: &threat }, way(GAIN, size)) else {
            continue;
        };
        if best.as_ref().is_none_or(|(value, ..)| top.value > *value) {
            best = Some((top.value, top.promised, field.shock().tariff_power.clone()));
        }
    }
    let Some((_, promised, powers)) = best else {
        field.set_all(&at_threat);
        return Ok(Talked::NoDeal { least: 100.0 * nearest });
    };
    if promised > SETTLED {
        return Err(SolveError::NoConvergence { residual: promised, steps: field.solves() - before });
    }
    field.set_all(&powers);
    let gain = gains(&incomes(field)?).iter().map(|gain| 100.0 * gain).collect();
    Ok(Talked::Agreed(Talks { gain, promised, solves: field.solves() - before }))
}

/// The logarithm of the product of gains.
pub(super) struct Product<'a> {
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
