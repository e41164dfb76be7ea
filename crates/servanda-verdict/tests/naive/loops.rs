//! The design's words on what a rule yields, as plain loops over all figures. Written from the text, not from the engine.

use crate::world::{COUNTS_FROM, Cond, Expr, Item, Promise, Reading, World};
use servanda_core::{Absence, Date, Dimension, Exact, Period, Source, Stage, Status};
use servanda_verdict::InlineFigure;
use std::collections::BTreeMap;

/// A figure: what is held of it, and between what it lies.
#[derive(Debug, Clone, Default)]
pub struct Num {
    pub value: Option<Exact>,
    pub low: Option<Exact>,
    pub high: Option<Exact>,
    undefined: bool,
    pub refused: bool,
    /// The day by which the first sub-period is out, and the day by which the last is; of what is tested, and of baselines.
    tested: Vec<(Date, Date)>,
    baselines: Vec<(Date, Date)>,
    /// What makes two figures of one source the same.
    name: String,
}

fn both(a: &Option<Exact>, b: &Option<Exact>, f: impl Fn(&Exact, &Exact) -> Exact) -> Option<Exact> {
    Some(f(a.as_ref()?, b.as_ref()?))
}

impl Num {
    fn plain(n: i64) -> Self {
        let n = Exact::integer(i128::from(n));
        Self {
            value: Some(n.clone()),
            low: Some(n.clone()),
            high: Some(n.clone()),
            name: n.to_string(),
            ..Self::default()
        }
    }

    /// Takes everything but the numbers from two others.
    fn from(word: &str, a: Self, b: Self) -> Self {
        let mut out = Self {
            undefined: a.undefined || b.undefined,
            refused: a.refused || b.refused,
            ..Self::default()
        };
        out.name = format!("({}{word}{})", a.name, b.name);
        for n in [a, b] {
            out.tested.extend(n.tested);
            out.baselines.extend(n.baselines);
        }
        out
    }

    fn add(a: Self, b: Self) -> Self {
        let sum = |x: &Option<Exact>, y: &Option<Exact>| both(x, y, |x, y| x + y);
        let (value, low, high) = (sum(&a.value, &b.value), sum(&a.low, &b.low), sum(&a.high, &b.high));
        Self { value, low, high, ..Self::from("+", a, b) }
    }

    fn negative(self) -> Self {
        let turn = |x: &Option<Exact>| x.as_ref().map(|x| -x);
        Self {
            value: turn(&self.value),
            low: turn(&self.high),
            high: turn(&self.low),
            name: format!("-{}", self.name),
            ..self
        }
    }

    fn times(self, n: i64) -> Self {
        let k = Exact::integer(i128::from(n));
        let by = |x: &Option<Exact>| x.as_ref().map(|x| x * &k);
        let zero = n == 0;
        let end = |x: &Option<Exact>| if zero { Some(Exact::zero()) } else { by(x) };
        Self {
            value: by(&self.value),
            low: end(&self.low),
            high: end(&self.high),
            name: format!("{n}*{}", self.name),
            ..self
        }
    }

    fn least(a: Self, b: Self) -> Self {
        let less = |x: &Exact, y: &Exact| if x <= y { x.clone() } else { y.clone() };
        let (value, low) = (both(&a.value, &b.value, less), both(&a.low, &b.low, less));
        let high = match (&a.high, &b.high) {
            (Some(x), Some(y)) => Some(less(x, y)),
            (x, y) => x.clone().or(y.clone()),
        };
        Self { value, low, high, ..Self::from("min", a, b) }
    }

    /// `None` in all three where the divisor may be zero.
    fn over(a: Self, b: Self) -> Self {
        let above = |x: &Option<Exact>| x.as_ref().is_some_and(|x| *x > Exact::zero());
        if b.high.as_ref().is_some_and(|h| *h < Exact::zero()) {
            return Self::over(a.negative(), b.negative());
        }
        if !above(&b.low) {
            return Self::from("/", a, b);
        }
        let value = match (&a.value, &b.value) {
            (Some(x), Some(y)) => x.checked_div(y),
            _ => None,
        };
        // x / y with y between two positive ends is least and greatest at an end of y; y without an end tends to zero.
        let quotients = |x: &Exact| {
            let far = match &b.high {
                Some(h) => x.checked_div(h).unwrap(),
                None => Exact::zero(),
            };
            let near = x.checked_div(b.low.as_ref().unwrap()).unwrap();
            if far <= near { (far, near) } else { (near, far) }
        };
        let low = a.low.as_ref().map(|x| quotients(x).0);
        let high = a.high.as_ref().map(|x| quotients(x).1);
        Self { value, low, high, ..Self::from("/", a, b) }
    }
}

