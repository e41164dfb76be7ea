//! Tariffs that a scenario asks to be found, and what is said of them: a penalty, best tariffs, a war, talks.

mod penalised;
mod played;

use super::asked::Asked;
use super::policy_keys::Wanted;
use crate::base::BaseSet;
use crate::equilibrium::{Shock, Solved, solve};
use crate::newton::SolveError;
use crate::outcome::{Table, Value};
use crate::policy::penalty;
use crate::{Economy, ModelError};

/// What came of a search.
pub(super) enum Decided {
    /// Tariffs.
    Found(Box<Found>),
    /// None, and why: a residual and words for the certificate.
    Nothing { residual: f64, method: String, tables: Vec<Table> },
}

/// The tariffs found, and what is said of them.
pub(super) struct Found {
    pub tariff_power: Vec<f64>,
    pub tables: Vec<Table>,
    pub facts: Vec<(String, String)>,
    pub notes: Vec<String>,
}

const HELD: &str = "ranges hold the tariffs that were found as they are: nothing is searched anew under other closures or elasticities";

/// Finds what the scenario asks for, if it does, from the tariffs that its changes leave.
pub(super) fn decide(
    asked: &Asked,
    set: &BaseSet,
    economy: &Economy,
    before: &Shock,
) -> Result<Option<Decided>, ModelError> {
    let Some(wanted) = asked.wanted(set)? else { return Ok(None) };
    let unit = if set.unit.is_empty() { "money" } else { &set.unit };
    if let Wanted::Penalty(asked) = &wanted {
        let sizing = penalty::size(economy, before, asked)?;
        return Ok(Some(penalised::told(economy, before, asked, sizing, unit)));
    }
    // What is wrong with the tariffs that stand is an error; that nothing converges there is an answer.
    if let Solved::NotFound { residual, passes } = solve(economy, before)? {
        let method = format!("no equilibrium was found before the search, after {passes} passes");
        return Ok(Some(Decided::Nothing { residual, method, tables: played::tables() }));
    }
    Ok(Some(match played::game(economy, before, &wanted) {
        Ok(decided) => decided,
        Err(problem) => {
            let residual = match &problem {
                SolveError::NoConvergence { residual, .. } => *residual,
                SolveError::NoEquilibrium(_) => f64::INFINITY,
            };
            Decided::Nothing {
                residual,
                method: format!("the search ended without an answer: {problem}"),
                tables: played::tables(),
            }
        }
    }))
}

const POLICY: [&str; 6] =
    ["sector", "importer", "exporter", "tariff_before_pct", "tariff_after_pct", "marginal"];

fn policy_table() -> Table {
    Table::new("policy", "tariffs", &POLICY)
}

/// A row of the table `policy`.
fn row(economy: &Economy, at: usize, before: f64, after: f64, marginal: f64) -> Vec<Value> {
    let p = economy.parts();
    let n = economy.countries();
    vec![
        p.sectors[at / n / n].as_str().into(),
        p.countries[at / n % n].as_str().into(),
        p.countries[at % n].as_str().into(),
        Value::number(100.0 * (before - 1.0)),
        Value::number(100.0 * (after - 1.0)),
        Value::number(marginal),
    ]
}
