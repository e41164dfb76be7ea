//! Terms, periods, lines and ledgers of a derivation as a tree.

use super::INSTANCES;
use crate::number::{amount_nb, figure_nb, percent_of, signed_nb};
use crate::summary::{count, count_as};
use crate::text::{Layout, Tree, one_line};
use servanda_core::{Dimension, Exact, Held};
use servanda_verdict::{LedgerTrace, LineTrace, NodeTrace, PeriodTrace, RevisionOut, TermTrace};

pub(super) fn node_tree(trace: &NodeTrace, layout: &Layout) -> Tree {
    let mut text = one_line(&trace.label);
    // A constant says itself what it is.
    let constant = trace.terms.is_empty() && trace.children.is_empty() && trace.ledger.is_none();
    if let Some(figure) = &trace.figure
        && !(constant && figure.bounds.is_exact())
    {
        text.push_str(&format!(": {}", figure_nb(figure)));
    }
    if let Some(outcome) = &trace.outcome {
        text.push_str(&format!(" → {outcome}"));
    }
    let mut node = Tree::leaf(text);
    for note in &trace.notes {
        node.push(one_line(note));
    }
    for term in &trace.terms {
        node.children.push(term_tree(term, layout));
    }
    if let Some(ledger) = &trace.ledger {
        node.children.push(ledger_tree(ledger));
    }
    let most = if layout.all || trace.children.len() <= 2 * INSTANCES { usize::MAX } else { INSTANCES / 4 };
    // Of very many lines or days a few of each outcome stand for all.
    let mut shown: Vec<(&str, usize)> = Vec::new();
    for child in &trace.children {
        let outcome = child.outcome.as_deref().unwrap_or_default();
        match shown.iter_mut().find(|(o, _)| *o == outcome) {
            Some((_, n)) if *n >= most => continue,
            Some((_, n)) => *n += 1,
            None => shown.push((outcome, 1)),
        }
        node.children.push(node_tree(child, layout));
    }
    let hidden = trace.children.len().saturating_sub(shown.iter().map(|(_, n)| n).sum());
    if most < usize::MAX && hidden > 0 {
        node.push(format!("… {hidden} more; {} prints them", layout.ask_all()));
    }
    node
}

fn ledger_tree(ledger: &LedgerTrace) -> Tree {
    let mut node = Tree::leaf(format!(
        "ledger {} (entered by hand, certainty {}): {}; {}",
        ledger.name,
        ledger.certainty,
        count_as(ledger.entries.len(), "entry", "entries"),
        one_line(&ledger.note)
    ));
    for entry in &ledger.entries {
        let parts: Vec<String> = entry.iter().map(|(k, v)| format!("{k} {}", one_line(v))).collect();
        node.push(parts.join(", "));
    }
    node
}

fn term_tree(term: &TermTrace, layout: &Layout) -> Tree {
    let proxy = if term.proxy { " (proxy)" } else { "" };
    let dimension = term.figure.dimension;
    let mut node = Tree::leaf(format!(
        "{} {}{proxy}, {}, as of {}: {}",
        term.source,
        term.stage,
        term.period,
        term.as_of,
        figure_nb(&term.figure)
    ));
    node.push(format!("basis: {}", one_line(&term.basis)));
    for note in &term.notes {
        node.push(format!("note: {}", one_line(note)));
    }
    if !term.periods.is_empty() {
        node.push(format!("by period: {}", periods(&term.periods, dimension)));
    }
    if !term.lines.is_empty() {
        node.children.push(lines(&term.lines, dimension, layout));
    }
    for residual in &term.residuals {
        let most = match &residual.at_most {
            Some(most) => format!("at most {}", amount_nb(most, dimension)),
            None if residual.misfits.is_empty() => "unbounded, the parent is not held".to_owned(),
            None => "unbounded, the two do not fit".to_owned(),
        };
        for m in &residual.misfits {
            node.push(format!(
                "{} {}: {} shown in vintage {}, {} in all by {} {}",
                residual.code,
                m.period,
                amount_nb(&m.shown, dimension),
                m.vintage,
                amount_nb(&m.whole, dimension),
                residual.parent,
                m.parent_vintage
            ));
        }
        node.push(format!(
            "not shown below {}: {most} ({} {})",
            residual.code,
            residual.parent,
            residual.vintages.join(", ")
        ));
    }
    if !term.after.is_empty() {
        node.push(format!(
            "months after it, where goods at sea at its end may stand: {}",
            periods(&term.after, dimension)
        ));
    }
    if term.vintages.is_empty() {
        node.push("vintages: none held");
    } else {
        let list: Vec<String> = term.vintages.iter().map(|v| v.id.clone()).collect();
        let n = list.len();
        let text = if layout.all || n <= 4 {
            list.join(", ")
        } else {
            let ends = (list.first().cloned().unwrap_or_default(), list.last().cloned().unwrap_or_default());
            format!("{n}, {} to {}", ends.0, ends.1)
        };
        node.push(format!("vintages: {text}"));
    }
    if layout.all && !term.observations.is_empty() {
        let mut all = Tree::leaf(format!("figures as published: {}", term.observations.len()));
        let unit = dimension.base_unit();
        for o in &term.observations {
            let value = o.value.as_ref().map_or("none given".to_owned(), |v| format!("{v}\u{a0}{unit}"));
            let preliminary = if o.preliminary { ", preliminary" } else { "" };
            let in_part =
                if !o.preliminary && o.value.is_some() && o.low != o.high { ", in part" } else { "" };
            let label =
                o.label.as_ref().map(|l| format!(" (printed as {})", one_line(l))).unwrap_or_default();
            all.push(format!(
                "{}{label} {} ({}): {value}{preliminary}{in_part}, vintage {}",
                o.period, o.code, o.line, o.vintage
            ));
        }
        node.children.push(all);
    }
    node
}

