//! One typo has one code, one place and one remedy in every kind of file that people write, and the line that it stands in is shown.

mod common;

use common::{servanda_in, undrawn};
use std::path::{Path, PathBuf};

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(from, to).unwrap();
    }
}

/// A workspace with one file of each kind and what they need.
fn workspace() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    for part in [
        "servanda.toml",
        "agreements/us-china-phase-one",
        "talks/us-china-phase-one.toml",
        "talks/us-china-phase-one.csv",
        "measures",
        "schedules",
        "sources",
        "examples/what-if",
        "bases/synthetic-4x3",
        "calendars",
        "cases/people",
        "remedies",
    ] {
        copy(&root.join(part), &dir.path().join(part));
    }
    dir
}

const RATE: &[&str] =
    &["tariff", "rate", "--importer", "USA", "--origin", "AUS", "--line", "85171300", "--on", "2026-01-01"];
const LINT: &[&str] = &["lint", "us-china-phase-one"];
const LADDER: &[&str] = &[
    "case",
    "open",
    "one",
    "--agreement",
    "us-china-phase-one",
    "--commitment",
    "purchases.energy.2020",
    "--complainant",
    "USA",
    "--respondent",
    "CHN",
    "--date",
    "2021-03-01",
];
const REMEDY: &[&str] = &[
    "remedy",
    "us-china-phase-one",
    "purchases.energy.2020",
    "--harm",
    "3 bn USD",
    "--per",
    "once",
    "--duration",
    "12",
    "--match",
    "revenue",
];

/// What a command says of a file in which a text was changed, with standard error as it is.
fn said(dir: &Path, file: &str, edits: &[(&str, &str)], command: &[&str]) -> (String, String) {
    let path = dir.join(file);
    let good = std::fs::read_to_string(&path).unwrap();
    let mut text = good.clone();
    for (from, to) in edits {
        assert!(text.contains(from), "{file}: {from}");
        text = text.replacen(from, to, 1);
    }
    std::fs::write(&path, &text).unwrap();
    let output = servanda_in(dir, command);
    std::fs::write(&path, &good).unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{file}: {said}");
    assert!(!said.contains("panicked"), "{said}");
    (text, said)
}

#[test]
fn a_misspelt_key_has_one_code_place_and_remedy_in_every_kind_of_file() {
    let dir = workspace();
    let what_if = |name| vec!["simulate", name];
    for (file, key, typo, command) in [
        ("servanda.toml", "format", "fromat", vec!["sources"]),
        ("agreements/us-china-phase-one/agreement.toml", "title", "titel", LINT.to_vec()),
        ("agreements/us-china-phase-one/cases.toml", "why", "wyh", LINT.to_vec()),
        ("agreements/us-china-phase-one/text/coverage.toml", "kind", "knid", [LINT, &["--text"]].concat()),
        ("agreements/us-china-phase-one/ladder.toml", "cite", "ctie", LADDER.to_vec()),
        ("talks/us-china-phase-one.toml", "title", "titel", vec!["talks", "conflicts"]),
        ("measures/usa-free-trade.toml", "title", "titel", RATE.to_vec()),
        ("measures/held.toml", "importer", "importr", RATE.to_vec()),
        ("measures/authorities.toml", "title", "titel", RATE.to_vec()),
        ("schedules/usa-mfn-2025.toml", "title", "titel", RATE.to_vec()),
        ("sources/usa-census-exports.toml", "publisher", "publsher", vec!["sources"]),
        ("examples/what-if/optimum.toml", "title", "titel", what_if("examples/what-if/optimum.toml")),
        (
            "examples/what-if/us-china-measures.toml",
            "importer",
            "imprter",
            what_if("examples/what-if/us-china-measures.toml"),
        ),
        ("bases/synthetic-4x3/manifest.toml", "name", "nane", what_if("examples/what-if/optimum.toml")),
        ("calendars/beijing.toml", "title", "titel", vec!["due"]),
        ("remedies/elasticities.toml", "title", "titel", REMEDY.to_vec()),
    ] {
        let start = |text: &str, word: &str| {
            let line = |l: &&str| {
                l.trim_start().starts_with(&format!("{word} ")) || l.starts_with(&format!("{word}="))
            };
            text.lines().find(line).map(str::to_owned).unwrap_or_else(|| panic!("{file}: {word}"))
        };
        let good = std::fs::read_to_string(dir.path().join(file)).unwrap();
        let line = start(&good, key);
        let wrong = line.replacen(key, typo, 1);
        let edit = (format!("\n{line}\n"), format!("\n{wrong}\n"));
        let (text, raw) = said(dir.path(), file, &[(&edit.0, &edit.1)], &command);
        let number = text.lines().position(|l| l == wrong).unwrap() + 1;
        let column = wrong.find(typo).unwrap() + 1;
        let name = file.rsplit('/').next().unwrap();
        let flat = undrawn(&raw);
        assert_eq!(raw.lines().filter(|l| *l == "unknown-key").count(), 1, "{file}: {raw}");
        assert!(raw.contains("1 mistake in these files"), "{file}: {raw}");
        assert!(raw.contains(wrong.trim_end()), "{file}: {raw}");
        let told = flat.lines().find(|l| l.contains(&format!("{name}:{number}:{column}: ")));
        let told = told.unwrap_or_else(|| panic!("{file}: {number}:{column} is not in: {flat}\n{raw}"));
        assert!(told.contains(&format!("key `{typo}`")), "{file}: {told}");
        assert!(told.ends_with(&format!("; did you mean `{key}`?")), "{file}: {told}");
    }
}

#[test]
fn mistakes_of_five_kinds_are_said_in_one_run_and_missing_keys_last() {
    let dir = workspace();
    let all = ["unknown-key", "wrong-kind", "unknown-word", "bad-date", "missing-key"];
    for (file, edits, command, codes) in [
        (
            "sources/usa-census-exports.toml",
            vec![
                ("\nurl ", "\nurll "),
                ("\nlag_days  = ", "\nlag_days  = \"x\" # "),
                ("frequency = \"monthly\"", "frequency = \"montly\""),
                ("from = 2012-01-01", "from = 0900-01-01"),
                ("[basis]\n", "[basis]\n# "),
            ],
            vec!["sources"],
            &all[..],
        ),
        (
            "examples/what-if/optimum.toml",
            vec![("\ntitle ", "\nbalance = 3\nzzz = 1\n# "), ("\nbase ", "\nstart = 3\nbase ")],
            vec!["simulate", "examples/what-if/optimum.toml"],
            &["wrong-kind", "unknown-key", "missing-key"][..],
        ),
    ] {
        let (_, raw) = said(dir.path(), file, &edits, &command);
        let found: Vec<&str> = raw.lines().filter(|l| all.contains(l)).collect();
        for code in codes {
            assert!(found.contains(code), "{file}: {code} is not in: {raw}");
        }
        assert_eq!(found.last(), Some(&"missing-key"), "{file}: {raw}");
    }
}
