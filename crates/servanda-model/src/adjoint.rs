//! What a quantity of an equilibrium gains from each tariff: all tariffs from one solution of the transposed system.

use crate::equilibrium::kernel::Trade;
use crate::equilibrium::linear::{Linear, solve_one_less};
use crate::equilibrium::{Equilibrium, Kernel, Shock};
use crate::{Economy, ModelError, welfare};

/// A number that an equilibrium gives, whose slopes may be asked for. Countries and sectors are places in the base.
#[derive(Debug, Clone, PartialEq)]
pub enum Quantity {
    /// The logarithm of a country's real income against the base.
    RealIncome {
        /// Whose.
        country: usize,
    },
    /// The sum over countries of a weight times the logarithm of real income against the base; `N` weights.
    RealIncomes {
        /// The weights.
        weights: Vec<f64>,
    },
    /// What the change is worth to a country, in money at base prices (equivalent variation).
    Equivalent {
        /// Whose.
        country: usize,
    },
    /// Imports from an exporter over some sectors, in money at the exporter's price.
    Imports {
        /// Who buys.
        importer: usize,
        /// Who sells.
        exporter: usize,
        /// Of which sectors.
        sectors: Vec<usize>,
    },
    /// The duty that an importer collects on an exporter's goods of all sectors, in money.
    Revenue {
        /// Who collects.
        importer: usize,
        /// Whose goods.
        exporter: usize,
    },
}

impl Quantity {
    /// Its value at an equilibrium of a shock.
    #[must_use]
    pub fn value(&self, economy: &Economy, shock: &Shock, found: &Equilibrium) -> f64 {
        let n = economy.countries();
        match self {
            Self::RealIncome { country } => welfare::exact(economy, found)[*country].real_income.ln(),
            Self::RealIncomes { weights } => {
                let all = welfare::exact(economy, found);
                weights.iter().zip(all).map(|(weight, of)| weight * of.real_income.ln()).sum()
            }
            Self::Equivalent { country } => welfare::exact(economy, found)[*country].equivalent,
            Self::Imports { importer, exporter, sectors } => {
                sectors.iter().map(|sector| found.flows[(sector * n + importer) * n + exporter]).sum()
            }
            Self::Revenue { importer, exporter } => (0..economy.sectors())
                .map(|sector| (sector * n + importer) * n + exporter)
                .filter(|at| found.flows[*at] > 0.0)
                .map(|at| found.flows[at] * (shock.tariff_power[at] - 1.0))
                .sum(),
        }
    }

    /// How it moves where each part of the equilibrium does.
    fn partial(&self, economy: &Economy, shock: &Shock, found: &Equilibrium) -> Partial {
        let n = economy.countries();
        let mut partial = Partial { incomes: vec![0.0; n], flows: Vec::new() };
        match self {
            Self::RealIncome { country } => partial.incomes[*country] = 1.0,
            Self::RealIncomes { weights } => partial.incomes.copy_from_slice(weights),
            Self::Equivalent { country } => {
                let real = welfare::exact(economy, found)[*country].real_income;
                partial.incomes[*country] = real * economy.income()[*country];
            }
            Self::Imports { importer, exporter, sectors } => {
                for sector in sectors {
                    partial.flows.push(((sector * n + importer) * n + exporter, 1.0, 0.0));
                }
            }
            Self::Revenue { importer, exporter } => {
                for sector in 0..economy.sectors() {
                    let at = (sector * n + importer) * n + exporter;
                    if found.flows[at] > 0.0 {
                        partial.flows.push((at, shock.tariff_power[at] - 1.0, found.flows[at]));
                    }
                }
            }
        }
        // Trade at home is never taxed, and a sector named twice counts twice.
        partial.flows.retain(|(at, ..)| at / n % n != at % n);
        partial
    }
}

/// How a quantity depends on an equilibrium.
struct Partial {
    /// On the logarithm of each real income, `N`.
    incomes: Vec<f64>,
    /// On flows: the cell, the slope over the flow, and the slope over the cell's tariff while all flows stay.
    flows: Vec<(usize, f64, f64)>,
}

/// The slope of a quantity over each ad valorem tariff, `[J][N importer][N exporter]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradient {
    /// The slopes: times 0.01 is what one percentage point brings. Zero where there is no trade, and at home.
    pub slope: Vec<f64>,
    /// What is left of the transposed system over its right side.
    pub residual: f64,
    /// Products with the transposed Jacobian.
    pub products: usize,
}

/// The gradient of the logarithm of a country's real income at an equilibrium.
///
/// # Errors
/// What [`crate::equilibrium::solve`] would say of the shock.
pub fn gradient(
    economy: &Economy,
    shock: &Shock,
    found: &Equilibrium,
    country: usize,
) -> Result<Gradient, ModelError> {
    let kernel = Kernel::new(economy, shock, 1.0)?;
    let linear = Linear::new(&kernel, &found.state);
    Ok(one(economy, shock, found, &linear, &Quantity::RealIncome { country }))
}

