//! A table: the names of its columns and its rows, however they came to be.

use crate::container::Packed;
use crate::delimited;
use crate::dialect::Dialect;
use crate::error::TableError;
use crate::form::{Form, Raw};
use crate::{head, reshape};
use servanda_files::csv::Record;
use std::fs::File;

/// Rows of text, one by one. The first that a whole table gives names its columns.
pub trait Rows {
    /// Reads the next row into `row`; false if there is none.
    ///
    /// # Errors
    /// If what stands there is no row; nothing is read after that.
    fn next(&mut self, row: &mut Record) -> Result<bool, TableError>;

    /// Whether the last line that was read has a line end; true for what has no lines.
    fn ends_a_line(&self) -> bool {
        true
    }

    /// The place and name in the file of a column of the last row, where the row was made of part of one of the file; columns
    /// are counted from 0.
    fn origin(&self, column: usize) -> Option<(usize, String)> {
        let _ = column;
        None
    }

    /// What else to know of what was read so far.
    fn remarks(&self) -> Vec<String> {
        Vec::new()
    }
}

impl Rows for Box<dyn Rows> {
    fn next(&mut self, row: &mut Record) -> Result<bool, TableError> {
        (**self).next(row)
    }

    fn ends_a_line(&self) -> bool {
        (**self).ends_a_line()
    }

    fn origin(&self, column: usize) -> Option<(usize, String)> {
        (**self).origin(column)
    }

    fn remarks(&self) -> Vec<String> {
        (**self).remarks()
    }
}

/// A table whose header was read.
pub struct Table {
    /// The names of the columns.
    pub header: Vec<String>,
    /// What distinguishes it in its file: "sheet `Exports`".
    pub about: Option<String>,
    /// Whether the file begins with a byte order mark.
    pub byte_order_mark: bool,
    remarks: Vec<String>,
    rows: Box<dyn Rows>,
}

impl Table {
    /// Reads the next row into `row`; false if there is none. Each row has a cell for each column.
    ///
    /// # Errors
    /// If what stands there is no row; nothing is read after that.
    pub fn next(&mut self, row: &mut Record) -> Result<bool, TableError> {
        self.rows.next(row)
    }

    /// Whether the last line that was read has a line end.
    pub fn ends_a_line(&self) -> bool {
        self.rows.ends_a_line()
    }

    /// As [`Rows::origin`].
    pub fn origin(&self, column: usize) -> Option<(usize, String)> {
        self.rows.origin(column)
    }

    /// What the file says of itself that is no figure, and what was passed over.
    pub fn remarks(&self) -> Vec<String> {
        let mut all = self.remarks.clone();
        all.extend(self.rows.remarks());
        all
    }
}

