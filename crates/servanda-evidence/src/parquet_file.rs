//! The Parquet file of a vintage: written once, read by row groups and pages that can hold what is asked for.

use crate::blocks::{Blocks, sha256_of};
use crate::decoded::{Decoded, Figure, LACKING, NO_FIGURE, Rows};
use crate::files::{Content, Files};
use crate::ingest::Vintage;
use crate::manifest::ManifestVintage;
use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, BooleanArray, DictionaryArray, Int32Array, Int64Array, RecordBatch, StringArray,
};
use arrow_schema::{DataType, Field, Schema};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
    RowSelection,
};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{KeyValue, PageIndexPolicy, ParquetMetaData, SortingColumn};
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use servanda_core::{Dimension, Party, Stage};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

const ROW_GROUP: usize = 1 << 20;
const PAGE_ROWS: usize = 20_000;
const BATCH: usize = 1 << 14;

fn schema() -> Schema {
    let names = || DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    Schema::new(vec![
        Field::new("partner", names(), false),
        Field::new("flow", names(), false),
        Field::new("code", names(), false),
        Field::new("period", DataType::Int32, false),
        Field::new("value", DataType::Int64, true),
        Field::new("quantity", DataType::Int64, true),
        Field::new("unit", names(), true),
        Field::new("preliminary", DataType::Boolean, false),
    ])
}

const PARTNER: usize = 0;
const FLOW: usize = 1;
const CODE: usize = 2;
const PERIOD: usize = 3;
const VALUE: usize = 4;
const QUANTITY: usize = 5;
const UNIT: usize = 6;
const PRELIMINARY: usize = 7;

/// What the file of a vintage says of itself beside its rows, so that a manifest cannot say another day or another original of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// When it was published, as printed.
    pub published: String,
    /// What tells it from another publication of the same instant.
    pub order: String,
    /// The SHA-256 of the original.
    pub original: String,
}

impl Said {
    fn keys(&self) -> [(&'static str, &String); 3] {
        [
            ("servanda.published", &self.published),
            ("servanda.order", &self.order),
            ("servanda.original", &self.original),
        ]
    }

    /// The keys of which a file says something else; one of an older version says nothing of itself.
    pub fn contradicts(&self, bytes: &Bytes) -> Result<Vec<&'static str>> {
        let metadata = ArrowReaderMetadata::load(bytes, ArrowReaderOptions::new())?;
        let said = metadata.metadata().file_metadata().key_value_metadata();
        let said = |key: &str| said?.iter().find(|k| k.key == key)?.value.clone();
        Ok(self
            .keys()
            .into_iter()
            .filter(|(key, value)| said(key).is_some_and(|v| v != **value))
            .map(|(key, _)| key)
            .collect())
    }
}

/// The Parquet file of a vintage. The same rows and the same words give the same bytes under one version of the library.
pub(crate) fn encode(vintage: &Vintage, said: &Said) -> Result<Vec<u8>> {
    let schema = Arc::new(schema());
    let sorting = [PARTNER, FLOW, CODE, PERIOD]
        .iter()
        .map(|c| SortingColumn { column_idx: *c as i32, descending: false, nulls_first: false })
        .collect();
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(9)?))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_write_batch_size(PAGE_ROWS)
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_sorting_columns(Some(sorting))
        .set_key_value_metadata(Some(
            said.keys().map(|(key, value)| KeyValue::new(key.to_owned(), value.clone())).into(),
        ))
        .set_created_by("servanda".to_owned())
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), Arc::clone(&schema), Some(properties))?;
    for rows in vintage.rows.chunks(ROW_GROUP) {
        let mut partner = StringDictionaryBuilder::<Int32Type>::new();
        let mut flow = StringDictionaryBuilder::<Int32Type>::new();
        let mut code = StringDictionaryBuilder::<Int32Type>::new();
        let mut unit = StringDictionaryBuilder::<Int32Type>::new();
        for row in rows {
            partner.append(row.partner.as_str())?;
            flow.append(row.flow.as_str())?;
            code.append(vintage.codes.get(row.code as usize).map_or("", String::as_str))?;
            match row.quantity {
                Some((_, dimension)) => {
                    unit.append(dimension.base_unit())?;
                }
                None => unit.append_null(),
            }
        }
        let columns: Vec<ArrayRef> = vec![
            Arc::new(partner.finish()),
            Arc::new(flow.finish()),
            Arc::new(code.finish()),
            Arc::new(Int32Array::from_iter_values(rows.iter().map(|r| r.period))),
            Arc::new(Int64Array::from_iter(rows.iter().map(|r| r.value))),
            Arc::new(Int64Array::from_iter(rows.iter().map(|r| r.quantity.map(|(q, _)| q)))),
            Arc::new(unit.finish()),
            Arc::new(BooleanArray::from_iter(rows.iter().map(|r| Some(r.preliminary)))),
        ];
        writer.write(&RecordBatch::try_new(Arc::clone(&schema), columns)?)?;
    }
    writer.into_inner()
}

