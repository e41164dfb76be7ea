//! One figure that enters a sum through several terms.
//!
//! A code of a source can stand for different lines of an agreement, two windows can share a week, and two scopes, two windows
//! or two selections of a ledger can overlap. Each such figure is taken as what it is: one amount.
//!
//! Of a figure that stands for different things, and of one that lies only partly in the windows, nobody knows how it falls on
//! the terms: every part of it counts by the sum of the factors of the terms that have that part, so that the whole counts
//! between the least and the greatest of those sums times itself. A figure that several terms have, each for certain, counts
//! once or as often as the rule is written: which of the two the agreement means is not known. The same term written twice is
//! one term, and what a smaller term takes away from a larger one is not in the larger one any more.

mod codes;
mod entries;
mod repeats;
mod world;

pub(crate) use entries::{Entered, EnteredOne};

use crate::results::VerdictError;
use crate::rule::Worked;
use crate::term::{At, Evaluator, Place, Resolved};
use servanda_agreement::ast::{Condition, ScopeItem};
use servanda_agreement::{Definition, ResolvedScope};
use servanda_core::{AsOf, Bounds, Date, Dimension, Exact, Frequency, LineSet, Party, Period, Source, Stage};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A term of a sum with the factor by which it counts.
#[derive(Debug, Clone)]
pub(crate) struct Addend {
    pub factor: Exact,
    pub bounds: Bounds,
    /// Which figures it is the sum of; none where it is a constant, or no sum.
    pub basis: Option<Basis>,
    /// Where it is no sum (the smaller of two flows, a share): what moves it.
    pub loose: Vec<Below>,
}

/// Figures that a term is the sum of.
#[derive(Debug, Clone)]
pub(crate) enum Basis {
    /// Of a source.
    Flow(Arc<Claim>),
    /// Of a ledger.
    Ledger(Arc<Entered>),
}

/// Which way figures move what they are a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Adds,
    Takes,
    Divides,
}

/// Figures somewhere below a figure of a rule.
#[derive(Debug, Clone)]
pub(crate) struct Below {
    pub way: Way,
    pub basis: Basis,
}

/// The figures of a source that a flow term rests on.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    /// The term as it is written, with its period.
    pub term: String,
    /// The groups of countries that it is written over, where it is of one of their members.
    pub of_group: Option<String>,
    pub items: Vec<(bool, ScopeItem)>,
    pub source: String,
    pub frequency: Frequency,
    /// The source's code of all products together.
    pub total: Option<String>,
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
    pub resolved: Arc<Resolved>,
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

/// A flow term of a sum: its place in the sum, its factor, and its figures.
type Term<'t> = (usize, &'t Exact, &'t Arc<Claim>);

/// A sum in which each figure counts once, or as often as is meant.
pub(crate) struct Attributed {
    pub bounds: Bounds,
    /// Which figures several terms have, and what that leaves open.
    pub shared: Vec<String>,
    /// What was said of figures that the terms have only partly, and that they have whole together.
    pub settled: Vec<String>,
}

impl Attributed {
    /// A sum of which no two terms share anything.
    pub fn plain(addends: &[Addend]) -> Self {
        let bounds: Vec<Bounds> = addends.iter().map(|a| times(&a.factor, &a.bounds)).collect();
        Self { bounds: total(&bounds), shared: Vec::new(), settled: Vec::new() }
    }

    fn say(&mut self, said: String) {
        if !self.shared.contains(&said) {
            self.shared.push(said);
        }
    }
}

impl Addend {
    pub fn of(bounds: Bounds, basis: Option<Basis>) -> Self {
        Self { factor: Exact::integer(1), bounds, basis, loose: Vec::new() }
    }

    pub fn scaled(&self, by: &Exact) -> Self {
        Self { factor: &self.factor * by, ..self.clone() }
    }

    /// Everything that moves it, and which way.
    fn below(&self) -> Vec<Below> {
        let turn = self.factor.is_negative();
        let own = self.basis.iter().map(|basis| Below { way: Way::Adds, basis: basis.clone() });
        own.chain(self.loose.iter().cloned()).map(|b| if turn { b.turned() } else { b }).collect()
    }
}

impl Below {
    pub fn turned(self) -> Self {
        let way = match self.way {
            Way::Adds => Way::Takes,
            Way::Takes => Way::Adds,
            Way::Divides => Way::Divides,
        };
        Self { way, ..self }
    }

    pub fn divides(self) -> Self {
        Self { way: Way::Divides, ..self }
    }
}

impl Claim {
    fn series(&self) -> (&str, Stage, Party, Dimension, AsOf) {
        (&self.source, self.stage, self.partner, self.dimension, self.as_of)
    }

