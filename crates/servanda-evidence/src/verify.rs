//! Whether a store is what it says: every hash, every row, what each manifest says of them, what the originals say when they are
//! read again, and whether a record is gone that another names.

mod chain;
mod rows;

use crate::blocks;
use crate::files::Files;
use crate::held::{covers, read};
use crate::ingest::{FileWork, STAGED, named_files, read_again, staged};
use crate::manifest::{self, Counts, Manifest, ManifestVintage, Upgrade, Withdrawal};
use crate::meaning::Meaning;
use crate::published::PublishedArg;
use crate::source_file::SourceFile;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_files::TEMPORARY;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::ErrorKind;

/// What a verification found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VerifyReport {
    /// Sources with evidence.
    pub sources: Vec<String>,
    /// Files whose hash was computed.
    pub checked: u64,
    /// Originals that were read again and say what is held.
    pub read_again: u64,
    /// What is not as it should be; empty if all is well.
    pub findings: Vec<Finding>,
    /// Originals that are not in this copy of the store. That is no fault: their hashes are in the manifests.
    pub originals_not_in_this_copy: Vec<String>,
    /// Files of an ingest that was interrupted. They are never read; the next ingest of the source takes them away.
    pub unfinished: Vec<String>,
    /// Manifests that do not say what their integers mean.
    pub without_meaning: Vec<String>,
    /// Manifests whose meaning was recorded without an original to read again.
    pub assumed: Vec<String>,
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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

/// Holds everything in a store against everything else in it, and against the files of its sources.
pub fn verify(files: &dyn Files, sources: &[SourceFile]) -> VerifyReport {
    let mut report = VerifyReport::default();
    for id in names(files, "", &mut report) {
        if id.starts_with('.') {
            // Files of other programs begin so too; a folder with records in it is a source that was renamed.
            match files.list(&manifest::manifests(&id)) {
                Ok(records) if records.is_empty() => {}
                Err(e) if e.kind() == ErrorKind::NotADirectory => {}
                Ok(_) => report.fault(
                    &id,
                    "it holds manifests, and a name that begins with a point is not read: give it its name back",
                ),
                Err(e) => report.fault(&id, format!("it cannot be read: {e}")),
            }
            continue;
        }
        let inside = self::names(files, &id, &mut report);
        if inside.is_empty() {
            continue;
        }
        for name in inside.iter().filter(|n| !n.starts_with('.') && !manifest::PARTS.contains(&n.as_str())) {
            let problem = "it is no part of a store: what was renamed is not read; give it its name back";
            report.fault(&format!("{id}/{name}"), problem);
        }
        let source = sources.iter().find(|s| s.source.id == id);
        if source.is_none() {
            report.fault(&id, format!("no sources/{id}.toml describes it, so none of it is read"));
        }
        Check { files, id: &id, source, report: &mut report }.all();
        report.sources.push(id);
    }
    report
}

struct Check<'a> {
    files: &'a dyn Files,
    id: &'a str,
    source: Option<&'a SourceFile>,
    report: &'a mut VerifyReport,
}

/// The records of a source by their names.
#[derive(Default)]
struct Records {
    manifests: BTreeMap<String, Manifest>,
    withdrawals: BTreeMap<String, Withdrawal>,
    meanings: BTreeMap<String, Upgrade>,
}

