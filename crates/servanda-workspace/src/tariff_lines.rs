//! What people write about lines: one code, a list of codes, unit values, and the trade to weigh with.

use crate::WorkspaceError;
use servanda_core::problem::{Code, Field, Problem};
use servanda_core::{CodeForm, CodeLengths, Exact, LineSet};
use servanda_files::csv::{Record, Table};
use servanda_tariff::UnitValue;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The longest file of codes or unit values that is read.
const MAX_BYTES: u64 = 32 << 20;

/// Where something stands that was asked: in a field of the request, and perhaps in a row of a file that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    field: Option<Field>,
    file: String,
}

impl Written {
    /// In a field itself.
    pub fn field(field: Field) -> Self {
        Self { field: Some(field), file: String::new() }
    }

    /// In a file that a field names.
    pub(crate) fn file(field: Option<Field>, path: &Path) -> Self {
        Self { field, file: path.display().to_string() }
    }

    /// In a row of that file.
    pub(crate) fn row(field: Option<Field>, path: &Path, row: u64) -> Self {
        Self { field, file: format!("{}:{row}", path.display()) }
    }

    /// What is wrong there.
    pub(crate) fn problem(&self, what: impl std::fmt::Display) -> Problem {
        let said = match self.file.as_str() {
            "" => Problem::new(Code::BadValue, what.to_string()),
            file => Problem::bad_file(format!("{file}: {what}")),
        };
        Problem { field: self.field, ..said }
    }

    fn said(&self, what: impl std::fmt::Display) -> WorkspaceError {
        self.problem(what).into()
    }
}

/// A code of 2 to 12 digits, after which one capital letter may stand. Dots and spaces are taken out: `9403.60.80`.
pub fn tariff_code(place: &Written, text: &str) -> Result<String, WorkspaceError> {
    let code: String = text.chars().filter(|c| !matches!(c, '.' | ' ')).collect();
    if CodeForm::TARIFF.has(&code) {
        return Ok(code);
    }
    Err(place.said(format!(
        "`{text}` is not a tariff line: write 2 to 12 digits, with or without dots, as in 9403.60.80 (one capital letter may follow)"
    )))
}

/// Refuses a code of a length that an importer's codes do not have; `place` is where it stands.
pub(crate) fn check_code(lengths: &CodeLengths, place: &Written, code: &str) -> Result<(), WorkspaceError> {
    lengths.check(code).map_err(|lost| place.said(format!("{lost}; {}", lost.help(""))))
}

/// The lines that are asked about, as they were written.
#[derive(Debug, Clone, Default)]
pub struct AskedLines {
    /// The codes; a code means all lines that begin with it.
    pub set: LineSet,
    /// Where each code stands, and the code.
    places: Vec<(Written, String)>,
}

impl AskedLines {
    /// Reads codes with commas between them, or a CSV file with a column `line` or `code`.
    pub fn read(text: &str) -> Result<Self, WorkspaceError> {
        Self::read_for(Field::Lines, text)
    }

    /// The same for another field, which problems name.
    pub fn read_for(field: Field, text: &str) -> Result<Self, WorkspaceError> {
        let is_codes = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase() || matches!(c, '.' | ',' | ' ');
        let (path, whole) = (Path::new(text), Written::field(field));
        let places: Vec<(Written, String)> = if path.is_file() {
            let rows = Rows::read(Some(field), path)?;
            let column = rows.column(&["line", "code"])?;
            rows.records
                .iter()
                .map(|(row, record)| {
                    let place = Written::row(Some(field), path, *row);
                    let code = tariff_code(&place, record.get(column).map_or("", String::as_str))?;
                    Ok((place, code))
                })
                .collect::<Result<_, WorkspaceError>>()?
        } else if text.chars().all(is_codes) {
            let code = |code| Ok((whole.clone(), tariff_code(&whole, code)?));
            text.split(',').map(code).collect::<Result<_, WorkspaceError>>()?
        } else {
            return Err(whole.said(format!(
                "`{text}` is neither codes with commas between them nor a CSV file that is there"
            )));
        };
        let mut set = LineSet::new();
        for code in places.iter().map(|(_, code)| code).collect::<BTreeSet<_>>() {
            // Each code is there once.
            let _ = set.add(code, std::slice::from_ref(code));
        }
        if set.is_empty() {
            return Err(whole.said(format!("`{text}` names no line")));
        }
        Ok(Self { set, places })
    }

    /// Refuses codes of a length that none of these has.
    pub(crate) fn check(&self, any_of: &[CodeLengths]) -> Result<(), WorkspaceError> {
        for (place, code) in &self.places {
            let mut wrong = any_of.iter().map(|lengths| check_code(lengths, place, code));
            if let Some(Err(first)) = wrong.next()
                && wrong.all(|other| other.is_err())
            {
                return Err(first);
            }
        }
        Ok(())
    }
}

/// Which trade to weigh with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeightsOf {
    /// The year.
    pub year: i16,
    /// The source.
    pub source: String,
}

impl WeightsOf {
    /// Reads `YEAR:SOURCE`.
    pub fn read(text: &str) -> Option<Self> {
        text.split_once(':').and_then(|(year, source)| {
            let year = year.parse::<i16>().ok().filter(|y| (1900..=2200).contains(y))?;
            (!source.is_empty()).then(|| Self { year, source: source.to_owned() })
        })
    }

    /// The same, as a field has it.
    pub fn parse(field: Field, text: &str) -> Result<Self, WorkspaceError> {
        Self::read(text).ok_or_else(|| {
            let place = Written::field(field);
            place.said(format!(
                "`{text}` is not YEAR:SOURCE; write a year and a source's id, as in 2017:usa-census-exports"
            ))
        })
    }
}

