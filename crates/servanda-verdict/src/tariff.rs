//! Tariff terms: rates, MFN rates, averages and coverage, read from schedules and measures.
//!
//! What rests on an unconfirmed act or step does not decide: each rate is worked out with and without such acts, and lies
//! anywhere between. A schedule that is read for days that it does not speak for counts only under a definition with the
//! parameter `schedules = "read-on"`.

use crate::expr::{Side, blocked, leaf, plain_value};
use crate::results::{Figure, NodeTrace, VerdictError};
use crate::signature::Signature;
use crate::term::{At, Evaluator, Gap, Tested};
use crate::weights::{Weighing, weighing};
use servanda_agreement::ast::{self, DateExpr, ScopeExpr, ScopeItem, TariffTerm};
use servanda_agreement::{Agreement, Definition, Scope};
use servanda_core::hs::{hs_edition, same_goods};
use servanda_core::{
    Absence, AbsenceRules, Basis, Bounds, Covers, Currency, Date, Dimension, Exact, Frequency, LineSet,
    Party, Point, RecordedBy, Seasonal, Source,
};
use servanda_tariff::{Base, Fate, Interval, Panel, Points, Weights};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What readings that rest on schedules and measures alone are called.
pub(crate) const TARIFFS: &str = "tariffs";

/// The rates of one importer: as told, and by what is confirmed alone.
pub(crate) struct Panels<'a> {
    pub told: Panel<'a>,
    pub sure: Panel<'a>,
}

/// How schedules and measures look as a source: in force from day to day, with no lag, and never revised.
pub(crate) fn schedules(agreement: &Agreement) -> Source {
    let word = |text: &str| text.to_owned();
    Source {
        id: word(TARIFFS),
        title: word("Schedules and measures of the workspace"),
        short: Some(word("the schedules and measures held")),
        publisher: word("each importer"),
        reporter: agreement.parties.first().copied().unwrap_or(Party::UNNAMED),
        derived: None,
        unfilled: Vec::new(),
        basis: Basis {
            covers: Covers::Goods,
            side: RecordedBy::Importer,
            trade: word("statutory rates"),
            valuation: word("percent of customs value"),
            accounting: word("MFN as applied and acts on top of it"),
            seasonal: Seasonal::NotAdjusted,
            partner: word("origin"),
            territory: word("the importer's customs territory"),
            currency: Currency::USD,
            secrecy: word("without anti-dumping, quota fill, drawback and chapter 98"),
        },
        frequency: Frequency::Daily,
        lag_days: 0,
        revision: None,
        flows: Vec::new(),
        editions: Vec::new(),
        depth: None,
        declared_codes: Default::default(),
        total: None,
        absence: AbsenceRules { default: Absence::Unknown, ranges: Vec::new() },
        parent: None,
        so_far: false,
        cumulative: None,
        marks: Vec::new(),
    }
}

/// The lines that a scope means.
pub(crate) enum Lines {
    /// Every line.
    All,
    /// Those of one set, less those of another.
    Some(Box<(LineSet, LineSet)>),
}

impl Lines {
    /// Whether any goods of a line are meant.
    pub fn has(&self, line: &str) -> bool {
        let Self::Some(sets) = self else { return true };
        let any = |set: &LineSet| {
            let found = set.classify(line);
            found.line.is_some() || !found.deeper.is_empty()
        };
        any(&sets.0) && sets.1.classify(line).line.is_none()
    }
}

const LESS_ANOTHER: &str = "not supported yet: an average over a scope less another";

/// Why no average can be taken over a scope, if none can.
pub(crate) fn less_another(scope: &ScopeExpr) -> Option<&'static str> {
    scope.items.iter().any(|(away, _)| *away).then_some(LESS_ANOTHER)
}

