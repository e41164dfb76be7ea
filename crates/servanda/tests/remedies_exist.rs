//! What messages tell people to do can be done: every command, option and page that a text of any crate names is there.

mod common;

use common::{servanda, text};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Every command by its words, with the options that its help lists.
fn commands() -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    let mut open = vec![Vec::<String>::new()];
    while let Some(words) = open.pop() {
        let mut args: Vec<&str> = words.iter().map(String::as_str).collect();
        args.push("--help");
        let help = text(&servanda(&args), 0);
        let listed = help.split_once("\nCommands:\n").map_or("", |(_, listed)| listed);
        let listed = listed.split("\n\n").next().unwrap_or_default();
        for line in listed.lines().filter(|l| l.starts_with("  ") && !l.starts_with("   ")) {
            let name = line.split_whitespace().next().unwrap();
            if name != "help" {
                open.push(words.iter().cloned().chain([name.to_owned()]).collect());
            }
        }
        found.insert(words.join(" "), options(&help));
    }
    found
}

/// Every `--option` in a text.
fn options(text: &str) -> BTreeSet<String> {
    let end = |rest: &str| rest.find(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit() && c != '-');
    text.match_indices("--")
        .filter(|(at, _)| !text[..*at].ends_with(|c: char| c == '-' || c.is_alphanumeric()))
        .map(|(at, _)| &text[at + 2..])
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()))
        .map(|rest| rest[..end(rest).unwrap_or(rest.len())].trim_end_matches('-').to_owned())
        .collect()
}

/// The literal texts of a file, without comments and without what stands below its tests.
fn literals(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]").next().unwrap();
    let mut out = Vec::new();
    let mut chars = source.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'/') => {
                chars.by_ref().find(|c| *c == '\n');
            }
            '\'' => {
                // A character, or a lifetime.
                let mut ahead = chars.clone();
                let first = ahead.next();
                let escaped = first == Some('\\');
                if escaped || ahead.next() == Some('\'') {
                    chars.next();
                    if escaped {
                        chars.next();
                    }
                    chars.by_ref().find(|c| *c == '\'');
                }
            }
            '"' => {
                let mut text = String::new();
                while let Some(c) = chars.next() {
                    match c {
                        '"' => break,
                        '\\' => match chars.next() {
                            Some('\n') => {
                                while chars.peek().is_some_and(|c| c.is_whitespace()) {
                                    chars.next();
                                }
                            }
                            Some('n') => text.push('\n'),
                            Some(c) => text.push(c),
                            None => {}
                        },
                        c => text.push(c),
                    }
                }
                out.push(text);
            }
            _ => {}
        }
    }
    out
}

fn sources(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            sources(&path, into);
        } else if name.ends_with(".rs") && !name.contains("tests") {
            into.push(path);
        }
    }
}

#[test]
fn every_command_option_and_page_that_a_message_names_is_there() {
    let commands = commands();
    assert!(commands.len() > 30, "{commands:?}");
    let all: BTreeSet<&String> = commands.values().flatten().collect();
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let mut files = Vec::new();
    for crate_ in std::fs::read_dir(root.join("crates")).unwrap() {
        sources(&crate_.unwrap().path().join("src"), &mut files);
    }
    let (mut named, mut missing) = (0, Vec::new());
    for file in files {
        let source = std::fs::read_to_string(&file).unwrap();
        for literal in literals(&source) {
            let mut check = |what: &str, there: bool| {
                named += 1;
                if !there {
                    missing.push(format!("{}: {what} in {literal:?}", file.display()));
                }
            };
            for option in options(&literal) {
                check(&format!("--{option}"), all.contains(&option));
            }
            for (at, _) in literal.match_indices("servanda ") {
                let before = &literal[..at];
                // The first line of a signed paper is not a command.
                if literal.ends_with(" 1\n")
                    || before.ends_with(|c: char| c.is_alphanumeric() || "-/_.".contains(c))
                {
                    continue;
                }
                let words: Vec<&str> = literal[at + 9..]
                    .split_whitespace()
                    .take_while(|w| w.starts_with(|c: char| c.is_ascii_lowercase()))
                    .map(|w| w.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()))
                    .collect();
                let Some(first) = words.first() else { continue };
                check(&format!("servanda {first}"), commands.contains_key(*first));
            }
            for (at, _) in literal.match_indices("docs/") {
                let rest = &literal[at..];
                let end =
                    rest.find(|c: char| !c.is_alphanumeric() && !"/-._".contains(c)).unwrap_or(rest.len());
                let page = rest[..end].trim_end_matches('.');
                check(page, root.join(page).is_file());
            }
        }
    }
    assert!(named > 100, "{named}");
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn texts_are_read_without_comments_and_tests() {
    let source =
        "// \"--no\"\nlet c = '\"'; f::<'a>(\"one --flag\", \"two \\\n   lines\"); #[cfg(test)] \"--three\"";
    assert_eq!(literals(source), ["one --flag", "two lines"]);
    assert_eq!(options("--as-of DATE, a--b --x-").into_iter().collect::<Vec<_>>(), ["as-of", "x"]);
}
