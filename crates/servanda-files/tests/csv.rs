//! The reader of CSV against the standard, against the crate `csv`, and against any bytes.

use proptest::prelude::*;
use servanda_files::csv::{CsvError, Fault, FaultKind, Reader, Record, Table, guard_formulas};

fn rows(text: &str) -> Vec<Vec<String>> {
    let table = Table::read(text).unwrap();
    table.rows.iter().map(|r| r.iter().map(str::to_owned).collect()).collect()
}

fn fault(text: &str) -> Fault {
    Table::read(text).unwrap_err()
}

#[test]
fn lines_and_places_are_right_across_line_breaks_in_fields() {
    let text = "a,b,c\n1,\"x\ny\",2\n\n3,\"p\"\"q\",\"4\"\n";
    let table = Table::read(text).unwrap();
    let lines: Vec<u64> = table.rows.iter().map(Record::line).collect();
    assert_eq!(lines, [2, 5]);
    let first = &table.rows[0];
    assert_eq!((first.get(1), first.line_of(1), first.line_of(2)), (Some("x\ny"), 2, 3));
    assert_eq!(&text[first.span_of(1)], "\"x\ny\"");
    assert_eq!(&text[first.span()], "1,\"x\ny\",2");
    let second = &table.rows[1];
    assert_eq!((second.get(1), second.get(2), second.get(3)), (Some("p\"q"), Some("4"), None));
    assert_eq!(&text[second.span_of(2)], "\"4\"");
}

#[test]
fn a_quotation_mark_that_never_closes_is_named_where_it_opened() {
    let found = fault("p,v,d\n1,2,x\n3,4,\"7 inch\n5,6,y\n7,8,z\n");
    assert_eq!((found.kind.clone(), found.line, found.field), (FaultKind::OpenQuote, 3, 3));
    assert!(
        found.to_string().starts_with("line 3: a quotation mark opens in field 3 and is never closed"),
        "{found}"
    );
    // In the header, and in the last byte of the file.
    assert_eq!((fault("p,\"v\n1,2\n").kind, fault("p,v\n1,2\n3,\"").line), (FaultKind::OpenQuote, 3));
}

#[test]
fn text_after_a_closing_mark_and_marks_inside_are_refused() {
    let found = fault("p,d\n1,\"7 inch\n2,x\n3,\"y\"\n");
    assert_eq!((found.kind.clone(), found.line), (FaultKind::AfterQuote { opened_on: 2 }, 4));
    assert!(found.problem().contains("line 2"), "{found}");
    let found = fault("p,d\n1,\"a\" \n");
    assert_eq!((found.kind, found.line, found.field), (FaultKind::AfterQuote { opened_on: 2 }, 2, 2));
    for text in ["p,d\n1,7\" pipe\n", "p,d\n1, \"a\"\n"] {
        let found = fault(text);
        assert_eq!((found.kind, found.line, found.field), (FaultKind::BareQuote, 2, 2));
    }
}

#[test]
fn two_stray_marks_do_not_swallow_the_row_between_them() {
    let found = fault("period,hs,value,desc\n2020,0808,40,\"7 inch\n2020,0809,55,8 inch\"\n");
    assert_eq!((found.kind, found.line, found.field), (FaultKind::Swallowed { line: 3 }, 2, 4));
    let found = fault("period,desc,hs,value\n2020,\"7 inch,0808,40\n2020,8 inch\",0809,55\n");
    assert_eq!(found.kind, FaultKind::Swallowed { line: 3 });
    let found = fault("code,name\n0402,\"Milk\n0403,Yogurt\n0404,Whey\"\n");
    assert_eq!((found.kind, found.line), (FaultKind::Swallowed { line: 3 }, 2));
    // Text of several lines stays text.
    let kept = rows("code,name\n0402,\"Milk,\nfresh, or cream\"\n0403,\"in\n2019\"\n");
    assert_eq!(kept[0][1], "Milk,\nfresh, or cream");
    assert_eq!(kept.len(), 2);
}

#[test]
fn tables_with_another_separator_are_told_so() {
    for (text, found) in
        [("\"a\";\"b\"\n1;2\n", "semicolons"), ("a\tb\n1\t\"2\"\n", "tabs"), ("a;b\n\"1\";2\n", "semicolons")]
    {
        assert_eq!(fault(text).kind, FaultKind::OtherSeparator { found }, "{text:?}");
    }
}

