//! GSIM (Francois and Hall): one industry, every importer and exporter, tariffs and world prices. Partial equilibrium:
//! wages and incomes do not move.
//!
//! Goods differ by origin. Buyers of `v` spend less on the whole industry as its price rises (`em`, negative), and move
//! between origins (`es`); sellers of `r` offer more at a higher world price (`ex`). [`linear`] solves the published linear
//! system; [`exact`] the same economy with constant elasticities, without linearisation, which is what a large change needs.

mod exact;
mod linear;
mod load;
mod scenario;

pub use exact::exact;
pub use linear::linear;
pub use scenario::{GsimScenario, Method, run};

use crate::ModelError;

/// The market of one industry. Matrices are row by row: exporter, then importer.
#[derive(Clone, Debug, PartialEq)]
pub struct Market {
    /// Names of the regions.
    pub regions: Vec<String>,
    /// Trade at world prices (without tariffs), own sales among them; any unit.
    pub value: Vec<f64>,
    /// One plus the tariff before.
    pub before: Vec<f64>,
    /// One plus the tariff after; infinity where the tariff stops all trade.
    pub after: Vec<f64>,
    /// Of each importer: percent more of the whole industry bought per percent of its price; negative.
    pub em: Vec<f64>,
    /// Of each exporter: percent more offered per percent of the world price; positive.
    pub ex: Vec<f64>,
    /// Of each importer: elasticity of substitution between origins; positive.
    pub es: Vec<f64>,
}

/// What the tariffs do. Changes are shares: 0.01 is one percent. Matrices are as in [`Market`].
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Of each exporter: change of its world price; nothing for one that sells nothing.
    pub price: Vec<Option<f64>>,
    /// Of each importer: change of the price of the industry as a whole, tariffs included.
    pub index: Vec<f64>,
    /// Change of each flow's quantity.
    pub quantity: Vec<f64>,
    /// Each flow's value at world prices, after.
    pub value: Vec<f64>,
    /// Of each importer: change of tariff revenue, in the unit of `value`.
    pub revenue: Vec<f64>,
    /// Of each exporter: change of producers' surplus, in the unit of `value`.
    pub producers: Vec<f64>,
    /// Of each importer: change of buyers' surplus, in the unit of `value`.
    pub buyers: Vec<f64>,
    /// The largest relative gap between supply and demand of any exporter as the solver saw it.
    pub residual: f64,
    /// Steps of the solver.
    pub steps: usize,
}

impl Market {
    /// How many regions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.regions.len()
    }

    /// Whether there is no region.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.regions.is_empty()
    }

    /// Share of each origin in what an importer spends at prices with tariffs; columns add up to one.
    pub(super) fn shares_of_spending(&self) -> Vec<f64> {
        let n = self.len();
        let spent = |at: usize| self.value[at] * self.before[at];
        let mut shares = vec![0.0; n * n];
        for v in 0..n {
            let whole: f64 = (0..n).map(|r| spent(r * n + v)).sum();
            if whole > 0.0 {
                (0..n).for_each(|r| shares[r * n + v] = spent(r * n + v) / whole);
            }
        }
        shares
    }

    /// Share of each destination in what an exporter sells at world prices; rows add up to one.
    pub(super) fn shares_of_sales(&self) -> Vec<f64> {
        let n = self.len();
        let mut shares = vec![0.0; n * n];
        for row in 0..n {
            let whole: f64 = self.value[row * n..(row + 1) * n].iter().sum();
            if whole > 0.0 {
                (0..n).for_each(|v| shares[row * n + v] = self.value[row * n + v] / whole);
            }
        }
        shares
    }

    /// Checks sizes and signs.
    ///
    /// # Errors
    /// The first cell that cannot be used.
    pub fn check(&self) -> Result<(), ModelError> {
        let n = self.len();
        let wrong = |problem: String| Err(ModelError::Usage(problem));
        if n == 0 {
            return wrong("the market has no regions".to_owned());
        }
        for (name, size, wanted) in [
            ("value", self.value.len(), n * n),
            ("before", self.before.len(), n * n),
            ("after", self.after.len(), n * n),
            ("em", self.em.len(), n),
            ("ex", self.ex.len(), n),
            ("es", self.es.len(), n),
        ] {
            if size != wanted {
                return wrong(format!("`{name}` holds {size} figures; wanted are {wanted}"));
            }
        }
        for at in 0..n * n {
            let pair = || format!("from {} to {}", self.regions[at / n], self.regions[at % n]);
            if !(self.value[at].is_finite() && self.value[at] >= 0.0) {
                return wrong(format!("trade {}: {} is not zero or more", pair(), self.value[at]));
            }
            if !(self.before[at].is_finite() && self.before[at] > 0.0) {
                return wrong(format!(
                    "one plus tariff before, {}: {} is not above zero",
                    pair(),
                    self.before[at]
                ));
            }
            if self.after[at].is_nan() || self.after[at] <= 0.0 {
                return wrong(format!(
                    "one plus tariff after, {}: {} is not above zero",
                    pair(),
                    self.after[at]
                ));
            }
        }
        for (k, region) in self.regions.iter().enumerate() {
            let sound =
                [(-self.em[k], "em", "below"), (self.ex[k], "ex", "above"), (self.es[k], "es", "above")];
            for (value, name, side) in sound {
                if !(value.is_finite() && value > 0.0) {
                    return wrong(format!(
                        "elasticity `{name}` of {region} is not a finite number {side} zero"
                    ));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
