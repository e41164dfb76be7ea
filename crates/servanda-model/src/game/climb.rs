//! The way up over many tariffs at once: units in which all of them bend alike, and stages that lose no flow.

use super::{Game, Limits};
use crate::boxed::{self, Objective, Search};
use crate::newton::SolveError;

/// What is to be made as high as can be: a function of the logarithms of real incomes.
pub(crate) trait Aim {
    /// Its value, and its slope in each of them.
    ///
    /// # Errors
    /// Where it has no value.
    fn of(&self, welfare: &[f64]) -> Result<(f64, Vec<f64>), SolveError>;
}

/// A country's own real income.
pub(super) struct Own(pub usize);

impl Aim for Own {
    fn of(&self, welfare: &[f64]) -> Result<(f64, Vec<f64>), SolveError> {
        let mut weights = vec![0.0; welfare.len()];
        weights[self.0] = 1.0;
        Ok((welfare[self.0], weights))
    }
}

/// How a climb is run.
#[derive(Clone, Copy)]
pub(crate) struct Way {
    pub limits: Limits,
    /// The first guess of one over the size of the aim's second derivatives: money for one of the aim.
    pub reach: f64,
    /// A step that promises less of the aim is none.
    pub gain: f64,
}

/// Where a climb ended. The game is left there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Top {
    pub value: f64,
    /// What a further step promised.
    pub promised: f64,
}

/// Stages that only find better units stop at this many times the gain that is asked.
const ROUGH: f64 = 1e7;
/// No stage changes a flow by more than about `exp(NEAR)` times.
const NEAR: f64 = 2.0;
const STAGES: usize = 60;
const VALUES: usize = 2000;

/// Climbs over the tariffs of some cells, from where the game stands.
///
/// A tariff far too high ends on a plain where its flow has vanished and no slope leads back. So a stage lets no flow change by
/// more than a few times, and the next measures its units again.
pub(crate) fn climb(
    game: &mut impl Game,
    cells: &[usize],
    aim: &impl Aim,
    way: Way,
) -> Result<Top, SolveError> {
    let limits = way.limits;
    let within = |tariff: f64| tariff.clamp(limits.low, limits.high);
    for at in cells {
        game.set_power(*at, limits.within(game.power(*at)));
    }
    let theta: Vec<f64> = cells.iter().map(|at| game.theta(*at)).collect();
    let mut top = Top { value: f64::NEG_INFINITY, promised: f64::INFINITY };
    let mut fine = false;
    for _ in 0..STAGES {
        game.welfare()?;
        let powers: Vec<f64> = cells.iter().map(|at| game.power(*at)).collect();
        let scale = scales(&game.flows(cells), &theta, &powers);
        let edge = |up: f64| -> Vec<f64> {
            let one = |k: usize| within(powers[k] * (up * NEAR / theta[k]).exp() - 1.0) * scale[k];
            (0..cells.len()).map(one).collect()
        };
        let (low, high) = (edge(-1.0), edge(1.0));
        let begin: Vec<f64> = powers.iter().zip(&scale).map(|(power, scale)| (power - 1.0) * scale).collect();
        let search =
            Search { reach: way.reach, gain: if fine { way.gain } else { ROUGH * way.gain }, values: VALUES };
        let mut function = Scaled { game: &mut *game, cells, scale: &scale, aim };
        let peak = boxed::climb(&mut function, &begin, &low, &high, search)?;
        let mut inside = true;
        for (place, at) in cells.iter().enumerate() {
            let tariff = within(peak.x[place] / scale[place]);
            let (x, from, to) = (peak.x[place], low[place], high[place]);
            inside &= !(x <= from && tariff > limits.low || x >= to && tariff < limits.high);
            game.set_power(*at, 1.0 + tariff);
        }
        top = Top { value: aim.of(&game.welfare()?)?.0, promised: peak.promised };
        if inside && fine {
            break;
        }
        fine = inside;
    }
    Ok(top)
}

/// A unit for each tariff in which welfare curves about as much in all: the root of flow times sigma over 1 + t.
fn scales(flows: &[f64], theta: &[f64], powers: &[f64]) -> Vec<f64> {
    let unit = |k: usize| (flows[k] * (1.0 + theta[k]) / powers[k]).sqrt();
    let scale: Vec<f64> = (0..flows.len()).map(unit).collect();
    let largest = scale.iter().fold(0.0, |most: f64, value| most.max(*value));
    // A flow of nothing has no best tariff; it only needs a unit.
    let least = if largest > 0.0 { largest * 1e-9 } else { 1.0 };
    scale.into_iter().map(|value| value.max(least)).collect()
}

/// An aim as a function of scaled tariffs.
struct Scaled<'f, G, A> {
    game: &'f mut G,
    cells: &'f [usize],
    scale: &'f [f64],
    aim: &'f A,
}

impl<G: Game, A: Aim> Objective for Scaled<'_, G, A> {
    fn value(&mut self, x: &[f64], slope: &mut [f64]) -> Result<f64, SolveError> {
        for ((at, value), scale) in self.cells.iter().zip(x).zip(self.scale) {
            self.game.set_power(*at, 1.0 + value / scale);
        }
        let (value, weights) = self.aim.of(&self.game.welfare()?)?;
        let slopes = self.game.slopes(&weights, self.cells)?;
        for ((out, found), scale) in slope.iter_mut().zip(slopes).zip(self.scale) {
            *out = found / scale;
        }
        Ok(value)
    }
}
