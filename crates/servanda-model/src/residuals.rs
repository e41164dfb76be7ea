//! How far a returned solution is from its own equations, and where it is worst.

use crate::Part;

/// The worst of one kind of condition so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Worst {
    condition: &'static str,
    residual: f64,
    at: String,
}

impl Worst {
    /// Nothing measured yet.
    #[must_use]
    pub fn of(condition: &'static str) -> Self {
        Worst { condition, residual: 0.0, at: String::new() }
    }

    /// Takes in how far `left` is from `right`, as a share of the largest of them in size and of `scale`.
    pub fn see(&mut self, left: f64, right: f64, scale: f64, at: impl FnOnce() -> String) {
        let residual = apart(left, right, scale);
        // What is not a number is the worst of all, and stays.
        if !self.residual.is_nan() && (residual > self.residual || residual.is_nan() || self.at.is_empty()) {
            self.residual = residual;
            self.at = at();
        }
    }

    /// The largest so far.
    #[must_use]
    pub fn residual(&self) -> f64 {
        self.residual
    }
}

impl From<Worst> for Part {
    fn from(worst: Worst) -> Self {
        Part { condition: worst.condition, residual: worst.residual, at: worst.at }
    }
}

/// The largest residual of all; not a number if any is.
#[must_use]
pub fn largest(parts: &[Part]) -> f64 {
    parts.iter().map(|part| part.residual).fold(0.0, |so_far, next| {
        if so_far.is_nan() || next.is_nan() { f64::NAN } else { f64::max(so_far, next) }
    })
}

/// How far `left` is from `right`, as a share of the larger of them in size and `scale`.
fn apart(left: f64, right: f64, scale: f64) -> f64 {
    if left == right {
        return 0.0;
    }
    (left - right).abs() / left.abs().max(right.abs()).max(scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_number_is_never_hidden() {
        let mut worst = Worst::of("budgets");
        worst.see(3.0, 4.0, 1.0, || "a".to_owned());
        worst.see(4.0, 4.0, 1.0, || "b".to_owned());
        assert_eq!((worst.residual(), worst.at.as_str()), (0.25, "a"));
        worst.see(f64::NAN, 4.0, 1.0, || "c".to_owned());
        worst.see(1.0, 4.0, 1.0, || "d".to_owned());
        let part = Part::from(worst);
        assert_eq!(part.at, "c");
        assert!(part.residual.is_nan() && largest(&[part]).is_nan());
    }
}
