//! Entries of ledgers that several terms of a sum have: two windows, or two selections from one file.

use super::{Addend, Attributed, Basis, nearest_to_zero, times};
use servanda_core::{Bounds, Date, Exact, Period};
use std::collections::{BTreeMap, BTreeSet};

/// The entries that a ledger term is the sum of.
#[derive(Debug)]
pub(crate) struct Entered {
    /// The term as it is written, with its period.
    pub term: String,
    /// The file that the ledger is kept in; another ledger may be kept there too.
    pub file: String,
    /// Whether entries are counted, and not summed.
    pub count: bool,
    /// None where all entries are meant.
    pub window: Option<Period>,
    /// The ledger.
    pub name: String,
    /// What is said of those that lie only partly in the window.
    pub across: Option<String>,
    /// By what tells them from others of the file.
    pub entries: BTreeMap<String, EnteredOne>,
}

/// One of them, with its amount in the base unit.
#[derive(Debug)]
pub(crate) struct EnteredOne {
    pub name: String,
    pub period: Period,
    /// What it comes to, wherever it lies.
    pub amount: Bounds,
    /// What it adds to the bounds of its term.
    pub adds: Bounds,
}

impl Entered {
    /// Whether it is the same term.
    pub(super) fn is(&self, other: &Self) -> bool {
        let days = |p: &Option<Period>| p.as_ref().map(|p| (p.start(), p.end()));
        self.name == other.name && self.count == other.count && days(&self.window) == days(&other.window)
    }

    /// Whether the two are of one kind, and have an entry in common.
    pub(super) fn shares(&self, other: &Self) -> bool {
        self.file == other.file
            && self.count == other.count
            && self.entries.keys().any(|key| other.entries.contains_key(key))
    }

    fn has(&self, day: Date) -> bool {
        self.window.is_none_or(|window| window.contains(day))
    }
}

/// A term that has an entry: its place in the sum, its factor, and what it has.
type Having<'t> = (usize, &'t Exact, &'t Entered, &'t EnteredOne);

/// Lets an entry that several terms have count once or as often as written, and one that lies partly in several windows
/// count by the parts that they have together.
pub(super) fn once(addends: &[Addend], bounds: &mut Vec<Bounds>, out: &mut Attributed) -> bool {
    let mut entries: BTreeMap<(&str, bool, &str), Vec<Having<'_>>> = BTreeMap::new();
    for (number, addend) in addends.iter().enumerate() {
        let Some(Basis::Ledger(entered)) = &addend.basis else { continue };
        for (key, one) in &entered.entries {
            let at = (entered.file.as_str(), entered.count, key.as_str());
            entries.entry(at).or_default().push((number, &addend.factor, entered, one));
        }
    }
    let mut found = false;
    // Of each term, the entries that lie partly in its window, and those of them that are settled.
    let mut settled: BTreeMap<usize, usize> = BTreeMap::new();
    for terms in entries.into_values() {
        let Some((_, _, first, entry)) = terms.first() else { continue };
        if terms.iter().all(|(_, _, entered, _)| entered.is(first)) {
            continue;
        }
        let days = cuts(
            entry.period.start(),
            entry.period.end(),
            terms.iter().filter_map(|(_, _, entered, _)| entered.window.as_ref()),
        );
        let on: Vec<Counted> = days.into_iter().map(|day| Counted::on(day, &terms)).collect();
        for (number, factor, _, one) in &terms {
            let adds = times(factor, &one.adds);
            let Some(b) = bounds.get_mut(*number) else { continue };
            let without = |a: &Option<Exact>, x: &Option<Exact>| Some(a.as_ref()? - x.as_ref()?);
            *b = Bounds {
                value: without(&b.value, &adds.value),
                low: without(&b.low, &adds.low),
                high: without(&b.high, &adds.high),
            };
        }
        let least =
            |end: fn(&Counted) -> Option<Exact>| -> Option<Vec<Exact>> { on.iter().map(end).collect() };
        let low = least(|c| c.low.clone()).and_then(|all| all.into_iter().min());
        let high = least(|c| c.high.clone()).and_then(|all| all.into_iter().max());
        let exact = low.is_some() && low == high;
        let cut = terms.iter().any(|(_, _, entered, one)| partly(entered, one));
        let value = if cut || exact { nearest_to_zero(low.as_ref(), high.as_ref()) } else { held(&terms) };
        bounds.push(Bounds { value: Some(value), low, high });
        if exact {
            let across = terms.iter().filter(|(_, _, entered, one)| partly(entered, one));
            across.for_each(|(number, ..)| *settled.entry(*number).or_default() += 1);
        }
        if on.iter().any(|c| c.repeats) {
            let names: BTreeSet<&str> =
                terms.iter().map(|(_, _, entered, _)| entered.term.as_str()).collect();
            let names: Vec<&str> = names.into_iter().collect();
            out.say(format!(
                "{} is in each of {}, and counts once or as often as written",
                entry.name,
                names.join(", ")
            ));
        }
        found = true;
    }
    for (number, addend) in addends.iter().enumerate() {
        let Some(Basis::Ledger(entered)) = &addend.basis else { continue };
        let across = entered.entries.values().filter(|one| partly(entered, one)).count();
        out.settled.extend(entered.across.clone().filter(|_| settled.get(&number) == Some(&across)));
    }
    found
}

