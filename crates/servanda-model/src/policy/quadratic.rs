//! The lowest point of a convex quadratic within bounds and on one plane, by Clarabel; what it finds is then worked out exactly for
//! the bounds that it says hold.

use clarabel::algebra::CscMatrix;
use clarabel::solver::SupportedConeT::{NonnegativeConeT, ZeroConeT};
use clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver, SolverStatus};
use faer::Mat;
use faer::linalg::solvers::Solve;

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
/// What lies beyond a bound by no more of its width is rounding.
const ROUNDING: f64 = 1e-9;

#[derive(Clone, Copy, PartialEq)]
enum Hold {
    Free,
    Low,
    High,
}

/// The program in units in which its numbers are near one: each unknown in its room, the sum and the plane in their largest slope.
struct Scaled {
    /// The unknowns that have room, as places in the whole.
    open: Vec<usize>,
    width: Vec<f64>,
    cost: f64,
    rise: f64,
    slope: Vec<f64>,
    curve: Mat<f64>,
    plane: Vec<f64>,
    level: f64,
    low: Vec<f64>,
    high: Vec<f64>,
}

impl Quadratic<'_> {
    /// The lowest point; none where the curve is not safely positive.
    pub fn bottom(&self) -> Option<Bottom> {
        let scaled = self.scaled();
        let (y, price) = scaled.bottom()?;
        let mut d = vec![0.0; self.slope.len()];
        for ((at, y), width) in scaled.open.iter().zip(y).zip(&scaled.width) {
            d[*at] = (y * width).clamp(self.low[*at], self.high[*at]);
        }
        let level = self.plane.iter().zip(&d).map(|(a, d)| a * d).sum();
        Some(Bottom { d, level, price: price * scaled.cost / scaled.rise })
    }

    fn scaled(&self) -> Scaled {
        let open: Vec<usize> = (0..self.slope.len()).filter(|k| self.high[*k] > self.low[*k]).collect();
        let width: Vec<f64> = open.iter().map(|k| self.high[*k] - self.low[*k]).collect();
        let of =
            |values: &[f64]| -> Vec<f64> { open.iter().zip(&width).map(|(k, w)| values[*k] * w).collect() };
        let part =
            |values: &[f64]| -> Vec<f64> { open.iter().zip(&width).map(|(k, w)| values[*k] / w).collect() };
        let bend = |r: usize, c: usize| self.curve[open[r]][open[c]] * width[r] * width[c];
        // The largest size, or one where there is none.
        let largest = |values: &mut dyn Iterator<Item = f64>| {
            let most = values.fold(0.0, |most: f64, value| most.max(value.abs()));
            if most > 0.0 { most } else { 1.0 }
        };
        let (slope, plane) = (of(self.slope), of(self.plane));
        let bends = (0..open.len()).map(|k| bend(k, k));
        let (cost, rise) =
            (largest(&mut slope.iter().copied().chain(bends)), largest(&mut plane.iter().copied()));
        let end = |up: bool| -> f64 {
            let toward = |k: usize| if (self.plane[k] > 0.0) == up { self.high[k] } else { self.low[k] };
            open.iter().map(|k| self.plane[*k] * toward(*k)).sum()
        };
        Scaled {
            curve: Mat::from_fn(open.len(), open.len(), |r, c| bend(r, c) / cost),
            slope: slope.iter().map(|s| s / cost).collect(),
            plane: plane.iter().map(|a| a / rise).collect(),
            level: self.level.clamp(WITHIN * end(false), WITHIN * end(true)) / rise,
            low: part(self.low),
            high: part(self.high),
            open,
            width,
            cost,
            rise,
        }
    }
}

