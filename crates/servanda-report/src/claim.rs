//! `claim`: what gives a figure that somebody quoted.

use crate::columns::{Col, col, csv, csv_figure, figure};
use crate::number::amount;
use crate::sheet::{Cell, Sheet};
use crate::text::Column::Left;
use servanda_core::{Date, Dimension, Exact};
use servanda_verdict::{ClaimAnswer, ClaimReading, LeftOut};

/// A row: a figure of a reading, with what it measures.
pub(crate) struct Row {
    gives: bool,
    dimension: Dimension,
    reading: ClaimReading,
}

/// A figure for people.
fn shown(value: &Exact, dimension: Dimension) -> String {
    match dimension {
        Dimension::Percent => format!("{} %", value.round_to(2)),
        other => amount(value, other),
    }
}

pub(crate) fn columns() -> Vec<Col<Row>> {
    vec![
        csv("gives", "whether it is the quoted figure when written with as many digits: yes or no", |r| {
            if r.gives { "yes" } else { "no" }.into()
        }),
        col("commitment", "commitment", Left, "the commitment", |r| r.reading.commitment.as_str().into()),
        col("source", "source", Left, "the source or side of the reading", |r| {
            r.reading.source.as_str().into()
        }),
        col("definition", "definition", Left, "the definition of the reading", |r| {
            r.reading.definition.as_str().into()
        }),
        csv("counts", "whether the source counts for the finding", |r| r.reading.counts.into()),
        csv("proxy", "whether it is the other side's record", |r| r.reading.proxy.into()),
        col("figure", "kind", Left, "what the figure is, in a closed set of words", |r| {
            r.reading.kind.into()
        }),
        col("pace", "pace", Left, "by which pace", |r| r.reading.pace.clone().unwrap_or_default().into()),
        col("period", "period", Left, "the period of the rule", |r| {
            let through = r.reading.through.as_ref().map(|t| format!(" through {t}")).unwrap_or_default();
            Cell::new(format!("{}{through}", r.reading.period), r.reading.period.as_str())
        }),
        csv("through", "the last sub-period of a pace", |r| {
            r.reading.through.clone().unwrap_or_default().into()
        }),
        col("as of", "as_of", Left, "the first day as of which it is so", |r| {
            let (from, until) = (r.reading.as_of, r.reading.until);
            let days = if from == until { from.to_string() } else { format!("{from} to {until}") };
            Cell::new(days, from.to_string())
        }),
        csv("until", "the last day as of which it is so, of those that were tried", |r| {
            r.reading.until.into()
        }),
        csv("vintages", "the publications of the source that it rests on", |r| {
            r.reading.vintages.join(" ").into()
        }),
        figure("value", "value", "the figure, in unit", |r| {
            Cell::number(shown(&r.reading.value, r.dimension), r.reading.value.clone())
        }),
        csv("unit", "percent (%) or the base unit", |r| r.reading.unit.as_str().into()),
        col("status", "status", Left, "what the reading is as of the last of these days", |r| {
            r.reading.status.into()
        }),
        csv_figure("difference", "the quoted figure less this one, in unit", |r| {
            Cell::number(String::new(), r.reading.difference.clone())
        }),
    ]
}

/// What gives a figure, or is nearest to it, as a sheet. It says nothing of whether a claim is true.
pub fn claim_sheet(answer: &ClaimAnswer, agreement: &str, as_of: Date) -> Sheet {
    let mut sheet = Sheet::new("figures");
    let quoted = &answer.quoted;
    sheet.head(format!(
        "\"{}\" beside the readings of {agreement}, by what had been published by {as_of}, and on each day on which something came out",
        quoted.text
    ));
    sheet.head(format!(
        "{} of {} figures that were tried give it within its own rounding{}",
        answer.given,
        answer.tried,
        if answer.given == 0 && !answer.nearest.is_empty() { "; the nearest:" } else { "" }
    ));
    if let Some(chance) = &answer.by_chance {
        sheet.head(format!(
            "of the {} figures of that precision from {} to {}, {} are given by some reading",
            chance.figures,
            shown(&chance.from, quoted.dimension),
            shown(&chance.to, quoted.dimension),
            chance.given
        ));
    }
    let row = |gives: bool| {
        move |r: &ClaimReading| Row { gives, dimension: answer.quoted.dimension, reading: r.clone() }
    };
    let rows = answer.readings.iter().map(row(true)).chain(answer.nearest.iter().map(row(false)));
    sheet.fill(&columns(), rows);
    let said = |l: &LeftOut| {
        let at = l.source.iter().chain(&l.definition).cloned().collect::<Vec<_>>().join(", ");
        let at = if at.is_empty() { at } else { format!(" on {at}") };
        let value = l.value.as_ref().map(|v| format!("{}; ", shown(v, quoted.dimension))).unwrap_or_default();
        format!("{}{at}: {value}{}", l.commitment, l.says)
    };
    if !answer.leaves_out.is_empty() {
        sheet.foot("what the figure leaves out:");
    }
    for left in &answer.leaves_out {
        sheet.foot(said(left));
    }
    sheet.foot("Which reading was meant is not known, and nothing here says whether the claim is true");
    sheet
}
