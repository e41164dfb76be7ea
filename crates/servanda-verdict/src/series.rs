//! The series behind a flow term: sums over lines, what a source does not show, and the details of a derivation.

use crate::attribute::Partly;
use crate::listed::{Listed, SeriesKey};
use crate::results::{
    Cells, Figure, LineTrace, Misfit, ObservationOut, PeriodTrace, ResidualTrace, TermTrace, VerdictError,
};
use crate::signature::Signature;
use crate::term::{
    Evaluator, Gap, Place, Resolved, Route, TermValue, Tested, Wanted, Window, route, timeless,
};
use servanda_agreement::ast::{FlowTerm, StageRef};
use servanda_agreement::{Definition, ResolvedScope};
use servanda_core::{
    Absence, AsOf, Bounds, Cell, Date, Dimension, Evidence, EvidenceError, Exact, Held, LineSet, Observation,
    Period, Series, SeriesRequest, Source, VintageRef,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};

/// The sums of one series over its lines, by sub-period.
#[derive(Debug)]
pub(crate) struct Sums {
    pub scale: u32,
    pub first: i32,
    pub by_period: Vec<PeriodSum>,
    /// Figures that lie only partly in the request, by their first and last sub-period.
    pub edges: BTreeMap<(i32, i32), PeriodSum>,
    pub series: Arc<Series>,
    /// Lines that lack the dimension asked for in some row.
    pub lacking: BTreeSet<usize>,
}

/// The sums that a pace is worked out on.
pub(crate) struct PaceSeries<'a> {
    pub sums: Arc<Sums>,
    pub source: &'a Source,
    pub dimension: Dimension,
    /// The lines as the list has them.
    pub lines: Arc<[String]>,
}

/// One sub-period of [`Sums`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct PeriodSum {
    pub value: i128,
    pub low: i128,
    pub high: i128,
    pub rows: u64,
    /// The least held of any line.
    pub held: Held,
    /// Whether any line is preliminary.
    pub preliminary: bool,
    /// Whether any is so because its figure was published before the sub-period had ended.
    pub early: bool,
    /// Whether a row of any line has no figure in this unit.
    pub lacking: bool,
}

impl PeriodSum {
    fn new() -> Self {
        Self {
            value: 0,
            low: 0,
            high: 0,
            rows: 0,
            held: Held::Whole,
            preliminary: false,
            early: false,
            lacking: false,
        }
    }

    /// Adds the cell of a line; `None` if a sum is too large. Of a line that is not shown at all and that no parent bounds
    /// (`bounded`), nothing is known.
    fn add(&mut self, cell: &Cell, bounded: bool) -> Option<()> {
        self.value = self.value.checked_add(cell.value)?;
        self.low = self.low.checked_add(cell.low)?;
        self.high = self.high.checked_add(cell.high)?;
        self.rows += u64::from(cell.rows);
        let blank = cell.held == Held::Part && cell.rows == 0 && !bounded;
        self.held = self.held.min(if blank { Held::No } else { cell.held });
        self.preliminary |= cell.held == Held::Preliminary;
        self.lacking |= cell.lacking;
        Some(())
    }
}

/// Whether a cell is preliminary because its figure was published before its sub-period had ended.
pub(crate) fn is_early(series: &Series, cell: &Cell, end: Date) -> bool {
    let vintage = cell.vintage.and_then(|v| series.vintages.get(v as usize));
    cell.held == Held::Preliminary && vintage.is_some_and(|v| v.date <= end)
}

/// That a source has names for codes, and lines ask for others by their own digits.
fn none_named(source: &Source, lines: &LineSet) -> Option<Gap> {
    let own = |line: usize, label: &String| lines.prefixes_of(line).all(|prefix| prefix == label);
    let labels = lines.labels().iter().enumerate();
    let asked: Vec<&str> = labels.filter(|(n, l)| own(*n, l)).map(|(_, l)| l.as_str()).collect();
    if source.depth.is_some() || asked.is_empty() || asked.len() < lines.len() {
        return None;
    }
    let shown = asked.iter().take(3).copied().collect::<Vec<_>>().join(", ");
    let more = if asked.len() > 3 { ", ..." } else { "" };
    let said = format!(
        "it has names for codes, and none that is held is {shown}{more}: a crosswalk says which are meant"
    );
    Some(Gap::Names { source: source.id.clone(), said })
}

