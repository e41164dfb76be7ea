//! What the model must give where a formula is known.

use super::super::*;
use crate::game::{Limits, Start, nash, optimum};
use crate::testing::numbers;

/// One industry, free trade, regions of these sizes; each pair trades so that all balances.
fn one_industry(sizes: &[f64], openness: f64, sigma: f64) -> World {
    let n = sizes.len();
    let whole: f64 = sizes.iter().sum();
    let mut trade = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..n {
            trade[i * n + j] = openness * sizes[i] * sizes[j] / whole;
        }
        trade[i * n + i] += (1.0 - openness) * sizes[i];
    }
    let names = (0..n).map(|k| format!("R{k}")).collect();
    World::new(names, vec!["all".to_owned()], trade, vec![0.0; n * n], vec![sigma]).unwrap()
}

#[test]
fn gains_from_trade_are_those_of_arkolakis_costinot_rodriguez_clare() {
    for (openness, sigma) in [(0.3, 5.0), (0.9, 2.2), (0.05, 9.0)] {
        let world = one_industry(&[1.0, 3.0, 0.4], openness, sigma);
        let mut engine = Engine::new(&world);
        for j in 0..3 {
            world.imports_of(j).for_each(|at| engine.set(at, f64::INFINITY));
        }
        let alone = engine.equilibrium().unwrap();
        for j in 0..3 {
            let home =
                world.trade[world.at(j, j, 0)] / (0..3).map(|i| world.trade[world.at(i, j, 0)]).sum::<f64>();
            let formula = home.powf(1.0 / (sigma - 1.0));
            assert!((alone.welfare[j] - formula).abs() < 1e-10, "{} {formula}", alone.welfare[j]);
        }
    }
}

/// Wages of a region that trades with no other cannot be compared with theirs; real incomes can.
#[test]
fn a_region_alone_does_not_keep_the_others_from_an_answer() {
    let world = super::world(4, 3, 2);
    let mut engine = Engine::new(&world);
    for k in 0..3 {
        for i in [0, 1, 3] {
            engine.set(world.at(i, 2, k), f64::INFINITY);
            engine.set(world.at(2, i, k), f64::INFINITY);
        }
    }
    let answer = engine.equilibrium().unwrap();
    let parts = certify(&world, &answer);
    assert!(crate::residuals::largest(&parts) < 1e-12, "{parts:?}");
    assert!(answer.welfare.iter().all(|welfare| *welfare < 1.0), "{:?}", answer.welfare);
    let mut slope = vec![0.0; world.trade.len()];
    engine.slope(&[1.0; 4], 0..4, &mut slope);
    assert!(slope.iter().all(|x| x.is_finite()));
}

#[test]
fn the_best_tariff_of_a_small_country_is_one_over_sigma_less_one() {
    for sigma in [2.5, 4.0, 8.0] {
        let world = one_industry(&[1e-7, 1.0, 2.0], 0.8, sigma);
        let mut engine = Engine::new(&world);
        let own: Vec<usize> = world.imports_of(0).collect();
        optimum(&mut engine, 0, &own, Limits::default(), Start::Flat(0.05)).unwrap();
        for at in own {
            let tariff = engine.tariff(at);
            assert!((tariff - 1.0 / (sigma - 1.0)).abs() < 1e-5, "{sigma}: {tariff}");
        }
    }
}

#[test]
fn equal_countries_end_a_war_equal_at_the_tariffs_that_gros_gives() {
    let sigma = 3.5;
    let world = one_industry(&[1.0, 1.0], 0.6, sigma);
    let mut engine = Engine::new(&world);
    let (all, own) = players(&world);
    let ended = nash(&mut engine, &all, &own, Limits::default()).unwrap();
    let answer = engine.equilibrium().unwrap();
    assert!((answer.welfare[0] - answer.welfare[1]).abs() < 1e-8 && answer.welfare[0] < 1.0);
    assert!(ended.regret.iter().all(|gain| *gain < 1e-9), "{:?}", ended.regret);
    // The share of its own goods in what the other buys, at world prices.
    let (own, foreign) = (answer.trade[world.at(1, 1, 0)], answer.trade[world.at(0, 1, 0)]);
    let formula = 1.0 / ((sigma - 1.0) * own / (own + foreign));
    assert!((answer.tariff[world.at(1, 0, 0)] - formula).abs() < 1e-6);
}

