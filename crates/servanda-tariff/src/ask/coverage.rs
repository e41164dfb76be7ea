//! How much is under additional duties.

use super::lines::{LineDay, added, added_within, lines_of_day};
use super::{Scope, TradeOf, Weights};
use crate::{Fate, Panel, Points, Shipment, TariffError};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::{Exact, Party};

/// How far a code is under additional duties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Covered {
    /// All its goods are.
    Covered,
    /// Some of its goods are: some of its lines, or a part of one.
    Partly,
    /// None of its goods are.
    Not,
    /// Some may be: no line of it stands, an act's rate may be nothing, or acts may not be held.
    Unknown,
}

/// A code of trade, or a line.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CoverageRow {
    /// The code.
    pub code: String,
    /// Its trade; 1 where lines are counted.
    pub trade: Exact,
    /// Its lines that are asked about.
    pub lines: usize,
    /// Of those, how many have additional duty on any goods, by the acts that are held.
    pub lines_covered: usize,
    /// How far it is covered, at the end of the day.
    pub state: Covered,
}

/// The share of lines or of trade under additional duties.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Coverage {
    /// Who charges.
    pub importer: Party,
    /// Whose goods.
    pub origin: Party,
    /// The day. Where duties change in its course, those at its end count, and the bounds take in both.
    pub day: Date,
    /// `simple` or `trade`.
    pub weights: String,
    /// Which trade.
    pub trade: Option<TradeOf>,
    /// The acts asked about; none: all.
    pub only: Option<Vec<String>>,
    /// As published trackers count, by the acts that are held: a code counts whole if any of its goods are covered.
    pub covered: Exact,
    /// Codes all of whose goods are covered.
    pub low: Exact,
    /// Codes some of whose goods are or may be covered, and the unmatched.
    pub high: Exact,
    /// All that is asked about, the unmatched included.
    pub total: Exact,
    /// `covered` in percent of `total`.
    pub share: Option<Exact>,
    /// `low` in percent of `total`.
    pub share_low: Option<Exact>,
    /// `high` in percent of `total`.
    pub share_high: Option<Exact>,
    /// Trade of codes of which no line stands. It counts as not covered.
    pub unmatched: Exact,
    /// Of `total`: codes that also hold lines that are not asked about.
    pub partly_asked: Exact,
    /// Trade of codes that are not asked about. It is not in `total`.
    pub outside: Exact,
    /// Every code, in order.
    pub rows: Vec<CoverageRow>,
}

/// What additional duty there is on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct OnLine {
    /// For certain on all its goods, all day.
    whole: bool,
    /// On some of its goods, at the end of the day, by the acts that are held.
    some: bool,
    /// The same, whatever acts are missing.
    surely: bool,
    /// Perhaps, or for a part of the day.
    may: bool,
    /// Perhaps, at the end of the day.
    may_at_end: bool,
}

/// How much of the lines, or of trade, is under additional duties on a day.
///
/// `only` restricts the question to measures (`MEASURE`), authorities (`AUTHORITY`) or acts (`MEASURE/ACT`).
pub fn coverage(
    panel: &Panel<'_>,
    origin: Party,
    scope: Scope<'_>,
    day: Date,
    shipment: Option<Shipment>,
    weights: Weights<'_>,
    only: Option<&[String]>,
) -> Result<Coverage, TariffError> {
    let acts = only.map(|names| chosen(panel, names)).transpose()?;
    let lines = lines_of_day(panel, origin, scope, day, shipment)?;
    let matched = weights.groups(panel, &lines, scope, day)?;
    let duties: Vec<OnLine> = lines.iter().map(|l| on_line(panel, l, acts.as_deref())).collect();
    let zero = Exact::zero;
    let (mut covered, mut low, mut high, mut partly_asked) = (zero(), zero(), zero(), zero());
    let mut rows = Vec::with_capacity(matched.groups.len() + matched.unmatched.len());
    for group in &matched.groups {
        let own = || group.lines.iter().filter_map(|at| duties.get(*at));
        let at_end = own().filter(|d| d.some).count();
        let state = if own().all(|d| d.whole) {
            Covered::Covered
        } else if own().any(|d| d.surely) {
            Covered::Partly
        } else if own().any(|d| d.may_at_end) {
            Covered::Unknown
        } else {
            Covered::Not
        };
        let count = |sum: &mut Exact, counts: bool| {
            if counts {
                *sum = &*sum + &group.weight;
            }
        };
        count(&mut covered, at_end > 0);
        count(&mut low, state == Covered::Covered && !group.partly);
        count(&mut high, own().any(|d| d.may));
        count(&mut partly_asked, group.partly);
        rows.push(CoverageRow {
            code: group.code.to_owned(),
            trade: group.weight.clone(),
            lines: group.lines.len(),
            lines_covered: at_end,
            state,
        });
    }
    let unmatched = matched.unmatched.iter().fold(zero(), |sum, (_, value)| &sum + value);
    rows.extend(matched.unmatched.iter().map(|(code, value)| CoverageRow {
        code: (*code).to_owned(),
        trade: (*value).clone(),
        lines: 0,
        lines_covered: 0,
        state: Covered::Unknown,
    }));
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    let high = &high + &unmatched;
    let total = rows.iter().fold(zero(), |sum, row| &sum + &row.trade);
    let share = |part: &Exact| (part * &Exact::integer(100)).checked_div(&total);
    Ok(Coverage {
        importer: panel.importer,
        origin,
        day,
        weights: if weights.trade().is_some() { "trade" } else { "simple" }.to_owned(),
        trade: weights.trade().map(super::Trade::named),
        only: only.map(<[String]>::to_vec),
        share: share(&covered),
        share_low: share(&low),
        share_high: share(&high),
        covered,
        low,
        high,
        total,
        unmatched,
        partly_asked,
        outside: matched.outside,
        rows,
    })
}

