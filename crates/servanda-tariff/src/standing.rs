//! How an act stands: by its own history, and by other acts of its measure that stand in its place. There is no other notion
//! of it: conditions of agreements read what `tariff triggers` prints.

use crate::lists::meant;
use crate::{Known, Measure, Moment, ProductList, Standing};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// An act that stands in for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StandsIn {
    /// Since when.
    pub from: Moment,
    /// Its number in the measure.
    pub act: usize,
    /// Whether it is on the very list of the other.
    pub same_list: bool,
}

/// How an act stands at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stands {
    /// The word.
    pub standing: Standing,
    /// Where it is replaced, or in force in part: the acts that stand in for it, the earliest first.
    pub by: Vec<StandsIn>,
}

/// How far one act's list takes in another's.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cover {
    Nothing,
    Part,
    Whole,
}

impl Measure {
    /// The acts in whose place one stands, by number, in order: those that it names, and where one of these on the same list does
    /// not apply, those that it named, and so on. A duty that is raised twice is not the first one's again when the second ends.
    pub(crate) fn stands_in_for(&self, act: usize, applies: impl Fn(usize) -> bool) -> Vec<usize> {
        let Some(own) = self.acts.get(act) else { return Vec::new() };
        let mut found: BTreeSet<usize> = BTreeSet::new();
        let mut open: Vec<usize> = own.instead_of.clone();
        while let Some(next) = open.pop() {
            let Some(other) = self.acts.get(next).filter(|_| next != act) else { continue };
            if found.insert(next) && other.list == own.list && !applies(next) {
                open.extend(&other.instead_of);
            }
        }
        found.into_iter().collect()
    }

