//! Published files, changed at random. What changes nothing of what a file says gives the same figures; what does gives only figures
//! of the original, a word, or a refusal.
//!
//! The files are those of publishers where the folder with them is here, and two that are made up. `MUTATIONS=2500` tries so many of
//! each kind, and prints the counts.

use crate::guess::guess;
use crate::ingest::{Input, Snapshot, read_for_tests};
use crate::source_file::SourceFile;
use servanda_tables::{Encoding, Footnotes, Separator, sniff};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

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

/// A table as rows of text, titles among them, with the source that reads it as CSV.
struct Sample {
    name: String,
    rows: Vec<Vec<String>>,
    source: SourceFile,
}

const HEAD: &str = "id = \"mutated\"\ntitle = \"t\"\npublisher = \"p\"\nzone = \"UTC\"\nlag_days = 60\nrevision = \"never\"\n\
                    reporter = \"KOR\"\nfrequency = \"monthly\"\ndepth = 4\ndecimals = 2\n\n[basis]\ncovers = \"goods\"\n\
                    side = \"importer\"\ntrade = \"t\"\nvaluation = \"CIF\"\naccounting = \"census\"\nseasonal = \"not adjusted\"\n\
                    partner = \"origin\"\nterritory = \"t\"\ncurrency = \"USD\"\nsecrecy = \"none\"\n[absence]\ndefault = \"unknown\"\n\
                    [[flow]]\nstage = \"imports\"\nnon_negative = true\ndimensions = [\"USD\"]\n\
                    [[edition]]\nname = \"HS2022\"\nfrom = 1990-01-01\n";

/// Months across the top, thousands, a title and a total; and semicolon-like rows with decimal commas and codes with points.
fn made_up() -> Vec<Sample> {
    let mut wide = vec![
        vec!["Imports from USA (thousand USD)".to_owned()],
        vec!["HS Code".to_owned(), "Item".to_owned()],
    ];
    wide[1].extend((1..=12).map(|m| format!("2024.{m:02}")));
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
                format!("{},{:02}", 226_779 + month * 1_371 + n * 31_337, 10 + n),
            ]);
        }
    }
    let parsed = |name: &str, rows: Vec<Vec<String>>, text: &str| Sample {
        name: name.to_owned(),
        rows,
        source: SourceFile::parse("sources/mutated.toml", &format!("{HEAD}{text}"))
            .unwrap_or_else(|e| panic!("{e}")),
    };
    vec![
        parsed(
            "made up, months across the top",
            wide,
            "[[file]]\ncoverage = \"rows\"\nignore = [\"Item\"]\nperiod = { column = \"month\" }\npartner = { constant = \"USA\" }\n\
             code = { column = \"HS Code\", pattern = \"digits\", lengths = [4] }\n[file.dialect]\n\
             header = [\"HS Code\", \"Item\"]\nthousands = \",\"\nwide = { key = \"month\", values = { value = \"{YYYY}.{MM}\" } }\n\
             totals = [{ column = \"HS Code\", is = [\"Total\"], over = [\"Item\"] }]\n\
             [[file.value]]\ncolumn = \"value\"\nunit = \"thousand USD\"\n",
        ),
        parsed(
            "made up, decimal commas",
            long,
            "[[file]]\ncoverage = \"rows\"\nperiod = { column = \"Periode\", format = \"{MM}.{YYYY}\" }\n\
             partner = { column = \"Land\", map = { \"Vereinigte Staaten\" = \"USA\" } }\n\
             code = { column = \"Nummer\", pattern = \"digits\", lengths = [4], drop = \".\" }\n[file.dialect]\ndecimal = \",\"\n\
             [[file.value]]\ncolumn = \"Wert\"\nunit = \"USD\"\n",
        ),
    ]
}

/// Each published file that can be described, as a table in text, with the description that is written of it.
fn published() -> Vec<Sample> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/published");
    let Ok(folders) = std::fs::read_dir(&data) else {
        println!("skipped: the folder with the published files is not here");
        return Vec::new();
    };
    let files = folders.flatten().flat_map(|f| std::fs::read_dir(f.path()).into_iter().flatten().flatten());
    let mut paths: Vec<PathBuf> = files.map(|f| f.path()).collect();
    paths.sort();
    let now = "2026-11-21T12:00:00Z".parse().unwrap();
    let mut out = Vec::new();
    for path in paths {
        let file = std::fs::File::open(&path).unwrap();
        let size = file.metadata().unwrap().len();
        let Ok(found) = sniff(file, size, 2_000) else { continue };
        for grid in found.grids {
            let rows: Vec<Vec<String>> = grid.rows.into_iter().map(|(_, row)| row).collect();
            let input =
                Input::Bytes { name: "mutated".to_owned(), bytes: bytes(&rows, ',', Encoding::Utf8, false) };
            let Ok(guess) = guess(&input, "mutated", now) else { continue };
            if !guess.ingests {
                continue;
            }
            let source =
                SourceFile::parse("sources/mutated.toml", &guess.text).unwrap_or_else(|e| panic!("{e}"));
            let name = path.strip_prefix(&data).unwrap_or(&path).display().to_string();
            out.push(Sample { name, rows, source });
            break;
        }
    }
    assert!(out.len() >= 20, "{}", out.len());
    out
}

