//! Four eyes, held against the files: whatever was changed, swapped, copied or left out.

use super::key::fingerprint;
use super::load::Cases;
use super::person::Person;
use super::record::{AssessmentRecord, Signable, Signed, same_name, separate};
use super::{APPROVALS, ASSESSMENTS, DOCUMENTS, PEOPLE, REPLIES, Rubric};
use schemars::JsonSchema;
use servanda_agreement::FolderFiles;
use servanda_core::{Conclusion, Signer};
use servanda_files::sha256;
use std::collections::BTreeMap;

/// One thing that is wrong, in one file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, JsonSchema)]
pub struct CasesProblem {
    /// The file, relative to the workspace.
    pub path: String,
    /// What is wrong.
    pub problem: String,
}

impl CasesProblem {
    /// Something wrong in a file.
    pub fn new(path: &str, problem: impl Into<String>) -> Self {
        Self { path: path.to_owned(), problem: problem.into() }
    }
}

/// Holds the records against each other and against the register. What is wrong with one of them is the trouble of the assessment that
/// it belongs to, and of no other.
pub(super) fn records(cases: &mut Cases) {
    let (mut problems, in_doubt) = register(&cases.people);
    let mut trouble: BTreeMap<String, String> = std::mem::take(&mut cases.trouble);
    let mut say = |of: &str, path: &str, problem: String| {
        trouble.entry(of.to_owned()).or_insert_with(|| problem.clone());
        problems.push(CasesProblem::new(path, problem));
    };
    for (id, record) in &cases.assessments {
        let path = format!("{ASSESSMENTS}/{id}.json");
        let mut wrong = assessment(record, &cases.people);
        wrong.extend(in_doubt.get(&record.body.author.id).cloned());
        wrong.into_iter().for_each(|problem| say(id, &path, problem));
    }
    let mut read: BTreeMap<&str, &str> = BTreeMap::new();
    for (id, record) in &cases.approvals {
        let path = format!("{APPROVALS}/{id}.json");
        let body = &record.body;
        let mut wrong = signed(record, &cases.people);
        wrong.extend(in_doubt.get(&body.reader.id).cloned());
        match cases.assessments.get(&body.assessment) {
            None => wrong.push(format!("it reads the assessment {}, which is not there", body.assessment)),
            Some(of) => {
                wrong.extend(separate(&of.body.author, &body.reader));
                if body.signed < of.body.signed {
                    wrong.push("it was signed before the assessment that it reads".to_owned());
                }
            }
        }
        if let Some(other) = read.insert(&body.assessment, id) {
            wrong.push(format!(
                "{other} is a second reading of the same assessment; there is one for each: set one of \
                 the two aside"
            ));
        }
        wrong.into_iter().for_each(|problem| say(&body.assessment, &path, problem));
    }
    for (id, record) in &cases.replies {
        let body = &record.body;
        if !cases.assessments.contains_key(&body.assessment) {
            let problem = format!("it answers the assessment {}, which is not there", body.assessment);
            problems.push(CasesProblem::new(&format!("{REPLIES}/{id}.json"), problem));
        }
    }
    cases.problems.extend(problems);
    cases.trouble = trouble;
    cases.in_doubt = in_doubt;
}

/// One person has one name and one key, and nobody shares them; whoever does is in doubt, and why.
fn register(people: &BTreeMap<String, Person>) -> (Vec<CasesProblem>, BTreeMap<String, String>) {
    let mut problems = Vec::new();
    let mut in_doubt = BTreeMap::new();
    let all: Vec<&Person> = people.values().collect();
    for (n, one) in all.iter().enumerate() {
        for other in all.iter().skip(n + 1) {
            for (what, same) in [("key", one.key == other.key), ("name", same_name(&one.name, &other.name))] {
                if same {
                    let problem = format!(
                        "`{}` has the {what} of `{}`: one person, one file; set one of the two aside",
                        other.id, one.id
                    );
                    for id in [&one.id, &other.id] {
                        in_doubt.entry(id.clone()).or_insert_with(|| problem.clone());
                    }
                    problems.push(CasesProblem::new(&format!("{PEOPLE}/{}.toml", other.id), problem));
                }
            }
        }
    }
    (problems, in_doubt)
}

/// The signature fits, and the signer is in the register with this name and this key.
pub(super) fn signed<T: Signable>(record: &Signed<T>, people: &BTreeMap<String, Person>) -> Vec<String> {
    let mut problems: Vec<String> = record.verify().err().map(|e| e.to_string()).into_iter().collect();
    let signer: &Signer = record.body.signer();
    match people.get(&signer.id) {
        None => problems.push(format!("`{}` is not in the register {PEOPLE}/", signer.id)),
        Some(person) => {
            if person.name != signer.name {
                problems.push(format!(
                    "it is signed as `{}`, and the register calls `{}` `{}`",
                    signer.name, signer.id, person.name
                ));
            }
            if person.key != signer.key {
                problems.push(format!(
                    "it is signed with the key {}, and the register has {} for `{}`",
                    fingerprint(&signer.key),
                    fingerprint(&person.key),
                    signer.id
                ));
            }
        }
    }
    problems
}

