//! Each case command: the workspace's answer, put into words by the report.

use crate::Answer;
use crate::answers::{ENGINE, Place, layout, pretty};
use crate::args::CaseCommand;
use servanda_report as report;
use servanda_workspace::{Root, Workspace, WorkspaceError};

/// Answers a case command.
pub fn answer(root: &Root, place: &Place, command: &CaseCommand) -> Result<Answer, WorkspaceError> {
    match command {
        CaseCommand::Assessment(command) => crate::assessments::answer(root, place, command),
        CaseCommand::Verify { people, json } => {
            let found = Workspace::open(root.clone())?.verify_cases(people.as_deref())?;
            let status = u8::from(!found.problems.is_empty());
            let text = if *json {
                pretty(&report::assessments_json(ENGINE, "case verify", &found))
            } else {
                report::cases_verify_text(&crate::assessments::verified(&found), &layout(place, false))
            };
            Ok(Answer { status, ..Answer::text(text) })
        }
    }
}