/// Which codes lack the sum that they had before in the year.
fn missing_sums(source: &Source, series: &Series) -> String {
    let point = |ordinal: i32| source.frequency.point(ordinal);
    let told = series.missing.iter().take(3).map(|m| {
        format!(
            "{} has no sum in {}, and {} in {} ({})",
            m.code,
            point(m.period),
            Exact::scaled(m.sum, series.scale).plain(),
            point(m.last),
            m.vintage
        )
    });
    let more = match series.missing.len().saturating_sub(3) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    format!(
        "{}: its figures are sums since the beginning of a year, which do not fall: {}{more}",
        source.id,
        told.collect::<Vec<_>>().join("; ")
    )
}

/// The unit in which a vintage tells the figures of a series: the one that it was read by, or a finer one where they show it.
fn told_in(series: &Series, vintage: Option<u32>) -> i128 {
    let declared = vintage.map_or(1, |v| series.unit(v));
    let figures = series.cells.iter().filter(|c| c.vintage == vintage).map(|c| c.value).filter(|v| *v != 0);
    figures.fold(declared, |mut unit, v| {
        while unit > 1 && v % unit != 0 {
            unit /= 10;
        }
        unit.max(1)
    })
}

/// A code of a source's parent under which the source does not show everything, with the sub-periods in which it does not.
struct Chapter<'c> {
    code: &'c str,
    in_part: &'c BTreeSet<i32>,
    lines: LineSet,
    listed: Listed,
}

impl<'c> Chapter<'c> {
    fn new(code: &'c String, in_part: &'c BTreeSet<i32>) -> Self {
        let mut lines = LineSet::new();
        // One line with one prefix: it cannot be there already.
        let _ = lines.add(code, std::slice::from_ref(code));
        let listed = Listed::of(&lines);
        Self { code, in_part, lines, listed }
    }
}

/// The publication that a cell comes from.
fn vintage_of<'s>(cell: &Cell, series: &'s Series) -> Option<&'s VintageRef> {
    cell.vintage.and_then(|v| series.vintages.get(v as usize))
}

/// The knowledge of the day on which a publication came out, or of the day asked for, if that is earlier.
fn known_with(vintage: &VintageRef, request: &SeriesRequest<'_>) -> AsOf {
    AsOf { date: vintage.date.min(request.as_of.date), ..request.as_of }
}

impl<'a> Evaluator<'a> {
    /// Sums of a request over all its lines.
    pub fn sums(&self, request: &SeriesRequest<'_>, lines: &Listed) -> Result<Arc<Sums>, EvidenceError> {
        let series = self.series(request, lines)?;
        let key = SeriesKey::of(request, lines);
        let kept = || self.memory.sums.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept().get(&key, &series) {
            return Ok(known);
        }
        let overflow = || EvidenceError::Overflow(request.source.to_owned());
        let bounded =
            self.evidence.source(request.source).is_some_and(|s| s.parent.is_some() || s.depth.is_some());
        let mut by_period = Vec::with_capacity(series.periods);
        let mut lacking = BTreeSet::new();
        let frequency = self.evidence.source(request.source).map(|s| s.frequency);
        for offset in 0..series.periods {
            let ordinal = i32::try_from(offset).ok().and_then(|n| series.first.checked_add(n));
            let end = frequency.zip(ordinal).map(|(f, n)| f.point(n).end());
            let mut sum = PeriodSum::new();
            for line in 0..request.lines.len() {
                let Some(cell) = series.cells.get(line * series.periods + offset) else {
                    continue;
                };
                sum.add(cell, bounded).ok_or_else(overflow)?;
                sum.early |= end.is_some_and(|end| is_early(&series, cell, end));
                if cell.lacking {
                    lacking.insert(line);
                }
            }
            by_period.push(sum);
        }
        let mut edges: BTreeMap<(i32, i32), PeriodSum> = BTreeMap::new();
        for edge in &series.edges {
            let sum = edges.entry((edge.first, edge.last)).or_insert_with(PeriodSum::new);
            sum.add(&edge.cell, bounded).ok_or_else(overflow)?;
            if edge.cell.lacking {
                lacking.insert(edge.line);
            }
        }
        let (scale, first) = (series.scale, series.first);
        let sums = Arc::new(Sums { scale, first, by_period, edges, series, lacking });
        kept().keep(key, Arc::clone(&sums));
        Ok(sums)
    }

