//! Residuals of every market, budget, balance and demand curve, worked out again from returned quantities only.

use super::{Deficits, Equilibrium, Rebate, World};
use crate::Part;
use crate::residuals::Worst;

/// How far an equilibrium is from its conditions. It uses no code of the solver.
#[must_use]
pub fn certify(world: &World, answer: &Equilibrium) -> Vec<Part> {
    let n = world.len();
    let p = world.parameters;
    let name = |i: usize| world.countries[i].clone();
    let mut markets = Worst::of("markets: income from sales and distribution, and income from work");
    let mut budgets = Worst::of("budgets: spending and income, revenue and transfer");
    let mut balances = Worst::of("balances: purchases less sales and distribution, and the transfer");
    let mut demand = Worst::of("demand: each flow and its price");
    let mut supply = Worst::of("supply: work and its pay");
    let mut revenues = Worst::of("revenue: of each country and of its flows");
    let world_before: f64 = world.income.iter().sum();
    let earned_after: f64 = (0..n).map(|i| world.income[i] * answer.wage[i] * answer.work[i]).sum();
    let moved = match answer.closure.deficits {
        Deficits::Proportional => earned_after / world_before,
        Deficits::Fixed => 1.0,
    };
    for i in 0..n {
        let earned = world.income[i] * answer.wage[i] * answer.work[i];
        let spent = world.spending[i] * answer.spending[i];
        let transfer = world.transfer[i] * moved;
        let mut received = 0.0;
        let (mut buys, mut collected) = (0.0, 0.0);
        for k in 0..n {
            received += (1.0 - world.nu[k]) * answer.trade[i * n + k];
            let back = k * n + i;
            buys += answer.trade[back];
            if answer.trade[back] > 0.0 {
                collected += answer.tariff[back] * answer.trade[back];
            }
        }
        markets.see(received + world.nu[i] * buys, earned, 0.0, || name(i));
        budgets.see(earned + answer.revenue[i] + transfer, spent, 0.0, || name(i));
        balances.see((1.0 - world.nu[i]) * buys - received, transfer, earned, || name(i));
        revenues.see(collected, answer.revenue[i], spent * 1e-6, || name(i));
        let price_of_goods = answer.price[i] * (answer.spending[i] / answer.wage[i]).powf(world.phi[i] - 1.0);
        for k in 0..n {
            let at = k * n + i;
            let cost =
                answer.wage[k] * answer.work[k].powf(-p.scale) * (1.0 + answer.tariff[at]).powf(world.phi[i]);
            let share = world.trade[at] / world.spending[i] * (cost / price_of_goods).powf(-p.trade);
            let paid =
                if answer.trade[at] > 0.0 { (1.0 + answer.tariff[at]) * answer.trade[at] } else { 0.0 };
            demand.see(paid, share * spent, spent * 1e-9, || format!("{} from {}", name(i), name(k)));
        }
        let tax = match answer.closure.rebate {
            Rebate::IncomeTax => answer.revenue[i] / earned,
            Rebate::LumpSum => 0.0,
        };
        let pay = answer.wage[i] / answer.price[i] / (1.0 - tax);
        supply.see(answer.work[i], pay.powf(p.labour), 0.0, || name(i));
    }
    vec![markets.into(), budgets.into(), balances.into(), demand.into(), supply.into(), revenues.into()]
}
