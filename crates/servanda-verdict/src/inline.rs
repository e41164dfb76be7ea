//! Evidence written out by hand, for worked cases: a second, plain implementation of the evidence trait.
//!
//! Every publication is a list of figures; every answer is a loop over all of them. The store is tested against it.

use servanda_core::{
    Absence, AsOf, Cell, Date, Dimension, Edge, Evidence, EvidenceError, Exact, Frequency, Held, LineSet,
    Observation, Party, Series, SeriesRequest, Source, Stage, Timestamp, VintageRef,
};
use std::collections::BTreeSet;

/// One figure of a publication.
#[derive(Debug, Clone, PartialEq)]
pub struct InlineFigure {
    /// The source that says so.
    pub source: String,
    /// The flow.
    pub stage: Stage,
    /// The partner of the source's reporter.
    pub partner: Party,
    /// The source's code.
    pub code: String,
    /// The sub-period, as `Frequency::ordinal` of the source counts it; the last one, where the figure is of several.
    pub period: i32,
    /// How many sub-periods the figure is of: 7 for a week of a daily source.
    pub length: i32,
    /// Its money value, in the currency's main unit.
    pub money: Option<Exact>,
    /// Its quantity, in the dimension's base unit.
    pub quantity: Option<(Dimension, Exact)>,
    /// The day of publication.
    pub published: Date,
    /// Whether it is preliminary.
    pub preliminary: bool,
}

impl InlineFigure {
    /// The first sub-period that it is of.
    fn first(&self) -> i32 {
        self.period - (self.length.max(1) - 1)
    }

    /// Whether it is of a sub-period, alone or with others.
    fn is_of(&self, period: i32) -> bool {
        self.first() <= period && period <= self.period
    }

    /// Whether it lies in a stretch whole.
    fn lies_in(&self, first: i32, last: i32) -> bool {
        first <= self.first() && self.period <= last
    }
}

/// Figures are held to this many decimals.
const SCALE: u32 = 9;

/// Publications of figures. All figures of one source and day make one vintage. A final figure covers every code of
/// its flow, partner and sub-period, unless its vintage has preliminary figures there too; a preliminary one, and a final
/// one beside preliminary ones, covers its own code. A figure that was published before its sub-period ended is preliminary.
#[derive(Debug, Clone, Default)]
pub struct InlineEvidence {
    sources: Vec<Source>,
    figures: Vec<InlineFigure>,
    spans: bool,
}

impl InlineEvidence {
    /// Evidence of these figures.
    pub fn new(sources: Vec<Source>, figures: Vec<InlineFigure>) -> Self {
        Self { sources, figures, spans: false }
    }

    /// The same, where a publication also covers every sub-period between the first and the last of its final figures of a
    /// flow and partner, those that it does not name included.
    pub fn spanning(sources: Vec<Source>, figures: Vec<InlineFigure>) -> Self {
        Self { sources, figures, spans: true }
    }

    fn vintage(&self, source: &str, date: Date) -> VintageRef {
        let marks =
            self.source(source).map(|s| s.marks_on(date).map(str::to_owned).collect()).unwrap_or_default();
        VintageRef {
            source: source.to_owned(),
            id: date.to_string(),
            date,
            published: date.to_string(),
            at_the_latest: false,
            recorded: Timestamp::UNIX_EPOCH,
            sha256: String::new(),
            original: "written out".into(),
            withdrawn: None,
            marks,
        }
    }

    /// The figures of a request's flow that were published by its day, newest publication first.
    fn known<'a>(&'a self, request: &SeriesRequest<'a>) -> Known<'a> {
        let AsOf { date, .. } = request.as_of;
        let frequency = self.source(request.source).map_or(Frequency::Daily, |s| s.frequency);
        let mut found: Vec<&InlineFigure> = self
            .figures
            .iter()
            .filter(|f| {
                f.source == request.source && f.stage == request.stage && f.partner == request.partner
            })
            .filter(|f| f.published <= date)
            .collect();
        found.sort_by_key(|f| std::cmp::Reverse(f.published));
        Known { figures: found, spans: self.spans, frequency }
    }
}

