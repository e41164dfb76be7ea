//! Exact numbers as people read them. No float anywhere: every rounding is half to even on the exact value.

use crate::compared::Between;
use servanda_core::{Bounds, Dimension, Exact};
use servanda_verdict::Figure;

/// A space at which no line is broken; [`crate::text::finish`] makes it a plain one.
pub(crate) const NB: char = '\u{a0}';

/// A magnitude that amounts of a dimension are written in: the power of ten and the text before the base unit.
type Magnitude = (i32, &'static str);

fn magnitudes(dimension: Dimension) -> &'static [Magnitude] {
    match dimension {
        Dimension::Money(_) => &[(12, "tn "), (9, "bn "), (6, "m ")],
        Dimension::Mass => &[(6, "M"), (3, "k")],
        Dimension::Energy => &[(9, "P"), (6, "T"), (3, "G")],
        _ => &[],
    }
}

/// The magnitude that suits the largest of several values, after rounding: 999.9996 bn is 1.000 tn.
fn magnitude(values: &[&Exact], dimension: Dimension) -> Magnitude {
    let largest = values.iter().map(|v| v.abs()).max().unwrap_or_else(Exact::zero);
    let reaches = |power: i32| {
        // In thousandths of it: four digits before the point.
        (&largest * &Exact::power_of_ten(3 - power)).round_to(3).len() >= "1000.000".len()
    };
    magnitudes(dimension)
        .iter()
        .copied()
        .find(|(power, _)| reaches(*power))
        .unwrap_or((0, if dimension == Dimension::Energy { "M" } else { "" }))
}

/// Digits in threes, with spaces at which no line is broken.
pub(crate) fn grouped(digits: &str) -> String {
    let (sign, rest) = digits.strip_prefix('-').map_or(("", digits), |r| ("-", r));
    let (whole, fraction) = rest.split_once('.').map_or((rest, None), |(w, f)| (w, Some(f)));
    let mut out = String::from(sign);
    for (n, c) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n).is_multiple_of(3) && whole.len() > 4 {
            out.push(NB);
        }
        out.push(c);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

fn digits(value: &Exact, (power, _): Magnitude) -> String {
    if power != 0 {
        return grouped(&(value * &Exact::power_of_ten(-power)).round_to(3));
    }
    // What is not nothing never reads as 0: three digits of it are shown, however small it is.
    let nothing = |decimals: u32| Exact::parse(&value.round_to(decimals)).is_ok_and(|shown| shown.is_zero());
    let decimals = match value.is_zero() || !nothing(3) {
        true => 3,
        false => (4..=100).find(|d| !nothing(*d)).map_or(100, |d| d + 2),
    };
    let text = value.round_to(decimals);
    grouped(text.trim_end_matches('0').trim_end_matches('.'))
}

/// Every digit of a number that the rule writes, where three decimals do not show it.
fn written(value: &Exact, m: Magnitude) -> String {
    let scaled = value * &Exact::power_of_ten(-m.0);
    match Exact::parse(&scaled.round_to(3)) {
        Ok(shown) if shown == scaled => digits(value, m),
        _ => grouped(&scaled.plain()),
    }
}

fn unit((_, prefix): Magnitude, dimension: Dimension) -> String {
    let base = match dimension {
        // Joules are counted from millions of them.
        Dimension::Energy => "J".to_owned(),
        other => other.base_unit(),
    };
    format!("{prefix}{base}").replace(' ', &NB.to_string())
}

/// With no-break spaces: for tables and trees.
pub(crate) fn amount_nb(value: &Exact, dimension: Dimension) -> String {
    let m = magnitude(&[value], dimension);
    match unit(m, dimension) {
        u if u.is_empty() => digits(value, m),
        u => format!("{}{NB}{u}", digits(value, m)),
    }
}

/// With no-break spaces and a sign in front even where it is positive.
pub(crate) fn signed_nb(value: &Exact, dimension: Dimension) -> String {
    let text = amount_nb(value, dimension);
    if value.is_negative() || value.is_zero() { text } else { format!("+{text}") }
}

/// An amount as people read it: `93.652 bn USD`, `12.000 Mt`, `1 234 567 bbl`, `12.5 %`.
///
/// Money is written in tn, bn or m with three decimals, mass in Mt or kt; below these, and in other dimensions, up to
/// three decimals of the base unit. Rounded half to even from the exact value.
pub fn amount(value: &Exact, dimension: Dimension) -> String {
    amount_nb(value, dimension).replace(NB, " ")
}

