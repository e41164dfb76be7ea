//! A folder of base data: its files read whole, told apart by hash, and every complaint with a file and a cell.

use crate::ModelError;
use crate::base::{BaseFiles, bytes_of};
use flate2::read::GzDecoder;
use npyz::Order;
use npyz::npz::NpzArchive;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Read};

/// No file of base data is read beyond this, in bytes once unpacked.
const MOST_BYTES: u64 = 1 << 30;

/// A folder of which some files have been read.
pub struct Folder<'a> {
    files: &'a dyn BaseFiles,
    read: BTreeMap<String, String>,
}

impl<'a> Folder<'a> {
    /// A folder. Nothing is read yet.
    #[must_use]
    pub fn new(files: &'a dyn BaseFiles) -> Self {
        Folder { files, read: BTreeMap::new() }
    }

    /// The SHA-256 over the names and SHA-256s of the files read so far, in order of their names.
    #[must_use]
    pub fn sha256(&self) -> String {
        let mut hasher = Sha256::new();
        for (name, sha256) in &self.read {
            hasher.update(format!("{sha256}  {name}\n"));
        }
        hex(&hasher.finalize())
    }

    /// The base's id and hash, for a certificate.
    #[must_use]
    pub fn facts(&self) -> Vec<(String, String)> {
        vec![("base".to_owned(), self.files.id()), ("base_sha256".to_owned(), self.sha256())]
    }

    /// Where a file stands, for messages.
    #[must_use]
    pub fn name(&self, file: &str) -> String {
        format!("{}/{file}", self.files.id())
    }

    /// An error about a file as a whole.
    pub fn refuse(&self, file: &str, problem: impl Into<String>) -> ModelError {
        ModelError::File { file: self.name(file), problem: problem.into() }
    }

    /// An error about a cell of a file.
    pub fn cell(&self, file: &str, place: impl Into<String>, problem: impl Into<String>) -> ModelError {
        self.refuse(file, format!("{}: {}", place.into(), problem.into()))
    }

    /// The bytes of a file; one whose name ends in `.gz` is unpacked.
    ///
    /// # Errors
    /// If it cannot be read or is too large.
    pub fn bytes(&mut self, file: &str) -> Result<Vec<u8>, ModelError> {
        let raw = bytes_of(self.files, file)?;
        self.read.insert(file.to_owned(), hex(&Sha256::digest(&raw)));
        if file.ends_with(".gz") {
            return limited(GzDecoder::new(raw.as_slice()), file)
                .map_err(|error| self.refuse(file, error.to_string()));
        }
        Ok(raw)
    }

    /// The rows of a CSV file with exactly these `columns`, each with its line.
    ///
    /// # Errors
    /// If the header is another or a row has more or fewer cells.
    pub fn rows<const N: usize>(
        &mut self,
        file: &str,
        columns: [&str; N],
    ) -> Result<Vec<(u64, [String; N])>, ModelError> {
        let bytes = self.bytes(file)?;
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes.as_slice());
        let header = reader.headers().map_err(|error| self.refuse(file, error.to_string()))?;
        if !header.iter().eq(columns) {
            let found: Vec<&str> = header.iter().collect();
            let problem =
                format!("the columns are `{}`; wanted are `{}`", found.join(","), columns.join(","));
            return Err(self.cell(file, "line 1", problem));
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| self.refuse(file, error.to_string()))?;
            let line = record.position().map_or(0, csv::Position::line);
            rows.push((line, std::array::from_fn(|k| record.get(k).unwrap_or_default().to_owned())));
        }
        Ok(rows)
    }

    /// A number of a CSV cell, which must be finite and at least `least`.
    ///
    /// # Errors
    /// If it is not.
    pub fn number(
        &self,
        file: &str,
        line: u64,
        column: &str,
        text: &str,
        least: f64,
    ) -> Result<f64, ModelError> {
        let place = || format!("line {line}, column `{column}`");
        let value: f64 =
            text.parse().map_err(|_| self.cell(file, place(), format!("`{text}` is not a number")))?;
        finite(value, least).map_err(|problem| self.cell(file, place(), problem))
    }

    /// The arrays of an npz file.
    ///
    /// # Errors
    /// If it is not such a file.
    pub fn arrays(&mut self, file: &str) -> Result<Arrays<'_, 'a>, ModelError> {
        let bytes = self.bytes(file)?;
        let archive =
            NpzArchive::new(Cursor::new(bytes)).map_err(|error| self.refuse(file, error.to_string()))?;
        Ok(Arrays { folder: self, file: file.to_owned(), archive })
    }
}

