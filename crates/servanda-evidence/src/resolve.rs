//! Which rows count: for each code and period the newest vintage that covers it.
//!
//! Final and preliminary figures are resolved apart, each over its own coverage; only then is decided, line by line,
//! which of the two counts. A figure that was published before its period had ended is preliminary, whatever its publisher
//! calls it, and goes before those of the same vintage that are called so. Within each, vintages are gone through from the newest: one that covers all codes of a
//! period ends the search for that period; one that covers only its own rows hides, in older vintages, every row whose
//! code is the same, a part of one of its codes, or a heading that one of its codes is a part of. In the last case
//! what is left of the heading is not known any more, so the lines that it belongs to are held in part.

use crate::decoded::{Decoded, Figure, LACKING, NO_FIGURE, Rows};
use crate::extent::Extent;
use crate::held::{Cover, Spans};
use crate::lines::{Classes, Lines, Sorted};
use servanda_core::{Cell, Edge, Held};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

mod joint;

use joint::Settled;

/// A vintage that is asked, with its place in the source's list.
pub(crate) struct Asked<'a> {
    pub vintage: usize,
    pub decoded: &'a Decoded,
    pub sorted: &'a Sorted,
    pub cover: &'a Cover,
    /// The period in which the day of publication lies: it, and what comes after it, had not ended then.
    pub unfinished: i32,
    /// Of how many periods figures are.
    pub extent: &'a Extent,
}

impl Asked<'_> {
    /// The first period of those with a figure that had not ended when it was published.
    fn unfinished_from(&self) -> i32 {
        self.extent.joint_of(self.unfinished).map_or(self.unfinished, |(first, _)| first)
    }
}

/// What is asked of all of them.
pub(crate) struct Question<'a> {
    pub lines: &'a Lines,
    pub first: i32,
    pub last: i32,
    pub non_negative: bool,
    /// Whether a figure of a period that had not ended is the sum up to then.
    pub so_far: bool,
}

impl Question<'_> {
    /// The same over the periods on which figures stand that reach into those asked for.
    fn reaching(&self, length: i32) -> Question<'_> {
        Question { last: self.last.saturating_add(length.max(1) - 1), ..*self }
    }

    fn periods(&self) -> usize {
        usize::try_from(i64::from(self.last) - i64::from(self.first) + 1).unwrap_or(0)
    }

    fn period(&self, offset: usize) -> i32 {
        self.first.saturating_add(i32::try_from(offset).unwrap_or(i32::MAX))
    }

    fn offset(&self, period: i32) -> usize {
        usize::try_from(i64::from(period) - i64::from(self.first)).unwrap_or(usize::MAX)
    }
}

/// Which of some vintages, the newest first, can matter in a stretch of periods: those that are the newest to cover all
/// codes of a period, and those that are newer than that and cover rows of their own. With `final_suffices` preliminary
/// figures do not matter in a period of which final ones cover all codes.
pub(crate) fn matter(covers: &[&Cover], first: i32, last: i32, final_suffices: bool) -> Vec<bool> {
    let mut matter = vec![false; covers.len()];
    for preliminary in [false, true] {
        for period in first..=last {
            if preliminary && final_suffices && covers.iter().any(|c| c.finals.has_all(period)) {
                continue;
            }
            for (cover, matters) in covers.iter().zip(&mut matter) {
                let spans: &[&Spans] =
                    if preliminary { &[&cover.early, &cover.preliminary] } else { &[&cover.finals] };
                let all = spans.iter().any(|s| s.has_all(period));
                let rows = spans.iter().any(|s| s.has_rows(period));
                *matters |= all || rows;
                if all {
                    break;
                }
            }
        }
    }
    matter
}

/// A row that a line takes.
#[derive(Debug, Clone)]
pub(crate) struct Taken<'a> {
    pub line: usize,
    pub code: &'a str,
    pub figure: Figure,
    /// The least and the most that it adds; none where nothing bounds it.
    pub bounds: (Option<i64>, Option<i64>),
    /// The first period, of a figure that lies only partly in those asked for.
    pub edge: Option<i32>,
    pub vintage: usize,
    pub preliminary: bool,
}

