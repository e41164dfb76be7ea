//! Whether one side's rates are not above the other's, code by code.

use super::lines::{NoNumber, line_day};
use super::parity_data::{
    Basis, ByMean, ByRange, Parity, ParityMean, ParityRow, ParityState, ParityTrade, ParityWhy, SideRange,
};
use super::{Scope, Trade};
use crate::{Book, Concordance, Moment, Panel, Points, TariffError};
use jiff::civil::Date;
use servanda_agreement::Certainty;
use servanda_core::hs::same_goods;
use servanda_core::{Exact, Party};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One of the two.
#[derive(Clone, Copy)]
pub struct Side<'p, 'b> {
    /// Whose rates.
    pub panel: &'p Panel<'b>,
    /// On whose goods.
    pub origin: Party,
    /// On which day.
    pub day: Date,
}

/// The lines of a code.
#[derive(Default)]
struct Lines {
    rates: Vec<Points>,
    /// Whether one has a rate by quantity, a text that is not understood, or none.
    specific: bool,
    /// Whether acts on one may not be held.
    lacking: bool,
}

impl Lines {
    fn range(&self) -> SideRange {
        let numbers: Vec<&Exact> = self.rates.iter().filter_map(Points::exact).collect();
        let sum = numbers.iter().fold(Exact::zero(), |sum, x| &sum + x);
        let highs: Option<Vec<&Exact>> = self.rates.iter().map(|r| r.high.as_ref()).collect();
        SideRange {
            lines: self.rates.len(),
            numbered: numbers.len(),
            low: self.rates.iter().map(|r| &r.low).min().cloned().unwrap_or_else(Exact::zero),
            high: highs.and_then(|highs| highs.into_iter().max().cloned()),
            mean: sum.checked_div(&Exact::integer(numbers.len() as i128)),
        }
    }
}

/// Whether the first side's rates are not above the other's, at each code of `digits` digits that both have.
pub fn parity(
    one: Side<'_, '_>,
    other: Side<'_, '_>,
    basis: Basis,
    digits: usize,
    trade: Option<&Trade>,
    scope: Scope<'_>,
) -> Result<Parity, TariffError> {
    if let Some(trade) = trade {
        trade.check()?;
    }
    let (ones, one_short) = by_code(one, basis, digits, scope)?;
    let (others, other_short) = by_code(other, basis, digits, scope)?;
    let shared: BTreeSet<&str> = ones.keys().filter(|code| others.contains_key(*code)).copied().collect();
    let mut weights: Option<(BTreeMap<&str, Exact>, Exact, Exact)> =
        trade.map(|trade| weights(trade, &shared, digits));
    // Codes that may mean other goods on the other side.
    let one_edition = one.panel.classification_on(one.day).unwrap_or_default().to_owned();
    let other_edition = other.panel.classification_on(other.day).unwrap_or_default().to_owned();
    let names = [one_edition.as_str(), other_edition.as_str()];
    let differ = |code: &str| !joins(one.panel.book, code, names) && !joins(other.panel.book, code, names);
    let rows: Vec<ParityRow> = ones
        .iter()
        .filter_map(|(code, own)| {
            let theirs = others.get(code)?;
            let trade =
                weights.as_mut().map(|(by_code, _, _)| by_code.remove(code).unwrap_or_else(Exact::zero));
            Some(row(code, own, theirs, differ(code), trade))
        })
        .collect();
    let count = |is: &dyn Fn(&ParityRow) -> bool| rows.iter().filter(|r| is(r)).count();
    let sum = |is: &dyn Fn(&ParityRow) -> bool| {
        let trades = rows.iter().filter(|r| is(r)).filter_map(|r| r.trade.as_ref());
        trades.fold(Exact::zero(), |sum, x| &sum + x)
    };
    Ok(Parity {
        one: one.panel.importer,
        one_origin: one.origin,
        one_day: one.day,
        other: other.panel.importer,
        other_origin: other.origin,
        other_day: other.day,
        basis,
        digits,
        shared: rows.len(),
        only_one: ones.len() - rows.len(),
        only_other: others.len() - rows.len(),
        may_differ: rows.iter().filter(|r| r.why == Some(ParityWhy::Editions)).count(),
        one_edition: one_edition.clone(),
        other_edition: other_edition.clone(),
        too_short: one_short + other_short,
        by_range: by_range(count),
        by_mean: by_mean(count),
        trade: trade.zip(weights).map(|(trade, (_, elsewhere, too_short))| ParityTrade {
            of: trade.named(),
            shared: sum(&|_| true),
            by_range: by_range(sum),
            by_mean: by_mean(sum),
            elsewhere,
            too_short,
        }),
        rows,
    })
}

