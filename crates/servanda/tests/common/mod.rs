//! Runs the built program.

#![allow(dead_code)]

pub mod deal;

use serde_json::Value;
use std::path::Path;
use std::process::Output;

/// Runs the program on the workspace at the repository's root.
pub fn servanda(args: &[&str]) -> Output {
    servanda_in(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")), args)
}

/// Runs the program in a folder.
pub fn servanda_in(dir: &Path, args: &[&str]) -> Output {
    assert_cmd::Command::cargo_bin("servanda").unwrap().current_dir(dir).args(args).output().unwrap()
}

/// Standard output as text; the program must have ended with `code`.
pub fn text(output: &Output, code: i32) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "standard error: {stderr}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What is drawn of mistakes, each as `FILE:LINE:COLUMN: MESSAGE; HELP` on a line; other lines as they are.
pub fn undrawn(said: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let (mut message, mut place, mut help) = (String::new(), String::new(), String::new());
    for line in said.lines().chain([""]) {
        let text = line.trim();
        if let Some(start) = text.strip_prefix("× ") {
            message = start.to_owned();
        } else if let Some((_, at)) = text.split_once("─[") {
            place = format!("{}: ", at.trim_end_matches(']'));
        } else if let Some(more) = text.strip_prefix("│ ").filter(|_| place.is_empty()) {
            message = format!("{message} {more}");
        } else if let Some(start) = text.strip_prefix("help: ") {
            help = format!("; {start}");
        } else if !help.is_empty() && !text.is_empty() {
            help = format!("{help} {text}");
        } else if message.is_empty() {
            lines.push(line.to_owned());
        } else if text.is_empty() && (!place.is_empty() || !help.is_empty()) {
            lines.push(format!("{place}{message}{help}"));
            (message, place, help) = Default::default();
        }
    }
    lines.join("\n")
}

/// Standard output as JSON; the program must have ended with 0.
pub fn json(output: &Output) -> Value {
    serde_json::from_str(&text(output, 0)).unwrap()
}

/// `check AGREEMENT --format json` with more arguments.
pub fn check(agreement: &str, more: &[&str]) -> Value {
    let mut args = vec!["check", agreement, "--format", "json"];
    args.extend(more);
    json(&servanda(&args))
}

/// A commitment of a checked document.
pub fn commitment<'v>(document: &'v Value, id: &str) -> &'v Value {
    document["commitments"]
        .as_array()
        .unwrap()
        .iter()
        .find(|c| c["id"] == id)
        .unwrap_or_else(|| panic!("no commitment {id}"))
}

/// A reading of a commitment.
pub fn reading<'v>(commitment: &'v Value, source: &str, definition: &str) -> &'v Value {
    commitment["readings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["source"] == source && r["definition"]["id"] == definition)
        .unwrap_or_else(|| panic!("no reading of {source} under {definition}"))
}

/// A figure's number in billions, rounded to three decimals.
pub fn bn(figure: &Value) -> String {
    format!("{:.3}", figure.as_str().expect("a figure").parse::<f64>().unwrap() / 1e9)
}

/// An exact number as a float, for comparison with printed figures.
pub fn number(value: &Value) -> f64 {
    value.as_str().expect("a figure").parse().unwrap()
}
