//! `history`: each finding as it would have stood at every release.

use crate::columns::{Col, csv, written};
use crate::compared::{instance_text, reading_text};
use crate::flat::{cell, markdown};
use crate::number::{NB, amount_range, percent_range};
use crate::rows::FigureRow;
use crate::sheet::Cell;
use crate::summary;
use crate::table::header;
use crate::text::{Column, Grid, Layout, finish, one_line, paragraph, word};
use servanda_agreement::{Agreement, Commitment};
use servanda_core::{End, Exact};
use servanda_verdict::{Finding, History, HistoryRow, Reading, Side, SubReading};

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
    let rows = history.changed(layout.all);
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
                match row.releases.as_slice() {
                    [] => "nothing new".to_owned(),
                    some => releases(some).join(", "),
                },
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

fn flat_rows(agreement: &Agreement, history: &History, all: bool) -> Vec<Vec<String>> {
    history
        .changed(all)
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
    let rows = history.changed(all).into_iter().flat_map(|row| {
        let read = row.finding.readings.iter().flat_map(move |r| {
            crate::rows::rows(r).into_iter().map(move |figures| (row, Some((r, figures))))
        });
        let none = row.finding.readings.is_empty().then_some((row, None));
        none.into_iter().chain(read)
    });
    written(&history_columns(), rows)
}

/// A reading of a release, or a part of it; none for a commitment without readings.
type Released<'a> = (&'a HistoryRow, Option<(&'a Reading, FigureRow<'a>)>);

fn reading((_, read): &Released<'_>, text: fn(&Reading) -> String) -> Cell {
    read.as_ref().map(|(r, _)| text(r)).unwrap_or_default().into()
}

/// What only the whole rule has stands in its row alone.
fn whole((_, read): &Released<'_>, text: fn(&Reading) -> Option<String>) -> Cell {
    let own = read.as_ref().filter(|(_, row)| row.part.is_empty());
    own.and_then(|(r, _)| text(r)).unwrap_or_default().into()
}

fn figure((_, read): &Released<'_>, text: impl Fn(&FigureRow<'_>) -> String) -> Cell {
    read.as_ref().map(|(_, row)| text(row)).unwrap_or_default().into()
}

pub(crate) fn history_columns<'a>() -> Vec<Col<Released<'a>>> {
    vec![
        csv("date", "The day of the release", |(row, _)| row.date.into()),
        csv("id", "The commitment's id", |(row, _)| Cell::from(&row.finding.id)),
        csv("status", "The commitment's status at the end of that day", |(row, _)| row.finding.status.into()),
        csv("flipped_from", "The status before, where it differs", |(row, _)| {
            row.flipped_from.map(|s| s.to_string()).unwrap_or_default().into()
        }),
        csv("tested", "How many sources have a decided status", |(row, _)| row.finding.tested.into()),
        csv("counted", "How many sources count", |(row, _)| row.finding.counted.into()),
        csv("reason", "Why it is undecided", |(row, _)| {
            row.finding.reason.as_deref().unwrap_or_default().into()
        }),
        csv("releases", "What was published on that day, as source@vintage", |(row, _)| {
            row.releases.join(" ").into()
        }),
        csv("source", "The source or side", |r| reading(r, |r| r.source.clone())),
        csv("definition", "The definition's id", |r| reading(r, |r| r.definition.clone())),
        csv("reading_status", "What the reading, or the part, says", |r| figure(r, |f| f.status.to_string())),
        csv("finality", "Whether the reading can change", |r| whole(r, |r| Some(r.finality.to_string()))),
        csv("actual", "What is held of the left side", |r| {
            figure(r, |f| f.decimal(Side::Actual, End::Value))
        }),
        csv("required", "The right side", |r| figure(r, |f| f.decimal(Side::Required, End::Value))),
        csv("unit", "The unit of both", |r| figure(r, |f| f.unit())),
        csv("share", "Value over value, four decimals, for a floor on a non-negative flow", |r| {
            whole(r, |r| r.share.clone())
        }),
        csv("complete_through", "The last sub-period up to which all final figures are held", |r| {
            whole(r, |r| r.complete_through.clone())
        }),
        csv("actual_low", "The least that actual can be", |r| {
            figure(r, |f| f.decimal(Side::Actual, End::Low))
        }),
        csv("actual_high", "The most; empty: no bound", |r| {
            figure(r, |f| f.decimal(Side::Actual, End::High))
        }),
        csv("required_low", "The least that required can be", |r| {
            figure(r, |f| f.decimal(Side::Required, End::Low))
        }),
        csv("required_high", "The most; empty: no bound", |r| {
            figure(r, |f| f.decimal(Side::Required, End::High))
        }),
        csv("actual_exact", "The figure of actual as n/d, where its decimals do not end", |r| {
            figure(r, |f| f.fraction(Side::Actual, End::Value))
        }),
        csv("actual_low_exact", "The same of actual_low", |r| {
            figure(r, |f| f.fraction(Side::Actual, End::Low))
        }),
        csv("actual_high_exact", "The same of actual_high", |r| {
            figure(r, |f| f.fraction(Side::Actual, End::High))
        }),
        csv("required_exact", "The same of required", |r| {
            figure(r, |f| f.fraction(Side::Required, End::Value))
        }),
        csv("required_low_exact", "The same of required_low", |r| {
            figure(r, |f| f.fraction(Side::Required, End::Low))
        }),
        csv("required_high_exact", "The same of required_high", |r| {
            figure(r, |f| f.fraction(Side::Required, End::High))
        }),
        csv("required_unit", "The unit of the right side, where it is another", |r| {
            figure(r, |f| f.required_unit())
        }),
        csv("publisher", "Who publishes the source", |r| reading(r, |r| r.publishers.join(" and "))),
        csv("comparison", "How the sides are compared, or the parts joined", |r| {
            figure(r, |f| f.comparison.map(|c| c.to_string()).unwrap_or_default())
        }),
        csv("part", "Which part of the rule, year, line or days; empty: the whole rule", |r| {
            figure(r, |f| f.part.clone())
        }),
        csv("part_text", "The comparison, of a part", |r| figure(r, |f| f.text.to_owned())),
        csv("instances", "How many lines or runs of days the row stands for", |r| {
            figure(r, |f| f.instances.map(|n| n.to_string()).unwrap_or_default())
        }),
    ]
}

/// One row for each commitment and release, for people.
pub fn history_markdown(agreement: &Agreement, history: &History, all: bool) -> String {
    let table = markdown(&HEAD, &[4], &flat_rows(agreement, history, all));
    format!("# {}: history\n\n{table}", cell(&agreement.title))
}
