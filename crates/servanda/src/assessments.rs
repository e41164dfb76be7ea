//! Each command on assessments: the workspace's answer, put into words by the report. Randomness for keys is taken here.

use crate::Answer;
use crate::answers::{Place, print};
use crate::args::Ask;
use crate::assessments_args::{AssessmentCommand, KeyCommand, PersonCommand};
use crate::home::Home;
use servanda_core::{Conclusion, Timestamp};
use servanda_dispute::assessment::fingerprint;
use servanda_report as report;
use servanda_workspace::request::KeyNew;
use servanda_workspace::{CasesVerified, WorkspaceError, new_key};

/// Answers a command on assessments.
pub fn answer(home: &Home<'_>, place: &Place, command: &AssessmentCommand) -> Result<Answer, WorkspaceError> {
    // Signatures are dated to the second.
    let now = place.now.timestamp();
    let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
    match command {
        AssessmentCommand::Key(KeyCommand::New(KeyNew { out })) => {
            let mut seed = [0; 32];
            getrandom::fill(&mut seed).map_err(|e| WorkspaceError::Io {
                path: "random numbers of the system".into(),
                problem: e.to_string(),
            })?;
            let (public, doubt) = new_key(out, seed)?;
            let said = format!(
                "{}: the private key; keep it to yourself. fingerprint {}",
                out.display(),
                fingerprint(&public)
            );
            Ok(Answer::text(public).with([said]).with(doubt))
        }
        AssessmentCommand::Person(PersonCommand::Add(request)) => {
            let (path, person, doubt) = home.open()?.add_person(request)?;
            let text = format!(
                "{}: {}, {}; fingerprint {}",
                path.display(),
                person.name,
                person.affiliation,
                fingerprint(&person.key)
            );
            Ok(with(text, doubt))
        }
        AssessmentCommand::Assess(request) => {
            let (name, body, doubt) = home.open()?.assess(request, now, place.now.date())?;
            let text = format!(
                "cases/assessments/{name}.json: {} of {}, {} as of {}, signed by {}\nit counts once a second reader concludes the same: servanda case approve {} --by PERSON --key FILE --conclusion ...",
                body.commitment,
                body.agreement,
                body.conclusion,
                body.as_of,
                body.author.name,
                name.get(..12).unwrap_or(&name)
            );
            Ok(with(text, doubt))
        }
        AssessmentCommand::Approve(request) => {
            let own = Conclusion::from(request.conclusion);
            let (theirs, name, doubt) = home.open()?.approve(request, now)?;
            let so = if theirs == own {
                "accepted: author and second reader conclude the same".to_owned()
            } else {
                format!("not accepted: the author concludes {theirs}, the second reader {own}")
            };
            Ok(with(format!("cases/approvals/{name}.json: {so}"), doubt))
        }
        AssessmentCommand::Reply(request) => {
            let (name, doubt) = home.open()?.reply(request, now)?;
            Ok(with(
                format!("cases/replies/{name}.json: the reply of {}; it alters nothing", request.party),
                doubt,
            ))
        }
        AssessmentCommand::SetAside(request) => {
            let (name, doubt) = home.open()?.set_aside(request, now)?;
            Ok(with(
                format!("cases/set-aside/{name}.json: {} is kept, and read no more", request.record),
                doubt,
            ))
        }
        AssessmentCommand::Assessments(Ask { request, output }) => {
            let day = request.as_of.unwrap_or_else(|| place.now.date());
            let found = home.open()?.assessments(request.agreement.as_deref(), day)?;
            let rows: Vec<report::AssessmentRow<'_>> = found
                .assessments
                .iter()
                .map(|a| report::AssessmentRow {
                    agreement: &a.agreement,
                    standing: a.standing,
                    assessed: &a.assessed,
                })
                .collect();
            let sheet = report::assessments_sheet(day, &rows, &found.between_readers);
            let document = || crate::case::whole(home, request, Some(day), &found);
            Ok(Answer::text(print(place, (output.format, output.all), &sheet, document)?))
        }
    }
}

/// A text, and what the system did not confirm once all was done.
pub(crate) fn with(text: String, doubt: Option<String>) -> Answer {
    Answer::text(text).with(doubt)
}

/// What `case verify` found, for the report.
pub fn verified(found: &CasesVerified) -> report::VerifiedCases {
    report::VerifiedCases {
        counts: [found.assessments, found.second_readings, found.replies],
        digest: found.digest.clone(),
        people: found.people.clone(),
        list: found.list.clone(),
        problems: found.problems.iter().map(|p| (p.path.clone(), p.problem.clone())).collect(),
        remarks: found.remarks.clone(),
    }
}
