//! Running a scenario of many countries and sectors: base, closures, elasticities, figures with their ranges, certificate.

mod asked;
mod bases;
mod measure;
mod measures;
mod policy;
mod policy_keys;
mod ranges;
mod reach;
mod sized;
mod tables;

use crate::base::{self, BaseFiles};
use crate::equilibrium::{Equilibrium, Shock, Solved, solve};
use crate::outcome::{Certificate, Outcome, Part, Table, Value};
use crate::{Economy, ModelError, adjoint, certificate, path};
pub use asked::Asked;
use bases::bases;
use measure::{Figures, Spread, WITHOUT_PATH};
use measures::Mean;
pub use measures::{Changed, MeasuresAsked, PairRates, SectorRates};
use policy::Decided;
use ranges::{cases, spread};
use reach::{Aims, Reached};
pub use sized::{
    AllowedSector, Does, NaiveList, PenaltyFor, Sized, SizedList, SizedPenalty, SizedSector, sized,
};
use tables::Shown;

/// Answers a scenario.
pub(crate) fn run(asked: &Asked, files: &dyn BaseFiles) -> Result<Outcome, ModelError> {
    let set = base::load(files, asked.keys.start.as_deref())?;
    let (closure, numeraire) = (asked.closure()?, asked.numeraire(&set)?);
    let mut tariff_power = asked.tariffs(&set, Mean::ByTrade)?;
    // One for each mean, where there are several.
    let mut others = match asked.measures().next() {
        None => Vec::new(),
        Some(_) => {
            Mean::ALL.into_iter().map(|m| asked.tariffs(&set, m).map(|t| (m, t))).collect::<Result<_, _>>()?
        }
    };
    let measures = asked.measures_table(&set)?;
    let outputs = asked.outputs()?;
    let bases = bases(asked, &set, closure)?;
    let economy = bases.of(closure)?;
    let before = Shock { tariff_power: tariff_power.clone(), closure, numeraire };
    let decided = policy::decide(asked, &set, economy, &before)?;

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
    for rates in &asked.rates {
        outcome.certificate.facts.extend(rates.facts.clone());
        outcome.notes.extend(rates.notes.clone());
    }
    let mut tables = Vec::new();
    match decided {
        Some(Decided::Found(found)) => {
            tariff_power = found.tariff_power;
            tables = found.tables;
            // What was found is held.
            others.clear();
            outcome.certificate.facts.extend(found.facts);
            outcome.notes.extend(found.notes);
        }
        Some(Decided::Nothing { residual, method, tables }) => {
            outcome.notes.push(format!("{method}; there are no figures"));
            return Ok(without_figures(outcome, economy, tables, &outputs, residual, method));
        }
        None => {}
    }
    let shock = |closure, mean| {
        let power = others.iter().find(|(m, _)| *m == mean).map_or(&tariff_power, |(_, power)| power);
        Shock { tariff_power: power.clone(), closure, numeraire }
    };
    let aims = asked.aims(&set)?;
    let (main_shock, main, reached) = match first(economy, shock(closure, Mean::ByTrade), &aims)? {
        First::Found { shock, found, reached } => (shock, found, reached),
        First::Nothing { residual, method, why } => {
            outcome.notes.push(format!("{why}; there are no figures"));
            return Ok(without_figures(outcome, economy, tables, &outputs, residual, method));
        }
    };
    certify(&mut outcome.certificate, economy, &main_shock, &main);
    if let Some(fact) = reached.as_ref().map(|r| r.fact.clone()) {
        outcome.certificate.facts.push(("aims".to_owned(), fact));
    }
    let mut figures = Figures::new(economy, &main_shock.tariff_power, &main);
    let apart = outputs.contains(&"decomposition");
    if apart && !take_apart(&mut figures, economy, &main_shock, &mut outcome)? {
        figures.countries.iter_mut().skip(WITHOUT_PATH).for_each(|row| row.fill(f64::NAN));
    }
    let means: Vec<Mean> = others.iter().map(|(mean, _)| *mean).collect();
    let cases = cases(asked, &bases, closure, &means, apart)?;
    let solved = ranges::Main { economy, shock: &main_shock, found: &main, figures: &figures };
    let spread = spread(&cases, &bases, &shock, &aims, &solved, &mut outcome)?;
    let shown = Shown { economy, tariff_power: &main_shock.tariff_power, main: &figures, spread: &spread };
    tables.extend(outputs.iter().map(|name| shown.table(name)));
    outcome.tables = tables;
    outcome.tables.extend(measures);
    outcome.tables.extend(reached.and_then(|r| r.table));
    let asked_for = asked.gradient(&set)?;
    if !asked_for.is_empty() {
        let table = gradients(economy, &main_shock, &main, &asked_for, &mut outcome.certificate)?;
        outcome.tables.push(table);
    }
    Ok(outcome)
}

/// An answer without figures: tables without rows, so that no older figures are left where they are written.
fn without_figures(
    mut outcome: Outcome,
    economy: &Economy,
    tables: Vec<Table>,
    outputs: &[&str],
    residual: f64,
    method: String,
) -> Outcome {
    outcome.certificate.largest_residual = residual;
    outcome.certificate.method = method;
    let figures = Figures::nothing(economy);
    let spread = Spread::new(figures.clone());
    let tariff_power = &economy.parts().tariff_power;
    let shown = Shown { economy, tariff_power, main: &figures, spread: &spread };
    let all = tables.into_iter().chain(outputs.iter().map(|name| shown.table(name)));
    outcome.tables = all.map(|table| Table { rows: Vec::new(), ..table }).collect();
    outcome
}

/// The main solution of a scenario.
enum First {
    Found {
        shock: Shock,
        found: Box<Equilibrium>,
        reached: Option<Told>,
    },
    /// No figures: the least residual, what was tried, and why.
    Nothing {
        residual: f64,
        method: String,
        why: String,
    },
}

/// What is told of aims that are met.
struct Told {
    fact: String,
    table: Option<Table>,
}

fn first(economy: &Economy, shock: Shock, aims: &Aims) -> Result<First, ModelError> {
    if aims.is_empty() {
        return Ok(match solve(economy, &shock)? {
            Solved::Found(found) => First::Found { shock, found, reached: None },
            Solved::NotFound { residual, passes } => First::Nothing {
                residual,
                method: format!("no convergence after {passes} passes"),
                why: format!(
                    "no equilibrium was found: the least residual is {residual:.1e} after {passes} passes"
                ),
            },
        });
    }
    Ok(match aims.meet(economy, &shock)? {
        Reached::NotMet { miss, why } => First::Nothing {
            residual: miss,
            method: "Newton steps on the wedges, each with an equilibrium of its own".to_owned(),
            why: format!("out of reach; {why}"),
        },
        Reached::Met(met) => {
            let fact = format!(
                "met but for {:.1e} of the change, by wedges on prices on top of the tariffs; {} equilibria",
                met.miss, met.solved
            );
            let reached = Some(Told { fact, table: aims.table(economy, &met) });
            First::Found { shock: met.shock, found: Box::new(met.found), reached }
        }
    })
}

fn certify(certificate: &mut Certificate, economy: &Economy, shock: &Shock, found: &Equilibrium) {
    certificate.parts = certificate::certify(economy, shock, found);
    let worst = |most: f64, p: &Part| if p.residual <= most { most } else { p.residual };
    certificate.largest_residual = certificate.parts.iter().fold(0.0, worst);
    certificate.converged = true;
    certificate.method = format!("{}; {} passes", found.method.word(), found.passes);
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
