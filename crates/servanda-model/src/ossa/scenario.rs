//! `model = "ossa"` in a scenario: tables and certificate.

use super::ranges::{self, Held};
use super::{Cooperation, Engine, Equilibrium, Protocol, World, certify, cooperate, players};
use crate::band;
use crate::error::toml_of;
use crate::folder::Folder;
use crate::game::{Game, Limits, Nash, Start, nash, optimum, regrets};
use crate::newton::SolveError;
use crate::residuals::largest;
use crate::{BaseFiles, Certificate, ModelError, Outcome, Part, Table, Value};
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_files::Spanned;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Ask {
    /// The best tariffs of each region, one at a time, the others keeping those of the data.
    Optimal,
    /// The end of a war in which each answers all others.
    Nash,
    /// The best common tariffs.
    Cooperative,
}

/// What talks fall back on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Fallback {
    /// The tariffs of the data.
    #[default]
    Data,
    /// The end of the war.
    Nash,
    /// No tariffs.
    FreeTrade,
}

/// How talks share the gain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Sharing {
    #[default]
    EqualGains,
    Product,
}

/// A scenario on a world of regions and industries.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OssaScenario {
    #[serde(rename = "model")]
    _model: String,
    title: String,
    #[serde(rename = "base")]
    _base: String,
    ask: Spanned<Ask>,
    /// The lowest tariff, a share.
    lowest: Option<Spanned<f64>>,
    /// The highest.
    highest: Option<Spanned<f64>>,
    fallback: Option<Spanned<Fallback>>,
    sharing: Option<Spanned<Sharing>>,
    #[serde(default)]
    elasticities: band::BandOnly,
    #[serde(default)]
    ranges: ranges::Keys,
}

impl OssaScenario {
    /// Reads a scenario. `file` is its name in messages.
    ///
    /// # Errors
    /// The place of a key that is unknown, missing, of another type, or of no use for what is asked.
    pub fn parse(file: &str, text: &str) -> Result<Self, ModelError> {
        let scenario: OssaScenario = toml_of(file, text)?;
        band::check(&scenario.elasticities.band, file, text)?;
        let wrong = |span, problem: &str| Err(ModelError::at(file, text, Some(span), problem));
        if *scenario.ask.get_ref() != Ask::Cooperative {
            let problem = "this key is for ask = \"cooperative\"";
            if let Some(span) = scenario.fallback.as_ref().map(Spanned::span) {
                return wrong(span, problem);
            }
            if let Some(span) = scenario.sharing.as_ref().map(Spanned::span) {
                return wrong(span, problem);
            }
        }
        let limits = scenario.limits();
        if let Some(key) = &scenario.lowest
            && !(limits.low > -1.0 && limits.low <= 0.0)
        {
            return wrong(key.span(), "the lowest tariff must be above -1 and not above 0");
        }
        if let Some(key) = &scenario.highest
            && !(limits.high.is_finite() && limits.high > 0.0)
        {
            return wrong(key.span(), "the highest tariff must be a finite number above 0");
        }
        Ok(scenario)
    }

    fn limits(&self) -> Limits {
        let usual = Limits::default();
        Limits {
            low: self.lowest.as_ref().map_or(usual.low, |key| *key.get_ref()),
            high: self.highest.as_ref().map_or(usual.high, |key| *key.get_ref()),
        }
    }
}

const METHOD: &str = "Newton's method on wages and spending; tariffs by projected L-BFGS on adjoint gradients, scaled by the root of flow times sigma over 1 + tariff";

/// Solves what a scenario asks of a base folder.
///
/// # Errors
/// What is wrong in the base. No convergence is an [`Outcome`] without tables.
pub fn run(scenario: &OssaScenario, files: &dyn BaseFiles) -> Result<Outcome, ModelError> {
    let folder = Folder::new(files);
    let world = World::load(&folder)?;
    let mut facts = folder.facts();
    let Answer { mut tables, parts, how, mut notes, held } = match answer(scenario, &world) {
        Ok(answer) => answer,
        Err(error) => return Ok(error.outcome(&scenario.title, METHOD, facts)),
    };
    let band = band::factors(&scenario.elasticities.band);
    let ranges = ranges::ranges(&world, &held, &scenario.ranges, band, |other| {
        answer(scenario, other).map(|answer| (answer.held, largest(&answer.parts)))
    });
    tables.push(ranges.table("region", world.regions.iter().map(String::as_str), held.measures()));
    facts.push(ranges.fact);
    notes.extend(ranges.notes);
    let certificate = Certificate {
        converged: true,
        largest_residual: largest(&parts),
        parts,
        method: format!("{METHOD}; {how}"),
        facts,
    };
    Ok(Outcome { title: scenario.title.clone(), tables, certificate, notes })
}

