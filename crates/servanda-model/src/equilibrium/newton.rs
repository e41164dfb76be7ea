//! Newton steps on the whole state, each solved by a Krylov method, with a search along the step.

use super::anderson::{Limits, Reached};
use super::kernel::Kernel;
use super::linear::{Linear, solve_one_less};

/// At most so many steps.
const STEPS: usize = 40;

/// Newton steps from `z`, which becomes the best state found.
pub(crate) fn search(kernel: &Kernel, z: &mut Vec<f64>, limits: Limits) -> Reached {
    let mut room = kernel.room();
    let mut next = vec![0.0; z.len()];
    let from = kernel.n * (1 + kernel.j);
    let mut passes = 0;
    let mut left = |z: &[f64], passes: &mut usize| -> (f64, f64, Vec<f64>) {
        kernel.pass(z, &mut next, &mut room);
        *passes += 1;
        let residual: Vec<f64> = next.iter().zip(z).map(|(g, z)| g - z).collect();
        let largest = residual.iter().fold(0.0, |most: f64, r| if r.abs() <= most { most } else { r.abs() });
        let length = residual.iter().map(|r| r * r).sum::<f64>().sqrt();
        (largest, length, residual)
    };
    let (mut largest, mut length, mut residual) = left(z, &mut passes);
    for _ in 0..STEPS {
        if largest <= limits.target || !largest.is_finite() {
            break;
        }
        let linear = Linear::new(kernel, z);
        let answer = solve_one_less(|v| linear.push(v, None), &residual, 1e-10, 800);
        passes += answer.products;
        let mut part = 1.0;
        let mut better = None;
        while part > 1e-6 {
            let tried: Vec<f64> = z.iter().zip(&answer.x).map(|(z, d)| z + part * d).collect();
            if tried[from..].iter().all(|x| *x > 0.0) {
                let found = left(&tried, &mut passes);
                if found.1 < (1.0 - 1e-4 * part) * length {
                    better = Some((tried, found));
                    break;
                }
            }
            part *= 0.5;
        }
        let Some((tried, found)) = better else { break };
        *z = tried;
        (largest, length, residual) = found;
    }
    Reached { residual: largest, passes }
}
