//! One scenario's kernel and the map whose fixed point is the equilibrium.
//!
//! The state is `[ln wage (N) | ln price (N x J) | expenditure over base expenditure (N x J)]`, country-major. What powers there
//! are of tariffs is worked out once; a pass takes one exponential and one logarithm for each country and sector, and reads the
//! kernel once. Every sum has one order, whatever the number of threads: nothing here runs in parallel.

use super::sums::{axpy, dot, dots, padded};
use super::{Closure, Numeraire, Shock};
use crate::{Economy, ModelError};

/// How a sector is traded.
#[derive(Debug, Clone)]
pub(crate) enum Trade {
    /// Everybody buys at home: `1 / tariff power` at home and the kernel's entry.
    Own { kernel: Vec<f64>, per_power: Vec<f64> },
    /// `[N importer][padded exporter]`: the base share times the tariff change to the power of minus theta, and the same over
    /// the new tariff power.
    Open { kernel: Vec<f64>, net: Vec<f64> },
}

/// What is fixed in a scenario.
#[derive(Debug, Clone)]
pub(crate) struct Kernel {
    pub n: usize,
    pub j: usize,
    /// Padded countries and sectors.
    pub np: usize,
    pub jp: usize,
    pub theta: Vec<f64>,
    /// Value added in costs, `[N][padded J]`.
    pub beta: Vec<f64>,
    /// What sales leave after inputs, `[N][padded J]`: value added, free of the rounding of published input shares.
    pub left: Vec<f64>,
    /// Input cost shares in gross output, `[N][J source][padded using]`.
    pub inputs: Vec<f64>,
    pub has_inputs: bool,
    /// `[N][padded J]`.
    pub alpha: Vec<f64>,
    pub value_added: Vec<f64>,
    pub deficit: Vec<f64>,
    pub closure: Closure,
    pub numeraire: Numeraire,
    /// World value added, and world income without deficits, both in the base.
    pub world_value_added: f64,
    pub world_income: f64,
    /// Base expenditure, `[N][padded J]`.
    pub spent: Vec<f64>,
    pub trade: Vec<Trade>,
}

/// A flow whose tariff changes: what its entries of the kernel are made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moved {
    sector: usize,
    importer: usize,
    exporter: usize,
    share: f64,
    /// The logarithm of the tariff change.
    change: f64,
    power: f64,
}

/// What a pass works out on its way.
#[derive(Debug, Clone)]
pub(crate) struct Pass {
    /// `ln c`, `[N][padded J]`.
    pub cost: Vec<f64>,
    /// `c ^ -theta`, `[J][padded N]`.
    pub supply: Vec<f64>,
    /// The price sum, `[J][padded N]`; zero where nothing is bought.
    pub sum: Vec<f64>,
    /// Expenditure, `[J][padded N]`.
    pub spent: Vec<f64>,
    /// Sales at the exporter's price, `[N][padded J]`.
    pub sales: Vec<f64>,
    pub revenue: Vec<f64>,
    pub income: Vec<f64>,
    /// What sales leave for labour, `N`.
    pub labour: Vec<f64>,
    row: Vec<f64>,
}

impl Kernel {
    /// The kernel at a part `along` (0 to 1) of the way from the base's tariffs to the shock's. Tariffs move in logarithms;
    /// trade that the shock forbids falls in proportion.
    ///
    /// # Errors
    /// A cell in which something is spent and no supplier is left.
    pub fn new(economy: &Economy, shock: &Shock, along: f64) -> Result<Self, ModelError> {
        let p = economy.parts();
        let (n, j) = (economy.countries(), economy.sectors());
        let (np, jp) = (padded(n), padded(j));
        let by_country = |values: &[f64]| {
            let mut out = vec![0.0; n * jp];
            for (at, value) in values.iter().enumerate() {
                out[at % n * jp + at / n] = *value;
            }
            out
        };
        let mut inputs = vec![0.0; n * j * jp];
        for (at, share) in p.input_share.iter().enumerate() {
            let (country, using) = (at / j / j, at % j);
            inputs[at / j * jp + using] = share * (1.0 - p.value_added_share[using * n + country]);
        }
        let left = economy.left_share();
        let mut trade = Vec::with_capacity(j);
        for sector in 0..j {
            trade.push(trade_of(economy, shock, along, sector)?);
        }
        let revenue: f64 = economy.revenue().iter().sum();
        let world_value_added = p.value_added.iter().sum();
        Ok(Self {
            n,
            j,
            np,
            jp,
            theta: p.theta.clone(),
            beta: by_country(&p.value_added_share),
            left: by_country(&left),
            has_inputs: inputs.iter().any(|a| *a != 0.0),
            inputs,
            alpha: by_country(&p.final_share),
            value_added: p.value_added.clone(),
            deficit: match shock.closure {
                Closure::Balanced => vec![0.0; n],
                Closure::Nominal | Closure::WorldIncome => p.deficit.clone(),
            },
            closure: shock.closure,
            numeraire: shock.numeraire,
            world_value_added,
            world_income: world_value_added + revenue,
            spent: by_country(&p.expenditure),
            trade,
        })
    }

