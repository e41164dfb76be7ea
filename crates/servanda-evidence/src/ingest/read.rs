//! Rows of a CSV file, read by its description.

use super::code::{bad_code, slug};
use super::header::{choose, no_description};
use super::input::{self, Snapshot};
use crate::describe::{Amount, CodeFrom, FileDescription, FinalityFrom, PartnerFrom, PeriodFrom, UnitFrom};
use crate::describe_raw::read_period;
use crate::error::{IngestError, Place, did_you_mean};
use crate::manifest::Counts;
use crate::number::{Decimal, QUANTITY_SCALE};
use crate::source_file::SourceFile;
use servanda_core::{Dimension, Party, Stage};
use servanda_files::csv::{Reader, Record};
use std::collections::{BTreeMap, HashMap};

/// One figure of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    pub partner: Party,
    pub flow: Stage,
    pub code: u32,
    pub period: i32,
    pub value: Option<i64>,
    pub quantity: Option<(i64, Dimension)>,
    pub preliminary: bool,
    /// Whether its release is preliminary in its last period only; settled once that is known.
    pub maybe_preliminary: bool,
    pub line: u64,
}

/// Figures that one file may have: they are kept in memory, some hundred bytes each, until all are read.
const MOST_FIGURES: u64 = 50_000_000;

/// A publication as a column of a file says it: its text and what tells it from another of the same instant.
pub(crate) type Release = (String, String);

pub(crate) struct Table {
    pub description: usize,
    pub codes: Vec<String>,
    /// Rows by release, in the order of the file; the release is empty in a file of one vintage.
    pub releases: Vec<(Release, u64, Vec<Row>)>,
    pub counts: Counts,
    pub byte_order_mark: bool,
}

/// The columns of a description as places in a header.
struct Columns<'a> {
    file: &'a str,
    header: Vec<String>,
    places: HashMap<String, usize>,
}

impl Columns<'_> {
    fn of(&self, name: &str) -> usize {
        self.places.get(name).copied().unwrap_or(usize::MAX)
    }

    fn fault(
        &self,
        line: u64,
        column: usize,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> IngestError {
        let name = self.header.get(column).cloned().unwrap_or_default();
        IngestError::Input {
            place: Place { file: self.file.to_owned(), line: Some(line), column: Some((column + 1, name)) },
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }
}

pub(crate) fn read(source: &SourceFile, snapshot: &Snapshot) -> Result<Table, IngestError> {
    let opened = input::open(snapshot)?;
    let name = snapshot.name.as_str();
    let mut reader = Reader::new(opened.text);
    let Some(mut record) = reader.header().map_err(|e| input::csv_error(name, &[], e))? else {
        return Err(IngestError::Input {
            place: Place::file(name),
            problem: "the file is empty".to_owned(),
            remedy: "download it again".to_owned(),
        });
    };
    let header: Vec<String> = record.iter().map(str::to_owned).collect();
    let description = choose(source, name, &header)?;
    let Some(file) = source.files.get(description) else {
        return Err(no_description(source, name));
    };
    let places = header.iter().enumerate().map(|(i, n)| (n.clone(), i)).collect();
    let columns = Columns { file: name, header, places };
    let mut rows = Rows::new(source, file, &columns);
    let mut counts = Counts::default();
    while reader.read(&mut record).map_err(|e| input::csv_error(name, &columns.header, e))? {
        counts.read += 1;
        rows.add(record.line(), &record, &mut counts)?;
    }
    if counts.read == 0 {
        return Err(IngestError::Input {
            place: Place::line(name, 1),
            problem: "there is a header and nothing below it".to_owned(),
            remedy: "download it again".to_owned(),
        });
    }
    if rows.releases.iter().all(|r| r.2.is_empty()) {
        return Err(IngestError::Input {
            place: Place::file(name),
            problem: format!(
                "none of its {} rows is kept: {} are left out by `where`, {} are of other partners",
                counts.read, counts.filtered, counts.other_partners
            ),
            remedy: format!("check the file, and `{}` in {}", file.name, source.file_name),
        });
    }
    Ok(Table {
        description,
        codes: rows.codes,
        releases: rows.releases,
        counts,
        byte_order_mark: opened.byte_order_mark,
    })
}

fn too_many(file: &str, line: u64, source: &SourceFile) -> IngestError {
    IngestError::Input {
        place: Place::line(file, line),
        problem: format!("the file has more than {MOST_FIGURES} figures"),
        remedy: format!(
            "split it by flow or partner and ingest the parts, or leave rows out with `where` in {}",
            source.file_name
        ),
    }
}

struct Rows<'a> {
    source: &'a SourceFile,
    file: &'a FileDescription,
    columns: &'a Columns<'a>,
    codes: Vec<String>,
    numbers: HashMap<String, u32>,
    periods: HashMap<String, i32>,
    releases: Vec<(Release, u64, Vec<Row>)>,
    release_numbers: BTreeMap<Release, usize>,
    last_release: usize,
}

