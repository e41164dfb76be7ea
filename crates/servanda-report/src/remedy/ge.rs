//! A list by sector that matches a harm in general equilibrium.

use super::{Money, head, percent};
use crate::columns::{Col, col};
use crate::number::NB;
use crate::sheet::{Cell, Sheet};
use crate::tariff::{foot, weighed_by};
use crate::text::Column::{Left, Right, Text};
use servanda_model::Part;
use servanda_model::run::{Does, SizedSector};
use servanda_remedy::{GeRemedyAnswer, Rate};

/// A sum in the base's money, four digits that count.
fn sum(value: f64) -> String {
    let size = if value == 0.0 { 0.0 } else { value.abs().log10().floor() };
    let decimals = (3.0 - size).clamp(0.0, 6.0) as usize;
    crate::number::grouped(&format!("{value:.decimals$}"))
}

fn exact(shown: String, value: f64) -> Cell {
    Cell::new(shown, value.to_string())
}

/// One row for each sector with a rate.
pub fn remedy_ge_sheet(answer: &GeRemedyAnswer) -> Sheet {
    let money = Money(&answer.stated.harm.unit);
    let unit = &answer.unit;
    let mut sheet = Sheet::new("sectors");
    sheet.head(answer.stated.illustration.to_uppercase());
    sheet.head(format!(
        "{} {} ({}): duties of {} on goods of {}, in general equilibrium",
        answer.stated.agreement,
        answer.stated.commitment,
        answer.stated.cite,
        answer.stated.complainant,
        answer.stated.respondent
    ));
    head::stated(&mut sheet, &answer.stated, &money);
    let words = answer.match_by.words();
    sheet.head(format!(
        "target: {}; matched by {words} within {}, at added duties of up to {}, on top of the duties of {}",
        answer.stated.target.arithmetic, answer.stated.tolerance, answer.stated.rate_max, answer.on
    ));
    let list = &answer.list;
    let (does, low, high) = (&list.does, &list.low, &list.high);
    let reached = does.of(answer.match_by.0);
    let ends = |of: fn(&Does) -> f64| format!("{} ({} to {})", sum(of(does)), sum(of(low)), sum(of(high)));
    sheet.head(format!(
        "it comes to {} {unit} a year as {words} ({:+.4}{NB}% of the target of {}), with rates in hundredths of a point",
        sum(reached),
        100.0 * (reached / answer.target_in_base - 1.0),
        sum(answer.target_in_base)
    ));
    sheet.head(format!(
        "{unit} a year, with the range over closures, elasticities and means of the duties before, at the same rates: imports lost {}; duty collected {}; harm to {} {}; own harm of {} {}",
        ends(|d| d.lost_trade),
        ends(|d| d.revenue),
        answer.stated.respondent,
        ends(|d| d.harm),
        answer.stated.complainant,
        ends(|d| d.own_harm)
    ));
    sheet.fill(&columns(), answer.charged().into_iter().map(|own| (answer, own)));
    let without = answer.list.sectors.iter().filter(|s| s.rate == 0).count();
    sheet.note(format!(
        "in {unit} a year, the largest imports first; `taxable` is the part of the sector's trade that may be taxed, before: the model's tariff, which is the base's own times what the measures changed; margin: own harm of one more of {words} by this sector alone; {without} sectors that may be taxed stay without a duty"
    ));
    for naive in &list.naive {
        let reaches =
            if naive.enough { String::new() } else { format!(", which reaches {} only", sum(naive.reached)) };
        sheet.note(format!("beside it, {}: own harm {} {unit}{reaches}", naive.name, sum(naive.own_harm)));
    }
    sheet.note(format!(
        "harm is equivalent variation, at the base's prices; below zero it is a gain: a tariff can improve terms of trade, until it is answered. The range holds rates as they are, over {} solutions; no search proves that there is no better list far away",
        list.solutions
    ));
    sheet.note("the harm is money of its own year, and the base and its trade are of the base's: nothing is converted or grown");
    if let (Some(from), Some(until)) = (answer.from(), answer.until()) {
        sheet.note(format!(
            "the duties would be charged from {from}, the day after those before, until {until}, not counted; a later day in the scenario's [[measures]] begins later"
        ));
    }
    for own in &answer.left_out {
        sheet.note(format!("left out: {} codes, {}: {}", own.lines, money.of(own.trade), own.why));
    }
    sheet.note(format!(
        "{} of trade may be taxed; {}; sectors: {}",
        money.of(answer.candidate_trade),
        weighed_by(&answer.trade),
        answer.concordance
    ));
    for note in &answer.notes {
        sheet.note(note);
    }
    sheet.note(format!("not assessed: {}", answer.stated.not_assessed.join("; ")));
    let worst = list.parts.iter().max_by(|a, b| a.residual.total_cmp(&b.residual));
    let place = worst.map(|p: &Part| format!(" ({}, {})", p.condition, p.at)).unwrap_or_default();
    sheet.foot(format!(
        "certificate: worked out again from the answer alone, no condition is off by more than {:.1e}{place}; {} equilibria",
        list.residual, list.solves
    ));
    for (name, fact) in answer.facts.iter().filter(|(name, _)| !name.starts_with("sha256")) {
        sheet.foot(format!("{name}: {fact}"));
    }
    foot(&mut sheet, &answer.grounds, &[]);
    sheet
}

/// The columns; money is a year's, in the base's money.
pub(crate) fn columns<'a>() -> Vec<Col<(&'a GeRemedyAnswer, &'a SizedSector)>> {
    vec![
        col("sector", "sector", Left, "The sector", |(_, own)| Cell::from(&own.sector)),
        col(
            "taxable",
            "taxable_pct",
            Right,
            "The part of its trade that may be taxed, in percent",
            |(_, own)| exact(percent(own.part, 1), 100.0 * own.part),
        ),
        col("before", "before_pct", Right, "The mean tariff on it before, in percent", |(_, own)| {
            exact(format!("{:.2}{NB}%", own.before_pct), own.before_pct)
        }),
        col("added", "added_rate", Right, "The added duty on the part that may be taxed", |(_, own)| {
            Rate(own.rate).into()
        }),
        col("imports", "imports_before", Right, "Imports from the respondent before", |(_, own)| {
            exact(sum(own.imports[0]), own.imports[0])
        }),
        col("with it", "imports_after", Right, "Imports from the respondent with the list", |(_, own)| {
            exact(sum(own.imports[1]), own.imports[1])
        }),
        col(
            "margin",
            "marginal_own_harm",
            Right,
            "Own harm of one more of the target by this sector alone",
            |(_, own)| {
                own.marginal
                    .map_or(Cell::new("none", ""), |marginal| exact(format!("{marginal:.3}"), marginal))
            },
        ),
        col("what", "title", Text, "What the sector is", |(answer, own)| {
            answer.titles.get(&own.sector).map_or("", String::as_str).into()
        }),
    ]
}
