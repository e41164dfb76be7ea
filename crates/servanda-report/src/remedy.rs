//! A list that matches a harm: headed as an illustration, with the arithmetic of each line and all that it rests on.

use crate::number::{NB, amount_nb, grouped};
use crate::sheet::{Cell, Sheet};
use crate::tariff::{foot, weighed_by};
use crate::text::Column;
use serde_json::Value;
use servanda_core::{Currency, Dimension, Exact};
use servanda_dispute::remedy::{
    Caps, Case, Effect, JudgedMeasure, LeftOutLines, ListTotals, ListedLine, MatchBy, Range, RemedyAnswer,
    Shortfall,
};
use std::collections::BTreeMap;

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
            None => format!("{}{NB}{}", value.plain(), self.0),
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
    let money = Money(&answer.harm.unit);
    let mut sheet = Sheet::new("lines");
    head(&mut sheet, answer, &money);
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
        answer.harm.unit
    ));
    notes(&mut sheet, answer, &money);
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
    let mark = if line.share.of == "assumed" { "*" } else { "" };
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
        Cell::new("", &line.share.of),
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

fn head(sheet: &mut Sheet, answer: &RemedyAnswer, money: &Money<'_>) {
    sheet.head(answer.illustration.to_uppercase());
    sheet.head(format!(
        "{} {} ({}): duties of {} on goods of {}",
        answer.agreement, answer.commitment, answer.cite, answer.complainant, answer.respondent
    ));
    let from = match &answer.harm.shortfall {
        Some(own) => format!("the shortfall {}", shortfall(own, money)),
        None => "as stated by whoever asks".to_owned(),
    };
    sheet.head(format!("harm: {} {}, {from}", money.exact(&answer.harm.value), answer.harm.per));
    if let Some(note) = &answer.harm_note {
        sheet.head(note);
    }
    if answer.harm.shortfall.is_none() {
        for own in &answer.shortfalls {
            let less = if answer.harm.value > own.value { "; the stated harm is above it" } else { "" };
            sheet.head(format!(
                "beside it, the shortfall {}{less}; at most an upper bound of harm: exports divert",
                shortfall(own, money)
            ));
        }
    }
    sheet.head(format!(
        "target: {}; matched by {} within {}, at added duties of up to {} in steps of {}",
        answer.target.arithmetic, answer.match_by, answer.tolerance, answer.rate_max, answer.step
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
        answer.target.months,
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

fn notes(sheet: &mut Sheet, answer: &RemedyAnswer, money: &Money<'_>) {
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
            sheet.note(format!("share of the supplier: {} ({}, {})", from.title, from.source, from.year))
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
    sheet.foot(format!("not assessed: {}", answer.not_assessed.join("; ")));
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
        sheet.note("it adds nothing on that day; name another with --judge-on");
    }
    for own in &judged.sums.cases {
        let part = match answer.match_by {
            MatchBy::Revenue => own.effect.revenue,
            MatchBy::TradeEffect => own.effect.trade_effect,
        };
        let share =
            Exact::parse(&format!("{part:.0}")).ok().map(|x| x.to_f64() / answer.target.per_year.to_f64());
        let beside = share.map(|s| format!("; {} is {} of the target", answer.match_by, percent(s, 1)));
        sheet.note(format!("{}{}", totals(own.case, &own.effect, money), beside.unwrap_or_default()));
    }
    if judged.assumed_shares > 0 {
        sheet
            .note(format!("of it, the share of the supplier is assumed for {} lines", judged.assumed_shares));
    }
    if !judged.left_out.is_empty() {
        sheet.note(format!("left out of it: {}", left(&judged.left_out, money)));
    }
}
