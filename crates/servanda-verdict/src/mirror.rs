//! One flow as both sides record it: the gap between them, what explains it, and by which code it comes about.
//!
//! Causes overlap, so that each takes of the gap, in a printed order, what those before it have left; together they never come to more
//! than the gap. A cause is explained where its parameter is cited and dated, and assumed otherwise; what has no parameter is named, and
//! takes nothing.

mod causes;

use crate::results::{Figure, Question, VerdictError};
use crate::run::Run;
use crate::term::{At, Evaluator, Gap, Memory, Place, TermValue, route};
use causes::share_out;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_agreement::ast::{FlowTerm, StageRef, Trader};
use servanda_agreement::rule::Vars;
use servanda_agreement::{Agreement, Definition, ResolvedScope};
use servanda_core::{Date, Dimension, Evidence, Exact, Party, Period, Source, Stage, VintageRef};
use std::collections::BTreeMap;

servanda_core::words! {
    /// Why two sides' figures of one flow differ, in the order in which they are taken.
    CauseKind {
        /// Imports are valued with freight and insurance, exports without.
        CifFob = "cif-fob",
        /// Goods that one side records with a third territory on their way.
        ThirdTerritory = "third-territory",
        /// Goods at sea when the period begins and when it ends.
        Timing = "timing",
        /// Codes under which one side alone records anything.
        CodesOnOneSide = "codes-on-one-side",
        /// What a side keeps secret.
        Secrecy = "secrecy",
    }
}

servanda_core::words! {
    /// How well a cause stands.
    Standing {
        /// By a parameter that is cited and dated, or by the figures of both sides themselves.
        Explained = "explained",
        /// By a parameter without a source or a day.
        Assumed = "assumed",
        /// Nothing says how large it is.
        NotKnown = "not-known",
        /// It does not apply to these figures.
        DoesNotApply = "does-not-apply",
    }
}

/// How large a cause is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Size {
    /// A share of what the exporter records: 0.06 for 6 percent.
    Rate(Exact),
    /// So many months between the two records.
    Months(u8),
    /// An amount of money of the period, and in what; above zero where imports are the larger for it.
    Amount(Exact, Dimension),
}

/// A parameter of a cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Of which cause.
    pub kind: CauseKind,
    /// How large it is.
    pub size: Size,
    /// Who says so, if anybody does.
    pub cite: Option<String>,
    /// When that was said.
    pub dated: Option<String>,
    /// What to know.
    pub note: Option<String>,
}

/// At which level the two sides are set against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The whole scope in one row.
    Scope,
    /// By so many digits of the codes of both.
    Digits(usize),
}

/// What one source says of the flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SideFigure {
    /// The source.
    pub source: String,
    /// Whose statistics these are.
    pub reporter: Party,
    /// The flow that it records.
    pub stage: Stage,
    /// Its basis in one line.
    pub basis: String,
    /// What it comes to.
    pub figure: Figure,
    /// What was done to which statistics, where it is no statistic itself.
    pub derived: Option<String>,
    /// What keeps it from being exact.
    pub why: Vec<String>,
    /// The vintages that it rests on, as source@vintage.
    pub vintages: Vec<String>,
}

/// A cause and its part in the gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CauseOut {
    /// Which.
    pub kind: CauseKind,
    /// How well it stands.
    pub standing: Standing,
    /// By how much imports are the larger for it, by itself; null where that is not known.
    pub effect: Option<Exact>,
    /// What it takes of the gap, after those before it; null where it or the gap is not known.
    pub of_gap: Option<Exact>,
    /// What it is worked out from.
    pub by: String,
    /// Who says so.
    pub cite: Option<String>,
    /// When that was said.
    pub dated: Option<String>,
}

/// The two sides under one code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MirrorRow {
    /// The code, or `all` for the whole scope.
    pub code: String,
    /// What the importer records; null where it records nothing under this code.
    pub imports: Option<Exact>,
    /// What the exporter records; null where it records nothing under this code.
    pub exports: Option<Exact>,
    /// Imports less exports, with nothing for what is not recorded.
    pub gap: Exact,
}

