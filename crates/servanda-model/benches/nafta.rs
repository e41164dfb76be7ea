//! The NAFTA scenario on one core, beside the memory-bound floor, and 1,000 elasticity draws in parallel.
//! `cargo bench -p servanda-model --bench nafta [-- FOLDER]`, FOLDER being a `caliendo-parro-2015`.

use rayon::prelude::*;
use servanda_model::Economy;
use servanda_model::base::{self, DirBase};
use servanda_model::equilibrium::{Again, Closure, Numeraire, Shock, solve};
use std::hint::black_box;
use std::path::PathBuf;
use std::time::Instant;

fn main() {
    let folder = std::env::args().skip(1).find(|a| !a.starts_with('-'));
    let usual =
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/ge/caliendo-parro-2015"));
    let folder = folder.map_or(usual, PathBuf::from);
    if !folder.is_dir() {
        println!("{} is not there: name the folder", folder.display());
        return;
    }
    let start = Instant::now();
    let set = base::load(&DirBase::new(&folder), None).unwrap();
    println!("base read\t{:.1} ms", ms(start));
    let economy = &set.economy;
    let (n, j) = (economy.countries(), economy.sectors());
    let nafta = shock(economy, &set.schedules["2005"]);

    black_box(solve(economy, &nafta).unwrap());
    println!("memory, peak\t{}", peak());
    let bandwidth = bandwidth();
    println!("bandwidth\t{:.1} GB/s", bandwidth / 1e9);
    for (name, shock) in [("nafta", &nafta), ("all", &all(&set.schedules["2005"]))] {
        let times: Vec<f64> = (0..200)
            .map(|_| {
                let start = Instant::now();
                black_box(solve(economy, shock).unwrap());
                ms(start)
            })
            .collect();
        let found = solve(economy, shock).unwrap().found().unwrap();
        let (least, median) = least_and_median(times);
        // One reading of the kernel and one of the input shares for each pass.
        let floor = 1e3 * found.passes as f64 * 8.0 * (j * n * n + n * j * j) as f64 / bandwidth;
        println!(
            "{name}\t{least:.2} ms least, {median:.2} median of 200, {} passes, residual {:.0e}; floor {floor:.2} ms, {:.1} times",
            found.passes,
            found.residual,
            least / floor
        );
    }

    let found = solve(economy, &nafta).unwrap().found().unwrap();
    let (start, before) = (Instant::now(), cores());
    let again = Again::new(economy, &nafta, &found).unwrap();
    let draws: Vec<(f64, usize)> = (0..1000)
        .into_par_iter()
        .map_init(
            || again.room(),
            |room, draw| {
                let factor = |sector: usize| 0.75 + 0.5 * (((draw * 37 + sector * 101) % 997) as f64 / 997.0);
                let theta: Vec<f64> =
                    economy.parts().theta.iter().enumerate().map(|(s, t)| t * factor(s)).collect();
                let found = again.solve(room, &theta).unwrap().found().unwrap();
                (found.wage[0], found.passes)
            },
        )
        .collect();
    println!(
        "1,000 draws of nafta\t{:.0} ms on {} threads, {:.0} ms of the cores",
        ms(start),
        rayon::current_num_threads(),
        cores() - before
    );
    println!("passes for a draw\t{:.1}", draws.iter().map(|(_, p)| *p as f64).sum::<f64>() / 1000.0);
    println!("checksum\t{:.12}", draws.iter().map(|(wage, _)| wage).sum::<f64>());
}

/// Milliseconds of the cores' time that the process has taken, where the system tells, in its ticks of a hundredth of a second.
fn cores() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() * 10.0
}

/// The most memory so far, where the system tells.
fn peak() -> String {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    text.lines().find_map(|l| l.strip_prefix("VmHWM:")).map_or("not known".into(), |p| p.trim().to_owned())
}

fn shock(economy: &Economy, to: &[f64]) -> Shock {
    let p = economy.parts();
    let n = economy.countries();
    let member = |c: usize| ["Mexico", "Canada", "USA"].contains(&p.countries[c].as_str());
    let tariff_power = (0..to.len())
        .map(|at| if member(at % n) && member(at / n % n) { to[at] } else { p.tariff_power[at] })
        .collect();
    Shock { tariff_power, closure: Closure::Balanced, numeraire: Numeraire::WorldValueAdded }
}

fn all(to: &[f64]) -> Shock {
    Shock { tariff_power: to.to_vec(), closure: Closure::Balanced, numeraire: Numeraire::WorldValueAdded }
}

/// Bytes a second that one core reads from a block larger than its caches.
fn bandwidth() -> f64 {
    let block = vec![1.0f64; 1 << 24];
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let start = Instant::now();
        let mut lanes = [0.0; 8];
        for eight in block.chunks_exact(8) {
            lanes.iter_mut().zip(eight).for_each(|(lane, v)| *lane += v);
        }
        black_box(lanes);
        best = best.min(start.elapsed().as_secs_f64());
    }
    (block.len() * 8) as f64 / best
}

fn ms(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

fn least_and_median(mut times: Vec<f64>) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    (times[0], times[times.len() / 2])
}
