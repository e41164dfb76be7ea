//! What the publication reports of each country.

use super::{Equilibrium, Rebate, World};

/// The reported measures, by country.
#[derive(Clone, Debug, PartialEq)]
pub struct Measures {
    /// Real income less the cost of work, percent.
    pub welfare: Vec<f64>,
    /// Deficit (imports less exports, without tariffs), percent of its size before.
    pub deficit: Vec<f64>,
    /// Exports over labour income, percent.
    pub exports: Vec<f64>,
    /// Imports without tariffs over labour income, percent.
    pub imports: Vec<f64>,
    /// Work, percent.
    pub employment: Vec<f64>,
    /// Consumer prices, percent.
    pub prices: Vec<f64>,
    /// Tariff revenue over spending before, a share.
    pub revenue: Vec<f64>,
}

impl Measures {
    /// All of them, in the order above.
    #[must_use]
    pub fn all(&self) -> [&[f64]; 7] {
        [
            &self.welfare,
            &self.deficit,
            &self.exports,
            &self.imports,
            &self.employment,
            &self.prices,
            &self.revenue,
        ]
    }
}

/// Works the measures out from an equilibrium. A country without exports, imports or deficit before has no change of them:
/// not a number.
#[must_use]
pub fn measures(world: &World, answer: &Equilibrium) -> Measures {
    let n = world.len();
    let foreign = |trade: &[f64], country: usize, sells: bool| -> f64 {
        (0..n)
            .filter(|other| *other != country)
            .map(|other| if sells { trade[country * n + other] } else { trade[other * n + country] })
            .sum()
    };
    let labour = world.parameters.labour;
    let mut all = Measures {
        welfare: Vec::with_capacity(n),
        deficit: Vec::with_capacity(n),
        exports: Vec::with_capacity(n),
        imports: Vec::with_capacity(n),
        employment: answer.work.iter().map(|work| 100.0 * (work - 1.0)).collect(),
        prices: answer.price.iter().map(|price| 100.0 * (price - 1.0)).collect(),
        revenue: answer.revenue.iter().zip(&world.spending).map(|(paid, spent)| paid / spent).collect(),
    };
    for i in 0..n {
        let growth = answer.wage[i] * answer.work[i];
        let tax = match answer.closure.rebate {
            Rebate::IncomeTax => answer.revenue[i] / (world.income[i] * growth),
            Rebate::LumpSum => 0.0,
        };
        let toil = labour / (1.0 + labour) * (1.0 - tax) * world.income[i];
        let weight = world.spending[i] / (world.spending[i] - toil);
        let real = (weight * answer.spending[i] + (1.0 - weight) * growth) / answer.price[i];
        all.welfare.push(100.0 * (real - 1.0));
        let [sold, sells] = [&world.trade, &answer.trade].map(|trade| foreign(trade, i, true));
        let [bought, buys] = [&world.trade, &answer.trade].map(|trade| foreign(trade, i, false));
        let percent =
            |now: f64, then: f64| if then == 0.0 { f64::NAN } else { 100.0 * (now / growth / then - 1.0) };
        all.exports.push(percent(sells, sold));
        all.imports.push(percent(buys, bought));
        let (gap_before, gap) = (bought - sold, buys - sells);
        all.deficit.push(if gap_before == 0.0 {
            f64::NAN
        } else {
            100.0 * (gap - gap_before) / gap_before.abs()
        });
    }
    all
}
