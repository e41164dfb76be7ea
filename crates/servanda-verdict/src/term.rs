//! A flow term on one source: which series answers it, what it comes to, and what it can still be.

use crate::attribute::{Addend, Basis, Below, Claim, Way};
use crate::finding::{Found, Prepared};
use crate::ledger::{EntryAt, ledgers};
use crate::listed::{Listed, SeriesKey, meaning};
use crate::results::{Figure, Question, TermTrace, VerdictError, fingerprints};
use crate::run::Run;
use crate::series::Sums;
use crate::signature::Signature;
use crate::tariff::{Panels, TARIFFS, schedules};
use servanda_agreement::ast::{FlowTerm, PeriodExpr, ScopeExpr, ScopeItem, StageRef, Trader, Traders};
use servanda_agreement::rule::Vars;
use servanda_agreement::{Agreement, Baseline, Commitment, Definition, PartlyMeant, ResolvedScope};
use servanda_core::calendar::Calendar;
use servanda_core::{
    AsOf, Assessed, Bounds, Cache, Date, Dimension, Evidence, EvidenceError, Exact, LineSet, Party, Period,
    Point, Series, SeriesRequest, Source, Stage, Stopped, VintageRef,
};
use servanda_tariff::Book;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What names a resolved scope: definition, source, items, and the editions of the source's classification in the period.
type ScopeKey = (String, String, Vec<(bool, ScopeItem)>, Vec<usize>);
/// What a series comes to, or why there is none.
type Answered = Result<Arc<Series>, EvidenceError>;

/// So many series are asked for at a time, so that who asks can be told to stop.
const PORTION: usize = 256;
/// So many prefixes of resolved scopes are kept.
const PREFIXES: usize = 2_000_000;
/// So many cells of series are kept, and so many of sums.
const CELLS: usize = 4_000_000;

/// Everything that one evaluation needs, with the answers that it has had already.
pub(crate) struct Evaluator<'a> {
    pub agreement: &'a Agreement,
    pub evidence: &'a dyn Evidence,
    pub question: &'a Question,
    pub memory: &'a Memory,
    pub run: &'a Run,
    series: Cache<(SeriesKey, AsOf), Answered>,
    /// As many as there are importers.
    pub panels: Cache<Party, Option<Arc<Panels<'a>>>>,
    /// The commitments by id.
    pub commitments: HashMap<&'a str, &'a Commitment>,
    /// What has been found of commitments, by id.
    found: Mutex<HashMap<&'a str, Found>>,
    /// Findings before their conditions, by the commitment's id.
    prepared: Mutex<HashMap<&'a str, Prepared>>,
}

/// What does not change with the day that is asked for, kept between evaluations of one agreement on one evidence, by any number of
/// threads at once. What is kept of scopes and sums is bounded, and worked out again where it was dropped.
#[derive(Debug)]
pub struct Memory {
    pub(crate) fingerprints: BTreeMap<String, String>,
    scopes: Cache<ScopeKey, Arc<Resolved>>,
    pub(crate) sums: Mutex<KeptSums>,
    pub(crate) tariffs: Option<Arc<Book>>,
    pub(crate) assessments: Arc<[Assessed]>,
    /// The working days of capitals.
    pub(crate) calendars: BTreeMap<Party, Calendar>,
    /// What readings of schedules and measures are called, and how they are dated.
    pub(crate) schedules: Source,
    /// The same for readings over ledgers, by what they are called.
    pub(crate) ledgers: BTreeMap<String, Source>,
}

impl Memory {
    /// For an agreement; it serves no other, nor this one once it is changed.
    pub fn of(agreement: &Agreement) -> Self {
        Self {
            fingerprints: fingerprints(agreement),
            scopes: Cache::new(PREFIXES, |r| r.weight()),
            sums: Mutex::default(),
            tariffs: None,
            assessments: Arc::from([]),
            calendars: BTreeMap::new(),
            schedules: schedules(agreement),
            ledgers: ledgers(agreement),
        }
    }

    /// With the assessments of the agreement's acts and refrainings, their signatures checked.
    #[must_use]
    pub fn with_assessments(mut self, assessments: Vec<Assessed>) -> Self {
        self.assessments = assessments.into();
        self
    }

    /// With the working days of capitals, for clocks that count them.
    #[must_use]
    pub fn with_calendars(mut self, calendars: BTreeMap<Party, Calendar>) -> Self {
        self.calendars = calendars;
        self
    }

    /// With the schedules and measures that tariff terms are read from.
    #[must_use]
    pub fn with_tariffs(mut self, book: Arc<Book>) -> Self {
        self.tariffs = Some(book);
        self
    }
}

/// The sums of series that are kept, by what was asked for. Of several answers to one request, as of several days, each is told by
/// the series that it is of, which it holds.
#[derive(Debug, Default)]
pub(crate) struct KeptSums {
    by_request: HashMap<SeriesKey, Vec<Arc<Sums>>>,
    cells: usize,
}

