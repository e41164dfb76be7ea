//! Joint figures beside figures of the single periods that they are of: which of them count, so that nothing counts twice and nothing
//! is lost.
//!
//! A joint figure gives way where a figure of each of its periods is stated by its own vintage or a newer one; so it does for a
//! window in which each of its periods is. Otherwise it counts, and what its own vintage or a newer one states of some of its
//! periods does not count beside it.

use super::{Asked, Layer, Question, World};
use crate::decoded::NO_FIGURE;
use std::collections::HashSet;

/// A row: the number of its layer, its code, and the period on which it stands.
type RowKey<'a> = (usize, &'a str, i32);

/// What was settled of joint figures.
#[derive(Default)]
pub(super) struct Settled<'a> {
    /// Joint figures that count, although a newer layer speaks of the period on which they stand.
    counts: HashSet<RowKey<'a>>,
    /// Rows that do not count.
    out: HashSet<RowKey<'a>>,
    /// Joint figures of which newer figures of other codes or other stretches leave a part that is not known.
    in_part: HashSet<RowKey<'a>>,
}

impl<'a> Settled<'a> {
    pub fn of(
        question: &Question<'_>,
        asked: &[Asked<'a>],
        within: (i32, i32),
        relevant: &[(usize, &Layer<'a>)],
        world: &World<'a>,
    ) -> Self {
        let mut settled = Self::default();
        for (at, (number, layer)) in relevant.iter().enumerate() {
            let Some(vintage) = asked.get(layer.asked) else { continue };
            // The layer itself and the newer ones.
            let (newer, up_to) =
                (relevant.get(..at).unwrap_or_default(), relevant.get(..=at).unwrap_or_default());
            for (first, last) in layer.extent.joint() {
                let outside = last < layer.first || layer.last < last || last < within.0 || within.1 < first;
                if outside {
                    continue;
                }
                let classes = vintage.sorted.classes(question.lines, vintage.decoded, layer.called);
                for (place, _) in &classes.codes {
                    let Some(code) = layer.rows.codes.get(*place).map(String::as_str) else { continue };
                    if layer.rows.of(*place, last, last).next().is_none() {
                        continue;
                    }
                    let joint = Joint { code, first, last, number: *number };
                    let is_base = world.base.get(question.offset(last)) == Some(&Some(*number));
                    let would = is_base || world.by_row_in(question, *number, layer.spans, last);
                    settled.one(&joint, newer, up_to, within, would);
                }
            }
        }
        settled
    }

    fn one(
        &mut self,
        joint: &Joint<'a>,
        newer: &[(usize, &Layer<'a>)],
        up_to: &[(usize, &Layer<'a>)],
        within: (i32, i32),
        would: bool,
    ) {
        let Joint { code, first, last, number } = *joint;
        let key = (number, code, last);
        let mut overlapping = newer.iter().flat_map(|(_, l)| {
            l.extent.joint().filter(move |(a, b)| *a <= last && first <= *b).map(move |span| (*l, span))
        });
        let stated = overlapping.find(|(l, (_, b))| states(l, code, *b) == Some(true));
        if let Some((_, span)) = stated {
            // A newer joint figure; of another stretch it leaves a part of this one that nothing tells.
            let set = if span == (first, last) { &mut self.out } else { &mut self.in_part };
            set.insert(key);
            return;
        }
        let single = |period: i32| {
            let mut of = up_to.iter();
            of.any(|(m, l)| match *m == number {
                true => period < last && figure_of(l, code, period) == Some(true),
                false => l.extent.joint_of(period).is_none() && states(l, code, period) == Some(true),
            })
        };
        let inside = first.max(within.0)..=last.min(within.1);
        if (first..=last).all(single) || inside.clone().all(single) && (first < within.0 || within.1 < last) {
            self.out.insert(key);
            return;
        }
        if !would && !single(last) {
            return;
        }
        if newer.iter().any(|(_, l)| (first..=last).any(|p| others_of(l, code, p))) {
            self.in_part.insert(key);
            return;
        }
        self.counts.insert(key);
        for (m, l) in up_to {
            let own = *m == number;
            let rows =
                inside.clone().filter(|p| if own { *p < last } else { l.extent.joint_of(*p).is_none() });
            self.out.extend(rows.map(|period| (*m, code, period)));
        }
    }

    pub fn is_empty(&self) -> bool {
        self.counts.is_empty() && self.out.is_empty() && self.in_part.is_empty()
    }

    /// Whether a joint figure counts whatever newer layers say of the period on which it stands.
    pub fn counts(&self, number: usize, code: &str, period: i32) -> bool {
        !self.counts.is_empty() && self.counts.contains(&(number, code, period))
    }

    /// Whether a row does not count.
    pub fn is_out(&self, number: usize, code: &str, period: i32) -> bool {
        !self.out.is_empty() && self.out.contains(&(number, code, period))
    }

    /// Whether a part of a joint figure is not known.
    pub fn is_in_part(&self, number: usize, code: &str, period: i32) -> bool {
        !self.in_part.is_empty() && self.in_part.contains(&(number, code, period))
    }
}

/// A joint figure of a layer.
struct Joint<'a> {
    code: &'a str,
    first: i32,
    last: i32,
    number: usize,
}

/// Whether a layer has a figure of a code on a period; none where it has no row.
fn figure_of(layer: &Layer<'_>, code: &str, period: i32) -> Option<bool> {
    if period < layer.first || layer.last < period {
        return None;
    }
    let place = layer.rows.place(code)?;
    let mut rows = layer.rows.of(place, period, period).peekable();
    rows.peek()?;
    Some(rows.all(|f| f.flags & NO_FIGURE == 0))
}

/// Whether a layer says what a code comes to on a period: by a row of it or of a heading of it, or since it covers all codes.
/// None where it does not speak of it.
fn states(layer: &Layer<'_>, code: &str, period: i32) -> Option<bool> {
    if !layer.spans.has_all(period) && !layer.spans.has_rows(period) {
        return None;
    }
    if let Some(known) = figure_of(layer, code, period) {
        return Some(known);
    }
    let heading = code
        .char_indices()
        .filter(|(end, _)| *end > 0)
        .filter_map(|(end, _)| code.get(..end))
        .find_map(|start| figure_of(layer, start, period));
    heading.or_else(|| layer.spans.has_all(period).then_some(true))
}

/// Whether a layer that covers only its rows has one of a heading or a part of a code on a period.
fn others_of(layer: &Layer<'_>, code: &str, period: i32) -> bool {
    if !layer.spans.has_rows(period) {
        return false;
    }
    let parts = layer.rows.starting_with(code).filter_map(|place| layer.rows.codes.get(place));
    let headings = code.char_indices().filter(|(end, _)| *end > 0).filter_map(|(end, _)| code.get(..end));
    let mut others = parts.map(String::as_str).filter(|other| *other != code).chain(headings);
    others.any(|other| figure_of(layer, other, period).is_some())
}
