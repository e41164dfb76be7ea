//! A release beside what is held: what is new, revised and gone, and what tells of another scale, of sums since January, or
//! of a file that was cut. It decides no figure: all of it is said, and only a proven cut is refused.

use super::build::{Vintage, key};
use super::notes::{IngestNote, NoteCode, counted};
use super::read::Row;
use crate::cumulative::Restart;
use crate::decoded::Decoded;
use crate::error::{IngestError, Place, StoreError};
use crate::extent::Extent;
use crate::files::Files;
use crate::held::{Cover, Held, Holdings, covers};
use crate::manifest;
use crate::parquet_file::{self, Scan, Wanted};
use crate::source_file::SourceFile;
use servanda_core::{Dimension, Exact, Frequency, Party, Stage};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is known of a file beside its figures.
#[derive(Debug, Clone, Copy)]
pub(crate) struct End {
    /// Whether a release of it states only what is new or changed, so that it has few rows by nature.
    pub revising: bool,
    /// Whether its last byte ends a line.
    pub ends_a_line: bool,
    /// The line on which its last row begins.
    pub last_line: u64,
}

/// Figures of one flow, partner and finality in one dimension, by code and period; none where it is not known.
struct Table<'a> {
    flow: Stage,
    partner: Party,
    dimension: Dimension,
    /// Its decimals: the finest of the release and of what is held.
    scale: u32,
    codes: &'a [String],
    /// In order of code and period.
    cells: Vec<Cell>,
    /// Periods of which the release states all codes.
    all: BTreeSet<i32>,
}

#[derive(Clone, Copy)]
struct Cell {
    /// A place in the release's codes.
    code: u32,
    period: i32,
    value: Option<i128>,
    line: u64,
    last_line: bool,
}

impl<'a> Table<'a> {
    fn code(&self, cell: &Cell) -> &'a str {
        self.codes.get(cell.code as usize).map_or("", String::as_str)
    }

    fn get(&self, code: &str, period: i32) -> Option<&Cell> {
        let code = u32::try_from(self.codes.binary_search_by(|c| c.as_str().cmp(code)).ok()?).ok()?;
        let at = self.cells.binary_search_by_key(&(code, period), |c| (c.code, c.period)).ok()?;
        self.cells.get(at)
    }
}

/// Of a first release with more rows than this it is not asked whether its figures are sums since January.
const MOST_TO_LOOK_AT: usize = 2_000_000;

/// What is held before a release, the newest first.
struct Before {
    vintages: Vec<(Cover, Decoded, Extent)>,
    /// Of how many sub-periods figures of the release are. Figures of others are not held beside them.
    extent: Extent,
}

/// What a store says of one code and period.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Figure(i128),
    /// Held without a figure.
    Unknown,
    /// A release states all codes of the period, and not this one.
    Absent,
    NotHeld,
}

impl Before {
    fn of(&self, code: &str, period: i32) -> Known {
        let final_ = self.look(code, period, false);
        if final_ == Known::NotHeld { self.look(code, period, true) } else { final_ }
    }

    fn look(&self, code: &str, period: i32, preliminary: bool) -> Known {
        for (cover, decoded, extent) in &self.vintages {
            if extent.joint_of(period) != self.extent.joint_of(period) {
                continue;
            }
            let (rows, spans) = if preliminary {
                (&decoded.preliminary, &cover.preliminary)
            } else {
                (&decoded.finals, &cover.finals)
            };
            let mut sum = None;
            if let Some(place) = rows.place(code) {
                for figure in rows.of(place, period, period) {
                    let value = (figure.flags == 0).then(|| i128::from(figure.value));
                    sum = Some(sum.map_or(value, |s: Option<i128>| Some(s? + value?)));
                }
            }
            match sum {
                Some(Some(value)) => return Known::Figure(value),
                Some(None) => return Known::Unknown,
                None if spans.has_all(period) => return Known::Absent,
                None => {}
            }
        }
        Known::NotHeld
    }

