//! Tariffs that a scenario asks to be found, and what is said of them: a penalty, best tariffs, a war, talks.

use super::asked::Asked;
use super::policy_keys::{Rights, Wanted};
use crate::adjoint::Quantity;
use crate::base::BaseSet;
use crate::equilibrium::{Shock, Solved, solve};
use crate::newton::SolveError;
use crate::outcome::{Table, Value};
use crate::policy::cooperation::{self, Talked};
use crate::policy::penalty::{self, List, PenaltyAsked, Reach, Sizing};
use crate::policy::{Field, Start, optimum, war};
use crate::{Economy, ModelError, welfare};

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
        return Ok(Some(match penalty::size(economy, before, asked)? {
            Sizing::Reached(list) => Decided::Found(Box::new(penalised(economy, before, asked, *list, unit))),
            Sizing::OutOfReach(reach) => out_of_reach(economy, asked, &reach, unit),
            Sizing::NotConverged { residual, problem } => {
                Decided::Nothing { residual, method: problem, tables: penalty_tables() }
            }
        }));
    }
    // What is wrong with the tariffs that stand is an error; that nothing converges there is an answer.
    if let Solved::NotFound { residual, passes } = solve(economy, before)? {
        let method = format!("no equilibrium was found before the search, after {passes} passes");
        return Ok(Some(Decided::Nothing { residual, method, tables: game_tables() }));
    }
    Ok(Some(match game(economy, before, &wanted) {
        Ok(decided) => decided,
        Err(problem) => {
            let residual = match &problem {
                SolveError::NoConvergence { residual, .. } => *residual,
                SolveError::NoEquilibrium(_) => f64::INFINITY,
            };
            Decided::Nothing {
                residual,
                method: format!("the search ended without an answer: {problem}"),
                tables: game_tables(),
            }
        }
    }))
}

const POLICY: [&str; 6] =
    ["sector", "importer", "exporter", "tariff_before_pct", "tariff_after_pct", "marginal"];
const LISTS: [&str; 4] = ["list", "target_reached", "enough", "own_harm"];
const PLAYERS: [&str; 6] = [
    "country",
    "player",
    "welfare_before_pct",
    "welfare_threat_pct",
    "welfare_after_pct",
    "best_response_gain_pp",
];

fn policy_table() -> Table {
    Table::new("policy", "tariffs", &POLICY)
}

fn penalty_tables() -> Vec<Table> {
    vec![policy_table(), Table::new("lists", "lists", &LISTS)]
}

