//! What `export` writes: files as they are told, and the rates between the parties of an agreement.

use crate::tariff_questions::usage;
use crate::{Workspace, WorkspaceError};
use schemars::JsonSchema;
use serde::Serialize;
use servanda_agreement::Agreement;
use servanda_core::{Date, Party};
use servanda_tariff::{Moment, Points, Stretch};

/// The files that were written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExportAnswer {
    /// Each table, once as CSV and once as Parquet
    pub files: Vec<ExportedFile>,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExportedFile {
    /// Its name
    pub name: String,
    /// How many rows it has
    pub rows: usize,
    /// How many bytes
    pub bytes: usize,
    /// Its SHA-256
    pub sha256: String,
    /// Its columns
    pub columns: Vec<ExportedColumn>,
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExportedColumn {
    /// Its name
    pub name: String,
    /// What it means
    pub means: String,
    /// Whether it has exact figures: decimals in Parquet
    pub figures: bool,
}

/// What one party charges on one line of another's goods at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateOfLine {
    /// Who charges.
    pub importer: Party,
    /// Whose goods.
    pub origin: Party,
    /// The line.
    pub line: String,
    /// The base.
    pub base: Points,
    /// All of it.
    pub total: Points,
}

impl Workspace {
    /// What each party of an agreement charges on every line of each other's goods at the end of a day, by what was known by then; of
    /// parties whose schedules are held.
    ///
    /// # Errors
    /// If schedules or measures cannot be read.
    pub fn rates_between(&self, agreement: &Agreement, day: Date) -> Result<Vec<RateOfLine>, WorkspaceError> {
        let mut found = Vec::new();
        let book = self.tariffs(&agreement.parties)?;
        for importer in book.importers().into_iter().filter(|i| agreement.parties.contains(i)) {
            let origins: Vec<Party> = agreement.parties.iter().copied().filter(|o| *o != importer).collect();
            let panel = book.panel(importer, Some(day)).map_err(usage)?;
            let moment = Moment::at(day.at(23, 59, 0, 0));
            let stretch =
                Stretch { from: Moment::start_of(day), until: day.tomorrow().ok().map(Moment::start_of) };
            let table = panel.table(&origins, stretch).map_err(usage)?;
            for line in table.lines() {
                for origin in &origins {
                    let Some(charged) = table.at(line, *origin, moment) else { continue };
                    found.push(RateOfLine {
                        importer,
                        origin: *origin,
                        line: (*line).to_owned(),
                        base: charged.base.clone(),
                        total: charged.total.clone(),
                    });
                }
            }
        }
        Ok(found)
    }
}
