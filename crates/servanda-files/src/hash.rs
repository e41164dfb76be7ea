//! Hashes, and the one form of JSON that is hashed and signed.

use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The SHA-256 of bytes, as 64 hexadecimal digits in lower case.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as hexadecimal digits in lower case, two for each.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Canonical JSON (RFC 8785) of what has ASCII keys, strings, integers and truth values only: keys in order, nothing between
/// tokens.
///
/// # Errors
/// If the value cannot be written as JSON, such as a map whose keys are no texts.
pub fn canonical_json<T: Serialize>(value: &T) -> Result<Vec<u8>, serde_json::Error> {
    let mut value = serde_json::to_value(value)?;
    value.sort_all_objects();
    serde_json::to_vec(&value)
}