/// One flow as both sides record it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MirrorAnswer {
    /// The flow as it was asked for.
    pub flow: String,
    /// Who imports.
    pub importer: Party,
    /// Who exports.
    pub exporter: Party,
    /// When.
    pub period: Period,
    /// By what had been published at the end of this day.
    pub as_of: Date,
    /// The unit of all figures.
    pub unit: String,
    /// What the importer's statistics say.
    pub imports: SideFigure,
    /// What the exporter's statistics say.
    pub exports: SideFigure,
    /// What other sources of the two say.
    pub others: Vec<SideFigure>,
    /// Imports less exports.
    pub gap: Figure,
    /// The causes, in the order in which they take of the gap.
    pub causes: Vec<CauseOut>,
    /// What no cause takes; null where the gap is not known exactly.
    pub unexplained: Option<Exact>,
    /// How many digits of codes the rows have; null for the whole scope.
    pub digits: Option<usize>,
    /// Code by code, the largest gaps first.
    pub rows: Vec<MirrorRow>,
}

/// Why a mirror cannot be held up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoMirror {
    /// The reason.
    pub why: String,
    /// Whether it is that nothing is held.
    pub not_held: bool,
    /// Sources among which to choose, where that helps.
    pub choose: Vec<String>,
}

impl NoMirror {
    fn of(why: impl Into<String>) -> Self {
        Self { why: why.into(), not_held: false, choose: Vec::new() }
    }
}

/// Between whom a flow is, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MirrorFlow {
    /// Of imports or of exports.
    stage: Stage,
    /// Who is named first, and second.
    pair: (Party, Party),
    /// When.
    pub period: Period,
}

impl MirrorFlow {
    /// Of a term.
    ///
    /// # Errors
    /// If it is none of goods or services that one country sells another.
    pub fn of(agreement: &Agreement, term: &FlowTerm, as_of: Date) -> Result<Self, NoMirror> {
        let StageRef::Stage(stage @ (Stage::Imports | Stage::Exports)) = term.stage else {
            return Err(NoMirror::of("a mirror is of imports or of exports"));
        };
        let (Trader::Party(first), Trader::Party(second)) = (&term.pair.first, &term.pair.second) else {
            return Err(NoMirror::of("a mirror is of two countries, and of no group"));
        };
        if *first == Party::WORLD || *second == Party::WORLD {
            return Err(NoMirror::of("the world keeps no statistics of its own: name two countries"));
        }
        let Some(definition) = agreement.definitions.first() else {
            return Err(NoMirror::of("the agreement has no definition"));
        };
        let period =
            agreement.period(definition, &term.period, Vars::default(), Some(as_of)).map_err(NoMirror::of)?;
        Ok(Self { stage, pair: (*first, *second), period })
    }

    /// Who imports.
    pub fn importer(&self) -> Party {
        if self.stage == Stage::Imports { self.pair.0 } else { self.pair.1 }
    }

    /// Who exports.
    pub fn exporter(&self) -> Party {
        if self.stage == Stage::Imports { self.pair.1 } else { self.pair.0 }
    }
}

/// What is asked.
pub struct MirrorAsked<'a> {
    /// Whose scopes and years the term speaks of.
    pub agreement: &'a Agreement,
    /// The flow.
    pub term: &'a FlowTerm,
    /// Between whom it is, and when.
    pub flow: MirrorFlow,
    /// At which level.
    pub by: By,
    /// Sources that are to be read, one of each side; those that suit best without them.
    pub on: &'a [String],
    /// As of which day.
    pub as_of: Date,
    /// The parameters of causes that hold of this pair and period.
    pub parameters: &'a [Parameter],
}

/// A source with what it says.
struct Candidate<'a> {
    source: &'a Source,
    value: TermValue,
}

/// Sums by code at some number of digits.
type ByCode = BTreeMap<String, Exact>;

