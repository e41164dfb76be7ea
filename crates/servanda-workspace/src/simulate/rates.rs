//! Mean rates by chapter or sector: before, and over the days of a period.

use crate::WorkspaceError;
use jiff::Span;
use servanda_core::problem::Problem;
use servanda_core::{Date, Exact, Party};
use servanda_tariff::{Duties, Moment, NoNumber, Panel, Stretch, Trade, grounds};
use std::collections::{BTreeMap, BTreeSet};

/// The days that rates are taken of.
pub(crate) struct Period {
    /// The day before.
    pub before: Date,
    /// Days after, with how many days each speaks for.
    pub days: Vec<(Date, f64)>,
}

/// The rates of a group of lines, in percent of value.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Rates {
    /// Before.
    pub before: f64,
    /// The mean over the days after.
    pub after: f64,
    /// Lines, or codes of trade, that have a number on all days.
    pub lines: usize,
    /// Their weight.
    pub weight: f64,
}

/// Rates by group, and what is in none of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct DayRates {
    /// By chapter or sector.
    pub groups: BTreeMap<String, Rates>,
    /// Lines and their weight by why they are left out.
    pub left_out: BTreeMap<&'static str, (usize, f64)>,
    /// The weight of all that is asked about.
    pub all: f64,
}

impl DayRates {
    /// Lines that count.
    pub fn lines(&self) -> usize {
        self.groups.values().map(|r| r.lines).sum()
    }

    /// The weight that counts.
    pub fn counted(&self) -> f64 {
        self.groups.values().map(|r| r.weight).sum()
    }
}

/// Rates by group over a period. A line counts where it has a group, and its rate is one number before and on every day after.
pub(crate) fn mean_rates(
    period: &Period,
    group_of: impl Fn(&str) -> Result<String, &'static str>,
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
        match (group_of(&row.code), &row.total, after) {
            (Ok(group), Some(before), Some(after)) => {
                let own = out.groups.entry(group).or_default();
                own.before += before.to_f64() * weight;
                own.after += after * weight;
                own.weight += weight;
                own.lines += 1;
            }
            (Err(why), ..) => leave(&mut out, why, weight),
            (Ok(_), before, _) => {
                let why = match (before, row.why) {
                    (Some(_), _) => "without a number on a day after, or no line then",
                    (None, Some(NoNumber::ByQuantity)) => "charged by quantity",
                    (None, Some(NoNumber::Unparsed)) => "a text that is not understood",
                    (None, Some(NoNumber::NotWritten)) => "without a rate",
                    (None, Some(NoNumber::BaseNotHeld)) => "the base rate is not held",
                    (None, Some(NoNumber::WithinBounds | NoNumber::ActsNotHeld) | None) => {
                        "known within bounds only"
                    }
                };
                leave(&mut out, why, weight);
            }
        }
    }
    if first.unmatched_codes > 0 {
        let weight = first.unmatched.to_f64();
        out.all += weight;
        out.left_out.insert("no line of a schedule that is held", (first.unmatched_codes, weight));
    }
    for own in out.groups.values_mut().filter(|r| r.weight > 0.0) {
        own.before /= own.weight;
        own.after /= own.weight;
    }
    Ok(out)
}

/// Which acts may not be held on the lines and days that rates are taken of, in words; none where all are.
pub(crate) fn not_held(
    panel: &Panel<'_>,
    origin: Party,
    period: &Period,
) -> Result<Option<String>, WorkspaceError> {
    let days = std::iter::once(period.before).chain(period.days.iter().map(|(day, _)| *day));
    let asked = days.flat_map(|day| panel.lines_on(day).map(move |line| (day, line)));
    let found = grounds(panel, origin, asked, None).map_err(crate::tariff_questions::usage)?;
    Ok((!found.not_held.is_empty()).then(|| {
        format!(
            "not all acts of {} on goods of {origin} are held, so that rates can be higher than those used (of {} lines) or lower \
             (of {}): {}",
            panel.importer,
            found.may_be_higher,
            found.may_be_lower,
            found.not_held.join("; ")
        )
    }))
}

fn leave(out: &mut DayRates, why: &'static str, weight: f64) {
    let own = out.left_out.entry(why).or_default();
    own.0 += 1;
    own.1 += weight;
}

/// The first day of a period and each later one on which a rate can change, with how many days each speaks for.
pub(crate) fn days(
    panel: &Panel<'_>,
    origin: Party,
    from: Date,
    to: Date,
) -> Result<Vec<(Date, f64)>, WorkspaceError> {
    let stretch = Stretch { from: Moment::start_of(from), until: Some(Moment::end_of(to)) };
    let found: BTreeSet<Date> = panel.changes(origin, stretch).into_iter().map(Moment::day).collect();
    let found: Vec<Date> = found.into_iter().filter(|day| (from..=to).contains(day)).collect();
    let after = to.checked_add(Span::new().days(1)).map_err(|_| {
        WorkspaceError::from(Problem::bad_file(format!(
            "{to} is the last day of the calendar: take an earlier one"
        )))
    })?;
    let ends = found.iter().skip(1).copied().chain([after]);
    Ok(found.iter().zip(ends).map(|(day, end)| (*day, f64::from((end - *day).get_days()))).collect())
}

/// Every line of a day once, as weights for a simple mean.
pub(crate) fn each_line(panel: &Panel<'_>, day: Date, like: &Trade) -> Trade {
    let is_code = |line: &&str| (2..=10).contains(&line.len()) && line.bytes().all(|b| b.is_ascii_digit());
    let lines = panel.lines_on(day).filter(is_code);
    Trade {
        title: "each line once".to_owned(),
        unit: "lines".to_owned(),
        values: lines.map(|line| (line.to_owned(), Exact::integer(1))).collect(),
        ..like.clone()
    }
}