    /// Figures that are not 0 of one period, in the newest release that speaks of it: how many, and their codes.
    fn rows(&self, period: i32) -> Option<BTreeMap<&str, i128>> {
        for (cover, decoded, extent) in &self.vintages {
            if extent.joint_of(period) != self.extent.joint_of(period) {
                continue;
            }
            let (rows, spans) = if cover.finals.touches(period, period) {
                (&decoded.finals, &cover.finals)
            } else {
                (&decoded.preliminary, &cover.preliminary)
            };
            if !spans.touches(period, period) {
                continue;
            }
            let mut found = BTreeMap::new();
            for (place, code) in rows.codes.iter().enumerate() {
                for figure in rows.of(place, period, period) {
                    *found.entry(code.as_str()).or_insert(0) += i128::from(figure.value);
                }
            }
            return Some(found);
        }
        None
    }

    /// The last period before this one that is held.
    fn last_before(&self, period: i32) -> Option<i32> {
        let spans = self.vintages.iter().flat_map(|(cover, ..)| {
            let (f, p) = (&cover.finals, &cover.preliminary);
            f.all.iter().chain(&f.rows).chain(&p.all).chain(&p.rows)
        });
        spans.filter(|(first, _)| *first < period).map(|(_, last)| (*last).min(period - 1)).max()
    }
}

/// Says how a release differs from what is held, and refuses a file that was cut.
pub(super) fn compare(
    files: &dyn Files,
    source: &SourceFile,
    holdings: &Holdings,
    new: &Vintage,
    name: &str,
    end: End,
    notes: &mut Vec<IngestNote>,
) -> Result<(), IngestError> {
    let own = covers(&new.published.to_string(), &new.coverage, source.source.frequency)?;
    let held: Vec<&Held> = holdings
        .vintages
        .iter()
        .rev()
        .filter(|h| h.withdrawal.is_none() && h.stated.date <= new.date)
        .filter(|h| h.stated.content_sha256 != new.content_sha256)
        .collect();
    if held.is_empty() && new.rows.len() > MOST_TO_LOOK_AT {
        return Ok(());
    }
    let extent =
        Extent::read(1, &new.joint, source.source.frequency).unwrap_or_else(|| Extent::new(1, Vec::new()));
    for mut table in tables(source, new, &own, end) {
        missing_sums(source, &table, notes);
        let Some(before) = before(files, source, &held, &mut table, extent.clone())? else { continue };
        let seen = Comparison { source, table: &table, before: &before };
        if before.vintages.is_empty() {
            seen.grows(notes);
            continue;
        }
        seen.cells(name, end, notes)?;
        if !end.revising {
            seen.fewer(name, end, notes)?;
        }
        seen.scale_of_new_periods(notes);
        if !seen.sums_of_held(notes) {
            seen.grows(notes);
        }
    }
    Ok(())
}

/// Sums since the beginning of a year do not fall within it, where nothing can be below zero.
pub(super) fn refuse_falling(source: &SourceFile, new: &Vintage, name: &str) -> Result<(), IngestError> {
    let Some(month_and_day) = source.source.cumulative else { return Ok(()) };
    let frequency = source.source.frequency;
    let restart = Restart { frequency, month_and_day };
    let end = End { revising: false, ends_a_line: true, last_line: 0 };
    for table in tables(source, new, &HashMap::new(), end) {
        if !source.source.flow(table.flow).is_some_and(|f| f.non_negative) {
            continue;
        }
        let known = table.cells.iter().filter_map(|c| Some((c, c.value?)));
        let known: Vec<(&Cell, i128)> = known.collect();
        for pair in known.windows(2) {
            if let [(a, before), (b, after)] = pair
                && a.code == b.code
                && restart.beginning(a.period) == restart.beginning(b.period)
                && after < before
            {
                return Err(IngestError::Input {
                    place: Place::line(name, b.line),
                    problem: format!(
                        "{} falls from {} to {} within a year, from which its figures are declared to be sums",
                        table.code(b),
                        frequency.point(a.period),
                        frequency.point(b.period)
                    ),
                    remedy: format!("check `cumulative` in {}", source.file_name),
                });
            }
        }
    }
    Ok(())
}