impl<'a> Evaluator<'a> {
    /// The rates of an importer with what was known on the day asked for; none where nothing is held.
    pub fn panels(&self, importer: Party) -> Option<Arc<Panels<'a>>> {
        let day = Some(self.question.as_of.date);
        self.panels.get(importer, || {
            let book = self.memory.tariffs.as_deref()?;
            let (told, sure) = (book.panel(importer, day).ok()?, book.confirmed_panel(importer, day).ok()?);
            Some(Arc::new(Panels { told, sure }))
        })
    }

    /// The day that a term is about.
    pub fn tariff_day(&self, definition: &Definition, date: &DateExpr, at: At<'_>) -> Result<Date, Gap> {
        match date {
            DateExpr::Fixed(date) => Ok(*date),
            DateExpr::AsOf => Ok(self.question.as_of.date),
            DateExpr::Day => at.vars.day.ok_or_else(|| Gap::Undefined("undefined: no day".into())),
            DateExpr::Param(name) => self
                .agreement
                .day(definition, name)
                .ok_or_else(|| Gap::Undefined(format!("undefined: ${name} is no day"))),
        }
    }

    /// The lines that a scope means in an importer's schedule on a day.
    pub fn tariff_lines(&self, scope: &ScopeExpr, panel: &Panel<'_>, day: Date) -> Result<Lines, Gap> {
        if let Some(reason) = self.undefined_in(scope) {
            return Err(Gap::Undefined(reason));
        }
        let (mut of, mut less) = (LineSet::new(), LineSet::new());
        let mut all = false;
        for (minus, item) in &scope.items {
            let set = if *minus { &mut less } else { &mut of };
            match item {
                ScopeItem::All | ScopeItem::Goods if !*minus => all = true,
                ScopeItem::All | ScopeItem::Goods => {
                    return Err(Gap::Undefined("undefined: nothing is left".into()));
                }
                ScopeItem::Services => {
                    return Err(Gap::Undefined("undefined: services have no tariff".into()));
                }
                ScopeItem::Line => return Err(Gap::Undefined("undefined: no line".into())),
                ScopeItem::Code(code) | ScopeItem::LineOf(_, code) => add(set, code),
                ScopeItem::Named(name) => {
                    let Some(Scope::List(list)) = self.agreement.scopes.get(name) else {
                        return Err(Gap::Undefined(format!("undefined: {name}")));
                    };
                    let here = panel.classification_on(day);
                    let (own, theirs) = (hs_edition(&list.classification), here.and_then(hs_edition));
                    if let (Some(here), true) = (here, own.is_none() || own != theirs) {
                        // Codes that have the same goods in both are read all the same.
                        let other = |code: &&str| !same_goods(code, &list.classification, here);
                        let codes: Vec<&str> =
                            list.lines.iter().map(|l| l.code.as_str()).filter(other).collect();
                        if let Some(first) = codes.first() {
                            let more = match codes.len() {
                                1 => String::new(),
                                n => format!(" and {} more", n - 1),
                            };
                            return Err(Gap::NotPublished(format!(
                                "scope {name} is written in {}, and the schedule of {} in {here}, where {first}{more} may mean \
                                 other goods",
                                list.classification, panel.importer
                            )));
                        }
                    }
                    for (line, selected) in list.lines.iter().zip(&list.selected) {
                        if *selected {
                            add(set, &line.code);
                        } else {
                            set.exclude(&line.code);
                        }
                    }
                }
            }
        }
        if all {
            of = LineSet::new();
            add(&mut of, "");
        }
        Ok(if all && less.is_empty() { Lines::All } else { Lines::Some(Box::new((of, less))) })
    }

    /// A tariff term.
    pub fn tariff(
        &self,
        definition: &Definition,
        term: &TariffTerm,
        at: At<'_>,
    ) -> Result<Side, VerdictError> {
        let (importer, origin, scope, date) = match term {
            TariffTerm::Mfn(party, scope, date) => (*party, None, scope, date),
            TariffTerm::Rate(pair, scope, date)
            | TariffTerm::Average(pair, scope, date, _)
            | TariffTerm::Coverage(pair, scope, date, _) => (pair.first, Some(pair.second), scope, date),
        };
        if let Some(reason) = self.undefined_in(scope) {
            return Ok(blocked(Gap::Undefined(reason)));
        }
        let day = match self.tariff_day(definition, date, at) {
            Ok(day) => day,
            Err(gap) => return Ok(blocked(gap)),
        };
        let label = match at.line.filter(|_| scope.items.iter().any(|(_, i)| *i == ScopeItem::Line)) {
            Some(line) => format!("{} [{line}, {day}]", word(term)),
            None => format!("{term} [{day}]"),
        };
        let Some(panels) = self.panels(importer) else {
            let gaps = vec![not_held(importer, "tariffs", day)];
            return Ok(percent(label, Bounds::unknown(), gaps, day, Vec::new(), self.question.as_of.date));
        };
        if day > self.question.as_of.date {
            // The law of a day that has not come is not known.
            return Ok(percent(
                label,
                Bounds::unknown(),
                Vec::new(),
                day,
                Vec::new(),
                self.question.as_of.date,
            ));
        }
        Ok(match term {
            TariffTerm::Average(pair, .., weights) | TariffTerm::Coverage(pair, .., weights) => {
                let average = matches!(term, TariffTerm::Average(..));
                match self.weighed(definition, &panels, (pair.second, scope), weights, day, average)? {
                    Ok((bounds, gaps, notes, trade)) => {
                        let mut side = percent(label, bounds, gaps, day, notes, self.question.as_of.date);
                        if let Some(Weighing { used, window, .. }) = trade {
                            side.value.used.extend(used);
                            side.value.windows.push(window);
                        }
                        side
                    }
                    Err(gap) => blocked(gap),
                }
            }
            TariffTerm::Rate(..) | TariffTerm::Mfn(..) => {
                let lines = match self.lines_of_term(scope, &panels.told, day, at) {
                    Ok(lines) => lines,
                    Err(gap) => return Ok(blocked(gap)),
                };
                self.rates(definition, &panels, origin, &lines, day, label)
            }
        })
    }

    /// An average or a share covered: within bounds, with what bounds it and the trade that weighs.
    #[allow(
        clippy::type_complexity,
        reason = "bounds, gaps, notes and trade, or the gap that stands for all"
    )]
    fn weighed(
        &self,
        definition: &Definition,
        panels: &Panels<'a>,
        (origin, scope): (Party, &ScopeExpr),
        weights: &ast::Weights,
        day: Date,
        average: bool,
    ) -> Result<Result<(Bounds, Vec<Gap>, Vec<NodeTrace>, Option<Weighing>), Gap>, VerdictError> {
        let lines = match self.tariff_lines(scope, &panels.told, day) {
            Ok(lines) => lines,
            Err(gap) => return Ok(Err(gap)),
        };
        let codes = match &lines {
            Lines::All => None,
            Lines::Some(sets) if sets.1.is_empty() => Some(&sets.0),
            Lines::Some(_) => return Ok(Err(Gap::Unsupported(LESS_ANOTHER.into()))),
        };
        let trade = match weights {
            ast::Weights::Simple => None,
            ast::Weights::Trade(year, source) => {
                let importer = panels.told.importer;
                let as_of = self.as_of_for(definition, true);
                match weighing(self.evidence, source, (importer, origin), *year, as_of)? {
                    Ok(trade) => Some(trade),
                    Err(why) => {
                        return Ok(Err(Gap::NotPublished(format!("weights {year} of {source}: {why}"))));
                    }
                }
            }
        };
        let by = trade.as_ref().map_or(Weights::Simple, |weighing| Weights::Trade(&weighing.trade));
        let read_on_counts = reads_on(definition);
        let mut gaps = Vec::new();
        let mut notes = Vec::new();
        let mut missing: Vec<String> = Vec::new();
        let mut undecided: BTreeMap<usize, usize> = BTreeMap::new();
        for line in panels.told.lines_on(day).filter(|l| lines.has(l)) {
            // What is wrong with a rate is said below.
            let rates = panels.told.rates_on(line, origin, day, None).unwrap_or_default();
            for text in rates.iter().flat_map(|rate| panels.told.missing(origin, line, rate)) {
                if !missing.contains(&text) {
                    missing.push(text);
                }
            }
            let parts = rates.iter().flat_map(|rate| &rate.parts);
            let parts = parts.filter(|part| matches!(part.fate, Fate::Undecided(_))).map(|part| part.act);
            for act in parts.collect::<BTreeSet<_>>() {
                *undecided.entry(act).or_default() += 1;
            }
        }
        if !missing.is_empty() {
            let (importer, missing) = (panels.told.importer, missing.join("; "));
            gaps.push(Gap::Bounded(format!("not all acts of {importer} on {origin} are held: {missing}")));
        }
        for (act, lines) in undecided {
            let Some(act) = panels.told.acts().get(act) else { continue };
            let they = if lines == 1 { "1 line".to_owned() } else { format!("{lines} lines") };
            let name = act.name();
            gaps.push(Gap::Bounded(format!(
                "whether {name} bears on {they} is not known, which may hold goods that are listed under other codes"
            )));
        }
        // By what is held, and the bounds: each as far as there is one.
        let mut all: Option<[Option<Exact>; 3]> = None;
        for panel in [&panels.told, &panels.sure] {
            let scope = servanda_tariff::Scope(codes);
            let (value, low, high) = if average {
                let found = match servanda_tariff::average(panel, origin, scope, day, None, by) {
                    Ok(found) => found,
                    Err(e) => return Ok(Err(Gap::NotPublished(e.to_string()))),
                };
                notes.push(leaf(format!(
                    "{} of {} lines have a rate in percent of value; their average is {} percent, by {}",
                    found.counted,
                    found.lines,
                    found.value.as_ref().map_or("none".into(), |v| v.round_to(2)),
                    found.weights
                )));
                if found.read_on > 0 && !read_on_counts {
                    let why = found.says.read_on.join("; ");
                    gaps.push(held_for_other_days(&format!("{} lines", found.read_on), &why, day));
                    (found.value, None, None)
                } else {
                    (found.value, found.low, found.high)
                }
            } else {
                let found = match servanda_tariff::coverage(panel, origin, scope, day, None, by, None) {
                    Ok(found) => found,
                    Err(e) => return Ok(Err(Gap::NotPublished(e.to_string()))),
                };
                notes.push(leaf(format!(
                    "{} of {} covered, by {}",
                    found.covered.round_to(0),
                    found.total.round_to(0),
                    found.weights
                )));
                (found.share, found.share_low, found.share_high)
            };
            let unbounded = high.is_none() && low.as_ref().is_none_or(Exact::is_zero);
            if value.is_none() && unbounded && gaps.is_empty() {
                return Ok(Err(not_held(panel.importer, "any rate in percent of value", day)));
            }
            all = Some(match all {
                None => [value, low, high],
                Some([first, l, h]) => {
                    if first != value {
                        gaps.push(Gap::Bounded("rests on acts that are unconfirmed".into()));
                    }
                    let low = l.zip(low).map(|(a, b)| a.min(b));
                    let high = h.zip(high).map(|(a, b)| a.max(b));
                    [first, low, high]
                }
            });
        }
        let [value, low, high] = all.unwrap_or_default();
        let bounds = Bounds { value, low, high };
        if bounds.low != bounds.high && gaps.is_empty() {
            gaps.push(Gap::Bounded(
                "lines without a rate in percent of value, or codes of trade with several lines".into(),
            ));
        }
        Ok(Ok((bounds, gaps, notes, trade)))
    }

    fn lines_of_term(
        &self,
        scope: &ScopeExpr,
        panel: &Panel<'_>,
        day: Date,
        at: At<'_>,
    ) -> Result<Vec<String>, Gap> {
        if let (Some(line), [(false, ScopeItem::Line)]) = (at.line, scope.items.as_slice()) {
            return Ok(panel.lines_of(line, day));
        }
        if let [(false, ScopeItem::Code(code))] = scope.items.as_slice() {
            return Ok(panel.lines_of(code, day));
        }
        let lines = self.tariff_lines(scope, panel, day)?;
        let found: Vec<String> = panel.lines_on(day).filter(|l| lines.has(l)).map(str::to_owned).collect();
        if found.is_empty() {
            return Err(not_held(panel.importer, "no line of the scope", day));
        }
        Ok(found)
    }

    /// The rates of some lines on a day, as one figure within bounds.
    fn rates(
        &self,
        definition: &Definition,
        panels: &Panels<'a>,
        origin: Option<Party>,
        lines: &[String],
        day: Date,
        label: String,
    ) -> Side {
        let read_on_counts = reads_on(definition);
        let mut all: Option<Points> = None;
        let mut gaps: Vec<Gap> = Vec::new();
        let mut notes: Vec<NodeTrace> = Vec::new();
        let mut said = |gap: Gap| {
            if !gaps.contains(&gap) && gaps.len() < 4 {
                gaps.push(gap);
            }
        };
        for line in lines {
            let (points, text) = match origin {
                None => match panels.told.mfn_on(line, day) {
                    None => {
                        said(not_held(panels.told.importer, &format!("MFN of {line}"), day));
                        (Points::unknown(), "not held".to_owned())
                    }
                    Some((points, base)) => {
                        let text = base_text(&base);
                        let unsure = unsure_schedule(&panels.told, &base);
                        if let Some(id) = &unsure {
                            said(Gap::Bounded(format!("schedule {id} is unconfirmed")));
                        }
                        let points = if unsure.is_some() { Points::unknown() } else { points };
                        match read_on(&base).filter(|_| !read_on_counts) {
                            Some((schedule, why)) => {
                                said(held_for_other_days(schedule, why, day));
                                (Points::unknown(), text)
                            }
                            None => {
                                unparsed(&base, &points, line, &mut said);
                                (points, text)
                            }
                        }
                    }
                },
                Some(origin) => {
                    let told = panels.told.rates_on(line, origin, day, None);
                    let sure = panels.sure.rates_on(line, origin, day, None);
                    let (told, sure) = match (told, sure) {
                        (Ok(told), Ok(sure)) => (told, sure),
                        (Err(e), _) | (_, Err(e)) => return blocked(Gap::NotPublished(e.to_string())),
                    };
                    let mut points: Option<Points> = None;
                    let mut text: Vec<String> = Vec::new();
                    let lacking = told.iter().filter(|interval| interval.lacking());
                    for interval in lacking {
                        said(Gap::Bounded(format!(
                            "not all acts of {} on {line} of {origin} are held: {}",
                            panels.told.importer,
                            panels.told.missing(origin, line, interval).join("; ")
                        )));
                    }
                    for interval in told.iter().chain(&sure) {
                        let own = match read_on(&interval.base).filter(|_| !read_on_counts) {
                            Some((schedule, why)) => {
                                said(held_for_other_days(schedule, why, day));
                                Points { low: interval.additional().low, high: None }
                            }
                            None => {
                                if let Some(id) = unsure_schedule(&panels.told, &interval.base) {
                                    said(Gap::Bounded(format!("schedule {id} is unconfirmed")));
                                    points = Some(Points::unknown());
                                }
                                if interval.base == Base::NotHeld {
                                    said(not_held(
                                        panels.told.importer,
                                        &format!("the schedule's rate on {line}"),
                                        day,
                                    ));
                                }
                                unparsed(&interval.base, &interval.base_points, line, &mut said);
                                interval.bounds()
                            }
                        };
                        points = Some(points.map_or(own.clone(), |p| p.or(&own)));
                    }
                    for interval in &told {
                        text.push(explained(&panels.told, interval));
                    }
                    if told != sure && told.iter().map(|i| &i.total).ne(sure.iter().map(|i| &i.total)) {
                        let names = unconfirmed(&panels.told, &told);
                        said(Gap::Bounded(format!("rests on what is unconfirmed: {}", names.join(", "))));
                    }
                    for interval in &told {
                        for part in interval.parts.iter().filter(|p| matches!(p.fate, Fate::Undecided(_))) {
                            if let Some(text) = undecided(&panels.told, line, part.act, interval) {
                                said(Gap::Bounded(text));
                            }
                        }
                    }
                    let partly = told.iter().flat_map(|i| &i.parts);
                    let partly = partly.filter(|p| p.part && !matches!(p.fate, Fate::Undecided(_)));
                    let partly: BTreeSet<String> =
                        partly.filter_map(|p| panels.told.acts().get(p.act)).map(|a| a.name()).collect();
                    if !partly.is_empty() {
                        let names: Vec<String> = partly.into_iter().collect();
                        said(Gap::Bounded(format!("only a part of {line} is meant by {}", names.join(", "))));
                    }
                    if told.len() > 1 {
                        said(Gap::Bounded(format!("the rate on {line} changes in the course of {day}")));
                    }
                    let mut text = text.join("; then ");
                    if panels.told.is_unmapped(line, origin, day) {
                        text.push_str("; the line is new, and nothing held says what it was");
                    }
                    (points.unwrap_or_else(Points::unknown), text)
                }
            };
            if notes.len() < 30 {
                let figure = Figure { bounds: bounds(&points), dimension: Dimension::Percent };
                notes.push(NodeTrace { figure: Some(figure), ..leaf(format!("{line}: {text}")) });
            }
            all = Some(all.map_or(points.clone(), |a| a.or(&points)));
        }
        let all = all.unwrap_or_else(Points::unknown);
        if lines.len() > 1 && all.exact().is_none() {
            said(Gap::Bounded(format!("{} lines with rates of {all} percent", lines.len())));
        }
        if lines.len() > notes.len() {
            notes.push(leaf(format!("and {} more lines", lines.len() - notes.len())));
        }
        percent(label, bounds(&all), gaps, day, notes, self.question.as_of.date)
    }
}