/// Which codes are wanted: all, or those that start with a prefix, and some single ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Wanted {
    pub all: bool,
    pub prefixes: Vec<String>,
    pub exact: Vec<String>,
}

impl Wanted {
    /// The lengths that its prefixes have.
    fn lengths(&self) -> BTreeSet<usize> {
        self.prefixes.iter().map(String::len).collect()
    }

    /// Whether a code is wanted; `lengths` are those of its prefixes.
    fn code(&self, code: &str, lengths: &BTreeSet<usize>) -> bool {
        let is = |list: &[String], text: &str| list.binary_search_by(|x| x.as_str().cmp(text)).is_ok();
        self.all
            || is(&self.exact, code)
            || lengths.iter().any(|end| code.get(..*end).is_some_and(|p| is(&self.prefixes, p)))
    }

    /// Whether a stretch of codes can hold a wanted one.
    fn between(&self, min: &str, max: &str) -> bool {
        if self.all
            || (0..=min.len()).any(|e| {
                min.get(..e).is_some_and(|p| self.prefixes.binary_search_by(|x| x.as_str().cmp(p)).is_ok())
            })
        {
            return true;
        }
        let inside = |list: &[String]| {
            list.get(list.partition_point(|x| x.as_str() < min)).is_some_and(|x| x.as_str() <= max)
        };
        inside(&self.prefixes) || inside(&self.exact)
    }
}

/// What is asked of a file.
pub(crate) struct Scan<'a> {
    pub flow: Stage,
    pub partner: Party,
    pub dimension: Dimension,
    pub wanted: &'a Wanted,
    pub threads: usize,
}

/// Files up to this many bytes are read whole, and their hash is compared with the manifest's, each time that they are
/// opened. Of larger ones each block that is read is; where the manifest has no hashes of blocks, all of it is hashed first.
const WHOLE: u64 = if cfg!(test) { 1 << 15 } else { 32 << 20 };

/// Whether a file is read in blocks.
pub(crate) fn is_large(length: u64) -> bool {
    length > WHOLE
}

