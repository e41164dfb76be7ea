//! Sources whose figures are sums since a day of each year: what a window amounts to.
//!
//! A window that begins where the sums begin is what the last held sum in it says. One that begins later is the difference
//! of two sums, which is exact only where one publication has both: the later one may have changed the months before.
//! Otherwise it lies between nothing and the later sum, where the flow cannot be negative, and is not known where it can.
//!
//! A sum of what cannot be negative does not fall. A code that had one and has none in a later period of the same year is
//! therefore not at 0 there but not known: no less than its last sum, and nothing says how much more.

use servanda_core::{Cell, Date, Frequency, Held, Missing, Observation};
use std::collections::{BTreeMap, BTreeSet};

/// The day of the year on which sums begin anew.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Restart {
    pub frequency: Frequency,
    pub month_and_day: (i8, i8),
}

impl Restart {
    /// The period with which the sums begin that a period's figure is one of.
    pub fn beginning(&self, ordinal: i32) -> i32 {
        let start = self.frequency.point(ordinal).start();
        let (month, day) = self.month_and_day;
        let of = |year: i16| Date::new(year, month, day).unwrap_or(Date::MIN);
        let begun =
            if of(start.year()) <= start { of(start.year()) } else { of(start.year().saturating_sub(1)) };
        self.frequency.ordinal(begun)
    }
}

/// The figures of one line as they are held: sums since the beginning of the year.
pub(crate) struct Sums<'a> {
    /// From the beginning of the year on in which the window begins.
    pub cells: &'a [Cell],
    /// The period of the first cell.
    pub begin: i32,
    /// Whether nothing that is summed can be below zero.
    pub non_negative: bool,
}

impl Sums<'_> {
    fn at(&self, ordinal: i32) -> Option<&Cell> {
        self.cells.get(usize::try_from(ordinal.checked_sub(self.begin)?).ok()?)
    }
}

/// Figures of one line, by code and period.
type Figures<'a> = BTreeMap<&'a str, BTreeMap<i32, &'a Observation>>;

fn by_code<'a>(figures: impl Iterator<Item = &'a Observation>) -> Figures<'a> {
    let mut out = Figures::new();
    for figure in figures {
        let of = out.entry(&figure.code).or_default().entry(figure.period).or_insert(figure);
        if of.value < figure.value {
            *of = figure;
        }
    }
    out
}

/// Opens the final sums of a line in which a code has no figure though it had a sum before in the year, itself or in `seen`:
/// they are held in part, and come to no less than the code's last sum more. Says which codes these are.
pub(crate) fn open_missing(
    cells: &mut [Cell],
    begin: i32,
    restart: Restart,
    own: &[&Observation],
    seen: &[Observation],
    line: usize,
) -> Vec<Missing> {
    let figures = by_code(own.iter().copied());
    let all = by_code(own.iter().copied().chain(seen.iter().filter(|f| f.line == line)));
    let mut out = Vec::new();
    for (cell, period) in cells.iter_mut().zip(begin..).filter(|(c, _)| is_final(c)) {
        let year = restart.beginning(period)..period;
        let has = |of: &BTreeMap<i32, &Observation>| of.get(&period).is_some_and(|f| f.value.is_some());
        let present: BTreeSet<&str> =
            figures.iter().filter(|(_, of)| has(of)).map(|(code, _)| *code).collect();
        // A heading or a part of it is there in the place of a code.
        let is_there = |code: &str| {
            (0..=code.len()).filter_map(|end| code.get(..end)).any(|c| present.contains(c))
                || present.range(code..).next().is_some_and(|c| c.starts_with(code))
        };
        let mut counted: Option<&str> = None;
        for (code, of) in &all {
            // A sum that was not known may be one.
            if is_there(code) || !of.range(year.clone()).any(|(_, f)| f.value != Some(0)) {
                continue;
            }
            cell.held = Held::Part;
            let before = figures.get(code).into_iter().flat_map(|of| of.range(year.clone()).rev());
            let Some(last) = before.map(|(_, f)| f).find(|f| f.value.is_some()) else { continue };
            // A heading holds what its parts come to.
            let floor =
                last.low.filter(|low| *low > 0 && !counted.is_some_and(|c| code.starts_with(c))).unwrap_or(0);
            if floor > 0 {
                counted = Some(code);
                cell.value += floor;
                cell.low += floor;
                cell.high += floor;
                cell.rows = cell.rows.saturating_add(1);
            }
            out.push(Missing {
                line,
                code: (*code).to_owned(),
                period,
                last: last.period,
                sum: last.value.unwrap_or(0),
                vintage: last.vintage.clone(),
            });
        }
    }
    out
}

