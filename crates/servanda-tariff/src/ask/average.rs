//! The average rate of a day.

use super::lines::{LineDay, lines_of_day};
use super::matching::{Fractions, Group};
use super::{NoNumber, Scope, TradeOf, Weights};
use crate::{Base, Panel, Points, ScheduleKind, Shipment, TariffError};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::{Exact, Party};
use std::collections::BTreeSet;

/// What is left out of a figure because its rate is not one number.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct LeftOut<T> {
    /// Amounts by quantity, alone or beside a percentage.
    pub by_quantity: T,
    /// Texts that are not understood.
    pub unparsed: T,
    /// Lines without a rate.
    pub not_written: T,
    /// Lines that no schedule that is held has.
    pub base_not_held: T,
    /// Rates known within bounds only.
    pub within_bounds: T,
}

impl<T> LeftOut<T> {
    fn of(zero: impl Fn() -> T) -> Self {
        Self {
            by_quantity: zero(),
            unparsed: zero(),
            not_written: zero(),
            base_not_held: zero(),
            within_bounds: zero(),
        }
    }

    fn of_kind(&mut self, kind: NoNumber) -> &mut T {
        match kind {
            NoNumber::ByQuantity => &mut self.by_quantity,
            NoNumber::Unparsed => &mut self.unparsed,
            NoNumber::NotWritten => &mut self.not_written,
            NoNumber::BaseNotHeld => &mut self.base_not_held,
            NoNumber::WithinBounds | NoNumber::ActsNotHeld => &mut self.within_bounds,
        }
    }
}

/// What kind of figure an average is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Says {
    /// `statutory`: worked out from legal rates, not from duty collected.
    pub kind: String,
    /// The base that the rates stand on.
    pub base: String,
    /// What the schedules leave out.
    pub leaves_out: Vec<String>,
    /// Why schedules are read for days that they do not speak for, if they are.
    pub read_on: Vec<String>,
}

/// How the trade that an average was weighed with divides.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TradeWeighed {
    /// Which trade.
    pub of: TradeOf,
    /// All that is asked about: what is counted, left out and unmatched.
    pub total: Exact,
    /// Trade of codes that have a value: the divisor of the figure.
    pub counted: Exact,
    /// Trade of codes of which no line stands. It is in no figure and no bound.
    pub unmatched: Exact,
    /// Trade of codes of which no line has a number, by the first kind that one of their lines has.
    pub left_out: LeftOut<Exact>,
    /// Of `counted`: codes of which some lines have no number, so that the mean is over the others.
    pub mixed: Exact,
    /// Of `total`: codes that also hold lines that are not asked about.
    pub partly_asked: Exact,
    /// Trade of codes that are not asked about. It is not in `total`.
    pub outside: Exact,
}

/// The average of statutory rates on a day.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Average {
    /// Who charges.
    pub importer: Party,
    /// Whose goods.
    pub origin: Party,
    /// The day. Where a rate changes in its course, the one at its end counts, and the bounds take in both.
    pub day: Date,
    /// `simple` or `trade`.
    pub weights: String,
    /// In percent of value, over lines whose rate is one number, by the acts that are held.
    pub value: Option<Exact>,
    /// Not less than this, over all lines.
    pub low: Option<Exact>,
    /// Not more than this, over all lines; none where a line has no upper bound: acts on it may not be held, or its rate is no
    /// percentage of value.
    pub high: Option<Exact>,
    /// The same bound below by the acts that are held.
    pub held_low: Option<Exact>,
    /// The same bound above by the acts that are held.
    pub held_high: Option<Exact>,
    /// Of `value`: the base. None where the base of a line that counts is not one number.
    pub base_mean: Option<Exact>,
    /// Of `value`: what acts add.
    pub additional_mean: Option<Exact>,
    /// Lines asked about; with trade as weights, those of codes with trade.
    pub lines: usize,
    /// Those whose rate is one number.
    pub counted: usize,
    /// Of these, ad valorem equivalents worked out with a stated unit value.
    pub equivalents: usize,
    /// The others.
    pub left_out: LeftOut<usize>,
    /// Lines of which acts may not be held: the value has those that are, and the bounds are open.
    pub lacking: usize,
    /// Lines whose schedule does not speak for the day and is read on.
    pub read_on: usize,
    /// With trade as weights: how it divides.
    pub trade: Option<TradeWeighed>,
    /// What kind of figure this is.
    pub says: Says,
}

struct Sums {
    value: Fractions,
    base: Fractions,
    base_known: bool,
    bounds: (Exact, Option<Exact>),
    held: (Exact, Option<Exact>),
    counted: Exact,
    all: Exact,
    mixed: Exact,
    partly: Exact,
}

impl Sums {
    fn new() -> Self {
        Self {
            value: Fractions::default(),
            base: Fractions::default(),
            base_known: true,
            bounds: (Exact::zero(), Some(Exact::zero())),
            held: (Exact::zero(), Some(Exact::zero())),
            counted: Exact::zero(),
            all: Exact::zero(),
            mixed: Exact::zero(),
            partly: Exact::zero(),
        }
    }
}