/// What a scenario asks, on one world.
struct Answer {
    tables: Vec<Table>,
    parts: Vec<Part>,
    how: String,
    notes: Vec<String>,
    held: Held,
}

fn answer(scenario: &OssaScenario, world: &World) -> Result<Answer, SolveError> {
    match scenario.ask.get_ref() {
        Ask::Optimal => optimal(scenario, world),
        Ask::Nash => war(scenario, world),
        Ask::Cooperative => talks(scenario, world),
    }
}

fn optimal(scenario: &OssaScenario, world: &World) -> Result<Answer, SolveError> {
    let limits = scenario.limits();
    let mut countries = own_table();
    let mut regions = Table::new(
        "regions",
        "regions",
        &["region", "others_welfare_pct", "median_tariff_pct", "terms_promised_pp"],
    );
    let mut tariffs = tariff_table();
    let mut parts: Vec<Part> = Vec::new();
    let mut solves = 0;
    let mut equilibria = Vec::new();
    for (j, region) in world.regions.iter().enumerate() {
        let mut engine = Engine::new(world);
        let own: Vec<usize> = world.imports_of(j).collect();
        let best = optimum(&mut engine, j, &own, limits, Start::Formula)?;
        let answer = engine.equilibrium()?;
        let starts = [Start::Current, Start::Flat(0.0), Start::Flat(0.5)];
        let (left, _) = regrets(&mut engine, &[j], std::slice::from_ref(&own), limits, &starts)?;
        solves += engine.solves();
        countries.rows.push(vec![
            Value::from(region.as_str()),
            Value::number(100.0 * (answer.welfare[j] - 1.0)),
            Value::number(left[0]),
        ]);
        regions.rows.push(vec![
            Value::from(region.as_str()),
            Value::number(ranges::others(&answer.welfare, j)),
            Value::number(100.0 * median_at(&answer, &own)),
            Value::number(100.0 * best.promised),
        ]);
        push_tariffs(&mut tariffs, world, &answer, &own);
        worst_of(&mut parts, certify(world, &answer), region);
        equilibria.push(answer);
    }
    let how = format!(
        "each region's best tariffs from 1/(sigma-1), looked for again from there, from no tariff and from 50 percent; {solves} equilibria"
    );
    let notes = vec![
        "welfare_pct is a region's real income at its own best tariffs, the others keeping those of the data; best_response_gain_pp is what any other start found above it".to_owned(),
        NEAR_ZERO.to_owned(),
    ];
    let held = Held::Each(equilibria);
    Ok(Answer { tables: vec![countries, regions, tariffs], parts, how, notes, held })
}

fn war(scenario: &OssaScenario, world: &World) -> Result<Answer, SolveError> {
    let limits = scenario.limits();
    let mut engine = Engine::new(world);
    let ended = fought(&mut engine, limits, true)?;
    let end = engine.equilibrium()?;
    // The same war from the tariffs of the data: does it end elsewhere?
    let mut other = Engine::new(world);
    let second = fought(&mut other, limits, false)?;
    let apart = end
        .welfare
        .iter()
        .zip(&other.equilibrium()?.welfare)
        .map(|(a, b)| 100.0 * (a - b).abs())
        .fold(0.0, f64::max);
    let mut countries = own_table();
    let mut regions = Table::new("regions", "regions", &["region", "median_tariff_pct", "wage_change_pct"]);
    let all: Vec<usize> = abroad(world).collect();
    for (j, region) in world.regions.iter().enumerate() {
        countries.rows.push(vec![
            Value::from(region.as_str()),
            Value::number(100.0 * (end.welfare[j] - 1.0)),
            Value::number(ended.regret[j]),
        ]);
        let own: Vec<usize> = world.imports_of(j).collect();
        regions.rows.push(vec![
            Value::from(region.as_str()),
            Value::number(100.0 * median_at(&end, &own)),
            Value::number(100.0 * (end.wage[j] - 1.0)),
        ]);
    }
    let mut tariffs = tariff_table();
    push_tariffs(&mut tariffs, world, &end, &all);
    let how = format!(
        "Gauss-Seidel best answers from 1/(sigma-1), {} rounds, {} equilibria; again from the data's tariffs, {} rounds",
        ended.rounds, ended.solves, second.rounds
    );
    let notes = vec![
        "best_response_gain_pp is the most that a region's best answer gains, looked for from where it stands, from 1/(sigma-1) and from no tariff".to_owned(),
        format!("a war from the tariffs of the data ends where welfare differs by at most {apart:e} percentage points; a world without trade is an end too and is not looked for"),
        NEAR_ZERO.to_owned(),
    ];
    let parts = certify(world, &end);
    let held = Held::War(end);
    Ok(Answer { tables: vec![countries, regions, tariffs], parts, how, notes, held })
}

