//! `compare`: what changed between two answers, and why. Flips come first.

use crate::flat::{cell, csv, figure_text, markdown};
use crate::number::{NB, figure_nb, signed_nb};
use crate::summary::{count, held};
use crate::text::{Layout, Tree, finish, one_line, paragraph, word};
use serde_json::{Value, json, to_value};
use servanda_agreement::Agreement;
use servanda_core::{Exact, Status};
use servanda_verdict::{Change, ChangeKind, Comparison, Crossing, Figure, ReadingChange, Side};

/// The word of a cause, as in JSON.
fn kind(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::NewPeriods => "new-periods",
        ChangeKind::Finalised => "finalised",
        ChangeKind::Revised => "revised",
        ChangeKind::List => "list",
        ChangeKind::Rule => "rule",
    }
}

fn kind_words(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::NewPeriods => "new periods",
        ChangeKind::Finalised => "preliminary made final",
        ChangeKind::Revised => "revised",
        ChangeKind::List => "changed list or definition",
        ChangeKind::Rule => "changed rule",
    }
}

fn side_words(side: Side) -> &'static str {
    match side {
        Side::Actual => "held",
        Side::Required => side.as_str(),
    }
}

fn from_to(before: Option<Status>, after: Option<Status>) -> String {
    from_to_in(before, after, word)
}

fn from_to_in(before: Option<Status>, after: Option<Status>, word: fn(Status) -> String) -> String {
    let text = |s: Option<Status>| s.map_or("none".to_owned(), word);
    if before == after { text(after) } else { format!("{} → {}", text(before), text(after)) }
}

fn dimension_of(reading: &ReadingChange, change: &Change) -> Option<servanda_core::Dimension> {
    let figures: [&Option<Figure>; 2] = match change.side {
        Side::Actual => [&reading.actual.1, &reading.actual.0],
        Side::Required => [&reading.required.1, &reading.required.0],
    };
    figures.into_iter().flatten().map(|f| f.dimension).find(|d| d.base_unit() == change.unit)
}

fn change_text(reading: &ReadingChange, change: &Change) -> String {
    let amount = match dimension_of(reading, change) {
        Some(dimension) => signed_nb(&change.amount, dimension),
        None => format!("{}\u{a0}{}", change.amount.plain(), change.unit),
    };
    format!("{}: {amount}, {}", kind_words(change.kind), one_line(&change.detail))
}

fn side_text(before: &Option<Figure>, after: &Option<Figure>) -> Option<String> {
    match (before, after) {
        (None, None) => None,
        (Some(a), Some(b)) if a == b => Some(format!("{}, unchanged", figure_nb(a))),
        (a, b) => {
            let text = |f: &Option<Figure>| f.as_ref().map_or("none".to_owned(), figure_nb);
            let moved = match (held(a), held(b)) {
                (Some(x), Some(y)) if x != y => b
                    .as_ref()
                    .map(|f| format!(" ({})", signed_nb(&(&y - &x), f.dimension)))
                    .unwrap_or_default(),
                _ => String::new(),
            };
            Some(format!("{} → {}{moved}", text(a), text(b)))
        }
    }
}

/// Both answers side by side: findings that flipped, then each reading that differs with its causes.
///
/// `before` and `after` say what is compared (`as of 2021-02-23`, or an agreement's folder).
pub fn compare_text(
    agreement: &Agreement,
    before: &str,
    after: &str,
    comparison: &Comparison,
    layout: &Layout,
) -> String {
    let columns = layout.columns();
    let mut out = String::new();
    paragraph(&mut out, &format!("{}: {}", agreement.id, one_line(&agreement.title)), columns, "", "  ");
    paragraph(&mut out, &format!("before: {before}"), columns, "", "  ");
    paragraph(&mut out, &format!("after:  {after}"), columns, "", "  ");
    out.push('\n');
    if comparison.flips.is_empty() {
        paragraph(&mut out, "no finding changed its status", columns, "", "");
    } else {
        let n = count(comparison.flips.len(), "finding");
        let mut tree = Tree::leaf(format!("{n} changed status"));
        for (id, a, b) in &comparison.flips {
            tree.push(format!("{id}: {}", from_to(*a, *b)));
        }
        out.push_str(&tree.render(columns));
    }
    if comparison.readings.is_empty() {
        out.push('\n');
        paragraph(&mut out, "no reading differs", columns, "", "");
    }
    let mut seen: Vec<&str> = Vec::new();
    // Commitments with a flipped reading first, otherwise in order.
    for flipped in [true, false] {
        for reading in &comparison.readings {
            let id = reading.commitment.as_str();
            let of: Vec<&ReadingChange> = comparison.readings.iter().filter(|r| r.commitment == id).collect();
            let has = of.iter().any(|r| r.flipped) || comparison.flips.iter().any(|(f, ..)| f == id);
            if seen.contains(&id) || has != flipped {
                continue;
            }
            seen.push(id);
            let mut tree = Tree::leaf(id);
            for reading in of {
                tree.children.push(reading_tree(reading));
            }
            out.push('\n');
            out.push_str(&tree.render(columns));
        }
    }
    finish(&out, layout.colour)
}