/// Whether the sum of a period is the last final one of its year in a window, so that the window rests on it.
pub(crate) fn ends_window(cells: &[Cell], begin: i32, period: i32, last: i32, restart: Restart) -> bool {
    let year = restart.beginning(period);
    !cells
        .iter()
        .zip(begin..)
        .any(|(c, p)| period < p && p <= last && is_final(c) && restart.beginning(p) == year)
}

/// Where the publication that an end of a window rests on has both ends: its own figures.
pub(crate) type OneVintage<'a> = &'a dyn Fn(u32) -> Option<Vec<Cell>>;

/// What each period of a window adds, so that their sum is what the window amounts to.
///
/// The single cells are differences of sums that may come from several publications: only their sum is exact.
pub(crate) fn cells(
    sums: &Sums<'_>,
    first: i32,
    last: i32,
    restart: Restart,
    one_vintage: OneVintage<'_>,
) -> Vec<Cell> {
    let mut out = Vec::new();
    let mut from = first;
    while from <= last {
        let beginning = restart.beginning(from);
        let mut to = from;
        while to < last && restart.beginning(to + 1) == beginning {
            to += 1;
        }
        if from == beginning {
            since_beginning(sums, from, to, zero(), &mut out);
        } else {
            difference(sums, from, to, one_vintage, &mut out);
        }
        from = to + 1;
    }
    out
}

fn zero() -> Cell {
    Cell { value: 0, low: 0, high: 0, rows: 0, held: Held::Whole, vintage: None, lacking: false }
}

fn is_final(cell: &Cell) -> bool {
    matches!(cell.held, Held::Part | Held::Whole)
}

/// A stretch whose sums are counted from `before`: each held one adds what it is more than the last.
fn since_beginning(sums: &Sums<'_>, from: i32, to: i32, before: Cell, out: &mut Vec<Cell>) {
    let last_of = |test: &dyn Fn(&Cell) -> bool| (from..=to).rev().find(|o| sums.at(*o).is_some_and(test));
    let last_final = last_of(&is_final);
    let last_held = last_of(&|c| c.held != Held::No);
    let mut before = before;
    for ordinal in from..=to {
        let is_past = |end: Option<i32>| end.is_none_or(|end| ordinal > end);
        if is_past(last_held) && is_past(last_final) {
            out.push(Cell { held: Held::No, ..zero() });
            continue;
        }
        let preliminary = is_past(last_final);
        let held = if preliminary { Held::Preliminary } else { Held::Whole };
        let counts = |c: &&Cell| if preliminary { c.held == Held::Preliminary } else { is_final(c) };
        let Some(published) = sums.at(ordinal).filter(counts) else {
            out.push(Cell { held, ..zero() });
            continue;
        };
        let mut sum = *published;
        if sums.non_negative {
            // No more than what later ones of the stretch say, and no less than what was counted.
            for later in (ordinal..=to).filter_map(|o| sums.at(o)).filter(counts) {
                sum.value = sum.value.min(later.value);
                sum.low = sum.low.min(later.low);
                sum.high = sum.high.min(later.high);
            }
            sum.value = sum.value.max(before.value);
            sum.low = sum.low.max(before.low);
            sum.high = sum.high.max(before.high);
        }
        let ends = Some(ordinal) == last_final;
        out.push(Cell {
            value: sum.value - before.value,
            low: sum.low - before.low,
            high: sum.high - before.high,
            rows: sum.rows,
            // Of the sums before the last one it does not matter what they lack.
            held: if ends { sum.held } else { held },
            vintage: sum.vintage,
            lacking: (ends || preliminary) && sum.lacking,
        });
        before = sum;
    }
}

