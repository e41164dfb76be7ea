//! The files of a folder: on disk, in memory, or inside a program.

use std::io;
use std::path::{Path, PathBuf};

/// The files of a folder. Paths use `/` and are relative to it.
///
/// What cannot be listed or read is an error and never nothing: an answer that rests on a folder half seen would be another answer.
pub trait Files {
    /// The bytes of a file.
    ///
    /// # Errors
    /// `NotFound` where there is none, or what the system says.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// The names of the entries of a folder inside it (`""` is the folder itself), in order; folders end with `/`.
    ///
    /// # Errors
    /// `NotFound` where there is no such folder; else if it, or an entry of it, cannot be read, or a name is not UTF-8.
    fn list(&self, dir: &str) -> io::Result<Vec<String>>;

    /// [`Self::list`], and nothing where there is no such folder.
    ///
    /// # Errors
    /// If the folder is there and cannot be read.
    fn list_if_there(&self, dir: &str) -> io::Result<Vec<String>> {
        match self.list(dir) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            listed => listed,
        }
    }
}

/// The names of the entries of a folder on disk, in order; folders, and links to folders, end with `/`.
///
/// # Errors
/// If the folder or an entry cannot be read, or a name is not UTF-8.
pub fn names(dir: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name().into_string().map_err(|name| {
            let what = format!("the name {name:?} in it is not UTF-8: rename that file");
            io::Error::new(io::ErrorKind::InvalidData, what)
        })?;
        let is_dir = match entry.file_type()? {
            kind if kind.is_symlink() => match std::fs::metadata(entry.path()) {
                Ok(about) => about.is_dir(),
                // A link to nothing is an entry; reading it says that nothing is there.
                Err(e) if e.kind() == io::ErrorKind::NotFound => false,
                Err(e) => return Err(io::Error::new(e.kind(), format!("{name}: {e}"))),
            },
            kind => kind.is_dir(),
        };
        names.push(if is_dir { name + "/" } else { name });
    }
    names.sort();
    Ok(names)
}

/// The largest file that is read whole.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// Why a path is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It would leave the folder.
    #[error("`{0}` leaves the folder: name a file inside it, such as scopes/list.csv")]
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
pub struct Dir {
    root: PathBuf,
}

impl Dir {
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

impl Files for Dir {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let full = self.inside(path)?;
        let about = std::fs::metadata(&full)?;
        if !about.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file"));
        }
        let length = about.len();
        if length > MAX_FILE_BYTES {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("it has {length} bytes, more than the {MAX_FILE_BYTES} that are read"),
            ));
        }
        std::fs::read(full)
    }

    fn list(&self, dir: &str) -> io::Result<Vec<String>> {
        names(&self.inside(dir.trim_end_matches('/'))?)
    }
}

/// Files in memory, by path; for examples inside a program and for tests.
impl Files for std::collections::BTreeMap<String, Vec<u8>> {
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
        if names.is_empty() && !dir.is_empty() {
            return Err(io::Error::new(io::ErrorKind::NotFound, "there is no such folder"));
        }
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
        let files = Dir::new(&folder);
        assert_eq!(files.read("link.csv").unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        assert_eq!(files.list("").unwrap(), ["link.csv"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_not_utf8_is_an_error_and_not_left_out() {
        use std::os::unix::ffi::OsStrExt;
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.toml"), "").unwrap();
        let files = Dir::new(dir.path());
        assert_eq!(files.list("").unwrap(), ["a.toml"]);
        std::fs::write(dir.path().join(std::ffi::OsStr::from_bytes(b"caf\xe9.toml")), "").unwrap();
        let said = files.list("").unwrap_err();
        assert!(
            said.kind() == io::ErrorKind::InvalidData && said.to_string().contains("not UTF-8"),
            "{said}"
        );
        assert!(files.list_if_there("none").unwrap().is_empty());
        assert!(files.list_if_there("a.toml").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_to_nothing_and_to_folders_are_entries() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("real")).unwrap();
        std::os::unix::fs::symlink("real", dir.path().join("folder")).unwrap();
        std::os::unix::fs::symlink("nothing", dir.path().join("gone")).unwrap();
        assert_eq!(names(dir.path()).unwrap(), ["folder/", "gone", "real/"]);
        assert!(Dir::new(dir.path()).read("real").is_err());
    }
}
