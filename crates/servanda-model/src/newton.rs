//! Newton's method with an exact Jacobian, for the systems of the smaller models.

use crate::{Certificate, Outcome};
use faer::Mat;
use faer::linalg::solvers::{PartialPivLu, Solve};
use schemars::JsonSchema;
use serde::Serialize;

/// Equations `F(y) = 0` in as many unknowns, each equation scaled so that its size is a relative error.
pub trait System {
    /// How many unknowns there are.
    fn unknowns(&self) -> usize;
    /// Writes `F(y)`. What is not finite tells the method to take a shorter step.
    fn residual(&mut self, y: &[f64], out: &mut [f64]);
    /// Writes `dF/dy` at the `y` last given to [`System::residual`]: rows are equations. The matrix comes as zeros.
    fn jacobian(&mut self, y: &[f64], out: &mut Mat<f64>);
}

/// Where the method stopped.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Root {
    /// The unknowns.
    pub y: Vec<f64>,
    /// The largest scaled equation left.
    pub residual: f64,
    /// Steps taken.
    pub steps: usize,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SolveError {
    /// The steps ran out or no step made the equations smaller.
    #[error(
        "no convergence: after {steps} steps the largest relative residual is {residual:e}; start nearer, or make the change smaller"
    )]
    NoConvergence {
        /// The largest scaled equation left.
        residual: f64,
        /// Steps taken.
        steps: usize,
    },
    /// There is no equilibrium to look for.
    #[error("{0}")]
    NoEquilibrium(String),
}

impl SolveError {
    /// An answer without figures: what was tried and how far it was from solved.
    pub(crate) fn outcome(&self, title: &str, method: &str, facts: Vec<(String, String)>) -> Outcome {
        let residual = match self {
            SolveError::NoConvergence { residual, .. } => *residual,
            SolveError::NoEquilibrium(_) => f64::INFINITY,
        };
        Outcome {
            title: title.to_owned(),
            tables: Vec::new(),
            certificate: Certificate {
                converged: false,
                largest_residual: residual,
                parts: Vec::new(),
                method: method.to_owned(),
                facts,
            },
            notes: vec![self.to_string()],
        }
    }
}

const MOST_STEPS: usize = 200;
const HALVINGS: usize = 40;
/// No unknown (a logarithm) moves further in one step.
const LONGEST: f64 = 1.0;
/// What counts as solved if no step makes it smaller.
const SOLVED: f64 = 1e-11;
/// A full step from here ends at what rounding leaves.
const CLOSE: f64 = 1e-7;
/// What needs no further step.
const EXACT: f64 = 4e-16;

/// Solves the system from `start`.
///
/// # Errors
/// [`SolveError::NoConvergence`] with the residual that is left.
pub fn solve(system: &mut impl System, start: &[f64]) -> Result<Root, SolveError> {
    let n = system.unknowns();
    let mut y = start.to_vec();
    let mut trial = vec![0.0; n];
    let mut f = vec![0.0; n];
    let mut jacobian = Mat::<f64>::zeros(n, n);
    let mut step = Mat::<f64>::zeros(n, 1);
    system.residual(&y, &mut f);
    let mut size = largest(&f);
    for steps in 0..MOST_STEPS {
        if size <= EXACT {
            return Ok(Root { y, residual: size, steps });
        }
        if !size.is_finite() {
            return Err(SolveError::NoConvergence { residual: size, steps });
        }
        jacobian.fill(0.0);
        system.jacobian(&y, &mut jacobian);
        for (row, value) in f.iter().enumerate() {
            step[(row, 0)] = -value;
        }
        jacobian.partial_piv_lu().solve_in_place(&mut step);
        let longest = (0..n).map(|k| step[(k, 0)].abs()).fold(0.0, f64::max);
        let mut length = if longest > LONGEST { LONGEST / longest } else { 1.0 };
        let before = size;
        let mut better = false;
        for _ in 0..HALVINGS {
            for (k, value) in trial.iter_mut().enumerate() {
                *value = y[k] + length * step[(k, 0)];
            }
            system.residual(&trial, &mut f);
            size = largest(&f);
            if size < before {
                better = true;
                break;
            }
            // Near the answer rounding is all that is left: a shorter step would not help.
            if before <= SOLVED {
                break;
            }
            length *= 0.5;
        }
        if better {
            std::mem::swap(&mut y, &mut trial);
            if before <= CLOSE && size <= SOLVED {
                return Ok(Root { y, residual: size, steps: steps + 1 });
            }
        } else {
            system.residual(&y, &mut f);
            return if before <= SOLVED {
                Ok(Root { y, residual: before, steps: steps + 1 })
            } else {
                Err(SolveError::NoConvergence { residual: before, steps: steps + 1 })
            };
        }
    }
    if size <= SOLVED {
        Ok(Root { y, residual: size, steps: MOST_STEPS })
    } else {
        Err(SolveError::NoConvergence { residual: size, steps: MOST_STEPS })
    }
}

/// Solves `J' x = right`, the adjoint of the system at `y`, which must be the `y` last given to [`System::residual`].
pub fn adjoint(system: &mut impl System, y: &[f64], right: &[f64]) -> Vec<f64> {
    let n = system.unknowns();
    let mut jacobian = Mat::<f64>::zeros(n, n);
    system.jacobian(y, &mut jacobian);
    let mut x = Mat::<f64>::from_fn(n, 1, |row, _| right[row]);
    let lu: PartialPivLu<f64> = jacobian.partial_piv_lu();
    lu.solve_transpose_in_place(&mut x);
    (0..n).map(|row| x[(row, 0)]).collect()
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(
        0.0,
        |worst, value| if value.is_finite() { f64::max(worst, value.abs()) } else { f64::INFINITY },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `exp(y) = 2`, and a system that has no root.
    struct Toy(f64);

    impl System for Toy {
        fn unknowns(&self) -> usize {
            1
        }
        fn residual(&mut self, y: &[f64], out: &mut [f64]) {
            out[0] = if self.0 > 0.0 { y[0].exp() - self.0 } else { 1.0 + y[0] * y[0] };
        }
        fn jacobian(&mut self, y: &[f64], out: &mut Mat<f64>) {
            out[(0, 0)] = if self.0 > 0.0 { y[0].exp() } else { 2.0 * y[0] };
        }
    }

    #[test]
    fn a_root_is_found_and_its_absence_is_an_answer() {
        let root = solve(&mut Toy(2.0), &[-3.0]).unwrap();
        assert!((root.y[0] - 2.0_f64.ln()).abs() < 1e-15, "{root:?}");
        let SolveError::NoConvergence { residual, .. } = solve(&mut Toy(-1.0), &[0.7]).unwrap_err() else {
            panic!()
        };
        assert!(residual >= 1.0);
        assert!((adjoint(&mut Toy(2.0), &[2.0_f64.ln()], &[3.0])[0] - 1.5).abs() < 1e-15);
    }
}
