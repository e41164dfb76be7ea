//! What keeps a model from being worked out. Each error says where it lies and what to do.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use servanda_files::{Diagnostic, Diagnostics, form};
use std::ops::Range;

/// What is wrong with a base, a scenario or a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// A file is missing or cannot be read.
    #[error("{file}: {problem}")]
    File {
        /// The file within its folder.
        file: String,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// A file that people write is wrong: all that is, each with its place.
    #[error("{0}")]
    Written(Box<Diagnostics>),
    /// A table of figures is wrong at a place.
    #[error("{file}:{line}{}: {problem}", if *.column == 0 { String::new() } else { format!(":{}", .column) })]
    Place {
        /// The file.
        file: String,
        /// Its line, from 1.
        line: usize,
        /// The column of that line, in characters from 1; 0 where the whole line is meant.
        column: usize,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// A cell of a base is wrong.
    #[error("{what}, {cell}: {problem}")]
    Cell {
        /// Which quantity: `trade share`.
        what: &'static str,
        /// The cell: `Mexico from USA, Textile`.
        cell: String,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// A base as a whole, or what is asked of it, is wrong.
    #[error("{0}")]
    Usage(String),
}

impl ModelError {
    /// A wrong cell.
    pub(crate) fn cell(what: &'static str, cell: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Cell { what, cell: cell.into(), problem: problem.into() }
    }

    /// A wrong place in a text.
    pub(crate) fn at(file: &str, text: &str, span: Option<Range<usize>>, problem: impl Into<String>) -> Self {
        Self::wrong(file, text, Diagnostic::error("bad-value", file, span, problem))
    }

    /// One mistake in a text.
    pub(crate) fn wrong(file: &str, text: &str, said: Diagnostic) -> Self {
        Self::Written(Box::new(Diagnostics::of_file(file, text, vec![said])))
    }
}

/// Reads a TOML text by its type.
///
/// # Errors
/// All that is wrong with its form, each with its place.
pub fn toml_of<T: DeserializeOwned + JsonSchema>(file: &str, text: &str) -> Result<T, ModelError> {
    let mut items = Vec::new();
    match form::read(file, text, &mut items) {
        Some(found) if items.is_empty() => Ok(found),
        _ => Err(ModelError::Written(Box::new(Diagnostics::of_file(file, text, items)))),
    }
}
