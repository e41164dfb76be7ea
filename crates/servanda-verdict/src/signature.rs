//! What a reading asks for, as a digest: two readings that ask for the same are told from two that do not.

use sha2::{Digest, Sha256};
use std::fmt;
use std::hash::{Hash, Hasher};

/// The SHA-256 of what a reading asks for: its series, constants and entries, and how they are joined. Readings of one source with
/// equal signatures stand and fall together; two that ask for different things are never taken for one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Signature([u8; 32]);

impl Signature {
    /// That of a value.
    pub(crate) fn of(value: impl Hash) -> Self {
        let mut signer = Signer::default();
        value.hash(&mut signer);
        signer.signature()
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Takes what is signed, piece by piece. Pieces are small and many: they are hashed together.
#[derive(Default)]
pub(crate) struct Signer {
    hash: Sha256,
    pieces: Vec<u8>,
}

/// So many bytes are hashed at a time.
const TOGETHER: usize = 4096;

impl Signer {
    /// The signature of everything taken.
    pub fn signature(mut self) -> Signature {
        self.hash.update(&self.pieces);
        Signature(self.hash.finalize().into())
    }
}

impl Hasher for Signer {
    fn write(&mut self, bytes: &[u8]) {
        self.pieces.extend_from_slice(bytes);
        if self.pieces.len() >= TOGETHER {
            self.hash.update(&self.pieces);
            self.pieces.clear();
        }
    }

    /// The first eight bytes of the signature so far.
    fn finish(&self) -> u64 {
        let digest: [u8; 32] = self.hash.clone().chain_update(&self.pieces).finalize().into();
        digest.first_chunk().map_or(0, |first| u64::from_le_bytes(*first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_pieces_are_taken_plays_no_part_and_each_of_them_does() {
        let long: Vec<u8> = (0..10_000u32).map(|n| n as u8).collect();
        let signed = |pieces: &[&[u8]]| {
            let mut signer = Signer::default();
            pieces.iter().for_each(|piece| signer.write(piece));
            signer.signature()
        };
        let (first, last) = long.split_at(5_000);
        assert_eq!(signed(&[&long]), signed(&[first, last]));
        assert_ne!(signed(&[&long]), signed(&[last, first]));
        assert_ne!(Signature::of(("a", "bc")), Signature::of(("ab", "c")));
    }
}
