//! A rate in hundredths of a percent, so that whole rates stay whole.

use serde::{Serialize, Serializer};
use std::fmt;

/// Added duty in hundredths of a percent of value: `25%` is 2500.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(pub u32);

impl Rate {
    /// Reads `25%`, `25` or `7.5%`: above zero, at most 1000 percent, at most two decimals.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().trim_end_matches('%').trim_end();
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() || part.len() > 2 || !digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            return None;
        }
        let hundredths: u32 = whole.parse::<u32>().ok()?.checked_mul(100)?;
        let part: u32 = if part.is_empty() { 0 } else { format!("{part:0<2}").parse().ok()? };
        Some(Self(hundredths.checked_add(part)?)).filter(|r| (1..=100_000).contains(&r.0))
    }

    /// As a fraction of value: `25%` is 0.25.
    pub fn fraction(self) -> f64 {
        f64::from(self.0) / 10_000.0
    }

    /// The rates from one step to the highest: each multiple of the step, and the highest.
    pub fn grid(step: Self, most: Self) -> Vec<Self> {
        let mut rates: Vec<Self> =
            (1..).map_while(|n: u32| step.0.checked_mul(n)).take_while(|r| *r < most.0).map(Self).collect();
        rates.push(most);
        rates
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 100, self.0 % 100) {
            (whole, 0) => write!(f, "{whole}%"),
            (whole, part) if part % 10 == 0 => write!(f, "{whole}.{}%", part / 10),
            (whole, part) => write!(f, "{whole}.{part:02}%"),
        }
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

servanda_core::text_schema!(Rate, "A rate in percent: 7.5%");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_and_written() {
        for (text, hundredths, shown) in
            [("25%", 2500, "25%"), ("7.5", 750, "7.5%"), ("0.05 %", 5, "0.05%"), ("1000%", 100_000, "1000%")]
        {
            assert_eq!(Rate::parse(text), Some(Rate(hundredths)), "{text}");
            assert_eq!(Rate(hundredths).to_string(), shown);
        }
        for wrong in ["", "%", "0%", "-5%", "1.234%", "1001%", "a%", "1.2.3%", ".5%", "99999999999%"] {
            assert_eq!(Rate::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_grid_ends_with_the_highest_rate() {
        let of = |step, most| Rate::grid(Rate(step), Rate(most)).iter().map(|r| r.0).collect::<Vec<_>>();
        assert_eq!(of(500, 1500), [500, 1000, 1500]);
        assert_eq!(of(1000, 2500), [1000, 2000, 2500]);
        assert_eq!(of(5000, 2500), [2500]);
    }
}