/// The average rate on goods of an origin on a day.
///
/// A code of trade that is coarser than the lines has the simple mean of its lines (those that have a number) as its value, and
/// the lowest and the highest of all of them as its bounds. One that is finer has the rate of its line.
pub fn average(
    panel: &Panel<'_>,
    origin: Party,
    scope: Scope<'_>,
    day: Date,
    shipment: Option<Shipment>,
    weights: Weights<'_>,
) -> Result<Average, TariffError> {
    let lines = lines_of_day(panel, origin, scope, day, shipment)?;
    let matched = weights.groups(panel, &lines, scope, day)?;
    let mut sums = Sums::new();
    let mut used = vec![false; lines.len()];
    let mut trade_left = LeftOut::of(Exact::zero);
    for group in matched.groups.iter().filter(|g| !g.weight.is_zero()) {
        for at in &group.lines {
            if let Some(used) = used.get_mut(*at) {
                *used = true;
            }
        }
        let members: Vec<&LineDay<'_>> = group.lines.iter().filter_map(|at| lines.get(*at)).collect();
        if let Some(kind) = add(&mut sums, group, &members) {
            let left = trade_left.of_kind(kind);
            *left = &*left + &group.weight;
        }
    }
    let used: Vec<&LineDay<'_>> = lines.iter().zip(used).filter_map(|(l, used)| used.then_some(l)).collect();
    let mut left_out = LeftOut::<usize>::default();
    used.iter().filter_map(|l| l.why).for_each(|why| *left_out.of_kind(why) += 1);
    let numbered = |l: &&&LineDay<'_>| l.why.is_none();
    let value = sums.value.total().checked_div(&sums.counted);
    let base_mean = sums.base.total().checked_div(&sums.counted).filter(|_| sums.base_known);
    let additional_mean = value.as_ref().zip(base_mean.as_ref()).map(|(all, base)| all - base);
    let trade = weights.trade().map(|trade| {
        let unmatched = matched.unmatched.iter().fold(Exact::zero(), |sum, (_, value)| &sum + value);
        TradeWeighed {
            of: trade.named(),
            total: &sums.all + &unmatched,
            counted: sums.counted.clone(),
            unmatched,
            left_out: trade_left,
            mixed: sums.mixed,
            partly_asked: sums.partly,
            outside: matched.outside.clone(),
        }
    });
    Ok(Average {
        importer: panel.importer,
        origin,
        day,
        weights: if trade.is_some() { "trade" } else { "simple" }.to_owned(),
        value,
        low: sums.bounds.0.checked_div(&sums.all),
        high: sums.bounds.1.and_then(|high| high.checked_div(&sums.all)),
        held_low: sums.held.0.checked_div(&sums.all),
        held_high: sums.held.1.and_then(|high| high.checked_div(&sums.all)),
        base_mean,
        additional_mean,
        lines: used.len(),
        counted: used.iter().filter(numbered).count(),
        equivalents: used.iter().filter(numbered).filter(|l| l.last.equivalent).count(),
        left_out,
        lacking: used.iter().filter(|l| l.lacking()).count(),
        read_on: used.iter().filter(|l| matches!(&l.last.base, Base::Row { read_on: Some(_), .. })).count(),
        trade,
        says: says(panel, &used),
    })
}

/// Adds a group; gives why it has no value, if it has none.
fn add(sums: &mut Sums, group: &Group<'_>, members: &[&LineDay<'_>]) -> Option<NoNumber> {
    sums.all = &sums.all + &group.weight;
    if group.partly {
        sums.partly = &sums.partly + &group.weight;
    }
    widen(&mut sums.bounds, &group.weight, members.iter().map(|l| l.bounds()).collect());
    widen(&mut sums.held, &group.weight, members.iter().map(|l| l.held_bounds()).collect());

    let values: Vec<&Exact> = members.iter().filter_map(|l| l.value()).collect();
    if values.is_empty() {
        return members.iter().filter_map(|l| l.why).min();
    }
    let sum = |values: &mut dyn Iterator<Item = &Exact>| values.fold(Exact::zero(), |a, b| &a + b);
    sums.value.add(&(&sum(&mut values.iter().copied()) * &group.weight), values.len());
    let bases: Option<Vec<&Exact>> =
        members.iter().filter(|l| l.value().is_some()).map(|l| l.last.base_points.exact()).collect();
    match bases {
        Some(bases) => sums.base.add(&(&sum(&mut bases.into_iter()) * &group.weight), values.len()),
        None => sums.base_known = false,
    }
    sums.counted = &sums.counted + &group.weight;
    if values.len() < members.len() {
        sums.mixed = &sums.mixed + &group.weight;
    }
    None
}

/// Adds the lowest and the highest of some rates, with their weight.
fn widen((low, high): &mut (Exact, Option<Exact>), weight: &Exact, rates: Vec<Points>) {
    let least = rates.iter().map(|r| &r.low).min().cloned().unwrap_or_else(Exact::zero);
    let highs: Option<Vec<&Exact>> = rates.iter().map(|r| r.high.as_ref()).collect();
    let most = highs.and_then(|highs| highs.into_iter().max().cloned());
    *low = &*low + &(&least * weight);
    *high = high.take().zip(most).map(|(sum, most)| &sum + &(&most * weight));
}

