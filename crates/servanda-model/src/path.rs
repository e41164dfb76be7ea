//! Welfare taken apart along the way from the base's tariffs to the shock's.
//!
//! At every point of the way a country's real income moves by its terms of trade, by the volume of what it taxes, and by what
//! is given to it. Summed along the way the three are the whole exact change, in logarithms. Tariffs move in logarithms; the sum
//! is by Gauss and Legendre, with twice the points until the parts add up.

use crate::equilibrium::linear::{Linear, solve_one_less};
use crate::equilibrium::{Closure, Kernel, Shock, Solved, solve};
use crate::{Economy, ModelError, welfare};

/// The parts add up to the exact change but for this, in logarithms.
pub const ADDS_UP: f64 = 1e-10;

/// Real income's change in logarithms, taken apart, `N` each.
#[derive(Debug, Clone, PartialEq)]
pub struct Along {
    /// What exports fetch beyond what imports cost.
    pub terms_of_trade: Vec<f64>,
    /// What taxed imports grow.
    pub volume_of_trade: Vec<f64>,
    /// What the deficit's change gives.
    pub transfer: Vec<f64>,
    /// What the exact change is beyond the three.
    pub remainder: Vec<f64>,
    /// Points on the way.
    pub points: usize,
}

/// Why there are no parts.
#[derive(Debug, Clone, PartialEq)]
pub enum NoParts {
    /// Trade that there was is forbidden: its tariff has no end, and so the volume part has none.
    Prohibitive,
    /// No equilibrium was found at a point of the way.
    NotFound,
}

/// Takes welfare apart.
///
/// # Errors
/// What [`solve`] says of the shock.
pub fn parts(economy: &Economy, shock: &Shock) -> Result<Result<Along, NoParts>, ModelError> {
    let p = economy.parts();
    let forbidden = |(at, power): (usize, &f64)| *power == f64::INFINITY && p.trade_share[at] > 0.0;
    if shock.tariff_power.iter().enumerate().any(forbidden) {
        return Ok(Err(NoParts::Prohibitive));
    }
    let Some(found) = solve(economy, shock)?.found() else { return Ok(Err(NoParts::NotFound)) };
    // A base that is not quite an equilibrium moves a little without any shock: that is no part of the way.
    let Some(start) =
        solve(economy, &Shock { tariff_power: p.tariff_power.clone(), ..shock.clone() })?.found()
    else {
        return Ok(Err(NoParts::NotFound));
    };
    let exact: Vec<f64> = welfare::exact(economy, &found)
        .iter()
        .zip(welfare::exact(economy, &start))
        .map(|(end, start)| (end.real_income / start.real_income).ln())
        .collect();
    let mut best: Option<(f64, Along)> = None;
    for points in [4, 8, 16, 32] {
        let Some(mut along) = sum(economy, shock, points)? else { return Ok(Err(NoParts::NotFound)) };
        for (c, exact) in exact.iter().enumerate() {
            let told = along.terms_of_trade[c] + along.volume_of_trade[c] + along.transfer[c];
            along.remainder[c] = exact - told;
        }
        let off = along.remainder.iter().fold(0.0, |most: f64, r| most.max(r.abs()));
        let before = best.as_ref().map_or(f64::INFINITY, |(off, _)| *off);
        if off < before {
            best = Some((off, along));
        }
        // Where more points no longer help, what is left is rounding.
        if off <= ADDS_UP || off > 0.5 * before {
            break;
        }
    }
    Ok(best.map(|(_, along)| along).ok_or(NoParts::NotFound))
}