    /// What a series comes to over a period, and the figures that lie only partly in it.
    pub fn add_up(
        &self,
        route: &Route<'a>,
        request: &SeriesRequest<'_>,
        sums: &Sums,
        period: &Period,
        baseline: bool,
        resolved: &Arc<Resolved>,
    ) -> Result<(TermValue, Vec<Partly>), VerdictError> {
        let source = route.source;
        let point = |ordinal: i32| source.frequency.point(ordinal);
        let overflow = || VerdictError::Evidence(EvidenceError::Overflow(source.id.clone()));
        let (mut value, mut low, mut high, mut rows) = (0i128, 0i128, 0i128, 0u64);
        // What lies only partly in the period adds between nothing and all of it.
        let mut partly: Vec<(Period, PeriodSum)> = Vec::new();
        for ((first, last), sum) in &sums.edges {
            partly.push((Period { from: point(*first), to: point(*last) }, *sum));
        }
        for (sum, ordinal) in sums.by_period.iter().zip(sums.first..) {
            if point(ordinal).start() < period.start() || point(ordinal).end() > period.end() {
                partly.push((Period::point(point(ordinal)), *sum));
                continue;
            }
            value = value.checked_add(sum.value).ok_or_else(overflow)?;
            low = low.checked_add(sum.low).ok_or_else(overflow)?;
            high = high.checked_add(sum.high).ok_or_else(overflow)?;
            rows += sum.rows;
        }
        for (_, sum) in &partly {
            high = high.checked_add(sum.high).ok_or_else(overflow)?;
        }
        let held = |h: Held| matches!(h, Held::Part | Held::Whole);
        let complete =
            sums.by_period.iter().chain(sums.edges.values()).all(|s| held(s.held)) && sums.lacking.is_empty();
        // Without a figure, only final ones that cover a period say that there was no trade; and not where a row of the line is
        // there and has no figure in this unit.
        let silent = sums.by_period.iter().all(|s| !held(s.held)) || !sums.lacking.is_empty();
        let nothing = rows == 0 && silent;
        let last_whole = sums.by_period.iter().take_while(|s| held(s.held)).count();
        let complete_through =
            last_whole.checked_sub(1).and_then(|n| i32::try_from(n).ok()).map(|n| point(sums.first + n));

        // What the source does not show, bounded by its parent; no matter where something is not held.
        let (chapters, boundless) = if complete {
            let (chapters, boundless) = not_shown(source, self.evidence, request.lines, &sums.series);
            (chapters, boundless || !sums.series.missing.is_empty())
        } else {
            (BTreeMap::new(), true)
        };
        let mut residuals = Vec::new();
        let mut misfits: Vec<String> = Vec::new();
        let mut used = sums.series.vintages.clone();
        let mut bounded = (!boundless).then(Exact::zero);
        if complete {
            let chapters: Vec<Chapter<'_>> =
                chapters.iter().map(|(code, in_part)| Chapter::new(code, in_part)).collect();
            self.ask_above(route, request, &chapters)?;
            for one in &chapters {
                let chapter = one.code;
                let (trace, mut vintages) = self.residual(route, request, one)?;
                used.append(&mut vintages);
                misfits.extend(trace.misfits.iter().map(|m| {
                    let unit = request.dimension.base_unit();
                    format!(
                        "{} {} shows {} {unit} of {chapter} in {} and {} {} has {} in all: they do not fit, so that \
                         nothing bounds what is not shown",
                        source.id,
                        m.vintage,
                        m.shown.plain(),
                        m.period,
                        trace.parent,
                        m.parent_vintage,
                        m.whole.plain()
                    )
                }));
                bounded = match (bounded, &trace.at_most) {
                    (Some(a), Some(b)) => Some(&a + b),
                    _ => None,
                };
                residuals.push(trace);
            }
        }
        let exact = |x: i128| Exact::scaled(x, sums.scale);
        // Of a flow that can be negative, what is not shown can lie on either side.
        let open = boundless || !chapters.is_empty() || !partly.is_empty();
        let sound = complete && (route.non_negative || !open);
        let bounds = Bounds {
            value: (!nothing).then(|| exact(value)),
            low: (sound || route.non_negative).then(|| exact(low)),
            high: if sound { bounded.map(|extra| &exact(high) + &extra) } else { None },
        };

        let claimed: Vec<Partly> = partly
            .iter()
            .map(|(p, sum)| Partly {
                name: p.to_string(),
                from: p.start(),
                to: p.end(),
                low: exact(sum.low),
                high: exact(sum.high),
                value: exact(sum.value),
            })
            .collect();
        let mut gaps = Vec::new();
        if !sums.lacking.is_empty() {
            let labels = sums.lacking.iter().filter_map(|l| request.lines.labels().get(*l)).take(3);
            let codes: Vec<&str> = labels.map(String::as_str).collect();
            gaps.push(Gap::NotPublished(format!(
                "{}: no figures in {} for {}",
                source.id,
                request.dimension.base_unit(),
                codes.join(", ")
            )));
        } else if !complete {
            let name = |n: usize| i32::try_from(n).ok().map(|n| point(sums.first + n).to_string());
            let preliminary = sums
                .by_period
                .iter()
                .enumerate()
                .filter(|(_, s)| s.held == Held::Preliminary)
                .filter_map(|(n, s)| {
                    let early = if s.early { ", published before its end" } else { "" };
                    name(n).map(|name| format!("{name}{early}"))
                })
                .collect();
            let later = sums.by_period.iter().enumerate().skip(last_whole).find(|(_, s)| held(s.held));
            gaps.push(Gap::NotHeld {
                source: source.id.clone(),
                after: last_whole.checked_sub(1).and_then(name),
                preliminary,
                baseline: baseline.then(|| period.to_string()),
                hole: later.and_then(|_| name(last_whole)),
            });
            // Of periods of which nothing is held at all, that is why.
            let other = rows == 0 && !sums.series.vintages.is_empty();
            gaps.extend(none_named(source, request.lines).filter(|_| other));
        } else if bounds.high != bounds.low || bounds.high.is_none() {
            gaps.extend(claimed.iter().map(|p| Gap::Bounded(p.said(&source.id, period))));
            gaps.extend(
                sums.series.missing.first().map(|_| Gap::Bounded(missing_sums(source, &sums.series))),
            );
            let extra =
                residuals.iter().map(|r: &ResidualTrace| r.code.as_str()).collect::<Vec<_>>().join(", ");
            let codes = if extra.is_empty() { String::new() } else { format!(" of {extra}") };
            let told = !sums.series.missing.is_empty();
            if !told && (claimed.is_empty() || boundless || !residuals.is_empty()) {
                gaps.push(Gap::Bounded(if source.cumulative.is_some() && extra.is_empty() {
                    format!(
                        "{}: its figures are sums since the beginning of a year, and no publication in use has both of \
                         those that {period} lies between",
                        source.id
                    )
                } else {
                    format!("{}: it does not show all codes{codes}", source.id)
                }));
            }
            gaps.extend(misfits.into_iter().map(Gap::Bounded));
        }

        // A frozen baseline stays what it was, whatever is revised.
        let dated = !sums.series.vintages.iter().any(|v| v.at_the_latest);
        // Of a copy it is not known how much earlier it was published: nothing is closed on it.
        let oldest = sums.series.vintages.iter().map(|v| v.date).min().filter(|_| dated);
        let tested = if baseline {
            Vec::new()
        } else {
            vec![Tested { complete_through, complete, ..timeless(source, period) }]
        };
        let figure = Figure { bounds, dimension: request.dimension };
        let periods = by_period(source, sums);
        let mut notes = early_notes(source, sums, route.non_negative);
        let unit = request.dimension.base_unit();
        notes.extend(claimed.iter().map(|p| {
            let how = match route.non_negative {
                true => format!("between none and all of its {} {unit} counts", p.value.plain()),
                false => "it can be negative, so that nothing bounds the sum".to_owned(),
            };
            format!("{}: {how}", p.said(&source.id, period))
        }));
        let partly = partly
            .iter()
            .map(|(p, s)| PeriodTrace { period: p.to_string(), value: Some(exact(s.value)), held: s.held })
            .collect();
        // What lies partly in the period may be revised as long as its own end says.
        let last_end = claimed.iter().map(|p| p.to).fold(period.end(), Date::max);
        let signature = Signature::of((
            (&source.id, route.stage, route.partner, request.dimension, resolved.meaning),
            (request.first, request.last, request.as_of, period.start(), period.end()),
        ));
        let trace = TermTrace {
            source: source.id.clone(),
            stage: route.stage,
            proxy: route.proxy,
            basis: source.basis.line(),
            period: *period,
            as_of: request.as_of.date.to_string(),
            figure: figure.clone(),
            notes,
            periods,
            partly,
            lines: Vec::new(),
            cells: Some(Cells {
                lines: resolved.listed.labels().clone(),
                series: sums.series.clone(),
                frequency: source.frequency,
            }),
            residuals,
            after: Vec::new(),
            vintages: sums.series.vintages.clone(),
            observations: Vec::new(),
        };
        let value = TermValue {
            figure,
            gaps,
            proxy: route.proxy,
            non_negative: route.non_negative,
            no_number: false,
            baseline,
            tested,
            windows: vec![Window { until: source.revision.map(|r| r.closes(last_end)), published: oldest }],
            traces: vec![trace],
            used,
            signature,
            addends: Vec::new(),
            below: Vec::new(),
        };
        Ok((value, claimed))
    }

