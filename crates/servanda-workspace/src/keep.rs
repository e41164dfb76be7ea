//! What changes a workspace: `init`, `new`, `ingest` and `withdraw`.

use crate::root::{
    ExampleAgreements, ExampleBases, ExampleCalendars, ExampleCases, ExampleConcordances, ExampleEvidence,
    ExampleMeasures, ExampleRemedies, ExampleRubrics, ExampleScenarios, ExampleSchedules, ExampleSources,
    ExampleTalks, MARKER, MARKER_TEXT,
};
use crate::{Root, Workspace, WorkspaceError};
use servanda_agreement::{is_id, new_skeleton};
use servanda_core::Timestamp;
use servanda_evidence::{IngestOptions, IngestReport, Input, Provenance, PublishedArg, ingest, withdraw};
use std::fs;
use std::path::{Path, PathBuf};

/// What to ingest.
#[derive(Debug, Clone)]
pub struct IngestRequest {
    /// The source's id.
    pub source: String,
    /// The file as published.
    pub file: PathBuf,
    /// When it was published.
    pub published: Option<PublishedArg>,
    /// Where it comes from.
    pub provenance: Option<String>,
    /// Read and check everything, and keep nothing.
    pub dry_run: bool,
}

pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), WorkspaceError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|e| WorkspaceError::io(parent, &e))?;
    }
    fs::write(path, bytes).map_err(|e| WorkspaceError::io(path, &e))
}

fn empty_or_new(dir: &Path) -> Result<(), WorkspaceError> {
    match fs::read_dir(dir) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(WorkspaceError::InUse { path: dir.display().to_string() }),
        },
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(WorkspaceError::io(dir, &e)),
    }
}

/// Unpacks the examples into a new folder; gives how many files were written. The marker is written last, so that a
/// folder that was filled only in part is no workspace.
pub fn init(dir: &Path) -> Result<usize, WorkspaceError> {
    empty_or_new(dir)?;
    let mut written = 0;
    macro_rules! unpack {
        ($examples:ty, $name:literal) => {
            for path in <$examples>::iter() {
                if let Some(file) = <$examples>::get(&path) {
                    write_new(&dir.join($name).join(path.as_ref()), &file.data)?;
                    written += 1;
                }
            }
        };
    }
    unpack!(ExampleAgreements, "agreements");
    unpack!(ExampleSources, "sources");
    unpack!(ExampleEvidence, "evidence");
    unpack!(ExampleSchedules, "schedules");
    unpack!(ExampleMeasures, "measures");
    unpack!(ExampleTalks, "talks");
    unpack!(ExampleCases, "cases");
    unpack!(ExampleRubrics, "rubrics");
    unpack!(ExampleRemedies, "remedies");
    unpack!(ExampleBases, "bases");
    unpack!(ExampleScenarios, "examples");
    unpack!(ExampleCalendars, "calendars");
    unpack!(ExampleConcordances, "concordances");
    write_new(&dir.join(MARKER), MARKER_TEXT.as_bytes())?;
    Ok(written + 1)
}

/// Writes a commented skeleton of an agreement: into the workspace's `agreements/`, or, outside a workspace, below `here`.
pub fn new_agreement(root: &Root, here: &Path, id: &str) -> Result<PathBuf, WorkspaceError> {
    if !is_id(id) {
        return Err(WorkspaceError::Usage(format!(
            "`{id}` cannot be an agreement's id: use lower-case letters, digits and hyphens, such as us-japan-2025"
        )));
    }
    let dir = match root {
        Root::Folder(dir) => dir.join("agreements").join(id),
        Root::Examples => here.join(id),
    };
    empty_or_new(&dir)?;
    for (path, contents) in new_skeleton(id) {
        write_new(&dir.join(path), contents.as_bytes())?;
    }
    Ok(dir)
}

impl Workspace {
    /// Keeps a publication of a source. After an error the store is as it was.
    pub fn ingest(&self, request: &IngestRequest, now: Timestamp) -> Result<IngestReport, WorkspaceError> {
        let dir = self.root().folder()?;
        let source = self.source_file(&request.source)?;
        let options = IngestOptions {
            published: request.published,
            partial: false,
            dry_run: request.dry_run,
            provenance: Provenance { url: None, note: request.provenance.clone() },
        };
        let input = Input::Path(request.file.clone());
        Ok(ingest(&dir.join("evidence"), source, &input, &options, now)?)
    }

    /// Records that a vintage, `SOURCE@VINTAGE`, was ingested by mistake.
    pub fn withdraw(&self, vintage: &str, why: &str, now: Timestamp) -> Result<(), WorkspaceError> {
        let dir = self.root().folder()?;
        let (source, id) = vintage.split_once('@').ok_or_else(|| {
            WorkspaceError::Usage(format!(
                "`{vintage}` names no vintage: write the source, @, and the vintage's id, such as usa-census-totals@2025-10-18"
            ))
        })?;
        if why.trim().is_empty() {
            return Err(WorkspaceError::Usage("--why is empty: say what was wrong with it".into()));
        }
        let source = self.source_file(source)?;
        withdraw(&dir.join("evidence"), source, id, why, now)?;
        Ok(())
    }
}