/// `2021: imports(...) > 70 USD: missed → met; held 60 → 75 USD; required 70 USD, unchanged`.
fn crossing_text(crossing: &Crossing, word: fn(Status) -> String) -> String {
    let instance = crossing.instance.as_ref().map(|i| format!("{i}: ")).unwrap_or_default();
    let mut parts = vec![format!(
        "{instance}{}: {}",
        one_line(&crossing.text),
        from_to_in(crossing.status.0, crossing.status.1, word)
    )];
    for (side, (before, after)) in [("held", &crossing.actual), ("required", &crossing.required)] {
        parts.extend(side_text(before, after).map(|text| format!("{side} {text}")));
    }
    parts.join("; ")
}

fn reading_tree(reading: &ReadingChange) -> Tree {
    let mut node = Tree::leaf(format!(
        "{}, {}: {}",
        reading.source,
        reading.definition,
        from_to(reading.status.0, reading.status.1)
    ));
    if let Some(cause) = &reading.cause {
        node.push(one_line(cause));
    }
    for (side, (before, after)) in [(Side::Actual, &reading.actual), (Side::Required, &reading.required)] {
        let Some(text) = side_text(before, after) else { continue };
        let mut line = Tree::leaf(format!("{} {text}", side_words(side)));
        for change in reading.changes.iter().filter(|c| c.side == side) {
            line.push(change_text(reading, change));
        }
        node.children.push(line);
    }
    for crossing in reading.parts() {
        node.push(crossing_text(crossing, word));
    }
    if reading.actual == (None, None) && reading.required == (None, None) {
        for change in &reading.changes {
            node.push(format!("{} {}", side_words(change.side), change_text(reading, change)));
        }
    }
    node
}

/// The document of `compare --format json`.
pub fn compare_json(
    agreement: &Agreement,
    before: &str,
    after: &str,
    comparison: &Comparison,
    engine: &str,
) -> Value {
    let status = |s: Option<Status>| s.map(|s| s.as_str());
    let flips: Vec<Value> = comparison
        .flips
        .iter()
        .map(|(id, a, b)| json!({ "id": id, "from": status(*a), "to": status(*b) }))
        .collect();
    let both = |(a, b): &(Option<Figure>, Option<Figure>)| json!({ "from": a, "to": b });
    let readings: Vec<Value> = comparison
        .readings
        .iter()
        .map(|r| {
            json!({
                "id": r.commitment,
                "source": r.source,
                "definition": r.definition,
                "flipped": r.flipped,
                "cause": r.cause,
                "status": { "from": status(r.status.0), "to": status(r.status.1) },
                "actual": both(&r.actual),
                "required": both(&r.required),
                "crossings": r.crossings.iter().map(|c| json!({
                    "instance": c.instance,
                    "text": c.text,
                    "comparison": c.comparison,
                    "status": { "from": status(c.status.0), "to": status(c.status.1) },
                    "actual": both(&c.actual),
                    "required": both(&c.required),
                })).collect::<Vec<_>>(),
                "changes": r.changes.iter().map(|c| to_value(c).unwrap_or(Value::Null)).collect::<Vec<_>>(),
            })
        })
        .collect();
    crate::json::with_decimals(json!({
        "agreement": agreement.id,
        "from": before,
        "to": after,
        "engine": engine,
        "flips": flips,
        "readings": readings,
    }))
}

