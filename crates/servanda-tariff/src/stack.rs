//! How the acts that apply to a line at once combine into one rate.
//!
//! Replacements come first; then all additions and top-ups, each worked out from the base, so that their order does not
//! matter; then caps; then floors.
//!
//! Where acts mean only a part of a line, some goods of the line are met by them and some are not. Every combination is worked
//! out, and the total lies within the bounds of all.

use crate::{Authority, Effect, Points, Within};
use servanda_core::Exact;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What takes goods of a line out of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TakenBy {
    /// An exclusion, by the first act of its measure, and its number there.
    Exclusion(usize, usize),
    /// One that is not held.
    Missing(usize),
}

/// An act that applies to a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Applying {
    /// Its number among the acts known.
    pub act: usize,
    /// Its authority's number in the book.
    pub authority: usize,
    /// What it does.
    pub effect: Effect,
    /// How much, as written.
    pub rate: Points,
    /// Its list: the first act of its measure, and the list's number there.
    pub list: (usize, usize),
    /// Whether it means only a part of the line: of acts on one list the same part.
    pub part: bool,
    /// Whether it is not known if it means any goods of the line.
    pub perhaps: bool,
    /// What takes a part of the line out of it.
    pub taken_out: Vec<TakenBy>,
    /// Numbers of acts that do not apply where it does.
    pub instead_of: Vec<usize>,
}

/// What became of an act that could apply.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It counts, with what it adds to the total (of `replace`, `cap` and `floor`: its rate).
    Counts(Points),
    /// An exclusion takes the whole line out; its number in the measure.
    Excluded(usize),
    /// Another act applies in place of it; its number among the acts known.
    Replaced(usize),
    /// Its authority yields to another; that one's number in the book.
    Yields(usize),
    /// Another adds more, and only the one that adds most counts.
    Lower,
    /// The goods were on their way.
    InTransit,
    /// Whether it bears on the line is not known: the line may hold goods of a listed code that has no line of its own. With
    /// what it adds to the total, nothing included.
    Undecided(Points),
}

/// The total, and what became of each act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stacked {
    pub total: Points,
    /// What all acts together do to the base.
    pub additional: Points,
    pub fates: Vec<Fate>,
    /// Whether the total is the base plus a figure, so that amounts by quantity in the base stand.
    pub only_adds: Option<Exact>,
}

/// Two acts that both replace the base; their numbers among the acts known.
pub(crate) struct Conflict(pub usize, pub usize);

/// Up to so many divisions of the goods of one line every combination is worked out; beyond, outer bounds are taken.
const PARTS: usize = 8;

pub(crate) fn stack(
    base: &Points,
    applying: &[Applying],
    authorities: &[Authority],
) -> Result<Stacked, Conflict> {
    let order = by_strength(applying, authorities);
    // What divides the goods of the line: each list that means a part of them, and each exclusion of a part.
    let mut parts: Vec<(usize, usize)> = applying.iter().filter(|a| a.part).map(|a| a.list).collect();
    parts.sort_unstable();
    parts.dedup();
    let mut taken: Vec<TakenBy> = applying.iter().flat_map(|a| a.taken_out.iter().copied()).collect();
    taken.sort_unstable();
    taken.dedup();
    let splits = parts.len() + taken.len();
    if splits > PARTS {
        return outer(base, applying, authorities, &order);
    }
    let goods = |met: usize, without: Option<usize>| {
        let stays = |bit: usize| met >> bit & 1 == 1;
        let is_met = |at: usize| {
            let Some(act) = applying.get(at) else { return true };
            let part = parts.binary_search(&act.list).ok().filter(|_| act.part);
            let stays_out = |o| taken.binary_search(o).is_ok_and(|bit| stays(parts.len() + bit));
            Some(act.act) != without && part.is_none_or(stays) && act.taken_out.iter().all(stays_out)
        };
        goods(base, applying, authorities, &order, is_met)
    };
    // First the goods that every act meets: what became of an act is told of them.
    let all = (1usize << splits) - 1;
    let mut out: Option<Stacked> = None;
    for met in (0..=all).rev() {
        match (goods(met, None), &mut out) {
            (Ok(next), None) => out = Some(next),
            (Ok(next), Some(so_far)) => so_far.join(&next),
            // Two acts on parts of a line replace the base of different parts.
            (Err(Conflict(a, b)), _) => {
                // Where one of them may not mean the line at all, the total lies between what each makes of it.
                let perhaps = |act: usize| applying.iter().any(|x| x.act == act && x.perhaps);
                if perhaps(a) || perhaps(b) {
                    for left in [a, b] {
                        let next = goods(met, Some(left));
                        match (next, &mut out) {
                            (Ok(next), None) => out = Some(next),
                            (Ok(next), Some(so_far)) => so_far.join(&next),
                            (Err(_), _) => {}
                        }
                    }
                    continue;
                }
                let whole =
                    |act: usize| applying.iter().any(|x| x.act == act && !x.part && x.taken_out.is_empty());
                if whole(a) || whole(b) {
                    return Err(Conflict(a, b));
                }
            }
        }
    }
    let mut out = out.unwrap_or_else(|| Stacked::plain(base));
    out.fates.resize(applying.len(), Fate::Counts(nothing()));
    out.only_adds = out.only_adds.take().filter(|_| out.additional.exact().is_some());
    Ok(out)
}

