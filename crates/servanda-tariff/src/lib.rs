//! Tariff schedules, measures and triggers, and the rates that follow from them.
//!
//! A [`Book`] holds schedules (what an importer charges everybody) and measures (dated acts that add to it, replace it, top
//! it up or cap it). Asked for an importer and a date up to which acts are known, it gives a [`Panel`]: rates by line and
//! origin as intervals, each with the acts that made it. Rates are in percent of customs value, exact, and within bounds where
//! a rate is by quantity, unparsed, or about a part of a line. Nothing here reads a clock, a file or a network.

mod model;
mod moment;
mod rate;

pub use model::{
    Act, ActRate, Authority, Book, Does, Effect, Exclusion, InTransit, ListLine, Measure, Origins, ProductList,
    Provenance, ReadOn, Schedule, ScheduleKind, ScheduleRow, Step, Within,
};
pub use moment::{Moment, MomentError, parse_moment};
pub use rate::{Duty, Points, Specific};
