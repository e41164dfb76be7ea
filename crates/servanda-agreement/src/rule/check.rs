//! Names, units and places: whether each part of a rule means something in its agreement.

use super::periods::{PeriodContext, Vars, check_lengths, instances, length, period_of};
use super::types::{Type, unlike_help};
use super::{RuleError, parse_parameter_date, parse_parameter_quantity};
use crate::ast::{
    BinaryOp, Comparison, Condition, DateExpr, Each, EachRange, Expr, ExprKind, FlowTerm, LedgerTerm, Pair,
    PeriodExpr, PointExpr, Relation, Rule, ScopeExpr, ScopeItem, Span, StageRef, TariffTerm, Trader, Traders,
    Var,
};
use crate::model::{Definition, OwnYear};
use servanda_core::{Dimension, Party, Stage, Unit};
use servanda_files::{did_you_mean, listed};
use std::collections::BTreeMap;

/// What an agreement has that its rules may name.
#[derive(Debug, Clone, Default)]
pub struct RuleContext<'a> {
    /// The text of the rule, for places of single words.
    pub text: &'a str,
    /// Who agreed.
    pub parties: &'a [Party],
    /// Other countries that its rules may name.
    pub third_countries: &'a [Party],
    /// Its groups of countries, with their members.
    pub groups: BTreeMap<&'a str, &'a [Party]>,
    /// The names of its scopes.
    pub scopes: Vec<&'a str>,
    /// The years that it declares.
    pub years: BTreeMap<String, OwnYear>,
    /// The units of its series of rates.
    pub rates: BTreeMap<&'a str, Unit>,
    /// Its ledgers.
    pub ledgers: BTreeMap<&'a str, LedgerFacts<'a>>,
    /// Its definitions; parameters are checked under each.
    pub definitions: &'a [Definition],
}

/// What a rule needs to know of a ledger.
#[derive(Debug, Clone, Copy)]
pub struct LedgerFacts<'a> {
    /// The unit of its figures; `None` if it could not be read.
    pub unit: Option<Unit>,
    /// Its columns besides period, published, value and document; `None` if the file could not be read.
    pub columns: Option<&'a [String]>,
    /// Those of them that hold figures, with their units.
    pub figures: &'a BTreeMap<String, Unit>,
}

/// Checks a rule under every definition; each thing that is wrong is said once.
pub fn check_rule<'a>(rule: &'a Rule, context: &'a RuleContext<'a>) -> Vec<RuleError> {
    let nothing = BTreeMap::new();
    let mut errors: Vec<RuleError> = Vec::new();
    let mut under = |id: &str, parameters: &BTreeMap<String, String>| {
        let mut checker =
            Checker { context, id, parameters, vars: Vec::new(), ledger: None, errors: Vec::new() };
        checker.rule(rule);
        let mut found = std::mem::take(&mut checker.errors);
        if found.is_empty() {
            found = check_lengths(rule, &checker.periods(Vars::default()));
        }
        for error in found {
            let again = |e: &RuleError| {
                *e == error || (e.code == "unknown-parameter" && e.code == error.code && e.span == error.span)
            };
            if !errors.iter().any(again) {
                errors.push(error);
            }
        }
    };
    if context.definitions.is_empty() {
        under("as-written", &nothing);
    }
    for definition in context.definitions {
        under(&definition.id, &definition.parameters);
    }
    errors.sort_by_key(|e| (e.span.start, e.span.end));
    errors
}

struct Checker<'a> {
    context: &'a RuleContext<'a>,
    id: &'a str,
    parameters: &'a BTreeMap<String, String>,
    vars: Vec<Var>,
    ledger: Option<String>,
    errors: Vec<RuleError>,
}

impl<'a> Checker<'a> {
    fn error(
        &mut self,
        code: &'static str,
        span: &Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.errors.push(RuleError::new(code, span.clone(), message, help.into()));
    }