/// The figures of one flow and partner that are known, newest publication first.
struct Known<'a> {
    figures: Vec<&'a InlineFigure>,
    spans: bool,
    frequency: Frequency,
}

/// The figures of a sub-period that count while it is preliminary, and what they speak for.
struct Early<'a> {
    rows: Vec<&'a InlineFigure>,
    codes: Vec<&'a str>,
    /// The newest publication that speaks for every code.
    all: Option<Date>,
}

impl<'a> Known<'a> {
    /// Whether the last sub-period of a figure had ended when it was published.
    fn ended(&self, f: &InlineFigure) -> bool {
        self.frequency.point(f.period).end() < f.published
    }

    fn is_final(&self, f: &InlineFigure) -> bool {
        !f.preliminary && self.ended(f)
    }

    /// Whether a publication's final figures speak for every code of a sub-period.
    fn restates(&self, published: Date, period: i32) -> bool {
        self.states_all(published, period, true)
    }

    /// The same; or, without `ended`, for figures of sub-periods that had not ended then.
    fn states_all(&self, published: Date, period: i32, ended: bool) -> bool {
        let of = || self.figures.iter().filter(move |f| f.published == published);
        if of().any(|f| f.is_of(period) && f.preliminary) {
            return false;
        }
        if self.spans {
            let all = || of().filter(|f| !f.preliminary);
            let between = all().map(|f| f.first()).min().is_some_and(|first| first <= period)
                && all().map(|f| f.period).max().is_some_and(|last| period <= last);
            // A sub-period that no figure is of is as early as its own end says.
            let own = all().find(|f| f.is_of(period)).map(|f| self.ended(f));
            between && own.unwrap_or(self.frequency.point(period).end() < published) == ended
        } else {
            of().any(|f| !f.preliminary && f.is_of(period) && self.ended(f) == ended)
        }
    }

    /// Whether a publication's final figures cover a code.
    fn covers(&self, published: Date, period: i32, code: &str) -> bool {
        self.restates(published, period)
            || self.figures.iter().any(|f| {
                f.published == published
                    && f.is_of(period)
                    && self.is_final(f)
                    && code.starts_with(f.code.as_str())
            })
    }

    fn days(&self) -> BTreeSet<Date> {
        self.figures.iter().map(|f| f.published).collect()
    }

    /// The final figures that count: those which no later publication covers.
    fn counting(&self, period: i32) -> Vec<&'a InlineFigure> {
        let days = self.days();
        let later =
            |f: &InlineFigure| days.iter().any(|d| *d > f.published && self.covers(*d, period, &f.code));
        self.figures.iter().filter(|f| f.period == period && self.is_final(f) && !later(f)).copied().collect()
    }

    /// The preliminary figures of a sub-period, of each code the newest; and the codes that they speak for. A heading of which a
    /// newer publication states a part is spoken for, and its figure counts no more. Of one publication a figure that is early
    /// and not called preliminary goes before those that are.
    fn early(&self, period: i32) -> Early<'a> {
        let early = |d: &Date| self.states_all(*d, period, false);
        let all = self.days().into_iter().rev().find(early);
        let of = || self.figures.iter().filter(move |f| f.is_of(period) && !self.is_final(f));
        let later = |f: &InlineFigure| {
            let rank = |x: &InlineFigure| (x.published, !x.preliminary);
            all.is_some_and(|day| (day, true) > rank(f))
                || of()
                    .filter(|o| rank(o) > rank(f))
                    .any(|o| f.code.starts_with(o.code.as_str()) || o.code.starts_with(f.code.as_str()))
        };
        let codes = of().map(|f| f.code.as_str()).collect();
        let rows = of().filter(|f| f.period == period && !later(f)).copied().collect();
        Early { rows, codes, all }
    }
}

impl Evidence for InlineEvidence {
    fn sources(&self) -> Vec<&Source> {
        self.sources.iter().collect()
    }

    fn source(&self, id: &str) -> Option<&Source> {
        self.sources.iter().find(|s| s.id == id)
    }

