//! When an act is owed: from which day, by which day, and for how long.

use jiff::{Span, ToSpan};
use servanda_agreement::{Agreement, Commitment, ConditionRef, Due, Duty};
use servanda_core::Date;

/// The days of an act or a refraining. A last day is included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Clock {
    /// Owed for as long as something lasts, not done once: a refraining, or an act with `while` and no day on which it is due.
    pub continuing: bool,
    /// The first day, where the agreement says one.
    pub starts: Option<Date>,
    /// The last day on which it can be done in time.
    pub due: Option<Date>,
    /// The last day of a duty that continues.
    pub until: Option<Date>,
    /// Why a clock that the agreement names gives no day.
    pub unclear: Option<String>,
}

impl Clock {
    /// The days of a commitment. The day on which a clock starts does not count, and the last day does.
    pub fn of(agreement: &Agreement, commitment: &Commitment) -> Self {
        let begin = agreement.in_force.or(agreement.signed);
        let after = commitment.after.iter().find_map(|a| match a {
            ConditionRef::Date(date) => Some(*date),
            _ => None,
        });
        let until = match &commitment.while_ {
            Some(ConditionRef::Date(date)) => Some(*date),
            _ => None,
        };
        let lasts = commitment.while_.is_some() && commitment.due.is_none();
        let continuing = matches!(commitment.duty, Duty::Refrain(_)) || lasts;
        let mut clock = Self { continuing, starts: after.or(begin), due: None, until, unclear: None };
        match &commitment.due {
            None => {}
            Some(Due::By(day)) => clock.due = Some(*day),
            Some(Due::Within { within, of, .. }) => match start(agreement, of) {
                None => {
                    clock.unclear = Some(format!("the clock starts with `{of}`, whose day is not worked out"))
                }
                Some(day) => {
                    clock.starts = Some(day);
                    match end(day, within) {
                        Ok(last) => clock.due = Some(last),
                        Err(why) => clock.unclear = Some(why),
                    }
                }
            },
        }
        if continuing && clock.until.is_none() {
            // The day by which a refraining is due is the last on which it is owed.
            clock.until = clock.due.take();
        }
        clock
    }
}

fn start(agreement: &Agreement, of: &str) -> Option<Date> {
    match of {
        "in_force" => agreement.in_force,
        "signed" => agreement.signed,
        day => day.parse().ok(),
    }
}

/// The last day of a length of time that starts on a day.
fn end(start: Date, within: &str) -> Result<Date, String> {
    let unclear = || format!("`{within}` is not worked out");
    let (number, kind) = within.split_once(' ').ok_or_else(unclear)?;
    let number: i32 = number.parse().map_err(|_| unclear())?;
    let span: Span = match kind {
        "day" | "days" | "calendar-days" => number.days(),
        "week" | "weeks" => number.weeks(),
        "month" | "months" => number.months(),
        "year" | "years" => number.years(),
        _ => {
            return Err(format!(
                "{within}: working days need a calendar of holidays, which is not read here"
            ));
        }
    };
    let last = start.checked_add(span).map_err(|_| unclear())?;
    if matches!(kind, "month" | "months" | "year" | "years") && last.day() != start.day() {
        return Err(format!("{within} after {start}: that month has no day {}", start.day()));
    }
    Ok(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_the_start_does_not_count_and_the_last_day_does() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let start = day("2018-06-08");
        for (within, last) in [
            ("30 days", "2018-07-08"),
            ("60 days", "2018-08-07"),
            ("90 calendar-days", "2018-09-06"),
            ("2 weeks", "2018-06-22"),
            ("10 years", "2028-06-08"),
        ] {
            assert_eq!(end(start, within), Ok(day(last)), "{within}");
        }
        assert!(end(day("2020-01-31"), "1 months").unwrap_err().contains("no day 31"));
        assert!(end(start, "45 working-days").unwrap_err().contains("calendar"));
        assert!(end(start, "9999 years").is_err());
    }
}
