//! What each command answers, as a document: one type for each, inside one envelope, from which its JSON and its schema come.
//! Keys may be added, never renamed.

mod bundle;
mod decimals;
mod findings;
mod lint;
mod schema;
mod store;

pub use bundle::{
    BUNDLE_VERSION, BundleAnswer, BundledAgreement, BundledDefinition, BundledEntry, BundledFlow,
    BundledLedger, BundledManifest, BundledResidual, BundledSeries, BundledSide, BundledTerm, BundledVouch,
    BundledYear, CellRow, ObservationRow, SeriesVintage, sealed,
};
pub use findings::{CheckAnswer, CompareAnswer, ExplainAnswer, HistoryAnswer};
pub use lint::LintAnswer;
pub use schema::schema;
pub use store::{CoverageAnswer, IngestAnswer, SourcesAnswer};

use crate::request::{
    Assessments, Brief, Bundle, CaseCalendar, CaseLadder, CaseList, CaseStatus, CaseVerify, Check, Claim,
    Compare, Coverage, Due, Explain, Export, History, Ingest, Lint, Mirror, Remedy, Request, Search,
    Simulate, Sources, TalksCheck, TalksConflicts, TalksTable, TalksTimeline, TalksTriggers, TariffAverage,
    TariffCeiling, TariffCoverage, TariffDiff, TariffParity, TariffRate, TariffTimeline, TariffTriggers,
};
use crate::{
    AssessmentsAnswer, CasesVerified, ExportAnswer, RemedyFound, SearchAnswer, TalksChecked, WorkspaceError,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use servanda_core::Date;
use servanda_core::problem::{Code, Command, Problem};
use servanda_dispute::case::{CaseAnswer, CaseListRow, CheckedCase};
use servanda_dispute::ladder::Ladder;
use servanda_dispute::talks;
use servanda_model::Outcome;
use servanda_tariff as tariff;
use servanda_verdict::{BriefAnswer, ClaimAnswer, DueAnswer, MirrorAnswer};

/// A request whose answer is a document.
pub trait Answered: Request {
    /// The command's own keys of the document.
    type Answer<'a>: Serialize + JsonSchema;
}

/// The document of an answer.
#[derive(Serialize, JsonSchema)]
pub struct Envelope<'a, R: Request, A> {
    /// The name and version of the program that answered
    pub engine: &'a str,
    /// The command
    pub command: Command,
    /// What was asked, with everything that was given or has a value of its own
    pub request: &'a R,
    /// The answer is by what was known at the end of this day
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Date>,
    /// What is to be known beside the answer
    pub notes: Vec<String>,
    /// The command's own keys.
    #[serde(flatten)]
    pub answer: A,
    /// The SHA-256 over the answer (the canonical JSON of the document without engine, request, notes and rests_on) and over what
    /// it was worked out from as resolved for its day
    pub rests_on: String,
}

/// An answer of one part.
#[derive(Serialize, JsonSchema)]
pub struct Whole<'a, A: ?Sized> {
    /// The answer
    pub answer: &'a A,
}

/// An answer with what it stands on.
#[derive(Serialize, JsonSchema)]
pub struct Grounded<'a, A: ?Sized> {
    /// The answer
    pub answer: &'a A,
    /// What it stands on, one for each importer that was asked about
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub grounds: &'a [tariff::Grounds],
}

/// An answer about one record, or about each of several.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrEach<A> {
    /// About one.
    One(A),
    /// About each.
    Each(Vec<A>),
}

impl<A> OneOrEach<A> {
    /// One where there is one only.
    pub fn of(mut answers: Vec<A>) -> Self {
        match (answers.pop(), answers.is_empty()) {
            (Some(one), true) => Self::One(one),
            (last, _) => {
                answers.extend(last);
                Self::Each(answers)
            }
        }
    }

    /// All of them.
    pub fn all(&self) -> &[A] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Each(all) => all,
        }
    }
}

