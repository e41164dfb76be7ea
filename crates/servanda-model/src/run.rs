//! Running a scenario of many countries and sectors: base, closures, elasticities, figures with their ranges, certificate.

mod asked;
mod measure;
mod tables;

use crate::base::{self, BaseFiles, BaseSet};
use crate::equilibrium::{Closure, Equilibrium, Shock, Solved, solve};
use crate::outcome::{Certificate, Outcome, Part, Table, Value};
use crate::{Economy, ModelError, adjoint, certificate, path};
pub use asked::Asked;
use measure::{Figures, Spread, WITHOUT_PATH};
use rayon::prelude::*;
use tables::Shown;

/// One solution of a scenario: a closure and factors on the elasticities.
struct Case {
    closure: Closure,
    /// In words.
    name: String,
    factors: Vec<f64>,
    /// Whether welfare is taken apart along the way.
    parts: bool,
}

/// What a case gives.
enum Told {
    Figures(Box<Figures>),
    /// No convergence, with the least residual.
    Nothing(f64),
}

/// A base for each closure.
struct Bases {
    by_closure: Vec<(Closure, Economy)>,
    facts: Vec<(String, String)>,
    notes: Vec<String>,
}

impl Bases {
    fn of(&self, closure: Closure) -> Result<&Economy, ModelError> {
        let found = self.by_closure.iter().find(|(c, _)| *c == closure);
        found
            .map(|(_, e)| e)
            .ok_or_else(|| ModelError::Usage(format!("no base for the closure {}", closure.word())))
    }
}

/// Answers a scenario.
pub(crate) fn run(asked: &Asked, files: &dyn BaseFiles) -> Result<Outcome, ModelError> {
    let set = base::load(files, asked.keys.start.as_deref())?;
    let (closure, numeraire) = (asked.closure()?, asked.numeraire(&set)?);
    let tariff_power = asked.tariffs(&set)?;
    let outputs = asked.outputs()?;
    let bases = bases(asked, &set, closure)?;
    let economy = bases.of(closure)?;
    let shock = |closure| Shock { tariff_power: tariff_power.clone(), closure, numeraire };

    let mut outcome = Outcome {
        title: asked.keys.title.clone(),
        tables: Vec::new(),
        certificate: Certificate {
            converged: false,
            largest_residual: f64::INFINITY,
            parts: Vec::new(),
            method: String::new(),
            facts: bases.facts.clone(),
        },
        notes: bases.notes.clone(),
    };
    let main = match solve(economy, &shock(closure))? {
        Solved::Found(found) => found,
        Solved::NotFound { residual, passes } => {
            outcome.certificate.largest_residual = residual;
            outcome.certificate.method = format!("no convergence after {passes} passes");
            outcome.notes.push(format!(
                "no equilibrium was found: the least residual is {residual:.1e} after {passes} passes; there are no figures"
            ));
            // Tables without rows, so that no older figures are left where they are written.
            let figures = Figures::nothing(economy);
            let spread = Spread::new(figures.clone());
            let shown = Shown { economy, tariff_power: &tariff_power, main: &figures, spread: &spread };
            outcome.tables =
                outputs.iter().map(|name| Table { rows: Vec::new(), ..shown.table(name) }).collect();
            return Ok(outcome);
        }
    };
    certify(&mut outcome.certificate, economy, &shock(closure), &main);
    let mut figures = Figures::new(economy, &tariff_power, &main);
    let apart = outputs.contains(&"decomposition");
    if apart && !take_apart(&mut figures, economy, &shock(closure), &mut outcome)? {
        figures.countries.iter_mut().skip(WITHOUT_PATH).for_each(|row| row.fill(f64::NAN));
    }
    let cases = cases(asked, &bases, closure, apart)?;
    let spread = spread(&cases, &bases, &shock, &figures, &mut outcome)?;
    let shown = Shown { economy, tariff_power: &tariff_power, main: &figures, spread: &spread };
    outcome.tables = outputs.iter().map(|name| shown.table(name)).collect();
    let asked_for = asked.gradient(&set)?;
    if !asked_for.is_empty() {
        outcome.tables.push(gradients(
            economy,
            &shock(closure),
            &main,
            &asked_for,
            &mut outcome.certificate,
        )?);
    }
    Ok(outcome)
}

fn certify(certificate: &mut Certificate, economy: &Economy, shock: &Shock, found: &Equilibrium) {
    certificate.parts = certificate::certify(economy, shock, found);
    let worst = |most: f64, p: &Part| if p.residual <= most { most } else { p.residual };
    certificate.largest_residual = certificate.parts.iter().fold(0.0, worst);
    certificate.converged = true;
    certificate.method = format!("{}; {} passes", found.method.word(), found.passes);
}

