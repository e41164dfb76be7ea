//! Periods. Every period has a first and a last day, and the last day belongs to it.

use crate::Date;
use jiff::ToSpan;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A named stretch of time: `2020`, `2020-Q3`, `2020-10`, `2020-10-05`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Point {
    /// A calendar year.
    Year(i16),
    /// A quarter, 1 to 4.
    Quarter(i16, i8),
    /// A month, 1 to 12.
    Month(i16, i8),
    /// One day.
    Day(Date),
}

/// A stretch of time from the start of one point to the end of another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    /// Where it begins.
    pub from: Point,
    /// Where it ends; the same as `from` for a single point.
    pub to: Point,
}

/// Why a text is not a period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// No form that is known.
    #[error(
        "`{0}` is not a period: write a year (2020), a quarter (2020-Q3), a month (2020-10), a day (2020-10-05), or two of one kind with .. between them"
    )]
    Unknown(String),
    /// A 13th month, a 30th of February.
    #[error("`{0}` is not in the calendar: {1}")]
    NotInCalendar(String, &'static str),
    /// The end lies before the start.
    #[error("`{0}` ends before it begins")]
    Backwards(String),
}

/// How often a source publishes figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Frequency {
    /// One figure a year.
    Annual,
    /// One a quarter.
    Quarterly,
    /// One a month.
    Monthly,
    /// One a day.
    Daily,
}

impl Frequency {
    /// The word, as in source files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Annual => "annual",
            Self::Quarterly => "quarterly",
            Self::Monthly => "monthly",
            Self::Daily => "daily",
        }
    }
}

impl fmt::Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

fn last_day(year: i16, month: i8) -> Option<Date> {
    Date::new(year, month, 1).ok().map(|d| d.last_of_month())
}

/// Years outside these are refused, so that no date arithmetic can overflow.
const YEARS: std::ops::RangeInclusive<i16> = 1000..=9000;

impl Point {
    /// Reads a point of time.
    pub fn parse(text: &str) -> Result<Self, PeriodError> {
        let unknown = || PeriodError::Unknown(text.to_owned());
        let digits = |s: &str, n: usize| {
            (s.len() == n && s.bytes().all(|b| b.is_ascii_digit())).then(|| s.parse::<i16>().ok()).flatten()
        };
        let mut parts = text.split('-');
        let year = parts.next().and_then(|y| digits(y, 4)).ok_or_else(unknown)?;
        if !YEARS.contains(&year) {
            return Err(PeriodError::NotInCalendar(text.to_owned(), "years run from 1000 to 9000"));
        }
        let Some(second) = parts.next() else { return Ok(Self::Year(year)) };
        if let Some(quarter) = second.strip_prefix('Q') {
            let quarter = digits(quarter, 1).ok_or_else(unknown)?;
            if parts.next().is_some() {
                return Err(unknown());
            }
            if !(1..=4).contains(&quarter) {
                return Err(PeriodError::NotInCalendar(text.to_owned(), "a year has quarters Q1 to Q4"));
            }
            return Ok(Self::Quarter(year, quarter as i8));
        }
        let month = digits(second, 2).ok_or_else(unknown)?;
        if !(1..=12).contains(&month) {
            return Err(PeriodError::NotInCalendar(text.to_owned(), "a year has months 01 to 12"));
        }
        let Some(day) = parts.next() else { return Ok(Self::Month(year, month as i8)) };
        let day = digits(day, 2).ok_or_else(unknown)?;
        if parts.next().is_some() {
            return Err(unknown());
        }
        i8::try_from(day)
            .ok()
            .and_then(|d| Date::new(year, month as i8, d).ok())
            .map(Self::Day)
            .ok_or_else(|| PeriodError::NotInCalendar(text.to_owned(), "that month has no such day"))
    }

    /// The first day.
    pub fn start(&self) -> Date {
        match *self {
            Self::Year(y) => Date::new(y, 1, 1).unwrap_or_default(),
            Self::Quarter(y, q) => Date::new(y, q * 3 - 2, 1).unwrap_or_default(),
            Self::Month(y, m) => Date::new(y, m, 1).unwrap_or_default(),
            Self::Day(d) => d,
        }
    }

    /// The last day, included.
    pub fn end(&self) -> Date {
        match *self {
            Self::Year(y) => last_day(y, 12).unwrap_or_default(),
            Self::Quarter(y, q) => last_day(y, q * 3).unwrap_or_default(),
            Self::Month(y, m) => last_day(y, m).unwrap_or_default(),
            Self::Day(d) => d,
        }
    }

