//! Each talks command: the workspace's answer, put into words by the report.

use crate::Answer;
use crate::answers::{ENGINE, Place, answered, layout};
use crate::args::{Format, TalksCommand};
use crate::talks_args::WhichRecord;
use servanda_core::Party;
use servanda_core::problem::{Field, Problem};
use servanda_dispute::talks::{Record, conflicts, table, timeline, triggers};
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
                    Problem::bad_value(
                        Field::Parties,
                        format!("`{text}` is not a party: write three capital letters as in ISO 3166"),
                    )
                })
            });
            let request = ImportRequest {
                file: file.clone(),
                id: id.clone(),
                title: title.clone(),
                parties: parties.collect::<Result<_, _>>()?,
                encoder: encoder.clone(),
                guard_formulas: place.guard_formulas,
            };
            let (record, [csv, toml], doubt) = workspace.import_talks(&request)?;
            Ok(Answer::text(format!(
                "{}: {} rows of {} reports\n{}: the head; say there what rows are matched with and what became of them",
                csv.display(),
                record.claims.len(),
                record.reports.len(),
                toml.display()
            ))
            .with(doubt))
        }
        TalksCommand::Table { which, as_of } => {
            let ask = |r: &Record| Ok(table(&workspace.talks_on(r, as_of.unwrap_or(today))?));
            each(workspace, place, which, "table", ask, report::talks_table_sheet)
        }
        TalksCommand::Conflicts { which, as_of } => {
            let ask = |r: &Record| Ok(conflicts(&workspace.talks_on(r, as_of.unwrap_or(today))?));
            each(workspace, place, which, "conflicts", ask, report::talks_conflicts_sheet)
        }
        TalksCommand::Check { which, as_of } => {
            let as_of = as_of.unwrap_or(today);
            let ask = |record: &Record| workspace.talks_check(record, as_of);
            each(workspace, place, which, "check", ask, |answer| {
                let about = format!("{}: {}", answer.record, answer.title);
                report::talks_check_sheet(&about, answer.as_of, &answer.rows)
            })
        }
        TalksCommand::Timeline { which, as_of } => {
            let ask = |record: &Record| Ok(timeline(record, as_of.unwrap_or(today)));
            each(workspace, place, which, "timeline", ask, report::talks_timeline_sheet)
        }
        TalksCommand::Triggers { which, as_of } => {
            let as_of = as_of.unwrap_or(today);
            let acts = workspace.tariff_triggers(None, as_of, as_of, true)?;
            let ask = |record: &Record| Ok(triggers(record, &acts, as_of));
            each(workspace, place, which, "triggers", ask, report::talks_triggers_sheet)
        }
        TalksCommand::Export { id, as_of } => {
            let record = workspace.talks(id.as_deref())?;
            let whole = || Record::csv_of(&record.claims);
            Ok(Answer::text(as_of.map_or_else(whole, |day| {
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
    which: &WhichRecord,
    command: &str,
    ask: impl Fn(&Record) -> Result<A, WorkspaceError>,
    sheet: impl Fn(&A) -> Sheet,
) -> Result<Answer, WorkspaceError> {
    let records = match &which.id {
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
