//! Answers about tariffs: one sheet each. What stands above and below every one of them is here.

mod average;
mod ceiling;
mod coverage;
mod diff;
mod parity;
mod rate;
mod timeline;
mod triggers;

pub use average::average_sheet;
pub use ceiling::ceiling_sheet;
pub use coverage::{coverage_codes_sheet, coverage_sheet};
pub use diff::diff_sheet;
pub use parity::parity_sheet;
pub use rate::{UnitValueNote, rate_sheet, rate_tree};
pub use timeline::{line_sheet, timeline_sheet};
pub use triggers::triggers_sheet;

use crate::columns::{CsvColumn, described, joined};
use crate::number::{NB, amount_nb, grouped};
use crate::sheet::{Cell, Sheet};
use servanda_core::problem::Command;
use servanda_core::{Currency, Date, Dimension, Exact};
use servanda_tariff::{Grounds, Points, TradeOf};

/// What each column of a tariff command's CSV means.
pub(crate) fn csv_columns(command: Command) -> Vec<CsvColumn> {
    match command {
        Command::TariffRate => described(&rate::columns()),
        Command::TariffAverage => described(&average::columns(true)),
        Command::TariffCoverage => {
            joined(described(&coverage::day_columns()), described(&coverage::code_columns(true)))
        }
        Command::TariffParity => described(&parity::columns([None, None], true)),
        Command::TariffCeiling => described(&ceiling::columns(true)),
        Command::TariffDiff => described(&diff::columns()),
        Command::TariffTimeline => {
            joined(described(&timeline::event_columns()), described(&timeline::line_columns()))
        }
        Command::TariffTriggers => described(&triggers::columns()),
        _ => Vec::new(),
    }
}

/// What acts are counted.
fn known_by(as_of: Option<Date>) -> String {
    match as_of {
        Some(day) => format!("acts known by the end of {day}"),
        None => "all acts that are written".to_owned(),
    }
}

/// The lines above a sheet: the question, what kind of figure it is, and what is not in it.
fn head(sheet: &mut Sheet, question: String, measure: &str, grounds: &[Grounds]) {
    sheet.head(question);
    let mut bases: Vec<String> = grounds.iter().map(Grounds::base).collect();
    bases.dedup();
    let as_of = grounds.first().and_then(|g| g.as_of);
    let known = known_by(as_of);
    sheet.head(format!(
        "statutory, base {}, percent of customs value; {measure}; {known}",
        bases.join(" and ")
    ));
    for own in grounds.iter().filter(|g| !g.leaves_out.is_empty()) {
        let whose = if grounds.len() > 1 { format!(" of {}", own.importer) } else { String::new() };
        sheet.head(format!("left out of rates{whose}: {}", own.leaves_out.join(", ")));
    }
}

/// Which acts are known not to be held.
fn not_held(sheet: &mut Sheet, own: &Grounds) {
    if !own.not_held.is_empty() {
        let way = |(n, way): &(usize, &str)| format!("{way} ({})", of_lines(*n, own.lines));
        let ways: Vec<String> = [(own.may_be_higher, "higher"), (own.may_be_lower, "lower")]
            .iter()
            .filter(|(lines, _)| *lines > 0)
            .map(way)
            .collect();
        let ways =
            if ways.is_empty() { String::new() } else { format!(", so rates can be {}", ways.join(" or ")) };
        sheet.foot(format!(
            "not all acts of {} on goods of {} are held{ways}: {}",
            own.importer,
            own.origin,
            own.not_held.join("; ")
        ));
    }
}

