//! Opens a workspace and answers each command as data. It joins the agreement, the evidence and the verdict; it prints
//! nothing, and the clock comes in as an argument.

pub mod answer;
mod assessments;
mod bundle;
mod cases;
mod claim;
mod digest;
mod dispute;
mod due;
mod error;
mod export;
mod findings;
mod folders;
mod held;
mod keep;
mod lints;
mod live;
mod mirror;
mod remedies;
pub mod request;
mod root;
mod schemas;
mod search;
mod simulate;
mod talks;
mod tariff_lines;
mod tariff_questions;
mod tariffs;

pub use assessments::{AssessmentsAnswer, CasesVerified, ListedAssessment, new_key};
pub use bundle::Bundled;
pub use cases::{CaseOutcome, run_case};
pub use dispute::Dossier;
pub use error::WorkspaceError;
pub use export::{ExportAnswer, ExportedColumn, ExportedFile, RateOfLine};
pub use findings::{Asked, Compared};
pub use keep::{guessed, init, new_agreement, write_into, write_new};
pub use live::{Live, Snapshot};
pub use remedies::{RemedyFound, WriteAsked};
pub use root::{MARKER, Root};
pub use schemas::{all_schema_names, schema, schema_asked, schema_names};
pub use search::{FoundRow, SearchAnswer};
pub use servanda_evidence::{TableColumn, table_parquet};
pub use simulate::{simulate_scenario, write_outcome};
pub use talks::Checked as TalksChecked;
pub use tariff_lines::{StatedUnitValue, Written};
pub use tariff_questions::{LineOrEvents, TariffAnswer};

use root::Examples;
use servanda_agreement::{Agreement, AgreementFolder, DirFiles, FolderFiles};
use servanda_core::problem::Problem;
use servanda_core::{Date, Evidence, Source};
use servanda_evidence::{Folder, SourceFile, Store};
use servanda_files::Diagnostics;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A workspace: agreements, the sources that are described, and the store.
pub struct Workspace {
    root: Root,
    sources: Vec<SourceFile>,
    store: Store,
}

impl Workspace {
    /// Opens the workspace at a root. Every source's file is read; the store's figures are not, until they are asked for.
    pub fn open(root: Root) -> Result<Self, WorkspaceError> {
        let sources = match &root {
            Root::Folder(dir) => sources_of(&dir.join("sources"))?,
            Root::Examples => {
                let all = Examples::at("sources");
                let read = |(name, bytes)| {
                    SourceFile::parse(&format!("sources/{name}"), &String::from_utf8_lossy(bytes))
                };
                let named = all.files().filter(|(name, _)| name.ends_with(".toml"));
                named.map(read).collect::<Result<_, _>>()?
            }
        };
        for file in &sources {
            if let Some(parent) = file.source.parent.as_deref()
                && !sources.iter().any(|s| s.source.id == parent)
            {
                return Err(WorkspaceError::from(Problem::bad_file(format!(
                    "{}: its parent `{parent}` is not described; add sources/{parent}.toml, or take `parent` out",
                    file.file_name
                ))));
            }
        }
        for file in &sources {
            let parent = file.source.parent.as_deref();
            if let Some(parent) =
                sources.iter().find(|s| Some(s.source.id.as_str()) == parent && s.source.cumulative.is_some())
            {
                return Err(WorkspaceError::from(Problem::bad_file(format!(
                    "{}: its parent `{}` publishes sums since the beginning of a year, which bound no single period; take \
                     `parent` out",
                    file.file_name, parent.source.id
                ))));
            }
        }
        let store = match &root {
            Root::Folder(dir) => Store::open(Arc::new(Folder::new(dir.join("evidence"))), sources.clone()),
            Root::Examples => Store::open(Arc::new(Examples::at("evidence")), sources.clone()),
        };
        Ok(Self { root, sources, store })
    }

    /// Where it lies.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The sources with the descriptions of their files, by id.
    pub fn source_files(&self) -> &[SourceFile] {
        &self.sources
    }

    /// One source's file.
    pub fn source_file(&self, id: &str) -> Result<&SourceFile, WorkspaceError> {
        self.sources.iter().find(|s| s.source.id == id).ok_or_else(|| WorkspaceError::UnknownSource {
            name: id.to_owned(),
            known: self.sources.iter().map(|s| s.source.id.clone()).collect(),
        })
    }

    /// The sources as results refer to them.
    pub fn sources(&self) -> Vec<Source> {
        self.store.sources().into_iter().cloned().collect()
    }

    /// The ids of the workspace's agreements.
    ///
    /// # Errors
    /// If the folder of agreements, or one in it, is there and cannot be read.
    pub fn agreements(&self) -> Result<Vec<String>, WorkspaceError> {
        let Root::Folder(dir) = &self.root else { return Ok(Examples::agreements()) };
        let within = dir.join("agreements");
        let names = names_if_there(&within)?;
        let mut ids = Vec::new();
        for id in names.iter().filter_map(|name| name.strip_suffix('/')) {
            if is_file(&within.join(id).join("agreement.toml"))? {
                ids.push(id.to_owned());
            }
        }
        Ok(ids)
    }