fn grouped(value: usize) -> String {
    format!("{},{:03}", value / 1_000, value % 1_000)
}

fn bytes(rows: &[Vec<String>], separator: char, encoding: Encoding, crlf: bool) -> Vec<u8> {
    let end = if crlf { "\r\n" } else { "\n" };
    let quoted = |cell: &String| {
        if cell.contains([separator, '"', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.clone()
        }
    };
    let mut text = String::new();
    for row in rows {
        text += &row.iter().map(quoted).collect::<Vec<_>>().join(&separator.to_string());
        text += end;
    }
    match encoding {
        Encoding::Utf16Le => {
            [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
        }
        Encoding::Utf16Be => {
            [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect()
        }
        Encoding::Gb18030 => encoding_rs::GB18030.encode(&text).0.into_owned(),
        _ => text.into_bytes(),
    }
}

/// The source with what is changed of its files: separator, encoding, what stands below.
fn changed(source: &SourceFile, separator: Separator, encoding: Encoding, notes: bool) -> SourceFile {
    let mut source = source.clone();
    for file in &mut source.files {
        (file.dialect.separator, file.dialect.encoding) = (separator, encoding);
        if notes {
            let mut all = match file.dialect.footnotes.take() {
                Some(Footnotes::From(all)) => all,
                _ => Vec::new(),
            };
            all.extend(["Notes".to_owned(), "Source".to_owned()]);
            file.dialect.footnotes = Some(Footnotes::From(all));
        }
    }
    source
}

/// How many files are changed in each of the two ways.
fn tries() -> usize {
    std::env::var("MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(300)
}

#[test]
fn what_changes_nothing_gives_the_same_figures() {
    let mut dice = Dice(0x5eed);
    let samples: Vec<Sample> = made_up().into_iter().chain(published()).collect();
    let (mut tried, mut equal, mut guessed, mut alike) = (0, 0, 0, 0);
    let now = "2026-11-21T12:00:00Z".parse().unwrap();
    for n in 0..tries() {
        let sample = &samples[n % samples.len()];
        let first = read(&sample.source, &bytes(&sample.rows, ',', Encoding::Utf8, false));
        let first = first.unwrap_or_else(|e| panic!("{}: {e}", sample.name));
        let separator = Separator::ALL[dice.roll(4)];
        let encoding =
            [Encoding::Utf8, Encoding::Utf16, Encoding::Utf16Le, Encoding::Utf16Be, Encoding::Gb18030]
                [dice.roll(5)];
        let notes: &[&str] =
            [&[][..], &["Notes: as of May"][..], &["Source: customs", "1) revised"][..]][dice.roll(3)];
        let width = sample.rows.iter().map(Vec::len).max().unwrap();
        let dialect = &sample.source.files[0].dialect;
        // A column without a name, and a heading among rows, are told by where they stand.
        let placed = dialect.sections.is_some()
            || dialect.merged
            || sample.source.files[0].columns().iter().any(|c| c.starts_with("column "));
        let names = sample.rows.iter().find(|r| r.len() == width).unwrap();
        let named: Vec<usize> = (0..width).filter(|c| !placed && !names[*c].trim().is_empty()).collect();
        let mut order: Vec<usize> = (0..width).collect();
        for at in (1..named.len()).rev() {
            order.swap(named[at], named[dice.roll(at + 1)]);
        }
        // A title or a note has a cell or two.
        let moved = |row: &Vec<String>| {
            let cells = order.iter().map(|c| row.get(*c).cloned().unwrap_or_default());
            if row.len() * 2 > width { cells.collect() } else { row.clone() }
        };
        let mut rows: Vec<Vec<String>> = sample.rows.iter().map(moved).collect();
        rows.extend(notes.iter().map(|n| vec![(*n).to_owned()]));
        let written = if encoding == Encoding::Utf16 { Encoding::Utf16Le } else { encoding };
        let file = bytes(&rows, char::from(separator.byte()), written, dice.roll(2) == 0);
        let again = read(&changed(&sample.source, separator, encoding, !notes.is_empty()), &file);
        tried += 1;
        match again {
            Ok(again) if again.figures == first.figures => equal += 1,
            Ok(again) => {
                let more: Vec<_> = again.figures.difference(&first.figures).take(3).collect();
                assert!(more.is_empty(), "{} gives other figures: {more:?}", sample.name);
                println!("{}: fewer figures", sample.name);
            }
            Err(error) => println!("{}, {separator:?}, {encoding:?}: {error}", sample.name),
        }
        if n % 3 == 0 {
            guessed += 1;
            let input = Input::Bytes { name: "mutated".to_owned(), bytes: file.clone() };
            let written = guess(&input, "mutated", now).ok().filter(|g| g.ingests);
            let source = written.and_then(|g| SourceFile::parse("sources/mutated.toml", &g.text).ok());
            let figures = source.and_then(|source| read(&source, &file).ok()).map(|r| r.figures.len());
            alike += usize::from(figures == Some(first.figures.len()));
        }
    }
    println!(
        "{tried} changed without harm: {equal} equal; {guessed} of them described again: {alike} with as many figures"
    );
    assert!(equal * 100 >= tried * 95, "{equal} of {tried}");
    assert!(alike * 100 >= guessed * 80, "{alike} of {guessed}");
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
    NamesAgain,
    DigitChanged,
}

impl Harm {
    const ALL: [Self; 9] = [
        Self::Cut,
        Self::LineGone,
        Self::LineTwice,
        Self::CellGone,
        Self::CellsSwapped,
        Self::MarkAdded,
        Self::NoteWithoutWord,
        Self::NamesAgain,
        Self::DigitChanged,
    ];

    /// Whether it can be seen without a total: a figure or a code that was exchanged for another of the same form cannot, and a cell
    /// that is missing shifts those behind it where rows may lack cells.
    fn can_be_seen(self, ragged: bool) -> bool {
        let exchanged = matches!(self, Self::CellsSwapped | Self::DigitChanged | Self::MarkAdded);
        let shifted = self == Self::CellGone && ragged;
        !(exchanged || shifted)
    }
}

#[test]
fn what_does_gives_figures_of_the_original_or_a_word_or_a_refusal() {
    let mut dice = Dice(0xfeed);
    let mut silent: BTreeMap<(Harm, bool), (usize, usize)> = BTreeMap::new();
    let samples: Vec<Sample> = made_up().into_iter().chain(published()).collect();
    for n in 0..tries() {
        let sample = &samples[n % samples.len()];
        let whole = bytes(&sample.rows, ',', Encoding::Utf8, false);
        let first = read(&sample.source, &whole).unwrap_or_else(|e| panic!("{}: {e}", sample.name));
        let harm = Harm::ALL[dice.roll(Harm::ALL.len())];
        let mut rows = sample.rows.clone();
        let names =
            rows.iter().map(Vec::len).max().and_then(|w| rows.iter().position(|r| r.len() == w)).unwrap();
        let row = names + 1 + dice.roll(rows.len() - names - 1);
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
            Harm::NamesAgain => rows.insert(row, rows[names].clone()),
            Harm::DigitChanged => {
                rows[row][cell] = rows[row][cell].chars().map(|c| if c == '3' { '8' } else { c }).collect();
            }
            Harm::Cut | Harm::MarkAdded => {}
        }
        let mut changed = bytes(&rows, ',', Encoding::Utf8, false);
        match harm {
            Harm::Cut => changed.truncate(dice.roll(changed.len())),
            Harm::MarkAdded => changed.insert(dice.roll(changed.len()), b"\";,. 0"[dice.roll(6)]),
            _ => {}
        }
        let ragged = sample.source.files[0].dialect.ragged;
        let counted = silent.entry((harm, harm.can_be_seen(ragged))).or_default();
        counted.0 += 1;
        let Ok(again) = read(&sample.source, &changed) else { continue };
        let new_words = again.words.iter().any(|w| !first.words.contains(w));
        let other = !again.figures.is_subset(&first.figures) && !new_words;
        counted.1 += usize::from(other);
        if other && harm.can_be_seen(ragged) {
            let more: Vec<_> = again.figures.difference(&first.figures).take(3).collect();
            println!("{}, {harm:?}, row {row}: {more:?}", sample.name);
        }
    }
    for ((harm, seen), (tried, wrong)) in &silent {
        println!(
            "{harm:?}{}: {tried} tried, {wrong} of them another figure without a word",
            if *seen { "" } else { " (cannot be seen)" }
        );
        assert!(!seen || *wrong == 0, "{harm:?}: {wrong} of {tried}");
    }
}
