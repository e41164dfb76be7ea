//! Average rates by day.

use super::{count, count_cell, foot, head, kinds, lines, money, money_cell, percent_cell, weighed_by};
use crate::sheet::{Cell, Sheet};
use crate::text::Column;
use servanda_core::Exact;
use servanda_tariff::{Average, Grounds, LeftOut, TradeWeighed};

fn parts<T>(left: &LeftOut<T>) -> [(&'static str, &T); 5] {
    [
        ("by quantity", &left.by_quantity),
        ("unparsed", &left.unparsed),
        ("without a rate", &left.not_written),
        ("with no base held", &left.base_not_held),
        ("within bounds only", &left.within_bounds),
    ]
}

/// One row for each day.
pub fn average_sheet(days: &[Average], grounds: &[Grounds], no_line: &[String]) -> Sheet {
    let mut sheet = Sheet::new("days");
    let last = days.last();
    let trade = last.and_then(|a| a.trade.as_ref());
    if let Some(a) = last {
        let by =
            trade.map_or("simple mean of lines".to_owned(), |t| format!("weighted by {}", weighed_by(&t.of)));
        let question = format!("{} on goods of {}: average rate of duty, {by}", a.importer, a.origin);
        let measure = match days.iter().any(|a| a.lacking > 0) {
            true => "average over lines whose rate is one number, by the acts that are held",
            false => "average over lines whose rate is one number",
        };
        head(&mut sheet, question, measure, grounds);
    }
    for (shown, key, kind) in [
        ("day", "day", Column::Left),
        ("average", "average", Column::Right),
        ("at least", "low", Column::Right),
        ("at most", "high", Column::Right),
        ("base", "base", Column::Right),
        ("acts add", "additional", Column::Right),
        (if trade.is_none() { "lines" } else { "" }, "lines", Column::Right),
        (if trade.is_none() { "counted" } else { "" }, "lines_counted", Column::Right),
        ("", "equivalents", Column::Right),
        ("", "left_out_by_quantity", Column::Right),
        ("", "left_out_unparsed", Column::Right),
        ("", "left_out_without_rate", Column::Right),
        ("", "left_out_base_not_held", Column::Right),
        ("", "left_out_within_bounds", Column::Right),
        ("", "read_on", Column::Right),
        (if trade.is_some() { "trade counted" } else { "" }, "trade_counted", Column::Right),
        (if trade.is_some() { "of trade" } else { "" }, "trade_total", Column::Right),
        ("", "trade_unmatched", Column::Right),
        ("", "trade_unit", Column::Left),
        ("", "acts_not_held", Column::Right),
        ("", "held_low", Column::Right),
        ("", "held_high", Column::Right),
        ("", "weights", Column::Left),
        ("", "weights_source", Column::Left),
        ("", "weights_year", Column::Left),
        ("", "importer", Column::Left),
        ("", "origin", Column::Left),
    ] {
        sheet.column(shown, key, kind);
    }
    for a in days {
        sheet.row(row(a));
    }
    if let Some(a) = last {
        denominators(&mut sheet, a);
    }
    foot(&mut sheet, grounds, no_line);
    sheet
}

fn row(a: &Average) -> Vec<Cell> {
    let trade = a.trade.as_ref();
    let of = trade.map(|t| &t.of);
    let hidden = |text: String| Cell::new("", text);
    let mut cells = vec![
        Cell::from(a.day),
        percent_cell(a.value.as_ref(), 2),
        percent_cell(a.low.as_ref(), 2),
        a.high.as_ref().map_or(Cell::new("no bound", ""), |high| percent_cell(Some(high), 2)),
        percent_cell(a.base_mean.as_ref(), 2),
        percent_cell(a.additional_mean.as_ref(), 2),
        count_cell(a.lines),
        count_cell(a.counted),
        hidden(a.equivalents.to_string()),
    ];
    cells.extend(parts(&a.left_out).map(|(_, n)| hidden(n.to_string())));
    cells.extend([
        hidden(a.read_on.to_string()),
        money_cell(trade.map(|t| &t.counted), of),
        money_cell(trade.map(|t| &t.total), of),
        trade.map(|t| Cell::number("", t.unmatched.clone())).unwrap_or_default(),
        hidden(of.map(|t| t.unit.clone()).unwrap_or_default()),
        hidden(a.lacking.to_string()),
        hidden(a.held_low.as_ref().map(Exact::plain).unwrap_or_default()),
        hidden(a.held_high.as_ref().map(Exact::plain).unwrap_or_default()),
        hidden(a.weights.clone()),
        hidden(of.map(|t| t.source.clone()).unwrap_or_default()),
        hidden(of.map(|t| t.year.to_string()).unwrap_or_default()),
        hidden(a.importer.to_string()),
        hidden(a.origin.to_string()),
    ]);
    cells
}

/// What the last day's figure is divided by, and what it leaves out.
fn denominators(sheet: &mut Sheet, a: &Average) {
    let equivalents = if a.equivalents > 0 {
        format!(", {} as ad valorem equivalents", count(a.equivalents))
    } else {
        String::new()
    };
    sheet.foot(format!(
        "on {}: {} asked about, {} counted{equivalents}",
        a.day,
        lines(a.lines),
        count(a.counted)
    ));
    if let Some(left) = kinds(&parts(&a.left_out), |n| *n == 0, |n| count(*n)) {
        sheet.foot(format!("lines left out of the average, taken in by its bounds: {left}"));
    }
    if a.lacking > 0 {
        let end = |x: &Option<Exact>| x.as_ref().map_or("no bound".to_owned(), |x| x.round_to(2));
        sheet.foot(format!(
            "by the acts that are held alone: at least {}, at most {}",
            end(&a.held_low),
            end(&a.held_high)
        ));
    }
    if let Some(trade) = &a.trade {
        sheet.foot(divided(trade));
    }
}

fn divided(trade: &TradeWeighed) -> String {
    let of = &trade.of;
    let mut text = format!(
        "trade, {}: {}, of which {} counted",
        weighed_by(of),
        money(&trade.total, of),
        money(&trade.counted, of)
    );
    let mut add = |value: &Exact, what: &str| {
        if !value.is_zero() {
            text.push_str(&format!("; {} {what}", money(value, of)));
        }
    };
    add(&trade.unmatched, "of codes of which no line stands, in no figure and no bound");
    add(&trade.mixed, "of the counted in codes of which some lines are left out");
    add(&trade.partly_asked, "in codes that hold other lines too");
    add(&trade.outside, "outside, not asked about");
    if let Some(left) = kinds(&parts(&trade.left_out), |x| x.is_zero(), |x| money(x, of)) {
        text.push_str(&format!("; left out: {left}"));
    }
    text
}