impl Stacked {
    /// The base and nothing else.
    fn plain(base: &Points) -> Self {
        let total = base.clone();
        Self { total, additional: nothing(), fates: Vec::new(), only_adds: Some(Exact::zero()) }
    }

    /// Other goods of the same line, of which nothing is known but that they are there.
    fn join(&mut self, other: &Self) {
        self.total = self.total.or(&other.total);
        self.additional = self.additional.or(&other.additional);
        if self.only_adds != other.only_adds {
            self.only_adds = None;
        }
        for (own, fate) in self.fates.iter_mut().zip(&other.fates) {
            if let (Fate::Counts(own), Fate::Counts(other)) = (&mut *own, fate) {
                *own = own.or(other);
            } else if let (Fate::Replaced(_) | Fate::Yields(_) | Fate::Lower, Fate::Counts(other)) =
                (&*own, fate)
                && *other != nothing()
            {
                *own = Fate::Counts(other.or(&nothing()));
            } else if let Fate::Counts(own) = own {
                *own = own.or(&nothing());
            }
        }
    }
}

/// Places of acts from the strongest authority on, and within one from those that nobody replaces on.
fn by_strength(applying: &[Applying], authorities: &[Authority]) -> Vec<usize> {
    let mut ranks = Ranks::new(authorities);
    let mut left: Vec<(usize, usize)> =
        applying.iter().enumerate().map(|(at, a)| (ranks.of(a.authority), at)).collect();
    left.sort_unstable();
    let sorted: Vec<usize> = left.into_iter().map(|(_, at)| at).collect();
    if applying.iter().all(|a| a.instead_of.is_empty()) {
        return sorted;
    }
    // An act comes after those of its authority that stand in its place.
    let mut place = vec![0usize; applying.len()];
    let mut of_act: HashMap<(usize, usize), usize> = HashMap::new();
    for (rank, at) in sorted.iter().enumerate() {
        if let (Some(slot), Some(a)) = (place.get_mut(*at), applying.get(*at)) {
            *slot = rank;
            of_act.insert((a.authority, a.act), *at);
        }
    }
    let ousted: Vec<BTreeSet<usize>> = applying
        .iter()
        .map(|a| a.instead_of.iter().filter(|b| **b != a.act).copied())
        .zip(applying)
        .map(|(all, a)| all.filter_map(|b| of_act.get(&(a.authority, b)).copied()).collect())
        .collect();
    let mut waits_for = vec![0usize; applying.len()];
    for at in ousted.iter().flatten() {
        if let Some(count) = waits_for.get_mut(*at) {
            *count += 1;
        }
    }
    // By rank: those that wait for nobody, and all that are left.
    let rank_of = |at: usize| place.get(at).copied().unwrap_or(0);
    let mut left: BTreeSet<(usize, usize)> = sorted.iter().map(|at| (rank_of(*at), *at)).collect();
    let waits = |counts: &[usize], at: usize| counts.get(at).is_some_and(|count| *count > 0);
    let mut free: BTreeSet<(usize, usize)> =
        left.iter().copied().filter(|(_, at)| !waits(&waits_for, *at)).collect();
    let mut order = Vec::with_capacity(left.len());
    // Acts that name each other in a circle are taken as they come.
    while let Some(next) = free.first().or(left.first()).copied() {
        left.remove(&next);
        free.remove(&next);
        order.push(next.1);
        for at in ousted.get(next.1).into_iter().flatten() {
            if let Some(count) = waits_for.get_mut(*at) {
                *count = count.saturating_sub(1);
                let entry = (rank_of(*at), *at);
                if *count == 0 && left.contains(&entry) {
                    free.insert(entry);
                }
            }
        }
    }
    order
}

