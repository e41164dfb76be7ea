//! When an act is due: a day, or a length of time from a start.

use jiff::ToSpan;
use servanda_core::calendar::{MAX_DAYS, months_after};
use servanda_core::{Date, Party, words};
use std::fmt;

/// When an act is due. Inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// By a day, included.
    By(Date),
    /// So long after a start: by then at the latest, not before then, or between the two.
    Within {
        /// How long at most.
        within: Option<Length>,
        /// How long at least.
        not_before: Option<Length>,
        /// Whose working days count, together.
        calendar: Vec<Party>,
        /// From what.
        of: Start,
    },
}

impl Due {
    /// Whether it counts working days.
    pub fn counts_working_days(&self) -> bool {
        match self {
            Self::By(_) => false,
            Self::Within { within, not_before, .. } => {
                within.iter().chain(not_before).any(|l| l.unit == LengthUnit::WorkingDays)
            }
        }
    }

    /// Everything that a clock may start with.
    pub fn starts(&self) -> &[Start] {
        match self {
            Self::By(_) => &[],
            Self::Within { of, .. } => of.several(),
        }
    }
}

words! {
    /// What a length of time is counted in.
    LengthUnit {
        /// Every day.
        Days = "days",
        /// The working days of capitals.
        WorkingDays = "working-days",
        /// Seven days each.
        Weeks = "weeks",
        /// Months of the calendar, to the day of the same number; to the last of a month that has no such day.
        Months = "months",
        /// Years of the calendar, as months.
        Years = "years",
    }
}

/// A length of time: `45 working-days`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// How many, from 1.
    pub number: u16,
    /// Of what.
    pub unit: LengthUnit,
}

impl Length {
    /// Reads `45 working-days`, `30 days`, `30 calendar-days`, `2 weeks`, `6 months`, `1 year`.
    ///
    /// # Errors
    /// What is wrong with it, and what to write.
    pub fn parse(text: &str) -> Result<Self, (String, &'static str)> {
        const HELP: &str = "write \"45 working-days\", \"30 days\", \"2 weeks\", \"6 months\" or \"1 years\"";
        let wrong = || (format!("`{text}` is not a length of time"), HELP);
        let (number, unit) = text.split_once(' ').ok_or_else(wrong)?;
        let plain = number.len() <= 4 && number.bytes().all(|b| b.is_ascii_digit());
        let number = number.parse::<u16>().ok().filter(|n| plain && *n > 0).ok_or_else(wrong)?;
        let unit = match unit {
            "day" | "days" | "calendar-day" | "calendar-days" => LengthUnit::Days,
            "working-day" | "working-days" => LengthUnit::WorkingDays,
            "week" | "weeks" => LengthUnit::Weeks,
            "month" | "months" => LengthUnit::Months,
            "year" | "years" => LengthUnit::Years,
            _ => return Err(wrong()),
        };
        if unit == LengthUnit::WorkingDays && u32::from(number) > MAX_DAYS {
            let message = format!("{number} working-days are more than the {MAX_DAYS} that are counted");
            return Err((message, "write a longer unit: \"15 years\""));
        }
        Ok(Self { number, unit })
    }
}

impl Length {
    /// The day that lies so long after another. None for working days, which hang on calendars, and beyond the calendar.
    pub fn after(&self, start: Date) -> Option<Date> {
        let number = i32::from(self.number);
        match self.unit {
            LengthUnit::WorkingDays => None,
            LengthUnit::Days => start.checked_add(number.days()).ok(),
            LengthUnit::Weeks => start.checked_add(number.weeks()).ok(),
            LengthUnit::Months => months_after(start, number),
            LengthUnit::Years => months_after(start, number * 12),
        }
    }
}

impl Length {
    /// Whether it lasts longer than another whatever day both start on, or from one day if it is given. What hangs on calendars counts at
    /// least as many days as it has working days.
    pub fn outlasts(&self, other: &Self, from: Option<Date>) -> bool {
        if let Some((one, two)) = from.and_then(|day| self.after(day).zip(other.after(day))) {
            return one > two;
        }
        // Of months: how many, and so many days at least and at most.
        let months = |length: &Self| match length.unit {
            LengthUnit::Months => Some(u32::from(length.number)),
            LengthUnit::Years => Some(u32::from(length.number) * 12),
            LengthUnit::Days | LengthUnit::WorkingDays | LengthUnit::Weeks => None,
        };
        let days = |length: &Self, in_month: u32| match (length.unit, months(length)) {
            (_, Some(months)) => months * in_month,
            (LengthUnit::Weeks, _) => u32::from(length.number) * 7,
            _ => u32::from(length.number),
        };
        match (months(self), months(other)) {
            (Some(one), Some(two)) => one > two,
            _ if self.unit == other.unit => self.number > other.number,
            _ => other.unit != LengthUnit::WorkingDays && days(self, 28) > days(other, 31),
        }
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = self.unit.as_str();
        let unit = if self.number == 1 { unit.trim_end_matches('s') } else { unit };
        write!(f, "{} {unit}", self.number)
    }
}