/// A scope in the codes of one source: every code at which something begins or ends, and who has it from there on.
struct Region {
    starts: BTreeMap<String, Option<String>>,
}

impl Region {
    fn of(world: &World, reading: &Reading, source: usize, scope: &[(bool, Item)]) -> Self {
        let listed = |category: bool| {
            let mut codes: BTreeMap<String, Option<String>> = BTreeMap::new();
            for (code, alpha) in &world.list {
                codes.insert((*code).into(), (*alpha == category).then(|| (*code).to_owned()));
            }
            for (of, code) in reading.crosswalk.iter().filter(|_| source == 0) {
                let taken = codes.get(*of).cloned().flatten();
                codes.entry((*code).into()).or_insert(taken);
            }
            codes
        };
        let parts: Vec<(bool, BTreeMap<String, Option<String>>)> = scope
            .iter()
            .map(|(minus, item)| {
                let codes = match item {
                    Item::Named(name) => listed(*name == "alpha"),
                    Item::Goods => BTreeMap::from([(String::new(), Some("goods".to_owned()))]),
                    Item::Code(code) => BTreeMap::from([((*code).to_owned(), Some((*code).to_owned()))]),
                };
                (*minus, codes)
            })
            .collect();
        let mut starts = BTreeMap::new();
        for code in parts.iter().flat_map(|(_, codes)| codes.keys()) {
            let mut owner = None;
            for (n, (minus, codes)) in parts.iter().enumerate() {
                if let Some(line) = longest(codes, code) {
                    owner = if *minus { None } else { owner.or(Some(format!("{n}:{line}"))) };
                }
            }
            starts.insert(code.clone(), owner);
        }
        Self { starts }
    }

    fn owner(&self, code: &str) -> Option<String> {
        longest(&self.starts, code)
    }

    /// The codes at which a line of the scope begins.
    fn prefixes(&self) -> Vec<(&str, &str)> {
        let all = self.starts.iter().filter_map(|(c, o)| Some((c.as_str(), o.as_deref()?)));
        all.filter(|(c, o)| c.is_empty() || self.owner_above(c).as_deref() != Some(*o)).collect()
    }

    fn owner_above(&self, code: &str) -> Option<String> {
        longest(&self.starts, &code[..code.len() - 1])
    }

    /// Whether a code lies in the scope, and whether all of it lies on the same side.
    fn place(&self, code: &str) -> (bool, bool) {
        let inside = self.owner(code).is_some();
        let below = self.starts.iter().filter(|(c, _)| c.len() > code.len() && c.starts_with(code));
        (inside, below.into_iter().all(|(_, o)| o.is_some() == inside))
    }
}

fn longest(codes: &BTreeMap<String, Option<String>>, code: &str) -> Option<String> {
    let mut best: Option<&String> = None;
    for start in codes.keys() {
        if code.starts_with(start.as_str()) && best.is_none_or(|b| start.len() > b.len()) {
            best = Some(start);
        }
    }
    codes.get(best?).cloned().flatten()
}

/// What was known of one flow of one source on a day.
struct Flow<'a> {
    source: &'a Source,
    figures: Vec<&'a InlineFigure>,
}

impl<'a> Flow<'a> {
    fn known(world: &'a World, source: &'a Source, stage: Stage, as_of: Date) -> Self {
        let mine = |f: &&InlineFigure| f.source == source.id && f.stage == stage && f.published <= as_of;
        Self { source, figures: world.figures.iter().filter(mine).collect() }
    }

    /// The newest publication that speaks for every code of a sub-period.
    fn restated(&self, period: i32) -> Option<Date> {
        let mut newest = None;
        for f in self.figures.iter().filter(|f| f.period == period && !f.preliminary) {
            let mixed = |g: &&InlineFigure| g.published == f.published && g.period == period && g.preliminary;
            if !self.figures.iter().any(|g| mixed(&g)) {
                newest = newest.max(Some(f.published));
            }
        }
        newest
    }

