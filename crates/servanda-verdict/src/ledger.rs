//! Ledger terms and the entries of `each entry`: what is known of them on a day, and what they can still come to.

use crate::asks::own_source;
use crate::attribute::{Addend, Basis, Below, Entered, EnteredOne, Way};
use crate::expr::{Side, blocked, leaf};
use crate::results::{Figure, LedgerRead, LedgerTrace, NodeTrace, VerdictError};
use crate::signature::Signature;
use crate::tariff::schedules;
use crate::term::{At, Evaluator, Gap, Place, TermValue, Tested, Window};
use servanda_agreement::ast::LedgerTerm;
use servanda_agreement::{Agreement, Baseline, Completeness, Definition, Duty, Ledger, LedgerEntry};
use servanda_core::{Bounds, Date, Dimension, Exact, Period, Source};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What readings over ledgers look like as sources, by what they are called: out on the day on which they are published.
/// Each entry names its document and who published it, so that the source's own publisher is who keeps the ledger.
pub(crate) fn ledgers(agreement: &Agreement) -> BTreeMap<String, Source> {
    let mut found = BTreeMap::new();
    for commitment in &agreement.commitments {
        let (Some(name), Duty::Rule { rule, .. }) = (own_source(commitment), &commitment.duty) else {
            continue;
        };
        let read: Vec<&Ledger> = rule.ledgers().iter().filter_map(|l| agreement.ledgers.get(*l)).collect();
        if read.is_empty() {
            continue;
        }
        let mut keepers: Vec<&str> = Vec::new();
        for keeper in read.iter().map(|l| l.keeper.as_deref().unwrap_or("named with each entry")) {
            if !keepers.contains(&keeper) {
                keepers.push(keeper);
            }
        }
        let titles: Vec<&str> = read.iter().map(|l| l.title.as_str()).collect();
        let (title, publisher) = (titles.join(" and "), keepers.join(" and "));
        let short = Some(format!(
            "the ledger of {}",
            read.iter().map(|l| l.name.as_str()).collect::<Vec<_>>().join(" and ")
        ));
        found.insert(name.clone(), Source { id: name, title, short, publisher, ..schedules(agreement) });
    }
    found
}

/// The entry of `each entry`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EntryAt<'x> {
    pub ledger: &'x Ledger,
    pub entry: &'x LedgerEntry,
    /// Whether it lies only partly in the period that is asked about, so that it may be none of what is meant.
    pub across: bool,
}

/// How an entry lies to a period.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lies {
    Within,
    Across,
    Outside,
}

fn lies(entry: &LedgerEntry, window: Option<&Period>) -> Lies {
    let Some(window) = window else { return Lies::Within };
    let (own, asked) = (&entry.period, window);
    if asked.start() <= own.start() && own.end() <= asked.end() {
        Lies::Within
    } else if own.end() < asked.start() || asked.end() < own.start() {
        Lies::Outside
    } else {
        Lies::Across
    }
}

/// A ledger in a period, as known on a day.
struct Read<'a> {
    ledger: &'a Ledger,
    window: Option<Period>,
    baseline: bool,
    day: Date,
    complete: Completeness<'a>,
}

/// What an `each entry` runs over: the entries, and what stands for those that are not entered.
pub(crate) struct Entries<'a> {
    pub entries: Vec<EntryAt<'a>>,
    pub missing: Option<(Gap, Vec<Tested>)>,
}

