//! Which lines are charged more than a ceiling.

use super::{count, foot, head, high_cell, low_cell, money, money_cell, no_number, points_cell, weighed_by};
use crate::columns::{Col, col, csv, csv_figure, figure};
use crate::sheet::{Cell, Sheet};
use crate::text::Column::{Left, Right, Text};
use servanda_core::Exact;
use servanda_tariff::{Ceiling, CeilingLine, CeilingState, Grounds, TradeOf};

fn state(state: CeilingState) -> &'static str {
    match state {
        CeilingState::Breach => "above",
        CeilingState::Kept => "kept",
        CeilingState::Undecided => "undecided",
    }
}

fn rank(line: &CeilingLine) -> usize {
    match line.state {
        CeilingState::Breach => 0,
        CeilingState::Undecided => 1,
        CeilingState::Kept => 2,
    }
}

/// One row for each line: those above the ceiling first, by what they exceed it by.
pub fn ceiling_sheet(c: &Ceiling, grounds: &[Grounds], no_line: &[String]) -> Sheet {
    let mut sheet = Sheet::new("lines");
    let of = of(c);
    let most = c.ceiling.plain();
    let question =
        format!("{} on goods of {} on {}: lines against a ceiling of {most}%", c.importer, c.origin, c.day);
    head(&mut sheet, question, "all duties together", grounds);
    let mut lines: Vec<&CeilingLine> = c.lines.iter().collect();
    lines.sort_by(|a, b| {
        (rank(a), &b.trade, &b.excess.low, &a.line).cmp(&(rank(b), &a.trade, &a.excess.low, &b.line))
    });
    sheet.fill(&columns(of.is_some()), lines.into_iter().map(|line| (c, line)));
    sheet.note(format!(
        "{} lines: {} above, {} kept, {} undecided",
        count(c.lines.len()),
        count(c.breach),
        count(c.kept),
        count(c.undecided)
    ));
    if let Some(trade) = &c.trade {
        let value = |x: &Exact| money(x, &trade.of);
        sheet.note(format!(
            "trade, {}: {}: above {}, kept {}, undecided {}, codes with lines of both kinds {}, no line stands {}",
            weighed_by(&trade.of),
            value(&trade.total),
            value(&trade.breach),
            value(&trade.kept),
            value(&trade.undecided),
            value(&trade.mixed),
            value(&trade.unmatched)
        ));
        if !trade.outside.is_zero() {
            sheet.foot(format!("trade outside, not asked about: {}", value(&trade.outside)));
        }
        sheet.foot("trade beside a line is that of codes that hold this line alone");
    }
    foot(&mut sheet, grounds, no_line);
    sheet
}

fn of(c: &Ceiling) -> Option<&TradeOf> {
    c.trade.as_ref().map(|t| &t.of)
}

pub(super) fn columns<'a>(trade: bool) -> Vec<Col<(&'a Ceiling, &'a CeilingLine)>> {
    vec![
        col("line", "line", Left, "The tariff line", |(_, line)| Cell::from(&line.line)),
        col(
            "ceiling",
            "state",
            Left,
            "Whether its rate is above the ceiling, keeps it, or nobody knows",
            |(_, line)| state(line.state).into(),
        ),
        col("rate", "rate", Text, "All that is charged, as it is written", |(_, line)| {
            Cell::from(&line.text)
        }),
        col("base %", "base", Right, "The base rate in percent, or its bounds", |(_, line)| {
            points_cell(&line.base)
        }),
        col("above by", "", Right, "By how much it is above, in percentage points", |(_, line)| {
            points_cell(&line.excess)
        }),
        csv_figure("low", "The least that is charged, in percent", |(_, line)| low_cell(&line.total)),
        csv_figure("high", "The most that is charged, in percent; empty: no bound", |(_, line)| {
            high_cell(&line.total)
        }),
        csv_figure(
            "excess_low",
            "The least by which it is above the ceiling, in percentage points",
            |(_, line)| low_cell(&line.excess),
        ),
        csv_figure("excess_high", "The most by which it is above it; empty: no bound", |(_, line)| {
            high_cell(&line.excess)
        }),
        col("why no number", "why", Left, "Why the rate is not one number", |(_, line)| {
            line.why.map(no_number).unwrap_or_default().into()
        }),
        figure(
            if trade { "trade" } else { "" },
            "trade",
            "Trade of codes that hold this line alone",
            |(c, line)| money_cell(line.trade.as_ref(), of(c)),
        ),
        csv("ceiling_percent", "The ceiling, in percent", |(c, _)| c.ceiling.plain().into()),
        csv("day", "The day", |(c, _)| c.day.into()),
        csv("importer", "Who charges", |(c, _)| c.importer.into()),
        csv("origin", "Whose goods", |(c, _)| c.origin.into()),
        csv("trade_source", "The source of the trade", |(c, _)| of(c).map_or("", |of| &of.source).into()),
        csv("trade_year", "The year of the trade", |(c, _)| {
            of(c).map(|of| of.year.to_string()).unwrap_or_default().into()
        }),
    ]
}
