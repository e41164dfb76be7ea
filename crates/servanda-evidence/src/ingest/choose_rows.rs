//! Which rows of a file a description takes, and what it means that it leaves one out.
//!
//! A row is left out because it is of another series, or because its figure is marked. Only a declaration tells the two
//! apart, and a value of which nothing is declared counts as a mark: what is dropped is then not known, and not zero.

use crate::describe::{FileDescription, Filter};
use servanda_files::csv::Record;
use std::collections::BTreeSet;

/// What a description makes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// It takes it.
    Take,
    /// The row is of another series.
    OtherSeries,
    /// The row's figure is not known; a value of the column at this place among the filters says so.
    Marked {
        /// The filter's place.
        filter: usize,
        /// Whether the value is declared; it counts as a mark only for want of a declaration otherwise.
        declared: bool,
    },
}

/// A filter with the place of its column, and the values that another description of the same header keeps.
struct Placed<'a> {
    filter: &'a Filter,
    column: usize,
    elsewhere: BTreeSet<&'a str>,
}

/// The filters of one description.
pub(super) struct Chooser<'a>(Vec<Placed<'a>>);

impl<'a> Chooser<'a> {
    /// Of a description; `others` are those that read the same file.
    pub fn new(
        file: &'a FileDescription,
        others: impl Iterator<Item = &'a FileDescription> + Clone,
        place: impl Fn(&str) -> usize,
    ) -> Self {
        let placed = |filter: &'a Filter| Placed {
            filter,
            column: place(&filter.column),
            elsewhere: others
                .clone()
                .flat_map(|other| &other.filter)
                .filter(|f| f.column == filter.column)
                .flat_map(|f| f.keep.iter().map(String::as_str))
                .collect(),
        };
        Self(file.filter.iter().map(placed).collect())
    }

    /// What it makes of a row.
    pub fn of(&self, record: &Record) -> Choice {
        let mut choice = Choice::Take;
        for (number, Placed { filter, column, elsewhere }) in self.0.iter().enumerate() {
            let value = record.get(*column).unwrap_or_default();
            if filter.keep.contains(value) {
                continue;
            }
            let declared = filter.unknown.contains(value);
            let other = filter.other_series.contains(value)
                || (!declared && (filter.others_are_other_series || elsewhere.contains(value)));
            if other {
                return Choice::OtherSeries;
            }
            match choice {
                Choice::Marked { declared: false, .. } => {}
                _ => choice = Choice::Marked { filter: number, declared },
            }
        }
        choice
    }

    /// A value that nothing is declared of where that is refused, with its column.
    pub fn undeclared<'r>(&self, record: &'r Record) -> Option<(usize, &'r str)> {
        self.0.iter().filter(|placed| placed.filter.strict).find_map(|Placed { filter, column, .. }| {
            let value = record.get(*column).unwrap_or_default();
            let known = filter.keep.contains(value)
                || filter.other_series.contains(value)
                || filter.unknown.contains(value);
            (!known).then_some((*column, value))
        })
    }

    /// The column of a filter.
    pub fn column(&self, filter: usize) -> &'a str {
        self.0.get(filter).map_or("", |placed| placed.filter.column.as_str())
    }
}