    /// Asks together for what bounds the chapters of which a source does not show all: its own figures of them first, then those of
    /// its parent, as of the publications that its own came with.
    fn ask_above(
        &self,
        route: &Route<'a>,
        request: &SeriesRequest<'_>,
        chapters: &[Chapter<'_>],
    ) -> Result<(), VerdictError> {
        let mut own = Vec::new();
        for Chapter { lines, listed, .. } in chapters {
            own.push((SeriesRequest { lines, ..*request }, listed.clone()));
        }
        self.ask_many(&own)?;
        let parent = route.source.parent.as_deref().unwrap_or_default();
        let mut parents = Vec::new();
        for (chapter, (own, listed)) in chapters.iter().zip(&own) {
            let Ok(series) = self.series(own, listed) else { continue };
            let vintages = chapter.in_part.iter().filter_map(|n| vintage_of(series.cell(0, *n)?, &series));
            let asked: BTreeSet<AsOf> = vintages.map(|vintage| known_with(vintage, request)).collect();
            parents.extend(
                asked
                    .into_iter()
                    .map(|as_of| (SeriesRequest { source: parent, as_of, ..*own }, listed.clone())),
            );
        }
        Ok(self.ask_many(&parents)?)
    }

    /// The parent's figure for a chapter less everything that the source itself shows of it, sub-period by
    /// sub-period, each with the parent published nearest at or before the source's own vintage. Where that is below zero by
    /// more than the rounding of both explains, the two do not fit and nothing is bounded.
    fn residual(
        &self,
        route: &Route<'a>,
        request: &SeriesRequest<'_>,
        chapter: &Chapter<'_>,
    ) -> Result<(ResidualTrace, Vec<VintageRef>), VerdictError> {
        let parent = route.source.parent.as_deref().unwrap_or_default();
        let mut trace = ResidualTrace {
            code: chapter.code.to_owned(),
            parent: parent.to_owned(),
            vintages: Vec::new(),
            at_most: None,
            misfits: Vec::new(),
        };
        let Chapter { lines, listed, in_part, .. } = chapter;
        let own = self.series(&SeriesRequest { lines, ..*request }, listed)?;
        // A source that is not on the parent's scale or lacks it is no bound.
        let mut used: Vec<VintageRef> = Vec::new();
        let mut sum = Exact::zero();
        // Half a unit for each figure.
        let half = |unit: i128, rows: u32, scale: u32| {
            Exact::integer(i128::from(rows))
                .checked_div(&Exact::integer(2))
                .map(|n| &n * &Exact::scaled(unit, scale))
        };
        let coarse = |unit: i128, scale: u32| Exact::scaled(unit, scale) > Exact::integer(1);
        for &ordinal in *in_part {
            let Some(cell) = own.cell(0, ordinal) else {
                return Ok((trace, used));
            };
            let Some(vintage) = vintage_of(cell, &own) else {
                return Ok((trace, used));
            };
            let as_of = known_with(vintage, request);
            let asked = SeriesRequest { source: parent, lines, as_of, ..*request };
            let above = match self.series(&asked, listed) {
                Ok(series) => series,
                Err(EvidenceError::UnknownSource(_) | EvidenceError::NotPublished { .. }) => {
                    return Ok((trace, used));
                }
                Err(other) => return Err(other.into()),
            };
            // A figure of several sub-periods fits only one of the same.
            if above.joint_of(ordinal) != own.joint_of(ordinal) {
                return Ok((trace, used));
            }
            let Some(over) = above.cell(0, ordinal).filter(|c| c.held == Held::Whole && !c.lacking) else {
                return Ok((trace, used));
            };
            let (whole, shown) =
                (Exact::scaled(over.value, above.scale), Exact::scaled(cell.value, own.scale));
            let rest = &whole - &shown;
            let (unit, own_unit) = (told_in(&above, over.vintage), told_in(&own, cell.vintage));
            let rounding = half(unit, over.rows, above.scale)
                .zip(half(own_unit, cell.rows, own.scale))
                .map_or_else(Exact::zero, |(a, b)| &a + &b);
            let most = &rest + &rounding;
            if most.is_negative() {
                let id = |v: Option<u32>, series: &Series| {
                    v.and_then(|v| series.vintages.get(v as usize)).map(|v| v.id.clone()).unwrap_or_default()
                };
                trace.misfits.push(Misfit {
                    period: route.source.frequency.point(ordinal).to_string(),
                    shown,
                    vintage: vintage.id.clone(),
                    whole,
                    parent_vintage: id(over.vintage, &above),
                });
            }
            // Whole units are taken as they stand as long as they fit.
            let rounded = coarse(unit, above.scale) || coarse(own_unit, own.scale);
            sum = &sum + if rounded || rest.is_negative() { &most } else { &rest };
            if let Some(v) = over.vintage.and_then(|v| above.vintages.get(v as usize))
                && !used.contains(v)
            {
                trace.vintages.push(v.id.clone());
                used.push(v.clone());
            }
        }
        trace.at_most = trace.misfits.is_empty().then_some(sum);
        Ok((trace, used))
    }

    pub fn add_detail(
        &self,
        request: &SeriesRequest<'_>,
        sums: &Sums,
        route: &Route<'a>,
        value: &mut TermValue,
    ) -> Result<(), VerdictError> {
        let Some(trace) = value.traces.first_mut() else {
            return Ok(());
        };
        let frequency = route.source.frequency;
        for (number, label) in request.lines.labels().iter().enumerate() {
            let cells = sums.series.cells.iter().skip(number * sums.series.periods).take(sums.series.periods);
            let (mut held, mut total, mut rows) = (Held::Whole, Exact::zero(), 0u64);
            for cell in cells {
                held = held.min(cell.held);
                total = &total + &Exact::scaled(cell.value, sums.scale);
                rows += u64::from(cell.rows);
            }
            trace.lines.push(LineTrace {
                line: label.clone(),
                codes: request.lines.prefixes_of(number).map(str::to_owned).collect(),
                value: total,
                held,
                rows,
            });
        }
        let (start, end) = (trace.period.start(), trace.period.end());
        // Of a sub-period that the term has only partly, a figure adds between nothing and all of itself.
        let in_window = |mut o: Observation| {
            let whole = start <= frequency.point(o.first).start() && frequency.point(o.period).end() <= end;
            if !whole {
                o.low = route.non_negative.then_some(0);
                o.high = o.high.filter(|_| route.non_negative);
            }
            o
        };
        trace.observations = self
            .evidence
            .observations(request)?
            .into_iter()
            .map(in_window)
            .map(|o| ObservationOut::new(o, request.lines.labels(), frequency, sums.scale))
            .collect();
        if route.proxy && !value.baseline {
            let next = SeriesRequest {
                first: request.last.saturating_add(1),
                last: request.last.saturating_add(2),
                ..*request
            };
            if let Ok(after) = self.evidence.series(&next).map(Arc::new) {
                for offset in 0..after.periods {
                    let cells = (0..request.lines.len())
                        .filter_map(|l| after.cells.get(l * after.periods + offset))
                        .collect::<Vec<_>>();
                    let held = cells.iter().map(|c| c.held).min().unwrap_or(Held::No);
                    let rows = cells.iter().any(|c| c.rows > 0);
                    let total = cells
                        .iter()
                        .fold(Exact::zero(), |sum, c| &sum + &Exact::scaled(c.value, after.scale));
                    trace.after.push(PeriodTrace {
                        period: frequency.point(after.first.saturating_add(offset as i32)).to_string(),
                        value: (rows || held != Held::No).then_some(total),
                        held,
                    });
                }
            }
        }
        Ok(())
    }

    /// A flow term's sums without bounds, for paces: the resolved series of each publisher that answers it.
    pub fn pace_sums(
        &self,
        definition: &Definition,
        place: &Place<'a>,
        term: &FlowTerm,
        period: &Period,
        baseline: bool,
    ) -> Result<Option<PaceSeries<'a>>, VerdictError> {
        self.sums_as_of(definition, place, term, period, self.as_of_for(definition, baseline))
    }

