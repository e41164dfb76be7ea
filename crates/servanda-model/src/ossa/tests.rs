use super::*;
use crate::DirBase;
use crate::folder::Folder;
use crate::newton::SolveError;
use crate::residuals::largest;
use crate::testing::numbers;
use std::path::PathBuf;

mod closed_forms;
mod invariants;
mod plain;
mod published;

/// The folder of the published data, or nothing with one line printed.
fn shared() -> Option<PathBuf> {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ge/ossa-2014");
    if dir.exists() {
        return Some(dir);
    }
    println!("skipped: {} is not there", dir.display());
    None
}

/// A world made by solving one: random shares, sizes and tariffs, some flows zero, balanced by construction.
fn world(n: usize, s: usize, seed: u64) -> World {
    let mut next = numbers(seed);
    let sigma: Vec<f64> = (0..s).map(|_| 1.8 + 6.0 * next()).collect();
    // Symmetric trade between any two regions balances.
    let mut trade = vec![0.0; n * n * s];
    let mut tariff = vec![0.0; n * n * s];
    for i in 0..n {
        for j in 0..=i {
            for k in 0..s {
                let zero = i != j && next() < 0.15;
                let flow = if zero {
                    0.0
                } else if i == j {
                    5.0 + 10.0 * next()
                } else {
                    next()
                };
                let other = if i == j { flow } else { flow * (0.5 + next()) };
                trade[(i * n + j) * s + k] = flow;
                trade[(j * n + i) * s + k] = other;
                if i != j {
                    tariff[(i * n + j) * s + k] = 0.4 * next();
                    tariff[(j * n + i) * s + k] = 0.4 * next();
                }
            }
        }
    }
    // Balance each pair in the first industry.
    for i in 0..n {
        for j in 0..i {
            let sum = |a: usize, b: usize| (0..s).map(|k| trade[(a * n + b) * s + k]).sum::<f64>();
            let gap = sum(i, j) - sum(j, i);
            let at = if gap > 0.0 { (j * n + i) * s } else { (i * n + j) * s };
            trade[at] += gap.abs();
        }
    }
    let names = |prefix: &str, count: usize| (0..count).map(|k| format!("{prefix}{k}")).collect();
    World::new(names("R", n), names("S", s), trade, tariff, sigma).unwrap()
}

#[test]
fn the_gradient_is_that_of_central_differences() {
    for seed in 0..4 {
        let world = world(4, 3, seed);
        let mut next = numbers(seed + 100);
        let mut engine = Engine::new(&world);
        for j in 0..4 {
            for at in world.imports_of(j) {
                engine.set(at, 0.8 * next() - 0.1);
            }
        }
        let weights: Vec<f64> = (0..4).map(|_| next() - 0.3).collect();
        engine.solve().unwrap();
        let mut slope = vec![0.0; world.trade.len()];
        engine.slope(&weights, 0..4, &mut slope);
        let most = slope.iter().fold(0.0, |a: f64, b| a.max(b.abs()));
        for j in 0..4 {
            for at in world.imports_of(j) {
                let here = engine.tariff(at);
                let mut value = |tariff: f64| {
                    engine.set(at, tariff);
                    engine.solve().unwrap().iter().zip(&weights).map(|(w, x)| w * x).sum::<f64>()
                };
                let h = 1e-4;
                let by_hand = (8.0 * (value(here + h) - value(here - h))
                    - (value(here + 2.0 * h) - value(here - 2.0 * h)))
                    / (12.0 * h);
                engine.set(at, here);
                assert!((by_hand - slope[at]).abs() < 1e-6 * most, "{seed} {at}: {by_hand} {}", slope[at]);
            }
        }
    }
}

#[test]
fn no_change_gives_ones_and_there_and_back_is_where_one_was() {
    for seed in 0..20 {
        let world = world(2 + (seed as usize) % 5, 1 + (seed as usize) % 4, seed);
        let mut engine = Engine::new(&world);
        let same = engine.equilibrium().unwrap();
        assert!(same.welfare.iter().chain(&same.wage).all(|x| (x - 1.0).abs() < 1e-12));
        let mut next = numbers(seed + 7);
        for at in 0..world.trade.len() {
            if world.tariff[at] > 0.0 {
                engine.set(at, 1.5 * next());
            }
        }
        let there = engine.equilibrium().unwrap();
        assert!(largest(&certify(&world, &there)) < 1e-11, "{:?}", certify(&world, &there));
        let moved = world.moved_to(&there.tariff, &there.trade).unwrap();
        let mut back = Engine::new(&moved);
        back.set_all(&world.tariff);
        let back = back.equilibrium().unwrap();
        for (a, b) in there.welfare.iter().zip(&back.welfare) {
            assert!((a * b - 1.0).abs() < 1e-11, "{a} {b}");
        }
    }
}

