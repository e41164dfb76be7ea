//! Quantified rules: each year, quarter or month, each line, each day, each entry, one inside the other.
//!
//! A rule is broken if one instance is, kept if all are, else the first found of cannot-tell, open and not-yet-testable.
//! Days are taken in runs in which no rate can change, so that a year of days costs as much as its changes. Of a ledger that
//! nobody calls complete, what is not entered stands as one more instance, of which nothing is known.

use crate::asks::{dates, importers, pairs};
use crate::expr::leaf;
use crate::reading::joined;
use crate::results::{InstanceCount, InstanceGroup, Instances, Part, SubReading, VerdictError};
use crate::rule::{Outcome, Worked, empty};
use crate::signature::Signer;
use crate::term::{At, Evaluator, Gap, Place};
use servanda_agreement::ast::{DateExpr, Each, EachRange, LedgerTerm, Rule, ScopeExpr, Var};
use servanda_agreement::rule::instances;
use servanda_agreement::{Definition, Scope};
use servanda_core::hs::same_goods;
use servanda_core::{Date, Party, Period, Status};
use servanda_tariff::{Moment, Stretch};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

/// What quantifiers add to a reading.
#[derive(Default)]
pub(crate) struct Parts {
    /// Each year, quarter or the like of a rule over such periods alone.
    pub years: Vec<SubReading>,
    /// What lines and days come to.
    pub instances: Option<Instances>,
    /// Years, lines and runs of days on which the rule is broken.
    pub breaches: Vec<String>,
    /// Runs of days on which it is broken, each whole.
    pub spells: Vec<String>,
}

/// One instance of one quantifier.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Instance {
    Period(Var, Period),
    Line(String),
    /// A line of a scope's list: the scope, and its code.
    Listed(String, String),
    /// The first and the last day of a run, both included.
    Days(Date, Date),
    /// What an entry is called.
    Entry(String),
    /// What is not entered in a ledger.
    Missing,
}

impl Instance {
    /// Where a rule stands, at this and at all around it.
    fn within<'x>(&'x self, at: At<'x>) -> At<'x> {
        match self {
            Self::Period(var, period) => At { vars: at.vars.with(*var, *period), ..at },
            Self::Line(line) => At { line: Some(line), of: None, ..at },
            Self::Listed(of, line) => At { line: Some(line), of: Some(of), ..at },
            Self::Days(first, _) => At { vars: at.vars.on(*first), ..at },
            Self::Entry(_) | Self::Missing => at,
        }
    }
}

/// What one quantifier runs over.
enum Range<'r> {
    /// The same instances wherever it stands.
    Fixed(Vec<Instance>),
    /// The entries of a ledger, whose period may be the year or day of a quantifier around it.
    Entries(&'r LedgerTerm),
}

/// How many instances of lines and days are listed one by one.
const LISTED: usize = 2_000;

/// How many instances of a group are named.
const NAMED: usize = 20;

/// The most instances that one rule is worked out on.
const MOST: usize = 2_000_000;

/// What all instances come to.
struct Tally {
    all: Worked,
    signer: Signer,
    statuses: BTreeSet<Status>,
    counts: Vec<(Status, usize)>,
    first: Vec<(Status, Vec<String>)>,
    listed: Vec<SubReading>,
    groups: Groups,
    /// Runs of days on which the rule is broken for anything.
    broken_days: BTreeSet<(Date, Date)>,
    /// How many instances stand for what is not entered in a ledger, of which nothing is known.
    missing: usize,
}

/// Instances with equal status and figures, in the order in which each was first met.
#[derive(Default)]
struct Groups {
    all: Vec<InstanceGroup>,
    places: HashMap<Part, usize>,
}

impl Groups {
    fn add(&mut self, name: &str, part: &Part) {
        let part = part.untitled();
        if let Some(group) = self.places.get(&part).and_then(|at| self.all.get_mut(*at)) {
            group.count += 1;
            if group.names.len() < NAMED {
                group.names.push(name.to_owned());
            }
            return;
        }
        self.places.insert(part.clone(), self.all.len());
        self.all.push(InstanceGroup { count: 1, names: vec![name.to_owned()], part });
    }
}

