//! The list again, from nothing but codes and rates: other code than that which made it.

use super::effects::{Case, EffectModel};
use super::problem::Problem;
use super::solve::Prices;
use super::{Rate, RemedyError};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a chapter bears.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ChapterBears {
    /// The chapter.
    pub chapter: String,
    /// Its part of the effect, in money.
    pub effect: f64,
    /// Its cap, in money.
    pub cap: Option<f64>,
}

/// What a second computation of a list gave.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Proof {
    /// The effect that counts, a year.
    pub effect: f64,
    /// How far it is from the target, in percent of it; below zero: less than the target.
    pub off_target_percent: f64,
    /// Own harm, a year.
    pub own_harm: f64,
    /// By chapter.
    pub chapters: Vec<ChapterBears>,
}

/// A sum that keeps what a float drops (Neumaier).
#[derive(Default)]
struct Sum {
    total: f64,
    dropped: f64,
}

impl Sum {
    fn add(&mut self, x: f64) {
        let next = self.total + x;
        self.dropped +=
            if self.total.abs() >= x.abs() { (self.total - next) + x } else { (x - next) + self.total };
        self.total = next;
    }

    fn value(&self) -> f64 {
        self.total + self.dropped
    }
}

/// Works a list out again and holds it against the target, the tolerance, the rates and the caps.
pub fn prove(
    problem: &Problem,
    model: &dyn EffectModel,
    list: &BTreeMap<String, Rate>,
) -> Result<Proof, RemedyError> {
    let unproved = |what: String| Err(RemedyError::Unproved(what));
    let (mut effect, mut harm) = (Sum::default(), Sum::default());
    let mut chapters: BTreeMap<String, Sum> = BTreeMap::new();
    for (code, rate) in list.iter().rev() {
        let Ok(at) = problem.lines().binary_search_by(|l| l.code.as_str().cmp(code)) else {
            return unproved(format!("{code} is not among the lines asked about"));
        };
        let Some(line) = problem.lines().get(at) else { continue };
        if !problem.rates.contains(rate) {
            return unproved(format!("{code}: {rate} is none of the rates that may be chosen"));
        }
        let own = model.effect(line, rate.fraction(), Case::Central);
        effect.add(problem.by.of(&own));
        harm.add(own.own_harm);
        chapters.entry(line.chapter().to_owned()).or_default().add(problem.by.of(&own));
    }
    let effect = effect.value();
    let off = effect / problem.target - 1.0;
    // Rounding in the last digits is no miss.
    if off.abs() > problem.tolerance + 1e-12 {
        return unproved(format!("its effect is {effect:.2}, {:.4} percent off the target", off * 100.0));
    }
    let mut bears = Vec::with_capacity(chapters.len());
    for (chapter, sum) in chapters {
        let cap = problem.cap(&chapter);
        let effect = sum.value();
        if cap.is_some_and(|cap| effect > cap * (1.0 + 1e-9)) {
            return unproved(format!("chapter {chapter} bears {effect:.2}, more than its cap"));
        }
        bears.push(ChapterBears { chapter, effect, cap });
    }
    Ok(Proof { effect, off_target_percent: off * 100.0, own_harm: harm.value(), chapters: bears })
}

/// What no list with this effect, of these lines, rates and caps, can go below in own harm. It holds for whatever prices: wrong
/// ones only make it lower (weak duality).
pub fn bound_at(problem: &Problem, model: &dyn EffectModel, prices: &Prices, effect: f64) -> f64 {
    let mut bound = Sum::default();
    bound.add(prices.effect * effect);
    for (chapter, price) in &prices.chapters {
        bound.add(-price.max(0.0) * problem.cap(chapter).unwrap_or(0.0));
    }
    for line in problem.lines() {
        let cap = prices.chapters.get(line.chapter()).copied().unwrap_or(0.0).max(0.0);
        let best = problem
            .rates
            .iter()
            .map(|rate| {
                let own = model.effect(line, rate.fraction(), Case::Central);
                let counts = problem.by.of(&own);
                // As where lists are made: a rate whose effect is not above zero is no choice.
                if counts > 0.0 { own.own_harm - (prices.effect - cap) * counts } else { 0.0 }
            })
            .fold(0.0, f64::min);
        bound.add(best);
    }
    bound.value()
}
