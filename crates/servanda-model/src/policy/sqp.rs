//! The lowest point of a smooth function within bounds on each unknown and with one equality: sequential quadratic programming.
//!
//! Each step is the lowest point of a quadratic model on the linear model of the equality; the curvature is learnt from how
//! gradients change (BFGS, damped as Powell does); a step is taken when it lowers the function plus a price on what the equality
//! is missed by, with one correction for its bend before the step is cut.

use super::quadratic::{Bottom, Quadratic};
use crate::newton::SolveError;

/// A function to be made least and another that must have a given value.
pub(super) trait Constrained {
    /// Both at `x`, which become the point that [`Constrained::slopes`] is of.
    fn values(&mut self, x: &[f64]) -> Result<[f64; 2], SolveError>;

    /// Their gradients at the last `x`.
    fn slopes(&mut self) -> Result<[Vec<f64>; 2], SolveError>;

    /// How far one step may lead from `x` in an unknown, down (below zero) and up.
    fn reach(&self, x: &[f64], k: usize) -> [f64; 2];
}

/// What is asked.
pub(super) struct Search<'s> {
    /// Bounds, `n` each.
    pub low: &'s [f64],
    pub high: &'s [f64],
    /// A first guess of the function's second derivatives, `n`, above zero.
    pub curve: &'s [f64],
    /// What the second function must be.
    pub value: f64,
    /// It counts as met within this.
    pub gap: f64,
    /// The search stops when a step promises less than this.
    pub gain: f64,
    /// Smaller changes of the function are rounding.
    pub blur: f64,
}

/// Where a search stopped.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Low {
    pub x: Vec<f64>,
    /// Both functions there.
    pub values: [f64; 2],
    /// What a further step promised in the first.
    pub promised: f64,
}

const STEPS: usize = 300;
const HALVINGS: usize = 25;
const ARMIJO: f64 = 1e-4;

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn diagonal(values: &[f64]) -> Vec<Vec<f64>> {
    let n = values.len();
    (0..n).map(|r| (0..n).map(|c| if r == c { values[r] } else { 0.0 }).collect()).collect()
}

/// Searches from `start`, which is moved within the bounds first.
pub(super) fn minimise(
    problem: &mut impl Constrained,
    start: &[f64],
    search: &Search<'_>,
) -> Result<Low, SolveError> {
    let n = start.len();
    let mut x: Vec<f64> = (0..n).map(|k| start[k].clamp(search.low[k], search.high[k])).collect();
    let mut now = problem.values(&x)?;
    let mut slopes = problem.slopes()?;
    let mut curve = diagonal(search.curve);
    let (mut learnt, mut weight) = (false, 0.0_f64);
    let mut best: Option<Low> = None;
    let mut idle = 0;
    for _ in 0..STEPS {
        let missing = search.value - now[1];
        let near: Vec<[f64; 2]> = (0..n).map(|k| problem.reach(&x, k)).collect();
        let low: Vec<f64> = (0..n).map(|k| (search.low[k] - x[k]).max(near[k][0]).min(0.0)).collect();
        let high: Vec<f64> = (0..n).map(|k| (search.high[k] - x[k]).min(near[k][1]).max(0.0)).collect();
        let model = Quadratic {
            slope: &slopes[0],
            curve: &curve,
            plane: &slopes[1],
            level: missing,
            low: &low,
            high: &high,
        };
        let Some(Bottom { d, level, price }) = model.bottom() else {
            if !learnt {
                break;
            }
            (curve, learnt) = (diagonal(search.curve), false);
            continue;
        };
        let turned = |d: &[f64]| -> f64 { curve.iter().zip(d).map(|(row, own)| own * dot(row, d)).sum() };
        // Without what is still missing, a step gains as much as its bend.
        let promised = (price * level - dot(&slopes[0], &d)).abs().max(0.5 * turned(&d));
        let met = missing.abs() <= search.gap;
        if met && best.as_ref().is_none_or(|low| now[0] < low.values[0]) {
            best = Some(Low { x: x.clone(), values: now, promised });
            idle = 0;
        } else if met {
            idle += 1;
        }
        if met && (promised <= search.gain || idle > 8) {
            if let Some(low) = &mut best
                && low.x == x
            {
                low.promised = promised;
            }
            break;
        }
        weight = (1.5 * price.abs()).max(0.5 * (weight + 1.5 * price.abs())).max(1e-12);
        let slope = dot(&slopes[0], &d) - weight * (missing.abs() - (missing - level).abs());
        let merit = |v: &[f64; 2]| v[0] + weight * (v[1] - search.value).abs();
        let (before, blur) = (merit(&now), search.blur + weight * 0.5 * search.gap);
        let enough = |after: f64, part: f64| {
            after <= before + ARMIJO * part * slope || (slope.abs() <= 16.0 * blur && after <= before + blur)
        };
        let at = |part: f64, d: &[f64]| -> Vec<f64> {
            (0..n).map(|k| (x[k] + part * d[k]).clamp(search.low[k], search.high[k])).collect()
        };
        let mut taken = None;
        let mut part = 1.0;
        for halving in 0..HALVINGS {
            let trial = at(part, &d);
            let Ok(there) = problem.values(&trial) else {
                part *= 0.25;
                continue;
            };
            if enough(merit(&there), part) {
                taken = Some((trial, there));
                break;
            }
            if halving == 0 {
                // The equality bends: the same step, moved back onto it.
                let bent = Quadratic {
                    slope: &slopes[0],
                    curve: &curve,
                    plane: &slopes[1],
                    level: level - (there[1] - now[1] - level),
                    low: &low,
                    high: &high,
                };
                if let Some(bent) = bent.bottom() {
                    let trial = at(1.0, &bent.d);
                    if let Ok(there) = problem.values(&trial)
                        && enough(merit(&there), 1.0)
                    {
                        taken = Some((trial, there));
                        break;
                    }
                }
            }
            part *= 0.4;
        }
        let Some((next, there)) = taken else {
            if !learnt {
                break;
            }
            // What was learnt of the curvature may mislead.
            (curve, learnt) = (diagonal(search.curve), false);
            continue;
        };
        problem.values(&next)?;
        let new = problem.slopes()?;
        let step: Vec<f64> = (0..n).map(|k| next[k] - x[k]).collect();
        let of = |slopes: &[Vec<f64>; 2], k: usize| slopes[0][k] - price * slopes[1][k];
        let bend: Vec<f64> = (0..n).map(|k| of(&new, k) - of(&slopes, k)).collect();
        learnt |= learn(&mut curve, &step, bend);
        (x, now, slopes) = (next, there, new);
    }
    best.ok_or(SolveError::NoConvergence {
        residual: ((now[1] - search.value) / search.value).abs(),
        steps: STEPS,
    })
}

