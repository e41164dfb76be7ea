//! The data of the model, checked, and the shares that follow from them.

use crate::ModelError;

/// Trade must balance to this share of a region's exports.
const BALANCED: f64 = 1e-8;

/// Regions, industries, trade at world prices, tariffs and elasticities, with what follows from them.
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    /// Names of the regions.
    pub regions: Vec<String>,
    /// Names of the industries.
    pub sectors: Vec<String>,
    /// Sales without tariffs, home sales among them: exporter, importer, industry. Any unit of money.
    pub trade: Vec<f64>,
    /// Tariffs as shares, in the same order: 0.1 is ten percent. Zero at home.
    pub tariff: Vec<f64>,
    /// Elasticity of substitution of each industry, above one.
    pub sigma: Vec<f64>,
    /// Share of each flow in what its importer spends on the industry, tariffs included.
    pub(super) share: Vec<f64>,
    /// Importer by industry: what is spent, tariffs included.
    pub(super) spent: Vec<f64>,
    /// Importer by industry: share in all that the importer spends.
    pub(super) budget: Vec<f64>,
    /// Each region's spending.
    pub(super) income: Vec<f64>,
    /// Each region's wages: sales times (sigma - 1) / sigma.
    pub(super) wages: Vec<f64>,
}

impl World {
    /// Checks the data and works out the shares.
    ///
    /// # Errors
    /// The first cell that cannot be used: wrong size, not finite, negative, a tariff at home, sigma of one or less, a region
    /// that neither sells nor buys, trade that does not balance.
    pub fn new(
        regions: Vec<String>,
        sectors: Vec<String>,
        trade: Vec<f64>,
        tariff: Vec<f64>,
        sigma: Vec<f64>,
    ) -> Result<Self, ModelError> {
        let (n, s) = (regions.len(), sectors.len());
        let wrong = |problem: String| Err(ModelError::Usage(problem));
        if n == 0 || s == 0 {
            return wrong(format!("the data hold {n} regions and {s} industries; there must be one of each"));
        }
        for (name, size, wanted) in [
            ("trade", trade.len(), n * n * s),
            ("tariff", tariff.len(), n * n * s),
            ("sigma", sigma.len(), s),
        ] {
            if size != wanted {
                return wrong(format!("`{name}` holds {size} figures; wanted are {wanted}"));
            }
        }
        for (k, value) in sigma.iter().enumerate() {
            if !(value.is_finite() && *value > 1.0) {
                return wrong(format!("sigma of {}: {value} is not a finite number above one", sectors[k]));
            }
        }
        for at in 0..n * n * s {
            let (i, j, k) = (at / (n * s), at / s % n, at % s);
            let place = || format!("from {} to {}, {}", regions[i], regions[j], sectors[k]);
            if !(trade[at].is_finite() && trade[at] >= 0.0) {
                return wrong(format!(
                    "trade {}: {} is not a finite number of zero or more",
                    place(),
                    trade[at]
                ));
            }
            if !(tariff[at].is_finite() && tariff[at] > -1.0) {
                return wrong(format!("tariff {}: {} is not a finite number above -1", place(), tariff[at]));
            }
            if i == j && tariff[at] != 0.0 {
                return wrong(format!(
                    "tariff {}: {}; a region has none on its own goods",
                    place(),
                    tariff[at]
                ));
            }
        }
        let mut share = vec![0.0; n * n * s];
        let mut spent = vec![0.0; n * s];
        let mut wages = vec![0.0; n];
        let (mut exports, mut imports) = (vec![0.0; n], vec![0.0; n]);
        for at in 0..n * n * s {
            let (i, j, k) = (at / (n * s), at / s % n, at % s);
            spent[j * s + k] += (1.0 + tariff[at]) * trade[at];
            wages[i] += (1.0 - 1.0 / sigma[k]) * trade[at];
            exports[i] += trade[at];
            imports[j] += trade[at];
        }
        for at in 0..n * n * s {
            let whole = spent[at / s % n * s + at % s];
            share[at] = if whole > 0.0 { (1.0 + tariff[at]) * trade[at] / whole } else { 0.0 };
        }
        let income: Vec<f64> = (0..n).map(|j| spent[j * s..(j + 1) * s].iter().sum()).collect();
        for (j, region) in regions.iter().enumerate() {
            if exports[j] <= 0.0 || imports[j] <= 0.0 {
                return wrong(format!("{region} sells or buys nothing: leave it out"));
            }
            let gap = (exports[j] - imports[j]) / exports[j];
            if gap.abs() > BALANCED {
                return wrong(format!(
                    "trade of {region} does not balance: it sells {} and buys {}; purge imbalances first",
                    exports[j], imports[j]
                ));
            }
        }
        let budget = (0..n * s).map(|at| spent[at] / income[at / s]).collect();
        Ok(World { regions, sectors, trade, tariff, sigma, share, spent, budget, income, wages })
    }

    /// How many regions and industries there are.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        (self.regions.len(), self.sectors.len())
    }

    /// Where a flow stands in a matrix.
    #[must_use]
    pub fn at(&self, exporter: usize, importer: usize, sector: usize) -> usize {
        let (n, s) = self.size();
        (exporter * n + importer) * s + sector
    }

    /// The flows into `importer` from abroad, industry by industry.
    pub fn imports_of(&self, importer: usize) -> impl Iterator<Item = usize> + '_ {
        let (n, s) = self.size();
        (0..n * s).filter(move |k| k / s != importer).map(move |k| self.at(k / s, importer, k % s))
    }

    /// The same data with trade elasticities (sigma less one) times a factor.
    ///
    /// # Errors
    /// If an elasticity is then no finite number above zero.
    pub fn with_elasticities_times(&self, factor: f64) -> Result<Self, ModelError> {
        let sigma = self.sigma.iter().map(|sigma| 1.0 + factor * (sigma - 1.0)).collect();
        Self::new(self.regions.clone(), self.sectors.clone(), self.trade.clone(), self.tariff.clone(), sigma)
    }

    /// The same data measured at another equilibrium, which becomes the one that changes are counted from.
    ///
    /// # Errors
    /// If the equilibrium is not one of this world: a wrong size, or trade that does not balance.
    pub fn moved_to(&self, tariff: &[f64], trade: &[f64]) -> Result<Self, ModelError> {
        Self::new(
            self.regions.clone(),
            self.sectors.clone(),
            trade.to_vec(),
            tariff.to_vec(),
            self.sigma.clone(),
        )
    }
}

/// All regions as players, and the flows into each from abroad, on which it sets the tariff.
#[must_use]
pub fn players(world: &World) -> (Vec<usize>, Vec<Vec<usize>>) {
    let all = 0..world.regions.len();
    (all.clone().collect(), all.map(|j| world.imports_of(j).collect()).collect())
}
