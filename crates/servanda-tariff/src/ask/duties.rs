//! What each code of trade is charged on a day: the duty in force and the base, with the trade on it.

use super::coverage::chosen;
use super::lines::lines_of_day;
use super::{NoNumber, Scope, Trade, TradeOf, Weights};
use crate::{Base, Panel, TariffError};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::{Exact, Party};
use std::collections::BTreeMap;

/// A line with the trade on it; or a code of trade that is coarser than lines, with all of its lines.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DutyRow {
    /// The line; or the code of trade, where several lines lie below it.
    pub code: String,
    /// The trade on it.
    pub trade: Exact,
    /// The lines: one, or those below the code.
    pub lines: Vec<String>,
    /// What the schedule calls it; empty where it does not say, or where there are several lines.
    pub description: String,
    /// What is charged at the end of the day, in percent of value: the mean over the lines. None where one of them has no
    /// number.
    pub total: Option<Exact>,
    /// The base alone, likewise: what goods of others pay where no act means them.
    pub base: Option<Exact>,
    /// Why there is no number.
    pub why: Option<NoNumber>,
    /// Whether the trade is also on lines that are not asked about.
    pub partly: bool,
}

/// Duties with the trade on them.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Duties {
    /// Who charges.
    pub importer: Party,
    /// Whose goods.
    pub origin: Party,
    /// The day.
    pub day: Date,
    /// Which trade.
    pub trade: TradeOf,
    /// By code, in order; codes without trade are not in it.
    pub rows: Vec<DutyRow>,
    /// Trade of codes of which no line stands.
    pub unmatched: Exact,
    /// How many codes those are.
    pub unmatched_codes: usize,
    /// Trade of codes that are not asked about.
    pub outside: Exact,
}

/// What each code of trade is charged on a day. Codes that are finer than a line are added up on their line.
pub fn duties(
    panel: &Panel<'_>,
    origin: Party,
    scope: Scope<'_>,
    day: Date,
    trade: &Trade,
) -> Result<Duties, TariffError> {
    let lines = lines_of_day(panel, origin, scope, day, None)?;
    let matched = Weights::Trade(trade).groups(panel, &lines, scope, day)?;
    let mut rows: BTreeMap<String, DutyRow> = BTreeMap::new();
    for group in matched.groups.iter().filter(|g| !g.weight.is_zero()) {
        let members: Vec<_> = group.lines.iter().filter_map(|at| lines.get(*at)).collect();
        let code = match members.as_slice() {
            [one] => one.line.to_owned(),
            _ => group.code.to_owned(),
        };
        if let Some(row) = rows.get_mut(&code) {
            row.trade = &row.trade + &group.weight;
            row.partly |= group.partly;
            continue;
        }
        let mean = |values: Option<Vec<&Exact>>| {
            let values = values?;
            let sum = values.iter().fold(Exact::zero(), |sum, x| &sum + *x);
            sum.checked_div(&Exact::integer(values.len() as i128))
        };
        let description = match members.as_slice() {
            [one] => panel.description(one.line, day).unwrap_or_default().to_owned(),
            _ => String::new(),
        };
        let row = DutyRow {
            trade: group.weight.clone(),
            lines: members.iter().map(|l| l.line.to_owned()).collect(),
            description,
            total: mean(members.iter().map(|l| l.value()).collect()),
            base: mean(
                members
                    .iter()
                    .map(|l| l.last.base_points.exact().filter(|_| l.last.base != Base::NotHeld))
                    .collect(),
            ),
            why: members.iter().filter_map(|l| l.why).min(),
            partly: group.partly,
            code: code.clone(),
        };
        rows.insert(code, row);
    }
    Ok(Duties {
        importer: panel.importer,
        origin,
        day,
        trade: trade.named(),
        rows: rows.into_values().collect(),
        unmatched: matched.unmatched.iter().fold(Exact::zero(), |sum, (_, value)| &sum + *value),
        unmatched_codes: matched.unmatched.len(),
        outside: matched.outside,
    })
}

impl Panel<'_> {
    /// The same panel as if some acts had never been: those of measures (`MEASURE`), of authorities (`AUTHORITY`), or acts
    /// (`MEASURE/ACT`). A name that means nothing is an error.
    pub fn without(mut self, names: &[String]) -> Result<Self, TariffError> {
        let acts = chosen(&self, names)?;
        self.forget(&acts);
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{BookBuilder, chn, day, exact, trade, usa};

    #[test]
    fn duties_with_trade_and_without_an_act() {
        let lines = [("01012100", "Free"), ("01012900", "6%"), ("02011010", "4.4¢/kg"), ("03011100", "2%")];
        let book = BookBuilder::new()
            .schedule("mfn", &lines)
            .act("301", "one", &["010129"], "25%", "2018-07-06T00:01", None)
            .build();
        let weights = trade(&[
            ("0101290010", "40"),
            ("0101290090", "2"),
            ("0101210000", "5"),
            ("0201101010", "30"),
            ("0301", "0"),
            ("0401", "9"),
        ]);
        let panel = book.panel(usa(), None).unwrap();
        let on = day("2018-07-06");
        let found = duties(&panel, chn(), Scope(None), on, &weights).unwrap();
        let short: Vec<_> = found.rows.iter().map(|r| (r.code.as_str(), r.trade.plain())).collect();
        assert_eq!(
            short,
            [("01012100", "5".into()), ("01012900", "42".into()), ("02011010", "30".to_owned())]
        );
        let act = &found.rows[1];
        assert_eq!((&act.total, &act.base), (&Some(exact("31")), &Some(exact("6"))));
        assert_eq!((&found.rows[2].total, found.rows[2].why), (&None, Some(NoNumber::ByQuantity)));
        assert_eq!((found.unmatched, found.unmatched_codes), (exact("9"), 1));
        let coarse = duties(&panel, chn(), Scope(None), on, &trade(&[("0101", "10")])).unwrap();
        assert_eq!((coarse.rows[0].lines.len(), &coarse.rows[0].total), (2, &Some(exact("15.5"))));
        let panel = book.panel(usa(), None).unwrap().without(&["301/one".to_owned()]).unwrap();
        let found = duties(&panel, chn(), Scope(None), on, &weights).unwrap();
        assert_eq!(found.rows[1].total, Some(exact("6")));
        let refused = book.panel(usa(), None).unwrap().without(&["301/two".to_owned()]);
        assert!(matches!(refused, Err(TariffError::NoSuchAct { .. })));
    }
}
