//! Figures of all partners together beside those of a single one, which are in them.

use super::codes::region;
use super::repeats::{Member, Overlap, at_least_one, codes_text, members, overlaps, uncarved};
use super::{Attributed, Term, spread};
use crate::results::VerdictError;
use crate::term::Evaluator;
use servanda_core::{Bounds, Exact, Party, Period};
use std::collections::BTreeSet;

/// By how much less what a single partner has counts if only one of the terms has it, and the terms of all partners and of that
/// one are each settled already: by the lesser of the two least factors that is over.
fn beyond<'m>(members: impl Iterator<Item = &'m Member<'m>>, negative: bool) -> Exact {
    let (mut world, mut single): (Option<Exact>, Option<Exact>) = (None, None);
    for member in members.filter(|m| m.factor.is_negative() == negative) {
        let size = if negative { -&member.factor } else { member.factor.clone() };
        let least = if member.claim.partner == Party::WORLD { &mut world } else { &mut single };
        *least = Some(least.take().map_or(size.clone(), |known| known.min(size)));
    }
    world.zip(single).map_or_else(Exact::zero, |(a, b)| a.max(b))
}

impl<'a> Evaluator<'a> {
    /// Lets what a single partner has count once or as often as it is written, where a term of all partners together has it too.
    pub(super) fn in_the_world(
        &self,
        flows: &[Term<'_>],
        bounds: &mut Vec<Bounds>,
        out: &mut Attributed,
    ) -> Result<bool, VerdictError> {
        let mut found = false;
        let mut done: Vec<usize> = Vec::new();
        for (number, _, claim) in flows.iter().filter(|(_, _, c)| c.partner != Party::WORLD) {
            if done.contains(number) {
                continue;
            }
            let group: Vec<Term<'_>> = flows
                .iter()
                .filter(|(_, _, c)| {
                    c.series() == claim.series() || c.partner == Party::WORLD && c.has_trade_of(claim)
                })
                .copied()
                .collect();
            done.extend(group.iter().map(|(n, _, _)| *n));
            if group.iter().any(|(_, _, c)| c.partner == Party::WORLD) {
                found |= self.single_in_the_world(&group, bounds, out)?;
            }
        }
        Ok(found)
    }

    /// The same for the terms of one partner, and those of all.
    fn single_in_the_world(
        &self,
        group: &[Term<'_>],
        bounds: &mut Vec<Bounds>,
        out: &mut Attributed,
    ) -> Result<bool, VerdictError> {
        let members = members(group);
        let codes: BTreeSet<&str> = members.iter().flat_map(|m| m.claim.codes()).collect();
        let mut found = false;
        let (mut plus, mut minus) = (BTreeSet::new(), BTreeSet::new());
        for Overlap { having, stretch, codes: some } in overlaps(&members, &codes, &BTreeSet::new()) {
            let left = uncarved(&having, &members, &codes);
            let of_left = || left.iter().filter_map(|n| members.get(*n));
            let (less, more) = (beyond(of_left(), false), beyond(of_left(), true));
            let Some(claim) = of_left().map(|m| m.claim).find(|c| c.partner != Party::WORLD) else {
                continue;
            };
            let repeats = !less.is_zero() || !more.is_zero();
            let Some(lines) = region(&codes, &some).filter(|_| repeats) else { continue };
            let Some(source) = self.evidence.source(&claim.source) else { continue };
            found = true;
            let period =
                Period { from: source.frequency.point(stretch.0), to: source.frequency.point(stretch.1) };
            let names: Vec<&str> = of_left().map(|m| m.claim.term.as_str()).collect();
            out.say(format!(
                "{}: {} of {} in {period} is in each of {}, since {} is all partners together, and counts once or as \
                 often as written",
                source.id,
                codes_text(&some),
                claim.partner,
                names.join(", "),
                Party::WORLD
            ));
            let mut figure = self.of_lines(source, claim, &lines, stretch, &period)?;
            if figure.value.is_none() {
                figure.value = Some(Exact::zero());
            }
            let value = &more - &less;
            if figure.high.is_some() || !claim.non_negative {
                bounds.push(spread(&[-&less, more], &value, &figure));
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
