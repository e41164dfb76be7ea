//! The texts of an agreement: which were read, in which editions, and what was there on a day.

use servanda_core::{Certainty, Date, Party, words};

words! {
    /// What kind of paper a text is: the weight of each duty that stands in it.
    TextKind {
        /// A statement of all parties.
        JointStatement = "joint-statement",
        /// One side's account of what was agreed.
        FactSheet = "fact-sheet",
        /// The other side's own account of it.
        Account = "account",
        /// An order of a head of state or government.
        ExecutiveOrder = "executive-order",
        /// A proclamation of a head of state.
        Proclamation = "proclamation",
        /// A memorandum of a head of state to its agencies.
        Memorandum = "memorandum",
        /// A regulation of an executive or of a union.
        Regulation = "regulation",
        /// A law of a parliament.
        Statute = "statute",
        /// A notice of an agency: a gazette, a customs message, a determination.
        Notice = "notice",
        /// An order or a judgment of a court.
        CourtOrder = "court-order",
        /// A memorandum of understanding.
        Mou = "mou",
        /// A contract of enterprises.
        Contract = "contract",
        /// An agreement that binds its parties once it is in force.
        BindingAgreement = "binding-agreement",
        /// What was told, in speech or to the press.
        Announcement = "announcement",
        /// What others report.
        Report = "report",
    }
}

/// The texts of an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    /// The last day to which texts were read; on an earlier day that is asked for, that day. Later acts are unknown.
    pub read_through: Date,
    /// In the order of the file.
    pub all: Vec<Text>,
}

/// One text in all its editions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Its id: `us-sheet`.
    pub id: String,
    /// What kind of paper it is.
    pub kind: TextKind,
    /// Whose text it is; of all parties together where none is named.
    pub side: Option<Party>,
    /// What it is called.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// Where.
    pub address: Option<String>,
    /// The day that it bears.
    pub dated: Date,
    /// Whether it was read itself.
    pub certainty: Certainty,
    /// By whose account it is known, where it was not read itself.
    pub told_by: Option<String>,
    /// Its editions, the oldest first; at least one.
    pub editions: Vec<TextEdition>,
}

/// A text as it stood from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEdition {
    /// Its id: `2`.
    pub id: String,
    /// The first day on which it is known to have been there.
    pub seen: Date,
    /// SHA-256 of the bytes that were read, in lower-case hexadecimal; none where none are held.
    pub sha256: Option<String>,
    /// What it changed.
    pub note: Option<String>,
}

/// Where in the agreement's texts a commitment stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InText {
    /// The text.
    pub text: String,
    /// The first edition that has it.
    pub edition: String,
    /// The day on which that edition was first seen: before it, the commitment is not known.
    pub from: Date,
    /// What took it away, where an edition did.
    pub gone: Option<Gone>,
}

/// The edition that took a commitment away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// The edition.
    pub edition: String,
    /// The day on which it was first seen.
    pub on: Date,
}

impl Texts {
    /// A text by id.
    pub fn get(&self, id: &str) -> Option<&Text> {
        self.all.iter().find(|t| t.id == id)
    }

    /// As known on a day: without texts and editions that were first seen later.
    pub(crate) fn known_on(&mut self, day: Date) {
        self.read_through = self.read_through.min(day);
        for text in &mut self.all {
            text.editions.retain(|e| e.seen <= day);
        }
        self.all.retain(|t| !t.editions.is_empty());
    }
}

impl Text {
    /// An edition by id.
    pub fn edition(&self, id: &str) -> Option<&TextEdition> {
        self.editions.iter().find(|e| e.id == id)
    }
}
