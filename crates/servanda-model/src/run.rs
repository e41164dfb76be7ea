//! Running a scenario of many countries and sectors: base, closures, elasticities, figures with their ranges, certificate.

mod asked;
mod bases;
mod measure;
mod ranges;
mod tables;

use crate::base::{self, BaseFiles};
use crate::equilibrium::{Equilibrium, Shock, Solved, solve};
use crate::outcome::{Certificate, Outcome, Part, Table, Value};
use crate::{Economy, ModelError, adjoint, certificate, path};
pub use asked::Asked;
use bases::bases;
use measure::{Figures, Spread, WITHOUT_PATH};
use ranges::{cases, spread};
use tables::Shown;

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
    let solved = ranges::Main { economy, shock: &shock(closure), found: &main, figures: &figures };
    let spread = spread(&cases, &bases, &shock, &solved, &mut outcome)?;
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