    /// The same, with the knowledge of a day.
    pub fn sums_as_of(
        &self,
        definition: &Definition,
        place: &Place<'a>,
        term: &FlowTerm,
        period: &Period,
        as_of: AsOf,
    ) -> Result<Option<PaceSeries<'a>>, VerdictError> {
        let Some(wanted) = self.paced(definition, place, term, period, as_of) else { return Ok(None) };
        let Some((request, _)) = wanted.request() else { return Ok(None) };
        let (source, dimension, listed) = (wanted.route.source, wanted.dimension, &wanted.resolved.listed);
        match self.sums(&request, listed) {
            Ok(sums) => Ok(Some(PaceSeries { sums, source, dimension, lines: listed.labels().clone() })),
            Err(EvidenceError::NotPublished { .. }) => Ok(None),
            Err(other) => Err(other.into()),
        }
    }

    /// What is asked for where a term's sums are wanted without bounds; none where no single series answers.
    pub fn paced(
        &self,
        definition: &Definition,
        place: &Place<'a>,
        term: &FlowTerm,
        period: &Period,
        as_of: AsOf,
    ) -> Option<Wanted<'a>> {
        let StageRef::Stage(stage) = term.stage else { return None };
        if place.goods.id != place.services.id {
            return None;
        }
        let source = place.goods;
        let traders = self.agreement.traders(&term.pair);
        let &[(first, second)] = traders.as_slice() else { return None };
        let route = route(source, stage, first, second)?;
        let dimension = self.dimension(term, source);
        let resolved = self.resolved(definition, source, &term.scope, period);
        if matches!(&resolved.scope, ResolvedScope::Lines { partly, .. } if !partly.is_empty()) {
            return None;
        }
        let (first, last) = source.frequency.split(period)?;
        let baseline = self.is_baseline(period);
        Some(Wanted { route, dimension, resolved, first, last, baseline, as_of })
    }
}

