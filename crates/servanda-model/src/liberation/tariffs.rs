//! Tariffs of a scenario: what the United States sets and how others answer.

use super::World;
use crate::ModelError;
use serde::Deserialize;

/// What the United States sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UsTariff {
    /// The list of 2 April 2025, at least ten percent on all.
    #[default]
    Listed,
    /// The publication's formula for the best tariff of the United States, one for all origins.
    Optimal,
    /// None.
    None,
}

/// How every other country answers, on goods from the United States.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Retaliation {
    /// Not at all.
    #[default]
    None,
    /// With the tariff set on it.
    Reciprocal,
    /// With the publication's formula for the best tariff, the rest of the world taken as one country.
    Optimal,
}

/// The lowest US tariff of the list, a share.
const FLOOR: f64 = 0.1;

/// A tariff on each flow, a share: exporter, importer; infinity stops the flow.
#[derive(Clone, Debug, PartialEq)]
pub struct Tariffs(pub Vec<f64>);

impl Tariffs {
    /// No tariffs.
    #[must_use]
    pub fn none(world: &World) -> Self {
        Tariffs(vec![0.0; world.len() * world.len()])
    }

    /// The tariffs of a scenario, `listed` being those of 2 April 2025 by country.
    ///
    /// # Errors
    /// If a formula gives no tariff at these elasticities.
    pub fn new(
        world: &World,
        listed: &[f64],
        us_sets: UsTariff,
        answer: Retaliation,
    ) -> Result<Self, ModelError> {
        let (n, us) = (world.len(), world.us);
        let mut tariffs = Self::none(world);
        let others = (0..n).filter(|k| *k != us);
        let own = match us_sets {
            UsTariff::Optimal => {
                // The publication measures what foreigners sell there by US spending, and by US income once others retaliate.
                let whole =
                    if answer == Retaliation::Optimal { world.income[us] } else { world.spending[us] };
                let reach: f64 = others
                    .clone()
                    .map(|j| world.trade[us * n + j] * (1.0 - world.nu[j]) * (1.0 - world.share[us * n + j]))
                    .sum();
                let room = (1.0 - world.nu[us]) * (whole - world.trade[us * n + us]);
                best(world, reach / room, world.phi[us])?
            }
            UsTariff::Listed | UsTariff::None => 0.0,
        };
        let foreign = match answer {
            Retaliation::Optimal => best(world, reach_of_all_others(world), world.phi[usize::from(us == 0)])?,
            Retaliation::None | Retaliation::Reciprocal => 0.0,
        };
        for k in others {
            let on_them = if us_sets == UsTariff::Listed { listed[k].max(FLOOR) } else { own };
            tariffs.0[k * n + us] = on_them;
            tariffs.0[us * n + k] = if answer == Retaliation::Reciprocal { on_them } else { foreign };
        }
        Ok(tariffs)
    }
}

/// The best tariff by formula: `reach` is how much the other side's purchases answer.
fn best(world: &World, reach: f64, phi: f64) -> Result<f64, ModelError> {
    let tariff = 1.0 / ((1.0 + reach * world.parameters.trade) * phi - 1.0);
    if tariff.is_finite() && tariff > 0.0 {
        return Ok(tariff);
    }
    Err(ModelError::Usage(format!(
        "the formula of the best tariff gives {tariff} at these elasticities; take higher ones, or a listed tariff"
    )))
}

/// The formula's reach for the rest of the world against the United States, each taken as one country.
fn reach_of_all_others(world: &World) -> f64 {
    let (n, us) = (world.len(), world.us);
    let mut trade = [[0.0; 2]; 2];
    for at in 0..n * n {
        trade[usize::from(at / n == us)][usize::from(at % n == us)] += world.trade[at];
    }
    let income: f64 = (0..n).filter(|k| *k != us).map(|k| world.income[k]).sum();
    let share = trade[0][1] / (trade[0][1] + trade[1][1]);
    let elsewhere = world.nu[usize::from(us == 0)];
    trade[0][1] * (1.0 - world.nu[us]) * (1.0 - share) / ((1.0 - elsewhere) * (income - trade[0][0]))
}
