//! Taking a vintage out of use. Nothing is deleted: a record says since when, and why.

use crate::error::StoreError;
use crate::files::Folder;
use crate::held::Holdings;
use crate::ingest::recover;
use crate::manifest::{self, FORMAT, Withdrawal};
use crate::put::{Lock, put_record};
use crate::source_file::SourceFile;
use servanda_core::Timestamp;
use std::path::Path;

/// Withdraws the vintage `vintage` of a source in the store in the folder `evidence`, from `now` on.
///
/// What was known before `now` (`AsOf::known_at`) still rests on it. Beside the record stands what the system did not confirm
/// once it was written.
pub fn withdraw(
    evidence: &Path,
    source: &SourceFile,
    vintage: &str,
    why: &str,
    now: Timestamp,
) -> Result<(Withdrawal, Option<String>), StoreError> {
    if why.trim().is_empty() {
        return Err(StoreError::NoReason);
    }
    // Tried before the lock is taken, so that a mistake leaves no trace; and again under it.
    record(evidence, source, vintage, why, now)?;
    let lock = Lock::take(evidence)?;
    recover(evidence, &source.source.id)?;
    let record = record(evidence, source, vintage, why, now)?;
    let doubt = put_record(evidence, &manifest::withdrawals(&source.source.id), &record)?;
    drop(lock);
    Ok((record, doubt))
}

fn record(
    evidence: &Path,
    source: &SourceFile,
    vintage: &str,
    why: &str,
    now: Timestamp,
) -> Result<Withdrawal, StoreError> {
    let id = &source.source.id;
    let holdings = Holdings::load(&Folder::new(evidence), source)?;
    let Some(held) = holdings.get(vintage) else {
        let names: Vec<&str> = holdings.vintages.iter().map(|v| v.id.as_str()).collect();
        return Err(StoreError::UnknownVintage {
            source_id: id.clone(),
            vintage: vintage.to_owned(),
            held: if names.is_empty() { "none".to_owned() } else { names.join(", ") },
        });
    };
    if let Some(earlier) = &held.withdrawal {
        return Err(StoreError::AlreadyWithdrawn {
            source_id: id.clone(),
            vintage: vintage.to_owned(),
            why: earlier.why.clone(),
        });
    }
    Ok(Withdrawal {
        format: FORMAT,
        source: id.clone(),
        vintage: vintage.to_owned(),
        manifest: held.manifest.clone(),
        number: held.number,
        recorded: now,
        why: why.trim().to_owned(),
        before: holdings.heads(),
    })
}
