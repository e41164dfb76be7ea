//! Each finding as it would have stood at every release, and on every day on which time alone changed it.

use crate::results::{Finding, Question, VerdictError};
use servanda_core::{AsOf, Date, Evidence, Status};
use std::collections::{BTreeMap, BTreeSet};

/// One commitment on one release date.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryRow {
    /// The day.
    pub date: Date,
    /// What was published on it, as `source@vintage`; nothing where time alone changed the finding.
    pub releases: Vec<String>,
    /// The finding as of the end of that day.
    pub finding: Finding,
    /// The status before, where it differs.
    pub flipped_from: Option<Status>,
}

/// Rows by day; on one of releases in the order of the agreement's commitments.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    /// The rows.
    pub rows: Vec<HistoryRow>,
}

impl History {
    /// The rows that differ from the row before of the same commitment; `all`: every row.
    pub fn changed(&self, all: bool) -> Vec<&HistoryRow> {
        let mut last: BTreeMap<&str, &Finding> = BTreeMap::new();
        let changed = self.rows.iter().filter(|row| match last.insert(&row.finding.id, &row.finding) {
            Some(before) => all || !before.says(&row.finding),
            None => {
                // What nobody assesses never changes.
                let assessed = row.finding.act.as_ref().is_some_and(|a| !a.assessments.is_empty());
                all || assessed || !row.finding.readings.is_empty()
            }
        });
        changed.collect()
    }
}

/// Which findings are asked for on a day.
#[derive(Debug, Clone, Copy)]
pub enum Asked<'i> {
    /// All.
    All,
    /// Those that time alone may change.
    Only(&'i BTreeSet<String>),
}

/// A finding as of a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Replayed {
    /// The finding.
    pub finding: Finding,
    /// Later days on which time alone can change it: [`turns`](crate::turns).
    pub turns: BTreeSet<Date>,
    /// Commitments whose conditions read it: [`readers`](crate::readers).
    pub readers: Vec<String>,
}

/// Replays every release held of the sources named, up to and including the day asked for, and the days on which time alone
/// changes a finding.
///
/// `check_on` works out the findings with the agreement as amended on that day; a release published later than the
/// question's day is not replayed. `more` are further days on which something became known or began, each with its name: acts
/// and schedules, which no source publishes. On a day on which nothing became known only the findings that changed have a row,
/// without releases.
pub fn history(
    evidence: &dyn Evidence,
    sources: &[String],
    more: &BTreeMap<Date, Vec<String>>,
    question: &Question,
    mut check_on: impl FnMut(&Question, Asked<'_>) -> Result<Vec<Replayed>, VerdictError>,
) -> Result<History, VerdictError> {
    let last_day = question.as_of.date;
    let mut releases: BTreeMap<Date, Vec<String>> =
        more.range(..=last_day).map(|(day, names)| (*day, names.clone())).collect();
    for source in sources {
        for vintage in evidence.vintages(source)? {
            let known = question.as_of.known_at.is_none_or(|at| vintage.recorded <= at);
            if vintage.date <= last_day && known && vintage.withdrawn.is_none() {
                releases.entry(vintage.date).or_default().push(format!("{source}@{}", vintage.id));
            }
        }
    }
    let mut rows: Vec<HistoryRow> = Vec::new();
    // By commitment, its last row.
    let mut before: BTreeMap<String, usize> = BTreeMap::new();
    let mut waiting: BTreeMap<Date, BTreeSet<String>> = BTreeMap::new();
    let mut done: (Option<Date>, BTreeSet<String>) = (None, BTreeSet::new());
    while let Some(date) =
        [releases.keys().next(), waiting.keys().next()].into_iter().flatten().min().copied()
    {
        if done.0 != Some(date) {
            done = (Some(date), BTreeSet::new());
        }
        let mut ids = waiting.remove(&date).unwrap_or_default();
        ids.retain(|id| !done.1.contains(id));
        let released = releases.remove(&date);
        let asked = Question { as_of: AsOf { date, ..question.as_of }, ..question.clone() };
        let found = match &released {
            Some(_) => check_on(&asked, Asked::All)?,
            None if ids.is_empty() => continue,
            None => check_on(&asked, Asked::Only(&ids))?,
        };
        done.1.extend(found.iter().map(|f| f.finding.id.clone()));
        for Replayed { finding, turns, readers } in found {
            let last = before.get(&finding.id).and_then(|at| rows.get(*at));
            let changed = last.is_none_or(|last| !last.finding.says(&finding));
            for turn in turns.into_iter().filter(|turn| *turn > date && *turn <= last_day) {
                waiting.entry(turn).or_default().insert(finding.id.clone());
            }
            // A condition on a rule reads the finding of the same day, one on an act that of the day before.
            if changed {
                for day in
                    [Some(date), date.tomorrow().ok().filter(|day| *day <= last_day)].into_iter().flatten()
                {
                    waiting.entry(day).or_default().extend(readers.iter().cloned());
                }
            }
            if released.is_some() || changed {
                let flipped_from = last.map(|last| last.finding.status).filter(|old| *old != finding.status);
                before.insert(finding.id.clone(), rows.len());
                let releases = released.clone().unwrap_or_default();
                rows.push(HistoryRow { date, releases, finding, flipped_from });
            }
        }
    }
    Ok(History { rows })
}
