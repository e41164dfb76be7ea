//! Columns, each declared once: its title, its key, how it stands, what it means, and what a row has in it.

use crate::sheet::Cell;
use crate::text::Column;
use serde::Serialize;
use servanda_core::problem::Command;

/// A column of rows of one kind.
pub(crate) struct Col<R> {
    /// For people; empty: the column stands in CSV only.
    pub title: String,
    /// For programs; empty: the column stands on paper only.
    pub key: &'static str,
    pub kind: Column,
    /// What it means, with the unit where it has one.
    pub says: &'static str,
    /// Whether its figures are exact, so that `KEY_exact` has those whose decimals do not end.
    pub exact: bool,
    pub cell: fn(&R) -> Cell,
}

/// A column for everybody; an empty title: in CSV only; an empty key: not in CSV.
pub(crate) fn col<R>(
    title: impl Into<String>,
    key: &'static str,
    kind: Column,
    says: &'static str,
    cell: fn(&R) -> Cell,
) -> Col<R> {
    Col { title: title.into(), key, kind, says, exact: false, cell }
}

/// A column in CSV only.
pub(crate) fn csv<R>(key: &'static str, says: &'static str, cell: fn(&R) -> Cell) -> Col<R> {
    col("", key, Column::Left, says, cell)
}

/// A column of figures that are exact.
pub(crate) fn figure<R>(
    title: impl Into<String>,
    key: &'static str,
    says: &'static str,
    cell: fn(&R) -> Cell,
) -> Col<R> {
    Col { exact: true, ..col(title, key, Column::Right, says, cell) }
}

/// The same in CSV only.
pub(crate) fn csv_figure<R>(key: &'static str, says: &'static str, cell: fn(&R) -> Cell) -> Col<R> {
    figure("", key, says, cell)
}

/// What a column of CSV means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CsvColumn {
    /// Its heading.
    pub column: &'static str,
    /// What it means.
    pub means: &'static str,
    /// Whether its figures are exact: those whose decimals do not end stand as n/d in a further column, whose heading ends in
    /// `_exact`.
    pub exact: bool,
}

/// The columns that stand in CSV.
pub(crate) fn described<R>(columns: &[Col<R>]) -> Vec<CsvColumn> {
    let keyed = columns.iter().filter(|c| !c.key.is_empty());
    keyed.map(|c| CsvColumn { column: c.key, means: c.says, exact: c.exact }).collect()
}

/// Rows as CSV, below a heading row.
pub(crate) fn written<R>(columns: &[Col<R>], rows: impl IntoIterator<Item = R>) -> String {
    let mut out = vec![columns.iter().map(|c| c.key.to_owned()).collect()];
    out.extend(rows.into_iter().map(|row| columns.iter().map(|c| (c.cell)(&row).decimal(c.key)).collect()));
    crate::flat::csv_of(out)
}

/// What each column of a command's CSV means; none where it prints none, or columns that its answer names itself.
pub fn csv_columns(command: Command) -> Vec<CsvColumn> {
    match command {
        Command::Check => described(&crate::flat::check_columns()),
        Command::Explain => described(&crate::explain::explain_columns()),
        Command::History => described(&crate::past::history_columns()),
        Command::Compare => described(&crate::change::compare_columns()),
        Command::Claim => described(&crate::claim::columns()),
        Command::Search => described(&crate::search::columns()),
        Command::Due => described(&crate::due::columns()),
        Command::Mirror => described(&crate::mirror::columns()),
        Command::Sources => described(&crate::held::source_columns()),
        Command::Coverage => described(&crate::held::coverage_columns()),
        Command::TalksTable => described(&crate::talks::table_columns()),
        Command::TalksConflicts => described(&crate::talks::conflict_columns()),
        Command::TalksCheck => described(&crate::talks::check_columns()),
        Command::TalksTimeline => described(&crate::talks::timeline_columns()),
        Command::TalksTriggers => described(&crate::talks::trigger_columns()),
        Command::CaseStatus => described(&crate::case::status_columns()),
        Command::CaseCalendar => described(&crate::case::calendar_columns()),
        Command::CaseList => described(&crate::case_lists::list_columns()),
        Command::CaseLadder => described(&crate::case_lists::ladder_columns()),
        Command::CaseAssessments => described(&crate::assessments::columns()),
        // With all that each may have: lists by line and by sector, days and codes.
        Command::Remedy => {
            joined(described(&crate::remedy::columns("")), described(&crate::remedy::ge_columns()))
        }
        other => crate::tariff::csv_columns(other),
    }
}

/// Columns of either of two forms of an answer.
pub(crate) fn joined(mut one: Vec<CsvColumn>, other: Vec<CsvColumn>) -> Vec<CsvColumn> {
    let more: Vec<_> = other.into_iter().filter(|c| one.iter().all(|own| own.column != c.column)).collect();
    one.extend(more);
    one
}
