//! Figures that several terms of a sum have, each for certain: scopes or windows overlap.

use super::codes::region;
use super::{Attributed, Claim, Factors, Term, nearest_to_zero, spread};
use crate::listed::Listed;
use crate::results::VerdictError;
use crate::term::Evaluator;
use servanda_core::{Bounds, Date, Exact, Party, Period, Source};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The same term wherever it is written, with the sum of its factors.
pub(super) struct Member<'t> {
    pub factor: Exact,
    pub claim: &'t Arc<Claim>,
    /// Its places in the sum.
    numbers: Vec<usize>,
}

pub(super) fn members<'t>(group: &[Term<'t>]) -> Vec<Member<'t>> {
    let mut members: Vec<Member<'t>> = Vec::new();
    for (number, factor, claim) in group {
        match members.iter_mut().find(|m| m.claim.is(claim)) {
            Some(member) => {
                member.factor = &member.factor + *factor;
                member.numbers.push(*number);
            }
            None => members.push(Member { factor: (*factor).clone(), claim, numbers: vec![*number] }),
        }
    }
    members.retain(|m| !m.factor.is_zero());
    members
}

/// Codes that the same terms have in a stretch of sub-periods.
pub(super) struct Overlap<'c> {
    pub having: Vec<usize>,
    pub stretch: (i32, i32),
    pub codes: Vec<&'c str>,
}

impl<'a> Evaluator<'a> {
    /// Lets what several terms have in whole sub-periods count once or as often as it is written. Codes that are `taken` are
    /// added already.
    pub(super) fn repeats(
        &self,
        source: &'a Source,
        group: &[Term<'_>],
        taken: &BTreeSet<&str>,
        bounds: &mut Vec<Bounds>,
        out: &mut Attributed,
    ) -> Result<bool, VerdictError> {
        let members = members(group);
        let codes: BTreeSet<&str> = members.iter().flat_map(|m| m.claim.codes()).collect();
        let mut found = false;
        // Terms of which it is not known how much they have in common: those that add, and those that are taken away.
        let (mut plus, mut minus) = (BTreeSet::new(), BTreeSet::new());
        for overlap in overlaps(&members, &codes, taken) {
            let Overlap { having, stretch, codes: some } = &overlap;
            let left = uncarved(having, &members, &codes);
            let factors = || left.iter().filter_map(|n| members.get(*n)).map(|m| &m.factor);
            let counts = Factors::of(factors());
            let Some(claim) = left.first().and_then(|n| members.get(*n)).map(|m| m.claim) else { continue };
            let Some(lines) = region(&codes, some).filter(|_| counts.repeat()) else { continue };
            found = true;
            let point = |n: i32| source.frequency.point(n);
            let period = Period { from: point(stretch.0), to: point(stretch.1) };
            let names: Vec<&str> =
                left.iter().filter_map(|n| members.get(*n)).map(|m| m.claim.term.as_str()).collect();
            out.say(format!(
                "{}: {} in {period} is in each of {}, and counts once or as often as written",
                source.id,
                codes_text(some),
                names.join(", ")
            ));
            let mut figure = self.of_lines(source, claim, &lines, *stretch, &period)?;
            if figure.value.is_none() {
                figure.value = Some(Exact::zero());
            }
            let value = &counts.more - &counts.less;
            let (less, more) = (-&counts.less, counts.more.clone());
            if figure.high.is_some() || !claim.non_negative {
                bounds.push(spread(&[less, more], &value, &figure));
                continue;
            }
            for n in left {
                match members.get(n) {
                    Some(m) if m.factor.is_negative() => minus.insert(n),
                    Some(_) => plus.insert(n),
                    None => false,
                };
            }
            let nothing = Exact::zero();
            let held = figure.value.map(|held| &held * &value);
            bounds.push(Bounds { value: held, low: Some(nothing.clone()), high: Some(nothing) });
        }
        at_least_one(&plus, &members, bounds, |b| &mut b.low);
        at_least_one(&minus, &members, bounds, |b| &mut b.high);
        Ok(found)
    }
}

/// What codes are called in a sentence.
pub(super) fn codes_text(codes: &[&str]) -> String {
    const SHOWN: usize = 3;
    let named: Vec<&str> = codes
        .iter()
        .take(SHOWN)
        .map(|c| if c.is_empty() { "all that is no listed code" } else { c })
        .collect();
    let more = if codes.len() > SHOWN { ", ..." } else { "" };
    format!("{}{more}", named.join(", "))
}

/// The codes and sub-periods that two terms or more have.
pub(super) fn overlaps<'c>(
    members: &[Member<'_>],
    codes: &BTreeSet<&'c str>,
    taken: &BTreeSet<&str>,
) -> Vec<Overlap<'c>> {
    let windows: Vec<(i32, i32)> = members.iter().map(|m| m.claim.whole()).collect();
    let starts: BTreeSet<i32> = windows.iter().flat_map(|(a, b)| [*a, b.saturating_add(1)]).collect();
    let ends = starts.iter().skip(1).map(|s| s.saturating_sub(1));
    let mut out: Vec<Overlap<'c>> = Vec::new();
    for (first, last) in starts.iter().copied().zip(ends) {
        let here: Vec<usize> = windows
            .iter()
            .enumerate()
            .filter(|(_, (a, b))| *a <= first && last <= *b)
            .map(|(n, _)| n)
            .collect();
        if here.len() < 2 {
            continue;
        }
        let mut by_terms: BTreeMap<Vec<usize>, Vec<&'c str>> = BTreeMap::new();
        for code in codes.iter().filter(|c| !taken.contains(*c)) {
            let has = |n: &usize| members.get(*n).is_some_and(|m| m.claim.has(code));
            let having: Vec<usize> = here.iter().copied().filter(has).collect();
            if having.len() > 1 {
                by_terms.entry(having).or_default().push(code);
            }
        }
        for (having, codes) in by_terms {
            // Neighbours that the same terms have are one.
            let before = out
                .iter_mut()
                .find(|o| o.having == having && o.codes == codes && o.stretch.1.saturating_add(1) == first);
            match before {
                Some(overlap) => overlap.stretch.1 = last,
                None => out.push(Overlap { having, stretch: (first, last), codes }),
            }
        }
    }
    out
}

