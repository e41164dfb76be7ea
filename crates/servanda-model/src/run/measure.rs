//! The figures of one equilibrium beside its base, and ranges over many.

use crate::Economy;
use crate::equilibrium::Equilibrium;
use crate::welfare;

/// Each country's measures, by key.
pub(crate) const MEASURES: [&str; 15] = [
    "wage_hat",
    "welfare_pct",
    "tot_pct",
    "vot_pct",
    "real_wage_pct",
    "welfare_exact_pct",
    "equivalent_variation",
    "revenue",
    "imports",
    "exports",
    "balance",
    "balance_change",
    "terms_of_trade_path_pct",
    "volume_of_trade_path_pct",
    "transfer_path_pct",
];

/// How many of the measures stand without the way.
pub(crate) const WITHOUT_PATH: usize = 12;

/// The figures of one equilibrium. Where there is nothing to say, NaN: it is in no range.
#[derive(Debug, Clone)]
pub(crate) struct Figures {
    /// `[measure][N]`.
    pub countries: Vec<Vec<f64>>,
    /// Flows at the exporter's price, `[J][N][N]`.
    pub flows: Vec<f64>,
    /// Exports less imports with each partner, `[N][N]`.
    pub balances: Vec<f64>,
    /// The same less the base's, `[N][N]`.
    pub balance_changes: Vec<f64>,
    /// New price at the buyer over the base's, duty paid, `[J][N][N]`.
    pub buyer: Vec<f64>,
    /// New price at the exporter over the base's, `[J][N]`.
    pub exporter: Vec<f64>,
    /// `ln(buyer price) / ln(tariff power)`, `[J][N][N]`.
    pub pass_through: Vec<f64>,
}

/// Exports less imports with each partner, `[N][N]`.
pub(crate) fn balances(flows: &[f64], n: usize) -> Vec<f64> {
    let mut out = vec![0.0; n * n];
    for (at, flow) in flows.iter().enumerate() {
        let (importer, exporter) = (at / n % n, at % n);
        if importer != exporter {
            out[exporter * n + importer] += flow;
            out[importer * n + exporter] -= flow;
        }
    }
    out
}

impl Figures {
    /// No figures.
    pub fn nothing(economy: &Economy) -> Self {
        let (n, j) = (economy.countries(), economy.sectors());
        let cells = vec![f64::NAN; j * n * n];
        Self {
            countries: vec![vec![f64::NAN; n]; MEASURES.len()],
            flows: cells.clone(),
            balances: vec![f64::NAN; n * n],
            balance_changes: vec![f64::NAN; n * n],
            buyer: cells.clone(),
            exporter: vec![f64::NAN; j * n],
            pass_through: cells,
        }
    }

    /// Of an equilibrium.
    pub fn new(economy: &Economy, tariff_power: &[f64], found: &Equilibrium) -> Self {
        let p = economy.parts();
        let n = economy.countries();
        let exact = welfare::exact(economy, found);
        let linear = welfare::linear(economy, found);
        let before = balances(&economy.flows(), n);
        let balances = balances(&found.flows, n);
        let balance_changes: Vec<f64> = balances.iter().zip(&before).map(|(new, old)| new - old).collect();
        let mut countries = vec![vec![f64::NAN; n]; MEASURES.len()];
        let (mut imports, mut exports) = (vec![0.0; n], vec![0.0; n]);
        for (at, flow) in found.flows.iter().enumerate() {
            if at / n % n != at % n {
                imports[at / n % n] += flow;
                exports[at % n] += flow;
            }
        }
        for c in 0..n {
            let (terms, volume) = (linear.terms(c, |_| true), linear.volume(c, |_| true));
            let of = [
                found.wage[c],
                100.0 * (terms + volume),
                100.0 * terms,
                100.0 * volume,
                100.0 * (exact[c].real_wage - 1.0),
                100.0 * (exact[c].real_income - 1.0),
                exact[c].equivalent,
                found.revenue[c],
                imports[c],
                exports[c],
                exports[c] - imports[c],
                balance_changes[c * n..(c + 1) * n].iter().sum(),
            ];
            countries.iter_mut().zip(of).for_each(|(row, value)| row[c] = value);
        }
        let mut buyer = vec![f64::NAN; found.flows.len()];
        let mut pass_through = buyer.clone();
        for (at, share) in p.trade_share.iter().enumerate() {
            if *share > 0.0 && at / n % n != at % n {
                let change = tariff_power[at] / p.tariff_power[at];
                if change.is_finite() {
                    buyer[at] = change * found.cost[at / n / n * n + at % n];
                    pass_through[at] = if change == 1.0 { f64::NAN } else { buyer[at].ln() / change.ln() };
                }
            }
        }
        Self {
            countries,
            flows: found.flows.clone(),
            balances,
            balance_changes,
            buyer,
            exporter: found.cost.clone(),
            pass_through,
        }
    }

    fn arrays(&self) -> impl Iterator<Item = &Vec<f64>> {
        let single = [
            &self.flows,
            &self.balances,
            &self.balance_changes,
            &self.buyer,
            &self.exporter,
            &self.pass_through,
        ];
        self.countries.iter().chain(single)
    }

    fn arrays_mut(&mut self) -> impl Iterator<Item = &mut Vec<f64>> {
        let single = [
            &mut self.flows,
            &mut self.balances,
            &mut self.balance_changes,
            &mut self.buyer,
            &mut self.exporter,
            &mut self.pass_through,
        ];
        self.countries.iter_mut().chain(single)
    }
}

/// The least and the greatest of each figure. Neither depends on the order in which they come.
#[derive(Debug, Clone)]
pub(crate) struct Spread {
    pub low: Figures,
    pub high: Figures,
    pub count: usize,
}

impl Spread {
    pub fn new(figures: Figures) -> Self {
        Self { low: figures.clone(), high: figures, count: 1 }
    }

    /// Takes in the figures of one more solution.
    pub fn add(&mut self, new: &Figures) {
        self.widen(new, new);
        self.count += 1;
    }

    pub fn join(mut self, other: Self) -> Self {
        self.widen(&other.low, &other.high);
        self.count += other.count;
        self
    }

    fn widen(&mut self, low: &Figures, high: &Figures) {
        for (low, new) in self.low.arrays_mut().zip(low.arrays()) {
            // NaN is nobody's least.
            low.iter_mut().zip(new).for_each(|(low, new)| *low = low.min(*new));
        }
        for (high, new) in self.high.arrays_mut().zip(high.arrays()) {
            high.iter_mut().zip(new).for_each(|(high, new)| *high = high.max(*new));
        }
    }
}
