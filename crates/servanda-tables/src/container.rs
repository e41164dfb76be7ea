//! What a file is packed in: gzip, or a ZIP archive with the table as a member. What unpacks to too much is refused.

use crate::error::{Broken, TableError};
use flate2::read::MultiGzDecoder;
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};

/// A file may unpack to this many times its size, and to 16 MiB in any case: tables of statistics unpack to ten or forty
/// times theirs.
pub const UNPACKED_RATIO: u64 = 100;

/// Bytes to which any file may unpack.
const UNPACKED_FREE: u64 = 16 << 20;

/// Members that an archive may have.
const MOST_MEMBERS: usize = 10_000;

/// How a file begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Magic {
    Gzip,
    Zip,
    Zstd,
    /// The container of the older Office files.
    Compound,
    Other,
}

impl Magic {
    pub fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Self::Zip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            [0xd0, 0xcf, 0x11, 0xe0, ..] => Self::Compound,
            _ => Self::Other,
        }
    }
}

/// A file as it was received, at its beginning.
pub(crate) struct Packed {
    file: File,
    bytes: u64,
    pub magic: Magic,
}

impl Packed {
    /// `bytes` is the length of the file.
    pub fn new(mut file: File, bytes: u64) -> Result<Self, TableError> {
        let io = |e: io::Error| TableError::read(None, &e);
        file.seek(SeekFrom::Start(0)).map_err(io)?;
        let mut start = Vec::new();
        (&mut file).take(8).read_to_end(&mut start).map_err(io)?;
        file.seek(SeekFrom::Start(0)).map_err(io)?;
        Ok(Self { file, bytes, magic: Magic::of(&start) })
    }

    /// Back to the beginning, wherever the last look at it ended.
    fn rewind(&mut self) -> Result<(), TableError> {
        self.file.seek(SeekFrom::Start(0)).map(drop).map_err(|e| TableError::read(None, &e))
    }

    fn limit(&self) -> u64 {
        self.bytes.saturating_mul(UNPACKED_RATIO).max(UNPACKED_FREE)
    }

    /// What is inside, as a stream, and the name of the member if it is one of an archive.
    pub fn unpacked(mut self, member: Option<&str>) -> Result<(Box<dyn Read>, Option<String>), TableError> {
        self.rewind()?;
        match self.magic {
            Magic::Gzip => {
                let left = self.limit();
                let inner = MultiGzDecoder::new(BufReader::with_capacity(1 << 16, self.file));
                no_member(member)?;
                Ok((Box::new(Unpacked { inner, left, what: "gzip" }), None))
            }
            Magic::Zip => {
                let (bytes, name) = self.member(member)?;
                Ok((Box::new(Cursor::new(bytes)), name))
            }
            Magic::Zstd => {
                Err(TableError::file("it is compressed with zstd", "unpack it, or compress it with gzip"))
            }
            Magic::Compound => Err(TableError::file(
                "it is a workbook of the older kind (.xls)",
                "declare form = \"xls\" in [file.dialect]",
            )),
            Magic::Other => {
                no_member(member)?;
                Ok((Box::new(BufReader::with_capacity(1 << 16, self.file)), None))
            }
        }
    }

    /// All of what is inside.
    pub fn whole(self, member: Option<&str>) -> Result<(Vec<u8>, Option<String>), TableError> {
        let (mut inner, name) = self.unpacked(member)?;
        let mut bytes = Vec::new();
        inner.read_to_end(&mut bytes).map_err(|e| TableError::read(None, &e))?;
        Ok((bytes, name))
    }

