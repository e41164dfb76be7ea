//! From the text of a rule to its words, numbers and signs.

use super::{MAX_RULE_TOKENS, RuleError};
use crate::ast::{Rule, Span};
use servanda_core::{foreign_numeral, write_instead};
use std::collections::BTreeSet;

/// A word, number or sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tok {
    /// `2020`, `12.5`
    Number,
    /// `2020-10`, `2020-Q3`, `2020-10-05`, and whatever else begins with digits and a hyphen.
    DateLike,
    /// Lower case: a name or a keyword.
    Name,
    /// Three capitals: a party or a currency.
    Upper,
    /// Any other word.
    Word,
    /// `$name`
    Param,
    /// `"2905"`
    Text,
    Open,
    Close,
    Comma,
    Colon,
    Dot,
    DotDot,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Ge,
    Le,
    Gt,
    Lt,
    Eq,
    End,
}

impl Tok {
    pub(super) fn is_comparison(self) -> bool {
        matches!(self, Self::Ge | Self::Le | Self::Gt | Self::Lt | Self::Eq)
    }

    /// Whether a minus after it takes something away, and is not the sign of a number.
    fn ends_a_figure(self) -> bool {
        match self {
            Self::Number | Self::DateLike | Self::Name | Self::Upper | Self::Word | Self::Param => true,
            Self::Text | Self::Close | Self::Percent => true,
            Self::Open | Self::Comma | Self::Colon | Self::Dot | Self::DotDot | Self::End => false,
            Self::Plus | Self::Minus | Self::Star | Self::Slash => false,
            Self::Ge | Self::Le | Self::Gt | Self::Lt | Self::Eq => false,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) tok: Tok,
    pub(super) span: Span,
}

/// Reads all tokens, the last of which is `End`. What can't be read is reported and left out, or read as what was
/// most likely meant.
pub(super) fn lex(text: &str, errors: &mut Vec<RuleError>) -> Vec<Token> {
    let mut lexer = Lexer { text, at: 0, tokens: Vec::new() };
    lexer.run(errors);
    lexer.tokens.push(Token { tok: Tok::End, span: text.len()..text.len() });
    lexer.tokens
}

impl Rule {
    /// The parameters that it names, without their `$`: what its readings take from a definition besides lists and baselines.
    ///
    /// They are read from the rule as it is written out, so that no kind of term can be forgotten here.
    pub fn parameters(&self) -> BTreeSet<String> {
        let text = self.to_string();
        let tokens = lex(&text, &mut Vec::new());
        let named = tokens.into_iter().filter(|t| t.tok == Tok::Param);
        named.map(|t| text[t.span].trim_start_matches('$').to_owned()).collect()
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
}

/// Signs that are not of the language, what they are read as, and what to write.
const FOREIGN: &[(&str, Option<Tok>, &str)] = &[
    ("==", Some(Tok::Eq), "="),
    ("=>", Some(Tok::Ge), ">="),
    ("=<", Some(Tok::Le), "<="),
    ("≥", Some(Tok::Ge), ">="),
    ("≤", Some(Tok::Le), "<="),
    ("⩾", Some(Tok::Ge), ">="),
    ("⩽", Some(Tok::Le), "<="),
    ("−", Some(Tok::Minus), "- with a space on both sides"),
    ("–", Some(Tok::Minus), "- with a space on both sides"),
    ("—", Some(Tok::Minus), "- with a space on both sides"),
    ("×", Some(Tok::Star), "*"),
    ("÷", Some(Tok::Slash), "/"),
    ("…", Some(Tok::DotDot), ".. between the two ends of a period"),
    ("…", Some(Tok::DotDot), ".. between the two ends of a period"),
    ("&&", None, "and"),
    ("||", None, "or"),
    ("!=", None, "not before a comparison with ="),
    ("<>", None, "not before a comparison with ="),
    ("≠", None, "not before a comparison with ="),
    ("[", None, "( for a parenthesis"),
    ("]", None, ") for a parenthesis"),
    ("{", None, "( for a parenthesis"),
    ("}", None, ") for a parenthesis"),
    (";", None, ", between the parts of a call"),
    ("“", None, "\" around a code"),
    ("”", None, "\" around a code"),
    ("'", None, "\" around a code"),
    ("€", None, "EUR behind the number"),
    ("£", None, "GBP behind the number"),
    ("¥", None, "the currency in three capitals (CNY or JPY) behind the number"),
];

const SIGNS: &[(&str, Tok)] = &[
    (">=", Tok::Ge),
    ("<=", Tok::Le),
    ("..", Tok::DotDot),
    (">", Tok::Gt),
    ("<", Tok::Lt),
    ("=", Tok::Eq),
    ("(", Tok::Open),
    (")", Tok::Close),
    (",", Tok::Comma),
    (":", Tok::Colon),
    (".", Tok::Dot),
    ("+", Tok::Plus),
    ("-", Tok::Minus),
    ("*", Tok::Star),
    ("/", Tok::Slash),
    ("%", Tok::Percent),
];

fn word_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn push(&mut self, tok: Tok, length: usize) {
        self.tokens.push(Token { tok, span: self.at..self.at + length });
        self.at += length;
    }

