//! What a store holds of one source, from its manifests.

use crate::error::StoreError;
use crate::extent::Extent;
use crate::files::Files;
use crate::ingest::{Vintage, staged};
use crate::manifest::{
    self, Block, Counts, Group, Manifest, ManifestVintage, Original, Provenance, Upgrade, Withdrawal,
};
use crate::meaning::Meaning;
use crate::published::PublishedArg;
use crate::source_file::SourceFile;
use servanda_core::{Date, Dimension, Frequency, Party, Period, Stage, Timestamp, VintageRef};
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::sync::Arc;

/// Every vintage of a source, oldest publication first.
#[derive(Debug, Default)]
pub(crate) struct Holdings {
    pub vintages: Vec<Held>,
    /// The records of the source, as `manifests/SHA.json`.
    pub records: BTreeSet<String>,
    /// The records that a later one says were there.
    pub named: BTreeSet<String>,
}

/// What the integers of a vintage mean.
#[derive(Debug, Clone)]
pub(crate) struct Meant {
    pub meaning: Arc<Meaning>,
    /// Whether it was recorded afterwards, without an original to read again.
    pub assumed: bool,
}

/// One vintage.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub id: String,
    pub published: PublishedArg,
    pub stated: ManifestVintage,
    pub original: Original,
    pub provenance: Provenance,
    pub counts: Counts,
    pub recorded: Timestamp,
    pub manifest: String,
    pub number: u32,
    pub withdrawal: Option<Withdrawal>,
    pub covers: HashMap<(Stage, Party), Cover>,
    /// Of how many sub-periods its figures are.
    pub extent: Extent,
    /// What its integers mean; none in a store of the first layout that was not upgraded.
    pub meant: Option<Meant>,
    /// What the source file says otherwise now; empty if nothing does.
    pub conflicts: Vec<String>,
}

/// What a vintage covers of one flow with one partner, by ordinals.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cover {
    pub finals: Spans,
    /// Figures that are not called preliminary, of periods that had not ended when they were published.
    pub early: Spans,
    pub preliminary: Spans,
}

impl Cover {
    /// What is stated, with the figures of unfinished periods apart. `unfinished` is the period in which the day of
    /// publication lies; a figure stands on the last of the periods that it is of.
    fn part_unfinished(&mut self, unfinished: i32, extent: &Extent) {
        let length = extent.length();
        for (finals, early) in
            [(&mut self.finals.all, &mut self.early.all), (&mut self.finals.rows, &mut self.early.rows)]
        {
            let stated = std::mem::take(finals);
            for (first, last) in stated {
                if last < unfinished {
                    finals.push((first, last));
                    continue;
                }
                // The figures of a stretch follow each other up to its end.
                let from = match extent.joint_of(unfinished) {
                    Some((of, _)) => of,
                    None => last - (last - unfinished) / length * length - (length - 1),
                };
                let from = from.max(first);
                if first < from {
                    finals.push((first, from - 1));
                }
                early.push((from, last));
            }
        }
    }

    /// Whether it touches a stretch of periods at all.
    pub fn touches(&self, first: i32, last: i32) -> bool {
        [&self.finals, &self.early, &self.preliminary].iter().any(|s| s.touches(first, last))
    }
}

/// Periods of which all codes are covered, and periods of which the codes with a row are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spans {
    pub all: Vec<(i32, i32)>,
    pub rows: Vec<(i32, i32)>,
}

impl Spans {
    /// Whether all codes of a period are covered.
    pub fn has_all(&self, period: i32) -> bool {
        within(&self.all, period)
    }

    /// Whether the codes with a row are covered.
    pub fn has_rows(&self, period: i32) -> bool {
        within(&self.rows, period)
    }

    /// Whether it touches a stretch of periods at all.
    pub fn touches(&self, first: i32, last: i32) -> bool {
        self.all.iter().chain(&self.rows).any(|(a, b)| *a <= last && first <= *b)
    }
}

fn within(spans: &[(i32, i32)], period: i32) -> bool {
    let next = spans.partition_point(|(a, _)| *a <= period);
    next.checked_sub(1).and_then(|i| spans.get(i)).is_some_and(|(_, b)| period <= *b)
}

