//! Where searches for a penalty start from.

use super::problem::Problem;
use super::walk::Path;
use crate::newton::SolveError;

/// The two lists that others are held against.
pub(super) const FLAT: &str = "one rate for all sectors";
pub(super) const LARGEST: &str = "largest sector first";
/// At most so many starts put one sector first.
const SINGLES: usize = 6;
/// Ways to the target that searches start from.
pub(super) fn paths(problem: &mut Problem<'_>) -> Result<Vec<(&'static str, Path)>, SolveError> {
    let n = problem.most.len();
    let mut largest: Vec<usize> = (0..n).collect();
    // Ties stay in the order of the sectors.
    largest.sort_by(|a, b| problem.bought[*b].total_cmp(&problem.bought[*a]));
    let at_zero = problem.price_of_little()?;
    let at_most: Vec<f64> = (0..n).map(|k| problem.price_of_much(k)).collect();
    let cheapest = |price: &[f64]| {
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|a, b| price[*a].total_cmp(&price[*b]));
        order
    };
    let mut paths = vec![
        (FLAT, Path::Flat),
        (LARGEST, Path::Fill(largest)),
        ("cheapest sector at low rates first", Path::Fill(cheapest(&at_zero))),
        ("cheapest sector at the highest rate first", Path::Fill(cheapest(&at_most))),
    ];
    // Where higher rates undo the target, as with revenue, there is a far side that no way from below leads to.
    let most = &problem.most;
    let part = |part: f64| Path::Point(most.iter().map(|most| part * most).collect());
    paths.extend([
        ("no added tariffs", part(0.0)),
        ("half the highest rates", part(0.5)),
        ("the highest rates", part(1.0)),
    ]);
    if n > 1 {
        for k in cheapest(&at_most).into_iter().take(SINGLES) {
            let only = |yes: bool| (0..n).map(|at| if (at == k) == yes { most[at] } else { 0.0 }).collect();
            paths.push(("one sector first", Path::First(k)));
            paths.push(("one sector at its highest rate", Path::Point(only(true))));
            paths.push(("all sectors but one at the highest rates", Path::Point(only(false))));
        }
    }
    Ok(paths)
}
