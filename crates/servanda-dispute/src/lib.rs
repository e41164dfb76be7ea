//! What leads up to a dispute, and on from one.
//!
//! [`talks::Record`] holds what was said before and beside an agreement: claims, each with who said it, where and when.
//! [`assessment`] holds what people concluded of acts and refrainings, signed by two of them. [`remedy`] makes lists of tariff
//! lines that match a stated harm. Nothing here reads a clock, a file of its own accord, or a network.

pub mod assessment;
mod inbox;
pub mod remedy;
pub mod talks;
