//! Answers to scenarios: one sheet for a table, and below it what stands behind the figures.

use crate::sheet::{Cell, Sheet};
use crate::text::Column;
use servanda_model::{Outcome, Table, Value};

/// One table of an answer. Without figures, the sheet says why.
pub fn simulate_sheet(outcome: &Outcome, table: &Table) -> Sheet {
    let mut sheet = Sheet::new(table.rows_are);
    sheet.head(&outcome.title);
    sheet.head("what a model gives under its assumptions; no status rests on it");
    let is_figure = |at: usize| table.rows.iter().any(|row| matches!(row.get(at), Some(Value::Number(_))));
    for (at, key) in table.columns.iter().enumerate() {
        let kind = if is_figure(at) { Column::Right } else { Column::Left };
        sheet.column(key.replace('_', " "), key, kind);
    }
    for row in &table.rows {
        sheet.row(row.iter().zip(&table.columns).map(|(value, key)| cell(value, key)).collect());
    }
    for note in &outcome.notes {
        sheet.note(note);
    }
    let certificate = &outcome.certificate;
    if certificate.converged {
        let worst = certificate.parts.iter().max_by(|a, b| a.residual.total_cmp(&b.residual));
        let place = worst.map(|p| format!(" ({}, {})", p.condition, p.at)).unwrap_or_default();
        sheet.foot(format!(
            "certificate: worked out again from the answer alone, no condition is off by more than {:.1e}{place}; {}",
            certificate.largest_residual, certificate.method
        ));
    } else {
        sheet.foot(format!("certificate: {}", certificate.method));
    }
    let shown = |name: &str| !name.starts_with("sha256");
    for (name, fact) in certificate.facts.iter().filter(|(name, _)| shown(name)) {
        sheet.foot(format!("{name}: {fact}"));
    }
    sheet
}

/// Changes and percentages to four decimals or more, sums of money to six digits; exact for programs.
fn cell(value: &Value, key: &str) -> Cell {
    let Value::Number(figure) = value else { return Cell::from(value) };
    let is_part =
        key.ends_with("_pct") || key.contains("_hat") || key.contains("price") || key.contains("pass");
    let size = if *figure == 0.0 { 0.0 } else { figure.abs().log10().floor() };
    let decimals = if is_part { 4 } else { (5.0 - size).clamp(0.0, 9.0) as usize };
    let text = format!("{figure:.decimals$}");
    let text =
        if text.bytes().all(|b| matches!(b, b'-' | b'0' | b'.')) { text.replace('-', "") } else { text };
    Cell::new(text, value.to_string())
}