/// Whether a definition takes a schedule that is read on for one that is held.
pub(crate) fn reads_on(definition: &Definition) -> bool {
    definition.parameters.get("schedules").is_some_and(|s| s.trim() == "read-on")
}

fn add(set: &mut LineSet, code: &str) {
    // A code that is there already is meant already.
    let _ = set.add(code, &[code.to_owned()]);
}

fn word(term: &TariffTerm) -> String {
    match term {
        TariffTerm::Rate(pair, ..) => format!("tariff({pair})"),
        TariffTerm::Mfn(party, ..) => format!("mfn({party})"),
        TariffTerm::Average(pair, ..) => format!("average_tariff({pair})"),
        TariffTerm::Coverage(pair, ..) => format!("coverage({pair})"),
    }
}

fn bounds(points: &Points) -> Bounds {
    Bounds { value: points.exact().cloned(), low: Some(points.low.clone()), high: points.high.clone() }
}

fn base_text(base: &Base) -> String {
    match base {
        Base::Row { schedule, line, text, read_on, .. } => {
            let text = if text.is_empty() { "no rate written" } else { text };
            let on = if read_on.is_some() { ", read on" } else { "" };
            format!("{text} ({schedule} {line}{on})")
        }
        Base::NotHeld => "base not held".into(),
    }
}