impl KeptSums {
    pub fn get(&self, key: &SeriesKey, series: &Arc<Series>) -> Option<Arc<Sums>> {
        let of = |sums: &&Arc<Sums>| Arc::ptr_eq(&sums.series, series);
        self.by_request.get(key)?.iter().find(of).cloned()
    }

    pub fn keep(&mut self, key: SeriesKey, sums: Arc<Sums>) {
        let cells = sums.series.cells.len().max(1);
        if self.cells.saturating_add(cells) > CELLS {
            *self = Self::default();
        }
        self.cells = self.cells.saturating_add(cells);
        self.by_request.entry(key).or_default().push(sums);
    }
}

/// A resolved scope with what stands for it.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub scope: ResolvedScope,
    /// As the rule has it.
    pub of: ScopeExpr,
    /// Stands for the series that is asked for.
    pub listed: Listed,
    /// Stands for the products that are meant.
    pub meaning: Signature,
}

impl Resolved {
    pub fn new(scope: ResolvedScope, of: ScopeExpr) -> Self {
        let nothing = LineSet::new();
        let lines = match &scope {
            ResolvedScope::Lines { lines, .. } => lines,
            ResolvedScope::Undefined(_) | ResolvedScope::NotPublished(_) => &nothing,
        };
        let (listed, meaning) = (Listed::of(lines), meaning(lines));
        Self { scope, of, listed, meaning }
    }

    /// How many prefixes it holds, and one for itself.
    fn weight(&self) -> usize {
        match &self.scope {
            ResolvedScope::Lines { lines, .. } => lines.prefixes().count().saturating_add(1),
            ResolvedScope::Undefined(_) | ResolvedScope::NotPublished(_) => 1,
        }
    }
}

/// What an answer weighs: its cells, and one for itself.
fn weight(answered: &Answered) -> usize {
    answered.as_ref().map_or(1, |series| series.cells.len().saturating_add(1))
}

/// Where a reading's figures come from: one source, or a side with two publishers.
#[derive(Debug, Clone)]
pub(crate) struct Place<'a> {
    /// As named in the agreement: a source id or `side.NAME`.
    pub name: String,
    /// Where goods, and everything that is not services, are read.
    pub goods: &'a Source,
    /// Where services are read.
    pub services: &'a Source,
    /// What to know where they are two.
    pub note: Option<String>,
}

impl Place<'_> {
    /// Who publishes it: one name, or two of a side.
    pub fn publishers(&self) -> Vec<String> {
        let mut names = vec![self.goods.publisher.clone()];
        if self.services.publisher != self.goods.publisher {
            names.push(self.services.publisher.clone());
        }
        names
    }
}

/// Where quantifiers stand: the times, line and entry of `each`.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct At<'x> {
    pub vars: Vars,
    pub line: Option<&'x str>,
    /// The scope whose list has the line; none where it is a line of a schedule, or a code by itself.
    pub of: Option<&'x str>,
    pub entry: Option<EntryAt<'x>>,
    /// The flow terms of the rule, where a code of a source stands for different trade in two of them.
    pub beside: &'x [Arc<Claim>],
}

/// Something that keeps a term from having exact bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Gap {
    /// A scope or parameter has no meaning: nothing can come out at any date.
    Undefined(String),
    /// The source does not publish it.
    NotPublished(String),
    /// The engine cannot work it out yet.
    Unsupported(String),
    /// Two currencies or units are set against each other, and there is no rate between them.
    NoRate(String),
    /// The source publishes it, and the store does not have it.
    NotHeld {
        /// The source.
        source: String,
        /// The last sub-period held whole, if any is.
        after: Option<String>,
        /// The preliminary sub-periods.
        preliminary: Vec<String>,
        /// Whether it is a baseline that is missing.
        baseline: Option<String>,
        /// A hole before the last sub-period held.
        hole: Option<String>,
    },
    /// Why nothing of a source that has names for codes answers: none that is held is one of those asked for.
    Names {
        /// The source.
        source: String,
        /// In words.
        said: String,
    },
    /// Held, but what the source does not show could be enough to turn it.
    Bounded(String),
    /// A code of the rule may mean other goods in one edition than in another in which it is read.
    OtherGoods(String),
    /// Something is divided by what is zero, or can be.
    Divisor(String),
    /// What a ledger leaves open, and by which of its entries.
    Ledger(String),
}

/// What a flow term comes to on one source.
#[derive(Debug, Clone)]
pub(crate) struct TermValue {
    pub figure: Figure,
    pub gaps: Vec<Gap>,
    pub proxy: bool,
    pub non_negative: bool,
    /// Whether it may be no number at all, since something in it is divided by what can be zero. Then nothing bounds it, whatever is
    /// made of it: the larger of it and a tenth is not a tenth.
    pub no_number: bool,
    pub baseline: bool,
    /// For terms that are tested: what is known of each sub-period.
    pub tested: Vec<Tested>,
    /// Until when figures may be revised, and the oldest publication used, of every series, baselines included.
    pub windows: Vec<Window>,
    pub traces: Vec<TermTrace>,
    pub used: Vec<VintageRef>,
    pub signature: Signature,
    /// The terms that it is the sum of; none if it is no sum.
    pub addends: Vec<Addend>,
    /// Everything that it rests on, sum or not.
    pub below: Vec<Below>,
}

