//! Codes of a source that stand for different lines of the agreement in different terms.

use super::{Attributed, Claim, Factors, Term, spread, times};
use crate::results::VerdictError;
use crate::series::Sums;
use crate::term::{Evaluator, Resolved, Route};
use servanda_agreement::{Definition, Meant, ResolvedScope};
use servanda_core::{Bounds, Exact, LineSet, Period, SeriesRequest, Source};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A code of a source that terms mean differently, with what each of them means by it.
pub(super) struct Shared<'t> {
    pub code: String,
    /// By the place of the term in its group.
    terms: Vec<(usize, Meant)>,
    /// Terms that are no part of the sum.
    beside: Vec<(&'t Claim, Meant)>,
}

impl Shared<'_> {
    fn meant(&self) -> impl Iterator<Item = &Meant> {
        self.terms.iter().map(|(_, meant)| meant).chain(self.beside.iter().map(|(_, meant)| meant))
    }
}

impl<'a> Evaluator<'a> {
    /// Whether a code of a source stands for different trade in two of some terms.
    pub(super) fn contested(&self, definition: &Definition, flows: &[Arc<Claim>]) -> bool {
        flows.iter().enumerate().any(|(n, claim)| {
            let Some(source) = self.evidence.source(&claim.source) else { return false };
            let one = Exact::integer(1);
            let others: Vec<&Arc<Claim>> =
                flows.iter().skip(n + 1).filter(|other| other.series() == claim.series()).collect();
            !self.shared(definition, source, &[(0, &one, claim)], &others).is_empty()
        })
    }

