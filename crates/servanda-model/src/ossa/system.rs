//! The equations of one equilibrium: wages and spending of each region, in logarithms of changes.
#![allow(clippy::needless_range_loop, reason = "flows are walked by exporter, importer and industry")]

use super::World;
use crate::newton::System;
use faer::Mat;

/// The equations at given tariffs. The unknowns are the logarithms of all wage changes, then of all spending changes.
#[derive(Clone, Debug)]
pub(super) struct Equations<'w> {
    pub world: &'w World,
    /// One plus each tariff; infinity where it is prohibitive.
    pub power: Vec<f64>,
    /// Base share times the tariff's change to the power 1 - sigma.
    kernel: Vec<f64>,
    /// What follows from the unknowns last given: shares of spending, flows without tariff, tariff paid.
    pub share: Vec<f64>,
    pub flow: Vec<f64>,
    pub paid: Vec<f64>,
    /// Importer by industry: the sum that the price index is a power of.
    pub sum: Vec<f64>,
    /// By region: wages, profits and tariff revenue, in the unit of trade.
    wage: Vec<f64>,
    profit: Vec<f64>,
    revenue: Vec<f64>,
    /// Exporter by industry: wage change to the power 1 - sigma.
    cost: Vec<f64>,
    /// The first of the regions with which a region trades, directly or through others; 0 for all as long as trade joins them.
    lead: Vec<usize>,
}

impl<'w> Equations<'w> {
    pub fn new(world: &'w World) -> Self {
        let (n, s) = world.size();
        Equations {
            world,
            power: world.tariff.iter().map(|t| 1.0 + t).collect(),
            kernel: world.share.clone(),
            share: vec![0.0; n * n * s],
            flow: vec![0.0; n * n * s],
            paid: vec![0.0; n * n * s],
            sum: vec![0.0; n * s],
            wage: vec![0.0; n],
            profit: vec![0.0; n],
            revenue: vec![0.0; n],
            cost: vec![0.0; n * s],
            lead: vec![0; n],
        }
    }

    /// Sets one tariff, a share.
    pub fn set(&mut self, at: usize, tariff: f64) {
        self.set_power(at, 1.0 + tariff);
    }

    /// Sets one plus a tariff.
    pub fn set_power(&mut self, at: usize, power: f64) {
        if power != self.power[at] {
            let (_, s) = self.world.size();
            let change = power / (1.0 + self.world.tariff[at]);
            self.power[at] = power;
            self.kernel[at] = if self.world.share[at] > 0.0 {
                self.world.share[at] * ((1.0 - self.world.sigma[at % s]) * change.ln()).exp()
            } else {
                0.0
            };
        }
    }

    /// An industry that an importer buys from nobody any more, though it did.
    pub fn closed(&self) -> Option<(usize, usize)> {
        let (n, s) = self.world.size();
        let at = (0..n * s).find(|at| {
            let (j, k) = (at / s, at % s);
            self.world.spent[*at] > 0.0 && (0..n).all(|i| self.kernel[self.world.at(i, j, k)] == 0.0)
        })?;
        Some((at / s, at % s))
    }

    /// Finds which regions trade joins. Where it joins not all, each group's wages are counted against its own.
    pub fn join(&mut self) {
        let (n, s) = self.world.size();
        let trades =
            |i: usize, j: usize| self.kernel[(i * n + j) * s..][..s].iter().any(|weight| *weight > 0.0);
        let mut lead: Vec<usize> = (0..n).collect();
        for i in 0..n {
            for j in 0..n {
                if lead[i] != lead[j] && trades(i, j) {
                    let (low, high) = (lead[i].min(lead[j]), lead[i].max(lead[j]));
                    lead.iter_mut().filter(|own| **own == high).for_each(|own| *own = low);
                }
            }
        }
        self.lead = lead;
    }

    /// The wages of a region's group, before and now, in the unit of trade.
    fn group(&self, lead: usize, y: &[f64]) -> (f64, f64) {
        let members = (0..self.lead.len()).filter(|i| self.lead[*i] == lead);
        members.fold((0.0, 0.0), |(before, now), i| (before + self.world.wages[i], now + self.payroll(i, y)))
    }