/// The time frame of one tested series.
#[derive(Debug, Clone)]
pub(crate) struct Tested {
    /// The day by which the first sub-period is out.
    pub first_out: Date,
    /// The day by which the last one is out.
    pub all_out: Date,
    /// The last sub-period up to which all are held whole.
    pub complete_through: Option<Point>,
    /// Whether all sub-periods are held whole.
    pub complete: bool,
}

/// Until when a source may revise what was used of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    /// The last day; none if it never revises.
    pub until: Option<Date>,
    /// The oldest publication used.
    pub published: Option<Date>,
}

/// One flow of one source that answers a term, or why none does.
pub(crate) struct Route<'a> {
    pub source: &'a Source,
    pub stage: Stage,
    pub partner: Party,
    pub proxy: bool,
    pub non_negative: bool,
}

/// What is asked of a source for a term.
pub(crate) struct Wanted<'a> {
    pub route: Route<'a>,
    pub dimension: Dimension,
    pub resolved: Arc<Resolved>,
    pub first: i32,
    pub last: i32,
    pub baseline: bool,
    pub as_of: AsOf,
}

impl Wanted<'_> {
    /// The request for its series, with what to know of its lines; none where there are no lines.
    pub fn request(&self) -> Option<(SeriesRequest<'_>, &[String])> {
        let ResolvedScope::Lines { lines, notes, .. } = &self.resolved.scope else { return None };
        let request = SeriesRequest {
            source: &self.route.source.id,
            stage: self.route.stage,
            partner: self.route.partner,
            dimension: self.dimension,
            lines,
            first: self.first,
            last: self.last,
            as_of: self.as_of,
        };
        Some((request, notes))
    }

    /// What is asked for beside it: each code of which only a part is meant, by itself, with the share that is declared.
    pub fn parts(&self) -> Vec<(Self, &PartlyMeant)> {
        let ResolvedScope::Lines { partly, .. } = &self.resolved.scope else { return Vec::new() };
        let one = |part: &PartlyMeant| {
            let mut lines = LineSet::new();
            // One line with one prefix: it cannot be there already.
            let _ = lines.add(&part.code, std::slice::from_ref(&part.code));
            let scope = ResolvedScope::Lines { lines, notes: Vec::new(), partly: Vec::new() };
            Self {
                route: Route { ..self.route },
                dimension: self.dimension,
                resolved: Arc::new(Resolved::new(scope, self.resolved.of.clone())),
                first: self.first,
                last: self.last,
                baseline: self.baseline,
                as_of: self.as_of,
            }
        };
        partly.iter().map(|part| (one(part), part)).collect()
    }
}

/// What is made of the stages of trade between two parties.
#[derive(Clone, Copy)]
pub(crate) enum Worth {
    Stage(Stage),
    Balance,
    Deficit,
}

/// What a term is about under a definition, or why that is not known.
pub(crate) fn stage_of(definition: &Definition, term: &FlowTerm) -> Result<Worth, String> {
    match &term.stage {
        StageRef::Stage(stage) => Ok(Worth::Stage(*stage)),
        StageRef::Balance => Ok(Worth::Balance),
        StageRef::Deficit => Ok(Worth::Deficit),
        StageRef::Param(name) => {
            let word = definition.parameters.get(name).map(String::as_str).unwrap_or_default();
            match (word, Stage::parse(word)) {
                ("balance", _) => Ok(Worth::Balance),
                ("deficit", _) => Ok(Worth::Deficit),
                (_, Some(stage)) => Ok(Worth::Stage(stage)),
                _ => Err(format!("${name}: `{word}` is no stage of trade")),
            }
        }
    }
}

/// A term with the line of `each line` written out.
pub(crate) fn at_line<'t>(term: &'t FlowTerm, at: &At<'_>) -> Cow<'t, FlowTerm> {
    match at.line {
        Some(line) if term.scope.items.iter().any(|(_, item)| *item == ScopeItem::Line) => {
            Cow::Owned(FlowTerm { scope: on_line(&term.scope, line, at.of), ..term.clone() })
        }
        _ => Cow::Borrowed(term),
    }
}

/// The parts of a term's scope, each with the source that it is read on.
pub(crate) fn scopes<'a>(term: &FlowTerm, place: &Place<'a>) -> Vec<(ScopeExpr, &'a Source)> {
    if place.goods.id == place.services.id {
        return vec![(term.scope.clone(), place.goods)];
    }
    let (goods, services) = split_scope(&term.scope);
    let parts = [(goods, place.goods), (services, place.services)];
    parts.into_iter().filter_map(|(scope, source)| Some((scope?, source))).collect()
}

