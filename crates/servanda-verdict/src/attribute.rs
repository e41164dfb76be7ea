//! One figure of a source that enters a sum through two terms.
//!
//! Two lines of an agreement can stand behind one wider code of a source, and two windows can share a week. Each such figure
//! is taken as what it is: one amount, of which nobody knows how it falls on what it stands for. Every part of it counts by
//! the sum of the factors of the terms that have that part, so that the whole counts between the least and the greatest of
//! those sums times itself. Where the terms mean the same trade, or together have all of the figure alike, both are equal
//! and the sum is as exact as before.

use crate::results::VerdictError;
use crate::series::Sums;
use crate::term::{Evaluator, Resolved, Route, hash_of};
use servanda_agreement::{Definition, Meant, ResolvedScope};
use servanda_core::{
    AsOf, Bounds, Date, Dimension, Exact, LineSet, Party, Period, SeriesRequest, Source, Stage,
};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A term of a sum with the factor by which it counts.
#[derive(Debug, Clone)]
pub(crate) struct Addend {
    pub factor: Exact,
    pub bounds: Bounds,
    /// Which figures of a source it rests on; none where it is no flow.
    pub claim: Option<Rc<Claim>>,
}

/// The figures of a source that a flow term rests on.
#[derive(Debug)]
pub(crate) struct Claim {
    pub source: String,
    pub stage: Stage,
    pub partner: Party,
    pub dimension: Dimension,
    pub as_of: AsOf,
    pub first: i32,
    pub last: i32,
    pub period: Period,
    pub baseline: bool,
    pub proxy: bool,
    pub non_negative: bool,
    pub resolved: Rc<Resolved>,
    pub partly: Vec<Partly>,
}

/// A figure that lies only partly in a term's period.
#[derive(Debug, Clone)]
pub(crate) struct Partly {
    pub name: String,
    pub from: Date,
    pub to: Date,
    pub low: Exact,
    pub high: Exact,
    pub value: Exact,
}

impl Partly {
    /// What is said of it where it keeps a sum from being exact.
    pub fn said(&self, source: &str, period: &Period) -> String {
        format!("{source}: {} lies only partly in {period}", self.name)
    }
}

/// A term that has a figure partly: its place in the sum, its factor, and what it has.
type Having<'t> = (usize, &'t Exact, &'t Rc<Claim>, &'t Partly);

/// A sum in which each figure of a source counts once.
pub(crate) struct Attributed {
    pub bounds: Bounds,
    /// What is counted once, and why that leaves a range.
    pub shared: Vec<String>,
    /// What was said of figures that the terms have only partly, and that they have whole together.
    pub settled: Vec<String>,
}

/// A code of a source that terms mean differently, with what each of them means by it.
struct Shared {
    code: String,
    terms: Vec<(usize, Meant)>,
}

impl Addend {
    pub fn scaled(&self, by: &Exact) -> Self {
        Self { factor: &self.factor * by, ..self.clone() }
    }
}

impl Claim {
    fn series(&self) -> (&str, Stage, Party, Dimension, AsOf) {
        (&self.source, self.stage, self.partner, self.dimension, self.as_of)
    }

    fn lines(&self) -> Option<&LineSet> {
        match &self.resolved.scope {
            ResolvedScope::Lines { lines, .. } => Some(lines),
            _ => None,
        }
    }

    fn has(&self, day: Date) -> bool {
        self.period.contains(day)
    }
}

