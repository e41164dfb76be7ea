//! The figures of a row: numbers, texts and flags that say that there is none, quantities beside values.

use super::read::Rows;
use crate::describe::{Amount, Flag, Flags, UnitFrom};
use crate::error::{IngestError, did_you_mean};
use crate::number::Decimal;
use servanda_core::{Absence, Dimension, Stage};
use servanda_files::csv::Record;
use std::collections::BTreeMap;

/// A figure of a row with the quantity beside it.
pub(super) struct RowFigure {
    pub flow: Stage,
    /// Whether its own column has a figure.
    pub present: bool,
    pub value: Option<i64>,
    pub quantity: Option<(i64, Dimension)>,
    /// Whether a flag says that it is preliminary.
    pub preliminary: bool,
}

/// One column of figures in one row.
struct Read {
    figure: Option<(i64, Dimension)>,
    preliminary: bool,
}

impl Rows<'_> {
    /// Every figure of a row.
    pub(super) fn figures(&mut self, line: u64, record: &Record) -> Result<Vec<RowFigure>, IngestError> {
        let file = self.file;
        let of_row = self.flag(line, record, file.flags.as_ref())?;
        let mut beside = Vec::new();
        for amount in &file.quantities {
            beside.push((amount, self.amount(line, record, amount, of_row)?));
        }
        let mut out = Vec::new();
        for amount in &file.values {
            let Read { figure, mut preliminary } = self.amount(line, record, amount, of_row)?;
            let of_flow = || beside.iter().filter(|(q, _)| q.flow == amount.flow);
            preliminary |= of_flow().any(|(_, read)| read.preliminary);
            let found = of_flow().find_map(|(q, read)| Some((*q, read.figure?)));
            let money = match figure {
                Some((value, Dimension::Money(_))) => Some(value),
                _ => None,
            };
            let own_quantity = figure.is_some() && money.is_none();
            // Goods that have a value have a quantity: 0 beside it is no figure, unless it is declared to be one.
            let quantity = match found {
                Some((q, (0, _))) if money != Some(0) && q.zero == Absence::Unknown && !own_quantity => {
                    seen(&mut self.said.zero_quantities, line);
                    None
                }
                Some((_, (quantity, dimension))) => {
                    if money == Some(0) && quantity != 0 {
                        seen(&mut self.said.zero_values, line);
                    }
                    Some((quantity, dimension))
                }
                None => None,
            };
            let (value, quantity) = match figure {
                Some((_, Dimension::Money(_))) => (money, quantity),
                Some(own) => (None, Some(own)),
                None => (None, quantity),
            };
            out.push(RowFigure {
                flow: amount.flow,
                present: figure.is_some(),
                value,
                quantity,
                preliminary,
            });
        }
        Ok(out)
    }

    /// What a flag of the row says, if there is one.
    fn flag(&self, line: u64, record: &Record, flags: Option<&Flags>) -> Result<Option<Flag>, IngestError> {
        let Some(Flags { column: Some(column), map }) = flags else { return Ok(None) };
        let place = self.columns.of(column);
        self.flag_of(line, place, self.text(record, place), map)
    }

    /// What a flag says.
    fn flag_of(
        &self,
        line: u64,
        place: usize,
        text: &str,
        map: &BTreeMap<String, Flag>,
    ) -> Result<Option<Flag>, IngestError> {
        match map.get(text) {
            Some(flag) => Ok(Some(*flag)),
            None if text.is_empty() => Ok(None),
            None => Err(self.columns.fault(
                line,
                place,
                format!("the flag `{text}` is not declared{}", did_you_mean(text, map.keys().map(String::as_str))),
                format!(
                    "say in {} what it means: unknown, preliminary, revised or nothing; no flag has a meaning by itself",
                    self.source.file_name
                ),
            )),
        }
    }

    fn amount(
        &mut self,
        line: u64,
        record: &Record,
        amount: &Amount,
        of_row: Option<Flag>,
    ) -> Result<Read, IngestError> {
        let place = self.columns.of(&amount.column);
        let text = self.text(record, place);
        let inside = [amount.flags.as_ref(), self.file.flags.as_ref()];
        let inside = inside.into_iter().flatten().find(|f| f.column.is_none());
        let (text, own) = match inside {
            Some(flags) => {
                let (figure, flag) = figure_and_flag(text);
                (figure, self.flag_of(line, place, flag, &flags.map)?)
            }
            None => (text, self.flag(line, record, amount.flags.as_ref())?),
        };
        let says = |flag: Flag| own == Some(flag) || of_row == Some(flag);
        let preliminary = says(Flag::Preliminary);
        if says(Flag::Unknown) || self.file.none.contains(text) {
            self.said.unknown += 1;
            return Ok(Read { figure: None, preliminary });
        }
        let measure = match &amount.unit {
            UnitFrom::Fixed(measure) => *measure,
            UnitFrom::Column { column, units, none } => {
                let place = self.columns.of(column);
                let unit = self.text(record, place);
                if none.contains(unit) {
                    return Ok(Read { figure: None, preliminary });
                }
                match units.get(unit) {
                    Some(measure) => *measure,
                    None => {
                        let hint = did_you_mean(unit, units.keys().map(String::as_str));
                        return Err(self.columns.fault(
                            line,
                            place,
                            format!("the unit `{unit}` is not declared{hint}"),
                            format!(
                                "say in {} which unit it is; none is converted silently",
                                self.source.file_name
                            ),
                        ));
                    }
                }
            }
        };
        if text.is_empty() {
            if amount.may_be_empty {
                return Ok(Read { figure: None, preliminary });
            }
            return Err(self.columns.fault(
                line,
                place,
                "there is no figure",
                "if that is right, declare empty = \"no-figure\"; it is never taken for zero",
            ));
        }
        let scale = if matches!(measure.dimension, Dimension::Money(_)) {
            self.source.decimals
        } else {
            self.source.quantity_decimals
        };
        let plain = self.file.dialect.number(text);
        let figure = plain.and_then(|plain| Decimal::parse(&plain)).map_err(|problem| {
            self.columns.fault(
                line,
                place,
                problem,
                "write digits with at most one point, or declare in [file.dialect] how figures are written; a sign that means \
                 \"not known\" is listed under `none` of the [[file]]",
            )
        })?;
        let stored = measure.store(figure, scale).map_err(|problem| {
            let remedy = format!(
                "check its unit, and declare in {} the decimals that are published: `decimals` of money up to 6, `quantity_decimals` of \
                 quantities up to 9",
                self.source.file_name
            );
            self.columns.fault(line, place, problem, remedy)
        })?;
        let non_negative = self.source.source.flow(amount.flow).is_some_and(|f| f.non_negative);
        if non_negative && stored < 0 {
            return Err(self.columns.fault(
                line,
                place,
                format!("{text} is below zero in a flow that is declared non-negative"),
                format!("correct the file, or declare non_negative = false in {}", self.source.file_name),
            ));
        }
        self.said.revised += u64::from(says(Flag::Revised));
        Ok(Read { figure: Some((stored, measure.dimension)), preliminary })
    }
}

/// A figure and the flag that stands behind it in one cell: `123 p`, `123p`, `: c`.
fn figure_and_flag(text: &str) -> (&str, &str) {
    let text = text.trim();
    let figure = text.trim_end_matches(|c: char| c.is_alphabetic()).trim_end();
    let (figure, flag) = text.split_at_checked(figure.len()).unwrap_or((text, ""));
    (figure, flag.trim())
}

/// Counts one more, and keeps the first line.
fn seen((count, first): &mut (u64, u64), line: u64) {
    if *count == 0 {
        *first = line;
    }
    *count += 1;
}