    /// The flows whose entries depend on the elasticities.
    pub fn moved(&self, economy: &Economy, shock: &Shock) -> Vec<Moved> {
        let p = economy.parts();
        let n = self.n;
        let mut moved = Vec::new();
        for (at, share) in p.trade_share.iter().enumerate() {
            let (old, power) = (p.tariff_power[at], shock.tariff_power[at]);
            if *share > 0.0 && power.is_finite() && power != old {
                let [sector, importer, exporter] = [at / n / n, at / n % n, at % n];
                moved.push(Moved {
                    sector,
                    importer,
                    exporter,
                    share: *share,
                    change: (power / old).ln(),
                    power,
                });
            }
        }
        moved
    }

    /// Takes other elasticities. False where an entry becomes zero or is none, so that the kernel must be made anew.
    pub fn set_theta(&mut self, theta: &[f64], moved: &[Moved]) -> bool {
        self.theta.copy_from_slice(theta);
        for one in moved {
            let entry = one.share * (-theta[one.sector] * one.change).exp();
            if !(entry > 0.0 && entry.is_finite()) {
                return false;
            }
            match &mut self.trade[one.sector] {
                Trade::Open { kernel, net } => {
                    let at = one.importer * self.np + one.exporter;
                    (kernel[at], net[at]) = (entry, entry / one.power);
                }
                Trade::Own { kernel, .. } if one.importer == one.exporter => kernel[one.importer] = entry,
                Trade::Own { .. } => return false,
            }
        }
        true
    }

    /// The length of the state.
    pub fn size(&self) -> usize {
        self.n * (1 + 2 * self.j)
    }

    /// The state in which nothing has changed.
    pub fn start(&self) -> Vec<f64> {
        let mut z = vec![0.0; self.size()];
        z[self.n * (1 + self.j)..].fill(1.0);
        z
    }

