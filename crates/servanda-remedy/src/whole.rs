//! From the solver's prices to a list of whole rates.

use super::problem::{Problem, Step};
use super::solve::{Prices, prices};
use super::{Rate, RemedyError};
use std::collections::{BTreeMap, BTreeSet};

/// What is still wanted, as a part of the aim, below which the program is not solved again.
const SMALL_REST: f64 = 1e-4;

/// Within this part of the aim nothing more is added.
const NEAR_ENOUGH: f64 = 1e-6;

/// How often the program is solved again for what is still wanted.
const ROUNDS: usize = 6;

/// A list that is being filled.
struct Filling<'p> {
    problem: &'p Problem,
    steps: &'p [Step],
    aim: f64,
    sum: f64,
    room: BTreeMap<String, f64>,
    /// The next step of each line.
    next: BTreeMap<usize, usize>,
    /// Lines of which a step did not fit.
    closed: BTreeSet<usize>,
    rates: BTreeMap<usize, Rate>,
}

impl Filling<'_> {
    fn chapter(&self, step: &Step) -> &str {
        self.problem.lines().get(step.line).map_or("", |l| l.chapter())
    }

    fn trade(&self, n: usize) -> f64 {
        self.steps.get(n).and_then(|s| self.problem.lines().get(s.line)).map_or(0.0, |l| l.trade)
    }

    fn fits_cap(&self, step: &Step) -> bool {
        self.room.get(self.chapter(step)).is_none_or(|room| step.effect <= *room)
    }

    /// Steps, by number, in the order of what they cost at these prices. Of those that cost the same, the one on more trade
    /// comes first, so that lists are short.
    fn order(&self, prices: &Prices) -> Vec<(f64, usize)> {
        let grain = prices.effect.abs().max(f64::MIN_POSITIVE) * 1e-7;
        let cost = |step: &Step| {
            let cap = prices.chapters.get(self.chapter(step)).copied().unwrap_or(0.0);
            ((step.harm / step.effect + cap - prices.effect) / grain).round()
        };
        let open = self.steps.iter().enumerate().filter(|(n, s)| self.is_open(*n, s));
        let mut order: Vec<(f64, usize)> = open.map(|(n, step)| (cost(step), n)).collect();
        // Steps are numbered by line, and each line's in their order.
        order.sort_by(|a, b| {
            a.0.total_cmp(&b.0).then(self.trade(b.1).total_cmp(&self.trade(a.1))).then(a.1.cmp(&b.1))
        });
        order
    }

    fn is_open(&self, n: usize, step: &Step) -> bool {
        !self.closed.contains(&step.line) && self.next.get(&step.line).is_some_and(|next| n >= *next)
    }

    /// Takes steps while they fit below the aim and the caps: all, or those alone that the solver would take.
    fn pass(&mut self, prices: &Prices, all: bool) {
        for (cost, n) in self.order(prices) {
            let Some(step) = self.steps.get(n).copied() else { continue };
            if self.rest() <= self.aim * NEAR_ENOUGH || (!all && cost > 1.0) {
                break;
            }
            if self.closed.contains(&step.line) || self.next.get(&step.line) != Some(&n) {
                continue;
            }
            if step.effect > self.rest() || !self.fits_cap(&step) {
                self.closed.insert(step.line);
                continue;
            }
            self.take(n, &step);
        }
    }

    fn take(&mut self, n: usize, step: &Step) {
        self.sum += step.effect;
        let chapter = self.chapter(step).to_owned();
        if let Some(room) = self.room.get_mut(&chapter) {
            *room -= step.effect;
        }
        self.next.insert(step.line, n + 1);
        self.rates.insert(step.line, step.rate);
    }

    fn rest(&self) -> f64 {
        self.aim - self.sum
    }

    /// The steps that can still be taken, if together they do what is still wanted.
    fn rest_of_steps(&self) -> Option<Vec<Step>> {
        let open: Vec<Step> =
            self.steps.iter().enumerate().filter(|(n, s)| self.is_open(*n, s)).map(|(_, s)| *s).collect();
        let mut chapters: BTreeMap<&str, f64> = BTreeMap::new();
        for step in &open {
            *chapters.entry(self.chapter(step)).or_default() += step.effect;
        }
        let reach: f64 = chapters
            .iter()
            .map(|(c, sum)| self.room.get(*c).map_or(*sum, |room| sum.min(room.max(0.0))))
            .sum();
        (reach * (1.0 - 1e-6) > self.rest()).then_some(open)
    }
}

/// A list of whole rates, by the number of the line. Steps that the solver would take are taken where they fit whole; for what
/// is then still wanted the program is solved again over what is left.
pub(super) fn whole_rates(
    problem: &Problem,
    steps: &[Step],
    first: &Prices,
    aim: f64,
) -> Result<BTreeMap<usize, Rate>, RemedyError> {
    let mut filling = Filling {
        problem,
        steps,
        aim,
        sum: 0.0,
        room: problem.room(),
        next: steps.iter().enumerate().rev().map(|(n, step)| (step.line, n)).collect(),
        closed: BTreeSet::new(),
        rates: BTreeMap::new(),
    };
    filling.pass(first, false);
    let mut last = first.clone();
    for _ in 0..ROUNDS {
        if filling.rest() <= aim * SMALL_REST {
            break;
        }
        let Some(open) = filling.rest_of_steps() else { break };
        // A list is still made with the last prices where the solver does not settle on new ones.
        let Ok(again) = prices(problem, &open, filling.rest(), &filling.room) else { break };
        filling.pass(&again, false);
        last = again;
    }
    filling.pass(&last, true);

    let (least, most) =
        (problem.target * (1.0 - problem.tolerance), problem.target * (1.0 + problem.tolerance));
    if filling.sum >= least {
        return Ok(filling.rates);
    }
    // One more step that goes beyond the aim, and stays within the tolerance.
    filling.closed.clear();
    let more = filling.order(&last).into_iter().find_map(|(_, n)| {
        let step = steps.get(n)?;
        let fits = filling.next.get(&step.line) == Some(&n) && filling.fits_cap(step);
        (fits && (least..=most).contains(&(filling.sum + step.effect))).then_some((n, *step))
    });
    match more {
        Some((n, step)) => {
            filling.take(n, &step);
            Ok(filling.rates)
        }
        None => Err(RemedyError::NoWholeList {
            tolerance: problem.tolerance * 100.0,
            target: problem.target,
            nearest: filling.sum,
        }),
    }
}
