//! The range of each reported measure: the same tariffs under other closures and with other trade elasticities.

use super::{
    Closure, Deficits, Measures, Parameters, Rebate, Tariffs, Trade, World, certify, measures, solve,
};
use crate::band::{self, Case, Told};
use crate::residuals::largest;
use serde::Deserialize;

/// A closure that ranges are over: it replaces one part of what the scenario asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Other {
    /// Revenue lowers the tax on labour.
    IncomeTax,
    /// Revenue is handed out.
    LumpSum,
    /// Deficits in proportion to world income.
    ProportionalDeficits,
    /// Deficits as they are in money.
    FixedDeficits,
    /// Work does not answer to pay.
    FixedLabour,
}

const ALL: [Other; 5] =
    [Other::IncomeTax, Other::LumpSum, Other::ProportionalDeficits, Other::FixedDeficits, Other::FixedLabour];

/// `[ranges]` of a scenario.
#[derive(Clone, Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Keys {
    /// All closures without the key.
    closures: Option<Vec<Other>>,
}

/// What the main figures were worked out from.
pub(super) struct Main<'a> {
    pub data: &'a Trade,
    pub world: &'a World,
    pub tariffs: &'a Tariffs,
    pub closure: Closure,
}

type Asked = (Closure, Parameters);

impl Main<'_> {
    fn with(&self, other: Other) -> Asked {
        let (mut closure, mut parameters) = (self.closure, self.world.parameters);
        match other {
            Other::IncomeTax => closure.rebate = Rebate::IncomeTax,
            Other::LumpSum => closure.rebate = Rebate::LumpSum,
            Other::ProportionalDeficits => closure.deficits = Deficits::Proportional,
            Other::FixedDeficits => closure.deficits = Deficits::Fixed,
            Other::FixedLabour => parameters.labour = 0.0,
        }
        (closure, parameters)
    }

    /// What ranges are over: each closure with the scenario's trade elasticity, the lowest and the highest.
    fn cases(&self, keys: &Keys, [low, high]: [f64; 2]) -> Vec<Case<Asked>> {
        let own = (self.closure, self.world.parameters);
        let mut closures = vec![own];
        for other in keys.closures.as_deref().unwrap_or(&ALL) {
            let asked = self.with(*other);
            if !closures.contains(&asked) {
                closures.push(asked);
            }
        }
        let mut cases: Vec<Case<Asked>> = Vec::new();
        for (closure, parameters) in closures {
            for factor in [1.0, low, high] {
                let of = (closure, Parameters { trade: parameters.trade * factor, ..parameters });
                if of == own || cases.iter().any(|case| case.of == of) {
                    continue;
                }
                let rebate = match closure.rebate {
                    Rebate::IncomeTax => "income-tax",
                    Rebate::LumpSum => "lump-sum",
                };
                let deficits = match closure.deficits {
                    Deficits::Proportional => "proportional",
                    Deficits::Fixed => "fixed",
                };
                let name = format!(
                    "rebate {rebate}, deficits {deficits}, labour elasticity {}, trade elasticity {}",
                    of.1.labour, of.1.trade
                );
                cases.push(Case { name, of });
            }
        }
        cases
    }

    fn solve(&self, (closure, parameters): Asked) -> Told {
        let world = World::new(self.data, parameters).map_err(|e| e.to_string())?;
        let found = solve(&world, self.tariffs, closure).map_err(|e| e.to_string())?;
        let found = found.map_err(|e| e.to_string())?;
        Ok((flat(&measures(&world, &found)), largest(&certify(&world, &found))))
    }
}

/// Row by row, one figure for each measure.
fn flat(figures: &Measures) -> Vec<f64> {
    let all = figures.all();
    (0..figures.welfare.len()).flat_map(|i| all.map(|column| column[i])).collect()
}

/// The figures with their ranges. The tariffs are those of the main figures, also where a formula gave them.
pub(super) fn ranges(main: &Main<'_>, figures: &Measures, keys: &Keys, band: [f64; 2]) -> band::Ranges {
    let cases = main.cases(keys, band);
    let [low, high] = band;
    let what = format!(
        "every closure with the trade elasticity times 1, {low} and {high}, the tariffs being those of the answer"
    );
    band::over(flat(figures), &what, &cases, |of| main.solve(*of))
}