impl<'a> Evaluator<'a> {
    pub fn new(
        agreement: &'a Agreement,
        evidence: &'a dyn Evidence,
        question: &'a Question,
        memory: &'a Memory,
        run: &'a Run,
    ) -> Self {
        Self {
            agreement,
            evidence,
            question,
            memory,
            run,
            series: Cache::new(CELLS, weight),
            panels: Cache::new(usize::MAX, |_| 0),
            commitments: agreement.commitments.iter().rev().map(|c| (c.id.as_str(), c)).collect(),
            found: Mutex::default(),
            prepared: Mutex::default(),
        }
    }

    /// What has been worked out of commitments by themselves.
    pub fn prepared(&self) -> MutexGuard<'_, HashMap<&'a str, Prepared>> {
        self.prepared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has been found so far.
    pub fn found(&self) -> MutexGuard<'_, HashMap<&'a str, Found>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The source or side that a name stands for.
    pub fn place(&self, commitment: &str, name: &str) -> Result<Place<'a>, VerdictError> {
        let source = |id: &str| {
            self.evidence.source(id).ok_or_else(|| VerdictError::UnknownSource {
                commitment: commitment.to_owned(),
                source_id: id.to_owned(),
            })
        };
        let own = (name == TARIFFS).then_some(&self.memory.schedules);
        if let Some(one) = own.or_else(|| self.memory.ledgers.get(name)) {
            return Ok(Place { name: name.to_owned(), goods: one, services: one, note: None });
        }
        match name.strip_prefix("side.").and_then(|side| self.agreement.sides.get(side)) {
            Some(side) => Ok(Place {
                name: name.to_owned(),
                goods: source(&side.goods)?,
                services: source(&side.services)?,
                note: Some(side.note.clone()),
            }),
            None => {
                let one = source(name)?;
                Ok(Place { name: name.to_owned(), goods: one, services: one, note: None })
            }
        }
    }

    /// The period that an expression means under a definition, where quantifiers stand and on the day asked for.
    pub fn period(&self, definition: &Definition, period: &PeriodExpr, at: At<'_>) -> Result<Period, String> {
        self.agreement.period(definition, period, at.vars, Some(self.question.as_of.date))
    }

    /// Whether a term over a period is a baseline.
    pub fn is_baseline(&self, period: &Period) -> bool {
        self.agreement.statistics.counts_from.is_some_and(|from| period.end() < from)
    }

    pub fn as_of_for(&self, definition: &Definition, baseline: bool) -> AsOf {
        match definition.baseline {
            Baseline::Frozen(date) if baseline => {
                AsOf { date: date.min(self.question.as_of.date), ..self.question.as_of }
            }
            _ => self.question.as_of,
        }
    }

    pub fn resolved(
        &self,
        definition: &Definition,
        source: &Source,
        scope: &ScopeExpr,
        period: &Period,
    ) -> Arc<Resolved> {
        // The text of a scope names it within a definition; spans differ between rules and are left out.
        // A period matters only by the editions that are used in it.
        let (start, end) = (period.start(), period.end());
        let begins = source.editions.iter().rposition(|e| e.from <= start);
        let editions = source.editions.iter().enumerate();
        let used = editions.filter(|(n, e)| begins.is_some_and(|b| *n >= b) && e.from <= end).map(|(n, _)| n);
        let key = (definition.id.clone(), source.id.clone(), scope.items.clone(), used.collect());
        let resolve = || {
            let found = self.agreement.resolve(definition, source, scope, period);
            Arc::new(Resolved::new(found, scope.clone()))
        };
        // Without an edition from the start on, a scope reads by what its items are, and not by the period alone.
        if begins.is_none() {
            return resolve();
        }
        let resolved = self.memory.scopes.get(key, resolve);
        match &resolved.scope {
            ResolvedScope::Lines { .. } => resolved,
            // Why it cannot be read may name the period.
            ResolvedScope::Undefined(_) | ResolvedScope::NotPublished(_) => resolve(),
        }
    }

    /// The series that answers a request; `lines` are those of the request.
    pub fn series(&self, request: &SeriesRequest<'_>, lines: &Listed) -> Answered {
        let key = (SeriesKey::of(request, lines), request.as_of);
        self.series.get(key, || self.evidence.shared_series(request))
    }