/// Opens a table by its dialect. `bytes` is the length of the file, which is read from its beginning.
///
/// # Errors
/// If it is not what the dialect says, with the row and what to do.
pub fn open(file: File, bytes: u64, dialect: &Dialect) -> Result<Table, TableError> {
    let packed = Packed::new(file, bytes)?;
    if dialect.form == Form::Csv && dialect.is_plain() {
        let (mut rows, byte_order_mark) = delimited::strict(packed)?;
        let header = rows.header()?;
        return Ok(Table { header, about: None, byte_order_mark, remarks: Vec::new(), rows: Box::new(rows) });
    }
    let Raw { rows, about, remarks, grid, byte_order_mark } = dialect.form.rows(packed, dialect)?;
    let rows = head::under(rows, dialect, grid)?;
    let mut rows = reshape::reshaped(rows, dialect)?;
    let mut record = Record::default();
    if !rows.next(&mut record)? {
        return Err(TableError::file("there is no table in it", "check the file, and [file.dialect]"));
    }
    let header = record.iter().map(str::to_owned).collect();
    Ok(Table { header, about, byte_order_mark, remarks, rows })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{AfterBlank, Encoding, Footnotes, Join, PeriodIn, Totals};
    use crate::pattern::Pattern;
    use std::io::Write;

    fn read(bytes: &[u8], dialect: &Dialect) -> Result<Vec<Vec<String>>, TableError> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let mut table = open(file, bytes.len() as u64, dialect)?;
        let mut all = vec![table.header.clone()];
        let mut record = Record::default();
        while table.next(&mut record)? {
            all.push(record.iter().map(str::to_owned).collect());
        }
        Ok(all)
    }

    /// A workbook of one sheet whose rows stand on the lines given.
    fn workbook(rows: &[(u32, &[&str])]) -> Vec<u8> {
        let mut sheet = String::from("<worksheet><sheetData>");
        for (line, cells) in rows {
            sheet += &format!("<row r=\"{line}\">");
            for (column, cell) in ('A'..).zip(*cells) {
                sheet += &format!("<c r=\"{column}{line}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>");
            }
            sheet += "</row>";
        }
        sheet += "</sheetData></worksheet>";
        let rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let parts = [
            ("[Content_Types].xml", "<Types/>".to_owned()),
            (
                "_rels/.rels",
                format!(
                    "<Relationships><Relationship Id=\"rId1\" Type=\"{rels}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
                ),
            ),
            (
                "xl/workbook.xml",
                format!(
                    "<workbook xmlns:r=\"{rels}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                format!(
                    "<Relationships><Relationship Id=\"rId1\" Type=\"{rels}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
                ),
            ),
            ("xl/worksheets/sheet1.xml", sheet),
        ];
        let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, text) in parts {
            out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            out.write_all(text.as_bytes()).unwrap();
        }
        out.finish().unwrap().into_inner()
    }

    #[test]
    fn a_table_ends_at_the_first_row_without_anything_in_it_in_every_form() {
        let ending = |form| Dialect {
            form,
            footnotes: Some(Footnotes::Word(AfterBlank::AfterBlank)),
            ..Dialect::default()
        };
        let note: &[&str] = &["Revised in May"];
        let sheet = workbook(&[(1, &["a", "b"]), (2, &["x", "1"]), (4, note)]);
        let page = "<table><tr><td>a<td>b<tr><td>x<td>1<tr><td>&nbsp;<td><tr><td>Revised in May</table>";
        let eurostat = "freq,a\\TIME_PERIOD\tb\nA,x\t1\n\nRevised, in May\n";
        let files: [(Form, &[u8]); 8] = [
            (Form::Csv, b"a,b\nx,1\n\nRevised in May\n"),
            (Form::Csv, b"a,b\r\nx,1\r\n\r\nRevised in May\r\n"),
            (Form::Csv, b"a,b\rx,1\r\rRevised in May\r"),
            (Form::Csv, b"a,b\nx,1\n , \nRevised in May\n"),
            (Form::SdmxCsv, b"a,b\nx,1\n\nRevised in May\n"),
            (Form::Xlsx, &sheet),
            (Form::Html, page.as_bytes()),
            (Form::EurostatTsv, eurostat.as_bytes()),
        ];
        for (form, bytes) in files {
            let rows = read(bytes, &ending(form)).unwrap_or_else(|e| panic!("{form:?}: {e}"));
            assert_eq!(rows.len(), 2, "{form:?}: {rows:?}");
            assert_eq!(rows[1].last().map(String::as_str), Some("1"), "{form:?}");
        }
        // What goes on below as the table does is refused, and so is the word where no row can be empty.
        let error = read(b"a,b\nx,1\n\ny,2\n", &ending(Form::Csv)).unwrap_err().to_string();
        assert!(error.contains("the table has ended above"), "{error}");
        for form in [Form::Json, Form::SdmxMl] {
            assert!(ending(form).contradiction().unwrap().0.contains("no rows without anything"));
        }
        // Empty lines among titles are none of them.
        let titled = Dialect { skip: 2, header_rows: Some(2), ..ending(Form::Csv) };
        let rows = read(b"Title\n\n,,\nSource,x\n\nA,\n\na,b\nx,1\n\nNote\n", &titled).unwrap();
        assert_eq!(rows, [["A a", "b"], ["x", "1"]]);
    }

    #[test]
    fn text_in_the_encodings_of_statistical_offices() {
        for (encoding, text) in [
            (Encoding::Windows1252, "Qualit\u{e9}"),
            (Encoding::Windows1250, "\u{141}\u{f3}d\u{17a}"),
            (Encoding::Windows1251, "\u{421}\u{442}\u{440}\u{430}\u{43d}\u{430}"),
            (Encoding::Gb18030, "\u{56fd}\u{5bb6}"),
            (Encoding::Big5, "\u{570b}\u{5bb6}"),
            (Encoding::ShiftJis, "\u{54c1}\u{76ee}\u{30ab}"),
            (Encoding::EucKr, "\u{d488}\u{baa9}"),
        ] {
            let (bytes, _, lost) = encoding.legacy().unwrap().encode(text);
            assert!(!lost);
            let file = [&bytes, b"|b\nx|1\n".as_slice()].concat();
            let dialect = Dialect { encoding, separator: crate::Separator::Bar, ..Dialect::default() };
            assert_eq!(read(&file, &dialect).unwrap()[0], [text, "b"]);
            let utf8 = Dialect { encoding: Encoding::Utf8, ..dialect };
            assert!(read(&file, &utf8).is_err(), "{encoding:?}");
        }
        // Bytes that the encoding does not have are refused.
        let dialect = Dialect { encoding: Encoding::Gb18030, ..Dialect::default() };
        assert!(read(b"a,b\nx,\xff\n", &dialect).is_err());
    }

    #[test]
    fn a_count_of_rows_is_held_against_them() {
        let dialect = Dialect {
            skip: 2,
            row_count: Some("Data Row Count".to_owned()),
            ragged: true,
            ..Dialect::default()
        };
        let file = |count: &str| format!("Exports,\nData Row Count{count}\na,b\nx,1\ny,2\n");
        for count in [",2", ": 2", ",\"2\""] {
            assert_eq!(read(file(count).as_bytes(), &dialect).unwrap().len(), 3, "{count}");
        }
        let error = read(file(",\"1,003\"").as_bytes(), &dialect).unwrap_err().to_string();
        assert!(error.contains("line 2: the file says that it has 1003 rows, and 2 stand in it"), "{error}");
        assert!(read(file(",many").as_bytes(), &dialect).is_err());
    }

    #[test]
    fn a_total_needs_no_period_of_its_own() {
        let dialect = |column: &str| Dialect {
            joins: vec![Join {
                name: "Year Month".to_owned(),
                columns: vec!["Year".to_owned(), "Month".to_owned()],
            }],
            periods: vec![PeriodIn {
                column: "Year Month".to_owned(),
                pattern: Pattern::parse("{YYYY} {M}").unwrap(),
                labels: Vec::new(),
            }],
            totals: vec![Totals {
                column: column.to_owned(),
                is: vec!["Total".to_owned()],
                over: Vec::new(),
                refuse: false,
            }],
            ..Dialect::default()
        };
        let file = b"Year,Month,v\n2024,1,2\n2024,Total,2\n";
        let rows = read(file, &dialect("Month")).unwrap();
        assert_eq!(rows[0], ["Year", "Month", "v", "Year Month"]);
        assert_eq!(rows[1], ["2024", "1", "2", "2024-01"]);
        assert_eq!(rows[2], ["2024", "Total", "2", "2024 Total"]);
        let error = read(file, &dialect("Year")).unwrap_err().to_string();
        assert!(error.contains("`2024 Total` is no period as this file writes them"), "{error}");
    }
}
