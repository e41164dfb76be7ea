//! Adding vintages to a store.

use super::build::Vintage;
use super::same_day::{refuse_two_of_one_call, refuse_unordered};
use super::{IngestOptions, Prepared, ReportVintage};
use crate::error::{IngestError, StoreError};
use crate::files::Folder;
use crate::held::Holdings;
use crate::manifest::{self, Batch, FORMAT, Manifest, ManifestVintage};
use crate::parquet_file;
use crate::source_file::SourceFile;
use servanda_core::Timestamp;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

pub(crate) struct Work<'a> {
    pub evidence: &'a Path,
    pub source: &'a SourceFile,
    pub options: &'a IngestOptions,
    pub now: Timestamp,
}

/// A file with its new vintages and their Parquet files.
type Encoded<'a> = (&'a Prepared, Vec<(&'a Vintage, Vec<u8>)>);

/// By file and vintage, what became of it.
type Reported = Vec<Vec<ReportVintage>>;

/// By file and vintage, whether the store holds it.
type Known = Vec<Vec<bool>>;

impl Work<'_> {
    /// Writes what is new of some files. Everything that can fail for the input's sake is tried before the lock is taken. From
    /// when all is written nothing fails: what is not sure of it is said beside the report.
    pub fn commit(&self, files: &[Prepared]) -> Result<(Reported, Option<String>), IngestError> {
        loop {
            let known = self.compare(files)?;
            if self.options.dry_run || known.iter().flatten().all(|k| *k) {
                let held = Holdings::load(&Folder::new(self.evidence), self.source)?;
                return Ok((self.report(files, &known, held), None));
            }
            let mut encoded = Vec::new();
            for (file, known) in files.iter().zip(&known) {
                let mut of_file = Vec::new();
                for (vintage, _) in file.vintages.iter().zip(known).filter(|(_, known)| !**known) {
                    let bytes = parquet_file::encode(vintage).map_err(|e| StoreError::io("Parquet", e))?;
                    of_file.push((vintage, bytes));
                }
                if !of_file.is_empty() {
                    encoded.push((file, of_file));
                }
            }
            let lock = Lock::take(self.evidence)?;
            if self.compare(files)? == known {
                let unsure = self.write(&encoded)?;
                drop(lock);
                return Ok(match Holdings::load(&Folder::new(self.evidence), self.source) {
                    Ok(held) => (self.report(files, &known, held), unsure),
                    Err(e) => {
                        let unread = unsure.unwrap_or_else(|| {
                            format!("it is kept, but the store could not be read after it: {e}")
                        });
                        (self.report(files, &known, Holdings::default()), Some(unread))
                    }
                });
            }
            // Another process added some of it in between.
        }
    }

    /// Which of the vintages the store holds already, or a file before in the same call.
    fn compare(&self, files: &[Prepared]) -> Result<Known, IngestError> {
        let folder = Folder::new(self.evidence);
        let held = Holdings::load(&folder, self.source)?;
        let mut before: Vec<(&Prepared, &Vintage)> = Vec::new();
        let mut known = Vec::new();
        for file in files {
            let mut of_file = Vec::new();
            for new in &file.vintages {
                let is_known = self.is_held(&folder, &held, file, new)?;
                let mut again = false;
                for (other, earlier) in &before {
                    if earlier.published == new.published && earlier.order == new.order {
                        if earlier.content_sha256 == new.content_sha256 {
                            again = true;
                        } else {
                            refuse_two_of_one_call(
                                self.source,
                                (&other.original.name, earlier),
                                (&file.original.name, new),
                            )?;
                        }
                    }
                }
                of_file.push(is_known || again);
            }
            before.extend(file.vintages.iter().map(|v| (file, v)));
            known.push(of_file);
        }
        Ok(known)
    }

    fn is_held(
        &self,
        folder: &Folder,
        held: &Holdings,
        file: &Prepared,
        new: &Vintage,
    ) -> Result<bool, IngestError> {
        let published = new.published.printed(&self.source.zone);
        let same = || {
            held.vintages.iter().filter(|h| {
                h.withdrawal.is_none() && h.stated.published == published && h.stated.order == new.order
            })
        };
        if same().any(|h| h.stated.content_sha256 == new.content_sha256) {
            return Ok(true);
        }
        for h in same() {
            if h.original.sha256 == file.original.sha256 {
                return Err(IngestError::ReadsDifferently {
                    source_id: self.source.source.id.clone(),
                    vintage: h.id.clone(),
                });
            }
            refuse_unordered(folder, self.source, new, h)?;
        }
        Ok(false)
    }

    /// Writes data and originals of every file, and then the manifests. Those of several files name each other, so that
    /// none of them counts before the last is there.
    /// Gives what is not sure of it.
    fn write(&self, encoded: &[Encoded<'_>]) -> Result<Option<String>, IngestError> {
        let id = &self.source.source.id;
        let mut manifests = Vec::new();
        for (file, vintages) in encoded {
            let mut stated = Vec::new();
            for (vintage, bytes) in vintages {
                let data_sha256 = manifest::sha256(bytes);
                put(self.evidence, &manifest::data(id, &data_sha256), &mut bytes.as_slice())?;
                stated.push(ManifestVintage {
                    published: vintage.published.printed(&self.source.zone),
                    date: vintage.date,
                    order: vintage.order.clone(),
                    rows: vintage.rows.len() as u64,
                    content_sha256: vintage.content_sha256.clone(),
                    data_sha256,
                    data_bytes: bytes.len() as u64,
                    coverage: vintage.coverage.clone(),
                });
            }
            let path = manifest::original(id, &file.original.sha256);
            let mut original = file.snapshot.file.try_clone().map_err(|e| StoreError::io(&path, e))?;
            original.seek(SeekFrom::Start(0)).map_err(|e| StoreError::io(&path, e))?;
            put(self.evidence, &path, &mut original)?;
            manifests.push(Manifest {
                format: FORMAT,
                source: id.clone(),
                recorded: self.now,
                reader: concat!("servanda-evidence ", env!("CARGO_PKG_VERSION")).to_owned(),
                description: file.description.clone(),
                partial: self.options.partial,
                original: file.original.clone(),
                provenance: self.options.provenance.clone(),
                counts: file.counts.clone(),
                batch: None,
                cumulative: self.source.restarts(),
                vintages: stated,
            });
        }
        if manifests.len() > 1 {
            let together: Vec<&str> =
                manifests.iter().flat_map(|m| &m.vintages).map(|v| v.content_sha256.as_str()).collect();
            let batch = Batch {
                id: manifest::sha256(format!("{} {}", self.now, together.join(" ")).as_bytes()),
                manifests: u32::try_from(manifests.len()).unwrap_or(u32::MAX),
            };
            for manifest in &mut manifests {
                manifest.batch = Some(batch.clone());
            }
        }
        let mut unsure = None;
        for manifest in &manifests {
            unsure = put_named(self.evidence, &manifest::manifests(id), manifest)?.or(unsure);
        }
        Ok(unsure)
    }

    /// What became of each vintage, by what is held now.
    fn report(&self, files: &[Prepared], known: &Known, mut held: Holdings) -> Reported {
        if self.options.dry_run {
            for (file, known) in files.iter().zip(known) {
                let new = file.vintages.iter().zip(known).filter(|(_, k)| !**k).map(|(v, _)| v);
                held.pretend(new, self.now, &file.original, &self.source.zone);
            }
        }
        let reported = |(vintage, known): (&Vintage, &bool)| self.vintage(&held, vintage, *known);
        files
            .iter()
            .zip(known)
            .map(|(file, known)| file.vintages.iter().zip(known).map(reported).collect())
            .collect()
    }

    fn vintage(&self, held: &Holdings, vintage: &Vintage, known: bool) -> ReportVintage {
        let frequency = self.source.source.frequency;
        let published = vintage.published.printed(&self.source.zone);
        let id = held
            .vintages
            .iter()
            .find(|h| {
                h.withdrawal.is_none()
                    && h.stated.content_sha256 == vintage.content_sha256
                    && h.stated.published == published
                    && h.stated.order == vintage.order
            })
            .map(|h| h.id.clone())
            .unwrap_or_else(|| vintage.date.to_string());
        let periods = vintage.rows.iter().map(|r| r.period);
        let point = |o: Option<i32>| o.map(|o| frequency.point(o).to_string()).unwrap_or_default();
        ReportVintage {
            id,
            published,
            rows: vintage.rows.len() as u64,
            preliminary: vintage.rows.iter().filter(|r| r.preliminary).count() as u64,
            periods: (point(periods.clone().min()), point(periods.max())),
            already_held: known,
        }
    }
}

/// The store's lock; let go when dropped.
pub(crate) struct Lock(#[allow(dead_code, reason = "held for its lock")] File);

const PATIENCE: Duration = Duration::from_secs(20);

impl Lock {
    pub fn take(evidence: &Path) -> Result<Self, StoreError> {
        let path = evidence.join(".lock");
        let shown = path.display().to_string();
        std::fs::create_dir_all(evidence).map_err(|e| StoreError::io(evidence.display(), e))?;
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|e| StoreError::io(&shown, e))?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self(file)),
                Err(std::fs::TryLockError::WouldBlock) if start.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(std::fs::TryLockError::WouldBlock) => {
                    return Err(StoreError::Busy { path: shown, seconds: PATIENCE.as_secs() });
                }
                Err(std::fs::TryLockError::Error(e)) => return Err(StoreError::io(&shown, e)),
            }
        }
    }
}