#[test]
fn rows_have_a_field_for_each_column() {
    let found = fault("a,b\n1,2\n3\n");
    assert_eq!((found.kind.clone(), found.line), (FaultKind::Width { found: 1, expected: 2 }, 3));
    assert_eq!(found.problem(), "there is 1 field, and the first line names 2 columns");
    assert_eq!(fault("a\n1,2\n").kind, FaultKind::Width { found: 2, expected: 1 });
    // All of them are told.
    let mut lines = Vec::new();
    let table = Table::read_with("a,b\n1\n2,3\n4,5,6\n7,8\n", 10, |fault| {
        lines.push(fault.line);
        true
    });
    assert_eq!((lines, table.unwrap().rows.len()), (vec![2, 4], 2));
}

#[test]
fn headers_name_each_column_once_and_stand_once() {
    let found = fault("a,b, a\n1,2,3\n");
    assert_eq!((found.kind, found.field), (FaultKind::ColumnTwice { name: "a".to_owned(), first: 1 }, 3));
    let found = fault("a,b\n1,2\na,b\n3,4\n");
    assert_eq!((found.kind, found.line), (FaultKind::HeaderAgain, 3));
    assert!(Table::read("").unwrap().header.is_empty() && Table::read("\n\n").unwrap().header.is_empty());
}

#[test]
fn zero_bytes_and_other_encodings_are_refused() {
    let found = fault("a,b\n1,x\0y\n");
    assert_eq!((found.kind, found.line, found.field), (FaultKind::Nul, 2, 2));
    assert_eq!(fault("a,b\n1,\"x\0y\"\n").kind, FaultKind::Nul);
    let read = |bytes: &[u8]| {
        let mut reader = Reader::new(bytes);
        reader.header()?;
        let mut record = Record::default();
        while reader.read(&mut record)? {}
        Ok::<_, CsvError>(())
    };
    let found = read(b"a,b\n1,2\n3,Caf\xe9\n").unwrap_err();
    assert!(
        matches!(&found, CsvError::Fault(f) if f.kind == FaultKind::NotUtf8 { byte: 4 } && f.line == 3 && f.field == 2)
    );
    // Half a character before a comma and half after it.
    let found = read(b"a,b\n\xc3,\xa9\n").unwrap_err();
    assert!(matches!(&found, CsvError::Fault(f) if f.kind == FaultKind::NotUtf8 { byte: 1 } && f.field == 1));
    assert!(read(b"a\xe9,b\n1,2\n").is_err());
}

#[test]
fn lines_end_in_one_way() {
    let same = rows("a,b\n1,2\n");
    for text in [
        "a,b\r\n1,2\r\n",
        "a,b\r1,2\r",
        "a,b\n1,2",
        "\u{feff}a,b\n1,2\n",
        "a,b\r\r\n1,2\r\r\n",
        "\n\na,b\r\n\n1,2\n\n",
    ] {
        assert_eq!(rows(text), same, "{text:?}");
    }
    let table = Table::read("a\r1\r\r2\r").unwrap();
    assert_eq!(table.rows.iter().map(Record::line).collect::<Vec<_>>(), [2, 4]);
    let found = fault("code\n01\n02\r03\n");
    assert_eq!((found.kind, found.line), (FaultKind::OtherLineEnd, 3));
    assert_eq!(fault("code\r01\r02\n03\r").kind, FaultKind::OtherLineEnd);
}

#[test]
fn a_record_has_an_end() {
    let long = format!("a,b\n1,\"{}", "x\n".repeat(1 << 20));
    let found = fault(&long);
    assert_eq!((found.kind, found.line), (FaultKind::TooLong { quoted: true }, 2));
    let long = format!("a,b\n1,{}", "x".repeat(2 << 20));
    assert_eq!(fault(&long).kind, FaultKind::TooLong { quoted: false });
}

#[test]
fn a_reader_says_whether_the_last_line_ended() {
    for (text, ended) in [("a\n1\n", true), ("a\n1", false), ("a\n\"1\"", false), ("a\r\n1\r\n\r\n", true)] {
        let mut reader = Reader::new(text.as_bytes());
        let mut record = reader.header().unwrap().unwrap();
        while reader.read(&mut record).unwrap() {}
        assert_eq!(reader.ended_with_line_end(), ended, "{text:?}");
    }
}

#[test]
fn formulas_are_guarded_and_numbers_are_not() {
    let table =
        "a,b\n=1+1,-5\n\"=HYPERLINK(\"\"x\"\",1)\",+3.25\n@x,-1/3\n-x,\"-1,5\"\n\n-1e-9,--2\n\tx,\"a\n=b\"\n";
    let guarded = "a,b\n'=1+1,-5\n\"'=HYPERLINK(\"\"x\"\",1)\",+3.25\n'@x,-1/3\n'-x,\"'-1,5\"\n\n-1e-9,'--2\n'\tx,\"a\n=b\"\n";
    assert_eq!(guard_formulas(table), guarded);
}

