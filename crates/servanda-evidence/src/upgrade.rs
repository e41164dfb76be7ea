//! Records what the integers of an older store mean. No manifest is changed: a record is added for each.

use crate::error::StoreError;
use crate::files::{Files, Folder};
use crate::held::{Holdings, read};
use crate::ingest::{READER, described, read_again, recover};
use crate::manifest::{self, FORMAT, Manifest, Upgrade};
use crate::meaning::Meaning;
use crate::put::{Lock, put_record};
use crate::source_file::SourceFile;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::Timestamp;
use std::io::ErrorKind;
use std::path::Path;

/// What an upgrade of a source did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UpgradeReport {
    /// Manifests whose meaning is recorded now, by the original read again.
    pub recorded: Vec<String>,
    /// Manifests whose meaning is assumed: there is no original to read again.
    pub assumed: Vec<String>,
    /// Manifests of which all vintages are withdrawn and which the source file reads otherwise now: they are left as they are.
    pub left: Vec<String>,
    /// What the system did not confirm after it was written.
    pub doubts: Vec<String>,
}

/// Records, for each manifest of a source that does not say it, what its integers mean by the source file as it is now. The
/// original is read again, and where it says something else than is held, nothing is recorded of the source.
pub fn upgrade(evidence: &Path, source: &SourceFile, now: Timestamp) -> Result<UpgradeReport, StoreError> {
    let id = &source.source.id;
    if unsaid(evidence, source)?.is_empty() {
        return Ok(UpgradeReport::default());
    }
    let lock = Lock::take(evidence)?;
    recover(evidence, id)?;
    let mut report = UpgradeReport::default();
    let mut found = Vec::new();
    for (name, manifest, in_use) in unsaid(evidence, source)? {
        match meaning(evidence, source, &name, &manifest) {
            Ok((meaning, assumed)) => found.push((name, meaning, assumed)),
            // It was a mistake, and the source file may have been put right since.
            Err(_) if !in_use => report.left.push(format!("{}/{name}", manifest::manifests(id))),
            Err(e) => return Err(e),
        }
    }
    for (name, meaning, assumed) in found {
        let record = Upgrade {
            format: FORMAT,
            source: id.clone(),
            manifest: name.clone(),
            recorded: now,
            reader: READER.to_owned(),
            assumed,
            meaning,
            before: Holdings::load(&Folder::new(evidence), source)?.heads(),
        };
        report.doubts.extend(put_record(evidence, &manifest::meanings(id), &record)?);
        let list = if assumed { &mut report.assumed } else { &mut report.recorded };
        list.push(format!("{}/{name}", manifest::manifests(id)));
    }
    drop(lock);
    Ok(report)
}

/// The manifests of which nothing says what their integers mean, each with whether a vintage of it is in use.
fn unsaid(evidence: &Path, source: &SourceFile) -> Result<Vec<(String, Manifest, bool)>, StoreError> {
    let folder = Folder::new(evidence);
    let holdings = Holdings::load(&folder, source)?;
    let mut names: Vec<String> =
        holdings.vintages.iter().filter(|v| v.meant.is_none()).map(|v| v.manifest.clone()).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .map(|name| {
            let path = format!("{}/{name}", manifest::manifests(&source.source.id));
            let bytes = read(&folder, &path).map_err(|e| StoreError::io(&path, e))?;
            let manifest = manifest::read_named(&path, &bytes)?;
            let in_use = holdings.vintages.iter().any(|v| v.manifest == name && v.withdrawal.is_none());
            Ok((name, manifest, in_use))
        })
        .collect()
}

fn meaning(
    evidence: &Path,
    source: &SourceFile,
    name: &str,
    manifest: &Manifest,
) -> Result<(Meaning, bool), StoreError> {
    let path = format!("{}/{name}", manifest::manifests(&source.source.id));
    let differs = |problem: String| StoreError::ReadsDifferently {
        file: source.file_name.clone(),
        manifest: path.clone(),
        original: manifest.original.name.clone(),
        problem,
    };
    if let Some(since) = source.restarts() {
        // The first layout knew no such figures.
        return Err(differs(format!(
            "its figures were read as each of its own period, not as sums since {since}"
        )));
    }
    let place = manifest::original(&source.source.id, &manifest.original.sha256);
    let folder = Folder::new(evidence);
    let bytes = match folder.open(&place).and_then(crate::files::Content::into_bytes) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == ErrorKind::NotFound => {
            let files = described(source, &manifest.description);
            if files.is_empty() {
                return Err(differs("the source file describes no file".to_owned()));
            }
            return Ok((Meaning::of(source, &files, manifest.partial), true));
        }
        Err(e) => return Err(StoreError::io(&place, e)),
    };
    if servanda_files::sha256(&bytes) != manifest.original.sha256 {
        return Err(StoreError::damaged(&place, "its bytes are not those that its manifest names"));
    }
    let again =
        read_again(source, &manifest.original.name, bytes, manifest).map_err(|e| differs(e.to_string()))?;
    for stated in &manifest.vintages {
        let new = again
            .vintages
            .iter()
            .find(|v| v.published.printed(&source.zone) == stated.published && v.order == stated.order);
        match new {
            None => return Err(differs(format!("it has nothing that was published {}", stated.published))),
            Some(new) if new.content_sha256 != stated.content_sha256 => {
                return Err(differs(format!(
                    "it gives other figures or periods of {} than are held",
                    stated.published
                )));
            }
            Some(_) => {}
        }
    }
    Ok((again.meaning, false))
}