/// The lines below a sheet: acts that are not held, schedules that are read on, what is not primary, and codes without a line.
pub(crate) fn foot(sheet: &mut Sheet, grounds: &[Grounds], no_line: &[String]) {
    for own in grounds {
        not_held(sheet, own);
        for read in &own.read_on {
            let through = read.through.map(|day| format!(", which speaks through {day}")).unwrap_or_default();
            sheet.foot(format!(
                "read on: {} {} on {}{through}: {}",
                of_lines(read.lines, own.lines),
                if read.lines == 1 { "rests" } else { "rest" },
                read.schedule,
                read.why
            ));
        }
    }
    for list in grounds.iter().flat_map(|g| &g.other_editions) {
        let none = match list.without_line {
            0 => "all have a line there".to_owned(),
            1 => "1 has no line there".to_owned(),
            n => format!("{} have no line there", count(n)),
        };
        sheet.foot(format!(
            "{}: codes of {} read by their text in {}; {none}",
            name(&list.list),
            list.classification,
            list.read_in
        ));
    }
    for own in grounds.iter().flat_map(|g| &g.undecided) {
        let named: Vec<String> = own.codes.iter().take(5).map(|c| c.code.clone()).collect();
        let more = own.codes.len().saturating_sub(5);
        let more = if more > 0 { format!(" and {} more", count(more)) } else { String::new() };
        sheet.foot(format!(
            "undecided: whether {} bears on {} that may hold goods which are listed under other codes: {}{more}",
            name(&own.act),
            lines(own.lines),
            named.join(", ")
        ));
    }
    for own in grounds.iter().filter(|g| !g.unmapped.is_empty()) {
        let named: Vec<&str> = own.unmapped.iter().take(10).map(String::as_str).collect();
        let more = own.unmapped.len().saturating_sub(10);
        let more = if more > 0 { format!(" and {} more", count(more)) } else { String::new() };
        sheet.foot(format!(
            "new in the schedule of {}, and nothing held says what they were: {}: {}{more}; what older lists could make of them is within the bounds",
            own.importer,
            lines(own.unmapped.len()),
            named.join(", ")
        ));
    }
    let weaker = |word: &str| -> Vec<String> {
        let of = |g: &Grounds| -> Vec<String> {
            let schedules = g.schedules.iter().filter(|s| s.certainty == word).map(|s| s.id.clone());
            let acts = g.acts.iter().filter(|a| a.certainty == word).map(|a| a.act.clone());
            schedules.chain(acts).collect()
        };
        grounds.iter().flat_map(of).collect()
    };
    let named = ["secondary", "unconfirmed"].map(|word| (word, weaker(word)));
    let named: Vec<String> = named
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(word, names)| format!("{word}: {}", names.join(", ")))
        .collect();
    if !named.is_empty() {
        sheet.foot(named.join("; "));
    }
    if !no_line.is_empty() {
        sheet.foot(format!("no line stands for: {}", no_line.join(", ")));
    }
}

/// A name such as `MEASURE/ACT`, at whose parts a line may be broken.
fn name(text: &str) -> String {
    text.replace('/', &format!("/{}", crate::text::BREAK))
}

/// A count with digits in threes.
fn count(n: usize) -> String {
    grouped(&n.to_string())
}

/// `1 line`, `5 lines`.
fn lines(n: usize) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{}{NB}line{s}", count(n))
}

/// `3 of 5 lines`.
fn of_lines(n: usize, all: usize) -> String {
    if n == all { lines(n) } else { format!("{} of {}", count(n), lines(all)) }
}

/// A number of a column of counts.
fn count_cell(n: usize) -> Cell {
    Cell::new(count(n), n.to_string())
}

/// A figure in percent, rounded for people.
fn percent_cell(value: Option<&Exact>, decimals: u32) -> Cell {
    value.map(|x| Cell::number(x.round_to(decimals), x.clone())).unwrap_or_default()
}

/// A rate within bounds, as both write it.
fn points_cell(points: &Points) -> Cell {
    Cell::from(points)
}

/// The least, for programs.
fn low_cell(points: &Points) -> Cell {
    Cell::number("", points.low.clone())
}

/// The most, for programs: an empty cell is no bound.
fn high_cell(points: &Points) -> Cell {
    points.high.as_ref().map(|end| Cell::number("", end.clone())).unwrap_or_default()
}

/// Trade as people read it.
fn money(value: &Exact, of: &TradeOf) -> String {
    match Currency::new(&of.unit) {
        Some(currency) => amount_nb(value, Dimension::Money(currency)),
        None => format!("{}{NB}{}", value.brief(), of.unit),
    }
}

fn money_cell(value: Option<&Exact>, of: Option<&TradeOf>) -> Cell {
    value.zip(of).map(|(value, of)| Cell::number(money(value, of), value.clone())).unwrap_or_default()
}

/// Which trade: `exports of ... (usa-census-exports, 2017)`.
pub(crate) fn weighed_by(of: &TradeOf) -> String {
    format!("{} ({}, {})", of.title, of.source, of.year)
}

/// `6 by quantity, 2 unparsed`: those that are not nothing.
fn kinds<T>(parts: &[(&str, &T)], none: impl Fn(&T) -> bool, text: impl Fn(&T) -> String) -> Option<String> {
    let some: Vec<String> =
        parts.iter().filter(|(_, x)| !none(x)).map(|(kind, x)| format!("{} {kind}", text(x))).collect();
    (!some.is_empty()).then(|| some.join(", "))
}

/// Why a rate is not one number, for a cell.
fn no_number(why: servanda_tariff::NoNumber) -> &'static str {
    use servanda_tariff::NoNumber;
    match why {
        NoNumber::ByQuantity => "by quantity",
        NoNumber::Unparsed => "unparsed",
        NoNumber::NotWritten => "no rate written",
        NoNumber::BaseNotHeld => "base not held",
        NoNumber::WithinBounds => "within bounds",
        NoNumber::ActsNotHeld => "acts not held",
    }
}
