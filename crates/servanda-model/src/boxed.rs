//! The highest point of a smooth function within bounds on each unknown: projected L-BFGS.
//!
//! The unknowns should be scaled so that the function curves about as much in each of them.

use crate::newton::SolveError;

/// A function with its gradient.
pub trait Objective {
    /// The value at `x`, and its gradient written to `slope`.
    ///
    /// # Errors
    /// If there is no value there; a shorter step is then tried.
    fn value(&mut self, x: &[f64], slope: &mut [f64]) -> Result<f64, SolveError>;
}

/// How the search is run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Search {
    /// The first guess of one over the size of the second derivatives.
    pub reach: f64,
    /// It stops when a full step promises a gain below this.
    pub gain: f64,
    /// And at the latest after so many values.
    pub values: usize,
}

/// Where the search stopped.
#[derive(Clone, Debug, PartialEq)]
pub struct Peak {
    /// The unknowns.
    pub x: Vec<f64>,
    /// The value there.
    pub value: f64,
    /// The gain that a further step promised; what is left to win is of this size.
    pub promised: f64,
    /// Values asked for.
    pub values: usize,
}

const KEPT: usize = 12;
const ARMIJO: f64 = 1e-4;
const HALVINGS: usize = 30;

/// One step taken and how the gradient changed over it.
struct Pair {
    step: Vec<f64>,
    bend: Vec<f64>,
    rho: f64,
}

/// Climbs from `start`, which is moved within the bounds `low <= x <= high` first.
///
/// # Errors
/// If the function has no value at `start`.
pub fn climb(
    function: &mut impl Objective,
    start: &[f64],
    low: &[f64],
    high: &[f64],
    search: Search,
) -> Result<Peak, SolveError> {
    let n = start.len();
    let within = |value: f64, k: usize| value.clamp(low[k], high[k]);
    let mut x: Vec<f64> = start.iter().enumerate().map(|(k, value)| within(*value, k)).collect();
    let mut slope = vec![0.0; n];
    let mut value = function.value(&x, &mut slope)?;
    let mut values = 1;
    let mut kept: Vec<Pair> = Vec::new();
    let mut reach = search.reach;
    let (mut trial, mut there) = (vec![0.0; n], vec![0.0; n]);
    loop {
        let free: Vec<bool> = (0..n)
            .map(|k| !(x[k] <= low[k] && slope[k] < 0.0 || x[k] >= high[k] && slope[k] > 0.0))
            .collect();
        let mut way = direction(&slope, &free, &kept, reach);
        let mut promised = 0.5 * dot(&way, &slope);
        if promised.is_nan() || promised <= 0.0 {
            kept.clear();
            way = direction(&slope, &free, &kept, reach);
            promised = 0.5 * dot(&way, &slope);
        }
        if promised <= search.gain || values >= search.values {
            return Ok(Peak { x, value, promised, values });
        }
        let mut length = 1.0;
        let mut taken = false;
        for _ in 0..HALVINGS {
            for k in 0..n {
                trial[k] = within(x[k] + length * way[k], k);
            }
            let hoped: f64 = (0..n).map(|k| slope[k] * (trial[k] - x[k])).sum();
            let found = function.value(&trial, &mut there);
            values += 1;
            // Below what rounding lets one see, the slope decides.
            let blur = 8.0 * f64::EPSILON * value.abs().max(1.0);
            if let Ok(next) = found
                && (next >= value + ARMIJO * hoped
                    || (next >= value - blur
                        && hoped <= 16.0 * blur
                        && dot(&there, &way) * length <= 0.9 * hoped))
            {
                let step: Vec<f64> = (0..n).map(|k| trial[k] - x[k]).collect();
                let bend: Vec<f64> = (0..n).map(|k| slope[k] - there[k]).collect();
                let along = dot(&step, &bend);
                let steep = dot(&bend, &bend);
                if along > 1e-10 * (dot(&step, &step) * steep).sqrt() && along > 0.0 {
                    reach = along / steep;
                    if kept.len() == KEPT {
                        kept.remove(0);
                    }
                    kept.push(Pair { step, bend, rho: 1.0 / along });
                }
                value = next;
                std::mem::swap(&mut x, &mut trial);
                std::mem::swap(&mut slope, &mut there);
                taken = true;
                break;
            }
            length *= if found.is_ok() { 0.4 } else { 0.2 };
        }
        if !taken {
            if kept.is_empty() {
                return Ok(Peak { x, value, promised, values });
            }
            kept.clear();
        }
    }
}

/// The way up: the gradient, stretched by what past steps tell of the curvature, with bounds held.
fn direction(slope: &[f64], free: &[bool], kept: &[Pair], reach: f64) -> Vec<f64> {
    let masked = |values: &mut Vec<f64>| {
        for (value, open) in values.iter_mut().zip(free) {
            if !open {
                *value = 0.0;
            }
        }
    };
    let mut way = slope.to_vec();
    masked(&mut way);
    let mut shares = vec![0.0; kept.len()];
    for (share, pair) in shares.iter_mut().zip(kept).rev() {
        *share = pair.rho * dot(&pair.step, &way);
        for (value, bend) in way.iter_mut().zip(&pair.bend) {
            *value -= *share * bend;
        }
    }
    way.iter_mut().for_each(|value| *value *= reach);
    for (share, pair) in shares.iter().zip(kept) {
        let back = pair.rho * dot(&pair.bend, &way);
        for (value, step) in way.iter_mut().zip(&pair.step) {
            *value += (share - back) * step;
        }
    }
    masked(&mut way);
    way
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A long curved ridge, and nothing beyond it.
    struct Ridge;

    impl Objective for Ridge {
        fn value(&mut self, x: &[f64], slope: &mut [f64]) -> Result<f64, SolveError> {
            if x[0] > 5.0 {
                return Err(SolveError::NoEquilibrium("beyond the edge".to_owned()));
            }
            let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
            slope[0] = 2.0 * a + 40.0 * x[0] * b;
            slope[1] = -20.0 * b;
            Ok(-a * a - 10.0 * b * b)
        }
    }

    const SEARCH: Search = Search { reach: 0.01, gain: 1e-16, values: 1000 };

    #[test]
    fn the_top_is_found_with_and_without_a_bound_in_the_way() {
        let open = [f64::NEG_INFINITY; 2];
        let peak = climb(&mut Ridge, &[-1.2, 1.0], &open, &[f64::INFINITY; 2], SEARCH).unwrap();
        assert!((peak.x[0] - 1.0).abs() < 1e-7 && peak.value > -1e-14, "{peak:?}");
        let peak = climb(&mut Ridge, &[-1.2, 1.0], &open, &[0.5, 9.0], SEARCH).unwrap();
        assert_eq!(peak.x[0], 0.5);
        assert!((peak.x[1] - 0.25).abs() < 1e-7, "{peak:?}");
        assert!(climb(&mut Ridge, &[9.0, 0.0], &open, &[9.0; 2], SEARCH).is_err());
    }
}
