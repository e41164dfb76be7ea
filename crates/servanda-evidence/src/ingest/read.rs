//! Rows of a CSV file, read by its description.

use super::amounts::RowFigure;
use super::choose_rows::{Choice, Chooser};
use super::code::{bad_code, slug};
use super::header::{choose, no_description};
use super::input::{Snapshot, table_error};
use super::totals::{Sums, TotalsSaid};
use crate::describe::{CodeFrom, Duplicates, FileDescription, FinalityFrom, PartnerFrom, PeriodFrom};
use crate::describe_raw::read_period;
use crate::error::{IngestError, Place, did_you_mean};
use crate::manifest::Counts;
use crate::number::Decimal;
use crate::source_file::SourceFile;
use servanda_core::{Dimension, Party, Stage};
use servanda_files::csv::Record;
use servanda_tables::{Dialect, Table as Opened};
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};

/// One figure of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    pub partner: Party,
    pub flow: Stage,
    pub code: u32,
    pub period: i32,
    /// Whether it is one figure of several sub-periods, of which `period` is the last, as its label says.
    pub joint: bool,
    pub value: Option<i64>,
    pub quantity: Option<(i64, Dimension)>,
    pub preliminary: bool,
    /// Whether its release is preliminary in its last period only; settled once that is known.
    pub maybe_preliminary: bool,
    /// Whether it stands for a row that `where` left out and whose figure is not known.
    pub left_out: bool,
    /// A hash of what the whole record says where equal ones matter, 0 elsewhere.
    pub record: u64,
    pub line: u64,
}

impl Row {
    /// Whether it has a figure at all.
    pub fn has_figure(&self) -> bool {
        self.value.is_some() || self.quantity.is_some()
    }
}

/// Figures that one file may have: they are kept in memory, some hundred bytes each, until all are read.
const MOST_FIGURES: u64 = 50_000_000;

/// A publication as a column of a file says it: its text and what tells it from another of the same instant.
pub(crate) type Release = (String, String);

/// A file as it was read.
pub(crate) struct Table {
    /// What each description of its header makes of it, in the order of the source file.
    pub parts: Vec<Part>,
    pub counts: Counts,
    pub byte_order_mark: bool,
    /// Whether its last byte ends a line.
    pub ends_a_line: bool,
    /// The line on which its last row begins.
    pub last_line: u64,
    /// What the file says of itself, and what was passed over.
    pub remarks: Vec<String>,
    /// What came of holding totals against their parts.
    pub totals: Vec<TotalsSaid>,
    /// Other parts of the file that are described and of which none was read, with what kept it: sheets, tables, members.
    pub not_read: Vec<(String, String)>,
}

/// The rows that one description reads.
pub(crate) struct Part {
    pub description: usize,
    pub codes: Vec<String>,
    /// Rows by release, in the order of the file; the release is empty in a file of one vintage.
    pub releases: Vec<(Release, u64, Vec<Row>)>,
    pub said: Said,
}

/// What was done with rows and figures that is not plain, for the report.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// Rows that `where` left out by a value of which nothing is declared, by column and value, and the first line.
    pub undeclared: BTreeMap<(String, String), (u64, u64)>,
    /// Rows that `where` left out as marked.
    pub marked: u64,
    /// Rows that `where` left out by an undeclared value, and that cannot be a figure of the description.
    pub no_cells: u64,
    /// Quantities of 0 beside a value that is not 0, and the first line.
    pub zero_quantities: (u64, u64),
    /// Values of 0 beside a quantity that is not 0, and the first line.
    pub zero_values: (u64, u64),
    /// Figures flagged as revised.
    pub revised: u64,
    /// Figures that a flag or a text of `none` says are not known.
    pub unknown: u64,
}

/// Different values that are named in a note.
const MOST_VALUES: usize = 20;

/// The columns of a header by their places.
pub(super) struct Columns<'a> {
    file: &'a str,
    header: Vec<String>,
    places: HashMap<String, usize>,
}

