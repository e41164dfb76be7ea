//! Policy on the economy of many countries and sectors: a penalty of a given size, and its tariffs as a game.
//!
//! | idea | home |
//! | --- | --- |
//! | one economy at changing tariffs, for [`crate::game`] | [`Field`] |
//! | added tariffs that reach a target and hurt their own country least | [`penalty`] |

mod field;
pub mod penalty;
mod quadratic;
mod sqp;

pub use field::{Field, cells};
