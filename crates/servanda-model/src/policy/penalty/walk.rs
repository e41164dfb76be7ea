//! Ways through the box of added tariffs, walked until the target is reached: what searches start from.

use super::Tried;
use super::problem::Problem;
use crate::boxed::{self, Objective};
use crate::newton::SolveError;
use crate::policy::sqp::Constrained;

/// A way that begins without added tariffs, or a point.
#[derive(Debug, Clone)]
pub(super) enum Path {
    /// No way at all: the search begins at this point, off the target.
    Point(Vec<f64>),
    /// One rate for all sectors, each up to its highest.
    Flat,
    /// One sector after the other to its highest rate, in this order.
    Fill(Vec<usize>),
    /// One sector to its highest rate, then one rate for all others.
    First(usize),
    /// Straight to a point.
    Straight(Vec<f64>),
}

/// Where a walk ended: on the target, or where it was furthest.
#[derive(Debug, Clone)]
pub(super) struct Walk {
    pub x: Vec<f64>,
    /// Own harm and what of the target is reached.
    pub values: [f64; 2],
    pub reached: bool,
}

/// Stops on a stage of a way. Low rates stand close: the target need not rise all the way.
const STOPS: usize = 20;
const FILL_STOPS: usize = 4;
const CUTS: usize = 100;

impl Path {
    fn stops(&self) -> Vec<f64> {
        let squeezed = |k: usize, stops: usize| (k as f64 / stops as f64).powi(if stops > 4 { 3 } else { 2 });
        let part = |from: usize, stops: usize| (1..=stops).map(move |k| from as f64 + squeezed(k, stops));
        match self {
            Self::Point(_) => Vec::new(),
            Self::Flat | Self::Straight(_) => part(0, STOPS).collect(),
            Self::Fill(order) => (0..order.len()).flat_map(|k| part(k, FILL_STOPS)).collect(),
            Self::First(_) => part(0, STOPS).chain(part(1, STOPS)).collect(),
        }
    }

    fn at(&self, along: f64, most: &[f64]) -> Vec<f64> {
        let widest = most.iter().fold(0.0, |a: f64, b| a.max(*b));
        match self {
            Self::Point(x) => x.clone(),
            Self::Flat => most.iter().map(|most| most.min(along * widest)).collect(),
            Self::Fill(order) => {
                let mut x = vec![0.0; most.len()];
                for (place, k) in order.iter().enumerate() {
                    x[*k] = (along - place as f64).clamp(0.0, 1.0) * most[*k];
                }
                x
            }
            Self::First(first) => {
                let rate = (along - 1.0).max(0.0) * widest;
                let mut x: Vec<f64> = most.iter().map(|most| most.min(rate)).collect();
                x[*first] = along.min(1.0) * most[*first];
                x
            }
            Self::Straight(to) => to.iter().map(|to| along * to).collect(),
        }
    }
}

/// Walks until the target is reached. Where no equilibrium is found the way is over.
pub(super) fn walk(problem: &mut Problem<'_>, path: &Path, target: f64, gap: f64) -> Walk {
    let most = problem.most.clone();
    if let Path::Point(x) = path {
        let values = problem.values(x).unwrap_or([f64::NAN, 0.0]);
        return Walk { x: x.clone(), values, reached: false };
    }
    let mut best = Walk { x: path.at(0.0, &most), values: [0.0, 0.0], reached: false };
    let mut from = (0.0, -target);
    for stop in path.stops() {
        let x = path.at(stop, &most);
        let Ok(values) = problem.values(&x) else { return best };
        if values[1] > best.values[1] {
            best = Walk { x, values, reached: false };
        }
        if values[1] >= target {
            return cut(
                problem,
                |along| path.at(along, &most),
                from,
                (stop, values[1] - target),
                gap,
                target,
            )
            .unwrap_or(best);
        }
        from = (stop, values[1] - target);
    }
    best
}

/// The point between two at which the target is met (regula falsi after Illinois).
fn cut(
    problem: &mut Problem<'_>,
    at: impl Fn(f64) -> Vec<f64>,
    mut low: (f64, f64),
    mut high: (f64, f64),
    gap: f64,
    target: f64,
) -> Option<Walk> {
    let mut side = 0;
    for _ in 0..CUTS {
        let along = (low.0 * high.1 - high.0 * low.1) / (high.1 - low.1);
        let along = if along > low.0 && along < high.0 { along } else { 0.5 * (low.0 + high.0) };
        let x = at(along);
        let values = problem.values(&x).ok()?;
        let off = values[1] - target;
        if off.abs() <= gap {
            return Some(Walk { x, values, reached: true });
        }
        if off < 0.0 {
            low = (along, off);
            if side == -1 {
                high.1 *= 0.5;
            }
            side = -1;
        } else {
            high = (along, off);
            if side == 1 {
                low.1 *= 0.5;
            }
            side = 1;
        }
    }
    None
}

/// The most of the target that is found within the bounds, from where walks got furthest and from the highest rates; and the walk
/// to it.
pub(super) fn furthest(
    problem: &mut Problem<'_>,
    tried: &[Tried],
    target: f64,
    gap: f64,
) -> (Walk, (f64, Vec<f64>)) {
    let scale: Vec<f64> = problem.curve.iter().map(|curve| curve.sqrt()).collect();
    let high: Vec<f64> = problem.most.iter().zip(&scale).map(|(most, scale)| most * scale).collect();
    let mut starts: Vec<Vec<f64>> = tried.iter().map(|t| t.walk.x.clone()).collect();
    starts.push(problem.most.clone());
    let mut most = (0.0, vec![0.0; scale.len()]);
    for start in starts {
        let begin: Vec<f64> = start.iter().zip(&scale).map(|(x, scale)| x * scale).collect();
        let search = boxed::Search { reach: 1.0, gain: 1e-9 * target, values: 200 };
        let low = vec![0.0; scale.len()];
        let mut own = Reached { problem: &mut *problem, scale: &scale };
        if let Ok(peak) = boxed::climb(&mut own, &begin, &low, &high, search)
            && peak.value > most.0
        {
            let x = peak.x.iter().zip(&scale).zip(&problem.most).map(|((x, s), most)| (x / s).min(*most));
            most = (peak.value, x.collect());
        }
    }
    let nowhere = Walk { x: most.1.clone(), values: [f64::NAN, most.0], reached: false };
    if most.0 < target {
        return (nowhere, most);
    }
    (walk(problem, &Path::Straight(most.1.clone()), target, gap), most)
}

/// What of the target is reached, as a function of scaled added tariffs.
struct Reached<'p, 'e> {
    problem: &'p mut Problem<'e>,
    scale: &'p [f64],
}

impl Objective for Reached<'_, '_> {
    fn value(&mut self, x: &[f64], slope: &mut [f64]) -> Result<f64, SolveError> {
        let plain: Vec<f64> = x.iter().zip(self.scale).map(|(x, scale)| x / scale).collect();
        let [_, value] = self.problem.values(&plain)?;
        let [_, slopes] = self.problem.slopes()?;
        for ((out, own), scale) in slope.iter_mut().zip(&slopes).zip(self.scale) {
            *out = own / scale;
        }
        Ok(value)
    }
}