impl Scaled {
    /// The unknowns, and the price of the plane.
    fn bottom(&self) -> Option<(Vec<f64>, f64)> {
        let n = self.open.len();
        if n == 0 {
            return Some((Vec::new(), 0.0));
        }
        let entries = |r: usize, c: usize| (r <= c).then(|| self.curve[(r, c)]);
        let upper = columns(n, n, entries);
        let bounds = |r: usize, c: usize| match r {
            0 => Some(self.plane[c]),
            r if r == 1 + c => Some(1.0),
            r if r == 1 + n + c => Some(-1.0),
            _ => None,
        };
        let right: Vec<f64> = [self.level]
            .into_iter()
            .chain(self.high.iter().copied())
            .chain(self.low.iter().map(|l| -l))
            .collect();
        let settings = DefaultSettings { verbose: false, ..DefaultSettings::default() };
        let cones = [ZeroConeT(1), NonnegativeConeT(2 * n)];
        let matrix = columns(1 + 2 * n, n, bounds);
        let mut solver = DefaultSolver::new(&upper, &self.slope, &matrix, &right, &cones, settings).ok()?;
        solver.solve();
        let found = &solver.solution;
        if !matches!(found.status, SolverStatus::Solved | SolverStatus::AlmostSolved) {
            return None;
        }
        // A bound holds where its price is larger than the room that is left; where two hold one unknown, less clearly so.
        let held = |more: f64| -> Vec<Hold> {
            let holds = |row: usize| found.z[row] > more * found.s[row];
            let of = |k: usize| match (holds(1 + n + k), holds(1 + k)) {
                (true, _) => Hold::Low,
                (_, true) => Hold::High,
                _ => Hold::Free,
            };
            (0..n).map(of).collect()
        };
        let exact = [1.0, 1e3, f64::INFINITY].into_iter().find_map(|more| self.exactly(&held(more)));
        Some(exact.unwrap_or_else(|| (found.x.clone(), -found.z[0])))
    }

    /// The lowest point if these bounds are those that hold; none if they are not, or it is not one point.
    fn exactly(&self, held: &[Hold]) -> Option<(Vec<f64>, f64)> {
        let at = |k: usize| match held[k] {
            Hold::Low => self.low[k],
            Hold::High => self.high[k],
            Hold::Free => 0.0,
        };
        let mut y: Vec<f64> = (0..held.len()).map(at).collect();
        let free: Vec<usize> = (0..y.len()).filter(|k| held[*k] == Hold::Free).collect();
        let f = free.len();
        // Where nothing free moves the plane, it has no price.
        let still = free.iter().all(|k| self.plane[*k] == 0.0);
        let system = Mat::from_fn(f + 1, f + 1, |r, c| match (free.get(r), free.get(c)) {
            (Some(r), Some(c)) => self.curve[(*r, *c)],
            (Some(k), None) | (None, Some(k)) => self.plane[*k],
            (None, None) => f64::from(u8::from(still)),
        });
        let pull = |y: &[f64], k: usize| {
            self.slope[k] + y.iter().enumerate().map(|(c, y)| self.curve[(k, c)] * y).sum::<f64>()
        };
        let left = self.level - self.plane.iter().zip(&y).map(|(a, y)| a * y).sum::<f64>();
        let mut answer = Mat::from_fn(f + 1, 1, |r, _| free.get(r).map_or(left, |k| -pull(&y, *k)));
        system.partial_piv_lu().solve_in_place(&mut answer);
        for (place, k) in free.iter().enumerate() {
            y[*k] = answer[(place, 0)];
        }
        let price = -answer[(f, 0)];
        let fits = |k: usize| {
            let force = pull(&y, k) - price * self.plane[k];
            match held[k] {
                Hold::Free => y[k] >= self.low[k] - ROUNDING && y[k] <= self.high[k] + ROUNDING,
                Hold::Low => force >= -ROUNDING,
                Hold::High => force <= ROUNDING,
            }
        };
        let right = (!still || left.abs() <= ROUNDING) && price.is_finite() && (0..y.len()).all(fits);
        right.then_some((y, price))
    }
}

/// A sparse matrix of what is there, by rows and columns.
fn columns(rows: usize, count: usize, entry: impl Fn(usize, usize) -> Option<f64>) -> CscMatrix<f64> {
    let (mut starts, mut places, mut values) = (vec![0], Vec::new(), Vec::new());
    for c in 0..count {
        for (r, value) in (0..rows).filter_map(|r| Some((r, entry(r, c)?))) {
            places.push(r);
            values.push(value);
        }
        starts.push(places.len());
    }
    CscMatrix::new(rows, count, starts, places, values)
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