/// Sums by sub-period, in order; runs that are not held are one word.
fn periods(periods: &[PeriodTrace], dimension: Dimension) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut gap: Option<(&str, &str)> = None;
    let close = |gap: &mut Option<(&str, &str)>, parts: &mut Vec<String>| {
        if let Some((from, to)) = gap.take() {
            let span = if from == to { from.to_owned() } else { format!("{from} to {to}") };
            parts.push(format!("{span}\u{a0}not\u{a0}held"));
        }
    };
    for p in periods {
        let Some(value) = p.value.as_ref().filter(|v| p.held != Held::No || !v.is_zero()) else {
            gap = Some((gap.map_or(p.period.as_str(), |g| g.0), &p.period));
            continue;
        };
        close(&mut gap, &mut parts);
        let how = match p.held {
            Held::Whole => "",
            Held::Part => "\u{a0}(in\u{a0}part)",
            Held::Preliminary => "\u{a0}(preliminary)",
            Held::No => "\u{a0}(not\u{a0}covered)",
        };
        parts.push(format!("{}\u{a0}{}{how}", p.period, amount_nb(value, dimension)));
    }
    close(&mut gap, &mut parts);
    parts.join(", ")
}

/// The largest past revision, to be read beside the margin.
pub(super) fn revised(revision: &RevisionOut, dimension: Dimension) -> String {
    let pairs = count(revision.compared, "pair");
    let parts = (&revision.period, &revision.from, &revision.to, &revision.amount, &revision.relative);
    match parts {
        (Some(period), Some(from), Some(to), Some(amount), Some(relative)) => {
            let share = Exact::parse(relative).map(|r| percent_of(&r)).unwrap_or_default();
            let amount = Exact::parse(&amount.value).map(|v| signed_nb(&v, dimension)).unwrap_or_default();
            format!(
                "largest past revision held: {amount} ({share}) of {period}, from {from} to {to}; {pairs} of publications compared"
            )
        }
        _ => format!("no sub-period was revised between the publications held; {pairs} compared"),
    }
}

/// The ten largest lines, and the sum of the others.
fn lines(lines: &[LineTrace], dimension: Dimension, layout: &Layout) -> Tree {
    if lines.iter().all(|l| l.rows == 0 && l.held == Held::No) {
        return Tree::leaf(format!("nothing is held of {}", count(lines.len(), "line")));
    }
    let mut sorted: Vec<&LineTrace> = lines.iter().collect();
    sorted.sort_by(|a, b| b.value.abs().cmp(&a.value.abs()).then_with(|| a.line.cmp(&b.line)));
    let shown = if layout.all { sorted.len() } else { 10 };
    let mut node = Tree::leaf(if shown < sorted.len() {
        format!("{shown} largest of {}", count(sorted.len(), "line"))
    } else {
        count(sorted.len(), "line")
    });
    for line in sorted.iter().take(shown) {
        let codes = match line.codes.as_slice() {
            [one] if *one == line.line => String::new(),
            [] => String::new(),
            codes if codes.len() > 4 && !layout.all => {
                format!(
                    ", {} codes {} …",
                    codes.len(),
                    codes.iter().take(3).cloned().collect::<Vec<_>>().join(" ")
                )
            }
            codes => format!(", as {}", codes.join(" ")),
        };
        if line.rows == 0 && line.held != Held::Whole {
            let what = if line.held == Held::Part { "not shown" } else { "not held" };
            node.push(format!("{}{codes}: {what}", line.line));
            continue;
        }
        let how = match line.held {
            Held::Whole => "",
            Held::Part => ", shown in part",
            Held::Preliminary => ", preliminary",
            Held::No => ", not held throughout",
        };
        node.push(format!(
            "{}{codes}: {} ({}{how})",
            line.line,
            amount_nb(&line.value, dimension),
            count(usize::try_from(line.rows).unwrap_or(usize::MAX), "figure")
        ));
    }
    if shown < sorted.len() {
        let rest = sorted.iter().skip(shown).fold(Exact::zero(), |sum, l| &sum + &l.value);
        node.push(format!("… {} more lines: {}", sorted.len() - shown, amount_nb(&rest, dimension)));
    }
    node
}
