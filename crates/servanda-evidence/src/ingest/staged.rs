//! Manifests on their way into a store. They are written under the names of [`STAGED`] before the files that they name, and take
//! their own names last. So whatever an interrupted ingest leaves is named by one of them, and a file that none names is what a
//! lost manifest leaves.

use crate::error::StoreError;
use crate::files::{Files, Folder};
use crate::held::read;
use crate::manifest::{self, Manifest};
use crate::put::put;
use servanda_files::{TEMPORARY, sync_dir, unconfirmed};
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

/// The start of the name of a manifest that has not its own yet.
pub(crate) const STAGED: &str = ".new-";

/// The manifests of a source that an ingest was about to give their names, with these.
pub(crate) fn staged(files: &dyn Files, source: &str) -> io::Result<Vec<(String, Manifest)>> {
    let dir = manifest::manifests(source);
    let mut found = Vec::new();
    for name in files.list(&dir)? {
        let Some(own) = name.strip_prefix(STAGED) else { continue };
        // One that is not whole was never named by anything.
        if let Ok(bytes) = read(files, &format!("{dir}/{name}"))
            && let Ok(manifest) = manifest::read_named::<Manifest>(own, &bytes)
        {
            found.push((own.to_owned(), manifest));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

/// Writes manifests under the names of [`STAGED`].
pub(crate) fn stage(
    evidence: &Path,
    source: &str,
    manifests: &[(String, Vec<u8>)],
) -> Result<(), StoreError> {
    let dir = manifest::manifests(source);
    manifests
        .iter()
        .try_for_each(|(name, bytes)| put(evidence, &format!("{dir}/{STAGED}{name}"), &mut bytes.as_slice()))
}

/// Gives staged manifests their own names. Of several that are one ingest, none counts before the last has its own. What is
/// said is a doubt about the disk after all was done.
pub(crate) fn give_names(
    evidence: &Path,
    source: &str,
    names: &[String],
) -> Result<Option<String>, StoreError> {
    let dir = evidence.join(manifest::manifests(source));
    for (done, name) in names.iter().enumerate() {
        let target = dir.join(name);
        if let Err(e) = std::fs::rename(dir.join(format!("{STAGED}{name}")), &target) {
            for name in names.iter().take(done).rev() {
                // If this fails too, the ingest is not finished, and the next one finishes it.
                let _ = std::fs::rename(dir.join(name), dir.join(format!("{STAGED}{name}")));
            }
            return Err(StoreError::io(target.display(), e));
        }
    }
    Ok(unconfirmed(&dir))
}

/// Puts right what an interrupted ingest left of a source. An ingest of several files of which one has its manifest is finished;
/// any other is undone. The lock is held.
pub(crate) fn recover(evidence: &Path, source: &str) -> Result<(), StoreError> {
    let folder = Folder::new(evidence);
    let dir = manifest::manifests(source);
    let io = |path: &str, e: io::Error| StoreError::io(evidence.join(path).display(), e);
    let left = staged(&folder, source).map_err(|e| io(&dir, e))?;
    if !left.is_empty() {
        let mut kept: Vec<Manifest> = Vec::new();
        for name in folder.list(&dir).map_err(|e| io(&dir, e))? {
            let path = format!("{dir}/{name}");
            if name.ends_with(".json") && !name.starts_with('.') {
                let bytes = read(&folder, &path).map_err(|e| io(&path, e))?;
                kept.push(manifest::read_named(&path, &bytes)?);
            }
        }
        let begun = |m: &Manifest| {
            m.group
                .as_ref()
                .is_some_and(|g| kept.iter().any(|k| k.group.as_ref().is_some_and(|other| other.id == g.id)))
        };
        let (forward, back): (Vec<_>, Vec<_>) = left.into_iter().partition(|(_, m)| begun(m));
        let names: Vec<String> = forward.iter().map(|(name, _)| name.clone()).collect();
        give_names(evidence, source, &names)?;
        kept.extend(forward.into_iter().map(|(_, manifest)| manifest));
        let used: BTreeSet<String> = kept.iter().flat_map(|m| named_files(source, m)).collect();
        for (name, manifest) in back {
            for path in named_files(source, &manifest) {
                if !used.contains(&path) {
                    remove(evidence, &path)?;
                }
            }
            remove(evidence, &format!("{dir}/{STAGED}{name}"))?;
        }
    }
    for part in ["manifests", "data", "originals", "withdrawals", "meanings"] {
        let dir = format!("{source}/{part}");
        for name in folder.list(&dir).map_err(|e| io(&dir, e))? {
            if name.starts_with(TEMPORARY) || name.starts_with(STAGED) {
                remove(evidence, &format!("{dir}/{name}"))?;
            }
        }
    }
    sync(evidence, &dir)
}

fn sync(evidence: &Path, dir: &str) -> Result<(), StoreError> {
    let dir = evidence.join(dir);
    if dir.is_dir() { sync_dir(&dir).map_err(|e| StoreError::io(dir.display(), e)) } else { Ok(()) }
}

/// The files of rows and the original that a manifest names.
pub(crate) fn named_files(source: &str, manifest: &Manifest) -> Vec<String> {
    let data = manifest.vintages.iter().map(|v| manifest::data(source, &v.data_sha256));
    data.chain([manifest::original(source, &manifest.original.sha256)]).collect()
}

fn remove(evidence: &Path, path: &str) -> Result<(), StoreError> {
    match std::fs::remove_file(evidence.join(path)) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => {
            Err(StoreError::io(evidence.join(path).display(), e))
        }
        _ => Ok(()),
    }
}
