//! What a scenario asks of the model of many countries and sectors, as it stands in its file.

use super::measures::{Mean, MeasuresAsked, PairRates};
use super::policy_keys::{CooperationKeys, NashKeys, OptimumKeys, PenaltyKeys};
use super::reach::ReachAsked;
use crate::ModelError;
use crate::band;
use crate::base::BaseSet;
use crate::equilibrium::{Closure, Numeraire};
use crate::error::toml_of;
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_files::Spanned;
use std::ops::Range;

/// A scenario of the model `caliendo-parro`.
#[derive(Debug, Clone)]
pub struct Asked {
    pub(crate) keys: Keys,
    /// The rates of the measures asked for, from whoever holds them.
    pub(super) rates: Vec<PairRates>,
    file: String,
    text: String,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    #[serde(rename = "model")]
    _model: String,
    pub title: String,
    #[serde(rename = "base")]
    _base: String,
    /// Which starting point of the base.
    pub start: Option<String>,
    /// Re-solve the base without any shock first.
    #[serde(default)]
    pub balance: bool,
    pub closure: Spanned<String>,
    numeraire: Option<Spanned<String>>,
    #[serde(default)]
    pub measures: Vec<Spanned<MeasuresAsked>>,
    #[serde(default)]
    change: Vec<Spanned<Change>>,
    #[serde(default)]
    pub reach: Vec<Spanned<ReachAsked>>,
    #[serde(default)]
    pub elasticities: Elasticities,
    #[serde(default)]
    ranges: Ranges,
    #[serde(default)]
    outputs: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    gradient: Vec<Spanned<String>>,
    // Tariffs to be found; at most one of these.
    pub penalty: Option<Spanned<PenaltyKeys>>,
    pub optimum: Option<Spanned<OptimumKeys>>,
    pub nash: Option<Spanned<NashKeys>>,
    pub cooperation: Option<Spanned<CooperationKeys>>,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Change {
    importers: Vec<Spanned<String>>,
    exporters: Vec<Spanned<String>>,
    sectors: Vec<Spanned<String>>,
    /// The tariffs of a schedule of the base.
    schedule: Option<Spanned<String>>,
    /// Percent of value, in place of what stands.
    rate: Option<Spanned<f64>>,
    /// Percentage points on top of what stands.
    add: Option<Spanned<f64>>,
    /// Percent on a list that is part of the sector: one plus `to` over one plus `from`.
    from: Option<Spanned<f64>>,
    to: Option<Spanned<f64>>,
    #[serde(default)]
    prohibitive: bool,
}

/// The trade elasticities and their band.
#[derive(Debug, Clone, Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct Elasticities {
    /// One elasticity for all sectors, in place of the base's.
    pub theta: Option<Spanned<f64>>,
    /// Factors between which they lie.
    pub band: Option<Spanned<[f64; 2]>>,
    /// So many draws between them.
    pub draws: Option<Spanned<u32>>,
    /// What the draws start from.
    pub seed: Option<u64>,
    /// One draw for all sectors.
    #[serde(default)]
    pub together: bool,
}

#[derive(Debug, Clone, Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
struct Ranges {
    closures: Option<Vec<Spanned<String>>>,
}

/// More draws than this are refused: ranges no longer move, and the answer takes minutes.
const MOST_DRAWS: u32 = 100_000;

/// The tables that may be asked for.
pub(crate) const OUTPUTS: &[&str] =
    &["countries", "ranges", "flows", "balances", "prices", "revenue", "decomposition"];

impl Asked {
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, ModelError> {
        let keys: Keys = toml_of(file, text)?;
        let asked = Self { keys, rates: Vec::new(), file: file.to_owned(), text: text.to_owned() };
        asked.closure()?;
        asked.closures()?;
        asked.outputs()?;
        asked.band()?;
        asked.draws()?;
        asked.check_policy()?;
        for change in &asked.keys.change {
            asked.check(change)?;
        }
        Ok(asked)
    }