/// What an assessment must hold by itself.
fn assessment(record: &AssessmentRecord, people: &BTreeMap<String, Person>) -> Vec<String> {
    let body = &record.body;
    let mut problems = signed(record, people);
    let name = format!("{}-v{}", body.rubric.id, body.rubric.version);
    if sha256(body.rubric_text.as_bytes()) != body.rubric.sha256 {
        problems.push(format!("its copy of the rubric {name} is not the one that its hash names"));
    } else if Rubric::read(&name, &name, body.rubric_text.clone().into_bytes()).is_err() {
        problems.push(format!("its copy of the rubric {name} does not read"));
    }
    if body.items.iter().any(|i| i.date > body.as_of) {
        problems.push(format!("an item is later than {}, up to which evidence was considered", body.as_of));
    }
    if body.items.iter().any(|i| i.held == i.no_document.is_some() || (i.held && i.sha256.is_none())) {
        problems
            .push("an item has neither a document that is held nor a reason why there is none".to_owned());
    }
    let highest = body.items.iter().map(|i| i.grade).max();
    match (body.conclusion, body.enough) {
        (Conclusion::Kept, Some(least)) if highest.is_none_or(|h| h < least) => {
            problems.push(format!("it concludes `kept` without an item that is {least} or more"));
        }
        (Conclusion::Kept | Conclusion::PartlyKept | Conclusion::NotKept, _) if highest.is_none() => {
            problems.push(format!("it concludes `{}` on no evidence", body.conclusion));
        }
        _ => {}
    }
    if body.grounds.trim().is_empty() {
        problems.push("it gives no grounds".to_owned());
    }
    problems
}

/// Where a document was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldBy {
    /// In `cases/documents`.
    Cases,
    /// Among the originals of the evidence.
    Evidence,
}

impl HeldBy {
    /// Where a document lies in a workspace, if its bytes are those of its hash; `Err` says what is wrong.
    pub fn find(files: &dyn FolderFiles, sha: &str) -> Result<Self, String> {
        let fits = |path: &str| match files.read(path) {
            Ok(bytes) if sha256(&bytes) == sha => Some(Ok(())),
            Ok(_) => Some(Err(format!("{path}: its bytes are not those of its name; it was changed"))),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
            Err(e) => Some(Err(format!("{path}: it cannot be read: {e}"))),
        };
        if let Some(found) = fits(&format!("{DOCUMENTS}/{sha}")) {
            return found.map(|()| Self::Cases);
        }
        let evidence =
            files.list_if_there("evidence").map_err(|e| format!("evidence: it cannot be read: {e}"))?;
        for source in evidence.iter().filter(|n| n.ends_with('/')) {
            if let Some(found) = fits(&format!("evidence/{source}originals/{sha}")) {
                return found.map(|()| Self::Evidence);
            }
        }
        Err(format!(
            "no document with the SHA-256 {sha} is in {DOCUMENTS}/ or among the originals of evidence/"
        ))
    }
}

impl Cases {
    /// Opens every document that an item or a reply says is held, and compares it with its hash.
    pub fn documents(&self, files: &dyn FolderFiles) -> Vec<CasesProblem> {
        let items = self.assessments.iter().flat_map(|(id, r)| {
            let held = r.body.items.iter().filter(|i| i.held).filter_map(|i| i.sha256.as_ref());
            held.map(move |sha| (format!("{ASSESSMENTS}/{id}.json"), sha))
        });
        let replies = self
            .replies
            .iter()
            .filter_map(|(id, r)| r.body.sha256.as_ref().map(|sha| (format!("{REPLIES}/{id}.json"), sha)));
        let missing = |(path, sha): (String, &String)| {
            HeldBy::find(files, sha).err().map(|problem| CasesProblem::new(&path, problem))
        };
        items.chain(replies).filter_map(missing).collect()
    }
}

impl Cases {
    /// People of whom a record that they signed says that they work for somebody of whom the register knows nothing. Readers are
    /// held apart by what the records say; a register that tells it in another way was edited since.
    pub fn affiliations(&self) -> Vec<CasesProblem> {
        let signed = |(dir, id): (&str, &String), s: &Signer| (format!("{dir}/{id}.json"), s.clone());
        let authors = self.assessments.iter().map(|(id, r)| signed((ASSESSMENTS, id), &r.body.author));
        let readers = self.approvals.iter().map(|(id, r)| signed((APPROVALS, id), &r.body.reader));
        let mut problems = Vec::new();
        for (path, signer) in authors.chain(readers) {
            let Some(person) = self.people.get(&signer.id) else { continue };
            if person.affiliation != signer.affiliation && !person.earlier.contains(&signer.affiliation) {
                problems.push(CasesProblem::new(
                    &format!("{PEOPLE}/{}.toml", person.id),
                    format!(
                        "`{}` works for `{}` here, and signed {path} as of `{}`: it was changed since; whoever changed \
                         it keeps the former one under `earlier`",
                        person.id, person.affiliation, signer.affiliation
                    ),
                ));
            }
        }
        problems
    }
}

/// Holds the register against a list of people that is kept elsewhere: whom it lacks, and whose key or name differs.
pub fn check_people(people: &BTreeMap<String, Person>, list: &[Person]) -> Vec<CasesProblem> {
    let mut problems = Vec::new();
    for person in people.values() {
        let mut add = |problem: String| {
            problems.push(CasesProblem::new(&format!("{PEOPLE}/{}.toml", person.id), problem));
        };
        match list.iter().find(|p| p.id == person.id) {
            None => add(format!("`{}` is not in the list", person.id)),
            Some(known) => {
                if known.key != person.key {
                    add(format!(
                        "the list has the key {} for `{}`, and the register {}",
                        fingerprint(&known.key),
                        person.id,
                        fingerprint(&person.key)
                    ));
                }
                if known.name != person.name {
                    add(format!(
                        "the list calls `{}` `{}`, and the register `{}`",
                        person.id, known.name, person.name
                    ));
                }
            }
        }
    }
    problems
}