/// Codes with a sum since the beginning of a year that have none in a later period of it, of which the release states all
/// codes: where nothing can be below zero, a sum does not fall to nothing.
fn missing_sums(source: &SourceFile, table: &Table<'_>, notes: &mut Vec<IngestNote>) {
    let Some(month_and_day) = source.source.cumulative else { return };
    if !source.source.flow(table.flow).is_some_and(|f| f.non_negative) {
        return;
    }
    let frequency = source.source.frequency;
    let restart = Restart { frequency, month_and_day };
    let mut told: BTreeMap<i32, BTreeSet<&str>> = BTreeMap::new();
    for cell in &table.cells {
        told.entry(cell.period).or_default().insert(table.code(cell));
    }
    let (mut count, mut first) = (0u64, None);
    for of_code in table.cells.chunk_by(|a, b| a.code == b.code) {
        let Some(begun) = of_code.iter().find(|c| c.value != Some(0)) else { continue };
        let code = table.code(begun);
        for &period in table.all.range(begun.period..) {
            let before = of_code.iter().rev().find(|c| c.period < period && c.value != Some(0));
            let Some(before) = before.filter(|b| restart.beginning(b.period) == restart.beginning(period))
            else {
                continue;
            };
            let there = told.get(&period).is_some_and(|codes| {
                (0..=code.len()).filter_map(|end| code.get(..end)).any(|c| codes.contains(c))
                    || codes.range(code..).next().is_some_and(|c| c.starts_with(code))
            });
            if !there {
                count += 1;
                first.get_or_insert((code, before.period, period));
            }
        }
    }
    let Some((code, before, period)) = first else { return };
    notes.push(IngestNote::new(
        NoteCode::SumMissing,
        format!(
            "{} with {}: {} since the beginning of a year are not there in a period after one that has them (first: {code} of \
             {}, which {} has): a sum does not fall to nothing, so they count as not known, not as 0",
            table.flow,
            table.partner,
            counted(count, "sum"),
            frequency.point(period),
            frequency.point(before)
        ),
    ));
}

/// The figures of a release by flow and partner, each in money, or in its own dimension where it has none.
fn tables<'a>(
    source: &SourceFile,
    new: &'a Vintage,
    own: &HashMap<(Stage, Party), Cover>,
    end: End,
) -> Vec<Table<'a>> {
    let mut out: Vec<Table<'a>> = Vec::new();
    for rows in new.rows.chunk_by(|a, b| (a.partner, a.flow) == (b.partner, b.flow)) {
        let Some(first) = rows.first() else { continue };
        let dimension = rows.iter().find_map(|r| r.quantity.filter(|_| r.value.is_none()).map(|(_, d)| d));
        let money = rows.iter().any(|r| r.value.is_some());
        let amount = |r: &Row| match dimension {
            Some(dimension) if !money => {
                r.quantity.filter(|(_, d)| *d == dimension).map(|(q, _)| i128::from(q))
            }
            _ => r.value.map(i128::from),
        };
        let mut cells: Vec<Cell> = Vec::new();
        for figure in rows.chunk_by(|a, b| key(a) == key(b)) {
            let Some(row) = figure.first() else { continue };
            let value = figure.iter().map(amount).try_fold(0i128, |sum, v| Some(sum + v?));
            let last_line = figure.iter().any(|r| r.line == end.last_line);
            // Final rows come before preliminary ones of one code and period, and count.
            if cells.last().is_none_or(|c| (c.code, c.period) != (row.code, row.period)) {
                cells.push(Cell { code: row.code, period: row.period, value, line: row.line, last_line });
            }
        }
        let mut all = BTreeSet::new();
        if let Some(cover) = own.get(&(first.flow, first.partner)) {
            for (a, b) in cover.finals.all.iter().chain(&cover.preliminary.all) {
                all.extend(*a..=*b);
            }
        }
        let money = money.then_some(Dimension::Money(source.source.basis.currency));
        let Some(dimension) = money.or(dimension) else { continue };
        out.push(Table {
            flow: first.flow,
            partner: first.partner,
            dimension,
            scale: scale_now(source, dimension),
            codes: &new.codes,
            cells,
            all,
        });
    }
    out
}

/// The decimals in which figures of a dimension are read now.
fn scale_now(source: &SourceFile, dimension: Dimension) -> u32 {
    if matches!(dimension, Dimension::Money(_)) { source.decimals } else { source.quantity_decimals }
}

