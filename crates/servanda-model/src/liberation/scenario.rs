//! `model = "liberation"` in a scenario: tables and certificate.

use super::{
    Closure, Deficits, Equilibrium, Measures, Parameters, Rebate, Retaliation, Tariffs, Trade, UsTariff,
    World, certify, measures, ranges, solve,
};
use crate::band;
use crate::error::toml_of;
use crate::folder::Folder;
use crate::residuals::largest;
use crate::{BaseFiles, Certificate, ModelError, Outcome, Table, Value};
use schemars::JsonSchema;
use serde::Deserialize;

/// A scenario of the 194-country model.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LiberationScenario {
    #[serde(rename = "model")]
    _model: String,
    title: String,
    #[serde(rename = "base")]
    _base: String,
    #[serde(default)]
    us_tariff: UsTariff,
    #[serde(default)]
    retaliation: Retaliation,
    #[serde(default)]
    rebate: Rebate,
    #[serde(default)]
    deficits: Deficits,
    #[serde(default)]
    elasticities: Elasticities,
    #[serde(default)]
    ranges: ranges::Keys,
}

/// Elasticities that differ from the publication's main case.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Elasticities {
    trade: Option<f64>,
    labour: Option<f64>,
    scale: Option<f64>,
    pass_through: Option<f64>,
    distribution: Option<bool>,
    band: band::Key,
}

impl LiberationScenario {
    /// Reads a scenario. `file` is its name in messages.
    ///
    /// # Errors
    /// The place of a key that is unknown, missing or of another type.
    pub fn parse(file: &str, text: &str) -> Result<Self, ModelError> {
        let scenario: Self = toml_of(file, text)?;
        band::check(&scenario.elasticities.band, file, text)?;
        Ok(scenario)
    }

    fn closure(&self) -> Closure {
        Closure { rebate: self.rebate, deficits: self.deficits }
    }

    fn parameters(&self) -> Parameters {
        let (usual, own) = (Parameters::default(), &self.elasticities);
        Parameters {
            trade: own.trade.unwrap_or(usual.trade),
            labour: own.labour.unwrap_or(usual.labour),
            scale: own.scale.unwrap_or(usual.scale),
            pass_through: own.pass_through.unwrap_or(usual.pass_through),
            distribution: own.distribution.unwrap_or(usual.distribution),
        }
    }
}

const METHOD: &str = "Newton's method with exact derivatives on wages, spending and work";

/// Solves what a scenario asks of a base folder.
///
/// # Errors
/// What is wrong in the base or in the elasticities. No convergence is an [`Outcome`] without tables.
pub fn run(scenario: &LiberationScenario, files: &dyn BaseFiles) -> Result<Outcome, ModelError> {
    let folder = Folder::new(files);
    let data = Trade::load(&folder)?;
    let world = World::new(&data, scenario.parameters())?;
    let tariffs = Tariffs::new(&world, &data.listed, scenario.us_tariff, scenario.retaliation)?;
    let mut facts = folder.facts();
    let [elsewhere, home] = [world.nu[usize::from(world.us == 0)], world.nu[world.us]];
    facts.push((
        "distribution_share".to_owned(),
        format!("{elsewhere} elsewhere, {home} in the United States"),
    ));
    let answer = match solve(&world, &tariffs, scenario.closure())? {
        Ok(answer) => answer,
        Err(error) => return Ok(error.outcome(&scenario.title, METHOD, facts)),
    };
    let parts = certify(&world, &answer);
    let figures = measures(&world, &answer);
    let main = ranges::Main { data: &data, world: &world, tariffs: &tariffs, closure: scenario.closure() };
    let band = band::factors(&scenario.elasticities.band);
    let ranges = ranges::ranges(&main, &figures, &scenario.ranges, band);
    facts.push(ranges.fact.clone());
    let names = world.countries.iter().map(String::as_str);
    let mut notes = notes(scenario, &world);
    notes.extend(ranges.notes.iter().cloned());
    Ok(Outcome {
        title: scenario.title.clone(),
        tables: vec![
            countries(&world, &figures),
            groups(&data, &world, &figures),
            tariff_table(&world, &answer),
            ranges.table(COLUMNS[0], names, &COLUMNS[1..]),
        ],
        certificate: Certificate {
            converged: true,
            largest_residual: largest(&parts),
            parts,
            method: format!("{METHOD}, {} unknowns, {} steps", 3 * world.len(), answer.steps),
            facts,
        },
        notes,
    })
}