    /// Whether figures of one can be in the other: of one series, or of all partners together and of a single one.
    fn has_trade_of(&self, other: &Self) -> bool {
        let (mut a, mut b) = (self.series(), other.series());
        let world = a.2 == Party::WORLD || b.2 == Party::WORLD;
        (a.2, b.2) = if world { (Party::WORLD, Party::WORLD) } else { (a.2, b.2) };
        a == b
    }

    fn lines(&self) -> Option<&LineSet> {
        match &self.resolved.scope {
            ResolvedScope::Lines { lines, .. } => Some(lines),
            _ => None,
        }
    }

    /// The codes at which its lines, or what is carved out of them, begin.
    fn codes(&self) -> impl Iterator<Item = &str> {
        self.lines().into_iter().flat_map(|lines| lines.prefixes().map(|(prefix, _)| prefix))
    }

    /// Whether it has the goods of a code: by its digits, or in the code of all products together.
    fn has(&self, code: &str) -> bool {
        let own = |code: &str| self.lines().is_some_and(|lines| lines.classify(code).line.is_some());
        own(code) || self.total.as_deref().is_some_and(|total| code != total && own(total))
    }

    /// The sub-periods that lie in it with all of their days; none if the last is before the first.
    fn whole(&self) -> (i32, i32) {
        let point = |n: i32| self.frequency.point(n);
        let cut_first = point(self.first).start() < self.period.start();
        let cut_last = point(self.last).end() > self.period.end();
        (self.first.saturating_add(cut_first.into()), self.last.saturating_sub(cut_last.into()))
    }

    fn meets(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// Whether it is the same term: the same scope as written, over the same days, of the country by itself or of the same
    /// group.
    fn is(&self, other: &Self) -> bool {
        // In which order scopes are added makes no difference.
        let added = self.items.iter().all(|(away, _)| !away);
        let alike = self.items.iter().all(|item| other.items.contains(item));
        self.partner == other.partner
            && self.of_group == other.of_group
            && self.period.start() == other.period.start()
            && self.period.end() == other.period.end()
            && (self.items == other.items || self.items.len() == other.items.len() && added && alike)
    }
}

impl Basis {
    /// The same of a member of a group, in a term as it is written.
    pub fn of_group(&mut self, group: &str, term: &str) {
        if let Self::Flow(claim) = self {
            let whole =
                Claim { of_group: Some(group.to_owned()), term: term.to_owned(), ..(**claim).clone() };
            *claim = Arc::new(whole);
        }
    }

    /// Whether two terms are different, and have a figure in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Flow(a), Self::Flow(b)) => {
                let any = || a.codes().chain(b.codes()).any(|code| a.has(code) && b.has(code));
                a.has_trade_of(b) && a.meets(b) && !a.is(b) && any()
            }
            (Self::Ledger(a), Self::Ledger(b)) => !a.is(b) && a.shares(b),
            _ => false,
        }
    }

    fn term(&self) -> &str {
        match self {
            Self::Flow(claim) => &claim.term,
            Self::Ledger(entered) => &entered.term,
        }
    }
}

impl<'a> Evaluator<'a> {
    /// The condition of a rule. Where a code of a source stands for different trade in two of its terms, each of them is
    /// worked out again with that in mind: all of the code's figure may be the other's.
    pub fn whole(
        &self,
        definition: &Definition,
        place: &Place<'a>,
        condition: &Condition,
        at: At<'_>,
    ) -> Result<Worked, VerdictError> {
        let worked = self.condition(definition, place, condition, at)?;
        let flows: Vec<Arc<Claim>> = worked
            .below
            .iter()
            .filter_map(|below| match &below.basis {
                Basis::Flow(claim) => Some(Arc::clone(claim)),
                Basis::Ledger(_) => None,
            })
            .collect();
        if !self.contested(definition, &flows) {
            return Ok(worked);
        }
        self.condition(definition, place, condition, At { beside: &flows, ..at })
    }

    /// A sum of terms in which every figure counts once, or as often as is meant; `None` where no two of them share one.
    /// `beside` are flow terms of the rule that are no part of the sum.
    pub fn attributed(
        &self,
        definition: &Definition,
        addends: &[Addend],
        beside: &[Arc<Claim>],
    ) -> Result<Option<Attributed>, VerdictError> {
        let mut bounds: Vec<Bounds> = addends.iter().map(|a| times(&a.factor, &a.bounds)).collect();
        let mut out = Attributed::plain(&[]);
        let mut found = loose(addends, &mut bounds, &mut out);
        let flows: Vec<Term<'_>> = addends
            .iter()
            .enumerate()
            .filter_map(|(n, a)| match &a.basis {
                Some(Basis::Flow(claim)) => Some((n, &a.factor, claim)),
                _ => None,
            })
            .collect();
        let mut done = BTreeSet::new();
        for (number, _, claim) in &flows {
            if done.contains(number) {
                continue;
            }
            let group: Vec<Term<'_>> =
                flows.iter().filter(|(_, _, c)| c.series() == claim.series()).copied().collect();
            done.extend(group.iter().map(|(n, _, _)| *n));
            let Some(source) = self.evidence.source(&claim.source) else { continue };
            let beside: Vec<&Arc<Claim>> = beside.iter().filter(|c| c.series() == claim.series()).collect();
            found |= self.figures_once(definition, source, &group, &beside, &mut bounds, &mut out)?;
        }
        found |= self.in_the_world(&flows, &mut bounds, &mut out)?;
        found |= entries::once(addends, &mut bounds, &mut out);
        if !found {
            return Ok(None);
        }
        out.bounds = total(&bounds);
        Ok(Some(out))
    }

