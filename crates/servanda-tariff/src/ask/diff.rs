//! What differs between the rates of two days.

use super::Scope;
use super::joins::joins;
use super::lines::{LineDay, line_day, lines_of_day};
use crate::{Base, Fate, Panel, Points, Shipment, TariffError};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::{Exact, Party};
use std::collections::{BTreeMap, BTreeSet};

/// A line whose rate differs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DiffLine {
    /// The line.
    pub line: String,
    /// The line of the second day that holds its goods, where that has other digits.
    pub to: Option<String>,
    /// The rate at the end of the first day, as people write it.
    pub old: String,
    /// The rate at the end of the second.
    pub new: String,
    /// The first, in percent of value.
    pub old_total: Points,
    /// The second.
    pub new_total: Points,
    /// The change in points, if both are one number.
    pub change: Option<Exact>,
    /// Whether the base differs.
    pub base_changed: bool,
    /// Acts that count on the second day and did not on the first, as `MEASURE/ACT`.
    pub begin: Vec<String>,
    /// Acts that counted on the first day and do not on the second.
    pub end: Vec<String>,
}

/// A line of the first day whose goods may be under other lines on the second, where nothing tells which.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DiffPerhaps {
    /// The line.
    pub line: String,
    /// The lines of the second day, in order.
    pub to: Vec<String>,
    /// The rate at the end of the first day, as people write it.
    pub old: String,
    /// The same, in percent of value.
    pub old_total: Points,
    /// What any of the lines is charged at the end of the second day.
    pub new_total: Points,
}

/// A line that stands on one of the days only, and that nothing joins to a line of the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LineText {
    /// The line.
    pub line: String,
    /// Its rate, as people write it.
    pub text: String,
}

/// What differs between two days.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Diff {
    /// Who charges.
    pub importer: Party,
    /// Whose goods.
    pub origin: Party,
    /// The first day.
    pub from: Date,
    /// The second.
    pub to: Date,
    /// The edition of the schedule on the first day; empty where none is held.
    pub from_edition: String,
    /// The edition on the second day.
    pub to_edition: String,
    /// Lines whose rate is the same on both days.
    pub unchanged: usize,
    /// Lines whose rate is the same by the acts that are held, and of which acts may not be held on one of the days.
    pub not_told: usize,
    /// Lines whose rate differs, in order. One that was split stands once for each of its parts.
    pub changed: Vec<DiffLine>,
    /// Lines of the first day that nothing joins to a line of the second for certain.
    pub perhaps: Vec<DiffPerhaps>,
    /// Lines that stand on the second day only.
    pub appear: Vec<LineText>,
    /// Lines that stand on the first day only.
    pub disappear: Vec<LineText>,
    /// Lines of the second day, where no schedule that is held speaks for the first: their base is not held there.
    pub old_not_held: Vec<LineText>,
    /// Lines of the first day, where no schedule that is held speaks for the second.
    pub new_not_held: Vec<LineText>,
}

/// What differs between the rates at the ends of two days. Lines of two editions are joined as listed codes are read in another
/// edition than their own; a line that is asked about brings those with it that hold its goods on the other day.
pub fn diff(
    panel: &Panel<'_>,
    origin: Party,
    scope: Scope<'_>,
    from: Date,
    to: Date,
    shipment: Option<Shipment>,
) -> Result<Diff, TariffError> {
    let of_day = |day| -> Result<BTreeMap<&str, LineDay<'_>>, TariffError> {
        Ok(lines_of_day(panel, origin, scope, day, shipment)?.into_iter().map(|l| (l.line, l)).collect())
    };
    let (mut old, mut new) = (of_day(from)?, of_day(to)?);
    let mut joined = joins(panel, from, to);
    for by_line in [&mut joined.sure, &mut joined.perhaps] {
        by_line.retain(|line, others| old.contains_key(line) || others.iter().any(|l| new.contains_key(l)));
    }
    let all = || joined.sure.iter().chain(&joined.perhaps);
    let [here, there]: [BTreeSet<&str>; 2] =
        [all().map(|(line, _)| *line).collect(), all().flat_map(|(_, others)| others).copied().collect()];
    let text = |line: &LineDay<'_>| LineText { line: line.line.to_owned(), text: line.last.text() };
    let mut disappear: Vec<LineText> = old.values().filter(|l| !here.contains(l.line)).map(text).collect();
    let mut appear: Vec<LineText> = new.values().filter(|l| !there.contains(l.line)).map(text).collect();
    for (lines, day, known) in [(here, from, &mut old), (there, to, &mut new)] {
        for line in lines {
            if !known.contains_key(line)
                && let Some(own) = line_day(panel, line, origin, day, shipment)?
            {
                known.insert(line, own);
            }
        }
    }
    let pairs = joined.sure.iter().flat_map(|(line, others)| others.iter().map(move |other| (line, other)));
    let pairs = pairs.filter_map(|(line, other)| old.get(line).zip(new.get(other)));
    let (mut unchanged, mut not_told, mut changed) = (0, 0, Vec::new());
    for (old, new) in pairs {
        match differs(panel, old, new) {
            None if old.lacking() || new.lacking() => not_told += 1,
            None => unchanged += 1,
            Some(line) => changed.push(line),
        }
    }
    let perhaps = joined.perhaps.iter().filter_map(|(line, others)| {
        let own = old.get(line)?;
        let totals = others.iter().filter_map(|other| Some(new.get(other)?.last.bounds()));
        Some(DiffPerhaps {
            line: (*line).to_owned(),
            to: others.iter().map(|other| (*other).to_owned()).collect(),
            old: own.last.text(),
            old_total: own.last.bounds(),
            new_total: totals.reduce(|a, b| a.or(&b))?,
        })
    });
    // Where nothing is held of a whole day, no line is new or gone.
    let silent = |day: Date| panel.lines_on(day).next().is_none();
    let old_not_held = if silent(from) { std::mem::take(&mut appear) } else { Vec::new() };
    let new_not_held = if silent(to) { std::mem::take(&mut disappear) } else { Vec::new() };
    let edition = |day: Date| panel.classification_on(day).unwrap_or_default().to_owned();
    Ok(Diff {
        importer: panel.importer,
        origin,
        from,
        to,
        from_edition: edition(from),
        to_edition: edition(to),
        unchanged,
        not_told,
        changed,
        perhaps: perhaps.collect(),
        appear,
        disappear,
        old_not_held,
        new_not_held,
    })
}