impl<'a> Evaluator<'a> {
    fn read_ledger(
        &self,
        definition: &Definition,
        term: &LedgerTerm,
        at: At<'_>,
    ) -> Result<Read<'a>, String> {
        let Some(ledger) = self.agreement.ledgers.get(&term.name) else {
            return Err(format!("undefined: there is no ledger {}", term.name));
        };
        let window = match &term.period {
            None => None,
            Some(p) => Some(self.period(definition, p, at)?),
        };
        let baseline = window.is_some_and(|p| self.is_baseline(&p));
        let day = self.as_of_for(definition, baseline).date;
        let complete = ledger.complete(window.map_or(day, |p| p.end()), day);
        Ok(Read { ledger, window, baseline, day, complete })
    }

    /// The sum of a ledger's entries, or how many there are.
    pub fn ledger(
        &self,
        definition: &Definition,
        place: &Place<'a>,
        term: &LedgerTerm,
        at: At<'_>,
    ) -> Result<Side, VerdictError> {
        let read = match self.read_ledger(definition, term, at) {
            Ok(read) => read,
            Err(reason) => return Ok(blocked(Gap::Undefined(reason))),
        };
        let ledger = read.ledger;
        let non_negative = ledger.non_negative || term.count;
        let factor = if term.count { Exact::integer(1) } else { ledger.unit.factor() };
        let mut found = Found::nothing();
        let mut entries: BTreeMap<String, EnteredOne> = BTreeMap::new();
        for entry in ledger.known(read.day) {
            let lies = lies(entry, read.window.as_ref());
            if lies == Lies::Outside {
                continue;
            }
            let adds = |lies| adds(entry, lies, term.count, non_negative);
            found.add(entry, lies, &adds(lies));
            if !is_sure(entry, term.count) {
                found.unfinished.push(entry.name());
            }
            let own = Bounds::exactly(factor.clone());
            let one = EnteredOne {
                name: entry.name(),
                period: entry.period,
                amount: own.mul(&adds(Lies::Within)),
                adds: own.mul(&adds(lies)),
            };
            // An id at two stages is one fact; within one ledger each stage is an entry.
            let line = format!("line {}", entry.line);
            let key = entry.id.as_ref().map(|id| format!("id {id}"));
            entries.insert(key.filter(|key| !entries.contains_key(key)).unwrap_or(line), one);
        }
        let vouched = matches!(read.complete, Completeness::Vouched(..));
        if !vouched {
            found.open(non_negative);
        }
        let complete = vouched && found.across.is_empty() && found.unfinished.is_empty();
        let held = vouched || found.within;
        let dimension = if term.count { Dimension::Number } else { ledger.unit.dimension };
        let bounds = Bounds {
            value: held.then(|| &found.value * &factor),
            low: (!found.open_below).then(|| &found.low * &factor),
            high: (!found.open_above).then(|| &found.high * &factor),
        };
        let figure = Figure { bounds, dimension };
        let prefix =
            if place.name == ledger.source() { String::new() } else { format!("{}: ", ledger.source()) };
        let mut gaps: Vec<Gap> = Vec::new();
        gaps.extend(read.incomplete(&prefix));
        let mut across = None;
        if let (Some(names), Some(window)) = (some(&found.across), read.window) {
            let how = if non_negative {
                "between nothing and all of it counts"
            } else {
                "how much of it counts is open"
            };
            let said = format!("{prefix}{names} lies only partly in {window}, so that {how}");
            across = Some(said.clone());
            gaps.push(Gap::Ledger(said));
        }
        if let Some(names) = some(&found.unfinished) {
            gaps.push(Gap::Ledger(format!("{prefix}{names} was published before its period had ended")));
        }
        let tested = match read.window {
            Some(p) if !read.baseline => vec![Tested {
                first_out: p.start(),
                all_out: p.end(),
                complete_through: complete.then_some(p.to),
                complete,
            }],
            _ => Vec::new(),
        };
        // A frozen baseline stays what it was, whatever is published again.
        let frozen = read.baseline && matches!(definition.baseline, Baseline::Frozen(_));
        let signature = Signature::of(("ledger", &term.name, term.count, read.window.map(|p| p.to_string())));
        let word = if term.count { "count" } else { "ledger" };
        let label = match read.window {
            Some(p) => format!("{word}({}, {p})", ledger.name),
            None => format!("{word}({})", ledger.name),
        };
        let trace = NodeTrace {
            figure: Some(figure.clone()),
            ledger: Some(LedgerTrace {
                name: ledger.name.clone(),
                certainty: ledger.certainty.as_str().to_owned(),
                unit: ledger.unit.to_string(),
                entries: found.entries,
                amounts: found.amounts.iter().map(|(name, x)| (name.clone(), x * &factor)).collect(),
                note: read.note(),
            }),
            ..leaf(label.clone())
        };
        let entered = Basis::Ledger(Arc::new(Entered {
            term: label,
            file: ledger.file.clone(),
            count: term.count,
            window: read.window,
            name: ledger.name.clone(),
            across,
            entries,
        }));
        let value = TermValue {
            addends: vec![Addend::of(figure.bounds.clone(), Some(entered.clone()))],
            below: vec![Below { way: Way::Adds, basis: entered }],
            figure,
            gaps,
            proxy: false,
            non_negative,
            no_number: false,
            baseline: read.baseline,
            tested,
            windows: if frozen { Vec::new() } else { vec![never_closed(read.day)] },
            traces: Vec::new(),
            used: Vec::new(),
            signature,
        };
        Ok(Side { value, trace, has_terms: true })
    }

    /// The entries of a ledger that `each entry` runs over.
    pub fn entries(
        &self,
        definition: &Definition,
        place: &Place<'a>,
        term: &LedgerTerm,
        at: At<'_>,
    ) -> Result<Entries<'a>, Gap> {
        let read = self.read_ledger(definition, term, at).map_err(Gap::Undefined)?;
        let entries = read
            .ledger
            .known(read.day)
            .filter_map(|entry| match lies(entry, read.window.as_ref()) {
                Lies::Outside => None,
                how => Some(EntryAt { ledger: read.ledger, entry, across: how == Lies::Across }),
            })
            .collect();
        let prefix = if place.name == read.ledger.source() {
            String::new()
        } else {
            format!("{}: ", read.ledger.source())
        };
        let missing = read.incomplete(&prefix).map(|gap| {
            let window = read.window.filter(|_| !read.baseline);
            let tested = window.map(|p| Tested {
                first_out: p.start(),
                all_out: p.end(),
                complete_through: None,
                complete: false,
            });
            (gap, tested.into_iter().collect())
        });
        Ok(Entries { entries, missing })
    }

    /// `entry.NAME` of the entry that `each entry` stands at.
    pub fn field(&self, name: &str, at: At<'_>) -> Side {
        let Some(EntryAt { ledger, entry, .. }) = at.entry else {
            return blocked(Gap::Undefined(format!("undefined: there is no entry for entry.{name}")));
        };
        let unit = if name == "value" { Some(ledger.unit) } else { ledger.figures.get(name).copied() };
        let Some(unit) = unit else {
            return blocked(Gap::Undefined(format!("undefined: entry.{name} is no figure")));
        };
        let mut gaps = Vec::new();
        let written = match name {
            "value" => Some(entry.value.clone()),
            name => entry.fields.get(name).and_then(|text| Exact::parse(text).ok()),
        };
        let value = written.map(|v| &v * &unit.factor());
        if value.is_none() {
            gaps.push(Gap::Ledger(format!("{} has no figure in `{name}`", entry.name())));
        }
        let (mut low, mut high) = (value.clone(), value.clone());
        if !entry.is_whole() {
            let floor = name == "value" && ledger.non_negative;
            low = low.filter(|_| floor && entry.is_so_far()).or_else(|| floor.then(Exact::zero));
            high = None;
            gaps.push(Gap::Ledger(format!("{} was published before its period had ended", entry.name())));
        }
        let tested = Tested {
            first_out: entry.period.start(),
            all_out: entry.period.end(),
            complete_through: None,
            complete: gaps.is_empty(),
        };
        let figure = Figure { bounds: Bounds { value, low, high }, dimension: unit.dimension };
        let signature = Signature::of(("entry", &ledger.name, entry.line, name));
        let trace = NodeTrace {
            figure: Some(figure.clone()),
            ledger: Some(LedgerTrace {
                name: ledger.name.clone(),
                certainty: ledger.certainty.as_str().to_owned(),
                unit: ledger.unit.to_string(),
                entries: vec![told(entry, Lies::Within)],
                amounts: Vec::new(),
                note: "each entry by itself".to_owned(),
            }),
            ..leaf(format!("entry.{name}"))
        };
        let value = TermValue {
            figure,
            gaps,
            proxy: false,
            non_negative: name == "value" && ledger.non_negative,
            no_number: false,
            baseline: false,
            tested: vec![tested],
            windows: vec![never_closed(self.question.as_of.date)],
            traces: Vec::new(),
            used: Vec::new(),
            signature,
            addends: Vec::new(),
            below: Vec::new(),
        };
        Side { value, trace, has_terms: true }
    }

    /// What is known of a ledger on the day asked for.
    pub fn ledger_read(&self, ledger: &Ledger) -> LedgerRead {
        let day = self.question.as_of.date;
        let known = || ledger.known(day);
        let mut publishers: Vec<String> = Vec::new();
        for name in known().filter_map(|e| e.publisher.as_ref()) {
            if !publishers.contains(name) {
                publishers.push(name.clone());
            }
        }
        let vouch = ledger.vouches.iter().filter_map(|v| Some((ledger.since(v)?, v)));
        let vouch = vouch.filter(|(since, _)| *since <= day).max_by_key(|(_, v)| v.through).map(|(_, v)| v);
        LedgerRead {
            source: ledger.source(),
            title: ledger.title.clone(),
            basis: ledger.basis(),
            keeper: ledger.keeper.clone(),
            publishers,
            stage: ledger.stage.map(|s| s.as_str().to_owned()),
            certainty: ledger.certainty.as_str().to_owned(),
            non_negative: ledger.non_negative,
            entries: known().count(),
            last_published: known().map(|e| e.published).max().map(|d| d.to_string()),
            complete_through: vouch.map(|v| v.through.to_string()),
            said: vouch.and_then(|v| v.said).map(|d| d.to_string()),
        }
    }
}