    /// The final figures that count in a sub-period: of each code, by the newest publication that covers it.
    fn finals(&self, period: i32) -> Vec<&'a InlineFigure> {
        let restated = self.restated(period);
        let mut out = Vec::new();
        for f in self.figures.iter().filter(|f| f.period == period && !f.preliminary) {
            let newer = |g: &&InlineFigure| {
                g.period == period
                    && !g.preliminary
                    && g.published > f.published
                    && f.code.starts_with(&g.code)
            };
            let old = restated.is_some_and(|d| f.published < d) || self.figures.iter().any(|g| newer(&g));
            if !old {
                out.push(*f);
            }
        }
        out
    }

    fn covers(&self, period: i32, code: &str) -> bool {
        self.restated(period).is_some()
            || self.figures.iter().any(|f| f.period == period && !f.preliminary && code.starts_with(&f.code))
    }

    /// The newest publication whose preliminary figures have all of some codes.
    fn early(&self, period: i32, codes: &[&str]) -> Option<Date> {
        let of = |d: Date| {
            codes.iter().all(|c| {
                self.figures.iter().any(|f| {
                    f.published == d && f.period == period && f.preliminary && c.starts_with(&f.code)
                })
            })
        };
        self.figures.iter().map(|f| f.published).filter(|d| of(*d)).max()
    }
}

fn amount(f: &InlineFigure, mass: bool) -> Option<Exact> {
    if mass {
        f.quantity.clone().filter(|(d, _)| *d == Dimension::Mass).map(|(_, v)| v)
    } else {
        f.money.clone()
    }
}

/// The figures of a request on one flow. `None` in a bound: nothing bounds it there.
fn flow(
    world: &World,
    source: &Source,
    stage: Stage,
    region: &Region,
    periods: (i32, i32),
    as_of: Date,
    mass: bool,
) -> (Num, bool) {
    let known = Flow::known(world, source, stage, as_of);
    let non_negative = source.flow(stage).unwrap().non_negative;
    let mut lines: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (prefix, line) in region.prefixes() {
        lines.entry(line).or_default().push(prefix);
    }
    let (mut value, mut low, mut high) = (Exact::zero(), Exact::zero(), Exact::zero());
    let (mut complete, mut anything) = (true, false);
    // Parent's code and sub-period of what is covered and not shown; `None`: nothing bounds it.
    let mut hidden: Vec<Option<(String, i32)>> = Vec::new();
    for period in periods.0..=periods.1 {
        let finals = known.finals(period);
        let covered = |prefixes: &[&str]| prefixes.iter().all(|p| known.covers(period, p));
        let whole = lines.values().all(|p| covered(p));
        complete &= whole;
        let mut counted: Vec<(&InlineFigure, bool)> = Vec::new();
        if whole {
            counted.extend(finals.iter().map(|f| (*f, true)));
        } else {
            for (line, prefixes) in &lines {
                let early = if covered(prefixes) { None } else { known.early(period, prefixes) };
                let rows: Vec<&InlineFigure> = match early {
                    Some(d) => known
                        .figures
                        .iter()
                        .filter(|f| f.published == d && f.period == period && f.preliminary)
                        .copied()
                        .collect(),
                    None => finals.clone(),
                };
                for row in rows {
                    let mine = region.owner(&row.code).as_deref() == Some(*line);
                    // What may lie in several lines is named once.
                    let touches = !mine && prefixes.iter().any(|p| p.starts_with(&row.code));
                    if (mine || touches) && !counted.iter().any(|(f, _)| std::ptr::eq(*f, row)) {
                        counted.push((row, early.is_none()));
                    }
                }
                anything |= covered(prefixes) || early.is_some();
            }
        }
        anything |= whole;
        for (f, certain) in counted {
            let (inside, all) = region.place(&f.code);
            if !inside && all {
                continue;
            }
            let Some(v) = amount(f, mass) else {
                complete &= !inside;
                continue;
            };
            anything |= inside;
            if inside {
                value = &value + &v;
            }
            let zero = Exact::zero();
            if certain && all {
                low = &low + &v;
                high = &high + &v;
            } else if certain {
                low = &low + (&v).min(&zero);
                high = &high + (&v).max(&zero);
            }
        }
        if whole {
            for (prefix, line) in region.prefixes() {
                let own = source.absence.of(prefix) == Absence::Unknown;
                let below = source.absence.ranges.iter().filter(|(r, a)| {
                    *a == Absence::Unknown
                        && r.len() > prefix.len()
                        && r.starts_with(prefix)
                        && region.owner(r).as_deref() == Some(line)
                });
                let ranges = own.then_some(prefix).into_iter().chain(below.map(|(r, _)| r.as_str()));
                for range in ranges {
                    let depth = usize::from(source.depth.unwrap());
                    let shown = finals.iter().any(|f| {
                        amount(f, mass).is_some()
                            && (range.starts_with(f.code.as_str())
                                || range.len() >= depth && f.code.starts_with(range))
                    });
                    if !shown {
                        hidden.push(range.get(..2).map(|chapter| (chapter.to_owned(), period)));
                    }
                }
            }
        }
    }
    let mut num = Num { value: anything.then_some(value), ..Num::default() };
    if complete || non_negative {
        num.low = Some(low);
    }
    if complete {
        num.high = Some(high);
        hidden.sort();
        hidden.dedup();
        for what in hidden {
            let rest = what
                .and_then(|(chapter, period)| residual(world, source, stage, &chapter, period, as_of, mass));
            num.high = both(&num.high, &rest, |a, b| a + b);
            if !non_negative {
                (num.low, num.high) = (None, None);
            }
        }
    }
    (num, complete)
}

