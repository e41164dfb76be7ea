//! The equilibrium of many countries and sectors with input-output links, in changes from a base (Caliendo and Parro 2015).
//!
//! One level: wages, prices and expenditure move together, by Anderson acceleration; after it fails, by Newton steps with a
//! Krylov solver, and after those in steps along the way to the shock. What comes back carries its residual.

mod again;
mod anderson;
pub(crate) mod kernel;
pub(crate) mod linear;
mod newton;
mod sums;
#[cfg(test)]
mod tests;

use crate::{Economy, ModelError};
pub use again::{Again, Room};
use anderson::{Limits, Reached};
pub(crate) use kernel::Kernel;

/// What becomes of trade deficits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Closure {
    /// Trade balances: there are none.
    Balanced,
    /// They stay as they are, in the money of the numeraire.
    Nominal,
    /// They stay the same share of the world's income: its value added and tariff revenue.
    WorldIncome,
}

impl Closure {
    /// Its word in a scenario.
    pub fn word(self) -> &'static str {
        match self {
            Self::Balanced => "balanced",
            Self::Nominal => "nominal",
            Self::WorldIncome => "world-income",
        }
    }
}

/// What stays one, so that all else is measured in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numeraire {
    /// The world's value added.
    WorldValueAdded,
    /// The wage of a country, by its place in the base.
    WageOf(usize),
}

/// What changes, and what is held.
#[derive(Debug, Clone, PartialEq)]
pub struct Shock {
    /// One plus the new ad valorem tariff, `[J][N importer][N exporter]`; infinite where trade is forbidden.
    pub tariff_power: Vec<f64>,
    /// What becomes of deficits.
    pub closure: Closure,
    /// What stays one.
    pub numeraire: Numeraire,
}

impl Shock {
    /// No change of tariffs.
    pub fn none(economy: &Economy, closure: Closure) -> Self {
        let tariff_power = economy.parts().tariff_power.clone();
        Self { tariff_power, closure, numeraire: Numeraire::WorldValueAdded }
    }

    fn check(&self, economy: &Economy) -> Result<(), ModelError> {
        let cells = economy.parts().tariff_power.len();
        if self.tariff_power.len() != cells {
            let is = self.tariff_power.len();
            return Err(ModelError::Usage(format!("there are {is} new tariffs, and the base needs {cells}")));
        }
        if let Numeraire::WageOf(country) = self.numeraire
            && country >= economy.countries()
        {
            return Err(ModelError::Usage("the numeraire is no country of the base".into()));
        }
        let right = |power: f64| power > 0.0;
        match self.tariff_power.iter().position(|power| !right(*power)) {
            Some(at) => {
                let problem =
                    format!("one plus the new tariff is {}; it must be above zero", self.tariff_power[at]);
                Err(ModelError::cell("tariff", economy.name3(at), problem))
            }
            None => Ok(()),
        }
    }
}

/// How an equilibrium was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Anderson acceleration from the base, or from an equilibrium nearby.
    Anderson,
    /// Newton steps after it.
    Newton,
    /// In steps along the way to the shock.
    Steps,
}

impl Method {
    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Anderson => "Anderson acceleration on wages, prices and expenditure together",
            Self::Newton => "Newton steps with a Krylov solver, after Anderson acceleration did not converge",
            Self::Steps => {
                "in steps along the way to the shock, after Anderson acceleration and Newton steps did not converge"
            }
        }
    }
}

/// An equilibrium, in changes from the base and in levels.
#[derive(Debug, Clone, PartialEq)]
pub struct Equilibrium {
    /// New wage over base wage, `N`.
    pub wage: Vec<f64>,
    /// New buyer price index over the base's, `[J][N]`; one where nothing is bought.
    pub price: Vec<f64>,
    /// New unit cost over the base's, `[J][N]`.
    pub cost: Vec<f64>,
    /// What is spent, tariffs included, `[J][N]`, in money.
    pub expenditure: Vec<f64>,
    /// Flows at the exporter's price, `[J][N importer][N exporter]`, in money.
    pub flows: Vec<f64>,
    /// Tariff revenue, `N`, in money.
    pub revenue: Vec<f64>,
    /// Income with revenue and deficit, `N`, in money.
    pub income: Vec<f64>,
    /// Deficits, `N`, in money.
    pub deficit: Vec<f64>,
    /// The largest entry of the last step: relative changes of wages, prices and expenditure.
    pub residual: f64,
    /// Passes over the kernel.
    pub passes: usize,
    /// How it was found.
    pub method: Method,
    pub(crate) state: Vec<f64>,
}

