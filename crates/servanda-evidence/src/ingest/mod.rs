//! Reading a published file into a store, all or nothing.

mod build;
mod code;
mod commit;
mod header;
mod input;
mod read;
mod same_day;
mod sample;

pub(crate) use build::{Vintage, stretches};
pub(crate) use code::slug;
pub use commit::put;
pub(crate) use commit::{Lock, put_named};
pub use input::Input;
pub(crate) use sample::{Sample, sample};

use crate::error::IngestError;
use crate::manifest::{Counts, Original, Provenance};
use crate::published::PublishedArg;
use crate::source_file::SourceFile;
use build::Builder;
use input::Snapshot;
use serde::Serialize;
use servanda_core::Timestamp;
use std::path::Path;

/// How to ingest.
#[derive(Debug, Clone, Default)]
pub struct IngestOptions {
    /// When it was published. Needed unless a column of the file says it, and refused then.
    pub published: Option<PublishedArg>,
    /// Whether the file is a partial release: it covers only the codes that it lists.
    pub partial: bool,
    /// Whether to read and check everything and write nothing.
    pub dry_run: bool,
    /// Where the file came from.
    pub provenance: Provenance,
}

/// What an ingest did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IngestReport {
    /// The source.
    pub source: String,
    /// Which description of a file it was read by.
    pub description: String,
    /// The file as it was received.
    pub original: Original,
    /// Rows by what became of them.
    pub counts: Counts,
    /// Whether nothing was written because it was only tried.
    pub dry_run: bool,
    /// The vintages that the file states, oldest first.
    pub vintages: Vec<ReportVintage>,
    /// What else to know.
    pub remarks: Vec<String>,
}

/// One vintage in a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportVintage {
    /// Its id; in a dry run the one that it would have.
    pub id: String,
    /// When it was published.
    pub published: String,
    /// Figures.
    pub rows: u64,
    /// Preliminary figures among them.
    pub preliminary: u64,
    /// The first period and the last.
    pub periods: (String, String),
    /// Whether the store held it before.
    pub already_held: bool,
}

/// Reads a file by its source's description into the store in the folder `evidence`, which is made if it is not there.
///
/// `now` is the instant that is recorded, and the one after which nothing can have been published. After an error the
/// store is as it was, byte by byte.
pub fn ingest(
    evidence: &Path,
    source: &SourceFile,
    input: &Input,
    options: &IngestOptions,
    now: Timestamp,
) -> Result<IngestReport, IngestError> {
    let snapshot = Snapshot::take(input)?;
    if let Some(published) = &options.published {
        refuse_future(source, published, now)?;
    }
    let mut table = read::read(source, &snapshot)?;
    let Some(file) = source.files.get(table.description) else {
        return Err(IngestError::Published {
            problem: "the source describes no file".to_owned(),
            remedy: "add a [[file]]".to_owned(),
        });
    };
    let builder = Builder { source, file, name: &snapshot.name, partial: options.partial };
    let releases = std::mem::take(&mut table.releases);
    let mut vintages: Vec<Vintage> = Vec::new();
    for ((text, order), line, rows) in releases {
        if rows.is_empty() {
            continue;
        }
        let published = release_date(source, file, options, &snapshot.name, &text, line)?;
        refuse_future(source, &published, now)?;
        vintages.push(builder.build(&table, published, &order, rows)?);
    }
    vintages.sort_by(|a, b| {
        a.date
            .cmp(&b.date)
            .then_with(|| a.published.within_day(&b.published))
            .then_with(|| a.order.cmp(&b.order))
    });
    let mut remarks = Vec::new();
    if table.byte_order_mark {
        remarks.push("a UTF-8 byte order mark before the header was left out".to_owned());
    }
    if table.counts.empty > 0 {
        remarks.push(format!("{} cells have no figure; none was taken for zero", table.counts.empty));
    }
    let original = Original {
        name: snapshot.name.clone(),
        sha256: snapshot.sha256.clone(),
        bytes: snapshot.bytes,
        byte_order_mark: table.byte_order_mark,
    };
    let work = commit::Work {
        evidence,
        source,
        description: &file.name,
        options,
        now,
        original: original.clone(),
        counts: table.counts.clone(),
        snapshot: &snapshot,
    };
    let (reported, unsure) = work.commit(vintages)?;
    remarks.extend(unsure);
    if reported.iter().all(|v| v.already_held) {
        remarks.push("the store holds all of it already: nothing was added".to_owned());
    }
    Ok(IngestReport {
        source: source.source.id.clone(),
        description: file.name.clone(),
        original,
        counts: table.counts,
        dry_run: options.dry_run,
        vintages: reported,
        remarks,
    })
}

fn release_date(
    source: &SourceFile,
    file: &crate::describe::FileDescription,
    options: &IngestOptions,
    name: &str,
    text: &str,
    line: u64,
) -> Result<PublishedArg, IngestError> {
    match (&file.vintage, &options.published) {
        (Some(vintage), Some(_)) => Err(IngestError::Published {
            problem: format!(
                "{name} says itself when each vintage was published, in the column `{}`",
                vintage.column
            ),
            remedy: "leave --published out".to_owned(),
        }),
        (Some(vintage), None) => PublishedArg::parse(text).map_err(|e| match e {
            IngestError::Published { problem, remedy } => IngestError::Published {
                problem: format!("{name}, line {line}, column `{}`: {problem}", vintage.column),
                remedy,
            },
            other => other,
        }),
        (None, Some(published)) => Ok(*published),
        (None, None) => Err(IngestError::Published {
            problem: format!("nothing says when {name} was published"),
            remedy: format!(
                "give --published with the day or instant at {} ({}), or \"at-the-latest DATE\" where only a copy's \
                 date is known",
                source.source.publisher, source.zone_name
            ),
        }),
    }
}

fn refuse_future(source: &SourceFile, published: &PublishedArg, now: Timestamp) -> Result<(), IngestError> {
    if published.is_after(now, &source.zone) {
        return Err(IngestError::Published {
            problem: format!(
                "{} is in the future (it is {} there)",
                published.printed(&source.zone),
                source.zone.to_datetime(now).date()
            ),
            remedy: "check the date, and this machine's clock".to_owned(),
        });
    }
    Ok(())
}