    /// What was known of each act at the end of a day (all that the file says without one); where `confirmed` is set, by what
    /// is confirmed alone.
    pub fn known(&self, as_of: Option<Date>, confirmed: bool) -> Vec<Known<'_>> {
        let acts = self.acts.iter();
        acts.map(|act| if confirmed { act.confirmed(as_of) } else { act.known(as_of) }).collect()
    }

    /// How an act, by number, stands at the end of a day, where `known` is what is known of each act; none where nothing is
    /// known of it.
    pub fn standing(&self, known: &[Known<'_>], act: usize, on: Date) -> Option<Stands> {
        self.standings(known, on).into_iter().nth(act).flatten()
    }

    /// How each act stands at the end of a day.
    pub fn standings(&self, known: &[Known<'_>], on: Date) -> Vec<Option<Stands>> {
        let applies = |act: usize| known.get(act).is_some_and(|k| k.current(on).is_some());
        // By act, those that apply in its place; acts that each of them is replaced by come first.
        let ousted: Vec<Vec<usize>> = (0..self.acts.len())
            .map(|act| if applies(act) { self.stands_in_for(act, applies) } else { Vec::new() })
            .collect();
        let mut ousters: Vec<Vec<usize>> = vec![Vec::new(); self.acts.len()];
        for (number, others) in ousted.iter().enumerate() {
            for other in others {
                if let Some(slot) = ousters.get_mut(*other) {
                    slot.push(number);
                }
            }
        }
        let mut waits: Vec<usize> = ousters.iter().map(Vec::len).collect();
        let mut ready: Vec<usize> =
            waits.iter().enumerate().filter(|(_, n)| **n == 0).map(|(at, _)| at).collect();
        // Acts that name each other in a circle, which no file may have, keep what their own history says.
        let mut out: Vec<Option<Stands>> = known
            .iter()
            .map(|k| k.standing(on).map(|standing| Stands { standing, by: Vec::new() }))
            .collect();
        out.resize(self.acts.len(), None);
        while let Some(next) = ready.pop() {
            let stands = ousters.get(next).and_then(|by| self.replaced(known, next, by, &out, on));
            if let (Some(stands), Some(slot)) = (stands, out.get_mut(next)) {
                *slot = Some(stands);
            }
            for other in ousted.get(next).into_iter().flatten() {
                if let Some(count) = waits.get_mut(*other) {
                    *count = count.saturating_sub(1);
                    if *count == 0 {
                        ready.push(*other);
                    }
                }
            }
        }
        out
    }

    /// Whether an act, by number, was ever in force up to the end of a day: `Some(true)` where it was, `Some(false)` where it
    /// was not, none where it was in part at most.
    pub fn was_in_force(&self, known: &[Known<'_>], act: usize, by: Date) -> Option<bool> {
        let mut days: BTreeSet<Date> = BTreeSet::from([by]);
        for stretch in known.iter().flat_map(|k| &k.stretches) {
            days.insert(stretch.from.day());
            days.extend(stretch.until.map(Moment::day));
            // An act that is over at the start of a day was in force at the end of the one before.
            days.extend(stretch.until.map(Moment::last_day_before));
        }
        let mut in_part = false;
        for day in days.range(..=by) {
            match self.standing(known, act, *day).map(|s| s.standing) {
                Some(Standing::InForce) => return Some(true),
                Some(Standing::InPart) => in_part = true,
                _ => {}
            }
        }
        (!in_part).then_some(false)
    }

    /// How an act stands for which others stand in; none where its own history says all. `ousters` have been settled.
    fn replaced(
        &self,
        known: &[Known<'_>],
        act: usize,
        ousters: &[usize],
        settled: &[Option<Stands>],
        on: Date,
    ) -> Option<Stands> {
        let own = known.get(act)?.standing(on)?;
        if !matches!(own, Standing::InForce | Standing::Armed | Standing::Postponed | Standing::Suspended) {
            return None;
        }
        let list = self.acts.get(act)?.list;
        let mut by: Vec<(StandsIn, Cover)> = Vec::new();
        for number in ousters {
            // What is still to come is gone only if the other does not end.
            let now = known.get(*number).and_then(|k| k.current(on));
            let Some(now) = now.filter(|s| own == Standing::InForce || s.until.is_none()) else { continue };
            let theirs = self.acts.get(*number)?.list;
            let cover = match (self.lists.get(list), self.lists.get(theirs)) {
                _ if theirs == list => Cover::Whole,
                (Some(own), Some(theirs)) => covers(theirs, own),
                _ => Cover::Nothing,
            };
            if cover == Cover::Nothing {
                continue;
            }
            match settled.get(*number)?.as_ref().filter(|s| s.standing == Standing::Replaced) {
                None => {
                    by.push((StandsIn { from: now.from, act: *number, same_list: theirs == list }, cover))
                }
                // One that is replaced itself gives nothing back: the first that stands in its place stands here too.
                Some(replaced) => by.extend(replaced.by.first().map(|last| {
                    let same_list = self.acts.get(last.act).is_some_and(|act| act.list == list);
                    (StandsIn { same_list, ..*last }, cover)
                })),
            }
        }
        by.sort_by_key(|(stands_in, _)| *stands_in);
        let whole: Vec<StandsIn> = by.iter().filter(|(_, c)| *c == Cover::Whole).map(|(s, _)| *s).collect();
        if !whole.is_empty() {
            return Some(Stands { standing: Standing::Replaced, by: whole });
        }
        let some = !by.is_empty() && own == Standing::InForce;
        some.then(|| Stands { standing: Standing::InPart, by: by.into_iter().map(|(s, _)| s).collect() })
    }
}

/// How far a list takes in another.
fn covers(list: &ProductList, other: &ProductList) -> Cover {
    let (Some(codes), Some(others)) = (&list.lines, &other.lines) else {
        return if list.lines.is_none() { Cover::Whole } else { Cover::Part };
    };
    let (mut all, mut any) = (true, false);
    for line in others {
        let same = codes.binary_search_by(|c| c.code.cmp(&line.code)).ok().and_then(|at| codes.get(at));
        match meant(Some(codes), &line.code) {
            // The same part, as far as a list can say.
            Some(_) if same.is_some_and(|same| same.part == line.part) => any = true,
            Some(found) => (all, any) = (all && !found.part, true),
            None => all = false,
        }
    }
    match (all, any) {
        (true, true) => Cover::Whole,
        (_, true) => Cover::Part,
        _ => Cover::Nothing,
    }
}