/// The total on goods that are met by each act or not.
fn goods(
    base: &Points,
    applying: &[Applying],
    authorities: &[Authority],
    order: &[usize],
    met: impl Fn(usize) -> bool,
) -> Result<Stacked, Conflict> {
    let mut fates: Vec<Option<Fate>> =
        (0..applying.len()).map(|at| (!met(at)).then(|| Fate::Counts(nothing()))).collect();
    let mut alive: Vec<(usize, &Applying)> = Vec::with_capacity(applying.len());
    let id = |authority: usize| authorities.get(authority).map_or("", |a| a.id.as_str());
    // Of the acts that stand: their authorities by id, and by whom each act is replaced (of several, the first).
    let mut standing: BTreeMap<&str, usize> = BTreeMap::new();
    let mut ousters: HashMap<usize, usize> = HashMap::new();
    for at in order.iter().copied().filter(|at| met(*at)) {
        let Some(act) = applying.get(at) else { continue };
        let yields_to = authorities.get(act.authority).map_or(&[][..], |a| &a.yields_to);
        let stronger = yields_to.iter().filter_map(|id| standing.get_key_value(id.as_str())).min();
        if let Some((_, other)) = stronger {
            set(&mut fates, at, Fate::Yields(*other));
        } else {
            // One that is replaced itself gives nothing back: what stands in its place stands for what it replaced, too.
            let stands_in = ousters.get(&act.act).copied();
            for ousted in act.instead_of.iter().filter(|b| **b != act.act) {
                let by = stands_in.unwrap_or(act.act);
                let first = ousters.entry(*ousted).or_insert(by);
                *first = by.min(*first);
            }
            match stands_in {
                Some(other) => set(&mut fates, at, Fate::Replaced(other)),
                None => {
                    standing.insert(id(act.authority), act.authority);
                    alive.push((at, act));
                }
            }
        }
    }
    alive.sort_unstable_by_key(|(at, _)| *at);
    sum(base, &alive, authorities, fates)
}

/// Outer bounds where too many acts mean parts of a line for every combination to be worked out.
fn outer(
    base: &Points,
    applying: &[Applying],
    authorities: &[Authority],
    order: &[usize],
) -> Result<Stacked, Conflict> {
    let whole = |at: usize| applying.get(at).is_some_and(|a| !a.part && a.taken_out.is_empty());
    let mut out = goods(base, applying, authorities, order, whole)?;
    let of = |effect: Effect| applying.iter().filter(move |a| a.effect == effect).map(|a| &a.rate);
    let start = of(Effect::Replace).fold(base.clone(), |bounds, rate| bounds.or(rate));
    let added = of(Effect::Add).chain(of(Effect::TopUp)).fold(nothing(), |sum, rate| sum.add(rate));
    let total = start.or(&start.add(&added));
    let limits = of(Effect::Cap).chain(of(Effect::Floor));
    out.total = limits.fold(total, |total, rate| total.or(&total.min(rate)).or(&total.max(rate)));
    out.additional = difference(&out.total, base);
    out.only_adds = None;
    for (fate, act) in out.fates.iter_mut().zip(applying) {
        *fate = Fate::Counts(act.rate.or(&nothing()));
    }
    Ok(out)
}

