//! The folder `us-china-2018-7x44` as its README describes it: 7 economies and 44 sectors of 2017, and the increments of both
//! sides' tariff lists of 2018 and 2019.

use super::table::{Rows, fill};
use super::{BaseFiles, BaseSet, start_of};
use crate::economy::left_share;
use crate::{Economy, ModelError, Parts};
use std::collections::BTreeMap;

/// The file that makes a folder this data set.
pub(crate) const MARK: &str = "TradeFlow2017.csv.gz";

const COUNTRIES: &[&str] = &["BRA", "CHN", "EU", "IND", "JPN", "ROW", "USA"];
const J: usize = 44;
const TRADED: usize = 22;

pub(crate) fn load(files: &dyn BaseFiles, start: Option<&str>) -> Result<BaseSet, ModelError> {
    let start = start_of(&files.id(), &["2017"], start)?;
    let countries: Vec<String> = COUNTRIES.iter().map(|c| (*c).to_owned()).collect();
    let sectors: Vec<String> = (1..=J).map(|s| s.to_string()).collect();
    let n = countries.len();
    let flows = fill(
        &Rows::read(files, MARK)?,
        &[("indcode", &sectors), ("iso_d", &countries), ("iso_o", &countries)],
        "tradevalue",
    )?;
    let tariffs = fill(
        &Rows::read(files, "tariff_prewar2017.csv.gz")?,
        &[("indcode", &sectors), ("iso_d", &countries), ("iso_o", &countries)],
        "AHS_simple",
    )?;
    let value_added_share = fill(
        &Rows::read(files, "vashare.csv.gz")?,
        &[("indcode", &sectors), ("iso_o", &countries)],
        "vashare",
    )?;
    let input_share = fill(
        &Rows::read(files, "IOshare.csv.gz")?,
        &[("iso_o", &countries), ("input_ind", &sectors), ("output_ind", &sectors)],
        "valueshare",
    )?;
    let final_share = fill(
        &Rows::read(files, "finalshare.csv.gz")?,
        &[("input_ind", &sectors), ("iso_o", &countries)],
        "finalshare",
    )?;
    let theta = fill(&Rows::read(files, "cal_elasticities.csv.gz")?, &[("industry", &sectors)], "\\theta")?;
    let tariff_power: Vec<f64> = tariffs.iter().map(|t| 1.0 + t).collect();
    let increments = |file: &str, column: &str, importer: usize, exporter: usize| {
        let listed = fill(&Rows::read(files, file)?, &[("indcode", &sectors[..TRADED])], column)?;
        let mut power = tariff_power.clone();
        for (sector, more) in listed.iter().enumerate() {
            power[(sector * n + importer) * n + exporter] += more;
        }
        Ok::<_, ModelError>(power)
    };
    let (china, usa) = (1, 6);
    let theirs = increments("tariff_Trump.csv.gz", "trump_tariff_wave5", usa, china)?;
    let answer = increments("tariff_China.csv.gz", "China_tariff_wave5", china, usa)?;
    let both =
        theirs.iter().zip(&answer).zip(&tariff_power).map(|((a, b), base)| a + b - base).collect::<Vec<_>>();
    let parts = from_flows(Flows {
        countries,
        sectors,
        flows,
        tariff_power: tariff_power.clone(),
        value_added_share,
        input_share,
        final_share,
        theta,
    })?;
    Ok(BaseSet {
        id: files.id(),
        name: "Teaching data on the tariffs of 2018 and 2019, 7 economies and 44 sectors, 2017".into(),
        start: start.into(),
        // Not stated; the tables that it was made from are in millions of US dollars, and so its sums say.
        unit: "m USD".into(),
        economy: Economy::new(parts)?,
        schedules: BTreeMap::from([
            ("2017".to_owned(), tariff_power),
            ("us-lists".to_owned(), theirs),
            ("china-lists".to_owned(), answer),
            ("both-lists".to_owned(), both),
        ]),
        files: Vec::new(),
    })
}

/// What a base is worked out from when flows are given.
pub(crate) struct Flows {
    pub countries: Vec<String>,
    pub sectors: Vec<String>,
    /// At the exporter's price, `[J][N importer][N exporter]`.
    pub flows: Vec<f64>,
    pub tariff_power: Vec<f64>,
    pub value_added_share: Vec<f64>,
    pub input_share: Vec<f64>,
    pub final_share: Vec<f64>,
    pub theta: Vec<f64>,
}

/// Shares, expenditure, value added and deficits from flows.
pub(crate) fn from_flows(f: Flows) -> Result<Parts, ModelError> {
    let n = f.countries.len();
    if let Some((at, flow)) = f.flows.iter().enumerate().find(|(_, flow)| flow.is_nan() || **flow < 0.0) {
        let cell =
            format!("{} from {}, {}", f.countries[at / n % n], f.countries[at % n], f.sectors[at / n / n]);
        return Err(ModelError::cell("flow", cell, format!("{flow} must not be below zero")));
    }
    let paid: Vec<f64> =
        f.flows.iter().zip(&f.tariff_power).map(|(v, p)| if *v == 0.0 { 0.0 } else { v * p }).collect();
    let expenditure: Vec<f64> = paid.chunks_exact(n).map(|row| row.iter().sum()).collect();
    let trade_share = paid
        .iter()
        .enumerate()
        .map(|(at, v)| if expenditure[at / n] > 0.0 { v / expenditure[at / n] } else { *v })
        .collect();
    let left = left_share(&Parts {
        countries: f.countries.clone(),
        sectors: f.sectors.clone(),
        value_added_share: f.value_added_share.clone(),
        input_share: f.input_share.clone(),
        ..Parts::default()
    });
    let (mut value_added, mut deficit) = (vec![0.0; n], vec![0.0; n]);
    for (at, flow) in f.flows.iter().enumerate() {
        let (sector, m, i) = (at / n / n, at / n % n, at % n);
        value_added[i] += left[sector * n + i] * flow;
        deficit[m] += flow;
        deficit[i] -= flow;
    }
    Ok(Parts {
        countries: f.countries,
        sectors: f.sectors,
        value_added_share: f.value_added_share,
        input_share: f.input_share,
        final_share: f.final_share,
        theta: f.theta,
        tariff_power: f.tariff_power,
        trade_share,
        value_added,
        deficit,
        expenditure,
    })
}