    /// The same for the terms of one series.
    fn figures_once(
        &self,
        definition: &Definition,
        source: &'a Source,
        group: &[Term<'_>],
        beside: &[&Arc<Claim>],
        bounds: &mut Vec<Bounds>,
        out: &mut Attributed,
    ) -> Result<bool, VerdictError> {
        if group.len() + beside.len() < 2 {
            return Ok(false);
        }
        let shared = self.shared(definition, source, group, beside);
        self.share_codes(source, group, &shared, bounds, out)?;
        let taken: BTreeSet<&str> = shared.iter().map(|s| s.code.as_str()).collect();
        let mut found = !shared.is_empty();
        found |= self.repeats(source, group, &taken, bounds, out)?;
        if shared.is_empty() {
            found |= repeats::in_part(source, group, bounds, out);
        }
        Ok(found)
    }
}

/// What moves a figure that is no sum cannot be taken out of it: where another term has it too, nothing bounds the sum on the
/// side to which it may count less.
fn loose(addends: &[Addend], bounds: &mut [Bounds], out: &mut Attributed) -> bool {
    let mut found = false;
    for (number, addend) in addends.iter().enumerate().filter(|(_, a)| !a.loose.is_empty()) {
        for below in addend.below().iter().filter(|b| b.way != Way::Divides) {
            let others = addends.iter().enumerate().filter(|(n, _)| *n != number);
            let others = others.flat_map(|(_, other)| other.below());
            let Some(other) = others.filter(|o| o.way == below.way).find(|o| o.basis.overlaps(&below.basis))
            else {
                continue;
            };
            let Some(own) = bounds.get_mut(number) else { continue };
            match below.way {
                Way::Adds => own.low = None,
                Way::Takes | Way::Divides => own.high = None,
            }
            found = true;
            out.say(format!(
                "{} and {} have figures in common, which may count more than once",
                below.basis.term(),
                other.basis.term()
            ));
        }
    }
    found
}

/// A figure that counts between the least and the greatest of some factors; what is held of it, by `value`.
fn spread(factors: &[Exact], value: &Exact, figure: &Bounds) -> Bounds {
    let by = Bounds {
        value: Some(value.clone()),
        low: factors.iter().min().cloned(),
        high: factors.iter().max().cloned(),
    };
    by.mul(figure)
}

/// Of a range what is nearest to nothing: so much of it is held.
fn nearest_to_zero(low: Option<&Exact>, high: Option<&Exact>) -> Exact {
    let above = low.filter(|low| !low.is_negative());
    let below = high.filter(|high| high.is_negative());
    above.or(below).cloned().unwrap_or_else(Exact::zero)
}

fn total(bounds: &[Bounds]) -> Bounds {
    bounds.iter().fold(Bounds::exactly(Exact::zero()), |sum, b| sum.add(b))
}

fn times(factor: &Exact, bounds: &Bounds) -> Bounds {
    Bounds::exactly(factor.clone()).mul(bounds)
}

/// Factors by which the terms that have a figure count it, taken as written and as once.
struct Factors {
    written: Exact,
    /// By how much less it counts if only one of the terms that add has it.
    less: Exact,
    /// By how much more if only one of those that are taken away has it.
    more: Exact,
}

impl Factors {
    fn of<'e>(factors: impl Iterator<Item = &'e Exact>) -> Self {
        let (mut written, mut plus, mut minus) = (Exact::zero(), Vec::new(), Vec::new());
        for factor in factors {
            written = &written + factor;
            if factor.is_negative() { minus.push(-factor) } else { plus.push(factor.clone()) }
        }
        // All but the least of them.
        let beyond = |some: &[Exact]| {
            let sum = some.iter().fold(Exact::zero(), |sum, f| &sum + f);
            some.iter().min().map_or_else(Exact::zero, |least| &sum - least)
        };
        Self { written, less: beyond(&plus), more: beyond(&minus) }
    }

    fn repeat(&self) -> bool {
        !self.less.is_zero() || !self.more.is_zero()
    }

    fn least(&self) -> Exact {
        &self.written - &self.less
    }

    fn most(&self) -> Exact {
        &self.written + &self.more
    }

    /// Each term that adds and each that is taken away once.
    fn once(&self) -> Exact {
        &self.least() + &self.more
    }
}
