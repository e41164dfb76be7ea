//! What is said of a penalty.

use super::{Decided, Found, HELD, policy_table, row};
use crate::Economy;
use crate::equilibrium::Shock;
use crate::outcome::{Table, Value};
use crate::policy::penalty::{List, PenaltyAsked, Reach, Sizing};

const LISTS: [&str; 4] = ["list", "target_reached", "enough", "own_harm"];

fn lists_table() -> Table {
    Table::new("lists", "lists", &LISTS)
}

/// The answer to a penalty that was asked, in tables and words.
pub(super) fn told(
    economy: &Economy,
    before: &Shock,
    asked: &PenaltyAsked,
    sizing: Sizing,
    unit: &str,
) -> Decided {
    match sizing {
        Sizing::Reached(list) => Decided::Found(Box::new(listed(economy, before, asked, *list, unit))),
        Sizing::OutOfReach(reach) => out_of_reach(economy, asked, &reach, unit),
        Sizing::NotConverged { residual, problem } => {
            Decided::Nothing { residual, method: problem, tables: vec![policy_table(), lists_table()] }
        }
    }
}

fn listed(economy: &Economy, before: &Shock, asked: &PenaltyAsked, list: List, unit: &str) -> Found {
    let n = economy.countries();
    let [mut policy, mut lists] = [policy_table(), lists_table()];
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
                "{} of {} ({unit}): {} reached, {:.1e} off",
                asked.target.word(),
                asked.value,
                short(list.reached),
                list.gap.abs()
            ),
        ),
        (
            "own harm".to_owned(),
            format!(
                "{} ({unit}), in equivalent variation against the tariffs before; a further step promises {:.1e}",
                short(list.own_harm),
                list.promised
            ),
        ),
        (
            "search".to_owned(),
            format!(
                "{} of {} searches that met the target ended with this own harm, the first from: {}; {} equilibria",
                list.agreeing, list.starts, list.start, list.solves
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
        "out of reach: {} of {} ({unit}) by {} on {}; the most that was found within the bounds is {}, and {at_highest}; allow \
         more sectors or higher rates, or ask for less",
        asked.target.word(),
        asked.value,
        p.countries[asked.by],
        p.countries[asked.on],
        short(reach.most),
    );
    let residual = (asked.value - reach.most) / asked.value;
    Decided::Nothing { residual, method, tables: vec![policy_table(), lists_table()] }
}
