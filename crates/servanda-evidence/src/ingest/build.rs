//! From rows to vintages: order, refused duplicates, and what each vintage covers.

use super::joined::Joined;
use super::joint::{self, LeftOut, Spans};
use super::read::{Part, Row};
use crate::describe::{CodeFrom, Covers, Duplicates, FileDescription, PeriodFrom};
use crate::error::{IngestError, Place};
use crate::manifest::{Block, Joint};
use crate::published::PublishedArg;
use crate::source_file::SourceFile;
use servanda_core::{Date, Party, Period, Stage};
use servanda_files::hex;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// One vintage, ready to be written. Rows are in order of partner, flow, code, period and finality, and their codes
/// are places in `codes`, which is in order.
pub(crate) struct Vintage {
    pub published: PublishedArg,
    pub date: Date,
    pub order: String,
    pub codes: Vec<String>,
    pub rows: Vec<Row>,
    pub coverage: Vec<Block>,
    /// In order.
    pub joint: Vec<Joint>,
    pub content_sha256: String,
}

/// What one description states in one release. Rows and codes are as in [`Vintage`].
pub(super) struct Stated<'a> {
    pub file: &'a FileDescription,
    pub codes: Vec<String>,
    pub rows: Vec<Row>,
    pub covers: Covered,
    pub joined: Joined,
    /// The joint figures among the rows.
    pub joint: Spans,
    pub left_out: LeftOut,
}

/// Periods with final figures of all codes, final ones of the codes that have a row, and preliminary ones alike.
#[derive(Default)]
pub(super) struct Cover {
    pub final_all: BTreeSet<i32>,
    pub final_rows: BTreeSet<i32>,
    pub preliminary_all: BTreeSet<i32>,
    pub preliminary_rows: BTreeSet<i32>,
}

pub(super) type Covered = BTreeMap<(Stage, Party), Cover>;

pub(crate) struct Builder<'a> {
    pub source: &'a SourceFile,
    pub file: &'a FileDescription,
    pub name: &'a str,
    pub partial: bool,
}