/// The arrays of one npz file.
pub struct Arrays<'f, 'a> {
    folder: &'f Folder<'a>,
    file: String,
    archive: NpzArchive<Cursor<Vec<u8>>>,
}

impl Arrays<'_, '_> {
    /// Whether there is an array of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.archive.array_names().any(|found| found == name)
    }

    /// An array of 64-bit floats with as many dimensions as `axes`, row by row (the last axis runs fastest), with its
    /// shape. Every value must be finite and at least `least`; `axes` names the axes in messages.
    ///
    /// # Errors
    /// If there is no such array, its shape is another, or a value cannot be used.
    pub fn floats(
        &mut self,
        name: &str,
        axes: &[&str],
        least: f64,
    ) -> Result<(Vec<usize>, Vec<f64>), ModelError> {
        let refuse = |problem: String| self.folder.cell(&self.file, format!("array `{name}`"), problem);
        let array = self
            .archive
            .by_name(name)
            .map_err(|error| refuse(error.to_string()))?
            .ok_or_else(|| refuse("there is no such array".to_owned()))?;
        let shape: Vec<usize> =
            array.shape().iter().map(|side| usize::try_from(*side).unwrap_or(usize::MAX)).collect();
        if shape.len() != axes.len() {
            return Err(refuse(format!(
                "the shape is {shape:?}; wanted is one side for each of {}",
                axes.join(", ")
            )));
        }
        let count = shape.iter().try_fold(1_usize, |count, side| count.checked_mul(*side));
        if count.is_none_or(|count| count as u64 > MOST_BYTES / 8) {
            return Err(refuse(format!("the shape {shape:?} is too large")));
        }
        let order = array.order();
        let values: Vec<f64> = array.into_vec().map_err(|error| refuse(error.to_string()))?;
        let values = if order == Order::Fortran { turned(&values, &shape) } else { values };
        for (at, value) in values.iter().enumerate() {
            finite(*value, least).map_err(|problem| {
                let cell = place(at, &shape);
                let cell: Vec<String> =
                    axes.iter().zip(cell).map(|(axis, index)| format!("{axis} {index}")).collect();
                self.folder.cell(
                    &self.file,
                    format!("array `{name}`, {} (counted from 0)", cell.join(", ")),
                    problem,
                )
            })?;
        }
        Ok((shape, values))
    }

    /// A one-dimensional array of text.
    ///
    /// # Errors
    /// If there is no such array or it holds something else.
    pub fn texts(&mut self, name: &str) -> Result<Vec<String>, ModelError> {
        let refuse = |problem: String| self.folder.cell(&self.file, format!("array `{name}`"), problem);
        let mut bytes = Vec::new();
        let mut entry = self
            .archive
            .zip_archive()
            .by_name(&npyz::npz::file_name_from_array_name(name))
            .map_err(|error| refuse(error.to_string()))?;
        let header = npyz::NpyHeader::from_reader(&mut entry).map_err(|error| refuse(error.to_string()))?;
        let dtype = header.dtype().descr();
        let width = dtype
            .strip_prefix("'<U")
            .and_then(|rest| rest.strip_suffix('\''))
            .and_then(|digits| digits.parse::<usize>().ok())
            .filter(|width| (1..=1000).contains(width));
        let Some(width) = width else {
            return Err(refuse(format!("{dtype} is not text of the kind `<U`")));
        };
        let [count] = header.shape() else {
            return Err(refuse(format!("the shape is {:?}; wanted is one side", header.shape())));
        };
        let size = count
            .checked_mul(4 * width as u64)
            .filter(|size| *size <= MOST_BYTES)
            .ok_or_else(|| refuse(format!("the shape is {:?}: too large", header.shape())))?;
        entry.take(size).read_to_end(&mut bytes).map_err(|error| refuse(error.to_string()))?;
        if bytes.len() as u64 != size {
            return Err(refuse("the array is cut off".to_owned()));
        }
        bytes
            .chunks_exact(4 * width)
            .map(|word| {
                word.chunks_exact(4)
                    .map(|unit| u32::from_le_bytes(unit.try_into().unwrap_or_default()))
                    .take_while(|unit| *unit != 0)
                    .map(|unit| {
                        char::from_u32(unit).ok_or_else(|| refuse(format!("{unit:#x} is no character")))
                    })
                    .collect()
            })
            .collect()
    }

    /// An error about an array.
    pub fn refuse(&self, name: &str, problem: impl Into<String>) -> ModelError {
        self.folder.cell(&self.file, format!("array `{name}`"), problem)
    }
}

