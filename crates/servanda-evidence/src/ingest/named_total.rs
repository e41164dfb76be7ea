//! A name that is the total of all others: it would count twice what they have.

use super::build::Builder;
use super::read::Row;
use crate::describe::Duplicates;
use crate::error::{IngestError, Place};
use servanda_core::{Party, Stage};
use std::collections::BTreeMap;

/// The rows of one table of a release: a period of a flow with a partner.
type Table = (Stage, Party, i32, bool);

impl Builder<'_> {
    /// Refuses names of which one is the sum of all others wherever it stands, unless the source says which name is its total, or that
    /// all rows are parts.
    pub(super) fn refuse_total_of_names(&self, codes: &[String], rows: &[Row]) -> Result<(), IngestError> {
        let source = &self.source.source;
        let told = source.depth.is_some() || source.total.is_some() || !self.file.dialect.totals.is_empty();
        if told || self.file.duplicates == Duplicates::SumAll {
            return Ok(());
        }
        // What all names of a table come to, and how many of them are above nothing.
        let mut sums: BTreeMap<Table, (i128, usize)> = BTreeMap::new();
        let table = |r: &Row| (r.flow, r.partner, r.period, r.preliminary);
        let value = |r: &Row| r.value.map(i128::from).filter(|_| !r.left_out);
        for row in rows {
            let Some(value) = value(row) else { continue };
            let (sum, some) = sums.entry(table(row)).or_default();
            *sum += value;
            *some += usize::from(value > 0);
        }
        // Of each name, whether it is half of everything in each of its tables.
        let mut halves: BTreeMap<u32, (bool, &Row)> = BTreeMap::new();
        for row in rows {
            let Some((value, (sum, some))) = value(row).zip(sums.get(&table(row))) else { continue };
            let half = value > 0 && *some > 2 && value * 2 == *sum;
            halves.entry(row.code).and_modify(|(all, _)| *all &= half).or_insert((half, row));
        }
        let Some((code, (_, row))) = halves.into_iter().find(|(_, (half, _))| *half) else { return Ok(()) };
        let name = codes.get(code as usize).map_or("", String::as_str);
        Err(IngestError::Input {
            place: Place::line(self.name, row.line),
            problem: format!(
                "`{name}` is the sum of all other names of its period: the same trade would count twice"
            ),
            remedy: format!(
                "declare total = \"{name}\" in the source file; if it is a part like the others, declare duplicates = \"sum-all\" in [[file]]"
            ),
        })
    }
}
