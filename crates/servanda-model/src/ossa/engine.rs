//! Equilibria of one world at changing tariffs, each started from the last.

use super::World;
use super::system::Equations;
use crate::game::Game;
use crate::newton::{self, Root, SolveError, System};

/// An equilibrium, in changes against the world's data (1 is no change), with flows in the unit of its trade.
#[derive(Clone, Debug, PartialEq)]
pub struct Equilibrium {
    /// Tariffs as shares: exporter, importer, industry.
    pub tariff: Vec<f64>,
    /// Wage changes; the wage bill of the world does not change, nor that of any group of regions that trade with no other.
    pub wage: Vec<f64>,
    /// Changes of each region's spending.
    pub spending: Vec<f64>,
    /// Importer by industry: change of the price index; infinity where nothing can be bought.
    pub price: Vec<f64>,
    /// Sales without tariffs: exporter, importer, industry.
    pub trade: Vec<f64>,
    /// Each region's real income against the data.
    pub welfare: Vec<f64>,
    /// The largest relative residual as the solver saw it.
    pub residual: f64,
    /// Steps of the solver.
    pub steps: usize,
}

/// Solves one world for many tariffs.
#[derive(Clone, Debug)]
pub struct Engine<'w> {
    equations: Equations<'w>,
    y: Vec<f64>,
    welfare: Vec<f64>,
    solves: usize,
}

impl<'w> Engine<'w> {
    /// At the world's own tariffs.
    #[must_use]
    pub fn new(world: &'w World) -> Self {
        let (n, _) = world.size();
        Engine { equations: Equations::new(world), y: vec![0.0; 2 * n], welfare: vec![0.0; n], solves: 0 }
    }

    /// The world.
    #[must_use]
    pub fn world(&self) -> &'w World {
        self.equations.world
    }

    /// Sets the tariff on one flow ([`World::at`]), a share; infinity stops the flow. Solve again before asking for more.
    pub fn set(&mut self, at: usize, tariff: f64) {
        self.equations.set(at, tariff);
    }

    /// Sets every tariff.
    pub fn set_all(&mut self, tariffs: &[f64]) {
        for (at, tariff) in tariffs.iter().enumerate() {
            self.equations.set(at, *tariff);
        }
    }

    /// The tariff on a flow.
    #[must_use]
    pub fn tariff(&self, at: usize) -> f64 {
        self.equations.power[at] - 1.0
    }

    /// Every tariff.
    #[must_use]
    pub fn tariffs(&self) -> Vec<f64> {
        self.equations.power.iter().map(|power| power - 1.0).collect()
    }

    /// The equilibrium at the tariffs set: logarithms of each region's real income against the data.
    ///
    /// # Errors
    /// If there is none, or none was found.
    pub fn solve(&mut self) -> Result<&[f64], SolveError> {
        self.root()?;
        Ok(&self.welfare)
    }

    fn root(&mut self) -> Result<Root, SolveError> {
        self.solves += 1;
        let world = self.equations.world;
        let (n, s) = world.size();
        if let Some((j, k)) = self.equations.closed() {
            return Err(SolveError::NoEquilibrium(format!(
                "{} buys {} from nobody at these tariffs, and cannot do without",
                world.regions[j], world.sectors[k]
            )));
        }
        self.equations.join();
        let root = match newton::solve(&mut self.equations, &self.y) {
            Ok(root) => root,
            Err(_) => newton::solve(&mut self.equations, &vec![0.0; 2 * n])?,
        };
        self.y.copy_from_slice(&root.y);
        // The workspace may hold a step that was tried and not taken.
        let mut gaps = vec![0.0; 2 * n];
        self.equations.residual(&root.y, &mut gaps);
        for j in 0..n {
            let prices: f64 = (0..s)
                .filter(|k| world.spent[j * s + k] > 0.0)
                .map(|k| {
                    world.budget[j * s + k] * self.equations.sum[j * s + k].ln() / (1.0 - world.sigma[k])
                })
                .sum();
            self.welfare[j] = root.y[n + j] - prices;
        }
        Ok(root)
    }

    /// What `sum of weights[j] * ln welfare[j]` gains per unit of each tariff into `importers`, at the last solution; `out`
    /// has a cell for each flow, and others are left as they are. Costs one small linear solve for all tariffs together.
    pub fn slope(&mut self, weights: &[f64], importers: std::ops::Range<usize>, out: &mut [f64]) {
        let y = std::mem::take(&mut self.y);
        self.equations.slope(&y, weights, importers, out);
        self.y = y;
    }

    /// The whole equilibrium at the tariffs set.
    ///
    /// # Errors
    /// If there is none, or none was found.
    pub fn equilibrium(&mut self) -> Result<Equilibrium, SolveError> {
        let root = self.root()?;
        let (n, s) = self.world().size();
        let sigma = &self.world().sigma;
        let price = (0..n * s)
            .map(|at| {
                if self.world().spent[at] > 0.0 {
                    self.equations.sum[at].powf(1.0 / (1.0 - sigma[at % s]))
                } else {
                    1.0
                }
            })
            .collect();
        Ok(Equilibrium {
            tariff: self.tariffs(),
            wage: root.y[..n].iter().map(|y| y.exp()).collect(),
            spending: root.y[n..].iter().map(|y| y.exp()).collect(),
            price,
            trade: self.equations.flow.clone(),
            welfare: self.welfare.iter().map(|ln| ln.exp()).collect(),
            residual: root.residual,
            steps: root.steps,
        })
    }
}

impl Game for Engine<'_> {
    const ENOUGH: f64 = 1e-11;

    fn power(&self, at: usize) -> f64 {
        self.equations.power[at]
    }

    fn set_power(&mut self, at: usize, power: f64) {
        self.equations.set_power(at, power);
    }

    fn powers(&self) -> Vec<f64> {
        self.equations.power.clone()
    }

    fn theta(&self, at: usize) -> f64 {
        let sigma = &self.world().sigma;
        sigma[at % sigma.len()] - 1.0
    }

    fn income(&self, player: usize) -> f64 {
        self.world().income[player]
    }

    fn welfare(&mut self) -> Result<Vec<f64>, SolveError> {
        self.solve().map(<[f64]>::to_vec)
    }

    fn flows(&self, cells: &[usize]) -> Vec<f64> {
        cells.iter().map(|at| self.equations.flow[*at]).collect()
    }

    fn slopes(&mut self, weights: &[f64], cells: &[usize]) -> Result<Vec<f64>, SolveError> {
        let (n, s) = self.world().size();
        let importers = || cells.iter().map(|at| at / s % n);
        let (first, last) = (importers().min().unwrap_or(0), importers().max().unwrap_or(0));
        let mut slope = vec![0.0; self.equations.flow.len()];
        self.slope(weights, first..last + 1, &mut slope);
        Ok(cells.iter().map(|at| slope[*at]).collect())
    }

    /// How often it was solved.
    fn solves(&self) -> usize {
        self.solves
    }
}
