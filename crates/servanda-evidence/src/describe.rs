//! `[[file]]` of a source file: what each column of a published file means.
//!
//! Every column of the file is either used or listed under `ignore`: a column that nobody has looked at is refused.

use crate::number::Measure;
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_core::{Absence, Party, Stage};
use servanda_tables::Dialect;
use std::collections::{BTreeMap, BTreeSet};

/// What a release states about codes that it does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Covers {
    /// It states all codes of the source's depth: what is not listed had no trade, or is of a range declared unknown.
    Full,
    /// It states only the codes that it lists.
    Rows,
}

/// One kind of file that a source publishes, told from others by its header.
#[derive(Debug, Clone)]
pub struct FileDescription {
    /// A name for messages.
    pub name: String,
    /// What the file looks like.
    pub dialect: Dialect,
    /// What its final rows cover.
    pub coverage: Covers,
    /// What its preliminary rows cover.
    pub preliminary_coverage: Covers,
    /// What is done with a repeated key.
    pub duplicates: Duplicates,
    /// Rows that are kept: each column named must have one of the values to keep.
    pub filter: Vec<Filter>,
    /// Texts that stand where a figure would and say that it is not known.
    pub none: BTreeSet<String>,
    /// Flags that bear on every figure of a row.
    pub flags: Option<Flags>,
    /// Columns that are known and not used.
    pub ignore: Vec<String>,
    /// Where the period is.
    pub period: PeriodFrom,
    /// Where the partner is.
    pub partner: PartnerFrom,
    /// Where the product code is.
    pub code: CodeFrom,
    /// Which codes are well formed.
    pub pattern: CodePattern,
    /// Characters that stand in codes and are no part of them: points, spaces.
    pub code_drop: String,
    /// Columns with figures.
    pub values: Vec<Amount>,
    /// Columns with a quantity beside one of the figures.
    pub quantities: Vec<Amount>,
    /// What says whether a row is final; all rows are, without.
    pub finality: Option<FinalityFrom>,
    /// The column of vintages, in a file that holds many.
    pub vintage: Option<VintageFrom>,
}

/// What is done with rows of one flow, partner, code and period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Duplicates {
    /// The second is refused.
    #[default]
    Refuse,
    /// They are parts of one figure and are added up; two that are alike in every column are refused, unless they are of 0.
    Sum,
    /// They are added up, those alike in every column too.
    SumAll,
}

/// A column by which rows are chosen, and what its other values mean.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Its name.
    pub column: String,
    /// Values of the rows that are kept.
    pub keep: BTreeSet<String>,
    /// Values of rows of another series, which say nothing of this one.
    pub other_series: BTreeSet<String>,
    /// Whether every value that is named nowhere is of another series. Otherwise it counts as a mark.
    pub others_are_other_series: bool,
    /// Values that mark a cell whose figure is not known.
    pub unknown: BTreeSet<String>,
    /// Whether a value that is named nowhere is refused.
    pub strict: bool,
}

/// Flags, and what each of them says of the figures beside it. An empty field is no flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flags {
    /// The column in which they stand; none if they stand behind the figures, in one cell with them.
    pub column: Option<String>,
    /// The publisher's flags.
    pub map: BTreeMap<String, Flag>,
}

/// What a flag says of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Flag {
    /// It is not known, whatever stands in its field: kept back, missing, not applicable.
    Unknown,
    /// It is preliminary.
    Preliminary,
    /// The publisher has changed it since its last release: said, and nothing else.
    Revised,
    /// Nothing that matters here.
    Nothing,
}

/// Where the period of a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeriodFrom {
    /// In a column.
    Column {
        /// Its name.
        column: String,
        /// Whether a month is written `201701` and not `2017-01`.
        compact: bool,
        /// How many days a figure is of, that of the row being the last; 1 unless the source is daily.
        days: u8,
        /// What the publisher calls the periods of joint figures, with their first and their last sub-period.
        labels: BTreeMap<String, (i32, i32)>,
    },
    /// The whole file is of one.
    Constant(i32),
}

