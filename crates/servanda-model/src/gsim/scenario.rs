//! `model = "gsim"` in a scenario: tables and certificate.

use super::{Answer, Market, exact, linear};
use crate::band::{self, BandOnly, Told};
use crate::error::toml_of;
use crate::folder::Folder;
use crate::newton::SolveError;
use crate::residuals::{Worst, largest};
use crate::{BaseFiles, Certificate, ModelError, Outcome, Part, Table, Value};
use schemars::JsonSchema;
use serde::Deserialize;

/// How the market is solved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Constant elasticities, without linearisation.
    #[default]
    Exact,
    /// The published linear system.
    Linear,
}

/// A scenario on one industry.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GsimScenario {
    #[serde(rename = "model")]
    pub(super) _model: String,
    pub(super) title: String,
    #[serde(rename = "base")]
    pub(super) _base: String,
    #[serde(default)]
    pub(super) method: Method,
    #[serde(default)]
    pub(super) elasticities: BandOnly,
}

impl GsimScenario {
    /// Reads a scenario. `file` is its name in messages.
    ///
    /// # Errors
    /// The place of a key that is unknown, missing or of another type.
    pub fn parse(file: &str, text: &str) -> Result<Self, ModelError> {
        let scenario: Self = toml_of(file, text)?;
        band::check(&scenario.elasticities.band, file, text)?;
        Ok(scenario)
    }
}

/// Solves the market of a base folder.
///
/// # Errors
/// What is wrong in the base. No convergence is an [`Outcome`] without tables.
pub fn run(scenario: &GsimScenario, files: &dyn BaseFiles) -> Result<Outcome, ModelError> {
    let folder = Folder::new(files);
    let market = Market::load(&folder)?;
    let method = match scenario.method {
        Method::Linear => "one solve of the linear system in price changes",
        Method::Exact => "Newton's method on the logarithms of world prices",
    };
    let mut facts = folder.facts();
    match solve(&market, scenario.method)? {
        Ok(answer) => {
            let parts = certify(&market, &answer, scenario.method);
            let ranges = ranges(scenario, &market, &answer);
            facts.push(ranges.fact.clone());
            let names = market.regions.iter().map(String::as_str);
            let mut tables = tables(&market, &answer);
            tables.push(ranges.table("region", names, &MEASURES));
            Ok(Outcome {
                title: scenario.title.clone(),
                tables,
                certificate: Certificate {
                    converged: true,
                    largest_residual: largest(&parts),
                    parts,
                    method: format!("{method}, {} steps", answer.steps),
                    facts,
                },
                notes: notes(scenario.method, &answer).into_iter().chain(ranges.notes).collect(),
            })
        }
        Err(error) => Ok(error.outcome(&scenario.title, method, facts)),
    }
}

fn solve(market: &Market, method: Method) -> Result<Result<Answer, SolveError>, ModelError> {
    match method {
        Method::Linear => linear(market),
        Method::Exact => exact(market),
    }
}

/// The measures of each region that have a range.
const MEASURES: [&str; 6] =
    ["price_change", "producers", "buyers", "tariff_revenue", "total", "industry_price_change"];

/// Region by region, one figure for each measure.
fn flat(answer: &Answer) -> Vec<f64> {
    let of = |r: usize| {
        let parts = [answer.producers[r], answer.buyers[r], answer.revenue[r]];
        let price = answer.price[r].unwrap_or(f64::NAN);
        [price, parts[0], parts[1], parts[2], parts.iter().sum(), answer.index[r]]
    };
    (0..answer.index.len()).flat_map(of).collect()
}

/// Over the ends of the band for substitution, demand and supply, each on its own.
fn ranges(scenario: &GsimScenario, market: &Market, answer: &Answer) -> band::Ranges {
    let band = band::factors(&scenario.elasticities.band);
    let [low, high] = band;
    let what = format!("substitution, demand and supply times 1, and each on its own times {low} or {high}");
    band::over(flat(answer), &what, &band::corners(band), |[es, em, ex]| -> Told {
        let times = |values: &[f64], factor: f64| values.iter().map(|v| v * factor).collect();
        let other = Market {
            es: times(&market.es, *es),
            em: times(&market.em, *em),
            ex: times(&market.ex, *ex),
            ..market.clone()
        };
        let found = solve(&other, scenario.method).map_err(|e| e.to_string())?.map_err(|e| e.to_string())?;
        Ok((flat(&found), largest(&certify(&other, &found, scenario.method))))
    })
}