/// Takes in a step and how the gradient changed over it; whether anything was learnt.
fn learn(curve: &mut [Vec<f64>], step: &[f64], mut bend: Vec<f64>) -> bool {
    let turned: Vec<f64> = curve.iter().map(|row| dot(row, step)).collect();
    let (model, along) = (dot(step, &turned), dot(step, &bend));
    if !(model > 0.0 && model.is_finite() && along.is_finite()) {
        return false;
    }
    if along < 0.2 * model {
        let part = 0.8 * model / (model - along);
        bend.iter_mut().zip(&turned).for_each(|(b, t)| *b = part * *b + (1.0 - part) * t);
    }
    let along = dot(step, &bend);
    for (r, row) in curve.iter_mut().enumerate() {
        for (c, cell) in row.iter_mut().enumerate() {
            *cell += bend[r] * bend[c] / along - turned[r] * turned[c] / model;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The nearest point of a circle to a point, and a curved valley beside it.
    struct Circle([f64; 2]);

    impl Constrained for Circle {
        fn values(&mut self, x: &[f64]) -> Result<[f64; 2], SolveError> {
            self.0 = [x[0], x[1]];
            Ok([(x[0] - 3.0).powi(2) + 5.0 * (x[1] - 1.0).powi(2), x[0] * x[0] + x[1] * x[1]])
        }
        fn slopes(&mut self) -> Result<[Vec<f64>; 2], SolveError> {
            let [x, y] = self.0;
            Ok([vec![2.0 * (x - 3.0), 10.0 * (y - 1.0)], vec![2.0 * x, 2.0 * y]])
        }
        fn reach(&self, _: &[f64], _: usize) -> [f64; 2] {
            [-1.0, 1.0]
        }
    }

    #[test]
    fn the_lowest_point_of_a_circle_with_and_without_a_bound() {
        let search = |high| Search {
            low: &[0.0, 0.0],
            high,
            curve: &[1.0, 1.0],
            value: 4.0,
            gap: 1e-12,
            gain: 1e-14,
            blur: 1e-15,
        };
        let best = (0..100_000)
            .map(|k| f64::from(k) / 100_000.0 * std::f64::consts::FRAC_PI_2)
            .map(|a| (2.0 * a.cos() - 3.0).powi(2) + 5.0 * (2.0 * a.sin() - 1.0).powi(2))
            .fold(f64::INFINITY, f64::min);
        for start in [[0.1, 0.1], [2.0, 0.0], [0.0, 2.0], [2.0, 2.0]] {
            let low = minimise(&mut Circle([0.0; 2]), &start, &search(&[4.0, 4.0])).unwrap();
            assert!((low.values[0] - best).abs() < 1e-8 && (low.values[1] - 4.0).abs() < 1e-12, "{low:?}");
        }
        let low = minimise(&mut Circle([0.0; 2]), &[1.0, 1.0], &search(&[1.0, 4.0])).unwrap();
        assert!((low.x[0] - 1.0).abs() < 1e-12 && (low.x[1] - 3f64.sqrt()).abs() < 1e-9, "{low:?}");
        // No point of the box lies on so wide a circle.
        assert!(minimise(&mut Circle([0.0; 2]), &[0.5, 0.5], &search(&[0.5, 0.5])).is_err());
    }
}
