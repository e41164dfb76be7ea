//! Sources whose figures are sums since a day of each year: what a window amounts to.
//!
//! A window that begins where the sums begin is what the last held sum in it says. One that begins later is the difference
//! of two sums, which is exact only where one publication has both: the later one may have changed the months before.
//! Otherwise it lies between nothing and the later sum, where the flow cannot be negative, and is not known where it can.

use servanda_core::{Cell, Date, Frequency, Held};

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

/// The figures of one line as they are held: sums since the beginning of the year, for each period of a window and the one
/// before it.
pub(crate) struct Sums<'a> {
    /// From the period before the window on.
    pub cells: &'a [Cell],
    /// The first period of the window.
    pub first: i32,
}

impl Sums<'_> {
    fn at(&self, ordinal: i32) -> Option<&Cell> {
        let place = usize::try_from(ordinal.checked_sub(self.first)?.checked_add(1)?).ok()?;
        self.cells.get(place)
    }
}

/// Where the publication that an end of a window rests on has both ends: its own figures.
pub(crate) type OneVintage<'a> = &'a dyn Fn(u32) -> Option<Vec<Cell>>;

/// What each period of a window adds, so that their sum is what the window amounts to.
///
/// The single cells are differences of sums that may come from several publications: only their sum is exact.
pub(crate) fn cells(
    sums: &Sums<'_>,
    last: i32,
    restart: Restart,
    non_negative: bool,
    one_vintage: OneVintage<'_>,
) -> Vec<Cell> {
    let mut out = Vec::new();
    let mut from = sums.first;
    while from <= last {
        let beginning = restart.beginning(from);
        let mut to = from;
        while to < last && restart.beginning(to + 1) == beginning {
            to += 1;
        }
        if from == beginning {
            since_beginning(sums, from, to, zero(), &mut out);
        } else {
            difference(sums, from, to, non_negative, one_vintage, &mut out);
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
        let Some(sum) = sums.at(ordinal).filter(counts) else {
            out.push(Cell { held, ..zero() });
            continue;
        };
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
        before = *sum;
    }
}

/// A stretch that begins later than the sums do.
fn difference(
    sums: &Sums<'_>,
    from: i32,
    to: i32,
    non_negative: bool,
    one_vintage: OneVintage<'_>,
    out: &mut Vec<Cell>,
) {
    let Some(end) = (from..=to).rev().find(|o| sums.at(*o).is_some_and(is_final)) else {
        // At most preliminary sums: they decide nothing, and are shown from what was held before.
        let before = sums.at(from - 1).filter(|c| c.held != Held::No).copied().unwrap_or_else(zero);
        return since_beginning(sums, from, to, before, out);
    };
    let whole = |c: &Cell| c.held == Held::Whole && !c.lacking;
    let Some(sum) = sums.at(end) else { return };
    if let Some(cells) = sum.vintage.and_then(one_vintage) {
        let own = Sums { cells: &cells, first: sums.first };
        if let (Some(start), Some(own_end)) = (own.at(from - 1), own.at(end))
            && whole(start)
            && whole(own_end)
            && (own_end.value, own_end.low, own_end.high) == (sum.value, sum.low, sum.high)
        {
            since_beginning(&own, from, end, *start, out);
            return rest(sums, end, to, out);
        }
    }
    out.extend((from..end).map(|_| zero()));
    let before = sums.at(from - 1).filter(|c| c.held != Held::No);
    let value = before.map_or(0, |b| sum.value - b.value);
    out.push(if non_negative {
        Cell { value: value.clamp(0, sum.high.max(0)), low: 0, high: sum.high.max(0), ..*sum }
    } else {
        Cell { value, low: value, high: value, held: Held::Part, ..*sum }
    });
    rest(sums, end, to, out);
}

/// What comes after the last final sum of a stretch.
fn rest(sums: &Sums<'_>, end: i32, to: i32, out: &mut Vec<Cell>) {
    if let Some(before) = sums.at(end) {
        since_beginning(sums, end + 1, to, *before, out);
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
        let held = [nothing(), nothing(), sum(30, 0), nothing(), sum(70, 1), nothing()];
        let sums = Sums { cells: &held, first: month(2020, 1) };
        let cells = cells(&sums, month(2020, 5), january(), true, &|_| None);
        assert_eq!(total(&cells), (70, 70, 70));
        let held: Vec<Held> = cells.iter().map(|c| c.held).collect();
        assert_eq!(held, [Held::Whole, Held::Whole, Held::Whole, Held::Whole, Held::No]);
    }

    #[test]
    fn a_difference_is_exact_within_one_publication_only() {
        let held = [sum(30, 0), sum(42, 1), sum(70, 1)];
        let sums = Sums { cells: &held, first: month(2020, 3) };
        let window =
            |one: OneVintage<'_>, non_negative| cells(&sums, month(2020, 4), january(), non_negative, one);
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
        let sums = Sums { cells: &held, first: month(2020, 11) };
        let whole = vec![sum(90, 1), sum(100, 1), sum(120, 1), nothing(), nothing()];
        let cells = cells(&sums, month(2021, 2), january(), true, &|_| Some(whole.clone()));
        assert_eq!(total(&cells), (45, 45, 45));
    }

    #[test]
    fn preliminary_sums_add_to_the_last_final_one_and_stay_preliminary() {
        let held = [nothing(), sum(30, 0), Cell { held: Held::Preliminary, ..sum(50, 1) }];
        let sums = Sums { cells: &held, first: month(2020, 1) };
        let cells = cells(&sums, month(2020, 2), january(), true, &|_| None);
        assert_eq!(
            cells.iter().map(|c| (c.value, c.held)).collect::<Vec<_>>(),
            [(30, Held::Whole), (20, Held::Preliminary)]
        );
    }
}
