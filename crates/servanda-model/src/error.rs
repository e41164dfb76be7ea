//! What keeps a model from being worked out. Each error says where it lies and what to do.

use serde::de::DeserializeOwned;
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
    /// A text file is wrong at a place.
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
        let problem = problem.into();
        let Some(span) = span else { return Self::File { file: file.to_owned(), problem } };
        let before = text.get(..span.start.min(text.len())).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
        Self::Place { file: file.to_owned(), line, column, problem }
    }
}

/// Reads a TOML text; a key that is unknown, missing or of another type is an error with its place.
///
/// # Errors
/// The file's name, the line, the column, and what is wrong there.
pub fn toml_of<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, ModelError> {
    toml::from_str(text).map_err(|e| ModelError::at(file, text, e.span(), e.message().trim()))
}
