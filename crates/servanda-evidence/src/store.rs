//! Reading a store.

use crate::cumulative::{self, Restart, Sums};
use crate::decoded::Decoded;
use crate::error::{StoreError, did_you_mean};
use crate::files::Files;
use crate::held::{Cover, Held, Holdings};
use crate::lines::{Lines, Sorted};
use crate::manifest::{self, Provenance};
use crate::parquet_file::{self, Scan, Wanted};
use crate::resolve::{self, Answer, Asked, Question};
use crate::source_file::SourceFile;
use servanda_core::{
    AsOf, Cache, Date, Dimension, Evidence, EvidenceError, LineSet, Observation, Party, Series,
    SeriesRequest, Source, Stage, VintageRef, side_by_side,
};
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A store, open for reading, with the sources that it is of. Many threads may ask it at once.
///
/// What is read is kept in memory, so much of it as the limits below say: a vintage's rows are decoded once, and an answer is
/// worked out once for each set of vintages that it can rest on, and so is why there is none. A `Store` does not see what changes in
/// its folder after it first read a source; open it again for that.
pub struct Store {
    files: Arc<dyn Files>,
    sources: BTreeMap<String, SourceFile>,
    /// As many as there are sources.
    holdings: Cache<String, Result<Arc<Holdings>, StoreError>>,
    decoded: Cache<DecodedKey, Result<Kept, EvidenceError>>,
    /// How many vintages were decoded.
    decodings: AtomicUsize,
    series: Cache<SeriesKey, Result<Arc<Series>, EvidenceError>>,
    sets: Mutex<Sets>,
}

/// Sets of lines, with what is kept by their numbers.
#[derive(Default)]
struct Sets {
    /// By a hash of some of their lines; those that share it are told apart by all of them.
    known: HashMap<u64, Vec<(usize, Arc<LineSet>)>>,
    /// How many prefixes they have together.
    prefixes: usize,
    /// How many there have been: no number is given twice.
    number: usize,
    /// By set of lines and source.
    lines: HashMap<(usize, String), Arc<Lines>>,
    /// By set of lines and number of what is decoded.
    sorted: HashMap<(usize, usize), Arc<Sorted>>,
}

/// Decoded rows, with a number that no others have.
#[derive(Clone)]
struct Kept {
    number: usize,
    rows: Arc<Decoded>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct DecodedKey {
    data: String,
    flow: Stage,
    partner: Party,
    dimension: Dimension,
    wanted: Wanted,
    /// Powers of ten by which figures are taken finer than they are stored.
    up: u32,
}

#[derive(PartialEq, Eq, Hash)]
struct SeriesKey {
    source: String,
    stage: Stage,
    partner: Party,
    dimension: Dimension,
    first: i32,
    last: i32,
    line_set: usize,
    vintages: Vec<usize>,
    scale: u32,
}

/// Files with more rows than this are read only where they can hold what is asked for.
const LARGE: u64 = 2_000_000;
/// Rows that are kept decoded.
const DECODED_LIMIT: usize = 12_000_000;
/// Cells that are kept worked out.
const CELL_LIMIT: usize = 4_000_000;
/// Prefixes of the sets of lines that are kept.
const PREFIX_LIMIT: usize = 2_000_000;
/// Sets of lines that are kept sorted against a vintage.
const SORTED_LIMIT: usize = 1_000;
/// Fewer requests than this are answered by the thread that asks.
const MANY: usize = 8;
/// Cells that one request may ask for.
const REQUEST_LIMIT: usize = 5_000_000;

/// A manifest as it stands in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestText {
    /// Its name: the SHA-256 of its text.
    pub sha256: String,
    /// Its text.
    pub text: String,
    /// The numbers of its vintages, from 0, that were out by the day asked for and do not count: withdrawn, or recorded later.
    pub apart: Vec<u32>,
}

impl Store {
    /// Opens a store with the sources that are described. Nothing is read before it is asked for.
    pub fn open(files: Arc<dyn Files>, sources: impl IntoIterator<Item = SourceFile>) -> Self {
        let sources = sources.into_iter().map(|s| (s.source.id.clone(), s)).collect();
        Self {
            files,
            sources,
            holdings: Cache::new(usize::MAX, |_| 0),
            decoded: Cache::new(DECODED_LIMIT, |kept| kept.as_ref().map_or(1, |kept| kept.rows.len())),
            decodings: AtomicUsize::new(0),
            series: Cache::new(CELL_LIMIT, |series| series.as_ref().map_or(1, |series| series.cells.len())),
            sets: Mutex::default(),
        }
    }