#[test]
fn two_halves_of_a_region_do_as_the_whole() {
    let whole = super::world(3, 2, 11);
    let s = 2;
    let n = 4;
    let of = |i: usize| i.min(2);
    let part = |i: usize| if i < 2 { 1.0 } else { 0.5 };
    let mut trade = vec![0.0; n * n * s];
    let mut tariff = trade.clone();
    for i in 0..n {
        for j in 0..n {
            for k in 0..s {
                trade[(i * n + j) * s + k] = whole.trade[whole.at(of(i), of(j), k)] * part(i) * part(j);
                tariff[(i * n + j) * s + k] = whole.tariff[whole.at(of(i), of(j), k)];
            }
        }
    }
    let names = ["R0", "R1", "R2a", "R2b"].map(str::to_owned).to_vec();
    let halves = World::new(names, whole.sectors.clone(), trade, tariff, whole.sigma.clone()).unwrap();
    let (mut one, mut two) = (Engine::new(&whole), Engine::new(&halves));
    let mut next = numbers(3);
    for k in 0..s {
        let (a, b) = (next(), next());
        one.set(whole.at(0, 2, k), a);
        one.set(whole.at(2, 1, k), b);
        (2..4).for_each(|half| {
            two.set(halves.at(0, half, k), a);
            two.set(halves.at(half, 1, k), b);
        });
    }
    let (one, two) = (one.solve().unwrap().to_vec(), two.solve().unwrap().to_vec());
    for (i, half) in two.iter().enumerate() {
        assert!((one[of(i)] - half).abs() < 1e-12, "{i}");
    }
}

/// A tariff on one small industry does the same in partial equilibrium, wages and incomes being as good as fixed.
#[test]
fn partial_and_general_equilibrium_agree_on_a_small_industry() {
    let mut apart = Vec::new();
    for size in [1e-3, 1e-5, 1e-7] {
        let (n, s) = (3, 2);
        let mut trade = vec![0.0; n * n * s];
        for i in 0..n {
            for j in 0..n {
                let pair = if i == j { 4.0 } else { 1.0 + 0.1 * (i + j) as f64 };
                trade[(i * n + j) * s] = pair;
                trade[(i * n + j) * s + 1] = size * pair;
            }
        }
        let names =
            |prefix: &str, count: usize| (0..count).map(|k| format!("{prefix}{k}")).collect::<Vec<_>>();
        let sigma = vec![3.0, 6.0];
        let tariff = vec![0.0; n * n * s];
        let world = World::new(names("R", n), names("S", s), trade.clone(), tariff, sigma).unwrap();
        let mut engine = Engine::new(&world);
        engine.set(world.at(0, 1, 1), 0.25);
        let general = engine.equilibrium().unwrap();
        let market = crate::gsim::Market {
            regions: names("R", n),
            value: (0..n * n).map(|at| trade[at * s + 1]).collect(),
            before: vec![1.0; n * n],
            after: (0..n * n).map(|at| if at == 1 { 1.25 } else { 1.0 }).collect(),
            em: vec![-1.0; n],
            ex: vec![1e12; n],
            es: vec![6.0; n],
        };
        let partial = crate::gsim::exact(&market).unwrap().unwrap();
        let most = (0..n * n)
            .map(|at| {
                (general.trade[at * s + 1] / trade[at * s + 1] - partial.value[at] / market.value[at]).abs()
            })
            .fold(0.0, f64::max);
        apart.push(most);
    }
    assert!(apart[0] > apart[1] && apart[1] > apart[2] && apart[2] < 1e-7, "{apart:?}");
}