/// The parent's figure less what is shown below it, by the parent published nearest at or before what is shown.
fn residual(
    world: &World,
    source: &Source,
    stage: Stage,
    chapter: &str,
    period: i32,
    as_of: Date,
    mass: bool,
) -> Option<Exact> {
    let parent = world.sources.iter().find(|s| Some(&s.id) == source.parent.as_ref())?;
    parent.flow(stage)?;
    let known = Flow::known(world, source, stage, as_of);
    let below: Vec<&InlineFigure> =
        known.finals(period).into_iter().filter(|f| f.code.starts_with(chapter)).collect();
    let vintage = below.iter().map(|f| f.published).max().max(known.restated(period))?;
    let above = Flow::known(world, parent, stage, vintage.min(as_of));
    if !above.covers(period, chapter) {
        return None;
    }
    let sum = |all: Vec<&InlineFigure>| {
        all.iter()
            .filter(|f| f.code.starts_with(chapter))
            .fold(Some(Exact::zero()), |sum, f| Some(&sum? + &amount(f, mass)?))
    };
    let rest = &sum(above.finals(period))? - &sum(below).unwrap_or_else(Exact::zero);
    Some(rest.max(Exact::zero()))
}

pub struct Asked<'a> {
    pub world: &'a World,
    pub reading: &'a Reading,
    pub source: usize,
    pub year: Option<i32>,
}