/// What is held of one flow with one partner, the newest first, and the release at the same scale; none where a figure is too
/// large for that.
fn before(
    files: &dyn Files,
    source: &SourceFile,
    held: &[&Held],
    table: &mut Table<'_>,
    extent: Extent,
) -> Result<Option<Before>, StoreError> {
    let wanted = Wanted { all: true, ..Wanted::default() };
    let mut vintages = Vec::new();
    let touching = || held.iter().filter_map(|h| Some((h, h.covers.get(&(table.flow, table.partner))?)));
    let finest = touching().map(|(h, _)| h.scale(source, table.dimension)).max().unwrap_or(table.scale);
    let scale = finest.max(table.scale);
    for (held, cover) in touching() {
        let path = manifest::data(&source.source.id, &held.stated.data_sha256);
        let scan = Scan {
            flow: table.flow,
            partner: table.partner,
            dimension: table.dimension,
            wanted: &wanted,
            threads: 1,
        };
        let mut decoded = parquet_file::scan(files, &path, &held.stated, &scan)
            .map_err(|e| StoreError::damaged(&path, e))?;
        let up = scale - held.scale(source, table.dimension);
        if up > 0 && !decoded.finer(up) {
            return Ok(None);
        }
        vintages.push((cover.clone(), decoded, held.extent.clone()));
    }
    let times = 10i128.checked_pow(scale - table.scale);
    for cell in &mut table.cells {
        let finer = cell.value.map(|v| times.and_then(|t| v.checked_mul(t)));
        if finer == Some(None) {
            return Ok(None);
        }
        cell.value = finer.flatten();
    }
    table.scale = scale;
    Ok(Some(Before { vintages, extent }))
}

/// One release and what is held before it.
struct Comparison<'a> {
    source: &'a SourceFile,
    table: &'a Table<'a>,
    before: &'a Before,
}