impl<'a> Evaluator<'a> {
    /// A quantified rule on one place under one definition.
    pub fn quantified(
        &self,
        definition: &Definition,
        place: &Place<'a>,
        rule: &Rule,
        words: &impl Fn(bool) -> Status,
        parts: &mut Parts,
    ) -> Result<(Status, Vec<String>, Worked), VerdictError> {
        let quantifiers: Vec<&Each> = rule.each.iter().chain(&rule.more).collect();
        let label: Vec<String> = quantifiers.iter().map(|q| q.to_string()).collect();
        let label = label.join(": ");
        let stop = |gap: Gap| {
            let mut worked = empty(leaf(label.clone()));
            worked.gaps.push(gap);
            let (status, reasons) = self.status(&worked, place, words);
            (status, reasons, worked)
        };
        let undefined = quantifiers.iter().find_map(|q| match &q.over {
            EachRange::Scope(scope) => self.undefined_in(scope),
            _ => None,
        });
        if let Some(reason) = undefined {
            return Ok(stop(Gap::Undefined(reason)));
        }
        let ranges = match self.ranges(definition, rule, MOST) {
            Ok(ranges) => ranges,
            Err(gap) => return Ok(stop(gap)),
        };
        let mut tally = Tally {
            all: empty(leaf(label.clone())),
            signer: Signer::default(),
            statuses: BTreeSet::new(),
            counts: Vec::new(),
            first: Vec::new(),
            listed: Vec::new(),
            groups: Groups::default(),
            broken_days: BTreeSet::new(),
            missing: 0,
        };
        self.descend(
            definition,
            place,
            rule,
            &ranges,
            At::default(),
            &mut Vec::new(),
            words,
            parts,
            &mut tally,
        )?;
        let entries = quantifiers.iter().any(|q| q.var == Var::Entry);
        if tally.counts.is_empty() {
            let none =
                if entries { "there is no entry to test" } else { "no line stands on any of these days" };
            return Ok(stop(Gap::Undefined(format!("undefined: {none}"))));
        }
        let broken = words(false);
        let status = if tally.statuses.contains(&broken) {
            broken
        } else if tally.statuses.iter().all(|s| *s == words(true)) {
            words(true)
        } else {
            [Status::CannotTell, Status::Open, Status::NotYetTestable]
                .into_iter()
                .find(|s| tally.statuses.contains(s))
                .unwrap_or(Status::CannotTell)
        };
        let first = tally.first.iter().find(|(s, _)| *s == status);
        let reasons = first.filter(|_| !status.is_decided()).map(|(_, reasons)| reasons.clone());
        if quantifiers.iter().any(|q| q.var.months().is_none()) {
            let days = quantifiers.iter().any(|q| q.var == Var::Day);
            let lines = quantifiers.iter().any(|q| q.var == Var::Line);
            let one = tally.counts.iter().map(|(_, count)| count).sum::<usize>() == 1;
            let words = [
                (lines, if one { "line" } else { "lines" }),
                (entries, if one { "entry" } else { "entries" }),
                (days, if one { "run of days" } else { "runs of days" }),
            ];
            let words: Vec<&str> = words.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
            let what = match tally.missing {
                0 => words.join(" and "),
                1 if one => format!("{}, for what is not entered", words.join(" and ")),
                1 => format!("{}, one of them for what is not entered", words.join(" and ")),
                n => format!("{}, {n} of them for what is not entered", words.join(" and ")),
            };
            let counts =
                tally.counts.iter().map(|(status, count)| InstanceCount { status: *status, count: *count });
            let listed = std::mem::take(&mut tally.listed);
            let groups = std::mem::take(&mut tally.groups.all);
            parts.instances = Some(Instances { what, counts: counts.collect(), listed, groups });
        }
        parts.spells = spells(&tally.broken_days);
        let mut all = tally.all;
        all.signature = tally.signer.signature();
        Ok((status, reasons.unwrap_or_default(), all))
    }

