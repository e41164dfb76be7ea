//! Figures as they are written, made plain: digits with at most one point and a minus before them.

use crate::dialect::{DecimalMark, Dialect, Thousands};
use std::borrow::Cow;

/// The most digits that an exponent may ask for.
const MOST_DIGITS: i64 = 40;

impl Thousands {
    fn is(self, c: char) -> bool {
        match self {
            Self::Comma => c == ',',
            Self::Point => c == '.',
            Self::Apostrophe => matches!(c, '\'' | '\u{2019}' | '\u{2bc}'),
            Self::Space => matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}'),
        }
    }
}

impl Dialect {
    /// A figure with its marks as ours are, or why it is none. Marks between thousands part groups of three, or are refused.
    ///
    /// # Errors
    /// In words, without the text itself being a number of another dialect: the caller says what it read.
    pub fn number<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, String> {
        if self.decimal == DecimalMark::Point && self.thousands.is_none() && !self.exponents {
            return Ok(Cow::Borrowed(text));
        }
        let bad = |why: &str| Err(format!("`{text}` is not a number as this file writes them: {why}"));
        let trimmed = text.trim();
        let (body, exponent) = match trimmed.split_once(['e', 'E']) {
            Some((body, exponent)) if self.exponents => match exponent.parse::<i64>() {
                Ok(n) if n.abs() <= MOST_DIGITS => (body, n),
                _ => return bad("its exponent"),
            },
            Some(_) => return Ok(Cow::Borrowed(text)),
            None => (trimmed, 0),
        };
        let (minus, unsigned) = match body.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => ("-", rest),
            None => ("", body),
        };
        let mark = if self.decimal == DecimalMark::Comma { ',' } else { '.' };
        let (whole, fraction) = match unsigned.split_once(mark) {
            Some((_, "")) => return bad("nothing follows the decimal mark"),
            Some((whole, fraction)) => (whole, fraction),
            None => (unsigned, ""),
        };
        if self.decimal == DecimalMark::Comma
            && self.thousands != Some(Thousands::Point)
            && whole.contains('.')
        {
            return bad("it has a point");
        }
        let whole: Cow<'_, str> = match self.thousands {
            Some(thousands) if whole.contains(|c| thousands.is(c)) => {
                let groups: Vec<&str> = whole.split(|c| thousands.is(c)).collect();
                let right = groups.iter().enumerate().all(|(at, group)| {
                    group.bytes().all(|b| b.is_ascii_digit())
                        && if at == 0 { (1..=3).contains(&group.len()) } else { group.len() == 3 }
                });
                if !right {
                    return bad("its marks do not part groups of three digits");
                }
                Cow::Owned(groups.concat())
            }
            _ => Cow::Borrowed(whole),
        };
        if fraction.contains(mark) || fraction.contains('.') {
            return bad("it has two decimal marks");
        }
        if exponent == 0 {
            return Ok(Cow::Owned(if fraction.is_empty() {
                format!("{minus}{whole}")
            } else {
                format!("{minus}{whole}.{fraction}")
            }));
        }
        if !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit())
            || whole.len() + fraction.len() == 0
        {
            return bad("its digits");
        }
        Ok(Cow::Owned(format!("{minus}{}", shifted(&whole, fraction, exponent))))
    }
}

/// `whole.fraction` times `10^exponent`.
fn shifted(whole: &str, fraction: &str, exponent: i64) -> String {
    let digits = format!("{whole}{fraction}");
    let point = i64::try_from(whole.len()).unwrap_or(0) + exponent;
    let length = i64::try_from(digits.len()).unwrap_or(0);
    let out = if point <= 0 {
        format!("0.{}{digits}", "0".repeat(usize::try_from(-point).unwrap_or(0)))
    } else if point >= length {
        format!("{digits}{}", "0".repeat(usize::try_from(point - length).unwrap_or(0)))
    } else {
        let (whole, fraction) = digits.split_at(usize::try_from(point).unwrap_or(0).min(digits.len()));
        format!("{whole}.{fraction}")
    };
    let kept = out.trim_start_matches('0');
    if kept.is_empty() || kept.starts_with('.') { format!("0{kept}") } else { kept.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(decimal: DecimalMark, thousands: Option<Thousands>, text: &str) -> Option<String> {
        let dialect = Dialect { decimal, thousands, exponents: true, ..Dialect::default() };
        dialect.number(text).ok().map(Cow::into_owned)
    }

    #[test]
    fn marks_are_made_plain_or_refused() {
        use DecimalMark::{Comma, Point};
        for (decimal, thousands, text, plain) in [
            (Point, Some(Thousands::Comma), "1,152,490", "1152490"),
            (Point, Some(Thousands::Comma), "-103,064,674,758", "-103064674758"),
            (Comma, None, "226779258,32", "226779258.32"),
            (Comma, Some(Thousands::Point), "1.234,5", "1234.5"),
            (Comma, Some(Thousands::Space), "1\u{202f}234\u{a0}567,8", "1234567.8"),
            (Point, Some(Thousands::Apostrophe), "1'234.50", "1234.50"),
            (Point, None, "3.2853e+010", "32853000000"),
            (Point, None, "1.5e-3", "0.0015"),
            (Point, None, "2E2", "200"),
            (Point, None, ".5e1", "5"),
            (Point, None, "       39638142.58", "39638142.58"),
        ] {
            assert_eq!(read(decimal, thousands, text).as_deref(), Some(plain), "{text}");
        }
        for (decimal, thousands, text) in [
            (Point, Some(Thousands::Comma), "1,15,490"),
            (Point, Some(Thousands::Comma), ",152"),
            (Point, Some(Thousands::Comma), "1234,567"),
            (Comma, None, "1.234,5"),
            (Comma, None, "1.234"),
            (Comma, Some(Thousands::Point), "1,234.5"),
            (Comma, None, "1,"),
            (Point, None, "1e999"),
        ] {
            assert_eq!(read(decimal, thousands, text), None, "{text}");
        }
    }
}
