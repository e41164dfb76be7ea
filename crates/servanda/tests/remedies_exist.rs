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

/// A piece of a Rust file: a literal text, or a character outside of all texts and comments.
#[derive(Debug, PartialEq)]
enum Piece {
    Text(String),
    Other(char),
}

/// What a Rust file is made of, without comments.
fn pieces(source: &str) -> Vec<Piece> {
    let all: Vec<char> = source.chars().collect();
    let at = |n: usize| all.get(n).copied().unwrap_or('\0');
    let (mut out, mut n) = (Vec::new(), 0);
    while n < all.len() {
        let c = at(n);
        let after_word = n > 0 && (at(n - 1).is_alphanumeric() || at(n - 1) == '_');
        let hashes = (n + 1..).take_while(|k| at(*k) == '#').count();
        if c == '/' && at(n + 1) == '/' {
            n += all[n..].iter().take_while(|c| **c != '\n').count();
        } else if c == '/' && at(n + 1) == '*' {
            let mut depth = 0;
            loop {
                match (at(n), at(n + 1)) {
                    ('/', '*') => (depth, n) = (depth + 1, n + 2),
                    ('*', '/') => (depth, n) = (depth - 1, n + 2),
                    _ => n += 1,
                }
                if depth == 0 || n >= all.len() {
                    break;
                }
            }
        } else if c == 'r' && (!after_word || at(n.max(1) - 1) == 'b') && at(n + 1 + hashes) == '"' {
            let start = n + 2 + hashes;
            let ends = |k: &usize| at(*k) == '"' && (1..=hashes).all(|h| at(k + h) == '#');
            let end = (start..all.len()).find(ends).unwrap_or(all.len());
            out.push(Piece::Text(all[start..end].iter().collect()));
            n = end + 1 + hashes;
        } else if c == '"' {
            let mut text = String::new();
            n += 1;
            while n < all.len() && at(n) != '"' {
                if at(n) == '\\' {
                    n += 1;
                    match at(n) {
                        '\n' => n += (n + 1..).take_while(|k| at(*k).is_whitespace()).count(),
                        'n' => text.push('\n'),
                        c => text.push(c),
                    }
                } else {
                    text.push(at(n));
                }
                n += 1;
            }
            out.push(Piece::Text(text));
            n += 1;
        } else if c == '\'' && at(n + 1) == '\\' {
            n += 3;
            n += (n..all.len()).take_while(|k| at(*k) != '\'').count() + 1;
        } else if c == '\'' && at(n + 2) == '\'' {
            n += 3;
        } else {
            out.push(Piece::Other(c));
            n += 1;
        }
    }
    out
}

/// The literal texts of a file, without comments and without what is for tests alone.
fn literals(source: &str) -> Vec<String> {
    const TESTS: &str = "#[cfg(test)]";
    let all = pieces(source);
    let is_tests = |n: usize| {
        let marks = all.iter().skip(n).take(TESTS.len());
        marks.zip(TESTS.chars()).filter(|(piece, c)| **piece == Piece::Other(*c)).count() == TESTS.len()
    };
    let (mut out, mut n) = (Vec::new(), 0);
    while n < all.len() {
        if is_tests(n) {
            // An item ends with a semicolon, or with its last brace.
            let mut depth = 0;
            n += TESTS.len();
            while n < all.len() {
                match all[n] {
                    Piece::Other('{') => depth += 1,
                    Piece::Other('}') => depth -= 1,
                    _ => {}
                }
                let end = matches!(all[n], Piece::Other('}' | ';')) && depth == 0;
                n += 1;
                if end {
                    break;
                }
            }
            continue;
        }
        if let Piece::Text(text) = &all[n] {
            out.push(text.clone());
        }
        n += 1;
    }
    out
}

/// The commands that a text names behind the program's name.
fn named_commands(literal: &str) -> Vec<String> {
    let found = literal.match_indices("servanda ").filter_map(|(at, _)| {
        // The first line of a signed paper is not a command.
        if literal.ends_with(" 1\n")
            || literal[..at].ends_with(|c: char| c.is_alphanumeric() || "-/_.".contains(c))
        {
            return None;
        }
        let word = literal[at + 9..].split_whitespace().next()?;
        let word = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        word.starts_with(|c: char| c.is_ascii_lowercase()).then(|| word.to_owned())
    });
    found.collect()
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
            for command in named_commands(&literal) {
                check(&format!("servanda {command}"), commands.contains_key(&command));
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
    assert!(named > 10, "{named}");
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn no_library_names_an_option_or_a_command() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut files = Vec::new();
    for crate_ in std::fs::read_dir(root).unwrap() {
        let crate_ = crate_.unwrap().path();
        if crate_.file_name().unwrap() != "servanda" {
            sources(&crate_.join("src"), &mut files);
        }
    }
    assert!(files.len() > 200, "{}", files.len());
    let (mut read, mut named) = (0, Vec::new());
    for file in files {
        for literal in literals(&std::fs::read_to_string(&file).unwrap()) {
            read += 1;
            if !options(&literal).is_empty() || !named_commands(&literal).is_empty() {
                named.push(format!("{}: {literal:?}", file.display()));
            }
        }
    }
    assert!(read > 5_000, "{read}");
    assert!(named.is_empty(), "{named:#?}");
}

#[test]
fn texts_are_read_without_comments_and_tests() {
    let source = r##"// "--no"
        let c = '"'; let d = '\''; f::<'a>("one --flag", "two \
           lines"); /* "--four" /* */ "--five" */
        #[cfg(test)]
        mod tests { const A: &str = "--three {"; fn f() {} }
        #[cfg(test)]
        use a::{b};
        let e = (r"raw \", r#"a "raw" one"#, br"b", "last");
    "##;
    assert_eq!(literals(source), ["one --flag", "two lines", r"raw \", r#"a "raw" one"#, "b", "last"]);
    assert_eq!(options("--as-of DATE, a--b --x-").into_iter().collect::<Vec<_>>(), ["as-of", "x"]);
    assert_eq!(named_commands("run `servanda check x`, a.servanda check; Servanda tells"), ["check"]);
}
