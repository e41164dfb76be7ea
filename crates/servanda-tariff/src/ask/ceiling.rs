//! Which lines are charged more than a ceiling.

use super::lines::lines_of_day;
use super::{NoNumber, Scope, Trade, TradeOf, Weights};
use crate::{Panel, Points, Shipment, TariffError};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::{Exact, Party};

/// How a line stands to a ceiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CeilingState {
    /// Its rate is above the ceiling, if only for a part of the day.
    Breach,
    /// It is not, all day.
    Kept,
    /// It cannot be told.
    Undecided,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CeilingLine {
    /// The line.
    pub line: String,
    /// How it stands.
    pub state: CeilingState,
    /// All that is charged, in the course of the day.
    pub total: Points,
    /// The base, at the end of the day.
    pub base: Points,
    /// What the total exceeds the ceiling by.
    pub excess: Points,
    /// The rate at the end of the day as people write it.
    pub text: String,
    /// Why it is not one number.
    pub why: Option<NoNumber>,
    /// Its trade, if trade was given for this line or for parts of it. Trade of a code that holds several lines is in
    /// [`CeilingTrade`] only.
    pub trade: Option<Exact>,
}

/// Trade by how the lines of its codes stand.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CeilingTrade {
    /// Which trade.
    pub of: TradeOf,
    /// All that is asked about: the five below.
    pub total: Exact,
    /// All lines of its code are in breach.
    pub breach: Exact,
    /// All are kept.
    pub kept: Exact,
    /// A line of its code is undecided, and none is in breach beside one that is kept.
    pub undecided: Exact,
    /// Some lines of its code are in breach and some are kept.
    pub mixed: Exact,
    /// No line of its code stands.
    pub unmatched: Exact,
    /// Trade of codes that are not asked about. It is not in `total`.
    pub outside: Exact,
}

/// The lines of a scope against a ceiling.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Ceiling {
    /// Who charges.
    pub importer: Party,
    /// Whose goods.
    pub origin: Party,
    /// The day.
    pub day: Date,
    /// The ceiling, in percent of value.
    pub ceiling: Exact,
    /// Lines above it.
    pub breach: usize,
    /// Lines not above it.
    pub kept: usize,
    /// Lines of which it cannot be told.
    pub undecided: usize,
    /// Trade, if it was given.
    pub trade: Option<CeilingTrade>,
    /// Every line, in order.
    pub lines: Vec<CeilingLine>,
}

/// Which lines are charged more than a ceiling on a day.
pub fn ceiling(
    panel: &Panel<'_>,
    origin: Party,
    scope: Scope<'_>,
    day: Date,
    shipment: Option<Shipment>,
    ceiling: &Exact,
    trade: Option<&Trade>,
) -> Result<Ceiling, TariffError> {
    let found = lines_of_day(panel, origin, scope, day, shipment)?;
    let limit = Points::exactly(ceiling.clone());
    let mut lines: Vec<CeilingLine> = found
        .iter()
        .map(|line| {
            let total = line.bounds();
            let state = if line.intervals().any(|rate| rate.bounds().low > *ceiling) {
                CeilingState::Breach
            } else if total.high.as_ref().is_some_and(|high| high <= ceiling) {
                CeilingState::Kept
            } else {
                CeilingState::Undecided
            };
            CeilingLine {
                line: line.line.to_owned(),
                state,
                excess: total.above(&limit),
                total,
                base: line.last.base_points.clone(),
                text: line.last.text(),
                why: line.why.or(line.lacking().then_some(NoNumber::ActsNotHeld)),
                trade: trade.map(|_| Exact::zero()),
            }
        })
        .collect();
    let trade = match trade {
        None => None,
        Some(trade) => {
            let matched = Weights::Trade(trade).groups(panel, &found, scope, day)?;
            Some(sums(trade, &matched, &mut lines))
        }
    };
    let count = |state| lines.iter().filter(|l| l.state == state).count();
    Ok(Ceiling {
        importer: panel.importer,
        origin,
        day,
        ceiling: ceiling.clone(),
        breach: count(CeilingState::Breach),
        kept: count(CeilingState::Kept),
        undecided: count(CeilingState::Undecided),
        trade,
        lines,
    })
}

/// Sums trade by state, and writes it beside lines where it is theirs alone.
fn sums(trade: &Trade, matched: &super::matching::Matched<'_>, lines: &mut [CeilingLine]) -> CeilingTrade {
    let zero = Exact::zero;
    let mut out = CeilingTrade {
        of: trade.named(),
        total: zero(),
        breach: zero(),
        kept: zero(),
        undecided: zero(),
        mixed: zero(),
        unmatched: matched.unmatched.iter().fold(zero(), |sum, (_, value)| &sum + value),
        outside: matched.outside.clone(),
    };
    for group in &matched.groups {
        let has = |state| group.lines.iter().filter_map(|at| lines.get(*at)).any(|l| l.state == state);
        let sum = match (has(CeilingState::Breach), has(CeilingState::Kept), has(CeilingState::Undecided)) {
            (true, true, _) => &mut out.mixed,
            (_, _, true) => &mut out.undecided,
            (true, false, false) => &mut out.breach,
            (false, _, false) => &mut out.kept,
        };
        *sum = &*sum + &group.weight;
        out.total = &out.total + &group.weight;
        if let ([at], false) = (group.lines.as_slice(), group.partly)
            && let Some(sum) = lines.get_mut(*at).and_then(|l| l.trade.as_mut())
        {
            *sum = &*sum + &group.weight;
        }
    }
    out.total = &out.total + &out.unmatched;
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{BookBuilder, chn, day, exact, trade, usa};

    #[test]
    fn lines_above_a_ceiling_with_their_trade() {
        let lines = [
            ("01012100", "Free"),
            ("01012900", "6%"),
            ("02011010", "4.4¢/kg"),
            ("02011050", "20%"),
            ("03", "15%"),
        ];
        let book = BookBuilder::new()
            .schedule("mfn", &lines)
            .act("301", "one", &["010129"], "10%", "2018-07-06T12:00", None)
            .build();
        let panel = book.panel(usa(), None).unwrap();
        let weights = trade(&[("0101", "8"), ("020110", "4"), ("03021100", "2"), ("0401", "1"), ("98", "9")]);
        let at = |on: &str| {
            ceiling(&panel, chn(), Scope(None), day(on), None, &exact("15"), Some(&weights)).unwrap()
        };
        let found = at("2018-07-06");
        assert_eq!((found.breach, found.kept, found.undecided), (2, 2, 1));
        assert_eq!(found.lines[1].excess, Points { low: exact("0"), high: Some(exact("1")) });
        assert_eq!(found.lines[3].excess, Points::exactly(exact("5")));
        assert_eq!(found.lines[4].trade, Some(exact("2")));
        let sums = found.trade.unwrap();
        let parts = [&sums.mixed, &sums.undecided, &sums.kept, &sums.unmatched, &sums.breach];
        assert_eq!(parts, [&exact("8"), &exact("4"), &exact("2"), &exact("1"), &exact("0")]);
        assert_eq!((sums.total, sums.outside), (exact("15"), exact("9")));
        assert_eq!(at("2018-07-05").breach, 1);
    }
}
