//! What the map itself must keep, away from any equilibrium.

use super::kernel::Kernel;
use super::{Closure, Numeraire, Shock};
use crate::{Economy, Parts};

fn economy(deficit: [f64; 3]) -> Economy {
    Economy::new(Parts {
        countries: ["A", "B", "C"].map(str::to_owned).to_vec(),
        sectors: ["x", "y"].map(str::to_owned).to_vec(),
        value_added_share: vec![0.5, 0.6, 0.4, 0.9, 0.7, 0.5],
        input_share: [0.3, 0.6, 0.7, 0.4].repeat(3),
        final_share: vec![0.4, 0.5, 0.2, 0.6, 0.5, 0.8],
        theta: vec![4.0, 7.0],
        tariff_power: [1.0, 1.1, 1.2, 1.05, 1.0, 1.0, 1.3, 1.1, 1.0].repeat(2),
        trade_share: [0.6, 0.3, 0.1, 0.2, 0.7, 0.1, 0.3, 0.0, 0.7].repeat(2),
        value_added: vec![3.0, 2.0, 1.0],
        deficit: deficit.to_vec(),
        expenditure: vec![2.0, 3.0, 1.0, 4.0, 2.0, 1.0],
    })
    .unwrap()
}

/// Walras: at any wages, once prices and expenditure have settled, what the world's labour is paid is what its wages cost. So one
/// market follows from the others, and a numeraire may take its place.
#[test]
fn the_worlds_excess_demand_is_nothing_at_any_wages() {
    for (deficit, closures) in [
        ([0.0; 3], vec![Closure::Balanced, Closure::Nominal, Closure::WorldIncome]),
        ([0.2, -0.15, -0.05], vec![Closure::Nominal, Closure::WorldIncome, Closure::Balanced]),
    ] {
        for closure in closures {
            let economy = economy(deficit);
            let mut tariff_power = economy.parts().tariff_power.clone();
            tariff_power[1] = 1.6;
            tariff_power[11] = f64::INFINITY;
            for numeraire in [Numeraire::WorldValueAdded, Numeraire::WageOf(2)] {
                let shock = Shock { tariff_power: tariff_power.clone(), closure, numeraire };
                let kernel = Kernel::new(&economy, &shock, 1.0).unwrap();
                let (mut z, mut room) = (kernel.start(), kernel.room());
                let mut next = z.clone();
                for _ in 0..2000 {
                    z[..3].copy_from_slice(&[0.3, -0.2, 0.1]);
                    kernel.pass(&z, &mut next, &mut room);
                    z.copy_from_slice(&next);
                }
                let cost: Vec<f64> = [0.3_f64, -0.2, 0.1]
                    .iter()
                    .zip(&economy.parts().value_added)
                    .map(|(w, v)| w.exp() * v)
                    .collect();
                let (paid, costs): (f64, f64) = (room.labour.iter().sum(), cost.iter().sum());
                assert!((paid / costs - 1.0).abs() < 1e-12, "{closure:?}: {paid} {costs}");
                // These wages are no equilibrium: single markets do not clear.
                assert!((room.labour[0] / cost[0] - 1.0).abs() > 1e-3);
            }
        }
    }
}
