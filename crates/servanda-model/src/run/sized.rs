//! A penalty for whoever holds the duties and the trade: sized on a base, with rates as a tariff would write them, and its range
//! over closures and elasticities.

use super::asked::Asked;
use super::bases::bases;
use super::measures::Mean;
use crate::base::{self, BaseFiles};
use crate::certificate::certify;
use crate::equilibrium::{Closure, Shock, Solved, solve};
use crate::policy::penalty::{PenaltyAsked, Sizing, Target, size};
use crate::{Economy, ModelError, Part, welfare};
use schemars::JsonSchema;
use serde::Serialize;

/// A sector that may be taxed.
#[derive(Debug, Clone, PartialEq)]
pub struct AllowedSector {
    /// Its name in the base.
    pub name: String,
    /// The part of its trade that may be taxed, above 0 and at most 1.
    pub part: f64,
    /// The highest added rate on that part, as a fraction of value.
    pub most: f64,
}

/// What is asked. Money is the base's, a year.
#[derive(Debug, Clone, PartialEq)]
pub struct PenaltyFor {
    /// Who charges, by its name in the base.
    pub by: String,
    /// Whose goods.
    pub on: String,
    /// What may be taxed.
    pub sectors: Vec<AllowedSector>,
    /// What the penalty is measured by.
    pub target: Target,
    /// The target's value.
    pub value: f64,
    /// How far the list may miss it, as a fraction of it.
    pub tolerance: f64,
}

/// What a list does against the time before it, in the base's money a year.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Does {
    /// The fall of the complainant's imports from the respondent, at the exporter's price.
    pub lost_trade: f64,
    /// The rise of the duty collected on them.
    pub revenue: f64,
    /// The equivalent variation that the respondent loses.
    pub harm: f64,
    /// The equivalent variation that the complainant loses; below zero it gains.
    pub own_harm: f64,
}

impl Does {
    /// What counts.
    pub fn of(&self, target: Target) -> f64 {
        match target {
            Target::Harm => self.harm,
            Target::LostTrade => self.lost_trade,
            Target::Revenue => self.revenue,
        }
    }

    fn each(self, other: Self, of: impl Fn(f64, f64) -> f64) -> Self {
        Self {
            lost_trade: of(self.lost_trade, other.lost_trade),
            revenue: of(self.revenue, other.revenue),
            harm: of(self.harm, other.harm),
            own_harm: of(self.own_harm, other.own_harm),
        }
    }
}

/// A sector of the list.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SizedSector {
    /// Its name in the base.
    pub sector: String,
    /// The part of its trade that may be taxed.
    pub part: f64,
    /// The mean tariff on the sector before, in percent.
    pub before_pct: f64,
    /// The added rate on the part that may be taxed, in hundredths of a percentage point; in percent for programs.
    #[serde(rename = "added_pct", serialize_with = "in_percent")]
    #[schemars(with = "f64")]
    pub rate: u32,
    /// The complainant's imports from the respondent before and with the list, at the exporter's price.
    pub imports: [f64; 2],
    /// Own harm of one more of the target by this sector alone; none where there is no such thing.
    pub marginal: Option<f64>,
}

fn in_percent<S: serde::Serializer>(hundredths: &u32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(f64::from(*hundredths) / 100.0)
}

/// A list that anybody would write down first.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct NaiveList {
    /// In words.
    pub name: &'static str,
    /// What it reaches.
    pub reached: f64,
    /// Whether that is the target.
    pub enough: bool,
    /// Own harm.
    pub own_harm: f64,
}

/// A list, with what it does.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SizedList {
    /// The sectors with a rate above zero, and those without.
    pub sectors: Vec<SizedSector>,
    /// What it does with the rates as they are written.
    pub does: Does,
    /// The least over every closure, both ends of the band of elasticities and other means of the duties before, with the same
    /// rates.
    pub low: Does,
    /// The most.
    pub high: Does,
    /// Solutions that the range is over.
    pub solutions: usize,
    /// Lists that anybody would write down first.
    pub naive: Vec<NaiveList>,
    /// The largest relative residual of the equilibrium, worked out again from the answer alone.
    pub residual: f64,
    /// Every condition of it.
    #[serde(skip)]
    pub parts: Vec<Part>,
    /// Equilibria solved.
    pub solves: usize,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sized {
    /// A list.
    List(Box<SizedList>),
    /// The target is out of reach.
    OutOfReach {
        /// The most that was found.
        most: f64,
        /// What all that may be taxed reaches at the highest rate.
        at_highest: Option<f64>,
    },
    /// No answer: the residual that is left, and of what.
    NotConverged {
        /// The residual.
        residual: f64,
        /// Of what.
        problem: String,
    },
}

