//! Reading a rate of duty from its text. What is not wholly understood stays text.

use crate::{Duty, Specific};
use servanda_core::Exact;

/// Rates above this many percent are not taken for rates.
const MOST_PERCENT: i128 = 10_000;

/// The longest text of a number that is read.
const LONGEST_NUMBER: usize = 18;

/// Units in which duties are charged on the article as it is, without a dot at their end.
const UNITS: &[&str] = &[
    "kg", "g", "t", "clean kg", "liter", "pf.liter", "bbl", "m", "m2", "m3", "m²", "m³", "each", "article",
    "head", "pr", "doz", "gross", "thousand", "1000",
];

/// Why a text cannot be the rate of an act.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DutyError {
    /// Nothing is written.
    #[error("the rate is empty: write a rate such as 25%, or Free")]
    Empty,
    /// A number alone.
    #[error("a rate without a unit: `{text}`; write {text}% for percent of value, or {text} cents/kg")]
    WithoutUnit {
        /// What was written.
        text: String,
    },
    /// Anything else.
    #[error(
        "`{text}` is not a rate: write Free, 25%, 1.4 cents/kg, $1.035/kg + 6%, or bounds such as 5% to 10%"
    )]
    NotUnderstood {
        /// What was written.
        text: String,
    },
}

impl Duty {
    /// Reads a rate as a schedule writes it. A text that is not wholly understood is `Unparsed`, an empty one `Missing`.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::Missing;
        }
        if text.eq_ignore_ascii_case("free") {
            return Self::percent(Exact::zero());
        }
        between(text).or_else(|| formula(text)).unwrap_or_else(|| Self::Unparsed(text.to_owned()))
    }

    /// Reads a rate of an act or of a list by line, where it must be understood.
    pub fn parse_strict(text: &str) -> Result<Self, DutyError> {
        match Self::parse(text) {
            Self::Missing => Err(DutyError::Empty),
            Self::Unparsed(text) if Exact::parse(&text).is_ok() => Err(DutyError::WithoutUnit { text }),
            Self::Unparsed(text) => Err(DutyError::NotUnderstood { text }),
            duty => Ok(duty),
        }
    }
}

/// A number without a sign, no longer than rates are.
fn number(text: &str) -> Option<Exact> {
    let text = text.trim();
    let fits = text.len() <= LONGEST_NUMBER && text.starts_with(|c: char| c.is_ascii_digit());
    if fits { Exact::parse(text).ok() } else { None }
}

/// `6.8%`, within reason.
fn percent(text: &str) -> Option<Exact> {
    number(text.strip_suffix('%')?).filter(|value| *value <= Exact::integer(MOST_PERCENT))
}

/// `5% to 10%`.
fn between(text: &str) -> Option<Duty> {
    let (low, high) = text.split_once(" to ")?;
    let (low, high) = (percent(low.trim())?, percent(high.trim())?);
    (low <= high).then_some(Duty::Between { low, high })
}

/// A sum of shares of value and amounts by quantity.
fn formula(text: &str) -> Option<Duty> {
    let mut total = Exact::zero();
    let mut amounts = Vec::new();
    for term in text.split('+').map(str::trim) {
        match percent(term) {
            Some(share) => total = &total + &share,
            None => amounts.push(specific(term)?),
        }
    }
    (total <= Exact::integer(MOST_PERCENT)).then_some(Duty::Formula { percent: total, specific: amounts })
}

