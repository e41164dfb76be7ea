//! What every crate that reads or writes files shares.
//!
//! [`csv`] reads tables as RFC 4180 writes them, and refuses with a place what the standard does not allow: a reader that guesses
//! what was meant would swallow rows. [`form`] reads TOML as a type, and says with [`Diagnostic`] all that is wrong with a file. [`Files`] is a folder, on disk or not, of which nothing is left out in silence. [`Outlet`]
//! writes files whole or not at all, and none outside its folder. [`sha256`] and [`canonical_json`] make the names and
//! hashes of records. [`visible`] is the door through which text that others wrote
//! reaches a terminal, a table or a document.

pub mod csv;
mod diag;
mod files;
pub mod form;
#[cfg(test)]
mod form_tests;
mod hash;
mod outlet;
mod spanned;
mod visible;

pub use diag::{Diagnostic, Diagnostics, NOWHERE, Severity, did_you_mean, line_column, listed, nearest};
pub use files::{Dir, Files, MAX_FILE_BYTES, PathError, check_path, names};
pub use hash::{canonical_json, hex, sha256};
pub use outlet::{
    Doubt, Outlet, TEMPORARY, create_file, create_private_file, leads_out, make_dir, sync_dir, turn,
    unconfirmed,
};
pub use spanned::{Any, Day, DayOr, OneOrMore, Spanned, Text, TextOr, in_calendar};
pub use visible::{is_obeyed, push_visible, toml_string, visible, visible_in_place};