fn partly(entered: &Entered, one: &EnteredOne) -> bool {
    let inside = |w: Period| w.start() <= one.period.start() && one.period.end() <= w.end();
    !entered.window.is_none_or(inside)
}

/// What is held of an entry by the terms that have all of it, each once.
fn held(terms: &[Having<'_>]) -> Exact {
    let all = distinct(terms.iter().filter(|(_, _, entered, one)| !partly(entered, one)));
    let mut values: Vec<Exact> = all.into_iter().filter_map(|b| b.value).collect();
    values.sort();
    // The smallest of those that add, and the smallest of those that are taken away.
    let plus = values.iter().find(|v| !v.is_negative()).cloned();
    let minus = values.iter().rfind(|v| v.is_negative()).cloned();
    &plus.unwrap_or_else(Exact::zero) + &minus.unwrap_or_else(Exact::zero)
}

/// What terms count of an entry, those of the same term added; none of those that come to nothing.
fn distinct<'t>(terms: impl Iterator<Item = &'t Having<'t>>) -> Vec<Bounds> {
    let mut seen: Vec<(&Entered, Exact, &EnteredOne)> = Vec::new();
    for (_, factor, entered, one) in terms {
        match seen.iter_mut().find(|(known, _, _)| known.is(entered)) {
            Some((_, sum, _)) => *sum = &*sum + factor,
            None => seen.push((entered, (*factor).clone(), one)),
        }
    }
    seen.into_iter()
        .filter(|(_, f, _)| !f.is_zero())
        .map(|(_, factor, one)| times(&factor, &one.amount))
        .collect()
}

/// By how much an entry counts, if all of it were of one day.
struct Counted {
    low: Option<Exact>,
    high: Option<Exact>,
    repeats: bool,
}

impl Counted {
    fn on(day: Date, terms: &[Having<'_>]) -> Self {
        let all = distinct(terms.iter().filter(|(_, _, entered, _)| entered.has(day)));
        let negative = |b: &&Bounds| b.value.as_ref().is_some_and(Exact::is_negative);
        let (minus, plus): (Vec<&Bounds>, Vec<&Bounds>) = all.iter().partition(negative);
        let ends = |some: &[&Bounds], end: fn(&Bounds) -> &Option<Exact>| -> Option<Vec<Exact>> {
            some.iter().map(|b| end(b).clone()).collect()
        };
        let sum = |all: Option<Vec<Exact>>| all.map(|all| all.iter().fold(Exact::zero(), |s, x| &s + x));
        // Once: the smallest of what is added, and of what is taken away.
        let once = |all: Option<Vec<Exact>>, least: bool| {
            let all = all?;
            let one = if least { all.iter().min() } else { all.iter().max() };
            Some(one.cloned().unwrap_or_else(Exact::zero))
        };
        let add = |a: Option<Exact>, b: Option<Exact>| Some(&a? + &b?);
        Self {
            low: add(once(ends(&plus, |b| &b.low), true), sum(ends(&minus, |b| &b.low))),
            high: add(sum(ends(&plus, |b| &b.high)), once(ends(&minus, |b| &b.high), false)),
            repeats: plus.len() > 1 || minus.len() > 1,
        }
    }
}

/// The first days of the stretches of a figure's days in which the same windows have them.
pub(super) fn cuts<'p>(from: Date, to: Date, windows: impl Iterator<Item = &'p Period>) -> BTreeSet<Date> {
    let edges = windows.flat_map(|w| [Some(w.start()), w.end().tomorrow().ok()]).flatten();
    std::iter::once(from).chain(edges).filter(|day| from <= *day && *day <= to).collect()
}
