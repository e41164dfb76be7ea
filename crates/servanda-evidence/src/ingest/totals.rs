//! Rows that are totals of others: left out, and held against the sum of their parts.

use super::notes::{IngestNote, NoteCode, counted};
use super::read::Columns;
use crate::describe::{CodeFrom, FileDescription, PartnerFrom, PeriodFrom, UnitFrom};
use crate::error::{IngestError, Place};
use crate::number::Decimal;
use servanda_files::csv::Record;
use servanda_tables::{Dialect, Totals};
use std::collections::{BTreeMap, BTreeSet};

/// Decimals in which sums are worked out.
const SCALE: u32 = 9;

/// Different sums that are kept in mind.
const MOST_SUMS: usize = 2_000_000;

/// A sum that is being worked out, and the total that it is held against.
#[derive(Default)]
struct Sum {
    parts: u64,
    sum: i128,
    /// The finest unit in which figures are printed, and how many are; and the sum of the units of those that are printed with an
    /// exponent, each of which is rounded by itself.
    finest: Option<u128>,
    printed: u128,
    coarse: u128,
    /// Whether a part has no figure.
    partly: bool,
    total: Option<(i128, u64)>,
}

/// One rule on totals.
struct Rule<'a> {
    totals: &'a Totals,
    column: usize,
    /// Columns in which a total and its parts are alike.
    alike: Vec<usize>,
    sums: BTreeMap<(Vec<String>, usize), Sum>,
}

/// The rules of a dialect.
pub(super) struct Sums<'a> {
    dialect: Option<&'a Dialect>,
    rules: Vec<Rule<'a>>,
    /// Columns of figures with their names.
    figures: Vec<(usize, &'a str)>,
    none: BTreeSet<&'a str>,
    too_many: bool,
}

/// What came of holding totals against their parts.
#[derive(Debug, Clone, Default)]
pub(crate) struct TotalsSaid {
    column: String,
    equal: u64,
    rounded: u64,
    partly: u64,
    without_parts: u64,
    too_many: bool,
    /// Totals that are not the sum of their parts, and the first of them in words.
    differ: u64,
    first: String,
}

impl<'a> Sums<'a> {
    /// The rules of the descriptions that read a table; the name of a column of totals that it does not have.
    pub fn new(files: &[&'a FileDescription], columns: &Columns<'_>) -> Result<Self, &'a str> {
        let dialect = files.first().map(|f| &f.dialect).filter(|d| !d.totals.is_empty());
        let missing = |t: &&Totals| columns.of(&t.column) == usize::MAX;
        if let Some(totals) = dialect.and_then(|d| d.totals.iter().find(missing)) {
            return Err(&totals.column);
        }
        let amounts = || files.iter().flat_map(|f| f.values.iter().chain(&f.quantities));
        let mut figures: Vec<(usize, &str)> =
            amounts().map(|a| (columns.of(&a.column), a.column.as_str())).collect();
        figures.sort_unstable();
        figures.dedup();
        let mut keys: BTreeSet<&str> = BTreeSet::new();
        for file in files {
            keys.extend(file.filter.iter().map(|f| f.column.as_str()));
            if let PeriodFrom::Column { column, .. } = &file.period {
                // Two columns that make a period are alike one by one: a total of a year has a month in neither.
                let joined = file.dialect.joins.iter().find(|join| join.name == *column);
                match joined {
                    Some(join) => keys.extend(join.columns.iter().map(String::as_str)),
                    None => drop(keys.insert(column)),
                }
            }
            if let PartnerFrom::Column { column, .. } = &file.partner {
                keys.insert(column);
            }
            match &file.code {
                CodeFrom::Column(column) => {
                    keys.insert(column);
                }
                CodeFrom::LongestOf(names) | CodeFrom::Join(names) => {
                    keys.extend(names.iter().map(String::as_str));
                }
                CodeFrom::Constant(_) => {}
            }
        }
        keys.extend(amounts().filter_map(|a| match &a.unit {
            UnitFrom::Column { column, .. } => Some(column.as_str()),
            UnitFrom::Fixed(_) => None,
        }));
        let rules = dialect.map(|d| d.totals.as_slice()).unwrap_or_default().iter().map(|totals| Rule {
            totals,
            column: columns.of(&totals.column),
            alike: keys
                .iter()
                .filter(|k| **k != totals.column && !totals.over.iter().any(|o| o == *k))
                .map(|k| columns.of(k))
                .collect(),
            sums: BTreeMap::new(),
        });
        Ok(Self {
            dialect,
            rules: rules.collect(),
            figures,
            none: files.iter().flat_map(|f| f.none.iter().map(String::as_str)).collect(),
            too_many: false,
        })
    }

