//! How sure a fact is.

/// How sure a fact that people entered is; the surest is the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Certainty {
    /// Read in the primary text.
    Primary,
    /// From a secondary source that is named.
    Secondary,
    /// To be checked against the primary text.
    Unconfirmed,
}

impl Certainty {
    /// The word.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Unconfirmed => "unconfirmed",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Primary, Self::Secondary, Self::Unconfirmed]
            .into_iter()
            .find(|certainty| certainty.as_str() == text)
    }
}
