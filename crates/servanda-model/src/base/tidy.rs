//! A base as users bring it: a manifest and tidy CSV files.

use super::table::{Rows, fill, fill_or};
use super::us_china::{Flows, from_flows};
use super::{BaseFiles, BaseSet, bytes_of};
use crate::error::toml_of;
use crate::{Economy, ModelError};
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_files::Spanned;
use servanda_files::sha256;
use std::collections::BTreeMap;

/// The file that makes a folder a base.
pub(crate) const MANIFEST: &str = "manifest.toml";

/// What a base says of itself.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Manifest {
    id: Spanned<String>,
    name: String,
    /// `official` or `synthetic`: where the figures come from.
    kind: Spanned<String>,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "licence")]
    _licence: String,
    unit: String,
    #[serde(rename = "year")]
    _year: Option<i32>,
    countries: Vec<String>,
    sectors: Vec<String>,
    /// Each CSV file with its SHA-256.
    files: BTreeMap<Spanned<String>, String>,
    /// Names of columns of `tariffs.csv` besides `percent`.
    #[serde(default)]
    schedules: Vec<String>,
}

/// The largest array of a base: 400 MB.
const MOST_CELLS: usize = 50_000_000;

const FILES: [&str; 5] = ["flows.csv", "tariffs.csv", "production.csv", "inputs.csv", "sectors.csv"];

pub(crate) fn load(files: &dyn BaseFiles, start: Option<&str>) -> Result<BaseSet, ModelError> {
    let name = format!("{}/{MANIFEST}", files.id());
    let text = String::from_utf8(bytes_of(files, MANIFEST)?)
        .map_err(|_| ModelError::File { file: name.clone(), problem: "it is not UTF-8".into() })?;
    let manifest: Manifest = toml_of(&name, &text)?;
    if let Some(start) = start {
        return Err(ModelError::Usage(format!(
            "a base with a manifest has one start; take out `start = \"{start}\"`"
        )));
    }
    if !["official", "synthetic"].contains(&manifest.kind.get_ref().as_str()) {
        let problem = "a base is `official` or `synthetic`";
        return Err(ModelError::at(&name, &text, Some(manifest.kind.span()), problem));
    }
    if *manifest.id.get_ref() != files.id() {
        let problem = format!("the folder is called `{}`; both must be the same", files.id());
        return Err(ModelError::at(&name, &text, Some(manifest.id.span()), problem));
    }
    let (n, j) = (manifest.countries.len(), manifest.sectors.len());
    if n.saturating_mul(j).saturating_mul(n.max(j)) > MOST_CELLS {
        let problem = format!("{n} countries and {j} sectors are more than {MOST_CELLS} cells; join some");
        return Err(ModelError::File { file: name, problem });
    }
    for (file, sha) in &manifest.files {
        let wrong = |problem: String| ModelError::at(&name, &text, Some(file.span()), problem);
        if !FILES.contains(&file.get_ref().as_str()) {
            return Err(wrong(format!("a base has the files {}, and no other", FILES.join(", "))));
        }
        let is = sha256(&bytes_of(files, file.get_ref())?);
        if is != *sha {
            return Err(wrong(format!(
                "the file's SHA-256 is {is}; the file was changed, or the manifest is wrong"
            )));
        }
    }
    if let Some(missing) = FILES.iter().find(|f| !manifest.files.keys().any(|k| k.get_ref() == *f)) {
        return Err(ModelError::File { file: name, problem: format!("[files] lacks {missing}") });
    }
    read(files, manifest)
}

fn read(files: &dyn BaseFiles, manifest: Manifest) -> Result<BaseSet, ModelError> {
    let (countries, sectors) = (&manifest.countries, &manifest.sectors);
    let trade: [(&str, &[String]); 3] =
        [("sector", sectors), ("importer", countries), ("exporter", countries)];
    let rows = Rows::read(files, "flows.csv")?;
    rows.only(&["sector", "importer", "exporter", "value"])?;
    let flows = fill_or(&rows, &trade, "value", 0.0)?;
    let rows = Rows::read(files, "tariffs.csv")?;
    let mut columns = vec!["sector", "importer", "exporter", "percent"];
    columns.extend(manifest.schedules.iter().map(String::as_str));
    rows.only(&columns)?;
    let power = |column: &str| -> Result<Vec<f64>, ModelError> {
        let percent = fill_or(&rows, &trade, column, 0.0)?;
        let n = countries.len();
        if let Some(at) = percent.iter().enumerate().position(|(at, p)| at % n == at / n % n && *p != 0.0) {
            let (country, sector) = (&countries[at % n], &sectors[at / n / n]);
            let cell = format!("{country} from {country}, {sector}");
            return Err(ModelError::cell("tariff", cell, "trade at home has no tariff; take the row out"));
        }
        Ok(percent.into_iter().map(|p| 1.0 + p / 100.0).collect())
    };
    let tariff_power = power("percent")?;
    let mut schedules = BTreeMap::new();
    for name in &manifest.schedules {
        schedules.insert(name.clone(), power(name)?);
    }
    let rows = Rows::read(files, "production.csv")?;
    rows.only(&["sector", "country", "value_added_share", "final_share"])?;
    let cells: [(&str, &[String]); 2] = [("sector", sectors), ("country", countries)];
    let (value_added_share, final_share) =
        (fill(&rows, &cells, "value_added_share")?, fill(&rows, &cells, "final_share")?);
    let rows = Rows::read(files, "inputs.csv")?;
    rows.only(&["country", "source", "user", "share"])?;
    let input_share =
        fill_or(&rows, &[("country", countries), ("source", sectors), ("user", sectors)], "share", 0.0)?;
    let rows = Rows::read(files, "sectors.csv")?;
    rows.only(&["sector", "theta"])?;
    let theta = fill(&rows, &[("sector", sectors)], "theta")?;
    let parts = from_flows(Flows {
        countries: manifest.countries,
        sectors: manifest.sectors,
        flows,
        tariff_power,
        value_added_share,
        input_share,
        final_share,
        theta,
    })?;
    Ok(BaseSet {
        id: files.id(),
        name: manifest.name,
        start: String::new(),
        unit: manifest.unit,
        economy: Economy::new(parts)?,
        schedules,
        files: Vec::new(),
    })
}
