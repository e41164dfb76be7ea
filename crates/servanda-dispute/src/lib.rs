//! What leads up to a dispute, and on from one.
//!
//! [`talks::Record`] holds what was said before and beside an agreement: claims, each with who said it, where and when.
//! [`calendar`] reads the working days of capitals, [`ladder::Ladder`] the steps of an agreement's dispute, and
//! [`case::CaseRecord`] what happened in one dispute; [`case::view`] replays it as of a day. [`assessment`] holds what people
//! concluded of acts and refrainings, signed by two of them.
//! Nothing here reads a clock, a file of its own accord, or a network.

pub mod assessment;
pub mod calendar;
pub mod case;
mod inbox;
pub mod ladder;
pub mod talks;
mod toml_form;
