//! Where an agreement's files come from: a folder on disk, or files inside a program.

use std::io;
use std::path::{Path, PathBuf};

/// The files of one agreement's folder. Paths use `/` and are relative to the folder.
pub trait FolderFiles {
    /// The bytes of a file.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// The names of the entries of a folder inside it (`""` is the folder itself); folders end with `/`.
    fn list(&self, dir: &str) -> io::Result<Vec<String>>;
}

/// The largest file of an agreement's folder that is read.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// Why a path is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It would leave the folder.
    #[error("`{0}` leaves the agreement's folder: name a file inside it, such as scopes/list.csv")]
    Leaves(String),
    /// It is no path.
    #[error("`{0}` is not a path: write a relative path with / between its parts")]
    NotAPath(String),
}

/// Whether a path stays inside the folder, by its text.
pub fn check_path(path: &str) -> Result<(), PathError> {
    if path.is_empty() || path.len() > 500 || path.contains(['\0', '\\', '\n']) {
        return Err(PathError::NotAPath(path.to_owned()));
    }
    let drive = path.as_bytes().get(1) == Some(&b':');
    if path.starts_with('/') || drive || path.split('/').any(|part| part == "..") {
        return Err(PathError::Leaves(path.to_owned()));
    }
    if path.split('/').any(|part| part.is_empty() || part == ".") {
        return Err(PathError::NotAPath(path.to_owned()));
    }
    Ok(())
}

/// A folder on disk. Links that lead out of it are refused.
#[derive(Debug, Clone)]
pub struct DirFiles {
    root: PathBuf,
}

impl DirFiles {
    /// The folder at a path.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    fn inside(&self, path: &str) -> io::Result<PathBuf> {
        let root = self.root.canonicalize()?;
        if path.is_empty() {
            return Ok(root);
        }
        let refuse = |e: PathError| io::Error::new(io::ErrorKind::PermissionDenied, e.to_string());
        check_path(path).map_err(refuse)?;
        let full = root.join(Path::new(path)).canonicalize()?;
        if full.starts_with(&root) { Ok(full) } else { Err(refuse(PathError::Leaves(path.to_owned()))) }
    }
}

impl FolderFiles for DirFiles {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let full = self.inside(path)?;
        let length = std::fs::metadata(&full)?.len();
        if length > MAX_FILE_BYTES {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("it has {length} bytes, more than the {MAX_FILE_BYTES} that are read"),
            ));
        }
        std::fs::read(full)
    }

    fn list(&self, dir: &str) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(self.inside(dir.trim_end_matches('/'))?)? {
            let entry = entry?;
            let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
            names.push(if entry.path().is_dir() { name + "/" } else { name });
        }
        names.sort();
        Ok(names)
    }
}

/// Files in memory, by path; for examples inside a program and for tests.
impl FolderFiles for std::collections::BTreeMap<String, Vec<u8>> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.get(path)
            .cloned()
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "there is no such file"))
    }

    fn list(&self, dir: &str) -> io::Result<Vec<String>> {
        let dir = dir.trim_end_matches('/');
        let prefix = if dir.is_empty() { String::new() } else { format!("{dir}/") };
        let mut names: Vec<String> = self
            .keys()
            .filter_map(|path| path.strip_prefix(&prefix))
            .map(|rest| match rest.split_once('/') {
                Some((folder, _)) => format!("{folder}/"),
                None => rest.to_owned(),
            })
            .collect();
        names.sort();
        names.dedup();
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_the_folder_are_refused() {
        for bad in ["/etc/passwd", "../x.csv", "a/../../b", "C:/x", "a\\b", "", "a//b", "./a", "a/./b"] {
            assert!(check_path(bad).is_err(), "{bad}");
        }
        assert!(check_path("scopes/annex-6-1.csv").is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_out_are_refused() {
        let outer = tempfile::tempdir().unwrap();
        std::fs::write(outer.path().join("secret"), "x").unwrap();
        let folder = outer.path().join("agreement");
        std::fs::create_dir(&folder).unwrap();
        std::os::unix::fs::symlink(outer.path().join("secret"), folder.join("link.csv")).unwrap();
        let files = DirFiles::new(&folder);
        assert_eq!(files.read("link.csv").unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        assert_eq!(files.list("").unwrap(), ["link.csv"]);
    }
}