impl Read<'_> {
    /// Why what is not entered is not known.
    fn incomplete(&self, prefix: &str) -> Option<Gap> {
        let until = self.window.map_or(self.day, |p| p.end());
        let said =
            |vouch: &servanda_agreement::Vouch| vouch.said.map(|d| format!(" on {d}")).unwrap_or_default();
        let text = match self.complete {
            Completeness::Vouched(..) => return None,
            Completeness::Unsaid if self.ledger.known(self.day).next().is_none() => {
                format!("no entry is known, and nobody says that none is missing until {until}")
            }
            Completeness::Unsaid => format!("nobody says that no entry is missing until {until}"),
            Completeness::Broken(vouch, period) => format!(
                "the word given{} that no entry is missing until {} did not hold, since one of {period} was published later",
                said(vouch),
                vouch.through
            ),
        };
        Some(Gap::Ledger(format!("{prefix}{text}")))
    }

    /// What to know of it.
    fn note(&self) -> String {
        match self.complete {
            Completeness::Vouched(vouch, since) => {
                let by = vouch.by.as_deref().unwrap_or("its keeper");
                let through = vouch.through;
                match vouch.said {
                    Some(said) => {
                        let paper = vouch.document.as_ref().map(|d| format!(" ({d})")).unwrap_or_default();
                        format!("complete through {through} by the word of {by} on {said}{paper}")
                    }
                    None => format!(
                        "complete through {through} by the word of {by}, which bears no day and is taken to hold from {since} on"
                    ),
                }
            }
            _ if self.ledger.known(self.day).next().is_none() => "the ledger stands empty".to_owned(),
            _ => "what is not entered is unknown".to_owned(),
        }
    }
}

