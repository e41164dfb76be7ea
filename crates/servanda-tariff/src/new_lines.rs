//! Lines that are new in a schedule, and of which nothing that is held says what they were. Goods never begin with a number:
//! they were under others before, and an act of a list that is older than the line may bear on them.

use crate::heirs::{Ground, less};
use crate::replay::Stretch;
use crate::{ListLine, Moment};
use jiff::civil::Date;
use servanda_core::hs::{hs_edition, kin, year};
use std::collections::BTreeMap;

/// A line that is new, where neither a concordance, nor the tables of the HS, nor a line that is gone says what it was.
pub(crate) struct NewLine<'a> {
    pub line: &'a str,
    /// When it begins.
    pub from: Moment,
    /// The classification in which it does.
    pub read_in: &'a str,
    /// The longest beginning of it under which lines stood before.
    within: Option<&'a str>,
    /// Whether all its goods were under that: six digits of the HS, which mean the same as before.
    pub mapped: bool,
}

/// A listed code that went without a new line in its place, and when it has none.
pub(crate) struct Lost {
    pub code: usize,
    pub gap: Stretch,
}

impl NewLine<'_> {
    /// The numbers of listed codes whose goods it may hold: those under the beginning that stood before, and, unless its six
    /// digits tell, those that were lost when it came.
    pub fn may_hold<'l>(
        &'l self,
        codes: &'l [ListLine],
        lost: &'l [Lost],
    ) -> impl Iterator<Item = usize> + 'l {
        let within = self.within.into_iter().flat_map(move |within| {
            let first = codes.partition_point(|c| c.code.as_str() < within);
            let under = codes.iter().enumerate().skip(first);
            under.take_while(move |(_, c)| c.code.starts_with(within)).map(|(number, _)| number)
        });
        let lost = lost.iter().filter(|lost| !self.mapped && lost.gap.has(self.from));
        within.chain(lost.map(|lost| lost.code))
    }
}

impl<'a> Ground<'a, '_> {
    /// The new lines of all editions.
    pub fn new_lines(&self) -> Vec<NewLine<'a>> {
        let Some(first) = self.editions().iter().map(|(stretch, _)| stretch.from).min() else {
            return Vec::new();
        };
        let followed = self.followed();
        let mut out = Vec::new();
        for line in self.lines() {
            let from = self.stands(line).first().map(|s| s.from).filter(|from| *from > first);
            let Some((from, (_, read_in))) = from.and_then(|from| Some((from, self.edition_at(from)?)))
            else {
                continue;
            };
            if self.declares(line, read_in) {
                continue;
            }
            let earlier = self.editions().iter().filter(|(stretch, _)| stretch.from < from);
            let before = earlier.max_by_key(|(stretch, _)| stretch.from).map_or(read_in, |(_, name)| *name);
            let hs = hs_edition(read_in).zip(hs_edition(before));
            let six = line.get(..6).unwrap_or(line);
            let stood = |start: &&str| self.below(start).any(|(_, s)| s.iter().any(|s| s.from < from));
            let takes_place_under = |digits: usize| {
                followed
                    .get(line)
                    .is_some_and(|gone| gone.iter().any(|gone| gone.get(..digits) == line.get(..digits)))
            };
            let new = if stood(&six) {
                if takes_place_under(6) {
                    continue;
                }
                let mapped = read_in == before || hs.is_some();
                NewLine { line, from, read_in, within: Some(six), mapped }
            } else if takes_place_under(4)
                || hs.and_then(|(now, then)| kin(six, now, then)).is_some_and(|kin| !kin.is_empty())
            {
                continue;
            } else {
                let within = (2..six.len()).rev().filter_map(|end| six.get(..end)).find(stood);
                NewLine { line, from, read_in, within, mapped: false }
            };
            out.push(new);
        }
        out
    }

    /// Whether a list was there before a line was: its edition is an earlier one, or it was known before the line came.
    pub fn precedes(&self, classification: &str, known: Option<Date>, new: &NewLine<'_>) -> bool {
        let own = self.editions().iter().filter(|(_, name)| *name == classification);
        match own.map(|(stretch, _)| stretch.from).min() {
            Some(first) if new.read_in == classification => {
                first < new.from && known.is_none_or(|day| Moment::start_of(day) < new.from)
            }
            Some(first) => first < new.from,
            None => year(classification).zip(year(new.read_in)).is_none_or(|(list, read)| list < read),
        }
    }

    /// Whether nothing was read between the day on which a code stood last and a gap.
    pub fn ends_at(&self, stands: &[Stretch], gap: Stretch) -> bool {
        let last = stands.iter().filter_map(|s| s.until).filter(|until| *until <= gap.from).max();
        last.is_none_or(|last| !self.editions().iter().any(|(e, _)| last <= e.from && e.from < gap.from))
    }

    /// By new line, the lines under the same four digits that are gone, and whose place it can have taken.
    fn followed(&self) -> BTreeMap<&'a str, Vec<&'a str>> {
        let mut out: BTreeMap<&'a str, Vec<&'a str>> = BTreeMap::new();
        for gone in self.lines() {
            let stands = self.stands(gone);
            for (edition, read_in) in self.editions() {
                for gap in less(&[*edition], &stands) {
                    let last = stands.iter().filter_map(|s| s.until).filter(|u| *u <= gap.from).max();
                    let Some(last) = last else { continue };
                    if !self.told(&[], gone, read_in, *edition, read_in, &stands).is_empty() {
                        continue;
                    }
                    let stood_in = self.stood_in(&stands, *edition).unwrap_or(*read_in);
                    let mut add = |line: &'a str, _: Stretch, _: bool| {
                        let begins = self.stands(line).first().is_some_and(|s| s.from >= last);
                        if begins && line.get(..4) == gone.get(..4) {
                            out.entry(line).or_default().push(gone);
                        }
                    };
                    self.untold(gone, stood_in, read_in, gap, &stands, &mut add);
                }
            }
        }
        out
    }
}
