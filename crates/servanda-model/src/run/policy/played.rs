//! What is said of best tariffs, a war and talks.

use super::{Decided, Found, HELD, policy_table, row};
use crate::adjoint::Quantity;
use crate::equilibrium::{Closure, Shock};
use crate::game::{Game, Nash, Start, Talked, best_of, cooperate, nash};
use crate::newton::SolveError;
use crate::outcome::{Table, Value};
use crate::policy::{Field, cells};
use crate::run::policy_keys::{Rights, Wanted};
use crate::{Economy, welfare};

const PLAYERS: [&str; 6] = [
    "country",
    "player",
    "welfare_before_pct",
    "welfare_threat_pct",
    "welfare_after_pct",
    "best_response_gain_pp",
];

fn players_table() -> Table {
    Table::new("players", "countries", &PLAYERS)
}

/// The tables of all games.
pub(super) fn tables() -> Vec<Table> {
    vec![policy_table(), players_table()]
}

/// What was found by players who look at their real incomes.
struct Played<'e> {
    field: Field<'e>,
    players: Vec<usize>,
    own: Vec<Vec<usize>>,
    threat: Option<Vec<f64>>,
    regret: Option<Vec<f64>>,
    /// Whose real income, or what sum of them, the tariffs make as high as can be; each setter's own without.
    together: Option<Quantity>,
    /// The highest rate allowed.
    highest: f64,
    facts: Vec<(String, String)>,
}

pub(super) fn game(economy: &Economy, before: &Shock, wanted: &Wanted) -> Result<Decided, SolveError> {
    let mut field = Field::new(economy, before);
    let start = real(&mut field)?;
    let own = |field: &Field<'_>, players: &[usize], rights: &Rights| -> Vec<Vec<usize>> {
        players.iter().map(|c| cells(field, *c, &rights.exporters, &rights.sectors)).collect()
    };
    let starts = [Start::Current, Start::Formula, Start::Flat(0.0)];
    let played = match wanted {
        Wanted::Penalty(_) => return Err(SolveError::NoEquilibrium("a penalty is no game".to_owned())),
        Wanted::Optimum { country, rights } => {
            let own = own(&field, &[*country], rights);
            let best = best_of(&mut field, *country, &own[0], rights.limits, &starts)?;
            let fact = format!(
                "{} tariffs; a further step promises {:.1e} percentage points; {}; {} equilibria",
                own[0].len(),
                100.0 * best.promised,
                at_bounds(&field, &own, rights),
                best.solves
            );
            let facts = vec![("best tariffs".to_owned(), fact)];
            Played {
                field,
                players: vec![*country],
                own,
                threat: None,
                regret: None,
                together: None,
                highest: rights.limits.high,
                facts,
            }
        }
        Wanted::Nash { players, rights } => {
            let own = own(&field, players, rights);
            let nash = nash(&mut field, players, &own, rights.limits)?;
            let facts = vec![("war".to_owned(), war_fact(&nash, &at_bounds(&field, &own, rights)))];
            Played {
                field,
                players: players.clone(),
                own,
                threat: None,
                regret: Some(nash.regret),
                together: None,
                highest: rights.limits.high,
                facts,
            }
        }
        Wanted::Cooperation { players, from_war, rights } => {
            let own = own(&field, players, rights);
            let mut facts = Vec::new();
            if *from_war {
                let nash = nash(&mut field, players, &own, rights.limits)?;
                facts.push(("threat point".to_owned(), war_fact(&nash, &at_bounds(&field, &own, rights))));
            } else {
                facts.push((
                    "threat point".to_owned(),
                    "the tariffs that the scenario's changes leave".to_owned(),
                ));
            }
            let threat = real(&mut field)?;
            match cooperate(&mut field, players, &own.concat(), rights.limits)? {
                Talked::NoDeal { least } => {
                    let method = format!(
                        "no deal: no tariffs were found with which every player gains over the threat point; with the best ones the \
                         least gain is {least:.2e} percent"
                    );
                    return Ok(Decided::Nothing { residual: f64::INFINITY, method, tables: tables() });
                }
                Talked::Agreed(talks) => {
                    let mut weights = vec![0.0; economy.countries()];
                    let names = &economy.parts().countries;
                    let mut gains = Vec::new();
                    for (player, gain) in players.iter().zip(&talks.gain) {
                        weights[*player] = 100.0 / gain + 1.0;
                        gains.push(format!("{} {gain:.6}", names[*player]));
                    }
                    facts.push((
                        "talks".to_owned(),
                        format!(
                            "the product of gains over the threat point is highest (Nash bargaining); gains in percent: {}; a further \
                             step promises {:.1e} of the sum of their logarithms; {}; {} equilibria",
                            gains.join(", "),
                            talks.promised,
                            at_bounds(&field, &own, rights),
                            talks.solves
                        ),
                    ));
                    Played {
                        field,
                        players: players.clone(),
                        own,
                        threat: Some(threat),
                        regret: None,
                        together: Some(Quantity::RealIncomes { weights }),
                        highest: rights.limits.high,
                        facts,
                    }
                }
            }
        }
    };
    told(economy, before, &start, played)
}

