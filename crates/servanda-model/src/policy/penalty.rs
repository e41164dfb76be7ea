//! The size of a penalty: added tariffs of one country on another's goods that reach a target and hurt their own country least.
//!
//! The target is met exactly (within the tolerance that is asked): an award is a ceiling and a floor in one. What is made least is
//! the complainant's own equivalent variation lost, in money at base prices; where tariffs improve its terms of trade the loss is
//! below zero. From several starts, each by sequential quadratic programming with every equilibrium solved anew; the best is kept.
//! No search of this kind proves that there is nothing better far away from all starts.

mod problem;
mod starts;
mod walk;

use super::sqp::{self, Low, Search};
use crate::certificate::certify;
use crate::equilibrium::{Equilibrium, Shock};
use crate::newton::SolveError;
use crate::{Economy, ModelError, Part};
use problem::Problem;
use rayon::prelude::*;
use starts::{FLAT, LARGEST, paths};
use walk::{Path, Walk};

/// What a penalty is measured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// The equivalent variation that the respondent loses, in money at base prices.
    Harm,
    /// The fall of the complainant's imports from the respondent over all sectors, at the exporter's price.
    LostTrade,
    /// The rise of the duty that the complainant collects on the respondent's goods of all sectors.
    Revenue,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Harm, Self::LostTrade, Self::Revenue];

    /// Its word in a scenario.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Harm => "harm",
            Self::LostTrade => "lost-trade",
            Self::Revenue => "revenue",
        }
    }
}

/// What is asked. Countries and sectors are places in the base.
#[derive(Debug, Clone, PartialEq)]
pub struct PenaltyAsked {
    /// Whose tariffs.
    pub by: usize,
    /// On whose goods.
    pub on: usize,
    /// The sectors that may be taxed.
    pub sectors: Vec<usize>,
    /// The highest added tariff of each, as a fraction: 0.25 is 25 percentage points.
    pub most: Vec<f64>,
    /// What the penalty is measured by.
    pub target: Target,
    /// The target's value, in money, above zero.
    pub value: f64,
    /// How far from it the list may lie, in money, above zero.
    pub tolerance: f64,
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Sizing {
    /// A list that reaches the target.
    Reached(Box<List>),
    /// No list was found that gets so far.
    OutOfReach(Reach),
    /// No equilibrium before the penalty, or no list whose own harm stops falling.
    NotConverged {
        /// What is left: of the equilibrium, or of the search in the target's value or in own harm, relative.
        residual: f64,
        /// What was looked for, in words.
        problem: String,
    },
}

/// How far the allowed sectors get where the target is out of reach.
#[derive(Debug, Clone, PartialEq)]
pub struct Reach {
    /// The most that was found within the bounds, in money.
    pub most: f64,
    /// The added tariffs there, by allowed sector.
    pub added: Vec<f64>,
    /// What all allowed sectors at the highest rate reach; less than `most` where higher rates undo it.
    pub at_highest: Option<f64>,
}

/// A list that anybody would write down first.
#[derive(Debug, Clone, PartialEq)]
pub struct Naive {
    /// In words.
    pub name: &'static str,
    /// The added tariffs by allowed sector: those that reach the target, else those that got furthest.
    pub added: Vec<f64>,
    /// What they reach, in money.
    pub reached: f64,
    /// Whether that is the target.
    pub enough: bool,
    /// The complainant's own harm with them, in money.
    pub own_harm: f64,
}

/// Added tariffs that reach the target.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// By allowed sector, as a fraction.
    pub added: Vec<f64>,
    /// What they reach, in money.
    pub reached: f64,
    /// That less the target's value.
    pub gap: f64,
    /// The complainant's equivalent variation lost against the time before; below zero it gains.
    pub own_harm: f64,
    /// The complainant's own harm for one more of the target, by raising the sector's rate alone; by allowed sector. Not a number
    /// where a higher rate brings nothing of the target, or where there is no trade.
    pub marginal: Vec<f64>,
    /// What a further step of the search promised of own harm, in money.
    pub promised: f64,
    /// The tariffs with the penalty.
    pub shock: Shock,
    /// The equilibrium with it.
    pub equilibrium: Equilibrium,
    /// That equilibrium's conditions, worked out again.
    pub certificate: Vec<Part>,
    /// One rate for all, and the largest sector first.
    pub naive: Vec<Naive>,
    /// The start that led here.
    pub start: &'static str,
    /// Searches that ended on the target.
    pub starts: usize,
    /// Of them, those with the same own harm but for a millionth.
    pub agreeing: usize,
    /// Equilibria solved.
    pub solves: usize,
}

