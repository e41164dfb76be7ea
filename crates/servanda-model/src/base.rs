//! Folders of base data. A folder is known by its `manifest.toml`, or by its name where it is a published data set as it came.

use crate::{Economy, ModelError};
use servanda_files::sha256;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

mod balance;
mod cp2015;
pub(crate) mod npz;
pub(crate) mod table;
mod tidy;
mod us_china;

pub use balance::{Balanced, IDENTITY, balance, rebase, residual};

/// A base as it was read.
#[derive(Debug, Clone)]
pub struct BaseSet {
    /// Its id: the folder's name.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Which of its starting points: `no-deficit`.
    pub start: String,
    /// The unit of money in it.
    pub unit: String,
    /// The numbers.
    pub economy: Economy,
    /// Tariffs of other days or acts by name, one plus the rate, `[J][N importer][N exporter]`.
    pub schedules: BTreeMap<String, Vec<f64>>,
    /// The files that were read, each with its SHA-256.
    pub files: Vec<(String, String)>,
}

/// Reads a base; `start` names one of its starting points, and the first one is taken without.
///
/// # Errors
/// A folder that is of no known kind, a file that is missing or wrong with its place, and a cell that is wrong.
pub fn load(files: &dyn BaseFiles, start: Option<&str>) -> Result<BaseSet, ModelError> {
    let kept = Keeping::new(files);
    let there = |name: &str| files.read(name).is_ok();
    let mut base = if there(tidy::MANIFEST) {
        tidy::load(&kept, start)?
    } else if there(cp2015::MARK) {
        cp2015::load(&kept, start)?
    } else if there(us_china::MARK) {
        us_china::load(&kept, start)?
    } else {
        return Err(ModelError::Usage(format!(
            "{}: this folder is no base: it has no {}, and it is none of the published data sets that are known \
             (caliendo-parro-2015, us-china-2018-7x44); the page on what-if says how a base is written",
            files.id(),
            tidy::MANIFEST
        )));
    };
    base.files = kept.read_so_far();
    Ok(base)
}

/// Which starting point is meant.
fn start_of(id: &str, known: &[&'static str], asked: Option<&str>) -> Result<&'static str, ModelError> {
    let found = asked.map_or(known.first(), |asked| known.iter().find(|k| **k == asked));
    found.copied().ok_or_else(|| {
        let asked = asked.unwrap_or_default();
        ModelError::Usage(format!("the base {id} has no start `{asked}`; there are {}", known.join(", ")))
    })
}

/// Notes the hash of each file that is read.
pub(crate) struct Keeping<'f> {
    files: &'f dyn BaseFiles,
    read: std::cell::RefCell<BTreeMap<String, String>>,
}

impl<'f> Keeping<'f> {
    /// Nothing is read yet.
    pub fn new(files: &'f dyn BaseFiles) -> Self {
        Self { files, read: std::cell::RefCell::default() }
    }

    /// The files read so far by name, each with its SHA-256.
    pub fn read_so_far(&self) -> Vec<(String, String)> {
        self.read.borrow().iter().map(|(name, sha)| (name.clone(), sha.clone())).collect()
    }
}

impl BaseFiles for Keeping<'_> {
    fn id(&self) -> String {
        self.files.id()
    }

    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        let bytes = self.files.read(name)?;
        self.read.borrow_mut().insert(name.to_owned(), sha256(&bytes));
        Ok(bytes)
    }
}

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
            io::ErrorKind::NotFound => "this file is missing; is this the folder of a base?".to_owned(),
            _ => format!("it cannot be read: {e}"),
        },
    })
}
