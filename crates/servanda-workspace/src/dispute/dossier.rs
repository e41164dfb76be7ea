//! What a dossier holds: a case, its agreement and the findings of its commitments as of a day.

use crate::{Workspace, WorkspaceError};
use servanda_agreement::Agreement;
use servanda_core::{AsOf, Date};
use servanda_dispute::case::CaseAnswer;
use servanda_verdict::{Checked, Question};

/// A case with the findings of its commitments.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The case as of the day.
    pub answer: CaseAnswer,
    /// The agreement as amended on the day.
    pub agreement: Agreement,
    /// Each commitment's finding as of the day, with how it was derived; or why there is none.
    pub findings: Vec<(String, Result<Checked, String>)>,
}

impl Workspace {
    /// A case's dossier as of a day.
    pub fn dossier(&self, id: &str, as_of: Date, on: Date) -> Result<Dossier, WorkspaceError> {
        let answer = self.case_answer(id, as_of, on)?;
        let name = answer.opening.agreement.clone();
        let agreement = self.agreement_on(&name, as_of)?;
        let question =
            Question { as_of: AsOf { date: as_of, known_at: None }, through: None, on: None, detail: true };
        let mut findings = Vec::new();
        for commitment in &answer.opening.commitments {
            let found = match agreement.commitment(commitment) {
                Some(_) => Ok(self.check(&name, Some(commitment), &question)?.checked),
                None => Err(format!("{name} as of {as_of} has no commitment `{commitment}`")),
            };
            findings.push((commitment.clone(), found));
        }
        Ok(Dossier { answer, agreement, findings })
    }
}