impl<'a> Rows<'a> {
    fn new(source: &'a SourceFile, file: &'a FileDescription, columns: &'a Columns<'a>) -> Self {
        Self {
            source,
            file,
            columns,
            codes: Vec::new(),
            numbers: HashMap::new(),
            periods: HashMap::new(),
            releases: Vec::new(),
            release_numbers: BTreeMap::new(),
            last_release: 0,
        }
    }

    fn add(&mut self, line: u64, record: &Record, counts: &mut Counts) -> Result<(), IngestError> {
        for (column, wanted) in &self.file.filter {
            let text = self.text(record, self.columns.of(column));
            if !wanted.iter().any(|w| w == text) {
                counts.filtered += 1;
                return Ok(());
            }
        }
        let Some(partner) = self.partner(line, record)? else {
            counts.other_partners += 1;
            return Ok(());
        };
        let period = self.period(line, record)?;
        let code = self.code(line, record)?;
        let (preliminary, maybe_preliminary) = self.finality(line, record)?;
        let release = self.release(line, record)?;
        let mut quantities = Vec::new();
        for amount in &self.file.quantities {
            quantities.push((amount.flow, self.amount(line, record, amount)?));
        }
        for amount in &self.file.values {
            let figure = self.amount(line, record, amount)?;
            let beside =
                quantities.iter().find(|(flow, q)| *flow == amount.flow && q.is_some()).and_then(|(_, q)| *q);
            let (value, quantity) = match figure {
                Some((value, Dimension::Money(_))) => (Some(value), beside),
                Some(quantity) => (None, Some(quantity)),
                None => (None, beside),
            };
            counts.kept += u64::from(figure.is_some());
            counts.empty += u64::from(figure.is_none());
            if counts.kept + counts.empty > MOST_FIGURES {
                return Err(too_many(self.columns.file, line, self.source));
            }
            let row = Row {
                partner,
                flow: amount.flow,
                code,
                period,
                value,
                quantity,
                preliminary,
                maybe_preliminary,
                line,
            };
            if let Some((_, _, rows)) = self.releases.get_mut(release) {
                rows.push(row);
            }
        }
        Ok(())
    }

