//! Instants as the minutes of a clock where the importer is.

use jiff::civil::{Date, DateTime, time};
use jiff::tz::TimeZone;
use std::fmt;

/// A minute on the clock where the importer is. 00:01 of a day counts as its start, as 00:00 does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Moment(i64);

const DAY: i64 = 24 * 60;

impl Moment {
    /// The start of a day.
    pub fn start_of(day: Date) -> Self {
        Self(i64::from((day - Date::constant(1970, 1, 1)).get_days()) * DAY)
    }

    /// The end of a day, which is the start of the next.
    pub fn end_of(day: Date) -> Self {
        Self(Self::start_of(day).0 + DAY)
    }

    /// A clock time where the importer is.
    pub fn at(clock: DateTime) -> Self {
        let minute = i64::from(clock.hour()) * 60 + i64::from(clock.minute());
        let minute = if minute <= 1 { 0 } else { minute };
        Self(Self::start_of(clock.date()).0 + minute)
    }

    /// The day in which it lies.
    pub fn day(self) -> Date {
        let days = jiff::Span::new().try_days(self.0.div_euclid(DAY));
        days.and_then(|d| Date::constant(1970, 1, 1).checked_add(d)).unwrap_or(Date::MAX)
    }

    /// Minutes after the start of its day.
    pub fn minute(self) -> i64 {
        self.0.rem_euclid(DAY)
    }

    /// The last day that an interval until this moment touches.
    pub fn last_day_before(self) -> Date {
        Self(self.0 - 1).day()
    }
}

impl fmt::Display for Moment {
    /// A date where it is the start of a day, else `2020-02-14 13:01`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.minute() {
            0 => write!(f, "{}", self.day()),
            m => write!(f, "{} {:02}:{:02}", self.day(), m / 60, m % 60),
        }
    }
}

impl serde::Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

servanda_core::text_schema!(
    Moment,
    "A day, from its start; or a day and a minute on the clock where the importer is: 2020-02-14 13:01"
);

/// Why a text is no instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not an instant: write a clock time such as 2018-07-06T00:01, or with its zone 2018-07-06T00:01[America/New_York]"
)]
pub struct MomentError {
    /// What was written.
    pub text: String,
}

/// Reads `2018-07-06T00:01` (a clock time in `zone`) or `2018-07-06T00:01[Asia/Shanghai]`, turned to the clock of `zone`.
pub fn parse_moment(text: &str, zone: &TimeZone) -> Result<Moment, MomentError> {
    let bad = || MomentError { text: text.to_owned() };
    if !text.contains('T') {
        return Err(bad());
    }
    if text.contains('[') {
        let zoned: jiff::Zoned = text.parse().map_err(|_| bad())?;
        return Ok(Moment::at(zoned.with_time_zone(zone.clone()).datetime()));
    }
    // A distance from UTC is neither a clock of the measure nor a zone: it would be passed over.
    let clock = text.split_once('T').map_or("", |(_, clock)| clock);
    if clock.contains(['Z', 'z', '+', '-', '\u{2212}']) {
        return Err(bad());
    }
    let clock: DateTime = text.parse().map_err(|_| bad())?;
    Ok(Moment::at(clock))
}

impl From<Moment> for DateTime {
    fn from(moment: Moment) -> Self {
        let (hour, minute) = (moment.minute() / 60, moment.minute() % 60);
        moment.day().to_datetime(time(hour as i8, minute as i8, 0, 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_minute_past_midnight_is_the_start_of_the_day() {
        let eastern = TimeZone::get("America/New_York").unwrap();
        let at = |t: &str| parse_moment(t, &eastern).unwrap();
        assert_eq!(at("2026-07-24T00:01"), Moment::start_of(Date::constant(2026, 7, 24)));
        assert_eq!(at("2026-07-24T00:01").last_day_before(), Date::constant(2026, 7, 23));
        assert_eq!(at("2020-02-14T13:01[Asia/Shanghai]").to_string(), "2020-02-14");
        assert_eq!(at("2020-02-14T13:01").to_string(), "2020-02-14 13:01");
        for bad in [
            "2020-02-14",
            "noon",
            "2020-02-30T00:01",
            "2020-02-14T13:01Z",
            "2020-02-14T13:01z",
            "2020-02-14T13:01-05:00",
            "2020-02-14T13:01+08:00",
        ] {
            assert!(parse_moment(bad, &eastern).is_err(), "{bad}");
        }
    }
}
