//! What people see, from results made by hand.

mod check;
mod fixture;
mod lints;
mod others;
mod sequences;
mod stores;
mod tariffs;
