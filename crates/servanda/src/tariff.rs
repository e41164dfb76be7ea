//! Each tariff command: the workspace's answer, put into words by the report.

use crate::Answer;
use crate::answers::{self, Place, around, json, layout};
use crate::args::{Ask, Format, Shown, TariffCommand};
use crate::tariff_args::RateShown;
use servanda_core::Date;
use servanda_report as report;
use servanda_report::{Sheet, UnitValueNote};
use servanda_tariff::Grounds;
use servanda_workspace::answer::{Answered, Grounded, TimelineAnswer, Whole};
use servanda_workspace::request::{TariffRate, TariffTimeline};
use servanda_workspace::{LineOrEvents, TariffAnswer, Workspace, WorkspaceError};

/// Answers a tariff command.
pub fn answer(
    workspace: &Workspace,
    place: &Place,
    command: &TariffCommand,
) -> Result<Answer, WorkspaceError> {
    let today = place.now.date();
    match command {
        TariffCommand::Rate(asked) => rate(workspace, place, asked),
        TariffCommand::Average(Ask { request, output }) => {
            let found = workspace.tariff_average(request, today)?;
            let sheet = report::average_sheet(&found.answer, &found.grounds, &found.no_line);
            print(place, output, &sheet, || grounded(workspace, request, request.pair.as_of, &found))
        }
        TariffCommand::Coverage(Ask { request, output }) => {
            let found = workspace.tariff_coverage(request, today)?;
            let sheet = match found.answer.first().filter(|_| output.by_code) {
                Some(day) => report::coverage_codes_sheet(day, &found.grounds, &found.no_line),
                None => report::coverage_sheet(&found.answer, &found.grounds, &found.no_line),
            };
            print(place, &output.shown, &sheet, || grounded(workspace, request, request.pair.as_of, &found))
        }
        TariffCommand::Parity(Ask { request, output }) => {
            let found = workspace.tariff_parity(request, today)?;
            let sheet = report::parity_sheet(&found.answer, &found.grounds, &found.no_line);
            print(place, output, &sheet, || grounded(workspace, request, request.as_of, &found))
        }
        TariffCommand::Ceiling(Ask { request, output }) => {
            let found = workspace.tariff_ceiling(request, today)?;
            let sheet = report::ceiling_sheet(&found.answer, &found.grounds, &found.no_line);
            print(place, output, &sheet, || grounded(workspace, request, request.pair.as_of, &found))
        }
        TariffCommand::Diff(Ask { request, output }) => {
            let found = workspace.tariff_diff(request, today)?;
            let sheet = report::diff_sheet(&found.answer, &found.grounds, &found.no_line);
            print(place, output, &sheet, || grounded(workspace, request, request.pair.as_of, &found))
        }
        TariffCommand::Timeline(Ask { request, output }) => {
            let found = workspace.tariff_timeline(request, today)?;
            let (sheet, answer, grounds): (_, _, &[Grounds]) = match &found {
                LineOrEvents::Line(found) => {
                    let (line, spans) = &found.answer;
                    let sheet = report::line_sheet(line, spans, &found.grounds);
                    (sheet, TimelineAnswer::Line(spans), &found.grounds)
                }
                LineOrEvents::Events(events) => {
                    (report::timeline_sheet(events, &asked_for(request)), TimelineAnswer::Events(events), &[])
                }
            };
            print(place, output, &sheet, || {
                json(request, Grounded { answer: &answer, grounds }, around(workspace.root(), request.as_of))
            })
        }
        TariffCommand::Triggers(Ask { request, output }) => {
            let (found, days) = workspace.tariff_triggers(request, today, output.all)?;
            let whose = request.importer.as_deref().unwrap_or("all importers");
            let sheet = report::triggers_sheet(&found, days, whose, &layout(place, output.all));
            print(place, output, &sheet, || {
                json(request, Whole { answer: &found[..] }, around(workspace.root(), Some(days.1)))
            })
        }
    }
}

/// The document of an answer with what it stands on; codes without a line are told beside it.
fn grounded<A, T, R>(
    workspace: &Workspace,
    request: &R,
    as_of: Option<Date>,
    found: &TariffAnswer<T>,
) -> Result<String, WorkspaceError>
where
    A: ?Sized + 'static,
    T: std::borrow::Borrow<A>,
    R: for<'a> Answered<Answer<'a> = Grounded<'a, A>>,
{
    let mut around = around(workspace.root(), as_of);
    if !found.no_line.is_empty() {
        around.notes.push(format!("no line stands for: {}", found.no_line.join(", ")));
    }
    json(request, Grounded { answer: found.answer.borrow(), grounds: &found.grounds }, around)
}

/// A sheet, or its document.
fn print(
    place: &Place,
    shown: &Shown,
    sheet: &Sheet,
    document: impl FnOnce() -> Result<String, WorkspaceError>,
) -> Result<Answer, WorkspaceError> {
    Ok(Answer::text(answers::print(place, (shown.format, shown.all), sheet, document)?))
}

fn asked_for(asked: &TariffTimeline) -> String {
    let mut parts = vec![asked.importer.clone().unwrap_or_else(|| "all importers".to_owned())];
    parts.extend(asked.origin.as_ref().map(|p| format!("goods of {p}")));
    parts.extend(asked.measure.as_ref().map(|m| format!("measure {m}")));
    parts.extend(asked.from.map(|d| format!("from {d}")));
    parts.extend(asked.to.map(|d| format!("to {d}")));
    parts.extend(asked.as_of.map(|d| format!("as known at the end of {d}")));
    parts.join(", ")
}

fn rate(
    workspace: &Workspace,
    place: &Place,
    Ask { request, output: shown }: &Ask<TariffRate, RateShown>,
) -> Result<Answer, WorkspaceError> {
    let output = &shown.shown;
    let (found, values) = workspace.tariff_rate(request, place.now.date())?;
    if shown.explain && matches!(output.format, Format::Table | Format::Markdown) {
        let plain = output.format == Format::Markdown;
        let mut layout = layout(place, output.all);
        layout.colour &= !plain;
        let tree = report::rate_tree(&found.answer, &layout);
        return Ok(Answer::text(if plain { format!("```text\n{tree}```\n") } else { tree }));
    }
    let equivalent = |line: &str| {
        let mut own = found.answer.lines.iter().filter(|l| l.line == line);
        own.any(|l| l.rates.iter().any(|r| r.equivalent))
    };
    let notes: Vec<UnitValueNote> = values
        .values()
        .filter(|v| equivalent(&v.line))
        .map(|v| UnitValueNote {
            line: v.line.clone(),
            value: format!("{} USD/{}", v.value.dollars.plain(), v.value.unit),
            year: v.year.clone(),
            source: v.source.clone(),
        })
        .collect();
    let sheet = report::rate_sheet(&found.answer, &found.grounds, &notes);
    print(place, output, &sheet, || grounded(workspace, request, request.pair.as_of, &found))
}