    /// Asks for series together, so many at a time, and keeps the answers. What is kept already is not asked for again.
    pub fn ask_many(&self, requests: &[(SeriesRequest<'_>, Listed)]) -> Result<(), Stopped> {
        let keyed =
            requests.iter().map(|(request, lines)| ((SeriesKey::of(request, lines), request.as_of), request));
        let open: Vec<_> = keyed.filter(|(key, _)| !self.series.has(key)).collect();
        for portion in open.chunks(PORTION) {
            self.run.stop.check()?;
            let requests: Vec<SeriesRequest<'_>> = portion.iter().map(|(_, request)| **request).collect();
            for ((key, _), answer) in portion.iter().zip(self.evidence.series_many(&requests)) {
                // An error is an answer too; who needs the series is told.
                let _ = self.series.get(key.clone(), || answer);
            }
        }
        Ok(())
    }

    /// A flow term on a place. Parts of a scope that another publisher of the same side holds are read there.
    pub fn flow(
        &self,
        definition: &Definition,
        place: &Place<'a>,
        term: &FlowTerm,
        period: &Period,
        at: At<'_>,
    ) -> Result<TermValue, VerdictError> {
        let term = at_line(term, &at);
        let term = term.as_ref();
        if let Some(reason) = self.undefined_in(&term.scope) {
            return Ok(self.gap(term, place, Gap::Undefined(reason), period));
        }
        let stage = match stage_of(definition, term) {
            Ok(stage) => stage,
            Err(reason) => return Ok(self.gap(term, place, Gap::Undefined(reason), period)),
        };
        let mut total: Option<TermValue> = None;
        for (first, second) in self.agreement.traders(&term.pair) {
            let named = [Trader::Party(first), Trader::Party(second)];
            let one = match &term.pair {
                Traders { first: Trader::Party(_), second: Trader::Party(_), .. } => Cow::Borrowed(term),
                // Of a group each member is a flow of its own, and is told by its name.
                of_group => {
                    let [first, second] = named;
                    let pair = Traders { first, second, ..of_group.clone() };
                    Cow::Owned(FlowTerm { pair, ..term.clone() })
                }
            };
            let mut value = self.between(definition, place, &one, stage, (first, second), period)?;
            if let Some(group) = groups_of(&term.pair) {
                let label = term_label(term, period);
                let bases = value.addends.iter_mut().filter_map(|addend| addend.basis.as_mut());
                for basis in bases.chain(value.below.iter_mut().map(|below| &mut below.basis)) {
                    basis.of_group(&group, &label);
                }
            }
            total = Some(match total {
                None => value,
                Some(other) => combine(other, value, Bounds::add, true),
            });
        }
        Ok(total.unwrap_or_else(|| self.gap(term, place, Gap::Undefined("an empty group".into()), period)))
    }

    /// What two countries trade.
    fn between(
        &self,
        definition: &Definition,
        place: &Place<'a>,
        term: &FlowTerm,
        stage: Worth,
        pair: (Party, Party),
        period: &Period,
    ) -> Result<TermValue, VerdictError> {
        // exports(A to B) and imports(A from B)
        let exported = || self.one_flow(definition, place, term, Stage::Exports, pair, period);
        let imported = || self.one_flow(definition, place, term, Stage::Imports, pair, period);
        Ok(match stage {
            Worth::Balance => never_early(less(exported()?, imported()?)),
            Worth::Deficit => never_early(less(imported()?, exported()?)),
            Worth::Stage(stage) => self.one_flow(definition, place, term, stage, pair, period)?,
        })
    }

    /// Why a scope has no meaning, if it has none.
    pub fn undefined_in(&self, scope: &ScopeExpr) -> Option<String> {
        scope.items.iter().find_map(|(_, item)| match item {
            ScopeItem::Named(name) => match self.agreement.scopes.get(name) {
                Some(servanda_agreement::Scope::Undefined { reason }) => {
                    Some(format!("undefined: {name} ({reason})"))
                }
                _ => None,
            },
            _ => None,
        })
    }

    fn gap(&self, term: &FlowTerm, place: &Place<'a>, gap: Gap, period: &Period) -> TermValue {
        let dimension = self.dimension(term, place.goods);
        let figure = Figure { bounds: Bounds::unknown(), dimension };
        let baseline = self.is_baseline(period);
        let tested = if baseline { Vec::new() } else { vec![timeless(place.goods, period)] };
        let signature = Signature::of((&place.name, format!("{gap:?}")));
        TermValue {
            figure,
            gaps: vec![gap],
            proxy: false,
            non_negative: false,
            no_number: false,
            baseline,
            tested,
            windows: Vec::new(),
            traces: Vec::new(),
            used: Vec::new(),
            signature,
            addends: Vec::new(),
            below: Vec::new(),
        }
    }

    pub fn dimension(&self, term: &FlowTerm, source: &Source) -> Dimension {
        term.unit.map_or(Dimension::Money(source.basis.currency), |u| u.dimension)
    }

    /// One stage between `first` and `second`, over the publishers of a place.
    fn one_flow(
        &self,
        definition: &Definition,
        place: &Place<'a>,
        term: &FlowTerm,
        stage: Stage,
        (first, second): (Party, Party),
        period: &Period,
    ) -> Result<TermValue, VerdictError> {
        let mut total: Option<TermValue> = None;
        for (scope, source) in scopes(term, place) {
            let value =
                self.on_source(definition, source, place, term, &scope, stage, (first, second), period)?;
            total = Some(match total {
                None => value,
                Some(other) => combine(other, value, Bounds::add, true),
            });
        }
        Ok(total.unwrap_or_else(|| self.gap(term, place, Gap::Undefined("an empty scope".into()), period)))
    }

    /// What is asked of a source for a stage of a term, or why it cannot be.
    #[allow(clippy::too_many_arguments)]
    pub fn wanted(
        &self,
        definition: &Definition,
        source: &'a Source,
        term: &FlowTerm,
        scope: &ScopeExpr,
        stage: Stage,
        (first, second): (Party, Party),
        period: &Period,
    ) -> Result<Wanted<'a>, Gap> {
        let refused = |what: String| Gap::NotPublished(format!("{}: {what}", source.id));
        let route = route(source, stage, first, second)
            .ok_or_else(|| refused(format!("no {stage} between {first} and {second} in its statistics")))?;
        if let Some(name) = &term.basis
            && !source.basis.is_named(name)
        {
            return Err(refused(format!("its figures are not on the basis {name}")));
        }
        let dimension = self.dimension(term, source);
        let resolved = self.resolved(definition, source, scope, period);
        let lines = match &resolved.scope {
            ResolvedScope::Undefined(reason) => return Err(Gap::Undefined(format!("undefined: {reason}"))),
            ResolvedScope::NotPublished(reason) => return Err(refused(reason.clone())),
            ResolvedScope::Lines { lines, .. } => lines,
        };
        let published = source.flow(route.stage).is_some_and(|f| f.dimensions.contains(&dimension));
        if !published {
            let codes: Vec<&str> = lines.labels().iter().take(3).map(String::as_str).collect();
            let more = if lines.len() > codes.len() { ", ..." } else { "" };
            return Err(refused(format!(
                "no figures in {} for {}{more}",
                dimension.base_unit(),
                if codes.is_empty() { "all goods".to_owned() } else { codes.join(", ") }
            )));
        }
        let covering =
            Some((source.frequency.ordinal(period.start()), source.frequency.ordinal(period.end())));
        let whole = source.frequency.split(period);
        let (first, last) = whole.or(covering.filter(|_| route.non_negative)).ok_or_else(|| {
            refused(format!(
                "it publishes by {} periods, and {period} is not made of whole ones",
                source.frequency
            ))
        })?;
        let baseline = self.is_baseline(period);
        let as_of = self.as_of_for(definition, baseline);
        Ok(Wanted { route, dimension, resolved, first, last, baseline, as_of })
    }

    #[allow(clippy::too_many_arguments)]
    fn on_source(
        &self,
        definition: &Definition,
        source: &'a Source,
        place: &Place<'a>,
        term: &FlowTerm,
        scope: &ScopeExpr,
        stage: Stage,
        (first, second): (Party, Party),
        period: &Period,
    ) -> Result<TermValue, VerdictError> {
        let refuse = |gap: Gap| {
            let here = Place { goods: source, services: source, ..place.clone() };
            let at = if matches!(gap, Gap::NotPublished(_)) { &here } else { place };
            Ok(self.gap(term, at, gap, period))
        };
        let wanted = match self.wanted(definition, source, term, scope, stage, (first, second), period) {
            Ok(wanted) => wanted,
            Err(gap) => return refuse(gap),
        };
        let mut value = match self.summed(source, &wanted, term, period)? {
            Ok(value) => value,
            Err(gap) => return refuse(gap),
        };
        for (part, meant) in wanted.parts() {
            match self.summed(source, &part, term, period)? {
                Ok(whole) => value = with_part(value, whole, meant, source),
                Err(gap) => return refuse(gap),
            }
        }
        Ok(value)
    }

    /// The sum of a series over the lines that are asked for.
    fn summed(
        &self,
        source: &'a Source,
        wanted: &Wanted<'a>,
        term: &FlowTerm,
        period: &Period,
    ) -> Result<Result<TermValue, Gap>, VerdictError> {
        let Some((request, notes)) = wanted.request() else {
            return Ok(Err(Gap::Undefined("an empty scope".into())));
        };
        let Wanted { route, resolved, baseline, first: first_period, last: last_period, .. } = wanted;
        let (dimension, as_of, baseline) = (request.dimension, request.as_of, *baseline);
        let (first_period, last_period) = (*first_period, *last_period);
        let sums = match self.sums(&request, &resolved.listed) {
            Ok(sums) => sums,
            Err(EvidenceError::NotPublished { what, .. }) => {
                return Ok(Err(Gap::NotPublished(format!("{}: no {what}", source.id))));
            }
            Err(other) => return Err(other.into()),
        };
        let (mut value, partly) = self.add_up(route, &request, &sums, period, baseline, resolved)?;
        let claim = Arc::new(Claim {
            term: term_label(term, period),
            of_group: None,
            items: term.scope.items.clone(),
            source: source.id.clone(),
            frequency: source.frequency,
            total: source.total.clone(),
            stage: route.stage,
            partner: route.partner,
            dimension,
            as_of,
            first: first_period,
            last: last_period,
            period: *period,
            baseline,
            proxy: route.proxy,
            non_negative: route.non_negative,
            resolved: Arc::clone(resolved),
            partly,
        });
        value.addends = vec![Addend::of(value.figure.bounds.clone(), Some(Basis::Flow(Arc::clone(&claim))))];
        value.below = vec![Below { way: Way::Adds, basis: Basis::Flow(claim) }];
        if let Some(trace) = value.traces.first_mut() {
            let mut all = notes.to_vec();
            all.append(&mut trace.notes);
            trace.notes = all;
        }
        if self.question.detail {
            self.add_detail(&request, &sums, route, &mut value)?;
        }
        Ok(Ok(value))
    }
}

/// A sum with the part of another code that is meant: its declared share, or between nothing and all of it.
fn with_part(sum: TermValue, whole: TermValue, meant: &PartlyMeant, source: &Source) -> TermValue {
    let zero = Exact::zero();
    let bounds = &whole.figure.bounds;
    let part = match &meant.share {
        Some(share) => Bounds::mul(bounds, &Bounds::exactly(share.clone())),
        // Of a flow that can be below zero a part can be more than the whole.
        None if !whole.non_negative => Bounds { value: Some(zero), ..Bounds::unknown() },
        None => Bounds { value: Some(zero.clone()), low: Some(zero), high: bounds.high.clone() },
    };
    let mut added = TermValue { figure: Figure { bounds: part.clone(), ..whole.figure }, ..whole };
    if meant.share.is_none() {
        let PartlyMeant { code, edition, .. } = meant;
        added.gaps.push(Gap::Bounded(format!(
            "{}: {code} of {edition} also has goods that are not meant, and no share of it is declared",
            source.id
        )));
    }
    added.addends = vec![Addend { loose: added.below.clone(), ..Addend::of(part, None) }];
    combine(sum, added, Bounds::add, true)
}

/// The flow of a source that records trade at `stage` between two parties: its own, or the mirror of the other side.
pub(crate) fn route<'a>(source: &'a Source, stage: Stage, first: Party, second: Party) -> Option<Route<'a>> {
    let own = |stage: Stage, partner, proxy| {
        source.flow(stage).map(|f| Route { source, stage, partner, proxy, non_negative: f.non_negative })
    };
    let mirror = match stage {
        Stage::Imports => Stage::Exports,
        Stage::Exports => Stage::Imports,
        other => other,
    };
    if source.reporter == first {
        own(stage, second, false)
    } else if source.reporter == second {
        own(mirror, first, true)
    } else {
        None
    }
}

