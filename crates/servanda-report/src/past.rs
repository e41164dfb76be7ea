//! `history`: each finding as it would have stood at every release.

use crate::compared::{instance_text, reading_text};
use crate::flat::{cell, csv, markdown};
use crate::number::{NB, amount_range, percent_range};
use crate::rows::FIGURES;
use crate::summary;
use crate::table::header;
use crate::text::{Column, Grid, Layout, finish, one_line, paragraph, word};
use serde_json::{Value, json};
use servanda_agreement::{Agreement, Commitment};
use servanda_core::Exact;
use servanda_verdict::{Finding, History, HistoryRow, Reading, SubReading};

/// What a row says of its commitment; two rows with the same facts say that nothing changed.
fn facts(finding: &Finding) -> Value {
    let readings: Vec<Value> = finding
        .readings
        .iter()
        .map(|r| {
            json!([
                r.source,
                r.definition,
                r.status.as_str(),
                r.actual,
                r.required,
                r.complete_through,
                summary::finality(r.finality),
                r.pace_status.map(summary::pace_status),
                r.parts,
                r.years,
                r.instances,
            ])
        })
        .collect();
    json!([finding.status.as_str(), finding.reason, finding.tested, summary::overlay(finding), readings])
}

/// The rows to show: those that differ from the row before of the same commitment, or all.
fn shown(history: &History, all: bool) -> Vec<&HistoryRow> {
    let mut last: Vec<(&str, Value)> = Vec::new();
    history
        .rows
        .iter()
        .filter(|row| {
            let now = facts(&row.finding);
            match last.iter_mut().find(|(id, _)| *id == row.finding.id) {
                Some((_, before)) => {
                    let changed = *before != now;
                    *before = now;
                    changed || all
                }
                None => {
                    last.push((&row.finding.id, now));
                    // What nobody assesses never changes.
                    let assessed = row.finding.act.as_ref().is_some_and(|a| !a.assessments.is_empty());
                    all || assessed || !row.finding.readings.is_empty()
                }
            }
        })
        .collect()
}

/// Shares or amounts over the readings that count, or over those of derived series, and through when.
fn standing(commitment: Option<&Commitment>, finding: &Finding, counts: bool) -> (String, String) {
    let counted: Vec<&Reading> = finding.readings.iter().filter(|r| r.counts == counts).collect();
    let shares: Vec<Exact> = counted.iter().filter_map(|r| summary::share(r)).collect();
    let figures = percent_range(&shares).or_else(|| {
        let first = counted.iter().find_map(|r| r.actual.as_ref().filter(|f| f.bounds.value.is_some()))?;
        let values: Vec<Exact> = counted
            .iter()
            .filter(|r| r.actual.as_ref().is_some_and(|f| f.dimension == first.dimension))
            .filter_map(|r| summary::held(&r.actual))
            .collect();
        amount_range(&values, first.dimension)
    });
    // Of joined comparisons, years, and lines or days, each with its figures.
    let figures = figures.or_else(|| {
        let texts = counted.iter().filter_map(|r| match &r.instances {
            Some(instances) => Some(summary::instances(instances)),
            None if !r.years.is_empty() => {
                let year =
                    |y: &SubReading| instance_text(commitment, y).map(|text| format!("{}: {text}", y.period));
                let years: Vec<String> = r.years.iter().filter_map(year).collect();
                (!years.is_empty()).then(|| years.join(", "))
            }
            None => reading_text(commitment, r),
        });
        let texts: Vec<String> = texts.collect();
        let texts = summary::distinct(texts.iter().map(String::as_str));
        (!texts.is_empty()).then(|| texts.join("; "))
    });
    let through: Vec<&str> = counted.iter().filter_map(|r| r.complete_through.as_deref()).collect();
    let span = match (through.iter().min(), through.iter().max()) {
        (Some(a), Some(b)) if a != b => format!("{a} to {b}"),
        (Some(a), _) => (*a).to_owned(),
        _ => String::new(),
    };
    (figures.unwrap_or_default(), span)
}

