//! Numbers as people write them: with separators, decimal commas and exponents. They are never read as numbers; help names
//! the number that was meant.

use crate::Exact;

/// What parts digits in groups.
const SEPARATORS: [char; 8] = [',', '.', ' ', '_', '\'', '\u{2019}', '\u{a0}', '\u{202f}'];

/// The numeral in other clothes at the start of a text: how many bytes of it, and each number that it can mean, in plain digits.
///
/// `24,000,000,000`, `1 000 000`, `1_000`, `1.000.000` and `1e9` mean one number, `2,500` two (2500, and 2.500 with a decimal
/// comma), `1,00,000` none that is sure. `None` for plain digits with one point, and for what is no numeral.
pub fn foreign_numeral(text: &str) -> Option<(usize, Vec<String>)> {
    let (length, groups, separators) = groups(text);
    let (length, exponent) = match exponent(text.get(length..)?) {
        Some((more, power)) => (length + more, Some(power)),
        None => (length, None),
    };
    let foreign = exponent.is_some() || separators.iter().any(|s| *s != '.') || separators.len() > 1;
    if groups.is_empty() || !foreign {
        return None;
    }
    let mut read = readings(&groups, &separators);
    if let Some(power) = exponent {
        let scaled = |digits: &String| Some(&Exact::parse(digits).ok()? * &Exact::power_of_ten(power));
        read = read.iter().filter_map(scaled).map(|x| x.plain()).collect();
    }
    Some((length, read))
}

/// Runs of digits with single separators between them. A space parts groups of three alone: `5 2017` is two numbers.
fn groups(text: &str) -> (usize, Vec<&str>, Vec<char>) {
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())
    };
    let (mut at, mut groups, mut separators) = (digits(0), Vec::new(), Vec::new());
    if at == 0 {
        return (0, groups, separators);
    }
    groups.extend(text.get(..at));
    while let Some(sign) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let next = at + sign.len_utf8();
        let run = digits(next);
        let ends = !text.get(next + run..).is_some_and(|r| r.starts_with(['-', '.']) && sign.is_whitespace());
        let fits = match sign.is_whitespace() {
            true => run == 3 && ends && groups.first().is_some_and(|g| g.len() <= 3),
            false => run > 0,
        };
        if !SEPARATORS.contains(&sign) || !fits {
            break;
        }
        separators.push(sign);
        groups.extend(text.get(next..next + run));
        at = next + run;
    }
    (at, groups, separators)
}

/// `e9`, `E+9`, `e-3`.
fn exponent(text: &str) -> Option<(usize, i32)> {
    let rest = text.strip_prefix(['e', 'E'])?;
    let sign = rest.strip_prefix(['+', '-']).map_or(0, |_| 1);
    let digits = rest.get(sign..)?.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len() - sign);
    let power: i32 = rest.get(..sign + digits)?.parse().ok()?;
    (digits > 0 && power.abs() <= 40).then_some((1 + sign + digits, power))
}

/// Each number that groups can mean.
fn readings(groups: &[&str], separators: &[char]) -> Vec<String> {
    let thousands = |groups: &[&str]| {
        let (first, rest) = groups.split_first()?;
        let grouped = (1..=3).contains(&first.len()) && rest.iter().all(|g| g.len() == 3);
        (rest.is_empty() || grouped && !first.starts_with('0')).then(|| groups.concat())
    };
    let alike = |signs: &[char]| signs.windows(2).all(|w| w.first() == w.last());
    let mut out: Vec<String> = Vec::new();
    // All of them part thousands; one point alone never does.
    if alike(separators) && separators != ['.'] {
        out.extend(thousands(groups));
    }
    // The last one is the decimal sign, and parts no thousands before.
    if let (Some((last, before)), Some((fraction, whole))) = (separators.split_last(), groups.split_last())
        && matches!(last, ',' | '.')
        && alike(before)
        && !before.contains(last)
        && let Some(whole) = thousands(whole)
    {
        out.push(format!("{whole}.{fraction}"));
    }
    if separators.is_empty() {
        out = vec![groups.concat()];
    }
    out
}

/// What help says of such a numeral.
pub fn write_instead(readings: &[String]) -> String {
    match readings {
        [one] => format!("write {one}"),
        [one, .., other] => format!("write {one}, or {other} if the last sign was meant as a point"),
        [] => "write the digits one after the other, with a point before the decimals".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_number_that_was_meant_and_no_other() {
        for (text, read) in [
            ("24,000,000,000", vec!["24000000000"]),
            ("2,500,000", vec!["2500000"]),
            ("2,500", vec!["2500", "2.500"]),
            ("2,5", vec!["2.5"]),
            ("0,923", vec!["0.923"]),
            ("1.000.000", vec!["1000000"]),
            ("1.000,50", vec!["1000.50"]),
            ("1,000.50", vec!["1000.50"]),
            ("1 000 000", vec!["1000000"]),
            ("1\u{a0}000,5", vec!["1000.5"]),
            ("1_000", vec!["1000"]),
            ("1'000'000.25", vec!["1000000.25"]),
            ("1e9", vec!["1000000000"]),
            ("2.5E6", vec!["2500000"]),
            ("1e-3", vec!["0.001"]),
            ("1,00,000", vec![]),
            ("12.5.1", vec![]),
            ("1234,567,890", vec![]),
        ] {
            assert_eq!(
                foreign_numeral(text),
                Some((text.len(), read.into_iter().map(String::from).collect())),
                "{text}"
            );
        }
        for text in ["12.5", "2017", "", "x", "5 2017", "5 bn USD", "2017..2018", "1200 345", "3 each"] {
            assert_eq!(foreign_numeral(text), None, "{text}");
        }
        // What follows is not of it.
        assert_eq!(foreign_numeral("1,000,000 USD").unwrap().0, 9);
        assert_eq!(foreign_numeral("1,000, x").unwrap().0, 5);
    }

    proptest! {
        #[test]
        fn thousands_read_back(value in 1_000_000u64.., sign in 0usize..8) {
            let digits = value.to_string();
            let mut text = String::new();
            for (n, c) in digits.chars().enumerate() {
                if n > 0 && (digits.len() - n).is_multiple_of(3) {
                    text.push(SEPARATORS[sign]);
                }
                text.push(c);
            }
            prop_assert_eq!(foreign_numeral(&text), Some((text.len(), vec![digits])));
        }
    }
}
