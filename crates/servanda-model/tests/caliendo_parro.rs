//! Caliendo and Parro (2015): every printed cell.

use servanda_model::base::{self, BaseSet, DirBase};
use servanda_model::equilibrium::{Closure, Equilibrium, Numeraire, Shock, solve};
use servanda_model::{certificate, welfare};
use std::path::Path;

#[test]
fn probe() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ge/caliendo-parro-2015");
    let dir = if dir.exists() { dir } else { "/work/shared/data/ge/caliendo-parro-2015".into() };
    for start in ["no-deficit", "deficit", "no-io", "no-materials", "one-sector"] {
        let set = base::load(&DirBase::new(&dir), Some(start)).unwrap();
        let e = &set.economy;
        let closure = if start == "deficit" { Closure::Nominal } else { Closure::Balanced };
        println!("{start} residual {:?}", base::residual(e, closure));
        for (name, nafta, rest) in
            [("nafta", "2005", "1993"), ("all", "2005", "2005"), ("nonafta", "1993", "2005")]
        {
            let p = e.parts();
            let n = e.countries();
            let member = |c: usize| ["Mexico", "Canada", "USA"].contains(&p.countries[c].as_str());
            let tariff_power = (0..p.tariff_power.len())
                .map(|at| {
                    let y = if member(at % n) && member(at / n % n) { nafta } else { rest };
                    set.schedules[y][at]
                })
                .collect();
            let shock = Shock { tariff_power, closure, numeraire: Numeraire::WorldValueAdded };
            let t = std::time::Instant::now();
            let found = solve(e, &shock).unwrap().found().unwrap();
            println!(
                "{name} {:?} passes {} residual {:e} {:?}",
                t.elapsed(),
                found.passes,
                found.residual,
                found.method
            );
            for part in certificate::certify(e, &shock, &found) {
                print!(" {} {:.1e};", part.condition, part.residual);
            }
            println!();
            let x = welfare::exact(e, &found);
            let l = welfare::linear(e, &found);
            for c in (0..n).filter(|c| member(*c)) {
                println!(
                    "{} W {:.6} tot {:.6} vot {:.6} rw {:.6} exact {:.6}",
                    p.countries[c],
                    100.0 * (l.terms(c, |_| true) + l.volume(c, |_| true)),
                    100.0 * l.terms(c, |_| true),
                    100.0 * l.volume(c, |_| true),
                    100.0 * (x[c].real_wage - 1.0),
                    100.0 * (x[c].real_income - 1.0)
                );
            }
        }
    }
}
