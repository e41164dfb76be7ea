//! The range of each region's figures over the trade elasticities: at the same tariffs, or at those that are best for each.

use super::{Engine, Equilibrium, World, certify};
use crate::band::{self, Case, Told};
use crate::newton::SolveError;
use crate::residuals::largest;
use serde::Deserialize;

/// Which tariffs a range has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum At {
    /// Those of the answer, whatever the elasticities.
    #[default]
    Held,
    /// What is asked is looked for again with each of the elasticities.
    Best,
}

/// `[ranges]` of a scenario.
#[derive(Clone, Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Keys {
    #[serde(default)]
    tariffs: At,
}

/// The equilibria of an answer.
pub(super) enum Held {
    /// One for each region's own best tariffs.
    Each(Vec<Equilibrium>),
    /// The end of a war.
    War(Equilibrium),
    /// What talks agree on.
    Talks {
        equilibrium: Equilibrium,
        /// By region, in percent over the fallback.
        gain: Vec<f64>,
        /// The tariffs that talks fall back on.
        fallback: Vec<f64>,
    },
}

impl Held {
    /// The measures that have a range.
    pub fn measures(&self) -> &'static [&'static str] {
        match self {
            Held::Each(_) => &["welfare_pct", "others_welfare_pct"],
            Held::War(_) => &["welfare_pct", "wage_change_pct"],
            Held::Talks { .. } => &["welfare_pct", "gain_pct"],
        }
    }

    /// Region by region, one figure for each measure.
    fn flat(&self) -> Vec<f64> {
        let percent = |change: f64| 100.0 * (change - 1.0);
        match self {
            Held::Each(all) => all
                .iter()
                .enumerate()
                .flat_map(|(j, one)| [percent(one.welfare[j]), others(&one.welfare, j)])
                .collect(),
            Held::War(end) => {
                let two = end.welfare.iter().zip(&end.wage);
                two.flat_map(|(welfare, wage)| [percent(*welfare), percent(*wage)]).collect()
            }
            Held::Talks { equilibrium, gain, .. } => {
                let two = equilibrium.welfare.iter().zip(gain);
                two.flat_map(|(welfare, gain)| [percent(*welfare), *gain]).collect()
            }
        }
    }

    /// The same tariffs in a world with other elasticities, with the largest residual.
    fn again(&self, world: &World) -> Result<(Held, f64), SolveError> {
        let mut most = 0.0;
        let mut at = |tariffs: &[f64]| {
            let mut engine = Engine::new(world);
            engine.set_all(tariffs);
            let found = engine.equilibrium()?;
            let residual = largest(&certify(world, &found));
            // Unlike `max`, this keeps NaN.
            most = if residual <= most { most } else { residual };
            Ok::<_, SolveError>(found)
        };
        let held = match self {
            Held::Each(all) => Held::Each(all.iter().map(|one| at(&one.tariff)).collect::<Result<_, _>>()?),
            Held::War(end) => Held::War(at(&end.tariff)?),
            Held::Talks { equilibrium, fallback, .. } => {
                let (equilibrium, before) = (at(&equilibrium.tariff)?, at(fallback)?);
                let both = equilibrium.welfare.iter().zip(&before.welfare);
                let gain = both.map(|(now, then)| 100.0 * (now / then - 1.0)).collect();
                Held::Talks { equilibrium, gain, fallback: fallback.clone() }
            }
        };
        Ok((held, most))
    }
}

/// The mean change of the others' real income, in percent.
pub(super) fn others(welfare: &[f64], region: usize) -> f64 {
    let sum: f64 =
        welfare.iter().enumerate().filter(|(i, _)| *i != region).map(|(_, w)| 100.0 * (w - 1.0)).sum();
    sum / (welfare.len() as f64 - 1.0)
}

/// The figures with their ranges. `anew` answers what is asked on another world, with the largest residual.
pub(super) fn ranges(
    world: &World,
    held: &Held,
    keys: &Keys,
    band: [f64; 2],
    anew: impl Fn(&World) -> Result<(Held, f64), SolveError> + Sync,
) -> band::Ranges {
    let cases: Vec<Case<f64>> = band
        .into_iter()
        .filter(|factor| *factor != 1.0)
        .map(|factor| Case { name: format!("trade elasticities times {factor}"), of: factor })
        .collect();
    let [low, high] = band;
    let tariffs = match keys.tariffs {
        At::Held => "the tariffs being those of the answer",
        At::Best => "the tariffs looked for again with each",
    };
    let what = format!(
        "trade elasticities (sigma less one) times 1, {low} and {high}, {tariffs}; trade balances in all"
    );
    band::over(held.flat(), &what, &cases, |factor| -> Told {
        let other = world.with_elasticities_times(*factor).map_err(|e| e.to_string())?;
        let told = match keys.tariffs {
            At::Held => held.again(&other),
            At::Best => anew(&other),
        };
        told.map(|(held, residual)| (held.flat(), residual)).map_err(|e| e.to_string())
    })
}
