//! Which lines are charged more than a ceiling.

use super::{
    bounds_cells, count, foot, head, money, money_cell, no_number, points_cell, trade_cells, weighed_by,
};
use crate::sheet::{Cell, Sheet};
use crate::text::Column;
use servanda_core::Exact;
use servanda_tariff::{Ceiling, CeilingLine, CeilingState, Grounds};

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
    let of = c.trade.as_ref().map(|t| &t.of);
    let most = c.ceiling.plain();
    let question =
        format!("{} on goods of {} on {}: lines against a ceiling of {most}%", c.importer, c.origin, c.day);
    head(&mut sheet, question, "all duties together", grounds);
    for (shown, key, kind) in [
        ("line", "line", Column::Left),
        ("ceiling", "state", Column::Left),
        ("rate", "rate", Column::Text),
        ("base %", "base", Column::Right),
        ("above by", "", Column::Right),
        ("", "low", Column::Right),
        ("", "high", Column::Right),
        ("", "excess_low", Column::Right),
        ("", "excess_high", Column::Right),
        ("why no number", "why", Column::Left),
        (if of.is_some() { "trade" } else { "" }, "trade", Column::Right),
        ("", "ceiling_percent", Column::Right),
        ("", "day", Column::Left),
        ("", "importer", Column::Left),
        ("", "origin", Column::Left),
        ("", "trade_source", Column::Left),
        ("", "trade_year", Column::Left),
    ] {
        sheet.column(shown, key, kind);
    }
    let mut lines: Vec<&CeilingLine> = c.lines.iter().collect();
    lines.sort_by(|a, b| {
        (rank(a), &b.trade, &b.excess.low, &a.line).cmp(&(rank(b), &a.trade, &a.excess.low, &b.line))
    });
    for line in lines {
        let [low, high] = bounds_cells(&line.total);
        let [excess_low, excess_high] = bounds_cells(&line.excess);
        let hidden = |text: String| Cell::new("", text);
        let mut cells = vec![
            Cell::from(&line.line),
            Cell::from(state(line.state)),
            Cell::from(&line.text),
            points_cell(&line.base),
            points_cell(&line.excess),
            low,
            high,
            excess_low,
            excess_high,
            Cell::from(line.why.map(no_number).unwrap_or_default()),
            money_cell(line.trade.as_ref(), of),
            hidden(most.clone()),
            hidden(c.day.to_string()),
            hidden(c.importer.to_string()),
            hidden(c.origin.to_string()),
        ];
        cells.extend(trade_cells(of));
        sheet.row(cells);
    }
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
