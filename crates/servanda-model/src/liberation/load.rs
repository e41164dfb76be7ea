//! `countries.csv` and `trade2023.csv.gz`.

use crate::ModelError;
use crate::folder::{Folder, once};
use std::collections::BTreeMap;

const COUNTRIES: &str = "countries.csv";
const TRADE: &str = "trade2023.csv.gz";
const COLUMNS: [&str; 6] = ["iso3", "idx", "name", "gdp_usd", "us_tariff_apr2", "eu_code"];
const FLOWS: [&str; 3] = ["exporter", "importer", "kusd"];
/// The country whose tariffs the model is about.
const UNITED_STATES: &str = "USA";

/// The data as published.
#[derive(Clone, Debug, PartialEq)]
pub struct Trade {
    /// ISO codes of three letters, in the file's order.
    pub countries: Vec<String>,
    /// Which of them is the United States.
    pub us: usize,
    /// Which count as the European Union.
    pub eu: Vec<bool>,
    /// GDP, in thousands of dollars.
    pub gdp: Vec<f64>,
    /// The US tariff of 2 April 2025 on each, a share.
    pub listed: Vec<f64>,
    /// Trade in thousands of dollars: exporter, importer; nothing at home.
    pub trade: Vec<f64>,
}

impl Trade {
    /// Reads `countries.csv` (`iso3,idx,name,gdp_usd,us_tariff_apr2,eu_code`) and `trade2023.csv.gz`
    /// (`exporter,importer,kusd`; a pair that is absent is zero).
    ///
    /// # Errors
    /// The file and line of what cannot be used.
    pub fn load(folder: &Folder<'_>) -> Result<Self, ModelError> {
        let rows = folder.rows(COUNTRIES, COLUMNS)?;
        let countries: Vec<String> = rows.iter().map(|(_, row)| row[0].clone()).collect();
        once(&countries).map_err(|problem| folder.refuse(COUNTRIES, format!("column `iso3`: {problem}")))?;
        let n = countries.len();
        let Some(us) = countries.iter().position(|code| code == UNITED_STATES) else {
            return Err(folder.refuse(COUNTRIES, format!("there is no row for {UNITED_STATES}")));
        };
        if n < 2 {
            return Err(folder.refuse(COUNTRIES, "there must be two countries or more"));
        }
        let (mut gdp, mut listed, mut eu) = (Vec::new(), Vec::new(), Vec::new());
        for (line, [_, _, _, output, tariff, union]) in &rows {
            let output = folder.number(COUNTRIES, *line, COLUMNS[3], output, 0.0)?;
            if output == 0.0 {
                let place = format!("line {line}, column `{}`", COLUMNS[3]);
                return Err(folder.cell(COUNTRIES, place, "a country must have income"));
            }
            gdp.push(output / 1000.0);
            listed.push(folder.number(COUNTRIES, *line, COLUMNS[4], tariff, 0.0)?);
            eu.push(match union.as_str() {
                "True" => true,
                "False" => false,
                other => {
                    let place = format!("line {line}, column `{}`", COLUMNS[5]);
                    return Err(folder.cell(
                        COUNTRIES,
                        place,
                        format!("`{other}` is neither `True` nor `False`"),
                    ));
                }
            });
        }
        let index: BTreeMap<&str, usize> =
            countries.iter().enumerate().map(|(k, code)| (code.as_str(), k)).collect();
        let mut trade: Vec<Option<f64>> = vec![None; n * n];
        for (line, [exporter, importer, value]) in folder.rows(TRADE, FLOWS)? {
            let mut place = [0; 2];
            for (k, code) in [&exporter, &importer].into_iter().enumerate() {
                place[k] = *index.get(code.as_str()).ok_or_else(|| {
                    let problem = format!("`{code}` is not in {COUNTRIES}");
                    folder.cell(TRADE, format!("line {line}, column `{}`", FLOWS[k]), problem)
                })?;
            }
            let value = folder.number(TRADE, line, FLOWS[2], &value, 0.0)?;
            let [i, j] = place;
            if i == j {
                let problem = format!("`{exporter}` trades with itself; sales at home follow from GDP");
                return Err(folder.cell(TRADE, format!("line {line}"), problem));
            }
            if trade[i * n + j].replace(value).is_some() {
                let problem = format!("`{exporter}` to `{importer}` stands twice");
                return Err(folder.cell(TRADE, format!("line {line}"), problem));
            }
        }
        let trade = trade.into_iter().map(Option::unwrap_or_default).collect();
        Ok(Trade { countries, us, eu, gdp, listed, trade })
    }
}