fn differs(panel: &Panel<'_>, old: &LineDay<'_>, new: &LineDay<'_>) -> Option<DiffLine> {
    let (a, b) = (&old.last, &new.last);
    let (old_text, new_text) = (a.text(), b.text());
    if a.total == b.total && a.by_held() == b.by_held() {
        return None;
    }
    // Acts that count, and those of which that is not decided.
    let counting = |rate: &crate::Interval| -> BTreeSet<(usize, bool)> {
        let of = |part: &crate::Part| match part.fate {
            Fate::Counts(_) => Some((part.act, true)),
            Fate::Undecided(_) => Some((part.act, false)),
            _ => None,
        };
        rate.parts.iter().filter_map(of).collect()
    };
    let (before, after) = (counting(a), counting(b));
    let names = |acts: Vec<(usize, bool)>| -> Vec<String> {
        let name = |(at, counts): (usize, bool)| {
            let name = panel.acts().get(at)?.name();
            Some(if counts { name } else { format!("{name} (undecided)") })
        };
        acts.into_iter().filter_map(name).collect()
    };
    let written = |base: &Base| match base {
        Base::Row { text, .. } => Some(text.clone()),
        Base::NotHeld => None,
    };
    let change = a.bounds().exact().zip(b.bounds().exact()).map(|(a, b)| b - a);
    // Two texts of one number are one base: `5%` and `5.0%`.
    let same_base = match (a.base_points.exact(), b.base_points.exact()) {
        (Some(a), Some(b)) => a == b,
        _ => written(&a.base) == written(&b.base),
    };
    Some(DiffLine {
        line: old.line.to_owned(),
        to: (new.line != old.line).then(|| new.line.to_owned()),
        old: old_text,
        new: new_text,
        old_total: a.bounds(),
        new_total: b.bounds(),
        change,
        base_changed: !same_base,
        begin: names(after.difference(&before).copied().collect()),
        end: names(before.difference(&after).copied().collect()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{BookBuilder, chn, day, exact, usa};

    #[test]
    fn lines_that_change_appear_and_disappear() {
        let book = BookBuilder::new()
            .schedule(
                "old",
                &[("01012100", "Free"), ("01012900", "6%"), ("02011010", "4.4¢/kg"), ("0301", "1%")],
            )
            .schedule_from(
                "new",
                "2019-01-01",
                &[("01012100", "Free"), ("01012900", "6%"), ("02011010", "4.4¢/kg"), ("0302", "1%")],
            )
            .act("301", "one", &["0101", "0201"], "10%", "2018-07-06T00:01", Some("2019-03-01T00:01"))
            .act("301", "two", &["010129"], "25%", "2019-03-01T00:01", None)
            .build();
        let panel = book.panel(usa(), None).unwrap();
        let of = |a: &str, b: &str| diff(&panel, chn(), Scope(None), day(a), day(b), None).unwrap();
        let found = of("2018-07-05", "2019-01-01");
        assert_eq!((found.unchanged, found.changed.len()), (0, 3));
        // Nobody says where the goods of 0301 went; the line that is new may hold them.
        let went = &found.perhaps[0];
        assert_eq!((went.line.as_str(), went.to.as_slice()), ("0301", &["0302".to_owned()][..]));
        assert_eq!((found.appear.len(), found.disappear.len()), (0, 0));
        assert_eq!(found.changed[2].new, "10% + 0.044 USD/kg");
        assert_eq!(found.changed[2].change, None);
        let found = of("2019-02-28", "2019-03-01");
        let lines: Vec<_> = found.changed.iter().map(|l| (l.line.as_str(), l.change.clone())).collect();
        let want = [("01012100", Some(exact("-10"))), ("01012900", Some(exact("15"))), ("02011010", None)];
        assert_eq!(lines, want);
        let step = &found.changed[1];
        assert_eq!(
            (step.begin.as_slice(), step.end.as_slice()),
            (&["301/two".to_owned()][..], &["301/one".to_owned()][..])
        );
        assert_eq!((step.old.as_str(), step.new.as_str(), step.base_changed), ("16%", "31%", false));
        assert_eq!(found.unchanged, 1);
    }

    #[test]
    fn a_day_for_which_no_schedule_speaks_has_no_base_and_no_line_that_is_gone() {
        let book = BookBuilder::new().schedule_from("mfn", "2018-01-01", &[("0301", "1%")]).build();
        let panel = book.panel(usa(), None).unwrap();
        let of = |a: &str, b: &str| diff(&panel, chn(), Scope(None), day(a), day(b), None).unwrap();
        let line = LineText { line: "0301".to_owned(), text: "1%".to_owned() };
        let found = of("2018-02-01", "2017-12-31");
        assert_eq!((found.disappear, found.new_not_held), (vec![], vec![line.clone()]));
        let found = of("2017-12-31", "2018-02-01");
        assert_eq!((found.appear, found.old_not_held), (vec![], vec![line]));
        assert_eq!(found.changed, []);
    }
}
