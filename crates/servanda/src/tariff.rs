//! Each tariff command: the workspace's answer, put into words by the report.

use crate::Answer;
use crate::answers::{ENGINE, Place, answered, layout};
use crate::args::{Format, Shown, TariffCommand};
use crate::tariff_args::RateShown;
use servanda_report as report;
use servanda_report::{Sheet, UnitValueNote};
use servanda_tariff::Grounds;
use servanda_workspace::request::{TariffRate, TariffTimeline};
use servanda_workspace::{LineOrEvents, Workspace, WorkspaceError};

/// Answers a tariff command.
pub fn answer(
    workspace: &Workspace,
    place: &Place,
    command: &TariffCommand,
) -> Result<Answer, WorkspaceError> {
    let today = place.now.date();
    match command {
        TariffCommand::Rate(asked) => rate(workspace, place, &asked.request, &asked.output),
        TariffCommand::Average(asked) => {
            let found = workspace.tariff_average(&asked.request, today)?;
            let sheet = report::average_sheet(&found.answer, &found.grounds, &found.no_line);
            Ok(print(place, &sheet, &asked.output, "tariff average", &found.answer, &found.grounds))
        }
        TariffCommand::Coverage(asked) => {
            let found = workspace.tariff_coverage(&asked.request, today)?;
            let sheet = match found.answer.first().filter(|_| asked.output.by_code) {
                Some(day) => report::coverage_codes_sheet(day, &found.grounds, &found.no_line),
                None => report::coverage_sheet(&found.answer, &found.grounds, &found.no_line),
            };
            let shown = &asked.output.shown;
            Ok(print(place, &sheet, shown, "tariff coverage", &found.answer, &found.grounds))
        }
        TariffCommand::Parity(asked) => {
            let found = workspace.tariff_parity(&asked.request, today)?;
            let sheet = report::parity_sheet(&found.answer, &found.grounds, &found.no_line);
            Ok(print(place, &sheet, &asked.output, "tariff parity", &found.answer, &found.grounds))
        }
        TariffCommand::Ceiling(asked) => {
            let found = workspace.tariff_ceiling(&asked.request, today)?;
            let sheet = report::ceiling_sheet(&found.answer, &found.grounds, &found.no_line);
            Ok(print(place, &sheet, &asked.output, "tariff ceiling", &found.answer, &found.grounds))
        }
        TariffCommand::Diff(asked) => {
            let found = workspace.tariff_diff(&asked.request, today)?;
            let sheet = report::diff_sheet(&found.answer, &found.grounds, &found.no_line);
            Ok(print(place, &sheet, &asked.output, "tariff diff", &found.answer, &found.grounds))
        }
        TariffCommand::Timeline(asked) => {
            let (command, output) = ("tariff timeline", &asked.output);
            Ok(match workspace.tariff_timeline(&asked.request, today)? {
                LineOrEvents::Line(found) => {
                    let (line, spans) = &found.answer;
                    let sheet = report::line_sheet(line, spans, &found.grounds);
                    print(place, &sheet, output, command, spans, &found.grounds)
                }
                LineOrEvents::Events(events) => {
                    let sheet = report::timeline_sheet(&events, &asked_for(&asked.request));
                    print(place, &sheet, output, command, &events, &[])
                }
            })
        }
        TariffCommand::Triggers(asked) => {
            let (found, days) = workspace.tariff_triggers(&asked.request, today, asked.output.all)?;
            let whose = asked.request.importer.as_deref().unwrap_or("all importers");
            let sheet = report::triggers_sheet(&found, days, whose, &layout(place, asked.output.all));
            Ok(print(place, &sheet, &asked.output, "tariff triggers", &found, &[]))
        }
    }
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
    request: &TariffRate,
    shown: &RateShown,
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
    Ok(print(place, &sheet, output, "tariff rate", &found.answer, &found.grounds))
}

fn print(
    place: &Place,
    sheet: &Sheet,
    output: &Shown,
    command: &str,
    answer: &impl serde::Serialize,
    grounds: &[Grounds],
) -> Answer {
    Answer::text(match output.format {
        Format::Table => sheet.text(&layout(place, output.all)),
        Format::Json => answered(report::tariff_json(ENGINE, command, answer, grounds), &[]),
        Format::Csv => sheet.csv(),
        Format::Markdown => sheet.markdown(&layout(place, output.all)),
    })
}
