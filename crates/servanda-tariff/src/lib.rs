//! Tariff schedules, measures and triggers, and the rates that follow from them.
//!
//! A [`Book`] holds schedules (what an importer charges everybody) and measures (dated acts that add to it, replace it, top
//! it up or cap it). Asked for an importer and a date up to which acts are known, it gives a [`Panel`]: rates by line and
//! origin as intervals, each with the acts that made it. Rates are in percent of customs value, exact, and within bounds where
//! a rate is by quantity, unparsed, or about a part of a line. Nothing here reads a clock, a file or a network.

mod ask;
mod concordance;
mod duty_text;
mod editions;
mod error;
mod gaps;
mod grounds;
mod heirs;
mod index;
mod interval;
mod lists;
mod load;
mod model;
mod moment;
mod new_lines;
mod panel;
mod rate;
mod replay;
mod segments;
#[cfg(test)]
mod small_books;
mod stack;
mod standing;
mod table;
#[cfg(test)]
mod testing;
mod timeline;
mod triggers;

pub use ask::{
    Average, Basis, ByMean, ByRange, Ceiling, CeilingLine, CeilingState, CeilingTrade, Coverage, CoverageRow,
    Covered, Diff, DiffLine, DiffPerhaps, Duties, DutyRow, LeftOut, LineText, NoNumber, Parity, ParityMean,
    ParityRow, ParityState, ParityTrade, ParityWhy, Says, Scope, Side, SideRange, Trade, TradeError, TradeOf,
    TradeWeighed, Weights, average, ceiling, coverage, diff, duties, parity,
};
pub use ask::{ByHeld, Outcome, RateAct, RateAnswer, RateLine, RateRow, Transit, rate};
pub use concordance::{Concordance, ConcordanceRow, Relation};
pub use duty_text::DutyError;
pub use editions::OtherEdition;
pub use error::{BothReplace, TariffError};
pub use gaps::Open;
pub use grounds::{GroundAct, GroundSchedule, GroundUndecided, Grounds, ReadOnLines, grounds};
pub use heirs::Memo;
pub use interval::{Base, Interval, Part};
pub use load::{UnknownCode, schema, schema_names};
pub use model::{
    Act, ActRate, Authority, Book, Does, Effect, Exclusion, InTransit, ListLine, Measure, Origins,
    ProductList, Provenance, ReadOn, Schedule, ScheduleKind, ScheduleRow, Step, Within,
};
pub use model::{Bears, HeldActs, Missing, MissingEffect};
pub use moment::{Moment, MomentError, parse_moment};
pub use panel::{KnownAct, LostCode, Panel, Shipment, UnitValue};
pub use rate::{Duty, Points, Specific};
pub use replay::{Known, Standing, Stretch};
pub use stack::Fate;
pub use standing::{Stands, StandsIn};
pub use table::{Charged, RateTable};
pub use timeline::{Event, LinesChanged, RateSpan, rate_timeline, timeline};
pub use triggers::{Instant, LastStep, PastDate, ReplacedBy, Trigger, triggers};
