//! Schedules and measures of a workspace, and what is asked of them.

use crate::root::Examples;
use crate::{Root, Workspace, WorkspaceError};
use servanda_agreement::{Agreement, DirFiles};
use servanda_core::problem::{Code, Field, Problem};
use servanda_core::{AsOf, Date, Party};
use servanda_tariff::Book;
use servanda_tariff::Trade;
use servanda_verdict::{Memory, counts_working_days, reads_tariffs, trade_by_code};
use std::sync::Arc;

impl Workspace {
    /// The schedules and measures of some importers; of all without any.
    pub fn tariffs(&self, importers: &[Party]) -> Result<Arc<Book>, WorkspaceError> {
        let load = |files: &dyn servanda_agreement::FolderFiles| match importers {
            [] => Book::load(files),
            some => Book::load_for(files, some),
        };
        let book = match self.root() {
            Root::Examples => load(&Examples::whole()),
            Root::Folder(dir) => load(&DirFiles::new(dir)),
        }?;
        for importer in book.importers() {
            if let Ok(panel) = book.panel(importer, None) {
                panel.conflict().map_err(|e| Problem::bad_file(e.to_string()))?;
            }
        }
        Ok(Arc::new(book))
    }

    /// What findings of an agreement need beside the evidence: tariffs are read only where a rule or a condition asks for
    /// them.
    pub(crate) fn memory(&self, agreement: &Agreement) -> Result<Memory, WorkspaceError> {
        Ok(self.memory_of_files(agreement)?.with_assessments(self.assessed(agreement)?))
    }

    /// The same with schedules and measures that have been read.
    pub(crate) fn memory_with(
        &self,
        agreement: &Agreement,
        book: &Arc<Book>,
    ) -> Result<Memory, WorkspaceError> {
        let memory = self.memory_of_calendars(agreement)?.with_tariffs(Arc::clone(book));
        Ok(memory.with_assessments(self.assessed(agreement)?))
    }

    fn memory_of_calendars(&self, agreement: &Agreement) -> Result<Memory, WorkspaceError> {
        let memory = Memory::of(agreement);
        match counts_working_days(agreement) {
            true => Ok(memory.with_calendars(self.calendars()?)),
            false => Ok(memory),
        }
    }

    /// The same without what people concluded: calendars, and the schedules and measures that rules and conditions name.
    pub(crate) fn memory_of_files(&self, agreement: &Agreement) -> Result<Memory, WorkspaceError> {
        let memory = self.memory_of_calendars(agreement)?;
        match reads_tariffs(agreement) {
            None => Ok(memory),
            Some(importers) => Ok(memory.with_tariffs(self.tariffs(&importers)?)),
        }
    }

    /// Trade by code as weights: what one party bought from another in a year, by a source's figures as of a day.
    pub fn weights(
        &self,
        source: &str,
        importer: Party,
        origin: Party,
        year: i16,
        as_of: Date,
    ) -> Result<Trade, WorkspaceError> {
        let as_of = AsOf { date: as_of, known_at: None };
        trade_by_code(self.store(), source, importer, origin, year, as_of)?.map_err(|why| {
            Problem::of(Code::NotHeld, Field::Weights, format!("{year}:{source}: {why}")).into()
        })
    }
}