/// Several values of one dimension in the magnitude of the largest: the digits of each, and the unit.
pub(crate) fn amounts(values: &[&Exact], dimension: Dimension) -> (Vec<String>, String) {
    let m = magnitude(values, dimension);
    (values.iter().map(|v| digits(v, m)).collect(), unit(m, dimension))
}

/// A range of amounts, `300.123–307.967 bn USD`, or one amount where both ends read alike.
pub(crate) fn amount_range(values: &[Exact], dimension: Dimension) -> Option<String> {
    let (low, high) = (values.iter().min()?, values.iter().max()?);
    let (texts, unit) = amounts(&[low, high], dimension);
    let joined = match texts.as_slice() {
        [a, b] if a != b => {
            // A dash before a minus would read as two dashes.
            if low.is_negative() || high.is_negative() {
                format!("{a}{NB}to{NB}{b}")
            } else {
                format!("{a}–{b}")
            }
        }
        _ => texts.first().cloned().unwrap_or_default(),
    };
    Some(if unit.is_empty() { joined } else { format!("{joined}{NB}{unit}") })
}

/// What bounds add to a held value, in the magnitude of the others: ` (at most 26.231)`. Empty where both bounds read
/// as the value does, and where a side is unbounded it is left out (the status and the months held say it).
fn bounds_beside(bounds: &Bounds, shown: &str, m: Magnitude) -> String {
    let differs = |x: &Option<Exact>| x.as_ref().map(|x| digits(x, m)).filter(|t| t != shown);
    match (differs(&bounds.low), differs(&bounds.high)) {
        (None, None) => String::new(),
        (Some(low), None) => format!(" (at{NB}least{NB}{low})"),
        (None, Some(high)) => format!(" (at{NB}most{NB}{high})"),
        (Some(low), Some(high)) => format!(" ({low}{NB}to{NB}{high})"),
    }
}

fn figure_in(figure: &Figure, m: Magnitude) -> String {
    match &figure.bounds.value {
        Some(value) => {
            let shown = digits(value, m);
            // What is held is all that is certain, and more can come: it must not read as the whole.
            if figure.bounds.high.is_none()
                && figure.bounds.low.as_ref().is_some_and(|l| digits(l, m) == shown)
            {
                return format!("at{NB}least{NB}{shown}");
            }
            let beside = bounds_beside(&figure.bounds, &shown, m);
            format!("{shown}{beside}")
        }
        None => match (&figure.bounds.low, &figure.bounds.high) {
            (Some(low), Some(high)) => format!("{}{NB}to{NB}{}", digits(low, m), digits(high, m)),
            (Some(low), None) => format!("at{NB}least{NB}{}", digits(low, m)),
            (None, Some(high)) => format!("at{NB}most{NB}{}", digits(high, m)),
            (None, None) => "not held".to_owned(),
        },
    }
}

fn values(figure: &Figure) -> impl Iterator<Item = &Exact> {
    [&figure.bounds.value, &figure.bounds.low, &figure.bounds.high].into_iter().flatten()
}

/// One figure with its bounds, no-break spaces inside: `9.738 (at most 9.874) bn USD`.
pub(crate) fn figure_nb(figure: &Figure) -> String {
    let all: Vec<&Exact> = values(figure).collect();
    if all.is_empty() {
        return "not held".to_owned();
    }
    let m = magnitude(&all, figure.dimension);
    let unit = unit(m, figure.dimension);
    let text = figure_in(figure, m);
    if unit.is_empty() { text } else { format!("{text}{NB}{unit}") }
}

/// Held and required in one magnitude: `93.652 of 158.935 bn USD`.
pub fn pair(actual: &Figure, required: &Figure) -> String {
    pair_nb(actual, required, "of").replace(NB, " ")
}

