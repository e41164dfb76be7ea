//! How much is under additional duties.

use super::{count_cell, foot, head, lines, money, percent_cell, trade_cells, weighed_by};
use crate::sheet::{Cell, Sheet};
use crate::text::Column;
use servanda_core::Exact;
use servanda_tariff::{Coverage, Covered, Grounds, TradeOf};

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
    for (shown, key, kind) in [
        ("day", "day", Column::Left),
        ("covered %", "share", Column::Right),
        ("at least %", "share_low", Column::Right),
        ("at most %", "share_high", Column::Right),
        ("covered", "covered", Column::Right),
        ("of", "total", Column::Right),
        ("no line stands", "unmatched", Column::Right),
        ("", "partly_asked", Column::Right),
        ("", "outside", Column::Right),
        ("", "unit", Column::Left),
        ("", "weights", Column::Left),
        ("", "weights_source", Column::Left),
        ("", "weights_year", Column::Left),
        ("", "only", Column::Left),
        ("", "importer", Column::Left),
        ("", "origin", Column::Left),
    ] {
        sheet.column(shown, key, kind);
    }
    for c in days {
        let of = c.trade.as_ref();
        let hidden = |text: String| Cell::new("", text);
        sheet.row(vec![
            Cell::from(c.day),
            percent_cell(c.share.as_ref(), 1),
            percent_cell(c.share_low.as_ref(), 1),
            percent_cell(c.share_high.as_ref(), 1),
            amount(&c.covered, of),
            amount(&c.total, of),
            amount(&c.unmatched, of),
            Cell::number("", c.partly_asked.clone()),
            Cell::number("", c.outside.clone()),
            hidden(of.map_or("lines".to_owned(), |t| t.unit.clone())),
            hidden(c.weights.clone()),
            hidden(of.map(|t| t.source.clone()).unwrap_or_default()),
            hidden(of.map(|t| t.year.to_string()).unwrap_or_default()),
            hidden(c.only.as_ref().map(|o| o.join(" ")).unwrap_or_default()),
            hidden(c.importer.to_string()),
            hidden(c.origin.to_string()),
        ]);
    }
    below(&mut sheet, days, grounds, no_line);
    sheet
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
    sheet.column("code", "code", Column::Left);
    sheet.column("state", "state", Column::Left);
    sheet.column("lines", "lines", Column::Right);
    sheet.column("lines covered", "lines_covered", Column::Right);
    sheet.column(if of.is_some() { "trade" } else { "" }, "trade", Column::Right);
    for key in ["day", "trade_source", "trade_year"] {
        sheet.column("", key, Column::Left);
    }
    let mut rows: Vec<_> = c.rows.iter().collect();
    rows.sort_by(|a, b| (a.state, &b.trade, &a.code).cmp(&(b.state, &a.trade, &b.code)));
    for row in rows {
        let mut cells = vec![
            Cell::from(&row.code),
            Cell::from(match row.state {
                Covered::Covered => "covered",
                Covered::Partly => "partly",
                Covered::Not => "not",
                Covered::Unknown => "unknown",
            }),
            count_cell(row.lines),
            count_cell(row.lines_covered),
            amount(&row.trade, of),
            Cell::new("", c.day.to_string()),
        ];
        cells.extend(trade_cells(of));
        sheet.row(cells);
    }
    below(&mut sheet, std::slice::from_ref(c), grounds, no_line);
    sheet
}
