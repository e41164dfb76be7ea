//! `model = "smart"` in a scenario: tariff lines of one importer, each on its own.

use super::{Change, Elasticities, Supplier, smart};
use crate::error::toml_of;
use crate::folder::Folder;
use crate::residuals::{Worst, largest};
use crate::{BaseFiles, Certificate, ModelError, Outcome, Table, Value};
use serde::Deserialize;
use std::collections::BTreeMap;

const FILE: &str = "lines.csv";
const COLUMNS: [&str; 5] = ["line", "supplier", "imports", "tariff_before", "tariff_after"];
/// A tariff that stops all trade, in `tariff_after`.
const PROHIBITIVE: &str = "prohibitive";

/// A scenario on tariff lines.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmartScenario {
    #[allow(dead_code)]
    model: String,
    title: String,
    #[allow(dead_code)]
    base: String,
    /// Elasticity of import demand, negative.
    demand: f64,
    /// Elasticity of export supply, positive; `inf` where suppliers' prices do not move.
    #[serde(default = "infinite")]
    supply: f64,
    /// Elasticity of substitution between suppliers.
    substitution: f64,
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
        toml_of(file, text)
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
    let mut totals = Table::new(
        "lines",
        "lines",
        &["line", "imports_before", "imports_after", "creation", "diversion", "tariff_revenue", "welfare"],
    );
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
    for (line, suppliers) in &lines {
        let changes = smart(suppliers, elasticities)?;
        let sum = |of: &dyn Fn(&Change) -> f64| changes.iter().map(of).sum::<f64>();
        let before: f64 = suppliers.iter().map(|s| s.imports).sum();
        let (to, from) = (sum(&|c| c.diversion.max(0.0)), sum(&|c| (-c.diversion).max(0.0)));
        sums.see(to, from, before * 1e-9, || line.clone());
        let figures =
            [before, sum(&|c| c.imports), sum(&|c| c.creation), to, sum(&|c| c.revenue), sum(&|c| c.welfare)];
        let mut row = vec![Value::from(line.as_str())];
        row.extend(figures.into_iter().map(Value::number));
        totals.rows.push(row);
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
    let parts = vec![sums.into(), limits.into()];
    Ok(Outcome {
        title: scenario.title.clone(),
        tables: vec![totals, detail],
        certificate: Certificate {
            converged: true,
            largest_residual: largest(&parts),
            parts,
            method: "SMART formulas, line by line".to_owned(),
            facts: folder.facts(),
        },
        notes: vec![
            "partial equilibrium of each line on its own: wages, incomes and other lines do not move; formulas are for small changes, and none loses more than it sells"
                .to_owned(),
        ],
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