/// Holds a flow up against its mirror.
pub fn mirror(
    evidence: &dyn Evidence,
    asked: &MirrorAsked<'_>,
) -> Result<Result<MirrorAnswer, NoMirror>, VerdictError> {
    let (term, flow) = (asked.term, asked.flow);
    let (importer, exporter, period) = (flow.importer(), flow.exporter(), flow.period);
    let Some(definition) = asked.agreement.definitions.first() else {
        return Ok(Err(NoMirror::of("the agreement has no definition")));
    };
    let question = Question::on_day(asked.as_of);
    let memory = Memory::of(asked.agreement);
    let run = Run::default();
    let evaluator = Evaluator::new(asked.agreement, evidence, &question, &memory, &run);
    let at = Looked { evaluator: &evaluator, definition, term, flow };
    let mut candidates: Vec<Candidate<'_>> = Vec::new();
    for source in evidence.sources() {
        if (source.reporter == importer || source.reporter == exporter)
            && route(source, flow.stage, flow.pair.0, flow.pair.1).is_some()
        {
            candidates.push(Candidate { source, value: at.value(source)? });
        }
    }
    let chosen = choose(&candidates, asked, (importer, exporter));
    let (imports, exports) = match chosen {
        Ok(pair) => pair,
        Err(no) => return Ok(Err(no)),
    };
    if imports.value.figure.dimension != exports.value.figure.dimension {
        return Ok(Err(NoMirror::of(format!(
            "{} is in {} and {} in {}: two units have no gap",
            imports.source.id,
            imports.value.figure.dimension.base_unit(),
            exports.source.id,
            exports.value.figure.dimension.base_unit()
        ))));
    }
    let dimension = imports.value.figure.dimension;
    let (importers, exporters) = (&imports.value.figure.bounds, &exports.value.figure.bounds);
    let gap = importers.sub(exporters);
    let rows = match at.rows(asked.by, imports, exports)? {
        Ok(rows) => rows,
        Err(why) => return Ok(Err(NoMirror::of(why))),
    };
    let known = gap.is_exact().then(|| gap.low.clone()).flatten();
    let mut causes = Vec::new();
    for kind in CauseKind::ALL {
        causes.push(at.cause(*kind, imports, exports, asked.parameters)?);
    }
    let unexplained = known.map(|gap| share_out(&gap, &mut causes));
    let others = candidates
        .iter()
        .filter(|c| c.source.id != imports.source.id && c.source.id != exports.source.id)
        .map(|c| c.out(importer))
        .collect();
    let digits = match asked.by {
        By::Scope => None,
        By::Digits(digits) => Some(digits),
    };
    Ok(Ok(MirrorAnswer {
        flow: term.to_string(),
        importer,
        exporter,
        period,
        as_of: asked.as_of,
        unit: dimension.base_unit(),
        imports: imports.out(importer),
        exports: exports.out(importer),
        others,
        gap: Figure { bounds: gap, dimension },
        causes,
        unexplained,
        digits,
        rows,
    }))
}

