//! A base: countries, sectors, shares, tariffs and flows, checked.
//!
//! # Layout
//!
//! With `N` countries and `J` sectors, every array is flat and sector-major:
//!
//! | shape | place of an entry |
//! | --- | --- |
//! | `[J][N]` | `j * N + n` |
//! | `[J][N][N]` | `(j * N + importer) * N + exporter` |
//! | `[N][J][J]` | `(n * J + source sector) * J + using sector` |

use crate::ModelError;

/// Shares and sums are held to this, as data are published in few digits.
pub const ACCOUNTING_TOLERANCE: f64 = 1e-5;

/// Input-output tables book a by-product as an input below zero; published ones have a few, and all are small.
pub const LEAST_INPUT_SHARE: f64 = -0.01;

/// The numbers of a base, before they are checked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parts {
    /// The countries' names, `N`.
    pub countries: Vec<String>,
    /// The sectors' names, `J`.
    pub sectors: Vec<String>,
    /// Value added in gross output, `[J][N]`, from 0 to 1.
    pub value_added_share: Vec<f64>,
    /// What sectors buy of each other, within intermediates, `[N][J source][J using]`; over sources they sum to one.
    pub input_share: Vec<f64>,
    /// Final demand, `[J][N]`; over sectors they sum to one.
    pub final_share: Vec<f64>,
    /// The trade elasticity of each sector, `J`, above zero.
    pub theta: Vec<f64>,
    /// One plus the ad valorem tariff, `[J][N importer][N exporter]`.
    pub tariff_power: Vec<f64>,
    /// The share of each exporter in what an importer spends on a sector, `[J][N importer][N exporter]`.
    pub trade_share: Vec<f64>,
    /// Value added, `N`, in money.
    pub value_added: Vec<f64>,
    /// What a country spends beyond its income, `N`, in money: its trade deficit. They sum to zero.
    pub deficit: Vec<f64>,
    /// What is spent, tariffs included, `[J][N]`, in money.
    pub expenditure: Vec<f64>,
}

/// A base whose accounting was checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Economy {
    parts: Parts,
}

impl Economy {
    /// Checks the numbers of a base.
    ///
    /// Zero flows are right, also where a country imports nothing of a sector or spends nothing on it.
    ///
    /// # Errors
    /// The first cell that is wrong: a number that is not finite or below zero, shares that do not sum to one, deficits that
    /// do not sum to zero, expenditure that no exporter meets.
    pub fn new(parts: Parts) -> Result<Self, ModelError> {
        check_shape(&parts)?;
        let economy = Self { parts };
        economy.check_numbers()?;
        economy.check_sums()?;
        Ok(economy.exact())
    }

    /// Final shares, trade shares and deficits that are right but for rounding become exactly right, so that no money is lost
    /// or made. Input shares stay: what they leave is value added ([`Self::left_share`]).
    fn exact(mut self) -> Self {
        let (n, p) = (self.parts.countries.len(), &mut self.parts);
        for country in 0..n {
            let cells = p.final_share.len();
            scale_to_one(&mut p.final_share, (country..cells).step_by(n));
        }
        for row in 0..p.expenditure.len() {
            scale_to_one(&mut p.trade_share, row * n..(row + 1) * n);
        }
        let world: f64 = p.value_added.iter().sum();
        let off: f64 = p.deficit.iter().sum();
        if off.abs() > 1e-15 * world {
            p.deficit.iter_mut().zip(&p.value_added).for_each(|(d, v)| *d -= off * v / world);
        }
        self
    }

    /// The numbers.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The number of countries.
    pub fn countries(&self) -> usize {
        self.parts.countries.len()
    }

    /// The number of sectors.
    pub fn sectors(&self) -> usize {
        self.parts.sectors.len()
    }

    /// The same base with other trade elasticities, one for each sector.
    ///
    /// # Errors
    /// One that is not finite or not above zero.
    pub fn with_theta(&self, theta: Vec<f64>) -> Result<Self, ModelError> {
        self.check_theta(&theta)?;
        Ok(Self { parts: Parts { theta, ..self.parts.clone() } })
    }

    /// One elasticity for each sector, finite and above zero.
    pub(crate) fn check_theta(&self, theta: &[f64]) -> Result<(), ModelError> {
        let sectors = &self.parts.sectors;
        if theta.len() != sectors.len() {
            let (is, must) = (theta.len(), sectors.len());
            return Err(ModelError::Usage(format!("there are {is} trade elasticities, and {must} sectors")));
        }
        each("trade elasticity", theta, |at| sectors[at].clone(), |v| v > 0.0, "must be above zero")
    }

