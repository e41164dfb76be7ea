//! Everything under `cases/` that belongs to assessments, read and checked.

use super::check::{CasesProblem, records};
use super::person::Person;
use super::record::{ApprovalRecord, AssessmentRecord, ReplyRecord};
use super::set_aside::SetAside;
use super::{APPROVALS, ASSESSMENTS, PEOPLE, REPLIES, SET_ASIDE};
use servanda_agreement::FolderFiles;
use servanda_core::Assessed;
use servanda_files::{TEMPORARY, sha256};
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
    /// What was set aside; none of it is in the maps above.
    pub set_aside: SetAside,
    /// Everything that is wrong.
    pub problems: Vec<CasesProblem>,
    /// Why the records of an assessment do not hold together, by its SHA-256.
    pub trouble: BTreeMap<String, String>,
    /// Why a person of the register may be another, by id.
    pub in_doubt: BTreeMap<String, String>,
    /// What is wrong with a record that does not say what it belongs to, each with the agreement if it says that: whatever
    /// rests on any assessment could rest on it.
    pub unplaced: Vec<(Option<String>, CasesProblem)>,
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
        let mut people: Vec<(String, Person)> = Vec::new();
        let mut unread_people = Vec::new();
        for (path, bytes) in files_of(files, PEOPLE, ".toml", &mut cases.problems) {
            let sha = sha256(&bytes);
            match Person::read(&path, bytes) {
                Ok(person) => people.push((sha, person)),
                Err(wrong) => unread_people.push((path, sha, wrong.items)),
            }
        }
        let by_id = people.iter().map(|(_, p)| (p.id.clone(), p.clone())).collect();
        let set_aside = SetAside::with(files, &by_id);
        cases.problems.extend(set_aside.problems.iter().cloned());
        let is_read = |sha: &str| !set_aside.records.contains_key(sha);
        cases.people =
            people.into_iter().filter(|(sha, _)| is_read(sha)).map(|(_, p)| (p.id.clone(), p)).collect();
        for (path, _, items) in unread_people.into_iter().filter(|(_, sha, _)| is_read(sha)) {
            cases.problems.extend(items.iter().map(|d| CasesProblem::new(&path, d.message.clone())));
        }
        let read = |dir: &str, cases: &mut Self| {
            let mut problems = Vec::new();
            let mut found = files_of(files, dir, ".json", &mut problems);
            // Where a file cannot be read, what it belongs to is not known.
            let unread = problems.iter().filter(|p| p.path == dir || p.path.ends_with(".json"));
            cases.unplaced.extend(unread.map(|p| (None, p.clone())));
            cases.problems.extend(problems);
            found.retain(|(_, bytes)| is_read(&sha256(bytes)));
            found
        };
        for (path, bytes) in read(ASSESSMENTS, &mut cases) {
            let name = stem(&path);
            match AssessmentRecord::read(name, &bytes) {
                Ok(record) => {
                    cases.assessments.insert(name.to_owned(), record);
                }
                Err(e) => {
                    let problem = CasesProblem::new(&path, e.to_string());
                    cases.unplaced.push((says(&bytes, "agreement"), problem.clone()));
                    cases.problems.push(problem);
                }
            }
        }
        for (path, bytes) in read(APPROVALS, &mut cases) {
            let name = stem(&path);
            match ApprovalRecord::read(name, &bytes) {
                Ok(record) => {
                    cases.approvals.insert(name.to_owned(), record);
                }
                Err(e) => {
                    let problem = CasesProblem::new(&path, e.to_string());
                    match says(&bytes, "assessment") {
                        Some(of) => {
                            cases.trouble.insert(of, format!("{path}: {}", problem.problem));
                        }
                        None => cases.unplaced.push((None, problem.clone())),
                    }
                    cases.problems.push(problem);
                }
            }
        }
        for (path, bytes) in read(REPLIES, &mut cases) {
            let name = stem(&path);
            match ReplyRecord::read(name, &bytes) {
                Ok(record) => {
                    cases.replies.insert(name.to_owned(), record);
                }
                Err(e) => cases.problems.push(CasesProblem::new(&path, e.to_string())),
            }
        }
        cases.set_aside = set_aside;
        records(&mut cases);
        cases
    }

    /// What keeps anything from being said of an agreement, or of any without one: records of which it is not known what they
    /// belong to.
    pub fn refusals(&self, agreement: Option<&str>) -> Vec<CasesProblem> {
        let bears = |of: &Option<String>| match (of, agreement) {
            (Some(of), Some(agreement)) => of == agreement,
            _ => true,
        };
        self.unplaced.iter().filter(|(of, _)| bears(of)).map(|(_, p)| p.clone()).collect()
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
                    assessed: Assessed {
                        trouble: self.trouble.get(id).cloned(),
                        ..record.assessed(id, second, replies)
                    },
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
            (true, None, _) => Err(format!("there is no assessment `{prefix}`")),
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
        all.push_str(&names(SET_ASIDE, self.set_aside.records.keys().collect()));
        sha256(all.as_bytes())
    }
}

/// What a record that does not read as one says under a key of its body.
fn says(bytes: &[u8], key: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    Some(value.get("body")?.get(key)?.as_str()?.to_owned())
}

/// The last name of a path without its ending.
pub(super) fn stem(path: &str) -> &str {
    path.rsplit('/').next().and_then(|n| n.rsplit_once('.')).map_or("", |(stem, _)| stem)
}

/// Every file of a folder; what does not belong there, or cannot be read, is a problem.
pub(super) fn files_of(
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
    for name in names.into_iter().filter(|n| !n.starts_with(TEMPORARY) && !n.ends_with('/')) {
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
