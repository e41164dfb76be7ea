//! A table of texts and exact figures as a Parquet file, for whoever takes results into other tools.

use crate::error::StoreError;
use arrow_array::{ArrayRef, Decimal128Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::collections::HashMap;
use std::sync::Arc;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableColumn {
    /// Its name.
    pub name: String,
    /// What it means, with the unit where it has one.
    pub means: String,
    /// Whether its cells are decimals; else they are texts. An empty cell is null in both.
    pub figures: bool,
}

/// The digits that a decimal of Parquet has at most.
const DIGITS: u32 = 38;
/// Digits behind the point that a column of figures has at most.
const PLACES: u32 = 18;

/// A table as a Parquet file. Figures are decimals of 38 digits, each column at the least scale that holds all of its cells, and of at
/// most 18 digits behind the point: what has more is cut to the lesser figure, as it has `n/d` in a column of its own.
///
/// # Errors
/// If a cell of a column of figures is no decimal, or is too large.
pub fn table_parquet(columns: &[TableColumn], rows: &[Vec<String>]) -> Result<Vec<u8>, StoreError> {
    let fail = |problem: String| StoreError::io("a table", problem);
    let mut fields = Vec::with_capacity(columns.len());
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(columns.len());
    for (at, column) in columns.iter().enumerate() {
        let cell = |row: &Vec<String>| row.get(at).filter(|c| !c.is_empty()).cloned();
        let (kind, array): (DataType, ArrayRef) = if column.figures {
            let scale = rows.iter().filter_map(cell).map(|c| places(&c)).max().unwrap_or(0).min(PLACES);
            let read = |c: String| {
                decimal(&c, scale)
                    .ok_or_else(|| fail(format!("{}: `{c}` is no decimal of 38 digits", column.name)))
            };
            let all =
                rows.iter().map(|row| cell(row).map(read).transpose()).collect::<Result<Vec<_>, _>>()?;
            let (precision, scale) = (DIGITS as u8, scale as i8);
            let array = Decimal128Array::from(all).with_precision_and_scale(precision, scale);
            (DataType::Decimal128(precision, scale), Arc::new(array.map_err(|e| fail(e.to_string()))?))
        } else {
            let all: StringArray = rows.iter().map(cell).collect();
            (DataType::Utf8, Arc::new(all))
        };
        let said = HashMap::from([("description".to_owned(), column.means.clone())]);
        fields.push(Field::new(column.name.clone(), kind, true).with_metadata(said));
        arrays.push(array);
    }
    let schema = Arc::new(Schema::new(fields));
    let level = ZstdLevel::try_new(3).map_err(|e| fail(e.to_string()))?;
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(level)).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), Arc::clone(&schema), Some(properties))
        .map_err(|e| fail(e.to_string()))?;
    let batch = RecordBatch::try_new(schema, arrays).map_err(|e| fail(e.to_string()))?;
    writer.write(&batch).map_err(|e| fail(e.to_string()))?;
    writer.into_inner().map_err(|e| fail(e.to_string()))
}

/// How many digits a decimal has behind the point.
fn places(text: &str) -> u32 {
    text.split_once('.').map_or(0, |(_, fraction)| u32::try_from(fraction.len()).unwrap_or(u32::MAX))
}

/// A decimal as an integer of `10^-scale`, cut to the lesser; none where it is no decimal or is too large.
fn decimal(text: &str, scale: u32) -> Option<i128> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let (kept, rest) = fraction.split_at_checked(scale as usize).unwrap_or((fraction, ""));
    if whole.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let padded = format!("{whole}{kept:0<width$}", width = scale as usize);
    let magnitude: i128 = padded.parse().ok()?;
    let below = i128::from(sign < 0 && rest.bytes().any(|b| b != b'0'));
    let value = magnitude.checked_mul(sign)?.checked_sub(below)?;
    (value.unsigned_abs() < 10u128.pow(DIGITS)).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::Array;
    use bytes::Bytes;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    #[test]
    fn figures_stay_exact_and_texts_as_they_are() {
        let column =
            |name: &str, figures| TableColumn { name: name.into(), means: "a thing".into(), figures };
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let rows = [row(["007", "-12.50"]), row(["", ""]), row(["x", "100000000000000000000"])];
        let bytes = table_parquet(&[column("code", false), column("value", true)], &rows).unwrap();
        let mut reader =
            ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes)).unwrap().build().unwrap();
        let batch = reader.next().unwrap().unwrap();
        let codes = batch.column(0).as_any().downcast_ref::<StringArray>().unwrap();
        let values = batch.column(1).as_any().downcast_ref::<Decimal128Array>().unwrap();
        assert_eq!((codes.value(0), codes.is_null(1), codes.value(2)), ("007", true, "x"));
        assert_eq!((values.value(0), values.is_null(1), values.scale()), (-1250, true, 2));
        assert_eq!(values.value(2), 10_000_000_000_000_000_000_000);
        assert_eq!(batch.schema().field(1).metadata()["description"], "a thing");
        for wrong in ["x", "1e5", "1.2.3", ".5", &"9".repeat(39)] {
            assert!(table_parquet(&[column("value", true)], &[vec![wrong.to_owned()]]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_has_no_end_is_cut_to_the_lesser() {
        assert_eq!(
            (decimal("0.3333", 2), decimal("-0.3333", 2), decimal("-0.3300", 2)),
            (Some(33), Some(-34), Some(-33))
        );
    }
}