/// What a clock starts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// The day on which the agreement was signed.
    Signed,
    /// The day from which it is in force.
    InForce,
    /// A day.
    Day(Date),
    /// Each entry of a ledger, on the day that it is about.
    Ledger(String),
    /// The day from which an act of a measure first applies, as `MEASURE.ACT`.
    Trigger(String),
    /// The day on which an act of this agreement was done.
    Commitment(String),
    /// The last of several; none of them is a ledger or several itself.
    Later(Vec<Start>),
    /// The first of several, likewise.
    Earlier(Vec<Start>),
}

impl Start {
    /// Those of which it is the later or the earlier; itself alone where it is neither.
    pub fn several(&self) -> &[Self] {
        match self {
            Self::Later(all) | Self::Earlier(all) => all,
            one => std::slice::from_ref(one),
        }
    }

    /// Reads `signed`, `in_force`, a day, `ledger(NAME)` or `trigger.MEASURE.ACT`; anything else names a commitment.
    pub fn parse(text: &str) -> Self {
        let ledger = text.strip_prefix("ledger(").and_then(|t| t.strip_suffix(')'));
        match (text, ledger, text.strip_prefix("trigger."), text.parse::<Date>()) {
            ("signed", ..) => Self::Signed,
            ("in_force", ..) => Self::InForce,
            (_, Some(name), ..) => Self::Ledger(name.to_owned()),
            (_, _, Some(name), _) => Self::Trigger(name.to_owned()),
            (.., Ok(day)) => Self::Day(day),
            _ => Self::Commitment(text.to_owned()),
        }
    }
}

impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signed => f.write_str("signed"),
            Self::InForce => f.write_str("in_force"),
            Self::Day(day) => write!(f, "{day}"),
            Self::Ledger(name) => write!(f, "ledger({name})"),
            Self::Trigger(name) => write!(f, "trigger.{name}"),
            Self::Commitment(id) => f.write_str(id),
            Self::Later(all) | Self::Earlier(all) => {
                let word = if matches!(self, Self::Later(_)) { "later" } else { "earlier" };
                let names: Vec<String> = all.iter().map(Self::to_string).collect();
                write!(f, "the {word} of {}", names.join(" and "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_and_printed() {
        for (text, printed) in [
            ("45 working-days", "45 working-days"),
            ("1 working-day", "1 working-day"),
            ("30 calendar-days", "30 days"),
            ("1 years", "1 year"),
            ("3700 working-days", "3700 working-days"),
        ] {
            assert_eq!(Length::parse(text).unwrap().to_string(), printed);
        }
        for text in
            ["45", "0 days", "+5 days", "-5 days", "4 5 days", "5 fortnights", "12345 days", "5  days"]
        {
            assert!(Length::parse(text).unwrap_err().0.contains("not a length of time"), "{text}");
        }
        assert!(Length::parse("3701 working-days").unwrap_err().0.contains("more than the 3700"));
    }

    #[test]
    fn a_length_outlasts_another_where_it_does_on_every_day() {
        let outlasts = |one: &str, two: &str, from: Option<Date>| {
            Length::parse(one).unwrap().outlasts(&Length::parse(two).unwrap(), from)
        };
        for (one, two) in [
            ("31 days", "30 days"),
            ("5 weeks", "30 days"),
            ("31 working-days", "30 days"),
            ("46 working-days", "45 working-days"),
            ("13 months", "1 year"),
            ("2 months", "30 days"),
            ("60 days", "1 month"),
        ] {
            assert!(outlasts(one, two, None) && !outlasts(two, one, None), "{one} and {two}");
        }
        // Thirty days are more than February, and not than March.
        for (one, two) in [("30 days", "1 month"), ("30 days", "30 working-days"), ("12 months", "1 year")] {
            assert!(!outlasts(one, two, None), "{one} and {two}");
        }
        let day = |month: i8| Some(Date::constant(2019, month, 1));
        assert!(outlasts("30 days", "1 month", day(2)) && !outlasts("30 days", "1 month", day(3)));
    }

    #[test]
    fn starts_are_read_as_they_are_printed() {
        for text in ["signed", "in_force", "2020-02-14", "ledger(selections)", "trigger.list.act", "notify"] {
            assert_eq!(Start::parse(text).to_string(), text);
        }
        assert_eq!(Start::parse("2020-02-14"), Start::Day(Date::constant(2020, 2, 14)));
    }
}
