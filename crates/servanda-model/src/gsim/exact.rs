//! The same economy with constant elasticities: exact changes of prices by Newton's method on logarithms.

use super::{Answer, Market, linear::revenue};
use crate::ModelError;
use crate::newton::{self, SolveError, System};
use faer::Mat;

/// Solves for world prices without linearisation. A prohibitive tariff closes its flow.
///
/// # Errors
/// If the market cannot be used. No convergence, and an exporter whose every market is closed, is an answer.
pub fn exact(market: &Market) -> Result<Result<Answer, SolveError>, ModelError> {
    market.check()?;
    let n = market.len();
    let mut demand = Demand::new(market);
    for r in 0..n {
        let shut = (0..n).all(|v| market.value[r * n + v] == 0.0 || market.after[r * n + v].is_infinite());
        if demand.sells[r] && shut {
            let problem =
                format!("every market of {} is closed to it: no price clears its sales", market.regions[r]);
            return Ok(Err(SolveError::NoEquilibrium(problem)));
        }
    }
    let root = match newton::solve(&mut demand, &vec![0.0; n]) {
        Ok(root) => root,
        Err(error) => return Ok(Err(error)),
    };
    demand.fill(&root.y);
    let (quantity, index) = (demand.quantity, demand.index);
    let price: Vec<f64> = root.y.iter().map(|y| y.exp_m1()).collect();
    let value: Vec<f64> =
        (0..n * n).map(|at| market.value[at] * (1.0 + price[at / n]) * quantity[at]).collect();
    let spent = |v: usize| (0..n).map(|r| market.value[r * n + v] * market.before[r * n + v]).sum::<f64>();
    let sold = |r: usize| market.value[r * n..(r + 1) * n].iter().sum::<f64>();
    Ok(Ok(Answer {
        revenue: revenue(market, &value),
        producers: (0..n).map(|r| sold(r) * area(root.y[r], market.ex[r])).collect(),
        buyers: (0..n).map(|v| -spent(v) * area(index[v], market.em[v])).collect(),
        price: price.into_iter().zip(&demand.sells).map(|(p, sells)| sells.then_some(p)).collect(),
        index: index.iter().map(|ln| ln.exp_m1()).collect(),
        quantity: quantity.iter().map(|q| q - 1.0).collect(),
        value,
        residual: root.residual,
        steps: root.steps,
    }))
}

/// The area beside a curve `p^elasticity` from price one to `exp(ln_price)`.
fn area(ln_price: f64, elasticity: f64) -> f64 {
    let power = 1.0 + elasticity;
    if power.abs() < 1e-9 { ln_price } else { (power * ln_price).exp_m1() / power }
}

struct Demand<'a> {
    market: &'a Market,
    spending: Vec<f64>,
    sales: Vec<f64>,
    sells: Vec<bool>,
    /// Of each flow after: quantity against before, and share of the importer's spending.
    quantity: Vec<f64>,
    share: Vec<f64>,
    /// Logarithm of each importer's price of the industry.
    index: Vec<f64>,
}

impl<'a> Demand<'a> {
    fn new(market: &'a Market) -> Self {
        let n = market.len();
        Demand {
            market,
            spending: market.shares_of_spending(),
            sales: market.shares_of_sales(),
            sells: (0..n).map(|r| (0..n).any(|v| market.value[r * n + v] > 0.0)).collect(),
            quantity: vec![0.0; n * n],
            share: vec![0.0; n * n],
            index: vec![0.0; n],
        }
    }

    fn fill(&mut self, y: &[f64]) {
        let n = self.market.len();
        for v in 0..n {
            let es = self.market.es[v];
            let dear = |r: usize| y[r] + (self.market.after[r * n + v] / self.market.before[r * n + v]).ln();
            let bought = (0..n).any(|r| self.spending[r * n + v] > 0.0);
            if !bought {
                continue;
            }
            let unit = (es - 1.0).abs() < 1e-9;
            let mut whole = 0.0;
            for r in 0..n {
                let base = self.spending[r * n + v];
                let weight = match (base > 0.0, unit) {
                    (false, _) => 0.0,
                    (true, true) => base,
                    (true, false) => base * ((1.0 - es) * dear(r)).exp(),
                };
                self.share[r * n + v] = weight;
                whole += weight;
            }
            self.index[v] = if unit {
                (0..n)
                    .filter(|r| self.spending[r * n + v] > 0.0)
                    .map(|r| self.spending[r * n + v] * dear(r))
                    .sum()
            } else {
                whole.ln() / (1.0 - es)
            };
            for r in 0..n {
                let at = r * n + v;
                self.share[at] /= whole;
                self.quantity[at] = if self.spending[at] > 0.0 && self.index[v].is_finite() {
                    (-es * (dear(r) - self.index[v]) + self.market.em[v] * self.index[v]).exp()
                } else {
                    0.0
                };
            }
        }
    }

    fn sold(&self, r: usize) -> f64 {
        let n = self.market.len();
        (0..n).map(|v| self.sales[r * n + v] * self.quantity[r * n + v]).sum()
    }
}

impl System for Demand<'_> {
    fn unknowns(&self) -> usize {
        self.market.len()
    }

    fn residual(&mut self, y: &[f64], out: &mut [f64]) {
        self.fill(y);
        for (r, gap) in out.iter_mut().enumerate() {
            *gap = if self.sells[r] { self.sold(r).ln() - self.market.ex[r] * y[r] } else { y[r] };
        }
    }

    fn jacobian(&mut self, _: &[f64], out: &mut Mat<f64>) {
        let n = self.market.len();
        for r in 0..n {
            if !self.sells[r] {
                out[(r, r)] = 1.0;
                continue;
            }
            let sold = self.sold(r);
            for v in 0..n {
                let (em, es) = (self.market.em[v], self.market.es[v]);
                let weight = self.sales[r * n + v] * self.quantity[r * n + v] / sold;
                if weight > 0.0 {
                    out[(r, r)] -= weight * es;
                    for s in 0..n {
                        out[(r, s)] += weight * (es + em) * self.share[s * n + v];
                    }
                }
            }
            out[(r, r)] -= self.market.ex[r];
        }
    }
}
