//! What one edition's codes are in another, as a file declares it.

use jiff::civil::Date;
use servanda_agreement::Certainty;
use servanda_core::Party;

/// How the goods of two codes lie to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// They are the same goods.
    Same,
    /// The later code is a part of the earlier one.
    Split,
    /// The earlier code is a part of the later one.
    Merge,
    /// They share some goods.
    Part,
}

impl Relation {
    /// The word, as in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Split => "split",
            Self::Merge => "merge",
            Self::Part => "part",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Same, Self::Split, Self::Merge, Self::Part].into_iter().find(|r| r.as_str() == text)
    }
}

/// One row of a concordance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConcordanceRow {
    /// The code of the one edition.
    pub from: String,
    /// The code of the other.
    pub to: String,
    /// How their goods lie to each other.
    pub relation: Relation,
}

/// Which codes of one edition are which of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concordance {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// For whose schedules; none: for everybody's.
    pub importer: Option<Party>,
    /// The edition of the codes that are listed: `HTS2018`.
    pub from: String,
    /// The edition in which they are read: `HTS2025`.
    pub to: String,
    /// The day on which it was published; none: not said, and then it is taken as the encoder's reading, at any date.
    pub published: Option<Date>,
    /// Its rows, by code.
    pub rows: Vec<ConcordanceRow>,
    /// How sure it is.
    pub certainty: Certainty,
    /// Where it stands.
    pub cite: String,
}
