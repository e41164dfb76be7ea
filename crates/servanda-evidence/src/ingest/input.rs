//! The bytes of a file: copied once, hashed while they are copied, and read only from the copy.

use crate::error::{IngestError, Place, StoreError};
use servanda_files::hex;
use servanda_tables::{Dialect, Table, TableError};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

/// A file to ingest.
#[derive(Debug, Clone)]
pub enum Input {
    /// On disk.
    Path(PathBuf),
    /// In memory, under a name.
    Bytes {
        /// Its name.
        name: String,
        /// Its content.
        bytes: Vec<u8>,
    },
}

impl Input {
    /// The name by which messages and manifests refer to it: without folders.
    pub fn name(&self) -> String {
        match self {
            Self::Path(path) => path
                .file_name()
                .map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned()),
            Self::Bytes { name, .. } => name.clone(),
        }
    }
}

/// A copy of the input that nobody else writes to.
pub(crate) struct Snapshot {
    pub name: String,
    pub file: File,
    pub sha256: String,
    pub bytes: u64,
}

impl Snapshot {
    pub fn take(input: &Input) -> Result<Self, IngestError> {
        let name = input.name();
        let io = |e: io::Error| StoreError::io(&name, e);
        let mut copy = tempfile::tempfile().map_err(io)?;
        let (sha256, bytes) = match input {
            Input::Bytes { bytes, .. } => copy_and_hash(&mut bytes.as_slice(), &mut copy).map_err(io)?,
            Input::Path(path) => {
                let unreadable = |e: io::Error| IngestError::Input {
                    place: Place::file(&path.display().to_string()),
                    problem: format!("it cannot be read: {e}"),
                    remedy: "check the name and the permissions".to_owned(),
                };
                // Asked before it is opened: opening a pipe would wait for whoever writes into it.
                let before = std::fs::metadata(path).map_err(unreadable)?;
                if !before.is_file() {
                    return Err(IngestError::Input {
                        place: Place::file(&path.display().to_string()),
                        problem: "it is not a file".to_owned(),
                        remedy: "name one file with a table".to_owned(),
                    });
                }
                let mut file = File::open(path).map_err(unreadable)?;
                let copied = copy_and_hash(&mut file, &mut copy).map_err(unreadable)?;
                let after = std::fs::metadata(path).map_err(unreadable)?;
                let stamp = |m: &std::fs::Metadata| (m.len(), m.modified().ok());
                if stamp(&before) != stamp(&after) || copied.1 != after.len() {
                    return Err(changed(&name));
                }
                copied
            }
        };
        if bytes == 0 {
            return Err(IngestError::Input {
                place: Place::file(&name),
                problem: "the file is empty".to_owned(),
                remedy: "download it again".to_owned(),
            });
        }
        copy.seek(SeekFrom::Start(0)).map_err(io)?;
        Ok(Self { name, file: copy, sha256, bytes })
    }

    /// The file from its beginning. One reader at a time has it.
    pub fn beginning(&self) -> Result<File, IngestError> {
        let io = |e: io::Error| IngestError::Store(StoreError::io(&self.name, e));
        let mut file = self.file.try_clone().map_err(io)?;
        file.seek(SeekFrom::Start(0)).map_err(io)?;
        Ok(file)
    }

    /// The same file, for another reader after this one.
    pub fn again(&self) -> Result<Self, IngestError> {
        let file = self.beginning()?;
        Ok(Self { name: self.name.clone(), file, sha256: self.sha256.clone(), bytes: self.bytes })
    }

    /// The table that a dialect finds in it.
    pub fn open(&self, dialect: &Dialect) -> Result<Table, IngestError> {
        servanda_tables::open(self.beginning()?, self.bytes, dialect).map_err(|e| table_error(&self.name, e))
    }
}

/// What is wrong in a table, in the file of this name.
pub(crate) fn table_error(name: &str, error: TableError) -> IngestError {
    let TableError { line, column, problem, remedy } = error;
    IngestError::Input { place: Place { file: name.to_owned(), line, column }, problem, remedy }
}

fn changed(name: &str) -> IngestError {
    IngestError::Input {
        place: Place::file(name),
        problem: "the file changed while it was read".to_owned(),
        remedy: "wait until whatever writes it is done, then ingest it again".to_owned(),
    }
}

fn copy_and_hash(from: &mut impl Read, to: &mut impl Write) -> io::Result<(String, u64)> {
    let mut hasher = Sha256::new();
    let mut total = 0;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let n = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        let chunk = buffer.get(..n).unwrap_or_default();
        hasher.update(chunk);
        to.write_all(chunk)?;
        total += n as u64;
    }
    Ok((hex(&hasher.finalize()), total))
}
