//! How much is under additional duties.

use super::{count_cell, foot, head, lines, money, percent_cell, weighed_by};
use crate::columns::{Col, col, csv, csv_figure, figure};
use crate::sheet::{Cell, Sheet};
use crate::text::Column::{Left, Right};
use servanda_core::Exact;
use servanda_tariff::{Coverage, CoverageRow, Covered, Grounds, TradeOf};

fn question(c: &Coverage) -> String {
    let by = c.trade.as_ref().map_or("lines".to_owned(), weighed_by);
    let only = c.only.as_ref().map(|o| format!(", by {} alone", o.join(", "))).unwrap_or_default();
    format!("{} on goods of {}: share under additional duties{only}, of {by}", c.importer, c.origin)
}

/// Trade, or a number of lines.
fn amount(value: &Exact, of: Option<&TradeOf>) -> Cell {
    let shown = of.map_or_else(|| crate::number::grouped(&value.brief()), |of| money(value, of));
    Cell::number(shown, value.clone())
}

/// One row for each day.
pub fn coverage_sheet(days: &[Coverage], grounds: &[Grounds], no_line: &[String]) -> Sheet {
    let mut sheet = Sheet::new("days");
    if let Some(last) = days.last() {
        head(&mut sheet, question(last), "a code counts whole if any of its goods are covered", grounds);
    }
    sheet.fill(&day_columns(), days);
    below(&mut sheet, days, grounds, no_line);
    sheet
}

pub(super) fn day_columns() -> Vec<Col<Coverage>> {
    vec![
        col("day", "day", Left, "The day", |c| c.day.into()),
        figure("covered %", "share", "The share under additional duties, in percent", |c| {
            percent_cell(c.share.as_ref(), 1)
        }),
        figure("at least %", "share_low", "The least that it can be: codes that are covered whole", |c| {
            percent_cell(c.share_low.as_ref(), 1)
        }),
        figure("at most %", "share_high", "The most that it can be: all that may be covered", |c| {
            percent_cell(c.share_high.as_ref(), 1)
        }),
        figure("covered", "covered", "How much is covered, in the unit", |c| {
            amount(&c.covered, c.trade.as_ref())
        }),
        figure("of", "total", "Of how much", |c| amount(&c.total, c.trade.as_ref())),
        figure("no line stands", "unmatched", "How much is in codes of which no line stands", |c| {
            amount(&c.unmatched, c.trade.as_ref())
        }),
        csv_figure("partly_asked", "How much is in codes that hold lines which are not asked about", |c| {
            Cell::number("", c.partly_asked.clone())
        }),
        csv_figure("outside", "How much is in codes that are not asked about", |c| {
            Cell::number("", c.outside.clone())
        }),
        csv("unit", "What is counted: lines, or the unit of trade", |c| {
            c.trade.as_ref().map_or("lines", |t| &t.unit).into()
        }),
        csv("weights", "What lines are weighed by", |c| Cell::from(&c.weights)),
        csv("weights_source", "The source of the trade that weighs them", |c| {
            c.trade.as_ref().map_or("", |t| &t.source).into()
        }),
        csv("weights_year", "The year of that trade", |c| {
            c.trade.as_ref().map(|t| t.year.to_string()).unwrap_or_default().into()
        }),
        csv("only", "The measures, authorities or acts whose duties are meant; empty: all", |c| {
            c.only.as_ref().map(|o| o.join(" ")).unwrap_or_default().into()
        }),
        csv("importer", "Who charges", |c| c.importer.into()),
        csv("origin", "Whose goods", |c| c.origin.into()),
    ]
}

fn below(sheet: &mut Sheet, days: &[Coverage], grounds: &[Grounds], no_line: &[String]) {
    if let Some(c) = days.last() {
        let of = c.trade.as_ref();
        let shown = |value: &Exact| of.map_or_else(|| value.brief(), |of| money(value, of));
        let unit = if of.is_some() { "" } else { " lines" };
        sheet.foot(format!(
            "on {}: {} of {}{unit} covered; the lower bound takes codes that are covered whole, the upper one all that may be",
            c.day,
            shown(&c.covered),
            shown(&c.total)
        ));
        for (value, what) in [
            (&c.unmatched, "in codes of which no line stands; they count as not covered"),
            (&c.partly_asked, "in codes that hold other lines too"),
            (&c.outside, "outside, not asked about"),
        ] {
            if !value.is_zero() {
                sheet.foot(format!("{} {what}", shown(value)));
            }
        }
    }
    for own in grounds {
        sheet.foot(format!("{} of {} looked at", lines(own.lines), own.importer));
    }
    foot(sheet, grounds, no_line);
}

/// One row for each code of a day, those with most trade first.
pub fn coverage_codes_sheet(c: &Coverage, grounds: &[Grounds], no_line: &[String]) -> Sheet {
    let mut sheet = Sheet::new("codes");
    let of = c.trade.as_ref();
    let measure = format!("code by code on {}; a code counts whole if any of its goods are covered", c.day);
    head(&mut sheet, question(c), &measure, grounds);
    let mut rows: Vec<_> = c.rows.iter().map(|row| (c, row)).collect();
    rows.sort_by(|(_, a), (_, b)| (a.state, &b.trade, &a.code).cmp(&(b.state, &a.trade, &b.code)));
    sheet.fill(&code_columns(of.is_some()), rows);
    below(&mut sheet, std::slice::from_ref(c), grounds, no_line);
    sheet
}

pub(super) fn code_columns<'a>(trade: bool) -> Vec<Col<(&'a Coverage, &'a CoverageRow)>> {
    vec![
        col("code", "code", Left, "The code", |(_, row)| Cell::from(&row.code)),
        col("state", "state", Left, "Whether it is covered, partly, not, or nobody knows", |(_, row)| {
            Cell::from(match row.state {
                Covered::Covered => "covered",
                Covered::Partly => "partly",
                Covered::Not => "not",
                Covered::Unknown => "unknown",
            })
        }),
        col("lines", "lines", Right, "How many lines it has", |(_, row)| count_cell(row.lines)),
        col("lines covered", "lines_covered", Right, "How many of them are covered", |(_, row)| {
            count_cell(row.lines_covered)
        }),
        figure(
            if trade { "trade" } else { "" },
            "trade",
            "Its trade; without weights each line counts as 1",
            |(c, row)| amount(&row.trade, c.trade.as_ref()),
        ),
        csv("day", "The day", |(c, _)| c.day.into()),
        csv("trade_source", "The source of the trade", |(c, _)| {
            c.trade.as_ref().map_or("", |t| &t.source).into()
        }),
        csv("trade_year", "The year of the trade", |(c, _)| {
            c.trade.as_ref().map(|t| t.year.to_string()).unwrap_or_default().into()
        }),
    ]
}
