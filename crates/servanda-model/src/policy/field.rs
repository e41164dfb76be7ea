//! One economy at changing tariffs, each equilibrium begun from the last.

use crate::adjoint::{self, Gradient, Quantity};
use crate::equilibrium::{Equilibrium, Shock, Solved, solve_near};
use crate::newton::SolveError;
use crate::{Economy, ModelError};

const NOTHING: &str = "nothing was solved";

/// Solves one economy for many tariffs.
#[derive(Debug, Clone)]
pub struct Field<'e> {
    economy: &'e Economy,
    shock: Shock,
    last: Option<Equilibrium>,
    /// Whether `last` belongs to the tariffs as they stand.
    fresh: bool,
    solves: usize,
}

impl<'e> Field<'e> {
    /// At the tariffs of a shock, with its closure and numeraire.
    #[must_use]
    pub fn new(economy: &'e Economy, shock: &Shock) -> Self {
        Self { economy, shock: shock.clone(), last: None, fresh: false, solves: 0 }
    }

    /// The economy.
    #[must_use]
    pub fn economy(&self) -> &'e Economy {
        self.economy
    }

    /// The tariffs as they stand, with closure and numeraire.
    #[must_use]
    pub fn shock(&self) -> &Shock {
        &self.shock
    }

    /// One plus the tariff in a cell, `(sector * N + importer) * N + exporter`.
    #[must_use]
    pub fn power(&self, at: usize) -> f64 {
        self.shock.tariff_power[at]
    }

    /// Sets one plus the tariff in a cell.
    pub fn set(&mut self, at: usize, power: f64) {
        if self.shock.tariff_power[at] != power {
            self.shock.tariff_power[at] = power;
            self.fresh = false;
        }
    }

    /// Sets every tariff, `[J][N importer][N exporter]`.
    pub fn set_all(&mut self, powers: &[f64]) {
        for (at, power) in powers.iter().enumerate() {
            self.set(at, *power);
        }
    }

    /// How many equilibria were worked out.
    #[must_use]
    pub fn solves(&self) -> usize {
        self.solves
    }

    /// The equilibrium at the tariffs as they stand.
    ///
    /// # Errors
    /// If none was found, with the residual; or why there is none.
    pub fn solve(&mut self) -> Result<&Equilibrium, SolveError> {
        if !self.fresh || self.last.is_none() {
            self.solves += 1;
            match solve_near(self.economy, &self.shock, self.last.as_ref()).map_err(no_equilibrium)? {
                Solved::Found(found) => {
                    self.last = Some(*found);
                    self.fresh = true;
                }
                Solved::NotFound { residual, passes } => {
                    return Err(SolveError::NoConvergence { residual, steps: passes });
                }
            }
        }
        self.last.as_ref().ok_or_else(|| SolveError::NoEquilibrium(NOTHING.to_owned()))
    }

    /// A quantity at the tariffs as they stand.
    ///
    /// # Errors
    /// As [`Field::solve`].
    pub fn value(&mut self, quantity: &Quantity) -> Result<f64, SolveError> {
        self.solve()?;
        match &self.last {
            Some(found) => Ok(quantity.value(self.economy, &self.shock, found)),
            None => Err(SolveError::NoEquilibrium(NOTHING.to_owned())),
        }
    }

    /// The gradient of each quantity at the tariffs as they stand.
    ///
    /// # Errors
    /// As [`Field::solve`].
    pub fn gradients(&mut self, quantities: &[Quantity]) -> Result<Vec<Gradient>, SolveError> {
        self.solve()?;
        match &self.last {
            Some(found) => {
                adjoint::gradients(self.economy, &self.shock, found, quantities).map_err(no_equilibrium)
            }
            None => Err(SolveError::NoEquilibrium(NOTHING.to_owned())),
        }
    }
}

/// What is wrong with the tariffs of a trial: a search then tries others.
fn no_equilibrium(problem: ModelError) -> SolveError {
    SolveError::NoEquilibrium(problem.to_string())
}