/// What one is above another; where the other has no upper bound, at least the lesser of nothing and what is known.
fn difference(total: &Points, base: &Points) -> Points {
    let low = match &base.high {
        Some(high) => &total.low - high,
        None => (&total.low - &base.low).min(Exact::zero()),
    };
    Points { low, high: total.high.as_ref().map(|high| high - &base.low) }
}

/// The total, where it is settled which acts apply.
fn sum(
    base: &Points,
    counts: &[(usize, &Applying)],
    authorities: &[Authority],
    mut fates: Vec<Option<Fate>>,
) -> Result<Stacked, Conflict> {
    let mut replacing = counts.iter().filter(|(_, a)| a.effect == Effect::Replace);
    let mut start = base.clone();
    if let Some((at, act)) = replacing.next() {
        if let Some((_, other)) = replacing.next() {
            return Err(Conflict(act.act, other.act));
        }
        start = act.rate.clone();
        set(&mut fates, *at, Fate::Counts(act.rate.clone()));
    }

    // What each authority adds.
    let mut added: BTreeMap<usize, Points> = BTreeMap::new();
    let mut lead: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, act) in counts {
        let adds = match act.effect {
            Effect::Add => act.rate.clone(),
            Effect::TopUp => act.rate.above(&start),
            _ => continue,
        };
        set(&mut fates, *at, Fate::Counts(adds.clone()));
        let within = authorities.get(act.authority).map_or(Within::Sum, |a| a.within);
        match added.get(&act.authority) {
            None => {
                added.insert(act.authority, adds);
                lead.insert(act.authority, *at);
            }
            Some(so_far) if within == Within::Sum => {
                let sum = so_far.add(&adds);
                added.insert(act.authority, sum);
            }
            Some(so_far) => {
                let most = so_far.max(&adds);
                let before = lead.get(&act.authority).copied().unwrap_or(*at);
                let lower = if higher(&adds, so_far) { before } else { *at };
                if lower == before {
                    lead.insert(act.authority, *at);
                }
                if !may_exceed(if lower == before { so_far } else { &adds }, &most) {
                    set(&mut fates, lower, Fate::Lower);
                }
                added.insert(act.authority, most);
            }
        }
    }
    // Of a group only the one that adds most counts.
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for authority in added.keys() {
        if let Some(group) = authorities.get(*authority).and_then(|a| a.group.as_deref()) {
            groups.entry(group).or_default().push(*authority);
        }
    }
    for members in groups.values_mut().filter(|m| m.len() > 1) {
        // Of equals the first by id leads.
        members.sort_by_key(|m| authorities.get(*m).map(|a| a.id.as_str()));
        let members = &*members;
        let most = members.iter().filter_map(|m| added.get(m)).fold(nothing(), |a, b| a.max(b));
        let first = members.iter().copied().reduce(|a, b| {
            let (x, y) = (added.get(&a), added.get(&b));
            if x.zip(y).is_some_and(|(x, y)| higher(y, x)) { b } else { a }
        });
        for member in members {
            if Some(*member) == first {
                continue;
            }
            let beaten = added.get(member).is_some_and(|own| !may_exceed(own, &most));
            for (at, act) in counts.iter().filter(|(_, a)| a.authority == *member) {
                if beaten && matches!(act.effect, Effect::Add | Effect::TopUp) {
                    set(&mut fates, *at, Fate::Lower);
                }
            }
            added.remove(member);
        }
        if let Some(first) = first {
            added.insert(first, most);
        }
    }
    let additions = added.values().fold(nothing(), |sum, points| sum.add(points));
    // A base that is known within bounds and topped up by one act is at least that act's rate.
    let mut tops = counts
        .iter()
        .filter(|(at, a)| a.effect == Effect::TopUp && matches!(fates.get(*at), Some(Some(Fate::Counts(_)))));
    let mut total = match (tops.next(), tops.next()) {
        (Some((_, top)), None)
            if start.exact().is_none()
                && authorities.get(top.authority).is_none_or(|a| a.group.is_none())
                && counts.iter().filter(|(_, a)| a.authority == top.authority).count() == 1 =>
        {
            let others = added.iter().filter(|(authority, _)| **authority != top.authority);
            others.fold(start.max(&top.rate), |sum, (_, points)| sum.add(points))
        }
        _ => start.add(&additions),
    };
    let mut plain = counts.iter().all(|(_, a)| matches!(a.effect, Effect::Add));
    for (effect, pick) in
        [(Effect::Cap, Points::min as fn(&Points, &Points) -> Points), (Effect::Floor, Points::max)]
    {
        for (at, act) in counts.iter().filter(|(_, a)| a.effect == effect) {
            total = pick(&total, &act.rate);
            set(&mut fates, *at, Fate::Counts(act.rate.clone()));
            plain = false;
        }
    }
    let only_adds = additions.exact().filter(|_| plain).cloned();
    let bounded =
        counts.iter().any(|(_, a)| matches!(a.effect, Effect::Replace | Effect::Cap | Effect::Floor));
    let additional = if bounded { difference(&total, base) } else { additions };
    let fates = fates.into_iter().map(|f| f.unwrap_or(Fate::Lower)).collect();
    Ok(Stacked { total, additional, fates, only_adds })
}

