//! The bytes of a file: copied once, hashed while they are copied, and read only from the copy.

use crate::error::{IngestError, Place, StoreError};
use flate2::read::MultiGzDecoder;
use servanda_files::csv::{CsvError, Fault, FaultKind};
use servanda_files::hex;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

/// A gzipped file may unpack to this many times its size, and to [`UNPACKED_FREE`] in any case: tables of statistics unpack
/// to ten or forty times theirs.
const UNPACKED_RATIO: u64 = 100;

/// Bytes to which any gzipped file may unpack.
const UNPACKED_FREE: u64 = 16 << 20;

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
                        remedy: "name one CSV file, plain or gzipped".to_owned(),
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

/// Decompressed text.
pub(crate) struct Text {
    inner: Box<dyn Read>,
    start: Vec<u8>,
    start_at: usize,
}

/// What was found before the text begins.
pub(crate) struct Opened {
    pub text: Text,
    pub byte_order_mark: bool,
}

pub(crate) fn open(snapshot: &Snapshot) -> Result<Opened, IngestError> {
    let name = &snapshot.name;
    let io = |e: io::Error| IngestError::Store(StoreError::io(name, e));
    let refuse = |problem: &str, remedy: &str| {
        Err(IngestError::Input {
            place: Place::file(name),
            problem: problem.to_owned(),
            remedy: remedy.to_owned(),
        })
    };
    let mut file = snapshot.file.try_clone().map_err(io)?;
    file.seek(SeekFrom::Start(0)).map_err(io)?;
    let mut magic = Vec::new();
    (&mut file).take(4).read_to_end(&mut magic).map_err(io)?;
    file.seek(SeekFrom::Start(0)).map_err(io)?;
    let mut inner: Box<dyn Read> = match magic.as_slice() {
        [0x1f, 0x8b, ..] => Box::new(Unpacked {
            inner: MultiGzDecoder::new(BufReader::with_capacity(1 << 16, file)),
            left: snapshot.bytes.saturating_mul(UNPACKED_RATIO).max(UNPACKED_FREE),
        }),
        [b'P', b'K', 3, 4] => {
            return refuse(
                "it is a ZIP archive or a spreadsheet",
                "save the sheet as CSV in UTF-8, or unpack the archive",
            );
        }
        [0x28, 0xb5, 0x2f, 0xfd] => {
            return refuse("it is compressed with zstd", "unpack it, or compress it with gzip");
        }
        _ => Box::new(BufReader::with_capacity(1 << 16, file)),
    };
    let mut start = Vec::new();
    (&mut inner).take(3).read_to_end(&mut start).map_err(|e| read_error(name, 1, &e))?;
    if start.is_empty() {
        return refuse("the file is empty once unpacked", "download it again");
    }
    if matches!(start.as_slice(), [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) || start.contains(&0) {
        return refuse("it is in UTF-16, not UTF-8", "save it as CSV in UTF-8");
    }
    let byte_order_mark = start == [0xef, 0xbb, 0xbf];
    if byte_order_mark {
        start.clear();
    }
    let text = Text { inner, start, start_at: 0 };
    Ok(Opened { text, byte_order_mark })
}

const TOO_MUCH: &str = "unpacks to too much";

/// What comes out of a gzipped file, up to a limit.
struct Unpacked<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(n as u64).ok_or_else(|| io::Error::other(TOO_MUCH))?;
        Ok(n)
    }
}

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.start.get(self.start_at..) {
            Some(rest) if !rest.is_empty() => {
                let n = rest.len().min(buffer.len());
                if let (Some(to), Some(from)) = (buffer.get_mut(..n), rest.get(..n)) {
                    to.copy_from_slice(from);
                }
                self.start_at += n;
                Ok(n)
            }
            _ => self.inner.read(buffer),
        }
    }
}

/// What is wrong in a table; `header` has the names of its columns, as far as they are known.
pub(crate) fn csv_error(name: &str, header: &[String], error: CsvError) -> IngestError {
    match error {
        CsvError::Io { line, error } => read_error(name, line, &error),
        CsvError::Fault(fault) => IngestError::Input {
            place: Place { file: name.to_owned(), line: Some(fault.line), column: column(&fault, header) },
            problem: fault.problem(),
            remedy: fault.remedy().to_owned(),
        },
    }
}

/// The number and the name of the column in which a fault lies.
fn column(fault: &Fault, header: &[String]) -> Option<(usize, String)> {
    let name = match &fault.kind {
        FaultKind::ColumnTwice { name, .. } => name.clone(),
        _ => header.get(fault.field.checked_sub(1)?)?.clone(),
    };
    Some((fault.field, name))
}

/// Why text could not be read on, with the line at which the record begins that could not.
pub(crate) fn read_error(name: &str, line: u64, error: &io::Error) -> IngestError {
    let (problem, remedy) = if error.to_string().contains(TOO_MUCH) {
        (
            format!(
                "the gzip data unpack to more than {UNPACKED_RATIO} times the file's size: that is no table"
            ),
            "check where the file comes from; if it is right, unpack it first and ingest the CSV",
        )
    } else if matches!(error.kind(), io::ErrorKind::UnexpectedEof) {
        ("the gzip data end before they should: the file is truncated".to_owned(), "download it again")
    } else if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) {
        (format!("the gzip data are damaged ({error})"), "download it again")
    } else {
        (format!("it cannot be read on: {error}"), "check the file")
    };
    IngestError::Input { place: Place::line(name, line), problem, remedy: remedy.to_owned() }
}
