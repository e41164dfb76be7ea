//! A list that matches a harm: headed as an illustration, with the arithmetic of each line and all that it rests on.

mod ge;
mod head;
mod notes;

pub(crate) use ge::columns as ge_columns;
pub use ge::remedy_ge_sheet;

use crate::columns::{Col, col, csv};
use crate::number::{NB, amount_nb, grouped};
use crate::sheet::{Cell, Sheet};
use crate::tariff::foot;
use crate::text::Column::{Left, Right};
use servanda_core::{Currency, Dimension, Exact};
use servanda_remedy::{ListedLine, MatchBy, Range, RemedyAnswer, ShareOf};

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

/// For programs: to the cent.
fn cents(value: f64) -> Cell {
    format!("{value:.2}").into()
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
    let mut lines: Vec<&ListedLine> = answer.list.lines.iter().collect();
    let counts = |own: &ListedLine| answer.match_by.of(&own.effect);
    lines.sort_by(|a, b| counts(b).total_cmp(&counts(a)).then(a.line.code.cmp(&b.line.code)));
    let title = answer.match_by.to_string();
    sheet.fill(&columns(&title), lines.into_iter().map(|own| (own, answer.match_by)));
    sheet.note(format!(
        "in m {} a year, the lines with the largest effect first; * an assumed share; all cases: the least and the most of those below",
        answer.stated.harm.unit
    ));
    notes::notes(&mut sheet, answer, &money);
    foot(&mut sheet, &answer.grounds, &[]);
    sheet
}

/// The columns; money is a year's, in US dollars, and for people in millions.
pub(crate) fn columns<'a>(counts: &str) -> Vec<Col<(&'a ListedLine, MatchBy)>> {
    vec![
        col("line", "line", Left, "The tariff line", |(own, _)| Cell::from(&own.line.code)),
        col("added", "added_rate", Right, "The added duty", |(own, _)| own.rate.into()),
        col("imports", "trade", Right, "Imports of the line from the respondent", |(own, _)| {
            Cell::new(millions(own.line.trade), format!("{:.2}", own.line.trade))
        }),
        col("in force", "duty_percent", Right, "The duty in force, in percent", |(own, _)| {
            Cell::new(percent(own.line.duty, 1), format!("{:.4}", own.line.duty * 100.0))
        }),
        col(
            "share",
            "share",
            Right,
            "The respondent's share of imports; for people, * marks an assumed one",
            |(own, _)| {
                let share = &own.line.share;
                let mark = if share.of == ShareOf::Assumed { "*" } else { "" };
                Cell::new(format!("{}{mark}", percent(share.value, 1)), format!("{:.6}", share.value))
            },
        ),
        col(counts, "", Right, "What counts for the match", |(own, by)| millions(by.of(&own.effect)).into()),
        col("all cases", "", Right, "The same over all cases", |(own, _)| range(&own.counts).into()),
        col("own harm", "own_harm", Right, "What it costs the side that charges", |(own, _)| {
            Cell::new(millions(own.effect.own_harm), format!("{:.2}", own.effect.own_harm))
        }),
        col("all cases", "", Right, "The same over all cases", |(own, _)| range(&own.own_harm).into()),
        csv("chapter", "The line's chapter", |(own, _)| own.line.chapter().into()),
        csv("description", "What the line is of", |(own, _)| Cell::from(&own.line.description)),
        csv("base_percent", "The base duty, in percent", |(own, _)| {
            own.line.base.map(|b| format!("{:.4}", b * 100.0)).unwrap_or_default().into()
        }),
        csv("share_of", "Of what the share is: a code or chapter and a year, or assumed", |(own, _)| {
            Cell::from(&own.line.share.of)
        }),
        csv("consumer", "Which part of it is consumer goods", |(own, _)| own.line.consumer.into()),
        csv("demand_elasticity", "The elasticity of demand", |(own, _)| own.line.demand.central.into()),
        csv("substitution_elasticity", "The elasticity of substitution between suppliers", |(own, _)| {
            own.line.substitution.central.into()
        }),
        csv("revenue", "The duty collected", |(own, _)| cents(own.effect.revenue)),
        csv("trade_effect", "By how much imports from the respondent fall", |(own, _)| {
            cents(own.effect.trade_effect)
        }),
        csv("not_bought", "Of that, what is not bought any more", |(own, _)| cents(own.effect.not_bought)),
        csv("switched", "Of that, what is bought elsewhere", |(own, _)| cents(own.effect.switched)),
        csv("imports_after", "Imports from the respondent with the duty", |(own, _)| {
            cents(own.effect.imports_after)
        }),
        csv("buyers_cost", "What buyers pay more", |(own, _)| cents(own.effect.buyers_cost)),
        csv("loss_not_bought", "What is lost by not buying", |(own, _)| cents(own.effect.loss_not_bought)),
        csv("loss_switched", "What is lost by buying elsewhere", |(own, _)| cents(own.effect.loss_switched)),
        csv("old_duty_lost", "Duty that was collected before and is not any more", |(own, _)| {
            cents(own.effect.old_duty_lost)
        }),
        csv("duty_regained", "Duty on what is bought elsewhere", |(own, _)| cents(own.effect.duty_regained)),
        csv("dependence", "Of own harm, what is for dependence on the supplier", |(own, _)| {
            cents(own.effect.dependence)
        }),
        csv("consumer_cost", "Of own harm, what is for consumer goods", |(own, _)| {
            cents(own.effect.consumer)
        }),
        csv("effect_low", "The least over all cases of what counts for the match", |(own, _)| {
            cents(own.counts.low)
        }),
        csv("effect_high", "The most", |(own, _)| cents(own.counts.high)),
        csv("own_harm_low", "The least own harm over all cases", |(own, _)| cents(own.own_harm.low)),
        csv("own_harm_high", "The most", |(own, _)| cents(own.own_harm.high)),
    ]
}
