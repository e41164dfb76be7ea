//! The nouns of Servanda: parties, codes, periods, exact numbers with bounds, units, the basis of
//! a statistic, the statuses of a finding, and the narrow trait through which evidence is read.
//!
//! Nothing here does I/O, reads a clock or knows a file format. Every other crate stands on it.

mod assessment;
mod batch;
mod bounds;
mod cache;
pub mod calendar;
mod certainty;
mod code;
mod evidence;
mod exact;
pub mod hs;
mod lines;
mod numeral;
mod party;
mod period;
pub mod problem;
mod source;
mod status;
mod stop;
mod threads;
mod unit;
mod words;

pub use assessment::{
    Acceptance, Assessed, Conclusion, EvidenceItem, Grade, PartyReply, RubricRef, SecondReading, Signer,
};
pub use batch::{AskedSeries, Batch, BatchError};
pub use bounds::Bounds;
pub use cache::Cache;
pub use certainty::Certainty;
pub use code::{BadCode, CodeForm, CodeLengths, LostZero};
pub use evidence::{
    AsOf, Cell, Edge, Evidence, EvidenceError, Held, Missing, Observation, Series, SeriesRequest, VintageRef,
};
pub use exact::{End, Exact, ExactError};
pub use lines::{LineMatch, LineSet};
pub use numeral::{foreign_numeral, write_instead};
pub use party::{Currency, Party};
pub use period::{Frequency, Period, PeriodError, Point};
pub use source::{
    Absence, AbsenceRules, Basis, Covers, DeclaredCodes, Edition, FlowDecl, Mark, RecordedBy, RevisionWindow,
    Seasonal, Source, Stage,
};
pub use status::{Finality, Instrument, Origin, PaceStatus, Status};
pub use stop::{Stop, Stopped};
pub use threads::side_by_side;
pub use unit::{Amount, Dimension, Unit, UnitError};

pub use jiff::{Timestamp, civil::Date};