fn game_tables() -> Vec<Table> {
    vec![policy_table(), Table::new("players", "countries", &PLAYERS)]
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

fn penalised(economy: &Economy, before: &Shock, asked: &PenaltyAsked, list: List, unit: &str) -> Found {
    let n = economy.countries();
    let [mut policy, mut lists] = [policy_table(), Table::new("lists", "lists", &LISTS)];
    for (sector, marginal) in asked.sectors.iter().zip(&list.marginal) {
        let at = (sector * n + asked.by) * n + asked.on;
        if economy.parts().trade_share[at] > 0.0 && before.tariff_power[at].is_finite() {
            policy.rows.push(row(
                economy,
                at,
                before.tariff_power[at],
                list.shock.tariff_power[at],
                *marginal,
            ));
        }
    }
    let yes = |enough: bool| Value::from(if enough { "yes" } else { "no" });
    lists.rows.push(vec![
        "least own harm".into(),
        Value::number(list.reached),
        yes(true),
        Value::number(list.own_harm),
    ]);
    for naive in &list.naive {
        lists.rows.push(vec![
            naive.name.into(),
            Value::number(naive.reached),
            yes(naive.enough),
            Value::number(naive.own_harm),
        ]);
    }
    let facts = vec![
        (
            "penalty".to_owned(),
            format!(
                "{} {} {unit}: {} reached, {:.1e} off",
                asked.target.word(),
                asked.value,
                short(list.reached),
                list.gap.abs()
            ),
        ),
        (
            "own harm".to_owned(),
            format!(
                "{} {unit}, in equivalent variation against the tariffs before; a further step promises {:.1e}",
                short(list.own_harm),
                list.promised
            ),
        ),
        (
            "search".to_owned(),
            format!(
                "{} starts reached the target, the best from: {}; {} equilibria",
                list.starts, list.start, list.solves
            ),
        ),
    ];
    let notes = vec![
        "marginal: own harm for one more of the target, by raising that tariff alone; empty where a higher one brings none of it"
            .to_owned(),
        HELD.to_owned(),
    ];
    Found { tariff_power: list.shock.tariff_power, tables: vec![policy, lists], facts, notes }
}

/// A sum of money in few digits.
fn short(value: f64) -> String {
    format!("{value:.6}")
}

fn out_of_reach(economy: &Economy, asked: &PenaltyAsked, reach: &Reach, unit: &str) -> Decided {
    let p = economy.parts();
    let at_highest = match reach.at_highest {
        Some(reached) => format!("all allowed sectors at their highest rate reach {}", short(reached)),
        None => "at the highest rates no equilibrium was found".to_owned(),
    };
    let method = format!(
        "out of reach: {} of {} {unit} by {} on {}; the most that was found within the bounds is {}, and {at_highest}; allow \
         more sectors or higher rates, or ask for less",
        asked.target.word(),
        asked.value,
        p.countries[asked.by],
        p.countries[asked.on],
        short(reach.most),
    );
    let residual = (asked.value - reach.most) / asked.value;
    Decided::Nothing { residual, method, tables: penalty_tables() }
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
    facts: Vec<(String, String)>,
}

fn game(economy: &Economy, before: &Shock, wanted: &Wanted) -> Result<Decided, SolveError> {
    let mut field = Field::new(economy, before);
    let start = real(&mut field)?;
    let own = |field: &Field<'_>, players: &[usize], rights: &Rights| -> Vec<Vec<usize>> {
        players.iter().map(|c| optimum::cells(field, *c, &rights.exporters, &rights.sectors)).collect()
    };
    let starts = [Start::Current, Start::Formula, Start::Flat(0.0)];
    let played = match wanted {
        Wanted::Penalty(_) => return Err(SolveError::NoEquilibrium("a penalty is no game".to_owned())),
        Wanted::Optimum { country, rights } => {
            let own = own(&field, &[*country], rights);
            let best = optimum::best_of(&mut field, *country, &own[0], rights.limits, &starts)?;
            let fact = format!(
                "{} tariffs; a further step promises {:.1e} percentage points; {}; {} equilibria",
                own[0].len(),
                100.0 * best.promised,
                at_bounds(&field, &own, rights),
                best.solves
            );
            let facts = vec![("best tariffs".to_owned(), fact)];
            Played { field, players: vec![*country], own, threat: None, regret: None, together: None, facts }
        }
        Wanted::Nash { players, rights } => {
            let own = own(&field, players, rights);
            let nash = war::nash(&mut field, players, &own, rights.limits)?;
            let facts = vec![("war".to_owned(), war_fact(&nash, &at_bounds(&field, &own, rights)))];
            Played {
                field,
                players: players.clone(),
                own,
                threat: None,
                regret: Some(nash.regret),
                together: None,
                facts,
            }
        }
        Wanted::Cooperation { players, from_war, rights } => {
            let own = own(&field, players, rights);
            let mut facts = Vec::new();
            if *from_war {
                let nash = war::nash(&mut field, players, &own, rights.limits)?;
                facts.push(("threat point".to_owned(), war_fact(&nash, &at_bounds(&field, &own, rights))));
            } else {
                facts.push((
                    "threat point".to_owned(),
                    "the tariffs that the scenario's changes leave".to_owned(),
                ));
            }
            let threat = real(&mut field)?;
            match cooperation::cooperate(&mut field, players, &own.concat(), rights.limits)? {
                Talked::NoDeal { least } => {
                    let method = format!(
                        "no deal: no tariffs were found with which every player gains over the threat point; with the best ones the \
                         least gain is {least:.2e} percent"
                    );
                    return Ok(Decided::Nothing { residual: f64::INFINITY, method, tables: game_tables() });
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
                        facts,
                    }
                }
            }
        }
    };
    told(economy, before, &start, played)
}

fn war_fact(nash: &war::Nash, bounds: &str) -> String {
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
    let Played { mut field, players, own, threat, regret, together, facts } = played;
    let [mut policy, mut table] = [policy_table(), Table::new("players", "countries", &PLAYERS)];
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
    let notes = vec![marginal.to_owned(), HELD.to_owned()];
    let tariff_power = field.shock().tariff_power.clone();
    Ok(Decided::Found(Box::new(Found { tariff_power, tables: vec![policy, table], facts, notes })))
}
