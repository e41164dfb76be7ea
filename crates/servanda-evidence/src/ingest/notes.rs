//! What ingest has to say of a file beside its counts. Each note has a code that stays.

use super::build::Vintage;
use super::joined::Joined;
use super::read::{Row, Said};
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::{Frequency, Stage};
use std::collections::BTreeSet;

/// A note on what was read, or on how it differs from what is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IngestNote {
    /// Which kind.
    pub code: NoteCode,
    /// What there is to say, in one sentence.
    pub text: String,
}

servanda_core::words! {
    /// The kinds of notes.
    NoteCode {
        /// Rows were left out by a value of which the source file declares nothing: their figures are not known.
        LeftOutUndeclared = "left-out-undeclared",
        /// Rows were left out as marked: their figures are not known.
        LeftOutMarked = "left-out-marked",
        /// Rows were left out that cannot be figures of the description.
        LeftOutOther = "left-out-other",
        /// Texts or flags say that figures are not known.
        NotKnown = "not-known",
        /// A quantity of 0 beside a value.
        ZeroQuantity = "zero-quantity",
        /// A value of 0 beside a quantity.
        ZeroValue = "zero-value",
        /// Figures are flagged as revised.
        FlaggedRevised = "flagged-revised",
        /// Rows were added up.
        Joined = "joined",
        /// A total was added to its parts, it seems.
        TotalsInSum = "totals-in-sum",
        /// Joint figures were left out, since the figures of each of their periods are there too.
        JointBesideParts = "joint-beside-parts",
        /// A total of the file is not the sum of its parts.
        TotalDiffers = "total-differs",
        /// Figures of codes and periods that were not held.
        New = "new",
        /// Figures that differ from those held.
        Revised = "revised",
        /// Figures that are held and are not in this release, though it covers their period.
        Gone = "gone",
        /// Fewer rows for a period than are held.
        FewerRows = "fewer-rows",
        /// Figures differ from those held by a power of ten.
        PowerOfTen = "power-of-ten",
        /// Figures look like sums from the beginning of a year.
        YearToDate = "year-to-date",
        /// A part of the file is described, and was not read.
        NotRead = "not-read",
        /// All figures of the last period are 0.
        LastPeriodZero = "last-period-zero",
        /// Codes with a sum since the beginning of a year have none in a later period of it.
        SumMissing = "sum-missing",
    }
}

impl IngestNote {
    pub(super) fn new(code: NoteCode, text: String) -> Self {
        Self { code, text }
    }
}

/// `1 row`, `2 rows`.
pub(super) fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// Notes on how a file was read by one description.
pub(super) fn of_reading(said: &Said, source_file: &str, notes: &mut Vec<IngestNote>) {
    let mut say = |code, text| notes.push(IngestNote::new(code, text));
    for ((column, value), (count, line)) in &said.undeclared {
        say(
            NoteCode::LeftOutUndeclared,
            format!(
                "{} left out where `{column}` is `{value}` (first on line {line}): what such rows are is not declared, \
                 so their figures count as not known, not as 0; say in {source_file} under `where` whether \
                 `{value}` is of another series (other_series) or marks figures that are not known (unknown)",
                counted(*count, "row")
            ),
        );
    }
    if said.marked > 0 {
        say(
            NoteCode::LeftOutMarked,
            format!("{} left out as marked: their figures are not known", counted(said.marked, "row")),
        );
    }
    if said.no_cells > 0 {
        say(
            NoteCode::LeftOutOther,
            format!(
                "{} left out that cannot be figures of this description: code, partner or period does not fit it",
                counted(said.no_cells, "row")
            ),
        );
    }
    if said.unknown > 0 {
        say(
            NoteCode::NotKnown,
            format!(
                "{} not known, by a flag or a sign: none was taken for 0",
                counted(said.unknown, "figure")
            ),
        );
    }
    let (count, line) = said.zero_quantities;
    if count > 0 {
        say(
            NoteCode::ZeroQuantity,
            format!(
                "{} of 0 beside a value that is not 0 (first on line {line}): taken as not known; if the publisher \
                 means 0, declare zero = \"zero\" beside the quantity in {source_file}",
                if count == 1 { "1 quantity".to_owned() } else { format!("{count} quantities") }
            ),
        );
    }
    let (count, line) = said.zero_values;
    if count > 0 {
        say(
            NoteCode::ZeroValue,
            format!(
                "{} of 0 beside a quantity that is not 0 (first on line {line}): taken as printed",
                counted(count, "value")
            ),
        );
    }
    if said.revised > 0 {
        say(
            NoteCode::FlaggedRevised,
            format!("{} flagged as revised by the publisher", counted(said.revised, "figure")),
        );
    }
}

/// Notes on rows that were added up.
pub(super) fn of_joined(joined: &Joined, notes: &mut Vec<IngestNote>) {
    if joined.rows > 0 {
        notes.push(IngestNote::new(
            NoteCode::Joined,
            format!(
                "{} added up to {} (duplicates = \"sum\")",
                counted(joined.rows + joined.figures, "row"),
                counted(joined.figures, "figure")
            ),
        ));
    }
    if let Some(first) = &joined.first_total {
        notes.push(IngestNote::new(
            NoteCode::TotalsInSum,
            format!(
                "{} of which one row is the sum of the others (first: {first}): a total seems to be added to its own \
                 parts; leave it out with `where`",
                counted(joined.totals, "figure")
            ),
        ));
    }
}

/// Notes on parts of a file that are described and were not read.
pub(super) fn of_parts(not_read: &[(String, String)], notes: &mut Vec<IngestNote>) {
    for (part, why) in not_read {
        notes.push(IngestNote::new(
            NoteCode::NotRead,
            format!("`{part}` is described, and nothing of it was read: {why}"),
        ));
    }
}

/// A note where all figures of the last period are 0 and most of the period before are not: a table that is printed before its last
/// column has figures looks so.
pub(super) fn of_last_periods(vintage: &Vintage, frequency: Frequency, notes: &mut Vec<IngestNote>) {
    let flows: BTreeSet<Stage> = vintage.rows.iter().map(|r| r.flow).collect();
    for flow in flows {
        let of_flow = || vintage.rows.iter().filter(|r| r.flow == flow && r.has_figure());
        let last = of_flow().map(|r| r.period).max();
        let Some((last, before)) =
            last.and_then(|l| Some((l, of_flow().map(|r| r.period).filter(|p| *p < l).max()?)))
        else {
            continue;
        };
        let is_zero = |r: &&Row| r.value.unwrap_or(0) == 0 && r.quantity.is_none_or(|(q, _)| q == 0);
        let counts = |period| {
            let all = of_flow().filter(|r| r.period == period).count();
            (all, of_flow().filter(|r| r.period == period).filter(is_zero).count())
        };
        let ((all, zero), (all_before, zero_before)) = (counts(last), counts(before));
        if all > 1 && zero == all && zero_before * 2 < all_before {
            let text = format!(
                "all {all} {flow} of {} are 0, and {} of {all_before} of {} are not: had the publisher figures of it yet? They \
                 count as 0",
                frequency.point(last),
                all_before - zero_before,
                frequency.point(before)
            );
            notes.push(IngestNote::new(NoteCode::LastPeriodZero, text));
        }
    }
}
