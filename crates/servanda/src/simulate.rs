//! The answer to a scenario: written to files where asked, and one table of it printed.

use crate::Answer;
use crate::answers::{ENGINE, Place, around, json, print};
use crate::args::{Ask, SimulateShown};
use servanda_core::problem::{Field, Problem};
use servanda_model::Table;
use servanda_report as report;
use servanda_workspace::answer::Whole;
use servanda_workspace::request::Simulate;
use servanda_workspace::{Root, WorkspaceError, simulate_scenario, write_outcome};

/// Answers `simulate`. Without convergence there are no figures, and the program ends with 1.
pub fn answer(
    root: &Root,
    place: &Place,
    Ask { request, output: args }: &Ask<Simulate, SimulateShown>,
) -> Result<Answer, WorkspaceError> {
    let outcome = simulate_scenario(root, request, place.now.date())?;
    // Without convergence there is no table, and the sheet says why.
    let nothing = Table::new("countries", "figures", &[]);
    let table = match &args.table {
        _ if outcome.tables.is_empty() => Some(&nothing),
        None => outcome.tables.first(),
        Some(name) => outcome.tables.iter().find(|t| t.name == name),
    };
    let Some(table) = table else {
        let known: Vec<&str> = outcome.tables.iter().map(|t| t.name).collect();
        return Err(WorkspaceError::from(Problem::unknown(
            Field::Table,
            format!(
                "the answer has no table `{}`; it has {}",
                args.table.as_deref().unwrap_or_default(),
                known.join(", ")
            ),
        )));
    };
    let (written, doubt) = match &args.out {
        Some(dir) => write_outcome(&outcome, dir, ENGINE, place.guard_formulas)?,
        None => (Vec::new(), None),
    };
    let sheet = report::simulate_sheet(&outcome, table);
    let document = || json(request, Whole { answer: &outcome }, around(root, None));
    let text = print(place, (args.format, args.all), &sheet, document)?;
    Ok(Answer {
        text,
        remarks: written.iter().map(|path| format!("{}: written", path.display())).chain(doubt).collect(),
        status: u8::from(!outcome.certificate.converged),
    })
}
