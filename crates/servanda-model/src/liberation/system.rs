//! The equations in wages, spending and work, solved by Newton's method with their exact derivatives.
#![allow(clippy::needless_range_loop, reason = "flows are walked by exporter, importer and industry")]

use super::{Tariffs, World};
use crate::ModelError;
use crate::newton::{self, SolveError, System};
use faer::Mat;
use serde::Deserialize;

/// What happens to tariff revenue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rebate {
    /// It lowers the tax on labour income.
    #[default]
    IncomeTax,
    /// It is handed out, whatever one works.
    LumpSum,
}

/// What happens to trade deficits, which the model does not explain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Deficits {
    /// They are transfers in proportion to world income.
    #[default]
    Proportional,
    /// They stay as they are in the money of the numeraire.
    Fixed,
}

/// What is held where the equations leave a choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Closure {
    /// What happens to tariff revenue.
    pub rebate: Rebate,
    /// What happens to deficits.
    pub deficits: Deficits,
}

impl From<Rebate> for Closure {
    /// Deficits as in the publication.
    fn from(rebate: Rebate) -> Self {
        Closure { rebate, deficits: Deficits::default() }
    }
}

/// An equilibrium, in changes against the data (1 is no change). Money is in thousands of dollars, against the numeraire: the
/// mean of price changes, weighted by spending, is zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Equilibrium {
    /// Tariffs as shares: exporter, importer.
    pub tariff: Vec<f64>,
    /// What happens to revenue and to deficits.
    pub closure: Closure,
    /// Wage changes.
    pub wage: Vec<f64>,
    /// Spending changes.
    pub spending: Vec<f64>,
    /// Changes of work.
    pub work: Vec<f64>,
    /// Price changes.
    pub price: Vec<f64>,
    /// Sales without tariffs, exporter, importer.
    pub trade: Vec<f64>,
    /// Tariff revenue of each country.
    pub revenue: Vec<f64>,
    /// The largest relative residual as the solver saw it.
    pub residual: f64,
    /// Steps of the solver.
    pub steps: usize,
}

/// Solves for the equilibrium at these tariffs.
///
/// # Errors
/// If a tariff is not a number above -1. No convergence is an answer.
pub fn solve(
    world: &World,
    tariffs: &Tariffs,
    closure: impl Into<Closure>,
) -> Result<Result<Equilibrium, SolveError>, ModelError> {
    let closure = closure.into();
    let n = world.len();
    if tariffs.0.len() != n * n {
        return Err(ModelError::Usage(format!(
            "there are {} tariffs; wanted are {}",
            tariffs.0.len(),
            n * n
        )));
    }
    for (at, tariff) in tariffs.0.iter().enumerate() {
        let (i, j) = (at / n, at % n);
        if tariff.is_nan() || *tariff <= -1.0 || (i == j && *tariff != 0.0) {
            return Err(ModelError::Usage(format!(
                "the tariff of {} on {} is {tariff}; it must be above -1, and zero at home",
                world.countries[j], world.countries[i]
            )));
        }
    }
    let mut equations = Equations::new(world, &tariffs.0, closure);
    if let Some(j) = (0..n).find(|j| (0..n).all(|i| equations.kernel[i * n + j] == 0.0)) {
        let problem = format!("{} buys from nobody at these tariffs", world.countries[j]);
        return Ok(Err(SolveError::NoEquilibrium(problem)));
    }
    if let Some(j) = equations.alone() {
        let problem = format!(
            "at these tariffs {} trades neither directly nor through others with {}: its wages cannot be compared and its transfer not paid",
            world.countries[j], world.countries[0]
        );
        return Ok(Err(SolveError::NoEquilibrium(problem)));
    }
    let root = match newton::solve(&mut equations, &vec![0.0; 3 * n]) {
        Ok(root) => root,
        Err(error) => return Ok(Err(error)),
    };
    let mut gaps = vec![0.0; 3 * n];
    equations.residual(&root.y, &mut gaps);
    let change = |range: std::ops::Range<usize>| root.y[range].iter().map(|y| y.exp()).collect::<Vec<f64>>();
    Ok(Ok(Equilibrium {
        tariff: tariffs.0.clone(),
        closure,
        wage: change(0..n),
        spending: change(n..2 * n),
        work: change(2 * n..3 * n),
        price: equations.price.iter().map(|ln| ln.exp()).collect(),
        trade: equations.flow,
        revenue: equations.revenue,
        residual: root.residual,
        steps: root.steps,
    }))
}

