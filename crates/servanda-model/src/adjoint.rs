//! What a country's real income gains from each tariff: all of them from one solution of the transposed system.

use crate::equilibrium::kernel::Trade;
use crate::equilibrium::linear::{Linear, solve_one_less};
use crate::equilibrium::{Equilibrium, Kernel, Shock};
use crate::{Economy, ModelError};

/// The slope of a country's real income in logarithms over each ad valorem tariff, `[J][N importer][N exporter]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradient {
    /// The slopes: times 0.01 is what one percentage point brings. Zero where there is no trade, and at home.
    pub slope: Vec<f64>,
    /// What is left of the transposed system over its right side.
    pub residual: f64,
    /// Products with the transposed Jacobian.
    pub products: usize,
}

/// The gradient of a country's real income at an equilibrium.
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
    let (n, j, np, jp) = (kernel.n, kernel.j, kernel.np, kernel.jp);
    let linear = Linear::new(&kernel, &found.state);
    let mut incomes = vec![0.0; n];
    incomes[country] = 1.0 / linear.room.income[country];
    // Real income is ln(income) less the price of final demand.
    let mut right = linear.pull(&vec![0.0; kernel.size()], Some(&incomes)).state;
    for sector in 0..j {
        right[n + country * j + sector] -= kernel.alpha[country * jp + sector];
    }
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
                let log = (theta + 1.0) * flow * earned - theta * share * pulled.sum[at];
                slope[cell] = log / shock.tariff_power[cell];
            }
        }
    }
    Ok(Gradient { slope, residual: answer.residual, products: answer.products })
}
