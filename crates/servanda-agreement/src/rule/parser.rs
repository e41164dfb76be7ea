//! From words, numbers and signs to the tree: conditions, quantifiers and sums. Calls, scopes and periods are in
//! `terms`.

use super::lexer::{Tok, Token, lex};
use super::terms::TIMES;
use super::{MAX_DEPTH, MAX_RULE_BYTES, RuleError};
use crate::ast::{
    BinaryOp, CompareOp, Comparison, Condition, Each, EachRange, Expr, ExprKind, FlowTerm, Rule, Span, Var,
};
use servanda_core::{Date, Exact, Point, Unit};

/// What was wrong has been reported already.
pub(super) struct Reported;

pub(super) type Parsed<T> = Result<T, Reported>;

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    pub(super) errors: Vec<RuleError>,
    depth: usize,
    /// For each opening parenthesis, whether a comparison or a boolean word stands inside it.
    conditional: Vec<bool>,
}

/// Reads a rule. Everything that is wrong with its form is reported in one go, in the order of the text.
pub fn parse_rule(text: &str) -> Result<Rule, Vec<RuleError>> {
    let mut parser = match Parser::new(text) {
        Ok(parser) => parser,
        Err(error) => return Err(vec![error]),
    };
    let rule = parser.rule();
    let mut errors = parser.errors;
    match rule {
        Ok(rule) if errors.is_empty() => Ok(rule),
        _ => {
            errors.sort_by_key(|e| (e.span.start, e.span.end));
            errors.dedup();
            Err(errors)
        }
    }
}

/// Reads one flow by itself: `imports(CHN from USA, goods, 2017)`. Everything that is wrong with its form is reported in one go.
pub fn parse_flow(text: &str) -> Result<FlowTerm, Vec<RuleError>> {
    let mut parser = match Parser::new(text) {
        Ok(parser) => parser,
        Err(error) => return Err(vec![error]),
    };
    let read = parser.sum();
    let (rest, mut errors) = (parser.tok(), parser.errors);
    match read.map(|expr| expr.kind) {
        Ok(ExprKind::Flow(term)) if errors.is_empty() && rest == Tok::End => return Ok(term),
        _ if errors.is_empty() => errors.push(RuleError::new(
            "no-flow",
            0..text.len(),
            format!("`{text}` is no flow of trade by itself"),
            "write one: imports(CHN from USA, goods, 2017)".to_owned(),
        )),
        _ => errors.sort_by_key(|e| (e.span.start, e.span.end)),
    }
    errors.dedup();
    Err(errors)
}

/// Reads the text of a parameter that stands where a figure stands.
pub(crate) fn parse_parameter_quantity(text: &str) -> Option<(Exact, Option<Unit>)> {
    let mut parser = Parser::new(text).ok()?;
    let expr = parser.sum().ok()?;
    match expr.kind {
        ExprKind::Quantity(number, unit) if parser.errors.is_empty() && parser.tok() == Tok::End => {
            Some((number, unit))
        }
        _ => None,
    }
}