/// The gradient of each quantity at an equilibrium of the shock: one transposed solution each.
///
/// # Errors
/// What [`crate::equilibrium::solve`] would say of the shock.
pub fn gradients(
    economy: &Economy,
    shock: &Shock,
    found: &Equilibrium,
    quantities: &[Quantity],
) -> Result<Vec<Gradient>, ModelError> {
    let kernel = Kernel::new(economy, shock, 1.0)?;
    let linear = Linear::new(&kernel, &found.state);
    Ok(quantities.iter().map(|quantity| one(economy, shock, found, &linear, quantity)).collect())
}

fn one(
    economy: &Economy,
    shock: &Shock,
    found: &Equilibrium,
    linear: &Linear<'_>,
    quantity: &Quantity,
) -> Gradient {
    let kernel = linear.kernel;
    let (n, j, np, jp) = (kernel.n, kernel.j, kernel.np, kernel.jp);
    let partial = quantity.partial(economy, shock, found);
    let incomes: Vec<f64> = partial.incomes.iter().zip(&linear.room.income).map(|(w, i)| w / i).collect();
    let mut right = linear.pull(&vec![0.0; kernel.size()], Some(&incomes)).state;
    // Real income is ln(income) less the price of final demand.
    for (country, weight) in partial.incomes.iter().enumerate().filter(|(_, weight)| **weight != 0.0) {
        for sector in 0..j {
            right[n + country * j + sector] -= weight * kernel.alpha[country * jp + sector];
        }
    }
    let sums = through_flows(linear, found, &partial.flows, &mut right);
    let answer = solve_one_less(|v| linear.pull(v, None).state, &right, 1e-13, 4000);
    let pulled = linear.pull(&answer.x, Some(&incomes));
    let mut slope = vec![0.0; j * n * n];
    for (sector, trade) in kernel.trade.iter().enumerate() {
        let Trade::Open { kernel: gross, net } = trade else { continue };
        let theta = kernel.theta[sector];
        for m in 0..n {
            let at = sector * np + m;
            let (sum, spent) = (linear.room.sum[at], linear.room.spent[at]);
            if sum <= 0.0 {
                continue;
            }
            for i in (0..n).filter(|i| *i != m) {
                let supply = linear.room.supply[sector * np + i] / sum;
                let (share, flow) = (gross[m * np + i] * supply, net[m * np + i] * supply * spent);
                if share == 0.0 {
                    continue;
                }
                let earned = pulled.revenue[m] - pulled.sales[i * jp + sector];
                let cell = (sector * n + m) * n + i;
                let log = (theta + 1.0) * flow * earned - theta * share * (pulled.sum[at] + sums[at]);
                slope[cell] = log / shock.tariff_power[cell];
            }
        }
    }
    for (cell, over_flow, over_tariff) in &partial.flows {
        let theta = kernel.theta[cell / n / n];
        if found.flows[*cell] > 0.0 {
            let direct = (theta + 1.0) * found.flows[*cell] * over_flow / shock.tariff_power[*cell];
            slope[*cell] += over_tariff - direct;
        }
    }
    Gradient { slope, residual: answer.residual, products: answer.products }
}

/// Adds to the right side what flows bring as the state moves, and gives the adjoints of the logarithm of price sums that they
/// bring, `[J][padded N]`.
fn through_flows(
    linear: &Linear<'_>,
    found: &Equilibrium,
    flows: &[(usize, f64, f64)],
    right: &mut [f64],
) -> Vec<f64> {
    let kernel = linear.kernel;
    let (n, j, np, jp) = (kernel.n, kernel.j, kernel.np, kernel.jp);
    let mut sums = vec![0.0; j * np];
    if flows.is_empty() {
        return sums;
    }
    // Adjoints of the logarithm of each exporter's supply.
    let mut supplies = vec![0.0; n * jp];
    for (cell, slope, _) in flows {
        let (sector, m, i) = (cell / n / n, cell / n % n, cell % n);
        let worth = slope * found.flows[*cell];
        let spent = linear.room.spent[sector * np + m];
        if worth == 0.0 || spent <= 0.0 {
            continue;
        }
        right[n * (1 + j) + m * j + sector] += worth / spent * kernel.spent[m * jp + sector];
        sums[sector * np + m] -= worth;
        supplies[i * jp + sector] += worth;
    }
    for (sector, trade) in kernel.trade.iter().enumerate() {
        let Trade::Open { kernel: gross, .. } = trade else { continue };
        for m in 0..n {
            let at = sector * np + m;
            if sums[at] == 0.0 || linear.room.sum[at] <= 0.0 {
                continue;
            }
            for i in 0..n {
                let share = gross[m * np + i] * linear.room.supply[sector * np + i] / linear.room.sum[at];
                supplies[i * jp + sector] += sums[at] * share;
            }
        }
    }
    for country in 0..n {
        for sector in 0..j {
            let cost = -kernel.theta[sector] * supplies[country * jp + sector];
            if cost == 0.0 {
                continue;
            }
            right[country] += kernel.beta[country * jp + sector] * cost;
            if kernel.has_inputs {
                for source in 0..j {
                    right[n + country * j + source] +=
                        kernel.inputs[(country * j + source) * jp + sector] * cost;
                }
            }
        }
    }
    sums
}