/// What a search gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Solved {
    /// An equilibrium.
    Found(Box<Equilibrium>),
    /// No convergence: the least residual that was reached, and no figures.
    NotFound {
        /// The least residual.
        residual: f64,
        /// Passes over the kernel.
        passes: usize,
    },
}

impl Solved {
    /// The equilibrium, if there is one.
    pub fn found(self) -> Option<Equilibrium> {
        match self {
            Self::Found(found) => Some(*found),
            Self::NotFound { .. } => None,
        }
    }
}

/// A residual below which a state counts as an equilibrium.
pub const ENOUGH: f64 = 1e-10;

const LIMITS: Limits = Limits { memory: 7, passes: 600, target: 1e-13, enough: ENOUGH };

/// Solves for the equilibrium after a shock.
///
/// # Errors
/// A tariff that is none, or tariffs that leave a country without a supplier of what it buys.
pub fn solve(economy: &Economy, shock: &Shock) -> Result<Solved, ModelError> {
    solve_near(economy, shock, None)
}

/// As [`solve`], from an equilibrium of the same base at tariffs nearby; from the base where that leads nowhere.
///
/// # Errors
/// As [`solve`].
pub fn solve_near(
    economy: &Economy,
    shock: &Shock,
    near: Option<&Equilibrium>,
) -> Result<Solved, ModelError> {
    shock.check(economy)?;
    can_balance(economy, shock)?;
    let kernel = Kernel::new(economy, shock, 1.0)?;
    let mut passes = 0;
    if let Some(near) = near.filter(|near| near.state.len() == kernel.size()) {
        let mut z = near.state.clone();
        let reached = one_level(&kernel, &mut z, LIMITS);
        if reached.residual <= ENOUGH {
            let found = read(&kernel, z, reached.residual, reached.passes, Method::Anderson);
            earns(economy, &found)?;
            return Ok(Solved::Found(Box::new(found)));
        }
        passes = reached.passes;
    }
    let mut z = kernel.start();
    let mut least = f64::INFINITY;
    for method in [Method::Anderson, Method::Newton, Method::Steps] {
        let reached = match method {
            Method::Anderson => one_level(&kernel, &mut z, LIMITS),
            Method::Newton => newton::search(&kernel, &mut z, LIMITS),
            Method::Steps => in_steps(economy, shock, &kernel, &mut z)?,
        };
        passes += reached.passes;
        least = least.min(reached.residual);
        if reached.residual <= ENOUGH {
            let found = read(&kernel, z, reached.residual, passes, method);
            earns(economy, &found)?;
            return Ok(Solved::Found(Box::new(found)));
        }
    }
    Ok(Solved::NotFound { residual: least, passes })
}

/// Subsidies on imports, or a deficit turned round, can cost more than a country earns. What solves the equations then has
/// final demand below zero, and is no equilibrium.
fn earns(economy: &Economy, found: &Equilibrium) -> Result<(), ModelError> {
    let wrong = |at: usize| {
        let problem = format!(
            "it would be {:.4} times that of the base: what imports cost the treasury, or the trade deficit, takes all that the country earns; there is no equilibrium",
            found.income[at] / economy.income()[at]
        );
        Err(ModelError::cell("income", &economy.parts().countries[at], problem))
    };
    match found.income.iter().position(|income| *income <= 0.0) {
        Some(at) => wrong(at),
        None => Ok(()),
    }
}

