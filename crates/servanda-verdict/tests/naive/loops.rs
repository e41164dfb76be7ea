//! The design's words on what a rule yields, as plain loops over all figures. Written from the text, not from the engine.

use crate::common::party;
use crate::flow::flow;
use crate::num::{Num, both};
use crate::region::Region;
use crate::world::{COUNTS_FROM, Cond, Entry, Expr, Item, Reading, When, World};
use servanda_core::{Date, Dimension, Exact, Period, Point, Stage, Status};

pub struct Asked<'a> {
    pub world: &'a World,
    pub reading: &'a Reading,
    pub source: usize,
    /// What `each` stands at: the period, the one before it, and all up to it.
    pub here: Option<(&'static str, &'static str, &'static str)>,
    /// The entry that `each entry` stands at, and whether it lies only partly in its period.
    pub entry: Option<(&'a Entry, bool)>,
}

impl Asked<'_> {
    fn period(&self, when: &When) -> Period {
        let text = match when {
            When::Fixed(text) => text,
            When::Window => self.reading.window,
            When::Here => self.here.unwrap().0,
            When::Before => self.here.unwrap().1,
            When::Since => self.here.unwrap().2,
            When::Last => {
                // The last month is the one of the day before the first of the next day's month.
                let last = self.world.as_of.tomorrow().unwrap().first_of_month().yesterday().unwrap();
                let first =
                    Date::new(last.year() - 1, last.month(), 1).unwrap().last_of_month().tomorrow().unwrap();
                return Period::range(
                    Point::Month(first.year(), first.month()),
                    Point::Month(last.year(), last.month()),
                )
                .unwrap();
            }
        };
        Period::parse(text).unwrap()
    }

    fn num(&self, expr: &Expr) -> Num {
        self.made(expr).or_none()
    }

    fn made(&self, expr: &Expr) -> Num {
        let two = |a, b| (self.num(a), self.num(b));
        match expr {
            Expr::Quantity(n, _) | Expr::Number(n) | Expr::Price(n) | Expr::Yuan(n) => Num::plain(*n),
            Expr::Rated(a, when) => {
                let (a, rate) = (self.num(a), self.rate(when));
                let zero = |x: &Option<Exact>| x.as_ref().is_some_and(|x| *x == Exact::zero());
                let by = |x: &Option<Exact>| both(x, &rate.value, |x, r| x * r);
                // Nothing times anything is nothing; something times what nobody knows is not known.
                let end = |x: &Option<Exact>| {
                    if zero(&a.low) && zero(&a.high) { Some(Exact::zero()) } else { by(x) }
                };
                let (value, low, high) = (by(&a.value), end(&a.low), end(&a.high));
                Num { value, low, high, ..Num::from("*", a, rate) }
            }
            Expr::Need => Num::plain(self.reading.need),
            Expr::Entry => self.entry(),
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
            Expr::Ledger(when) => self.ledger(when.as_ref(), false),
            Expr::Count(when) => self.ledger(when.as_ref(), true),
            Expr::Flow { stage, chinas, with, scope, when, mass } => {
                let period = self.period(when);
                let members = with.text().1;
                let one = |with: Option<&'static str>| {
                    let trade = |stage| self.trade(stage, (*chinas, with), scope, &period, *mass);
                    match *stage {
                        "imports" => trade(Stage::Imports).0,
                        "exports" => trade(Stage::Exports).0,
                        word => {
                            let ((exports, all_out), (imports, all_in)) =
                                (trade(Stage::Exports), trade(Stage::Imports));
                            let mut balance = Num::add(exports, imports.negative());
                            if !all_out || !all_in {
                                (balance.low, balance.high) = (None, None);
                            }
                            if word == "balance" { balance } else { balance.negative() }
                        }
                    }
                };
                if members.is_empty() {
                    return one(None);
                }
                let all = members.iter().map(|m| one(Some(*m)));
                // What is held of a group is what is held of any of it.
                let sum = |a: Num, b: Num| {
                    let some = a.value.clone().or_else(|| b.value.clone());
                    let mut sum = Num::add(a, b);
                    sum.value = sum.value.or(some);
                    sum
                };
                all.reduce(sum).unwrap()
            }
        }
    }

    /// The rate of a period: its own entry, or the mean of all its years, quarters or months.
    fn rate(&self, when: &When) -> Num {
        let period = self.period(when);
        let baseline = period.end() < COUNTS_FROM;
        let today = match self.reading.frozen {
            Some(frozen) if baseline => frozen.min(self.world.as_of),
            _ => self.world.as_of,
        };
        let all = &self.world.rates;
        let newest = |name: &str| {
            let known = all.iter().filter(|(p, day, _)| *p == name && *day <= today);
            let (_, day, value) = known.max_by_key(|(_, day, _)| *day)?;
            // A rate of what was not over is a forecast.
            over_on(&Period::parse(name).unwrap(), *day).then(|| Exact::integer(i128::from(*value)))
        };
        let mut names: Vec<&str> = all.iter().map(|(p, ..)| *p).collect();
        names.sort();
        names.dedup();
        let same = |n: &&&str| {
            let own = Period::parse(n).unwrap();
            (own.start(), own.end()) == (period.start(), period.end())
        };
        let mut value = names.iter().find(same).and_then(|n| newest(n));
        let kinds: [fn(Point) -> bool; 3] = [
            |p| matches!(p, Point::Year(_)),
            |p| matches!(p, Point::Quarter(..)),
            |p| matches!(p, Point::Month(..)),
        ];
        for kind in kinds {
            let mut at = period.start();
            let mut found: Vec<Exact> = Vec::new();
            while value.is_none() && at <= period.end() {
                let part = names.iter().find(|n| {
                    let own = Period::parse(n).unwrap();
                    own.start() == at && own.end() <= period.end() && kind(own.from)
                });
                let Some((part, rate)) = part.and_then(|n| Some((n, newest(n)?))) else { break };
                found.push(rate);
                at = Period::parse(part).unwrap().end().tomorrow().unwrap();
            }
            if value.is_none() && at > period.end() {
                let sum = found.iter().fold(Exact::zero(), |sum, x| &sum + x);
                value = sum.checked_div(&Exact::integer(found.len() as i128));
            }
        }
        let mut out = Num { name: format!("rate {period}"), ..Num::default() };
        (out.value, out.low, out.high) = (value.clone(), value.clone(), value);
        if !baseline {
            out.tested.push((period.start(), period.end()));
        }
        out
    }

    /// One stage on this source, its own or the other side's record, and whether all of it is held.
    fn trade(
        &self,
        stage: Stage,
        (chinas, with): (bool, Option<&'static str>),
        scope: &[(bool, Item)],
        period: &Period,
        mass: bool,
    ) -> (Num, bool) {
        let source = &self.world.sources[self.source];
        let own = (source.reporter.as_str() == "CHN") == chinas;
        let other = if source.reporter.as_str() == "CHN" { "USA" } else { "CHN" };
        let partner = party(with.unwrap_or(other));
        let stage = match (own, stage) {
            (true, s) => s,
            (false, Stage::Imports) => Stage::Exports,
            (false, _) => Stage::Imports,
        };
        let f = source.frequency;
        let of = |day| f.point(f.ordinal(day)).end();
        let lag = jiff::Span::new().days(i64::from(source.lag_days));
        let window =
            (of(period.start()).checked_add(lag).unwrap(), of(period.end()).checked_add(lag).unwrap());
        let baseline = period.end() < COUNTS_FROM;
        let mut out = Num { name: format!("{stage} {period} of nothing"), ..Num::default() };
        out.undefined = scope.iter().any(|(_, item)| *item == Item::Named("vague"));
        let dimension = if mass { Dimension::Mass } else { crate::common::usd() };
        // A third country's trade is in the statistics of the party that is named beside it alone.
        let ours = own || with.is_none();
        let published = ours && source.flow(stage).is_some_and(|f| f.dimensions.contains(&dimension));
        // A window that cuts a sub-period has bounds only where no figure can be negative.
        let signed = source.flow(stage).is_none_or(|f| !f.non_negative);
        let cut = f.split(period).is_none();
        let whole = Some((f.ordinal(period.start()), f.ordinal(period.end()))).filter(|_| !cut || !signed);
        let mut complete = false;
        match whole.filter(|_| published && !out.undefined) {
            Some(periods) => {
                let region = Region::of(self.world, self.reading, self.source, scope);
                let as_of = match self.reading.frozen {
                    Some(frozen) if baseline => frozen.min(self.world.as_of),
                    _ => self.world.as_of,
                };
                let (num, all) =
                    flow(self.world, source, (stage, partner), &region, (periods, period), as_of, mass);
                let prefixes = region.prefixes();
                let carved = region.starts.iter().filter(|(c, o)| {
                    prefixes.iter().any(|(p, _)| c.starts_with(p))
                        && (!region.joined || c.is_empty() || region.owner_above(c) != **o)
                });
                out = num;
                let own = if cut { period.to_string() } else { String::new() };
                out.name = format!(
                    "{stage} {partner} {periods:?} {as_of} {mass} {prefixes:?} {:?}{own}",
                    carved.collect::<Vec<_>>()
                );
                complete = all;
                if baseline {
                    out.baselines.push((window.1, window.1));
                }
            }
            None => out.refused = !out.undefined,
        }
        if !baseline {
            out.tested.push(window);
        }
        (out, complete)
    }

    /// Of each entry what was published last by a day.
    fn live(&self, today: Date) -> Vec<&Entry> {
        let all = &self.world.ledger.entries;
        let known = |e: &&Entry| {
            e.published <= today
                && !all.iter().any(|x| x.id == e.id && x.published > e.published && x.published <= today)
        };
        all.iter().filter(known).collect()
    }

    /// Whether somebody's word holds on a day that nothing is missing until another.
    fn vouched(&self, live: &[&Entry], end: Date, today: Date) -> bool {
        let all = &self.world.ledger.entries;
        let first = all.iter().map(|e| e.published).min();
        let new = |e: &Entry| !all.iter().any(|x| x.id == e.id && x.published < e.published);
        self.world.ledger.vouches.iter().any(|(through, said)| {
            let known = match said {
                Some(said) => *said <= today,
                None => first.is_some_and(|f| f <= today) && *through <= today,
            };
            let forgot = |e: &&Entry| {
                let ends = Period::parse(e.period).unwrap().end();
                said.is_some_and(|s| e.published > s) && ends <= *through && new(e)
            };
            known && *through >= end && !live.iter().any(forgot)
        })
    }

    /// `entry.value` of the entry that is stood at.
    fn entry(&self) -> Num {
        let e = &self.entry.unwrap().0;
        let (own, ledger) = (Period::parse(e.period).unwrap(), &self.world.ledger);
        let value = Some(Exact::integer(i128::from(e.value)));
        let mut out = Num { name: format!("entry {} {}", e.id, e.published), ..Num::default() };
        out.tested.push((own.start(), own.end()));
        (out.value, out.low, out.high) = (value.clone(), value.clone(), value);
        if !over_on(&own, e.published) && ledger.stage != Some("announced") {
            out.high = None;
            let so_far = ledger.stage == Some("paid") && own.start() <= e.published;
            out.low = match (ledger.non_negative, so_far) {
                (true, true) => out.low,
                (true, false) => Some(Exact::zero()),
                (false, _) => None,
            };
        }
        out
    }

    /// Each entry of a period by itself, and what is not entered; nothing where there is neither.
    pub fn entries(&self, when: Option<&When>, cond: &Cond) -> Vec<Truth> {
        let period = when.map(|w| self.period(w));
        let baseline = period.is_some_and(|p| p.end() < COUNTS_FROM);
        let today = match self.reading.frozen {
            Some(frozen) if baseline => frozen.min(self.world.as_of),
            _ => self.world.as_of,
        };
        let live = self.live(today);
        let mut all = Vec::new();
        for e in &live {
            let own = Period::parse(e.period).unwrap();
            let asked = period.unwrap_or(own);
            if own.end() < asked.start() || own.start() > asked.end() {
                continue;
            }
            let across = !asked.contains(own.start()) || !asked.contains(own.end());
            let mut truth = Asked { entry: Some((e, across)), ..*self }.cond(cond);
            if across && truth.outcome == Some(false) {
                truth.outcome = None;
            }
            all.push(truth);
        }
        if !self.vouched(&live, period.map_or(today, |p| p.end()), today) {
            let windows = period.filter(|_| !baseline).map(|p| (p.start(), p.end()));
            all.push(Truth {
                outcome: None,
                undefined: false,
                refused: false,
                windows: windows.into_iter().collect(),
                sides: Vec::new(),
                name: "not entered".into(),
            });
        }
        all
    }

    /// The sum of a ledger, or how many entries it has, entry by entry: what each adds at least and at most.
    fn ledger(&self, when: Option<&When>, count: bool) -> Num {
        let ledger = &self.world.ledger;
        let period = when.map(|w| self.period(w));
        let baseline = period.is_some_and(|p| p.end() < COUNTS_FROM);
        let today = match self.reading.frozen {
            Some(frozen) if baseline => frozen.min(self.world.as_of),
            _ => self.world.as_of,
        };
        let live = self.live(today);
        let vouched = self.vouched(&live, period.map_or(today, |p| p.end()), today);
        let positive = ledger.non_negative || count;
        let mut out = Num { name: format!("ledger {period:?} {count}"), ..Num::default() };
        let (mut sum, mut some) = (0i128, false);
        let (mut low, mut high) = (Some(0i128), Some(0i128));
        let open = |low: &mut Option<i128>, high: &mut Option<i128>| {
            *high = None;
            if !positive {
                *low = None;
            }
        };
        for e in &live {
            let own = Period::parse(e.period).unwrap();
            let v = if count { 1 } else { i128::from(e.value) };
            let ahead = ledger.stage == Some("announced");
            let so_far = ledger.stage == Some("paid") && own.start() <= e.published;
            let over = ahead || over_on(&own, e.published) || (count && so_far);
            let Some(asked) = period.or(Some(own)) else { continue };
            if own.end() < asked.start() || own.start() > asked.end() {
                continue;
            }
            if asked.contains(own.start()) && asked.contains(own.end()) {
                some = true;
                sum += v;
                if over {
                    low = low.map(|x| x + v);
                    high = high.map(|x| x + v);
                } else if count {
                    high = high.map(|x| x + v);
                } else if positive && so_far {
                    low = low.map(|x| x + v);
                    high = None;
                } else {
                    open(&mut low, &mut high);
                }
            } else if count || positive && over {
                high = high.map(|x| x + v);
            } else {
                open(&mut low, &mut high);
            }
        }
        if !vouched {
            open(&mut low, &mut high);
        }
        out.value = (some || vouched).then(|| Exact::integer(sum));
        (out.low, out.high) = (low.map(Exact::integer), high.map(Exact::integer));
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
                    sides: vec![sides],
                    name: all.name,
                }
            }
            Cond::Not(a) => {
                let a = self.cond(a);
                Truth { outcome: a.outcome.map(|o| !o), name: format!("not {}", a.name), ..a }
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
                    sides: a.sides.into_iter().chain(b.sides).collect(),
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
    pub sides: Vec<(Num, Num)>,
    pub name: String,
}

impl Truth {
    /// The first line of the design's table that applies.
    pub fn status(&self, as_of: Date, kept: Status, broken: Status) -> Status {
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

/// Whether a period was over on a day; a single day is over on itself.
fn over_on(period: &Period, day: Date) -> bool {
    let last = period.end();
    day > last || day == last && period.start() == last
}