/// A stretch that begins later than the sums do.
fn difference(sums: &Sums<'_>, from: i32, to: i32, one_vintage: OneVintage<'_>, out: &mut Vec<Cell>) {
    let last_of = |test: &dyn Fn(&Cell) -> bool| (from..=to).rev().find(|o| sums.at(*o).is_some_and(test));
    let last_final = last_of(&is_final);
    let before = sums.at(from - 1).filter(|c| c.held != Held::No);
    let Some((end, sum)) =
        last_final.or_else(|| last_of(&|c| c.held != Held::No)).and_then(|end| Some((end, sums.at(end)?)))
    else {
        return since_beginning(sums, from, to, zero(), out);
    };
    if let Some(cells) = sum.vintage.and_then(one_vintage) {
        let own = Sums { cells: &cells, ..*sums };
        let figures = |c: &Cell| (c.value, c.low, c.high, c.held);
        let is_own = |o: i32| own.at(o).map(figures) == sums.at(o).map(figures);
        if let (Some(start), Some(own_end)) = (own.at(from - 1), own.at(end))
            && start.held == Held::Whole
            && start.low == start.high
            && !start.lacking
            && !own_end.lacking
            && is_own(end)
            && (!sums.non_negative || own_end.high >= start.low)
        {
            let own_to = if (end + 1..=to).all(is_own) { to } else { end };
            since_beginning(&own, from, own_to, *start, out);
            return unproven(sums, own_to + 1, to, *sum, out);
        }
    }
    if last_final.is_none() {
        // Preliminary sums alone: they decide nothing, and are shown from what was held before.
        return unproven(sums, from, to, before.copied().unwrap_or_else(zero), out);
    }
    out.extend((from..end).map(|_| zero()));
    let value = before.map_or(0, |b| sum.value - b.value);
    out.push(if sums.non_negative {
        Cell { value: value.clamp(0, sum.high.max(0)), low: 0, high: sum.high.max(0), ..*sum }
    } else {
        Cell { value, low: value, high: value, held: Held::Part, ..*sum }
    });
    unproven(sums, end + 1, to, *sum, out);
}