/// The rates of a line through time, or what happened.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub enum TimelineAnswer<'a> {
    /// The rates of one line.
    Line(&'a [tariff::RateSpan]),
    /// What happened, in order.
    Events(&'a [tariff::Event]),
}

/// What was checked of cases and assessments.
#[derive(Serialize, JsonSchema)]
pub struct CaseVerifyAnswer {
    /// One for each case
    pub cases: Vec<CheckedCase>,
    /// Of all assessments, which belong to no case; none where one case was asked about
    pub assessments: Option<CasesVerified>,
    /// The hash over all files of the workspace
    pub workspace: String,
}

macro_rules! answers {
    ($($request:ident => $answer:ty;)+) => {
        $(impl Answered for $request {
            type Answer<'a> = $answer;
        })+

        /// The schema of a command's document, as the types give it.
        fn written(command: Command) -> Option<schemars::Schema> {
            $(if command == $request::COMMAND {
                return Some(schema::of::<$request>());
            })+
            None
        }
    };
}

answers! {
    Check => CheckAnswer<'a>;
    Explain => ExplainAnswer<'a>;
    History => HistoryAnswer<'a>;
    Compare => CompareAnswer<'a>;
    Due => Whole<'a, DueAnswer>;
    Brief => Whole<'a, BriefAnswer>;
    Bundle => BundleAnswer<'a>;
    Claim => Whole<'a, ClaimAnswer>;
    Search => Whole<'a, SearchAnswer>;
    Export => Whole<'a, ExportAnswer>;
    Mirror => Whole<'a, MirrorAnswer>;
    Lint => LintAnswer<'a>;
    Ingest => IngestAnswer<'a>;
    Sources => SourcesAnswer<'a>;
    Coverage => CoverageAnswer<'a>;
    TariffRate => Grounded<'a, tariff::RateAnswer>;
    TariffAverage => Grounded<'a, [tariff::Average]>;
    TariffCoverage => Grounded<'a, [tariff::Coverage]>;
    TariffParity => Grounded<'a, tariff::Parity>;
    TariffCeiling => Grounded<'a, tariff::Ceiling>;
    TariffDiff => Grounded<'a, tariff::Diff>;
    TariffTimeline => Grounded<'a, TimelineAnswer<'a>>;
    TariffTriggers => Whole<'a, [tariff::Trigger]>;
    TalksTable => Whole<'a, OneOrEach<talks::Table>>;
    TalksConflicts => Whole<'a, OneOrEach<talks::Conflicts>>;
    TalksCheck => Whole<'a, OneOrEach<TalksChecked>>;
    TalksTimeline => Whole<'a, OneOrEach<talks::Timeline>>;
    TalksTriggers => Whole<'a, OneOrEach<talks::Triggers>>;
    Remedy => Grounded<'a, RemedyFound>;
    Simulate => Whole<'a, Outcome>;
    CaseStatus => Whole<'a, CaseAnswer>;
    CaseCalendar => Whole<'a, CaseAnswer>;
    CaseList => Whole<'a, [CaseListRow]>;
    CaseVerify => Whole<'a, CaseVerifyAnswer>;
    CaseLadder => Whole<'a, Ladder>;
    Assessments => Whole<'a, AssessmentsAnswer>;
}

/// What stands around an answer.
#[derive(Debug, Clone, Default)]
pub struct Around<'a> {
    /// The name and version of the program that answers.
    pub engine: &'a str,
    /// By what was known at the end of this day, where an answer has one.
    pub as_of: Option<Date>,
    /// What is to be known beside the answer.
    pub notes: Vec<String>,
    /// What it was worked out from, as resolved for its day.
    pub resolved: &'a [String],
}

/// The document of an answer: figures as decimals, and `rests_on` over it.
pub fn document<R: Answered>(
    request: &R,
    answer: R::Answer<'_>,
    around: Around<'_>,
) -> Result<Value, WorkspaceError> {
    let Around { engine, as_of, notes, resolved } = around;
    let envelope =
        Envelope { engine, command: R::COMMAND, request, as_of, notes, answer, rests_on: String::new() };
    // Plain structs with texts as keys always turn into JSON.
    let ours = |e: serde_json::Error| WorkspaceError::from(Problem::new(Code::NotSolved, e.to_string()));
    let mut document = serde_json::to_value(&envelope).map_err(ours)?;
    decimals::decimals(&mut document);
    if let Some(asked) = document.get_mut("request").and_then(Value::as_object_mut) {
        asked.retain(|_, value| !value.is_null());
    }
    if let Some(keys) = document.as_object_mut() {
        let beside = ["engine", "request", "notes", "rests_on"];
        let own = keys.iter().filter(|(key, _)| !beside.contains(&key.as_str()));
        let mut over = servanda_files::canonical_json(&own.collect::<std::collections::BTreeMap<_, _>>())
            .map_err(ours)?;
        for line in resolved {
            over.push(b'\n');
            over.extend_from_slice(line.as_bytes());
        }
        keys.insert("rests_on".to_owned(), servanda_files::sha256(&over).into());
    }
    Ok(document)
}
