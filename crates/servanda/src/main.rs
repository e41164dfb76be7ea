//! The program: reads the command line, asks the workspace, prints the answer. Standard output is data only; progress
//! and messages go to standard error.

mod answers;
mod args;
mod assessments;
mod assessments_args;
mod bundle;
mod case;
mod case_args;
mod export;
mod failure;
mod home;
mod mcp;
mod remedy;
mod remedy_args;
mod serve;
mod simulate;
mod simulate_args;
mod style;
mod talks;
mod talks_args;
mod tariff;
mod tariff_args;

use args::{Cli, Colour};
use clap::{ArgMatches, CommandFactory, FromArgMatches};
use servanda_core::problem::Kind;
use servanda_files::csv::guard_formulas;
use servanda_files::visible;
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

    /// With what else is to be said.
    pub(crate) fn with(mut self, remarks: impl IntoIterator<Item = String>) -> Self {
        self.remarks.extend(remarks);
        self
    }
}

/// Writes to standard error. That nobody can read it changes nothing of how the program ends.
fn say(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// An answer as it may reach a terminal or a file: nothing that others wrote is obeyed. Only the colours of status words, as the
/// report writes them, are let through.
fn shown(text: &str, colour: bool) -> String {
    if !colour {
        return visible(text).into_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split('\u{1b}');
    out.push_str(&visible(pieces.next().unwrap_or_default()));
    for piece in pieces {
        let ours = ["[0m", "[31m", "[32m", "[33m", "[35m"].iter().any(|code| piece.starts_with(code));
        out.push_str(if ours { "\u{1b}" } else { "\\u001b" });
        out.push_str(&visible(piece));
    }
    out
}

/// Whether the command prints CSV.
fn prints_csv(matches: &ArgMatches) -> bool {
    match matches.subcommand() {
        // Its rows are CSV whatever is asked.
        Some(("talks", talks)) if talks.subcommand_name() == Some("export") => true,
        Some((_, command)) => prints_csv(command),
        None => {
            let format = matches.try_get_raw("format").ok().flatten().and_then(|mut values| values.next());
            format.is_some_and(|format| format == "csv")
        }
    }
}

fn main() -> ExitCode {
    let matches = Cli::command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|e| e.exit());
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
        guard_formulas: cli.guard_formulas,
    };
    let home = home::Home::here(cli.workspace.as_deref());
    match answers::answer(&home, &place, &cli.command) {
        Ok(answer) => {
            for remark in &answer.remarks {
                say(&visible(&format!("{remark}\n")));
            }
            let mut text = shown(&answer.text, place.colour);
            if place.guard_formulas && prints_csv(&matches) {
                text = guard_formulas(&text);
            }
            let mut out = std::io::stdout().lock();
            let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            match write!(out, "{text}{end}").and_then(|()| out.flush()) {
                Ok(()) => ExitCode::from(answer.status),
                // Whoever reads has had enough: `servanda check ... | head`.
                Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::from(answer.status),
                Err(e) => {
                    say(&format!(
                        "error: standard output: {e}. What was asked is done; only what there is to say of it could not be \
                         written in full\n"
                    ));
                    ExitCode::from(1)
                }
            }
        }
        Err(error) => {
            say(&failure::render(&error, &style::Given::of(&matches), on_error));
            ExitCode::from(match error.kind() {
                Kind::Input | Kind::NotHeld => 2,
                Kind::Store | Kind::Ours => 1,
            })
        }
    }
}