/// How many authorities stand above each, by the longest way.
struct Ranks<'a> {
    authorities: &'a [Authority],
    by_id: HashMap<&'a str, usize>,
    known: HashMap<usize, usize>,
}

impl<'a> Ranks<'a> {
    fn new(authorities: &'a [Authority]) -> Self {
        Self { authorities, by_id: HashMap::new(), known: HashMap::new() }
    }

    fn above(&mut self, at: usize) -> Vec<usize> {
        let named = self.authorities.get(at).map_or(&[][..], |a| &a.yields_to);
        if self.by_id.is_empty() && !named.is_empty() {
            self.by_id = self.authorities.iter().enumerate().map(|(n, a)| (a.id.as_str(), n)).collect();
        }
        named.iter().filter_map(|id| self.by_id.get(id.as_str()).copied()).collect()
    }

    /// Each is worked out once, and a chain of any length costs no stack. A circle (which no file may have) is cut where it
    /// closes.
    fn of(&mut self, authority: usize) -> usize {
        let mut open: HashSet<usize> = HashSet::new();
        let mut way: Vec<(usize, Vec<usize>)> = Vec::new();
        if !self.known.contains_key(&authority) {
            open.insert(authority);
            way.push((authority, self.above(authority)));
        }
        while let Some((at, stronger)) = way.last() {
            let next = stronger.iter().copied().find(|a| !self.known.contains_key(a) && !open.contains(a));
            if let Some(next) = next {
                open.insert(next);
                let above = self.above(next);
                way.push((next, above));
            } else {
                let longest = stronger.iter().filter_map(|a| self.known.get(a)).max();
                self.known.insert(*at, longest.map_or(0, |rank| rank + 1));
                open.remove(at);
                way.pop();
            }
        }
        self.known.get(&authority).copied().unwrap_or(0)
    }
}

fn nothing() -> Points {
    Points::exactly(Exact::zero())
}

/// Whether one adds more than another, as far as that can be told.
fn higher(a: &Points, b: &Points) -> bool {
    match (&a.high, &b.high) {
        (Some(x), Some(y)) => (x, &a.low) > (y, &b.low),
        (None, Some(_)) => true,
        (Some(_), None) => false,
        (None, None) => a.low > b.low,
    }
}

/// Whether one could be as much as the most.
fn may_exceed(own: &Points, most: &Points) -> bool {
    own.high.as_ref().is_none_or(|high| *high > most.low)
}

fn set<T>(list: &mut [Option<T>], at: usize, value: T) {
    if let Some(slot) = list.get_mut(at) {
        *slot = Some(value);
    }
}

#[cfg(test)]
#[path = "stack_tests.rs"]
mod tests;