/// A step that promises less of own harm, against income, is none.
const GAIN: f64 = 1e-13;
/// What of a country's income is rounding.
const ROUNDING: f64 = 1e-12;

/// Chooses the added tariffs, on top of `before`.
///
/// # Errors
/// What is asked is no penalty, or [`crate::equilibrium::solve`] refuses the tariffs of `before`.
pub fn size(economy: &Economy, before: &Shock, asked: &PenaltyAsked) -> Result<Sizing, ModelError> {
    check(economy, asked)?;
    // What is wrong with the tariffs before is an error, not a search without an answer.
    crate::equilibrium::solve(economy, before)?;
    match search(economy, before, asked) {
        Ok(sizing) => Ok(sizing),
        Err(SolveError::NoConvergence { residual, steps }) => Ok(Sizing::NotConverged {
            residual,
            problem: format!("no equilibrium was found before the penalty, after {steps} passes"),
        }),
        Err(SolveError::NoEquilibrium(problem)) => {
            Ok(Sizing::NotConverged { residual: f64::INFINITY, problem })
        }
    }
}

fn check(economy: &Economy, asked: &PenaltyAsked) -> Result<(), ModelError> {
    let wrong = |problem: &str| Err(ModelError::Usage(format!("penalty: {problem}")));
    let n = economy.countries();
    if asked.by >= n || asked.on >= n || asked.by == asked.on {
        return wrong("it needs two countries of the base");
    }
    if asked.sectors.is_empty() || asked.sectors.iter().any(|s| *s >= economy.sectors()) {
        return wrong("it needs at least one sector of the base, and none of another");
    }
    let mut sorted = asked.sectors.clone();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.len() != asked.sectors.len() {
        return wrong("a sector stands twice");
    }
    if asked.most.len() != asked.sectors.len() || asked.most.iter().any(|m| !(*m >= 0.0 && m.is_finite())) {
        return wrong("each sector needs a highest added rate of zero or more");
    }
    if !(asked.value > 0.0 && asked.value.is_finite()) {
        return wrong("the target's value must be a number above zero");
    }
    if !(asked.tolerance > 0.0 && asked.tolerance.is_finite()) {
        return wrong("the tolerance must be a number above zero");
    }
    let known = rounding(economy, asked);
    if asked.tolerance < known {
        return wrong(&format!(
            "the tolerance is {:.1e}, and money of economies of this size is known to {known:.1e}; ask for a larger value, or allow a \
             wider tolerance",
            asked.tolerance
        ));
    }
    Ok(())
}

/// What in the two countries' money is rounding.
fn rounding(economy: &Economy, asked: &PenaltyAsked) -> f64 {
    let income = economy.income();
    ROUNDING * income[asked.by].max(income[asked.on])
}

/// What came of a start.
struct Tried {
    name: &'static str,
    walk: Walk,
    low: Option<Result<Low, SolveError>>,
    solves: usize,
}