/// The equations at given tariffs. The unknowns are logarithms of the changes of wages, spending and work.
struct Equations<'w> {
    world: &'w World,
    closure: Closure,
    /// One over one plus each tariff: exporter, importer.
    less: Vec<f64>,
    /// Base share times one plus the tariff to the power of minus trade elasticity times `phi`.
    kernel: Vec<f64>,
    share: Vec<f64>,
    flow: Vec<f64>,
    revenue: Vec<f64>,
    /// Each country's purchases without tariffs, logarithm of its price change, and income from work.
    bought: Vec<f64>,
    price: Vec<f64>,
    earned: Vec<f64>,
}

impl<'w> Equations<'w> {
    fn new(world: &'w World, tariffs: &[f64], closure: Closure) -> Self {
        let n = world.len();
        let kernel = |at: usize| {
            let power = -world.parameters.trade * world.phi[at % n] * tariffs[at].ln_1p();
            if world.share[at] > 0.0 { world.share[at] * power.exp() } else { 0.0 }
        };
        Equations {
            world,
            closure,
            less: tariffs.iter().map(|tariff| 1.0 / (1.0 + tariff)).collect(),
            kernel: (0..n * n).map(kernel).collect(),
            share: vec![0.0; n * n],
            flow: vec![0.0; n * n],
            revenue: vec![0.0; n],
            bought: vec![0.0; n],
            price: vec![0.0; n],
            earned: vec![0.0; n],
        }
    }

    /// A country that trade does not join with the first.
    fn alone(&self) -> Option<usize> {
        let n = self.world.len();
        let mut joined = vec![false; n];
        let mut waiting = vec![0];
        while let Some(i) = waiting.pop() {
            if !std::mem::replace(&mut joined[i], true) {
                waiting.extend((0..n).filter(|j| {
                    !joined[*j] && (self.kernel[i * n + j] > 0.0 || self.kernel[j * n + i] > 0.0)
                }));
            }
        }
        joined.iter().position(|reached| !reached)
    }

    fn fill(&mut self, y: &[f64]) {
        let world = self.world;
        let n = world.len();
        let p = world.parameters;
        let mut sum = vec![0.0; n];
        for i in 0..n {
            let cost = (-p.trade * (y[i] - p.scale * y[2 * n + i])).exp();
            for j in 0..n {
                self.share[i * n + j] = self.kernel[i * n + j] * cost;
                sum[j] += self.share[i * n + j];
            }
        }
        self.revenue.fill(0.0);
        self.bought.fill(0.0);
        for i in 0..n {
            for j in 0..n {
                let at = i * n + j;
                self.share[at] /= sum[j];
                let spent = self.share[at] * world.spending[j] * y[n + j].exp();
                self.flow[at] = spent * self.less[at];
                self.bought[j] += self.flow[at];
                self.revenue[j] += spent * (1.0 - self.less[at]);
            }
        }
        for j in 0..n {
            self.price[j] = (1.0 - world.phi[j]) * (y[n + j] - y[j]) - sum[j].ln() / p.trade;
            self.earned[j] = world.income[j] * (y[j] + y[2 * n + j]).exp();
        }
    }

    /// The tax on labour that revenue replaces, as a share of labour income.
    fn tax(&self, i: usize) -> f64 {
        match self.closure.rebate {
            Rebate::IncomeTax => self.revenue[i] / self.earned[i],
            Rebate::LumpSum => 0.0,
        }
    }
}

