//! Ranges: the scenario solved under every closure and with other elasticities, in parallel.

use super::asked::Asked;
use super::bases::Bases;
use super::measure::{Figures, Spread};
use super::measures::Mean;
use super::put_parts;
use super::reach::{Aims, Reached};
use crate::equilibrium::{Again, Closure, Equilibrium, Room, Shock, Solved, solve};
use crate::{Economy, ModelError, Outcome, path};
use rayon::prelude::*;

/// One solution of a scenario: a closure and factors on the elasticities.
pub(super) struct Case {
    closure: Closure,
    /// In words.
    name: String,
    factors: Vec<f64>,
    mean: Mean,
    /// Whether welfare is taken apart along the way.
    parts: bool,
    /// Whether it is a draw: the main closure with other elasticities.
    draw: bool,
}

/// What a case gives.
enum Told {
    Figures(Box<Figures>),
    /// No figures, and why.
    Nothing(String),
}

/// What ranges are over: every closure with the base's elasticities, the lowest and the highest, other means of the rates of
/// measures, and draws.
pub(super) fn cases(
    asked: &Asked,
    bases: &Bases,
    main: Closure,
    means: &[Mean],
    parts: bool,
) -> Result<Vec<Case>, ModelError> {
    let [low, high] = asked.band()?;
    let (draws, seed) = asked.draws()?;
    let sectors = bases.of(main)?.sectors();
    let mut cases = Vec::new();
    for (closure, _) in &bases.by_closure {
        for factor in [1.0, low, high] {
            let known = factor == 1.0 && *closure == main;
            let twice = factor == 1.0
                && cases.iter().any(|c: &Case| c.closure == *closure && c.factors == vec![1.0; sectors]);
            if !known && !twice {
                let name = format!("closure {}, elasticities times {factor}", closure.word());
                cases.push(Case {
                    closure: *closure,
                    name,
                    factors: vec![factor; sectors],
                    mean: Mean::ByTrade,
                    parts,
                    draw: false,
                });
            }
        }
    }
    for mean in means.iter().filter(|m| **m != Mean::ByTrade) {
        let name = format!("closure {}, {}", main.word(), mean.words());
        cases.push(Case {
            closure: main,
            name,
            factors: vec![1.0; sectors],
            mean: *mean,
            parts,
            draw: false,
        });
    }
    for draw in 0..draws {
        let factor = |sector: usize| {
            let sector = if asked.keys.elasticities.together { 0 } else { sector as u64 };
            low * (high / low).powf(uniform(seed, u64::from(draw), sector))
        };
        let factors = (0..sectors).map(factor).collect();
        let name = format!("draw {}", draw + 1);
        cases.push(Case { closure: main, name, factors, mean: Mean::ByTrade, parts: false, draw: true });
    }
    Ok(cases)
}

/// A number from 0 to 1 that depends on its arguments alone (splitmix64).
fn uniform(seed: u64, draw: u64, sector: u64) -> f64 {
    let mut z = seed;
    for part in [draw, sector] {
        z = z.wrapping_add(0x9e37_79b9_7f4a_7c15).wrapping_add(part.wrapping_mul(0xd134_2543_de82_ef95));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
    }
    (z >> 11) as f64 / (1u64 << 53) as f64
}

fn solve_case(case: &Case, bases: &Bases, shock: &Shock, aims: &Aims) -> Result<Told, ModelError> {
    let economy = bases.of(case.closure)?;
    let theta = economy.parts().theta.iter().zip(&case.factors).map(|(t, f)| t * f).collect();
    let economy = economy.with_theta(theta)?;
    let (shock, found) = if aims.is_empty() {
        match solve(&economy, shock)? {
            Solved::Found(found) => (shock.clone(), *found),
            Solved::NotFound { residual, .. } => {
                return Ok(Told::Nothing(format!("no convergence, residual {residual:.1e}")));
            }
        }
    } else {
        match aims.meet(&economy, shock)? {
            Reached::Met(met) => (met.shock, met.found),
            Reached::NotMet { why, .. } => return Ok(Told::Nothing(format!("out of reach; {why}"))),
        }
    };
    let mut figures = Figures::new(&economy, &shock.tariff_power, &found);
    if case.parts
        && let Ok(along) = path::parts(&economy, &shock)?
    {
        put_parts(&mut figures, &along);
    }
    Ok(Told::Figures(Box::new(figures)))
}