/// What the rates of these lines say that they are.
fn says(panel: &Panel<'_>, lines: &[&LineDay<'_>]) -> Says {
    let mut schedules: BTreeSet<&str> = BTreeSet::new();
    let mut kinds: Vec<ScheduleKind> = Vec::new();
    let mut read: BTreeSet<&str> = BTreeSet::new();
    for rate in lines.iter().flat_map(|l| l.intervals()) {
        if let Base::Row { schedule, kind, read_on, .. } = &rate.base {
            schedules.insert(schedule);
            read.extend(read_on.as_deref());
            if !kinds.contains(kind) {
                kinds.push(*kind);
            }
        }
    }
    let word = |kind: ScheduleKind| match kind {
        ScheduleKind::MfnApplied => "MFN applied",
        ScheduleKind::MfnBound => "MFN bound",
        ScheduleKind::Column2 => "column 2",
        ScheduleKind::Preference => "preference",
    };
    let order =
        [ScheduleKind::MfnApplied, ScheduleKind::Preference, ScheduleKind::Column2, ScheduleKind::MfnBound];
    let words: Vec<&str> = order.into_iter().filter(|k| kinds.contains(k)).map(word).collect();
    let left = panel.book.schedules.iter().filter(|s| schedules.contains(s.id.as_str()));
    let leaves_out: BTreeSet<&String> = left.flat_map(|s| &s.leaves_out).collect();
    Says {
        kind: "statutory".to_owned(),
        base: if words.is_empty() { "not held".to_owned() } else { words.join(" or ") },
        leaves_out: leaves_out.into_iter().cloned().collect(),
        read_on: read.into_iter().map(str::to_owned).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Trade;
    use crate::testing::{BookBuilder, chn, day, exact, trade, usa};

    fn book() -> crate::Book {
        BookBuilder::new()
            .schedule(
                "mfn",
                &[("01012100", "Free"), ("01012900", "6%"), ("02011010", "4.4¢/kg"), ("98010000", "50%")],
            )
            .act("301", "one", &["010129"], "25%", "2018-07-06T00:01", None)
            .act("301", "noon", &["01012100"], "10%", "2018-08-01T12:00", None)
            .build()
    }

    fn of(book: &crate::Book, on: &str, weights: Weights<'_>) -> Average {
        let panel = book.panel(usa(), None).unwrap();
        average(&panel, chn(), Scope(None), day(on), None, weights).unwrap()
    }

    #[test]
    fn a_simple_average_names_what_it_leaves_out() {
        let book = book();
        let found = of(&book, "2018-07-06", Weights::Simple);
        assert_eq!((found.lines, found.counted, found.left_out.by_quantity), (3, 2, 1));
        assert_eq!(found.value, Some(exact("15.5")));
        assert_eq!(found.base_mean, Some(exact("3")));
        assert_eq!(found.additional_mean, Some(exact("12.5")));
        assert_eq!(found.low, exact("31").checked_div(&exact("3")));
        assert_eq!(found.high, None);
        assert_eq!(found.says.base, "MFN applied");
        assert_eq!(found.says.leaves_out, ["anti-dumping duties"]);
        assert_eq!(of(&book, "2018-07-05", Weights::Simple).value, Some(exact("3")));
    }

    #[test]
    fn a_change_in_the_course_of_a_day_is_within_the_bounds() {
        let book = book();
        let weights = trade(&[("01012100", "7")]);
        let found = of(&book, "2018-08-01", Weights::Trade(&weights));
        assert_eq!(found.value, Some(exact("10")));
        assert_eq!((found.low, found.high), (Some(exact("0")), Some(exact("10"))));
    }

    #[test]
    fn trade_that_is_coarser_finer_or_without_a_line() {
        let book = book();
        let weights =
            trade(&[("0101", "30"), ("0201101090", "5"), ("0302", "7"), ("9801", "100"), ("0301", "0")]);
        let found = of(&book, "2018-07-06", Weights::Trade(&weights));
        // The heading is the mean of 0 and 31; the amount by quantity is left out of the value and opens the bound.
        assert_eq!(found.value, Some(exact("15.5")));
        assert_eq!((found.low, found.high), (Some(exact("0")), None));
        let trade = found.trade.unwrap();
        assert_eq!((trade.total, trade.counted), (exact("42"), exact("30")));
        assert_eq!((trade.unmatched, trade.outside), (exact("7"), exact("100")));
        assert_eq!(trade.left_out.by_quantity, exact("5"));
        let nested = Trade {
            values: [("0101", "1"), ("010121", "1")].map(|(c, v)| (c.into(), exact(v))).into(),
            ..weights
        };
        let panel = book.panel(usa(), None).unwrap();
        let refused = average(&panel, chn(), Scope(None), day("2018-07-06"), None, Weights::Trade(&nested));
        assert!(matches!(refused, Err(TariffError::Trade(crate::TradeError::Nested { .. }))));
    }
}
