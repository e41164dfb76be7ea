//! What keeps a request from being answered, as data: a code, the field of the request that it speaks of, a message without the
//! notation of any face, and remedies as values. Whoever shows it writes fields and requests in a [`Style`].

use crate::words;
use std::fmt;

words! {
    /// The requests that can be made, by the words that name them.
    #[allow(missing_docs, reason = "each is named by its words, and described by its request")]
    Command {
        Init = "init",
        New = "new",
        Check = "check",
        Explain = "explain",
        History = "history",
        Compare = "compare",
        Due = "due",
        Brief = "brief",
        Bundle = "bundle",
        Claim = "claim",
        Search = "search",
        Export = "export",
        Mirror = "mirror",
        Lint = "lint",
        Fmt = "fmt",
        Schema = "schema",
        Ingest = "ingest",
        Withdraw = "withdraw",
        Sources = "sources",
        Coverage = "coverage",
        TariffRate = "tariff rate",
        TariffAverage = "tariff average",
        TariffCoverage = "tariff coverage",
        TariffParity = "tariff parity",
        TariffCeiling = "tariff ceiling",
        TariffDiff = "tariff diff",
        TariffTimeline = "tariff timeline",
        TariffTriggers = "tariff triggers",
        TalksImport = "talks import",
        TalksTable = "talks table",
        TalksConflicts = "talks conflicts",
        TalksCheck = "talks check",
        TalksTimeline = "talks timeline",
        TalksTriggers = "talks triggers",
        TalksExport = "talks export",
        Remedy = "remedy",
        Simulate = "simulate",
        CaseOpen = "case open",
        CaseFile = "case file",
        CaseStatus = "case status",
        CaseCalendar = "case calendar",
        CaseDossier = "case dossier",
        CaseList = "case list",
        CaseVerify = "case verify",
        CasePersonAdd = "case person add",
        CaseKeyNew = "case key new",
        CaseAssess = "case assess",
        CaseApprove = "case approve",
        CaseSetAside = "case set-aside",
        CaseReply = "case reply",
        CaseAssessments = "case assessments",
        CaseLadder = "case ladder",
        StoreVerify = "store verify",
        StoreUpgrade = "store upgrade",
    }
}

words! {
    /// The fields of requests, by their keys in JSON; the last few belong to how an answer is given, not to a request.
    #[allow(missing_docs, reason = "each is named by its key, and described in its request")]
    Field {
        Affiliation = "affiliation",
        Against = "against",
        AgainstOn = "against_on",
        Agreement = "agreement",
        AsOf = "as_of",
        Assessment = "assessment",
        Base = "base",
        Basis = "basis",
        Blind = "blind",
        By = "by",
        CapChapter = "cap_chapter",
        Case = "case",
        Cases = "cases",
        Ceiling = "ceiling",
        Check = "check",
        Cite = "cite",
        Commitment = "commitment",
        Complainant = "complainant",
        Conclusion = "conclusion",
        Date = "date",
        Definition = "definition",
        Digest = "digest",
        Digits = "digits",
        Dir = "dir",
        Disagree = "disagree",
        Document = "document",
        DocumentName = "document_name",
        DryRun = "dry_run",
        Duration = "duration",
        Elasticities = "elasticities",
        Empty = "empty",
        Encoder = "encoder",
        Entered = "entered",
        Event = "event",
        Exclude = "exclude",
        Exported = "exported",
        File = "file",
        Figure = "figure",
        Filed = "filed",
        Files = "files",
        Flow = "flow",
        Folder = "folder",
        From = "from",
        Grounds = "grounds",
        Guess = "guess",
        Harm = "harm",
        HashOnly = "hash_only",
        Head = "head",
        Id = "id",
        Importer = "importer",
        Judge = "judge",
        JudgeOn = "judge_on",
        JudgeWeights = "judge_weights",
        Key = "key",
        KnownAt = "known_at",
        Limit = "limit",
        Line = "line",
        Lines = "lines",
        Match = "match",
        Measure = "measure",
        Model = "model",
        Name = "name",
        NoFinalNewline = "no_final_newline",
        Note = "note",
        Of = "of",
        On = "on",
        Only = "only",
        Origin = "origin",
        Out = "out",
        Parties = "parties",
        Party = "party",
        People = "people",
        Per = "per",
        Period = "period",
        Provenance = "provenance",
        Published = "published",
        RateMax = "rate_max",
        Record = "record",
        Respondent = "respondent",
        Scenario = "scenario",
        Sha256 = "sha256",
        Shares = "shares",
        Source = "source",
        Step = "step",
        Text = "text",
        Through = "through",
        Title = "title",
        To = "to",
        Tolerance = "tolerance",
        UnitValues = "unit_values",
        Vintage = "vintage",
        Weights = "weights",
        Why = "why",
        Within = "within",
        Words = "words",
        Write = "write",
        All = "all",
        Format = "format",
        Table = "table",
        Workspace = "workspace",
        Authority = "authority",
    }
}

