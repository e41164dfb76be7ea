//! SMART: partial equilibrium, line by line, as in the World Bank's tool of that name (Jammes and Olarreaga 2005; Laird and
//! Yeats 1986). Linear in the change of price.
//!
//! With `t0` the duty in force, `r` the added duty, `p = r / (1 + t0)` the rise of the buyers' price where they bear it all,
//! `e` the elasticity of demand, `s` that of substitution between suppliers, `h` the supplier's share and `m` the imports:
//!
//! - no longer bought: `m e p`; bought elsewhere: `m (1 - h) s p`; together never more than `m`
//! - buyers bear the part `v / (v + e + (1 - h) s)` of the duty, where `v` is the elasticity of supply; all of it without `v`
//! - to the first order this is demand in two nests: elasticity `e` of the good and `e + s` between its suppliers

use super::effects::{Case, Effect, EffectModel, Line};
use super::elasticities::{Supply, Weights};

/// The model with what is the same for all lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Smart {
    /// The other end of the range: how far suppliers lower their prices.
    pub supply: Supply,
    /// What a dollar of the buyers' cost weighs beyond the loss.
    pub weights: Weights,
}

impl EffectModel for Smart {
    fn title(&self) -> String {
        "SMART, partial equilibrium by line, linear".to_owned()
    }

    fn effect(&self, line: &Line, added: f64, case: Case) -> Effect {
        let before = 1.0 + line.duty;
        let (demand, substitution) = (line.demand.of(case), line.substitution.of(case));
        let others = 1.0 - line.share.value;
        let total = demand + others * substitution;
        let pass = match case {
            Case::FiniteSupply => self.supply.elasticity / (self.supply.elasticity + total),
            _ => 1.0,
        };
        // The rise of the buyers' price, in dollars and relative.
        let rise = pass * added;
        let relative = rise / before;
        // Where demand would fall below nothing it ends at nothing, at a lower price than the full one.
        let fall = total * relative;
        let within = if fall > 1.0 { 1.0 / fall } else { 1.0 };
        let not_bought = line.trade * demand * relative * within;
        let switched = line.trade * others * substitution * relative * within;
        let left = (line.trade - not_bought - switched).max(0.0);
        let lower = 1.0 - (before + rise) / (before + added);
        let imports_after = left * (1.0 - lower);
        let counted_rise = rise * within;
        let buyers_cost = counted_rise * (line.trade + left) / 2.0;
        let revenue = (line.duty + added) * imports_after - line.duty * line.trade;
        let loss_not_bought = counted_rise * not_bought / 2.0;
        let loss_switched = counted_rise * switched / 2.0;
        let old_duty_lost = line.duty * (not_bought + switched);
        let duty_regained = line.base.unwrap_or(0.0) * switched;
        let price_gain = lower * left;
        let dependence = self.weights.dependence * line.share.value * buyers_cost;
        let consumer = self.weights.consumer * line.consumer * buyers_cost;
        Effect {
            not_bought,
            switched,
            imports_after,
            trade_effect: line.trade - imports_after,
            revenue,
            buyers_cost,
            loss_not_bought,
            loss_switched,
            old_duty_lost,
            duty_regained,
            price_gain,
            dependence,
            consumer,
            own_harm: loss_not_bought + loss_switched + old_duty_lost - duty_regained - price_gain
                + dependence
                + consumer,
        }
    }
}