/// A war of all regions, from the formula's tariffs or from those that stand.
fn fought(engine: &mut Engine<'_>, limits: Limits, formula: bool) -> Result<Nash, SolveError> {
    let (all, own) = players(engine.world());
    for at in own.iter().flatten().filter(|_| formula) {
        engine.set(*at, 1.0 / engine.theta(*at));
    }
    nash(engine, &all, &own, limits)
}

fn talks(scenario: &OssaScenario, world: &World) -> Result<Answer, SolveError> {
    let mut limits = scenario.limits();
    let fallback = scenario.fallback.as_ref().map_or(Fallback::default(), |key| *key.get_ref());
    let sharing = scenario.sharing.as_ref().map_or(Sharing::default(), |key| *key.get_ref());
    let mut engine = Engine::new(world);
    match fallback {
        Fallback::Data => {}
        Fallback::FreeTrade => abroad(world).for_each(|at| engine.set(at, 0.0)),
        Fallback::Nash => {
            fought(&mut engine, limits, true)?;
        }
    }
    let fallback = engine.tariffs();
    limits.high = limits.high.max(fallback.iter().copied().fold(0.0, f64::max));
    let protocol = match sharing {
        Sharing::EqualGains => Protocol::EqualGains,
        Sharing::Product => Protocol::Product,
    };
    let Cooperation { equilibrium, gain, spread, solves } = cooperate(&mut engine, limits, protocol)?;
    let mut countries = Table::new("countries", "regions", &["region", "welfare_pct", "gain_pct"]);
    for (j, region) in world.regions.iter().enumerate() {
        countries.rows.push(vec![
            Value::from(region.as_str()),
            Value::number(100.0 * (equilibrium.welfare[j] - 1.0)),
            Value::number(gain[j]),
        ]);
    }
    let mut tariffs = tariff_table();
    push_tariffs(&mut tariffs, world, &equilibrium, &abroad(world).collect::<Vec<_>>());
    let notes = vec![
        format!(
            "gain_pct is over the point that talks fall back on; gains differ by at most {spread:e} percentage points"
        ),
        NEAR_ZERO.to_owned(),
    ];
    let how = format!("common tariffs by an augmented Lagrangian on equal gains; {solves} equilibria");
    let parts = certify(world, &equilibrium);
    let held = Held::Talks { equilibrium, gain, fallback };
    Ok(Answer { tables: vec![countries, tariffs], parts, how, notes, held })
}

const NEAR_ZERO: &str = "tariffs on flows near zero, and those that only act as transfers, are not told apart by welfare: compare welfare, not tariffs";

fn own_table() -> Table {
    Table::new("countries", "regions", &["region", "welfare_pct", "best_response_gain_pp"])
}

fn tariff_table() -> Table {
    let columns =
        ["exporter", "importer", "sector", "tariff_before", "tariff_after", "trade_before", "trade_after"];
    Table::new("tariffs", "flows", &columns)
}

fn push_tariffs(table: &mut Table, world: &World, answer: &Equilibrium, cells: &[usize]) {
    let (n, s) = world.size();
    for at in cells {
        let (i, j, k) = (at / (n * s), at / s % n, at % s);
        let names = [&world.regions[i], &world.regions[j], &world.sectors[k]];
        let mut row: Vec<Value> = names.into_iter().map(|name| Value::from(name.as_str())).collect();
        let figures = [world.tariff[*at], answer.tariff[*at], world.trade[*at], answer.trade[*at]];
        row.extend(figures.into_iter().map(Value::number));
        table.rows.push(row);
    }
}

/// Keeps the worse of each condition over several equilibria, with whose it is.
fn worst_of(parts: &mut Vec<Part>, next: Vec<Part>, of: &str) {
    for (place, mut part) in next.into_iter().enumerate() {
        part.at = format!("{}, at the best tariffs of {of}", part.at);
        match parts.get_mut(place) {
            None => parts.push(part),
            Some(had) if part.residual.is_nan() || part.residual > had.residual => *had = part,
            Some(_) => {}
        }
    }
}

/// Every flow between two regions.
fn abroad(world: &World) -> impl Iterator<Item = usize> + '_ {
    (0..world.regions.len()).flat_map(|j| world.imports_of(j))
}

/// The median tariff of some flows.
fn median_at(answer: &Equilibrium, cells: &[usize]) -> f64 {
    let mut sorted: Vec<f64> = cells.iter().map(|at| answer.tariff[*at]).collect();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => 0.5 * (sorted[n / 2 - 1] + sorted[n / 2]),
    }
}