impl Builder<'_> {
    pub(super) fn fault(&self, line: u64, problem: String, remedy: &str) -> IngestError {
        IngestError::Input { place: Place::line(self.name, line), problem, remedy: remedy.to_owned() }
    }

    /// What the description states in one release of the file.
    pub(super) fn state(
        &self,
        part: &Part,
        published: &PublishedArg,
        mut rows: Vec<Row>,
    ) -> Result<Stated<'_>, IngestError> {
        let date = published.date(&self.source.zone);
        let frequency = self.source.source.frequency;
        if let Some(last) = rows.iter().filter(|r| !r.left_out).map(|r| r.period).max() {
            for row in rows.iter_mut().filter(|r| r.maybe_preliminary && r.period == last) {
                row.preliminary = true;
            }
        }
        let spans = joint::spans(self.file, &rows);
        let first = |r: &Row| spans.get(&r.period).filter(|_| r.joint).map_or(r.period, |(first, _)| *first);
        let begins = |r: &Row| frequency.point(first(r) - self.days_before()).start();
        if let Some(row) = rows.iter().find(|r| begins(r) > date) {
            return Err(self.fault(
                row.line,
                format!("{} had not begun when it was published ({date})", frequency.point(row.period)),
                "check the date of publication and the period",
            ));
        }
        let codes = self.order(&part.codes, &mut rows);
        let left_out = joint::beside_their_parts(&mut rows, &spans);
        joint::refuse_mixed(self, &codes, &rows)?;
        let joint = joint::spans(self.file, &rows);
        self.stand_in(&mut rows);
        self.refuse_duplicates(&codes, &rows)?;
        let joined = self.joined(&codes, &rows)?;
        self.refuse_nested(&codes, &rows)?;
        self.refuse_total_of_names(&codes, &rows)?;
        let covers = self.covers(&rows, &joint);
        Ok(Stated { file: self.file, codes, rows, covers, joined, joint, left_out })
    }

    /// A row that is kept stands for one of the same figure that `where` left out, unless rows are parts of figures.
    fn stand_in(&self, rows: &mut Vec<Row>) {
        let sums = self.file.duplicates != Duplicates::Refuse;
        // Those that are left out come after those that are kept.
        let mut last: Option<(Party, Stage, u32, i32, bool)> = None;
        let mut last_left_out = false;
        rows.retain(|row| {
            let again = last == Some(key(row));
            let keep = !row.left_out || !again || (sums && !last_left_out);
            last = Some(key(row));
            last_left_out = row.left_out;
            keep
        });
    }

    /// Sorts rows and gives the codes that they use, in order.
    fn order(&self, all: &[String], rows: &mut [Row]) -> Vec<String> {
        let mut used = vec![false; all.len()];
        for row in rows.iter() {
            if let Some(used) = used.get_mut(row.code as usize) {
                *used = true;
            }
        }
        let mut named: Vec<(&str, usize)> =
            all.iter().map(String::as_str).zip(0..).filter(|(_, n)| used.get(*n) == Some(&true)).collect();
        named.sort_unstable();
        let mut ranks = vec![0; all.len()];
        for ((_, number), rank) in named.iter().zip(0u32..) {
            if let Some(place) = ranks.get_mut(*number) {
                *place = rank;
            }
        }
        for row in rows.iter_mut() {
            row.code = ranks.get(row.code as usize).copied().unwrap_or(0);
        }
        let figures = |r: &Row| (r.left_out, r.value, r.quantity.map(|(q, d)| (d, q)), r.line);
        rows.sort_unstable_by(|a, b| key(a).cmp(&key(b)).then_with(|| figures(a).cmp(&figures(b))));
        named.into_iter().map(|(code, _)| code.to_owned()).collect()
    }

    fn refuse_duplicates(&self, codes: &[String], rows: &[Row]) -> Result<(), IngestError> {
        if self.file.duplicates != Duplicates::Refuse {
            return Ok(());
        }
        for pair in rows.windows(2) {
            if let [a, b] = pair
                && key(a) == key(b)
            {
                let (first, second) = (a.line.min(b.line), a.line.max(b.line));
                return Err(self.fault(
                    second,
                    format!(
                        "{} {} with {} of {} is there again: it is on line {first} too",
                        a.flow,
                        codes.get(a.code as usize).map_or("", String::as_str),
                        a.partner,
                        self.source.source.frequency.point(a.period)
                    ),
                    "take one out, or declare duplicates = \"sum\" if both are parts of one figure",
                ));
            }
        }
        Ok(())
    }

    /// A heading beside its own parts would count the same trade twice. What has no figure counts nothing.
    pub(super) fn refuse_nested(&self, codes: &[String], rows: &[Row]) -> Result<(), IngestError> {
        let total = self.source.source.total.as_deref();
        let pairs = nested_pairs(codes, total);
        if pairs.is_empty() {
            return Ok(());
        }
        let involved: HashSet<u32> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
        let mut lines: HashMap<(Party, Stage, u32, i32, bool), u64> = HashMap::new();
        for row in rows.iter().filter(|r| r.has_figure() && involved.contains(&r.code)) {
            lines.insert((row.partner, row.flow, row.code, row.period, row.preliminary), row.line);
        }
        for (coarse, fine) in pairs {
            let mut cells: Vec<_> = lines.iter().filter(|(key, _)| key.2 == coarse).collect();
            cells.sort();
            for ((partner, flow, _, period, preliminary), line) in cells {
                if let Some(other) = lines.get(&(*partner, *flow, fine, *period, *preliminary)) {
                    let code = |n: u32| codes.get(n as usize).map_or("", String::as_str);
                    return Err(self.fault(
                        *line.max(other),
                        format!(
                            "`{}` on line {line} contains `{}` on line {other}: the same trade would count twice",
                            code(coarse),
                            code(fine)
                        ),
                        "keep one level with `where`, or make each level a source of its own",
                    ));
                }
            }
        }
        Ok(())
    }

    fn days_before(&self) -> i32 {
        match &self.file.period {
            PeriodFrom::Column { days, .. } => i32::from(*days) - 1,
            PeriodFrom::Constant(_) => 0,
        }
    }

    fn covers(&self, rows: &[Row], joint: &Spans) -> Covered {
        // Periods of final and of preliminary rows; of a period of which every row was left out nothing more is said.
        let mut periods: BTreeMap<(Stage, Party), [BTreeSet<i32>; 3]> = BTreeMap::new();
        let mut seen: HashSet<(Stage, Party, i32, bool, bool)> = HashSet::new();
        for row in rows {
            if !seen.insert((row.flow, row.partner, row.period, row.preliminary, row.left_out)) {
                continue;
            }
            let sets = periods.entry((row.flow, row.partner)).or_default();
            // A figure of a week stands on its last day and covers the days before it too; a joint figure alike.
            let first = joint.get(&row.period).map_or(row.period - self.days_before(), |(first, _)| *first);
            let covered = first..=row.period;
            let [kept, finals, preliminary] = sets;
            if !row.left_out {
                kept.extend(covered.clone());
            }
            if row.preliminary { preliminary } else { finals }.extend(covered);
        }
        let one_code = matches!(self.file.code, CodeFrom::Constant(_));
        let full = |covers: Covers| covers == Covers::Full && !self.partial && !one_code;
        let (final_full, preliminary_full) = (full(self.file.coverage), full(self.file.preliminary_coverage));
        periods
            .into_iter()
            .map(|(key, [kept, finals, preliminary])| {
                let (final_all, final_rows) =
                    finals.into_iter().partition(|p| final_full && kept.contains(p));
                let (preliminary_all, preliminary_rows) =
                    preliminary.into_iter().partition(|p| preliminary_full && kept.contains(p));
                (key, Cover { final_all, final_rows, preliminary_all, preliminary_rows })
            })
            .collect()
    }
}