    /// Takes the rates of measures, in the order of [`Self::measures`].
    #[must_use]
    pub fn with_rates(self, rates: Vec<PairRates>) -> Self {
        Self { rates, ..self }
    }

    /// The name of its file, as in messages.
    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// Which starting point of the base is meant.
    pub fn start(&self) -> Option<&str> {
        self.keys.start.as_deref()
    }

    /// Whether the scenario asks for tariffs to be found.
    pub(super) fn finds_tariffs(&self) -> bool {
        let k = &self.keys;
        !k.reach.is_empty()
            || k.penalty.is_some()
            || k.optimum.is_some()
            || k.nash.is_some()
            || k.cooperation.is_some()
    }

    pub(crate) fn wrong(&self, span: Range<usize>, problem: impl Into<String>) -> ModelError {
        ModelError::at(&self.file, &self.text, Some(span), problem)
    }

    fn closure_of(&self, word: &Spanned<String>) -> Result<Closure, ModelError> {
        let all = [Closure::Balanced, Closure::Nominal, Closure::WorldIncome];
        all.into_iter().find(|c| c.word() == word.get_ref()).ok_or_else(|| {
            let known = all.map(Closure::word).join(", ");
            self.wrong(word.span(), format!("there is no closure `{}`; there are {known}", word.get_ref()))
        })
    }

    /// The closure of the main figures.
    pub(crate) fn closure(&self) -> Result<Closure, ModelError> {
        self.closure_of(&self.keys.closure)
    }

    /// The closures that ranges are over, if the scenario names them.
    pub(crate) fn closures(&self) -> Result<Option<Vec<Closure>>, ModelError> {
        let Some(words) = &self.keys.ranges.closures else { return Ok(None) };
        words.iter().map(|word| self.closure_of(word)).collect::<Result<_, _>>().map(Some)
    }

    /// The factors between which elasticities lie.
    pub(crate) fn band(&self) -> Result<[f64; 2], ModelError> {
        let band = &self.keys.elasticities.band;
        band::check(band, &self.file, &self.text)?;
        Ok(band::factors(band))
    }

    /// How many draws, and what they start from.
    pub(crate) fn draws(&self) -> Result<(u32, u64), ModelError> {
        let Some(draws) = &self.keys.elasticities.draws else { return Ok((0, 0)) };
        if *draws.get_ref() > MOST_DRAWS {
            return Err(self.wrong(draws.span(), format!("at most {MOST_DRAWS} draws")));
        }
        match self.keys.elasticities.seed {
            Some(seed) => Ok((*draws.get_ref(), seed)),
            None if *draws.get_ref() == 0 => Ok((0, 0)),
            None => Err(self.wrong(draws.span(), "draws need a `seed`, so that others get the same ones")),
        }
    }

