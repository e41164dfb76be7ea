//! `lint` and `fmt`: what cannot be verified, how the text is encoded, and the canonical form of the files.

use crate::keep::{outlet, stay_within};
use crate::{Root, Workspace, WorkspaceError};
use servanda_agreement::lint::{TextReport, rank, text_report};
use servanda_agreement::{
    Agreement, AgreementFolder, BaseYearTrade, Commitment, Due, LINTS_SHOWN, Lint, LintKind, Start,
    format_agreement, lint,
};
use servanda_core::{
    AsOf, Date, Dimension, Evidence, EvidenceError, Exact, Held, LineSet, Party, Period, Point,
    SeriesRequest, Stage,
};
use servanda_evidence::Store;
use servanda_files::Doubt;
use servanda_verdict::{LimitKind, limits};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The text of each file of an agreement's folder, by path.
pub type Texts = BTreeMap<String, Arc<str>>;

type ByCode = Option<Vec<(String, i128)>>;

/// What the store holds of a base year, as of a day.
struct Trade<'s> {
    store: &'s Store,
    day: Date,
}

impl BaseYearTrade for Trade<'_> {
    fn by_code(&self, source: &str, stage: Stage, partner: Party, year: i16) -> Result<ByCode, String> {
        let Some(described) = self.store.source(source).filter(|s| s.cumulative.is_none()) else {
            return Ok(None);
        };
        let Some((first, last)) = described.frequency.split(&Period::point(Point::Year(year))) else {
            return Ok(None);
        };
        let mut lines = LineSet::new();
        lines.add("all codes", &[String::new()])?;
        let request = SeriesRequest {
            source,
            stage,
            partner,
            dimension: Dimension::Money(described.basis.currency),
            lines: &lines,
            first,
            last,
            as_of: AsOf { date: self.day, known_at: None },
        };
        // That nothing is published is an answer; that the store cannot be read is none.
        let readable = |error: EvidenceError| match error {
            EvidenceError::NotPublished { .. } => Ok(None),
            other => Err(other.to_string()),
        };
        let series = match self.store.series(&request) {
            Ok(series) => series,
            Err(error) => return readable(error),
        };
        let held = series.cells.iter().all(|c| matches!(c.held, Held::Part | Held::Whole));
        if !held || !series.edges.is_empty() {
            return Ok(None);
        }
        let observations = match self.store.observations(&request) {
            Ok(observations) => observations,
            Err(error) => return readable(error),
        };
        let mut sums: BTreeMap<String, i128> = BTreeMap::new();
        for observation in observations {
            let sum = sums.entry(observation.code).or_default();
            let Some(more) = observation.value.and_then(|value| sum.checked_add(value)) else {
                return Ok(None);
            };
            *sum = more;
        }
        let whole = |value: i128| Exact::scaled(value, series.scale).round_to(0).parse::<i128>().ok();
        Ok(sums.into_iter().map(|(code, value)| Some((code, whole(value)?))).collect())
    }
}

impl Workspace {
    /// What of an agreement cannot be verified, and why, ranked by what is at stake; with the texts of its files by path.
    ///
    /// With `as_of` the agreement is as it was known on that day, and otherwise with all its amendments; figures are those held
    /// on `as_of`, or else today.
    pub fn lint(
        &self,
        name: &str,
        as_of: Option<Date>,
        today: Date,
    ) -> Result<(Vec<Lint>, Texts), WorkspaceError> {
        let folder = self.agreement(name)?;
        // A ladder that is wrong is an error with its places, as the agreement itself is.
        self.ladder(name)?;
        let day = as_of.unwrap_or(today);
        let agreement = match as_of {
            Some(day) => self.agreement_on(name, day)?,
            None => folder.newest().clone(),
        };
        let trade = Trade { store: self.store(), day };
        let mut lints = lint(&folder, &agreement, &self.sources(), Some(&trade));
        lints.extend(self.limits(&folder, &agreement, day)?);
        rank(&mut lints);
        Ok((lints, folder.texts().clone()))
    }

