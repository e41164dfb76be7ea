//! `guess` over every published file: right, or refused with the reason.

mod common;

use common::{NOW, options, scratch};
use servanda_evidence::{Input, SourceFile, guess, ingest};
use std::path::Path;

/// Each published file, what stands in what is written of it (none where it is refused), and what is said.
const FILES: &[(&str, &[&str], &str)] = &[
    (
        "forms/swiss_impex.csv",
        &[
            "column = \"Wert (CHF)\"",
            "drop = \".\"",
            "separator = \";\"",
            "\"{MM}.{YYYY}\"",
            "\"Export\" = \"exports\"",
        ],
        "264 figures",
    ),
    ("forms/kita_wide.csv", &["thousands = \",\"", "\"thousand USD\"", "is = [\"Total\"]"], "132 figures"),
];

#[test]
fn published_files_are_described_or_refused() {
    let Some(data) = common::data() else { return };
    let published = data.join("published");
    let mut all: Vec<_> = Vec::new();
    for folder in std::fs::read_dir(&published).unwrap().flatten() {
        for file in std::fs::read_dir(folder.path()).unwrap().flatten() {
            if file.file_name() != "FROM.txt" {
                all.push(file.path());
            }
        }
    }
    all.sort();
    for path in &all {
        let name = path.strip_prefix(&published).unwrap().display().to_string();
        let input = Input::Path(path.clone());
        match guess(&input, "guessed", NOW.parse().unwrap()) {
            Ok(guess) => {
                let read = SourceFile::parse("guessed.toml", &guess.text);
                println!("== {name}: {}", guess.says);
                if std::env::var_os("SHOW").is_some() {
                    let from = guess.text.find("[[flow]]").unwrap_or(0);
                    println!("{}", &guess.text[from..]);
                }
                if guess.ingests {
                    let source = read.unwrap_or_else(|e| panic!("{name}: {e}\n{}", guess.text));
                    let mut with = options(Some("2026-11-20"));
                    with.no_final_newline = true;
                    let folder = scratch();
                    let done = ingest(folder.path(), &source, &input, &with, NOW.parse().unwrap());
                    done.unwrap_or_else(|e| panic!("{name}: {e}"));
                }
            }
            Err(error) => println!("== {name}: refused: {error}"),
        }
    }
    for (file, parts, says) in FILES {
        let path = published.join(Path::new(file));
        let guess = guess(&Input::Path(path), "guessed", NOW.parse().unwrap())
            .unwrap_or_else(|e| panic!("{file}: {e}"));
        for part in *parts {
            assert!(guess.text.contains(part), "{file}: {part} is not in\n{}", guess.text);
        }
        assert!(guess.ingests && guess.says.contains(says), "{file}: {}", guess.says);
    }
}