    fn vintages(&self, source: &str) -> Result<Vec<VintageRef>, EvidenceError> {
        let dates: BTreeSet<Date> =
            self.figures.iter().filter(|f| f.source == source).map(|f| f.published).collect();
        Ok(dates.into_iter().map(|d| self.vintage(source, d)).collect())
    }

    fn series(&self, request: &SeriesRequest<'_>) -> Result<Series, EvidenceError> {
        let source = self
            .source(request.source)
            .ok_or_else(|| EvidenceError::UnknownSource(request.source.to_owned()))?;
        let known = self.known(request);
        let dates: Vec<Date> = known.days().into_iter().collect();
        let lines = whole_lines(request.lines, source);
        let what = (request.stage, request.dimension);
        let mut cells = Vec::new();
        for line in 0..lines.len() {
            for period in request.first..=request.last {
                let inside = |f: &InlineFigure| f.lies_in(request.first, request.last);
                cells.push(cell(source, &known, &dates, &lines, line, period, what, &inside)?);
            }
        }
        let longest = known.figures.iter().map(|f| f.length).max().unwrap_or(1);
        let mut edges = Vec::new();
        for line in 0..lines.len() {
            for last in request.first..request.last.saturating_add(longest) {
                let of = known.figures.iter().filter(|f| f.period == last && f.first() <= request.last);
                let firsts: BTreeSet<i32> =
                    of.filter(|f| !f.lies_in(request.first, request.last)).map(|f| f.first()).collect();
                for first in firsts {
                    let here = |f: &InlineFigure| f.first() == first;
                    let cell = cell(source, &known, &dates, &lines, line, last, what, &here)?;
                    if cell.rows > 0 || cell.high != 0 || cell.lacking {
                        edges.push(Edge { line, first, last, cell });
                    }
                }
            }
        }
        let whole = |f: &&&InlineFigure| f.length > 1 && f.lies_in(request.first, request.last);
        let joint: BTreeSet<(i32, i32)> =
            known.figures.iter().filter(whole).map(|f| (f.first(), f.period)).collect();
        Ok(Series {
            first: request.first,
            periods: usize::try_from(i64::from(request.last) - i64::from(request.first) + 1).unwrap_or(0),
            scale: SCALE,
            cells,
            edges,
            joint: joint.into_iter().collect(),
            missing: Vec::new(),
            units: vec![1; dates.len()],
            vintages: dates.into_iter().map(|d| self.vintage(request.source, d)).collect(),
        })
    }

    fn observations(&self, request: &SeriesRequest<'_>) -> Result<Vec<Observation>, EvidenceError> {
        let known = self.known(request);
        let mut out = Vec::new();
        for period in request.first..=request.last {
            for figure in known.counting(period) {
                if !figure.lies_in(request.first, request.last) {
                    continue;
                }
                if let Some(line) = request.lines.classify(&figure.code).line {
                    let value = amount(figure, request.dimension, request.source)?;
                    out.push(Observation {
                        line,
                        code: figure.code.clone(),
                        period,
                        first: figure.first(),
                        label: None,
                        value,
                        low: value,
                        high: value,
                        preliminary: false,
                        vintage: figure.published.to_string(),
                    });
                }
            }
        }
        out.sort_by(|a, b| (a.line, a.period, &a.code).cmp(&(b.line, b.period, &b.code)));
        Ok(out)
    }
}

/// Where a line asks for all goods and the source has a code for that, the code.
fn whole_lines(lines: &LineSet, source: &Source) -> LineSet {
    let Some(total) = &source.total else {
        return lines.clone();
    };
    let mut out = LineSet::new();
    for (number, label) in lines.labels().iter().enumerate() {
        let prefixes: Vec<String> = lines
            .prefixes_of(number)
            .map(|p| if p.is_empty() { total.clone() } else { p.to_owned() })
            .collect();
        let _ = out.add(label, &prefixes);
    }
    for (prefix, line) in lines.prefixes() {
        if line.is_none() {
            out.exclude(prefix);
        }
    }
    out
}

