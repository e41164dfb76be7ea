//! What must hold for every economy, on 1,000 random ones: equilibria against a slow plain solver, and against themselves.

mod worlds;

use servanda_model::equilibrium::{Again, Closure, Equilibrium, Numeraire, Shock, Solved, solve};
use servanda_model::{Economy, Parts, adjoint, base, certificate, path, welfare};
use worlds::turned::{permuted, split};
use worlds::{Numbers, apart, plain, shock, world};

/// How many economies.
const MANY: u64 = 1000;

const CLOSURES: [Closure; 3] = [Closure::Balanced, Closure::Nominal, Closure::WorldIncome];

fn solved(economy: &Economy, shock: &Shock) -> Equilibrium {
    match solve(economy, shock).unwrap() {
        Solved::Found(found) => *found,
        Solved::NotFound { residual, passes } => panic!("no convergence: {residual:e} after {passes}"),
    }
}

/// A random economy, tariffs to try on it, and a closure.
fn case(seed: u64) -> (Economy, Vec<f64>, Closure) {
    let mut numbers = Numbers(seed ^ 0xabcd);
    let (n, j, deficits) = (2 + numbers.below(4), 1 + numbers.below(4), numbers.next() < 0.5);
    let (economy, tariffs) = world(seed, n, j, deficits);
    (economy, tariffs, CLOSURES[numbers.below(3)])
}

fn real(economy: &Economy, found: &Equilibrium) -> Vec<f64> {
    welfare::exact(economy, found).iter().map(|w| w.real_income).collect()
}

#[test]
fn a_slow_plain_solver_agrees_and_every_market_clears() {
    for seed in 0..MANY {
        let (economy, tariffs, closure) = case(seed);
        let shock = shock(tariffs, closure);
        let found = solved(&economy, &shock);
        for part in certificate::certify(&economy, &shock, &found) {
            assert!(part.residual < 1e-11, "seed {seed}: {part:?}");
        }
        let plain = plain::solve(&economy, &shock).unwrap_or_else(|| panic!("seed {seed}: the plain solver"));
        assert!(apart(&found.wage, &plain.wage) < 1e-9, "seed {seed}: wages");
        assert!(apart(&found.price, &plain.price) < 1e-9, "seed {seed}: prices");
        assert!(apart(&found.income, &plain.income) < 1e-9, "seed {seed}: incomes");
        assert!(apart(&found.expenditure, &plain.expenditure) < 1e-8, "seed {seed}: expenditure");
    }
}

#[test]
fn prohibitive_tariffs_agree_with_the_plain_solver_too() {
    for seed in 0..200 {
        let (economy, mut tariffs, closure) = case(seed);
        let n = economy.countries();
        let mut numbers = Numbers(seed);
        // Any pair may close, but for the first sector.
        for (at, power) in tariffs.iter_mut().enumerate().skip(n * n) {
            if at % n != at / n % n && numbers.next() < 0.3 {
                *power = f64::INFINITY;
            }
        }
        let shock = shock(tariffs, closure);
        let Ok(answer) = solve(&economy, &shock) else { continue };
        let found = answer.found().unwrap_or_else(|| panic!("seed {seed}"));
        let plain = plain::solve(&economy, &shock).unwrap_or_else(|| panic!("seed {seed}: the plain solver"));
        assert!(apart(&found.wage, &plain.wage) < 1e-9, "seed {seed}");
        let most =
            certificate::certify(&economy, &shock, &found).iter().map(|p| p.residual).fold(0.0, f64::max);
        assert!(most < 1e-11, "seed {seed}: {most:e}");
    }
}

#[test]
fn no_shock_changes_nothing() {
    for seed in 0..MANY {
        let (economy, _, _) = case(seed);
        for closure in [Closure::Nominal, Closure::WorldIncome] {
            let found = solved(&economy, &Shock::none(&economy, closure));
            assert!(apart(&vec![1.0; economy.countries()], &found.wage) < 1e-10, "seed {seed}");
            assert!(apart(&vec![1.0; found.price.len()], &found.price) < 1e-10, "seed {seed}");
            assert!(apart(&vec![1.0; economy.countries()], &real(&economy, &found)) < 1e-10, "seed {seed}");
        }
    }
}

