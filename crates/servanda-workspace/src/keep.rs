//! What changes a workspace: `init`, `new`, `ingest` and `withdraw`.

use crate::folders::FOLDERS;
use crate::root::{EXAMPLES, MARKER, MARKER_TEXT};
use crate::{Root, Workspace, WorkspaceError};
use servanda_agreement::{is_id, new_skeleton};
use servanda_core::Timestamp;
use servanda_evidence::{
    IngestOptions, IngestReport, Input, Provenance, PublishedArg, UpgradeReport, ingest_all, upgrade,
    withdraw,
};
use servanda_files::{Outlet, leads_out};
use std::fs;
use std::path::{Path, PathBuf};

/// What to ingest.
#[derive(Debug, Clone)]
pub struct IngestRequest {
    /// The source's id.
    pub source: String,
    /// The files as published: all of them are kept, or none.
    pub files: Vec<PathBuf>,
    /// When it was published.
    pub published: Option<PublishedArg>,
    /// Where it comes from.
    pub provenance: Option<String>,
    /// Read and check everything, and keep nothing.
    pub dry_run: bool,
    /// Whether the publisher's files end without a line end.
    pub no_final_newline: bool,
}

/// A folder to write into.
pub(crate) fn outlet(dir: &Path) -> Result<Outlet, WorkspaceError> {
    Outlet::new(dir).map_err(|e| WorkspaceError::io(dir, &e))
}

/// Refuses a path below a folder that leaves it by a link.
pub(crate) fn stay_within(root: &Path, below: &Path) -> Result<(), WorkspaceError> {
    match leads_out(root, below) {
        Ok(None) => Ok(()),
        Ok(Some(link)) => Err(WorkspaceError::Usage(format!(
            "{} is a link that leads out of the workspace, and nothing is written by it; put the folder itself there",
            link.display()
        ))),
        Err(e) => Err(WorkspaceError::io(&root.join(below), &e)),
    }
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

/// Makes a workspace with the examples, or an empty one; gives how many files were written. All of it is made beside its place and
/// then named, the marker last: after an error, or a stop, nothing is left that could be taken for a workspace.
pub fn init(dir: &Path, empty: bool) -> Result<usize, WorkspaceError> {
    empty_or_new(dir)?;
    let there = dir.exists();
    let beside =
        if there { dir } else { dir.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(".".as_ref()) };
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |e: std::io::Error| WorkspaceError::io(&path, &e)
    };
    // What was made for it is taken away again after an error.
    let made = beside
        .ancestors()
        .take_while(|p| !p.as_os_str().is_empty() && !p.exists())
        .last()
        .map(Path::to_owned);
    fs::create_dir_all(beside).map_err(failed(beside))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tmp-init-");
    // As any other folder: what the user's mask takes away is taken away.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
    let filled = builder.tempdir_in(beside).map_err(failed(beside)).and_then(|new| {
        let written = fill(new.path(), empty)?;
        if there {
            move_entries(new.path(), dir)?;
        } else {
            fs::rename(new.path(), dir).map_err(failed(dir))?;
        }
        Ok(written)
    });
    if let (Err(_), Some(made)) = (&filled, made) {
        let _ = fs::remove_dir_all(made);
    }
    filled
}

/// Moves what a folder holds into another, the marker last; takes all of it back if a part cannot be moved.
fn move_entries(from: &Path, to: &Path) -> Result<(), WorkspaceError> {
    let mut names: Vec<&str> = FOLDERS.to_vec();
    names.push(MARKER);
    for (done, name) in names.iter().enumerate() {
        if let Err(error) = fs::rename(from.join(name), to.join(name)) {
            for back in names.iter().take(done) {
                let _ = fs::rename(to.join(back), from.join(back));
            }
            return Err(WorkspaceError::io(&to.join(name), &error));
        }
    }
    Ok(())
}

/// Fills a new folder.
fn fill(dir: &Path, empty: bool) -> Result<usize, WorkspaceError> {
    let outlet = outlet(dir)?;
    for name in FOLDERS {
        fs::create_dir(dir.join(name)).map_err(|e| WorkspaceError::io(&dir.join(name), &e))?;
    }
    let mut written = 1;
    let files = if empty { &[] } else { EXAMPLES };
    for (path, bytes) in files {
        outlet.create(path, bytes).map_err(|e| WorkspaceError::io(path.as_ref(), &e))?;
        written += 1;
    }
    outlet.create(MARKER, MARKER_TEXT.as_bytes()).map_err(|e| WorkspaceError::io(MARKER.as_ref(), &e))?;
    Ok(written)
}

/// Writes a commented skeleton of an agreement: into the workspace's `agreements/`, or, outside a workspace, below `here`.
pub fn new_agreement(root: &Root, here: &Path, id: &str) -> Result<PathBuf, WorkspaceError> {
    if !is_id(id) {
        return Err(WorkspaceError::Usage(format!(
            "`{id}` cannot be an agreement's id: use lower-case letters, digits and hyphens, such as us-japan-2025"
        )));
    }
    let (within, below) = match root {
        Root::Folder(dir) => (dir.as_path(), Path::new("agreements").join(id)),
        Root::Examples => (here, PathBuf::from(id)),
    };
    let dir = within.join(&below);
    stay_within(within, &below)?;
    empty_or_new(&dir)?;
    let outlet = outlet(within)?;
    for (path, contents) in new_skeleton(id) {
        let put = outlet.create(below.join(&path), contents.as_bytes());
        put.map_err(|e| WorkspaceError::io(&dir.join(path), &e))?;
    }
    Ok(dir)
}

impl Workspace {
    /// Keeps publications of a source, one for each file: all of them or none. After an error the store is as it was.
    pub fn ingest(
        &self,
        request: &IngestRequest,
        now: Timestamp,
    ) -> Result<Vec<IngestReport>, WorkspaceError> {
        let dir = self.root().folder()?;
        let source = self.source_file(&request.source)?;
        for name in ["manifests", "data", "originals", "withdrawals", "meanings"] {
            stay_within(dir, &Path::new("evidence").join(&source.source.id).join(name))?;
        }
        stay_within(dir, "evidence/.lock".as_ref())?;
        let options = IngestOptions {
            published: request.published,
            partial: false,
            dry_run: request.dry_run,
            no_final_newline: request.no_final_newline,
            provenance: Provenance { url: None, note: request.provenance.clone() },
        };
        let inputs: Vec<Input> = request.files.iter().cloned().map(Input::Path).collect();
        Ok(ingest_all(&dir.join("evidence"), source, &inputs, &options, now)?)
    }

    /// Records what the integers of an older store mean, of one source or of all that are held; what was done, by source.
    pub fn upgrade(
        &self,
        source: Option<&str>,
        now: Timestamp,
    ) -> Result<Vec<(String, UpgradeReport)>, WorkspaceError> {
        let evidence = self.root().folder()?.join("evidence");
        let chosen = match source {
            Some(id) => std::slice::from_ref(self.source_file(id)?),
            None => self.source_files(),
        };
        let done = chosen.iter().map(|s| Ok((s.source.id.clone(), upgrade(&evidence, s, now)?)));
        done.collect()
    }

    /// Records that a vintage, `SOURCE@VINTAGE`, was ingested by mistake; gives what the system did not
    /// confirm then.
    pub fn withdraw(
        &self,
        vintage: &str,
        why: &str,
        now: Timestamp,
    ) -> Result<Option<String>, WorkspaceError> {
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
        Ok(withdraw(&dir.join("evidence"), source, id, why, now)?.1)
    }
}
