//! One reader of CSV, strict and with places.
//!
//! Fields stand between commas; a field that contains a comma, a quotation mark or a line break stands in quotation marks, and a
//! mark inside it is doubled. Lines end with `\n`, `\r\n`, or `\r` throughout. The first record names the columns, and every other
//! has as many fields. Lines with nothing on them are passed over; a byte order mark at the start is no part of the text.
//!
//! Whatever else stands there is a [`Fault`] with its line and field, never another reading.

mod fault;
mod guard;
mod record;
mod table;

pub use fault::{CsvError, Fault, FaultKind};
pub use guard::guard_formulas;
pub use record::Record;
pub use table::Table;

use std::collections::HashMap;
use std::io::{self, Read};

/// The longest record, in bytes.
pub const RECORD_LIMIT: u64 = 1 << 20;

/// Bytes that are asked for at once.
const CHUNK: usize = 1 << 16;

/// How the lines of a file end. It is settled by the first that ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineEnd {
    Unknown,
    /// `\n` or `\r\n`.
    Feed,
    /// `\r` alone.
    Return,
}

/// Where a quotation mark opened.
#[derive(Debug, Clone, Copy)]
struct Opened {
    line: u64,
    offset: u64,
}

enum State {
    /// Nothing of the field was read.
    Start,
    Plain,
    Quoted(Opened),
    /// After the quotation mark that ends a field.
    Closed(Opened),
}

/// Reads records one by one.
///
/// The first call is to [`Reader::header`]; each later one to [`Reader::read`].
pub struct Reader<R> {
    input: R,
    separator: u8,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
    /// Bytes of the file before `buffer[at]`.
    offset: u64,
    /// The line on which `buffer[at]` stands, from 1.
    line: u64,
    line_end: LineEnd,
    /// Whether the last record read had a line end.
    ended: bool,
    /// Whether an empty line stands before the last record read, and whether one was passed behind it.
    below_blank: bool,
    passed_blank: bool,
    done: bool,
    header: Record,
}

impl<R: Read> Reader<R> {
    /// A reader of bytes. Nothing is read yet.
    pub fn new(input: R) -> Self {
        Self::with_separator(input, b',')
    }

    /// A reader of a table whose fields stand between other bytes than commas: semicolons, tabs. Everything else is as in CSV.
    /// A separator is an ASCII byte that is no quotation mark and ends no line.
    pub fn with_separator(input: R, separator: u8) -> Self {
        Self {
            input,
            separator,
            buffer: vec![0; CHUNK],
            at: 0,
            end: 0,
            offset: 0,
            line: 1,
            line_end: LineEnd::Unknown,
            ended: false,
            below_blank: false,
            passed_blank: false,
            done: false,
            header: Record::default(),
        }
    }

    /// The first record, which names the columns; none if the file is empty.
    ///
    /// # Errors
    /// If it cannot be read, is not CSV, or names a column twice (but for the space around a name).
    pub fn header(&mut self) -> Result<Option<Record>, CsvError> {
        let mut record = Record::default();
        if !self.record(&mut record)? {
            return Ok(None);
        }
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for (number, name) in record.iter().map(str::trim).enumerate() {
            if let Some(first) = seen.insert(name, number)
                && !name.is_empty()
            {
                let kind = FaultKind::ColumnTwice { name: name.to_owned(), first: first + 1 };
                self.done = true;
                return Err(record.fault(number, kind).into());
            }
        }
        self.header = record.clone();
        Ok(Some(record))
    }

    /// Reads the next record into `record`; `false` if there is none.
    ///
    /// # Errors
    /// If it cannot be read, is not CSV, or does not have a field for each column. After a fault that
    /// [can be passed](Fault::can_be_passed) the next record may be asked for; after another there is none.
    pub fn read(&mut self, record: &mut Record) -> Result<bool, CsvError> {
        if !self.record(record)? {
            return Ok(false);
        }
        let (found, expected) = (record.len(), self.header.len());
        if found != expected {
            return Err(record.fault_of_all(FaultKind::Width { found, expected }).into());
        }
        if record.same_fields(&self.header) {
            return Err(record.fault_of_all(FaultKind::HeaderAgain).into());
        }
        if let Some((field, line)) = record.swallowed(self.separator) {
            return Err(record.fault(field, FaultKind::Swallowed { line }).into());
        }
        Ok(true)
    }

