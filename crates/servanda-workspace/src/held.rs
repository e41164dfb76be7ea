//! What the store holds.

use crate::root::Examples;
use crate::{Root, Workspace, WorkspaceError};
use servanda_core::{AsOf, Date};
use servanda_evidence::{Folder, SourceCoverage, VerifyReport, coverage, verify};

impl Workspace {
    /// What is held of a source as of a day.
    pub fn coverage(&self, source: &str, day: Date) -> Result<SourceCoverage, WorkspaceError> {
        Ok(coverage(self.store(), source, AsOf { date: day, known_at: None })?)
    }

    /// Holds everything in the store against everything else in it, and against the files of its sources.
    pub fn verify(&self) -> VerifyReport {
        match self.root() {
            Root::Folder(dir) => verify(&Folder::new(dir.join("evidence")), self.source_files()),
            Root::Examples => verify(&Examples::at("evidence"), self.source_files()),
        }
    }
}