/// What is held by sub-period; sub-periods of which some line has one figure together stand as one.
fn by_period(source: &Source, sums: &Sums) -> Vec<PeriodTrace> {
    let mut groups: Vec<(i32, i32, PeriodSum)> = Vec::new();
    for (sum, ordinal) in sums.by_period.iter().zip(sums.first..) {
        let last = sums.series.joint_of(ordinal).map_or(ordinal, |(_, last)| last);
        match groups.last_mut() {
            Some((_, end, whole)) if ordinal <= *end => {
                whole.value = whole.value.saturating_add(sum.value);
                whole.rows += sum.rows;
                whole.held = whole.held.min(sum.held);
                *end = last.max(*end);
            }
            _ => groups.push((ordinal, last, *sum)),
        }
    }
    let held = |h: Held| matches!(h, Held::Part | Held::Whole);
    groups
        .into_iter()
        .map(|(first, last, s)| PeriodTrace {
            period: Period { from: source.frequency.point(first), to: source.frequency.point(last) }
                .to_string(),
            value: (s.rows > 0 || held(s.held)).then(|| Exact::scaled(s.value, sums.scale)),
            held: s.held,
        })
        .collect()
}

/// What to know of figures that were published before their periods had ended.
fn early_notes(source: &Source, sums: &Sums, non_negative: bool) -> Vec<String> {
    let mut by_vintage: BTreeMap<u32, BTreeSet<i32>> = BTreeMap::new();
    let series = &sums.series;
    for (_, ordinal) in sums.by_period.iter().zip(sums.first..).filter(|(s, _)| s.early) {
        let end = source.frequency.point(ordinal).end();
        for line in 0..series.cells.len() / series.periods.max(1) {
            let early = series.cell(line, ordinal).filter(|c| is_early(series, c, end));
            if let Some(vintage) = early.and_then(|c| c.vintage) {
                by_vintage.entry(vintage).or_default().insert(ordinal);
            }
        }
    }
    let means = match source.so_far && non_negative {
        true => "the sum so far, a floor",
        false => "preliminary, whatever it is called",
    };
    let name = |ordinal: &i32| source.frequency.point(*ordinal).to_string();
    by_vintage
        .into_iter()
        .filter_map(|(vintage, ordinals)| {
            let id = &series.vintages.get(vintage as usize)?.id;
            let (first, last) = (name(ordinals.first()?), name(ordinals.last()?));
            let which = if first == last { first } else { format!("{first}..{last}") };
            Some(format!("{} {id}: published before the end of {which}: {means}", source.id))
        })
        .collect()
}

