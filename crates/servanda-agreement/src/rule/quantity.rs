//! Quantities: numbers and their units.

use super::lexer::Tok;
use super::parser::{Parsed, Parser};
use super::words::{AMBIGUOUS_UNITS, UNIT_HINTS};
use super::{MAX_DECIMALS, MAX_DIGITS};
use crate::ast::{Expr, ExprKind};
use servanda_core::{Dimension, Exact, Unit, foreign_numeral};
use servanda_files::nearest;

impl Parser<'_> {
    /// A number with its unit.
    pub(super) fn quantity(&mut self, negative: bool) -> Parsed<Expr> {
        let number = self.span();
        let start = if negative { number.start.saturating_sub(1) } else { number.start };
        let text = self.slice(&number);
        self.next();
        let (sign, second) = self.peek(0);
        if sign == Tok::Number {
            let span = number.start..second.end;
            return self.fail(
                "thousands",
                span,
                "two numbers follow each other",
                "write a sign between two figures, and the digits of one without spaces",
            );
        }
        let decimals = text.split_once('.').map_or(0, |(_, d)| d.len());
        if text.len() > MAX_DIGITS || decimals > MAX_DECIMALS {
            return self.fail(
                "number-too-long",
                number,
                format!("a number has at most {MAX_DIGITS} digits, {MAX_DECIMALS} of them behind the point"),
                match decimals > MAX_DECIMALS {
                    true => "round it, upwards or downwards as the text means",
                    false => "use a magnitude (m, bn or tn before a currency, kt or Mt)",
                },
            );
        }
        // A numeral in other clothes has been reported; its first reading stands for it.
        let meant = foreign_numeral(text).and_then(|(_, readings)| readings.into_iter().next());
        let value = match Exact::parse(meant.as_deref().unwrap_or(text)) {
            Ok(value) if negative => -&value,
            Ok(value) => value,
            Err(_) if foreign_numeral(text).is_some() => Exact::zero(),
            Err(error) => {
                return self.fail(
                    "bad-number",
                    number,
                    error.to_string(),
                    "write digits with at most one point",
                );
            }
        };
        let unit = self.unit(&value)?;
        Ok(Expr { kind: ExprKind::Quantity(value, unit), span: start..self.last_end() })
    }

    /// The unit behind a number, if there is one.
    fn unit(&mut self, number: &Exact) -> Parsed<Option<Unit>> {
        let boolean = ["and", "or", "not"].iter().any(|k| self.at_keyword(k));
        match self.tok() {
            Tok::Percent => {
                self.next();
                Ok(Some(Unit::base(Dimension::Percent)))
            }
            Tok::Name | Tok::Word | Tok::Upper if !boolean => {
                let unit = self.unit_word(Some(number))?;
                self.per(unit).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// What stands behind a sign of division is a unit too, where it is the name of one: `400 USD/t`.
    fn per(&mut self, unit: Unit) -> Parsed<Unit> {
        let (next, span) = self.peek(1);
        let word = self.slice(&span);
        let magnitude = ["m", "bn", "tn"].contains(&word) && self.peek(2).0 == Tok::Upper;
        let named =
            matches!(next, Tok::Name | Tok::Word | Tok::Upper) && (magnitude || Unit::parse(word).is_ok());
        if self.tok() != Tok::Slash || !named {
            return Ok(unit);
        }
        self.next();
        let other = self.unit_word(None)?;
        match unit.per(other) {
            Some(both) => Ok(both),
            None => self.fail(
                "unit",
                span,
                format!("there is no figure in {unit} for one {other}"),
                "write a price (USD/t), a heating value (MWh/t) or a rate of exchange (CNY/USD)",
            ),
        }
    }

    /// The unit that stands here, behind a number if there is one.
    pub(super) fn unit_word(&mut self, number: Option<&Exact>) -> Parsed<Unit> {
        let span = self.span();
        let word = self.slice(&span);
        if self.tok() == Tok::Percent {
            self.next();
            return Ok(Unit::base(Dimension::Percent));
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
        if let Some(help) = self.meant(&lower, number) {
            return self.fail("unit", span, format!("`{word}` is not a unit"), help);
        }
        if let Some((_, help)) = AMBIGUOUS_UNITS.iter().find(|(from, _)| *from == lower) {
            return self.fail("unit", span, format!("`{word}` is not a unit"), *help);
        }
        let hint = UNIT_HINTS.iter().find(|(from, _)| *from == lower).map(|(_, to)| (*to).to_owned());
        let near = nearest(
            word,
            [
                "bn", "tn", "kg", "kt", "Mt", "bbl", "m3", "bcm", "units", "pp", "MJ", "GJ", "TJ", "PJ",
                "kWh", "MWh", "GWh", "TWh", "MMBtu",
            ],
        )
        .map(str::to_owned);
        let help = match hint.or(near) {
            Some(to) => format!("did you mean `{to}`?"),
            None => "units are a currency in three capitals with m, bn or tn before it (bn USD), kg, t, kt, Mt, bbl, l, m3, bcm, units, MJ, GJ, TJ, PJ, kWh, MWh, GWh, TWh, MMBtu, % and pp, or one for one of another (USD/t)".to_owned(),
        };
        self.fail("unit", span, format!("`{word}` is not a unit"), help)
    }

    /// What to write for a word that says how many: `5 million EUR` is 5 m EUR, `5 thousand USD` 5000 USD, `5000 kg` 5 t.
    fn meant(&mut self, word: &str, number: Option<&Exact>) -> Option<String> {
        let (_, magnitude, power) = MAGNITUDES.iter().find(|(words, ..)| words.contains(&word))?;
        if word.starts_with('k') && word != "k" {
            let tonnes = number.map(|n| format!(": {} t", (n * &Exact::power_of_ten(*power)).plain()));
            return Some(format!("write tonnes{}", tonnes.unwrap_or_default()));
        }
        let (tok, next) = self.peek(0);
        let next = self.slice(&next);
        if word == "t" && tok != Tok::Upper {
            return None;
        }
        if let Some(unit) = [(3, "kt"), (6, "Mt")].iter().find(|(p, _)| p == power).map(|(_, unit)| unit)
            && ["t", "ton", "tons", "tonne", "tonnes"].contains(&next)
        {
            self.next();
            return Some(format!(
                "write {}{unit}",
                number.map(|n| format!("{} ", n.plain())).unwrap_or_default()
            ));
        }
        let currency = match tok {
            Tok::Upper => Some(next.to_owned()),
            _ if ["dollar", "dollars"].contains(&next.to_ascii_lowercase().as_str()) => {
                Some("USD".to_owned())
            }
            _ => None,
        };
        if currency.is_some() {
            self.next();
        }
        let digits = number.map(|n| match magnitude.is_empty() {
            true => (n * &Exact::power_of_ten(*power)).plain(),
            false => n.plain(),
        });
        let digits = digits.map(|d| format!("{d} ")).unwrap_or_default();
        let magnitude = if magnitude.is_empty() { String::new() } else { format!("{magnitude} ") };
        Some(match currency {
            Some(currency) => format!("write {digits}{magnitude}{currency}"),
            None => format!("write {digits}{magnitude}and a currency in three capitals"),
        })
    }
}

/// Words that say how many, what is written for them before a currency, and the power of ten.
const MAGNITUDES: &[(&[&str], &str, i32)] = &[
    (&["k", "thousand", "thousands"], "", 3),
    (&["million", "millions", "mil", "mill", "mln", "mn", "mio"], "m", 6),
    (&["b", "bil", "billion", "billions", "bln", "mrd", "milliard", "milliards"], "bn", 9),
    (&["t", "trillion", "trillions", "trn"], "tn", 12),
    (&["kgs", "kilogram", "kilograms", "kilo", "kilos"], "", -3),
];
