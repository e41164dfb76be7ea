//! Adding vintages to a store.

use super::against::End;
use super::build::Vintage;
use super::input::Snapshot;
use super::notes::IngestNote;
use super::same_day::{refuse_two_of_one_call, refuse_unordered};
use super::staged::{give_names, recover, stage};
use super::{IngestOptions, ReportVintage};
use crate::blocks;
use crate::error::{IngestError, StoreError};
use crate::files::Folder;
use crate::held::Holdings;
use crate::manifest::{self, Counts, FORMAT, Group, Manifest, ManifestVintage, Original};
use crate::meaning::Meaning;
use crate::parquet_file::{self, Said};
use crate::put::{Lock, put};
use crate::source_file::SourceFile;
use servanda_core::Timestamp;
use std::io::{Seek, SeekFrom};
use std::path::Path;

/// One file, read and checked.
pub(crate) struct FileWork {
    /// The names of the descriptions that it was read by, joined by ` + `.
    pub description: String,
    pub meaning: Meaning,
    pub original: Original,
    pub counts: Counts,
    pub snapshot: Snapshot,
    pub vintages: Vec<Vintage>,
    /// What was not plain in reading it.
    pub notes: Vec<IngestNote>,
    /// What the file says of itself, and what was passed over.
    pub remarks: Vec<String>,
    pub end: End,
}

/// Files to keep, all or none.
pub(crate) struct Work<'a> {
    pub evidence: &'a Path,
    pub source: &'a SourceFile,
    pub options: &'a IngestOptions,
    pub now: Timestamp,
    pub files: Vec<FileWork>,
}

/// A vintage with the bytes of its Parquet file.
type Encoded<'a> = (&'a Vintage, Vec<u8>);

/// What was kept, file by file.
pub(crate) struct Done {
    pub reports: Vec<Vec<ReportVintage>>,
    /// What the system did not confirm after all was kept.
    pub doubt: Option<String>,
}

/// What the store holds, and which vintages of each file are in it or in an earlier file.
struct Compared {
    held: Holdings,
    known: Vec<Vec<bool>>,
}