fn war_fact(nash: &Nash, bounds: &str) -> String {
    let most = nash.regret.iter().fold(0.0, |a: f64, b| a.max(*b));
    format!(
        "no player gains more than {most:.1e} percentage points of real income by its best answer, looked for from three starts each; \
         {} rounds, {} equilibria; {bounds}",
        nash.rounds, nash.solves
    )
}

fn at_bounds(field: &Field<'_>, own: &[Vec<usize>], rights: &Rights) -> String {
    let (limits, cells) = (rights.limits, own.concat());
    let count = |bound: f64| cells.iter().filter(|at| field.power(**at) == 1.0 + bound).count();
    format!(
        "{} at the lowest rate allowed ({} percent), {} at the highest ({} percent)",
        count(limits.low),
        100.0 * limits.low,
        count(limits.high),
        100.0 * limits.high
    )
}

/// Real income against the base, `N`.
fn real(field: &mut Field<'_>) -> Result<Vec<f64>, SolveError> {
    let economy = field.economy();
    let found = field.solve()?;
    Ok(welfare::exact(economy, found).iter().map(|w| w.real_income).collect())
}

fn told(economy: &Economy, before: &Shock, start: &[f64], played: Played<'_>) -> Result<Decided, SolveError> {
    let Played { mut field, players, own, threat, regret, together, highest, facts } = played;
    let [mut policy, mut table] = [policy_table(), players_table()];
    for (player, cells) in players.iter().zip(&own) {
        let quantity = together.clone().unwrap_or(Quantity::RealIncome { country: *player });
        let found = field.gradients(&[quantity])?;
        for at in cells {
            let slope = found.first().map_or(f64::NAN, |gradient| gradient.slope[*at]);
            // Of a logarithm over a fraction: percent for one percentage point.
            policy.rows.push(row(economy, *at, before.tariff_power[*at], field.power(*at), slope));
        }
    }
    let after = real(&mut field)?;
    let percent = |of: &[f64], c: usize| Value::number(100.0 * (of[c] - 1.0));
    for c in 0..economy.countries() {
        let place = players.iter().position(|player| *player == c);
        table.rows.push(vec![
            economy.parts().countries[c].as_str().into(),
            if place.is_some() { "yes" } else { "no" }.into(),
            percent(start, c),
            threat.as_ref().map_or(Value::None, |threat| percent(threat, c)),
            percent(&after, c),
            match (&regret, place) {
                (Some(regret), Some(place)) => Value::number(regret[place]),
                _ => Value::None,
            },
        ]);
    }
    let marginal = if together.is_some() {
        "marginal: what one percentage point more adds to the sum of the logarithms of gains, in hundredths"
    } else {
        "marginal: percent of the importer's own real income for one percentage point more"
    };
    let mut notes = vec![marginal.to_owned(), HELD.to_owned()];
    let fixed = before.closure != Closure::Balanced && economy.parts().deficit.iter().any(|d| *d != 0.0);
    let high = own.iter().flatten().filter(|at| field.power(**at) == 1.0 + highest).count();
    if fixed && high > 0 {
        notes.push(format!(
            "{high} tariffs lie at the highest rate allowed: with the closure {} a country's deficit is paid whatever its tariffs, and \
             cutting off trade can make that money worth more; the closure balanced has no such gain",
            before.closure.word()
        ));
    }
    let tariff_power = field.shock().tariff_power.clone();
    Ok(Decided::Found(Box::new(Found { tariff_power, tables: vec![policy, table], facts, notes })))
}