/// The id of the schedule of a base, if it is unconfirmed.
fn unsure_schedule(panel: &Panel<'_>, base: &Base) -> Option<String> {
    let Base::Row { schedule, .. } = base else { return None };
    let found = panel.book.schedules.iter().find(|s| s.id == *schedule)?;
    (found.certainty == servanda_agreement::Certainty::Unconfirmed).then(|| schedule.clone())
}

fn read_on(base: &Base) -> Option<(&str, &str)> {
    match base {
        Base::Row { schedule, read_on: Some(why), .. } => Some((schedule, why)),
        _ => None,
    }
}

/// A rate, and how it arose, in one line.
pub(crate) fn explained(panel: &Panel<'_>, interval: &Interval) -> String {
    let mut parts = vec![base_text(&interval.base)];
    for part in &interval.parts {
        let Some(act) = panel.acts().get(part.act) else { continue };
        match &part.fate {
            Fate::Counts(points) => {
                parts.push(format!("{} {points} ({})", act.act.effect.as_str(), act.name()));
            }
            Fate::Undecided(points) => {
                parts.push(format!("{} {points} ({}, undecided)", act.act.effect.as_str(), act.name()));
            }
            _ => {}
        }
    }
    format!("{} = {}", interval.text(), parts.join(", "))
}

