//! What is kept: signed records in canonical JSON, each file named by its own SHA-256.

use super::key::{KeyError, SecretKey, fingerprint, verify};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use servanda_core::{
    Assessed, Conclusion, Date, EvidenceItem, Grade, Party, PartyReply, RubricRef, SecondReading, Signer,
    Timestamp,
};
use servanda_files::{canonical_json, sha256};

/// The version of the layout.
const FORMAT: u32 = 1;

/// What is wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// It is not JSON of this kind.
    #[error("it does not read: {0}")]
    Unreadable(String),
    /// It was written by another version.
    #[error("its format is {0}, and this program reads {FORMAT}")]
    Format(u32),
    /// Its bytes are not the canonical form.
    #[error("it is not in canonical form (RFC 8785), so it was written or changed by hand")]
    NotCanonical,
    /// Its name is not its hash.
    #[error("its bytes are not those that its name (their SHA-256) says: it was changed or renamed")]
    OtherName,
    /// The signature is wrong.
    #[error("the signature of `{who}`: {problem}")]
    Signature {
        /// Whose it is said to be.
        who: String,
        /// What is wrong.
        problem: KeyError,
    },
}

/// What an author signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssessmentBody {
    /// The agreement's id.
    pub agreement: String,
    /// The commitment's id.
    pub commitment: String,
    /// What is owed, as the agreement said it when this was written.
    pub duty: String,
    /// The least grade that is enough by the agreement's word `evidence`; none if it does not say.
    pub enough: Option<Grade>,
    /// Evidence was considered up to this day, included.
    pub as_of: Date,
    /// The conclusion.
    pub conclusion: Conclusion,
    /// Why.
    pub grounds: String,
    /// The evidence.
    pub items: Vec<EvidenceItem>,
    /// The rubric.
    pub rubric: RubricRef,
    /// A copy of its file.
    pub rubric_text: String,
    /// Who.
    pub author: Signer,
    /// When, by the author's clock.
    pub signed: Timestamp,
}

impl AssessmentBody {
    /// Whether this says what another says, whenever either was signed.
    pub fn says_the_same(&self, other: &Self) -> bool {
        *self == Self { signed: self.signed, ..other.clone() }
    }
}

/// What a second reader signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalBody {
    /// The SHA-256 of the assessment's record.
    pub assessment: String,
    /// The reader's own conclusion.
    pub conclusion: Conclusion,
    /// Whether the reader states to have concluded before seeing the author's conclusion.
    pub blind: bool,
    /// Why.
    pub grounds: Option<String>,
    /// Who.
    pub reader: Signer,
    /// When, by the reader's clock.
    pub signed: Timestamp,
}

/// What the other party answered. It is entered, not signed: what it says is in its document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplyBody {
    /// The SHA-256 of the assessment's record.
    pub assessment: String,
    /// Which party.
    pub party: Party,
    /// What it says, in short.
    pub text: String,
    /// In which document, by name.
    pub document: String,
    /// The document's SHA-256, if the workspace holds it.
    pub sha256: Option<String>,
    /// When it was entered.
    pub entered: Timestamp,
}

impl ReplyBody {
    /// Whether this says what another says, whenever either was entered.
    pub fn says_the_same(&self, other: &Self) -> bool {
        *self == Self { entered: self.entered, ..other.clone() }
    }
}

/// What somebody signs who sets a record aside that does not hold together with others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetAsideBody {
    /// Where the record lay, relative to the workspace.
    pub record: String,
    /// The SHA-256 of its bytes. A file with these bytes is read no more.
    pub sha256: String,
    /// Why.
    pub why: String,
    /// Who.
    pub by: Signer,
    /// When, by the signer's clock.
    pub signed: Timestamp,
}

/// A body with its signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed<T> {
    format: u32,
    /// What was signed.
    pub body: T,
    /// The signature over the canonical JSON of the body behind a line that says what it is.
    pub signature: String,
}