    /// All of a workbook's bytes, whose parts were found to unpack to no more than they may.
    pub fn workbook(mut self) -> Result<Vec<u8>, TableError> {
        let limit = self.limit();
        self.rewind()?;
        let mut bytes = Vec::new();
        self.file.read_to_end(&mut bytes).map_err(|e| TableError::read(None, &e))?;
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).map_err(|e| damaged(&e))?;
        few_members(archive.len())?;
        let mut left = limit;
        for number in 0..archive.len() {
            let member = archive.by_index(number).map_err(|e| damaged(&e))?;
            let mut unpacked = Unpacked { inner: member, left, what: "ZIP" };
            io::copy(&mut unpacked, &mut io::sink()).map_err(|e| broken(&e))?;
            left = unpacked.left;
        }
        drop(archive);
        Ok(bytes)
    }

    /// The whole file as it is.
    pub fn unchanged(mut self) -> Result<Vec<u8>, TableError> {
        self.rewind()?;
        let mut bytes = Vec::new();
        self.file.read_to_end(&mut bytes).map_err(|e| TableError::read(None, &e))?;
        Ok(bytes)
    }

    /// The names of an archive's members that are files.
    pub fn members(&mut self) -> Result<Vec<String>, TableError> {
        let archive = zip::ZipArchive::new(BufReader::new(&mut self.file)).map_err(|e| damaged(&e))?;
        few_members(archive.len())?;
        files(archive.file_names())
    }

    fn member(&mut self, asked: Option<&str>) -> Result<(Vec<u8>, Option<String>), TableError> {
        let limit = self.limit();
        let mut archive = zip::ZipArchive::new(BufReader::new(&mut self.file)).map_err(|e| damaged(&e))?;
        few_members(archive.len())?;
        let names = files(archive.file_names())?;
        if names.iter().any(|n| n == "xl/workbook.xml") {
            return Err(TableError::file(
                "it is a workbook (.xlsx)",
                "declare form = \"xlsx\" in [file.dialect]",
            ));
        }
        let list = || names.iter().take(10).map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
        let name = match (asked, names.as_slice()) {
            (Some(asked), all) if all.iter().any(|n| n == asked) => asked.to_owned(),
            (Some(asked), _) => {
                return Err(TableError::file(
                    format!("the archive has no member `{asked}`"),
                    format!("its members are {}", list()),
                ));
            }
            (None, [only]) => only.clone(),
            (None, []) => {
                return Err(TableError::file("the archive has no files in it", "download it again"));
            }
            (None, _) => {
                return Err(TableError::file(
                    format!("it is a ZIP archive with {} files", names.len()),
                    format!("say which in [file.dialect]: member = ...; its members are {}", list()),
                ));
            }
        };
        let inner = archive.by_name(&name).map_err(|e| damaged(&e))?;
        let mut bytes = Vec::new();
        Unpacked { inner, left: limit, what: "ZIP" }.read_to_end(&mut bytes).map_err(|e| broken(&e))?;
        Ok((bytes, Some(name)))
    }
}

fn files<'n>(
    names: impl Iterator<Item = Result<Cow<'n, str>, zip::result::ZipError>>,
) -> Result<Vec<String>, TableError> {
    let all: Result<Vec<Cow<'n, str>>, _> = names.collect();
    let all = all.map_err(|e| damaged(&e))?;
    let file = |n: &Cow<'n, str>| !n.ends_with('/') && !n.starts_with("__MACOSX/");
    Ok(all.into_iter().filter(file).map(Cow::into_owned).collect())
}

fn no_member(member: Option<&str>) -> Result<(), TableError> {
    member.map_or(Ok(()), |_| {
        Err(TableError::file(
            "it is no ZIP archive",
            "take `member` out of [file.dialect], or check the file",
        ))
    })
}

fn few_members(members: usize) -> Result<(), TableError> {
    if members > MOST_MEMBERS {
        return Err(TableError::file(
            format!("the archive has more than {MOST_MEMBERS} members"),
            "unpack it, and ingest what is needed",
        ));
    }
    Ok(())
}

fn damaged(error: &zip::result::ZipError) -> TableError {
    TableError::file(format!("the ZIP archive cannot be read: {error}"), "download it again")
}

fn broken(error: &io::Error) -> TableError {
    if error.get_ref().is_some_and(|e| e.is::<Broken>()) {
        TableError::read(None, error)
    } else {
        TableError::file(format!("the ZIP archive is damaged ({error})"), "download it again")
    }
}

/// What comes out of a packed file, up to a limit.
struct Unpacked<R> {
    inner: R,
    left: u64,
    what: &'static str,
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(n as u64).ok_or_else(|| {
            Broken::error(
                format!(
                    "the {} data unpack to more than {UNPACKED_RATIO} times the file's size: that is no table",
                    self.what
                ),
                "check where the file comes from; if it is right, unpack it first and ingest the CSV",
            )
        })?;
        Ok(n)
    }
}
