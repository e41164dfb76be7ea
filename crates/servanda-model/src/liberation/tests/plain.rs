//! A slow and plain second way to the same equilibrium: wages that follow sales, spending that follows income, work that follows
//! pay, each by a part of the way, and nothing accelerated.

use super::super::*;
use crate::residuals::largest;
use crate::testing::{case_count, numbers};

/// Changes of wages, spending, work and prices.
struct Plain {
    wage: Vec<f64>,
    spending: Vec<f64>,
    work: Vec<f64>,
    price: Vec<f64>,
}

fn plain(world: &World, tariff: &[f64], closure: Closure) -> Option<Plain> {
    let n = world.len();
    let p = world.parameters;
    let [mut wage, mut spending, mut work]: [Vec<f64>; 3] = std::array::from_fn(|_| vec![1.0; n]);
    let mut price: Vec<f64> = vec![1.0; n];
    let income: f64 = world.income.iter().sum();
    let whole: f64 = world.spending.iter().sum();
    let mut step = 0.3;
    let mut before = f64::INFINITY;
    for _ in 0..400_000 {
        let mut sold = vec![0.0; n];
        let mut revenue = vec![0.0; n];
        for j in 0..n {
            // What the goods of each origin cost in `j`, and how much of them is bought.
            let weight = |i: usize| {
                let duty: f64 = 1.0 + tariff[i * n + j];
                let cost = wage[i] * work[i].powf(-p.scale) * duty.powf(world.phi[j]);
                if world.trade[i * n + j] > 0.0 {
                    world.trade[i * n + j] / world.spending[j] * cost.powf(-p.trade)
                } else {
                    0.0
                }
            };
            let sum: f64 = (0..n).map(weight).sum();
            price[j] = (spending[j] / wage[j]).powf(1.0 - world.phi[j]) * sum.powf(-1.0 / p.trade);
            for i in 0..n {
                let paid = weight(i) / sum * world.spending[j] * spending[j];
                if paid > 0.0 {
                    let flow = paid / (1.0 + tariff[i * n + j]);
                    revenue[j] += paid - flow;
                    sold[i] += (1.0 - world.nu[j]) * flow;
                    sold[j] += world.nu[j] * flow;
                }
            }
        }
        let earned: Vec<f64> = (0..n).map(|i| world.income[i] * wage[i] * work[i]).collect();
        let moved = match closure.deficits {
            Deficits::Proportional => earned.iter().sum::<f64>() / income,
            Deficits::Fixed => 1.0,
        };
        let mut gap: f64 = 0.0;
        let mut next = (wage.clone(), spending.clone(), work.clone());
        for i in 0..n {
            let pull = sold[i] / earned[i];
            let push =
                (earned[i] + revenue[i] + world.transfer[i] * moved) / (world.spending[i] * spending[i]);
            let tax = match closure.rebate {
                Rebate::IncomeTax => revenue[i] / earned[i],
                Rebate::LumpSum => 0.0,
            };
            if !(pull > 0.0 && push > 0.0 && tax < 1.0) {
                return None;
            }
            let answer = (wage[i] / (1.0 - tax) / price[i]).powf(p.labour) / work[i];
            gap = gap.max((pull - 1.0).abs()).max((push - 1.0).abs()).max((answer - 1.0).abs());
            next.0[i] *= pull.powf(step);
            next.1[i] *= push.powf(step);
            next.2[i] *= answer.powf(step);
        }
        // The numeraire: the mean of prices stays.
        let level: f64 = (0..n).map(|i| price[i] * world.spending[i]).sum::<f64>() / whole;
        gap = gap.max((level - 1.0).abs());
        if gap < 3e-13 {
            return Some(Plain { wage, spending, work, price });
        }
        if gap > 1.5 * before {
            step = (step * 0.8_f64).max(0.01);
        }
        before = gap;
        (wage, spending, work) = next;
        wage.iter_mut().chain(spending.iter_mut()).for_each(|x| *x /= level);
    }
    None
}

/// Random worlds with random tariffs up to 60 percent, every rebate and every treatment of deficits, with and without distribution.
#[test]
fn a_plain_solver_finds_the_same_on_random_worlds() {
    let mut without = 0;
    let many = case_count();
    for seed in 0..many {
        let mut next = numbers(seed);
        let n = 2 + (4.0 * next()) as usize;
        let data = super::random(n, &mut next);
        let parameters = Parameters {
            trade: 2.0 + 4.0 * next(),
            labour: if next() < 0.2 { 0.0 } else { next() },
            scale: 0.12 * next(),
            pass_through: 0.5 + 0.5 * next(),
            distribution: next() < 0.7,
        };
        let world = World::new(&data, parameters).unwrap();
        let mut tariffs = Tariffs::none(&world);
        for at in (0..n * n).filter(|at| at / n != at % n) {
            tariffs.0[at] = match next() {
                kind if n > 3 && kind < 0.03 => f64::INFINITY,
                _ => 0.6 * next(),
            };
        }
        let closure = Closure {
            rebate: if next() < 0.5 { Rebate::IncomeTax } else { Rebate::LumpSum },
            deficits: if next() < 0.5 { Deficits::Proportional } else { Deficits::Fixed },
        };
        let Ok(found) = solve(&world, &tariffs, closure).unwrap() else {
            // Said with its residual, and only where a country is cut off or nearly so.
            assert!(tariffs.0.iter().any(|t| t.is_infinite()), "{seed}");
            without += 1;
            continue;
        };
        assert!(largest(&certify(&world, &found)) < 1e-10, "{seed}: {:?}", certify(&world, &found));
        let plain = plain(&world, &tariffs.0, closure).unwrap_or_else(|| panic!("{seed}: the plain solver"));
        for (ours, theirs) in [
            (&found.wage, &plain.wage),
            (&found.spending, &plain.spending),
            (&found.work, &plain.work),
            (&found.price, &plain.price),
        ] {
            for (a, b) in ours.iter().zip(theirs) {
                assert!((a - b).abs() < 1e-9 * a.abs().max(1.0), "{seed}: {a} {b}");
            }
        }
    }
    assert!(without * 50 <= many, "{without} of {many} are unsolved");
}