fn amount(figure: &InlineFigure, dimension: Dimension, source: &str) -> Result<Option<i128>, EvidenceError> {
    let exact = match dimension {
        Dimension::Money(_) => figure.money.clone(),
        other => figure.quantity.clone().filter(|(d, _)| *d == other).map(|(_, v)| v),
    };
    let overflow = || EvidenceError::Overflow(source.to_owned());
    exact
        .map(|e| {
            (&e * &Exact::power_of_ten(SCALE as i32)).round_to(0).parse::<i128>().map_err(|_| overflow())
        })
        .transpose()
}

#[allow(clippy::too_many_arguments, reason = "what a cell is of")]
fn cell(
    source: &Source,
    known: &Known<'_>,
    dates: &[Date],
    lines: &LineSet,
    line: usize,
    period: i32,
    (stage, dimension): (Stage, Dimension),
    counts: &dyn Fn(&InlineFigure) -> bool,
) -> Result<Cell, EvidenceError> {
    let prefixes: Vec<&str> = lines.prefixes_of(line).collect();
    let index = |d: Date| dates.iter().position(|x| *x == d).and_then(|n| u32::try_from(n).ok());
    let covered = |p: &str| dates.iter().rev().find(|d| known.covers(**d, period, p)).copied();
    let finals = known.counting(period);
    let covering: Option<Vec<Date>> = prefixes.iter().map(|p| covered(p)).collect();
    let early = known.early(period);
    let is_early =
        early.all.is_some() || prefixes.iter().all(|p| early.codes.iter().any(|code| p.starts_with(code)));
    let (rows, mut held) = match &covering {
        Some(_) => (finals, Held::Whole),
        None if is_early => (early.rows, Held::Preliminary),
        None => (finals, Held::No),
    };
    // Of a preliminary figure nothing is proved but the sum so far, where the source publishes that.
    let non_negative = source.flow(stage).is_some_and(|f| f.non_negative);
    let proves =
        |f: &InlineFigure| held != Held::Preliminary || source.so_far && non_negative && !f.preliminary;
    let mut out = Cell { value: 0, low: 0, high: 0, rows: 0, held, vintage: None, lacking: false };
    let mut newest: Option<Date> = covering.iter().flatten().max().copied();
    if held == Held::Preliminary {
        newest = newest.max(early.all);
    }
    let overflow = || EvidenceError::Overflow(source.id.clone());
    for row in &rows {
        let found = lines.classify(&row.code);
        let (own, deeper) = (found.line == Some(line), found.deeper.contains(&line));
        if !own && !deeper || !counts(row) {
            continue;
        }
        let Some(value) = amount(row, dimension, &source.id)? else {
            out.lacking |= own;
            continue;
        };
        newest = newest.max(Some(row.published));
        if own {
            out.rows += 1;
            out.value = out.value.checked_add(value).ok_or_else(overflow)?;
        }
        let certain = own && !found.ambiguous;
        if proves(row) {
            out.low = out.low.checked_add(if certain { value } else { value.min(0) }).ok_or_else(overflow)?;
        }
        out.high = out.high.checked_add(if certain { value } else { value.max(0) }).ok_or_else(overflow)?;
    }
    if held == Held::Whole && prefixes.iter().any(|p| partly_shown(source, lines, line, p, &rows)) {
        held = Held::Part;
    }
    out.held = held;
    out.vintage = newest.and_then(index);
    Ok(out)
}

/// Whether a source that covers a prefix may still not show all of it.
fn partly_shown(source: &Source, lines: &LineSet, line: usize, prefix: &str, rows: &[&InlineFigure]) -> bool {
    let shown = rows.iter().any(|f| f.code.starts_with(prefix));
    if source.absence.of(prefix) == Absence::Unknown {
        // A name of the source's own, or a code at the depth at which it publishes, is whole where it is shown.
        return !(shown && prefix.len() >= source.depth.map_or(0, usize::from));
    }
    if source.absence.unknown_below(prefix).any(|b| lines.classify(b).line == Some(line)) {
        return true;
    }
    let depth = source.depth.map_or(usize::MAX, usize::from);
    let declared =
        source.absence.ranges.iter().any(|(r, _)| r.len() > depth && prefix.starts_with(r.as_str()));
    prefix.len() > depth && !shown && !declared
}
