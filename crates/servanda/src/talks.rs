//! Each talks command: the workspace's answer, put into words by the report.

use crate::Answer;
use crate::answers::{ENGINE, Place, answered, layout};
use crate::args::{Ask, Format, Shown, TalksCommand};
use servanda_dispute::talks::{Record, conflicts, table, timeline, triggers};
use servanda_report as report;
use servanda_report::Sheet;
use servanda_workspace::{Workspace, WorkspaceError};

/// Answers a talks command.
pub fn answer(
    workspace: &Workspace,
    place: &Place,
    command: &TalksCommand,
) -> Result<Answer, WorkspaceError> {
    let today = place.now.date();
    match command {
        TalksCommand::Import(request) => {
            let (record, [csv, toml], doubt) = workspace.import_talks(request, place.guard_formulas)?;
            Ok(Answer::text(format!(
                "{}: {} rows of {} reports\n{}: the head; say there what rows are matched with and what became of them",
                csv.display(),
                record.claims.len(),
                record.reports.len(),
                toml.display()
            ))
            .with(doubt))
        }
        TalksCommand::Table(Ask { request, output }) => {
            let ask = |r: &Record| Ok(table(&workspace.talks_on(r, request.as_of.unwrap_or(today))?));
            each(workspace, place, (&request.id, output), "table", ask, report::talks_table_sheet)
        }
        TalksCommand::Conflicts(Ask { request, output }) => {
            let ask = |r: &Record| Ok(conflicts(&workspace.talks_on(r, request.as_of.unwrap_or(today))?));
            each(workspace, place, (&request.id, output), "conflicts", ask, report::talks_conflicts_sheet)
        }
        TalksCommand::Check(Ask { request, output }) => {
            let as_of = request.as_of.unwrap_or(today);
            let ask = |record: &Record| workspace.talks_check(record, as_of);
            each(workspace, place, (&request.id, output), "check", ask, |answer| {
                let about = format!("{}: {}", answer.record, answer.title);
                report::talks_check_sheet(&about, answer.as_of, &answer.rows)
            })
        }
        TalksCommand::Timeline(Ask { request, output }) => {
            let ask = |record: &Record| Ok(timeline(record, request.as_of.unwrap_or(today)));
            each(workspace, place, (&request.id, output), "timeline", ask, report::talks_timeline_sheet)
        }
        TalksCommand::Triggers(Ask { request, output }) => {
            let as_of = request.as_of.unwrap_or(today);
            let acts = workspace.triggers_on(None, as_of, as_of, true)?;
            let ask = |record: &Record| Ok(triggers(record, &acts, as_of));
            each(workspace, place, (&request.id, output), "triggers", ask, report::talks_triggers_sheet)
        }
        TalksCommand::Export(request) => {
            let record = workspace.talks(request.id.as_deref())?;
            let whole = || Record::csv_of(&record.claims);
            Ok(Answer::text(request.as_of.map_or_else(whole, |day| {
                let known = record.claims.iter().filter(|c| c.published.start() <= day).cloned();
                Record::csv_of(&known.collect::<Vec<_>>())
            })))
        }
    }
}

/// The answer about the record that is named, or about every one.
fn each<A: serde::Serialize>(
    workspace: &Workspace,
    place: &Place,
    (id, which): (&Option<String>, &Shown),
    command: &str,
    ask: impl Fn(&Record) -> Result<A, WorkspaceError>,
    sheet: impl Fn(&A) -> Sheet,
) -> Result<Answer, WorkspaceError> {
    let records = match id {
        Some(id) => vec![workspace.talks(Some(id))?],
        None => workspace.every_talks()?,
    };
    if which.format == Format::Csv && records.len() > 1 {
        // One file has the rows of one record: this names those that there are.
        workspace.talks(None)?;
    }
    let answers = records.iter().map(ask).collect::<Result<Vec<A>, _>>()?;
    let command = format!("talks {command}");
    let sheets = answers.iter().map(sheet);
    Ok(Answer::text(match which.format {
        Format::Table => sheets.map(|s| s.text(&layout(place, which.all))).collect::<Vec<_>>().join("\n"),
        Format::Csv => sheets.map(|s| s.csv()).collect(),
        Format::Markdown => {
            sheets.map(|s| s.markdown(&layout(place, which.all))).collect::<Vec<_>>().join("\n")
        }
        Format::Json => {
            let document = match answers.as_slice() {
                [one] => report::talks_json(ENGINE, &command, one),
                all => report::talks_json(ENGINE, &command, &all),
            };
            answered(document, &[])
        }
    }))
}