/// A sized penalty with what stands behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct SizedPenalty {
    /// The unit of the base's money.
    pub unit: String,
    /// What came of it.
    pub found: Sized,
    /// Base, files with their hashes, closure.
    pub facts: Vec<(String, String)>,
    /// What must be said beside it.
    pub notes: Vec<String>,
}

/// Hundredths of a percentage point in one.
const HUNDREDTHS: f64 = 10_000.0;

/// Sizes a penalty on top of the tariffs that a scenario's measures and changes leave.
///
/// # Errors
/// What is wrong in the base or the scenario, a name that the base does not have, and a target that is none.
pub fn sized(asked: &Asked, files: &dyn BaseFiles, wanted: &PenaltyFor) -> Result<SizedPenalty, ModelError> {
    if asked.finds_tariffs() {
        return Err(ModelError::Usage(format!(
            "{}: a penalty is sized on top of the scenario's tariffs; take [[reach]], [penalty], [optimum], [nash] and [cooperation] out of it",
            asked.file()
        )));
    }
    let set = base::load(files, asked.keys.start.as_deref())?;
    let (closure, numeraire) = (asked.closure()?, asked.numeraire(&set)?);
    let bases = bases(asked, &set, closure)?;
    let economy = bases.of(closure)?;
    let p = economy.parts();
    let place = |name: &String, names: &[String], what: &str| {
        names.iter().position(|n| n == name).ok_or_else(|| {
            ModelError::Usage(format!(
                "the base {} has no {what} `{name}`; it has {}",
                set.id,
                names.join(", ")
            ))
        })
    };
    let (by, on) = (place(&wanted.by, &p.countries, "country")?, place(&wanted.on, &p.countries, "country")?);
    let allowed: Vec<(usize, &AllowedSector)> = wanted
        .sectors
        .iter()
        .map(|s| place(&s.name, &p.sectors, "sector").map(|at| (at, s)))
        .collect::<Result<_, _>>()?;
    let before = Shock { tariff_power: asked.tariffs(&set, Mean::ByTrade)?, closure, numeraire };
    let penalty = PenaltyAsked {
        by,
        on,
        sectors: allowed.iter().map(|(at, _)| *at).collect(),
        most: allowed.iter().map(|(_, s)| s.most * s.part).collect(),
        target: wanted.target,
        value: wanted.value,
        tolerance: wanted.tolerance * wanted.value,
    };
    let mut notes = bases.notes.clone();
    let found = match size(economy, &before, &penalty)? {
        Sizing::OutOfReach(reach) => Sized::OutOfReach { most: reach.most, at_highest: reach.at_highest },
        Sizing::NotConverged { residual, problem } => Sized::NotConverged { residual, problem },
        Sizing::Reached(list) => {
            // Rates as a tariff writes them: hundredths of a point on the part that may be taxed.
            let rates: Vec<u32> = list
                .added
                .iter()
                .zip(&allowed)
                .map(|(added, (_, s))| {
                    (added / s.part * HUNDREDTHS).round().clamp(0.0, f64::from(u32::MAX)) as u32
                })
                .collect();
            let with = |before: &Shock| {
                let mut power = before.tariff_power.clone();
                let n = p.countries.len();
                for ((at, s), rate) in allowed.iter().zip(&rates) {
                    power[(at * n + by) * n + on] += f64::from(*rate) / HUNDREDTHS * s.part;
                }
                Shock { tariff_power: power, ..before.clone() }
            };
            let after = with(&before);
            match compare(economy, &before, &after, by, on)? {
                None => Sized::NotConverged {
                    residual: f64::INFINITY,
                    problem: "no equilibrium was found with the rates as they are written".to_owned(),
                },
                Some(main) => {
                    let mut ends = (main.does, main.does);
                    let mut solutions = 1;
                    for (closure, factor, mean) in variations(asked, &bases.by_closure, closure)? {
                        let economy = bases.of(closure)?;
                        let theta = economy.parts().theta.iter().map(|t| t * factor).collect();
                        let economy = economy.with_theta(theta)?;
                        let before = Shock { tariff_power: asked.tariffs(&set, mean)?, closure, numeraire };
                        match compare(&economy, &before, &with(&before), by, on) {
                            Ok(Some(other)) => {
                                solutions += 1;
                                ends = (ends.0.each(other.does, f64::min), ends.1.each(other.does, f64::max));
                            }
                            _ => notes.push(format!(
                                "closure {}, elasticities times {factor}, {}: no equilibrium, and in no range",
                                closure.word(),
                                mean.words()
                            )),
                        }
                    }
                    let sector = |(k, (at, s)): (usize, &(usize, &AllowedSector))| {
                        let n = p.countries.len();
                        let cell = (at * n + by) * n + on;
                        SizedSector {
                            sector: s.name.clone(),
                            part: s.part,
                            before_pct: 100.0 * (before.tariff_power[cell] - 1.0),
                            rate: rates[k],
                            imports: [main.before[cell], main.after[cell]],
                            marginal: list.marginal.get(k).copied().filter(|m| m.is_finite()),
                        }
                    };
                    let worst = |most: f64, p: &Part| if p.residual <= most { most } else { p.residual };
                    let naive = list.naive.iter().map(|n| NaiveList {
                        name: n.name,
                        reached: n.reached,
                        enough: n.enough,
                        own_harm: n.own_harm,
                    });
                    Sized::List(Box::new(SizedList {
                        sectors: allowed.iter().enumerate().map(sector).collect(),
                        does: main.does,
                        low: ends.0,
                        high: ends.1,
                        solutions,
                        naive: naive.collect(),
                        residual: main.parts.iter().fold(0.0, worst),
                        parts: main.parts,
                        solves: list.solves,
                    }))
                }
            }
        }
    };
    let mut facts = bases.facts.clone();
    for rates in &asked.rates {
        facts.extend(rates.facts.clone());
        notes.extend(rates.notes.clone());
    }
    Ok(SizedPenalty { unit: set.unit.clone(), found, facts, notes })
}

