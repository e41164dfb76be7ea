//! Trade by code, as weights.

use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::Exact;
use std::collections::BTreeMap;

/// Trade of a year by code of a statistic.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Trade {
    /// What it is: `Imports of China from the United States`.
    pub title: String,
    /// Whose figures.
    pub source: String,
    /// The year.
    pub year: i16,
    /// The unit of the values: `USD`.
    pub unit: String,
    /// The value of each code, of 2 to 10 digits. No code is the beginning of another.
    pub values: BTreeMap<String, Exact>,
}

/// Why trade cannot serve as weights.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TradeError {
    /// A code that is not one.
    #[error("{title}: `{code}` is not a code of 2 to 10 digits")]
    NotACode {
        /// The trade's title.
        title: String,
        /// What stands there.
        code: String,
    },
    /// One code holds another, so that trade would count twice.
    #[error(
        "{title}: code {outer} holds code {inner}; give codes that do not hold each other, or trade counts twice"
    )]
    Nested {
        /// The trade's title.
        title: String,
        /// The shorter code.
        outer: String,
        /// The longer one.
        inner: String,
    },
    /// A weight below zero.
    #[error("{title}: the trade of code {code} is below zero")]
    Negative {
        /// The trade's title.
        title: String,
        /// The code.
        code: String,
    },
}

/// Which trade a figure was weighed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TradeOf {
    /// What it is.
    pub title: String,
    /// Whose figures.
    pub source: String,
    /// The year.
    pub year: i16,
    /// The unit.
    pub unit: String,
}

impl Trade {
    /// What it is, without its values.
    pub fn named(&self) -> TradeOf {
        let Self { title, source, year, unit, .. } = self.clone();
        TradeOf { title, source, year, unit }
    }

    /// Whether its codes and values can serve as weights.
    pub fn check(&self) -> Result<(), TradeError> {
        let title = || self.title.clone();
        let mut before: Option<&str> = None;
        for (code, value) in &self.values {
            if !(2..=10).contains(&code.len()) || !code.bytes().all(|b| b.is_ascii_digit()) {
                return Err(TradeError::NotACode { title: title(), code: code.clone() });
            }
            if value.is_negative() {
                return Err(TradeError::Negative { title: title(), code: code.clone() });
            }
            // What begins with a code follows it at once in the order of texts.
            if let Some(outer) = before.filter(|outer| code.starts_with(outer)) {
                let (outer, inner) = (outer.to_owned(), code.clone());
                return Err(TradeError::Nested { title: title(), outer, inner });
            }
            before = Some(code);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::trade;

    #[test]
    fn codes_that_hold_each_other_are_refused() {
        let says = |codes: &[(&str, &str)]| trade(codes).check().map_err(|e| e.to_string());
        assert_eq!(says(&[("0101", "1"), ("0102", "0"), ("010310", "2.5")]), Ok(()));
        let nested = says(&[("0101", "1"), ("010121", "1"), ("0102", "1")]).unwrap_err();
        assert!(nested.contains("code 0101 holds code 010121"), "{nested}");
        assert!(says(&[("01a1", "1")]).is_err());
        assert!(says(&[("1", "1")]).is_err());
        assert!(says(&[("0101", "-1")]).unwrap_err().contains("below zero"));
    }
}
