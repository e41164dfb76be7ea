//! Whether one side's rates are not above the other's.

use super::{
    bounds_cells, count, count_cell, foot, head, money, money_cell, percent_cell, points_cell, trade_cells,
    weighed_by,
};
use crate::sheet::{Cell, Sheet};
use crate::text::Column;
use servanda_core::{Exact, Party};
use servanda_tariff::{
    Basis, ByMean, ByRange, Grounds, Parity, ParityMean, ParityRow, ParityState, ParityWhy, Points, SideRange,
};

fn state(state: ParityState) -> &'static str {
    match state {
        ParityState::Kept => "kept",
        ParityState::Broken => "broken",
        ParityState::Overlap => "overlap",
        ParityState::Specific => "specific",
        ParityState::Undecided => "undecided",
    }
}

fn mean(mean: ParityMean) -> &'static str {
    match mean {
        ParityMean::Higher => "higher",
        ParityMean::Lower => "lower",
        ParityMean::Equal => "equal",
        ParityMean::NoMean => "no mean",
    }
}

fn side_title(party: Party) -> String {
    format!("{party} %")
}

fn mean_title(party: Party) -> String {
    format!("{party} mean")
}

/// Broken codes first, then undecided ones, then those that are kept; within these by trade.
fn rank(row: &ParityRow) -> usize {
    match row.state {
        ParityState::Broken => 0,
        ParityState::Overlap => 1,
        ParityState::Specific => 2,
        ParityState::Undecided => 3,
        ParityState::Kept => 4,
    }
}

/// One row for each shared code.
pub fn parity_sheet(p: &Parity, grounds: &[Grounds], no_line: &[String]) -> Sheet {
    let mut sheet = Sheet::new("codes");
    let of = p.trade.as_ref().map(|t| &t.of);
    let basis = match p.basis {
        Basis::Mfn => "MFN rates",
        Basis::Charged => "rates charged",
    };
    let question = format!(
        "{} on goods of {} ({}) against {} on goods of {} ({}): {basis} not above the other's, by code of {} digits",
        p.one, p.one_origin, p.one_day, p.other, p.other_origin, p.other_day, p.digits
    );
    head(&mut sheet, question, "from the lowest to the highest line of each code", grounds);
    for (shown, key, kind) in [
        ("code", "code", Column::Left),
        ("by range", "state", Column::Left),
        ("by mean", "mean", Column::Left),
        (side_title(p.one).as_str(), "", Column::Right),
        ("", "one_low", Column::Right),
        ("", "one_high", Column::Right),
        (mean_title(p.one).as_str(), "one_mean", Column::Right),
        ("", "one_lines", Column::Right),
        (side_title(p.other).as_str(), "", Column::Right),
        ("", "other_low", Column::Right),
        ("", "other_high", Column::Right),
        (mean_title(p.other).as_str(), "other_mean", Column::Right),
        ("", "other_lines", Column::Right),
        (if of.is_some() { "trade" } else { "" }, "trade", Column::Right),
        ("", "kept_whatever", Column::Left),
        ("", "why", Column::Left),
        ("", "one_edition", Column::Left),
        ("", "other_edition", Column::Left),
        ("", "one", Column::Left),
        ("", "other", Column::Left),
        ("", "trade_source", Column::Left),
        ("", "trade_year", Column::Left),
    ] {
        sheet.column(shown, key, kind);
    }
    let mut rows: Vec<&ParityRow> = p.rows.iter().collect();
    rows.sort_by(|a, b| (rank(a), &b.trade, &a.code).cmp(&(rank(b), &a.trade, &b.code)));
    for row in rows {
        let side = |side: &SideRange| -> Vec<Cell> {
            let points = Points { low: side.low.clone(), high: side.high.clone() };
            let [low, high] = bounds_cells(&points);
            vec![points_cell(&points), low, high, percent_cell(side.mean.as_ref(), 2), count_cell(side.lines)]
        };
        let mut cells = vec![Cell::from(&row.code), Cell::from(state(row.state)), Cell::from(mean(row.mean))];
        cells.extend(side(&row.one));
        cells.extend(side(&row.other));
        cells.push(money_cell(row.trade.as_ref(), of));
        cells.push(Cell::new("", if row.kept_whatever { "yes" } else { "no" }));
        let why = match row.why {
            Some(ParityWhy::Editions) => "other edition",
            Some(ParityWhy::ActsNotHeld) => "acts not held",
            None => "",
        };
        cells.extend([why, &p.one_edition, &p.other_edition].map(|text| Cell::new("", text)));
        cells.extend([Cell::new("", p.one.as_str()), Cell::new("", p.other.as_str())]);
        cells.extend(trade_cells(of));
        sheet.row(cells);
    }
    sheet.note(format!(
        "by range of lines, {} shared codes: {}",
        count(p.shared),
        by_range(&p.by_range, |n| *n == 0, |n| count(*n))
    ));
    sheet.note(format!("by simple mean of lines: {}", by_mean(&p.by_mean, p.one.as_str(), |n| count(*n))));
    if let Some(trade) = &p.trade {
        let value = |x: &Exact| money(x, &trade.of);
        sheet.note(format!("trade of these, {}: {}", weighed_by(&trade.of), value(&trade.shared)));
        sheet.note(format!("trade by range of lines: {}", by_range(&trade.by_range, Exact::is_zero, value)));
        sheet.note(format!("trade by simple mean: {}", by_mean(&trade.by_mean, p.one.as_str(), value)));
        sheet.foot(format!(
            "trade elsewhere, in codes that are not shared or not asked about: {}; in codes too short to be assigned: {}",
            value(&trade.elsewhere),
            value(&trade.too_short)
        ));
    }
    sheet.foot(format!(
        "codes of one side only: {} of {}, {} of {}; lines with fewer digits, left out: {}",
        count(p.only_one),
        p.one,
        count(p.only_other),
        p.other,
        count(p.too_short)
    ));
    if p.may_differ > 0 {
        sheet.foot(format!(
            "{} has codes of {}, {} of {}: {} shared codes may mean other goods in the other edition and are undecided; no concordance between them is held that says more",
            p.one,
            p.one_edition,
            p.other,
            p.other_edition,
            count(p.may_differ)
        ));
    }
    sheet.foot("the first side is the one named first; kept: its highest line is not above the other's lowest; broken: its lowest is above the other's highest; overlap: it depends on which lines are compared; specific: a line has a rate by quantity, an unparsed one or none");
    foot(&mut sheet, grounds, no_line);
    sheet
}

fn by_range<T>(by: &ByRange<T>, none: impl Fn(&T) -> bool, text: impl Fn(&T) -> String) -> String {
    format!(
        "kept {}, broken {}, undecided {} where ranges overlap{} and {} with a specific rate (of which kept whatever the other charges: {})",
        text(&by.kept),
        text(&by.broken),
        text(&by.overlap),
        if none(&by.undecided) {
            String::new()
        } else {
            format!(", {} for another reason", text(&by.undecided))
        },
        text(&by.specific),
        text(&by.kept_whatever)
    )
}

fn by_mean<T>(by: &ByMean<T>, one: &str, text: impl Fn(&T) -> String) -> String {
    format!(
        "{one} higher {}, lower {}, equal {}, no mean on one side {}",
        text(&by.higher),
        text(&by.lower),
        text(&by.equal),
        text(&by.no_mean)
    )
}