impl Holdings {
    pub fn load(files: &dyn Files, source: &SourceFile) -> Result<Self, StoreError> {
        let id = &source.source.id;
        let mut holdings = Self::default();
        let mut recorded: HashMap<String, Upgrade> = HashMap::new();
        for (name, bytes) in json_files(files, &manifest::meanings(id))? {
            let path = format!("{}/{name}", manifest::meanings(id));
            let upgrade: Upgrade = manifest::read_named(&path, &bytes)?;
            holdings.records.insert(format!("meanings/{name}"));
            holdings.named.insert(format!("manifests/{}", upgrade.manifest));
            holdings.named.extend(upgrade.before.iter().cloned());
            let better = |old: &Upgrade| (upgrade.assumed, upgrade.recorded) < (old.assumed, old.recorded);
            if recorded.get(&upgrade.manifest).is_none_or(better) {
                recorded.insert(upgrade.manifest.clone(), upgrade);
            }
        }
        let mut manifests: Vec<(String, String, Manifest)> = Vec::new();
        for (name, bytes) in json_files(files, &manifest::manifests(id))? {
            let path = format!("{}/{name}", manifest::manifests(id));
            let manifest: Manifest = manifest::read_named(&path, &bytes)?;
            manifests.push((name, path, manifest));
        }
        // Files of one ingest count once all of their manifests are there.
        let mut groups: HashMap<String, u32> = HashMap::new();
        for group in manifests.iter().filter_map(|(_, _, m)| m.group.as_ref()) {
            *groups.entry(group.id.clone()).or_default() += 1;
        }
        let complete = |g: &Group| groups.get(&g.id).is_some_and(|n| *n >= g.size);
        refuse_lost_parts(files, id, &manifests, &groups)?;
        for (name, path, manifest) in manifests {
            if manifest.source != *id {
                return Err(StoreError::damaged(&path, format!("it is of the source `{}`", manifest.source)));
            }
            if let Some(problem) = manifest.contradiction() {
                return Err(StoreError::damaged(&path, problem));
            }
            holdings.records.insert(format!("manifests/{name}"));
            holdings.named.extend(manifest.before);
            if let Some(group) = &manifest.group
                && !complete(group)
            {
                continue;
            }
            let meant = match (manifest.meaning, recorded.remove(&name)) {
                (Some(meaning), _) => Some(Meant { meaning: Arc::new(meaning), assumed: false }),
                (None, Some(u)) => Some(Meant { meaning: Arc::new(u.meaning), assumed: u.assumed }),
                (None, None) => None,
            };
            let frequency = meant.as_ref().map_or(source.source.frequency, |m| m.meaning.frequency);
            for (number, stated) in (0u32..).zip(manifest.vintages) {
                let published = PublishedArg::parse(&stated.published)
                    .map_err(|e| StoreError::damaged(&path, e.to_string()))?;
                let mut covers = covers(&path, &stated.coverage, frequency)?;
                let conflicts = match &meant {
                    Some(meant) => meant.meaning.conflicts(source, &covers),
                    // The first layout knew no sums since the beginning of a year.
                    None => source
                        .restarts()
                        .map(|day| {
                            format!("cumulative is sums since {day} of each year, and they were read by none")
                        })
                        .into_iter()
                        .collect(),
                };
                let unfinished = frequency.ordinal(stated.date);
                let length = match &meant {
                    Some(meant) => meant.meaning.days(),
                    None => source.figure_length(&manifest.description),
                };
                let extent = Extent::read(length, &stated.joint, frequency).ok_or_else(|| {
                    StoreError::damaged(&path, "its joint figures are not of sub-periods of their own")
                })?;
                for cover in covers.values_mut() {
                    cover.part_unfinished(unfinished, &extent);
                }
                holdings.vintages.push(Held {
                    id: String::new(),
                    published,
                    stated,
                    original: manifest.original.clone(),
                    provenance: manifest.provenance.clone(),
                    counts: manifest.counts.clone(),
                    recorded: manifest.recorded,
                    manifest: name.clone(),
                    number,
                    withdrawal: None,
                    covers,
                    extent,
                    meant: meant.clone(),
                    conflicts,
                });
            }
        }
        for (name, bytes) in json_files(files, &manifest::withdrawals(id))? {
            let path = format!("{}/{name}", manifest::withdrawals(id));
            let withdrawal: Withdrawal = manifest::read_named(&path, &bytes)?;
            holdings.records.insert(format!("withdrawals/{name}"));
            holdings.named.extend(withdrawal.before.iter().cloned());
            let vintage = holdings
                .vintages
                .iter_mut()
                .find(|v| v.manifest == withdrawal.manifest && v.number == withdrawal.number)
                .ok_or_else(|| StoreError::damaged(&path, "it withdraws a vintage that is not here"))?;
            let earlier = vintage.withdrawal.as_ref().is_none_or(|w| withdrawal.recorded < w.recorded);
            if earlier {
                vintage.withdrawal = Some(withdrawal);
            }
        }
        holdings.number();
        Ok(holdings)
    }

