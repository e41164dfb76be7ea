//! The program: reads the command line, asks the workspace, prints the answer. Standard output is data only; progress
//! and messages go to standard error.

mod answers;
mod args;
mod assessments;
mod assessments_args;
mod case;
mod case_args;
mod failure;
mod remedy;
mod remedy_args;
mod simulate;
mod simulate_args;
mod talks;
mod talks_args;
mod tariff;
mod tariff_args;

use args::{Cli, Colour};
use clap::Parser;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

/// What a command gives: a text for standard output, and how the program ends.
pub(crate) struct Answer {
    /// For standard output.
    pub text: String,
    /// For standard error.
    pub remarks: Vec<String>,
    /// 0, or 3 where `--fail-on` names a finding, or 1 where a check that was asked for fails.
    pub status: u8,
}

impl Answer {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), remarks: Vec::new(), status: 0 }
    }
}

/// Writes to standard error. That nobody can read it changes nothing of how the program ends.
fn say(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let colour = |terminal: bool| match cli.color {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
    };
    let on_error = colour(std::io::stderr().is_terminal());
    let place = answers::Place {
        colour: colour(std::io::stdout().is_terminal()),
        width: terminal_size::terminal_size().map_or(100, |(w, _)| usize::from(w.0)),
        now: jiff::Zoned::now(),
    };
    match answers::answer(&cli, &place) {
        Ok(answer) => {
            for remark in &answer.remarks {
                say(&format!("{remark}\n"));
            }
            let mut out = std::io::stdout().lock();
            let end = if answer.text.is_empty() || answer.text.ends_with('\n') { "" } else { "\n" };
            match write!(out, "{}{end}", answer.text).and_then(|()| out.flush()) {
                Ok(()) => ExitCode::from(answer.status),
                // Whoever reads has had enough: `servanda check ... | head`.
                Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::from(answer.status),
                Err(e) => {
                    say(&format!("error: standard output: {e}\n"));
                    ExitCode::from(1)
                }
            }
        }
        Err(error) => {
            say(&failure::render(&error, on_error));
            ExitCode::from(if error.is_users() { 2 } else { 1 })
        }
    }
}