    /// Flows at the exporter's price, without tariffs, `[J][N importer][N exporter]`, in money.
    pub fn flows(&self) -> Vec<f64> {
        let p = &self.parts;
        let n = self.countries();
        let cells = p.trade_share.iter().zip(&p.tariff_power).enumerate();
        cells.map(|(at, (share, power))| flow(*share, p.expenditure[at / n], *power)).collect()
    }

    /// Tariff revenue, `N`, in money.
    pub fn revenue(&self) -> Vec<f64> {
        let n = self.countries();
        let mut revenue = vec![0.0; n];
        for (at, (flow, power)) in self.flows().iter().zip(&self.parts.tariff_power).enumerate() {
            if *flow > 0.0 {
                revenue[at / n % n] += flow * (power - 1.0);
            }
        }
        revenue
    }

    /// What each country spends on final demand, `N`, in money: value added, tariff revenue and deficit.
    pub fn income(&self) -> Vec<f64> {
        let p = &self.parts;
        let own = p.value_added.iter().zip(&p.deficit);
        self.revenue().iter().zip(own).map(|(revenue, (value, deficit))| revenue + value + deficit).collect()
    }

    /// What a sector's sales leave after inputs, `[J][N]`: the value-added share, but for the rounding of input shares.
    pub fn left_share(&self) -> Vec<f64> {
        left_share(&self.parts)
    }

    /// A cell by name: `Mexico, Textile`.
    pub(crate) fn name2(&self, at: usize) -> String {
        let n = self.countries();
        format!("{}, {}", self.parts.countries[at % n], self.parts.sectors[at / n])
    }

    /// A cell by name: `Mexico from USA, Textile`.
    pub(crate) fn name3(&self, at: usize) -> String {
        let n = self.countries();
        let names = &self.parts.countries;
        format!("{} from {}, {}", names[at / n % n], names[at % n], self.parts.sectors[at / n / n])
    }

    fn check_numbers(&self) -> Result<(), ModelError> {
        let p = &self.parts;
        let country = |at: usize| p.countries[at].clone();
        each("value added", &p.value_added, country, |v| v > 0.0, "must be above zero")?;
        each("deficit", &p.deficit, country, |_| true, "")?;
        self.check_theta(&p.theta)?;
        let share = |v: f64| (0.0..=1.0 + ACCOUNTING_TOLERANCE).contains(&v);
        let within = "must be between 0 and 1";
        let name2 = |at| self.name2(at);
        each("value-added share", &p.value_added_share, name2, |v| (0.0..=1.0).contains(&v), within)?;
        each("final share", &p.final_share, name2, share, within)?;
        each("expenditure", &p.expenditure, name2, |v| v >= 0.0, "must not be below zero")?;
        let j = self.sectors();
        let input = |at: usize| {
            let [source, using] = [&p.sectors[at / j % j], &p.sectors[at % j]];
            format!("{}, {source} used by {using}", p.countries[at / j / j])
        };
        let used = |v: f64| (LEAST_INPUT_SHARE..=1.0 - LEAST_INPUT_SHARE).contains(&v);
        each("input share", &p.input_share, input, used, "must be between 0 and 1")?;
        each("trade share", &p.trade_share, |at| self.name3(at), share, within)?;
        for (at, (power, share)) in p.tariff_power.iter().zip(&p.trade_share).enumerate() {
            let prohibitive = *power == f64::INFINITY;
            if prohibitive && *share > 0.0 {
                let problem = "the tariff is prohibitive and yet there is trade";
                return Err(ModelError::cell("tariff", self.name3(at), problem));
            }
            if !prohibitive && (!power.is_finite() || *power <= 0.0) {
                let problem = format!("one plus the tariff is {power}; it must be a number above zero");
                return Err(ModelError::cell("tariff", self.name3(at), problem));
            }
        }
        Ok(())
    }

