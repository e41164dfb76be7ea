//! What every crate that reads files shares.
//!
//! [`csv`] reads tables as RFC 4180 writes them, and refuses with a place what the standard does not allow: a reader that guesses
//! what was meant would swallow rows.

pub mod csv;
