//! What the model must give where a formula is known.

use super::super::*;
use super::data;
use crate::newton::SolveError;

/// Fixed work, no scale, no distribution: the plain model of one sector.
const PLAIN: Parameters =
    Parameters { trade: 4.0, labour: 0.0, scale: 0.0, pass_through: 1.0, distribution: false };

/// Balanced trade among countries of these sizes, the second being the United States.
fn balanced(sizes: &[f64], openness: f64) -> Trade {
    let n = sizes.len();
    let whole: f64 = sizes.iter().sum();
    let mut made = data(n);
    for at in 0..n * n {
        made.trade[at] =
            if at / n == at % n { 0.0 } else { openness * sizes[at / n] * sizes[at % n] / whole };
    }
    made.gdp = sizes.to_vec();
    made
}

/// The world whose home sales make up what the sizes say.
fn plain(sizes: &[f64], openness: f64, trade: f64) -> World {
    // The moments need sizes that leave room for distribution; the plain model then drops it.
    let mut world = World::new(&balanced(sizes, openness), Parameters { trade, ..PLAIN }).unwrap();
    let n = sizes.len();
    for (j, size) in sizes.iter().enumerate() {
        let imports: f64 = (0..n).filter(|i| *i != j).map(|i| world.trade[i * n + j]).sum();
        world.trade[j * n + j] = size - imports;
        world.spending[j] = *size;
        world.income[j] = *size;
        world.transfer[j] = 0.0;
    }
    world.share = (0..n * n).map(|at| world.trade[at] / sizes[at % n]).collect();
    world
}

#[test]
fn real_wages_are_those_of_arkolakis_costinot_rodriguez_clare() {
    for (openness, elasticity) in [(0.3, 4.0), (0.8, 2.0), (0.1, 8.0)] {
        let world = plain(&[1.0, 3.0, 0.4], openness, elasticity);
        let mut tariffs = Tariffs::none(&world);
        (0..9).filter(|at| at / 3 != at % 3).for_each(|at| tariffs.0[at] = 0.2 * at as f64);
        tariffs.0[2] = f64::INFINITY;
        let found = solve(&world, &tariffs, Rebate::LumpSum).unwrap().unwrap();
        for j in 0..3 {
            let at_home = found.trade[j * 3 + j] / (world.spending[j] * found.spending[j]);
            let formula = (at_home / world.share[j * 3 + j]).powf(-1.0 / elasticity);
            let real = found.wage[j] / found.price[j];
            assert!((real - formula).abs() < 1e-12, "{real} {formula}");
        }
        (0..9).filter(|at| at / 3 != at % 3).for_each(|at| tariffs.0[at] = f64::INFINITY);
        let SolveError::NoEquilibrium(problem) =
            solve(&world, &tariffs, Rebate::LumpSum).unwrap().unwrap_err()
        else {
            panic!()
        };
        assert!(problem.contains("USA trades neither"), "{problem}");
    }
}

#[test]
fn the_best_tariff_of_a_small_country_is_one_over_the_elasticity() {
    for elasticity in [2.0, 4.0, 7.0] {
        let world = plain(&[1.0, 1e-6, 2.0], 0.7, elasticity);
        let welfare = |tariff: f64| {
            let mut tariffs = Tariffs::none(&world);
            tariffs.0[1] = tariff;
            tariffs.0[2 * 3 + 1] = tariff;
            measures(&world, &solve(&world, &tariffs, Rebate::LumpSum).unwrap().unwrap()).welfare[1]
        };
        let best = 1.0 / elasticity;
        let h = 1e-3;
        // The top of the parabola through three points.
        let (low, mid, high) = (welfare(best - h), welfare(best), welfare(best + h));
        let top = 0.5 * h * (low - high) / (low - 2.0 * mid + high);
        assert!(mid > low.max(high) && top.abs() < 1e-5, "{elasticity}: {top}");
        // The formula says the same of a country that sells little everywhere.
        let formula = Tariffs::new(&world, &[0.0; 3], UsTariff::Optimal, Retaliation::None).unwrap();
        assert!((formula.0[1] - best).abs() < 1e-5, "{}", formula.0[1]);
    }
}

#[test]
fn equal_countries_do_equally() {
    let world = plain(&[2.0, 2.0], 0.6, 4.0);
    let mut tariffs = Tariffs::none(&world);
    tariffs.0[1] = 0.3;
    tariffs.0[2] = 0.3;
    let found = solve(&world, &tariffs, Rebate::LumpSum).unwrap().unwrap();
    let welfare = measures(&world, &found).welfare;
    assert!((welfare[0] - welfare[1]).abs() < 1e-11 && welfare[0] < 0.0);
}

/// Without distribution, scale and supply of work it is the one-sector model with trade in varieties, so both must agree.
#[test]
fn it_agrees_with_the_other_model_where_they_are_the_same() {
    let (sizes, openness) = ([1.0, 3.0, 0.4], 0.5);
    let world = plain(&sizes, openness, 4.0);
    let names: Vec<String> = world.countries.clone();
    let other =
        crate::ossa::World::new(names, vec!["all".to_owned()], world.trade.clone(), vec![0.0; 9], vec![5.0])
            .unwrap();
    let mut engine = crate::ossa::Engine::new(&other);
    let mut tariffs = Tariffs::none(&world);
    for (at, tariff) in [(1, 0.4), (7, 0.1), (6, 0.9)] {
        tariffs.0[at] = tariff;
        engine.set(at, tariff);
    }
    let found = measures(&world, &solve(&world, &tariffs, Rebate::LumpSum).unwrap().unwrap()).welfare;
    for (ours, theirs) in found.iter().zip(engine.solve().unwrap()) {
        assert!((ours / 100.0 - theirs.exp_m1()).abs() < 1e-12, "{ours} {theirs}");
    }
}