/// Reads the rows that are asked for from the file of a vintage, of which nothing is used that is not as its manifest says.
pub(crate) fn scan(
    files: &dyn Files,
    path: &str,
    stated: &ManifestVintage,
    scan: &Scan<'_>,
) -> Result<Decoded> {
    let damaged = |problem: &str| ParquetError::General(problem.to_owned());
    let (length, sha256) = (stated.data_bytes, &stated.data_sha256);
    let failed = |e: std::io::Error| ParquetError::General(e.to_string());
    const OTHER: &str = "its SHA-256 is not the one in its manifest";
    let open = || -> Result<Source> {
        Ok(match files.open(path).map_err(failed)? {
            Content::Static(bytes) => Source::Bytes(Bytes::from_static(bytes)),
            Content::Owned(bytes) => Source::Bytes(Bytes::from(bytes)),
            Content::File(file) => {
                let about = file.metadata().map_err(failed)?;
                if !about.is_file() || about.len() != length {
                    return Err(damaged("it is not the file that its manifest names: its length differs"));
                }
                if !is_large(length) {
                    Source::Bytes(Bytes::from(Content::File(file).into_bytes().map_err(failed)?))
                } else if stated.data_blocks.is_empty() {
                    Source::File(file)
                } else {
                    let other = "its manifest does not have one hash for each block of it";
                    Source::Blocks(
                        Blocks::new(file, length, &stated.data_blocks).ok_or_else(|| damaged(other))?,
                    )
                }
            }
        })
    };
    let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
    let first = open()?;
    let metadata = match &first {
        Source::Bytes(bytes) if servanda_files::sha256(bytes) != *sha256 => return Err(damaged(OTHER)),
        Source::Bytes(bytes) => ArrowReaderMetadata::load(bytes, options)?,
        Source::Blocks(blocks) => ArrowReaderMetadata::load(blocks, options)?,
        Source::File(file) if sha256_of(file).map_err(failed)? != *sha256 => return Err(damaged(OTHER)),
        Source::File(file) => ArrowReaderMetadata::load(file, options)?,
    };
    check_schema(&metadata)?;
    let ranges = ranges(metadata.metadata(), scan);
    let total: usize = ranges.iter().map(|(range, _)| range.len()).sum();
    let parts = if scan.threads < 2 || total < ONE_THREAD { vec![ranges] } else { halves(ranges, total / 2) };
    let mut read = Vec::new();
    for part in parts {
        read.push(part.chunk_by(|a, b| a.1 == b.1).map(<[_]>::to_vec).collect::<Vec<_>>());
    }
    let part = |stretches: Vec<Vec<(Range<usize>, bool)>>| -> Result<Decoded> {
        let mut decoded = Decoded::default();
        let rows = stretches.iter().flatten().map(|(range, _)| range.len()).sum::<usize>().min(RESERVED);
        decoded.finals.periods.reserve(rows);
        decoded.finals.values.reserve(rows);
        decoded.finals.flags.reserve(rows);
        for stretch in stretches {
            let alike = stretch.first().is_some_and(|(_, alike)| *alike);
            let source = match &first {
                Source::Bytes(bytes) => Source::Bytes(bytes.clone()),
                Source::Blocks(_) | Source::File(_) => open()?,
            };
            let ranges = stretch.into_iter().map(|(range, _)| range).collect();
            decode(reader(source, metadata.clone(), ranges, scan, alike)?, scan, alike, &mut decoded)?;
        }
        Ok(decoded)
    };
    let mut read = read.into_iter();
    let (left, right) = (read.next().unwrap_or_default(), read.next());
    let Some(right) = right else { return part(left) };
    // Where no thread can be made, this one reads both.
    let read_right = || part(right.clone());
    std::thread::scope(|scope| {
        let other = std::thread::Builder::new().spawn_scoped(scope, read_right);
        let mut decoded = part(left)?;
        let rest = match other {
            Ok(other) => {
                other.join().map_err(|_| ParquetError::General("a reading thread failed".to_owned()))??
            }
            Err(_) => read_right()?,
        };
        append(&mut decoded.finals, rest.finals);
        append(&mut decoded.preliminary, rest.preliminary);
        Ok(decoded)
    })
}

/// Rows for which room is made at once; of those that pages may hold, perhaps none is asked for.
const RESERVED: usize = 1 << 20;

/// Fewer rows than this are read by one thread.
const ONE_THREAD: usize = 100_000;

enum Source {
    Bytes(Bytes),
    Blocks(Blocks),
    File(std::fs::File),
}

fn check_schema(metadata: &ArrowReaderMetadata) -> Result<()> {
    if metadata.schema().fields() == schema().fields() {
        Ok(())
    } else {
        Err(ParquetError::General("its columns are not those of a vintage".to_owned()))
    }
}

fn reader(
    source: Source,
    metadata: ArrowReaderMetadata,
    ranges: Vec<Range<usize>>,
    scan: &Scan<'_>,
    alike: bool,
) -> Result<ParquetRecordBatchReader> {
    let total = usize::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or(0);
    let mut columns = vec![CODE, PERIOD, VALUE, PRELIMINARY];
    if !alike {
        columns.extend([PARTNER, FLOW]);
    }
    if !matches!(scan.dimension, Dimension::Money(_)) {
        columns.extend([QUANTITY, UNIT]);
    }
    let mask = ProjectionMask::roots(metadata.parquet_schema(), columns);
    // Row groups without any wanted page are left out as a whole.
    let mut groups = Vec::new();
    let mut selected = Vec::new();
    let (mut start, mut shift) = (0, 0);
    for (number, group) in metadata.metadata().row_groups().iter().enumerate() {
        let end = start + usize::try_from(group.num_rows()).unwrap_or(0);
        let inside: Vec<_> =
            ranges.iter().map(|r| r.start.max(start)..r.end.min(end)).filter(|r| !r.is_empty()).collect();
        if inside.is_empty() {
            shift += end - start;
        } else {
            groups.push(number);
            selected.extend(inside.into_iter().map(|r| r.start - shift..r.end - shift));
        }
        start = end;
    }
    let selection = RowSelection::from_consecutive_ranges(selected.into_iter(), total - shift);
    macro_rules! build {
        ($input:expr) => {
            ParquetRecordBatchReaderBuilder::new_with_metadata($input, metadata)
                .with_projection(mask)
                .with_row_groups(groups)
                .with_row_selection(selection)
                .with_batch_size(BATCH)
                .build()
        };
    }
    match source {
        Source::Bytes(bytes) => build!(bytes),
        Source::Blocks(blocks) => build!(blocks),
        Source::File(file) => build!(file),
    }
}

