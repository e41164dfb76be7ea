//! The outputs that the book shows are those of the program. `UPDATE_BOOK=1 cargo test -p servanda --test book` writes them anew.

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn output(line: &str) -> String {
    let mut words = line.split_whitespace();
    assert_eq!(words.next(), Some("servanda"), "{line}");
    let out = Command::new(env!("CARGO_BIN_EXE_servanda")).args(words).current_dir(root()).output().unwrap();
    assert!(out.status.success(), "{line}: {}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).unwrap();
    // The hash over the workspace is another whenever any of its files is.
    let masked =
        text.lines().map(|l| if l.starts_with("workspace: ") { "workspace: [64 digits]" } else { l });
    masked.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_commands_that_answer_questions_run() {
    let page = std::fs::read_to_string(root().join("docs/how-to.md")).unwrap();
    // `serve` runs until it is stopped; in running text it stands between backticks.
    let lines: Vec<&str> = page.lines().filter(|line| line.starts_with("servanda ")).collect();
    assert!(lines.len() >= 8, "{lines:?}");
    for line in lines {
        assert!(!output(line).is_empty(), "{line}");
    }
}

#[test]
fn the_outputs_in_the_page_on_tariffs_are_the_programs() {
    outputs_are_the_programs("docs/tariffs.md", 8);
}

#[test]
fn the_outputs_in_the_page_on_assessments_are_the_programs() {
    outputs_are_the_programs("docs/assessments.md", 5);
}

#[test]
fn the_outputs_in_the_page_on_soybeans_are_the_programs() {
    outputs_are_the_programs("docs/soybeans.md", 1);
}

#[test]
fn the_outputs_in_the_page_on_the_surcharge_are_the_programs() {
    outputs_are_the_programs("docs/surcharge.md", 2);
}

/// Every output that a page shows, of which there are some at least, is what the program prints.
fn outputs_are_the_programs(page: &str, least: usize) {
    let name = page;
    let path = root().join(page);
    let page = std::fs::read_to_string(&path).unwrap();
    let mut new = String::new();
    let mut rest = page.as_str();
    let mut shown = 0;
    while let Some(at) = rest.find("<!-- output: ") {
        let (before, after) = rest.split_at(at);
        let (head, block) = after.split_once("```text\n").expect("a block after the command");
        let command = head.trim_start_matches("<!-- output: ").split(" -->").next().unwrap();
        let (_, behind) = block.split_once("\n```").expect("the end of the block");
        new.push_str(before);
        new.push_str(&format!("<!-- output: {command} -->\n```text\n{}\n```", output(command).trim_end()));
        rest = behind;
        shown += 1;
    }
    new.push_str(rest);
    assert!(shown >= least, "{shown} outputs");
    if std::env::var_os("UPDATE_BOOK").is_some() {
        std::fs::write(&path, new).unwrap();
    } else if new != page {
        let differs = new.lines().zip(page.lines()).find(|(a, b)| a != b);
        panic!("{name} differs from the program: {differs:?}; UPDATE_BOOK=1 writes it anew");
    }
}
