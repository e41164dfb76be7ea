//! `lint` and `fmt`: what cannot be verified, how the text is encoded, and the canonical form of the files.

use crate::{Workspace, WorkspaceError};
use servanda_agreement::lint::{TextReport, text_report};
use servanda_agreement::{BaseYearTrade, Lint, format_agreement, lint};
use servanda_core::{
    AsOf, Date, Dimension, Evidence, Exact, Held, LineSet, Party, Period, Point, SeriesRequest, Stage,
};
use servanda_evidence::Store;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The text of each file of an agreement's folder, by path.
pub type Texts = BTreeMap<String, Arc<str>>;

/// What the store holds of a base year, as of a day.
struct Trade<'s> {
    store: &'s Store,
    day: Date,
}

impl BaseYearTrade for Trade<'_> {
    fn by_code(&self, source: &str, stage: Stage, partner: Party, year: i16) -> Option<Vec<(String, i128)>> {
        let described = self.store.source(source)?;
        let (first, last) = described.frequency.split(&Period::point(Point::Year(year)))?;
        let mut lines = LineSet::new();
        lines.add("all codes", &[String::new()]).ok()?;
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
        let series = self.store.series(&request).ok()?;
        let held = series.cells.iter().all(|c| matches!(c.held, Held::Part | Held::Whole));
        if !held || !series.edges.is_empty() {
            return None;
        }
        let mut sums: BTreeMap<String, i128> = BTreeMap::new();
        for observation in self.store.observations(&request).ok()? {
            let sum = sums.entry(observation.code).or_default();
            *sum = sum.checked_add(observation.value?)?;
        }
        let whole = |value: i128| Exact::scaled(value, series.scale).round_to(0).parse::<i128>().ok();
        sums.into_iter().map(|(code, value)| Some((code, whole(value)?))).collect()
    }
}

impl Workspace {
    /// What of an agreement cannot be verified, and why, ranked by what is at stake; with the texts of its files by path.
    pub fn lint(&self, name: &str, day: Date) -> Result<(Vec<Lint>, Texts), WorkspaceError> {
        let folder = self.agreement(name)?;
        // A ladder that is wrong is an error with its places, as the agreement itself is.
        self.ladder(name)?;
        let trade = Trade { store: self.store(), day };
        Ok((lint(&folder, &self.sources(), Some(&trade)), folder.texts().clone()))
    }

    /// Each numbered paragraph of an agreement's text, and how it is encoded.
    pub fn paragraphs(&self, name: &str) -> Result<TextReport, WorkspaceError> {
        Ok(text_report(&self.agreement(name)?)?)
    }

    /// Writes an agreement's file in the canonical form; with `check` only says what would change. Gives the paths.
    pub fn fmt(&self, name: &str, check: bool) -> Result<Vec<String>, WorkspaceError> {
        let dir = self.agreement_dir(name)?.ok_or(WorkspaceError::ReadOnly)?;
        // A file that cannot be read as an agreement is left alone.
        self.agreement(name)?;
        let path = dir.join("agreement.toml");
        let text = std::fs::read_to_string(&path).map_err(|e| WorkspaceError::io(&path, &e))?;
        let formatted = format_agreement(&text)?;
        if formatted == text {
            return Ok(Vec::new());
        }
        if !check {
            let beside = dir.join("agreement.toml.tmp");
            std::fs::write(&beside, &formatted).map_err(|e| WorkspaceError::io(&beside, &e))?;
            std::fs::rename(&beside, &path).map_err(|e| WorkspaceError::io(&path, &e))?;
        }
        Ok(vec![path.display().to_string()])
    }
}