    /// Reads the next record into `record`, whatever its width and whether or not it names columns; `false` if there is none.
    /// What [`Self::header`] and [`Self::read`] look for beyond the form of a record is left to the caller.
    ///
    /// # Errors
    /// If it cannot be read, or is not CSV.
    pub fn any(&mut self, record: &mut Record) -> Result<bool, CsvError> {
        self.record(record)
    }

    /// Whether the last record that was read has a line end. A download that broke off has none.
    #[must_use]
    pub fn ended_with_line_end(&self) -> bool {
        self.ended
    }

    /// Whether an empty line stands before the last record that was read; where none was, whether one stands at the end.
    #[must_use]
    pub fn below_a_blank_line(&self) -> bool {
        self.below_blank
    }

    /// The line on which the next record begins, or on which reading stopped; from 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The next byte, without taking it.
    fn peek(&mut self) -> io::Result<Option<u8>> {
        while self.at == self.end {
            self.at = 0;
            self.end = 0;
            match self.input.read(&mut self.buffer) {
                Ok(0) => return Ok(None),
                Ok(n) => self.end = n.min(self.buffer.len()),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(self.buffer.get(self.at).copied())
    }

    fn take(&mut self, n: usize) {
        self.at += n;
        self.offset += n as u64;
    }

    /// Takes a line end, before which `peek` stands.
    fn take_line_end(&mut self) -> Result<(), CsvError> {
        let (line, offset) = (self.line, self.offset);
        let mut returns = 0;
        while self.look()? == Some(b'\r') {
            self.take(1);
            returns += 1;
        }
        let feed = self.look()? == Some(b'\n');
        let found = if feed { LineEnd::Feed } else { LineEnd::Return };
        if self.line_end != LineEnd::Unknown && self.line_end != found
            || feed && self.line_end == LineEnd::Return
        {
            self.done = true;
            let span = offset..self.offset.max(offset + 1);
            return Err(Fault { kind: FaultKind::OtherLineEnd, line, field: 0, span }.into());
        }
        self.line_end = found;
        if feed {
            self.take(1);
            self.line += 1;
        } else {
            self.line += returns;
            self.passed_blank |= returns > 1;
        }
        Ok(())
    }

    /// [`Self::peek`] with the line on which reading failed.
    fn look(&mut self) -> Result<Option<u8>, CsvError> {
        let line = self.line;
        self.peek().map_err(|error| {
            self.done = true;
            CsvError::Io { line, error }
        })
    }

    /// Reads one record, whatever its width.
    fn record(&mut self, record: &mut Record) -> Result<bool, CsvError> {
        if self.done {
            return Ok(false);
        }
        if self.offset == 0 {
            self.byte_order_mark()?;
        }
        self.below_blank = std::mem::take(&mut self.passed_blank);
        while let Some(b'\n' | b'\r') = self.look()? {
            self.take_line_end()?;
            self.below_blank = true;
        }
        if self.look()?.is_none() {
            self.done = true;
            return Ok(false);
        }
        let mut text = record.restart(self.line, self.offset);
        let read = self.fields(record, &mut text);
        let finished = record.finish(text, self.offset, self.line_end == LineEnd::Return);
        // A fault of the form comes first; it stands before what is wrong with the bytes.
        self.ended = match read {
            Ok(ended) => ended,
            Err(error) => {
                self.done = true;
                return Err(error);
            }
        };
        if let Err(fault) = finished {
            return Err(fault.into());
        }
        if self.ended {
            self.take_line_end()?;
        }
        Ok(true)
    }

    fn byte_order_mark(&mut self) -> Result<(), CsvError> {
        while self.end < 3 {
            let room = self.buffer.get_mut(self.end..).unwrap_or_default();
            match self.input.read(room) {
                Ok(0) => break,
                Ok(n) => self.end += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.done = true;
                    return Err(CsvError::Io { line: 1, error });
                }
            }
        }
        if self.buffer.get(self.at..self.end).is_some_and(|b| b.starts_with(b"\xef\xbb\xbf")) {
            self.take(3);
        }
        Ok(())
    }

    /// Reads the fields of one record, up to its line end; says whether it has one.
    fn fields(&mut self, record: &mut Record, text: &mut Vec<u8>) -> Result<bool, CsvError> {
        let mut state = State::Start;
        let separator = self.separator;
        record.begin_field(self.offset);
        loop {
            let Some(byte) = self.look()? else {
                if let State::Quoted(opened) = state {
                    return Err(self.fault_since(opened, record, FaultKind::OpenQuote));
                }
                record.end_field(text.len());
                return Ok(false);
            };
            if self.offset - record.offset() > RECORD_LIMIT {
                return Err(match state {
                    State::Quoted(opened) => {
                        self.fault_since(opened, record, FaultKind::TooLong { quoted: true })
                    }
                    _ => self.fault(record, FaultKind::TooLong { quoted: false }),
                });
            }
            match state {
                State::Start if byte == b'"' => {
                    state = State::Quoted(Opened { line: self.line, offset: self.offset });
                    self.take(1);
                }
                State::Start | State::Plain => {
                    let rest = self.buffer.get(self.at..self.end).unwrap_or_default();
                    let special = |b: &u8| *b == separator || matches!(*b, b'\n' | b'\r' | b'"' | 0);
                    let plain = rest.iter().position(special).unwrap_or(rest.len());
                    text.extend_from_slice(rest.get(..plain).unwrap_or_default());
                    let stop = rest.get(plain).copied();
                    self.take(plain);
                    state = State::Plain;
                    match stop {
                        None => {}
                        Some(b'"') => {
                            let kind = text.last().and_then(|b| other_separator(*b));
                            return Err(self.fault(record, kind.unwrap_or(FaultKind::BareQuote)));
                        }
                        Some(0) => return Err(self.fault(record, FaultKind::Nul)),
                        Some(end) => {
                            record.end_field(text.len());
                            if end != separator {
                                return Ok(true);
                            }
                            self.take(1);
                            record.begin_field(self.offset);
                            state = State::Start;
                        }
                    }
                }
                State::Quoted(opened) => {
                    let rest = self.buffer.get(self.at..self.end).unwrap_or_default();
                    let inside = rest.iter().position(|b| matches!(*b, b'"' | 0)).unwrap_or(rest.len());
                    let inner = rest.get(..inside).unwrap_or_default();
                    text.extend_from_slice(inner);
                    let counted = if self.line_end == LineEnd::Return { b'\r' } else { b'\n' };
                    self.line += inner.iter().filter(|b| **b == counted).count() as u64;
                    let stop = rest.get(inside).copied();
                    self.take(inside);
                    match stop {
                        None => {}
                        Some(0) => return Err(self.fault(record, FaultKind::Nul)),
                        Some(_) => {
                            self.take(1);
                            state = State::Closed(opened);
                        }
                    }
                }
                State::Closed(opened) => match byte {
                    b'"' => {
                        text.push(b'"');
                        self.take(1);
                        state = State::Quoted(opened);
                    }
                    _ if byte == separator => {
                        record.end_field(text.len());
                        self.take(1);
                        record.begin_field(self.offset);
                        state = State::Start;
                    }
                    b'\n' | b'\r' => {
                        record.end_field(text.len());
                        return Ok(true);
                    }
                    _ => {
                        let after = FaultKind::AfterQuote { opened_on: opened.line };
                        return Err(self.fault(record, other_separator(byte).unwrap_or(after)));
                    }
                },
            }
        }
    }

    /// A fault at the byte before which reading stands.
    fn fault(&self, record: &Record, kind: FaultKind) -> CsvError {
        Fault { kind, line: self.line, field: record.begun(), span: self.offset..self.offset + 1 }.into()
    }

    /// A fault from where a quotation mark opened.
    fn fault_since(&self, opened: Opened, record: &Record, kind: FaultKind) -> CsvError {
        Fault { kind, line: opened.line, field: record.begun(), span: opened.offset..opened.offset + 1 }
            .into()
    }
}

/// What stands between the fields of tables that are not CSV.
fn other_separator(byte: u8) -> Option<FaultKind> {
    let found = match byte {
        b';' => "semicolons",
        b'\t' => "tabs",
        b'|' => "vertical bars",
        b',' => "commas",
        _ => return None,
    };
    Some(FaultKind::OtherSeparator { found })
}
