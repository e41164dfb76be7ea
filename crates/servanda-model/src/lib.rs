//! What a tariff list or a deal does to trade, prices, revenue, balances and welfare: equilibrium models in floating point.
//! Every result carries ranges and a certificate, and none ever sets a status.
//!
//! # Map
//!
//! | idea | home |
//! | --- | --- |
//! | a base: shares, tariffs, flows; what is wrong with it | [`economy`] |
//! | folders of base data, and how each is read | [`base`] |
//! | which HS code belongs to which sector | [`concordance`] |
//! | the equilibrium of many countries and sectors | [`equilibrium`] |
//! | the residual of every market, worked out again | [`certificate`] |
//! | welfare: exact, and the printed linear measure | [`welfare`] |
//! | welfare taken apart along the way to the shock | [`path`] |
//! | what welfare, imports or revenue gain from each tariff, all at once | [`adjoint`] |
//! | a penalty of a given size on that economy | [`policy`] |
//! | best tariffs, wars and talks on any model | [`game`] |
//! | one industry and all its trade in partial equilibrium; one tariff line of one importer | [`gsim`], [`smart`] |
//! | 194 countries, one sector, labour supply and deficits | [`liberation`] |
//! | monopolistic competition with profits | [`ossa`] |
//! | Newton's method; the highest point within bounds; residuals; published folders | [`newton`], [`boxed`], [`residuals`], [`folder`] |
//! | scenario files | [`scenario`] |
//! | running a scenario: closures, elasticity draws, tables | [`run`] |
//! | ranges of the models that stand as published | `band` |
//! | the answer of every model | [`outcome`] |
//!
//! # Adding a model
//!
//! 1. A module of its own, `NAME`, with a scenario type that derives `Deserialize` with `deny_unknown_fields`, holds the common
//!    keys `model`, `title` and `base` (see [`scenario::Head`]) beside its own, and a function
//!    `run(&Scenario, &dyn BaseFiles) -> Result<Outcome, ModelError>`.
//! 2. A variant of [`scenario::Model`], a row in `scenario::KINDS`, and an arm each in `scenario::parse` and [`simulate`].
//! 3. Scenario files under `examples/`, a test that runs them, and a section in `docs/simulate.md`.
//!
//! The program, the workspace and the report need no change: they know [`Outcome`] only.

pub mod adjoint;
mod band;
pub mod base;
pub mod boxed;
pub mod certificate;
pub mod concordance;
pub mod economy;
pub mod equilibrium;
pub mod error;
pub mod folder;
pub mod game;
pub mod gsim;
pub mod liberation;
pub mod newton;
pub mod ossa;
pub mod outcome;
pub mod path;
pub mod policy;
pub mod residuals;
pub mod run;
pub mod scenario;
pub mod smart;
#[cfg(test)]
mod testing;
mod threads;
pub mod welfare;

pub use base::{BaseFiles, DirBase};
pub use concordance::Concordance;
pub use economy::{Economy, Parts};
pub use error::ModelError;
pub use outcome::{Certificate, Outcome, Part, Table, Value};
pub use scenario::{Model, Scenario};

/// Answers a scenario on a base folder.
///
/// No convergence is no error: the [`Outcome`] then has no tables, and a certificate that says so with its residual.
///
/// # Errors
/// What is wrong in the base or the scenario, with the file and the cell.
pub fn simulate(scenario: &Scenario, files: &dyn BaseFiles) -> Result<Outcome, ModelError> {
    let outcome = match &scenario.model {
        Model::CaliendoParro(asked) => run::run(asked, files),
        Model::Gsim(asked) => gsim::run(asked, files),
        Model::Liberation(asked) => liberation::run(asked, files),
        Model::Ossa(asked) => ossa::run(asked, files),
        Model::Smart(asked) => smart::run(asked, files),
    }?;
    Ok(outcome.held())
}
