//! What leads up to a dispute, and on from one. So far: the record of talks.
//!
//! [`talks::Record`] holds what was said before and beside an agreement: claims, each with who said it, where and when.
//! Nothing here reads a clock, a file of its own accord, or a network.

pub mod talks;
