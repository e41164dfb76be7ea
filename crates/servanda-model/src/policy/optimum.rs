//! The tariffs that are best for one country while all others keep theirs.

use super::Field;
use super::climb::{Own, Way, climb, incomes};
use crate::newton::SolveError;
use crate::ossa::{Limits, Start};

/// The best tariffs found. The field is left at them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Best {
    /// The logarithm of the country's real income against the base.
    pub welfare: f64,
    /// What a further step promised in that logarithm.
    pub promised: f64,
    /// Equilibria solved.
    pub solves: usize,
}

/// A step that promises less of the logarithm of real income is none: 1e-11 percentage points.
const GAIN: f64 = 1e-13;

/// A step that promises more shows that the search has not ended: 1e-7 percentage points.
const SETTLED: f64 = 1e-9;

/// The cells whose tariff a country may set: where it buys goods of `sectors` abroad from one of `exporters`, and trade is not
/// forbidden.
#[must_use]
pub fn cells(field: &Field<'_>, country: usize, exporters: &[usize], sectors: &[usize]) -> Vec<usize> {
    let economy = field.economy();
    let n = economy.countries();
    let p = economy.parts();
    let own = |at: &usize| {
        at / n % n == country
            && at % n != country
            && exporters.contains(&(at % n))
            && sectors.contains(&(at / n / n))
    };
    let open =
        |at: &usize| p.trade_share[*at] > 0.0 && p.expenditure[at / n] > 0.0 && field.power(*at).is_finite();
    (0..p.trade_share.len()).filter(|at| own(at) && open(at)).collect()
}

/// Searches for the country's best tariffs in `cells`. The field is left at them.
///
/// # Errors
/// If there is no equilibrium at the start.
pub fn optimum(
    field: &mut Field<'_>,
    country: usize,
    cells: &[usize],
    limits: Limits,
    start: Start,
) -> Result<Best, SolveError> {
    let economy = field.economy();
    let n = economy.countries();
    let before = field.solves();
    for at in cells {
        match start {
            Start::Formula => field.set(*at, 1.0 + 1.0 / economy.parts().theta[at / n / n]),
            Start::Flat(tariff) => field.set(*at, 1.0 + tariff),
            Start::Current => {}
        }
    }
    let reach = economy.income()[country];
    let top = climb(field, cells, &Own(country), Way { limits, reach, gain: GAIN })?;
    Ok(Best { welfare: top.value, promised: top.promised, solves: field.solves() - before })
}

/// As [`optimum`], the best of several starts, the earliest of those that are equal.
///
/// # Errors
/// If no start has an equilibrium: what the first one said. If real income has not stopped rising; the residual is then what a
/// further step promises.
pub fn best_of(
    field: &mut Field<'_>,
    country: usize,
    cells: &[usize],
    limits: Limits,
    starts: &[Start],
) -> Result<Best, SolveError> {
    let begin = field.shock().tariff_power.clone();
    let mut best: Option<(Best, Vec<f64>)> = None;
    let mut problem = None;
    let before = field.solves();
    for start in starts {
        field.set_all(&begin);
        match optimum(field, country, cells, limits, *start) {
            Ok(found) => {
                if best.as_ref().is_none_or(|(best, _)| found.welfare > best.welfare) {
                    best = Some((found, field.shock().tariff_power.clone()));
                }
            }
            Err(why) => problem = problem.or(Some(why)),
        }
    }
    let Some((mut found, powers)) = best else {
        let none = SolveError::NoEquilibrium("no start was given".to_owned());
        return Err(problem.unwrap_or(none));
    };
    if found.promised > SETTLED {
        return Err(SolveError::NoConvergence { residual: found.promised, steps: field.solves() - before });
    }
    field.set_all(&powers);
    // Last solved elsewhere: the same tariffs give the same figures whatever was tried in between.
    found.welfare = incomes(field)?[country];
    found.solves = field.solves() - before;
    Ok(found)
}
