//! The words of a finding.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a reading or a finding says of a commitment. The order is from least to most decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Something that is needed is undefined, not held or not published; the reason says which.
    CannotTell,
    /// Asked before the first tested sub-period could have been published.
    NotYetTestable,
    /// The period, or the time that its figures take to be published, is still running.
    Open,
    /// Kept: a `shall` of a binding agreement.
    Met,
    /// Not kept: a `shall` of a binding agreement.
    Missed,
    /// The figure was reached, where nobody was bound to it.
    Reached,
    /// The figure was not reached, where nobody was bound to it.
    NotReached,
    /// Every admissible definition decides, and they differ.
    DefinitionsDisagree,
    /// Every counted source decides, and they differ.
    SourcesDisagree,
}

impl Status {
    /// Every status, in the order in which `possible` lists them.
    pub const ALL: [Self; 9] = [
        Self::Met,
        Self::Missed,
        Self::Reached,
        Self::NotReached,
        Self::Open,
        Self::NotYetTestable,
        Self::CannotTell,
        Self::DefinitionsDisagree,
        Self::SourcesDisagree,
    ];

    /// The word, as in files and JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::CannotTell => "cannot-tell",
            Self::NotYetTestable => "not-yet-testable",
            Self::Open => "open",
            Self::Met => "met",
            Self::Missed => "missed",
            Self::Reached => "reached",
            Self::NotReached => "not-reached",
            Self::DefinitionsDisagree => "definitions-disagree",
            Self::SourcesDisagree => "sources-disagree",
        }
    }

    /// Reads a status word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }

    /// Whether figures settled it one way or the other (a disagreement of settled readings included).
    pub fn is_decided(&self) -> bool {
        !matches!(self, Self::CannotTell | Self::NotYetTestable | Self::Open)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

crate::words! {
    /// Whether a reading can still change.
    Finality {
        /// Periods are still to be published.
        Open = "open",
        /// The source may still revise the figures used.
        Provisional = "provisional",
        /// The vintage used was published after the source's revision window.
        Closed = "closed",
    }
}

crate::words! {
    /// Whether a reading that is open is where its pace says that it should be by now.
    PaceStatus {
        /// At or above the pace.
        OnPace = "on-pace",
        /// Below it.
        BehindPace = "behind-pace",
    }
}

crate::words! {
    /// What kind of paper an agreement is.
    Instrument {
        /// In force between its parties.
        BindingAgreement = "binding-agreement",
        /// A memorandum that says it binds nobody.
        NonBindingMou = "non-binding-mou",
        /// A statement of all parties.
        JointStatement = "joint-statement",
        /// One side's account.
        OneSidedFactSheet = "one-sided-fact-sheet",
        /// Told in speech or to the press, without a text of the parties.
        Announcement = "announcement",
        /// Orders or laws of one side; nothing is agreed.
        UnilateralAct = "unilateral-act",
        /// Not signed.
        Draft = "draft",
        /// What one side asks.
        Demand = "demand",
    }
}

crate::words! {
    /// Whether the text or only its analysts name a target.
    #[derive(Default)]
    Origin {
        /// The text names it.
        #[default]
        Text = "text",
        /// Only analysts quote it.
        Analyst = "analyst",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back() {
        for status in Status::ALL {
            assert_eq!(Status::parse(status.as_str()), Some(status));
        }
        assert_eq!(Status::parse("kept"), None);
    }
}