impl<'a> Evaluator<'a> {
    /// A sum of terms in which every figure of a source counts once; `None` where no two of them share one.
    pub fn attributed(
        &self,
        definition: &Definition,
        addends: &[Addend],
    ) -> Result<Option<Attributed>, VerdictError> {
        let claims: Vec<(usize, &Exact, &Rc<Claim>)> =
            addends.iter().enumerate().filter_map(|(n, a)| Some((n, &a.factor, a.claim.as_ref()?))).collect();
        let mut bounds: Vec<Bounds> = addends.iter().map(|a| times(&a.factor, &a.bounds)).collect();
        let mut out = Attributed { bounds: Bounds::unknown(), shared: Vec::new(), settled: Vec::new() };
        let mut done = BTreeSet::new();
        let mut found = false;
        for (number, _, claim) in &claims {
            if done.contains(number) {
                continue;
            }
            let group: Vec<_> =
                claims.iter().filter(|(_, _, c)| c.series() == claim.series()).copied().collect();
            done.extend(group.iter().map(|(n, _, _)| *n));
            let Some(source) = self.evidence.source(&claim.source) else { continue };
            if group.len() < 2 {
                continue;
            }
            found |= match self.shared(definition, source, &group) {
                shared if shared.is_empty() => shared_periods(source, &group, &mut bounds, &mut out),
                shared => {
                    self.share_codes(source, &group, &shared, &mut bounds, &mut out)?;
                    true
                }
            };
        }
        if !found {
            return Ok(None);
        }
        out.bounds = bounds.iter().fold(Bounds::exactly(Exact::zero()), |sum, b| sum.add(b));
        Ok(Some(out))
    }

    /// The codes of a source that terms of a sum mean differently.
    fn shared(
        &self,
        definition: &Definition,
        source: &Source,
        group: &[(usize, &Exact, &Rc<Claim>)],
    ) -> Vec<Shared> {
        if definition.crosswalks.get(&source.id).is_none_or(Vec::is_empty) {
            return Vec::new();
        }
        let sets: Vec<&LineSet> = group.iter().filter_map(|(_, _, c)| c.lines()).collect();
        let codes: BTreeSet<&str> = sets.iter().flat_map(|l| l.prefixes().map(|(p, _)| p)).collect();
        let mut out = Vec::new();
        for code in codes {
            let terms: Vec<(usize, Meant)> = group
                .iter()
                .enumerate()
                .filter(|(_, (_, _, c))| c.lines().is_some_and(|l| l.classify(code).line.is_some()))
                .map(|(at, (_, _, c))| (at, self.agreement.meant(definition, source, &c.resolved.of, code)))
                .collect();
            let differ = |(i, a): &(usize, Meant), (j, b): &(usize, Meant)| {
                let overlap = match (group.get(*i), group.get(*j)) {
                    (Some((_, _, x)), Some((_, _, y))) => x.first <= y.last && y.first <= x.last,
                    _ => false,
                };
                overlap && a.differs(b)
            };
            let any = terms.iter().enumerate().any(|(n, a)| terms.iter().skip(n + 1).any(|b| differ(a, b)));
            if any {
                out.push(Shared { code: code.to_owned(), terms });
            }
        }
        out
    }