    /// The file of a source.
    pub fn source_file(&self, id: &str) -> Option<&SourceFile> {
        self.sources.get(id)
    }

    /// The file of a source, or an error with the nearest name.
    pub fn require(&self, id: &str) -> Result<&SourceFile, StoreError> {
        self.sources.get(id).ok_or_else(|| StoreError::UnknownSource {
            id: id.to_owned(),
            hint: did_you_mean(id, self.sources.keys().map(String::as_str)),
        })
    }

    /// Where the file of a vintage came from, as far as was said when it was ingested.
    pub fn provenance(&self, source: &str, vintage: &str) -> Result<Option<Provenance>, StoreError> {
        let file = self.require(source)?;
        Ok(self.holdings(file)?.get(vintage).map(|v| v.provenance.clone()))
    }

    /// The days on which a source was published, withdrawn vintages left out, oldest first, each once.
    pub fn publication_dates(&self, source: &str) -> Result<Vec<Date>, EvidenceError> {
        let mut dates: Vec<Date> =
            self.vintages(source)?.into_iter().filter(|v| v.withdrawn.is_none()).map(|v| v.date).collect();
        dates.dedup();
        Ok(dates)
    }

    /// Refuses a source of which its file says something else now than when a vintage was read that would count.
    pub fn as_read(&self, source: &str, as_of: AsOf) -> Result<(), EvidenceError> {
        let source = self.known(source)?;
        let holdings = self.holdings(source).map_err(store_error)?;
        let other = holdings.vintages.iter().find(|v| v.counts(as_of) && !v.conflicts.is_empty());
        other.map_or(Ok(()), |v| Err(store_error(v.other_meaning(source))))
    }

    /// What counts of a source as of a day: one line for each vintage, with when it was published, the hash of what it says, and
    /// how that is read. What is published later changes none of it.
    pub fn resolved(&self, source: &str, as_of: AsOf) -> Result<Vec<String>, EvidenceError> {
        let source = self.known(source)?;
        let holdings = self.holdings(source).map_err(store_error)?;
        let money = Dimension::Money(source.source.basis.currency);
        let line = |v: &Held| {
            let (published, scale) = (v.published.printed(&source.zone), v.scale(source, money));
            format!("{} {published} {} {} {scale}", source.source.id, v.stated.order, v.stated.content_sha256)
        };
        Ok(holdings.vintages.iter().filter(|v| v.counts(as_of)).map(line).collect())
    }

    /// The manifests of a source that have a publication which was out by the end of a day, in the order of their names.
    pub fn manifests_by(&self, source: &str, as_of: AsOf) -> Result<Vec<ManifestText>, EvidenceError> {
        let holdings = self.holdings(self.known(source)?).map_err(store_error)?;
        let mut names: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for vintage in holdings.vintages.iter().filter(|v| v.stated.date <= as_of.date) {
            let apart = names.entry(vintage.manifest.as_str()).or_default();
            if !vintage.counts(as_of) {
                apart.push(vintage.number);
            }
        }
        let read = |(name, apart): (&str, Vec<u32>)| {
            let path = format!("{}/{name}", manifest::manifests(source));
            let content = self.files.open(&path).and_then(crate::files::Content::into_bytes);
            let bytes = content.map_err(|e| store_error(StoreError::io(&path, e)))?;
            let sha256 = name.trim_end_matches(".json").to_owned();
            Ok(ManifestText { sha256, text: String::from_utf8_lossy(&bytes).into_owned(), apart })
        };
        names.into_iter().map(read).collect()
    }

    pub(crate) fn holdings(&self, source: &SourceFile) -> Result<Arc<Holdings>, StoreError> {
        let load = || Holdings::load(self.files.as_ref(), source).map(Arc::new);
        self.holdings.get(source.source.id.clone(), load)
    }

