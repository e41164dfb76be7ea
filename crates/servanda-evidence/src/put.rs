//! Writing files that are named by their content, so that a kill or a full disk at any call leaves what was before or what is
//! after: a temporary name, flushed to disk, then one rename.

use crate::error::StoreError;
use crate::manifest;
use servanda_files::{Doubt, TEMPORARY, leads_out, make_dir, unconfirmed};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// The lock of a folder to which records are added, `.lock` in it; let go when dropped.
pub struct Lock(#[allow(dead_code, reason = "held for its lock")] File);

const PATIENCE: Duration = Duration::from_secs(20);

impl Lock {
    /// Waits for the lock of a folder, which is made if it is not there, for at most 20 s.
    pub fn take(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(".lock");
        let shown = path.display().to_string();
        std::fs::create_dir_all(folder).map_err(|e| StoreError::io(folder.display(), e))?;
        within(folder, ".lock")?;
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|e| StoreError::io(&shown, e))?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self(file)),
                Err(std::fs::TryLockError::WouldBlock) if start.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(std::fs::TryLockError::WouldBlock) => {
                    return Err(StoreError::Busy { path: shown, seconds: PATIENCE.as_secs() });
                }
                Err(std::fs::TryLockError::Error(e)) => return Err(StoreError::io(&shown, e)),
            }
        }
    }
}

/// Writes a file below `root` that is named by its content: to a temporary name, flushed, then renamed. One that is there stays.
pub fn put(root: &Path, path: &str, content: &mut impl Read) -> Result<(), StoreError> {
    let target = root.join(path);
    match put_last(root, path, content)? {
        None => Ok(()),
        Some(doubt) => Err(StoreError::io(target.display(), doubt)),
    }
}

/// As [`put`], for the file with which something is done: what fails once it has its name is no failure, and is given as a
/// doubt.
pub fn put_last(root: &Path, path: &str, content: &mut impl Read) -> Result<Doubt, StoreError> {
    within(root, path)?;
    let target = root.join(path);
    if target.exists() {
        return Ok(None);
    }
    let fail = |e: io::Error| StoreError::io(target.display(), e);
    let dir = target.parent().unwrap_or(root);
    make_dir(dir).map_err(fail)?;
    let mut temporary = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(dir).map_err(fail)?;
    io::copy(content, &mut temporary).map_err(fail)?;
    temporary.flush().map_err(fail)?;
    set_readable(temporary.as_file()).map_err(fail)?;
    temporary.as_file().sync_all().map_err(fail)?;
    temporary.persist(&target).map_err(|e| fail(e.error))?;
    Ok(unconfirmed(dir))
}

/// Refuses a path that leaves its folder by a link: a received folder may hold some.
fn within(root: &Path, path: &str) -> Result<(), StoreError> {
    match leads_out(root, Path::new(path)) {
        Ok(None) => Ok(()),
        Ok(Some(link)) => Err(StoreError::io(
            link.display(),
            "it is a link that leads out of its folder, and nothing is written by it; put the folder itself there",
        )),
        // A folder that is yet to be made holds none.
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(StoreError::io(root.join(path).display(), e)),
    }
}

/// Writes canonical JSON under its own SHA-256, the last file of what is done; gives what the system did not confirm then.
pub(crate) fn put_record<T: serde::Serialize>(
    evidence: &Path,
    dir: &str,
    value: &T,
) -> Result<Doubt, StoreError> {
    let bytes = manifest::canonical(dir, value)?;
    let name = format!("{}.json", servanda_files::sha256(&bytes));
    put_last(evidence, &format!("{dir}/{name}"), &mut bytes.as_slice())
}

#[cfg(unix)]
fn set_readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn set_readable(_: &File) -> io::Result<()> {
    Ok(())
}