/// Gives its bytes a few at a time.
struct Slow<'a>(&'a [u8], usize);

impl std::io::Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.1.min(self.0.len()).min(buffer.len());
        buffer[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

fn read_slowly(bytes: &[u8], chunk: usize) -> Result<Vec<Record>, String> {
    let mut reader = Reader::new(Slow(bytes, chunk));
    let mut all = Vec::new();
    let Some(mut record) = reader.header().map_err(|e| e.to_string())? else { return Ok(all) };
    all.push(record.clone());
    while reader.read(&mut record).map_err(|e| e.to_string())? {
        all.push(record.clone());
    }
    Ok(all)
}

fn written(rows: &[Vec<String>], terminator: csv::Terminator) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(terminator).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

/// A header of names and rows of any text without zero bytes.
fn tables() -> impl Strategy<Value = Vec<Vec<String>>> {
    (1usize..5).prop_flat_map(|width| {
        let cell = prop_oneof!["[a-z0-9]{0,4}", "[ \",\n\ra-cé0-9]{0,6}"];
        prop::collection::vec(prop::collection::vec(cell, width), 0..6).prop_map(move |mut rows| {
            rows.insert(0, (0..width).map(|n| format!("column {n}")).collect());
            rows
        })
    })
}

proptest! {
    #[test]
    fn what_was_written_is_read(rows in tables(), crlf in any::<bool>(), chunk in 1usize..9) {
        let end = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let bytes = written(&rows, end);
        match read_slowly(&bytes, chunk) {
            Ok(found) => {
                let found: Vec<Vec<String>> =
                    found.iter().map(|r| r.iter().map(str::to_owned).collect()).collect();
                prop_assert_eq!(&found, &rows);
                let mut other = csv::ReaderBuilder::new().has_headers(false).from_reader(&bytes[..]);
                let other: Vec<Vec<String>> =
                    other.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
                prop_assert_eq!(&found, &other);
            }
            // The one thing that the standard allows and this reader does not.
            Err(said) => prop_assert!(said.contains("reads as a row of its own"), "{}", said),
        }
    }

    #[test]
    fn no_bytes_make_it_panic_and_chunks_change_nothing(
        bytes in prop::collection::vec(prop_oneof![3 => prop::sample::select(b"a1,\"\n\r\0\xc3\xa9".to_vec()), 1 => any::<u8>()], 0..60),
        chunk in 1usize..9,
    ) {
        prop_assert_eq!(read_slowly(&bytes, chunk), read_slowly(&bytes, 1 << 16));
    }

    #[test]
    fn what_is_accepted_reads_as_it_does_elsewhere(text in "[a1,\"\n\r ]{0,40}") {
        if let Ok(found) = read_slowly(text.as_bytes(), 7) {
            let mut other = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            let other: Vec<Vec<String>> =
                other.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
            let found: Vec<Vec<String>> = found.iter().map(|r| r.iter().map(str::to_owned).collect()).collect();
            prop_assert_eq!(found, other);
        }
    }

    #[test]
    fn guarding_changes_only_beginnings(rows in tables()) {
        let text = String::from_utf8(written(&rows, csv::Terminator::Any(b'\n'))).unwrap();
        let guarded = guard_formulas(&text);
        let mut other = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(guarded.as_bytes());
        let found: Vec<Vec<String>> =
            other.records().map(|r| r.unwrap().iter().map(|c| c.trim_start_matches('\'').to_owned()).collect()).collect();
        prop_assert_eq!(found, rows);
    }

    #[test]
    fn spans_are_those_of_the_text(rows in tables()) {
        let text = String::from_utf8(written(&rows, csv::Terminator::Any(b'\n'))).unwrap();
        let table = Table::read_with(&text, 100, |_| true).unwrap();
        for record in std::iter::once(&table.header).chain(&table.rows) {
            for (at, cell) in record.iter().enumerate() {
                let raw = &text[record.span_of(at)];
                prop_assert_eq!(raw.trim_matches('"').replace("\"\"", "\""), cell.trim_matches('"'));
                let line = 1 + text[..record.span_of(at).start].matches('\n').count() as u64;
                prop_assert_eq!(record.line_of(at), line);
            }
        }
    }
}