/// The sources that are read: those that are named, or of each side the one that suits best.
fn choose<'c, 'a>(
    candidates: &'c [Candidate<'a>],
    asked: &MirrorAsked<'_>,
    (importer, exporter): (Party, Party),
) -> Result<(&'c Candidate<'a>, &'c Candidate<'a>), NoMirror> {
    let of_side = |side: Party| {
        let mut own: Vec<&Candidate<'a>> = candidates.iter().filter(|c| c.source.reporter == side).collect();
        if own.is_empty() {
            return Err(NoMirror::of(format!("no source in sources/ has this flow as {side} records it")));
        }
        let named: Vec<&Candidate<'a>> =
            own.iter().filter(|c| asked.on.contains(&c.source.id)).copied().collect();
        match named.as_slice() {
            [one] => return Ok(*one),
            [] => {}
            _ => return Err(NoMirror::of(format!("two sources of {side} are named: name one"))),
        }
        own.retain(|c| c.value.figure.bounds.value.is_some() && c.tells(asked.by));
        let rank = |c: &Candidate<'a>| {
            (c.value.figure.bounds.is_exact(), c.source.derived.is_none(), c.source.depth.unwrap_or(0))
        };
        let best = own.iter().map(|c| rank(c)).max();
        own.retain(|c| Some(rank(c)) == best);
        match own.as_slice() {
            [one] => Ok(*one),
            [] => {
                let why =
                    candidates.iter().filter(|c| c.source.reporter == side).find_map(|c| c.lacks(asked.by));
                Err(NoMirror {
                    why: format!(
                        "nothing is held of this flow as {side} records it{}",
                        why.map(|why| format!(": {why}")).unwrap_or_default()
                    ),
                    not_held: true,
                    choose: ids(candidates, side),
                })
            }
            several => Err(NoMirror {
                why: format!("several sources of {side} suit as well"),
                not_held: false,
                choose: several.iter().map(|c| c.source.id.clone()).collect(),
            }),
        }
    };
    if let Some(unknown) = asked.on.iter().find(|id| candidates.iter().all(|c| c.source.id != **id)) {
        return Err(NoMirror {
            why: format!("`{unknown}` is no source of this flow"),
            not_held: false,
            choose: [ids(candidates, importer), ids(candidates, exporter)].concat(),
        });
    }
    Ok((of_side(importer)?, of_side(exporter)?))
}

fn ids(candidates: &[Candidate<'_>], side: Party) -> Vec<String> {
    candidates.iter().filter(|c| c.source.reporter == side).map(|c| c.source.id.clone()).collect()
}

impl Candidate<'_> {
    /// Whether its codes have as many digits as are asked for.
    fn tells(&self, by: By) -> bool {
        match by {
            By::Scope => true,
            By::Digits(digits) => self.source.depth.is_some_and(|depth| usize::from(depth) >= digits),
        }
    }

    /// What keeps it from being read at a level.
    fn lacks(&self, by: By) -> Option<String> {
        match self.value.gaps.first() {
            Some(gap) if self.value.figure.bounds.value.is_none() => Some(said(gap)),
            _ if !self.tells(by) => Some(format!("{} has {}", self.source.id, said_depth(self.source))),
            _ => None,
        }
    }

    fn out(&self, importer: Party) -> SideFigure {
        let Self { source, value } = self;
        let why = value.gaps.iter().map(said).collect();
        let label = |v: &VintageRef| format!("{}@{}", v.source, v.id);
        let mut vintages: Vec<String> = value.used.iter().map(label).collect();
        vintages.sort();
        vintages.dedup();
        SideFigure {
            source: source.id.clone(),
            reporter: source.reporter,
            stage: if source.reporter == importer { Stage::Imports } else { Stage::Exports },
            basis: source.basis.line(),
            figure: value.figure.clone(),
            derived: source.derived.clone(),
            why,
            vintages,
        }
    }
}

/// What keeps a figure from being exact, in words.
fn said(gap: &Gap) -> String {
    match gap {
        Gap::Undefined(why)
        | Gap::NotPublished(why)
        | Gap::Unsupported(why)
        | Gap::NoRate(why)
        | Gap::Bounded(why)
        | Gap::OtherGoods(why)
        | Gap::Divisor(why)
        | Gap::Ledger(why) => why.clone(),
        Gap::Names { source, said } => format!("{source}: {said}"),
        Gap::NotHeld { source, after, .. } => match after {
            Some(after) => format!("{source} is held whole to {after} only"),
            None => format!("{source} does not hold all of it"),
        },
    }
}

/// Where the flow is looked at.
struct Looked<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    definition: &'e Definition,
    term: &'e FlowTerm,
    flow: MirrorFlow,
}