/// The same, with no-break spaces inside.
pub(crate) fn pair_nb(actual: &Figure, required: &Figure, between: impl Into<Between>) -> String {
    let Between { word, literal } = between.into();
    if actual.dimension != required.dimension {
        return format!("{} {word} {}", figure_nb(actual), figure_nb(required));
    }
    let all: Vec<&Exact> = values(actual).chain(values(required)).collect();
    if all.is_empty() {
        return "not held".to_owned();
    }
    let m = magnitude(&all, actual.dimension);
    let (mut a, mut r) = (figure_in(actual, m), figure_in(required, m));
    if let Some(value) = required.bounds.value.as_ref().filter(|_| literal && required.bounds.is_exact()) {
        r = written(value, m);
    }
    if required.bounds.value.is_none() && required.bounds.low.is_none() && required.bounds.high.is_none() {
        let unit = unit(m, actual.dimension);
        return format!("{a}{NB}{unit} {word} what is not held");
    }
    // Two figures that read alike and differ: say by how much.
    if let (Some(x), Some(y)) = (&actual.bounds.value, &required.bounds.value)
        && x != y
        && digits(x, m) == r
    {
        a = format!("{a} ({} against)", signed_nb(&(x - y), actual.dimension));
    }
    match unit(m, actual.dimension) {
        u if u.is_empty() => format!("{a} {word} {r}"),
        u => format!("{a} {word} {r}{NB}{u}"),
    }
}

/// Ranges of held and required in one magnitude: `8.792–9.118 of 94.951–111.216 bn USD`.
pub(crate) fn pair_range(actual: &[Exact], required: &[Exact], dimension: Dimension, word: &str) -> String {
    let all: Vec<&Exact> = actual.iter().chain(required).collect();
    let m = magnitude(&all, dimension);
    let range = |values: &[Exact]| -> String {
        let (Some(low), Some(high)) = (values.iter().min(), values.iter().max()) else {
            return String::new();
        };
        match (digits(low, m), digits(high, m)) {
            (a, b) if a == b => a,
            (a, b) if low.is_negative() => format!("{a}{NB}to{NB}{b}"),
            (a, b) => format!("{a}–{b}"),
        }
    };
    let (a, r) = (range(actual), range(required));
    match unit(m, dimension) {
        u if u.is_empty() => format!("{a} {word} {r}"),
        u => format!("{a} {word} {r}{NB}{u}"),
    }
}

/// A share in percent with one decimal, worked out from the exact values: `81.7 %`. `None` where nothing can be
/// divided. A share that is not whole never reads as 100.0 %: decimals are added until it differs, four at most, and
/// beyond them it is `<100 %` or `>100 %`.
pub fn percent(part: &Exact, whole: &Exact) -> Option<String> {
    part.checked_div(whole).map(|s| percent_of(&s).replace(NB, " "))
}

/// A share as `percent` writes it, with a no-break space.
pub(crate) fn percent_of(share: &Exact) -> String {
    format!("{}{NB}%", percent_digits(share))
}

fn percent_digits(share: &Exact) -> String {
    let hundred = Exact::integer(100);
    let value = share * &hundred;
    if value == hundred {
        return "100.0".to_owned();
    }
    for decimals in 1..=4 {
        let text = value.round_to(decimals);
        if Exact::parse(&text).as_ref() != Ok(&hundred) {
            return text;
        }
    }
    if value < hundred { "<100" } else { ">100" }.to_owned()
}

