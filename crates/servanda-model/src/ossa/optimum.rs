//! The tariffs that are best for one region while all others keep theirs.

use super::Engine;
use crate::boxed::{self, Objective, Search};
use crate::newton::SolveError;

/// What a region may set, as shares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// The lowest tariff; below zero is an import subsidy. Above -1.
    pub low: f64,
    /// The highest tariff.
    pub high: f64,
}

impl Default for Limits {
    /// Up to 1,000 percent, and no import subsidies, as in the publication.
    fn default() -> Self {
        Limits { low: 0.0, high: 10.0 }
    }
}

/// Where the search begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start {
    /// The optimum of a small country with one industry: 1 / (sigma - 1).
    Formula,
    /// The tariffs set in the engine.
    Current,
    /// One tariff on everything.
    Flat(f64),
}

/// The best tariffs found.
#[derive(Clone, Debug, PartialEq)]
pub struct Best {
    /// By flow into the region from abroad, in the order of [`super::World::imports_of`].
    pub tariffs: Vec<f64>,
    /// Logarithm of the region's real income against the data.
    pub welfare: f64,
    /// What a further step promised in that logarithm.
    pub promised: f64,
    /// Equilibria solved.
    pub values: usize,
}

/// The search stops when a step promises less than this in the logarithm of welfare: 1e-13 percentage points.
const GAIN: f64 = 1e-15;
/// Stages that only find better units stop below this.
const ROUGH: f64 = 1e-6;
/// No stage changes a flow by more than about `exp(NEAR)` times.
const NEAR: f64 = 2.0;
const STAGES: usize = 60;
const VALUES: usize = 2000;

/// Searches for the region's best tariffs. The engine is left at them.
///
/// # Errors
/// If there is no equilibrium at the start.
pub fn optimum(
    engine: &mut Engine<'_>,
    importer: usize,
    limits: Limits,
    start: Start,
) -> Result<Best, SolveError> {
    let world = engine.world();
    let (_, s) = world.size();
    let cells: Vec<usize> = world.imports_of(importer).collect();
    for at in &cells {
        match start {
            Start::Formula => engine.set(*at, 1.0 / (world.sigma[at % s] - 1.0)),
            Start::Flat(tariff) => engine.set(*at, tariff),
            Start::Current => {}
        }
        engine.set(*at, engine.tariff(*at).clamp(limits.low, limits.high));
    }
    let mut tariffs: Vec<f64> = cells.iter().map(|at| engine.tariff(*at)).collect();
    let before = engine.solves();
    let mut promised = f64::INFINITY;
    // A tariff far too high ends on a plain where its flow has vanished and no slope leads back. So a stage lets no flow
    // change by more than a few times, and the next measures its units again.
    let mut fine = false;
    for _ in 0..STAGES {
        engine.solve()?;
        let scale = scales(engine, &cells, &tariffs);
        let reach = |at: usize| (NEAR / world.sigma[at % s]).exp();
        let units = cells.iter().zip(&tariffs).zip(&scale);
        let edge = |near: f64, scale: f64| near.clamp(limits.low, limits.high) * scale;
        let low: Vec<f64> =
            units.clone().map(|((at, t), scale)| edge((1.0 + t) / reach(*at) - 1.0, *scale)).collect();
        let high: Vec<f64> =
            units.map(|((at, t), scale)| edge((1.0 + t) * reach(*at) - 1.0, *scale)).collect();
        let begin: Vec<f64> = tariffs.iter().zip(&scale).map(|(tariff, scale)| tariff * scale).collect();
        let mut function = Own {
            slope: vec![0.0; world.trade.len()],
            weights: (0..world.regions.len()).map(|j| f64::from(u8::from(j == importer))).collect(),
            importer,
            engine,
            cells: &cells,
            scale: &scale,
        };
        let search =
            Search { reach: world.income[importer], gain: if fine { GAIN } else { ROUGH }, values: VALUES };
        let peak = boxed::climb(&mut function, &begin, &low, &high, search)?;
        promised = peak.promised;
        let mut inside = true;
        for (place, at) in cells.iter().enumerate() {
            let (x, scale) = (peak.x[place], scale[place]);
            let tariff = (x / scale).clamp(limits.low, limits.high);
            let at_edge = x <= low[place] && tariff > limits.low || x >= high[place] && tariff < limits.high;
            inside &= !at_edge;
            tariffs[place] = tariff;
            engine.set(*at, tariff);
        }
        if inside && fine {
            break;
        }
        fine = inside;
    }
    let welfare = engine.solve()?[importer];
    Ok(Best { tariffs, welfare, promised, values: engine.solves() - before })
}

/// A unit for each tariff in which welfare curves about as much in all: the root of flow times sigma over 1 + t.
pub(super) fn scales(engine: &Engine<'_>, cells: &[usize], tariffs: &[f64]) -> Vec<f64> {
    let world = engine.world();
    let (_, s) = world.size();
    let scale: Vec<f64> = cells
        .iter()
        .zip(tariffs)
        .map(|(at, tariff)| (engine.trade()[*at] * world.sigma[at % s] / (1.0 + tariff)).sqrt())
        .collect();
    let largest = scale.iter().fold(0.0, |most, value| f64::max(most, *value));
    // A flow of nothing has no best tariff; it only needs a unit.
    let least = if largest > 0.0 { largest * 1e-9 } else { 1.0 };
    scale.into_iter().map(|value| value.max(least)).collect()
}

/// A region's own welfare as a function of its scaled tariffs.
struct Own<'e, 'w> {
    engine: &'e mut Engine<'w>,
    importer: usize,
    cells: &'e [usize],
    scale: &'e [f64],
    weights: Vec<f64>,
    slope: Vec<f64>,
}

impl Objective for Own<'_, '_> {
    fn value(&mut self, x: &[f64], slope: &mut [f64]) -> Result<f64, SolveError> {
        for ((at, value), scale) in self.cells.iter().zip(x).zip(self.scale) {
            self.engine.set(*at, value / scale);
        }
        let value = self.engine.solve()?[self.importer];
        self.engine.slope(&self.weights, self.importer..self.importer + 1, &mut self.slope);
        for ((at, out), scale) in self.cells.iter().zip(slope).zip(self.scale) {
            *out = self.slope[*at] / scale;
        }
        Ok(value)
    }
}