/// The vintage of one release, from what each description states of it.
pub(super) fn vintage(
    builder: &Builder<'_>,
    published: PublishedArg,
    order: &str,
    codes: Vec<String>,
    rows: Vec<Row>,
    (covers, joint): (Covered, Spans),
) -> Vintage {
    let frequency = builder.source.source.frequency;
    let stretch = |set: &BTreeSet<i32>| {
        let ordinals: Vec<i32> = set.iter().copied().collect();
        stretches(&ordinals, |o| frequency.point(o))
    };
    let coverage: Vec<Block> = covers
        .into_iter()
        .map(|((flow, partner), cover)| {
            let preliminary: BTreeSet<i32> =
                cover.preliminary_all.union(&cover.preliminary_rows).copied().collect();
            // A month that is final for some codes and preliminary for others is final for its own rows alone.
            let (all, mixed): (BTreeSet<i32>, BTreeSet<i32>) =
                cover.final_all.iter().copied().partition(|p| !preliminary.contains(p));
            let rows = cover.final_rows.union(&mixed).copied().filter(|p| !all.contains(p)).collect();
            let preliminary_rows =
                cover.preliminary_rows.difference(&cover.preliminary_all).copied().collect();
            Block {
                flow,
                partner,
                final_all: stretch(&all),
                final_rows: stretch(&rows),
                preliminary_all: stretch(&cover.preliminary_all),
                preliminary_rows: stretch(&preliminary_rows),
            }
        })
        .collect();
    let joint: Vec<Joint> = joint
        .into_iter()
        .map(|(last, (first, label))| Joint {
            of: Period { from: frequency.point(first), to: frequency.point(last) },
            label,
        })
        .collect();
    let content_sha256 = content(&codes, &rows, &coverage, &joint);
    let date = published.date(&builder.source.zone);
    Vintage { published, date, order: order.to_owned(), codes, rows, coverage, joint, content_sha256 }
}

pub(super) fn key(row: &Row) -> (Party, Stage, u32, i32, bool) {
    (row.partner, row.flow, row.code, row.period, row.preliminary)
}

/// Runs of neighbours as periods.
pub(crate) fn stretches(ordinals: &[i32], point: impl Fn(i32) -> servanda_core::Point) -> Vec<Period> {
    let mut out: Vec<(i32, i32)> = Vec::new();
    for ordinal in ordinals {
        match out.last_mut() {
            Some((_, last)) if *last + 1 == *ordinal => *last = *ordinal,
            _ => out.push((*ordinal, *ordinal)),
        }
    }
    out.into_iter().map(|(a, b)| Period { from: point(a), to: point(b) }).collect()
}

/// Pairs of codes of which the first is the beginning of the second, from codes in order.
fn nested_pairs(codes: &[String], total: Option<&str>) -> Vec<(u32, u32)> {
    let mut pairs = Vec::new();
    let mut open: Vec<(u32, &str)> = Vec::new();
    for (number, code) in (0u32..).zip(codes) {
        if Some(code.as_str()) == total {
            continue;
        }
        while open.last().is_some_and(|(_, start)| !code.starts_with(start)) {
            open.pop();
        }
        pairs.extend(open.iter().map(|(start, _)| (*start, number)));
        open.push((number, code));
    }
    pairs
}