/// A range of shares, `57.0–63.0 %`, or one where both ends read alike.
pub(crate) fn percent_range(shares: &[Exact]) -> Option<String> {
    let (low, high) = (shares.iter().min()?, shares.iter().max()?);
    let (a, b) = (percent_digits(low), percent_digits(high));
    Some(if a == b {
        format!("{a}{NB}%")
    } else if low.is_negative() {
        format!("{a}{NB}to{NB}{b}{NB}%")
    } else {
        format!("{a}–{b}{NB}%")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use servanda_core::Currency;

    fn n(text: &str) -> Exact {
        Exact::parse(text).unwrap()
    }

    fn usd() -> Dimension {
        Dimension::Money(Currency::new("USD").unwrap())
    }

    #[test]
    fn money_in_the_magnitude_that_suits() {
        for (value, text) in [
            ("93652123456", "93.652 bn USD"),
            ("27335339028", "27.335 bn USD"),
            ("999999400000", "999.999 bn USD"),
            ("999999600000", "1.000 tn USD"),
            ("-6134453828", "-6.134 bn USD"),
            ("270000000", "270.000 m USD"),
            ("999999", "999 999 USD"),
            ("12.345", "12.345 USD"),
            ("1234", "1234 USD"),
            ("0", "0 USD"),
        ] {
            assert_eq!(amount(&n(value), usd()), text, "{value}");
        }
        // Half to even, from the exact value.
        assert_eq!(amount(&n("1000500000"), usd()), "1.000 bn USD");
        assert_eq!(amount(&n("1001500000"), usd()), "1.002 bn USD");
    }

    #[test]
    fn other_dimensions() {
        assert_eq!(amount(&n("12000000"), Dimension::Mass), "12.000 Mt");
        assert_eq!(amount(&n("4321"), Dimension::Mass), "4.321 kt");
        assert_eq!(amount(&n("1234567"), Dimension::Barrels), "1 234 567 bbl");
        assert_eq!(amount(&n("12.5"), Dimension::Percent), "12.5 %");
        assert_eq!(amount(&n("3600000000"), Dimension::Energy), "3.600 PJ");
        assert_eq!(amount(&n("36"), Dimension::Energy), "36 MJ");
        assert_eq!(amount(&n("3"), Dimension::Number), "3");
    }

    #[test]
    fn a_share_that_is_not_whole_never_reads_as_whole() {
        assert_eq!(percent(&n("27335339028"), &n("33469792856")).as_deref(), Some("81.7 %"));
        assert_eq!(percent(&n("9999"), &n("10000")).as_deref(), Some("99.99 %"));
        assert_eq!(percent(&n("10000001"), &n("10000000")).as_deref(), Some(">100 %"));
        assert_eq!(percent(&n("5"), &n("5")).as_deref(), Some("100.0 %"));
        assert_eq!(percent(&n("5"), &n("0")), None);
    }

    #[test]
    fn bounds_stand_beside_what_is_held() {
        let figure = Figure {
            bounds: Bounds {
                value: Some(n("9738000000")),
                low: Some(n("9738000000")),
                high: Some(n("9874000000")),
            },
            dimension: usd(),
        };
        let required = Figure { bounds: Bounds::exactly(n("26149000000")), dimension: usd() };
        let text = pair_nb(&figure, &required, "of").replace(NB, " ");
        assert_eq!(text, "9.738 (at most 9.874) of 26.149 bn USD");
        let near = Figure { bounds: Bounds::exactly(n("26148999000")), dimension: usd() };
        assert_eq!(
            pair_nb(&near, &required, "of").replace(NB, " "),
            "26.149 (-1000 USD against) of 26.149 bn USD"
        );
    }

    #[test]
    fn a_number_of_the_rule_is_printed_as_written() {
        let one = |text: &str, dimension| Figure { bounds: Bounds::exactly(n(text)), dimension };
        let pair = |a: &str, r: &str, dimension| {
            let between = Between { word: "of", literal: true };
            pair_nb(&one(a, dimension), &one(r, dimension), between).replace(NB, " ")
        };
        assert_eq!(pair("0.9619", "0.92299999", Dimension::Number), "0.962 of 0.92299999");
        assert_eq!(pair("0.9619", "0.0000001", Dimension::Number), "0.962 of 0.0000001");
        assert_eq!(pair("0.00000012345", "0.5", Dimension::Number), "0.000000123 of 0.5");
        assert_eq!(pair("26149000000", "26149000001", usd()), "26.149 of 26.149000001 bn USD");
        assert_eq!(pair("26149000000", "12500000000", usd()), "26.149 of 12.500 bn USD");
        assert_eq!(pair("-0.00001", "0", Dimension::Percent), "-0.00001 of 0 %");
    }

    proptest! {
        #[test]
        fn no_amount_breaks_and_each_is_near(value in any::<i64>()) {
            let exact = Exact::integer(i128::from(value));
            let text = amount_nb(&exact, usd());
            prop_assert!(!text.contains(' '));
            let power = if text.contains("tn") { 12 } else if text.contains("bn") { 9 } else if text.contains("m\u{a0}") { 6 } else { 0 };
            let unit = text.find(|c: char| c.is_ascii_alphabetic()).unwrap();
            let number: String = text[..unit].replace(NB, "");
            let back = &n(&number) * &Exact::power_of_ten(power);
            prop_assert!((&back - &exact).abs() <= Exact::power_of_ten(power - 3));
        }
    }
}