#[test]
fn units_and_numeraire_change_nothing_real() {
    for seed in 0..MANY {
        let (economy, tariffs, closure) = case(seed);
        let of_world = shock(tariffs, closure);
        let found = solved(&economy, &of_world);
        let p = economy.parts();
        let times = |values: &[f64]| values.iter().map(|v| v * 1234.5).collect::<Vec<_>>();
        let other = Economy::new(Parts {
            value_added: times(&p.value_added),
            deficit: times(&p.deficit),
            expenditure: times(&p.expenditure),
            ..p.clone()
        })
        .unwrap();
        let again = solved(&other, &of_world);
        assert!(apart(&found.wage, &again.wage) < 1e-9, "seed {seed}: units");
        assert!(apart(&times(&found.flows), &again.flows) < 1e-8, "seed {seed}: units");
        if closure != Closure::Nominal {
            let of_country = Shock { numeraire: Numeraire::WageOf(0), ..of_world };
            let again = solved(&economy, &of_country);
            assert_eq!(again.wage[0], 1.0);
            assert!(
                apart(&real(&economy, &found), &real(&economy, &again)) < 1e-10,
                "seed {seed}: numeraire"
            );
        }
    }
}

#[test]
fn order_plays_no_part() {
    for seed in 0..MANY {
        let (economy, tariffs, closure) = case(seed);
        let (n, j) = (economy.countries(), economy.sectors());
        let country: Vec<usize> = (0..n).map(|c| (c + 1) % n).collect();
        let sector: Vec<usize> = (0..j).rev().collect();
        let (other, moved) = permuted(economy.parts(), &tariffs, &country, &sector);
        let found = solved(&economy, &shock(tariffs, closure));
        let again = solved(&other, &shock(moved, closure));
        let wages: Vec<f64> = country.iter().map(|c| found.wage[*c]).collect();
        let gains: Vec<f64> = country.iter().map(|c| real(&economy, &found)[*c]).collect();
        assert!(apart(&wages, &again.wage) < 1e-9, "seed {seed}");
        assert!(apart(&gains, &real(&other, &again)) < 1e-10, "seed {seed}");
    }
}

#[test]
fn there_and_back_and_in_two_steps() {
    for seed in 0..MANY {
        let (economy, tariffs, closure) = case(seed);
        // From a base with deficits, a balanced closure has no way back to them.
        let has_deficits = economy.parts().deficit.iter().any(|d| d.abs() > 1e-12);
        let closure = if closure == Closure::Balanced && has_deficits { Closure::Nominal } else { closure };
        let found = solved(&economy, &shock(tariffs.clone(), closure));
        let there = base::rebase(&economy, &tariffs, &found).unwrap();
        let back = solved(&there, &shock(economy.parts().tariff_power.clone(), closure));
        let product: Vec<f64> = found.wage.iter().zip(&back.wage).map(|(a, b)| a * b).collect();
        assert!(apart(&vec![1.0; product.len()], &product) < 1e-9, "seed {seed}: there and back");
        let half: Vec<f64> =
            economy.parts().tariff_power.iter().zip(&tariffs).map(|(a, b)| (a * b).sqrt()).collect();
        let first = solved(&economy, &shock(half.clone(), closure));
        let middle = base::rebase(&economy, &half, &first).unwrap();
        let second = solved(&middle, &shock(tariffs, closure));
        let product: Vec<f64> = first.wage.iter().zip(&second.wage).map(|(a, b)| a * b).collect();
        assert!(apart(&found.wage, &product) < 1e-9, "seed {seed}: two steps");
        let gains: Vec<f64> =
            real(&economy, &first).iter().zip(real(&middle, &second)).map(|(a, b)| a * b).collect();
        assert!(apart(&real(&economy, &found), &gains) < 1e-9, "seed {seed}: two steps");
    }
}

#[test]
fn halves_and_twins_change_nothing() {
    for seed in 0..MANY {
        let (economy, tariffs, closure) = case(seed);
        let (other, wide) = split(economy.parts(), &tariffs);
        let found = solved(&economy, &shock(tariffs, closure));
        let again = solved(&other, &shock(wide, closure));
        let mut wages = found.wage.clone();
        wages.extend(found.wage.last());
        let mut gains = real(&economy, &found);
        gains.extend(gains.last().copied());
        assert!(apart(&wages, &again.wage) < 1e-9, "seed {seed}");
        assert!(apart(&gains, &real(&other, &again)) < 1e-10, "seed {seed}");
    }
}

