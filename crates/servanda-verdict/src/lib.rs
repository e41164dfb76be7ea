//! Rules worked out over the evidence trait.
//!
//! One rule on one source under one definition gives a [`Reading`]; the readings of a commitment together give a
//! [`Finding`]. Everything is exact, and everything that is not known is a bound or a `cannot-tell` with its reason.
//! The crate reads no file and no clock: the agreement, the evidence and the day asked for come in as arguments.

mod acts;
mod asks;
mod attribute;
pub mod brief;
mod claim;
mod clock;
mod codes;
mod compare;
mod conditions;
mod due;
mod each;
mod expr;
mod finding;
mod history;
mod inline;
mod ledger;
mod limits;
mod listed;
mod mirror;
mod pace;
mod plan;
mod rates;
mod reading;
mod results;
mod revision;
mod rule;
mod run;
mod series;
mod signature;
mod tariff;
mod term;
mod turns;
mod weights;

pub use acts::{ActFinding, ActKind, Considered, Counts};
pub use asks::{counts_working_days, own_source, reads_tariffs};
pub use brief::BriefAnswer;
pub use claim::{
    ByChance, ClaimAnswer, ClaimKind, ClaimReading, LeftOut, Quoted, Stood, figures_of, period_of,
};
pub use clock::{ClockRun, LastDay};
pub use compare::{Change, ChangeKind, Comparison, Crossing, ReadingChange, Side, compare};
pub use due::{Ahead, DueAnswer, DueKind, DueRow, Moved, Tested, TextsRead};
pub use finding::{check, check_one, check_one_run, check_one_with, check_run, check_with, over_definitions};
pub use history::{Asked, History, HistoryRow, Replayed, history};
pub use inline::{InlineEvidence, InlineFigure};
pub use limits::{Limit, LimitKind, limits};
pub use mirror::{
    By, CauseKind, CauseOut, MirrorAnswer, MirrorAsked, MirrorFlow, MirrorRow, NoMirror, Parameter,
    SideFigure, Size, Standing, mirror,
};
pub use plan::{Plan, PlannedCommitment, plan};
pub use results::{
    Cells, Checked, Figure, Finding, InstanceCount, InstanceGroup, Instances, LedgerRead, LedgerTrace,
    LineTrace, Misfit, NodeTrace, NumberOut, ObservationOut, Operator, Overlay, PaceOut, Part, PeriodTrace,
    Question, Reading, ResidualTrace, RevisionOut, SourceBasis, SourceReason, SubReading, TermTrace,
    VerdictError,
};
pub use run::Run;
pub use signature::Signature;
pub use term::Memory;
pub use turns::{RateTurns, read_with, readers, turns};
pub use weights::{NoWeights, trade_by_chapter, trade_by_code};