impl Asked<'_> {
    fn period(&self, when: &crate::world::When) -> Period {
        let text = match when {
            crate::world::When::Fixed(text) => (*text).to_owned(),
            crate::world::When::Window => self.reading.window.to_owned(),
            crate::world::When::Year => self.year.unwrap().to_string(),
        };
        Period::parse(&text).unwrap()
    }

    fn num(&self, expr: &Expr) -> Num {
        let two = |a, b| (self.num(a), self.num(b));
        match expr {
            Expr::Quantity(n, _) | Expr::Number(n) => Num::plain(*n),
            Expr::Need => Num::plain(self.reading.need),
            Expr::Add(a, b) => {
                let (a, b) = two(a, b);
                Num::add(a, b)
            }
            Expr::Sub(a, b) => {
                let (a, b) = two(a, b);
                Num::add(a, b.negative())
            }
            Expr::Times(n, a) => self.num(a).times(*n),
            Expr::Ratio(a, b) => {
                let (a, b) = two(a, b);
                Num::over(a, b)
            }
            Expr::Min(a, b) => {
                let (a, b) = two(a, b);
                Num::least(a, b)
            }
            Expr::Max(a, b) => {
                let (a, b) = two(a, b);
                Num::least(a.negative(), b.negative()).negative()
            }
            Expr::Ledger(when) => self.ledger(when.as_ref()),
            Expr::Flow { stage, chinas, scope, when, mass } => {
                let period = self.period(when);
                match *stage {
                    "imports" => self.trade(Stage::Imports, *chinas, scope, &period, *mass).0,
                    "exports" => self.trade(Stage::Exports, *chinas, scope, &period, *mass).0,
                    word => {
                        let (exports, all_out) = self.trade(Stage::Exports, *chinas, scope, &period, *mass);
                        let (imports, all_in) = self.trade(Stage::Imports, *chinas, scope, &period, *mass);
                        let mut balance = Num::add(exports, imports.negative());
                        // Never early.
                        if !all_out || !all_in {
                            (balance.low, balance.high) = (None, None);
                        }
                        if word == "balance" { balance } else { balance.negative() }
                    }
                }
            }
        }
    }

    /// One stage on this source, its own or the other side's record, and whether all of it is held.
    fn trade(
        &self,
        stage: Stage,
        chinas: bool,
        scope: &[(bool, Item)],
        period: &Period,
        mass: bool,
    ) -> (Num, bool) {
        let source = &self.world.sources[self.source];
        let own = (source.reporter.as_str() == "CHN") == chinas;
        let stage = match (own, stage) {
            (true, s) => s,
            (false, Stage::Imports) => Stage::Exports,
            (false, _) => Stage::Imports,
        };
        let first = source.frequency.point(source.frequency.ordinal(period.start())).end();
        let lag = jiff::Span::new().days(i64::from(source.lag_days));
        let window = (first.checked_add(lag).unwrap(), period.end().checked_add(lag).unwrap());
        let baseline = period.end() < COUNTS_FROM;
        let mut out = Num { name: format!("{stage} {period} of nothing"), ..Num::default() };
        out.undefined = scope.iter().any(|(_, item)| *item == Item::Named("vague"));
        let dimension = if mass { Dimension::Mass } else { crate::common::usd() };
        let published = source.flow(stage).is_some_and(|f| f.dimensions.contains(&dimension));
        let whole = source.frequency.split(period);
        let mut complete = false;
        match whole.filter(|_| published && !out.undefined) {
            Some(periods) => {
                let region = Region::of(self.world, self.reading, self.source, scope);
                let as_of = match self.reading.frozen {
                    Some(frozen) if baseline => frozen.min(self.world.as_of),
                    _ => self.world.as_of,
                };
                let (num, all) = flow(self.world, source, stage, &region, periods, as_of, mass);
                let prefixes = region.prefixes();
                let cut = region
                    .starts
                    .iter()
                    .filter(|(c, o)| o.is_none() && prefixes.iter().any(|(p, _)| c.starts_with(p)));
                out = num;
                out.name =
                    format!("{stage} {periods:?} {as_of} {mass} {prefixes:?} {:?}", cut.collect::<Vec<_>>());
                complete = all;
                if baseline {
                    out.baselines.push(window);
                }
            }
            None => out.refused = !out.undefined,
        }
        if !baseline {
            out.tested.push(window);
        }
        (out, complete)
    }

    fn ledger(&self, when: Option<&crate::world::When>) -> Num {
        let period = when.map(|w| self.period(w));
        let inside = |p: Period| period.is_none_or(|q| q.start() <= p.start() && p.end() <= q.end());
        let today = self.world.as_of;
        let (mut sum, mut some, mut unpublished) = (0i128, false, false);
        for e in &self.world.ledger {
            if inside(Period::parse(e.period).unwrap()) {
                if e.published <= today {
                    sum += i128::from(e.value);
                    some = true;
                } else {
                    unpublished = true;
                }
            }
        }
        let end = period.map_or(today, |p| p.end());
        let complete = !unpublished && self.world.ledger_through.is_some_and(|t| t >= end);
        let sum = Exact::integer(sum);
        let mut out = Num { name: format!("ledger {period:?}"), ..Num::default() };
        out.value = (some || complete).then(|| sum.clone());
        if complete {
            (out.low, out.high) = (Some(sum.clone()), Some(sum));
        }
        if let Some(p) = period.filter(|p| p.end() >= COUNTS_FROM) {
            out.tested.push((p.start(), p.end()));
        }
        out
    }

    pub fn cond(&self, cond: &Cond) -> Truth {
        match cond {
            Cond::Compare(a, op, b) => {
                let (a, b) = (self.num(a), self.num(b));
                let sides = (a.clone(), b.clone());
                let least = |x: &Num, y: &Num| x.low.as_ref().zip(y.high.as_ref()).map(|(l, h)| l.cmp(h));
                use std::cmp::Ordering::{Equal, Greater};
                let (ab, ba) = (least(&a, &b), least(&b, &a));
                // ab: how the least of a stands to the most of b.
                let sure = |x: Option<std::cmp::Ordering>, equal: bool| {
                    x == Some(Greater) || equal && x == Some(Equal)
                };
                let exact = |n: &Num| n.low.is_some() && n.low == n.high;
                let (holds, fails) = match *op {
                    ">=" => (sure(ab, true), sure(ba, false)),
                    "<=" => (sure(ba, true), sure(ab, false)),
                    ">" => (sure(ab, false), sure(ba, true)),
                    "<" => (sure(ba, false), sure(ab, true)),
                    _ => {
                        let all = exact(&a) && exact(&b);
                        (all && a.low == b.low, all && a.low != b.low)
                    }
                };
                let all = Num::from(op, a, b);
                let mut windows = all.tested;
                if windows.is_empty() {
                    windows = all.baselines;
                }
                Truth {
                    outcome: if holds {
                        Some(true)
                    } else if fails {
                        Some(false)
                    } else {
                        None
                    },
                    undefined: all.undefined,
                    refused: all.refused,
                    windows,
                    sides: matches!(*op, ">=" | "<=").then_some(sides),
                    name: all.name,
                }
            }
            Cond::Not(a) => {
                let a = self.cond(a);
                Truth { outcome: a.outcome.map(|o| !o), sides: None, name: format!("not {}", a.name), ..a }
            }
            Cond::And(a, b) | Cond::Or(a, b) => {
                let strong = matches!(cond, Cond::Or(..));
                let (a, b) = (self.cond(a), self.cond(b));
                let outcome = if a.outcome == Some(strong) || b.outcome == Some(strong) {
                    Some(strong)
                } else if a.outcome.is_some() && b.outcome.is_some() {
                    Some(!strong)
                } else {
                    None
                };
                Truth {
                    outcome,
                    undefined: a.undefined || b.undefined,
                    refused: a.refused || b.refused,
                    windows: a.windows.into_iter().chain(b.windows).collect(),
                    sides: None,
                    name: format!("({} {strong} {})", a.name, b.name),
                }
            }
        }
    }
}

