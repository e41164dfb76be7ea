//! What differs between the rates of two days.

use super::Scope;
use super::lines::{LineDay, lines_of_day};
use crate::{Base, Fate, Panel, Points, Shipment, TariffError};
use jiff::civil::Date;
use serde::Serialize;
use servanda_core::{Exact, Party};
use std::collections::{BTreeMap, BTreeSet};

/// A line whose rate differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DiffLine {
    /// The line.
    pub line: String,
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

/// A line that stands on one of the days only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineText {
    /// The line.
    pub line: String,
    /// Its rate, as people write it.
    pub text: String,
}

/// What differs between two days.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diff {
    /// Who charges.
    pub importer: Party,
    /// Whose goods.
    pub origin: Party,
    /// The first day.
    pub from: Date,
    /// The second.
    pub to: Date,
    /// Lines that stand on both days with the same rate.
    pub unchanged: usize,
    /// Lines whose rate is the same by the acts that are held, and of which acts may not be held on one of the days.
    pub not_told: usize,
    /// Lines whose rate differs, in order.
    pub changed: Vec<DiffLine>,
    /// Lines that stand on the second day only.
    pub appear: Vec<LineText>,
    /// Lines that stand on the first day only.
    pub disappear: Vec<LineText>,
    /// Lines of the second day, where no schedule that is held speaks for the first: their base is not held there.
    pub old_not_held: Vec<LineText>,
    /// Lines of the first day, where no schedule that is held speaks for the second.
    pub new_not_held: Vec<LineText>,
}

/// What differs between the rates at the ends of two days.
pub fn diff(
    panel: &Panel<'_>,
    origin: Party,
    scope: Scope<'_>,
    from: Date,
    to: Date,
    shipment: Option<Shipment>,
) -> Result<Diff, TariffError> {
    let old = lines_of_day(panel, origin, scope, from, shipment)?;
    let mut new: BTreeMap<&str, LineDay<'_>> =
        lines_of_day(panel, origin, scope, to, shipment)?.into_iter().map(|l| (l.line, l)).collect();
    let text = |line: &LineDay<'_>| LineText { line: line.line.to_owned(), text: line.last.text() };
    let (mut unchanged, mut not_told, mut changed, mut disappear) = (0, 0, Vec::new(), Vec::new());
    for old in &old {
        match new.remove(old.line) {
            None => disappear.push(text(old)),
            Some(new) => match differs(panel, old, &new) {
                None if old.lacking() || new.lacking() => not_told += 1,
                None => unchanged += 1,
                Some(line) => changed.push(line),
            },
        }
    }
    let mut appear: Vec<LineText> = new.values().map(text).collect();
    // Where nothing is held of a whole day, no line is new or gone.
    let silent = |day: Date| panel.lines_on(day).next().is_none();
    let old_not_held = if silent(from) { std::mem::take(&mut appear) } else { Vec::new() };
    let new_not_held = if silent(to) { std::mem::take(&mut disappear) } else { Vec::new() };
    let importer = panel.importer;
    Ok(Diff {
        importer,
        origin,
        from,
        to,
        unchanged,
        not_told,
        changed,
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
        assert_eq!((found.appear[0].line.as_str(), found.disappear[0].line.as_str()), ("0302", "0301"));
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