/// Names that must be there once each.
///
/// # Errors
/// The first name that is empty or comes twice.
pub fn once(names: &[String]) -> Result<(), String> {
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        if name.is_empty() {
            return Err("a name is empty".to_owned());
        }
        if !seen.insert(name) {
            return Err(format!("`{name}` comes twice"));
        }
    }
    Ok(())
}

fn finite(value: f64, least: f64) -> Result<f64, String> {
    if !value.is_finite() {
        return Err(format!("{value} is not finite"));
    }
    if value < least {
        return Err(format!("{value} is below {least}"));
    }
    Ok(value)
}

fn limited(source: impl Read, file: &str) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(std::io::Error::other(format!("{file} is larger than {MOST_BYTES} bytes")));
    }
    Ok(bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The indices of the `at`th cell, the last axis running fastest.
fn place(mut at: usize, shape: &[usize]) -> Vec<usize> {
    let mut cell: Vec<usize> = shape
        .iter()
        .rev()
        .map(|side| {
            let index = at % side.max(&1);
            at /= side.max(&1);
            index
        })
        .collect();
    cell.reverse();
    cell
}

/// Values whose first axis runs fastest, with the last running fastest.
fn turned(values: &[f64], shape: &[usize]) -> Vec<f64> {
    let mut strides = Vec::with_capacity(shape.len());
    let mut stride = 1;
    for side in shape {
        strides.push(stride);
        stride *= side;
    }
    (0..values.len())
        .map(|at| {
            values[place(at, shape).iter().zip(&strides).map(|(index, stride)| index * stride).sum::<usize>()]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DirBase;

    #[test]
    fn columns_first_and_rows_first_say_the_same() {
        let turned = turned(&[1.0, 4.0, 2.0, 5.0, 3.0, 6.0], &[2, 3]);
        assert_eq!(turned, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(place(5, &[2, 3]), [1, 2]);
    }

    #[test]
    fn a_complaint_names_the_file_and_the_cell() {
        let dir = tempfile::tempdir().unwrap();
        let files = DirBase::new(dir.path());
        let mut folder = Folder::new(&files);
        let missing = folder.bytes("none.csv").unwrap_err().to_string();
        assert!(missing.contains("none.csv"), "{missing}");
        std::fs::write(dir.path().join("a.csv"), "x,y\n1,2\n3,nan\n").unwrap();
        let wrong = folder.rows("a.csv", ["x", "z"]).unwrap_err().to_string();
        assert!(wrong.ends_with("a.csv: line 1: the columns are `x,y`; wanted are `x,z`"), "{wrong}");
        let rows = folder.rows("a.csv", ["x", "y"]).unwrap();
        let (line, [_, y]) = &rows[1];
        let bad = folder.number("a.csv", *line, "y", y, 0.0).unwrap_err().to_string();
        assert!(bad.ends_with("a.csv: line 3, column `y`: NaN is not finite"), "{bad}");
        assert!(folder.number("a.csv", 9, "y", "-1", 0.0).unwrap_err().to_string().contains("-1 is below 0"));
        assert_eq!(folder.sha256().len(), 64);
        std::fs::write(dir.path().join("a.npz"), "no archive").unwrap();
        assert!(folder.arrays("a.npz").is_err());
    }
}