    fn sets(&self) -> MutexGuard<'_, Sets> {
        self.sets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, id: &str) -> Result<&SourceFile, EvidenceError> {
        self.sources.get(id).ok_or_else(|| EvidenceError::UnknownSource(id.to_owned()))
    }

    /// Checks a request, and gives what it needs.
    fn prepare(&self, request: &SeriesRequest<'_>) -> Result<Prepared<'_>, EvidenceError> {
        let source = self.known(request.source)?;
        self.as_read(request.source, request.as_of)?;
        let flow = source.source.flow(request.stage).ok_or_else(|| EvidenceError::NotPublished {
            source_id: request.source.to_owned(),
            what: request.stage.to_string(),
        })?;
        if !flow.dimensions.contains(&request.dimension) {
            return Err(EvidenceError::NotPublished {
                source_id: request.source.to_owned(),
                what: format!("{} in {}", request.stage, request.dimension.base_unit()),
            });
        }
        let periods = (i64::from(request.last) - i64::from(request.first) + 1).max(0);
        let cells = usize::try_from(periods).ok().and_then(|p| p.checked_mul(request.lines.len().max(1)));
        if cells.is_none_or(|c| c > REQUEST_LIMIT) {
            return Err(EvidenceError::Overflow(format!("{} over so many periods", request.source)));
        }
        let holdings = self.holdings(source).map_err(store_error)?;
        let key = (request.stage, request.partner);
        let counting: Vec<usize> = holdings
            .vintages
            .iter()
            .enumerate()
            .rev()
            .filter(|(_, v)| v.counts(request.as_of))
            .filter(|(_, v)| v.covers.get(&key).is_some_and(|c| c.touches(request.first, request.last)))
            .map(|(number, _)| number)
            .collect();
        let covers: Vec<&Cover> =
            counting.iter().filter_map(|n| holdings.vintages.get(*n)?.covers.get(&key)).collect();
        // Where all that is asked for are codes of digits, a release that states all codes of a period covers them.
        let digits = |p: &str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit());
        let final_suffices = source.source.depth.is_some()
            && request.lines.prefixes().all(|(prefix, line)| line.is_none() || digits(prefix));
        let matter = resolve::matter(&covers, request.first, request.last, final_suffices);
        let counting: Vec<usize> =
            counting.into_iter().zip(matter).filter(|(_, m)| *m).map(|(n, _)| n).collect();
        let used = || counting.iter().filter_map(|n| holdings.vintages.get(*n));
        let scale = used()
            .map(|v| v.scale(source, request.dimension))
            .max()
            .unwrap_or_else(|| Self::scale(source, request.dimension));
        Ok(Prepared { source, non_negative: flow.non_negative, scale, counting, holdings })
    }

    fn answer<T>(
        &self,
        request: &SeriesRequest<'_>,
        prepared: &Prepared<'_>,
        list: bool,
        then: impl FnOnce(Answer<'_>) -> T,
    ) -> Result<T, EvidenceError> {
        let (set, lines) = self.lines(request.lines, &prepared.source.source);
        let mut decoded = Vec::new();
        for number in &prepared.counting {
            let held = prepared.holdings.vintages.get(*number);
            if let Some((held, cover)) =
                held.and_then(|h| Some((h, h.covers.get(&(request.stage, request.partner))?)))
            {
                let up = prepared.scale - held.scale(prepared.source, request.dimension).min(prepared.scale);
                let kept = self.decoded(request, held, &lines, up)?;
                let sorted = self.sorted(set, kept.number);
                decoded.push((*number, kept.rows, sorted, cover, held));
            }
        }
        let asked: Vec<Asked<'_>> = decoded
            .iter()
            .map(|(vintage, decoded, sorted, cover, held)| Asked {
                vintage: *vintage,
                decoded,
                sorted,
                cover,
                unfinished: prepared.source.source.frequency.ordinal(held.stated.date),
                extent: &held.extent,
            })
            .collect();
        let question = Question {
            lines: &lines,
            first: request.first,
            last: request.last,
            non_negative: prepared.non_negative,
            so_far: prepared.source.source.so_far,
        };
        Ok(then(resolve::answer(&question, &asked, list)))
    }

    fn decoded(
        &self,
        request: &SeriesRequest<'_>,
        held: &Held,
        lines: &Lines,
        up: u32,
    ) -> Result<Kept, EvidenceError> {
        let large = held.stated.rows > LARGE;
        let wanted = if large { wanted(lines) } else { Wanted { all: true, ..Wanted::default() } };
        let key = DecodedKey {
            data: held.stated.data_sha256.clone(),
            flow: request.stage,
            partner: request.partner,
            dimension: request.dimension,
            wanted: wanted.clone(),
            up,
        };
        self.decoded.get(key, || {
            let path = manifest::data(request.source, &held.stated.data_sha256);
            let scan = Scan {
                flow: request.stage,
                partner: request.partner,
                dimension: request.dimension,
                wanted: &wanted,
                threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(2),
            };
            let scanned = parquet_file::scan(self.files.as_ref(), &path, &held.stated, &scan);
            let mut decoded = scanned.map_err(|e| EvidenceError::Damaged {
                path: path.clone(),
                problem: format!("{e}; restore the file from a copy"),
            })?;
            if up > 0 && !decoded.finer(up) {
                return Err(EvidenceError::Overflow(request.source.to_owned()));
            }
            let number = self.decodings.fetch_add(1, Ordering::Relaxed);
            Ok(Kept { number, rows: Arc::new(decoded) })
        })
    }

    /// The lines of a request for a source, with the number of their set.
    fn lines(&self, set: &LineSet, source: &Source) -> (usize, Arc<Lines>) {
        let (number, set) = self.line_set(set);
        let mut sets = self.sets();
        let key = (number, source.id.clone());
        if let Some(lines) = sets.lines.get(&key) {
            return (number, Arc::clone(lines));
        }
        if sets.lines.len() >= SORTED_LIMIT {
            sets.lines.clear();
        }
        let lines = Arc::new(Lines::new(set, source));
        sets.lines.insert(key, Arc::clone(&lines));
        (number, lines)
    }

    fn sorted(&self, set: usize, decoded: usize) -> Arc<Sorted> {
        let mut sets = self.sets();
        if sets.sorted.len() >= SORTED_LIMIT {
            sets.sorted.clear();
        }
        Arc::clone(sets.sorted.entry((set, decoded)).or_default())
    }

    /// A set of lines as it is kept, with a number that no other set has or had.
    fn line_set(&self, lines: &LineSet) -> (usize, Arc<LineSet>) {
        // A hash of some of it is enough: equal hashes are followed by a comparison.
        let mut hasher = DefaultHasher::new();
        lines.len().hash(&mut hasher);
        for label in lines.labels().iter().step_by(8) {
            label.hash(&mut hasher);
        }
        for prefix in lines.prefixes().step_by(8) {
            prefix.hash(&mut hasher);
        }
        let hash = hasher.finish();
        let mut sets = self.sets();
        let mut alike = sets.known.get(&hash).into_iter().flatten();
        if let Some((number, known)) = alike.find(|(_, known)| **known == *lines) {
            return (*number, Arc::clone(known));
        }
        let prefixes = lines.prefixes().count().saturating_add(1);
        if sets.prefixes.saturating_add(prefixes) > PREFIX_LIMIT {
            *sets = Sets { number: sets.number, ..Sets::default() };
        }
        sets.prefixes += prefixes;
        sets.number += 1;
        let (number, kept) = (sets.number, Arc::new(lines.clone()));
        sets.known.entry(hash).or_default().push((number, Arc::clone(&kept)));
        (number, kept)
    }

    /// The figures as they are published, each of its own period.
    fn as_published(&self, request: &SeriesRequest<'_>) -> Result<Arc<Series>, EvidenceError> {
        let prepared = self.prepare(request)?;
        self.of_vintages(request, &prepared)
    }

    /// The same, of the vintages that were chosen.
    fn of_vintages(
        &self,
        request: &SeriesRequest<'_>,
        prepared: &Prepared<'_>,
    ) -> Result<Arc<Series>, EvidenceError> {
        let key = SeriesKey {
            source: request.source.to_owned(),
            stage: request.stage,
            partner: request.partner,
            dimension: request.dimension,
            first: request.first,
            last: request.last,
            line_set: self.line_set(request.lines).0,
            vintages: prepared.counting.clone(),
            scale: prepared.scale,
        };
        let work_out = || self.worked_out(request, prepared).map(Arc::new);
        // What is very large is not kept: it would displace all else.
        let periods = usize::try_from(i64::from(request.last) - i64::from(request.first) + 1).unwrap_or(0);
        if request.lines.len().saturating_mul(periods) > CELL_LIMIT / 40 {
            return work_out();
        }
        self.series.get(key, work_out)
    }

    fn worked_out(
        &self,
        request: &SeriesRequest<'_>,
        prepared: &Prepared<'_>,
    ) -> Result<Series, EvidenceError> {
        self.answer(request, prepared, false, |answer| {
            let places: BTreeMap<usize, u32> = answer.vintages.iter().copied().zip(0u32..).collect();
            let mut cells = answer.cells;
            let mut edges = answer.edges;
            for cell in cells.iter_mut().chain(edges.iter_mut().map(|e| &mut e.cell)) {
                cell.vintage = cell.vintage.and_then(|v| places.get(&(v as usize)).copied());
            }
            Series {
                first: request.first,
                periods: usize::try_from(i64::from(request.last) - i64::from(request.first) + 1).unwrap_or(0),
                scale: prepared.scale,
                cells,
                edges,
                joint: answer.joint,
                missing: Vec::new(),
                vintages: places
                    .keys()
                    .filter_map(|v| prepared.holdings.vintages.get(*v))
                    .map(|v| v.reference(prepared.source))
                    .collect(),
                units: places
                    .keys()
                    .filter_map(|v| prepared.holdings.vintages.get(*v))
                    .map(|v| v.unit(prepared.source, request.stage, request.dimension, prepared.scale))
                    .collect(),
            }
        })
    }

    /// Of a source whose figures are sums since the beginning of a year: what each period of a window adds.
    fn windows(&self, request: &SeriesRequest<'_>, restart: Restart) -> Result<Series, EvidenceError> {
        let begin = restart.beginning(request.first);
        let wide = SeriesRequest { first: begin, ..*request };
        let prepared = self.prepare(&wide)?;
        let sums = self.of_vintages(&wide, &prepared)?;
        // A line falls silent only where nothing can be negative: elsewhere sums may fall to nothing.
        let listed = |prepared: &Prepared<'_>| match prepared.non_negative {
            true => self.listed(&wide, prepared),
            false => Ok(Vec::new()),
        };
        let seen = listed(&prepared)?;
        let mut alone: BTreeMap<u32, (Arc<Series>, Vec<Observation>)> = BTreeMap::new();
        for (number, vintage) in (0u32..).zip(&sums.vintages) {
            let place = prepared.holdings.vintages.iter().position(|v| v.id == vintage.id);
            if let Some(place) = place.filter(|_| begin != request.first) {
                let only =
                    Prepared { counting: vec![place], holdings: prepared.holdings.clone(), ..prepared };
                alone.insert(number, (self.of_vintages(&wide, &only)?, listed(&only)?));
            }
        }
        let (mut cells, mut missing) = (Vec::new(), Vec::new());
        for line in 0..request.lines.len() {
            let of_line = |series: &Series, figures: &[Observation]| {
                let cells = series.cells.iter().skip(line * series.periods).take(series.periods);
                let mut cells: Vec<servanda_core::Cell> = cells.copied().collect();
                let own: Vec<&Observation> = figures.iter().filter(|f| f.line == line).collect();
                let missing = cumulative::open_missing(&mut cells, begin, restart, &own, &seen, line);
                (cells, missing)
            };
            let (held, own_missing) = of_line(&sums, &seen);
            missing.extend(own_missing.into_iter().filter(|m| {
                m.period >= request.first
                    && cumulative::ends_window(&held, begin, m.period, request.last, restart)
            }));
            let own = Sums { cells: &held, begin, non_negative: prepared.non_negative };
            let one = |vintage: u32| alone.get(&vintage).map(|(series, figures)| of_line(series, figures).0);
            cells.extend(cumulative::cells(&own, request.first, request.last, restart, &one));
        }
        Ok(Series {
            first: request.first,
            periods: usize::try_from(i64::from(request.last) - i64::from(request.first) + 1).unwrap_or(0),
            scale: sums.scale,
            units: sums.units.clone(),
            cells,
            edges: Vec::new(),
            joint: Vec::new(),
            missing,
            vintages: sums.vintages.clone(),
        })
    }

    /// Every figure that counts, of the vintages that were chosen.
    fn listed(
        &self,
        request: &SeriesRequest<'_>,
        prepared: &Prepared<'_>,
    ) -> Result<Vec<Observation>, EvidenceError> {
        let extent = |vintage: usize| prepared.holdings.vintages.get(vintage).map(|v| &v.extent);
        self.answer(request, prepared, true, |answer| {
            answer
                .taken
                .into_iter()
                .map(|t| Observation {
                    line: t.line,
                    code: t.code.to_owned(),
                    period: t.figure.period,
                    first: extent(t.vintage).map_or(t.figure.period, |e| e.first(t.figure.period)),
                    label: extent(t.vintage).and_then(|e| e.label(t.figure.period)).map(str::to_owned),
                    value: (t.figure.flags == 0).then(|| i128::from(t.figure.value)),
                    low: t.bounds.0.map(i128::from),
                    high: t.bounds.1.map(i128::from),
                    preliminary: t.preliminary,
                    vintage: prepared
                        .holdings
                        .vintages
                        .get(t.vintage)
                        .map(|v| v.id.clone())
                        .unwrap_or_default(),
                })
                .collect()
        })
    }

    /// The decimals in which figures of a dimension would be read now.
    fn scale(source: &SourceFile, dimension: Dimension) -> u32 {
        if matches!(dimension, Dimension::Money(_)) { source.decimals } else { source.quantity_decimals }
    }
}

