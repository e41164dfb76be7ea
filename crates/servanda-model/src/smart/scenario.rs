//! `model = "smart"` in a scenario: tariff lines of one importer, each on its own.

use super::{Change, Elasticities, Supplier, smart};
use crate::band::{self, BandOnly, Told};
use crate::error::toml_of;
use crate::folder::Folder;
use crate::residuals::{Worst, largest};
use crate::{BaseFiles, Certificate, ModelError, Outcome, Table, Value};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

const FILE: &str = "lines.csv";
const COLUMNS: [&str; 5] = ["line", "supplier", "imports", "tariff_before", "tariff_after"];
/// A tariff that stops all trade, in `tariff_after`.
const PROHIBITIVE: &str = "prohibitive";

/// A scenario on tariff lines.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SmartScenario {
    #[serde(rename = "model")]
    _model: String,
    title: String,
    #[serde(rename = "base")]
    _base: String,
    /// Elasticity of import demand, negative.
    demand: f64,
    /// Elasticity of export supply, positive; `inf` where suppliers' prices do not move.
    #[serde(default = "infinite")]
    supply: f64,
    /// Elasticity of substitution between suppliers.
    substitution: f64,
    #[serde(default, rename = "elasticities")]
    band: BandOnly,
}

fn infinite() -> f64 {
    f64::INFINITY
}

impl SmartScenario {
    /// Reads a scenario. `file` is its name in messages.
    ///
    /// # Errors
    /// The place of a key that is unknown, missing or of another type.
    pub fn parse(file: &str, text: &str) -> Result<Self, ModelError> {
        let scenario: Self = toml_of(file, text)?;
        band::check(&scenario.band.band, file, text)?;
        Ok(scenario)
    }
}

/// Works every line of a base folder's `lines.csv` (`line,supplier,imports,tariff_before,tariff_after`, tariffs as shares).
///
/// # Errors
/// What is wrong in the base or with an elasticity.
pub fn run(scenario: &SmartScenario, files: &dyn BaseFiles) -> Result<Outcome, ModelError> {
    let folder = Folder::new(files);
    let lines = load(&folder)?;
    let elasticities = Elasticities {
        demand: scenario.demand,
        supply: scenario.supply,
        substitution: scenario.substitution,
    };
    let mut columns = vec!["line", "imports_before"];
    columns.extend(MEASURES);
    let mut totals = Table::new("lines", "lines", &columns);
    let mut main = Vec::new();
    let mut detail = Table::new(
        "suppliers",
        "suppliers of lines",
        &[
            "line",
            "supplier",
            "imports_before",
            "imports_after",
            "creation",
            "diversion",
            "price_change",
            "tariff_revenue",
            "welfare",
        ],
    );
    let mut sums = Worst::of("lines: what is diverted to suppliers and from others");
    let mut limits = Worst::of("suppliers: imports after, and before with what is created and diverted");
    let [mut demanded, mut supplied] = [Worst::of(DEMAND), Worst::of(SUPPLY)];
    for (line, suppliers) in &lines {
        let changes = smart(suppliers, elasticities)?;
        let before: f64 = suppliers.iter().map(|s| s.imports).sum();
        let [to, from] = [1.0, -1.0].map(|sign| changes.iter().map(|c| (sign * c.diversion).max(0.0)).sum());
        sums.see(to, from, before * 1e-9, || line.clone());
        equations(line, suppliers, elasticities, &changes, [&mut demanded, &mut supplied]);
        let figures = whole(&changes);
        let mut row = vec![Value::from(line.as_str()), Value::number(before)];
        row.extend(figures.into_iter().map(Value::number));
        totals.rows.push(row);
        main.extend(figures);
        for (s, change) in suppliers.iter().zip(&changes) {
            let left = s.imports + change.creation + change.diversion;
            limits.see(left, change.imports, before * 1e-9, || format!("{line}, {}", s.name));
            let figures = [
                s.imports,
                change.imports,
                change.creation,
                change.diversion,
                change.price,
                change.revenue,
                change.welfare,
            ];
            let mut row = vec![Value::from(line.as_str()), Value::from(s.name.as_str())];
            row.extend(figures.into_iter().map(Value::number));
            detail.rows.push(row);
        }
    }
    let parts = vec![sums.into(), limits.into(), demanded.into(), supplied.into()];
    let ranges = ranges(scenario, &lines, elasticities, main);
    let mut facts = folder.facts();
    facts.push(ranges.fact.clone());
    let names = lines.keys().map(String::as_str);
    let mut notes = vec![
        "partial equilibrium of each line on its own: wages, incomes and other lines do not move; formulas are for small changes, and none loses more than it sells"
            .to_owned(),
    ];
    notes.extend(ranges.notes.iter().cloned());
    Ok(Outcome {
        title: scenario.title.clone(),
        tables: vec![totals, detail, ranges.table("line", names, &MEASURES)],
        certificate: Certificate {
            converged: true,
            largest_residual: largest(&parts),
            parts,
            method: "SMART formulas, line by line; where supply is finite, with the prices at which suppliers sell what is bought".to_owned(),
            facts,
        },
        notes,
    })
}

