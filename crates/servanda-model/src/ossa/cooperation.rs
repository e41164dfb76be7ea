//! Trade talks: tariffs of all regions together, from a point that each can fall back on.

use super::optimum::{Limits, scales};
use super::{Engine, Equilibrium};
use crate::boxed::{self, Objective, Search};
use crate::newton::SolveError;

/// How the gain is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// Every region gains by the same percentage, which is as high as can be.
    EqualGains,
    /// The product of all gains is as high as can be (Nash bargaining).
    Product,
}

/// Where the talks end.
#[derive(Clone, Debug, PartialEq)]
pub struct Cooperation {
    /// The equilibrium, in changes against the world's data.
    pub equilibrium: Equilibrium,
    /// Each region's gain over the point it could fall back on, in percent of its real income there.
    pub gain: Vec<f64>,
    /// The largest difference between two gains, in percentage points.
    pub spread: f64,
    /// Equilibria solved.
    pub solves: usize,
}

/// Gains count as equal within this share of real income.
const EQUAL: f64 = 1e-8;
const MOST_ROUNDS: usize = 40;
const VALUES: usize = 4000;
const GAIN: f64 = 1e-13;

/// Searches for the best common tariffs, the engine's tariffs being what each region can fall back on. It is left at the end.
///
/// Many tariffs act as transfers, so tariffs are not told apart by their welfare; compare gains.
///
/// # Errors
/// If there is no equilibrium at the start, or gains do not become equal.
pub fn cooperate(
    engine: &mut Engine<'_>,
    limits: Limits,
    protocol: Protocol,
) -> Result<Cooperation, SolveError> {
    let before = engine.solves();
    let world = engine.world();
    let (n, s) = world.size();
    let threat = engine.solve()?.to_vec();
    let cells: Vec<usize> = (0..n).flat_map(|j| world.imports_of(j)).collect();
    // Begin where markups are levelled: tariffs low where markups are high.
    let level: Vec<f64> = world.sigma.iter().map(|sigma| (sigma - 1.0) / sigma).collect();
    let mean = level.iter().sum::<f64>() / s as f64;
    for at in &cells {
        engine.set(*at, (0.25 * (level[at % s] / mean - 1.0)).clamp(limits.low, limits.high));
    }
    engine.solve()?;
    let mut tariffs: Vec<f64> = cells.iter().map(|at| engine.tariff(*at)).collect();
    let mut prices = vec![0.0; n];
    let mut force = 10.0;
    let mut apart = f64::INFINITY;
    for _ in 0..MOST_ROUNDS {
        let climbed =
            climb(engine, &cells, &tariffs, limits, Aim::Equal { threat: &threat, prices: &prices, force })?;
        tariffs = climbed;
        let gains: Vec<f64> = engine.solve()?.iter().zip(&threat).map(|(now, then)| now - then).collect();
        let mean = gains.iter().sum::<f64>() / n as f64;
        let spread = gains.iter().map(|gain| (gain - mean).abs()).fold(0.0, f64::max);
        for (price, gain) in prices.iter_mut().zip(&gains) {
            *price += force * (gain - mean);
        }
        if spread <= EQUAL {
            apart = spread;
            break;
        }
        if spread > 0.25 * apart {
            force *= 4.0;
        }
        apart = spread;
    }
    if apart > EQUAL {
        return Err(SolveError::NoConvergence { residual: apart, steps: MOST_ROUNDS });
    }
    if protocol == Protocol::Product {
        climb(engine, &cells, &tariffs, limits, Aim::Product { threat: &threat })?;
    }
    let equilibrium = engine.equilibrium()?;
    let gain: Vec<f64> =
        equilibrium.welfare.iter().zip(&threat).map(|(now, then)| 100.0 * (now / then.exp() - 1.0)).collect();
    let most = gain.iter().fold(f64::NEG_INFINITY, |a, b| f64::max(a, *b));
    let least = gain.iter().fold(f64::INFINITY, |a, b| f64::min(a, *b));
    Ok(Cooperation { equilibrium, spread: most - least, gain, solves: engine.solves() - before })
}

