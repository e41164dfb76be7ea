//! Joint figures: one of several sub-periods, by the label that a source file declares for it.

use super::build::Builder;
use super::notes::{IngestNote, NoteCode, counted};
use super::read::Row;
use crate::describe::{FileDescription, PeriodFrom};
use crate::error::IngestError;
use std::collections::BTreeMap;

/// Joint figures by the sub-period that they stand on, the last: the first sub-period, and the publisher's label.
pub(super) type Spans = BTreeMap<i32, (i32, String)>;

/// Joint figures that were left out, since a figure of each of their sub-periods is there.
#[derive(Debug, Clone, Default)]
pub(super) struct LeftOut {
    /// How many.
    pub figures: u64,
    /// How many of them are not the sum of the others.
    pub differ: u64,
    /// The line of the first of these.
    pub line: u64,
}

/// The joint figures that some rows are, by the labels of their description.
pub(super) fn spans(file: &FileDescription, rows: &[Row]) -> Spans {
    let mut spans = Spans::new();
    let PeriodFrom::Column { labels, .. } = &file.period else { return spans };
    if labels.is_empty() {
        return spans;
    }
    let mut used: Vec<i32> = rows.iter().filter(|r| r.joint).map(|r| r.period).collect();
    used.sort_unstable();
    used.dedup();
    for (label, (first, last)) in labels {
        if used.binary_search(last).is_ok() {
            spans.entry(*last).or_insert_with(|| (*first, label.clone()));
        }
    }
    spans
}

/// Takes out joint figures where a figure of each of their sub-periods is there too: it would count twice. Where it says more than
/// a row without a figure on its last sub-period, that row is taken out. Rows are in order of figure.
pub(super) fn beside_their_parts(rows: &mut Vec<Row>, spans: &Spans) -> LeftOut {
    let mut left_out = LeftOut::default();
    if spans.is_empty() {
        return left_out;
    }
    let alike = |a: &Row, b: &Row| (a.partner, a.flow, a.code) == (b.partner, b.flow, b.code);
    let mut kept = Vec::with_capacity(rows.len());
    for of_code in rows.chunk_by(alike) {
        // What stands alone, by sub-period: whether it has a figure, and its value.
        let mut alone: BTreeMap<i32, Option<i128>> = BTreeMap::new();
        for row in of_code.iter().filter(|r| !r.joint && r.has_figure()) {
            let value = row.value.map(i128::from);
            alone
                .entry(row.period)
                .and_modify(|sum| *sum = sum.zip(value).map(|(a, b)| a + b))
                .or_insert(value);
        }
        let joint_on = |period: i32| of_code.iter().any(|r| r.joint && r.period == period);
        for row in of_code {
            let Some((first, _)) = spans.get(&row.period) else {
                kept.push(*row);
                continue;
            };
            let parts = alone.range(*first..=row.period);
            let whole = i32::try_from(parts.clone().count()).is_ok_and(|n| n == row.period - first + 1);
            if row.joint && whole {
                let sum = parts.map(|(_, v)| *v).try_fold(0i128, |sum, v| Some(sum + v?));
                left_out.figures += 1;
                if sum != row.value.map(i128::from) {
                    left_out.differ += 1;
                    left_out.line = if left_out.line == 0 { row.line } else { left_out.line.min(row.line) };
                }
            } else if row.joint || row.has_figure() || !joint_on(row.period) || whole {
                kept.push(*row);
            }
        }
    }
    *rows = kept;
    left_out
}

/// Refuses a release in which a figure of several sub-periods and a figure of the last of them alone stand side by side: of the
/// figures of one release on one sub-period all are of as many.
pub(super) fn refuse_mixed(builder: &Builder<'_>, codes: &[String], rows: &[Row]) -> Result<(), IngestError> {
    let mut first: BTreeMap<i32, &Row> = BTreeMap::new();
    for row in rows {
        let other = *first.entry(row.period).or_insert(row);
        if other.joint == row.joint {
            continue;
        }
        let (joint, alone) = if row.joint { (row, other) } else { (other, row) };
        let code = |r: &Row| codes.get(r.code as usize).map_or("", String::as_str).to_owned();
        let point = builder.source.source.frequency.point(row.period);
        return Err(builder.fault(
            joint.line,
            format!(
                "{} is a joint figure that ends with {point}, and {} on line {} is of {point} alone",
                code(joint),
                code(alone),
                alone.line
            ),
            "leave one of the two out with `where`, or ingest them from two files",
        ));
    }
    Ok(())
}

/// What there is to say of joint figures that were left out.
pub(super) fn note(left_out: &LeftOut, notes: &mut Vec<IngestNote>) {
    if left_out.figures == 0 {
        return;
    }
    let differ = match left_out.differ {
        0 => String::new(),
        n => format!("; {n} of them differ from the sum of these (first on line {})", left_out.line),
    };
    let text = format!(
        "{} left out, since the figures of each of their periods are there too{differ}",
        counted(left_out.figures, "joint figure")
    );
    notes.push(IngestNote::new(NoteCode::JointBesideParts, text));
}

impl LeftOut {
    /// Adds what was left out elsewhere.
    pub(super) fn add(&mut self, other: &Self) {
        self.figures += other.figures;
        self.differ += other.differ;
        self.line = [self.line, other.line].into_iter().filter(|l| *l > 0).min().unwrap_or(0);
    }
}
