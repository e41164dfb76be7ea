//! Working days of a capital, and counts of days. What was not made known is unknown, never assumed.
//!
//! A calendar is made of notices, each with the day on which it was published. [`Calendar::day`] says what a day is by what
//! had been published by some day, so that a later notice changes no earlier answer. [`count`] counts calendar or working
//! days and says which days it passed over and why. The clocks of cases and of commitments both count here.

mod capitals;
mod counting;

pub use capitals::Capitals;
pub use counting::{Count, Counted, Kind, MAX_DAYS, Passed, count, months_after, next};

use crate::{Certainty, Date, Party};
use jiff::civil::Weekday;
use schemars::JsonSchema;
use serde::Serialize;

/// The day of the week in words.
fn name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

/// The working days of one capital.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// The file's name without its ending.
    pub id: String,
    /// Whose capital it is.
    pub party: Party,
    /// The capital.
    pub capital: String,
    /// What it is made from.
    pub title: String,
    /// The days of the week that are no working days: 1 is Monday, 7 is Sunday.
    pub weekend: Vec<i8>,
    /// In the order of publication.
    pub notices: Vec<Notice>,
}

/// What one publication makes known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The year that it makes known; none where it only changes days.
    pub year: Option<i16>,
    /// When it was published.
    pub published: Date,
    /// Its name.
    pub source: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// Days that it makes days off.
    pub off: Vec<Off>,
    /// Days that it makes working days.
    pub work: Vec<Date>,
}

/// Days off, both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Off {
    /// The first.
    pub from: Date,
    /// The last.
    pub to: Date,
    /// The holiday.
    pub why: String,
}

/// What a day is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DayKind {
    /// A working day; with why, where it is a make-up day.
    Working(Option<String>),
    /// No working day, and why.
    Off(String),
    /// The calendar of its year is not known; why.
    Unknown(String),
}

impl Calendar {
    /// What a day is, by what had been published by the end of `known_by`.
    pub fn day(&self, day: Date, known_by: Date) -> DayKind {
        let of_year: Vec<&Notice> = self.notices.iter().filter(|n| n.year == Some(day.year())).collect();
        if !of_year.iter().any(|n| n.published <= known_by) {
            let (capital, year) = (&self.capital, day.year());
            return DayKind::Unknown(match of_year.first() {
                Some(n) => format!(
                    "the calendar of {capital} for {year} was not published by {known_by} (it was on {})",
                    n.published
                ),
                None => format!("the calendar of {capital} for {year} is not published, or is not held"),
            });
        }
        let mut found = None;
        for notice in self.notices.iter().filter(|n| n.published <= known_by) {
            if let Some(off) = notice.off.iter().find(|o| o.from <= day && day <= o.to) {
                found = Some(DayKind::Off(off.why.clone()));
            }
            if notice.work.contains(&day) {
                found = Some(DayKind::Working(Some(format!("make-up day, {}", notice.source))));
            }
        }
        let weekday = day.weekday();
        found.unwrap_or_else(|| match self.weekend.contains(&weekday.to_monday_one_offset()) {
            true => DayKind::Off(name(weekday).to_owned()),
            false => DayKind::Working(None),
        })
    }

    /// Its working days as they were made known by the end of a day, in lines to be hashed. A later notice does not change it.
    pub fn known(&self, known_by: Date) -> String {
        let mut text = format!("{} {:?}\n", self.party, self.weekend);
        for notice in self.notices.iter().filter(|n| n.published <= known_by) {
            let year = notice.year.map_or("none".to_owned(), |y| y.to_string());
            text.push_str(&format!("{year} {} {}\n", notice.published, notice.certainty.as_str()));
            notice.off.iter().for_each(|o| text.push_str(&format!("off {} {}\n", o.from, o.to)));
            notice.work.iter().for_each(|day| text.push_str(&format!("work {day}\n")));
        }
        text
    }

    /// The years that are known by the end of a day, in order.
    pub fn years(&self, known_by: Date) -> Vec<i16> {
        let mut years: Vec<i16> =
            self.notices.iter().filter(|n| n.published <= known_by).filter_map(|n| n.year).collect();
        years.sort_unstable();
        years.dedup();
        years
    }

    /// The least sure of the notices that make known or change the days from one to another.
    pub fn certainty(&self, from: Date, to: Date) -> Option<Certainty> {
        let touches = |n: &&Notice| {
            n.year.is_some_and(|y| from.year() <= y && y <= to.year())
                || n.off.iter().any(|o| o.from <= to && from <= o.to)
                || n.work.iter().any(|d| from <= *d && *d <= to)
        };
        self.notices.iter().filter(touches).map(|n| n.certainty).max()
    }
}
