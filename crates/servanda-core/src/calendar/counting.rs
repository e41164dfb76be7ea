//! Counts days from a day, and says which it passed over and why.

use super::{Capitals, DayKind};
use crate::{Date, words};
use jiff::ToSpan;
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