#[test]
fn order_of_regions_and_unit_of_money_do_not_matter() {
    let world = world(4, 3, 3);
    let (n, s) = world.size();
    let turn = |i: usize| (i + 1) % n;
    let mut trade = vec![0.0; n * n * s];
    let mut tariff = trade.clone();
    let mut names = vec![String::new(); n];
    for i in 0..n {
        names[turn(i)] = world.regions[i].clone();
        for j in 0..n {
            for k in 0..s {
                trade[(turn(i) * n + turn(j)) * s + k] = 1e-7 * world.trade[world.at(i, j, k)];
                tariff[(turn(i) * n + turn(j)) * s + k] = world.tariff[world.at(i, j, k)];
            }
        }
    }
    let turned = World::new(names, world.sectors.clone(), trade, tariff, world.sigma.clone()).unwrap();
    let (mut one, mut two) = (Engine::new(&world), Engine::new(&turned));
    for k in 0..s {
        one.set(world.at(0, 2, k), 0.9);
        two.set(turned.at(turn(0), turn(2), k), 0.9);
    }
    let (one, two) = (one.solve().unwrap().to_vec(), two.solve().unwrap().to_vec());
    for i in 0..n {
        assert!((one[i] - two[turn(i)]).abs() < 1e-13);
    }
}

#[test]
fn a_prohibitive_tariff_stops_a_flow_and_no_supply_at_all_is_said() {
    let world = world(3, 2, 5);
    let mut engine = Engine::new(&world);
    engine.set(world.at(0, 1, 1), f64::INFINITY);
    let answer = engine.equilibrium().unwrap();
    assert_eq!(answer.trade[world.at(0, 1, 1)], 0.0);
    assert!(largest(&certify(&world, &answer)) < 1e-12);
    let mut slope = vec![0.0; world.trade.len()];
    engine.slope(&[1.0, 1.0, 1.0], 0..3, &mut slope);
    assert!(slope.iter().all(|x| x.is_finite()));

    let mut trade = world.trade.clone();
    let home = world.at(2, 2, 1);
    trade[home] = 0.0;
    let open = World::new(
        world.regions.clone(),
        world.sectors.clone(),
        trade,
        world.tariff.clone(),
        world.sigma.clone(),
    );
    let open = open.unwrap();
    let mut engine = Engine::new(&open);
    (0..2).for_each(|i| engine.set(open.at(i, 2, 1), f64::INFINITY));
    let SolveError::NoEquilibrium(problem) = engine.solve().unwrap_err() else { panic!() };
    assert!(problem.contains("R2 buys S1 from nobody"), "{problem}");
}

#[test]
fn what_cannot_be_used_is_named() {
    let good = world(3, 2, 1);
    type Break = fn(&mut World);
    let broken: [(Break, &str); 7] = [
        (|w| w.trade[1] = -1.0, "trade from R0 to R0, S1: -1"),
        (|w| w.trade[2] = f64::NAN, "trade from R0 to R1, S0"),
        (|w| w.tariff[2] = f64::INFINITY, "tariff from R0 to R1, S0"),
        (|w| w.tariff[0] = 0.1, "none on its own goods"),
        (|w| w.sigma[1] = 1.0, "sigma of S1"),
        (|w| w.trade[2] += 1.0, "does not balance"),
        (|w| w.sigma.push(2.0), "`sigma` holds 3"),
    ];
    for (break_it, wanted) in broken {
        let mut w = good.clone();
        break_it(&mut w);
        let problem = World::new(w.regions, w.sectors, w.trade, w.tariff, w.sigma).unwrap_err().to_string();
        assert!(problem.contains(wanted), "{problem}");
    }
    let dir = tempfile::tempdir().unwrap();
    let base = DirBase::new(dir.path());
    let missing = World::load(&Folder::new(&base)).unwrap_err().to_string();
    assert!(missing.contains("ossa2014.npz"), "{missing}");
}

#[test]
fn a_scenario_is_refused_with_its_place() {
    let head = "model = \"ossa\"\ntitle = \"t\"\nbase = \"b\"\n";
    for (rest, wanted) in [
        ("ask = \"peace\"\n", "s.toml:4:7"),
        ("ask = \"nash\"\nfallback = \"data\"\n", "s.toml:5:12: error: this key is for"),
        ("ask = \"nash\"\nlowest = -1.0\n", "s.toml:5:10: error: the lowest tariff"),
        ("ask = \"nash\"\nhighest = inf\n", "s.toml:5:11: error: the highest tariff"),
        ("ask = \"nash\"\nspeed = 1\n", "has no key `speed`"),
    ] {
        let problem = OssaScenario::parse("s.toml", &format!("{head}{rest}")).unwrap_err().to_string();
        assert!(problem.contains(wanted), "{problem}");
    }
}
