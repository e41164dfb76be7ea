//! A slow, plain solver: three loops inside each other, each damped or simply repeated, and nothing accelerated.

use servanda_model::Economy;
use servanda_model::equilibrium::{Closure, Shock};

/// What the plain solver gives.
pub struct Plain {
    pub wage: Vec<f64>,
    /// `[J][N]`.
    pub price: Vec<f64>,
    /// `[J][N]`.
    pub expenditure: Vec<f64>,
    /// `[N]`.
    pub income: Vec<f64>,
}

/// Solves with world value added as numeraire; none if wages do not settle.
pub fn solve(economy: &Economy, shock: &Shock) -> Option<Plain> {
    let p = economy.parts();
    let (n, j) = (economy.countries(), economy.sectors());
    let cell = |s: usize, c: usize| s * n + c;
    let world: f64 = p.value_added.iter().sum();
    let base_income: f64 = world + economy.revenue().iter().sum::<f64>();
    let mut wage: Vec<f64> = vec![1.0; n];
    let mut price: Vec<f64> = vec![1.0; n * j];
    let mut spent = p.expenditure.clone();
    let mut step = 0.5;
    let mut before = f64::INFINITY;
    for _ in 0..200_000 {
        // Prices, given wages.
        let mut cost = vec![1.0; n * j];
        let mut sum = vec![0.0; n * j];
        for _ in 0..10_000 {
            let mut moved: f64 = 0.0;
            for s in 0..j {
                for c in 0..n {
                    let share = p.value_added_share[cell(s, c)];
                    let mut log = share * wage[c].ln();
                    for k in 0..j {
                        log += (1.0 - share) * p.input_share[(c * j + k) * j + s] * price[cell(k, c)].ln();
                    }
                    cost[cell(s, c)] = log.exp();
                }
            }
            for s in 0..j {
                for m in 0..n {
                    let at = cell(s, m);
                    sum[at] = (0..n).map(|i| weight(economy, shock, s, m, i, &cost)).sum();
                    let new = if sum[at] > 0.0 { sum[at].powf(-1.0 / p.theta[s]) } else { 1.0 };
                    moved = moved.max((new / price[at] - 1.0).abs());
                    price[at] = new;
                }
            }
            if moved < 1e-15 {
                break;
            }
        }
        // Expenditure, given prices.
        let mut sales = vec![0.0; n * j];
        let mut income = vec![0.0; n];
        for _ in 0..10_000 {
            sales.fill(0.0);
            let mut revenue = vec![0.0; n];
            for s in 0..j {
                for m in 0..n {
                    for i in 0..n {
                        let part = weight(economy, shock, s, m, i, &cost);
                        if part > 0.0 {
                            let power = shock.tariff_power[cell(s, m) * n + i];
                            let flow = part / sum[cell(s, m)] * spent[cell(s, m)] / power;
                            sales[cell(s, i)] += flow;
                            revenue[m] += flow * (power - 1.0);
                        }
                    }
                }
            }
            let mut now = 0.0;
            for c in 0..n {
                income[c] = wage[c] * p.value_added[c] + revenue[c];
                now += income[c];
            }
            for (c, income) in income.iter_mut().enumerate() {
                *income += match shock.closure {
                    Closure::Balanced => 0.0,
                    Closure::Nominal => p.deficit[c],
                    Closure::WorldIncome => p.deficit[c] * now / base_income,
                };
            }
            let mut moved: f64 = 0.0;
            for s in 0..j {
                for c in 0..n {
                    let mut new = p.final_share[cell(s, c)] * income[c];
                    for k in 0..j {
                        let used =
                            (1.0 - p.value_added_share[cell(k, c)]) * p.input_share[(c * j + s) * j + k];
                        new += used * sales[cell(k, c)];
                    }
                    moved = moved.max((new - spent[cell(s, c)]).abs() / world);
                    spent[cell(s, c)] = new;
                }
            }
            if moved < 1e-16 {
                break;
            }
        }
        // Wages.
        let mut off: f64 = 0.0;
        let mut total = 0.0;
        let mut new = wage.clone();
        for c in 0..n {
            let paid = wage[c] * p.value_added[c];
            let earned: f64 = (0..j).map(|s| p.value_added_share[cell(s, c)] * sales[cell(s, c)]).sum();
            off = off.max((earned / paid - 1.0).abs());
            new[c] = wage[c] * (earned / paid).powf(step);
            total += new[c] * p.value_added[c];
        }
        if off < 2e-13 {
            return Some(Plain { wage, price, expenditure: spent, income });
        }
        if off > before {
            step = (step * 0.7f64).max(0.02);
        }
        before = off;
        wage = new.iter().map(|w| w * world / total).collect();
    }
    None
}

fn weight(economy: &Economy, shock: &Shock, s: usize, m: usize, i: usize, cost: &[f64]) -> f64 {
    let p = economy.parts();
    let n = economy.countries();
    let at = (s * n + m) * n + i;
    if p.trade_share[at] <= 0.0 || shock.tariff_power[at].is_infinite() {
        return 0.0;
    }
    let landed = shock.tariff_power[at] / p.tariff_power[at] * cost[s * n + i];
    p.trade_share[at] * landed.powf(-p.theta[s])
}