impl Columns<'_> {
    pub(super) fn of(&self, name: &str) -> usize {
        self.places.get(name).copied().unwrap_or(usize::MAX)
    }

    pub(super) fn fault(
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

/// Reads a file by every description that fits it. Those that look for the same table read it together.
pub(crate) fn read(source: &SourceFile, snapshot: &Snapshot) -> Result<Table, IngestError> {
    let mut dialects: Vec<(&Dialect, Vec<usize>)> = Vec::new();
    for (number, file) in source.files.iter().enumerate() {
        match dialects.iter_mut().find(|(dialect, _)| **dialect == file.dialect) {
            Some((_, numbers)) => numbers.push(number),
            None => dialects.push((&file.dialect, vec![number])),
        }
    }
    let mut whole: Option<Table> = None;
    let (mut read, mut passed) = (Vec::new(), Vec::new());
    // Why no description fits: that a table was found and its header is another one says more than that none was found.
    let (mut unopened, mut unfitting) = (None, None);
    for (dialect, numbers) in dialects {
        let opened = match snapshot.open(dialect) {
            Ok(opened) => opened,
            Err(error) => {
                passed.push((dialect, error.to_string()));
                unopened.get_or_insert(error);
                continue;
            }
        };
        let name = opened
            .about
            .as_ref()
            .map_or_else(|| snapshot.name.clone(), |a| format!("{}, {a}", snapshot.name));
        let descriptions = match choose(source, &numbers, &name, &opened.header) {
            Ok(descriptions) => descriptions,
            Err(error) => {
                passed.push((dialect, error.to_string()));
                unfitting.get_or_insert(error);
                continue;
            }
        };
        read.push(dialect);
        let one = read_table(source, &name, opened, descriptions)?;
        whole = Some(match whole {
            None => one,
            Some(before) => before.and(one),
        });
    }
    let Some(mut whole) = whole else {
        return Err(unfitting.or(unopened).unwrap_or_else(|| no_description(source, &snapshot.name)));
    };
    let part = |d: &Dialect| (d.form, d.member.clone(), d.sheet.clone(), d.table, d.path.clone());
    for (dialect, why) in passed {
        // Of another form is another kind of file, and one part may have had several headers over the years.
        let (form, member, sheet, table, path) = part(dialect);
        let name = sheet.or(path).or(member).or(table.map(|t| t.to_string()));
        let other = read.iter().any(|r| r.form == form) && read.iter().all(|r| part(r) != part(dialect));
        if let Some(name) = name.filter(|_| other) {
            whole.not_read.push((name, why));
        }
    }
    let marked: u64 = whole.parts.iter().map(|p| p.said.marked).sum();
    if whole.counts.kept + whole.counts.empty + marked == 0 {
        let files = whole.parts.iter().filter_map(|p| source.files.get(p.description));
        let names: Vec<String> = files.map(|f| format!("`{}`", f.name)).collect();
        return Err(IngestError::Input {
            place: Place::file(&snapshot.name),
            problem: format!(
                "none of its {} rows is kept: {} are left out by `where`, {} are of other partners",
                whole.counts.read, whole.counts.filtered, whole.counts.other_partners
            ),
            remedy: format!("check the file, and {} in {}", names.join(" and "), source.file_name),
        });
    }
    Ok(whole)
}

impl Table {
    /// This one and another of the same file.
    fn and(mut self, other: Self) -> Self {
        self.parts.extend(other.parts);
        let Counts { read, kept, filtered, other_partners, empty, joined, left_out_unknown } = other.counts;
        self.counts.read += read;
        self.counts.kept += kept;
        self.counts.filtered += filtered;
        self.counts.other_partners += other_partners;
        self.counts.empty += empty;
        self.counts.joined += joined;
        self.counts.left_out_unknown += left_out_unknown;
        self.byte_order_mark |= other.byte_order_mark;
        if self.ends_a_line {
            (self.ends_a_line, self.last_line) = (other.ends_a_line, other.last_line);
        }
        for remark in other.remarks {
            if !self.remarks.contains(&remark) {
                self.remarks.push(remark);
            }
        }
        self.totals.extend(other.totals);
        self
    }
}

fn read_table(
    source: &SourceFile,
    name: &str,
    mut table: Opened,
    descriptions: Vec<usize>,
) -> Result<Table, IngestError> {
    let files: Vec<&FileDescription> = descriptions.iter().filter_map(|d| source.files.get(*d)).collect();
    let header = table.header.clone();
    let places = header.iter().enumerate().map(|(i, n)| (n.clone(), i)).collect();
    let columns = Columns { file: name, header, places };
    let mut readers: Vec<Rows<'_>> = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let others = files.iter().enumerate().filter(move |(n, _)| *n != number).map(|(_, f)| *f);
        readers.push(Rows::new(source, file, Chooser::new(file, others, |c| columns.of(c)), &columns));
    }
    let strict = files.iter().any(|f| f.filter.iter().any(|f| f.strict));
    let mut sums = Sums::new(&files, &columns).map_err(|column| IngestError::Input {
        place: Place::file(name),
        problem: format!("totals are told by its column `{column}`, and it has none of that name"),
        remedy: format!("name one of its columns under `totals` in {}", source.file_name),
    })?;
    let mut counts = Counts::default();
    let mut choices = vec![Choice::Take; readers.len()];
    let (mut last_line, mut ends_a_line) = (1, true);
    let mut record = Record::default();
    while table.next(&mut record).map_err(|e| table_error(name, e))? {
        let line = record.line();
        (last_line, ends_a_line) = (line, table.ends_a_line());
        counts.read += 1;
        if sums.takes(&record) {
            counts.filtered += 1;
            continue;
        }
        for (reader, choice) in readers.iter().zip(&mut choices) {
            *choice = reader.chooser.of(&record);
        }
        if strict && let Some((column, value)) = undeclared(&readers, &record) {
            return Err(columns.fault(
                line,
                column,
                format!("`{value}` is no flow that is declared"),
                format!("say in {} which flow it is, or list it under `skip` of `flow`", source.file_name),
            ));
        }
        let taken = choices.contains(&Choice::Take);
        let mut of_other_partners = 0;
        for (reader, choice) in readers.iter_mut().zip(&choices) {
            let done = match choice {
                Choice::Take => reader.add(line, &record, &mut counts).map(|own| {
                    of_other_partners += usize::from(!own);
                }),
                Choice::Marked { filter, declared } if *declared || !taken => {
                    reader.add_marked(line, &record, *filter, *declared)
                }
                Choice::Marked { .. } | Choice::OtherSeries => Ok(()),
            };
            done.map_err(|e| where_it_stands(e, &table))?;
        }
        counts.filtered += u64::from(!taken);
        let takers = choices.iter().filter(|c| **c == Choice::Take).count();
        counts.other_partners += u64::from(taken && of_other_partners == takers);
    }
    if counts.read == 0 {
        return Err(IngestError::Input {
            place: Place::line(name, 1),
            problem: "there is a header and nothing below it".to_owned(),
            remedy: "download it again".to_owned(),
        });
    }
    let totals = sums.finish(name)?;
    let remarks = table.remarks();
    let byte_order_mark = table.byte_order_mark;
    let parts = descriptions
        .into_iter()
        .zip(readers)
        .map(|(description, r)| Part { description, codes: r.codes, releases: r.releases, said: r.said })
        .collect();
    let not_read = Vec::new();
    Ok(Table { parts, counts, byte_order_mark, ends_a_line, last_line, remarks, totals, not_read })
}