struct Prepared<'a> {
    source: &'a SourceFile,
    non_negative: bool,
    /// The decimals of the answer: the finest of the vintages that count.
    scale: u32,
    holdings: Arc<Holdings>,
    /// The vintages that count, the newest first.
    counting: Vec<usize>,
}

impl Evidence for Store {
    fn sources(&self) -> Vec<&Source> {
        self.sources.values().map(|s| &s.source).collect()
    }

    fn source(&self, id: &str) -> Option<&Source> {
        self.sources.get(id).map(|s| &s.source)
    }

    fn vintages(&self, source: &str) -> Result<Vec<VintageRef>, EvidenceError> {
        let source = self.known(source)?;
        let holdings = self.holdings(source).map_err(store_error)?;
        Ok(holdings.vintages.iter().map(|v| v.reference(source)).collect())
    }

    fn series(&self, request: &SeriesRequest<'_>) -> Result<Series, EvidenceError> {
        self.shared_series(request).map(Arc::unwrap_or_clone)
    }

    fn shared_series(&self, request: &SeriesRequest<'_>) -> Result<Arc<Series>, EvidenceError> {
        match self.source(request.source).and_then(|s| Some((s.frequency, s.cumulative?))) {
            Some((frequency, month_and_day)) => {
                self.windows(request, Restart { frequency, month_and_day }).map(Arc::new)
            }
            None => self.as_published(request),
        }
    }

