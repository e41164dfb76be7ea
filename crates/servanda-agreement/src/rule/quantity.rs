//! Quantities: numbers and their units.

use super::lexer::Tok;
use super::parser::{Parsed, Parser};
use super::words::UNIT_HINTS;
use super::{MAX_DECIMALS, MAX_DIGITS};
use crate::ast::{Expr, ExprKind};
use crate::diag::nearest;
use servanda_core::{Dimension, Exact, Unit};

impl Parser<'_> {
    /// A number with its unit.
    pub(super) fn quantity(&mut self, negative: bool) -> Parsed<Expr> {
        let number = self.span();
        let start = if negative { number.start.saturating_sub(1) } else { number.start };
        let text = self.slice(&number);
        self.next();
        let ((sign, comma), (after, digits)) = (self.peek(0), self.peek(1));
        let glued = comma.start == number.end && digits.start == comma.end && digits.len() == 3;
        if sign == Tok::Comma && after == Tok::Number && glued {
            let whole = number.start..digits.end;
            let plain = self.slice(&whole).replace(',', "");
            self.next();
            self.next();
            return self.fail(
                "thousands",
                whole,
                "digits are written without commas",
                format!("write {plain}, or use a magnitude: 12.5 bn USD"),
            );
        }
        if sign == Tok::Number {
            let span = number.start..comma.end;
            return self.fail(
                "thousands",
                span,
                "two numbers follow each other",
                "write digits without spaces, and a sign between two figures",
            );
        }
        let decimals = text.split_once('.').map_or(0, |(_, d)| d.len());
        if text.len() > MAX_DIGITS || decimals > MAX_DECIMALS {
            return self.fail(
                "number-too-long",
                number,
                format!("a number has at most {MAX_DIGITS} digits, {MAX_DECIMALS} of them behind the point"),
                "use a magnitude: 12.5 bn USD",
            );
        }
        let value = match Exact::parse(text) {
            Ok(value) if negative => -&value,
            Ok(value) => value,
            Err(error) => {
                return self.fail("bad-number", number, error.to_string(), "write digits with one point");
            }
        };
        let unit = self.unit()?;
        Ok(Expr { kind: ExprKind::Quantity(value, unit), span: start..self.last_end() })
    }

    /// The unit behind a number, if there is one.
    fn unit(&mut self) -> Parsed<Option<Unit>> {
        let boolean = ["and", "or", "not"].iter().any(|k| self.at_keyword(k));
        match self.tok() {
            Tok::Percent => {
                self.next();
                Ok(Some(Unit { dimension: Dimension::Percent, power: 0 }))
            }
            Tok::Name | Tok::Word | Tok::Upper if !boolean => self.unit_word().map(Some),
            _ => Ok(None),
        }
    }

    /// The unit that stands here.
    pub(super) fn unit_word(&mut self) -> Parsed<Unit> {
        let span = self.span();
        let word = self.slice(&span);
        if self.tok() == Tok::Percent {
            self.next();
            return Ok(Unit { dimension: Dimension::Percent, power: 0 });
        }
        if ["m", "bn", "tn"].contains(&word) {
            let (next, currency) = self.peek(1);
            if next == Tok::Upper
                && let Ok(unit) = Unit::parse(&format!("{word} {}", self.slice(&currency)))
            {
                self.next();
                self.next();
                return Ok(unit);
            }
            let end =
                if matches!(next, Tok::Upper | Tok::Word | Tok::Name) { currency.end } else { span.end };
            self.next();
            return self.fail(
                "unit",
                span.start..end,
                format!("`{word}` stands before a currency, which is three capitals"),
                format!("write for example {word} USD"),
            );
        }
        if matches!(self.tok(), Tok::Name | Tok::Word | Tok::Upper)
            && let Ok(unit) = Unit::parse(word)
        {
            self.next();
            return Ok(unit);
        }
        self.next();
        let lower = word.to_ascii_lowercase();
        if ["mt", "mmt"].contains(&lower.as_str()) {
            return self.fail(
                "ambiguous-tonnes",
                span,
                format!("`{word}` is ambiguous: it is used for tonnes, thousands and millions of them"),
                "write t for metric tonnes, kt for thousands and Mt for millions of them",
            );
        }
        let hint = UNIT_HINTS.iter().find(|(from, _)| *from == lower).map(|(_, to)| (*to).to_owned());
        let near = nearest(word, ["bn", "tn", "kt", "Mt", "bbl", "m3", "units", "pp"]).map(str::to_owned);
        let help = match hint.or(near) {
            Some(to) => format!("did you mean `{to}`?"),
            None => "units are a currency in three capitals with m, bn or tn before it (bn USD), t, kt, Mt, bbl, m3, units, % and pp".to_owned(),
        };
        self.fail("unit", span, format!("`{word}` is not a unit"), help)
    }
}
