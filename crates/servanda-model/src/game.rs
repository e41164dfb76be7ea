//! Games of tariffs on any model with an equilibrium: best tariffs, wars and talks.
//!
//! Everything searches over tariffs with the equilibrium solved anew inside, and with gradients of all tariffs at once. Nothing
//! depends on the number of threads.
//!
//! | idea | home |
//! | --- | --- |
//! | what a model tells a game | [`Game`] |
//! | a player's best tariffs while others keep theirs | [`optimum()`], [`best_of`] |
//! | tariffs at which no player gains by others (Nash) | [`nash`], [`regrets`] |
//! | common tariffs: the highest product of gains over a threat point, or the highest gain that is equal for all | [`cooperate`], [`equal_gains`] |

mod climb;
mod optimum;
mod talks;
mod war;

pub(crate) use climb::{Way, climb};
pub use optimum::{Best, best_of, optimum};
pub(crate) use talks::Product;
pub use talks::{Talked, Talks, cooperate, equal_gains};
pub use war::{Nash, nash, regrets};

use crate::newton::SolveError;

/// A model in which players set tariffs. A cell is a place in the model's own matrix of tariffs, a player a place in its list of
/// countries.
pub trait Game {
    /// A war has ended when no answer gains more, in percentage points of real income.
    const ENOUGH: f64;

    /// One plus the tariff in a cell.
    fn power(&self, at: usize) -> f64;

    /// Sets one plus the tariff in a cell.
    fn set_power(&mut self, at: usize, power: f64);

    /// One plus every tariff.
    fn powers(&self) -> Vec<f64>;

    /// Sets every tariff.
    fn set_powers(&mut self, powers: &[f64]) {
        for (at, power) in powers.iter().enumerate() {
            self.set_power(at, *power);
        }
    }

    /// The trade elasticity of the flow in a cell: of substitution less one.
    fn theta(&self, at: usize) -> f64;

    /// What a player spends in the base, in the unit of the flows.
    fn income(&self, player: usize) -> f64;

    /// Solves for the tariffs as they stand: the logarithms of all countries' real incomes against the base.
    ///
    /// # Errors
    /// If there is no equilibrium, or none was found.
    fn welfare(&mut self) -> Result<Vec<f64>, SolveError>;

    /// The flow in each cell at the last solution, without its tariff.
    fn flows(&self, cells: &[usize]) -> Vec<f64>;

    /// What `sum of weights * ln real income` gains per unit of the tariff in each cell, at the last solution.
    ///
    /// # Errors
    /// If the conditions there have no slope.
    fn slopes(&mut self, weights: &[f64], cells: &[usize]) -> Result<Vec<f64>, SolveError>;

    /// How many equilibria were worked out.
    fn solves(&self) -> usize;
}

/// What a player may set, as shares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// The lowest tariff; below zero is an import subsidy. Above -1.
    pub low: f64,
    /// The highest tariff.
    pub high: f64,
}

impl Default for Limits {
    /// Up to 1,000 percent, and no import subsidies, as in Ossa (2014).
    fn default() -> Self {
        Limits { low: 0.0, high: 10.0 }
    }
}

impl Limits {
    /// The nearest tariff within them, as one plus a tariff.
    fn within(self, power: f64) -> f64 {
        1.0 + (power - 1.0).clamp(self.low, self.high)
    }
}

/// Where a search begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start {
    /// The optimum of a small country with one industry: one over the trade elasticity.
    Formula,
    /// The tariffs as they stand.
    Current,
    /// One tariff on everything.
    Flat(f64),
}