fn by_range<T>(of: impl Fn(&dyn Fn(&ParityRow) -> bool) -> T) -> ByRange<T> {
    ByRange {
        kept: of(&|r| r.state == ParityState::Kept),
        broken: of(&|r| r.state == ParityState::Broken),
        overlap: of(&|r| r.state == ParityState::Overlap),
        specific: of(&|r| r.state == ParityState::Specific),
        undecided: of(&|r| r.state == ParityState::Undecided),
        kept_whatever: of(&|r| r.state == ParityState::Specific && r.kept_whatever),
    }
}

fn by_mean<T>(of: impl Fn(&dyn Fn(&ParityRow) -> bool) -> T) -> ByMean<T> {
    ByMean {
        higher: of(&|r| r.mean == ParityMean::Higher),
        lower: of(&|r| r.mean == ParityMean::Lower),
        equal: of(&|r| r.mean == ParityMean::Equal),
        no_mean: of(&|r| r.mean == ParityMean::NoMean),
    }
}

fn row(code: &str, own: &Lines, theirs: &Lines, differs: bool, trade: Option<Exact>) -> ParityRow {
    let (one, other) = (own.range(), theirs.range());
    let not_above = |a: &Option<Exact>, b: &Exact| a.as_ref().is_some_and(|a| a <= b);
    let specific = own.specific || theirs.specific;
    let lacking = own.lacking || theirs.lacking;
    let (state, why) = if differs {
        (ParityState::Undecided, Some(ParityWhy::Editions))
    } else if !specific && not_above(&one.high, &other.low) {
        (ParityState::Kept, None)
    } else if !specific && other.high.as_ref().is_some_and(|high| one.low > *high) {
        (ParityState::Broken, None)
    } else if lacking {
        (ParityState::Undecided, Some(ParityWhy::ActsNotHeld))
    } else if specific {
        (ParityState::Specific, None)
    } else {
        (ParityState::Overlap, None)
    };
    let mean = match (&one.mean, &other.mean) {
        _ if differs => ParityMean::NoMean,
        (Some(a), Some(b)) => match a.cmp(b) {
            std::cmp::Ordering::Greater => ParityMean::Higher,
            std::cmp::Ordering::Less => ParityMean::Lower,
            std::cmp::Ordering::Equal => ParityMean::Equal,
        },
        _ => ParityMean::NoMean,
    };
    let kept_whatever = one.high.as_ref().is_some_and(Exact::is_zero);
    ParityRow { code: code.to_owned(), state, why, mean, kept_whatever, one, other, trade }
}

/// Whether a code stands for the same goods in two classifications: by a concordance that is declared between them, else by the
/// tables of the HS.
fn joins(book: &Book, code: &str, [one, other]: [&str; 2]) -> bool {
    let between =
        |c: &&Arc<Concordance>| [(one, other), (other, one)].contains(&(c.from.as_str(), c.to.as_str()));
    let Some(declared) = book.concordances.iter().find(between) else { return same_goods(code, one, other) };
    // Every row that touches the code stays within it.
    let within = |text: &str| text.starts_with(code);
    let touches = |text: &str| within(text) || code.starts_with(text);
    let mut rows = declared.rows.iter().filter(|r| touches(&r.from) || touches(&r.to)).peekable();
    declared.certainty != Certainty::Unconfirmed
        && rows.peek().is_some()
        && rows.all(|r| within(&r.from) && within(&r.to))
}

/// One side's lines by code, with how many lines are too short for one.
fn by_code<'b>(
    side: Side<'_, 'b>,
    basis: Basis,
    digits: usize,
    scope: Scope<'_>,
) -> Result<(BTreeMap<&'b str, Lines>, usize), TariffError> {
    let mut out: BTreeMap<&str, Lines> = BTreeMap::new();
    let mut too_short = 0;
    for line in side.panel.lines_on(side.day).filter(|line| scope.has(line)) {
        let Some(code) = line.get(..digits) else {
            too_short += 1;
            continue;
        };
        let (rate, why, lacking) = match basis {
            Basis::Mfn => mfn(side, line),
            Basis::Charged => match line_day(side.panel, line, side.origin, side.day, None)? {
                Some(day) => (day.last.bounds(), day.why, day.last.lacking()),
                None => continue,
            },
        };
        let lines = out.entry(code).or_default();
        lines.rates.push(rate);
        lines.specific |= why.is_some_and(|why| why != NoNumber::WithinBounds);
        lines.lacking |= lacking;
    }
    Ok((out, too_short))
}

