//! What changes a workspace: `init`, `new`, `ingest` and `withdraw`.

use crate::folders::FOLDERS;
use crate::request::{Ingest, Withdraw};
use crate::root::{EXAMPLES, MARKER, MARKER_TEXT};
use crate::{Root, Workspace, WorkspaceError};
use servanda_agreement::{is_id, new_skeleton};
use servanda_core::Timestamp;
use servanda_core::problem::{Code, Field, Problem};
use servanda_evidence::{
    IngestOptions, IngestReport, Input, Provenance, PublishedArg, UpgradeReport, guess, ingest_all, upgrade,
    withdraw,
};
use servanda_files::csv::guard_formulas;
use servanda_files::{Doubt, Outlet, create_file, leads_out, make_dir, names, turn, unconfirmed, visible};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder to write into.
pub(crate) fn outlet(dir: &Path) -> Result<Outlet, WorkspaceError> {
    Outlet::new(dir).map_err(|e| WorkspaceError::io(dir, &e))
}

/// A table as it may be written: nothing in it is obeyed, and with `guard` no cell is taken for a formula.
pub(crate) fn csv_text(table: &str, guard: bool) -> String {
    let table = visible(table);
    if guard { guard_formulas(&table) } else { table.into_owned() }
}

/// Writes new files into a folder, which is made where there is none; gives what the system did not confirm. One that is there already is
/// never written over.
pub fn write_into(dir: &Path, files: &[(String, Vec<u8>)]) -> Result<Doubt, WorkspaceError> {
    let files: Vec<(PathBuf, &[u8])> =
        files.iter().map(|(name, bytes)| (name.into(), bytes.as_slice())).collect();
    create_together(dir, &files)
}

/// Writes files that belong together below a folder, the last of which says that they are there; gives what the system did not
/// confirm. One that is there already is never written over.
pub(crate) fn write_together(dir: &Path, files: &[(PathBuf, String)]) -> Result<Doubt, WorkspaceError> {
    let bytes: Vec<(PathBuf, &[u8])> = files.iter().map(|(p, text)| (p.clone(), text.as_bytes())).collect();
    create_together(dir, &bytes)
}

fn create_together(dir: &Path, files: &[(PathBuf, &[u8])]) -> Result<Doubt, WorkspaceError> {
    outlet(dir)?.create_all(files).map_err(|(path, e)| match e.kind() {
        std::io::ErrorKind::AlreadyExists => {
            WorkspaceError::InUse { path: dir.join(path).display().to_string() }
        }
        _ => WorkspaceError::io(&dir.join(path), &e),
    })
}

/// Writes a new file at a path that the user names, and gives what the system did not confirm; one that is there is never written
/// over.
pub fn write_new(path: &Path, text: &str) -> Result<Doubt, WorkspaceError> {
    create_file(path, text.as_bytes()).map_err(|e| match e.kind() {
        std::io::ErrorKind::AlreadyExists => WorkspaceError::from(Problem::new(
            Code::InUse,
            format!(
                "{}: there is a file already, and it is never written over; take it away, or name another",
                path.display()
            ),
        )),
        _ => WorkspaceError::io(path, &e),
    })
}

/// Refuses a path below a folder that leaves it by a link.
pub(crate) fn stay_within(root: &Path, below: &Path) -> Result<(), WorkspaceError> {
    match leads_out(root, below) {
        Ok(None) => Ok(()),
        Ok(Some(link)) => Err(WorkspaceError::from(Problem::new(
            Code::NotAllowed,
            format!(
                "{} is a link that leads out of the workspace, and nothing is written by it; put the folder itself there",
                link.display()
            ),
        ))),
        Err(e) => Err(WorkspaceError::io(&root.join(below), &e)),
    }
}

/// The start of the name of a folder that a workspace is made in.
const MAKING: &str = ".tmp-init-";