const DEMAND: &str = "suppliers: imports after, and what is bought at the printed prices";
const SUPPLY: &str = "suppliers: imports after, and what is sold at the printed prices";

/// Holds a line's quantities against demand and supply at the prices that are printed. Written apart from what solved them: each
/// pair of suppliers is looked at again.
fn equations(
    line: &str,
    suppliers: &[Supplier],
    elasticities: Elasticities,
    changes: &[Change],
    [demanded, supplied]: [&mut Worst; 2],
) {
    let Elasticities { demand, supply, substitution } = elasticities;
    let all: f64 = suppliers.iter().map(|s| s.imports).sum();
    let sides: Vec<(&Supplier, f64)> = suppliers
        .iter()
        .zip(changes)
        .map(|(s, c)| match s.after.is_finite() {
            true => (s, (1.0 + c.price) * (1.0 + s.after) / (1.0 + s.before) - 1.0),
            false => (s, f64::INFINITY),
        })
        .collect();
    let kept = |(s, cost): &(&Supplier, f64)| match s.imports > 0.0 {
        true => s.imports * (1.0 + demand * cost).max(0.0),
        false => 0.0,
    };
    let flow = |(a, cost): &(&Supplier, f64), (b, other): &(&Supplier, f64)| match *cost > *other
        && b.imports > 0.0
    {
        true => substitution * a.imports * b.imports / all * (cost - other).min(f64::MAX.sqrt()),
        false => 0.0,
    };
    // The part of what would go to others that there is to go.
    let goes = |from: &(&Supplier, f64)| {
        let wanted: f64 = sides.iter().map(|to| flow(from, to)).sum();
        if wanted > 0.0 { (kept(from).min(from.0.imports) / wanted).min(1.0) } else { 0.0 }
    };
    for (side, change) in sides.iter().zip(changes) {
        let place = || format!("{line}, {}", side.0.name);
        let gained: f64 = sides.iter().map(|from| goes(from) * flow(from, side)).sum();
        let lost: f64 = sides.iter().map(|to| goes(side) * flow(side, to)).sum();
        demanded.see(kept(side) + gained - lost, change.imports, all * 1e-9, place);
        let sold = match (supply.is_finite(), side.0.after.is_finite()) {
            (true, true) => side.0.imports * (1.0 + supply * change.price),
            (true, false) => 0.0,
            // Suppliers sell what is bought, at a price that does not move.
            (false, _) if change.price == 0.0 => change.imports,
            (false, _) => f64::NAN,
        };
        supplied.see(sold, change.imports, all * 1e-9, place);
    }
}

/// The measures of a line as a whole that have a range.
const MEASURES: [&str; 5] = ["imports_after", "creation", "diversion", "tariff_revenue", "welfare"];

/// A line as a whole: [`MEASURES`].
fn whole(changes: &[Change]) -> [f64; 5] {
    let sum = |of: &dyn Fn(&Change) -> f64| changes.iter().map(of).sum::<f64>();
    [
        sum(&|c| c.imports),
        sum(&|c| c.creation),
        sum(&|c| c.diversion.max(0.0)),
        sum(&|c| c.revenue),
        sum(&|c| c.welfare),
    ]
}