    /// A region's spending, in the unit of trade.
    fn spending(&self, j: usize, y: &[f64]) -> f64 {
        self.world.income[j] * y[self.wage.len() + j].exp()
    }

    /// A region's wages as its wage change says, in the unit of trade.
    fn payroll(&self, i: usize, y: &[f64]) -> f64 {
        self.world.wages[i] * y[i].exp()
    }

    fn fill(&mut self, y: &[f64]) {
        let (n, s) = self.world.size();
        let sigma = &self.world.sigma;
        for i in 0..n {
            for k in 0..s {
                self.cost[i * s + k] = ((1.0 - sigma[k]) * y[i]).exp();
            }
        }
        self.sum.fill(0.0);
        for i in 0..n {
            let cost = &self.cost[i * s..][..s];
            for j in 0..n {
                let kernel = &self.kernel[(i * n + j) * s..][..s];
                let share = &mut self.share[(i * n + j) * s..][..s];
                let sum = &mut self.sum[j * s..][..s];
                for k in 0..s {
                    share[k] = kernel[k] * cost[k];
                    sum[k] += share[k];
                }
            }
        }
        self.wage.fill(0.0);
        self.profit.fill(0.0);
        self.revenue.fill(0.0);
        for j in 0..n {
            let growth = y[n + j].exp();
            for i in 0..n {
                let from = (i * n + j) * s;
                let (mut wage, mut profit, mut revenue) = (0.0, 0.0, 0.0);
                for k in 0..s {
                    let spent = self.world.spent[j * s + k];
                    if spent == 0.0 {
                        continue;
                    }
                    let share = self.share[from + k] / self.sum[j * s + k];
                    let worth = spent * growth * share;
                    let less = 1.0 / self.power[from + k];
                    let flow = worth * less;
                    let paid = worth * (1.0 - less);
                    self.share[from + k] = share;
                    self.flow[from + k] = flow;
                    self.paid[from + k] = paid;
                    profit += flow / sigma[k];
                    wage += flow - flow / sigma[k];
                    revenue += paid;
                }
                self.wage[i] += wage;
                self.profit[i] += profit;
                self.revenue[j] += revenue;
            }
        }
    }

    /// The gradient of `sum of weights[j] * ln welfare[j]` in every tariff into `importers`, written to `out`, which has
    /// a cell for each flow; `y` must be the solution, last given to [`System::residual`].
    pub fn slope(&mut self, y: &[f64], weights: &[f64], importers: std::ops::Range<usize>, out: &mut [f64]) {
        let (n, s) = self.world.size();
        let sigma = &self.world.sigma;
        let mut right = vec![0.0; 2 * n];
        for j in 0..n {
            right[n + j] = weights[j];
            if weights[j] != 0.0 {
                for i in 0..n {
                    let share = &self.share[(i * n + j) * s..][..s];
                    right[i] -= weights[j] * dot(&self.world.budget[j * s..][..s], share);
                }
            }
        }
        let pull = crate::newton::adjoint(self, y, &right);
        // The market of a group's first region gave way to the numeraire.
        let of_wages: Vec<f64> =
            (0..n).map(|i| if self.lead[i] == i { 0.0 } else { pull[i] / self.payroll(i, y) }).collect();
        let of_money: Vec<f64> = (0..n).map(|j| pull[n + j] / self.spending(j, y)).collect();
        let sigma = sigma.clone();
        for j in importers {
            for k in 0..s {
                let (mut flows, mut duties) = (0.0, 0.0);
                let worth = |i: usize, flow: f64| {
                    (of_wages[i] * (1.0 - 1.0 / sigma[k]) + of_money[i] / sigma[k]) * flow
                };
                for i in 0..n {
                    let at = (i * n + j) * s + k;
                    flows += worth(i, self.flow[at]);
                    duties += of_money[j] * self.paid[at];
                }
                for i in 0..n {
                    let at = (i * n + j) * s + k;
                    let (share, flow) = (self.share[at], self.flow[at]);
                    let sales = worth(i, flow);
                    let moved =
                        (1.0 - sigma[k]) * (sales + of_money[j] * self.paid[at] - share * (flows + duties));
                    let residual = moved - sales + of_money[j] * flow;
                    let direct = -weights[j] * self.world.budget[j * s + k] * share;
                    out[at] = (direct - residual) / self.power[at];
                }
            }
        }
    }
}

