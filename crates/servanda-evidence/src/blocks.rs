//! A large file read in blocks, each of which is held against its own SHA-256 before a byte of it is used.

use bytes::{Buf, Bytes, BytesMut};
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};
use servanda_files::{hex, sha256};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of a block; the last of a file may be shorter.
const BLOCK: usize = if cfg!(test) { 1 << 12 } else { 1 << 20 };

/// How many blocks are kept: a scan reads up to eight columns side by side, and moves on in each.
const KEPT: usize = 16;

/// The SHA-256 of each block of a file, in order.
pub(crate) fn hashes(bytes: &[u8]) -> Vec<String> {
    bytes.chunks(BLOCK).map(sha256).collect()
}

/// The SHA-256 of a file that is read a block at a time.
pub(crate) fn sha256_of(mut file: &File) -> io::Result<String> {
    file.seek(SeekFrom::Start(0))?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; BLOCK];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&digest.finalize())),
            n => digest.update(buffer.get(..n).unwrap_or_default()),
        }
    }
}

/// A file whose blocks have these hashes.
#[derive(Debug, Clone)]
pub(crate) struct Blocks {
    file: Arc<Mutex<Open>>,
    length: u64,
}

#[derive(Debug)]
struct Open {
    file: File,
    hashes: Vec<String>,
    /// Blocks that were read and found right, the one used last at the end.
    kept: VecDeque<(usize, Bytes)>,
}

impl Blocks {
    /// A file of a stated length; `None` if there is not one hash for each block.
    pub fn new(file: File, length: u64, hashes: &[String]) -> Option<Self> {
        if length.div_ceil(BLOCK as u64) != hashes.len() as u64 {
            return None;
        }
        let open = Open { file, hashes: hashes.to_vec(), kept: VecDeque::new() };
        Some(Self { file: Arc::new(Mutex::new(open)), length })
    }

    /// A block, which is right.
    fn block(&self, number: usize) -> io::Result<Bytes> {
        let mut open = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = open.kept.iter().position(|(n, _)| *n == number)
            && let Some(found) = open.kept.remove(at)
        {
            let bytes = found.1.clone();
            open.kept.push_back(found);
            return Ok(bytes);
        }
        let start = number as u64 * BLOCK as u64;
        let mut bytes = vec![0; usize::try_from(self.length - start).unwrap_or(BLOCK).min(BLOCK)];
        open.file.seek(SeekFrom::Start(start))?;
        open.file.read_exact(&mut bytes)?;
        if open.hashes.get(number) != Some(&sha256(&bytes)) {
            let problem = format!("the SHA-256 of its bytes from {start} on is not the one in its manifest");
            return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
        }
        let bytes = Bytes::from(bytes);
        if open.kept.len() >= KEPT {
            open.kept.pop_front();
        }
        open.kept.push_back((number, bytes.clone()));
        Ok(bytes)
    }

    /// What is left of the block in which a byte lies, from that byte on; nothing at the end of the file.
    fn rest(&self, at: u64) -> io::Result<Bytes> {
        if at >= self.length {
            return Ok(Bytes::new());
        }
        let number = usize::try_from(at / BLOCK as u64).map_err(io::Error::other)?;
        let inside = usize::try_from(at % BLOCK as u64).map_err(io::Error::other)?;
        Ok(self.block(number)?.slice(inside..))
    }
}

impl Length for Blocks {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Blocks {
    type T = From;

    fn get_read(&self, start: u64) -> Result<From> {
        Ok(From { blocks: self.clone(), at: start, rest: Bytes::new() })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        if start.checked_add(length as u64).is_none_or(|end| end > self.length) {
            return Err(ParquetError::EOF(format!("it has no {length} bytes from {start} on")));
        }
        let first = self.rest(start)?;
        if length <= first.len() {
            return Ok(first.slice(..length));
        }
        let mut bytes = BytesMut::with_capacity(length);
        bytes.extend_from_slice(&first);
        while bytes.len() < length {
            let next = self.rest(start + bytes.len() as u64)?;
            let wanted = (length - bytes.len()).min(next.len());
            bytes.extend_from_slice(&next.slice(..wanted));
        }
        Ok(bytes.freeze())
    }
}

/// The bytes from a place on.
#[derive(Debug)]
pub(crate) struct From {
    blocks: Blocks,
    at: u64,
    rest: Bytes,
}

impl Read for From {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() {
            self.rest = self.blocks.rest(self.at)?;
        }
        let length = self.rest.len().min(into.len());
        self.rest.copy_to_slice(into.get_mut(..length).unwrap_or_default());
        self.at += length as u64;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    fn bytes(length: usize) -> Vec<u8> {
        (0..length).map(|n| (n * 31 % 251) as u8).collect()
    }

    #[test]
    fn only_a_block_that_was_changed_is_refused() {
        let whole = bytes(3 * BLOCK + 5);
        let hashes = hashes(&whole);
        assert_eq!(hashes.len(), 4);
        assert_eq!(sha256_of(&file(&whole)).unwrap(), sha256(&whole));
        let mut changed = whole.clone();
        changed[BLOCK + 7] ^= 1;
        let read = Blocks::new(file(&changed), whole.len() as u64, &hashes).unwrap();
        assert_eq!(read.get_bytes(5, BLOCK - 5).unwrap(), whole[5..BLOCK]);
        assert_eq!(read.get_bytes(2 * BLOCK as u64, BLOCK + 5).unwrap(), whole[2 * BLOCK..]);
        for (start, length) in [(BLOCK as u64, 1), (BLOCK as u64 - 1, 2), (0, whole.len())] {
            let said = read.get_bytes(start, length).unwrap_err().to_string();
            assert!(said.contains(&format!("bytes from {BLOCK} on")), "{said}");
        }
        assert!(read.get_read(BLOCK as u64 - 1).unwrap().read_to_end(&mut Vec::new()).is_err());
        assert!(read.get_bytes(0, whole.len() + 1).is_err() && read.get_bytes(u64::MAX, 2).is_err());
        assert!(
            Blocks::new(file(&whole), whole.len() as u64, &hashes[1..]).is_none(),
            "one hash for each block"
        );
        // A file that was cut after it was opened.
        let cut = Blocks::new(file(&whole[..BLOCK]), whole.len() as u64, &hashes).unwrap();
        assert!(cut.get_bytes(BLOCK as u64, 1).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn any_stretch_is_as_in_the_file(
            length in 1..3 * BLOCK + 9, from in 0.0..1.0f64, part in 0.0..1.0f64, pieces in 1usize..9,
        ) {
            let whole = bytes(length);
            let read = Blocks::new(file(&whole), length as u64, &hashes(&whole)).unwrap();
            let start = (from * length as f64) as usize;
            let wanted = (part * (length - start) as f64) as usize;
            prop_assert_eq!(&read.get_bytes(start as u64, wanted).unwrap()[..], &whole[start..start + wanted]);
            let mut read = read.get_read(start as u64).unwrap();
            let mut all = Vec::new();
            let mut buffer = vec![0; wanted / pieces + 1];
            loop {
                let n = read.read(&mut buffer).unwrap();
                if n == 0 { break }
                all.extend_from_slice(&buffer[..n]);
            }
            prop_assert_eq!(&all[..], &whole[start..]);
        }
    }
}
