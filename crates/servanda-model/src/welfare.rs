//! What an equilibrium means for each country: exact real income, and the linear measure that Caliendo and Parro print.
//!
//! The printed measure (their equation 16) is one step of first order: base flows and base tariffs, and the whole change of unit
//! costs and imports. For Mexico it gives 1.31 percent where real income rises by 0.01: it belongs beside the exact figure,
//! never in its place.

use crate::Economy;
use crate::equilibrium::Equilibrium;

/// What a country gains.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Welfare {
    /// New real income over the base's: income over the price of final demand.
    pub real_income: f64,
    /// New real wage over the base's.
    pub real_wage: f64,
    /// Money that the change is worth at the base's prices (equivalent variation).
    pub equivalent: f64,
}

/// Exact real income and real wage, `N`.
pub fn exact(economy: &Economy, found: &Equilibrium) -> Vec<Welfare> {
    let p = economy.parts();
    let n = economy.countries();
    let income = economy.income();
    (0..n)
        .map(|country| {
            let price: f64 = (country..p.final_share.len())
                .step_by(n)
                .map(
                    |at| if p.final_share[at] > 0.0 { p.final_share[at] * found.price[at].ln() } else { 0.0 },
                )
                .sum::<f64>()
                .exp();
            let real_income = found.income[country] / income[country] / price;
            Welfare {
                real_income,
                real_wage: found.wage[country] / price,
                equivalent: (real_income - 1.0) * income[country],
            }
        })
        .collect()
}

/// The parts of the printed linear measure, by partner.
#[derive(Debug, Clone, PartialEq)]
pub struct Linear {
    /// Terms of trade with each partner, `[N country][N partner]`, a share of base income.
    pub terms_of_trade: Vec<f64>,
    /// Volume of trade with each partner, `[N country][N partner]`, a share of base income.
    pub volume_of_trade: Vec<f64>,
    countries: usize,
}

impl Linear {
    /// A country's terms of trade with partners.
    pub fn terms(&self, country: usize, with: impl Fn(usize) -> bool) -> f64 {
        self.sum(&self.terms_of_trade, country, with)
    }

    /// A country's volume of trade with partners.
    pub fn volume(&self, country: usize, with: impl Fn(usize) -> bool) -> f64 {
        self.sum(&self.volume_of_trade, country, with)
    }

    fn sum(&self, of: &[f64], country: usize, with: impl Fn(usize) -> bool) -> f64 {
        let row = &of[country * self.countries..(country + 1) * self.countries];
        row.iter().enumerate().filter(|(partner, _)| with(*partner)).map(|(_, v)| v).sum()
    }
}

/// The printed linear measure: one step of first order with base weights, and whole changes.
pub fn linear(economy: &Economy, found: &Equilibrium) -> Linear {
    let p = economy.parts();
    let n = economy.countries();
    let flows = economy.flows();
    let income = economy.income();
    let (mut terms, mut volume) = (vec![0.0; n * n], vec![0.0; n * n]);
    for (at, flow) in flows.iter().enumerate() {
        let (sector, importer, exporter) = (at / n / n, at / n % n, at % n);
        if *flow == 0.0 || importer == exporter {
            continue;
        }
        let dearer = found.cost[sector * n + exporter] - 1.0;
        let growth = found.flows[at] / flow - 1.0;
        terms[importer * n + exporter] -= flow * dearer / income[importer];
        terms[exporter * n + importer] += flow * dearer / income[exporter];
        volume[importer * n + exporter] +=
            (p.tariff_power[at] - 1.0) * flow * (growth - dearer) / income[importer];
    }
    Linear { terms_of_trade: terms, volume_of_trade: volume, countries: n }
}
