//! Reading a published file into a store, all or nothing.

mod against;
mod amounts;
mod build;
mod choose_rows;
mod code;
mod commit;
mod header;
mod input;
mod joined;
mod joint;
mod merge;
mod named_total;
mod notes;
mod read;
mod same_day;
mod staged;
mod totals;

pub(crate) use build::{Content, Figures, Vintage, stretches};
pub(crate) use code::{bad_code, slug};
pub(crate) use commit::{FileWork, READER};
pub use input::Input;
pub(crate) use input::{Snapshot, table_error};
pub use notes::{IngestNote, NoteCode};
pub(crate) use staged::{STAGED, named_files, recover, staged};

use crate::describe::{Covers, FileDescription};
use crate::error::{IngestError, Place};
use crate::files::Folder;
use crate::held::Holdings;
use crate::manifest::{Counts, Manifest, Original, Provenance};
use crate::meaning::Meaning;
use crate::published::PublishedArg;
use crate::source_file::SourceFile;
use build::{Builder, Stated};
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::Timestamp;
use std::collections::BTreeSet;
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
    /// Whether the publisher's file ends without a line end. A file that does is refused otherwise, since a download that
    /// was cut ends so.
    pub no_final_newline: bool,
    /// Where the file came from.
    pub provenance: Provenance,
}

/// What an ingest did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
    /// What was not plain in reading it, and how it differs from what is held.
    pub notes: Vec<IngestNote>,
}

/// One vintage in a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
    let mut reports = ingest_all(evidence, source, std::slice::from_ref(input), options, now)?;
    reports.pop().ok_or_else(|| IngestError::Published {
        problem: "no file was read".to_owned(),
        remedy: "name one".to_owned(),
    })
}

/// As [`ingest`], for several files: all of them or none. Every file is read and checked, against what is held and against
/// the others, before the first byte is kept, and what is kept counts from the moment at which the last of it is there.
pub fn ingest_all(
    evidence: &Path,
    source: &SourceFile,
    inputs: &[Input],
    options: &IngestOptions,
    now: Timestamp,
) -> Result<Vec<IngestReport>, IngestError> {
    if let Some(published) = &options.published {
        refuse_future(source, published, now)?;
    }
    let folder = Folder::new(evidence);
    let held = Holdings::load(&folder, source)?;
    held.refuse_conflicts(source)?;
    let mut files = Vec::new();
    let mut reports = Vec::new();
    for input in inputs {
        let mut file = read_file(source, Snapshot::take(input)?, options, now)?;
        let mut notes = std::mem::take(&mut file.notes);
        compare(&folder, source, &held, &file, options, &mut notes)?;
        let mut remarks = Vec::new();
        if file.original.byte_order_mark {
            remarks.push("a UTF-8 byte order mark before the header was left out".to_owned());
        }
        remarks.append(&mut file.remarks);
        if file.counts.empty > 0 {
            remarks.push(format!("{} cells have no figure; none was taken for zero", file.counts.empty));
        }
        reports.push(IngestReport {
            source: source.source.id.clone(),
            description: file.description.clone(),
            original: file.original.clone(),
            counts: file.counts.clone(),
            dry_run: options.dry_run,
            vintages: Vec::new(),
            remarks,
            notes,
        });
        files.push(file);
    }
    let done = commit::Work { evidence, source, options, now, files }.commit()?;
    for (report, vintages) in reports.iter_mut().zip(done.reports) {
        report.vintages = vintages;
        if report.vintages.iter().all(|v| v.already_held) {
            report.remarks.push("the store holds all of it already: nothing was added".to_owned());
        }
    }
    if let Some(last) = reports.last_mut() {
        last.remarks.extend(done.doubt);
    }
    Ok(reports)
}

/// Says how a file differs from what is held, and refuses one that was cut.
fn compare(
    folder: &Folder,
    source: &SourceFile,
    held: &Holdings,
    file: &FileWork,
    options: &IngestOptions,
    notes: &mut Vec<IngestNote>,
) -> Result<(), IngestError> {
    let (name, end) = (&file.original.name, file.end);
    for new in &file.vintages {
        against::refuse_falling(source, new, name)?;
        against::compare(folder, source, held, new, name, end, notes)?;
    }
    if !end.ends_a_line && !options.no_final_newline {
        return Err(IngestError::NoLineEnd { place: Place::line(name, end.last_line) });
    }
    Ok(())
}