const COLUMNS: [&str; 8] = [
    "iso3",
    "welfare_pct",
    "deficit_pct",
    "exports_to_gdp_pct",
    "imports_to_gdp_pct",
    "employment_pct",
    "cpi_pct",
    "tariff_rev_share_of_E",
];

fn countries(world: &World, figures: &Measures) -> Table {
    let mut table = Table::new("countries", "countries", &COLUMNS);
    for (i, code) in world.countries.iter().enumerate() {
        let mut row = vec![Value::from(code.as_str())];
        row.extend(figures.all().iter().map(|column| Value::number(column[i])));
        table.rows.push(row);
    }
    table
}

/// Averages as the publication prints them, weighted by spending before.
fn groups(data: &Trade, world: &World, figures: &Measures) -> Table {
    let mut columns = COLUMNS;
    columns[0] = "group";
    let mut table = Table::new("groups", "groups", &columns);
    let us = world.us;
    let all = 0..world.len();
    let groups: [(&str, Vec<usize>); 4] = [
        ("USA", vec![us]),
        ("CHN", all.clone().filter(|i| world.countries[*i] == "CHN").collect()),
        ("EU", all.clone().filter(|i| data.eu[*i]).collect()),
        ("all but USA", all.filter(|i| *i != us).collect()),
    ];
    for (name, members) in &groups {
        let weight: f64 = members.iter().map(|i| world.spending[*i]).sum();
        if members.is_empty() {
            continue;
        }
        let mean =
            |column: &[f64]| members.iter().map(|i| column[*i] * world.spending[*i]).sum::<f64>() / weight;
        let mut row = vec![Value::from(*name)];
        row.extend(figures.all().iter().map(|column| Value::number(mean(column))));
        table.rows.push(row);
    }
    table
}

fn tariff_table(world: &World, answer: &Equilibrium) -> Table {
    let (n, us) = (world.len(), world.us);
    let columns = [
        "iso3",
        "us_tariff",
        "its_tariff_on_us",
        "us_imports_before",
        "us_imports_after",
        "us_exports_before",
        "us_exports_after",
    ];
    let mut table = Table::new("tariffs", "countries", &columns);
    for (i, code) in world.countries.iter().enumerate().filter(|(i, _)| *i != us) {
        let (to, from) = (i * n + us, us * n + i);
        let figures = [
            answer.tariff[to],
            answer.tariff[from],
            world.trade[to],
            answer.trade[to],
            world.trade[from],
            answer.trade[from],
        ];
        let mut row = vec![Value::from(code.as_str())];
        row.extend(figures.into_iter().map(Value::number));
        table.rows.push(row);
    }
    table
}

fn notes(scenario: &LiberationScenario, world: &World) -> Vec<String> {
    let mut notes = vec![
        "GDP is labour income; exports and imports are without tariffs".to_owned(),
        match scenario.deficits {
            Deficits::Proportional => "deficits are transfers in proportion to world income, so a tariff moves them only through prices and sizes",
            Deficits::Fixed => "deficits are transfers that stay as they are in the money of the numeraire, so a tariff moves them only through prices and sizes",
        }
        .to_owned(),
        "the numeraire holds the mean of consumer prices, weighted by spending".to_owned(),
    ];
    let closed: Vec<&str> = (0..world.len())
        .filter(|i| world.trade[i * world.len() + i] == 0.0)
        .map(|i| world.countries[i].as_str())
        .collect();
    if !closed.is_empty() {
        notes.push(format!(
            "home sales are set to zero, imports being more than all spending, in {}",
            closed.join(", ")
        ));
    }
    if scenario.us_tariff == UsTariff::Optimal || scenario.retaliation == Retaliation::Optimal {
        notes.push("`optimal` is the publication's formula at the data, no search for a best tariff; for such a search see model = \"ossa\"".to_owned());
    }
    notes
}
