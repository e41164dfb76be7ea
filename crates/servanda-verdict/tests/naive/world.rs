//! Random small agreements and evidence. Every choice takes one byte, so that fewer and smaller bytes make a simpler world.

use crate::common::{day, party, source};
use servanda_core::{Absence, Date, Dimension, Exact, Frequency, Source, Stage};
use servanda_verdict::InlineFigure;

pub struct Bytes<'a>(std::slice::Iter<'a, u8>);

impl<'a> Bytes<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes.iter())
    }

    pub fn pick(&mut self, n: usize) -> usize {
        self.0.next().map_or(0, |b| usize::from(*b) % n)
    }

    /// Once in `n` times; never when there are no bytes left.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.pick(n) == n - 1
    }

    pub fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.pick(all.len())].clone()
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    Named(&'static str),
    Goods,
    Code(&'static str),
}

#[derive(Debug, Clone, PartialEq)]
pub enum When {
    Fixed(&'static str),
    Window,
    /// What a quantifier stands at, and the one before it.
    Here,
    Before,
    /// From 2019, or its last quarter, to what a quantifier stands at.
    Since,
    /// The last twelve whole months.
    Last,
}

/// Who trades with China or the USA.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum With {
    /// The other party.
    Party,
    /// A third country.
    Third,
    /// A group of two countries.
    Group,
    /// All together.
    World,
}

impl With {
    /// As a rule has it, and those whose figures are added up; nobody where it is the other party.
    pub fn text(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Party => ("", &[]),
            Self::Third => ("RUS", &["RUS"]),
            Self::Group => ("steppe", &["RUS", "KAZ"]),
            Self::World => ("world", &["WLD"]),
        }
    }
}

/// A quantifier over times.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Each {
    Years,
    Quarters,
}