/// Makes a workspace with the examples, or an empty one; gives how many files were written, and what the system did not confirm.
/// All of it is made beside its place and then named, the marker last: after an error nothing is left, and after a stop what is left is
/// no workspace and is finished by the next run.
pub fn init(dir: &Path, empty: bool) -> Result<(usize, Doubt), WorkspaceError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |e: std::io::Error| WorkspaceError::io(&path, &e)
    };
    // What another run has half made is not what a stop left.
    let _turn = match dir.is_dir() {
        true => turn(dir).map_err(failed(dir))?,
        false => None,
    };
    let there = match names(dir) {
        Ok(there) => Some(there),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
        Err(e) => return Err(failed(dir)(e)),
    };
    let left = |name: &String| name.starts_with(MAKING);
    let ours = |name: &String| left(name) || FOLDERS.contains(&name.trim_end_matches('/'));
    if there.iter().flatten().any(|name| !ours(name)) {
        return Err(WorkspaceError::InUse { path: dir.display().to_string() });
    }
    let parent = || dir.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(".".as_ref());
    let beside = if there.is_some() { dir } else { parent() };
    for name in there.iter().flatten().filter(|name| left(name)) {
        fs::remove_dir_all(dir.join(name)).map_err(failed(dir))?;
    }
    // What was made for it is taken away again after an error.
    let made = beside
        .ancestors()
        .take_while(|p| !p.as_os_str().is_empty() && !p.exists())
        .last()
        .map(Path::to_owned);
    make_dir(beside).map_err(failed(beside))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(MAKING);
    // As any other folder: what the user's mask takes away is taken away.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
    let filled = builder.tempdir_in(beside).map_err(failed(beside)).and_then(|new| {
        let (written, doubt) = fill(new.path(), empty)?;
        if there.is_some() {
            move_entries(new.path(), dir)?;
        } else {
            fs::rename(new.path(), dir).map_err(failed(dir))?;
        }
        Ok((written, doubt.or_else(|| unconfirmed(beside))))
    });
    if let (Err(_), Some(made)) = (&filled, made) {
        let _ = fs::remove_dir_all(made);
    }
    filled
}

/// Moves what a folder holds into another, the marker last; what a run that was stopped moved there stays. Takes all of it back
/// if a part cannot be moved.
fn move_entries(from: &Path, to: &Path) -> Result<(), WorkspaceError> {
    let mut missing: Vec<&str> = Vec::new();
    for name in FOLDERS {
        let target = to.join(name);
        if !target.exists() {
            missing.push(name);
        } else if !same_tree(&from.join(name), &target).map_err(|e| WorkspaceError::io(&target, &e))? {
            return Err(WorkspaceError::InUse { path: target.display().to_string() });
        }
    }
    missing.push(MARKER);
    for (done, name) in missing.iter().enumerate() {
        if let Err(error) = fs::rename(from.join(name), to.join(name)) {
            for back in missing.iter().take(done) {
                let _ = fs::rename(to.join(back), from.join(back));
            }
            return Err(WorkspaceError::io(&to.join(name), &error));
        }
    }
    Ok(())
}

