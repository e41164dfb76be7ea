//! Each talks command: the workspace's answer, put into words by the report.

use crate::Answer;
use crate::answers::{ENGINE, Place, layout, pretty};
use crate::args::{Format, TalksCommand};
use crate::talks_args::WhichRecord;
use servanda_core::Party;
use servanda_dispute::talks::{conflicts, table, timeline};
use servanda_report as report;
use servanda_report::Sheet;
use servanda_workspace::{ImportRequest, Workspace, WorkspaceError};

/// Answers a talks command.
pub fn answer(
    workspace: &Workspace,
    place: &Place,
    command: &TalksCommand,
) -> Result<Answer, WorkspaceError> {
    let today = place.now.date();
    match command {
        TalksCommand::Import { file, id, title, parties, encoder } => {
            let parties = parties.iter().map(|text| {
                Party::new(text).ok_or_else(|| {
                    WorkspaceError::Usage(format!(
                        "--parties: `{text}` is not a party: write three capital letters as in ISO 3166"
                    ))
                })
            });
            let request = ImportRequest {
                file: file.clone(),
                id: id.clone(),
                title: title.clone(),
                parties: parties.collect::<Result<_, _>>()?,
                encoder: encoder.clone(),
            };
            let (record, [csv, toml]) = workspace.import_talks(&request)?;
            Ok(Answer::text(format!(
                "{}: {} rows of {} reports\n{}: the head; say there what rows are matched with and what became of them",
                csv.display(),
                record.claims.len(),
                record.reports.len(),
                toml.display()
            )))
        }
        TalksCommand::Table { which } => {
            let answer = table(&workspace.talks(which.id.as_deref())?);
            Ok(print(&report::talks_table_sheet(&answer), which, place, "talks table", &answer))
        }
        TalksCommand::Conflicts { which } => {
            let answer = conflicts(&workspace.talks(which.id.as_deref())?);
            Ok(print(&report::talks_conflicts_sheet(&answer), which, place, "talks conflicts", &answer))
        }
        TalksCommand::Check { which, as_of } => {
            let record = workspace.talks(which.id.as_deref())?;
            let answer = workspace.talks_check(&record, as_of.unwrap_or(today))?;
            let about = format!("{}: {}", answer.record, answer.title);
            let sheet = report::talks_check_sheet(&about, answer.as_of, &answer.rows);
            Ok(print(&sheet, which, place, "talks check", &answer))
        }
        TalksCommand::Timeline { which, as_of } => {
            let answer = timeline(&workspace.talks(which.id.as_deref())?, as_of.unwrap_or(today));
            Ok(print(&report::talks_timeline_sheet(&answer), which, place, "talks timeline", &answer))
        }
        TalksCommand::Export { id } => Ok(Answer::text(workspace.talks(id.as_deref())?.to_csv())),
    }
}

fn print(
    sheet: &Sheet,
    which: &WhichRecord,
    place: &Place,
    command: &str,
    answer: &impl serde::Serialize,
) -> Answer {
    Answer::text(match which.format {
        Format::Table => sheet.text(&layout(place, which.all)),
        Format::Json => pretty(&report::talks_json(ENGINE, command, answer)),
        Format::Csv => sheet.csv(),
        Format::Markdown => sheet.markdown(which.all),
    })
}
