//! Anderson acceleration of a fixed point, with the Gram matrix of residual differences kept up to date.

use super::sums::{axpy, dots};
use faer::linalg::solvers::Solve;
use faer::{Mat, Side};

/// How far a search came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Reached {
    /// The largest entry of the last step.
    pub residual: f64,
    /// Passes so far.
    pub passes: usize,
}

/// How long and how closely to search.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Steps that are remembered.
    pub memory: usize,
    /// At most so many passes.
    pub passes: usize,
    /// Enough.
    pub target: f64,
    /// Enough where rounding allows no better.
    pub enough: f64,
}

/// After so many passes without a better residual, rounding is all that is left.
const STUCK: usize = 12;
/// A residual this many times the best one seen: what is remembered misleads.
const ASTRAY: f64 = 1e3;

struct Memory {
    size: usize,
    /// Differences of residuals and of images, oldest first.
    residuals: Vec<Vec<f64>>,
    images: Vec<Vec<f64>>,
    gram: Vec<Vec<f64>>,
}

impl Memory {
    fn clear(&mut self) {
        self.residuals.clear();
        self.images.clear();
        self.gram.clear();
    }

    fn drop_oldest(&mut self) {
        self.residuals.remove(0);
        self.images.remove(0);
        self.gram.remove(0);
        self.gram.iter_mut().for_each(|row| {
            row.remove(0);
        });
    }

    /// Adds a step; gives the products of each difference with the residual, read together with the Gram matrix's new row.
    fn push(&mut self, step: Vec<f64>, image: Vec<f64>, residual: &[f64]) -> Vec<f64> {
        if self.residuals.len() == self.size {
            self.drop_oldest();
        }
        self.residuals.push(step);
        self.images.push(image);
        let Some(last) = self.residuals.last() else { return Vec::new() };
        let (row, right): (Vec<f64>, Vec<f64>) =
            self.residuals.iter().map(|other| dots(last, residual, other)).unzip();
        for (old, value) in self.gram.iter_mut().zip(&row) {
            old.push(*value);
        }
        self.gram.push(row);
        right
    }

    /// The weights that make the mixed residual least, dropping the oldest steps while the system is singular. `right` holds
    /// the products of each difference with the residual.
    fn weights(&mut self, mut right: Vec<f64>) -> Vec<f64> {
        while !self.gram.is_empty() {
            if let Some(weights) = cholesky(&self.gram, &right) {
                return weights;
            }
            self.drop_oldest();
            right.remove(0);
        }
        Vec::new()
    }
}

/// A smaller pivot of a matrix with ones on its diagonal is rounding.
const SMALL: f64 = 1e-13;

/// Solves a small symmetric system; none where it is not safely positive.
fn cholesky(matrix: &[Vec<f64>], right: &[f64]) -> Option<Vec<f64>> {
    let n = right.len();
    let scale: Vec<f64> = (0..n).map(|i| matrix[i][i].sqrt()).collect();
    if scale.iter().any(|s| !(*s > 0.0 && s.is_finite())) {
        return None;
    }
    let factors = Mat::from_fn(n, n, |i, k| matrix[i][k] / scale[i] / scale[k]).llt(Side::Lower).ok()?;
    if (0..n).any(|i| factors.L()[(i, i)].powi(2) < SMALL) {
        return None;
    }
    let x = factors.solve(Mat::from_fn(n, 1, |i, _| right[i] / scale[i]));
    Some((0..n).map(|i| x[(i, 0)] / scale[i]).collect())
}

/// Searches a fixed point of `map` from `z`, which becomes the best state found. `allowed` refuses states that the map
/// cannot take.
pub(crate) fn search(
    z: &mut Vec<f64>,
    limits: Limits,
    mut map: impl FnMut(&[f64], &mut [f64]),
    allowed: impl Fn(&[f64]) -> bool,
) -> Reached {
    let size = z.len();
    let mut memory = Memory { size: limits.memory, residuals: vec![], images: vec![], gram: vec![] };
    let (mut image, mut residual) = (vec![0.0; size], vec![0.0; size]);
    let (mut last_image, mut last_residual) = (vec![0.0; size], vec![0.0; size]);
    let mut best = (f64::INFINITY, z.clone(), 0);
    let mut damping = 1.0;
    let mut fresh = true;
    let mut passes = 0;
    while passes < limits.passes {
        map(z, &mut image);
        passes += 1;
        let mut largest: f64 = 0.0;
        for ((r, g), z) in residual.iter_mut().zip(&image).zip(z.iter()) {
            *r = g - z;
            // Unlike `max`, this keeps NaN.
            largest = if r.abs() <= largest { largest } else { r.abs() };
        }
        if largest < best.0 {
            best = (largest, z.clone(), passes);
        }
        if largest <= limits.target || (best.0 <= limits.enough && passes - best.2 >= STUCK) {
            break;
        }
        if !largest.is_finite() || largest > ASTRAY * best.0 {
            // Back to the best state, more carefully.
            damping *= 0.5;
            if damping < 1e-3 || !best.0.is_finite() {
                break;
            }
            memory.clear();
            fresh = true;
            z.clone_from(&best.1);
            map(z, &mut image);
            passes += 1;
            residual.iter_mut().zip(&image).zip(z.iter()).for_each(|((r, g), z)| *r = g - z);
            axpy(damping, &residual, z);
            continue;
        }
        let right = if fresh {
            fresh = false;
            Vec::new()
        } else {
            let of = |now: &[f64], before: &[f64]| now.iter().zip(before).map(|(a, b)| a - b).collect();
            memory.push(of(&residual, &last_residual), of(&image, &last_image), &residual)
        };
        last_image.copy_from_slice(&image);
        last_residual.copy_from_slice(&residual);
        let weights = memory.weights(right);
        let mut mixed = image.clone();
        for (weight, step) in weights.iter().zip(&memory.images) {
            axpy(-weight, step, &mut mixed);
        }
        if allowed(&mixed) {
            *z = mixed;
        } else {
            memory.clear();
            fresh = true;
            axpy(0.5 * damping, &residual, z);
        }
    }
    *z = best.1;
    Reached { residual: best.0, passes }
}
