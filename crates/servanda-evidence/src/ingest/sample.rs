//! The beginning of a table that nothing describes yet.

use super::input::{self, Snapshot};
use crate::error::{IngestError, Place};
use servanda_files::csv::{Reader, Record};

/// The beginning of a table, for `guess`.
pub(crate) struct Sample {
    pub name: String,
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

const SAMPLE_ROWS: usize = 20_000;

/// Reads the beginning of a table without a description.
pub(crate) fn sample(input: &super::Input) -> Result<Sample, IngestError> {
    let snapshot = Snapshot::take(input)?;
    let opened = input::open(&snapshot)?;
    let name = snapshot.name.clone();
    let mut reader = Reader::new(opened.text);
    let wrong = |error| input::csv_error(&name, &[], error);
    let header = reader.header().map_err(wrong)?;
    let mut record = Record::default();
    let mut rows: Vec<Vec<String>> = Vec::new();
    while rows.len() < SAMPLE_ROWS && reader.read(&mut record).map_err(wrong)? {
        rows.push(record.iter().map(str::to_owned).collect());
    }
    let header: Vec<String> = header.map(|h| h.iter().map(str::to_owned).collect()).unwrap_or_default();
    if rows.is_empty() {
        return Err(IngestError::Input {
            place: Place::file(&name),
            problem: "there are no rows below a header".to_owned(),
            remedy: "name a table with a header".to_owned(),
        });
    }
    Ok(Sample { name, header, rows })
}
