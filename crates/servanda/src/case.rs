//! Each case command: the workspace's answer, put into words by the report.

use crate::Answer;
use crate::answers::{self, ENGINE, Place, around, json, layout};
use crate::args::{Ask, CaseCommand, Format};
use crate::case_args::DossierFormat;
use crate::home::Home;
use servanda_core::Date;
use servanda_core::problem::{Field, Problem};
use servanda_dispute::case::CaseRecord;
use servanda_report as report;
use servanda_report::Sheet;
use servanda_workspace::answer::{Answered, CaseVerifyAnswer, Whole};
use servanda_workspace::request::Request;
use servanda_workspace::{WorkspaceError, write_new};

/// Answers a case command.
pub fn answer(home: &Home<'_>, place: &Place, command: &CaseCommand) -> Result<Answer, WorkspaceError> {
    let today = place.now.date();
    let workspace = || home.open();
    match command {
        CaseCommand::Assessment(command) => crate::assessments::answer(home, place, command),
        CaseCommand::Open(request) => {
            let (case, doubt) = workspace()?.open_case(request, today)?;
            let text = filed(&case, &format!("opened on the ladder of {}", case.opening.agreement));
            Ok(crate::assessments::with(text, doubt))
        }
        CaseCommand::File(request) => {
            let (case, doubt) = workspace()?.file_event(request, today)?;
            Ok(crate::assessments::with(filed(&case, &format!("{} filed", request.event)), doubt))
        }
        CaseCommand::Status(Ask { request, output }) => {
            let which = &request.which;
            let (as_of, on) = which.days(today);
            let answer = workspace()?.case_answer(&which.case, as_of, on)?;
            let sheet = report::case_status_sheet(&answer);
            print(place, (output.format, output.all), &sheet, || whole(home, request, Some(as_of), &answer))
        }
        CaseCommand::Calendar(Ask { request, output }) => {
            let (which, format) = (&request.which, output.output.format);
            let (as_of, on) = which.days(today);
            let answer = workspace()?.case_answer(&which.case, as_of, on)?;
            let sheet = report::case_calendar_sheet(&answer);
            let mut printed =
                print(place, (format, true), &sheet, || whole(home, request, Some(as_of), &answer))?;
            if let Some(path) = &output.ics {
                let (text, undated) = report::case_ics(&answer, place.now.timestamp());
                let doubt = write_new(path, &text)?;
                printed.remarks.push(format!("{}: written", path.display()));
                printed.remarks.extend(doubt);
                printed
                    .remarks
                    .extend(undated.iter().map(|u| format!("not dated, and not in the file: {u}")));
            }
            Ok(printed)
        }
        CaseCommand::Dossier(Ask { request, output }) => {
            let which = &request.which;
            let (as_of, on) = which.days(today);
            let found = workspace()?.dossier(&which.case, as_of, on)?;
            let parts = report::DossierParts {
                answer: &found.answer,
                agreement: &found.agreement,
                findings: &found.findings,
                engine: ENGINE,
                style: &crate::style::Options,
            };
            Ok(Answer::text(match output.format {
                DossierFormat::Markdown => report::dossier_markdown(&parts),
                DossierFormat::Html => report::dossier_html(&parts),
            }))
        }
        CaseCommand::List(Ask { request, output }) => {
            let rows = workspace()?.case_list(request.as_of)?;
            let sheet = report::case_list_sheet(&rows);
            print(place, (output.format, true), &sheet, || whole(home, request, request.as_of, &rows[..]))
        }
        CaseCommand::Verify(Ask { request, output }) => {
            request.check()?;
            home.root()?.folder_of_records()?;
            let workspace = workspace()?;
            let now = workspace.digest()?;
            let other = crate::answers::other_digest(request.digest.as_deref(), &now)?;
            let found = CaseVerifyAnswer {
                cases: workspace.verify_cases(request.case.as_deref(), request.head.as_deref())?,
                // They belong to no case.
                assessments: match &request.case {
                    None => Some(workspace.verify_assessments(request.people.as_deref())?),
                    Some(_) => None,
                },
                workspace: now,
            };
            let wrong = other.is_some()
                || found.cases.iter().any(|c| !c.problems.is_empty())
                || found.assessments.as_ref().is_some_and(|a| !a.problems.is_empty());
            let text = if output.json {
                whole(home, request, None, &found)?
            } else {
                let kept = found.assessments.as_ref().filter(|a| !a.is_empty());
                let rest = kept.map(|a| {
                    report::assessments_verify_text(&crate::assessments::verified(a), &layout(place, false))
                });
                format!(
                    "{}{}workspace: {}\n",
                    report::case_verify_text(&found.cases),
                    rest.unwrap_or_default(),
                    found.workspace
                )
            };
            Ok(Answer { status: u8::from(wrong), remarks: other.into_iter().collect(), ..Answer::text(text) })
        }
        CaseCommand::Ladder(Ask { request, output }) => {
            let agreement = &request.agreement;
            let workspace = workspace()?;
            if let Some(day) = request.as_of {
                workspace.agreement_on(agreement, day)?;
            }
            let Some((ladder, _)) = workspace.ladder(agreement)? else {
                return Err(WorkspaceError::from(Problem::unknown(
                    Field::Agreement,
                    format!("{agreement} has no ladder.toml"),
                )));
            };
            let sheet = report::ladder_sheet(&ladder);
            print(place, (output.format, true), &sheet, || whole(home, request, request.as_of, &ladder))
        }
    }
}

fn filed(case: &CaseRecord, what: &str) -> String {
    format!("{}: {what}; {} events, the newest is {}", case.id, case.events.len(), case.head())
}

/// The document of an answer of one part.
pub(crate) fn whole<A: ?Sized + 'static, R: for<'a> Answered<Answer<'a> = Whole<'a, A>>>(
    home: &Home<'_>,
    request: &R,
    as_of: Option<Date>,
    answer: &A,
) -> Result<String, WorkspaceError> {
    json(request, Whole { answer }, around(&home.found()?, as_of))
}

fn print(
    place: &Place,
    shown: (Format, bool),
    sheet: &Sheet,
    document: impl FnOnce() -> Result<String, WorkspaceError>,
) -> Result<Answer, WorkspaceError> {
    Ok(Answer::text(answers::print(place, shown, sheet, document)?))
}
