//! Trade talks of all regions, from a point that each can fall back on.

use super::{Engine, Equilibrium, players};
use crate::game::{Game, Limits, Product, Way, climb, equal_gains};
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

/// A step that promises less of the sum of the logarithms of gains is none.
const GAIN: f64 = 1e-13;

/// Searches for the best common tariffs, the engine's tariffs being what each region can fall back on. It is left at the end.
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
    let threat = engine.welfare()?;
    let (all, own) = players(world);
    let cells = own.concat();
    // Begin where markups are levelled: tariffs low where markups are high.
    let level: Vec<f64> = world.sigma.iter().map(|sigma| (sigma - 1.0) / sigma).collect();
    let mean = level.iter().sum::<f64>() / level.len() as f64;
    for at in &cells {
        engine.set(*at, (0.25 * (level[at % level.len()] / mean - 1.0)).clamp(limits.low, limits.high));
    }
    equal_gains(engine, &all, &cells, limits, &threat)?;
    if protocol == Protocol::Product {
        let reach = world.income.iter().sum::<f64>() / all.len() as f64;
        let aim = Product { players: &all, threat: &threat };
        climb(engine, &cells, &aim, Way { limits, reach, gain: GAIN })?;
    }
    let equilibrium = engine.equilibrium()?;
    let gain: Vec<f64> =
        equilibrium.welfare.iter().zip(&threat).map(|(now, then)| 100.0 * (now / then.exp() - 1.0)).collect();
    let most = gain.iter().fold(f64::NEG_INFINITY, |a, b| f64::max(a, *b));
    let least = gain.iter().fold(f64::INFINITY, |a, b| f64::min(a, *b));
    Ok(Cooperation { equilibrium, spread: most - least, gain, solves: engine.solves() - before })
}