/// A draw is solved from where the main solution stands: hundreds of them differ from it by little.
fn solve_draw(case: &Case, main: &Main, again: &Again, room: &mut Room) -> Result<Told, ModelError> {
    let theta: Vec<f64> = main.economy.parts().theta.iter().zip(&case.factors).map(|(t, f)| t * f).collect();
    Ok(match again.solve(room, &theta)? {
        Solved::NotFound { residual, .. } => nothing(residual),
        Solved::Found(found) => {
            Told::Figures(Box::new(Figures::new(main.economy, &main.shock.tariff_power, &found)))
        }
    })
}

fn nothing(residual: f64) -> Told {
    Told::Nothing(format!("no convergence, residual {residual:.1e}"))
}

/// The main solution of a scenario.
pub(super) struct Main<'a> {
    pub economy: &'a Economy,
    pub shock: &'a Shock,
    pub found: &'a Equilibrium,
    pub figures: &'a Figures,
}

/// Solves all cases, in parallel; what comes out does not depend on how many threads there are.
pub(super) fn spread(
    cases: &[Case],
    bases: &Bases,
    shock: &(impl Fn(Closure, Mean) -> Shock + Sync),
    aims: &Aims,
    main: &Main,
    outcome: &mut Outcome,
) -> Result<Spread, ModelError> {
    type Sum = (Option<Spread>, Vec<(usize, String)>);
    let join = |a: Sum, b: Sum| -> Sum {
        let spread = match (a.0, b.0) {
            (Some(a), Some(b)) => Some(a.join(b)),
            (a, b) => a.or(b),
        };
        (spread, [a.1, b.1].concat())
    };
    let again = Again::new(main.economy, main.shock, main.found)?;
    let (spread, mut failed) = crate::threads::run(|| {
        cases
            .par_iter()
            .enumerate()
            .map_init(
                || again.room(),
                |room, (at, case)| {
                    let told = if case.draw && aims.is_empty() {
                        solve_draw(case, main, &again, room)
                    } else {
                        solve_case(case, bases, &shock(case.closure, case.mean), aims)
                    };
                    (at, told)
                },
            )
            .fold(
                || (None, Vec::new()),
                |mut sum: Sum, (at, told)| {
                    // A closure that has no equilibrium for this shock is in no range, and is named.
                    match told {
                        Ok(Told::Figures(figures)) => match &mut sum.0 {
                            Some(spread) => spread.add(&figures),
                            None => sum.0 = Some(Spread::new(*figures)),
                        },
                        Ok(Told::Nothing(why)) => sum.1.push((at, why)),
                        Err(problem) => sum.1.push((at, problem.to_string())),
                    }
                    sum
                },
            )
            .reduce(|| (None, Vec::new()), join)
    });
    let main = Spread::new(main.figures.clone());
    let whole = match spread {
        Some(spread) => main.join(spread),
        None => main,
    };
    failed.sort_by_key(|(at, _)| *at);
    for (at, why) in &failed {
        outcome.notes.push(format!("{} is in no range: {why}", cases[*at].name));
    }
    let draws = cases.iter().filter(|c| c.draw).count();
    let means = cases.iter().filter(|c| c.mean != Mean::ByTrade).count();
    let means = if means > 0 { format!("{means} other means of rates, ") } else { String::new() };
    let closures: Vec<&str> = bases.by_closure.iter().map(|(c, _)| c.word()).collect();
    let fact = format!(
        "over {} solutions: closures {}, with the lowest and the highest elasticities each, {means}and {draws} draws; {} without an answer",
        whole.count,
        closures.join(", "),
        failed.len()
    );
    outcome.certificate.facts.push(("ranges".to_owned(), fact));
    Ok(whole)
}
