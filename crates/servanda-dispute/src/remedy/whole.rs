//! From the solver's prices to a list of whole rates.

use super::problem::{Problem, Step};
use super::solve::Prices;
use super::{Rate, RemedyError};
use std::collections::BTreeMap;

/// Within this part of the target nothing more is added.
const NEAR_ENOUGH: f64 = 1e-6;

/// Takes steps in the order of what they cost at the solver's prices, while they fit below the aim and below the caps. Of two
/// that cost the same, the one on more trade comes first, so that lists are short. Gives the rate of each line, by number.
pub(super) fn whole_rates(
    problem: &Problem,
    steps: &[Step],
    prices: &Prices,
    aim: f64,
) -> Result<BTreeMap<usize, Rate>, RemedyError> {
    let chapter_of = |step: &Step| problem.lines().get(step.line).map_or("", |l| l.chapter());
    let trade_of = |step: &Step| problem.lines().get(step.line).map_or(0.0, |l| l.trade);
    let grain = prices.effect.abs().max(f64::MIN_POSITIVE) * 1e-7;
    let mut order: Vec<(f64, usize)> = steps
        .iter()
        .enumerate()
        .map(|(n, step)| {
            let cap = prices.chapters.get(chapter_of(step)).copied().unwrap_or(0.0);
            (((step.harm / step.effect + cap) / grain).round(), n)
        })
        .collect();
    let trade = |n: usize| steps.get(n).map_or(0.0, trade_of);
    // Steps are numbered by line, and each line's in their order.
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(trade(b.1).total_cmp(&trade(a.1))).then(a.1.cmp(&b.1)));

    let mut rates: BTreeMap<usize, Rate> = BTreeMap::new();
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    let mut chapters: BTreeMap<&str, f64> = BTreeMap::new();
    let mut sum = 0.0;
    let first_of: BTreeMap<usize, usize> =
        steps.iter().enumerate().rev().map(|(n, step)| (step.line, n)).collect();
    // The number of the next step of a line.
    let next = |line: usize, taken: &BTreeMap<usize, usize>| {
        first_of.get(&line).map(|first| first + taken.get(&line).copied().unwrap_or(0))
    };
    let fits_cap = |step: &Step, chapters: &BTreeMap<&str, f64>| {
        let so_far = chapters.get(chapter_of(step)).copied().unwrap_or(0.0);
        problem.cap(chapter_of(step)).is_none_or(|cap| so_far + step.effect <= cap)
    };
    for (_, n) in &order {
        let Some(step) = steps.get(*n) else { continue };
        if sum >= aim * (1.0 - NEAR_ENOUGH) {
            break;
        }
        if next(step.line, &taken) != Some(*n) || sum + step.effect > aim || !fits_cap(step, &chapters) {
            continue;
        }
        sum += step.effect;
        *chapters.entry(chapter_of(step)).or_default() += step.effect;
        *taken.entry(step.line).or_default() += 1;
        rates.insert(step.line, step.rate);
    }
    let (least, most) =
        (problem.target * (1.0 - problem.tolerance), problem.target * (1.0 + problem.tolerance));
    if sum < least {
        // One more step that goes beyond the aim, and stays within the tolerance.
        let more = order.iter().find_map(|(_, n)| {
            let step = steps.get(*n)?;
            let after = sum + step.effect;
            let fits = next(step.line, &taken) == Some(*n) && fits_cap(step, &chapters);
            (fits && (least..=most).contains(&after)).then_some(step)
        });
        match more {
            Some(step) => {
                rates.insert(step.line, step.rate);
            }
            None => {
                return Err(RemedyError::NoWholeList {
                    tolerance: problem.tolerance * 100.0,
                    target: problem.target,
                    nearest: sum,
                });
            }
        }
    }
    Ok(rates)
}
