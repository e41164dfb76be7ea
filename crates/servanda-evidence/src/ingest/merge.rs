//! One release that several descriptions read: their rows as one vintage.

use super::build::{Builder, Covered, Stated, key};
use super::joint::{Spans, refuse_mixed};
use super::read::Row;
use crate::describe::FileDescription;
use crate::error::{IngestError, Place};
use crate::source_file::SourceFile;
use std::collections::BTreeSet;

/// What several descriptions state of one release, together. A figure that two of them read is refused: it would count
/// twice.
pub(super) fn merge(
    builder: &Builder<'_>,
    stated: Vec<Stated<'_>>,
) -> Result<(Vec<String>, Vec<Row>, Covered, Spans), IngestError> {
    let mut stated = stated.into_iter();
    let Some(first) = stated.next() else { return Ok(Default::default()) };
    let rest: Vec<Stated<'_>> = stated.collect();
    if rest.is_empty() {
        return Ok((first.codes, first.rows, first.covers, first.joint));
    }
    let all = std::iter::once(first).chain(rest);
    let all: Vec<Stated<'_>> = all.collect();
    let codes: Vec<String> =
        all.iter().flat_map(|s| s.codes.iter().cloned()).collect::<BTreeSet<_>>().into_iter().collect();
    let mut rows: Vec<(usize, Row)> = Vec::new();
    let mut covers = Covered::default();
    let mut joint = Spans::new();
    for (number, stated) in all.iter().enumerate() {
        let places: Vec<u32> = stated
            .codes
            .iter()
            .map(|code| codes.binary_search(code).ok().and_then(|p| u32::try_from(p).ok()).unwrap_or(0))
            .collect();
        rows.extend(
            stated.rows.iter().map(|row| {
                (number, Row { code: places.get(row.code as usize).copied().unwrap_or(0), ..*row })
            }),
        );
        for (last, span) in &stated.joint {
            joint.entry(*last).or_insert_with(|| span.clone());
        }
        for (key, cover) in &stated.covers {
            let own = covers.entry(*key).or_default();
            own.final_all.extend(&cover.final_all);
            own.final_rows.extend(&cover.final_rows);
            own.preliminary_all.extend(&cover.preliminary_all);
            own.preliminary_rows.extend(&cover.preliminary_rows);
        }
    }
    let figures = |r: &Row| (r.left_out, r.value, r.quantity.map(|(q, d)| (d, q)), r.line);
    rows.sort_by(|(_, a), (_, b)| key(a).cmp(&key(b)).then_with(|| figures(a).cmp(&figures(b))));
    let name = |number: usize| all.get(number).map_or("", |s| s.file.name.as_str());
    let mut kept: Vec<(usize, Row)> = Vec::new();
    for (number, row) in rows {
        if let Some((other, before)) = kept.last()
            && *other != number
            && key(before) == key(&row)
        {
            // What one leaves out, the other has.
            if row.left_out {
                continue;
            }
            return Err(IngestError::Input {
                place: Place::line(builder.name, row.line),
                problem: format!(
                    "{} {} of {} is read by `{}` on line {} and by `{}` on line {}: one figure would count twice",
                    row.flow,
                    codes.get(row.code as usize).map_or("", String::as_str),
                    builder.source.source.frequency.point(row.period),
                    name(*other),
                    before.line,
                    name(number),
                    row.line
                ),
                remedy: format!(
                    "tell the two [[file]] of {} apart by `where`, or by the flows of their figures",
                    builder.source.file_name
                ),
            });
        }
        kept.push((number, row));
    }
    let rows: Vec<Row> = kept.into_iter().map(|(_, row)| row).collect();
    refuse_mixed(builder, &codes, &rows)?;
    builder.refuse_nested(&codes, &rows)?;
    Ok((codes, rows, covers, joint))
}

/// Refuses descriptions of one header of which only one says when it was published.
pub(super) fn refuse_mixed_vintages(
    source: &SourceFile,
    files: &[&FileDescription],
) -> Result<(), IngestError> {
    let odd = files.windows(2).find(|pair| matches!(pair, [a, b] if a.vintage != b.vintage));
    let Some([a, b]) = odd else { return Ok(()) };
    Err(IngestError::Published {
        problem: format!(
            "`{}` and `{}` in {} read one header, and find the date of publication in different columns",
            a.name, b.name, source.file_name
        ),
        remedy: "give both the same `vintage`, or neither".to_owned(),
    })
}