    /// What the quantifiers of a rule run over, or why they cannot; so many instances at most.
    fn ranges<'r>(
        &self,
        definition: &Definition,
        rule: &'r Rule,
        most: usize,
    ) -> Result<Vec<Range<'r>>, Gap> {
        let mut ranges: Vec<Range<'_>> = Vec::new();
        let mut total: usize = 1;
        for each in rule.each.iter().chain(&rule.more) {
            if let EachRange::Ledger(term) = &each.over {
                let entries = self.agreement.ledgers.get(&term.name).map_or(0, |l| l.entries.len());
                total = total.saturating_mul(entries.max(1));
                ranges.push(Range::Entries(term));
                continue;
            }
            let range = self.instances(definition, rule, each)?;
            if range.is_empty() {
                return Err(Gap::Undefined(format!("undefined: no {} to test", each.var)));
            }
            total = total.saturating_mul(range.len());
            ranges.push(Range::Fixed(range));
        }
        if total > most {
            return Err(Gap::Unsupported(format!(
                "not supported yet: {total} instances of one rule, more than {most}; write it over a smaller scope"
            )));
        }
        Ok(ranges)
    }

    /// Goes to every place at which a rule is worked out; to none where its quantifiers run over nothing, or over more than `most`.
    pub fn stands(
        &self,
        definition: &Definition,
        place: &Place<'a>,
        rule: &Rule,
        most: usize,
        then: &mut dyn FnMut(At<'_>),
    ) {
        if let Ok(ranges) = self.ranges(definition, rule, most) {
            self.stands_in(definition, place, &ranges, At::default(), then);
        }
    }

    fn stands_in(
        &self,
        definition: &Definition,
        place: &Place<'a>,
        ranges: &[Range<'_>],
        at: At<'_>,
        then: &mut dyn FnMut(At<'_>),
    ) {
        match ranges.split_first() {
            None => then(at),
            Some((Range::Fixed(instances), inner)) => {
                for instance in instances {
                    self.stands_in(definition, place, inner, instance.within(at), then);
                }
            }
            Some((Range::Entries(term), inner)) => {
                let found = self.entries(definition, place, term, at);
                for entry in found.iter().flat_map(|found| &found.entries) {
                    self.stands_in(definition, place, inner, At { entry: Some(*entry), ..at }, then);
                }
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "one recursion over the ranges of a rule")]
    fn descend(
        &self,
        definition: &Definition,
        place: &Place<'a>,
        rule: &Rule,
        ranges: &[Range<'_>],
        at: At<'_>,
        path: &mut Vec<Instance>,
        words: &impl Fn(bool) -> Status,
        parts: &mut Parts,
        tally: &mut Tally,
    ) -> Result<(), VerdictError> {
        if let Some((range, inner)) = ranges.split_first() {
            let instances = match range {
                Range::Fixed(instances) => instances,
                Range::Entries(term) => {
                    let found = match self.entries(definition, place, term, at) {
                        Ok(found) => found,
                        Err(gap) => {
                            let mut worked = empty(leaf(term.to_string()));
                            worked.gaps.push(gap);
                            self.count(worked, place, path, words, parts, tally);
                            return Ok(());
                        }
                    };
                    for entry in &found.entries {
                        path.push(Instance::Entry(entry.entry.name()));
                        let at = At { entry: Some(*entry), ..at };
                        self.descend(definition, place, rule, inner, at, path, words, parts, tally)?;
                        path.pop();
                    }
                    if let Some((gap, tested)) = found.missing {
                        let mut worked = empty(leaf("not known".to_owned()));
                        worked.gaps.push(gap);
                        worked.tested = tested;
                        tally.missing += 1;
                        path.push(Instance::Missing);
                        self.count(worked, place, path, words, parts, tally);
                        path.pop();
                    }
                    return Ok(());
                }
            };
            for instance in instances {
                let at = instance.within(at);
                path.push(instance.clone());
                self.descend(definition, place, rule, inner, at, path, words, parts, tally)?;
                path.pop();
            }
            return Ok(());
        }
        self.run.stop.check()?;
        if self.stands_without(rule, at) {
            return Ok(());
        }
        let mut worked = match self.other_goods(definition, rule, at) {
            None => self.whole(definition, place, &rule.condition, at)?,
            Some(gap) => {
                let mut worked = empty(leaf(named(path)));
                worked.gaps.push(gap);
                worked
            }
        };
        if at.entry.is_some_and(|e| e.across) && worked.outcome == Outcome::Fails {
            // It may be none of the entries that are meant.
            worked.outcome = Outcome::Undecided;
            worked.partly = true;
            worked.gaps.push(Gap::Ledger("it lies only partly in the period".to_owned()));
        }
        self.count(worked, place, path, words, parts, tally);
        Ok(())
    }

    /// Adds one instance to what all come to.
    fn count(
        &self,
        worked: Worked,
        place: &Place<'a>,
        path: &[Instance],
        words: &impl Fn(bool) -> Status,
        parts: &mut Parts,
        tally: &mut Tally,
    ) {
        let (status, reasons) = self.status(&worked, place, words);
        let part = self.part(&worked, place, words);
        let name = named(path);
        worked.signature.hash(&mut tally.signer);
        tally.statuses.insert(status);
        match tally.counts.iter_mut().find(|(s, _)| *s == status) {
            Some((_, count)) => *count += 1,
            None => tally.counts.push((status, 1)),
        }
        if !tally.first.iter().any(|(s, _)| *s == status) && !reasons.is_empty() {
            let mut first = reasons.clone();
            if let Some(reason) = first.first_mut() {
                *reason = format!("{name}: {reason}");
            }
            tally.first.push((status, first));
        }
        let yearly = path.iter().all(|i| matches!(i, Instance::Period(..)));
        let kept = status == words(true);
        let broken = status == words(false);
        if broken {
            for instance in path.iter() {
                if let Instance::Days(first, last) = instance {
                    tally.broken_days.insert((*first, *last));
                }
            }
        }
        if broken {
            parts.breaches.push(name.clone());
        }
        if !yearly {
            tally.groups.add(&name, &part);
        }
        if yearly || (!kept && tally.listed.len() < LISTED) {
            let sub = SubReading { period: name.clone(), part, reason: joined(&reasons) };
            match yearly {
                true => parts.years.push(sub),
                false => tally.listed.push(sub),
            }
            let mut child = worked.trace;
            child.label = format!("{name}: {}", child.label);
            tally.all.trace.children.push(child);
        }
        let all = &mut tally.all;
        for gap in worked.gaps {
            // A few stand for all: there can be one for each line.
            if all.gaps.len() < 50 && !all.gaps.contains(&gap) {
                all.gaps.push(gap);
            }
        }
        if yearly {
            all.tested.extend(worked.tested);
        } else {
            for tested in worked.tested {
                if !all.tested.iter().any(|t| {
                    (t.first_out, t.all_out, t.complete, t.complete_through)
                        == (tested.first_out, tested.all_out, tested.complete, tested.complete_through)
                }) {
                    all.tested.push(tested);
                }
            }
        }
        all.windows.extend(worked.windows);
        all.proxy |= worked.proxy;
        all.used.extend(worked.used);
    }

    /// Whether a schedule that is held for the day of `each day` does not have the line of `each line`: the line came later, or
    /// is gone.
    fn stands_without(&self, rule: &Rule, at: At<'_>) -> bool {
        let (Some(line), Some(day)) = (at.line, at.vars.day) else { return false };
        importers(rule).into_iter().any(|importer| {
            self.panels(importer).is_some_and(|panels| {
                let panel = &panels.told;
                panel.classification_on(day).is_some()
                    && panel.lines_of(line, day).iter().all(|l| panel.mfn_on(l, day).is_none())
            })
        })
    }

    /// Why a line cannot be compared between the schedules that a rule reads: its code may mean other goods in one of them.
    fn other_goods(&self, definition: &Definition, rule: &Rule, at: At<'_>) -> Option<Gap> {
        let line = at.line?;
        let code = line.get(..6).unwrap_or(line);
        let days: BTreeSet<Date> =
            dates(rule).into_iter().filter_map(|date| self.tariff_day(definition, date, at).ok()).collect();
        let mut read: Vec<(String, Party)> = Vec::new();
        for importer in importers(rule) {
            let Some(panels) = self.panels(importer) else { continue };
            for name in days.iter().filter_map(|day| panels.told.classification_on(*day)) {
                if !read.iter().any(|(known, _)| known == name) {
                    read.push((name.to_owned(), importer));
                }
            }
        }
        let (first, whose) = read.first()?;
        let (other, theirs) = read.iter().find(|(other, _)| !same_goods(code, first, other))?;
        Some(Gap::NotPublished(format!(
            "{code} may mean other goods in {first} of {whose} and in {other} of {theirs}"
        )))
    }

    fn instances(&self, definition: &Definition, rule: &Rule, each: &Each) -> Result<Vec<Instance>, Gap> {
        match (&each.over, each.var) {
            (EachRange::Period(range), var) => {
                let period = self.period(definition, range, At::default()).map_err(Gap::Undefined)?;
                if var == Var::Day {
                    return Ok(self.runs(rule, &period));
                }
                let parts = instances(var, range, &period)
                    .map_err(|why| Gap::Undefined(format!("undefined: {why}")))?;
                Ok(parts.into_iter().map(|part| Instance::Period(var, part)).collect())
            }
            (EachRange::Scope(scope), _) => self.lines(definition, rule, scope),
            // Its entries are found where it stands.
            (EachRange::Ledger(_), _) => Ok(Vec::new()),
        }
    }

    /// The days of a period in runs in which no rate that the rule reads can change. The days after the one asked for are
    /// one run.
    fn runs(&self, rule: &Rule, period: &Period) -> Vec<Instance> {
        let today = self.question.as_of.date;
        let mut starts: BTreeSet<Date> = BTreeSet::from([period.start()]);
        let stretch =
            Stretch { from: Moment::start_of(period.start()), until: Some(Moment::end_of(period.end())) };
        for (importer, origin) in pairs(rule) {
            let Some(panels) = self.panels(importer) else { continue };
            for panel in [&panels.told, &panels.sure] {
                for moment in panel.changes(origin, stretch) {
                    // A change in the course of a day makes that day a run of its own.
                    starts.insert(moment.day());
                    if moment.minute() > 0 {
                        starts.extend(moment.day().tomorrow());
                    }
                }
            }
        }
        starts.extend(today.tomorrow());
        let starts: Vec<Date> = starts.into_iter().filter(|d| period.contains(*d)).collect();
        let run = |(at, first): (usize, &Date)| {
            let last = starts.get(at + 1).and_then(|next| next.yesterday().ok()).unwrap_or(period.end());
            Instance::Days(*first, last)
        };
        starts.iter().enumerate().map(run).collect()
    }

    /// The lines of a scope: national lines where the rule reads one importer's tariff, the six digits that all have in
    /// common where it reads several, and the lines of the scope's list where it reads none.
    fn lines(&self, definition: &Definition, rule: &Rule, scope: &ScopeExpr) -> Result<Vec<Instance>, Gap> {
        let importers = importers(rule);
        if importers.is_empty() {
            return self.listed(scope);
        }
        let days = self.days_of(definition, rule);
        let mut shared: Option<BTreeSet<String>> = None;
        for importer in &importers {
            let Some(panels) = self.panels(*importer) else {
                return Err(Gap::NotHeld {
                    source: format!("tariffs of {importer}"),
                    after: None,
                    preliminary: Vec::new(),
                    baseline: None,
                    hole: None,
                });
            };
            let panel = &panels.told;
            let mut own: BTreeSet<String> = BTreeSet::new();
            for day in &days {
                let lines = self.tariff_lines(scope, panel, *day)?;
                for line in panel.lines_on(*day).filter(|l| lines.has(l)) {
                    let code = if importers.len() > 1 { line.get(..6).unwrap_or(line) } else { line };
                    if !own.contains(code) {
                        own.insert(code.to_owned());
                    }
                }
            }
            shared = Some(match shared {
                None => own,
                Some(others) => others.intersection(&own).cloned().collect(),
            });
        }
        let found = shared.unwrap_or_default();
        if found.is_empty() {
            let names: Vec<String> = importers.iter().map(ToString::to_string).collect();
            return Err(Gap::NotHeld {
                source: format!("schedules of {} on the days asked for", names.join(" and ")),
                after: None,
                preliminary: Vec::new(),
                baseline: None,
                hole: None,
            });
        }
        Ok(found.into_iter().map(Instance::Line).collect())
    }

    /// The days on which the rule's tariff terms are read: those of their dates, or the first days of all runs.
    fn days_of(&self, definition: &Definition, rule: &Rule) -> BTreeSet<Date> {
        let mut days = BTreeSet::new();
        for date in dates(rule) {
            if *date != DateExpr::Day {
                days.extend(self.tariff_day(definition, date, At::default()));
            }
        }
        for each in rule.each.iter().chain(&rule.more).filter(|e| e.var == Var::Day) {
            if let EachRange::Period(period) = &each.over
                && let Ok(period) = self.period(definition, period, At::default())
            {
                days.extend(self.runs(rule, &period).into_iter().filter_map(|i| match i {
                    Instance::Days(first, _) => Some(first),
                    _ => None,
                }));
            }
        }
        days.retain(|d| *d <= self.question.as_of.date);
        if days.is_empty() {
            days.insert(self.question.as_of.date);
        }
        days
    }

    fn listed(&self, scope: &ScopeExpr) -> Result<Vec<Instance>, Gap> {
        use servanda_agreement::ast::ScopeItem;
        let mut codes: BTreeMap<String, Instance> = BTreeMap::new();
        for (minus, item) in &scope.items {
            let line = |code: &str| match item {
                ScopeItem::Named(name) => Instance::Listed(name.clone(), code.to_owned()),
                _ => Instance::Line(code.to_owned()),
            };
            let own: Vec<String> = match item {
                ScopeItem::Code(code) => vec![code.clone()],
                ScopeItem::Named(name) => match self.agreement.scopes.get(name) {
                    Some(Scope::List(list)) => list
                        .lines
                        .iter()
                        .zip(&list.selected)
                        .filter(|(_, selected)| **selected)
                        .map(|(line, _)| line.code.clone())
                        .collect(),
                    _ => return Err(Gap::Undefined(format!("undefined: {name}"))),
                },
                other => {
                    return Err(Gap::Undefined(format!(
                        "undefined: {other} has no list of lines to go through"
                    )));
                }
            };
            for code in own {
                if *minus {
                    codes.remove(&code);
                } else {
                    let instance = line(&code);
                    codes.entry(code).or_insert(instance);
                }
            }
        }
        Ok(codes.into_values().collect())
    }
}

/// What an instance is called.
fn named(path: &[Instance]) -> String {
    let one = |instance: &Instance| match instance {
        Instance::Period(_, period) => period.to_string(),
        Instance::Line(line) | Instance::Listed(_, line) => line.clone(),
        Instance::Days(first, last) if first == last => first.to_string(),
        Instance::Days(first, last) => format!("{first}..{last}"),
        Instance::Entry(name) => name.clone(),
        Instance::Missing => "what is not entered".to_owned(),
    };
    path.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// Runs of days, those that follow each other as one.
fn spells(runs: &BTreeSet<(Date, Date)>) -> Vec<String> {
    let mut joined: Vec<(Date, Date)> = Vec::new();
    for (first, last) in runs {
        match joined.last_mut() {
            Some((_, end)) if end.tomorrow().is_ok_and(|next| *first <= next) => *end = (*end).max(*last),
            _ => joined.push((*first, *last)),
        }
    }
    joined.into_iter().map(|(first, last)| format!("{first}..{last}")).collect()
}