    /// The records that no other names, for the next one to name.
    pub fn heads(&self) -> Vec<String> {
        self.records.difference(&self.named).cloned().collect()
    }

    /// Refuses vintages in use of which the source file says something else now than when they were read: what is added
    /// would stand beside them under one name.
    pub fn refuse_conflicts(&self, source: &SourceFile) -> Result<(), StoreError> {
        let found = self.vintages.iter().find(|v| v.withdrawal.is_none() && !v.conflicts.is_empty());
        found.map_or(Ok(()), |v| Err(v.other_meaning(source)))
    }

    /// Adds vintages that are not in the store, to see which ids they would have.
    pub fn pretend<'a>(
        &mut self,
        new: impl Iterator<Item = &'a Vintage>,
        now: Timestamp,
        original: &Original,
        zone: &jiff::tz::TimeZone,
    ) {
        for vintage in new {
            self.vintages.push(Held {
                id: String::new(),
                published: vintage.published,
                stated: ManifestVintage {
                    published: vintage.published.printed(zone),
                    date: vintage.date,
                    order: vintage.order.clone(),
                    rows: vintage.rows.len() as u64,
                    content_sha256: vintage.content_sha256.clone(),
                    data_sha256: String::new(),
                    data_bytes: 0,
                    data_blocks: Vec::new(),
                    coverage: vintage.coverage.clone(),
                    joint: vintage.joint.clone(),
                },
                original: original.clone(),
                provenance: Provenance::default(),
                counts: Counts::default(),
                recorded: now,
                manifest: String::new(),
                number: 0,
                withdrawal: None,
                covers: HashMap::new(),
                extent: Extent::new(1, Vec::new()),
                meant: None,
                conflicts: Vec::new(),
            });
        }
        self.number();
    }

    /// Orders vintages by publication and gives them their ids.
    fn number(&mut self) {
        self.vintages.sort_by(|a, b| {
            a.stated
                .date
                .cmp(&b.stated.date)
                .then_with(|| a.published.within_day(&b.published))
                .then_with(|| a.stated.order.cmp(&b.stated.order))
                .then_with(|| a.stated.content_sha256.cmp(&b.stated.content_sha256))
                .then_with(|| a.recorded.cmp(&b.recorded))
                .then_with(|| (&a.manifest, a.number).cmp(&(&b.manifest, b.number)))
        });
        let id = |day: Date, number: u32| match number {
            1 => day.to_string(),
            _ => format!("{day}.{number}"),
        };
        // What was withdrawn keeps the id that it had then, whatever is ingested after it.
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for vintage in &mut self.vintages {
            vintage.id.clear();
            let day = vintage.stated.date.to_string();
            if let Some(had) = vintage.withdrawal.as_ref().map(|w| &w.vintage)
                && had.strip_prefix(&day).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                && taken.insert(had.clone())
            {
                vintage.id.clone_from(had);
            }
        }
        let mut of_day = (None, 0u32);
        for vintage in &mut self.vintages {
            let day = vintage.stated.date;
            if of_day.0 != Some(day) {
                of_day = (Some(day), 0);
            }
            while vintage.id.is_empty() {
                of_day.1 += 1;
                let next = id(day, of_day.1);
                if !taken.contains(&next) {
                    vintage.id = next;
                }
            }
        }
    }

    /// A vintage by its id.
    pub fn get(&self, id: &str) -> Option<&Held> {
        self.vintages.iter().find(|v| v.id == id)
    }
}

impl Held {
    /// As results refer to it.
    pub fn reference(&self, source: &SourceFile) -> VintageRef {
        VintageRef {
            source: source.source.id.clone(),
            id: self.id.clone(),
            date: self.stated.date,
            published: self.published.printed(&source.zone),
            at_the_latest: matches!(self.published, PublishedArg::AtTheLatest(_)),
            recorded: self.recorded,
            sha256: self.original.sha256.clone(),
            original: self.original.name.clone(),
            withdrawn: self.withdrawal.as_ref().map(|w| w.why.clone()),
            marks: source.source.marks_on(self.stated.date).map(str::to_owned).chain(self.doubt()).collect(),
        }
    }

    /// What is to be said of a vintage whose meaning was not kept when it was read.
    fn doubt(&self) -> Option<String> {
        match &self.meant {
            Some(Meant { assumed: false, .. }) => None,
            Some(Meant { assumed: true, .. }) => Some(
                "the scale and periods of its figures are assumed: its original was not there to be read again"
                    .to_owned(),
            ),
            None => Some(
                "its store does not say at which scale and by which periods its figures were read, so they are taken as the \
                 source file says now; an upgrade of the store records it"
                    .to_owned(),
            ),
        }
    }