    /// The codes of a source that the terms of a sum mean differently, or one of them and a term beside the sum.
    pub(super) fn shared<'t>(
        &self,
        definition: &Definition,
        source: &Source,
        group: &[Term<'t>],
        beside: &[&'t Arc<Claim>],
    ) -> Vec<Shared<'t>> {
        let claims: Vec<&Claim> =
            group.iter().map(|(_, _, c)| c.as_ref()).chain(beside.iter().map(|c| c.as_ref())).collect();
        let meet = |(n, claim): (usize, &&Claim)| claims.iter().skip(n + 1).any(|other| claim.meets(other));
        if !claims.iter().take(group.len()).enumerate().any(meet) {
            return Vec::new();
        }
        // A code that no row of the crosswalk names, nor a heading of it, stands for itself in every term.
        let rows = definition.crosswalks.get(&source.id).map(Vec::as_slice).unwrap_or_default();
        let crossed: BTreeSet<&str> = rows.iter().map(|row| row.source_code.as_str()).collect();
        let named =
            |code: &&str| (1..=code.len()).any(|n| code.get(..n).is_some_and(|c| crossed.contains(c)));
        let own = |claim: &Claim, code: &str| {
            let lines = claim.lines().filter(|lines| lines.classify(code).line.is_some());
            lines.map(|_| self.agreement.meant(definition, source, &claim.resolved.of, code))
        };
        let codes: BTreeSet<&str> = group.iter().flat_map(|(_, _, c)| c.codes()).filter(named).collect();
        let mut out = Vec::new();
        for code in codes {
            let terms: Vec<(usize, Meant)> = group
                .iter()
                .enumerate()
                .filter_map(|(at, (_, _, claim))| Some((at, own(claim, code)?)))
                .collect();
            let beside: Vec<(&'t Claim, Meant)> = beside
                .iter()
                .copied()
                .filter_map(|claim| Some((claim.as_ref(), own(claim, code)?)))
                .collect();
            let all: Vec<(&Claim, &Meant)> = terms
                .iter()
                .filter_map(|(at, meant)| Some((group.get(*at)?.2.as_ref(), meant)))
                .chain(beside.iter().map(|(claim, meant)| (*claim, meant)))
                .collect();
            // Two terms beside the sum are another's matter.
            let differ = |(n, (a, meant)): (usize, &(&Claim, &Meant))| {
                all.iter().skip(n + 1).any(|(b, other)| a.meets(b) && meant.differs(other))
            };
            if all.iter().take(terms.len()).enumerate().any(differ) {
                out.push(Shared { code: code.to_owned(), terms, beside });
            }
        }
        out
    }

    /// Takes the shared codes out of the terms that have them, and adds them once.
    pub(super) fn share_codes(
        &self,
        source: &'a Source,
        group: &[Term<'_>],
        shared: &[Shared<'_>],
        bounds: &mut Vec<Bounds>,
        out: &mut Attributed,
    ) -> Result<(), VerdictError> {
        let codes: BTreeSet<&str> = group.iter().flat_map(|(_, _, c)| c.codes()).collect();
        let taken: BTreeSet<&str> = shared.iter().map(|s| s.code.as_str()).collect();
        for (at, (number, factor, claim)) in group.iter().enumerate() {
            if !shared.iter().any(|s| s.terms.iter().any(|(n, _)| *n == at)) {
                continue;
            }
            let rest = claim.lines().map(|lines| without(lines, &codes, &taken)).unwrap_or_default();
            let left = match rest.is_empty() {
                true => Bounds::exactly(Exact::zero()),
                false => self.of_lines(source, claim, &rest, (claim.first, claim.last), &claim.period)?,
            };
            if let Some(place) = bounds.get_mut(*number) {
                *place = times(factor, &left);
            }
        }
        for one in shared {
            self.share_code(source, group, one, &codes, bounds)?;
            let listed: BTreeSet<&str> =
                one.meant().flat_map(|m| m.listed.iter().map(String::as_str)).collect();
            let listed: Vec<&str> = listed.into_iter().collect();
            out.say(format!(
                "{}: its one code {} stands for {}, and its figure counts at most once for all of them",
                source.id,
                one.code,
                listed.join(" and ")
            ));
        }
        Ok(())
    }

    /// Adds the figure of a shared code, stretch by stretch of those in which the same terms have it.
    fn share_code(
        &self,
        source: &'a Source,
        group: &[Term<'_>],
        one: &Shared<'_>,
        codes: &BTreeSet<&str>,
        bounds: &mut Vec<Bounds>,
    ) -> Result<(), VerdictError> {
        let Some(lines) = region(codes, &[one.code.as_str()]) else { return Ok(()) };
        let terms: Vec<(&Exact, &Arc<Claim>, &Meant)> = one
            .terms
            .iter()
            .filter_map(|(at, meant)| group.get(*at).map(|(_, factor, claim)| (*factor, *claim, meant)))
            .collect();
        let claims = terms.iter().map(|(_, c, _)| c.as_ref()).chain(one.beside.iter().map(|(c, _)| *c));
        let starts: BTreeSet<i32> = claims.flat_map(|c| [c.first, c.last.saturating_add(1)]).collect();
        let ends = starts.iter().skip(1).map(|s| s.saturating_sub(1));
        for (first, last) in starts.iter().copied().zip(ends) {
            let has = |claim: &Claim| claim.first <= first && last <= claim.last;
            let here: Vec<_> = terms.iter().filter(|(_, c, _)| has(c)).collect();
            let Some((first_factor, claim, _)) = here.first() else { continue };
            let point = |n: i32| source.frequency.point(n);
            let stretch = Period { from: point(first), to: point(last) };
            let whole = self.of_lines(source, claim, &lines, (first, last), &stretch)?;
            let alike = here.iter().all(|(_, _, m)| here.iter().all(|(_, _, n)| !m.differs(n)));
            // All of it may belong to a term beside the sum, unless that means no more than these do.
            let elsewhere = one.beside.iter().filter(|(c, _)| has(c)).any(|(_, other)| {
                here.iter().any(|(_, _, meant)| meant.differs(other) && !meant.includes_all(other))
            });
            let factors = Factors::of(distinct(here.iter().map(|(factor, c, _)| (*factor, *c))).iter());
            let (mut sums, value) = if alike {
                (vec![factors.least(), factors.most()], factors.once())
            } else {
                let of = |code: &String| {
                    let having = here.iter().filter(|(_, _, meant)| meant.includes(code));
                    having.fold(Exact::zero(), |sum, (factor, _, _)| &sum + *factor)
                };
                let parts = here.iter().flat_map(|(_, _, meant)| &meant.listed).map(of);
                (parts.chain([Exact::zero()]).collect(), (*first_factor).clone())
            };
            if elsewhere {
                sums.push(Exact::zero());
            }
            // A term that has only a part of the stretch may have none of the figure.
            for (factor, _, _) in here.iter().filter(|(_, c, _)| {
                point(c.first).start() < c.period.start() || point(c.last).end() > c.period.end()
            }) {
                let less: Vec<Exact> = sums.iter().map(|sum| sum - *factor).collect();
                sums.extend(less);
            }
            bounds.push(match claim.non_negative {
                true => spread(&sums, &value, &whole),
                false => Bounds::unknown(),
            });
        }
        Ok(())
    }

    /// The figure of some lines of a claim's series over a stretch.
    pub(super) fn of_lines(
        &self,
        source: &'a Source,
        claim: &Claim,
        lines: &LineSet,
        (first, last): (i32, i32),
        period: &Period,
    ) -> Result<Bounds, VerdictError> {
        let (stage, partner) = (claim.stage, claim.partner);
        let route = Route { source, stage, partner, proxy: claim.proxy, non_negative: claim.non_negative };
        let request = SeriesRequest {
            source: &source.id,
            stage,
            partner,
            dimension: claim.dimension,
            lines,
            first,
            last,
            as_of: claim.as_of,
        };
        let scope = ResolvedScope::Lines { lines: lines.clone(), notes: Vec::new(), partly: Vec::new() };
        let resolved = Arc::new(Resolved::new(scope, claim.resolved.of.clone()));
        let sums: Arc<Sums> = self.sums(&request, &resolved.listed)?;
        let (value, _) = self.add_up(&route, &request, &sums, period, claim.baseline, &resolved)?;
        Ok(value.figure.bounds)
    }
}

/// The factors of terms, those of the same term added.
pub(super) fn distinct<'t>(terms: impl Iterator<Item = (&'t Exact, &'t Arc<Claim>)>) -> Vec<Exact> {
    let mut seen: Vec<(&Claim, Exact)> = Vec::new();
    for (factor, claim) in terms {
        match seen.iter_mut().find(|(known, _)| known.is(claim)) {
            Some((_, sum)) => *sum = &*sum + factor,
            None => seen.push((claim, factor.clone())),
        }
    }
    seen.into_iter().map(|(_, factor)| factor).filter(|f| !f.is_zero()).collect()
}

/// Some of the codes at which anything begins or ends, without what begins at the others.
pub(super) fn region(codes: &BTreeSet<&str>, some: &[&str]) -> Option<LineSet> {
    let mut lines = LineSet::new();
    for code in some {
        lines.add(code, &[(*code).to_owned()]).ok()?;
    }
    for code in codes.iter().filter(|c| some.iter().any(|s| c.len() > s.len() && c.starts_with(s))) {
        lines.exclude(code);
    }
    Some(lines)
}

/// Lines without some codes; `codes` are all at which anything may begin or end.
fn without(lines: &LineSet, codes: &BTreeSet<&str>, taken: &BTreeSet<&str>) -> LineSet {
    let owner = |code: &str| lines.classify(code).line.filter(|_| !taken.contains(code));
    let above = |code: &str| {
        (0..code.len()).rev().filter_map(|end| code.get(..end)).find(|start| codes.contains(start)).map(owner)
    };
    let mut rest = LineSet::new();
    let mut outside = Vec::new();
    let mut of_line: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for code in codes {
        match owner(code) {
            Some(line) if above(code) != Some(Some(line)) => {
                of_line.entry(line).or_default().push((*code).to_owned());
            }
            Some(_) => {}
            None => outside.push(*code),
        }
    }
    for (line, prefixes) in &of_line {
        // Each prefix is of one line, so that none is there already.
        let _ = rest.add(lines.labels().get(*line).map_or("", String::as_str), prefixes);
    }
    for code in outside {
        rest.exclude(code);
    }
    rest
}
