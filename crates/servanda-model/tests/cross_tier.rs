//! Partial and general equilibrium agree where a sector is so small that wages and incomes do not feel it.

use servanda_model::equilibrium::{Closure, Numeraire, Shock, solve};
use servanda_model::gsim::{Market, exact};
use servanda_model::smart::{Elasticities, Supplier, smart};
use servanda_model::{Economy, Parts, base};

const N: usize = 3;
/// The share of the sector in what is spent.
const TINY: f64 = 1e-9;
const THETA: f64 = 4.5;

/// Three countries with one large sector and a tiny one, an equilibrium of its own; `home` is the share that the first country buys
/// of the tiny sector at home.
fn world(home: f64) -> Economy {
    let away = 1.0 - home;
    let large = [0.7, 0.2, 0.1, 0.15, 0.75, 0.1, 0.2, 0.2, 0.6];
    let tiny = [home, 0.6 * away, 0.4 * away, 0.1, 0.8, 0.1, 0.05, 0.15, 0.8];
    let tariffs = [1.0, 1.05, 1.05, 1.02, 1.0, 1.03, 1.0, 1.08, 1.0];
    let economy = Economy::new(Parts {
        countries: ["A", "B", "C"].map(str::to_owned).to_vec(),
        sectors: ["large", "tiny"].map(str::to_owned).to_vec(),
        value_added_share: vec![1.0; 2 * N],
        input_share: vec![0.0; 4 * N],
        final_share: [[1.0 - TINY; N], [TINY; N]].concat(),
        theta: vec![6.0, THETA],
        tariff_power: [tariffs, tariffs].concat(),
        trade_share: [large, tiny].concat(),
        value_added: vec![3.0, 2.0, 1.0],
        deficit: vec![0.0; N],
        expenditure: vec![1.0; 2 * N],
    })
    .unwrap();
    base::balance(&economy, Closure::Balanced).unwrap().economy
}

/// Flows of the tiny sector over those of the base, `[importer][exporter]`, after one line's tariff changes.
fn general(economy: &Economy, power: f64) -> Vec<f64> {
    let mut tariff_power = economy.parts().tariff_power.clone();
    tariff_power[N * N + 1] *= power;
    let shock = Shock { tariff_power, closure: Closure::Balanced, numeraire: Numeraire::WorldValueAdded };
    let found = solve(economy, &shock).unwrap().found().unwrap();
    let flows = economy.flows();
    (N * N..2 * N * N).map(|at| found.flows[at] / flows[at]).collect()
}

#[test]
fn the_exact_market_of_one_industry_gives_the_same_imports() {
    let economy = world(0.5);
    let p = economy.parts();
    let flows = economy.flows();
    for power in [0.9, 1.0 / 1.05, 1.25, 3.0] {
        // Spending on the sector is fixed, so that buyers answer with minus one; suppliers' costs are wages, which do not move.
        let turned = |of: &dyn Fn(usize) -> f64| -> Vec<f64> {
            (0..N * N).map(|at| of(N * N + at % N * N + at / N)).collect()
        };
        let mut market = Market {
            regions: p.countries.clone(),
            value: turned(&|at| flows[at]),
            before: turned(&|at| p.tariff_power[at]),
            after: turned(&|at| p.tariff_power[at]),
            em: vec![-1.0; N],
            ex: vec![1e9; N],
            es: vec![1.0 + THETA; N],
        };
        market.after[N] *= power;
        let partial = exact(&market).unwrap().unwrap();
        let general = general(&economy, power);
        assert!((general[1] - 1.0).abs() > 0.05);
        for importer in 0..N {
            for exporter in 0..N {
                let one = 1.0 + partial.quantity[exporter * N + importer];
                let other = general[importer * N + exporter];
                assert!((one - other).abs() < 1e-7, "{power} {importer} {exporter}: {one} {other}");
            }
        }
    }
}

#[test]
fn the_formulas_of_a_tariff_line_are_the_first_order_of_it() {
    // The formulas know imports only, without tariffs: nothing of the line is bought at home, and the tariffs before are alike.
    let economy = world(0.0);
    let p = economy.parts();
    let flows = economy.flows();
    let small = 1e-5;
    let general = general(&economy, 1.0 + small);
    let suppliers: Vec<Supplier> = [1, 2]
        .map(|exporter| {
            let at = N * N + exporter;
            let before = p.tariff_power[at] - 1.0;
            let after = if exporter == 1 { p.tariff_power[at] * (1.0 + small) - 1.0 } else { before };
            Supplier { name: p.countries[exporter].clone(), imports: flows[at] / TINY, before, after }
        })
        .to_vec();
    let elasticities = Elasticities { demand: -1.0, supply: f64::INFINITY, substitution: THETA };
    let partial = smart(&suppliers, elasticities).unwrap();
    for (place, exporter) in [(0, 1), (1, 2)] {
        let one = partial[place].imports / suppliers[place].imports - 1.0;
        let other = general[exporter] - 1.0;
        assert!(one.abs() > small && (one / other - 1.0).abs() < 1e-4, "{exporter}: {one} {other}");
    }
}
