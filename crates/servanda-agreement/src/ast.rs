//! The tree of a rule, with the span of each node in the rule's text (bytes, end excluded).

use servanda_core::{Date, Exact, Party, Period, Point, Stage, Unit};
use std::ops::Range;

/// Where a node stands in the text of its rule, in bytes.
pub type Span = Range<usize>;

/// A whole rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// `each VAR in RANGE:` in front of it, if any.
    pub each: Option<Each>,
    /// Further quantifiers inside the first, outer to inner (`each line in x: each day in 2020: ...`).
    pub more: Vec<Each>,
    /// What must hold.
    pub condition: Condition,
}

/// A quantifier.
#[derive(Debug, Clone, PartialEq)]
pub struct Each {
    /// What is counted.
    pub var: Var,
    /// Over what.
    pub over: EachRange,
    /// Where it stands.
    pub span: Span,
}

/// What a quantifier runs over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Var {
    /// Each line of a scope.
    Line,
    /// Each year of a period: a calendar year, or one that the agreement declares.
    Year,
    /// Each half of such a year.
    HalfYear,
    /// Each quarter of it.
    Quarter,
    /// Each month of it.
    Month,
    /// Each day of a period.
    Day,
    /// Each entry of a ledger.
    Entry,
}

impl Var {
    /// The variables that stand for a period of whole months.
    pub const SPANS: [Self; 4] = [Self::Year, Self::HalfYear, Self::Quarter, Self::Month];

    /// How many months it stands for; `None` for what is no period of months.
    pub fn months(self) -> Option<u8> {
        match self {
            Self::Year => Some(12),
            Self::HalfYear => Some(6),
            Self::Quarter => Some(3),
            Self::Month => Some(1),
            Self::Line | Self::Day | Self::Entry => None,
        }
    }

    /// Its word in a rule.
    pub fn word(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Year => "year",
            Self::HalfYear => "half-year",
            Self::Quarter => "quarter",
            Self::Month => "month",
            Self::Day => "day",
            Self::Entry => "entry",
        }
    }

    /// The word for several of them.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Line => "lines",
            Self::Year => "years",
            Self::HalfYear => "half-years",
            Self::Quarter => "quarters",
            Self::Month => "months",
            Self::Day => "days",
            Self::Entry => "entries",
        }
    }
}

/// The range of a quantifier, by its variable.
#[derive(Debug, Clone, PartialEq)]
pub enum EachRange {
    /// Of `line`.
    Scope(ScopeExpr),
    /// Of years, their parts and days.
    Period(PeriodExpr),
    /// Of `entry`.
    Ledger(LedgerTerm),
}

/// A condition.
#[allow(clippy::large_enum_variant, reason = "a rule has a handful of them, and most are comparisons")]
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// One of them holds.
    Or(Vec<Condition>),
    /// All of them hold.
    And(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// A comparison.
    Compare(Comparison),
}

/// `left OP right`.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The left side: `actual` of a floor or cap.
    pub left: Expr,
    /// The operator.
    pub op: CompareOp,
    /// The right side: `required` of a floor or cap.
    pub right: Expr,
    /// Where it stands.
    pub span: Span,
}

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareOp {
    /// `>=`
    Ge,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `<`
    Lt,
    /// `=`
    Eq,
}

/// A figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of figure.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// `12.5 bn USD`; `None` for a plain number.
    Quantity(Exact, Option<Unit>),
    /// Trade.
    Flow(FlowTerm),
    /// A tariff, an average or a coverage.
    Tariff(TariffTerm),
    /// A ledger's sum, or how many entries it has.
    Ledger(LedgerTerm),
    /// `$name`
    Param(String),
    /// `entry.name`
    Field(String),
    /// `rate(usd-cny, 2026)`: what a declared series says of a period.
    Rate(RateTerm),
    /// `length(2026..year, years)`: how many of them a period has, a plain number.
    Length(PeriodExpr, Var),
    /// `min(...)`
    Min(Vec<Expr>),
    /// `max(...)`
    Max(Vec<Expr>),
    /// Two figures.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
}

/// An arithmetic operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
}

/// `stage(pair, scope, period, options)`.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowTerm {
    /// Which flow.
    pub stage: StageRef,
    /// Between whom.
    pub pair: Traders,
    /// Of what.
    pub scope: ScopeExpr,
    /// When.
    pub period: PeriodExpr,
    /// `in UNIT`; money where absent.
    pub unit: Option<Unit>,
    /// `basis NAME`: only sources with this word in their basis can answer.
    pub basis: Option<String>,
}

