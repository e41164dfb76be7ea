//! Mean rates by chapter: before, and over the days of a period.

use crate::WorkspaceError;
use servanda_core::Date;
use servanda_tariff::{Duties, NoNumber};
use std::collections::BTreeMap;

/// The days that rates are taken of.
pub(super) struct Period {
    /// The day before.
    pub before: Date,
    /// Days after, with how many days each speaks for.
    pub days: Vec<(Date, f64)>,
}

/// The rates of a chapter, in percent of value.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Rates {
    /// Before.
    pub before: f64,
    /// The mean over the days after.
    pub after: f64,
    /// Lines, or codes of trade, that have a number on all days.
    pub lines: usize,
    /// Their weight.
    pub weight: f64,
}

/// Rates by chapter, and what is in none of them.
#[derive(Debug, Clone, Default)]
pub(super) struct DayRates {
    /// By chapter.
    pub chapters: BTreeMap<String, Rates>,
    /// Lines and their weight by why they are left out.
    pub left_out: BTreeMap<&'static str, (usize, f64)>,
    /// The weight of all that is asked about.
    pub all: f64,
}

impl DayRates {
    /// Lines that count.
    pub fn lines(&self) -> usize {
        self.chapters.values().map(|r| r.lines).sum()
    }

    /// The weight that counts.
    pub fn counted(&self) -> f64 {
        self.chapters.values().map(|r| r.weight).sum()
    }
}

/// Rates by chapter over a period. A line counts where its rate is one number before and on every day after.
pub(super) fn mean_rates(
    period: &Period,
    duties: impl Fn(Date) -> Result<Duties, WorkspaceError>,
) -> Result<DayRates, WorkspaceError> {
    let first = duties(period.before)?;
    let all_days: f64 = period.days.iter().map(|(_, count)| count).sum();
    // By line, the sum over days of its rate; none where one of them has no number.
    let mut sums: BTreeMap<&str, Option<f64>> =
        first.rows.iter().map(|row| (row.code.as_str(), Some(0.0))).collect();
    for (day, count) in &period.days {
        let found = duties(*day)?;
        let rates: BTreeMap<&str, f64> = found
            .rows
            .iter()
            .filter_map(|row| Some((row.code.as_str(), row.total.as_ref()?.to_f64())))
            .collect();
        for (code, sum) in &mut sums {
            *sum = sum.zip(rates.get(code)).map(|(sum, rate)| sum + rate * count);
        }
    }
    let mut out = DayRates::default();
    for row in &first.rows {
        let weight = row.trade.to_f64();
        out.all += weight;
        let after = sums.get(row.code.as_str()).copied().flatten().map(|sum| sum / all_days);
        match (&row.total, after) {
            (Some(before), Some(after)) => {
                let chapter: String = row.code.chars().take(2).collect();
                let own = out.chapters.entry(chapter).or_default();
                own.before += before.to_f64() * weight;
                own.after += after * weight;
                own.weight += weight;
                own.lines += 1;
            }
            (before, _) => {
                let why = match (before, row.why) {
                    (Some(_), _) => "without a number on a day after, or no line then",
                    (None, Some(NoNumber::ByQuantity)) => "charged by quantity",
                    (None, Some(NoNumber::Unparsed)) => "a text that is not understood",
                    (None, Some(NoNumber::NotWritten)) => "without a rate",
                    (None, Some(NoNumber::BaseNotHeld)) => "the base rate is not held",
                    (None, Some(NoNumber::WithinBounds) | None) => "known within bounds only",
                };
                let own = out.left_out.entry(why).or_default();
                own.0 += 1;
                own.1 += weight;
            }
        }
    }
    if first.unmatched_codes > 0 {
        let weight = first.unmatched.to_f64();
        out.all += weight;
        out.left_out.insert("no line of a schedule that is held", (first.unmatched_codes, weight));
    }
    for own in out.chapters.values_mut().filter(|r| r.weight > 0.0) {
        own.before /= own.weight;
        own.after /= own.weight;
    }
    Ok(out)
}
