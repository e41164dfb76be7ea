//! What differs between two days.

use super::{bounds_cells, count, foot, head};
use crate::sheet::{Cell, Sheet};
use crate::text::Column;
use servanda_core::Exact;
use servanda_tariff::{Diff, DiffLine, Grounds, LineText};

/// A change in points, with its sign.
fn signed(change: &Exact) -> String {
    if change.is_negative() { change.brief() } else { format!("+{}", change.brief()) }
}

/// One row for each line that differs.
pub fn diff_sheet(d: &Diff, grounds: &[Grounds], no_line: &[String]) -> Sheet {
    let mut sheet = Sheet::new("lines that differ");
    let question = format!("{} on goods of {}: rates on {} against {}", d.importer, d.origin, d.from, d.to);
    head(&mut sheet, question, "rates at the end of each day", grounds);
    for (shown, key, kind) in [
        ("line", "line", Column::Left),
        ("what", "what", Column::Left),
        ("first day", "old", Column::Text),
        ("second day", "new", Column::Text),
        ("points", "change", Column::Right),
        ("base", "base_changed", Column::Left),
        ("begins", "begin", Column::Text),
        ("ends", "end", Column::Text),
        ("", "old_low", Column::Right),
        ("", "old_high", Column::Right),
        ("", "new_low", Column::Right),
        ("", "new_high", Column::Right),
        ("", "from", Column::Left),
        ("", "to", Column::Left),
        ("", "importer", Column::Left),
        ("", "origin", Column::Left),
        ("", "new_line", Column::Left),
    ] {
        sheet.column(shown, key, kind);
    }
    let hidden = |text: String| Cell::new("", text);
    let asked = |new_line: &str| {
        let day = [d.from.to_string(), d.to.to_string(), d.importer.to_string(), d.origin.to_string()];
        day.into_iter().chain([new_line.to_owned()]).map(hidden)
    };
    for line in &d.changed {
        let mut cells = changed(line);
        cells.extend(asked(line.to.as_deref().unwrap_or_default()));
        sheet.row(cells);
    }
    for line in &d.perhaps {
        let to = line.to.join(" ");
        let shown = match line.to.as_slice() {
            [first, second, third, more @ ..] if !more.is_empty() => {
                format!("{first} {second} {third} and {} more", more.len())
            }
            _ => to.clone(),
        };
        let mut cells = vec![
            Cell::new(format!("{} to {shown}", line.line), &line.line),
            Cell::from("perhaps"),
            Cell::from(&line.old),
            Cell::new(format!("{} %", line.new_total), ""),
        ];
        cells.resize(8, Cell::default());
        cells.extend([&line.old_total, &line.new_total].into_iter().flat_map(bounds_cells));
        cells.extend(asked(&to));
        sheet.row(cells);
    }
    const NOT_HELD: &str = "base not held";
    let mut one_day = |lines: &[LineText], what: &str, old: Option<&str>, new: Option<&str>| {
        for line in lines {
            let [old, new] = [old, new].map(|text| Cell::from(text.unwrap_or(&line.text)));
            let mut cells = vec![Cell::from(&line.line), Cell::from(what), old, new];
            cells.resize(12, Cell::default());
            cells.extend(asked(""));
            sheet.row(cells);
        }
    };
    one_day(&d.appear, "new line", Some(""), None);
    one_day(&d.disappear, "line gone", None, Some(""));
    one_day(&d.old_not_held, "rate", Some(NOT_HELD), None);
    one_day(&d.new_not_held, "rate", None, Some(NOT_HELD));
    let up = d
        .changed
        .iter()
        .filter(|l| l.change.as_ref().is_some_and(|c| !c.is_negative() && !c.is_zero()))
        .count();
    let down = d.changed.iter().filter(|l| l.change.as_ref().is_some_and(Exact::is_negative)).count();
    sheet.note(format!(
        "{} lines differ: {} up, {} down, {} not told by one number; {} are the same; {} stand on the second day only, {} on the first only",
        count(d.changed.len()),
        count(up),
        count(down),
        count(d.changed.len() - up - down),
        count(d.unchanged),
        count(d.appear.len()),
        count(d.disappear.len())
    ));
    if !d.perhaps.is_empty() {
        let editions = match d.from_edition == d.to_edition {
            true => format!("within {}", d.from_edition),
            false => format!("from {} to {}", d.from_edition, d.to_edition),
        };
        sheet.note(format!(
            "goods of {} may be under other lines ({editions}), and no concordance says which",
            super::lines(d.perhaps.len())
        ));
    }
    if d.not_told > 0 {
        sheet.note(format!(
            "{} are the same by the acts that are held, and not all are",
            super::lines(d.not_told)
        ));
    }
    for (lines, day) in [(&d.old_not_held, d.from), (&d.new_not_held, d.to)] {
        if !lines.is_empty() {
            let text = "no schedule that is held speaks for it";
            sheet.note(format!("{} without a base on {day}: {text}", super::lines(lines.len())));
        }
    }
    foot(&mut sheet, grounds, no_line);
    sheet
}

fn changed(line: &DiffLine) -> Vec<Cell> {
    let mut cells = vec![
        match &line.to {
            Some(to) => Cell::new(format!("{} to {to}", line.line), &line.line),
            None => Cell::from(&line.line),
        },
        Cell::from("rate"),
        Cell::from(&line.old),
        Cell::from(&line.new),
        line.change.as_ref().map(|c| Cell::number(signed(c), c.clone())).unwrap_or_default(),
        if line.base_changed { Cell::new("changed", "yes") } else { Cell::new("", "no") },
        Cell::new(super::name(&line.begin.join(", ")), line.begin.join(" ")),
        Cell::new(super::name(&line.end.join(", ")), line.end.join(" ")),
    ];
    cells.extend(bounds_cells(&line.old_total));
    cells.extend(bounds_cells(&line.new_total));
    cells
}