/// Reads and checks one file.
fn read_file(
    source: &SourceFile,
    snapshot: Snapshot,
    options: &IngestOptions,
    now: Timestamp,
) -> Result<FileWork, IngestError> {
    let mut table = read::read(source, &snapshot)?;
    let described: Vec<&FileDescription> =
        table.parts.iter().filter_map(|p| source.files.get(p.description)).collect();
    let Some(first) = described.first().copied() else {
        return Err(header::no_description(source, &snapshot.name));
    };
    merge::refuse_mixed_vintages(source, &described)?;
    let builder = |file| Builder { source, file, name: &snapshot.name, partial: options.partial };
    let builders: Vec<Builder<'_>> = described.iter().map(|file| builder(*file)).collect();
    let mut notes = Vec::new();
    let mut joined = joined::Joined::default();
    let mut left_out = joint::LeftOut::default();
    // What each description states, by release, in the order of the file.
    let mut stated: Vec<((PublishedArg, String), Vec<Stated<'_>>)> = Vec::new();
    for (part, builder) in table.parts.iter_mut().zip(&builders) {
        let releases = std::mem::take(&mut part.releases);
        for ((text, order), line, rows) in releases {
            if rows.is_empty() {
                continue;
            }
            let published = release_date(source, builder.file, options, &snapshot.name, &text, line)?;
            refuse_future(source, &published, now)?;
            let one = builder.state(part, &published, rows)?;
            joined.add(&one.joined);
            left_out.add(&one.left_out);
            let key = (published, order);
            match stated.iter_mut().find(|(k, _)| *k == key) {
                Some((_, all)) => all.push(one),
                None => stated.push((key, vec![one])),
            }
        }
        notes::of_reading(&part.said, &source.file_name, &mut notes);
    }
    let mut remarks = std::mem::take(&mut table.remarks);
    totals::say(&table.totals, &mut notes, &mut remarks);
    notes::of_joined(&joined, &mut notes);
    joint::note(&left_out, &mut notes);
    notes::of_parts(&table.not_read, &mut notes);
    let mut vintages: Vec<Vintage> = Vec::new();
    let whole = builder(first);
    for ((published, order), all) in stated {
        let (codes, rows, covers, joint) = merge::merge(&whole, all)?;
        vintages.push(build::vintage(&whole, published, &order, codes, rows, (covers, joint)));
    }
    vintages.sort_by(|a, b| {
        a.date
            .cmp(&b.date)
            .then_with(|| a.published.within_day(&b.published))
            .then_with(|| a.order.cmp(&b.order))
    });
    if let Some(newest) = vintages.last() {
        notes::of_last_periods(newest, source.source.frequency, &mut notes);
    }
    let original = Original {
        name: snapshot.name.clone(),
        sha256: snapshot.sha256.clone(),
        bytes: snapshot.bytes,
        byte_order_mark: table.byte_order_mark,
    };
    let left_out_unknown = vintages
        .iter()
        .flat_map(|v| &v.rows)
        .filter(|r| r.left_out)
        .map(|r| r.line)
        .collect::<BTreeSet<_>>()
        .len();
    Ok(FileWork {
        description: joined_names(&described),
        meaning: Meaning::of(source, &described, options.partial),
        original,
        counts: Counts {
            joined: joined.rows,
            left_out_unknown: u64::try_from(left_out_unknown).unwrap_or(u64::MAX),
            ..table.counts
        },
        vintages,
        notes,
        remarks,
        end: against::End {
            revising: first.vintage.is_some() && first.coverage == Covers::Rows,
            ends_a_line: table.ends_a_line,
            last_line: table.last_line,
        },
        snapshot,
    })
}

/// What a file would state by a source.
pub(crate) struct Tried {
    /// In words.
    pub says: String,
    /// Whether a total seems to be added to its own parts.
    pub totals_in_sum: bool,
}

/// Reads a file by a source and keeps nothing.
pub(crate) fn try_on(source: &SourceFile, snapshot: Snapshot, now: Timestamp) -> Result<Tried, IngestError> {
    let column = source.files.iter().any(|f| f.vintage.is_some());
    let options = IngestOptions {
        published: (!column).then_some(PublishedArg::Instant(now)),
        ..IngestOptions::default()
    };
    let file = read_file(source, snapshot, &options, now)?;
    let point = |ordinal: i32| source.source.frequency.point(ordinal);
    let periods = || file.vintages.iter().flat_map(|v| &v.rows).map(|r| r.period);
    let codes: BTreeSet<&String> = file.vintages.iter().flat_map(|v| &v.codes).collect();
    let stretch = match (periods().min(), periods().max()) {
        (Some(first), Some(last)) => format!(", {}..{}", point(first), point(last)),
        _ => String::new(),
    };
    let mut says = format!(
        "{} of {}{stretch}; {} without a figure, {} of other partners, {} left out",
        notes::counted(file.counts.kept, "figure"),
        notes::counted(codes.len() as u64, "code"),
        notes::counted(file.counts.empty, "cell"),
        notes::counted(file.counts.other_partners, "row"),
        file.counts.filtered,
    );
    for more in file.remarks.iter().chain(file.notes.iter().map(|n| &n.text)) {
        says.push('\n');
        says.push_str(more);
    }
    // What the figures themselves look like, beside nothing that is held.
    let (nothing, mut notes) = (Holdings::default(), Vec::new());
    for new in &file.vintages {
        against::compare(
            &Folder::new(Path::new("")),
            source,
            &nothing,
            new,
            &file.original.name,
            file.end,
            &mut notes,
        )?;
    }
    for note in notes.iter().filter(|n| n.code == NoteCode::YearToDate) {
        says.push_str("\nCHECK: ");
        says.push_str(&note.text);
    }
    let totals_in_sum = file.notes.iter().any(|n| n.code == NoteCode::TotalsInSum);
    Ok(Tried { says, totals_in_sum })
}

/// The figures that a file states by a source (flow, partner, code, period, value, quantity), and what is said of it.
#[cfg(test)]
#[expect(clippy::type_complexity, reason = "one test reads it")]
pub(crate) fn read_for_tests(
    source: &SourceFile,
    snapshot: Snapshot,
) -> Result<(Vec<(String, String, String, i32, Option<i64>, Option<i64>)>, Vec<String>), IngestError> {
    let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap_or_default();
    let options = IngestOptions { published: Some(PublishedArg::Instant(now)), ..IngestOptions::default() };
    let file = read_file(source, snapshot, &options, now)?;
    let mut notes = Vec::new();
    let folder = std::env::temp_dir().join("servanda-nothing-is-held-here");
    let held = Holdings::load(&Folder::new(&folder), source)?;
    compare(&Folder::new(&folder), source, &held, &file, &options, &mut notes)?;
    let words = file.notes.iter().chain(&notes).filter(|n| n.code != NoteCode::New).map(|n| n.text.clone());
    let words = words.chain(file.remarks.clone()).collect();
    let rows = file.vintages.iter().flat_map(|v| {
        v.rows.iter().map(|r| {
            let code = v.codes.get(r.code as usize).cloned().unwrap_or_default();
            (r.flow.to_string(), r.partner.to_string(), code, r.period, r.value, r.quantity.map(|q| q.0))
        })
    });
    Ok((rows.collect(), words))
}

/// What stands between the names of descriptions that read one file together.
const TOGETHER: &str = " + ";

fn joined_names(files: &[&FileDescription]) -> String {
    files.iter().map(|f| f.name.as_str()).collect::<Vec<_>>().join(TOGETHER)
}

/// The descriptions that a manifest says its file was read by; the first of the source, where none has such a name.
pub(crate) fn described<'a>(source: &'a SourceFile, description: &str) -> Vec<&'a FileDescription> {
    let one = || source.files.iter().filter(|f| f.name == description).take(1);
    let several = || source.files.iter().filter(|f| description.split(TOGETHER).any(|name| name == f.name));
    let found: Vec<_> = one().collect();
    let found = if found.is_empty() { several().collect() } else { found };
    if found.is_empty() { source.files.iter().take(1).collect() } else { found }
}

