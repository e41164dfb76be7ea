//! The part of ZIP that npz files use: entries that are stored or deflated, found by the directory at the end.

use std::collections::BTreeMap;
use std::io::Read;
use std::ops::Range;

/// The most entries of an archive.
const MOST: usize = 4096;

/// An archive in memory.
pub(super) struct Archive {
    bytes: Vec<u8>,
    entries: BTreeMap<String, Entry>,
}

struct Entry {
    deflated: bool,
    /// Where its data stand.
    packed: Range<usize>,
    /// Its length unpacked.
    size: u64,
    crc: u32,
}

/// The bytes of an entry, unpacked as they are asked for. [`Content::end`] says whether they were those that the archive names.
pub(super) struct Content<'a> {
    inner: Box<dyn Read + 'a>,
    left: u64,
    crc: flate2::Crc,
    wanted: u32,
}

impl Archive {
    /// Reads the directory. Time and memory are bounded by the length of the file.
    pub(super) fn new(bytes: Vec<u8>) -> Result<Self, String> {
        let end = end_record(&bytes).ok_or("it does not end as a ZIP archive does")?;
        let count = usize::from(u16_at(&bytes, end + 10).unwrap_or_default());
        let mut at = u32_at(&bytes, end + 16).unwrap_or_default() as usize;
        if count > MOST {
            return Err(format!("it has {count} entries, more than the {MOST} that are read"));
        }
        let mut entries = BTreeMap::new();
        for _ in 0..count {
            let (name, entry, next) = entry(&bytes, at).ok_or("its directory is damaged")??;
            if entries.insert(name.clone(), entry).is_some() {
                return Err(format!("the entry `{name}` is there twice"));
            }
            at = next;
        }
        Ok(Self { bytes, entries })
    }

    pub(super) fn open(&self, name: &str) -> Option<Content<'_>> {
        let entry = self.entries.get(name)?;
        let packed = self.bytes.get(entry.packed.clone()).unwrap_or_default();
        let inner: Box<dyn Read + '_> = if entry.deflated {
            Box::new(flate2::read::DeflateDecoder::new(packed))
        } else {
            Box::new(packed)
        };
        Some(Content { inner, left: entry.size, crc: flate2::Crc::new(), wanted: entry.crc })
    }
}

impl Content<'_> {
    /// Bytes that are still to come.
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// The next bytes, which must be there.
    pub(super) fn take(&mut self, count: usize) -> Result<Vec<u8>, String> {
        self.left = self.left.checked_sub(count as u64).ok_or("it ends before it should")?;
        let mut bytes = vec![0; count];
        self.inner.read_exact(&mut bytes).map_err(|e| format!("it cannot be unpacked: {e}"))?;
        self.crc.update(&bytes);
        Ok(bytes)
    }

    /// Whether all was read, and what was read is what the archive names.
    pub(super) fn end(mut self) -> Result<(), String> {
        if self.left > 0 || !matches!(self.inner.read(&mut [0]), Ok(0)) {
            return Err("bytes follow its figures".to_owned());
        }
        if self.crc.sum() == self.wanted {
            Ok(())
        } else {
            Err("its checksum is another: it is damaged".to_owned())
        }
    }
}

/// Where the record stands with which an archive ends.
fn end_record(bytes: &[u8]) -> Option<usize> {
    let last = bytes.len().checked_sub(22)?;
    (last.saturating_sub(usize::from(u16::MAX))..=last).rev().find(|at| {
        bytes.get(*at..).is_some_and(|rest| rest.starts_with(b"PK\x05\x06"))
            && u16_at(bytes, at + 20).is_some_and(|comment| at + 22 + usize::from(comment) == bytes.len())
    })
}

/// An entry of the directory, and where the next one stands. `None`: the directory is damaged.
fn entry(bytes: &[u8], at: usize) -> Option<Result<(String, Entry, usize), String>> {
    if !bytes.get(at..)?.starts_with(b"PK\x01\x02") {
        return None;
    }
    let flags = u16_at(bytes, at + 8)?;
    let method = u16_at(bytes, at + 10)?;
    let crc = u32_at(bytes, at + 16)?;
    let (packed, size) = (u32_at(bytes, at + 20)?, u32_at(bytes, at + 24)?);
    let [name, extra, comment] = [28, 30, 32].map(|n| u16_at(bytes, at + n).map(usize::from));
    let (name, extra, comment) = (name?, extra?, comment?);
    let local = u32_at(bytes, at + 42)? as usize;
    let name_at = at + 46;
    let Ok(text) = String::from_utf8(bytes.get(name_at..name_at + name)?.to_vec()) else {
        return Some(Err("the name of an entry is not UTF-8".to_owned()));
    };
    if flags & 1 != 0 || !matches!(method, 0 | 8) {
        return Some(Err(format!("the entry `{text}` is packed otherwise than numpy packs")));
    }
    if packed == u32::MAX || size == u32::MAX {
        return Some(Err(format!("the entry `{text}` is larger than 4 GiB")));
    }
    if !bytes.get(local..)?.starts_with(b"PK\x03\x04") {
        return None;
    }
    let start =
        local + 30 + usize::from(u16_at(bytes, local + 26)?) + usize::from(u16_at(bytes, local + 28)?);
    let end = start.checked_add(packed as usize)?;
    bytes.get(start..end)?;
    let entry = Entry { deflated: method == 8, packed: start..end, size: u64::from(size), crc };
    Some(Ok((text, entry, name_at + name + extra + comment)))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
