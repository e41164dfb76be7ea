//! The residual of every condition of an equilibrium, worked out from the answer alone: plain loops and powers, and nothing
//! shared with the code that solves.

use crate::economy::Economy;
use crate::equilibrium::{Closure, Equilibrium, Numeraire, Shock};
use crate::outcome::Part;

/// The largest relative residual of every condition.
///
/// From wages, prices, costs, expenditure, flows, revenue, income and deficits as they are returned, and the base.
pub fn certify(economy: &Economy, shock: &Shock, found: &Equilibrium) -> Vec<Part> {
    let p = economy.parts();
    let (n, j) = (economy.countries(), economy.sectors());
    let cell = |sector: usize, country: usize| sector * n + country;
    let mut conditions = [
        "unit costs",
        "price indices",
        "trade shares",
        "goods markets",
        "labour markets",
        "tariff revenue",
        "budgets",
        "trade balances",
        "deficits",
        "numeraire",
    ]
    .map(|condition| Part { condition, residual: 0.0, at: String::new() });
    let mut note = |which: usize, is: f64, must: f64, scale: f64, at: &dyn Fn() -> String| {
        let residual = (is - must).abs() / scale;
        // What is not a number is the worst.
        let worse = residual.is_nan() || residual > conditions[which].residual;
        if worse && !conditions[which].residual.is_nan() {
            conditions[which].residual = residual;
            conditions[which].at = at();
        }
    };
    let sales = |sector: usize, exporter: usize| -> f64 {
        (0..n).map(|m| found.flows[cell(sector, m) * n + exporter]).sum()
    };
    let sold: Vec<f64> = (0..j * n).map(|at| sales(at / n, at % n)).collect();
    for country in 0..n {
        let name = || p.countries[country].clone();
        let mut value_added = 0.0;
        for sector in 0..j {
            let at = cell(sector, country);
            let name2 = || economy.name2(at);
            let share = p.value_added_share[at];
            let mut cost = found.wage[country].powf(share);
            let mut spent = p.final_share[at] * found.income[country];
            let mut left = 1.0;
            for other in 0..j {
                let bought = p.input_share[(country * j + other) * j + sector] * (1.0 - share);
                left -= bought;
                cost *= found.price[cell(other, country)].powf(bought);
                let from = cell(other, country);
                let used = p.input_share[(country * j + sector) * j + other];
                spent += used * (1.0 - p.value_added_share[from]) * sold[from];
            }
            note(0, found.cost[at], cost, cost, &name2);
            value_added += left * sold[at];
            if p.expenditure[at] == 0.0 {
                continue;
            }
            note(3, found.expenditure[at], spent, spent, &name2);
            let mut sum = 0.0;
            let mut weights = vec![0.0; n];
            for (exporter, weight) in weights.iter_mut().enumerate() {
                let flow = at * n + exporter;
                if p.trade_share[flow] > 0.0 && shock.tariff_power[flow].is_finite() {
                    let change = shock.tariff_power[flow] / p.tariff_power[flow];
                    let landed = change * found.cost[cell(sector, exporter)];
                    *weight = p.trade_share[flow] * landed.powf(-p.theta[sector]);
                    sum += *weight;
                }
            }
            note(1, found.price[at], sum.powf(-1.0 / p.theta[sector]), found.price[at], &name2);
            for (exporter, weight) in weights.iter().enumerate() {
                let flow = at * n + exporter;
                let must = if *weight > 0.0 {
                    weight / sum * found.expenditure[at] / shock.tariff_power[flow]
                } else {
                    0.0
                };
                note(2, found.flows[flow], must, found.expenditure[at], &|| economy.name3(flow));
            }
        }
        let paid = found.wage[country] * p.value_added[country];
        note(4, value_added, paid, paid, &name);
        let (mut revenue, mut imports, mut exports) = (0.0, 0.0, 0.0);
        for sector in 0..j {
            for other in 0..n {
                let flow = found.flows[cell(sector, country) * n + other];
                if flow != 0.0 {
                    revenue += flow * (shock.tariff_power[cell(sector, country) * n + other] - 1.0);
                }
                imports += flow;
                exports += found.flows[cell(sector, other) * n + country];
            }
        }
        note(5, found.revenue[country], revenue, found.income[country], &name);
        let budget = paid + found.revenue[country] + found.deficit[country];
        note(6, found.income[country], budget, budget, &name);
        note(7, imports - exports, found.deficit[country], paid, &name);
    }
    let world = |wages: &dyn Fn(usize) -> f64| (0..n).map(|c| wages(c) * p.value_added[c]).sum::<f64>();
    let base = world(&|_| 1.0);
    let now = world(&|c| found.wage[c]);
    let revenue_now: f64 = found.revenue.iter().sum();
    let revenue_base: f64 = economy.revenue().iter().sum();
    for country in 0..n {
        let must = match shock.closure {
            Closure::Balanced => 0.0,
            Closure::Nominal => p.deficit[country],
            Closure::WorldIncome => p.deficit[country] * (now + revenue_now) / (base + revenue_base),
        };
        note(8, found.deficit[country], must, p.value_added[country], &|| p.countries[country].clone());
    }
    match shock.numeraire {
        Numeraire::WorldValueAdded => note(9, now, base, base, &|| "the world".to_owned()),
        Numeraire::WageOf(country) => {
            note(9, found.wage[country], 1.0, 1.0, &|| p.countries[country].clone());
        }
    }
    conditions.to_vec()
}