/// A country that imports nothing has nothing to balance its exports with, and the other way round: no wage clears its market.
fn can_balance(economy: &Economy, shock: &Shock) -> Result<(), ModelError> {
    let p = economy.parts();
    let n = economy.countries();
    let (mut buys, mut sells) = (vec![false; n], vec![false; n]);
    for (at, share) in p.trade_share.iter().enumerate() {
        let (m, i) = (at / n % n, at % n);
        if m != i && *share > 0.0 && p.expenditure[at / n] > 0.0 && shock.tariff_power[at].is_finite() {
            buys[m] = true;
            sells[i] = true;
        }
    }
    for c in 0..n {
        let deficit = if shock.closure == Closure::Balanced { 0.0 } else { p.deficit[c] };
        let (has, lacks) = match (buys[c], sells[c]) {
            (false, true) if deficit >= 0.0 => ("exports", "imports"),
            (true, false) if deficit <= 0.0 => ("imports", "exports"),
            (false, false) if deficit.abs() > 1e-12 * p.value_added[c] => {
                ("a trade deficit or surplus", "trade")
            }
            _ => continue,
        };
        let problem = format!(
            "it has {has} and no {lacks}, so that with the closure {} no wage balances its trade; use another closure",
            shock.closure.word()
        );
        return Err(ModelError::cell("trade balance", &p.countries[c], problem));
    }
    Ok(())
}

fn one_level(kernel: &Kernel, z: &mut Vec<f64>, limits: Limits) -> Reached {
    let mut room = kernel.room();
    let from = kernel.n * (1 + kernel.j);
    anderson::search(
        z,
        limits,
        |z, next| kernel.pass(z, next, &mut room),
        |z| z[from..].iter().all(|x| *x > 0.0),
    )
}

/// From the base to the shock in 4, 16 and 64 steps, each from where the one before ended.
fn in_steps(
    economy: &Economy,
    shock: &Shock,
    last: &Kernel,
    z: &mut Vec<f64>,
) -> Result<Reached, ModelError> {
    let mut reached = Reached { residual: f64::INFINITY, passes: 0 };
    for steps in [4, 16, 64] {
        *z = last.start();
        for step in 1..=steps {
            let part;
            let kernel = if step == steps {
                last
            } else {
                part = Kernel::new(economy, shock, f64::from(step) / f64::from(steps))?;
                &part
            };
            let mut now = one_level(kernel, z, LIMITS);
            if now.residual > ENOUGH {
                let more = newton::search(kernel, z, LIMITS);
                now = Reached { residual: more.residual, passes: now.passes + more.passes };
            }
            reached = Reached { residual: now.residual, passes: reached.passes + now.passes };
            if now.residual > ENOUGH {
                break;
            }
            if step == steps {
                return Ok(reached);
            }
        }
    }
    // What the last step left may belong to another point of the way.
    Ok(Reached { residual: reached.residual.max(2.0 * ENOUGH), ..reached })
}

/// Reads levels and changes from a state.
fn read(kernel: &Kernel, z: Vec<f64>, residual: f64, passes: usize, method: Method) -> Equilibrium {
    let (n, j, np, jp) = (kernel.n, kernel.j, kernel.np, kernel.jp);
    let mut room = kernel.room();
    let mut next = vec![0.0; z.len()];
    kernel.pass(&z, &mut next, &mut room);
    let mut flows = vec![0.0; j * n * n];
    let by_sector = |at: &dyn Fn(usize, usize) -> f64| -> Vec<f64> {
        (0..j * n).map(|cell| at(cell / n, cell % n)).collect()
    };
    let (wages, prices, _) = kernel.split(&z);
    for (sector, trade) in kernel.trade.iter().enumerate() {
        for m in 0..n {
            let (sum, spent) = (room.sum[sector * np + m], room.spent[sector * np + m]);
            if sum <= 0.0 {
                continue;
            }
            let row = (sector * n + m) * n;
            match trade {
                kernel::Trade::Own { per_power, .. } => flows[row + m] = spent * per_power[m],
                kernel::Trade::Open { net, .. } => {
                    for i in 0..n {
                        flows[row + i] = net[m * np + i] * room.supply[sector * np + i] / sum * spent;
                    }
                }
            }
        }
    }
    let world: f64 = (0..n).map(|c| wages[c].exp() * kernel.value_added[c] + room.revenue[c]).sum();
    let scale = kernel.deficit_scale(world);
    Equilibrium {
        wage: wages.iter().map(|w| w.exp()).collect(),
        price: by_sector(&|sector, m| prices[m * j + sector].exp()),
        cost: by_sector(&|sector, m| room.cost[m * jp + sector].exp()),
        expenditure: by_sector(&|sector, m| room.spent[sector * np + m]),
        flows,
        revenue: room.revenue,
        income: room.income,
        deficit: kernel.deficit.iter().map(|d| d * scale).collect(),
        residual,
        passes,
        method,
        state: z,
    }
}