/// Each commitment's standing, release by release. Rows on which nothing changed are left out unless `layout.all`.
pub fn history_table(agreement: &Agreement, history: &History, on: Option<&str>, layout: &Layout) -> String {
    let columns = layout.columns();
    let mut out = String::new();
    header(agreement, "", on, columns, &mut out);
    let rows = shown(history, layout.all);
    if history.rows.is_empty() {
        paragraph(&mut out, "nothing is held, so there is no release to replay", columns, "", "");
        return finish(&out, layout.colour);
    }
    let mut ids: Vec<&str> = Vec::new();
    for row in &rows {
        if !ids.contains(&row.finding.id.as_str()) {
            ids.push(&row.finding.id);
        }
    }
    for id in ids {
        out.push('\n');
        paragraph(&mut out, id, columns, "", "  ");
        let mut grid = Grid::new(&[
            Column::Left,
            Column::Text,
            Column::Right,
            Column::Text,
            Column::Right,
            Column::Text,
        ]);
        let derived = rows.iter().any(|r| {
            r.finding.id == id && !standing(agreement.commitment(id), &r.finding, false).0.is_empty()
        });
        let head = [
            "day",
            "\u{a0}\u{a0}status",
            "range",
            "through",
            if derived { "derived*" } else { "" },
            "published",
        ];
        grid.row(head.iter().map(|h| (*h).to_owned()).collect());
        for row in rows.iter().filter(|r| r.finding.id == id) {
            let (figures, through) = standing(agreement.commitment(id), &row.finding, true);
            let flip = if row.flipped_from.is_some() { "→\u{a0}" } else { "\u{a0}\u{a0}" };
            let through = through.replace(' ', "\u{a0}");
            let overlay =
                summary::overlay(&row.finding).map(|o| format!("; {}", one_line(&o))).unwrap_or_default();
            grid.row(vec![
                row.date.to_string(),
                format!("{flip}{}{overlay}", word(row.finding.status)),
                figures,
                through,
                standing(agreement.commitment(id), &row.finding, false).0,
                releases(&row.releases).join(", "),
            ]);
        }
        out.push_str(&grid.render(columns, ""));
    }
    let hidden = history.rows.len() - rows.len();
    if hidden > 0 {
        out.push('\n');
        let text = format!(
            "{} on which nothing changed left out; {} shows them",
            summary::count(hidden, "row"),
            layout.ask_all()
        );
        paragraph(&mut out, &text, columns, "", "");
    }
    out.push('\n');
    paragraph(
        &mut out,
        "→: the status changed; range: over counted sources and definitions, of the share of what is required or of \
         what is held; through: the last period complete; derived*: the same of derived series, which count for nothing; published: whose \
         figures came out that day",
        columns,
        "",
        "",
    );
    finish(&out, layout.colour)
}

/// The sources that published on a day; the row's day is the vintage's. Several of one source on a day: `a (2)`.
fn releases(releases: &[String]) -> Vec<String> {
    let source = |release: &'_ str| release.split_once('@').map_or(release.to_owned(), |(s, _)| s.to_owned());
    let sources: Vec<String> = releases.iter().map(|r| source(r)).collect();
    summary::distinct(sources.iter().map(String::as_str))
        .into_iter()
        .map(|name| match sources.iter().filter(|s| *s == name).count() {
            1 => name.to_owned(),
            n => format!("{name}\u{a0}({n})"),
        })
        .collect()
}

/// The document of `history --format json`.
pub fn history_json(
    agreement: &Agreement,
    history: &History,
    engine: &str,
    on: Option<&str>,
    all: bool,
) -> Value {
    let rows: Vec<Value> = shown(history, all)
        .into_iter()
        .map(|row| {
            json!({
                "date": row.date.to_string(),
                "releases": row.releases,
                "flipped_from": row.flipped_from.map(|s| s.as_str()),
                "finding": crate::json::finding(agreement.commitment(&row.finding.id), &row.finding, on),
            })
        })
        .collect();
    crate::json::with_decimals(json!({ "agreement": agreement.id, "engine": engine, "on": on, "rows": rows }))
}

