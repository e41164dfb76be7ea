//! SMART: one tariff line, one importer, its suppliers. Partial equilibrium after Laird and Yeats, and Jammes and Olarreaga.
//!
//! A lower tariff on a supplier creates trade (its goods are bought instead of home goods) and diverts trade to it from others.
//! With finite supply part of a tariff is borne by the supplier, whose price falls, and others' prices rise with what moves to them.

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
/// With `p` the change of a supplier's price, its goods cost buyers `x = (1 + p) (1 + after) / (1 + before) - 1` more. Creation
/// is `imports * demand * x`. Diversion between two suppliers is `substitution * m * o / M` times the difference of their `x`, `M`
/// being all imports: with one supplier preferred that is the usual `substitution * m * (M - m) / M`. None loses more than it
/// sells. Suppliers sell `imports * (1 + supply * p)`: prices are those at which they sell what is bought, all of a line together,
/// and zero where supply is infinitely elastic.
///
/// # Errors
/// The supplier or elasticity that cannot be used.
pub fn smart(suppliers: &[Supplier], elasticities: Elasticities) -> Result<Vec<Change>, ModelError> {
    check(suppliers, elasticities)?;
    let prices = prices(suppliers, elasticities);
    let bought = bought(suppliers, elasticities, &dearer(suppliers, &prices));
    let changed = suppliers.iter().zip(prices).zip(bought);
    Ok(changed
        .map(|((s, price), Bought { creation, diversion, imports })| {
            let paid = if imports > 0.0 { s.after * imports } else { 0.0 };
            let after = if s.after.is_finite() { s.after } else { s.before };
            Change {
                creation,
                diversion,
                price,
                imports,
                revenue: paid * (1.0 + price) - s.before * s.imports,
                welfare: 0.5 * (s.before + after) * (imports - s.imports) - price * imports,
            }
        })
        .collect())
}

/// How much more each supplier's goods cost the buyer, as a share, with changes of suppliers' prices.
fn dearer(suppliers: &[Supplier], prices: &[f64]) -> Vec<f64> {
    let cost = |(s, p): (&Supplier, &f64)| match s.after.is_finite() {
        true => (1.0 + s.after) / (1.0 + s.before) * (1.0 + p) - 1.0,
        false => f64::INFINITY,
    };
    suppliers.iter().zip(prices).map(cost).collect()
}

/// What is bought of a supplier at some prices.
struct Bought {
    creation: f64,
    diversion: f64,
    imports: f64,
}

/// What is bought of each supplier where its goods cost so much more.
fn bought(suppliers: &[Supplier], elasticities: Elasticities, dearer: &[f64]) -> Vec<Bought> {
    let Elasticities { demand, substitution, .. } = elasticities;
    let all: f64 = suppliers.iter().map(|s| s.imports).sum();
    let creation: Vec<f64> = suppliers
        .iter()
        .zip(dearer)
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
    (0..n)
        .map(|k| {
            let gained: f64 = (0..n).map(|from| moved[from * n + k]).sum();
            let lost: f64 = moved[k * n..(k + 1) * n].iter().sum();
            let diversion = gained - lost;
            let imports = (suppliers[k].imports + creation[k] + diversion).max(0.0);
            Bought { creation: creation[k], diversion, imports }
        })
        .collect()
}

/// Rounds of the search for prices where a supplier loses all that it sells.
const MOST_ROUNDS: usize = 20_000;

/// The changes of suppliers' prices at which each sells what is bought of it.
fn prices(suppliers: &[Supplier], elasticities: Elasticities) -> Vec<f64> {
    let Elasticities { demand, supply, substitution } = elasticities;
    let all: f64 = suppliers.iter().map(|s| s.imports).sum();
    if supply.is_infinite() || all <= 0.0 {
        return vec![0.0; suppliers.len()];
    }
    // A tariff that stops all trade leaves the price at which nothing is sold; who sells nothing has no price that moves.
    let nothing = (-1.0 / supply).max(-1.0);
    let moves = |s: &Supplier| s.imports > 0.0 && s.after.is_finite();
    let dearer_by = |s: &Supplier| (1.0 + s.after) / (1.0 + s.before);
    let share: f64 = suppliers.iter().filter(|s| moves(s)).map(|s| s.imports).sum::<f64>() / all;
    // While none loses all, demand is linear in what goods cost the buyer: each cost follows from the mean, and the mean from all.
    let weight = |s: &Supplier| substitution * share - demand + supply / dearer_by(s);
    let own = |s: &Supplier| supply * (s.after - s.before) / (1.0 + s.after);
    let (mut from_own, mut from_mean) = (0.0, 0.0);
    for s in suppliers.iter().filter(|s| moves(s)) {
        from_own += s.imports / all * own(s) / weight(s);
        from_mean += s.imports / all * substitution / weight(s);
    }
    let mean = from_own / (1.0 - from_mean);
    let mut found: Vec<f64> = suppliers
        .iter()
        .map(|s| match moves(s) {
            true => {
                let cost = (substitution * mean + own(s)) / weight(s);
                (substitution * mean - (substitution * share - demand) * cost) / supply
            }
            false if s.imports > 0.0 => nothing,
            false => 0.0,
        })
        .collect();
    // Where one does, each price steps towards its own balance, by no more than demand answers at most.
    for _ in 0..MOST_ROUNDS {
        let bought = bought(suppliers, elasticities, &dearer(suppliers, &found));
        let mut apart: f64 = 0.0;
        for ((s, price), bought) in
            suppliers.iter().zip(&mut found).zip(bought).filter(|((s, _), _)| moves(s))
        {
            let short = bought.imports / s.imports - (1.0 + supply * *price);
            apart = apart.max(short.abs());
            let answers = supply + dearer_by(s) * (substitution - demand);
            *price = (*price + short / answers).max(-1.0);
        }
        if apart < 1e-12 {
            break;
        }
    }
    found
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