/// Why what a source's parent has bounds nothing of it, if so: it counts for nothing itself, or is on another basis.
pub(crate) fn bounds_not(source: &Source, parent: &Source) -> Option<String> {
    let unlike = || {
        let key = source.unlike(parent)?;
        Some(format!("{} is named as the parent of {} and has another {key}", parent.id, source.id))
    };
    parent.counts_not().or_else(unlike)
}

/// For each code of the source's parent under which the source does not show everything of these lines, the
/// sub-periods in which it does not; and whether something is not shown that no parent bounds.
fn not_shown(
    source: &Source,
    evidence: &dyn Evidence,
    lines: &LineSet,
    series: &Series,
) -> (BTreeMap<String, BTreeSet<i32>>, bool) {
    let parent = source.parent.as_deref().and_then(|p| evidence.source(p));
    let parent = parent.filter(|parent| bounds_not(source, parent).is_none());
    let digits = parent.map(|p| usize::from(p.depth.unwrap_or(2)));
    let mut chapters: BTreeMap<String, BTreeSet<i32>> = BTreeMap::new();
    let mut boundless = false;
    let (mut in_part, mut explained) = (BTreeSet::new(), BTreeSet::new());
    for (prefix, line) in lines.prefixes() {
        let Some(line) = line else { continue };
        let cells = series.cells.iter().skip(line * series.periods).take(series.periods);
        if !cells.clone().any(|c| c.held == Held::Part) {
            continue;
        }
        let part: BTreeSet<i32> =
            cells.zip(series.first..).filter(|(c, _)| c.held == Held::Part).map(|(_, n)| n).collect();
        let own = (source.absence.of(prefix) == Absence::Unknown).then_some(prefix);
        let below = source.absence.unknown_below(prefix).filter(|b| lines.classify(b).line == Some(line));
        in_part.insert(line);
        if prefix.len() > usize::from(source.depth.unwrap_or(u8::MAX)) {
            explained.insert(line);
        }
        for code in own.into_iter().chain(below) {
            explained.insert(line);
            match digits.and_then(|d| code.get(..d)) {
                Some(chapter) => chapters.entry(chapter.to_owned()).or_default().extend(&part),
                None => boundless = true,
            }
        }
    }
    // Shown in part for no declared reason: a later release restated a part of a heading, and nothing bounds the rest.
    boundless |= !in_part.is_subset(&explained);
    (chapters, boundless)
}
