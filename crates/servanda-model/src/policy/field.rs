//! One economy at changing tariffs, each equilibrium begun from the last.

use crate::adjoint::{self, Gradient, Quantity};
use crate::equilibrium::{Equilibrium, Shock, Solved, solve_near};
use crate::game::Game;
use crate::newton::SolveError;
use crate::{Economy, ModelError, welfare};

const NOTHING: &str = "nothing was solved";

/// Solves one economy for many tariffs. Its cells are `(sector * N + importer) * N + exporter`.
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

impl Game for Field<'_> {
    const ENOUGH: f64 = 1e-9;

    fn power(&self, at: usize) -> f64 {
        self.shock.tariff_power[at]
    }

    fn set_power(&mut self, at: usize, power: f64) {
        if self.shock.tariff_power[at] != power {
            self.shock.tariff_power[at] = power;
            self.fresh = false;
        }
    }

    fn powers(&self) -> Vec<f64> {
        self.shock.tariff_power.clone()
    }

    fn theta(&self, at: usize) -> f64 {
        let n = self.economy.countries();
        self.economy.parts().theta[at / n / n]
    }

    fn income(&self, player: usize) -> f64 {
        self.economy.income()[player]
    }

    fn welfare(&mut self) -> Result<Vec<f64>, SolveError> {
        let economy = self.economy;
        let found = self.solve()?;
        Ok(welfare::exact(economy, found).iter().map(|w| w.real_income.ln()).collect())
    }

    fn flows(&self, cells: &[usize]) -> Vec<f64> {
        let flow = |at: &usize| self.last.as_ref().map_or(0.0, |found| found.flows[*at]);
        cells.iter().map(flow).collect()
    }

    fn slopes(&mut self, weights: &[f64], cells: &[usize]) -> Result<Vec<f64>, SolveError> {
        let found = self.gradients(&[Quantity::RealIncomes { weights: weights.to_vec() }])?;
        Ok(found.iter().flat_map(|gradient| cells.iter().map(|at| gradient.slope[*at])).collect())
    }

    fn solves(&self) -> usize {
        self.solves
    }
}

/// The cells whose tariff a country may set: where it buys goods of `sectors` abroad from one of `exporters`, and trade is not
/// forbidden.
#[must_use]
pub fn cells(field: &Field<'_>, country: usize, exporters: &[usize], sectors: &[usize]) -> Vec<usize> {
    let economy = field.economy();
    let n = economy.countries();
    let p = economy.parts();
    let own = |at: &usize| {
        at / n % n == country
            && at % n != country
            && exporters.contains(&(at % n))
            && sectors.contains(&(at / n / n))
    };
    let open =
        |at: &usize| p.trade_share[*at] > 0.0 && p.expenditure[at / n] > 0.0 && field.power(*at).is_finite();
    (0..p.trade_share.len()).filter(|at| own(at) && open(at)).collect()
}

/// What is wrong with the tariffs of a trial: a search then tries others.
fn no_equilibrium(problem: ModelError) -> SolveError {
    SolveError::NoEquilibrium(problem.to_string())
}
