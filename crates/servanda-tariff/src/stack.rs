//! How the acts that apply to a line at once combine into one rate.
//!
//! Replacements come first; then all additions and top-ups, each worked out from the base, so that their order does not
//! matter; then caps; then floors.
//!
//! Where acts mean only a part of a line, some goods of the line are met by them and some are not. Every combination is worked
//! out, and the total lies within the bounds of all.

use crate::{Authority, Effect, Points, Within};
use servanda_core::Exact;
use std::collections::BTreeMap;

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
    /// Whether it means only a part of the line.
    pub part: bool,
    /// Exclusions that take a part of the line out of it: the first act of the measure, and the number in it.
    pub taken_out: Vec<(usize, usize)>,
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
    // What divides the goods of the line: each act on a part of them, and each exclusion of a part.
    let parts: Vec<usize> =
        (0..applying.len()).filter(|at| applying.get(*at).is_some_and(|a| a.part)).collect();
    let mut taken: Vec<(usize, usize)> = applying.iter().flat_map(|a| a.taken_out.iter().copied()).collect();
    taken.sort_unstable();
    taken.dedup();
    let splits = parts.len() + taken.len();
    if splits > PARTS {
        return outer(base, applying, authorities, &order);
    }
    let goods = |met: usize| {
        let stays = |bit: usize| met >> bit & 1 == 1;
        let is_met = |at: usize| {
            let out = applying.get(at).map_or(&[][..], |a| &a.taken_out);
            parts.iter().position(|p| *p == at).is_none_or(stays)
                && out.iter().all(|o| taken.binary_search(o).is_ok_and(|bit| stays(parts.len() + bit)))
        };
        goods(base, applying, authorities, &order, is_met)
    };
    // First the goods that every act meets: what became of an act is told of them.
    let all = (1usize << splits) - 1;
    let mut out: Option<Stacked> = None;
    for met in (0..=all).rev() {
        match (goods(met), &mut out) {
            (Ok(next), None) => out = Some(next),
            (Ok(next), Some(so_far)) => so_far.join(&next),
            // Two acts on parts of a line replace the base of different parts.
            (Err(Conflict(a, b)), _) => {
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
    let mut left: Vec<(usize, usize)> = applying
        .iter()
        .enumerate()
        .map(|(at, a)| (rank(authorities, a.authority, authorities.len()), at))
        .collect();
    left.sort_unstable();
    let mut left: Vec<usize> = left.into_iter().map(|(_, at)| at).collect();
    let ousts = |a: usize, b: usize| {
        let (Some(a), Some(b)) = (applying.get(a), applying.get(b)) else { return false };
        a.act != b.act && a.authority == b.authority && a.instead_of.contains(&b.act)
    };
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        // Acts that name each other in a circle are taken as they come.
        let free = left.iter().position(|at| left.iter().all(|other| !ousts(*other, *at))).unwrap_or(0);
        order.push(left.remove(free));
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
    for at in order.iter().copied().filter(|at| met(*at)) {
        let Some(act) = applying.get(at) else { continue };
        let yields_to = authorities.get(act.authority).map_or(&[][..], |a| &a.yields_to);
        let stronger = alive.iter().filter(|(_, o)| yields_to.iter().any(|a| a == id(o.authority)));
        let ouster = alive.iter().filter(|(_, o)| o.act != act.act && o.instead_of.contains(&act.act));
        if let Some((_, other)) = stronger.min_by_key(|(_, o)| id(o.authority)) {
            set(&mut fates, at, Fate::Yields(other.authority));
        } else if let Some((_, other)) = ouster.min_by_key(|(_, o)| o.act) {
            set(&mut fates, at, Fate::Replaced(other.act));
        } else {
            alive.push((at, act));
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

/// How many authorities stand above one, by the longest way.
fn rank(authorities: &[Authority], of: usize, left: usize) -> usize {
    let Some(own) = authorities.get(of).filter(|_| left > 0) else { return 0 };
    let above = own.yields_to.iter().filter_map(|id| authorities.iter().position(|a| a.id == *id));
    above.map(|a| 1 + rank(authorities, a, left - 1)).max().unwrap_or(0)
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
