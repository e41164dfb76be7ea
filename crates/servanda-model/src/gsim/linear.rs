//! The published linear system: percent changes of world prices, one equation for each exporter.

use super::{Answer, Market};
use crate::ModelError;
use crate::newton::SolveError;
use faer::Mat;
use faer::linalg::solvers::Solve;

/// Solves the linear system. It is exact for a small change only: a flow's change may come out below -100 percent.
///
/// # Errors
/// If the market cannot be used, or a tariff is prohibitive, which has no linear answer.
pub fn linear(market: &Market) -> Result<Result<Answer, SolveError>, ModelError> {
    market.check()?;
    let n = market.len();
    if let Some(at) = market.after.iter().position(|power| power.is_infinite()) {
        return Err(ModelError::Usage(format!(
            "from {} to {}: a prohibitive tariff has no linear answer; write method = \"exact\"",
            market.regions[at / n],
            market.regions[at % n]
        )));
    }
    let spending = market.shares_of_spending();
    let sales = market.shares_of_sales();
    let sells: Vec<bool> = (0..n).map(|r| (0..n).any(|v| market.value[r * n + v] > 0.0)).collect();
    let tariff: Vec<f64> =
        market.after.iter().zip(&market.before).map(|(after, before)| after / before - 1.0).collect();
    // Percent more of `r` bought in `v` per percent that `s` costs more there.
    let reaction = |r: usize, s: usize, v: usize| {
        spending[s * n + v] * (market.em[v] + market.es[v]) - if r == s { market.es[v] } else { 0.0 }
    };
    let mut system = Mat::<f64>::zeros(n, n);
    let mut right = Mat::<f64>::zeros(n, 1);
    for r in 0..n {
        system[(r, r)] = if sells[r] { market.ex[r] } else { 1.0 };
        for v in 0..n {
            for s in 0..n {
                let pull = sales[r * n + v] * reaction(r, s, v);
                system[(r, s)] -= pull;
                right[(r, 0)] += pull * tariff[s * n + v];
            }
        }
    }
    let mut price = right.clone();
    system.partial_piv_lu().solve_in_place(&mut price);
    let price: Vec<f64> = (0..n).map(|r| price[(r, 0)]).collect();
    if price.iter().any(|p| !p.is_finite()) {
        return Ok(Err(SolveError::NoEquilibrium("the linear system has no single answer".to_owned())));
    }
    let mut residual: f64 = 0.0;
    for r in 0..n {
        let left: f64 = (0..n).map(|s| system[(r, s)] * price[s]).sum();
        residual = residual.max((left - right[(r, 0)]).abs());
    }
    let dear = |s: usize, v: usize| price[s] + tariff[s * n + v];
    let mut quantity = vec![0.0; n * n];
    for r in 0..n {
        for v in 0..n {
            quantity[r * n + v] = (0..n).map(|s| reaction(r, s, v) * dear(s, v)).sum();
        }
    }
    let index: Vec<f64> = (0..n).map(|v| (0..n).map(|s| spending[s * n + v] * dear(s, v)).sum()).collect();
    let value: Vec<f64> =
        (0..n * n).map(|at| market.value[at] * (1.0 + price[at / n]) * (1.0 + quantity[at])).collect();
    let spent = |v: usize| (0..n).map(|r| market.value[r * n + v] * market.before[r * n + v]).sum::<f64>();
    let sold = |r: usize| market.value[r * n..(r + 1) * n].iter().sum::<f64>();
    Ok(Ok(Answer {
        revenue: revenue(market, &value),
        producers: (0..n).map(|r| sold(r) * price[r] * (1.0 + 0.5 * market.ex[r] * price[r])).collect(),
        buyers: (0..n).map(|v| -spent(v) * index[v] * (1.0 + 0.5 * market.em[v] * index[v])).collect(),
        price: price.into_iter().zip(sells).map(|(p, sells)| sells.then_some(p)).collect(),
        index,
        quantity,
        value,
        residual,
        steps: 1,
    }))
}

/// Change of each importer's tariff revenue, `value` being trade after.
pub(super) fn revenue(market: &Market, value: &[f64]) -> Vec<f64> {
    let n = market.len();
    (0..n)
        .map(|v| {
            (0..n)
                .map(|r| r * n + v)
                .map(|at| {
                    let now = if value[at] == 0.0 { 0.0 } else { (market.after[at] - 1.0) * value[at] };
                    now - (market.before[at] - 1.0) * market.value[at]
                })
                .sum()
        })
        .collect()
}