/// A value of a column of flows that no description knows.
fn undeclared<'r>(readers: &[Rows<'_>], record: &'r Record) -> Option<(usize, &'r str)> {
    let mut found = readers.iter().map(|r| r.chooser.undeclared(record));
    found.next().flatten().filter(|_| found.all(|f| f.is_some()))
}

/// An error with the column of the file in which its cell stands, where the row is made of part of one of the file.
fn where_it_stands(error: IngestError, table: &Opened) -> IngestError {
    match error {
        IngestError::Input { place: Place { file, line, column: Some((number, name)) }, problem, remedy } => {
            let column = table.origin(number - 1).map_or((number, name), |(place, name)| (place + 1, name));
            IngestError::Input { place: Place { file, line, column: Some(column) }, problem, remedy }
        }
        other => other,
    }
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

pub(super) struct Rows<'a> {
    pub(super) source: &'a SourceFile,
    pub(super) file: &'a FileDescription,
    pub(super) columns: &'a Columns<'a>,
    chooser: Chooser<'a>,
    codes: Vec<String>,
    numbers: HashMap<String, u32>,
    /// The sub-period of each text, and whether it is the last of a joint figure.
    periods: HashMap<String, (i32, bool)>,
    releases: Vec<(Release, u64, Vec<Row>)>,
    release_numbers: BTreeMap<Release, usize>,
    last_release: usize,
    pub(super) said: Said,
}

