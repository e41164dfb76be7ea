//! When something was published.

use crate::error::IngestError;
use jiff::tz::TimeZone;
use servanda_core::{Date, Timestamp};
use std::cmp::Ordering;
use std::fmt;

/// When a release was published, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublishedArg {
    /// The instant.
    Instant(Timestamp),
    /// The day, in the publisher's zone.
    Date(Date),
    /// Only the day of a copy is known: it was published on that day at the latest.
    AtTheLatest(Date),
}

impl PublishedArg {
    /// Reads `2021-03-05T10:23:48-05:00`, `2021-03-05` or `at-the-latest 2021-03-25`.
    pub fn parse(text: &str) -> Result<Self, IngestError> {
        let bad = |problem: String| IngestError::Published {
            problem,
            remedy: "write a day (2021-03-25), an instant with its offset (2021-03-05T10:23:48-05:00), or \
                     at-the-latest and a day where only a copy's date is known"
                .to_owned(),
        };
        let day = |day: &str| match servanda_core::Point::parse(day) {
            Ok(servanda_core::Point::Day(date)) => Ok(date),
            Ok(_) => Err(bad(format!("`{text}` is not a day"))),
            Err(e) => Err(bad(format!("`{text}` is not a day: {e}"))),
        };
        if let Some(rest) = text.strip_prefix("at-the-latest ") {
            return day(rest.trim()).map(Self::AtTheLatest);
        }
        if text.contains(['T', ' ']) {
            return text
                .parse::<Timestamp>()
                .map(Self::Instant)
                .map_err(|_| bad(format!("`{text}` is not an instant with an offset")));
        }
        day(text).map(Self::Date)
    }

    /// The day of publication in the publisher's zone.
    pub fn date(&self, zone: &TimeZone) -> Date {
        match self {
            Self::Instant(instant) => zone.to_datetime(*instant).date(),
            Self::Date(date) | Self::AtTheLatest(date) => *date,
        }
    }

    /// As it is printed: an instant in the publisher's zone, a day, or `at-the-latest` and a day.
    pub fn printed(&self, zone: &TimeZone) -> String {
        match self {
            Self::Instant(instant) => {
                let zoned = instant.to_zoned(zone.clone());
                zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
            }
            Self::Date(date) => date.to_string(),
            Self::AtTheLatest(date) => format!("at-the-latest {date}"),
        }
    }

    /// Whether it lies after an instant: for a day, after that instant's day at the publisher.
    pub fn is_after(&self, now: Timestamp, zone: &TimeZone) -> bool {
        match self {
            Self::Instant(instant) => *instant > now,
            Self::Date(date) | Self::AtTheLatest(date) => *date > zone.to_datetime(now).date(),
        }
    }

    /// Order within one day: instants by time, then days, since such a release may be as late as the day's end.
    pub(crate) fn within_day(&self, other: &Self) -> Ordering {
        let class = |p: &Self| match p {
            Self::Instant(_) => 0,
            Self::Date(_) => 1,
            Self::AtTheLatest(_) => 2,
        };
        match (self, other) {
            (Self::Instant(a), Self::Instant(b)) => a.cmp(b),
            _ => class(self).cmp(&class(other)),
        }
    }
}

impl fmt::Display for PublishedArg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.printed(&TimeZone::UTC))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_ways_to_say_when() {
        let zone = TimeZone::get("America/New_York").unwrap();
        for text in ["2021-03-05T10:23:48-05:00", "2021-03-25", "at-the-latest 2021-03-25"] {
            assert_eq!(PublishedArg::parse(text).unwrap().printed(&zone), text);
        }
        let late = PublishedArg::parse("2021-03-05T23:30:00-05:00").unwrap();
        assert_eq!(late.date(&zone).to_string(), "2021-03-05");
        for bad in ["2021-03", "yesterday", "2021-03-05T10:00:00", "at-the-latest", "2021-02-30"] {
            assert!(matches!(PublishedArg::parse(bad), Err(IngestError::Published { .. })), "{bad}");
        }
    }
}