    /// The tables that are asked for; all without the key.
    pub(crate) fn outputs(&self) -> Result<Vec<&'static str>, ModelError> {
        let Some(words) = &self.keys.outputs else { return Ok(OUTPUTS.to_vec()) };
        let found = |word: &Spanned<String>| {
            OUTPUTS.iter().find(|o| *o == word.get_ref()).copied().ok_or_else(|| {
                let known = OUTPUTS.join(", ");
                self.wrong(word.span(), format!("there is no output `{}`; there are {known}", word.get_ref()))
            })
        };
        words.iter().map(found).collect()
    }

    /// What stays one.
    pub(crate) fn numeraire(&self, base: &BaseSet) -> Result<Numeraire, ModelError> {
        let Some(word) = &self.keys.numeraire else { return Ok(Numeraire::WorldValueAdded) };
        if word.get_ref() == "world" {
            return Ok(Numeraire::WorldValueAdded);
        }
        Ok(Numeraire::WageOf(self.place_of(word, &base.economy.parts().countries, "country")?))
    }

    /// The countries whose gradient is asked for.
    pub(crate) fn gradient(&self, base: &BaseSet) -> Result<Vec<usize>, ModelError> {
        let countries = &base.economy.parts().countries;
        self.keys.gradient.iter().map(|word| self.place_of(word, countries, "country")).collect()
    }

    pub(super) fn place_of(
        &self,
        word: &Spanned<String>,
        names: &[String],
        what: &str,
    ) -> Result<usize, ModelError> {
        names.iter().position(|n| n == word.get_ref()).ok_or_else(|| {
            let known = names.join(", ");
            self.wrong(word.span(), format!("the base has no {what} `{}`; it has {known}", word.get_ref()))
        })
    }

    pub(super) fn places(
        &self,
        words: &[Spanned<String>],
        names: &[String],
        what: &str,
    ) -> Result<Vec<usize>, ModelError> {
        if let [only] = words
            && only.get_ref() == "all"
        {
            return Ok((0..names.len()).collect());
        }
        words.iter().map(|word| self.place_of(word, names, what)).collect()
    }

    fn check(&self, change: &Spanned<Change>) -> Result<(), ModelError> {
        let c = change.get_ref();
        let ways = [
            c.schedule.is_some(),
            c.rate.is_some(),
            c.add.is_some(),
            c.from.is_some() || c.to.is_some(),
            c.prohibitive,
        ];
        if ways.iter().filter(|w| **w).count() != 1 || c.from.is_some() != c.to.is_some() {
            let problem = "a change needs exactly one of `schedule`, `rate`, `add`, `from` with `to`, and `prohibitive = true`";
            return Err(self.wrong(change.span(), problem));
        }
        for percent in [&c.rate, &c.add, &c.from, &c.to].into_iter().flatten() {
            if !percent.get_ref().is_finite() || *percent.get_ref() <= -100.0 {
                let problem = "a rate is in percent and above -100; for a tariff that stops all trade, prohibitive = true";
                return Err(self.wrong(percent.span(), problem));
            }
        }
        Ok(())
    }

    /// One plus the new tariff in every cell: measures first, then changes one after the other. Trade at home is never taxed.
    pub(super) fn tariffs(&self, base: &BaseSet, mean: Mean) -> Result<Vec<f64>, ModelError> {
        let p = base.economy.parts();
        let n = base.economy.countries();
        let mut power = p.tariff_power.clone();
        self.apply_measures(base, mean, &mut power)?;
        for change in &self.keys.change {
            let c = change.get_ref();
            let schedule = match &c.schedule {
                None => None,
                Some(name) => Some(base.schedules.get(name.get_ref()).ok_or_else(|| {
                    let known: Vec<&str> = base.schedules.keys().map(String::as_str).collect();
                    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                    let name_of = name.get_ref();
                    self.wrong(name.span(), format!("the base has no schedule `{name_of}`; it has {known}"))
                })?),
            };
            let of = |percent: &Option<Spanned<f64>>| percent.as_ref().map(|p| 1.0 + p.get_ref() / 100.0);
            for sector in self.places(&c.sectors, &p.sectors, "sector")? {
                for importer in self.places(&c.importers, &p.countries, "country")? {
                    for exporter in self.places(&c.exporters, &p.countries, "country")? {
                        if importer == exporter {
                            continue;
                        }
                        let at = (sector * n + importer) * n + exporter;
                        let new = match (schedule, of(&c.rate), of(&c.add), of(&c.from), of(&c.to)) {
                            (Some(schedule), ..) => schedule[at],
                            (_, Some(rate), ..) => rate,
                            (_, _, Some(add), ..) => power[at] + (add - 1.0),
                            (_, _, _, Some(from), Some(to)) => power[at] * to / from,
                            _ => f64::INFINITY,
                        };
                        if new <= 0.0 {
                            let problem = format!(
                                "the tariff of {} falls to -100 percent or below",
                                base.economy.name3(at)
                            );
                            return Err(self.wrong(change.span(), problem));
                        }
                        if new == f64::INFINITY && !c.prohibitive {
                            let problem = format!(
                                "the tariff of {} is past all numbers; for one that stops all trade, prohibitive = true",
                                base.economy.name3(at)
                            );
                            return Err(self.wrong(change.span(), problem));
                        }
                        power[at] = new;
                    }
                }
            }
        }
        Ok(power)
    }
}