    /// The state's wages, prices and expenditure.
    pub fn split<'z>(&self, z: &'z [f64]) -> (&'z [f64], &'z [f64], &'z [f64]) {
        let (wages, rest) = z.split_at(self.n);
        let (prices, spent) = rest.split_at(self.n * self.j);
        (wages, prices, spent)
    }

    /// Room for a pass.
    pub fn room(&self) -> Pass {
        let (n, j, np, jp) = (self.n, self.j, self.np, self.jp);
        Pass {
            cost: vec![0.0; n * jp],
            supply: vec![0.0; j * np],
            sum: vec![0.0; j * np],
            spent: vec![0.0; j * np],
            sales: vec![0.0; n * jp],
            revenue: vec![0.0; n],
            income: vec![0.0; n],
            labour: vec![0.0; n],
            row: vec![0.0; np],
        }
    }

    /// The log cost changes that wages and prices bring, into `cost`.
    pub fn costs(&self, wages: &[f64], prices: &[f64], cost: &mut [f64]) {
        let (j, jp) = (self.j, self.jp);
        for (country, row) in cost.chunks_exact_mut(jp).enumerate() {
            let beta = &self.beta[country * jp..(country + 1) * jp];
            row.iter_mut().zip(beta).for_each(|(c, b)| *c = b * wages[country]);
            if self.has_inputs {
                let inputs = &self.inputs[country * j * jp..(country + 1) * j * jp];
                for (block, price) in inputs.chunks_exact(jp).zip(&prices[country * j..(country + 1) * j]) {
                    axpy(*price, block, row);
                }
            }
        }
    }

    /// Sales of inputs to a country's own sectors and its final demand, over base expenditure: the new expenditure.
    fn spend(&self, country: usize, income: f64, sales: &[f64], out: &mut [f64]) {
        let (j, jp) = (self.j, self.jp);
        for (sector, out) in out.iter_mut().enumerate() {
            let at = country * jp + sector;
            let base = self.spent[at];
            if base > 0.0 {
                let mut spent = self.alpha[at] * income;
                if self.has_inputs {
                    let from = (country * j + sector) * jp;
                    spent += dot(&self.inputs[from..from + jp], sales);
                }
                *out = spent / base;
            } else {
                *out = 1.0;
            }
        }
    }

    /// One pass: the state that follows from a state.
    pub fn pass(&self, z: &[f64], next: &mut [f64], room: &mut Pass) {
        let (n, j, np, jp) = (self.n, self.j, self.np, self.jp);
        let (wages, prices, spent) = self.split(z);
        self.costs(wages, prices, &mut room.cost);
        for country in 0..n {
            for sector in 0..j {
                let at = country * jp + sector;
                room.supply[sector * np + country] = (-self.theta[sector] * room.cost[at]).exp();
                room.spent[sector * np + country] = spent[country * j + sector] * self.spent[at];
            }
        }
        room.revenue.fill(0.0);
        let (next_wages, rest) = next.split_at_mut(n);
        let (next_prices, next_spent) = rest.split_at_mut(n * j);
        for (sector, trade) in self.trade.iter().enumerate() {
            let of = sector * np..(sector + 1) * np;
            let (supply, spent) = (&room.supply[of.clone()], &room.spent[of.clone()]);
            let sum = &mut room.sum[of];
            match trade {
                Trade::Own { kernel, per_power } => {
                    for m in 0..n {
                        sum[m] = kernel[m] * supply[m];
                        let net = spent[m] * per_power[m];
                        room.sales[m * jp + sector] = if sum[m] > 0.0 { net } else { 0.0 };
                        room.revenue[m] += if sum[m] > 0.0 { spent[m] - net } else { 0.0 };
                    }
                }
                Trade::Open { kernel, net } => {
                    room.row.fill(0.0);
                    for m in 0..n {
                        let rows = m * np..(m + 1) * np;
                        let (gross, paid) = dots(&kernel[rows.clone()], &net[rows.clone()], supply);
                        sum[m] = gross;
                        if gross > 0.0 {
                            let each = spent[m] / gross;
                            room.revenue[m] += spent[m] - paid * each;
                            axpy(each, &net[rows], &mut room.row);
                        }
                    }
                    for (i, supply) in supply.iter().enumerate().take(n) {
                        room.sales[i * jp + sector] = room.row[i] * supply;
                    }
                }
            }
            for m in 0..n {
                // Where nothing is bought there is no price: its change stays one.
                next_prices[m * j + sector] =
                    if sum[m] > 0.0 { -sum[m].ln() / self.theta[sector] } else { 0.0 };
            }
        }
        self.incomes(wages, room);
        for country in 0..n {
            let of = country * jp..(country + 1) * jp;
            room.labour[country] = dot(&self.left[of.clone()], &room.sales[of.clone()]);
            next_wages[country] = (room.labour[country] / self.value_added[country]).ln();
            let out = &mut next_spent[country * j..(country + 1) * j];
            self.spend(country, room.income[country], &room.sales[of], out);
        }
        let shift = match self.numeraire {
            Numeraire::WorldValueAdded => (room.labour.iter().sum::<f64>() / self.world_value_added).ln(),
            Numeraire::WageOf(country) => next_wages[country],
        };
        next_wages.iter_mut().for_each(|w| *w -= shift);
    }

    fn incomes(&self, wages: &[f64], room: &mut Pass) {
        let mut world = 0.0;
        for (country, wage) in wages.iter().enumerate() {
            room.income[country] = wage.exp() * self.value_added[country] + room.revenue[country];
            world += room.income[country];
        }
        let scale = self.deficit_scale(world);
        for (income, deficit) in room.income.iter_mut().zip(&self.deficit) {
            *income += deficit * scale;
        }
    }

    /// What deficits are multiplied with, given the world's income without them.
    pub fn deficit_scale(&self, world: f64) -> f64 {
        match self.closure {
            Closure::Balanced | Closure::Nominal => 1.0,
            Closure::WorldIncome => world / self.world_income,
        }
    }
}

fn trade_of(economy: &Economy, shock: &Shock, along: f64, sector: usize) -> Result<Trade, ModelError> {
    let p = economy.parts();
    let n = economy.countries();
    let np = padded(n);
    let (mut kernel, mut net) = (vec![0.0; n * np], vec![0.0; n * np]);
    let mut open = false;
    for m in 0..n {
        let mut left = false;
        for i in 0..n {
            let at = (sector * n + m) * n + i;
            let share = p.trade_share[at];
            if share <= 0.0 {
                continue;
            }
            let (old, new) = (p.tariff_power[at], shock.tariff_power[at]);
            let (entry, power) = if new == f64::INFINITY {
                (share * (1.0 - along), old)
            } else {
                let change = (new / old).ln() * along;
                (share * (-p.theta[sector] * change).exp(), old * change.exp())
            };
            let power = if along == 1.0 && new.is_finite() { new } else { power };
            kernel[m * np + i] = entry;
            net[m * np + i] = entry / power;
            left |= entry > 0.0;
            open |= m != i && entry > 0.0;
        }
        if !left && p.expenditure[sector * n + m] > 0.0 {
            let problem = "the tariffs leave no supplier, and something is spent; leave one open";
            return Err(ModelError::cell("tariffs", economy.name2(sector * n + m), problem));
        }
    }
    if open {
        return Ok(Trade::Open { kernel, net });
    }
    let own = |values: &[f64]| -> Vec<f64> { (0..n).map(|m| values[m * np + m]).collect() };
    let (kernel, net) = (own(&kernel), own(&net));
    let per_power = kernel.iter().zip(&net).map(|(k, n)| if *k > 0.0 { n / k } else { 0.0 }).collect();
    Ok(Trade::Own { kernel, per_power })
}