    /// A field as text.
    fn text<'r>(&self, record: &'r Record, column: usize) -> &'r str {
        record.get(column).unwrap_or_default()
    }

    fn partner(&self, line: u64, record: &Record) -> Result<Option<Party>, IngestError> {
        match &self.file.partner {
            PartnerFrom::Constant(party) => Ok(Some(*party)),
            PartnerFrom::Column { column, map, skip_others } => {
                let place = self.columns.of(column);
                let text = self.text(record, place);
                match map.get(text) {
                    Some(party) => Ok(Some(*party)),
                    None if *skip_others => Ok(None),
                    None => Err(self.columns.fault(
                        line,
                        place,
                        format!("the partner `{text}` is not mapped"),
                        format!(
                            "add it to the map in {}, or declare others = \"skip\"",
                            self.source.file_name
                        ),
                    )),
                }
            }
        }
    }

    fn period(&mut self, line: u64, record: &Record) -> Result<i32, IngestError> {
        match &self.file.period {
            PeriodFrom::Constant(ordinal) => Ok(*ordinal),
            PeriodFrom::Column { column, compact, .. } => {
                let place = self.columns.of(column);
                let field = record.get(place).unwrap_or_default();
                if let Some(ordinal) = self.periods.get(field) {
                    return Ok(*ordinal);
                }
                let ordinal = read_period(self.text(record, place), self.source.source.frequency, *compact)
                    .map_err(|problem| {
                    self.columns.fault(line, place, problem, "correct it in a copy, or tell the publisher")
                })?;
                self.periods.insert(field.to_owned(), ordinal);
                Ok(ordinal)
            }
        }
    }

    fn code(&mut self, line: u64, record: &Record) -> Result<u32, IngestError> {
        let joined;
        let (text, place) = match &self.file.code {
            CodeFrom::Constant(code) => (code.as_str(), None),
            CodeFrom::Column(column) => {
                let place = self.columns.of(column);
                (self.text(record, place), Some(place))
            }
            CodeFrom::LongestOf(names) => {
                let mut best = ("", self.columns.of(names.first().map_or("", String::as_str)));
                for name in names {
                    let place = self.columns.of(name);
                    let text = self.text(record, place);
                    if text.len() > best.0.len() {
                        best = (text, place);
                    }
                }
                for name in names {
                    let place = self.columns.of(name);
                    let text = self.text(record, place);
                    if !best.0.starts_with(text) {
                        return Err(self.columns.fault(
                            line,
                            place,
                            format!("`{text}` is not the beginning of `{}`", best.0),
                            "the columns of one row must be the same code at different lengths",
                        ));
                    }
                }
                (best.0, Some(best.1))
            }
            CodeFrom::Join(names) => {
                let mut parts = Vec::new();
                for name in names {
                    let place = self.columns.of(name);
                    let slug = slug(self.text(record, place));
                    if slug.is_empty() {
                        return Err(self.columns.fault(
                            line,
                            place,
                            "a part of the name is empty",
                            "fill it in, or filter such rows with `where`",
                        ));
                    }
                    parts.push(slug);
                }
                joined = parts.join(".");
                (joined.as_str(), None)
            }
        };
        if let Some(number) = self.numbers.get(text) {
            return Ok(*number);
        }
        if let Some((problem, remedy)) = bad_code(text, &self.file.pattern) {
            return Err(match place {
                Some(place) => self.columns.fault(line, place, problem, remedy),
                None => IngestError::Input { place: Place::line(self.columns.file, line), problem, remedy },
            });
        }
        let number = u32::try_from(self.codes.len()).unwrap_or(u32::MAX);
        self.codes.push(text.to_owned());
        self.numbers.insert(text.to_owned(), number);
        Ok(number)
    }

    fn finality(&self, line: u64, record: &Record) -> Result<(bool, bool), IngestError> {
        let Some(FinalityFrom { column, finals, preliminary, last_period_only }) = &self.file.finality else {
            return Ok((false, false));
        };
        let place = self.columns.of(column);
        let text = self.text(record, place);
        if finals.contains(text) {
            Ok((false, false))
        } else if preliminary.contains(text) {
            Ok((!last_period_only, *last_period_only))
        } else {
            let hint = did_you_mean(text, finals.iter().chain(preliminary).map(String::as_str));
            Err(self.columns.fault(
                line,
                place,
                format!("`{text}` is neither final nor preliminary{hint}"),
                format!("say in {} which of the two it means", self.source.file_name),
            ))
        }
    }

    fn release(&mut self, line: u64, record: &Record) -> Result<usize, IngestError> {
        let (text, order) = match &self.file.vintage {
            None => ("", ""),
            Some(vintage) => {
                let place = self.columns.of(&vintage.column);
                let text = self.text(record, place);
                if text.is_empty() {
                    return Err(self.columns.fault(
                        line,
                        place,
                        "it does not say when it was published",
                        "fill it in",
                    ));
                }
                (text, vintage.order_by.as_ref().map_or("", |c| self.text(record, self.columns.of(c))))
            }
        };
        if let Some(((t, o), _, _)) = self.releases.get(self.last_release)
            && t == text
            && o == order
        {
            return Ok(self.last_release);
        }
        let key = (text.to_owned(), order.to_owned());
        let number = match self.release_numbers.get(&key) {
            Some(number) => *number,
            None => {
                let number = self.releases.len();
                self.releases.push((key.clone(), line, Vec::new()));
                self.release_numbers.insert(key, number);
                number
            }
        };
        self.last_release = number;
        Ok(number)
    }

    fn amount(
        &self,
        line: u64,
        record: &Record,
        amount: &Amount,
    ) -> Result<Option<(i64, Dimension)>, IngestError> {
        let place = self.columns.of(&amount.column);
        let text = self.text(record, place);
        let measure = match &amount.unit {
            UnitFrom::Fixed(measure) => *measure,
            UnitFrom::Column { column, units, none } => {
                let place = self.columns.of(column);
                let unit = self.text(record, place);
                if none.contains(unit) {
                    return Ok(None);
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
                return Ok(None);
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
            QUANTITY_SCALE
        };
        let stored =
            Decimal::parse(text).and_then(|figure| measure.store(figure, scale)).map_err(|problem| {
                self.columns.fault(line, place, problem, "write digits with at most one point")
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
        Ok(Some((stored, measure.dimension)))
    }
}
