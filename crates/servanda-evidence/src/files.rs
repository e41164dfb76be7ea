//! Where the files of a store lie: a folder, or the program itself.

use servanda_files::leads_out;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// A file's content, or a handle from which parts of it can be read.
#[derive(Debug)]
pub enum Content {
    /// Bytes inside the program.
    Static(&'static [u8]),
    /// Bytes in memory.
    Owned(Vec<u8>),
    /// A file that is open.
    File(File),
}

impl Content {
    /// All of it.
    pub fn into_bytes(self) -> io::Result<Vec<u8>> {
        match self {
            Self::Static(bytes) => Ok(bytes.to_vec()),
            Self::Owned(bytes) => Ok(bytes),
            Self::File(mut file) => {
                let mut bytes = Vec::new();
                io::Read::read_to_end(&mut file, &mut bytes)?;
                Ok(bytes)
            }
        }
    }
}

/// The files of a store, for reading. Paths are relative to the evidence folder, with `/` between names.
pub trait Files: Send + Sync {
    /// The names directly in a folder, files and folders, in any order; none if there is no such folder. A folder that is
    /// there and cannot be read is an error, never an empty one.
    fn list(&self, dir: &str) -> io::Result<Vec<String>>;

    /// Opens a file; an error of kind `NotFound` if it is not there.
    fn open(&self, path: &str) -> io::Result<Content>;
}

/// A store in a folder.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// The store in the folder `evidence`, which need not exist yet.
    pub fn new(evidence: impl Into<PathBuf>) -> Self {
        Self(evidence.into())
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Files for Folder {
    fn list(&self, dir: &str) -> io::Result<Vec<String>> {
        let names = match servanda_files::names(&self.0.join(dir)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            names => names?,
        };
        Ok(names.into_iter().map(|name| name.trim_end_matches('/').to_owned()).collect())
    }

    fn open(&self, path: &str) -> io::Result<Content> {
        let full = self.0.join(path);
        // Asked before it is opened: a pipe would be waited for, and a device has no end.
        if !std::fs::metadata(&full)?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file"));
        }
        if let Some(link) = leads_out(&self.0, Path::new(path))? {
            let what = format!("{} is a link that leads out of the store", link.display());
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, what));
        }
        File::open(full).map(Content::File)
    }
}

/// A store whose files are in memory or inside the program.
#[derive(Debug, Clone, Default)]
pub struct FileMap(BTreeMap<String, Cow<'static, [u8]>>);

impl FromIterator<(String, Cow<'static, [u8]>)> for FileMap {
    fn from_iter<I: IntoIterator<Item = (String, Cow<'static, [u8]>)>>(files: I) -> Self {
        Self(files.into_iter().collect())
    }
}

impl Files for FileMap {
    fn list(&self, dir: &str) -> io::Result<Vec<String>> {
        let start = if dir.is_empty() { String::new() } else { format!("{dir}/") };
        let names: BTreeSet<&str> = self
            .0
            .range(start.clone()..)
            .map_while(|(path, _)| path.strip_prefix(start.as_str()))
            .filter_map(|rest| rest.split('/').next())
            .collect();
        Ok(names.into_iter().map(str::to_owned).collect())
    }

    fn open(&self, path: &str) -> io::Result<Content> {
        match self.0.get(path) {
            Some(Cow::Borrowed(bytes)) => Ok(Content::Static(bytes)),
            Some(Cow::Owned(bytes)) => Ok(Content::Owned(bytes.clone())),
            None => Err(io::Error::from(io::ErrorKind::NotFound)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_lists_like_a_folder() {
        let map: FileMap = ["a/x/1", "a/x/2", "a/y/3", "b/4"]
            .map(|p| (p.to_owned(), Cow::Borrowed(p.as_bytes())))
            .into_iter()
            .collect();
        assert_eq!(map.list("").unwrap(), ["a", "b"]);
        assert_eq!(map.list("a").unwrap(), ["x", "y"]);
        assert_eq!(map.list("a/x").unwrap(), ["1", "2"]);
        assert!(map.list("c").unwrap().is_empty());
        assert_eq!(map.open("b/4").unwrap().into_bytes().unwrap(), b"b/4");
        assert_eq!(map.open("b").unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