    fn run(&mut self, errors: &mut Vec<RuleError>) {
        while let Some(c) = self.rest().chars().next() {
            if self.tokens.len() >= MAX_RULE_TOKENS {
                errors.push(RuleError::new(
                    "rule-too-long",
                    self.at..self.text.len(),
                    format!("a rule has at most {MAX_RULE_TOKENS} words, numbers and signs"),
                    "split it into several commitments, or name a scope".to_owned(),
                ));
                return;
            }
            if c.is_whitespace() {
                self.at += c.len_utf8();
            } else if c.is_ascii_digit() {
                self.number(errors);
            } else if c.is_ascii_alphabetic() || c == '_' {
                self.word();
            } else if c == '$' {
                self.param(errors);
            } else if c == '"' {
                self.string(errors);
            } else {
                self.sign(c, errors);
            }
        }
    }

    fn run_of(&self, from: usize, ok: impl Fn(u8) -> bool) -> usize {
        let mut n = from;
        while self.byte(n).is_some_and(&ok) {
            n += 1;
        }
        n
    }

    /// Whether a comma here parts what stands in a call.
    fn in_call(&self) -> bool {
        let mut closed = 0;
        for (at, token) in self.tokens.iter().enumerate().rev() {
            match token.tok {
                Tok::Close => closed += 1,
                Tok::Open if closed > 0 => closed -= 1,
                Tok::Open => {
                    let before = at.checked_sub(1).and_then(|n| self.tokens.get(n));
                    let word = |t: &Token| self.text.get(t.span.clone()).unwrap_or_default();
                    return before.is_some_and(|t| {
                        matches!(t.tok, Tok::Name | Tok::Param) && !["and", "or", "not"].contains(&word(t))
                    });
                }
                _ => {}
            }
        }
        false
    }

    /// Digits with separators, a decimal comma or an exponent: one mistake, with the number that was meant.
    fn foreign_number(&mut self, errors: &mut Vec<RuleError>) -> bool {
        let Some((length, readings)) = foreign_numeral(self.rest()) else { return false };
        let numeral = self.rest().get(..length).unwrap_or_default();
        // `min(2,5)` holds two figures and `imports(..., 2017,2018)` two years; thousands are neither.
        let grouped = readings.first().is_some_and(|r| !r.contains('.'));
        let dots = numeral.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if (numeral.contains(',') && !grouped && self.in_call()) || (dots && readings.is_empty()) {
            return false;
        }
        errors.push(RuleError::new(
            "thousands",
            self.at..self.at + length,
            format!("`{}` is not how a number is written here", numeral.escape_debug()),
            write_instead(&readings),
        ));
        self.push(Tok::Number, length);
        true
    }