/// Where the partner of a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartnerFrom {
    /// In a column, under the publisher's names.
    Column {
        /// Its name.
        column: String,
        /// The publisher's names of parties.
        map: BTreeMap<String, Party>,
        /// Whether rows of others are left out and counted; they are refused otherwise.
        skip_others: bool,
    },
    /// The whole file is of one.
    Constant(Party),
}

/// Where the product code of a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeFrom {
    /// In a column.
    Column(String),
    /// The longest that is not empty; the others must be its beginnings.
    LongestOf(Vec<String>),
    /// Several columns make a name, each in lower case with hyphens, points between.
    Join(Vec<String>),
    /// The whole file is of one.
    Constant(String),
}

/// Which codes are well formed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodePattern {
    /// Digits of the lengths given, and the codes that are accepted as they are printed.
    Digits {
        /// Admissible numbers of digits.
        lengths: BTreeSet<usize>,
        /// Exceptions.
        as_printed: BTreeSet<String>,
    },
    /// Names of the source's own.
    Name,
}

/// A column with figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// Its name.
    pub column: String,
    /// The flow that it measures.
    pub flow: Stage,
    /// Its unit.
    pub unit: UnitFrom,
    /// Whether an empty cell is accepted: it means that there is no figure, never zero.
    pub may_be_empty: bool,
    /// Flags that bear on this figure alone.
    pub flags: Option<Flags>,
    /// Of a quantity: what 0 means beside a value that is not 0.
    pub zero: Absence,
}

/// The unit of a column with figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitFrom {
    /// The same for all rows.
    Fixed(Measure),
    /// By the name in another column.
    Column {
        /// Its name.
        column: String,
        /// The publisher's names of units.
        units: BTreeMap<String, Measure>,
        /// Names that mean that there is no quantity.
        none: BTreeSet<String>,
    },
}

/// What says whether a row is final.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinalityFrom {
    /// The column.
    pub column: String,
    /// Its values that mean final.
    pub finals: BTreeSet<String>,
    /// Its values that mean preliminary.
    pub preliminary: BTreeSet<String>,
    /// Whether only the last period of such a release is preliminary.
    pub last_period_only: bool,
}

/// The column of vintages of a file that holds many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VintageFrom {
    /// The column with the day or instant of publication.
    pub column: String,
    /// A column that tells two publications of one instant apart, in their order.
    pub order_by: Option<String>,
}

impl FileDescription {
    /// Every column that is used or ignored.
    pub fn columns(&self) -> BTreeSet<&str> {
        let mut columns: BTreeSet<&str> = self.used().into_iter().collect();
        columns.extend(self.ignore.iter().map(String::as_str));
        columns
    }

    pub(crate) fn used(&self) -> Vec<&str> {
        let mut used: Vec<&str> = self.filter.iter().map(|f| f.column.as_str()).collect();
        used.extend(self.dialect.joined_columns());
        used.extend(self.flags.iter().filter_map(|f| f.column.as_deref()));
        if let PeriodFrom::Column { column, .. } = &self.period {
            used.push(column);
        }
        if let PartnerFrom::Column { column, .. } = &self.partner {
            used.push(column);
        }
        match &self.code {
            CodeFrom::Column(column) => used.push(column),
            CodeFrom::LongestOf(columns) | CodeFrom::Join(columns) => {
                used.extend(columns.iter().map(String::as_str));
            }
            CodeFrom::Constant(_) => {}
        }
        for amount in self.values.iter().chain(&self.quantities) {
            used.push(&amount.column);
            used.extend(amount.flags.iter().filter_map(|f| f.column.as_deref()));
            if let UnitFrom::Column { column, .. } = &amount.unit {
                used.push(column);
            }
        }
        used.extend(self.finality.iter().map(|f| f.column.as_str()));
        if let Some(vintage) = &self.vintage {
            used.push(&vintage.column);
            used.extend(vintage.order_by.iter().map(String::as_str));
        }
        used
    }
}
