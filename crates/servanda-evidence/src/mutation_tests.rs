//! Published files, changed at random. What changes nothing of what a file says gives the same figures; what does gives only figures
//! of the original, a word, or a refusal.

use crate::ingest::{Input, Snapshot, read_for_tests};
use crate::source_file::SourceFile;
use std::collections::{BTreeMap, BTreeSet};

/// One figure, as it would be kept: flow, partner, code, period, value, quantity.
type Figure = (String, String, String, i32, Option<i64>, Option<i64>);

/// What a file says by a source: its figures, and whether anything is said of it that is not said of every file.
struct Read {
    figures: BTreeSet<Figure>,
    words: Vec<String>,
}

fn read(source: &SourceFile, bytes: &[u8]) -> Result<Read, String> {
    let input = Input::Bytes { name: "mutated".to_owned(), bytes: bytes.to_vec() };
    let snapshot = Snapshot::take(&input).map_err(|e| e.to_string())?;
    let (rows, words) = read_for_tests(source, snapshot).map_err(|e| e.to_string())?;
    Ok(Read { figures: rows.into_iter().collect(), words })
}

/// A simple generator, so that a failure is found again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(below.max(1)).unwrap()).unwrap()
    }
}

/// A table in text, with the source that describes it but for separator and encoding.
struct Sample {
    rows: Vec<Vec<String>>,
    titles: Vec<String>,
    source: &'static str,
    dialect: &'static str,
    decimal_comma: bool,
}

const HEAD: &str = "id = \"mutated\"\ntitle = \"t\"\npublisher = \"p\"\nzone = \"UTC\"\nlag_days = 60\nrevision = \"never\"\n\
                    reporter = \"KOR\"\nfrequency = \"monthly\"\ndepth = 4\ndecimals = 2\n\n[basis]\ncovers = \"goods\"\n\
                    side = \"importer\"\ntrade = \"t\"\nvaluation = \"CIF\"\naccounting = \"census\"\nseasonal = \"not adjusted\"\n\
                    partner = \"origin\"\nterritory = \"t\"\ncurrency = \"USD\"\nsecrecy = \"none\"\n[absence]\ndefault = \"unknown\"\n\
                    [[flow]]\nstage = \"imports\"\nnon_negative = true\ndimensions = [\"USD\"]\n\
                    [[edition]]\nname = \"HS2022\"\nfrom = 1990-01-01\n";

fn samples() -> Vec<Sample> {
    let mut wide = vec![vec!["HS Code".to_owned(), "Item".to_owned()]];
    wide[0].extend((1..=12).map(|m| format!("2024.{m:02}")));
    let mut total = vec![0; 12];
    for (n, (code, item)) in
        [("2701", "Coal"), ("2709", "Crude, raw"), ("2710", "Oils"), ("2711", "Gas")].iter().enumerate()
    {
        let mut row = vec![(*code).to_owned(), (*item).to_owned()];
        for (m, total) in total.iter_mut().enumerate() {
            let value = 91_234 + n * 123_457 + m * 1_019;
            *total += value;
            row.push(grouped(value));
        }
        wide.push(row);
    }
    let mut last = vec!["Total".to_owned(), String::new()];
    last.extend(total.into_iter().map(grouped));
    wide.push(last);
    let mut long: Vec<Vec<String>> = vec![["Periode", "Land", "Nummer", "Wert"].map(str::to_owned).to_vec()];
    for month in 1..=6 {
        for (n, code) in ["30.04", "71.08", "84.11"].iter().enumerate() {
            long.push(vec![
                format!("{month:02}.2024"),
                "Vereinigte Staaten".to_owned(),
                (*code).to_owned(),
                format!("{}.{:02}", 226_779 + month * 1_371 + n * 31_337, 10 + n),
            ]);
        }
    }
    vec![
        Sample {
            rows: wide,
            titles: vec!["Imports from USA (thousand USD)".to_owned()],
            source: "[[file]]\ncoverage = \"rows\"\nignore = [\"Item\"]\nperiod = { column = \"month\" }\npartner = { constant = \"USA\" }\n\
                     code = { column = \"HS Code\", pattern = \"digits\", lengths = [4] }\n[[file.value]]\ncolumn = \"value\"\n\
                     unit = \"thousand USD\"\n",
            dialect: "header = [\"HS Code\", \"Item\"]\nthousands = \",\"\nwide = { key = \"month\", values = { value = \"{YYYY}.{MM}\" } }\n\
                      totals = [{ column = \"HS Code\", is = [\"Total\"], over = [\"Item\"] }]\nfootnotes = [\"Notes\", \"Source\"]\n",
            decimal_comma: false,
        },
        Sample {
            rows: long,
            titles: Vec::new(),
            source: "[[file]]\ncoverage = \"rows\"\nperiod = { column = \"Periode\", format = \"{MM}.{YYYY}\" }\n\
                     partner = { column = \"Land\", map = { \"Vereinigte Staaten\" = \"USA\" } }\n\
                     code = { column = \"Nummer\", pattern = \"digits\", lengths = [4], drop = \".\" }\n[[file.value]]\n\
                     column = \"Wert\"\nunit = \"USD\"\n",
            dialect: "decimal = \",\"\nfootnotes = [\"Notes\", \"Source\"]\n",
            decimal_comma: true,
        },
    ]
}

