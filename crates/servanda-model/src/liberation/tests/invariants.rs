//! The same world told in another way has the same equilibrium: in another order, in another unit, with halves.

use super::super::*;
use crate::residuals::largest;
use crate::testing::numbers;

/// The world and tariffs of the countries `of`, in that order; what stands more than once is cut into equal parts, between which there
/// is no tariff.
fn told(world: &World, tariffs: &Tariffs, of: &[usize], unit: f64) -> (World, Tariffs) {
    let n = world.len();
    let part = |k: usize| 1.0 / of.iter().filter(|other| **other == k).count() as f64;
    let each = |values: &[f64]| -> Vec<f64> { of.iter().map(|k| values[*k]).collect() };
    let sum = |values: &[f64]| -> Vec<f64> { of.iter().map(|k| unit * values[*k] * part(*k)).collect() };
    let cells = || of.iter().flat_map(|i| of.iter().map(move |j| (*i, *j)));
    let trade: Vec<f64> = cells().map(|(i, j)| unit * world.trade[i * n + j] * part(i) * part(j)).collect();
    let spending = sum(&world.spending);
    let other = World {
        countries: (0..of.len()).map(|k| format!("T{k}")).collect(),
        us: of.iter().position(|k| *k == world.us).unwrap(),
        parameters: world.parameters,
        income: sum(&world.income),
        transfer: sum(&world.transfer),
        share: trade.iter().enumerate().map(|(at, flow)| flow / spending[at % of.len()]).collect(),
        spending,
        trade,
        nu: each(&world.nu),
        phi: each(&world.phi),
    };
    (other, Tariffs(cells().map(|(i, j)| if i == j { 0.0 } else { tariffs.0[i * n + j] }).collect()))
}

#[test]
fn order_unit_and_halves_change_nothing() {
    for seed in 0..200 {
        let mut next = numbers(seed + 77);
        let n = 3 + (4.0 * next()) as usize;
        let data = super::random(n, &mut next);
        let parameters = Parameters { trade: 2.0 + 4.0 * next(), ..Parameters::default() };
        let world = World::new(&data, parameters).unwrap();
        let mut tariffs = Tariffs::none(&world);
        for at in (0..n * n).filter(|at| at / n != at % n) {
            tariffs.0[at] = if n > 3 && next() < 0.03 { f64::INFINITY } else { 0.5 * next() };
        }
        for closure in [Closure::default(), Closure { rebate: Rebate::LumpSum, deficits: Deficits::Fixed }] {
            let Ok(one) = solve(&world, &tariffs, closure).unwrap() else { continue };
            assert!(largest(&certify(&world, &one)) < 1e-10, "{seed}");
            let had = measures(&world, &one);
            for of in [(0..n).rev().collect::<Vec<_>>(), (0..n).chain([n - 1]).collect()] {
                let (other, moved) = told(&world, &tariffs, &of, 1e-3);
                let found = solve(&other, &moved, closure).unwrap().unwrap();
                let has = measures(&other, &found);
                for (place, k) in of.iter().enumerate() {
                    assert!((had.welfare[*k] - has.welfare[place]).abs() < 1e-8, "{seed} {of:?}");
                    assert!((one.wage[*k] - found.wage[place]).abs() < 1e-9, "{seed} {of:?}");
                    assert!((had.prices[*k] - has.prices[place]).abs() < 1e-8, "{seed} {of:?}");
                }
            }
        }
    }
}
