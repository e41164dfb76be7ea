//! Records that were set aside: each by a signed record that names its bytes by their hash. Two branches of a workspace can each add what
//! does not hold together with the other's; one of the two is then set aside, and kept.

use super::check::{CasesProblem, signed};
use super::load::{files_of, stem};
use super::person::Person;
use super::record::SetAsideRecord;
use super::{PEOPLE, SET_ASIDE};
use servanda_agreement::FolderFiles;
use servanda_files::sha256;
use std::collections::BTreeMap;

/// What was set aside, by the SHA-256 of its bytes, and the register that says who may do so.
#[derive(Debug, Clone, Default)]
pub struct SetAside {
    /// By the SHA-256 of the bytes that are read no more.
    pub records: BTreeMap<String, SetAsideRecord>,
    /// What is wrong with records that set others aside; such a record sets nothing aside.
    pub problems: Vec<CasesProblem>,
}

impl SetAside {
    /// Reads what was set aside in a workspace.
    pub fn load(files: &dyn FolderFiles) -> Self {
        let mut unread = Vec::new();
        let register = files_of(files, PEOPLE, ".toml", &mut unread);
        let people = register.into_iter().filter_map(|(path, bytes)| Person::read(&path, bytes).ok());
        Self::with(files, &people.map(|p| (p.id.clone(), p)).collect())
    }

    /// As [`SetAside::load`], by a register that was read.
    pub(super) fn with(files: &dyn FolderFiles, people: &BTreeMap<String, Person>) -> Self {
        let mut found = Self::default();
        for (path, bytes) in files_of(files, SET_ASIDE, ".json", &mut found.problems) {
            match SetAsideRecord::read(stem(&path), &bytes) {
                Err(e) => found.problems.push(CasesProblem::new(&path, e.to_string())),
                Ok(record) => {
                    let mut wrong = signed(&record, people);
                    if record.body.record == format!("{PEOPLE}/{}.toml", record.body.by.id) {
                        wrong.push("nobody sets their own entry in the register aside".to_owned());
                    }
                    if wrong.is_empty() {
                        found.records.insert(record.body.sha256.clone(), record);
                    }
                    found.problems.extend(wrong.into_iter().map(|p| CasesProblem::new(&path, p)));
                }
            }
        }
        found
    }

    /// Whether a file with these bytes is read no more.
    pub fn holds(&self, bytes: &[u8]) -> bool {
        !self.records.is_empty() && self.records.contains_key(&sha256(bytes))
    }
}