fn tables(market: &Market, answer: &Answer) -> Vec<Table> {
    let n = market.len();
    let mut prices = Table::new("countries", "regions", &["region", "price_change"]);
    let mut welfare = Table::new(
        "welfare",
        "regions",
        &["region", "producers", "buyers", "tariff_revenue", "total", "industry_price_change"],
    );
    let mut flows = Table::new(
        "flows",
        "flows",
        &["exporter", "importer", "value_before", "value_after", "quantity_change", "buyer_price_change"],
    );
    for (r, region) in market.regions.iter().enumerate() {
        let name = || Value::from(region.as_str());
        prices.rows.push(vec![name(), answer.price[r].map_or(Value::None, Value::number)]);
        let parts = [answer.producers[r], answer.buyers[r], answer.revenue[r]];
        let mut row = vec![name()];
        row.extend(parts.into_iter().map(Value::number));
        row.extend([Value::number(parts.iter().sum()), Value::number(answer.index[r])]);
        welfare.rows.push(row);
        for (v, importer) in market.regions.iter().enumerate() {
            let at = r * n + v;
            let traded = market.value[at] > 0.0;
            let buyer = answer.price[r].map(|p| (1.0 + p) * market.after[at] / market.before[at] - 1.0);
            flows.rows.push(vec![
                name(),
                Value::from(importer.as_str()),
                Value::number(market.value[at]),
                Value::number(answer.value[at]),
                if traded { Value::number(answer.quantity[at]) } else { Value::None },
                buyer.filter(|b| traded && b.is_finite()).map_or(Value::None, Value::number),
            ]);
        }
    }
    vec![prices, welfare, flows]
}

/// Supply against demand and each flow against its demand curve, from prices and quantities of the answer only.
fn certify(market: &Market, answer: &Answer, solved: Method) -> Vec<Part> {
    let n = market.len();
    let price = |r: usize| answer.price[r].unwrap_or(0.0);
    let mut markets = Worst::of("markets: what an exporter offers and what is bought of it");
    let mut demand = Worst::of("demand: each flow and its price");
    for r in 0..n {
        let sold: f64 = market.value[r * n..(r + 1) * n].iter().sum();
        let bought: f64 = (0..n).map(|v| market.value[r * n + v] * answer.quantity[r * n + v]).sum();
        let offered = match solved {
            Method::Linear => market.ex[r] * price(r),
            Method::Exact => (1.0 + price(r)).powf(market.ex[r]) - 1.0,
        };
        markets.see(bought, sold * offered, sold, || market.regions[r].clone());
        for v in 0..n {
            let at = r * n + v;
            if market.value[at] == 0.0 {
                continue;
            }
            let place = || format!("{} to {}", market.regions[r], market.regions[v]);
            let (em, es) = (market.em[v], market.es[v]);
            let power = market.after[at] / market.before[at];
            match solved {
                Method::Linear => {
                    let change = -es * (price(r) + power - 1.0) + (es + em) * answer.index[v];
                    demand.see(change, answer.quantity[at], 1.0, place);
                }
                Method::Exact => {
                    let whole = 1.0 + answer.index[v];
                    let left = ((1.0 + price(r)) * power / whole).powf(-es) * whole.powf(em);
                    demand.see(left, 1.0 + answer.quantity[at], 1.0, place);
                }
            }
        }
    }
    vec![markets.into(), demand.into()]
}

fn notes(method: Method, answer: &Answer) -> Vec<String> {
    let mut notes = vec![
        "partial equilibrium: wages, incomes and other industries do not move; changes are shares, surplus is in the unit of the flows"
            .to_owned(),
    ];
    if method == Method::Linear {
        let below = answer.quantity.iter().any(|change| *change < -1.0);
        notes.push(if below {
            "the linear system lets a flow fall by more than all of it: the change is out of its range; write method = \"exact\""
                .to_owned()
        } else {
            "the linear system is right for small changes only; compare with method = \"exact\"".to_owned()
        });
    }
    notes
}
