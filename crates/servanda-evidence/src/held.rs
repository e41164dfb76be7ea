//! What a store holds of one source, from its manifests.

use crate::error::StoreError;
use crate::files::Files;
use crate::ingest::Vintage;
use crate::manifest::{self, Block, Counts, Manifest, ManifestVintage, Original, Provenance, Withdrawal};
use crate::published::PublishedArg;
use crate::source_file::SourceFile;
use servanda_core::{Date, Frequency, Party, Period, Stage, Timestamp, VintageRef};
use std::collections::{BTreeSet, HashMap};
use std::io;

/// Every vintage of a source, oldest publication first.
#[derive(Debug, Default)]
pub(crate) struct Holdings {
    pub vintages: Vec<Held>,
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
    /// How many sub-periods a figure of it is of; it stands on the last.
    pub length: i32,
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
    /// publication lies; a figure is of `length` periods, of which it stands on the last.
    fn part_unfinished(&mut self, unfinished: i32, length: i32) {
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
                let from = (last - (last - unfinished) / length * length - (length - 1)).max(first);
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
        let mut vintages = Vec::new();
        let mut manifests = Vec::new();
        for (name, bytes) in json_files(files, &manifest::manifests(id))? {
            let path = format!("{}/{name}", manifest::manifests(id));
            let manifest: Manifest = manifest::read_named(&path, &bytes)?;
            manifests.push((name, path, manifest));
        }
        let unfinished = manifest::unfinished(manifests.iter().map(|(_, _, m)| m));
        for (name, path, manifest) in manifests {
            if manifest.batch.as_ref().is_some_and(|b| unfinished.contains(&b.id)) {
                continue;
            }
            if manifest.source != *id {
                return Err(StoreError::damaged(&path, format!("it is of the source `{}`", manifest.source)));
            }
            if manifest.format != manifest::FORMAT {
                return Err(StoreError::Damaged {
                    path,
                    problem: format!(
                        "its format is {}, this program reads {}",
                        manifest.format,
                        manifest::FORMAT
                    ),
                    remedy: "use a newer version of the program".to_owned(),
                });
            }
            if manifest.cumulative != source.restarts() {
                let since = |day: &Option<String>| match day {
                    Some(day) => format!("sums since {day} of each year"),
                    None => "each of its own period".to_owned(),
                };
                return Err(StoreError::Damaged {
                    path,
                    problem: format!(
                        "its figures were read as {}, and {} says now that they are {}",
                        since(&manifest.cumulative),
                        source.file_name,
                        since(&source.restarts())
                    ),
                    remedy: "put `cumulative` back as it was; for figures of the other kind describe a source of their own"
                        .to_owned(),
                });
            }
            for (number, stated) in (0u32..).zip(manifest.vintages) {
                let published = PublishedArg::parse(&stated.published)
                    .map_err(|e| StoreError::damaged(&path, e.to_string()))?;
                let mut covers = covers(&path, &stated.coverage, source.source.frequency)?;
                let unfinished = source.source.frequency.ordinal(stated.date);
                let length = source.figure_length(&manifest.description);
                for cover in covers.values_mut() {
                    cover.part_unfinished(unfinished, length);
                }
                vintages.push(Held {
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
                    length,
                });
            }
        }
        for (name, bytes) in json_files(files, &manifest::withdrawals(id))? {
            let path = format!("{}/{name}", manifest::withdrawals(id));
            let withdrawal: Withdrawal = manifest::read_named(&path, &bytes)?;
            let vintage = vintages
                .iter_mut()
                .find(|v| v.manifest == withdrawal.manifest && v.number == withdrawal.number)
                .ok_or_else(|| StoreError::damaged(&path, "it withdraws a vintage that is not here"))?;
            let earlier = vintage.withdrawal.as_ref().is_none_or(|w| withdrawal.recorded < w.recorded);
            if earlier {
                vintage.withdrawal = Some(withdrawal);
            }
        }
        let mut holdings = Self { vintages };
        holdings.number();
        Ok(holdings)
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
                    coverage: vintage.coverage.clone(),
                },
                original: original.clone(),
                provenance: Provenance::default(),
                counts: Counts::default(),
                recorded: now,
                manifest: String::new(),
                number: 0,
                withdrawal: None,
                covers: HashMap::new(),
                length: 1,
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
            recorded: self.recorded,
            sha256: self.original.sha256.clone(),
            original: self.original.name.clone(),
            withdrawn: self.withdrawal.as_ref().map(|w| w.why.clone()),
            marks: source.source.marks_on(self.stated.date).map(str::to_owned).collect(),
        }
    }

    /// Whether it counts for what is known: published by a day, recorded by an instant, and not withdrawn then.
    pub fn counts(&self, as_of: servanda_core::AsOf) -> bool {
        self.stated.date <= as_of.date
            && as_of.known_at.is_none_or(|known| self.recorded <= known)
            && self.withdrawal.as_ref().is_none_or(|w| as_of.known_at.is_some_and(|known| known < w.recorded))
    }
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
