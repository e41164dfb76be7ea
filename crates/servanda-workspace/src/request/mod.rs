//! The requests that can be made: for each command one type, from which its arguments on a command line, its JSON and its schema
//! come. The comment on a request or a field is its help and its description.

mod assessments;
mod case;
mod findings;
mod remedy;
mod simulate;
mod store;
mod talks;
mod tariff;

pub use assessments::{Approve, Assess, Assessments, ConclusionWord, KeyNew, PersonAdd, Reply, SetAside};
pub use case::{
    CaseCalendar, CaseDossier, CaseFile, CaseLadder, CaseList, CaseOpen, CaseStatus, CaseVerify, PaperNamed,
    WhichCase,
};
pub use findings::{
    Brief, Bundle, ByWord, Check, Claim, Compare, Due, Explain, Export, Fmt, History, Init, Lint, Mirror,
    New, QuestionAsked, SchemaOf, SchemaWord, Search,
};
pub use remedy::{MatchWord, ModelWord, PerWord, Remedy};
pub use simulate::Simulate;
pub use store::{Coverage, Ingest, Sources, StoreUpgrade, StoreVerify, Withdraw};
pub use talks::{
    TalksCheck, TalksConflicts, TalksExport, TalksImport, TalksTable, TalksTimeline, TalksTriggers,
};
pub use tariff::{
    BasisWord, DaysAsked, Pair, Scope, TariffAverage, TariffCeiling, TariffCoverage, TariffDiff,
    TariffParity, TariffRate, TariffTimeline, TariffTriggers,
};

use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;
use serde::de::DeserializeOwned;
use servanda_core::Party;
use servanda_core::problem::{Code, Command, Field, Problem};

/// A request.
pub trait Request: Serialize + DeserializeOwned + JsonSchema + 'static {
    /// The command.
    const COMMAND: Command;
    /// One as JSON.
    const EXAMPLE: &'static str;

    /// Refuses fields that do not go together.
    fn check(&self) -> Result<(), Problem> {
        Ok(())
    }

    /// Reads JSON. An unknown key, and fields that do not go together, are problems.
    fn read(json: &str) -> Result<Self, Problem> {
        let request: Self =
            serde_json::from_str(json).map_err(|e| Problem::new(Code::BadValue, e.to_string()))?;
        request.check()?;
        Ok(request)
    }
}

/// A request as a face lists it.
pub struct Listed {
    /// The command.
    pub command: Command,
    /// The JSON Schema of the request.
    pub schema: Schema,
    /// One as JSON.
    pub example: &'static str,
    /// Reads JSON and writes it again, with everything that has a value.
    pub read: fn(&str) -> Result<serde_json::Value, Problem>,
    /// Reads the arguments of a command line, without the command's own words.
    pub from_args: fn(&[String]) -> Result<serde_json::Value, clap::Error>,
    /// What a command line takes for the fields.
    pub args: fn() -> clap::Command,
}

fn args<R: clap::Args>() -> clap::Command {
    R::augment_args(clap::Command::new("request").no_binary_name(true))
}

fn listed<R: Request + clap::Args>() -> Listed {
    Listed {
        command: R::COMMAND,
        schema: schema_for!(R),
        example: R::EXAMPLE,
        read: |json| {
            let request = R::read(json)?;
            serde_json::to_value(request).map_err(|e| Problem::new(Code::BadValue, e.to_string()))
        },
        from_args: |given| {
            let request = R::from_arg_matches(&args::<R>().try_get_matches_from(given)?)?;
            serde_json::to_value(request).map_err(|e| clap::Error::raw(clap::error::ErrorKind::Format, e))
        },
        args: args::<R>,
    }
}

/// Every request, in the order of [`Command::ALL`].
pub fn all() -> Vec<Listed> {
    Command::ALL.iter().map(|command| of(*command)).collect()
}

