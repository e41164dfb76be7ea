//! Each tariff command: the workspace's answer, put into words by the report.

use crate::Answer;
use crate::answers::{ENGINE, Place, answered, layout};
use crate::args::Format;
use crate::tariff_args::{BasisArg, DayArgs, PairArgs, ScopeArgs, TariffCommand, TariffOutput};
use servanda_core::problem::{Code, Field, Problem};
use servanda_core::{Date, Exact, Party};
use servanda_report as report;
use servanda_report::{Sheet, UnitValueNote};
use servanda_tariff::{Basis, Grounds};
use servanda_workspace::{
    AskedLines, Days, TariffQuestion, WeightsOf, Workspace, WorkspaceError, Written, tariff_code, unit_values,
};
use std::collections::BTreeMap;
use std::path::Path;

/// Who asks: the workspace and the day.
struct Desk<'a> {
    workspace: &'a Workspace,
    place: &'a Place,
}

/// Answers a tariff command.
pub fn answer(
    workspace: &Workspace,
    place: &Place,
    command: &TariffCommand,
) -> Result<Answer, WorkspaceError> {
    let desk = Desk { workspace, place };
    let today = desk.today();
    match command {
        TariffCommand::Rate { pair, line, on, exported, entered, explain, unit_values, output } => {
            let day = day_of_entry(*on, *entered)?.unwrap_or(today);
            desk.rate(pair, line, day, *exported, unit_values.as_deref(), *explain, output)
        }
        TariffCommand::Average { pair, days, scope, output } => {
            let found = workspace.tariff_average(&desk.question(pair, scope)?, desk.days(days))?;
            let sheet = report::average_sheet(&found.answer, &found.grounds, &found.no_line);
            Ok(desk.print(&sheet, output, "tariff average", &found.answer, &found.grounds))
        }
        TariffCommand::Coverage { pair, days, scope, only, by_code, output } => {
            let only = (!only.is_empty()).then_some(only.as_slice());
            let found = workspace.tariff_coverage(&desk.question(pair, scope)?, desk.days(days), only)?;
            let sheet = match found.answer.first().filter(|_| *by_code) {
                Some(day) => report::coverage_codes_sheet(day, &found.grounds, &found.no_line),
                None => report::coverage_sheet(&found.answer, &found.grounds, &found.no_line),
            };
            Ok(desk.print(&sheet, output, "tariff coverage", &found.answer, &found.grounds))
        }
        TariffCommand::Parity { importer, against, basis, on, against_on, digits, as_of, scope, output } => {
            let one = desk.party(Field::Importer, importer)?;
            let other = desk.party(Field::Against, against)?;
            let asked = desk.about(one, other, *as_of, scope)?;
            let day = on.unwrap_or(today);
            let basis = match basis {
                BasisArg::Mfn => Basis::Mfn,
                BasisArg::Charged => Basis::Charged,
            };
            let days = (day, against_on.unwrap_or(day));
            let found = workspace.tariff_parity(&asked, basis, days, usize::from(*digits))?;
            let sheet = report::parity_sheet(&found.answer, &found.grounds, &found.no_line);
            Ok(desk.print(&sheet, output, "tariff parity", &found.answer, &found.grounds))
        }
        TariffCommand::Ceiling { pair, ceiling, on, scope, output } => {
            let most = Exact::parse(ceiling.trim_end_matches('%'))
                .ok()
                .filter(|x| !x.is_negative())
                .ok_or_else(|| {
                    WorkspaceError::from(Problem::bad_value(
                        Field::Ceiling,
                        format!("`{ceiling}` is not a percentage; write a number such as 15 or 7.5"),
                    ))
                })?;
            let found = workspace.tariff_ceiling(&desk.question(pair, scope)?, on.unwrap_or(today), &most)?;
            let sheet = report::ceiling_sheet(&found.answer, &found.grounds, &found.no_line);
            Ok(desk.print(&sheet, output, "tariff ceiling", &found.answer, &found.grounds))
        }
        TariffCommand::Diff { pair, from, to, lines, output } => {
            let scope = ScopeArgs { weights: None, lines: lines.clone() };
            let found = workspace.tariff_diff(&desk.question(pair, &scope)?, *from, *to)?;
            let sheet = report::diff_sheet(&found.answer, &found.grounds, &found.no_line);
            Ok(desk.print(&sheet, output, "tariff diff", &found.answer, &found.grounds))
        }
        TariffCommand::Timeline { importer, origin, measure, line, from, to, as_of, output } => {
            let importer = importer.as_deref().map(|p| desk.party(Field::Importer, p)).transpose()?;
            let origin = origin.as_deref().map(|p| desk.party(Field::Origin, p)).transpose()?;
            match (line, importer, origin) {
                (Some(line), Some(importer), Some(origin)) => {
                    let code = tariff_code(&Written::field(Field::Line), line)?;
                    let asked =
                        desk.about(importer, origin, *as_of, &ScopeArgs { weights: None, lines: None })?;
                    let found = workspace.tariff_line(&asked, &code, *from, *to)?;
                    let (line, spans) = &found.answer;
                    let sheet = report::line_sheet(line, spans, &found.grounds);
                    Ok(desk.print(&sheet, output, "tariff timeline", spans, &found.grounds))
                }
                _ => {
                    let events = workspace.tariff_timeline(
                        importer,
                        origin,
                        measure.as_deref(),
                        (*from, *to),
                        *as_of,
                    )?;
                    let asked = asked_for(importer, origin, measure.as_deref(), (*from, *to), *as_of);
                    let sheet = report::timeline_sheet(&events, &asked);
                    Ok(desk.print(&sheet, output, "tariff timeline", &events, &[]))
                }
            }
        }
        TariffCommand::Triggers { importer, on, as_of, output } => {
            let importer = importer.as_deref().map(|p| desk.party(Field::Importer, p)).transpose()?;
            let on = on.or(*as_of).unwrap_or(today);
            let as_of = as_of.unwrap_or(on);
            let found = workspace.tariff_triggers(importer, on, as_of, output.all)?;
            let whose = importer.map_or("all importers".to_owned(), |p| p.to_string());
            let sheet = report::triggers_sheet(&found, (on, as_of), &whose, &layout(place, output.all));
            Ok(desk.print(&sheet, output, "tariff triggers", &found, &[]))
        }
    }
}

