//! SMART: one tariff line, one importer, its suppliers. Partial equilibrium after Laird and Yeats, and Jammes and Olarreaga.
//!
//! A lower tariff on a supplier creates trade (its goods are bought instead of home goods) and diverts trade to it from others.
//! With finite supply part of a tariff is borne by the supplier, whose price falls.

mod scenario;

use crate::ModelError;
pub use scenario::{SmartScenario, run};

/// What the importer buys of one supplier.
#[derive(Clone, Debug, PartialEq)]
pub struct Supplier {
    /// Its name.
    pub name: String,
    /// Imports before, without tariffs, in any unit of money.
    pub imports: f64,
    /// Tariff before, a share.
    pub before: f64,
    /// Tariff after, a share; infinity where it stops all trade.
    pub after: f64,
}

/// Elasticities of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Elasticities {
    /// Import demand, negative.
    pub demand: f64,
    /// Export supply, positive; infinity where suppliers' prices do not move.
    pub supply: f64,
    /// Substitution between suppliers, zero or more.
    pub substitution: f64,
}

/// What a line's new tariffs do to one supplier, in the unit of its imports.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Imports created, or lost if below zero, at the supplier's old price.
    pub creation: f64,
    /// Imports diverted to it from other suppliers; over all suppliers this adds up to zero.
    pub diversion: f64,
    /// Change of its price, a share; zero if supply is infinitely elastic.
    pub price: f64,
    /// Imports after, at its old price.
    pub imports: f64,
    /// Tariff revenue after less before.
    pub revenue: f64,
    /// The importer's gain: the triangle of what is bought more, at the mean of both tariffs, and what a lower price of the
    /// supplier saves on what is bought.
    pub welfare: f64,
}

/// The effects of new tariffs on a line, by supplier in the order given.
///
/// Creation is `imports * demand * d(1 + t) / (1 + t)`, divided by `1 - demand / supply`. Diversion between two suppliers is
/// `substitution * m * o / M` times the difference of their relative changes of price, `M` being all imports: with one supplier
/// preferred that is the usual `substitution * m * (M - m) / M`. None loses more than it sells.
///
/// # Errors
/// The supplier or elasticity that cannot be used.
pub fn smart(suppliers: &[Supplier], elasticities: Elasticities) -> Result<Vec<Change>, ModelError> {
    check(suppliers, elasticities)?;
    let Elasticities { demand, supply, substitution } = elasticities;
    let damped = 1.0 / (1.0 - demand / supply);
    let all: f64 = suppliers.iter().map(|s| s.imports).sum();
    // What a supplier's goods cost the buyer more, as a share, the supplier's part of it taken off.
    let dearer: Vec<f64> =
        suppliers.iter().map(|s| damped * ((1.0 + s.after) / (1.0 + s.before) - 1.0)).collect();
    let creation: Vec<f64> = suppliers
        .iter()
        .zip(&dearer)
        .map(|(s, change)| if s.imports > 0.0 { (s.imports * demand * change).max(-s.imports) } else { 0.0 })
        .collect();
    let n = suppliers.len();
    let mut moved = vec![0.0; n * n];
    for (from, one) in suppliers.iter().enumerate() {
        let mut wanted = 0.0;
        for (to, other) in suppliers.iter().enumerate() {
            let gap = dearer[from] - dearer[to];
            if gap > 0.0 && one.imports > 0.0 && other.imports > 0.0 {
                // An infinite gap takes all there is, shared as imports are.
                let push = if gap.is_finite() { gap } else { f64::MAX.sqrt() };
                moved[from * n + to] = substitution * one.imports / all * other.imports * push;
                wanted += moved[from * n + to];
            }
        }
        let left = one.imports + creation[from].min(0.0);
        if wanted > left {
            moved[from * n..(from + 1) * n].iter_mut().for_each(|flow| *flow *= left / wanted);
        }
    }
    Ok((0..n)
        .map(|k| {
            let s = &suppliers[k];
            let gained: f64 = (0..n).map(|from| moved[from * n + k]).sum();
            let lost: f64 = moved[k * n..(k + 1) * n].iter().sum();
            let diversion = gained - lost;
            let imports = (s.imports + creation[k] + diversion).max(0.0);
            let more = imports - s.imports;
            let price = if supply.is_finite() && s.imports > 0.0 { more / s.imports / supply } else { 0.0 };
            let paid = if imports > 0.0 { s.after * imports } else { 0.0 };
            let after = if s.after.is_finite() { s.after } else { s.before };
            Change {
                creation: creation[k],
                diversion,
                price,
                imports,
                revenue: paid * (1.0 + price) - s.before * s.imports,
                welfare: 0.5 * (s.before + after) * more - price * imports,
            }
        })
        .collect())
}

fn check(suppliers: &[Supplier], elasticities: Elasticities) -> Result<(), ModelError> {
    let wrong = |problem: String| Err(ModelError::Usage(problem));
    let Elasticities { demand, supply, substitution } = elasticities;
    if !(demand.is_finite() && demand < 0.0) {
        return wrong(format!(
            "the elasticity of import demand is {demand}; it must be finite and below zero"
        ));
    }
    if supply.is_nan() || supply <= 0.0 {
        return wrong(format!(
            "the elasticity of export supply is {supply}; it must be above zero, or infinite"
        ));
    }
    if !(substitution.is_finite() && substitution >= 0.0) {
        return wrong(format!(
            "the elasticity of substitution is {substitution}; it must be finite and not below zero"
        ));
    }
    for s in suppliers {
        if !(s.imports.is_finite() && s.imports >= 0.0) {
            return wrong(format!(
                "imports from {}: {} is not a finite number of zero or more",
                s.name, s.imports
            ));
        }
        if !(s.before.is_finite() && s.before > -1.0) {
            return wrong(format!(
                "tariff on {} before: {} is not a finite number above -1",
                s.name, s.before
            ));
        }
        if s.after.is_nan() || s.after <= -1.0 {
            return wrong(format!("tariff on {} after: {} is not a number above -1", s.name, s.after));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