impl Field {
    /// The fields of no request: where a request is asked, and how its answer is shown.
    pub const OF_NO_REQUEST: &'static [Self] =
        &[Self::All, Self::Format, Self::Table, Self::Workspace, Self::Authority];
}

words! {
    /// What kind of thing is wrong, in a closed set of words.
    Code {
        /// A field's value cannot be read, or is out of its range.
        BadValue = "bad-value",
        /// A field is needed, and has no value.
        MissingValue = "missing-value",
        /// Fields do not go together.
        Conflict = "conflict",
        /// A name of something that is not there.
        Unknown = "unknown",
        /// A file that somebody wrote is wrong.
        BadFile = "bad-file",
        /// Something is there already, and nothing is written over it.
        InUse = "in-use",
        /// What would be changed cannot be.
        ReadOnly = "read-only",
        /// There is no workspace.
        NoWorkspace = "no-workspace",
        /// It is against the rules of what is kept.
        NotAllowed = "not-allowed",
        /// Nothing answers what is asked.
        NoAnswer = "no-answer",
        /// As of that day there was no such thing yet.
        NotYet = "not-yet",
        /// What would answer is not held.
        NotHeld = "not-held",
        /// What is kept was changed, or does not hold together.
        Damaged = "damaged",
        /// Somebody else is writing.
        Busy = "busy",
        /// The system cannot read or write.
        Io = "io",
        /// A computation that should have come to an end did not.
        NotSolved = "not-solved",
        /// It was to stop before it had finished.
        Stopped = "stopped",
        /// It asks for more than it may.
        TooMuch = "too-much",
    }
}

words! {
    /// Whose matter a problem is.
    Kind {
        /// The input of whoever asks.
        Input = "input",
        /// What is not held.
        NotHeld = "not-held",
        /// The store, or the machine that it is on.
        Store = "store",
        /// The program's own.
        Ours = "ours",
    }
}

impl Code {
    /// Whose matter it is.
    pub fn kind(self) -> Kind {
        match self {
            Self::BadValue
            | Self::MissingValue
            | Self::Conflict
            | Self::Unknown
            | Self::BadFile
            | Self::InUse
            | Self::ReadOnly
            | Self::NoWorkspace
            | Self::NotAllowed
            | Self::TooMuch
            | Self::NoAnswer => Kind::Input,
            Self::NotYet | Self::NotHeld => Kind::NotHeld,
            Self::Damaged | Self::Busy | Self::Io => Kind::Store,
            Self::NotSolved | Self::Stopped => Kind::Ours,
        }
    }
}

/// What helps against a problem. A value is an example, or says in words which values there are.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remedy {
    /// Give a field this value; without one, a field that is only set or not.
    Set {
        /// The field.
        field: Field,
        /// An example, or the values in words; empty for a field that is only set or not.
        value: String,
    },
    /// Leave a field out.
    Leave {
        /// The field.
        field: Field,
    },
    /// Make another request.
    Run {
        /// Which.
        command: Command,
        /// Its fields.
        fields: Vec<(Field, String)>,
        /// What comes of it: `says what is held`.
        effect: String,
    },
    /// Ingest a source's publication.
    Ingest {
        /// The source's id.
        source: String,
    },
    /// Read a page of the book.
    See {
        /// Its path, such as `docs/assessments.md`.
        page: String,
    },
}

/// How a face writes fields and requests.
pub trait Style: fmt::Debug {
    /// A field's name.
    fn field(&self, field: Field) -> String;
    /// The same as what a problem speaks of; empty where a face does not name it.
    fn subject(&self, field: Field) -> String {
        self.field(field)
    }
    /// A request with some fields set, as it is made.
    fn request(&self, command: Command, fields: &[(Field, String)]) -> String;
    /// How a field is given a value; without one, a field that is only set or not.
    fn set(&self, field: Field, value: &str) -> String {
        match value {
            "" => format!("set {}", self.field(field)),
            value => format!("set {} to {value}", self.field(field)),
        }
    }
}

/// Fields by their keys, requests by their words, as in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plain;

impl Style for Plain {
    fn field(&self, field: Field) -> String {
        format!("`{field}`")
    }

    fn request(&self, command: Command, fields: &[(Field, String)]) -> String {
        let fields: Vec<String> = fields.iter().map(|(field, value)| format!("{field} {value}")).collect();
        match fields.as_slice() {
            [] => command.to_string(),
            fields => format!("{command} ({})", fields.join(", ")),
        }
    }
}

