//! Each talks command: the workspace's answer, put into words by the report.

use crate::Answer;
use crate::answers::{Place, around, json, layout};
use crate::args::{Ask, Format, Shown, TalksCommand};
use servanda_core::Date;
use servanda_dispute::talks::{Record, conflicts, table, timeline, triggers};
use servanda_report as report;
use servanda_report::Sheet;
use servanda_workspace::answer::{Answered, OneOrEach, Whole};
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
        TalksCommand::Table(asked) => {
            let as_of = asked.request.as_of.unwrap_or(today);
            let ask = |r: &Record| Ok(table(&workspace.talks_on(r, as_of)?));
            each(workspace, place, (&asked.request.id, as_of), asked, ask, report::talks_table_sheet)
        }
        TalksCommand::Conflicts(asked) => {
            let as_of = asked.request.as_of.unwrap_or(today);
            let ask = |r: &Record| Ok(conflicts(&workspace.talks_on(r, as_of)?));
            each(workspace, place, (&asked.request.id, as_of), asked, ask, report::talks_conflicts_sheet)
        }
        TalksCommand::Check(asked) => {
            let as_of = asked.request.as_of.unwrap_or(today);
            let ask = |record: &Record| workspace.talks_check(record, as_of);
            each(workspace, place, (&asked.request.id, as_of), asked, ask, |answer| {
                let about = format!("{}: {}", answer.record, answer.title);
                report::talks_check_sheet(&about, answer.as_of, &answer.rows)
            })
        }
        TalksCommand::Timeline(asked) => {
            let as_of = asked.request.as_of.unwrap_or(today);
            let ask = |record: &Record| Ok(timeline(record, as_of));
            each(workspace, place, (&asked.request.id, as_of), asked, ask, report::talks_timeline_sheet)
        }
        TalksCommand::Triggers(asked) => {
            let as_of = asked.request.as_of.unwrap_or(today);
            let acts = workspace.triggers_on(None, as_of, as_of, true)?;
            let ask = |record: &Record| Ok(triggers(record, &acts, as_of));
            each(workspace, place, (&asked.request.id, as_of), asked, ask, report::talks_triggers_sheet)
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
fn each<A, R>(
    workspace: &Workspace,
    place: &Place,
    (id, as_of): (&Option<String>, Date),
    asked: &Ask<R, Shown>,
    ask: impl Fn(&Record) -> Result<A, WorkspaceError>,
    sheet: impl Fn(&A) -> Sheet,
) -> Result<Answer, WorkspaceError>
where
    A: 'static,
    R: clap::Args + for<'a> Answered<Answer<'a> = Whole<'a, OneOrEach<A>>>,
{
    let Ask { request, output } = asked;
    let records = workspace.talks_known(id.as_deref(), as_of)?;
    if output.format == Format::Csv && records.len() > 1 {
        // One file has the rows of one record: this names those that there are.
        workspace.talks(None)?;
    }
    let answers = OneOrEach::of(records.iter().map(ask).collect::<Result<Vec<A>, _>>()?);
    let sheets = answers.all().iter().map(sheet);
    let layout = &layout(place, output.all);
    Ok(Answer::text(match output.format {
        Format::Table => sheets.map(|s| s.text(layout)).collect::<Vec<_>>().join("\n"),
        Format::Csv => sheets.map(|s| s.csv()).collect(),
        Format::Markdown => sheets.map(|s| s.markdown(layout)).collect::<Vec<_>>().join("\n"),
        Format::Json => json(request, Whole { answer: &answers }, around(workspace.root(), Some(as_of)))?,
    }))
}