fn sum(economy: &Economy, shock: &Shock, points: usize) -> Result<Option<Along>, ModelError> {
    let p = economy.parts();
    let n = economy.countries();
    let change: Vec<f64> = shock
        .tariff_power
        .iter()
        .zip(&p.tariff_power)
        .map(|(new, old)| if new == old { 0.0 } else { (new / old).ln() })
        .map(|change| if change.is_finite() { change } else { 0.0 })
        .collect();
    let zero = || vec![0.0; n];
    let mut along = Along {
        terms_of_trade: zero(),
        volume_of_trade: zero(),
        transfer: zero(),
        remainder: zero(),
        points,
    };
    for (at, weight) in gauss(points) {
        let there = Shock {
            tariff_power: p
                .tariff_power
                .iter()
                .zip(&change)
                .map(|(old, change)| old * (change * at).exp())
                .collect(),
            ..shock.clone()
        };
        let Solved::Found(found) = solve(economy, &there)? else { return Ok(None) };
        let kernel = Kernel::new(economy, &there, 1.0)?;
        let linear = Linear::new(&kernel, &found.state);
        let direct = linear.push(&vec![0.0; found.state.len()], Some(&change));
        let moved = solve_one_less(|v| linear.push(v, None), &direct, 1e-13, 2000).x;
        add(
            &mut along,
            economy,
            &there,
            &found.flows,
            &found.income,
            &kernel,
            &linear,
            &moved,
            &change,
            weight,
        );
    }
    Ok(Some(along))
}

/// Adds a point of the way, given how the state moves there.
#[allow(clippy::too_many_arguments)]
fn add(
    along: &mut Along,
    economy: &Economy,
    shock: &Shock,
    flows: &[f64],
    income: &[f64],
    kernel: &Kernel,
    linear: &Linear<'_>,
    moved: &[f64],
    change: &[f64],
    weight: f64,
) {
    let p = economy.parts();
    let (n, jp, j, np) = (kernel.n, kernel.jp, kernel.j, kernel.np);
    let (wages, prices, spent) = kernel.split(moved);
    let mut cost = vec![0.0; n * jp];
    kernel.costs(wages, prices, &mut cost);
    let mut revenue = vec![0.0; n];
    for (at, flow) in flows.iter().enumerate() {
        let (sector, m, i) = (at / n / n, at / n % n, at % n);
        if *flow == 0.0 {
            continue;
        }
        let dearer = cost[i * jp + sector];
        let level = linear.room.spent[sector * np + m];
        let grown = spent[m * j + sector] * kernel.spent[m * jp + sector] / level;
        // A share moves by theta times how its landed price moves beside the price index; the index moves by `prices`.
        let own = p.theta[sector];
        let landed = if m == i { dearer } else { dearer + change[at] };
        let growth = grown - own * (landed - prices[m * j + sector]) - if m == i { 0.0 } else { change[at] };
        let tariff = shock.tariff_power[at] - 1.0;
        revenue[m] += flow * (tariff * growth + shock.tariff_power[at] * change[at]);
        if m == i {
            continue;
        }
        along.terms_of_trade[m] -= weight * flow * dearer / income[m];
        along.terms_of_trade[i] += weight * flow * dearer / income[i];
        along.volume_of_trade[m] += weight * tariff * flow * (growth - dearer) / income[m];
    }
    if kernel.closure == Closure::WorldIncome {
        let world: f64 = (0..n).map(|c| revenue[c] + wages[c] * linear.wage(c) * kernel.value_added[c]).sum();
        for (c, part) in along.transfer.iter_mut().enumerate() {
            *part += weight * kernel.deficit[c] * world / kernel.world_income / income[c];
        }
    }
}

/// Points and weights between zero and one, by Newton's method on Legendre polynomials.
fn gauss(points: usize) -> Vec<(f64, f64)> {
    let n = points as f64;
    (0..points)
        .map(|k| {
            let mut x = (std::f64::consts::PI * (k as f64 + 0.75) / (n + 0.5)).cos();
            let mut slope = 1.0;
            for _ in 0..50 {
                let (mut before, mut now) = (1.0, x);
                for degree in 2..=points {
                    let d = degree as f64;
                    (before, now) = (now, ((2.0 * d - 1.0) * x * now - (d - 1.0) * before) / d);
                }
                slope = n * (x * now - before) / (x * x - 1.0);
                let step = now / slope;
                x -= step;
                if step.abs() < 1e-16 {
                    break;
                }
            }
            ((1.0 - x) / 2.0, 1.0 / ((1.0 - x * x) * slope * slope))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::gauss;

    #[test]
    fn points_and_weights_sum_polynomials() {
        for (points, power) in [(4, 7), (8, 15), (32, 20)] {
            let sum: f64 = gauss(points).iter().map(|(x, w)| w * x.powi(power)).sum();
            assert!((sum - 1.0 / f64::from(power + 1)).abs() < 1e-14, "{points} {sum}");
        }
    }
}