fn flat_rows(agreement: &Agreement, history: &History, all: bool) -> Vec<Vec<String>> {
    shown(history, all)
        .into_iter()
        .map(|row| {
            let (figures, through) = standing(agreement.commitment(&row.finding.id), &row.finding, true);
            vec![
                row.date.to_string(),
                row.finding.id.clone(),
                row.finding.status.to_string(),
                row.flipped_from.map(|s| s.to_string()).unwrap_or_default(),
                figures.replace(NB, " "),
                through,
                row.finding.tested.to_string(),
                row.finding.counted.to_string(),
                row.finding.reason.clone().unwrap_or_default(),
                row.releases.join(" "),
            ]
        })
        .collect()
}

const HEAD: [&str; 10] = [
    "date",
    "id",
    "status",
    "was",
    "share or held",
    "complete through",
    "tested",
    "counted",
    "reason",
    "releases",
];

/// One row for each commitment and reading of each release, exact figures, and below it one for each part, year and group of
/// lines or days.
pub fn history_csv(history: &History, all: bool) -> String {
    let mut head: Vec<&str> = vec![
        "date",
        "id",
        "status",
        "flipped_from",
        "tested",
        "counted",
        "reason",
        "releases",
        "source",
        "definition",
        "reading_status",
        "finality",
        "actual",
        "required",
        "unit",
        "share",
        "complete_through",
    ];
    let known = head.clone();
    // The bounds and what else there is to a figure come behind the columns that were there first.
    let (more, places): (Vec<&str>, Vec<usize>) = FIGURES
        .iter()
        .enumerate()
        .filter(|(_, name)| !known.contains(name))
        .map(|(n, name)| (*name, n))
        .unzip();
    head.extend(more);
    head.extend(["publisher", "comparison", "part", "part_text", "instances"]);
    let mut rows: Vec<Vec<String>> = vec![head.iter().map(|h| (*h).to_owned()).collect()];
    for row in shown(history, all) {
        let front = vec![
            row.date.to_string(),
            row.finding.id.clone(),
            row.finding.status.to_string(),
            row.flipped_from.map(|s| s.to_string()).unwrap_or_default(),
            row.finding.tested.to_string(),
            row.finding.counted.to_string(),
            row.finding.reason.clone().unwrap_or_default(),
            row.releases.join(" "),
        ];
        if row.finding.readings.is_empty() {
            let mut cells = front.clone();
            cells.resize(head.len(), String::new());
            rows.push(cells);
        }
        for r in &row.finding.readings {
            for figures in crate::rows::rows(r) {
                let texts = figures.cells();
                let named = |name: &str| {
                    let at = FIGURES.iter().position(|f| *f == name);
                    at.and_then(|n| texts.get(n)).cloned().unwrap_or_default()
                };
                let whole = |text: String| if figures.part.is_empty() { text } else { String::new() };
                let mut cells = front.clone();
                cells.extend([
                    r.source.clone(),
                    r.definition.clone(),
                    figures.status.to_string(),
                    whole(summary::finality(r.finality).to_owned()),
                    named("actual"),
                    named("required"),
                    named("unit"),
                    whole(r.share.clone().unwrap_or_default()),
                    whole(r.complete_through.clone().unwrap_or_default()),
                ]);
                cells.extend(places.iter().filter_map(|n| texts.get(*n).cloned()));
                cells.extend([
                    r.publishers.join(" and "),
                    figures.comparison.map(|c| c.to_string()).unwrap_or_default(),
                    figures.part.clone(),
                    figures.text.to_owned(),
                    figures.instances.map(|n| n.to_string()).unwrap_or_default(),
                ]);
                rows.push(cells);
            }
        }
    }
    csv(rows)
}

/// One row for each commitment and release, for people.
pub fn history_markdown(agreement: &Agreement, history: &History, all: bool) -> String {
    let table = markdown(&HEAD, &[4], &flat_rows(agreement, history, all));
    format!("# {}: history\n\n{table}", cell(&agreement.title))
}