/// The cells, and the vintages that they rest on, as places in the source's list.
pub(crate) struct Answer<'a> {
    pub cells: Vec<Cell>,
    pub edges: Vec<Edge>,
    /// First and last period of the joint figures in the cells, in order.
    pub joint: Vec<(i32, i32)>,
    pub vintages: BTreeSet<usize>,
    pub taken: Vec<Taken<'a>>,
}

/// Answers a question from vintages, the newest first. Rows are listed if `list` is set.
pub(crate) fn answer<'a>(question: &Question<'_>, asked: &[Asked<'a>], list: bool) -> Answer<'a> {
    let within = (question.first, question.last);
    let question = &question.reaching(asked.iter().map(|a| a.extent.reach()).max().unwrap_or(1));
    let finals = World::resolve(question, asked, within, false, list);
    let preliminary = World::resolve(question, asked, within, true, list);
    let periods = question.periods();
    let size = question.lines.set.len() * periods;
    let mut out = Answer {
        cells: Vec::with_capacity(size),
        edges: Vec::new(),
        joint: Vec::new(),
        vintages: BTreeSet::new(),
        taken: Vec::new(),
    };
    let mut joint: BTreeSet<(i32, i32)> = BTreeSet::new();
    // Cells, and edges by their first period, of preliminary figures that do not count beside final ones.
    let mut beside_final: HashSet<(usize, Option<i32>)> = HashSet::new();
    let mut from_preliminary: Vec<bool> = Vec::with_capacity(size);
    let mut used: BTreeSet<usize> = BTreeSet::new();
    for line in 0..question.lines.set.len() {
        for offset in 0..periods {
            let at = line * periods + offset;
            let (world, held) = if finals.covers(question, line, offset) {
                let part = finals.is_part(question, line, offset);
                (&finals, if part { Held::Part } else { Held::Whole })
            } else if preliminary.covers(question, line, offset) {
                (&preliminary, Held::Preliminary)
            } else {
                (&finals, Held::No)
            };
            from_preliminary.push(held == Held::Preliminary);
            for ((_, _, first), sum) in world.edges.range((line, offset, i32::MIN)..=(line, offset, i32::MAX))
            {
                // What is not final bounds nothing of which final figures are held.
                let mut inside = (*first).max(within.0)..=question.period(offset).min(within.1);
                if world.preliminary && inside.all(|p| finals.covers(question, line, question.offset(p))) {
                    beside_final.insert((at, Some(*first)));
                    continue;
                }
                out.edges.push(Edge {
                    line,
                    first: *first,
                    last: question.period(offset),
                    cell: sum.cell(
                        if sum.part && held == Held::Whole { Held::Part } else { held },
                        world,
                        asked,
                    ),
                });
                used.extend(sum.newest.and_then(|n| world.layers.get(n)).map(|l| l.asked));
            }
            if question.period(offset) > within.1 {
                continue;
            }
            let mut sum = world.sums.get(at).cloned().unwrap_or_default();
            if let Some(first) = world.joint.get(&(line, offset)) {
                let mut before = *first..question.period(offset);
                if world.preliminary && before.any(|p| finals.covers(question, line, question.offset(p))) {
                    beside_final.insert((at, None));
                    // One figure, not final, of periods of which some are held as final: it does not count beside them.
                    sum = Sum { newest: sum.newest, base_used: sum.base_used, ..Sum::default() };
                } else {
                    joint.insert((*first, question.period(offset)));
                }
            }
            let base = world.base.get(offset).copied().flatten();
            let of_layer = |number: usize| world.layers.get(number).map(|layer| layer.asked);
            let mut newest = sum.newest;
            if let Some(base) = base
                && (sum.base_used || (held != Held::No && world.rests_on_base(question, line, offset)))
            {
                newest = Some(newest.map_or(base, |n| n.min(base)));
                used.extend(of_layer(base));
            }
            if !world.used.is_empty() {
                used.extend(
                    world.used.range((at, 0)..(at + 1, 0)).filter_map(|(_, number)| of_layer(*number)),
                );
            }
            out.cells.push(Sum { newest, ..sum }.cell(held, world, asked));
        }
    }
    out.joint = joint.into_iter().collect();
    out.vintages = used.into_iter().filter_map(|number| asked.get(number)).map(|a| a.vintage).collect();
    if list {
        let wanted = |t: &Taken<'_>| {
            let at = t.line * periods + question.offset(t.figure.period);
            from_preliminary.get(at).is_some_and(|p| *p == t.preliminary)
                && !(t.preliminary && beside_final.contains(&(at, t.edge)))
        };
        out.taken = finals.taken.into_iter().chain(preliminary.taken).filter(wanted).collect();
        out.taken.sort_by(|a, b| (a.line, a.figure.period, a.code).cmp(&(b.line, b.figure.period, b.code)));
    }
    out
}

