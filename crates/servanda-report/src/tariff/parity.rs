//! Whether one side's rates are not above the other's.

use super::{
    count, count_cell, foot, head, high_cell, low_cell, money, money_cell, percent_cell, points_cell,
    weighed_by,
};
use crate::columns::{Col, col, csv, csv_figure, figure};
use crate::sheet::{Cell, Sheet};
use crate::text::Column::{Left, Right};
use servanda_core::{Exact, Party};
use servanda_tariff::{
    Basis, ByMean, ByRange, Grounds, Parity, ParityMean, ParityRow, ParityState, ParityWhy, Points,
    SideRange, TradeOf,
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

fn points(side: &SideRange) -> Points {
    Points { low: side.low.clone(), high: side.high.clone() }
}

/// The columns, with the names of the two sides where they are known.
pub(super) fn columns<'a>(sides: [Option<Party>; 2], trade: bool) -> Vec<Col<(&'a Parity, &'a ParityRow)>> {
    let [one, other] = sides.map(|side| side.map(|p| p.to_string()).unwrap_or_default());
    vec![
        col("code", "code", Left, "The code that both sides have", |(_, row)| Cell::from(&row.code)),
        col(
            "by range",
            "state",
            Left,
            "Whether its highest rate is not above the other side's lowest: kept, broken, overlap, specific or undecided",
            |(_, row)| state(row.state).into(),
        ),
        col(
            "by mean",
            "mean",
            Left,
            "Whether its simple mean is higher or lower than the other side's",
            |(_, row)| mean(row.mean).into(),
        ),
        col(format!("{one} %"), "", Right, "The first side's rates, in percent", |(_, row)| {
            points_cell(&points(&row.one))
        }),
        csv_figure("one_low", "The first side's lowest rate, in percent", |(_, row)| {
            low_cell(&points(&row.one))
        }),
        csv_figure("one_high", "Its highest; empty: no bound", |(_, row)| high_cell(&points(&row.one))),
        figure(format!("{one} mean"), "one_mean", "Its simple mean", |(_, row)| {
            percent_cell(row.one.mean.as_ref(), 2)
        }),
        csv("one_lines", "How many lines it has there", |(_, row)| count_cell(row.one.lines)),
        col(format!("{other} %"), "", Right, "The other side's rates, in percent", |(_, row)| {
            points_cell(&points(&row.other))
        }),
        csv_figure("other_low", "The other side's lowest rate, in percent", |(_, row)| {
            low_cell(&points(&row.other))
        }),
        csv_figure("other_high", "Its highest; empty: no bound", |(_, row)| high_cell(&points(&row.other))),
        figure(format!("{other} mean"), "other_mean", "Its simple mean", |(_, row)| {
            percent_cell(row.other.mean.as_ref(), 2)
        }),
        csv("other_lines", "How many lines it has there", |(_, row)| count_cell(row.other.lines)),
        figure(if trade { "trade" } else { "" }, "trade", "Trade in the code", |(p, row)| {
            money_cell(row.trade.as_ref(), of(p))
        }),
        csv("kept_whatever", "Whether it is kept whatever the other side charges", |(_, row)| {
            if row.kept_whatever { "yes" } else { "no" }.into()
        }),
        csv("why", "Why it is undecided, where rates are not the reason", |(_, row)| {
            Cell::from(match row.why {
                Some(ParityWhy::Editions) => "other edition",
                Some(ParityWhy::ActsNotHeld) => "acts not held",
                None => "",
            })
        }),
        csv("one_edition", "The edition of the first side's codes", |(p, _)| Cell::from(&p.one_edition)),
        csv("other_edition", "The edition of the other side's codes", |(p, _)| Cell::from(&p.other_edition)),
        csv("one", "The first side", |(p, _)| p.one.into()),
        csv("other", "The other side", |(p, _)| p.other.into()),
        csv("trade_source", "The source of the trade", |(p, _)| of(p).map_or("", |of| &of.source).into()),
        csv("trade_year", "The year of the trade", |(p, _)| {
            of(p).map(|of| of.year.to_string()).unwrap_or_default().into()
        }),
    ]
}

fn of(p: &Parity) -> Option<&TradeOf> {
    p.trade.as_ref().map(|t| &t.of)
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
    let basis = match p.basis {
        Basis::Mfn => "MFN rates",
        Basis::Charged => "rates charged",
    };
    let question = format!(
        "{} on goods of {} ({}) against {} on goods of {} ({}): {basis} not above the other's, by code of {} digits",
        p.one, p.one_origin, p.one_day, p.other, p.other_origin, p.other_day, p.digits
    );
    head(&mut sheet, question, "from the lowest to the highest line of each code", grounds);
    let mut rows: Vec<&ParityRow> = p.rows.iter().collect();
    rows.sort_by(|a, b| (rank(a), &b.trade, &a.code).cmp(&(rank(b), &a.trade, &b.code)));
    sheet.fill(&columns([p.one, p.other].map(Some), p.trade.is_some()), rows.into_iter().map(|row| (p, row)));
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
