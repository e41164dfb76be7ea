//! The published data and tables, where they are at hand. They are not ours to ship.

use super::super::*;
use super::shared;
use crate::folder::Folder;
use crate::game::{Limits, Start, nash, optimum};
use crate::residuals::largest;
use crate::{DirBase, Value};

const OWN: [f64; 7] = [1.1, 1.8, 1.9, 1.7, 4.0, 2.9, 2.3];
const OTHERS: [f64; 7] = [-0.1, -0.6, -1.0, -0.1, -0.3, -1.7, -0.9];
const WAR: [f64; 7] = [-1.9, -2.2, -2.6, -2.2, -0.8, -5.0, -2.2];

/// Tariffs of a published array by exporter, importer and industry.
fn published(name: &str) -> Option<(World, Vec<f64>)> {
    let dir = shared()?;
    let base = DirBase::new(&dir);
    let folder = Folder::new(&base);
    let world = World::load(&folder).unwrap();
    let shape: &[usize] = if name == "nash_bas" { &[7, 7, 33] } else { &[198, 7] };
    let values = folder.arrays("ossa2014.npz").unwrap().figures(name, shape).unwrap();
    Some((world, values))
}

/// Sets the published optimum of one importer: rows are industry times six plus exporter, the importer left out.
fn set_optimum(engine: &mut Engine<'_>, values: &[f64], importer: usize) {
    let world = engine.world();
    let cells: Vec<usize> = world.imports_of(importer).collect();
    for (place, at) in cells.iter().enumerate() {
        let (exporter, sector) = (place / 33, place % 33);
        engine.set(*at, values[(sector * 6 + exporter) * 7 + importer]);
    }
}

fn rounds_to(value: f64, printed: f64) -> bool {
    (value - printed).abs() <= 0.05 + 1e-9
}

#[test]
fn published_tariffs_give_tables_3a_and_4a_and_our_optima_are_no_lower() {
    let Some((world, optima)) = published("optimal_bas") else { return };
    for (j, (printed, printed_others)) in OWN.into_iter().zip(OTHERS).enumerate() {
        let mut engine = Engine::new(&world);
        set_optimum(&mut engine, &optima, j);
        let theirs = engine.equilibrium().unwrap();
        assert!(largest(&certify(&world, &theirs)) < 1e-10);
        let own = 100.0 * (theirs.welfare[j] - 1.0);
        let others = (0..7).filter(|i| *i != j).map(|i| 100.0 * (theirs.welfare[i] - 1.0)).sum::<f64>() / 6.0;
        assert!(rounds_to(own, printed) && rounds_to(others, printed_others), "{j}: {own} {others}");
        let mut engine = Engine::new(&world);
        let own_cells: Vec<usize> = world.imports_of(j).collect();
        let best = optimum(&mut engine, j, &own_cells, Limits::default(), Start::Formula).unwrap();
        let ours = 100.0 * (best.welfare.exp() - 1.0);
        println!("{}: {own:.9} {ours:.9} in {} equilibria", world.regions[j], best.solves);
        assert!(ours >= own - 1e-6, "{j}: {ours} {own}");
    }
    let Some((_, tariffs)) = published("nash_bas") else { return };
    let mut engine = Engine::new(&world);
    engine.set_all(&tariffs);
    let theirs = engine.equilibrium().unwrap();
    for (j, printed) in WAR.into_iter().enumerate() {
        let own = 100.0 * (theirs.welfare[j] - 1.0);
        assert!(rounds_to(own, printed), "{j}: {own}");
    }
}

#[test]
fn our_war_ends_where_theirs_did_and_nobody_regrets() {
    let Some((world, tariffs)) = published("nash_bas") else { return };
    let mut theirs = Engine::new(&world);
    theirs.set_all(&tariffs);
    let theirs = theirs.equilibrium().unwrap();
    let mut engine = Engine::new(&world);
    let (all, own) = players(&world);
    let ended = nash(&mut engine, &all, &own, Limits::default()).unwrap();
    let end = engine.equilibrium().unwrap();
    println!("rounds {} solves {} regret {:?}", ended.rounds, ended.solves, ended.regret);
    for j in 0..7 {
        let apart = 100.0 * (end.welfare[j] - theirs.welfare[j]).abs();
        assert!(apart < 0.02, "{j}: {apart}");
        assert!(ended.regret[j] < 1e-9, "{j}: {}", ended.regret[j]);
    }
    assert!(largest(&certify(&world, &end)) < 1e-10);
}

#[test]
fn talks_gain_what_table_5_prints() {
    let Some(dir) = shared() else { return };
    for (fallback, printed, half) in [("nash", 3.4, 0.05), ("data", 0.5, 0.05), ("free-trade", 0.03, 0.005)] {
        for sharing in ["equal-gains", "product"] {
            let text = format!(
                "model = \"ossa\"\ntitle = \"t\"\nbase = \"ossa-2014\"\nask = \"cooperative\"\nfallback = \"{fallback}\"\nsharing = \"{sharing}\"\n"
            );
            let scenario = OssaScenario::parse("s.toml", &text).unwrap();
            let outcome = run(&scenario, &DirBase::new(&dir)).unwrap();
            assert!(outcome.certificate.converged, "{fallback} {sharing}: {:?}", outcome.notes);
            let gains: Vec<f64> = outcome.tables[0]
                .rows
                .iter()
                .map(|row| if let Value::Number(gain) = row[2] { gain } else { f64::NAN })
                .collect();
            println!("{fallback} {sharing} {gains:?} {}", outcome.certificate.method);
            if sharing == "equal-gains" {
                assert!(gains.iter().all(|gain| (gain - printed).abs() <= half + 1e-9), "{gains:?}");
            } else {
                assert!(gains.iter().all(|gain| *gain > 0.0), "{gains:?}");
            }
        }
    }
}
