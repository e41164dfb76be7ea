//! Rates of every line on one day, as rows.

use crate::columns::{Col, CsvColumn, csv, csv_figure, described, written};
use crate::sheet::Cell;
use servanda_core::{Date, Exact, Party};
use servanda_tariff::Points;

/// What one party charges on one line of another's goods.
pub struct RateOn<'a> {
    /// Who charges.
    pub importer: Party,
    /// Whose goods.
    pub origin: Party,
    /// The line of the importer's schedule.
    pub line: &'a str,
    /// The last moment of this day is meant.
    pub day: Date,
    /// The base, in percent of customs value.
    pub base: Points,
    /// All of it, in percent of customs value.
    pub total: Points,
}

fn rate_columns<'a>() -> Vec<Col<RateOn<'a>>> {
    fn cell(value: Option<&Exact>) -> Cell {
        value.map_or_else(Cell::default, |v| Cell::number(String::new(), v.clone()))
    }
    vec![
        csv("importer", "who charges", |r| r.importer.into()),
        csv("origin", "whose goods", |r| r.origin.into()),
        csv("line", "the line of the importer's schedule", |r| r.line.into()),
        csv("day", "the day, at whose end the rate is charged", |r| r.day.into()),
        csv_figure("base_low", "the least that the base can be, in percent of customs value", |r| {
            cell(Some(&r.base.low))
        }),
        csv_figure("base_high", "the most that the base can be, in percent; empty: no bound is known", |r| {
            cell(r.base.high.as_ref())
        }),
        csv_figure("total_low", "the least that is charged in all, in percent of customs value", |r| {
            cell(Some(&r.total.low))
        }),
        csv_figure(
            "total_high",
            "the most that is charged in all, in percent; empty: no bound is known",
            |r| cell(r.total.high.as_ref()),
        ),
    ]
}

/// Rates of lines as CSV, with a heading row.
pub fn rates_csv<'a>(rows: impl IntoIterator<Item = RateOn<'a>>) -> String {
    written(&rate_columns(), rows)
}

/// What its columns mean.
pub fn rates_columns() -> Vec<CsvColumn> {
    described(&rate_columns())
}