fn mfn(side: Side<'_, '_>, line: &str) -> (Points, Option<NoNumber>, bool) {
    let found = side.panel.mfn_segment(line, Moment::start_of(side.day));
    found.map_or((Points::unknown(), Some(NoNumber::BaseNotHeld), false), |s| {
        (s.row.duty.points(), NoNumber::of_duty(&s.row.duty), false)
    })
}

/// Trade by shared code, that of other codes, and that of codes too short to be assigned.
fn weights<'t>(
    trade: &'t Trade,
    shared: &BTreeSet<&str>,
    digits: usize,
) -> (BTreeMap<&'t str, Exact>, Exact, Exact) {
    let (mut by_code, mut elsewhere, mut too_short) = (BTreeMap::new(), Exact::zero(), Exact::zero());
    for (code, value) in &trade.values {
        let sum = match code.get(..digits) {
            Some(code) if shared.contains(code) => by_code.entry(code).or_insert_with(Exact::zero),
            Some(_) => &mut elsewhere,
            None => &mut too_short,
        };
        *sum = &*sum + value;
    }
    (by_code, elsewhere, too_short)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{BookBuilder, chn, day, exact, trade, usa};

    #[test]
    fn a_promise_is_kept_broken_or_undecided() {
        let ones = [
            ("01012100", "5%"),
            ("01012900", "5%"),
            ("010221", "7%"),
            ("010310", "2%"),
            ("010390", "Free"),
            ("010410", "1% to 3%"),
            ("0105", "3%"),
            ("010611", "3%"),
        ];
        let others = [
            ("01012110", "5%"),
            ("01012910", "4%"),
            ("01022110", "6.9%"),
            ("01022190", "Free"),
            ("01031000", "1%"),
            ("01031010", "3%"),
            ("01039000", "4.4¢/kg"),
            ("01041000", "3%"),
            ("99010000", "3%"),
        ];
        let chinese = BookBuilder::of("CHN").schedule("cn", &ones).build();
        let american = BookBuilder::new()
            .schedule("us", &others)
            .act("301", "one", &["0102"], "25%", "2018-01-01T00:01", None)
            .build();
        let (one, other) = (chinese.panel(chn(), None).unwrap(), american.panel(usa(), None).unwrap());
        let one = Side { panel: &one, origin: usa(), day: day("2018-01-01") };
        let other = Side { panel: &other, origin: chn(), day: day("2018-01-01") };
        let weights =
            trade(&[("010129", "8"), ("01022110", "4"), ("01022190", "3"), ("0103", "2"), ("0201", "100")]);
        let at = |basis| parity(one, other, basis, 6, Some(&weights), Scope(None)).unwrap();
        let found = at(Basis::Mfn);
        let states: Vec<_> = found.rows.iter().map(|r| (r.code.as_str(), r.state, r.mean)).collect();
        let want = [
            ("010121", ParityState::Kept, ParityMean::Equal),
            ("010129", ParityState::Broken, ParityMean::Higher),
            ("010221", ParityState::Broken, ParityMean::Higher),
            ("010310", ParityState::Overlap, ParityMean::Equal),
            ("010390", ParityState::Specific, ParityMean::NoMean),
            ("010410", ParityState::Kept, ParityMean::NoMean),
        ];
        assert_eq!(states, want);
        assert_eq!((found.shared, found.only_one, found.only_other, found.too_short), (6, 1, 0, 1));
        assert_eq!((found.by_range.specific, found.by_range.kept_whatever), (1, 1));
        let sums = found.trade.unwrap();
        assert_eq!((&sums.by_range.broken, &sums.shared), (&exact("15"), &exact("15")));
        assert_eq!((&sums.too_short, &sums.elsewhere), (&exact("102"), &exact("0")));
        assert_eq!(at(Basis::Charged).rows[2].state, ParityState::Kept);
    }
}