pub struct Truth {
    pub outcome: Option<bool>,
    pub undefined: bool,
    pub refused: bool,
    windows: Vec<(Date, Date)>,
    pub sides: Option<(Num, Num)>,
    name: String,
}

impl Truth {
    /// The first line of the design's table that applies.
    fn status(&self, as_of: Date, kept: Status, broken: Status) -> Status {
        if self.undefined {
            return Status::CannotTell;
        }
        match self.outcome {
            Some(true) => return kept,
            Some(false) => return broken,
            None => {}
        }
        if self.windows.iter().map(|w| w.0).min().is_some_and(|first| as_of < first) {
            return Status::NotYetTestable;
        }
        if self.windows.iter().map(|w| w.1).max().is_some_and(|last| as_of <= last) {
            return Status::Open;
        }
        Status::CannotTell
    }
}

#[derive(Debug, Clone)]
pub struct Said {
    pub source: usize,
    pub definition: usize,
    pub status: Status,
    pub years: Vec<Status>,
    pub sides: Option<(Num, Num)>,
    undefined: bool,
    pub refused: bool,
    name: String,
}

pub struct Found {
    pub status: Status,
    pub tested: usize,
    pub counted: usize,
    pub possible: Vec<Status>,
    pub overlay: Option<&'static str>,
    pub said: Vec<Said>,
}

