//! The beginning of a table that nothing describes yet.

use super::input::{self, Snapshot};
use crate::error::{IngestError, Place};

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
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(opened.text);
    let mut record = csv::StringRecord::new();
    let mut rows: Vec<Vec<String>> = Vec::new();
    while rows.len() <= SAMPLE_ROWS {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                opened.since_record.set(0);
                rows.push(record.iter().map(str::to_owned).collect());
            }
            Err(e) => {
                let line = rows.len() as u64 + 1;
                if let csv::ErrorKind::Io(e) = e.kind() {
                    return Err(input::read_error(&name, line, e));
                }
                return Err(IngestError::Input {
                    place: Place::line(&name, line),
                    problem: format!("it is not CSV in UTF-8: {e}"),
                    remedy: "save it as CSV with commas, in UTF-8".to_owned(),
                });
            }
        }
    }
    if rows.len() < 2 {
        return Err(IngestError::Input {
            place: Place::file(&name),
            problem: "there are no rows below a header".to_owned(),
            remedy: "name a table with a header".to_owned(),
        });
    }
    let header = rows.remove(0);
    Ok(Sample { name, header, rows })
}