impl<'a> Looked<'_, 'a> {
    fn value(&self, source: &'a Source) -> Result<TermValue, VerdictError> {
        self.over(source, &self.flow.period)
    }

    /// What a source says of the flow over a period.
    fn over(&self, source: &'a Source, period: &Period) -> Result<TermValue, VerdictError> {
        let place = Place { name: source.id.clone(), goods: source, services: source, note: None };
        self.evaluator.flow(self.definition, &place, self.term, period, At::default())
    }

    /// The figures of a source by so many digits of its codes; why there are none.
    fn by_code(&self, source: &'a Source, digits: usize) -> Result<Result<ByCode, String>, VerdictError> {
        let depth = source.depth.map_or(0, usize::from);
        if depth < digits {
            return Ok(Err(format!("{} has {}", source.id, said_depth(source))));
        }
        let wanted = self.evaluator.wanted(
            self.definition,
            source,
            self.term,
            &self.term.scope,
            self.flow.stage,
            self.flow.pair,
            &self.flow.period,
        );
        let wanted = match wanted {
            Ok(wanted) => wanted,
            Err(gap) => return Ok(Err(said(&gap))),
        };
        if let ResolvedScope::Lines { partly, .. } = &wanted.resolved.scope
            && let Some(part) = partly.first()
        {
            return Ok(Err(format!("only a part of {} of {} is meant", part.code, part.edition)));
        }
        let Some((request, _)) = wanted.request() else { return Ok(Err("an empty scope".to_owned())) };
        let scale = self.evaluator.evidence.shared_series(&request)?.scale;
        let mut sums = ByCode::new();
        for seen in self.evaluator.evidence.observations(&request)? {
            let Some(value) = seen.value else { continue };
            if Some(&seen.code) == source.total.as_ref() {
                continue;
            }
            let Some(code) = seen.code.get(..digits) else {
                return Ok(Err(format!(
                    "{} has `{}` among its codes, which has fewer than {digits} digits",
                    source.id, seen.code
                )));
            };
            if seen.low.is_none() || seen.low != seen.high {
                return Ok(Err(format!("{}: of `{}` only a part may be meant", source.id, seen.code)));
            }
            let value = Exact::scaled(value, scale);
            let sum = sums.get(code).map_or_else(|| value.clone(), |sum| sum + &value);
            sums.insert(code.to_owned(), sum);
        }
        Ok(Ok(sums))
    }

    /// The two sides code by code, the largest gaps first.
    fn rows(
        &self,
        by: By,
        imports: &Candidate<'a>,
        exports: &Candidate<'a>,
    ) -> Result<Result<Vec<MirrorRow>, String>, VerdictError> {
        let By::Digits(digits) = by else {
            let held = |c: &Candidate<'_>| c.value.figure.bounds.value.clone();
            let rows = row("all", held(imports), held(exports)).into_iter().collect();
            return Ok(Ok(rows));
        };
        let (left, right) =
            match (self.by_code(imports.source, digits)?, self.by_code(exports.source, digits)?) {
                (Ok(left), Ok(right)) => (left, right),
                (Err(why), _) | (_, Err(why)) => return Ok(Err(why)),
            };
        let mut codes: Vec<&String> = left.keys().chain(right.keys()).collect();
        codes.sort();
        codes.dedup();
        let mut rows: Vec<MirrorRow> = codes
            .into_iter()
            .filter_map(|code| row(code, left.get(code).cloned(), right.get(code).cloned()))
            .collect();
        rows.sort_by(|a, b| b.gap.abs().cmp(&a.gap.abs()).then_with(|| a.code.cmp(&b.code)));
        Ok(Ok(rows))
    }
}

fn said_depth(source: &Source) -> String {
    match source.depth {
        Some(depth) => format!("codes of {depth} digits"),
        None => "no product codes".to_owned(),
    }
}

/// A row, unless neither side has anything.
fn row(code: &str, imports: Option<Exact>, exports: Option<Exact>) -> Option<MirrorRow> {
    let of = |side: &Option<Exact>| side.clone().unwrap_or_else(Exact::zero);
    let gap = &of(&imports) - &of(&exports);
    (imports.is_some() || exports.is_some()).then(|| MirrorRow {
        code: code.to_owned(),
        imports,
        exports,
        gap,
    })
}