/// The rows that can hold what is asked for, by the pages' statistics, and whether these say too that all of a stretch are
/// of the partner and the flow that are asked for.
fn ranges(metadata: &ParquetMetaData, scan: &Scan<'_>) -> Vec<(Range<usize>, bool)> {
    let mut ranges: Vec<(Range<usize>, bool)> = Vec::new();
    let mut start = 0;
    for (number, group) in metadata.row_groups().iter().enumerate() {
        let rows = usize::try_from(group.num_rows()).unwrap_or(0);
        let mut wanted: Vec<Range<usize>> = std::iter::once(0..rows).collect();
        for (column, keep) in [
            (
                PARTNER,
                &(|min: &str, max: &str| (min..=max).contains(&scan.partner.as_str()))
                    as &dyn Fn(&str, &str) -> bool,
            ),
            (FLOW, &|min, max| (min..=max).contains(&scan.flow.as_str())),
            (CODE, &|min, max| scan.wanted.between(min, max)),
        ] {
            if let Some(pages) = pages(metadata, number, column, rows, keep) {
                wanted = intersect(&wanted, &pages);
            }
        }
        let only = |asked: &str, column| {
            pages(metadata, number, column, rows, &|min, max| min == asked && max == asked)
                .unwrap_or_default()
        };
        let alike = intersect(&only(scan.partner.as_str(), PARTNER), &only(scan.flow.as_str(), FLOW));
        for range in wanted {
            let mut at = range.start;
            for inside in intersect(std::slice::from_ref(&range), &alike) {
                ranges.push((at + start..inside.start + start, false));
                ranges.push((inside.start + start..inside.end + start, true));
                at = inside.end;
            }
            ranges.push((at + start..range.end + start, false));
        }
        start += rows;
    }
    ranges.retain(|(range, _)| !range.is_empty());
    ranges
}

fn pages(
    metadata: &ParquetMetaData,
    group: usize,
    column: usize,
    rows: usize,
    keep: &dyn Fn(&str, &str) -> bool,
) -> Option<Vec<Range<usize>>> {
    let index = metadata.column_index()?.get(group)?.get(column)?;
    let ColumnIndexMetaData::BYTE_ARRAY(index) = index else { return None };
    let locations = metadata.offset_index()?.get(group)?.get(column)?.page_locations();
    let mut out: Vec<Range<usize>> = Vec::new();
    for (number, location) in locations.iter().enumerate() {
        let from = usize::try_from(location.first_row_index).ok()?;
        let to = match locations.get(number + 1) {
            Some(next) => usize::try_from(next.first_row_index).ok()?,
            None => rows,
        };
        let text = |bytes: Option<&[u8]>| bytes.and_then(|b| String::from_utf8(b.to_vec()).ok());
        let wanted = match (text(index.min_value(number)), text(index.max_value(number))) {
            (Some(min), Some(max)) => keep(&min, &max),
            _ => true,
        };
        if wanted {
            match out.last_mut() {
                Some(last) if last.end == from => last.end = to,
                _ => out.push(from..to),
            }
        }
    }
    Some(out)
}

fn intersect(a: &[Range<usize>], b: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    for x in a {
        out.extend(b.iter().map(|y| x.start.max(y.start)..x.end.min(y.end)).filter(|r| !r.is_empty()));
    }
    out
}

