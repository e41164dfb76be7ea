//! Figures: quantities, calls, scopes, periods and days.

use super::lexer::Tok;
use super::parser::{Parsed, Parser, Reported};
use super::words::{CALLS, RESERVED};
use crate::ast::{
    DateExpr, Expr, ExprKind, FlowTerm, LedgerTerm, OpenPeriod, Pair, PeriodExpr, PointExpr, RateTerm,
    Relation, ScopeExpr, ScopeItem, Span, StageRef, TariffTerm, Trader, Traders, Var, Weights,
};
use servanda_core::{Party, Period, PeriodError, Point, Stage};
use servanda_files::nearest;

const PERIOD_HELP: &str = "a period is a year (2020), a quarter (2020-Q3), a month (2020-10), a day (2020-10-05), or two of a kind with .. between them";

/// The most steps before or after a variable.
const MOST_STEPS: i16 = 1_000;
/// The most periods of `last`.
const MOST_LAST: u16 = 1_000;

/// What stands for a time inside its `each`.
pub(super) const TIMES: [Var; 5] = [Var::Year, Var::HalfYear, Var::Quarter, Var::Month, Var::Day];

impl Parser<'_> {
    pub(super) fn atom(&mut self) -> Parsed<Expr> {
        let span = self.span();
        match self.tok() {
            Tok::Number => self.quantity(false),
            Tok::Minus => {
                let (after, number) = self.peek(1);
                if after == Tok::Number && number.start == span.end {
                    self.next();
                    self.quantity(true)
                } else {
                    self.fail(
                        "minus-alone",
                        span,
                        "a minus that belongs to one figure stands directly before a number",
                        "write -5 bn USD, or turn the sides of the comparison",
                    )
                }
            }
            Tok::DateLike => {
                let message = format!("`{}` reads as a date, where a figure is needed", self.word());
                self.fail(
                    "date-for-figure",
                    span,
                    message,
                    "for a difference write a space on both sides of the minus; hyphens belong to names and dates",
                )
            }
            Tok::Param => {
                if self.peek(1).0 == Tok::Open {
                    let stage = StageRef::Param(self.param_name());
                    return self.flow(stage, span.start);
                }
                let kind = ExprKind::Param(self.param_name());
                Ok(Expr { kind, span })
            }
            Tok::Open => self.parenthesised(),
            Tok::Name | Tok::Word | Tok::Upper => self.call(),
            _ => {
                let message = format!("a figure is missing; {}", self.here());
                self.fail(
                    "missing-figure",
                    span,
                    message,
                    "a figure is a quantity (12.5 bn USD), a flow (imports(CHN from USA, agriculture, 2020)), a tariff, a ledger, $name, or these joined by + - * /",
                )
            }
        }
    }

    fn param_name(&mut self) -> String {
        let name = self.word().trim_start_matches('$').to_owned();
        self.next();
        name
    }

    // Calls.

    fn call(&mut self) -> Parsed<Expr> {
        let span = self.span();
        let word = self.slice(&span);
        let lower = word.to_ascii_lowercase();
        if let Some(keyword) = CALLS.iter().find(|k| **k == lower) {
            self.check_case(keyword);
            return self.known_call(keyword, span.start);
        }
        if self.at_keyword("entry") {
            self.check_case("entry");
            self.next();
            self.expect(Tok::Dot, ".", "write entry.value or a column of figures")?;
            if self.tok() != Tok::Name {
                let message = format!("a column's name is missing; {}", self.here());
                return self.fail("missing-field", self.span(), message, "write for example entry.value");
            }
            let field = self.word().to_owned();
            self.next();
            return Ok(Expr { kind: ExprKind::Field(field), span: span.start..self.last_end() });
        }
        let is_call = self.peek(1).0 == Tok::Open;
        let near = nearest(word, CALLS.iter().copied());
        self.next();
        let parts: Vec<&str> = word.split('-').collect();
        if parts.len() > 1 && parts.iter().any(|p| CALLS.contains(p)) || near.is_none() && word.contains('-')
        {
            return self.fail(
                "minus-spaces",
                span,
                format!("`{word}` reads as one name, since hyphens belong to names"),
                "put a space on both sides of a minus; for trade write imports(CHN from USA, scope, period)",
            );
        }
        let help = match near {
            Some(near) => format!("did you mean `{near}(...)`?"),
            None => "figures are written imports(...), exports(...), balance(...), deficit(...), announced(...), booked(...), shipped(...), entered(...), paid(...), tariff(...), mfn(...), average_tariff(...), coverage(...), ledger(...), count(...), rate(...), length(...), min(...), max(...), entry.name or $name".to_owned(),
        };
        let message = if is_call {
            format!("there is no figure `{word}(...)`")
        } else {
            format!("`{word}` is a name, where a figure is needed")
        };
        let result = self.fail("unknown-figure", span, message, help);
        if is_call {
            self.next();
            self.skip_to(|_| false);
            self.next();
        }
        result
    }

    fn known_call(&mut self, keyword: &str, start: usize) -> Parsed<Expr> {
        self.next();
        match keyword {
            "balance" => self.flow(StageRef::Balance, start),
            "deficit" => self.flow(StageRef::Deficit, start),
            "ledger" | "count" => {
                let count = keyword == "count";
                let term = LedgerTerm { count, ..self.ledger(start)? };
                Ok(Expr { span: term.span.clone(), kind: ExprKind::Ledger(term) })
            }
            "min" | "max" => {
                let parts = self.figures()?;
                let kind = if keyword == "min" { ExprKind::Min(parts) } else { ExprKind::Max(parts) };
                Ok(Expr { kind, span: start..self.last_end() })
            }
            "length" => self.length(start),
            "rate" => self.rate(start),
            "tariff" | "mfn" | "average_tariff" | "coverage" => self.tariff(keyword, start),
            _ => match Stage::parse(keyword) {
                Some(stage) => self.flow(StageRef::Stage(stage), start),
                None => Err(Reported),
            },
        }
    }

    /// One part of a call; what is wrong in it does not hide what is wrong in the next.
    fn argument<T>(
        &mut self,
        first: bool,
        shape: &str,
        read: impl FnOnce(&mut Self) -> Parsed<T>,
    ) -> Option<T> {
        if !first {
            if self.tok() != Tok::Comma {
                // Where the part before went wrong, its end was looked for; if the call ended, parts are missing.
                let message = format!("a comma and the next part are missing; {}", self.here());
                self.error("missing-part", self.span(), message, format!("write {shape}"));
                self.skip_argument();
            }
            if self.tok() == Tok::Comma {
                self.next();
            } else {
                return None;
            }
        }
        match read(self) {
            Ok(value) if matches!(self.tok(), Tok::Comma | Tok::Close) => Some(value),
            Ok(_) => {
                let message = format!("a comma or `)` is missing; {}", self.here());
                self.error("missing-sign", self.span(), message, format!("write {shape}"));
                self.skip_argument();
                None
            }
            Err(Reported) => {
                self.skip_argument();
                None
            }
        }
    }

    fn end_call(&mut self, shape: &str) -> Parsed<()> {
        if self.tok() == Tok::Comma {
            let message = "the call has more parts than it takes";
            self.error("extra-part", self.span(), message, format!("write {shape}"));
            self.skip_to(|_| false);
            if self.tok() == Tok::Close {
                self.next();
            }
            return Err(Reported);
        }
        self.expect(Tok::Close, ")", "close the call's parenthesis")
    }

    fn length(&mut self, start: usize) -> Parsed<Expr> {
        let shape = "length(2026..year, years)";
        self.expect(Tok::Open, "(", shape)?;
        let period = self.argument(true, shape, Self::period);
        let of = self.argument(false, shape, Self::plural);
        self.end_call(shape)?;
        match (period, of) {
            (Some(period), Some(of)) => {
                Ok(Expr { kind: ExprKind::Length(period, of), span: start..self.last_end() })
            }
            _ => Err(Reported),
        }
    }

    fn rate(&mut self, start: usize) -> Parsed<Expr> {
        let shape = "rate(usd-cny, 2026)";
        self.expect(Tok::Open, "(", shape)?;
        let name = self.argument(true, shape, |p| {
            if p.tok() != Tok::Name {
                let message = format!("the name of a series of rates is missing; {}", p.here());
                return p.fail("missing-rate", p.span(), message, format!("write {shape}"));
            }
            let name = p.word().to_owned();
            p.next();
            Ok(name)
        });
        let period = self.argument(false, shape, Self::period);
        self.end_call(shape)?;
        match (name, period) {
            (Some(name), Some(period)) => {
                let kind = ExprKind::Rate(RateTerm { name, period });
                Ok(Expr { kind, span: start..self.last_end() })
            }
            _ => Err(Reported),
        }
    }

    /// `years`, `months` and their like.
    fn plural(&mut self) -> Parsed<Var> {
        match TIMES.into_iter().find(|of| self.keyword(of.plural())) {
            Some(of) => Ok(of),
            None => {
                let message = format!("what is counted is missing; {}", self.here());
                self.fail(
                    "missing-length",
                    self.span(),
                    message,
                    "write years, half-years, quarters, months or days",
                )
            }
        }
    }

    fn flow(&mut self, stage: StageRef, start: usize) -> Parsed<Expr> {
        let shape = match &stage {
            StageRef::Balance => "balance(USA with CHN, goods, 2020)",
            StageRef::Deficit => "deficit(USA with CHN, goods, 2020)",
            StageRef::Stage(Stage::Exports) => "exports(USA to CHN, scope, 2020)",
            _ => {
                "imports(CHN from USA, scope, 2020), with `in Mt` or `basis name` behind the period if need be"
            }
        };
        self.expect(Tok::Open, "(", &format!("write {shape}"))?;
        let pair = self.argument(true, shape, Self::traders);
        let scope = self.argument(false, shape, Self::scope);
        let period = if scope.is_none() && self.tok() == Tok::Close {
            None
        } else {
            self.argument(false, shape, Self::period)
        };
        let (mut unit, mut basis, mut failed) = (None, None, false);
        while self.tok() == Tok::Comma {
            self.next();
            let at = self.span();
            let twice = |p: &mut Self| {
                p.error("option-twice", at.clone(), "the option stands twice", "write each option once");
            };
            if self.keyword("in") {
                match self.unit_word(None) {
                    Ok(u) if unit.is_none() => unit = Some(u),
                    Ok(_) => twice(self),
                    Err(Reported) => failed = true,
                }
            } else if self.keyword("basis") {
                if self.tok() != Tok::Name {
                    let message = format!("a word of a source's basis is missing; {}", self.here());
                    self.error("missing-basis", self.span(), message, "write for example basis census");
                    failed = true;
                } else if basis.is_some() {
                    twice(self);
                    self.next();
                } else {
                    basis = Some(self.word().to_owned());
                    self.next();
                }
            } else {
                let message = format!("an option of a flow is `in UNIT` or `basis NAME`; {}", self.here());
                self.error("unknown-option", at, message, format!("write {shape}"));
                failed = true;
            }
            if failed {
                self.skip_argument();
            }
        }
        self.end_call(shape)?;
        match (pair, scope, period) {
            (Some(pair), Some(scope), Some(period)) if !failed => {
                let term = FlowTerm { stage, pair, scope, period, unit, basis };
                Ok(Expr { kind: ExprKind::Flow(term), span: start..self.last_end() })
            }
            _ => Err(Reported),
        }
    }

    fn tariff(&mut self, keyword: &str, start: usize) -> Parsed<Expr> {
        let shape = match keyword {
            "tariff" => "tariff(CHN on USA, scope, 2020-02-14)",
            "mfn" => "mfn(CHN, scope, 2020-02-14)",
            "average_tariff" => "average_tariff(CHN on USA, scope, 2020-02-14, weights 2017 of source)",
            _ => "coverage(CHN on USA, scope, 2020-02-14, simple)",
        };
        self.expect(Tok::Open, "(", &format!("write {shape}"))?;
        let (mut pair, mut party) = (None, None);
        if keyword == "mfn" {
            party = self.argument(true, shape, Self::party);
        } else {
            pair = self.argument(true, shape, Self::pair);
        }
        let scope = self.argument(false, shape, Self::scope);
        let date = self.argument(false, shape, Self::date);
        let weights = match keyword {
            "average_tariff" | "coverage" => self.argument(false, shape, Self::weights),
            _ => Some(Weights::Simple),
        };
        self.end_call(shape)?;
        let (Some(scope), Some(date), Some(weights)) = (scope, date, weights) else { return Err(Reported) };
        let term = match (keyword, pair, party) {
            ("mfn", _, Some(party)) => TariffTerm::Mfn(party, scope, date),
            ("tariff", Some(pair), _) => TariffTerm::Rate(pair, scope, date),
            ("average_tariff", Some(pair), _) => TariffTerm::Average(pair, scope, date, weights),
            ("coverage", Some(pair), _) => TariffTerm::Coverage(pair, scope, date, weights),
            _ => return Err(Reported),
        };
        Ok(Expr { kind: ExprKind::Tariff(term), span: start..self.last_end() })
    }

    fn weights(&mut self) -> Parsed<Weights> {
        if self.keyword("simple") {
            return Ok(Weights::Simple);
        }
        if self.keyword("weights")
            && self.tok() == Tok::Number
            && let Ok(Point::Year(year)) = Point::parse(self.word())
        {
            self.next();
            if self.keyword("of") && self.tok() == Tok::Name {
                let source = self.word().to_owned();
                self.next();
                return Ok(Weights::Trade(year, source));
            }
        }
        let message = format!("how lines are weighed is missing; {}", self.here());
        self.fail("weights", self.span(), message, "write `simple`, or `weights 2017 of SOURCE`")
    }

    /// `(name [, period])`, with `ledger` or `count` already taken.
    pub(super) fn ledger(&mut self, start: usize) -> Parsed<LedgerTerm> {
        let shape = "ledger(name) or ledger(name, 2020)";
        self.expect(Tok::Open, "(", &format!("write {shape}"))?;
        let name = self.argument(true, shape, |p| {
            if p.tok() != Tok::Name {
                let message = format!("a ledger's name is missing; {}", p.here());
                return p.fail("missing-ledger", p.span(), message, format!("write {shape}"));
            }
            let name = p.word().to_owned();
            p.next();
            Ok(name)
        });
        let mut period = None;
        let mut failed = false;
        if self.tok() == Tok::Comma {
            period = self.argument(false, shape, Self::period);
            failed = period.is_none();
        }
        self.end_call(shape)?;
        match name {
            Some(name) if !failed => {
                Ok(LedgerTerm { count: false, name, period, span: start..self.last_end() })
            }
            _ => Err(Reported),
        }
    }

    // Parties.

    fn party(&mut self) -> Parsed<Party> {
        let span = self.span();
        let word = self.slice(&span);
        if self.tok() == Tok::Upper
            && let Some(party) = Party::new(word)
        {
            self.next();
            return Ok(party);
        }
        let upper = word.to_ascii_uppercase();
        let help = if matches!(self.tok(), Tok::Name | Tok::Word) && Party::new(&upper).is_some() {
            format!("write `{upper}`")
        } else {
            "a party is written in three capitals: CHN, USA".to_owned()
        };
        let message = format!("a party is missing; {}", self.here());
        self.fail("missing-party", span, message, help)
    }

    /// A party, `world`, or a group of the agreement.
    fn trader(&mut self) -> Parsed<Trader> {
        if self.keyword("world") {
            return Ok(Trader::Party(Party::WORLD));
        }
        if self.tok() == Tok::Upper && Party::new(self.word()) == Some(Party::WORLD) {
            let message = "all countries together have a word";
            return self.fail("missing-party", self.span(), message, "write `world`");
        }
        let lower = self.tok() == Tok::Name && Party::new(&self.word().to_ascii_uppercase()).is_none();
        if lower && !RESERVED.contains(&self.word()) {
            let name = self.word().to_owned();
            self.next();
            return Ok(Trader::Group(name));
        }
        self.party().map(Trader::Party)
    }

    fn traders(&mut self) -> Parsed<Traders> {
        let first = self.trader()?;
        let relation = self.relation()?;
        let second = self.trader()?;
        Ok(Traders { first, relation, second })
    }

    fn pair(&mut self) -> Parsed<Pair> {
        let first = self.party()?;
        let relation = self.relation()?;
        let second = self.party()?;
        Ok(Pair { first, relation, second })
    }

    fn relation(&mut self) -> Parsed<Relation> {
        Ok(if self.keyword("from") {
            Relation::From
        } else if self.keyword("to") {
            Relation::To
        } else if self.keyword("with") {
            Relation::With
        } else if self.keyword("on") {
            Relation::On
        } else {
            let message = format!("how the two parties relate is missing; {}", self.here());
            return self.fail(
                "missing-relation",
                self.span(),
                message,
                "write `imports(CHN from USA`, `exports(USA to CHN`, `balance(USA with CHN`, `tariff(CHN on USA`",
            );
        })
    }

    // Scopes.

    pub(super) fn scope(&mut self) -> Parsed<ScopeExpr> {
        let start = self.span().start;
        let mut items = vec![(false, self.scope_item()?)];
        loop {
            let minus = match self.tok() {
                Tok::Plus => false,
                Tok::Minus => {
                    self.check_minus_spaces();
                    true
                }
                _ => break,
            };
            self.next();
            items.push((minus, self.scope_item()?));
        }
        Ok(ScopeExpr { items, span: start..self.last_end() })
    }

    fn scope_item(&mut self) -> Parsed<ScopeItem> {
        for (keyword, item) in [
            ("all", ScopeItem::All),
            ("goods", ScopeItem::Goods),
            ("services", ScopeItem::Services),
            ("line", ScopeItem::Line),
        ] {
            if self.keyword(keyword) {
                return Ok(item);
            }
        }
        let span = self.span();
        if self.keyword("code") {
            return self.code();
        }
        if self.tok() == Tok::Name {
            let name = self.word().to_owned();
            self.next();
            return Ok(ScopeItem::Named(name));
        }
        let help = match self.tok() {
            Tok::Number | Tok::Text => "a single code is written code \"2905\"".to_owned(),
            Tok::Word | Tok::Upper => {
                format!("names are in lower case: `{}`", self.word().to_ascii_lowercase())
            }
            _ => "a scope is a name of the agreement, all, goods, services, line, or code \"2905\", joined by + and -".to_owned(),
        };
        let message = format!("a scope is missing; {}", self.here());
        self.fail("missing-scope", span, message, help)
    }

    fn code(&mut self) -> Parsed<ScopeItem> {
        let span = self.span();
        if self.tok() != Tok::Text {
            let message = format!("a code is text in quotes; {}", self.here());
            return self.fail(
                "missing-code",
                span,
                message,
                "write code \"2905\"; a number would lose a leading zero",
            );
        }
        let code: Option<String> = serde_json::from_str(self.word()).ok();
        self.next();
        match code {
            Some(code) if good_code(&code) => Ok(ScopeItem::Code(code)),
            _ => self.fail(
                "bad-code",
                span,
                "a code is made of digits, or is a source's own name in lower case",
                "write code \"2905\" without points or spaces",
            ),
        }
    }

    // Periods and days.

    pub(super) fn period(&mut self) -> Parsed<PeriodExpr> {
        let start = self.span().start;
        if self.keyword("last") {
            return self.last(start);
        }
        let own = self.own_years();
        let from = self.point()?;
        let to = match self.tok() {
            Tok::DotDot => {
                self.next();
                Some(self.point()?)
            }
            _ => None,
        };
        let span = start..self.last_end();
        match (own, from, to) {
            (None, PointExpr::Fixed(a), None) => Ok(PeriodExpr::Fixed(Period::point(a), span)),
            (None, PointExpr::Fixed(a), Some(PointExpr::Fixed(b))) => match Period::range(a, b) {
                Ok(period) => Ok(PeriodExpr::Fixed(period, span)),
                Err(error) => self.bad_period(span, &error),
            },
            (own, from, to) => Ok(PeriodExpr::Open(OpenPeriod { own, from, to, span })),
        }
    }

    /// The name of declared years in front of a period: `soy` of `soy 2025`.
    fn own_years(&mut self) -> Option<String> {
        let keywords = TIMES.map(Var::word);
        let named = self.tok() == Tok::Name && !keywords.contains(&self.word()) && self.word() != "as-of";
        let before_point = matches!(self.peek(1).0, Tok::Number | Tok::DateLike | Tok::Param);
        (named && before_point).then(|| {
            let name = self.word().to_owned();
            self.next();
            name
        })
    }

    /// `last 12 months`, behind its first word.
    fn last(&mut self, start: usize) -> Parsed<PeriodExpr> {
        let help = "write for example last 12 months";
        let count = self.word().parse::<u16>().ok().filter(|n| (1..=MOST_LAST).contains(n));
        let Some(count) = count.filter(|_| self.tok() == Tok::Number) else {
            let message = format!("how many is missing, from 1 to {MOST_LAST}; {}", self.here());
            return self.fail("bad-period", self.span(), message, help);
        };
        self.next();
        let of = self.plural()?;
        Ok(PeriodExpr::Last(count, of, start..self.last_end()))
    }

    fn bad_period<T>(&mut self, span: Span, error: &PeriodError) -> Parsed<T> {
        let (message, help) = match error {
            PeriodError::Unknown(text) => (format!("`{text}` is not a period"), PERIOD_HELP),
            PeriodError::NotInCalendar(..) => (error.to_string(), "correct the period"),
            PeriodError::Backwards(_) => (error.to_string(), "write the earlier end first"),
        };
        self.fail("bad-period", span, message, help)
    }

    fn point(&mut self) -> Parsed<PointExpr> {
        let span = self.span();
        if self.keyword("as-of") {
            return Ok(PointExpr::AsOf);
        }
        if let Some(var) = TIMES.into_iter().find(|v| self.keyword(v.word())) {
            return Ok(PointExpr::Var(var, self.steps()?));
        }
        match self.tok() {
            Tok::Param => Ok(PointExpr::Param(self.param_name())),
            Tok::Number | Tok::DateLike => match Point::parse(self.word()) {
                Ok(point) => {
                    self.next();
                    Ok(PointExpr::Fixed(point))
                }
                Err(error) => {
                    self.next();
                    self.bad_period(span, &error)
                }
            },
            _ => {
                let message = format!("a period is missing; {}", self.here());
                self.fail("missing-period", span, message, PERIOD_HELP)
            }
        }
    }

    /// `- 1` or `+ 2` behind a variable; 0 where nothing is there.
    fn steps(&mut self) -> Parsed<i16> {
        let sign = match self.tok() {
            Tok::Plus => 1,
            Tok::Minus => {
                self.check_minus_spaces();
                -1
            }
            _ => return Ok(0),
        };
        self.next();
        match self.word().parse::<i16>() {
            Ok(steps) if self.tok() == Tok::Number && (1..=MOST_STEPS).contains(&steps) => {
                self.next();
                Ok(sign * steps)
            }
            _ => {
                let message = format!("a number of steps from 1 to {MOST_STEPS} is missing; {}", self.here());
                self.fail("bad-period", self.span(), message, "write for example year - 1")
            }
        }
    }

    fn date(&mut self) -> Parsed<DateExpr> {
        let span = self.span();
        match self.point()? {
            PointExpr::AsOf => Ok(DateExpr::AsOf),
            PointExpr::Var(Var::Day, 0) => Ok(DateExpr::Day),
            PointExpr::Var(var, _) => self.fail(
                "day-needed",
                span,
                format!("a tariff is asked for a day, and `{var}` is none"),
                "write a day (2020-02-14), as-of, or day inside `each day in`",
            ),
            PointExpr::Param(name) => Ok(DateExpr::Param(name)),
            PointExpr::Fixed(Point::Day(day)) => Ok(DateExpr::Fixed(day)),
            PointExpr::Fixed(other) => self.fail(
                "day-needed",
                span,
                format!("a tariff is asked for a day, and `{other}` is longer"),
                "write a day (2020-02-14), as-of, or day inside `each day in`",
            ),
        }
    }
}

/// Digits, or a source's own name of a product.
pub(crate) fn good_code(code: &str) -> bool {
    let ok = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-');
    !code.is_empty() && code.len() <= 100 && code.bytes().all(ok)
}