/// What the held rows of a cell amount to.
#[derive(Debug, Clone, Default)]
struct Sum {
    value: i128,
    low: i128,
    high: i128,
    /// What of `low` is a sum up to some day of a period that had not ended.
    so_far: i128,
    rows: u32,
    lacking: bool,
    part: bool,
    newest: Option<usize>,
    /// Whether a row of the vintage that covers all codes counts.
    base_used: bool,
}

/// Rows of one kind in one vintage, with what they cover: its final figures, those of periods that had not ended, or those
/// that it calls preliminary.
struct Layer<'a> {
    /// The place of the vintage among those asked.
    asked: usize,
    rows: &'a Rows,
    spans: &'a Spans,
    /// Whether its rows are those that the vintage calls preliminary.
    called: bool,
    /// The periods on which its rows stand.
    first: i32,
    last: i32,
    /// Of how many periods figures are.
    extent: &'a Extent,
    /// Whether its figures are sums up to a day of a period that had not ended.
    so_far: bool,
}

/// The layers of final figures or of preliminary ones, the newest first.
fn layers<'a>(question: &Question<'_>, asked: &[Asked<'a>], preliminary: bool) -> Vec<Layer<'a>> {
    let mut layers = Vec::with_capacity(asked.len());
    for (number, a) in asked.iter().enumerate() {
        let finals = &a.decoded.finals;
        let whole = Layer {
            asked: number,
            rows: finals,
            spans: &a.cover.finals,
            called: false,
            first: question.first,
            last: question.last.min(a.unfinished_from().saturating_sub(1)),
            extent: a.extent,
            so_far: false,
        };
        if !preliminary {
            layers.push(whole);
            continue;
        }
        if a.cover.early.touches(question.first, question.last) {
            layers.push(Layer {
                spans: &a.cover.early,
                first: question.first.max(a.unfinished_from()),
                last: question.last,
                so_far: question.so_far && question.non_negative,
                ..whole
            });
        }
        layers.push(Layer {
            asked: number,
            rows: &a.decoded.preliminary,
            spans: &a.cover.preliminary,
            called: true,
            first: question.first,
            last: question.last,
            extent: a.extent,
            so_far: false,
        });
    }
    layers
}

impl Sum {
    fn cell(&self, held: Held, world: &World<'_>, asked: &[Asked<'_>]) -> Cell {
        let layer = self.newest.and_then(|n| world.layers.get(n));
        Cell {
            value: self.value,
            low: if held == Held::Preliminary { self.so_far } else { self.low },
            high: self.high,
            rows: self.rows,
            held,
            vintage: layer.and_then(|l| asked.get(l.asked)).and_then(|a| u32::try_from(a.vintage).ok()),
            lacking: self.lacking,
        }
    }
}

/// Final figures, or preliminary ones.
struct World<'a> {
    preliminary: bool,
    layers: Vec<Layer<'a>>,
    sums: Vec<Sum>,
    /// What lies only partly in them: by line, the offset on which the figures stand, and their first period.
    edges: BTreeMap<(usize, usize, i32), Sum>,
    /// By line and offset, the first period of a figure of several periods that counts in the cell.
    joint: BTreeMap<(usize, usize), i32>,
    /// By period, the newest layer that covers all codes.
    base: Vec<Option<usize>>,
    /// By layer that is a base, which prefixes read in its classification.
    universe: Vec<&'a [bool]>,
    /// By layer that is a base, which lines it covers: all of their prefixes read in its classification.
    lines: Vec<Vec<bool>>,
    /// Prefix and period that a row of a layer that covers only its rows stands for.
    by_row: HashSet<(usize, usize)>,
    /// Region and period that a row settles.
    shown: HashSet<(usize, usize)>,
    /// Cell and layer that covers only its rows, one of which counts in it.
    used: BTreeSet<(usize, usize)>,
    taken: Vec<Taken<'a>>,
}