/// `--on` and `--entered` say the same day.
fn day_of_entry(on: Option<Date>, entered: Option<Date>) -> Result<Option<Date>, WorkspaceError> {
    match (on, entered) {
        (Some(on), Some(entered)) if on != entered => Err(WorkspaceError::from(Problem::of(
            Code::Conflict,
            Field::Entered,
            format!("{on} and {entered} differ, and both are the day of entry: give one of them"),
        ))),
        (on, entered) => Ok(on.or(entered)),
    }
}

fn asked_for(
    importer: Option<Party>,
    origin: Option<Party>,
    measure: Option<&str>,
    (from, to): (Option<Date>, Option<Date>),
    as_of: Option<Date>,
) -> String {
    let mut parts = vec![importer.map_or("all importers".to_owned(), |p| p.to_string())];
    parts.extend(origin.map(|p| format!("goods of {p}")));
    parts.extend(measure.map(|m| format!("measure {m}")));
    parts.extend(from.map(|d| format!("from {d}")));
    parts.extend(to.map(|d| format!("to {d}")));
    parts.extend(as_of.map(|d| format!("as known at the end of {d}")));
    parts.join(", ")
}

impl Desk<'_> {
    fn today(&self) -> Date {
        self.place.now.date()
    }

    fn days(&self, days: &DayArgs) -> Days {
        match (days.from, days.to) {
            (Some(from), Some(to)) => Days::Between(from, to),
            _ => Days::On(days.on.unwrap_or_else(|| self.today())),
        }
    }

    fn party(&self, field: Field, text: &str) -> Result<Party, WorkspaceError> {
        match Party::new(text) {
            Some(party) => Ok(party),
            None => {
                let held: Vec<String> = self.workspace.importers()?.iter().map(Party::to_string).collect();
                Err(WorkspaceError::from(Problem::bad_value(
                    field,
                    format!(
                        "`{text}` is not a party: write three capital letters as in ISO 3166; importers held: {}",
                        if held.is_empty() { "none".to_owned() } else { held.join(", ") }
                    ),
                )))
            }
        }
    }

    fn question(&self, pair: &PairArgs, scope: &ScopeArgs) -> Result<TariffQuestion, WorkspaceError> {
        let importer = self.party(Field::Importer, &pair.importer)?;
        let origin = self.party(Field::Origin, &pair.origin)?;
        self.about(importer, origin, pair.as_of, scope)
    }

    fn about(
        &self,
        importer: Party,
        origin: Party,
        as_of: Option<Date>,
        scope: &ScopeArgs,
    ) -> Result<TariffQuestion, WorkspaceError> {
        if importer == origin {
            return Err(WorkspaceError::from(Problem::of(
                Code::Conflict,
                Field::Origin,
                format!("{importer} charges no duty on its own goods; name two parties"),
            )));
        }
        Ok(TariffQuestion {
            importer,
            origin,
            as_of,
            lines: scope.lines.as_deref().map(AskedLines::read).transpose()?,
            weights: scope.weights.as_deref().map(|w| WeightsOf::parse(Field::Weights, w)).transpose()?,
            today: self.today(),
        })
    }

    #[allow(clippy::too_many_arguments)]
    fn rate(
        &self,
        pair: &PairArgs,
        line: &str,
        on: Date,
        exported: Option<Date>,
        values: Option<&Path>,
        explain: bool,
        output: &TariffOutput,
    ) -> Result<Answer, WorkspaceError> {
        let asked = self.question(pair, &ScopeArgs { weights: None, lines: None })?;
        let code = tariff_code(&Written::field(Field::Line), line)?;
        let values = values.map(unit_values).transpose()?.unwrap_or_else(BTreeMap::new);
        let found = self.workspace.tariff_rate(&asked, &code, on, exported, &values)?;
        if explain && matches!(output.format, Format::Table | Format::Markdown) {
            let plain = output.format == Format::Markdown;
            let mut layout = layout(self.place, output.all);
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
        Ok(self.print(&sheet, output, "tariff rate", &found.answer, &found.grounds))
    }

    fn print(
        &self,
        sheet: &Sheet,
        output: &TariffOutput,
        command: &str,
        answer: &impl serde::Serialize,
        grounds: &[Grounds],
    ) -> Answer {
        Answer::text(match output.format {
            Format::Table => sheet.text(&layout(self.place, output.all)),
            Format::Json => answered(report::tariff_json(ENGINE, command, answer, grounds), &[]),
            Format::Csv => sheet.csv(),
            Format::Markdown => sheet.markdown(&layout(self.place, output.all)),
        })
    }
}