/// A scope with the line of `each line` written out.
pub(crate) fn on_line(scope: &ScopeExpr, line: &str, of: Option<&str>) -> ScopeExpr {
    let item = |item: &ScopeItem| match (item, of) {
        (ScopeItem::Line, Some(of)) => ScopeItem::LineOf(of.to_owned(), line.to_owned()),
        (ScopeItem::Line, None) => ScopeItem::Code(line.to_owned()),
        (other, _) => other.clone(),
    };
    ScopeExpr {
        items: scope.items.iter().map(|(minus, i)| (*minus, item(i))).collect(),
        span: scope.span.clone(),
    }
}

/// The part of a scope that is services, and the rest.
fn split_scope(scope: &ScopeExpr) -> (Option<ScopeExpr>, Option<ScopeExpr>) {
    let (mut goods, mut services) = (Vec::new(), Vec::new());
    for (minus, item) in &scope.items {
        match item {
            ScopeItem::Services => services.push((*minus, ScopeItem::Services)),
            ScopeItem::All => {
                goods.push((*minus, ScopeItem::Goods));
                services.push((*minus, ScopeItem::Services));
            }
            other => goods.push((*minus, other.clone())),
        }
    }
    let expr = |items: Vec<(bool, ScopeItem)>| {
        (!items.is_empty()).then(|| ScopeExpr { items, span: scope.span.clone() })
    };
    (expr(goods), expr(services))
}