/// The request of a command.
pub fn of(command: Command) -> Listed {
    match command {
        Command::Init => listed::<Init>(),
        Command::New => listed::<New>(),
        Command::Check => listed::<Check>(),
        Command::Explain => listed::<Explain>(),
        Command::History => listed::<History>(),
        Command::Compare => listed::<Compare>(),
        Command::Due => listed::<Due>(),
        Command::Brief => listed::<Brief>(),
        Command::Bundle => listed::<Bundle>(),
        Command::Claim => listed::<Claim>(),
        Command::Search => listed::<Search>(),
        Command::Export => listed::<Export>(),
        Command::Mirror => listed::<Mirror>(),
        Command::Lint => listed::<Lint>(),
        Command::Fmt => listed::<Fmt>(),
        Command::Schema => listed::<SchemaOf>(),
        Command::Ingest => listed::<Ingest>(),
        Command::Withdraw => listed::<Withdraw>(),
        Command::Sources => listed::<Sources>(),
        Command::Coverage => listed::<Coverage>(),
        Command::TariffRate => listed::<TariffRate>(),
        Command::TariffAverage => listed::<TariffAverage>(),
        Command::TariffCoverage => listed::<TariffCoverage>(),
        Command::TariffParity => listed::<TariffParity>(),
        Command::TariffCeiling => listed::<TariffCeiling>(),
        Command::TariffDiff => listed::<TariffDiff>(),
        Command::TariffTimeline => listed::<TariffTimeline>(),
        Command::TariffTriggers => listed::<TariffTriggers>(),
        Command::TalksImport => listed::<TalksImport>(),
        Command::TalksTable => listed::<TalksTable>(),
        Command::TalksConflicts => listed::<TalksConflicts>(),
        Command::TalksCheck => listed::<TalksCheck>(),
        Command::TalksTimeline => listed::<TalksTimeline>(),
        Command::TalksTriggers => listed::<TalksTriggers>(),
        Command::TalksExport => listed::<TalksExport>(),
        Command::Remedy => listed::<Remedy>(),
        Command::Simulate => listed::<Simulate>(),
        Command::CaseOpen => listed::<CaseOpen>(),
        Command::CaseFile => listed::<CaseFile>(),
        Command::CaseStatus => listed::<CaseStatus>(),
        Command::CaseCalendar => listed::<CaseCalendar>(),
        Command::CaseDossier => listed::<CaseDossier>(),
        Command::CaseList => listed::<CaseList>(),
        Command::CaseVerify => listed::<CaseVerify>(),
        Command::CasePersonAdd => listed::<PersonAdd>(),
        Command::CaseKeyNew => listed::<KeyNew>(),
        Command::CaseAssess => listed::<Assess>(),
        Command::CaseApprove => listed::<Approve>(),
        Command::CaseSetAside => listed::<SetAside>(),
        Command::CaseReply => listed::<Reply>(),
        Command::CaseAssessments => listed::<Assessments>(),
        Command::CaseLadder => listed::<CaseLadder>(),
        Command::StoreVerify => listed::<StoreVerify>(),
        Command::StoreUpgrade => listed::<StoreUpgrade>(),
    }
}

/// A type of a request: its command, an example, its fields, and how it is checked that they go together.
macro_rules! request {
    ($(#[$meta:meta])* $name:ident = $command:ident, $example:literal { $($body:tt)* }
     $(where |$own:ident| $check:expr)?) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, PartialEq, clap::Args, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
        )]
        #[serde(deny_unknown_fields)]
        #[group(skip)]
        pub struct $name { $($body)* }

        impl $crate::request::Request for $name {
            const COMMAND: servanda_core::problem::Command = servanda_core::problem::Command::$command;
            const EXAMPLE: &'static str = $example;
            $(fn check(&self) -> Result<(), servanda_core::problem::Problem> {
                let $own = self;
                $check
            })?
        }
    };
}