/// One row for each cause and, with the cause `crossing`, for each comparison of a joined or quantified rule that comes out
/// otherwise; a reading that differs without one has one row.
pub fn compare_csv(comparison: &Comparison) -> String {
    let head = [
        "id",
        "source",
        "definition",
        "flipped",
        "status_from",
        "status_to",
        "actual_from",
        "actual_to",
        "required_from",
        "required_to",
        "side",
        "cause",
        "amount",
        "unit",
        "detail",
        "actual_from_exact",
        "actual_to_exact",
        "required_from_exact",
        "required_to_exact",
        "amount_exact",
    ];
    let mut rows: Vec<Vec<String>> = vec![head.iter().map(|h| (*h).to_owned()).collect()];
    let status = |s: Option<Status>| s.map(|s| s.to_string()).unwrap_or_default();
    let value = |f: &Option<Figure>| held(f).map(|v| v.plain()).unwrap_or_default();
    let exact = |figures: [&Option<Figure>; 4], amount: Option<&Exact>| {
        let mut cells = figures.map(|f| held(f).and_then(|v| v.fraction()).unwrap_or_default()).to_vec();
        cells.push(amount.and_then(Exact::fraction).unwrap_or_default());
        cells
    };
    for (id, a, b) in &comparison.flips {
        let mut row = vec![id.clone(), String::new(), String::new(), "true".into(), status(*a), status(*b)];
        row.resize(head.len(), String::new());
        rows.push(row);
    }
    for r in &comparison.readings {
        let front = vec![
            r.commitment.clone(),
            r.source.clone(),
            r.definition.clone(),
            r.flipped.to_string(),
            status(r.status.0),
            status(r.status.1),
            value(&r.actual.0),
            value(&r.actual.1),
            value(&r.required.0),
            value(&r.required.1),
        ];
        for c in r.parts() {
            let mut row = vec![
                r.commitment.clone(),
                r.source.clone(),
                r.definition.clone(),
                r.flipped.to_string(),
                status(c.status.0),
                status(c.status.1),
                value(&c.actual.0),
                value(&c.actual.1),
                value(&c.required.0),
                value(&c.required.1),
                String::new(),
                "crossing".to_owned(),
                String::new(),
                c.actual
                    .1
                    .as_ref()
                    .or(c.actual.0.as_ref())
                    .map(|f| f.dimension.base_unit())
                    .unwrap_or_default(),
            ];
            row.push(c.instance.iter().chain([&c.text]).cloned().collect::<Vec<_>>().join(": "));
            row.extend(exact([&c.actual.0, &c.actual.1, &c.required.0, &c.required.1], None));
            rows.push(row);
        }
        if r.changes.is_empty() && r.parts().next().is_none() {
            let mut row = front.clone();
            row.resize(head.len(), String::new());
            rows.push(row);
        }
        for c in &r.changes {
            let mut row = front.clone();
            row.extend([
                c.side.to_string(),
                kind(c.kind).to_owned(),
                c.amount.plain(),
                c.unit.clone(),
                c.detail.clone(),
            ]);
            row.extend(exact([&r.actual.0, &r.actual.1, &r.required.0, &r.required.1], Some(&c.amount)));
            rows.push(row);
        }
    }
    csv(rows)
}

/// Flips, then one row for each reading that differs.
pub fn compare_markdown(agreement: &Agreement, before: &str, after: &str, comparison: &Comparison) -> String {
    let mut out = format!(
        "# {}: what changed\n\nBefore: {}. After: {}.\n\n",
        cell(&agreement.title),
        cell(before),
        cell(after)
    );
    let status = |s: Option<Status>| s.map_or("none".to_owned(), |s| s.to_string());
    if comparison.flips.is_empty() {
        out.push_str("No finding changed its status.\n\n");
    } else {
        let rows: Vec<Vec<String>> = comparison
            .flips
            .iter()
            .map(|(id, a, b)| vec![format!("`{id}`"), status(*a), status(*b)])
            .collect();
        out.push_str(&markdown(&["commitment", "from", "to"], &[], &rows));
        out.push('\n');
    }
    let rows: Vec<Vec<String>> = comparison
        .readings
        .iter()
        .map(|r| {
            let causes: Vec<String> = r
                .changes
                .iter()
                .map(|c| format!("{} {}", side_words(c.side), change_text(r, c)))
                .chain(r.parts().map(|c| crossing_text(c, |s| s.to_string())))
                .map(|text| text.replace(NB, " "))
                .collect();
            vec![
                format!("`{}`", r.commitment),
                format!("`{}`", r.source),
                r.definition.clone(),
                if r.status.0 == r.status.1 {
                    status(r.status.1)
                } else {
                    format!("**{} → {}**", status(r.status.0), status(r.status.1))
                },
                figure_text(&r.actual.0),
                figure_text(&r.actual.1),
                causes.join("; "),
            ]
        })
        .collect();
    let head = ["commitment", "source", "definition", "status", "held before", "held after", "causes"];
    out.push_str(&markdown(&head, &[4, 5], &rows));
    out
}
