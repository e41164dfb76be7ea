//! Why a table cannot be read.

use servanda_files::csv::{CsvError, Fault};
use std::fmt;
use std::io;

/// What is wrong, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableError {
    /// The line, or the row of a sheet, from 1; none where the whole file is meant.
    pub line: Option<u64>,
    /// The column's number, from 1, and its name as far as it is known.
    pub column: Option<(usize, String)>,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

impl TableError {
    /// Of the whole file.
    pub fn file(problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { line: None, column: None, problem: problem.into(), remedy: remedy.into() }
    }

    /// Of a line.
    pub fn line(line: u64, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { line: Some(line), ..Self::file(problem, remedy) }
    }

    /// Of a cell; columns are counted from 0.
    pub fn cell(
        line: u64,
        (column, name): (usize, &str),
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { column: Some((column + 1, name.to_owned())), ..Self::line(line, problem, remedy) }
    }

    /// Of CSV; `header` has the names of its columns, as far as they are known.
    pub(crate) fn csv(error: CsvError, header: &[String]) -> Self {
        match error {
            CsvError::Io { line, error } => Self::read(Some(line), &error),
            CsvError::Fault(fault) => Self::fault(&fault, header),
        }
    }

    pub(crate) fn fault(fault: &Fault, header: &[String]) -> Self {
        let name = match &fault.kind {
            servanda_files::csv::FaultKind::ColumnTwice { name, .. } => Some(name.clone()),
            _ => fault.field.checked_sub(1).and_then(|f| header.get(f)).cloned(),
        };
        Self {
            line: Some(fault.line),
            column: name.map(|name| (fault.field, name)),
            problem: fault.problem(),
            remedy: fault.remedy().to_owned(),
        }
    }

    /// Why bytes could not be read on.
    pub(crate) fn read(line: Option<u64>, error: &io::Error) -> Self {
        let (problem, remedy) = match error.get_ref().and_then(|e| e.downcast_ref::<Broken>()) {
            Some(broken) => (broken.problem.clone(), broken.remedy),
            None if error.kind() == io::ErrorKind::UnexpectedEof => (
                "the gzip data end before they should: the file is truncated".to_owned(),
                "download it again",
            ),
            None if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => {
                (format!("the gzip data are damaged ({error})"), "download it again")
            }
            None => (format!("it cannot be read on: {error}"), "check the file"),
        };
        Self { line, ..Self::file(problem, remedy) }
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}")?;
            if let Some((number, name)) = &self.column {
                write!(f, ", column {number} (`{name}`)")?;
            }
            f.write_str(": ")?;
        }
        write!(f, "{}; {}", self.problem, self.remedy)
    }
}

impl std::error::Error for TableError {}

/// Why a stream of bytes ended that was not at its end.
#[derive(Debug)]
pub(crate) struct Broken {
    pub problem: String,
    pub remedy: &'static str,
}

impl Broken {
    pub fn error(problem: impl Into<String>, remedy: &'static str) -> io::Error {
        io::Error::other(Self { problem: problem.into(), remedy })
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.problem, self.remedy)
    }
}

impl std::error::Error for Broken {}