pub(crate) fn timeless(source: &Source, period: &Period) -> Tested {
    let of = |day: Date| source.frequency.point(source.frequency.ordinal(day));
    Tested {
        first_out: source.published_by(of(period.start()).end()),
        all_out: source.published_by(of(period.end()).end()),
        complete_through: None,
        complete: false,
    }
}

/// A balance of which anything is still to come is unbounded both ways, whatever one of its sides says already.
fn never_early(mut balance: TermValue) -> TermValue {
    if balance.gaps.iter().any(|g| matches!(g, Gap::NotHeld { .. })) {
        balance.figure.bounds.low = None;
        balance.figure.bounds.high = None;
        balance.addends.clear();
    }
    balance
}

/// One flow less another.
fn less(a: TermValue, mut b: TermValue) -> TermValue {
    b.below = b.below.into_iter().map(Below::turned).collect();
    let minus = Exact::integer(-1);
    let addends = a.addends.iter().cloned().chain(b.addends.iter().map(|x| x.scaled(&minus))).collect();
    TermValue { addends, ..combine(a, b, Bounds::sub, false) }
}

/// The dimension in which two figures are added and compared, if there is one: zero is zero in every currency.
pub(crate) fn common(a: &Figure, b: &Figure) -> Option<Dimension> {
    let zero = |f: &Figure| f.bounds.is_exact() && f.bounds.low.as_ref().is_some_and(Exact::is_zero);
    match (a.dimension, b.dimension) {
        (x, y) if x == y => Some(x),
        (Dimension::Money(_), y @ Dimension::Money(_)) if zero(a) => Some(y),
        (x @ Dimension::Money(_), Dimension::Money(_)) if zero(b) => Some(x),
        _ => None,
    }
}