/// An entry can be published again on any day, and a vouch can prove wrong: nothing that rests on a ledger is ever closed.
pub(crate) fn never_closed(day: Date) -> Window {
    Window { until: Some(day), published: None }
}

/// What the entries of a period come to so far.
struct Found {
    value: Exact,
    low: Exact,
    high: Exact,
    open_below: bool,
    open_above: bool,
    /// Whether any entry lies within.
    within: bool,
    across: Vec<String>,
    unfinished: Vec<String>,
    entries: Vec<BTreeMap<String, String>>,
    amounts: Vec<(String, Exact)>,
}

impl Found {
    fn nothing() -> Self {
        Self {
            value: Exact::zero(),
            low: Exact::zero(),
            high: Exact::zero(),
            open_below: false,
            open_above: false,
            within: false,
            across: Vec::new(),
            unfinished: Vec::new(),
            entries: Vec::new(),
            amounts: Vec::new(),
        }
    }

    fn add(&mut self, entry: &LedgerEntry, lies: Lies, adds: &Bounds) {
        self.entries.push(told(entry, lies));
        if let Some(amount) = adds.value.as_ref().filter(|_| lies == Lies::Within) {
            self.within = true;
            self.value = &self.value + amount;
            let named = match &entry.id {
                Some(id) => id.clone(),
                None => format!("{}, {}", entry.name(), entry.document),
            };
            self.amounts.push((named, amount.clone()));
        } else {
            self.across.push(entry.name());
        }
        match &adds.low {
            Some(low) => self.low = &self.low + low,
            None => self.open_below = true,
        }
        match &adds.high {
            Some(high) => self.high = &self.high + high,
            None => self.open_above = true,
        }
    }

