//! From data to what the model starts from: distribution shares from two moments, sales at home, shares, elasticities.

use super::Trade;
use crate::ModelError;
use crate::newton::{self, System};
use faer::Mat;

/// Elasticities and how tariffs pass through.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters {
    /// Trade elasticity.
    pub trade: f64,
    /// Labour supply: percent more work per percent of real pay after tax.
    pub labour: f64,
    /// Scale: percent lower cost per percent more work.
    pub scale: f64,
    /// How much of a tariff passes through to the prices of a firm; 1 is all.
    pub pass_through: f64,
    /// Whether distribution stays with the buyer's country; without, `nu` is 0 and `phi` is 1 (Eaton, Kortum and Krugman).
    pub distribution: bool,
}

impl Default for Parameters {
    /// As in the publication's main case.
    fn default() -> Self {
        Parameters { trade: 4.0, labour: 0.5, scale: SCALE / 4.0, pass_through: 1.0, distribution: true }
    }
}

/// The product of scale and trade elasticity in the publication's main case.
const SCALE: f64 = 0.67;
/// Share of distribution in what the world and the United States spend.
const MOMENTS: [f64; 2] = [0.12, 0.26];

/// What the model starts from. Money is in thousands of dollars.
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    /// Names of the countries.
    pub countries: Vec<String>,
    /// Which is the United States.
    pub us: usize,
    /// Elasticities.
    pub parameters: Parameters,
    /// Spending of each country.
    pub spending: Vec<f64>,
    /// Labour income of each.
    pub income: Vec<f64>,
    /// Transfer that each receives; they add up to zero.
    pub transfer: Vec<f64>,
    /// Sales: exporter, importer, home sales among them.
    pub trade: Vec<f64>,
    /// Share of each origin in a country's spending.
    pub share: Vec<f64>,
    /// Share of its spending that a country's own distribution keeps.
    pub nu: Vec<f64>,
    /// How many times the trade elasticity a country's purchases answer to its tariffs.
    pub phi: Vec<f64>,
}

impl World {
    /// Works out shares and elasticities from the data.
    ///
    /// # Errors
    /// If the parameters cannot be used, the moments have no solution, or a country sells nothing.
    pub fn new(data: &Trade, parameters: Parameters) -> Result<Self, ModelError> {
        for (name, value, least) in [
            ("trade elasticity", parameters.trade, f64::MIN_POSITIVE),
            ("labour supply elasticity", parameters.labour, 0.0),
            ("scale elasticity", parameters.scale, 0.0),
            ("pass-through", parameters.pass_through, f64::MIN_POSITIVE),
        ] {
            if !(value.is_finite() && value >= least) {
                return Err(ModelError::Usage(format!(
                    "the {name} is {value}; it must be finite and not below zero"
                )));
            }
        }
        let n = data.countries.len();
        let sums = |trade: &[f64]| {
            let exports: Vec<f64> = trade.chunks(n).map(|row| row.iter().sum()).collect();
            let imports: Vec<f64> = (0..n).map(|j| (0..n).map(|i| trade[i * n + j]).sum()).collect();
            (exports, imports)
        };
        // The moments fix how the data are read, whether or not distribution is then left out.
        let [elsewhere, at_home] = distribution_shares(data)?;
        let mut nu = vec![elsewhere; n];
        nu[data.us] = at_home;
        let (_, imports) = sums(&data.trade);
        let mut trade = data.trade.clone();
        for j in 0..n {
            let kept: f64 = (0..n).map(|i| (1.0 - nu[i]) * data.trade[j * n + i]).sum();
            let spending = data.gdp[j] + (1.0 - nu[j]) * (imports[j] - kept);
            // Where imports are more than all spending, nothing is left for home sales.
            trade[j * n + j] = (spending - imports[j]).max(0.0);
        }
        let (_, spending) = sums(&trade);
        let theta = 4.0 / SCALE;
        let phi = if parameters.distribution {
            nu.iter()
                .map(|nu| parameters.pass_through + (1.0 + theta) / ((1.0 - nu) * theta) - 1.0 / theta - 1.0)
                .collect()
        } else {
            nu = vec![0.0; n];
            vec![1.0; n]
        };
        let income: Vec<f64> = (0..n)
            .map(|i| (0..n).map(|j| (1.0 - nu[j]) * trade[i * n + j]).sum::<f64>() + nu[i] * spending[i])
            .collect();
        for (i, country) in data.countries.iter().enumerate() {
            for (what, value) in [("earns", income[i]), ("spends", spending[i])] {
                if value <= 0.0 {
                    return Err(ModelError::Usage(format!("{country} {what} nothing: leave it out")));
                }
            }
        }
        Ok(World {
            countries: data.countries.clone(),
            us: data.us,
            parameters,
            transfer: spending.iter().zip(&income).map(|(spent, earned)| spent - earned).collect(),
            share: trade.iter().enumerate().map(|(at, flow)| flow / spending[at % n]).collect(),
            spending,
            income,
            trade,
            nu,
            phi,
        })
    }