impl Comparison<'_> {
    fn frequency(&self) -> Frequency {
        self.source.source.frequency
    }

    fn shown(&self, value: i128) -> String {
        Exact::scaled(value, self.table.scale).plain()
    }

    fn what(&self) -> String {
        format!("{} with {}", self.table.flow, self.table.partner)
    }

    /// What is new, revised and gone.
    fn cells(&self, name: &str, end: End, notes: &mut Vec<IngestNote>) -> Result<(), IngestError> {
        let (mut new, mut revised, mut gone) = (0u64, 0u64, 0u64);
        let mut largest: Option<(i128, i128, &str, i32)> = None;
        let mut first_gone: Option<(&str, i32)> = None;
        let mut powers: BTreeMap<i32, u64> = BTreeMap::new();
        let mut both = 0u64;
        for cell in &self.table.cells {
            let (code, period) = (self.table.code(cell), &cell.period);
            match (self.before.of(code, *period), cell.value) {
                (Known::NotHeld, Some(_)) | (Known::Unknown, Some(_)) => new += 1,
                (Known::Absent, Some(value)) => new += u64::from(value != 0),
                (Known::Figure(held), Some(value)) => {
                    if held != 0 && value != 0 {
                        both += 1;
                        if let Some(power) = power_of_ten(held, value) {
                            *powers.entry(power).or_default() += 1;
                        }
                    }
                    if held == value {
                        continue;
                    }
                    if !end.ends_a_line && cell.last_line && is_cut(held, value) {
                        return Err(cut(
                            name,
                            end,
                            format!(
                                "the file ends without a line end, in a figure whose digits are the first of the one that \
                                 is held: {} of {} is {} here, {} is held",
                                code,
                                self.frequency().point(*period),
                                self.shown(value),
                                self.shown(held)
                            ),
                        ));
                    }
                    revised += 1;
                    if larger(&largest, held, value) {
                        largest = Some((held, value, code, *period));
                    }
                }
                (Known::Figure(held), None) if held != 0 => {
                    gone += 1;
                    first_gone.get_or_insert((code, *period));
                }
                _ => {}
            }
        }
        for period in &self.table.all {
            for (code, held) in self.before.rows(*period).into_iter().flatten() {
                if held != 0 && self.table.get(code, *period).is_none() {
                    gone += 1;
                    first_gone.get_or_insert((code, *period));
                }
            }
        }
        let what = self.what();
        if new > 0 && (revised > 0 || gone > 0 || new < self.table.cells.len() as u64) {
            notes.push(IngestNote::new(
                NoteCode::New,
                format!("{what}: {} for codes and periods that were not held", counted(new, "figure")),
            ));
        }
        if revised > 0 {
            let largest = match largest {
                Some((held, value, code, period)) => format!(
                    "; the largest change is by a factor of {} ({code} of {}: {} held, {} now)",
                    factor(held, value),
                    self.frequency().point(period),
                    self.shown(held),
                    self.shown(value)
                ),
                None => String::new(),
            };
            notes.push(IngestNote::new(
                NoteCode::Revised,
                format!(
                    "{what}: {} from what is held{largest}",
                    if revised == 1 {
                        "1 figure differs".to_owned()
                    } else {
                        format!("{revised} figures differ")
                    }
                ),
            ));
        }
        if let Some((code, period)) = first_gone {
            notes.push(IngestNote::new(
                NoteCode::Gone,
                format!(
                    "{what}: {} that are held are not in this release, though it speaks of their periods (first: {code} of {})",
                    counted(gone, "figure"),
                    self.frequency().point(period)
                ),
            ));
        }
        if let Some((power, count)) = powers.into_iter().max_by_key(|(_, count)| *count)
            && power != 0
            && count * 2 > both
        {
            notes.push(IngestNote::new(
                NoteCode::PowerOfTen,
                format!(
                    "{what}: {count} of {} with a figure held too are {} the held ones: check the unit in {}",
                    counted(both, "figure"),
                    times(power),
                    self.source.file_name
                ),
            ));
        }
        Ok(())
    }

    /// Periods of which fewer codes have a figure than are held.
    fn fewer(&self, name: &str, end: End, notes: &mut Vec<IngestNote>) -> Result<(), IngestError> {
        let mut now: BTreeMap<i32, u64> = BTreeMap::new();
        for cell in &self.table.cells {
            *now.entry(cell.period).or_default() += u64::from(cell.value.is_some_and(|v| v != 0));
        }
        let mut fewer = Vec::new();
        for (period, count) in &now {
            let counting = |rows: BTreeMap<&str, i128>| rows.into_values().filter(|v| *v != 0).count() as u64;
            if let Some(held) = self.before.rows(*period).map(counting) {
                if *count < held {
                    fewer.push((*period, *count, held, *period));
                }
            } else if let Some(last) = self.before.last_before(*period)
                && let Some(held) = self.before.rows(last).map(counting)
                && count.saturating_mul(2) < held
            {
                fewer.push((*period, *count, held, last));
            }
        }
        let Some((period, count, held, of)) = fewer.first().copied() else { return Ok(()) };
        let (point, of) = (self.frequency().point(period), self.frequency().point(of));
        let text = format!(
            "{}: {} of {point} with a figure; {held} are held of {of}",
            self.what(),
            counted(count, "code")
        );
        if !end.ends_a_line && fewer.iter().any(|(p, _, _, held)| p == held) {
            return Err(cut(
                name,
                end,
                format!("the file ends without a line end and has fewer rows than before: {text}"),
            ));
        }
        let more = if fewer.len() > 1 {
            format!("; {} in all", counted(fewer.len() as u64, "period"))
        } else {
            String::new()
        };
        notes.push(IngestNote::new(NoteCode::FewerRows, format!("{text}{more}")));
        Ok(())
    }

    /// Whether periods that were not held are on another scale than the one before them, over the codes of both.
    fn scale_of_new_periods(&self, notes: &mut Vec<IngestNote>) {
        let periods: BTreeSet<i32> = self.table.cells.iter().map(|c| c.period).collect();
        for period in periods {
            if self.before.rows(period).is_some() {
                continue;
            }
            let Some(last) = self.before.last_before(period) else { continue };
            let (mut held, mut now) = (0i128, 0i128);
            for (code, before) in self.before.rows(last).into_iter().flatten() {
                if let Some(Cell { value: Some(value), .. }) = self.table.get(code, period)
                    && *value != 0
                    && before != 0
                {
                    held = held.saturating_add(before.saturating_abs());
                    now = now.saturating_add(value.saturating_abs());
                }
            }
            let (most, least) = (held.max(now), held.min(now));
            if least > 0 && most / least >= 50 {
                notes.push(IngestNote::new(
                    NoteCode::PowerOfTen,
                    format!(
                        "{}: the figures of {} are {} those of {} for the same codes, by a factor of {}: check the unit in {}",
                        self.what(),
                        self.frequency().point(period),
                        if now > held { "larger than" } else { "smaller than" },
                        self.frequency().point(last),
                        factor(held, now),
                        self.source.file_name
                    ),
                ));
                return;
            }
        }
    }

    /// Whether figures are the sums of those held since the beginning of a year.
    fn sums_of_held(&self, notes: &mut Vec<IngestNote>) -> bool {
        let Some(of_year) = periods_of_year(self.frequency()) else { return false };
        if self.source.source.cumulative.is_some() {
            return false;
        }
        for restart in 0..of_year {
            let (mut alike, mut tried) = (0u64, 0u64);
            let mut largest = (1i128, 1i128);
            for cell in &self.table.cells {
                let (code, period) = (self.table.code(cell), &cell.period);
                let since = (period - restart).rem_euclid(of_year);
                let Some(value) = cell.value.filter(|v| since > 0 && *v > 0) else { continue };
                let mut sum = Some(0i128);
                for earlier in period - since..*period {
                    sum = match (sum, self.before.of(code, earlier)) {
                        (Some(sum), Known::Figure(held)) => sum.checked_add(held),
                        (Some(sum), Known::Absent) => Some(sum),
                        _ => None,
                    };
                }
                let Some(sum) = sum.filter(|s| *s > 0) else { continue };
                match self.before.of(code, *period) {
                    Known::Figure(own) if own > 0 => {
                        tried += 1;
                        let whole = sum.saturating_add(own);
                        if value.saturating_sub(whole).saturating_abs().saturating_mul(20) <= whole {
                            alike += 1;
                            if value.saturating_mul(largest.0) > largest.1.saturating_mul(own) {
                                largest = (own, value);
                            }
                        }
                    }
                    // Of a new period: no less than all before it of three periods or more.
                    Known::NotHeld if since >= 3 => {
                        tried += 1;
                        if value >= sum && value <= sum.saturating_mul(2) {
                            alike += 1;
                            let own = sum / i128::from(since);
                            if own > 0 && value.saturating_mul(largest.0) > largest.1.saturating_mul(own) {
                                largest = (own, value);
                            }
                        }
                    }
                    _ => {}
                }
            }
            if alike > 0 && alike * 2 > tried {
                notes.push(IngestNote::new(
                    NoteCode::YearToDate,
                    format!(
                        "{}: {} of {tried} are about the sums of the held ones since {}, up to {} times the figure of one \
                         period: sums since the beginning of a year? If so, declare `cumulative` in a source of their own",
                        self.what(),
                        counted(alike, "figure"),
                        self.beginning(restart),
                        factor(largest.0, largest.1)
                    ),
                ));
                return true;
            }
        }
        false
    }

    /// Whether no figure of the release falls from period to period within a year, while all of them grow.
    fn grows(&self, notes: &mut Vec<IngestNote>) {
        let Some(of_year) = periods_of_year(self.frequency()) else { return };
        if self.source.source.cumulative.is_some() {
            return;
        }
        for restart in 0..of_year {
            // By year: first and last figure, over all codes, and how many periods.
            let (mut rising, mut all, mut falls_after) = (0u64, 0u64, true);
            let (mut first, mut last, mut length) = (0i128, 0i128, 0);
            for of_code in self.table.cells.chunk_by(|a, b| a.code == b.code) {
                let mut years: BTreeMap<i32, Vec<i128>> = BTreeMap::new();
                for cell in of_code {
                    if let Some(value) = cell.value {
                        years.entry((cell.period - restart).div_euclid(of_year)).or_default().push(value);
                    }
                }
                let ends: Vec<(i128, i128)> =
                    years.values().filter_map(|v| Some((*v.first()?, *v.last()?))).collect();
                falls_after &= ends.windows(2).all(|pair| matches!(pair, [a, b] if b.0 < a.1 || a.1 == 0));
                for values in years.values().filter(|v| v.len() >= 4 && v.iter().any(|x| *x > 0)) {
                    all += 1;
                    rising += u64::from(values.windows(2).all(|p| matches!(p, [a, b] if a <= b)));
                    first = first.saturating_add(values.first().copied().unwrap_or(0));
                    last = last.saturating_add(values.last().copied().unwrap_or(0));
                    length = length.max(i128::try_from(values.len()).unwrap_or(0));
                }
            }
            if all > 0
                && rising * 10 >= all * 9
                && falls_after
                && first > 0
                && last.saturating_mul(2) >= first.saturating_mul(length)
            {
                notes.push(IngestNote::new(
                    NoteCode::YearToDate,
                    format!(
                        "{}: figures never fall within a year from {} on and grow {} times: sums since the beginning of a \
                         year? If so, declare `cumulative`",
                        self.what(),
                        self.beginning(restart),
                        factor(first, last)
                    ),
                ));
                return;
            }
        }
    }

    /// The word for the period of a year at which sums begin.
    fn beginning(&self, restart: i32) -> String {
        let ordinal = restart + periods_of_year(self.frequency()).unwrap_or(1) * 2000;
        match self.frequency() {
            Frequency::Monthly => self.frequency().point(ordinal).start().strftime("%B").to_string(),
            _ => format!("quarter {}", restart + 1),
        }
    }
}

