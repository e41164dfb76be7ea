//! Average rates by day.

use super::{count, count_cell, foot, head, kinds, lines, money, money_cell, percent_cell, weighed_by};
use crate::columns::{Col, col, csv, csv_figure, figure};
use crate::sheet::{Cell, Sheet};
use crate::text::Column::{Left, Right};
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
    sheet.fill(&columns(trade.is_some()), days);
    if let Some(a) = last {
        denominators(&mut sheet, a);
    }
    foot(&mut sheet, grounds, no_line);
    sheet
}

/// The columns; of trade or of lines are those that people see.
pub(super) fn columns(trade: bool) -> Vec<Col<Average>> {
    let of = |shown: bool, title: &'static str| if shown { title } else { "" };
    vec![
        col("day", "day", Left, "The day", |a| Cell::from(a.day)),
        figure(
            "average",
            "average",
            "The average rate in percent, over lines whose rate is one number",
            |a| percent_cell(a.value.as_ref(), 2),
        ),
        figure("at least", "low", "The least that the average over all lines can be", |a| {
            percent_cell(a.low.as_ref(), 2)
        }),
        figure("at most", "high", "The most that it can be; empty: no bound", |a| match &a.high {
            Some(high) => percent_cell(Some(high), 2),
            None => Cell::new("no bound", ""),
        }),
        figure("base", "base", "The average of base rates of the lines counted, in percent", |a| {
            percent_cell(a.base_mean.as_ref(), 2)
        }),
        figure("acts add", "additional", "What acts add to it, in percentage points", |a| {
            percent_cell(a.additional_mean.as_ref(), 2)
        }),
        col(of(!trade, "lines"), "lines", Right, "How many lines were asked about", |a| count_cell(a.lines)),
        col(of(!trade, "counted"), "lines_counted", Right, "How many of them are in the average", |a| {
            count_cell(a.counted)
        }),
        csv("equivalents", "How many of those are counted by an ad valorem equivalent", |a| {
            a.equivalents.into()
        }),
        csv("left_out_by_quantity", "Lines left out: charged by quantity", |a| a.left_out.by_quantity.into()),
        csv("left_out_unparsed", "Lines left out: the rate as written was not understood", |a| {
            a.left_out.unparsed.into()
        }),
        csv("left_out_without_rate", "Lines left out: no rate is written", |a| a.left_out.not_written.into()),
        csv("left_out_base_not_held", "Lines left out: no schedule that is held has their base", |a| {
            a.left_out.base_not_held.into()
        }),
        csv("left_out_within_bounds", "Lines left out: the rate is known within bounds only", |a| {
            a.left_out.within_bounds.into()
        }),
        csv("read_on", "Lines that rest on a schedule beyond the day through which it speaks", |a| {
            a.read_on.into()
        }),
        figure(of(trade, "trade counted"), "trade_counted", "Trade on the lines counted", |a| {
            money_cell(a.trade.as_ref().map(|t| &t.counted), a.trade.as_ref().map(|t| &t.of))
        }),
        figure(of(trade, "of trade"), "trade_total", "All trade asked about", |a| {
            money_cell(a.trade.as_ref().map(|t| &t.total), a.trade.as_ref().map(|t| &t.of))
        }),
        csv_figure("trade_unmatched", "Trade in codes of which no line stands", |a| {
            a.trade.as_ref().map(|t| Cell::number("", t.unmatched.clone())).unwrap_or_default()
        }),
        csv("trade_unit", "The unit of trade", |a| a.trade.as_ref().map_or("", |t| &t.of.unit).into()),
        csv("acts_not_held", "Lines that an act which is known and not held may bear on", |a| {
            a.lacking.into()
        }),
        csv_figure("held_low", "The least by the acts that are held alone", |a| {
            a.held_low.as_ref().map(|x| Cell::number("", x.clone())).unwrap_or_default()
        }),
        csv_figure("held_high", "The most by the acts that are held alone", |a| {
            a.held_high.as_ref().map(|x| Cell::number("", x.clone())).unwrap_or_default()
        }),
        csv("weights", "What lines are weighed by", |a| Cell::from(&a.weights)),
        csv("weights_source", "The source of the trade that weighs them", |a| {
            a.trade.as_ref().map_or("", |t| &t.of.source).into()
        }),
        csv("weights_year", "The year of that trade", |a| {
            a.trade.as_ref().map(|t| t.of.year.to_string()).unwrap_or_default().into()
        }),
        csv("importer", "Who charges", |a| a.importer.into()),
        csv("origin", "Whose goods", |a| a.origin.into()),
    ]
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
