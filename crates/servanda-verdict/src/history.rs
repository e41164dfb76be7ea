//! Each finding as it would have stood at every release.

use crate::results::{Checked, Finding, Question, VerdictError};
use servanda_core::{AsOf, Date, Evidence, Status};
use std::collections::BTreeMap;

/// One commitment on one release date.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryRow {
    /// The day.
    pub date: Date,
    /// What was published on it, as `source@vintage`.
    pub releases: Vec<String>,
    /// The finding as of the end of that day.
    pub finding: Finding,
    /// The status before, where it differs.
    pub flipped_from: Option<Status>,
}

/// Rows by day, then in the order of the agreement's commitments.
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

/// Replays every release held of the sources named, up to and including the day asked for.
///
/// `check_on` works out the findings with the agreement as amended on that day; a release published later than the
/// question's day is not replayed. `more` are further days on which something became known or began, each with its name: acts
/// and schedules, which no source publishes.
pub fn history(
    evidence: &dyn Evidence,
    sources: &[String],
    more: &BTreeMap<Date, Vec<String>>,
    question: &Question,
    mut check_on: impl FnMut(&Question) -> Result<Checked, VerdictError>,
) -> Result<History, VerdictError> {
    let mut releases: BTreeMap<Date, Vec<String>> =
        more.range(..=question.as_of.date).map(|(day, names)| (*day, names.clone())).collect();
    for source in sources {
        for vintage in evidence.vintages(source)? {
            let known = question.as_of.known_at.is_none_or(|at| vintage.recorded <= at);
            if vintage.date <= question.as_of.date && known && vintage.withdrawn.is_none() {
                releases.entry(vintage.date).or_default().push(format!("{source}@{}", vintage.id));
            }
        }
    }
    let mut rows = Vec::new();
    let mut before: BTreeMap<String, Status> = BTreeMap::new();
    for (date, released) in releases {
        let asked = Question { as_of: AsOf { date, ..question.as_of }, ..question.clone() };
        for finding in check_on(&asked)?.findings {
            let status = finding.status;
            let flipped_from = before.insert(finding.id.clone(), status).filter(|old| *old != status);
            rows.push(HistoryRow { date, releases: released.clone(), finding, flipped_from });
        }
    }
    Ok(History { rows })
}
