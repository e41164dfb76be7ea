//! How much each line counts in a figure.

use super::lines::LineDay;
use super::matching::{Matched, by_trade, each_line};
use super::{Scope, Trade};
use crate::{Panel, TariffError};
use jiff::civil::Date;

/// How much each line counts.
#[derive(Debug, Clone, Copy)]
pub enum Weights<'t> {
    /// Each line once.
    Simple,
    /// By its trade.
    Trade(&'t Trade),
}

impl<'t> Weights<'t> {
    /// What the weights stand on: each line by itself, or the codes of the trade. Trade that cannot serve is refused.
    pub(super) fn groups<'g>(
        self,
        panel: &Panel<'_>,
        lines: &'g [LineDay<'_>],
        scope: Scope<'_>,
        day: Date,
    ) -> Result<Matched<'g>, TariffError>
    where
        't: 'g,
    {
        match self {
            Self::Simple => Ok(each_line(lines)),
            Self::Trade(trade) => {
                trade.check()?;
                let standing: Vec<&str> = panel.lines_on(day).collect();
                let asked: Vec<&str> = lines.iter().map(|l| l.line).collect();
                Ok(by_trade(trade, &standing, &asked, scope))
            }
        }
    }

    /// Which trade.
    pub(super) fn trade(self) -> Option<&'t Trade> {
        match self {
            Self::Simple => None,
            Self::Trade(trade) => Some(trade),
        }
    }
}
