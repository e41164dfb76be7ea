//! `compare`: what changed between two answers, and why. Flips come first.

use crate::columns::{Col, csv, written};
use crate::flat::{cell, figure_text, markdown};
use crate::number::{NB, figure_nb, signed_nb};
use crate::sheet::Cell;
use crate::summary::{count, held};
use crate::text::{Layout, Tree, finish, one_line, paragraph, word};
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

/// One row for each cause and, with the cause `crossing`, for each comparison of a joined or quantified rule that comes out
/// otherwise; a reading that differs without one has one row.
pub fn compare_csv(comparison: &Comparison) -> String {
    let flips = comparison.flips.iter().map(Changed::Flip);
    let readings = comparison.readings.iter().flat_map(|r| {
        let same = r.changes.is_empty() && r.parts().next().is_none();
        let crossings = r.parts().map(move |c| Changed::Crossing(r, c));
        let changes = r.changes.iter().map(move |c| Changed::Cause(r, Some(c)));
        crossings.chain(same.then_some(Changed::Cause(r, None))).chain(changes)
    });
    written(&compare_columns(), flips.chain(readings))
}

/// What differs between two answers.
pub(crate) enum Changed<'a> {
    /// A finding's status.
    Flip(&'a (String, Option<Status>, Option<Status>)),
    /// A comparison of a joined or quantified rule.
    Crossing(&'a ReadingChange, &'a Crossing),
    /// A reading, with one of the causes where one is known.
    Cause(&'a ReadingChange, Option<&'a Change>),
}

impl Changed<'_> {
    fn reading(&self) -> Option<&ReadingChange> {
        match self {
            Self::Flip(_) => None,
            Self::Crossing(reading, _) | Self::Cause(reading, _) => Some(reading),
        }
    }

    fn status(&self) -> (Option<Status>, Option<Status>) {
        match self {
            Self::Flip((_, from, to)) => (*from, *to),
            Self::Crossing(_, own) => own.status,
            Self::Cause(own, _) => own.status,
        }
    }

    /// The figures of a side before and after.
    fn figures(&self, side: Side) -> Option<&(Option<Figure>, Option<Figure>)> {
        Some(match (self, side) {
            (Self::Flip(_), _) => return None,
            (Self::Crossing(_, own), Side::Actual) => &own.actual,
            (Self::Crossing(_, own), Side::Required) => &own.required,
            (Self::Cause(own, _), Side::Actual) => &own.actual,
            (Self::Cause(own, _), Side::Required) => &own.required,
        })
    }

    fn before(&self, side: Side) -> Option<Exact> {
        held(&self.figures(side)?.0)
    }

    fn after(&self, side: Side) -> Option<Exact> {
        held(&self.figures(side)?.1)
    }

    fn cause(&self) -> Option<&Change> {
        match self {
            Self::Cause(_, cause) => *cause,
            Self::Flip(_) | Self::Crossing(..) => None,
        }
    }
}

pub(crate) fn compare_columns<'a>() -> Vec<Col<Changed<'a>>> {
    fn status(status: Option<Status>) -> Cell {
        status.map(|s| s.to_string()).unwrap_or_default().into()
    }
    fn plain(value: Option<Exact>) -> Cell {
        value.map(|v| v.plain()).unwrap_or_default().into()
    }
    fn fraction(value: Option<Exact>) -> Cell {
        value.and_then(|v| v.fraction()).unwrap_or_default().into()
    }
    vec![
        csv("id", "The commitment's id", |c| match c {
            Changed::Flip((id, ..)) => Cell::from(id),
            Changed::Crossing(own, _) | Changed::Cause(own, _) => Cell::from(&own.commitment),
        }),
        csv("source", "The source; empty: the finding as a whole", |c| {
            c.reading().map_or("", |r| &r.source).into()
        }),
        csv("definition", "The definition", |c| c.reading().map_or("", |r| &r.definition).into()),
        csv("flipped", "Whether the status flipped", |c| c.reading().is_none_or(|r| r.flipped).into()),
        csv("status_from", "The status before", |c| status(c.status().0)),
        csv("status_to", "The status after", |c| status(c.status().1)),
        csv("actual_from", "What was held of the left side before", |c| plain(c.before(Side::Actual))),
        csv("actual_to", "What is held of it after", |c| plain(c.after(Side::Actual))),
        csv("required_from", "The right side before", |c| plain(c.before(Side::Required))),
        csv("required_to", "The right side after", |c| plain(c.after(Side::Required))),
        csv("side", "The side that the cause moves", |c| {
            c.cause().map(|c| c.side.to_string()).unwrap_or_default().into()
        }),
        csv(
            "cause",
            "Why: new-periods, finalised, revised, list, rule, or crossing, a comparison that comes out otherwise",
            |c| {
                Cell::from(match c {
                    Changed::Crossing(..) => "crossing",
                    Changed::Flip(_) | Changed::Cause(..) => c.cause().map_or("", |c| kind(c.kind)),
                })
            },
        ),
        csv("amount", "By how much the cause moves the figure", |c| {
            plain(c.cause().map(|c| c.amount.clone()))
        }),
        csv("unit", "The unit", |c| {
            let crossed = |own: &Crossing| {
                let figure = own.actual.1.as_ref().or(own.actual.0.as_ref());
                figure.map(|f| f.dimension.base_unit()).unwrap_or_default()
            };
            Cell::from(match c {
                Changed::Crossing(_, own) => crossed(own),
                Changed::Flip(_) | Changed::Cause(..) => {
                    c.cause().map(|c| c.unit.clone()).unwrap_or_default()
                }
            })
        }),
        csv("detail", "The sub-periods concerned, what differs, or the comparison", |c| {
            Cell::from(match c {
                Changed::Crossing(_, own) => {
                    own.instance.iter().chain([&own.text]).cloned().collect::<Vec<_>>().join(": ")
                }
                Changed::Flip(_) | Changed::Cause(..) => {
                    c.cause().map(|c| c.detail.clone()).unwrap_or_default()
                }
            })
        }),
        csv("actual_from_exact", "The figure of actual_from as n/d, where its decimals do not end", |c| {
            fraction(c.before(Side::Actual))
        }),
        csv("actual_to_exact", "The same of actual_to", |c| fraction(c.after(Side::Actual))),
        csv("required_from_exact", "The same of required_from", |c| fraction(c.before(Side::Required))),
        csv("required_to_exact", "The same of required_to", |c| fraction(c.after(Side::Required))),
        csv("amount_exact", "The same of amount", |c| fraction(c.cause().map(|c| c.amount.clone()))),
    ]
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