pub fn finding(world: &World, number: usize) -> Found {
    let promise = &world.promises[number];
    let binds = world.binding && promise.force == "shall";
    let (kept, broken) =
        if binds { (Status::Met, Status::Missed) } else { (Status::Reached, Status::NotReached) };
    let counted = promise.sources.clone().unwrap_or_else(|| world.counted.clone());
    let any = promise.any.unwrap_or(world.any);
    let mut said = Vec::new();
    for source in &counted {
        for (definition, reading) in world.readings.iter().enumerate() {
            said.push(read(world, promise, reading, *source, definition, kept, broken));
        }
    }
    let statuses: Vec<Status> = said.iter().map(|s| s.status).collect();
    let (status, tested) = together(&counted, &said, &statuses, any, kept, broken);
    let mut possible = Vec::new();
    if status.is_decided() {
        possible.push(status);
    } else {
        // What is undecided and not undefined may come out either way, equal readings of a source alike.
        let mut names: Vec<(usize, &str)> = Vec::new();
        for s in said.iter().filter(|s| !s.status.is_decided() && !s.undefined) {
            if !names.contains(&(s.source, &s.name)) {
                names.push((s.source, &s.name));
            }
        }
        for choice in 0..1u32 << names.len() {
            let statuses: Vec<Status> = said
                .iter()
                .map(|s| match names.iter().position(|n| *n == (s.source, &s.name)) {
                    Some(n) if !s.status.is_decided() && !s.undefined => {
                        if choice >> n & 1 == 0 {
                            kept
                        } else {
                            broken
                        }
                    }
                    _ => s.status,
                })
                .collect();
            let out = together(&counted, &said, &statuses, any, kept, broken).0;
            if !possible.contains(&out) {
                possible.push(out);
            }
        }
        possible.sort_by_key(|s| Status::ALL.iter().position(|x| x == s));
    }
    let mut found = Found { status, tested, counted: counted.len(), possible, overlay: None, said };
    if number == 0 && world.superseded.is_some_and(|d| d <= world.as_of) {
        found.overlay = Some("superseded");
    } else if number == 0
        && world
            .waiver
            .is_some_and(|(from, until)| from <= world.as_of && until.is_none_or(|u| world.as_of <= u))
    {
        found.overlay = Some("excused");
    } else if let Some((key, date)) = promise.condition {
        // Whether it holds; `None` if it cannot be told.
        let holds = match date {
            Some(date) if key == "while" => Some(world.as_of <= date),
            Some(date) => Some(world.as_of >= date),
            None => match finding(world, number - 1).status {
                Status::Met | Status::Reached => Some(true),
                Status::CannotTell => None,
                _ => Some(false),
            },
        };
        match (key, holds) {
            (_, None) => found.status = Status::CannotTell,
            ("after", Some(false)) => found.status = Status::NotYetTestable,
            ("unless", Some(true)) | ("while", Some(false)) => found.overlay = Some("excused"),
            _ => {}
        }
    }
    found
}

fn read(
    world: &World,
    promise: &Promise,
    reading: &Reading,
    source: usize,
    definition: usize,
    kept: Status,
    broken: Status,
) -> Said {
    let ask = |year| Asked { world, reading, source, year }.cond(&promise.cond);
    if !promise.each_year {
        let truth = ask(None);
        return Said {
            source,
            definition,
            status: truth.status(world.as_of, kept, broken),
            years: Vec::new(),
            undefined: truth.undefined,
            refused: truth.refused,
            name: truth.name,
            sides: truth.sides,
        };
    }
    let truths = [ask(Some(2020)), ask(Some(2021))];
    let years: Vec<Status> = truths.iter().map(|t| t.status(world.as_of, kept, broken)).collect();
    let status = if years.contains(&broken) {
        broken
    } else if years.iter().all(|s| *s == kept) {
        kept
    } else {
        *[Status::CannotTell, Status::Open, Status::NotYetTestable]
            .iter()
            .find(|s| years.contains(s))
            .unwrap()
    };
    Said {
        source,
        definition,
        status,
        years,
        sides: None,
        undefined: truths.iter().any(|t| t.undefined),
        refused: truths.iter().any(|t| t.refused),
        name: format!("{} | {}", truths[0].name, truths[1].name),
    }
}

/// The finding of some statuses, one for each of `said`, and how many sources are tested.
fn together(
    counted: &[usize],
    said: &[Said],
    statuses: &[Status],
    any: bool,
    kept: Status,
    broken: Status,
) -> (Status, usize) {
    let rank = |s: Status| match s {
        Status::CannotTell => 0,
        Status::NotYetTestable => 1,
        Status::Open => 2,
        _ => 3,
    };
    let least = |all: &[Status]| *all.iter().min_by_key(|s| rank(**s)).unwrap();
    let mut by_source = Vec::new();
    for source in counted {
        let mine: Vec<Status> =
            said.iter().zip(statuses).filter(|(s, _)| s.source == *source).map(|(_, s)| *s).collect();
        let one = mine.iter().all(|s| *s == mine[0]);
        by_source.push(if one {
            mine[0]
        } else if mine.iter().all(|s| rank(*s) == 3) {
            Status::DefinitionsDisagree
        } else {
            least(&mine)
        });
    }
    let tested = by_source.iter().filter(|s| rank(**s) == 3).count();
    let all = |status| by_source.iter().all(|s| *s == status);
    let status = if all(kept) || any && by_source.contains(&kept) {
        kept
    } else if all(broken) {
        broken
    } else if tested < counted.len() {
        least(&by_source)
    } else if by_source.contains(&Status::DefinitionsDisagree) {
        Status::DefinitionsDisagree
    } else {
        Status::SourcesDisagree
    };
    (status, tested)
}