/// Writes a file below `evidence` that is named by its content: to a temporary name, flushed, then renamed. One that is
/// there stays.
pub fn put(evidence: &Path, path: &str, content: &mut impl Read) -> Result<(), StoreError> {
    let target = evidence.join(path);
    place(evidence, &target, content)?;
    sync_dir(target.parent().unwrap_or(evidence)).map_err(|e| StoreError::io(target.display(), e))
}

/// The same, up to the name's way to the disk.
fn place(evidence: &Path, target: &Path, content: &mut impl Read) -> Result<(), StoreError> {
    if target.exists() {
        return Ok(());
    }
    let fail = |e: io::Error| StoreError::io(target.display(), e);
    let dir = target.parent().unwrap_or(evidence);
    std::fs::create_dir_all(dir).map_err(fail)?;
    let mut temporary = tempfile::Builder::new().prefix(".tmp-").tempfile_in(dir).map_err(fail)?;
    io::copy(content, &mut temporary).map_err(fail)?;
    temporary.flush().map_err(fail)?;
    set_readable(temporary.as_file()).map_err(fail)?;
    temporary.as_file().sync_all().map_err(fail)?;
    temporary.persist(target).map_err(|e| fail(e.error))?;
    Ok(())
}

/// Writes canonical JSON under its own SHA-256: the last file of what is kept, so that it is kept from then on. Gives what is not sure of it,
/// where the folder could not be brought to the disk.
pub(crate) fn put_named<T: serde::Serialize>(
    evidence: &Path,
    dir: &str,
    value: &T,
) -> Result<Option<String>, StoreError> {
    let bytes = manifest::canonical(dir, value)?;
    let target = evidence.join(format!("{dir}/{}.json", manifest::sha256(&bytes)));
    place(evidence, &target, &mut bytes.as_slice())?;
    let unsure = |e: io::Error| {
        format!(
            "it is kept, but {dir} could not be brought to the disk ({e}): after a power cut, see whether it is there"
        )
    };
    Ok(sync_dir(&evidence.join(dir)).err().map(unsure))
}

#[cfg(unix)]
fn set_readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn set_readable(_: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

#[cfg(not(unix))]
fn sync_dir(_: &Path) -> io::Result<()> {
    Ok(())
}