/// Fields that several requests have.
macro_rules! part {
    ($(#[$meta:meta])* $name:ident { $($body:tt)* }) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Default, PartialEq, clap::Args, serde::Serialize, serde::Deserialize,
            schemars::JsonSchema,
        )]
        #[group(skip)]
        pub struct $name { $($body)* }
    };
}

/// A closed set of words in requests.
macro_rules! choice {
    ($(#[$meta:meta])* $name:ident { $($body:tt)* }) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, serde::Serialize, serde::Deserialize,
            schemars::JsonSchema,
        )]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($body)* }
    };
}
use {choice, part, request};

/// A field, and whether it is given.
type Given = (Field, bool);

/// Refuses two fields of which one only can be given.
fn one_of(a: Given, b: Given) -> Result<(), Problem> {
    if !(a.1 && b.1) {
        return Ok(());
    }
    let said = format!("it does not go together with `{}`", b.0);
    Err(Problem::of(Code::Conflict, a.0, said).leave(a.0).leave(b.0))
}

/// Refuses a field without another.
fn needs(a: Given, b: Given) -> Result<(), Problem> {
    if !a.1 || b.1 {
        return Ok(());
    }
    Err(Problem::of(Code::MissingValue, a.0, format!("it needs `{}`", b.0)))
}

fn party(text: &str) -> Result<Party, String> {
    Party::new(text)
        .ok_or_else(|| format!("`{text}` is not a party: write three capital letters as in ISO 3166"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys that a schema has.
    fn keys(schema: &Schema) -> Vec<String> {
        let of = |value: &serde_json::Value| {
            value.as_object().map(|keys| keys.keys().cloned().collect::<Vec<_>>()).unwrap_or_default()
        };
        schema.get("properties").map(of).unwrap_or_default()
    }

    #[test]
    fn every_example_reads_and_is_what_its_schema_says() {
        for request in all() {
            let command = request.command;
            let schema = request.schema.to_value();
            let valid = jsonschema::validator_for(&schema).unwrap();
            let example: serde_json::Value = serde_json::from_str(request.example).unwrap();
            assert!(
                valid.is_valid(&example),
                "{command}: {:?}",
                valid.iter_errors(&example).collect::<Vec<_>>()
            );
            let again = (request.read)(request.example).unwrap_or_else(|e| panic!("{command}: {e}"));
            assert!(valid.is_valid(&again), "{command}: {again}");
            assert_eq!((request.read)(&again.to_string()).unwrap(), again, "{command}");
            for (key, value) in example.as_object().unwrap() {
                assert_eq!(&again[key], value, "{command}");
            }
            let mut wrong = example.clone();
            wrong["no_such_key"] = 1.into();
            assert!(!valid.is_valid(&wrong), "{command}");
            assert!((request.read)(&wrong.to_string()).unwrap_err().to_string().contains("no_such_key"));
            assert!(schema["description"].as_str().is_some_and(|d| d.len() > 10), "{command}");
        }
    }

    /// What is written on a command line for a request in JSON.
    fn line_of(request: &Listed, json: &serde_json::Value) -> Vec<String> {
        let mut out = Vec::new();
        for arg in (request.args)().get_arguments() {
            let value = &json[arg.get_id().as_str()];
            let texts: Vec<String> = match value {
                serde_json::Value::Null | serde_json::Value::Bool(false) => continue,
                serde_json::Value::Bool(true) => Vec::new(),
                serde_json::Value::String(text) => vec![text.clone()],
                serde_json::Value::Array(all) if arg.get_long().is_some() => {
                    let all: Vec<&str> = all.iter().filter_map(|x| x.as_str()).collect();
                    if all.is_empty() {
                        continue;
                    }
                    vec![all.join(",")]
                }
                serde_json::Value::Array(all) => {
                    all.iter().filter_map(|x| x.as_str()).map(str::to_owned).collect()
                }
                other => vec![other.to_string()],
            };
            out.extend(arg.get_long().map(|long| format!("--{long}")));
            out.extend(texts);
        }
        out
    }

    #[test]
    fn a_command_line_and_json_ask_the_same() {
        let more = [
            (
                Command::Check,
                r#"{"agreement": "a", "known_at": "2021-03-05T10:23:48Z", "through": "2020-Q3", "on": "b"}"#,
            ),
            (Command::Compare, r#"{"agreement": "a", "against": "b", "as_of": "2020-01-01"}"#),
            (Command::Lint, r#"{"folder": "a", "cases": true}"#),
            (
                Command::Ingest,
                r#"{"source": "a", "files": ["b", "c"], "dry_run": true, "no_final_newline": true}"#,
            ),
            (
                Command::TariffParity,
                r#"{"importer": "USA", "against": "CHN", "basis": "charged", "weights": "2017:a"}"#,
            ),
            (
                Command::TariffCoverage,
                r#"{"importer": "USA", "origin": "CHN", "only": ["a", "b/c"], "lines": "0101,02"}"#,
            ),
            (
                Command::CaseOpen,
                r#"{"case": "a", "agreement": "b", "commitment": ["c", "d"], "complainant": "USA", "respondent": "CHN", "by": "both", "date": "2020-01-01", "sha256": "ab", "document_name": "e"}"#,
            ),
            (
                Command::Mirror,
                r#"{"flow": "a", "by": "hs6", "on": ["b", "c"], "agreement": "d", "as_of": "2020-01-01"}"#,
            ),
            (
                Command::Remedy,
                r#"{"agreement": "a", "commitment": "b", "harm": "shortfall", "per": "once", "duration": 24, "match": "trade-effect", "judge": ["c"], "judge_on": "2020-01-01", "cap_chapter": ["20%", "85=10%"]}"#,
            ),
        ];
        let more = more.iter().map(|(command, json)| (of(*command), *json));
        for (request, json) in all()
            .into_iter()
            .map(|r| {
                let example = r.example;
                (r, example)
            })
            .chain(more)
        {
            let read = (request.read)(json).unwrap_or_else(|e| panic!("{}: {e}", request.command));
            let line = line_of(&request, &read);
            let given = (request.from_args)(&line).unwrap_or_else(|e| panic!("{}: {e}", request.command));
            assert_eq!(given, read, "{}: {line:?}", request.command);
        }
    }

    #[test]
    fn fields_of_problems_are_those_of_requests() {
        let mut all_keys: Vec<String> = all().iter().flat_map(|r| keys(&r.schema)).collect();
        all_keys.sort();
        all_keys.dedup();
        let mut fields: Vec<String> = Field::ALL
            .iter()
            .filter(|f| !Field::OF_NO_REQUEST.contains(f))
            .map(|f| f.as_str().to_owned())
            .collect();
        fields.sort();
        assert_eq!(all_keys, fields);
    }

    #[test]
    fn fields_that_do_not_go_together_are_refused() {
        for (command, json, says) in [
            (Command::Compare, r#"{"agreement": "a"}"#, "nothing says what is compared"),
            (Command::Compare, r#"{"agreement": "a", "from": "2020-01-01", "against": "b"}"#, "`from`"),
            (Command::Lint, r#"{"folder": "a", "text": true, "as_of": "2020-01-01"}"#, "`as_of`"),
            (Command::TariffAverage, r#"{"importer": "USA", "origin": "CHN", "from": "2020-01-01"}"#, "`to`"),
            (Command::TariffParity, r#"{"importer": "USA", "against": "CHN", "digits": 40}"#, "2 to 12"),
            (Command::TariffTimeline, r#"{"line": "0101"}"#, "`importer`"),
            (Command::CaseVerify, r#"{"head": "ab"}"#, "`case`"),
            (
                Command::CaseApprove,
                r#"{"assessment": "abcdef", "by": "a", "key": "k", "conclusion": "kept", "disagree": true}"#,
                "`grounds`",
            ),
        ] {
            let said = (of(command).read)(json).unwrap_err().to_string();
            assert!(said.contains(says), "{command}: {said}");
        }
    }
}