/// An assessment that is kept.
pub type AssessmentRecord = Signed<AssessmentBody>;
/// A second reading that is kept.
pub type ApprovalRecord = Signed<ApprovalBody>;

/// A record that was set aside.
pub type SetAsideRecord = Signed<SetAsideBody>;

/// A reply that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplyRecord {
    format: u32,
    /// The reply.
    pub body: ReplyBody,
}

/// What is signed, by whom, and under which heading, so that a signature of one kind is none of another.
pub trait Signable: Serialize {
    /// The heading.
    const KIND: &'static str;
    /// Who signs.
    fn signer(&self) -> &Signer;
}

impl Signable for AssessmentBody {
    const KIND: &'static str = "servanda assessment 1\n";
    fn signer(&self) -> &Signer {
        &self.author
    }
}

impl Signable for ApprovalBody {
    const KIND: &'static str = "servanda second reading 1\n";
    fn signer(&self) -> &Signer {
        &self.reader
    }
}

impl Signable for SetAsideBody {
    const KIND: &'static str = "servanda set aside 1\n";
    fn signer(&self) -> &Signer {
        &self.by
    }
}

fn message<T: Signable>(body: &T) -> Result<Vec<u8>, RecordError> {
    let mut message = T::KIND.as_bytes().to_vec();
    message.extend(canonical(body)?);
    Ok(message)
}

fn canonical<T: Serialize>(value: &T) -> Result<Vec<u8>, RecordError> {
    canonical_json(value).map_err(|e| RecordError::Unreadable(e.to_string()))
}

impl<T: Signable> Signed<T> {
    /// Signs a body.
    pub fn sign(body: T, key: &SecretKey) -> Result<Self, RecordError> {
        let signature = key.sign(&message(&body)?);
        Ok(Self { format: FORMAT, body, signature })
    }

    /// Whether the signature is that of the key that the body names, over the body.
    pub fn verify(&self) -> Result<(), RecordError> {
        let signer = self.body.signer();
        verify(&signer.key, &message(&self.body)?, &self.signature)
            .map_err(|problem| RecordError::Signature { who: signer.id.clone(), problem })
    }

    /// The bytes of its file, and their SHA-256.
    pub fn file(&self) -> Result<(Vec<u8>, String), RecordError> {
        file(self)
    }
}

impl<T: DeserializeOwned + Serialize> Signed<T> {
    /// Reads a file that is named by its hash; signatures are not looked at.
    pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Self, RecordError> {
        let record: Self = named(name, bytes)?;
        if record.format == FORMAT { Ok(record) } else { Err(RecordError::Format(record.format)) }
    }
}

impl ReplyRecord {
    /// A reply to keep.
    pub fn new(body: ReplyBody) -> Self {
        Self { format: FORMAT, body }
    }

    /// The bytes of its file, and their SHA-256.
    pub fn file(&self) -> Result<(Vec<u8>, String), RecordError> {
        file(self)
    }

    pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Self, RecordError> {
        let record: Self = named(name, bytes)?;
        if record.format == FORMAT { Ok(record) } else { Err(RecordError::Format(record.format)) }
    }

    /// As it is shown.
    pub(super) fn shown(&self) -> PartyReply {
        let b = &self.body;
        PartyReply {
            party: b.party,
            text: b.text.clone(),
            document: b.document.clone(),
            sha256: b.sha256.clone(),
            entered: b.entered,
        }
    }
}

fn file<T: Serialize>(record: &T) -> Result<(Vec<u8>, String), RecordError> {
    let bytes = canonical(record)?;
    let name = sha256(&bytes);
    Ok((bytes, name))
}

fn named<T: DeserializeOwned + Serialize>(name: &str, bytes: &[u8]) -> Result<T, RecordError> {
    if sha256(bytes) != name {
        return Err(RecordError::OtherName);
    }
    let record: T = serde_json::from_slice(bytes).map_err(|e| RecordError::Unreadable(e.to_string()))?;
    if canonical(&record)? != bytes {
        return Err(RecordError::NotCanonical);
    }
    Ok(record)
}

