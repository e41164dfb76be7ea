//! The folder `caliendo-parro-2015` as its README describes it: 31 countries and 40 sectors of 1993, tariffs of 1993 and 2005.
//!
//! The arrays are `[sector, country]` and `[sector, importer, exporter]`; the variants of Table 11 stack the same, sector by
//! sector, and hold `theta` turned over in `T`. The one-sector base takes the median of the tariffs of its twenty sectors.

use super::npz::Npz;
use super::{BaseFiles, BaseSet, start_of};
use crate::{Economy, ModelError, Parts};
use std::collections::BTreeMap;

/// The file that makes a folder this data set.
pub(crate) const MARK: &str = "base1993_nodeficit.npz";

const STARTS: &[&str] = &["no-deficit", "deficit", "no-io", "no-materials", "one-sector"];
const N: usize = 31;
const J: usize = 40;
const TRADED: usize = 20;

pub(crate) fn load(files: &dyn BaseFiles, start: Option<&str>) -> Result<BaseSet, ModelError> {
    let start = start_of(&files.id(), STARTS, start)?;
    let main = Npz::open(files, MARK)?;
    let (countries, sectors) = (main.names("countries", N)?, main.names("sectors", J)?);
    let economy = match start {
        "no-deficit" => whole(&main, countries, sectors)?,
        "deficit" => whole(&Npz::open(files, "base1993_deficit.npz")?, countries, sectors)?,
        "no-io" => stacked(&Npz::open(files, "base1993_nodeficit_no_io.npz")?, countries, sectors)?,
        "no-materials" => {
            stacked(&Npz::open(files, "base1993_nodeficit_no_materials.npz")?, countries, sectors)?
        }
        _ => {
            let two = vec!["Traded".to_owned(), "Not traded".to_owned()];
            stacked(&Npz::open(files, "base1993_nodeficit_one_sector.npz")?, countries, two)?
        }
    };
    let raw = Npz::open(files, "raw.npz")?;
    let mut schedules = BTreeMap::new();
    for year in ["1993", "2005"] {
        let percent = raw.figures(&format!("tariff{year}_pct"), &[TRADED, N, N])?;
        schedules.insert(year.to_owned(), powers(&percent, economy.sectors()));
    }
    Ok(BaseSet {
        id: files.id(),
        name: "Caliendo and Parro (2015), 31 countries and 40 sectors, 1993".into(),
        start: start.into(),
        unit: "the authors' unit".into(),
        economy,
        schedules,
        files: Vec::new(),
    })
}

/// One plus the tariff for all sectors; without tariffs beyond the traded ones.
fn powers(percent: &[f64], sectors: usize) -> Vec<f64> {
    let cells = N * N;
    if sectors == J {
        let mut all: Vec<f64> = percent.iter().map(|p| 1.0 + p / 100.0).collect();
        all.resize(J * cells, 1.0);
        return all;
    }
    let median = |cell: usize| {
        let mut of: Vec<f64> = percent.iter().skip(cell).step_by(cells).copied().collect();
        of.sort_by(f64::total_cmp);
        (of[TRADED / 2 - 1] + of[TRADED / 2]) / 2.0
    };
    let mut all: Vec<f64> = (0..cells).map(|cell| 1.0 + median(cell) / 100.0).collect();
    all.resize(2 * cells, 1.0);
    all
}

fn whole(npz: &Npz, countries: Vec<String>, sectors: Vec<String>) -> Result<Economy, ModelError> {
    Economy::new(Parts {
        countries,
        sectors,
        value_added_share: npz.figures("B", &[J, N])?,
        input_share: npz.figures("G", &[N, J, J])?,
        final_share: npz.figures("alpha", &[J, N])?,
        theta: npz.figures("inv_theta", &[J])?.iter().map(|t| 1.0 / t).collect(),
        tariff_power: npz.figures("tau", &[J, N, N])?,
        trade_share: npz.figures("pi", &[J, N, N])?,
        value_added: npz.figures("VA", &[N])?,
        deficit: npz.figures("Sn", &[N])?.iter().map(|s| -s).collect(),
        expenditure: npz.figures("X0", &[J, N])?,
    })
}

fn stacked(npz: &Npz, countries: Vec<String>, sectors: Vec<String>) -> Result<Economy, ModelError> {
    let j = sectors.len();
    Economy::new(Parts {
        countries,
        sectors,
        value_added_share: npz.figures("B", &[j, N])?,
        input_share: npz.figures("G", &[N * j, j])?,
        final_share: npz.figures("alphas", &[j, N])?,
        theta: npz.figures("T", &[j, 1])?.iter().map(|t| 1.0 / t).collect(),
        tariff_power: npz.figures("tau", &[j * N, N])?,
        trade_share: npz.figures("Din", &[j * N, N])?,
        value_added: npz.figures("VAn", &[N, 1])?,
        deficit: npz.figures("Sn", &[N, 1])?.iter().map(|s| -s).collect(),
        expenditure: npz.figures("X0", &[j, N])?,
    })
}
