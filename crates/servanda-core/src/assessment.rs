//! Assessments of acts and refrainings, as a verdict takes them: what people concluded, on which evidence, and whether a
//! second reader concluded the same. Nothing here is computed; a conclusion is signed by its people.

use crate::{Date, Party, Timestamp, words};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

words! {
    /// How far an act has come by one item of evidence. The order is from least to most.
    Grade {
        /// Somebody said that it will be done.
        Announced = "announced",
        /// The rule, order or contract is passed.
        Enacted = "enacted",
        /// It has legal effect.
        InForce = "in-force",
        /// It is done in single cases.
        Applied = "applied",
        /// What it was meant to bring about is seen.
        EffectSeen = "effect-seen",
    }
}

words! {
    /// What a person concludes of an act or a refraining.
    Conclusion {
        /// Done, or so far not broken.
        Kept = "kept",
        /// Some of it is done.
        PartlyKept = "partly-kept",
        /// Not done, or broken.
        NotKept = "not-kept",
        /// Cannot be concluded yet: there is still time.
        Open = "open",
        /// An earlier conclusion is taken back, and none stands in its place.
        Withdrawn = "withdrawn",
    }
}

impl Grade {
    /// The least grade that is enough by the word of an agreement's `evidence`: `outcome` asks for what is applied at least,
    /// and every other word for itself. `None` for a word that is none of those.
    pub fn enough(evidence: &str) -> Option<Self> {
        match evidence {
            "announced" => Some(Self::Announced),
            "enacted" => Some(Self::Enacted),
            "in-force" => Some(Self::InForce),
            "applied" | "outcome" => Some(Self::Applied),
            _ => None,
        }
    }
}

/// One item of evidence, in the assessor's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceItem {
    /// How far the act has come by it.
    pub grade: Grade,
    /// The day of what it tells, not later than the day up to which evidence was considered.
    pub date: Date,
    /// What it says, in own words.
    pub says: String,
    /// Who published it.
    pub publisher: String,
    /// Where it stands.
    pub cite: String,
    /// `primary`, `secondary` or `unconfirmed`.
    pub certainty: String,
    /// The document's SHA-256 in hexadecimal, if there is one.
    pub sha256: Option<String>,
    /// Whether the workspace holds the document.
    pub held: bool,
    /// Why the document is not held.
    pub no_document: Option<String>,
}

/// The rubric that was used: a version never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RubricRef {
    /// Its id.
    pub id: String,
    /// Its version, from 1.
    pub version: u32,
    /// The SHA-256 of its file.
    pub sha256: String,
}

/// A person as their signature names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signer {
    /// The person's id in the register.
    pub id: String,
    /// The person's name.
    pub name: String,
    /// For whom the person works.
    pub affiliation: String,
    /// The public key, Ed25519, 64 hexadecimal digits.
    pub key: String,
}

/// What a second reader concluded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SecondReading {
    /// Who.
    pub reader: Signer,
    /// The fingerprint of the reader's key.
    pub fingerprint: String,
    /// The reader's own conclusion.
    pub conclusion: Conclusion,
    /// Whether the reader states to have concluded before seeing the author's conclusion.
    pub blind: bool,
    /// Why, where the reader says so.
    pub grounds: Option<String>,
    /// When it was signed, by the reader's clock.
    pub signed: Timestamp,
}

/// What the other party answered. Shown; it alters nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PartyReply {
    /// Which party.
    pub party: Party,
    /// What it says, in short.
    pub text: String,
    /// In which document.
    pub document: String,
    /// The document's SHA-256, if the workspace holds it.
    pub sha256: Option<String>,
    /// When it was entered.
    pub entered: Timestamp,
}

/// An assessment of one act or refraining as a verdict takes it: its signatures were checked before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Assessed {
    /// The record's SHA-256, which is also its name.
    pub id: String,
    /// Of which commitment.
    pub commitment: String,
    /// Evidence was considered up to this day, included.
    pub as_of: Date,
    /// The author's conclusion.
    pub conclusion: Conclusion,
    /// Why.
    pub grounds: String,
    /// The evidence.
    pub items: Vec<EvidenceItem>,
    /// The rubric.
    pub rubric: RubricRef,
    /// Who concluded it.
    pub author: Signer,
    /// The fingerprint of the author's key.
    pub fingerprint: String,
    /// When it was signed, by the author's clock.
    pub signed: Timestamp,
    /// The second reader's own conclusion, once there is one.
    pub second: Option<SecondReading>,
    /// What the other party answered.
    pub replies: Vec<PartyReply>,
    /// Whether the agreement now words the duty in another way than when this was signed. It then counts for nothing.
    pub other_text: bool,
    /// Why records that it needs do not hold together. Whether it counts can then not be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

/// Whether an assessment counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acceptance {
    /// Author and second reader concluded the same.
    Accepted,
    /// Nobody has read it a second time.
    Waiting,
    /// They concluded differently.
    Disagreed(Conclusion),
    /// It was made of another wording of the duty.
    OtherText,
    /// Records that it needs do not hold together.
    InDoubt,
}

impl Assessed {
    /// Whether it counts: its author and its second reader concluded the same.
    pub fn acceptance(&self) -> Acceptance {
        match &self.second {
            _ if self.trouble.is_some() => Acceptance::InDoubt,
            _ if self.other_text => Acceptance::OtherText,
            None => Acceptance::Waiting,
            Some(second) if second.conclusion == self.conclusion => Acceptance::Accepted,
            Some(second) => Acceptance::Disagreed(second.conclusion),
        }
    }

    /// The highest grade among its items.
    pub fn highest(&self) -> Option<Grade> {
        self.items.iter().map(|i| i.grade).max()
    }

    /// It as it was known at an instant: not there if signed later, and without what was added later.
    #[must_use]
    pub fn known_at(mut self, at: Timestamp) -> Option<Self> {
        if self.signed > at {
            return None;
        }
        self.second = self.second.filter(|s| s.signed <= at);
        self.replies.retain(|r| r.entered <= at);
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_an_agreement_ask_for_a_least_grade() {
        assert_eq!(Grade::enough("outcome"), Some(Grade::Applied));
        assert_eq!(Grade::enough("in-force"), Some(Grade::InForce));
        assert_eq!(Grade::enough("hoped"), None);
        assert!(Grade::InForce < Grade::Applied && Grade::Applied < Grade::EffectSeen);
        for word in Conclusion::ALL {
            assert_eq!(Conclusion::parse(word.as_str()), Some(*word));
        }
    }
}
