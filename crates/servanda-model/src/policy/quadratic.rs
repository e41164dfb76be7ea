//! The lowest point of a convex quadratic within bounds and on one plane: an active-set method for small sizes.

use crate::equilibrium::cholesky;

/// `slope * d + d * curve * d / 2`, to be made least over `low <= d <= high` with `plane * d = level`.
pub(super) struct Quadratic<'q> {
    /// `n`.
    pub slope: &'q [f64],
    /// Symmetric and positive, `n x n`.
    pub curve: &'q [Vec<f64>],
    /// `n`.
    pub plane: &'q [f64],
    /// What `plane * d` must be. Where the bounds do not allow it, as near as they do.
    pub level: f64,
    /// At most zero, `n`.
    pub low: &'q [f64],
    /// At least zero, `n`.
    pub high: &'q [f64],
}

/// The lowest point.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bottom {
    pub d: Vec<f64>,
    /// `plane * d` as it was reached.
    pub level: f64,
    /// What one more of `level` costs.
    pub price: f64,
}

/// A part of what the bounds allow: right at their end nothing could be chosen.
const WITHIN: f64 = 0.98;
const TINY: f64 = 1e-14;

#[derive(Clone, Copy, PartialEq)]
enum Hold {
    Free,
    Low,
    High,
}

