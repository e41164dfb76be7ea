//! What must hold for every economy, on larger ones: up to 40 countries and 60 sectors, with zeros, deficits and forbidden trade.

mod worlds;

use servanda_model::equilibrium::{Again, Closure, Equilibrium, Numeraire, Shock, solve};
use servanda_model::{Economy, Parts, adjoint, base, certificate, path, welfare};
use worlds::turned::{permuted, split};
use worlds::{Numbers, apart, shock, world};

/// Seed, countries and sectors.
const SIZES: [(u64, usize, usize); 12] = [
    (1, 40, 3),
    (2, 6, 60),
    (3, 25, 20),
    (4, 2, 60),
    (5, 40, 1),
    (6, 15, 30),
    (7, 2, 1),
    (8, 3, 45),
    (9, 12, 12),
    (10, 40, 60),
    (11, 31, 40),
    (12, 9, 2),
];

const CLOSURES: [Closure; 3] = [Closure::Nominal, Closure::WorldIncome, Closure::Balanced];

/// Every size with its tariffs, some of them prohibitive where `closing`, and a closure; a base has deficits unless it is to be
/// balanced.
fn each(closing: bool, mut test: impl FnMut(&Economy, Shock)) {
    let mut closed = 0;
    for (place, (seed, n, j)) in SIZES.into_iter().enumerate() {
        let closure = CLOSURES[place % 3];
        let (economy, mut tariffs) = world(seed, n, j, closure != Closure::Balanced);
        let mut numbers = Numbers(seed);
        let p = economy.parts();
        // Everybody trades in the first sector, and everybody has some goods of their own in the others.
        for (at, power) in tariffs.iter_mut().enumerate().skip(n * n).filter(|_| closing) {
            let (row, importer, exporter) = (at / n, at / n % n, at % n);
            let home = p.trade_share[row * n + importer] > 0.0;
            if importer != exporter && home && numbers.next() < 0.1 {
                *power = f64::INFINITY;
                closed += usize::from(p.trade_share[at] > 0.0);
            }
        }
        test(&economy, shock(tariffs, closure));
    }
    assert!(!closing || closed > 1000, "{closed}");
}

fn solved(economy: &Economy, shock: &Shock) -> Equilibrium {
    let found = solve(economy, shock).unwrap().found().unwrap();
    for part in certificate::certify(economy, shock, &found) {
        assert!(part.residual < 1e-11, "{part:?}");
    }
    found
}

fn real(economy: &Economy, found: &Equilibrium) -> Vec<f64> {
    welfare::exact(economy, found).iter().map(|w| w.real_income).collect()
}

#[test]
fn no_shock_changes_nothing() {
    each(false, |economy, shock| {
        let found = solved(economy, &Shock { tariff_power: economy.parts().tariff_power.clone(), ..shock });
        assert!(apart(&vec![1.0; economy.countries()], &found.wage) < 1e-10);
        assert!(apart(&vec![1.0; found.price.len()], &found.price) < 1e-10);
    });
}

#[test]
fn units_and_numeraire_change_nothing_real() {
    each(true, |economy, shock| {
        let found = solved(economy, &shock);
        let p = economy.parts();
        let times = |values: &[f64]| values.iter().map(|v| v * 1e6).collect::<Vec<_>>();
        let other = Economy::new(Parts {
            value_added: times(&p.value_added),
            deficit: times(&p.deficit),
            expenditure: times(&p.expenditure),
            ..p.clone()
        });
        let again = solved(&other.unwrap(), &shock);
        assert!(apart(&found.wage, &again.wage) < 1e-9 && apart(&found.price, &again.price) < 1e-9);
        // Deficits that stay in money depend on what money is.
        if shock.closure != Closure::Nominal {
            let of_country = Shock { numeraire: Numeraire::WageOf(1), ..shock };
            let again = solved(economy, &of_country);
            assert!(apart(&real(economy, &found), &real(economy, &again)) < 1e-9);
        }
    });
}