/// Over the ends of the band for demand, supply and substitution, each on its own.
fn ranges(
    scenario: &SmartScenario,
    lines: &BTreeMap<String, Vec<Supplier>>,
    usual: Elasticities,
    main: Vec<f64>,
) -> band::Ranges {
    let band = band::factors(&scenario.band.band);
    let [low, high] = band;
    let what = format!("demand, supply and substitution times 1, and each on its own times {low} or {high}");
    band::over(main, &what, &band::corners(band), |[demand, supply, substitution]| -> Told {
        let other = Elasticities {
            demand: usual.demand * demand,
            supply: usual.supply * supply,
            substitution: usual.substitution * substitution,
        };
        let mut figures = Vec::new();
        let [mut demanded, mut supplied] = [Worst::of(DEMAND), Worst::of(SUPPLY)];
        for (line, suppliers) in lines {
            let changes = smart(suppliers, other).map_err(|e| e.to_string())?;
            equations(line, suppliers, other, &changes, [&mut demanded, &mut supplied]);
            figures.extend(whole(&changes));
        }
        Ok((figures, largest(&[demanded.into(), supplied.into()])))
    })
}

fn load(folder: &Folder<'_>) -> Result<BTreeMap<String, Vec<Supplier>>, ModelError> {
    let mut lines: BTreeMap<String, Vec<Supplier>> = BTreeMap::new();
    for (at, [line, supplier, imports, before, after]) in folder.rows(FILE, COLUMNS)? {
        let place = || format!("line {at}");
        if line.is_empty() || supplier.is_empty() {
            return Err(folder.cell(FILE, place(), "a tariff line and a supplier must be named"));
        }
        let imports = folder.number(FILE, at, COLUMNS[2], &imports, 0.0)?;
        let before = folder.number(FILE, at, COLUMNS[3], &before, 0.0)?;
        let after = if after == PROHIBITIVE {
            f64::INFINITY
        } else {
            folder.number(FILE, at, COLUMNS[4], &after, 0.0)?
        };
        let suppliers = lines.entry(line.clone()).or_default();
        if suppliers.iter().any(|s| s.name == supplier) {
            return Err(folder.cell(FILE, place(), format!("`{supplier}` stands twice in `{line}`")));
        }
        suppliers.push(Supplier { name: supplier, imports, before, after });
    }
    if lines.is_empty() {
        return Err(folder.refuse(FILE, "there are no rows"));
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The largest residual of both equations, as the certificate has it.
    fn residual(suppliers: &[Supplier], elasticities: Elasticities, changes: &[Change]) -> f64 {
        let [mut demanded, mut supplied] = [Worst::of(DEMAND), Worst::of(SUPPLY)];
        equations("0101", suppliers, elasticities, changes, [&mut demanded, &mut supplied]);
        largest(&[demanded.into(), supplied.into()])
    }

    proptest! {
        #[test]
        fn an_altered_price_or_quantity_fails_the_certificate(
            imports in prop::array::uniform3(1.0f64..100.0),
            tariffs in prop::array::uniform3((0.0f64..0.3, 0.0f64..0.3)),
            demand in -3.0f64..-0.5,
            supply in prop::option::of(0.5f64..20.0),
            substitution in 0.1f64..5.0,
            which in 0usize..3,
            by in prop::sample::select(vec![-0.02f64, -0.001, 0.001, 0.02]),
        ) {
            let sides: Vec<Supplier> = imports
                .iter()
                .zip(tariffs)
                .enumerate()
                .map(|(n, (imports, (before, after)))| Supplier { name: format!("s{n}"), imports: *imports, before, after })
                .collect();
            let elasticities = Elasticities { demand, supply: supply.unwrap_or(f64::INFINITY), substitution };
            let changes = smart(&sides, elasticities).unwrap();
            // Who sells nothing more has no price that moves what it sells.
            prop_assume!(changes.iter().all(|c| c.imports > 1e-6));
            let right = residual(&sides, elasticities, &changes);
            prop_assert!(right < 1e-9, "{right}: {changes:?}");
            let mut dearer = changes.clone();
            dearer[which].price += by;
            let found = residual(&sides, elasticities, &dearer);
            prop_assert!(found.is_nan() || found >= 1e-6, "a price of {by} more: {found}");
            let mut more = changes.clone();
            more[which].imports *= 1.0 + by;
            let found = residual(&sides, elasticities, &more);
            prop_assert!(found.is_nan() || found >= 1e-6, "a quantity of {by} more: {found}");
        }
    }
}