impl AssessmentRecord {
    /// As a verdict takes it.
    pub(super) fn assessed(
        &self,
        id: &str,
        second: Option<&ApprovalRecord>,
        replies: Vec<PartyReply>,
    ) -> Assessed {
        let b = &self.body;
        Assessed {
            id: id.to_owned(),
            commitment: b.commitment.clone(),
            as_of: b.as_of,
            conclusion: b.conclusion,
            grounds: b.grounds.clone(),
            items: b.items.clone(),
            rubric: b.rubric.clone(),
            fingerprint: fingerprint(&b.author.key),
            author: b.author.clone(),
            signed: b.signed,
            second: second.map(|s| SecondReading {
                fingerprint: fingerprint(&s.body.reader.key),
                reader: s.body.reader.clone(),
                conclusion: s.body.conclusion,
                blind: s.body.blind,
                grounds: s.body.grounds.clone(),
                signed: s.body.signed,
            }),
            replies,
            other_text: false,
            trouble: None,
        }
    }
}

/// Whether two names are one, whatever their case, signs, and order of words.
pub fn same_name(a: &str, b: &str) -> bool {
    let words = |name: &str| {
        let mut words: Vec<String> = name
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .map(str::to_lowercase)
            .collect();
        words.sort();
        words
    };
    words(a) == words(b)
}

/// Why a name may look like another: a sign that cannot be seen, or letters of two alphabets in one word. `None` if it may not.
pub fn deceptive_name(name: &str) -> Option<String> {
    let unseen = |c: char| {
        matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
            || (c.is_control())
    };
    if let Some(sign) = name.chars().find(|c| unseen(*c)) {
        return Some(format!("the name has a sign that cannot be seen (U+{:04X})", u32::from(sign)));
    }
    if name.chars().any(|c| matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{1d400}'..='\u{1d7ff}')) {
        return Some("the name has letters that only look like plain ones".to_owned());
    }
    let latin = |c: char| c.is_alphabetic() && u32::from(c) < 0x250;
    let greek_or_cyrillic = |c: char| matches!(u32::from(c), 0x370..=0x52f);
    let mixed = |word: &str| word.chars().any(latin) && word.chars().any(greek_or_cyrillic);
    let word = name.split_whitespace().find(|w| mixed(w))?;
    Some(format!("the word `{word}` of the name mixes two alphabets"))
}

/// Why two signers are not two people: one id, one name or one key. `None` if they are two.
pub fn separate(author: &Signer, reader: &Signer) -> Option<String> {
    let what = if author.id == reader.id {
        "id"
    } else if same_name(&author.name, &reader.name) {
        "name"
    } else if author.key.eq_ignore_ascii_case(&reader.key) {
        "key"
    } else {
        return None;
    };
    Some(format!(
        "the second reader has the author's {what}; nobody reads their own assessment a second time"
    ))
}

#[cfg(test)]
mod tests {
    use super::{deceptive_name, same_name};

    #[test]
    fn names_that_look_alike_are_one_or_refused() {
        for other in ["ann  LEE", "Ann Lee.", "Ann-Lee", "Lee, Ann", "Ann Lee\u{200b}"] {
            assert!(same_name("Ann Lee", other), "{other}");
        }
        assert!(!same_name("Ann Lee", "Anna Lee"));
        for bad in ["Ann Lee\u{200b}", "\u{410}nn Lee", "\u{ff21}nn Lee"] {
            assert!(deceptive_name(bad).is_some(), "{bad}");
        }
        for good in ["Ann Lee", "Анна Ли", "Zoë O'Brien", "李梅"] {
            assert_eq!(deceptive_name(good), None, "{good}");
        }
    }
}