impl<'a> World<'a> {
    fn resolve(
        question: &Question<'_>,
        asked: &[Asked<'a>],
        within: (i32, i32),
        preliminary: bool,
        list: bool,
    ) -> Self {
        let periods = question.periods();
        let layers = layers(question, asked, preliminary);
        let base: Vec<Option<usize>> = (question.first..=question.last)
            .map(|period| layers.iter().position(|l| l.spans.has_all(period)))
            .collect();
        let universe: Vec<&[bool]> = layers
            .iter()
            .enumerate()
            .map(|(number, layer)| match asked.get(layer.asked) {
                Some(a) if base.contains(&Some(number)) => a.sorted.universe(question.lines, a.decoded),
                _ => &[],
            })
            .collect();
        let reads = |universe: &[bool], line: &Vec<usize>| {
            !line.is_empty() && line.iter().all(|p| universe.get(*p).copied().unwrap_or(false))
        };
        let lines = universe
            .iter()
            .map(|u| match u {
                [] => Vec::new(),
                u => question.lines.of_line.iter().map(|line| reads(u, line)).collect(),
            })
            .collect();
        let mut world = Self {
            preliminary,
            layers: Vec::new(),
            sums: Vec::new(),
            edges: BTreeMap::new(),
            joint: BTreeMap::new(),
            base,
            universe,
            lines,
            by_row: HashSet::new(),
            shown: HashSet::new(),
            used: BTreeSet::new(),
            taken: Vec::new(),
        };
        // A layer matters where it is the base of a period, or newer than it and covers its own rows.
        let relevant: Vec<(usize, &Layer<'a>)> = layers
            .iter()
            .enumerate()
            .filter(|(number, layer)| {
                (question.first..=question.last).zip(&world.base).any(|(period, base)| {
                    *base == Some(*number)
                        || (base.is_none_or(|b| *number < b) && layer.spans.has_rows(period))
                })
            })
            .collect();
        if relevant.is_empty() {
            return world;
        }
        world.sums = vec![Sum::default(); question.lines.set.len() * periods];
        let settled = Settled::of(question, asked, within, &relevant, &world);
        let coarse = coarse_codes(&relevant, question);
        let mut hiding = Hiding { rows: BTreeSet::new(), lengths: BTreeSet::new(), coarse };
        for (number, layer) in relevant {
            let Some(asked) = asked.get(layer.asked) else { continue };
            let rows = layer.rows;
            let classes = asked.sorted.classes(question.lines, asked.decoded, layer.called);
            let covers_rows =
                layer.spans.rows.iter().any(|(a, b)| *a <= question.last && question.first <= *b);
            let mut own = Vec::new();
            if covers_rows && !hiding.coarse.is_empty() {
                // Codes of no line, but perhaps a part of a heading that is.
                let mut listed = classes.codes.iter().map(|(place, _)| *place).peekable();
                for (place, code) in rows.codes.iter().enumerate() {
                    if listed.next_if_eq(&place).is_some() {
                        continue;
                    }
                    let by_row = |f: &Figure| world.by_row_in(question, number, layer.spans, f.period);
                    own.extend(
                        rows.of(place, layer.first, layer.last)
                            .filter(by_row)
                            .map(|f| (f.period, code.as_str())),
                    );
                }
            }
            for (place, line) in classes.codes.iter().copied() {
                let Some(code) = rows.codes.get(place) else { continue };
                let at = Place::new(classes, question, place, line, code);
                let plain =
                    at.is_plain() && !covers_rows && hiding.rows.is_empty() && settled.is_empty() && !list;
                if plain && line.is_none() {
                    continue;
                }
                for figure in rows.of(place, layer.first, layer.last) {
                    let offset = question.offset(figure.period);
                    let is_base = world.base.get(offset) == Some(&Some(number));
                    let from = layer.extent.first(figure.period);
                    if from > within.1 {
                        continue;
                    }
                    let edge = from < within.0 || figure.period > within.1;
                    if plain && figure.flags == 0 && !edge {
                        if is_base {
                            world.note_joint(at.line, offset, from, figure.period);
                            world.add(at.line, periods, offset, figure.value, layer.so_far);
                        }
                        continue;
                    }
                    let counts = settled.counts(number, code, figure.period);
                    let by_row = counts || world.by_row_in(question, number, layer.spans, figure.period);
                    if !by_row && !is_base {
                        continue;
                    }
                    if by_row {
                        // A joint figure is newer than what older vintages say of any of its periods.
                        let joint = layer.extent.joint_of(figure.period).filter(|(_, l)| *l == figure.period);
                        let first = joint.map_or(figure.period, |(first, _)| first.max(question.first));
                        own.extend((first..=figure.period).map(|period| (period, code.as_str())));
                    }
                    if settled.is_out(number, code, figure.period) {
                        continue;
                    }
                    let so_far = layer.so_far;
                    let edge = edge.then_some(from);
                    let vintage = asked.vintage;
                    let row = RowAt { at: &at, figure, offset, number, vintage, by_row, so_far, from, edge };
                    let hidden = match settled.is_in_part(number, code, figure.period) {
                        true => Hidden::Thinned,
                        false if counts => Hidden::No,
                        false => hiding.of(figure.period, code),
                    };
                    match hidden {
                        Hidden::No => world.take(question, &row, list),
                        Hidden::Superseded => {}
                        Hidden::Thinned => world.thin(periods, &row),
                    }
                }
            }
            if covers_rows {
                hiding.lengths.extend(own.iter().map(|(_, code)| code.len()));
                hiding.rows.extend(own);
            }
        }
        world.layers = layers;
        world
    }

    /// Whether a layer counts in a period with its own rows only.
    fn by_row_in(&self, question: &Question<'_>, number: usize, spans: &Spans, period: i32) -> bool {
        let base = self.base.get(question.offset(period)).copied().flatten();
        base.is_none_or(|b| number < b) && spans.has_rows(period)
    }

    /// A row of the layer that covers all codes, whose code is of one line only.
    fn add(&mut self, line: Option<usize>, periods: usize, offset: usize, value: i64, so_far: bool) {
        if let Some(sum) = line.and_then(|line| self.sums.get_mut(line * periods + offset)) {
            let value = i128::from(value);
            sum.value += value;
            sum.low += value;
            sum.high += value;
            if so_far {
                sum.so_far += value;
            }
            sum.rows = sum.rows.saturating_add(1);
            sum.base_used = true;
        }
    }

    /// Keeps in mind that a figure in a cell is of several periods.
    fn note_joint(&mut self, line: Option<usize>, offset: usize, from: i32, period: i32) {
        if let Some(line) = line.filter(|_| from < period) {
            self.joint.insert((line, offset), from);
        }
    }

    fn take(&mut self, question: &Question<'_>, row: &RowAt<'_, 'a>, list: bool) {
        let periods = question.periods();
        // Of every period that the figure is of.
        let offsets = question.offset(row.from.max(question.first))..=row.offset;
        let Figure { value, flags, .. } = row.figure;
        let value = i128::from(value);
        if row.by_row || row.at.is_total {
            for offset in offsets.clone() {
                self.by_row.extend(row.at.covers.iter().map(|prefix| (*prefix, offset)));
            }
        }
        if flags & NO_FIGURE == 0 {
            for offset in offsets {
                self.shown.extend(row.at.shows.iter().map(|region| (*region, offset)));
            }
        }
        if let Some(line) = row.at.line {
            if let Some(sum) = self.sum_of(line, periods, row) {
                sum.lacking |= flags & LACKING != 0;
                sum.part |= flags & NO_FIGURE != 0;
                if flags & NO_FIGURE == 0 {
                    // A row without a figure in what is asked for adds none.
                    sum.rows = sum.rows.saturating_add(u32::from(flags & LACKING == 0));
                    sum.value += value;
                    if row.at.ambiguous {
                        sum.low += value.min(0);
                        sum.high += value.max(0);
                        sum.part |= !question.non_negative || flags & LACKING != 0;
                    } else {
                        sum.low += value;
                        sum.high += value;
                        if row.so_far && flags & LACKING == 0 {
                            sum.so_far += value;
                        }
                    }
                }
            }
            self.mark_used(line, periods, row);
            if row.edge.is_none() {
                self.note_joint(Some(line), row.offset, row.from, row.figure.period);
            }
            if list {
                self.list(question, line, row, row.at.ambiguous);
            }
        }
        for line in row.at.deeper {
            if list {
                self.list(question, *line, row, true);
            }
            if let Some(sum) = self.sum_of(*line, periods, row) {
                sum.low += value.min(0);
                sum.high += value.max(0);
                sum.lacking |= flags & LACKING != 0;
                sum.part = true;
            }
            self.mark_used(*line, periods, row);
        }
    }

    /// Keeps a row for the list of figures; `in_part` if it is perhaps of other lines too.
    fn list(&mut self, question: &Question<'_>, line: usize, row: &RowAt<'_, 'a>, in_part: bool) {
        let value = row.figure.value;
        let in_part = in_part || row.edge.is_some();
        let none = question.non_negative.then_some(0);
        let bounds = match row.figure.flags {
            0 if self.preliminary && row.so_far && !in_part => (Some(value), None),
            0 if self.preliminary => (none, None),
            0 if in_part && (row.edge.is_none() || question.non_negative) => {
                (Some(value.min(0)), Some(value.max(0)))
            }
            0 if in_part => (None, None),
            0 => (Some(value), Some(value)),
            _ => (none, None),
        };
        self.taken.push(Taken {
            line,
            code: row.at.code,
            figure: row.figure,
            bounds,
            edge: row.edge,
            vintage: row.vintage,
            preliminary: self.preliminary,
        });
    }

    /// Where a row adds to a line: its cell, or, of a figure that lies partly in what is asked for, an edge.
    fn sum_of(&mut self, line: usize, periods: usize, row: &RowAt<'_, 'a>) -> Option<&mut Sum> {
        match row.edge {
            Some(first) => Some(self.edges.entry((line, row.offset, first)).or_default()),
            None => self.sums.get_mut(line * periods + row.offset),
        }
    }

    fn mark_used(&mut self, line: usize, periods: usize, row: &RowAt<'_, 'a>) {
        let cell = line * periods + row.offset;
        if row.edge.is_some() {
            if let Some(sum) = self.sum_of(line, periods, row) {
                sum.newest = Some(sum.newest.map_or(row.number, |n| n.min(row.number)));
            }
        } else if let Some(sum) = self.sums.get_mut(cell) {
            if row.by_row {
                sum.newest = Some(sum.newest.map_or(row.number, |n| n.min(row.number)));
                self.used.insert((cell, row.number));
            } else {
                sum.base_used = true;
            }
        }
    }

    /// A heading of which a newer vintage states a part.
    fn thin(&mut self, periods: usize, row: &RowAt<'_, 'a>) {
        for line in row.at.line.iter().chain(row.at.deeper) {
            if let Some(sum) = self.sum_of(*line, periods, row) {
                sum.part = true;
            }
        }
    }

    /// Whether each prefix of a line is covered in a period.
    fn covers(&self, question: &Question<'_>, line: usize, offset: usize) -> bool {
        let base = self.base.get(offset).copied().flatten();
        if base.and_then(|b| self.lines.get(b)?.get(line)).copied().unwrap_or(false) {
            return true;
        }
        if self.by_row.is_empty() {
            return false;
        }
        let Some(prefixes) = question.lines.of_line.get(line).filter(|p| !p.is_empty()) else { return false };
        prefixes.iter().all(|p| self.base_covers(*p, offset) || self.by_row.contains(&(*p, offset)))
    }

    fn base_covers(&self, prefix: usize, offset: usize) -> bool {
        let base = self.base.get(offset).copied().flatten();
        base.and_then(|b| self.universe.get(b)?.get(prefix)).copied().unwrap_or(false)
    }

    fn rests_on_base(&self, question: &Question<'_>, line: usize, offset: usize) -> bool {
        let prefixes = question.lines.of_line.get(line);
        prefixes.is_some_and(|prefixes| prefixes.iter().any(|p| self.base_covers(*p, offset)))
    }

    fn is_part(&self, question: &Question<'_>, line: usize, offset: usize) -> bool {
        self.sums.get(line * question.periods() + offset).is_some_and(|s| s.part)
            || question
                .lines
                .regions_of
                .get(line)
                .is_some_and(|regions| regions.iter().any(|r| !self.shown.contains(&(*r, offset))))
    }
}

/// A code of a table, and where it belongs.
struct Place<'c, 'a> {
    code: &'a str,
    line: Option<usize>,
    ambiguous: bool,
    is_total: bool,
    covers: &'c [usize],
    shows: &'c [usize],
    deeper: &'c [usize],
}

impl<'c, 'a> Place<'c, 'a> {
    fn new(
        classes: &'c Classes,
        question: &Question<'_>,
        place: usize,
        line: Option<usize>,
        code: &'a str,
    ) -> Self {
        let list =
            |map: &'c HashMap<usize, Vec<usize>>| map.get(&place).map(Vec::as_slice).unwrap_or_default();
        Self {
            code,
            line,
            ambiguous: classes.ambiguous.contains(&place),
            is_total: question.lines.total.as_deref() == Some(code),
            covers: list(&classes.covers),
            shows: list(&classes.shows),
            deeper: list(&classes.deeper),
        }
    }

    /// Whether a row of it does nothing but add to one line.
    fn is_plain(&self) -> bool {
        !self.ambiguous && !self.is_total && self.shows.is_empty() && self.deeper.is_empty()
    }
}

struct RowAt<'c, 'a> {
    at: &'c Place<'c, 'a>,
    figure: Figure,
    offset: usize,
    number: usize,
    vintage: usize,
    /// Whether its layer covers only its own rows in this period.
    by_row: bool,
    /// Whether it is the sum up to a day of a period that had not ended.
    so_far: bool,
    /// The first period that it is of.
    from: i32,
    /// The same, of a figure that lies only partly in those asked for.
    edge: Option<i32>,
}

/// Rows of newer vintages that hide rows of older ones.
struct Hiding<'a> {
    rows: BTreeSet<(i32, &'a str)>,
    lengths: BTreeSet<usize>,
    /// Codes that are headings of a newer vintage's codes.
    coarse: HashSet<&'a str>,
}

enum Hidden {
    No,
    Superseded,
    Thinned,
}

impl Hiding<'_> {
    fn of(&self, period: i32, code: &str) -> Hidden {
        if self.rows.is_empty() {
            return Hidden::No;
        }
        for length in self.lengths.range(..=code.len()) {
            if code.get(..*length).is_some_and(|start| self.rows.contains(&(period, start))) {
                return Hidden::Superseded;
            }
        }
        if self.coarse.contains(code)
            && self
                .rows
                .range((period, code)..)
                .next()
                .is_some_and(|(p, c)| *p == period && c.starts_with(code))
        {
            return Hidden::Thinned;
        }
        Hidden::No
    }
}

/// Codes of older layers that are headings of codes of newer ones that cover only their rows.
fn coarse_codes<'a>(relevant: &[(usize, &Layer<'a>)], question: &Question<'_>) -> HashSet<&'a str> {
    let mut coarse = HashSet::new();
    for (at, (_, layer)) in relevant.iter().enumerate() {
        if !layer.spans.rows.iter().any(|(a, b)| *a <= question.last && question.first <= *b) {
            continue;
        }
        for older in relevant.iter().skip(at + 1).map(|(_, older)| older.rows) {
            for code in &layer.rows.codes {
                for (end, _) in code.char_indices().filter(|(i, _)| *i > 0) {
                    let found =
                        code.get(..end).and_then(|start| older.place(start)).and_then(|p| older.codes.get(p));
                    coarse.extend(found.map(String::as_str));
                }
            }
        }
    }
    coarse
}