    /// The folder of an agreement that is named by its id, or by its path; none for an example.
    pub fn agreement_dir(&self, name: &str) -> Result<Option<PathBuf>, WorkspaceError> {
        let is_agreement = |path: &Path| is_file(&path.join("agreement.toml"));
        let plain = !name.is_empty() && !name.contains(['/', '\\']) && name != "." && name != "..";
        if plain {
            match &self.root {
                Root::Folder(dir) if is_agreement(&dir.join("agreements").join(name))? => {
                    return Ok(Some(dir.join("agreements").join(name)));
                }
                Root::Examples if Examples::agreement(name).is_some() => return Ok(None),
                _ => {}
            }
        }
        let path = PathBuf::from(name);
        if is_agreement(&path)? {
            return Ok(Some(path));
        }
        Err(WorkspaceError::UnknownAgreement { name: name.to_owned(), known: self.agreements()? })
    }

    /// Opens an agreement that is named by its id, or by its path, with its worked cases.
    pub fn agreement(&self, name: &str) -> Result<AgreementFolder, WorkspaceError> {
        self.opened(name, AgreementFolder::open)
    }

    /// As [`Workspace::agreement`], without a look at its worked cases.
    pub(crate) fn agreement_lazily(&self, name: &str) -> Result<AgreementFolder, WorkspaceError> {
        self.opened(name, AgreementFolder::open_lazily)
    }

    fn opened(
        &self,
        name: &str,
        open: impl Fn(&dyn FolderFiles, &str) -> Result<AgreementFolder, Diagnostics>,
    ) -> Result<AgreementFolder, WorkspaceError> {
        Ok(match self.agreement_dir(name)? {
            None => {
                let files = Examples::agreement(name).ok_or_else(|| WorkspaceError::UnknownAgreement {
                    name: name.to_owned(),
                    known: Examples::agreements(),
                })?;
                open(&files, name)?
            }
            Some(dir) => {
                let id = folder_name(&dir);
                open(&DirFiles::new(dir), &id)?
            }
        })
    }

    /// An agreement as amended and known on a day; an error if there was none yet.
    pub fn agreement_on(&self, name: &str, day: Date) -> Result<Agreement, WorkspaceError> {
        let folder = self.agreement_lazily(name)?;
        match folder.known_from() {
            Some(from) if from > day => {
                Err(WorkspaceError::NotYet { what: format!("agreement `{name}`"), day, from })
            }
            _ => self.amended(&folder, day),
        }
    }

    /// An agreement's state on a day, its codes checked against the workspace's sources.
    pub(crate) fn amended(&self, folder: &AgreementFolder, day: Date) -> Result<Agreement, WorkspaceError> {
        let agreement = folder.as_of(day)?;
        folder.check_codes(&agreement, &self.sources())?;
        Ok(agreement)
    }
}

/// The names in a folder, and none where there is no such folder. One that cannot be listed is an error.
fn names_if_there(dir: &Path) -> Result<Vec<String>, WorkspaceError> {
    match servanda_files::names(dir) {
        Ok(names) => Ok(names),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(WorkspaceError::io(dir, &e)),
    }
}

/// Whether a file is there. One that nobody may look at is an error, and not absent.
pub(crate) fn is_file(path: &Path) -> Result<bool, WorkspaceError> {
    use std::io::ErrorKind::{InvalidInput, NotADirectory, NotFound};
    match std::fs::metadata(path) {
        Ok(about) => Ok(about.is_file()),
        Err(e) if matches!(e.kind(), NotFound | NotADirectory | InvalidInput) => Ok(false),
        Err(e) => Err(WorkspaceError::io(path, &e)),
    }
}

/// The longest description of a source that is read.
const MAX_SOURCE_BYTES: u64 = 1 << 20;

/// The last name of a folder's path.
fn folder_name(dir: &Path) -> String {
    let full = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    full.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned()
}

fn sources_of(dir: &Path) -> Result<Vec<SourceFile>, WorkspaceError> {
    let names = names_if_there(dir)?;
    let paths: Vec<PathBuf> =
        names.iter().map(|n| dir.join(n)).filter(|p| p.extension().is_some_and(|e| e == "toml")).collect();
    let mut sources: Vec<SourceFile> = Vec::new();
    for path in paths {
        let about = std::fs::metadata(&path).map_err(|e| WorkspaceError::io(&path, &e))?;
        if !about.is_file() || about.len() > MAX_SOURCE_BYTES {
            return Err(WorkspaceError::from(Problem::bad_file(format!(
                "{}: a source is described in a file of at most {MAX_SOURCE_BYTES} bytes; move this away",
                path.display()
            ))));
        }
        let bytes = std::fs::read(&path).map_err(|e| WorkspaceError::io(&path, &e))?;
        let text = String::from_utf8(bytes).map_err(|e| {
            WorkspaceError::from(Problem::bad_file(format!(
                "{}: it is not UTF-8 (byte {}); save it as UTF-8",
                path.display(),
                e.utf8_error().valid_up_to()
            )))
        })?;
        let source = SourceFile::parse(&path.display().to_string(), &text)?;
        if let Some(other) = sources.iter().find(|s| s.source.id == source.source.id) {
            return Err(WorkspaceError::from(Problem::bad_file(format!(
                "{}: the id `{}` is that of {} too; give one of them another",
                path.display(),
                source.source.id,
                other.file_name
            ))));
        }
        sources.push(source);
    }
    Ok(sources)
}
