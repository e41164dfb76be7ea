//! Rows that are added up to one figure: how many, and what speaks against it.

use super::build::{Builder, key};
use super::read::Row;
use crate::describe::Duplicates;
use crate::error::{IngestError, Place};
use servanda_core::Dimension;

/// How rows of one release were added up.
#[derive(Debug, Clone, Default)]
pub(super) struct Joined {
    /// Rows that were added to another.
    pub rows: u64,
    /// Figures that are made of more than one row.
    pub figures: u64,
    /// Figures of which one row is the sum of the others: a total beside its own parts, it seems.
    pub totals: u64,
    /// The first of these, in words.
    pub first_total: Option<String>,
}

impl Joined {
    /// Adds what was joined elsewhere.
    pub(super) fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.figures += other.figures;
        self.totals += other.totals;
        if self.first_total.is_none() {
            self.first_total.clone_from(&other.first_total);
        }
    }
}

impl Builder<'_> {
    /// Says how many rows are added up, and refuses those that are the same row twice.
    pub(super) fn joined(&self, codes: &[String], rows: &[Row]) -> Result<Joined, IngestError> {
        let mut joined = Joined::default();
        if self.file.duplicates == Duplicates::Refuse {
            return Ok(joined);
        }
        for figure in rows.chunk_by(|a, b| key(a) == key(b)) {
            let [first, others @ ..] = figure else { continue };
            if others.is_empty() {
                continue;
            }
            joined.rows += others.len() as u64;
            joined.figures += 1;
            let what = || {
                format!(
                    "{} {} of {}",
                    first.flow,
                    codes.get(first.code as usize).map_or("", String::as_str),
                    self.source.source.frequency.point(first.period)
                )
            };
            if self.file.duplicates == Duplicates::Sum {
                self.refuse_copies(figure, &what)?;
            }
            if let Some(total) = total(figure) {
                joined.totals += 1;
                joined.first_total.get_or_insert_with(|| format!("{}, line {}", what(), total.line));
            }
        }
        Ok(joined)
    }

    /// Two rows that are alike in every column are one row twice, unless they add nothing.
    fn refuse_copies(&self, figure: &[Row], what: &impl Fn() -> String) -> Result<(), IngestError> {
        // Rows of one figure are in order of their value and quantity: copies stand among those that are alike.
        for alike in figure.chunk_by(|a, b| a.value == b.value && a.quantity == b.quantity && !b.left_out) {
            let adds = alike
                .first()
                .is_some_and(|r| r.value.is_some_and(|v| v != 0) || r.quantity.is_some_and(|(q, _)| q != 0));
            if !adds {
                continue;
            }
            let mut lines: Vec<(u64, u64)> = alike.iter().map(|r| (r.record, r.line)).collect();
            lines.sort_unstable();
            for pair in lines.windows(2) {
                if let [(a, first), (b, second)] = pair
                    && a == b
                {
                    return Err(IngestError::Input {
                        place: Place::line(self.name, *second),
                        problem: format!(
                            "the row of {} is that of line {first} again, alike in every column: one figure would count twice",
                            what()
                        ),
                        remedy:
                            "take one out; if both are parts of the figure, declare duplicates = \"sum-all\""
                                .to_owned(),
                    });
                }
            }
        }
        Ok(())
    }
}

/// The row of a figure that is the sum of the others, in value or, where there is none, in quantity.
fn total(figure: &[Row]) -> Option<&Row> {
    let values = || figure.iter().map(|r| r.value.map(i128::from));
    let quantities = || figure.iter().map(|r| r.quantity.map(|(q, _)| i128::from(q)));
    let largest = |amounts: Vec<Option<i128>>| {
        let amounts: Vec<i128> = amounts.into_iter().flatten().collect();
        let (sum, most) = (amounts.iter().sum::<i128>(), amounts.iter().max().copied()?);
        (amounts.len() > 1 && most > 0 && sum == 2 * most).then_some(most)
    };
    if figure.iter().any(|r| r.value.is_some()) {
        let most = largest(values().collect())?;
        return figure.iter().find(|r| r.value.map(i128::from) == Some(most));
    }
    let dimensions: std::collections::BTreeSet<Dimension> =
        figure.iter().filter_map(|r| r.quantity.map(|(_, d)| d)).collect();
    if dimensions.len() != 1 {
        return None;
    }
    let most = largest(quantities().collect())?;
    figure.iter().find(|r| r.quantity.map(|(q, _)| i128::from(q)) == Some(most))
}
