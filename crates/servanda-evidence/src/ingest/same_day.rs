//! Two publications of one day, of which nothing says which is the newer.

use super::build::Vintage;
use crate::error::{IngestError, StoreError};
use crate::files::Files;
use crate::held::{Cover, Held, Spans, covers};
use crate::manifest;
use crate::parquet_file::{self, Scan, Wanted};
use crate::source_file::SourceFile;
use servanda_core::{Dimension, Party, Stage};
use std::collections::{BTreeSet, HashMap};

/// Refuses a vintage that speaks of figures of which a held one speaks too, where both are said to be published at one
/// and the same time: whichever counted would count by chance.
pub(super) fn refuse_unordered(
    files: &dyn Files,
    source: &SourceFile,
    new: &Vintage,
    held: &Held,
) -> Result<(), IngestError> {
    let share = |key, preliminary| share_a_row(files, source, new, held, key, preliminary);
    let stated = covers(&held.published.to_string(), &held.stated.coverage, source.source.frequency)?;
    let Some((flow, partner)) = clash(source, new, &stated, share)? else { return Ok(()) };
    Err(IngestError::SameTime {
        source_id: source.source.id.clone(),
        vintage: held.id.clone(),
        published: held.stated.published.to_string(),
        what: format!("{flow} with {partner}"),
    })
}

/// Refuses two files of one call that are said to be published at one and the same time and speak of the same figures.
pub(super) fn refuse_two_of_one_call(
    source: &SourceFile,
    (first, earlier): (&str, &Vintage),
    (second, later): (&str, &Vintage),
) -> Result<(), IngestError> {
    let theirs = covers(first, &earlier.coverage, source.source.frequency)?;
    let share = |key, preliminary| Ok(have_a_row_alike(earlier, later, key, preliminary));
    let Some((flow, partner)) = clash(source, later, &theirs, share)? else { return Ok(()) };
    Err(IngestError::Published {
        problem: format!(
            "{first} and {second} are given as published at one time, and both speak of {flow} with {partner} for the \
             same codes and periods: nothing says which of the two is newer"
        ),
        remedy: format!(
            "if they are parts of one publication, join them in one file, or declare coverage = \"rows\" in {}; \
             otherwise ingest each with the instant of its own publication",
            source.file_name
        ),
    })
}

/// Whether two vintages have a row for one code and period of a flow with a partner.
fn have_a_row_alike(a: &Vintage, b: &Vintage, (flow, partner): (Stage, Party), preliminary: bool) -> bool {
    let own = |v: &'_ Vintage| -> BTreeSet<(String, i32)> {
        v.rows
            .iter()
            .filter(|r| r.flow == flow && r.partner == partner && r.preliminary == preliminary)
            .map(|r| (v.codes.get(r.code as usize).cloned().unwrap_or_default(), r.period))
            .collect()
    };
    !own(a).is_disjoint(&own(b))
}

/// A flow and partner of which both give figures for one code and period; `share` says whether both have a row for one.
fn clash(
    source: &SourceFile,
    new: &Vintage,
    theirs: &HashMap<(Stage, Party), Cover>,
    share: impl Fn((Stage, Party), bool) -> Result<bool, StoreError>,
) -> Result<Option<(Stage, Party)>, StoreError> {
    let own = covers(&new.published.to_string(), &new.coverage, source.source.frequency)?;
    let mut keys: Vec<_> = own.keys().copied().collect();
    keys.sort_unstable();
    for key in keys {
        let (Some(ours), Some(theirs)) = (own.get(&key), theirs.get(&key)) else { continue };
        for (preliminary, a, b) in
            [(false, &ours.finals, &theirs.finals), (true, &ours.preliminary, &theirs.preliminary)]
        {
            if overlap(&a.all, &b.all) || overlap(&a.all, &b.rows) || overlap(&a.rows, &b.all) {
                return Ok(Some(key));
            }
            if overlap(&a.rows, &b.rows) && share(key, preliminary)? {
                return Ok(Some(key));
            }
        }
    }
    Ok(None)
}

fn overlap(a: &[(i32, i32)], b: &[(i32, i32)]) -> bool {
    let a = Spans { all: a.to_vec(), rows: Vec::new() };
    b.iter().any(|(first, last)| a.touches(*first, *last))
}

/// Whether both have a row for one code and period.
fn share_a_row(
    files: &dyn Files,
    source: &SourceFile,
    new: &Vintage,
    held: &Held,
    (flow, partner): (Stage, Party),
    preliminary: bool,
) -> Result<bool, StoreError> {
    let path = manifest::data(&source.source.id, &held.stated.data_sha256);
    let wanted = Wanted { all: true, ..Wanted::default() };
    let dimension = Dimension::Money(source.source.basis.currency);
    let scan = Scan { flow, partner, dimension, wanted: &wanted, threads: 1 };
    let decoded =
        parquet_file::scan(files, &path, &held.stated, &scan).map_err(|e| StoreError::damaged(&path, e))?;
    let theirs = if preliminary { &decoded.preliminary } else { &decoded.finals };
    Ok(new
        .rows
        .iter()
        .filter(|r| r.flow == flow && r.partner == partner && r.preliminary == preliminary)
        .any(|r| {
            let place = new.codes.get(r.code as usize).and_then(|code| theirs.place(code));
            place.is_some_and(|place| theirs.of(place, r.period, r.period).next().is_some())
        }))
}
