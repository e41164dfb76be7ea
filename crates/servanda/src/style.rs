//! How the program writes fields and requests: as its options and commands.

use crate::args::Cli;
use clap::{Arg, ArgMatches, CommandFactory};
use servanda_core::problem::{Command, Field, Style};

/// The command that was given, by its words.
#[derive(Debug, Clone, Default)]
pub struct Given(Vec<String>);

impl Given {
    /// The command of a command line.
    pub fn of(matches: &ArgMatches) -> Self {
        let mut words = Vec::new();
        let mut matches = Some(matches);
        while let Some((name, below)) = matches.and_then(ArgMatches::subcommand) {
            words.push(name.to_owned());
            matches = Some(below);
        }
        Self(words)
    }

    fn arg(&self, field: Field) -> Option<Arg> {
        arg_of(self.0.iter().map(String::as_str), field)
    }
}

/// What a command takes for a field.
fn arg_of<'a>(words: impl Iterator<Item = &'a str>, field: Field) -> Option<Arg> {
    let mut command = Cli::command();
    let named =
        |command: &clap::Command| command.get_arguments().find(|a| *a.get_id() == field.as_str()).cloned();
    let mut found = named(&command);
    for word in words {
        command = command.find_subcommand(word)?.clone();
        found = found.or_else(|| named(&command));
    }
    found
}

/// Options, whatever the command: for what is said beside an answer.
#[derive(Debug)]
pub struct Options;

impl Style for Options {
    fn field(&self, field: Field) -> String {
        option(field)
    }

    fn request(&self, command: Command, fields: &[(Field, String)]) -> String {
        Given::default().request(command, fields)
    }
}

fn option(field: Field) -> String {
    format!("--{}", field.as_str().replace('_', "-"))
}

/// What stands for the value of an argument without a name.
fn placeholder(field: Field) -> String {
    field.as_str().to_uppercase()
}

/// A value as a shell takes it.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./@:,=+".contains(c);
    if value.chars().all(plain) { value.to_owned() } else { format!("'{}'", value.replace('\'', r"'\''")) }
}

impl Style for Given {
    fn field(&self, field: Field) -> String {
        match self.arg(field) {
            Some(arg) if arg.get_long().is_none() => placeholder(field),
            _ => option(field),
        }
    }

    /// An argument without a name is not named; what the command does not take is no option of it.
    fn subject(&self, field: Field) -> String {
        match self.arg(field) {
            Some(arg) => arg.get_long().map(|_| option(field)).unwrap_or_default(),
            None => format!("`{field}`"),
        }
    }

    fn request(&self, command: Command, fields: &[(Field, String)]) -> String {
        let mut text = format!("servanda {command}");
        for (field, value) in fields {
            let named =
                arg_of(command.as_str().split(' '), *field).is_none_or(|arg| arg.get_long().is_some());
            if named {
                text.push_str(&format!(" {}", option(*field)));
            }
            if !value.is_empty() {
                text.push_str(&format!(" {}", quoted(value)));
            }
        }
        text
    }

    fn set(&self, field: Field, value: &str) -> String {
        match value {
            "" => format!("add {}", self.field(field)),
            value => format!("set {} to {value}", self.field(field)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use servanda_core::problem::{Code, Problem};

    #[test]
    fn fields_are_options_and_what_has_no_name_is_not_named() {
        let given = Given(vec!["remedy".into()]);
        let problem = Problem::of(Code::BadValue, Field::RateMax, "`x` is not a percentage")
            .set(Field::RateMax, "25%")
            .run(Command::Withdraw, &[(Field::Vintage, "a@1"), (Field::Why, "TEXT")], "takes it out");
        assert_eq!(
            problem.text(&given),
            "--rate-max: `x` is not a percentage; set --rate-max to 25%, or `servanda withdraw a@1 --why TEXT` takes it out"
        );
        let unknown = Problem::unknown(Field::Commitment, "there is none");
        assert_eq!(unknown.text(&given), "there is none");
        let elsewhere = Problem::of(Code::BadValue, Field::Vintage, "there is none");
        assert_eq!(elsewhere.text(&given), "`vintage`: there is none");
    }

    #[test]
    fn values_are_quoted_for_a_shell() {
        assert_eq!(quoted("a@2020-01-01"), "a@2020-01-01");
        assert_eq!(quoted("it's so"), r"'it'\''s so'");
    }
}