    /// The decimals at which its figures of a dimension are stored.
    pub fn scale(&self, source: &SourceFile, dimension: Dimension) -> u32 {
        match &self.meant {
            Some(meant) => meant.meaning.scale(dimension),
            None if matches!(dimension, Dimension::Money(_)) => source.decimals,
            None => source.quantity_decimals,
        }
    }

    /// The coarsest unit in which its file tells figures of a flow and dimension, in integers of `10^-scale`: by what it was read
    /// by, and by the source file where the store does not say.
    pub fn unit(&self, source: &SourceFile, flow: Stage, dimension: Dimension, scale: u32) -> i128 {
        let now;
        let meaning = match &self.meant {
            Some(meant) => meant.meaning.as_ref(),
            None => {
                now = Meaning::of(source, &source.files.iter().collect::<Vec<_>>(), false);
                &now
            }
        };
        meaning.unit(flow, dimension, scale)
    }

    /// That the source file says something else now than when it was read.
    pub fn other_meaning(&self, source: &SourceFile) -> StoreError {
        StoreError::OtherMeaning {
            file: source.file_name.clone(),
            source_id: source.source.id.clone(),
            vintage: self.id.clone(),
            what: self.conflicts.join("; "),
        }
    }

    /// Whether it counts for what is known: published by a day, recorded by an instant, and not withdrawn then.
    pub fn counts(&self, as_of: servanda_core::AsOf) -> bool {
        self.stated.date <= as_of.date
            && as_of.known_at.is_none_or(|known| self.recorded <= known)
            && self.withdrawal.as_ref().is_none_or(|w| as_of.known_at.is_some_and(|known| known < w.recorded))
    }
}

/// Refuses an ingest of several files of which a manifest is gone; one that is not finished has the rest staged.
fn refuse_lost_parts(
    files: &dyn Files,
    id: &str,
    manifests: &[(String, String, Manifest)],
    groups: &HashMap<String, u32>,
) -> Result<(), StoreError> {
    let short = |g: &Group| groups.get(&g.id).is_none_or(|n| *n < g.size);
    let part = manifests.iter().find_map(|(_, path, m)| Some((path, m.group.as_ref().filter(|g| short(g))?)));
    let Some((path, group)) = part else { return Ok(()) };
    let staged = staged(files, id).map_err(|e| StoreError::io(manifest::manifests(id), e))?;
    let waiting = staged.iter().filter(|(_, m)| m.group.as_ref().is_some_and(|g| g.id == group.id)).count();
    let here = groups.get(&group.id).copied().unwrap_or(0) as usize;
    if here + waiting >= group.size as usize {
        return Ok(());
    }
    Err(StoreError::damaged(
        path,
        format!("it is one of {} manifests of one ingest, and {here} are here", group.size),
    ))
}

fn json_files(files: &dyn Files, dir: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let mut names: Vec<String> = files.list(dir).map_err(|e| StoreError::io(dir, e))?;
    names.retain(|n| n.ends_with(".json") && !n.starts_with('.'));
    names.sort();
    names
        .into_iter()
        .map(|name| {
            let path = format!("{dir}/{name}");
            let bytes = read(files, &path).map_err(|e| StoreError::io(&path, e))?;
            Ok((name, bytes))
        })
        .collect()
}

pub(crate) fn read(files: &dyn Files, path: &str) -> io::Result<Vec<u8>> {
    files.open(path)?.into_bytes()
}

/// What blocks of a manifest cover, by ordinals.
pub(crate) fn covers(
    path: &str,
    blocks: &[Block],
    frequency: Frequency,
) -> Result<HashMap<(Stage, Party), Cover>, StoreError> {
    let spans = |periods: &[Period]| {
        let mut spans = periods
            .iter()
            .map(|p| {
                frequency.split(p).ok_or_else(|| {
                    StoreError::damaged(path, format!("`{p}` does not suit the source's frequency"))
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        spans.sort_unstable();
        Ok::<_, StoreError>(spans)
    };
    blocks
        .iter()
        .map(|b| {
            let cover = Cover {
                finals: Spans { all: spans(&b.final_all)?, rows: spans(&b.final_rows)? },
                early: Spans::default(),
                preliminary: Spans { all: spans(&b.preliminary_all)?, rows: spans(&b.preliminary_rows)? },
            };
            Ok(((b.flow, b.partner), cover))
        })
        .collect()
}
