//! Economies whose answer is known in closed form.

use servanda_model::equilibrium::{Closure, Equilibrium, Numeraire, Shock, solve};
use servanda_model::{Economy, Parts, adjoint, certificate, welfare};

/// One sector without inputs and without tariffs; `share[importer][exporter]`.
fn one_sector(theta: f64, share: &[&[f64]], value_added: &[f64]) -> Economy {
    let n = value_added.len();
    Economy::new(Parts {
        countries: (0..n).map(|c| format!("C{c}")).collect(),
        sectors: vec!["goods".into()],
        value_added_share: vec![1.0; n],
        input_share: vec![0.0; n],
        final_share: vec![1.0; n],
        theta: vec![theta],
        tariff_power: vec![1.0; n * n],
        trade_share: share.concat(),
        value_added: value_added.to_vec(),
        deficit: vec![0.0; n],
        expenditure: value_added.to_vec(),
    })
    .unwrap()
}

fn all_tariffs(n: usize, power: f64) -> Vec<f64> {
    (0..n * n).map(|at| if at / n == at % n { 1.0 } else { power }).collect()
}

fn at(tariff_power: Vec<f64>) -> Shock {
    Shock { tariff_power, closure: Closure::Balanced, numeraire: Numeraire::WorldValueAdded }
}

fn found(economy: &Economy, shock: &Shock) -> Equilibrium {
    solve(economy, shock).unwrap().found().unwrap()
}

/// Arkolakis, Costinot and Rodriguez-Clare: autarky costs `1 - share at home ^ (1 / theta)`.
#[test]
fn autarky_costs_what_the_share_at_home_says() {
    for theta in [2.0, 4.0, 8.0] {
        let economy = one_sector(theta, &[&[0.7, 0.3], &[0.3, 0.7]], &[1.0, 1.0]);
        let shock = at(all_tariffs(2, f64::INFINITY));
        let found = found(&economy, &shock);
        for gain in welfare::exact(&economy, &found) {
            assert!((gain.real_income - 0.7f64.powf(1.0 / theta)).abs() < 1e-10, "{theta}: {gain:?}");
        }
        assert!(found.flows[1] == 0.0 && found.revenue == [0.0, 0.0]);
        let most =
            certificate::certify(&economy, &shock, &found).iter().map(|p| p.residual).fold(0.0, f64::max);
        assert!(most < 1e-11, "{most:e}");
    }
    // Three that differ: what balances trade is where shares and sizes meet.
    let economy =
        one_sector(5.0, &[&[0.8, 0.1, 0.1], &[0.05, 0.9, 0.05], &[0.1, 0.1, 0.8]], &[1.0, 2.0, 1.0]);
    let found = found(&economy, &at(all_tariffs(3, f64::INFINITY)));
    for (gain, home) in welfare::exact(&economy, &found).iter().zip([0.8f64, 0.9, 0.8]) {
        assert!((gain.real_income - home.powf(0.2)).abs() < 1e-10, "{gain:?}");
    }
}

/// Two alike: wages stay, and the share at home and the revenue are known.
#[test]
fn two_alike_with_one_tariff() {
    let (theta, home, power) = (4.0, 0.7, 1.3f64);
    let economy = one_sector(theta, &[&[home, 1.0 - home], &[1.0 - home, home]], &[1.0, 1.0]);
    let found = found(&economy, &at(all_tariffs(2, power)));
    let away = (1.0 - home) * power.powf(-theta);
    let share = away / (home + away);
    let price = (home + away).powf(-1.0 / theta);
    let income = 1.0 / (1.0 - share * (1.0 - 1.0 / power));
    for (c, gain) in welfare::exact(&economy, &found).iter().enumerate() {
        assert!((found.wage[c] - 1.0).abs() < 1e-10 && (found.price[c] - price).abs() < 1e-10);
        assert!((gain.real_income - income / price).abs() < 1e-10);
    }
}

/// A country so small that it moves nobody gains most at a tariff of one over theta.
#[test]
fn a_small_country_gains_most_at_one_over_theta() {
    let tiny = 1e-7;
    for theta in [3.0, 5.0] {
        let economy = one_sector(theta, &[&[0.6, 0.4], &[0.4 * tiny, 1.0 - 0.4 * tiny]], &[tiny, 1.0]);
        let slope = |tariff: f64| {
            let mut power = vec![1.0; 4];
            power[1] = 1.0 + tariff;
            let shock = at(power);
            adjoint::gradient(&economy, &shock, &found(&economy, &shock), 0).unwrap().slope[1]
        };
        let best = 1.0 / theta;
        assert!(slope(best).abs() < 1e-6, "{}", slope(best));
        assert!(slope(best - 0.01) > 1e-4 && slope(best + 0.01) < -1e-4);
    }
}

#[test]
fn what_cannot_be_is_said_with_its_cell() {
    let economy = one_sector(4.0, &[&[0.7, 0.3], &[0.3, 0.7]], &[1.0, 1.0]);
    let one_way = at(vec![1.0, f64::INFINITY, 1.0, 1.0]);
    let said = solve(&economy, &one_way).unwrap_err().to_string();
    assert!(said.starts_with("trade balance, C0: it has exports and no imports"), "{said}");
    let parts = economy.parts().clone();
    let refused = |change: &dyn Fn(&mut Parts)| {
        let mut parts = parts.clone();
        change(&mut parts);
        Economy::new(parts).unwrap_err().to_string()
    };
    let said = refused(&|p| p.trade_share[1] = 0.2);
    assert_eq!(said, "trade shares, C0, goods: they sum to 0.8999999999999999, and must sum to one");
    let said = refused(&|p| p.trade_share[1] = -0.2);
    assert_eq!(said, "trade share, C0 from C1, goods: -0.2 must be between 0 and 1");
    let said = refused(&|p| p.expenditure[1] = f64::NAN);
    assert_eq!(said, "expenditure, C1, goods: NaN is no finite number");
    let said = refused(&|p| p.tariff_power[1] = 0.0);
    assert_eq!(said, "tariff, C0 from C1, goods: one plus the tariff is 0; it must be a number above zero");
    let said = refused(&|p| p.deficit[1] = 0.5);
    assert_eq!(said, "deficits, the world: they sum to 0.5, and must sum to zero");
    let said = refused(&|p| p.trade_share = vec![0.0, 0.0, 0.3, 0.7]);
    assert_eq!(said, "trade shares, C0, goods: something is spent, and no exporter has a share of it");
    let said = refused(&|p| p.countries[1] = "C0".into());
    assert_eq!(said, "the country `C0` stands twice in the base");
}

/// With everything closed for one buyer and no supply at home, the cell is named.
#[test]
fn a_buyer_without_any_supplier_is_named() {
    let economy = one_sector(4.0, &[&[0.0, 1.0], &[1.0, 0.0]], &[1.0, 1.0]);
    let said = solve(&economy, &at(all_tariffs(2, f64::INFINITY))).unwrap_err().to_string();
    assert!(said.starts_with("tariffs, C0, goods: the tariffs leave no supplier"), "{said}");
}