impl Quadratic<'_> {
    /// The lowest point; none where the curve is not safely positive.
    pub fn bottom(&self) -> Option<Bottom> {
        let n = self.slope.len();
        let mut d = self.feasible();
        let mut hold: Vec<Hold> = (0..n)
            .map(|k| match d[k] {
                _ if self.low[k] == self.high[k] => Hold::Low,
                value if value <= self.low[k] => Hold::Low,
                value if value >= self.high[k] => Hold::High,
                _ => Hold::Free,
            })
            .collect();
        let mut price = 0.0;
        for _ in 0..20 * (n + 5) {
            let pull: Vec<f64> = (0..n)
                .map(|k| self.slope[k] + self.curve[k].iter().zip(&d).map(|(b, d)| b * d).sum::<f64>())
                .collect();
            let free: Vec<usize> = (0..n).filter(|k| hold[*k] == Hold::Free).collect();
            let (step, at_price) = self.step(&pull, &free)?;
            let bound = |k: usize, step: f64| if step > 0.0 { self.high[k] } else { self.low[k] };
            let size = |k: usize| self.high[k] - self.low[k];
            let still = free.iter().zip(&step).all(|(k, s)| s.abs() <= TINY * size(*k));
            if still {
                match at_price {
                    Some(at) => {
                        price = at;
                        let Some(out) = self.wrongly_held(&pull, &hold, price) else { break };
                        hold[out] = Hold::Free;
                    }
                    None => {
                        // Nothing free moves the plane: a price that suits all that is held, or two that must move.
                        match self.prices(&pull, &hold) {
                            Ok(at) => {
                                price = at;
                                // What does not move the plane is released on its own.
                                let Some(out) = self.wrongly_held(&pull, &hold, price) else { break };
                                hold[out] = Hold::Free;
                            }
                            Err((one, other)) => {
                                hold[one] = Hold::Free;
                                hold[other] = Hold::Free;
                            }
                        }
                    }
                }
                continue;
            }
            let mut length = 1.0;
            let mut stop = None;
            for (k, s) in free.iter().zip(&step).filter(|(_, s)| **s != 0.0) {
                let most = (bound(*k, *s) - d[*k]) / s;
                if most < length {
                    length = most.max(0.0);
                    stop = Some((*k, if *s > 0.0 { Hold::High } else { Hold::Low }));
                }
            }
            for (k, s) in free.iter().zip(&step) {
                d[*k] = (d[*k] + length * s).clamp(self.low[*k], self.high[*k]);
            }
            if let Some((k, at)) = stop {
                d[k] = if at == Hold::High { self.high[k] } else { self.low[k] };
                hold[k] = at;
            }
        }
        let level = self.plane.iter().zip(&d).map(|(a, d)| a * d).sum();
        Some(Bottom { d, level, price })
    }

    /// The step of what is free that keeps the plane, and the price; no price where nothing free moves the plane.
    fn step(&self, pull: &[f64], free: &[usize]) -> Option<(Vec<f64>, Option<f64>)> {
        if free.is_empty() {
            return Some((Vec::new(), None));
        }
        let matrix: Vec<Vec<f64>> =
            free.iter().map(|r| free.iter().map(|c| self.curve[*r][*c]).collect()).collect();
        let of = |values: &[f64]| -> Vec<f64> { free.iter().map(|k| values[*k]).collect() };
        let (pull, plane) = (of(pull), of(self.plane));
        let down = cholesky(&matrix, &pull)?;
        if plane.iter().all(|a| *a == 0.0) {
            return Some((down.iter().map(|v| -v).collect(), None));
        }
        let across = cholesky(&matrix, &plane)?;
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let price = dot(&plane, &down) / dot(&plane, &across);
        Some((down.iter().zip(&across).map(|(u, w)| price * w - u).collect(), Some(price)))
    }

    /// Which held unknown would lower the sum most by leaving its bound.
    fn wrongly_held(&self, pull: &[f64], hold: &[Hold], price: f64) -> Option<usize> {
        let mut worst = (0.0, None);
        for (k, held) in hold.iter().enumerate() {
            let size = self.high[k] - self.low[k];
            if *held == Hold::Free || size == 0.0 {
                continue;
            }
            let force = pull[k] - price * self.plane[k];
            let wrong = if *held == Hold::Low { -force } else { force };
            let small = 1e-13 * (pull[k].abs() + (price * self.plane[k]).abs());
            if wrong > small && wrong * size > worst.0 {
                worst = (wrong * size, Some(k));
            }
        }
        worst.1
    }

    /// A price with which all that is held and moves the plane stays; else the two that must move together.
    fn prices(&self, pull: &[f64], hold: &[Hold]) -> Result<f64, (usize, usize)> {
        let (mut least, mut most) = ((f64::NEG_INFINITY, 0), (f64::INFINITY, 0));
        for (k, held) in hold.iter().enumerate() {
            if *held == Hold::Free || self.plane[k] == 0.0 || self.high[k] == self.low[k] {
                continue;
            }
            let at = pull[k] / self.plane[k];
            if (*held == Hold::Low) == (self.plane[k] > 0.0) {
                if at < most.0 {
                    most = (at, k);
                }
            } else if at > least.0 {
                least = (at, k);
            }
        }
        match (least.0.is_finite(), most.0.is_finite()) {
            (true, true) if least.0 > most.0 => Err((least.1, most.1)),
            (true, true) => Ok(0.5 * (least.0 + most.0)),
            (true, false) => Ok(least.0),
            (false, true) => Ok(most.0),
            (false, false) => Ok(0.0),
        }
    }

    /// A point within the bounds with the level, or as near as they allow.
    fn feasible(&self) -> Vec<f64> {
        let n = self.slope.len();
        let at = |force: f64| -> Vec<f64> {
            (0..n)
                .map(|k| {
                    (force * self.plane[k] / self.curve[k][k].max(f64::MIN_POSITIVE))
                        .clamp(self.low[k], self.high[k])
                })
                .collect()
        };
        let level = |d: &[f64]| -> f64 { self.plane.iter().zip(d).map(|(a, d)| a * d).sum() };
        let end = |up: bool| -> f64 {
            let toward = |k: usize| if (self.plane[k] > 0.0) == up { self.high[k] } else { self.low[k] };
            (0..n).map(|k| self.plane[k] * toward(k)).sum()
        };
        let wanted = self.level.clamp(WITHIN * end(false), WITHIN * end(true));
        if wanted == 0.0 {
            return vec![0.0; n];
        }
        let mut far = wanted.signum() * 1e-30;
        for _ in 0..700 {
            if level(&at(far)) * wanted.signum() >= wanted.abs() {
                break;
            }
            far *= 4.0;
        }
        let mut near = 0.0;
        for _ in 0..200 {
            let middle = 0.5 * (near + far);
            if level(&at(middle)) * wanted.signum() >= wanted.abs() {
                far = middle;
            } else {
                near = middle;
            }
        }
        at(far)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_feasible_is_lower() {
        // Numbers that look random and are the same every time.
        let mut seed = 7_u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 11) as f64 / (1u64 << 53) as f64
        };
        for case in 0..2000 {
            let n = 1 + case % 6;
            let half: Vec<Vec<f64>> = (0..n).map(|_| (0..n).map(|_| next() - 0.5).collect()).collect();
            let mut curve = vec![vec![0.0; n]; n];
            for r in 0..n {
                for c in 0..n {
                    curve[r][c] = half.iter().map(|row| row[r] * row[c]).sum::<f64>();
                }
                curve[r][r] += 0.1;
            }
            let mut of =
                |low: f64, high: f64| -> Vec<f64> { (0..n).map(|_| low + (high - low) * next()).collect() };
            let (slope, low, high) = (of(-2.0, 2.0), of(-1.0, 0.0), of(0.0, 1.0));
            let mut plane = of(-1.0, 2.0);
            if case % 5 == 0 {
                plane[0] = 0.0;
            }
            let level = of(-0.5, 0.5)[0];
            let asked =
                Quadratic { slope: &slope, curve: &curve, plane: &plane, level, low: &low, high: &high };
            let found = asked.bottom().unwrap();
            let value = |d: &[f64]| -> f64 {
                (0..n)
                    .map(|r| d[r] * (slope[r] + 0.5 * (0..n).map(|c| curve[r][c] * d[c]).sum::<f64>()))
                    .sum()
            };
            let end = |up: bool| -> f64 {
                (0..n).map(|k| plane[k] * if (plane[k] > 0.0) == up { high[k] } else { low[k] }).sum()
            };
            let wanted = level.clamp(WITHIN * end(false), WITHIN * end(true));
            assert!((found.level - wanted).abs() < 1e-9, "case {case}: {} {wanted}", found.level);
            for (k, d) in found.d.iter().enumerate() {
                assert!(*d >= low[k] && *d <= high[k], "case {case}");
            }
            // What lies on the way to any other point of the plane within the bounds is no lower.
            for _ in 0..20 {
                let mut other: Vec<f64> = (0..n).map(|k| low[k] + (high[k] - low[k]) * next()).collect();
                let (at, toward) = (
                    (0..n).map(|k| plane[k] * other[k]).sum::<f64>(),
                    if (0..n).map(|k| plane[k] * other[k]).sum::<f64>() < wanted {
                        end(true)
                    } else {
                        end(false)
                    },
                );
                if (toward - at).abs() < 1e-9 {
                    continue;
                }
                let part = (wanted - at) / (toward - at);
                for k in 0..n {
                    let corner = if (plane[k] > 0.0) == (toward > at) { high[k] } else { low[k] };
                    other[k] += part * (corner - other[k]);
                }
                assert!(value(&other) >= value(&found.d) - 1e-9, "case {case}: {found:?} {other:?}");
            }
        }
    }
}