    fn check_sums(&self) -> Result<(), ModelError> {
        let p = &self.parts;
        let (n, j) = (self.countries(), self.sectors());
        for country in 0..n {
            let sum: f64 = p.final_share.iter().skip(country).step_by(n).sum();
            one("final shares", || p.countries[country].clone(), sum)?;
            for using in 0..j {
                let block = &p.input_share[country * j * j..(country + 1) * j * j];
                let sum: f64 = block.iter().skip(using).step_by(j).sum();
                // A sector that uses no inputs needs no shares of them.
                if p.value_added_share[using * n + country] < 1.0 {
                    one("input shares", || format!("{}, {}", p.countries[country], p.sectors[using]), sum)?;
                }
            }
        }
        for (at, (row, spent)) in p.trade_share.chunks_exact(n).zip(&p.expenditure).enumerate() {
            let sum: f64 = row.iter().sum();
            if *spent > 0.0 && sum == 0.0 {
                let problem = "something is spent, and no exporter has a share of it";
                return Err(ModelError::cell("trade shares", self.name2(at), problem));
            }
            if sum != 0.0 {
                one("trade shares", || self.name2(at), sum)?;
            }
        }
        let world: f64 = p.value_added.iter().sum();
        let deficits: f64 = p.deficit.iter().sum();
        if deficits.abs() > ACCOUNTING_TOLERANCE * world {
            let problem = format!("they sum to {deficits}, and must sum to zero");
            return Err(ModelError::cell("deficits", "the world", problem));
        }
        Ok(())
    }
}

pub(crate) fn left_share(p: &Parts) -> Vec<f64> {
    let (n, j) = (p.countries.len(), p.sectors.len());
    let inputs = |sector: usize, country: usize| -> f64 {
        let block = &p.input_share[country * j * j..(country + 1) * j * j];
        block.iter().skip(sector).step_by(j).sum()
    };
    let left = |(at, share): (usize, &f64)| 1.0 - (1.0 - share) * inputs(at / n, at % n);
    p.value_added_share.iter().enumerate().map(left).collect()
}

/// Scales what sums to one but for rounding; sums that are right to the last digits stay as they are.
fn scale_to_one(values: &mut [f64], places: impl Iterator<Item = usize> + Clone) {
    let sum: f64 = places.clone().map(|at| values[at]).sum();
    if sum != 0.0 && (sum - 1.0).abs() > 1e-12 {
        places.for_each(|at| values[at] /= sum);
    }
}

/// A flow at the exporter's price; none where the tariff is prohibitive.
pub(crate) fn flow(share: f64, spent: f64, power: f64) -> f64 {
    if share > 0.0 { share * spent / power } else { 0.0 }
}

fn check_shape(p: &Parts) -> Result<(), ModelError> {
    let (n, j) = (p.countries.len(), p.sectors.len());
    if n == 0 || j == 0 {
        return Err(ModelError::Usage("a base needs at least one country and one sector".into()));
    }
    for (what, names) in [("country", &p.countries), ("sector", &p.sectors)] {
        let mut sorted: Vec<&String> = names.iter().collect();
        sorted.sort();
        if let Some([name, _]) = sorted.array_windows().find(|[a, b]| a == b) {
            return Err(ModelError::Usage(format!("the {what} `{name}` stands twice in the base")));
        }
    }
    let sizes = [
        ("value-added shares", p.value_added_share.len(), j * n),
        ("input shares", p.input_share.len(), n * j * j),
        ("final shares", p.final_share.len(), j * n),
        ("trade elasticities", p.theta.len(), j),
        ("tariffs", p.tariff_power.len(), j * n * n),
        ("trade shares", p.trade_share.len(), j * n * n),
        ("value added", p.value_added.len(), n),
        ("deficits", p.deficit.len(), n),
        ("expenditure", p.expenditure.len(), j * n),
    ];
    match sizes.iter().find(|(_, is, must)| is != must) {
        Some((what, is, must)) => Err(ModelError::Usage(format!(
            "the base has {is} {what}; {n} countries and {j} sectors need {must}"
        ))),
        None => Ok(()),
    }
}

fn each(
    what: &'static str,
    values: &[f64],
    name: impl Fn(usize) -> String,
    right: impl Fn(f64) -> bool,
    must: &str,
) -> Result<(), ModelError> {
    for (at, value) in values.iter().enumerate() {
        if !value.is_finite() {
            return Err(ModelError::cell(what, name(at), format!("{value} is no finite number")));
        }
        if !right(*value) {
            return Err(ModelError::cell(what, name(at), format!("{value} {must}")));
        }
    }
    Ok(())
}

fn one(what: &'static str, name: impl Fn() -> String, sum: f64) -> Result<(), ModelError> {
    if (sum - 1.0).abs() <= ACCOUNTING_TOLERANCE {
        Ok(())
    } else {
        Err(ModelError::cell(what, name(), format!("they sum to {sum}, and must sum to one")))
    }
}
