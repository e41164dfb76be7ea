//! The keys of a scenario that ask for tariffs to be found: a penalty, best tariffs, a war, talks.

use super::asked::Asked;
use crate::ModelError;
use crate::base::BaseSet;
use crate::game::Limits;
use crate::policy::penalty::{PenaltyAsked, Target};
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_files::Spanned;
use std::ops::Range;

/// `[penalty]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PenaltyKeys {
    by: Spanned<String>,
    on: Spanned<String>,
    sectors: Vec<Spanned<String>>,
    /// Percentage points.
    most: Spanned<Most>,
    target: Spanned<String>,
    value: Spanned<f64>,
    tolerance: Option<Spanned<f64>>,
}

/// The highest added rate of a penalty.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "percentage points: one number for all sectors, or one for each in the order of `sectors`"
)]
enum Most {
    All(f64),
    Each(Vec<f64>),
}

/// `[optimum]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OptimumKeys {
    country: Spanned<String>,
    on: Option<Vec<Spanned<String>>>,
    sectors: Option<Vec<Spanned<String>>>,
    most: Option<Spanned<f64>>,
    least: Option<Spanned<f64>>,
}

/// `[nash]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NashKeys {
    players: Vec<Spanned<String>>,
    on: Option<Vec<Spanned<String>>>,
    sectors: Option<Vec<Spanned<String>>>,
    most: Option<Spanned<f64>>,
    least: Option<Spanned<f64>>,
}

/// `[cooperation]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CooperationKeys {
    players: Vec<Spanned<String>>,
    from: Spanned<String>,
    on: Option<Vec<Spanned<String>>>,
    sectors: Option<Vec<Spanned<String>>>,
    most: Option<Spanned<f64>>,
    least: Option<Spanned<f64>>,
}

/// Which tariffs may be set, and how far.
#[derive(Debug, Clone)]
pub(super) struct Rights {
    pub exporters: Vec<usize>,
    pub sectors: Vec<usize>,
    pub limits: Limits,
}

/// What is to be found.
pub(super) enum Wanted {
    Penalty(PenaltyAsked),
    Optimum { country: usize, rights: Rights },
    Nash { players: Vec<usize>, rights: Rights },
    Cooperation { players: Vec<usize>, from_war: bool, rights: Rights },
}

/// A target counts as met within this part of its value, unless the scenario says otherwise.
const TOLERANCE: f64 = 1e-6;

impl Asked {
    /// More than one search in a scenario has no answer.
    pub(super) fn check_policy(&self) -> Result<(), ModelError> {
        let k = &self.keys;
        let spans: Vec<Range<usize>> = [
            k.penalty.as_ref().map(Spanned::span),
            k.optimum.as_ref().map(Spanned::span),
            k.nash.as_ref().map(Spanned::span),
            k.cooperation.as_ref().map(Spanned::span),
            k.reach.first().map(Spanned::span),
        ]
        .into_iter()
        .flatten()
        .collect();
        match spans.as_slice() {
            [_, second, ..] => Err(self.wrong(
                second.clone(),
                "at most one of `[penalty]`, `[optimum]`, `[nash]`, `[cooperation]` and `[[reach]]` in a scenario",
            )),
            _ => Ok(()),
        }
    }

    /// What is to be found, if anything is.
    pub(super) fn wanted(&self, base: &BaseSet) -> Result<Option<Wanted>, ModelError> {
        let countries = &base.economy.parts().countries;
        let k = &self.keys;
        if let Some(penalty) = &k.penalty {
            return self.penalty(base, penalty.get_ref(), penalty.span()).map(Wanted::Penalty).map(Some);
        }
        if let Some(keys) = &k.optimum {
            let o = keys.get_ref();
            let country = self.place_of(&o.country, countries, "country")?;
            let rights = self.rights(base, &o.on, &o.sectors, &o.most, &o.least)?;
            self.can_set(base, &[country], &rights, keys.span())?;
            return Ok(Some(Wanted::Optimum { country, rights }));
        }
        if let Some(keys) = &k.nash {
            let o = keys.get_ref();
            let players = self.players(base, &o.players, keys.span())?;
            let rights = self.rights(base, &o.on, &o.sectors, &o.most, &o.least)?;
            self.can_set(base, &players, &rights, keys.span())?;
            return Ok(Some(Wanted::Nash { players, rights }));
        }
        if let Some(keys) = &k.cooperation {
            let o = keys.get_ref();
            let players = self.players(base, &o.players, keys.span())?;
            let rights = self.rights(base, &o.on, &o.sectors, &o.most, &o.least)?;
            let from_war = match o.from.get_ref().as_str() {
                "nash" => true,
                "base" => false,
                other => {
                    let problem = format!("talks start from `nash` or from `base`, and not from `{other}`");
                    return Err(self.wrong(o.from.span(), problem));
                }
            };
            self.can_set(base, &players, &rights, keys.span())?;
            return Ok(Some(Wanted::Cooperation { players, from_war, rights }));
        }
        Ok(None)
    }

