//! Whether what is kept of assessments holds together.

use super::small_file;
use crate::{Root, Workspace, WorkspaceError};
use schemars::JsonSchema;
use servanda_core::Conclusion;
use servanda_dispute::assessment::{
    ASSESSMENTS, Cases, CasesProblem, Person, RUBRICS, check_people, fingerprint, people_list,
};
use servanda_files::sha256;
use std::path::Path;

/// What `case verify` found.
#[derive(Debug, Clone, serde::Serialize, JsonSchema)]
pub struct CasesVerified {
    /// How many assessments there are.
    pub assessments: usize,
    /// How many second readings.
    pub second_readings: usize,
    /// How many replies.
    pub replies: usize,
    /// A hash over the names of all records.
    pub digest: String,
    /// Everybody in the register: id, name, affiliation, fingerprint.
    pub people: Vec<[String; 4]>,
    /// The list of people that the register was held against.
    pub list: Option<String>,
    /// What is wrong.
    pub problems: Vec<CasesProblem>,
    /// What is not wrong, and worth knowing.
    pub remarks: Vec<String>,
}

impl CasesVerified {
    /// Whether there is nothing to say: no record, no person, nothing wrong.
    pub fn is_empty(&self) -> bool {
        let records = self.assessments + self.second_readings + self.replies;
        records == 0 && self.people.is_empty() && self.problems.is_empty() && self.list.is_none()
    }
}

impl Workspace {
    /// Holds everything that belongs to assessments against each other, against their documents and agreements, and, if named,
    /// against a list of people that is kept elsewhere.
    pub fn verify_assessments(&self, list: Option<&Path>) -> Result<CasesVerified, WorkspaceError> {
        let mut cases = self.with_cases(Cases::load);
        let mut problems = std::mem::take(&mut cases.problems);
        problems.extend(cases.affiliations());
        if matches!(self.root(), Root::Folder(_)) {
            problems.extend(self.with_cases(|files| cases.documents(files)));
        }
        let mut remarks = Vec::new();
        for (id, record) in &cases.assessments {
            let path = format!("{ASSESSMENTS}/{id}.json");
            let now = self.agreement_on(&record.body.agreement, record.body.as_of).ok();
            let words = now.as_ref().and_then(|a| a.commitment(&record.body.commitment));
            if words.is_some_and(|c| super::duty_text(&c.duty) != record.body.duty) {
                remarks.push(format!(
                    "{path}: it counts for nothing: the agreement words the duty in another way now"
                ));
            }
            match self.act_of(&record.body.agreement, &record.body.commitment, record.body.as_of) {
                Ok((.., Some(least))) => {
                    let highest = record.body.items.iter().map(|i| i.grade).max();
                    if record.body.conclusion == Conclusion::Kept && highest.is_none_or(|h| h < least) {
                        let problem = format!(
                            "it concludes `kept`, and the agreement asks for an item that is {least} or more"
                        );
                        problems.push(CasesProblem::new(&path, problem));
                    }
                }
                Ok(_) => {}
                Err(e) => remarks.push(format!("{path}: it counts for nothing: {e}")),
            }
            let rubric = format!("{RUBRICS}/{}-v{}.toml", record.body.rubric.id, record.body.rubric.version);
            let now = self.with_cases(|files| files.read(&rubric)).map(|bytes| sha256(&bytes));
            let problem = match now {
                Ok(sha) if sha == record.body.rubric.sha256 => continue,
                Ok(_) => {
                    "it is no longer what assessments were made with, and a version never changes; they keep their copy"
                }
                Err(_) => "it is not there, and assessments were made with it; they keep their copy",
            };
            let problem = CasesProblem::new(&rubric, problem);
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        let read = |id: &String| cases.approvals.values().any(|a| a.body.assessment == *id);
        for id in cases.assessments.keys().filter(|id| !read(id)) {
            remarks.push(format!(
                "{ASSESSMENTS}/{id}.json: second reading missing: it waits for one, or the one it had is gone"
            ));
        }
        for record in cases.set_aside.records.values() {
            let b = &record.body;
            remarks.push(format!("{} was set aside by {} on {}: {}", b.record, b.by.name, b.signed, b.why));
        }
        if let Some(path) = list {
            let known = people_list(&path.display().to_string(), small_file(path)?)?;
            problems.extend(check_people(&cases.people, &known));
            for person in known.iter().filter(|p| !cases.people.contains_key(&p.id)) {
                remarks.push(format!("`{}` is in the list and not in the register", person.id));
            }
        }
        let row = |p: &Person| [p.id.clone(), p.name.clone(), p.affiliation.clone(), fingerprint(&p.key)];
        Ok(CasesVerified {
            assessments: cases.assessments.len(),
            second_readings: cases.approvals.len(),
            replies: cases.replies.len(),
            digest: cases.digest(),
            people: cases.people.values().map(row).collect(),
            list: list.map(|p| p.display().to_string()),
            problems,
            remarks,
        })
    }
}