/// What an original says when it is read again: the days of publication that its manifest has are taken where no column of it
/// says them.
pub(crate) fn read_again(
    source: &SourceFile,
    name: &str,
    bytes: Vec<u8>,
    manifest: &Manifest,
) -> Result<FileWork, IngestError> {
    let snapshot = Snapshot::take(&Input::Bytes { name: name.to_owned(), bytes })?;
    let of = |published: Option<PublishedArg>| IngestOptions {
        published,
        partial: manifest.partial,
        ..IngestOptions::default()
    };
    let stated = manifest.vintages.first().map(|v| PublishedArg::parse(&v.published)).transpose()?;
    let column = described(source, &manifest.description).iter().any(|file| file.vintage.is_some());
    let published = if column { None } else { stated };
    read_file(source, snapshot, &of(published), manifest.recorded)
}

fn release_date(
    source: &SourceFile,
    file: &FileDescription,
    options: &IngestOptions,
    name: &str,
    text: &str,
    line: u64,
) -> Result<PublishedArg, IngestError> {
    match (&file.vintage, &options.published) {
        (Some(vintage), Some(_)) => {
            Err(IngestError::DatedTwice { file: name.to_owned(), column: vintage.column.clone() })
        }
        (Some(vintage), None) => PublishedArg::parse(text).map_err(|e| match e {
            IngestError::Published { problem, remedy } => IngestError::Published {
                problem: format!("{name}, line {line}, column `{}`: {problem}", vintage.column),
                remedy,
            },
            other => other,
        }),
        (None, Some(published)) => Ok(*published),
        (None, None) => Err(IngestError::NotDated {
            file: name.to_owned(),
            publisher: source.source.publisher.clone(),
            zone: source.zone_name.clone(),
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