impl Work<'_> {
    /// Writes what is new. Everything that can fail for the input's sake is tried before the lock is taken, and what is
    /// reported is worked out before anything is written.
    pub fn commit(self) -> Result<Done, IngestError> {
        loop {
            let Compared { held, known } = self.compare()?;
            if self.options.dry_run || known.iter().flatten().all(|k| *k) {
                return Ok(Done { reports: self.report(held, &known), doubt: None });
            }
            let mut encoded = Vec::new();
            for (file, known) in self.files.iter().zip(&known) {
                let new = file.vintages.iter().zip(known).filter(|(_, known)| !**known);
                let new: Result<Vec<_>, StoreError> = new
                    .map(|(v, _)| {
                        let said = Said {
                            published: v.published.printed(&self.source.zone),
                            order: v.order.clone(),
                            original: file.original.sha256.clone(),
                        };
                        Ok((v, parquet_file::encode(v, &said).map_err(|e| StoreError::io("Parquet", e))?))
                    })
                    .collect();
                encoded.push((file, new?));
            }
            encoded.retain(|(_, new)| !new.is_empty());
            let lock = Lock::take(self.evidence)?;
            recover(self.evidence, &self.source.source.id)?;
            let again = self.compare()?;
            if again.known == known {
                let heads = again.held.heads();
                let reports = self.report(again.held, &known);
                let doubt = self.write(&encoded, &heads)?;
                drop(lock);
                return Ok(Done { reports, doubt });
            }
            // Another process added some of it in between.
        }
    }

    /// Which of the vintages the store holds already.
    fn compare(&self) -> Result<Compared, IngestError> {
        let folder = Folder::new(self.evidence);
        let held = Holdings::load(&folder, self.source)?;
        held.refuse_conflicts(self.source)?;
        let mut known = Vec::new();
        for (number, file) in self.files.iter().enumerate() {
            let mut of_file = Vec::new();
            for new in &file.vintages {
                of_file.push(self.is_held(&folder, &held, file, new)? || self.is_earlier(number, file, new)?);
            }
            known.push(of_file);
        }
        Ok(Compared { held, known })
    }

    fn is_held(
        &self,
        folder: &Folder,
        held: &Holdings,
        file: &FileWork,
        new: &Vintage,
    ) -> Result<bool, IngestError> {
        let published = new.published.printed(&self.source.zone);
        let same = || {
            held.vintages.iter().filter(|h| {
                h.withdrawal.is_none() && h.stated.published == published && h.stated.order == new.order
            })
        };
        let finds = |h: &crate::held::Held| {
            h.stated.content_sha256 == new.content_sha256
                && h.meant.as_ref().is_none_or(|m| m.meaning.decimals == file.meaning.decimals)
        };
        if same().any(finds) {
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

    /// Whether an earlier file of this ingest states a vintage too.
    fn is_earlier(&self, number: usize, file: &FileWork, new: &Vintage) -> Result<bool, IngestError> {
        let zone = &self.source.zone;
        for earlier in self.files.iter().take(number) {
            for other in &earlier.vintages {
                if other.published.printed(zone) != new.published.printed(zone) || other.order != new.order {
                    continue;
                }
                if other.content_sha256 == new.content_sha256 {
                    return Ok(true);
                }
                refuse_two_of_one_call(
                    self.source,
                    (&earlier.original.name, other),
                    (&file.original.name, new),
                )?;
            }
        }
        Ok(false)
    }

    fn write(
        &self,
        encoded: &[(&FileWork, Vec<Encoded<'_>>)],
        heads: &[String],
    ) -> Result<Option<String>, IngestError> {
        let id = &self.source.source.id;
        let group = (encoded.len() > 1).then(|| {
            let mut all = self.now.to_string();
            for (file, new) in encoded {
                all.push_str(&file.original.sha256);
                new.iter().for_each(|(v, _)| all.push_str(&v.content_sha256));
            }
            Group {
                id: servanda_files::sha256(all.as_bytes()),
                size: u32::try_from(encoded.len()).unwrap_or(u32::MAX),
            }
        });
        let mut manifests: Vec<(String, Vec<u8>)> = Vec::new();
        for (file, new) in encoded {
            let manifest = self.manifest(file, new, heads, group.clone());
            let bytes = manifest::canonical(&manifest::manifests(id), &manifest)?;
            manifests.push((format!("{}.json", servanda_files::sha256(&bytes)), bytes));
        }
        stage(self.evidence, id, &manifests)?;
        for (file, new) in encoded {
            for (_, bytes) in new {
                let path = manifest::data(id, &servanda_files::sha256(bytes));
                put(self.evidence, &path, &mut bytes.as_slice())?;
            }
            let path = manifest::original(id, &file.original.sha256);
            let mut original = file.snapshot.file.try_clone().map_err(|e| StoreError::io(&path, e))?;
            original.seek(SeekFrom::Start(0)).map_err(|e| StoreError::io(&path, e))?;
            put(self.evidence, &path, &mut original)?;
        }
        let names: Vec<String> = manifests.into_iter().map(|(name, _)| name).collect();
        Ok(give_names(self.evidence, id, &names)?)
    }

    fn manifest(
        &self,
        file: &FileWork,
        new: &[Encoded<'_>],
        heads: &[String],
        group: Option<Group>,
    ) -> Manifest {
        let stated = new.iter().map(|(vintage, bytes)| ManifestVintage {
            published: vintage.published.printed(&self.source.zone),
            date: vintage.date,
            order: vintage.order.clone(),
            rows: vintage.rows.len() as u64,
            content_sha256: vintage.content_sha256.clone(),
            data_sha256: servanda_files::sha256(bytes),
            data_bytes: bytes.len() as u64,
            data_blocks: if parquet_file::is_large(bytes.len() as u64) {
                blocks::hashes(bytes)
            } else {
                Vec::new()
            },
            coverage: vintage.coverage.clone(),
            joint: vintage.joint.clone(),
        });
        Manifest {
            format: FORMAT,
            source: self.source.source.id.clone(),
            recorded: self.now,
            reader: READER.to_owned(),
            description: file.description.clone(),
            partial: self.options.partial,
            original: file.original.clone(),
            provenance: self.options.provenance.clone(),
            counts: file.counts.clone(),
            vintages: stated.collect(),
            meaning: Some(file.meaning.clone()),
            before: heads.to_vec(),
            group,
        }
    }

    /// What there is to say of each vintage, with the id that it has once the new ones are kept.
    fn report(&self, mut held: Holdings, known: &[Vec<bool>]) -> Vec<Vec<ReportVintage>> {
        let zone = &self.source.zone;
        for (file, known) in self.files.iter().zip(known) {
            let new = file.vintages.iter().zip(known).filter(|(_, k)| !**k).map(|(v, _)| v);
            held.pretend(new, self.now, &file.original, zone);
        }
        let frequency = self.source.source.frequency;
        let of_vintage = |(vintage, known): (&Vintage, &bool)| {
            let published = vintage.published.printed(zone);
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
            let first = vintage.joint.iter().map(|j| frequency.ordinal(j.of.start()));
            let periods = vintage.rows.iter().map(|r| r.period).chain(first);
            let point = |o: Option<i32>| o.map(|o| frequency.point(o).to_string()).unwrap_or_default();
            ReportVintage {
                id,
                published,
                rows: vintage.rows.len() as u64,
                preliminary: vintage.rows.iter().filter(|r| r.preliminary).count() as u64,
                periods: (point(periods.clone().min()), point(periods.max())),
                already_held: *known,
            }
        };
        self.files
            .iter()
            .zip(known)
            .map(|(file, known)| file.vintages.iter().zip(known).map(of_vintage).collect())
            .collect()
    }
}

/// The program that reads files, with its version.
pub(crate) const READER: &str = concat!("servanda-evidence ", env!("CARGO_PKG_VERSION"));
