//! One hash over all files of a workspace. Whoever keeps it elsewhere sees later whether any of them was changed, added or lost.

use crate::folders::FOLDERS;
use crate::root::{EXAMPLES, MARKER, MARKER_TEXT};
use crate::{Root, Workspace, WorkspaceError};
use servanda_files::sha256;
use std::collections::BTreeMap;
use std::path::Path;

impl Workspace {
    /// The SHA-256 over the path and the SHA-256 of each file in the folders of the workspace, and of `servanda.toml`. Left out are
    /// names that begin with a point, and `originals/`, which a copy need not have and whose hashes are in the manifests.
    pub fn digest(&self) -> Result<String, WorkspaceError> {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        match self.root() {
            Root::Examples => {
                let all = EXAMPLES.iter().copied().filter(|(path, _)| counts(path));
                files.extend(all.map(|(path, bytes)| (path.to_owned(), sha256(bytes))));
                files.insert(MARKER.to_owned(), sha256(MARKER_TEXT.as_bytes()));
            }
            Root::Folder(dir) => {
                for folder in FOLDERS {
                    walk(&dir.join(folder), folder, &mut files)?;
                }
                let marker = dir.join(MARKER);
                let bytes = std::fs::read(&marker).map_err(|e| WorkspaceError::io(&marker, &e))?;
                files.insert(MARKER.to_owned(), sha256(&bytes));
            }
        }
        let all: String = files.iter().map(|(path, sha)| format!("{path} {sha}\n")).collect();
        Ok(sha256(all.as_bytes()))
    }
}

fn counts(path: &str) -> bool {
    let hidden = path.split('/').any(|name| name.starts_with('.'));
    let original = path.starts_with("evidence/") && path.split('/').nth(2) == Some("originals");
    !hidden && !original
}

fn walk(dir: &Path, path: &str, files: &mut BTreeMap<String, String>) -> Result<(), WorkspaceError> {
    let fail = |e: &std::io::Error| WorkspaceError::io(dir, e);
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(fail(&e)),
    };
    for entry in entries {
        let entry = entry.map_err(|e| fail(&e))?;
        let inside = format!("{path}/{}", entry.file_name().to_string_lossy());
        if !counts(&inside) {
            continue;
        }
        let kind = entry.file_type().map_err(|e| fail(&e))?;
        if kind.is_dir() {
            walk(&entry.path(), &inside, files)?;
        } else if kind.is_file() {
            let bytes = std::fs::read(entry.path()).map_err(|e| WorkspaceError::io(&entry.path(), &e))?;
            files.insert(inside, sha256(&bytes));
        } else if kind.is_symlink() {
            // Where a link leads to is another's; that it is there is part of the workspace.
            let to = std::fs::read_link(entry.path()).map_err(|e| WorkspaceError::io(&entry.path(), &e))?;
            files.insert(inside, format!("link {}", to.display()));
        }
    }
    Ok(())
}
