//! Policy on the economy of many countries and sectors: a penalty of a given size, best tariffs, tariff wars and talks.
//!
//! Everything searches over tariffs with the equilibrium solved anew inside, and with gradients of all tariffs at once from
//! [`crate::adjoint`]. Nothing depends on the number of threads.
//!
//! | idea | home |
//! | --- | --- |
//! | one economy at changing tariffs | [`Field`] |
//! | added tariffs that reach a target and hurt their own country least | [`penalty`] |
//! | a country's best tariffs while others keep theirs | [`optimum`] |
//! | tariffs at which no player gains by others (Nash) | [`war`] |
//! | common tariffs with the highest product of gains over a threat point | [`cooperation`] |

mod climb;
pub mod cooperation;
mod field;
pub mod optimum;
pub mod penalty;
mod quadratic;
mod sqp;
pub mod war;

pub use crate::ossa::{Limits, Start};
pub use field::Field;