/// The base for the closures that are needed, each an equilibrium of its own.
fn bases(asked: &Asked, set: &BaseSet, closure: Closure) -> Result<Bases, ModelError> {
    let given = match &asked.keys.elasticities.theta {
        None => set.economy.clone(),
        Some(theta) => {
            let one = vec![*theta.get_ref(); set.economy.sectors()];
            set.economy.with_theta(one).map_err(|e| asked.wrong(theta.span(), e.to_string()))?
        }
    };
    let world: f64 = given.parts().value_added.iter().sum();
    let has_deficits = given.parts().deficit.iter().any(|d| d.abs() > 1e-12 * world);
    let mut facts = vec![
        ("base".to_owned(), format!("{} ({})", set.id, set.name)),
        ("start".to_owned(), set.start.clone()),
        ("unit".to_owned(), set.unit.clone()),
        ("closure".to_owned(), closure.word().to_owned()),
    ];
    facts.retain(|(_, text)| !text.is_empty());
    facts.extend(set.files.iter().map(|(file, sha)| (format!("sha256 of {file}"), sha.clone())));
    let mut notes = Vec::new();
    let mut wanted = vec![closure];
    match asked.closures()? {
        Some(named) => wanted.extend(named),
        None if has_deficits => wanted.extend([Closure::Balanced, Closure::Nominal, Closure::WorldIncome]),
        None => notes.push("the base has no deficits, so that all closures are one".to_owned()),
    }
    let mut by_closure: Vec<(Closure, Economy)> = Vec::new();
    for closure in wanted {
        if by_closure.iter().any(|(c, _)| *c == closure) {
            continue;
        }
        let clears = closure == Closure::Balanced && has_deficits;
        let (off, at) = base::residual(&given, closure)?;
        if !clears && !asked.keys.balance {
            if off > base::IDENTITY {
                return Err(ModelError::Usage(format!(
                    "the base {} is no equilibrium: without any shock {at} moves by {off:.1e}, and at most {:e} is taken \
                     for rounding; write `balance = true` to re-solve it first",
                    set.id,
                    base::IDENTITY
                )));
            }
            facts.push((
                format!("base without any shock, {}", closure.word()),
                format!("moves by at most {off:.1e} ({at})"),
            ));
            by_closure.push((closure, given.clone()));
            continue;
        }
        let balanced = base::balance(&given, closure)?;
        let what = if clears { "without deficits" } else { "as an equilibrium" };
        notes.push(format!(
            "closure {}: the base was re-solved {what} first, which moves it by up to {:.3} ({})",
            closure.word(),
            balanced.moved,
            balanced.at
        ));
        facts.push((
            format!("base re-solved, {}", closure.word()),
            format!(
                "sha256 {}; moved by up to {:.2e} ({}); without any shock it moves by at most {:.1e}",
                balanced.hash, balanced.moved, balanced.at, balanced.residual
            ),
        ));
        by_closure.push((closure, balanced.economy));
    }
    Ok(Bases { by_closure, facts, notes })
}