    fn series_many(&self, requests: &[SeriesRequest<'_>]) -> Vec<Result<Arc<Series>, EvidenceError>> {
        let threads = if requests.len() < MANY { None } else { std::thread::available_parallelism().ok() };
        let one = |request: &SeriesRequest<'_>| self.shared_series(request);
        side_by_side(threads.unwrap_or(NonZeroUsize::MIN), requests, one)
    }

    fn observations(&self, request: &SeriesRequest<'_>) -> Result<Vec<Observation>, EvidenceError> {
        let prepared = self.prepare(request)?;
        let mut figures = self.listed(request, &prepared)?;
        if prepared.source.source.cumulative.is_some() {
            // A sum since the beginning of a year is no figure of the window.
            for figure in &mut figures {
                (figure.low, figure.high) = (None, None);
            }
        }
        Ok(figures)
    }
}

/// The codes that a question can touch.
fn wanted(lines: &Lines) -> Wanted {
    let mut wanted = Wanted::default();
    for (prefix, _) in &lines.prefixes {
        if prefix.is_empty() && lines.total.is_none() {
            return Wanted { all: true, ..Wanted::default() };
        }
        if !prefix.is_empty() {
            wanted.prefixes.push(prefix.clone());
        }
        wanted.exact.extend(
            prefix
                .char_indices()
                .filter(|(i, _)| *i > 0)
                .filter_map(|(i, _)| prefix.get(..i))
                .map(str::to_owned),
        );
    }
    wanted.exact.extend(lines.total.clone());
    wanted.prefixes.sort();
    wanted.prefixes.dedup();
    wanted.exact.sort();
    wanted.exact.dedup();
    wanted
}

fn store_error(error: StoreError) -> EvidenceError {
    match error {
        StoreError::Damaged { path, problem, remedy } => {
            EvidenceError::Damaged { path, problem: format!("{problem}; {remedy}") }
        }
        StoreError::Io { path, problem } => EvidenceError::Damaged { path, problem },
        StoreError::UnknownSource { id, .. } => EvidenceError::UnknownSource(id),
        other @ StoreError::OtherMeaning { .. } => EvidenceError::OtherMeaning(other.to_string()),
        other => EvidenceError::Damaged { path: "the store".to_owned(), problem: other.to_string() },
    }
}