/// Every closure that has a base, with the base's elasticities and both ends of the band, and other means of the duties before;
/// the main solution apart.
fn variations(
    asked: &Asked,
    by_closure: &[(Closure, Economy)],
    main: Closure,
) -> Result<Vec<(Closure, f64, Mean)>, ModelError> {
    let [low, high] = asked.band()?;
    let of =
        |(closure, _): &(Closure, Economy)| [1.0, low, high].map(|factor| (*closure, factor, Mean::ByTrade));
    let means = Mean::ALL.map(|mean| (main, 1.0, mean));
    let all = by_closure.iter().flat_map(of).chain(means);
    let mut out: Vec<(Closure, f64, Mean)> = Vec::new();
    for one in all.filter(|one| *one != (main, 1.0, Mean::ByTrade)) {
        if !out.contains(&one) {
            out.push(one);
        }
    }
    Ok(out)
}

/// Two equilibria beside each other.
struct Compared {
    does: Does,
    /// Flows before and after.
    before: Vec<f64>,
    after: Vec<f64>,
    /// The conditions of the second, worked out again.
    parts: Vec<Part>,
}

fn compare(
    economy: &Economy,
    before: &Shock,
    after: &Shock,
    by: usize,
    on: usize,
) -> Result<Option<Compared>, ModelError> {
    let (Solved::Found(old), Solved::Found(new)) = (solve(economy, before)?, solve(economy, after)?) else {
        return Ok(None);
    };
    let n = economy.countries();
    let cells = || (by * n + on..economy.parts().trade_share.len()).step_by(n * n);
    let imports = |flows: &[f64]| cells().map(|c| flows[c]).sum::<f64>();
    let duty = |flows: &[f64], shock: &Shock| -> f64 {
        let paid = |c: usize| if flows[c] > 0.0 { flows[c] * (shock.tariff_power[c] - 1.0) } else { 0.0 };
        cells().map(paid).sum()
    };
    let (was, is) = (welfare::exact(economy, &old), welfare::exact(economy, &new));
    let lost = |country: usize| was[country].equivalent - is[country].equivalent;
    let does = Does {
        lost_trade: imports(&old.flows) - imports(&new.flows),
        revenue: duty(&new.flows, after) - duty(&old.flows, before),
        harm: lost(on),
        own_harm: lost(by),
    };
    let parts = certify(economy, after, &new);
    Ok(Some(Compared { does, before: old.flows, after: new.flows, parts }))
}
