//! Counts days from a day, and says which it passed over and why.

use super::{Capitals, DayKind};
use crate::{Date, words};
use jiff::{Span, ToSpan};
use schemars::JsonSchema;
use serde::Serialize;

words! {
    /// Which days a clock counts.
    Kind {
        /// Every day.
        Calendar = "calendar-days",
        /// The working days of a capital, or of several together.
        Working = "working-days",
    }
}

/// The most days that a clock may count: about ten years.
pub const MAX_DAYS: u32 = 3700;

/// What to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// The day of the event.
    pub start: Date,
    /// How many days, from 1 to [`MAX_DAYS`]; fewer or more are counted as these.
    pub days: u32,
    /// Which days count.
    pub kind: Kind,
    /// Whether the day of the event is day 1 (if it is of the kind) or day 0.
    pub start_counts: bool,
}

/// Days that were not counted, or that were although they are no ordinary working days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Passed {
    /// The first.
    pub from: Date,
    /// The last, included.
    pub to: Date,
    /// Whether they were counted.
    pub counted: bool,
    /// Why.
    pub why: String,
}

/// On which day a count is full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counted {
    /// The earliest day on which it can be full.
    pub earliest: Date,
    /// The latest; none where it is not bounded, since a calendar is not known.
    pub latest: Option<Date>,
    /// Days passed over, and make-up days that were counted.
    pub passed: Vec<Passed>,
    /// Why it is not known, where it is not.
    pub unknown: Option<String>,
}

impl Counted {
    /// The day, where it is known.
    pub fn day(&self) -> Option<Date> {
        self.latest.filter(|l| *l == self.earliest)
    }
}

/// The day after; the last day that there is stays.
pub fn next(day: Date) -> Date {
    day.checked_add(1.day()).unwrap_or(day)
}

/// The day so many months after another: of the same number, or the last of a month that has no such day, so that one month after
/// 31 January is the last of February. None beyond the last day that there is.
pub fn months_after(start: Date, months: i32) -> Option<Date> {
    start.checked_add(Span::new().try_months(months).ok()?).ok()
}

/// Counts. Working days are those of all `capitals` together; where the calendar of one is not held, nothing is known but that
/// the count is not full before as many days. `known_by` is the day by which calendars' notices must have been published.
pub fn count(what: Count, capitals: &Capitals<'_>, known_by: Date) -> Counted {
    let days = what.days.clamp(1, MAX_DAYS);
    let mut left = days;
    let mut day = if what.start_counts { what.start } else { next(what.start) };
    let mut out = Counted { earliest: day, latest: None, passed: Vec::new(), unknown: None };
    // A day of an unknown year counts as a working day for the earliest end, and bounds no latest.
    for _ in 0..MAX_DAYS * 4 {
        let kind = match what.kind {
            Kind::Calendar => DayKind::Working(None),
            Kind::Working => capitals.day(day, known_by),
        };
        let counts = match kind {
            DayKind::Working(None) => true,
            DayKind::Working(Some(why)) => {
                pass(&mut out.passed, day, true, &why);
                true
            }
            DayKind::Off(why) => {
                pass(&mut out.passed, day, false, &why);
                false
            }
            DayKind::Unknown(why) => {
                out.unknown.get_or_insert(why);
                true
            }
        };
        left -= u32::from(counts);
        if left == 0 {
            break;
        }
        day = next(day);
    }
    out.earliest = day;
    out.latest = (left == 0 && out.unknown.is_none()).then_some(day);
    if left > 0 {
        out.unknown.get_or_insert_with(|| "the calendar has too few working days to count".to_owned());
    }
    out
}

/// Adds a day to the last run, or begins another.
fn pass(passed: &mut Vec<Passed>, day: Date, counted: bool, why: &str) {
    match passed.last_mut() {
        Some(last) if next(last.to) == day && last.counted == counted && last.why == why => last.to = day,
        _ => passed.push(Passed { from: day, to: day, counted, why: why.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    #[test]
    fn a_month_without_the_day_ends_with_its_last() {
        for (start, months, end) in [
            ("2020-01-31", 1, "2020-02-29"),
            ("2021-01-31", 1, "2021-02-28"),
            ("2021-02-28", 1, "2021-03-28"),
            ("2021-10-31", 1, "2021-11-30"),
            ("2020-02-29", 12, "2021-02-28"),
            ("2020-02-29", 48, "2024-02-29"),
            ("2020-01-15", 1, "2020-02-15"),
        ] {
            assert_eq!(months_after(day(start), months), Some(day(end)), "{start} + {months}");
        }
        assert_eq!(months_after(day("2020-01-31"), i32::MAX), None);
    }

    proptest! {
        /// A later start never ends earlier, and every end lies in the month that is asked for.
        #[test]
        fn ends_follow_starts(start in 0i32..40_000, apart in 0i32..70, months in 0i32..600) {
            let from = day("1980-01-01");
            let at = |n: i32| from.checked_add(i64::from(n).days()).unwrap_or(from);
            let (a, b) = (at(start), at(start + apart));
            let ends = (months_after(a, months), months_after(b, months));
            prop_assert!(ends.0 <= ends.1 && ends.0.is_some());
            let number = |d: Date| i32::from(d.year()) * 12 + i32::from(d.month());
            prop_assert_eq!(ends.0.map(number), Some(number(a) + months));
            prop_assert!(ends.0.is_some_and(|e| e.day() == a.day() || e.day() == e.last_of_month().day()));
        }
    }
}
