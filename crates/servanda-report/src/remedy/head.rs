//! What stands above a list: what it is, the harm, the target, and what the list comes to.

use super::{Money, lines_of};
use crate::number::NB;
use crate::sheet::Sheet;
use crate::tariff::weighed_by;
use servanda_core::Exact;
use servanda_remedy::{RemedyAnswer, Shortfall, Stated};
use std::collections::BTreeMap;

fn shortfall(s: &Shortfall, money: &Money<'_>) -> String {
    let bounds = match (&s.low, &s.high) {
        (Some(low), Some(high)) if low == high => String::new(),
        (low, high) => {
            let bound = |x: &Option<Exact>| x.as_ref().map_or("no bound".to_owned(), |x| money.exact(x));
            format!(", at least {} and at most {}", bound(low), bound(high))
        }
    };
    let open = if s.provisional { "; figures can still be revised" } else { "" };
    format!(
        "{} by {} ({}): required {} less actual {}{bounds}{open}",
        money.exact(&s.value),
        s.source,
        s.definition,
        money.exact(&s.required),
        money.exact(&s.actual)
    )
}

/// The harm that is stated, and the shortfalls beside it.
pub(super) fn stated(sheet: &mut Sheet, stated: &Stated, money: &Money<'_>) {
    let from = match &stated.harm.shortfall {
        Some(own) => format!("the shortfall {}", shortfall(own, money)),
        None => "as stated by whoever asks".to_owned(),
    };
    sheet.head(format!("harm: {} {}, {from}", money.exact(&stated.harm.value), stated.harm.per));
    if let Some(note) = &stated.harm_note {
        sheet.head(note);
    }
    if stated.harm.shortfall.is_none() {
        for own in &stated.shortfalls {
            let less = if stated.harm.value > own.value { "; the stated harm is above it" } else { "" };
            sheet.head(format!(
                "beside it, the shortfall {}{less}; at most an upper bound of harm: exports divert",
                shortfall(own, money)
            ));
        }
    }
}

pub(super) fn head(sheet: &mut Sheet, answer: &RemedyAnswer, money: &Money<'_>) {
    sheet.head(answer.stated.illustration.to_uppercase());
    sheet.head(format!(
        "{} {} ({}): duties of {} on goods of {}",
        answer.stated.agreement,
        answer.stated.commitment,
        answer.stated.cite,
        answer.stated.complainant,
        answer.stated.respondent
    ));
    stated(sheet, &answer.stated, money);
    sheet.head(format!(
        "target: {}; matched by {} within {}, at added duties of up to {} in steps of {}",
        answer.stated.target.arithmetic,
        answer.match_by,
        answer.stated.tolerance,
        answer.stated.rate_max,
        answer.step
    ));
    let list = &answer.list;
    let mut rates: BTreeMap<_, usize> = BTreeMap::new();
    for own in &list.lines {
        *rates.entry(own.rate).or_default() += 1;
    }
    let rates: Vec<String> = rates.iter().map(|(rate, n)| format!("{n} at {rate}")).collect();
    sheet.head(format!("the list: {} ({})", lines_of(list.lines.len()), rates.join(", ")));
    let proof = &list.proof;
    sheet.head(format!(
        "it matches the target: {} {} a year ({:+.4}{NB}%), worked out a second time; {} over all cases; over {} months {}",
        answer.match_by,
        money.of(proof.effect),
        proof.off_target_percent,
        money.range(&list.effect_range),
        answer.stated.target.months,
        money.of(answer.over_duration(proof.effect))
    ));
    sheet.head(format!(
        "own harm: {} a year ({} over all cases), {} over the duration; with central elasticities no list of these lines, rates and caps with the same effect has less than {} a year: gap {:.4}{NB}% ({}, {} steps, {} variables)",
        money.of(proof.own_harm),
        money.range(&list.own_harm_range),
        money.of(answer.over_duration(proof.own_harm)),
        money.of(list.bound),
        list.gap_percent,
        list.prices.status,
        list.prices.iterations,
        list.prices.variables
    ));
    sheet.head(format!(
        "a year's flows on {}, {}; duties in force on {}",
        weighed_by(&answer.trade),
        answer.model,
        answer.on
    ));
}