/// What ranges are over: every closure with the base's elasticities, the lowest and the highest, and draws.
fn cases(asked: &Asked, bases: &Bases, main: Closure, parts: bool) -> Result<Vec<Case>, ModelError> {
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
                cases.push(Case { closure: *closure, name, factors: vec![factor; sectors], parts });
            }
        }
    }
    for draw in 0..draws {
        let factor = |sector: usize| {
            let sector = if asked.keys.elasticities.together { 0 } else { sector as u64 };
            low * (high / low).powf(uniform(seed, u64::from(draw), sector))
        };
        let factors = (0..sectors).map(factor).collect();
        cases.push(Case { closure: main, name: format!("draw {}", draw + 1), factors, parts: false });
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

fn solve_case(case: &Case, bases: &Bases, shock: &Shock) -> Result<Told, ModelError> {
    let economy = bases.of(case.closure)?;
    let theta = economy.parts().theta.iter().zip(&case.factors).map(|(t, f)| t * f).collect();
    let economy = economy.with_theta(theta)?;
    match solve(&economy, shock)? {
        Solved::NotFound { residual, .. } => Ok(Told::Nothing(residual)),
        Solved::Found(found) => {
            let mut figures = Figures::new(&economy, &shock.tariff_power, &found);
            if case.parts
                && let Ok(along) = path::parts(&economy, shock)?
            {
                put_parts(&mut figures, &along);
            }
            Ok(Told::Figures(Box::new(figures)))
        }
    }
}

/// Solves all cases, in parallel; what comes out does not depend on how many threads there are.
fn spread(
    cases: &[Case],
    bases: &Bases,
    shock: &(impl Fn(Closure) -> Shock + Sync),
    main: &Figures,
    outcome: &mut Outcome,
) -> Result<Spread, ModelError> {
    type Sum = (Option<Spread>, Vec<(usize, f64)>);
    let join = |a: Sum, b: Sum| -> Sum {
        let spread = match (a.0, b.0) {
            (Some(a), Some(b)) => Some(a.join(b)),
            (a, b) => a.or(b),
        };
        (spread, [a.1, b.1].concat())
    };
    let (spread, mut failed) = cases
        .par_iter()
        .enumerate()
        .map(|(at, case)| {
            Ok(match solve_case(case, bases, &shock(case.closure))? {
                Told::Figures(figures) => (Some(Spread::new(*figures)), Vec::new()),
                Told::Nothing(residual) => (None, vec![(at, residual)]),
            })
        })
        .try_reduce(|| (None, Vec::new()), |a, b| Ok(join(a, b)))?;
    let main = Spread::new(main.clone());
    let whole = match spread {
        Some(spread) => main.join(spread),
        None => main,
    };
    failed.sort_by_key(|(at, _)| *at);
    for (at, residual) in &failed {
        outcome.notes.push(format!(
            "no equilibrium was found for {}; it is in no range (residual {residual:.1e})",
            cases[*at].name
        ));
    }
    let draws = cases.iter().filter(|c| c.name.starts_with("draw")).count();
    let closures: Vec<&str> = bases.by_closure.iter().map(|(c, _)| c.word()).collect();
    let fact = format!(
        "over {} solutions: closures {}, with the lowest and the highest elasticities each, and {draws} draws; {} without convergence",
        whole.count,
        closures.join(", "),
        failed.len()
    );
    outcome.certificate.facts.push(("ranges".to_owned(), fact));
    Ok(whole)
}

/// Puts the parts of welfare into figures, in hundredths of a logarithm.
fn put_parts(figures: &mut Figures, along: &path::Along) {
    let parts = [&along.terms_of_trade, &along.volume_of_trade, &along.transfer];
    for (row, part) in figures.countries.iter_mut().skip(WITHOUT_PATH).zip(parts) {
        row.iter_mut().zip(part).for_each(|(cell, part)| *cell = 100.0 * part);
    }
}

fn take_apart(
    figures: &mut Figures,
    economy: &Economy,
    shock: &Shock,
    outcome: &mut Outcome,
) -> Result<bool, ModelError> {
    match path::parts(economy, shock)? {
        Ok(along) => {
            put_parts(figures, &along);
            let most = along.remainder.iter().fold(0.0, |most: f64, r| most.max(r.abs()));
            outcome.certificate.facts.push((
                "parts of welfare".to_owned(),
                format!(
                    "they add up to the exact change but for {most:.1e} in logarithms, from {} points",
                    along.points
                ),
            ));
            Ok(true)
        }
        Err(path::NoParts::Prohibitive) => {
            outcome.notes.push(
                "welfare is not taken apart: trade that there was is forbidden, and a tariff without end has no volume part"
                    .to_owned(),
            );
            Ok(false)
        }
        Err(path::NoParts::NotFound) => {
            outcome.notes.push("welfare is not taken apart: no equilibrium was found on the way".to_owned());
            Ok(false)
        }
    }
}

fn gradients(
    economy: &Economy,
    shock: &Shock,
    found: &Equilibrium,
    countries: &[usize],
    certificate: &mut Certificate,
) -> Result<Table, ModelError> {
    let p = economy.parts();
    let n = economy.countries();
    let columns = ["country", "sector", "importer", "exporter", "tariff_pct", "welfare_pct_per_point"];
    let mut table = Table::new("gradient", "tariffs", &columns);
    for country in countries {
        let gradient = adjoint::gradient(economy, shock, found, *country)?;
        let name = &p.countries[*country];
        let fact = format!("residual {:.1e} after {} products", gradient.residual, gradient.products);
        certificate.facts.push((format!("gradient of {name}"), fact));
        for (at, slope) in gradient.slope.iter().enumerate().filter(|(at, _)| found.flows[*at] > 0.0) {
            let (sector, importer, exporter) = (at / n / n, at / n % n, at % n);
            if importer == exporter {
                continue;
            }
            table.rows.push(vec![
                name.as_str().into(),
                p.sectors[sector].as_str().into(),
                p.countries[importer].as_str().into(),
                p.countries[exporter].as_str().into(),
                Value::number(100.0 * (shock.tariff_power[at] - 1.0)),
                Value::number(*slope),
            ]);
        }
    }
    Ok(table)
}