impl Check<'_> {
    fn all(&mut self) {
        let records = Records {
            manifests: self.read_all(&manifest::manifests(self.id)),
            withdrawals: self.read_all(&manifest::withdrawals(self.id)),
            meanings: self.read_all(&manifest::meanings(self.id)),
        };
        let left = staged(self.files, self.id).unwrap_or_default();
        self.chain(&records);
        self.times(&records);
        self.withdrawn(&records);
        self.groups(&records, &left);
        let mut named: BTreeSet<String> = BTreeSet::new();
        for (name, manifest) in &records.manifests {
            named.extend(named_files(self.id, manifest));
            self.manifest(name, manifest, &records);
        }
        let begun: BTreeSet<String> = left.iter().flat_map(|(_, m)| named_files(self.id, m)).collect();
        self.orphans(&named, &begun);
    }

    /// Every record of a folder that reads.
    fn read_all<T: for<'de> serde::Deserialize<'de> + OfSource>(&mut self, dir: &str) -> BTreeMap<String, T> {
        let mut found = BTreeMap::new();
        for name in names(self.files, dir, self.report) {
            let path = format!("{dir}/{name}");
            if name.starts_with(TEMPORARY) || name.starts_with(STAGED) {
                self.report.unfinished.push(path);
                continue;
            }
            if !name.ends_with(".json") {
                self.report
                    .fault(&path, "it is no record: one that was renamed is not read; give it its name back");
                continue;
            }
            let bytes = match read(self.files, &path) {
                Ok(bytes) => bytes,
                Err(e) => {
                    self.report.fault(&path, format!("it cannot be read: {e}"));
                    continue;
                }
            };
            self.report.checked += 1;
            match manifest::read_named::<T>(&path, &bytes) {
                Ok(record) if record.source() != self.id => {
                    self.report.fault(&path, format!("it is of the source `{}`", record.source()));
                }
                Ok(record) => {
                    found.insert(name, record);
                }
                // Its own path stands before it in the report.
                Err(e) => self.report.fault(&path, e.to_string().trim_start_matches(&format!("{path}: "))),
            }
        }
        found
    }

    fn manifest(&mut self, name: &str, manifest: &Manifest, records: &Records) {
        let path = format!("{}/{name}", manifest::manifests(self.id));
        let upgrade =
            records.meanings.values().filter(|u| u.manifest == *name).min_by_key(|u| (u.assumed, u.recorded));
        let meaning = manifest.meaning.as_ref().or(upgrade.map(|u| &u.meaning));
        match (meaning, upgrade) {
            (None, _) => self.report.without_meaning.push(path.clone()),
            (Some(_), Some(u)) if u.assumed => self.report.assumed.push(path.clone()),
            _ => {}
        }
        self.contradictions(&path, manifest);
        for vintage in &manifest.vintages {
            self.vintage(&path, manifest, vintage, meaning);
        }
        let withdrawn =
            |number: u32| records.withdrawals.values().any(|w| w.manifest == *name && w.number == number);
        let in_use: Vec<&ManifestVintage> = (0u32..)
            .zip(&manifest.vintages)
            .filter(|(number, _)| !withdrawn(*number))
            .map(|(_, vintage)| vintage)
            .collect();
        let original = self.original(manifest);
        if !in_use.is_empty() {
            self.source_file(&path, manifest, &in_use, meaning, original, records);
        }
    }

    /// What a manifest says of itself that cannot be so.
    fn contradictions(&mut self, path: &str, manifest: &Manifest) {
        if let Some(problem) = manifest.contradiction() {
            self.report.fault(path, problem);
        }
        for (number, one) in manifest.vintages.iter().enumerate() {
            let twice =
                |other: &ManifestVintage| (&other.published, &other.order) == (&one.published, &one.order);
            if manifest.vintages.iter().take(number).any(twice) {
                self.report.fault(path, format!("it states what was published {} twice", one.published));
            }
        }
    }

    /// A vintage against its rows and its days.
    fn vintage(
        &mut self,
        path: &str,
        manifest: &Manifest,
        stated: &ManifestVintage,
        meaning: Option<&Meaning>,
    ) {
        let data = manifest::data(self.id, &stated.data_sha256);
        match read(self.files, &data) {
            Ok(bytes) => {
                self.report.checked += 1;
                if servanda_files::sha256(&bytes) != stated.data_sha256
                    || bytes.len() as u64 != stated.data_bytes
                {
                    self.report.fault(&data, "its SHA-256 or its size is not that of its manifest");
                } else if !stated.data_blocks.is_empty() && stated.data_blocks != blocks::hashes(&bytes) {
                    let problem =
                        format!("what it says of the blocks of the rows of {} is not so", stated.published);
                    self.report.fault(path, problem);
                } else {
                    for problem in rows::problems(bytes, stated, &manifest.original.sha256, meaning) {
                        self.report.fault(path, problem);
                    }
                }
            }
            Err(e) => self.report.fault(&data, format!("a manifest names it, but it cannot be read: {e}")),
        }
        match PublishedArg::parse(&stated.published) {
            Err(e) => self.report.fault(path, e.to_string()),
            Ok(published) => {
                if let Some(source) = self.source {
                    if published.date(&source.zone) != stated.date {
                        let problem = format!(
                            "it says the day {} of what was published {}, which is another day in {}",
                            stated.date, stated.published, source.zone_name
                        );
                        self.report.fault(path, problem);
                    }
                    if published.is_after(manifest.recorded, &source.zone) {
                        let problem = format!(
                            "it was recorded {} and says that it was published {}, after that",
                            manifest.recorded, stated.published
                        );
                        self.report.fault(path, problem);
                    }
                }
            }
        }
    }

    /// The original's bytes, if they are here and those that the manifest names.
    fn original(&mut self, manifest: &Manifest) -> Option<Vec<u8>> {
        let path = manifest::original(self.id, &manifest.original.sha256);
        match read(self.files, &path) {
            Ok(bytes) => {
                self.report.checked += 1;
                let size = bytes.len() as u64;
                if servanda_files::sha256(&bytes) == manifest.original.sha256
                    && size == manifest.original.bytes
                {
                    return Some(bytes);
                }
                self.report.fault(&path, "its SHA-256 or its size is not that of its manifest");
            }
            Err(e) if e.kind() == ErrorKind::NotFound => self.report.originals_not_in_this_copy.push(path),
            Err(e) => self.report.fault(&path, format!("it cannot be read: {e}")),
        }
        None
    }

    /// What is held against the source file of today: by what both say, and by the original, read again.
    fn source_file(
        &mut self,
        path: &str,
        manifest: &Manifest,
        in_use: &[&ManifestVintage],
        meaning: Option<&Meaning>,
        original: Option<Vec<u8>>,
        records: &Records,
    ) {
        let Some(source) = self.source else { return };
        let file = &source.file_name;
        let mut said: Vec<String> = Vec::new();
        if let Some(meaning) = meaning {
            for vintage in in_use {
                let covers = covers(path, &vintage.coverage, meaning.frequency).unwrap_or_default();
                said.extend(meaning.conflicts(source, &covers));
            }
            said.sort();
            said.dedup();
            said.extend(meaning.scaled_otherwise(source));
        }
        let conflicts = !said.is_empty();
        let otherwise = meaning.map(|m| m.read_otherwise(source)).unwrap_or_default();
        match original {
            Some(_) if conflicts => said.extend(otherwise),
            None => said.extend(otherwise),
            Some(bytes) => match read_again(source, &manifest.original.name, bytes, manifest) {
                Ok(again) => match differs(source, in_use, &again) {
                    None => {
                        self.report.read_again += 1;
                        for problem in says_otherwise(source, manifest, &again, records) {
                            self.report.fault(path, problem);
                        }
                    }
                    Some(_) if !otherwise.is_empty() => said.extend(otherwise),
                    Some(problem) => self.report.fault(path, problem),
                },
                Err(e) if otherwise.is_empty() => {
                    self.report.fault(path, format!("its original cannot be read as {file} says: {e}"));
                }
                Err(_) => said.extend(otherwise),
            },
        }
        if !said.is_empty() {
            let what = said.join("; ");
            let problem = format!(
                "{file} says something else now: {what}. Put it back, or describe the other kind of publication in a \
                 [[file]] or a source of its own"
            );
            self.report.fault(path, problem);
        }
    }

    /// Files of rows and originals that no manifest names.
    fn orphans(&mut self, named: &BTreeSet<String>, begun: &BTreeSet<String>) {
        for dir in ["data", "originals"] {
            for name in names(self.files, &format!("{}/{dir}", self.id), self.report) {
                let path = format!("{}/{dir}/{name}", self.id);
                if named.contains(&path) {
                    continue;
                }
                if begun.contains(&path) || name.starts_with(TEMPORARY) {
                    self.report.unfinished.push(path);
                } else {
                    self.report.fault(
                        &path,
                        "no manifest names it, so a manifest is lost or was renamed: keep the file, and restore the \
                         manifest from a copy of the store, or ingest the original again",
                    );
                }
            }
        }
    }
}

