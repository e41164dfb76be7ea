//! Policy on the economy of many countries and sectors: a penalty of a given size, best tariffs, tariff wars and talks.
//!
//! Everything searches over tariffs with the equilibrium solved anew inside, and with gradients of all tariffs at once from
//! [`crate::adjoint`]. Nothing depends on the number of threads.
//!
//! | idea | home |
//! | --- | --- |
//! | one economy at changing tariffs | [`Field`] |
//! | added tariffs that reach a target and hurt their own country least | [`penalty`] |

mod field;
pub mod penalty;
mod quadratic;
mod sqp;

pub use field::Field;
