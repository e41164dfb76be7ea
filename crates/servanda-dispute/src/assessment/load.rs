//! Everything under `cases/` that belongs to assessments, read and checked.

use super::check::{CasesProblem, records};
use super::person::Person;
use super::record::{ApprovalRecord, AssessmentRecord, ReplyRecord};
use super::{APPROVALS, ASSESSMENTS, PEOPLE, REPLIES};
use servanda_agreement::FolderFiles;
use servanda_core::Assessed;
use servanda_evidence::sha256;
use std::collections::BTreeMap;
use std::io::ErrorKind;

/// The register and the records of a workspace.
#[derive(Debug, Clone, Default)]
pub struct Cases {
    /// The register, by id. A file that does not read is a problem, and nobody's.
    pub people: BTreeMap<String, Person>,
    /// Assessments by their SHA-256.
    pub assessments: BTreeMap<String, AssessmentRecord>,
    /// Second readings by their SHA-256.
    pub approvals: BTreeMap<String, ApprovalRecord>,
    /// Replies by their SHA-256.
    pub replies: BTreeMap<String, ReplyRecord>,
    /// Everything that is wrong.
    pub problems: Vec<CasesProblem>,
}

/// An assessment that is kept, with the agreement that it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The agreement.
    pub agreement: String,
    /// The duty, in the words that were signed.
    pub duty: String,
    /// The assessment.
    pub assessed: Assessed,
}

impl Cases {
    /// Reads and checks everything: names against contents, signatures against keys, keys and names against the register,
    /// readers against authors. Documents are not opened; [`Cases::documents`] does that.
    pub fn load(files: &dyn FolderFiles) -> Self {
        let mut cases = Self::default();
        for (path, bytes) in files_of(files, PEOPLE, ".toml", &mut cases.problems) {
            match Person::read(&path, bytes) {
                Ok(person) => {
                    cases.people.insert(person.id.clone(), person);
                }
                Err(wrong) => cases
                    .problems
                    .extend(wrong.items.iter().map(|d| CasesProblem::new(&path, d.message.clone()))),
            }
        }
        for (path, bytes) in files_of(files, ASSESSMENTS, ".json", &mut cases.problems) {
            let name = stem(&path);
            match AssessmentRecord::read(name, &bytes) {
                Ok(record) => {
                    cases.assessments.insert(name.to_owned(), record);
                }
                Err(e) => cases.problems.push(CasesProblem::new(&path, e.to_string())),
            }
        }
        for (path, bytes) in files_of(files, APPROVALS, ".json", &mut cases.problems) {
            let name = stem(&path);
            match ApprovalRecord::read(name, &bytes) {
                Ok(record) => {
                    cases.approvals.insert(name.to_owned(), record);
                }
                Err(e) => cases.problems.push(CasesProblem::new(&path, e.to_string())),
            }
        }
        for (path, bytes) in files_of(files, REPLIES, ".json", &mut cases.problems) {
            let name = stem(&path);
            match ReplyRecord::read(name, &bytes) {
                Ok(record) => {
                    cases.replies.insert(name.to_owned(), record);
                }
                Err(e) => cases.problems.push(CasesProblem::new(&path, e.to_string())),
            }
        }
        records(&mut cases);
        cases
    }

    /// Every assessment with its second reading and its replies, by agreement, commitment, day and instant.
    pub fn kept(&self) -> Vec<Kept> {
        let mut all: Vec<Kept> = self
            .assessments
            .iter()
            .map(|(id, record)| {
                let second = self.approvals.values().find(|a| a.body.assessment == *id);
                let mut replies: Vec<_> = self
                    .replies
                    .values()
                    .filter(|r| r.body.assessment == *id)
                    .map(ReplyRecord::shown)
                    .collect();
                replies.sort_by_key(|r| r.entered);
                Kept {
                    agreement: record.body.agreement.clone(),
                    duty: record.body.duty.clone(),
                    assessed: record.assessed(id, second, replies),
                }
            })
            .collect();
        all.sort_by(|a, b| {
            let key = |k: &Kept| {
                let a = &k.assessed;
                (k.agreement.clone(), a.commitment.clone(), a.as_of, a.signed, a.id.clone())
            };
            key(a).cmp(&key(b))
        });
        all
    }

    /// The one assessment whose SHA-256 begins so.
    pub fn named(&self, prefix: &str) -> Result<(&str, &AssessmentRecord), String> {
        let mut found = self.assessments.iter().filter(|(id, _)| id.starts_with(prefix));
        match (prefix.len() >= 6, found.next(), found.next()) {
            (true, Some((id, record)), None) => Ok((id, record)),
            (true, Some(_), Some(_)) => {
                Err(format!("several assessments begin with `{prefix}`; write more of its digits"))
            }
            (true, None, _) => {
                Err(format!("there is no assessment `{prefix}`; `servanda case assessments` lists them"))
            }
            (false, ..) => {
                Err(format!("`{prefix}` is too short: write six digits of an assessment's name or more"))
            }
        }
    }

    /// A hash over the names of all records: whoever keeps it elsewhere sees later whether a record is gone.
    pub fn digest(&self) -> String {
        let names = |dir: &str, names: Vec<&String>| {
            names.into_iter().map(|n| format!("{dir}/{n}\n")).collect::<String>()
        };
        let mut all = names(ASSESSMENTS, self.assessments.keys().collect());
        all.push_str(&names(APPROVALS, self.approvals.keys().collect()));
        all.push_str(&names(REPLIES, self.replies.keys().collect()));
        sha256(all.as_bytes())
    }
}

/// The last name of a path without its ending.
fn stem(path: &str) -> &str {
    path.rsplit('/').next().and_then(|n| n.rsplit_once('.')).map_or("", |(stem, _)| stem)
}

/// Every file of a folder; what does not belong there, or cannot be read, is a problem.
fn files_of(
    files: &dyn FolderFiles,
    dir: &str,
    ending: &str,
    problems: &mut Vec<CasesProblem>,
) -> Vec<(String, Vec<u8>)> {
    let names = match files.list(dir) {
        Ok(names) => names,
        Err(e) if e.kind() == ErrorKind::NotFound => return Vec::new(),
        Err(e) => {
            problems.push(CasesProblem::new(dir, format!("it cannot be read: {e}")));
            return Vec::new();
        }
    };
    let mut found = Vec::new();
    // What was being written when the machine stopped is no record.
    for name in names.into_iter().filter(|n| !n.starts_with(".tmp-")) {
        let path = format!("{dir}/{name}");
        if !name.ends_with(ending) {
            problems.push(CasesProblem::new(
                &path,
                format!("only files that end with {ending} belong here; move it away"),
            ));
            continue;
        }
        match files.read(&path) {
            Ok(bytes) => found.push((path, bytes)),
            Err(e) => problems.push(CasesProblem::new(&path, format!("it cannot be read: {e}"))),
        }
    }
    found
}