/// Why it is not decided whether an act bears on a line.
fn undecided(panel: &Panel<'_>, line: &str, act: usize, interval: &Interval) -> Option<String> {
    let codes = panel.lost_codes(line, act, interval.stretch.from);
    let first = codes.first()?;
    let more = if codes.len() > 1 { format!(" and {} more", codes.len() - 1) } else { String::new() };
    Some(format!(
        "whether {} bears on {line} is not known: it may hold goods that are listed as {}{more} of {} ({})",
        panel.acts().get(act)?.name(),
        first.code,
        first.list,
        first.classification
    ))
}

fn unconfirmed(panel: &Panel<'_>, intervals: &[Interval]) -> Vec<String> {
    let acts: BTreeSet<usize> = intervals.iter().flat_map(|i| &i.parts).map(|p| p.act).collect();
    let weak = |n: &usize| {
        let act = panel.acts().get(*n)?;
        (act.certainty() == servanda_agreement::Certainty::Unconfirmed).then(|| act.name())
    };
    acts.iter().filter_map(weak).collect()
}

fn unparsed(base: &Base, points: &Points, line: &str, said: &mut impl FnMut(Gap)) {
    if let (Base::Row { text, .. }, None) = (base, &points.high) {
        let text = if text.is_empty() { "no rate written".to_owned() } else { format!("`{text}`") };
        said(Gap::Bounded(format!("the rate on {line} is {text}, which is no percentage of value")));
    }
}

