//! What a store holds: the documents of `sources`, `coverage` and `ingest`.

use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::Source;
use servanda_evidence::{IngestReport, SourceCoverage, SourceFile};

/// The sources that are described.
#[derive(Serialize, JsonSchema)]
pub struct SourcesAnswer<'a> {
    /// Each of them
    pub sources: Vec<SourceAnswer<'a>>,
}

/// A source, and how much is held of it.
#[derive(Serialize, JsonSchema)]
pub struct SourceAnswer<'a> {
    /// The source.
    #[serde(flatten)]
    pub source: &'a Source,
    /// Its basis in one line
    pub basis_line: String,
    /// Where it is published
    pub url: Option<&'a str>,
    /// What to know of it
    pub notes: &'a [String],
    /// The publisher's time zone
    pub zone: &'a str,
    /// How many vintages are held
    pub vintages: usize,
    /// How many were withdrawn
    pub withdrawn: usize,
    /// The first vintage
    pub first_vintage: Option<&'a str>,
    /// The last one
    pub last_vintage: Option<&'a str>,
}

impl<'a> SourcesAnswer<'a> {
    /// Sources with what is held of each.
    pub fn of(held: &'a [(&'a SourceFile, SourceCoverage)]) -> Self {
        let one = |(file, coverage): &'a (&'a SourceFile, SourceCoverage)| SourceAnswer {
            source: &file.source,
            basis_line: file.source.basis.line(),
            url: file.url.as_deref(),
            notes: &file.notes,
            zone: &file.zone_name,
            vintages: coverage.vintages,
            withdrawn: coverage.withdrawn,
            first_vintage: coverage.first_vintage.as_deref(),
            last_vintage: coverage.last_vintage.as_deref(),
        };
        Self { sources: held.iter().map(one).collect() }
    }
}

/// What is held of sources, and what is not.
#[derive(Serialize, JsonSchema)]
pub struct CoverageAnswer<'a> {
    /// Each of them
    pub sources: &'a [SourceCoverage],
}

/// What an ingest kept.
#[derive(Serialize, JsonSchema)]
pub struct IngestAnswer<'a> {
    /// One for each file
    pub files: &'a [IngestReport],
}