    /// How many countries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.countries.len()
    }

    /// Whether there is no country.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.countries.is_empty()
    }
}

/// The distribution shares of the rest of the world and of the United States at which two moments hold: the share of
/// distribution in all sales of each, when both are taken as one country.
fn distribution_shares(data: &Trade) -> Result<[f64; 2], ModelError> {
    let n = data.countries.len();
    let us = data.us;
    let gdp = [data.gdp.iter().enumerate().filter(|(k, _)| *k != us).map(|(_, y)| y).sum(), data.gdp[us]];
    let mut trade = [[0.0; 2]; 2];
    for at in 0..n * n {
        trade[usize::from(at / n == us)][usize::from(at % n == us)] += data.trade[at];
    }
    let mut moments = Moments { gdp, trade };
    let root = newton::solve(&mut moments, &[0.1, 0.24])
        .map_err(|error| ModelError::Usage(format!("distribution shares from two moments: {error}")))?;
    Ok([root.y[0].max(0.0), root.y[1].max(0.0)])
}

struct Moments {
    gdp: [f64; 2],
    trade: [[f64; 2]; 2],
}

impl Moments {
    fn gaps(&self, nu: [f64; 2]) -> [f64; 2] {
        let [to_home, to_abroad] = [self.trade[0][1], self.trade[1][0]];
        let spending = |k: usize| {
            let imports = self.trade[0][k] + self.trade[1][k];
            let kept: f64 = (0..2).map(|j| (1.0 - nu[j]) * self.trade[k][j]).sum();
            self.gdp[k] + (1.0 - nu[k]) * (imports - kept)
        };
        let (abroad, home) = (spending(0) - to_abroad, spending(1) - to_home);
        let (own_abroad, own_home) = (abroad / (abroad + to_home), home / (home + to_abroad));
        [
            own_abroad * nu[0] + (1.0 - own_abroad) * nu[1] - MOMENTS[0],
            own_home * nu[1] + (1.0 - own_home) * nu[0] - MOMENTS[1],
        ]
    }
}

impl System for Moments {
    fn unknowns(&self) -> usize {
        2
    }

    fn residual(&mut self, y: &[f64], out: &mut [f64]) {
        out.copy_from_slice(&self.gaps([y[0], y[1]]));
    }

    /// By central differences: two smooth equations, solved to rounding all the same.
    fn jacobian(&mut self, y: &[f64], out: &mut Mat<f64>) {
        let h = 1e-6;
        for k in 0..2 {
            let (mut up, mut down) = ([y[0], y[1]], [y[0], y[1]]);
            up[k] += h;
            down[k] -= h;
            let (up, down) = (self.gaps(up), self.gaps(down));
            for row in 0..2 {
                out[(row, k)] = (up[row] - down[row]) / (2.0 * h);
            }
        }
    }
}