#[test]
fn order_halves_and_twins_play_no_part() {
    each(true, |economy, shock| {
        let (n, j) = (economy.countries(), economy.sectors());
        let found = solved(economy, &shock);
        let gains = real(economy, &found);
        let country: Vec<usize> = (0..n).map(|c| (c * (n - 1) + 1) % n).collect();
        let sector: Vec<usize> = (0..j).map(|s| (s + j / 2) % j).collect();
        let (other, moved) = permuted(economy.parts(), &shock.tariff_power, &country, &sector);
        let again = solved(&other, &Shock { tariff_power: moved, ..shock.clone() });
        let turned: Vec<f64> = country.iter().map(|c| gains[*c]).collect();
        assert!(apart(&turned, &real(&other, &again)) < 1e-9, "order, {n} x {j}");
        let (other, wide) = split(economy.parts(), &shock.tariff_power);
        let again = solved(&other, &Shock { tariff_power: wide, ..shock });
        let mut more = gains;
        more.extend(more.last().copied());
        assert!(apart(&more, &real(&other, &again)) < 1e-9, "halves, {n} x {j}");
    });
}

#[test]
fn there_and_back_and_in_two_steps() {
    each(false, |economy, shock| {
        let old = &economy.parts().tariff_power;
        let found = solved(economy, &shock);
        let there = base::rebase(economy, &shock.tariff_power, &found).unwrap();
        let back = solved(&there, &Shock { tariff_power: old.clone(), ..shock.clone() });
        let product: Vec<f64> = found.wage.iter().zip(&back.wage).map(|(a, b)| a * b).collect();
        assert!(apart(&vec![1.0; product.len()], &product) < 1e-9, "there and back");
        let half: Vec<f64> = old.iter().zip(&shock.tariff_power).map(|(a, b)| (a * b).sqrt()).collect();
        let first = solved(economy, &Shock { tariff_power: half.clone(), ..shock.clone() });
        let middle = base::rebase(economy, &half, &first).unwrap();
        let second = solved(&middle, &shock);
        let gains: Vec<f64> =
            real(economy, &first).iter().zip(real(&middle, &second)).map(|(a, b)| a * b).collect();
        assert!(apart(&real(economy, &found), &gains) < 1e-9, "two steps");
    });
}

#[test]
fn other_elasticities_give_the_same_from_where_one_stands() {
    each(true, |economy, shock| {
        let first = solved(economy, &shock);
        let again = Again::new(economy, &shock, &first).unwrap();
        let mut numbers = Numbers(3);
        let theta: Vec<f64> = economy.parts().theta.iter().map(|t| t * numbers.between(0.75, 1.25)).collect();
        let warm = again.solve(&mut again.room(), &theta).unwrap().found().unwrap();
        let cold = solved(&economy.with_theta(theta).unwrap(), &shock);
        assert!(apart(&cold.wage, &warm.wage) < 1e-9 && apart(&cold.price, &warm.price) < 1e-9);
    });
}

#[test]
fn parts_are_the_whole_and_gradients_the_slope() {
    each(false, |economy, shock| {
        let (n, j) = (economy.countries(), economy.sectors());
        if n * n * j > 10_000 {
            return;
        }
        let along = path::parts(economy, &shock).unwrap().unwrap();
        let off = along.remainder.iter().fold(0.0, |most: f64, r| most.max(r.abs()));
        assert!(off < 1e-9, "{n} x {j}: {off:e} with {} points", along.points);
        let gradient = adjoint::gradient(economy, &shock, &solved(economy, &shock), 0).unwrap();
        // The tariff that matters most.
        let (at, slope) = gradient
            .slope
            .iter()
            .enumerate()
            .fold((0, 0.0_f64), |most, (at, s)| if s.abs() > most.1.abs() { (at, *s) } else { most });
        let with = |change: f64| {
            let mut shock = shock.clone();
            shock.tariff_power[at] += change;
            real(economy, &solved(economy, &shock))[0].ln()
        };
        let wide = |h: f64| (with(h) - with(-h)) / (2.0 * h);
        let plain = (4.0 * wide(1e-3) - wide(2e-3)) / 3.0;
        assert!((plain - slope).abs() < 1e-6 * slope.abs() + 1e-9, "{n} x {j}: {plain} {slope}");
    });
}