/// The names of the groups that trade is between; none where it is between two countries.
fn groups_of(pair: &Traders) -> Option<String> {
    let names: Vec<&str> = [&pair.first, &pair.second]
        .into_iter()
        .filter_map(|trader| match trader {
            Trader::Group(name) => Some(name.as_str()),
            Trader::Party(_) => None,
        })
        .collect();
    (!names.is_empty()).then(|| names.join(" and "))
}

/// A term as it is written, with the period that it stands for where that is not written out.
pub(crate) fn term_label(term: &FlowTerm, period: &Period) -> String {
    let text = term.to_string();
    match &term.period {
        PeriodExpr::Fixed(..) => text,
        _ => format!("{text} [{period}]"),
    }
}

/// What a unit is called in a sentence.
pub(crate) fn unit_name(dimension: Dimension) -> String {
    match dimension {
        Dimension::Number => "a plain number".to_owned(),
        other => other.base_unit(),
    }
}

/// Two terms of one kind made one.
pub(crate) fn combine(
    a: TermValue,
    b: TermValue,
    op: impl Fn(&Bounds, &Bounds) -> Bounds,
    sum_of_flows: bool,
) -> TermValue {
    let mut bounds = op(&a.figure.bounds, &b.figure.bounds);
    if sum_of_flows && bounds.value.is_none() {
        // What is held of a side is what either of its publishers holds.
        bounds.value = a.figure.bounds.value.clone().or_else(|| b.figure.bounds.value.clone());
    }
    let addends = if sum_of_flows { [&a.addends[..], &b.addends[..]].concat() } else { Vec::new() };
    let non_negative = sum_of_flows && a.non_negative && b.non_negative;
    let dimension = common(&a.figure, &b.figure);
    let mut value = made_one(a, b, "+", dimension, bounds);
    value.non_negative = non_negative;
    value.addends = if dimension.is_some() { addends } else { Vec::new() };
    value
}

/// Two terms made one figure of a dimension with these bounds; without a dimension nothing is known of it, and why is said.
pub(crate) fn made_one(
    a: TermValue,
    b: TermValue,
    word: &str,
    dimension: Option<Dimension>,
    bounds: Bounds,
) -> TermValue {
    let signature = Signature::of((a.signature, b.signature));
    let chain = |mut x: Vec<_>, y: Vec<_>| {
        x.extend(y);
        x
    };
    // A side of which nothing is known has no unit either; why is said already.
    let nothing = |t: &TermValue| {
        t.figure.dimension == Dimension::Number && t.figure.bounds == Bounds::unknown() && !t.gaps.is_empty()
    };
    let said = word != "+" && (nothing(&a) || nothing(&b));
    let mut gaps = a.gaps;
    if dimension.is_none() && !said {
        let done = match word {
            "*" => "multiplied",
            "/" => "divided",
            _ => "added",
        };
        gaps.push(Gap::NoRate(format!(
            "{} and {} are not {done} without a declared rate",
            unit_name(a.figure.dimension),
            unit_name(b.figure.dimension)
        )));
    }
    gaps.extend(b.gaps);
    let mut traces = a.traces;
    traces.extend(b.traces);
    let mut tested = a.tested;
    tested.extend(b.tested);
    let mut windows = a.windows;
    windows.extend(b.windows);
    let no_number = a.no_number || b.no_number;
    let bounds = if dimension.is_some() && !no_number { bounds } else { Bounds::unknown() };
    TermValue {
        figure: Figure { bounds, dimension: dimension.unwrap_or(a.figure.dimension) },
        gaps,
        proxy: a.proxy || b.proxy,
        non_negative: false,
        no_number,
        baseline: a.baseline && b.baseline,
        tested,
        windows,
        traces,
        used: chain(a.used, b.used),
        signature,
        addends: Vec::new(),
        below: [a.below, b.below].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_share_an_evaluator() {
        fn shared<T: Send + Sync>() {}
        shared::<Evaluator<'static>>();
        shared::<TermValue>();
    }
}