/// A hash over what a vintage says, in a form that no library decides.
fn content(codes: &[String], rows: &[Row], coverage: &[Block], joint: &[Joint]) -> String {
    let mut content = Content::new(codes.iter().map(String::as_str), codes.len());
    for row in rows {
        let unit = row.quantity.map(|(quantity, dimension)| (quantity, dimension.base_unit()));
        content.row(&Figures {
            partner: row.partner.as_str(),
            flow: row.flow.as_str(),
            code: row.code,
            period: row.period,
            value: row.value,
            quantity: unit.as_ref().map(|(quantity, unit)| (*quantity, unit.as_str())),
            preliminary: row.preliminary,
        });
    }
    content.finish(coverage, joint)
}

/// A row as it is hashed; `code` is its place among the codes in order.
pub(crate) struct Figures<'a> {
    pub partner: &'a str,
    pub flow: &'a str,
    pub code: u32,
    pub period: i32,
    pub value: Option<i64>,
    pub quantity: Option<(i64, &'a str)>,
    pub preliminary: bool,
}

/// The hash of what a vintage says, row by row.
pub(crate) struct Content {
    hasher: Sha256,
    buffer: Vec<u8>,
}

impl Content {
    /// Begins with all codes, in order.
    pub fn new<'a>(codes: impl Iterator<Item = &'a str>, count: usize) -> Self {
        let mut hasher = Sha256::new();
        hasher.update((count as u64).to_le_bytes());
        for code in codes {
            hasher.update((code.len() as u64).to_le_bytes());
            hasher.update(code.as_bytes());
        }
        Self { hasher, buffer: Vec::with_capacity(64 * 1024) }
    }

    /// Adds the next row.
    pub fn row(&mut self, row: &Figures<'_>) {
        let buffer = &mut self.buffer;
        buffer.extend_from_slice(row.partner.as_bytes());
        buffer.extend_from_slice(row.flow.as_bytes());
        buffer.push(0);
        buffer.extend_from_slice(&row.code.to_le_bytes());
        buffer.extend_from_slice(&row.period.to_le_bytes());
        buffer.push(u8::from(row.preliminary));
        buffer.push(u8::from(row.value.is_some()));
        buffer.extend_from_slice(&row.value.unwrap_or(0).to_le_bytes());
        let (quantity, unit) = row.quantity.unwrap_or((0, "-"));
        buffer.extend_from_slice(&quantity.to_le_bytes());
        buffer.extend_from_slice(unit.as_bytes());
        buffer.push(0);
        if buffer.len() > 60 * 1024 {
            self.hasher.update(&buffer);
            buffer.clear();
        }
    }

    /// Ends with what is covered, and with which figures are joint ones.
    pub fn finish(mut self, coverage: &[Block], joint: &[Joint]) -> String {
        self.hasher.update(&self.buffer);
        for block in coverage {
            self.hasher.update(block.flow.as_str().as_bytes());
            self.hasher.update(block.partner.as_str().as_bytes());
            for list in [&block.final_all, &block.final_rows, &block.preliminary_all, &block.preliminary_rows]
            {
                for period in list {
                    self.hasher.update(period.to_string().as_bytes());
                    self.hasher.update([0]);
                }
                self.hasher.update([1]);
            }
        }
        for Joint { of, label } in joint {
            self.hasher.update(of.to_string().as_bytes());
            self.hasher.update([0]);
            self.hasher.update((label.len() as u64).to_le_bytes());
            self.hasher.update(label.as_bytes());
        }
        hex(&self.hasher.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_codes_are_found() {
        let codes: Vec<String> =
            ["2701", "270111", "27011100", "2702", "goods", "goods.x"].map(String::from).into();
        assert_eq!(nested_pairs(&codes, Some("goods")), [(0, 1), (0, 2), (1, 2)]);
    }

    #[test]
    fn neighbours_make_stretches() {
        let month = |o| servanda_core::Frequency::Monthly.point(o);
        let text: Vec<String> =
            stretches(&[24200, 24201, 24203], month).iter().map(ToString::to_string).collect();
        assert_eq!(text, ["2016-09..2016-10", "2016-12"]);
    }
}