    fn number(&mut self, errors: &mut Vec<RuleError>) {
        if self.foreign_number(errors) {
            return;
        }
        let mut n = self.run_of(0, |b| b.is_ascii_digit());
        let mut tok = Tok::Number;
        if self.byte(n) == Some(b'.') && self.byte(n + 1).is_some_and(|b| b.is_ascii_digit()) {
            n = self.run_of(n + 1, |b| b.is_ascii_digit());
        }
        while self.byte(n) == Some(b'-') && self.byte(n + 1).is_some_and(word_byte) {
            tok = Tok::DateLike;
            n = self.run_of(n + 1, word_byte);
        }
        self.push(tok, n);
    }

    fn word(&mut self) {
        let mut n = self.run_of(0, word_byte);
        while self.byte(n) == Some(b'-') && self.byte(n + 1).is_some_and(word_byte) {
            n = self.run_of(n + 1, word_byte);
        }
        let bytes = self.rest().as_bytes().get(..n).unwrap_or_default();
        let lower = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
        let tok = if bytes.first().is_some_and(u8::is_ascii_lowercase) && bytes.iter().all(lower) {
            Tok::Name
        } else if bytes.len() == 3 && bytes.iter().all(u8::is_ascii_uppercase) {
            Tok::Upper
        } else {
            Tok::Word
        };
        self.push(tok, n);
    }

    fn param(&mut self, errors: &mut Vec<RuleError>) {
        if self.byte(1).is_some_and(|b| b.is_ascii_digit()) {
            errors.push(RuleError::new(
                "foreign-sign",
                self.at..self.at + 1,
                "a currency stands behind its number",
                "write the number without `$`, and its currency behind it in three capitals".to_owned(),
            ));
            self.at += 1;
            return;
        }
        let mut n = self.run_of(1, word_byte);
        while self.byte(n) == Some(b'-') && self.byte(n + 1).is_some_and(word_byte) {
            n = self.run_of(n + 1, word_byte);
        }
        let name = self.rest().get(1..n).unwrap_or_default();
        let good = name.starts_with(|c: char| c.is_ascii_lowercase())
            && !name.bytes().any(|b| b.is_ascii_uppercase());
        if !good {
            errors.push(RuleError::new(
                "bad-parameter",
                self.at..self.at + n,
                "`$` is followed by a parameter's name in lower case",
                "write for example $window, and set it in each definition's `parameters`".to_owned(),
            ));
        }
        self.push(Tok::Param, n);
    }

    fn string(&mut self, errors: &mut Vec<RuleError>) {
        let mut n = 1;
        loop {
            match self.byte(n) {
                Some(b'\\') if self.byte(n + 1).is_some() => n += 2,
                Some(b'"') => break self.push(Tok::Text, n + 1),
                Some(_) => n += 1,
                None => {
                    errors.push(RuleError::new(
                        "open-string",
                        self.at..self.text.len(),
                        "the code's closing \" is missing",
                        "write a code as code \"2905\"".to_owned(),
                    ));
                    self.at = self.text.len();
                    break;
                }
            }
        }
        // A backslash may have jumped into the middle of a character.
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
    }

    fn sign(&mut self, c: char, errors: &mut Vec<RuleError>) {
        let rest = self.rest();
        if let Some((sign, tok, write)) = FOREIGN.iter().find(|(sign, ..)| rest.starts_with(sign)) {
            let negative = *tok == Some(Tok::Minus)
                && rest
                    .get(sign.len()..)
                    .is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit()))
                && self.tokens.last().is_none_or(|before| !before.tok.ends_a_figure());
            let write = if negative { "- directly before the number" } else { write };
            errors.push(RuleError::new(
                "foreign-sign",
                self.at..self.at + sign.len(),
                format!("`{sign}` is not a sign of the rule language"),
                format!("write {write}"),
            ));
            match tok {
                Some(tok) => self.push(*tok, sign.len()),
                None => self.at += sign.len(),
            }
        } else if let Some((sign, tok)) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)) {
            self.push(*tok, sign.len());
        } else {
            let span = self.at..self.at + c.len_utf8();
            errors.push(RuleError::new(
                "foreign-sign",
                span,
                format!("`{}` can't stand in a rule", c.escape_debug()),
                "a rule is made of names in lower case, parties, numbers, quoted codes and the signs ( ) , : .. + - * / >= <= > < =".to_owned(),
            ));
            self.at += c.len_utf8();
        }
    }
}