/// What all regions together aim for.
#[derive(Clone, Copy)]
enum Aim<'a> {
    /// The mean gain, with a price and a force on what departs from it.
    Equal { threat: &'a [f64], prices: &'a [f64], force: f64 },
    /// The logarithm of the product of gains.
    Product { threat: &'a [f64] },
}

impl Aim<'_> {
    /// The value at these logarithms of welfare, and its gradient in them.
    fn of(&self, welfare: &[f64]) -> Result<(f64, Vec<f64>), SolveError> {
        let n = welfare.len() as f64;
        match self {
            Aim::Equal { threat, prices, force } => {
                let gains: Vec<f64> = welfare.iter().zip(*threat).map(|(now, then)| now - then).collect();
                let mean = gains.iter().sum::<f64>() / n;
                let price = prices.iter().sum::<f64>() / n;
                let mut value = mean;
                let mut weights = Vec::with_capacity(gains.len());
                for (gain, own) in gains.iter().zip(*prices) {
                    let off = gain - mean;
                    value -= own * off + 0.5 * force * off * off;
                    weights.push(1.0 / n - (own - price) - force * off);
                }
                Ok((value, weights))
            }
            Aim::Product { threat } => {
                let mut value = 0.0;
                let mut weights = Vec::with_capacity(welfare.len());
                for (now, then) in welfare.iter().zip(*threat) {
                    let gain = (now - then).exp_m1();
                    if gain <= 0.0 {
                        return Err(SolveError::NoEquilibrium("a region does not gain".to_owned()));
                    }
                    value += gain.ln();
                    weights.push((1.0 + gain) / gain);
                }
                Ok((value, weights))
            }
        }
    }
}

fn climb(
    engine: &mut Engine<'_>,
    cells: &[usize],
    tariffs: &[f64],
    limits: Limits,
    aim: Aim<'_>,
) -> Result<Vec<f64>, SolveError> {
    for (at, tariff) in cells.iter().zip(tariffs) {
        engine.set(*at, *tariff);
    }
    engine.solve()?;
    let scale = scales(engine, cells, tariffs);
    let world = engine.world();
    let mean_income = world.income.iter().sum::<f64>() / world.income.len() as f64;
    let mut function = All { slope: vec![0.0; world.trade.len()], engine, cells, scale: &scale, aim };
    let begin: Vec<f64> = tariffs.iter().zip(&scale).map(|(tariff, scale)| tariff * scale).collect();
    let low: Vec<f64> = scale.iter().map(|scale| limits.low * scale).collect();
    let high: Vec<f64> = scale.iter().map(|scale| limits.high * scale).collect();
    let search = Search { reach: mean_income, gain: GAIN, values: VALUES };
    let peak = boxed::climb(&mut function, &begin, &low, &high, search)?;
    let tariffs: Vec<f64> =
        peak.x.iter().zip(&scale).map(|(x, scale)| (x / scale).clamp(limits.low, limits.high)).collect();
    for (at, tariff) in cells.iter().zip(&tariffs) {
        engine.set(*at, *tariff);
    }
    Ok(tariffs)
}

struct All<'e, 'w> {
    engine: &'e mut Engine<'w>,
    cells: &'e [usize],
    scale: &'e [f64],
    aim: Aim<'e>,
    slope: Vec<f64>,
}

impl Objective for All<'_, '_> {
    fn value(&mut self, x: &[f64], slope: &mut [f64]) -> Result<f64, SolveError> {
        for ((at, value), scale) in self.cells.iter().zip(x).zip(self.scale) {
            self.engine.set(*at, value / scale);
        }
        let (value, weights) = self.aim.of(self.engine.solve()?)?;
        let (n, _) = self.engine.world().size();
        self.engine.slope(&weights, 0..n, &mut self.slope);
        for ((at, out), scale) in self.cells.iter().zip(slope).zip(self.scale) {
            *out = self.slope[*at] / scale;
        }
        Ok(value)
    }
}