/// Which acts are meant by names of measures, authorities and acts. A name that means nothing is an error.
pub(super) fn chosen(panel: &Panel<'_>, names: &[String]) -> Result<Vec<bool>, TariffError> {
    let mut out = vec![false; panel.acts().len()];
    for name in names {
        let mut found = false;
        for (known, out) in panel.acts().iter().zip(&mut out) {
            if known.measure.id == *name || known.measure.authority == *name || known.name() == *name {
                (found, *out) = (true, true);
            }
        }
        if !found {
            return Err(TariffError::NoSuchAct { name: name.clone(), importer: panel.importer });
        }
    }
    Ok(out)
}

fn on_line(panel: &Panel<'_>, line: &LineDay<'_>, only: Option<&[bool]>) -> OnLine {
    let all: Vec<_> = line.intervals().map(|rate| added_within(panel, rate, only)).collect();
    let held = added(panel, &line.last, only);
    let positive = |x: &Exact| !x.is_negative() && !x.is_zero();
    let may = |points: &Points| points.high.as_ref().is_none_or(positive);
    let last = all.last();
    // A list that names a part of a line covers some of its goods for certain, but for what is taken away.
    let names_a_part = |sure: bool| {
        line.last.parts.iter().any(|part| {
            part.part
                && !(sure && part.doubtful)
                && positive(&part.rate.low)
                && matches!(&part.fate, Fate::Counts(points) if points.high.as_ref().is_none_or(positive))
                && only.is_none_or(|only| only.get(part.act).copied().unwrap_or(false))
        })
    };
    let some = |points: &Points, sure: bool| positive(&points.low) || (may(points) && names_a_part(sure));
    OnLine {
        whole: all.iter().all(|points| positive(&points.low)),
        some: some(&held, false),
        surely: last.is_some_and(|points| some(points, true)),
        may: all.iter().any(may),
        may_at_end: last.is_some_and(may),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{BookBuilder, chn, day, exact, trade, usa};

    fn book() -> crate::Book {
        let lines = [("01012100", "Free"), ("01012900", "6%"), ("02011010", "4.4¢/kg"), ("03011100", "2%")];
        BookBuilder::new()
            .schedule("mfn", &lines)
            .act("301", "one", &["010129", "0201"], "25%", "2018-07-06T00:01", None)
            .act("301", "part", &["0301110010"], "10%", "2018-07-06T00:01", None)
            .act("232", "late", &["010121"], "10%", "2018-07-06T12:00", None)
            .build()
    }

    #[test]
    fn codes_are_covered_partly_or_not() {
        let book = book();
        let panel = book.panel(usa(), None).unwrap();
        let weights =
            trade(&[("0101", "40"), ("0201101010", "30"), ("030111", "20"), ("0401", "10"), ("99", "5")]);
        let at = |on: &str, only: Option<&[String]>| {
            coverage(&panel, chn(), Scope(None), day(on), None, Weights::Trade(&weights), only).unwrap()
        };
        let found = at("2018-07-06", None);
        assert_eq!((found.covered, found.low, found.high), (exact("90"), exact("30"), exact("100")));
        assert_eq!((found.total, found.unmatched, found.outside), (exact("100"), exact("10"), exact("5")));
        let states: Vec<_> = found.rows.iter().map(|r| (r.code.as_str(), r.state)).collect();
        let want = [
            ("0101", Covered::Partly),
            ("0201101010", Covered::Covered),
            ("030111", Covered::Partly),
            ("0401", Covered::Unknown),
        ];
        assert_eq!(states, want);
        assert_eq!(at("2018-07-07", None).low, exact("70"));
        assert_eq!(at("2018-07-05", None).covered, exact("0"));
        assert_eq!(at("2018-07-07", Some(&["232".to_owned()])).covered, exact("40"));
        assert_eq!(at("2018-07-07", Some(&["301/part".to_owned()])).share, Some(exact("20")));
        let none = ["301/nothing".to_owned()];
        let on = day("2018-07-07");
        let refused = coverage(&panel, chn(), Scope(None), on, None, Weights::Simple, Some(&none));
        assert!(matches!(refused, Err(TariffError::NoSuchAct { .. })));
        let lines = coverage(&panel, chn(), Scope(None), on, None, Weights::Simple, None).unwrap();
        assert_eq!((lines.covered, lines.low, lines.total), (exact("4"), exact("3"), exact("4")));
    }
}