/// The terms that have a figure, without those from which a term within them takes it away: a heading less one of its codes
/// is without that code, and does not have it twice where the code, or a part of it, is added by itself.
pub(super) fn uncarved(having: &[usize], members: &[Member<'_>], codes: &BTreeSet<&str>) -> Vec<usize> {
    let mut carved: BTreeSet<usize> = BTreeSet::new();
    for inner in having {
        let outer = having.iter().find(|outer| {
            let pair = members.get(*inner).zip(members.get(**outer));
            !carved.contains(outer)
                && pair.is_some_and(|(a, b)| a.factor == -&b.factor && within(a.claim, b.claim, codes))
        });
        carved.extend(outer);
    }
    having.iter().copied().filter(|n| !carved.contains(n)).collect()
}

fn within(inner: &Claim, outer: &Claim, codes: &BTreeSet<&str>) -> bool {
    // All partners together are in no single one.
    (inner.partner == outer.partner || outer.partner == Party::WORLD)
        && outer.period.start() <= inner.period.start()
        && inner.period.end() <= outer.period.end()
        && codes.iter().all(|code| !inner.has(code) || outer.has(code))
}

/// Where it is not known how much terms have in common, all of them come to at least the largest of them, with the least of
/// their factors.
pub(super) fn at_least_one(
    some: &BTreeSet<usize>,
    members: &[Member<'_>],
    bounds: &mut [Bounds],
    end: impl Fn(&mut Bounds) -> &mut Option<Exact>,
) {
    let some: Vec<&Member<'_>> = some.iter().filter_map(|n| members.get(*n)).collect();
    let size = |m: &Member<'_>| if m.factor.is_negative() { -&m.factor } else { m.factor.clone() };
    let Some(least) = some.iter().map(|m| size(m)).min() else { return };
    let mut best: Option<Exact> = Some(Exact::zero());
    for member in &some {
        let [number] = member.numbers.as_slice() else {
            best = None;
            continue;
        };
        let Some(own) = bounds.get_mut(*number).map(&end) else { continue };
        let scaled = own.as_ref().and_then(|x| (x * &least).checked_div(&size(member)));
        best = best.zip(scaled).map(|(a, b)| if member.factor.is_negative() { a.min(b) } else { a.max(b) });
    }
    for (n, number) in some.iter().flat_map(|m| &m.numbers).enumerate() {
        if let Some(own) = bounds.get_mut(*number).map(&end) {
            *own = if n == 0 { best.clone() } else { best.as_ref().map(|_| Exact::zero()) };
        }
    }
}

/// A term that has a figure partly: its place in the sum, its factor, and what it has.
type Having<'t> = (usize, &'t Exact, &'t Arc<Claim>, &'t super::Partly);

/// Of figures that two terms have partly, each of the same lines: what they have together.
pub(super) fn in_part(
    source: &Source,
    group: &[Term<'_>],
    bounds: &mut Vec<Bounds>,
    out: &mut Attributed,
) -> bool {
    // By the set of lines, in the order of the terms.
    let mut sets: Vec<&Listed> = Vec::new();
    let mut partly: BTreeMap<(usize, Date, Date), Vec<Having<'_>>> = BTreeMap::new();
    for (number, factor, claim) in group {
        let listed = &claim.resolved.listed;
        let set = sets.iter().position(|known| *known == listed).unwrap_or_else(|| {
            sets.push(listed);
            sets.len() - 1
        });
        for p in &claim.partly {
            partly.entry((set, p.from, p.to)).or_default().push((*number, *factor, *claim, p));
        }
    }
    let mut any = false;
    for ((_, from, to), terms) in partly {
        let Some((_, _, claim, part)) = terms.first() else { continue };
        if terms.len() < 2 || !claim.non_negative || terms.iter().all(|(_, _, c, _)| c.period == claim.period)
        {
            continue;
        }
        any = true;
        for (number, factor, _, p) in &terms {
            let Some(b) = bounds.get_mut(*number) else { continue };
            let most = *factor * &p.high;
            if factor.is_negative() {
                b.low = b.low.as_ref().map(|low| low - &most);
            } else {
                b.high = b.high.as_ref().map(|high| high - &most);
            }
        }
        let factors: Vec<Factors> =
            super::entries::cuts(from, to, terms.iter().map(|(_, _, c, _)| &c.period))
                .into_iter()
                .map(|day| {
                    let having = terms.iter().filter(|(_, _, c, _)| c.period.contains(day));
                    Factors::of(super::codes::distinct(having.map(|(_, f, c, _)| (*f, *c))).iter())
                })
                .collect();
        let ends: Vec<Exact> = factors.iter().flat_map(|f| [f.least(), f.most()]).collect();
        let same = ends.iter().min() == ends.iter().max();
        let whole = Bounds {
            value: Some(part.value.clone()),
            low: Some(part.low.clone()),
            high: Some(part.high.clone()),
        };
        let counts = nearest_to_zero(ends.iter().min(), ends.iter().max());
        bounds.push(spread(&ends, &counts, &whole));
        if same {
            out.settled.extend(terms.iter().map(|(_, _, c, p)| p.said(&source.id, &c.period)));
        }
        if factors.iter().any(Factors::repeat) {
            let names: Vec<&str> = terms.iter().map(|(_, _, c, _)| c.term.as_str()).collect();
            out.say(format!(
                "{}: a part of {} is in each of {}, and counts once or as often as written",
                source.id,
                part.name,
                names.join(", ")
            ));
        }
    }
    any
}