    /// More may come, and where something can be below zero, less.
    fn open(&mut self, non_negative: bool) {
        self.open_above = true;
        self.open_below |= !non_negative;
    }
}

/// Whether an entry's figure is what it says; of a count, whether there is such an entry at all. What there was so far of a
/// period is there, whatever it comes to; what was told of days to come, without a stage that looks ahead, is not yet.
fn is_sure(entry: &LedgerEntry, count: bool) -> bool {
    entry.is_whole() || (count && entry.is_so_far())
}

/// What an entry adds to the sum of those of a window, or to their count.
fn adds(entry: &LedgerEntry, lies: Lies, count: bool, non_negative: bool) -> Bounds {
    let amount = if count { Exact::integer(1) } else { entry.value.clone() };
    let nothing = Exact::zero();
    let value = Some(if lies == Lies::Within { amount.clone() } else { nothing.clone() });
    let (low, high) = match (lies, is_sure(entry, count)) {
        (Lies::Within, true) => (Some(amount.clone()), Some(amount)),
        _ if count => (Some(nothing), Some(amount)),
        (Lies::Within, false) if non_negative && entry.is_so_far() => (Some(amount), None),
        (Lies::Across, true) if non_negative => (Some(nothing), Some(amount)),
        _ => (non_negative.then_some(nothing), None),
    };
    Bounds { value, low, high }
}

/// An entry in words, for a derivation.
pub(crate) fn told(entry: &LedgerEntry, lies: Lies) -> BTreeMap<String, String> {
    let mut all = BTreeMap::from([
        ("period".to_owned(), entry.period.to_string()),
        ("published".to_owned(), entry.published.to_string()),
        ("value".to_owned(), entry.value.plain()),
        ("document".to_owned(), entry.document.clone()),
    ]);
    let stage = entry.stage.map(|s| s.as_str().to_owned());
    for (key, text) in [("id", entry.id.clone()), ("publisher", entry.publisher.clone()), ("stage", stage)] {
        all.extend(text.map(|t| (key.to_owned(), t)));
    }
    if lies == Lies::Across {
        all.insert("lies".to_owned(), "partly in the period".to_owned());
    }
    all
}

/// The first of some entries, and how many more there are.
fn some(names: &[String]) -> Option<String> {
    const SHOWN: usize = 3;
    let shown = names.get(..names.len().min(SHOWN)).filter(|s| !s.is_empty())?.join(", ");
    Some(match (names.len(), names.len().saturating_sub(SHOWN)) {
        (1, _) => shown,
        (_, 0) => format!("each of {shown}"),
        (_, more) => format!("each of {shown} and {more} more"),
    })
}
