//! Residuals of every market, budget, balance and demand curve, worked out again from returned quantities only.

use super::{Equilibrium, World};
use crate::Part;
use crate::residuals::Worst;

/// How far an equilibrium is from its conditions. It uses no code of the solver.
#[must_use]
pub fn certify(world: &World, answer: &Equilibrium) -> Vec<Part> {
    let (n, s) = world.size();
    let region = |i: usize| world.regions[i].clone();
    let mut markets = Worst::of("markets: wages paid by sales and wages earned");
    let mut budgets = Worst::of("budgets: spending and wages, profits and tariff revenue");
    let mut balances = Worst::of("balances: exports and imports at world prices");
    let mut demand = Worst::of("demand: each flow and its price; each price index");
    let mut welfare = Worst::of("welfare: spending over the price of the basket");
    for i in 0..n {
        let (mut labour, mut profit, mut revenue, mut sales, mut purchases) = (0.0, 0.0, 0.0, 0.0, 0.0);
        let (mut labour_before, mut spent_before) = (0.0, 0.0);
        for j in 0..n {
            for k in 0..s {
                let (out, back) = (world.at(i, j, k), world.at(j, i, k));
                let markup = 1.0 / world.sigma[k];
                labour += (1.0 - markup) * answer.trade[out];
                labour_before += (1.0 - markup) * world.trade[out];
                profit += markup * answer.trade[out];
                sales += answer.trade[out];
                purchases += answer.trade[back];
                spent_before += (1.0 + world.tariff[back]) * world.trade[back];
                if answer.trade[back] > 0.0 {
                    revenue += answer.tariff[back] * answer.trade[back];
                }
            }
        }
        let spent = spent_before * answer.spending[i];
        markets.see(labour, labour_before * answer.wage[i], 0.0, || region(i));
        budgets.see(labour_before * answer.wage[i] + profit + revenue, spent, 0.0, || region(i));
        balances.see(sales, purchases, 0.0, || region(i));
        let mut basket = 0.0;
        for k in 0..s {
            let before = |m: usize| (1.0 + world.tariff[world.at(m, i, k)]) * world.trade[world.at(m, i, k)];
            let whole: f64 = (0..n).map(before).sum();
            if whole == 0.0 {
                continue;
            }
            let price = answer.price[i * s + k];
            basket += whole / spent_before * price.ln();
            let mut index = 0.0;
            for m in 0..n {
                let at = world.at(m, i, k);
                let dear = answer.wage[m] * (1.0 + answer.tariff[at]) / (1.0 + world.tariff[at]);
                let wanted = before(m) * answer.spending[i] * (dear / price).powf(1.0 - world.sigma[k]);
                let paid =
                    if answer.trade[at] > 0.0 { (1.0 + answer.tariff[at]) * answer.trade[at] } else { 0.0 };
                index += before(m) / whole * dear.powf(1.0 - world.sigma[k]);
                demand.see(paid, wanted, whole * answer.spending[i] * 1e-9, || {
                    format!("{} from {}, {}", region(i), region(m), world.sectors[k])
                });
            }
            demand.see(index.powf(1.0 / (1.0 - world.sigma[k])), price, 0.0, || {
                format!("price of {} in {}", world.sectors[k], region(i))
            });
        }
        welfare.see(answer.spending[i] / basket.exp(), answer.welfare[i], 0.0, || region(i));
    }
    vec![markets.into(), budgets.into(), balances.into(), demand.into(), welfare.into()]
}
