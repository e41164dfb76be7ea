//! A scenario solved again and again with other trade elasticities, each time from where its first solution stands.
//!
//! Only the powers of tariffs that change are worked out anew; nothing of the base is copied or checked again. Each answer depends
//! on the elasticities and the first solution alone, never on what was solved before it.

use super::anderson::Limits;
use super::kernel::{Kernel, Moved};
use super::{ENOUGH, Equilibrium, LIMITS, Method, Shock, Solved, earns, one_level, read, solve};
use crate::{Economy, ModelError};

/// A scenario with its first solution.
#[derive(Debug, Clone)]
pub struct Again<'e> {
    economy: &'e Economy,
    shock: &'e Shock,
    start: &'e [f64],
    kernel: Kernel,
    moved: Vec<Moved>,
}

/// Room in which a thread solves.
#[derive(Debug, Clone)]
pub struct Room(Kernel);

impl<'e> Again<'e> {
    /// A scenario and the equilibrium that [`solve`] found for it.
    ///
    /// # Errors
    /// Those of [`solve`].
    pub fn new(economy: &'e Economy, shock: &'e Shock, found: &'e Equilibrium) -> Result<Self, ModelError> {
        let kernel = Kernel::new(economy, shock, 1.0)?;
        if found.state.len() != kernel.size() {
            return Err(ModelError::Usage("the equilibrium is of another base".into()));
        }
        let moved = kernel.moved(economy, shock);
        Ok(Self { economy, shock, start: &found.state, kernel, moved })
    }

    /// Room for one thread.
    pub fn room(&self) -> Room {
        Room(self.kernel.clone())
    }

    /// The equilibrium with other trade elasticities, one for each sector.
    ///
    /// # Errors
    /// An elasticity that is not finite or not above zero; those of [`solve`].
    pub fn solve(&self, room: &mut Room, theta: &[f64]) -> Result<Solved, ModelError> {
        self.economy.check_theta(theta)?;
        if room.0.set_theta(theta, &self.moved) {
            let mut z = self.start.to_vec();
            let reached = one_level(&room.0, &mut z, Limits { target: 1e-11, ..LIMITS });
            if reached.residual <= ENOUGH {
                let found = read(&room.0, z, reached.residual, reached.passes, Method::Anderson);
                earns(self.economy, &found)?;
                return Ok(Solved::Found(Box::new(found)));
            }
        }
        // From the base, with every method.
        solve(&self.economy.with_theta(theta.to_vec())?, self.shock)
    }
}