/// Periods of a year where sums since its beginning are usual.
fn periods_of_year(frequency: Frequency) -> Option<i32> {
    match frequency {
        Frequency::Monthly => Some(12),
        Frequency::Quarterly => Some(4),
        Frequency::Annual | Frequency::Daily => None,
    }
}

/// The power of ten by which two figures differ, within a twentieth of it; 0 if they are alike.
fn power_of_ten(held: i128, value: i128) -> Option<i32> {
    let near = |a: i128, b: i128| {
        a.checked_sub(b)
            .and_then(|d| d.checked_abs()?.checked_mul(20))
            .is_some_and(|d| d <= b.saturating_abs())
    };
    let mut scale = 1i128;
    for power in 0..=12 {
        if held.checked_mul(scale).is_some_and(|h| near(value, h)) {
            return Some(power);
        }
        if value.checked_mul(scale).is_some_and(|v| near(v, held)) {
            return Some(-power);
        }
        scale = scale.checked_mul(10)?;
    }
    None
}

fn times(power: i32) -> String {
    let zeros = "0".repeat(usize::try_from(power.unsigned_abs()).unwrap_or(0));
    if power > 0 { format!("about 1{zeros} times") } else { format!("about 1/1{zeros} of") }
}

/// Whether a figure's digits are the first digits of another.
fn is_cut(held: i128, value: i128) -> bool {
    let (held, value) = (held.saturating_abs(), value.saturating_abs());
    let mut rest = held / 10;
    while rest > value && rest > 0 {
        rest /= 10;
    }
    value > 0 && rest == value
}