fn search(economy: &Economy, before: &Shock, asked: &PenaltyAsked) -> Result<Sizing, SolveError> {
    let mut problem = Problem::new(economy, before, asked)?;
    let income = economy.income();
    let rounding = rounding(economy, asked);
    let gap = (1e-10 * asked.value).max(rounding).min(asked.tolerance);
    let paths = paths(&mut problem)?;
    let low = vec![0.0; asked.sectors.len()];
    let limits = Search {
        low: &low,
        high: &asked.most,
        curve: &problem.curve,
        value: asked.value,
        gap,
        gain: GAIN * income[asked.by],
        blur: rounding,
    };
    // Each start on its own, so that nothing depends on which thread takes it.
    let mut tried: Vec<Tried> = crate::threads::run(|| {
        paths
            .par_iter()
            .map(|(name, path)| {
                let mut own = problem.clone();
                let walk = walk::walk(&mut own, path, asked.value, gap);
                let start = if matches!(path, Path::Point(_)) {
                    Some(&walk.x)
                } else {
                    walk.reached.then_some(&walk.x)
                };
                let low = start.map(|start| sqp::minimise(&mut own, start, &limits));
                Tried { name, walk, low, solves: own.solves() - problem.solves() }
            })
            .collect()
    });
    if !tried.iter().any(|t| matches!(t.low, Some(Ok(_)))) {
        let mut own = problem.clone();
        let (walk, most) = walk::furthest(&mut own, &tried, asked.value, gap);
        let within = asked.value - asked.tolerance..asked.value;
        if !walk.reached && within.contains(&most.0) && asked.tolerance > gap {
            // What can be reached lies within the tolerance.
            let left = most.0 - (asked.value - asked.tolerance);
            let value = most.0 - 0.5 * left.min(1e-6 * asked.value);
            return search(economy, before, &PenaltyAsked { value, tolerance: 0.5 * left, ..asked.clone() })
                .map(|sizing| match sizing {
                    Sizing::Reached(mut list) => {
                        list.gap = list.reached - asked.value;
                        Sizing::Reached(list)
                    }
                    other => other,
                });
        }
        if !walk.reached && most.0 >= asked.value {
            let problem = "the target is passed, and no list was found that meets it".to_owned();
            return Ok(Sizing::NotConverged { residual: most.0 / asked.value - 1.0, problem });
        }
        if !walk.reached {
            let at_highest = own.reached_by(&asked.most).ok();
            return Ok(Sizing::OutOfReach(Reach { most: most.0, added: most.1, at_highest }));
        }
        let low = Some(sqp::minimise(&mut own, &walk.x, &limits));
        tried.push(Tried { name: "where the target is furthest passed", walk, low, solves: own.solves() });
    }
    let solves = problem.solves() + tried.iter().map(|t| t.solves).sum::<usize>();
    let ended = || tried.iter().filter_map(|t| Some((t.name, t.low.as_ref()?.as_ref().ok()?)));
    // The earliest of those that are equal.
    let best = ended().min_by(|(_, a), (_, b)| a.values[0].total_cmp(&b.values[0]));
    let Some((start, low)) = best else {
        let left = tried.iter().filter_map(|t| match &t.low {
            Some(Err(SolveError::NoConvergence { residual, .. })) => Some(*residual),
            _ => None,
        });
        let residual = left.fold(f64::INFINITY, f64::min);
        let problem = "the target is within reach, and no search ended on it".to_owned();
        return Ok(Sizing::NotConverged { residual, problem });
    };
    if low.promised > 1e-7 * low.values[0].abs() + 1e-10 * income[asked.by] {
        let residual = low.promised / low.values[0].abs().max(1e-10 * income[asked.by]);
        let problem = "the target is reached, and own harm has not stopped falling".to_owned();
        return Ok(Sizing::NotConverged { residual, problem });
    }
    let naive = tried.iter().filter(|t| [FLAT, LARGEST].contains(&t.name)).map(naive).collect();
    let same = |own: f64| own <= low.values[0] + 1e-6 * low.values[0].abs() + rounding;
    let (starts, agreeing) = (ended().count(), ended().filter(|(_, low)| same(low.values[0])).count());
    let mut list = written(problem, low, asked)?;
    list = List { naive, start, starts, agreeing, solves, ..list };
    Ok(Sizing::Reached(Box::new(list)))
}

fn naive(tried: &Tried) -> Naive {
    Naive {
        name: tried.name,
        added: tried.walk.x.clone(),
        reached: tried.walk.values[1],
        enough: tried.walk.reached,
        own_harm: tried.walk.values[0],
    }
}

/// The answer at the best point, without what is said of the search.
fn written(mut problem: Problem<'_>, low: &Low, asked: &PenaltyAsked) -> Result<List, SolveError> {
    use super::sqp::Constrained;
    let [own_harm, reached] = problem.values(&low.x)?;
    let [own, target] = problem.slopes()?;
    let marginal = own.iter().zip(&target).map(|(c, h)| if *h > 0.0 { c / h } else { f64::NAN }).collect();
    let (economy, shock, equilibrium) = problem.into_answer()?;
    Ok(List {
        added: low.x.clone(),
        reached,
        gap: reached - asked.value,
        own_harm,
        marginal,
        promised: low.promised,
        certificate: certify(economy, &shock, &equilibrium),
        shock,
        equilibrium,
        naive: Vec::new(),
        start: "",
        starts: 0,
        agreeing: 0,
        solves: 0,
    })
}
