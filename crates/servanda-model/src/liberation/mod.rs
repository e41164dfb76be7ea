//! Ignatenko, Lashkaripour, Macedoni and Simonovska (2025): 194 countries, one sector, labour supply, deficits, and the US
//! tariffs of 2 April 2025.
//!
//! A share `nu` of what is spent stays with firms of the buyer's country whatever the origin (distribution), the rest with
//! the seller's. That share, in the world and in the United States, is worked out from two moments, and with it how strongly
//! quantities answer to tariffs (`phi`). Deficits are transfers in proportion to world income. Tariff revenue lowers the tax
//! on labour, or is handed out as a lump sum. Everything is solved in changes against the data.
//!
//! | idea | home |
//! | --- | --- |
//! | files, their checks | [`Trade`] |
//! | moments, shares and elasticities | [`World`] |
//! | tariffs: the list, retaliation | [`Tariffs`] |
//! | the equilibrium | [`solve`], [`Equilibrium`] |
//! | the reported measures | [`Measures`] |
//! | ranges over closures and the trade elasticity | `ranges` |
//! | residuals from returned quantities | [`certify`] |

mod certificate;
mod load;
mod measures;
mod ranges;
mod scenario;
mod system;
mod tariffs;
mod world;

pub use certificate::certify;
pub use load::Trade;
pub use measures::{Measures, measures};
pub use scenario::{LiberationScenario, run};
pub use system::{Closure, Deficits, Equilibrium, Rebate, solve};
pub use tariffs::{Retaliation, Tariffs, UsTariff};
pub use world::{Parameters, World};

#[cfg(test)]
mod tests;