/// Which figure a row is of.
struct CellAt {
    partner: Party,
    code: u32,
    period: i32,
    joint: bool,
    preliminary: bool,
    maybe_preliminary: bool,
    release: usize,
}

impl<'a> Rows<'a> {
    fn new(
        source: &'a SourceFile,
        file: &'a FileDescription,
        chooser: Chooser<'a>,
        columns: &'a Columns<'a>,
    ) -> Self {
        Self {
            source,
            file,
            columns,
            chooser,
            codes: Vec::new(),
            numbers: HashMap::new(),
            periods: HashMap::new(),
            releases: Vec::new(),
            release_numbers: BTreeMap::new(),
            last_release: 0,
            said: Said::default(),
        }
    }

    /// Which figure a row is of; none if it is of a partner that is left out.
    fn cell(&mut self, line: u64, record: &Record) -> Result<Option<CellAt>, IngestError> {
        let Some(partner) = self.partner(line, record)? else { return Ok(None) };
        let (period, joint) = self.period(line, record)?;
        let code = self.code(line, record)?;
        let (preliminary, maybe_preliminary) = self.finality(line, record)?;
        let release = self.release(line, record)?;
        Ok(Some(CellAt { partner, code, period, joint, preliminary, maybe_preliminary, release }))
    }

    /// Takes a row; false if it is of a partner that is left out.
    fn add(&mut self, line: u64, record: &Record, counts: &mut Counts) -> Result<bool, IngestError> {
        let Some(at) = self.cell(line, record)? else { return Ok(false) };
        let figures = self.figures(line, record)?;
        let hash = if self.file.duplicates == Duplicates::Sum { self.said_by(record, &figures) } else { 0 };
        for figure in figures {
            counts.kept += u64::from(figure.present);
            counts.empty += u64::from(!figure.present);
            if counts.kept + counts.empty > MOST_FIGURES {
                return Err(too_many(self.columns.file, line, self.source));
            }
            let row = Row {
                partner: at.partner,
                flow: figure.flow,
                code: at.code,
                period: at.period,
                joint: at.joint,
                value: figure.value,
                quantity: figure.quantity,
                preliminary: at.preliminary || figure.preliminary,
                maybe_preliminary: at.maybe_preliminary && !figure.preliminary,
                left_out: false,
                record: hash,
                line,
            };
            self.push(at.release, row);
        }
        Ok(true)
    }

