//! Assessments of acts and refrainings: graded evidence, a rubric, an author's conclusion, a second reader's own, the other
//! party's reply. A conclusion is signed by its people and never computed.
//!
//! What people write is read by [`Draft::read`], [`Rubric::read`] and [`Person::read`], with a place for every mistake. What is
//! kept are three kinds of signed or hashed records ([`AssessmentRecord`], [`ApprovalRecord`], [`ReplyRecord`]) in canonical
//! JSON, each file named by its own SHA-256. [`Cases::load`] reads them all and says all that is wrong with them: a name that
//! is not the content's hash, a signature that does not fit, an author who approves of themselves.
//! Files come in through a narrow interface; time and randomness are arguments.

mod agreement;
mod check;
mod draft;
mod key;
mod load;
mod person;
mod record;
mod rubric;
mod set_aside;
#[cfg(test)]
mod tests;

pub use agreement::{InterAssessor, inter_assessor};
pub use check::{CasesProblem, HeldBy, check_people};
pub use draft::{Draft, DraftDocument, DraftItem, Limits, assessment_schema};
pub use key::{KeyError, SecretKey, fingerprint, public_key};
pub use load::{Cases, Kept};
pub use person::{Person, people_list, person_schema};
pub use record::{
    ApprovalBody, ApprovalRecord, AssessmentBody, AssessmentRecord, RecordError, ReplyBody, ReplyRecord,
    SetAsideBody, SetAsideRecord, same_name, separate,
};
pub use rubric::{Rubric, rubric_schema};
pub use set_aside::SetAside;

/// The folder of the register of people.
pub const PEOPLE: &str = "cases/people";
/// The folder of assessments.
pub const ASSESSMENTS: &str = "cases/assessments";
/// The folder of second readings.
pub const APPROVALS: &str = "cases/approvals";
/// The folder of replies.
pub const REPLIES: &str = "cases/replies";
/// The folder of records that set others aside; what they set aside lies in `kept/` of it, named by its SHA-256.
pub const SET_ASIDE: &str = "cases/set-aside";
/// The folder of documents, each named by its SHA-256.
pub const DOCUMENTS: &str = "cases/documents";
/// The folder of rubrics.
pub const RUBRICS: &str = "rubrics";