impl Each {
    /// As a rule has it, and its variable.
    pub fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::Years => ("each year in 2020..2021: ", "year"),
            Self::Quarters => ("each quarter in 2020: ", "quarter"),
        }
    }

    /// Each instance: itself, the one before it, and all from the first of 2019 that counts.
    pub fn instances(self) -> &'static [(&'static str, &'static str, &'static str)] {
        match self {
            Self::Years => &[("2020", "2019", "2019..2020"), ("2021", "2020", "2019..2021")],
            Self::Quarters => &[
                ("2020-Q1", "2019-Q4", "2019-10..2020-03"),
                ("2020-Q2", "2020-Q1", "2019-10..2020-06"),
                ("2020-Q3", "2020-Q2", "2019-10..2020-09"),
                ("2020-Q4", "2020-Q3", "2019-10..2020-12"),
            ],
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    Flow {
        stage: &'static str,
        chinas: bool,
        with: With,
        scope: Vec<(bool, Item)>,
        when: When,
        mass: bool,
    },
    /// A quantity, in USD or t.
    Quantity(i64, bool),
    Number(i64),
    /// A price, in USD/t.
    Price(i64),
    /// Money of China, in CNY.
    Yuan(i64),
    /// Dollars at the rate of a period, in CNY.
    Rated(Box<Expr>, When),
    Need,
    Ledger(Option<When>),
    /// How many entries a ledger has.
    Count(Option<When>),
    /// The value of the entry of `each entry`.
    Entry,
    Add(Box<Expr>, Box<Expr>),
    Sub(Box<Expr>, Box<Expr>),
    Times(i64, Box<Expr>),
    Ratio(Box<Expr>, Box<Expr>),
    Min(Box<Expr>, Box<Expr>),
    Max(Box<Expr>, Box<Expr>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Cond {
    Compare(Expr, &'static str, Expr),
    And(Box<Cond>, Box<Cond>),
    Or(Box<Cond>, Box<Cond>),
    Not(Box<Cond>),
}

#[derive(Debug, Clone)]
pub struct Promise {
    pub each: Option<Each>,
    /// Over each entry of the ledger, in a period or in all.
    pub each_entry: Option<Option<When>>,
    pub cond: Cond,
    pub force: &'static str,
    pub any: Option<bool>,
    pub sources: Option<Vec<usize>>,
    /// `after`, `unless` or `while`, and a day or the commitment before this one.
    pub condition: Option<(&'static str, Option<Date>)>,
}

#[derive(Debug, Clone)]
pub struct Reading {
    pub need: i64,
    pub window: &'static str,
    pub crosswalk: Vec<(&'static str, &'static str)>,
    pub frozen: Option<Date>,
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub id: usize,
    pub period: &'static str,
    pub published: Date,
    pub value: i64,
}

/// What a ledger says of itself.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    pub entries: Vec<Entry>,
    pub stage: Option<&'static str>,
    pub non_negative: bool,
    /// Until when nothing is missing, and the day on which that was said; at most one bears no day.
    pub vouches: Vec<(Date, Option<Date>)>,
}

#[derive(Debug, Clone)]
pub struct World {
    pub binding: bool,
    pub any: bool,
    /// The parent is the last one and counts for nothing.
    pub sources: Vec<Source>,
    pub counted: Vec<usize>,
    /// Code, and whether it is of the category alpha.
    pub list: Vec<(&'static str, bool)>,
    pub readings: Vec<Reading>,
    pub promises: Vec<Promise>,
    pub ledger: Ledger,
    /// Rates in CNY for a dollar: period, publication and how much, each period and day of publication once.
    pub rates: Vec<(&'static str, Date, i64)>,
    pub waiver: Option<(Date, Option<Date>)>,
    pub superseded: Option<Date>,
    pub figures: Vec<InlineFigure>,
    pub as_of: Date,
}

#[derive(Clone, Copy, PartialEq)]
enum Length {
    Quarter,
    Year,
    Month,
}

pub const COUNTS_FROM: Date = Date::constant(2020, 1, 1);

impl World {
    pub fn draw(bytes: &[u8]) -> Self {
        let mut b = Bytes::new(bytes);
        let length = b.of(&[Length::Quarter, Length::Quarter, Length::Year, Length::Month]);
        // A publication that mixes preliminary and final figures of a month covers its own codes only; then no code of
        // a source is a heading of the list's.
        let mixed = b.once_in(4);
        let coarse = !mixed && b.once_in(4);
        let as_of = moment(&mut b, length);
        let list = list(&mut b, mixed);
        let readings = readings(&mut b, length, &list);
        let mut counted = vec![0];
        if b.once_in(2) {
            counted.push(1);
        }
        let promises = (0..1 + b.pick(2)).map(|n| promise(&mut b, length, n, &counted)).collect();
        let ledger = ledger(&mut b, length);
        let rates = rates(&mut b, length);
        let waiver = b.once_in(6).then(|| (moment(&mut b, length), None::<Date>)).map(|(from, _)| {
            (from, b.once_in(2).then(|| from.checked_add(jiff::Span::new().days(60)).unwrap()))
        });
        let superseded = b.once_in(8).then(|| moment(&mut b, length));
        let (binding, any) = (!b.once_in(4), b.once_in(4));
        let sources = sources(&mut b, length, coarse, list.iter().any(|(c, _)| c.len() > 4));
        let mut figures = Vec::new();
        for number in 0..sources.len() {
            publish(&mut b, &sources, number, length, mixed, coarse, &mut figures);
        }
        Self {
            binding,
            any,
            sources,
            counted,
            list,
            readings,
            promises,
            ledger,
            rates,
            waiver,
            superseded,
            figures,
            as_of,
        }
    }
}

fn moment(b: &mut Bytes<'_>, length: Length) -> Date {
    let all: &[&str] = match length {
        Length::Year => &[
            "2021-06-01",
            "2020-06-01",
            "2019-06-01",
            "2021-02-09",
            "2021-02-10",
            "2022-02-09",
            "2022-02-10",
            "2022-06-01",
            "2023-06-01",
            "2020-05-10",
            "2020-05-11",
            "2021-12-31",
        ],
        _ => &[
            "2020-06-01",
            "2020-02-01",
            "2019-12-01",
            "2020-03-10",
            "2020-03-11",
            "2020-05-10",
            "2020-05-11",
            "2020-04-09",
            "2020-04-10",
            "2020-08-09",
            "2020-08-10",
            "2020-12-01",
        ],
    };
    day(b.of(all))
}

fn rates(b: &mut Bytes<'_>, length: Length) -> Vec<(&'static str, Date, i64)> {
    let periods: &[&'static str] = match length {
        Length::Year => &["2019", "2020", "2020-Q1", "2020-Q2", "2020-Q3", "2020-Q4", "2021"],
        Length::Quarter => &["2019-Q4", "2020-Q1", "2020-01", "2020-02", "2020-03", "2020-Q2"],
        Length::Month => &["2019-12", "2020-02", "2020-03", "2020"],
    };
    let mut all: Vec<(&'static str, Date, i64)> = Vec::new();
    for period in periods {
        for _ in 0..b.pick(3) {
            let published = moment(b, length);
            if !all.iter().any(|(p, d, _)| p == period && *d == published) {
                all.push((period, published, 1 + b.pick(9) as i64));
            }
        }
    }
    all
}

fn ledger(b: &mut Bytes<'_>, length: Length) -> Ledger {
    let mut entries: Vec<Entry> = Vec::new();
    for n in 0..b.pick(4) {
        let periods: &[&'static str] = match length {
            Length::Quarter => &["2020-Q1", "2020-Q2", "2019-Q4", "2020-02", "2019-12..2020-01"],
            Length::Year => &["2020", "2021", "2019", "2020-02", "2020-07..2021-06"],
            Length::Month => &["2020-02", "2020-03", "2019-12", "2020-02-15..2020-03-14"],
        };
        let (period, published) = (b.of(periods), moment(b, length));
        let known = |id: usize| entries.iter().any(|e: &Entry| e.id == id && e.published == published);
        // An entry may be published again, on another day.
        let id = if b.once_in(3) && !known(0) { 0 } else { n };
        entries.push(Entry { id, period, published, value: b.pick(12) as i64 });
    }
    let mut vouches = Vec::new();
    if b.once_in(2) {
        vouches.push((day(b.of(&["2020-12-31", "2020-03-31", "2019-12-31"])), None));
    }
    for _ in 0..b.pick(3) {
        let through = day(b.of(&["2021-12-31", "2020-12-31", "2020-03-31", "2020-02-29", "2019-12-31"]));
        let after = b.of(&[0, 9, 60, 200]);
        vouches.push((through, Some(through.checked_add(jiff::Span::new().days(after)).unwrap())));
    }
    Ledger {
        entries,
        stage: b.of(&[None, Some("paid"), Some("announced")]),
        non_negative: b.once_in(2),
        vouches,
    }
}

fn sources(b: &mut Bytes<'_>, length: Length, coarse: bool, deep: bool) -> Vec<Source> {
    let mut usa = source("usa-exports", "USA", &[Stage::Exports, Stage::Imports]);
    let mut chn = source("chn-imports", "CHN", &[Stage::Imports]);
    for s in [&mut usa, &mut chn] {
        s.frequency = match (length, b.pick(4)) {
            (Length::Year, 0 | 1) => Frequency::Annual,
            (Length::Year, _) | (_, 3) => Frequency::Quarterly,
            _ => Frequency::Monthly,
        };
        s.lag_days = b.of(&[40, 0]);
        s.so_far = b.once_in(3);
        let signed = b.once_in(6);
        for flow in &mut s.flows {
            flow.non_negative = !signed;
            if b.once_in(3) {
                flow.dimensions.push(Dimension::Mass);
            }
        }
        // A figure settles what absence of its code would mean, and evidence written out does not see that below a
        // line's own code, nor for a code deeper than the source's; so what is unknown is a chapter, or a code that
        // no figure has.
        for _ in 0..if coarse || signed || deep { 0 } else { b.pick(4) } {
            let range = b.of(&["12", "1201", "11", "1103", "22", "2201", "2203"]);
            let figured = ["1201", "2201"].contains(&range);
            if !s.absence.ranges.iter().any(|(r, _)| r == range) {
                let meaning = if figured || b.once_in(4) { Absence::Zero } else { Absence::Unknown };
                s.absence.ranges.push((range.to_owned(), meaning));
            }
        }
    }
    let mut parent = source("usa-chapters", "USA", &[Stage::Exports]);
    parent.depth = Some(2);
    parent.frequency = usa.frequency;
    // The parent has no mass, and evidence written out does not refuse to be asked for it.
    let mass = usa.flows.iter().any(|f| f.dimensions.len() > 1);
    if b.pick(3) > 0 && !mass {
        usa.parent = Some(parent.id.clone());
    }
    vec![usa, chn, parent]
}

fn list(b: &mut Bytes<'_>, mixed: bool) -> Vec<(&'static str, bool)> {
    let mut list: Vec<(&'static str, bool)> = vec![("11", true), ("22", false)];
    for _ in 0..b.pick(4) {
        let code = b.of(&["12", "1102", "1201", "2202", "33", "110155"]);
        if !list.iter().any(|(c, _)| *c == code) && (code.len() < 6 || !mixed) {
            list.push((code, b.once_in(2)));
        }
    }
    list
}

fn readings(b: &mut Bytes<'_>, length: Length, list: &[(&'static str, bool)]) -> Vec<Reading> {
    let windows: &[&'static str] = match length {
        Length::Quarter => &["2020-Q1", "2020-Q2", "2019-Q4"],
        Length::Year => &["2020", "2021", "2019"],
        Length::Month => &["2020-02", "2020-03", "2019-12"],
    };
    (0..1 + b.pick(3))
        .map(|_| {
            let mut crosswalk = Vec::new();
            if b.once_in(2) {
                let (of, code) = (b.of(list).0, b.of(&["44", "1101", "2201"]));
                // A code that the line has already would make two definitions of the same products.
                let above = list.iter().filter(|(c, _)| code.starts_with(c)).max_by_key(|(c, _)| c.len());
                if above.is_none_or(|(c, _)| *c != of) {
                    crosswalk.push((of, code));
                }
            }
            Reading {
                need: b.pick(30) as i64,
                window: b.of(windows),
                crosswalk,
                frozen: b.once_in(4).then(|| moment(b, length)),
            }
        })
        .collect()
}

fn publish(
    b: &mut Bytes<'_>,
    sources: &[Source],
    number: usize,
    length: Length,
    mixed: bool,
    coarse: bool,
    figures: &mut Vec<InlineFigure>,
) {
    let s = &sources[number];
    let parent = number == 2;
    let (from, to) = match length {
        Length::Quarter => ("2019-10-01", "2020-06-30"),
        Length::Year => ("2019-01-01", "2021-12-31"),
        Length::Month => ("2019-12-01", "2020-03-31"),
    };
    let (first, last) = (s.frequency.ordinal(day(from)), s.frequency.ordinal(day(to)));
    let other = if s.reporter.as_str() == "USA" { "CHN" } else { "USA" };
    let partners: &[&str] = if b.once_in(4) { &[other, "RUS", "KAZ", "WLD"] } else { &[other] };
    for (flow, partner) in s.flows.iter().flat_map(|f| partners.iter().map(move |p| (f, *p))) {
        let signed = !flow.non_negative;
        for _ in 0..1 + b.pick(3) {
            let published = moment(b, length);
            let taken = |f: &InlineFigure| {
                f.source == s.id
                    && f.stage == flow.stage
                    && f.partner == party(partner)
                    && f.published == published
            };
            if figures.iter().any(taken) {
                continue;
            }
            let end = last - i32::from(b.once_in(3)) * b.pick(4) as i32;
            let start = first + i32::from(b.once_in(4)) * b.pick(3) as i32;
            for period in start..=end {
                if b.once_in(16) {
                    continue;
                }
                let early = b.once_in(if period == end { 3 } else { 16 });
                let codes: &[&str] = match (parent, coarse && b.once_in(3)) {
                    (true, _) => &["11", "12", "22", "33", "44"],
                    (_, true) => &["11", "1201", "1202", "22"],
                    _ => &["1101", "1102", "1201", "1202", "2201", "4401"],
                };
                for code in codes {
                    if b.once_in(6) {
                        continue;
                    }
                    let preliminary = if mixed && early { !b.once_in(2) } else { early };
                    let value = b.pick(if parent { 40 } else { 12 }) as i128
                        - if signed && b.once_in(3) { 9 } else { 0 };
                    let quantity = (flow.dimensions.len() > 1 && !b.once_in(8))
                        .then(|| (Dimension::Mass, Exact::integer(b.pick(9) as i128)));
                    figures.push(InlineFigure {
                        source: s.id.clone(),
                        stage: flow.stage,
                        partner: party(partner),
                        code: (*code).to_owned(),
                        period,
                        length: 1,
                        money: Some(Exact::integer(value)),
                        quantity,
                        published,
                        preliminary,
                    });
                }
            }
        }
    }
}

fn promise(b: &mut Bytes<'_>, length: Length, number: usize, counted: &[usize]) -> Promise {
    let each = match length {
        Length::Year => b.once_in(2).then_some(Each::Years),
        Length::Quarter => b.once_in(4).then_some(Each::Quarters),
        Length::Month => None,
    };
    let mut cond = condition(b, length, each.is_some(), 2);
    let each_entry = b.once_in(6).then(|| b.once_in(2).then(|| when(b, length, each.is_some())));
    if each_entry.is_some() {
        let op = b.of(&[">=", "<=", ">", "<", "="]);
        let mut entry = Cond::Compare(Expr::Entry, op, Expr::Quantity(b.pick(12) as i64, false));
        if b.once_in(3) {
            entry = Cond::And(Box::new(entry), Box::new(cond));
        }
        cond = entry;
    }
    let condition = b.once_in(6).then(|| {
        let key = b.of(&["after", "unless", "while"]);
        let date = moment(b, length);
        (key, (number == 0 || b.once_in(2)).then_some(date))
    });
    Promise {
        each,
        each_entry,
        cond,
        force: b.of(&["shall", "shall", "shall", "intends"]),
        any: b.once_in(6).then(|| b.once_in(2)),
        sources: (counted.len() > 1 && b.once_in(8)).then(|| vec![1]),
        condition,
    }
}

fn condition(b: &mut Bytes<'_>, length: Length, each: bool, depth: usize) -> Cond {
    match if depth == 0 { 0 } else { b.pick(10) } {
        7 => Cond::And(
            Box::new(condition(b, length, each, depth - 1)),
            Box::new(condition(b, length, each, depth - 1)),
        ),
        8 => Cond::Or(
            Box::new(condition(b, length, each, depth - 1)),
            Box::new(condition(b, length, each, depth - 1)),
        ),
        9 => Cond::Not(Box::new(condition(b, length, each, depth - 1))),
        _ => {
            let op = b.of(&[">=", ">=", ">=", "<=", "<=", ">", "<", "="]);
            let kind = b.pick(10);
            if kind == 6 && b.once_in(3) {
                let dollars = Box::new(flow(b, length, each, false));
                let rated = Expr::Rated(dollars, when(b, length, each));
                return Cond::Compare(rated, op, Expr::Yuan(b.pick(99) as i64));
            }
            if kind == 8 && b.once_in(3) {
                let (value, mass) = (flow(b, length, each, false), flow(b, length, each, true));
                return Cond::Compare(
                    Expr::Ratio(Box::new(value), Box::new(mass)),
                    op,
                    Expr::Price(b.pick(4) as i64),
                );
            }
            if kind == 8 {
                let ratio = Expr::Ratio(
                    Box::new(flow(b, length, each, false)),
                    Box::new(flow(b, length, each, false)),
                );
                let other = Box::new(Expr::Number(b.pick(3) as i64));
                let ratio = Box::new(ratio);
                let left = match b.pick(8) {
                    5 => Expr::Times(b.pick(3) as i64, ratio),
                    6 => Expr::Min(ratio, other),
                    7 => Expr::Max(other, ratio),
                    _ => *ratio,
                };
                return Cond::Compare(left, op, Expr::Number(b.pick(4) as i64));
            }
            if kind == 7 && b.once_in(3) {
                let count = Expr::Count(b.once_in(2).then(|| when(b, length, each)));
                return Cond::Compare(count, op, Expr::Number(b.pick(4) as i64));
            }
            if kind == 9 {
                return Cond::Compare(
                    flow(b, length, each, true),
                    op,
                    Expr::Quantity(b.pick(40) as i64, true),
                );
            }
            let left = money(b, length, each, 1);
            let right = match b.pick(4) {
                0 => Expr::Quantity(b.pick(60) as i64, false),
                1 => Expr::Add(
                    Box::new(flow(b, length, each, false)),
                    Box::new(Expr::Quantity(b.pick(20) as i64, false)),
                ),
                2 => Expr::Need,
                _ => money(b, length, each, 2),
            };
            Cond::Compare(left, op, right)
        }
    }
}

fn money(b: &mut Bytes<'_>, length: Length, each: bool, depth: usize) -> Expr {
    let below = |b: &mut Bytes<'_>| Box::new(money(b, length, each, depth.saturating_sub(1)));
    match if depth == 0 { 0 } else { b.pick(14) } {
        7 => Expr::Add(below(b), below(b)),
        8 => Expr::Sub(below(b), below(b)),
        9 => Expr::Times(b.pick(4) as i64, below(b)),
        10 => Expr::Min(below(b), below(b)),
        11 => Expr::Max(below(b), below(b)),
        12 => Expr::Quantity(b.pick(30) as i64, false),
        13 => Expr::Ledger(b.once_in(2).then(|| when(b, length, each))),
        _ => flow(b, length, each, false),
    }
}

fn when(b: &mut Bytes<'_>, length: Length, each: bool) -> When {
    if each && !b.once_in(3) {
        return b.of(&[When::Here, When::Here, When::Here, When::Before, When::Since]);
    }
    if length == Length::Year && b.once_in(9) {
        return When::Last;
    }
    match (length, b.pick(6)) {
        (_, 5) => When::Window,
        (Length::Quarter, n) => {
            When::Fixed(["2020-Q1", "2020-01..2020-03", "2020-Q2", "2019-Q4", "2019-Q4"][n])
        }
        (Length::Year, n) => When::Fixed(["2020", "2021", "2020-Q1..2020-Q4", "2019", "2019"][n]),
        (Length::Month, n) => When::Fixed(["2020-02", "2020-02", "2020-03", "2019-12", "2019-12"][n]),
    }
}

fn flow(b: &mut Bytes<'_>, length: Length, each: bool, mass: bool) -> Expr {
    use Item::{Code, Goods, Named};
    let scopes: &[&[(bool, Item)]] = &[
        &[(false, Named("alpha"))],
        &[(false, Named("beta"))],
        &[(false, Named("alpha")), (false, Named("beta"))],
        &[(false, Goods)],
        &[(false, Goods), (true, Named("alpha"))],
        &[(false, Code("1201"))],
        &[(false, Code("12"))],
        &[(false, Named("beta")), (true, Code("2201"))],
        &[(false, Named("alpha")), (false, Code("1202"))],
        &[(false, Named("alpha"))],
        &[(false, Named("beta"))],
        &[(false, Named("vague"))],
    ];
    let scope = b.of(scopes).to_vec();
    let stages = [
        ("imports", true),
        ("imports", true),
        ("imports", true),
        ("imports", true),
        ("exports", false),
        ("exports", true),
        ("balance", false),
        ("deficit", false),
        ("balance", true),
    ];
    let (stage, chinas) = b.of(&stages[..if mass { 6 } else { 9 }]);
    let when = when(b, length, each);
    let with = if b.once_in(6) { b.of(&[With::Third, With::Group, With::World]) } else { With::Party };
    Expr::Flow { stage, chinas, with, scope, when, mass }
}
