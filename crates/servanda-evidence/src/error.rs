//! What can go wrong, each with its place and a remedy.

use std::fmt;

/// Where in a data file something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file's name.
    pub file: String,
    /// The line, from 1; none where the whole file is meant.
    pub line: Option<u64>,
    /// The column's number, from 1, and its name.
    pub column: Option<(usize, String)>,
}

impl Place {
    /// A whole file.
    pub fn file(file: &str) -> Self {
        Self { file: file.to_owned(), line: None, column: None }
    }

    /// A line of it.
    pub fn line(file: &str, line: u64) -> Self {
        Self { file: file.to_owned(), line: Some(line), column: None }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some((number, name)) = &self.column {
            write!(f, ", column {number} (`{name}`)")?;
        }
        Ok(())
    }
}

/// Why a file was not ingested. The store is then as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IngestError {
    /// The file does not read as its source's description says.
    #[error("{place}: {problem}; {remedy}")]
    Input {
        /// Where.
        place: Place,
        /// What is wrong.
        problem: String,
        /// What to do.
        remedy: String,
    },
    /// The source's file describes no file like this one.
    #[error(
        "{file}: {described_in} describes no file of this source; add a [[file]] that says what its columns mean"
    )]
    NotDescribed {
        /// The file.
        file: String,
        /// The source.
        source_id: String,
        /// The source's file.
        described_in: String,
    },
    /// The last line has no end, and nobody says that the publisher's has none.
    #[error(
        "{place}: the file ends without a line end: a download that was cut ends so, perhaps inside its last figure; compare \
         its last line with the publisher's, whose file may end so too"
    )]
    NoLineEnd {
        /// Its last line.
        place: Place,
    },
    /// The day or instant of publication is unreadable, in the future, or that of another publication.
    #[error("publication date: {problem}; {remedy}")]
    Published {
        /// What is wrong.
        problem: String,
        /// What to do.
        remedy: String,
    },
    /// Nothing says when a file was published.
    #[error("publication date: nothing says when {file} was published at {publisher} ({zone})")]
    NotDated {
        /// The file.
        file: String,
        /// Who published it.
        publisher: String,
        /// The publisher's time zone.
        zone: String,
    },
    /// The file says itself when each vintage was published, and somebody says it too.
    #[error("publication date: {file} says itself when each vintage was published, in the column `{column}`")]
    DatedTwice {
        /// The file.
        file: String,
        /// The column.
        column: String,
    },
    /// A vintage that is held was published at the same time and speaks of the same figures.
    #[error(
        "publication date: {source_id}@{vintage} is held, was published {published} too and gives figures of {what} for the \
         same codes and periods: nothing says which of the two is newer; withdraw the held one if it is a mistake; otherwise \
         withdraw it and ingest both again, each with the instant of its publication, such as 2021-03-05T10:23:48-05:00"
    )]
    SameTime {
        /// The source.
        source_id: String,
        /// The vintage that is held.
        vintage: String,
        /// When it was published.
        published: String,
        /// A flow with a partner.
        what: String,
    },
    /// The same bytes are held for this publication and read differently now.
    #[error(
        "{source_id}@{vintage}: these bytes are held already, but the source's description reads them differently now; \
         withdraw the vintage first, then ingest again"
    )]
    ReadsDifferently {
        /// The source.
        source_id: String,
        /// The vintage that is held.
        vintage: String,
    },
    /// The store could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why the store could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A file could not be read or written.
    #[error("{path}: {problem}")]
    Io {
        /// The file.
        path: String,
        /// What the system says.
        problem: String,
    },
    /// A file is there, but it is not what it should be.
    #[error("{path}: {problem}; {remedy}")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong.
        problem: String,
        /// What to do.
        remedy: String,
    },
    /// Another process holds the lock.
    #[error("{path}: another process has been writing to this store for {seconds} s; wait for it, or end it")]
    Busy {
        /// The lock file.
        path: String,
        /// How long was waited.
        seconds: u64,
    },
    /// No such source.
    #[error("there is no source `{id}`{hint}")]
    UnknownSource {
        /// What was asked for.
        id: String,
        /// The nearest name, if any is near.
        hint: String,
    },
    /// No such vintage.
    #[error("{source_id} has no vintage `{vintage}`; held are: {held}")]
    UnknownVintage {
        /// The source.
        source_id: String,
        /// What was asked for.
        vintage: String,
        /// What there is.
        held: String,
    },
    /// It has been withdrawn before.
    #[error("{source_id}@{vintage} was withdrawn before: {why}")]
    AlreadyWithdrawn {
        /// The source.
        source_id: String,
        /// The vintage.
        vintage: String,
        /// The reason that was given then.
        why: String,
    },
    /// An original says something else than is held, read by the source file of today.
    #[error(
        "{manifest}: its original, {original}, read by {file} as it is now: {problem}. What its integers mean cannot be recorded \
         by it: put {file} back as it was when the file was ingested, and upgrade again; or withdraw the vintage and ingest the \
         original again"
    )]
    ReadsDifferently {
        /// The source file.
        file: String,
        /// The manifest.
        manifest: String,
        /// The name of the original.
        original: String,
        /// What is different.
        problem: String,
    },
    /// A source file says something else now of figures that are held.
    #[error(
        "{file}: {what}. {source_id}@{vintage} is held as it was read then, and its figures mean nothing else now: put the \
         source file back; or, if it was wrong then, withdraw {source_id}@{vintage} and ingest the \
         original again; another kind of publication is a source of its own"
    )]
    OtherMeaning {
        /// The source file.
        file: String,
        /// The source.
        source_id: String,
        /// The vintage.
        vintage: String,
        /// What it says, and what the figures were read by.
        what: String,
    },
    /// A withdrawal needs a reason.
    #[error("a withdrawal needs a reason")]
    NoReason,
}

impl StoreError {
    pub(crate) fn io(path: impl fmt::Display, error: impl fmt::Display) -> Self {
        Self::Io { path: path.to_string(), problem: error.to_string() }
    }

    pub(crate) fn damaged(path: &str, problem: impl fmt::Display) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            problem: problem.to_string(),
            remedy: "restore the file from a copy".to_owned(),
        }
    }
}

/// The nearest of some names, as a hint to print behind a wrong one; empty if none is near.
pub(crate) fn did_you_mean<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    servanda_files::did_you_mean(wrong, names).map(|hint| format!("; {hint}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_is_near_or_absent() {
        assert_eq!(did_you_mean("value_us", ["month", "value_usd"]), "; did you mean `value_usd`?");
        assert_eq!(did_you_mean("zzz", ["month", "value_usd"]), "");
        assert_eq!(did_you_mean(&"value_usd".repeat(1000), ["month", "value_usd"]), "");
    }
}