impl Remedy {
    /// In words, as a face writes them.
    pub fn text(&self, style: &dyn Style) -> String {
        match self {
            Self::Set { field, value } => style.set(*field, value),
            Self::Leave { field } => format!("leave {} out", style.field(*field)),
            Self::Run { command, fields, effect } => {
                format!("`{}` {effect}", style.request(*command, fields)).trim_end().to_owned()
            }
            Self::Ingest { source } => {
                let fields = [(Field::Source, source.clone()), (Field::Files, "FILE".to_owned())];
                format!("`{}` adds a publication", style.request(Command::Ingest, &fields))
            }
            Self::See { page } => format!("see {page}"),
        }
    }
}

/// A mistake in a file: one of those that a problem is made of.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Mistake {
    /// The file.
    pub file: String,
    /// Its line, from 1; none where the mistake is no one line's.
    pub line: Option<usize>,
    /// A short stable name of its kind.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// What keeps a request from being answered.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// What is wrong, in a closed set of words.
    pub code: Code,
    /// The field of the request that it speaks of.
    pub field: Option<Field>,
    /// What is wrong, in a sentence that names no option and no command.
    pub message: String,
    /// What helps: one of these.
    pub remedies: Vec<Remedy>,
    /// The mistakes in files that it is made of.
    pub mistakes: Vec<Mistake>,
}

impl Problem {
    /// A problem of a code.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, field: None, message: message.into(), remedies: Vec::new(), mistakes: Vec::new() }
    }

    /// A problem of a code with a field.
    pub fn of(code: Code, field: Field, message: impl Into<String>) -> Self {
        Self { field: Some(field), ..Self::new(code, message) }
    }

    /// A file is wrong.
    pub fn bad_file(message: impl Into<String>) -> Self {
        Self::new(Code::BadFile, message)
    }

    /// A field's value is.
    pub fn bad_value(field: Field, message: impl Into<String>) -> Self {
        Self::of(Code::BadValue, field, message)
    }

    /// A field names what is not there.
    pub fn unknown(field: Field, message: impl Into<String>) -> Self {
        Self::of(Code::Unknown, field, message)
    }

    /// With a field that it speaks of.
    pub fn at(mut self, field: Field) -> Self {
        self.field = Some(field);
        self
    }

    /// With a remedy: give a field a value.
    pub fn set(self, field: Field, value: impl Into<String>) -> Self {
        self.remedy(Remedy::Set { field, value: value.into() })
    }

    /// With a remedy: leave a field out.
    pub fn leave(self, field: Field) -> Self {
        self.remedy(Remedy::Leave { field })
    }

    /// With a remedy: make another request, and what comes of it.
    pub fn run(self, command: Command, fields: &[(Field, &str)], effect: &str) -> Self {
        self.remedy(Remedy::run(command, fields, effect))
    }

    /// With a remedy.
    pub fn remedy(mut self, remedy: Remedy) -> Self {
        self.remedies.push(remedy);
        self
    }

    /// Whose matter it is.
    pub fn kind(&self) -> Kind {
        self.code.kind()
    }

    /// All of it but the mistakes, as a face writes it.
    pub fn text(&self, style: &dyn Style) -> String {
        let mut text = match self.field.map(|field| style.subject(field)) {
            Some(field) if !field.is_empty() => format!("{field}: {}", self.message),
            _ => self.message.clone(),
        };
        for (n, remedy) in self.remedies.iter().enumerate() {
            text.push_str(if n == 0 { "; " } else { ", or " });
            text.push_str(&remedy.text(style));
        }
        text
    }
}

impl Remedy {
    /// Make a request with some fields, and what comes of it.
    pub fn run(command: Command, fields: &[(Field, &str)], effect: &str) -> Self {
        let fields = fields.iter().map(|(field, value)| (*field, (*value).to_owned())).collect();
        Self::Run { command, fields, effect: effect.to_owned() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(&Plain))
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_data_and_says_what_helps() {
        let problem = Problem::bad_value(Field::RateMax, "`x` is not a percentage")
            .set(Field::RateMax, "25%")
            .run(Command::Coverage, &[(Field::Source, "a")], "says what is held");
        let text = "`rate_max`: `x` is not a percentage; set `rate_max` to 25%, or `coverage (source a)` says what is held";
        assert_eq!(problem.to_string(), text);
        assert_eq!(problem.kind(), Kind::Input);
        let json = serde_json::to_value(&problem).unwrap();
        assert_eq!(json["code"], "bad-value");
        assert_eq!(json["remedies"][0]["set"]["field"], "rate_max");
    }

    #[test]
    fn words_of_fields_and_commands_are_their_own() {
        for field in Field::ALL {
            assert_eq!(Field::parse(field.as_str()), Some(*field));
        }
        for command in Command::ALL {
            assert_eq!(Command::parse(command.as_str()), Some(*command));
        }
    }
}
