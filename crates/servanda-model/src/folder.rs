//! A published folder: its files read through their homes in [`crate::base`], their hashes kept, complaints with a file and a place.

use crate::ModelError;
use crate::base::npz::Npz;
use crate::base::table::Rows;
use crate::base::{BaseFiles, Keeping, bytes_of};
use servanda_files::csv::Record;

/// A folder of which some files have been read.
pub struct Folder<'f> {
    kept: Keeping<'f>,
}

impl<'f> Folder<'f> {
    /// A folder. Nothing is read yet.
    #[must_use]
    pub fn new(files: &'f dyn BaseFiles) -> Self {
        Folder { kept: Keeping::new(files) }
    }

    /// The base's id and the hashes of the files read so far, for a certificate.
    #[must_use]
    pub fn facts(&self) -> Vec<(String, String)> {
        let mut facts = vec![("base".to_owned(), self.kept.id())];
        facts.extend(
            self.kept.read_so_far().into_iter().map(|(file, sha)| (format!("sha256 of {file}"), sha)),
        );
        facts
    }

    /// An error about a file as a whole.
    #[must_use]
    pub fn refuse(&self, file: &str, problem: impl Into<String>) -> ModelError {
        ModelError::File { file: format!("{}/{file}", self.kept.id()), problem: problem.into() }
    }

    /// An error about a cell of a file.
    #[must_use]
    pub fn cell(&self, file: &str, place: impl Into<String>, problem: impl Into<String>) -> ModelError {
        self.refuse(file, format!("{}: {}", place.into(), problem.into()))
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// If it is missing or cannot be read.
    pub fn bytes(&self, file: &str) -> Result<Vec<u8>, ModelError> {
        bytes_of(&self.kept, file)
    }

    /// The rows of a CSV file with exactly these `columns`, each with its line; a name that ends with `.gz` is unpacked.
    ///
    /// # Errors
    /// If the header is another or a row has more or fewer cells.
    pub fn rows<const N: usize>(
        &self,
        file: &str,
        columns: [&str; N],
    ) -> Result<Vec<(usize, [String; N])>, ModelError> {
        let rows = Rows::read(&self.kept, file)?;
        if rows.columns() != columns {
            let found = rows.columns().join(",");
            let problem = format!("the columns are `{found}`; wanted are `{}`", columns.join(","));
            return Err(self.cell(file, "line 1", problem));
        }
        let cells =
            |record: &Record| std::array::from_fn(|k| record.get(k).unwrap_or_default().trim().to_owned());
        Ok(rows.records().map(|(line, record)| (line, cells(record))).collect())
    }

    /// A number of a CSV cell, which must be finite and at least `least`.
    ///
    /// # Errors
    /// If it is not.
    pub fn number(
        &self,
        file: &str,
        line: usize,
        column: &str,
        text: &str,
        least: f64,
    ) -> Result<f64, ModelError> {
        let wrong = |problem: String| self.cell(file, format!("line {line}, column `{column}`"), problem);
        let value: f64 = text.parse().map_err(|_| wrong(format!("`{text}` is not a number")))?;
        if !value.is_finite() {
            return Err(wrong(format!("{value} is not finite")));
        }
        if value < least {
            return Err(wrong(format!("{value} is below {least}")));
        }
        Ok(value)
    }

    /// The arrays of an npz file.
    ///
    /// # Errors
    /// If it is missing or not such a file.
    pub(crate) fn arrays(&self, file: &str) -> Result<Npz, ModelError> {
        Npz::open(&self.kept, file)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::MemoryBase;

    #[test]
    fn a_complaint_names_the_file_and_the_cell() {
        let files = [("a.csv", "x,y\n1,2\n3,nan\n"), ("a.npz", "no archive")];
        let base = MemoryBase {
            id: "here".to_owned(),
            files: files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).into(),
        };
        let folder = Folder::new(&base);
        assert!(folder.bytes("none.csv").unwrap_err().to_string().starts_with("here/none.csv: "));
        let wrong = folder.rows("a.csv", ["x", "z"]).unwrap_err().to_string();
        assert_eq!(wrong, "here/a.csv: line 1: the columns are `x,y`; wanted are `x,z`");
        let rows = folder.rows("a.csv", ["x", "y"]).unwrap();
        let (line, [_, y]) = &rows[1];
        let bad = folder.number("a.csv", *line, "y", y, 0.0).unwrap_err().to_string();
        assert_eq!(bad, "here/a.csv: line 3, column `y`: NaN is not finite");
        assert!(folder.number("a.csv", 9, "y", "-1", 0.0).unwrap_err().to_string().contains("-1 is below 0"));
        assert!(folder.arrays("a.npz").is_err());
        let facts = folder.facts();
        assert_eq!((facts[0].1.as_str(), facts[1].0.as_str(), facts.len()), ("here", "sha256 of a.csv", 3));
    }
}
