//! `remedy`: the workspace's answer, put into words by the report.

use crate::Answer;
use crate::answers::{Place, around, json, layout};
use crate::args::{Ask, Format, RemedyShown};
use servanda_report as report;
use servanda_workspace::answer::Grounded;
use servanda_workspace::request::Remedy;
use servanda_workspace::{RemedyFound, Workspace, WorkspaceError, WriteAsked};

/// Answers the command.
pub fn answer(
    workspace: &Workspace,
    place: &Place,
    Ask { request, output: args }: &Ask<Remedy, RemedyShown>,
) -> Result<Answer, WorkspaceError> {
    let mut remarks = Vec::new();
    let found = workspace.remedy(request, place.now.date())?;
    let (sheet, grounds, as_of) = match &found {
        RemedyFound::Smart(own) => (report::remedy_sheet(own), &own.grounds, own.stated.as_of),
        RemedyFound::Ge(own) => (report::remedy_ge_sheet(own), &own.grounds, own.stated.as_of),
    };
    let around = around(workspace.root(), Some(as_of));
    let document = json(request, Grounded { answer: &found, grounds }, around)?;
    let written = args.out.as_deref().map(|dir| {
        let asked = WriteAsked {
            authority: args.authority.as_deref(),
            document: &document,
            dir,
            guard_formulas: place.guard_formulas,
        };
        workspace.write_remedy(&found, asked)
    });
    if let Some(written) = written {
        let (paths, doubt) = written?;
        remarks.extend(paths.iter().map(|path| format!("{}: written", path.display())));
        remarks.extend(doubt);
    }
    let text = match args.format {
        Format::Table => sheet.text(&layout(place, args.all)),
        Format::Json => document,
        Format::Csv => {
            // A CSV file has no heading.
            remarks.push(servanda_remedy::ILLUSTRATION.to_owned());
            remarks.push(format!("not assessed: {}", servanda_remedy::BARS_NOT_ASSESSED.join("; ")));
            sheet.csv()
        }
        Format::Markdown => sheet.markdown(&layout(place, args.all)),
    };
    Ok(Answer { remarks, ..Answer::text(text) })
}