/// What a unit of a line's goods is said to be worth, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedUnitValue {
    /// The line.
    pub line: String,
    /// Where it stands.
    pub place: Written,
    /// The unit, and US dollars a unit.
    pub value: UnitValue,
    /// The year that it is of.
    pub year: String,
    /// Who says so.
    pub source: String,
}

/// Reads a CSV file with the columns line, unit, usd_per_unit, year and source.
pub fn unit_values(path: &Path) -> Result<BTreeMap<String, StatedUnitValue>, WorkspaceError> {
    let field = Some(Field::UnitValues);
    let rows = Rows::read(field, path)?;
    let [line, unit, dollars, year, source] = [
        rows.column(&["line"])?,
        rows.column(&["unit"])?,
        rows.column(&["usd_per_unit"])?,
        rows.column(&["year"])?,
        rows.column(&["source"])?,
    ];
    let mut out = BTreeMap::new();
    for (row, record) in &rows.records {
        let place = Written::row(field, path, *row);
        let cell = |at: usize| record.get(at).map_or("", String::as_str);
        let wrong = |what: String| place.said(what);
        let code = tariff_code(&place, cell(line))?;
        let usd = Exact::parse(cell(dollars))
            .ok()
            .filter(|usd| !usd.is_zero() && !usd.is_negative())
            .ok_or_else(|| wrong(format!("usd_per_unit: `{}` is not a number above zero", cell(dollars))))?;
        for (name, at) in [("unit", unit), ("year", year), ("source", source)] {
            if cell(at).is_empty() {
                return Err(wrong(format!(
                    "{name} is empty; a unit value says its unit, its year and who gives it"
                )));
            }
        }
        let value = StatedUnitValue {
            line: code.clone(),
            place: place.clone(),
            value: UnitValue { unit: cell(unit).to_owned(), dollars: usd },
            year: cell(year).to_owned(),
            source: cell(source).to_owned(),
        };
        if out.insert(code.clone(), value).is_some() {
            return Err(wrong(format!("line {code} has two unit values; keep one")));
        }
    }
    Ok(out)
}

/// A CSV file with a header; each record with its row in the file.
pub(crate) struct Rows {
    place: Written,
    header: Vec<String>,
    pub records: Vec<(u64, Vec<String>)>,
}

impl Rows {
    /// Reads a file; `field` is what named it.
    pub fn read(field: Option<Field>, path: &Path) -> Result<Self, WorkspaceError> {
        let place = Written::file(field, path);
        let wrong = |what: String| place.said(what);
        let about = std::fs::metadata(path).map_err(|e| wrong(e.to_string()))?;
        if !about.is_file() || about.len() > MAX_BYTES {
            return Err(wrong(format!("it is not a file of at most {MAX_BYTES} bytes")));
        }
        let text = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
        let table = Table::read(&text).map_err(|fault| wrong(fault.to_string()))?;
        let header = table.columns().map(str::to_owned).collect();
        let cells = |record: &Record| record.iter().map(|cell| cell.trim().to_owned()).collect();
        let records = table.rows.iter().map(|record| (record.line(), cells(record))).collect();
        Ok(Self { place, header, records })
    }

    /// The place of a column that has one of these names.
    pub fn column(&self, names: &[&str]) -> Result<usize, WorkspaceError> {
        let found = names.iter().find_map(|name| self.header.iter().position(|h| h == name));
        found.ok_or_else(|| {
            let names = names.join(" or ");
            self.place.said(format!("it has no column {names}; its first row names the columns"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_digits_and_one_letter() {
        assert_eq!(tariff_code(&Written::field(Field::Line), "9403.60.80").unwrap(), "94036080");
        assert_eq!(tariff_code(&Written::field(Field::Line), "9403 6080 10A").unwrap(), "9403608010A");
        for wrong in ["", "9", "94O36080", "9403AB", "a94036080", "1234567890123", "94036080b"] {
            let said = tariff_code(&Written::field(Field::Line), wrong).unwrap_err().to_string();
            assert!(said.contains("is not a tariff line"), "{said}");
        }
    }

    #[test]
    fn weights_are_a_year_and_a_source() {
        assert_eq!(
            WeightsOf::parse(Field::Weights, "2017:x").unwrap(),
            WeightsOf { year: 2017, source: "x".into() }
        );
        for wrong in ["2017", "x:2017", "2017:", ":x", "20170:x"] {
            assert!(WeightsOf::parse(Field::Weights, wrong).unwrap_err().to_string().contains("YEAR:SOURCE"));
        }
    }

    #[test]
    fn lists_and_unit_values_are_read_with_their_rows() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("lines.csv");
        std::fs::write(&file, "what,line\na,9403.60.80\nb,94036080\nc,01\n").unwrap();
        let found = AskedLines::read(file.to_str().unwrap()).unwrap();
        assert_eq!(found.set.labels(), ["01", "94036080"]);
        std::fs::write(&file, "line\n01\nx\n").unwrap();
        let said = AskedLines::read(file.to_str().unwrap()).unwrap_err().to_string();
        assert!(said.contains("lines.csv:3"), "{said}");
        std::fs::write(&file, "line,unit,usd_per_unit,year,source\n02011010,kg,4.5,2017,customs\n").unwrap();
        let found = unit_values(&file).unwrap();
        assert_eq!(found["02011010"].value.dollars, Exact::parse("4.5").unwrap());
        std::fs::write(&file, "line,unit,usd_per_unit,year,source\n02011010,kg,0,2017,customs\n").unwrap();
        assert!(unit_values(&file).unwrap_err().to_string().contains("above zero"));
    }
}
