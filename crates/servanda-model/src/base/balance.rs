//! Whether a base is an equilibrium of its own, and the step that makes it one.

use crate::equilibrium::{Closure, Equilibrium, Kernel, Shock, Solved, solve};
use crate::{Economy, ModelError, Parts};
use servanda_files::sha256;

/// How far the identity shock may move a base that is taken as it is.
pub const IDENTITY: f64 = 1e-6;

/// A base that was re-solved without any shock.
#[derive(Debug, Clone)]
pub struct Balanced {
    /// The base that is an equilibrium.
    pub economy: Economy,
    /// The largest relative change of a wage, price or expenditure that it took.
    pub moved: f64,
    /// Where that was.
    pub at: String,
    /// The residual of the base after it.
    pub residual: f64,
    /// SHA-256 of its numbers.
    pub hash: String,
}

/// How far one pass without any shock moves a base, and where: zero for an equilibrium.
///
/// # Errors
/// None for a base that was checked.
pub fn residual(economy: &Economy, closure: Closure) -> Result<(f64, String), ModelError> {
    let kernel = Kernel::new(economy, &Shock::none(economy, closure), 1.0)?;
    let mut room = kernel.room();
    let z = kernel.start();
    let mut next = z.clone();
    kernel.pass(&z, &mut next, &mut room);
    let moved = next.iter().zip(&z).map(|(a, b)| (a - b).abs());
    Ok(largest(economy, moved))
}

/// The largest entry of something as long as a state, and the name of its place.
fn largest(economy: &Economy, moved: impl Iterator<Item = f64>) -> (f64, String) {
    let (n, j) = (economy.countries(), economy.sectors());
    let (mut most, mut place) = (0.0, 0);
    for (at, moved) in moved.enumerate() {
        if moved > most || moved.is_nan() {
            (most, place) = (moved, at);
        }
    }
    let country = |c: usize| economy.parts().countries[c].clone();
    let name = |what: &str, at: usize| format!("{what}, {}", economy.name2(at % j * n + at / j));
    let at = match place {
        place if place < n => format!("wage, {}", country(place)),
        place if place < n * (1 + j) => name("price", place - n),
        place => name("expenditure", place - n * (1 + j)),
    };
    (most, at)
}

/// Solves a base without any shock and takes what comes out as the base. With [`Closure::Balanced`] deficits go.
///
/// # Errors
/// A base for which nothing converges.
pub fn balance(economy: &Economy, closure: Closure) -> Result<Balanced, ModelError> {
    let found = match solve(economy, &Shock::none(economy, closure))? {
        Solved::Found(found) => found,
        Solved::NotFound { residual, .. } => {
            return Err(ModelError::Usage(format!(
                "the base cannot be balanced: without any shock nothing converges (residual {residual:e})"
            )));
        }
    };
    let start = Kernel::new(economy, &Shock::none(economy, closure), 1.0)?.start();
    let (moved, at) = largest(economy, found.state.iter().zip(&start).map(|(a, b)| (a - b).abs()));
    let economy = rebase(economy, &economy.parts().tariff_power, &found)?;
    let hash = hash(economy.parts());
    let (residual, _) = residual(&economy, closure)?;
    Ok(Balanced { economy, moved, at, residual, hash })
}

/// The base as an equilibrium leaves it, with its tariffs: prices are one again. What is spent below a part in 10^14 of a
/// country's income is nothing.
///
/// # Errors
/// None for an equilibrium of the base.
pub fn rebase(economy: &Economy, tariff_power: &[f64], found: &Equilibrium) -> Result<Economy, ModelError> {
    let p = economy.parts();
    let n = economy.countries();
    let kept = |cell: usize| found.expenditure[cell] > 1e-14 * found.income[cell % n];
    let share = |(at, (flow, power)): (usize, (&f64, &f64))| {
        if *flow > 0.0 && kept(at / n) { flow * power / found.expenditure[at / n] } else { 0.0 }
    };
    let spent = |(at, spent): (usize, &f64)| if kept(at) { *spent } else { 0.0 };
    Economy::new(Parts {
        tariff_power: tariff_power.to_vec(),
        trade_share: found.flows.iter().zip(tariff_power).enumerate().map(share).collect(),
        value_added: p.value_added.iter().zip(&found.wage).map(|(v, w)| v * w).collect(),
        deficit: found.deficit.clone(),
        expenditure: found.expenditure.iter().enumerate().map(spent).collect(),
        ..p.clone()
    })
}

/// SHA-256 over names and numbers, in the order of [`Parts`].
pub(crate) fn hash(p: &Parts) -> String {
    let mut bytes = Vec::new();
    for name in p.countries.iter().chain(&p.sectors) {
        bytes.extend_from_slice(name.as_bytes());
        bytes.push(0);
    }
    let arrays = [
        &p.value_added_share,
        &p.input_share,
        &p.final_share,
        &p.theta,
        &p.tariff_power,
        &p.trade_share,
        &p.value_added,
        &p.deficit,
        &p.expenditure,
    ];
    for array in arrays {
        array.iter().for_each(|v| bytes.extend_from_slice(&v.to_le_bytes()));
    }
    sha256(&bytes)
}