    fn players(
        &self,
        base: &BaseSet,
        words: &[Spanned<String>],
        span: Range<usize>,
    ) -> Result<Vec<usize>, ModelError> {
        let players = self.places(words, &base.economy.parts().countries, "country")?;
        let twice = players.iter().enumerate().any(|(at, player)| players[..at].contains(player));
        if players.len() < 2 || twice {
            return Err(self.wrong(span, "`players` needs at least two countries, each once"));
        }
        Ok(players)
    }

    /// Each player must have imports on which a tariff can be set.
    fn can_set(
        &self,
        base: &BaseSet,
        players: &[usize],
        rights: &Rights,
        span: Range<usize>,
    ) -> Result<(), ModelError> {
        let p = base.economy.parts();
        let n = p.countries.len();
        let trades = |player: usize| {
            let from = |sector: usize| {
                let exporters = rights.exporters.iter().filter(|e| **e != player);
                exporters.map(move |e| (sector * n + player) * n + e).any(|at| p.trade_share[at] > 0.0)
            };
            rights.sectors.iter().any(|sector| from(*sector))
        };
        match players.iter().find(|player| !trades(**player)) {
            Some(player) => {
                let name = &p.countries[*player];
                let problem = format!(
                    "{name} has no imports in what `on` and `sectors` leave, so that it has no tariff to set"
                );
                Err(self.wrong(span, problem))
            }
            None => Ok(()),
        }
    }

    fn rights(
        &self,
        base: &BaseSet,
        on: &Option<Vec<Spanned<String>>>,
        sectors: &Option<Vec<Spanned<String>>>,
        most: &Option<Spanned<f64>>,
        least: &Option<Spanned<f64>>,
    ) -> Result<Rights, ModelError> {
        let p = base.economy.parts();
        let all = |names: &[String]| (0..names.len()).collect::<Vec<usize>>();
        let exporters = match on {
            Some(words) => self.places(words, &p.countries, "country")?,
            None => all(&p.countries),
        };
        let sectors = match sectors {
            Some(words) => self.places(words, &p.sectors, "sector")?,
            None => all(&p.sectors),
        };
        let normal = Limits::default();
        let fraction = |percent: &Option<Spanned<f64>>, normal: f64| match percent {
            None => Ok(normal),
            Some(p) if p.get_ref().is_finite() && *p.get_ref() > -100.0 => Ok(p.get_ref() / 100.0),
            Some(p) => Err(self.wrong(p.span(), "a rate is in percent and above -100")),
        };
        let limits = Limits { low: fraction(least, normal.low)?, high: fraction(most, normal.high)? };
        if limits.low > limits.high {
            let span = most.as_ref().or(least.as_ref()).map_or(0..0, Spanned::span);
            return Err(self.wrong(
                span,
                format!(
                    "`most`, {:.0} percent without the key, must not be below `least`, which is {:.0} without it",
                    100.0 * normal.high,
                    100.0 * normal.low
                ),
            ));
        }
        Ok(Rights { exporters, sectors, limits })
    }

    fn penalty(
        &self,
        base: &BaseSet,
        keys: &PenaltyKeys,
        span: Range<usize>,
    ) -> Result<PenaltyAsked, ModelError> {
        let p = base.economy.parts();
        let by = self.place_of(&keys.by, &p.countries, "country")?;
        let on = self.place_of(&keys.on, &p.countries, "country")?;
        if by == on {
            return Err(self.wrong(keys.on.span(), "a penalty needs two countries"));
        }
        let sectors = self.places(&keys.sectors, &p.sectors, "sector")?;
        let twice = sectors.iter().enumerate().any(|(at, sector)| sectors[..at].contains(sector));
        if sectors.is_empty() || twice {
            return Err(self.wrong(span, "`sectors` needs at least one sector, each once, or [\"all\"]"));
        }
        let points = match keys.most.get_ref() {
            Most::All(most) => vec![*most; sectors.len()],
            Most::Each(each) => each.clone(),
        };
        if points.len() != sectors.len() || points.iter().any(|p| !(*p >= 0.0 && p.is_finite())) {
            let problem = format!(
                "`most` is percentage points, zero or more: one number for all sectors, or {} in the order of `sectors`",
                sectors.len()
            );
            return Err(self.wrong(keys.most.span(), problem));
        }
        let target =
            Target::ALL.into_iter().find(|t| t.word() == keys.target.get_ref()).ok_or_else(|| {
                let known = Target::ALL.map(Target::word).join(", ");
                let problem = format!("there is no target `{}`; there are {known}", keys.target.get_ref());
                self.wrong(keys.target.span(), problem)
            })?;
        let above = |number: &Spanned<f64>| {
            if *number.get_ref() > 0.0 && number.get_ref().is_finite() {
                Ok(*number.get_ref())
            } else {
                Err(self.wrong(number.span(), "a sum of money above zero, in the unit of the base"))
            }
        };
        let value = above(&keys.value)?;
        let tolerance = keys.tolerance.as_ref().map_or(Ok(TOLERANCE * value), above)?;
        let most = points.iter().map(|points| points / 100.0).collect();
        Ok(PenaltyAsked { by, on, sectors, most, target, value, tolerance })
    }
}
