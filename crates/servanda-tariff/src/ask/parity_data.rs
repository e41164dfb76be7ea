//! What an answer about parity holds.

use super::TradeOf;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::{Exact, Party};

/// Which rates are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// MFN as applied, whoever's goods they are.
    Mfn,
    /// All that is charged at the end of the day.
    Charged,
}

/// How a code stands by the range of its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParityState {
    /// The first's highest line is not above the other's lowest.
    Kept,
    /// The first's lowest line is above the other's highest.
    Broken,
    /// The ranges overlap: it depends on which lines are compared.
    Overlap,
    /// A line on either side has a rate by quantity, a text that is not understood, or none.
    Specific,
    /// It cannot be told, for another reason.
    Undecided,
}

/// Why a code is undecided whatever its lines are charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParityWhy {
    /// The two sides' codes are of different editions, in which it may mean other goods.
    Editions,
    /// Acts on a line of either side may not be held.
    ActsNotHeld,
}

/// How a code stands by the simple means of its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParityMean {
    /// The first's is above the other's.
    Higher,
    /// It is below it.
    Lower,
    /// They are the same.
    Equal,
    /// No line of one side has a number.
    NoMean,
}

/// One side's lines of a code.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SideRange {
    /// How many lines.
    pub lines: usize,
    /// Those whose rate is one number.
    pub numbered: usize,
    /// The least that any line can be.
    pub low: Exact,
    /// The most; none where a line has no upper bound.
    pub high: Option<Exact>,
    /// The simple mean of the lines whose rate is one number.
    pub mean: Option<Exact>,
}

/// A code that both sides have.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ParityRow {
    /// The code.
    pub code: String,
    /// By the range of its lines.
    pub state: ParityState,
    /// Why it is `undecided`.
    pub why: Option<ParityWhy>,
    /// By their simple means.
    pub mean: ParityMean,
    /// Whether the first side's highest line is zero, so that the promise is kept whatever the other charges.
    pub kept_whatever: bool,
    /// The first side.
    pub one: SideRange,
    /// The other.
    pub other: SideRange,
    /// Its trade, if trade was given.
    pub trade: Option<Exact>,
}

/// Figures by the range of lines.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ByRange<T> {
    /// Kept.
    pub kept: T,
    /// Broken.
    pub broken: T,
    /// Undecided, because ranges overlap.
    pub overlap: T,
    /// Undecided, because of a line without a number.
    pub specific: T,
    /// Undecided, because the code may mean other goods in the other's edition, or acts may not be held.
    pub undecided: T,
    /// Of `specific`: kept whatever the other charges, because the first side's highest line is zero.
    pub kept_whatever: T,
}

/// Figures by simple means.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ByMean<T> {
    /// The first is higher.
    pub higher: T,
    /// It is lower.
    pub lower: T,
    /// Both are the same.
    pub equal: T,
    /// There is none on one side.
    pub no_mean: T,
}

/// Trade by how its code stands.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ParityTrade {
    /// Which trade.
    pub of: TradeOf,
    /// Trade of shared codes.
    pub shared: Exact,
    /// Of that, by the range of lines.
    pub by_range: ByRange<Exact>,
    /// Of that, by simple means.
    pub by_mean: ByMean<Exact>,
    /// Trade of codes that are not shared, or not asked about.
    pub elsewhere: Exact,
    /// Trade of codes that are too short to be assigned.
    pub too_short: Exact,
}

/// Whether one side's rates are not above the other's.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Parity {
    /// Whose rates are to be not above.
    pub one: Party,
    /// Whose goods it charges.
    pub one_origin: Party,
    /// On which day.
    pub one_day: Date,
    /// Than whose.
    pub other: Party,
    /// Whose goods that one charges.
    pub other_origin: Party,
    /// On which day.
    pub other_day: Date,
    /// Which rates.
    pub basis: Basis,
    /// At how many digits codes are shared.
    pub digits: usize,
    /// The classification of the first side's schedule on its day.
    pub one_edition: String,
    /// That of the other's.
    pub other_edition: String,
    /// Shared codes that may mean other goods in the other edition. They are undecided.
    pub may_differ: usize,
    /// Codes that both have.
    pub shared: usize,
    /// Codes that only the first has.
    pub only_one: usize,
    /// Codes that only the other has.
    pub only_other: usize,
    /// Lines of either with fewer digits, left out.
    pub too_short: usize,
    /// Shared codes by the range of their lines.
    pub by_range: ByRange<usize>,
    /// Shared codes by simple means.
    pub by_mean: ByMean<usize>,
    /// Trade, if it was given.
    pub trade: Option<ParityTrade>,
    /// Every shared code, in order.
    pub rows: Vec<ParityRow>,
}