    /// Takes the shared codes out of the terms that have them, and adds them once.
    fn share_codes(
        &self,
        source: &'a Source,
        group: &[(usize, &Exact, &Rc<Claim>)],
        shared: &[Shared],
        bounds: &mut Vec<Bounds>,
        out: &mut Attributed,
    ) -> Result<(), VerdictError> {
        let sets: Vec<&LineSet> = group.iter().filter_map(|(_, _, c)| c.lines()).collect();
        let codes: BTreeSet<&str> = sets.iter().flat_map(|l| l.prefixes().map(|(p, _)| p)).collect();
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
            let mut lines = LineSet::new();
            if lines.add(&one.code, std::slice::from_ref(&one.code)).is_err() {
                continue;
            }
            for code in codes.iter().filter(|c| c.len() > one.code.len() && c.starts_with(&one.code)) {
                lines.exclude(code);
            }
            let terms: Vec<(&Exact, &Rc<Claim>, &Meant)> = one
                .terms
                .iter()
                .filter_map(|(at, meant)| group.get(*at).map(|(_, factor, claim)| (*factor, *claim, meant)))
                .collect();
            // Stretches that the same terms have.
            let starts: BTreeSet<i32> =
                terms.iter().flat_map(|(_, c, _)| [c.first, c.last.saturating_add(1)]).collect();
            let ends = starts.iter().skip(1).map(|s| s.saturating_sub(1));
            for (first, last) in starts.iter().copied().zip(ends) {
                let here: Vec<_> =
                    terms.iter().filter(|(_, c, _)| c.first <= first && last <= c.last).collect();
                let Some((first_factor, claim, _)) = here.first() else { continue };
                let point = |n: i32| source.frequency.point(n);
                let stretch = Period { from: point(first), to: point(last) };
                let whole = self.of_lines(source, claim, &lines, (first, last), &stretch)?;
                let mut sums: Vec<Exact> = Vec::new();
                for code in here.iter().flat_map(|(_, _, meant)| &meant.listed) {
                    let having = here.iter().filter(|(_, _, meant)| meant.includes(code));
                    sums.push(having.fold(Exact::zero(), |sum, (factor, _, _)| &sum + *factor));
                }
                // Where all mean the same by it, it counts whole, as ever; else it may hold other products too.
                let alike = here.iter().all(|(_, _, m)| here.iter().all(|(_, _, n)| !m.differs(n)));
                if alike {
                    sums = vec![here.iter().fold(Exact::zero(), |sum, (factor, _, _)| &sum + *factor)];
                } else {
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
                    true => spread(sums, first_factor, &whole),
                    false => Bounds::unknown(),
                });
            }
            let means: BTreeSet<&str> =
                terms.iter().flat_map(|(_, _, m)| m.listed.iter().map(String::as_str)).collect();
            let means: Vec<&str> = means.into_iter().collect();
            out.shared.push(format!(
                "{}: its one code {} stands for {}, and its figure counts at most once in the sum",
                source.id,
                one.code,
                means.join(" and ")
            ));
        }
        Ok(())
    }

    /// The figure of some lines of a claim's series over a stretch.
    fn of_lines(
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
        let hash = hash_of(lines, false);
        let resolved = Rc::new(Resolved {
            scope: ResolvedScope::Lines { lines: lines.clone(), notes: Vec::new() },
            of: claim.resolved.of.clone(),
            labels: lines.labels().into(),
            hash,
            meaning: hash,
        });
        let sums: Rc<Sums> = self.sums(&request, hash)?;
        Ok(self.add_up(&route, &request, &sums, period, claim.baseline, &resolved)?.figure.bounds)
    }
}

/// Of figures that two terms have partly, each of the same lines: what they have together.
fn shared_periods(
    source: &Source,
    group: &[(usize, &Exact, &Rc<Claim>)],
    bounds: &mut Vec<Bounds>,
    out: &mut Attributed,
) -> bool {
    let mut partly: BTreeMap<(u64, Date, Date), Vec<Having<'_>>> = BTreeMap::new();
    for (number, factor, claim) in group {
        for p in &claim.partly {
            partly
                .entry((claim.resolved.hash, p.from, p.to))
                .or_default()
                .push((*number, *factor, *claim, p));
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
        // The days at which the terms that have the figure can change.
        let mut days = BTreeSet::from([from]);
        for (_, _, c, _) in &terms {
            days.extend([Some(c.period.start()), c.period.end().tomorrow().ok()].into_iter().flatten());
        }
        let sums: Vec<Exact> = days
            .into_iter()
            .filter(|day| from <= *day && *day <= to)
            .map(|day| {
                let having = terms.iter().filter(|(_, _, c, _)| c.has(day));
                having.fold(Exact::zero(), |sum, (_, factor, _, _)| &sum + *factor)
            })
            .collect();
        let same = sums.iter().min() == sums.iter().max();
        let whole = Bounds {
            value: Some(part.value.clone()),
            low: Some(part.low.clone()),
            high: Some(part.high.clone()),
        };
        let counts = sums.first().filter(|_| same).cloned().unwrap_or_else(Exact::zero);
        bounds.push(spread(sums, &counts, &whole));
        if same {
            out.settled.extend(terms.iter().map(|(_, _, c, p)| p.said(&source.id, &c.period)));
        }
    }
    any
}

/// A figure that counts between the least and the greatest of some factors.
fn spread(factors: Vec<Exact>, value: &Exact, figure: &Bounds) -> Bounds {
    let by = Bounds {
        value: Some(value.clone()),
        low: factors.iter().min().cloned(),
        high: factors.iter().max().cloned(),
    };
    by.mul(figure)
}

fn times(factor: &Exact, bounds: &Bounds) -> Bounds {
    Bounds::exactly(factor.clone()).mul(bounds)
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
