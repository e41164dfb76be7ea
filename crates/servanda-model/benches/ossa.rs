//! Optimal tariffs, war and talks on the published data of Ossa (2014), on one core, and the 194-country model.
//! `cargo bench -p servanda-model --bench ossa -- FOLDER`, FOLDER holding `ossa-2014` and `liberation-day-2025`.

use servanda_model::folder::Folder;
use servanda_model::game::{Limits, Start, nash, optimum, regrets};
use servanda_model::ossa::{Engine, Protocol, World, cooperate, players};
use servanda_model::{DirBase, Scenario, simulate};
use std::path::PathBuf;
use std::time::Instant;

fn main() {
    let Some(folder) = std::env::args().skip(1).find(|argument| !argument.starts_with('-')) else {
        println!("name the folder of published bases: cargo bench -p servanda-model --bench ossa -- FOLDER");
        return;
    };
    let base = DirBase::new(PathBuf::from(&folder).join("ossa-2014"));
    let start = Instant::now();
    let world = World::load(&Folder::new(&base)).unwrap();
    println!("load\t{:.1} ms", ms(start));

    let mut engine = Engine::new(&world);
    let (all, own) = players(&world);
    let flows = own.concat();
    let start = Instant::now();
    let rounds = 1000;
    for round in 0..rounds {
        engine.set(flows[round % flows.len()], 0.001 * round as f64);
        engine.solve().unwrap();
    }
    println!("one equilibrium after one tariff, warm\t{:.1} us", 1000.0 * ms(start) / rounds as f64);
    let mut slope = vec![0.0; world.trade.len()];
    let start = Instant::now();
    for _ in 0..rounds {
        engine.slope(&[1.0; 7], 0..7, &mut slope);
    }
    println!("one gradient in all tariffs\t{:.1} us", 1000.0 * ms(start) / rounds as f64);

    for again in ["first", "again"] {
        let start = Instant::now();
        let mut values = 0;
        for importer in 0..world.regions.len() {
            let mut engine = Engine::new(&world);
            let own = &own[importer];
            values += optimum(&mut engine, importer, own, Limits::default(), Start::Formula).unwrap().solves;
        }
        println!("seven optima, {again}\t{:.1} ms\t{values} equilibria", ms(start));
    }
    let start = Instant::now();
    let mut engine = Engine::new(&world);
    flows.iter().for_each(|at| engine.set(*at, 1.0 / (world.sigma[at % world.sectors.len()] - 1.0)));
    let ended = nash(&mut engine, &all, &own, Limits::default()).unwrap();
    let worst = ended.regret.iter().fold(0.0, |a: f64, b| a.max(*b));
    println!(
        "war, with best answers looked for again from three starts\t{:.1} ms\t{} rounds, {} equilibria, largest gain left {worst:e} pp",
        ms(start),
        ended.rounds,
        ended.solves
    );
    let start = Instant::now();
    let starts = [Start::Current, Start::Formula, Start::Flat(0.0)];
    regrets(&mut engine, &all, &own, Limits::default(), &starts).unwrap();
    println!("of which looking again\t{:.1} ms", ms(start));
    let start = Instant::now();
    let talks = cooperate(&mut engine, Limits::default(), Protocol::EqualGains).unwrap();
    println!(
        "talks from war, equal gains\t{:.1} ms\t{} equilibria, gain {:.6} %",
        ms(start),
        talks.solves,
        talks.gain[0]
    );
    let base = DirBase::new(PathBuf::from(&folder).join("liberation-day-2025"));
    let head = "model = \"liberation\"\ntitle = \"t\"\nbase = \"liberation-day-2025\"\n";
    let alone = "[elasticities]\nband = [1, 1]\n[ranges]\nclosures = []\n";
    for (what, keys) in [("without ranges", alone), ("with ranges", "")] {
        let scenario = Scenario::parse("s.toml", &format!("{head}{keys}")).unwrap();
        let start = Instant::now();
        simulate(&scenario, &base).unwrap();
        println!("194 countries, {what}\t{:.1} ms", ms(start));
    }
    println!("memory, peak\t{}", memory());
}

fn ms(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

/// The peak of memory, where the system tells it.
fn memory() -> String {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|text| {
            text.lines().find(|line| line.starts_with("VmHWM")).map(|line| line[6..].trim().to_owned())
        })
        .unwrap_or_else(|| "not told".to_owned())
}