fn grouped(value: usize) -> String {
    format!("{},{:03}", value / 1_000, value % 1_000)
}

/// How a sample is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Coded {
    Utf8,
    Marked,
    Utf16Le,
    Utf16Be,
    Windows,
}

fn bytes(
    titles: &[String],
    rows: &[Vec<String>],
    notes: &[&str],
    separator: char,
    coded: Coded,
    crlf: bool,
) -> Vec<u8> {
    let end = if crlf { "\r\n" } else { "\n" };
    let mut text = String::new();
    let quoted = |cell: &str| {
        if cell.contains([separator, '"', '\n']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.to_owned()
        }
    };
    for title in titles {
        text += &quoted(title);
        text += end;
    }
    for row in rows {
        text += &row.iter().map(|c| quoted(c)).collect::<Vec<_>>().join(&separator.to_string());
        text += end;
    }
    for note in notes {
        text += &quoted(note);
        text += end;
    }
    match coded {
        Coded::Utf8 | Coded::Windows => text.into_bytes(),
        Coded::Marked => [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat(),
        Coded::Utf16Le => {
            [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
        }
        Coded::Utf16Be => {
            [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect()
        }
    }
}

fn source(sample: &Sample, separator: char, coded: Coded) -> SourceFile {
    let separator = if separator == '\t' { "\\t".to_owned() } else { separator.to_string() };
    let encoding = match coded {
        Coded::Utf8 | Coded::Marked => "utf-8",
        Coded::Utf16Le | Coded::Utf16Be => "utf-16",
        Coded::Windows => "windows-1252",
    };
    let (file, value) = sample.source.split_once("[[file.value]]").unwrap();
    let text = format!(
        "{HEAD}{file}[file.dialect]\nseparator = \"{separator}\"\nencoding = \"{encoding}\"\n{}[[file.value]]{value}",
        sample.dialect
    );
    SourceFile::parse("sources/mutated.toml", &text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

fn rows_of(sample: &Sample, decimal_comma: bool) -> Vec<Vec<String>> {
    let mut rows = sample.rows.clone();
    if decimal_comma {
        for row in rows.iter_mut().skip(1) {
            if let Some(last) = row.last_mut() {
                *last = last.replace('.', ",");
            }
        }
    }
    rows
}

#[test]
fn what_changes_nothing_gives_the_same_figures() {
    let mut dice = Dice(0x5eed);
    for sample in &samples() {
        let plain = rows_of(sample, sample.decimal_comma);
        let first = read(
            &source(sample, ';', Coded::Utf8),
            &bytes(&sample.titles, &plain, &[], ';', Coded::Utf8, false),
        );
        let first = first.unwrap_or_else(|e| panic!("{e}"));
        assert!(first.figures.len() > 10);
        for _ in 0..400 {
            let separator = [',', ';', '\t', '|'][dice.roll(4)];
            let coded =
                [Coded::Utf8, Coded::Marked, Coded::Utf16Le, Coded::Utf16Be, Coded::Windows][dice.roll(5)];
            let notes: &[&str] =
                [&[][..], &["Notes: as of May"][..], &["Source: customs", "1) revised"][..]][dice.roll(3)];
            let mut order: Vec<usize> = (0..plain[0].len()).collect();
            for at in (1..order.len()).rev() {
                order.swap(at, dice.roll(at + 1));
            }
            let shuffled: Vec<Vec<String>> =
                plain.iter().map(|r| order.iter().map(|c| r[*c].clone()).collect()).collect();
            let bytes = bytes(&sample.titles, &shuffled, notes, separator, coded, dice.roll(2) == 0);
            let again = read(&source(sample, separator, coded), &bytes)
                .unwrap_or_else(|e| panic!("{separator:?}: {e}"));
            assert_eq!(again.figures, first.figures, "{separator:?}");
        }
    }
}

/// What was done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Harm {
    Cut,
    LineGone,
    LineTwice,
    CellGone,
    CellsSwapped,
    MarkAdded,
    NoteWithoutWord,
    RowsUnderAnother,
    DigitChanged,
}

#[test]
fn what_does_gives_figures_of_the_original_or_a_word_or_a_refusal() {
    let mut dice = Dice(0xfeed);
    let mut silent: BTreeMap<Harm, (usize, usize)> = BTreeMap::new();
    for sample in &samples() {
        let source = source(sample, ';', Coded::Utf8);
        let plain = rows_of(sample, sample.decimal_comma);
        let whole = bytes(&sample.titles, &plain, &["Notes: as of May"], ';', Coded::Utf8, false);
        let first = read(&source, &whole).unwrap_or_else(|e| panic!("{e}"));
        for _ in 0..2_500 {
            let harms = [
                Harm::Cut,
                Harm::LineGone,
                Harm::LineTwice,
                Harm::CellGone,
                Harm::CellsSwapped,
                Harm::MarkAdded,
                Harm::NoteWithoutWord,
                Harm::RowsUnderAnother,
                Harm::DigitChanged,
            ];
            let harm = harms[dice.roll(harms.len())];
            let mut rows = plain.clone();
            let row = 1 + dice.roll(rows.len() - 1);
            let cell = dice.roll(rows[row].len());
            match harm {
                Harm::LineGone => drop(rows.remove(row)),
                Harm::LineTwice => rows.insert(row, rows[row].clone()),
                Harm::CellGone => drop(rows[row].remove(cell)),
                Harm::CellsSwapped => {
                    let other = dice.roll(rows[row].len());
                    rows[row].swap(cell, other);
                }
                Harm::NoteWithoutWord => rows.insert(row, vec!["as of May".to_owned()]),
                Harm::RowsUnderAnother => rows.insert(row, rows[0].clone()),
                Harm::DigitChanged => {
                    let changed = rows[row][cell].chars().map(|c| if c == '3' { '8' } else { c }).collect();
                    rows[row][cell] = changed;
                }
                Harm::Cut | Harm::MarkAdded => {}
            }
            let mut changed = bytes(&sample.titles, &rows, &["Notes: as of May"], ';', Coded::Utf8, false);
            match harm {
                Harm::Cut => changed.truncate(dice.roll(changed.len())),
                Harm::MarkAdded => changed.insert(dice.roll(changed.len()), b"\";,. 0"[dice.roll(6)]),
                _ => {}
            }
            let counted = silent.entry(harm).or_default();
            counted.0 += 1;
            let Ok(again) = read(&source, &changed) else { continue };
            let new_words = again.words.iter().any(|w| !first.words.contains(w));
            counted.1 += usize::from(!again.figures.is_subset(&first.figures) && !new_words);
        }
    }
    // A figure or a code that was exchanged for another of the same form cannot be seen where no total holds it.
    for (harm, (tried, wrong)) in &silent {
        println!("{harm:?}: {tried} tried, {wrong} of them another figure without a word");
        let seen = !matches!(harm, Harm::CellsSwapped | Harm::DigitChanged | Harm::MarkAdded);
        assert!(!seen || *wrong == 0, "{harm:?}: {wrong} of {tried}");
    }
}