fn halves(ranges: Vec<(Range<usize>, bool)>, middle: usize) -> Vec<Vec<(Range<usize>, bool)>> {
    let (mut left, mut right, mut seen) = (Vec::new(), Vec::new(), 0);
    for (range, alike) in ranges {
        let room = middle.saturating_sub(seen);
        seen += range.len();
        let cut = range.start + room.min(range.len());
        if cut > range.start {
            left.push((range.start..cut, alike));
        }
        if cut < range.end {
            right.push((cut..range.end, alike));
        }
    }
    vec![left, right]
}

fn append(rows: &mut Rows, more: Rows) {
    let shift = rows.periods.len();
    let mut codes = more.codes.into_iter();
    let mut starts = more.starts.into_iter();
    if rows.codes.last().is_some() && rows.codes.last() == codes.as_slice().first() {
        codes.next();
        starts.next();
    }
    rows.codes.extend(codes);
    rows.starts.extend(starts.map(|s| s + shift));
    rows.periods.extend(more.periods);
    rows.values.extend(more.values);
    rows.flags.extend(more.flags);
}

fn column<'a, T: 'static>(batch: &'a RecordBatch, name: &str) -> Result<&'a T> {
    batch
        .column_by_name(name)
        .and_then(|c| c.as_any().downcast_ref::<T>())
        .ok_or_else(|| ParquetError::General(format!("its column `{name}` is not as it should be")))
}

/// One row of a file, all of it.
pub(crate) struct WholeRow<'a> {
    pub partner: &'a str,
    pub flow: &'a str,
    pub code: &'a str,
    pub period: i32,
    pub value: Option<i64>,
    pub quantity: Option<(i64, &'a str)>,
    pub preliminary: bool,
}

/// Reads every row of a file, in order.
pub(crate) fn each_row(bytes: &Bytes, mut each: impl FnMut(&WholeRow<'_>)) -> Result<()> {
    let metadata = ArrowReaderMetadata::load(bytes, ArrowReaderOptions::new())?;
    check_schema(&metadata)?;
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(bytes.clone(), metadata)
        .with_batch_size(BATCH)
        .build()?;
    for batch in reader {
        let batch = batch?;
        let names = |name| column::<Names>(&batch, name);
        let (partners, flows, codes, units) =
            (names("partner")?, names("flow")?, names("code")?, names("unit")?);
        let periods = column::<Int32Array>(&batch, "period")?.values();
        let values = column::<Int64Array>(&batch, "value")?;
        let quantities = column::<Int64Array>(&batch, "quantity")?;
        let preliminary = column::<BooleanArray>(&batch, "preliminary")?;
        let texts = [strings(partners)?, strings(flows)?, strings(codes)?, strings(units)?];
        let text = |which: usize, names: &Names, row: usize| -> &str {
            let key = names.keys().values().get(row).and_then(|k| usize::try_from(*k).ok());
            match (texts.get(which), key) {
                (Some(texts), Some(key)) if key < texts.len() => texts.value(key),
                _ => "",
            }
        };
        for row in 0..batch.num_rows() {
            let unit = (quantities.is_valid(row) && units.is_valid(row)).then(|| text(3, units, row));
            each(&WholeRow {
                partner: text(0, partners, row),
                flow: text(1, flows, row),
                code: text(2, codes, row),
                period: periods.get(row).copied().unwrap_or(0),
                value: values.is_valid(row).then(|| values.value(row)),
                quantity: unit.map(|unit| (quantities.value(row), unit)),
                preliminary: preliminary.value(row),
            });
        }
    }
    Ok(())
}

type Names = DictionaryArray<Int32Type>;

/// What a test says of each entry of a dictionary.
fn entries(names: &Names, test: impl Fn(&str) -> bool) -> Result<Vec<bool>> {
    let values = strings(names)?;
    Ok(values.iter().map(|v| v.is_some_and(&test)).collect())
}

fn strings(names: &Names) -> Result<&StringArray> {
    names
        .values()
        .as_any()
        .downcast_ref::<StringArray>()
        .ok_or_else(|| ParquetError::General("a dictionary holds no text".to_owned()))
}

/// Rows without any partner or flow in a batch that is `alike` are all of those that are asked for.
fn decode(
    reader: ParquetRecordBatchReader,
    scan: &Scan<'_>,
    alike: bool,
    decoded: &mut Decoded,
) -> Result<()> {
    let money = matches!(scan.dimension, Dimension::Money(_));
    let lengths = scan.wanted.lengths();
    for batch in reader {
        let batch = batch?;
        let codes = column::<Names>(&batch, "code")?;
        let periods = column::<Int32Array>(&batch, "period")?.values();
        let values = column::<Int64Array>(&batch, "value")?;
        let preliminary = column::<BooleanArray>(&batch, "preliminary")?;
        let of_whom = if alike {
            None
        } else {
            let partners = column::<Names>(&batch, "partner")?;
            let flows = column::<Names>(&batch, "flow")?;
            let partner_is = entries(partners, |p| p == scan.partner.as_str())?;
            let flow_is = entries(flows, |f| f == scan.flow.as_str())?;
            Some((partners.keys().values(), flows.keys().values(), partner_is, flow_is))
        };
        let names = strings(codes)?;
        let quantity = if money {
            None
        } else {
            let units = column::<Names>(&batch, "unit")?;
            let unit = scan.dimension.base_unit();
            Some((column::<Int64Array>(&batch, "quantity")?, units.keys(), entries(units, |u| u == unit)?))
        };
        let says = |table: &[bool], key: i32| {
            usize::try_from(key).ok().and_then(|k| table.get(k)).copied().unwrap_or(false)
        };
        let code_keys = codes.keys().values();
        let plain = money && values.null_count() == 0;
        let mut row = 0;
        while let Some(code) = code_keys.get(row) {
            // Rows of one code with one partner lie together.
            let same_code = rest(code_keys, row).iter().take_while(|c| *c == code).count();
            let length = match &of_whom {
                None => same_code,
                Some((partners, flows, ..)) => rest(partners, row)
                    .iter()
                    .zip(rest(flows, row))
                    .take(same_code)
                    .take_while(|(p, f)| Some(*p) == partners.get(row) && Some(*f) == flows.get(row))
                    .count(),
            };
            let run = row..row + length;
            let asked = of_whom.as_ref().is_none_or(|(partners, flows, partner_is, flow_is)| {
                let is = |table: &[bool], keys: &[i32]| keys.get(row).is_some_and(|key| says(table, *key));
                is(partner_is, partners) && is(flow_is, flows)
            });
            row = run.end;
            let name =
                usize::try_from(*code).ok().filter(|k| *k < names.len()).map_or("", |k| names.value(k));
            if !asked || !scan.wanted.code(name, &lengths) {
                continue;
            }
            if plain {
                let set = preliminary.values().slice(run.start, length).count_set_bits();
                if set == 0 || set == length {
                    let rows = if set == 0 { &mut decoded.finals } else { &mut decoded.preliminary };
                    extend(rows, name, periods.get(run.clone()), values.values().get(run));
                    continue;
                }
            }
            for at in run {
                let value = values.is_valid(at).then(|| values.value(at));
                let (value, flags) = match &quantity {
                    None => match value {
                        Some(value) => (value, 0),
                        None => (0, NO_FIGURE | LACKING),
                    },
                    Some((quantities, keys, unit_is)) => {
                        let published = quantities.is_valid(at);
                        if published && keys.is_valid(at) && says(unit_is, keys.value(at)) {
                            (quantities.value(at), 0)
                        } else if value == Some(0) && !(published && quantities.value(at) != 0) {
                            (0, 0)
                        } else {
                            (0, if value.is_none() && !published { NO_FIGURE | LACKING } else { LACKING })
                        }
                    }
                };
                let period = periods.get(at).copied().unwrap_or(0);
                let rows = if preliminary.value(at) { &mut decoded.preliminary } else { &mut decoded.finals };
                rows.push(name, Figure { period, value, flags });
            }
        }
    }
    Ok(())
}

fn rest(keys: &[i32], from: usize) -> &[i32] {
    keys.get(from..).unwrap_or_default()
}

fn extend(rows: &mut Rows, code: &str, periods: Option<&[i32]>, values: Option<&[i64]>) {
    let (Some(periods), Some(values)) = (periods, values) else { return };
    if rows.codes.last().is_none_or(|last| last != code) {
        rows.codes.push(code.to_owned());
        rows.starts.push(rows.periods.len());
    }
    rows.periods.extend_from_slice(periods);
    rows.values.extend_from_slice(values);
    rows.flags.resize(rows.periods.len(), 0);
}