    /// Whether two points are both years, both months, and so on.
    pub fn same_kind(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

impl Period {
    /// One point as a period.
    pub fn point(point: Point) -> Self {
        Self { from: point, to: point }
    }

    /// From one point to another of the same kind, both included.
    pub fn range(from: Point, to: Point) -> Result<Self, PeriodError> {
        let period = Self { from, to };
        if !from.same_kind(&to) {
            return Err(PeriodError::Unknown(period.to_string()));
        }
        if to.end() < from.start() {
            return Err(PeriodError::Backwards(period.to_string()));
        }
        Ok(period)
    }

    /// Reads `2020`, `2020-Q3`, `2020-10`, `2020-10-05` or two of a kind with `..` between them.
    pub fn parse(text: &str) -> Result<Self, PeriodError> {
        match text.split_once("..") {
            None => Point::parse(text).map(Self::point),
            Some((a, b)) => Self::range(Point::parse(a)?, Point::parse(b)?),
        }
    }

    /// The first day.
    pub fn start(&self) -> Date {
        self.from.start()
    }

    /// The last day, included.
    pub fn end(&self) -> Date {
        self.to.end()
    }

    /// Whether a day lies in it.
    pub fn contains(&self, day: Date) -> bool {
        self.start() <= day && day <= self.end()
    }

    /// From one day to another, both included, in the widest points that say it: years, a quarter, months, else days.
    pub fn spanning(start: Date, end: Date) -> Result<Self, PeriodError> {
        let days = Self::range(Point::Day(start), Point::Day(end))?;
        let point = |day: Date| Point::Month(day.year(), day.month());
        let months = Self { from: point(start), to: point(end) };
        if (months.start(), months.end()) != (start, end) {
            return Ok(days);
        }
        if months.years().is_some() {
            return Ok(Self { from: Point::Year(start.year()), to: Point::Year(end.year()) });
        }
        let quarter = Self::point(Point::Quarter(start.year(), (start.month() + 2) / 3));
        Ok(if (quarter.start(), quarter.end()) == (start, end) { quarter } else { months })
    }

    /// As long a period so many months later, or earlier where they are less than 0; `None` outside of the calendar. The days
    /// of the month at which it begins and ends are kept, and a month's last day stands in for one that it does not have.
    pub fn moved(&self, months: i32) -> Option<Self> {
        let start = self.start().checked_add(i64::from(months).months()).ok()?;
        let after = self.end().tomorrow().ok()?.checked_add(i64::from(months).months()).ok()?;
        let years = YEARS.contains(&start.year()) && YEARS.contains(&after.year());
        Self::spanning(start, after.yesterday().ok()?).ok().filter(|_| years)
    }

    /// Its parts of so many months each, counted from its first day; `None` if the last does not end with it.
    pub fn split(&self, months: u8) -> Option<Vec<Self>> {
        let mut parts = Vec::new();
        let mut start = self.start();
        for step in 1.. {
            let after = self.start().checked_add((i64::from(months.max(1)) * step).months()).ok()?;
            let end = after.yesterday().ok()?;
            parts.push(Self::spanning(start, end).ok()?);
            if end >= self.end() {
                return (end == self.end()).then_some(parts);
            }
            start = after;
        }
        None
    }

    /// How many whole months it has, from any day to the day before the same day of a later month; `None` if it has no whole
    /// number of them.
    pub fn months(&self) -> Option<i32> {
        let after = self.end().tomorrow().ok()?;
        let month = |d: Date| i32::from(d.year()) * 12 + i32::from(d.month());
        let months = month(after) - month(self.start());
        let whole = self.start().checked_add(i64::from(months).months()).ok()? == after;
        whole.then_some(months).filter(|m| *m > 0)
    }

    /// Each calendar year of it, if it is made of whole years.
    pub fn years(&self) -> Option<Vec<i16>> {
        let (s, e) = (self.start(), self.end());
        let whole = s == Point::Year(s.year()).start() && e == Point::Year(e.year()).end();
        whole.then(|| (s.year()..=e.year()).collect())
    }
}

impl Frequency {
    /// The number of the sub-period in which a day lies: months since year 0, years, quarters, or days since 1970.
    pub fn ordinal(&self, day: Date) -> i32 {
        let (y, m) = (i32::from(day.year()), i32::from(day.month()));
        match self {
            Self::Annual => y,
            Self::Quarterly => y * 4 + (m - 1) / 3,
            Self::Monthly => y * 12 + m - 1,
            Self::Daily => (day - Date::constant(1970, 1, 1)).get_days(),
        }
    }

    /// The sub-period of a number.
    pub fn point(&self, ordinal: i32) -> Point {
        let year = |y: i32| i16::try_from(y).unwrap_or_default();
        match self {
            Self::Annual => Point::Year(year(ordinal)),
            Self::Quarterly => Point::Quarter(year(ordinal.div_euclid(4)), (ordinal.rem_euclid(4) + 1) as i8),
            Self::Monthly => Point::Month(year(ordinal.div_euclid(12)), (ordinal.rem_euclid(12) + 1) as i8),
            Self::Daily => Point::Day(
                Date::constant(1970, 1, 1).checked_add(i64::from(ordinal).days()).unwrap_or_default(),
            ),
        }
    }

    /// The sub-periods that make up a period exactly, first and last; `None` if its ends fall within one
    /// (a month asked of an annual source).
    pub fn split(&self, period: &Period) -> Option<(i32, i32)> {
        let (first, last) = (self.ordinal(period.start()), self.ordinal(period.end()));
        let whole = self.point(first).start() == period.start() && self.point(last).end() == period.end();
        whole.then_some((first, last))
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(y) => write!(f, "{y:04}"),
            Self::Quarter(y, q) => write!(f, "{y:04}-Q{q}"),
            Self::Month(y, m) => write!(f, "{y:04}-{m:02}"),
            Self::Day(d) => write!(f, "{d}"),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to {
            write!(f, "{}", self.from)
        } else {
            write!(f, "{}..{}", self.from, self.to)
        }
    }
}

macro_rules! serde_as_text {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}
serde_as_text!(Point);

crate::text_schema!(Point, "A year (2020), a quarter (2020-Q3), a month (2020-10) or a day (2020-10-05)");
serde_as_text!(Period);
crate::text_schema!(
    Period,
    "A year, quarter, month or day, or the first and the last of several: 2020-Q1..2020-Q3"
);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn points_read_back_and_know_their_ends() {
        for (text, start, end) in [
            ("2020", "2020-01-01", "2020-12-31"),
            ("2020-Q1", "2020-01-01", "2020-03-31"),
            ("2020-02", "2020-02-01", "2020-02-29"),
            ("2021-02-28", "2021-02-28", "2021-02-28"),
            ("2026..2028", "2026-01-01", "2028-12-31"),
        ] {
            let p = Period::parse(text).unwrap();
            assert_eq!(p.to_string(), text);
            assert_eq!((p.start().to_string().as_str(), p.end().to_string().as_str()), (start, end));
        }
    }

    #[test]
    fn what_is_not_in_the_calendar_is_refused() {
        for bad in ["2020-13", "2020-00", "2021-02-29", "2020-Q5", "0999"] {
            assert!(matches!(Period::parse(bad), Err(PeriodError::NotInCalendar(..))), "{bad}");
        }
        for bad in ["20", "2020-1", "2020-Q1-01", "2020..2021-01", "", "2020-01-01-01", "２０２０"] {
            assert!(matches!(Period::parse(bad), Err(PeriodError::Unknown(..))), "{bad}");
        }
        assert!(matches!(Period::parse("2021..2020"), Err(PeriodError::Backwards(_))));
    }

    #[test]
    fn periods_are_named_by_the_widest_points_and_move_whole() {
        let moved = |text: &str, months| Period::parse(text).unwrap().moved(months).map(|p| p.to_string());
        for (text, months, expected) in [
            ("2020", -12, "2019"),
            ("2020-Q1", -3, "2019-Q4"),
            ("2020-01..2020-06", 6, "2020-07..2020-12"),
            ("2024-02", 12, "2025-02"),
            ("2026-09-09..2027-09-08", -12, "2025-09-09..2026-09-08"),
            ("2020-07..2020-12", 6, "2021-01..2021-06"),
            ("2025-09..2026-08", 12, "2026-09..2027-08"),
        ] {
            assert_eq!(moved(text, months).as_deref(), Some(expected), "{text} by {months}");
        }
        assert_eq!(moved("9000", 12), None);
    }

    #[test]
    fn parts_end_with_the_whole_or_there_are_none() {
        let parts = |text: &str, months| {
            let parts = Period::parse(text).unwrap().split(months);
            parts.map(|p| p.iter().map(Period::to_string).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(parts("2020", 6).as_deref(), Some("2020-01..2020-06 2020-07..2020-12"));
        assert_eq!(parts("2020-Q3", 1).as_deref(), Some("2020-07 2020-08 2020-09"));
        assert_eq!(parts("2025-09..2026-08", 12).as_deref(), Some("2025-09..2026-08"));
        assert_eq!(
            parts("2020-02-14..2020-04-13", 1).as_deref(),
            Some("2020-02-14..2020-03-13 2020-03-14..2020-04-13")
        );
        assert_eq!(parts("2020-01..2020-05", 3), None);
        let months = |text: &str| Period::parse(text).unwrap().months();
        assert_eq!((months("2020"), months("2020-02-14..2020-04-13")), (Some(12), Some(2)));
        assert_eq!((months("2020-02-14"), months("2020-02-14..2020-04-12")), (None, None));
    }

    #[test]
    fn a_month_is_no_part_of_an_annual_source() {
        let october = Period::parse("2020-10").unwrap();
        assert_eq!(Frequency::Annual.split(&october), None);
        assert_eq!(Frequency::Monthly.split(&october), Some((2020 * 12 + 9, 2020 * 12 + 9)));
    }

    proptest! {
        #[test]
        fn ordinals_read_back(year in 1900i16..2100, month in 1i8..=12, day in 1i8..=28) {
            let date = Date::new(year, month, day).unwrap();
            for f in [Frequency::Annual, Frequency::Quarterly, Frequency::Monthly, Frequency::Daily] {
                let point = f.point(f.ordinal(date));
                prop_assert!(Period::point(point).contains(date));
                prop_assert_eq!(Point::parse(&point.to_string()).unwrap(), point);
            }
        }
    }
}