/// What an original says otherwise than is held, if it does.
fn differs(source: &SourceFile, in_use: &[&ManifestVintage], again: &FileWork) -> Option<String> {
    let mut by_release: HashMap<(String, &str), &crate::ingest::Vintage> = HashMap::new();
    for vintage in &again.vintages {
        by_release.insert((vintage.published.printed(&source.zone), vintage.order.as_str()), vintage);
    }
    in_use.iter().find_map(|stated| {
        let Some(new) = by_release.get(&(stated.published.clone(), stated.order.as_str())) else {
            return Some(format!("its original states nothing that was published {}", stated.published));
        };
        if new.content_sha256 == stated.content_sha256 {
            return None;
        }
        Some(if new.rows.len() as u64 != stated.rows {
            format!(
                "its original has {} figures of {}, and it says {}: it is another file, or the manifest was changed",
                new.rows.len(),
                stated.published,
                stated.rows
            )
        } else if new.coverage != stated.coverage {
            format!("its original, read again, covers other periods of {} than it says", stated.published)
        } else {
            format!("its original, read again, has other figures of {} than are held", stated.published)
        })
    })
}

/// What a manifest says of its original beside the figures, and is not so.
fn says_otherwise(
    source: &SourceFile,
    manifest: &Manifest,
    again: &FileWork,
    records: &Records,
) -> Vec<String> {
    let mut problems = Vec::new();
    let mut differs = |what: &str| problems.push(format!("what it says of {what} of its original is not so"));
    let (said, found) = (&manifest.counts, &again.counts);
    let counted = |c: &Counts| [c.read, c.filtered, c.other_partners, c.empty, c.kept];
    // Manifests of earlier versions do not count these.
    let later = |said: u64, found: u64| said != found && said != 0;
    if counted(said) != counted(found)
        || later(said.joined, found.joined)
        || later(said.left_out_unknown, found.left_out_unknown)
    {
        differs("the number of rows");
    }
    if manifest.original.byte_order_mark != again.original.byte_order_mark {
        differs("the byte order mark");
    }
    for new in &again.vintages {
        let published = new.published.printed(&source.zone);
        let states = |v: &ManifestVintage| v.published == published && v.order == new.order;
        if !records.manifests.values().flat_map(|m| &m.vintages).any(states) {
            problems
                .push(format!("its original states what was published {published}, and no manifest does"));
        }
    }
    problems
}

/// A record that says of which source it is.
trait OfSource {
    fn source(&self) -> &str;
}

impl OfSource for Manifest {
    fn source(&self) -> &str {
        &self.source
    }
}

impl OfSource for Withdrawal {
    fn source(&self) -> &str {
        &self.source
    }
}

impl OfSource for Upgrade {
    fn source(&self) -> &str {
        &self.source
    }
}

/// The names in a folder, in order; one that cannot be read is a fault.
fn names(files: &dyn Files, dir: &str, report: &mut VerifyReport) -> Vec<String> {
    let mut names = files.list(dir).unwrap_or_else(|e| {
        report.fault(if dir.is_empty() { "evidence" } else { dir }, format!("it cannot be read: {e}"));
        Vec::new()
    });
    names.sort();
    names
}