fn not_held(importer: Party, what: &str, day: Date) -> Gap {
    Gap::NotHeld {
        source: format!("{what} of {importer} on {day}"),
        after: None,
        preliminary: Vec::new(),
        baseline: None,
        hole: None,
    }
}

fn held_for_other_days(schedule: &str, why: &str, day: Date) -> Gap {
    Gap::NotHeld {
        source: format!("rates of {day} ({schedule} is read on: {why})"),
        after: None,
        preliminary: Vec::new(),
        baseline: None,
        hole: None,
    }
}

/// A figure in percent about a day.
fn percent(
    label: String,
    bounds: Bounds,
    gaps: Vec<Gap>,
    day: Date,
    children: Vec<NodeTrace>,
    today: Date,
) -> Side {
    let known = day <= today && !gaps.iter().any(|g| matches!(g, Gap::NotHeld { .. }));
    let figure = Figure { bounds, dimension: Dimension::Percent };
    let mut value = plain_value(figure.clone(), Signature::of((&label, TARIFFS)));
    value.non_negative = false;
    value.gaps = gaps;
    value.tested = vec![Tested {
        first_out: day,
        // A day that has come is out.
        all_out: if day > today { day } else { day.yesterday().unwrap_or(day) },
        complete_through: known.then_some(Point::Day(day)),
        complete: known,
    }];
    let trace = NodeTrace { figure: Some(figure), children, ..leaf(label) };
    Side { value, trace, has_terms: true }
}
