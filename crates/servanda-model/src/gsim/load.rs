//! `flows.csv` and `params.json` to a market.

use super::Market;
use crate::ModelError;
use crate::folder::Folder;
use serde::Deserialize;
use std::collections::BTreeMap;

const FLOWS: &str = "flows.csv";
const PARAMS: &str = "params.json";
const COLUMNS: [&str; 5] = ["exporter", "importer", "value_world_prices", "t0_power", "t1_power"];
/// A tariff that stops all trade, in `t1_power`.
const PROHIBITIVE: &str = "prohibitive";

/// One figure for all regions, or one for each.
#[derive(Deserialize)]
#[serde(untagged)]
enum Elasticity {
    All(f64),
    Each(BTreeMap<String, f64>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    #[serde(rename = "Em")]
    em: Elasticity,
    #[serde(rename = "Ex")]
    ex: Elasticity,
    #[serde(rename = "Es")]
    es: Elasticity,
    /// What a publication prints; for tests to compare with, never used.
    #[serde(rename = "reported_price_change")]
    _reported_price_change: Option<BTreeMap<String, f64>>,
}

impl Market {
    /// Reads `flows.csv` (`exporter,importer,value_world_prices,t0_power,t1_power`; every pair once, own sales among them;
    /// `prohibitive` in the last column closes a flow) and `params.json` (`Em`, `Ex`, `Es`: a number, or one by region).
    ///
    /// # Errors
    /// The file and line of what cannot be used.
    pub fn load(folder: &Folder<'_>) -> Result<Self, ModelError> {
        let rows = folder.rows(FLOWS, COLUMNS)?;
        let mut regions: Vec<String> = Vec::new();
        for (line, [exporter, importer, ..]) in &rows {
            for name in [exporter, importer] {
                if name.is_empty() {
                    return Err(folder.cell(FLOWS, format!("line {line}"), "a region has no name"));
                }
                if !regions.contains(name) {
                    regions.push(name.clone());
                }
            }
        }
        let n = regions.len();
        if n == 0 {
            return Err(folder.refuse(FLOWS, "there are no rows"));
        }
        let index: BTreeMap<&String, usize> = regions.iter().enumerate().map(|(k, name)| (name, k)).collect();
        let mut cells: Vec<Option<[f64; 3]>> = vec![None; n * n];
        for (line, [exporter, importer, value, before, after]) in &rows {
            let at = index[exporter] * n + index[importer];
            if cells[at].is_some() {
                let problem = format!("`{exporter}` to `{importer}` stands twice");
                return Err(folder.cell(FLOWS, format!("line {line}"), problem));
            }
            let value = folder.number(FLOWS, *line, COLUMNS[2], value, 0.0)?;
            let power = |column: usize, text: &str| {
                let power = folder.number(FLOWS, *line, COLUMNS[column], text, 0.0)?;
                if power > 0.0 {
                    return Ok(power);
                }
                let place = format!("line {line}, column `{}`", COLUMNS[column]);
                Err(folder.cell(FLOWS, place, "one plus the tariff must be above zero"))
            };
            let before = power(3, before)?;
            let after = if after == PROHIBITIVE { f64::INFINITY } else { power(4, after)? };
            cells[at] = Some([value, before, after]);
        }
        if let Some(at) = cells.iter().position(Option::is_none) {
            let problem = format!(
                "there is no row from `{}` to `{}`; every pair must stand here, a zero flow too",
                regions[at / n],
                regions[at % n]
            );
            return Err(folder.refuse(FLOWS, problem));
        }
        let bytes = folder.bytes(PARAMS)?;
        let params: Params =
            serde_json::from_slice(&bytes).map_err(|error| folder.refuse(PARAMS, error.to_string()))?;
        let each = |name: &str, elasticity: Elasticity| match elasticity {
            Elasticity::All(value) => Ok(vec![value; n]),
            Elasticity::Each(values) => {
                if let Some(other) = values.keys().find(|name| !index.contains_key(name)) {
                    return Err(folder.cell(PARAMS, name, format!("`{other}` is no region of {FLOWS}")));
                }
                let value = |region: &String| {
                    let missing = || folder.cell(PARAMS, name, format!("there is none for `{region}`"));
                    values.get(region).copied().ok_or_else(missing)
                };
                regions.iter().map(value).collect()
            }
        };
        let (em, ex, es) = (each("Em", params.em)?, each("Ex", params.ex)?, each("Es", params.es)?);
        for (name, values, sign) in [("Em", &em, -1.0), ("Ex", &ex, 1.0), ("Es", &es, 1.0)] {
            if let Some(value) = values.iter().find(|value| !(value.is_finite() && *value * sign > 0.0)) {
                let side = if sign > 0.0 { "above" } else { "below" };
                return Err(folder.cell(PARAMS, name, format!("{value} is not a finite number {side} zero")));
            }
        }
        let take = |k: usize| cells.iter().map(|cell| cell.map_or(0.0, |figures| figures[k])).collect();
        Ok(Market { value: take(0), before: take(1), after: take(2), em, ex, es, regions: regions.clone() })
    }
}