impl System for Equations<'_> {
    fn unknowns(&self) -> usize {
        2 * self.wage.len()
    }

    fn residual(&mut self, y: &[f64], out: &mut [f64]) {
        self.fill(y);
        let n = self.wage.len();
        for i in 0..n {
            let payroll = self.payroll(i, y);
            out[i] = self.wage[i] / payroll - 1.0;
            out[n + i] = (payroll + self.profit[i] + self.revenue[i]) / self.spending(i, y) - 1.0;
        }
        for i in (0..n).filter(|i| self.lead[*i] == *i) {
            let (before, now) = self.group(i, y);
            out[i] = now / before - 1.0;
        }
    }

    fn jacobian(&mut self, y: &[f64], out: &mut Mat<f64>) {
        let (n, s) = self.world.size();
        let sigma = &self.world.sigma;
        let (mut wages, mut profits) = (vec![0.0; s], vec![0.0; s]);
        let mut duties = vec![0.0; s];
        for j in 0..n {
            duties.fill(0.0);
            for i in 0..n {
                let from = (i * n + j) * s;
                let (mut wage, mut profit, mut own_wage, mut own_profit) = (0.0, 0.0, 0.0, 0.0);
                for k in 0..s {
                    let profits_k = self.flow[from + k] / sigma[k];
                    let wages_k = self.flow[from + k] - profits_k;
                    profit += profits_k;
                    wage += wages_k;
                    wages[k] = (1.0 - sigma[k]) * wages_k;
                    profits[k] = (1.0 - sigma[k]) * profits_k;
                    own_wage += wages[k];
                    own_profit += profits[k];
                    duties[k] += self.paid[from + k];
                }
                out[(i, i)] += own_wage;
                out[(n + i, i)] += own_profit;
                out[(i, n + j)] += wage;
                out[(n + i, n + j)] += profit;
                for m in 0..n {
                    let share = &self.share[(m * n + j) * s..][..s];
                    out[(i, m)] -= dot(&wages, share);
                    out[(n + i, m)] -= dot(&profits, share);
                }
            }
            for k in 0..s {
                duties[k] *= 1.0 - sigma[k];
            }
            for m in 0..n {
                let from = (m * n + j) * s;
                let paid: f64 = (0..s).map(|k| (1.0 - sigma[k]) * self.paid[from + k]).sum();
                out[(n + j, m)] += paid - dot(&duties, &self.share[from..][..s]);
            }
            out[(n + j, n + j)] += self.revenue[j];
        }
        for i in 0..n {
            let (payroll, spending) = (self.payroll(i, y), self.spending(i, y));
            for column in 0..2 * n {
                out[(i, column)] /= payroll;
                out[(n + i, column)] /= spending;
            }
            out[(i, i)] -= self.wage[i] / payroll;
            out[(n + i, i)] += payroll / spending;
            out[(n + i, n + i)] -= (payroll + self.profit[i] + self.revenue[i]) / spending;
        }
        for i in (0..n).filter(|i| self.lead[*i] == *i) {
            let (before, _) = self.group(i, y);
            for column in 0..2 * n {
                let member = column < n && self.lead[column] == i;
                out[(i, column)] = if member { self.payroll(column, y) / before } else { 0.0 };
            }
        }
    }
}

/// The inner product, summed in four lanes in a fixed order.
fn dot(left: &[f64], right: &[f64]) -> f64 {
    let mut lanes = [0.0_f64; 4];
    let (a, b) = (left.chunks_exact(4), right.chunks_exact(4));
    let rest: f64 = a.remainder().iter().zip(b.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a.zip(b) {
        for lane in 0..4 {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]) + rest
}