#[test]
fn parts_along_the_way_are_the_whole() {
    for seed in 0..MANY {
        let (economy, tariffs, closure) = case(seed);
        let along = path::parts(&economy, &shock(tariffs, closure)).unwrap().unwrap();
        let off = along.remainder.iter().fold(0.0, |most: f64, r| most.max(r.abs()));
        assert!(off < 1e-10, "seed {seed}: {off:e} with {} points", along.points);
    }
}

#[test]
fn the_gradient_is_the_slope() {
    for seed in 0..MANY {
        let (economy, tariffs, closure) = case(seed);
        let n = economy.countries();
        let mut numbers = Numbers(seed);
        let (country, at) = (numbers.below(n), numbers.below(tariffs.len()));
        let around = shock(tariffs.clone(), closure);
        let gradient = adjoint::gradient(&economy, &around, &solved(&economy, &around), country).unwrap();
        if at % n == at / n % n {
            assert_eq!(gradient.slope[at], 0.0);
            continue;
        }
        let with = |change: f64| {
            let mut tariffs = tariffs.clone();
            tariffs[at] += change;
            real(&economy, &solved(&economy, &shock(tariffs, closure)))[country].ln()
        };
        // Central differences of two widths, so that what is left is of the fourth order.
        let wide = |h: f64| (with(h) - with(-h)) / (2.0 * h);
        let plain = (4.0 * wide(1e-3) - wide(2e-3)) / 3.0;
        assert!((plain - gradient.slope[at]).abs() < 1e-8, "seed {seed}: {plain} {}", gradient.slope[at]);
    }
}

/// Draws of elasticities are solved from where the first solution stands; whatever was solved before them, each is the same to the
/// last bit, and what the whole search from the base gives.
#[test]
fn other_elasticities_from_where_one_stands_give_the_same_as_from_the_base() {
    for seed in 0..300 {
        let (economy, mut tariffs, closure) = case(seed);
        let n = economy.countries();
        let mut numbers = Numbers(seed);
        for (at, power) in tariffs.iter_mut().enumerate().skip(n * n) {
            if at % n != at / n % n && numbers.next() < 0.1 {
                *power = f64::INFINITY;
            }
        }
        let shock = shock(tariffs, closure);
        let Ok(Solved::Found(first)) = solve(&economy, &shock) else { continue };
        let again = Again::new(&economy, &shock, &first).unwrap();
        let mut room = again.room();
        let theta = |numbers: &mut Numbers| -> Vec<f64> {
            economy.parts().theta.iter().map(|t| t * numbers.between(0.6, 1.5)).collect()
        };
        let (one, other) = (theta(&mut numbers), theta(&mut numbers));
        again.solve(&mut room, &one).unwrap();
        let warm = again.solve(&mut room, &other).unwrap().found().unwrap();
        assert_eq!(warm, again.solve(&mut again.room(), &other).unwrap().found().unwrap(), "seed {seed}");
        let drawn = economy.with_theta(other).unwrap();
        let most = certificate::certify(&drawn, &shock, &warm).iter().map(|p| p.residual).fold(0.0, f64::max);
        assert!(most < 1e-9, "seed {seed}: {most:e}");
        let cold = solved(&drawn, &shock);
        assert!(apart(&cold.wage, &warm.wage) < 1e-9, "seed {seed}");
        assert!(apart(&cold.price, &warm.price) < 1e-9, "seed {seed}");
    }
    let (economy, tariffs, closure) = case(1);
    let shock = shock(tariffs, closure);
    let first = solved(&economy, &shock);
    let again = Again::new(&economy, &shock, &first).unwrap();
    let bad = vec![f64::NAN; economy.sectors()];
    assert!(again.solve(&mut again.room(), &bad).unwrap_err().to_string().contains("trade elasticity, S0"));
    assert!(again.solve(&mut again.room(), &[]).is_err());
}
