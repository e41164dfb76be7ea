//! Own harm and the target as functions of the added tariffs.

use super::{PenaltyAsked, Target};
use crate::Economy;
use crate::adjoint::Quantity;
use crate::equilibrium::{Equilibrium, Shock};
use crate::game::Game;
use crate::newton::SolveError;
use crate::policy::Field;
use crate::policy::sqp::Constrained;

/// No step changes a flow by more than about `exp(NEAR)` times.
const NEAR: f64 = 3.0;

/// Own harm and what the target measures, at added tariffs.
#[derive(Clone)]
pub(super) struct Problem<'e> {
    field: Field<'e>,
    /// The cell of each allowed sector, and one plus its tariff before; none where trade is forbidden.
    cells: Vec<Option<(usize, f64)>>,
    theta: Vec<f64>,
    /// The highest added tariff of each.
    pub most: Vec<f64>,
    /// What is bought in each before, in money.
    pub bought: Vec<f64>,
    /// About how own harm bends in each added tariff: the root of flow times elasticity over tariff power is a unit.
    pub curve: Vec<f64>,
    own: Quantity,
    target: Quantity,
    /// What one more of the target's quantity adds to the target.
    sign: f64,
    /// Both quantities before.
    before: [f64; 2],
}

impl<'e> Problem<'e> {
    /// # Errors
    /// No equilibrium before the penalty.
    pub fn new(economy: &'e Economy, before: &Shock, asked: &PenaltyAsked) -> Result<Self, SolveError> {
        let n = economy.countries();
        let (by, on) = (asked.by, asked.on);
        let mut field = Field::new(economy, before);
        let flows = field.solve()?.flows.clone();
        let at = |sector: usize| (sector * n + by) * n + on;
        let power = |sector: usize| before.tariff_power[at(sector)];
        let cells =
            asked.sectors.iter().map(|s| power(*s).is_finite().then(|| (at(*s), power(*s)))).collect();
        let theta: Vec<f64> = asked.sectors.iter().map(|s| economy.parts().theta[*s]).collect();
        let bought: Vec<f64> = asked.sectors.iter().map(|s| flows[at(*s)]).collect();
        let bend =
            |k: usize| if bought[k] > 0.0 { bought[k] * theta[k] / power(asked.sectors[k]) } else { 0.0 };
        let largest = (0..bought.len()).map(bend).fold(0.0, f64::max);
        let least = if largest > 0.0 { 1e-9 * largest } else { 1.0 };
        let curve = (0..bought.len()).map(|k| bend(k).max(least)).collect();
        let (target, sign) = match asked.target {
            Target::Harm => (Quantity::Equivalent { country: on }, -1.0),
            Target::LostTrade => {
                let sectors = (0..economy.sectors()).collect();
                (Quantity::Imports { importer: by, exporter: on, sectors }, -1.0)
            }
            Target::Revenue => (Quantity::Revenue { importer: by, exporter: on }, 1.0),
        };
        let own = Quantity::Equivalent { country: by };
        let before = [field.value(&own)?, field.value(&target)?];
        let most = asked.most.clone();
        Ok(Self { field, cells, theta, most, bought, curve, own, target, sign, before })
    }

    /// Equilibria solved.
    pub fn solves(&self) -> usize {
        self.field.solves()
    }

    /// What of the target added tariffs reach.
    pub fn reached_by(&mut self, x: &[f64]) -> Result<f64, SolveError> {
        self.values(x).map(|[_, reached]| reached)
    }

    /// Own harm for one of the target at added tariffs near zero, by sector; infinite where a tariff brings nothing.
    pub fn price_of_little(&mut self) -> Result<Vec<f64>, SolveError> {
        self.values(&vec![0.0; self.most.len()])?;
        let [own, target] = self.slopes()?;
        Ok(own.iter().zip(&target).map(|(c, h)| if *h > 0.0 { c / h } else { f64::INFINITY }).collect())
    }

    /// The same at the highest rate of one sector alone.
    pub fn price_of_much(&mut self, k: usize) -> f64 {
        let mut x = vec![0.0; self.most.len()];
        x[k] = self.most[k];
        match self.values(&x) {
            Ok([own, reached]) if reached > 0.0 => own / reached,
            _ => f64::INFINITY,
        }
    }

    /// The tariffs as they stand, with their equilibrium.
    pub fn into_answer(mut self) -> Result<(&'e Economy, Shock, Equilibrium), SolveError> {
        let found = self.field.solve()?.clone();
        Ok((self.field.economy(), self.field.shock().clone(), found))
    }
}

impl Constrained for Problem<'_> {
    fn values(&mut self, x: &[f64]) -> Result<[f64; 2], SolveError> {
        for (cell, added) in self.cells.iter().zip(x) {
            if let Some((at, power)) = cell {
                self.field.set_power(*at, power + added);
            }
        }
        let [own, target] = [self.field.value(&self.own)?, self.field.value(&self.target)?];
        Ok([self.before[0] - own, self.sign * (target - self.before[1])])
    }

    fn slopes(&mut self) -> Result<[Vec<f64>; 2], SolveError> {
        let found = self.field.gradients(&[self.own.clone(), self.target.clone()])?;
        let of = |which: usize, sign: f64| -> Vec<f64> {
            self.cells.iter().map(|cell| cell.map_or(0.0, |(at, _)| sign * found[which].slope[at])).collect()
        };
        Ok([of(0, -1.0), of(1, self.sign)])
    }

    fn reach(&self, x: &[f64], k: usize) -> [f64; 2] {
        let power = self.cells[k].map_or(1.0, |(_, power)| power) + x[k];
        let far = NEAR / self.theta[k];
        [power * (-far).exp_m1(), power * far.exp_m1()]
    }
}
