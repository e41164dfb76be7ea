//! Errors as people see them: what is wrong, where, and what to do.

use crate::style::Given;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report};
use servanda_files::{Diagnostic, Diagnostics, Severity};
use servanda_files::{visible, visible_in_place};
use servanda_workspace::WorkspaceError;

/// An error for standard error, with the place in the file that the user wrote where there is one.
pub fn render(error: &WorkspaceError, given: &Given, colour: bool) -> String {
    match error {
        WorkspaceError::Agreement(diagnostics) => {
            let mut out = diagnostics_text(diagnostics, colour);
            let errors = diagnostics.items.iter().filter(|d| d.severity == Severity::Error).count();
            out.push_str(&format!("error: {errors} {} in these files\n", plural(errors, "mistake")));
            out
        }
        other => visible(&format!("error: {}\n", other.problem().text(given))).into_owned(),
    }
}

/// One `s` for more than one.
pub fn plural(count: usize, word: &str) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}

/// All diagnostics, each with its place.
pub fn diagnostics_text(diagnostics: &Diagnostics, colour: bool) -> String {
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_links(false).with_width(100);
    let mut out = String::new();
    for item in &diagnostics.items {
        // Bytes are counted to find the place, so that what is shown has as many.
        let text = diagnostics.text(&item.file).map(visible_in_place);
        let report = report(item, text.as_deref());
        if handler.render_report(&mut out, report.as_ref()).is_err() {
            out.push_str(&format!("{}: {}\n", item.file, item.message));
        }
        out.push('\n');
    }
    out
}

fn report(item: &Diagnostic, text: Option<&str>) -> Report {
    let severity = match item.severity {
        Severity::Error => miette::Severity::Error,
        Severity::Warning => miette::Severity::Warning,
    };
    let mut diagnostic =
        MietteDiagnostic::new(visible(&item.message)).with_severity(severity).with_code(item.code);
    if let Some(help) = &item.help {
        diagnostic = diagnostic.with_help(visible(help));
    }
    match (&item.span, text) {
        (Some(span), Some(text)) => {
            let start = span.start.min(text.len());
            let end = span.end.clamp(start, text.len());
            let label = LabeledSpan::new(
                item.label.as_ref().map(|l| visible(l).into_owned()).or_else(|| Some("here".into())),
                start,
                end - start,
            );
            Report::new(diagnostic.with_label(label))
                .with_source_code(NamedSource::new(visible(&item.file), text.to_owned()))
        }
        _ => {
            diagnostic.message = visible(&format!("{}: {}", item.file, item.message)).into_owned();
            Report::new(diagnostic)
        }
    }
}
