//! The same world told in another way has the same equilibrium: in two steps, in another unit, with halves and twins.

use super::super::*;
use super::world;
use crate::testing::numbers;

/// New tariffs on every flow that has one.
fn changed(world: &World, seed: u64) -> Vec<f64> {
    let mut next = numbers(seed + 31);
    world.tariff.iter().map(|old| if *old > 0.0 { 0.9 * next() } else { 0.0 }).collect()
}

fn solved(world: &World, tariffs: &[f64]) -> Equilibrium {
    let mut engine = Engine::new(world);
    engine.set_all(tariffs);
    engine.equilibrium().unwrap()
}

#[test]
fn two_steps_are_one() {
    for seed in 0..100 {
        let world = world(2 + (seed as usize) % 5, 1 + (seed as usize) % 4, seed);
        let new = changed(&world, seed);
        let half: Vec<f64> =
            world.tariff.iter().zip(&new).map(|(a, b)| ((1.0 + a) * (1.0 + b)).sqrt() - 1.0).collect();
        let first = solved(&world, &half);
        let middle = world.moved_to(&first.tariff, &first.trade).unwrap();
        let (second, whole) = (solved(&middle, &new), solved(&world, &new));
        for (i, gain) in whole.welfare.iter().enumerate() {
            assert!((first.welfare[i] * second.welfare[i] - gain).abs() < 1e-10, "{seed}");
        }
    }
}

/// The last region as two halves and the last industry as twins, in another unit of money.
#[test]
fn halves_twins_and_units_change_nothing() {
    for seed in 0..100 {
        let one = world(2 + (seed as usize) % 5, 1 + (seed as usize) % 4, seed);
        let (n, s) = one.size();
        let new = changed(&one, seed);
        let (r, k) = (|i: usize| i.min(n - 1), |k: usize| k.min(s - 1));
        let part = |split: bool| if split { 0.5 } else { 1.0 };
        let (nn, ss) = (n + 1, s + 1);
        let cells = || (0..nn * nn * ss).map(|at| (at / (nn * ss), at / ss % nn, at % ss));
        let of = |values: &[f64], i, j, kk| values[one.at(r(i), r(j), k(kk))];
        let trade = cells()
            .map(|(i, j, kk)| {
                of(&one.trade, i, j, kk) * 1e-6 * part(i >= n - 1) * part(j >= n - 1) * part(kk >= s - 1)
            })
            .collect();
        let spread =
            |values: &[f64]| -> Vec<f64> { cells().map(|(i, j, kk)| of(values, i, j, kk)).collect() };
        let names = |had: &[String]| had.iter().cloned().chain(["again".to_owned()]).collect::<Vec<_>>();
        let sigma = (0..ss).map(|kk| one.sigma[k(kk)]).collect();
        let other =
            World::new(names(&one.regions), names(&one.sectors), trade, spread(&one.tariff), sigma).unwrap();
        let (had, has) = (solved(&one, &new), solved(&other, &spread(&new)));
        for i in 0..nn {
            assert!((had.welfare[r(i)] - has.welfare[i]).abs() < 1e-11, "{seed}");
            assert!((had.wage[r(i)] - has.wage[i]).abs() < 1e-11, "{seed}");
        }
    }
}

/// Elasticities times a factor leave the data an equilibrium, and a factor of one leaves everything.
#[test]
fn other_elasticities_start_from_the_same_data() {
    let world = world(4, 3, 8);
    assert_eq!(world.with_elasticities_times(1.0).unwrap().trade, world.trade);
    let other = world.with_elasticities_times(1.25).unwrap();
    assert!((other.sigma[0] - 1.0 - 1.25 * (world.sigma[0] - 1.0)).abs() < 1e-15);
    let same = solved(&other, &other.tariff);
    assert!(same.welfare.iter().all(|w| (w - 1.0).abs() < 1e-12));
    assert!(world.with_elasticities_times(0.0).is_err() && world.with_elasticities_times(f64::NAN).is_err());
}