    /// Whether a row is a total, which no description takes. It is kept in mind for [`Self::finish`], and so is a part.
    pub fn takes(&mut self, record: &Record) -> bool {
        let Some(dialect) = self.dialect else { return false };
        let is_total = |rule: &Rule<'_>| rule.totals.tells(record.get(rule.column).unwrap_or_default());
        let of = self.rules.iter().map(is_total).collect::<Vec<_>>();
        let total = of.contains(&true);
        let mut size = 0;
        for (rule, is_total) in self.rules.iter_mut().zip(of) {
            size += rule.sums.len();
            // The total of one rule is no part of another's.
            if total && !is_total || size > MOST_SUMS {
                continue;
            }
            let key: Vec<String> =
                rule.alike.iter().map(|c| record.get(*c).unwrap_or_default().trim().to_owned()).collect();
            for (column, _) in &self.figures {
                let cell = record.get(*column).unwrap_or_default().trim();
                let sum = rule.sums.entry((key.clone(), *column)).or_default();
                let figure = if self.none.contains(cell) { None } else { figure(dialect, cell) };
                let Some((value, unit, exponent)) = figure else {
                    sum.partly |= !is_total;
                    continue;
                };
                if exponent {
                    sum.coarse = sum.coarse.saturating_add(unit);
                } else {
                    sum.finest = Some(sum.finest.map_or(unit, |finest| finest.min(unit)));
                    sum.printed += 1;
                }
                if is_total {
                    sum.total = Some((value, record.line()));
                } else {
                    sum.parts += 1;
                    match sum.sum.checked_add(value) {
                        Some(all) => sum.sum = all,
                        None => sum.partly = true,
                    }
                }
            }
        }
        self.too_many |= size > MOST_SUMS;
        total
    }

    /// Holds each total against its parts.
    pub fn finish(self, name: &str) -> Result<Vec<TotalsSaid>, IngestError> {
        let mut all = Vec::new();
        for rule in self.rules {
            let mut said = TotalsSaid {
                column: rule.totals.column.clone(),
                too_many: self.too_many,
                ..TotalsSaid::default()
            };
            for ((key, column), sum) in rule.sums {
                let Some((total, line)) = sum.total else { continue };
                if sum.parts == 0 {
                    said.without_parts += 1;
                    continue;
                }
                let difference = total.checked_sub(sum.sum).map_or(u128::MAX, i128::unsigned_abs);
                let finest = sum.finest.unwrap_or(0).saturating_mul(sum.printed);
                let rounding = finest.saturating_add(sum.coarse) / 2;
                if difference == 0 {
                    said.equal += 1;
                } else if difference <= rounding {
                    said.rounded += 1;
                } else if sum.partly && total >= sum.sum {
                    said.partly += 1;
                } else {
                    said.differ += 1;
                    if said.first.is_empty() {
                        let column = self.figures.iter().find(|(c, _)| *c == column).map_or("", |(_, n)| n);
                        let of = key.iter().filter(|k| !k.is_empty()).cloned().collect::<Vec<_>>().join(", ");
                        said.first = format!(
                            "line {line}, `{column}`{}: the total is {}, its {} parts come to {}",
                            if of.is_empty() { String::new() } else { format!(" of {of}") },
                            printed(total),
                            sum.parts,
                            printed(sum.sum)
                        );
                        if rule.totals.refuse {
                            return Err(IngestError::Input {
                                place: Place::line(name, line),
                                problem: said.first,
                                remedy:
                                    "compare with the publisher's file; take `refuse` out of `totals` if the \
                                         publisher's own total differs"
                                        .to_owned(),
                            });
                        }
                    }
                }
            }
            all.push(said);
        }
        Ok(all)
    }
}

/// A figure in units of `10^-SCALE`, the unit of its last printed digit, and whether an exponent makes that coarser; none if it is no
/// figure.
fn figure(dialect: &Dialect, text: &str) -> Option<(i128, u128, bool)> {
    let figure = Decimal::parse(&dialect.number(text).ok()?).ok()?;
    let power = SCALE.checked_sub(figure.scale)?;
    let value = figure.digits.checked_mul(10i128.checked_pow(power)?)?;
    let exponent = text.split_once(['e', 'E']).filter(|_| dialect.exponents);
    let Some((body, exponent)) = exponent else { return Some((value, 10u128.checked_pow(power)?, false)) };
    let decimals = body.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let last = exponent.parse::<i64>().ok()? - i64::try_from(decimals).ok()? + i64::from(SCALE);
    Some((value, 10u128.checked_pow(u32::try_from(last.max(0)).ok()?)?, true))
}

fn printed(value: i128) -> String {
    let (sign, value) = (if value < 0 { "-" } else { "" }, value.unsigned_abs());
    let unit = 10u128.pow(SCALE);
    let fraction = format!("{:09}", value % unit);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{fraction}", value / unit)
}

/// What is said of totals.
pub(super) fn say(totals: &[TotalsSaid], notes: &mut Vec<IngestNote>, remarks: &mut Vec<String>) {
    for said in totals {
        if said.differ > 0 {
            notes.push(IngestNote::new(
                NoteCode::TotalDiffers,
                format!(
                    "{} told by `{}` not the sum of its parts (first: {})",
                    if said.differ == 1 {
                        "1 total is".to_owned()
                    } else {
                        format!("{} totals are each", said.differ)
                    },
                    said.column,
                    said.first
                ),
            ));
        }
        let mut parts = Vec::new();
        for (count, what) in [
            (said.equal, "equal to the sum of the parts"),
            (said.rounded, "equal but for rounding"),
            (said.partly, "above the sum of parts of which some are not known"),
            (said.without_parts, "without parts in the file"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        if !parts.is_empty() {
            remarks.push(format!("totals told by `{}`: {}", said.column, parts.join(", ")));
        }
        if said.too_many {
            remarks.push(format!(
                "there are more than {} to hold totals against: not all were",
                counted(MOST_SUMS as u64, "sum")
            ));
        }
    }
}