/// Preliminary sums counted from one of another publication: they prove no least figure.
fn unproven(sums: &Sums<'_>, from: i32, to: i32, before: Cell, out: &mut Vec<Cell>) {
    let length = out.len();
    since_beginning(sums, from, to, before, out);
    for cell in out.iter_mut().skip(length) {
        cell.low = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(value: i128, vintage: u32) -> Cell {
        Cell { value, low: value, high: value, rows: 1, vintage: Some(vintage), ..zero() }
    }

    fn nothing() -> Cell {
        Cell { held: Held::No, ..zero() }
    }

    fn january() -> Restart {
        Restart { frequency: Frequency::Monthly, month_and_day: (1, 1) }
    }

    fn month(year: i16, month: i8) -> i32 {
        Frequency::Monthly.ordinal(Date::constant(year, month, 1))
    }

    fn total(cells: &[Cell]) -> (i128, i128, i128) {
        cells.iter().fold((0, 0, 0), |(v, l, h), c| (v + c.value, l + c.low, h + c.high))
    }

    #[test]
    fn sums_begin_in_april_or_with_a_marketing_year() {
        let april = Restart { frequency: Frequency::Monthly, month_and_day: (4, 1) };
        assert_eq!(april.beginning(month(2020, 3)), month(2019, 4));
        assert_eq!(april.beginning(month(2020, 4)), month(2020, 4));
        let day = |y, m, d| Frequency::Daily.ordinal(Date::constant(y, m, d));
        let crop = Restart { frequency: Frequency::Daily, month_and_day: (9, 1) };
        assert_eq!(crop.beginning(day(2021, 8, 31)), day(2020, 9, 1));
        assert_eq!(crop.beginning(day(2021, 9, 1)), day(2021, 9, 1));
    }

    #[test]
    fn from_the_restart_the_last_sum_is_exact_whatever_is_missing_before_it() {
        let held = [nothing(), sum(30, 0), nothing(), sum(70, 1), nothing()];
        let sums = Sums { cells: &held, begin: month(2020, 1), non_negative: true };
        let cells = cells(&sums, month(2020, 1), month(2020, 5), january(), &|_| None);
        assert_eq!(total(&cells), (70, 70, 70));
        let held: Vec<Held> = cells.iter().map(|c| c.held).collect();
        assert_eq!(held, [Held::Whole, Held::Whole, Held::Whole, Held::Whole, Held::No]);
    }

    #[test]
    fn a_difference_is_exact_within_one_publication_only() {
        let held = [sum(30, 0), sum(42, 1), sum(70, 1)];
        let window = |one: OneVintage<'_>, non_negative| {
            let sums = Sums { cells: &held, begin: month(2020, 2), non_negative };
            cells(&sums, month(2020, 3), month(2020, 4), january(), one)
        };
        let both = window(&|_| Some(vec![sum(31, 1), sum(42, 1), sum(70, 1)]), true);
        assert_eq!(total(&both), (39, 39, 39), "31, not 30, is what the publication of 70 says");
        let apart = window(&|_| Some(vec![nothing(), sum(42, 1), sum(70, 1)]), true);
        assert_eq!(total(&apart), (40, 0, 70));
        let net = window(&|_| Some(vec![nothing(), sum(42, 1), sum(70, 1)]), false);
        assert!(net.iter().any(|c| c.held == Held::Part), "unbounded both ways");
    }

    #[test]
    fn a_window_over_two_years_takes_each_by_itself() {
        let mut held = vec![sum(90, 0)];
        held.extend([sum(100, 1), sum(120, 1), sum(7, 2), sum(15, 2)]);
        let sums = Sums { cells: &held, begin: month(2020, 10), non_negative: true };
        let whole = vec![sum(90, 1), sum(100, 1), sum(120, 1), nothing(), nothing()];
        let cells = cells(&sums, month(2020, 11), month(2021, 2), january(), &|_| Some(whole.clone()));
        assert_eq!(total(&cells), (45, 45, 45));
    }

    #[test]
    fn preliminary_sums_add_to_the_last_final_one_and_stay_preliminary() {
        let held = [sum(30, 0), Cell { held: Held::Preliminary, ..sum(50, 1) }];
        let sums = Sums { cells: &held, begin: month(2020, 1), non_negative: true };
        let cells = cells(&sums, month(2020, 1), month(2020, 2), january(), &|_| None);
        assert_eq!(
            cells.iter().map(|c| (c.value, c.held)).collect::<Vec<_>>(),
            [(30, Held::Whole), (20, Held::Preliminary)]
        );
    }

    #[test]
    fn a_sum_that_was_revised_down_makes_no_month_negative() {
        let held = [sum(10, 0), sum(30, 0), sum(28, 1), Cell { held: Held::Preliminary, ..sum(20, 2) }];
        let sums = Sums { cells: &held, begin: month(2020, 1), non_negative: true };
        let of = |first| cells(&sums, first, month(2020, 4), january(), &|_| None);
        let year = of(month(2020, 1));
        assert_eq!(year.iter().map(|c| c.value).collect::<Vec<_>>(), [10, 18, 0, 0]);
        assert_eq!(total(&year), (28, 28, 28));
        assert_eq!(total(&of(month(2020, 3))), (0, 0, 28), "30 and 28 are of two publications");
        assert_eq!(total(&of(month(2020, 4))).0, 0);
    }

    #[test]
    fn preliminary_sums_prove_a_least_figure_within_one_publication_only() {
        let early = |value, vintage| Cell { held: Held::Preliminary, ..sum(value, vintage) };
        let held = [sum(30, 0), early(50, 1)];
        let sums = Sums { cells: &held, begin: month(2020, 1), non_negative: true };
        let of = |one: OneVintage<'_>| total(&cells(&sums, month(2020, 2), month(2020, 2), january(), one)).1;
        assert_eq!(of(&|_| Some(vec![sum(35, 1), early(50, 1)])), 15);
        assert_eq!(of(&|_| Some(vec![nothing(), early(50, 1)])), 0);
    }

    #[test]
    fn a_code_without_the_sum_that_it_had_opens_the_sum_of_its_line() {
        let figure = |code: &str, m, value: Option<i128>| Observation {
            line: 0,
            code: code.to_owned(),
            period: month(2020, m),
            first: month(2020, m),
            label: None,
            value,
            low: value,
            high: value,
            preliminary: false,
            vintage: "v".to_owned(),
        };
        let opened = |figures: &[Observation], sums: &[i128]| {
            let mut cells: Vec<Cell> = sums.iter().map(|v| sum(*v, 0)).collect();
            let own: Vec<&Observation> = figures.iter().collect();
            let missing = open_missing(&mut cells, month(2020, 1), january(), &own, &[], 0);
            let missing: Vec<_> = missing.into_iter().map(|m| (m.code, m.period - month(2020, 1))).collect();
            (cells.iter().map(|c| (c.low, c.held)).collect::<Vec<_>>(), missing)
        };
        let (a, b) = (figure("0808", 1, Some(20)), figure("0809", 2, Some(5)));
        let (cells, missing) = opened(&[a.clone(), b.clone()], &[20, 5]);
        assert_eq!(cells, [(20, Held::Whole), (25, Held::Part)]);
        assert_eq!(missing, [("0808".to_owned(), 1)]);
        // A part or a heading stands in its place; a sum of 0 is none; one that was not known may be one.
        let (cells, _) = opened(&[a.clone(), figure("080810", 2, Some(22))], &[20, 22]);
        assert_eq!(cells[1], (22, Held::Whole));
        let (cells, _) = opened(&[a.clone(), figure("08", 2, Some(22))], &[20, 22]);
        assert_eq!(cells[1], (22, Held::Whole));
        assert_eq!(opened(&[figure("0808", 1, Some(0)), b.clone()], &[0, 5]).0[1], (5, Held::Whole));
        assert_eq!(opened(&[figure("0808", 1, None), b], &[0, 5]).0[1], (5, Held::Part));
        // A heading and its part, each of another month, are one trade.
        let (cells, _) = opened(&[a, figure("080810", 2, Some(22))], &[20, 22, 0]);
        assert_eq!(cells[2], (20, Held::Part));
    }
}
