//! What stands below a list: every case, the naive lists, what is judged beside it, and what all of it rests on.

use super::{Money, lines_of, percent};
use crate::number::NB;
use crate::sheet::Sheet;
use crate::tariff::weighed_by;
use servanda_core::Exact;
use servanda_remedy::{Caps, Case, Effect, JudgedMeasure, LeftOutLines, ListTotals, MatchBy, RemedyAnswer};

fn case_words(case: Case) -> &'static str {
    match case {
        Case::Low => "low elasticities",
        Case::Central => "central elasticities",
        Case::High => "high elasticities",
        Case::FiniteSupply => "central, suppliers bear a part",
    }
}

fn totals(case: Case, effect: &Effect, money: &Money<'_>) -> String {
    format!(
        "{}: revenue {}, imports lost {}, own harm {}",
        case_words(case),
        money.of(effect.revenue),
        money.of(effect.trade_effect),
        money.of(effect.own_harm)
    )
}

fn case_line(own: &ListTotals, by: MatchBy, money: &Money<'_>) -> String {
    let misses = if own.within_tolerance { "" } else { ": misses the target" };
    format!(
        "{}; {by} is {:.1}{NB}% of the target{misses}",
        totals(own.case, &own.effect, money),
        own.percent_of_target
    )
}

fn left(parts: &[LeftOutLines], money: &Money<'_>) -> String {
    let each: Vec<String> =
        parts.iter().map(|p| format!("{}, {}: {}", lines_of(p.lines), money.of(p.trade), p.why)).collect();
    each.join("; ")
}

pub(super) fn notes(sheet: &mut Sheet, answer: &RemedyAnswer, money: &Money<'_>) {
    sheet.note("the list under each case, a year:");
    for own in &answer.list.cases {
        sheet.note(case_line(own, answer.match_by, money));
    }
    if let Some(central) = answer.list.cases.iter().find(|c| c.case == Case::Central) {
        let e = &central.effect;
        sheet.note(format!(
            "own harm, central: {} on what is no longer bought + {} on what is bought elsewhere + {} old duty lost - {} duty on goods of others - {} borne by suppliers + {} for dependence + {} for consumers",
            money.of(e.loss_not_bought),
            money.of(e.loss_switched),
            money.of(e.old_duty_lost),
            money.of(e.duty_regained),
            money.of(e.price_gain),
            money.of(e.dependence),
            money.of(e.consumer)
        ));
    }
    let caps = match answer.caps == Caps::default() {
        true => "",
        false => "; they keep no caps",
    };
    sheet.note(format!("beside lists that nobody optimised, each made to match the same target{caps}:"));
    for own in &answer.naive {
        let text = if own.matches {
            let times = own.own_harm / answer.list.proof.own_harm;
            format!(
                "{}: own harm {} ({times:.2} times; {} over all cases) on {}, {} {} ({}); {}",
                own.name,
                money.of(own.own_harm),
                money.range(&own.own_harm_range),
                lines_of(own.lines),
                answer.match_by,
                money.of(own.effect),
                money.range(&own.effect_range),
                own.how
            )
        } else {
            format!(
                "{}: does not match the target; it reaches {}; {}",
                own.name,
                money.of(own.effect),
                own.how
            )
        };
        sheet.note(text);
    }
    if let Some(judged) = &answer.judged {
        judged_notes(sheet, judged, answer, money);
    }
    sheet.note(format!(
        "could be chosen: {} with {} of trade; together they reach {} a year with central elasticities",
        lines_of(answer.candidates),
        money.of(answer.candidate_trade),
        money.of(answer.list.reach)
    ));
    if !answer.left_out.is_empty() {
        sheet.note(format!("could not: {}", left(&answer.left_out, money)));
    }
    if answer.not_asked > 0.0 {
        sheet.note(format!("not asked about: {}", money.of(answer.not_asked)));
    }
    match &answer.shares {
        Some(from) => {
            let listed = &answer.list.lines;
            let by_chapter = listed.iter().filter(|l| l.line.share.of.is_by_chapter()).count();
            sheet.note(format!(
                "share of the supplier: {} ({}, {}); known by chapter only for {by_chapter} of {} of the list",
                from.title,
                from.source,
                from.year,
                lines_of(listed.len())
            ));
        }
        None => sheet.note("share of the supplier: none is held"),
    }
    if answer.assumed_shares > 0 {
        sheet.note(format!("* assumed for {}", lines_of(answer.assumed_shares)));
    }
    let table = &answer.elasticities;
    sheet.foot(format!("elasticities: {}", table.title));
    for row in &table.rows {
        sheet.foot(format!(
            "{}: demand {} ({} to {}), substitution {} ({} to {}); {}: {}",
            row.codes.join(", "),
            row.demand.central,
            row.demand.low,
            row.demand.high,
            row.substitution.central,
            row.substitution.low,
            row.substitution.high,
            row.certainty,
            row.cite
        ));
    }
    sheet.foot(format!(
        "supply, where suppliers bear a part: {}; {}: {}",
        table.supply.elasticity, table.supply.certainty, table.supply.cite
    ));
    sheet.foot(format!(
        "weights on the buyers' cost: dependence {}, consumers {}; {}: {}",
        table.weights.dependence, table.weights.consumer, table.weights.certainty, table.weights.cite
    ));
    sheet.foot(format!("not assessed: {}", answer.stated.not_assessed.join("; ")));
}

fn judged_notes(sheet: &mut Sheet, judged: &JudgedMeasure, answer: &RemedyAnswer, money: &Money<'_>) {
    sheet.note(format!(
        "by the same yardstick, {} on {}: {} on goods of {}, {} lines or codes with {} of trade, {:.2} points added on average, by {}",
        judged.names.join(", "),
        judged.on,
        judged.importer,
        judged.origin,
        judged.sums.lines,
        money.of(judged.sums.trade),
        judged.sums.mean_added_percent,
        weighed_by(&judged.trade)
    ));
    if judged.sums.lines == 0 {
        sheet.note("it adds nothing on that day; another day can be named");
    }
    for own in &judged.sums.cases {
        let part = match answer.match_by {
            MatchBy::Revenue => own.effect.revenue,
            MatchBy::TradeEffect => own.effect.trade_effect,
        };
        let share = Exact::parse(&format!("{part:.0}"))
            .ok()
            .map(|x| x.to_f64() / answer.stated.target.per_year.to_f64());
        let beside = share.map(|s| format!("; {} is {} of the target", answer.match_by, percent(s, 1)));
        sheet.note(format!("{}{}", totals(own.case, &own.effect, money), beside.unwrap_or_default()));
    }
    if judged.assumed_shares > 0 {
        sheet.note(format!(
            "of it, the share of the supplier is assumed for {}",
            lines_of(judged.assumed_shares)
        ));
    }
    if !judged.left_out.is_empty() {
        sheet.note(format!("not looked at, whether it is on them or not: {}", left(&judged.left_out, money)));
    }
}
