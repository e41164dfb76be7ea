//! A list that matches a harm: headed as an illustration, with the arithmetic of each line and all that it rests on.

mod ge;
mod head;
mod notes;

pub use ge::{remedy_ge_json, remedy_ge_sheet};

use crate::number::{NB, amount_nb, grouped};
use crate::sheet::{Cell, Sheet};
use crate::tariff::foot;
use crate::text::Column;
use serde_json::Value;
use servanda_core::{Currency, Dimension, Exact};
use servanda_remedy::{ListedLine, MatchBy, Range, RemedyAnswer, ShareOf};

/// The document of a remedy.
pub fn remedy_json(engine: &str, answer: &RemedyAnswer) -> Value {
    crate::tariff_json(engine, "remedy", answer, &answer.grounds)
}

/// Money as people read it.
struct Money<'u>(&'u str);

impl Money<'_> {
    fn exact(&self, value: &Exact) -> String {
        match Currency::new(self.0) {
            Some(currency) => amount_nb(value, Dimension::Money(currency)),
            None => format!("{}{NB}{}", value.brief(), self.0),
        }
    }

    fn of(&self, value: f64) -> String {
        match Exact::parse(&format!("{value:.0}")) {
            Ok(exact) => self.exact(&exact),
            Err(_) => format!("{value}{NB}{}", self.0),
        }
    }

    fn range(&self, range: &Range) -> String {
        format!("{} to {}", self.of(range.low), self.of(range.high))
    }
}

/// For programs only.
fn exact_cell(value: f64) -> Cell {
    Cell::new("", format!("{value:.2}"))
}

/// Millions: four digits that count, at most three decimals.
fn millions(value: f64) -> String {
    let decimals = match value.abs() / 1e6 {
        large if large >= 1000.0 => 0,
        middle if middle >= 10.0 => 1,
        _ => 3,
    };
    grouped(&format!("{:.decimals$}", value / 1e6))
}

fn range(range: &Range) -> String {
    let (low, high) = (millions(range.low), millions(range.high));
    if range.low < 0.0 { format!("{low}{NB}to{NB}{high}") } else { format!("{low}–{high}") }
}

fn lines_of(n: usize) -> String {
    format!("{n} line{}", if n == 1 { "" } else { "s" })
}

fn percent(fraction: f64, decimals: usize) -> String {
    format!("{:.decimals$}{NB}%", fraction * 100.0)
}

/// One row for each line of the list.
pub fn remedy_sheet(answer: &RemedyAnswer) -> Sheet {
    let money = Money(&answer.stated.harm.unit);
    let mut sheet = Sheet::new("lines");
    head::head(&mut sheet, answer, &money);
    let counts = answer.match_by.to_string();
    for (title, key, kind) in [
        ("line", "line", Column::Left),
        ("added", "added_rate", Column::Right),
        ("imports", "trade", Column::Right),
        ("in force", "duty_percent", Column::Right),
        ("share", "share", Column::Right),
        (counts.as_str(), "", Column::Right),
        ("all cases", "", Column::Right),
        ("own harm", "own_harm", Column::Right),
        ("all cases", "", Column::Right),
    ] {
        sheet.column(title, key, kind);
    }
    for key in PARTS {
        sheet.column("", key, Column::Right);
    }
    let mut lines: Vec<&ListedLine> = answer.list.lines.iter().collect();
    let counts = |own: &ListedLine| answer.match_by.of(&own.effect);
    lines.sort_by(|a, b| counts(b).total_cmp(&counts(a)).then(a.line.code.cmp(&b.line.code)));
    for own in lines {
        sheet.row(row(own, answer.match_by));
    }
    sheet.note(format!(
        "in m {} a year, the lines with the largest effect first; * an assumed share; all cases: the least and the most of those below",
        answer.stated.harm.unit
    ));
    notes::notes(&mut sheet, answer, &money);
    foot(&mut sheet, &answer.grounds, &[]);
    sheet
}

/// Columns of CSV beside those that people see.
const PARTS: [&str; 23] = [
    "chapter",
    "description",
    "base_percent",
    "share_of",
    "consumer",
    "demand_elasticity",
    "substitution_elasticity",
    "revenue",
    "trade_effect",
    "not_bought",
    "switched",
    "imports_after",
    "buyers_cost",
    "loss_not_bought",
    "loss_switched",
    "old_duty_lost",
    "duty_regained",
    "dependence",
    "consumer_cost",
    "effect_low",
    "effect_high",
    "own_harm_low",
    "own_harm_high",
];

fn row(own: &ListedLine, by: MatchBy) -> Vec<Cell> {
    let (line, effect) = (&own.line, &own.effect);
    let mark = if line.share.of == ShareOf::Assumed { "*" } else { "" };
    let mut cells = vec![
        Cell::from(&line.code),
        Cell::from(own.rate),
        Cell::new(millions(line.trade), format!("{:.2}", line.trade)),
        Cell::new(percent(line.duty, 1), format!("{:.4}", line.duty * 100.0)),
        Cell::new(format!("{}{mark}", percent(line.share.value, 1)), format!("{:.6}", line.share.value)),
        Cell::from(millions(by.of(effect))),
        Cell::from(range(&own.counts)),
        Cell::new(millions(effect.own_harm), format!("{:.2}", effect.own_harm)),
        Cell::from(range(&own.own_harm)),
        Cell::new("", line.chapter()),
        Cell::new("", &line.description),
        Cell::new("", line.base.map(|b| format!("{:.4}", b * 100.0)).unwrap_or_default()),
        Cell::new("", line.share.of.to_string()),
        Cell::new("", line.consumer.to_string()),
        Cell::new("", line.demand.central.to_string()),
        Cell::new("", line.substitution.central.to_string()),
    ];
    let parts = [
        effect.revenue,
        effect.trade_effect,
        effect.not_bought,
        effect.switched,
        effect.imports_after,
        effect.buyers_cost,
        effect.loss_not_bought,
        effect.loss_switched,
        effect.old_duty_lost,
        effect.duty_regained,
        effect.dependence,
        effect.consumer,
        own.counts.low,
        own.counts.high,
        own.own_harm.low,
        own.own_harm.high,
    ];
    cells.extend(parts.map(exact_cell));
    cells
}