/// Whether two folders hold the same files.
fn same_tree(one: &Path, other: &Path) -> std::io::Result<bool> {
    let there = names(one)?;
    if there != names(other)? {
        return Ok(false);
    }
    for name in there {
        let (one, other) = (one.join(&name), other.join(&name));
        let same = match name.ends_with('/') {
            true => same_tree(&one, &other)?,
            false => fs::read(one)? == fs::read(other)?,
        };
        if !same {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Fills a new folder.
fn fill(dir: &Path, empty: bool) -> Result<(usize, Doubt), WorkspaceError> {
    let outlet = outlet(dir)?;
    for name in FOLDERS {
        fs::create_dir(dir.join(name)).map_err(|e| WorkspaceError::io(&dir.join(name), &e))?;
    }
    let (mut written, mut doubt) = (1, None);
    let files = if empty { &[] } else { EXAMPLES };
    for (path, bytes) in files {
        let unsure = outlet.create(path, bytes);
        doubt = doubt.or(unsure.map_err(|e| WorkspaceError::io(path.as_ref(), &e))?);
        written += 1;
    }
    let unsure = outlet.create(MARKER, MARKER_TEXT.as_bytes());
    Ok((written, doubt.or(unsure.map_err(|e| WorkspaceError::io(MARKER.as_ref(), &e))?)))
}

/// Writes a commented skeleton of an agreement: into the workspace's `agreements/`, or, outside a workspace, below `here`. Gives its
/// folder, and what the system did not confirm.
pub fn new_agreement(root: &Root, here: &Path, id: &str) -> Result<(PathBuf, Doubt), WorkspaceError> {
    if !is_id(id) {
        return Err(WorkspaceError::from(Problem::bad_value(
            Field::Agreement,
            format!(
                "`{id}` cannot be an agreement's id: use lower-case letters, digits and hyphens, such as us-japan-2025"
            ),
        )));
    }
    let (within, below) = match root {
        Root::Folder(dir) => (dir.as_path(), Path::new("agreements").join(id)),
        Root::Examples => (here, PathBuf::from(id)),
    };
    let dir = within.join(&below);
    stay_within(within, &below)?;
    let mut files: Vec<(PathBuf, String)> =
        new_skeleton(id).into_iter().map(|(path, text)| (below.join(path), text)).collect();
    // A folder is an agreement once it has this file.
    files.sort_by_key(|(path, _)| path.ends_with("agreement.toml"));
    // What a stopped run left may stand there, and nothing else.
    let ours =
        |name: &str| files.iter().any(|(path, _)| path.starts_with(below.join(name.trim_end_matches('/'))));
    match names(&dir) {
        Ok(there) if there.iter().all(|name| name.starts_with(".tmp-") || ours(name)) => {}
        Ok(_) => return Err(WorkspaceError::InUse { path: dir.display().to_string() }),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
        Err(e) => return Err(WorkspaceError::io(&dir, &e)),
    }
    Ok((dir, write_together(within, &files)?))
}

fn no_file() -> WorkspaceError {
    let said = "name the file to ingest, as its publisher gave it";
    Problem::of(Code::MissingValue, Field::Files, said).into()
}

/// A description of the file that a request names, to correct by hand, tried on the file at an instant; nothing is ingested. Where
/// the request asks for it, and the file ingests by it, it is put into the workspace's `sources/`, and what is given says so.
pub fn guessed(root: &Root, request: &Ingest, now: Timestamp) -> Result<(String, Doubt), WorkspaceError> {
    let first = request.files.first().ok_or_else(no_file)?;
    let guess = guess(&Input::Path(first.clone()), &request.source, now)?;
    if !request.write {
        return Ok((guess.text, None));
    }
    if !guess.ingests {
        return Err(WorkspaceError::from(Problem::bad_value(
            Field::Files,
            format!(
                "the description that was guessed does not read the file, so it was not written: {}",
                guess.says
            ),
        )));
    }
    let id = request.source.as_str();
    if !is_id(id) {
        return Err(WorkspaceError::from(Problem::bad_value(
            Field::Source,
            format!(
                "`{id}` cannot be a source's id: use lower-case letters, digits and hyphens, such as usa-census-exports"
            ),
        )));
    }
    let dir = root.folder()?;
    let below = Path::new("sources").join(format!("{id}.toml"));
    stay_within(dir, &below)?;
    let doubt = write_together(dir, &[(below.clone(), guess.text)])?;
    Ok((format!("{}: written; {}\n", dir.join(below).display(), guess.says), doubt))
}

impl Workspace {
    /// Keeps publications of a source, one for each file: all of them or none. After an error the store is as it was.
    pub fn ingest(&self, request: &Ingest, now: Timestamp) -> Result<Vec<IngestReport>, WorkspaceError> {
        if request.files.is_empty() {
            return Err(no_file());
        }
        if request.write && !request.guess {
            let said = "only a description that is guessed is written into the sources";
            return Err(WorkspaceError::from(Problem::bad_value(Field::Write, said)));
        }
        let published = request.published.as_deref().map(PublishedArg::parse).transpose()?;
        let dir = self.root().folder()?;
        let source = self.source_file(&request.source)?;
        for name in ["manifests", "data", "originals", "withdrawals", "meanings"] {
            stay_within(dir, &Path::new("evidence").join(&source.source.id).join(name))?;
        }
        let evidence = self.evidence_folder()?;
        let options = IngestOptions {
            published,
            partial: false,
            dry_run: request.dry_run,
            no_final_newline: request.no_final_newline,
            provenance: Provenance { url: None, note: request.provenance.clone() },
        };
        let inputs: Vec<Input> = request.files.iter().cloned().map(Input::Path).collect();
        Ok(ingest_all(&evidence, source, &inputs, &options, now)?)
    }

    /// Records what the integers of an older store mean, of one source or of all that are held; what was done, by source.
    pub fn upgrade(
        &self,
        source: Option<&str>,
        now: Timestamp,
    ) -> Result<Vec<(String, UpgradeReport)>, WorkspaceError> {
        let evidence = self.evidence_folder()?;
        let chosen = match source {
            Some(id) => std::slice::from_ref(self.source_file(id)?),
            None => self.source_files(),
        };
        let done = chosen.iter().map(|s| Ok((s.source.id.clone(), upgrade(&evidence, s, now)?)));
        done.collect()
    }

    /// Records that a vintage, `SOURCE@VINTAGE`, was ingested by mistake; gives what the system did not
    /// confirm then.
    pub fn withdraw(&self, request: &Withdraw, now: Timestamp) -> Result<Option<String>, WorkspaceError> {
        let (vintage, why) = (request.vintage.as_str(), request.why.as_str());
        let evidence = self.evidence_folder()?;
        let (source, id) = vintage.split_once('@').ok_or_else(|| {
            WorkspaceError::from(Problem::bad_value(Field::Vintage, format!(
                "`{vintage}` names no vintage: write the source, @, and the vintage's id, such as usa-census-totals@2025-10-18"
            )))
        })?;
        if why.trim().is_empty() {
            return Err(WorkspaceError::from(Problem::bad_value(
                Field::Why,
                "it is empty: say what was wrong with it",
            )));
        }
        let source = self.source_file(source)?;
        Ok(withdraw(&evidence, source, id, why, now)?.1)
    }

    /// The folder of evidence, to write into; one that is a link out of the workspace is refused.
    fn evidence_folder(&self) -> Result<PathBuf, WorkspaceError> {
        let dir = self.root().folder()?;
        stay_within(dir, "evidence/.lock".as_ref())?;
        Ok(dir.join("evidence"))
    }
}