    /// A hash of what a row says, the same however its figures and spaces are written: `55` and `55.0` are one figure.
    fn said_by(&self, record: &Record, figures: &[RowFigure]) -> u64 {
        let amounts = self.file.values.iter().chain(&self.file.quantities);
        let read: Vec<usize> = amounts.map(|a| self.columns.of(&a.column)).collect();
        let mut hasher = DefaultHasher::new();
        for figure in figures {
            (figure.flow, figure.value, figure.quantity).hash(&mut hasher);
        }
        for (_, field) in record.iter().enumerate().filter(|(place, _)| !read.contains(place)) {
            let text = field.trim();
            match text.contains('.') && Decimal::parse(text).is_ok() {
                true => text.trim_end_matches('0').trim_end_matches('.').hash(&mut hasher),
                false => text.hash(&mut hasher),
            }
        }
        hasher.finish()
    }

    /// Keeps in mind that a figure is not known, since `where` leaves its row out. A row that is left out by a value of
    /// which nothing is declared need not be a figure of this description at all.
    fn add_marked(
        &mut self,
        line: u64,
        record: &Record,
        filter: usize,
        declared: bool,
    ) -> Result<(), IngestError> {
        let at = match self.cell(line, record) {
            Ok(Some(at)) => at,
            Ok(None) => return Ok(()),
            Err(error) if declared => return Err(error),
            Err(_) => {
                self.said.no_cells += 1;
                return Ok(());
            }
        };
        if declared {
            self.said.marked += 1;
        } else {
            let column = self.chooser.column(filter);
            let value = self.text(record, self.columns.of(column));
            let key = (column.to_owned(), value.to_owned());
            let known = self.said.undeclared.len();
            match self.said.undeclared.get_mut(&key) {
                Some((rows, _)) => *rows += 1,
                None if known < MOST_VALUES => {
                    self.said.undeclared.insert(key, (1, line));
                }
                None => {
                    self.said
                        .undeclared
                        .entry((column.to_owned(), "...".to_owned()))
                        .or_insert((0, line))
                        .0 += 1;
                }
            }
        }
        let flows: std::collections::BTreeSet<Stage> = self.file.values.iter().map(|v| v.flow).collect();
        for flow in flows {
            let row = Row {
                partner: at.partner,
                flow,
                code: at.code,
                period: at.period,
                joint: at.joint,
                value: None,
                quantity: None,
                preliminary: at.preliminary,
                maybe_preliminary: at.maybe_preliminary,
                left_out: true,
                record: 0,
                line,
            };
            self.push(at.release, row);
        }
        Ok(())
    }

    fn push(&mut self, release: usize, row: Row) {
        if let Some((_, _, rows)) = self.releases.get_mut(release) {
            rows.push(row);
        }
    }

    /// A field as text.
    pub(super) fn text<'r>(&self, record: &'r Record, column: usize) -> &'r str {
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

    /// The sub-period of a row, and whether it is the last of a joint figure.
    fn period(&mut self, line: u64, record: &Record) -> Result<(i32, bool), IngestError> {
        match &self.file.period {
            PeriodFrom::Constant(ordinal) => Ok((*ordinal, false)),
            PeriodFrom::Column { column, compact, labels, .. } => {
                let place = self.columns.of(column);
                let field = record.get(place).unwrap_or_default();
                if let Some(known) = self.periods.get(field) {
                    return Ok(*known);
                }
                let found = match labels.get(field) {
                    Some((_, last)) => (*last, true),
                    None => {
                        let ordinal = read_period(field, self.source.source.frequency, *compact);
                        let ordinal = ordinal.map_err(|problem| {
                            let remedy = format!(
                                "correct it in a copy, or tell the publisher; one joint figure of several periods is declared \
                                 in {} under `labels` of the period",
                                self.source.file_name
                            );
                            self.columns.fault(line, place, problem, remedy)
                        })?;
                        (ordinal, false)
                    }
                };
                self.periods.insert(field.to_owned(), found);
                Ok(found)
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
        let bare: String;
        let text = if self.file.code_drop.is_empty() {
            text
        } else {
            bare = text.chars().filter(|c| !self.file.code_drop.contains(*c)).collect();
            &bare
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
}
