//! Whether a store is what it says.

use crate::files::Files;
use crate::held::read;
use crate::manifest::{self, Manifest, Withdrawal};
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::ErrorKind;

/// What a verification found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// Sources with evidence.
    pub sources: Vec<String>,
    /// Files whose hash was computed.
    pub checked: u64,
    /// What is not as it should be; empty if all is well.
    pub findings: Vec<Finding>,
    /// Originals that are not in this copy of the store. That is no fault: their hashes are in the manifests.
    pub originals_not_in_this_copy: Vec<String>,
    /// Files that no manifest names: left by an ingest that was interrupted, and never read.
    pub unused: Vec<String>,
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The file.
    pub path: String,
    /// What is wrong with it.
    pub problem: String,
}

impl VerifyReport {
    /// Whether nothing was found.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }

    fn fault(&mut self, path: &str, problem: impl Into<String>) {
        self.findings.push(Finding { path: path.to_owned(), problem: problem.into() });
    }
}

/// Recomputes every hash of a store: manifests, withdrawals, Parquet files and originals.
pub fn verify(files: &dyn Files) -> VerifyReport {
    let mut report = VerifyReport::default();
    let mut sources: Vec<String> =
        names(files, "", &mut report).into_iter().filter(|n| !n.starts_with('.')).collect();
    sources.sort();
    for source in sources {
        if names(files, &source, &mut report).is_empty() {
            continue;
        }
        source_files(files, &source, &mut report);
        report.sources.push(source);
    }
    report
}

fn source_files(files: &dyn Files, source: &str, report: &mut VerifyReport) {
    let mut named: BTreeSet<String> = BTreeSet::new();
    let mut manifests: BTreeSet<(String, u32)> = BTreeSet::new();
    let mut read_manifests: Vec<(String, Manifest)> = Vec::new();
    for name in sorted(files, &manifest::manifests(source), report) {
        let path = format!("{}/{name}", manifest::manifests(source));
        let Some(manifest) = json::<Manifest>(files, &path, report) else { continue };
        if manifest.source != source {
            report.fault(&path, format!("it is of the source `{}`", manifest.source));
        }
        for (number, vintage) in (0u32..).zip(&manifest.vintages) {
            manifests.insert((name.clone(), number));
            let data = manifest::data(source, &vintage.data_sha256);
            match read(files, &data) {
                Ok(bytes) => {
                    report.checked += 1;
                    if manifest::sha256(&bytes) != vintage.data_sha256
                        || bytes.len() as u64 != vintage.data_bytes
                    {
                        report.fault(&data, "its SHA-256 or its size is not that of its manifest");
                    }
                }
                Err(e) => report.fault(&data, format!("a manifest names it, but it cannot be read: {e}")),
            }
            named.insert(data);
        }
        let original = manifest::original(source, &manifest.original.sha256);
        match read(files, &original) {
            Ok(bytes) => {
                report.checked += 1;
                let size = bytes.len() as u64;
                if manifest::sha256(&bytes) != manifest.original.sha256 || size != manifest.original.bytes {
                    report.fault(&original, "its SHA-256 or its size is not that of its manifest");
                }
            }
            Err(e) if e.kind() == ErrorKind::NotFound => {
                report.originals_not_in_this_copy.push(original.clone())
            }
            Err(e) => report.fault(&original, format!("it cannot be read: {e}")),
        }
        named.insert(original);
        read_manifests.push((path, manifest));
    }
    let unfinished = manifest::unfinished(read_manifests.iter().map(|(_, m)| m));
    let counts = |m: &Manifest| !m.batch.as_ref().is_some_and(|b| unfinished.contains(&b.id));
    let held: BTreeSet<&str> = read_manifests
        .iter()
        .filter(|(_, m)| counts(m))
        .flat_map(|(_, m)| m.vintages.iter().map(|v| v.content_sha256.as_str()))
        .collect();
    for (path, manifest) in read_manifests.iter().filter(|(_, m)| !counts(m)) {
        if manifest.vintages.iter().all(|v| held.contains(v.content_sha256.as_str())) {
            report.unused.push(path.clone());
        } else {
            report.fault(
                path,
                format!(
                    "{} was ingested with others, and not all of their manifests are here: the ingest was interrupted, or a \
                     manifest is lost; none of them counts until they are ingested again",
                    manifest.original.name
                ),
            );
        }
    }
    for name in sorted(files, &manifest::withdrawals(source), report) {
        let path = format!("{}/{name}", manifest::withdrawals(source));
        if let Some(withdrawal) = json::<Withdrawal>(files, &path, report)
            && !manifests.contains(&(withdrawal.manifest.clone(), withdrawal.number))
        {
            report.fault(&path, "it withdraws a vintage that is not here");
        }
    }
    for dir in ["data", "originals"] {
        for name in sorted(files, &format!("{source}/{dir}"), report) {
            let path = format!("{source}/{dir}/{name}");
            if !named.contains(&path) {
                report.unused.push(path);
            }
        }
    }
}

fn sorted(files: &dyn Files, dir: &str, report: &mut VerifyReport) -> Vec<String> {
    let mut names = names(files, dir, report);
    names.sort();
    names
}

fn json<T: for<'de> serde::Deserialize<'de>>(
    files: &dyn Files,
    path: &str,
    report: &mut VerifyReport,
) -> Option<T> {
    if !path.ends_with(".json") {
        report.unused.push(path.to_owned());
        return None;
    }
    let bytes = match read(files, path) {
        Ok(bytes) => bytes,
        Err(e) => {
            report.fault(path, format!("it cannot be read: {e}"));
            return None;
        }
    };
    report.checked += 1;
    match manifest::read_named(path, &bytes) {
        Ok(value) => Some(value),
        Err(e) => {
            report.fault(path, e.to_string());
            None
        }
    }
}

/// The names in a folder; one that cannot be read is a fault.
fn names(files: &dyn Files, dir: &str, report: &mut VerifyReport) -> Vec<String> {
    files.list(dir).unwrap_or_else(|e| {
        report.fault(if dir.is_empty() { "evidence" } else { dir }, format!("it cannot be read: {e}"));
        Vec::new()
    })
}
