//! Folders of base data. A folder is known by its `manifest.toml`, or by its name where it is a published data set as it came.

use crate::ModelError;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

/// Where the files of a base are read from.
pub trait BaseFiles {
    /// The folder's name, which is the base's id.
    fn id(&self) -> String;

    /// The bytes of a file.
    ///
    /// # Errors
    /// `NotFound` where there is none, or what the system says.
    fn read(&self, name: &str) -> io::Result<Vec<u8>>;
}

/// No base may need more than this in one file.
pub const MAX_BASE_FILE: u64 = 1 << 30;

/// A folder on disk.
#[derive(Debug, Clone)]
pub struct DirBase {
    dir: PathBuf,
}

impl DirBase {
    /// A folder.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }
}

impl BaseFiles for DirBase {
    fn id(&self) -> String {
        let whole = self.dir.canonicalize().unwrap_or_else(|_| self.dir.clone());
        whole.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
    }

    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        let path = self.dir.join(name);
        let about = std::fs::metadata(&path)?;
        if !about.is_file() || about.len() > MAX_BASE_FILE {
            return Err(io::Error::other(format!("not a file of at most {MAX_BASE_FILE} bytes")));
        }
        std::fs::read(path)
    }
}

/// Files in memory: a base inside the program, or a test.
#[derive(Debug, Clone, Default)]
pub struct MemoryBase {
    /// The base's id.
    pub id: String,
    /// Name and bytes of each file.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl BaseFiles for MemoryBase {
    fn id(&self) -> String {
        self.id.clone()
    }

    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        let found = self.files.get(name).cloned();
        found.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "there is no such file"))
    }
}

/// Reads a file of a base, or says which one is missing.
pub(crate) fn bytes_of(files: &dyn BaseFiles, name: &str) -> Result<Vec<u8>, ModelError> {
    files.read(name).map_err(|e| ModelError::File {
        file: format!("{}/{name}", files.id()),
        problem: match e.kind() {
            io::ErrorKind::NotFound => "this file is missing; name the base's folder with --base".to_owned(),
            _ => format!("it cannot be read: {e}"),
        },
    })
}