impl System for Equations<'_> {
    fn unknowns(&self) -> usize {
        3 * self.world.len()
    }

    fn residual(&mut self, y: &[f64], out: &mut [f64]) {
        self.fill(y);
        let world = self.world;
        let n = world.len();
        let growth = match self.closure.deficits {
            Deficits::Proportional => self.earned.iter().sum::<f64>() / world.income.iter().sum::<f64>(),
            Deficits::Fixed => 1.0,
        };
        for i in 0..n {
            let sold: f64 = (0..n).map(|j| (1.0 - world.nu[j]) * self.flow[i * n + j]).sum();
            out[i] = (sold + world.nu[i] * self.bought[i] - self.earned[i]) / world.income[i];
            let spent = world.spending[i] * y[n + i].exp();
            out[n + i] =
                (self.revenue[i] + self.earned[i] + world.transfer[i] * growth - spent) / world.spending[i];
            let pay = y[i] - (-self.tax(i)).ln_1p() - self.price[i];
            out[2 * n + i] = y[2 * n + i] - world.parameters.labour * pay;
        }
        // One market follows from the others; the numeraire takes its place.
        let whole: f64 = world.spending.iter().sum();
        out[n - 1] = (0..n).map(|i| self.price[i].exp_m1() * world.spending[i] / whole).sum();
    }

    fn jacobian(&mut self, y: &[f64], out: &mut Mat<f64>) {
        let world = self.world;
        let n = world.len();
        let p = world.parameters;
        // A seller's cost moves by -elasticity with its wage and by elasticity times scale with its work.
        let by_cost = [(0, -p.trade), (2 * n, p.trade * p.scale)];
        let all: f64 = world.income.iter().sum();
        // Crossed: how sales of `i` answer to the cost of `k` through every market in which both sell.
        let kept = Mat::<f64>::from_fn(n, n, |i, j| (1.0 - world.nu[j]) * self.flow[i * n + j]);
        let share = Mat::<f64>::from_fn(n, n, |k, j| self.share[k * n + j]);
        let crossed = &kept * share.transpose();
        for i in 0..n {
            let own: f64 = (0..n).map(|j| kept[(i, j)]).sum();
            let income = world.income[i];
            let tax = self.tax(i);
            let spent = world.spending[i] * y[n + i].exp();
            for k in 0..n {
                let at = k * n + i;
                let pays = self.share[at] * spent * (1.0 - self.less[at]);
                let revenue = pays - self.revenue[i] * self.share[at];
                let bought = self.flow[at] - self.bought[i] * self.share[at];
                for (offset, cost) in by_cost {
                    let sold = if i == k { own } else { 0.0 } - crossed[(i, k)];
                    out[(i, offset + k)] += (sold + world.nu[i] * bought) * cost / income;
                    out[(n + i, offset + k)] += revenue * cost / world.spending[i];
                    let price = -self.share[at] * cost / p.trade;
                    let relief = match self.closure.rebate {
                        Rebate::IncomeTax => revenue * cost / self.earned[i] / (1.0 - tax),
                        Rebate::LumpSum => 0.0,
                    };
                    out[(2 * n + i, offset + k)] -= p.labour * (relief - price);
                }
                out[(i, n + k)] += kept[(i, k)] / income;
                if self.closure.deficits == Deficits::Fixed {
                    continue;
                }
                for offset in [0, 2 * n] {
                    out[(n + i, offset + k)] += world.transfer[i] * self.earned[k] / all / world.spending[i];
                }
            }
            out[(i, n + i)] += world.nu[i] * self.bought[i] / income;
            out[(n + i, n + i)] += (self.revenue[i] - spent) / world.spending[i];
            for offset in [0, 2 * n] {
                out[(i, offset + i)] -= self.earned[i] / income;
                out[(n + i, offset + i)] += self.earned[i] / world.spending[i];
                // More income, less of it replaced by revenue.
                out[(2 * n + i, offset + i)] += p.labour * tax / (1.0 - tax);
            }
            // Revenue grows with spending; prices with spending over wages.
            out[(2 * n + i, n + i)] -= p.labour * (tax / (1.0 - tax) - (1.0 - world.phi[i]));
            out[(2 * n + i, i)] -= p.labour * (1.0 + (1.0 - world.phi[i]));
            out[(2 * n + i, 2 * n + i)] += 1.0;
        }
        let whole: f64 = world.spending.iter().sum();
        for column in 0..3 * n {
            out[(n - 1, column)] = 0.0;
        }
        for i in 0..n {
            let weight = self.price[i].exp() * world.spending[i] / whole;
            out[(n - 1, n + i)] += weight * (1.0 - world.phi[i]);
            out[(n - 1, i)] -= weight * (1.0 - world.phi[i]);
            for k in 0..n {
                for (offset, cost) in by_cost {
                    out[(n - 1, offset + k)] -= weight * self.share[k * n + i] * cost / p.trade;
                }
            }
        }
    }
}
