//! Series of rates: of exchange, of reference, of an index. They are entered by hand as ledgers are, and never added up.

use crate::ledger::{Ledger, LedgerEntry};
use servanda_core::{Date, Exact, Period, Point, words};

words! {
    /// How the rate of a period is made of the rates of its parts.
    RateMethod {
        /// Their simple mean, where each part of one length has one.
        Mean = "mean",
        /// The rate of the part that ends with it.
        End = "end",
    }
}

/// A series of rates.
#[derive(Debug, Clone, PartialEq)]
pub struct RateSeries {
    /// Its entries, each the rate of a period.
    pub ledger: Ledger,
    /// How the rate of a longer period is made of them.
    pub method: RateMethod,
}

impl RateSeries {
    /// What it is called beside others: `rate.NAME`.
    pub fn source(&self) -> String {
        format!("rate.{}", self.ledger.name)
    }

    /// The rate of a period by what was known at the end of a day, in the base unit, and the entries that it is made of. An entry of
    /// that very period goes before any that is made of parts.
    ///
    /// # Errors
    /// Why there is none.
    pub fn rate(&self, period: &Period, day: Date) -> Result<(Exact, Vec<&LedgerEntry>), String> {
        let known: Vec<&LedgerEntry> = self.ledger.known(day).filter(|e| e.is_whole()).collect();
        let own = |e: &&LedgerEntry| (e.period.start(), e.period.end()) == (period.start(), period.end());
        let exact: Vec<&LedgerEntry> = known.iter().copied().filter(own).collect();
        let used = match (exact.as_slice(), self.method) {
            ([], RateMethod::End) => self.at_end(&known, period)?,
            ([], RateMethod::Mean) => self.of_parts(&known, period)?,
            ([_], _) => exact,
            _ => {
                return Err(format!(
                    "there are {} rates of {period}: one that is published again has one id",
                    exact.len()
                ));
            }
        };
        let sum = used.iter().fold(Exact::zero(), |sum, e| &sum + &e.value);
        let count = i128::try_from(used.len()).unwrap_or(i128::MAX);
        let mean = sum.checked_div(&Exact::integer(count)).ok_or_else(|| self.missing(period))?;
        Ok((&mean * &self.ledger.unit.factor(), used))
    }

    fn missing(&self, period: &Period) -> String {
        match self.method {
            RateMethod::Mean => format!("no rate of {period} is entered, nor one of each of its parts"),
            RateMethod::End => format!("no rate of {period} is entered, nor one that ends with it"),
        }
    }

    /// The shortest part that ends with a period.
    fn at_end<'e>(&self, known: &[&'e LedgerEntry], period: &Period) -> Result<Vec<&'e LedgerEntry>, String> {
        let ends = known
            .iter()
            .copied()
            .filter(|e| e.period.end() == period.end() && e.period.start() >= period.start());
        let first = ends.clone().map(|e| e.period.start()).max().ok_or_else(|| self.missing(period))?;
        let last: Vec<&LedgerEntry> = ends.filter(|e| e.period.start() == first).collect();
        match last.as_slice() {
            [_] => Ok(last),
            _ => Err(format!(
                "there are {} rates that end with {period}: one that is published again has one id",
                last.len()
            )),
        }
    }

    /// The parts of a period, all years, quarters, months or days, of which none is missing; the longest that there are.
    fn of_parts<'e>(
        &self,
        known: &[&'e LedgerEntry],
        period: &Period,
    ) -> Result<Vec<&'e LedgerEntry>, String> {
        let kinds: [fn(&Point) -> bool; 4] = [
            |p| matches!(p, Point::Year(_)),
            |p| matches!(p, Point::Quarter(..)),
            |p| matches!(p, Point::Month(..)),
            |p| matches!(p, Point::Day(_)),
        ];
        for kind in kinds {
            let inside = |e: &&LedgerEntry| {
                e.period.from == e.period.to
                    && kind(&e.period.from)
                    && e.period.start() >= period.start()
                    && e.period.end() <= period.end()
            };
            let mut parts: Vec<&LedgerEntry> = known.iter().copied().filter(inside).collect();
            parts.sort_by_key(|e| e.period.start());
            let follows = parts.windows(2).all(|pair| match pair {
                [a, b] => a.period.end().tomorrow().ok() == Some(b.period.start()),
                _ => false,
            });
            let whole = parts.first().is_some_and(|e| e.period.start() == period.start())
                && parts.last().is_some_and(|e| e.period.end() == period.end());
            if whole && follows {
                return Ok(parts);
            }
        }
        Err(self.missing(period))
    }
}
