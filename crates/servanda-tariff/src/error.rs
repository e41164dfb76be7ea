//! Why no rate can be given.

use crate::Moment;
use servanda_core::Party;

/// Two acts that replace the base of one line at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{first_file}:{first_row}: act `{first}` and act `{second}` ({second_file}:{second_row}) both replace the rate on line {line} from {from}; end one of them, or write instead_of"
)]
pub struct BothReplace {
    /// One act.
    pub first: String,
    /// Its file.
    pub first_file: String,
    /// The row of its head.
    pub first_row: usize,
    /// The other.
    pub second: String,
    /// Its file.
    pub second_file: String,
    /// The row of its head.
    pub second_row: usize,
    /// A line on which both do.
    pub line: String,
    /// From when on.
    pub from: Moment,
}

/// Why no rate can be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TariffError {
    /// Two acts replace the base of one line at once.
    #[error(transparent)]
    BothReplace(Box<BothReplace>),
    /// Trade that cannot serve as weights.
    #[error(transparent)]
    Trade(#[from] crate::TradeError),
    /// A name that is no measure, authority or act of an importer.
    #[error("{importer} has no measure, authority or act `{name}`; an act is written MEASURE/ACT")]
    NoSuchAct {
        /// The name.
        name: String,
        /// The importer.
        importer: Party,
    },
    /// Nothing is held for an importer.
    #[error("no schedule or measure of {importer} is held; importers held: {held}")]
    NothingHeld {
        /// Who was asked for.
        importer: Party,
        /// Who is held.
        held: String,
    },
}