/// Reads the text of a parameter that stands where a day stands.
pub(crate) fn parse_parameter_date(text: &str) -> Option<Date> {
    match Point::parse(text) {
        Ok(Point::Day(day)) => Some(day),
        _ => None,
    }
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Result<Self, RuleError> {
        if text.len() > MAX_RULE_BYTES {
            return Err(RuleError::new(
                "rule-too-long",
                0..0,
                format!(
                    "the rule has {} bytes, more than the {MAX_RULE_BYTES} that a rule may have",
                    text.len()
                ),
                "split it into several commitments, or name a scope".to_owned(),
            ));
        }
        let mut errors = Vec::new();
        let tokens = lex(text, &mut errors);
        let conditional = conditional(text, &tokens);
        Ok(Self { text, tokens, at: 0, errors, depth: 0, conditional })
    }

    // Looking.

    pub(super) fn peek(&self, ahead: usize) -> (Tok, Span) {
        let end = || (Tok::End, self.text.len()..self.text.len());
        self.tokens.get(self.at.saturating_add(ahead)).map_or_else(end, |t| (t.tok, t.span.clone()))
    }

    pub(super) fn tok(&self) -> Tok {
        self.peek(0).0
    }

    pub(super) fn span(&self) -> Span {
        self.peek(0).1
    }

    pub(super) fn slice(&self, span: &Span) -> &'a str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    pub(super) fn word(&self) -> &'a str {
        self.slice(&self.span())
    }

    /// Where the token before this one ends.
    pub(super) fn last_end(&self) -> usize {
        self.at.checked_sub(1).and_then(|i| self.tokens.get(i)).map_or(0, |t| t.span.end)
    }

    pub(super) fn next(&mut self) {
        if self.at < self.tokens.len() {
            self.at += 1;
        }
    }

    /// Whether the next token is this keyword, in any case.
    pub(super) fn at_keyword(&self, keyword: &str) -> bool {
        matches!(self.tok(), Tok::Name | Tok::Word | Tok::Upper) && self.word().eq_ignore_ascii_case(keyword)
    }

    /// Takes a keyword. One in the wrong case is reported and taken.
    pub(super) fn keyword(&mut self, keyword: &str) -> bool {
        if !self.at_keyword(keyword) {
            return false;
        }
        self.check_case(keyword);
        self.next();
        true
    }

    pub(super) fn check_case(&mut self, keyword: &str) {
        if self.word() != keyword {
            self.error(
                "keyword-case",
                self.span(),
                format!("`{}` is a word of the rule language and is written in lower case", self.word()),
                format!("write `{keyword}`"),
            );
        }
    }

    // Saying what is wrong.

    pub(super) fn error(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.errors.push(RuleError::new(code, span, message, help.into()));
    }

    pub(super) fn fail<T>(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Parsed<T> {
        self.error(code, span, message, help);
        Err(Reported)
    }

    /// What stands here, for messages.
    pub(super) fn here(&self) -> String {
        match self.tok() {
            Tok::End => "the rule ends here".to_owned(),
            _ => format!("`{}` stands here", self.word()),
        }
    }

    pub(super) fn expect(&mut self, tok: Tok, sign: &str, what: &str) -> Parsed<()> {
        if self.tok() == tok {
            self.next();
            return Ok(());
        }
        let message = format!("`{sign}` is missing; {}", self.here());
        self.fail("missing-sign", self.span(), message, what)
    }

    // Going on after something wrong.

    /// Skips to a token at this depth for which `stop` says yes, to the parenthesis that closes it, or to the end.
    pub(super) fn skip_to(&mut self, stop: impl Fn(&Self) -> bool) {
        let mut depth = 0usize;
        loop {
            match self.tok() {
                Tok::End => return,
                Tok::Close if depth == 0 => return,
                _ if depth == 0 && stop(self) => return,
                Tok::Open => depth += 1,
                Tok::Close => depth -= 1,
                _ => {}
            }
            self.next();
        }
    }

    pub(super) fn skip_argument(&mut self) {
        self.skip_to(|p| p.tok() == Tok::Comma);
    }

    fn at_boolean(&self) -> bool {
        self.at_keyword("and") || self.at_keyword("or")
    }

    fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            let span = self.span();
            self.at = self.tokens.len();
            return self.fail(
                "nested-too-deeply",
                span,
                format!("parentheses are nested more than {MAX_DEPTH} deep"),
                "split the rule into several commitments",
            );
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    // The grammar.

    fn rule(&mut self) -> Parsed<Rule> {
        if self.tok() == Tok::End && self.errors.is_empty() {
            return self.fail(
                "empty-rule",
                0..self.text.len(),
                "the rule is empty",
                "write a comparison such as imports(CHN from USA, agriculture, 2020) >= 12.5 bn USD",
            );
        }
        let mut each: Vec<Each> = Vec::new();
        let mut failed = false;
        while self.at_keyword("each") {
            match self.each() {
                Ok(one) => {
                    if each.iter().any(|e| e.var == one.var) {
                        self.error(
                            "each-twice",
                            one.span.clone(),
                            "the same variable runs twice",
                            "use each of line, year, day and entry once",
                        );
                    }
                    each.push(one);
                }
                Err(Reported) => {
                    failed = true;
                    self.skip_to(|p| p.tok() == Tok::Colon);
                    if self.tok() == Tok::Colon {
                        self.next();
                    }
                }
            }
        }
        let condition = self.or();
        // A parenthesis too many does not hide what comes after it.
        while self.tok() != Tok::End {
            failed = true;
            let message = format!("a rule ends after its last comparison; {}", self.here());
            let help = match self.tok() {
                Tok::Close => "take the parenthesis away, or open one before",
                Tok::Comma => {
                    "commas stand only between the parts of a call; join conditions with `and` or `or`"
                }
                Tok::Colon => "a colon stands only after `each ... in ...`",
                _ => "join conditions with `and` or `or`",
            };
            self.error("rule-goes-on", self.span(), message, help);
            if self.at_boolean() {
                self.next();
                let _ = self.or();
            } else {
                self.next();
                self.skip_to(Self::at_boolean);
            }
        }
        let condition = condition?;
        if failed {
            return Err(Reported);
        }
        let mut each = each.into_iter();
        Ok(Rule { each: each.next(), more: each.collect(), condition })
    }

    fn each(&mut self) -> Parsed<Each> {
        let start = self.span().start;
        self.keyword("each");
        let Some(var) = [Var::Line, Var::Entry].into_iter().chain(TIMES).find(|v| self.keyword(v.word()))
        else {
            let message = format!(
                "`each` is followed by line, entry, year, half-year, quarter, month or day; {}",
                self.here()
            );
            return self.fail("bad-each", self.span(), message, "write for example each year in 2026..2028:");
        };
        if !self.keyword("in") {
            let message = format!("`in` is missing; {}", self.here());
            return self.fail("bad-each", self.span(), message, "write for example each year in 2026..2028:");
        }
        let over = match var {
            Var::Line => EachRange::Scope(self.scope()?),
            Var::Year | Var::HalfYear | Var::Quarter | Var::Month | Var::Day => {
                EachRange::Period(self.period()?)
            }
            Var::Entry => {
                let from = self.span().start;
                if !self.keyword("ledger") {
                    let message = format!("`each entry in` is followed by a ledger; {}", self.here());
                    return self.fail(
                        "bad-each",
                        self.span(),
                        message,
                        "write each entry in ledger(orders):",
                    );
                }
                EachRange::Ledger(self.ledger(from)?)
            }
        };
        let span = start..self.last_end();
        self.expect(Tok::Colon, ":", "a colon stands between `each ... in ...` and what must hold")?;
        Ok(Each { var, over, span })
    }

    fn or(&mut self) -> Parsed<Condition> {
        self.chain("or", Self::and, Condition::Or)
    }

    fn and(&mut self) -> Parsed<Condition> {
        self.chain("and", Self::not, Condition::And)
    }

    fn chain(
        &mut self,
        keyword: &str,
        inner: fn(&mut Self) -> Parsed<Condition>,
        join: fn(Vec<Condition>) -> Condition,
    ) -> Parsed<Condition> {
        let mut parts = Vec::new();
        let mut failed = false;
        loop {
            match inner(self) {
                Ok(part) => parts.push(part),
                Err(Reported) => {
                    failed = true;
                    self.skip_to(Self::at_boolean);
                }
            }
            if !self.keyword(keyword) {
                break;
            }
        }
        if failed {
            return Err(Reported);
        }
        match parts.pop() {
            Some(only) if parts.is_empty() => Ok(only),
            Some(last) => {
                parts.push(last);
                Ok(join(parts))
            }
            None => Err(Reported),
        }
    }

    fn not(&mut self) -> Parsed<Condition> {
        if self.keyword("not") {
            if self.at_keyword("not") {
                return self.fail(
                    "not-not",
                    self.span(),
                    "`not` stands twice",
                    "take both away, or write not (not ...)",
                );
            }
            return Ok(Condition::Not(Box::new(self.simple()?)));
        }
        self.simple()
    }

    fn simple(&mut self) -> Parsed<Condition> {
        if self.tok() == Tok::Open && self.conditional.get(self.at).copied().unwrap_or(false) {
            self.next();
            let inner = self.nested(Self::or);
            if inner.is_err() {
                self.skip_to(|_| false);
            }
            self.expect(Tok::Close, ")", "close the parenthesis")?;
            return inner;
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Parsed<Condition> {
        let start = self.span().start;
        let left = self.sum();
        if left.is_err() {
            self.skip_to(|p| p.tok().is_comparison() || p.at_boolean());
        }
        let op = match self.tok() {
            Tok::Ge => CompareOp::Ge,
            Tok::Le => CompareOp::Le,
            Tok::Gt => CompareOp::Gt,
            Tok::Lt => CompareOp::Lt,
            Tok::Eq => CompareOp::Eq,
            _ if left.is_err() => return Err(Reported),
            _ => {
                let message =
                    format!("a rule compares two figures, and a comparison is missing; {}", self.here());
                return self.fail(
                    "missing-comparison",
                    self.span(),
                    message,
                    "write >=, <=, >, < or = and the figure to compare with",
                );
            }
        };
        self.next();
        let right = self.sum()?;
        let left = left?;
        if self.tok().is_comparison() {
            return self.fail(
                "chained-comparison",
                self.span(),
                "a comparison has two sides",
                "write a <= b and b <= c",
            );
        }
        let span = start..self.last_end();
        Ok(Condition::Compare(Comparison { left, op, right, span }))
    }

    pub(super) fn sum(&mut self) -> Parsed<Expr> {
        self.arithmetic(
            |p| match p.tok() {
                Tok::Plus => Some(BinaryOp::Add),
                Tok::Minus => Some(BinaryOp::Sub),
                _ => None,
            },
            Self::product,
        )
    }

    fn product(&mut self) -> Parsed<Expr> {
        self.arithmetic(
            |p| match p.tok() {
                Tok::Star => Some(BinaryOp::Mul),
                Tok::Slash => Some(BinaryOp::Div),
                _ => None,
            },
            Self::atom,
        )
    }

    fn arithmetic(
        &mut self,
        operator: fn(&Self) -> Option<BinaryOp>,
        inner: fn(&mut Self) -> Parsed<Expr>,
    ) -> Parsed<Expr> {
        let mut left = inner(self)?;
        while let Some(op) = operator(self) {
            if op == BinaryOp::Sub {
                self.check_minus_spaces();
            }
            self.next();
            let right = inner(self)?;
            let span = left.span.start..right.span.end;
            left = Expr { kind: ExprKind::Binary(op, Box::new(left), Box::new(right)), span };
        }
        Ok(left)
    }

    /// Hyphens belong to names and dates, so a minus between two things has a space on both sides.
    pub(super) fn check_minus_spaces(&mut self) {
        let span = self.span();
        let space = |at: Option<char>| at.is_none_or(char::is_whitespace);
        let before = self.text.get(..span.start).and_then(|t| t.chars().next_back());
        let after = self.text.get(span.end..).and_then(|t| t.chars().next());
        if !space(before) || !space(after) {
            self.error(
                "minus-spaces",
                span,
                "a minus between two things needs a space on both sides, since hyphens belong to names and dates",
                "write ` - `",
            );
        }
    }

    pub(super) fn parenthesised(&mut self) -> Parsed<Expr> {
        let start = self.span().start;
        self.next();
        let inner = self.nested(Self::sum);
        if inner.is_err() {
            self.skip_to(|p| p.tok().is_comparison());
        }
        self.expect(Tok::Close, ")", "close the parenthesis")?;
        let mut inner = inner?;
        inner.span = start..self.last_end();
        Ok(inner)
    }

    /// The arguments of `min` and `max`.
    pub(super) fn figures(&mut self) -> Parsed<Vec<Expr>> {
        self.expect(Tok::Open, "(", "write min(a, b)")?;
        let mut parts = Vec::new();
        let mut failed = false;
        loop {
            match self.nested(Self::sum) {
                Ok(part) => parts.push(part),
                Err(Reported) => {
                    failed = true;
                    self.skip_argument();
                }
            }
            if self.tok() != Tok::Comma {
                break;
            }
            self.next();
        }
        self.expect(Tok::Close, ")", "close the parenthesis, or put a comma between two figures")?;
        if failed { Err(Reported) } else { Ok(parts) }
    }
}

/// For each opening parenthesis, whether a comparison or a boolean word stands inside it (up to the one that closes
/// it, or to the end).
fn conditional(text: &str, tokens: &[Token]) -> Vec<bool> {
    let mut inside = vec![false; tokens.len()];
    let mut open: Vec<usize> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let word = text.get(token.span.clone()).unwrap_or_default();
        let boolean = matches!(token.tok, Tok::Name | Tok::Word | Tok::Upper)
            && ["and", "or", "not"].iter().any(|k| word.eq_ignore_ascii_case(k));
        match token.tok {
            Tok::Open => open.push(index),
            Tok::Close => {
                let closed = open.pop();
                let found = closed.and_then(|c| inside.get(c).copied()).unwrap_or(false);
                if found && let Some(outer) = open.last().and_then(|o| inside.get_mut(*o)) {
                    *outer = true;
                }
            }
            tok if boolean || tok.is_comparison() => {
                if let Some(flag) = open.last().and_then(|o| inside.get_mut(*o)) {
                    *flag = true;
                }
            }
            _ => {}
        }
    }
    inside
}