    /// What `check` cannot work out of an agreement, or passes over: one for each thing, with all commitments that it concerns.
    fn limits(
        &self,
        folder: &AgreementFolder,
        agreement: &Agreement,
        day: Date,
    ) -> Result<Vec<Lint>, WorkspaceError> {
        // A clock that starts with an act has a day once that was concluded.
        let by_act = |c: &Commitment| {
            c.due.iter().flat_map(Due::starts).any(|start| matches!(start, Start::Commitment(_)))
        };
        let memory = match agreement.commitments.iter().any(by_act) {
            true => self.memory(agreement)?,
            false => self.memory_of_files(agreement)?,
        };
        let found = limits(&memory, agreement, self.store(), day)?;
        let mut together: BTreeMap<(LimitKind, String, String), Vec<&Commitment>> = BTreeMap::new();
        for limit in found {
            let concerned = together.entry((limit.kind, limit.what, limit.help)).or_default();
            concerned.extend(agreement.commitment(&limit.commitment));
        }
        let lint = |((kind, what, help), concerned): ((LimitKind, String, String), Vec<&Commitment>)| {
            let kind = match kind {
                LimitKind::NotSupported => LintKind::NotSupported,
                LimitKind::NoRate => LintKind::NoRate,
                LimitKind::CodeEditions => LintKind::CodeEditions,
                LimitKind::NoDueDay => LintKind::NoDueDay,
                LimitKind::NoCalendar => LintKind::NoCalendar,
                LimitKind::NoTrigger => LintKind::NoTrigger,
                LimitKind::NotUsed => LintKind::NotUsed,
                LimitKind::CountsNot => LintKind::CountsNot,
                LimitKind::EvidenceUnread => LintKind::EvidenceUnread,
            };
            let ids: Vec<&str> = concerned.iter().map(|c| c.id.as_str()).take(LINTS_SHOWN).collect();
            let more = concerned.len().saturating_sub(ids.len());
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            let message = format!("{what}: {}{more}", ids.join(", "));
            Lint::of(kind, message, help, folder, &concerned)
        };
        Ok(together.into_iter().map(lint).collect())
    }

    /// Each numbered paragraph of an agreement's text, and how it is encoded.
    pub fn paragraphs(&self, name: &str) -> Result<TextReport, WorkspaceError> {
        Ok(text_report(&self.agreement(name)?)?)
    }

    /// Writes an agreement's files in the canonical form; with `check` only says what would change. Gives the paths, and what the
    /// system did not confirm.
    pub fn fmt(&self, name: &str, check: bool) -> Result<(Vec<String>, Doubt), WorkspaceError> {
        let dir = self.agreement_dir(name)?.ok_or(WorkspaceError::ReadOnly)?;
        // A file that cannot be read as an agreement is left alone.
        let folder = self.agreement(name)?;
        let (mut changed, mut doubt) = (Vec::new(), None);
        for file in ["agreement.toml", "texts.toml"] {
            let Some(text) = folder.text(file) else { continue };
            let formatted = format_agreement(text)?;
            if formatted == text {
                continue;
            }
            let path = dir.join(file);
            if !check {
                if let Root::Folder(root) = self.root()
                    && let Ok(below) = dir.strip_prefix(root)
                {
                    stay_within(root, below)?;
                }
                let put = outlet(&dir)?.replace(file, formatted.as_bytes());
                doubt = doubt.or(put.map_err(|e| WorkspaceError::io(&path, &e))?);
            }
            changed.push(path.display().to_string());
        }
        Ok((changed, doubt))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use servanda_verdict::{Question, check_with};
    use std::collections::BTreeSet;

    /// Of every shipped agreement: what cannot be worked out is named of commitments that `check` leaves undecided, and whatever
    /// `check` leaves undecided since it cannot work it out is named.
    #[test]
    fn what_check_cannot_work_out_of_shipped_agreements_is_named_and_nothing_else() {
        let root = std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        let workspace = Workspace::open(Root::Folder(root)).unwrap();
        let mut wrong = Vec::new();
        for name in workspace.agreements().unwrap() {
            for day in [Date::constant(2021, 6, 1), Date::constant(2026, 11, 1)] {
                let agreement = match workspace.agreement_on(&name, day) {
                    Ok(agreement) => agreement,
                    Err(WorkspaceError::NotYet { .. }) => continue,
                    Err(e) => panic!("{name}: {e}"),
                };
                let memory = workspace.memory(&agreement).unwrap();
                let found = limits(&memory, &agreement, workspace.store(), day).unwrap();
                let question = Question::on_day(day);
                let checked = check_with(&memory, &agreement, workspace.store(), &question).unwrap();
                let limited: BTreeSet<&str> = found
                    .iter()
                    .filter(|l| !matches!(l.kind, LimitKind::NotUsed | LimitKind::CountsNot))
                    .map(|l| l.commitment.as_str())
                    .collect();
                for finding in &checked.findings {
                    let named = limited.contains(finding.id.as_str());
                    let of_act = finding.act.as_ref().is_some_and(|act| {
                        act.unclear.is_some()
                            || act.clocks.iter().any(|c| c.last.latest.is_none() && c.last.unknown.is_some())
                    });
                    let of_rule = finding.readings.iter().any(|r| r.unsupported);
                    if (of_act || of_rule) && !named {
                        wrong.push(format!("{name} {} on {day}: not named", finding.id));
                    }
                    // What people conclude decides an act without its clock.
                    let concluded = finding.act.as_ref().is_some_and(|act| act.counting().is_some());
                    if named && finding.status.is_decided() && !concluded {
                        wrong.push(format!("{name} {} on {day}: named, and {}", finding.id, finding.status));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