    /// Where a word stands inside a span; the span itself where it can't be found.
    fn place(&self, span: &Span, word: &str) -> Span {
        let inside = self.context.text.get(span.clone()).unwrap_or_default();
        let part =
            |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'$'));
        inside
            .match_indices(word)
            .find(|(at, _)| {
                let bytes = inside.as_bytes();
                let before = at.checked_sub(1).and_then(|i| bytes.get(i)).copied();
                !part(before) && !part(bytes.get(at + word.len()).copied())
            })
            .map_or_else(|| span.clone(), |(at, _)| span.start + at..span.start + at + word.len())
    }

    fn rule(&mut self, rule: &'a Rule) {
        for each in rule.each.iter().chain(&rule.more) {
            self.each(each);
            self.vars.push(each.var);
        }
        self.condition(&rule.condition);
    }

    fn each(&mut self, each: &Each) {
        match &each.over {
            EachRange::Scope(scope) => self.scope(scope, &scope.span),
            EachRange::Period(period) => {
                self.period(period, &each.span);
                let meant = period_of(period, &self.periods(Vars::default()));
                if let Ok(meant) = meant
                    && let Some(problem) = instances(each.var, period, &meant).err()
                {
                    let example = match each.var {
                        Var::Year => {
                            "write for example each year in 2026..2028:, or declare [year.NAME] and write each year in NAME 2026..2028:"
                        }
                        _ => "write for example each quarter in 2026..2028:",
                    };
                    self.error("not-whole-years", &each.span, problem, example);
                }
            }
            EachRange::Ledger(ledger) => {
                self.ledger_term(ledger);
                self.ledger = Some(ledger.name.clone());
            }
        }
    }

    fn condition(&mut self, condition: &'a Condition) {
        match condition {
            Condition::Or(parts) | Condition::And(parts) => parts.iter().for_each(|p| self.condition(p)),
            Condition::Not(inner) => self.condition(inner),
            Condition::Compare(comparison) => self.comparison(comparison),
        }
    }

    fn comparison(&mut self, comparison: &'a Comparison) {
        let (left, right) = (self.figure(&comparison.left), self.figure(&comparison.right));
        self.one_basis(comparison);
        if left.join(right).is_none() {
            self.error(
                "unlike-figures",
                &comparison.span,
                format!("{} is compared with {}", left.say(), right.say()),
                unlike_help(left, right),
            );
        }
    }

    /// Figures on two bases are not set against each other.
    fn one_basis(&mut self, comparison: &Comparison) {
        let mut found: Vec<(&str, &Span)> = Vec::new();
        for figure in comparison.left.figures().into_iter().chain(comparison.right.figures()) {
            if let ExprKind::Flow(flow) = &figure.kind {
                found.extend(flow.basis.as_deref().map(|b| (b, &figure.span)));
            }
        }
        let Some((first, _)) = found.first().copied() else { return };
        if let Some((other, span)) = found.into_iter().find(|(b, _)| *b != first) {
            let place = self.place(span, other);
            self.error(
                "two-bases",
                &place,
                format!("a figure on the basis `{other}` is set against one on the basis `{first}`"),
                "take figures of one basis; nothing is converted between bases",
            );
        }
    }

    fn figure(&mut self, expr: &'a Expr) -> Type {
        match &expr.kind {
            ExprKind::Quantity(_, unit) => Type::of(*unit),
            ExprKind::Flow(flow) => self.flow(flow, &expr.span),
            ExprKind::Tariff(tariff) => self.tariff(tariff, &expr.span),
            ExprKind::Ledger(ledger) => self.ledger_term(ledger),
            ExprKind::Param(name) => self.figure_parameter(name, &expr.span),
            ExprKind::Field(name) => self.field(name, &expr.span),
            ExprKind::Rate(term) => {
                self.period(&term.period, &expr.span);
                match self.context.rates.get(term.name.as_str()) {
                    Some(unit) => Type::of(Some(*unit)),
                    None => {
                        let place = self.place(&expr.span, &term.name);
                        let help = did_you_mean(&term.name, self.context.rates.keys().copied())
                            .unwrap_or_else(|| format!("add [rate.{}] to the agreement", term.name));
                        let message = format!("there is no series of rates `{}`", term.name);
                        self.error("unknown-rate", &place, message, help);
                        Type::Any
                    }
                }
            }
            ExprKind::Length(period, of) => self.length(period, *of, &expr.span),
            ExprKind::Min(parts) | ExprKind::Max(parts) => {
                let mut all = Type::Any;
                for part in parts {
                    let this = self.figure(part);
                    all = all.join(this).unwrap_or_else(|| {
                        self.error(
                            "unlike-figures",
                            &part.span,
                            format!("{} stands beside {}", this.say(), all.say()),
                            unlike_help(all, this),
                        );
                        Type::Any
                    });
                }
                all
            }
            ExprKind::Binary(op, left, right) => {
                let (a, b) = (self.figure(left), self.figure(right));
                self.binary(*op, a, b, right, &expr.span)
            }
        }
    }

    fn binary(&mut self, op: BinaryOp, a: Type, b: Type, right: &Expr, span: &Span) -> Type {
        use Dimension::{Percent, PercentagePoints};
        match op {
            BinaryOp::Add | BinaryOp::Sub => match (op, a, b) {
                (BinaryOp::Sub, Type::Other(Percent), Type::Other(Percent)) => Type::Other(PercentagePoints),
                (_, Type::Other(Percent), Type::Other(PercentagePoints))
                | (BinaryOp::Add, Type::Other(PercentagePoints), Type::Other(Percent)) => {
                    Type::Other(Percent)
                }
                _ => a.join(b).unwrap_or_else(|| {
                    let message = if op == BinaryOp::Add {
                        format!("{} is added to {}", b.say(), a.say())
                    } else {
                        format!("{} is taken from {}", b.say(), a.say())
                    };
                    self.error("unlike-figures", span, message, unlike_help(a, b));
                    Type::Any
                }),
            },
            BinaryOp::Mul => a.times(b).unwrap_or_else(|| {
                let help = if a == Type::Other(Percent) || b == Type::Other(Percent) {
                    "write the share as a plain number: 0.5 * ..."
                } else {
                    "one side of * is a plain number, or so much for one of the other: 400 USD/t * ..."
                };
                let message = format!("{} is multiplied by {}", a.say(), b.say());
                self.error("unlike-figures", span, message, help);
                Type::Any
            }),
            BinaryOp::Div => {
                if matches!(&right.kind, ExprKind::Quantity(v, _) if v.is_zero()) {
                    self.error(
                        "division-by-zero",
                        &right.span,
                        "this divides by zero",
                        "divide by another figure",
                    );
                }
                a.over(b).unwrap_or_else(|| {
                    self.error(
                        "unlike-figures",
                        span,
                        format!("{} is divided by {}", a.say(), b.say()),
                        "divide by a plain number, or by an amount",
                    );
                    Type::Any
                })
            }
        }
    }

    // Terms.

    fn flow(&mut self, flow: &'a FlowTerm, span: &Span) -> Type {
        self.traders(&flow.pair, span);
        self.scope(&flow.scope, &flow.scope.span);
        self.period(&flow.period, span);
        let stage = match &flow.stage {
            StageRef::Param(name) => self.stage_parameter(name, span),
            stage => Some(stage.clone()),
        };
        let Some(stage) = stage else { return Type::Any };
        let (wanted, example): (&[Relation], &str) = match &stage {
            StageRef::Balance => (&[Relation::With], "balance(USA with CHN, goods, 2020)"),
            StageRef::Deficit => (&[Relation::With], "deficit(USA with CHN, goods, 2020)"),
            StageRef::Stage(Stage::Imports) => (&[Relation::From], "imports(CHN from USA, goods, 2020)"),
            StageRef::Stage(Stage::Exports) => (&[Relation::To], "exports(USA to CHN, goods, 2020)"),
            _ => (&[Relation::From, Relation::To], "shipped(USA to CHN, goods, 2020)"),
        };
        if !wanted.contains(&flow.pair.relation) {
            let words: Vec<String> = wanted.iter().map(|w| format!("`{w}`")).collect();
            let place = self.place(span, &flow.pair.relation.to_string());
            self.error(
                "wrong-relation",
                &place,
                format!(
                    "`{stage}` takes its parties with {}, not with `{}`",
                    words.join(" or "),
                    flow.pair.relation
                ),
                format!("write for example {example}"),
            );
        }
        match flow.unit {
            None => Type::Money(None),
            Some(unit) => {
                let of_balance = matches!(stage, StageRef::Balance | StageRef::Deficit);
                let money = matches!(unit.dimension, Dimension::Money(_));
                let rate = matches!(
                    unit.dimension,
                    Dimension::Percent | Dimension::PercentagePoints | Dimension::Number
                );
                let place = self.place(span, &unit.to_string());
                if of_balance && !money {
                    self.error(
                        "balance-in-money",
                        &place,
                        format!("a {stage} is money, and this asks for it in {unit}"),
                        "take exports(..., in Mt) - imports(..., in Mt)",
                    );
                    return Type::Any;
                }
                if rate {
                    self.error(
                        "flow-unit",
                        &place,
                        format!("trade is not measured in {unit}"),
                        "trade is money, t, bbl, m3 or units; for a share divide two flows",
                    );
                    return Type::Any;
                }
                Type::of(Some(unit))
            }
        }
    }

    fn tariff(&mut self, tariff: &TariffTerm, span: &Span) -> Type {
        let (pair, scope, date) = match tariff {
            TariffTerm::Mfn(party, scope, date) => {
                self.party(*party, span);
                (None, scope, date)
            }
            TariffTerm::Rate(pair, scope, date)
            | TariffTerm::Average(pair, scope, date, _)
            | TariffTerm::Coverage(pair, scope, date, _) => (Some(pair), scope, date),
        };
        if let Some(pair) = pair {
            self.pair(pair, span);
            if pair.relation != Relation::On {
                let place = self.place(span, &pair.relation.to_string());
                self.error(
                    "wrong-relation",
                    &place,
                    format!("a tariff is one party's on another's goods, not `{}`", pair.relation),
                    format!("write {} on {}", pair.first, pair.second),
                );
            }
        }
        self.scope(scope, &scope.span);
        match date {
            DateExpr::Day => self.needs(Var::Day, &self.place(span, "day")),
            DateExpr::Param(name) => {
                let place = self.place(span, &format!("${name}"));
                if let Some(text) = self.parameter(name, &place)
                    && parse_parameter_date(text.trim()).is_none()
                {
                    let message = format!(
                        "parameter `{name}` of definition `{}` is `{text}`, and a day is needed",
                        self.id
                    );
                    self.error("bad-parameter", &place, message, "write a day such as 2020-02-14");
                }
            }
            DateExpr::Fixed(_) | DateExpr::AsOf => {}
        }
        Type::Other(Dimension::Percent)
    }

    fn ledger_term(&mut self, term: &LedgerTerm) -> Type {
        if let Some(period) = &term.period {
            self.period(period, &term.span);
        }
        match self.context.ledgers.get(term.name.as_str()) {
            Some(_) if term.count => Type::Number,
            Some(facts) => facts.unit.map_or(Type::Any, |u| Type::of(Some(u))),
            None => {
                let place = self.place(&term.span, &term.name);
                let known = self.context.ledgers.keys().copied();
                let help = did_you_mean(&term.name, known)
                    .unwrap_or_else(|| format!("add [ledger.{}] to the agreement", term.name));
                self.error("unknown-ledger", &place, format!("there is no ledger `{}`", term.name), help);
                Type::Any
            }
        }
    }

    fn field(&mut self, name: &str, span: &Span) -> Type {
        let Some(ledger) = self.ledger.clone().filter(|_| self.vars.contains(&Var::Entry)) else {
            self.error(
                "outside-each",
                span,
                format!("`entry.{name}` has a meaning only inside `each entry in ledger(...)`"),
                "put each entry in ledger(name): in front of the rule",
            );
            return Type::Any;
        };
        let Some(facts) = self.context.ledgers.get(ledger.as_str()).copied() else { return Type::Any };
        if name == "value" {
            return facts.unit.map_or(Type::Any, |u| Type::of(Some(u)));
        }
        if let Some(unit) = facts.figures.get(name) {
            return Type::of(Some(*unit));
        }
        let Some(columns) = facts.columns else { return Type::Any };
        if columns.iter().any(|c| c == name) {
            let help = format!("say what it measures in [ledger.{ledger}]: figures = {{ {name} = \"t\" }}");
            self.error("no-figure", span, format!("`entry.{name}` is not declared to be a figure"), help);
        } else if ["period", "published", "document", "id", "publisher", "stage"].contains(&name) {
            let help = "compare entry.value or another column of figures";
            self.error("no-figure", span, format!("`entry.{name}` is no figure"), help);
        } else {
            let known = columns.iter().map(String::as_str).chain(["value"]);
            let help = did_you_mean(name, known)
                .unwrap_or_else(|| "its columns of figures are value and those that you add".to_owned());
            self.error("unknown-field", span, format!("ledger `{ledger}` has no column `{name}`"), help);
        }
        Type::Any
    }

    // Names.

    fn party(&mut self, party: Party, span: &Span) {
        let known = self.context.parties.iter().chain(self.context.third_countries);
        let known = known.chain(self.context.groups.values().copied().flatten());
        if !known.clone().any(|p| *p == party) {
            let place = self.place(span, party.as_str());
            let names: Vec<String> = self.context.parties.iter().map(ToString::to_string).collect();
            self.error(
                "unknown-party",
                &place,
                format!("`{party}` is no party of the agreement"),
                format!(
                    "its parties are {}; another country that it speaks of stands in third_countries = [\"{party}\"]",
                    listed(&names)
                ),
            );
        }
    }

    /// Who one side of a flow is; nobody where that is not known.
    fn trader(&mut self, trader: &'a Trader, span: &Span) -> &'a [Party] {
        match trader {
            Trader::Party(party) => {
                if *party != Party::WORLD {
                    self.party(*party, span);
                }
                std::slice::from_ref(party)
            }
            Trader::Group(name) => match self.context.groups.get(name.as_str()) {
                Some(members) => members,
                None => {
                    let place = self.place(span, name);
                    let help = did_you_mean(name, self.context.groups.keys().copied())
                        .unwrap_or_else(|| format!("declare [group.{name}] with title and members"));
                    self.error("unknown-group", &place, format!("there is no group `{name}`"), help);
                    &[]
                }
            },
        }
    }

    fn traders(&mut self, traders: &'a Traders, span: &Span) {
        let first = self.trader(&traders.first, span);
        let second = self.trader(&traders.second, span);
        if let Some(party) = first.iter().find(|p| second.contains(p)) {
            let place = self.place(span, &traders.second.to_string());
            let message = match (&traders.first, &traders.second) {
                (Trader::Party(_), Trader::Party(_)) => "a flow is between two parties".to_owned(),
                _ => format!("a flow is between two parties, and {party} stands on both sides of it"),
            };
            self.error("one-party", &place, message, "name another party, or a group without it");
        }
    }

    fn pair(&mut self, pair: &Pair, span: &Span) {
        self.party(pair.first, span);
        if pair.first == pair.second {
            let place = self.place(span, pair.first.as_str());
            self.error("one-party", &place, "a flow is between two parties", "name another party");
        } else {
            self.party(pair.second, span);
        }
    }

    fn scope(&mut self, scope: &ScopeExpr, span: &Span) {
        for (_, item) in &scope.items {
            match item {
                ScopeItem::Named(name) if !self.context.scopes.contains(&name.as_str()) => {
                    self.unknown_scope(name, span);
                }
                ScopeItem::Line => self.needs(Var::Line, &self.place(span, "line")),
                _ => {}
            }
        }
    }

    fn unknown_scope(&mut self, name: &str, span: &Span) {
        let place = self.place(span, name);
        let known: Vec<&str> =
            self.context.scopes.iter().copied().chain(["all", "goods", "services"]).collect();
        let split = name.match_indices('-').find_map(|(at, _)| {
            let (a, b) = (name.get(..at)?, name.get(at + 1..)?);
            (known.contains(&a) && known.contains(&b)).then(|| format!("{a} - {b}"))
        });
        let help = match split {
            Some(split) => format!("hyphens belong to names; for a difference write `{split}`"),
            None => did_you_mean(name, known.iter().copied()).unwrap_or_else(|| {
                format!("add [scope.{name}] to the agreement; it may be declared `undefined`")
            }),
        };
        self.error("unknown-scope", &place, format!("there is no scope `{name}`"), help);
    }

    fn needs(&mut self, var: Var, span: &Span) {
        if !self.vars.contains(&var) {
            self.error(
                "outside-each",
                span,
                format!("`{var}` has a meaning only inside `each {var} in ...`"),
                format!("put each {var} in ...: in front of the rule"),
            );
        }
    }

    // Parameters.

    fn parameter(&mut self, name: &str, span: &Span) -> Option<&'a str> {
        let found = self.parameters.get(name);
        if found.is_none() {
            let help = did_you_mean(name, self.parameters.keys().map(String::as_str)).unwrap_or_else(|| {
                format!("add parameters = {{ {name} = \"...\" }} to each [definition.NAME]")
            });
            let message = format!("definition `{}` sets no parameter `{name}`", self.id);
            self.error("unknown-parameter", span, message, help);
        }
        found.map(String::as_str)
    }

    fn figure_parameter(&mut self, name: &str, span: &Span) -> Type {
        let Some(text) = self.parameter(name, span) else { return Type::Any };
        if let Some((_, unit)) = parse_parameter_quantity(text) {
            return Type::of(unit);
        }
        let message =
            format!("parameter `{name}` of definition `{}` is `{text}`, and a figure is needed", self.id);
        self.error("bad-parameter", span, message, "write a quantity such as 12.5 bn USD");
        Type::Any
    }

    fn stage_parameter(&mut self, name: &str, span: &Span) -> Option<StageRef> {
        let place = self.place(span, &format!("${name}"));
        let text = self.parameter(name, &place)?;
        let stage = stage_of(text);
        if stage.is_none() {
            let message =
                format!("parameter `{name}` of definition `{}` is `{text}`, and a flow is needed", self.id);
            let stages = Stage::ALL.map(|s| s.as_str());
            let help = did_you_mean(text, stages)
                .unwrap_or_else(|| format!("write one of {}, balance or deficit", stages.join(", ")));
            self.error("bad-parameter", &place, message, help);
        }
        stage
    }

    fn periods(&self, vars: Vars) -> PeriodContext<'_> {
        let (definition, parameters, years) = (self.id, self.parameters, &self.context.years);
        PeriodContext { definition, parameters, years, vars, as_of: None }
    }

    fn period(&mut self, period: &PeriodExpr, within: &Span) {
        let PeriodExpr::Open(open) = period else { return };
        let span = if open.span.is_empty() { within } else { &open.span };
        if let Some(own) = &open.own
            && !self.context.years.contains_key(own)
        {
            let help = did_you_mean(own, self.context.years.keys().map(String::as_str))
                .unwrap_or_else(|| format!("declare [year.{own}] with title, starts and named"));
            let place = self.place(span, own);
            return self.error(
                "unknown-years",
                &place,
                format!("the agreement declares no years `{own}`"),
                help,
            );
        }
        let (mut missing, mut known) = (false, true);
        for point in open.points() {
            match point {
                PointExpr::Fixed(_) => {}
                PointExpr::AsOf => known = false,
                PointExpr::Var(var, _) => {
                    known = false;
                    self.needs(*var, &self.place(span, var.word()));
                }
                PointExpr::Param(name) => {
                    missing |= self.parameter(name, &self.place(span, &format!("${name}"))).is_none();
                }
            }
        }
        // What a variable or the day asked for makes of it is known only where it is worked out.
        if !missing
            && known
            && let Err(problem) = period_of(period, &self.periods(Vars::default()))
        {
            self.error("bad-parameter", span, problem, "write a period such as 2020 or 2020-01..2020-10");
        }
    }

    /// How many periods another has, a plain number.
    fn length(&mut self, period: &PeriodExpr, of: Var, span: &Span) -> Type {
        self.period(period, span);
        if let Ok(meant) = period_of(period, &self.periods(Vars::default()))
            && length(&meant, of).is_none()
        {
            let message = format!("{meant} is no whole number of {}", of.plural());
            self.error("not-whole-years", span, message, "count it in months or days");
        }
        Type::Number
    }
}

/// The flow that a parameter's text names.
pub(crate) fn stage_of(text: &str) -> Option<StageRef> {
    match text.trim() {
        "balance" => Some(StageRef::Balance),
        "deficit" => Some(StageRef::Deficit),
        word => Stage::parse(word).map(StageRef::Stage),
    }
}