/// By how much two figures differ, with two decimals.
fn factor(held: i128, value: i128) -> String {
    if (held < 0) != (value < 0) {
        return "unlike signs".to_owned();
    }
    let (held, value) = (held.saturating_abs(), value.saturating_abs());
    let (most, least) = (held.max(value), held.min(value));
    Exact::integer(most)
        .checked_div(&Exact::integer(least))
        .map_or("any number (from or to 0)".to_owned(), |f| trimmed(&f.round_to(2)))
}

fn trimmed(text: &str) -> String {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text.to_owned()
    }
}

/// Whether a change is larger than the largest so far, by its factor.
fn larger(largest: &Option<(i128, i128, &str, i32)>, held: i128, value: i128) -> bool {
    let ends = |a: i128, b: i128| {
        (a.saturating_abs().max(b.saturating_abs()), a.saturating_abs().min(b.saturating_abs()))
    };
    let Some((a, b, ..)) = largest else { return true };
    let ((most, least), (before, under)) = (ends(held, value), ends(*a, *b));
    most.saturating_mul(under) > before.saturating_mul(least)
}

fn cut(name: &str, end: End, problem: String) -> IngestError {
    IngestError::Input {
        place: Place::line(name, end.last_line),
        problem,
        remedy: "the file was cut: download it again; if it is whole, end its last line in a copy".to_owned(),
    }
}