/// `1.4¢/kg`, `1.4 cents/kg`, `$1.035/kg`, `30 cents each`.
fn specific(term: &str) -> Option<Specific> {
    let (dollars, rest) = match term.strip_prefix('$') {
        Some(rest) => {
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
            let (amount, rest) = rest.split_at_checked(end)?;
            (number(amount)?, rest)
        }
        None => {
            let (amount, rest) = ["¢", "cents", "cent"].into_iter().find_map(|word| term.split_once(word))?;
            (&number(amount)? * &Exact::scaled(1, 2), rest)
        }
    };
    let unit = match rest.strip_prefix('/') {
        Some(unit) => unit.trim().replace("pf. liter", "pf.liter"),
        None if rest.starts_with(' ') && rest.trim() == "each" => "each".to_owned(),
        None => return None,
    };
    let unit = unit.strip_suffix('.').unwrap_or(&unit);
    UNITS.contains(&unit).then(|| Specific { dollars, unit: unit.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(text: &str) -> Exact {
        Exact::parse(text).unwrap()
    }

    fn duty(percent: &str, amounts: &[(&str, &str)]) -> Duty {
        let specific =
            amounts.iter().map(|(d, u)| Specific { dollars: n(d), unit: (*u).to_owned() }).collect();
        Duty::Formula { percent: n(percent), specific }
    }

    #[test]
    fn rates_that_are_understood() {
        for (text, expected) in [
            ("Free", duty("0", &[])),
            ("6.8%", duty("6.8", &[])),
            (" 25% ", duty("25", &[])),
            ("1.4¢/kg", duty("0", &[("0.014", "kg")])),
            ("1.4 cents/kg", duty("0", &[("0.014", "kg")])),
            ("$1.035/kg + 6%", duty("6", &[("1.035", "kg")])),
            ("30 cents each + 6.9%", duty("6.9", &[("0.3", "each")])),
            ("90 cents/pr. + 20%", duty("20", &[("0.9", "pr")])),
            ("0.9 cents each", duty("0", &[("0.009", "each")])),
            ("2.8¢/liter", duty("0", &[("0.028", "liter")])),
            ("$12 each", duty("0", &[("12", "each")])),
            (
                "3.1 cents/liter + 22.1 cents/pf. liter",
                duty("0", &[("0.031", "liter"), ("0.221", "pf.liter")]),
            ),
            ("1 cent/kg + 2% + 0.5%", duty("2.5", &[("0.01", "kg")])),
            ("14.9¢/1000", duty("0", &[("0.149", "1000")])),
            ("10000%", duty("10000", &[])),
        ] {
            assert_eq!(Duty::parse(text), expected, "{text}");
        }
        assert_eq!(Duty::parse("5% to 10%"), Duty::Between { low: n("5"), high: n("10") });
        assert_eq!(Duty::parse("  "), Duty::Missing);
    }

    #[test]
    fn anything_else_stays_text() {
        for text in [
            "25",
            "-5%",
            "10001%",
            "9000% + 2000%",
            "10% to 5%",
            "1,000%",
            "1,5%",
            "Free, under bond",
            "No additional duty",
            "51 cents each + 6.25% on the case",
            "3.6606 cents/kg of total sugars",
            "1.5 cents/kg on lead content",
            "2.5% on the value of the lead content",
            "The rate applicable to the natural juice in heading 2009",
            "3.66 cents/kg less 0.02 cents/kg for each degree",
            "48 cents/1,000 pins",
            "20 cents/line/ gross",
            "¥5/kg",
            "$/kg",
            "$5",
            "5 cents",
            "5 centseach",
            "5% + ",
            "+",
            "%",
            ".5%",
            "5.%",
            "1e3%",
            "5% to 10% + 3 cents/kg",
            "１０%",
            "99999999999999999999999999999999%",
        ] {
            assert_eq!(Duty::parse(text), Duty::Unparsed(text.trim().to_owned()), "{text}");
        }
    }

    #[test]
    fn an_act_must_say_its_rate() {
        assert_eq!(Duty::parse_strict("25%"), Ok(duty("25", &[])));
        assert_eq!(Duty::parse_strict("25"), Err(DutyError::WithoutUnit { text: "25".into() }));
        assert_eq!(Duty::parse_strict(""), Err(DutyError::Empty));
        let error = Duty::parse_strict("much").unwrap_err().to_string();
        assert!(error.starts_with("`much` is not a rate: write Free, 25%"), "{error}");
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_an_answer(text in "[0-9.%$¢+ a-z/,-]{0,40}") {
            if let Duty::Formula { percent, specific } = Duty::parse(&text) {
                proptest::prop_assert!(!percent.is_negative());
                proptest::prop_assert!(specific.iter().all(|s| !s.dollars.is_negative()));
            }
            let _ = Duty::parse_strict(&text);
        }
    }
}
