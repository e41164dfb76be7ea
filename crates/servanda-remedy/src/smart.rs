//! SMART: partial equilibrium, line by line, as in the World Bank's tool of that name (Jammes and Olarreaga 2005; Laird and
//! Yeats 1986). Linear in the change of price.
//!
//! With `t0` the duty in force, `r` the added duty, `p = r / (1 + t0)` the rise of the buyers' price where they bear it all,
//! `e` the elasticity of demand, `s` that of substitution between suppliers, `h` the supplier's share and `m` the imports:
//!
//! - no longer bought: `m e p`; bought elsewhere: `m (1 - h) s p`; together never more than `m`
//! - where suppliers' prices move, with the elasticity of supply `v`, the line is that of `servanda_model::smart` with two suppliers,
//!   the respondent and all others: prices are those at which both sell what is bought of them
//! - to the first order this is demand in two nests: elasticity `e` of the good and `e + s` between its suppliers

use super::effects::{Case, Effect, EffectModel, Line};
use super::elasticities::{Supply, Weights};
use servanda_model::smart::{Elasticities, Supplier, smart};

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
        let Bought { not_bought, switched, rise, lower, others_gain } = match case {
            Case::FiniteSupply => self.suppliers_bear_a_part(line, added),
            Case::Low | Case::Central | Case::High => {
                let (demand, others) = (line.demand.of(case), 1.0 - line.share.value);
                let substitution = line.substitution.of(case);
                let relative = added / before;
                // Where demand would fall below nothing it ends at nothing, at a lower price than the full one.
                let within = choke((demand + others * substitution) * relative);
                Bought {
                    not_bought: line.trade * demand * relative * within,
                    switched: line.trade * others * substitution * relative * within,
                    rise: added * within,
                    lower: 0.0,
                    others_gain: 0.0,
                }
            }
        };
        let left = (line.trade - not_bought - switched).max(0.0);
        let imports_after = left * (1.0 - lower);
        // What others' goods cost more is paid by the same buyers.
        let buyers_cost = rise * (line.trade + left) / 2.0 + others_gain;
        let revenue = (line.duty + added) * imports_after - line.duty * line.trade;
        let loss_not_bought = rise * not_bought / 2.0;
        let loss_switched = rise * switched / 2.0;
        let old_duty_lost = line.duty * (not_bought + switched);
        let duty_regained = line.base.unwrap_or(0.0) * switched;
        let price_gain = lower * left - others_gain;
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

/// What a duty does to what is bought and to prices; imports at the prices of before.
struct Bought {
    not_bought: f64,
    switched: f64,
    /// The rise of the buyers' price, up to where nothing is bought.
    rise: f64,
    /// How far the respondent lowers its price.
    lower: f64,
    /// What others gain by a higher price, on the mean of what they sold and sell.
    others_gain: f64,
}

/// The part of a rise that counts, where it makes demand fall by `fall`.
fn choke(fall: f64) -> f64 {
    if fall > 1.0 { 1.0 / fall } else { 1.0 }
}

impl Smart {
    /// The respondent and all others of a line at a finite elasticity of supply.
    fn suppliers_bear_a_part(&self, line: &Line, added: f64) -> Bought {
        let case = Case::FiniteSupply;
        let (demand, substitution) = (line.demand.of(case), line.substitution.of(case));
        // A share of nothing: so many others that their price does not move.
        let others = line.trade * (1.0 / line.share.value.max(1e-9) - 1.0).max(0.0);
        let duty = line.base.unwrap_or(0.0);
        let supplier = |name: &str, imports: f64, before: f64, after: f64| Supplier {
            name: name.to_owned(),
            imports,
            before,
            after,
        };
        let sides = [
            supplier("respondent", line.trade, line.duty, line.duty + added),
            supplier("others", others, duty, duty),
        ];
        let elasticities = Elasticities { demand: -demand, supply: self.supply.elasticity, substitution };
        let found = smart(&sides, elasticities).unwrap_or_default();
        let [Some(own), Some(theirs)] = [found.first(), found.get(1)] else {
            // Figures that the model refuses have no effect that could be told.
            return Bought {
                not_bought: f64::NAN,
                switched: f64::NAN,
                rise: f64::NAN,
                lower: f64::NAN,
                others_gain: f64::NAN,
            };
        };
        let dearer = (1.0 + added / (1.0 + line.duty)) * (1.0 + own.price) - 1.0;
        let fall = demand * dearer + substitution * (1.0 - line.share.value) * (dearer - theirs.price);
        Bought {
            not_bought: -own.creation,
            switched: -own.diversion,
            rise: dearer * (1.0 + line.duty) * choke(fall),
            lower: -own.price,
            others_gain: theirs.price * (others + theirs.imports) / 2.0,
        }
    }
}