/// The flow of a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StageRef {
    /// A stage of trade.
    Stage(Stage),
    /// Exports less imports.
    Balance,
    /// Imports less exports.
    Deficit,
    /// `$name`: each definition says which.
    Param(String),
}

/// `CHN from USA`, `USA from world`, `EUN to asean`: between whom trade is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traders {
    /// Who is named first.
    pub first: Trader,
    /// How the two relate.
    pub relation: Relation,
    /// Who is named second.
    pub second: Trader,
}

/// One side of trade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trader {
    /// A party or another country; all together ([`Party::WORLD`]) as `world`.
    Party(Party),
    /// A group of the agreement: the sum over its members.
    Group(String),
}

/// `CHN on USA`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The party named first.
    pub first: Party,
    /// How the two relate.
    pub relation: Relation,
    /// The party named second.
    pub second: Party,
}

/// The word between two parties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// `imports(CHN from USA)`
    From,
    /// `exports(USA to CHN)`
    To,
    /// `balance(USA with CHN)`
    With,
    /// `tariff(CHN on USA)`
    On,
}

/// `item + item - item`.
#[derive(Debug, Clone, PartialEq)]
pub struct ScopeExpr {
    /// The items; `true` where it is taken away. The first is never taken away.
    pub items: Vec<(bool, ScopeItem)>,
    /// Where it stands.
    pub span: Span,
}

/// A part of a scope.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ScopeItem {
    /// A scope of the agreement.
    Named(String),
    /// Goods and services.
    All,
    /// All goods.
    Goods,
    /// All services.
    Services,
    /// The line of `each line in`.
    Line,
    /// The same where it stands at one: a line of a scope's list, by its code. No rule is written so.
    LineOf(String, String),
    /// `code "2905"`
    Code(String),
}

/// A period.
#[derive(Debug, Clone, PartialEq)]
pub enum PeriodExpr {
    /// Written out, in the calendar.
    Fixed(Period, Span),
    /// From one point to another, where a variable, `as-of` or `$name` is one of them or the years are the agreement's own.
    Open(OpenPeriod),
    /// `last 12 months`: so many whole ones that ended by the day asked for.
    Last(u16, Var, Span),
}

/// A period of which something is known only where it is worked out.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenPeriod {
    /// The declared years in which its points count: `soy` of `soy 2025..2027`.
    pub own: Option<String>,
    /// Where it begins.
    pub from: PointExpr,
    /// Where it ends; `None` where that is the same.
    pub to: Option<PointExpr>,
    /// Where it stands.
    pub span: Span,
}

impl OpenPeriod {
    /// Its points.
    pub fn points(&self) -> impl Iterator<Item = &PointExpr> {
        std::iter::once(&self.from).chain(&self.to)
    }
}

/// One end of a period.
#[derive(Debug, Clone, PartialEq)]
pub enum PointExpr {
    /// Written out.
    Fixed(Point),
    /// The day asked for.
    AsOf,
    /// What a quantifier stands at, or so many before (less than 0) or after it: `year`, `year - 1`, `day`.
    Var(Var, i16),
    /// `$name`
    Param(String),
}

/// A day.
#[derive(Debug, Clone, PartialEq)]
pub enum DateExpr {
    /// Written out.
    Fixed(Date),
    /// The day asked for.
    AsOf,
    /// The day of `each day in`.
    Day,
    /// `$name`
    Param(String),
}

/// A figure of a tariff schedule.
#[derive(Debug, Clone, PartialEq)]
pub enum TariffTerm {
    /// `tariff(CHN on USA, scope, date)`
    Rate(Pair, ScopeExpr, DateExpr),
    /// `mfn(CHN, scope, date)`
    Mfn(Party, ScopeExpr, DateExpr),
    /// `average_tariff(...)`
    Average(Pair, ScopeExpr, DateExpr, Weights),
    /// `coverage(...)`
    Coverage(Pair, ScopeExpr, DateExpr, Weights),
}

/// How lines are weighed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Weights {
    /// Each line alike.
    Simple,
    /// By trade of a year in a source.
    Trade(i16, String),
}

/// `rate(name, period)`.
#[derive(Debug, Clone, PartialEq)]
pub struct RateTerm {
    /// Which series.
    pub name: String,
    /// Of which period.
    pub period: PeriodExpr,
}

/// `ledger(name)` or `ledger(name, period)`, and the same with `count`.
#[derive(Debug, Clone, PartialEq)]
pub struct LedgerTerm {
    /// How many entries there are, not their sum.
    pub count: bool,
    /// Which ledger.
    pub name: String,
    /// Entries of this period; all if none.
    pub period: Option<PeriodExpr>,
    /// Where it stands.
    pub span: Span,
}
