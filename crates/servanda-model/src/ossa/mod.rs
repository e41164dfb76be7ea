//! Ossa (2014): regions, industries with monopolistic competition and profits, no free entry, trade balanced.
//!
//! Each industry's varieties are fixed in number, so tariffs move profits between regions as well as terms of trade. Spending
//! shares on industries are fixed (Cobb-Douglas); within an industry, origins substitute with `sigma`. Everything is solved in
//! changes against the data. Matrices run exporter, importer, industry, the last fastest.
//!
//! | idea | home |
//! | --- | --- |
//! | the data and what follows from them | [`World`] |
//! | one equilibrium, and what welfare gains from each tariff | [`Engine`] |
//! | a region's best tariffs; war | [`crate::game`] |
//! | talks of all regions | [`cooperate()`] |
//! | residuals from returned quantities | [`certify`] |

mod certificate;
mod cooperation;
mod engine;
mod load;
mod ranges;
mod scenario;
mod system;
mod world;

pub use certificate::certify;
pub use cooperation::{Cooperation, Protocol, cooperate};
pub use engine::{Engine, Equilibrium};
pub use scenario::{OssaScenario, run};
pub use world::{World, players};

#[cfg(test)]
mod tests;
